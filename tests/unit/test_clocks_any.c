#include "engine/base/prng.h"
#include "engine/core/assure.h"
#include "tests/lib/clock_model.h"
#include "tests/lib/suite.h"
#include <string.h>

/* Diaries of any kind: against the slow model, in any order, with less known, and with one row changed. */
static struct fb_test_diary d, other;
static struct fb_prng r;

static unsigned below(unsigned n)
{
    return (unsigned)fb_prng_below(&r, n);
}

static fb_code any_trust(void)
{
    static const char *const trusts[] = {"RTH", "RXQ", "RYR"};
    return fb_code_of(trusts[below(3)]);
}

static void any_stint(struct fb_stint *s, int64_t around, unsigned weeks_before, unsigned weeks_after)
{
    static const enum fb_route routes[] = {FB_ROUTE_BANK, FB_ROUTE_AGENCY, FB_ROUTE_AGENCY,
                                           FB_ROUTE_SUBSTANTIVE};
    int64_t from = around - (int64_t)weeks_before * 10080,
            length = 60 + below(720) + (below(30) == 0 ? below(8000) : 0);
    *s = (struct fb_stint){.worker = 9,
                           .tie = 1000 + d.n_made++,
                           .hirer = any_trust(),
                           .unit = below(4),
                           .role = below(3),
                           .agency = below(3),
                           .route = (uint8_t)routes[below(4)]};
    s->start_min = (uint32_t)(from + (int64_t)fb_prng_below(&r, (weeks_before + weeks_after) * 10080u));
    if (below(3) == 0)
        s->start_min -= s->start_min % 720; /* so that ends and starts meet */
    s->end_min = s->start_min + (uint32_t)length;
    s->minutes = (int32_t)(below(3) == 0 ? length : length - below((unsigned)length / 4));
    s->flags = below(2) == 0 ? FB_STINT_NIGHT : 0;
}

static void any_shifts(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct fb_diary_row *row = &d.row[FB_DIARY_SHIFTS][d.view.n[FB_DIARY_SHIFTS]++];
        static const unsigned reach[] = {1, 3, 20, 45};
        any_stint(&row->stint, d.own.start_min, reach[below(4)], below(3));
        row->subject = 100 + d.n_made;
    }
}

/* Day after day, now and then not: a run of days or nights, or one assignment with its breaks. */
static void any_row_of_days(bool assignment)
{
    unsigned dense = 1 + below(assignment ? 9 : 2);
    for (unsigned back = 0; back < 45 * dense && d.view.n[FB_DIARY_SHIFTS] < 110; back++) {
        if (below(dense) != 0 || (!assignment && below(25) == 0))
            continue;
        if (below(40) == 0)
            back += below(80); /* a break */
        struct fb_diary_row *row = &d.row[FB_DIARY_SHIFTS][d.view.n[FB_DIARY_SHIFTS]++];
        *row = (struct fb_diary_row){.stint = d.own, .subject = 100 + d.n_made};
        row->stint.tie = (below(2) == 0 ? 100 : 5000) + d.n_made++;
        row->stint.start_min -= 1440 * back + below(300);
        row->stint.end_min = row->stint.start_min + 300;
        row->stint.minutes = 300;
        row->stint.flags = below(8) == 0 ? 0 : FB_STINT_NIGHT;
        row->stint.agency = 1 + below(2);
    }
}

static void any_hours(bool whole)
{
    static const int32_t minutes[] = {0, 0, 600, 2250, 4000, 9000};
    fb_day monday = fb_day_week(d.day);
    for (int32_t w = -40; w <= 2; w++) {
        unsigned records = whole && w <= 0 ? 1 + below(2) : below(4) == 0;
        for (unsigned i = 0; i < records; i++) {
            char day[11];
            fb_day_format(day, monday + 7 * w);
            fb_test_hours(&d, day, "RTH", whole && below(3) > 0 ? 0 : minutes[below(6)],
                          (enum fb_hours_kind)(1 + below(3)));
            d.row[FB_DIARY_HOURS][d.view.n[FB_DIARY_HOURS] - 1].stint.hirer = any_trust();
        }
    }
}

