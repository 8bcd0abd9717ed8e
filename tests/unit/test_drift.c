/* A week's pay against the card: told when it leaves the corridor, and when it comes back. */
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>

static struct fb_test_turn T;
static fb_rate_e4 card_rate; /* what the card pays an hour for the shift that is sent here: band 5, a weekday */
static unsigned sent;
enum { MEMORY = 1 << 20, MINUTES = 660, SHIFT_DAY = 16, ROWS = 64 };
#define DAY_MS ((int64_t)86400000)

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    CU_ASSERT_EQUAL(fb_instant_parse(&ms, fb_span_of(text)), FB_OK);
    return ms;
}

static struct fb_record *booking(enum fb_test_source source, unsigned week, int percent)
{
    char ref[16];
    snprintf(ref, sizeof ref, "B%u", sent++);
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, source, ref);
    struct fb_booking *b = &r->as.booking;
    fb_test_booking(b, FB_ROUTE_BANK, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    b->booked_ms = ms_of("2026-03-01T12:00Z");
    int64_t later = (int64_t)week * 7 * 1440 - (week >= 2 ? 60 : 0); /* the clocks change on 29 March */
    b->shift.time.start_min += later;
    b->shift.time.end_min += later;
    if (percent > 0) {
        fb_rate_e4 rate = card_rate * percent / 100;
        fb_test_rate_all(b, FB_PART_WORKER_PAY, rate, rate, rate);
    }
    return r;
}

static void send(unsigned week, unsigned n, int percent)
{
    for (unsigned i = 0; i < n; i++)
        fb_test_send_one(&T, booking(FB_TEST_ROSTER, week, percent));
}

static void begin(const char *text)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "first");
    sent = 0;
    send(0, 1, 0); /* expected from the card: never a part of what was paid */
    card_rate = fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_CARD) * 60 * 100 / MINUTES;
    CU_ASSERT_TRUE(card_rate > 100000);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_PAID), 0);
    fb_test_turn_issue(&T, text);
    fb_test_settle(&T);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static unsigned drifts(struct fb_event_row row[ROWS])
{
    static unsigned char memory[MEMORY];
    struct fb_event_filter filter = {.kinds = fb_event_set_of(FB_EVENT_RATE_DRIFT)};
    struct fb_reader_books *books;
    struct fb_arena arena;
    uint64_t next = 0, head = 1;
    unsigned n, all = 0;
    CU_ASSERT_EQUAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    fb_arena_init(&arena, memory, sizeof memory);
    while (next < head && all < ROWS) {
        CU_ASSERT_EQUAL_FATAL(
            fb_report_events(T.store, books, &filter, next, &arena, row + all, ROWS - all, &n, &next, &head), FB_OK);
        all += n;
    }
    fb_reader_books_close(&books);
    return all;
}

static unsigned told(void)
{
    static struct fb_event_row row[ROWS];
    return drifts(row);
}

/* The instant at which week `week` is looked at. */
static int64_t due_of(unsigned week)
{
    return week == 0 ? ms_of("2026-03-26T00:00Z") : ms_of("2026-04-01T23:00Z") + (int64_t)(week - 1) * 7 * DAY_MS;
}

static void pass(unsigned week)
{
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due_of(week));
    T.now_ms = due_of(week) - 1;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due_of(week));
    T.now_ms = due_of(week);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1);
}

static void check(const struct fb_event *e, enum fb_severity severity, unsigned week, unsigned shifts, int percent)
{
    CU_ASSERT_EQUAL(e->severity, severity);
    CU_ASSERT_EQUAL(e->trust, fb_code_of("RTH"));
    CU_ASSERT_TRUE(fb_span_is(e->record_ref, "5"));
    CU_ASSERT_EQUAL(e->shift_day, fb_day_of(2026, 3, SHIFT_DAY) + 7 * (fb_day)week);
    CU_ASSERT_EQUAL(e->minutes, MINUTES * (int64_t)shifts);
    int64_t card = card_rate * MINUTES / 6000 * shifts, off = card * percent / 100 - card;
    int64_t rounding = 3 * (int64_t)shifts;
    CU_ASSERT_TRUE(e->pence >= off - rounding && e->pence <= off + rounding);
    CU_ASSERT_EQUAL(e->delta_pence, e->pence);
    CU_ASSERT_FALSE(e->shadow || e->historic);
    CU_ASSERT_EQUAL(e->at_ms, due_of(week));
}

static void test_leaves_and_returns(void)
{
    struct fb_event_row row[ROWS];
    begin("corridor");
    send(0, 2, 110);
    send(1, 2, 90);
    send(2, 2, 80);
    pass(0);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 1);
    check(&row[0].event, FB_SEVERITY_WARN, 0, 2, 110);
    CU_ASSERT_EQUAL(row[0].event.rule, fb_turn_book(T.turn, 0)->built_in[FB_RULE_RATE_DRIFT].id);
    pass(1); /* together with the week before: as the card says */
    CU_ASSERT_EQUAL_FATAL(drifts(row), 2);
    check(&row[1].event, FB_SEVERITY_OK_, 1, 4, 100);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    pass(2);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 3);
    check(&row[2].event, FB_SEVERITY_WARN, 2, 4, 85);
    pass(3); /* still below: nothing new */
    pass(4); /* nobody worked: nothing to say */
    CU_ASSERT_EQUAL(told(), 3);
    end();
}

