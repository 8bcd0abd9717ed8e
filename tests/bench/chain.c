/* What the journal's chain costs: durable bookings with it and without it in turns, so that what else the machine does
 * falls on both; what it takes to prove a journal, and how long the proof of one entry is. */
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "engine/turn/chain/checkpoint.h"
#include "engine/turn/state.h"
#include "tests/bench/feed.h"
#include "tests/bench/packs.h"
#include "tests/lib/ports.h"
#include <stdlib.h>
#include <time.h>

static const int64_t NOW_MS = 1773600000000;

/* Of this thread: beside other work the clock on the wall says little. */
static int64_t cpu_ns(void)
{
    struct timespec t;
    fb_assert(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

enum { BATCH = 1024, ROUNDS = 4, MILLION = 1000000 };

static int64_t feed(struct fb_store *store, struct bench_feed *f, uint64_t from, uint64_t n, bool chained)
{
    struct fb_turn *turn = NULL;
    struct bench_packs packs;
    const char *why = NULL;
    int64_t took = 0;
    fb_assert(fb_turn_open(&turn, store, fb_test_ports(), NULL, &why) == FB_OK);
    turn->chain.off = !chained;
    bench_packs_read(&packs, 0, 0);
    bench_packs_issue(&packs, turn, NOW_MS);
    bench_packs_free(&packs);
    uint32_t source = bench_feed_source(turn, NOW_MS);
    for (uint64_t done = from; done + BATCH <= from + n; done += BATCH) {
        bench_feed_fill(f, done, BATCH, source, FB_ABSENT);
        int64_t began = cpu_ns();
        fb_assert(fb_turn_run(turn, f->input, BATCH, NOW_MS + (int64_t)done, f->answer) == FB_OK);
        took += cpu_ns() - began;
    }
    fb_turn_close(&turn);
    return took;
}

static int64_t fresh(struct bench_feed *f, uint64_t n, bool chained, bool on_disk, uint64_t *bytes)
{
    struct bench_store s = {.store = NULL};
    if (on_disk)
        bench_store_open(&s);
    else
        fb_assert(fb_store_open_memory(&s.store, NULL) == FB_OK);
    int64_t took = feed(s.store, f, 0, n, chained);
    *bytes = fb_store_bytes(s.store);
    if (on_disk)
        bench_store_close(&s);
    else
        fb_store_close(&s.store);
    return took;
}

static void cost(struct bench_feed *f, uint64_t n, bool on_disk)
{
    int64_t with = 0, without = 0;
    uint64_t bytes = 0, bytes_without = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        with += fresh(f, n, true, on_disk, &bytes);
        without += fresh(f, n, false, on_disk, &bytes_without);
    }
    uint64_t all = n * ROUNDS;
    const char *where = on_disk ? "on LMDB" : "in memory";
    char name[64];
    snprintf(name, sizeof name, "bookings with the chain, %s", where);
    bench_figure("chain", name, (int64_t)all * 1000000000 / with, "a second of the processor");
    snprintf(name, sizeof name, "and without it, %s", where);
    bench_figure("chain", name, (int64_t)all * 1000000000 / without, "a second of the processor");
    snprintf(name, sizeof name, "the chain, %s", where);
    bench_figure("chain", name, (with - without) / (int64_t)all, "ns a booking");
    if (on_disk)
        bench_figure_decimal("chain", "the chain, stored", (int64_t)(bytes - bytes_without) * 10 / (int64_t)n, 1, "bytes an entry");
}

static void proof(struct fb_store *store, uint64_t size)
{
    struct fb_chain_reader *r = malloc(sizeof *r);
    struct fb_path path, between;
    struct fb_txn *txn;
    fb_assert(r != NULL && fb_store_read(store, &txn) == FB_OK);
    int64_t began = bench_now_ns();
    fb_chain_reader_init(r, txn);
    struct fb_nodes nodes = fb_chain_nodes(r);
    fb_assert(fb_path_in(&nodes, size / 3, size, &path) == FB_OK);
    int64_t took = bench_now_ns() - began;
    fb_assert(fb_path_between(&nodes, size / 3, size, &between) == FB_OK);
    fb_txn_abort(&txn);
    free(r);
    bench_figure("chain", "proof of an entry", path.n * FB_NODE_BYTES, "bytes");
    bench_figure("chain", "proof that one checkpoint follows another", between.n * FB_NODE_BYTES, "bytes");
    bench_figure("chain", "making the proof of an entry", took / 1000, "us");
}

/* The stages one after another, in this thread; then the program, whose stages go beside one another. */
static void verify(struct bench_feed *f, const char *bin, uint64_t n)
{
    struct bench_store s;
    struct fb_verify v;
    struct fb_chain_check c;
    const struct fb_chain_ask ask = {.held = NULL};
    bench_store_open(&s);
    (void)feed(s.store, f, 0, n, true);
    int64_t began = bench_now_ns(), cpu = cpu_ns();
    fb_assert(fb_chain_verify(s.store, &ask, &c) == FB_OK && c.equal);
    int64_t chain = bench_now_ns() - began, chain_cpu = cpu_ns() - cpu;
    began = bench_now_ns();
    cpu = cpu_ns();
    fb_assert(fb_turn_verify(s.store, &fb_ports, NULL, &v) == FB_OK && v.equal);
    int64_t all = bench_now_ns() - began, all_cpu = cpu_ns() - cpu;
    bench_figure("chain", "entries verified", (int64_t)c.entries, "entries");
    bench_figure("chain", "verify --chain, of a million entries", chain / 1000000 * MILLION / (int64_t)c.entries, "ms");
    bench_figure("chain", "verify in one thread, of a million entries", all / 1000000 * MILLION / (int64_t)v.entries, "ms");
    bench_figure("chain", "of that, the processor", all_cpu / 1000000 * MILLION / (int64_t)v.entries, "ms");
    bench_figure("chain", "and of verify --chain", chain_cpu / 1000000 * MILLION / (int64_t)c.entries, "ms");
    bench_time_verify("chain", bin, s.folder, (int64_t)c.entries, "--chain");
    bench_time_verify("chain", bin, s.folder, (int64_t)c.entries, NULL);
    proof(s.store, c.entries);
    bench_store_close(&s);
}

void bench_chain(const char *bin, uint64_t bookings)
{
    struct bench_feed *f = bench_feed_open();
    cost(f, bookings / 10, false);
    cost(f, bookings / 10, true);
    verify(f, bin, bookings);
    bench_feed_close(&f);
}
