#include "tests/sim/workload_making.h"
#include <string.h>

static void begin(struct fb_record *r)
{
    memset(r, 0, sizeof *r);
}

/* ---- a shift's life ---- */

static void make_vacancy(struct sim_making *k, const struct sim_shift *s, unsigned source)
{
    struct fb_record r;
    struct fb_span ref = sim_name(k->w, "V", (int64_t)s->number, -1);
    if (!sim_once_in(&k->p, 8)) {
        begin(&r);
        sim_draw_vacancy(k->w, &k->p, s, &r);
        sim_make_record(k, &r, source, ref);
    }
    for (unsigned i = 0, n = (unsigned)fb_prng_below(&k->p, 4); i < n; i++) {
        begin(&r);
        sim_draw_cascade(k->w, &k->p, s, &r);
        r.as.cascade.vacancy_ref = ref;
        sim_make_record(k, &r, source, sim_name(k->w, "K", (int64_t)s->number, i));
    }
}

static void make_timesheets(struct sim_making *k, const struct sim_shift *s, unsigned i)
{
    struct fb_record r;
    struct fb_span before = {NULL, 0};
    for (unsigned j = 0, n = (unsigned)fb_prng_below(&k->p, 4); j < n && j < 3; j++) {
        begin(&r);
        sim_draw_timesheet(k->w, &k->p, s, &r);
        r.as.timesheet.booking_ref = sim_name(k->w, "B", (int64_t)s->number, i);
        if (before.n > 0 && !sim_once_in(&k->p, 3))
            r.as.timesheet.adjusts = before;
        before = sim_name(k->w, "T", (int64_t)(s->number * 4 + i), j);
        sim_make_record(k, &r, s->sources[i], before);
    }
}

/* The same request, booked again and again, by one system: more often than one decision can read. Now and
 * then only the last of them stands. */
static void make_again(struct sim_making *k, const struct sim_shift *s)
{
    struct fb_record r;
    bool fell_through = sim_once_in(&k->p, 2);
    for (unsigned i = 0, n = 8 + (unsigned)fb_prng_below(&k->p, 4); i < n; i++) {
        begin(&r);
        sim_draw_booking(k->w, &k->p, s, &r);
        if (fell_through)
            r.as.booking.state = i + 1 < n ? FB_BOOKING_STATE_CANCELLED : FB_BOOKING_STATE_BOOKED;
        sim_make_record(k, &r, s->sources[0], sim_name(k->w, "B", (int64_t)s->number, 10 + (int)i));
    }
}

/* ---- exceptions, and what people do ---- */

/* One of the versions that were sent, whichever wins; the door makes sure that nobody else can say so. */
static void confirm(struct sim_making *k, unsigned first, struct fb_span ref)
{
    const struct sim_message *m = &k->l->message[first + fb_prng_below(&k->p, k->l->n - first)];
    const struct fb_approval *a = &m->record.as.approval;
    struct fb_record r;
    if (m->refused != FB_REASON_NONE || a->state != FB_APPROVAL_STATE_GRANTED || a->channel != FB_CHANNEL_TELEPHONE || sim_once_in(&k->p, 4))
        return;
    begin(&r);
    sim_draw_confirmation(k->w, &k->p, &m->record, &r);
    sim_make_record(k, &r, SIM_SOURCES - 1, ref);
}

static void make_answers(struct sim_making *k, const struct sim_shift *s)
{
    struct fb_record r;
    for (unsigned i = 0, n = sim_once_in(&k->p, 3) ? 1 + (unsigned)fb_prng_below(&k->p, 3) : 0; i < n; i++) {
        begin(&r);
        unsigned first = k->l->n;
        sim_draw_approval(k->w, &k->p, s, &r);
        sim_make_record(k, &r, (unsigned)fb_prng_below(&k->p, SIM_SOURCES), sim_name(k->w, "X", (int64_t)s->number, i));
        confirm(k, first, sim_name(k->w, "Z", (int64_t)s->number, i));
    }
    for (unsigned i = 0, n = sim_once_in(&k->p, 3) ? 1 + (unsigned)fb_prng_below(&k->p, 4) : 0; i < n; i++) {
        begin(&r);
        sim_draw_reply(k->w, &k->p, s, &r);
        sim_make_record(k, &r, (unsigned)fb_prng_below(&k->p, SIM_SOURCES), sim_name(k->w, "Y", (int64_t)s->number, i));
    }
}

/* Somebody of the bank was booked for the same vacancy, and sent away before. */
static void make_displaced(struct sim_making *k, const struct sim_shift *s)
{
    struct fb_record r;
    struct fb_booking *b = &r.as.booking;
    begin(&r);
    sim_draw_booking(k->w, &k->p, s, &r);
    b->route = FB_ROUTE_BANK;
    b->state = FB_BOOKING_STATE_CANCELLED;
    b->cancelled_by = sim_once_in(&k->p, 4) ? FB_PARTY_NONE : FB_PARTY_HIRER;
    b->cancelled_ms = s->start_min * SIM_MINUTE_MS - 400 * SIM_HOUR_MS;
    b->n_references = 0;
    b->vacancy_ref = sim_name(k->w, "V", (int64_t)s->number, -1);
    sim_make_record(k, &r, s->sources[0], sim_name(k->w, "D", (int64_t)s->number, -1));
}

static void make_systems_say(struct sim_making *k, const struct sim_shift *s)
{
    struct fb_record r;
    for (unsigned i = 0; i < s->n_sources; i++)
        if (!sim_once_in(&k->p, i == 0 ? 3 : 2))
            make_vacancy(k, s, s->sources[i]);
    if (sim_once_in(&k->p, 8))
        return;
    for (unsigned i = 0; i < s->n_sources; i++) {
        begin(&r);
        sim_draw_booking(k->w, &k->p, s, &r);
        sim_make_record(k, &r, s->sources[i], sim_name(k->w, "B", (int64_t)s->number, i));
        if (!sim_once_in(&k->p, 3))
            make_timesheets(k, s, i);
    }
    if (s->shared && sim_once_in(&k->p, 12))
        make_again(k, s);
    if (sim_once_in(&k->p, 5))
        make_displaced(k, s);
    make_answers(k, s);
}

void sim_make_shift(struct sim_making *k, unsigned number)
{
    struct sim_shift s;
    unsigned first = k->l->n;
    sim_shift_draw(k->w, &k->p, number, &s);
    k->shift = &s;
    make_systems_say(k, &s);
    if (k->w->bills != SIM_NO_BILLS)
        sim_make_bills(k, &s, first);
}
