# The command line of the compiler: options, outputs, exit statuses, and what happens when something
# is missing.
bats_require_minimum_version 1.5.0
load common

# Writes a Runa file of the test's folder from standard input.
write_source() {
    cat >"$TEST_FOLDER/$1"
}

# A program that shows its arguments and its standard input, and ends with status 7.
write_echo() {
    write_source echo.runa <<'RUNA'
Process called "main" takes arguments as List of String returns Integer:
    For each argument in arguments:
        Display argument
    End For
    Let line be read_line()
    While line is not equal to Nothing:
        Display "line: " joined with line
        deallocate(line)
        Set line to read_line()
    End While
    Return 7
End Process
RUNA
}

write_wrong() {
    write_source wrong.runa <<'RUNA'
Process called "main" returns Integer:
    Return missing_name
End Process
RUNA
}

# A PATH that has only the named tools.
path_with() {
    mkdir -p "$TEST_FOLDER/bin"
    local tool
    for tool in "$@"; do
        ln -s "$(command -v "$tool")" "$TEST_FOLDER/bin/$tool"
    done
}

skip_when_root() {
    ((EUID != 0)) || skip "root may read and write everything"
}

@test "without -o the program lies beside its source, without .runa" {
    capture "$RUNAC" "$HELLO"
    expect_status 0
    expect_output ""
    [[ ! $err ]]
    expect_files hello hello.runa
    capture "$TEST_FOLDER/hello"
    expect_status 0
    expect_output hello
}

@test "-o names the program, before or after the source" {
    capture "$RUNAC" "$HELLO" -o "$TEST_FOLDER/first"
    expect_status 0
    capture "$RUNAC" -o "$TEST_FOLDER/second" "$HELLO"
    expect_status 0
    capture "$TEST_FOLDER/second"
    expect_output hello
    expect_files first hello.runa second
}

@test "-o replaces an older program" {
    echo old >"$TEST_FOLDER/program"
    capture "$RUNAC" "$HELLO" -o "$TEST_FOLDER/program"
    expect_status 0
    capture "$TEST_FOLDER/program"
    expect_output hello
}

@test "FILE.runa OUT.s writes assembly" {
    capture "$RUNAC" "$HELLO" "$TEST_FOLDER/out.s"
    expect_status 0
    expect_files hello.runa out.s
    as "$TEST_FOLDER/out.s" -o "$TEST_FOLDER/out.o"
    nm "$TEST_FOLDER/out.o" | grep -q ' T runa_entry$'
}

@test "-S writes assembly" {
    capture "$RUNAC" -S "$HELLO" -o "$TEST_FOLDER/x.asm"
    expect_status 0
    as "$TEST_FOLDER/x.asm" -o "$TEST_FOLDER/out.o"
    cd "$TEST_FOLDER"
    capture "$RUNAC" -S hello.runa
    expect_status 0
    expect_files hello.runa hello.s out.o x.asm
}

@test "assembly does not depend on the folder" {
    mkdir "$TEST_FOLDER/a" "$TEST_FOLDER/b"
    for folder in a b; do
        cp "$HELLO" "$TEST_FOLDER/$folder"
        (cd "$TEST_FOLDER/$folder" && "$RUNAC" hello.runa out.s)
    done
    cmp "$TEST_FOLDER/a/out.s" "$TEST_FOLDER/b/out.s"
    run grep -F "$TEST_FOLDER" "$TEST_FOLDER/a/out.s"
    [[ ! $output ]]
}

@test "a program and an object are the same to the byte each time" {
    local file="$TEST_FOLDER/d \"e\".runa" option
    local -a options=(--emit=exe -g -c --check=memory)
    ! can_link_statically || options+=(--static)
    cp examples/word_count.runa "$file"
    for option in "${options[@]}"; do
        capture "$RUNAC" "$option" "$file" -o "$TEST_FOLDER/first"
        expect_status 0
        capture "$RUNAC" "$option" "$file" -o "$TEST_FOLDER/second"
        expect_status 0
        cmp "$TEST_FOLDER/first" "$TEST_FOLDER/second" || fail "$option"
        run grep -c 'FILE .* d "e".runa$' <(readelf --syms --wide "$TEST_FOLDER/second")
        [[ $output == 1 ]] || fail "$option" "$output"
    done
    capture bash -c "'$RUNAC' -c - -o '$TEST_FOLDER/first' <'$file'"
    expect_status 0
    run readelf --syms --wide "$TEST_FOLDER/first"
    [[ $output == *" <stdin>"* ]] || fail "$output"
}

