#include "tests/unit/commit_rig.h"
#include "tests/lib/suite.h"

static void wake(void *ctx)
{
    struct fb_test_commit *c = ctx;
    uv_sem_post(&c->woken);
}

void fb_test_commit_begin_with(struct fb_test_commit *c, unsigned batch_max, uint64_t put)
{
    fb_test_records_forget();
    fb_test_turn_open(&c->turn);
    c->turn.faults.fail_put_at = put;
    c->first = NULL;
    uv_sem_init(&c->woken, 0);
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&c->queue, FB_TEST_COMMIT_ITEMS, 4), FB_OK);
    struct fb_commit_with with = {.turn = c->turn.turn,
                                  .store = c->turn.store,
                                  .queue = c->queue,
                                  .batch_max = batch_max,
                                  .wake = wake,
                                  .ctx = c,
                                  .ports = &c->turn.ports};
    CU_ASSERT_EQUAL_FATAL(c->alone ? fb_commit_open(&c->commit, &with) : fb_commit_start(&c->commit, &with), FB_OK);
}

void fb_test_commit_begin(struct fb_test_commit *c, unsigned batch_max)
{
    fb_test_commit_begin_with(c, batch_max, 0);
}

void fb_test_commit_begin_alone(struct fb_test_commit *c, unsigned batch_max)
{
    c->alone = true;
    fb_test_commit_begin(c, batch_max);
}

void fb_test_commit_stop(struct fb_test_commit *c)
{
    fb_queue_finish(c->queue);
    fb_commit_stop(&c->commit);
    CU_ASSERT_PTR_NULL(c->commit);
}

void fb_test_commit_end(struct fb_test_commit *c)
{
    c->alone = false;
    fb_queue_close(&c->queue);
    fb_test_turn_close(&c->turn);
    uv_sem_destroy(&c->woken);
}

struct fb_item *fb_test_commit_push(struct fb_test_commit *c, enum fb_item_kind kind)
{
    struct fb_item *item = fb_queue_new(c->queue);
    CU_ASSERT_PTR_NOT_NULL_FATAL(item);
    item->kind = kind;
    return item;
}

struct fb_greeted fb_test_commit_roster(const struct fb_test_commit *c)
{
    return (struct fb_greeted){.number = c->turn.source[FB_TEST_ROSTER], .said = true};
}

struct fb_record *fb_test_commit_record(struct fb_test_commit *c, struct fb_greeted *greeted, const char *ref)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    c->first = c->first == NULL ? r : c->first;
    struct fb_item *item = fb_test_commit_push(c, FB_ITEM_RECORD);
    uint32_t *at = fb_arena_get(&item->arena, sizeof *at);
    *at = (uint32_t)(r - c->first); /* the pool's records have their place as a body */
    item->greeted = greeted;
    item->input = (struct fb_input){.record = r, .body = {(const char *)at, sizeof *at}};
    fb_queue_push(c->queue, item);
    return r;
}

void fb_test_commit_hello(struct fb_test_commit *c, const char *name, enum fb_source_mode mode, struct fb_greeted *greeted)
{
    fb_test_commit_hello_of(c, name, "RTH", mode, greeted);
}

void fb_test_commit_hello_of(struct fb_test_commit *c, const char *name, const char *trust, enum fb_source_mode mode, struct fb_greeted *greeted)
{
    struct fb_item *item = fb_test_commit_push(c, FB_ITEM_HELLO);
    item->greeted = greeted;
    item->hello.source = (struct fb_source){.name = fb_span_of(name),
                                            .trust = fb_code_of(trust),
                                            .system = FB_SYSTEM_ROSTER,
                                            .mode = mode,
                                            .window = 4};
    fb_queue_push(c->queue, item);
}

unsigned fb_test_commit_wait(struct fb_test_commit *c, unsigned n, struct fb_item *item[FB_TEST_COMMIT_ITEMS])
{
    unsigned have = 0;
    struct fb_commit_news news = {0};
    while (have < n && news.failed == FB_OK) {
        if (c->alone)
            CU_ASSERT_EQUAL_FATAL(fb_commit_round(c->commit), FB_OK);
        uv_sem_wait(&c->woken);
        fb_commit_news(c->commit, &news);
        have += fb_queue_done(c->queue, item + have, FB_TEST_COMMIT_ITEMS - have);
    }
    return have;
}

void fb_test_commit_free(struct fb_test_commit *c, struct fb_item **item, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fb_queue_free(c->queue, item[i]);
}
