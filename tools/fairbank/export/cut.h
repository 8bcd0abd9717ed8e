#ifndef FB_TOOLS_FAIRBANK_EXPORT_CUT_H
#define FB_TOOLS_FAIRBANK_EXPORT_CUT_H
/* The figures of an export: rows of shifts (core/report.h, fb_month_row) folded into cells of rows and columns. Pure: what is
 * folded is handed in, a shift at a time, in any order; the result is the same. Rows are known by their words, joined by slashes, as
 * in provenance ids (cell_id.h). Units: minutes, pence. */
#include "engine/core/report.h"
#include "engine/core/returns.h"
#include "engine/turn/report/report_unfilled.h"
#include "tools/fairbank/export/cell_id.h"
#include "tools/fairbank/export/hide.h"
/* What is cut: an export of the pack (`sheet`), or the spend table (sheet NULL), whose columns are spend_column's. */
struct cut_plan {
    const char *name, *title;
    const struct fb_return *sheet;
    const struct fb_book *book;               /* groups, and the names of rules */
    const struct fb_book *(*book_of)(void *ctx, uint32_t issue); /* whose caps judged a shift; may give NULL */
    void *ctx;
    fb_day from, until;                       /* by local start date; half-open */
    fb_code trust;                            /* hirer; 0: all */
    bool shadow, no_vacancies;                /* no_vacancies: nobody could say what stayed unfilled */
    unsigned n_columns;
    const struct fb_return_column *column;
};
struct cut_cell {
    uint64_t yes, no, unknown;  /* shifts for which the column's conditions hold, do not, cannot be said */
    uint64_t unpriced;          /* of yes: without any price (of a commission: without one), so that money is less than was spent */
    int64_t sum;                /* of yes: minutes, or pence; of shifts their number */
    int64_t top_pence, top_minutes; /* of yes: the shift with the highest charge of an hour */
    bool hidden;                /* left out: small, or with it something small could be worked out */
};
struct cut_row {
    char *key;                  /* "RTH/bank/medical_dental/2026-03-16/worked", "nursing_hca", "+" */
    uint16_t block;             /* rows of one block add up to its total; the stage of spend, else 0 */
    bool total;
    struct cut_cell *cell;      /* [n_columns] */
};
/* Who is told of each shift behind one cell. */
struct cut_share {
    const char *shift;          /* SOURCE/REFERENCE */
    fb_day day;                 /* 0: of a vacancy, which says its week */
    bool counts;                /* no: of a percentage, it stands in the base alone */
    int64_t amount;             /* minutes, pence, or 1 */
};
struct cut_watch {
    const char *row;            /* its key */
    unsigned column;
    bool (*each)(void *ctx, const struct cut_share *share);
    void *ctx;
};
enum { CUT_TRUSTS_MAX = 64 };
struct cut {
    const struct cut_plan *plan;
    const struct cut_watch *watch; /* NULL: nobody */
    struct cut_row *row;
    unsigned n, room, slots;
    unsigned *slot;             /* by hash of the key: index + 1; 0: free */
    uint64_t shifts, expected_pence, last_journal;
    unsigned n_trusts;          /* hirers of which a shift was seen, by code, with their first and last day; no more than fit */
    struct {
        fb_code code;
        fb_day first, last;
    } trust[CUT_TRUSTS_MAX];
    bool full;                  /* memory ran out, or the listener said stop */
};
/* What spend tells of a shift, beside the words of its row. */
enum { CUT_SPEND_COLUMNS = 6 };
extern const struct fb_return_column cut_spend_column[CUT_SPEND_COLUMNS];
/* Whether a shift is one of a column's; UNKNOWN is neither. */
enum cut_told { CUT_APART, CUT_YES, CUT_NO, CUT_UNKNOWN };
/* At the stage that is the row's `at`th. */
enum cut_told cut_tells(const struct cut_plan *plan, const struct fb_return_column *c, const struct fb_month_row *row, unsigned at);
/* Nought rows of every group, which are told also where nobody worked. */
void cut_begin(struct cut *x, const struct cut_plan *plan);
void cut_add(struct cut *x, const struct fb_month_row *row);
void cut_add_unfilled(struct cut *x, const struct fb_unfilled_row *row);
/* Totals, and rows in their order: totals last. */
void cut_end(struct cut *x);
/* Sets `hidden` (hide.h); small 0: nothing. Gives how many cells that tell of somebody are left out; FB_FULL in x->full. */
unsigned cut_hide(struct cut *x, uint32_t small);
const struct cut_row *cut_row_of(const struct cut *x, const char *key);
/* Index of the column of that name, or -1. */
int cut_column_of(const struct cut_plan *plan, const char *name);
/* Pence for an hour, half up; 0 where there is no shift. */
int64_t cut_top_hour(const struct cut_cell *cell);
void cut_release(struct cut *x);
#endif