@test "-c writes an object that a C program can be linked with" {
    write_source area.runa <<'RUNA'
Export Process called "area" takes width as Integer, height as Integer returns Integer:
    Return width times height
End Process

Export Process called "half" takes x as Float returns Float:
    Return x divided by 2.0
End Process

Export Process called "greeting" takes name as String returns String:
    Return "hello " joined with name
End Process
RUNA
    cat >"$TEST_FOLDER/main.c" <<'C'
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
int64_t area(int64_t width, int64_t height);
double half(double x);
char *greeting(const char *name);
int main(void)
{
    char *text = greeting("C");
    printf("%ld %g %s\n", (long)area(6, 7), half(5), text);
    free(text);
    return 0;
}
C
    capture "$RUNAC" -c "$TEST_FOLDER/area.runa" -o "$TEST_FOLDER/area.o"
    expect_status 0
    cc ${SANITIZE:+-fsanitize=address,undefined} -no-pie "$TEST_FOLDER/main.c" \
        "$TEST_FOLDER/area.o" "$RUNTIME_LIBRARY" -lm -lpthread -o "$TEST_FOLDER/mixed"
    capture "$TEST_FOLDER/mixed"
    expect_status 0
    expect_output "42 2.5 hello C"
}

@test "--emit writes each of its forms" {
    for form in tokens ast asm obj exe; do
        capture "$RUNAC" "--emit=$form" "$HELLO" -o "$TEST_FOLDER/out.$form"
        expect_status 0
        [[ -s $TEST_FOLDER/out.$form ]] || fail "no out.$form"
    done
    capture "$TEST_FOLDER/out.exe"
    expect_output hello
    capture "$RUNAC" --emit=nothing "$HELLO"
    expect_status 2
    expect_one_line nothing
}

@test "--emit=tokens shows what is read, --emit=ast what it means" {
    printf '%s\n' 'Let x be 1_0 // ten' >"$TEST_FOLDER/let.runa"
    capture "$RUNAC" --emit=tokens "$TEST_FOLDER/let.runa"
    expect_output '1:1 NAME Let
1:5 NAME x
1:7 NAME be
1:10 INTEGER 10
1:20 NEWLINE
2:1 END_OF_FILE'
    capture "$RUNAC" --emit=ast "$TEST_FOLDER/let.runa"
    expect_output 'Module
  declarations:
    Let name="x"
      value:
        IntegerLiteral value=10'
}

@test "run passes arguments, standard input and the exit status on" {
    write_echo
    run --keep-empty-lines "$RUNAC" run "$TEST_FOLDER/echo.runa" \
        one "two words" --version -o x <<<$'a\nb'
    [[ $status == 7 ]] || fail "status $status" "$output"
    [[ $output == $'one\ntwo words\n--version\n-o\nx\nline: a\nline: b\n' ]] || fail "$output"
    expect_files echo.runa hello.runa
}

@test "run gives the status of a panic and of a signal" {
    write_source panic.runa <<'RUNA'
Process called "main" takes argc as Integer returns Integer:
    Return 1 divided by (argc minus argc)
End Process
RUNA
    capture "$RUNAC" run "$TEST_FOLDER/panic.runa"
    expect_status 101
    [[ $err == *"panic.runa:2: panic: "* ]] || fail "$err"
    write_source signal.runa <<'RUNA'
External Process called "raise" takes number as Integer32 returns Integer32
Process called "main" returns Integer:
    raise(15)
    Return 0
End Process
RUNA
    capture "$RUNAC" run "$TEST_FOLDER/signal.runa"
    expect_status 143
}

@test "run and compiling leave nothing in the temporary folder" {
    mkdir "$TEST_FOLDER/tmp"
    export TMPDIR=$TEST_FOLDER/tmp
    write_wrong
    capture "$RUNAC" run "$HELLO"
    expect_status 0
    capture "$RUNAC" "$HELLO"
    expect_status 0
    capture "$RUNAC" "$TEST_FOLDER/wrong.runa"
    expect_status 1
    [[ -z $(ls -A "$TMPDIR") ]] || fail "left behind: $(ls -A "$TMPDIR")"
    expect_files hello hello.runa tmp wrong.runa
}

