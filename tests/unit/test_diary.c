#include "engine/turn/memory/diary.h"
#include "tests/lib/diaries.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static struct fb_test_diary d;
static struct fb_test_view v;
static struct fb_decision decision;
static struct fb_effects effects;
static unsigned char memory[1 << 16];

/* What the shift of the view adds. */
static const struct fb_stint *stint(void)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(&d.book, &v.view, NULL, &arena, &decision, &effects), FB_OK);
    return &decision.stint;
}

static void begin(const char *start, const char *end)
{
    fb_test_diary(&d);
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", start, end, 30);
    v.booking[0].as.booking.worker = 9;
    v.booking[0].as.booking.shift.unit = fb_span_of("ward 4");
}

static void test_booked(void)
{
    begin("2026-03-19T07:30", "2026-03-19T20:00");
    const struct fb_booking *b = &v.booking[0].as.booking;
    struct fb_stint s = *stint();
    CU_ASSERT(s.worker == 9 && s.start_min == b->shift.time.start_min && s.end_min == b->shift.time.end_min);
    CU_ASSERT(s.minutes == 720 && s.flags == 0 && s.route == FB_ROUTE_AGENCY && s.hirer == fb_code_of("RTH"));
    CU_ASSERT(s.unit != 0 && s.role != 0 && s.agency != 0);
    v.booking[0].as.booking.shift.unit = fb_span_of("ward 5");
    CU_ASSERT_NOT_EQUAL(stint()->unit, s.unit);
    v.booking[0].as.booking.shift.role = fb_span_of("critical care");
    CU_ASSERT_NOT_EQUAL(stint()->role, s.role);
    uint32_t critical = stint()->role;
    v.booking[0].as.booking.shift.role = fb_span_of("theatre");
    CU_ASSERT_NOT_EQUAL(stint()->role, critical);
    v.booking[0].as.booking.shift.role = (struct fb_span){NULL, 0};
    v.booking[0].as.booking.shift.grade = fb_code_of("6");
    CU_ASSERT_NOT_EQUAL(stint()->role, s.role);
    v.booking[0].as.booking.shift.staff_group = FB_STAFF_GROUP_NONE;
    CU_ASSERT_EQUAL(stint()->role, 0);
    v.booking[0].as.booking.agency = v.booking[0].as.booking.shift.unit = (struct fb_span){NULL, 0};
    CU_ASSERT(stint()->agency == 0 && stint()->unit == 0);
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    CU_ASSERT_EQUAL(stint()->flags, FB_STINT_SHADOW);
}

static void test_nothing(void)
{
    begin("2026-03-19T07:30", "2026-03-19T20:00");
    v.booking[0].as.booking.worker = 0;
    CU_ASSERT_EQUAL(stint()->worker, 0);
    v.booking[0].as.booking.worker = 9;
    for (int state = FB_BOOKING_STATE_CANCELLED; state < FB_BOOKING_STATE_END; state++) {
        v.booking[0].as.booking.state = (enum fb_booking_state)state;
        CU_ASSERT_EQUAL(stint()->worker, 0);
    }
    v.booking[0].as.booking.state = FB_BOOKING_STATE_BOOKED;
    struct fb_shift_time time = v.booking[0].as.booking.shift.time;
    v.booking[0].as.booking.shift.time = (struct fb_shift_time){.start_min = -10, .end_min = 600};
    CU_ASSERT_EQUAL(stint()->worker, 0); /* before there were days */
    v.booking[0].as.booking.shift.time = time;
    v.view.joined = true;
    CU_ASSERT_EQUAL(stint()->worker, 0);
    v.view.joined = false;
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_DID_NOT_WORK, 0, 0);
    CU_ASSERT_EQUAL(stint()->worker, 0);
    v.timesheet[0].as.timesheet.state = FB_TIMESHEET_STATE_REJECTED; /* settles nothing */
    CU_ASSERT_EQUAL(stint()->worker, 9);
    v.timesheet[0].as.timesheet.state = FB_TIMESHEET_STATE_APPROVED;
    CU_ASSERT_EQUAL(stint()->worker, 9); /* what is no work: test_sleep_ins.c */
}