static void any_absences(unsigned n)
{
    static const enum fb_absence_kind kinds[] = {FB_ABSENCE_KIND_SICKNESS,     FB_ABSENCE_KIND_ANNUAL_LEAVE,
                                                 FB_ABSENCE_KIND_MATERNITY,    FB_ABSENCE_KIND_OTHER,
                                                 FB_ABSENCE_KIND_JURY_SERVICE, FB_ABSENCE_KIND_JURY_SERVICE};
    for (unsigned i = 0; i < n; i++) {
        fb_test_absence(&d, kinds[below(6)], "2026-01-01", "2026-01-02");
        struct fb_stint *s = &d.row[FB_DIARY_ABSENCES][d.view.n[FB_DIARY_ABSENCES] - 1].stint;
        s->start_min = (uint32_t)(d.day - (fb_day)below(300)) * 1440;
        s->end_min = s->start_min + (7 + below(40) + (below(4) == 0 ? below(220) : 0)) * 1440;
        if (below(3) == 0) {
            s->start_min -= s->start_min % 10080 - 5760; /* whole weeks: minute 5,760 was a Monday's first */
            s->end_min = s->start_min + (1 + below(9)) * 10080;
        }
        if (below(2) == 0) { /* from a trust's post, or an agency's: one of them that sends nobody */
            s->hirer = below(2) == 0 ? any_trust() : fb_code_of("ACME");
            s->agency = s->hirer == fb_code_of("ACME") ? 1 + below(3) : 9;
        }
    }
}

static void any_facts(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct fb_diary_row *row = fb_test_fact(
            &d, (enum fb_fact_kind)(1 + below(FB_FACT_KIND_END - 1)),
            (enum fb_fact_status)(1 + below(below(2) == 0 ? 2 : FB_FACT_STATUS_END - 1)), "2026-01-01", NULL);
        row->stint.start_min = (uint32_t)(d.day - 200 + (fb_day)below(220)) * 1440;
        row->stint.end_min = below(3) == 0 ? UINT32_MAX : row->stint.start_min + (1 + below(400)) * 1440;
        row->stint.minutes = below(2) == 0 ? -1 : 1200;
        row->stint.hirer = below(4) == 0 ? 0 : any_trust();
        row->stint.unit = below(3);
    }
}

/* Half of them about the days on which the clocks change. */
static void any_diary(void)
{
    static const char *const days[] = {"2026-06-16T07:30", "2026-03-30T00:10", "2026-10-26T20:00",
                                       "2026-12-31T23:30"};
    fb_test_diary(&d);
    fb_test_own(&d, days[below(4)], "2026-12-31T23:40", 0);
    uint32_t tie = d.own.tie;
    any_stint(&d.own, (int64_t)d.own.start_min + (int64_t)below(3000), 0, 1);
    d.own.tie = tie;
    if (below(4) > 0)
        d.own.end_min = d.own.start_min + 720, d.own.minutes = 690;
    d.day = fb_london_day(d.own.start_min);
    d.view.cut = below(12) == 0;
    d.book.clocks.absence[FB_ABSENCE_KIND_JURY_SERVICE].effect = FB_CLOCK_EFFECT_PAUSES;
    d.book.clocks.absence[FB_ABSENCE_KIND_JURY_SERVICE].weeks_max = 3;
    if (below(4) == 0)
        d.book.clocks.night_from_min = 0, d.book.clocks.night_until_min = 300;
    if (below(2) == 0)
        any_row_of_days(d.own.route == FB_ROUTE_AGENCY && below(3) > 0);
    else
        any_shifts(below(3) == 0 ? below(8) : below(60));
    any_hours(below(2) == 0);
    any_absences(below(3) == 0 ? 1 + below(7) : 0);
    any_facts(below(2) == 0 ? below(12) : 0);
    if (below(3) > 0)
        d.book.clocks.fed_from = d.day - (fb_day)below(below(2) == 0 ? 30 : 800);
    d.book.clocks.reference_weeks = below(3) == 0 ? (uint16_t)(1 + below(8)) : 17;
}

/* ---- against the model ---- */

