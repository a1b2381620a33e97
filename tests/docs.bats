# The documents: every runa block of README.md and docs/*.md is compiled and run.
load common

# All documents that may hold runa blocks, relative to the root; tests/errors.bats has docs/errors.
documents() {
    find README.md docs -path docs/errors -prune -o -name '*.md' -print | sort
}

extract_blocks() {
    local -a files
    mapfile -t files < <(documents)
    tools/doc-blocks "$TEST_FOLDER/blocks" "${files[@]}"
}

# Runs the extracted blocks of one kind; documents without any are fine.
run_blocks() {
    if [[ -z $(ls "$TEST_FOLDER/blocks/$1") ]]; then
        skip "no such block in the documents"
    fi
    tests/run-cases --lenient "$TEST_FOLDER/blocks/$1"
}

@test "docs/language.md lists every warning" {
    local name
    sed -n 's/^DIAGNOSTIC_WARNING("\([a-z-]*\)".*/\1/p' bootstrap/diagnostic.def \
        >"$TEST_FOLDER/names"
    [[ $(wc -l <"$TEST_FOLDER/names") -gt 5 ]]
    while read -r name; do
        grep -q "^| \`$name\`" docs/language.md || { echo "not listed: $name"; return 1; }
    done <"$TEST_FOLDER/names"
}

@test "cases: runa blocks of the documents" {
    extract_blocks
    run_blocks right
}

@test "cases: wrong runa blocks of the documents" {
    extract_blocks
    run_blocks wrong-blocks
}

@test "doc-blocks takes a whole program as it stands" {
    cat >"$TEST_FOLDER/d.md" <<'DOCUMENT'
Text.

```runa
// expect: 1
Process called "main":
    Display 1
End Process
```

```c
int main(void);
```
DOCUMENT
    capture tools/doc-blocks "$TEST_FOLDER/b" "$TEST_FOLDER/d.md"
    expect_status 0
    capture cat "$TEST_FOLDER"/b/right/*
    expect_output $'// expect: 1\nProcess called "main":\n    Display 1\nEnd Process'
    [[ -e $TEST_FOLDER/b/right/d-3.runa ]]
}

@test "doc-blocks wraps statements and keeps declarations outside" {
    cat >"$TEST_FOLDER/d.md" <<'DOCUMENT'
```runa wrong
Constant N as Integer is 4
Let x be f(N)
Process called "f" takes a as Integer returns Integer:
    Return a
End Process
Type Id is Integer
Type Shape is:
    | Empty
End Type
Display x // error: no
```
DOCUMENT
    capture tools/doc-blocks "$TEST_FOLDER/b" "$TEST_FOLDER/d.md"
    expect_status 0
    capture cat "$TEST_FOLDER"/b/wrong-blocks/d-1.runa
    expect_output 'Constant N as Integer is 4
Process called "f" takes a as Integer returns Integer:
    Return a
End Process
Type Id is Integer
Type Shape is:
    | Empty
End Type
Process called "main" returns Integer:
    Let x be f(N)
    Display x // error: no
    Return 0
End Process'
}

@test "doc-blocks adds the declarations that a block takes for granted" {
    printf '%s\n' '<!-- with support/more.runa -->' '```runa' 'Display f()' '```' '```runa' \
        'Display 2' '```' '```runa fragment' 'a | b' '```' >"$TEST_FOLDER/d.md"
    mkdir "$TEST_FOLDER/support"
    echo 'Type More is Integer' >"$TEST_FOLDER/support/more.runa"
    capture tools/doc-blocks "$TEST_FOLDER/b" "$TEST_FOLDER/d.md"
    expect_status 0
    capture ls "$TEST_FOLDER/b/right"
    expect_output $'d-2.runa\nd-5.runa'
    grep -q 'Type More' "$TEST_FOLDER/b/right/d-2.runa"
    if grep -q "Type More" "$TEST_FOLDER/b/right/d-5.runa"; then fail "added to the wrong block"; fi
}

@test "doc-blocks refuses an unknown kind of block and one without an end" {
    printf '%s\n' '```runa wrogn' 'x' '```' >"$TEST_FOLDER/d.md"
    capture tools/doc-blocks "$TEST_FOLDER/b" "$TEST_FOLDER/d.md"
    expect_status 2
    expect_one_line "d.md:1: unknown kind of block"
    printf '%s\n' 'text' '```runa' 'x' >"$TEST_FOLDER/d.md"
    capture tools/doc-blocks "$TEST_FOLDER/b" "$TEST_FOLDER/d.md"
    expect_status 2
    expect_one_line "d.md:2: a block without an end"
}
