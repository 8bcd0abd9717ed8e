/* Approvals and replies among the records: whichever comes first, what they answer, and when the clock takes
 * it back. */
#include "tests/lib/latest.h"
#include "tests/lib/orders.h"
#include "tests/lib/suite.h"
#include <stdio.h>

enum { MINUTE_MS = 60000, DAY = 1440, MANY = 45 };
static struct fb_test_turn T;

static void begin(const char *rules)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, rules);
}

static void end(void)
{
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 0);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *booking(const char *ref)
{
    return fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
}

static struct fb_record *of_booking(const char *ref, const struct fb_record *b)
{
    struct fb_record *r = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, ref);
    r->as.approval.booking_source = b->env.source;
    r->as.approval.booking_ref = b->env.record_ref;
    return r;
}

static struct fb_record *reply(const char *ref, const struct fb_record *b, enum fb_step step)
{
    struct fb_record *r = fb_test_record(FB_KIND_REPLY, FB_TEST_PORTAL, ref);
    r->as.reply.booking_source = b->env.source;
    r->as.reply.booking_ref = b->env.record_ref;
    r->as.reply.step = step;
    if (step == FB_STEP_CLOSE || step == FB_STEP_CHALLENGE)
        r->as.reply.for_trust = FB_SAID_NO;
    return r;
}

static unsigned answered(const struct fb_record *b)
{
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached");
    return f == NULL ? 99 : f->answered;
}

static const struct fb_decision *decided(const struct fb_record *r)
{
    const struct fb_decision *d;
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, fb_test_number(&T, r), &d));
    return d;
}

static void test_before_its_booking(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *a = of_booking("A1", b);
    fb_test_send_one(&T, a);
    CU_ASSERT_EQUAL(decided(a)->approval_end, FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(decided(a)->approval_when, FB_ANSWERED_NONE);
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_BEFORE_BOOKING);
    CU_ASSERT_EQUAL(decided(a)->approval_when, FB_ANSWERED_BEFORE_BOOKING);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_GRANTED), 1);
    end();
}

static void test_after_its_booking(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *other = booking("B2"), *a = of_booking("A1", b),
                     *off = fb_test_amend(a, 2);
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, other);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_NONE);
    fb_test_send_one(&T, a);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_BEFORE_BOOKING);
    CU_ASSERT_EQUAL(answered(other), FB_ANSWERED_NONE);
    CU_ASSERT_EQUAL(fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached")->approval,
                    fb_test_number(&T, a));
    off->as.approval.state = FB_APPROVAL_STATE_WITHDRAWN;
    fb_test_send_one(&T, off);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_NONE);
    CU_ASSERT_EQUAL(decided(a)->approval_end, FB_APPROVAL_END_WITHDRAWN);
    end();
}

/* An approval may name another booking in its next version: the first one loses it. */
static void test_names_another(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *other = booking("B2"), *a = of_booking("A1", b),
                     *moved = fb_test_amend(a, 2);
    moved->as.approval.booking_ref = other->env.record_ref;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, other);
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, moved);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_NONE);
    CU_ASSERT_EQUAL(answered(other), FB_ANSWERED_BEFORE_BOOKING);
    end();
}

/* A class holds by its months; more shifts than are judged at once go over the todo, and those without
 * findings (at weekends the cap is higher) are left alone. */
static void test_class(void)
{
    begin("answered");
    static char name[MANY][8];
    struct fb_record *b[MANY], *a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1");
    unsigned n = 0, with = 0, last = MANY;
    struct fb_answer answer;
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(name[i], sizeof name[i], "B%u", i);
        b[i] = booking(name[i]);
        b[i]->as.booking.shift.time.start_min += (int64_t)i % 16 * DAY; /* from the 16th to the 31st */
        b[i]->as.booking.shift.time.end_min += (int64_t)i % 16 * DAY;
        fb_test_send_one(&T, b[i]);
        with += answered(b[i]) == FB_ANSWERED_NONE;
        n += answered(b[i]) == FB_ANSWERED_NONE && i % 16 != 15;
        last = i % 16 == 15 ? i : last;
    }
    CU_ASSERT_TRUE(n > FB_TOUCH_AT_ONCE_MAX && n < MANY - MANY / 16);
    CU_ASSERT_EQUAL(answered(b[last]), FB_ANSWERED_NONE);
    uint64_t rows = fb_test_rows(&T, FB_TABLE_DECISIONS);
    a->as.approval.until = fb_day_of(2026, 3, 31);
    CU_ASSERT_EQUAL(fb_test_send(&T, &a, 1, &answer), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO),
                    1 + with - FB_TOUCH_AT_ONCE_MAX); /* and not all there are */
    fb_test_settle(&T);
    for (unsigned i = 0; i < MANY; i++)
        CU_ASSERT_NOT_EQUAL(answered(b[i]), i % 16 == 15 ? FB_ANSWERED_BEFORE_BOOKING : FB_ANSWERED_NONE);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), rows + 1 + n);
    fb_test_turn_reopen(&T);
    struct fb_record *wider = fb_test_amend(a, 2);
    wider->as.approval.until = fb_day_of(2026, 4, 1);
    fb_test_send_one(&T, wider);
    CU_ASSERT_EQUAL(answered(b[last]), FB_ANSWERED_BEFORE_BOOKING);
    end();
}

