# Compares the calls of a program that was compiled with -g with those of the same without, where
# calls of small processes are expanded: each process must make the same calls in the same order,
# but for those of processes of the program that the calls in such a process stand for.
#
# usage: awk -f tests/expanded-calls.awk DEBUG.s PLAIN.s
# Exit status 0 when nothing is expanded, 3 when something is, 1 after a line that tells where it
# differs.
#
# The calls of panics stand behind the code of a process, and a constant argument can do without
# one: of these only the names are compared.

# Those of the library and of the runtime are not defined in the program.
function is_of_program(process) {
    return process in calls
}

# Are the calls of `process` without -g, from the one behind `taken` on, those of `rest`, expanded?
# `active` are the processes that are being expanded, the innermost first; "." ends an expansion.
function agree(process, rest, active, taken,    word) {
    while (match(rest, /[^ ]+ /)) {
        word = substr(rest, 1, RLENGTH - 1)
        rest = substr(rest, RLENGTH + 1)
        if (word == ".") {
            sub(/^[^ ]+ /, "", active)
        } else if (!is_of_program(word)) {
            if (word != plain[process, ++taken]) {
                return 0
            }
        } else if (word == plain[process, taken + 1] && agree(process, rest, active, taken + 1)) {
            return 1
        } else if (index(" " active, " " word " ")) {
            return 0
        } else {
            is_expanded = 1
            rest = calls[word] ". " rest
            active = word " " active
        }
    }
    return taken == plain_calls[process]
}

function complain(text) {
    print text
    status = 1
    exit
}

function begin_process(called) {
    count++
    process = called
    if (!is_plain) {
        name[count] = process
        calls[process] = ""
    } else if (process != name[count]) {
        complain("process " process " instead of " name[count])
    }
    plain_calls[process] = 0
}

FNR == 1 {
    is_plain = NR > 1
    count = 0
}

/^\t\.type .*, @function/ {
    begin_process(substr($2, 1, length($2) - 1))
}

# What stands between two processes, if anything, gives globals their values.
/^\t\.size / {
    begin_process("behind " substr($2, 1, length($2) - 1))
}

/^\tcall / {
    word = $2 ~ /^\*/ ? "*" : $2 ~ /^\.L/ ? ".L" : $2
    if (word ~ /^runa_panic/) {
        panics[is_plain, word] = word
    } else if (is_plain) {
        plain[process, ++plain_calls[process]] = word
    } else {
        calls[process] = calls[process] word " "
    }
}

/^\t\.section runa_expansions/ {
    is_expanded = 1
}

END {
    if (status) {
        exit status
    }
    for (i = 1; i <= count; i++) {
        if (!agree(name[i], calls[name[i]], "", 0)) {
            print "process " name[i] " calls something else"
            exit 1
        }
    }
    for (key in panics) {
        word = panics[key]
        if (!((0, word) in panics)) {
            print word " is called without -g only"
            exit 1
        }
    }
    exit is_expanded ? 3 : 0
}
