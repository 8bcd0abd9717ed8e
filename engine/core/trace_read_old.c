#include "engine/base/bytes.h"
#include "engine/core/trace_form.h"
#include <string.h>

/* Traces of versions 1 to 3, which stores hold: all numbers are LEB128 varints, signed ones zigzag; a mask before a group says which
 * of it follow. In order: version byte; issue; decide version; day; flags; lacks; rows; figures; categories with their minutes;
 * hourly rates of the charge, the cap and the card; adoption, loaded cost and what else there is, each where a flag says so; the masks
 * of known facts; a byte that says whether masks of bounds follow, and those; the values. Version 2 has one word of facts and no
 * bounds. Version 1 has every series of rates, and nothing between them and the facts. Only categories with minutes are kept; a rate
 * in whole pennies stands in pennies, as the step from the category before; a fact that a figure before it already says is the
 * difference from that. Nobody writes them any more. */
enum {
    FLAG_ASSUMED_BANK_ONLY = 1,
    FLAG_LOWER_BOUND = 2,
    FLAG_CARD_LACK = 4,
    FLAG_CHARGE_LACK = 8,
    FLAG_CAP_LACK = 16,
    FLAGS_1 = 31, /* all that version 1 knows */
    FLAG_ADOPTION = 32,
    FLAG_LOADED = 64,
    FLAG_MORE = 128
};
enum {
    MORE_ZONE = 1,
    MORE_SUPPLEMENT = 2,
    MORE_UNIT = 4,
    MORE_LAPSED = 8,
    MORE_LIMITED = 16,
    MORE_WEAK = 32,
    MORE_VAT = 64,
    MORE_LACK = 128
};
enum { ROWS = 5, FIGURES = 4, PENNY_E4 = 100 };

/* The sum that wraps: a reader adds back what the writer took away, whatever the values. */
static int64_t plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* ---- what the figures already say ---- */

/* What loaded cost stands as the difference from. */
static int64_t before_loading(const struct fb_trace *t)
{
    int64_t pence = t->charge_pence != FB_ABSENT ? t->charge_pence : t->card_pence; /* raw: taken away when it was written */
    return pence == FB_ABSENT ? 0 : pence;
}

static int64_t paid_minutes(const struct fb_trace *t)
{
    int64_t sum = 0;
    for (unsigned c = 0; c < t->n_categories; c++)
        sum += t->minutes[c];
    return sum;
}

static int64_t dearest_charge(const struct fb_trace *t)
{
    int64_t dearest = 0;
    for (unsigned c = 0; c < t->n_categories; c++)
        if (t->minutes[c] > 0 && t->charge_hour_e4[c] > dearest)
            dearest = t->charge_hour_e4[c];
    return dearest;
}

static int64_t expected(const struct fb_trace *t, unsigned fact)
{
    if (fact == FB_FACT_EXCESS_PENCE)
        return t->excess_pence == FB_ABSENT ? 0 : t->excess_pence;
    if (fact == FB_FACT_PAID_MINUTES || fact == FB_FACT_WORKED_MINUTES)
        return paid_minutes(t);
    if (fact == FB_FACT_CHARGE_HOUR_DEAREST || fact == FB_FACT_CHARGE_HOUR_AVERAGE)
        return dearest_charge(t);
    return fb_fact_table[fact].type == FB_TYPE_DAY ? t->day : 0;
}

/* ---- reading ---- */

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

static unsigned get_lacks(struct fb_reader *r, struct fb_trace *t, unsigned version)
{
    unsigned flags = fb_get_u8(r);
    if (version == 1 && flags > FLAGS_1)
        r->bad = true;
    t->assumed_bank_only = (flags & FLAG_ASSUMED_BANK_ONLY) != 0;
    t->lower_bound = (flags & FLAG_LOWER_BOUND) != 0;
    t->card_lack = get_lack(r, flags, FLAG_CARD_LACK);
    t->charge_lack = get_lack(r, flags, FLAG_CHARGE_LACK);
    t->cap_lack = get_lack(r, flags, FLAG_CAP_LACK);
    return flags;
}

