#include "tests/lib/diaries.h"
#include "tests/lib/suite.h"

static struct fb_test_diary d;

static bool is(enum fb_fact fact, int64_t v)
{
    return fb_fact_known(&d.facts, fact) && d.facts.value[fact] == v;
}

static bool exact(enum fb_fact fact)
{
    return fb_fact_known(&d.facts, fact) && !fb_fact_in(&d.facts.at_least, fact) &&
           !fb_fact_in(&d.facts.at_most, fact);
}

/* ---- the 12-week clock ---- */

/* Weeks on the clock when the shift that asks is asked again. */
static int64_t weeks(void)
{
    fb_test_ask(&d);
    if (!fb_fact_known(&d.facts, FB_FACT_ASSIGNMENT_WEEKS))
        return -1;
    CU_ASSERT(exact(FB_FACT_ASSIGNMENT_WEEKS) != fb_fact_in(&d.facts.at_least, FB_FACT_ASSIGNMENT_WEEKS));
    return d.facts.value[FB_FACT_ASSIGNMENT_WEEKS];
}

/* One shift by the agency at seven in the morning of that day. */
static struct fb_stint *agency_day(fb_day day)
{
    struct fb_stint *s = fb_test_shift(&d, "2026-01-05T07:30", "2026-01-05T19:30", 690);
    s->start_min = (uint32_t)day * 1440 + 420;
    s->end_min = s->start_min + 720;
    s->route = FB_ROUTE_AGENCY;
    s->agency = 4;
    return s;
}

static void begin(void)
{
    fb_test_diary(&d);
    d.own.route = FB_ROUTE_AGENCY;
    d.own.agency = 4;
}

static void test_any_work_counts_its_week(void)
{
    begin();
    for (int32_t w = 1; w < 12; w++)
        agency_day(d.day - 7 * w);
    CU_ASSERT_EQUAL(weeks(), 12);
    agency_day(d.day - 7 * 12)->agency = 5; /* the clock survives a change of agency */
    CU_ASSERT_EQUAL(weeks(), 13);
    agency_day(d.day - 7 * 13)->hirer = fb_code_of("RXQ");
    agency_day(d.day - 7 * 13)->role = 6;
    agency_day(d.day - 7 * 13)->route = FB_ROUTE_BANK;
    agency_day(d.day + 7);
    CU_ASSERT_EQUAL(weeks(), 13);
    d.own.role = 0;
    CU_ASSERT_EQUAL(weeks(), -1);
    d.own.role = 5;
    d.own.route = FB_ROUTE_BANK;
    CU_ASSERT_EQUAL(weeks(), -1);
    d.own.route = FB_ROUTE_AGENCY;
    d.book.clocks.assignment_reset_weeks = 0;
    CU_ASSERT_EQUAL(weeks(), -1);
}

/* The first day known need not be the first: from another weekday the two last would be of one period. */
static void test_periods_begin_with_the_first_day_told(void)
{
    begin();
    agency_day(d.day - 14);
    agency_day(d.day - 1);
    CU_ASSERT_EQUAL(weeks(), 2);
    d.book.clocks.fed_from = d.day - 14 - 43; /* no break that does not set it back fits between */
    CU_ASSERT_EQUAL(weeks(), 3);
    CU_ASSERT_TRUE(exact(FB_FACT_ASSIGNMENT_WEEKS));
    d.book.clocks.fed_from++;
    CU_ASSERT_EQUAL(weeks(), 2);
    CU_ASSERT_FALSE(exact(FB_FACT_ASSIGNMENT_WEEKS));
}

static void test_a_break(void)
{
    begin();
    agency_day(d.day - 50);
    agency_day(d.day - 43); /* six weeks without work between */
    CU_ASSERT_EQUAL(weeks(), 3);
    begin();
    agency_day(d.day - 51);
    agency_day(d.day - 44); /* and a day */
    CU_ASSERT_EQUAL(weeks(), 1);
    d.book.clocks.assignment_reset_weeks = 7;
    CU_ASSERT_EQUAL(weeks(), 3);
}

static void absent(enum fb_absence_kind kind, fb_day from, fb_day until)
{
    fb_test_absence(&d, kind, "2026-01-01", "2026-01-02");
    struct fb_stint *s = &d.row[FB_DIARY_ABSENCES][d.view.n[FB_DIARY_ABSENCES] - 1].stint;
    s->start_min = (uint32_t)from * 1440;
    s->end_min = (uint32_t)until * 1440;
}

