#ifndef FB_TOOLS_FAIRBANK_RULES_DIFF_H
#define FB_TOOLS_FAIRBANK_RULES_DIFF_H
/* What two books say differently: rates and caps by asking both, adoption by card and trust, rules by name, and the money on
 * shifts that were booked. */
#include "tools/fairbank/care/probe.h"
#include "tools/fairbank/source.h"
#include <jansson.h>
enum { DIFF_TRUSTS_MAX = 64, DIFF_MONEY_MAX = 512, DIFF_ADOPTIONS_MAX = 1024 };
/* One changed rate, for one or more trusts, from a day on. */
struct diff_rate {
    bool cap;
    enum fb_staff_group group;
    fb_code grade, category;
    enum probe_person person;
    fb_day from;
    int64_t was_e4, is_e4;     /* FB_ABSENT: none */
    uint64_t trusts;           /* bit per index in struct diff */
};
/* Of a card at a trust: a state of adoption (NONE: not proposed), or one of these. */
enum diff_state { DIFF_NOT_KEPT = FB_ADOPTION_END, DIFF_NO_CARD }; /* nobody keeps book: it holds for all */
struct diff_adoption {
    fb_code trust;
    struct fb_span card;
    fb_day from;
    enum diff_state was, is;
    bool gone;                 /* the card is: origin is of the old book */
    uint16_t origin;
};
struct diff {
    const struct fb_book *was, *is;
    unsigned n_trusts, n_days;
    fb_code trust[DIFF_TRUSTS_MAX];        /* trusts, then the sites that a card, cap or zone names */
    struct fb_span site[DIFF_TRUSTS_MAX];  /* absent: the whole trust */
    fb_day day[1024];
    struct diff_rate *rate;
    unsigned n, room;
    struct diff_adoption adoption[DIFF_ADOPTIONS_MAX];
    unsigned n_adoptions;
    bool full;
};
/* Asks both books on every day on which either changes. Finds the trusts and sites: it goes first. */
void diff_rates(struct diff *d);
/* What each trust made of each card, from the first day on which it differs. */
void diff_adoptions(struct diff *d);
/* Rules that are "new", "changed" or "gone", by name; the book is the one that holds the rule. */
typedef void diff_told(void *ctx, const char *what, const struct fb_rule *rule, const struct fb_book *book);
void diff_rules(const struct diff *d, diff_told *tell, void *ctx);
/* What the shifts of a year would have cost: by trust and route. Pence. */
struct diff_money_row {
    fb_code trust;
    enum fb_route route;
    uint64_t shifts, changed, now_unknown, was_unknown;
    int64_t card_was, card_is, excess_was, excess_is, loaded_was, loaded_is;
    uint64_t over_was, over_is, off_was, off_is;
};
struct diff_money {
    struct diff_money_row row[DIFF_MONEY_MAX];
    unsigned n;
    fb_day from, until;
    bool held; /* no: there is no data folder, or nothing in it */
};
/* Of the last year that the store holds anything of. FB_LIMIT: more trusts and routes than there is room for. */
enum fb_err diff_money_of(struct diff_money *m, const struct diff *d, struct fb_store *store, struct fb_reader_books *books);
/* The same of a data folder; FB_NOT_FOUND: there is none. */
enum fb_err diff_money_read(struct diff_money *m, const struct diff *d, const struct options *o);
#endif
