# What a test case expects, and how one is run. Sourced by run-case and run-cases; docs/testing.md
# has the forms of the expectations. Written with bash's own means, as a fork costs more than a
# compile step.

source "$(dirname "${BASH_SOURCE[0]}")/common.bash"
shopt -s globstar nullglob
set -f

CASE_TIMEOUT=${CASE_TIMEOUT:-30}
LENIENT=${LENIENT:-}
ulimit -c 0

readonly DIRECTIVE='// (expect|exit|panic|stderr|report|unchecked|args|stdin|flags):( ?)(.*)$'
readonly ANNOUNCEMENT='// (error|warning)(-above)?(\[([A-Za-z0-9-]+)\])?:( ?)(.*)$'
readonly LEAK='^[^ ]+:[0-9]+: leak: '
readonly DIAGNOSTIC='^(.+\.runa):([0-9]+):([0-9]+): (error|warning)\[([A-Za-z0-9-]+)\]: (.*)$'

# Adds a complaint to the report of the current case.
complain() {
    report+="    ${1//$'\n'/$'\n'    }"$'\n'
}

# Adds the difference of two texts to the report.
complain_difference() {
    local name=$1 expected=$2 actual=$3
    complain "$name differs (- expected, + actual):"
    printf '%s' "$expected" >"$work/expected"
    printf '%s' "$actual" >"$work/actual"
    complain "$(diff -a -u "$work/expected" "$work/actual" | tail -n +4 | head -n 60)"
}

# Reads a whole file, without its NUL bytes, into the variable named.
read_file() {
    local -a parts
    mapfile -d '' parts <"$2"
    local IFS=
    printf -v "$1" '%s' "${parts[*]}"
}

# Adds the cases below the path $1 to `cases`, in the order of their names.
find_cases() {
    local path=$1 entry
    if [[ -f $path || -f $path/main.runa ]]; then
        cases+=("$path")
        return
    fi
    local -a entries
    set +f
    entries=("$path"/*)
    set -f
    for entry in "${entries[@]}"; do
        [[ -d $entry || $entry == *.runa ]] && find_cases "$entry"
    done
}

# Reads the announced diagnostics of one line of `base`: anchor is the line that -above refers to.
read_announcements() {
    local rest=$1 base=$2 line=$3 anchor=$4 text tail place
    while [[ $rest =~ $ANNOUNCEMENT ]]; do
        text=${BASH_REMATCH[6]}
        place=$line
        [[ ${BASH_REMATCH[2]} ]] && place=$anchor
        tail=
        if [[ $text =~ ' // '(error|warning)('['|:|-above) ]]; then
            tail="// ${text#* // }"
            text=${text%%' // '*}
        fi
        [[ $rest =~ $ANNOUNCEMENT ]]
        announced+=("$base:$place")
        announced_kinds+=("${BASH_REMATCH[1]}")
        announced_codes+=("${BASH_REMATCH[4]}")
        announced_texts+=("$text")
        [[ ${BASH_REMATCH[1]} == error ]] && announced_errors=$((announced_errors + 1))
        rest=$tail
    done
}

# Reads the directives of one line of the case's main file.
read_directive() {
    local text=${BASH_REMATCH[3]}
    case ${BASH_REMATCH[1]} in
        expect) expected_output+=$text$'\n' has_output=1 ;;
        exit) expected_status=${text%% *} ;;
        panic) expected_panics+=("$text") ;;
        stderr) expected_stderr+=("$text") ;;
        report)
            [[ $text != :* ]] || text=${main_file##*/}$text
            expected_report+=$text$'\n'
            ;;
        unchecked) unchecked=$text ;;
        stdin) standard_input+=$text$'\n' ;;
        args) eval "arguments+=($text)" ;;
        flags) eval "flags+=($text)" ;;
    esac
}

