# runac fmt: the layout, what stays as it is, and which files are written.
load common

# Formats standard input and compares with the arguments, a line each.
expect_formatted() {
    status=0
    cat >"$TEST_FOLDER/in.runa"
    out=$("$RUNAC" fmt - <"$TEST_FOLDER/in.runa") || status=$?
    expect_status 0
    [[ $out == "$(printf '%s\n' "$@")" ]] || fail "formatted:" "$out"
}

# The folder's files that can be formatted have been, and formatting them again changes none.
format_folder() {
    local file
    while IFS= read -r file; do
        status=0
        "$RUNAC" fmt "$file" 2>/dev/null || status=$?
        ((status <= 1)) || fail "formatting $file: status $status"
        ((status == 1)) || "$RUNAC" fmt --check "$file" || fail "not stable: $file"
    done < <(find "$1" -type f -name '*.runa')
}

# Compiles a file of the folder to assembly; fails when it has errors.
assemble() {
    local flags
    flags=$(sed -n 's|^.*// flags: ||p' "$1/$2" | head -n 1)
    (cd "$1" && eval "'$RUNAC' $flags '$2' '$3'") >/dev/null 2>&1
}

@test "blocks are indented by four spaces, cases by one level more" {
    expect_formatted 'Process called "main":' '    Let i be 3' '    If i is 3:' \
        '        Display 1' '    Otherwise If i is 4:' \
        '        Display 2' '    Otherwise:' '        Display 3' \
        '    End If' '    Match i:' '        When 1 or 2:' '            While i is less than 9:' \
        '                Set i to 9' '            End While' '        Otherwise:' \
        '            Display i' '    End Match' '    Arena.scope(64) do:' '        Display 4' \
        '    End Arena' 'End Process' <<'RUNA'
  Process called "main":
Let i be 3
      If i is 3:
  Display 1
   Otherwise If i is 4:
 Display 2
Otherwise:
Display 3
End If
Match i:
When 1 or 2:
While i is less than 9:
Set i to 9
End While
Otherwise:
Display i
End Match
  Arena.scope(64) do:
    Display 4
            End Arena
   End Process
RUNA
}

@test "declarations: fields, variants, several a line" {
    expect_formatted 'Structure Point:' '    x: Integer, y: Integer' '    Note : Integer' \
        'End Structure' 'Type Shape is:' '    | Circle with radius as Integer' \
        '    | Box with width as Integer,' '        height as Integer | Empty' 'End Type' \
        'Type Id is Integer' <<'RUNA'
Structure   Point :
x:Integer ,y : Integer
Note : Integer
   End Structure
Type Shape is :
|Circle with radius as Integer
        |   Box with width as Integer ,
height as Integer|Empty
End Type
Type Id  is   Integer
RUNA
}

@test "one space between tokens, none where they belong together" {
    expect_formatted 'Process called "main":' '    Let a as Array[2] of Integer be [1, -2]' \
        '    Set a[1] to -a[0] plus (3 - -4) * f(a[0], 5)' \
        '    Let g be lambda x, y as Integer: x plus y' \
        '    Display Geometry.area(1).x joined with (g(1, 2))' \
        '    Let d be a dictionary with: 1 as 2' 'End Process' <<'RUNA'
Process called "main" :
Let a as Array [ 2 ] of Integer be [1,- 2 ]
Set a [1] to - a[ 0 ] plus ( 3- - 4 )*f (a[0] , 5)
Let g be lambda x ,y as Integer:x plus y
Display Geometry . area( 1 ).x  joined   with (g(1 ,2))
   Let d be a dictionary with :1 as 2
End Process
RUNA
}

@test "statements that go on keep their line ends" {
    expect_formatted 'Process called "f" takes a as Integer,' \
        '        b as Integer returns Integer:' '    If a is 1 and' '            b is 2:' \
        '        Display g(' '            1,' '            [2,' '                3]' '        )' \
        '    End If' '    Return a plus' '        b' 'End Process' <<'RUNA'
Process called "f" takes a as Integer,
b as Integer returns Integer:
If a is 1 and
b is 2:
Display g(
1,
[2,
3]
)
End If
Return a plus
  b
End Process
RUNA
}

