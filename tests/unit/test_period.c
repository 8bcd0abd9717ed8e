#include "engine/store/key.h"
#include "engine/turn/memory/period.h"
#include "engine/turn/report.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

#define DAY_MS INT64_C(86400000)
static struct fb_test_turn T;
static const char *why;

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static void go_to(unsigned month, unsigned day)
{
    T.now_ms = (fb_day_of(2026, month, day) * INT64_C(1440) + 720) * 60000;
}

static enum fb_err close_month(const char *trust, unsigned month)
{
    struct fb_period_close c = {.trust = trust == NULL ? 0 : fb_code_of(trust),
                                .month = fb_day_of(2026, month, 1),
                                .role = fb_span_of("finance_director"),
                                .reason = fb_span_of("month end")};
    why = NULL;
    return fb_turn_close_period(T.turn, &c, T.now_ms, &why);
}

/* A bank shift whose cost rests on the card. */
static struct fb_record *shift(const char *ref, unsigned month, unsigned day)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    struct fb_booking *b = &r->as.booking;
    int64_t later = (fb_day_of(2026, month, day) - fb_day_of(2026, 3, 16)) * INT64_C(1440);
    b->route = FB_ROUTE_BANK;
    b->agency = (struct fb_span){NULL, 0};
    b->rates.n = 0;
    b->shift.time.start_min += later;
    b->shift.time.end_min += later;
    return r;
}

struct sum {
    enum fb_measure measure;
    int64_t total;
    uint8_t cause; /* 0: any */
    unsigned places;
};

static bool add(void *ctx, const struct fb_total *t)
{
    struct sum *s = ctx;
    if (t->place.cell.stage != FB_STAGE_COMMITTED || (s->cause != 0 && s->cause != t->place.cause))
        return true;
    s->total += t->figures.v[s->measure];
    s->places++;
    return true;
}

/* Committed, as it stands in the books of a month (0: of all). */
static int64_t in_books(unsigned month, enum fb_measure m, uint8_t cause)
{
    struct sum s = {.measure = m, .cause = cause};
    struct fb_total_filter f = {.from_week = INT32_MIN,
                                .until_week = INT32_MAX,
                                .known = INT32_MAX,
                                .posted = month == 0 ? INT32_MIN : fb_day_of(2026, month, 1)};
    CU_ASSERT_EQUAL(fb_report_totals(T.store, &f, add, &s), FB_OK);
    return s.total;
}

static int64_t shifts_in(unsigned month)
{
    return in_books(month, FB_MEASURE_SHIFTS, 0);
}

/* ---- the list ---- */

static void test_list(void)
{
    struct fb_periods p = {0};
    fb_code a = fb_code_of("RTH"), b = fb_code_of("RXQ");
    fb_day march = fb_day_of(2026, 3, 1), december = fb_day_of(2026, 12, 1);
    CU_ASSERT_FALSE(fb_periods_closed(&p, a, march));
    CU_ASSERT_EQUAL(fb_periods_posted(&p, a, march), march);
    CU_ASSERT_EQUAL(fb_periods_put(&p, a, fb_day_of(2026, 4, 1)), FB_OK);
    CU_ASSERT_EQUAL(fb_periods_put(&p, 0, march), FB_OK);
    CU_ASSERT_EQUAL(fb_periods_put(&p, 0, march), FB_OK);
    CU_ASSERT_EQUAL(p.n, 2);
    CU_ASSERT_EQUAL(fb_periods_posted(&p, a, march), fb_day_of(2026, 5, 1));
    CU_ASSERT_EQUAL(fb_periods_posted(&p, b, march), fb_day_of(2026, 4, 1));
    CU_ASSERT_EQUAL(fb_periods_posted(&p, 0, march), fb_day_of(2026, 4, 1));
    CU_ASSERT_EQUAL(fb_periods_posted(&p, a, fb_day_of(2026, 2, 1)), fb_day_of(2026, 2, 1));
    for (unsigned i = 0; i < 60; i++) /* in no order, and more than there was room for */
        CU_ASSERT_EQUAL(fb_periods_put(&p, b, fb_day_month(december + (fb_day)(i * 37 % 60) * 31)), FB_OK);
    CU_ASSERT_TRUE(fb_periods_closed(&p, b, december) && !fb_periods_closed(&p, a, december));
    for (uint32_t i = 1; i < p.n; i++)
        CU_ASSERT_TRUE(
            p.closed[i - 1].trust < p.closed[i].trust ||
            (p.closed[i - 1].trust == p.closed[i].trust && p.closed[i - 1].month < p.closed[i].month));
    fb_periods_release(&p);
    CU_ASSERT_EQUAL(fb_month_next(fb_day_of(2026, 1, 1)), fb_day_of(2026, 2, 1));
    CU_ASSERT_EQUAL(fb_month_next(fb_day_of(2028, 2, 1)), fb_day_of(2028, 3, 1));
    CU_ASSERT_EQUAL(fb_month_next(december), fb_day_of(2027, 1, 1));
}