static void test_worked(void)
{
    begin("2026-03-19T07:30", "2026-03-19T20:00");
    int64_t start = v.booking[0].as.booking.shift.time.start_min;
    struct fb_timesheet *t =
        &fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 0)->as.timesheet;
    t->n = 4;
    t->interval[0] = (struct fb_interval_row){
        .kind = FB_INTERVAL_STANDBY, .start_min = start - 300, .end_min = start - 60};
    t->interval[1] =
        (struct fb_interval_row){.kind = FB_INTERVAL_WORKED, .start_min = start + 15, .end_min = start + 400};
    t->interval[2] =
        (struct fb_interval_row){.kind = FB_INTERVAL_BREAK, .start_min = start + 100, .end_min = start + 130};
    t->interval[3] = (struct fb_interval_row){
        .kind = FB_INTERVAL_CALLED_OUT, .start_min = start + 500, .end_min = start + 560};
    struct fb_stint s = *stint();
    CU_ASSERT(s.start_min == start + 15 && s.end_min == start + 560 && s.minutes == 385 - 30 + 60);
    CU_ASSERT_EQUAL(s.flags, FB_STINT_SETTLED);
    t->interval[0] = (struct fb_interval_row){.kind = FB_INTERVAL_WORKED, .start_min = start, .end_min = start};
    CU_ASSERT_EQUAL(stint()->start_min, start + 15); /* of no length nobody worked anything */
    t->interval[3].start_min = start + 20000; /* somebody mistyped a date */
    t->interval[3].end_min = start + 20060;
    CU_ASSERT_EQUAL(stint()->end_min, start + 15 + FB_SHIFT_MINUTES_MAX);
}

static bool at_night(const char *start, const char *end)
{
    begin(start, end);
    return (stint()->flags & FB_STINT_NIGHT) != 0;
}

static void test_nights(void)
{
    CU_ASSERT_TRUE(at_night("2026-03-19T19:30", "2026-03-20T02:00")); /* three hours from 23:00 */
    CU_ASSERT_FALSE(at_night("2026-03-19T19:30", "2026-03-20T01:59"));
    CU_ASSERT_TRUE(at_night("2026-03-20T03:00", "2026-03-20T12:00"));
    CU_ASSERT_FALSE(at_night("2026-03-20T03:01", "2026-03-20T12:00"));
    CU_ASSERT_TRUE(at_night("2026-06-19T19:30", "2026-06-20T02:00")); /* local time, in summer as well */
    CU_ASSERT_FALSE(at_night("2026-06-19T19:30", "2026-06-20T01:59"));
    CU_ASSERT_FALSE(at_night("2026-03-29T00:00", "2026-03-29T03:59")); /* an hour of that night is left out */
    CU_ASSERT_TRUE(at_night("2026-03-29T00:00", "2026-03-29T04:00"));
    CU_ASSERT_TRUE(
        at_night("2026-10-25T00:00", "2026-10-25T02:00")); /* and an hour of this one comes twice */
    d.book.clocks.night_least_min = 0;
    CU_ASSERT_FALSE((stint()->flags & FB_STINT_NIGHT) != 0);
    d.book.clocks = (struct fb_clocks){.night_from_min = 0, .night_until_min = 300, .night_least_min = 60};
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-03-19T19:30", "2026-03-20T01:00", 0);
    v.booking[0].as.booking.worker = 9;
    CU_ASSERT_TRUE((stint()->flags & FB_STINT_NIGHT) != 0); /* a night that does not begin before midnight */
    d.book.clocks = (struct fb_clocks){.night_from_min = 720, .night_until_min = 720, .night_least_min = 60};
    CU_ASSERT_TRUE((stint()->flags & FB_STINT_NIGHT) != 0); /* from noon to noon: all of it */
}

static void test_nights_by_what_was_worked(void)
{
    begin("2026-03-19T19:30", "2026-03-20T08:00");
    int64_t start = v.booking[0].as.booking.shift.time.start_min;
    struct fb_timesheet *t =
        &fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 0)->as.timesheet;
    t->n = 3;
    t->interval[0] = (struct fb_interval_row){
        .kind = FB_INTERVAL_WORKED, .start_min = start, .end_min = start + 300}; /* to 00:30 */
    t->interval[1] = (struct fb_interval_row){
        .kind = FB_INTERVAL_CALLED_OUT, .start_min = start + 200, .end_min = start + 310};
    t->interval[2] = (struct fb_interval_row){
        .kind = FB_INTERVAL_WORKED, .start_min = start + 550, .end_min = start + 629}; /* 04:40 to 05:59 */
    CU_ASSERT_FALSE((stint()->flags & FB_STINT_NIGHT) != 0); /* 100 and 79 minutes */
    t->interval[2].end_min++;
    CU_ASSERT_TRUE((stint()->flags & FB_STINT_NIGHT) != 0);
}

