#ifndef FB_CSV_GUESS_MEANING_H
#define FB_CSV_GUESS_MEANING_H
/* What a column probably is: by the words of its header, held against the shape of its values. */
#include "adapters/inbound/csv/guess/look.h"
/* The name is the column's in the mapping that is written. */
#define FB_GUESS_MEANING_MAP(X)                                                                                                        \
    X(REQUEST, "request") X(BOOKING, "booking") X(CHANGED, "changed") X(DATE, "date") X(START, "start") X(END, "end")                  \
    X(BREAK, "break") X(UNIT, "unit") X(SITE, "site") X(COST_CENTRE, "cost_centre") X(SUBJECTIVE, "subjective") X(GROUP, "group")      \
    X(GRADE, "grade") X(ROLE, "role") X(STATUS, "status") X(ROUTE, "route") X(AGENCY, "agency") X(REASON, "reason")                    \
    X(REQUESTED, "requested") X(BOOKED, "booked") X(WORKER, "worker") X(WORKER_KIND, "worker_kind") X(OWN_GRADE, "own_grade")          \
    X(PAY, "pay") X(COMMISSION, "commission") X(NI, "ni") X(ACTUAL_START, "actual_start") X(ACTUAL_END, "actual_end")                  \
    X(TIMESHEET, "timesheet") X(CANCELLED_AT, "cancelled_at") X(CANCELLED_BY, "cancelled_by") X(CANCEL_CHARGE, "cancel_charge")        \
    X(ORDER, "purchase_order") X(FRAMEWORK, "framework") X(LOT, "lot") X(AMOUNT, "amount") X(HOURS, "hours")                           \
    X(WEEK_ENDING, "week_ending") X(PERSON, "person") X(FREE, "free")
enum fb_guess_meaning {
    FB_GUESS_UNKNOWN,
#define X(name, word) FB_GUESS_##name,
    FB_GUESS_MEANING_MAP(X)
#undef X
        FB_GUESS_MEANINGS
};
const char *fb_guess_meaning_word(enum fb_guess_meaning m);
/* Whether a header says anything to us. */
bool fb_guess_knows(struct fb_span header);
/* The meaning of each column (FB_GUESS_COLUMNS_MAX), no meaning twice; and the other way round: the column, or -1. */
struct fb_guess_meanings {
    enum fb_guess_meaning of[FB_GUESS_COLUMNS_MAX];
    int column[FB_GUESS_MEANINGS];
};
void fb_guess_meanings(const struct fb_guess *g, struct fb_guess_meanings *out);
/* Best of the patterns that fit at least nine in ten values (of few, all but one): its number, or -1. */
int fb_guess_best_date(const struct fb_guess_column *c);
int fb_guess_best_time(const struct fb_guess_column *c);
int fb_guess_best_both(const struct fb_guess_column *c);
/* Whether the column says who somebody is, by its header or by its values. */
bool fb_guess_says_who(const struct fb_guess_column *c, enum fb_guess_meaning m);
/* Ours for their word in a column of this meaning; NULL: not known. vacancy: the word of a vacancy's state instead of a booking's. */
const char *fb_guess_translate(enum fb_guess_meaning m, bool vacancy, const char *theirs, char memory[FB_GUESS_WORD_BYTES]);
#endif
