#include "engine/base/prng.h"
#include "engine/core/record.h"
#include "tests/lib/suite.h"
#include <string.h>

/* ---- the order of versions ---- */
static int64_t pick(struct fb_prng *r)
{
    static const int64_t values[] = {FB_ABSENT, -1, 0, 1, INT64_MAX};
    return values[fb_prng_below(r, sizeof values / sizeof values[0])];
}

static struct fb_record random_version(struct fb_prng *r)
{
    struct fb_record v;
    memset(&v, 0, sizeof v);
    v.env.revision = pick(r);
    v.env.occurred_ms = pick(r);
    v.env.source_seq = pick(r);
    v.digest[0] = (unsigned char)(0x7F * fb_prng_below(r, 3));
    v.digest[15] = (unsigned char)fb_prng_below(r, 2);
    return v;
}

static bool same_version(const struct fb_record *a, const struct fb_record *b)
{
    return a->env.revision == b->env.revision && a->env.occurred_ms == b->env.occurred_ms &&
           a->env.source_seq == b->env.source_seq && memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

static int sign(int v)
{
    return (v > 0) - (v < 0);
}

static void test_versions_have_a_total_order(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 7);
    for (int i = 0; i < 30000; i++) {
        struct fb_record a = random_version(&r), b = random_version(&r), c = random_version(&r);
        int ab = fb_version_cmp(&a, &b), bc = fb_version_cmp(&b, &c), ac = fb_version_cmp(&a, &c);
        CU_ASSERT_EQUAL(sign(ab), -sign(fb_version_cmp(&b, &a)));
        CU_ASSERT_EQUAL(ab == 0, same_version(&a, &b));
        if (ab <= 0 && bc <= 0)
            CU_ASSERT(ac <= 0);
        if (ab < 0 && bc <= 0)
            CU_ASSERT(ac < 0);
    }
}

static void test_revision_outweighs_the_rest(void)
{
    struct fb_record old, new;
    memset(&old, 0, sizeof old);
    memset(&new, 0, sizeof new);
    old.env.occurred_ms = INT64_MAX;
    old.env.source_seq = INT64_MAX;
    memset(old.digest, 0xFF, sizeof old.digest);
    new.env.revision = 1;
    new.env.occurred_ms = new.env.source_seq = FB_ABSENT;
    CU_ASSERT(fb_version_cmp(&old, &new) < 0);
    old.env.revision = FB_ABSENT;
    new.env.revision = -5;
    CU_ASSERT(fb_version_cmp(&old, &new) < 0);
    new.env.revision = FB_ABSENT;
    CU_ASSERT(fb_version_cmp(&old, &new) > 0);
    new.env.occurred_ms = INT64_MAX;
    CU_ASSERT(fb_version_cmp(&old, &new) > 0);
    new.env.source_seq = INT64_MAX;
    CU_ASSERT(fb_version_cmp(&old, &new) > 0);
    memset(new.digest, 0xFF, sizeof new.digest);
    CU_ASSERT_EQUAL(fb_version_cmp(&old, &new), 0);
}

/* ---- links ---- */
static struct fb_record record_of(enum fb_kind kind, const char *source, const char *ref)
{
    struct fb_record r;
    memset(&r, 0, sizeof r);
    r.env.kind = kind;
    r.env.source = fb_span_of(source);
    r.env.record_ref = fb_span_of(ref);
    return r;
}

static struct fb_record booking_of(const char *source, const char *ref, const char *vacancy,
                                   const char *agency)
{
    struct fb_record r = record_of(FB_KIND_BOOKING, source, ref);
    r.as.booking.shift.hirer = fb_code_of("RTH");
    r.as.booking.shift.time = (struct fb_shift_time){1000, 1720, 0};
    r.as.booking.vacancy_ref = fb_span_of(vacancy);
    r.as.booking.agency = fb_span_of(agency);
    return r;
}

