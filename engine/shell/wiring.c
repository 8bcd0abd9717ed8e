/* The second half of a start: sockets, loop, commit thread; and what happens when something comes. */
#include "engine/shell/clock.h"
#include "engine/shell/door_people.h"
#include "engine/shell/engine.h"
#include "engine/shell/log.h"
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

/* Messages a round: enough to spread the price of a system call, few enough that the others wait under a
 * millisecond. */
enum { DOOR_A_ROUND = 256, FEED_A_ROUND = 16, TICKER_A_ROUND = 512, ITEMS_A_MIB = 256, METRICS_SECONDS = 2 };

/* ---- sockets ---- */

static enum fb_exit bind_port(struct fb_engine *e, struct fb_port **port, enum fb_port_kind kind,
                              const char *endpoint)
{
    char memory[2 * FB_CONFIG_PATH_MAX];
    const char *why = "the path is too long for a socket: choose a shorter data folder";
    struct fb_text where;
    fb_text_init(&where, memory, sizeof memory);
    if (fb_config_endpoint(e->config, endpoint, &where) == FB_OK &&
        fb_port_open(port, e->zmq, kind, where.p, &e->stats, &why) == FB_OK)
        return FB_EXIT_DONE;
    fb_log(FB_LOG_ERROR, "%s cannot be bound: %s", where.p, why);
    return FB_EXIT_FAILED;
}

static enum fb_exit bind_ports(struct fb_engine *e)
{
    e->zmq = zmq_ctx_new();
    bool keys_wrong = false;
    /* The library's own threads do the arithmetic of keys; a second one keeps this machine's sockets quick meanwhile. */
    if (e->zmq == NULL || zmq_ctx_set(e->zmq, ZMQ_MAX_SOCKETS, 32) != 0 ||
        zmq_ctx_set(e->zmq, ZMQ_IO_THREADS, fb_config_is_networked(e->config) ? 2 : 1) != 0)
        return FB_EXIT_FAILED;
    enum fb_exit x = bind_port(e, &e->door_port, FB_PORT_ROUTER, e->config->door);
    if (x == FB_EXIT_DONE)
        x = bind_port(e, &e->feed_port, FB_PORT_ROUTER, e->config->feed);
    if (x == FB_EXIT_DONE)
        x = bind_port(e, &e->ticker_port, FB_PORT_TICKER, e->config->ticker);
    if (x == FB_EXIT_DONE && !fb_network_open(&e->network, e->config, e->zmq, &e->stats, &keys_wrong))
        x = keys_wrong ? FB_EXIT_KEYS : FB_EXIT_FAILED;
    e->door_ports = (struct fb_port_pair){e->door_port, e->network.door};
    e->feed_ports = (struct fb_port_pair){e->feed_port, e->network.feed};
    return x;
}

/* ---- rooms of the shell ---- */

static bool open_door(struct fb_engine *e)
{
    e->desk = (struct fb_desk){.store = e->store,
                               .books = e->books,
                               .sessions = e->sessions,
                               .tally = &e->tally,
                               .news = &e->news,
                               .keys = &e->keys,
                               .look = fb_door_look,
                               .ctx = &e->door,
                               .started_ms = fb_clock_now_ms(),
                               .refusals = fb_gate_refusals(e->network.gate),
                               .care = &e->care,
                               .behind = &e->behind};
    e->door = (struct fb_door){.sessions = e->sessions,
                               .queue = e->queue,
                               .desk = &e->desk,
                               .reload = &e->reload,
                               .stats = &e->stats,
                               .outlet = fb_port_pair_outlet(&e->door_ports),
                               .epoch = fb_store_epoch(e->store),
                               .gate = e->network.gate,
                               .care = &e->care,
                               .acks = &e->acks};
    return fb_desk_open(&e->desk) == FB_OK && fb_door_open(&e->door) == FB_OK;
}

static bool open_consumers(struct fb_engine *e)
{
    struct fb_outfeed_with with = {.store = e->store,
                                   .books = e->books,
                                   .queue = e->queue,
                                   .stats = &e->stats,
                                   .outlet = fb_port_pair_outlet(&e->feed_ports),
                                   .epoch = fb_store_epoch(e->store),
                                   .gate = e->network.gate,
                                   .keys = &e->keys,
                                   .acks = &e->acks,
                                   .wait_seconds = e->config->feed_wait_seconds};
    if (fb_outfeed_open(&e->feed, &with) != FB_OK ||
        fb_ticker_open(&e->ticker, e->ticker_port, e->store, e->books, &e->stats, e->events_seen) != FB_OK)
        return false;
    fb_ticker_add(e->ticker, e->network.ticker, e->network.gate);
    return true;
}

