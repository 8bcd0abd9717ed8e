#ifndef FB_TOOLS_FAIRBANK_SPEND_H
#define FB_TOOLS_FAIRBANK_SPEND_H
/* Totals on their way to a person: gathered by spend.c, drawn by spend_draw.c. */
#include "tools/fairbank/small.h"
enum by {
    BY_TRUST = 1, BY_ICS = 2, BY_STAFF_GROUP = 4, BY_ROUTE = 8, BY_WEEK = 16,
    BY_MONTH = 32,  /* worked in */
    BY_POSTED = 64, /* in whose books it stands */
    BY_CAUSE = 128  /* why it was posted */
};
enum { BY_WORDS = 8 };
struct by_word {
    const char *word;
    unsigned bit;
};
extern const struct by_word by_words[BY_WORDS];
struct gathered {
    const struct options *o;
    enum fb_stage stage; /* NONE: demand, for `fill` */
    unsigned by;
    struct fb_total *row, total;
    unsigned n, size;
    struct fb_line coverage[64]; /* by trust: .cell.week first, .figures.v[0] last, [1] weeks seen, [2] last week counted */
    unsigned n_coverage;
    uint32_t small; /* --export: rows of fewer shifts are left out; 0: none */
    bool full;
    bool nothing_known; /* by the day that was asked about */
    struct fb_reprice_state reprice; /* done == of: the current issue is applied wholly, or it is not now that is asked about */
};
bool spend_is_small(const struct gathered *g, const struct fb_figures *f);
/* With --export: a bit for every measure that tells of few shifts, or is the money of those. */
uint64_t spend_hidden(const struct gathered *g, const struct fb_figures *f);
void spend_draw_table(const struct gathered *g);
void spend_draw_json(const struct gathered *g);
#endif
