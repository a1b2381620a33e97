# A small share of what `make fuzz` does, always the same: it would show a front end that faults on
# texts it has not seen, and code that computes something else than C does.
bats_require_minimum_version 1.5.0
load common

setup_file() {
    make build/front-end >/dev/null
}

@test "400 mutated sources: no fault, no hang, no error without a message (seed 1)" {
    run tools/fuzz/run mutants 400 1
    [[ $status == 0 ]] || fail "$output"
    [[ $output == "seed 1: 400 mutated sources, "*", 0 failed" ]] || fail "$output"
}

@test "20 random programs print what their C twins print (seed 1)" {
    run tools/fuzz/run programs 20 1
    [[ $status == 0 ]] || fail "$output"
    [[ $output == "seed 1: 20 random programs, 20 agree with their C twins" ]] || fail "$output"
}

# What AFL++ gets: a destructor tells how many counters were counted up.
@test "a program with counters does the same as without" {
    local program=$TEST_FOLDER/counted most=4096 text='{"a": [1, true, null, "x"], "b": {}}'
    "$RUNAC" -S "$ROOT/examples/json_pretty.runa" -o "$program.s"
    awk -v most="$most" -f tools/fuzz/instrument.awk "$program.s" "$program.s" \
        >"$program.counted.s"
    printf '%s\n' '#include <stdio.h>' 'extern unsigned char fuzz_counters[COUNTERS];' \
        'static unsigned char own[COUNTERS] __attribute__((aligned(4096)));' \
        'unsigned char *__afl_area_ptr = own; // as AFL++ has it where it does not run' \
        '__attribute__((destructor)) static void tell(void) {' '    int count = 0;' \
        '    for (int i = 0; i < COUNTERS; i++) count += fuzz_counters[i] != 0;' \
        '    fprintf(stderr, "%d", count);' '}' >"$program.c"
    cc ${SANITIZE:+-fsanitize=address,undefined} -no-pie -pthread -DCOUNTERS="$most" \
        -o "$program" "$program.counted.s" "$program.c" tools/fuzz/counters.c "$RUNTIME_LIBRARY" -lm
    "$program" >"$program.out" 2>"$program.err" <<<"$text"
    cmp "$program.out" <("$RUNAC" run "$ROOT/examples/json_pretty.runa" <<<"$text")
    (($(<"$program.err") > 50)) || fail "only $(<"$program.err") counters"
    # Memory that is nobody else's cannot have a second place.
    capture env __AFL_SHM_ID=1 "$program"
    expect_status 134
    expect_one_line "the counters cannot be those of AFL++: mremap: "
    capture awk -v most=50 -f tools/fuzz/instrument.awk "$program.s" "$program.s"
    expect_status 1
    [[ $err == "instrument.awk: "*" counters, of at most 50" ]] || fail "$err"
}

# Between what sets flags and what reads them there is no counter, whatever stands between the two.
@test "counters change no flags that are read" {
    local instruction
    for instruction in 'movsd %xmm0, %xmm1' 'movslq %edi, %rax' 'movsbq %dil, %rax' \
        'movswq %di, %rax' 'movl %edi, %eax' 'addsd %xmm0, %xmm1' 'xorps %xmm0, %xmm0' \
        'pushq %rax'; do
        printf '\t%s\n' .text 'ucomisd %xmm0, %xmm1' 'jp .L1' "$instruction" 'seta %al' \
            'andl $1, %eax' 'jne .L1' "$instruction" 'addq $1, %rax' >"$TEST_FOLDER/flags.s"
        capture awk -v most=8 -f tools/fuzz/instrument.awk "$TEST_FOLDER/flags.s" \
            "$TEST_FOLDER/flags.s"
        expect_status 0
        [[ $(grep -A 1 incb <<<"$out" | tail -n 1) == *addq* ]] || fail "$out"
        [[ $(grep -c incb <<<"$out") == 1 ]] || fail "$out"
    done
}

# The two must be able to fail.
@test "mutants and programs that fail are told and kept" {
    printf '%s\n' '#!/bin/sh' 'cp "$(dirname "$0")/wrong" "$3"' >"$TEST_FOLDER/compiler"
    printf '%s\n' '#!/bin/sh' 'echo wrong' >"$TEST_FOLDER/wrong"
    chmod +x "$TEST_FOLDER/compiler" "$TEST_FOLDER/wrong"
    RUNAC=$TEST_FOLDER/compiler run tools/fuzz/run programs 1 7
    [[ $status == 1 && $output == *"program 7: other output than its twin"* ]] || fail "$output"
    [[ -e build/fuzz/7.runa ]] || fail "the program was not kept"
    rm build/fuzz/7.runa build/fuzz/7.c
    printf '%s\n' '#!/bin/sh' 'echo other words >&2; exit 1' >"$TEST_FOLDER/compiler"
    SELF=$TEST_FOLDER/compiler run tools/fuzz/run both 2 7
    [[ $status == 1 && $output == *"another "*", 2 different" ]] || fail "$output"
    [[ -e build/fuzz/7-1.runa ]] || fail "the mutant was not kept"
    rm build/fuzz/7-1.runa build/fuzz/7-2.runa
    # A text so large that a second does not do, and a compiler that a signal ends.
    awk 'BEGIN { for (i = 0; i < 2000000; i++) print "Process called \"p" i "\":\nEnd Process" }' \
        >"$TEST_FOLDER/large.runa"
    run build/front-end --mutate 1 1 "$TEST_FOLDER" "$TEST_FOLDER/large.runa"
    [[ $status == 1 && $output == *"1 failed" ]] || fail "$output"
    [[ -e $TEST_FOLDER/mutant-1-0.runa ]] || fail "the mutant was not kept"
}
