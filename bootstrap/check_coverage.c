// What the cases of a Match take, and what they leave out.
#include "check_internal.h"

#include <inttypes.h>
#include <string.h>

int64_t coverage_key(const Type *type, int64_t value) {
    return type_is_unsigned64(type) ? (int64_t)((uint64_t)value ^ (UINT64_C(1) << 63)) : value;
}

void coverage_begin(Checker *checker, Coverage *coverage, Type *type) {
    *coverage = (Coverage){.type = type};
    if (type->kind == TYPE_VARIANT) {
        coverage->variants =
            runa_arena_allocate(checker->arena, (int64_t)type->aggregate->variant_count + 1);
    }
}

void coverage_end(Coverage *coverage) {
    memory_free(coverage->intervals);
    coverage->intervals = NULL;
}

// --- Intervals -----------------------------------------------------------------------------------

// The number of the first interval that ends at `low` or behind it.
static uint32_t find_interval(const Coverage *coverage, int64_t low) {
    uint32_t first = 0, count = coverage->interval_count;
    while (count > 0) {
        uint32_t half = count / 2;
        if (coverage->intervals[first + half].high < low) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

static void insert_interval(Coverage *coverage, uint32_t place, Interval interval) {
    if (coverage->interval_count == coverage->interval_capacity) {
        coverage->interval_capacity =
            coverage->interval_capacity ? coverage->interval_capacity * 2 : 16;
        coverage->intervals =
            memory_resize(coverage->intervals, coverage->interval_capacity * sizeof(Interval));
    }
    memmove(&coverage->intervals[place + 1], &coverage->intervals[place],
            (coverage->interval_count - place) * sizeof(Interval));
    coverage->intervals[place] = interval;
    coverage->interval_count++;
}

// Takes low to high, which overlaps or touches the intervals from `place` on that begin in it.
static void take_interval(Coverage *coverage, uint32_t place, int64_t low, int64_t high) {
    Interval *intervals = coverage->intervals;
    // An interval that ends just before low is the one before `place`.
    if (place > 0 && intervals[place - 1].high == low - 1) {
        place--;
    }
    uint32_t end = place;
    while (end < coverage->interval_count &&
           (intervals[end].low <= high || intervals[end].low - 1 == high)) {
        low = intervals[end].low < low ? intervals[end].low : low;
        high = intervals[end].high > high ? intervals[end].high : high;
        end++;
    }
    if (end == place) {
        insert_interval(coverage, place, (Interval){low, high});
        return;
    }
    intervals[place] = (Interval){low, high};
    memmove(&intervals[place + 1], &intervals[end],
            (coverage->interval_count - end) * sizeof(Interval));
    coverage->interval_count -= end - place - 1;
}

bool coverage_add_range(Coverage *coverage, int64_t low, int64_t high, bool takes) {
    uint32_t place = find_interval(coverage, low);
    bool is_inside = place < coverage->interval_count && coverage->intervals[place].low <= low &&
                     coverage->intervals[place].high >= high;
    if (coverage->is_all || is_inside) {
        return false;
    }
    if (takes) {
        take_interval(coverage, place, low, high);
    }
    return true;
}

// --- Variants and texts --------------------------------------------------------------------------

bool coverage_add_variant(Coverage *coverage, uint32_t index, bool takes) {
    if (coverage->is_all || coverage->variants[index]) {
        return false;
    }
    coverage->variants[index] = takes;
    coverage->variant_count += takes;
    return true;
}

bool coverage_add_text(Checker *checker, Coverage *coverage, const Name *text, bool takes) {
    if (coverage->is_all || name_table_get(&coverage->texts, text)) {
        return false;
    }
    if (takes) {
        name_table_set(&checker->compilation->pool, &coverage->texts, text, coverage);
    }
    return true;
}

// --- What is left --------------------------------------------------------------------------------

static int64_t lowest(const Type *type) {
    if (type->kind == TYPE_BOOLEAN || (type->is_unsigned && type->size < 8)) {
        return 0;
    }
    return type->size == 8 ? INT64_MIN : -((int64_t)1 << (type->size * 8 - 1));
}

static int64_t highest(const Type *type) {
    if (type->kind == TYPE_BOOLEAN) {
        return 1;
    }
    return type->size == 8 ? INT64_MAX
                           : ((int64_t)1 << (type->size * 8 - (type->is_unsigned ? 0 : 1))) - 1;
}

// A value that nothing takes; false if there is none. Of those the one nearest to 0 from above, if
// any.
static bool find_gap(const Coverage *coverage, int64_t *value) {
    int64_t low = lowest(coverage->type), high = highest(coverage->type);
    int64_t zero = coverage_key(coverage->type, 0);
    int64_t start = low <= zero ? zero : low;
    uint32_t place = find_interval(coverage, start);
    bool is_inside = place < coverage->interval_count && coverage->intervals[place].low <= start;
    if (!is_inside || coverage->intervals[place].high < high) {
        *value = is_inside ? coverage->intervals[place].high + 1 : start;
        return true;
    }
    if (coverage->intervals[place].low > low) {
        *value = coverage->intervals[place].low - 1;
        return true;
    }
    return false;
}

bool coverage_is_complete(Coverage *coverage) {
    int64_t value;
    if (coverage->is_all || coverage->type->kind == TYPE_POISON) {
        return true;
    }
    switch ((TypeKind)coverage->type->kind) {
    case TYPE_INTEGER:
    case TYPE_BOOLEAN:
        return !find_gap(coverage, &value);
    case TYPE_VARIANT:
        return coverage->variant_count == coverage->type->aggregate->variant_count;
    default:
        return false;
    }
}

static const char *missing_variants(Checker *checker, const Coverage *coverage) {
    const Aggregate *aggregate = coverage->type->aggregate;
    const uint32_t most = 5;
    uint32_t missing = aggregate->variant_count - coverage->variant_count, shown = 0;
    const char *text = "";
    for (uint32_t i = 0; i < aggregate->variant_count && shown < most; i++) {
        if (!coverage->variants[i]) {
            const char *separator = shown == 0 ? "" : shown + 1 == missing ? " and " : ", ";
            text = format_text(checker, "%s%s`%s`", text, separator,
                               aggregate->variants[i].name->text);
            shown++;
        }
    }
    return missing > shown ? format_text(checker, "%s and %u more", text, missing - shown) : text;
}

const char *coverage_missing(Checker *checker, const Coverage *coverage) {
    int64_t value = 0;
    switch ((TypeKind)coverage->type->kind) {
    case TYPE_VARIANT:
        return missing_variants(checker, coverage);
    case TYPE_BOOLEAN:
        find_gap(coverage, &value);
        return coverage->interval_count == 0 ? "`true` and `false`" : value ? "`true`" : "`false`";
    case TYPE_INTEGER:
        find_gap(coverage, &value);
        value = coverage_key(coverage->type, value); // its own inverse
        return type_is_unsigned64(coverage->type)
                   ? format_text(checker, "other values, for example %" PRIu64, (uint64_t)value)
                   : format_text(checker, "other values, for example %" PRId64, value);
    case TYPE_STRING:
        return "other texts";
    default:
        return "other values";
    }
}
