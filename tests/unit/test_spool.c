#include "adapters/lib/spool.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { N = 6 };
static char said[400];

static enum fb_err open_in(struct fb_spool **s, const char *folder, uint64_t bytes_max, uint32_t segment, struct fb_spool_found *found)
{
    struct fb_text why;
    struct fb_spool_options o = {.folder = folder, .bytes_max = bytes_max, .segment_bytes = segment};
    fb_text_init(&why, said, sizeof said);
    return fb_spool_open(s, &o, found, &why);
}

static struct fb_span message(char text[64], unsigned i)
{
    struct fb_text t;
    fb_text_init(&t, text, 64);
    for (unsigned k = 0; k <= i % 4; k++)
        fb_text_add(&t, "message ");
    fb_text_add_int(&t, (int64_t)i);
    return fb_span_of(text);
}

static bool holds(struct fb_spool *s, uint64_t number, unsigned i)
{
    static unsigned char memory[FB_SPOOL_BYTES_MAX];
    char text[64];
    uint32_t n = 0;
    return fb_spool_get(s, number, memory, &n) == FB_OK && fb_span_eq((struct fb_span){(const char *)memory, n}, message(text, i));
}

static void add(struct fb_spool *s, unsigned i)
{
    char text[64];
    uint64_t number = 0;
    CU_ASSERT_EQUAL(fb_spool_add(s, message(text, i), &number), FB_OK);
    CU_ASSERT_EQUAL(number, i);
}

static bool is_there(const struct fb_test_folder *f, const char *name)
{
    char path[FB_TEST_PATH];
    struct stat st;
    fb_test_folder_file(f, name, path);
    return stat(path, &st) == 0;
}

static void order_over_runs(void)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    fb_test_folder_make(&f);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK);
    CU_ASSERT_EQUAL(found.messages, 0);
    for (unsigned i = 1; i <= N; i++)
        add(s, i);
    CU_ASSERT_EQUAL(fb_spool_answered(s, 2), FB_OK);
    CU_ASSERT_EQUAL(fb_spool_answered(s, 2), FB_OK);
    CU_ASSERT_EQUAL(fb_spool_answered(s, 77), FB_OK);
    fb_spool_close(&s);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK);
    CU_ASSERT_EQUAL(found.messages, N - 1);
    CU_ASSERT_EQUAL(found.cut_bytes, 0);
    unsigned seen = 0;
    static const uint64_t want[] = {1, 3, 4, 5, 6};
    for (uint64_t i = 0; (i = fb_spool_after(s, i)) != 0; seen++)
        CU_ASSERT_TRUE(seen < 5 && i == want[seen] && holds(s, i, (unsigned)i));
    CU_ASSERT_EQUAL(seen, 5);
    add(s, N + 1);
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

static void segments_go(void)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    fb_test_folder_make(&f);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 64, &found), FB_OK);
    for (unsigned i = 1; i <= 20; i++)
        add(s, i);
    for (unsigned i = 2; i <= 20; i++)
        CU_ASSERT_EQUAL(fb_spool_answered(s, i), FB_OK);
    CU_ASSERT_TRUE(is_there(&f, "0000000001.spool"));
    CU_ASSERT_EQUAL(fb_spool_answered(s, 1), FB_OK);
    CU_ASSERT_FALSE(is_there(&f, "0000000001.spool"));
    CU_ASSERT_FALSE(is_there(&f, "0000000005.spool"));
    CU_ASSERT_EQUAL(fb_spool_waiting(s), 0);
    fb_spool_close(&s);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 64, &found), FB_OK);
    CU_ASSERT_EQUAL(found.messages, 0);
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

static void bounds(void)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL, *other = NULL;
    struct fb_spool_found found;
    static char big[FB_SPOOL_BYTES_MAX + 1];
    uint64_t number;
    fb_test_folder_make(&f);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 2000, 0, &found), FB_OK);
    CU_ASSERT_EQUAL(fb_spool_add(s, (struct fb_span){big, sizeof big}, &number), FB_LIMIT);
    CU_ASSERT_EQUAL(fb_spool_add(s, (struct fb_span){big, 0}, &number), FB_LIMIT);
    CU_ASSERT_EQUAL(fb_spool_add(s, (struct fb_span){big, 1900}, &number), FB_OK);
    CU_ASSERT_EQUAL(fb_spool_add(s, (struct fb_span){big, 100}, &number), FB_FULL);
    CU_ASSERT_EQUAL(fb_spool_waiting(s), 1);
    CU_ASSERT_EQUAL(open_in(&other, f.path, 0, 0, &found), FB_BUSY);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "in use by another publisher"));
    fb_spool_close(&s);
    CU_ASSERT_EQUAL(open_in(&s, f.path, 2000, 0, &found), FB_OK);
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

