/* Decisions a second in the core, on one thread, with the trace on; what the trace costs. */
#include "engine/base/check.h"
#include "engine/core/trace.h"
#include "engine/pack/pack.h"
#include "tests/bench/bench.h"
#include <stdlib.h>

enum { SHIFTS = 4096, ROUNDS = 250, PACK_LOADS = 21 };

struct work {
    struct fb_record record[SHIFTS];
    struct bench_texts texts[SHIFTS];
    int64_t trace_bytes[SHIFTS];
    struct fb_trace trace[64];
    struct fb_view view;
    struct fb_decision decision;
    struct fb_effects effects;
    unsigned char arena[FB_ARENA_BYTES];
};

static int64_t decide_all(const struct fb_book *book, struct work *w, const struct fb_source *source, unsigned rounds)
{
    struct fb_arena arena;
    fb_arena_init(&arena, w->arena, sizeof(w->arena));
    int64_t from = bench_now_ns();
    for (unsigned i = 0; i < rounds * SHIFTS; i++) {
        fb_arena_reset(&arena);
        w->view.subject = i + 1;
        w->view.n_members = 1;
        w->view.member[0] = (struct fb_member){i + 1, &w->record[i % SHIFTS], source};
        fb_assert(fb_decide_booking(book, &w->view, NULL, &arena, &w->decision, &w->effects) == FB_OK);
        w->trace_bytes[i % SHIFTS] = w->decision.trace.n;
        if (i % SHIFTS < 64)
            fb_assert(fb_trace_unpack(&w->trace[i % SHIFTS], w->decision.trace) == FB_OK);
    }
    return bench_now_ns() - from;
}

/* The part of a decision that packs the trace, by itself on traces of the same shifts. */
static int64_t pack_all(struct work *w, unsigned n)
{
    int64_t from = bench_now_ns();
    size_t sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += fb_trace_pack(&w->trace[i % 64], w->arena, FB_TRACE_BYTES_MAX);
    fb_assert(sum > 0);
    return bench_now_ns() - from;
}

/* The national pack whole, files read from the page cache: what a start, a check and a new issue wait for. */
static void time_pack_loads(void)
{
    static const char *const dirs[] = {"rules/england"};
    int64_t took[PACK_LOADS];
    for (unsigned i = 0; i < PACK_LOADS; i++) {
        struct fb_pack_report report = {0};
        struct fb_book *book = NULL;
        int64_t from = bench_now_ns();
        if (fb_pack_load(&book, dirs, 1, &report) != FB_OK)
            fb_pack_report_print(stderr, &report);
        took[i] = (bench_now_ns() - from) / 1000;
        fb_assert(book != NULL);
        fb_pack_free(&book);
        fb_pack_report_free(&report);
    }
    bench_figure_decimal("core", "national pack load, median", bench_quantile(took, PACK_LOADS, 500), 3, "ms");
}

void bench_core(void)
{
    static const char *const dirs[] = {"rules/england", "rules/thames-valley"};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    struct work *w = calloc(1, sizeof(*w));
    struct fb_source source = {.name = fb_span_of("bench"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE,
                               .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    if (w == NULL || fb_pack_load(&book, dirs, 2, &report) != FB_OK) {
        fb_pack_report_print(stderr, &report);
        fprintf(stderr, "bench: run me from the root of the tree\n");
        exit(1);
    }
    for (unsigned i = 0; i < SHIFTS; i++)
        bench_booking(i, fb_span_of("bench"), &w->texts[i], &w->record[i]);
    (void)decide_all(book, w, &source, 5); /* warm */
    int64_t took = decide_all(book, w, &source, ROUNDS), decisions = (int64_t)SHIFTS * ROUNDS;
    int64_t packing = pack_all(w, SHIFTS * ROUNDS);
    bench_figure("core", "decisions, one thread, trace on", decisions * 1000000000 / took, "a second");
    bench_figure("core", "one decision", took / decisions, "ns");
    bench_figure("core", "trace, median", bench_quantile(w->trace_bytes, SHIFTS, 500), "bytes");
    bench_figure("core", "trace, 99th of 100", bench_quantile(w->trace_bytes, SHIFTS, 990), "bytes");
    bench_figure_decimal("core", "packing the trace, share of a decision", bench_ratio_e3(packing * 100, took), 3, "%");
    time_pack_loads();
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    free(w);
}
