# `runac explain`: each code has its text, whose wrong program gives that code alone and whose cured
# program gives nothing.
load common

# Every code and warning of diagnostic.def with its title, a line each: CODE<tab>TITLE.
list_codes() {
    tr '\n' ' ' <bootstrap/diagnostic.def | sed 's/DIAGNOSTIC_/\n&/g' |
        sed -nE 's/^DIAGNOSTIC_ERROR\((E[0-9]+), [a-z0-9_]+, *"(.*)"\).*/\1\t\2/p
            s/^DIAGNOSTIC_WARNING\("([a-z-]+)", [a-z_]+, [a-z]+, [a-z]+, *"(.*)"\).*/\1\t\2/p'
}

# Writes the blocks of the text about $1: $1.wrong/main.runa, $1.cured/main.runa and, in both, the
# files that belong to them. <E9> in a wrong program stands for the byte with that number.
extract_programs() {
    mkdir "$TEST_FOLDER/$1.wrong" "$TEST_FOLDER/$1.cured"
    awk -v folder="$TEST_FOLDER/$1" '
        /^```runa wrong$/ { file = folder ".wrong/main.runa"; other = ""; wrong++; next }
        /^```runa cured$/ { file = folder ".cured/main.runa"; other = ""; cured++; next }
        /^```runa file / { file = folder ".wrong/" $3; other = folder ".cured/" $3; next }
        /^```$/ && file { file = ""; next }
        /^```/ { print "a block of another kind: " $0; exit }
        file { print > file; if (other) print > other }
        END { if (wrong != 1 || cured != 1) print "not one wrong and one cured program" }
    ' "docs/errors/$1.md"
    sed -i 's/<E9>/\xE9/; s/<00>/\x00/' "$TEST_FOLDER/$1.wrong/main.runa"
}

# Complains about the text of the code $1 with the title $2.
check_text() {
    local code=$1 title=$2 status=0 err line codes=' ' program=$TEST_FOLDER/program
    [[ -f docs/errors/$code.md ]] || { echo "no text" && return; }
    IFS= read -r line <"docs/errors/$code.md"
    [[ $line == "# $code: $title" ]] || echo "its first line is not: # $code: $title"
    extract_programs "$code"
    err=$("$RUNAC" "$TEST_FOLDER/$code.wrong/main.runa" -o "$program" 2>&1) || status=$?
    while IFS= read -r line; do
        [[ $line =~ ^[^' ']+:[0-9]+:[0-9]+:' '(error|warning)'['([A-Za-z0-9-]+)']: ' ]] || continue
        [[ $codes == *" ${BASH_REMATCH[2]} "* ]] || codes+="${BASH_REMATCH[2]} "
    done <<<"$err"
    [[ $codes == " $code " ]] || echo "its wrong program gives:$codes" "$err"
    [[ $code == E* && $status == 1 || $code != E* && $status == 0 ]] ||
        echo "the status of its wrong program is $status"
    status=0
    err=$("$RUNAC" "$TEST_FOLDER/$code.cured/main.runa" -o "$program" 2>&1) || status=$?
    [[ ! $err && $status == 0 ]] || echo "its cured program (status $status) gives: $err"
}

# Counted as a case for each code.
@test "cases: texts of runac explain" {
    local code title complaints passed=0 failed=0
    while IFS=$'\t' read -r code title; do
        complaints=$(check_text "$code" "$title")
        [[ ! $complaints ]] && passed=$((passed + 1)) && continue
        failed=$((failed + 1))
        printf '%s: %s\n' "$code" "$complaints"
    done < <(list_codes)
    echo "$passed passed, $failed failed"
    [[ ! ${RUNA_CASE_COUNTS-} ]] || echo "$passed $failed explain" >>"$RUNA_CASE_COUNTS"
    ((failed == 0 && passed > 100))
}

@test "no text of runac explain is without its code" {
    local file code
    for file in docs/errors/*; do
        code=${file##*/}
        code=${code%.md}
        list_codes | grep -q "^$code"$'\t' || fail "$file: no such code"
    done
}

@test "explain takes codes in any case, and warnings" {
    capture "$RUNAC" explain E0203
    expect_status 0
    [[ ! $err && $out == "E0203: a block without its End line"$'\n'*$'\nWrong:\n    Process'* ]] ||
        fail "$out" "$err"
    local first=$out
    capture "$RUNAC" explain e0203
    expect_output "$first"
    capture "$RUNAC" explain word-conversion
    expect_status 0
    [[ $out == "word-conversion: "* ]] || fail "$out"
}

@test "explain alone lists every code" {
    capture "$RUNAC" explain
    expect_status 0
    local code title
    while IFS=$'\t' read -r code title; do
        [[ $out == *"$code  "*"$title"* ]] || fail "missing, or without a gap behind it: $code"
    done < <(list_codes)
}

@test "explain of an unknown code gives one line and status 2" {
    capture "$RUNAC" explain unused-variabel
    expect_status 2
    expect_one_line "unused-variabel" "did you mean 'unused-variable'"
    capture "$RUNAC" explain E9999
    expect_status 2
    expect_one_line "E9999" "runac explain"
    local word
    for word in 203 e203 E00203 E02O3; do
        capture "$RUNAC" explain "$word"
        expect_status 2
        expect_one_line "$word" "did you mean 'E0203'"
    done
    capture "$RUNAC" explain E020
    expect_one_line "did you mean 'E0201'"
    capture "$RUNAC" explain E0101 E0102
    expect_status 2
    expect_one_line "one code at a time"
}

@test "explain finds its texts through RUNA_HOME, and says when there are none" {
    mkdir "$TEST_FOLDER/bin" "$TEST_FOLDER/parts"
    cp "$RUNAC" "$TEST_FOLDER/bin/runac"
    capture "$TEST_FOLDER/bin/runac" explain E0101
    expect_status 2
    expect_one_line "RUNA_HOME"
    ln -s "$ROOT/docs/errors" "$TEST_FOLDER/parts/errors"
    RUNA_HOME=$TEST_FOLDER/parts capture "$TEST_FOLDER/bin/runac" explain E0101
    expect_status 0
    [[ $out == "E0101: "* ]] || fail "$out"
}