static void test_from_one_side_to_the_other(void)
{
    struct fb_event_row row[ROWS];
    begin("corridor");
    send(0, 1, 110);
    send(1, 4, 80);
    pass(0);
    pass(1);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 2);
    CU_ASSERT_TRUE(row[0].event.pence > 0 && row[1].event.pence < 0);
    CU_ASSERT_TRUE(row[0].event.severity == FB_SEVERITY_WARN && row[1].event.severity == FB_SEVERITY_WARN);
    end();
}

/* Within five per cent; too few minutes; an agency's; a trial's; of the past; cancelled. */
static void test_says_nothing(void)
{
    begin("corridor");
    send(0, 3, 104);
    send(0, 1, 96);
    struct fb_record *r = booking(FB_TEST_ROSTER, 0, 200);
    r->as.booking.route = FB_ROUTE_AGENCY;
    fb_test_send_one(&T, r);
    r = booking(FB_TEST_ROSTER, 0, 200);
    r->env.historic = true;
    fb_test_send_one(&T, r);
    r = booking(FB_TEST_ROSTER, 0, 200);
    r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&T, r);
    r = booking(FB_TEST_ROSTER, 0, 200);
    r->as.booking.shift.grade = fb_code_of("6");
    r->as.booking.shift.time.end_min = r->as.booking.shift.time.start_min + 180;
    fb_test_send_one(&T, r);
    struct fb_source trial = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    trial.mode = FB_SOURCE_MODE_SHADOW;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &trial, T.now_ms, &T.source[FB_TEST_PORTAL]), FB_OK);
    fb_test_send_one(&T, booking(FB_TEST_PORTAL, 0, 200));
    pass(0);
    CU_ASSERT_EQUAL(told(), 0);
    end();
}

static void test_corrected_in_time(void)
{
    begin("corridor");
    struct fb_record *wrong = booking(FB_TEST_ROSTER, 0, 150), *right = fb_test_amend(wrong, 2);
    struct fb_booking *b = &right->as.booking;
    b->rates.n = 0;
    fb_test_rate_all(b, FB_PART_WORKER_PAY, card_rate, card_rate, card_rate);
    fb_test_send_one(&T, wrong);
    fb_test_send_one(&T, right);
    pass(0);
    CU_ASSERT_EQUAL(told(), 0);
    end();
}

/* Twice the card, but with pay for leave in it, or nobody says: nothing to hold against a card without. */
static void test_pay_that_cannot_be_compared(void)
{
    begin("corridor");
    for (unsigned i = 0; i < 2; i++) {
        struct fb_record *r = booking(FB_TEST_ROSTER, 0, 200);
        r->as.booking.rates.pay_includes_holiday = i == 0 ? FB_SAID_YES : FB_SAID_NONE;
        fb_test_send_one(&T, r);
    }
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_PAID), 0);
    end();
}

/* Leave is in the card's rates: 80 in the hundred and 30 for leave are 110 of it, and pay that includes leave is as it is. */
static void test_leave_on_both_sides(void)
{
    struct fb_event_row row[ROWS];
    begin("corridor leave");
    struct fb_record *apart = booking(FB_TEST_ROSTER, 0, 80), *within = booking(FB_TEST_ROSTER, 0, 110);
    fb_rate_e4 leave = card_rate * 30 / 100;
    fb_test_rate_all(&apart->as.booking, FB_PART_WTD_HOLIDAY, leave, leave, leave);
    within->as.booking.rates.pay_includes_holiday = FB_SAID_YES;
    fb_test_send_one(&T, apart);
    fb_test_send_one(&T, within);
    send(0, 1, 200); /* without leave: nobody knows what it would be with it */
    pass(0);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 1);
    check(&row[0].event, FB_SEVERITY_WARN, 0, 2, 110);
    end();
}

/* Pay of a trust that has only agreed to the card counts once it adopts it, and no longer when that is taken back. */
static void test_nobody_drifts_from_a_card_not_adopted(void)
{
    struct fb_event_row row[ROWS];
    begin("corridor agreed");
    send(0, 2, 110);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_PAID), 0);
    fb_test_turn_issue(&T, "corridor");
    fb_test_settle(&T);
    send(1, 2, 120);
    pass(0);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 1);
    check(&row[0].event, FB_SEVERITY_WARN, 0, 2, 110);
    fb_test_turn_issue(&T, "corridor agreed ");
    fb_test_settle(&T);
    pass(1);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 1); /* nothing is left of it: nothing to say */
    end();
}

