#include "engine/base/prng.h"
#include "engine/core/trace.h"
#include "tests/lib/golden.h"
#include "tests/lib/old_traces.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <stdlib.h>
#include <string.h>

static unsigned char memory[1 << 14];
static struct fb_decision decision;
static struct fb_effects effects;

static struct fb_span decide(struct fb_test_view *v)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(fb_test_rule_book(), &v->view, NULL, &arena, &decision, &effects),
                          FB_OK);
    return decision.trace;
}

static void night_over_ceiling(struct fb_test_view *v)
{
    fb_test_view(v, FB_ROUTE_AGENCY, "5", "2026-03-28T19:30", "2026-03-29T08:00", 30);
    fb_test_charge(&v->booking[0].as.booking, "44.00", "4.255");
    fb_test_framework(v, "NHSE-1", "2025-01-01", "2027-01-01");
}

static void test_what_is_kept(void)
{
    struct fb_test_view v;
    struct fb_trace t;
    night_over_ceiling(&v);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&t, decide(&v)), FB_OK);
    CU_ASSERT_EQUAL(t.issue, 4);
    CU_ASSERT_EQUAL(t.decide_version, FB_DECIDE_VERSION);
    CU_ASSERT_EQUAL(t.day, fb_day_of(2026, 3, 28));
    /* The clocks go forward: eleven and a half hours, less half an hour; Saturday until midnight, then
     * Sunday. */
    CU_ASSERT_EQUAL(t.minutes[FB_TEST_PLAIN], 0);
    CU_ASSERT_EQUAL(t.minutes[FB_TEST_UNSOCIAL], 270);
    CU_ASSERT_EQUAL(t.minutes[FB_TEST_PREMIUM], 390);
    CU_ASSERT_EQUAL(t.charge_hour_e4[FB_TEST_PLAIN], FB_ABSENT);
    CU_ASSERT_EQUAL(t.charge_hour_e4[FB_TEST_PREMIUM], 482550);
    CU_ASSERT_EQUAL(t.cap_hour_e4[FB_TEST_UNSOCIAL], 389200);
    CU_ASSERT_TRUE(fb_fact_known(&t.facts, FB_FACT_ON_FRAMEWORK));
    CU_ASSERT_TRUE(fb_fact_known(&t.facts, FB_FACT_GRADE));
    CU_ASSERT_FALSE(fb_fact_known(&t.facts, FB_FACT_CASCADED_TO_BANK)); /* read, and not known */
    CU_ASSERT_FALSE(fb_fact_known(&t.facts, FB_FACT_HIRER));            /* known, and not read */
}

