/* A decision under sixty assurance rules that read every clock and check, of a worker whose diary is full:
 * sixty shifts, half a year of hours in a post of their own, leave, and twelve checks. */
#include "engine/base/check.h"
#include "engine/core/decide.h"
#include "engine/pack/pack.h"
#include "tests/bench/bench.h"
#include <stdlib.h>
#include <string.h>

enum { RULES = 60, WORKED = 60, WEEKS = 26, CHECKS = 12, RUNS = 21, ROUNDS = 20000, DAY = 1440 };

struct work {
    struct fb_book book;
    struct fb_rule rule[RULES];
    struct fb_predicate when[RULES][2];
    struct fb_record record;
    struct bench_texts texts;
    struct fb_diary_row shift[WORKED], hours[WEEKS], leave[1], check[CHECKS];
    struct fb_view view;
    struct fb_decision decision;
    struct fb_effects effects;
    unsigned char arena[FB_ARENA_BYTES];
};

/* Rules that ask about the whole dictionary, each of a clock or a check first, and never say yes. */
static void make_rules(struct work *w)
{
    for (unsigned i = 0; i < RULES; i++) {
        unsigned fact = FB_FACT_IDENTITY_DAYS + i % (FB_FACT_COUNT - FB_FACT_IDENTITY_DAYS);
        w->when[i][0] = (struct fb_predicate){.fact = (uint8_t)fact, .op = FB_OP_GE, .a = INT64_MIN + 1};
        w->when[i][1] =
            (struct fb_predicate){.fact = (uint8_t)(i % FB_FACT_COUNTER_1), .op = FB_OP_EQ, .a = INT64_MAX};
        w->rule[i] = (struct fb_rule){.id = 1000 + i,
                                      .severity = FB_SEVERITY_WARN,
                                      .date_fact = FB_FACT_SHIFT_DAY,
                                      .scope = {.staff_groups = UINT32_MAX,
                                                .routes = UINT32_MAX,
                                                .from = INT32_MIN,
                                                .until = INT32_MAX},
                                      .n_when = 2,
                                      .when = w->when[i]};
        for (unsigned k = 0; k < 2; k++)
            fb_fact_add(&w->rule[i].reads, w->when[i][k].fact);
    }
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        w->book.reads.w[i] = UINT64_MAX;
    w->book.rule = w->rule;
    w->book.n_rules = RULES;
    w->book.clocks = (struct fb_clocks){.reference_weeks = 17,
                                        .night_from_min = 1380,
                                        .night_until_min = 360,
                                        .night_least_min = 180,
                                        .assignment_reset_weeks = 6,
                                        .absences_left_out = 1u << FB_ABSENCE_KIND_ANNUAL_LEAVE};
    w->book.clocks.absence[FB_ABSENCE_KIND_ANNUAL_LEAVE].effect = FB_CLOCK_EFFECT_PAUSES;
}

static void make_diary(struct work *w, const struct fb_booking *b)
{
    uint32_t start = (uint32_t)b->shift.time.start_min, monday = start / DAY / 7 * 7 * DAY + 4 * DAY;
    for (unsigned i = 0; i < WORKED; i++)
        w->shift[i] = (struct fb_diary_row){.subject = 100 + i,
                                            .stint = {.worker = 9,
                                                      .start_min = start - (WORKED - i) * 2 * DAY,
                                                      .end_min = start - (WORKED - i) * 2 * DAY + 720,
                                                      .tie = i,
                                                      .minutes = 690,
                                                      .route = FB_ROUTE_AGENCY,
                                                      .hirer = b->shift.hirer,
                                                      .unit = 7,
                                                      .role = 8,
                                                      .agency = 9}};
    for (unsigned i = 0; i < WEEKS; i++)
        w->hours[i] = (struct fb_diary_row){.subject = 200 + i,
                                            .kind = FB_HOURS_KIND_WORKED,
                                            .stint = {.start_min = monday - (WEEKS - i) * 7 * DAY,
                                                      .end_min = monday - (WEEKS - i - 1) * 7 * DAY,
                                                      .minutes = 900,
                                                      .hirer = 5}};
    w->leave[0] = (struct fb_diary_row){
        .kind = FB_ABSENCE_KIND_ANNUAL_LEAVE,
        .stint = {.start_min = start / DAY * DAY - 50 * DAY, .end_min = start / DAY * DAY - 36 * DAY}};
    for (unsigned i = 0; i < CHECKS; i++)
        w->check[i] = (struct fb_diary_row){.kind = (uint8_t)(1 + i % (FB_FACT_KIND_END - 1)),
                                            .status = FB_FACT_STATUS_VALID,
                                            .stint = {.start_min = start / DAY * DAY - 300 * DAY,
                                                      .end_min = start / DAY * DAY + 300 * DAY,
                                                      .minutes = 1200,
                                                      .unit = i}};
    w->view.diary =
        (struct fb_diary_view){{w->shift, w->hours, w->leave, w->check}, {WORKED, WEEKS, 1, CHECKS}, false};
    w->view.feeds = FB_SENDS_WORKER_FACTS | FB_SENDS_HOURS | FB_SENDS_ABSENCES;
}

static int64_t decide_many(struct work *w)
{
    struct fb_arena arena;
    fb_arena_init(&arena, w->arena, sizeof w->arena);
    int64_t from = bench_now_ns();
    for (unsigned i = 0; i < ROUNDS; i++) {
        fb_arena_reset(&arena);
        fb_assert(fb_decide_booking(&w->book, &w->view, NULL, &arena, &w->decision, &w->effects) == FB_OK);
    }
    return (bench_now_ns() - from) / ROUNDS;
}

static int64_t ask_many(struct work *w)
{
    static struct fb_facts facts;
    int64_t from = bench_now_ns();
    for (unsigned i = 0; i < ROUNDS; i++) {
        facts.known = facts.at_least = facts.at_most = (struct fb_fact_bits){{0}};
        fb_diary_facts(&w->book, &w->view.diary, &w->decision.stint,
                       (fb_day)(w->decision.stint.start_min / DAY), &facts);
    }
    return (bench_now_ns() - from) / ROUNDS;
}

void bench_clocks(void)
{
    static const char *const dirs[] = {"rules/england", "rules/thames-valley"};
    static int64_t decide[RUNS], ask[RUNS];
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    struct work *w = calloc(1, sizeof *w);
    struct fb_source source = {.name = fb_span_of("bench"),
                               .system = FB_SYSTEM_ROSTER,
                               .mode = FB_SOURCE_MODE_LIVE,
                               .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    if (w == NULL || fb_pack_load(&book, dirs, 2, &report) != FB_OK) {
        fb_pack_report_print(stderr, &report);
        fprintf(stderr, "bench: run me from the root of the tree\n");
        exit(1);
    }
    w->book = *book;
    make_rules(w);
    unsigned at = 0;
    do
        bench_booking(at, fb_span_of("bench"), &w->texts, &w->record);
    while (w->record.as.booking.route != FB_ROUTE_AGENCY && ++at < 1000);
    w->record.as.booking.worker = 9;
    make_diary(w, &w->record.as.booking);
    w->view.n_members = 1;
    w->view.member[0] = (struct fb_member){1, &w->record, &source};
    for (unsigned i = 0; i < RUNS; i++) {
        decide[i] = decide_many(w);
        ask[i] = ask_many(w);
    }
    bench_figure("core", "decision, 60 rules and full facts, median", bench_quantile(decide, RUNS, 500),
                 "ns");
    bench_figure("core", "of that the worker's clocks and checks, median", bench_quantile(ask, RUNS, 500),
                 "ns");
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    free(w);
}
