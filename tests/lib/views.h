#ifndef FB_TESTS_VIEWS_H
#define FB_TESTS_VIEWS_H
/* A view built by hand, and a book with rules, so that decisions can be tested without turn, store or pack.
 */
#include "engine/core/decide.h"
#include "tests/lib/books.h"
enum { FB_TEST_VIEW_ROWS = 4 };
struct fb_test_view {
    struct fb_view view; /* points at the records below */
    struct fb_record booking[FB_MEMBERS_MAX], vacancy, agency;
    struct fb_record cascade[FB_TEST_VIEW_ROWS], timesheet[FB_TEST_VIEW_ROWS], framework[FB_TEST_VIEW_ROWS],
        organisation[FB_TEST_VIEW_ROWS];
    struct fb_source source[FB_MEMBERS_MAX];
};
/* One booking of a roster ("rth-roster", ref "B1") at RTH, held under number 7, judged at noon on 2026-03-10
 * by journal entry 100. It was booked at noon on 2026-03-09. Its organisation record puts RTH into ICS "QU9"
 * from 2022-07-01 to 2026-04-01 and a second one into "QTH" from then on. Everything else is absent. */
void fb_test_view(struct fb_test_view *v, enum fb_route route, const char *band, const char *start,
                  const char *end, int64_t break_min);
/* Another record of the same shift from another system; returns its booking to be changed. It starts as a
 * copy. */
struct fb_booking *fb_test_member(struct fb_test_view *v, const char *source, enum fb_system system,
                                  const char *ref);
/* The vacancy that the booking answers ("V1"), asked for at noon on 2026-03-01. */
void fb_test_vacancy(struct fb_test_view *v);
/* A cascade of that vacancy, at local time `at` ("2026-03-02T09:00"). */
void fb_test_cascade(struct fb_test_view *v, enum fb_tier tier, const char *at);
/* A timesheet of source's booking, one worked interval with the booking's times shifted by those minutes. */
struct fb_record *fb_test_timesheet(struct fb_test_view *v, const char *source, const char *ref,
                                    enum fb_timesheet_state state, int64_t start_by, int64_t end_by);
/* A place on a framework for the booking's agency ("Nightingale Staffing", code "NS"), which becomes known.
 */
void fb_test_framework(struct fb_test_view *v, const char *framework, const char *from, const char *until);
/* The charge for every category: pay and commission, in pounds as text, such as "20.00". */
void fb_test_charge(struct fb_booking *b, const char *pay, const char *commission);

/* Rules of the test book, in order of name. */
enum fb_test_rule {
    FB_TEST_RULE_BAND_2_3,
    FB_TEST_RULE_NO_CASCADE,
    FB_TEST_RULE_OFF_FRAMEWORK,
    FB_TEST_RULE_OFFICE,
    FB_TEST_RULE_LATE,
    FB_TEST_RULE_HALF_OVER,
    FB_TEST_RULE_HUNDRED,
    FB_TEST_RULES
};
/* The test book with those rules. */
const struct fb_book *fb_test_rule_book(void);
uint32_t fb_test_rule_id(enum fb_test_rule rule);
#endif
