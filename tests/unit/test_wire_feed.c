#define _GNU_SOURCE /* memmem */
/* The messages of the feed: what is asked for, pages, acknowledgements, ticks; there and back, cut, and of a newer engine. */
#include "engine/wire/wire.h"
#include "tests/lib/frames.h"
#include "tests/lib/suite.h"
#include <string.h>

static unsigned char memory[1 << 20], frame[FB_MESSAGE_BYTES_MAX + 64];
static struct fb_arena arena;
static const char *place;

static struct fb_span open_frame(size_t n, enum fb_frame_kind expected)
{
    fb_arena_init(&arena, memory, sizeof memory);
    place = NULL;
    return fb_test_payload(frame, n, expected);
}

static void test_feed_ask(void)
{
    struct fb_feed_ask
        a = {fb_span_of("finance"), true, UINT64_MAX, 12, {{{0xFFFE}}, fb_code_of("RTH"), true}, 100, true},
        out;
    struct fb_span p = open_frame(fb_encode_feed_ask(&a, frame, sizeof frame), FB_FRAME_FEED_ASK);
    CU_ASSERT_EQUAL(fb_decode_feed_ask(p, &arena, &out, &place), FB_REASON_NONE);
    CU_ASSERT(fb_span_eq(out.cursor, a.cursor) && out.from_cursor && out.epoch == a.epoch &&
              out.after == 12 && out.filter.kinds.bits[0] == 0xFFFE && out.filter.trust == a.filter.trust &&
              out.filter.alerts_only && out.limit == 100 && out.wait);
    a.cursor = (struct fb_span){NULL, 0};
    p = open_frame(fb_encode_feed_ask(&a, frame, sizeof frame), FB_FRAME_FEED_ASK);
    CU_ASSERT_EQUAL(fb_decode_feed_ask(p, &arena, &out, &place), FB_REASON_FIELD_MISSING);
    CU_ASSERT_STRING_EQUAL(place, "feed_ask.cursor");
    p = (struct fb_span){"\x28\x01\x28\x01", 4}; /* a kind twice */
    CU_ASSERT_EQUAL(fb_decode_feed_ask(p, &arena, &out, &place), FB_REASON_FIELD_REPEATED);
    p = (struct fb_span){"\x28\x40", 2}; /* a kind that would be shifted out */
    CU_ASSERT_EQUAL(fb_decode_feed_ask(p, &arena, &out, &place), FB_REASON_FIELD_WORD);
}

static struct fb_event_row row_of(uint64_t seq)
{
    struct fb_event e = {.kind = FB_EVENT_RATECAP_BREACHED,
                         .at_ms = 1773650000000,
                         .journal = 90311,
                         .subject = 812,
                         .trust = fb_code_of("RTH"),
                         .severity = FB_SEVERITY_BREACH,
                         .detail = 2,
                         .stage = FB_STAGE_COMMITTED,
                         .staff_group = FB_STAFF_GROUP_STUDENTS,
                         .route = FB_ROUTE_AGENCY,
                         .shadow = true,
                         .historic = true,
                         .rule = UINT32_MAX,
                         .issue = 3,
                         .shift_day = 20528,
                         .pence = 999,
                         .delta_pence = -1,
                         .minutes = -720,
                         .prior_journal = UINT64_MAX - 1,
                         .prior_issue = 2,
                         .cause = FB_CAUSE_REPRICED,
                         .posted = 20545,
                         .source = fb_span_of("portal"),
                         .record_ref = fb_span_of("B-1")};
    return (struct fb_event_row){.seq = seq, .event = e, .rule = fb_span_of("ratecap.breached"), .back = true, .statement = fb_span_of("fairbank receipt 1\xE2\x80\xA8")};
}

static bool same_row(const struct fb_event_row *x, const struct fb_event_row *y)
{
    const struct fb_event *a = &x->event, *b = &y->event;
    return x->seq == y->seq && x->epoch == y->epoch && fb_span_eq(x->rule, y->rule) && x->back == y->back && fb_span_eq(x->statement, y->statement) && a->kind == b->kind && a->at_ms == b->at_ms &&
           a->journal == b->journal && a->subject == b->subject && a->trust == b->trust &&
           a->severity == b->severity && a->detail == b->detail && a->stage == b->stage &&
           a->staff_group == b->staff_group && a->route == b->route && a->shadow == b->shadow &&
           a->historic == b->historic && a->rule == b->rule && a->issue == b->issue &&
           a->shift_day == b->shift_day && a->pence == b->pence && a->delta_pence == b->delta_pence &&
           a->minutes == b->minutes && a->prior_journal == b->prior_journal &&
           a->prior_issue == b->prior_issue && a->cause == b->cause && a->posted == b->posted &&
           fb_span_eq(a->source, b->source) && fb_span_eq(a->record_ref, b->record_ref);
}

