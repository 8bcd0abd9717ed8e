#ifndef FB_CORE_MATCH_H
#define FB_CORE_MATCH_H
/* Lines of invoices and credit notes against the shift that they ask for: booking, confirmation (what the supplier's own system
 * sent of it), timesheet and invoice. Says per line what has become of it and in what it differs, and for the shift what is
 * to be paid: once.
 *
 * 1. A credit takes from the line that it names: of several (it names an invoice only, or a line that is held under several names) from
 *    the first, in the order of 2, of which something is left, else from the first. It takes net, and VAT and hours where both state
 *    them. One that takes from nothing is unmatched. What is credited wholly asks for nothing any more.
 * 2. Of the charges that are left the lowest by (invoice day, invoice, line) counts; so do others of the same invoice, each for
 *    a category of its own. Any other is a duplicate, whichever arrived first, and so is a line of an invoice that is held under
 *    another, lower name, whatever shift that one names. A supplement comes on top.
 *    A duplicate that was only asked for is no spend: what is at risk is in its finding. One that was paid as well is money that
 *    is gone: it counts as paid, and in no other stage, until it is given back, and a finding of its own says how much. Another
 *    system's word of a line that is held already is no second payment.
 * 3. The charges that count are held together against what was worked (what was booked, until a timesheet is approved), each
 *    line against the rates, band, agency, order, days and VAT.
 *    Hours and amount are those of all charges that count, and what is said of them is said of each; where one of them is for several
 *    shifts, and so is held against their sum, each other is held against what is expected of it alone. Of several charges each after
 *    the first is expected to come to its category's hours at their rate, and the first to what is left of the whole. A supplement is
 *    held against the documents, and against no amount. Where an hour has no agreed rate of its own, it is the amount that tells.
 *    Of a worker who is engaged directly, whom the trust pays itself, the agency is owed its commission alone: a line is held against that,
 *    and the shift costs what it did with the line in the commission's place. Where no commission was sent nobody can say.
 * What cannot be held against anything is `unsaid`, and never a difference. Tolerances are the book's; without any they are
 * nought. Amounts are pence, rates 1/100 penny; a figure that is not known is FB_ABSENT. */
#include "engine/core/book.h"

struct fb_invoice_in_view;
/* A line for several shifts is shared out among them, so that each shift counts its part and all parts are the line. Its net and
 * its VAT go by what each shift is expected to come to (its charge by the rates of booking and confirmation, for what was worked;
 * of a credit note the shifts where it takes from a line), its hours by the hours of each. Where the invoice asks a shift by category,
 * in lines each for a category of its own, that is the part of the line's category: of each after the first its hours at their rate,
 * of the first what they leave; a credit that names the line goes by the same.
 * Parts are whole pence by largest remainder, and the pennies that are left go to the largest remainders, of equal ones to the shift
 * that starts first, then by outside name; where nothing is expected of any, equal parts. Whichever was held first plays no part.
 * Where nobody can say what one of the shifts should come to, nobody can say any of the parts, and the line is counted in no stage:
 * that is told, and no part is guessed. */
struct fb_match_weight {
    uint32_t start_min, tie;   /* the shift's place among the others */
    int64_t pence, minutes;    /* FB_ABSENT: nobody can say */
};
struct fb_share {
    uint32_t number;           /* the shift's */
    int64_t net_pence;         /* FB_ABSENT: nobody can say, for this and for all others */
    int64_t vat_pence, minutes; /* FB_ABSENT: the line does not say, or (minutes) a shift does not */
};
/* What one line comes to. In the decision of a shift `number` is the line's; in the line's own that of the shift, 0: none, or
 * several. */
struct fb_match {
    uint32_t number;
    uint8_t end;               /* enum fb_invoice_end */
    bool shared;               /* it asks for several shifts: held against their sum by its own decision */
    bool parted;               /* and is shared out: in a shift's decision the figures charged are its part */
    bool elsewhere;            /* and nothing is owed for this shift, but for another: it is for that one */
    bool weighed;              /* in a shift's decision, of one that is shared: `by` is what it is shared out by */
    bool repeated;             /* the same line of the invoice is held under a lower name */
    bool retold;               /* and that one is another system's: this one is word of it, not another entry in its ledger */
    uint16_t differs, unsaid;  /* bit per enum fb_differs */
    int64_t charged_pence;     /* net, less what was credited; of a credit as it is */
    int64_t expected_pence;
    int64_t vat_pence, vat_expected_pence;
    int64_t minutes, expected_minutes;
    int64_t rate_e4, expected_rate_e4;
    struct fb_match_weight by;
};
static inline bool fb_match_has(uint16_t bits, enum fb_differs d) { return bits >> d & 1; }

/* What lines are held against. */
struct fb_match_shift {
    fb_day day;
    uint32_t start_min, tie;   /* its place among the shifts of a line for several */
    bool stands;               /* booked: else no hours are owed, and at most a charge for the cancellation */
    bool confirmed;            /* a timesheet is settled, or nobody was to work */
    struct fb_span supplier;   /* absent: not known */
    bool supplier_asked;       /* it should be known: by an agency */
    unsigned n_orders;
    struct fb_span order[FB_ORDERS_MAX];
    bool orders_cut;           /* it may have others: not all of its bookings were read */
    fb_code grade;
    int64_t minutes, owed_pence;
    const struct fb_book *book;
    const int32_t *minutes_in; /* by category, with */
    const int64_t *hour_e4;    /* what was agreed for an hour; NULL both: not known. The second alone: owed is a commission, and told by its amount */
    const struct fb_vat *vat;  /* NULL: no row says */
    int64_t commission_pence;
};
struct fb_matched {
    unsigned n;
    struct fb_match row[FB_INVOICES_MAX]; /* ascending by number */
    bool charged;              /* a charge counts, and how much of it is for this shift is known */
    bool as_expected;          /* net and VAT are what was expected, to the penny */
    bool any, paid;            /* something counts; is paid */
    int64_t net_pence, vat_pence, minutes; /* of what counts. vat and minutes FB_ABSENT: not all lines say */
    int64_t paid_net_pence, paid_vat_pence, paid_minutes;
    int64_t over_pence;        /* above what was expected by more than the tolerance; else 0 */
    int64_t duplicate_pence;   /* asked for again, and not paid: */
    bool duplicate;
    int64_t twice_pence;       /* paid for again: it is in paid_net_pence, for the money is gone, and in no other sum */
    bool twice;
    int64_t off_rate_pence;
    uint16_t differs, unsaid;  /* of all lines that count */
    bool unshared;             /* of one of them nobody can say how much is for this shift */
};
/* Detail of invoice.duplicate. */
enum { FB_DUPLICATE_ASKED = 0, FB_DUPLICATE_PAID = 1 };
void fb_match_lines(const struct fb_match_shift *shift, const struct fb_invoice_in_view *line, unsigned n, struct fb_matched *out);
/* The parts of a line with those figures (FB_ABSENT: not stated), one for each weight, in its place. */
void fb_match_share(const struct fb_match_weight *by, unsigned n, int64_t net_pence, int64_t vat_pence, int64_t minutes, struct fb_share *out);
/* The line's own words on hours: minutes, or units by the hour. FB_ABSENT: it does not say. */
int64_t fb_match_minutes(const struct fb_invoice_line *l);
/* What has become of a line that counts, by finance's state and by what was found. */
enum fb_invoice_end fb_match_end(const struct fb_invoice_line *l, uint16_t differs, uint16_t unsaid);
#endif
