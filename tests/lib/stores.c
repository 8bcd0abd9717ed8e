#include "tests/lib/stores.h"
#include "tests/lib/suite.h"
#include <string.h>

void fb_test_on_both_stores(struct fb_arena *arena, void (*body)(struct fb_store *s))
{
    struct fb_test_folder folder;
    struct fb_store *s = NULL;
    struct fb_store_options options = {.create = true, .map_bytes = 1u << 30}; /* 64 GiB is more than valgrind can map */
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, NULL), FB_OK);
    body(s);
    fb_store_close(&s);
    CU_ASSERT_PTR_NULL(s);
    fb_arena_reset(arena);
    fb_test_folder_make(&folder);
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, folder.path, &options, NULL), FB_OK);
    body(s);
    fb_store_close(&s);
    fb_test_folder_remove(&folder);
}

struct fb_txn *fb_test_writer(struct fb_store *s)
{
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_write(s, &t), FB_OK);
    return t;
}

struct fb_txn *fb_test_reader(struct fb_store *s)
{
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(s, &t), FB_OK);
    return t;
}

struct fb_store *fb_test_store_opened(const struct fb_test_folder *folder, const struct fb_store_options *options)
{
    struct fb_store *s = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, folder->path, options, NULL), FB_OK);
    return s;
}

enum fb_err fb_test_store_refusal(const struct fb_test_folder *folder, const struct fb_store_options *options)
{
    struct fb_store *s = NULL;
    const char *why = NULL;
    enum fb_err err = fb_store_open(&s, folder->path, options, &why);
    if (err == FB_OK) {
        fb_store_close(&s);
        return FB_OK;
    }
    CU_ASSERT_PTR_NULL(s);
    CU_ASSERT_TRUE(why != NULL && strlen(why) > 30 && strstr(why, ": ") != NULL);
    return err;
}
