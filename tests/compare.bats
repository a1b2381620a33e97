# The compiler in Runa against the one in C: the same tokens, trees, diagnostics and statuses, to
# the byte.
bats_require_minimum_version 1.5.0
load common

setup_file() {
    env -u SANITIZE -u MAKEFLAGS make build/write-mutants >/dev/null
}

@test "cases: both compilers read and parse every case alike" {
    tools/compare tests/cases
}

@test "cases: both compilers read and parse the library, the examples and the compiler alike" {
    tools/compare stdlib examples tests/bench compiler "$BUILT/compiler"
}

@test "cases: both compilers read and parse 300 mutated sources alike (seed 1)" {
    local -a files
    mapfile -d '' files < <(find tests/cases examples -name '*.runa' -type f -print0 | sort -z)
    mkdir "$TEST_FOLDER/mutants"
    build/write-mutants "$TEST_FOLDER/mutants" 1 300 "${files[@]}"
    tools/compare "$TEST_FOLDER/mutants"
}

@test "cases: both compilers read bytes that are no letters alike" {
    local folder=$TEST_FOLDER/bytes
    mkdir "$folder"
    : >"$folder/empty.runa"
    printf '\357\273\277Let x be 1e999\nLet y be 1e-400\n' >"$folder/mark.runa"
    printf 'x\0y "a\0b" \47\0\47 // \0\377\n/* \0 */\n' >"$folder/nul.runa"
    printf 'def f(x):\n    \0 b\nEnd\n' >"$folder/nul_in_body.runa"
    printf 'Let x be "\346\227\245" ; \346\274\242 e\314\201 \t; \360\237\230\200\r\n\tx\t;\r' \
        >"$folder/wide.runa"
    printf '/* abc\n def */ x /* y\n /* never\nNote:\n abc' >"$folder/comment.runa"
    printf 'abc\\\n"unclosed \\' >"$folder/unclosed.runa"
    awk 'BEGIN { for (i = 0; i < 90; i++) printf "plus\t\346\274\242%d ;", i; print ""
        for (i = 0; i < 30; i++) print "Let a be ; " i }' >"$folder/long.runa"
    head -c 4000 "$RUNTIME_LIBRARY" >"$folder/binary.runa"
    {
        echo 'Process called "main":'
        printf '    Inline Assembly\n        nop \0 nop\n        \0 "x\0"\n    End Assembly\n'
        printf '    Let x be "a\0b\\0c"\n    f("x\0") ; \0\nEnd Process\n'
    } >"$folder/assembly.runa"
    local number
    for number in 18446744073709551615 18446744073709551616 0x1FFFFFFFFFFFFFFFF0 -0 - \
        340282366920938463463374607431768211456123 0o7777777777777777777777 \
        -9223372036854775808 '- -9223372036854775808' -9223372036854775809; do
        echo "Let n be $number"
    done >"$folder/numbers.runa"
    tools/compare "$folder"
}

# build_checked: the compiler in Runa, which finds its own memory errors, in $CHECKED. It lies
# beside no library, and is told where that is.
build_checked() {
    local home=$BATS_TEST_TMPDIR/home
    mkdir "$home"
    ln -s "$BUILT" "$home/build"
    ln -s "$ROOT/stdlib" "$ROOT/docs" "$home"
    CHECKED=$TEST_FOLDER/checked
    "$BOOTSTRAP" --strict --check=memory -I "$BUILT/compiler" -I compiler/support \
        -I compiler/frontend -I compiler/baseline compiler/main.runa -o "$CHECKED"
    export RUNA_HOME=$home
}

@test "cases: the compiler in Runa compiles all of them, and itself, without a memory error" {
    build_checked
    SELF=$CHECKED tools/compare --brief tests/cases examples compiler/main.runa
}

