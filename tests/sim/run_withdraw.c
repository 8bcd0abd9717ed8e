#include "engine/core/report.h"
#include "tests/sim/run.h"

/* Batches that are taken back, at any moment and often several times. */

/* One at a time. */
static bool is_taking(const struct sim_run *r)
{
    struct fb_batch_row row;
    for (uint32_t i = 1; fb_turn_batch(r->turn, i, &row); i++)
        if (row.withdrawing)
            return true;
    return false;
}

static bool withdraw(struct sim_run *r, const struct sim_withdrawn *x)
{
    for (;;) {
        struct fb_turn_stats before;
        const char *why = "";
        bool several;
        fb_turn_stats(r->turn, &before);
        uint32_t number = fb_turn_batch_find(r->turn, 0, r->w->source[x->source].name, x->page, &several);
        enum aud_may may = is_taking(r) ? AUD_MUST_NOT : auditor_may_take_back(r->auditor, x->source, x->page);
        enum fb_err err = number == 0 ? FB_REFUSED
                                      : fb_turn_batch_withdraw(r->turn, number, fb_span_of("the simulator"), fb_span_of("wrong"), r->now_ms, &why);
        if (err == FB_OK && may == AUD_MUST_NOT)
            return sim_stop(r, "taking back a batch that must be refused", FB_REFUSED, err);
        if (err == FB_REFUSED && may == AUD_MUST)
            return sim_stop(r, "taking back a batch that was refused", FB_OK, err);
        if (err == FB_OK) {
            auditor_take_back(r->auditor, x->source, x->page);
            r->in_a_row = 0;
        }
        if (err == FB_OK || err == FB_REFUSED)
            return sim_same_stats(r, NULL);
        if (!sim_came_back(r, err, &before))
            return false;
    }
}

bool sim_withdraw_one(struct sim_run *r)
{
    return r->auditor->n_asked + SIM_WITHDRAWN_MAX > AUD_ASKED_MAX ||
           withdraw(r, &r->w->withdrawn[fb_prng_below(&r->p, r->w->n_withdrawn)]);
}

bool sim_withdraw_rest(struct sim_run *r)
{
    for (unsigned i = 0; i < r->w->n_withdrawn; i++)
        if (!withdraw(r, &r->w->withdrawn[i]) || !sim_settle(r))
            return false;
    return !is_taking(r) || sim_stop(r, "batches that are still being taken back when nothing is left to do", 0, 1);
}
