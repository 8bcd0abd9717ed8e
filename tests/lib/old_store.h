#ifndef FB_TESTS_OLD_STORE_H
#define FB_TESTS_OLD_STORE_H
/* A store that an earlier version made (tests/data/stores/README.md says how), unpacked into a folder of its own, which the caller
 * opens and removes. Aborts the test when it cannot be had. */
#include "tests/lib/folder.h"
void fb_test_old_store(struct fb_test_folder *folder, const char *name);
#endif
