#include "engine/core/trace.h"
#include "engine/core/trace_form.h"
#include <string.h>

/* No trace can be longer, so the packer writes without asking at each byte and looks at the length once. */
enum {
    WORST_BYTES = 1 + 3 * FB_VARINT_MAX + 1 + 3 + 1 + FB_TRACE_ROWS * 3 + 1 + FB_TRACE_FIGURES * FB_VARINT_MAX + 1 + 3 +
                  (int)FB_CATEGORIES_MAX * FB_VARINT_MAX * (1 + FB_TRACE_SERIES) + FB_TRACE_SERIES * 4 + 3 + 1 + FB_VARINT_MAX +
                  1 + 4 + 3 + FB_VARINT_MAX + 1 + FB_VARINT_MAX + 3 * 3 + 1 + FB_VARINT_MAX +
                  3 * FB_FACT_WORDS * FB_VARINT_MAX + 1 + (int)FB_FACT_COUNT * FB_VARINT_MAX
};
_Static_assert((int)FB_PART_END == 9, "the parts on top of pay are seven bits");

/* ---- what both sides know ---- */

int64_t fb_trace__before_loading(const struct fb_trace *t)
{
    int64_t pence = t->charge_pence != FB_ABSENT ? t->charge_pence : t->card_pence; /* raw: to be taken away again */
    return pence == FB_ABSENT ? 0 : pence;
}

int64_t fb_trace__expected(const struct fb_trace *t, unsigned fact)
{
    int64_t v = 0;
    if (fact == FB_FACT_EXCESS_PENCE)
        return t->excess_pence == FB_ABSENT ? 0 : t->excess_pence;
    if (fact == FB_FACT_PAID_MINUTES || fact == FB_FACT_WORKED_MINUTES) {
        for (unsigned c = 0; c < t->n_categories; c++)
            v += t->minutes[c] > 0 ? t->minutes[c] : 0;
    } else if (fact == FB_FACT_CHARGE_HOUR_DEAREST || fact == FB_FACT_CHARGE_HOUR_AVERAGE) {
        for (unsigned c = 0; c < t->n_categories; c++)
            if (t->minutes[c] > 0 && t->charge_hour_e4[c] > v)
                v = t->charge_hour_e4[c];
    } else if (fb_fact_table[fact].type == FB_TYPE_DAY) {
        v = t->day;
    }
    return v;
}

/* ---- packing ---- */

static unsigned char *put(unsigned char *p, uint64_t v)
{
    while (v >= 0x80) {
        *p++ = (unsigned char)(v | 0x80);
        v >>= 7;
    }
    *p++ = (unsigned char)v;
    return p;
}

static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static unsigned char *put_signed(unsigned char *p, int64_t v)
{
    return put(p, zigzag(v));
}

static unsigned more_of(const struct fb_trace *t)
{
    return (t->zone != 0 ? FB_MORE_ZONE : 0u) |
           (t->supplement_origin != FB_NO_ROW || t->supplement_pence != 0 ? FB_MORE_SUPPLEMENT : 0u) |
           (t->unit != FB_UNIT_HOUR || t->each_pence != 0 ? FB_MORE_UNIT : 0u) |
           (t->lapsed != FB_NO_ROW ? FB_MORE_LAPSED : 0u) | (t->limited ? FB_MORE_LIMITED : 0u) |
           (t->weak_origin != FB_NO_ROW ? FB_MORE_WEAK : 0u) | (t->vat_unsettled ? FB_MORE_VAT : 0u) |
           (t->loaded_lack != FB_LACK_NOTHING ? FB_MORE_LACK : 0u);
}

static unsigned char *put_lacks(unsigned char *p, const struct fb_trace *t)
{
    unsigned flags = (t->assumed_bank_only ? FB_FLAG_ASSUMED_BANK_ONLY : 0u) |
                     (t->lower_bound ? FB_FLAG_LOWER_BOUND : 0u) | (t->card_lack ? FB_FLAG_CARD_LACK : 0u) |
                     (t->charge_lack ? FB_FLAG_CHARGE_LACK : 0u) | (t->cap_lack ? FB_FLAG_CAP_LACK : 0u) |
                     (t->adoption != FB_NO_ROW ? FB_FLAG_ADOPTION : 0u) |
                     (t->loaded_pence != FB_ABSENT ? FB_FLAG_LOADED : 0u) | (more_of(t) != 0 ? FB_FLAG_MORE : 0u);
    *p++ = (unsigned char)flags;
    if (t->card_lack)
        *p++ = t->card_lack;
    if (t->charge_lack)
        *p++ = t->charge_lack;
    if (t->cap_lack)
        *p++ = t->cap_lack;
    return p;
}