@test "the compiler in Runa loses no memory and uses it rightly, whatever it is asked for" {
    build_checked
    cp examples/word_count.runa tests/cases/wrong-messages/assign_constant.runa "$TEST_FOLDER"
    cd "$TEST_FOLDER"
    printf 'Process  called "main" :\nDisplay 1\nEnd Process\n' >layout.runa
    printf 'Process called "main":\n    Display "a\0b"\nEnd Process\n' >nul.runa
    local words expected
    while read -r expected words; do
        [[ $words != *--static* ]] || can_link_statically || continue
        capture "$CHECKED" $words
        [[ $status == "$expected" && $err != *leak:* ]] || fail "$words" "status $status" "$err"
    done <<'END'
0 --help
0 --version
2 --bogus
0 explain
0 explain E0203
0 explain word-conversion
2 explain E9999
0 check word_count.runa
1 check assign_constant.runa
0 run hello.runa
2 run missing.runa
0 hello.runa -g -o program
0 hello.runa --check=memory --check=overflow -o program
0 hello.runa --static -o program
0 hello.runa --time -o program
2 hello.runa -lnothing -o program
2 hello.runa -o missing/program
2 hello.runa -S -o /dev/full
0 hello.runa --emit=tokens
0 hello.runa --emit=ast
2 hello.runa --emit=ast -o /dev/full
0 word_count.runa --emit=asm -o program.s
0 word_count.runa --emit=obj -o program.o
2 word_count.runa --emit=ir
0 word_count.runa --report=memory
0 word_count.runa --report=memory --error-format=json
1 assign_constant.runa --report=memory
1 assign_constant.runa --error-format=json --color=always
1 nul.runa --time
1 fmt nul.runa
1 fmt --check layout.runa hello.runa
0 fmt layout.runa
0 fmt layout.runa assign_constant.runa
2 fmt missing.runa
END
    local command
    for command in "RUNA_HOME=/nowhere $CHECKED explain E0203" \
        "RUNA_HOME=/nowhere $CHECKED hello.runa" "PATH=/nowhere $CHECKED hello.runa"; do
        capture /usr/bin/env $command
        [[ $status == 2 && $err != *leak:* ]] || fail "$command" "status $status" "$err"
    done
}

# nested TIMES BEFORE MIDDLE AFTER [FIRST]: a process whose body is FIRST and the middle, with so
# many texts before and after it.
nested() {
    awk -v times="$1" -v before="$2" -v middle="$3" -v after="$4" -v first="${5-}" 'BEGIN {
        printf "Process called \"main\":\n%s", first
        for (i = 0; i < times; i++) printf "%s", before
        printf "%s", middle
        for (i = 0; i < times; i++) printf "%s", after
        print "\nEnd Process"
    }'
}

@test "cases: both compilers meet the limits of nesting and length alike" {
    local folder=$TEST_FOLDER/limits times
    mkdir "$folder"
    for times in 900 1200; do
        nested $times '(' 1 ')' 'Let x be ' >"$folder/parentheses$times.runa"
        nested $times '- ' x '' 'Let x be ' >"$folder/minus$times.runa"
        nested $times 'f(' x ')' >"$folder/call$times.runa"
        nested $times 'lambda a: ' a '' 'Let x be ' >"$folder/lambda$times.runa"
        nested $times 'If x:\n' '' 'End If\n' >"$folder/if$times.runa"
        nested $times 'List of ' Integer '' 'Let x as ' >"$folder/type$times.runa"
    done
    nested 10100 'x plus ' x '' 'Let x be ' >"$folder/chain.runa"
    nested 10100 '' x .f 'Let x be ' >"$folder/field.runa"
    nested 700 long '' '' >"$folder/name.runa"
    tools/compare "$folder"
}

# ring_module IMPORTED PRICE: a module whose every process calls one of the imported module, which
# names a Constant of it as the default value, expands a generic one, and has a structure of it.
ring_module() {
    printf 'Import "%s.runa" as Next\n' "$1"
    awk -v price="$2" '{ form = form $0 "\n" }
        END {
            for (i = 0; i < 3000; i++) {
                text = form
                gsub(/@/, i, text)
                gsub(/!/, price + i, text)
                printf "%s", text
            }
        }' <<'END'

Constant PRICE_@ as Integer is !

Structure Record_@:
    cost as Integer
End Structure

Process called "same_@" of T takes value as T returns T:
    Return value
End Process

Process called "sum_@" takes n as Integer, more as Integer defaults to PRICE_@ returns Integer:
    If n is less than 1:
        Return more
    End If
    Let here as Next.Record_@
    Set here.cost to n minus 1
    Return more plus Next.sum_@(Next.same_@(here).cost)
End Process
END
}

