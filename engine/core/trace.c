#include "engine/core/trace.h"
#include "engine/core/trace_form.h"
#include <string.h>

/* Nothing is asked at each byte: what is written is as long as its kind, or stands in a list first, which is written by twos
 * (trace_form.h); no list is longer than the room for it, and no trace longer than its bytes. */
enum {
    NUMBERS_MAX = 1 + FB_TRACE_FIGURES + 3 * FB_FACT_WORDS + FB_TRACE_SELDOM_NUMBERS +
                  (int)FB_CATEGORIES_MAX * (1 + FB_TRACE_SERIES) + (int)FB_FACT_COUNT + 1, /* and one that fills the last two */
    HEAD_BYTES = 1 + 2 * 5 + 5 + 8 + 6,
    WORST_BYTES = HEAD_BYTES + (NUMBERS_MAX + 1) / 2 * (1 + 2 * 8) + 8 /* written past the last, and never read */
};
_Static_assert((int)WORST_BYTES <= (int)FB_TRACE_BYTES_MAX, "whatever is packed fits");
_Static_assert((int)FB_PART_END == 9, "the parts on top of pay are seven bits");
_Static_assert(FB_FACT_WORDS == 2, "a row below for each word");

/* Sets of facts by their type, as constants: the dictionary's rows are long and far away. */
#define IN_WORD(word, id) ((unsigned)(id) / 64 == (word) ? (uint64_t)1 << (unsigned)(id) % 64 : 0)
#define IS_CODE(type)   ((type) == FB_TYPE_CODE)
#define IS_NAME(type)   ((type) == FB_TYPE_NAME)
#define IS_NUMBER(type) ((type) == FB_TYPE_INT || (type) == FB_TYPE_DAY)
#define CODE_0(id, word, type, unit, meaning, unknown)   (IS_CODE(FB_TYPE_##type) ? IN_WORD(0, FB_FACT_##id) : 0) |
#define CODE_1(id, word, type, unit, meaning, unknown)   (IS_CODE(FB_TYPE_##type) ? IN_WORD(1, FB_FACT_##id) : 0) |
#define NAME_0(id, word, type, unit, meaning, unknown)   (IS_NAME(FB_TYPE_##type) ? IN_WORD(0, FB_FACT_##id) : 0) |
#define NAME_1(id, word, type, unit, meaning, unknown)   (IS_NAME(FB_TYPE_##type) ? IN_WORD(1, FB_FACT_##id) : 0) |
#define NUMBER_0(id, word, type, unit, meaning, unknown) (IS_NUMBER(FB_TYPE_##type) ? IN_WORD(0, FB_FACT_##id) : 0) |
#define NUMBER_1(id, word, type, unit, meaning, unknown) (IS_NUMBER(FB_TYPE_##type) ? IN_WORD(1, FB_FACT_##id) : 0) |
#define CODES(i)   (FB_FACT_MAP(CODE_##i) 0)
#define NAMES(i)   (FB_FACT_MAP(NAME_##i) 0)
#define NUMBERS(i) (FB_FACT_MAP(NUMBER_##i) 0)
const struct fb_fact_bits fb_trace__codes = {{CODES(0), CODES(1)}};
const struct fb_fact_bits fb_trace__names = {{NAMES(0), NAMES(1)}};
const struct fb_fact_bits fb_trace__numbers = {{NUMBERS(0), NUMBERS(1)}};
const struct fb_fact_bits fb_trace__words = {{~(CODES(0) | NAMES(0) | NUMBERS(0)), ~(CODES(1) | NAMES(1) | NUMBERS(1))}};

/* ---- the list ---- */

static uint64_t *list_known(uint64_t *q, const struct fb_trace_parts *s, unsigned flags)
{
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        *q++ = s->facts->known.w[i] & s->kept->w[i];
    for (unsigned i = 0; i < FB_FACT_WORDS && (flags & FB_TRACE_BOUNDS) != 0; i++) {
        *q++ = s->facts->at_least.w[i] & s->kept->w[i];
        *q++ = s->facts->at_most.w[i] & s->kept->w[i];
    }
    return q;
}

static uint64_t *list_rates(uint64_t *q, const struct fb_trace_parts *s, uint32_t worked)
{
    for (; worked != 0; worked &= worked - 1) {
        unsigned c = (unsigned)__builtin_ctz(worked);
        *q++ = (uint64_t)s->minutes[c];
        for (unsigned i = 0; i < FB_TRACE_SERIES; i++)
            *q++ = fb_trace__or_absent(s->series[i][c]);
    }
    return q;
}