/* The mask of the rows, and behind them of the series that follow later. */
static unsigned char *put_rows(unsigned char *p, const struct fb_trace *t, unsigned series)
{
    const uint16_t row[FB_TRACE_ROWS] = {t->card, t->rule_origin, t->point_origin, t->cap, t->cap_origin};
    unsigned char *mask = p++;
    *mask = (unsigned char)(series << FB_TRACE_ROWS);
    for (unsigned i = 0; i < FB_TRACE_ROWS; i++) {
        if (row[i] == FB_NO_ROW)
            continue;
        *mask = (unsigned char)(*mask | 1u << i);
        p = put(p, row[i]);
    }
    return p;
}

static unsigned char *put_figures(unsigned char *p, const struct fb_trace *t)
{
    const int64_t figure[FB_TRACE_FIGURES] = {t->card_pence, t->charge_pence, t->cap_pence, t->excess_pence};
    unsigned char *mask = p++;
    *mask = 0;
    for (unsigned i = 0; i < FB_TRACE_FIGURES; i++) {
        if (figure[i] == FB_ABSENT)
            continue;
        *mask = (unsigned char)(*mask | 1u << i);
        p = put_signed(p, figure[i]);
    }
    return p;
}

static unsigned char *put_minutes(unsigned char *p, const struct fb_trace *t, uint32_t worked)
{
    p = put(p, t->n_categories);
    p = put(p, worked);
    for (unsigned c = 0; c < t->n_categories; c++)
        if (worked >> c & 1)
            p = put(p, (uint64_t)t->minutes[c]);
    return p;
}

/* One series of hourly rates over the categories with minutes: mask x 2 + "all in pennies", then the steps.
 */
static unsigned char *put_series(unsigned char *p, const int64_t *e4, unsigned n, uint32_t worked)
{
    uint32_t given = 0, pennies = 1;
    for (unsigned c = 0; c < n; c++) {
        if ((worked >> c & 1) == 0 || e4[c] == FB_ABSENT)
            continue;
        given |= (uint32_t)1 << c;
        pennies &= e4[c] % FB_PENNY_E4 == 0;
    }
    p = put(p, (uint64_t)given << 1 | pennies);
    int64_t last = 0;
    for (unsigned c = 0; c < n; c++) {
        if ((given >> c & 1) == 0)
            continue;
        int64_t v = pennies ? e4[c] / FB_PENNY_E4 : e4[c];
        p = put_signed(p, fb_trace__less(v, last));
        last = v;
    }
    return p;
}

static bool any_given(const int64_t *e4, unsigned n, uint32_t worked)
{
    for (unsigned c = 0; c < n; c++) {
        if ((worked >> c & 1) != 0 && e4[c] != FB_ABSENT)
            return true;
    }
    return false;
}

static unsigned char *put_more(unsigned char *p, const struct fb_trace *t, unsigned more)
{
    *p++ = (unsigned char)more;
    if (more & FB_MORE_ZONE) {
        *p++ = t->zone;
        p = put(p, t->zone_row);
    }
    if (more & FB_MORE_SUPPLEMENT) {
        p = put(p, t->supplement_origin);
        p = put_signed(p, t->supplement_pence); /* raw: as it is */
    }
    if (more & FB_MORE_UNIT) {
        *p++ = t->unit;
        p = put_signed(p, t->each_pence); /* raw: as it is */
    }
    if (more & FB_MORE_LAPSED)
        p = put(p, t->lapsed);
    if (more & FB_MORE_WEAK)
        p = put(p, t->weak_origin);
    if (more & FB_MORE_VAT)
        p = put(p, t->vat_origin);
    if (more & FB_MORE_LACK)
        *p++ = t->loaded_lack;
    return p;
}