static void test_replies(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *r = reply("R1", b, FB_STEP_ACKNOWLEDGE);
    fb_test_send_one(&T, r);
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL(fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached")->life,
                    FB_LIFE_ACKNOWLEDGED);
    fb_test_send_one(&T, reply("R2", b, FB_STEP_CHALLENGE));
    CU_ASSERT_EQUAL(fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached")->life,
                    FB_LIFE_ACKNOWLEDGED | FB_LIFE_CHALLENGED);
    end();
}

/* ---- the clock ---- */

/* By telephone at 11:30 and 20 seconds: the deadline lies 20 seconds after 15:30. */
static struct fb_record *by_telephone(const struct fb_record *b)
{
    struct fb_record *a = of_booking("A1", b);
    a->as.approval.channel = FB_CHANNEL_TELEPHONE;
    a->as.approval.granted_ms = T.now_ms - 30 * MINUTE_MS + 20000;
    return a;
}

static int64_t deadline_ms(const struct fb_record *a)
{
    return a->as.approval.granted_ms - 20000 + (240 + 1) * MINUTE_MS;
}

static void test_lapses(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *a = by_telephone(b);
    int64_t due_ms = deadline_ms(a);
    bool more;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_PROVISIONAL);
    CU_ASSERT_EQUAL(decided(a)->approval_end, FB_APPROVAL_END_PROVISIONAL);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due_ms);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), due_ms);
    CU_ASSERT_EQUAL(fb_turn_step(T.turn, due_ms - 1, &more), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_PROVISIONAL);
    T.now_ms = due_ms;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries + 1);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_NONE);
    CU_ASSERT_EQUAL(decided(a)->approval_end, FB_APPROVAL_END_LAPSED);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_LAPSED), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_FINDING_UNANSWERED), 1);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), INT64_MAX);
    end();
}

static void test_confirmed(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *a = by_telephone(b), *yes = fb_test_amend(a, 2);
    yes->as.approval.confirmed_by = yes->as.approval.granted_by;
    yes->as.approval.confirmed_ms = yes->as.approval.granted_ms + MINUTE_MS;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, yes);
    T.now_ms = deadline_ms(a);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(decided(a)->approval_end, FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_BEFORE_START);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_LAPSED), 0);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_APPROVAL_CONFIRMED), 1);
    T.now_ms += (int64_t)400 * 24 * 60 * MINUTE_MS;
    fb_test_settle(&T); /* of a booking: its days do not end it */
    CU_ASSERT_EQUAL(decided(a)->approval_end, FB_APPROVAL_END_GRANTED);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_BEFORE_START);
    end();
}

