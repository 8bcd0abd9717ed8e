#ifndef FB_TESTS_UNIT_COMMIT_RIG_H
#define FB_TESTS_UNIT_COMMIT_RIG_H
/* The real commit thread on the store in memory, and the test in place of the loop thread. Failures are fatal ones of the test. */
#include "engine/shell/commit.h"
#include "tests/lib/turns.h"
#include <uv.h>
enum { FB_TEST_COMMIT_ITEMS = 64 }; /* places in the queue, and how many a wait can bring */
struct fb_test_commit {
    struct fb_test_turn turn;
    struct fb_queue *queue;
    struct fb_commit *commit;
    uv_sem_t woken;          /* posted for each round that has news */
    struct fb_record *first; /* of the pool */
    bool alone;              /* there is no commit thread: whoever waits takes its rounds, and may look into the store, which is one thread's, between them */
};
void fb_test_commit_begin(struct fb_test_commit *c, unsigned batch_max);
void fb_test_commit_begin_alone(struct fb_test_commit *c, unsigned batch_max);
/* The store's put-th put fails. */
void fb_test_commit_begin_with(struct fb_test_commit *c, unsigned batch_max, uint64_t put);
void fb_test_commit_stop(struct fb_test_commit *c); /* all that was handed over is committed */
void fb_test_commit_end(struct fb_test_commit *c);
/* The roster's greeting, as it was said before. */
struct fb_greeted fb_test_commit_roster(const struct fb_test_commit *c);
/* A new item, not in the queue yet. */
struct fb_item *fb_test_commit_push(struct fb_test_commit *c, enum fb_item_kind kind);
/* In the queue, not handed over yet: a booking of the roster's, which the caller may still change; a Hello. */
struct fb_record *fb_test_commit_record(struct fb_test_commit *c, struct fb_greeted *greeted, const char *ref);
void fb_test_commit_hello(struct fb_test_commit *c, const char *name, enum fb_source_mode mode, struct fb_greeted *greeted);
void fb_test_commit_hello_of(struct fb_test_commit *c, const char *name, const char *trust, enum fb_source_mode mode, struct fb_greeted *greeted);
/* Waits until n items came back, or commits failed; how many came. They are given back with free. */
unsigned fb_test_commit_wait(struct fb_test_commit *c, unsigned n, struct fb_item *item[FB_TEST_COMMIT_ITEMS]);
void fb_test_commit_free(struct fb_test_commit *c, struct fb_item **item, unsigned n);
#endif