static void test_golden_bytes(void)
{
    struct fb_test_view v;
    char hex[4 * FB_TRACE_BYTES_MAX];
    night_over_ceiling(&v);
    struct fb_span bytes = decide(&v);
    size_t n = fb_golden_hex(hex, sizeof hex, bytes.p, bytes.n);
    CU_ASSERT_TRUE(fb_golden("trace_agency_night.hex", hex, n));
    fb_test_view(&v, FB_ROUTE_BANK, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    bytes = decide(&v);
    n = fb_golden_hex(hex, sizeof hex, bytes.p, bytes.n);
    CU_ASSERT_TRUE(fb_golden("trace_bank_day.hex", hex, n));
}

static int64_t any_number(struct fb_prng *r)
{
    unsigned shift = (unsigned)fb_prng_below(r, 64);
    int64_t v = (int64_t)(fb_prng_next(r) >> shift);
    return fb_prng_below(r, 4) == 0 ? -v - 1 : v;
}

static int64_t any_rate(struct fb_prng *r)
{
    if (fb_prng_below(r, 5) == 0)
        return FB_ABSENT;
    int64_t v = (int64_t)fb_prng_below(r, FB_RATE_E4_MAX);
    return fb_prng_below(r, 2) == 0 ? v / 100 * 100 : v;
}

static uint16_t any_row(struct fb_prng *r)
{
    return fb_prng_below(r, 3) == 0 ? FB_NO_ROW : (uint16_t)fb_prng_below(r, FB_NO_ROW);
}

static bool often(struct fb_prng *r)
{
    return fb_prng_below(r, 2) == 0;
}

/* What a plain shift has none of: each part there or not, whatever the others. */
static void any_besides(struct fb_prng *r, struct fb_trace *t)
{
    t->unit = often(r) ? FB_UNIT_HOUR : (uint8_t)(1 + fb_prng_below(r, FB_UNIT_END - 1));
    t->zone = often(r) ? 0 : (uint8_t)(1 + fb_prng_below(r, FB_ZONES_MAX));
    t->zone_row = t->zone == 0 ? FB_NO_ROW : any_row(r);
    t->supplement_origin = any_row(r), t->adoption = any_row(r), t->lapsed = any_row(r), t->weak_origin = any_row(r);
    t->supplement_pence = often(r) ? 0 : any_number(r);
    t->each_pence = often(r) ? 0 : any_number(r);
    t->limited = often(r), t->vat_unsettled = often(r);
    t->vat_origin = t->vat_unsettled ? any_row(r) : FB_NO_ROW;
    t->loaded_lack = often(r) ? FB_LACK_NOTHING : (uint8_t)fb_prng_below(r, FB_LACK_END);
    t->loaded_pence = FB_ABSENT;
    if (often(r))
        return;
    t->loaded_pence = any_number(r);
    t->loaded_lower_bound = often(r);
    t->loaded_parts = (uint16_t)(fb_prng_below(r, 1u << 7) << FB_PART_WTD_HOLIDAY);
}

static void any_trace(struct fb_prng *r, struct fb_trace *t)
{
    memset(t, 0, sizeof *t);
    t->issue = (uint32_t)any_number(r);
    t->decide_version = (uint32_t)any_number(r);
    t->day = (fb_day)any_number(r);
    t->assumed_bank_only = fb_prng_below(r, 2) == 0;
    t->lower_bound = fb_prng_below(r, 2) == 0;
    t->card_lack = (uint8_t)fb_prng_below(r, FB_LACK_END);
    t->charge_lack = (uint8_t)fb_prng_below(r, FB_LACK_END);
    t->cap_lack = (uint8_t)fb_prng_below(r, FB_LACK_END);
    t->card = any_row(r), t->rule_origin = any_row(r), t->point_origin = any_row(r);
    t->cap = any_row(r), t->cap_origin = any_row(r);
    t->card_pence = any_number(r), t->charge_pence = any_number(r), t->cap_pence = any_number(r);
    t->excess_pence = fb_prng_below(r, 2) == 0 ? FB_ABSENT : any_number(r);
    t->n_categories = (unsigned)fb_prng_below(r, FB_CATEGORIES_MAX + 1);
    for (unsigned c = 0; c < t->n_categories; c++) {
        t->minutes[c] = fb_prng_below(r, 2) == 0 ? 0 : (int32_t)fb_prng_below(r, INT32_MAX);
        t->charge_hour_e4[c] = t->minutes[c] == 0 ? FB_ABSENT : any_rate(r);
        t->cap_hour_e4[c] = t->minutes[c] == 0 ? FB_ABSENT : any_rate(r);
        t->card_hour_e4[c] = t->minutes[c] == 0 ? FB_ABSENT : any_rate(r);
    }
    any_besides(r, t);
    t->facts.known.w[0] = fb_prng_next(r);
    t->facts.known.w[1] = fb_prng_next(r) & (((uint64_t)1 << (FB_FACT_COUNT - 64)) - 1);
    for (unsigned i = 0; i < FB_FACT_WORDS; i++) {
        bool bounds = fb_prng_below(r, 3) == 0;
        t->facts.at_least.w[i] = bounds ? fb_prng_next(r) & t->facts.known.w[i] : 0;
        t->facts.at_most.w[i] = bounds ? fb_prng_next(r) & t->facts.known.w[i] & ~t->facts.at_least.w[i] : 0;
    }
    for (unsigned i = 0; i < FB_FACT_COUNT; i++)
        if (fb_fact_known(&t->facts, (enum fb_fact)i))
            t->facts.value[i] = any_number(r);
}

static void check_same(const struct fb_trace *a, const struct fb_trace *b)
{
    CU_ASSERT(a->issue == b->issue && a->decide_version == b->decide_version && a->day == b->day);
    CU_ASSERT(a->assumed_bank_only == b->assumed_bank_only && a->lower_bound == b->lower_bound);
    CU_ASSERT(a->card_lack == b->card_lack && a->charge_lack == b->charge_lack && a->cap_lack == b->cap_lack);
    CU_ASSERT(a->card == b->card && a->rule_origin == b->rule_origin && a->point_origin == b->point_origin);
    CU_ASSERT(a->cap == b->cap && a->cap_origin == b->cap_origin);
    CU_ASSERT(a->card_pence == b->card_pence && a->charge_pence == b->charge_pence);
    CU_ASSERT(a->cap_pence == b->cap_pence && a->excess_pence == b->excess_pence);
    CU_ASSERT_EQUAL(a->n_categories, b->n_categories);
    CU_ASSERT_EQUAL(memcmp(a->minutes, b->minutes, sizeof a->minutes), 0);
    CU_ASSERT_EQUAL(memcmp(a->charge_hour_e4, b->charge_hour_e4, sizeof a->charge_hour_e4), 0);
    CU_ASSERT_EQUAL(memcmp(a->cap_hour_e4, b->cap_hour_e4, sizeof a->cap_hour_e4), 0);
    CU_ASSERT_EQUAL(memcmp(a->card_hour_e4, b->card_hour_e4, sizeof a->card_hour_e4), 0);
    CU_ASSERT_EQUAL(memcmp(&a->facts, &b->facts, sizeof a->facts), 0);
    CU_ASSERT(a->limited == b->limited && a->unit == b->unit && a->zone == b->zone && a->zone_row == b->zone_row);
    CU_ASSERT(a->supplement_origin == b->supplement_origin && a->supplement_pence == b->supplement_pence);
    CU_ASSERT(a->adoption == b->adoption && a->lapsed == b->lapsed && a->each_pence == b->each_pence);
    CU_ASSERT(a->loaded_pence == b->loaded_pence && a->loaded_parts == b->loaded_parts);
    CU_ASSERT(a->loaded_lack == b->loaded_lack && a->loaded_lower_bound == b->loaded_lower_bound);
    CU_ASSERT(a->vat_unsettled == b->vat_unsettled && a->vat_origin == b->vat_origin);
    CU_ASSERT_EQUAL(a->weak_origin, b->weak_origin);
}

/* Stores hold traces of version 1: a bank day, as it was written then. */
static void test_version_1_is_still_read(void)
{
    static const unsigned char bank[] = {0x01, 0x04, 0x01, 0xe6, 0xc0, 0x02, 0x08, 0x05, 0x07, 0x00, 0x04, 0x38, 0x01,
                                         0x8e, 0xc1, 0x02, 0x03, 0x01, 0xd0, 0x05, 0x01, 0x01, 0x03, 0xe2, 0x1a, 0x00};
    struct fb_trace t;
    unsigned char bytes[sizeof bank];
    memcpy(bytes, bank, sizeof bank);
    enum fb_err err = fb_trace_unpack(&t, (struct fb_span){(char *)bytes, (uint32_t)(sizeof bank)});
    CU_ASSERT_EQUAL_FATAL(err, FB_OK);
    CU_ASSERT_EQUAL(t.card_pence, 20551);
    CU_ASSERT_EQUAL(t.card_hour_e4[FB_TEST_PLAIN], 171300);
    CU_ASSERT(t.loaded_pence == FB_ABSENT && t.adoption == FB_NO_ROW && t.unit == FB_UNIT_HOUR && t.zone == 0);
    bytes[6] = 64; /* a flag that version 1 did not have */
    CU_ASSERT_EQUAL(fb_trace_unpack(&t, (struct fb_span){(char *)bytes, (uint32_t)(sizeof bank)}), FB_REFUSED);
}

/* And of version 2: the same day, with one word of facts and no bounds. */
static void test_version_2_is_still_read(void)
{
    static const unsigned char bank[] = {0x02, 0x04, 0x01, 0xe6, 0xc0, 0x02, 0x08, 0x05, 0x87, 0x00, 0x04, 0x38,
                                         0x01, 0x8e, 0xc1, 0x02, 0x03, 0x01, 0xd0, 0x05, 0x03, 0xe2, 0x1a, 0x00};
    struct fb_trace t;
    unsigned char bytes[sizeof bank + 1];
    memcpy(bytes, bank, sizeof bank);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&t, (struct fb_span){(char *)bytes, (uint32_t)(sizeof bank)}), FB_OK);
    CU_ASSERT_EQUAL(t.card_pence, 20551);
    CU_ASSERT_EQUAL(t.card_hour_e4[FB_TEST_PLAIN], 171300);
    CU_ASSERT(t.facts.known.w[1] == 0 && t.facts.at_least.w[0] == 0 && t.facts.at_most.w[0] == 0);
    bytes[sizeof bank - 1] = 1; /* the route is known: it follows */
    bytes[sizeof bank] = 4;
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&t, (struct fb_span){(char *)bytes, (uint32_t)(sizeof bytes)}), FB_OK);
    CU_ASSERT(fb_fact_known(&t.facts, FB_FACT_ROUTE) && t.facts.value[FB_FACT_ROUTE] == FB_ROUTE_BANK);
    bytes[0] = 3; /* version 3 has more behind it */
    CU_ASSERT_EQUAL(fb_trace_unpack(&t, (struct fb_span){(char *)bytes, (uint32_t)(sizeof bytes)}), FB_REFUSED);
}