/* ---- records ---- */

static void test_rows(void)
{
    struct fb_record r = {.env = {.source = fb_span_of("hr"), .record_ref = fb_span_of("1")}};
    struct fb_diary_row row;
    enum fb_diary_sort sort;
    uint32_t monday = (uint32_t)fb_test_day("2026-06-15") * 1440;
    r.env.kind = FB_KIND_SUBSTANTIVE_HOURS;
    r.as.hours = (struct fb_substantive_hours){.worker = 9,
                                               .employer = fb_code_of("RTH"),
                                               .week = fb_test_day("2026-06-17"),
                                               .minutes = 2250,
                                               .kind = FB_HOURS_KIND_ROSTERED};
    CU_ASSERT_FATAL(fb_diary_row_of(&r, 77, &sort, &row));
    CU_ASSERT(sort == FB_DIARY_HOURS && row.subject == 77 && row.stint.worker == 9 &&
              row.kind == FB_HOURS_KIND_ROSTERED);
    CU_ASSERT(row.stint.start_min == monday && row.stint.end_min == monday + 10080 &&
              row.stint.minutes == 2250);
    CU_ASSERT_EQUAL(row.stint.hirer, fb_code_of("RTH"));
    r.as.hours.minutes = -1;
    CU_ASSERT(fb_diary_row_of(&r, 77, &sort, &row) && row.stint.minutes == 0);
    r.as.hours.worker = 0;
    CU_ASSERT_FALSE(fb_diary_row_of(&r, 77, &sort, &row));
    r.env.kind = FB_KIND_ABSENCE;
    r.as.absence = (struct fb_absence){.worker = 9,
                                       .kind = FB_ABSENCE_KIND_SICKNESS,
                                       .from = fb_test_day("2026-06-15"),
                                       .until = fb_test_day("2026-06-16")};
    CU_ASSERT_FATAL(fb_diary_row_of(&r, 78, &sort, &row));
    CU_ASSERT(sort == FB_DIARY_ABSENCES && row.stint.start_min == monday &&
              row.stint.end_min == monday + 1440);
    r.as.absence.until--;
    CU_ASSERT_FALSE(fb_diary_row_of(&r, 78, &sort, &row)); /* no day at all */
    r.env.kind = FB_KIND_WORKER;
    CU_ASSERT_FALSE(fb_diary_row_of(&r, 79, &sort, &row));
}

static void test_row_of_a_fact(void)
{
    struct fb_record r = {
        .env = {.kind = FB_KIND_WORKER_FACT, .source = fb_span_of("hr"), .record_ref = fb_span_of("1")}};
    struct fb_diary_row row, twin;
    enum fb_diary_sort sort;
    r.as.worker_fact = (struct fb_worker_fact){.worker = 9,
                                               .kind = FB_FACT_KIND_VISA,
                                               .status = FB_FACT_STATUS_VALID,
                                               .from = INT32_MIN,
                                               .until = INT32_MAX,
                                               .week_minutes = FB_ABSENT};
    CU_ASSERT_FATAL(fb_diary_row_of(&r, 77, &sort, &row));
    CU_ASSERT(sort == FB_DIARY_FACTS && row.stint.start_min == 0 && row.stint.end_min == UINT32_MAX &&
              row.stint.minutes == -1);
    CU_ASSERT(row.kind == FB_FACT_KIND_VISA && row.status == FB_FACT_STATUS_VALID && row.stint.unit == 0 &&
              row.stint.agency == 0);
    r.as.worker_fact.until = fb_test_day("2026-06-16");
    CU_ASSERT(fb_diary_row_of(&r, 77, &sort, &twin) && twin.stint.end_min == (uint32_t)fb_test_day("2026-06-16") * 1440);
    r.as.worker_fact.until = INT32_MAX;
    r.as.worker_fact.week_minutes = 1200;
    r.as.worker_fact.name = fb_span_of("tier 2");
    r.as.worker_fact.grade = fb_code_of("5");
    r.as.worker_fact.employer = fb_code_of("RXQ");
    CU_ASSERT_FATAL(fb_diary_row_of(&r, 77, &sort, &twin));
    CU_ASSERT(twin.stint.minutes == 1200 && twin.stint.unit != 0 && twin.stint.agency != 0 &&
              twin.stint.hirer == fb_code_of("RXQ"));
    r.as.worker_fact.grade = fb_code_of("6");
    CU_ASSERT(fb_diary_row_of(&r, 77, &sort, &row) && row.stint.agency != twin.stint.agency); /* another grade is seen */
    CU_ASSERT_EQUAL(fb_diary_row_cmp(&row, &twin), 0);
    twin.subject++;
    CU_ASSERT(fb_diary_row_cmp(&row, &twin) < 0 && fb_diary_row_cmp(&twin, &row) > 0);
    row.stint.tie++;
    CU_ASSERT_EQUAL(fb_diary_row_cmp(&row, &twin), row.stint.tie > twin.stint.tie ? 1 : -1);
    twin.stint.start_min++;
    CU_ASSERT_EQUAL(fb_diary_row_cmp(&row, &twin), -1);
}

