#include "engine/shell/keys.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fb_test_folder folder;
static char why_memory[900];
static struct fb_text why;

static enum fb_err open_them(struct fb_keys *keys, bool workers_held)
{
    fb_text_init(&why, why_memory, sizeof why_memory);
    return fb_keys_open(keys, folder.path, workers_held, &why);
}

static const char *path(const char *name)
{
    static char out[FB_TEST_PATH];
    fb_test_folder_file(&folder, name, out);
    return out;
}

static bool says(const char *words) { return strstr(why.p, words) != NULL; }

static void test_made_once(void)
{
    struct fb_keys first, again;
    struct stat st;
    fb_test_folder_make(&folder);
    CU_ASSERT_EQUAL_FATAL(open_them(&first, false), FB_OK);
    CU_ASSERT_TRUE(first.made_worker && first.made_link && first.made_checkpoint);
    CU_ASSERT_EQUAL_FATAL(open_them(&again, true), FB_OK);
    CU_ASSERT_FALSE(again.made_worker || again.made_link || again.made_checkpoint);
    CU_ASSERT_EQUAL(memcmp(first.worker.bytes, again.worker.bytes, sizeof first.worker.bytes), 0);
    CU_ASSERT_EQUAL(memcmp(first.link_secret, again.link_secret, sizeof first.link_secret), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(first.worker.bytes, first.link_public, sizeof first.worker.bytes), 0);
    CU_ASSERT_TRUE(stat(path("worker.key"), &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size == FB_KEY_FILE_BYTES);
    CU_ASSERT_TRUE(stat(path("link.key"), &st) == 0 && (st.st_mode & 0777) == 0600);
    CU_ASSERT_NOT_EQUAL(access(path("worker.key.new"), F_OK), 0);
    fb_test_folder_remove(&folder);
}

static void test_lost(void)
{
    struct fb_keys keys;
    fb_test_folder_make(&folder);
    CU_ASSERT_EQUAL(open_them(&keys, true), FB_REFUSED);
    CU_ASSERT_TRUE(says("worker.key is missing") && says("restore"));
    CU_ASSERT_NOT_EQUAL(access(path("worker.key"), F_OK), 0); /* none is made in its place */
    CU_ASSERT_EQUAL_FATAL(open_them(&keys, false), FB_OK);
    CU_ASSERT_EQUAL(unlink(path("link.key")), 0); /* that one may be lost: links that are out are useless then */
    CU_ASSERT_EQUAL(open_them(&keys, true), FB_OK);
    CU_ASSERT_TRUE(keys.made_link && !keys.made_worker && !keys.made_checkpoint);
    CU_ASSERT_EQUAL(unlink(path("checkpoint.key")), 0);
    CU_ASSERT_EQUAL(open_them(&keys, true), FB_OK);
    CU_ASSERT_TRUE(keys.made_checkpoint && !keys.made_link);
    fb_test_folder_remove(&folder);
}

static void test_checkpoint_public(void)
{
    struct fb_keys keys;
    unsigned char key[FB_KEY_FILE_BYTES];
    fb_test_folder_make(&folder);
    fb_text_init(&why, why_memory, sizeof why_memory);
    CU_ASSERT_EQUAL(fb_keys_checkpoint(key, folder.path, &why), FB_NOT_FOUND);
    CU_ASSERT_TRUE(says("checkpoint.key is missing"));
    CU_ASSERT_NOT_EQUAL(access(path("checkpoint.key"), F_OK), 0); /* asking makes none */
    CU_ASSERT_EQUAL_FATAL(open_them(&keys, false), FB_OK);
    CU_ASSERT_EQUAL(fb_keys_checkpoint(key, folder.path, &why), FB_OK);
    CU_ASSERT_EQUAL(memcmp(key, keys.checkpoint_public, sizeof key), 0);
    fb_test_folder_remove(&folder);
}

static void test_wrong(void)
{
    struct fb_keys keys;
    unsigned char bytes[FB_KEY_FILE_BYTES + 1] = {7};
    fb_test_folder_make(&folder);
    const size_t sizes[] = {0, FB_KEY_FILE_BYTES - 1, FB_KEY_FILE_BYTES + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        fb_test_file_write(path("worker.key"), bytes, sizes[i]);
        CU_ASSERT_EQUAL(chmod(path("worker.key"), 0600), 0);
        CU_ASSERT_EQUAL(open_them(&keys, false), FB_REFUSED);
        CU_ASSERT_TRUE(says("32 bytes"));
    }
    fb_test_file_write(path("worker.key"), bytes, FB_KEY_FILE_BYTES);
    const mode_t modes[] = {0640, 0604, 0660, 0644};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        CU_ASSERT_EQUAL(chmod(path("worker.key"), modes[i]), 0);
        CU_ASSERT_EQUAL(open_them(&keys, false), FB_REFUSED);
        CU_ASSERT_TRUE(says("others than its owner") && says("chmod 600"));
    }
    CU_ASSERT_EQUAL(chmod(path("worker.key"), 0400), 0);
    CU_ASSERT_EQUAL(open_them(&keys, true), FB_OK);
    CU_ASSERT_EQUAL(keys.worker.bytes[0], 7);
    fb_keys_close(&keys);
    CU_ASSERT_EQUAL(keys.worker.bytes[0], 0);
    fb_test_folder_remove(&folder);
}

static void test_link_to_elsewhere(void)
{
    struct fb_keys keys;
    char there[FB_TEST_PATH];
    unsigned char bytes[FB_KEY_FILE_BYTES] = {1};
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "elsewhere", there);
    fb_test_file_write(there, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(chmod(there, 0600), 0);
    CU_ASSERT_EQUAL_FATAL(symlink(there, path("link.key")), 0);
    CU_ASSERT_EQUAL(open_them(&keys, false), FB_REFUSED);
    CU_ASSERT_TRUE(says("link.key is a link to another file"));
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_keys[] = {{"keys are made at the first start, for their owner only, and stay", test_made_once},
                            {"without worker.key nothing starts that holds workers, and none is made", test_lost},
                            {"the public half of checkpoint.key is read without making one", test_checkpoint_public},
                            {"a key of another size, or that others may read, is refused in words", test_wrong},
                            {"a key that is a link to another file is refused", test_link_to_elsewhere},
                            CU_TEST_INFO_NULL};
