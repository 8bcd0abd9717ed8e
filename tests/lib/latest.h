#ifndef FB_TESTS_LATEST_H
#define FB_TESTS_LATEST_H
/* The latest decisions in the store of a turn under test. */
#include "tests/lib/turns.h"
/* Of the record's number; of a booking that joined, its shift's. false: never judged. Lasts until the next call. */
bool fb_test_latest(struct fb_test_turn *t, uint32_t number, const struct fb_decision **d);
/* The finding of that rule with the lowest detail in the latest decision, told or cleared; NULL: none. */
const struct fb_finding *fb_test_finding(struct fb_test_turn *t, uint32_t number, const char *rule);
/* The number of the record; 0: not held. */
uint32_t fb_test_number(struct fb_test_turn *t, const struct fb_record *r);
/* What was decided about these records, in outside names and without instants: findings, how they are answered and what
 * people did, what approvals came to and what was taken of them. It does not depend on which came first. */
uint64_t fb_test_decided(struct fb_test_turn *t, struct fb_record *const *r, unsigned n);
#endif
