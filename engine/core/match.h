#ifndef FB_CORE_MATCH_H
#define FB_CORE_MATCH_H
/* Lines of invoices and credit notes against the shift that they ask for: booking, confirmation (what the supplier's own system
 * sent of it), timesheet and invoice. Says per line what has become of it and in what it differs, and for the shift what is
 * to be paid: once.
 *
 * 1. A credit takes from the line that it names. What is credited wholly asks for nothing any more.
 * 2. Of the charges that are left the lowest by (invoice day, invoice, line) counts; so do others of the same invoice, each for
 *    a category of its own. Any other is a duplicate, whichever arrived first, and so is a line of an invoice that is held under
 *    another, lower name, whatever shift that one names. A supplement comes on top.
 * 3. The charges that count are held together against what was worked (what was booked, until a timesheet is approved), each
 *    line against the rates, band, agency, order, days and VAT.
 * What cannot be held against anything is `unsaid`, and never a difference. Tolerances are the book's; without any they are
 * nought. Amounts are pence, rates 1/100 penny; a figure that is not known is FB_ABSENT. */
#include "engine/core/book.h"

struct fb_invoice_in_view;
/* What one line comes to. In the decision of a shift `number` is the line's; in the line's own that of the shift, 0: none, or
 * several. */
struct fb_match {
    uint32_t number;
    uint8_t end;               /* enum fb_invoice_end */
    bool shared;               /* it asks for several shifts: held against their sum by its own decision */
    bool repeated;             /* the same line of the invoice is held under a lower name */
    uint16_t differs, unsaid;  /* bit per enum fb_differs */
    int64_t charged_pence;     /* net, less what was credited; of a credit as it is */
    int64_t expected_pence;
    int64_t vat_pence, vat_expected_pence;
    int64_t minutes, expected_minutes;
    int64_t rate_e4, expected_rate_e4;
};
static inline bool fb_match_has(uint16_t bits, enum fb_differs d) { return bits >> d & 1; }

/* What lines are held against. */
struct fb_match_shift {
    fb_day day;
    bool stands;               /* booked: else no hours are owed, and at most a charge for the cancellation */
    bool confirmed;            /* a timesheet is settled, or nobody was to work */
    struct fb_span supplier;   /* absent: not known */
    bool supplier_asked;       /* it should be known: by an agency */
    unsigned n_orders;
    struct fb_span order[FB_REFERENCES_MAX + 1];
    fb_code grade;
    int64_t minutes, owed_pence;
    const struct fb_book *book;
    const int32_t *minutes_in; /* by category, with */
    const int64_t *hour_e4;    /* what was agreed for an hour; NULL both: not known */
    const struct fb_vat *vat;  /* NULL: no row says */
    int64_t commission_pence;
};
struct fb_matched {
    unsigned n;
    struct fb_match row[FB_INVOICES_MAX]; /* ascending by number */
    bool charged;              /* a charge counts, and asks for this shift alone: */
    bool as_expected;          /* net and VAT are what was expected, to the penny */
    bool any, paid;            /* something counts; is paid */
    int64_t net_pence, vat_pence, minutes; /* of what counts. vat and minutes FB_ABSENT: not all lines say */
    int64_t paid_net_pence, paid_vat_pence, paid_minutes;
    int64_t over_pence;        /* above what was expected by more than the tolerance; else 0 */
    int64_t duplicate_pence, off_rate_pence;
    uint16_t differs, unsaid;  /* of all lines that count */
    bool duplicate;
};
void fb_match_lines(const struct fb_match_shift *shift, const struct fb_invoice_in_view *line, unsigned n, struct fb_matched *out);
/* The line's own words on hours: minutes, or units by the hour. FB_ABSENT: it does not say. */
int64_t fb_match_minutes(const struct fb_invoice_line *l);
/* What has become of a line that counts, by finance's state and by what was found. */
enum fb_invoice_end fb_match_end(const struct fb_invoice_line *l, uint16_t differs, uint16_t unsaid);
#endif
