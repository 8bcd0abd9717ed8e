/* Who is at a shift, or stands by for it, and does not work: what of it is in their diary, and that their checks are asked. */
#include "engine/wire/wire.h"
#include "tests/lib/diaries.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_test_diary d;
static struct fb_test_view v;
static struct fb_decision decision;
static struct fb_timesheet *sheet;
static int64_t start;

static const struct fb_stint *stint(void)
{
    static unsigned char memory[1 << 16];
    static struct fb_effects effects;
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(&d.book, &v.view, NULL, &arena, &decision, &effects), FB_OK);
    return &decision.stint;
}

/* Booked from ten in the evening to seven, with an approved sheet of nothing. */
static void begin(void)
{
    fb_test_diary(&d);
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T22:00", "2026-03-20T07:00", 0);
    v.booking[0].as.booking.worker = 9;
    start = v.booking[0].as.booking.shift.time.start_min;
    sheet = &fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, 0)->as.timesheet;
    sheet->n = 0;
}

static void put(enum fb_interval kind, int64_t from, int64_t until)
{
    sheet->interval[sheet->n++] = (struct fb_interval_row){.kind = kind, .start_min = start + from, .end_min = start + until};
}

static int64_t shifts_in(enum fb_stage stage)
{
    for (unsigned i = 0; i < decision.n_lines; i++)
        if (decision.line[i].cell.stage == stage)
            return decision.line[i].figures.v[FB_MEASURE_SHIFTS];
    return 0;
}

/* The wire refuses it; stores of before may hold some. */
static void test_no_hours_at_all(void)
{
    begin();
    for (unsigned i = 0; i < 2; i++) {
        sheet->state = i == 0 ? FB_TIMESHEET_STATE_APPROVED : FB_TIMESHEET_STATE_ADJUSTED;
        struct fb_stint s = *stint();
        CU_ASSERT(s.worker == 9 && s.minutes == 540 && (s.flags & (FB_STINT_SETTLED | FB_STINT_IDLE)) == 0);
        CU_ASSERT(shifts_in(FB_STAGE_LATEST) == 1 && shifts_in(FB_STAGE_WORKED) == 0 && decision.sheet == 0);
    }
    sheet->state = FB_TIMESHEET_STATE_DID_NOT_WORK;
    CU_ASSERT_EQUAL(stint()->worker, 0);
    CU_ASSERT(shifts_in(FB_STAGE_LATEST) == 0 && decision.sheet == 1);
}

/* Nor does it take the place of the one that it says it corrects. */
static void test_no_correction(void)
{
    begin();
    struct fb_timesheet *other = &fb_test_timesheet(&v, "rth-roster", "T2", FB_TIMESHEET_STATE_APPROVED, 60, 0)->as.timesheet;
    sheet->state = FB_TIMESHEET_STATE_ADJUSTED;
    sheet->adjusts = fb_span_of("T2");
    CU_ASSERT(stint()->start_min == other->interval[0].start_min && decision.sheet == 2);
    put(FB_INTERVAL_WORKED, 120, 540);
    CU_ASSERT(stint()->start_min == start + 120 && decision.sheet == 1);
}

static void test_idle(void)
{
    static const enum fb_interval kinds[] = {FB_INTERVAL_STANDBY, FB_INTERVAL_TRAVEL, FB_INTERVAL_BREAK};
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        begin();
        put(kinds[i], 60, 200);
        struct fb_stint s = *stint();
        CU_ASSERT(s.worker == 9 && s.start_min == start && s.end_min == start + 540 && s.minutes == 0);
        CU_ASSERT_EQUAL(s.flags, FB_STINT_SETTLED | FB_STINT_IDLE);
    }
    put(FB_INTERVAL_CALLED_OUT, 300, 330);
    CU_ASSERT(stint()->start_min == start + 300 && stint()->minutes == 30 && stint()->flags == FB_STINT_SETTLED);
}

/* As it counted when it was only booked. */
static void test_asleep(void)
{
    begin();
    put(FB_INTERVAL_SLEEP_IN, 0, 540);
    struct fb_stint s = *stint();
    CU_ASSERT(s.start_min == start && s.end_min == start + 540 && s.minutes == 540);
    CU_ASSERT_EQUAL(s.flags, FB_STINT_SETTLED | FB_STINT_NIGHT);
    put(FB_INTERVAL_CALLED_OUT, 300, 330); /* no minute twice */
    CU_ASSERT_EQUAL(stint()->minutes, 540);
    put(FB_INTERVAL_BREAK, 400, 430);
    CU_ASSERT_EQUAL(stint()->minutes, 510);
    sheet->n--;
    v.booking[0].as.booking.shift.break_min = 20;
    CU_ASSERT_EQUAL(stint()->minutes, 520);
    v.booking[0].as.booking.shift.break_min = 540; /* a sleep-in that was booked as all break */
    CU_ASSERT_EQUAL(stint()->minutes, 0);
    put(FB_INTERVAL_STANDBY, 540, 700);
    CU_ASSERT_EQUAL(stint()->end_min, start + 540);
}

