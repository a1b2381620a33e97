# --report=memory: the stack and the tiers of each process.
bats_require_minimum_version 1.5.0
load common

# Writes the program whose processes the tests ask about.
write_program() {
    cat >"$TEST_FOLDER/program.runa" <<'RUNA'
External Process called "puts" takes s as String returns Integer32

Structure Point:
    x as Integer
    y as Integer
End Structure

Let scratch be arena_create(1024)

Process called "leaf" takes a as Integer returns Integer:
    Let p as Point
    Let q as Array[100] of Integer
    Set p.x to a
    Return p.x plus q[a]
End Process

Process called "middle" takes a as Integer returns Integer:
    Set a to leaf(a)  // too much to be expanded where it is called
    Return a plus leaf(2)
End Process

Process called "seven" takes a as Integer, b as Integer, c as Integer, d as Integer, e as Integer,
        f as Integer, g as Integer returns Integer:
    Return a plus b plus c plus d plus e plus f plus g
End Process

Process called "top" returns Integer:
    Return middle(seven(1, 2, 3, 4, 5, 6, 7))
End Process

Process called "factorial" takes n as Integer returns Integer:
    If n is less than 2:
        Return 1
    End If
    Return n times factorial(n minus 1)
End Process

Process called "is_even" takes n as Integer returns Boolean:
    Return n is equal to 0 or is_odd(n minus 1)
End Process

Process called "is_odd" takes n as Integer returns Boolean:
    Return n is not equal to 0 and is_even(n minus 1)
End Process

Process called "leads_into_a_cycle" returns Boolean:
    Return is_even(leaf(3))
End Process

Process called "apply" takes f as Function of (Integer) returns Integer returns Integer:
    Return f(3)
End Process

Process called "with_a_lambda" returns Integer:
    Let k be 5
    Return apply(lambda x: x plus k)
End Process

Process called "in_scope" returns Integer:
    Arena.scope(4096) do:
        Let s be string_concat("a", "b")
        Let p be allocate(16)
        memory_set_integer(p, 0, string_length(s))
        Return memory_get_integer(p, 0)
    End Arena
End Process

Process called "makes_owned" returns String:
    Return string_concat("a", "b")
End Process

Process called "grows" takes list as List of Integer:
    list_append(list, 1)
End Process

Process called "shares" returns RefCounted:
    Return refcount_create(allocate(8))
End Process

Process called "gives_up" takes rc as RefCounted:
    refcount_release(rc)
End Process

Process called "uses_c" returns Integer:
    Return puts("x")
End Process

Process called "uses_assembly":
    Inline Assembly:
        nop
    End Assembly
End Process

Process called "all" takes list as List of Integer returns Integer:
    grows(list)
    gives_up(shares())
    deallocate(makes_owned())
    Return in_scope() plus uses_c()
End Process

Process called "main" returns Integer:
    Return 0
End Process
RUNA
}

# Fills `objects` with the JSON report, an object a line.
report_program() {
    write_program
    capture "$RUNAC" --report=memory --error-format=json "$TEST_FOLDER/program.runa"
    expect_status 0
    [[ ! $err ]] || fail "$err"
    objects=$out
}

# Prints the value of a key of the process; not that of a lambda in it.
value() {
    grep -F "\"name\":\"$1\"" <<<"$objects" | grep -vF '"kind":"lambda"' |
        sed -E "s/.*\"$2\":(\[[^]]*\]|\"[^\"]*\"|[^,}]*).*/\1/"
}

expect_value() {
    local found
    found=$(value "$1" "$2")
    [[ $found == "$3" ]] || fail "$1: $2 is $found instead of $3"
}