static void test_absences_pause(void)
{
    begin();
    agency_day(d.day - 70);
    absent(FB_ABSENCE_KIND_SICKNESS, d.day - 66, d.day - 3); /* three days before and three after it */
    CU_ASSERT_EQUAL(weeks(), 2);
    d.row[FB_DIARY_ABSENCES][0].stint.start_min += 1440; /* seven days that nothing explains */
    CU_ASSERT_EQUAL(weeks(), 1);
    absent(FB_ABSENCE_KIND_ANNUAL_LEAVE, d.day - 66, d.day - 65); /* reasons add up with each other */
    CU_ASSERT_EQUAL(weeks(), 2);
    d.row[FB_DIARY_ABSENCES][1].kind = FB_ABSENCE_KIND_OTHER; /* that kind does nothing */
    CU_ASSERT_EQUAL(weeks(), 1);
}

static void test_absences_pause_for_so_long(void)
{
    begin();
    agency_day(d.day - 28 * 7 - 8);
    absent(FB_ABSENCE_KIND_SICKNESS, d.day - 28 * 7 - 7, d.day);
    CU_ASSERT_EQUAL(weeks(), 1); /* 28 weeks, and a week that they do not explain */
    d.book.clocks.absence[FB_ABSENCE_KIND_SICKNESS].weeks_max = 29;
    CU_ASSERT_EQUAL(weeks(), 2);
    d.book.clocks.absence[FB_ABSENCE_KIND_SICKNESS].weeks_max = 28;
    d.row[FB_DIARY_ABSENCES][0].kind = FB_ABSENCE_KIND_ANNUAL_LEAVE;
    CU_ASSERT_EQUAL(weeks(), 2);
}

/* Of two that pause for so many weeks each the first kind is used up first, in whatever order they come. */
static void test_absences_share_a_break(void)
{
    for (unsigned jury_first = 0; jury_first < 2; jury_first++) {
        begin();
        d.book.clocks.absence[FB_ABSENCE_KIND_SICKNESS].weeks_max = 8;
        d.book.clocks.absence[FB_ABSENCE_KIND_JURY_SERVICE].effect = FB_CLOCK_EFFECT_PAUSES;
        d.book.clocks.absence[FB_ABSENCE_KIND_JURY_SERVICE].weeks_max = 8;
        agency_day(d.day - 71);
        if (jury_first == 1)
            absent(FB_ABSENCE_KIND_JURY_SERVICE, d.day - 70, d.day - 56);
        absent(FB_ABSENCE_KIND_SICKNESS, d.day - 70, d.day);
        if (jury_first == 0)
            absent(FB_ABSENCE_KIND_JURY_SERVICE, d.day - 70, d.day - 56);
        CU_ASSERT_EQUAL(weeks(), 1); /* two weeks at its end that nothing explains */
        d.row[FB_DIARY_ABSENCES][jury_first == 1 ? 0 : 1].stint.end_min = (uint32_t)d.day * 1440;
        CU_ASSERT_EQUAL(weeks(), 2);
    }
}

static void test_absences_run(void)
{
    begin();
    agency_day(d.day - 70);
    absent(FB_ABSENCE_KIND_MATERNITY, d.day - 69, d.day);
    CU_ASSERT_EQUAL(weeks(), 11);
    d.row[FB_DIARY_ABSENCES][0].stint.end_min = (uint32_t)(d.day - 6) * 1440;
    CU_ASSERT_EQUAL(weeks(), 11); /* its last day is in the period before this one */
    d.row[FB_DIARY_ABSENCES][0].stint.end_min = (uint32_t)(d.day - 42) * 1440;
    CU_ASSERT_EQUAL(weeks(), 1); /* 42 days that nothing explains, in a break of 69 */
    begin();
    agency_day(d.day - 35);
    absent(FB_ABSENCE_KIND_MATERNITY, d.day - 21, d.day - 14);
    CU_ASSERT_EQUAL(weeks(), 3); /* also in a break that pauses: one period, or two */
}

static void test_same_agency(void)
{
    begin();
    agency_day(d.day - 175); /* the Tuesday 25 weeks before */
    agency_day(d.day - 177); /* Sunday before that */
    agency_day(d.day - 7);
    agency_day(d.day - 6);
    agency_day(d.day + 5); /* the same week, after the shift */
    agency_day(d.day + 6);
    fb_test_ask(&d);
    CU_ASSERT(is(FB_FACT_SAME_AGENCY_WEEKS, 3) && !exact(FB_FACT_SAME_AGENCY_WEEKS));
    agency_day(d.day - 14)->agency = 5;
    agency_day(d.day - 14)->hirer = fb_code_of("RXQ");
    d.book.clocks.fed_from = d.day - 176;
    fb_test_ask(&d);
    CU_ASSERT(is(FB_FACT_SAME_AGENCY_WEEKS, 3) && exact(FB_FACT_SAME_AGENCY_WEEKS));
    d.own.agency = 0;
    fb_test_ask(&d);
    CU_ASSERT_FALSE(fb_fact_known(&d.facts, FB_FACT_SAME_AGENCY_WEEKS));
}