@test "what - makes is named a" {
    cd "$TEST_FOLDER"
    "$RUNAC" - <"$HELLO"
    "$RUNAC" -S - <"$HELLO"
    "$RUNAC" -c - <"$HELLO"
    [[ -x a.out && -f a.s && -f a.o && ! -e a.out.out ]]
}

@test "- reads the program from standard input" {
    "$RUNAC" - -o "$TEST_FOLDER/program" <"$HELLO"
    capture "$TEST_FOLDER/program"
    expect_output hello
    "$RUNAC" check - <"$HELLO"
    write_wrong
    status=0
    "$RUNAC" check - <"$TEST_FOLDER/wrong.runa" 2>"$TEST_FOLDER/messages" || status=$?
    expect_status 1
    grep -q ':2:[0-9]*: error\[E[0-9]*\]: .*missing_name' "$TEST_FOLDER/messages"
}

@test "check writes nothing and accepts a file without main" {
    capture "$RUNAC" check "$HELLO"
    expect_status 0
    expect_output ""
    write_source library.runa <<'RUNA'
Process called "f" returns Integer:
    Return 1
End Process
RUNA
    capture "$RUNAC" check "$TEST_FOLDER/library.runa"
    expect_status 0
    capture "$RUNAC" "$TEST_FOLDER/library.runa"
    expect_status 1
    [[ $err == *main* ]] || fail "$err"
    expect_files hello.runa library.runa
}

@test "an error in the source gives status 1, and an older output stays" {
    write_wrong
    echo old >"$TEST_FOLDER/wrong"
    capture "$RUNAC" "$TEST_FOLDER/wrong.runa"
    expect_status 1
    expect_output ""
    [[ $err == "$TEST_FOLDER/wrong.runa:2:12: error[E"*missing_name* ]] || fail "$err"
    [[ $(<"$TEST_FOLDER/wrong") == old ]]
    capture "$RUNAC" "$TEST_FOLDER/wrong.runa" "$TEST_FOLDER/wrong.s"
    expect_status 1
    capture "$RUNAC" -c "$TEST_FOLDER/wrong.runa" -o "$TEST_FOLDER/wrong.o"
    expect_status 1
    capture "$RUNAC" check "$TEST_FOLDER/wrong.runa"
    expect_status 1
    capture "$RUNAC" run "$TEST_FOLDER/wrong.runa"
    expect_status 1
    expect_files hello.runa wrong wrong.runa
}

@test "--static makes a program without a dynamic linker" {
    can_link_statically || skip "no static C library, or one that ASan cannot do with"
    capture "$RUNAC" --static "$HELLO"
    expect_status 0
    capture "$TEST_FOLDER/hello"
    expect_output hello
    run readelf -l "$TEST_FOLDER/hello"
    [[ $output != *INTERP* ]] || fail "the program has an interpreter"
}

@test "-I finds imports" {
    mkdir "$TEST_FOLDER/modules"
    write_source modules/numbers.runa <<'RUNA'
Process called "seven" returns Integer:
    Return 7
End Process
RUNA
    write_source importing.runa <<'RUNA'
Import "numbers"
Process called "main" returns Integer:
    Return seven()
End Process
RUNA
    capture "$RUNAC" "$TEST_FOLDER/importing.runa"
    expect_status 1
    [[ $err == *":1:"*"error[E"*numbers* ]] || fail "$err"
    capture "$RUNAC" run -I "$TEST_FOLDER/modules" "$TEST_FOLDER/importing.runa"
    expect_status 7
}

@test "-L and -l, or from library, link a C library" {
    echo 'long seven(void) { return 7; }' >"$TEST_FOLDER/seven.c"
    cc -c "$TEST_FOLDER/seven.c" -o "$TEST_FOLDER/seven.o"
    ar rcs "$TEST_FOLDER/libseven.a" "$TEST_FOLDER/seven.o"
    write_source plain.runa <<'RUNA'
External Process called "seven" returns Integer
Process called "main" returns Integer:
    Return seven()
End Process
RUNA
    write_source declared.runa <<'RUNA'
External Process called "lucky" returns Integer from library "seven" aliased as "seven"
Process called "main" returns Integer:
    Return lucky()
End Process
RUNA
    capture "$RUNAC" run -L "$TEST_FOLDER" -lseven "$TEST_FOLDER/plain.runa"
    expect_status 7
    capture "$RUNAC" run -L "$TEST_FOLDER" "$TEST_FOLDER/declared.runa"
    expect_status 7
}

