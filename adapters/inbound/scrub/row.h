#ifndef FB_SCRUB_ROW_H
#define FB_SCRUB_ROW_H
/* One row of the extract -> the cells that leave. Pseudonyms and keyed references are made by the code that fairbank-csv makes
 * them with (csv/cells.c), so a scrubbed file says the same records.
 *
 * Lifetimes: cells live in the row's arena and bytes, until the next row. */
#include "adapters/inbound/csv/build.h"
#include "adapters/inbound/scrub/rules.h"
enum fb_scrub_made { FB_SCRUB_WRITTEN, FB_SCRUB_SKIPPED, FB_SCRUB_SET_ASIDE };
struct fb_scrub_cells {
    struct fb_span cell[FB_SCRUB_COLUMNS_MAX]; /* by the rules' columns */
    struct fb_span column;                     /* SET_ASIDE: which, absent: the row as a whole */
    const char *reason;                        /* SET_ASIDE: why, without what was in it */
};
/* Finds the extract's columns in its header. FB_REFUSED: *missing is not there, or twice there. */
FB_MUST_CHECK enum fb_err fb_scrub_layout_find(struct fb_csv_layout *out, const struct fb_scrub_rules *rules,
                                               const struct fb_csv_row *header, struct fb_arena *arena, struct fb_span *missing,
                                               bool *twice);
/* task: its keys are used and nothing else of it. */
enum fb_scrub_made fb_scrub_row(struct fb_scrub_cells *out, const struct fb_scrub_rules *rules, const struct fb_csv_layout *layout,
                                const struct fb_csv_task *task, const struct fb_csv_row *row, struct fb_arena *arena);
#endif
