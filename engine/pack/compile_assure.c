#include "engine/pack/compile.h"
#include <stdlib.h>

/* What approvals and the clocks over people go by, and which facts the whole book reads: what nobody reads
 * need not be computed. */

static const struct fb_span nothing = {NULL, 0};

/* ---- facts read ---- */

static void read_row(struct fb_fact_bits *reads, const struct fb_predicate *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fb_fact_add(reads, p[i].fact);
}

/* Where and when a shift is asked of every counter, whatever else it asks. */
static void read_counters(struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_counters; i++) {
        const struct fb_counter *c = &b->counter[i];
        fb_fact_add(&b->reads, FB_FACT_ROUTE);
        fb_fact_add(&b->reads, FB_FACT_STAFF_GROUP);
        fb_fact_add(&b->reads, FB_FACT_SHIFT_DAY);
        read_row(&b->reads, c->when, c->n_when);
    }
}

static void gather_reads(struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_rules; i++)
        fb_fact_join(&b->reads, &b->rule[i].reads);
    read_counters(b);
    for (unsigned i = 0; i < b->n_bonuses; i++)
        fb_fact_add(&b->reads, FB_FACT_COUNTER_1 + (unsigned)b->bonus[i].counter);
}

/* ---- clocks ---- */

static void take_clocks(struct fb_clocks *out, const struct fb_draft_clocks *d)
{
    const struct fb_clocks *c = &d->clocks;
    if ((d->said & FB_CLOCK_REFERENCE) != 0) {
        out->reference_weeks = c->reference_weeks;
        out->n_by_grade = c->n_by_grade;
        out->absences_left_out = c->absences_left_out;
        for (unsigned i = 0; i < c->n_by_grade; i++)
            out->by_grade[i] = c->by_grade[i];
    }
    if ((d->said & FB_CLOCK_NIGHT) != 0) {
        out->night_from_min = c->night_from_min;
        out->night_until_min = c->night_until_min;
        out->night_least_min = c->night_least_min;
    }
    if ((d->said & FB_CLOCK_ASSIGNMENT) != 0) {
        out->assignment_reset_weeks = c->assignment_reset_weeks;
        for (unsigned i = 0; i < FB_ABSENCE_KIND_END; i++)
            out->absence[i] = c->absence[i];
    }
    if ((d->said & FB_CLOCK_FED) != 0)
        out->fed_from = c->fed_from;
}

static void compile_clocks(struct fb_compiling *c)
{
    struct fb_clocks *out = &c->book->clocks;
    out->fed_from = INT32_MAX;
    out->origin = FB_NO_ROW;
    FB_EACH(c->draft->clocks, struct fb_draft_clocks, d)
    {
        take_clocks(out, d);
        out->origin = fb_compile_origin(c, d->place, &d->standing);
    }
}

/* A fact of a clock that no pack winds would be unknown for ever, and the rule a rule of nothing. */
static const char *missing_clock(const struct fb_clocks *c, unsigned fact)
{
    if ((fact == FB_FACT_AVERAGE_WEEK_MINUTES || fact == FB_FACT_CLOCK_FED) && c->reference_weeks == 0)
        return ": no pack states its reference period: clocks: {reference: {weeks: 17}, …}";
    if (fact == FB_FACT_CONSECUTIVE_NIGHTS && c->night_least_min == 0)
        return ": no pack states what a night is: clocks: {night: {from: \"23:00\", until: \"06:00\", "
               "at_least: 3 hours}, …}";
    if (fact == FB_FACT_ASSIGNMENT_WEEKS && c->assignment_reset_weeks == 0)
        return ": no pack states its clock: clocks: {assignment: {reset_after: 6 weeks}, …}";
    return NULL;
}

static void refuse_unwound(struct fb_compiling *c, struct fb_place place, const struct fb_predicate *p,
                           unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const char *why = missing_clock(&c->book->clocks, p[i].fact);
        if (why != NULL)
            fb_compile_complain(c->draft, place, false, "the fact", fb_span_of(fb_fact_table[p[i].fact].word),
                                why);
    }
}

static void refuse_missing_clocks(struct fb_compiling *c)
{
    FB_EACH(c->draft->rules, struct fb_draft_rule, d)
    {
        refuse_unwound(c, d->place, d->rule.when, d->rule.n_when);
        refuse_unwound(c, d->place, d->rule.unless, d->rule.n_unless);
    }
}

/* ---- delegations and budgets: for the days on which the trust is the pack's ---- */

static int64_t midnight_ms(fb_day day)
{
    int64_t instant[2] = {0, 0};
    if (day == INT32_MIN || day == INT32_MAX)
        return day == INT32_MIN ? INT64_MIN : INT64_MAX;
    (void)fb_london_instants((int64_t)day * 24 * 60, instant);
    return instant[0] * 60000;
}

