#include "engine/base/check.h"
#include "tests/sim/auditor_feed.h"

/* Months that were closed, and what was posted beside them. */
static bool is_closed(const struct aud_closed *c, fb_code trust, fb_day month)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->row[i].month == month && (c->row[i].trust == 0 || c->row[i].trust == trust))
            return true;
    return false;
}

/* Never into a closed month, and into a later one only over closed ones. A week may lie in two months, and of
 * what was taken back the feed tells the week. */
void aud_check_posted(struct auditor *a, const struct aud_closed *c, const struct fb_event *e)
{
    fb_day monday = e->shift_day - (e->shift_day + 3) % 7;
    if (is_closed(c, e->trust, e->posted) || e->posted < aud_month(monday) ||
        e->posted != aud_month(e->posted))
        (void)auditor_differs(a, "open month that a figure was posted to, at entry", (int64_t)e->journal,
                              e->posted);
    for (fb_day m = aud_month(monday + 6); m < e->posted; m = aud_month(m + 31))
        if (!is_closed(c, e->trust, m))
            (void)auditor_differs(a, "month that a figure was posted to, over an open one", m, e->posted);
}

void aud_hear_closed(struct auditor *a, struct aud_closed *c, const struct fb_event *e)
{
    fb_assert(c->n < AUD_CLOSED_MAX);
    if (is_closed(c, e->trust, e->posted))
        (void)auditor_differs(a, "month that was closed twice, at entry", 0, (int64_t)e->journal);
    c->row[c->n].trust = e->trust;
    c->row[c->n++].month = e->posted;
}
