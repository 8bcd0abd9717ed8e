#include "engine/core/trace.h"
#include "engine/base/bytes.h"
#include <string.h>
/* Stored form, version 1. All numbers are LEB128 varints, signed ones zigzag; a mask before a group says
 * which of it follow. In order: version byte; issue; decide version; day; flags; lacks; rows; figures;
 * categories with their minutes; hourly rates of the charge, the cap and the card; the mask of known facts
 * and their values. What makes it short: only categories with minutes are kept; a rate in whole pennies is
 * stored in pennies and as the step from the category before; a fact that a figure above already says is
 * stored as the difference (nought). */

enum {
    FLAG_ASSUMED_BANK_ONLY = 1,
    FLAG_LOWER_BOUND = 2,
    FLAG_CARD_LACK = 4,
    FLAG_CHARGE_LACK = 8,
    FLAG_CAP_LACK = 16,
    FLAGS_ALL = 31
};
enum { ROWS = 5, FIGURES = 4, SERIES = 3, VARINT_MAX = 10, PENNY_E4 = 100 };
/* No trace can be longer, so the packer writes without asking at each byte and looks at the length once. */
enum {
    WORST_BYTES = 1 + 3 * VARINT_MAX + 1 + 3 + 1 + ROWS * 3 + 1 + FIGURES * VARINT_MAX + 1 + 3 +
                  (int)FB_CATEGORIES_MAX * VARINT_MAX * (1 + SERIES) + SERIES * 4 + VARINT_MAX +
                  (int)FB_FACT_COUNT * VARINT_MAX
};

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

/* a - b and a + b that wrap: a reader adds back what the writer took away, whatever the values. */
static int64_t less(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}
static int64_t plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static unsigned char *put_signed(unsigned char *p, int64_t v)
{
    return put(p, zigzag(v));
}

static unsigned char *put_lacks(unsigned char *p, const struct fb_trace *t)
{
    unsigned flags = (t->assumed_bank_only ? FLAG_ASSUMED_BANK_ONLY : 0u) |
                     (t->lower_bound ? FLAG_LOWER_BOUND : 0u) | (t->card_lack ? FLAG_CARD_LACK : 0u) |
                     (t->charge_lack ? FLAG_CHARGE_LACK : 0u) | (t->cap_lack ? FLAG_CAP_LACK : 0u);
    *p++ = (unsigned char)flags;
    if (t->card_lack)
        *p++ = t->card_lack;
    if (t->charge_lack)
        *p++ = t->charge_lack;
    if (t->cap_lack)
        *p++ = t->cap_lack;
    return p;
}

static unsigned char *put_rows(unsigned char *p, const struct fb_trace *t)
{
    const uint16_t row[ROWS] = {t->card, t->rule_origin, t->point_origin, t->cap, t->cap_origin};
    unsigned char *mask = p++;
    *mask = 0;
    for (unsigned i = 0; i < ROWS; i++) {
        if (row[i] == FB_NO_ROW)
            continue;
        *mask = (unsigned char)(*mask | 1u << i);
        p = put(p, row[i]);
    }
    return p;
}

static unsigned char *put_figures(unsigned char *p, const struct fb_trace *t)
{
    const int64_t figure[FIGURES] = {t->card_pence, t->charge_pence, t->cap_pence, t->excess_pence};
    unsigned char *mask = p++;
    *mask = 0;
    for (unsigned i = 0; i < FIGURES; i++) {
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
        pennies &= e4[c] % PENNY_E4 == 0;
    }
    p = put(p, (uint64_t)given << 1 | pennies);
    int64_t last = 0;
    for (unsigned c = 0; c < n; c++) {
        if ((given >> c & 1) == 0)
            continue;
        int64_t v = pennies ? e4[c] / PENNY_E4 : e4[c];
        p = put_signed(p, less(v, last));
        last = v;
    }
    return p;
}

