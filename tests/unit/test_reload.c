/* Packs on their way to be current: where they are looked for, what waits for what, and what is warned of. */
#include "engine/shell/engine.h"
#include "engine/shell/places.h"
#include "engine/shell/ports.h"
#include "engine/shell/reload.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <string.h>
#include <unistd.h>

enum { MS_PER_DAY = 86400000 };
static struct fb_config C;
static struct fb_turn *turn;
static struct fb_store *store;
static struct fb_queue *Q;
static struct fb_commit *K;
static uv_sem_t woken, go_on;
static uv_loop_t loop;
static struct fb_reload R;

/* The commit thread stands still in here until the test lets it go on. */
static void wake(void *ctx)
{
    (void)ctx;
    uv_sem_post(&woken);
    uv_sem_wait(&go_on);
}

static void begin(void)
{
    static struct fb_faults faults;
    fb_log_set(FB_LOG_NONE);
    fb_config_default(&C);
    faults = (struct fb_faults){0};
    R = (struct fb_reload){.config = &C};
    uv_sem_init(&woken, 0);
    uv_sem_init(&go_on, 0);
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, &faults), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_turn_open(&turn, store, &fb_ports, NULL, NULL), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&Q, 8, 4), FB_OK);
    CU_ASSERT_EQUAL_FATAL(uv_loop_init(&loop), 0);
    struct fb_commit_with with = {turn, store, Q, 8, wake, NULL};
    CU_ASSERT_EQUAL_FATAL(fb_commit_start(&K, &with), FB_OK);
    R.commit = K;
}

static void end(void)
{
    R.commit = NULL;
    fb_packs_free(&R.waiting);
    for (int i = 0; i < 64; i++)
        uv_sem_post(&go_on);
    fb_queue_finish(Q);
    fb_commit_stop(&K);
    fb_queue_close(&Q);
    fb_turn_close(&turn);
    fb_store_close(&store);
    CU_ASSERT_EQUAL(uv_loop_close(&loop), 0);
    uv_sem_destroy(&woken);
    uv_sem_destroy(&go_on);
    fb_log_set(FB_LOG_INFO);
}

static void read_packs(void)
{
    fb_reload_start(&R, &loop);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
}

/* Lets the commit thread do its rounds until an issue was dealt with. */
static struct fb_commit_news next_issue(void)
{
    struct fb_commit_news news = {0};
    for (int i = 0; i < 20 && !news.issue_answered; i++) {
        uv_sem_post(&go_on);
        uv_sem_wait(&woken);
        fb_commit_news(K, &news);
    }
    return news;
}

static void test_newest_packs_are_kept(void)
{
    begin();
    uv_sem_wait(&woken); /* it has nothing to do, and stands still */
    read_packs();
    CU_ASSERT_PTR_NULL(R.waiting.book);
    C.n_packs = 1; /* what is on the disk has changed meanwhile */
    read_packs();
    CU_ASSERT_PTR_NOT_NULL_FATAL(R.waiting.book);
    struct fb_commit_news news = next_issue();
    CU_ASSERT_TRUE(news.issue_answered && news.issue_err == FB_OK);
    CU_ASSERT_EQUAL(news.stats.issue, 1);
    fb_reload_again(&R);
    CU_ASSERT_PTR_NULL(R.waiting.book);
    news = next_issue();
    CU_ASSERT_TRUE(news.issue_answered && news.issue_err == FB_OK);
    CU_ASSERT_EQUAL(news.stats.issue, 2);
    end();
}

static void test_review_date(void)
{
    struct fb_book book = {.review_by = fb_day_of(2026, 3, 31)};
    int64_t that_day = (int64_t)fb_day_of(2026, 3, 31) * MS_PER_DAY;
    CU_ASSERT_FALSE(fb_packs_review_is_over(&book, that_day));
    CU_ASSERT_FALSE(fb_packs_review_is_over(&book, that_day + MS_PER_DAY / 2));
    CU_ASSERT_TRUE(fb_packs_review_is_over(&book, that_day + MS_PER_DAY));
    book.review_by = INT32_MAX;
    CU_ASSERT_FALSE(fb_packs_review_is_over(&book, that_day));
    CU_ASSERT_FALSE(fb_packs_review_is_over(NULL, that_day));
}

static void test_clock(void)
{
    int64_t now = (int64_t)20000 * MS_PER_DAY;
    CU_ASSERT_FALSE(fb_start_clock_is_behind(INT64_MIN, now)); /* no entry yet */
    CU_ASSERT_FALSE(fb_start_clock_is_behind(now - 1, now));
    CU_ASSERT_FALSE(fb_start_clock_is_behind(now + MS_PER_DAY, now));
    CU_ASSERT_TRUE(fb_start_clock_is_behind(now + MS_PER_DAY + 1, now));
}

static void test_places(void)
{
    char base[FB_PLACE_BYTES], folder[FB_PLACE_BYTES], here[FB_PLACE_BYTES];
    struct fb_test_folder elsewhere;
    fb_config_default(&C);
    CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(here, sizeof here));
    CU_ASSERT_TRUE(fb_places_find(&C, base));
    CU_ASSERT_STRING_EQUAL(base, here);
    unsigned n = 0;
    while (fb_places_get(&C, n, base))
        n++;
    CU_ASSERT_EQUAL(n, 3);
    CU_ASSERT_TRUE(fb_places_get(&C, 2, base) && fb_place_of(folder, base, C.pack[0]));
    CU_ASSERT_STRING_EQUAL(folder, "/usr/share/fairbank/rules/england");
    CU_ASSERT_TRUE(fb_place_of(folder, base, "/srv/rules"));
    CU_ASSERT_STRING_EQUAL(folder, "/srv/rules");
    /* What the configuration names is taken as it is named, and looked for nowhere else. */
    fb_test_folder_make(&elsewhere);
    CU_ASSERT_EQUAL_FATAL(chdir(elsewhere.path), 0);
    struct fb_pack_report report = {0};
    CU_ASSERT_EQUAL(fb_config_parse(&C, "t", fb_span_of("packs: [rules/england]"), &report), FB_OK);
    CU_ASSERT_FALSE(fb_places_get(&C, 1, base));
    CU_ASSERT_FALSE(fb_places_find(&C, base));
    CU_ASSERT_EQUAL_FATAL(chdir(here), 0);
    CU_ASSERT_TRUE(fb_places_find(&C, base));
    fb_test_folder_remove(&elsewhere);
    fb_pack_report_free(&report);
}

CU_TestInfo suite_reload[] = {
    {"packs that were read while others were being made current follow them", test_newest_packs_are_kept},
    {"the day of the review is the last one without a warning", test_review_date},
    {"a clock more than a day before the last entry is noticed", test_clock},
    {"default packs are looked for in three places, named ones in one", test_places},
    CU_TEST_INFO_NULL,
};
