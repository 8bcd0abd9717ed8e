#include "engine/core/trace.h"
#include "engine/core/trace_form.h"
#include <string.h>

/* No trace can be longer, so the packer writes without asking at each byte. */
enum {
    WORST_BYTES = 1 + 3 * FB_VARINT_MAX + 1 + 3 + 1 + FB_TRACE_ROWS * 3 + 1 + FB_TRACE_FIGURES * FB_VARINT_MAX + 1 + 3 +
                  (int)FB_CATEGORIES_MAX * FB_VARINT_MAX * (1 + FB_TRACE_SERIES) + FB_TRACE_SERIES * 4 + 3 + 1 + FB_VARINT_MAX +
                  1 + 4 + 3 + FB_VARINT_MAX + 1 + FB_VARINT_MAX + 3 * 3 + 1 + FB_VARINT_MAX +
                  3 * FB_FACT_WORDS * FB_VARINT_MAX + 1 + (int)FB_FACT_COUNT * FB_VARINT_MAX
};
_Static_assert((int)WORST_BYTES <= (int)FB_TRACE_BYTES_MAX, "whatever is packed fits");
_Static_assert((int)FB_PART_END == 9, "the parts on top of pay are seven bits");

/* ---- what both sides know ---- */

int64_t fb_trace__before_loading(const struct fb_trace *t)
{
    int64_t pence = t->charge_pence != FB_ABSENT ? t->charge_pence : t->card_pence; /* raw: to be taken away again */
    return pence == FB_ABSENT ? 0 : pence;
}

static int64_t paid_minutes(const struct fb_trace_parts *s)
{
    int64_t sum = 0;
    for (unsigned c = 0; c < s->t->n_categories; c++)
        sum += s->minutes[c] > 0 ? s->minutes[c] : 0;
    return sum;
}

static int64_t dearest_charge(const struct fb_trace_parts *s)
{
    int64_t dearest = 0;
    for (unsigned c = 0; c < s->t->n_categories; c++)
        if (s->minutes[c] > 0 && s->series[0][c] > dearest)
            dearest = s->series[0][c];
    return dearest;
}

int64_t fb_trace__expected(const struct fb_trace_parts *s, unsigned fact)
{
    if (fact == FB_FACT_EXCESS_PENCE)
        return s->t->excess_pence == FB_ABSENT ? 0 : s->t->excess_pence;
    if (fact == FB_FACT_PAID_MINUTES || fact == FB_FACT_WORKED_MINUTES)
        return paid_minutes(s);
    if (fact == FB_FACT_CHARGE_HOUR_DEAREST || fact == FB_FACT_CHARGE_HOUR_AVERAGE)
        return dearest_charge(s);
    return fb_fact_table[fact].type == FB_TYPE_DAY ? s->t->day : 0;
}

struct fb_trace_parts fb_trace__parts(const struct fb_trace *t)
{
    static const struct fb_fact_bits all = {{UINT64_MAX, UINT64_MAX}}; /* as it stands, to the last bit */
    return (struct fb_trace_parts){.t = t,
                                   .minutes = t->minutes,
                                   .series = {t->charge_hour_e4, t->cap_hour_e4, t->card_hour_e4},
                                   .facts = &t->facts,
                                   .kept = &all};
}

/* ---- packing ---- */

static inline unsigned char *put(unsigned char *p, uint64_t v)
{
    while (v >= 0x80) {
        *p++ = (unsigned char)(v | 0x80);
        v >>= 7;
    }
    *p++ = (unsigned char)v;
    return p;
}

static inline uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static inline unsigned char *put_signed(unsigned char *p, int64_t v)
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

static unsigned char *put_lacks(unsigned char *p, const struct fb_trace *t, unsigned more)
{
    unsigned flags = (t->assumed_bank_only ? FB_FLAG_ASSUMED_BANK_ONLY : 0u) |
                     (t->lower_bound ? FB_FLAG_LOWER_BOUND : 0u) | (t->card_lack ? FB_FLAG_CARD_LACK : 0u) |
                     (t->charge_lack ? FB_FLAG_CHARGE_LACK : 0u) | (t->cap_lack ? FB_FLAG_CAP_LACK : 0u) |
                     (t->adoption != FB_NO_ROW ? FB_FLAG_ADOPTION : 0u) |
                     (t->loaded_pence != FB_ABSENT ? FB_FLAG_LOADED : 0u) | (more != 0 ? FB_FLAG_MORE : 0u);
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
    unsigned given = 0;
    for (unsigned i = 0; i < FB_TRACE_ROWS; i++)
        given |= (unsigned)(row[i] != FB_NO_ROW) << i;
    *p++ = (unsigned char)(series << FB_TRACE_ROWS | given);
    for (; given != 0; given &= given - 1)
        p = put(p, row[__builtin_ctz(given)]);
    return p;
}