static void test_snooze(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *r = reply("R1", b, FB_STEP_SNOOZE);
    r->as.reply.until_ms = T.now_ms + 90 * MINUTE_MS;
    fb_test_send_one(&T, r);
    fb_test_send_one(&T, b);
    CU_ASSERT_EQUAL(fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached")->life, FB_LIFE_SNOOZED);
    CU_ASSERT_EQUAL(fb_turn_next_due_ms(T.turn), T.now_ms + 90 * MINUTE_MS);
    T.now_ms += 90 * MINUTE_MS;
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(fb_test_finding(&T, fb_test_number(&T, b), "ratecap.breached")->life, 0);
    CU_ASSERT_TRUE(fb_test_events(&T, FB_EVENT_FINDING_WOKEN) > 0);
    end();
}

/* ---- rules and sources that change ---- */

static void test_new_policy(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *a = by_telephone(b),
                     *of_class = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A2");
    of_class->as.approval.from = of_class->as.approval.until - 1; /* not of this shift */
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    fb_test_send_one(&T, of_class);
    T.now_ms += 45 * MINUTE_MS; /* an hour and a quarter after the grant */
    uint64_t rows = fb_test_rows(&T, FB_TABLE_DECISIONS);
    fb_test_turn_issue(&T, "answered2");
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(decided(a)->approval_end, FB_APPROVAL_END_LAPSED);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_NONE);
    CU_ASSERT_EQUAL(decided(of_class)->issue, 1); /* nothing changed for it: kept as it stands */
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_DECISIONS), rows + 2);
    end();
}

static void tell_portal(enum fb_source_mode mode)
{
    uint32_t number;
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    s.mode = mode;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    fb_test_settle(&T);
}

static void test_shadow(void)
{
    begin("answered");
    struct fb_record *b = booking("B1"), *a = of_booking("A1", b);
    tell_portal(FB_SOURCE_MODE_SHADOW);
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_NONE);
    tell_portal(FB_SOURCE_MODE_LIVE);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_BEFORE_BOOKING);
    tell_portal(FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_NONE);
    CU_ASSERT_TRUE(decided(a)->shadow);
    end();
}

/* As many as one decision reads, and one more that comes after them by its name. */
static void test_shadows_take_no_place(void)
{
    static char ref[FB_APPROVALS_MAX][8];
    begin("answered");
    struct fb_record *b = booking("B1"), *a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_ROSTER, "Z1");
    tell_portal(FB_SOURCE_MODE_SHADOW);
    for (unsigned i = 0; i < FB_APPROVALS_MAX; i++) {
        snprintf(ref[i], sizeof ref[i], "A%u", i);
        fb_test_send_one(&T, fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, ref[i]));
    }
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, a);
    CU_ASSERT_EQUAL(answered(b), FB_ANSWERED_BEFORE_BOOKING);
    CU_ASSERT_EQUAL(fb_test_open(&T, "cannot_say"), 0);
    end();
}

/* ---- which shifts are concerned ---- */

/* Two systems tell of one shift across the end of March, and disagree about the month. */
static void two_months(struct fb_record *r[3], enum fb_test_source april)
{
    enum fb_test_source march = april == FB_TEST_ROSTER ? FB_TEST_PORTAL : FB_TEST_ROSTER;
    r[0] = fb_test_record(FB_KIND_BOOKING, april, "P1");
    r[1] = fb_test_record(FB_KIND_BOOKING, march, "P2");
    r[2] = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1");
    for (unsigned i = 0; i < 2; i++) {
        struct fb_booking *b = &r[i]->as.booking;
        fb_test_refer(r[i], "PO7");
        b->shift.time.start_min =
            ((int64_t)fb_day_of(2026, 4, 1) * 24 - 1) * 60 + (i == 0 ? 5 : -5); /* midnight in London */
        b->shift.time.end_min = b->shift.time.start_min + 600;
        for (unsigned c = 0; c < b->rates.n; c++)
            b->rates.cell[c].part[FB_PART_WORKER_PAY] = 1500000;
    }
}

static void test_two_months(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t outcome[2];
        for (unsigned first = 0; first < 2; first++) {
            struct fb_record *r[3];
            begin("answered");
            two_months(r, i == 0 ? FB_TEST_ROSTER : FB_TEST_PORTAL);
            for (unsigned k = 0; k < 3; k++)
                fb_test_send_one(&T, r[first == 1 ? (k + 2) % 3 : k]);
            n += answered(r[0]) == FB_ANSWERED_BEFORE_BOOKING;
            outcome[first] = fb_test_decided(&T, r, 3);
            end();
        }
        CU_ASSERT_EQUAL(outcome[0], outcome[1]);
    }
    CU_ASSERT_EQUAL(n, 2); /* whoever is believed about hours says March */
}

/* A bank worker's booking of the same vacancy is cancelled, put back and cancelled again, before and after
 * the agency's. */
