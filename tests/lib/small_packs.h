#ifndef FB_TESTS_SMALL_PACKS_H
#define FB_TESTS_SMALL_PACKS_H
/* Made-up packs of few lines, so that a test of layers or counters rests on no figure of the real ones.
 * Weekdays are plain, weekends and Christmas Day dear; bands 5 and 6 have one pay point each; the year is
 * 2026. base   national: a card for everybody north  ICS QN1: RTH, and RXQ until 1 July; its card, which RTH
 * adopted on 1 March south  ICS QS1: RHW, and RXQ from 1 July; its card, of whose adoption nobody keeps book
 *   rth    trust: RTH's own card, agreed until 1 June
 *   rth02  site: RTH's site RTH02, agreed until 1 May */
#include "tests/lib/packs.h"
struct fb_pack_files fb_test_small_packs(void);
/* One thing changed in the small packs: what is said, with file and line. words NULL: nothing, and a book is
 * made. */
struct fb_test_broken {
    const char *file, *from, *to;
    int below; /* lines below the place of `from` at which the error stands */
    const char *words;
};
/* True when it is said and no book is made; prints what was said otherwise. */
bool fb_test_small_pack_refused(const struct fb_test_broken *b);
/* The book of the list, which is freed; aborts, with the report printed, when there is none. */
struct fb_book *fb_test_pack_book(struct fb_pack_files *files);
#endif
