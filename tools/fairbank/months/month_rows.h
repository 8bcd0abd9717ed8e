#ifndef FB_TOOLS_FAIRBANK_MONTH_ROWS_H
#define FB_TOOLS_FAIRBANK_MONTH_ROWS_H
/* The shifts of a span of days with their figures (core/report.h, fb_month_row): what accruals, statements, reconciliations and
 * exports are folded from. Asked of the running engine a page at a time, each page of the same moment; with --offline, or where
 * no engine answers and none was named, read from its folder.
 *
 * Of the options it reads --trust (hirer, payer or employer), --as (a trust sees what concerns it), --shadow (shadow sources
 * instead of live ones), --as-known, --offline, --data, --engine and the keys. */
#include "engine/core/report.h"
#include "tools/fairbank/command.h"
/* Rows by local start date, half-open, in ascending order of subjects, each once; a row and its texts live until `each` returns, and
 * false from it stops. false: they could not all be read, and why was said on standard error. Nothing known by --as-known is said
 * there too, and is no failure. */
bool fb_month_rows(const struct options *o, fb_day from, fb_day until, bool (*each)(void *ctx, const struct fb_month_row *row), void *ctx);
/* The same for a caller that has the folder open, for its books: it is read through that one (its arena is used), because a process
 * may have a store open once only. NULL: it has not. */
struct folder;
bool fb_month_rows_beside(const struct options *o, struct folder *folder, fb_day from, fb_day until,
                          bool (*each)(void *ctx, const struct fb_month_row *row), void *ctx);
/* The figures of a stage; NULL: the shift has none there. */
const struct fb_figures *month_figures(const struct fb_month_row *row, enum fb_stage stage);
/* "SOURCE/REFERENCE", which `fairbank explain` takes; printing only, as word_of. */
const char *month_name(const struct fb_month_row *row);
#endif
