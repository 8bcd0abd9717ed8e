#ifndef FB_TESTS_DIARIES_H
#define FB_TESTS_DIARIES_H
/* A worker's diary built by hand, and a book whose rules read every fact, so that clocks can be asked without turn or store. */
#include "engine/core/decide.h"
enum { FB_TEST_DIARY_ROWS = 160 };
struct fb_test_diary {
    struct fb_book book;     /* the test book: 17 weeks, nights of three hours between 23:00 and 06:00, six weeks set the 12-week
                              * clock back; sickness pauses 28 weeks, annual leave without end, maternity runs; leave and
                              * sickness are left out of the average; nobody says that all trusts send */
    struct fb_diary_view view;
    struct fb_diary_row row[FB_DIARY_SORTS][FB_TEST_DIARY_ROWS];
    struct fb_stint own;
    fb_day day;              /* of the booking */
    struct fb_facts facts;   /* what fb_test_ask found */
    unsigned n_made;
};
/* The shift that asks: 2026-06-16T07:30 to 19:30 (a Tuesday), 690 minutes, at RTH on "ward 1", bank. */
void fb_test_diary(struct fb_test_diary *d);
/* Local times. The same place and route as the shift that asks, until the test changes it. */
struct fb_stint *fb_test_shift(struct fb_test_diary *d, const char *start, const char *end, int32_t minutes);
void fb_test_own(struct fb_test_diary *d, const char *start, const char *end, int32_t minutes);
void fb_test_hours(struct fb_test_diary *d, const char *monday, const char *employer, int32_t minutes, enum fb_hours_kind kind);
/* Nought in a post at RYR in so many weeks from that Monday. */
void fb_test_no_hours(struct fb_test_diary *d, const char *monday, unsigned weeks);
void fb_test_absence(struct fb_test_diary *d, enum fb_absence_kind kind, const char *from, const char *until);
/* until NULL: no end. */
struct fb_diary_row *fb_test_fact(struct fb_test_diary *d, enum fb_fact_kind kind, enum fb_fact_status status,
                                  const char *from, const char *until);
/* Puts the rows in order and asks; the facts are those of a nurse of band 5. */
const struct fb_facts *fb_test_ask(struct fb_test_diary *d);
void fb_test_sort(struct fb_test_diary *d);
fb_day fb_test_day(const char *text);
#endif
