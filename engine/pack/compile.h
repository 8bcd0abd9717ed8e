#ifndef FB_PACK_COMPILE_H
#define FB_PACK_COMPILE_H
/* A draft without errors -> a book: dates become periods, rates get the one denominator, formulas become
 * pennies, names become indexes. What cannot be linked is an error at the place of the value that needs it.
 */
#include "engine/pack/draft.h"
#define FB_PERIODS_MAX 200u /* different sets of pay points; a national scale has one a year */
enum { FB_FAMILY_AGENDA_FOR_CHANGE = 1 }; /* the one that high cost area supplements are for */
struct fb_compiling {
    struct fb_draft *draft;
    struct fb_book *book;
    struct fb_list origins; /* struct fb_origin */
    struct fb_list places;  /* struct fb_place of each origin */
};
/* Fills the book; its arrays stand in the draft's pool. Complaints are in the report. */
void fb_compile(struct fb_compiling *c);

/* The parts, in order. */
void fb_compile_calendars(struct fb_compiling *c);
void fb_compile_zones(struct fb_compiling *c);
void fb_compile_periods(struct fb_compiling *c);
void fb_compile_rates(struct fb_compiling *c);
void fb_compile_cards(struct fb_compiling *c);
void fb_compile_caps(struct fb_compiling *c);
void fb_compile_rules(struct fb_compiling *c);
void fb_compile_layers(struct fb_compiling *c); /* adoption and corridor */
void fb_compile_counters(struct fb_compiling *c);
void fb_compile_bonuses(struct fb_compiling *c);
void fb_compile_assure(struct fb_compiling *c); /* clocks, delegations, budgets, privacy, and which facts are read */
void fb_compile_returns(struct fb_compiling *c);
/* The most findings that one decision can hold beside those of rules and bonuses. */
unsigned fb_compile_other_findings(const struct fb_book *book);
/* Every rate of a book is a whole number over its one denominator: first each part widens the denominator by what it
 * holds, and only then numerators are made. */
struct fb_rate_part {
    void (*widen)(struct fb_compiling *c);
    void (*number)(struct fb_compiling *c);
};
extern const struct fb_rate_part fb_point_part, fb_supplement_part, fb_table_part, fb_fee_part;
void fb_compile_costs(struct fb_compiling *c); /* on-costs, VAT, floors: they need no denominator */
/* The most that one numerator may be: pay, supplement and fees of a minute together stay within 64 bits. */
#define FB_NUM_MAX (INT64_MAX / 4)
/* The denominator takes the rate in; false, with a complaint about `what`, when it would grow too large. */
bool fb_compile_widen(struct fb_compiling *c, struct fb_place place, struct fb_ratio rate, const char *what);
/* rate x den; 0, with a complaint, when it exceeds FB_NUM_MAX. */
int64_t fb_compile_num(struct fb_compiling *c, struct fb_place place, struct fb_ratio rate, const char *what);
/* Pence a minute of a rate in 1/100 penny an hour. */
struct fb_ratio fb_compile_minute(int64_t gbp_e4_hour);
/* What a zone adds to a year's pay of that much, in pence. */
struct fb_ratio fb_supplement_annual(const struct fb_draft_supplement *s, int64_t annual_pence);
/* The supplement that holds for a zone on a day; NULL: none. */
const struct fb_draft_supplement *fb_draft_supplement_on(const struct fb_draft *d, unsigned zone, fb_day day);
/* The first period that begins on or after a day: those of a stretch stand together from there on. */
unsigned fb_compile_period_from(const struct fb_compiling *c, fb_day day);
/* A card or a cap whose calendar has a category for which its scale has no percentage cannot pay by that scale. */
void fb_compile_refuse_missing(struct fb_compiling *c, const struct fb_draft_terms *t, struct fb_span enhancement,
                               uint64_t grades);
/* A new origin; FB_NO_ROW, with a complaint, when there are too many. */
uint16_t fb_compile_origin(struct fb_compiling *c, struct fb_place place, const struct fb_standing *s);
/* "before 'word' after", at a place. */
void fb_compile_complain(struct fb_draft *d, struct fb_place place, bool warning, const char *before,
                         struct fb_span word, const char *after);
/* Who a card or cap of that pack is for: one scope per member trust (and site), in the days of its membership; or one
 * for every trust. */
unsigned fb_compile_scopes(const struct fb_compiling *c, const struct fb_draft_terms *t);
struct fb_scope fb_compile_scope(const struct fb_compiling *c, const struct fb_draft_terms *t,
                                 unsigned member);
/* The scope holds within those days at most. */
void fb_compile_cut(struct fb_scope *scope, fb_day from, fb_day until);
#endif