/* Pay that was on the card is off it when the card moves on and pay does not. */
static void test_the_card_moves(void)
{
    begin("corridor");
    send(0, 2, 100);
    fb_test_turn_issue(&T, "corridor card+8");
    fb_test_settle(&T);
    pass(0);
    CU_ASSERT_EQUAL(told(), 1);
    end();
}

static void test_without_a_corridor(void)
{
    struct fb_event_row row[ROWS];
    begin("second");
    send(0, 2, 110);
    send(1, 2, 110);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    T.now_ms = due_of(2);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    fb_test_turn_issue(&T, "corridor"); /* from the first week that there is, one by one */
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1 + 1 + 3);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 1);
    CU_ASSERT_EQUAL(row[0].event.shift_day, fb_day_of(2026, 3, SHIFT_DAY));
    end();
}

static void test_far_behind(void)
{
    begin("corridor");
    send(0, 2, 110);
    T.now_ms = due_of(0) + 300 * 7 * DAY_MS;
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 104);
    CU_ASSERT_EQUAL(told(), 0); /* nobody wants to hear it as news */
    end();
}

static void send_elsewhere(unsigned week, int percent)
{
    struct fb_record *r = booking(FB_TEST_ROSTER, week, percent);
    r->as.booking.shift.hirer = fb_code_of("RXQ");
    fb_test_send_one(&T, r);
}

/* Ten per cent leaves the one corridor and not the other; the week waits for the slower system, and each system takes its
 * own weeks together. */
static void test_two_systems(void)
{
    struct fb_event_row row[ROWS];
    begin("corridor2");
    send(0, 1, 110);
    send_elsewhere(0, 110);
    send(1, 1, 90); /* with the week before: as the card says */
    send_elsewhere(1, 80); /* by itself: below */
    T.now_ms = due_of(0);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    T.now_ms = fb_turn_next_due_ms(T.turn);
    CU_ASSERT_EQUAL(T.now_ms, ms_of("2026-04-01T23:00Z")); /* ten days after the Sunday */
    fb_test_settle(&T);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 1);
    CU_ASSERT_EQUAL(row[0].event.trust, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(row[0].event.severity, FB_SEVERITY_WARN);
    T.now_ms = fb_turn_next_due_ms(T.turn);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL_FATAL(drifts(row), 3);
    for (unsigned i = 1; i < 3; i++) {
        bool own = row[i].event.trust == fb_code_of("RTH");
        CU_ASSERT_EQUAL(row[i].event.severity, own ? FB_SEVERITY_OK_ : FB_SEVERITY_WARN);
        CU_ASSERT_EQUAL(row[i].event.minutes, own ? 2 * MINUTES : MINUTES);
    }
    end();
}

/* What a supplier asks on top of a shift leaves what was paid for its hours as it is; another sum in the place of those does not. */
static void test_what_is_invoiced(void)
{
    const struct fb_decision *d;
    begin("corridor");
    struct fb_record *b = booking(FB_TEST_ROSTER, 1, 100), *l = fb_test_record(FB_KIND_INVOICE_LINE, FB_TEST_PORTAL, "L1");
    fb_test_send_one(&T, b);
    uint32_t number = fb_test_number(&T, b);
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, number, &d));
    CU_ASSERT_NOT_EQUAL(d->drift, FB_COMPARED_NOTHING);
    l->as.invoice_line.booking_ref = b->env.record_ref;
    l->as.invoice_line.billing = FB_BILLING_SUPPLEMENT;
    fb_test_send_one(&T, l);
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, number, &d));
    CU_ASSERT_EQUAL(d->n_matches, 1);
    CU_ASSERT_NOT_EQUAL(d->drift, FB_COMPARED_NOTHING);
    l = fb_test_amend(l, 2);
    l->as.invoice_line.billing = FB_BILLING_CHARGE;
    fb_test_send_one(&T, l);
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, number, &d));
    CU_ASSERT_EQUAL(d->drift, FB_COMPARED_NOTHING);
    end();
}

CU_TestInfo suite_drift[] = {
    {"pay that leaves the corridor is told once, and once more when it comes back", test_leaves_and_returns},
    {"pay that goes from above the corridor to below it is told again", test_from_one_side_to_the_other},
    {"too little, within, agency, historic, cancelled and shadow shifts say nothing", test_says_nothing},
    {"what was corrected before the week settled is not told", test_corrected_in_time},
    {"pay that cannot be compared with the card is not held against it", test_pay_that_cannot_be_compared},
    {"pay for leave counts where the card's rates include it", test_leave_on_both_sides},
    {"nobody drifts from a card that the trust has not adopted", test_nobody_drifts_from_a_card_not_adopted},
    {"pay that stands while the card moves leaves the corridor", test_the_card_moves},
    {"without a corridor nothing happens, and with the first one weeks are made up for", test_without_a_corridor},
    {"weeks that lie very far back are left out", test_far_behind},
    {"each system's trusts are held against its own corridor", test_two_systems},
    {"what is invoiced on top of a shift, and in its place", test_what_is_invoiced},
    CU_TEST_INFO_NULL,
};