@test "a symbol that no library has is reported, and nothing is written" {
    write_source unresolved.runa <<'RUNA'
External Process called "no_such_function" returns Integer
Process called "main" returns Integer:
    Return no_such_function()
End Process
RUNA
    capture "$RUNAC" "$TEST_FOLDER/unresolved.runa"
    expect_status 2
    [[ $err == *no_such_function* ]] || fail "$err"
    expect_files hello.runa unresolved.runa
}

@test "-g gives a backtrace and line numbers" {
    write_source deep.runa <<'RUNA'
Process called "inner" takes d as Integer returns Integer:
    Return 10 divided by d
End Process

Process called "main" returns Integer:
    Return inner(0)
End Process
RUNA
    capture "$RUNAC" run "$TEST_FOLDER/deep.runa"
    expect_status 101
    expect_one_line "deep.runa:2: panic: " inner
    capture "$RUNAC" -g "$TEST_FOLDER/deep.runa"
    expect_status 0
    capture "$TEST_FOLDER/deep"
    expect_status 101
    [[ $err == *$'\n'*"at inner ("*"deep.runa:2)"*$'\n'*"at main ("*"deep.runa:6)"* ]] ||
        fail "$err"
    readelf --debug-dump=decodedline "$TEST_FOLDER/deep" | grep -q 'deep.runa'
}

@test "--strict turns its warnings into errors, -Wno-NAME silences one" {
    write_source words.runa <<'RUNA'
Process called "main" returns Integer:
    Let block as Integer be allocate(8)
    deallocate(block)
    Return 0
End Process
RUNA
    capture "$RUNAC" "$TEST_FOLDER/words.runa"
    expect_status 0
    [[ $err == *"words.runa:2:"*"warning[word-conversion]: "* ]] || fail "$err"
    rm "$TEST_FOLDER/words"
    capture "$RUNAC" -Wno-word-conversion "$TEST_FOLDER/words.runa"
    expect_status 0
    [[ ! $err ]] || fail "$err"
    rm "$TEST_FOLDER/words"
    capture "$RUNAC" --strict "$TEST_FOLDER/words.runa"
    expect_status 1
    expect_files hello.runa words.runa
    capture "$RUNAC" -Wno-such-warning "$TEST_FOLDER/words.runa"
    expect_status 2
    expect_one_line such-warning
}

@test "--error-format=json gives one object a line" {
    write_wrong
    capture "$RUNAC" check --error-format=json "$TEST_FOLDER/wrong.runa"
    expect_status 1
    while IFS= read -r line; do
        [[ $line == "{"*"}" ]] || fail "no object: $line"
    done <<<"$err$out"
    [[ $err$out == *missing_name* && $err$out == *'"E'* ]] || fail "$err$out"
}

@test "options may stand before the command" {
    write_wrong
    capture "$RUNAC" --error-format=json check "$TEST_FOLDER/wrong.runa"
    expect_status 1
    [[ $err == "{"*missing_name* ]] || fail "$err"
    capture "$RUNAC" --strict run "$HELLO"
    expect_status 0
    capture "$RUNAC" -- check
    expect_status 2
    expect_one_line "cannot read 'check'"
}

@test "--color=always colours, never and a pipe do not" {
    write_wrong
    capture "$RUNAC" check --color=always "$TEST_FOLDER/wrong.runa"
    [[ $err == *$'\e['* ]] || fail "$err"
    for color in never auto; do
        capture "$RUNAC" check "--color=$color" "$TEST_FOLDER/wrong.runa"
        [[ $err != *$'\e['* ]] || fail "$err"
    done
}

@test "-O0, -O1, -O2 and --time are accepted" {
    for level in 0 1 2; do
        capture "$RUNAC" "-O$level" "$HELLO"
        expect_status 0
    done
    capture "$RUNAC" --time "$HELLO"
    expect_status 0
    local part
    for part in resolve check generate assemble link lines memory; do
        [[ $err == *"$part"*[0-9]* ]] || fail "no $part: $err"
    done
}

