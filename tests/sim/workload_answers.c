#include "tests/sim/workload.h"
#include "engine/base/check.h"
#include "engine/core/approval.h"
#include <string.h>

/* Exceptions that are asked for, granted, or not; and what people do about findings. */

/* Who there is: see the schemes of delegation in people_rules.c. The last two are in none. */
static const char *const identities[] = {"SIM-CE", "SIM-ED", "SIM-NIGHT", "SIM-CE-2", "SIM-WARD", "SIM-NOBODY"};
enum { IDENTITIES = sizeof identities / sizeof identities[0] };

/* Rules of people_rules.c that can be answered, in several ways; one that cannot; and one that nobody knows. */
static const char *const answered[] = {"sim.answer_plain",  "sim.answer_phone",   "sim.answer_second",
                                       "sim.answer_before", "sim.answer_own",     "sim.answer_phone",
                                       "sim.answer_plain",  "booking.overlap",    "sim.no_answer",
                                       "sim.no_such_rule"};
enum { ANSWERED = sizeof answered / sizeof answered[0] };

static struct fb_span somebody(struct fb_prng *p)
{
    return sim_pick(p, identities, sim_once_in(p, 3) ? IDENTITIES : 3);
}

/* Instants of a shift's life, from long before it was booked to long after it ended. */
static int64_t some_time(const struct sim_world *w, struct fb_prng *p, const struct sim_shift *s)
{
    if (sim_once_in(p, 10)) /* so late that nobody can have confirmed it when the run ends */
        return w->last_ms - sim_between(p, 0, 20) * SIM_HOUR_MS;
    int64_t from = sim_once_in(p, 3) ? -200 : -30, until = sim_once_in(p, 2) ? 20 : 1; /* drawn one after the other */
    return s->start_min * SIM_MINUTE_MS + sim_between(p, from, until) * SIM_HOUR_MS;
}

/* ---- approvals ---- */

static void draw_class(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_approval *a)
{
    a->booking_source = a->booking_ref = (struct fb_span){NULL, 0};
    a->grade = sim_once_in(p, 3) ? s->grade : 0;
    a->staff_group = sim_once_in(p, 4) ? s->group : FB_STAFF_GROUP_NONE;
    a->route = sim_once_in(p, 3) ? s->route : FB_ROUTE_NONE;
    a->unit = sim_once_in(p, 4) ? sim_name(w, "Ward ", (int64_t)(s->number % 3), -1) : (struct fb_span){NULL, 0};
    a->agency = sim_once_in(p, 8) ? fb_span_of("ACME") : (struct fb_span){NULL, 0};
    a->limit_pence = sim_once_in(p, 3) ? FB_ABSENT : sim_between(p, 0, 60000);
    a->from = (fb_day)(s->start_min / 1440) - (fb_day)fb_prng_below(p, 20);
    a->until = a->from + 1 + (fb_day)fb_prng_below(p, 60);
}

static void draw_one(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_approval *a)
{
    unsigned i = (unsigned)fb_prng_below(p, s->n_sources);
    a->booking_source = w->source[s->sources[i]].name;
    a->booking_ref = sim_name(w, "B", (int64_t)s->number, (int64_t)i);
    a->grade = 0;
    a->staff_group = FB_STAFF_GROUP_NONE;
    a->route = FB_ROUTE_NONE;
    a->unit = a->agency = (struct fb_span){NULL, 0};
    a->limit_pence = sim_once_in(p, 6) ? sim_between(p, 0, 30000) : FB_ABSENT;
    a->from = (fb_day)(s->start_min / 1440) - (fb_day)fb_prng_below(p, 3);
    a->until = a->from + (sim_once_in(p, 8) ? 1 : 6);
}

/* As the scheme of delegation has it. */
static struct fb_span chief_executive(int64_t at_ms)
{
    return fb_span_of(at_ms >= fb_day_of(2026, 4, 1) * SIM_DAY_MS ? "SIM-CE-2" : "SIM-CE");
}

