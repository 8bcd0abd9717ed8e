#include "engine/base/bytes.h"
#include "engine/core/trace_form.h"
#include <string.h>

/* From stored bytes back to a trace. Bytes that are none are refused, never believed. */

/* The numbers behind the head: in the list by twos, or behind it in their own bytes. */
struct numbers {
    struct fb_reader *r;
    unsigned widths;
    bool second; /* the next number of the list is the second of two */
    bool own;    /* the list has ended */
};

static uint64_t get_little(struct fb_reader *r, unsigned n)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++)
        v |= (uint64_t)fb_get_u8(r) << 8 * i;
    return v;
}

/* One that takes more bytes than it needs is none of ours. */
static uint64_t next_listed(struct numbers *l)
{
    l->widths = l->second ? l->widths >> 4 : fb_get_u8(l->r);
    l->second = !l->second;
    unsigned width = l->widths & 15;
    if (width > 8) {
        l->r->bad = true;
        return 0;
    }
    uint64_t v = get_little(l->r, width);
    l->r->bad = l->r->bad || (width > 0 && v >> 8 * (width - 1) == 0);
    return v;
}

static void end_list(struct numbers *l)
{
    l->r->bad = l->r->bad || (l->second && l->widths >> 4 != 0);
}

static uint64_t next(struct numbers *l, unsigned bytes)
{
    return l->own ? get_little(l->r, bytes) : next_listed(l);
}

static uint64_t upto(struct numbers *l, uint64_t v, uint64_t max)
{
    if (v <= max)
        return v;
    l->r->bad = true;
    return 0;
}

static int64_t from_zigzag(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

static int64_t next_or_absent(struct numbers *l)
{
    return from_zigzag(next(l, FB_TRACE_NUMBER_BYTES) - 1);
}

/* ---- the head ---- */

static uint32_t get_u32_varint(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    r->bad = r->bad || v > UINT32_MAX;
    return (uint32_t)v;
}

static unsigned get_flags(struct fb_reader *r, struct fb_trace *t)
{
    unsigned flags = fb_get_u8(r);
    t->assumed_bank_only = (flags & FB_TRACE_ASSUMED_BANK_ONLY) != 0;
    t->lower_bound = (flags & FB_TRACE_LOWER_BOUND) != 0;
    t->limited = (flags & FB_TRACE_LIMITED) != 0;
    t->vat_unsettled = (flags & FB_TRACE_VAT_UNSETTLED) != 0;
    t->loaded_lower_bound = (flags & FB_TRACE_LOADED_LOWER_BOUND) != 0;
    return flags;
}

/* Returns which categories have minutes. */
static uint32_t get_categories(struct fb_reader *r, struct fb_trace *t)
{
    t->n_categories = fb_get_u8(r);
    uint32_t worked = (uint32_t)get_little(r, 2);
    if (t->n_categories > FB_CATEGORIES_MAX || worked >> t->n_categories != 0) {
        r->bad = true;
        t->n_categories = 0;
        return 0;
    }
    return worked;
}

static uint32_t get_head(struct fb_reader *r, struct fb_trace *t, unsigned *flags, uint64_t *day)
{
    uint16_t *const row[] = {&t->card, &t->rule_origin, &t->point_origin, &t->cap, &t->cap_origin, &t->adoption, &t->weak_origin};
    t->issue = get_u32_varint(r);
    t->decide_version = get_u32_varint(r);
    *flags = get_flags(r, t);
    unsigned parts = fb_get_u8(r);
    r->bad = r->bad || parts >> (FB_PART_END - FB_PART_WTD_HOLIDAY) != 0;
    t->loaded_parts = (uint16_t)(parts << FB_PART_WTD_HOLIDAY);
    uint32_t worked = get_categories(r, t);
    *day = get_little(r, FB_TRACE_NUMBER_BYTES);
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        *row[i] = (uint16_t)get_little(r, 2);
    return worked;
}

/* ---- the list ---- */

static void get_known(struct numbers *l, struct fb_facts *f, bool bounds)
{
    for (unsigned i = 0; i < FB_FACT_WORDS; i++) {
        unsigned facts = FB_FACT_COUNT - 64 * i;
        f->known.w[i] = upto(l, next_listed(l), facts < 64 ? ((uint64_t)1 << facts) - 1 : UINT64_MAX);
    }
    for (unsigned i = 0; i < FB_FACT_WORDS && bounds; i++) {
        f->at_least.w[i] = next_listed(l);
        f->at_most.w[i] = next_listed(l);
        l->r->bad = l->r->bad || (f->at_least.w[i] & f->at_most.w[i]) != 0 ||
                    ((f->at_least.w[i] | f->at_most.w[i]) & ~f->known.w[i]) != 0;
    }
}

static void get_lacks(struct numbers *l, struct fb_trace *t)
{
    uint8_t *const lack[] = {&t->card_lack, &t->charge_lack, &t->cap_lack, &t->loaded_lack};
    uint64_t lacks = upto(l, next_listed(l), UINT32_MAX);
    for (unsigned i = 0; i < sizeof lack / sizeof lack[0]; i++) {
        *lack[i] = (uint8_t)(lacks >> 8 * i);
        l->r->bad = l->r->bad || *lack[i] >= FB_LACK_END;
    }
}

static void get_seldom(struct numbers *l, struct fb_trace *t)
{
    uint16_t *const row[] = {&t->zone_row, &t->supplement_origin, &t->lapsed, &t->vat_origin};
    get_lacks(l, t);
    uint64_t unit = upto(l, next_listed(l), UINT16_MAX), rows = next_listed(l);
    t->unit = (uint8_t)unit;
    t->zone = (uint8_t)(unit >> 8);
    l->r->bad = l->r->bad || !fb_unit_known(t->unit);
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        *row[i] = (uint16_t)((rows >> 16 * i) - 1);
    t->supplement_pence = from_zigzag(next_listed(l)); /* raw: as it was */
    t->each_pence = from_zigzag(next_listed(l));       /* raw: as it was */
}

static void get_nothing_seldom(struct fb_trace *t)
{
    t->unit = FB_UNIT_HOUR;
    t->zone_row = t->supplement_origin = t->lapsed = t->vat_origin = FB_NO_ROW;
}

/* ---- the numbers behind it, or in it ---- */

static void get_figures(struct numbers *l, struct fb_trace *t)
{
    t->card_pence = next_or_absent(l);   /* raw: as they were */
    t->charge_pence = next_or_absent(l); /* raw */
    t->cap_pence = next_or_absent(l);    /* raw */
    t->excess_pence = next_or_absent(l); /* raw */
    t->loaded_pence = next_or_absent(l); /* raw */
}

static void get_rates(struct numbers *l, struct fb_trace *t, uint32_t worked)
{
    int64_t *const series[FB_TRACE_SERIES] = {t->charge_hour_e4, t->cap_hour_e4, t->card_hour_e4};
    for (unsigned c = 0; c < t->n_categories; c++) {
        bool is = (worked >> c & 1) != 0;
        t->minutes[c] = is ? (int32_t)upto(l, next(l, FB_TRACE_MINUTES_BYTES), INT32_MAX) : 0;
        l->r->bad = l->r->bad || (is && t->minutes[c] == 0);
        for (unsigned i = 0; i < FB_TRACE_SERIES; i++)
            series[i][c] = is ? next_or_absent(l) : FB_ABSENT;
    }
}

static void get_listed_facts(struct numbers *l, struct fb_facts *f)
{
    for (unsigned id = 0; id < FB_FACT_COUNT; id++)
        if (fb_fact_in(&f->known, id))
            f->value[id] = fb_fact_in(&fb_trace__codes, id) ? (int64_t)__builtin_bswap64(next_listed(l)) : from_zigzag(next_listed(l));
}

static int64_t as_is(uint64_t v)
{
    return (int64_t)v;
}

static int64_t turned_round(uint64_t v)
{
    return (int64_t)__builtin_bswap64(v);
}

static int64_t unbiased(uint64_t v)
{
    return (int64_t)v - FB_TRACE_BIAS;
}

static void get_facts(struct fb_reader *r, struct fb_facts *f)
{
    static const struct {
        const struct fb_fact_bits *set;
        unsigned bytes;
        int64_t (*value)(uint64_t);
    } sets[] = {{&fb_trace__words, FB_TRACE_WORD_BYTES, as_is},
                {&fb_trace__codes, FB_TRACE_CODE_BYTES, turned_round},
                {&fb_trace__names, FB_TRACE_NAME_BYTES, as_is},
                {&fb_trace__numbers, FB_TRACE_NUMBER_BYTES, unbiased}};
    for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++)
        for (unsigned id = 0; id < FB_FACT_COUNT; id++)
            if (fb_fact_in(&f->known, id) && fb_fact_in(sets[i].set, id))
                f->value[id] = sets[i].value(get_little(r, sets[i].bytes));
}