@test "frames are those of the code" {
    report_program
    "$RUNAC" "$TEST_FOLDER/program.runa" "$TEST_FOLDER/program.s"
    local name size
    for name in leaf middle seven factorial is_even apply grows; do
        size=$(awk -v label="program.$name:" '
            $1 == label { inside = 1 }
            inside && $1 == "subq" { gsub(/[$,]/, "", $2); print $2; exit }
            inside && $1 == "ret" { print 0; exit }' "$TEST_FOLDER/program.s")
        expect_value $name frame $((size + 16))
    done
    (($(value leaf frame) >= 816 + 16)) || fail "the array is not in the frame"
}

@test "the depth is the frame and the deepest call" {
    report_program
    expect_value leaf depth "$(value leaf frame)"
    expect_value middle depth $(($(value middle frame) + $(value leaf depth)))
    expect_value top depth $(($(value top frame) + $(value middle depth)))
    expect_value middle recursive null
    expect_value middle runtime false
    # The seventh argument and its padding are pushed by the caller.
    (($(value top frame) >= 32)) || fail "$objects"
}

@test "recursion has no bound, and the way around is named" {
    report_program
    expect_value factorial depth null
    expect_value factorial recursive '"factorial -> factorial"'
    expect_value is_even recursive '"is_even -> is_odd -> is_even"'
    expect_value is_odd depth null
    expect_value leads_into_a_cycle depth null
    expect_value leads_into_a_cycle recursive '"is_even -> is_odd -> is_even"'
}

@test "tiers, of the process and with what it calls" {
    report_program
    expect_value leaf allocates '[]'
    expect_value middle allocates_with_calls '[]'
    expect_value makes_owned allocates '["owned"]'
    expect_value in_scope allocates '["arena"]'
    expect_value grows allocates '["growth"]'
    expect_value shares allocates '["owned","shared"]'
    expect_value globals allocates '["arena"]'
    expect_value with_a_lambda allocates '["owned"]'
    expect_value all allocates '[]'
    expect_value all allocates_with_calls '["owned","arena","shared","growth"]'
    expect_value main allocates_with_calls '[]'
}

@test "what is not known is named, also where it is called" {
    report_program
    expect_value apply function_value true
    expect_value with_a_lambda function_value true
    expect_value gives_up function_value true
    expect_value uses_c external '"puts"'
    expect_value all external '"puts"'
    expect_value all function_value true
    expect_value uses_assembly assembly true
    expect_value grows runtime true
    expect_value leaf external null
    expect_value leaf function_value false
}

@test "the table has a line a process, below the name of its file" {
    write_program
    capture "$RUNAC" --report=memory "$TEST_FOLDER/program.runa"
    expect_status 0
    [[ $(head -1 <<<"$out") == *program.runa ]] || fail "$out"
    local pattern everything='- +owned, arena, shared, growth +Function value; External puts'
    for pattern in '^line +process +frame +depth +allocates +with what it calls +not known$' \
        '^ +8  globals \(initialised\) +16 +16 \+ C +arena +arena$' \
        '^ +10  leaf +([0-9]+)  \1 +- +-$' \
        '^ +[0-9]+  factorial +[0-9]+  unbounded +- +- +recursive via factorial -> factorial$' \
        '^ +[0-9]+  apply +[0-9]+  [0-9]+ \+ \? +- +- +Function value$' \
        '^ +[0-9]+  with_a_lambda \(lambda\) ' \
        "^ +[0-9]+  all +[0-9]+  [0-9]+ \\+ C \\+ \\? +$everything\$"; do
        grep -qE "$pattern" <<<"$out" || fail "no line like: $pattern" "$out"
    done
    expect_files hello.runa program.runa
}

@test "processes of other files are shown, those of the library are not" {
    write_program
    printf '%s\n' 'Import "program.runa" as Program' 'Import "math"' \
        'Process called "main" returns Integer:' \
        '    Return Program.middle(3) plus convert absolute(-2.0) to Integer' 'End Process' \
        >"$TEST_FOLDER/other.runa"
    sed -i '/called "main"/,$d' "$TEST_FOLDER/program.runa"
    capture "$RUNAC" --report=memory --error-format=json "$TEST_FOLDER/other.runa"
    expect_status 0
    objects=$out
    expect_value main depth $(($(value main frame) + $(value middle depth)))
    [[ $out == *other.runa* && $out == *program.runa* && $out != *stdlib* ]] || fail "$out"
}

@test "a long cycle is shown by its ends, and a long chain is followed" {
    local i
    for ((i = 0; i < 2000; i++)); do
        printf 'Process called "p%d" takes n as Integer returns Integer:\n' $i
        printf '    Set n to n\n    Return p%d(n)\nEnd Process\n' $((i + 1))
    done >"$TEST_FOLDER/chain.runa"
    # With a Set they are called, not expanded.
    printf 'Process called "p2000" takes n as Integer returns Integer:\n%s\n%s\nEnd Process\n' \
        '    Set n to n' '    Return n' >>"$TEST_FOLDER/chain.runa"
    capture "$RUNAC" --report=memory --error-format=json "$TEST_FOLDER/chain.runa"
    expect_status 0
    objects=$out
    expect_value p0 depth $((2000 * $(value p0 frame) + $(value p2000 frame)))
    sed -i 's/    Return n$/    Return p0(n)/' "$TEST_FOLDER/chain.runa"
    capture "$RUNAC" --report=memory --error-format=json "$TEST_FOLDER/chain.runa"
    objects=$out
    expect_value p7 recursive \
        '"p0 -> p1 -> p2 -> p3 -> p4 -> ... -> p1997 -> p1998 -> p1999 -> p2000 -> p0"'
}

@test "every External process of the library has a row" {
    local symbol missing=
    while read -r symbol; do
        grep -qF "RUNTIME(\"$symbol\"," bootstrap/report_runtime.def || missing+=" $symbol"
    done < <(grep -h '^External Process' stdlib/*.runa |
        sed -E -e 's/.* aliased as "([^"]*)".*/\1/' \
            -e 's/^External Process called "([^"]*)".*/\1/' | sort -u)
    [[ ! $missing ]] || fail "bootstrap/report_runtime.def lacks:$missing"
    while read -r symbol; do
        grep -qF "RUNTIME($symbol," bootstrap/report_runtime.def || missing+=" $symbol"
    done < <(grep -ho '"runa_[a-z_0-9]*"' bootstrap/codegen*.c | grep -v runa_check_ | sort -u)
    [[ ! $missing ]] || fail "bootstrap/report_runtime.def lacks:$missing"
}