/* ---- who reads it ---- */

static unsigned readers(enum fb_diary_sort sort, unsigned kind, enum fb_fact fact)
{
    struct fb_diary_range range[FB_DIARY_READERS];
    struct fb_diary_row row = {.stint = d.own, .kind = (uint8_t)kind};
    d.book.reads = (struct fb_fact_bits){{0}};
    fb_fact_add(&d.book.reads, fact);
    return fb_diary_readers(&d.book, sort, &row, range);
}

static void test_what_no_rule_reads(void)
{
    fb_test_diary(&d);
    CU_ASSERT_EQUAL(readers(FB_DIARY_SHIFTS, 0, FB_FACT_ROUTE), 1); /* two at once are always told */
    CU_ASSERT_EQUAL(readers(FB_DIARY_HOURS, 0, FB_FACT_ROUTE), 0);
    CU_ASSERT_EQUAL(readers(FB_DIARY_HOURS, 0, FB_FACT_REST_BEFORE_MINUTES),
                    0); /* nobody says that all is told */
    CU_ASSERT_EQUAL(readers(FB_DIARY_HOURS, 0, FB_FACT_WEEK_MINUTES), 1);
    CU_ASSERT_EQUAL(readers(FB_DIARY_ABSENCES, FB_ABSENCE_KIND_OTHER, FB_FACT_WEEK_MINUTES), 1); /* contracted hours were not worked */
    CU_ASSERT_EQUAL(readers(FB_DIARY_ABSENCES, FB_ABSENCE_KIND_OTHER, FB_FACT_REST_BEFORE_MINUTES), 0);
    CU_ASSERT_EQUAL(readers(FB_DIARY_ABSENCES, FB_ABSENCE_KIND_SICKNESS, FB_FACT_ASSIGNMENT_WEEKS), 1);
    CU_ASSERT_EQUAL(readers(FB_DIARY_ABSENCES, FB_ABSENCE_KIND_OTHER, FB_FACT_ASSIGNMENT_WEEKS), 0);
    CU_ASSERT_EQUAL(readers(FB_DIARY_FACTS, FB_FACT_KIND_VISA, FB_FACT_OVER_VISA_MINUTES), 1);
    CU_ASSERT_EQUAL(readers(FB_DIARY_FACTS, FB_FACT_KIND_VISA, FB_FACT_OPTED_OUT), 0);
    CU_ASSERT_EQUAL(readers(FB_DIARY_FACTS, FB_FACT_KIND_SUBSTANTIVE_POST, FB_FACT_REST_BEFORE_MINUTES), 0);
    d.book.clocks.fed_from = 0;
    CU_ASSERT_EQUAL(readers(FB_DIARY_HOURS, 0, FB_FACT_REST_BEFORE_MINUTES), 1);
    CU_ASSERT_EQUAL(readers(FB_DIARY_ABSENCES, FB_ABSENCE_KIND_OTHER, FB_FACT_REST_BEFORE_MINUTES), 1);
    CU_ASSERT_EQUAL(readers(FB_DIARY_FACTS, FB_FACT_KIND_SUBSTANTIVE_POST, FB_FACT_REST_BEFORE_MINUTES), 1); /* its employer may be silent */
    CU_ASSERT_EQUAL(readers(FB_DIARY_FACTS, FB_FACT_KIND_IDENTITY, FB_FACT_REST_BEFORE_MINUTES), 0);
}

