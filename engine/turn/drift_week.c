/* A complete week held against the corridors of the systems. */
#include "engine/base/bytes.h"
#include "engine/base/money.h"
#include "engine/store/key.h"
#include "engine/turn/state.h"
#include <stdlib.h>
#include <string.h>

enum { WEEK = 7, PPM = 1000000 };
/* Where a hirer and grade stood when they were last looked at: a row of their own while outside. */
enum side { INSIDE = 0, ABOVE = 1, BELOW = 2 };

/* ---- which week, and when ---- */

/* The book, when any corridor stands in it. */
static const struct fb_book *with_corridor(const struct fb_turn *t)
{
    const struct fb_book *book = fb_turn_current(t);
    return book != NULL && book->n_corridors > 0 ? book : NULL;
}

/* A week is looked at once, for all systems: when it has settled by the slowest of them. */
static fb_day settle_days(const struct fb_book *book)
{
    fb_day most = 0;
    for (unsigned i = 0; i < book->n_corridors; i++)
        most = book->corridor[i].settle_days > most ? book->corridor[i].settle_days : most;
    return most;
}

static fb_day following(const struct fb_turn *t)
{
    const struct fb_drift *d = &t->drift;
    if (d->first == FB_DRIFT_NEVER)
        return FB_DRIFT_NEVER; /* nobody was ever paid */
    return d->last == FB_DRIFT_NEVER ? d->first : d->last + WEEK;
}

fb_day fb_drift_next(const struct fb_turn *t, int64_t now_ms)
{
    const struct fb_book *book = with_corridor(t);
    fb_day next = following(t);
    if (book == NULL || next == FB_DRIFT_NEVER)
        return FB_DRIFT_NEVER;
    fb_day settled = fb_day_week(fb_london_day_of_ms(now_ms) - settle_days(book)) - WEEK;
    if (next > settled)
        return FB_DRIFT_NEVER;
    fb_day behind = settled - WEEK * (FB_DRIFT_BEHIND_MAX - 1);
    return next < behind ? behind : next;
}

int64_t fb_drift_due_ms(const struct fb_turn *t)
{
    const struct fb_book *book = with_corridor(t);
    fb_day next = following(t);
    int64_t midnight[2];
    if (book == NULL || next == FB_DRIFT_NEVER)
        return INT64_MAX;
    /* The clocks never change at midnight, so that there is one. */
    (void)fb_london_instants(((int64_t)next + WEEK + settle_days(book)) * FB_DAY_MINUTES, midnight);
    return midnight[0] * FB_MINUTE_MS;
}

/* ---- the weeks together ---- */

struct sums {
    struct fb_drift_cell *cell; /* ascending (hirer, grade) */
    unsigned n, room;
};

static bool is_before(const struct fb_drift_cell *a, fb_code hirer, fb_code grade)
{
    return a->hirer != hirer ? a->hirer < hirer : a->grade < grade;
}

static struct fb_drift_cell *cell_of(struct sums *s, fb_code hirer, fb_code grade)
{
    unsigned low = 0, high = s->n;
    while (low < high) {
        unsigned half = low + (high - low) / 2;
        if (is_before(&s->cell[half], hirer, grade))
            low = half + 1;
        else
            high = half;
    }
    if (low < s->n && s->cell[low].hirer == hirer && s->cell[low].grade == grade)
        return &s->cell[low];
    if (s->n == s->room) {
        unsigned room = s->room == 0 ? 256 : 2 * s->room;
        struct fb_drift_cell *cell = realloc(s->cell, room * sizeof *cell);
        if (cell == NULL)
            return NULL;
        s->cell = cell;
        s->room = room;
    }
    memmove(&s->cell[low + 1], &s->cell[low], (s->n - low) * sizeof s->cell[0]);
    s->n++;
    s->cell[low] = (struct fb_drift_cell){.hirer = hirer, .grade = grade};
    return &s->cell[low];
}

static enum fb_err add_row(struct sums *s, const struct fb_scan *scan, fb_day until, bool *beyond)
{
    fb_day week;
    fb_code hirer, grade;
    struct fb_paid paid;
    if (fb_key_parse_paid(scan->key, &week, &hirer, &grade) != FB_OK)
        return FB_DAMAGED;
    *beyond = week >= until;
    if (*beyond)
        return FB_OK;
    enum fb_err err = fb_paid_unpack(&paid, scan->value);
    struct fb_drift_cell *c = err == FB_OK ? cell_of(s, hirer, grade) : NULL;
    if (c == NULL)
        return err == FB_OK ? FB_FULL : err;
    c->paid.minutes += paid.minutes;
    c->paid.pay += paid.pay;
    c->paid.card += paid.card;
    return FB_OK;
}

