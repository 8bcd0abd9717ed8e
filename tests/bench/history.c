/* Looking up what is known of a worker, beside ten thousand, a hundred thousand and a million workers; all sizes are asked by
 * turns in one run, so that what else the machine does meets all of them. Once bare, the memory alone, and once as turn
 * takes a booking of somebody who is known: from the message to its decision. */
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "engine/turn/memory/diary.h"
#include "tests/bench/feed.h"
#include "tests/bench/packs.h"
#include "tests/lib/ports.h"
#include <stdlib.h>

enum { SIZES = 3, PER_WORKER = 8, LOOKS = 1024, ROUNDS = 400, FAR = 24, NEAR = 12, BATCH = 1024, SOME = 64, BATCHES = 75, FIRST_MIN = 29000000, STRIDE = 7919 };
static const uint32_t sizes[SIZES] = {10000, 100000, 1000000};
static const char *const names[SIZES] = {"10 thousand", "100 thousand", "1 million"};
static const int64_t NOW_MS = 1773600000000;

static void print(const char *what, const char *unit, int64_t median[SIZES])
{
    char name[96];
    for (unsigned i = 0; i < SIZES; i++) {
        snprintf(name, sizeof name, "%s, of %s", what, names[i]);
        bench_figure_decimal("history", name, median[i], 3, unit);
    }
    snprintf(name, sizeof name, "%s, 1 million to 10 thousand", what);
    bench_figure_decimal("history", name, bench_ratio_e3(median[SIZES - 1], median[0]), 3, "times");
}

/* ---- the memory alone ---- */

static void fill(struct fb_diary *d, uint32_t workers)
{
    for (uint32_t i = 0; i < PER_WORKER; i++)
        for (uint32_t worker = 1; worker <= workers; worker++) {
            struct fb_diary_row row = {.subject = worker * PER_WORKER + i,
                                       .stint = {.worker = worker, .start_min = FIRST_MIN + i * 1440,
                                                 .end_min = FIRST_MIN + 480 + i * 1440, .minutes = 450}};
            fb_assert(fb_diary_add(d, FB_DIARY_SHIFTS, &row) == FB_OK);
        }
}

static uint64_t look(const struct fb_diary *d, uint32_t worker)
{
    uint64_t sum = 0;
    const struct fb_diary_list *l = fb_diary_list(d, worker, FB_DIARY_SHIFTS);
    for (uint32_t k = fb_diary_lower(l, FIRST_MIN + 2 * 1440); k < l->n; k++)
        sum += (uint64_t)l->row[k].stint.minutes;
    return sum;
}

static void draw(struct fb_prng *r, uint32_t workers, uint32_t worker[LOOKS])
{
    for (unsigned i = 0; i < LOOKS; i++)
        worker[i] = 1 + (uint32_t)fb_prng_below(r, workers);
}

/* Thousandths of a nanosecond for each of a batch's workers, cold. */
static int64_t look_at_many(const struct fb_diary *d, const uint32_t worker[LOOKS])
{
    uint64_t sum = 0;
    int64_t from = bench_cpu_ns();
    for (unsigned i = 0; i < LOOKS; i++)
        sum += look(d, worker[i]);
    int64_t took = bench_cpu_ns() - from;
    fb_assert(sum == (uint64_t)LOOKS * (PER_WORKER - 2) * 450);
    return took * 1000 / LOOKS;
}

/* The same with everybody announced before, as a turn announces who a message is of when it knows it, well before it asks. */
static int64_t look_announced(const struct fb_diary *d, const uint32_t worker[LOOKS])
{
    uint64_t sum = 0;
    int64_t from = bench_cpu_ns();
    for (unsigned i = 0; i < LOOKS + FAR; i++) {
        if (i < LOOKS)
            fb_diary_near(d, worker[i]);
        if (i >= FAR - NEAR && i < LOOKS + FAR - NEAR)
            fb_diary_nearer(d, worker[i - (FAR - NEAR)]);
        if (i >= FAR)
            sum += look(d, worker[i - FAR]);
    }
    int64_t took = bench_cpu_ns() - from;
    fb_assert(sum == (uint64_t)LOOKS * (PER_WORKER - 2) * 450);
    return took * 1000 / LOOKS;
}

