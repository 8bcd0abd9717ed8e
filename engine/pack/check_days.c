/* Days that a list of dated rows leaves uncovered: where one ends, another of the same kind begins only
 * later, and nothing holds between. That the last of them ends is no gap: the review date says until when a
 * pack must be whole. */
#include "engine/base/hash.h"
#include "engine/pack/check_steps.h"
#include <stdlib.h>

/* A row's days, and what it is one of. */
enum general { NO_OTHER, A_CARD, A_CAP };
struct run {
    uint64_t key; /* rows of one key take turns */
    uint32_t groups, routes;
    fb_day from, until;
    struct fb_place place;
    const char *what;
    struct fb_span name;
    enum general general; /* of what a more general one may hold instead */
};
struct told {
    const struct run *run;
};
struct runs {
    struct fb_checking *c;
    struct fb_list list; /* struct run */
    struct fb_list told; /* struct told: one hole in the rows of several zones or bands is one finding */
};

static uint64_t mix_span(uint64_t h, struct fb_span s)
{
    return fb_hash64_mix(h, fb_hash64(s.n == 0 ? "" : s.p, s.n));
}

static struct run *add(struct runs *r, const char *what, struct fb_span name, const struct fb_standing *s,
                       struct fb_place place)
{
    struct run *run = fb_list_add(r->c->draft->pool, &r->list, sizeof *run);
    if (run != NULL)
        *run = (struct run){
            mix_span(place.pack, fb_span_of(what)), 1, 1, s->from, s->until, place, what, name, NO_OTHER};
    return run;
}

static void add_terms(struct runs *r, const char *what, const struct fb_draft_terms *t, uint64_t part,
                      enum general general)
{
    struct run *run = add(r, what, t->name, &t->standing, t->place);
    if (run == NULL)
        return;
    run->general = general;
    run->key = fb_hash64_mix(run->key, part);
    run->groups = t->staff_groups;
    run->routes = general == NO_OTHER ? t->routes : 1; /* of cards and caps they are not asked */
}

static void add_named(struct runs *r, const char *what, struct fb_span name, struct fb_span other,
                      uint64_t part, const struct fb_standing *s, struct fb_place place)
{
    struct run *run = add(r, what, name, s, place);
    if (run != NULL)
        run->key = mix_span(mix_span(fb_hash64_mix(run->key, part), name), other);
}

static struct fb_span code_span(struct fb_checking *c, fb_code code)
{
    char word[9];
    size_t n = fb_code_format(word, code);
    return fb_pool_copy(c->draft->pool, (struct fb_span){word, (uint32_t)n});
}

static void collect_terms(struct runs *r)
{
    const struct fb_draft *d = r->c->draft;
    FB_EACH(d->cards, struct fb_draft_card, card)
    {
        add_terms(r, "the card", &card->terms, 0, A_CARD);
    }
    FB_EACH(d->caps, struct fb_draft_cap, cap)
    {
        add_terms(r, "the cap", &cap->terms, 0, A_CAP);
    }
    FB_EACH(d->vats, struct fb_draft_vat, vat)
    {
        add_terms(r, "the VAT treatment", &vat->terms, vat->vat.engagements, NO_OTHER);
    }
    FB_EACH(d->on_costs, struct fb_draft_on_cost, row)
    {
        struct fb_draft_terms terms = row->terms;
        terms.name = fb_span_of(fb_part_word((enum fb_part)row->on_cost.part));
        add_terms(r, "the on-cost", &terms, row->on_cost.part, NO_OTHER);
    }
    FB_EACH(d->fees, struct fb_draft_fee, fee)
    {
        add_terms(r, "the fee", &fee->terms, mix_span(mix_span(0, fee->terms.name), fee->framework),
                  NO_OTHER);
    }
}

static void collect_named(struct runs *r)
{
    static const struct fb_span none = {NULL, 0};
    const struct fb_draft *d = r->c->draft;
    FB_EACH(d->enhancements, struct fb_draft_enhancement, e)
    {
        add_named(r, "the enhancement", e->name, none, 0, &e->standing, e->place);
    }
    FB_EACH(d->floors, struct fb_draft_floor, f)
    {
        add_named(r, "the wage floor", f->floor.name, f->floor.area, 0, &f->standing, f->place);
    }
    FB_EACH(d->supplements, struct fb_draft_supplement, s)
    {
        add_named(r, "the supplement of zone", code_span(r->c, d->zone[s->zone]), none, 0, &s->standing,
                  s->place);
    }
    FB_EACH(d->zone_rows, struct fb_draft_zone_row, z)
    {
        add_named(r, "the zone of", z->site.n > 0 ? z->site : code_span(r->c, z->trust), none, z->trust,
                  &z->standing, z->place);
    }
    FB_EACH(d->tables, struct fb_draft_rate_table, t)
    {
        FB_EACH(t->rows, struct fb_draft_table_rate, row)
        {
            uint64_t part = (uint64_t)row->unit << 8 | row->category;
            add_named(r, "the rate of band", code_span(r->c, fb_draft_grade_code(d, row->grade)), t->name,
                      part, &row->standing, row->place);
        }
    }
}

