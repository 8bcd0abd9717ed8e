/* Room on the disk: below the floor nothing is taken, and with room again it goes on. */
#include "engine/shell/care.h"
#include "engine/shell/log.h"
#include "tests/lib/suite.h"

enum { MIB_BLOCK = 1 << 20, FLOOR = 1000 };
static uint64_t free_mib;
static int fails;

static int other_disk(const char *path, struct statvfs *out)
{
    CU_ASSERT_STRING_EQUAL(path, "the folder");
    *out = (struct statvfs){.f_bavail = free_mib, .f_bfree = free_mib + 500, .f_frsize = MIB_BLOCK}; /* some is the superuser's */
    return fails;
}

static struct fb_store *begin(void)
{
    fb_log_set(FB_LOG_NONE);
    struct fb_store *s = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&s, NULL), FB_OK);
    return s;
}

static void end(struct fb_store *s)
{
    fb_store_close(&s);
    fb_log_set(FB_LOG_INFO);
}

static bool holds_at(struct fb_care *c, uint64_t mib)
{
    free_mib = mib;
    fb_care_second(c, NULL);
    return fb_care_holds(c);
}

static void it_holds_below_the_floor_and_lets_go_above_it(void)
{
    struct fb_care c;
    struct fb_store *s = begin();
    fb_care_open(&c, s, "/", FLOOR);
    c.folder = "the folder";
    c.look = other_disk;
    fails = 0;
    CU_ASSERT_FALSE(holds_at(&c, FLOOR));
    CU_ASSERT_TRUE(holds_at(&c, FLOOR - 1));
    CU_ASSERT_TRUE(holds_at(&c, 0));
    CU_ASSERT_TRUE(holds_at(&c, FLOOR + 1)); /* no flutter */
    CU_ASSERT_TRUE(holds_at(&c, FLOOR + FLOOR / 8 - 1));
    CU_ASSERT_FALSE(holds_at(&c, FLOOR + FLOOR / 8));
    CU_ASSERT_FALSE(holds_at(&c, FLOOR + 1));
    CU_ASSERT_EQUAL(c.free_bytes, (uint64_t)(FLOOR + 1) << 20);
    end(s);
}

static void a_disk_that_cannot_be_asked_changes_nothing(void)
{
    struct fb_care c;
    struct fb_store *s = begin();
    fb_care_open(&c, s, "/", FLOOR);
    c.folder = "the folder";
    c.look = other_disk;
    fails = 0;
    CU_ASSERT_TRUE(holds_at(&c, 1));
    fails = -1;
    CU_ASSERT_TRUE(holds_at(&c, 100000));
    fails = 0;
    CU_ASSERT_FALSE(holds_at(&c, 100000));
    fails = -1;
    CU_ASSERT_FALSE(holds_at(&c, 1));
    end(s);
}

static void with_no_floor_it_never_holds(void)
{
    struct fb_care c;
    struct fb_store *s = begin();
    fb_care_open(&c, s, "/", 0);
    c.folder = "the folder";
    c.look = other_disk;
    fails = 0;
    CU_ASSERT_FALSE(holds_at(&c, 0));
    CU_ASSERT_FALSE(fb_care_holds(NULL));
    end(s);
}

CU_TestInfo suite_care[] = {
    {"it holds below the floor, and lets go above it", it_holds_below_the_floor_and_lets_go_above_it},
    {"a disk that cannot be asked changes nothing", a_disk_that_cannot_be_asked_changes_nothing},
    {"with no floor it never holds", with_no_floor_it_never_holds},
    CU_TEST_INFO_NULL,
};
