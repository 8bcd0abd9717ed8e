/* A new issue of the rules over everything that is held, in steps as the engine takes them, on LMDB; and what was known
 * before it, asked before and after. Bookings arrive over twelve weeks, up to four weeks ahead of their shifts. */
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "tests/bench/feed.h"
#include "tests/bench/packs.h"
#include "tests/bench/then.h"
#include "tests/lib/ports.h"
#include <stdlib.h>

enum { DAYS = 84, BATCH = 1024, STEPS_MAX = 1 << 16, KNOWN_DAY = DAYS * 2 / 3 };

struct sweep {
    struct bench_store on;
    struct fb_turn *turn;
    fb_day first;
    int64_t step_ns[STEPS_MAX];
};

/* Nine in the morning; in winter London is UTC. */
static int64_t instant(fb_day day)
{
    return ((int64_t)day * 24 + 9) * 3600000;
}

static void issue(struct sweep *s, unsigned pennies, unsigned remark, fb_day day)
{
    struct bench_packs packs;
    bench_packs_read(&packs, pennies, remark);
    bench_packs_issue(&packs, s->turn, instant(day));
    bench_packs_free(&packs);
}

static unsigned steps(struct sweep *s, fb_day day)
{
    unsigned n = 0;
    for (bool more = true; more; n++) {
        fb_assert(n < STEPS_MAX);
        int64_t from = bench_now_ns();
        fb_assert(fb_turn_step(s->turn, instant(day), &more) == FB_OK);
        s->step_ns[n] = bench_now_ns() - from;
    }
    return n;
}

static void load(struct sweep *s, uint64_t bookings)
{
    struct bench_feed *f = bench_feed_open();
    uint32_t source = bench_feed_source(s->turn, instant(s->first));
    uint64_t next = 0;
    for (unsigned d = 0; d < DAYS; d++) {
        uint64_t end = bookings * (d + 1) / DAYS;
        while (next < end) {
            unsigned n = end - next < BATCH ? (unsigned)(end - next) : BATCH;
            bench_feed_fill(f, next, n, source, s->first + (fb_day)d);
            fb_assert(fb_turn_run(s->turn, f->input, n, instant(s->first + (fb_day)d), f->answer) == FB_OK);
            fb_assert(f->answer[0].outcome == FB_OUTCOME_ACCEPTED);
            next += n;
        }
        (void)steps(s, s->first + (fb_day)d);
    }
    bench_feed_close(&f);
}

static void time_sweep(struct sweep *s, const char *what, uint64_t bookings, fb_day day)
{
    struct fb_turn_stats before, after;
    char name[64];
    fb_turn_stats(s->turn, &before);
    int64_t from = bench_now_ns();
    unsigned n = steps(s, day);
    int64_t took = bench_now_ns() - from, sum = 0;
    fb_turn_stats(s->turn, &after);
    fb_assert(before.to_reprice >= bookings && after.repriced == after.to_reprice);
    for (unsigned i = 0; i < n; i++)
        sum += s->step_ns[i];
    snprintf(name, sizeof(name), "%s: the whole sweep", what);
    bench_figure_decimal("sweep", name, took / 1000000, 3, "s");
    snprintf(name, sizeof(name), "%s: a booking", what);
    bench_figure_decimal("sweep", name, took / (int64_t)bookings, 3, "us");
    snprintf(name, sizeof(name), "%s: a step, mean", what);
    bench_figure_decimal("sweep", name, sum / n / 1000, 3, "ms");
    snprintf(name, sizeof(name), "%s: a step, 99th of 100", what);
    bench_figure_decimal("sweep", name, bench_quantile(s->step_ns, n, 990) / 1000, 3, "ms");
    snprintf(name, sizeof(name), "%s: a step, worst", what);
    bench_figure_decimal("sweep", name, s->step_ns[n - 1] / 1000, 3, "ms");
    snprintf(name, sizeof(name), "%s: events", what);
    bench_figure("sweep", name, (int64_t)(after.events - before.events), "");
}

void bench_sweep(uint64_t bookings)
{
    static struct sweep s;
    struct bench_then before, after;
    struct fb_reader_books *books = NULL;
    const char *why = NULL;
    s.first = fb_day_of(2025, 11, 17);
    bench_store_open(&s.on);
    fb_assert(fb_turn_open(&s.turn, s.on.store, fb_test_ports(), NULL, &why) == FB_OK);
    issue(&s, 0, 0, s.first);
    load(&s, bookings);
    fb_assert(fb_reader_books_open(&books, s.on.store, &fb_ports) == FB_OK);
    bench_figure("sweep", "bookings held", (int64_t)bookings, "");
    issue(&s, 0, 1, s.first + DAYS);
    time_sweep(&s, "nothing changes", bookings, s.first + DAYS);
    bench_then_ask(s.on.store, books, s.first + KNOWN_DAY, (uint32_t)bookings, &before);
    issue(&s, 1, 0, s.first + DAYS + 7);
    time_sweep(&s, "a penny an hour", bookings, s.first + DAYS + 7);
    bench_then_ask(s.on.store, books, s.first + KNOWN_DAY, (uint32_t)bookings, &after);
    bench_then_print(&before, &after);
    fb_reader_books_close(&books);
    fb_turn_close(&s.turn);
    bench_store_close(&s.on);
}
