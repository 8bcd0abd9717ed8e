#ifndef FB_TESTS_SIM_AUDITOR_BILLS_H
#define FB_TESTS_SIM_AUDITOR_BILLS_H
/* Inside the auditor: what suppliers ask for. Which lines name a shift and which of them count (auditor_bills.c), what falls to each shift of one for
 * several (auditor_parts.c), in what they differ (auditor_differs.c), what is spend and what is found because of them (auditor_billed.c), and a line by itself (auditor_lines.c).
 * By the words of engine/core/match.h; it calls nothing of the engine's matching. */
#include "tests/sim/auditor.h"

struct aud_bill {
    const struct aud_held *h;
    const struct fb_invoice_line *l;
    struct fb_match says; /* what must stand of it in the shift's decision */
    int64_t left, vat, minutes; /* the shift's part, less what was credited */
    bool open, touched, gone, counts;
    bool known;   /* how much of it is for this shift: */
    bool nobody;  /* nobody can say; else it is not known yet */
};
/* A shift with all that is asked for it. */
struct aud_bills {
    const struct auditor *a;
    const struct fb_book *book;
    const struct aud_shift *s;
    const struct aud_judged *j;
    unsigned n;
    bool cut; /* more than one decision reads */
    struct aud_bill bill[FB_INVOICES_MAX]; /* by invoice day, invoice, line */
    struct aud_bill *first;
    bool charged; /* a charge counts, and how much of it is for this shift is known */
    const struct aud_price *price; /* by which an hour is agreed; NULL: nobody can say */
    bool stands, confirmed, commission; /* commission: the trust pays the worker, and no more is owed */
    int64_t minutes, owed;
    int64_t over, asked_again, paid_again, off_rate;
    bool any_asked_again, any_paid_again, any_nobody;
};
/* What falls to each shift of a line for several; n 0: nothing is shared out yet, or it is for one. */
enum { AUD_PARTS_MAX = 64 };
struct aud_parts {
    unsigned n; /* shifts for which it is, by the line's own decision */
    uint32_t shift[AUD_PARTS_MAX];
    bool shared_out, known; /* each of them hears of it; and what each should come to is known: */
    struct {
        int64_t net, vat, minutes;
    } part[AUD_PARTS_MAX];
};
/* What the shift owes for that line, which is for several: of an invoice by category its category's part. */
void aud_bill_due(const struct aud_bills *x, const struct aud_bill *b, int64_t *pence, int64_t *minutes);
/* What the hours of a category come to there, and how many they are; 0 where nobody knows it. */
void aud_bill_category(const struct aud_bills *x, fb_code category, int64_t *pence, int64_t *minutes);
void aud_parts_of(const struct auditor *a, const struct fb_book *book, uint32_t line, struct aud_parts *out);
/* The line names the booking. */
bool aud_bill_names(const struct auditor *a, const struct aud_held *line, const struct aud_held *booking);
/* Something is owed for it. */
bool aud_bill_owed(const struct fb_booking *b);
/* It stands, and the agency is owed its commission alone. */
bool aud_bill_of_commission(const struct fb_booking *b);
/* Hours that the line itself states. */
int64_t aud_bill_minutes(const struct fb_invoice_line *l);
enum fb_invoice_end aud_bill_end(const struct fb_invoice_line *l, bool any);
bool aud_bill_charges(const struct aud_bill *b);
void aud_bill_say(struct aud_bill *b, enum fb_differs d, bool known, bool differs);
bool aud_bill_apart(int64_t a, int64_t b, int64_t tolerance);

/* The lines that name it, whole, and what is known of it. */
void aud_bills_collect(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_judged *j,
                       struct aud_bills *out);
/* Something that is open here is what the credit takes from. */
struct aud_bill *aud_bill_credited(struct aud_bills *x, const struct aud_bill *credit);
void aud_bills_of(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_judged *j,
                  struct aud_bills *out);
void aud_bills_know(struct aud_bills *x);
/* Each that counts against what is known of the shift. */
void aud_bills_compare(struct aud_bills *x);
/* Its lines of the stages invoiced and paid, and what is found. After the bonuses, before the answers. */
void aud_bills_judge(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_judged *j,
                     struct aud_verdict *v);
struct fb_line aud_new_line(const struct auditor *a, const struct aud_shift *s, const struct aud_verdict *v, enum fb_stage stage);
/* The row of VAT that fits such a shift; NULL: none. */
const struct fb_vat *aud_vat(const struct fb_book *book, const struct fb_booking *b, fb_day day);

/* What the shifts say of lines, kept until the lines are looked at. */
enum { AUD_SAID_MAX = 8192 };
struct aud_said {
    unsigned n;
    struct {
        uint32_t shift;
        struct fb_match match;
    } row[AUD_SAID_MAX];
};
/* The decision of a shift says of each line what it must. */
bool aud_bills_same(struct auditor *a, uint32_t subject, const struct aud_verdict *v, const struct fb_decision *d, struct aud_said *said);
bool aud_match_same(struct auditor *a, const struct aud_held *h, const struct fb_match *must, const struct fb_match *is);
void aud_meet_line(struct sim_met *met, const struct fb_match *m);
/* A line by itself. */
bool aud_line_same(struct auditor *a, const struct fb_book *book, uint32_t number, const struct aud_said *said, const struct fb_decision *d,
                   struct aud_verdict *v);

/* ---- what the feed tells of lines (auditor_line_events.c) ---- */

struct aud_line_told {
    uint8_t end; /* 0: nothing was told */
    bool silent;
    struct fb_event event;
};
void aud_hear_line(struct auditor *a, struct aud_line_told *t, const struct fb_event *e);
/* Of any finding: what opened, changed, cleared or came back. */
void aud_hear_line_finding(struct auditor *a, struct aud_line_told *t, const struct fb_event *e);
/* The last decision of a line. */
void aud_hold_line(struct auditor *a, const struct aud_line_told *t, uint32_t subject, const struct fb_decision *d);
#endif
