#include "tests/sim/workload.h"
#include <string.h>

/* What is known of workers: checks, hours in posts of their own, absences, and keys that change. */

/* A pseudonym is long enough that its bytes stand nowhere by chance: at the end of a run they may stand nowhere. Of a
 * worker whose key was changed both are met, at any time. */
struct fb_span sim_token(struct sim_world *w, struct fb_prng *p, unsigned worker)
{
    bool other = worker < 32 && (w->new_keys >> worker & 1) != 0 && sim_once_in(p, 2);
    return sim_name(w, other ? SIM_PSEUDONYM "new-" : SIM_PSEUDONYM, (int64_t)worker, -1);
}

static fb_code any_trust(struct fb_prng *p)
{
    return fb_code_of(sim_trusts[fb_prng_below(p, SIM_TRUSTS)]);
}

/* Days of the shifts, a little before them, and a little after. */
static fb_day any_day(const struct sim_world *w, struct fb_prng *p)
{
    return fb_day_of(2026, 3, 1) + w->moved + (fb_day)fb_prng_below(p, 48);
}

/* Some have a post at RTH whose hours are told by contract: their leave and sickness say that they were not worked. */
static bool by_contract(unsigned worker)
{
    return worker % 2 == 1;
}

/* Of these posts are told of as well, more often than of others and mostly without an end; and now and then another one, of which no hours
 * are told. */
static void draw_post(struct fb_worker_fact *f)
{
    if (f->kind == FB_FACT_KIND_HEALTH_CLEARANCE || f->kind == FB_FACT_KIND_REFERENCES || f->kind == FB_FACT_KIND_IDENTITY)
        f->kind = FB_FACT_KIND_SUBSTANTIVE_POST;
    if (f->kind != FB_FACT_KIND_SUBSTANTIVE_POST)
        return;
    f->employer = fb_code_of(f->from % 3 == 0 ? "RXQ" : "RTH");
    f->until = f->from % 4 == 0 ? f->until : INT32_MAX;
}

/* ---- one thing of a worker ---- */

static struct fb_span name_of_fact(struct fb_prng *p, enum fb_fact_kind kind)
{
    static const char *const trainings[] = {"moving_and_handling", "fire", "life_support"};
    if (kind == FB_FACT_KIND_TRAINING)
        return sim_pick(p, trainings, 3);
    if (kind == FB_FACT_KIND_REGISTRATION && !sim_once_in(p, 4))
        return fb_span_of(sim_once_in(p, 2) ? "hcpc" : "nmc");
    return (struct fb_span){NULL, 0};
}

static void draw_state(const struct sim_world *w, struct fb_prng *p, struct fb_worker_fact *f)
{
    f->status = sim_once_in(p, f->kind == FB_FACT_KIND_REGISTRATION ? 2 : 3) ? (enum fb_fact_status)sim_between(p, 1, FB_FACT_STATUS_END) : FB_FACT_STATUS_VALID;
    f->from = sim_once_in(p, 4) ? any_day(w, p) : fb_day_of(2025, 1, 1) + (fb_day)fb_prng_below(p, 400);
    f->until = any_day(w, p) + 1 + (sim_once_in(p, 2) ? 20 : 0);
    if (sim_once_in(p, 3))
        f->until = sim_once_in(p, 2) ? INT32_MAX : f->from + 400;
    if (f->until <= f->from)
        f->until = f->from + 1 + (fb_day)fb_prng_below(p, 30);
}

/* Those of which a worker has several at once come more often: each by its name, and they must not overrule each other. */
static enum fb_fact_kind any_kind(struct fb_prng *p)
{
    if (sim_once_in(p, 5))
        return FB_FACT_KIND_REGISTRATION;
    if (sim_once_in(p, 4))
        return sim_once_in(p, 2) ? FB_FACT_KIND_VISA : FB_FACT_KIND_TRAINING;
    return (enum fb_fact_kind)sim_between(p, 1, FB_FACT_KIND_END);
}

void sim_draw_worker_fact(struct sim_world *w, struct fb_prng *p, unsigned worker, struct fb_record *out)
{
    struct fb_worker_fact *f = &out->as.worker_fact;
    out->env.kind = FB_KIND_WORKER_FACT;
    f->token = sim_token(w, p, worker);
    f->kind = any_kind(p);
    f->name = name_of_fact(p, f->kind);
    draw_state(w, p, f);
    f->week_minutes = FB_ABSENT;
    if (f->kind == FB_FACT_KIND_VISA && !sim_once_in(p, 3))
        f->week_minutes = sim_once_in(p, 2) ? 1200 : 480;
    f->employer = f->kind == FB_FACT_KIND_SUBSTANTIVE_POST && !sim_once_in(p, 6) ? any_trust(p) : 0;
    f->grade = f->kind == FB_FACT_KIND_SUBSTANTIVE_POST && !sim_once_in(p, 3) ? fb_code_of("5") : 0;
    f->checked_by = sim_once_in(p, 2) ? fb_span_of("RTH") : (struct fb_span){NULL, 0};
    if (by_contract(worker))
        draw_post(f);
    sim_edge_fact(w, f);
}

