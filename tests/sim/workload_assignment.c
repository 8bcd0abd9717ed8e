#include "tests/sim/workload_making.h"
#include <string.h>

/* In a third of the worlds somebody comes back: a few shifts by agency at one trust in one role, weeks apart, and between them an absence
 * from all work, the trust's, an agency's, or from a post that has nothing to do with it. */

static void shift_of(struct sim_making *k, unsigned number, fb_day day, fb_code hirer, struct sim_shift *out)
{
    sim_shift_draw(k->w, &k->p, number, out);
    out->hirer = hirer;
    out->grade = fb_code_of("5");
    out->group = FB_STAFF_GROUP_NURSING_MIDWIFERY;
    out->route = FB_ROUTE_AGENCY;
    out->start_min = (int64_t)day * 1440 + 450;
    out->end_min = out->start_min + 480;
    out->break_min = 30;
    out->shared = false;
}

static void make_work(struct sim_making *k, unsigned worker, const struct sim_shift *s, struct fb_span agency)
{
    struct fb_record r;
    memset(&r, 0, sizeof r);
    k->shift = s;
    sim_draw_booking(k->w, &k->p, s, &r);
    struct fb_booking *b = &r.as.booking;
    b->token = sim_token(k->w, &k->p, worker);
    b->route = FB_ROUTE_AGENCY;
    b->state = FB_BOOKING_STATE_BOOKED;
    b->agency = agency;
    b->n_references = 0;
    b->vacancy_ref = (struct fb_span){NULL, 0};
    b->shift.role = fb_span_of("N6A");
    b->shift.staff_group = s->group;
    b->shift.grade = s->grade;
    sim_make_record(k, &r, s->sources[0], sim_name(k->w, "W", (int64_t)s->number, -1));
}

static fb_code any_employer(struct sim_making *k, fb_code hirer)
{
    switch (fb_prng_below(&k->p, 5)) {
    case 0:
        return 0;
    case 1:
        return hirer;
    case 2:
        return fb_code_of(sim_trusts[fb_prng_below(&k->p, SIM_TRUSTS)]);
    default:
        return fb_code_of(sim_agencies[fb_prng_below(&k->p, SIM_AGENCIES)]);
    }
}

static void make_absence(struct sim_making *k, unsigned worker, unsigned number, fb_code hirer, fb_day from, fb_day until)
{
    static const enum fb_absence_kind kinds[] = {FB_ABSENCE_KIND_MATERNITY, FB_ABSENCE_KIND_PREGNANCY, FB_ABSENCE_KIND_ANNUAL_LEAVE,
                                                 FB_ABSENCE_KIND_SICKNESS};
    struct fb_record r;
    memset(&r, 0, sizeof r);
    k->w->worker_at_hand = worker;
    sim_draw_absence(k->w, &k->p, worker, &r);
    struct fb_absence *a = &r.as.absence;
    a->kind = kinds[fb_prng_below(&k->p, 4)];
    a->employer = any_employer(k, hirer);
    a->from = from;
    a->until = until;
    sim_make_record(k, &r, (unsigned)fb_prng_below(&k->p, SIM_SOURCES), sim_name(k->w, "R", (int64_t)number, -1));
}

void sim_make_assignment(struct sim_making *k)
{
    unsigned worker = (unsigned)fb_prng_below(&k->p, SIM_WORKERS);
    fb_code hirer = fb_code_of(sim_trusts[fb_prng_below(&k->p, k->w->trusts)]);
    fb_day day = fb_day_of(2026, 2, 16) + k->w->moved + (fb_day)fb_prng_below(&k->p, 7), last = 0;
    if (!sim_once_in(&k->p, 3))
        return;
    for (unsigned i = 1, n = 3 + (unsigned)fb_prng_below(&k->p, 3); i <= n; i++) {
        struct sim_shift s;
        shift_of(k, k->w->shifts + i, day, hirer, &s);
        make_work(k, worker, &s, sim_pick(&k->p, sim_agencies, 2));
        if (last != 0 && !sim_once_in(&k->p, 4))
            make_absence(k, worker, k->w->shifts + i, hirer, last + 1, day);
        last = day;
        day += 4 + (fb_day)fb_prng_below(&k->p, sim_once_in(&k->p, 3) ? 8 : 28);
    }
}
