# Unit tests of the runtime, in C: each tests/runtime/*_test.c is linked with libruna.a and must end
# with status 0.
load common

CC=${CC:-cc}

compile_flags() {
    flags=(-std=gnu11 -O1 -g -Wall -Wextra -Werror -Iruntime/include -Iruntime -no-pie
        -fno-omit-frame-pointer)
    [[ ! ${SANITIZE-} ]] || flags+=(-fsanitize=address,undefined)
}

@test "cases: runtime tests in C" {
    local source name output passed=0 failed=0
    compile_flags
    shopt -s nullglob
    for source in tests/runtime/*_test.c; do
        name=$TEST_FOLDER/$(basename "$source" .c)
        if output=$("$CC" "${flags[@]}" "$source" "$RUNTIME_LIBRARY" -lm -lpthread \
            -o "$name" 2>&1 &&
            cd "$TEST_FOLDER" && timeout 120 "$name" 2>&1 </dev/null); then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            printf 'FAILED %s\n%s\n' "$source" "$output"
        fi
    done
    [[ ! ${RUNA_CASE_COUNTS-} ]] || echo "$passed $failed runtime" >>"$RUNA_CASE_COUNTS"
    ((passed + failed > 0)) || fail "no tests/runtime/*_test.c"
    ((failed == 0))
}

@test "threads: the runtime under ThreadSanitizer" {
    [[ ! ${SANITIZE-} ]] || skip "it does not go with ASan"
    echo 'int main(void) { return 0; }' >"$TEST_FOLDER/empty.c"
    "$CC" -fsanitize=thread "$TEST_FOLDER/empty.c" -o "$TEST_FOLDER/empty" 2>/dev/null &&
        "$TEST_FOLDER/empty" || skip "the C compiler has no ThreadSanitizer"
    capture timeout 300 make -s tsan
    expect_status 0
    expect_output ok
}
