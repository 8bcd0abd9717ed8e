/* The power cut. The engine is fed under the disk shim, which logs what it does to its file; publishers and
 * consumer add to the same log what they were told. Then, for many instants, the file is rebuilt as a disk
 * could hold it had the power gone there. In each image the store opens, what had been acknowledged and shown
 * by then is in it, and everything decided again is the same; in some the engine itself is started and
 * everybody goes on. As a check on the check, some instants are tried on a disk that says "written" too
 * early: there, something must be missing. */
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "engine/turn/turn.h"
#include "tests/flow/crash.h"
#include "tests/flow/disk_image.h"
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    MESSAGES_BEFORE = 90,
    MESSAGES_LEAST = 300,
    MESSAGES_MOST = 1500,
    STARTS = 40,
    START_EVERY = 12,
    FORGETFUL = 60,
    FORGETFUL_EVERY = 3,
    PROGRESS_MS = 5000
};
struct cutting {
    struct fb_disk_log log;
    struct fb_disk_image flushed, image;
    size_t done, told; /* records of the log that are in `flushed`; that the ledger knows */
    struct crash_message *message[CRASH_PUBLISHERS]; /* as they were answered in the end */
    uint64_t *hash;
    size_t n_events, seen_before;
    char data[FB_TEST_PATH], log_file[FB_TEST_PATH];
    int log_fd;
    uint64_t started, forgetful;
};

/* ---- feeding under the shim ---- */

static void note(const struct cutting *k, enum fb_disk_kind kind, uint64_t at)
{
    const struct fb_disk_head head = {kind, 0, at, 0};
    if (k->log_fd >= 0)
        fb_assert(write(k->log_fd, &head, sizeof head) == (ssize_t)sizeof head);
}

static void on_first(struct crash_publisher *p, uint64_t tag)
{
    note(p->c->cut, FB_DISK_ACK, (uint64_t)p->number << 32 | tag);
}

static void on_new(struct crash_consumer *l, uint64_t seq)
{
    note(l->c->cut, FB_DISK_SEEN, seq);
}

static size_t open_messages(const struct crash *c)
{
    size_t n = 0;
    for (unsigned i = 0; i < CRASH_PUBLISHERS; i++)
        n += c->publisher[i].n - c->publisher[i].answered;
    return n;
}

/* A few at a time, so that there are many commits. */
static void feed(struct crash *c, unsigned messages)
{
    crash_settle(c);
    for (unsigned i = 0; i < messages && c->f.wrong == 0; i++) {
        size_t most = (size_t)fb_prng_below(&c->r, 10);
        crash_publisher_add(&c->publisher[fb_prng_below(&c->r, CRASH_PUBLISHERS)], &c->r);
        while (open_messages(c) > most && c->f.wrong == 0 && crash_engine_lives(&c->engine))
            crash_work(c, UINT32_MAX);
    }
    crash_settle(c);
}

static void stop(struct crash *c)
{
    crash_engine_end(&c->engine, SIGTERM);
    if (c->engine.status != 0)
        crash_wrong(c, "told to stop, the engine ended with %#x", (unsigned)c->engine.status);
}

/* More instants, more to cut. */
static unsigned messages_for(size_t cuts)
{
    return cuts + MESSAGES_LEAST < MESSAGES_MOST ? (unsigned)cuts + MESSAGES_LEAST : MESSAGES_MOST;
}

