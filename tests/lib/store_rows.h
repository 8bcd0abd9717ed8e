#ifndef FB_TESTS_STORE_ROWS_H
#define FB_TESTS_STORE_ROWS_H
/* Numbered rows in the journal, 1, 2, 3 and so on: each number names its value, so that any reader, in any
 * process and after any accident, can say what must be there. */
#include "engine/store/store.h"
enum { FB_TEST_ROW = 200 };
struct fb_span fb_test_row_value(uint64_t number, unsigned char out[FB_TEST_ROW]);
/* Puts rows from..from+n-1 into an open transaction; or in one of their own. */
void fb_test_rows_put(struct fb_txn *t, uint64_t from, uint64_t n);
FB_MUST_CHECK enum fb_err fb_test_rows_append(struct fb_store *s, uint64_t from, uint64_t n);
/* Reads them all. FB_OK: they are exactly 1 to *n; FB_REFUSED: another row is there, after *n - 1 right ones;
 * else the store's error, after *n right ones. */
FB_MUST_CHECK enum fb_err fb_test_rows_read(struct fb_store *s, uint64_t *n);
#endif
