#ifndef FB_TOOLS_FAIRBANK_TRUST_MAP_H
#define FB_TOOLS_FAIRBANK_TRUST_MAP_H
/* How a trust's own files are read: which column of its ledger and of its return is what, and which of its subjective codes are
 * temporary staffing. The file is YAML, and the trust's: no code of any ledger is known here, because no list of them is
 * national or published that this tree could cite (rules/examples/ledger-map.yaml is made up, and says so).
 *
 *     trust: RTH
 *     look_back_months: 3            # shifts of so many months before are known by their reference (default 3)
 *     look_ahead_months: 1           # and after (default 1)
 *     ledger:
 *       header: 1                    # the row of column names
 *       delimiter: comma             # comma | semicolon | tab | pipe
 *       dates: [dd/mm/yyyy, mmm-yy]  # of a day, or of a month; tried in order (default yyyy-mm-dd, yyyy-mm)
 *       columns: {posted: …, code: …, amount: …, cost_centre: …, reference: …, supplier: …, kind: …, worked: …}
 *                                    # or debit and credit instead of amount; the last five where the ledger has them
 *       accruals: [ACC]              # words of the column kind
 *       reversals: [REV]
 *       suppliers: {Acme Locums Ltd: ACM}   # their name -> the agency as bookings have it
 *     codes:
 *       - {code: "52101", name: Agency nurses, routes: [agency], staff_groups: [nursing_midwifery], arrears_days: 7}
 *     return:
 *       columns: {month: …, staff_group: …, route: …, shifts: …, hours: …, pounds: …}   # or week, or day, instead of month
 *       week_is: beginning           # or ending: which of its days the column has
 *       staff_groups: {Nursing: nursing_midwifery}
 *       routes: {Bank: bank}
 *
 * Without a file the columns have our names, and the codes are those that bookings carry. */
#include "engine/base/arena.h"
#include "engine/base/when.h"
#include "engine/core/words.h"
enum { TRUST_CODES_MAX = 512, TRUST_WORDS_MAX = 1024, TRUST_DATES_MAX = 6, TRUST_MONTHS_MAX = 24, TRUST_FAULT_BYTES = 320 };
/* X(name, word, which sheets have it: 1 the ledger, 2 the return) */
#define TRUST_COLUMN_MAP(X) \
    X(POSTED, "posted", 1) X(CODE, "code", 1) X(AMOUNT, "amount", 1) X(DEBIT, "debit", 1) X(CREDIT, "credit", 1) \
    X(COST_CENTRE, "cost_centre", 1) X(REFERENCE, "reference", 1) X(SUPPLIER, "supplier", 1) X(KIND, "kind", 1) \
    X(WORKED, "worked", 1) X(MONTH, "month", 2) X(WEEK, "week", 2) X(DAY, "day", 2) X(STAFF_GROUP, "staff_group", 2) \
    X(ROUTE, "route", 2) X(SHIFTS, "shifts", 2) X(HOURS, "hours", 2) X(POUNDS, "pounds", 2)
enum trust_column {
#define X(id, word, sheets) TRUST_##id,
    TRUST_COLUMN_MAP(X)
#undef X
    TRUST_COLUMNS
};
enum { TRUST_IN_LEDGER = 1, TRUST_IN_RETURN = 2 };
const char *trust_column_word(enum trust_column c);
unsigned trust_column_sheets(enum trust_column c);
struct trust_word {
    struct fb_span theirs, ours;
};
struct trust_words {
    unsigned n;
    struct trust_word *of;
};
struct trust_date {
    struct fb_span pattern;
    bool of_month; /* it has no day: " dd" was put behind it, and " 01" is put behind the cell */
};
struct trust_layout {
    bool named; /* columns are those that a file names, and all must be there; else those of our names that are */
    unsigned header;
    char delimiter;
    unsigned n_dates;
    struct trust_date date[TRUST_DATES_MAX];
    struct fb_span column[TRUST_COLUMNS]; /* what the header says; p NULL: the map names none */
};
struct trust_code {
    struct fb_span code, name;
    uint32_t routes, staff_groups; /* a bit per number; 0: all */
    unsigned arrears_days;         /* shifts of a month's last so many days are posted in the next */
};
struct trust_map {
    fb_code trust; /* 0: not said */
    unsigned look_back, look_ahead;
    struct trust_layout ledger, sent;
    struct trust_words accruals, reversals; /* theirs only */
    struct trust_words suppliers, staff_groups, routes;
    bool week_ends;
    unsigned n_codes;
    struct trust_code *code;
};
/* The map of no file. */
void trust_map_plain(struct trust_map *out);
/* Texts in the arena. FB_IO, FB_REFUSED: the fault says FILE:LINE. */
FB_MUST_CHECK enum fb_err trust_map_read(struct trust_map *out, const char *path, struct fb_arena *arena, char fault[TRUST_FAULT_BYTES]);
FB_MUST_CHECK enum fb_err trust_map_parse(struct trust_map *out, const char *name, struct fb_span text, struct fb_arena *arena,
                                          char fault[TRUST_FAULT_BYTES]);
/* The code of the map, or NULL. */
const struct trust_code *trust_map_code(const struct trust_map *m, struct fb_span code);
/* The first that fits the route and staff group, or NULL. */
const struct trust_code *trust_map_code_for(const struct trust_map *m, enum fb_route route, enum fb_staff_group group);
/* Their word, letters in any case; NULL: it is not in the table. */
const struct trust_word *trust_words_find(const struct trust_words *w, struct fb_span theirs);
bool trust_word_same(struct fb_span a, struct fb_span b);
#endif
