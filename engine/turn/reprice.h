#ifndef FB_TURN_REPRICE_H
#define FB_TURN_REPRICE_H
/* Judging again, under an issue that became current, what was decided before it: steps over ascending record numbers,
 * each a journal entry and a transaction of its own, so that records are taken in between. What a record touched since is
 * decided under the new issue already, and is left alone. */
#include "engine/turn/state.h"
enum { FB_REPRICE_SCAN_MAX = 8192 }; /* record numbers looked at in one step */
/* A step's worth is left, and there is a book to judge by. */
bool fb_reprice_has(const struct fb_turn *t);
/* The last number of the next step: at most FB_REPRICE_MAX subjects to judge, FB_REPRICE_SCAN_MAX numbers to look at. */
uint32_t fb_reprice_last(const struct fb_turn *t);
/* Within a step: it will be judged later in this one or in another, so that nothing need be done for it now. */
bool fb_reprice_reaches(const struct fb_turn *t, uint32_t number);
/* The step from t->standing.next to last. What live code and replay share. */
void fb_turn_take_reprice(struct fb_turn *t, uint32_t last);
#endif
