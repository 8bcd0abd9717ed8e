/* The consumer, against an engine of the test's own: a thread that answers the feed's questions from a list of events. */
#include "adapters/lib/consumer.h"
#include "adapters/lib/dealer.h"
#include "tests/lib/suite.h"
#include "tests/unit/feed_rig.h"
#include <stdio.h>
#include <string.h>

enum { EPOCH = FB_FEED_RIG_EPOCH, ROWS = FB_FEED_RIG_ROWS, STEP = FB_FEED_RIG_STEP, WAIT_MS = 3000 };
static struct fb_test_folder folder;
static struct fb_consumer *C;

static void begin(void)
{
    fb_test_folder_make(&folder);
    fb_feed_rig_begin(&folder);
}

static void end(void)
{
    fb_consumer_close(&C);
    fb_feed_rig_end();
    fb_test_folder_remove(&folder);
}

static void open_as(const char *cursor, struct fb_event_filter filter)
{
    const struct fb_consumer_options o = {.endpoint = fb_feed_rig.endpoint, .cursor = fb_span_of(cursor), .filter = filter};
    fb_consumer_close(&C);
    CU_ASSERT_EQUAL_FATAL(fb_consumer_open(&C, &o), FB_OK);
}
static const struct fb_event_filter all = {.trust = 0};

static void next(uint64_t first, unsigned n)
{
    struct fb_feed_page page = {.n = 0};
    char id[FB_EVENT_ID_BYTES], expected[FB_EVENT_ID_BYTES];
    CU_ASSERT_EQUAL_FATAL(fb_consumer_next(C, WAIT_MS, &page), FB_OK);
    CU_ASSERT_EQUAL_FATAL(page.n, n);
    CU_ASSERT_EQUAL(page.row[0].seq, first);
    snprintf(expected, sizeof expected, "%d-%u", EPOCH, (unsigned)first);
    CU_ASSERT_STRING_EQUAL(fb_consumer_id(id, &page, 0), expected);
}

/* What was not kept is given again, in one life and in the next. */
static void test_pages(void)
{
    struct fb_feed_page page;
    begin();
    open_as("finance", all);
    next(1, STEP);
    next(1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK); /* once is enough */
    CU_ASSERT(fb_consumer_place(C).after == STEP && fb_consumer_place(C).epoch == EPOCH && fb_consumer_place(C).head == ROWS);
    next(STEP + 1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_settle(C, WAIT_MS), FB_OK);
    open_as("finance", all);
    next(STEP + 1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    next(2 * STEP + 1, 2);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_next(C, 200, &page), FB_NOT_FOUND);
    CU_ASSERT_TRUE(fb_consumer_hears(C)); /* it is there, and has nothing */
    CU_ASSERT_EQUAL(fb_consumer_settle(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(atomic_load(&fb_feed_rig.kept), ROWS);
    end();
}

static void test_own_place_and_filter(void)
{
    struct fb_feed_page page;
    struct fb_event_filter breaches = {.kinds = fb_event_set_of(FB_EVENT_RATECAP_BREACHED)};
    begin();
    const struct fb_consumer_options o = {.endpoint = fb_feed_rig.endpoint, .from_place = true, .epoch = EPOCH, .after = 8};
    CU_ASSERT_EQUAL_FATAL(fb_consumer_open(&C, &o), FB_OK);
    next(9, 2);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, 0), FB_OK); /* nobody is told */
    CU_ASSERT_EQUAL(atomic_load(&fb_feed_rig.kept), 0);
    CU_ASSERT_EQUAL(fb_consumer_place(C).after, ROWS);
    open_as("breaches", breaches);
    next(5, 1); /* behind a page on which nothing fits */
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    next(10, 1);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_next(C, 0, &page), FB_NOT_FOUND);
    end();
}

struct heard {
    unsigned n, most;
};

static enum fb_err hear(void *ctx, const struct fb_event_row *row, const char *id)
{
    struct heard *h = ctx;
    CU_ASSERT(row->seq > 0 && strncmp(id, "7-", 2) == 0);
    return ++h->n == h->most ? FB_FULL : FB_OK;
}