static int64_t get_day(struct numbers *l, uint64_t in_head)
{
    l->r->bad = l->r->bad || (!l->own && in_head != 0);
    int64_t day = l->own ? unbiased(in_head) : from_zigzag(next_listed(l));
    l->r->bad = l->r->bad || day < INT32_MIN || day > INT32_MAX;
    return day;
}

static void read_listed(struct fb_reader *r, struct fb_trace *t)
{
    unsigned flags;
    uint64_t day;
    uint32_t worked = get_head(r, t, &flags, &day);
    struct numbers l = {.r = r};
    get_known(&l, &t->facts, (flags & FB_TRACE_BOUNDS) != 0);
    if (flags & FB_TRACE_SELDOM)
        get_seldom(&l, t);
    else
        get_nothing_seldom(t);
    l.own = (flags & FB_TRACE_WIDE) == 0;
    if (l.own)
        end_list(&l);
    t->day = (fb_day)get_day(&l, day);
    get_figures(&l, t);
    get_rates(&l, t, worked);
    if (l.own) {
        get_facts(r, &t->facts);
        return;
    }
    get_listed_facts(&l, &t->facts);
    end_list(&l);
}

enum fb_err fb_trace_unpack(struct fb_trace *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    unsigned version = fb_get_u8(&r);
    if (version == 0 || version > FB_TRACE_VERSION)
        return FB_REFUSED;
    memset(out, 0, sizeof *out);
    if (version < FB_TRACE_FIRST_LISTED)
        fb_trace__read_old(&r, out, version);
    else
        read_listed(&r, out);
    return r.bad || r.n != r.size ? FB_REFUSED : FB_OK;
}