static bool holds(struct fb_span p, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= p.n; i++) {
        if (memcmp(p.p + i, text, n) == 0)
            return true;
    }
    return false;
}

static void test_feed_page(void)
{
    struct fb_event_row row[3] = {row_of(5), row_of(6), {.seq = 7, .event.kind = FB_EVENT_RULES_ISSUED}};
    struct fb_feed_page page = {FB_REASON_NONE, UINT64_MAX, 7, 9, 3, row}, out;
    struct fb_span p = open_frame(fb_encode_feed_page(&page, frame, sizeof frame), FB_FRAME_FEED_PAGE);
    CU_ASSERT_EQUAL(fb_decode_feed_page(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT(out.reason == FB_REASON_NONE && out.epoch == UINT64_MAX && out.next == 7 && out.head == 9);
    CU_ASSERT_EQUAL_FATAL(out.n, 3);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_TRUE(same_row(&out.row[i], &row[i]));
    CU_ASSERT_TRUE(holds(p, "\n\x16"
                            "18446744073709551615-5\x12\x09/fairbank\x1A\x03"
                            "1.0\"\x10ratecap.breached"));
    CU_ASSERT_TRUE(holds(p, "*\x18"
                            "2026-03-16T08:33:20.000Z2\nrecord/812"));
    /* A page that does not fit is not sent in part. */
    static struct fb_event_row many[1000];
    for (int i = 0; i < 1000; i++)
        many[i] = row_of((uint64_t)i);
    page = (struct fb_feed_page){FB_REASON_NONE, 1, 1, 1, 1000, many};
    CU_ASSERT_EQUAL(fb_encode_feed_page(&page, frame, sizeof frame), 0);
}

/* Events of before a restore keep their names on a page of after it. A name that is none, or another event's, tells nothing. */
static void test_feed_restored(void)
{
    static const char *const wrong[] = {"18446744073709551614-7", "18446744073709551616-6", "1844674407370955161--6", "-1844674407370955161-6"};
    struct fb_event_row row[3] = {row_of(5), row_of(6), row_of(7)};
    struct fb_feed_page page = {FB_REASON_NONE, 3, 8, 9, 3, row}, out;
    row[0].epoch = 12;
    row[1].epoch = UINT64_MAX - 1;
    struct fb_span p = open_frame(fb_encode_feed_page(&page, frame, sizeof frame), FB_FRAME_FEED_PAGE);
    CU_ASSERT_EQUAL(fb_decode_feed_page(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT_EQUAL_FATAL(out.n, 3);
    CU_ASSERT(out.epoch == 3 && out.row[2].epoch == 0);
    for (unsigned i = 0; i < 3; i++)
        CU_ASSERT_TRUE(same_row(&out.row[i], &row[i]));
    char *name = memmem(frame, sizeof frame, "18446744073709551614-6", 22);
    CU_ASSERT_PTR_NOT_NULL_FATAL(name);
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(name, wrong[i], 22);
        fb_arena_reset(&arena);
        CU_ASSERT_EQUAL(fb_decode_feed_page(p, &arena, &out), FB_REASON_NONE);
        CU_ASSERT(out.n == 3 && out.row[1].epoch == 0 && out.row[0].epoch == 12);
    }
}

/* A page of an engine that is newer than whoever reads it. */
static void test_feed_newer(void)
{
    struct fb_event_row row[4] = {row_of(5), row_of(6), row_of(7), row_of(8)};
    struct fb_feed_page page = {FB_REASON_NONE, 3, 8, 9, 4, row}, out;
    row[0].event.kind = (enum fb_event_kind)200;
    row[0].type = fb_span_of("ward.closed");
    row[1].event.kind = (enum fb_event_kind)70000; /* more than an event of today can be stored with */
    row[1].type = fb_span_of("spend.posted");      /* which means another kind here */
    row[2].event.kind = (enum fb_event_kind)FB_EVENT_END;
    row[2].type = fb_span_of("Not a word");
    row[3].event.severity = FB_SEVERITY_END;
    row[3].event.cause = 99;
    struct fb_span p = open_frame(fb_encode_feed_page(&page, frame, sizeof frame), FB_FRAME_FEED_PAGE);
    CU_ASSERT_EQUAL(fb_decode_feed_page(p, &arena, &out), FB_REASON_NONE);
    CU_ASSERT_EQUAL_FATAL(out.n, 4);
    CU_ASSERT(same_row(&out.row[0], &row[0]) && out.row[0].event.kind == 200 && fb_span_is(fb_event_type(&out.row[0]), "ward.closed"));
    CU_ASSERT(same_row(&out.row[1], &row[1]) && fb_span_is(fb_event_type(&out.row[1]), "fairbank.unknown.70000"));
    char named[32];
    snprintf(named, sizeof named, "fairbank.unknown.%d", FB_EVENT_END);
    CU_ASSERT_TRUE(fb_span_is(out.row[2].type, named));
    CU_ASSERT(out.row[3].event.severity == FB_SEVERITY_NONE && out.row[3].event.cause == FB_CAUSE_NONE && out.row[3].event.pence == 999);
    CU_ASSERT(out.row[3].type.n == 0 && fb_span_is(fb_event_type(&out.row[3]), "ratecap.breached"));
    row[0].event.kind = FB_EVENT_NONE; /* none at all is no event */
    p = open_frame(fb_encode_feed_page(&page, frame, sizeof frame), FB_FRAME_FEED_PAGE);
    CU_ASSERT_EQUAL(fb_decode_feed_page(p, &arena, &out), FB_REASON_FIELD_MISSING);
    /* What is asked for must be known: an older engine could only answer that there is nothing. */
    p = (struct fb_span){"\x28\xC8\x01", 3};
    struct fb_feed_ask ask;
    CU_ASSERT_EQUAL(fb_decode_feed_ask(p, &arena, &ask, &place), FB_REASON_FIELD_WORD);
}

static void test_feed_ack(void)
{
    struct fb_feed_ack a = {fb_span_of("finance"), 0, 0}, out;
    struct fb_span p = open_frame(fb_encode_feed_ack(&a, frame, sizeof frame), FB_FRAME_FEED_ACK);
    CU_ASSERT_EQUAL(fb_decode_feed_ack(p, &arena, &out, &place), FB_REASON_NONE);
    CU_ASSERT(fb_span_eq(out.cursor, a.cursor) && out.epoch == 0 && out.seq == 0);
    p.n -= 2; /* without its position */
    CU_ASSERT_EQUAL(fb_decode_feed_ack(p, &arena, &out, &place), FB_REASON_FIELD_MISSING);
    CU_ASSERT_STRING_EQUAL(place, "feed_ack.seq");
}

static void test_tick(void)
{
    struct fb_event_row row = row_of(11), out;
    uint64_t epoch, head;
    bool has;
    struct fb_span p = open_frame(fb_encode_tick(4, 11, &row, frame, sizeof frame), FB_FRAME_TICK);
    CU_ASSERT_EQUAL(fb_decode_tick(p, &arena, &epoch, &head, &out, &has), FB_REASON_NONE);
    CU_ASSERT(epoch == 4 && head == 11 && has && same_row(&row, &out));
    CU_ASSERT_TRUE(holds(p, "4-11"));
    p = open_frame(fb_encode_tick(4, 0, NULL, frame, sizeof frame), FB_FRAME_TICK);
    CU_ASSERT_EQUAL(fb_decode_tick(p, &arena, &epoch, &head, &out, &has), FB_REASON_NONE);
    CU_ASSERT(epoch == 4 && head == 0 && !has);
}

CU_TestInfo suite_wire_feed[] = {
    {"a request to the feed comes back as it was sent", test_feed_ask},
    {"a page of events carries them whole, with the attributes of CloudEvents", test_feed_page},
    {"events of before a restore keep their names", test_feed_restored},
    {"a page of a newer engine is read: a kind that is not known keeps its number and name", test_feed_newer},
    {"an acknowledgement says how far, from the very beginning on", test_feed_ack},
    {"a tick is an event or the heartbeat", test_tick},
    CU_TEST_INFO_NULL};