static void refer(struct fb_record *r, const char *system, const char *kind, const char *id)
{
    struct fb_booking *b = &r->as.booking;
    b->reference[b->n_references++] =
        (struct fb_reference){fb_span_of(system), fb_span_of(kind), fb_span_of(id)};
}

/* What the index would find: one of the hashes of that kind is in both. */
static bool meet(enum fb_link_kind kind, const struct fb_record *a, const struct fb_record *b)
{
    struct fb_link of_a[FB_LINKS_MAX], of_b[FB_LINKS_MAX];
    unsigned n = fb_record_links(a, of_a), m = fb_record_links(b, of_b);
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < m; j++)
            if (of_a[i].kind == kind && of_b[j].kind == kind && of_a[i].hash == of_b[j].hash)
                return true;
    return false;
}

/* The index and the texts agree, both ways round. */
static void check(enum fb_link_kind kind, const struct fb_record *a, const struct fb_record *b, bool linked)
{
    CU_ASSERT_EQUAL(fb_link_true(kind, a, b), linked);
    CU_ASSERT_EQUAL(fb_link_true(kind, b, a), linked);
    CU_ASSERT_EQUAL(meet(kind, a, b), linked);
}

static void test_a_shift_s_records_find_each_other(void)
{
    struct fb_record vacancy = record_of(FB_KIND_VACANCY, "optima", "V1");
    vacancy.as.vacancy.shift.hirer = fb_code_of("RTH");
    struct fb_record booking = booking_of("optima", "B1", "V1", "");
    struct fb_record cascade = record_of(FB_KIND_CASCADE, "optima", "C1");
    cascade.as.cascade.vacancy_ref = fb_span_of("V1");
    struct fb_record sheet = record_of(FB_KIND_TIMESHEET, "optima", "T1");
    sheet.as.timesheet.booking_ref = fb_span_of("B1");
    check(FB_LINK_VACANCY, &vacancy, &booking, true);
    check(FB_LINK_VACANCY, &vacancy, &cascade, true);
    check(FB_LINK_VACANCY, &booking, &cascade, true);
    check(FB_LINK_BOOKING, &booking, &sheet, true);
    check(FB_LINK_BOOKING, &vacancy, &sheet, false);
    struct fb_record elsewhere = booking_of("portal", "B1", "V1", "");
    check(FB_LINK_VACANCY, &vacancy, &elsewhere, false);
    check(FB_LINK_BOOKING, &elsewhere, &sheet, false);
    check(FB_LINK_ORG, &elsewhere, &vacancy, true);
}

/* One purchase order for three days is three shifts; the ends touch, and that is no overlap. */
static void test_references_of_many_days(void)
{
    struct fb_record a = booking_of("optima", "B1", "", ""), b = booking_of("portal", "P1", "", "");
    static const struct {
        int64_t start, end;
        bool linked;
    } rows[] = {{1000, 1720, true}, {1719, 2440, true}, {1720, 2440, false}, {280, 1000, false},
                {280, 1001, true},  {1200, 1210, true}, {2440, 3160, false}, {0, 9000, true}};
    refer(&a, "oracle", "purchase_order", "PO-1");
    refer(&b, "oracle", "purchase_order", "PO-1");
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        b.as.booking.shift.time = (struct fb_shift_time){rows[i].start, rows[i].end, 0};
        CU_ASSERT_EQUAL(fb_link_true(FB_LINK_REFERENCE, &a, &b), rows[i].linked);
        CU_ASSERT_EQUAL(fb_link_true(FB_LINK_REFERENCE, &b, &a), rows[i].linked);
    }
}

