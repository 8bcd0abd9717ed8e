#ifndef FB_TESTS_ORDERS_H
#define FB_TESTS_ORDERS_H
#include <stdbool.h>
/* The next order of n places after this one, beginning with 0, 1, 2 …; false: that was the last. */
bool fb_test_next_order(unsigned *order, unsigned n);
#endif
