#ifndef FB_TURN_DIARY_STEPS_H
#define FB_TURN_DIARY_STEPS_H
/* What the diary's files share between themselves. */
#include "engine/turn/memory/diary_turn.h"
/* The places of a list that a window of that sort looks at. */
void fb_diary__bounds(const struct fb_diary_list *l, enum fb_diary_sort sort, uint32_t from_min, uint32_t until_min,
                      uint32_t *first, uint32_t *end);
/* How many rows that are, of all numbers of the person. */
uint64_t fb_diary__count(const struct fb_turn *t, uint32_t worker, enum fb_diary_sort sort, unsigned list,
                         uint32_t from_min, uint32_t until_min);
/* The record's source is on trial. */
bool fb_diary__trial(const struct fb_turn *t, uint32_t record);
#endif
