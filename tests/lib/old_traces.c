#include "tests/lib/old_traces.h"
#include "engine/base/bytes.h"
#include <string.h>

enum { PENNY_E4 = 100, ADOPTION = 32, LOADED = 64, MORE = 128 };
enum { ZONE = 1, SUPPLEMENT = 2, UNIT = 4, LAPSED = 8, LIMITED = 16, WEAK = 32, VAT = 64, LACK = 128 };

/* The difference that wraps. */
static int64_t minus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

void fb_test_trace_said(struct fb_trace *t, unsigned version)
{
    if (t->loaded_pence == FB_ABSENT)
        t->loaded_lower_bound = false, t->loaded_parts = 0;
    if (version < 3) {
        memset(&t->facts.value[64], 0, sizeof t->facts.value - 64 * sizeof t->facts.value[0]);
        memset(&t->facts.known.w[1], 0, sizeof t->facts.known - sizeof t->facts.known.w[0]);
        t->facts.at_least = t->facts.at_most = (struct fb_fact_bits){{0}};
    }
    if (version > 1)
        return;
    t->limited = t->loaded_lower_bound = t->vat_unsettled = false;
    t->unit = FB_UNIT_HOUR;
    t->zone = t->loaded_lack = 0;
    t->zone_row = t->supplement_origin = t->adoption = t->lapsed = t->vat_origin = t->weak_origin = FB_NO_ROW;
    t->supplement_pence = t->each_pence = t->loaded_parts = 0; /* raw: of the form */
    t->loaded_pence = FB_ABSENT;
}

static unsigned more_of(const struct fb_trace *t)
{
    return (t->zone != 0 ? ZONE : 0u) | (t->supplement_origin != FB_NO_ROW || t->supplement_pence != 0 ? SUPPLEMENT : 0u) |
           (t->unit != FB_UNIT_HOUR || t->each_pence != 0 ? UNIT : 0u) | (t->lapsed != FB_NO_ROW ? LAPSED : 0u) | (t->limited ? LIMITED : 0u) |
           (t->weak_origin != FB_NO_ROW ? WEAK : 0u) | (t->vat_unsettled ? VAT : 0u) | (t->loaded_lack != 0 ? LACK : 0u); /* raw: asked for nought */
}

static void put_lacks(struct fb_writer *w, const struct fb_trace *t)
{
    const uint8_t lack[3] = {t->card_lack, t->charge_lack, t->cap_lack};
    unsigned flags = (t->assumed_bank_only ? 1u : 0u) | (t->lower_bound ? 2u : 0u);
    for (unsigned i = 0; i < 3; i++)
        flags |= lack[i] != FB_LACK_NOTHING ? 4u << i : 0u;
    flags |= (t->adoption != FB_NO_ROW ? ADOPTION : 0u) | (t->loaded_pence != FB_ABSENT ? LOADED : 0u) | (more_of(t) != 0 ? MORE : 0u);
    fb_put_u8(w, (uint8_t)flags);
    for (unsigned i = 0; i < 3; i++)
        if (lack[i] != FB_LACK_NOTHING)
            fb_put_u8(w, lack[i]);
}

static void put_rows(struct fb_writer *w, const struct fb_trace *t, unsigned version)
{
    const uint16_t row[5] = {t->card, t->rule_origin, t->point_origin, t->cap, t->cap_origin};
    unsigned mask = version > 1 ? 7u << 5 : 0; /* every series of rates */
    for (unsigned i = 0; i < 5; i++)
        mask |= row[i] != FB_NO_ROW ? 1u << i : 0u;
    fb_put_u8(w, (uint8_t)mask);
    for (unsigned i = 0; i < 5; i++)
        if (row[i] != FB_NO_ROW)
            fb_put_varint(w, row[i]);
}

static void put_figures(struct fb_writer *w, const struct fb_trace *t)
{
    const int64_t figure[4] = {t->card_pence, t->charge_pence, t->cap_pence, t->excess_pence};
    unsigned mask = 0;
    for (unsigned i = 0; i < 4; i++)
        mask |= figure[i] != FB_ABSENT ? 1u << i : 0u;
    fb_put_u8(w, (uint8_t)mask);
    for (unsigned i = 0; i < 4; i++)
        if (figure[i] != FB_ABSENT)
            fb_put_zigzag(w, figure[i]);
}

static void put_minutes(struct fb_writer *w, const struct fb_trace *t)
{
    uint32_t worked = 0;
    for (unsigned c = 0; c < t->n_categories; c++)
        worked |= t->minutes[c] != 0 ? (uint32_t)1 << c : 0;
    fb_put_varint(w, t->n_categories);
    fb_put_varint(w, worked);
    for (unsigned c = 0; c < t->n_categories; c++)
        if (t->minutes[c] != 0)
            fb_put_varint(w, (uint64_t)t->minutes[c]);
}

