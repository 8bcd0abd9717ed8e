/* From a publisher's send to a durable consumer's receipt: the record is sent, accepted, committed, judged and told; the consumer, a
 * process of its own, writes the page to its file and flushes it; then the clock is read. One consumer takes every event, one only
 * findings, each asks again as soon as its page is safe, as `fairbank events --follow --cursor` does. Beside it, what the disk alone
 * takes for a flush at the same time, and by the engine's own count where a batch's time goes. */
#include "adapters/lib/client.h"
#include "adapters/lib/feed.h"
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/engine.h"
#include "tests/bench/scrape.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { A_SECOND = 2000, SECONDS = 15, COUNT = A_SECOND * SECONDS, WARM_UP = A_SECOND, CONSUMERS = 2, WINDOW = 1024, FLUSHES = 4096, FLUSH_BYTES = 16384, FLUSH_EVERY_MS = 50 };
/* Seen by all of its processes. */
struct shared {
    atomic_bool over;
    int64_t sent_ns[COUNT], answered_ns[COUNT], received_ns[CONSUMERS][COUNT];
    uint64_t events[CONSUMERS], pages[CONSUMERS];
    int64_t flush_ns[FLUSHES];
    unsigned n_flushes;
};
static const char *const names[CONSUMERS] = {"every event", "findings only"};

/* ---- the consumers ---- */

/* What is told of the n-th booking: its reference is B and n. */
static void note(struct shared *s, unsigned which, const struct fb_feed_page *page)
{
    int64_t now = bench_now_ns();
    for (unsigned i = 0; i < page->n; i++) {
        struct fb_span ref = page->row[i].event.record_ref;
        int64_t n = -1;
        if (ref.n > 1 && ref.p[0] == 'B' && fb_parse_int(&n, (struct fb_span){ref.p + 1, ref.n - 1}) == FB_OK && n >= 0 && n < COUNT &&
            s->received_ns[which][n] == 0)
            s->received_ns[which][n] = now;
    }
    s->events[which] += page->n;
    s->pages[which] += page->n > 0;
}

/* What a consumer keeps: enough bytes that the flush is one of a real page. */
static void make_safe(int fd, const struct fb_feed_page *page)
{
    for (unsigned i = 0; i < page->n; i++)
        fb_assert(write(fd, &page->row[i].event, sizeof(page->row[i].event)) == (ssize_t)sizeof(page->row[i].event));
    fb_assert(fdatasync(fd) == 0);
}

static void consume(struct shared *s, const struct bench_engine *e, unsigned which)
{
    static const enum fb_event_kind findings[] = {FB_EVENT_RATECAP_BREACHED, FB_EVENT_RATECAP_OVER_ESTIMATE, FB_EVENT_RATE_OFF_CARD,
                                                  FB_EVENT_ASSURANCE_FINDING};
    struct fb_feed_client *feed = NULL;
    struct fb_feed_page page;
    struct fb_feed_ask ask = {.cursor = fb_span_of(which == 0 ? "bench-all" : "bench-findings"), .from_cursor = true, .wait = true};
    char path[96];
    for (size_t i = 0; which != 0 && i < sizeof findings / sizeof findings[0]; i++)
        fb_event_set_add(&ask.filter.kinds, findings[i]);
    snprintf(path, sizeof(path), "%s/kept-%u", e->folder, which);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fb_assert(fd >= 0 && fb_feed_open(&feed, e->feed) == FB_OK);
    while (!atomic_load(&s->over)) {
        enum fb_err err = fb_feed_next(feed, &ask, 500, &page);
        if (err == FB_NOT_FOUND)
            continue;
        fb_assert(err == FB_OK && page.reason == FB_REASON_NONE);
        if (page.n > 0)
            make_safe(fd, &page);
        note(s, which, &page);
        ask.from_cursor = false;
        ask.epoch = page.epoch;
        ask.after = page.next;
        err = fb_feed_ack(feed, &(struct fb_feed_ack){ask.cursor, page.epoch, page.next}, 500);
        fb_assert(err == FB_OK || err == FB_NOT_FOUND); /* a position that is lost is made good by the next */
    }
    close(fd);
    fb_feed_close(&feed);
}

