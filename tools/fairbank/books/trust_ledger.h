#ifndef FB_TOOLS_FAIRBANK_TRUST_LEDGER_H
#define FB_TOOLS_FAIRBANK_TRUST_LEDGER_H
/* The rows of a trust's ledger that are temporary staffing by its map. Rows of other codes are counted and not read: what is wrong in
 * them is nobody's concern here. Rows of other months are kept where they name a shift: they tell when it was posted. */
#include "engine/pack/pool.h"
#include "tools/fairbank/books/trust_sheet.h"
enum { LEDGER_LINES_MAX = 1000000 };
enum ledger_kind { LEDGER_PLAIN, LEDGER_ACCRUAL, LEDGER_REVERSAL };
struct ledger_line {
    unsigned line; /* in the file */
    int64_t pence; /* a debit is positive */
    fb_day posted; /* the first of its month */
    fb_day worked; /* the same of the month that the ledger says it is for; 0: it does not say */
    enum ledger_kind kind;
    struct fb_span code, cost_centre, supplier, reference; /* n 0: not given */
};
struct ledger {
    struct ledger_line *line;
    unsigned n, room;
    uint64_t other_codes, no_code, other_months; /* rows that are not here */
    struct fb_pool pool;
};
/* month: its first day. FB_REFUSED, FB_IO, FB_LIMIT, FB_FULL: the faults say what. ledger_free is due in any case. */
FB_MUST_CHECK enum fb_err ledger_read(struct ledger *out, const struct trust_map *map, const char *path, const char *name, fb_day month,
                                      struct trust_faults *faults);
void ledger_free(struct ledger *l);
#endif
