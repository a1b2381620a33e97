# make install and uninstall: what lies where, and that the installed compiler finds its library.
load common

# Installs into the test's folder, from what was built with the compiler under test.
install_runa() {
    PREFIX=$TEST_FOLDER/prefix
    tools/install install "$BUILT" "$PREFIX" "$@"
}

# The compiler at path $1 compiles and runs a program that imports from the library.
expect_works() {
    printf '%s\n' 'Import "math" as Math' 'Process called "main":' '    Display Math.sqrt(81.0)' \
        'End Process' >"$TEST_FOLDER/root.runa"
    capture "$1" run "$TEST_FOLDER/root.runa"
    expect_status 0
    expect_output 9.0
}

# All below the folder, sorted, folders with a slash at their end.
list_folder() {
    (cd "$1" && find . -mindepth 1 -type d -printf '%P/\n' -o -printf '%P\n' | sort)
}

@test "make install and uninstall call tools/install with PREFIX and DESTDIR" {
    capture make -n --no-print-directory install PREFIX=/opt/runa DESTDIR=/tmp/stage
    expect_status 0
    [[ $out == *"tools/install install 'build' '/opt/runa' '/tmp/stage'"* ]] || fail "$out"
    capture make -n --no-print-directory uninstall PREFIX=/opt/runa
    expect_status 0
    [[ $out == *"tools/install uninstall 'build' '/opt/runa' ''"* ]] || fail "$out"
}

