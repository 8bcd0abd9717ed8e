#ifndef FB_TOOLS_FAIRBANK_DIFFERENCES_H
#define FB_TOOLS_FAIRBANK_DIFFERENCES_H
/* What a trust's own books say of a month against what Fairbank holds, each pound of the difference in exactly one class. Pure: no
 * file, clock or engine; everything comes as arguments.
 *
 * A row that names a shift, or a purchase order that one shift alone has, is held against that shift; what names none is held against the shifts of its code (and cost centre, and
 * agency, where both sides give them), all together. A class is given by evidence that can be named, or because the difference equals
 * an amount to the penny, never because it is near one. What is left is unexplained: nothing is forced into a class.
 *
 * Amounts are pence; a row's is at most FB_AMOUNT_PENCE_MAX and there are at most LEDGER_LINES_MAX, so that sums fit. */
#include "engine/core/report.h"
#include "tools/fairbank/books/trust_ledger.h"
#define DIFF_CLASS_MAP(X) \
    X(TIMING, "timing", "worked in one month and posted in another, not invoiced yet, or an accrual") \
    X(OUTSIDE, "outside the system", "rows of temporary staffing for which no booking was sent") \
    X(VAT, "VAT", "the difference is VAT on those shifts, to the penny") \
    X(ON_COST, "on-costs", "the difference is on-costs of those shifts, to the penny") \
    X(UNEXPLAINED, "unexplained", "none of these, or no one of them alone")
enum diff_class {
#define X(id, word, text) DIFF_##id,
    DIFF_CLASS_MAP(X)
#undef X
    DIFF_CLASSES
};
#define DIFF_WHY_MAP(X) \
    X(NOTHING, "") \
    X(POSTED_ELSEWHERE, "its ledger row is in another month") \
    X(WORKED_ELSEWHERE, "it was worked in another month") \
    X(FOR_ELSEWHERE, "the ledger says that it is for another month") \
    X(REVERSAL, "it reverses an accrual of another month") \
    X(NOT_APPROVED, "no timesheet settles it: an accrual at most") \
    X(NOT_INVOICED, "it is not invoiced yet") \
    X(ESTIMATE, "an accrual of what is not approved yet, at another amount than is held") \
    X(IN_ARREARS, "the code is posted in arrears: the next month has it") \
    X(ARREARS_BEFORE, "the code is posted in arrears: it is of the month before") \
    X(NO_BOOKING, "no booking of this reference or purchase order is held") \
    X(NO_SHIFTS, "no shift that it can be for is held, by the words of the map") \
    X(ALONE_OUTSIDE, "without this row the rest agrees to the penny") \
    X(VAT_ON_TOP, "theirs has VAT on it that cannot be recovered") \
    X(VAT_AT_RATE, "theirs bears VAT at a rate of the rules, where the rules give it other VAT") \
    X(VAT_ROUNDING, "VAT on their sum: the pennies between it and that of each shift") \
    X(COSTS_ELSEWHERE, "what is held has on-costs inside, which theirs has elsewhere") \
    X(COSTS_ON_TOP, "theirs has on-costs and fees on it") \
    X(OTHER_AMOUNT, "another amount than is held") \
    X(NO_PRICE, "no price of it is held") \
    X(CANCELLED, "it was cancelled, or nobody came") \
    X(NOT_IN_LEDGER, "the ledger has nothing for it, and nothing says that it is for later") \
    X(NO_CODE, "no code of the map takes its route and staff group") \
    X(SEVERAL, "several sources have a booking of this reference: write SOURCE/REFERENCE") \
    X(SUMS_DIFFER, "rows and shifts differ, and no one cause gives the amount") \
    X(NO_ROW, "the return has no row for them") \
    X(COUNTS_DIFFER, "the return counts other shifts than are held")
enum diff_why {
#define X(id, text) DIFF_WHY_##id,
    DIFF_WHY_MAP(X)
#undef X
    DIFF_WHYS
};
const char *diff_class_word(enum diff_class c);
const char *diff_class_text(enum diff_class c);
const char *diff_why_text(enum diff_why w);
struct diff_item;
struct held_shift;
/* The same of one item, with its rates: "theirs bears 20 % VAT on the whole charge, where the rules give none (nursing-concession)".
 * s: its shift; NULL: it is of none. */