/* And of version 3: the night over the ceiling, which says what it says today. */
static void test_version_3_is_still_read(void)
{
    static const unsigned char night[] = {
        0x03, 0x04, 0x03, 0xf8, 0xc0, 0x02, 0x00, 0xff, 0x00, 0x04, 0x38, 0x02, 0x18, 0x0f, 0xea, 0xb2,
        0x03, 0xb2, 0xbd, 0x06, 0x92, 0xf8, 0x05, 0xa0, 0x45, 0x03, 0x06, 0x8e, 0x02, 0x86, 0x03, 0x0c,
        0xec, 0xf3, 0x3a, 0x00, 0x0d, 0xe8, 0x3c, 0x84, 0x0e, 0x0d, 0xe4, 0x22, 0x84, 0x08, 0x86, 0x8d,
        0x4e, 0x00, 0x00, 0x06, 0x35, 0xc4, 0xb2, 0x03, 0x00, 0x02, 0x00, 0x00, 0x00, 0xbc, 0x25};
    struct fb_test_view v;
    struct fb_trace t, now;
    unsigned char bytes[FB_TRACE_BYTES_MAX];
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&t, (struct fb_span){(const char *)night, (uint32_t)(sizeof night)}), FB_OK);
    night_over_ceiling(&v);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&now, decide(&v)), FB_OK);
    CU_ASSERT_EQUAL(t.decide_version, 3);
    t.decide_version = now.decide_version;
    check_same(&t, &now);
    for (uint32_t n = 0; n < sizeof night; n++)
        CU_ASSERT_EQUAL(fb_trace_unpack(&t, (struct fb_span){(const char *)night, n}), FB_REFUSED);
    size_t n = fb_trace_pack(&now, bytes, sizeof bytes);
    CU_ASSERT(n > 0 && bytes[0] == FB_TRACE_VERSION);
}