static bool open_rooms(struct fb_engine *e)
{
    fb_turn_stats(e->turn, &e->news.stats);
    e->events_seen = e->news.stats.events;
    e->issue_seen = e->progress.issue = e->news.stats.issue;
    fb_care_open(&e->care, e->store, e->config->data, e->config->free_mib);
    fb_behind_open(&e->behind, e->store, e->config->consumer_behind);
    return fb_sessions_open(&e->sessions, e->config) == FB_OK &&
           fb_queue_open(&e->queue, e->config->queue_mib * ITEMS_A_MIB, e->config->queue_mib) == FB_OK &&
           open_door(e) && open_consumers(e);
}

/* ---- what happens when ---- */

static void when_turned(void *ctx)
{
    struct fb_engine *e = ctx;
    fb_queue_hand_over(e->queue);
}

static void answer_what_is_done(struct fb_engine *e)
{
    unsigned n;
    while ((n = fb_queue_done(e->queue, e->done, FB_BATCH_MAX)) > 0) {
        fb_meter_add(&e->meter.wake_us, &fb_meter_commit_us, fb_clock_ticks_us() - e->done[n - 1]->durable_us);
        fb_door_done(&e->door, e->done, n);
    }
}

/* By command, by SIGHUP, or because its moment came. */
static void say_issue(struct fb_engine *e)
{
    e->issue_seen = e->news.stats.issue;
    fb_log(FB_LOG_INFO, "issue %" PRIu32 " is current; %" PRIu32 " wait", e->issue_seen,
           e->news.stats.waiting);
    fb_packs_log_review(fb_reader_book(e->books, 0), fb_clock_now_ms());
}

/* A commit that failed leaves turn's memory ahead of the disk: only a new start makes them agree. Not so when
 * a row could not be read: the next start would come to the same row, and end the same way, for ever. */
static void give_up(struct fb_engine *e)
{
    bool unreadable = e->news.failed == FB_DAMAGED || e->news.failed == FB_NEWER;
    if (unreadable)
        fb_log(FB_LOG_ERROR,
               "a row of the store in %s cannot be read (%s): stopping, and starting again does not help. "
               "`fairbank verify` on a copy names the row; restore the store from a copy that is whole",
               e->config->data, fb_err_text(e->news.failed));
    else
        fb_log(FB_LOG_ERROR, "a commit failed (%s): stopping. What was answered is on the disk; start again",
               fb_err_text(e->news.failed));
    e->exit = unreadable ? FB_EXIT_STORE : FB_EXIT_COMMIT;
    fb_loop_end(e->loop);
}

static void when_woken(void *ctx)
{
    struct fb_engine *e = ctx;
    /* News first: whatever they speak of has come back by then. */
    fb_commit_news(e->commit, &e->news);
    e->stats.commits = e->news.commits;
    answer_what_is_done(e);
    if (e->news.stats.events > e->events_seen) {
        e->events_seen = e->news.stats.events;
        uint64_t began_us = fb_clock_ticks_us();
        fb_outfeed_grown(e->feed);
        fb_meter_add(&e->meter.feed_us, &fb_meter_commit_us, fb_clock_ticks_us() - began_us);
        fb_ticker_grown(e->ticker, e->events_seen);
    }
    if (e->news.stats.issue != e->issue_seen)
        say_issue(e);
    fb_progress_log(&e->progress, &e->news.stats);
    if (e->news.issue_answered)
        fb_reload_answered(&e->reload, &e->news);
    if (e->news.failed != FB_OK)
        give_up(e);
    else if (e->news.stopped)
        fb_loop_end(e->loop);
    /* A feed acknowledgement may have been pushed meanwhile. */
    if (!e->stopping)
        fb_queue_hand_over(e->queue);
}

/* Who may do what has changed: sessions and waiting requests that may no longer be end now. */
static void recheck(struct fb_engine *e)
{
    fb_door_recheck(&e->door);
    fb_outfeed_recheck(e->feed);
}

/* The page is made anew every few seconds, whether anybody asks or not: nobody who asks can make the engine work. */
static void publish_metrics(struct fb_engine *e)
{
    const struct fb_metrics_from from = {.store = e->store, .queue = e->queue, .sessions = e->sessions, .tally = &e->tally,
                                         .news = &e->news, .care = &e->care, .stats = &e->stats, .meter = &e->meter,
                                         .now_ms = fb_clock_now_ms(), .started_ms = e->desk.started_ms};
    struct fb_text t;
    if (e->metrics == NULL || e->metrics_seconds++ % METRICS_SECONDS != 0)
        return;
    fb_metrics_look(&e->metrics_rate, &from);
    fb_text_init(&t, e->metrics_page, FB_METRICS_BYTES);
    fb_metrics_format(&t, &from, &e->metrics_rate);
    if (t.cut)
        fb_log(FB_LOG_WARN, "the metrics do not fit their page: none are shown");
    fb_metrics_publish(e->metrics, (struct fb_span){t.p, t.cut ? 0 : (uint32_t)t.n});
}