# The memory of a module's tree is given back while it is copied: no other module may need it. The
# comment lets the arena begin so large that it is one mapping for the trees of all three.
@test "modules whose trees are given back one after the other are compiled without a memory error" {
    build_checked
    cd "$TEST_FOLDER"
    ring_module second 200000 >first.runa
    ring_module main 300000 >second.runa
    {
        ring_module first 100000
        printf '%s\n' 'Process called "main":' '    Display sum_0(2)' '    Display sum_2999(2)' \
            'End Process'
        awk 'BEGIN { for (i = 0; i < 40000; i++) printf "// %90d\n", i }'
    } >main.runa
    local compiler
    for compiler in "$BOOTSTRAP" "$SELF"; do
        # 4 is MADV_DONTNEED. Each call is met when it begins and when it ends.
        capture gdb -q -nx -batch -ex 'catch syscall madvise' -ex 'ignore 1 10000' \
            -ex 'condition 1 $rdx == 4 && $rsi % 0x200000 == 0' -ex run -ex 'info breakpoints' \
            --args "$compiler" -S main.runa -o "${compiler##*/}.s"
        [[ $out =~ 'already hit '([0-9]+)' times' ]] && ((BASH_REMATCH[1] >= 6)) ||
            fail "${compiler##*/} keeps the trees" "$out" "$err"
    done
    capture "$CHECKED" -S main.runa -o checked.s
    [[ $status == 0 && ! $err ]] || fail "status $status" "$err"
    cmp runac.s runac-bootstrap.s
    cmp runac.s checked.s
    capture "$SELF" run main.runa
    expect_output $'600000\n608997'
}

@test "a difference is told, with its file and the first line that differs" {
    printf '%s\n' '#!/bin/sh' 'echo 1:1 NAME another' >"$TEST_FOLDER/front"
    chmod +x "$TEST_FOLDER/front"
    SELF=$TEST_FOLDER/front RUNA_CASE_COUNTS='' run tools/compare "$HELLO"
    [[ $status == 1 && $output == *"hello.runa --emit=tokens: the output differs"* ]] ||
        fail "$output"
    [[ $output == *"in Runa:   1:1 NAME another"* && $output == *"0 the same, 1 different" ]] ||
        fail "$output"
    RUNA_CASE_COUNTS='' run tools/compare "$TEST_FOLDER/nothing"
    [[ $status == 1 && $output == *"1 different" ]] || fail "$output"
}

@test "the compiler in Runa has the same command line" {
    local -a words
    for words in --help --bogus 'run' 'check' 'explain e0203' 'explain E9999' "$HELLO --emit=ir" \
        "$HELLO $HELLO" "$HELLO -Wnothing" "check $HELLO -o x" '--report=memory -c x.runa' \
        "missing.runa --emit=ast" "$HELLO --color=pink" "$HELLO -o" "fmt -S $HELLO"; do
        capture "$BOOTSTRAP" $words
        local expected="$status $out $err"
        capture "$SELF" $words
        [[ "$status $out $err" == "$expected" ]] || fail "$words" "$expected" "$status $out $err"
    done
    capture "$SELF" run "$HELLO"
    [[ $status == 0 && $out == hello ]] || fail "$status" "$out" "$err"
    capture bash -c "$SELF - --emit=tokens <'$HELLO'"
    [[ $status == 0 && $out == "1:1 NAME Process"* ]] || fail "$out" "$err"
}

@test "both compilers write the same assembly" {
    local source
    for source in examples/*.runa; do
        capture "$BOOTSTRAP" -g -S "$source" -o "$TEST_FOLDER/bootstrap.s"
        capture "$SELF" -g -S "$source" -o "$TEST_FOLDER/runa.s"
        cmp "$TEST_FOLDER/bootstrap.s" "$TEST_FOLDER/runa.s" || fail "$source"
    done
}

@test "both compilers expand what is within the limits of expansion, and call what is beyond" {
    local source=tests/cases/calls/expansion_limits.runa
    "$BOOTSTRAP" -S "$source" -o "$TEST_FOLDER/bootstrap.s"
    "$SELF" -S "$source" -o "$TEST_FOLDER/runa.s"
    cmp "$TEST_FOLDER/bootstrap.s" "$TEST_FOLDER/runa.s"
    sed -n 's/^\tcall expansion_limits\.//p' "$TEST_FOLDER/runa.s" | sort -u >"$TEST_FOLDER/called"
    {
        echo main
        sed -n 's/^Process called "\(outside_.*\)" takes.*/\1/p' "$source"
    } | sort >"$TEST_FOLDER/beyond"
    diff "$TEST_FOLDER/beyond" "$TEST_FOLDER/called"
}

@test "both compilers tell that the output cannot be written" {
    local source
    for source in examples/hello.runa tests/cases/wrong-messages/assign_constant.runa; do
        capture bash -c "'$BOOTSTRAP' $source --emit=ast >/dev/full"
        local expected="$status $err"
        capture bash -c "'$SELF' $source --emit=ast >/dev/full"
        [[ "$status $err" == "$expected" ]] || fail "$source" "$expected" "$status $err"
        [[ $err == *"cannot write to standard output: No space left on device" ]] || fail "$err"
    done
}