/* Whatever is wider than its bytes makes all of it stand in the list, and comes back; to the last value that is not. */
static void test_wide_numbers(void)
{
    static const struct {
        enum fb_fact fact;
        int64_t last, wide;
    } rows[] = {{FB_FACT_ROUTE, 255, 256},
                {FB_FACT_ROUTE, 0, -1},
                {FB_FACT_LEAD_MINUTES, (1 << 23) - 1, 1 << 23},
                {FB_FACT_LEAD_MINUTES, -(1 << 23), -(1 << 23) - 1},
                {FB_FACT_HIRER, (int64_t)0x4142434445000000, (int64_t)0x4142434445460000}};
    struct fb_trace t, back;
    unsigned char bytes[FB_TRACE_BYTES_MAX];
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (unsigned wide = 0; wide < 2; wide++) {
            memset(&t, 0, sizeof t);
            t.unit = FB_UNIT_HOUR;
            fb_fact_set(&t.facts, rows[i].fact, wide ? rows[i].wide : rows[i].last);
            size_t n = fb_trace_pack(&t, bytes, sizeof bytes);
            CU_ASSERT_EQUAL((bytes[3] & 128) != 0, wide != 0);
            CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
            CU_ASSERT_EQUAL(back.facts.value[rows[i].fact], t.facts.value[rows[i].fact]);
        }
}