@test "comments are kept, and stand where they belong" {
    expect_formatted '// head' '' 'Process called "main":  // behind' '    // before a statement' \
        '    Let a be 1      // one' '    Let bcd be 234  Note: another' '    If a is 1:' \
        '        // all of the block' '    // of the branch' '    Otherwise:' '        Display 1' \
        '        // deep' '    End If' '    Note:' '      first' '          second' '' \
        '      third' '    :End Note' 'End Process' '// tail' <<'RUNA'


// head


Process called "main": // behind
// before a statement
Let a be 1 // one
Let bcd be 234 Note: another
If a is 1:
      // all of the block
  // of the branch
  Otherwise:
Display 1
// deep
End If
Note:
  first
      second

  third
:End Note
End Process
  // tail


RUNA
}

@test "comments are not put in a column where they do not fit" {
    local long
    long=$(printf 'x%.0s' {1..70})
    expect_formatted 'Process called "main":' "    Display \"$long\"" '    Display 1  // a' \
        "    Display \"$long\"  // b" '    Display 1234567  // this would end behind column 100' \
        'End Process' <<RUNA
Process called "main":
Display "$long"
Display 1 // a
Display "$long" // b
Display 1234567 // this would end behind column 100
End Process
RUNA
}

@test "old spellings of operators become those of today, names stay" {
    expect_formatted 'Process called "main":' '    Let bit_or be 6 bitwise and 3 bitwise or 8' \
        '    Let null be bitwise not 5 bitwise xor bit_or' \
        '    Display 1 left shifted by 2 right shifted by 1 modulo 3 left shifted by 1' \
        '    Let p as Pointer be Nothing' 'End Process' <<'RUNA'
Process called "main":
    Let bit_or be 6 bit_and 3 bit_or 8
    Let null be bit_not 5 bit_xor bit_or
    Display 1 shifted left by 2 shifted right by 1 modulo by 3 bit_shift_left 1
    Let p as Pointer be null
End Process
RUNA
}

@test "Inline Assembly is kept as it stands" {
    expect_formatted 'Process called "main":' '    Inline Assembly:' '  movq $1,   %rax  # why' \
        '            nop' '    End Assembly' '    Display 1' 'End Process' <<'RUNA'
Process called "main":
Inline   Assembly :
  movq $1,   %rax  # why
            nop
End Assembly
Display 1
End Process
RUNA
}

@test "a comment behind Inline Assembly has two blanks before it" {
    expect_formatted 'Process called "main":' '    Inline Assembly:  // why' '        nop   # so' \
        '    End Assembly' '    Inline Assembly:  # why' '    End Assembly      // so' \
        '    Inline Assembly:  Note: why' '    End Assembly' 'End Process' <<'RUNA'
Process called "main":
    Inline Assembly:// why
        nop   # so
    End Assembly
    Inline Assembly:       # why
    End Assembly // so
    Inline Assembly:   Note: why
    End Assembly
End Process
RUNA
}

@test "line ends, the last line and the byte order mark" {
    printf '\xef\xbb\xbf\tType\tId is Integer\r\n\r\n\r\nType Other is Id  ' >"$TEST_FOLDER/a.runa"
    capture "$RUNAC" fmt "$TEST_FOLDER/a.runa"
    expect_status 0
    printf 'Type Id is Integer\n\nType Other is Id\n' | cmp - "$TEST_FOLDER/a.runa"
    printf '\n \n' | "$RUNAC" fmt - | cmp - /dev/null
}

@test "every case and example keeps its assembly, and formatting again changes nothing" {
    local old=$TEST_FOLDER/old new=$TEST_FOLDER/new file compared=0
    mkdir "$old"
    cp -r tests/cases tests/bench examples stdlib "$old"
    cp -r "$old" "$new"
    format_folder "$new"
    cd "$old"
    local -a files
    mapfile -t files < <(find . -type f -name '*.runa')
    cd "$ROOT"
    for file in "${files[@]}"; do
        if "$RUNAC" --emit=ast "$old/$file" >"$TEST_FOLDER/old.ast" 2>/dev/null; then
            "$RUNAC" --emit=ast "$new/$file" | cmp - "$TEST_FOLDER/old.ast" || fail "tree of $file"
        fi
        assemble "$old" "$file" "$TEST_FOLDER/old.s" || continue
        assemble "$new" "$file" "$TEST_FOLDER/new.s" || fail "no longer compiles: $file"
        if (($(wc -l <"$old/$file") != $(wc -l <"$new/$file"))); then # blank lines have gone
            sed -Ei 's/^(\t\.long [^,]+, )[0-9]+$/\1/' "$TEST_FOLDER/old.s" "$TEST_FOLDER/new.s"
        fi
        cmp "$TEST_FOLDER/old.s" "$TEST_FOLDER/new.s" || fail "another program: $file"
        compared=$((compared + 1))
    done
    ((compared > 400)) || fail "only $compared programs were compared"
}