static void test_forms(void)
{
    char bytes[256];
    struct fb_period_close c = {fb_code_of("RTH"), fb_day_of(2026, 3, 1), fb_span_of("board"),
                                fb_span_of("")},
                           d;
    struct fb_period_row row = {-5, 77, fb_span_of("board"), fb_span_of("why")}, again;
    size_t n = fb_period_close_pack(&c, bytes, sizeof bytes);
    CU_ASSERT_TRUE_FATAL(n > 0);
    CU_ASSERT_EQUAL(fb_period_close_unpack(&d, (struct fb_span){bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_TRUE(d.trust == c.trust && d.month == c.month && fb_span_eq(d.role, c.role) && d.reason.n == 0);
    for (uint32_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_period_close_unpack(&d, (struct fb_span){bytes, cut}), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_period_close_pack(&c, bytes, n - 1), 0);
    c.month++;
    n = fb_period_close_pack(&c, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_period_close_unpack(&d, (struct fb_span){bytes, (uint32_t)n}), FB_REFUSED);
    bytes[0] = 2;
    CU_ASSERT_EQUAL(fb_period_close_unpack(&d, (struct fb_span){bytes, (uint32_t)n}), FB_NEWER);
    n = fb_period_row_pack(&row, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_period_row_unpack(&again, (struct fb_span){bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_TRUE(again.at_ms == -5 && again.journal == 77 && fb_span_eq(again.reason, row.reason));
    for (uint32_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_period_row_unpack(&again, (struct fb_span){bytes, cut}), FB_REFUSED);
}

/* ---- closing ---- */

static bool refused(enum fb_err err, const char *words)
{
    return err == FB_REFUSED && why != NULL && strstr(why, words) != NULL;
}

static void test_refusals(void)
{
    begin();
    struct fb_period_close odd = {.month = fb_day_of(2026, 2, 2)};
    CU_ASSERT_TRUE(refused(fb_turn_close_period(T.turn, &odd, T.now_ms, &why), "first day"));
    odd.month = INT32_MIN;
    CU_ASSERT_TRUE(refused(fb_turn_close_period(T.turn, &odd, T.now_ms, &why), "first day"));
    odd.month = INT32_MAX;
    CU_ASSERT_TRUE(refused(fb_turn_close_period(T.turn, &odd, T.now_ms, &why), "not over"));
    static char longer[FB_CLOSE_REASON_BYTES_MAX + 1];
    odd = (struct fb_period_close){.month = fb_day_of(2026, 2, 1), .reason = {longer, sizeof longer}};
    CU_ASSERT_TRUE(refused(fb_turn_close_period(T.turn, &odd, T.now_ms, &why), "too long"));
    /* In London the month ends an hour before it does in Greenwich. */
    T.now_ms = (fb_day_of(2026, 3, 31) * INT64_C(1440) + 1379) * 60000;
    CU_ASSERT_TRUE(refused(close_month(NULL, 3), "not over"));
    T.now_ms += 60000;
    CU_ASSERT_EQUAL(close_month("RTH", 3), FB_OK);
    CU_ASSERT_TRUE(refused(close_month("RTH", 3), "closed already"));
    CU_ASSERT_EQUAL(close_month(NULL, 3), FB_OK);
    CU_ASSERT_TRUE(refused(close_month(NULL, 3), "closed already"));
    CU_ASSERT_TRUE(refused(close_month("RXQ", 3), "closed already"));
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_PERIODS), 2);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_PERIOD_CLOSED), 2);
    end();
}

/* Months close in order from the first one on; what lies before it was closed elsewhere, or never will be. */
static void test_order(void)
{
    begin();
    fb_test_send_one(&T, shift("B1", 2, 16));
    fb_test_send_one(&T, shift("B2", 4, 16));
    go_to(7, 5);
    CU_ASSERT_EQUAL(close_month("RTH", 3), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "stay open: 2026-02; ")); /* it is told, and not refused */
    CU_ASSERT_TRUE(refused(close_month("RTH", 5), "close 2026-04 of RTH first"));
    CU_ASSERT_TRUE(refused(close_month(NULL, 6), "close 2026-04 of RTH first"));
    CU_ASSERT_EQUAL(close_month("RXQ", 6), FB_OK); /* which has no figures at all */
    CU_ASSERT_EQUAL(close_month("RTH", 4), FB_OK);
    CU_ASSERT_EQUAL(why[0], '\0'); /* no first one */
    CU_ASSERT_EQUAL(close_month("RTH", 6), FB_OK); /* May had nothing in it */
    CU_ASSERT_EQUAL(close_month("RTH", 2), FB_OK);
    end();
}

/* Of all trusts at once, and of more months than are named; another trust's first close does not hear of them again. */
static void test_left_open(void)
{
    static const char *const ref[] = {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"};
    begin();
    go_to(10, 5);
    for (unsigned m = 1; m <= 8; m++)
        fb_test_send_one(&T, shift(ref[m - 1], m, 16));
    CU_ASSERT_EQUAL(close_month("RXQ", 8), FB_OK);
    CU_ASSERT_EQUAL(why[0], '\0'); /* which has no figures */
    CU_ASSERT_EQUAL(close_month(NULL, 9), FB_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "stay open: 2026-01, 2026-02, 2026-03, 2026-04, 2026-05, 2026-06 and 2 more; "));
    end();
}

static void test_late_shift(void)
{
    begin();
    struct fb_record *first = shift("B1", 3, 16);
    fb_test_send_one(&T, first);
    go_to(4, 3);
    CU_ASSERT_EQUAL(close_month(NULL, 3), FB_OK);
    int64_t booked = in_books(3, FB_MEASURE_PENCE, 0);
    CU_ASSERT_TRUE(booked > 0);
    fb_test_send_one(&T, shift("B2", 3, 17));
    fb_test_send_one(&T, shift("B3", 4, 17));
    CU_ASSERT_EQUAL(shifts_in(3), 1);
    CU_ASSERT_EQUAL(shifts_in(4), 2);
    /* What is taken back of a closed month is taken back in the open one. */
    struct fb_record *off = fb_test_amend(first, 2);
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, off);
    CU_ASSERT_EQUAL(shifts_in(3), 1);
    CU_ASSERT_EQUAL(in_books(3, FB_MEASURE_PENCE, 0), booked);
    CU_ASSERT_EQUAL(shifts_in(4), 1);
    CU_ASSERT_EQUAL(shifts_in(0), 2);
    CU_ASSERT_EQUAL(in_books(0, FB_MEASURE_SHIFTS, FB_CAUSE_REPRICED), 0);
    end();
}