static bool open_metrics(struct fb_engine *e)
{
    if (e->config->metrics[0] == '\0')
        return true;
    e->metrics_page = malloc(FB_METRICS_BYTES);
    if (e->metrics_page == NULL || fb_metrics_open(&e->metrics, e->config->metrics) != FB_OK)
        return false;
    publish_metrics(e);
    fb_log(FB_LOG_INFO, "metrics: http://%s/metrics", e->config->metrics);
    return true;
}

static void when_second(void *ctx)
{
    struct fb_engine *e = ctx;
    if (fb_network_second(&e->network))
        recheck(e);
    fb_care_second(&e->care, e->commit);
    fb_behind_second(&e->behind);
    publish_metrics(e);
    fb_queue_trim(e->queue);
    fb_outfeed_second(e->feed);
    fb_ticker_second(e->ticker, e->news.stats.events);
}

static void stop(struct fb_engine *e)
{
    e->stopping = true;
    fb_log(FB_LOG_INFO, "stopping: %u messages to commit and answer", fb_queue_out(e->queue));
    fb_loop_deafen(e->loop);
    fb_reload_stop(&e->reload);
    fb_queue_hand_over(e->queue);
    fb_queue_finish(e->queue);
}

static void when_signalled(void *ctx, int which)
{
    struct fb_engine *e = ctx;
    if (which == SIGHUP && !e->stopping) {
        if (fb_network_reload(&e->network))
            recheck(e);
        fb_reload_start(&e->reload);
    } else if (which != SIGHUP && !e->stopping)
        stop(e);
    else if (which != SIGHUP)
        _exit(128 + which); /* told twice: at once; the store takes no harm from that */
}

/* ---- threads ---- */

static void tell_asker(void *ctx, const struct fb_peer *peer, const struct fb_result *r)
{
    struct fb_engine *e = ctx;
    fb_desk_tell(&e->desk, &e->door.outlet, peer, r);
}

static bool start_threads(struct fb_engine *e)
{
    struct fb_loop_socket sockets[FB_LOOP_SOCKETS_MAX] = {
        {.port = e->door_port, .most = DOOR_A_ROUND, .take = fb_door_take, .ctx = &e->door},
        {.port = e->feed_port, .most = FEED_A_ROUND, .take = fb_outfeed_take, .ctx = e->feed},
        {.port = e->ticker_port, .most = TICKER_A_ROUND},
    };
    unsigned n = 3 + fb_network_sockets(&e->network, &sockets[0], &sockets[1], &sockets[2], &sockets[3]);
    const struct fb_loop_hooks hooks = {e, when_turned, when_woken, when_second, when_signalled};
    if (fb_loop_open(&e->loop, sockets, n, &hooks) != FB_OK)
        return false;
    const struct fb_commit_with with = {e->turn,      e->store, e->queue, e->config->batch_max,
                                        fb_loop_wake, e->loop, &e->ports, &e->keys,
                                        (int64_t)e->config->checkpoint_minutes * 60000, &e->meter};
    uint64_t until = e->news.stats.journal; /* asked before the commit thread owns turn */
    if (fb_commit_start(&e->commit, &with) != FB_OK)
        return false;
    e->reload.config = e->config;
    e->reload.commit = e->commit;
    e->reload.loop = fb_loop_uv(e->loop);
    e->reload.tell = tell_asker;
    e->reload.ctx = e;
    return fb_tally_start(&e->tally, fb_loop_uv(e->loop), e->store, until) == FB_OK;
}

static void say_endpoints(struct fb_engine *e)
{
    const char *const words[] = {"door ", ", feed ", ", ticker "}, *const endpoints[] = {e->config->door,
                                                                                         e->config->feed,
                                                                                         e->config->ticker};
    char memory[1024];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    for (int i = 0; i < 3; i++) {
        fb_text_add(&t, words[i]);
        if (fb_config_endpoint(e->config, endpoints[i], &t) != FB_OK)
            fb_text_add(&t, "?"); /* cannot be: it fitted when it was bound */
    }
    fb_log(FB_LOG_INFO, "ready: %s; issue %" PRIu32, t.p, e->issue_seen);
}

enum fb_exit fb_wire_up(struct fb_engine *e)
{
    fb_loop_hold_signals(); /* from here on threads are made */
    enum fb_exit x = bind_ports(e);
    if (x != FB_EXIT_DONE)
        return x;
    if (!open_rooms(e) || !start_threads(e)) {
        fb_log(FB_LOG_ERROR, "no memory or no thread is left for the engine");
        return FB_EXIT_FAILED;
    }
    if (!open_metrics(e))
        return FB_EXIT_FAILED;
    say_endpoints(e);
    return FB_EXIT_DONE;
}
