// Operators in words that are nearly written as they should be (operator.def): words misspelt, in
// another case, left out, or taken for others such as `to` for `with`.
#include "parser_internal.h"

#include <string.h>
#include <strings.h>

// What a word costs that differs from that of the phrase, and the most that a phrase may cost.
enum {
    COST_CASE = 1,
    COST_MISSPELT = 2,
    COST_EXCHANGED = 2,
    COST_OMITTED = 3,
    COST_OTHER = 100, // another word altogether
    MOST_COST = 8,
    MOST_COST_OF_ONE = 5, // when one word is all that is there
};

typedef struct Alignment {
    uint32_t cost;
    uint32_t length; // of tokens
    uint32_t wrong;  // those that are, as bits
} Alignment;

typedef struct Search {
    Parser *parser;
    uint32_t strict; // tokens that are an operator as they are
    const Phrase *phrase;
    const Phrase *best_phrase; // NULL: none yet
    Alignment best;
} Search;

// `to`, `with` and the like, which a phrase has behind the word that says what it does.
static bool is_joint(Keyword keyword) {
    return keyword == KEYWORD_TO || keyword == KEYWORD_BY || keyword == KEYWORD_WITH ||
           keyword == KEYWORD_THAN;
}

// What somebody may write for one of them.
static bool is_like_joint(const Token *token) {
    return is_joint((Keyword)token->keyword) || token->keyword == KEYWORD_OF ||
           token->keyword == KEYWORD_AS || token->keyword == KEYWORD_FROM ||
           parser_is_word(token, "then") || parser_is_word(token, "that");
}

// Whether the phrase is known without this word of it.
static bool may_be_omitted(const Phrase *phrase, uint32_t word) {
    Keyword keyword = (Keyword)phrase->words[word];
    if (word == 0)
        return (keyword == KEYWORD_IS || keyword == KEYWORD_DOES) &&
               phrase->words[1] != KEYWORD_NONE;
    return is_joint(keyword) || (keyword == KEYWORD_OR && word > 1);
}

// A word that the grammar has for something else behind a value is not misspelt, and neither is one
// that begins a statement here or elsewhere, such as the `for` of `[i for i in items]`.
static bool may_be_misspelt(const Token *token, uint32_t distance) {
    if (distance > 0)
        return true;
    bool is_free = token->keyword == KEYWORD_NONE || token->keyword >= KEYWORD_TRUE;
    return is_free && !parser_is_block_word(token) && foreign_line(token->value.name->text) == NULL;
}

static uint32_t word_cost(Search *search, uint32_t distance, Keyword keyword) {
    const Token *token = parser_peek(search->parser, distance);
    if (token->kind != TOKEN_NAME || parser_begins_statement(token))
        return COST_OTHER;
    if (token->keyword == keyword)
        return 0;
    const char *word = token->value.name->text;
    if (strcasecmp(word, keyword_text(keyword)) == 0)
        return COST_CASE;
    if (is_joint(keyword) && is_like_joint(token))
        return COST_EXCHANGED;
    Suggestion suggestion = {.wanted = word};
    if (may_be_misspelt(token, distance))
        suggestion_offer(&suggestion, keyword_text(keyword));
    return suggestion.best != NULL ? COST_MISSPELT : COST_OTHER;
}

// Whether a value follows the words; behind one more than those that are an operator a bracket or
// minus makes of that word a value itself: x is less(5)
static bool is_before_value(const Search *search, uint32_t length) {
    const Token *next = parser_peek(search->parser, length);
    bool may_be_value = search->strict > 0 && length == search->strict + 1;
    if (next->kind == TOKEN_MINUS || next->kind == TOKEN_LEFT_PARENTHESIS ||
        next->kind == TOKEN_LEFT_BRACKET)
        return !may_be_value;
    return next->keyword == KEYWORD_MINUS || parser_at_operand(search->parser, length);
}

static void offer(Search *search, Alignment found) {
    uint32_t most = found.length == 1 ? MOST_COST_OF_ONE : MOST_COST;
    if (found.cost == 0 || found.cost > most || found.length <= search->strict ||
        !is_before_value(search, found.length))
        return;
    // What a shorter phrase leaves would be another error: a word may cost two.
    if (search->best_phrase != NULL &&
        found.cost + 2 * search->best.length >= search->best.cost + 2 * found.length)
        return;
    search->best = found;
    search->best_phrase = search->phrase;
}

// Goes on from the word of the phrase; what came before it is in `found`.
static void align(Search *search, uint32_t word, Alignment found) {
    const Phrase *phrase = search->phrase;
    if (found.cost > MOST_COST)
        return;
    if (word == PHRASE_LENGTH || phrase->words[word] == KEYWORD_NONE) {
        offer(search, found);
        return;
    }
    uint32_t cost = word_cost(search, found.length, (Keyword)phrase->words[word]);
    Alignment next = {found.cost + cost, found.length + 1,
                      found.wrong | (cost > 0 ? 1u << found.length : 0)};
    align(search, word + 1, next);
    if (may_be_omitted(phrase, word)) {
        found.cost += COST_OMITTED;
        align(search, word + 1, found);
    }
}

static const char *phrase_text(Parser *parser, const Phrase *phrase) {
    char text[64] = "";
    for (uint32_t i = 0; i < PHRASE_LENGTH && phrase->words[i] != KEYWORD_NONE; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, i == 0 ? "%s" : " %s",
                 keyword_text((Keyword)phrase->words[i]));
    }
    return runa_arena_string_duplicate(parser->arena, text);
}

// From the first to the last of the wrong words, or all where words are only missing.
static Span wrong_span(const Search *search) {
    uint32_t first = 0, last = search->best.length - 1;
    if (search->best.wrong != 0) {
        while (!(search->best.wrong >> first & 1))
            first++;
        while (!(search->best.wrong >> last & 1))
            last--;
    }
    return (Span){parser_peek(search->parser, first)->start,
                  parser_peek(search->parser, last)->end};
}

Wording parser_near_phrase(Parser *parser, uint32_t strict) {
    Search search = {.parser = parser, .strict = strict};
    for (uint32_t i = 0; i < parser_phrase_count; i++) {
        search.phrase = &parser_phrases[i];
        align(&search, 0, (Alignment){0});
    }
    if (search.best_phrase == NULL)
        return (Wording){.operator= OPERATOR_NONE };
    return (Wording){
        .operator=(Operator) search.best_phrase->operator,
        .length = search.best.length,
        .wrong = wrong_span(&search),
        .right = phrase_text(parser, search.best_phrase),
        .is_guess = true,
    };
}
