#include "engine/core/explain.h"
#include "tests/lib/counted.h"
#include "tests/lib/suite.h"
#include <string.h>

enum { DAY = 1440 };
static unsigned char memory[1 << 16];
static struct fb_arena arena;
static struct fb_decision before, after;
static struct fb_effects effects;
static struct fb_test_view V;
static struct fb_counted_row others[FB_TEST_COUNTERS][8];

static void decide_by(const struct fb_book *book, const struct fb_decision *prior)
{
    fb_arena_init(&arena, memory, sizeof memory);
    memset(&after, 0xa5, sizeof after);
    memset(&effects, 0xa5, sizeof effects);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(book, &V.view, prior, &arena, &after, &effects), FB_OK);
}

static void decide(const struct fb_decision *prior)
{
    decide_by(fb_test_count_book(), prior);
}

/* A bank shift of a Thursday, worked as booked: twelve paid hours. */
static struct fb_booking *bank_shift(const char *band)
{
    fb_test_view(&V, FB_ROUTE_BANK, band, "2026-03-19T07:30", "2026-03-19T20:00", 30);
    struct fb_booking *b = &V.booking[0].as.booking;
    b->worker = 1;
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    fb_test_timesheet(&V, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 0);
    return b;
}

/* So many shifts of ten hours, of the days before (or, negative, after) this one. */
static void put_others(enum fb_test_counter counter, int n, int32_t amount)
{
    uint32_t start = (uint32_t)V.booking[0].as.booking.shift.time.start_min;
    unsigned count = (unsigned)(n < 0 ? -n : n);
    for (unsigned i = 0; i < count; i++)
        others[counter][i] = (struct fb_counted_row){n < 0 ? start + (i + 1) * DAY : start - (count - i) * DAY, 0, 20 + i,
                                                     amount, 600};
    V.view.counted[counter] = (struct fb_counted_rows){others[counter], count, false};
}

static const struct fb_finding *found(const struct fb_decision *d, uint32_t rule)
{
    for (unsigned i = 0; i < d->n_findings; i++)
        if (d->finding[i].rule == rule)
            return &d->finding[i];
    return NULL;
}

static int64_t earned(enum fb_test_bonus b)
{
    const struct fb_finding *f = found(&after, fb_test_bonus_id(b));
    return f == NULL ? 0 : f->pence;
}

static int64_t on_line(enum fb_stage stage)
{
    for (unsigned i = 0; i < after.n_lines; i++)
        if (after.line[i].cell.stage == stage)
            return after.line[i].figures.v[FB_MEASURE_BONUS];
    return -1;
}

static const struct fb_count *counted(enum fb_test_counter c)
{
    for (unsigned i = 0; i < after.n_counts; i++)
        if (after.count[i].counter == fb_test_count_book()->counter[c].id)
            return &after.count[i];
    return NULL;
}

static void test_own_counts(void)
{
    bank_shift("5");
    decide(NULL);
    CU_ASSERT_EQUAL(after.n_counts, 3);
    for (unsigned i = 1; i < after.n_counts; i++)
        CU_ASSERT(after.count[i - 1].counter < after.count[i].counter);
    const struct fb_count *shifts = counted(FB_TEST_WORKED_SHIFTS), *hours = counted(FB_TEST_BOOKED_HOURS);
    CU_ASSERT_FATAL(shifts != NULL && hours != NULL);
    CU_ASSERT(shifts->amount == 1 && shifts->minutes == 720 && shifts->key != 0 && shifts->tie != 0);
    CU_ASSERT(hours->amount == 720 && hours->minutes == 720 && hours->key != shifts->key);
    CU_ASSERT_EQUAL(shifts->start_min, (uint32_t)V.booking[0].as.booking.shift.time.start_min);
}

/* A trial earns nothing out of what really happened, nor the other way round. */
static void test_shadow(void)
{
    bank_shift("5");
    decide(NULL);
    uint64_t live = counted(FB_TEST_WORKED_SHIFTS)->key;
    V.source[0].mode = FB_SOURCE_MODE_SHADOW;
    decide(NULL);
    CU_ASSERT(after.shadow && counted(FB_TEST_WORKED_SHIFTS)->key != live);
}