static uint64_t *list_facts(uint64_t *q, const struct fb_trace_parts *s)
{
    for (unsigned id = 0; id < FB_FACT_COUNT; id++) {
        int64_t v = s->facts->value[id];
        if (fb_fact_in(&s->facts->known, id) && fb_fact_in(s->kept, id))
            *q++ = fb_fact_in(&fb_trace__codes, id) ? __builtin_bswap64((uint64_t)v) : fb_trace__zigzag(v);
    }
    return q;
}

/* All that else has its own bytes. */
static uint64_t *list_wide(uint64_t *q, const struct fb_trace_parts *s, uint32_t worked)
{
    *q++ = fb_trace__zigzag(s->day);
    for (unsigned i = 0; i < FB_TRACE_FIGURES; i++)
        *q++ = s->figure[i];
    return list_facts(list_rates(q, s, worked), s);
}

/* ---- the bytes ---- */

/* Eight bytes, of which the first n count: what comes next is written over the others. */
static inline unsigned char *put_little(unsigned char *p, uint64_t v, unsigned n)
{
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    memcpy(p, &v, sizeof v);
    return p + n;
}

static inline unsigned char *put_varint(unsigned char *p, uint32_t v)
{
    for (; v >= 0x80; v >>= 7)
        *p++ = (unsigned char)(v | 0x80);
    *p++ = (unsigned char)v;
    return p;
}

/* How many bytes hold it: nought for nought. */
static inline unsigned width_of(uint64_t v)
{
    return (63u ^ (unsigned)__builtin_clzll(v | 1)) / 8 + (v != 0);
}

static unsigned char *put_list(unsigned char *p, const uint64_t *v, const uint64_t *end)
{
    for (; v < end; v += 2) {
        unsigned first = width_of(v[0]), second = width_of(v[1]);
        *p++ = (unsigned char)(first | second << 4);
        p = put_little(p, v[0], first);
        p = put_little(p, v[1], second);
    }
    return p;
}

static uint32_t worked_of(const struct fb_trace_parts *s)
{
    uint32_t worked = 0;
    for (unsigned c = s->n_categories; c-- > 0;)
        worked = worked << 1 | (s->minutes[c] > 0);
    return worked;
}

static bool has_bounds(const struct fb_facts *f, const struct fb_fact_bits *kept)
{
    uint64_t bounds = 0;
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        bounds |= (f->at_least.w[i] | f->at_most.w[i]) & kept->w[i];
    return bounds != 0;
}

static unsigned char *put_head(unsigned char *p, const struct fb_trace_parts *s, unsigned flags, uint32_t worked, uint64_t day)
{
    *p++ = FB_TRACE_VERSION;
    p = put_varint(p, s->issue);
    p = put_varint(p, s->decide_version);
    p = put_little(p, (flags | s->loaded_parts << 8 | s->n_categories << 16) | (uint64_t)worked << 24 | day << 40, 8);
    p = put_little(p, s->rows[0], 8);
    return put_little(p, s->rows[1], 6);
}

/* What was written, in which more bits may be set than there was room for. */
struct seen {
    uint64_t words, numbers;
};

static unsigned char *put_figures(unsigned char *p, const struct fb_trace_parts *s, uint32_t worked, struct seen *seen)
{
    for (unsigned i = 0; i < FB_TRACE_FIGURES; i++) {
        p = put_little(p, s->figure[i], FB_TRACE_NUMBER_BYTES);
        seen->numbers |= s->figure[i];
    }
    for (; worked != 0; worked &= worked - 1) {
        unsigned c = (unsigned)__builtin_ctz(worked);
        uint64_t minutes = (uint64_t)s->minutes[c];
        p = put_little(p, minutes, FB_TRACE_MINUTES_BYTES);
        seen->words |= minutes >> 8 * (FB_TRACE_MINUTES_BYTES - FB_TRACE_WORD_BYTES);
        for (unsigned i = 0; i < FB_TRACE_SERIES; i++) {
            uint64_t rate = fb_trace__or_absent(s->series[i][c]);
            p = put_little(p, rate, FB_TRACE_NUMBER_BYTES);
            seen->numbers |= rate;
        }
    }
    return p;
}