static void test_rivals(void)
{
    begin("answered, rivals");
    struct fb_record *bank = booking("B1"), *agency = booking("B2"), *off = fb_test_amend(bank, 2), *on,
                     *again;
    bank->as.booking.route = off->as.booking.route = FB_ROUTE_BANK;
    bank->as.booking.vacancy_ref = off->as.booking.vacancy_ref = agency->as.booking.vacancy_ref =
        fb_span_of("V1");
    off->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    off->as.booking.cancelled_by = FB_PARTY_HIRER;
    off->as.booking.cancelled_ms = off->as.booking.booked_ms;
    bank->as.booking.booked_ms = off->as.booking.booked_ms -= 60 * MINUTE_MS;
    agency->as.booking.booked_ms += MINUTE_MS;
    on = fb_test_amend(bank, 3);
    again = fb_test_amend(off, 4);
    on->as.booking.route = FB_ROUTE_BANK;
    on->as.booking.vacancy_ref = bank->as.booking.vacancy_ref;
    fb_test_send_one(&T, fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"));
    fb_test_send_one(&T, bank);
    fb_test_send_one(&T, agency);
    CU_ASSERT_EQUAL(fb_test_open(&T, "vacancy.taken_from_bank"), 0);
    fb_test_send_one(&T, off);
    CU_ASSERT_EQUAL(fb_test_open(&T, "vacancy.taken_from_bank"), 1);
    fb_test_send_one(&T, on);
    CU_ASSERT_EQUAL(fb_test_open(&T, "vacancy.taken_from_bank"), 0);
    fb_test_send_one(&T, again);
    CU_ASSERT_EQUAL(fb_test_open(&T, "vacancy.taken_from_bank"), 1);
    end();
}

/* ---- every order ---- */

enum { RECORDS = 6 };

static void fill(struct fb_record *r[RECORDS])
{
    r[0] = booking("B1");
    r[1] = booking("B2");
    r[2] = of_booking("A1", r[0]);
    r[3] = fb_test_record(FB_KIND_APPROVAL, FB_TEST_ROSTER, "A2");
    r[4] = reply("R1", r[0], FB_STEP_NOTE);
    r[5] = fb_test_amend(r[1], 2);
    r[0]->as.booking.vacancy_ref = r[1]->as.booking.vacancy_ref = r[5]->as.booking.vacancy_ref =
        fb_span_of("V1");
    r[3]->as.approval.limit_pence = 50000;
    r[5]->as.booking.shift.time.start_min -= 60; /* a longer shift comes first, and costs more */
}

static uint64_t outcome_in(const unsigned order[RECORDS])
{
    struct fb_record *r[RECORDS];
    begin("answered");
    fill(r);
    for (unsigned i = 0; i < RECORDS; i++)
        fb_test_send_one(&T, r[order[i]]);
    uint64_t outcome = fb_test_decided(&T, r, RECORDS) + fb_test_outcome(&T);
    end();
    return outcome;
}

static void test_every_order(void)
{
    unsigned order[RECORDS] = {0, 1, 2, 3, 4, 5};
    uint64_t first = outcome_in(order);
    CU_ASSERT_NOT_EQUAL(first, 0);
    while (fb_test_next_order(order, RECORDS))
        CU_ASSERT_EQUAL(outcome_in(order), first);
}

CU_TestInfo suite_turn_approval[] = {
    {"an approval that comes before its booking answers it when it comes", test_before_its_booking},
    {"an approval that comes after its booking answers that one alone, until it is withdrawn",
     test_after_its_booking},
    {"an approval that names another booking leaves the first", test_names_another},
    {"an approval of a class answers all shifts of its days that have findings", test_class},
    {"a reply is kept with the finding, whichever came first", test_replies},
    {"a grant by telephone lapses at its deadline, and not a minute before", test_lapses},
    {"a grant that was confirmed in time does not lapse; it expires, and stays an answer", test_confirmed},
    {"a snooze ends at its moment", test_snooze},
    {"a new issue judges approvals again, and keeps those that say the same", test_new_policy},
    {"an approval of a shadow source answers no live shift", test_shadow},
    {"approvals of shadow sources take no place from live ones", test_shadows_take_no_place},
    {"a class of a month finds a shift of which only another system says that month", test_two_months},
    {"a booking of the same vacancy that falls through judges its rivals again", test_rivals},
    {"whatever comes first, the same stands in the end", test_every_order},
    CU_TEST_INFO_NULL,
};