static void test_reads(void)
{
    static struct fb_diary_row idle, shift, fact;
    fb_test_diary(&d);
    fb_test_own(&d, "2026-06-16T07:30", "2026-06-16T19:30", 690);
    fact = *fb_test_fact(&d, FB_FACT_KIND_CRIMINAL_RECORD, FB_FACT_STATUS_REFUSED, "2026-01-01", NULL);
    idle.stint = shift.stint = d.own;
    shift.subject = 8;
    CU_ASSERT(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &idle, &shift));
    idle.stint.flags |= FB_STINT_IDLE;
    idle.stint.minutes = 0;
    CU_ASSERT_FALSE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &idle, &shift));
    CU_ASSERT_FALSE(fb_diary_reads(&d.book, FB_DIARY_SHIFTS, &shift, &idle));
    CU_ASSERT_TRUE(fb_diary_reads(&d.book, FB_DIARY_FACTS, &fact, &idle));
    fb_test_shift(&d, "2026-06-15T20:00", "2026-06-16T06:00", 600);
    CU_ASSERT_TRUE(fb_fact_known(fb_test_ask(&d), FB_FACT_REST_BEFORE_MINUTES));
    d.own.flags |= FB_STINT_IDLE;
    const struct fb_facts *f = fb_test_ask(&d);
    CU_ASSERT(fb_fact_known(f, FB_FACT_CRIMINAL_RECORD_DAYS) && f->value[FB_FACT_CRIMINAL_RECORD_DAYS] < 0);
    for (unsigned i = FB_FACT_REST_BEFORE_MINUTES; i <= FB_FACT_CLOCK_FED; i++)
        CU_ASSERT_FALSE(fb_fact_known(f, (enum fb_fact)i));
    CU_ASSERT_FALSE(fb_fact_known(f, FB_FACT_OVERLAP_MINUTES));
}

/* ---- among the others, whichever comes first ---- */

static struct fb_test_turn T;

static struct fb_record *sheet_of(const struct fb_record *booking, const char *ref, enum fb_interval kind)
{
    struct fb_record *r = fb_test_turn_sheet(booking, ref, 0);
    r->as.timesheet.interval[0].kind = kind;
    return r;
}

/* A night that ends at seven, a day from eight on, and no right to work. */
static uint64_t in_order(enum fb_interval kind, unsigned way, unsigned *rest)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "clocked");
    struct fb_record *night = fb_test_turn_shift("key-a", "B1", 0, 22, 9), *day = fb_test_turn_shift("key-a", "B2", 1, 8, 8),
                     *papers = fb_test_of(FB_KIND_WORKER_FACT, "key-a", "F1");
    papers->as.worker_fact.status = FB_FACT_STATUS_REFUSED;
    struct fb_record *all[] = {night, day, papers, sheet_of(night, "T1", kind)};
    for (unsigned i = 0; i < 4; i++)
        fb_test_send_one(&T, all[(i + way) % 4]);
    *rest = fb_test_open(&T, "worker.rest");
    CU_ASSERT_EQUAL(fb_test_open(&T, "worker.right_to_work"), 2);
    uint64_t outcome = fb_test_outcome(&T);
    fb_test_turn_reopen(&T);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
    return outcome;
}

static void test_orders(void)
{
    unsigned rest;
    for (unsigned way = 0; way < 4; way++) {
        unsigned unknown;
        uint64_t first = in_order(FB_INTERVAL_STANDBY, 0, &unknown);
        CU_ASSERT_EQUAL(in_order(FB_INTERVAL_STANDBY, way, &rest), first);
        CU_ASSERT_EQUAL(rest, unknown);
        first = in_order(FB_INTERVAL_SLEEP_IN, 0, &unknown);
        CU_ASSERT_EQUAL(in_order(FB_INTERVAL_SLEEP_IN, way, &rest), first);
        CU_ASSERT_EQUAL(rest, unknown);
    }
}

/* ---- on the wire ---- */

static enum fb_reason send(struct fb_record *r, struct fb_span *body, const char **field)
{
    static unsigned char frame[FB_MESSAGE_BYTES_MAX], memory[1 << 16];
    static struct fb_record got;
    struct fb_arena arena;
    struct fb_span payload;
    enum fb_frame_kind kind;
    fb_arena_init(&arena, memory, sizeof memory);
    size_t n = fb_encode_publish(r, frame, sizeof frame);
    CU_ASSERT_EQUAL_FATAL(fb_frame_open((struct fb_span){(const char *)frame, (uint32_t)n}, &kind, &payload), FB_REASON_NONE);
    return fb_decode_publish(payload, &arena, &got, body, field);
}

static void test_refused(void)
{
    static unsigned char memory[1 << 16];
    static struct fb_record stored;
    struct fb_arena arena;
    struct fb_span body;
    const char *field = NULL;
    begin();
    struct fb_record *r = &v.timesheet[0];
    for (unsigned state = 1; state < FB_TIMESHEET_STATE_END; state++) {
        bool agreed = state == FB_TIMESHEET_STATE_APPROVED || state == FB_TIMESHEET_STATE_ADJUSTED;
        sheet->state = (enum fb_timesheet_state)state;
        r->env.message_id = fb_span_of("M1");
        CU_ASSERT_EQUAL(send(r, &body, &field), agreed ? FB_REASON_FIELD_MISSING : FB_REASON_NONE);
        if (agreed)
            CU_ASSERT_STRING_EQUAL(field, "timesheet.intervals");
        fb_arena_init(&arena, memory, sizeof memory);
        CU_ASSERT_EQUAL(fb_decode_body(&r->env, body, &arena, &stored, &field), FB_REASON_NONE); /* what was taken before */
    }
    sheet->state = FB_TIMESHEET_STATE_APPROVED;
    put(FB_INTERVAL_STANDBY, 0, 60);
    CU_ASSERT_EQUAL(send(r, &body, &field), FB_REASON_NONE);
}

CU_TestInfo suite_sleep_ins[] = {
    {"an approved sheet without any hour settles nothing", test_no_hours_at_all},
    {"and corrects none", test_no_correction},
    {"who stood by and did not work is in the diary as booked, without a minute", test_idle},
    {"a sleep-in is working time, and not paid by it", test_asleep},
    {"who was idle reads checks alone, and is read by nobody", test_reads},
    {"in whatever order records come", test_orders},
    {"the wire refuses agreed hours that are none", test_refused},
    CU_TEST_INFO_NULL};