void sim_draw_hours(struct sim_world *w, struct fb_prng *p, unsigned worker, fb_day monday, struct fb_record *out)
{
    static const int64_t minutes[] = {0, 450, 1125, 2250, 2250, 2700, 3600};
    struct fb_substantive_hours *h = &out->as.hours;
    out->env.kind = FB_KIND_SUBSTANTIVE_HOURS;
    h->token = sim_token(w, p, worker);
    h->employer = sim_once_in(p, 3) ? fb_code_of("RXQ") : fb_code_of("RTH");
    h->week = monday;
    h->minutes = minutes[fb_prng_below(p, 7)];
    h->kind = sim_once_in(p, 3) ? (enum fb_hours_kind)sim_between(p, 1, FB_HOURS_KIND_END) : FB_HOURS_KIND_WORKED;
    if (by_contract(worker)) {
        h->employer = fb_code_of("RTH");
        h->kind = FB_HOURS_KIND_END - h->kind; /* what most are told of by what they worked */
    }
}

void sim_draw_absence(struct sim_world *w, struct fb_prng *p, unsigned worker, struct fb_record *out)
{
    struct fb_absence *a = &out->as.absence;
    out->env.kind = FB_KIND_ABSENCE;
    a->token = sim_token(w, p, worker);
    a->employer = sim_once_in(p, 2) ? 0 : sim_once_in(p, 3) ? fb_code_of(sim_agencies[fb_prng_below(p, SIM_AGENCIES)]) : any_trust(p);
    if (a->employer != 0 && by_contract(worker))
        a->employer = fb_code_of("RTH");
    a->kind = sim_once_in(p, 2) ? (enum fb_absence_kind)sim_between(p, 1, FB_ABSENCE_KIND_END)
              : sim_once_in(p, 2) ? FB_ABSENCE_KIND_SICKNESS : FB_ABSENCE_KIND_ANNUAL_LEAVE;
    a->from = any_day(w, p) - (sim_once_in(p, 3) ? 60 : 0);
    a->until = a->from + 1 + (fb_day)fb_prng_below(p, sim_once_in(p, 4) ? 70 : 14);
}

void sim_draw_worker(struct sim_world *w, struct fb_prng *p, unsigned worker, struct fb_record *out)
{
    struct fb_worker *r = &out->as.worker;
    out->env.kind = FB_KIND_WORKER;
    r->token = sim_token(w, p, worker);
    r->token_was = (struct fb_span){NULL, 0};
    if (worker < 32 && (w->new_keys >> worker & 1) != 0 && !sim_once_in(p, 3)) {
        r->token = sim_name(w, SIM_PSEUDONYM "new-", (int64_t)worker, -1);
        r->token_was = sim_name(w, SIM_PSEUDONYM, (int64_t)worker, -1);
    }
    r->kind = (enum fb_worker_kind)fb_prng_below(p, FB_WORKER_KIND_END);
    r->grade = sim_once_in(p, 2) ? fb_code_of("5") : 0;
    r->point = FB_POINT_NONE;
    r->employer = sim_once_in(p, 2) ? any_trust(p) : 0;
}

/* An amendment stays with its worker, now and then under the other key; seldom it was another worker all along. */
void sim_change_person(struct sim_world *w, struct fb_prng *p, struct fb_record *r)
{
    unsigned worker = (unsigned)w->worker_at_hand;
    fb_day monday = r->env.kind == FB_KIND_SUBSTANTIVE_HOURS ? r->as.hours.week : 0;
    if (sim_once_in(p, 8))
        worker = (unsigned)fb_prng_below(p, SIM_WORKERS);
    if (r->env.kind == FB_KIND_WORKER_FACT) {
        enum fb_fact_kind kind = r->as.worker_fact.kind;
        sim_draw_worker_fact(w, p, worker, r);
        if (kind != FB_FACT_KIND_VISA && kind != FB_FACT_KIND_SUBSTANTIVE_POST && !sim_once_in(p, 8))
            r->as.worker_fact.kind = kind;
    } else if (r->env.kind == FB_KIND_SUBSTANTIVE_HOURS) {
        sim_draw_hours(w, p, worker, monday, r);
    } else if (r->env.kind == FB_KIND_ABSENCE) {
        sim_draw_absence(w, p, worker, r);
    } else {
        sim_draw_worker(w, p, worker, r);
    }
}