# Reads the block "The compiler says:" that begins behind the line with index $1 of `lines`, which
# is `Note:`; its lines are indented by four columns. Fails when another comment begins there.
read_whole_message() {
    local i=$(($1 + 1))
    [[ ${lines[i]-} == "The compiler says:" ]] || return 0
    has_message=1
    for ((i++; i < ${#lines[@]}; i++)); do
        [[ ${lines[i]} == ":End Note" ]] && return
        expected_message+=${lines[i]#    }$'\n'
    done
}

# Reads the expectations of the case at path $1 (a file, or a folder with a main.runa) into the
# globals below.
read_case() {
    local path=$1 file base line number anchor
    local -a files lines
    main_file=$path
    files=("$path")
    if [[ -d $path ]]; then
        main_file=$path/main.runa
        set +f
        files=("$path"/**/*.runa)
        set -f
    fi
    expected_output='' has_output='' expected_status='' standard_input='' expected_report=''
    unchecked=''
    expected_panics=() expected_stderr=() arguments=() flags=()
    expected_message='' has_message=''
    announced=() announced_kinds=() announced_codes=() announced_texts=() announced_errors=0
    for file in "${files[@]}"; do
        mapfile -t lines <"$file"
        base=${file##*/}
        anchor=1
        for number in "${!lines[@]}"; do
            line=${lines[number]%$'\r'}
            if [[ $line == Note: && $file == "$main_file" ]]; then
                read_whole_message "$number"
                anchor=$((number + 1))
            elif [[ $line != *"// "*:* ]]; then
                anchor=$((number + 1))
            elif [[ $file == "$main_file" && $line =~ $DIRECTIVE ]]; then
                read_directive
                anchor=$((number + 1))
            else
                read_announcements "$line" "$base" "$((number + 1))" "$anchor"
                [[ $line =~ ^[[:space:]]*//\ (error|warning)-above ]] || anchor=$((number + 1))
            fi
        done
    done
}

# Takes one reported diagnostic off the announced ones; complains if it was not announced.
match_diagnostic() {
    local place=$1 kind=$2 code=$3 message=$4 i
    for i in "${!announced[@]}"; do
        [[ ${announced[i]} == "$place" && ${announced_kinds[i]} == "$kind" ]] || continue
        [[ ! ${announced_codes[i]} || ${announced_codes[i]} == "$code" ]] || continue
        [[ $message == *"${announced_texts[i]}"* ]] || continue
        unset "announced[i]"
        return
    done
    [[ $LENIENT && $kind == warning ]] && return
    complain "not announced: $place: ${kind}[$code]: $message"
}

# Compares what the compiler reported in $1 with what the case announces.
check_diagnostics() {
    local line code i
    local -a lines
    mapfile -t lines <<<"$1"
    for line in "${lines[@]}"; do
        [[ $line =~ $DIAGNOSTIC ]] || continue
        match_diagnostic "${BASH_REMATCH[1]##*/}:${BASH_REMATCH[2]}" "${BASH_REMATCH[4]}" \
            "${BASH_REMATCH[5]}" "${BASH_REMATCH[6]}"
    done
    for i in "${!announced[@]}"; do
        code=${announced_codes[i]:+[${announced_codes[i]}]}
        complain "announced, but not reported: ${announced[i]}: \
${announced_kinds[i]}$code: ${announced_texts[i]}"
    done
}

# Compares all that the compiler says in $1 with the case's block "The compiler says:". Paths are
# shown without their folder.
check_whole_message() {
    local text=${1//"${main_file%/*}/"/}
    [[ ! $text || $text == *$'\n' ]] || text+=$'\n'
    [[ $text == "$expected_message" ]] ||
        complain_difference "what the compiler says" "$expected_message" "$text"
}

check_contains() {
    local name=$1 text=$2 part
    shift 2
    for part in "$@"; do
        [[ $text == *"$part"* ]] || complain "$name does not contain: $part"
    done
}

# Compiles the case to $work/program and checks what the compiler says. Fails when there is no
# program to run.
compile_case() {
    local status=0 out err before=$report
    timeout -k 2 "$CASE_TIMEOUT" "$RUNAC" "${flags[@]}" "$main_file" -o "$work/program" \
        >"$work/compile.out" 2>"$work/compile.err" </dev/null || status=$?
    read_file out "$work/compile.out"
    read_file err "$work/compile.err"
    if [[ $has_message ]]; then
        check_whole_message "$err"
        [[ $err != *": error["* ]] || announced_errors=1
    else
        check_diagnostics "$err"
    fi
    if ((announced_errors)) || [[ $main_file == */wrong-*/* ]]; then
        ((announced_errors)) || complain "a wrong program that announces no error"
        [[ $status == "${expected_status:-1}" ]] ||
            complain "the compiler's status is $status instead of ${expected_status:-1}"
        [[ ! -e $work/program ]] || complain "a program was written in spite of the errors"
        check_contains "the compiler's standard error" "$err" "${expected_stderr[@]}"
        [[ $report == "$before" ]] || complain "the compiler says:"$'\n'"$err"
        return 1
    fi
    if ((status != 0)) || [[ ! -x $work/program ]]; then
        complain "compiling ended with status $status"
    fi
    [[ ! $out || ${#flags[@]} -gt 0 ]] || complain "the compiler prints:"$'\n'"$out"
    if [[ $err && ! $LENIENT && ! $has_message ]] &&
        ((${#announced_kinds[@]} + ${#flags[@]} == 0)); then
        [[ $report != "$before" ]] || complain "the compiler is not silent"
    fi
    [[ $report == "$before" ]] && return
    complain "the compiler says:"$'\n'"$err"
    return 1
}

# Checks the standard error of a program that ran.
check_panics() {
    local err=$1 panic name=${main_file##*/} line
    for panic in "${expected_panics[@]}"; do
        if [[ $panic =~ ^([^ ]+\.runa):(.*)$ ]]; then
            name=${BASH_REMATCH[1]##*/}
            panic=${BASH_REMATCH[2]}
        fi
        line=${panic%%:*}
        panic=${panic#*:}
        check_contains "standard error" "$err" "$name:$line: panic: ${panic# }"
    done
}

# Runs $work/program, through the words of $runner, in the folder $1, with the case's input and
# arguments: $work/run.out and $work/run.err.
run_compiled() (
    input=/dev/null
    if [[ $standard_input ]]; then
        input=$work/stdin
        printf '%s' "$standard_input" >"$input"
    fi
    cd "$1" &&
        exec timeout -k 2 "$CASE_TIMEOUT" "${runner[@]}" "$work/program" "${arguments[@]}" \
            <"$input" >"$work/run.out" 2>"$work/run.err"
)

# Runs $work/program in its own folder, and checks what it did.
run_program() {
    local status=0 out err default=0 before=$report
    mkdir "$work/cwd"
    run_compiled "$work/cwd" || status=$?
    read_file out "$work/run.out"
    read_file err "$work/run.err"
    if ((${#expected_panics[@]})) || [[ $expected_report == *"panic: "* ]]; then
        default=101
    elif [[ $expected_report == *": leak: "* ]]; then
        default=3
    fi
    [[ ! $forgives_leaks ]] || forgive_leaks "${expected_status:-$default}"
    [[ $status == "${expected_status:-$default}" ]] ||
        complain "the exit status is $status instead of ${expected_status:-$default}"
    [[ ! $out || $out == *$'\n' ]] || out+=$'\n'
    if [[ $out != "$expected_output" && (! $LENIENT || $has_output) ]]; then
        complain_difference "standard output" "$expected_output" "$out"
    fi
    check_panics "$err"
    check_contains "standard error" "$err" "${expected_stderr[@]}"
    if [[ $expected_report ]]; then
        err=${err//"${main_file%/*}/"/}
        [[ ! $err || $err == *$'\n' ]] || err+=$'\n'
        [[ $err == "$expected_report" ]] ||
            complain_difference "standard error" "$expected_report" "$err"
    elif [[ $err ]] && ((${#expected_panics[@]} + ${#expected_stderr[@]} == 0)); then
        complain "unannounced text on standard error"
    fi
    [[ $report == "$before" || ! $err ]] || complain "standard error is:"$'\n'"$err"
}

# Takes the report of leaks off `err`, and the status that goes with it.
forgive_leaks() {
    local line rest='' is_leaking=''
    while IFS= read -r line; do
        if [[ $line =~ $LEAK || ($is_leaking && $line == *": note: "*) ||
            $line == "leaks in all: "* ]]; then
            is_leaking=1
        else
            rest+=$line$'\n'
        fi
    done <<<"$err"
    if [[ $is_leaking && $status == 3 ]]; then
        err=${rest%$'\n'}
        status=$1
        leaking=1
    fi
}

# The kinds of test that run-cases can do with a case. Each works in the empty folder $work and
# leaves its complaints in `report`.

# Compiles the case, runs it and compares.
plain_case() {
    runner=()
    compile_case && run_program
}

# The same with --check=memory, where the checked build must find nothing but leaks: those are
# true, as a case need not free what it makes. A wrong program has nothing to run. What was done is
# added, with the name of the case, to the file that RUNA_CHECKED_LOG names.
checked_case() {
    local done=clean
    [[ "${flags[*]}" == *--check=memory* ]] || forgives_leaks=1
    if ((announced_errors)) || [[ $main_file == */wrong-*/* || $unchecked ]]; then
        done=${unchecked:+unchecked}
        [[ ! ${RUNA_CHECKED_LOG-} ]] || echo "${done:-wrong} $main_file" >>"$RUNA_CHECKED_LOG"
        return
    fi
    runner=()
    flags+=(--check=memory)
    compile_case && run_program
    [[ ! $leaking ]] || done=leaking
    [[ $forgives_leaks ]] || done=announced
    [[ ! $report ]] || done=different
    [[ ! ${RUNA_CHECKED_LOG-} ]] || echo "$done $main_file" >>"$RUNA_CHECKED_LOG"
}

# The same with -g, where panics print the lines of a backtrace, too.
debug_case() {
    flags+=(-g)
    runner=()
    compile_case && run_program
}

# Compiles the case with and without -g: both programs print the same and end with the same status
# and the same first line on standard error; behind it, -g adds a backtrace.
twin_case() {
    local status first second end
    runner=()
    for end in plain debug; do
        [[ $end == plain ]] || flags+=(-g)
        mkdir "$work/$end"
        "$RUNAC" "${flags[@]}" "$main_file" -o "$work/program" 2>/dev/null </dev/null ||
            complain "it does not compile for $end"
        status=0
        run_compiled "$work/$end" || status=$?
        echo "status $status" >>"$work/run.out"
        head -n 1 "$work/run.err" >>"$work/run.out"
        mv "$work/run.out" "$work/$end.out"
    done
    cmp -s "$work/plain.out" "$work/debug.out" && return
    read_file first "$work/plain.out"
    read_file second "$work/debug.out"
    complain_difference "what it does with -g" "$first" "$second"
}

# Runs the compiled case under valgrind: the program must give back every byte.
program_memory_case() {
    runner=(valgrind "${VALGRIND_OPTIONS[@]}")
    compile_case && run_program
}

readonly VALGRIND_OPTIONS=(--quiet --leak-check=full --show-leak-kinds=all
    --errors-for-leak-kinds=all --error-exitcode=99 --child-silent-after-fork=yes)

# Does test $1 with the case at path $2 in the new folder $3. Leaves `report` empty when all is
# well.
do_case() {
    report='' leaking='' forgives_leaks=''
    work=$3
    mkdir -p "$work"
    if [[ ! -f $2 && ! -f $2/main.runa ]]; then
        complain "no such case"
    else
        read_case "$2"
        "$1" || :
    fi
    [[ ! $report ]] || report="FAILED $2"$'\n'"$report"
}