static void collect(struct fb_turn *t, fb_day from, fb_day until, struct sums *s)
{
    struct fb_scan scan;
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    struct fb_key key = fb_key_paid(from, 0, 0);
    size_t used = arena->used;
    bool beyond = false;
    fb_scan_begin(&scan, t->txn, FB_TABLE_PAID, fb_key_span(&key));
    while (!beyond && t->err == FB_OK && fb_scan_next(&scan, arena)) {
        fb_turn_fail(t, add_row(s, &scan, until, &beyond));
        arena->used = used;
    }
    fb_scan_end(&scan);
    fb_turn_fail(t, fb_txn_err(t->txn));
}

/* ---- what is told ---- */

static enum side side_of(const struct fb_corridor *c, const struct fb_paid *p)
{
    fb_i128 off = ((fb_i128)p->pay - p->card) * PPM;
    if (off > (fb_i128)p->card * c->above_ppm)
        return ABOVE;
    return -off > (fb_i128)p->card * c->below_ppm ? BELOW : INSIDE;
}

static enum side side_before(struct fb_turn *t, const struct fb_key *key)
{
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    struct fb_span row;
    size_t used = arena->used;
    enum fb_err err = fb_find(t->txn, FB_TABLE_PAID, fb_key_span(key), arena, &row);
    enum side side = err == FB_OK && row.n == 1 ? (row.p[0] == ABOVE ? ABOVE : BELOW) : INSIDE;
    arena->used = used;
    fb_turn_fail(t, err == FB_NOT_FOUND ? FB_OK : err);
    return side;
}

static void tell(struct fb_turn *t, const struct fb_drift_cell *c, enum side side, fb_day monday)
{
    char grade[9];
    size_t n = fb_code_format(grade, c->grade);
    struct fb_event e = {.kind = FB_EVENT_RATE_DRIFT,
                         .at_ms = t->now_ms,
                         .journal = t->journal,
                         .trust = c->hirer,
                         .severity = side == INSIDE ? FB_SEVERITY_OK_ : FB_SEVERITY_WARN,
                         .rule = fb_turn_current(t)->built_in[FB_RULE_RATE_DRIFT].id,
                         .issue = t->standing.current,
                         .shift_day = monday,
                         .minutes = c->paid.minutes,
                         .record_ref = {grade, (uint32_t)n}};
    e.pence = e.delta_pence = c->paid.pay - c->paid.card; /* raw: figures of a total */
    fb_turn_write_event(t, &e);
}

static void look_at(struct fb_turn *t, const struct fb_corridor *corr, const struct fb_drift_cell *c,
                    fb_day monday)
{
    if (c->paid.minutes < corr->minutes_least || c->paid.minutes <= 0 || c->paid.card <= 0)
        return;
    struct fb_key key = fb_key_paid(FB_DRIFT_STATE, c->hirer, c->grade);
    enum side side = side_of(corr, &c->paid), before = side_before(t, &key);
    if (side == before || t->err != FB_OK)
        return;
    char mark = (char)side;
    if (side == INSIDE)
        fb_del(t->txn, FB_TABLE_PAID, fb_key_span(&key));
    else
        fb_put(t->txn, FB_TABLE_PAID, fb_key_span(&key), (struct fb_span){&mark, 1});
    tell(t, c, side, monday);
}

static void write_week(struct fb_turn *t, fb_day monday)
{
    unsigned char body[10];
    struct fb_writer w;
    fb_writer_init(&w, body, sizeof body);
    fb_put_zigzag(&w, monday);
    struct fb_span bytes = {(const char *)body, (uint32_t)w.n};
    struct fb_entry e = {.kind = FB_ENTRY_WEEK, .body = bytes};
    fb_turn_write(t, &e);
    struct fb_key key = fb_key_paid(FB_DRIFT_STATE, 0, 0);
    fb_put(t->txn, FB_TABLE_PAID, fb_key_span(&key), bytes);
    t->drift.last = monday;
}

/* Each system takes as many weeks together as its own corridor says. */
static void look_by(struct fb_turn *t, const struct fb_book *book, const struct fb_corridor *c, fb_day monday)
{
    struct sums s = {NULL, 0, 0};
    if (t->err == FB_OK)
        collect(t, monday - WEEK * (fb_day)(c->weeks == 0 ? 0 : c->weeks - 1), monday + WEEK, &s);
    for (unsigned i = 0; i < s.n && t->err == FB_OK; i++)
        if (fb_book_corridor(book, s.cell[i].hirer, monday) == c)
            look_at(t, c, &s.cell[i], monday);
    free(s.cell);
}

void fb_turn_take_week(struct fb_turn *t, fb_day monday)
{
    const struct fb_book *book = with_corridor(t); /* there is one, or no week would be looked at */
    write_week(t, monday);
    fb_turn_judge_begin(t);
    fb_drift_write(&t->drift, t->txn, fb_scratch_arena(&t->scratch));
    for (unsigned i = 0; i < book->n_corridors; i++)
        look_by(t, book, &book->corridor[i], monday);
}