/* A check that ended years ago is told of now: every shift since is without it. */
static void test_a_check_that_ended_long_ago(void)
{
    struct fb_diary_range range[FB_DIARY_READERS];
    fb_test_diary(&d);
    struct fb_diary_row row = {.stint = d.own, .kind = FB_FACT_KIND_CRIMINAL_RECORD}, reader = {.stint = d.own};
    fb_fact_add(&d.book.reads, FB_FACT_CRIMINAL_RECORD_DAYS);
    row.stint.start_min -= 4 * 366 * 1440;
    row.stint.end_min = row.stint.start_min + 366 * 1440;
    CU_ASSERT_EQUAL_FATAL(fb_diary_readers(&d.book, FB_DIARY_FACTS, &row, range), 1);
    CU_ASSERT(range[0].from_min <= reader.stint.start_min && range[0].until_min > reader.stint.start_min);
    CU_ASSERT(fb_diary_reads(&d.book, FB_DIARY_FACTS, &row, &reader));
}

/* A ward's next shift in order is read by nobody before it, and one an hour long by nobody a month later. */
static void test_what_is_far_apart(void)
{
    fb_test_diary(&d);
    struct fb_diary_row row = {.stint = d.own}, later = {.stint = d.own};
    later.stint.start_min += 40 * 1440;
    later.stint.end_min += 40 * 1440;
    d.book.reads = (struct fb_fact_bits){{0}};
    fb_fact_add(&d.book.reads, FB_FACT_REST_BEFORE_MINUTES);
    fb_fact_add(&d.book.reads, FB_FACT_CONSECUTIVE_DAYS);
    fb_fact_add(&d.book.reads, FB_FACT_WEEK_MINUTES);
    CU_ASSERT_FALSE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &row, &later));
    fb_fact_add(&d.book.reads, FB_FACT_AVERAGE_WEEK_MINUTES);
    CU_ASSERT_TRUE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &row, &later));
    CU_ASSERT_FALSE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &later, &row));
}

/* Feeds come by time: a shift after another one changes what that one's average says, and that in its own week alone. */
static void test_what_comes_by_time(void)
{
    static const uint8_t facts[] = {FB_FACT_REST_BEFORE_MINUTES, FB_FACT_CONSECUTIVE_DAYS,  FB_FACT_CONSECUTIVE_NIGHTS,
                                    FB_FACT_WEEK_MINUTES,        FB_FACT_SAME_AGENCY_WEEKS, FB_FACT_ASSIGNMENT_WEEKS};
    fb_test_diary(&d);
    d.own.route = FB_ROUTE_AGENCY;
    struct fb_diary_row row = {.stint = d.own}, next = {.stint = d.own};
    next.stint.start_min += 1440;
    next.stint.end_min += 1440;
    d.book.reads = (struct fb_fact_bits){{0}};
    for (unsigned i = 0; i < sizeof facts; i++)
        fb_fact_add(&d.book.reads, facts[i]);
    CU_ASSERT_FALSE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &next, &row));
    CU_ASSERT_TRUE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &row, &next));
    fb_fact_add(&d.book.reads, FB_FACT_REST_AFTER_MINUTES);
    CU_ASSERT_TRUE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &next, &row));
}

/* Work up to the minute is no rest before, and work from the minute on is none after; more than a fortnight apart neither counts. */
static void test_no_rest_between(void)
{
    static const struct {
        int32_t after_min;
        bool before, later; /* read for the rest before; and, the other way round, for the rest after */
    } rows[] = {{0, true, true}, {14 * 1440, true, true}, {14 * 1440 + 1, false, false}};
    fb_test_diary(&d);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_diary_row first = {.stint = d.own}, second = first;
        second.stint.start_min = first.stint.end_min + (uint32_t)rows[i].after_min;
        second.stint.end_min = second.stint.start_min + 480;
        d.book.reads = (struct fb_fact_bits){{0}};
        fb_fact_add(&d.book.reads, FB_FACT_REST_BEFORE_MINUTES);
        CU_ASSERT_EQUAL(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &first, &second), rows[i].before);
        CU_ASSERT_FALSE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &second, &first));
        d.book.reads = (struct fb_fact_bits){{0}};
        fb_fact_add(&d.book.reads, FB_FACT_REST_AFTER_MINUTES);
        CU_ASSERT_EQUAL(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &second, &first), rows[i].later);
        CU_ASSERT_FALSE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &first, &second));
    }
}

/* ---- the memory of them ---- */

