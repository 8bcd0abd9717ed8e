/* A year of bookings that say who works, beside the same of nobody known: as feeds bring them, by time; as they are booked,
 * up to four weeks ahead; and many shifts of each in a fortnight. They are taken by turns, a batch of each, so that what
 * else the machine does meets all. Then a backtest of the year. */
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "tests/bench/feed.h"
#include "tests/bench/packs.h"
#include "tests/lib/ports.h"
#include <stdlib.h>

enum { FEEDS = 5, BATCH = 1024, YEAR_DAYS = 364, SHIFTS_A_YEAR = 50, EVERY = 5 };
enum feed_order { BY_TIME, AHEAD, FORTNIGHT };

struct pour {
    const char *name;
    enum feed_order order;
    bool known;                    /* who works */
    uint64_t n, next, workers;
    struct fb_store *store;
    struct fb_turn *turn;
    uint32_t source;
    int64_t took;
};

static int64_t instant(const struct pour *p, uint64_t n)
{
    fb_day day = p->order == FORTNIGHT ? fb_day_of(2026, 3, 15) : fb_day_of(2025, 4, 1) + (fb_day)(n * YEAR_DAYS / p->n);
    return ((int64_t)day * 24 + 9) * 3600000;
}

static void open_pour(struct pour *p, uint64_t bookings)
{
    struct bench_packs packs;
    const char *why = NULL;
    p->n = bookings / BATCH * BATCH;
    p->workers = !p->known ? BENCH_NOBODY : p->order == FORTNIGHT ? p->n / 20 + 1 : p->n / SHIFTS_A_YEAR + 1;
    fb_assert(fb_store_open_memory(&p->store, NULL) == FB_OK);
    fb_assert(fb_turn_open(&p->turn, p->store, fb_test_ports(), NULL, &why) == FB_OK);
    bench_packs_read(&packs, 0, 0);
    bench_packs_issue(&packs, p->turn, instant(p, 0));
    bench_packs_free(&packs);
    p->source = bench_feed_source(p->turn, instant(p, 0));
}

static void pour(struct pour *p, struct bench_feed *f)
{
    int64_t now = instant(p, p->next);
    bool more = true;
    f->workers = p->workers;
    f->stride = p->order == FORTNIGHT;
    f->ahead = p->order == BY_TIME ? 1 : 28;
    bench_feed_fill(f, p->next, BATCH, p->source, p->order == FORTNIGHT ? FB_ABSENT : now / 86400000);
    int64_t from = bench_cpu_ns();
    fb_assert(fb_turn_run(p->turn, f->input, BATCH, now, f->answer) == FB_OK);
    while (more)
        fb_assert(fb_turn_step(p->turn, now, &more) == FB_OK);
    p->took += bench_cpu_ns() - from;
    fb_assert(f->answer[0].outcome == FB_OUTCOME_ACCEPTED);
    p->next += BATCH;
}

/* How many decisions are held for each booking: its own, and those that others made worth another. */
static int64_t decisions_e3(const struct pour *p)
{
    struct fb_txn *txn = NULL;
    fb_assert(fb_store_read(p->store, &txn) == FB_OK);
    int64_t rows = (int64_t)fb_table_rows(txn, FB_TABLE_DECISIONS);
    fb_txn_abort(&txn);
    return bench_ratio_e3(rows, (int64_t)p->next);
}

static void print(const struct pour *p, const struct pour *nobody)
{
    char name[64];
    bench_figure("workers", p->name, (int64_t)p->next * 1000000000 / p->took, "bookings a second");
    if (!p->known)
        return;
    snprintf(name, sizeof name, "%s: decisions", p->name);
    bench_figure_decimal("workers", name, decisions_e3(p), 3, "a booking");
    if (nobody == NULL)
        return;
    snprintf(name, sizeof name, "%s: time", p->name);
    bench_figure_decimal("workers", name, bench_ratio_e3(p->took * (int64_t)nobody->next / (int64_t)p->next, nobody->took), 3, "times nobody's");
}

/* ---- a backtest ---- */

struct surveyed {
    uint64_t n, raised;
};

static bool count(void *ctx, const struct fb_surveyed *s)
{
    struct surveyed *x = ctx;
    x->n++;
    x->raised += s->now->n_findings > 0;
    return true;
}

static void backtest(struct fb_store *store)
{
    struct bench_packs draft;
    struct surveyed x = {0, 0};
    bench_packs_read(&draft, 0, 1);
    int64_t from = bench_cpu_ns();
    fb_assert(fb_turn_survey(store, &fb_ports, draft.book, INT32_MIN, INT32_MAX, count, &x, NULL) == FB_OK);
    int64_t took = bench_cpu_ns() - from;
    bench_figure("workers", "bookings in the backtest of a year", (int64_t)x.n, "");
    bench_figure("workers", "of them with findings", (int64_t)x.raised, "");
    bench_figure_decimal("workers", "backtest of all of them", took / 1000000, 3, "s");
    bench_figure_decimal("workers", "backtest, a booking", took / (int64_t)x.n, 3, "us");
    bench_packs_free(&draft);
}

void bench_workers(uint64_t bookings)
{
    static struct pour feed[FEEDS] = {
        {.name = "nobody known, by time", .order = BY_TIME},
        {.name = "a worker each, by time", .order = BY_TIME, .known = true},
        {.name = "nobody known, four weeks ahead", .order = AHEAD},
        {.name = "a worker each, four weeks ahead", .order = AHEAD, .known = true},
        {.name = "twenty of each in a fortnight", .order = FORTNIGHT, .known = true},
    };
    struct bench_feed *f = bench_feed_open();
    for (unsigned i = 0; i < FEEDS; i++)
        open_pour(&feed[i], i == 1 ? bookings : bookings / EVERY);
    for (uint64_t round = 0; feed[1].next < feed[1].n; round++)
        for (unsigned i = 0; i < FEEDS; i++)
            if (feed[i].next < feed[i].n && (i == 1 || round % EVERY == 0))
                pour(&feed[i], f);
    for (unsigned i = 0; i < FEEDS; i++)
        print(&feed[i], i == 1 ? &feed[0] : i == 3 ? &feed[2] : NULL);
    for (unsigned i = 0; i < FEEDS; i++) {
        fb_turn_close(&feed[i].turn);
        if (i != 1)
            fb_store_close(&feed[i].store);
    }
    backtest(feed[1].store);
    fb_store_close(&feed[1].store);
    bench_feed_close(&f);
}
