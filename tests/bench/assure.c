/* What assurance costs: a decision with sixty rules and full facts, and its trace; then looking up a worker's history
 * (history.c), bookings that say who works, and draft rules over a year of them (workers.c). */
#include "engine/base/check.h"
#include "engine/pack/pack.h"
#include "tests/bench/bench.h"
#include "tests/bench/packs.h"
#include <stdlib.h>
#include <string.h>

enum { SHIFTS = 1024, BLOCK = 64, BLOCKS = 4096, ROWS = 24, HOURS = 18, CHECKS = 8 };
static const int64_t NOW_MS = 1773600000000;

/* ---- one decision ---- */

struct work {
    struct fb_record record[SHIFTS], vacancy, cascade[3], agency, framework, organisation;
    struct bench_texts texts[SHIFTS];
    struct fb_source source;
    struct fb_diary_row shift[ROWS], hours[HOURS], check[CHECKS];
    struct fb_view view;
    struct fb_decision decision;
    struct fb_effects effects;
    unsigned char arena[FB_ARENA_BYTES];
    int64_t on[BLOCKS], off[BLOCKS];
};

/* Three weeks of shifts before the benches' ones, hours of every week, and every check. */
static void make_diary(struct work *w)
{
    fb_day first = fb_day_of(2025, 11, 24), last = fb_day_of(2026, 3, 15);
    for (unsigned i = 0; i < ROWS; i++) {
        uint32_t start = (uint32_t)(last - (fb_day)(ROWS - i)) * 1440 + 450;
        w->shift[i] = (struct fb_diary_row){.subject = 1000 + i,
                                            .stint = {.worker = 7, .start_min = start, .end_min = start + 480, .tie = i, .minutes = 450,
                                                      .route = FB_ROUTE_AGENCY, .hirer = fb_code_of(i % 2 == 0 ? "RTH" : "RXQ"),
                                                      .unit = 11, .role = 12, .agency = 13}};
    }
    for (unsigned i = 0; i < HOURS; i++) {
        uint32_t start = (uint32_t)(first + (fb_day)i * 7) * 1440;
        w->hours[i] = (struct fb_diary_row){.subject = 2000 + i, .kind = FB_HOURS_KIND_WORKED,
                                            .stint = {.worker = 7, .start_min = start, .end_min = start + 7 * 1440, .minutes = 1200,
                                                      .hirer = fb_code_of("RTH")}};
    }
    for (unsigned i = 0; i < CHECKS; i++)
        w->check[i] = (struct fb_diary_row){.subject = 3000 + i, .kind = (uint8_t)(FB_FACT_KIND_IDENTITY + i), .status = FB_FACT_STATUS_VALID,
                                            .stint = {.worker = 7, .start_min = (uint32_t)first * 1440, .end_min = UINT32_MAX, .minutes = 1200}};
}

static void make_around(struct work *w)
{
    struct fb_view *v = &w->view;
    w->vacancy.env.kind = FB_KIND_VACANCY;
    w->vacancy.as.vacancy.requested_ms = NOW_MS - 864000000;
    for (unsigned i = 0; i < 3; i++) {
        w->cascade[i].env.kind = FB_KIND_CASCADE;
        w->cascade[i].as.cascade = (struct fb_cascade){.tier = (enum fb_tier)(FB_TIER_BANK + (int)i), .tier_no = i == 2 ? 1 : FB_ABSENT,
                                                       .at_ms = NOW_MS - 800000000 + (int64_t)i * 3600000};
    }
    w->agency.env.kind = FB_KIND_AGENCY;
    w->agency.as.agency.code = fb_span_of("AG01");
    w->framework.env.kind = FB_KIND_FRAMEWORK;
    w->framework.as.framework = (struct fb_framework){.agency = fb_span_of("AG01"), .framework = fb_span_of("RM6281"), .until = INT32_MAX};
    w->organisation.env.kind = FB_KIND_ORGANISATION;
    w->organisation.as.organisation = (struct fb_organisation){.ods = fb_code_of("RTH"), .member_from = INT32_MIN, .member_until = INT32_MAX};
    v->vacancy = (struct fb_member){9, &w->vacancy, &w->source};
    v->n_cascades = 3;
    for (unsigned i = 0; i < 3; i++)
        v->cascade[i] = &w->cascade[i];
    v->agency = &w->agency;
    v->n_frameworks = v->n_organisations = 1;
    v->framework[0] = &w->framework;
    v->organisation[0] = &w->organisation;
    v->framework_register = v->organisation_register = true;
    v->feeds = UINT32_MAX;
    v->now_ms = NOW_MS;
    v->diary.row[FB_DIARY_SHIFTS] = w->shift;
    v->diary.n[FB_DIARY_SHIFTS] = ROWS;
    v->diary.row[FB_DIARY_HOURS] = w->hours;
    v->diary.n[FB_DIARY_HOURS] = HOURS;
    v->diary.row[FB_DIARY_FACTS] = w->check;
    v->diary.n[FB_DIARY_FACTS] = CHECKS;
}