@test "--time tells its times behind the warnings" {
    write_source unused.runa <<'RUNA'
Process called "main":
    Let unused be 1
End Process
RUNA
    capture "$RUNAC" --time "$TEST_FOLDER/unused.runa"
    expect_status 0
    local names
    names=$(awk '/^[a-z]+ +[0-9]/ { printf "%s ", $1; next } { printf "." }' <<<"$err")
    [[ $names == "....resolve check report copy generate assemble link lines memory " ]] ||
        fail "$names" "$err"
}

@test "--version names the compiler, --help every option" {
    capture "$RUNAC" --version
    expect_status 0
    [[ $out == runac* && $out != *$'\n'* && ! $err ]] || fail "$out" "$err"
    capture "$RUNAC" --help
    expect_status 0
    [[ ! $err ]] || fail "$err"
    for option in run check -o --emit -S -c -I -L -l -g -O0 --strict -W --check \
        --no-bounds-check --report --static --error-format --color --time --version --help \
        -O1 -O2 -Werror; do
        [[ $out == *"$option"* ]] || fail "--help does not name $option" "$out"
    done
}

@test "wrong usage gives status 2 and one line" {
    capture "$RUNAC"
    expect_status 2
    [[ $err ]]
    capture "$RUNAC" --no-such-option "$HELLO"
    expect_status 2
    expect_one_line --no-such-option
    capture "$RUNAC" "$HELLO" -o
    expect_status 2
    expect_one_line -o
    capture "$RUNAC" --check=everything "$HELLO"
    expect_status 2
    expect_one_line everything
    capture "$RUNAC" "$HELLO" "$HELLO"
    expect_status 2
    capture "$RUNAC" run
    expect_status 2
    expect_files hello.runa
    capture "$RUNAC" --chek=memory "$HELLO"
    expect_status 2
    expect_one_line "unknown option '--chek=memory'; did you mean '--check=memory'?"
    capture "$RUNAC" --strct=1 "$HELLO"
    [[ $err == *"did you mean '--strict'?" ]] || fail "$err"
    local word
    for word in formt format; do
        capture "$RUNAC" "$word" "$HELLO"
        expect_status 2
        [[ $err == "runac: unknown command '$word'; did you mean 'runac fmt'?" ]] || fail "$err"
        capture "$RUNAC" "$word"
        expect_status 2
        expect_one_line "cannot read '$word'" "did you mean 'runac fmt'?"
    done
    capture "$RUNAC" chek "$HELLO"
    [[ $err == *"did you mean 'runac check'?" ]] || fail "$err"
    capture "$RUNAC" -Wbogus "$HELLO"
    expect_status 2
    [[ $err == "runac: unknown warning 'bogus'; \`runac explain\` lists them" ]] || fail "$err"
    capture "$RUNAC" -Wno-unused-var "$HELLO"
    [[ $err == *"did you mean 'unused-variable'?" ]] || fail "$err"
    capture "$RUNAC" -Wno- "$HELLO"
    [[ $err == *"'; \`runac explain\` lists them" ]] || fail "$err"
    capture "$RUNAC" explain
    [[ $out == *unused-variable* ]] || fail "$out"
}

@test "what other tools call something is told" {
    local words
    while read -ra words; do
        capture "$RUNAC" "${words[@]:1}"
        expect_status 2
        expect_one_line "'${words[0]//_/ }'?"
    done <<'WORDS'
--version -v hello.runa
-g --debug hello.runa
runac_FILE.runa build hello.runa
runac_--help help
runac_--version version
WORDS
    for word in -X -Y; do
        capture "$RUNAC" "$word" "$HELLO"
        expect_status 2
        expect_one_line "unknown option '$word'; \`runac --help\` lists them"
    done
    capture "$RUNAC" -O3 "$HELLO"
    expect_status 2
    expect_one_line "-O0, -O1 and -O2"
    capture "$RUNAC" -Wall "$HELLO"
    expect_status 2
    expect_one_line "all warnings are on"
}

@test "a missing file gives status 2 and one line" {
    for command in "" run check; do
        capture "$RUNAC" $command "$TEST_FOLDER/absent.runa"
        expect_status 2
        expect_one_line absent.runa "No such file"
    done
}

@test "a folder as input gives status 2 and one line" {
    mkdir "$TEST_FOLDER/folder.runa"
    capture "$RUNAC" "$TEST_FOLDER/folder.runa"
    expect_status 2
    expect_one_line folder.runa directory
}