static void test_what_does_not_count(void)
{
    bank_shift("5");
    V.view.n_timesheets = 0;
    decide(NULL);
    CU_ASSERT(counted(FB_TEST_WORKED_SHIFTS) == NULL && counted(FB_TEST_BOOKED_HOURS) != NULL);
    bank_shift("5");
    V.timesheet[0].as.timesheet.state = FB_TIMESHEET_STATE_DID_NOT_WORK;
    decide(NULL);
    CU_ASSERT(counted(FB_TEST_WORKED_SHIFTS) == NULL && counted(FB_TEST_BOOKED_HOURS) != NULL);
    bank_shift("5")->worker = 0;
    decide(NULL);
    CU_ASSERT_EQUAL(after.n_counts, 0);
    bank_shift("5")->route = FB_ROUTE_COLLABORATIVE;
    decide(NULL);
    CU_ASSERT_EQUAL(after.n_counts, 0);
    bank_shift("5")->state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    decide(NULL);
    CU_ASSERT_EQUAL(after.n_counts, 0);
    bank_shift("5");
    V.view.joined = true;
    decide(NULL);
    CU_ASSERT_EQUAL(after.n_counts, 0);
    bank_shift("5");
    V.view.cut = 1u << FB_KIND_BOOKING;
    decide(NULL);
    CU_ASSERT(after.n_counts == 0 && after.grade == 0);
}

static void test_cancelled_counts(void)
{
    struct fb_booking *b = bank_shift("5");
    b->state = FB_BOOKING_STATE_CANCELLED;
    decide(NULL);
    CU_ASSERT_EQUAL(after.n_counts, 0); /* nobody knows who cancelled */
    b->cancelled_by = FB_PARTY_HIRER;
    decide(NULL);
    CU_ASSERT_EQUAL(after.n_counts, 0);
    b->cancelled_by = FB_PARTY_WORKER;
    decide(NULL);
    CU_ASSERT(after.n_counts == 1 && counted(FB_TEST_CANCELLED) != NULL && after.n_findings == 0);
}

static void test_worked_minutes(void)
{
    bank_shift("5");
    V.timesheet[0].as.timesheet.interval[0].end_min -= 120;
    decide(NULL);
    CU_ASSERT_EQUAL(counted(FB_TEST_WORKED_SHIFTS)->minutes, 600);
    CU_ASSERT_EQUAL(counted(FB_TEST_BOOKED_HOURS)->minutes, 720);
}

static void test_earned(void)
{
    bank_shift("5");
    put_others(FB_TEST_WORKED_SHIFTS, 1, 1);
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 0);
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide(NULL);
    const struct fb_finding *f = found(&after, fb_test_bonus_id(FB_TEST_THIRD_SHIFT));
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT(f->pence == 5000 && f->severity == FB_SEVERITY_NOTE && f->detail == 0);
    CU_ASSERT(on_line(FB_STAGE_COMMITTED) == 0 && on_line(FB_STAGE_WORKED) == 5000 && on_line(FB_STAGE_LATEST) == 5000);
    put_others(FB_TEST_WORKED_SHIFTS, 3, 1);
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 0);
    put_others(FB_TEST_WORKED_SHIFTS, -5, 1); /* what comes after it never counts */
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 0);
}

/* One shift may pass more than one multiple, and only so many are paid in one window. */
static void test_times(void)
{
    bank_shift("5");
    put_others(FB_TEST_BOOKED_HOURS, 1, 19 * 60);
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_TWENTY_HOURS), 1000);
    CU_ASSERT(on_line(FB_STAGE_COMMITTED) == 1000 && on_line(FB_STAGE_LATEST) == 1000);
    put_others(FB_TEST_BOOKED_HOURS, 1, 38 * 60);
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_TWENTY_HOURS), 1000);
    put_others(FB_TEST_WORKED_SHIFTS, 5, 1);
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 5000);
    put_others(FB_TEST_WORKED_SHIFTS, 8, 1); /* the ninth: twice was paid already */
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 0);
}

