#include "engine/shell/queue.h"
#include "tests/lib/suite.h"
#include <string.h>
#include <uv.h>

static struct fb_queue *Q;

static void begin(unsigned items, unsigned pages)
{
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&Q, items, pages), FB_OK);
}

/* Pushes an item that carries a number in its arena. */
static bool push(uint64_t number)
{
    struct fb_item *item = fb_queue_new(Q);
    if (item == NULL)
        return false;
    uint64_t *p = fb_arena_get(&item->arena, sizeof *p);
    *p = number;
    item->message_id = (struct fb_span){(const char *)p, sizeof *p};
    fb_queue_push(Q, item);
    return true;
}

static uint64_t number_of(const struct fb_item *item)
{
    uint64_t v;
    memcpy(&v, item->message_id.p, sizeof v);
    return v;
}

static void test_order(void)
{
    struct fb_item *item[8];
    begin(100, 4);
    for (uint64_t i = 0; i < 5; i++)
        CU_ASSERT_TRUE(push(i));
    CU_ASSERT_EQUAL(fb_queue_take(Q, item, 8, 0), 0); /* not handed over yet */
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL(fb_queue_take(Q, item, 3, 0), 3);
    CU_ASSERT_EQUAL(number_of(item[0]), 0);
    fb_queue_give_back(Q, item, 3);
    CU_ASSERT_EQUAL(fb_queue_take(Q, item, 8, 0), 2);
    CU_ASSERT_EQUAL(number_of(item[1]), 4);
    fb_queue_give_back(Q, item, 2);
    CU_ASSERT_EQUAL(fb_queue_done(Q, item, 8), 5);
    for (unsigned i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(number_of(item[i]), i);
        fb_queue_free(Q, item[i]);
    }
    CU_ASSERT_EQUAL(fb_queue_out(Q), 0);
    fb_queue_close(&Q);
    CU_ASSERT_PTR_NULL(Q);
}

/* What an item left is the next one's, which the loop may be filling while the commit thread holds the first. */
static void test_nothing_more_once_pushed(void)
{
    struct fb_item *item[2];
    begin(100, 4);
    CU_ASSERT_TRUE(push(1));
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL_FATAL(fb_queue_take(Q, item, 2, 0), 1);
    CU_ASSERT_PTR_NULL(fb_arena_get(&item[0]->arena, 1));
    CU_ASSERT_PTR_NULL(fb_arena_copy(&item[0]->arena, fb_span_of("late")).p);
    CU_ASSERT_EQUAL(number_of(item[0]), 1);
    fb_queue_give_back(Q, item, 1);
    fb_queue_close(&Q);
}

static void test_full(void)
{
    struct fb_item *item[4];
    begin(3, 4);
    CU_ASSERT_TRUE(push(1) && push(2) && push(3));
    CU_ASSERT_FALSE(push(4));
    fb_queue_hand_over(Q);
    CU_ASSERT_FALSE(push(4));
    CU_ASSERT_EQUAL(fb_queue_take(Q, item, 4, 0), 3);
    fb_queue_give_back(Q, item, 3);
    CU_ASSERT_EQUAL(fb_queue_done(Q, item, 4), 3);
    fb_queue_free(Q, item[1]);
    CU_ASSERT_TRUE(push(4));
    fb_queue_close(&Q);
}

/* Items that use all of their memory fill pages; with the last page full, the next is refused, not overrun.
 */
static void test_memory_is_bounded(void)
{
    unsigned n = 0;
    begin(1000, 2);
    for (struct fb_item *item; (item = fb_queue_new(Q)) != NULL; n++) {
        void *all = fb_arena_get(&item->arena, FB_SCRATCH_BYTES);
        CU_ASSERT_PTR_NOT_NULL_FATAL(all);
        memset(all, 0x5a, FB_SCRATCH_BYTES);
        CU_ASSERT_PTR_NULL(fb_arena_get(&item->arena, 1));
        fb_queue_push(Q, item);
    }
    CU_ASSERT_EQUAL(fb_queue_pages(Q), 2);
    CU_ASSERT_EQUAL(n, 2 * (FB_ARENA_BYTES / (FB_SCRATCH_BYTES + sizeof(struct fb_item) + 64)));
    fb_queue_close(&Q);
}

