#include "engine/core/decide.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static unsigned char memory[1 << 16];
static struct fb_arena arena;
static struct fb_decision before, after;
static struct fb_effects effects;

static void decide(struct fb_test_view *v, const struct fb_decision *prior)
{
    fb_arena_init(&arena, memory, sizeof memory);
    memset(&after, 0xa5, sizeof after); /* nothing may rest on what was there */
    memset(&effects, 0xa5, sizeof effects);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(fb_test_rule_book(), &v->view, prior, &arena, &after, &effects),
                          FB_OK);
}

/* The measure of a stage; nought when there is no such line. */
static int64_t line(enum fb_stage stage, enum fb_measure m)
{
    for (unsigned i = 0; i < after.n_lines; i++)
        if (after.line[i].cell.stage == stage)
            return after.line[i].figures.v[m];
    return 0;
}

static int64_t posted(enum fb_stage stage, enum fb_measure m)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < effects.n_posts; i++)
        if (effects.post[i].cell.stage == stage)
            sum += effects.post[i].figures.v[m];
    return sum;
}

static void agency_day(struct fb_test_view *v)
{
    fb_test_view(v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_charge(&v->booking[0].as.booking, "40.00", "3.10");
}

static void test_as_sent(void)
{
    struct fb_test_view v;
    agency_day(&v);
    fb_test_rate(&v.booking[0].as.booking, FB_TEST_PLAIN, FB_PART_VAT, 86200);
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.n_lines, 2);
    CU_ASSERT_EQUAL(after.basis, FB_BASIS_AS_SENT);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_MINUTES), 720);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 4310 * 12);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_WORKER_PAY), 4000 * 12);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_COMMISSION), 310 * 12);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_VAT), 862 * 12); /* apart */
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_OVER_CAP), 1);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_EXCESS), (4310 - 2994) * 12);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_EXPECTED), 0);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_UNPRICED), 0);
    for (unsigned m = 0; m < FB_MEASURES; m++)
        CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, m), line(FB_STAGE_COMMITTED, m));
}

static void test_expected_from_card(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.basis, FB_BASIS_EXPECTED_FROM_CARD);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 20551);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_EXPECTED), 20551);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_CARD), 20551);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_WORKER_PAY), 0); /* nobody sent it */
}

static void test_unpriced(void)
{
    struct fb_test_view v;
    agency_day(&v);
    v.booking[0].as.booking.rates.n = 0;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.basis, FB_BASIS_NONE);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_UNPRICED), 1);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 0);
}

static void test_hours_without_a_calendar(void)
{
    struct fb_test_view v;
    agency_day(&v);
    v.booking[0].as.booking.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL; /* neither card nor cap */
    struct fb_record *sheet = fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, -60);
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_MINUTES), 720);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 660);
    sheet->as.timesheet.n = 2;
    sheet->as.timesheet.interval[1] = sheet->as.timesheet.interval[0];
    sheet->as.timesheet.interval[1].kind = FB_INTERVAL_BREAK;
    sheet->as.timesheet.interval[1].end_min = sheet->as.timesheet.interval[1].start_min + 45;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 690 - 45);
}

static void test_estimate_is_counted_apart(void)
{
    struct fb_test_view v;
    agency_day(&v);
    v.booking[0].as.booking.shift.staff_group = FB_STAFF_GROUP_ADMIN_CLERICAL;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_OVER_ESTIMATE), 1);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_OVER_CAP), 0);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_EXCESS), 0);
}

static void test_cells(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-03-31T19:30", "2026-04-01T08:00", 30);
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.line[0].cell.week, fb_day_of(2026, 3, 30));
    CU_ASSERT_EQUAL(after.line[0].cell.ics,
                    fb_code_of("QU9")); /* a shift belongs to the day on which it starts */
    CU_ASSERT_EQUAL(after.line[0].cell.hirer, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(after.line[0].cell.route, FB_ROUTE_BANK);
    CU_ASSERT_EQUAL(after.line[0].cell.staff_group, FB_STAFF_GROUP_NURSING_MIDWIFERY);
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-04-01T00:00", "2026-04-01T08:00", 30);
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.line[0].cell.ics, fb_code_of("QTH"));
    v.view.n_organisations = 0;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.line[0].cell.ics, 0);
}