static void test_void(void)
{
    bank_shift("5");
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    put_others(FB_TEST_CANCELLED, -1, 1);
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 0);
    CU_ASSERT_PTR_NULL(found(&after, fb_test_bonus_id(FB_TEST_THIRD_SHIFT)));
    V.view.counted[FB_TEST_CANCELLED].cut = true;
    decide(NULL);
    const struct fb_finding *f = found(&after, fb_test_bonus_id(FB_TEST_THIRD_SHIFT));
    CU_ASSERT(f != NULL && f->severity == FB_SEVERITY_CANNOT_SAY && f->detail == FB_FACT_COUNTER_2);
}

static void test_cut(void)
{
    bank_shift("5");
    V.view.counted[FB_TEST_WORKED_SHIFTS].cut = true;
    decide(NULL);
    const struct fb_finding *f = found(&after, fb_test_bonus_id(FB_TEST_THIRD_SHIFT));
    CU_ASSERT(f != NULL && f->severity == FB_SEVERITY_CANNOT_SAY && f->detail == FB_FACT_COUNTER_1);
    CU_ASSERT(on_line(FB_STAGE_LATEST) == 0 && counted(FB_TEST_WORKED_SHIFTS) != NULL);
}

static void test_rows(void)
{
    bank_shift("5")->worker_kind = FB_WORKER_KIND_SUBSTANTIVE;
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 0);
    V.booking[0].as.booking.worker_kind = FB_WORKER_KIND_NONE;
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 5000);
    V.booking[0].as.booking.shift.grade = fb_code_of("7");
    decide(NULL);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 0);
}

/* Pounds a year for so many minutes, over 52.143 weeks of 37.5 hours: 1955.3625 hours. Half up. */
static int64_t by_the_year(int64_t pounds, int64_t minutes, int64_t shifts)
{
    fb_i128 num = (fb_i128)pounds * 100 * minutes * 10000, den = (fb_i128)19553625 * 60 * shifts;
    return (int64_t)((2 * num + den) / (2 * den));
}

/* Two of ten hours and this of twelve: 10 h 40 min at the plain rate, one rounding. The card pays band 6 above the top of
 * band 5, which is the limit: £37,796 a year. At £19.33 an hour it would be a penny more. */
static void test_average(void)
{
    bank_shift("6");
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide(NULL);
    CU_ASSERT_EQUAL(by_the_year(37796, 1920, 3), 20618);
    CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), 20618);
}

static struct fb_bonus_row average_row(enum fb_test_grade limit)
{
    return (struct fb_bonus_row){.grades = UINT64_MAX, .every = 3, .average = true,
                                 .not_above_grade = (uint8_t)(limit == FB_TEST_GRADES ? 0 : limit + 1), .origin = FB_NO_ROW};
}

/* An average shift at RTH02, which lies in inner London: £40,823 and £8,164 a year for the middle of band 6, £37,796 and
 * £7,559 for the top of band 5. The limit is compared without the supplement; what is paid brings its own. */
static void test_average_supplement(void)
{
    static const struct {
        enum fb_test_grade limit;
        int64_t pounds;
    } of[] = {{FB_TEST_GRADES, 40823 + 8164}, {FB_TEST_BAND_5, 37796 + 7559}, {FB_TEST_BAND_6, 40823 + 8164}};
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        struct fb_book book = fb_test_rich_book();
        struct fb_bonus_row row = average_row(of[i].limit);
        fb_test_count(&book);
        book.bonus[FB_TEST_THIRD_SHIFT].row = &row;
        book.bonus[FB_TEST_THIRD_SHIFT].n_rows = 1;
        bank_shift("6")->shift.site = fb_span_of("RTH02");
        put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
        decide_by(&book, NULL);
        CU_ASSERT_EQUAL(earned(FB_TEST_THIRD_SHIFT), by_the_year(of[i].pounds, 1920, 3));
    }
}