static void test_pages_are_recycled(void)
{
    struct fb_item *item[64];
    begin(64, 4);
    for (uint64_t round = 0; round < 300; round++) {
        for (uint64_t i = 0; i < 40; i++)
            CU_ASSERT_TRUE_FATAL(push(round * 40 + i));
        fb_queue_hand_over(Q);
        unsigned n = fb_queue_take(Q, item, 64, 0);
        fb_queue_give_back(Q, item, n);
        CU_ASSERT_EQUAL_FATAL(fb_queue_done(Q, item, 64), 40);
        for (unsigned i = 0; i < n; i++) {
            CU_ASSERT_EQUAL(number_of(item[i]), round * 40 + i);
            fb_queue_free(Q, item[i]);
        }
    }
    CU_ASSERT_EQUAL(fb_queue_pages(Q), 1);
    fb_queue_close(&Q);
}

/* A burst makes pages; what nothing needed for a second goes back by halves, and what is in use stays. */
static void test_pages_are_given_back(void)
{
    enum { PAGES = 40, A_PAGE = FB_ARENA_BYTES / (FB_SCRATCH_BYTES + sizeof(struct fb_item) + 64) };
    static struct fb_item *item[PAGES * A_PAGE];
    begin(1000, PAGES);
    for (unsigned i = 0; i < PAGES * A_PAGE; i++) {
        item[i] = fb_queue_new(Q);
        CU_ASSERT_PTR_NOT_NULL_FATAL(item[i]);
        CU_ASSERT_PTR_NOT_NULL(fb_arena_get(&item[i]->arena, FB_SCRATCH_BYTES));
        fb_queue_push(Q, item[i]);
    }
    CU_ASSERT_EQUAL(fb_queue_pages(Q), PAGES);
    fb_queue_trim(Q);
    CU_ASSERT_EQUAL(fb_queue_pages(Q), PAGES); /* all in use */
    fb_queue_hand_over(Q);
    CU_ASSERT_EQUAL(fb_queue_take(Q, item, PAGES * A_PAGE, 0), PAGES * A_PAGE);
    fb_queue_give_back(Q, item, PAGES * A_PAGE);
    CU_ASSERT_EQUAL(fb_queue_done(Q, item, PAGES * A_PAGE), PAGES * A_PAGE);
    for (unsigned i = 1; i < PAGES * A_PAGE; i++)
        fb_queue_free(Q, item[i]);
    fb_queue_trim(Q); /* they were in use within this second */
    CU_ASSERT_EQUAL(fb_queue_pages(Q), PAGES);
    fb_queue_trim(Q);
    CU_ASSERT_EQUAL(fb_queue_pages(Q), PAGES - (PAGES - 2 - FB_QUEUE_SPARE_PAGES) / 2); /* but for the one in use and the one being filled */
    for (unsigned i = 0; i < 10; i++)
        fb_queue_trim(Q);
    CU_ASSERT_EQUAL(fb_queue_pages(Q), FB_QUEUE_SPARE_PAGES + 2);
    fb_queue_free(Q, item[0]);
    CU_ASSERT_TRUE(push(7));
    fb_queue_close(&Q);
}

/* One item of the first page stays out while everything around it comes and goes. */
static void test_held_item(void)
{
    struct fb_item *item[64], *held = NULL;
    begin(64, 3);
    for (uint64_t round = 0; round < 300; round++) {
        for (uint64_t i = 0; i < 40; i++)
            CU_ASSERT_TRUE_FATAL(push(1 + round * 40 + i));
        fb_queue_hand_over(Q);
        unsigned n = fb_queue_take(Q, item, 64, 0);
        fb_queue_give_back(Q, item, n);
        CU_ASSERT_EQUAL_FATAL(fb_queue_done(Q, item, 64), 40);
        for (unsigned i = 0; i < n; i++)
            if (round == 0 && i == 20)
                held = item[i];
            else
                fb_queue_free(Q, item[i]);
    }
    CU_ASSERT_EQUAL(number_of(held), 21);
    CU_ASSERT_EQUAL(fb_queue_out(Q), 1);
    CU_ASSERT_EQUAL(fb_queue_pages(Q), 2);
    fb_queue_free(Q, held);
    fb_queue_close(&Q);
}

