#include "adapters/lib/feed.h"
#include "adapters/lib/dealer.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

/* Pages come from an engine that we trust to bound them, so the bound is generous; questions are short. */
enum { PAGE_BYTES = 4 << 20, ARENA_BYTES = 16 << 20, ASK_BYTES = 1024, ASK_MS = 1500, LOOK_MS = 10 };

struct fb_feed_client {
    void *context, *socket;
    char *endpoint;
    struct fb_curve curve;
    unsigned char *frame;
    struct fb_arena arena;
};

static enum fb_err connect_anew(struct fb_feed_client *f)
{
    if (f->socket != NULL)
        zmq_close(f->socket);
    f->socket = NULL;
    return fb_dealer_open_with(&f->socket, f->context, f->endpoint, PAGE_BYTES, NULL, &f->curve);
}

static enum fb_err set_up(struct fb_feed_client *f, const char *endpoint)
{
    size_t n = strlen(endpoint) + 1;
    void *memory = malloc(ARENA_BYTES);
    if (memory != NULL)
        fb_arena_init(&f->arena, memory, ARENA_BYTES);
    f->frame = malloc(PAGE_BYTES);
    f->endpoint = malloc(n);
    if (memory == NULL || f->frame == NULL || f->endpoint == NULL)
        return FB_FULL;
    memcpy(f->endpoint, endpoint, n);
    f->context = zmq_ctx_new();
    return f->context == NULL ? FB_IO : connect_anew(f);
}

enum fb_err fb_feed_open(struct fb_feed_client **out, const char *endpoint)
{
    return fb_feed_open_with(out, endpoint, NULL);
}

enum fb_err fb_feed_open_with(struct fb_feed_client **out, const char *endpoint, const struct fb_curve *curve)
{
    struct fb_feed_client *f = calloc(1, sizeof *f);
    if (f != NULL && curve != NULL)
        f->curve = *curve;
    enum fb_err e = f == NULL ? FB_FULL : set_up(f, endpoint);
    if (e == FB_OK)
        *out = f;
    else
        fb_feed_close(&f);
    return e;
}

void fb_feed_close(struct fb_feed_client **feed)
{
    struct fb_feed_client *f = *feed;
    *feed = NULL;
    if (f == NULL)
        return;
    if (f->socket != NULL)
        zmq_close(f->socket);
    if (f->context != NULL)
        zmq_ctx_term(f->context);
    free(f->arena.base);
    free(f->frame);
    free(f->endpoint);
    fb_curve_close(&f->curve);
    free(f);
}

/* Waits until the socket can do it, but not past the deadline. */
static bool wait_until(void *socket, short events, int64_t deadline_ms)
{
    zmq_pollitem_t item = {socket, 0, events, 0};
    int64_t left = deadline_ms - fb_dealer_now_ms();
    return left >= 0 && zmq_poll(&item, 1, left) > 0;
}

static enum fb_err send_by(struct fb_feed_client *f, const void *frame, size_t n, int64_t deadline_ms)
{
    if (n == 0)
        return FB_LIMIT;
    while (zmq_send(f->socket, frame, n, ZMQ_DONTWAIT) < 0) {
        if (errno != EAGAIN && errno != EINTR)
            return FB_IO;
        if (!wait_until(f->socket, ZMQ_POLLOUT, deadline_ms) && fb_dealer_now_ms() >= deadline_ms)
            return FB_NOT_FOUND;
    }
    return FB_OK;
}

static enum fb_err receive_by(struct fb_feed_client *f, int64_t deadline_ms, struct fb_span *out)
{
    int n;
    while ((n = zmq_recv(f->socket, f->frame, PAGE_BYTES, ZMQ_DONTWAIT)) < 0) {
        if (errno != EAGAIN && errno != EINTR)
            return FB_IO;
        if (!wait_until(f->socket, ZMQ_POLLIN, deadline_ms) && fb_dealer_now_ms() >= deadline_ms)
            return FB_NOT_FOUND;
    }
    *out = (struct fb_span){(const char *)f->frame, (uint32_t)n};
    return n <= PAGE_BYTES ? FB_OK : FB_DAMAGED;
}

