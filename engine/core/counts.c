#include "engine/base/hash.h"
#include "engine/core/assure.h"
#include "engine/core/judge.h"
#include <stddef.h>

/* What one shift adds to the book's counters, from its own records alone; and what those counters say to it, from what
 * the others added. The second never feeds the first, so nothing runs in circles. */

/* ---- what was worked ---- */

static void keep_sheet(struct fb_judging *j, const struct fb_timesheet *sheet)
{
    for (unsigned i = 0; i < j->view->n_timesheets; i++)
        if (&j->view->timesheet[i]->as.timesheet == sheet) {
            j->sheet = j->view->timesheet[i];
            j->out->sheet = (uint8_t)(i + 1);
        }
}
_Static_assert(FB_GATHER_MAX < UINT8_MAX, "which timesheet it is fits a byte");

void fb_judge__worked(struct fb_judging *j, struct fb_facts *facts, struct fb_price *worked)
{
    if (j->booking->state != FB_BOOKING_STATE_BOOKED)
        return;
    const struct fb_timesheet *sheet = fb_judge__sheet(j);
    if (sheet == NULL)
        return;
    keep_sheet(j, sheet);
    if (sheet->state != FB_TIMESHEET_STATE_DID_NOT_WORK) {
        fb_price_worked(j->book, j->booking, sheet, worked);
        j->worked = worked;
        /* As for the booked minutes: where no calendar counts them, by the intervals alone. */
        j->worked_minutes =
            worked->minutes.total > 0 ? worked->minutes.total : fb_price_worked_minutes(j->booking, sheet);
    }
    if (fb_view_cut(j->view, FB_KIND_BOOKING))
        return; /* which system's sheet it is may hang on who was left out */
    fb_fact_set(facts, FB_FACT_WORKED_MINUTES, j->worked_minutes);
    fb_fact_set(facts, FB_FACT_SETTLED_DAY, fb_london_day_of_ms(j->sheet->env.occurred_ms));
}

/* ---- what it adds ---- */

/* Which shifts a counter looks at: standing, worked or cancelled ones; *minutes: how long it was for it. */
static bool is_of(const struct fb_judging *j, const struct fb_counter *c, int64_t *minutes)
{
    if (c->worked) {
        *minutes = j->worked_minutes;
        return j->booking->state == FB_BOOKING_STATE_BOOKED && j->worked_minutes > 0;
    }
    *minutes = fb_judge__booked_minutes(j->booking, j->price);
    return j->booking->state == (c->cancelled ? FB_BOOKING_STATE_CANCELLED : FB_BOOKING_STATE_BOOKED);
}

/* A route that was not sent is inside only a scope of all routes, for then it does not matter which it is. */
static bool route_fits(uint32_t routes, enum fb_route route)
{
    uint32_t every = ((uint32_t)1 << FB_ROUTE_END) - 2;
    return (routes & every) == every || (fb_route_known((int64_t)route) && (routes >> (unsigned)route & 1u) != 0);
}

bool fb_judge__scope_fits(const struct fb_judging *j, const struct fb_scope *scope)
{
    const struct fb_shift *s = &j->booking->shift;
    struct fb_where where = {s->hirer, s->site, s->staff_group, j->day};
    return fb_scope_fits(scope, &where) && route_fits(scope->routes, j->booking->route);
}

static bool all_hold(const struct fb_counter *c, const struct fb_facts *facts)
{
    for (unsigned i = 0; i < c->n_when; i++)
        if (fb_predicate_eval(&c->when[i], facts) != FB_TRUE)
            return false;
    return true;
}

uint32_t fb_judge__tie(const struct fb_envelope *env)
{
    return (uint32_t)fb_hash64_mix(fb_hash64(env->source.p, env->source.n),
                                   fb_hash64(env->record_ref.p, env->record_ref.n));
}

static bool adds(const struct fb_judging *j, const struct fb_counter *c, const struct fb_facts *facts,
                 struct fb_count *out)
{
    int64_t start = j->booking->shift.time.start_min, minutes;
    if (start < 0 || start >= UINT32_MAX || !is_of(j, c, &minutes) || !fb_judge__scope_fits(j, &c->scope) ||
        !all_hold(c, facts))
        return false;
    *out = (struct fb_count){.counter = c->id,
                             .key = fb_counter_key_for(c, j->booking, j->out->shadow),
                             .start_min = (uint32_t)start,
                             .tie = fb_judge__tie(&j->lead->version->env),
                             .amount = c->adds == FB_ADDS_SHIFTS ? 1 : (int32_t)minutes,
                             .minutes = (int32_t)minutes};
    return out->key != 0;
}

/* They are kept ascending by the counter's id, whatever its place in the book. */
static const struct fb_count *insert(struct fb_decision *d, const struct fb_count *count)
{
    unsigned at = d->n_counts++;
    for (; at > 0 && d->count[at - 1].counter > count->counter; at--)
        d->count[at] = d->count[at - 1];
    d->count[at] = *count;
    return &d->count[at];
}

static void read(struct fb_judging *j, unsigned i, const struct fb_count *own)
{
    const struct fb_counted_rows *rows = &j->view->counted[i];
    if (rows->cut)
        return;
    fb_counter_read(&j->book->counter[i], rows, own, j->day, own->start_min, j->view->subject, 0, &j->counted[i]);
    j->counted_known = (uint8_t)(j->counted_known | 1u << i);
}

void fb_judge__counts(struct fb_judging *j, struct fb_facts *facts)
{
    /* Where members were left out, which of them were read must not decide what is counted. */
    if (j->book->n_counters == 0 || fb_view_cut(j->view, FB_KIND_BOOKING))
        return;
    for (unsigned i = 0; i < j->book->n_counters; i++) {
        struct fb_count count;
        if (!adds(j, &j->book->counter[i], facts, &count))
            continue;
        (void)insert(j->out, &count);
        read(j, i, &count);
    }
    /* Only now: a counter's conditions ask the shift itself, never another counter. */
    for (unsigned i = 0; i < j->book->n_counters; i++)
        if (((unsigned)j->counted_known >> i & 1u) != 0)
            fb_fact_set(facts, (enum fb_fact)(FB_FACT_COUNTER_1 + i), j->counted[i].before + j->counted[i].here);
}
