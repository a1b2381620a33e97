# Programs built with --check=memory; tests/cases/checked has a case for each thing that it finds.
load common

@test "every case and every example runs with --check=memory as without" {
    tests/run-checked
}

# Compiles an example and makes each of its allocations fail in turn: the program says so on one
# line, with status 101, or does without that memory and prints the same.
exhaust() {
    local number count
    "$RUNAC" --check=memory "examples/$1.runa" -o "$TEST_FOLDER/program"
    sed -n 's|^// stdin: \{0,1\}||p' "examples/$1.runa" >"$TEST_FOLDER/stdin"
    RUNA_FAIL_AFTER=0 "$TEST_FOLDER/program" <"$TEST_FOLDER/stdin" >"$TEST_FOLDER/expected" \
        2>"$TEST_FOLDER/err"
    [[ $(<"$TEST_FOLDER/err") =~ ^"allocations: "([0-9]+)$ ]] || fail "$(<"$TEST_FOLDER/err")"
    count=${BASH_REMATCH[1]}
    ((count >= 10)) || fail "$1: only $count allocations"
    for ((number = 1; number <= count; number++)); do
        status=0
        RUNA_FAIL_AFTER=$number timeout 20 "$TEST_FOLDER/program" <"$TEST_FOLDER/stdin" \
            >"$TEST_FOLDER/out" 2>"$TEST_FOLDER/err" || status=$?
        err=$(<"$TEST_FOLDER/err")
        if ((status == 0)); then
            [[ ! $err ]] && cmp "$TEST_FOLDER/expected" "$TEST_FOLDER/out" ||
                fail "allocation $number: other output" "$err"
        elif ((status != 101)) || [[ $err != *"panic: out of memory ("* || $err == *$'\n'* ]]; then
            fail "allocation $number: status $status" "$err"
        fi
    done
}

@test "each allocation of an example that builds collections fails in turn" {
    exhaust word_count
}

@test "each allocation of an example that uses arenas fails in turn" {
    exhaust batch_inference
}

@test "each allocation of an example that builds Strings and variants fails in turn" {
    exhaust json_pretty
}
