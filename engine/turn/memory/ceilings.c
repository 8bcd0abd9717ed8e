#include "engine/turn/memory/ceilings.h"
#include "engine/base/hash.h"
#include "engine/turn/report.h"
#include "engine/turn/state.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 64, STAGES = 2 };

void fb_ceilings_release(struct fb_ceilings *c)
{
    free(c->sum);
    free(c->slot);
    free(c->touched);
    *c = (struct fb_ceilings){.sum = NULL};
}

uint64_t fb_ceilings_bytes(const struct fb_ceilings *c)
{
    return (uint64_t)c->room * (sizeof *c->sum + sizeof *c->touched) + (uint64_t)c->n_slots * sizeof *c->slot;
}

/* ---- places ---- */

static uint32_t home_of(const struct fb_ceilings *c, fb_code trust, fb_day month)
{
    return (uint32_t)(fb_hash64_mix(trust, (uint32_t)month) & (c->n_slots - 1));
}

/* The slot that names the place, or the free one where it would stand. */
static uint32_t slot_of(const struct fb_ceilings *c, fb_code trust, fb_day month)
{
    uint32_t at = home_of(c, trust, month);
    while (c->slot[at] != 0 && (c->sum[c->slot[at] - 1].trust != trust || c->sum[c->slot[at] - 1].month != month))
        at = (at + 1) & (c->n_slots - 1);
    return at;
}

static enum fb_err grow(struct fb_ceilings *c)
{
    uint32_t room = c->room == 0 ? ROOM_MIN : c->room * 2;
    struct fb_ceiling_sum *sum = realloc(c->sum, room * sizeof *sum);
    if (sum != NULL)
        c->sum = sum;
    uint32_t *touched = realloc(c->touched, room * sizeof *touched);
    if (touched != NULL)
        c->touched = touched;
    uint32_t *slot = calloc((size_t)room * 2, sizeof *slot);
    if (sum == NULL || touched == NULL || slot == NULL) {
        free(slot);
        return FB_FULL;
    }
    free(c->slot);
    c->slot = slot;
    c->room = room;
    c->n_slots = room * 2;
    for (uint32_t i = 0; i < c->n; i++)
        c->slot[slot_of(c, c->sum[i].trust, c->sum[i].month)] = i + 1;
    return FB_OK;
}

static enum fb_err sum_of(struct fb_ceilings *c, fb_code trust, fb_day month, struct fb_ceiling_sum **out)
{
    enum fb_err err = c->n == c->room ? grow(c) : FB_OK;
    if (err != FB_OK)
        return err;
    uint32_t at = slot_of(c, trust, month);
    if (c->slot[at] == 0) {
        c->sum[c->n] = (struct fb_ceiling_sum){.trust = trust, .month = month};
        c->slot[at] = ++c->n;
    }
    *out = &c->sum[c->slot[at] - 1];
    return FB_OK;
}

static unsigned index_of(enum fb_stage stage)
{
    return stage == FB_STAGE_COMMITTED ? 0 : 1;
}

static bool counts(const struct fb_cell *cell)
{
    return cell->route == FB_ROUTE_AGENCY && cell->shadow == 0 && cell->hirer != 0 &&
           (cell->stage == FB_STAGE_COMMITTED || cell->stage == FB_STAGE_WORKED);
}

int64_t fb_ceilings_spent(const struct fb_ceilings *c, fb_code trust, fb_day month, enum fb_stage stage)
{
    uint32_t at = c->n == 0 ? 0 : slot_of(c, trust, month);
    return c->n == 0 || c->slot[at] == 0 ? 0 : c->sum[c->slot[at] - 1].spent[index_of(stage)]; /* raw: a sum of rounded figures */
}

/* ---- what is posted ---- */

static void touch(struct fb_ceilings *c, struct fb_ceiling_sum *s)
{
    if (s->touched)
        return;
    s->touched = true;
    s->live = false;
    memcpy(s->before, s->spent, sizeof s->before);
    c->touched[c->n_touched++] = (uint32_t)(s - c->sum);
}

enum fb_err fb_ceilings_post(struct fb_ceilings *c, const struct fb_line *line, bool historic)
{
    struct fb_ceiling_sum *s;
    if (!counts(&line->cell) || line->figures.v[FB_MEASURE_PENCE] == 0)
        return FB_OK;
    enum fb_err err = sum_of(c, line->cell.hirer, line->cell.month, &s);
    if (err != FB_OK)
        return err;
    touch(c, s);
    s->live |= !historic;
    s->spent[index_of((enum fb_stage)line->cell.stage)] += line->figures.v[FB_MEASURE_PENCE]; /* raw: a sum of rounded figures */
    return FB_OK;
}

