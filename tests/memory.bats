# Leaks: the compiler gives back every byte, for good and wrong programs, and so does every example.
load common

setup_file() {
    env -u MAKEFLAGS make build/compile-many >/dev/null
}

@test "compile-many refuses a command line of too many words" {
    local few=$TEST_FOLDER/few many=$TEST_FOLDER/many
    printf '%s\0' $(printf 'runac %.0s' {1..64}) '' >"$few"
    printf '%s\0' $(printf 'runac %.0s' {1..65}) '' >"$many"
    capture build/compile-many /dev/null "$few" 3>"$TEST_FOLDER/statuses"
    expect_status 0
    [[ $(<"$TEST_FOLDER/statuses") == *" 2" ]] || fail "$(<"$TEST_FOLDER/statuses")"
    capture build/compile-many /dev/null "$many" 3>"$TEST_FOLDER/statuses"
    expect_status 2
    [[ $err == *"too many words"* && ! -s $TEST_FOLDER/statuses ]] || fail "$err"
}

@test "cases: the compiler under valgrind, every case" {
    tests/compile-cases tests/cases examples
}

@test "cases: every example under valgrind" {
    tests/run-cases --with program_memory_case examples
}

@test "the compiler leaks nothing when its input is missing, empty or not text" {
    : >"$TEST_FOLDER/empty.runa"
    printf 'Display "\377\376\0"\n' >"$TEST_FOLDER/binary.runa"
    for file in missing empty binary; do
        capture valgrind --quiet --leak-check=full --show-leak-kinds=all \
            --errors-for-leak-kinds=all --error-exitcode=99 "$RUNAC" check "$TEST_FOLDER/$file.runa"
        ((status == 0 || status == 1 || status == 2)) || fail "$file: status $status" "$err"
    done
}

# Runs the compiler in Runa with the options that follow under valgrind.
front_under_valgrind() {
    capture valgrind --quiet --leak-check=full --show-leak-kinds=all \
        --errors-for-leak-kinds=all --error-exitcode=99 "$SELF" "$@"
    ((status == 0 || status == 1 || status == 2)) || fail "$*: status $status" "$err"
}

@test "the compiler in Runa leaks nothing, for right and wrong sources" {
    printf 'Let x be "\377\376\0" ; {\n"\n\tx ; ]\nIf (' >"$TEST_FOLDER/binary.runa"
    : >"$TEST_FOLDER/empty.runa"
    for file in "$TEST_FOLDER"/{binary,empty,missing}.runa; do
        front_under_valgrind "$file" --emit=tokens
    done
    for file in "$TEST_FOLDER/binary.runa" compiler/main.runa examples/*.runa; do
        front_under_valgrind "$file" --emit=ast
    done
    for file in examples/{word_count,json_pretty}.runa; do
        front_under_valgrind "$file" -g -S -o "$TEST_FOLDER/program.s"
        [[ $status == 0 ]] || fail "$file: status $status" "$err"
    done
    for file in tests/cases/wrong-messages/c*.runa; do
        front_under_valgrind "$file" --emit=ast --error-format=json
    done
    front_under_valgrind
}
