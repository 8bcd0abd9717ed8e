#ifndef FB_TURN_TODO_H
#define FB_TURN_TODO_H
/* The durable list of records to judge again between turns: what one entry touched beyond
 * FB_TOUCH_AT_ONCE_MAX. */
#include "engine/turn/state.h"
void fb_todo_put(struct fb_turn *t, uint32_t number);
/* The lowest numbers on the list, at most max. */
unsigned fb_todo_first(struct fb_turn *t, uint32_t *number, unsigned max);
#endif
