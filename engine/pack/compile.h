#ifndef FB_PACK_COMPILE_H
#define FB_PACK_COMPILE_H
/* A draft without errors -> a book: dates become periods, rates get the one denominator, formulas become
 * pennies, names become indexes. What cannot be linked is an error at the place of the value that needs it.
 */
#include "engine/pack/draft.h"
#define FB_PERIODS_MAX 200u /* different sets of pay points; a national scale has one a year */
struct fb_compiling {
    struct fb_draft *draft;
    struct fb_book *book;
    struct fb_list origins; /* struct fb_origin */
};
/* Fills the book; its arrays stand in the draft's pool. Complaints are in the report. */
void fb_compile(struct fb_compiling *c);

/* The parts, in order. */
void fb_compile_calendars(struct fb_compiling *c);
void fb_compile_pay(struct fb_compiling *c);
void fb_compile_cards(struct fb_compiling *c);
void fb_compile_caps(struct fb_compiling *c);
void fb_compile_rules(struct fb_compiling *c);
/* A new origin; FB_NO_ROW, with a complaint, when there are too many. */
uint16_t fb_compile_origin(struct fb_compiling *c, struct fb_place place, const struct fb_standing *s);
/* "before 'word' after", at a place. */
void fb_compile_complain(struct fb_draft *d, struct fb_place place, bool warning, const char *before,
                         struct fb_span word, const char *after);
/* Who a card or cap of that pack is for: one scope per member trust, or one for every trust. */
unsigned fb_compile_scopes(const struct fb_compiling *c, const struct fb_draft_terms *t);
struct fb_scope fb_compile_scope(const struct fb_compiling *c, const struct fb_draft_terms *t,
                                 unsigned member);
#endif