/* ---- employment checks ---- */

static int64_t days_left(enum fb_fact fact)
{
    fb_test_ask(&d);
    return fb_fact_known(&d.facts, fact) ? d.facts.value[fact] : INT64_MIN;
}

/* What lapsed has ended, as if its last day were over; any other status is none that was passed. */
static int64_t without(int status)
{
    return status == FB_FACT_STATUS_LAPSED ? -1 : -36525;
}

static void test_a_check(void)
{
    fb_test_diary(&d);
    CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), INT64_MIN);
    struct fb_diary_row *r =
        fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_VALID, "2026-06-17", "2026-06-20");
    CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), INT64_MIN); /* it begins on the day after */
    r->stint.start_min -= 1440;
    CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), 3);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_VALID));
    r->stint.start_min -= 14400;
    r->stint.end_min = (uint32_t)(d.day + 1) * 1440;
    CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), 0); /* the last day */
    r->stint.end_min -= 1440;
    CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), -1);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_LAPSED));
    r->stint.end_min = UINT32_MAX;
    r->status = FB_FACT_STATUS_CONDITIONS;
    CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), 36525);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_CONDITIONS));
    for (int status = FB_FACT_STATUS_PENDING; status < FB_FACT_STATUS_END; status++) {
        r->status = (uint8_t)status;
        CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), without(status));
        CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, status));
    }
    d.view.cut = true;
    CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), INT64_MIN);
}

static void test_each_check_is_its_own(void)
{
    static const struct {
        enum fb_fact_kind kind;
        enum fb_fact fact;
    } rows[] = {{FB_FACT_KIND_IDENTITY, FB_FACT_IDENTITY_DAYS},
                {FB_FACT_KIND_RIGHT_TO_WORK, FB_FACT_RIGHT_TO_WORK_DAYS},
                {FB_FACT_KIND_REGISTRATION, FB_FACT_REGISTRATION_DAYS},
                {FB_FACT_KIND_REFERENCES, FB_FACT_REFERENCES_DAYS},
                {FB_FACT_KIND_CRIMINAL_RECORD, FB_FACT_CRIMINAL_RECORD_DAYS},
                {FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_HEALTH_CLEARANCE_DAYS},
                {FB_FACT_KIND_TRAINING, FB_FACT_TRAINING_DAYS},
                {FB_FACT_KIND_VISA, FB_FACT_VISA_DAYS}};
    enum { N = sizeof rows / sizeof rows[0] };
    for (unsigned i = 0; i < N; i++) {
        fb_test_diary(&d);
        fb_test_fact(&d, rows[i].kind, FB_FACT_STATUS_VALID, "2026-01-01", "2026-06-27");
        for (unsigned k = 0; k < N; k++)
            CU_ASSERT_EQUAL(days_left(rows[k].fact), i == k ? 10 : INT64_MIN);
    }
}

static void test_several_records_of_a_check(void)
{
    fb_test_diary(&d);
    fb_test_fact(&d, FB_FACT_KIND_IDENTITY, FB_FACT_STATUS_VALID, "2026-01-10", "2026-07-01");
    fb_test_fact(&d, FB_FACT_KIND_IDENTITY, FB_FACT_STATUS_VALID, "2026-01-01", "2026-08-01");
    CU_ASSERT_EQUAL(days_left(FB_FACT_IDENTITY_DAYS), 45); /* the one that stands longest */
    fb_test_fact(&d, FB_FACT_KIND_IDENTITY, FB_FACT_STATUS_PENDING, "2026-05-01", NULL);
    CU_ASSERT_EQUAL(days_left(FB_FACT_IDENTITY_DAYS), 45); /* to wait takes nothing back */
    fb_test_fact(&d, FB_FACT_KIND_IDENTITY, FB_FACT_STATUS_SUSPENDED, "2025-12-31", NULL);
    CU_ASSERT_EQUAL(days_left(FB_FACT_IDENTITY_DAYS), 45); /* nor does what is older */
    fb_test_fact(&d, FB_FACT_KIND_IDENTITY, FB_FACT_STATUS_REFUSED, "2026-01-01", "2026-06-17");
    CU_ASSERT_EQUAL(days_left(FB_FACT_IDENTITY_DAYS),
                    14); /* it takes back what is as old, not what is younger */
    fb_test_fact(&d, FB_FACT_KIND_IDENTITY, FB_FACT_STATUS_REFUSED, "2026-01-10", "2026-06-17");
    CU_ASSERT_EQUAL(days_left(FB_FACT_IDENTITY_DAYS), without(FB_FACT_STATUS_REFUSED));
    d.own.start_min += 1440, d.own.end_min += 1440, d.day++;
    CU_ASSERT_EQUAL(days_left(FB_FACT_IDENTITY_DAYS), 44); /* the refusal has ended */
}

