#ifndef FB_TOOLS_FAIRBANK_MONTH_FOLD_H
#define FB_TOOLS_FAIRBANK_MONTH_FOLD_H
/* What closing a month needs of each shift: who owes how much for it, and why so much. Pure but for the list, which keeps what the
 * engine's pages said. Money is pence; VAT stands apart from it. */
#include "engine/core/report.h"
#include "engine/pack/pool.h"
#include "tools/fairbank/command.h"

/* How far a shift has come, of what is owed for it. */
enum month_kind {
    MONTH_NOTHING,      /* cancelled without a charge, nobody came, or not priced at any stage */
    MONTH_APPROVED,     /* worked, by an approved timesheet: at worked figures */
    MONTH_UNAPPROVED,   /* no approved timesheet yet: at its expected value, as booked */
    MONTH_CANCELLATION, /* what was charged for a cancelled one */
    MONTH_KINDS
};
const char *month_kind_word(enum month_kind kind);
struct month_money {
    int64_t pence;      /* charge or pay without VAT; bonuses earned and cancellation charges included */
    int64_t vat;        /* as the source sent it, or by the treatment that the rules give */
    int64_t expected;   /* part of pence that rests on the card and not on what was sent */
    int64_t minutes;
    int64_t shifts, unpriced; /* unpriced: nobody can say what they cost, and they are no part of pence */
    int64_t vat_unsaid; /* shifts whose VAT nobody can say, so that it is no part of vat */
    int64_t commission; /* part of pence, as the source sent it; 0: none, or nobody can say */
};
struct month_host { /* who had the worker for a part of what was worked */
    fb_code host;
    struct month_money owed;
};
/* to + sign x add. false: does not fit 64 bits, and *to is spoilt. */
bool month_money_add(struct month_money *to, const struct month_money *add, int sign);
bool month_money_eq(const struct month_money *a, const struct month_money *b);
/* VAT of these figures. false: nobody can say. */
bool month_vat(const struct fb_month_row *row, const struct fb_figures *f, int64_t *pence);
/* What is owed for the shift before any invoice. */
enum month_kind month_owed(const struct fb_month_row *row, struct month_money *out);
/* What is owed, shared out to those for whom it was worked: pence and minutes as the engine says, the rest in proportion, so that the
 * parts sum to it to the penny. The shift itself counts for the first. n = row->n_hosts of them at `out`. false: it does not fit. */
bool month_share(const struct fb_month_row *row, const struct month_money *owed, struct month_host *out);
/* An invoice is matched to it: at the stage `invoiced`, or else `paid`, there is money. One that was credited whole is none. */
bool month_invoiced(const struct fb_month_row *row, struct month_money *out);
/* Who pays: the payer that the booking names, else its hirer. */
fb_code month_payer(const struct fb_month_row *row);

/* ---- a month kept ---- */
struct month_shift {
    uint32_t subject;
    struct fb_span name;              /* SOURCE/REFERENCE */
    fb_code hirer, payer, employer;   /* payer: month_payer; employer 0: not said */
    struct fb_span cost_centre, subjective, agency, purchase_order;
    struct fb_span vacancy, confirmation, sheet; /* its other documents, SOURCE/REFERENCE; absent: none is held */
    fb_day posted;                    /* first day of the month in whose books the last decision stands */
    enum fb_staff_group staff_group;
    enum fb_route route;
    enum fb_booking_state state;
    enum fb_timesheet_state timesheet;
    bool direct;                      /* through an agency, and the trust pays the worker itself */
    fb_day day;
    int64_t start_min, end_min;
    enum month_kind kind;
    struct month_money owed;
    unsigned n_hosts;                 /* of what is owed; they sum to it. 0: all of it is the hirer's */
    struct month_host *host;
    bool invoiced;
    struct month_money invoice;       /* then */
    struct fb_span vat;               /* the treatment; absent: nobody can say */
    bool vat_unsettled;
    struct fb_span breaches;          /* rules of open breaches that no approval answers, comma between them; absent: none */
};
struct month_list {
    struct month_shift *shift;        /* ascending by subject */
    unsigned n, room;
    struct fb_pool texts;
    bool bad;                         /* no memory, or a sum that does not fit: was said */
};
/* Takes one row over. false: no memory. */
bool month_list_add(struct month_list *list, const struct fb_month_row *row);
/* Reads the shifts of those days, as known then (0: now). false: could not, and said so. Release it either way. */
bool month_list_read(struct month_list *list, const struct options *o, fb_day from, fb_day until, fb_day as_known);
void month_list_release(struct month_list *list);

/* ---- days ---- */
fb_day month_next(fb_day month);
/* "2026-10", of its first day. */
const char *month_text(fb_day month);
struct fb_book;
/* The first working day of a month: no Saturday, Sunday or public holiday of the book. 0: the book's list of public holidays does not
 * cover it. */
fb_day month_first_working_day(const struct fb_book *book, fb_day month);
/* The same by the rules in the data folder, or where there is none by the usual packs. 0: cannot be told, and why was said. */
fb_day month_working_day_of(const struct options *o, fb_day month);
/* The month that the command's operand names. false: it is none, and that was said. */
bool month_operand(const struct options *o, fb_day *month);
#endif