static void test_references_join_bookings_of_one_hirer(void)
{
    struct fb_record a = booking_of("roster", "1", "", ""), b = booking_of("portal", "2", "", "");
    for (int i = 0; i < 6; i++)
        refer(&a, "portal", "purchase_order", "PO-9");
    refer(&a, "healthroster", "request_id", "77");
    refer(&b, "healthroster", "request_id", "78");
    check(FB_LINK_REFERENCE, &a, &b, false);
    refer(&b, "healthroster", "request_id", "77");
    check(FB_LINK_REFERENCE, &a, &b, true);
    b.as.booking.shift.hirer = fb_code_of("RXQ");
    check(FB_LINK_REFERENCE, &a, &b, false);
    struct fb_record c = booking_of("third", "3", "", "");
    refer(&c, "healthrosterrequest_id", "", "77");
    check(FB_LINK_REFERENCE, &a, &c, false);
}

static void test_registers_are_shared_by_all_sources(void)
{
    struct fb_record agency = record_of(FB_KIND_AGENCY, "registers", "A1");
    agency.as.agency.code = fb_span_of("THORN");
    struct fb_record lot = record_of(FB_KIND_FRAMEWORK, "registers", "F1");
    lot.as.framework.agency = fb_span_of("THORN");
    struct fb_record booking = booking_of("optima", "B1", "", "THORN");
    struct fb_record trust = record_of(FB_KIND_ORGANISATION, "registers", "RTH");
    trust.as.organisation.ods = fb_code_of("RTH");
    check(FB_LINK_AGENCY, &agency, &lot, true);
    check(FB_LINK_AGENCY, &agency, &booking, true);
    check(FB_LINK_ORG, &trust, &booking, true);
    struct fb_record bank = booking_of("optima", "B2", "", "");
    struct fb_record nameless = record_of(FB_KIND_AGENCY, "registers", "A2");
    check(FB_LINK_AGENCY, &bank, &nameless, false);
    check(FB_LINK_ORG, &agency, &booking, false);
}

static void test_self_is_by_source_kind_and_reference(void)
{
    struct fb_record a = booking_of("optima", "B1", "", ""), b = booking_of("optima", "B1", "V7", "X");
    check(FB_LINK_SELF, &a, &b, true);
    b.env.source = fb_span_of("portal");
    check(FB_LINK_SELF, &a, &b, false);
    struct fb_record vacancy = record_of(FB_KIND_VACANCY, "optima", "B1");
    check(FB_LINK_SELF, &a, &vacancy, false);
    struct fb_record cut = record_of(FB_KIND_BOOKING, "optimaB", "1");
    check(FB_LINK_SELF, &a, &cut, false);
}

static void test_a_full_booking_has_all_its_links(void)
{
    struct fb_record r = booking_of("optima", "B1", "V1", "THORN");
    struct fb_link out[FB_LINKS_MAX];
    for (unsigned i = 0; i < FB_REFERENCES_MAX; i++)
        refer(&r, "s", "k", &"abcdefgh"[i]);
    CU_ASSERT_EQUAL(fb_record_links(&r, out), 6 + FB_REFERENCES_MAX);
    for (unsigned i = 0; i < 6 + FB_REFERENCES_MAX; i++)
        for (unsigned j = 0; j < i; j++)
            CU_ASSERT_NOT_EQUAL(out[i].hash, out[j].hash);
    struct fb_record budget = record_of(FB_KIND_BUDGET, "finance", "2026-04");
    CU_ASSERT_EQUAL(fb_record_links(&budget, out), 1);
    CU_ASSERT_EQUAL(out[0].kind, FB_LINK_SELF);
}

/* A booking that starts at noon of a local day. */
static struct fb_record booking_on(const char *ref, fb_day day)
{
    struct fb_record r = booking_of("optima", ref, "", "");
    r.as.booking.shift.time.start_min = ((int64_t)day * 24 + 12) * 60;
    r.as.booking.shift.time.end_min = r.as.booking.shift.time.start_min + 60;
    return r;
}

static struct fb_record approval_of(const char *trust, fb_day from, fb_day until)
{
    struct fb_record r = record_of(FB_KIND_APPROVAL, "portal", "A1");
    r.as.approval.hirer = fb_code_of(trust);
    r.as.approval.from = from;
    r.as.approval.until = until;
    r.as.approval.state = FB_APPROVAL_STATE_GRANTED;
    return r;
}