static void draw_grant(const struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_approval *a)
{
    a->granted_ms = some_time(w, p, s);
    a->role = sim_once_in(p, 3) ? (enum fb_role)sim_between(p, 1, FB_ROLE_END) : FB_ROLE_CHIEF_EXECUTIVE;
    a->granted_by = a->role == FB_ROLE_CHIEF_EXECUTIVE && !sim_once_in(p, 4) ? chief_executive(a->granted_ms) : somebody(p);
    a->recorded_by = sim_once_in(p, 4) ? somebody(p) : fb_span_of("SIM-WARD");
    a->channel = sim_once_in(p, 2) ? FB_CHANNEL_TELEPHONE : FB_CHANNEL_WRITTEN;
    if (a->channel == FB_CHANNEL_TELEPHONE && fb_span_eq(a->recorded_by, a->granted_by))
        a->recorded_by = fb_span_of("SIM-DESK"); /* the door refuses what nobody could ever confirm */
    a->confirmed_ms = FB_ABSENT; /* no message confirms a grant: its grantor does, with a link */
    a->second_role = FB_ROLE_NONE;
    a->second_by = (struct fb_span){NULL, 0};
    a->second_ms = FB_ABSENT;
    if (!sim_once_in(p, 3))
        return;
    a->second_role = sim_once_in(p, 4) ? FB_ROLE_OTHER : FB_ROLE_EXECUTIVE_DIRECTOR;
    a->second_by = sim_once_in(p, 4) ? a->granted_by : fb_span_of("SIM-ED");
    a->second_ms = a->granted_ms + sim_between(p, -2, 20) * SIM_HOUR_MS;
}

static void draw_rules(struct fb_prng *p, struct fb_approval *a)
{
    a->n_rules = 0;
    for (unsigned n = 1 + (unsigned)fb_prng_below(p, 3); n > 0; n--) {
        struct fb_span name = sim_pick(p, answered, sim_once_in(p, 3) ? ANSWERED : 6);
        bool held = false;
        for (unsigned i = 0; i < a->n_rules; i++)
            held |= fb_span_eq(a->rule[i], name);
        if (!held)
            a->rule[a->n_rules++] = name;
    }
}

static void draw_state(const struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_approval *a)
{
    enum fb_approval_state state =
        sim_once_in(p, 3) ? (enum fb_approval_state)sim_between(p, 1, FB_APPROVAL_STATE_END) : FB_APPROVAL_STATE_GRANTED;
    a->state = state;
    draw_grant(w, p, s, a);
    if (state != FB_APPROVAL_STATE_GRANTED && !sim_once_in(p, 3)) { /* nothing of a grant is told, as a rule */
        a->role = a->second_role = FB_ROLE_NONE;
        a->granted_by = a->second_by = (struct fb_span){NULL, 0};
        a->granted_ms = a->confirmed_ms = a->second_ms = FB_ABSENT;
        a->channel = FB_CHANNEL_NONE;
    }
}

/* All shifts of the hirer against one limit that some of them use up, in writing by who may: who is left without an answer
 * then hangs on what each of those before takes. */
static void draw_plain_class(const struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_approval *a)
{
    a->rule[0] = fb_span_of("sim.answer_plain");
    a->n_rules = 1;
    a->limit_pence = sim_between(p, 10000, 200000);
    a->from = (fb_day)(s->start_min / 1440) - (fb_day)fb_prng_below(p, 20);
    a->until = a->from + 1 + (fb_day)fb_prng_below(p, 60);
    a->state = FB_APPROVAL_STATE_GRANTED;
    a->granted_ms = some_time(w, p, s);
    a->role = FB_ROLE_CHIEF_EXECUTIVE;
    a->granted_by = chief_executive(a->granted_ms);
    a->asked_by = a->recorded_by = fb_span_of("SIM-WARD");
    a->channel = FB_CHANNEL_WRITTEN;
    a->confirmed_ms = a->second_ms = FB_ABSENT;
}

