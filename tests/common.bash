# Loaded by every *.bats file: where things are, and helpers that the tests share.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 2

# The compiler under test, as an absolute path.
RUNAC=${RUNAC:-$ROOT/build/runac}
[[ $RUNAC == /* ]] || RUNAC=$ROOT/$RUNAC
# What was built with it: the two compilers, which must agree, the one in C and the one in Runa; and
# the runtime library.
BUILT=$(dirname "$RUNAC")
BOOTSTRAP=$BUILT/runac-bootstrap
SELF=$BUILT/runac
RUNTIME_LIBRARY=$BUILT/libruna.a
export ROOT RUNAC BUILT BOOTSTRAP SELF RUNTIME_LIBRARY LC_ALL=C

# Sanitized programs: the generated code has its own signal stack and its own leak checks.
ASAN_OPTIONS=detect_leaks=0:use_sigaltstack=0:allocator_may_return_null=1
ASAN_OPTIONS+=:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0
export ASAN_OPTIONS
export UBSAN_OPTIONS=print_stacktrace=1

# Each test has an empty folder of its own, with a program in it.
setup() {
    TEST_FOLDER=$BATS_TEST_TMPDIR
    HELLO=$TEST_FOLDER/hello.runa
    printf '%s\n' 'Process called "main" returns Integer:' '    Display "hello"' '    Return 0' \
        'End Process' >"$HELLO"
}

# ASan cannot be linked statically, and libc.a may not be there.
can_link_statically() {
    [[ ! ${SANITIZE-} && -e $(cc -print-file-name=libc.a) ]]
}

# Fails the test with a message.
fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# Runs a command; fills `status`, `out` (its standard output) and `err` (its standard error), both
# without final line ends.
capture() {
    status=0
    "$@" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" </dev/null || status=$?
    # Without tools, as a test may have taken PATH away; bash warns of NUL bytes.
    { out=$(<"$BATS_TEST_TMPDIR/.out") && err=$(<"$BATS_TEST_TMPDIR/.err"); } 2>/dev/null
}

# The same with the file $1 as standard input.
capture_input() {
    status=0
    "${@:2}" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" <"$1" || status=$?
    out=$(<"$BATS_TEST_TMPDIR/.out")
    err=$(<"$BATS_TEST_TMPDIR/.err")
}

expect_status() {
    [[ $status == "$1" ]] || fail "status $status instead of $1" "stdout: $out" "stderr: $err"
}

expect_output() {
    [[ $out == "$1" ]] || fail "standard output is: $out" "instead of: $1" "stderr: $err"
}

# Applies the edits that standard input has as JSON, to the file $1.
apply_fixes() {
    local offset length replacement text=
    cp "$1" "$1.new"
    while IFS=$'\t' read -r offset length replacement; do
        text=$(head -c "$offset" "$1.new" && printf '%b' "$replacement" &&
            tail -c +$((offset + length + 1)) "$1.new" && echo .)
        printf '%s' "${text%.}" >"$1.new"
    done < <(grep -o '"offset":[0-9]*,"length":[0-9]*,"replacement":"[^"]*\(\\"[^"]*\)*"' |
        sed 's/"offset":\([0-9]*\),"length":\([0-9]*\),"replacement":"\(.*\)"$/\1\t\2\t\3/
            s/\\"/"/g' | sort -t $'\t' -k 1,1nr)
    mv "$1.new" "$1"
}

# Standard error is one line that contains all of the given parts.
expect_one_line() {
    local part
    [[ $err && $err != *$'\n'* ]] || fail "not one line on standard error: $err"
    for part in "$@"; do
        [[ $err == *"$part"* ]] || fail "standard error is: $err" "without: $part"
    done
}

# The test's folder holds exactly the given names.
expect_files() {
    local -a names
    local name list=
    shopt -s nullglob dotglob
    cd "$TEST_FOLDER" && names=(*) && cd "$ROOT" || return 1
    shopt -u nullglob dotglob
    for name in "${names[@]}"; do
        [[ $name == .out || $name == .err ]] || list+=" $name"
    done
    [[ ${list# } == "$*" ]] || fail "the folder holds:$list" "instead of: $*"
}
