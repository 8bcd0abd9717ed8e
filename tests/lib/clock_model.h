#ifndef FB_TESTS_CLOCK_MODEL_H
#define FB_TESTS_CLOCK_MODEL_H
/* The clocks of engine/core/diary.h worked out again, slowly and in another way: day by day, week by week, and all ways of
 * leaving out shifts that overlap. Shares nothing with the core but dates. */
#include "tests/lib/diaries.h"
void fb_model_clocks(const struct fb_test_diary *d, struct fb_facts *out);

/* The part of it that counts days, nights and weeks in a row. */
void fb_model_runs(const struct fb_test_diary *d, struct fb_facts *out);
#endif
