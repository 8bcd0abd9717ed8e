#ifndef FB_TESTS_BENCH_THEN_H
#define FB_TESTS_BENCH_THEN_H
/* What was known then: asked of the same store twice, before and after many corrections. */
#include "engine/turn/report.h"
enum { BENCH_THEN_TOTALS, BENCH_THEN_NOW, BENCH_THEN_FINDINGS, BENCH_THEN_EXPLAIN, BENCH_THENS };
struct bench_then {
    int64_t best_ns[BENCH_THENS];
    uint64_t digest[BENCH_THENS], rows[BENCH_THENS]; /* of what was answered */
};
/* As known at the end of that day; subjects: so many are held. */
void bench_then_ask(struct fb_store *store, struct fb_reader_books *books, fb_day known, uint32_t subjects, struct bench_then *out);
/* Prints both and their ratio. Stops the bench when what was known then is not what it was. */
void bench_then_print(const struct bench_then *before, const struct bench_then *after);
#endif
