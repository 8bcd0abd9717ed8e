#include "tests/bench/then.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/bench/bench.h"
#include <stdlib.h>

/* As the engine asks (shell/query.h): pages of so many rows, so many subjects looked at for one. */
enum { RUNS = 7, PAGE = 128, LOOKED = 4096, FINDINGS = 50000, EXPLAINS = 20000, ROOM = 8 << 20 };

struct asking {
    struct fb_store *store;
    struct fb_reader_books *books;
    fb_day known;
    uint64_t as_of, digest, rows;
    uint32_t subjects;
    struct fb_arena arena;
    struct fb_finding_row row[PAGE];
    struct fb_explanation told;
};

static void add(struct asking *a, uint64_t v)
{
    a->digest = fb_hash64_mix(a->digest, v);
}

static void add_text(struct asking *a, struct fb_span s)
{
    add(a, fb_hash64(s.p, s.n));
}

static bool add_total(void *ctx, const struct fb_total *total)
{
    struct asking *a = ctx;
    a->rows++;
    add(a, total->place.cell.hirer);
    for (unsigned m = 0; m < FB_MEASURES; m++)
        add(a, (uint64_t)total->figures.v[m]);
    return true;
}

static void totals(struct asking *a, fb_day known)
{
    const struct fb_total_filter filter = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = known, .posted = INT32_MIN};
    fb_assert(fb_report_totals(a->store, &filter, add_total, a) == FB_OK);
}

static void ask_totals(struct asking *a)
{
    totals(a, a->known);
}

static void ask_now(struct asking *a)
{
    totals(a, INT32_MAX);
}

/* A stretch of subjects from the middle of what was known then, page by page. */
static void ask_findings(struct asking *a)
{
    struct fb_finding_filter filter = {.limit = PAGE, .as_of = a->as_of, .after = a->subjects / 4};
    uint32_t end = filter.after + (a->subjects / 2 < FINDINGS ? a->subjects / 2 : FINDINGS);
    for (uint32_t last = filter.after; last != 0 && last < end;) {
        unsigned n = 0, most = end - last < LOOKED ? end - last : LOOKED;
        filter.after = last;
        fb_arena_reset(&a->arena);
        fb_assert(fb_report_findings_part(a->store, a->books, &filter, most, &a->arena, a->row, &n, &last) == FB_OK);
        for (unsigned i = 0; i < n; i++) {
            add(a, a->row[i].subject);
            add_text(a, a->row[i].why);
        }
        a->rows += n;
    }
}

static void ask_explain(struct asking *a)
{
    struct fb_prng r;
    fb_prng_init(&r, 7);
    for (unsigned i = 0; i < EXPLAINS; i++) {
        uint32_t subject = 1 + (uint32_t)fb_prng_below(&r, a->subjects / 2);
        fb_arena_reset(&a->arena);
        fb_assert(fb_report_explain(a->store, a->books, subject, a->as_of, &a->arena, &a->told) == FB_OK);
        a->rows += a->told.n_lines;
        for (unsigned l = 0; l < a->told.n_lines; l++)
            add_text(a, a->told.line[l]);
    }
}

static void (*const ask[BENCH_THENS])(struct asking *) = {[BENCH_THEN_TOTALS] = ask_totals, [BENCH_THEN_NOW] = ask_now,
                                                          [BENCH_THEN_FINDINGS] = ask_findings, [BENCH_THEN_EXPLAIN] = ask_explain};

void bench_then_ask(struct fb_store *store, struct fb_reader_books *books, fb_day known, uint32_t subjects, struct bench_then *out)
{
    struct asking *a = calloc(1, sizeof(*a));
    void *memory = malloc(ROOM);
    fb_assert(a != NULL && memory != NULL);
    *a = (struct asking){.store = store, .books = books, .known = known, .subjects = subjects};
    fb_arena_init(&a->arena, memory, ROOM);
    fb_assert(fb_report_known_at(store, known, &a->as_of) == FB_OK);
    for (unsigned what = 0; what < BENCH_THENS; what++) {
        int64_t took[RUNS];
        for (unsigned run = 0; run < RUNS; run++) {
            a->digest = a->rows = 0;
            int64_t from = bench_now_ns();
            ask[what](a);
            took[run] = bench_now_ns() - from;
        }
        out->best_ns[what] = bench_quantile(took, RUNS, 0);
        out->digest[what] = a->digest;
        out->rows[what] = a->rows;
    }
    free(memory);
    free(a);
}

void bench_then_print(const struct bench_then *before, const struct bench_then *after)
{
    static const char *const words[BENCH_THENS] = {"spend as known then", "spend as known now", "findings as known then", "explain as known then"};
    static const int64_t asked[BENCH_THENS] = {1, 1, FINDINGS, EXPLAINS};
    for (unsigned i = 0; i < BENCH_THENS; i++) {
        const struct bench_then *const both[] = {before, after};
        char name[64];
        for (unsigned k = 0; k < 2; k++) {
            snprintf(name, sizeof(name), "%s, %s corrections", words[i], k == 0 ? "before" : "after");
            bench_figure_decimal("sweep", name, both[k]->best_ns[i] / asked[i], asked[i] == 1 ? 6 : 3, asked[i] == 1 ? "ms" : "us each");
        }
        snprintf(name, sizeof(name), "%s, ratio", words[i]);
        bench_figure_decimal("sweep", name, bench_ratio_e3(after->best_ns[i], before->best_ns[i]), 3, "times");
        fb_assert(i == BENCH_THEN_NOW || (before->digest[i] == after->digest[i] && before->rows[i] > 0));
    }
    bench_figure("sweep", "places of totals", (int64_t)after->rows[BENCH_THEN_TOTALS], "");
    bench_figure("sweep", "rows of findings as known then", (int64_t)after->rows[BENCH_THEN_FINDINGS], "");
}
