#include "engine/shell/loop.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include <signal.h>
#include <stdlib.h>

enum { RETRY_MS = 20 };
struct fb_loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    uv_async_t wake;
    uv_timer_t second, retry;
    uv_signal_t signal[FB_LOOP_SIGNALS];
    uv_poll_t poll[FB_LOOP_SOCKETS_MAX];
    struct fb_loop_socket socket[FB_LOOP_SOCKETS_MAX];
    unsigned n;
    struct fb_loop_hooks hooks;
    bool deaf;
};

/* Only wakes the loop: see the header. */
static void on_poll(uv_poll_t *h, int status, int events)
{
    (void)h;
    (void)status;
    (void)events;
}

static void on_idle(uv_idle_t *h)
{
    (void)h;
}

static bool is_ready(const struct fb_loop_socket *s)
{
    if (s->port != NULL)
        return fb_port_ready(s->port);
    return s->zap != NULL ? fb_zap_ready(s->zap) : fb_port_news_ready(s->news);
}

static int fd_of(const struct fb_loop_socket *s)
{
    if (s->port != NULL)
        return fb_port_fd(s->port);
    return s->zap != NULL ? fb_zap_fd(s->zap) : fb_port_news_fd(s->news);
}

static void drain(const struct fb_loop_socket *s)
{
    if (s->port != NULL)
        fb_port_drain(s->port, s->most, s->take, s->ctx);
    else if (s->zap != NULL)
        fb_zap_serve(s->zap, s->most);
    else
        fb_port_news_hear(s->news);
}

static void on_prepare(uv_prepare_t *h)
{
    struct fb_loop *l = h->data;
    bool busy = false;
    for (unsigned i = 0; i < l->n; i++)
        busy |= is_ready(&l->socket[i]);
    if (busy && !l->deaf)
        uv_idle_start(&l->idle, on_idle);
    else
        uv_idle_stop(&l->idle);
}

static void on_retry(uv_timer_t *h)
{
    struct fb_loop *l = h->data;
    unsigned left = 0;
    for (unsigned i = 0; i < l->n; i++)
        left += l->socket[i].port != NULL ? fb_port_retry(l->socket[i].port, fb_clock_ticks_ms()) : 0;
    if (left == 0)
        uv_timer_stop(h);
}

/* A slow peer's frames are tried again by the clock. Waiting for its pipe in prepare would keep the loop
 * spinning: a ROUTER is writable as soon as one peer is. */
static void watch_kept(struct fb_loop *l)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < l->n; i++)
        kept += l->socket[i].port != NULL ? fb_port_kept(l->socket[i].port) : 0;
    if (kept > 0 && !uv_is_active((uv_handle_t *)&l->retry))
        uv_timer_start(&l->retry, on_retry, RETRY_MS, RETRY_MS);
}

static void on_check(uv_check_t *h)
{
    struct fb_loop *l = h->data;
    for (unsigned i = 0; i < l->n && !l->deaf; i++)
        drain(&l->socket[i]);
    l->hooks.turned(l->hooks.ctx);
    watch_kept(l);
}

static void on_wake(uv_async_t *h)
{
    struct fb_loop *l = h->data;
    l->hooks.woken(l->hooks.ctx);
}

static void on_second(uv_timer_t *h)
{
    struct fb_loop *l = h->data;
    l->hooks.second(l->hooks.ctx);
}

static void on_signal(uv_signal_t *h, int which)
{
    struct fb_loop *l = h->data;
    l->hooks.signalled(l->hooks.ctx, which);
}

static const int signals[FB_LOOP_SIGNALS] = {SIGTERM, SIGINT, SIGHUP};

static void mask(int how)
{
    sigset_t set;
    sigemptyset(&set);
    for (unsigned i = 0; i < FB_LOOP_SIGNALS; i++)
        sigaddset(&set, signals[i]);
    (void)pthread_sigmask(how, &set, NULL);
}

void fb_loop_hold_signals(void)
{
    mask(SIG_BLOCK);
}

static bool start_handles(struct fb_loop *l)
{
    bool good = uv_prepare_init(&l->uv, &l->prepare) == 0 && uv_check_init(&l->uv, &l->check) == 0 &&
                uv_idle_init(&l->uv, &l->idle) == 0 && uv_timer_init(&l->uv, &l->second) == 0 &&
                uv_timer_init(&l->uv, &l->retry) == 0 && uv_async_init(&l->uv, &l->wake, on_wake) == 0 &&
                uv_prepare_start(&l->prepare, on_prepare) == 0 && uv_check_start(&l->check, on_check) == 0 &&
                uv_timer_start(&l->second, on_second, 1000, 1000) == 0;
    l->prepare.data = l->check.data = l->second.data = l->retry.data = l->wake.data = l;
    for (unsigned i = 0; i < FB_LOOP_SIGNALS && good; i++) {
        good = uv_signal_init(&l->uv, &l->signal[i]) == 0 &&
               uv_signal_start(&l->signal[i], on_signal, signals[i]) == 0;
        l->signal[i].data = l;
    }
    for (unsigned i = 0; i < l->n && good; i++)
        good = uv_poll_init(&l->uv, &l->poll[i], fd_of(&l->socket[i])) == 0 &&
               uv_poll_start(&l->poll[i], UV_READABLE, on_poll) == 0;
    return good;
}

enum fb_err fb_loop_open(struct fb_loop **out, const struct fb_loop_socket *socket, unsigned n,
                         const struct fb_loop_hooks *hooks)
{
    fb_assert(n <= FB_LOOP_SOCKETS_MAX);
    struct fb_loop *l = calloc(1, sizeof *l);
    if (l == NULL || uv_loop_init(&l->uv) != 0) {
        free(l);
        return FB_FULL;
    }
    l->hooks = *hooks;
    l->n = n;
    for (unsigned i = 0; i < n; i++)
        l->socket[i] = socket[i];
    *out = l;
    if (start_handles(l))
        return FB_OK;
    fb_loop_close(out);
    return FB_IO;
}

uv_loop_t *fb_loop_uv(struct fb_loop *l)
{
    return &l->uv;
}

void fb_loop_run(struct fb_loop *l)
{
    mask(SIG_UNBLOCK);
    (void)uv_run(&l->uv, UV_RUN_DEFAULT);
    mask(SIG_BLOCK);
}

void fb_loop_end(struct fb_loop *l)
{
    uv_stop(&l->uv);
}

void fb_loop_deafen(struct fb_loop *l)
{
    l->deaf = true;
}

void fb_loop_wake(void *loop)
{
    struct fb_loop *l = loop;
    (void)uv_async_send(&l->wake);
}

static void close_handle(uv_handle_t *h, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

void fb_loop_close(struct fb_loop **loop)
{
    struct fb_loop *l = *loop;
    *loop = NULL;
    if (l == NULL)
        return;
    uv_walk(&l->uv, close_handle, NULL);
    (void)uv_run(&l->uv, UV_RUN_DEFAULT); /* also waits for work on the threads of the pool */
    int rc = uv_loop_close(&l->uv);
    fb_assert(rc == 0);
    free(l);
}