static void add_delegation(struct fb_compiling *c, const struct fb_draft_delegation *d,
                           const struct fb_draft_member *m, uint16_t origin, struct fb_list *out)
{
    struct fb_delegation row = d->row;
    int64_t from_ms = midnight_ms(m->from), until_ms = midnight_ms(m->until);
    row.from_ms = row.from_ms > from_ms ? row.from_ms : from_ms;
    row.until_ms = row.until_ms < until_ms ? row.until_ms : until_ms;
    row.origin = origin;
    if (row.until_ms <= row.from_ms)
        return;
    struct fb_delegation *place = fb_list_add(c->draft->pool, out, sizeof *place);
    if (place != NULL)
        *place = row;
}

static int by_holder(const void *a, const void *b)
{
    const struct fb_delegation *x = a, *y = b;
    if (x->trust != y->trust)
        return x->trust < y->trust ? -1 : 1;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    int order = fb_span_cmp(x->identity, y->identity);
    return order != 0 ? order : (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

static const struct fb_draft_member everybody = {0, INT32_MIN, INT32_MAX, 0};

static void compile_delegations(struct fb_compiling *c)
{
    struct fb_list rows = {0};
    FB_EACH(c->draft->delegations, struct fb_draft_delegation, d)
    {
        const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, d->place.pack);
        uint16_t origin = fb_compile_origin(c, d->place, &d->standing);
        if (pack->members.n == 0)
            add_delegation(c, d, &everybody, origin, &rows);
        FB_EACH(pack->members, struct fb_draft_member, m)
        {
            if (m->code == d->row.trust)
                add_delegation(c, d, m, origin, &rows);
        }
        if (rows.n > FB_DELEGATIONS_MAX) {
            fb_compile_complain(c->draft, d->place, false, "more than 256 delegations in all packs together",
                                nothing, "");
            return;
        }
    }
    c->book->delegation = rows.item;
    c->book->n_delegations = rows.n;
    if (rows.n > 0)
        qsort(rows.item, rows.n, sizeof(struct fb_delegation), by_holder);
}

static void add_budget(struct fb_compiling *c, const struct fb_draft_budget *d,
                       const struct fb_draft_member *m, uint16_t origin, struct fb_list *out)
{
    struct fb_approval_budget row = d->row;
    row.trust = m->code;
    row.from = row.from > m->from ? row.from : m->from;
    row.until = row.until < m->until ? row.until : m->until;
    row.origin = origin;
    struct fb_approval_budget *place =
        row.from < row.until ? fb_list_add(c->draft->pool, out, sizeof *place) : NULL;
    if (place != NULL)
        *place = row;
}

static void compile_budgets(struct fb_compiling *c)
{
    struct fb_list rows = {0};
    FB_EACH(c->draft->budgets, struct fb_draft_budget, d)
    {
        const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, d->place.pack);
        uint16_t origin = fb_compile_origin(c, d->place, &d->standing);
        struct fb_draft_member any = everybody;
        any.code = d->row.trust;
        if (pack->members.n == 0)
            add_budget(c, d, &any, origin, &rows);
        FB_EACH(pack->members, struct fb_draft_member, m)
        {
            if (d->row.trust == 0 || d->row.trust == m->code)
                add_budget(c, d, m, origin, &rows);
        }
    }
    c->book->approval_budget = rows.item;
    c->book->n_approval_budgets = rows.n;
}

static void add_ceiling(struct fb_compiling *c, const struct fb_draft_ceiling *d, const struct fb_draft_member *m, uint16_t origin,
                        struct fb_list *out)
{
    struct fb_agency_ceiling row = d->row;
    row.trust = m->code;
    row.from = row.from > m->from ? row.from : m->from;
    row.until = row.until < m->until ? row.until : m->until;
    row.origin = origin;
    struct fb_agency_ceiling *place = row.from < row.until ? fb_list_add(c->draft->pool, out, sizeof *place) : NULL;
    if (place != NULL)
        *place = row;
}

static void compile_ceilings(struct fb_compiling *c)
{
    struct fb_list rows = {0};
    FB_EACH(c->draft->ceilings, struct fb_draft_ceiling, d)
    {
        const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, d->place.pack);
        uint16_t origin = fb_compile_origin(c, d->place, &d->standing);
        struct fb_draft_member any = everybody;
        any.code = d->row.trust;
        if (pack->members.n == 0)
            add_ceiling(c, d, &any, origin, &rows);
        FB_EACH(pack->members, struct fb_draft_member, m)
        {
            if (d->row.trust == 0 || d->row.trust == m->code)
                add_ceiling(c, d, m, origin, &rows);
        }
    }
    c->book->agency_ceiling = rows.item;
    c->book->n_agency_ceilings = rows.n;
}

void fb_compile_assure(struct fb_compiling *c)
{
    compile_clocks(c);
    refuse_missing_clocks(c);
    compile_delegations(c);
    compile_budgets(c);
    compile_ceilings(c);
    c->book->small_number = c->draft->small_number;
    gather_reads(c->book);
}
