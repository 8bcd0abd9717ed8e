#include "engine/core/decide.h"
#include "engine/core/needs.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static struct fb_decision before, after;
static struct fb_effects effects;

static void decide(struct fb_test_view *v, const struct fb_decision *prior)
{
    memset(&after, 0xa5, sizeof after); /* nothing may rest on what was there */
    memset(&effects, 0xa5, sizeof effects);
    CU_ASSERT_EQUAL_FATAL(fb_decide_vacancy(fb_test_rule_book(), &v->view, prior, NULL, &after, &effects),
                          FB_OK);
}

/* A vacancy that nobody has answered yet. */
static void open_vacancy(struct fb_test_view *v)
{
    fb_test_view(v, FB_ROUTE_BANK, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_vacancy(v);
    v->view.subject = 3;
    v->view.n_members = 0;
}

static void check_end(enum fb_vacancy_end end, enum fb_measure measure)
{
    static const enum fb_measure ends[] = {FB_MEASURE_FILLED, FB_MEASURE_UNFILLED, FB_MEASURE_WITHDRAWN,
                                           FB_MEASURE_COVERED};
    CU_ASSERT_EQUAL(after.vacancy_end, end);
    CU_ASSERT_EQUAL(after.n_lines, 1);
    const int64_t *f = after.line[0].figures.v;
    CU_ASSERT_EQUAL(f[FB_MEASURE_VACANCIES], 1);
    CU_ASSERT_EQUAL(f[FB_MEASURE_VACANCY_MINUTES], 720);
    CU_ASSERT_EQUAL(f[FB_MEASURE_FILLED_MINUTES], measure == FB_MEASURE_FILLED ? 720 : 0);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        CU_ASSERT_EQUAL(f[ends[i]], ends[i] == measure);
}

static void test_open(void)
{
    struct fb_test_view v;
    open_vacancy(&v);
    decide(&v, NULL);
    check_end(FB_VACANCY_END_OPEN, FB_MEASURE_VACANCIES);
    CU_ASSERT_EQUAL(after.kind, FB_KIND_VACANCY);
    CU_ASSERT_EQUAL(after.line[0].cell.stage, 0);
    CU_ASSERT_EQUAL(after.line[0].cell.route, 0);
    CU_ASSERT_EQUAL(after.line[0].cell.week, fb_day_of(2026, 3, 16));
    CU_ASSERT_EQUAL(after.line[0].cell.ics, fb_code_of("QU9"));
    CU_ASSERT_EQUAL(effects.n_events, 1);
    CU_ASSERT_EQUAL(effects.event[0].kind, FB_EVENT_VACANCY_OPENED);
    CU_ASSERT_EQUAL(effects.event[0].minutes, 720);
    CU_ASSERT_TRUE(fb_span_is(effects.event[0].record_ref, "V1"));
}

static void test_filled_and_back(void)
{
    struct fb_test_view v;
    open_vacancy(&v);
    decide(&v, NULL);
    before = after;
    v.view.n_members = 1;
    decide(&v, &before);
    check_end(FB_VACANCY_END_FILLED, FB_MEASURE_FILLED);
    CU_ASSERT_EQUAL(effects.n_events, 1);
    CU_ASSERT_EQUAL(effects.event[0].kind, FB_EVENT_VACANCY_FILLED);
    CU_ASSERT_EQUAL(effects.n_posts, 1);
    CU_ASSERT_EQUAL(effects.post[0].figures.v[FB_MEASURE_VACANCIES], 0);
    CU_ASSERT_EQUAL(effects.post[0].figures.v[FB_MEASURE_FILLED], 1);
    before = after;
    decide(&v, &before);
    CU_ASSERT(effects.n_events == 0 && effects.n_posts == 0);
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED;
    decide(&v, &before);
    check_end(FB_VACANCY_END_OPEN, FB_MEASURE_VACANCIES);
    CU_ASSERT_EQUAL(effects.event[0].kind, FB_EVENT_VACANCY_OPENED);
}

static void test_start_passes(void)
{
    struct fb_test_view v;
    open_vacancy(&v);
    v.view.now_ms = v.vacancy.as.vacancy.shift.time.start_min * 60000 - 1;
    decide(&v, NULL);
    check_end(FB_VACANCY_END_OPEN, FB_MEASURE_VACANCIES);
    v.view.now_ms++;
    decide(&v, NULL);
    check_end(FB_VACANCY_END_UNFILLED, FB_MEASURE_UNFILLED);
    CU_ASSERT_EQUAL(effects.n_events, 2); /* opened first, even when it comes late */
    CU_ASSERT_EQUAL(effects.event[0].kind, FB_EVENT_VACANCY_OPENED);
    CU_ASSERT_EQUAL(effects.event[1].kind, FB_EVENT_VACANCY_UNFILLED);
}

static void test_stated_ends(void)
{
    struct fb_test_view v;
    open_vacancy(&v);
    v.view.n_members = 1;
    v.vacancy.as.vacancy.state = FB_VACANCY_STATE_WITHDRAWN;
    decide(&v, NULL);
    check_end(FB_VACANCY_END_WITHDRAWN, FB_MEASURE_WITHDRAWN);
    v.vacancy.as.vacancy.state = FB_VACANCY_STATE_COVERED_INTERNALLY;
    decide(&v, NULL);
    check_end(FB_VACANCY_END_COVERED, FB_MEASURE_COVERED);
    CU_ASSERT_EQUAL(effects.event[1].kind, FB_EVENT_VACANCY_COVERED);
}

static void test_shadow_cell(void)
{
    struct fb_test_view v;
    open_vacancy(&v);
    decide(&v, NULL);
    before = after;
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    v.vacancy.env.historic = true;
    decide(&v, &before);
    CU_ASSERT(after.shadow && after.historic);
    CU_ASSERT_EQUAL(effects.n_posts, 2);
    CU_ASSERT_EQUAL(effects.post[0].cell.shadow, 0);
    CU_ASSERT_EQUAL(effects.post[0].figures.v[FB_MEASURE_VACANCIES], -1);
    CU_ASSERT_EQUAL(effects.post[1].cell.shadow, 1);
}

/* What a decision reads must judge it again when it comes: no need without its touch. */
static void test_needs_are_touched(void)
{
    for (unsigned i = 0; i < fb_needs_count; i++) {
        const struct fb_need *n = &fb_needs[i];
        bool touched = false;
        for (unsigned k = 0; k < fb_touches_count && !touched; k++)
            touched = fb_touches[k].arriving == n->wanted && fb_touches[k].link == n->link &&
                      fb_touches[k].judged == n->subject;
        CU_ASSERT_TRUE(touched);
        CU_ASSERT(n->max > 0 && n->max <= (n->wanted == FB_KIND_REPLY ? FB_REPLIES_MAX : FB_GATHER_MAX));
    }
}

CU_TestInfo suite_vacancy[] = {
    {"a vacancy is demand, opened once", test_open},
    {"a standing booking fills it; cancelled, it is open again", test_filled_and_back},
    {"it is unfilled from the moment at which it starts", test_start_passes},
    {"the trust's own word comes first", test_stated_ends},
    {"a source that turns shadow is counted in other cells", test_shadow_cell},
    {"whatever a decision reads judges it again when it comes", test_needs_are_touched},
    CU_TEST_INFO_NULL};
