#include "engine/base/prng.h"
#include "engine/turn/report.h"
#include "engine/turn/totals.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

static struct fb_store *store;
static struct fb_totals *totals;
static unsigned char memory[1 << 16];
static struct fb_arena arena;

static void begin(void)
{
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
    totals = calloc(1, sizeof *totals);
    CU_ASSERT_PTR_NOT_NULL_FATAL(totals);
}

static void end(void)
{
    free(totals);
    fb_store_close(&store);
}

static struct fb_posting_place place_of(const char *hirer, fb_day week, fb_day posted)
{
    return (struct fb_posting_place){
        {.week = week, .month = 31, .hirer = fb_code_of(hirer), .stage = FB_STAGE_COMMITTED},
        posted,
        FB_CAUSE_RECORD};
}

static struct fb_txn *writer(void)
{
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_write(store, &t), FB_OK);
    return t;
}

static void finish(struct fb_txn *t)
{
    CU_ASSERT_EQUAL(fb_totals_write(totals, t, &arena), FB_OK);
    CU_ASSERT_EQUAL(totals->n, 0);
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
}

static void add(struct fb_txn *t, const struct fb_posting_place *p, int64_t shifts, fb_day known)
{
    struct fb_figures f = {{0}};
    f.v[FB_MEASURE_SHIFTS] = shifts;
    f.v[FB_MEASURE_PENCE] = shifts * 100;
    CU_ASSERT_EQUAL(fb_totals_add(totals, t, &arena, p, &f, known), FB_OK);
}

/* Shifts in the row of that very day; -1: no such row. */
static int64_t row(const struct fb_posting_place *p, fb_day known)
{
    struct fb_key key = fb_key_total(p, known);
    struct fb_figures f = {{0}};
    struct fb_span bytes;
    struct fb_txn *t;
    fb_arena_reset(&arena);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(store, &t), FB_OK);
    enum fb_err err = fb_find(t, FB_TABLE_TOTALS, fb_key_span(&key), &arena, &bytes);
    if (err == FB_OK)
        CU_ASSERT_EQUAL(fb_figures_unpack(&f, bytes), FB_OK);
    fb_txn_abort(&t);
    CU_ASSERT_EQUAL(f.v[FB_MEASURE_PENCE], f.v[FB_MEASURE_SHIFTS] * 100);
    return err == FB_OK ? f.v[FB_MEASURE_SHIFTS] : -1;
}

static uint64_t rows(void)
{
    struct fb_txn *t;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(store, &t), FB_OK);
    uint64_t n = fb_table_rows(t, FB_TABLE_TOTALS);
    fb_txn_abort(&t);
    return n;
}

static void test_running(void)
{
    begin();
    struct fb_posting_place a = place_of("RTH", 28, 31), b = place_of("RXQ", 28, 31),
                            late = place_of("RTH", 28, 59), repriced = late;
    repriced.cause = FB_CAUSE_REPRICED;
    struct fb_txn *t = writer();
    add(t, &a, 5, 100);
    add(t, &b, 1, 100);
    finish(t);
    t = writer();
    add(t, &a, 2, 100);
    add(t, &a, -3, 102);
    add(t, &a, -1, 104); /* several days within one transaction, as replay has them */
    add(t, &late, 9, 104);
    add(t, &repriced, 4, 104);
    finish(t);
    CU_ASSERT_TRUE(row(&a, 100) == 7 && row(&a, 101) == -1 && row(&a, 102) == 4 && row(&a, 104) == 3);
    CU_ASSERT_TRUE(row(&b, 100) == 1 && row(&late, 104) == 9 && row(&repriced, 104) == 4);
    CU_ASSERT_EQUAL(rows(), 6);
    end();
}

/* Deltas that cancel out are a row all the same, or the rows would depend on where a transaction ended. */
static void test_nought_is_a_row(void)
{
    begin();
    struct fb_posting_place a = place_of("RTH", 28, 31);
    struct fb_txn *t = writer();
    add(t, &a, 5, 100);
    add(t, &a, -5, 100);
    finish(t);
    CU_ASSERT_EQUAL(row(&a, 100), 0);
    t = writer();
    add(t, &a, 0, 101);
    finish(t);
    CU_ASSERT_EQUAL(row(&a, 101), 0);
    end();
}

