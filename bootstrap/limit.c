// Chains of definitions that are too long.
#include "limit.h"

enum {
    LINK_LIMIT = 1000,     // definitions in one chain
    STEP_LIMIT = 10000,    // the heights of their trees, added up
    DEFAULT_LIMIT = 1000,  // default values that one call's default value needs
    TEXT_LIMIT = 64 << 20, // bytes of all constant texts that are made
};

static bool report(Compilation *compilation, Span use, const char *format, int limit) {
    DefinitionChain *chain = &compilation->chain;
    if (!chain->is_reported) {
        chain->is_reported = true;
        Diagnostic *diagnostic = diagnostic_report(&compilation->diagnostics,
                                                   ERROR_definition_chain, use, format, limit);
        diagnostic_help(&compilation->diagnostics, diagnostic,
                        "define some of them without the others");
    }
    return false;
}

bool limit_enter(Compilation *compilation, uint32_t height, Span use) {
    DefinitionChain *chain = &compilation->chain;
    if (chain->links == LINK_LIMIT) {
        return report(compilation, use, "more than %d definitions lead to each other here",
                      LINK_LIMIT);
    }
    if (chain->steps + height > STEP_LIMIT) {
        return report(compilation, use,
                      "the definitions that lead to each other here have more than %d operations "
                      "one upon the other",
                      STEP_LIMIT);
    }
    chain->links++;
    chain->steps += height;
    return true;
}

void limit_leave(Compilation *compilation, uint32_t height) {
    compilation->chain.links--;
    compilation->chain.steps -= height;
}

void limit_check_types(Compilation *compilation, Span span) {
    if (!compilation->types.is_too_heavy) {
        return;
    }
    compilation->types.is_too_heavy = false;
    if (!compilation->chain.is_type_reported) {
        compilation->chain.is_type_reported = true;
        diagnostic_report(&compilation->diagnostics, ERROR_type_weight, span,
                          "a type here consists of more than %d others", TYPE_WEIGHT_LIMIT);
    }
}

bool limit_text(Compilation *compilation, size_t length, Span span) {
    compilation->chain.text_size += length;
    if (compilation->chain.text_size <= TEXT_LIMIT) {
        return true;
    }
    Diagnostic *diagnostic = diagnostic_report(
        &compilation->diagnostics, ERROR_constant_text, span,
        "the constant texts of this program take more than %d MB", TEXT_LIMIT >> 20);
    diagnostic_help(&compilation->diagnostics, diagnostic, "make long texts when the program runs");
    return false;
}

bool limit_default(Compilation *compilation, Span outermost) {
    DefinitionChain *chain = &compilation->chain;
    return ++chain->defaults <= DEFAULT_LIMIT ||
           report(compilation, outermost, "this default value needs more than %d others",
                  DEFAULT_LIMIT);
}