static void test_a_class_is_found_by_trust_and_month(void)
{
    struct fb_record a = approval_of("RTH", fb_day_of(2026, 1, 31), fb_day_of(2026, 4, 3));
    struct fb_link out[FB_LINKS_MAX];
    static const struct {
        int year;
        unsigned month, day;
        bool found;
    } days[] = {{2025, 12, 31, false}, {2026, 1, 1, true},  {2026, 2, 28, true}, {2026, 3, 1, true},
                {2026, 4, 30, true},   {2026, 5, 1, false}, {2027, 1, 31, false}};
    CU_ASSERT_EQUAL(fb_record_links(&a, out), 6);
    for (unsigned i = 0; i < sizeof days / sizeof days[0]; i++) {
        struct fb_record b = booking_on("B1", fb_day_of(days[i].year, days[i].month, days[i].day));
        check(FB_LINK_CLASS, &a, &b, days[i].found);
    }
    struct fb_record other = approval_of("RXQ", a.as.approval.from, a.as.approval.until);
    struct fb_record b = booking_on("B1", fb_day_of(2026, 2, 1));
    check(FB_LINK_CLASS, &other, &b, false);
    struct fb_record a_day = approval_of("RTH", fb_day_of(2026, 2, 28), fb_day_of(2026, 3, 1));
    CU_ASSERT_EQUAL(fb_record_links(&a_day, out), 3);
    struct fb_record quarter = approval_of("RTH", fb_day_of(2026, 1, 31), fb_day_of(2026, 5, 3)); /* 92 days */
    CU_ASSERT_EQUAL(fb_record_links(&quarter, out), 6);
    quarter.as.approval.state = FB_APPROVAL_STATE_WITHDRAWN; /* it answers nothing: no shift needs to find it */
    CU_ASSERT_EQUAL(fb_record_links(&quarter, out), 2);
}

static void test_an_approval_and_a_reply_name_their_booking(void)
{
    struct fb_record a = approval_of("RTH", fb_day_of(2026, 1, 1), fb_day_of(2026, 2, 1));
    struct fb_record reply = record_of(FB_KIND_REPLY, "portal", "R1"), b = booking_on("B1", fb_day_of(2026, 1, 5));
    a.as.approval.booking_source = reply.as.reply.booking_source = fb_span_of("optima");
    a.as.approval.booking_ref = reply.as.reply.booking_ref = fb_span_of("B1");
    check(FB_LINK_BOOKING, &a, &b, true);
    check(FB_LINK_BOOKING, &reply, &b, true);
    check(FB_LINK_CLASS, &a, &b, false); /* one of a booking is none of a class */
    b.env.source = fb_span_of("portal");
    check(FB_LINK_BOOKING, &a, &b, false);
    check(FB_LINK_BOOKING, &reply, &b, false);
}

CU_TestInfo suite_record[] = {
    {"an approval of a class is found by its trust and each month of its days", test_a_class_is_found_by_trust_and_month},
    {"an approval and a reply name their booking and its source", test_an_approval_and_a_reply_name_their_booking},
    {"versions have a total order", test_versions_have_a_total_order},
    {"revision outweighs time, time the stream, the stream the digest", test_revision_outweighs_the_rest},
    {"a shift's records of one source find each other", test_a_shift_s_records_find_each_other},
    {"a shared reference joins bookings of one hirer only", test_references_join_bookings_of_one_hirer},
    {"a shared reference joins bookings whose times overlap only", test_references_of_many_days},
    {"agencies and organisations are shared by all sources", test_registers_are_shared_by_all_sources},
    {"a record is itself by source, kind and reference", test_self_is_by_source_kind_and_reference},
    {"a full booking has all its links, each its own", test_a_full_booking_has_all_its_links},
    CU_TEST_INFO_NULL,
};