static inline uint64_t left_of(const struct fb_trace_parts *s, const struct fb_fact_bits *set, unsigned i)
{
    return s->facts->known.w[i] & s->kept->w[i] & set->w[i];
}

static unsigned char *put_words(unsigned char *p, const struct fb_trace_parts *s, struct seen *seen)
{
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        for (uint64_t left = left_of(s, &fb_trace__words, i); left != 0; left &= left - 1) {
            uint64_t v = (uint64_t)s->facts->value[64 * i + (unsigned)__builtin_ctzll(left)];
            *p++ = (unsigned char)v;
            seen->words |= v;
        }
    return p;
}

static unsigned char *put_numbers(unsigned char *p, const struct fb_trace_parts *s, struct seen *seen)
{
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        for (uint64_t left = left_of(s, &fb_trace__numbers, i); left != 0; left &= left - 1) {
            uint64_t v = (uint64_t)s->facts->value[64 * i + (unsigned)__builtin_ctzll(left)] + FB_TRACE_BIAS;
            p = put_little(p, v, FB_TRACE_NUMBER_BYTES);
            seen->numbers |= v;
        }
    return p;
}

static unsigned char *put_codes(unsigned char *p, const struct fb_trace_parts *s, struct seen *seen)
{
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        for (uint64_t left = left_of(s, &fb_trace__codes, i); left != 0; left &= left - 1) {
            uint64_t v = __builtin_bswap64((uint64_t)s->facts->value[64 * i + (unsigned)__builtin_ctzll(left)]);
            p = put_little(p, v, FB_TRACE_CODE_BYTES);
            seen->words |= v >> 8 * (FB_TRACE_CODE_BYTES - FB_TRACE_WORD_BYTES);
        }
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        for (uint64_t left = left_of(s, &fb_trace__names, i); left != 0; left &= left - 1)
            p = put_little(p, (uint64_t)s->facts->value[64 * i + (unsigned)__builtin_ctzll(left)], FB_TRACE_NAME_BYTES);
    return p;
}

/* NULL: something is wider than its bytes. */
static unsigned char *put_trace(unsigned char *p, const struct fb_trace_parts *s, bool wide)
{
    uint64_t list[NUMBERS_MAX], *q, day = wide ? 0 : (uint64_t)s->day + FB_TRACE_BIAS;
    uint32_t worked = worked_of(s);
    unsigned flags = s->flags | (has_bounds(s->facts, s->kept) ? FB_TRACE_BOUNDS : 0u) | (wide ? FB_TRACE_WIDE : 0u);
    struct seen seen = {0, day};
    q = list_known(list, s, flags);
    for (unsigned i = 0; i < FB_TRACE_SELDOM_NUMBERS && (flags & FB_TRACE_SELDOM) != 0; i++)
        *q++ = s->seldom[i];
    if (wide)
        q = list_wide(q, s, worked);
    *q = 0;
    p = put_list(put_head(p, s, flags, worked, day), list, q);
    if (wide)
        return p;
    p = put_figures(p, s, worked, &seen);
    p = put_words(p, s, &seen);
    p = put_codes(p, s, &seen);
    p = put_numbers(p, s, &seen);
    bool fits = (seen.words >> 8 * FB_TRACE_WORD_BYTES | seen.numbers >> 8 * FB_TRACE_NUMBER_BYTES) == 0;
    return fits ? p : NULL;
}

size_t fb_trace__pack(const struct fb_trace_parts *s, unsigned char bytes[FB_TRACE_BYTES_MAX])
{
    unsigned char *end = put_trace(bytes, s, false);
    return (size_t)((end != NULL ? end : put_trace(bytes, s, true)) - bytes);
}

size_t fb_trace_pack(const struct fb_trace *t, void *memory, size_t size)
{
    static const struct fb_fact_bits all = {{UINT64_MAX, UINT64_MAX}}; /* as it stands, to the last bit */
    unsigned char bytes[FB_TRACE_BYTES_MAX];
    struct fb_trace_parts s;
    fb_trace__scalars(&s, t);
    s.issue = t->issue;
    s.decide_version = t->decide_version;
    s.day = t->day;
    s.minutes = t->minutes;
    s.series[0] = t->charge_hour_e4;
    s.series[1] = t->cap_hour_e4;
    s.series[2] = t->card_hour_e4;
    s.facts = &t->facts;
    s.kept = &all;
    size_t n = fb_trace__pack(&s, bytes);
    if (n > size)
        return 0;
    memcpy(memory, bytes, n);
    return n;
}