static void test_average_unknown(void)
{
    struct fb_book book = *fb_test_count_book();
    struct fb_pay_period years[2];
    struct fb_pay_point points[FB_TEST_GRADES * FB_POINT_END];
    memcpy(years, book.period, sizeof years);
    memcpy(points, years[0].point, sizeof points);
    points[FB_TEST_BAND_5 * FB_POINT_END + FB_POINT_TOP].held = false;
    years[0].point = points;
    book.period = years;
    bank_shift("6");
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide_by(&book, NULL);
    const struct fb_finding *f = found(&after, fb_test_bonus_id(FB_TEST_THIRD_SHIFT));
    CU_ASSERT(f != NULL && f->severity == FB_SEVERITY_CANNOT_SAY && f->pence == 0);
}

static const struct fb_event *event(enum fb_event_kind kind, unsigned nth)
{
    for (unsigned i = 0; i < effects.n_events; i++)
        if (effects.event[i].kind == kind && nth-- == 0)
            return &effects.event[i];
    return NULL;
}

static void test_events(void)
{
    bank_shift("5");
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide(NULL);
    const struct fb_event *e = event(FB_EVENT_BONUS_EARNED, 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT(e->pence == 5000 && e->delta_pence == 5000 && e->rule == fb_test_bonus_id(FB_TEST_THIRD_SHIFT));
    CU_ASSERT(event(FB_EVENT_BONUS_EARNED, 1) == NULL && event(FB_EVENT_ASSURANCE_FINDING, 0) == NULL);
    before = after;
    decide(&before);
    CU_ASSERT_EQUAL(effects.n_events, 0);
    V.view.counted[FB_TEST_WORKED_SHIFTS].n = 1;
    decide(&before);
    e = event(FB_EVENT_BONUS_EARNED, 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT(e->pence == 0 && e->delta_pence == -5000 && e->severity == FB_SEVERITY_OK_);
    CU_ASSERT_PTR_NULL(event(FB_EVENT_BONUS_EARNED, 1));
}

/* The money is posted as spend of its own kind, by the stage that earned it. */
static void test_posted(void)
{
    bank_shift("5");
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide(NULL);
    int64_t sum = 0;
    for (unsigned i = 0; event(FB_EVENT_SPEND_POSTED, i) != NULL; i++) {
        const struct fb_event *e = event(FB_EVENT_SPEND_POSTED, i);
        CU_ASSERT(e->cause == FB_CAUSE_RECORD && e->posted == fb_day_of(2026, 3, 1));
        sum += e->detail == FB_MEASURE_BONUS ? e->delta_pence : 0;
        CU_ASSERT(e->detail != FB_MEASURE_BONUS || e->stage == FB_STAGE_WORKED);
    }
    CU_ASSERT_EQUAL(sum, 5000);
}

static void test_silent(void)
{
    bank_shift("5");
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    V.booking[0].env.historic = true;
    decide(NULL);
    before = after;
    V.booking[0].env.historic = false;
    decide(&before);
    const struct fb_event *gone = event(FB_EVENT_BONUS_EARNED, 0), *told = event(FB_EVENT_BONUS_EARNED, 1);
    CU_ASSERT_FATAL(gone != NULL && told != NULL);
    CU_ASSERT(gone->historic && gone->delta_pence == -5000 && !told->historic && told->delta_pence == 5000);
}

static void test_fact(void)
{
    static const struct fb_predicate often[] = {{.fact = FB_FACT_COUNTER_1, .op = FB_OP_GE, .a = 3}};
    static struct fb_rule rule;
    struct fb_book *book = fb_test_count_book();
    rule = book->rule[FB_TEST_RULE_LATE];
    rule.scope = book->counter[FB_TEST_WORKED_SHIFTS].scope;
    rule.n_when = 1;
    rule.when = often;
    rule.n_unless = 0;
    fb_fact_add(&rule.reads, FB_FACT_COUNTER_1);
    book->rule = &rule;
    book->n_rules = 1;
    bank_shift("5");
    for (int n = 1; n <= 2; n++) {
        put_others(FB_TEST_WORKED_SHIFTS, n, 1);
        fb_arena_init(&arena, memory, sizeof memory);
        CU_ASSERT_EQUAL_FATAL(fb_decide_booking(book, &V.view, NULL, &arena, &after, &effects), FB_OK);
        CU_ASSERT_EQUAL(found(&after, rule.id) != NULL, n == 2);
    }
    V.view.n_timesheets = 0; /* not counted: not known */
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(book, &V.view, NULL, &arena, &after, &effects), FB_OK);
    CU_ASSERT(found(&after, rule.id) != NULL && found(&after, rule.id)->severity == FB_SEVERITY_CANNOT_SAY);
}

static bool tells(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void test_explained(void)
{
    char text[1024];
    struct fb_text t;
    struct fb_trace trace;
    bank_shift("5")->worker_kind = FB_WORKER_KIND_NONE;
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide(NULL);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&trace, after.trace), FB_OK);
    fb_text_init(&t, text, sizeof text);
    fb_explain_finding(&t, fb_test_count_book(), &trace, found(&after, fb_test_bonus_id(FB_TEST_THIRD_SHIFT)));
    CU_ASSERT(tells(text, "winter.shifts stands at 3 shifts") && tells(text, "every 3 shifts earn £50.00"));
    CU_ASSERT(tells(text, "Earned with this shift: £50.00") && tells(text, "bank only was assumed"));
    CU_ASSERT(tells(text, "Winter incentive scheme") && tells(text, "at most 2 times"));
}