static int by_key(const void *left, const void *right)
{
    const struct run *a = left, *b = right;
    if (a->key != b->key)
        return a->key > b->key ? 1 : -1;
    if (a->from != b->from)
        return a->from > b->from ? 1 : -1;
    return (a->place.line > b->place.line) - (a->place.line < b->place.line);
}

static bool meet(const struct run *a, const struct run *b)
{
    return (a->groups & b->groups) != 0 && (a->routes & b->routes) != 0;
}

/* Of the n runs of one key: the day on which something holds again after r has ended; r->until when nothing
 * is left out. */
static fb_day holds_again(const struct run *r, const struct run *all, unsigned n)
{
    fb_day next = INT32_MAX;
    for (unsigned i = 0; i < n; i++) {
        if (!meet(r, &all[i]) || all[i].until <= r->until)
            continue;
        if (all[i].from <= r->until)
            return r->until;
        next = all[i].from < next ? all[i].from : next;
    }
    return next == INT32_MAX ? r->until : next;
}

/* Before the first pay points nothing is priced by a scale, so that a hole there hurts nobody. */
static fb_day priced_from(const struct fb_book *b, fb_day from)
{
    fb_day first = b->n_periods > 0 ? b->period[0].from : from;
    return first > from ? first : from;
}

/* Where a trust's own card leaves a gap, its system's holds. */
static bool falls_back(const struct fb_checking *c, const struct run *r, fb_day day)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, r->place.pack);
    const struct fb_draft_member *first = pack->members.item;
    struct fb_where where = {.group = (enum fb_staff_group)__builtin_ctz(r->groups), .day = day};
    where.trust = pack->members.n > 0 ? first->code : 0;
    if (pack->sites.n > 0)
        where.site = *(const struct fb_span *)pack->sites.item;
    return r->general == A_CARD ? fb_book_card(c->book, &where) != NULL
                                : r->general == A_CAP && fb_book_cap(c->book, &where) != NULL;
}

/* The first that had the same hole; itself when it is the first. */
static const struct run *first_with(struct runs *runs, const struct run *r)
{
    FB_EACH(runs->told, struct told, t)
    {
        const struct run *first = t->run;
        if (first->what == r->what && first->until == r->until && first->place.pack == r->place.pack &&
            fb_span_eq(first->place.path, r->place.path))
            return first;
    }
    struct told *place = fb_list_add(runs->c->draft->pool, &runs->told, sizeof *place);
    if (place != NULL)
        place->run = r;
    return r;
}

static void tell(struct runs *runs, const struct run *r, fb_day until)
{
    struct fb_checking *c = runs->c;
    struct fb_check_text text;
    fb_day from = priced_from(c->book, r->until);
    if (from >= until || falls_back(c, r, from) ||
        !fb_check_begin(c, fb_check_place(c, first_with(runs, r)->place), true, (uint64_t)(uint32_t)r->until,
                        &text))
        return;
    fb_text_add(&text.t, r->what);
    fb_text_add(&text.t, " '");
    fb_text_add_span(&text.t, r->name);
    fb_text_add(&text.t, "' ends, and the next begins later: no row covers ");
    fb_check_add_day(&text.t, from);
    fb_text_add(&text.t, ", nor any day up to ");
    fb_check_add_day(&text.t, until - 1);
    fb_check_end(c, &text);
}

static void check_key(struct runs *runs, const struct run *run, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        fb_day again = holds_again(&run[i], run, n);
        if (again > run[i].until)
            tell(runs, &run[i], again);
    }
}

void fb_check_days(struct fb_checking *c)
{
    struct runs r = {.c = c};
    collect_terms(&r);
    collect_named(&r);
    struct run *run = r.list.item;
    if (r.list.n == 0 || c->draft->pool->bad)
        return;
    qsort(run, r.list.n, sizeof *run, by_key);
    for (unsigned from = 0, i = 1; i <= r.list.n; i++) {
        if (i < r.list.n && run[i].key == run[from].key)
            continue;
        check_key(&r, run + from, i - from);
        from = i;
    }
}
