#include "engine/turn/memory/approval_month.h"
#include "engine/turn/apply.h"
#include "engine/turn/gather.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 16, READ_AT_ONCE = 256, COUNT_MAX = 255 };

void fb_granted_release(struct fb_granted *g)
{
    free(g->row);
    free(g->month);
    *g = (struct fb_granted){.row = NULL};
}

/* ---- where one counts ---- */

static bool is_granted(enum fb_approval_end end)
{
    return end == FB_APPROVAL_END_GRANTED || end == FB_APPROVAL_END_PROVISIONAL ||
           end == FB_APPROVAL_END_LAPSED || end == FB_APPROVAL_END_EXPIRED ||
           end == FB_APPROVAL_END_EXHAUSTED;
}

struct fb_granted_place fb_granted_place_of(const struct fb_decision *d, const struct fb_approval *a)
{
    if (d->shadow || a->granted_ms == FB_ABSENT || !is_granted((enum fb_approval_end)d->approval_end))
        return (struct fb_granted_place){0, 0};
    return (struct fb_granted_place){a->hirer, fb_day_month(fb_london_day_of_ms(a->granted_ms))};
}

static int place_cmp(const struct fb_granted_place *a, const struct fb_granted_place *b)
{
    if (a->trust != b->trust)
        return a->trust < b->trust ? -1 : 1;
    return (a->month > b->month) - (a->month < b->month);
}

/* ---- rows and months, each in their order ---- */

static void *more_room(void *row, uint32_t n, uint32_t *room, size_t size)
{
    if (n < *room)
        return row;
    uint32_t wanted = *room == 0 ? ROOM_MIN : *room * 2;
    void *more = realloc(row, wanted * size);
    if (more != NULL)
        *room = wanted;
    return more;
}

/* New ones nearly always come last: numbers grow, and so do months. */
static enum fb_err row_of(struct fb_granted *g, uint32_t number, struct fb_granted_row **out)
{
    uint32_t at = g->n_rows;
    while (at > 0 && g->row[at - 1].number > number)
        at--;
    if (at == 0 || g->row[at - 1].number != number) {
        struct fb_granted_row *row = more_room(g->row, g->n_rows, &g->rows_room, sizeof *row);
        if (row == NULL)
            return FB_FULL;
        g->row = row;
        memmove(&row[at + 1], &row[at], (g->n_rows++ - at) * sizeof *row);
        row[at++] = (struct fb_granted_row){.number = number};
    }
    *out = &g->row[at - 1];
    return FB_OK;
}

/* The first month that does not stand before this one. */
static uint32_t month_at(const struct fb_granted *g, const struct fb_granted_place *place)
{
    uint32_t from = 0, until = g->n_months;
    while (from < until) {
        uint32_t mid = from + (until - from) / 2;
        if (place_cmp(&g->month[mid].place, place) < 0)
            from = mid + 1;
        else
            until = mid;
    }
    return from;
}

static struct fb_granted_month *find(const struct fb_granted *g, const struct fb_granted_place *place)
{
    uint32_t at = month_at(g, place);
    return at < g->n_months && place_cmp(&g->month[at].place, place) == 0 ? &g->month[at] : NULL;
}

static enum fb_err month_of(struct fb_granted *g, const struct fb_granted_place *place,
                            struct fb_granted_month **out)
{
    *out = find(g, place);
    if (*out != NULL)
        return FB_OK;
    struct fb_granted_month *month = more_room(g->month, g->n_months, &g->months_room, sizeof *month);
    if (month == NULL)
        return FB_FULL;
    g->month = month;
    uint32_t at = month_at(g, place);
    memmove(&month[at + 1], &month[at], (g->n_months++ - at) * sizeof *month);
    month[at] = (struct fb_granted_month){*place, 0};
    *out = &month[at];
    return FB_OK;
}

enum fb_err fb_granted_put(struct fb_granted *g, uint32_t number, const struct fb_granted_place *place,
                           uint32_t *n, bool *more)
{
    struct fb_granted_row *row;
    struct fb_granted_month *month;
    *n = 0;
    *more = false;
    enum fb_err err = row_of(g, number, &row);
    if (err != FB_OK)
        return err;
    *more = place->trust != 0 && place_cmp(&row->place, place) != 0;
    if (row->place.trust != 0 && place_cmp(&row->place, place) != 0)
        find(g, &row->place)->n--;
    row->place = *place;
    if (place->trust == 0)
        return FB_OK;
    err = month_of(g, place, &month);
    if (err != FB_OK)
        return err;
    month->n += *more;
    *n = month->n;
    return FB_OK;
}