/* A flush of a few pages into a file that grows, on the engine's disk and without the engine: what nobody could be quicker than. */
static void flush_alone(struct shared *s, const struct bench_engine *e, unsigned which)
{
    static const char pages[FLUSH_BYTES];
    char path[96];
    (void)which;
    snprintf(path, sizeof(path), "%s/flushed", e->folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fb_assert(fd >= 0);
    for (; !atomic_load(&s->over) && s->n_flushes < FLUSHES; s->n_flushes++) {
        int64_t from = bench_now_ns();
        fb_assert(write(fd, pages, sizeof(pages)) == (ssize_t)sizeof(pages) && fdatasync(fd) == 0);
        s->flush_ns[s->n_flushes] = bench_now_ns() - from;
        nanosleep(&(struct timespec){0, FLUSH_EVERY_MS * 1000000}, NULL);
    }
    close(fd);
}

static pid_t start_beside(void (*run)(struct shared *, const struct bench_engine *, unsigned), struct shared *s, const struct bench_engine *e, unsigned which)
{
    pid_t pid = fork();
    fb_assert(pid >= 0);
    if (pid == 0) {
        run(s, e, which);
        _exit(0);
    }
    return pid;
}

/* ---- the publisher ---- */

struct paced {
    struct shared *s;
    struct fb_client *client;
    uint64_t next, answered;
};

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    struct paced *p = ctx;
    fb_assert(answer->reason == FB_REASON_NONE);
    p->s->answered_ns[tag] = bench_now_ns();
    p->answered++;
}

static void send_due(struct paced *p, uint64_t due)
{
    static struct bench_texts texts;
    static struct fb_record record;
    while (p->next < COUNT && p->next <= due) {
        bench_booking(p->next, fb_span_of("bench-alert"), &texts, &record);
        p->s->sent_ns[p->next] = bench_now_ns();
        if (fb_client_publish(p->client, &record, p->next) != FB_OK)
            break;
        p->next++;
    }
}

