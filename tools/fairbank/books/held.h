#ifndef FB_TOOLS_FAIRBANK_HELD_H
#define FB_TOOLS_FAIRBANK_HELD_H
/* What Fairbank holds of a month, folded from the month rows into the shape that differences.h sorts by, with coverage: which routes
 * and weeks of a trust have sent anything (domain model, section 4). */
#include "engine/core/report.h"
#include "tools/fairbank/books/differences.h"
enum { HELD_COVERAGE_MAX = 512, HELD_WEEKS_MAX = 6 };
struct held_cover {
    fb_code trust; /* the hirer */
    enum fb_route route;
    int64_t shifts, pence, expected; /* expected: of it, what rests on the card and not on what was sent */
    int64_t unpriced, open;          /* shifts; open: no timesheet settles them */
    unsigned weeks;                  /* a bit for each of the month's ISO weeks in which a shift starts */
};
struct held {
    struct held_shift *shift;
    unsigned n, room;
    struct fb_pool pool;      /* texts */
    struct held_cover cover[HELD_COVERAGE_MAX];
    unsigned n_cover;
    fb_code trust;            /* who pays; 0: anybody */
    fb_day month, next;
    uint32_t sheets_come;     /* as struct diff_world has it */
    bool invoices_come, full, cover_full;
};
void held_begin(struct held *h, fb_code trust, fb_day month);
/* One row of live sources; those of substantive staff, and those that another trust pays, are passed over. false: no memory. */
bool held_add(struct held *h, const struct fb_month_row *row);
void held_free(struct held *h);
/* The figures that count: the engine's own latest, which follows each stage as soon as it says what is owed (what is paid may be a part of
 * what was invoiced). NULL: nothing was worked, and nothing is to be paid. */
const struct fb_figures *held_figures(const struct fb_month_row *row);
/* What a row says of itself; texts stay the row's, and which month it is in is not set. */
struct held_shift held_of_row(const struct fb_month_row *row);
/* Where the map names no codes, those that bookings carry become its codes. FB_LIMIT: more than TRUST_CODES_MAX, or no room. */
FB_MUST_CHECK enum fb_err held_codes_into(const struct held *h, struct trust_map *map, struct fb_arena *arena);
/* Each shift's code: its own where it is one of the map's, else that of its route and staff group. */
void held_apply_map(struct held *h, const struct trust_map *map);
/* The month's ISO weeks: how many, and the Monday of the i-th. */
unsigned held_weeks(fb_day month, fb_day next);
#endif