static void test_more_than_fit(void)
{
    begin();
    struct fb_txn *t = writer();
    for (fb_day round = 0; round < 3; round++)
        for (fb_day week = 0; week < FB_TOTALS_CELLS + 100; week++) {
            struct fb_posting_place p = place_of("RTH", week * 7, 31);
            add(t, &p, week, 100 + round);
        }
    finish(t);
    CU_ASSERT_EQUAL(rows(), 3 * (FB_TOTALS_CELLS + 100));
    struct fb_posting_place last = place_of("RTH", (FB_TOTALS_CELLS + 99) * 7, 31);
    CU_ASSERT_EQUAL(row(&last, 102), 3 * (FB_TOTALS_CELLS + 99));
    end();
}

static void test_damage(void)
{
    begin();
    struct fb_posting_place a = place_of("RTH", 28, 31);
    struct fb_key key = fb_key_total(&a, 100);
    struct fb_txn *t = writer();
    fb_put(t, FB_TABLE_TOTALS, fb_key_span(&key), fb_span_of("\xff no figures"));
    add(t, &a, 1, 101);
    CU_ASSERT_EQUAL(fb_totals_write(totals, t, &arena), FB_DAMAGED);
    fb_txn_abort(&t);
    end();
}

/* ---- reading: against every row, added up the long way ---- */

enum { PLACES = 90, DAYS = 60 };
struct model {
    unsigned n;
    struct fb_posting_place place[PLACES];
    int64_t shifts[PLACES][DAYS]; /* known by the end of that day */
    bool any[PLACES][DAYS];       /* a row by then */
    const struct fb_total_filter *filter;
    unsigned at, stop_after, given; /* at: the next place that may come */
    bool wrong;
};

static int by_key(const void *x, const void *y)
{
    struct fb_key a = fb_key_total(x, 0), b = fb_key_total(y, 0);
    return fb_span_cmp(fb_key_span(&a), fb_key_span(&b));
}

static void draw_places(struct model *m, struct fb_prng *p)
{
    static const char *const hirers[] = {"RTH", "RXQ", "RHW"};
    for (unsigned i = 0; i < PLACES; i++) {
        struct fb_posting_place place = place_of(hirers[fb_prng_below(p, 3)], 7 * (fb_day)fb_prng_below(p, 5),
                                                 31 * (fb_day)fb_prng_below(p, 3));
        place.cell.route = (uint8_t)fb_prng_below(p, 3);
        place.cell.shadow = fb_prng_below(p, 4) == 0;
        place.cause = (uint8_t)(1 + fb_prng_below(p, 2));
        bool held = false;
        for (unsigned j = 0; j < m->n; j++)
            held = held || fb_posting_place_same(&m->place[j], &place);
        if (!held)
            m->place[m->n++] = place;
    }
    qsort(m->place, m->n, sizeof m->place[0], by_key);
}

/* Some places change every day, some hardly ever. */
static void fill(struct model *m, struct fb_prng *p)
{
    for (fb_day day = 0; day < DAYS; day++) {
        struct fb_txn *t = writer();
        for (unsigned i = 0; i < m->n; i++) {
            int64_t delta = (int64_t)fb_prng_below(p, 9) - 4;
            bool moves = fb_prng_below(p, i % 3 == 0 ? 1 : 30) == 0;
            if (moves)
                add(t, &m->place[i], delta, day);
            m->any[i][day] = moves || (day > 0 && m->any[i][day - 1]);
            m->shifts[i][day] = (day > 0 ? m->shifts[i][day - 1] : 0) + (moves ? delta : 0);
        }
        finish(t);
    }
}