static struct fb_diary_row at(uint32_t worker, uint32_t start_min)
{
    return (struct fb_diary_row){.subject = start_min, .stint = {.worker = worker, .start_min = start_min, .end_min = start_min + 480}};
}

static void check_lower(const struct fb_diary *all, unsigned list, uint32_t most)
{
    const struct fb_diary_list *l = fb_diary_list(all, 3, list);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l);
    for (uint32_t min = 0; min <= most; min++) {
        uint32_t slow = 0;
        while (slow < l->n && l->row[slow].stint.start_min < min)
            slow++;
        CU_ASSERT_EQUAL(fb_diary_lower(l, min), slow);
    }
}

/* Whatever comes and goes, in each of the lists, a look-up finds what a walk would; also who is announced and not held. */
static void test_looked_up(void)
{
    static const uint32_t starts[] = {40, 10, 70, 10, 55, 90, 20, 90, 5};
    struct fb_diary all = {0};
    for (unsigned sort = 0; sort < FB_DIARY_SORTS; sort++) {
        CU_ASSERT_PTR_NULL(fb_diary_list(&all, 3, sort));
        for (unsigned i = 0; i < sizeof starts / sizeof starts[0]; i++) {
            struct fb_diary_row row = at(3, starts[i]);
            row.stint.tie = i;
            CU_ASSERT_EQUAL(fb_diary_add(&all, (enum fb_diary_sort)sort, &row), FB_OK);
            fb_diary_near(&all, 3);
            fb_diary_nearer(&all, 3);
            check_lower(&all, sort, 100);
        }
        for (unsigned i = 0; i + 1 < sizeof starts / sizeof starts[0]; i++) {
            struct fb_diary_row row = at(3, starts[i]);
            row.stint.tie = i;
            CU_ASSERT_EQUAL(fb_diary_take(&all, (enum fb_diary_sort)sort, &row), FB_OK);
            CU_ASSERT_EQUAL(fb_diary_take(&all, (enum fb_diary_sort)sort, &row), FB_DAMAGED);
            check_lower(&all, sort, 100);
        }
    }
    CU_ASSERT_PTR_NULL(fb_diary_list(&all, 2, FB_DIARY_SHIFTS));
    fb_diary_near(&all, UINT32_MAX);
    fb_diary_nearer(&all, UINT32_MAX);
    fb_diary_nearer(&all, 2);
    CU_ASSERT_EQUAL(all.n_rows, FB_DIARY_SORTS);
    fb_diary_release(&all);
}

/* A store's rows come in any order when it is opened. */
static void test_loaded(void)
{
    static const uint32_t starts[] = {40, 10, 70, 55};
    struct fb_diary all = {0};
    for (uint32_t worker = 3; worker < 700; worker += 696)
        for (unsigned i = 0; i < sizeof starts / sizeof starts[0]; i++) {
            struct fb_diary_row row = at(worker, starts[i]);
            CU_ASSERT_EQUAL(fb_diary_load(&all, FB_DIARY_FACTS, &row), FB_OK);
        }
    fb_diary_sort_all(&all);
    check_lower(&all, FB_DIARY_FACTS, 80);
    CU_ASSERT_EQUAL(fb_diary_list(&all, 699, FB_DIARY_FACTS)->row[3].subject, 70);
    fb_diary_release(&all);
}

CU_TestInfo suite_diary[] = {
    {"a shift adds its booked hours", test_booked},
    {"one that does not stand, or to which nobody came, adds nothing", test_nothing},
    {"a settled timesheet says from when to when, and how much", test_worked},
    {"a night is so many minutes of it by local time", test_nights},
    {"a night that was worked in pieces counts them once", test_nights_by_what_was_worked},
    {"records of hours and absence make rows of whole days", test_rows},
    {"a fact makes a row without end, and rows have one order", test_row_of_a_fact},
    {"what no rule reads judges nobody again", test_what_no_rule_reads},
    {"a check that ended years ago concerns every shift since", test_a_check_that_ended_long_ago},
    {"a row is read near it, and by later averages", test_what_is_far_apart},
    {"what comes by time judges nobody again but averages of its week", test_what_comes_by_time},
    {"rest is read from the minute of its end, for a fortnight", test_no_rest_between},
    {"a look-up finds what a walk would, whatever comes and goes", test_looked_up},
    {"rows that were loaded in any order are found", test_loaded},
    CU_TEST_INFO_NULL};
