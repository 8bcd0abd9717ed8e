/* The half of an outlet that follows the feed, against a feed of the test's own. */
#include "adapters/outbound/outlet/outlet.h"
#include "tests/lib/suite.h"
#include "tests/unit/feed_rig.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

enum { WAIT_MS = 50, STEPS_MAX = 200, BREACHES = 2 };
static struct fb_test_folder folder;
static struct fb_outlet *O;

static void begin(void)
{
    static const char routes[] = "routes:\n- {name: a, to: [desk], when: {kind: ratecap.breached}}\n";
    static const char *const names[] = {"desk"};
    char path[FB_TEST_PATH], ledger[FB_TEST_PATH], fault[400];
    struct fb_text why;
    fb_text_init(&why, fault, sizeof fault);
    fb_test_folder_make(&folder);
    fb_feed_rig_begin(&folder);
    fb_test_folder_file(&folder, "routes.yaml", path);
    fb_test_file_write(path, routes, sizeof routes - 1);
    fb_test_folder_file(&folder, "ledger", ledger);
    const struct fb_outlet_options o = {.feed = fb_feed_rig.endpoint, .cursor = "desk", .routes = path, .ledger = ledger, .mine = {1, names}};
    CU_ASSERT_EQUAL_FATAL(fb_outlet_open(&O, &o, &why), FB_OK);
}

static void end(void)
{
    fb_outlet_close(&O);
    fb_feed_rig_end();
    fb_test_folder_remove(&folder);
}

static void steps_until_there(void)
{
    for (unsigned i = 0; i < STEPS_MAX && (fb_outlet_figures(O).seq < FB_FEED_RIG_ROWS || fb_outlet_figures(O).refusal != NULL); i++)
        CU_ASSERT_EQUAL_FATAL(fb_outlet_step(O, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_outlet_figures(O).seq, FB_FEED_RIG_ROWS);
}

static void stands_at(uint64_t epoch, uint64_t seq)
{
    uint64_t kept_epoch = 0, kept = 0;
    CU_ASSERT_EQUAL(fb_ledger_place(fb_outlet_ledger(O), &kept_epoch, &kept), FB_OK);
    CU_ASSERT(kept_epoch == epoch && kept == seq);
    CU_ASSERT(fb_outlet_figures(O).epoch == epoch && fb_outlet_figures(O).seq == seq);
}

/* A disk that is full ends it, and it says so: what undid the page does not hide why. */
static void test_full_disk(void)
{
    struct rlimit was, none;
    enum fb_err e = FB_OK;
    begin();
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &was), 0);
    none = (struct rlimit){.rlim_cur = 1, .rlim_max = was.rlim_max};
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &none), 0);
    for (unsigned i = 0; i < STEPS_MAX && e == FB_OK; i++)
        e = fb_outlet_step(O, WAIT_MS);
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, before);
    CU_ASSERT_EQUAL(e, FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(fb_outlet_fault(O), "disk"));
    end();
}

/* A key whose role was taken out and given back: nothing goes out again, and the engine is not asked without a pause. */
static void test_refused(void)
{
    begin();
    steps_until_there();
    CU_ASSERT_EQUAL(fb_outlet_figures(O).planned, BREACHES);
    CU_ASSERT_PTR_NULL(fb_outlet_figures(O).refusal);
    atomic_store(&fb_feed_rig.refuses, true);
    for (unsigned i = 0; i < STEPS_MAX && fb_outlet_figures(O).refusal == NULL; i++)
        CU_ASSERT_EQUAL_FATAL(fb_outlet_step(O, 0), FB_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fb_outlet_figures(O).refusal);
    CU_ASSERT_PTR_NOT_NULL(strstr(fb_outlet_fault(O), "no role `feed`"));
    unsigned asked = atomic_load(&fb_feed_rig.asked);
    for (unsigned i = 0; i < 10; i++)
        CU_ASSERT_EQUAL(fb_outlet_step(O, 1), FB_OK);
    CU_ASSERT_EQUAL(atomic_load(&fb_feed_rig.asked), asked);
    stands_at(FB_FEED_RIG_EPOCH, FB_FEED_RIG_ROWS);
    atomic_store(&fb_feed_rig.refuses, false);
    steps_until_there();
    CU_ASSERT_PTR_NULL(fb_outlet_figures(O).refusal);
    CU_ASSERT(fb_outlet_figures(O).events == FB_FEED_RIG_ROWS && fb_outlet_figures(O).planned == BREACHES);
    end();
}

/* Another store's events have ids of their own, so each is one more alert. */
static void test_store_made_anew(void)
{
    begin();
    steps_until_there();
    atomic_store(&fb_feed_rig.anew, true);
    for (unsigned i = 0; i < STEPS_MAX && fb_outlet_figures(O).epoch == FB_FEED_RIG_EPOCH; i++)
        CU_ASSERT_EQUAL_FATAL(fb_outlet_step(O, WAIT_MS), FB_OK);
    stands_at(FB_FEED_RIG_EPOCH + 1, 0);
    steps_until_there();
    CU_ASSERT_EQUAL(fb_outlet_figures(O).planned, 2 * BREACHES);
    end();
}

CU_TestInfo suite_outlet[] = {
    {"a ledger on a full disk ends it with the reason", test_full_disk},
    {"an outlet whose key is refused keeps its place, says why, and asks again in a while", test_refused},
    {"a store that was made anew is begun with its first event", test_store_made_anew},
    CU_TEST_INFO_NULL,
};
