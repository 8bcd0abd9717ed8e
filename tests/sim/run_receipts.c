#include "engine/base/when.h"
#include "tests/lib/claims.h"
#include "tests/sim/auditor_sent.h"
#include "tests/sim/run.h"

/* What each source sent on each day, as anybody may ask for it: the auditor hears the published text, and nothing else of it. */

static bool ask(struct sim_run *r, const struct aud_asked_of *q)
{
    struct fb_span claim;
    enum fb_err err = fb_test_claim(r->turn, r->source[q->source], q->day, r->now_ms, &claim);
    if (err == FB_NOT_FOUND)
        return auditor_no_receipt(r->auditor, q);
    if (err != FB_OK)
        return sim_stop(r, "asking for a statement", FB_OK, err);
    return auditor_receipt(r->auditor, q, claim);
}

bool sim_receipts(struct sim_run *r, int64_t at_ms)
{
    struct aud_asked_of q = {.today = fb_london_day_of_ms(at_ms), .now_ms = at_ms, .epoch = fb_store_epoch(r->store)};
    for (q.source = 0; q.source < SIM_SOURCES - 1; q.source++)
        for (q.day = fb_london_day_of_ms(r->w->first_ms); q.day <= q.today; q.day++)
            if (!ask(r, &q))
                return false;
    return true;
}
