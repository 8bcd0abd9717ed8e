#include "adapters/lib/curve.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fb_test_folder folder;
static char pair[FB_TEST_PATH], pub[FB_TEST_PATH];
static char memory[2000];
static struct fb_text why;

static void start(void)
{
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "rth.key", pair);
    fb_test_folder_file(&folder, "rth.pub", pub);
}

static enum fb_err make(unsigned char key[FB_Z85_KEY_BYTES])
{
    fb_text_init(&why, memory, sizeof memory);
    return fb_curve_make(folder.path, "rth", key, &why);
}

static bool says(const char *words) { return strstr(why.p, words) != NULL; }

static bool is_same(const char *path, const unsigned char *was, size_t n_was)
{
    size_t n = 0;
    unsigned char *now = fb_test_file_read(path, &n);
    bool same = n == n_was && memcmp(now, was, n) == 0;
    free(now);
    return same;
}

static void test_made(void)
{
    unsigned char key[FB_Z85_KEY_BYTES], read[FB_Z85_KEY_BYTES];
    struct fb_curve c;
    struct stat st;
    start();
    CU_ASSERT_EQUAL(make(key), FB_OK);
    CU_ASSERT(stat(pair, &st) == 0 && (st.st_mode & 0777) == 0600);
    CU_ASSERT(fb_curve_public(read, pub, &why) == FB_OK && memcmp(read, key, sizeof key) == 0);
    CU_ASSERT(fb_curve_public(read, pair, &why) == FB_OK && memcmp(read, key, sizeof key) == 0);
    CU_ASSERT_EQUAL(fb_curve_open(&c, "tcp://127.0.0.1:1", pub, pair, &why), FB_OK);
    CU_ASSERT(c.on && memcmp(c.own_public, key, sizeof key) == 0);
    fb_curve_close(&c);
    CU_ASSERT_EQUAL(make(read), FB_REFUSED);
    CU_ASSERT(says("rth.key is there already") && says("never written over"));
    fb_test_folder_remove(&folder);
}

/* As one that was killed after its first file. */
static void test_finished(void)
{
    unsigned char key[FB_Z85_KEY_BYTES], again[FB_Z85_KEY_BYTES] = {0};
    size_t n_pair = 0, n_pub = 0;
    start();
    CU_ASSERT_EQUAL_FATAL(make(key), FB_OK);
    unsigned char *was = fb_test_file_read(pair, &n_pair), *half = fb_test_file_read(pub, &n_pub);
    CU_ASSERT_EQUAL(unlink(pub), 0);
    CU_ASSERT_EQUAL(make(again), FB_OK);
    CU_ASSERT_EQUAL(memcmp(again, key, sizeof key), 0);
    CU_ASSERT(is_same(pair, was, n_pair));
    CU_ASSERT(access(pub, F_OK) == 0 && is_same(pub, half, n_pub));
    CU_ASSERT_EQUAL(make(again), FB_REFUSED); /* whole, it is not made again */
    free(was);
    free(half);
    fb_test_folder_remove(&folder);
}

static void test_no_pair(void)
{
    static const char *const texts[] = {"", "public: cut sh", "notes of mine\n"};
    unsigned char key[FB_Z85_KEY_BYTES];
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        start();
        fb_test_file_write(pair, texts[i], strlen(texts[i]));
        CU_ASSERT_EQUAL(chmod(pair, 0600), 0);
        CU_ASSERT_EQUAL(make(key), FB_REFUSED);
        CU_ASSERT(says("rth.key holds no lines") && says("remove it and make the pair again"));
        CU_ASSERT(is_same(pair, (const unsigned char *)texts[i], strlen(texts[i])));
        CU_ASSERT_NOT_EQUAL(access(pub, F_OK), 0);
        fb_test_folder_remove(&folder);
    }
}

/* The other way round there is nothing to finish: whose the public half is nobody can say. */
static void test_public_alone(void)
{
    unsigned char key[FB_Z85_KEY_BYTES];
    start();
    CU_ASSERT_EQUAL_FATAL(make(key), FB_OK);
    CU_ASSERT_EQUAL(unlink(pair), 0);
    CU_ASSERT_EQUAL(make(key), FB_REFUSED);
    CU_ASSERT(says("rth.pub is there already"));
    CU_ASSERT_NOT_EQUAL(access(pair, F_OK), 0);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_curve[] = {
    {"a pair is made once, for its owner only", test_made},
    {"a pair whose making was cut short is finished, and stays the same pair", test_finished},
    {"what is no pair stays as it is, and is told with what to do", test_no_pair},
    {"a public key alone is not given another secret one", test_public_alone},
    CU_TEST_INFO_NULL,
};
