#include "tests/lib/old_store.h"
#include "engine/base/span.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <zlib.h>

enum { ROOM = 4 << 20 };

void fb_test_old_store(struct fb_test_folder *folder, const char *name)
{
    char path[FB_TEST_PATH];
    struct fb_text t;
    fb_text_init(&t, path, sizeof path);
    fb_text_add(&t, "tests/data/stores/");
    fb_text_add(&t, name);
    unsigned char *bytes = malloc(ROOM);
    gzFile z = gzopen(path, "rb");
    CU_ASSERT_TRUE_FATAL(bytes != NULL && z != NULL);
    int n = gzread(z, bytes, ROOM);
    CU_ASSERT_TRUE_FATAL(n > 0 && n < ROOM);
    (void)gzclose(z);
    fb_test_folder_make(folder);
    fb_test_folder_file(folder, "data.mdb", path);
    fb_test_file_write(path, bytes, (size_t)n);
    free(bytes);
}