@test "an unreadable file gives status 2 and one line" {
    skip_when_root
    chmod 000 "$HELLO"
    capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line hello.runa "Permission denied"
}

@test "an output that cannot be created gives status 2 and one line" {
    capture "$RUNAC" "$HELLO" -o "$TEST_FOLDER/absent/program"
    expect_status 2
    expect_one_line absent/program
    mkdir "$TEST_FOLDER/folder"
    capture "$RUNAC" "$HELLO" -o "$TEST_FOLDER/folder"
    expect_status 2
    expect_one_line folder
    expect_files folder hello.runa
}

@test "the output never replaces a source" {
    cp "$HELLO" "$TEST_FOLDER/other.runa"
    { echo 'Import "empty"' && cat "$HELLO"; } >"$TEST_FOLDER/main.runa"
    echo '// nothing' >"$TEST_FOLDER/empty.runa"
    ln "$TEST_FOLDER/main.runa" "$TEST_FOLDER/hard"
    ln -s main.runa "$TEST_FOLDER/soft"
    sums=$(cd "$TEST_FOLDER" && md5sum -- *)
    for form in tokens ast asm obj exe; do
        for output in main.runa hard soft empty.runa; do
            [[ $output != empty.runa || $form != @(tokens|ast) ]] || continue # not read for these
            capture "$RUNAC" "--emit=$form" "$TEST_FOLDER/main.runa" -o "$TEST_FOLDER/$output"
            expect_status 2
            expect_one_line "$output" "would replace the source"
        done
        capture_input "$HELLO" "$RUNAC" "--emit=$form" - -o "$HELLO"
        expect_status 2
        expect_one_line hello.runa "would replace the source"
    done
    [[ $(cd "$TEST_FOLDER" && md5sum -- *) == "$sums" ]] || fail "a file is another"
}

@test "a file named .runa has a program beside it" {
    cp "$HELLO" "$TEST_FOLDER/.runa"
    capture "$RUNAC" "$TEST_FOLDER/.runa"
    expect_status 0
    expect_files .runa .runa.out hello.runa
}

@test "an import that is there and cannot be read says why" {
    printf '%s\n' 'Import "other"' 'Process called "main":' 'End Process' >"$TEST_FOLDER/main.runa"
    ln -s other.runa "$TEST_FOLDER/other.runa"
    capture "$RUNAC" check "$TEST_FOLDER/main.runa"
    expect_status 1
    [[ $err == *'cannot read `'*'other.runa`: Too many levels of symbolic links'* ]] || fail "$err"
    ln -sf nowhere "$TEST_FOLDER/other.runa"
    capture "$RUNAC" check "$TEST_FOLDER/main.runa"
    expect_status 1
    [[ $err == *'cannot read `'*'other.runa`: No such file or directory'* ]] || fail "$err"
}

@test "a missing assembler gives status 2 and one line" {
    path_with ld
    PATH=$TEST_FOLDER/bin capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line as
    expect_files bin hello.runa
}

@test "a missing linker gives status 2 and one line" {
    path_with as
    PATH=$TEST_FOLDER/bin capture "$RUNAC" "$HELLO"
    expect_status 2
    expect_one_line ld
    expect_files bin hello.runa
}

@test "assembly and diagnostics need neither assembler nor linker" {
    path_with
    PATH=$TEST_FOLDER/bin capture "$RUNAC" "$HELLO" "$TEST_FOLDER/hello.s"
    expect_status 0
    PATH=$TEST_FOLDER/bin capture "$RUNAC" check "$HELLO"
    expect_status 0
}

@test "an installation without its library is reported" {
    mkdir "$TEST_FOLDER/alone"
    cp "$RUNAC" "$TEST_FOLDER/alone/runac"
    capture "$TEST_FOLDER/alone/runac" "$HELLO"
    expect_status 2
    expect_one_line prelude.runa
}

@test "RUNA_HOME says where the library lies" {
    mkdir "$TEST_FOLDER/alone" "$TEST_FOLDER/home"
    cp "$RUNAC" "$TEST_FOLDER/alone/runac"
    cp "$RUNTIME_LIBRARY" "$TEST_FOLDER/home"
    cp -r "$ROOT/stdlib" "$TEST_FOLDER/home"
    RUNA_HOME=$TEST_FOLDER/home capture "$TEST_FOLDER/alone/runac" run "$HELLO"
    expect_status 0
    expect_output hello
}