static void test_packed(void)
{
    unsigned char bytes[4096];
    bank_shift("5");
    put_others(FB_TEST_WORKED_SHIFTS, 2, 1);
    decide(NULL);
    size_t n = fb_decision_pack(&after, bytes, sizeof bytes);
    struct fb_span packed = {(const char *)bytes, (uint32_t)n};
    CU_ASSERT(n > 0 && fb_decision_counts(packed));
    CU_ASSERT_EQUAL_FATAL(fb_decision_unpack(&before, packed), FB_OK);
    CU_ASSERT_EQUAL_FATAL(before.n_counts, after.n_counts);
    for (unsigned i = 0; i < after.n_counts; i++)
        CU_ASSERT(before.count[i].tie == after.count[i].tie && before.count[i].key == after.count[i].key);
    bytes[1] ^= 8; /* the mark that says that there are counts */
    CU_ASSERT_EQUAL(fb_decision_unpack(&before, packed), FB_REFUSED);
    bank_shift("5")->worker = 0;
    decide(NULL);
    n = fb_decision_pack(&after, bytes, sizeof bytes);
    CU_ASSERT_FALSE(fb_decision_counts((struct fb_span){(const char *)bytes, (uint32_t)n}));
}

CU_TestInfo suite_bonus[] = {
    {"a shift adds to every counter whose scope it lies in, in the order of their ids", test_own_counts},
    {"a shift that nobody worked, or named, or that counts elsewhere, adds nothing", test_what_does_not_count},
    {"what shadow sources tell is counted apart", test_shadow},
    {"a cancelled booking counts where cancellations do, and has no findings", test_cancelled_counts},
    {"a counter of worked shifts goes by the timesheet, one of booked by the booking", test_worked_minutes},
    {"the shift that passes a whole multiple earns, no other", test_earned},
    {"a window pays no more often than it says", test_times},
    {"a cancellation voids it, also one that came later", test_void},
    {"more shifts than can be read: nobody can say", test_cut},
    {"the row is that of the shift's band and the worker's kind, bank only where it was not sent", test_rows},
    {"an average shift is paid at the plain rate, up to its limit, rounded once", test_average},
    {"with the supplement of its high cost area where the card pays one", test_average_supplement},
    {"a limit of which nothing is held leaves it unsaid", test_average_unknown},
    {"a bonus is told when it is earned and when it is lost", test_events},
    {"a bonus is posted as spend of its own kind", test_posted},
    {"a bonus that becomes live is taken back silently and told anew", test_silent},
    {"a rule reads a counter as a fact", test_fact},
    {"the sentence names counter, threshold, amount and source", test_explained},
    {"counts are stored, and a store is told without unpacking that there are some", test_packed},
    CU_TEST_INFO_NULL,
};