static void test_worked(void)
{
    struct fb_test_view v;
    agency_day(&v);
    decide(&v, NULL);
    before = after;
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_SUBMITTED, 0, -60);
    decide(&v, &before);
    CU_ASSERT_EQUAL(effects.n_posts, 0); /* nobody has approved it */
    v.timesheet[0].as.timesheet.state = FB_TIMESHEET_STATE_APPROVED;
    decide(&v, &before);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 4310 * 12);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_PENCE), 4310 * 11);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 660);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_PENCE), 4310 * 11);
    CU_ASSERT_EQUAL(posted(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(posted(FB_STAGE_WORKED, FB_MEASURE_PENCE), 4310 * 11);
    CU_ASSERT_EQUAL(posted(FB_STAGE_LATEST, FB_MEASURE_PENCE), -4310);
    CU_ASSERT_EQUAL(posted(FB_STAGE_LATEST, FB_MEASURE_SHIFTS), 0);
    CU_ASSERT_EQUAL(effects.n_posts, 2);
}

static void test_did_not_work(void)
{
    struct fb_test_view v;
    agency_day(&v);
    decide(&v, NULL);
    before = after;
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_DID_NOT_WORK, 0, 0);
    decide(&v, &before);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 1);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_SHIFTS), 0);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_SHIFTS), 0);
    CU_ASSERT_EQUAL(posted(FB_STAGE_LATEST, FB_MEASURE_PENCE), -4310 * 12);
}

static void test_adjusted(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_record *first = fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 0);
    struct fb_record *second = fb_test_timesheet(&v, "rth-roster", "T2", FB_TIMESHEET_STATE_ADJUSTED, 0, -60);
    second->as.timesheet.adjusts = fb_span_of("T1");
    first->env.revision = 9; /* however high the first one's revision */
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 660);
    struct fb_record *third = fb_test_timesheet(&v, "rth-roster", "T3", FB_TIMESHEET_STATE_ADJUSTED, 0, -120);
    third->as.timesheet.adjusts = fb_span_of("T2");
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 600);
    third->as.timesheet.state = FB_TIMESHEET_STATE_REJECTED;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 660);
}

static void test_latest_timesheet(void)
{
    struct fb_test_view v;
    agency_day(&v);
    struct fb_record *first = fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 0);
    fb_test_timesheet(&v, "rth-roster", "T2", FB_TIMESHEET_STATE_APPROVED, 0, -60)->env.occurred_ms++;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 660);
    fb_test_member(&v, "portal", FB_SYSTEM_PORTAL, "D1");
    fb_test_timesheet(&v, "portal", "P1", FB_TIMESHEET_STATE_APPROVED, 0, -180)->env.revision = 5;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES),
                    660); /* the roster is the authority for hours */
    first->env.revision = 1;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(line(FB_STAGE_WORKED, FB_MEASURE_MINUTES), 720);
}

static void test_cancelled(void)
{
    struct fb_test_view v;
    agency_day(&v);
    decide(&v, NULL);
    before = after;
    struct fb_booking *b = &v.booking[0].as.booking;
    b->state = FB_BOOKING_STATE_CANCELLED;
    decide(&v, &before);
    CU_ASSERT_EQUAL(after.n_lines, 0);
    CU_ASSERT_EQUAL(posted(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), -4310 * 12);
    CU_ASSERT_EQUAL(posted(FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), -1);
    b->cancel_charge_pence = 0;
    decide(&v, &before);
    CU_ASSERT_EQUAL(after.n_lines, 0);
    b->cancel_charge_pence = 5000;
    decide(&v, &before);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_CANCEL_CHARGE), 5000);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(line(FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS), 0);
    CU_ASSERT_EQUAL(effects.event[2].kind, FB_EVENT_SPEND_POSTED);
    CU_ASSERT_EQUAL(effects.event[2].detail, FB_MEASURE_CANCEL_CHARGE);
    CU_ASSERT_EQUAL(effects.event[2].delta_pence, 5000);
    b->state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    decide(&v, &before);
    CU_ASSERT_EQUAL(after.n_lines, 0);
}