@test "a full disk under standard output gives status 2 and one line" {
    for arguments in --help --version "--emit=tokens $HELLO" "--emit=ast $HELLO"; do
        status=0
        # shellcheck disable=SC2086 # several words
        err=$("$RUNAC" $arguments 2>&1 >/dev/full) || status=$?
        expect_status 2
        expect_one_line "No space left"
    done
}

@test "a full disk under the output gives status 2 and one line" {
    local full=$TEST_FOLDER/full
    if ((EUID != 0)); then
        full=/dev/full
    elif ! mknod "$full" c 1 7 2>/dev/null || [[ $( (: >"$full") 2>&1) ]]; then
        skip "no device can be made here"
    fi
    for form in asm obj exe; do
        capture "$RUNAC" "--emit=$form" "$HELLO" -o "$full"
        expect_status 2
        expect_one_line "No space left"
        [[ -c $full ]] || fail "the device was replaced by a file"
    done
}

@test "a limit of the file size gives status 2 and one line, and nothing is left" {
    local i
    {
        for ((i = 0; i < 2000; i++)); do
            printf 'Process called "p%d" returns Integer:\n    Return %d\nEnd Process\n' $i $i
        done
        cat "$HELLO"
    } >"$TEST_FOLDER/large.runa"
    for out in large.s large; do
        status=0
        err=$(trap '' XFSZ && ulimit -f 20 && export TMPDIR=$TEST_FOLDER &&
            "$RUNAC" "$TEST_FOLDER/large.runa" -o "$TEST_FOLDER/$out" 2>&1) || status=$?
        expect_status 2
        expect_files hello.runa large.runa
    done
}

@test "a program whose output cannot be written ends with status 2 and one line" {
    capture "$RUNAC" "$HELLO"
    expect_status 0
    status=0
    err=$("$TEST_FOLDER/hello" 2>&1 >/dev/full) || status=$?
    expect_status 2
    expect_one_line "No space left"
}

@test "nor does exit_with_code(0) in the process of on_panic hide it" {
    write_source last_word.runa <<'RUNA'
Process called "give_up" takes panic as Panic:
    Display "cannot go on: " joined with panic.message
    exit_with_code(0)
End Process

Process called "main":
    Let zero be 0
    on_panic(give_up)
    Display 1 divided by zero
End Process
RUNA
    capture "$RUNAC" "$TEST_FOLDER/last_word.runa"
    expect_status 0
    capture "$TEST_FOLDER/last_word"
    expect_status 0
    expect_output "cannot go on: division by zero"
    status=0
    err=$("$TEST_FOLDER/last_word" 2>&1 >/dev/full) || status=$?
    expect_status 2
    expect_one_line "No space left"
}

@test "names with spaces and other special characters are fine" {
    local folder="$TEST_FOLDER/a b'\$(c)"
    mkdir "$folder"
    cp "$HELLO" "$folder/d \"e\".runa"
    capture "$RUNAC" "$folder/d \"e\".runa"
    expect_status 0
    capture "$folder/d \"e\""
    expect_output hello
}

@test "Inline Assembly in a file with quotes, backslashes and colons in its name" {
    local file="$TEST_FOLDER/a:\"b\\c.runa"
    printf '%s\n' 'Process called "main":' '    Let x be 1' '    Inline Assembly:' \
        '        addq $4, {x}' '    End Assembly' '    Display x' 'End Process' >"$file"
    capture "$RUNAC" run "$file"
    expect_status 0
    expect_output 5
    sed -i 's/addq/addqq/' "$file"
    capture "$RUNAC" "$file"
    expect_status 1
    [[ $err == *'a:"b\c.runa:4:9: error[E0901]: '* ]] || fail "$err"
}

@test "the prelude and every module of the library are accepted under --strict" {
    for module in stdlib/*.runa; do
        [[ $module == */prelude.runa ]] && continue
        printf 'Import "%s"\n' "$(basename "$module")"
    done >"$TEST_FOLDER/everything.runa"
    cat "$HELLO" >>"$TEST_FOLDER/everything.runa"
    capture "$RUNAC" run --strict "$TEST_FOLDER/everything.runa"
    expect_status 0
    expect_output hello
    [[ ! $err ]] || fail "$err"
}
