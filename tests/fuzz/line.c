#include "tests/fuzz/line.h"
#include "engine/base/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { FRAMES = 64, EVENTS = 160 }; /* as many as a program has steps, and more: none of a connection gets lost */
struct line line;
static struct waiting {
    void *bytes; /* exactly as many, so that whoever reads on is seen */
    size_t n;
} frame[FRAMES];
static uint16_t event[EVENTS];
static unsigned n_frames, n_events;
static bool half_told;
static char dealer, monitor, context; /* what handles point to */

void line_lose(void)
{
    while (n_frames > 0)
        free(frame[--n_frames].bytes);
}

void line_begin(void (*heard)(const void *frame, size_t n))
{
    line_lose();
    n_events = 0;
    half_told = false;
    line = (struct line){.now_ms = 1000, .there = true, .heard = heard};
}

void line_put(const void *bytes, size_t n)
{
    if (n_frames == FRAMES)
        return;
    void *copy = malloc(n > 0 ? n : 1);
    fb_assert(copy != NULL);
    if (n > 0)
        memcpy(copy, bytes, n);
    frame[n_frames++] = (struct waiting){copy, n};
}

void line_tell(uint16_t what)
{
    if (n_events < EVENTS)
        event[n_events++] = what;
}

static int later(int why)
{
    errno = why;
    return -1;
}

static bool is_interrupted(void)
{
    bool is = line.interrupted > 0;
    line.interrupted -= is;
    return is;
}

/* ---- in place of the library's ---- */

int64_t __wrap_fb_dealer_now_ms(void);
int64_t __wrap_fb_dealer_now_ms(void)
{
    return line.now_ms;
}

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left)
{
    (void)left;
    line.now_ms += wanted->tv_sec * 1000 + wanted->tv_nsec / 1000000;
    return 0;
}

void *zmq_ctx_new(void)
{
    return &context;
}

int zmq_ctx_term(void *of)
{
    fb_assert(of == &context);
    return 0;
}

void *zmq_socket(void *of, int type)
{
    fb_assert(of == &context && (type == ZMQ_DEALER || type == ZMQ_PAIR));
    return type == ZMQ_DEALER ? &dealer : &monitor;
}

int zmq_setsockopt(void *socket, int option, const void *value, size_t n)
{
    (void)option, (void)value, (void)n;
    fb_assert(socket == &dealer);
    return 0;
}

int zmq_connect(void *socket, const char *endpoint)
{
    (void)endpoint;
    fb_assert(socket == &dealer || socket == &monitor);
    return 0;
}

int zmq_socket_monitor(void *socket, const char *endpoint, int events)
{
    (void)endpoint, (void)events;
    fb_assert(socket == &dealer);
    return 0;
}

/* What a connection had goes with it. */
int zmq_close(void *socket)
{
    if (socket == &dealer)
        line_lose();
    return 0;
}

int zmq_send(void *socket, const void *bytes, size_t n, int flags)
{
    fb_assert(socket == &dealer && flags == ZMQ_DONTWAIT);
    if (is_interrupted())
        return later(EINTR);
    if (!line.there || line.full)
        return later(EAGAIN);
    line.heard(bytes, n);
    return (int)n;
}

/* An event is two frames: its number with a value, and an address. */
static int take_event(void *into, size_t size)
{
    if (n_events == 0)
        return later(EAGAIN);
    half_told = !half_told;
    if (half_told) {
        fb_assert(size >= 6);
        memset(into, 0, 6);
        memcpy(into, &event[0], sizeof event[0]);
        return 6;
    }
    memmove(&event[0], &event[1], --n_events * sizeof event[0]);
    return 0;
}

int zmq_recv(void *socket, void *into, size_t size, int flags)
{
    fb_assert(flags == ZMQ_DONTWAIT);
    if (socket == &monitor)
        return take_event(into, size);
    if (is_interrupted())
        return later(EINTR);
    if (!line.there || n_frames == 0)
        return later(EAGAIN);
    struct waiting first = frame[0];
    if (first.n > 0)
        memcpy(into, first.bytes, first.n < size ? first.n : size);
    free(first.bytes);
    memmove(&frame[0], &frame[1], --n_frames * sizeof frame[0]);
    return (int)first.n;
}

int zmq_poll(zmq_pollitem_t *item, int n, long timeout_ms)
{
    bool out = (item[0].events & ZMQ_POLLOUT) != 0;
    fb_assert(item[0].socket == &dealer && n <= 2);
    if (line.there && (out ? !line.full : n_frames > 0))
        return 1;
    if (n == 2 && n_events > 0)
        return 1;
    line.now_ms += timeout_ms > 0 ? timeout_ms : 0;
    return 0;
}
