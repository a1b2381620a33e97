// Where the fields of structures and variant types lie.
#include "limit.h"
#include "resolve_internal.h"

bool require_layout(Compilation *compilation, Type *type, Span span) {
    while (type->kind == TYPE_FIXED_ARRAY) {
        type = type->first;
    }
    if (type->kind != TYPE_INLINE) {
        return true;
    }
    Aggregate *aggregate = type->first->aggregate;
    if (aggregate->layout_state != LAYOUT_IN_PROGRESS) {
        resolve_layout(compilation, aggregate->symbol);
        return true;
    }
    Diagnostics *diagnostics = &compilation->diagnostics;
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_inline_cycle, span,
                          "`%s` would contain itself in place", aggregate->name->text);
    diagnostic_note(diagnostics, diagnostic, aggregate->symbol->span, "declared here");
    diagnostic_help(diagnostics, diagnostic, "leave out `inline` to store a reference");
    return false;
}

typedef struct Layout {
    uint64_t size;
    uint32_t alignment;
} Layout;

static uint64_t round_up(uint64_t size, uint64_t alignment) {
    return (size + alignment - 1) / alignment * alignment;
}

// The type of a field, with the layout of what lies in it; poison after an error.
static Type *resolve_field(const TypeScope *scope, const FieldDeclaration *node) {
    Compilation *compilation = scope->compilation;
    if (!node->annotation) {
        return compilation->types.integer;
    }
    uint32_t height = node->annotation->height;
    if (!limit_enter(compilation, height, node->header.span)) {
        return scope->compilation->types.poison;
    }
    Type *type = resolve_type_at(scope, node->annotation, PLACE_FIELD);
    if (!require_layout(compilation, type, node->header.span)) {
        type = scope->compilation->types.poison;
    }
    limit_leave(compilation, height);
    return type;
}

// Resolves fields and places them behind each other at natural alignment, as C does.
static uint32_t lay_out_fields(const TypeScope *scope, const NodeList *nodes, FieldInfo *fields,
                               Layout *layout) {
    DuplicateCheck check = {.compilation = scope->compilation, .what = "the field "};
    uint32_t count = 0;
    for (uint32_t i = 0; i < nodes->count; i++) {
        const FieldDeclaration *node =
            AST(nodes->items[i], NODE_FIELD_DECLARATION, FieldDeclaration);
        Span span = node->header.span;
        if (!node->name || !duplicate_check(&check, node->name, span)) {
            continue;
        }
        Type *type = resolve_field(scope, node);
        uint32_t alignment = type_storage_alignment(type);
        layout->size = round_up(layout->size, alignment);
        fields[count++] = (FieldInfo){
            .name = node->name, .type = type, .offset = (uint32_t)layout->size, .span = span};
        layout->size += type_storage_size(type);
        layout->alignment = alignment > layout->alignment ? alignment : layout->alignment;
        if (layout->size > LARGEST_OBJECT) {
            report_too_large(scope, span, layout->size);
            layout->size = 0;
        }
    }
    return count;
}

static void lay_out_structure(const TypeScope *scope, Aggregate *aggregate) {
    const Structure *node = AST(aggregate->symbol->declaration, NODE_STRUCTURE, Structure);
    Layout layout = {.size = 0, .alignment = 1};
    aggregate->fields =
        pool_allocate(&scope->compilation->pool, node->fields.count * sizeof(FieldInfo));
    aggregate->field_count = lay_out_fields(scope, &node->fields, aggregate->fields, &layout);
    // A structure without fields takes a byte, so that its objects have different addresses.
    layout.size = layout.size == 0 ? 1 : round_up(layout.size, layout.alignment);
    aggregate->size = (uint32_t)layout.size;
    aggregate->alignment = layout.alignment;
}

// The fields with which every variant begins lie at the same places in all of them.
static void find_common_fields(Aggregate *aggregate) {
    if (aggregate->variant_count == 0) {
        return;
    }
    const VariantInfo *first = &aggregate->variants[0];
    aggregate->fields = first->fields;
    aggregate->field_count = first->field_count;
    for (uint32_t i = 1; i < aggregate->variant_count; i++) {
        const VariantInfo *other = &aggregate->variants[i];
        uint32_t same = 0;
        while (same < aggregate->field_count && same < other->field_count &&
               first->fields[same].name == other->fields[same].name &&
               first->fields[same].type == other->fields[same].type) {
            same++;
        }
        aggregate->field_count = same;
    }
}

// An object of a variant type: the tag in 8 bytes, then the fields of its variant.
static void lay_out_variants(const TypeScope *scope, Aggregate *aggregate) {
    const VariantType *node = AST(aggregate->symbol->declaration, NODE_VARIANT_TYPE, VariantType);
    aggregate->size = aggregate->alignment = 8;
    uint32_t next = 0;
    for (uint32_t i = 0; i < node->variants.count && next < aggregate->variant_count; i++) {
        const Variant *variant = AST(node->variants.items[i], NODE_VARIANT, Variant);
        VariantInfo *info = &aggregate->variants[next];
        if (variant->header.span.start != info->span.start) {
            continue; // a duplicate, which was left out
        }
        next++;
        Layout layout = {.size = 8, .alignment = 8};
        info->fields =
            pool_allocate(&scope->compilation->pool, variant->fields.count * sizeof(FieldInfo));
        info->field_count = lay_out_fields(scope, &variant->fields, info->fields, &layout);
        info->size = (uint32_t)round_up(layout.size, 8);
        aggregate->size = info->size > aggregate->size ? info->size : aggregate->size;
    }
    find_common_fields(aggregate);
}

void resolve_layout(Compilation *compilation, Symbol *symbol) {
    Aggregate *aggregate = symbol->as.aggregate;
    if (aggregate->layout_state != LAYOUT_MISSING) {
        return;
    }
    aggregate->layout_state = LAYOUT_IN_PROGRESS;
    TypeScope scope = {.compilation = compilation,
                       .module = symbol->module,
                       .parameters = aggregate->type_parameters,
                       .count = aggregate->type_parameter_count};
    if (aggregate->is_variant_type) {
        lay_out_variants(&scope, aggregate);
    } else {
        lay_out_structure(&scope, aggregate);
    }
    aggregate->layout_state = LAYOUT_DONE;
}
