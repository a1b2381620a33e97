# How diagnostics are printed: JSON and its edits, colours, the limit, columns.
load common

# Fails unless every line of standard input is one JSON object.
expect_json_lines() {
    awk '
        function fail(what) { print "line " NR ": " what " at " substr(text, 1, 40); exit 1 }
        function blank() { sub(/^[ ]+/, "", text) }
        function take(regex) {
            if (!match(text, "^(" regex ")")) return 0
            text = substr(text, RLENGTH + 1)
            return 1
        }
        function string() {
            if (!take("\"([^\"\\\\\001-\037]|\\\\([\"\\\\/bfnrt]|u" hex hex hex hex "))*\""))
                fail("no text")
        }
        function value(    first) {
            if (take("\\{")) {
                for (first = 1; !take("\\}"); first = 0) {
                    if (!first && !take(",")) fail("no comma")
                    string()
                    if (!take(":")) fail("no colon")
                    value()
                }
            } else if (take("\\[")) {
                for (first = 1; !take("\\]"); first = 0) {
                    if (!first && !take(",")) fail("no comma")
                    value()
                }
            } else if (!take("-?(0|[1-9][0-9]*)|null|true|false")) string()
        }
        BEGIN { hex = "[0-9a-fA-F]" }
        { text = $0; if (substr(text, 1, 1) != "{") fail("no object"); value()
          if (text != "") fail("more than an object") }
    '
}

