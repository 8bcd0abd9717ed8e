#ifndef FB_TURN_STEP_H
#define FB_TURN_STEP_H
/* schedule.c: issues that wait for their moment. */
#include "engine/turn/state.h"
/* The first that waits is due and can be made current. */
bool fb_schedule_is_due(const struct fb_turn *t, int64_t now_ms);
/* Outside a transaction: its book, compiled from the store's files when nobody handed it over in this run. Packs that no
 * longer compile are not the end: the issue, and what waits behind it, is held back until the store is opened again. */
FB_MUST_CHECK enum fb_err fb_schedule_prepare(struct fb_turn *t);
#endif