static void test_drop(void)
{
    begin(2, 1);
    for (unsigned i = 0; i < 1000; i++) {
        struct fb_item *item = fb_queue_new(Q);
        CU_ASSERT_PTR_NOT_NULL_FATAL(item);
        CU_ASSERT_PTR_NOT_NULL(fb_arena_get(&item->arena, FB_SCRATCH_BYTES / 2));
        fb_queue_drop(Q, item);
    }
    CU_ASSERT_EQUAL(fb_queue_out(Q), 0);
    CU_ASSERT_TRUE(push(1) && push(2));
    fb_queue_close(&Q);
}

static void test_finish(void)
{
    struct fb_item *item[4];
    begin(4, 1);
    CU_ASSERT_TRUE(push(1));
    fb_queue_hand_over(Q);
    fb_queue_finish(Q);
    CU_ASSERT_FALSE(fb_queue_drained(Q));
    CU_ASSERT_EQUAL(fb_queue_take(Q, item, 4, 60000), 1);
    CU_ASSERT_TRUE(fb_queue_drained(Q));
    CU_ASSERT_EQUAL(fb_queue_take(Q, item, 4, 60000), 0); /* does not wait any more */
    fb_queue_close(&Q);
}

enum { PASSED_ON = 200000, IN_FLIGHT = 300 };

/* The commit thread of the test: takes and gives back until the queue is drained. */
static void pass_on(void *ctx)
{
    struct fb_item *item[64];
    (void)ctx;
    while (!fb_queue_drained(Q)) {
        unsigned n = fb_queue_take(Q, item, 64, 1000);
        for (unsigned i = 0; i < n; i++)
            item[i]->answer.journal = number_of(item[i]) + 1;
        fb_queue_give_back(Q, item, n);
    }
}

static void test_two_threads(void)
{
    uv_thread_t thread;
    struct fb_item *item[64];
    uint64_t sent = 0, back = 0, wrong = 0;
    begin(IN_FLIGHT, 8);
    CU_ASSERT_EQUAL_FATAL(uv_thread_create(&thread, pass_on, NULL), 0);
    while (back < PASSED_ON) {
        while (sent < PASSED_ON && push(sent))
            if (++sent % 7 == 0)
                fb_queue_hand_over(Q);
        fb_queue_hand_over(Q);
        unsigned n = fb_queue_done(Q, item, 64);
        for (unsigned i = 0; i < n; i++) {
            wrong += number_of(item[i]) != back || item[i]->answer.journal != back + 1;
            back++;
            fb_queue_free(Q, item[i]);
        }
    }
    fb_queue_finish(Q);
    uv_thread_join(&thread);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(fb_queue_out(Q), 0);
    fb_queue_close(&Q);
}

CU_TestInfo suite_queue[] = {
    {"an item that was pushed has no more memory than it took", test_nothing_more_once_pushed},
    {"items come out in the order in which they were pushed, and not before they are handed over",
     test_order},
    {"a full queue refuses, and takes again when one is free", test_full},
    {"items that use all their memory stop at the declared pages", test_memory_is_bounded},
    {"pages are recycled: a warm queue makes no more", test_pages_are_recycled},
    {"pages that nothing needs are given back by halves, but for a few", test_pages_are_given_back},
    {"an item that is held keeps its memory while pages come and go", test_held_item},
    {"a dropped item gives its memory back", test_drop},
    {"a finished queue is drained when the last item is taken", test_finish},
    {"two threads pass items around without loss or disorder", test_two_threads},
    CU_TEST_INFO_NULL,
};