static unsigned char *put_figures(unsigned char *p, const struct fb_trace *t)
{
    const int64_t figure[FB_TRACE_FIGURES] = {t->card_pence, t->charge_pence, t->cap_pence, t->excess_pence};
    unsigned given = 0;
    for (unsigned i = 0; i < FB_TRACE_FIGURES; i++)
        given |= (unsigned)(figure[i] != FB_ABSENT) << i;
    *p++ = (unsigned char)given;
    for (; given != 0; given &= given - 1)
        p = put_signed(p, figure[__builtin_ctz(given)]);
    return p;
}

static uint32_t worked_of(const struct fb_trace_parts *s)
{
    uint32_t worked = 0;
    for (unsigned c = s->t->n_categories; c-- > 0;)
        worked = worked << 1 | (s->minutes[c] > 0);
    return worked;
}

static unsigned char *put_minutes(unsigned char *p, const struct fb_trace_parts *s, uint32_t worked)
{
    p = put(p, s->t->n_categories);
    p = put(p, worked);
    for (uint32_t left = worked; left != 0; left &= left - 1)
        p = put(p, (uint64_t)s->minutes[__builtin_ctz(left)]);
    return p;
}

/* Of the categories with minutes those in which the series has a rate. */
static uint32_t given_of(const int64_t *e4, uint32_t worked)
{
    uint32_t given = 0;
    for (uint32_t left = e4 == NULL ? 0 : worked; left != 0; left &= left - 1)
        given |= e4[__builtin_ctz(left)] != FB_ABSENT ? left & -left : 0;
    return given;
}

