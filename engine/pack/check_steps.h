#ifndef FB_PACK_CHECK_STEPS_H
#define FB_PACK_CHECK_STEPS_H
/* The steps of a check, and how they tell what they find: of what is wrong in one way in many hours, the
 * first hour is told as the example, with how many more there are. Only the check's own files include this.
 */
#include "engine/pack/check.h"
#include "engine/pack/compile.h"
enum { FB_FINDING_TEXT = 200 };
struct fb_checking {
    struct fb_draft *draft;
    const struct fb_book *book;
    fb_day today;
    struct fb_list found; /* struct fb_check_finding, in the order in which they were met */
    unsigned priced;      /* bookings that were priced: their number is bounded */
};
struct fb_check_finding {
    uint64_t key;
    struct fb_span pack, path, text;
    unsigned line, more;
    bool warning;
};
/* Where something stands, as a draft or as a book says it. */
struct fb_check_at {
    struct fb_span pack, path;
    unsigned line;
};
struct fb_check_at fb_check_place(const struct fb_checking *c, struct fb_place place);
struct fb_check_at fb_check_origin(const struct fb_checking *c, uint16_t origin);
/* The same place and key: one more of what was told already, and false. Else a new finding whose text the
 * caller writes into *t and ends with fb_check_end. */
struct fb_check_text {
    char memory[FB_FINDING_TEXT];
    struct fb_text t;
};
bool fb_check_begin(struct fb_checking *c, struct fb_check_at at, bool warning, uint64_t key,
                    struct fb_check_text *text);
void fb_check_end(struct fb_checking *c, struct fb_check_text *text);
/* It was told already: for those of which the number says nothing. */
bool fb_check_told(const struct fb_checking *c, struct fb_check_at at, uint64_t key);

void fb_check_points(struct fb_checking *c); /* pay points, divisors, points that a card pays at */
void fb_check_cards(
    struct fb_checking *c); /* rules of cards, bands left out, cards and caps that hide others */
void fb_check_hidden(
    struct fb_checking *c); /* rows that never win: cards, caps, VAT, on-costs, bonuses */
void fb_check_rules(struct fb_checking *c);   /* rules that are never raised, or always, or twice */
void fb_check_answers(struct fb_checking *c); /* findings that nobody can answer, or one person twice */
void fb_check_days(struct fb_checking *c);  /* days that a list of dated rows leaves uncovered */
void fb_check_rates(struct fb_checking *c); /* every card's rates, priced: gaps, bands, floors, caps */
void fb_check_costs(struct fb_checking *c); /* on-costs, fees and VAT of the routes that have cards or caps */

/* ---- what a card pays, by kind of worker ---- */
enum fb_person { FB_PERSON_BANK_ONLY, FB_PERSON_OWN_ENTRY, FB_PERSON_OWN_MID, FB_PERSON_OWN_TOP, FB_PERSONS };
const char *fb_person_word(enum fb_person p);
/* What a card paid on any of its days; one of several members stands for all, being paid the same. */
struct fb_paid {
    uint64_t known[FB_PERSONS];              /* bit per grade: on some day a rate was known */
    uint64_t missing[FB_PERSONS];            /* bit per grade: and on some day not, */
    fb_day first[FB_PERSONS][FB_GRADES_MAX]; /* first on this one */
    uint16_t rule[FB_GRADES_MAX];            /* origin of a rule that pays it */
};
/* paid: by index of the card; of the members of one card, that of the first. */
void fb_check_gaps(struct fb_checking *c, const struct fb_paid *paid);

/* ---- words of an example ---- */
/* "Sunday 2026-05-03 00:00": the first hour of that category on or after a day; the day alone when there is
 * none in a year. */
void fb_check_add_hour(struct fb_text *t, const struct fb_book *book, unsigned calendar, unsigned category,
                       fb_day from);
void fb_check_add_day(struct fb_text *t,
                      fb_day day); /* "2026-05-03"; "the end" and "the beginning" where it is open */
void fb_check_add_pounds(struct fb_text *t, int64_t e4); /* "£12.10" of 1/100 pennies */
/* Bit per category that a shift of that calendar can have minutes in. */
uint32_t fb_check_categories(const struct fb_book *book, unsigned calendar);
/* A rule that names its bands means them; one that names none takes what comes. */
bool fb_check_names_bands(const struct fb_book *book, const struct fb_card_rule *rule);
/* Days on which something of the book begins or ends, ascending, without repeats; NULL and nought when memory
 * ran out. */
const fb_day *fb_check_turning_days(struct fb_checking *c, unsigned *n);
/* The day after the last on which the packs must be whole: the earliest review date. */
fb_day fb_check_horizon(const struct fb_checking *c);
#endif
