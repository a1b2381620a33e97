# The test driver itself: it must see every way in which a case can fail. A stand-in takes the
# compiler's place.
load common

# The cases that are made here are no part of the suite's count.
unset RUNA_CASE_COUNTS

# Writes a case of the given lines; without any, from standard input.
write_case() {
    local file=$TEST_FOLDER/cases/$1
    shift
    mkdir -p "$(dirname "$file")"
    if (($#)); then printf '%s\n' "$@" >"$file"; else cat >"$file"; fi
}

drive() {
    RUNAC=$ROOT/tests/harness/stand-in-compiler capture tests/run-cases "$TEST_FOLDER/cases"
}

expect_pass() {
    drive
    expect_status 0
    [[ $out == *": 1 passed, 0 failed" ]] || fail "$out"
}

# The case fails, and the report names it and contains the given texts.
expect_failure() {
    local part
    drive
    expect_status 1
    for part in "FAILED $TEST_FOLDER/cases/" ": 0 passed, 1 failed" "$@"; do
        [[ $out == *"$part"* ]] || fail "the report lacks: $part" "$out"
    done
}

@test "a case whose output, status, arguments and input are as announced passes" {
    write_case good.runa <<'CASE'
// expect: one
// expect:
// expect:   two  words
// exit: 7
// args: 1 "a b"
// stdin: from the
// stdin: input
// expect: [1][a b]
// expect: from the
// expect: input
// program: printf 'one\n\n  two  words\n'; printf '[%s]' "$@"; echo; cat; exit 7
CASE
    expect_pass
}

@test "a missing, an additional and a different line of output fail" {
    write_case a.runa '// expect: one' '// expect: two' '// program: echo one'
    expect_failure "-two"
    write_case a.runa '// expect: one' '// program: echo one; echo two'
    expect_failure "+two"
    write_case a.runa '// expect: one' '// program: echo "one "'
    expect_failure "-one" "+one "
}

@test "output that nobody announced fails" {
    write_case a.runa '// program: echo surprise'
    expect_failure "+surprise"
}

@test "a wrong exit status fails" {
    write_case a.runa '// program: exit 3'
    expect_failure "the exit status is 3 instead of 0"
    write_case a.runa '// exit: 4' '// program: exit 3'
    expect_failure "the exit status is 3 instead of 4"
}

@test "a panic must have its line, its message and status 101" {
    write_case a.runa '// panic: 3: division' \
        '// program: echo "x/a.runa:3: panic: division by zero (in main)" >&2; exit 101'
    expect_pass
    write_case a.runa '// panic: 4: division' \
        '// program: echo "x/a.runa:3: panic: division by zero" >&2; exit 101'
    expect_failure "does not contain: a.runa:4: panic: division"
    write_case a.runa '// panic: 3: division' \
        '// program: echo "x/a.runa:3: panic: division by zero" >&2; exit 1'
    expect_failure "the exit status is 1 instead of 101"
}

@test "a panic in another module of the case names that module" {
    write_case c/other.runa ''
    write_case c/main.runa '// panic: other.runa:1: gone' \
        '// program: echo "c/other.runa:1: panic: gone" >&2; exit 101'
    expect_pass
}

@test "text on standard error must be announced" {
    write_case a.runa '// program: echo trouble >&2'
    expect_failure "unannounced text on standard error" "trouble"
    write_case a.runa '// stderr: trouble' '// program: echo trouble >&2'
    expect_pass
    write_case a.runa '// stderr: trouble' '// program: true'
    expect_failure "standard error does not contain: trouble"
}

@test "a wrong program with exactly the announced errors passes" {
    write_case wrong.runa <<'CASE'
x // error[E0203]: no such name // error: second
y
// error-above: third
// warning-above[unused-variable]: never read
// says: FILE:1:1: error[E0203]: no such name as x
// says:    1 | x
// says: FILE:1:4: error[E0400]: second one
// says: FILE:2:1: error[E0400]: third one
// says: FILE:2:1: warning[unused-variable]: y is never read
// status: 1
CASE
    expect_pass
}

@test "errors of a wrong program on another line, of another code or text fail" {
    write_case a.runa 'x' '// error-above: m' '// says: FILE:2:1: error[E0001]: m' \
        '// status: 1'
    expect_failure "not announced: a.runa:2: error[E0001]: m" \
        "announced, but not reported: a.runa:1: error: m"
    write_case a.runa 'x // error[E0002]: m' '// says: FILE:1:1: error[E0001]: m' \
        '// status: 1'
    expect_failure "not announced: a.runa:1" \
        "announced, but not reported: a.runa:1: error[E0002]: m"
    write_case a.runa 'x // error[E0001]: n' '// says: FILE:1:1: error[E0001]: m' \
        '// status: 1'
    expect_failure "not announced" "announced, but not reported"
}

@test "an error reported twice and an unannounced warning fail" {
    write_case a.runa 'x // error: m' '// says: FILE:1:1: error[E0001]: m' \
        '// says: FILE:1:1: error[E0001]: m' '// status: 1'
    expect_failure "not announced: a.runa:1: error[E0001]: m"
    write_case a.runa '// says: FILE:1:1: warning[w]: m' '// program: true'
    expect_failure "not announced: a.runa:1: warning[w]: m"
}

@test "a wrong program must end with status 1 and write nothing" {
    write_case a.runa 'x // error: m' '// says: FILE:1:1: error[E0001]: m' \
        '// status: 70'
    expect_failure "the compiler's status is 70 instead of 1"
    write_case a.runa 'x // error: m' '// says: FILE:1:1: error[E0001]: m' \
        '// status: 1' '// program: true'
    expect_failure "a program was written"
}

@test "a case in a folder of wrong programs must announce an error" {
    write_case wrong-types/a.runa '// program: true'
    expect_failure "announces no error"
}

@test "a compiler that fails, says anything or writes no program fails the case" {
    write_case a.runa '// says: internal error' '// status: 70' \
        '// program: true'
    expect_failure "compiling ended with status 70" "internal error"
    write_case a.runa '// says: linker: warning' '// program: true'
    expect_failure "the compiler is not silent"
    write_case a.runa 'nothing'
    expect_failure "compiling ended with status 0"
}

@test "each case is counted, and the totals are recorded" {
    for name in a b c d e; do
        write_case "$name.runa" '// program: true'
    done
    write_case f/main.runa '// program: true'
    write_case f/module.runa 'not a case'
    write_case deeper/g.runa '// program: exit 1'
    RUNA_CASE_COUNTS=$TEST_FOLDER/counts RUNAC=$ROOT/tests/harness/stand-in-compiler \
        capture tests/run-cases "$TEST_FOLDER/cases"
    expect_status 1
    [[ $(<"$TEST_FOLDER/counts") == "6 1 plain_case $TEST_FOLDER/cases" ]] ||
        fail "$(<"$TEST_FOLDER/counts")"
}

@test "a folder without cases fails" {
    mkdir "$TEST_FOLDER/cases"
    drive
    expect_status 1
    expect_output "no cases in $TEST_FOLDER/cases"
}

@test "a program that hangs is stopped and fails" {
    write_case a.runa '// program: sleep 30'
    CASE_TIMEOUT=1 expect_failure "the exit status is 124"
}

@test "a report is the whole of standard error, without the folder" {
    write_case a.runa '// exit: 1' '// report: a.runa:1: x' '// report: y' \
        "// program: echo '$TEST_FOLDER/cases/a.runa:1: x' >&2; echo y >&2; exit 1"
    expect_pass
    write_case a.runa '// report: y' '// program: echo y >&2; echo z >&2'
    expect_failure "+z"
    write_case a.runa '// report: y' '// report: z' '// program: echo z >&2'
    expect_failure "-y"
    write_case a.runa '// report: a.runa:1: panic: x' \
        "// program: echo 'a.runa:1: panic: x' >&2; exit 0"
    expect_failure "instead of 101"
    write_case a.runa '// report: a.runa:1: leak: x' \
        "// program: echo 'a.runa:1: leak: x' >&2; exit 0"
    expect_failure "instead of 3"
}

# Runs the case with --check=memory, as tests/run-checked does.
drive_checked() {
    RUNA_CHECKED_LOG=$TEST_FOLDER/log RUNAC=$ROOT/tests/harness/stand-in-compiler \
        capture tests/run-cases --with checked_case "$TEST_FOLDER/cases"
    log=$(<"$TEST_FOLDER/log")
    rm "$TEST_FOLDER/log"
}

@test "a checked case may leak, and nothing else" {
    local leak="echo 'a.runa:1: leak: OWNED: 1 block, 8 bytes (in process main)' >&2; exit 3"
    local log
    write_case a.runa '// expect: x' "// program: echo x; $leak"
    drive_checked
    expect_status 0
    [[ $log == "leaking "* ]] || fail "$log"
    write_case a.runa '// expect: x' "// program: echo x"
    drive_checked
    expect_status 0
    [[ $log == "clean "* ]] || fail "$log"
    write_case a.runa '// expect: x' "// program: echo x; echo 'a.runa:1: other' >&2; $leak"
    drive_checked
    expect_status 1
    [[ $log == "different "* ]] || fail "$log"
    write_case a.runa "// program: echo 'a.runa:1: panic: x' >&2; exit 101"
    drive_checked
    expect_status 1
    [[ $log == "different "* ]] || fail "$log"
    write_case a.runa "// unchecked: why" "// program: exit 9"
    drive_checked
    expect_status 0
    [[ $log == "unchecked "* ]] || fail "$log"
}

@test "a compiler that leaks, crashes or ends early under valgrind fails the cases concerned" {
    local name
    for name in a b c d e; do write_case $name.runa ''; done
    mkdir "$TEST_FOLDER/bin"
    # Cases done by one process: 1, 2 and 3 end, the rest is not reached.
    printf '%s\n' '#!/bin/sh' "printf '71 1\n72 99\n73 139\n' >&3" 'exit 2' \
        >"$TEST_FOLDER/bin/compile-many"
    chmod +x "$TEST_FOLDER/bin/compile-many"
    RUNAC=$TEST_FOLDER/bin/runac JOBS=1 capture tests/compile-cases "$TEST_FOLDER/cases"
    expect_status 1
    [[ $out == *": 1 passed, 4 failed" && $out != *cases/a.runa* ]] || fail "$out"
    [[ $out == *"cases/b.runa: status 99 under valgrind"* ]] || fail "$out"
    [[ $out == *"cases/c.runa: status 139 under valgrind"* ]] || fail "$out"
    [[ $out == *"cases/d.runa: status unknown"*"compile-many ended with status "* ]] || fail "$out"
}