@test "a file in canonical layout is not written" {
    touch -d 2001-01-01 "$HELLO"
    capture "$RUNAC" fmt "$HELLO"
    expect_status 0
    expect_output ""
    [[ $(stat -c %Y "$HELLO") == "$(date -d 2001-01-01 +%s)" ]]
}

@test "rewriting keeps the rights and follows links" {
    printf 'Type Id  is Integer\n' >"$TEST_FOLDER/a.runa"
    chmod 640 "$TEST_FOLDER/a.runa"
    ln -s a.runa "$TEST_FOLDER/link.runa"
    capture "$RUNAC" fmt "$TEST_FOLDER/link.runa"
    expect_status 0
    [[ -L $TEST_FOLDER/link.runa && $(<"$TEST_FOLDER/a.runa") == "Type Id is Integer" ]]
    [[ $(stat -c %a "$TEST_FOLDER/a.runa") == 640 ]]
    expect_files a.runa hello.runa link.runa
}

@test "fmt --check lists what would change, and writes nothing" {
    printf 'Type Id  is Integer\n' >"$TEST_FOLDER/a.runa"
    cp "$TEST_FOLDER/a.runa" "$TEST_FOLDER/b.runa"
    capture "$RUNAC" fmt --check "$TEST_FOLDER/a.runa" "$HELLO" "$TEST_FOLDER/b.runa"
    expect_status 1
    expect_output "$TEST_FOLDER/a.runa"$'\n'"$TEST_FOLDER/b.runa"
    cmp "$TEST_FOLDER/a.runa" "$TEST_FOLDER/b.runa"
    [[ $(<"$TEST_FOLDER/a.runa") == "Type Id  is Integer" ]]
    capture "$RUNAC" fmt --check "$HELLO"
    expect_status 0
    expect_output ""
}

@test "a file with errors is left as it is, and the others are formatted" {
    printf 'Type Id  is\n' >"$TEST_FOLDER/a.runa"
    printf 'Type Id  is Integer\n' >"$TEST_FOLDER/b.runa"
    capture "$RUNAC" fmt "$TEST_FOLDER/a.runa" "$TEST_FOLDER/b.runa"
    expect_status 1
    [[ $err == *"a.runa:1:12: error[E"* ]] || fail "$err"
    [[ $(<"$TEST_FOLDER/a.runa") == "Type Id  is" ]]
    [[ $(<"$TEST_FOLDER/b.runa") == "Type Id is Integer" ]]
}

@test "what cannot be read or written gets one line and status 2" {
    capture "$RUNAC" fmt "$TEST_FOLDER/missing.runa"
    expect_status 2
    expect_one_line "missing.runa" "No such file"
    capture "$RUNAC" fmt "$TEST_FOLDER"
    expect_status 2
    expect_one_line "is a directory"
    capture "$RUNAC" fmt
    expect_status 2
    expect_one_line "no source file"
    capture "$RUNAC" --check "$HELLO"
    expect_status 2
    expect_one_line "--check" "fmt"
    status=0
    echo 'Type Id  is Integer' | "$RUNAC" fmt - >/dev/full 2>"$TEST_FOLDER/err" || status=$?
    err=$(<"$TEST_FOLDER/err")
    expect_status 2
    expect_one_line "standard output"
}

@test "a read-only file is left alone" {
    ((EUID != 0)) || skip "root may write everything"
    printf 'Type Id  is Integer\n' >"$TEST_FOLDER/a.runa"
    chmod 440 "$TEST_FOLDER/a.runa"
    capture "$RUNAC" fmt "$TEST_FOLDER/a.runa"
    expect_status 2
    expect_one_line "a.runa" "Permission denied"
    [[ $(<"$TEST_FOLDER/a.runa") == "Type Id  is Integer" ]]
}

@test "the library, the examples and the compiler are in canonical layout" {
    capture "$RUNAC" fmt --check stdlib/*.runa examples/*.runa compiler/*.runa compiler/*/*.runa
    expect_output ""
    expect_status 0
}