/* ---- against the ceiling ---- */

static bool is_over(const struct fb_agency_ceiling *ceiling, const int64_t spent[STAGES])
{
    return ceiling != NULL && spent[index_of(ceiling->stage)] > ceiling->pence; /* raw: as stated */
}

static void tell(struct fb_turn *t, const struct fb_ceiling_sum *s, bool passed, const struct fb_agency_ceiling *ceiling)
{
    int64_t spent = s->spent[index_of(ceiling->stage)];
    struct fb_event e = {.kind = passed ? FB_EVENT_CEILING_PASSED : FB_EVENT_CEILING_CLEARED,
                         .at_ms = t->ceilings.at_ms,
                         .journal = t->ceilings.journal,
                         .trust = s->trust,
                         .severity = passed ? FB_SEVERITY_WARN : FB_SEVERITY_OK_,
                         .stage = (uint8_t)ceiling->stage,
                         .route = FB_ROUTE_AGENCY,
                         .historic = !s->live,
                         .issue = t->standing.current,
                         .shift_day = s->month,
                         .pence = spent, /* raw: a sum of rounded figures */
                         .delta_pence = spent - ceiling->pence, /* raw: how far over it */
                         .posted = s->month};
    fb_turn_write_event(t, &e);
}

void fb_ceilings_tell(struct fb_turn *t)
{
    struct fb_ceilings *c = &t->ceilings;
    const struct fb_book *book = fb_turn_current(t);
    for (uint32_t i = 0; i < c->n_touched; i++) {
        struct fb_ceiling_sum *s = &c->sum[c->touched[i]];
        const struct fb_agency_ceiling *ceiling = book == NULL ? NULL : fb_book_ceiling(book, s->trust, s->month);
        bool was = is_over(ceiling, s->before), is = is_over(ceiling, s->spent);
        s->touched = false;
        if (was != is && t->err == FB_OK)
            tell(t, s, is, ceiling);
    }
    c->n_touched = 0;
}

static int by_place(const void *a, const void *b)
{
    const struct fb_ceiling_sum *x = *(const struct fb_ceiling_sum *const *)a, *y = *(const struct fb_ceiling_sum *const *)b;
    return x->trust != y->trust ? (x->trust < y->trust ? -1 : 1) : (x->month > y->month) - (x->month < y->month);
}

/* Sums stand in the order in which they came, which an opened store has otherwise. */
void fb_ceilings_issued(struct fb_turn *t, const struct fb_book *before, const struct fb_book *now)
{
    struct fb_ceilings *c = &t->ceilings;
    if (c->n == 0 || t->err != FB_OK || ((before == NULL || before->n_agency_ceilings == 0) && now->n_agency_ceilings == 0))
        return;
    struct fb_ceiling_sum **sorted = malloc(c->n * sizeof(*sorted));
    if (sorted == NULL) {
        fb_turn_fail(t, FB_FULL);
        return;
    }
    for (uint32_t i = 0; i < c->n; i++)
        sorted[i] = &c->sum[i];
    qsort(sorted, c->n, sizeof(*sorted), by_place);
    c->at_ms = t->now_ms;
    c->journal = t->journal;
    for (uint32_t i = 0; i < c->n && t->err == FB_OK; i++) {
        struct fb_ceiling_sum *s = sorted[i];
        const struct fb_agency_ceiling *old = before == NULL ? NULL : fb_book_ceiling(before, s->trust, s->month);
        const struct fb_agency_ceiling *fresh = fb_book_ceiling(now, s->trust, s->month);
        bool was = is_over(old, s->spent), is = is_over(fresh, s->spent);
        s->live = true; /* people issue rules, and want to know */
        if (was != is)
            tell(t, s, is, fresh != NULL ? fresh : old);
    }
    free(sorted);
}

/* ---- when a store is opened ---- */

struct adding {
    struct fb_ceilings *to;
    enum fb_err err;
};

static bool add_total(void *ctx, const struct fb_total *total)
{
    struct adding *a = ctx;
    struct fb_ceiling_sum *s;
    if (!counts(&total->place.cell))
        return true;
    a->err = sum_of(a->to, total->place.cell.hirer, total->place.cell.month, &s);
    if (a->err == FB_OK)
        s->spent[index_of((enum fb_stage)total->place.cell.stage)] += total->figures.v[FB_MEASURE_PENCE]; /* raw: a sum of rounded figures */
    return a->err == FB_OK;
}

enum fb_err fb_ceilings_open(struct fb_turn *t)
{
    const struct fb_total_filter all = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    struct adding a = {&t->ceilings, FB_OK};
    enum fb_err err = fb_report_totals(t->store, &all, add_total, &a);
    return err == FB_OK ? a.err : err;
}