static bool is_clock(unsigned fact)
{
    return fact == FB_FACT_OVER_VISA_MINUTES ||
           (fact >= FB_FACT_REST_BEFORE_MINUTES && fact <= FB_FACT_GAP_HERE_MINUTES);
}

static bool same_fact(const struct fb_facts *a, const struct fb_facts *b, unsigned fact)
{
    bool known = fb_fact_in(&a->known, fact);
    return known == fb_fact_in(&b->known, fact) &&
           fb_fact_in(&a->at_least, fact) == fb_fact_in(&b->at_least, fact) &&
           fb_fact_in(&a->at_most, fact) == fb_fact_in(&b->at_most, fact) &&
           (!known || a->value[fact] == b->value[fact]);
}

static void test_model(void)
{
    unsigned exact[FB_FACT_COUNT] = {0}, bound[FB_FACT_COUNT] = {0};
    fb_prng_init(&r, 1);
    for (unsigned i = 0; i < 1500; i++) {
        any_diary();
        struct fb_facts model = {0}, found = *fb_test_ask(&d);
        if (fb_fact_known(&found, FB_FACT_VISA_WEEK_MINUTES))
            fb_fact_set(&model, FB_FACT_VISA_WEEK_MINUTES, found.value[FB_FACT_VISA_WEEK_MINUTES]);
        fb_model_clocks(&d, &model);
        for (unsigned fact = 0; fact < FB_FACT_COUNT; fact++) {
            if (!is_clock(fact))
                continue;
            if (!same_fact(&found, &model, fact))
                fprintf(stderr, "%u: %s is %lld (known %d, bound %d), not %lld (known %d, bound %d)\n", i,
                        fb_fact_table[fact].word, (long long)found.value[fact],
                        fb_fact_in(&found.known, fact), fb_fact_in(&found.at_least, fact),
                        (long long)model.value[fact], fb_fact_in(&model.known, fact),
                        fb_fact_in(&model.at_least, fact));
            CU_ASSERT_FATAL(same_fact(&found, &model, fact));
            bool is_bound = fb_fact_in(&found.at_least, fact) || fb_fact_in(&found.at_most, fact);
            exact[fact] += fb_fact_in(&found.known, fact) && !is_bound;
            bound[fact] += is_bound;
        }
    }
    for (unsigned fact = 0; fact < FB_FACT_COUNT;
         fact++) /* a comparison that never met a fact has shown nothing */
        CU_ASSERT(!is_clock(fact) || (exact[fact] > 4 && (bound[fact] > 4 || fact == FB_FACT_CLOCK_TRUSTS ||
                                                          fact == FB_FACT_CLOCK_FED)));
}

/* ---- in any order ---- */

static void test_order(void)
{
    fb_prng_init(&r, 2);
    for (unsigned i = 0; i < 200; i++) {
        any_diary();
        struct fb_facts in_order = *fb_test_ask(&d);
        for (unsigned sort = 0; sort < FB_DIARY_SORTS; sort++)
            for (unsigned n = d.view.n[sort]; n > 1; n--) {
                unsigned k = below(n);
                struct fb_diary_row row = d.row[sort][k];
                d.row[sort][k] = d.row[sort][n - 1];
                d.row[sort][n - 1] = row;
            }
        struct fb_facts again = *fb_test_ask(&d);
        CU_ASSERT_EQUAL(memcmp(&in_order, &again, sizeof again), 0);
    }
}

/* ---- with less known ---- */

static void forget(struct fb_test_diary *from, enum fb_diary_sort sort, unsigned i)
{
    memmove(&from->row[sort][i], &from->row[sort][i + 1],
            (--from->view.n[sort] - i) * sizeof from->row[sort][0]);
}

static void copy_other(void)
{
    other = d;
    for (unsigned sort = 0; sort < FB_DIARY_SORTS; sort++)
        other.view.row[sort] = other.row[sort];
}

/* Whatever a clock is sure of when some shifts and absences are not known, stays so when they become known. Of hours that were
 * contracted or rostered an absence says that they were not worked: there it is known.
 */