/* A fact is a bound of one kind, and only a fact that is known is one. */
static void test_bounds(void)
{
    struct fb_test_view v;
    struct fb_trace t, back;
    unsigned char bytes[FB_TRACE_BYTES_MAX];
    night_over_ceiling(&v);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&t, decide(&v)), FB_OK);
    fb_fact_set_at_least(&t.facts, FB_FACT_WEEK_MINUTES, 3000);
    fb_fact_set_at_most(&t.facts, FB_FACT_REST_BEFORE_MINUTES, 659);
    size_t n = fb_trace_pack(&t, bytes, sizeof bytes);
    CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT(fb_fact_in(&back.facts.at_least, FB_FACT_WEEK_MINUTES) && !fb_fact_in(&back.facts.at_most, FB_FACT_WEEK_MINUTES));
    CU_ASSERT(fb_fact_in(&back.facts.at_most, FB_FACT_REST_BEFORE_MINUTES) && back.facts.value[FB_FACT_REST_BEFORE_MINUTES] == 659);
    CU_ASSERT_FALSE(fb_fact_in(&back.facts.at_least, FB_FACT_ON_FRAMEWORK));
    fb_fact_add(&t.facts.at_most, FB_FACT_WEEK_MINUTES); /* of both kinds */
    n = fb_trace_pack(&t, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_REFUSED);
    t.facts.at_most = (struct fb_fact_bits){{0}};
    fb_fact_add(&t.facts.at_most, FB_FACT_REST_AFTER_MINUTES); /* not known */
    n = fb_trace_pack(&t, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_REFUSED);
}

static void test_round_trip(void)
{
    struct fb_prng r;
    struct fb_trace t, back;
    unsigned char bytes[2048];
    fb_prng_init(&r, 11);
    for (unsigned i = 0; i < 2000; i++) {
        any_trace(&r, &t);
        size_t n = fb_trace_pack(&t, bytes, sizeof bytes);
        CU_ASSERT_FATAL(n > 0);
        CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
        check_same(&t, &back);
        CU_ASSERT_EQUAL(fb_trace_pack(&t, bytes, n - 1), 0);
    }
}

/* Every part of the older forms, there or not, whatever the others. */
static void test_whatever_was_written_is_still_read(void)
{
    struct fb_prng r;
    struct fb_trace t, back;
    unsigned char bytes[4096];
    fb_prng_init(&r, 12);
    for (unsigned i = 0; i < 3000; i++) {
        unsigned version = 1 + i % 3;
        any_trace(&r, &t);
        fb_test_trace_said(&t, version);
        size_t n = fb_test_trace_old(&t, version, bytes, sizeof bytes);
        CU_ASSERT_FATAL(n > 0);
        CU_ASSERT_EQUAL_FATAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
        check_same(&t, &back);
        CU_ASSERT_EQUAL(fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n - 1}), FB_REFUSED);
    }
}

/* A byte that turned: it is refused, or it is a trace whose every index can be looked up. */
static void test_turned_bytes_of_old_traces(void)
{
    struct fb_prng r;
    struct fb_trace t, back;
    unsigned char bytes[4096];
    unsigned refused = 0;
    fb_prng_init(&r, 13);
    for (unsigned i = 0; i < 60000; i++) {
        any_trace(&r, &t);
        fb_test_trace_said(&t, 1 + i % 3);
        size_t n = fb_test_trace_old(&t, 1 + i % 3, bytes, sizeof bytes), at = 1 + fb_prng_below(&r, n < 80 ? n - 1 : 80);
        bytes[at] = (unsigned char)(often(&r) ? 255 : fb_prng_below(&r, 256));
        enum fb_err err = fb_trace_unpack(&back, (struct fb_span){(char *)bytes, (uint32_t)n});
        refused += err == FB_REFUSED;
        CU_ASSERT_FATAL(err == FB_REFUSED || (back.n_categories <= FB_CATEGORIES_MAX && back.card_lack < FB_LACK_END && back.charge_lack < FB_LACK_END &&
                                              back.cap_lack < FB_LACK_END && back.loaded_lack < FB_LACK_END && fb_unit_known(back.unit)));
    }
    CU_ASSERT(refused > 1000 && refused < 60000);
}

