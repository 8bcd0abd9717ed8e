#include "engine/shell/query_month.h"
#include "engine/turn/report/report_month.h"

/* A row with its figures takes some 400 bytes; a page that is longer than a frame is made shorter by the desk. Each subject that
 * is looked at takes some microseconds, whether it is told or not. */
enum { ROWS_MAX = FB_DESK_ROWS_MAX, SCAN_MAX = FB_DESK_SCAN_MAX / 2 };

enum fb_err fb_desk_month(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r)
{
    struct fb_month_filter filter = {.trust = query->findings.trust,
                                     .seen_by = query->asker.as == FB_AS_TRUST ? query->asker.trust : 0,
                                     .from = query->from,
                                     .until = query->until,
                                     .after = query->findings.after,
                                     .limit = ROWS_MAX,
                                     .most = SCAN_MAX};
    if (query->findings.limit > 0 && query->findings.limit < ROWS_MAX)
        filter.limit = query->findings.limit;
    filter.as_of = query->as_of != 0 ? query->as_of : d->news->stats.journal;
    if (query->as_known != 0) {
        enum fb_err known = fb_report_known_at(d->store, query->as_known, &filter.as_of);
        if (known != FB_OK)
            return known;
    }
    r->as_of = filter.as_of;
    if (filter.as_of == 0) {
        r->text = fb_span_of("nothing was known by then");
        return FB_OK;
    }
    r->month = fb_arena_get(arena, ROWS_MAX * sizeof *r->month);
    if (r->month == NULL)
        return FB_LIMIT;
    enum fb_err e = fb_report_month(d->store, d->books, &filter, arena, r->month, &r->n_month, &r->after);
    r->more = e == FB_OK && r->after != 0;
    return e;
}