/* Returns which series follow. */
static unsigned get_rows(struct fb_reader *r, struct fb_trace *t, unsigned version)
{
    uint16_t *row[ROWS] = {&t->card, &t->rule_origin, &t->point_origin, &t->cap, &t->cap_origin};
    unsigned mask = fb_get_u8(r);
    if (version == 1 && mask >> ROWS != 0)
        r->bad = true;
    for (unsigned i = 0; i < ROWS; i++)
        *row[i] = mask >> i & 1 ? (uint16_t)get_upto(r, FB_NO_ROW - 1) : FB_NO_ROW;
    return version == 1 ? (1u << FB_TRACE_SERIES) - 1 : mask >> ROWS;
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

static void no_series(int64_t *e4, unsigned n)
{
    for (unsigned c = 0; c < n; c++)
        e4[c] = FB_ABSENT;
}

static void get_more(struct fb_reader *r, struct fb_trace *t)
{
    unsigned more = fb_get_u8(r);
    t->limited = (more & MORE_LIMITED) != 0;
    t->vat_unsettled = (more & MORE_VAT) != 0;
    if (more & MORE_ZONE) {
        t->zone = fb_get_u8(r);
        t->zone_row = (uint16_t)get_upto(r, FB_NO_ROW);
        r->bad = r->bad || t->zone == 0;
    }
    if (more & MORE_SUPPLEMENT) {
        t->supplement_origin = (uint16_t)get_upto(r, FB_NO_ROW);
        t->supplement_pence = fb_get_zigzag(r); /* raw: as it was */
    }
    if (more & MORE_UNIT) {
        t->unit = fb_get_u8(r);
        t->each_pence = fb_get_zigzag(r); /* raw: as it was */
        r->bad = r->bad || !fb_unit_known(t->unit);
    }
    if (more & MORE_LAPSED)
        t->lapsed = (uint16_t)get_upto(r, FB_NO_ROW - 1);
    if (more & MORE_WEAK)
        t->weak_origin = (uint16_t)get_upto(r, FB_NO_ROW - 1);
    if (more & MORE_VAT)
        t->vat_origin = (uint16_t)get_upto(r, FB_NO_ROW);
    t->loaded_lack = get_lack(r, more, MORE_LACK);
}

static void get_besides(struct fb_reader *r, struct fb_trace *t, unsigned flags)
{
    t->unit = FB_UNIT_HOUR;
    t->zone_row = t->supplement_origin = t->adoption = t->lapsed = t->vat_origin = t->weak_origin = FB_NO_ROW;
    t->loaded_pence = FB_ABSENT;
    if (flags & FLAG_ADOPTION)
        t->adoption = (uint16_t)get_upto(r, FB_NO_ROW - 1);
    if (flags & FLAG_LOADED) {
        unsigned head = fb_get_u8(r);
        t->loaded_lower_bound = (head & 1) != 0;
        t->loaded_parts = (uint16_t)((head >> 1) << FB_PART_WTD_HOLIDAY);
        t->loaded_pence = plus((int64_t)fb_get_varint(r), before_loading(t));
    }
    if (flags & FLAG_MORE)
        get_more(r, t);
}

/* Before version 3 there was one word of facts, and nothing was a bound. */
static void get_fact_masks(struct fb_reader *r, struct fb_facts *f, unsigned version)
{
    unsigned words = version < 3 ? 1 : FB_FACT_WORDS;
    for (unsigned i = 0; i < words; i++) {
        unsigned facts = FB_FACT_COUNT - 64 * i;
        f->known.w[i] = get_upto(r, facts < 64 ? ((uint64_t)1 << facts) - 1 : UINT64_MAX);
    }
    unsigned bounds = version < 3 ? 0 : fb_get_u8(r);
    for (unsigned i = 0; i < FB_FACT_WORDS && bounds != 0; i++) {
        f->at_least.w[i] = fb_get_varint(r);
        f->at_most.w[i] = fb_get_varint(r);
        r->bad = r->bad || (f->at_least.w[i] & f->at_most.w[i]) != 0 ||
                 ((f->at_least.w[i] | f->at_most.w[i]) & ~f->known.w[i]) != 0;
    }
    r->bad = r->bad || bounds > 1;
}

static void get_facts(struct fb_reader *r, struct fb_trace *t, unsigned version)
{
    get_fact_masks(r, &t->facts, version);
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

void fb_trace__read_old(struct fb_reader *r, struct fb_trace *out, unsigned version)
{
    out->issue = (uint32_t)get_upto(r, UINT32_MAX);
    out->decide_version = (uint32_t)get_upto(r, UINT32_MAX);
    int64_t day = fb_get_zigzag(r);
    r->bad = r->bad || day < INT32_MIN || day > INT32_MAX;
    out->day = (fb_day)day;
    unsigned flags = get_lacks(r, out, version), given = get_rows(r, out, version);
    get_figures(r, out);
    uint32_t worked = get_minutes(r, out);
    int64_t *series[FB_TRACE_SERIES] = {out->charge_hour_e4, out->cap_hour_e4, out->card_hour_e4};
    for (unsigned i = 0; i < FB_TRACE_SERIES; i++) {
        if (given >> i & 1)
            get_series(r, series[i], out->n_categories, worked);
        else
            no_series(series[i], out->n_categories);
    }
    get_besides(r, out, flags);
    get_facts(r, out, version);
}