void sim_draw_approval(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *out)
{
    struct fb_approval *a = &out->as.approval;
    out->env.kind = FB_KIND_APPROVAL;
    memset(a, 0, sizeof *a);
    a->hirer = s->hirer;
    a->asked_by = sim_once_in(p, 4) ? (struct fb_span){NULL, 0} : somebody(p);
    a->reason = fb_span_of("nobody else could be found");
    if (sim_once_in(p, 6)) {
        draw_plain_class(w, p, s, a);
        sim_edge_approval(w, s, a);
        return;
    }
    draw_rules(p, a);
    if (sim_once_in(p, 3))
        draw_class(w, p, s, a);
    else
        draw_one(w, p, s, a);
    draw_state(w, p, s, a);
    sim_edge_approval(w, s, a);
}

/* ---- confirmations ---- */

void sim_draw_confirmation(struct sim_world *w, struct fb_prng *p, const struct fb_record *approval, struct fb_record *out)
{
    const struct fb_approval *a = &approval->as.approval;
    struct fb_reply *r = &out->as.reply;
    char *terms = fb_arena_get(&w->arena, FB_APPROVAL_TERMS_BYTES);
    fb_assert(terms != NULL);
    fb_approval_terms(terms, a);
    out->env.kind = FB_KIND_REPLY;
    int64_t from = sim_once_in(p, 10) ? -5 : 1, until = sim_once_in(p, 3) ? 60 : 20; /* drawn one after the other */
    out->env.occurred_ms = a->granted_ms + sim_between(p, from, until) * SIM_HOUR_MS;
    memset(r, 0, sizeof *r);
    r->hirer = a->hirer;
    r->booking_source = approval->env.source;
    r->booking_ref = approval->env.record_ref;
    r->step = FB_STEP_ACKNOWLEDGE;
    r->by = sim_once_in(p, 6) ? somebody(p) : a->granted_by;
    r->until_ms = FB_ABSENT;
    r->text = fb_span_of(terms);
}

/* ---- replies ---- */

void sim_draw_reply(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *out)
{
    struct fb_reply *r = &out->as.reply;
    unsigned i = (unsigned)fb_prng_below(p, s->n_sources);
    out->env.kind = FB_KIND_REPLY;
    memset(r, 0, sizeof *r);
    r->hirer = s->hirer;
    r->booking_source = w->source[s->sources[i]].name;
    r->booking_ref = sim_name(w, "B", (int64_t)s->number, (int64_t)i);
    if (!sim_once_in(p, 2))
        r->rule = sim_pick(p, answered, ANSWERED);
    r->step = (enum fb_step)sim_between(p, 1, FB_STEP_END);
    r->by = somebody(p);
    r->for_trust = (enum fb_said)fb_prng_below(p, FB_SAID_END);
    if (r->for_trust == FB_SAID_YES && (r->step == FB_STEP_CLOSE || r->step == FB_STEP_CHALLENGE))
        r->for_trust = FB_SAID_NO; /* the controls team's word: a trust's would be refused */
    if (r->step == FB_STEP_CLOSE || r->step == FB_STEP_CHALLENGE)
        r->for_trust = FB_SAID_NO; /* nobody says the last word about their own */
    r->owner = r->step == FB_STEP_ASSIGN || r->step == FB_STEP_SNOOZE ? somebody(p) : (struct fb_span){NULL, 0};
    r->until_ms = r->step == FB_STEP_SNOOZE ? w->first_ms + sim_between(p, 0, 70 * 24) * SIM_HOUR_MS : FB_ABSENT;
    r->verdict = r->step == FB_STEP_CLOSE ? (enum fb_verdict)sim_between(p, 1, FB_VERDICT_END) : FB_VERDICT_NONE;
    r->text = fb_span_of("it was looked into");
}

/* An approval is sent whole each time: mostly it goes one step on. */
void sim_change_answer(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *r)
{
    struct fb_approval *a = &r->as.approval;
    if (r->env.kind == FB_KIND_REPLY)
        sim_draw_reply(w, p, s, r);
    else if (sim_once_in(p, 6))
        sim_draw_approval(w, p, s, r);
    else
        draw_state(w, p, s, a);
}
