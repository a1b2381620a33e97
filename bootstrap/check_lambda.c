// Lambdas: their parameters, their value, what they capture.
#include "check_internal.h"

// The type of the parameter: as written, else as expected, else Integer.
static Type *parameter_type(Checker *checker, const Parameter *parameter, Type *expected) {
    if (!parameter->annotation) {
        expected = expected ? settled_or_integer(checker, expected) : checker->types->integer;
        return expected->kind == TYPE_INLINE ? expected->first : expected;
    }
    Type *type = check_type(checker, parameter->annotation);
    if (expected && settled(checker, expected)->kind == TYPE_VARIABLE) {
        type_unify(checker->types, expected, type);
    }
    return type;
}

static void bind_parameters(Checker *checker, Lambda *lambda, const Type *expected, Type **types) {
    DuplicateCheck check = {.compilation = checker->compilation, .what = "the parameter "};
    for (uint32_t i = 0; i < lambda->parameters.count; i++) {
        Parameter *parameter = AST(lambda->parameters.items[i], NODE_PARAMETER, Parameter);
        Type *wanted = expected ? expected->arguments.items[i] : NULL;
        types[i] = parameter_type(checker, parameter, wanted);
        Symbol *symbol = new_local(checker, SYMBOL_PARAMETER, parameter->name, types[i],
                                   &parameter->header, parameter->name_span);
        parameter->symbol = symbol;
        if (types[i]->kind == TYPE_FIXED_ARRAY) {
            symbol->flags |= SYMBOL_BY_REFERENCE;
        }
        if (parameter->name && duplicate_check(&check, parameter->name, parameter->name_span)) {
            bind_name(checker, symbol, BINDING_PLAIN);
        }
    }
}

// Checks the value; gives the type of the result.
static Type *check_result(Checker *checker, Lambda *lambda, const Type *expected) {
    Type *wanted = expected ? settled(checker, expected->first) : NULL;
    if (wanted && wanted->kind != TYPE_NOTHING) {
        static const Reason reason = {.what = "the lambda is to give"};
        lambda->body = check_as(checker, lambda->body, wanted, &reason);
        Type *result = settled(checker, wanted);
        return result->kind == TYPE_VARIABLE ? settled_or_integer(checker, result) : result;
    }
    lambda->body = check_expression(checker, lambda->body, NULL);
    if (wanted) {
        return wanted; // Nothing: the value is dropped
    }
    Type *result = settled(checker, lambda->body->type);
    if (result->kind == TYPE_NULL) {
        result = checker->types->pointer;
        lambda->body = convert_to(checker, lambda->body, result, NULL);
    }
    return result;
}

static Node *report_count(Checker *checker, const Lambda *lambda, const Type *expected) {
    uint32_t given = lambda->parameters.count, wanted = expected->arguments.count;
    diagnostic_report(checker->diagnostics, ERROR_lambda_parameters, lambda->header.span,
                      "this lambda has %u parameter%s, but %u %s wanted here", given,
                      given == 1 ? "" : "s", wanted, wanted == 1 ? "is" : "are");
    return poison_node(checker, lambda->header.span);
}

static Symbol *lambda_symbol(Checker *checker, const Lambda *lambda) {
    const Body *body = checker->body;
    const Name *name = intern_format(checker->names, "%s.lambda.%u", body->symbol_prefix->text,
                                     ++*body->lambda_count);
    Symbol *symbol = symbol_create(checker->compilation, body->module, SYMBOL_LAMBDA,
                                   intern_text(checker->names, "lambda"), (Node *)&lambda->header,
                                   lambda->header.span);
    symbol->as.assembly_name = name;
    return symbol;
}

Node *check_lambda(Checker *checker, Node *node, Type *expected) {
    Lambda *lambda = AST(node, NODE_LAMBDA, Lambda);
    expected = expected ? settled(checker, expected) : NULL;
    expected = expected && expected->kind == TYPE_FUNCTION ? expected : NULL;
    uint32_t count = lambda->parameters.count;
    bool has_wrong_count = expected && expected->arguments.count != count;
    const Type *context = has_wrong_count ? NULL : expected;
    Type **types = runa_arena_allocate(checker->arena, (count + 1) * (int64_t)sizeof(Type *));
    lambda->symbol = lambda_symbol(checker, lambda);
    Body body = {.lambda = lambda};
    body_begin(checker, &body, checker->body->module, false);
    ScopeMark mark = scope_begin(checker);
    bind_parameters(checker, lambda, context, types);
    Type *result = check_result(checker, lambda, context);
    lambda->captures = list_of(checker, &body.captures);
    lambda->capture_symbols = list_of(checker, &body.capture_symbols);
    scope_end(checker, mark);
    body_end(checker, &body);
    if (has_wrong_count) {
        return report_count(checker, lambda, expected);
    }
    if (result->kind == TYPE_POISON || !require_word_value(checker, lambda->body)) {
        return poison_node(checker, node->span);
    }
    node->type = type_function(checker->types, types, count, result);
    lambda->symbol->type = node->type;
    return node;
}