/* Who looked and said no takes back what held before; to wait or to know of none does not. */
static void test_what_denies(void)
{
    for (int status = FB_FACT_STATUS_PENDING; status < FB_FACT_STATUS_END; status++) {
        bool denies = status == FB_FACT_STATUS_REFUSED || status == FB_FACT_STATUS_LAPSED ||
                      status == FB_FACT_STATUS_SUSPENDED;
        fb_test_diary(&d);
        fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_VALID, "2026-01-10", "2026-07-01");
        fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, (enum fb_fact_status)status, "2026-02-01", NULL);
        CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), denies ? without(status) : 14);
        CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, denies ? status : FB_FACT_STATUS_VALID));
        fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_VALID, "2026-02-02",
                     "2026-06-20"); /* renewed, for less */
        CU_ASSERT_EQUAL(days_left(FB_FACT_REGISTRATION_DAYS), denies ? 3 : 14);
    }
}

static void test_which_status_is_shown(void)
{
    fb_test_diary(&d);
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_VALID, "2026-01-10", "2026-07-01");
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_CONDITIONS, "2026-01-10", "2026-07-01");
    fb_test_ask(&d);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_CONDITIONS)); /* the one that says less */
    struct fb_diary_row *later =
        fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_VALID, "2026-01-11", "2026-07-01");
    fb_test_ask(&d);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_VALID)); /* the one that began last */
    later->status = FB_FACT_STATUS_CONDITIONS;
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_VALID, "2026-01-01", "2026-07-02");
    fb_test_ask(&d);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_CONDITIONS)); /* though another stands longer */
    fb_test_diary(&d);
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_LAPSED, "2026-01-10", NULL);
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_PENDING, "2026-02-10", NULL);
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_SUSPENDED, "2026-01-11", NULL);
    fb_test_ask(&d);
    CU_ASSERT(
        is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_SUSPENDED)); /* denials first, the last of them */
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_REFUSED, "2026-01-11", NULL);
    fb_test_ask(&d);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_SUSPENDED)); /* of the same day the one that says less */
    fb_test_diary(&d);
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_REFUSED, "2026-01-11", NULL);
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, FB_FACT_STATUS_SUSPENDED, "2026-01-11", NULL);
    fb_test_ask(&d);
    CU_ASSERT(is(FB_FACT_REGISTRATION_STATUS, FB_FACT_STATUS_SUSPENDED));
}

static void test_a_visa_for_no_work(void)
{
    fb_test_diary(&d);
    fb_test_fact(&d, FB_FACT_KIND_VISA, FB_FACT_STATUS_VALID, "2026-01-10", NULL)->stint.minutes = 0;
    CU_ASSERT_EQUAL(days_left(FB_FACT_VISA_WEEK_MINUTES), 0);
    CU_ASSERT_EQUAL(days_left(FB_FACT_OVER_VISA_MINUTES), 690);
}