@test "everything is installed, readable by all" {
    local file
    umask 077
    install_runa
    for file in bin/runac lib/runa/libruna.a share/man/man1/runac.1 \
        share/bash-completion/completions/runac share/zsh/site-functions/_runac \
        share/fish/vendor_completions.d/runac.fish; do
        [[ -f $PREFIX/$file ]] || fail "not installed: $file"
    done
    for file in stdlib/*.runa; do
        cmp "$file" "$PREFIX/lib/runa/$file"
    done
    if [[ -d docs/errors ]]; then
        diff -r docs/errors "$PREFIX/lib/runa/errors"
    fi
    [[ -z $(find "$PREFIX" -type f ! -perm -444) ]] || fail "not readable by all"
    [[ -z $(find "$PREFIX" -mindepth 1 -type d ! -perm -555) ]] || fail "folders not open to all"
    [[ -x $PREFIX/bin/runac ]]
}

@test "the installed compiler works from any folder, through links, and without the sources" {
    install_runa
    mkdir "$TEST_FOLDER/elsewhere" "$TEST_FOLDER/bin"
    cd "$TEST_FOLDER/elsewhere"
    expect_works "$PREFIX/bin/runac"
    expect_works ../prefix/bin/runac
    ln -s ../prefix/bin/runac "$TEST_FOLDER/bin/runac"
    ln -s runac "$TEST_FOLDER/bin/again"
    expect_works "$TEST_FOLDER/bin/again"
    PATH=$TEST_FOLDER/bin:$PATH expect_works runac
    mv "$PREFIX" "$TEST_FOLDER/moved"
    expect_works "$TEST_FOLDER/moved/bin/runac"
}

@test "the installed compiler has the library of the checked build" {
    install_runa
    printf '%s\n' 'Process called "main":' '    Let p be allocate(8)' '    deallocate(p)' \
        '    deallocate(p)' 'End Process' >"$TEST_FOLDER/twice.runa"
    cd "$TEST_FOLDER"
    capture "$PREFIX/bin/runac" run --check=memory twice.runa
    expect_status 101
    [[ $err == *"twice.runa:4: panic: "* ]] || fail "$err"
}

@test "the installed compiler explains errors" {
    [[ -d docs/errors ]] || skip "there are no texts about errors"
    install_runa
    cd "$TEST_FOLDER"
    capture "$PREFIX/bin/runac" explain E0203
    expect_status 0
    [[ $out == *E0203* ]] || fail "$out"
}

@test "RUNA_HOME names the library's folder, the prefix, or a source tree" {
    local home
    install_runa
    mkdir -p "$TEST_FOLDER/alone" "$TEST_FOLDER/tree"
    cp "$RUNAC" "$TEST_FOLDER/alone/runac"
    cp -r stdlib "$TEST_FOLDER/tree"
    mkdir "$TEST_FOLDER/tree/build"
    cp "$BUILT/libruna.a" "$TEST_FOLDER/tree/build"
    for home in "$PREFIX/lib/runa" "$PREFIX" "$TEST_FOLDER/tree"; do
        RUNA_HOME=$home expect_works "$TEST_FOLDER/alone/runac"
    done
    capture "$TEST_FOLDER/alone/runac" "$HELLO"
    expect_status 2
    expect_one_line "RUNA_HOME"
}

@test "a RUNA_HOME where nothing lies is said, though the library could be found" {
    local command
    for command in run check "explain E0101"; do
        [[ $command == explain* ]] || command+=" $HELLO"
        # shellcheck disable=SC2086 # several words
        RUNA_HOME=$TEST_FOLDER/nowhere capture "$RUNAC" $command
        expect_status 2
        expect_one_line "RUNA_HOME is '$TEST_FOLDER/nowhere', where no part of an installation lies"
    done
}

@test "DESTDIR stands before PREFIX, and only there" {
    tools/install install "$BUILT" /opt/runa "$TEST_FOLDER/stage"
    expect_works "$TEST_FOLDER/stage/opt/runa/bin/runac"
    if grep -rq "$TEST_FOLDER" "$TEST_FOLDER/stage/opt/runa"; then fail "it names DESTDIR"; fi
    tools/install uninstall "$BUILT" /opt/runa "$TEST_FOLDER/stage"
    [[ -z $(list_folder "$TEST_FOLDER/stage/opt/runa") ]]
}

@test "uninstall removes exactly what was installed" {
    PREFIX=$TEST_FOLDER/prefix
    mkdir -p "$PREFIX/bin" "$PREFIX/lib/runa/stdlib" "$PREFIX/share/man"
    echo mine | tee "$PREFIX/bin/mine" "$PREFIX/lib/runa/stdlib/mine.runa" >/dev/null
    list_folder "$PREFIX" >"$TEST_FOLDER/before"
    install_runa
    tools/install uninstall "$BUILT" "$PREFIX"
    list_folder "$PREFIX" | diff "$TEST_FOLDER/before" -
    capture tools/install uninstall "$BUILT" "$PREFIX"
    expect_status 2
    expect_one_line "nothing is installed"
}

@test "installing again takes away what is no longer a part, and uninstall takes all" {
    install_runa
    list_folder "$PREFIX" >"$TEST_FOLDER/once"
    touch "$PREFIX/lib/runa/stdlib/gone.runa"
    echo lib/runa/stdlib/gone.runa >>"$PREFIX/lib/runa/manifest"
    install_runa
    list_folder "$PREFIX" | diff "$TEST_FOLDER/once" -
    tools/install uninstall "$BUILT" "$PREFIX"
    [[ -z $(list_folder "$PREFIX") ]] || fail "left: $(list_folder "$PREFIX")"
}

@test "a relative PREFIX is refused" {
    capture tools/install install "$BUILT" some/where
    expect_status 2
    expect_one_line "absolute"
}

@test "the manual page is well-formed and has every option and command" {
    local option page
    install_runa
    capture groff -man -ww -Tascii -P-c -z "$PREFIX/share/man/man1/runac.1"
    expect_status 0
    [[ ! $err ]] || fail "$err"
    page=$(groff -man -Tascii -P-cbou -rLL=100n "$PREFIX/share/man/man1/runac.1")
    while read -r option _; do
        option=${option%%[A-Z|[]*}
        [[ $page == *" $option"* ]] || fail "the manual page lacks $option" "$page"
    done < <("$RUNAC" --help | sed -n 's/^  -/-/p')
    [[ $page == *"runac run FILE"* && $page == *"runac fmt"* ]] || fail "$page"
    [[ $page != *@* ]] || fail "a list is missing"
}

# What bash offers for a command line, of which the last word is being written.
bash_offers() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _runac || : # compopt works only while bash completes
    offers=" ${COMPREPLY[*]} "
}

@test "bash completes commands, options, their values and Runa files" {
    install_runa
    source "$PREFIX/share/bash-completion/completions/runac"
    bash_offers runac --e
    [[ $offers == " --emit= --error-format= " ]] || fail "$offers"
    bash_offers runac --emit = a
    [[ $offers == " ast asm " ]] || fail "$offers"
    bash_offers runac --emit =
    [[ $offers == *" tokens "* ]] || fail "$offers"
    bash_offers runac -Wno-sh
    [[ $offers == " -Wno-shadowed-let " ]] || fail "$offers"
    cd "$TEST_FOLDER"
    mkdir folder
    bash_offers runac f
    [[ $offers == " fmt folder " ]] || fail "$offers"
    bash_offers runac run h
    [[ $offers == " hello.runa " ]] || fail "$offers"
    bash_offers runac explain E020
    [[ $offers == " E0201 E0202 "*" E0209 " ]] || fail "$offers"
    bash_offers runac explain shad
    [[ $offers == " shadowed-let " ]] || fail "$offers"
    bash_offers runac -We
    [[ $offers == " -Werror " ]] || fail "$offers"
    bash_offers runac -I f
    [[ $offers == " folder " ]] || fail "$offers"
}

@test "zsh and fish accept their completions" {
    install_runa
    zsh -n "$PREFIX/share/zsh/site-functions/_runac"
    zsh -fc 'fpath=($1 $fpath); autoload -Uz compinit; compinit -D -u; whence -w _runac
        [[ $_comps[runac] == _runac ]] && autoload +X _runac' _ "$PREFIX/share/zsh/site-functions"
    export HOME=$TEST_FOLDER
    capture fish -c 'source $argv[1]; complete -C "runac --emit=a"' \
        "$PREFIX/share/fish/vendor_completions.d/runac.fish"
    expect_status 0
    expect_output $'--emit=asm\tstop after a phase\n--emit=ast\tstop after a phase'
    capture fish -c 'source $argv[1]; complete -C "runac ch"' \
        "$PREFIX/share/fish/vendor_completions.d/runac.fish"
    expect_output $'check\tdiagnostics only'
    capture fish -c 'source $argv[1]; complete -C "runac explain shad"' \
        "$PREFIX/share/fish/vendor_completions.d/runac.fish"
    expect_output shadowed-let
}