/* A close of one trust leaves the others alone, and stands after opening again. */
static void test_one_trust(void)
{
    begin();
    go_to(5, 2);
    CU_ASSERT_EQUAL(close_month("RTH", 3), FB_OK);
    CU_ASSERT_EQUAL(close_month("RTH", 4), FB_OK);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_posted_month(T.turn, fb_code_of("RTH"), fb_day_of(2026, 3, 1)),
                    fb_day_of(2026, 5, 1));
    CU_ASSERT_EQUAL(fb_turn_posted_month(T.turn, fb_code_of("RXQ"), fb_day_of(2026, 3, 1)),
                    fb_day_of(2026, 3, 1));
    struct fb_record *other = shift("B2", 3, 17);
    other->as.booking.shift.hirer = fb_code_of("RXQ");
    fb_test_send_one(&T, shift("B1", 3, 16));
    fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(shifts_in(5), 1);
    CU_ASSERT_EQUAL(shifts_in(3), 1);
    CU_ASSERT_TRUE(refused(close_month("RTH", 4), "closed already"));
    end();
}

/* Only a figure that another issue of the rules brought into a later month says so. */
static void test_repriced(void)
{
    begin();
    fb_test_send_one(&T, shift("B1", 3, 16));
    fb_test_send_one(&T, shift("B2", 4, 16));
    go_to(4, 3);
    CU_ASSERT_EQUAL(close_month(NULL, 3), FB_OK);
    int64_t march = in_books(3, FB_MEASURE_PENCE, 0), april = in_books(4, FB_MEASURE_PENCE, 0);
    fb_test_turn_issue(&T, "second, card+5");
    fb_test_settle(&T);
    int64_t late = in_books(4, FB_MEASURE_PENCE, FB_CAUSE_REPRICED), rise = march / 20;
    CU_ASSERT_EQUAL(in_books(3, FB_MEASURE_PENCE, 0), march);
    CU_ASSERT_TRUE(late > 0 && late >= rise - 10 && late <= rise + 10);
    CU_ASSERT_TRUE(in_books(4, FB_MEASURE_PENCE, FB_CAUSE_RECORD) > april);
    CU_ASSERT_EQUAL(in_books(0, FB_MEASURE_SHIFTS, FB_CAUSE_REPRICED), 0);
    end();
}