static int64_t block(struct work *w, const struct fb_book *book, unsigned first, bool untraced)
{
    struct fb_arena arena;
    fb_arena_init(&arena, w->arena, sizeof(w->arena));
    w->view.untraced = untraced;
    int64_t from = bench_now_ns();
    for (unsigned i = 0; i < BLOCK; i++) {
        unsigned at = (first + i) % SHIFTS;
        fb_arena_reset(&arena);
        w->view.subject = at + 1;
        w->view.n_members = 1;
        w->view.member[0] = (struct fb_member){at + 1, &w->record[at], &w->source};
        fb_assert(fb_decide_booking(book, &w->view, NULL, &arena, &w->decision, &w->effects) == FB_OK);
    }
    return (bench_now_ns() - from) / BLOCK;
}

static void time_decisions(struct bench_packs *packs)
{
    struct work *w = calloc(1, sizeof(*w));
    fb_assert(w != NULL);
    w->source = (struct fb_source){.name = fb_span_of("bench"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .sends = 127};
    for (unsigned i = 0; i < SHIFTS; i++) {
        bench_booking(i, fb_span_of("bench"), &w->texts[i], &w->record[i]);
        w->record[i].as.booking.worker = 7;
        w->record[i].as.booking.token = (struct fb_span){NULL, 0};
        w->record[i].as.booking.worker_grade = fb_code_of("5");
        w->record[i].as.booking.vacancy_ref = fb_span_of("V1");
    }
    make_diary(w);
    make_around(w);
    /* One and the other by turns: what else the machine does meets both. Each has shifts of its own at the time, half of them away from
     * the other's, so that neither finds what the other has just taught the processor; in the next round they change places. */
    for (unsigned i = 0; i < BLOCKS; i++) {
        unsigned round = i / (SHIFTS / BLOCK), half = round % 2 * (SHIFTS / 2);
        bool off_first = round / 2 % 2 != 0;
        for (unsigned turn = 0; turn < 2; turn++) {
            bool off = off_first == (turn == 0);
            unsigned first = i * BLOCK + (off ? SHIFTS / 2 - half : half);
            (off ? w->off : w->on)[i] = block(w, packs->book, first, off);
        }
    }
    int64_t on = bench_quantile(w->on, BLOCKS, 500), off = bench_quantile(w->off, BLOCKS, 500);
    bench_figure("assure", "rules of the packs", packs->book->n_rules, "");
    bench_figure("assure", "one decision, worker's diary and all facts, median", on, "ns");
    bench_figure("assure", "the same, 99th of 100", bench_quantile(w->on, BLOCKS, 990), "ns");
    bench_figure("assure", "the same without a trace, median", off, "ns");
    bench_figure_decimal("assure", "trace on, above off", bench_ratio_e3((on - off) * 100, off), 3, "%");
    free(w);
}

void bench_assure(uint64_t bookings)
{
    struct bench_packs packs;
    bench_packs_read(&packs, 0, 0);
    time_decisions(&packs);
    bench_packs_free(&packs);
    bench_history();
    bench_workers(bookings);
}