/* What a plain shift has none of. Loaded cost is seldom less than what it is loaded on. */
static unsigned char *put_besides(unsigned char *p, const struct fb_trace *t)
{
    unsigned more = more_of(t);
    if (t->adoption != FB_NO_ROW)
        p = put(p, t->adoption);
    if (t->loaded_pence != FB_ABSENT) {
        *p++ = (unsigned char)((t->loaded_parts >> FB_PART_WTD_HOLIDAY) << 1 | t->loaded_lower_bound);
        p = put(p, (uint64_t)fb_trace__less(t->loaded_pence, fb_trace__before_loading(t)));
    }
    return more == 0 ? p : put_more(p, t, more);
}

/* The types side by side: the dictionary's rows are long. */
static const uint8_t types[FB_FACT_COUNT] = {
#define X(id, word, type, unit, meaning, unknown) [FB_FACT_##id] = FB_TYPE_##type,
    FB_FACT_MAP(X)
#undef X
};

/* Something is expected of it other than nought (fb_trace__expected). */
static bool is_expected(unsigned id)
{
    return types[id] == FB_TYPE_DAY || id == FB_FACT_EXCESS_PENCE || id == FB_FACT_PAID_MINUTES ||
           id == FB_FACT_WORKED_MINUTES || id == FB_FACT_CHARGE_HOUR_DEAREST || id == FB_FACT_CHARGE_HOUR_AVERAGE;
}

/* Codes are left-aligned in their 64 bits; turned round, a short code is a small number. */
static unsigned char *put_fact(unsigned char *p, const struct fb_trace *t, unsigned id)
{
    if (types[id] == FB_TYPE_CODE)
        return put(p, __builtin_bswap64((uint64_t)t->facts.value[id]));
    int64_t v = t->facts.value[id];
    return put_signed(p, is_expected(id) ? fb_trace__less(v, fb_trace__expected(t, id)) : v);
}

/* The masks of what is known, and which of that are bounds: those of one kind, then of the other, where there are any. */
static unsigned char *put_fact_masks(unsigned char *p, const struct fb_facts *f)
{
    uint64_t bounds = 0;
    for (unsigned i = 0; i < FB_FACT_WORDS; i++) {
        p = put(p, f->known.w[i]);
        bounds |= f->at_least.w[i] | f->at_most.w[i];
    }
    *p++ = bounds != 0;
    for (unsigned i = 0; i < FB_FACT_WORDS && bounds != 0; i++) {
        p = put(p, f->at_least.w[i]);
        p = put(p, f->at_most.w[i]);
    }
    return p;
}

static unsigned char *put_facts(unsigned char *p, const struct fb_trace *t)
{
    p = put_fact_masks(p, &t->facts);
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        for (uint64_t left = t->facts.known.w[i]; left != 0; left &= left - 1)
            p = put_fact(p, t, 64 * i + (unsigned)__builtin_ctzll(left));
    return p;
}

size_t fb_trace_pack(const struct fb_trace *t, void *memory, size_t size)
{
    unsigned char bytes[WORST_BYTES];
    unsigned char *p = bytes;
    uint32_t worked = 0;
    for (unsigned c = 0; c < t->n_categories; c++)
        worked |= (uint32_t)(t->minutes[c] > 0) << c;
    *p++ = FB_TRACE_VERSION;
    p = put(p, t->issue);
    p = put(p, t->decide_version);
    p = put_signed(p, t->day);
    p = put_lacks(p, t);
    const int64_t *series[FB_TRACE_SERIES] = {t->charge_hour_e4, t->cap_hour_e4, t->card_hour_e4};
    unsigned given = 0;
    for (unsigned i = 0; i < FB_TRACE_SERIES; i++)
        given |= (unsigned)any_given(series[i], t->n_categories, worked) << i;
    p = put_rows(p, t, given);
    p = put_figures(p, t);
    p = put_minutes(p, t, worked);
    for (unsigned i = 0; i < FB_TRACE_SERIES; i++)
        if (given >> i & 1)
            p = put_series(p, series[i], t->n_categories, worked);
    p = put_besides(p, t);
    p = put_facts(p, t);
    size_t n = (size_t)(p - bytes);
    if (n > size)
        return 0;
    memcpy(memory, bytes, n);
    return n;
}