static void record(struct crash *c, struct cutting *k, const char *shim_disk, size_t cuts)
{
    crash_engine_start(&c->engine, NULL);
    feed(c, MESSAGES_BEFORE);
    stop(c);
    k->flushed.bytes = fb_test_file_read(k->data, &k->flushed.size);
    k->flushed.room = k->flushed.size;
    fb_assert(setenv(FB_SHIM_DATA, k->data, 1) == 0 && setenv(FB_SHIM_LOG, k->log_file, 1) == 0);
    k->log_fd = open(k->log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fb_assert(k->log_fd >= 0);
    k->seen_before = c->consumer.n;
    c->engine.preload = shim_disk;
    crash_engine_start(&c->engine, NULL);
    c->engine.preload = NULL;
    feed(c, messages_for(cuts));
    stop(c);
    close(k->log_fd);
    k->log_fd = -1;
}

/* ---- what was known at an instant ---- */

static void keep_all(struct crash *c, struct cutting *k)
{
    for (unsigned i = 0; i < CRASH_PUBLISHERS; i++) {
        size_t size = c->publisher[i].n * sizeof *k->message[i];
        k->message[i] = malloc(size);
        fb_assert(k->message[i] != NULL);
        memcpy(k->message[i], c->publisher[i].message, size);
    }
    k->n_events = c->consumer.n;
    k->hash = malloc(k->n_events * sizeof *k->hash);
    fb_assert(k->hash != NULL);
    memcpy(k->hash, c->consumer.hash, k->n_events * sizeof *k->hash);
}

/* All that the log does not tell of was told before it begins. */
static void forget_all(struct crash *c, struct cutting *k)
{
    for (size_t i = 0; i < k->log.n; i++) {
        uint64_t at = k->log.head[i].at;
        if (k->log.head[i].kind == FB_DISK_ACK)
            k->message[at >> 32][at & UINT32_MAX].answered = false;
    }
    c->consumer.n = k->seen_before;
    k->told = 0;
}

/* The ledger as it was when the power went during that record. */
static void know_at(struct crash *c, struct cutting *k, size_t cut)
{
    for (; k->told < cut; k->told++) {
        uint64_t at = k->log.head[k->told].at;
        if (k->log.head[k->told].kind == FB_DISK_ACK)
            k->message[at >> 32][at & UINT32_MAX].answered = true;
        else if (k->log.head[k->told].kind == FB_DISK_SEEN)
            c->consumer.n = (size_t)at;
    }
    for (unsigned i = 0; i < CRASH_PUBLISHERS; i++) {
        struct crash_publisher *p = &c->publisher[i];
        memcpy(p->message, k->message[i], p->n * sizeof *p->message);
        p->answered = 0;
        for (size_t m = 0; m < p->n; m++)
            p->answered += p->message[m].answered;
    }
    memcpy(c->consumer.hash, k->hash, c->consumer.n * sizeof *k->hash);
}

/* ---- one cut ---- */

/* The engine opens to write, and mends what a cut may leave; only then does a reader look. */
static void look(struct crash *c)
{
    struct fb_store *store = NULL;
    struct fb_verify v = {.equal = false};
    const char *why = "";
    if (fb_store_open(&store, c->engine.data, &(struct fb_store_options){.create = false}, &why) != FB_OK) {
        crash_wrong(c, "the store does not open: %s", why);
        return;
    }
    if (fb_turn_verify(store, &fb_ports, NULL, &v) != FB_OK || !v.equal)
        crash_wrong(c, "decided again, it is not the same: %s", v.first_difference);
    c->f.entries += v.entries;
    fb_store_close(&store);
    crash_check_store(c, c->engine.data);
}

/* Publishers and consumer go on with what they knew then. */
static void go_on(struct crash *c, struct cutting *k)
{
    size_t seen = c->consumer.n;
    for (unsigned i = 0; i < CRASH_PUBLISHERS; i++)
        crash_publisher_die(&c->publisher[i]);
    c->consumer.at = c->consumer.head = c->consumer.acked = seen;
    crash_consumer_die(&c->consumer);
    crash_engine_start(&c->engine, NULL);
    crash_check(c);
    crash_engine_end(&c->engine, SIGKILL);
    c->consumer.n = seen;
    k->started++;
}

static void rebuild(struct crash *c, struct cutting *k, size_t cut, bool forgetful)
{
    enum fb_disk_tear tear = (enum fb_disk_tear)fb_prng_below(&c->r, FB_DISK_TEARS);
    fb_disk_cut(&k->image, &k->flushed, &k->log, k->done, cut, tear, forgetful, &c->r);
    fb_test_file_write(k->data, k->image.bytes, k->image.size);
    know_at(c, k, cut);
}

static void cut_at(struct crash *c, struct cutting *k, size_t cut, size_t number, size_t cuts)
{
    fb_disk_advance(&k->flushed, &k->log, &k->done, cut);
    if (number % (cuts / FORGETFUL + FORGETFUL_EVERY) == 0) {
        rebuild(c, k, cut, true);
        c->probing = true;
        look(c);
        c->probing = false;
        k->forgetful++;
    }
    rebuild(c, k, cut, false);
    look(c);
    if (c->f.wrong == 0 && number % (cuts / STARTS + START_EVERY) == 0)
        go_on(c, k);
    if (c->f.wrong > 0)
        printf("crash: that was power cut %zu, during disk operation %zu of %zu\n", number, cut, k->log.n);
}

/* ---- all of them ---- */

static int ascending(const void *a, const void *b)
{
    size_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* During a change of the file, mostly; else at any record: just after an answer, too. */
static size_t draw_cut(struct crash *c, const struct cutting *k)
{
    bool any = fb_prng_below(&c->r, 4) == 0;
    for (;;) {
        size_t at = (size_t)fb_prng_below(&c->r, k->log.n + 1);
        if (any || (at < k->log.n && k->log.head[at].kind < FB_DISK_ACK))
            return at;
    }
}

static void cut_all(struct crash *c, struct cutting *k, size_t cuts)
{
    int64_t said_ms = crash_now_ms();
    size_t *at = calloc(cuts, sizeof *at);
    fb_assert(at != NULL);
    for (size_t i = 0; i < cuts; i++)
        at[i] = draw_cut(c, k);
    qsort(at, cuts, sizeof *at, ascending);
    for (size_t i = 0; i < cuts && c->f.wrong == 0; i++) {
        cut_at(c, k, at[i], i, cuts);
        if (crash_now_ms() - said_ms < PROGRESS_MS)
            continue;
        said_ms = crash_now_ms();
        printf("crash: %zu of %zu power cuts, %" PRIu64 " wrong\n", i + 1, cuts, c->f.wrong);
    }
    free(at);
}

static bool verdict(struct crash *c, const struct cutting *k, size_t cuts)
{
    size_t acks = fb_disk_log_count(&k->log, FB_DISK_ACK), seen = fb_disk_log_count(&k->log, FB_DISK_SEEN);
    printf("power cut: %zu instants (seed %" PRIu64
           ") of %zu disk operations: %zu writes, %zu flushes; %zu messages acknowledged, "
           "%zu pages of events shown\n",
           cuts, c->seed, k->log.n - acks - seen, fb_disk_log_count(&k->log, FB_DISK_WRITE),
           fb_disk_log_count(&k->log, FB_DISK_FLUSH), acks, seen);
    printf("power cut: %" PRIu64 " entries decided again, the engine started on %" PRIu64
           " images; lost or harmed: %" PRIu64 "; on a disk that says \"written\" too early, wrong %" PRIu64
           " times in %" PRIu64 " instants\n",
           c->f.entries, k->started, c->f.wrong, c->probed, k->forgetful);
    if (c->f.wrong == 0 && c->probed == 0 && k->forgetful >= 20)
        crash_wrong(c, "nothing was lost even there: this test would not see a loss");
    return c->f.wrong == 0;
}

static void let_go(struct cutting *k)
{
    for (unsigned i = 0; i < CRASH_PUBLISHERS; i++)
        free(k->message[i]);
    free(k->hash);
    free(k->flushed.bytes);
    free(k->image.bytes);
    fb_disk_log_close(&k->log);
}

bool crash_cut_power(struct crash *c, const char *shim_disk, size_t cuts)
{
    static struct cutting k = {.log_fd = -1};
    fb_prng_init(&c->r, c->seed * 1000003 + 999983);
    c->cut = &k;
    crash_life_open(c);
    fb_test_folder_file(&c->engine.folder, "disk.log", k.log_file);
    snprintf(k.data, sizeof k.data, "%.480s/data.mdb", c->engine.data);
    for (unsigned i = 0; i < CRASH_PUBLISHERS; i++)
        c->publisher[i].on_first = on_first;
    c->consumer.on_new = on_new;
    record(c, &k, shim_disk, cuts);
    bool good = c->f.wrong == 0;
    if (good) {
        fb_disk_log_open(&k.log, k.log_file);
        keep_all(c, &k);
        forget_all(c, &k);
        cut_all(c, &k, cuts);
        good = verdict(c, &k, cuts);
        let_go(&k);
    }
    crash_life_close(c);
    return good;
}