/* What was answered makes room for what comes, however large a segment may be; and nothing that waits goes for it. */
static void room_again(void)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    static const char bytes[300] = "a message";
    uint64_t number = 0;
    unsigned full = 0;
    fb_test_folder_make(&f);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 2000, 0, &found), FB_OK);
    for (unsigned i = 0; i < 200; i++) {
        enum fb_err e = fb_spool_add(s, (struct fb_span){bytes, sizeof bytes}, &number);
        CU_ASSERT_FATAL(e == FB_OK || (e == FB_FULL && fb_spool_waiting(s) > 0));
        CU_ASSERT_TRUE(fb_spool_level(s).bytes <= 2000);
        if (e == FB_OK)
            continue;
        full++;
        for (uint64_t k = 0; (k = fb_spool_after(s, k)) != 0;)
            CU_ASSERT_EQUAL(fb_spool_answered(s, k), FB_OK);
    }
    CU_ASSERT_TRUE(full > 20);
    static const char wide[1999];
    CU_ASSERT_EQUAL(fb_spool_add(s, (struct fb_span){wide, sizeof wide}, &number), FB_LIMIT); /* there is never room for it */
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

static void counted_bound(void)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    struct fb_text why;
    uint64_t number = 0;
    fb_test_folder_make(&f);
    fb_text_init(&why, said, sizeof said);
    CU_ASSERT_EQUAL_FATAL(fb_spool_open(&s, &(struct fb_spool_options){.folder = f.path, .messages_max = 3}, &found, &why), FB_OK);
    for (unsigned i = 1; i <= 3; i++)
        add(s, i);
    CU_ASSERT_EQUAL(fb_spool_add(s, fb_span_of("one more"), &number), FB_FULL);
    CU_ASSERT_EQUAL(fb_spool_answered(s, 2), FB_OK); /* the oldest still waits, and the order is kept */
    CU_ASSERT_EQUAL(fb_spool_add(s, fb_span_of("one more"), &number), FB_FULL);
    CU_ASSERT_TRUE(fb_spool_level(s).messages == 3 && fb_spool_level(s).messages_max == 3);
    CU_ASSERT_EQUAL(fb_spool_answered(s, 1), FB_OK);
    add(s, 4);
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

/* A disk that is full in the middle of a row: nothing of it was taken, and it can be taken when there is room. */
static void half_a_row(void)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    struct rlimit was;
    char text[64];
    uint64_t number = 0;
    fb_test_folder_make(&f);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK);
    add(s, 1);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &was), 0);
    struct rlimit full = {.rlim_cur = FB_SPOOL_HEAD_BYTES + 2 * FB_SPOOL_ROW_BYTES + message(text, 1).n + 4, .rlim_max = was.rlim_max};
    (void)setrlimit(RLIMIT_FSIZE, &full);
    enum fb_err e = fb_spool_add(s, message(text, 2), &number);
    (void)setrlimit(RLIMIT_FSIZE, &was);
    (void)signal(SIGXFSZ, handler);
    CU_ASSERT_EQUAL(e, FB_IO);
    CU_ASSERT_EQUAL(fb_spool_waiting(s), 1);
    add(s, 2);
    fb_spool_close(&s);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK);
    CU_ASSERT_TRUE(found.messages == 2 && found.cut_bytes == 0 && holds(s, 1, 1) && holds(s, 2, 2));
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