uint32_t fb_granted_in(const struct fb_granted *g, fb_code trust, fb_day month)
{
    const struct fb_granted_month *m = find(g, &(struct fb_granted_place){trust, month});
    return m == NULL ? 0 : m->n;
}

uint64_t fb_granted_bytes(const struct fb_granted *g)
{
    return (uint64_t)g->rows_room * sizeof *g->row + (uint64_t)g->months_room * sizeof *g->month;
}

/* ---- against the budget ---- */

const struct fb_approval_budget *fb_granted_budget(const struct fb_book *book,
                                                   const struct fb_granted_place *place)
{
    const struct fb_approval_budget *last = NULL;
    for (unsigned i = 0; i < book->n_approval_budgets; i++) {
        const struct fb_approval_budget *b = &book->approval_budget[i];
        if ((b->trust == 0 || b->trust == place->trust) && b->from <= place->month && place->month < b->until)
            last = b;
    }
    return last;
}

static void tell(struct fb_turn *t, const struct fb_granted_place *place, uint32_t n)
{
    const struct fb_record *r = t->view.approval[0].record;
    struct fb_event event = {.kind = FB_EVENT_APPROVAL_BUDGET,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .subject = t->decision.subject,
                             .trust = place->trust,
                             .severity = FB_SEVERITY_WARN,
                             .detail = (uint8_t)(n < COUNT_MAX ? n : COUNT_MAX), /* how many were granted */
                             .staff_group = (uint8_t)r->as.approval.staff_group,
                             .route = (uint8_t)r->as.approval.route,
                             .historic = t->decision.historic,
                             .issue = t->decision.issue,
                             .shift_day = place->month,
                             .posted = place->month,
                             .source = r->env.source,
                             .record_ref = r->env.record_ref};
    fb_turn_write_event(t, &event);
}

void fb_granted_apply(struct fb_turn *t, const struct fb_book *book)
{
    struct fb_granted_place place =
        fb_granted_place_of(&t->decision, &t->view.approval[0].record->as.approval);
    uint32_t n;
    bool more;
    fb_turn_fail(t, fb_granted_put(&t->granted, t->decision.subject, &place, &n, &more));
    const struct fb_approval_budget *budget = more ? fb_granted_budget(book, &place) : NULL;
    if (t->err == FB_OK && budget != NULL && n >= budget->number)
        tell(t, &place, n);
}

/* ---- when a store is opened ---- */

/* A decision speaks of the version that it rests on, which need not be the latest any more. */
static void open_one(struct fb_turn *t, uint32_t number)
{
    struct fb_decision_row row;
    uint32_t n;
    bool more;
    fb_turn_judge_begin(t);
    if (!fb_apply_prior(t, number, &row))
        return;
    bool sound = row.n > 0 && row.version[0].number == number && row.version[0].journal != 0 && row.version[0].journal <= t->journal;
    const struct fb_record *r =
        sound ? fb_gather_version_at(t, number, (uint32_t)row.version[0].journal) : NULL;
    if (t->err == FB_OK && (r == NULL || r->env.kind != FB_KIND_APPROVAL))
        fb_turn_fail(t, FB_DAMAGED);
    if (t->err != FB_OK)
        return;
    struct fb_granted_place place = fb_granted_place_of(&t->prior, &r->as.approval);
    fb_turn_fail(t, fb_granted_put(&t->granted, number, &place, &n, &more));
}

static uint32_t open_some(struct fb_turn *t, uint32_t number)
{
    for (unsigned n = 0; number <= t->index.n_held && n < READ_AT_ONCE && t->err == FB_OK; number++) {
        const struct fb_held *held = fb_index_held(&t->index, number);
        if (held->kind != FB_KIND_APPROVAL || held->decided == 0)
            continue;
        open_one(t, number);
        n++;
    }
    return number;
}

enum fb_err fb_granted_open(struct fb_turn *t)
{
    uint32_t number = t->index.of_kind[FB_KIND_APPROVAL] == 0 ? t->index.n_held + 1 : 1;
    while (number <= t->index.n_held && t->err == FB_OK) {
        enum fb_err err = fb_store_read(t->store, &t->txn);
        if (err != FB_OK)
            return err;
        number = open_some(t, number);
        fb_turn_judge_begin(t);
        fb_txn_abort(&t->txn);
    }
    return t->err;
}
