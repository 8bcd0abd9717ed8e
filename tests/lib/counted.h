#ifndef FB_TESTS_COUNTED_H
#define FB_TESTS_COUNTED_H
/* Counters and bonuses for the test book: bank shifts of nurses, by worker. */
#include "tests/lib/views.h"
enum fb_test_counter {
    FB_TEST_WORKED_SHIFTS, /* winter.shifts: worked, in the first half of 2026 */
    FB_TEST_CANCELLED,     /* winter.cancelled: cancelled by the worker, the same days */
    FB_TEST_BOOKED_HOURS,  /* month.hours: paid minutes booked in a calendar month, by worker and trust */
    FB_TEST_APART,         /* apart.shifts: booked in 28 days, those that start less than 24 hours apart once */
    FB_TEST_COUNTERS
};
enum fb_test_bonus {
    FB_TEST_THIRD_SHIFT, /* of winter.shifts, void by winter.cancelled, twice at most: every third: band 5, bank only, £50;
                          * band 6 the mean shift at the plain rate, not above the top of band 5 */
    FB_TEST_TWENTY_HOURS,   /* of month.hours: every twenty hours £10, whoever it is */
    FB_TEST_BONUSES
};
/* Puts them into a book; what it points to is kept, and is the same for all. */
void fb_test_count(struct fb_book *book);
/* The rule book with them; its cards are adopted by all. */
struct fb_book *fb_test_count_book(void);
uint32_t fb_test_bonus_id(enum fb_test_bonus bonus);
#endif
