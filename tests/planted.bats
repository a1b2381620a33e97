# Recovery: a program with k independent errors gives these k, each on its line, and no other.
# tests/planted-errors.txt has the errors; PLANTED_SEED and PLANTED_PROGRAMS choose others.
load common

SNIPPETS=tests/planted-errors.txt

# Writes a program with the snippets whose numbers are given, and a line "LINE" for each error to
# FILE.expected. Every process has one or two of them, between statements that are right.
write_program() {
    local file=$1
    shift
    awk -v chosen="$*" -v expected="$file.expected" '
        function put(text) { print text; line++ }
        function put_snippet(number, indent,    i, text, marked) {
            marked = 0
            for (i = 1; i <= size[number]; i++) {
                text = body[number, i]
                gsub(/N/, number, text)
                # A capital N of the language stays.
                gsub(/Note/, "Note", text)
                put((text == "" ? "" : indent) text)
                if (text ~ /\/\/!!/) print line > expected
                if (text ~ /\/\/!/ || size[number] == 1) { print line > expected; marked = 1 }
            }
            if (!marked) { print "snippet " number " has no error line" > "/dev/stderr"; exit 2 }
        }
        /^--- / { count++; kind[count] = $2; next }
        count { body[count, ++size[count]] = $0 }
        END {
            printf "" > expected
            put("Constant LIMIT as Integer is 10")
            put("Structure Point:"); put("    x: Integer"); put("    y: Integer")
            put("End Structure")
            put("Process called \"add\" takes a as Integer, b as Integer returns Integer:")
            put("    Return a plus b"); put("End Process")
            put("Process called \"greet\" takes name as String:")
            put("    Display name"); put("End Process")
            n = split(chosen, order, " ")
            for (k = 1; k <= n; k++) {
                number = order[k]
                if (kind[number] == "alone" && n > 1) continue
                if (kind[number] != "process") { put_snippet(number, ""); continue }
                put("Process called \"user_" k "\" takes point as Point returns Integer:")
                put("    Let total be 1"); put("    Let numbers be a list containing 1, 2")
                put("    Let row as Array[4] of Integer")
                put_snippet(number, "    ")
                put("    Display total plus row[0] plus point.x plus numbers.length()")
                put("    Return add(total, LIMIT)"); put("End Process")
            }
            put("Process called \"main\" returns Integer:"); put("    Return 0"); put("End Process")
        }
    ' "$SNIPPETS" >"$file"
}

# Complains unless the compiler reports exactly the expected errors.
check_program() {
    local file=$1 reported expected
    expected=$(sort -n "$file.expected" | tr '\n' ' ')
    "$RUNAC" check --error-format=json "$file" >"$file.out" 2>&1
    reported=$(grep '^{"severity":"error"' "$file.out" | sed 's/"notes".*//' |
        sed 's/.*"line":\([0-9]*\),.*/\1/' | sort -n | tr '\n' ' ')
    [[ $reported == "$expected" ]] && return
    echo "expected errors on the lines $expected, reported on $reported"
    "$RUNAC" check "$file"
    return 1
}

snippet_count() {
    grep -c '^--- ' "$SNIPPETS"
}

# Complains when edits of the JSON on standard input overlap, or stand at one place.
check_overlap() {
    grep -o '"offset":[0-9]*,"length":[0-9]*' | tr -dc '0-9,\n' | sort -t , -k 1,1n -k 2,2n |
        awk -F , 'NR > 1 && ($1 < end || $1 == start) { print "edits overlap at " $1; failed = 1 }
                  { start = $1; end = $1 + $2 }
                  END { exit failed }'
}

# Counted as a case for each.
@test "cases: each planted error alone is reported once, on its line" {
    local number passed=0 failed=0
    for ((number = 1; number <= $(snippet_count); number++)); do
        write_program "$TEST_FOLDER/p.runa" "$number"
        if check_program "$TEST_FOLDER/p.runa"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1)) && echo "in the snippet $number"
        fi
    done
    [[ ! ${RUNA_CASE_COUNTS-} ]] || echo "$passed $failed planted" >>"$RUNA_CASE_COUNTS"
    ((failed == 0 && passed > 100))
}

@test "cases: where a planted error has edits, they leave no error" {
    local number passed=0 failed=0
    for ((number = 1; number <= $(snippet_count); number++)); do
        write_program "$TEST_FOLDER/p.runa" "$number"
        capture "$RUNAC" check --error-format=json "$TEST_FOLDER/p.runa"
        [[ $err == *'"offset"'* ]] || continue
        check_overlap <<<"$err" || { failed=$((failed + 1)) && echo "in the snippet $number"; }
        apply_fixes "$TEST_FOLDER/p.runa" <<<"$err"
        capture "$RUNAC" check "$TEST_FOLDER/p.runa"
        if ((status == 0)); then
            passed=$((passed + 1))
        else
            failed=$((failed + 1)) && echo "the edits of snippet $number leave:" && echo "$err"
        fi
    done
    [[ ! ${RUNA_CASE_COUNTS-} ]] || echo "$passed $failed planted" >>"$RUNA_CASE_COUNTS"
    ((failed == 0 && passed > 100))
}

@test "cases: k planted errors give these k errors" {
    local seed=${PLANTED_SEED:-1} programs=${PLANTED_PROGRAMS:-100} count i k passed=0 failed=0
    local -a numbers
    count=$(snippet_count)
    RANDOM=$seed
    for ((i = 0; i < programs; i++)); do
        numbers=()
        for ((k = RANDOM % 12 + 2; k > 0; k--)); do
            numbers+=($((RANDOM % count + 1)))
        done
        mapfile -t numbers < <(printf '%s\n' "${numbers[@]}" | awk '!seen[$0]++')
        write_program "$TEST_FOLDER/p.runa" "${numbers[@]}"
        if check_program "$TEST_FOLDER/p.runa"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1)) && echo "PLANTED_SEED=$seed, program $i: ${numbers[*]}"
        fi
    done
    [[ ! ${RUNA_CASE_COUNTS-} ]] || echo "$passed $failed planted" >>"$RUNA_CASE_COUNTS"
    ((failed == 0))
}