static void check_sure(const struct fb_facts *less, const struct fb_facts *more, unsigned fact)
{
    for (int64_t by = -2; by <= 2; by++)
        for (unsigned op = FB_OP_EQ; op <= FB_OP_GE; op++) {
            struct fb_predicate p = {.fact = (uint8_t)fact, .op = (uint8_t)op, .a = less->value[fact] + by};
            enum fb_truth sure = fb_predicate_eval(&p, less), now = fb_predicate_eval(&p, more);
            CU_ASSERT(sure == FB_UNKNOWN || now == FB_UNKNOWN || now == sure);
            /* A bound can only say that a limit was passed, and then it stays passed. */
            CU_ASSERT(sure == FB_UNKNOWN || now == sure);
        }
}

static void test_less_known(void)
{
    fb_prng_init(&r, 3);
    for (unsigned i = 0; i < 600; i++) {
        any_diary();
        d.book.clocks.fed_from = INT32_MAX; /* nobody claims that all is told */
        d.view.cut = false;
        for (unsigned k = 0; k < d.view.n[FB_DIARY_SHIFTS]; k++)
            if (d.row[FB_DIARY_SHIFTS][k].stint.route == FB_ROUTE_SUBSTANTIVE)
                d.row[FB_DIARY_SHIFTS][k].stint.route = FB_ROUTE_BANK;
        bool worked = below(2) == 0;
        for (unsigned k = 0; worked && k < d.view.n[FB_DIARY_HOURS]; k++)
            d.row[FB_DIARY_HOURS][k].kind = FB_HOURS_KIND_WORKED;
        struct fb_facts more = *fb_test_ask(&d);
        copy_other();
        for (unsigned n = other.view.n[FB_DIARY_SHIFTS]; n > 0; n--)
            if (below(3) == 0)
                forget(&other, FB_DIARY_SHIFTS, n - 1);
        for (unsigned n = worked ? other.view.n[FB_DIARY_ABSENCES] : 0; n > 0; n--)
            if (below(2) == 0)
                forget(&other, FB_DIARY_ABSENCES, n - 1);
        struct fb_facts less = *fb_test_ask(&other);
        for (unsigned fact = FB_FACT_REST_BEFORE_MINUTES; fact <= FB_FACT_OVERLAP_MINUTES; fact++)
            if (fb_fact_in(&less.at_least, fact) || fb_fact_in(&less.at_most, fact))
                check_sure(&less, &more, fact);
    }
}

/* ---- which shifts read a row ---- */

static void test_readers(void)
{
    unsigned told = 0, not_read = 0;
    fb_prng_init(&r, 4);
    for (unsigned i = 0; i < 4000; i++) {
        any_diary();
        d.view.cut = false;
        enum fb_diary_sort sort = (enum fb_diary_sort)below(FB_DIARY_SORTS);
        if (d.view.n[sort] == 0)
            continue;
        struct fb_facts with = *fb_test_ask(&d);
        copy_other();
        unsigned k = below(d.view.n[sort]);
        struct fb_diary_row row = d.row[sort][k], reader = {.stint = d.own};
        forget(&other, sort, k);
        struct fb_facts without = *fb_test_ask(&other);
        bool changed = false;
        for (unsigned fact = 0; fact < FB_FACT_COUNT; fact++)
            changed |= !same_fact(&with, &without, fact);
        struct fb_diary_range range[FB_DIARY_READERS];
        unsigned n = fb_diary_readers(&d.book, sort, &row, range);
        bool in = n > 0 && reader.stint.start_min >= range[0].from_min &&
                  reader.stint.start_min < range[0].until_min;
        bool reads = fb_diary_reads(&d.book, sort, &row, &reader);
        CU_ASSERT(!changed || (in && reads));
        uint32_t from, until;
        fb_diary_window(&d.book.clocks, d.own.start_min, &from, &until);
        CU_ASSERT(!changed || (row.stint.start_min < until && row.stint.end_min > from));
        told += changed;
        not_read += !reads;
    }
    CU_ASSERT(told > 500 && not_read > 100);
}

CU_TestInfo suite_clocks_any[] = {
    {"any diary gives what the slow model gives", test_model},
    {"the order of the rows says nothing", test_order},
    {"what a clock is sure of with less known stays so with more", test_less_known},
    {"a row that changes a shift's facts is one that the shift reads", test_readers},
    CU_TEST_INFO_NULL};
