# Puts a counter at the beginning of each process and of each block that a conditional jump decides
# about, into assembly text that the compiler wrote. The counters are the bytes at fuzz_counters, of
# which there are `most`.
#
# usage: awk -v most=COUNT -f tools/fuzz/instrument.awk FILE.s FILE.s >COUNTED.s
# The file is read twice: first for the labels that are jumped to. Exit status 1, after a line on
# standard error, when more counters are wanted.

function is_jump(instruction) {
    return instruction ~ /^j/
}

# The counter changes the flags: it comes where nothing is made of those that were set before.
function needs_flags(instruction) {
    return instruction ~ /^(j[^m]|set|cmov|adc|sbb)/
}

function keeps_flags(instruction) {
    return instruction ~ /^(mov|lea|push|pop|leave|cvt|not|xchg|cqto|cltd)/ ||
        instruction ~ /^(add|sub|mul|div|sqrt|min|max|and|or|xor)[sp][sd]$/
}

FNR == NR {
    if (is_jump($1)) {
        is_target[$2] = 1
    }
    next
}

/^\t\.(text|data|bss|section)/ {
    is_code = $1 == ".text"
}

is_code && /^\t[a-z]/ {
    if (is_due && !keeps_flags($1)) {
        if (!needs_flags($1)) {
            printf "\tincb fuzz_counters+%d(%%rip)\n", counters++
        }
        is_due = 0
    }
    if (needs_flags($1) && is_jump($1)) {
        is_due = 1
    }
}

is_code && /:$/ {
    label = substr($1, 1, length($1) - 1)
    if (label in is_target || label !~ /^\.L/) {
        is_due = 1
    }
}

{
    print
}

END {
    if (counters > most) {
        print "instrument.awk: " counters " counters, of at most " most > "/dev/stderr"
        exit 1
    }
    print "\t.bss\n\t.balign 4096\n\t.globl fuzz_counters\nfuzz_counters:\n\t.zero " most
}
