#ifndef FB_TESTS_CLOCK_MODEL_STEPS_H
#define FB_TESTS_CLOCK_MODEL_STEPS_H
/* Inside the slow model of the clocks: clock_model.c asks, clock_model_hours.c says what is told of hours. */
#include "tests/lib/clock_model.h"

enum { SHIFTS_MAX = FB_TEST_DIARY_ROWS + 1, DAY = 1440, FORTNIGHT = 14 * DAY,
       LONGEST = 7 }; /* days of a shift: what began before may reach so far */
struct model {
    const struct fb_test_diary *d;
    const struct fb_clocks *c;
    struct fb_facts *out;
    unsigned n;
    struct fb_stint all[SHIFTS_MAX]; /* ascending by start, this one among them */
    fb_day day, monday;
};
enum { FB_MODEL_EMPLOYERS = 3 };
extern const char *const fb_model__employers[FB_MODEL_EMPLOYERS];
fb_day fb_model__monday_of(fb_day day);
int64_t fb_model__begin_of(fb_day day);
const struct fb_diary_row *fb_model__rows(const struct model *m, enum fb_diary_sort sort, unsigned *n);
/* What is said of one employer's week; -1: nothing. */
int64_t fb_model__hours_at(const struct model *m, fb_day monday, fb_code employer);
int64_t fb_model__surely_at(const struct model *m, fb_day monday, fb_code employer, bool *open);
int64_t fb_model__hours_of(const struct model *m, fb_day monday, bool *told, bool *open);
bool fb_model__all_told(const struct model *m, fb_day from, fb_day first, fb_day last, bool nought);
bool fb_model__no_post(const struct model *m, fb_day from, fb_day until);
#endif
