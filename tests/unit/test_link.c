#include "engine/shell/link.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_test_folder folder, other;
static struct fb_keys keys, foreign;

static void open_keys(struct fb_test_folder *f, struct fb_keys *k)
{
    char memory[600];
    struct fb_text why;
    fb_test_folder_make(f);
    fb_text_init(&why, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_keys_open(k, f->path, false, &why), FB_OK);
}

static void begin(void)
{
    open_keys(&folder, &keys);
    open_keys(&other, &foreign);
}

static void end(void)
{
    fb_keys_close(&keys);
    fb_keys_close(&foreign);
    fb_test_folder_remove(&folder);
    fb_test_folder_remove(&other);
}

static struct fb_link_claim claim(void)
{
    struct fb_link_claim c = {.epoch = 77, .version = 90311, .record = 812, .deadline_ms = 1770000000000};
    fb_link_grantor(c.grantor, fb_span_of("RTH-CE"));
    return c;
}

static void test_round(void)
{
    char text[FB_LINK_TEXT_BYTES];
    struct fb_link_claim made = claim(), read;
    begin();
    fb_link_write(text, &made, &keys);
    CU_ASSERT_PTR_NULL(fb_link_read(&read, fb_span_of(text), &keys));
    CU_ASSERT_TRUE(read.epoch == 77 && read.version == 90311 && read.record == 812 && read.deadline_ms == 1770000000000);
    CU_ASSERT_EQUAL(memcmp(read.grantor, made.grantor, sizeof made.grantor), 0);
    CU_ASSERT_TRUE(strlen(text) < FB_LINK_TEXT_BYTES && strpbrk(text, "+/= ") == NULL); /* a URL can hold it */
    end();
}

static void test_foreign(void)
{
    char text[FB_LINK_TEXT_BYTES];
    struct fb_link_claim made = claim(), read;
    begin();
    fb_link_write(text, &made, &foreign);
    CU_ASSERT_PTR_NOT_NULL(fb_link_read(&read, fb_span_of(text), &keys));
    CU_ASSERT_EQUAL(read.record, 0);
    end();
}

static void test_forged(void)
{
    char text[FB_LINK_TEXT_BYTES], bad[FB_LINK_TEXT_BYTES];
    struct fb_link_claim made = claim(), read;
    begin();
    fb_link_write(text, &made, &keys);
    unsigned taken = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        memcpy(bad, text, sizeof bad);
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        taken += fb_link_read(&read, fb_span_of(bad), &keys) == NULL;
        for (unsigned high = 128; high < 256; high++) {
            bad[i] = (char)high;
            taken += fb_link_read(&read, fb_span_of(bad), &keys) == NULL;
        }
    }
    CU_ASSERT_EQUAL(taken, 0);
    end();
}

static void test_cut(void)
{
    char text[FB_LINK_TEXT_BYTES];
    struct fb_link_claim made = claim(), read;
    begin();
    fb_link_write(text, &made, &keys);
    unsigned taken = 0;
    for (uint32_t n = 0; n < strlen(text); n++)
        taken += fb_link_read(&read, (struct fb_span){text, n}, &keys) == NULL;
    CU_ASSERT_EQUAL(taken, 0);
    char longer[FB_LINK_TEXT_BYTES + 1];
    snprintf(longer, sizeof longer, "%sA", text);
    CU_ASSERT_PTR_NOT_NULL(fb_link_read(&read, fb_span_of(longer), &keys));
    CU_ASSERT_PTR_NOT_NULL(fb_link_read(&read, (struct fb_span){NULL, 0}, &keys));
    end();
}

static void test_grantor(void)
{
    unsigned char a[16], b[16], c[16];
    fb_link_grantor(a, fb_span_of("RTH-CE"));
    fb_link_grantor(b, fb_span_of("RTH-CE"));
    fb_link_grantor(c, fb_span_of("RTH-CF"));
    CU_ASSERT_TRUE(memcmp(a, b, sizeof a) == 0 && memcmp(a, c, sizeof a) != 0);
}

CU_TestInfo suite_link[] = {{"a link is read as it was written, and fits a URL", test_round},
                            {"another engine's link is none of this one's", test_foreign},
                            {"a link of which one letter was changed is refused", test_forged},
                            {"a part of a link is none, nor is more than one", test_cut},
                            {"a grantor is known by their identity and by no other", test_grantor},
                            CU_TEST_INFO_NULL};
