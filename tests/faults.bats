# What breaks around the compiler: one clear line, the documented status, and nothing left behind.
bats_require_minimum_version 1.5.0
load common

# An empty folder for temporary files, and a folder that comes first in PATH.
prepare() {
    export TMPDIR=$TEST_FOLDER/tmp
    mkdir "$TMPDIR" "$TEST_FOLDER/bin"
    PATH=$TEST_FOLDER/bin:$PATH
}

# A tool `$1` whose script is standard input.
fake_tool() {
    { echo '#!/bin/sh' && cat; } >"$TEST_FOLDER/bin/$1"
    chmod +x "$TEST_FOLDER/bin/$1"
}

expect_nothing_left() {
    [[ -z $(ls -A "$TMPDIR") ]] || fail "left in the temporary folder: $(ls -A "$TMPDIR")"
    # shellcheck disable=SC2046 # names without blanks
    expect_files $(printf '%s\n' bin hello.runa tmp "$@" | sort)
}

# Waits until a file is there.
wait_for_file() {
    local i
    for ((i = 0; i < 500; i++)); do
        [[ ! -e $1 ]] || return 0
        sleep 0.02
    done
    fail "$1 never came"
}

@test "as ended by a signal gives status 2 and one line" {
    prepare
    fake_tool as <<<'kill -KILL $$'
    capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line "'as'" "signal 9"
    capture "$RUNAC" -c "$HELLO" -o "$TEST_FOLDER/hello.o"
    expect_status 2
    expect_one_line "'as'" "signal 9"
    expect_nothing_left
}

@test "ld ended by a signal gives status 2 and one line" {
    prepare
    fake_tool ld <<<'kill -SEGV $$'
    capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line "'ld'" "signal 11"
    capture "$RUNAC" run "$HELLO"
    expect_status 2
    expect_nothing_left
}

@test "as that fails, and as that writes nothing, give status 2 and one line" {
    prepare
    fake_tool as <<<'cat >/dev/null; echo "no room for it" >&2; exit 1'
    capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line "'as' failed: no room for it"
    fake_tool as <<<'exit 3' # reads nothing: the pipe is closed while it is written to
    capture "$RUNAC" "$ROOT/examples/word_count.runa" -o "$TEST_FOLDER/program"
    expect_status 2
    expect_one_line "'as' failed with status 3"
    fake_tool as <<<'cat >/dev/null'
    capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line "'ld' failed: "
    expect_nothing_left
}

