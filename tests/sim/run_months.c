#include "tests/sim/run.h"

/* The first day of a month from February to May, or as far from the run's beginning in autumn. */
static fb_day any_month(struct sim_run *r)
{
    return aud_month(fb_day_of(2026, 2 + (unsigned)fb_prng_below(&r->p, 4), 1) + r->w->moved);
}

void sim_draw_close(struct sim_run *r, struct fb_period_close *out)
{
    fb_code trust = fb_code_of(sim_trusts[fb_prng_below(&r->p, SIM_TRUSTS)]);
    *out = (struct fb_period_close){.trust = sim_once_in(&r->p, 3) ? 0 : trust,
                                    .month = any_month(r),
                                    .role = fb_span_of("finance_director"),
                                    .reason = fb_span_of("month end")};
}

/* What must come of a close, by what this run closed before; the engine's answer is held against it. */
static bool may_close(const struct sim_run *r, const struct fb_period_close *c, int64_t at_ms)
{
    return aud_local_day(at_ms / SIM_MINUTE_MS) >= aud_month(c->month + 31) &&
           !sim_known_is_closed(&r->known, c->trust, c->month) &&
           !sim_known_gap(&r->known, c->trust, c->month);
}

static void hear_closed(struct sim_run *r, const struct fb_period_close *c)
{
    sim_known_closed(&r->known, c->trust, c->month);
    r->auditor->journal++;
    r->auditor->n_closes++;
    r->counts.closes++;
    r->in_a_row = 0;
}

enum fb_err sim_try_close(struct sim_run *r, const struct fb_period_close *close, const char **wrong)
{
    struct fb_turn_stats before;
    const char *why = NULL;
    fb_turn_stats(r->turn, &before);
    bool may = may_close(r, close, before.last_ms > r->now_ms ? before.last_ms : r->now_ms);
    enum fb_err err = fb_turn_close_period(r->turn, close, r->now_ms, &why);
    if (err == FB_OK)
        hear_closed(r, close);
    if (err == FB_OK && !may)
        *wrong = "close of a period that must be refused";
    if (err == FB_REFUSED && (may || why == NULL || why[0] == 0))
        *wrong = "close of a period that was refused, or without a sentence";
    return err;
}

void sim_remember_days(struct sim_run *r)
{
    struct fb_turn_stats now;
    fb_turn_stats(r->turn, &now);
    if (now.journal == 0)
        return;
    fb_day today = aud_local_day(now.last_ms / SIM_MINUTE_MS);
    const struct sim_moment *last = r->known.n == 0 ? NULL : &r->known.moment[r->known.n - 1];
    if (last != NULL && last->day == today && last->journal != now.journal)
        sim_known_forget_last(&r->known);
    else if (last != NULL && last->day == today)
        return;
    if (aud_local_day(r->now_ms / SIM_MINUTE_MS) > today && sim_once_in(&r->p, 6))
        sim_known_remember(&r->known, today, now.journal,
                           now.records == 0 ? 0 : 1 + (uint32_t)fb_prng_below(&r->p, now.records));
}
