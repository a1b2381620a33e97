# The examples: each prints what it announces.
load common

@test "cases: examples" {
    tests/run-cases examples
}

@test "cases: benchmarks" {
    tests/run-cases tests/bench
}

@test "every benchmark has a twin in C that prints the same" {
    local source name
    for source in tests/bench/*.runa; do
        name=$(basename "$source" .runa)
        cc -std=gnu11 -O2 -Wall -Wextra -Werror "tests/bench/$name.c" -o "$TEST_FOLDER/$name" -lm
        capture "$TEST_FOLDER/$name"
        expect_output "$(sed -n 's|^// expect: ||p' "$source")"
    done
}