@test "a signal ends the compiler and its tool, and nothing is left" {
    prepare
    local signal number
    fake_tool as <<'SH'
echo $$ >"$TMPDIR/../started.tmp"
mv "$TMPDIR/../started.tmp" "$TMPDIR/../started"
exec sleep 60
SH
    for signal in INT:130 TERM:143 HUP:129; do
        number=${signal#*:}
        # A shell starts what is in its background with SIGINT ignored, nohup with SIGHUP.
        python3 -c 'import os, signal, sys
for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$RUNAC" "$HELLO" 2>"$TEST_FOLDER/.err" &
        wait_for_file "$TEST_FOLDER/started"
        kill -s "${signal%:*}" $!
        status=0
        wait $! || status=$?
        expect_status "$number"
        ! kill -0 "$(<"$TEST_FOLDER/started")" 2>/dev/null || fail "as still runs"
        rm "$TEST_FOLDER/started"
        expect_nothing_left
    done
}

@test "an internal error: status 70, what to report, and nothing is left" {
    prepare
    fake_tool as <<'SH'
echo $$ >"$TMPDIR/../started.tmp"
mv "$TMPDIR/../started.tmp" "$TMPDIR/../started"
exec sleep 60
SH
    # Large enough that the compiler waits for the assembler while it generates.
    {
        echo 'Process called "main":'
        printf '    Display "%0100d"\n' {1..20000}
        echo 'End Process'
    } >"$TEST_FOLDER/large.runa"
    "$RUNAC" "$TEST_FOLDER/large.runa" 2>"$TEST_FOLDER/.err" &
    wait_for_file "$TEST_FOLDER/started"
    sleep 1
    kill -ABRT $!
    status=0
    wait $! || status=$?
    expect_status 70
    err=$(<"$TEST_FOLDER/.err")
    [[ $err == *"large.runa:1: internal error in phase generate: "*"report these lines"* ]] ||
        fail "standard error is: $err"
    ! kill -0 "$(<"$TEST_FOLDER/started")" 2>/dev/null || fail "as still runs"
    rm "$TEST_FOLDER/started"
    expect_nothing_left large.runa
}

@test "a closed pipe under standard output gives status 2 and one line" {
    prepare
    {
        sleep 0.2 # until the reader has ended
        status=0
        "$RUNAC" -S "$HELLO" -o - 2>"$TEST_FOLDER/.err" || status=$?
        echo "$status" >"$TEST_FOLDER/.out"
    } | :
    status=$(<"$TEST_FOLDER/.out")
    expect_status 2
    err=$(<"$TEST_FOLDER/.err")
    expect_one_line "standard output" "Broken pipe"
    expect_nothing_left
}

@test "closed standard streams: the output is whole, and what cannot be written is reported" {
    prepare
    "$RUNAC" "$HELLO" -o "$TEST_FOLDER/program" <&- >&- 2>&-
    capture "$TEST_FOLDER/program"
    expect_output hello
    status=0
    err=$("$RUNAC" --version 2>&1 >&-) || status=$?
    expect_status 2
    expect_one_line "standard output"
    printf 'Process called "main":\n    Display unknown\nEnd Process\n' >"$TEST_FOLDER/wrong.runa"
    status=0
    "$RUNAC" "$TEST_FOLDER/wrong.runa" -o "$TEST_FOLDER/wrong" 2>&- || status=$?
    expect_status 1
    expect_nothing_left program wrong.runa
}

@test "a full disk under standard output while assembly goes there" {
    prepare
    status=0
    err=$("$RUNAC" -S "$HELLO" -o - 2>&1 >/dev/full) || status=$?
    expect_status 2
    expect_one_line "standard output" "No space left"
    expect_nothing_left
}

@test "tokens and trees go into a file whole, or not at all" {
    prepare
    local form status
    for form in tokens ast; do
        capture "$RUNAC" "--emit=$form" "$HELLO" -o /dev/full
        expect_status 2
        expect_one_line /dev/full "No space left"
        status=0
        err=$(
            trap '' XFSZ
            ulimit -f 1
            "$RUNAC" "--emit=$form" "$ROOT/examples/word_count.runa" -o "$TEST_FOLDER/out" 2>&1
        ) || status=$?
        expect_status 2
        expect_one_line out "File too large"
        status=0
        (ulimit -f 1 && exec "$RUNAC" "--emit=$form" "$ROOT/examples/word_count.runa" \
            -o "$TEST_FOLDER/out" 2>/dev/null) || status=$?
        expect_status 153 # 128 and SIGXFSZ
        printf 'Let x be "\n' >"$TEST_FOLDER/wrong.runa"
        capture "$RUNAC" "--emit=$form" "$TEST_FOLDER/wrong.runa" -o "$TEST_FOLDER/out"
        expect_status 1
        expect_nothing_left wrong.runa
    done
}

@test "a full disk under the temporary folder gives status 2 and one line" {
    prepare
    TMPDIR=/dev/full capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line "/dev/full"
    TMPDIR=$TEST_FOLDER/absent capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line "absent" "No such file"
    ( # as may write no more than a block: so does a file system that is full
        trap '' XFSZ
        ulimit -f 1
        ! "$RUNAC" "$ROOT/examples/word_count.runa" -o "$TEST_FOLDER/program" 2>/dev/null
    )
    expect_nothing_left
}

@test "a source that changes while it is read is compiled as it was read, or refused" {
    prepare
    local i writer
    cp "$ROOT/examples/word_count.runa" "$TEST_FOLDER/whole"
    cp "$TEST_FOLDER/whole" "$TEST_FOLDER/changing.runa"
    (
        while [[ ! -e $TEST_FOLDER/stop ]]; do
            head -c 1000 "$TEST_FOLDER/whole" >"$TEST_FOLDER/changing.runa"
            cat "$TEST_FOLDER/whole" "$TEST_FOLDER/whole" >"$TEST_FOLDER/changing.runa"
            cat "$TEST_FOLDER/whole" >"$TEST_FOLDER/changing.runa"
        done
    ) &
    writer=$!
    for ((i = 0; i < 40; i++)); do
        capture "$RUNAC" "$TEST_FOLDER/changing.runa" "$TEST_FOLDER/out.s"
        [[ $status == 0 || $status == 1 ]] || break
        [[ $status == 1 || -s $TEST_FOLDER/out.s ]] || break
        [[ $status == 0 || ! -e $TEST_FOLDER/out.s ]] || break
        rm -f "$TEST_FOLDER/out.s"
    done
    touch "$TEST_FOLDER/stop"
    wait "$writer"
    ((i == 40)) || fail "round $i: status $status" "$err"
    expect_nothing_left changing.runa stop whole
}

@test "a source that cannot be read to its end gives status 2 and one line" {
    # Reading a process's memory at address 0 fails after the file was opened.
    capture "$RUNAC" /proc/self/mem
    expect_status 2
    expect_one_line /proc/self/mem
}

# Runs the compiler with the allocation $1 failing and the arguments behind it.
run_failing() {
    FAIL_AT=$1 LD_PRELOAD=$TEST_FOLDER/failing.so capture "$RUNAC" "${@:2}"
}

# Every allocation of one run in turn: its status is $1 else, its output the file $2, if that is
# given, its arguments are the others. Some may fail without harm, such as a buffer.
fail_each_allocation() {
    local usual=$1 output=$2 count i
    shift 2
    FAIL_COUNT=$TEST_FOLDER/.count run_failing 0 "$@"
    expect_status "$usual"
    count=$(<"$TEST_FOLDER/.count")
    ((count > 40)) || fail "only $count allocations"
    for ((i = 1; i <= count; i++)); do
        rm -f "$output"
        run_failing "$i" "$@"
        if [[ $status == "$usual" ]]; then
            [[ ! $output || -s $output ]] || fail "allocation $i: no output"
            rm -f "$output"
        else
            expect_status 2 || fail "allocation $i"
            expect_one_line "runac: " || fail "allocation $i"
            [[ $err == "runac: "* ]] || fail "allocation $i: $err"
        fi
        expect_nothing_left .count failing.so || fail "allocation $i"
    done
}

@test "memory exhausted at every allocation: status 2 and one line" {
    [[ ! ${SANITIZE-} ]] || skip "ASan has its own allocator"
    prepare
    cc -shared -fPIC -O1 -o "$TEST_FOLDER/failing.so" "$ROOT/tests/harness/failing_memory.c"
    fail_each_allocation 0 "$TEST_FOLDER/program" "$ROOT/examples/word_count.runa" \
        -o "$TEST_FOLDER/program"
    fail_each_allocation 1 '' check --error-format=json \
        "$ROOT/tests/cases/wrong-messages/assign_constant.runa"
}

@test "the search of the library for a name gives back every byte" {
    [[ ! ${SANITIZE-} ]] || skip "ASan looks for leaks in every case"
    capture valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all \
        --errors-for-leak-kinds=all "$RUNAC" check \
        "$ROOT/tests/cases/wrong-messages/foreign_calls.runa"
    expect_status 1
}

@test "failures of tools, disks and pipes give back every byte" {
    [[ ! ${SANITIZE-} ]] || skip "valgrind cannot run what is built with ASan"
    prepare
    local -a check=(valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all
        --errors-for-leak-kinds=all --trace-children=no)
    fake_tool as <<<'kill -KILL $$'
    capture "${check[@]}" "$RUNAC" "$HELLO"
    expect_status 2
    rm "$TEST_FOLDER/bin/as"
    fake_tool ld <<<'exit 1'
    capture "${check[@]}" "$RUNAC" "$HELLO"
    expect_status 2
    status=0
    "${check[@]}" "$RUNAC" -S "$HELLO" -o - >/dev/full 2>"$TEST_FOLDER/.err" || status=$?
    expect_status 2
    expect_nothing_left
}