static void put_series(struct fb_writer *w, const int64_t *e4, unsigned n)
{
    uint64_t given = 0;
    int64_t last = 0;
    bool pennies = true;
    for (unsigned c = 0; c < n; c++) {
        given |= e4[c] != FB_ABSENT ? (uint64_t)1 << c : 0;
        pennies = pennies && (e4[c] == FB_ABSENT || e4[c] % PENNY_E4 == 0);
    }
    fb_put_varint(w, given << 1 | pennies);
    for (unsigned c = 0; c < n; c++) {
        if (e4[c] == FB_ABSENT)
            continue;
        int64_t v = pennies ? e4[c] / PENNY_E4 : e4[c];
        fb_put_zigzag(w, minus(v, last));
        last = v;
    }
}

static void put_more(struct fb_writer *w, const struct fb_trace *t, unsigned more)
{
    fb_put_u8(w, (uint8_t)more);
    if (more & ZONE) {
        fb_put_u8(w, t->zone);
        fb_put_varint(w, t->zone_row);
    }
    if (more & SUPPLEMENT) {
        fb_put_varint(w, t->supplement_origin);
        fb_put_zigzag(w, t->supplement_pence);
    }
    if (more & UNIT) {
        fb_put_u8(w, t->unit);
        fb_put_zigzag(w, t->each_pence);
    }
    const uint16_t row[3] = {t->lapsed, t->weak_origin, t->vat_origin};
    const unsigned bit[3] = {LAPSED, WEAK, VAT};
    for (unsigned i = 0; i < 3; i++)
        if (more & bit[i])
            fb_put_varint(w, row[i]);
    if (more & LACK)
        fb_put_u8(w, t->loaded_lack);
}

static void put_besides(struct fb_writer *w, const struct fb_trace *t)
{
    int64_t from = t->charge_pence != FB_ABSENT ? t->charge_pence : t->card_pence; /* raw: taken away */
    if (t->adoption != FB_NO_ROW)
        fb_put_varint(w, t->adoption);
    if (t->loaded_pence != FB_ABSENT) {
        fb_put_u8(w, (uint8_t)((unsigned)(t->loaded_parts >> FB_PART_WTD_HOLIDAY) << 1 | t->loaded_lower_bound));
        fb_put_varint(w, (uint64_t)minus(t->loaded_pence, from == FB_ABSENT ? 0 : from));
    }
    if (more_of(t) != 0)
        put_more(w, t, more_of(t));
}

/* What a figure before it says of a fact. */
static int64_t said_before(const struct fb_trace *t, unsigned fact)
{
    int64_t minutes = 0, dearest = 0;
    for (unsigned c = 0; c < t->n_categories; c++) {
        minutes += t->minutes[c];
        dearest = t->minutes[c] > 0 && t->charge_hour_e4[c] > dearest ? t->charge_hour_e4[c] : dearest;
    }
    if (fact == FB_FACT_EXCESS_PENCE)
        return t->excess_pence == FB_ABSENT ? 0 : t->excess_pence;
    if (fact == FB_FACT_PAID_MINUTES || fact == FB_FACT_WORKED_MINUTES)
        return minutes;
    if (fact == FB_FACT_CHARGE_HOUR_DEAREST || fact == FB_FACT_CHARGE_HOUR_AVERAGE)
        return dearest;
    return fb_fact_table[fact].type == FB_TYPE_DAY ? t->day : 0;
}

static void put_facts(struct fb_writer *w, const struct fb_trace *t, unsigned version)
{
    unsigned words = version < 3 ? 1 : FB_FACT_WORDS;
    uint64_t bounds = 0;
    for (unsigned i = 0; i < words; i++) {
        fb_put_varint(w, t->facts.known.w[i]);
        bounds |= t->facts.at_least.w[i] | t->facts.at_most.w[i];
    }
    if (version == 3)
        fb_put_u8(w, bounds != 0);
    for (unsigned i = 0; i < words && bounds != 0; i++) {
        fb_put_varint(w, t->facts.at_least.w[i]);
        fb_put_varint(w, t->facts.at_most.w[i]);
    }
    for (unsigned id = 0; id < FB_FACT_COUNT; id++) {
        if (!fb_fact_known(&t->facts, (enum fb_fact)id))
            continue;
        if (fb_fact_table[id].type == FB_TYPE_CODE)
            fb_put_varint(w, __builtin_bswap64((uint64_t)t->facts.value[id]));
        else
            fb_put_zigzag(w, minus(t->facts.value[id], said_before(t, id)));
    }
}

size_t fb_test_trace_old(const struct fb_trace *t, unsigned version, void *memory, size_t size)
{
    const int64_t *series[3] = {t->charge_hour_e4, t->cap_hour_e4, t->card_hour_e4};
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, (uint8_t)version);
    fb_put_varint(&w, t->issue);
    fb_put_varint(&w, t->decide_version);
    fb_put_zigzag(&w, t->day);
    put_lacks(&w, t);
    put_rows(&w, t, version);
    put_figures(&w, t);
    put_minutes(&w, t);
    for (unsigned i = 0; i < 3; i++)
        put_series(&w, series[i], t->n_categories);
    put_besides(&w, t);
    put_facts(&w, t, version);
    return w.bad ? 0 : w.n;
}