static void test_another_week(void)
{
    struct fb_test_view v;
    agency_day(&v);
    decide(&v, NULL);
    before = after;
    v.booking[0].as.booking.shift.time.start_min += 7 * 1440;
    v.booking[0].as.booking.shift.time.end_min += 7 * 1440;
    decide(&v, &before);
    CU_ASSERT_EQUAL(effects.n_posts, 4); /* two lines taken back, two added */
    CU_ASSERT_EQUAL(posted(FB_STAGE_COMMITTED, FB_MEASURE_PENCE), 0);
    CU_ASSERT_EQUAL(effects.post[0].cell.week, fb_day_of(2026, 3, 16));
    CU_ASSERT_EQUAL(effects.post[0].figures.v[FB_MEASURE_SHIFTS], -1);
    CU_ASSERT_EQUAL(effects.event[0].kind, FB_EVENT_BOOKING_ASSESSED);
    CU_ASSERT_EQUAL(effects.event[0].delta_pence, 0);
    CU_ASSERT_EQUAL(effects.event[1].shift_day, fb_day_of(2026, 3, 16));
    CU_ASSERT_EQUAL(effects.event[1].delta_pence, -4310 * 12);
    CU_ASSERT_EQUAL(effects.event[1].pence, 0);
    CU_ASSERT_EQUAL(effects.event[2].shift_day, fb_day_of(2026, 3, 26));
    CU_ASSERT_EQUAL(effects.event[2].pence, 4310 * 12);
}

/* Whatever the path, what was posted adds up to the lines that hold: here through a list of changes and back.
 */
static void test_posts_add_up(void)
{
    enum { STEPS = 7 };
    struct fb_test_view v;
    int64_t total[FB_STAGE_END][FB_MEASURES] = {{0}};
    agency_day(&v);
    struct fb_booking *b = &v.booking[0].as.booking;
    for (unsigned step = 0; step < STEPS; step++) {
        if (step == 1)
            fb_test_charge(b, "33.33", "3.10");
        if (step == 2)
            b->route = FB_ROUTE_BANK;
        if (step == 3)
            fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 15, 45);
        if (step == 4)
            b->state = FB_BOOKING_STATE_CANCELLED, b->cancel_charge_pence = 777;
        if (step == 5)
            b->state = FB_BOOKING_STATE_BOOKED;
        if (step == 6)
            v.view.joined = true;
        decide(&v, step == 0 ? NULL : &before);
        before = after;
        for (unsigned m = 0; m < FB_MEASURES; m++) {
            for (unsigned stage = 0; stage < FB_STAGE_END; stage++) {
                total[stage][m] += posted(stage, m);
                CU_ASSERT_EQUAL(total[stage][m], line(stage, m));
            }
        }
    }
}

/* Loaded cost stands on every line of a known cost, and the card's beside it only then. */
static void test_loaded_cost(void)
{
    struct fb_book book = fb_test_rich_book();
    struct fb_test_view v;
    struct fb_price p;
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-06-02T07:30", "2026-06-02T19:30", 60);
    v.booking[0].as.booking.shift.site = fb_span_of("RTH02");
    fb_test_rate(&v.booking[0].as.booking, FB_TEST_PLAIN, FB_PART_WORKER_PAY, 200000);
    fb_price_booking(&book, &v.booking[0].as.booking, NULL, &p);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(&book, &v.view, NULL, &arena, &after, &effects), FB_OK);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_LOADED), 33915);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_CARD_LOADED), p.card_loaded.pence);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_SUPPLEMENT), 3892);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_LOADED_SHORT), 0);
    book.fee[0].scope.routes = 0; /* nobody says what the provider takes */
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(&book, &v.view, NULL, &arena, &after, &effects), FB_OK);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_LOADED), 33915 - 660);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_LOADED_SHORT), 1);
    book.n_on_costs = 0;
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(&book, &v.view, NULL, &arena, &after, &effects), FB_OK);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_LOADED), 0);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_CARD_LOADED), 0);
    CU_ASSERT_EQUAL(line(FB_STAGE_LATEST, FB_MEASURE_LOADED_SHORT), 1);
    CU_ASSERT(line(FB_STAGE_LATEST, FB_MEASURE_CARD) > 0);
}

CU_TestInfo suite_lines[] = {
    {"loaded cost, and the card's beside it", test_loaded_cost},
    {"what was sent is committed by part, VAT apart", test_as_sent},
    {"a bank shift without rates is expected from the card", test_expected_from_card},
    {"an agency shift without rates is unpriced, not free", test_unpriced},
    {"a shift that nothing prices still counts its hours", test_hours_without_a_calendar},
    {"above an estimate is counted apart", test_estimate_is_counted_apart},
    {"a line's week and ICS are those of the day on which it starts", test_cells},
    {"an approved timesheet is worked, and the latest", test_worked},
    {"who did not work leaves the latest at nought", test_did_not_work},
    {"an adjustment replaces the timesheet it names", test_adjusted},
    {"of two timesheets the better system, then the later version", test_latest_timesheet},
    {"a cancelled shift costs its charge at most", test_cancelled},
    {"a shift moved to another week moves its figures", test_another_week},
    {"posts always add up to the lines", test_posts_add_up},
    CU_TEST_INFO_NULL};
