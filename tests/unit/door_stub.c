#include "tests/unit/door_stub.h"
#include "tests/lib/frames.h"
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

enum { SENT_MAX = 64 };

static enum fb_err note(void *ctx, const struct fb_peer *peer, const void *frame, size_t n)
{
    struct fb_test_door *t = ctx;
    if (t->nobody_there || t->n_sent == SENT_MAX)
        return FB_NOT_FOUND;
    t->sent[t->n_sent].peer = *peer;
    t->sent[t->n_sent].n = n;
    memcpy(t->sent[t->n_sent++].frame, frame, n);
    return FB_OK;
}

void fb_test_door_begin(struct fb_test_door *t, unsigned room)
{
    fb_log_set(FB_LOG_NONE);
    fb_config_default(&t->config);
    t->config.window = 4;
    t->n_sent = 0;
    t->nobody_there = false;
    t->stats = (struct fb_stats){0};
    t->sent = calloc(SENT_MAX, sizeof *t->sent);
    t->desk = (struct fb_desk){.news = &t->news};
    CU_ASSERT_TRUE_FATAL(t->sent != NULL && fb_queue_open(&t->queue, room, 8) == FB_OK &&
                         fb_sessions_open(&t->sessions, &t->config) == FB_OK && fb_desk_open(&t->desk) == FB_OK);
    t->door = (struct fb_door){.sessions = t->sessions,
                               .queue = t->queue,
                               .desk = &t->desk,
                               .reload = &t->reload,
                               .stats = &t->stats,
                               .outlet = {t, note},
                               .epoch = 77};
    /* It never reads anything here: something is in hand already. */
    static char commit_thread;
    t->reload =
        (struct fb_reload){.state = FB_RELOAD_HANDED, .commit = (struct fb_commit *)(void *)&commit_thread};
    CU_ASSERT_EQUAL_FATAL(fb_door_open(&t->door), FB_OK);
}

void fb_test_door_end(struct fb_test_door *t)
{
    CU_ASSERT_EQUAL(fb_queue_out(t->queue), 0);
    fb_door_close(&t->door);
    fb_desk_close(&t->desk);
    fb_sessions_close(&t->sessions);
    fb_queue_close(&t->queue);
    free(t->sent);
    t->sent = NULL;
}

struct fb_peer fb_test_door_peer(unsigned n)
{
    return (struct fb_peer){.n = 1, .id = {(unsigned char)n}};
}

void fb_test_door_take(struct fb_test_door *t, unsigned who, const void *frame, size_t n)
{
    struct fb_peer p = fb_test_door_peer(who);
    fb_door_take(&t->door, &p, (struct fb_span){frame, (uint32_t)n});
}

unsigned fb_test_door_commit(struct fb_test_door *t)
{
    struct fb_item *item[32];
    fb_queue_hand_over(t->queue);
    unsigned n = fb_queue_take(t->queue, item, 32, 0);
    for (unsigned i = 0; i < n; i++)
        if (item[i]->kind == FB_ITEM_HELLO)
            *item[i]->greeted = (struct fb_greeted){.number = 9, .said = true};
        else if (item[i]->kind == FB_ITEM_RECORD)
            item[i]->answer = (struct fb_answer){
                .outcome = item[i]->input.record != NULL ? FB_OUTCOME_ACCEPTED : FB_OUTCOME_REFUSED,
                .reason = item[i]->input.refused,
                .journal = 100 + i};
    fb_queue_give_back(t->queue, item, n);
    n = fb_queue_done(t->queue, item, 32);
    fb_door_done(&t->door, item, n);
    return n;
}

struct fb_span fb_test_door_payload(struct fb_test_door *t, unsigned i, enum fb_frame_kind kind)
{
    CU_ASSERT_TRUE_FATAL(i < t->n_sent);
    fb_arena_init(&t->arena, t->arena_memory, sizeof t->arena_memory);
    return fb_test_payload(t->sent[i].frame, t->sent[i].n, kind);
}
