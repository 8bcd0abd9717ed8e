#include "tests/sim/workload.h"

/* What was worked, and what registers say. */
/* ---- timesheets ---- */

static void add_interval(struct fb_timesheet *t, enum fb_interval kind, int64_t from, int64_t until)
{
    if (from < until)
        t->interval[t->n++] = (struct fb_interval_row){kind, from, until, 0};
}

void sim_draw_timesheet(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                        struct fb_record *out)
{
    struct fb_timesheet *t = &out->as.timesheet;
    int64_t from = s->start_min + sim_between(p, -15, 16), until = s->end_min + sim_between(p, -30, 61);
    bool called = sim_once_in(p, 20);
    out->env.kind = FB_KIND_TIMESHEET;
    t->hirer = s->hirer;
    if (sim_once_in(p, 25))
        t->adjusts = out->env.record_ref; /* an amendment that says that it corrects itself */
    t->state = sim_once_in(p, 3) ? (enum fb_timesheet_state)sim_between(p, 1, FB_TIMESHEET_STATE_END)
                                 : FB_TIMESHEET_STATE_APPROVED;
    t->n = 0;
    /* Ascending by start, and none over another of its kind, as the wire asks. */
    if (sim_once_in(p, 12))
        add_interval(t, FB_INTERVAL_SLEEP_IN, from - 400, from - 100);
    if (sim_once_in(p, 8))
        add_interval(t, FB_INTERVAL_STANDBY, from - 120, from + (sim_once_in(p, 2) ? 40 : 0));
    if (t->n == 0 || !sim_once_in(p, 3)) /* else nothing but what lies beside it */
        add_interval(t, called ? FB_INTERVAL_CALLED_OUT : FB_INTERVAL_WORKED, from, until);
    if (until - from > 200 && sim_once_in(p, 2))
        add_interval(t, FB_INTERVAL_BREAK, from + 100, from + 100 + sim_between(p, 10, 61));
    if (until - from > 300 && !called && sim_once_in(p, 3))
        add_interval(t, FB_INTERVAL_CALLED_OUT, from + 180, until + sim_between(p, -20, 200));
    if (sim_once_in(p, 10))
        add_interval(t, FB_INTERVAL_BREAK, until - 5, until + 25);
    if (sim_once_in(p, 10))
        add_interval(t, FB_INTERVAL_TRAVEL, until + 20, until + 50);
    if (sim_once_in(p, 10))
        add_interval(t, FB_INTERVAL_STANDBY, until + 25, until + 25 + sim_between(p, 1, 300));
    if (sim_once_in(p, 10))
        add_interval(t, FB_INTERVAL_WORKED, until + 30, until + 30 + sim_between(p, 1, 200));
    sim_edge_timesheet(w, s, t);
}

/* ---- registers ---- */

void sim_draw_organisation(struct sim_world *w, struct fb_prng *p, fb_code ods, struct fb_record *out)
{
    struct fb_organisation *o = &out->as.organisation;
    out->env.kind = FB_KIND_ORGANISATION;
    o->ods = ods;
    o->name = fb_span_of("A trust");
    o->kind = FB_ORG_KIND_TRUST;
    o->ics = fb_code_of(sim_once_in(p, 3) ? "QNQ" : "QU9");
    o->member_from = sim_once_in(p, 2) ? INT32_MIN : fb_day_of(2026, 3, 20) + w->moved + (fb_day)fb_prng_below(p, 15);
    o->member_until = sim_once_in(p, 2) ? INT32_MAX : fb_day_of(2026, 4, 6) + w->moved;
    o->closed = sim_once_in(p, 10);
}

void sim_draw_framework(struct sim_world *w, struct fb_prng *p, struct fb_record *out)
{
    struct fb_framework *f = &out->as.framework;
    out->env.kind = FB_KIND_FRAMEWORK;
    f->agency = sim_pick(p, sim_agencies, SIM_AGENCIES - 1);
    f->framework = sim_pick(p, sim_frameworks, SIM_FRAMEWORKS);
    f->lot = (struct fb_span){NULL, 0};
    if (sim_once_in(p, 2))
        f->lot = fb_span_of(sim_once_in(p, 2) ? "1" : "2");
    f->from = fb_day_of(2026, 3, 12) + w->moved + 4 * (fb_day)fb_prng_below(p, 5);
    f->until = sim_once_in(p, 3) ? INT32_MAX : f->from + 4 * (1 + (fb_day)fb_prng_below(p, 3));
}

void sim_draw_agency(struct sim_world *w, struct fb_prng *p, struct fb_record *out)
{
    (void)w;
    out->env.kind = FB_KIND_AGENCY;
    out->as.agency.code = sim_pick(p, sim_agencies, SIM_AGENCIES - 1);
    out->as.agency.name = fb_span_of("An agency");
}

void sim_draw_budget(struct sim_world *w, struct fb_prng *p, struct fb_record *out)
{
    (void)w;
    out->env.kind = FB_KIND_BUDGET;
    out->as.budget = (struct fb_budget){.hirer = fb_code_of(sim_trusts[fb_prng_below(p, SIM_TRUSTS)]),
                                        .month = fb_day_of(2026, 4, 1),
                                        .amount_pence = sim_between(p, 0, 1000000)};
}
