/* The turn without sockets: decoded bookings in, durable decisions out, at several batch sizes, on LMDB and, as the
 * baseline, on the store in memory: the difference is the store's share. */
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "tests/bench/feed.h"
#include "tests/bench/packs.h"
#include "tests/lib/ports.h"

static const int64_t NOW_MS = 1773600000000;

static int64_t run(struct fb_store *store, struct bench_feed *f, uint64_t bookings, unsigned batch, uint64_t *bytes)
{
    struct fb_turn *turn = NULL;
    struct bench_packs packs;
    const char *why = NULL;
    fb_assert(fb_turn_open(&turn, store, fb_test_ports(), NULL, &why) == FB_OK);
    bench_packs_read(&packs, 0, 0);
    bench_packs_issue(&packs, turn, NOW_MS);
    bench_packs_free(&packs);
    uint32_t source = bench_feed_source(turn, NOW_MS);
    int64_t took = 0;
    for (uint64_t done = 0; done < bookings; done += batch) {
        bench_feed_fill(f, done, batch, source, FB_ABSENT);
        int64_t from = bench_now_ns();
        fb_assert(fb_turn_run(turn, f->input, batch, NOW_MS + (int64_t)done, f->answer) == FB_OK);
        took += bench_now_ns() - from;
        fb_assert(f->answer[0].outcome == FB_OUTCOME_ACCEPTED);
    }
    fb_turn_close(&turn);
    *bytes = fb_store_bytes(store);
    return took;
}

static int64_t on_lmdb(struct bench_feed *f, uint64_t bookings, unsigned batch, uint64_t *bytes)
{
    struct bench_store s;
    bench_store_open(&s);
    int64_t took = run(s.store, f, bookings, batch, bytes);
    bench_store_close(&s);
    return took;
}

void bench_turn(uint64_t bookings)
{
    static const unsigned batches[] = {64, 256, 1024, 4096};
    struct bench_feed *f = bench_feed_open();
    for (unsigned i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
        char name[64];
        uint64_t n = bookings / batches[i] * batches[i], bytes = 0, memory_bytes = 0;
        struct fb_store *memory = NULL;
        fb_assert(fb_store_open_memory(&memory, NULL) == FB_OK);
        int64_t disk = on_lmdb(f, n, batches[i], &bytes), none = run(memory, f, n, batches[i], &memory_bytes);
        fb_store_close(&memory);
        snprintf(name, sizeof(name), "durable bookings, no sockets, batch %u", batches[i]);
        bench_figure("turn", name, (int64_t)n * 1000000000 / disk, "a second");
        snprintf(name, sizeof(name), "LMDB over memory store, batch %u", batches[i]);
        bench_figure_decimal("turn", name, bench_ratio_e3(disk, none), 3, "times");
        if (batches[i] == 1024)
            bench_figure("turn", "stored", (int64_t)(bytes / n), "bytes a booking");
    }
    bench_feed_close(&f);
}