/* What a killed run had written when it was cut at this byte: all whole messages before it, none else. */
static void cut_at(const unsigned char *bytes, size_t n, const size_t end[N + 1], size_t marked)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    char path[FB_TEST_PATH];
    unsigned whole = 0, waits;
    fb_test_folder_make(&f);
    fb_test_folder_file(&f, "0000000001.spool", path);
    fb_test_file_write(path, bytes, n);
    while (whole < N && end[whole + 1] - FB_SPOOL_ROW_BYTES <= n) /* behind it stands the mark of its sync */
        whole++;
    waits = whole - (n >= marked);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK);
    CU_ASSERT_EQUAL(found.messages, waits);
    for (unsigned i = 1; i <= whole; i++)
        CU_ASSERT_TRUE(holds(s, i, i) || (i == 2 && n >= marked));
    add(s, whole + 1);
    fb_spool_close(&s);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK);
    CU_ASSERT_EQUAL(found.cut_bytes, 0);
    CU_ASSERT_EQUAL(found.messages, waits + 1);
    CU_ASSERT_TRUE(holds(s, whole + 1, whole + 1));
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

static size_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static unsigned char *six(struct fb_test_folder *f, size_t end[N + 1], size_t *n)
{
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    char path[FB_TEST_PATH];
    fb_test_folder_make(f);
    fb_test_folder_file(f, "0000000001.spool", path);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f->path, 0, 0, &found), FB_OK);
    end[0] = FB_SPOOL_HEAD_BYTES;
    for (unsigned i = 1; i <= N; i++) {
        add(s, i);
        end[i] = size_of(path);
    }
    CU_ASSERT_EQUAL(fb_spool_answered(s, 2), FB_OK);
    fb_spool_close(&s);
    return fb_test_file_read(path, n);
}

static void every_cut(void)
{
    struct fb_test_folder f;
    size_t end[N + 1], n = 0;
    unsigned char *bytes = six(&f, end, &n);
    for (size_t i = 0; i <= n; i++)
        cut_at(bytes, i, end, n);
    free(bytes);
    fb_test_folder_remove(&f);
}

/* One bit of the first segment is another: it cannot be opened, and says so. The bytes are left as they were. */
static void is_damaged_at(const struct fb_test_folder *f, const char *path, unsigned char *bytes, size_t n, size_t at)
{
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    bytes[at] ^= 4;
    fb_test_file_write(path, bytes, n);
    bytes[at] ^= 4;
    CU_ASSERT_EQUAL(open_in(&s, f->path, 0, 0, &found), FB_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "0000000001.spool: is damaged"));
}

static void damage(void)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    size_t end[N + 1], n = 0;
    char path[FB_TEST_PATH];
    unsigned char *bytes = six(&f, end, &n);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK); /* the next segment: the first is not the last any more */
    fb_spool_close(&s);
    fb_test_folder_file(&f, "0000000001.spool", path);
    for (size_t i = 0; i < n; i += 7) {
        is_damaged_at(&f, path, bytes, n, i);
    }
    fb_test_file_write(path, bytes, n);
    CU_ASSERT_EQUAL_FATAL(open_in(&s, f.path, 0, 0, &found), FB_OK);
    CU_ASSERT_EQUAL(found.messages, N - 1);
    fb_spool_close(&s);
    free(bytes);
    fb_test_folder_remove(&f);
}

/* In the last segment too: what was synced is never taken for the end of a run that crashed. */
static void damage_of_last(void)
{
    struct fb_test_folder f;
    size_t end[N + 1], n = 0;
    char path[FB_TEST_PATH];
    unsigned char *bytes = six(&f, end, &n);
    fb_test_folder_file(&f, "0000000001.spool", path);
    for (size_t i = 0; i < end[N] - FB_SPOOL_ROW_BYTES; i += 5) {
        is_damaged_at(&f, path, bytes, n, i);
        CU_ASSERT_EQUAL(size_of(path), n); /* nothing was cut */
    }
    free(bytes);
    fb_test_folder_remove(&f);
}

CU_TestInfo suite_spool[] = {
    {"what was added comes again in order in the next run, without what was answered", order_over_runs},
    {"a segment goes when it and those before it hold only what was answered", segments_go},
    {"a spool has bounds, and one owner", bounds},
    {"what was answered makes room, whatever the size of segments", room_again},
    {"a spool may be bounded in messages", counted_bound},
    {"a row that was half written is taken back, and the next is taken", half_a_row},
    {"cut at any byte, every message that was taken is there, and the next is too", every_cut},
    {"damage before the end is told, and nothing is changed", damage},
    {"a byte that is wrong before the mark of a sync is told, in the last segment too", damage_of_last},
    CU_TEST_INFO_NULL,
};
