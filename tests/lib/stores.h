#ifndef FB_TESTS_STORES_H
#define FB_TESTS_STORES_H
#include "engine/store/store.h"
#include "tests/lib/folder.h"
/* What both stores promise: the test runs on the one in memory, then on one on disk; the arena is emptied between. */
void fb_test_on_both_stores(struct fb_arena *arena, void (*body)(struct fb_store *s));
/* Transactions; a fatal failure of the test when there is none. */
struct fb_txn *fb_test_writer(struct fb_store *s);
struct fb_txn *fb_test_reader(struct fb_store *s);
/* Of a folder: the store; a fatal failure when it does not open. Or what opening it says: never without what to do. FB_OK: it opened, and
 * was closed. */
struct fb_store *fb_test_store_opened(const struct fb_test_folder *folder, const struct fb_store_options *options);
enum fb_err fb_test_store_refusal(const struct fb_test_folder *folder, const struct fb_store_options *options);
#endif
