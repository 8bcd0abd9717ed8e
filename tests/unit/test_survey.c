/* Every booking under another book, with nothing written. */
#include "engine/base/hash.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { BOOKINGS = 12, DAY = 1440 };
static struct fb_test_turn T;
static char name[BOOKINGS][8];

/* What was seen of it. */
struct seen {
    unsigned n, stop_at, breached, answered, held, rivals, replies, differ;
    uint32_t last;
    bool ascends, in_order;
    int64_t facts; /* shifts of which the dearest charge is known */
};

static bool see(void *ctx, const struct fb_surveyed *s)
{
    struct seen *seen = ctx;
    const struct fb_decision *d;
    uint32_t cap = (uint32_t)fb_hash64("ratecap.breached", 16);
    seen->n++;
    seen->ascends = seen->ascends && s->subject > seen->last;
    seen->last = s->subject;
    seen->held += s->held != NULL;
    seen->rivals += s->view->n_rivals;
    seen->replies += s->view->n_replies;
    seen->facts += fb_fact_known(s->facts, FB_FACT_CHARGE_HOUR_DEAREST);
    for (unsigned i = 1; i < s->view->n_replies; i++)
        seen->in_order =
            seen->in_order && s->view->reply[i - 1]->env.occurred_ms <= s->view->reply[i]->env.occurred_ms;
    for (unsigned i = 1; i < s->view->n_approvals; i++) {
        const struct fb_record *a = s->view->approval[i - 1].record, *b = s->view->approval[i].record;
        bool named = a->as.approval.booking_ref.n > 0, next = b->as.approval.booking_ref.n > 0;
        int order = named != next ? (int)next - (int)named : fb_span_cmp(a->env.record_ref, b->env.record_ref);
        seen->in_order = seen->in_order && order < 0;
    }
    for (unsigned i = 0; i < s->now->n_findings; i++) {
        seen->breached += s->now->finding[i].rule == cap;
        seen->answered += s->now->finding[i].rule == cap && s->now->finding[i].answered != 0;
    }
    bool judged = fb_test_latest(&T, s->subject, &d);
    seen->differ += !judged || d->n_findings != s->now->n_findings ||
                    memcmp(d->finding, s->now->finding, d->n_findings * sizeof d->finding[0]) != 0;
    return seen->n != seen->stop_at;
}

static void send_all(void)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, "answered");
    for (unsigned i = 0; i < BOOKINGS; i++) {
        snprintf(name[i], sizeof name[i], "B%u", i);
        struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, name[i]);
        r->as.booking.shift.time.start_min += (int64_t)(i % 4) * DAY;
        r->as.booking.shift.time.end_min += (int64_t)(i % 4) * DAY;
        r->as.booking.vacancy_ref = fb_span_of(i < 2 ? "V1" : "V2");
        if (i == 0)
            r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
        fb_test_send_one(&T, r);
    }
    struct fb_record *reply = fb_test_record(FB_KIND_REPLY, FB_TEST_PORTAL, "R1");
    reply->as.reply.booking_ref = fb_span_of(name[3]);
    fb_test_send_one(&T, reply);
    struct fb_record *a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A1");
    a->as.approval.from = fb_day_of(2026, 3, 19);
    fb_test_send_one(&T, a);
    /* One more of each, which come first and arrived last; of a class and of a booking. */
    reply = fb_test_record(FB_KIND_REPLY, FB_TEST_PORTAL, "R2");
    reply->as.reply.booking_ref = fb_span_of(name[3]);
    reply->env.occurred_ms -= 1000;
    fb_test_send_one(&T, reply);
    a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A0");
    a->as.approval.booking_source = reply->as.reply.booking_source;
    a->as.approval.booking_ref = fb_span_of(name[3]);
    fb_test_send_one(&T, a);
    a = fb_test_record(FB_KIND_APPROVAL, FB_TEST_PORTAL, "A9");
    a->as.approval.booking_source = reply->as.reply.booking_source;
    a->as.approval.booking_ref = fb_span_of(name[3]);
    fb_test_send_one(&T, a);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct seen survey(const char *rules, fb_day from, fb_day until, unsigned stop_at)
{
    struct seen seen = {.ascends = true, .in_order = true, .stop_at = stop_at};
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(rules)};
    struct fb_book *book = fb_test_turn_compile(NULL, &file, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(book);
    book->issue = 1;
    CU_ASSERT_EQUAL(fb_turn_survey(T.store, &T.ports, book, from, until, see, &seen, NULL), FB_OK);
    fb_test_turn_release(NULL, book);
    return seen;
}

