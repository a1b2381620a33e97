# The cases of tests/cases, a test a folder. Failing cases are named, with what differs.
load common

@test "cases: assembly" {
    tests/run-cases tests/cases/assembly
}

@test "cases: calls" {
    tests/run-cases tests/cases/calls
}

@test "cases: checked" {
    tests/run-cases tests/cases/checked
}

@test "cases: closures" {
    tests/run-cases tests/cases/closures
}

@test "cases: collections" {
    tests/run-cases tests/cases/collections
}

@test "cases: compat" {
    tests/run-cases tests/cases/compat
}

@test "cases: display" {
    tests/run-cases tests/cases/display
}

@test "cases: document" {
    tests/run-cases tests/cases/document
}

@test "cases: expressions" {
    tests/run-cases tests/cases/expressions
}

@test "cases: generics" {
    tests/run-cases tests/cases/generics
}

@test "cases: lexer" {
    tests/run-cases tests/cases/lexer
}

@test "cases: match" {
    tests/run-cases tests/cases/match
}

@test "cases: memory" {
    tests/run-cases tests/cases/memory
}

@test "cases: messages" {
    tests/run-cases tests/cases/messages
}

@test "cases: modules" {
    tests/run-cases tests/cases/modules
}

@test "cases: names" {
    tests/run-cases tests/cases/names
}

@test "cases: panics" {
    tests/run-cases tests/cases/panics
}

@test "cases: parser" {
    tests/run-cases tests/cases/parser
}

@test "cases: statements" {
    tests/run-cases tests/cases/statements
}

@test "cases: structures" {
    tests/run-cases tests/cases/structures
}

@test "cases: text" {
    tests/run-cases tests/cases/text
}

@test "cases: threads" {
    tests/run-cases tests/cases/threads
}

@test "cases: types" {
    tests/run-cases tests/cases/types
}

@test "cases: wrong programs: assembly" {
    tests/run-cases tests/cases/wrong-assembly
}

@test "cases: wrong programs: memory" {
    tests/run-cases tests/cases/wrong-memory
}

@test "cases: wrong programs: messages" {
    tests/run-cases tests/cases/wrong-messages
}

@test "cases: wrong programs: names" {
    tests/run-cases tests/cases/wrong-names
}

@test "cases: wrong programs: syntax" {
    tests/run-cases tests/cases/wrong-syntax
}

@test "cases: wrong programs: types" {
    tests/run-cases tests/cases/wrong-types
}

@test "every error and warning has a case" {
    local code
    for code in $(sed -n 's/^DIAGNOSTIC_ERROR(\(E[0-9]*\),.*/\1/p
        s/^DIAGNOSTIC_WARNING("\([a-z-]*\)".*/\1/p' bootstrap/diagnostic.def); do
        grep -rqE "(// |: )(error|warning)(-above)?\[$code\]:" tests/cases ||
            fail "$code: add a case that announces it"
    done
}

# A new folder must not be forgotten here.
@test "every folder of cases has its test" {
    local folder
    for folder in tests/cases/*/; do
        folder=${folder%/}
        grep -qx "    tests/run-cases $folder" tests/cases.bats ||
            fail "$folder: add a test to tests/cases.bats"
    done
}
