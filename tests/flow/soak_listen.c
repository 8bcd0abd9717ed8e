#include "tests/flow/soak.h"
#include "engine/base/check.h"
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What was told of a record: its reference is B and its number (bench_booking). */
static void note(struct soak_shared *shared, const struct fb_event *e)
{
    int64_t n = -1;
    if (e->kind == FB_EVENT_BOOKING_ASSESSED && e->record_ref.n > 1 &&
        fb_parse_int(&n, (struct fb_span){e->record_ref.p + 1, e->record_ref.n - 1}) == FB_OK && n >= 0 && n < SOAK_RECORDS_MAX)
        shared->told[n / 8] |= (unsigned char)(1u << n % 8);
}

static void make_safe(int fd, const struct fb_feed_page *page)
{
    static char line[64];
    for (unsigned i = 0; i < page->n; i++) {
        int n = snprintf(line, sizeof line, "%llu\n", (unsigned long long)page->row[i].seq);
        soak_must(write(fd, line, (size_t)n) == n, "a consumer's file cannot be written");
    }
    soak_must(fdatasync(fd) == 0, "a consumer's file cannot be flushed");
}

static void take(struct soak *s, unsigned which, uint64_t *last, const struct fb_feed_page *page)
{
    for (unsigned i = 0; i < page->n; i++) {
        if (page->row[i].seq != *last + 1)
            atomic_fetch_add(&s->shared->gaps[which], 1);
        *last = page->row[i].seq;
        if (which == 0)
            note(s->shared, &page->row[i].event);
    }
    atomic_fetch_add(&s->shared->events[which], page->n);
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Whoever stops keeps its connection and its place, and asks for nothing. */
static void run(struct soak *s, unsigned which, pid_t parent)
{
    char path[200], cursor[24];
    struct fb_feed_client *feed = NULL;
    struct fb_feed_page page;
    uint64_t last = 0;
    struct timespec from, now;
    snprintf(cursor, sizeof cursor, "soak-%u", which);
    snprintf(path, sizeof path, "%s.kept-%u", s->data, which);
    struct fb_feed_ask ask = {.cursor = fb_span_of(cursor), .from_cursor = true, .wait = true};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    soak_must(fd >= 0 && fb_feed_open(&feed, s->feed) == FB_OK, "a consumer cannot begin");
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (bool at_end = false; !at_end && getppid() == parent;) { /* nobody is left to be told of what was read */
        bool over = atomic_load(&s->shared->over);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (which + 1 == SOAK_CONSUMERS && now.tv_sec - from.tv_sec >= (time_t)s->seconds / 3) {
            atomic_store(&s->shared->stopped_at, last);
            while (!atomic_load(&s->shared->over) && getppid() == parent)
                sleep_ms(200);
            break;
        }
        enum fb_err err = fb_feed_next(feed, &ask, 1000, &page);
        soak_must(err == FB_OK || err == FB_NOT_FOUND, "a consumer's page is damaged");
        at_end = over && (err == FB_NOT_FOUND || page.next >= page.head);
        if (err != FB_OK)
            continue;
        soak_must(page.reason == FB_REASON_NONE, "a consumer was refused");
        if (page.n > 0)
            make_safe(fd, &page);
        take(s, which, &last, &page);
        ask.from_cursor = false;
        ask.epoch = page.epoch;
        ask.after = page.next;
        err = fb_feed_ack(feed, &(struct fb_feed_ack){ask.cursor, page.epoch, page.next}, 1000);
        soak_must(err == FB_OK || err == FB_NOT_FOUND, "a consumer's position could not be sent");
    }
    close(fd);
    fb_feed_close(&feed);
}

pid_t soak_listen(struct soak *s, unsigned which)
{
    pid_t parent = getpid(), pid = fork();
    fb_assert(pid >= 0);
    if (pid == 0) {
        run(s, which, parent);
        _exit(0);
    }
    return pid;
}