/* One series of hourly rates: mask x 2 + "all in pennies", then the steps. */
static unsigned char *put_series(unsigned char *p, const int64_t *e4, uint32_t given)
{
    int64_t last = 0;
    bool odd = false;
    for (uint32_t left = given; left != 0; left &= left - 1)
        odd |= e4[__builtin_ctz(left)] % FB_PENNY_E4 != 0;
    p = put(p, (uint64_t)given << 1 | !odd);
    for (uint32_t left = given; left != 0; left &= left - 1) {
        int64_t v = e4[__builtin_ctz(left)];
        v = odd ? v : v / FB_PENNY_E4;
        p = put_signed(p, fb_trace__less(v, last));
        last = v;
    }
    return p;
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
static unsigned char *put_besides(unsigned char *p, const struct fb_trace *t, unsigned more)
{
    if (t->adoption != FB_NO_ROW)
        p = put(p, t->adoption);
    if (t->loaded_pence != FB_ABSENT) {
        *p++ = (unsigned char)((t->loaded_parts >> FB_PART_WTD_HOLIDAY) << 1 | t->loaded_lower_bound);
        p = put(p, (uint64_t)fb_trace__less(t->loaded_pence, fb_trace__before_loading(t)));
    }
    return more == 0 ? p : put_more(p, t, more);
}

/* ---- facts ---- */

/* Sets of facts by their type, as constants: the dictionary's rows are long and far away. */
#define IN_WORD(word, id) ((unsigned)(id) / 64 == (word) ? (uint64_t)1 << (unsigned)(id) % 64 : 0)
static const struct fb_fact_bits codes = {{
#define X(id, word, type, unit, meaning, unknown) (FB_TYPE_##type == FB_TYPE_CODE ? IN_WORD(0, FB_FACT_##id) : 0) |
    FB_FACT_MAP(X) 0,
#undef X
#define X(id, word, type, unit, meaning, unknown) (FB_TYPE_##type == FB_TYPE_CODE ? IN_WORD(1, FB_FACT_##id) : 0) |
    FB_FACT_MAP(X) 0
#undef X
}};
/* Something is expected of it other than nought (fb_trace__expected). */
#define EXPECTED(word)                                                                                       \
    (IN_WORD(word, FB_FACT_EXCESS_PENCE) | IN_WORD(word, FB_FACT_PAID_MINUTES) |                             \
     IN_WORD(word, FB_FACT_WORKED_MINUTES) | IN_WORD(word, FB_FACT_CHARGE_HOUR_DEAREST) |                    \
     IN_WORD(word, FB_FACT_CHARGE_HOUR_AVERAGE))
static const struct fb_fact_bits expected = {{
#define X(id, word, type, unit, meaning, unknown) (FB_TYPE_##type == FB_TYPE_DAY ? IN_WORD(0, FB_FACT_##id) : 0) |
    FB_FACT_MAP(X) EXPECTED(0),
#undef X
#define X(id, word, type, unit, meaning, unknown) (FB_TYPE_##type == FB_TYPE_DAY ? IN_WORD(1, FB_FACT_##id) : 0) |
    FB_FACT_MAP(X) EXPECTED(1)
#undef X
}};
_Static_assert(FB_FACT_WORDS == 2, "a row above for each word");

/* The masks of what is known, and which of that are bounds: those of one kind, then of the other, where there are any. */
static unsigned char *put_fact_masks(unsigned char *p, const struct fb_facts *f, const struct fb_fact_bits *kept)
{
    uint64_t bounds = 0;
    for (unsigned i = 0; i < FB_FACT_WORDS; i++) {
        p = put(p, f->known.w[i] & kept->w[i]);
        bounds |= (f->at_least.w[i] | f->at_most.w[i]) & kept->w[i];
    }
    *p++ = bounds != 0;
    for (unsigned i = 0; i < FB_FACT_WORDS && bounds != 0; i++) {
        p = put(p, f->at_least.w[i] & kept->w[i]);
        p = put(p, f->at_most.w[i] & kept->w[i]);
    }
    return p;
}

/* Those of one word. Codes are left-aligned in their 64 bits; turned round, a short code is a small number. */
static unsigned char *put_values(unsigned char *p, const struct fb_trace_parts *s, unsigned word)
{
    const int64_t *value = &s->facts->value[64 * word];
    for (uint64_t left = s->facts->known.w[word] & s->kept->w[word]; left != 0; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        if (codes.w[word] >> bit & 1) {
            p = put(p, __builtin_bswap64((uint64_t)value[bit]));
            continue;
        }
        bool plain = (expected.w[word] >> bit & 1) == 0;
        p = put_signed(p, plain ? value[bit] : fb_trace__less(value[bit], fb_trace__expected(s, 64 * word + bit)));
    }
    return p;
}

static unsigned char *put_trace(unsigned char *p, const struct fb_trace_parts *s)
{
    const struct fb_trace *t = s->t;
    uint32_t worked = worked_of(s), given[FB_TRACE_SERIES];
    unsigned series = 0, more = more_of(t);
    for (unsigned i = 0; i < FB_TRACE_SERIES; i++) {
        given[i] = given_of(s->series[i], worked);
        series |= (unsigned)(given[i] != 0) << i;
    }
    *p++ = FB_TRACE_VERSION;
    p = put(p, t->issue);
    p = put(p, t->decide_version);
    p = put_signed(p, t->day);
    p = put_lacks(p, t, more);
    p = put_rows(p, t, series);
    p = put_figures(p, t);
    p = put_minutes(p, s, worked);
    for (; series != 0; series &= series - 1)
        p = put_series(p, s->series[__builtin_ctz(series)], given[__builtin_ctz(series)]);
    p = put_besides(p, t, more);
    p = put_fact_masks(p, s->facts, s->kept);
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        p = put_values(p, s, i);
    return p;
}

size_t fb_trace__pack(const struct fb_trace_parts *s, unsigned char bytes[FB_TRACE_BYTES_MAX])
{
    return (size_t)(put_trace(bytes, s) - bytes);
}

size_t fb_trace_pack(const struct fb_trace *t, void *memory, size_t size)
{
    unsigned char bytes[FB_TRACE_BYTES_MAX];
    struct fb_trace_parts s = fb_trace__parts(t);
    size_t n = fb_trace__pack(&s, bytes);
    if (n > size)
        return 0;
    memcpy(memory, bytes, n);
    return n;
}
