#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/drift.h"
#include "tests/sim/auditor_feed.h"
#include <stdlib.h>

/* ---- what was paid, by week, hirer and grade ---- */

static struct aud_paid_cell *paid_at(struct aud_paid *p, fb_day week, fb_code hirer, fb_code grade)
{
    for (unsigned i = 0; i < p->n; i++)
        if (p->cell[i].week == week && p->cell[i].hirer == hirer && p->cell[i].grade == grade)
            return &p->cell[i];
    fb_assert(p->n < AUD_PAID_MAX);
    p->cell[p->n] = (struct aud_paid_cell){.week = week, .hirer = hirer, .grade = grade};
    return &p->cell[p->n++];
}

void aud_paid_add(struct aud_paid *p, const struct aud_verdict *v, fb_code grade)
{
    for (unsigned i = 0; i < v->n_lines; i++) {
        const struct fb_cell *c = &v->line[i].cell;
        const int64_t *f = v->line[i].figures.v;
        bool bank = c->route == FB_ROUTE_BANK || c->route == FB_ROUTE_COLLABORATIVE;
        if (c->stage != FB_STAGE_LATEST || !bank || v->shadow || v->historic || grade == 0 || !v->drifts)
            continue;
        int64_t pay = f[FB_MEASURE_WORKER_PAY] + (v->with_leave ? f[FB_MEASURE_WTD_HOLIDAY] : 0);
        /* Nothing that rests on the card itself, or for which one of the two is not known. */
        if (f[FB_MEASURE_MINUTES] <= 0 || pay <= 0 || f[FB_MEASURE_CARD] <= 0 ||
            f[FB_MEASURE_EXPECTED] != 0 || f[FB_MEASURE_UNPRICED] != 0)
            continue;
        struct aud_paid_cell *cell = paid_at(p, c->week, c->hirer, grade);
        cell->minutes += f[FB_MEASURE_MINUTES];
        cell->pay += pay;
        cell->card += f[FB_MEASURE_CARD];
    }
}

static void take_back(struct auditor *a, struct aud_paid *p, struct fb_span key, struct fb_span value)
{
    struct fb_paid held;
    fb_day week;
    fb_code hirer, grade;
    fb_assert(fb_key_parse_paid(key, &week, &hirer, &grade) == FB_OK);
    if (week == FB_DRIFT_STATE)
        return;
    if (fb_paid_unpack(&held, value) != FB_OK) {
        (void)auditor_differs(a, "row of what was paid that can be read, week", week, 0);
        return;
    }
    struct aud_paid_cell *cell = paid_at(p, week, hirer, grade);
    cell->minutes -= held.minutes;
    cell->pay -= held.pay;
    cell->card -= held.card;
}

bool aud_paid_same(struct auditor *a, struct fb_store *store, struct aud_paid *p)
{
    static unsigned char memory[1 << 16];
    struct fb_txn *t = NULL;
    struct fb_scan scan;
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_assert(fb_store_read(store, &t) == FB_OK);
    fb_scan_begin(&scan, t, FB_TABLE_PAID, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, &arena)) {
        take_back(a, p, scan.key, scan.value);
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_txn_abort(&t);
    fb_arena_release(&arena);
    for (unsigned i = 0; i < p->n; i++) {
        const struct aud_paid_cell *c = &p->cell[i];
        if (c->minutes != 0 || c->pay != 0 || c->card != 0)
            return auditor_differs(a, "bank minutes of a week that the engine has not, or too many", 0,
                                   c->minutes);
    }
    return a->why[0] == 0;
}

/* ---- what was told of it ---- */

/* By turns: out of the corridor, or to its other side; and back, only from outside. */
void aud_hear_drift(struct auditor *a, struct aud_outside *o, const struct fb_event *e)
{
    fb_code grade = 0;
    unsigned i = 0;
    if (fb_code_parse(&grade, e->record_ref) != FB_OK || e->trust == 0 || e->minutes <= 0 ||
        e->pence != e->delta_pence || e->shift_day % 7 != 4 || e->shadow || e->historic)
        (void)auditor_differs(a, "rate.drift event that makes sense, week", 0, e->shift_day);
    while (i < o->n && (o->row[i].hirer != e->trust || o->row[i].grade != grade))
        i++;
    fb_assert(i < AUD_PAID_MAX);
    if (i == o->n)
        o->row[o->n++] = (struct aud_outside_row){.hirer = e->trust, .grade = grade};
    int side = e->severity == FB_SEVERITY_OK_ ? 0 : e->pence > 0 ? 1 : -1;
    if (side == o->row[i].side || e->shift_day <= o->row[i].week)
        (void)auditor_differs(a, "side of the corridor, by rate.drift", o->row[i].side, side);
    o->row[i].side = side;
    o->row[i].week = e->shift_day;
    a->met->drifted += side != 0;
    a->met->came_back += side == 0;
}