void diff_item_why(struct fb_text *out, const struct diff_item *item, const struct held_shift *s);
/* A shift as it is held. */
struct held_shift {
    struct fb_span source, reference, purchase_order;
    struct fb_month_ref vacancy, confirmation, sheet; /* its other documents; nothing is sorted by them */
    fb_day posted;          /* first day of the month in whose books what is held stands; 0: not said */
    struct fb_span code, cost_centre, agency; /* code: of the map; n 0: none takes it */
    fb_day day;
    enum fb_staff_group staff_group;
    enum fb_route route;
    unsigned arrears_days;  /* of its code */
    int64_t pence;          /* of its latest stage, without VAT */
    int64_t vat;            /* on it that cannot be recovered; nought: none, or not known */
    int64_t inside, on_top; /* on-costs that pence has; on-costs and fees that come on it */
    struct fb_span vat_name; /* the treatment that the rules give, as struct fb_month_row has it, with its base and rate */
    enum fb_vat_base vat_base;
    int64_t vat_ppm, commission;
    unsigned n_rates;       /* rates that the rules have for others of its route on that day */
    int64_t rate_ppm[FB_VAT_RATES_MAX];
    int64_t minutes;
    unsigned shifts;        /* 1, or 0: cancelled, nobody came */
    bool in_month, settled, invoiced, unpriced;
};
struct diff_item {
    enum diff_class in;
    enum diff_why why;
    int64_t pence;
    int64_t line, shift; /* index; -1: none. Both -1, or a pool: of all that `pool` says */
    int64_t pool;        /* -1, or the pool that it is about as a whole */
    struct diff_rate {   /* of VAT_AT_RATE and VAT_ROUNDING: at which rate, of what */
        int64_t ppm;
        enum fb_vat_base base;
    } rate;
};
/* Rows and shifts that are held against each other as a whole. */
struct diff_pool {
    struct fb_span code, cost_centre, agency; /* n 0: of all */
    enum fb_staff_group staff_group;          /* of a return's; NONE: a ledger's */
    enum fb_route route;
    unsigned n_lines, n_shifts; /* those of the month with money; after diff_sort: where they stand in its lists */
    uint32_t *line, *shift;
    int64_t said, held;         /* pence */
    int64_t counted;            /* shifts by the return; -1: it does not say */
    unsigned arrears_days;
};
struct diff {
    int64_t said, held;               /* what the books say of the month, and what is held of it */
    int64_t sum[DIFF_CLASSES];        /* adds up to said - held: diff_sort proves it */
    unsigned count[DIFF_CLASSES];
    int64_t unexplained;              /* without signs: two that cancel out are two */
    unsigned n_lines, n_shifts;       /* of the month */
    unsigned recoded;                 /* shifts whose row stands under another code than expected */
    struct diff_item *item;           /* by class, then as they were found */
    unsigned n_items, item_room;
    struct diff_pool *pool;
    unsigned n_pools, pool_room;
    uint32_t *lists;                  /* behind the pools' own */
    bool full;                        /* no memory was left: sticky */
};
struct diff_world {
    const struct ledger_line *line;
    unsigned n_lines;
    const struct held_shift *shift;   /* those in the month, and those around it that rows may name */
    unsigned n_shifts;
    fb_day month, next;               /* its first day, and that of the next */
    bool invoices_come;               /* some shift is invoiced: that one is not, then tells something */
    uint32_t sheets_come;             /* a bit per route: some shift of it is settled, and that one is not tells something */
};
/* FB_FULL. diff_free is due in any case. */
FB_MUST_CHECK enum fb_err diff_sort(struct diff *out, const struct diff_world *w);
/* The same of a return's rows (struct return_line) for the month: by staff group and route, pounds and counts. */
struct return_line;
FB_MUST_CHECK enum fb_err diff_sort_return(struct diff *out, const struct diff_world *w, const struct return_line *line, unsigned n,
                                           bool counts);
void diff_free(struct diff *d);
#endif