@test "--error-format=json writes JSON for every wrong program" {
    local file
    for file in tests/cases/wrong-*/*.runa; do
        [[ -f $file ]] || continue
        "$RUNAC" check --error-format=json "$file" 2>"$TEST_FOLDER/out" >&2 || :
        expect_json_lines <"$TEST_FOLDER/out" || fail "$file" "$(<"$TEST_FOLDER/out")"
    done
}

@test "JSON has offsets, lines and columns, notes and edits" {
    {
        printf '\xEF\xBB\xBFProcess called "main" returns Integer:\n'
        printf '%s\n' '    Let x = 5' '    Set x to "a" + "b"' '    If true'
    } >"$TEST_FOLDER/a.runa"
    capture "$RUNAC" check --error-format=json "$TEST_FOLDER/a.runa"
    expect_status 1
    [[ $err == *'"code":"E0201"'*'"span":{"start":52,"end":53,"line":2,"column":11,'* ]] ||
        fail "$err"
    [[ $err == *'"end_line":2,"end_column":12}'* ]] || fail "$err"
    [[ $err == *'"offset":52,"length":1,"replacement":"be"}'* ]] || fail "$err"
    [[ $err == *'"notes":[{"message":"the If is opened here","file":"'*'a.runa","span":{'* ]] ||
        fail "$err"
    [[ $err == *'"help":["'* ]] || fail "$err"
}

# Edits are right when the program that they make is.
@test "the edits of JSON cure what they are given for" {
    local name file
    for name in missing_be equals_sign_in_let semicolons set_is end_if_spelling end_alone \
        broken_condition_far else_if_with_slashes \
        return_lower misspelt_display smart_quotes hash_comment missing_colon missing_called \
        missing_quotes_name if_then equals_in_condition is_less_then arrow_result missing_as \
        true_capital for_in misspelt_name_often broken_header broken_clause broken_condition \
        function_called half_comparison colon_without_block compare_alone count_down decimal_comma \
        else_without_colon for_each_of constructor_takes_argument comma_before_returns let_mut \
        let_blank_name set_increased_by arena_scope_opened field_signs collection_signs \
        operator_misspelt choice_of_values at_without_index words_in_capitals variant_field_sign \
        for_range_python is_with_sign missing_as_capital missing_to_of_default \
        statements_on_one_line range_points is_as_question \
        second_operator signs_without_blanks items_below lambda_arrow increment values_of_others \
        sums_in_words part_or_call bare_process change_signs plus_equals; do
        file=$TEST_FOLDER/$name.runa
        sed '/^Note:$/,$d' "tests/cases/wrong-messages/$name.runa" >"$file"
        capture "$RUNAC" check --error-format=json "$file"
        expect_status 1
        apply_fixes "$file" <<<"$err"
        capture "$RUNAC" check "$file"
        ((status == 0)) || fail "$name: the edits make:" "$(<"$file")" "$err"
    done
}

@test "a sign has no edit where its word would mean something else, or leave an error" {
    local line
    while IFS= read -r line; do
        {
            printf 'Process called "main":\n    Let n be 5\n    %s\n' "$line"
            printf 'End Process\n'
        } >"$TEST_FOLDER/a.runa"
        capture "$RUNAC" check --error-format=json "$TEST_FOLDER/a.runa"
        expect_status 1
        [[ $err != *'"offset"'* ]] || fail "$line" "$err"
    done <<'EOF'
Display (n & 4) != 0
Let x be n & 2
n &= 2
Display !n > 3
Display !n == 2
Display !(n) is 2
Display !!n
Display ~~n
Display `n is ${n}`
Display f'n is {n}'
@n = 6
@twelve Display 2
@route("/",
Display """one \"""
Display """one""""
EOF
}

@test "JSON writes all errors, people see 20 and the number left" {
    {
        echo 'Process called "main":'
        for ((i = 0; i < 25; i++)); do echo "    Display missing_$i"; done
        echo 'End Process'
    } >"$TEST_FOLDER/many.runa"
    capture "$RUNAC" check --error-format=json "$TEST_FOLDER/many.runa"
    [[ $(grep -c '"code":"E0301"' <<<"$err") == 25 ]] || fail "$err"
    capture "$RUNAC" check "$TEST_FOLDER/many.runa"
    expect_status 1
    [[ $(grep -c 'error\[E0301\]' <<<"$err") == 20 && $err == *$'\n5 more errors' ]] || fail "$err"
}

@test "the help of a use that is not shown goes to the name's first use" {
    {
        printf '%s\n' 'Process called "main":' '    Display cuont' '    Let n be 1'
        for ((i = 0; i < 30; i++)); do echo '    Display n.length'; done
        printf '%s\n' '    Let count be 2' '    Display cuont' '    Display count plus cuont' \
            'End Process'
    } >"$TEST_FOLDER/many.runa"
    capture "$RUNAC" check "$TEST_FOLDER/many.runa"
    expect_status 1
    [[ $err == *':2:13: error[E0301]: `cuont`'*':35:13: note: used here, too, and 1 more time'* &&
        $err == *$'^~~~~\nhelp: did you mean `count`?\n'* && $err == *$'\n11 more errors' ]] ||
        fail "$err"
}

@test "people see 20 warnings and the number left, JSON writes all" {
    {
        echo 'Process called "main":'
        for ((i = 0; i < 21; i++)); do echo "    Let unused_$i be $i"; done
        echo '    Display missing'
        echo 'End Process'
    } >"$TEST_FOLDER/many.runa"
    capture "$RUNAC" check --error-format=json "$TEST_FOLDER/many.runa"
    [[ $(grep -c '"code":"unused-variable"' <<<"$err") == 21 ]] || fail "$err"
    capture "$RUNAC" check "$TEST_FOLDER/many.runa"
    expect_status 1
    [[ $(grep -c 'warning\[' <<<"$err") == 20 && $err == *'error[E0301]'*$'\n1 more warning' ]] ||
        fail "$err"
}

@test "-Werror makes errors of the warnings that are shown" {
    printf '%s\n' 'Process called "main":' '    Let unused be 1' 'End Process' \
        >"$TEST_FOLDER/a.runa"
    capture "$RUNAC" check "$TEST_FOLDER/a.runa"
    expect_status 0
    [[ $err == *'warning[unused-variable]'* ]] || fail "$err"
    capture "$RUNAC" -Werror "$TEST_FOLDER/a.runa"
    expect_status 1
    [[ $err == *'error[unused-variable]'* ]] || fail "$err"
    [[ ! -e $TEST_FOLDER/a ]]
    capture "$RUNAC" check -Werror -Wno-unused-variable "$TEST_FOLDER/a.runa"
    expect_status 0
    [[ ! $err ]] || fail "$err"
    capture "$RUNAC" check -Werror "$HELLO"
    expect_status 0
}

@test "JSON holds strange bytes as escapes or replacement characters" {
    printf 'Process called "main":\n    Display a\x01 \xFF "\n' >"$TEST_FOLDER/b.runa"
    capture "$RUNAC" check --error-format=json "$TEST_FOLDER/b.runa"
    expect_status 1
    expect_json_lines <<<"$err"
}

# A terminal is what script(1) gives.
@test "colours appear on a terminal, and not with NO_COLOR" {
    printf 'Process called "main":\n    Display x\nEnd Process\n' >"$TEST_FOLDER/c.runa"
    capture script -qec "'$RUNAC' check '$TEST_FOLDER/c.runa'" /dev/null
    [[ $out == *$'\e['* ]] || fail "no colours: $out $err"
    NO_COLOR=1 capture script -qec "'$RUNAC' check '$TEST_FOLDER/c.runa'" /dev/null
    [[ $out == *E0301* && $out != *$'\e['* ]] || fail "colours: $out $err"
    NO_COLOR=1 capture "$RUNAC" check --color=always "$TEST_FOLDER/c.runa"
    [[ $err == *$'\e['* ]] || fail "no colours: $err"
}

@test "the list of warnings in docs/diagnostics.md is that of the compiler" {
    local name
    while IFS= read -r name; do
        grep -q "^| \`$name\` |" docs/diagnostics.md || fail "missing: $name"
    done < <(sed -n 's/^DIAGNOSTIC_WARNING("\([a-z-]*\)".*/\1/p' bootstrap/diagnostic.def)
}

@test "control characters of a file's name are escapes, so that a message stays one line" {
    local compiler name=$'a\nb\e[1m\302\2337\177\tc\303\251.runa'
    local shown=$'a\\x0Ab\\x1B[1m\\xC2\\x9B7\\x7F\tc\303\251'
    cd "$TEST_FOLDER"
    printf '%s\n' 'Import "no\nsuch.runa"' 'Process called "main":' 'End Process' >"$name"
    for compiler in "$BOOTSTRAP" "$SELF"; do
        capture "$compiler" check "$name"
        expect_status 1
        [[ $err == "$shown.runa:1:8: error[E0304]: cannot find \`no\\x0Asuch.runa\` to"* &&
            $err == *$'\nhelp: looked for no\\x0Asuch.runa, '* ]] || fail "$err"
        capture "$compiler" check --error-format=json "$name"
        [[ $err == *'"file":"a\u000ab\u001b[1m'* ]] || fail "$err"
        capture "$compiler" check "$name.txt"
        expect_status 2
        expect_one_line "runac: cannot read '$shown.runa.txt': No such file or directory"
        capture "$compiler" $'--no\nsuch'
        expect_one_line "runac: unknown option '--no\\x0Asuch'"
    done
}