static bool wanted(const struct model *m, unsigned i, fb_day day)
{
    const struct fb_total_filter *f = m->filter;
    const struct fb_posting_place *p = &m->place[i];
    return day >= 0 && m->any[i][day] && (f->trust == 0 || f->trust == p->cell.hirer) &&
           p->cell.week >= f->from_week && p->cell.week < f->until_week &&
           (p->cell.shadow != 0) == f->shadow && (f->posted == INT32_MIN || f->posted == p->posted);
}

static bool check(void *ctx, const struct fb_total *t)
{
    struct model *m = ctx;
    fb_day day = m->filter->known < DAYS ? m->filter->known : DAYS - 1;
    while (m->at < m->n && !wanted(m, m->at, day))
        m->at++;
    bool right = m->at < m->n && fb_posting_place_same(&m->place[m->at], &t->place) &&
                 t->figures.v[FB_MEASURE_SHIFTS] == m->shifts[m->at][day];
    m->wrong = m->wrong || !right;
    m->at++;
    return ++m->given != m->stop_after;
}

static void ask(struct model *m, const struct fb_total_filter *f, unsigned stop_after)
{
    fb_day day = f->known < DAYS ? f->known : DAYS - 1;
    unsigned must = 0;
    m->filter = f;
    m->at = m->given = 0;
    m->stop_after = stop_after;
    for (unsigned i = 0; i < m->n; i++)
        must += wanted(m, i, day);
    CU_ASSERT_EQUAL(fb_report_totals(store, f, check, m), FB_OK);
    CU_ASSERT_EQUAL(m->given, stop_after != 0 && stop_after < must ? stop_after : must);
}

static void test_as_known(void)
{
    static const char *const trusts[] = {"RTH", "RXQ", "RZZ"};
    static struct model m;
    struct fb_prng p;
    memset(&m, 0, sizeof m);
    begin();
    fb_prng_init(&p, 3);
    draw_places(&m, &p);
    fill(&m, &p);
    CU_ASSERT_TRUE(m.n > 60 && rows() > 1000); /* more than one transaction of reading */
    for (unsigned i = 0; i < 600; i++) {
        struct fb_total_filter f = {
            .trust = fb_prng_below(&p, 2) == 0 ? 0 : fb_code_of(trusts[fb_prng_below(&p, 3)]),
            .from_week = fb_prng_below(&p, 2) == 0 ? INT32_MIN : (fb_day)fb_prng_below(&p, 36),
            .until_week = fb_prng_below(&p, 2) == 0 ? INT32_MAX : (fb_day)fb_prng_below(&p, 36),
            .known = i % 50 == 0 ? INT32_MAX : (fb_day)fb_prng_below(&p, DAYS + 2) - 1,
            .shadow = fb_prng_below(&p, 4) == 0,
            .posted = fb_prng_below(&p, 2) == 0 ? INT32_MIN : 31 * (fb_day)fb_prng_below(&p, 4)};
        ask(&m, &f, fb_prng_below(&p, 5) == 0 ? 1 + (unsigned)fb_prng_below(&p, 9) : 0);
    }
    CU_ASSERT_FALSE(m.wrong);
    end();
}

static void test_no_totals(void)
{
    static struct model none;
    begin();
    struct fb_total_filter f = {
        .from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    ask(&none, &f, 0);
    struct fb_txn *t = writer();
    struct fb_posting_place a = place_of("RTH", 28, 31);
    struct fb_key key = fb_key_total(&a, 100);
    fb_put(t, FB_TABLE_TOTALS, fb_key_span(&key), fb_span_of("\xff no figures"));
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
    CU_ASSERT_EQUAL(fb_report_totals(store, &f, check, &none), FB_DAMAGED);
    end();
}

CU_TestInfo suite_totals[] = {
    {"a row holds the running figures of its place up to its day", test_running},
    {"figures that cancel out are a row all the same", test_nought_is_a_row},
    {"more places than a transaction keeps are written in between", test_more_than_fit},
    {"a row that cannot be read stops the writing", test_damage},
    {"what was known on a day is what all rows up to it add up to", test_as_known},
    {"no totals are nothing, and damaged ones are not passed over", test_no_totals},
    CU_TEST_INFO_NULL,
};
