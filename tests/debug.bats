# -g: what gdb knows of a program, the backtraces of panics, and that nothing else changes.
load common

# Writes and compiles the program that the tests look at: they name its lines by their numbers.
build_program() {
    cat >"$TEST_FOLDER/program.runa" <<'RUNA'
Structure Point:
    x: Integer
    y: Float
    name: String
    small: Integer16
    cells: Array[3] of Integer
    centre: inline Pair
    next: Point
End Structure
Structure Pair:
    left: Integer
    right: Integer32
End Structure
Type Shape is:
    | Circle with radius as Integer
    | Box with width as Integer and label as String
    | Empty
End Type
Let counter be 41
Let table as Array[3] of Integer be [7, 8, 9]
Process called "add" takes a as Integer, b as Integer returns Integer:
    Let sum be a plus b
    Return sum
End Process
Process called "Shape.size" takes shape as Shape returns Integer:
    Match shape:
        When Circle with radius as r:
            Return r times 2
        When Box with width as w and label as r:
            Display r
            Return w
        When Empty:
            Return 0
    End Match
End Process
Process called "look" takes p as Point, f as Float, ok as Boolean, s as String,
        pair as Array[2] of Integer16, g as Function of (Integer) returns Integer:
    Let half as Float32 be 1.5
    Let local as Pair
    Set local.left to 9
    Let value be add(p.x, 2)
    Let value be "text"
    Let items be [1, 2, 3]
    Let words be a list containing "one", "two"
    For i from 1 to 2:
        Let inner be i times 10
        Display items[inner]
    End For
    Display value joined with half joined with local.left joined with words[0]
End Process
Process called "main" returns Integer:
    Let p be a Point with x 3, y 2.5, name "abc", small -4, cells [1, 2, 3],
        centre (a Pair with left 5 and right 6), next Nothing
    Let pair as Array[2] of Integer16 be [5, -6]
    Let shape be Box with width as 8 and label as "box"
    Set counter to Shape.size(shape)
    Let scale be 3
    Let g be lambda n: n times scale
    Display g(4)
    look(p, 3.25, true, "hello", pair, g)
    Return 0
End Process
RUNA
    (cd "$TEST_FOLDER" && "$RUNAC" -Wno-shadowed-let -g program.runa -o program)
}

# Runs gdb's commands, a line each, and keeps what it prints in `out`.
debug() {
    local command
    local -a commands=()
    for command in "set pagination off" "set confirm off" "set width 0" "$@"; do
        commands+=(-ex "$command")
    done
    cd "$TEST_FOLDER"
    capture gdb -q -nx -batch "${commands[@]}" ./program
    cd "$ROOT"
}