static void time_memory(void)
{
    static int64_t cold[SIZES][ROUNDS], announced[SIZES][ROUNDS];
    struct fb_diary d[SIZES] = {{0}};
    int64_t median[2][SIZES];
    uint32_t worker[LOOKS];
    struct fb_prng r;
    fb_prng_init(&r, 3);
    for (unsigned i = 0; i < SIZES; i++)
        fill(&d[i], sizes[i]);
    for (unsigned n = 0; n < ROUNDS; n++)
        for (unsigned i = 0; i < SIZES; i++) {
            draw(&r, sizes[i], worker);
            cold[i][n] = look_at_many(&d[i], worker);
            draw(&r, sizes[i], worker);
            announced[i][n] = look_announced(&d[i], worker);
        }
    for (unsigned i = 0; i < SIZES; i++) {
        median[0][i] = bench_quantile(cold[i], ROUNDS, 500);
        median[1][i] = bench_quantile(announced[i], ROUNDS, 500);
    }
    print("a worker's rows, cold", "ns", median[0]);
    print("a worker's rows, announced", "ns", median[1]);
    bench_figure("history", "a worker's row in memory", (int64_t)(fb_diary_bytes(&d[SIZES - 1]) / d[SIZES - 1].n_rows), "bytes");
    for (unsigned i = 0; i < SIZES; i++)
        fb_diary_release(&d[i]);
}

/* ---- from the message to its decision ---- */

_Static_assert(2 * SOME * BATCHES < 10000, "nobody has a third");

struct crew {
    struct fb_store *store;
    struct fb_turn *turn;
    uint32_t source;
    uint64_t next;
    int64_t known[BATCHES], nobody[BATCHES];
};

static int64_t take(struct crew *c, struct bench_feed *f, uint64_t workers, int64_t day, unsigned n)
{
    int64_t now = NOW_MS + (int64_t)c->next;
    bool more = true;
    f->workers = workers;
    bench_feed_fill(f, c->next, n, c->source, day);
    int64_t from = bench_cpu_ns();
    fb_assert(fb_turn_run(c->turn, f->input, n, now, f->answer) == FB_OK);
    while (more)
        fb_assert(fb_turn_step(c->turn, now, &more) == FB_OK);
    int64_t took = bench_cpu_ns() - from;
    fb_assert(f->answer[0].outcome == FB_OUTCOME_ACCEPTED);
    c->next += n;
    return took;
}

/* One shift of everybody, within the same four weeks however many they are: what lies between it and the second is the same. */
static void open_crew(struct crew *c, struct bench_feed *f, uint32_t workers)
{
    const char *why = NULL;
    struct bench_packs packs;
    *c = (struct crew){.next = 0};
    fb_assert(fb_store_open_memory(&c->store, NULL) == FB_OK);
    fb_assert(fb_turn_open(&c->turn, c->store, fb_test_ports(), NULL, &why) == FB_OK);
    bench_packs_read(&packs, 0, 0);
    bench_packs_issue(&packs, c->turn, NOW_MS);
    bench_packs_free(&packs);
    c->source = bench_feed_source(c->turn, NOW_MS);
    f->stride = 1;
    while (c->next < workers)
        (void)take(c, f, workers, fb_day_of(2026, 3, 2), workers - c->next < BATCH ? (unsigned)(workers - c->next) : BATCH);
}

/* A second shift of these and those, so much later that it reads the first and does not change it; and as many of nobody known,
 * to tell what a larger store costs from what more workers do. */
static void time_decisions(void)
{
    static struct crew crew[SIZES];
    struct bench_feed *f = bench_feed_open();
    int64_t known[SIZES], nobody[SIZES];
    int64_t later = fb_day_of(2026, 5, 4);
    for (unsigned i = 0; i < SIZES; i++)
        open_crew(&crew[i], f, sizes[i]);
    f->stride = STRIDE;
    for (unsigned n = 0; n < BATCHES; n++)
        for (unsigned i = 0; i < SIZES; i++) {
            crew[i].known[n] = take(&crew[i], f, sizes[i], later, SOME) / SOME;
            crew[i].nobody[n] = take(&crew[i], f, BENCH_NOBODY, later, SOME) / SOME;
        }
    for (unsigned i = 0; i < SIZES; i++) {
        known[i] = bench_quantile(crew[i].known, BATCHES, 500);
        nobody[i] = bench_quantile(crew[i].nobody, BATCHES, 500);
        fb_turn_close(&crew[i].turn);
        fb_store_close(&crew[i].store);
    }
    print("a booking of somebody known", "us", known);
    print("a booking of nobody known", "us", nobody);
    bench_feed_close(&f);
}

void bench_history(void)
{
    time_memory();
    time_decisions();
}