static void test_callback(void)
{
    struct heard h = {0, 6};
    begin();
    open_as("run", all);
    CU_ASSERT_EQUAL(fb_consumer_run(C, hear, &h, 200), FB_FULL);
    CU_ASSERT(h.n == 6 && fb_consumer_place(C).after == STEP); /* the second page comes again */
    h = (struct heard){0, 100};
    CU_ASSERT_EQUAL(fb_consumer_run(C, hear, &h, 200), FB_NOT_FOUND);
    CU_ASSERT(h.n == ROWS - STEP && fb_consumer_place(C).after == ROWS);
    end();
}

static void test_store_made_anew(void)
{
    struct fb_feed_page page;
    begin();
    open_as("finance", all);
    next(1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    atomic_store(&fb_feed_rig.anew, true);
    CU_ASSERT_EQUAL(fb_consumer_next(C, WAIT_MS, &page), FB_REFUSED);
    fb_consumer_begin_again(C);
    CU_ASSERT_EQUAL_FATAL(fb_consumer_next(C, WAIT_MS, &page), FB_OK);
    CU_ASSERT(page.row[0].seq == 1 && page.epoch == EPOCH + 1);
    end();
}

/* An engine that says that there is more and gives nothing holds nobody beyond their time; 20 ms, and at most as long as a question may take. */
static void test_leads_nowhere(void)
{
    struct fb_feed_page page;
    begin();
    open_as("finance", all);
    atomic_store(&fb_feed_rig.stands, true);
    int64_t from = fb_dealer_now_ms();
    CU_ASSERT_EQUAL(fb_consumer_next(C, 0, &page), FB_NOT_FOUND); /* by its cursor, */
    CU_ASSERT_EQUAL(fb_consumer_next(C, 20, &page), FB_NOT_FOUND); /* and by a place */
    CU_ASSERT(fb_dealer_now_ms() - from < WAIT_MS);
    atomic_store(&fb_feed_rig.stands, false);
    next(1, STEP);
    end();
}

/* Only another store is a reason to begin again: a key that lost its role gets it back, and goes on where it was. */
static void test_refused(void)
{
    struct fb_feed_page page;
    begin();
    open_as("finance", all);
    next(1, STEP);
    CU_ASSERT_EQUAL(fb_consumer_keep(C, WAIT_MS), FB_OK);
    CU_ASSERT_STRING_EQUAL(fb_consumer_refusal(C), "");
    atomic_store(&fb_feed_rig.refuses, true);
    CU_ASSERT_EQUAL(fb_consumer_next(C, WAIT_MS, &page), FB_DENIED);
    CU_ASSERT_PTR_NOT_NULL(strstr(fb_consumer_refusal(C), "no role `feed`"));
    CU_ASSERT_EQUAL(fb_consumer_settle(C, WAIT_MS), FB_DENIED);
    CU_ASSERT(fb_consumer_place(C).after == STEP && fb_consumer_place(C).head == ROWS);
    atomic_store(&fb_feed_rig.refuses, false);
    next(STEP + 1, STEP);
    CU_ASSERT_STRING_EQUAL(fb_consumer_refusal(C), "");
    end();
}

static void test_nobody(void)
{
    struct fb_feed_page page;
    char name[FB_ID_BYTES_MAX + 2];
    const struct fb_consumer_options o = {.endpoint = "ipc:///nobody/here.sock", .cursor = fb_span_of("x")};
    CU_ASSERT_EQUAL_FATAL(fb_consumer_open(&C, &o), FB_OK);
    CU_ASSERT_EQUAL(fb_consumer_next(C, 100, &page), FB_NOT_FOUND);
    CU_ASSERT_FALSE(fb_consumer_hears(C));
    fb_consumer_close(&C);
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const struct fb_consumer_options longer = {.endpoint = o.endpoint, .cursor = fb_span_of(name)};
    CU_ASSERT_EQUAL(fb_consumer_open(&C, &longer), FB_LIMIT);
    CU_ASSERT_PTR_NULL(C);
}

CU_TestInfo suite_consumer[] = {
    {"a page that was not kept is given again, and a place is kept by the engine", test_pages},
    {"a place of one's own; pages on which nothing fits are passed over", test_own_place_and_filter},
    {"a callback; what it does not take is given again", test_callback},
    {"a store that was made anew is told, and begun again", test_store_made_anew},
    {"an engine that leads nowhere holds nobody", test_leads_nowhere},
    {"a key that is refused keeps its place, and is told why", test_refused},
    {"nobody there, and a name that is too long", test_nobody},
    CU_TEST_INFO_NULL,
};