static void test_damage(void)
{
    struct fb_test_view v;
    struct fb_trace t;
    unsigned char bytes[FB_TRACE_BYTES_MAX + 1];
    night_over_ceiling(&v);
    struct fb_span whole = decide(&v);
    memcpy(bytes, whole.p, whole.n);
    for (uint32_t n = 0; n < whole.n; n++)
        CU_ASSERT_EQUAL(fb_trace_unpack(&t, (struct fb_span){(char *)bytes, n}), FB_REFUSED);
    bytes[whole.n] = 0;
    CU_ASSERT_EQUAL(fb_trace_unpack(&t, (struct fb_span){(char *)bytes, whole.n + 1}), FB_REFUSED);
    bytes[0] = FB_TRACE_VERSION + 1;
    CU_ASSERT_EQUAL(fb_trace_unpack(&t, (struct fb_span){(char *)bytes, whole.n}), FB_REFUSED);
}

static int compare_sizes(const void *a, const void *b)
{
    return (int)*(const uint32_t *)a - (int)*(const uint32_t *)b;
}

/* Day, night, Saturday and Sunday night, four bands, a third through agencies: the mix that a ward sends. */
static void any_shift(struct fb_test_view *v, unsigned i)
{
    static const char *const times[4][2] = {{"2026-03-19T07:30", "2026-03-19T20:00"},
                                            {"2026-03-19T19:30", "2026-03-20T08:00"},
                                            {"2026-03-21T07:30", "2026-03-21T20:00"},
                                            {"2026-03-22T19:30", "2026-03-23T08:00"}};
    static const char *const bands[4] = {"2", "5", "6", "3"};
    bool agency = i % 3 == 0;
    fb_test_view(v, agency ? FB_ROUTE_AGENCY : FB_ROUTE_BANK, bands[i / 4 % 4], times[i % 4][0],
                 times[i % 4][1], 30);
    if (i % 5 != 0 || agency)
        fb_test_charge(&v->booking[0].as.booking, agency ? "35.00" : "17.69", "3.10");
    fb_test_vacancy(v);
    fb_test_cascade(v, FB_TIER_BANK, "2026-03-02T09:00");
    fb_test_cascade(v, FB_TIER_AGENCY, "2026-03-04T09:00");
}

static void test_median(void)
{
    enum { SHIFTS = 48, MEDIAN_BYTES_MAX = 128 };
    static uint32_t agency[SHIFTS], all[SHIFTS];
    unsigned n_agency = 0;
    struct fb_test_view v;
    for (unsigned i = 0; i < SHIFTS; i++) {
        any_shift(&v, i);
        all[i] = decide(&v).n;
        if (v.booking[0].as.booking.route == FB_ROUTE_AGENCY)
            agency[n_agency++] = all[i];
    }
    qsort(all, SHIFTS, sizeof all[0], compare_sizes);
    qsort(agency, n_agency, sizeof agency[0], compare_sizes);
    CU_ASSERT(all[SHIFTS / 2] <= MEDIAN_BYTES_MAX);
    CU_ASSERT(agency[n_agency / 2] <= MEDIAN_BYTES_MAX);
}

CU_TestInfo suite_trace[] = {{"a trace keeps what the rules read and what was compared", test_what_is_kept},
                             {"the bytes of version 4 do not drift", test_golden_bytes},
                             {"version 1 is still read", test_version_1_is_still_read},
                             {"version 2 is still read", test_version_2_is_still_read},
                             {"version 3 is still read, and says the same", test_version_3_is_still_read},
                             {"what is wider than its bytes comes back as well", test_wide_numbers},
                             {"a bound stays a bound, of one kind", test_bounds},
                             {"whatever is packed comes back", test_round_trip},
                             {"whatever versions 1 to 3 wrote is still read", test_whatever_was_written_is_still_read},
                             {"a byte of theirs that turned is refused, or says what can be", test_turned_bytes_of_old_traces},
                             {"cut, lengthened or foreign bytes are refused", test_damage},
                             {"the median trace is at most 128 bytes", test_median},
                             CU_TEST_INFO_NULL};