/* What the figures above already say about a fact: the value is stored as the difference from it. */
static int64_t expected(const struct fb_trace *t, unsigned fact)
{
    int64_t v = 0;
    if (fact == FB_FACT_EXCESS_PENCE)
        return t->excess_pence == FB_ABSENT ? 0 : t->excess_pence;
    if (fact == FB_FACT_PAID_MINUTES) {
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

/* Codes are left-aligned in their 64 bits; turned round, a short code is a small number. */
static unsigned char *put_facts(unsigned char *p, const struct fb_trace *t)
{
    p = put(p, t->facts.known);
    for (uint64_t left = t->facts.known; left != 0; left &= left - 1) {
        unsigned id = (unsigned)__builtin_ctzll(left);
        if (fb_fact_table[id].type == FB_TYPE_CODE)
            p = put(p, __builtin_bswap64((uint64_t)t->facts.value[id]));
        else
            p = put_signed(p, less(t->facts.value[id], expected(t, id)));
    }
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
    p = put_rows(p, t);
    p = put_figures(p, t);
    p = put_minutes(p, t, worked);
    p = put_series(p, t->charge_hour_e4, t->n_categories, worked);
    p = put_series(p, t->cap_hour_e4, t->n_categories, worked);
    p = put_series(p, t->card_hour_e4, t->n_categories, worked);
    p = put_facts(p, t);
    size_t n = (size_t)(p - bytes);
    if (n > size)
        return 0;
    memcpy(memory, bytes, n);
    return n;
}

/* ---- unpacking ---- */

/* A number no larger than max; a larger one makes the reader bad. */
static uint64_t get_upto(struct fb_reader *r, uint64_t max)
{
    uint64_t v = fb_get_varint(r);
    if (v > max) {
        r->bad = true;
        return 0;
    }
    return v;
}

static uint8_t get_lack(struct fb_reader *r, unsigned flags, unsigned flag)
{
    if ((flags & flag) == 0)
        return FB_LACK_NOTHING;
    uint8_t lack = fb_get_u8(r);
    if (lack == FB_LACK_NOTHING || lack >= FB_LACK_END)
        r->bad = true;
    return lack;
}

static void get_lacks(struct fb_reader *r, struct fb_trace *t)
{
    unsigned flags = fb_get_u8(r);
    if (flags > FLAGS_ALL)
        r->bad = true;
    t->assumed_bank_only = (flags & FLAG_ASSUMED_BANK_ONLY) != 0;
    t->lower_bound = (flags & FLAG_LOWER_BOUND) != 0;
    t->card_lack = get_lack(r, flags, FLAG_CARD_LACK);
    t->charge_lack = get_lack(r, flags, FLAG_CHARGE_LACK);
    t->cap_lack = get_lack(r, flags, FLAG_CAP_LACK);
}

static void get_rows(struct fb_reader *r, struct fb_trace *t)
{
    uint16_t *row[ROWS] = {&t->card, &t->rule_origin, &t->point_origin, &t->cap, &t->cap_origin};
    unsigned mask = fb_get_u8(r);
    if (mask >> ROWS != 0)
        r->bad = true;
    for (unsigned i = 0; i < ROWS; i++)
        *row[i] = mask >> i & 1 ? (uint16_t)get_upto(r, FB_NO_ROW - 1) : FB_NO_ROW;
}

static void get_figures(struct fb_reader *r, struct fb_trace *t)
{
    int64_t *figure[FIGURES] = {&t->card_pence, &t->charge_pence, &t->cap_pence, &t->excess_pence};
    unsigned mask = fb_get_u8(r);
    if (mask >> FIGURES != 0)
        r->bad = true;
    for (unsigned i = 0; i < FIGURES; i++)
        *figure[i] = mask >> i & 1 ? fb_get_zigzag(r) : FB_ABSENT;
}

static uint32_t get_minutes(struct fb_reader *r, struct fb_trace *t)
{
    t->n_categories = (unsigned)get_upto(r, FB_CATEGORIES_MAX);
    uint32_t worked = (uint32_t)get_upto(r, ((uint32_t)1 << t->n_categories) - 1);
    for (unsigned c = 0; c < t->n_categories; c++) {
        t->minutes[c] = worked >> c & 1 ? (int32_t)get_upto(r, INT32_MAX) : 0;
        if ((worked >> c & 1) != 0 && t->minutes[c] == 0)
            r->bad = true;
    }
    return worked;
}

static void get_series(struct fb_reader *r, int64_t *e4, unsigned n, uint32_t worked)
{
    uint64_t head = get_upto(r, (uint64_t)worked << 1 | 1);
    uint64_t given = head >> 1;
    int64_t last = 0;
    if ((given & ~(uint64_t)worked) != 0)
        r->bad = true;
    for (unsigned c = 0; c < n; c++) {
        e4[c] = FB_ABSENT;
        if ((given >> c & 1) == 0)
            continue;
        last = plus(last, fb_get_zigzag(r));
        if ((head & 1) != 0 && (last > INT64_MAX / PENNY_E4 || last < INT64_MIN / PENNY_E4)) {
            r->bad = true;
            return;
        }
        e4[c] = head & 1 ? last * PENNY_E4 : last;
    }
}

static void get_facts(struct fb_reader *r, struct fb_trace *t)
{
    t->facts.known = get_upto(r, ((uint64_t)1 << FB_FACT_COUNT) - 1);
    for (unsigned id = 0; id < FB_FACT_COUNT; id++) {
        t->facts.value[id] = 0;
        if (!fb_fact_known(&t->facts, (enum fb_fact)id))
            continue;
        if (fb_fact_table[id].type == FB_TYPE_CODE)
            t->facts.value[id] = (int64_t)__builtin_bswap64(fb_get_varint(r));
        else
            t->facts.value[id] = plus(fb_get_zigzag(r), expected(t, id));
    }
}

enum fb_err fb_trace_unpack(struct fb_trace *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    if (fb_get_u8(&r) != FB_TRACE_VERSION)
        return FB_REFUSED;
    memset(out, 0, sizeof *out);
    out->issue = (uint32_t)get_upto(&r, UINT32_MAX);
    out->decide_version = (uint32_t)get_upto(&r, UINT32_MAX);
    int64_t day = fb_get_zigzag(&r);
    if (day < INT32_MIN || day > INT32_MAX)
        return FB_REFUSED;
    out->day = (fb_day)day;
    get_lacks(&r, out);
    get_rows(&r, out);
    get_figures(&r, out);
    uint32_t worked = get_minutes(&r, out);
    get_series(&r, out->charge_hour_e4, out->n_categories, worked);
    get_series(&r, out->cap_hour_e4, out->n_categories, worked);
    get_series(&r, out->card_hour_e4, out->n_categories, worked);
    get_facts(&r, out);
    return r.bad || r.n != r.size ? FB_REFUSED : FB_OK;
}