static void test_the_last_that_held(void)
{
    fb_test_diary(&d);
    fb_test_fact(&d, FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-01");
    fb_test_fact(&d, FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_STATUS_VALID, "2024-01-01", "2025-06-01");
    fb_test_fact(&d, FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_STATUS_REFUSED, "2025-01-01", "2026-06-10");
    CU_ASSERT_EQUAL(days_left(FB_FACT_HEALTH_CLEARANCE_DAYS), -16); /* the last day was 31 May */
    fb_test_fact(&d, FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_STATUS_PENDING, "2026-06-01", NULL);
    CU_ASSERT_EQUAL(days_left(FB_FACT_HEALTH_CLEARANCE_DAYS), without(FB_FACT_STATUS_PENDING));
    fb_test_diary(&d);
    fb_test_fact(&d, FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-01");
    fb_test_fact(&d, FB_FACT_KIND_HEALTH_CLEARANCE, FB_FACT_STATUS_LAPSED, "2026-05-01", NULL);
    CU_ASSERT_EQUAL(days_left(FB_FACT_HEALTH_CLEARANCE_DAYS), -1); /* that it lapsed is said, and counts from no day */
}

static void test_training(void)
{
    fb_test_diary(&d);
    for (unsigned name = 1; name <= 3; name++)
        fb_test_fact(&d, FB_FACT_KIND_TRAINING, FB_FACT_STATUS_VALID, "2026-01-01", "2026-07-01")
            ->stint.unit = name;
    CU_ASSERT_EQUAL(days_left(FB_FACT_TRAINING_DAYS), 14);
    fb_test_fact(&d, FB_FACT_KIND_TRAINING, FB_FACT_STATUS_VALID, "2025-01-01", "2026-01-01")->stint.unit = 2;
    CU_ASSERT_EQUAL(days_left(FB_FACT_TRAINING_DAYS), 14); /* renewed since */
    fb_test_fact(&d, FB_FACT_KIND_TRAINING, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-10")->stint.unit = 4;
    CU_ASSERT_EQUAL(days_left(FB_FACT_TRAINING_DAYS), -7);
    for (unsigned name = 5; name <= 40; name++)
        fb_test_fact(&d, FB_FACT_KIND_TRAINING, FB_FACT_STATUS_VALID, "2026-01-02", "2027-01-01")
            ->stint.unit = name;
    CU_ASSERT_EQUAL(days_left(FB_FACT_TRAINING_DAYS), -7);
    CU_ASSERT_TRUE(fb_fact_in(&d.facts.at_most, FB_FACT_TRAINING_DAYS)); /* more than are told apart */
}

static void test_posts_and_opt_outs(void)
{
    fb_test_diary(&d);
    CU_ASSERT_EQUAL(days_left(FB_FACT_OPTED_OUT), INT64_MIN);
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_POST), INT64_MIN);
    struct fb_diary_row *out =
        fb_test_fact(&d, FB_FACT_KIND_OPT_OUT, FB_FACT_STATUS_VALID, "2026-01-01", NULL);
    CU_ASSERT_EQUAL(days_left(FB_FACT_OPTED_OUT), 1);
    out->stint.end_min = (uint32_t)d.day * 1440;
    CU_ASSERT_EQUAL(days_left(FB_FACT_OPTED_OUT), 0);
    struct fb_diary_row *post =
        fb_test_fact(&d, FB_FACT_KIND_SUBSTANTIVE_POST, FB_FACT_STATUS_ABSENT, "2026-01-02", NULL);
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_POST), 0);
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_HERE), 0);
    post->status = FB_FACT_STATUS_VALID;
    post->stint.hirer = fb_code_of("RXQ");
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_POST), 1);
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_HERE), 0);
    post->stint.hirer = fb_code_of("RTH");
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_HERE), 1);
    post->stint.end_min = (uint32_t)d.day * 1440;
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_POST), 0);
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_HERE), 0);
    fb_test_fact(&d, FB_FACT_KIND_IDENTITY, FB_FACT_STATUS_VALID, "2026-01-03", NULL); /* no post */
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_POST), 0);
    fb_test_fact(&d, FB_FACT_KIND_SUBSTANTIVE_POST, FB_FACT_STATUS_VALID, "2026-06-17", NULL);
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_POST), 0);
    fb_test_fact(&d, FB_FACT_KIND_SUBSTANTIVE_POST, FB_FACT_STATUS_VALID, "2026-06-16", NULL); /* from the day itself on */
    CU_ASSERT_EQUAL(days_left(FB_FACT_SUBSTANTIVE_POST), 1);
}

CU_TestInfo suite_clock_runs[] = {
    {"any work counts its week, for one hirer and role, whoever the agency", test_any_work_counts_its_week},
    {"periods begin with the first day, where that is told", test_periods_begin_with_the_first_day_told},
    {"a break of six weeks pauses, and a day more sets the clock back", test_a_break},
    {"absences that pause must explain the break", test_absences_pause},
    {"absences pause no longer than their limit", test_absences_pause_for_so_long},
    {"of two absences that pause the first kind is used up first", test_absences_share_a_break},
    {"absences that run count", test_absences_run},
    {"weeks of one agency are calendar weeks, 26 of them", test_same_agency},
    {"a check holds until the day before its end, by its status", test_a_check},
    {"each check is its own fact", test_each_check_is_its_own},
    {"of several records the longest holds that no other denies", test_several_records_of_a_check},
    {"a denial takes back what is older, waiting does not", test_what_denies},
    {"of several records one status is shown, whatever their order", test_which_status_is_shown},
    {"a visa may allow no work at all", test_a_visa_for_no_work},
    {"what held last says since when it does not", test_the_last_that_held},
    {"training is as good as the worst of its names", test_training},
    {"posts and opt-outs are yes, no or not known", test_posts_and_opt_outs},
    CU_TEST_INFO_NULL};