# gdb printed all of these, in this order.
expect_printed() {
    local part rest=$out
    for part in "$@"; do
        [[ $rest == *"$part"* ]] || fail "not printed (in this order): $part" "$out" "$err"
        rest=${rest#*"$part"}
    done
}

@test "gdb breaks at a process by its name, steps, and walks the stack" {
    build_program
    debug "break program.runa:add" "run" "bt" "next" "print sum" "finish" "next" "step"
    expect_printed "file program.runa, line 22" "Breakpoint 1, add (a=3, b=2) at program.runa:22" \
        $'22\t    Let sum be a plus b' "#0  add (a=3, b=2) at program.runa:22" \
        "in look (p=0x" ", f=3.25, ok=true, s=0x" '"hello"' "at program.runa:41" \
        "in main () at program.runa:60" "in runa_entry ()" $'23\t    Return sum' ' = 5' \
        "Value returned is" "= 5" $'42\t    Let value be "text"' $'43\t'
}

@test "gdb breaks at processes whose names have a dot, and at lines" {
    build_program
    debug "break Shape.size" "break program.runa:47" "run" "continue"
    expect_printed "Breakpoint 1 at" "line 27" "Breakpoint 2 at" "line 47" \
        "Breakpoint 1, Shape.size (shape=0x" "at program.runa:27" \
        "Breakpoint 2, look" "program.runa:47"
}

@test "gdb prints parameters, variables and globals with their types" {
    build_program
    debug "break program.runa:47" "run" "print *p" "print p->name" "print p->cells[1]" \
        "print p->centre.right" "print pair" "print ok" "print f" "print s" "print half" \
        "print value" "print local->left" "print *items->data@items->length" \
        'print (char *) words->data[1]' "print counter" "print table" "whatis p" "whatis pair" \
        "whatis f" "whatis ok" "whatis s" "whatis items" "whatis i" "ptype p"
    expect_printed '{x = 3, y = 2.5, name = 0x' '"abc", small = -4, cells = {1, 2, 3}, ' \
        'centre = {left = 5, right = 6}, next = 0x0}' '"abc"' '= 2' '= 6' '= {5, -6}' '= true' \
        '= 3.25' '"hello"' '= 1.5' '"text"' '= 9' '= {1, 2, 3}' '"two"' '= 8' '= {7, 8, 9}' \
        'type = struct Point *' 'type = Integer16 [2]' 'type = Float' 'type = Boolean' \
        'type = char *' 'type = struct Array of Integer *' 'type = Integer' \
        'Integer x;' 'Float y;' 'char *name;' 'Integer16 small;' 'Integer cells[3];' \
        'struct Pair centre;' 'struct Point *next;'
}

@test "gdb sees the variables of the block where the program is" {
    build_program
    debug "break program.runa:47" "run" "info locals" "tbreak program.runa:42" "run" "next" "next" \
        "print value" "info locals"
    expect_printed $'inner = 10\ni = 1\n' 'value = 0x' '"text"' 'half = 1.5' 'value = 5' \
        $'44\t' '"text"'
    rest=${out##*$'44\t'}
    [[ $rest != *"inner = "* ]] || fail "a variable of another block is seen" "$out"
}

@test "gdb shows a variant's fields, and what a case has bound" {
    build_program
    debug "break program.runa:30" "run" "print *shape" "print shape->Box.width" "print r" \
        "print w" "print shape->variant == Box"
    expect_printed '{variant = Box' 'Box = {width = 8, label = 0x' '"box"}' '= 8' '"box"' \
        '= 8' '= 1'
}

@test "gdb sees a lambda's parameters and captures" {
    build_program
    debug "break program.runa:58" "run" "continue" "bt 1" "info args"
    expect_printed "main () at program.runa:58" "lambda in main (n=4, scale=3) at program.runa:58" \
        "n = 4" "scale = 3"
}

@test "where a program panics, gdb has the line and the variables" {
    build_program
    debug "break runa_panic_index" "run" "up" "info locals" "bt"
    expect_printed "Breakpoint 1," $'47\t        Display items[inner]' $'inner = 10\ni = 1\n' \
        'value = 0x' "in look" "program.runa:47" "in main () at program.runa:60"
}

@test "a panic of a program with -g names the processes and lines that led to it" {
    build_program
    cd "$TEST_FOLDER"
    capture ./program
    expect_status 101
    [[ $err == *"program.runa:47: panic: index 10 is out of range (length 3) (in process look)
    at look (program.runa:47)
    at main (program.runa:60)" ]] || fail "$err"
    "$RUNAC" -Wno-shadowed-let program.runa -o program
    capture ./program
    expect_one_line "program.runa:47: panic: index 10 is out of range (length 3)"
}

@test "a program of objects with and without -g: a backtrace names the innermost expanded process" {
    cat >"$TEST_FOLDER/library.runa" <<'RUNA'
Process called "third" takes items as List of Integer, i as Integer returns Integer:
    Return items[i]
End Process
Process called "second" takes items as List of Integer, i as Integer returns Integer:
    Return third(items, i plus 1)
End Process
Export Process called "first" takes i as Integer returns Integer:
    Let items be a list containing 1, 2
    Let result be second(items, i)
    Return result
End Process
RUNA
    cat >"$TEST_FOLDER/program.runa" <<'RUNA'
External Process called "first" takes i as Integer returns Integer
Process called "main":
    Display first(7)
End Process
RUNA
    cd "$TEST_FOLDER"
    local panic="library.runa:2: panic: index 8 is out of range (length 2) (in process third)"
    local third="    at third (library.runa:2)" main="    at main (program.runa:3)"
    local others=$'    at second (library.runa:5)\n    at first (library.runa:9)'
    local library program
    for library in '' -g; do
        for program in '' -g; do
            "$RUNAC" $library -c library.runa -o library.o
            "$RUNAC" $program -c program.runa -o program.o
            cc ${SANITIZE:+-fsanitize=address,undefined} -no-pie program.o library.o \
                "$RUNTIME_LIBRARY" -lm -lpthread -o program
            capture ./program
            expect_status 101
            case $library$program in
                '') [[ $err == "$panic" ]] ;;
                -g) [[ $err == "$panic"$'\n'"$third"${library:+$'\n'$others}$'\n'"$main" ]] ;;
                -g-g) [[ $err == "$panic"$'\n'"$third"$'\n'"$others"$'\n'"$main" ]] ;;
            esac || fail "library with '$library', program with '$program': $err"
        done
    done
}

# What the object file $1 has in the sections $2….
sections() {
    local file=$1
    shift
    objdump -s "${@/#/-j}" "$file" | tail -n +3
}

same_sections() {
    cmp <(sections "$TEST_FOLDER/a.o" "$@") <(sections "$TEST_FOLDER/b.o" "$@")
}

# Compares what the program $source calls, compiled with -g and without, and $flags: `status` is 3
# where calls are expanded.
compare_calls() {
    eval "'$RUNAC' $flags -g -S '$source' -o '$TEST_FOLDER/b.s'" >/dev/null 2>&1
    eval "'$RUNAC' $flags -S '$source' -o '$TEST_FOLDER/a.s'" >/dev/null 2>&1
    capture awk -f tests/expanded-calls.awk "$TEST_FOLDER/b.s" "$TEST_FOLDER/a.s"
    [[ $status == [03] && ! $err ]] || fail "its calls differ with -g: $source" "$out" "$err"
}

# The case that a file belongs to: it, or the folder above it that holds a main.runa.
case_of() {
    local folder=$1
    while [[ $folder == */* ]]; do
        folder=${folder%/*}
        if [[ -e $folder/main.runa ]]; then
            echo "$folder"
            return
        fi
    done
    echo "$1"
}

# Without -g only a loop keeps variables in registers, and small processes are expanded: then the
# code may differ, but calls and what the program does may not.
@test "with -g a program has the same code but for loops and expansions, data and lines" {
    local source flags compared=0 with_loops=0 with_expansions=0
    local -A expanded=()
    local -a sources
    mapfile -t sources < <(find tests/cases examples -type f -name '*.runa')
    for source in "${sources[@]}"; do
        flags=$(sed -n 's|^.*// flags: ||p' "$source" | head -n 1)
        eval "'$RUNAC' $flags -c '$source' -o '$TEST_FOLDER/a.o'" >/dev/null 2>&1 || continue
        eval "'$RUNAC' $flags -g -c '$source' -o '$TEST_FOLDER/b.o'" >/dev/null 2>&1 ||
            fail "it does not compile with -g: $source"
        same_sections .data || fail "its data differ with -g: $source"
        compare_calls
        if ((status == 3)); then
            with_expansions=$((with_expansions + 1))
            expanded[$(case_of "$source")]=1
            continue
        fi
        same_sections runa_lines runa_processes || fail "it differs with -g: $source"
        if grep -qE '^ *(For|While) ' "$source"; then
            with_loops=$((with_loops + 1))
        else
            same_sections .text || fail "its code differs with -g: $source"
            compared=$((compared + 1))
        fi
    done
    ((compared > 400)) || fail "the code of $compared programs only was compared"
    ((with_loops > 100)) || fail "only $with_loops programs had a loop"
    ((with_expansions > 50)) || fail "in $with_expansions programs only a call was expanded"
    tests/run-cases --with twin_case "${!expanded[@]}"
}

@test "with -g the compiler has the same calls but for expansions, and others are seen" {
    local source=compiler/main.runa folder flags= line change
    local -a lines
    for folder in "$BUILT/compiler" compiler/{support,frontend,baseline}; do
        flags+=" -I '$folder'"
    done
    compare_calls
    expect_status 3
    # Each call of the library or of the runtime that one process makes, left out and made twice.
    source=tests/cases/calls/expanded_processes.runa flags=
    compare_calls
    expect_status 3
    mv "$TEST_FOLDER/a.s" "$TEST_FOLDER/plain.s"
    mapfile -t lines < <(grep -nP '^\tcall (?=runa_)(?!runa_panic)' "$TEST_FOLDER/plain.s")
    ((${#lines[@]} > 10)) || fail "only ${#lines[@]} calls"
    for line in "${lines[@]%%:*}"; do
        for change in d p; do
            sed "$line$change" "$TEST_FOLDER/plain.s" >"$TEST_FOLDER/a.s"
            capture awk -f tests/expanded-calls.awk "$TEST_FOLDER/b.s" "$TEST_FOLDER/a.s"
            expect_status 1
            [[ $out == "process expanded_processes."*" calls something else" ]] || fail "$out"
        done
    done
}

@test "cases: programs with loops and panics do the same with -g" {
    local -a panics
    # Those about on_panic tell where the panic's text ends, which a backtrace follows with -g.
    mapfile -t panics < <(find tests/cases/panics -name '*.runa' -not -name 'on_panic*' | sort)
    tests/run-cases --with debug_case tests/cases/statements "${panics[@]}"
}

@test "the debugging information is well-formed, and names no path but the source's" {
    build_program
    (cd "$TEST_FOLDER" && "$RUNAC" -Wno-shadowed-let -g -c program.runa -o program.o)
    capture readelf --debug-dump=info,abbrev,decodedline,Ranges,frames "$TEST_FOLDER/program.o"
    expect_status 0
    [[ ! $err ]] || fail "$err"
    if grep -q "$TEST_FOLDER" "$TEST_FOLDER/program.o"; then fail "it holds the folder"; fi
}