/* Events ascend, from behind the place that was asked for to the one where the page leads: else a consumer would go back, or past some. */
static bool is_in_order(const struct fb_feed_ask *ask, const struct fb_feed_page *page)
{
    uint64_t before = ask->from_cursor || page->epoch != ask->epoch ? 0 : ask->after;
    for (unsigned i = 0; i < page->n; i++) {
        if (page->row[i].seq <= before)
            return false;
        before = page->row[i].seq;
    }
    return page->n == 0 || page->next >= before;
}

static enum fb_err read_page(struct fb_feed_client *f, struct fb_span frame, const struct fb_feed_ask *ask, struct fb_feed_page *page)
{
    enum fb_frame_kind kind;
    struct fb_span payload;
    fb_arena_reset(&f->arena);
    if (fb_frame_open(frame, &kind, &payload) != FB_REASON_NONE || kind != FB_FRAME_FEED_PAGE ||
        fb_decode_feed_page(payload, &f->arena, page) != FB_REASON_NONE || !is_in_order(ask, page))
        return FB_DAMAGED;
    return FB_OK;
}

enum fb_err fb_feed_next(struct fb_feed_client *f, const struct fb_feed_ask *ask, int timeout_ms,
                         struct fb_feed_page *page)
{
    unsigned char frame[ASK_BYTES];
    struct fb_span answer;
    int64_t deadline = fb_dealer_now_ms() + timeout_ms;
    enum fb_err e = send_by(f, frame, fb_encode_feed_ask(ask, frame, sizeof frame), deadline);
    if (e == FB_OK)
        e = receive_by(f, deadline, &answer);
    if (e == FB_OK)
        return read_page(f, answer, ask, page);
    /* A late answer to this question must not be taken for the answer to the next: its connection goes. */
    if (e == FB_NOT_FOUND && connect_anew(f) != FB_OK)
        return FB_IO;
    return e;
}

enum fb_err fb_feed_ack(struct fb_feed_client *f, const struct fb_feed_ack *ack, int timeout_ms)
{
    unsigned char frame[ASK_BYTES];
    return send_by(f, frame, fb_encode_feed_ack(ack, frame, sizeof frame), fb_dealer_now_ms() + timeout_ms);
}

enum fb_err fb_feed_settle(struct fb_feed_client *f, const struct fb_feed_ack *ack, int timeout_ms)
{
    const struct fb_feed_ask ask = {.cursor = ack->cursor, .from_cursor = true, .limit = 1};
    int64_t deadline = fb_dealer_now_ms() + timeout_ms;
    while (fb_dealer_now_ms() < deadline) {
        struct fb_feed_page page;
        int64_t left = deadline - fb_dealer_now_ms();
        enum fb_err e = fb_feed_next(f, &ask, left < ASK_MS ? (int)left : ASK_MS, &page);
        if (e == FB_NOT_FOUND)
            continue;
        if (e != FB_OK || page.reason != FB_REASON_NONE)
            return e != FB_OK ? e : page.reason == FB_REASON_FIELD_RANGE ? FB_REFUSED : FB_DENIED;
        if (page.n == 0 ? page.next >= ack->seq : page.row[0].seq > ack->seq)
            return FB_OK;
        nanosleep(&(struct timespec){0, LOOK_MS * 1000000L}, NULL);
    }
    return FB_NOT_FOUND;
}

const char *fb_feed_refusal(enum fb_reason reason)
{
    if (reason == FB_REASON_FIELD_RANGE)
        return "the engine's store was made anew: its events begin again with the first";
    if (reason == FB_REASON_NOT_YOURS)
        return "the engine gives no events to this key: it was revoked, has no role `feed`, or may not see that trust. The place is kept; give "
               "it the role in the engine's file of identities, and send the engine SIGHUP";
    return fb_reason_text(reason);
}

void fb_event_id(char out[FB_EVENT_ID_BYTES], const struct fb_event_row *row, uint64_t page_epoch)
{
    snprintf(out, FB_EVENT_ID_BYTES, "%" PRIu64 "-%" PRIu64, row->epoch != 0 ? row->epoch : page_epoch, row->seq);
}
