# What is deep, long or large: a result or a clear error, in bounded stack and in linear time.
bats_require_minimum_version 1.5.0
load common
shopt -s lastpipe # `… | compile` runs compile in the test itself

# Writes $1 copies of the text $2.
repeat() {
    awk -v count="$1" -v text="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'
}

# Writes the text $2 $1 times, with the number, from 0, for each @, and the next one for each ^.
number() {
    local text=${2//@/\\1}
    text=${text//\\n/\\t} # the line ends of the text, apart from those of sed
    paste -d' ' <(seq 0 $(($1 - 1))) <(seq "$1") | sed -E "s;(.*) (.*);${text//^/\\2};" |
        tr -d '\n' | tr '\t' '\n'
}

# A program: the body of main from standard input, and behind it a process and a structure to use.
in_main() {
    echo 'Process called "main" returns Integer:'
    cat
    printf '\n%s\n' '    Return 0' 'End Process' \
        'Process called "same" takes n as Integer returns Integer:' '    Return n' 'End Process' \
        'Structure Link:' '    next as Link' '    value as Integer' 'End Structure'
}

# Compiles standard input to assembly, with a small stack and in 20 seconds of processor time.
compile() {
    cat >"$TEST_FOLDER/big.runa"
    rm -f "$TEST_FOLDER/big.s"
    status=0
    (
        ulimit -Ss 1024
        ulimit -t 20
        timeout 120 "$RUNAC" "$TEST_FOLDER/big.runa" "$TEST_FOLDER/big.s"
    ) >"$TEST_FOLDER/.out" 2>"$TEST_FOLDER/.err" </dev/null || status=$?
    out=$(head -c 10000 "$TEST_FOLDER/.out")
    err=$(head -c 10000 "$TEST_FOLDER/.err")
}

expect_compiled() {
    expect_status 0
    [[ -s $TEST_FOLDER/big.s ]] || fail "no assembly"
}

# An error in line $1 with the code $2, and nothing written.
expect_error() {
    expect_status 1
    [[ $err == "$TEST_FOLDER/big.runa:$1:"*" error[$2]: "* ]] || fail "standard error is: $err"
    [[ ! -e $TEST_FOLDER/big.s ]] || fail "wrote assembly"
}

# A main with a value: $2 inside $1 copies of the text $3 and, behind it, of the text $4.
wrapped() {
    { printf '    Let x be ' && repeat "$1" "$3" && printf '%s' "$2" && repeat "$1" "${4-}"; } |
        in_main
}

# The value is fine inside 900 of the texts, and inside 100000 of them it is nested too deeply.
expect_value_limit() {
    wrapped 900 "$@" | compile
    expect_compiled || fail "in 900 times $2"
    wrapped 100000 "$@" | compile
    expect_error 2 E0211 || fail "in 100000 times $2"
}

# A block with the first line $1 and the last line $2.
expect_block_limit() {
    { repeat 900 "$1\n" && echo '    Display 1' && repeat 900 "$2\n"; } | in_main | compile
    expect_compiled || fail "900 times $1"
    { repeat 100000 "$1\n" && echo '    Display 1' && repeat 100000 "$2\n"; } | in_main | compile
    expect_status 1
    [[ $err == *"error[E0211]: this is nested more than 1000 levels deep"* ]] || fail "$err"
}

# A chain: the text $1 and $2 more times the text $3. The height of a tree is 10000 at most.
expect_chain_limit() {
    { printf '    Let link as Link\n    Display %s' "$1" && repeat 9000 "$2"; } | in_main | compile
    expect_compiled || fail "9000 times $2"
    { printf '    Let link as Link\n    Display %s' "$1" && repeat 1000000 "$2"; } | in_main |
        compile
    expect_error 3 E0211 || fail "1000000 times $2"
}

@test "100000 brackets inside each other" {
    expect_value_limit 1 '(' ')'
    expect_value_limit 1 'same(' ')'
    expect_value_limit 1 '[' ']'
    expect_value_limit 0 '[1, 2][' ']'
}

@test "100000 unary operators and lambdas" {
    local operator
    for operator in - 'minus ' 'not ' 'bitwise not ' 'lambda: ' 'lambda a, b: '; do
        expect_value_limit 1 "$operator"
    done
    expect_value_limit 1 'convert ' ' to Integer'
}

@test "100000 types inside each other" {
    local type
    for type in 'Pointer to ' 'List of ' 'Array[1] of ' 'Function of () returns '; do
        { printf '    Let x as ' && repeat 900 "$type" && echo Integer; } | in_main | compile
        expect_compiled || fail "$type"
        { printf '    Let x as ' && repeat 100000 "$type" && echo Integer; } | in_main | compile
        expect_error 2 E0211 || fail "$type"
    done
}

@test "100000 blocks inside each other" {
    expect_block_limit 'If true:' 'End If'
    expect_block_limit 'While false:' 'End While'
    expect_block_limit 'For i from 1 to 2:' 'End For'
    expect_block_limit 'Arena.scope(64) do:' 'End Arena'
    repeat 100000 'Match 1:\nWhen 1:\n' | in_main | compile
    expect_status 1
    [[ $err == *"error[E0211]: this is nested more than 1000 levels deep"* ]] || fail "$err"
    repeat 100000 'If true:\n' | in_main | compile # none is closed
    expect_status 1
    [[ $err == *"error[E0211]: "* ]] || fail "$err"
}

@test "chains of 1000000 operators, fields, elements and calls" {
    expect_chain_limit 'link.value is equal to 1' ' and link.value is equal to 1'
    expect_chain_limit 1 ' plus 1'
    expect_chain_limit '"a"' ' joined with 1'
    expect_chain_limit link.value ' at index 0'
}

@test "a chain of 100000 Otherwise If" {
    { echo 'If false:' && repeat 9000 'Otherwise If false:\n' && echo 'End If'; } | in_main |
        compile
    expect_compiled
    { echo 'If false:' && repeat 100000 'Otherwise If false:\n' && echo 'End If'; } | in_main |
        compile
    expect_status 1
    [[ $err == *"error[E0211]: this If has more than 10000 branches"* ]] || fail "$err"
}

@test "100000 opened comments, each inside another's text" {
    { repeat 100000 'Note:\n' && printf ':End Note\n' && in_main; } </dev/null | compile
    expect_compiled
}

@test "100000 processes inside each other, and as many of one name" {
    repeat 100000 'Process called "p":\n' | compile
    expect_error 2 E0203
    repeat 100000 'Process called "p":\nEnd Process\n' | compile
    expect_error 3 E0302
}

@test "100000 definitions that lead to each other" {
    { number 100000 'Type T@ is T^\n' && echo 'Type T100000 is Integer'; } | compile
    expect_status 1
    [[ $err == *"error[E0902]: more than 1000 definitions lead to each other here"* ]] ||
        fail "$err"
    number 100000 'Structure S@:\n    s as inline S^\nEnd Structure\n' | compile
    expect_status 1
    [[ $err == *"error[E0902]: "* ]] || fail "$err"
    { number 100000 'Let g@ be g^\n' && echo 'Let g100000 be 1' && in_main; } </dev/null | compile
    expect_status 1
    [[ $err == *"error[E0902]: "* ]] || fail "$err"
    # Constants are computed one after the other, in whatever order they stand.
    { number 100000 'Constant C@ is C^ plus 1\n' && echo 'Constant C100000 is 1' && in_main; } \
        <<<'    Display C0' | compile
    expect_compiled
}

@test "definitions that double thirty times" {
    { echo 'Constant C0 is "12345678"' && number 30 'Constant C^ is C@ joined with C@\n'; } |
        compile
    expect_error 24 E0903
    {
        echo 'Type T0 is Integer'
        number 30 'Type T^ is Dictionary of T@ to T@\n'
        echo '    Let x as T30' | in_main
    } | compile
    expect_status 1
    [[ $err == *"error[E0904]: "* ]] || fail "$err"
    {
        number 30 'Process called "f^" takes n as Integer defaults to f@() plus f@():\n'\
'End Process\n'
        printf 'Process called "f0" returns Integer:\n    Return 1\nEnd Process\n'
    } | compile
    expect_status 1
    [[ $err == *"error[E0902]: this default value needs more than 1000 others"* ]] || fail "$err"
}

@test "small processes of three calls each: a call of one becomes no large piece of code" {
    {
        printf 'Process called "f0" takes n as Integer returns Integer:\n    Return n plus 1\n'
        echo 'End Process'
        number 30 'Process called "f^" takes n as Integer returns Integer:\n'\
'    Return f@(n) plus f@(n) plus f@(n)\nEnd Process\n'
        number 1000 '    Display f9(@)\n' | in_main
    } | compile
    expect_compiled
    local bytes
    bytes=$(wc -c <"$TEST_FOLDER/big.s")
    ((bytes < 1000 * 800)) || fail "1000 calls became $bytes bytes"
}

@test "100000 fields, parameters, variants, cases and variables" {
    {
        echo 'Structure Wide:' && number 100000 '    f@ as Integer\n' && echo 'End Structure'
        {
            printf '    Let wide be a Wide with ' && number 99999 'f@ @, ' && echo 'f99999 1'
            echo '    Display wide.f99999'
        } | in_main
    } | compile
    expect_compiled
    {
        printf 'Process called "wide" takes ' && number 99999 'p@ as Integer, '
        printf '%s\n' 'last as Integer:' 'End Process'
        { printf '    wide with ' && number 99999 'p@ as @, ' && echo 'last as 1'; } | in_main
    } | compile
    expect_compiled
    {
        echo 'Type Choice is:' && number 100000 '    | V@ with n as Integer\n' && echo 'End Type'
        {
            printf '    Let choice be V7 with n as 1\n    Match choice:\n'
            number 100000 '        When V@ with n as m:\n            Display m\n'
            echo '    End Match'
        } | in_main
    } | compile
    expect_compiled
    number 100000 '    Let v@ be @\n    Display v@\n' | in_main | compile
    expect_compiled
}

@test "100000 wrong lines: 20 messages, and the number of the others" {
    repeat 100000 '    Display "a" times 2\n' | in_main | compile
    expect_error 2 E0403
    [[ $err == *$'\n99980 more errors' ]] || fail "$err"
    repeat 100000 '    /* text\n' | in_main | compile
    expect_error 2 E0101
    repeat 100000 '    Let v be {\n' | in_main | compile
    expect_error 2 E0101
}

# The kilobytes that checking big.runa takes at most, with the given options.
peak_of_checking() {
    "$RUNAC" check --time "$@" "$TEST_FOLDER/big.runa" 2>&1 | sed -n 's/^memory *\(.*\) KB$/\1/p'
}

@test "errors that are not shown are counted, and take little memory" {
    repeat 200000 '    int x = 5;\n' | in_main >"$TEST_FOLDER/big.runa"
    local shown all
    shown=$("$RUNAC" check "$TEST_FOLDER/big.runa" 2>&1 | sed -n 's/ more errors$//p')
    all=$("$RUNAC" check --error-format=json "$TEST_FOLDER/big.runa" 2>&1 | grep -c '"error"')
    ((all == 400000 && shown == all - 20)) || fail "$shown more errors of $all"
    local some every
    some=$(peak_of_checking)
    every=$(peak_of_checking --error-format=json)
    ((some > 0 && 3 * some < 2 * every)) || fail "$some KB instead of less than $every"
}

@test "a line of 100 MB: a comment, a text, blanks, a name, digits" {
    [[ ! ${SANITIZE-} ]] || skip "ASan looks at each byte: this takes minutes"
    local -A line=([comment]=$'// %s' [text]=$'    Display "%s"' [blanks]='    Display %s 1')
    local form filler
    for form in comment text blanks; do
        [[ $form == blanks ]] && filler=' ' || filler=x
        {
            head -c 100000000 /dev/zero | tr '\0' "$filler" >"$TEST_FOLDER/filler"
            printf '%s' "${line[$form]%%\%s*}" && cat "$TEST_FOLDER/filler"
            printf '%s' "${line[$form]#*%s}"
        } | in_main | compile
        expect_compiled || fail "$form"
    done
    { printf '    Display ' && tr ' ' x <"$TEST_FOLDER/filler"; } | in_main | compile
    expect_error 2 E0301
    { printf '    Display ' && tr ' ' 1 <"$TEST_FOLDER/filler"; } | in_main | compile
    expect_error 2 E0102
}

@test "a source without an end is refused, and 1 GB is enough for that" {
    [[ ! ${SANITIZE-} ]] || skip "ASan takes more addresses than any limit"
    (
        ulimit -v 1200000 # 256 MB of them are the stack
        capture timeout 60 "$RUNAC" check /dev/zero
        expect_status 2
        expect_one_line "cannot read '/dev/zero': too large"
    )
}

@test "1000000 texts, and 1000000 processes" {
    number 1000000 '    Display "text @"\n' | in_main | compile
    expect_compiled
    { number 1000000 'Process called "p@":\nEnd Process\n' && in_main; } </dev/null | compile
    expect_compiled
}