static void test_the_same_rules(void)
{
    unsigned char before[16], after[16];
    send_all();
    CU_ASSERT_EQUAL(fb_turn_hash(T.store, before), FB_OK);
    struct seen s = survey("answered", INT32_MIN, INT32_MAX, 0);
    CU_ASSERT_EQUAL(s.n, BOOKINGS);
    CU_ASSERT_EQUAL(s.held, BOOKINGS);
    CU_ASSERT_TRUE(s.ascends);
    CU_ASSERT_EQUAL(s.differ, 0);
    CU_ASSERT_EQUAL(s.breached, BOOKINGS - 1); /* all but the cancelled one */
    CU_ASSERT_EQUAL(s.answered, 3);            /* those of the 19th */
    CU_ASSERT_EQUAL(s.rivals, 2);              /* the cancelled one stands in its own way too */
    CU_ASSERT_EQUAL(s.replies, 2);
    CU_ASSERT_TRUE(s.in_order);
    CU_ASSERT_EQUAL(s.facts, BOOKINGS - 1);
    CU_ASSERT_EQUAL(fb_turn_hash(T.store, after), FB_OK);
    CU_ASSERT_EQUAL(memcmp(before, after, sizeof before), 0);
    end();
}

/* A book that knows of no answers answers nothing, though the store holds answered findings. */
static void test_other_rules(void)
{
    send_all();
    struct seen s = survey("first", INT32_MIN, INT32_MAX, 0);
    CU_ASSERT_EQUAL(s.breached, BOOKINGS - 1);
    CU_ASSERT_EQUAL(s.answered, 0);
    CU_ASSERT_TRUE(s.differ > 0);
    end();
}

static void test_days(void)
{
    send_all();
    CU_ASSERT_EQUAL(survey("answered", fb_day_of(2026, 3, 17), fb_day_of(2026, 3, 19), 0).n, 6);
    CU_ASSERT_EQUAL(survey("answered", fb_day_of(2026, 3, 19), fb_day_of(2026, 3, 20), 0).answered, 3);
    CU_ASSERT_EQUAL(survey("answered", fb_day_of(2026, 3, 20), INT32_MAX, 0).n, 0);
    end();
}

static void test_stops(void)
{
    send_all();
    CU_ASSERT_EQUAL(survey("answered", INT32_MIN, INT32_MAX, 5).n, 5);
    end();
}

/* Two systems' bookings of one shift are looked at once. */
static void test_subjects(void)
{
    send_all();
    struct fb_record *one = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "P1"),
                     *two = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P2");
    fb_test_refer(one, "PO7");
    fb_test_refer(two, "PO7");
    fb_test_send_one(&T, one);
    fb_test_send_one(&T, two);
    struct seen s = survey("answered", INT32_MIN, INT32_MAX, 0);
    CU_ASSERT_EQUAL(s.n, BOOKINGS + 1);
    CU_ASSERT_EQUAL(s.differ, 0);
    end();
}

/* An engine may be writing: rows of entries beyond the head that was read first are there already, as here,
 * where the last entry was taken away behind them. */
static void test_beside_an_engine(void)
{
    struct fb_txn *txn;
    send_all();
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "L1"));
    struct fb_key key = fb_key_u64(fb_test_rows(&T, FB_TABLE_JOURNAL));
    fb_turn_close(&T.turn);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_del(txn, FB_TABLE_JOURNAL, fb_key_span(&key));
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
    struct seen s = survey("answered", INT32_MIN, INT32_MAX, 0);
    CU_ASSERT_EQUAL(s.n, BOOKINGS);
    CU_ASSERT_EQUAL(s.differ, 0);
    fb_test_turn_close(&T);
}

CU_TestInfo suite_survey[] = {
    {"under the rules that are in force it finds what was decided, and writes nothing", test_the_same_rules},
    {"other rules find otherwise", test_other_rules},
    {"only shifts of the days asked for are given", test_days},
    {"whoever has seen enough stops it", test_stops},
    {"a shift of two systems is given once", test_subjects},
    {"it is the store of one moment while an engine writes", test_beside_an_engine},
    CU_TEST_INFO_NULL,
};