struct told {
    unsigned n;
    struct fb_event event[16];
};

static void hear(struct told *told)
{
    struct fb_txn *t;
    struct fb_scan scan;
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    told->n = 0;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &t), FB_OK);
    fb_scan_begin(&scan, t, FB_TABLE_EVENTS, (struct fb_span){NULL, 0});
    while (told->n < 16 && fb_scan_next(&scan, &arena)) {
        struct fb_event *e = &told->event[told->n];
        CU_ASSERT_EQUAL(fb_event_unpack(e, scan.value), FB_OK);
        told->n += e->kind == FB_EVENT_SPEND_POSTED || e->kind == FB_EVENT_PERIOD_CLOSED ||
                   e->kind == FB_EVENT_RATE_REPRICED;
    }
    fb_scan_end(&scan);
    fb_txn_abort(&t);
}

static void test_events(void)
{
    begin();
    struct told told;
    fb_test_send_one(&T, shift("B1", 3, 16));
    go_to(4, 3);
    CU_ASSERT_EQUAL(close_month("RTH", 3), FB_OK);
    fb_test_send_one(&T, shift("B2", 3, 17));
    hear(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 3);
    CU_ASSERT_EQUAL(told.event[0].posted, fb_day_of(2026, 3, 1));
    CU_ASSERT_EQUAL(told.event[1].kind, FB_EVENT_PERIOD_CLOSED);
    CU_ASSERT_EQUAL(told.event[1].trust, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(told.event[1].posted, fb_day_of(2026, 3, 1));
    CU_ASSERT_EQUAL(told.event[1].shift_day, fb_day_of(2026, 4, 3));
    CU_ASSERT_EQUAL(told.event[2].posted, fb_day_of(2026, 4, 1));
    CU_ASSERT_EQUAL(told.event[2].shift_day, fb_day_of(2026, 3, 17));
    CU_ASSERT_EQUAL(told.event[2].cause, FB_CAUSE_RECORD);
    fb_test_turn_issue(&T, "second, card+5");
    fb_test_settle(&T);
    hear(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 7); /* of each shift what was posted, and that it was priced again */
    for (unsigned i = 3; i < 7; i++)
        CU_ASSERT_EQUAL(told.event[i].posted, fb_day_of(2026, 4, 1));
    CU_ASSERT_EQUAL(told.event[4].kind, FB_EVENT_RATE_REPRICED);
    end();
}

static void test_verify_names_it(void)
{
    static const char begins[] = "periods: month 2026-03 of trust RTH";
    begin();
    struct fb_verify v;
    struct fb_txn *t;
    go_to(4, 3);
    CU_ASSERT_EQUAL(close_month("RTH", 3), FB_OK);
    struct fb_key key = fb_key_period(fb_code_of("RTH"), fb_day_of(2026, 3, 1));
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &t), FB_OK);
    fb_del(t, FB_TABLE_PERIODS, fb_key_span(&key));
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
    CU_ASSERT_EQUAL(fb_turn_verify(T.store, &T.ports, NULL, &v), FB_OK);
    CU_ASSERT_FALSE(v.equal);
    CU_ASSERT_EQUAL(strncmp(v.first_difference, begins, sizeof begins - 1), 0);
    fb_test_turn_close(&T);
}

CU_TestInfo suite_period[] = {
    {"closed months are kept in order, of a trust and of all", test_list},
    {"a close comes back as it was packed, and a cut one is refused", test_forms},
    {"what cannot be closed is refused with a sentence", test_refusals},
    {"months close in order, from the first that was closed on", test_order},
    {"a first close tells which earlier months stay open", test_left_open},
    {"what is known late stands in the first open month, and the closed one stays", test_late_shift},
    {"one trust's close is its own, and stands after opening again", test_one_trust},
    {"only what new rules brought into a later month is marked as repriced", test_repriced},
    {"events say in whose books a figure stands", test_events},
    {"verify names the period that differs", test_verify_names_it},
    CU_TEST_INFO_NULL,
};
