#ifndef FB_TESTS_UNIT_FEED_RIG_H
#define FB_TESTS_UNIT_FEED_RIG_H
/* An engine's feed of a test's own: a thread that answers questions from a list of ten events, at most four on a page; every fifth is a
 * breach, the others are postings. A parked question to which nothing comes is not answered. One at a time. */
#include "tests/lib/folder.h"
#include <stdatomic.h>
enum { FB_FEED_RIG_EPOCH = 7, FB_FEED_RIG_ROWS = 10, FB_FEED_RIG_STEP = 4 };
struct fb_feed_rig {
    char endpoint[FB_TEST_PATH + 16];
    atomic_bool anew;    /* the store is another, of the next epoch, and no place of the old one means anything */
    atomic_bool stands;  /* pages are empty, say that there is more, and lead nowhere */
    atomic_bool refuses; /* the key is nobody's, or has no role */
    atomic_uint kept;    /* the cursor */
    atomic_uint asked;
};
extern struct fb_feed_rig fb_feed_rig;
/* Its socket is in the folder. */
void fb_feed_rig_begin(const struct fb_test_folder *folder);
void fb_feed_rig_end(void);
#endif