@test "--report makes no code, and says so" {
    local -a words
    for words in "-o out" "-S" "-c"; do
        capture "$RUNAC" --report=memory $words "$HELLO"
        expect_status 2
        expect_one_line "--report"
    done
    capture "$RUNAC" run --report=memory "$HELLO"
    expect_status 2
    expect_one_line "--report"
    capture "$RUNAC" --report=memory --check=memory "$HELLO"
    expect_status 2
    expect_one_line "--report" "--check=memory"
    capture "$RUNAC" --report=memroy "$HELLO"
    expect_status 2
    expect_one_line "unknown report 'memroy'" "memory"
    expect_files hello.runa
}

@test "a report of a wrong program is its errors" {
    printf 'Process called "main":\n    Display wrong\nEnd Process\n' >"$TEST_FOLDER/wrong.runa"
    capture "$RUNAC" --report=memory "$TEST_FOLDER/wrong.runa"
    expect_status 1
    [[ ! $out && $err == *"error[E"* ]] || fail "$out" "$err"
}

@test "the compiler gives back what a report took" {
    [[ ! ${SANITIZE-} ]] || skip "valgrind cannot run what is built with ASan"
    write_program
    capture valgrind --quiet --leak-check=full --show-leak-kinds=all \
        --errors-for-leak-kinds=all --error-exitcode=99 \
        "$RUNAC" --report=memory "$TEST_FOLDER/program.runa"
    expect_status 0
}
