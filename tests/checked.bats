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

@test "in C's thread, however large its stack is and where there is no memory for records of it" {
    cat >"$TEST_FOLDER/sum.runa" <<'RUNA'
Export Process called "sum_below" takes count as Integer returns Integer:
    Let numbers as Array[8] of Integer
    For i from 0 to count minus 1:
        Set numbers[i] to i
    End For
    Let sum be 0
    For i from 0 to count minus 1:
        Increase sum by numbers[i]
    End For
    Return sum
End Process
RUNA
    cat >"$TEST_FOLDER/main.c" <<'C'
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int64_t sum_below(int64_t count);
static int is_refusing, refused;
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    if (is_refusing && !address && size >= 1 << 18 && size < 1 << 28) {
        refused++;
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}
int main(int count, char **words)
{
    (void)words;
    is_refusing = count > 1;
    long sum = (long)sum_below(8);
    is_refusing = 0;
    printf("%ld %d\n", sum, refused);
    return 0;
}
C
    capture "$RUNAC" --check=memory -c "$TEST_FOLDER/sum.runa" -o "$TEST_FOLDER/sum.o"
    expect_status 0
    cc -no-pie "$TEST_FOLDER/main.c" "$TEST_FOLDER/sum.o" \
        "$BUILT/libruna_check.a" -lm -lpthread -o "$TEST_FOLDER/program"
    capture "$TEST_FOLDER/program"
    expect_status 0
    expect_output "28 0"
    capture bash -c "ulimit -s unlimited && '$TEST_FOLDER/program'"
    expect_status 0
    expect_output "28 0"
    capture "$TEST_FOLDER/program" refuse
    expect_status 0
    expect_output "28 1"
}
