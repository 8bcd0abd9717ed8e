#ifndef FB_TESTS_ANSWERS_H
#define FB_TESTS_ANSWERS_H
/* Approvals and replies for a view built by hand, and a book whose rules can be answered. */
#include "engine/core/approval.h"
#include "tests/lib/views.h"
/* The rule book (views.h), where agency.off_framework may be answered by a chief executive or an executive director, not
 * after the start, by telephone when confirmed within two hours; agency.no_cascade by a chief executive with an executive
 * director as the second pair of eyes, also after the start, confirmed within the hour; agency.office by an executive
 * director who may have asked for it, never by telephone; and nothing else. At RTH the chief executive is RTH-CE; RTH-CN is
 * an executive director in March 2026; nobody is listed for NHS England, which may answer override.hundred. A copy, made
 * anew at each call, so that a test may change it; its rules and delegations are the last call's. */
struct fb_book fb_test_answer_book(void);
/* An approval of RTH for that rule of booking B1 of rth-roster: asked for by RTH-W1 and granted in writing by RTH-CE, as
 * chief executive, on 2026-03-09 at 11:00 (an hour before it was booked), recorded by RTH-CE too, for the days of March. */
struct fb_record fb_test_approval(const char *ref, const char *rule);
/* The same for the agency shifts of RTH. */
struct fb_record fb_test_class_approval(const char *ref, const char *rule);
/* Puts it into the view under that number, in the order of references. */
void fb_test_add_approval(struct fb_test_view *v, const struct fb_record *r, uint32_t number);
/* A step about a rule (NULL: all findings of B1), taken at "2026-03-10T09:00", local. */
struct fb_record fb_test_reply(const char *ref, const char *rule, enum fb_step step, const char *at);
/* Puts it into the view, in the order of instants and references. */
void fb_test_add_reply(struct fb_test_view *v, const struct fb_record *r);
/* In every field. */
bool fb_test_same_finding(const struct fb_finding *a, const struct fb_finding *b);
int64_t fb_test_ms(const char *local);
/* An agency day at RTH, 2026-03-19 07:30 to 20:00, booked at noon on 2026-03-09, off framework (a breach) and without a
 * cascade to bank (a warning), at £20.00 and £3.10 an hour: £277.20. */
void fb_test_breach_view(struct fb_test_view *v);
#endif