static void publish(struct shared *s, const struct bench_engine *e)
{
    struct paced p = {.s = s};
    struct fb_client_options o = {.endpoint = e->door, .answered = on_answer, .ctx = &p};
    o.hello.source = (struct fb_source){.name = fb_span_of("bench-alert"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = WINDOW,
                                        .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    o.hello.adapter = fb_span_of("bench");
    fb_assert(fb_client_open(&p.client, &o) == FB_OK);
    while (fb_client_state(p.client) != FB_CLIENT_WELCOME)
        fb_assert(fb_client_poll(p.client, 20) == FB_OK);
    int64_t from = bench_now_ns();
    while (p.answered < COUNT) {
        send_due(&p, (uint64_t)((bench_now_ns() - from) * A_SECOND / 1000000000));
        fb_assert(fb_client_poll(p.client, 0) == FB_OK);
        nanosleep(&(struct timespec){0, 100000}, NULL); /* the machine is shared with the engine and the consumers */
    }
    fb_client_close(&p.client);
}

/* ---- what came of it ---- */

enum { QUANTILES = 3 };
static const struct {
    unsigned per_mille;
    const char *words;
} quantile[QUANTILES] = {{500, "p50"}, {990, "p99"}, {999, "p99.9"}};

static void report_quantiles(const char *what, int64_t *took, size_t n)
{
    fb_assert(n > 0);
    for (unsigned i = 0; i < QUANTILES; i++) {
        char name[96];
        snprintf(name, sizeof(name), "%s, %s", what, quantile[i].words);
        bench_figure_decimal("alert", name, bench_quantile(took, n, quantile[i].per_mille) / 1000, 3, "ms");
    }
}

static void report(const char *what, const int64_t *from_ns, const int64_t *until_ns)
{
    static int64_t took[COUNT];
    size_t n = 0;
    for (unsigned i = WARM_UP; i < COUNT; i++)
        if (until_ns[i] != 0)
            took[n++] = until_ns[i] > from_ns[i] ? until_ns[i] - from_ns[i] : 0;
    report_quantiles(what, took, n);
}

/* Where a batch's time goes, by the engine's own count: a bucket's bound each, so that at most so long is meant. */
static void report_parts(const struct bench_page *page)
{
    static const struct {
        const char *metric, *words;
    } part[] = {{"queue_wait_seconds", "of a batch, its first message's wait"}, {"commit_seconds", "of a batch, judged and durable"},
                {"flush_seconds", "of that, the flush"}, {"wake_seconds", "of a batch, until answers are sent"}, {"feed_seconds", "of a batch, telling who waits"}};
    int64_t batches = bench_metric(page, "batch_messages_count");
    bench_figure("alert", "batches", batches, "");
    bench_figure("alert", "messages a batch", batches > 0 ? bench_metric(page, "batch_messages_sum") / batches : 0, "");
    for (unsigned i = 0; i < sizeof(part) / sizeof(part[0]); i++)
        for (unsigned k = 0; k < QUANTILES; k++) {
            char name[96];
            int64_t us = bench_metric_below_us(page, part[i].metric, quantile[k].per_mille);
            snprintf(name, sizeof(name), "%s, %s at most", part[i].words, quantile[k].words);
            if (us >= 0)
                bench_figure_decimal("alert", name, us, 3, "ms");
        }
}

/* Under load the first figure is the disk's and the scheduler's, the last the feed's own. */
static void report_all(struct shared *s)
{
    report_quantiles("a flush alone", s->flush_ns, s->n_flushes);
    report("send to durable answer", s->sent_ns, s->answered_ns);
    for (unsigned i = 0; i < CONSUMERS; i++) {
        char name[64];
        snprintf(name, sizeof(name), "accept-to-alert, %s", names[i]);
        report(name, s->sent_ns, s->received_ns[i]);
        snprintf(name, sizeof(name), "of it after the answer, %s", names[i]);
        report(name, s->answered_ns, s->received_ns[i]);
        snprintf(name, sizeof(name), "events a page, %s", names[i]);
        bench_figure("alert", name, s->pages[i] > 0 ? (int64_t)(s->events[i] / s->pages[i]) : 0, "");
    }
}

static struct shared *share(const struct bench_engine *e)
{
    char path[96];
    snprintf(path, sizeof(path), "%s/shared", e->folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    fb_assert(fd >= 0 && ftruncate(fd, sizeof(struct shared)) == 0);
    struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    fb_assert(s != MAP_FAILED);
    close(fd);
    return s;
}

void bench_alert(const char *bin)
{
    static struct bench_page page;
    char metrics[64];
    const char *const setting[] = {metrics, NULL};
    const unsigned port = 20000 + (unsigned)getpid() % 20000;
    struct bench_engine e;
    pid_t beside[CONSUMERS + 1];
    snprintf(metrics, sizeof(metrics), "metrics=127.0.0.1:%u", port);
    bench_engine_open(&e);
    struct shared *s = share(&e);
    bench_engine_start(&e, bin, setting);
    for (unsigned i = 0; i < CONSUMERS; i++)
        beside[i] = start_beside(consume, s, &e, i);
    beside[CONSUMERS] = start_beside(flush_alone, s, &e, 0);
    publish(s, &e);
    nanosleep(&(struct timespec){3, 0}, NULL); /* the last pages, and a page of figures that has them */
    fb_assert(bench_scrape(&page, port));
    atomic_store(&s->over, true);
    for (unsigned i = 0; i <= CONSUMERS; i++)
        (void)waitpid(beside[i], NULL, 0);
    bench_engine_stop(&e);
    report_all(s);
    report_parts(&page);
    (void)munmap(s, sizeof(*s));
}
