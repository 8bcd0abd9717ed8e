#include "engine/base/prng.h"
#include "engine/wire/wire.h"
#include "tests/lib/frames.h"
#include "tests/lib/suite.h"
#include "tests/lib/wire_records.h"
#include <string.h>

/* Records there and back, the digest, and bytes that are not what was sent. */
static unsigned char texts_memory[1 << 18], memory[1 << 18], frame[FB_MESSAGE_BYTES_MAX];
static struct fb_arena texts, arena;
static struct fb_record sent, got;

static void fresh(void)
{
    fb_arena_init(&texts, texts_memory, sizeof texts_memory);
    fb_arena_init(&arena, memory, sizeof memory);
}

static enum fb_reason decode(size_t n, struct fb_record *out, struct fb_span *body, const char **field)
{
    struct fb_span payload = fb_test_payload(frame, n, FB_FRAME_PUBLISH);
    fb_arena_reset(&arena);
    /* What was there before must not show through. */
    memset(out, 0xA5, sizeof *out);
    return fb_decode_publish(payload, &arena, out, body, field);
}

static void test_there_and_back(void)
{
    struct fb_prng r;
    fresh();
    fb_prng_init(&r, 20260316);
    for (int i = 0; i < 3000; i++) {
        enum fb_kind kind = fb_test_kind((unsigned)i);
        struct fb_span body;
        const char *field = NULL;
        fb_arena_reset(&texts);
        fb_test_draw_record(&r, &texts, kind, &sent);
        size_t n = fb_encode_publish(&sent, frame, sizeof frame);
        CU_ASSERT_FATAL(n > 0);
        CU_ASSERT_EQUAL_FATAL(decode(n, &got, &body, &field), FB_REASON_NONE);
        CU_ASSERT_PTR_NULL(field);
        memcpy(sent.digest, got.digest, sizeof sent.digest);
        CU_ASSERT_TRUE_FATAL(fb_test_same_record(&sent, &got));
        /* A frame one byte too small is no frame, and nothing is written past it. */
        unsigned char last = frame[n - 1];
        frame[n - 1] = 0x5A;
        CU_ASSERT_EQUAL(fb_encode_publish(&sent, frame, n - 1), 0);
        CU_ASSERT_EQUAL(frame[n - 1], 0x5A);
        frame[n - 1] = last;
    }
}

/* What was refused is sent again by its envelope and its body's bytes: the same message, with the same digest. */
static void test_kept_body(void)
{
    struct fb_prng r;
    fresh();
    fb_prng_init(&r, 99);
    for (int i = 0; i < 400; i++) {
        static char texts_kept[FB_BODY_BYTES_MAX];
            struct fb_span body;
        const char *field;
        static struct fb_record again;
        fb_arena_reset(&texts);
        fb_test_draw_record(&r, &texts, fb_test_kind((unsigned)i), &sent);
        size_t n = fb_encode_publish(&sent, frame, sizeof frame);
        CU_ASSERT_EQUAL_FATAL(decode(n, &got, &body, &field), FB_REASON_NONE);
        memcpy(texts_kept, body.p, body.n);
        body.p = texts_kept;
        unsigned char digest[16];
        memcpy(digest, got.digest, sizeof digest);
        CU_ASSERT_EQUAL(fb_encode_kept(&sent.env, body, frame, n - 1), 0);
        CU_ASSERT_EQUAL_FATAL(decode(fb_encode_kept(&sent.env, body, frame, sizeof frame), &again, &body, &field), FB_REASON_NONE);
        CU_ASSERT_EQUAL(memcmp(digest, again.digest, sizeof digest), 0);
        memcpy(sent.digest, digest, sizeof digest);
        CU_ASSERT_TRUE(fb_test_same_record(&sent, &again));
        CU_ASSERT(again.env.historic == sent.env.historic && again.env.source_seq == sent.env.source_seq);
    }
}

static void test_stored_body(void)
{
    struct fb_prng r;
    fresh();
    fb_prng_init(&r, 7);
    for (int i = 0; i < 400; i++) {
        static char kept[FB_BODY_BYTES_MAX];
        struct fb_span body;
        const char *field;
        static struct fb_record again;
        fb_arena_reset(&texts);
        fb_test_draw_record(&r, &texts, fb_test_kind((unsigned)i), &sent);
        CU_ASSERT_EQUAL_FATAL(decode(fb_encode_publish(&sent, frame, sizeof frame), &got, &body, &field),
                              FB_REASON_NONE);
        memcpy(kept, body.p, body.n);
        memset(&again, 0xA5, sizeof again);
        memcpy(again.digest, got.digest, sizeof again.digest);
        body.p = kept;
        CU_ASSERT_EQUAL_FATAL(fb_decode_body(&sent.env, body, &arena, &again, &field), FB_REASON_NONE);
        memcpy(sent.digest, got.digest, sizeof sent.digest);
        CU_ASSERT_TRUE_FATAL(fb_test_same_record(&sent, &again));
    }
}

static void digest_of(unsigned char out[16])
{
    struct fb_span body;
    const char *field;
    size_t n = fb_encode_publish(&sent, frame, sizeof frame);
    CU_ASSERT_EQUAL_FATAL(decode(n, &got, &body, &field), FB_REASON_NONE);
    memcpy(out, got.digest, 16);
}

static bool digest_is(const unsigned char first[16])
{
    unsigned char now[16];
    digest_of(now);
    return memcmp(now, first, 16) == 0;
}

static void test_digest(void)
{
    unsigned char first[16];
    fresh();
    fb_test_typical_booking(&sent);
    digest_of(first);
    struct fb_envelope env = sent.env;
    /* Who carried it, and which try it was, do not make it another message. */
    sent.env.source = fb_span_of("another");
    sent.env.message_id = fb_span_of("another");
    sent.env.batch_id = fb_span_of("another");
    sent.env.source_seq = 99;
    sent.env.historic = true; /* a backfill over what is held already finds duplicates, not conflicts */
    CU_ASSERT_TRUE(digest_is(first));
    sent.env = env;
    sent.env.record_ref = fb_span_of("B-00012346");
    CU_ASSERT_FALSE(digest_is(first));
    sent.env = env;
    sent.env.revision = FB_ABSENT;
    CU_ASSERT_FALSE(digest_is(first));
    sent.env = env;
    sent.env.occurred_ms++;
    CU_ASSERT_FALSE(digest_is(first));
    sent.env = env;
    sent.as.booking.shift.break_min = 31;
    CU_ASSERT_FALSE(digest_is(first));
}

/* The digest is stored for ever: these bytes may not change with a build or a library. */
static void test_digest_is_pinned(void)
{
    unsigned char digest[16];
    char hex[33];
    static const char digits[] = "0123456789abcdef";
    fresh();
    fb_test_typical_booking(&sent);
    digest_of(digest);
    for (int i = 0; i < 16; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[32] = '\0';
    CU_ASSERT_STRING_EQUAL(hex, "e7ea488a3005e1b15d373ff5ae4b8ab2");
}

static void test_instants_only(void)
{
    struct fb_span body;
    const char *field;
    fresh();
    fb_test_typical_booking(&sent);
    sent.as.booking.shift.start_local = sent.as.booking.shift.end_local = (struct fb_span){NULL, 0};
    CU_ASSERT_EQUAL_FATAL(decode(fb_encode_publish(&sent, frame, sizeof frame), &got, &body, &field),
                          FB_REASON_NONE);
    CU_ASSERT_TRUE(fb_span_is(got.as.booking.shift.start_local, "2026-03-16T19:30Z"));
    CU_ASSERT_TRUE(fb_span_is(got.as.booking.shift.end_local, "2026-03-17T08:00Z"));
    CU_ASSERT_EQUAL(got.as.booking.shift.time.start_min, sent.as.booking.shift.time.start_min);
    CU_ASSERT_EQUAL(got.as.booking.shift.time.end_min, sent.as.booking.shift.time.end_min);
}

static void test_rates_in_any_order(void)
{
    struct fb_span body;
    const char *field;
    fresh();
    fb_test_typical_booking(&sent);
    struct fb_rates *rates = &sent.as.booking.rates;
    rates->cell[1].part[FB_PART_LEVY] = 77;
    struct fb_rate_cell first = rates->cell[0];
    rates->cell[0] = rates->cell[2];
    rates->cell[2] = rates->cell[1];
    rates->cell[1] = first;
    CU_ASSERT_EQUAL_FATAL(decode(fb_encode_publish(&sent, frame, sizeof frame), &got, &body, &field),
                          FB_REASON_NONE);
    CU_ASSERT_EQUAL(got.as.booking.rates.cell[0].category, fb_code_of("plain"));
    CU_ASSERT_EQUAL(got.as.booking.rates.cell[1].category, fb_code_of("premium"));
    CU_ASSERT_EQUAL(got.as.booking.rates.cell[1].part[FB_PART_LEVY], 77);
    CU_ASSERT_EQUAL(got.as.booking.rates.cell[2].category, fb_code_of("unsocial"));
}

/* Cut anywhere: the bytes lie at the end of their own piece of memory, so that a reader that goes on is
 * caught. */
static void test_truncation(void)
{
    static unsigned char own[2048];
    fresh();
    fb_test_typical_booking(&sent);
    size_t n = fb_encode_publish(&sent, frame, sizeof frame);
    CU_ASSERT_FATAL(n > 0 && n <= sizeof own);
    for (size_t cut = 0; cut + 2 < n; cut++) {
        struct fb_span body, payload = {(const char *)own + sizeof own - cut, (uint32_t)cut};
        const char *field = NULL;
        memcpy(own + sizeof own - cut, frame + 2, cut);
        fb_arena_reset(&arena);
        CU_ASSERT_NOT_EQUAL(fb_decode_publish(payload, &arena, &got, &body, &field), FB_REASON_NONE);
    }
}

/* Whatever the bytes become: a reason, or a record that goes there and back. */
static void test_flips(void)
{
    struct fb_prng r;
    unsigned taken = 0, refused = 0;
    fresh();
    fb_prng_init(&r, 99);
    for (int i = 0; i < 6000; i++) {
        struct fb_span body;
        const char *field = NULL;
        static struct fb_record again;
        fb_arena_reset(&texts);
        fb_test_draw_record(&r, &texts, fb_test_kind((unsigned)i), &sent);
        size_t n = fb_encode_publish(&sent, frame, sizeof frame);
        for (uint64_t flips = 1 + fb_prng_below(&r, 3); flips > 0; flips--)
            frame[2 + fb_prng_below(&r, n - 2)] ^= (unsigned char)(1u << fb_prng_below(&r, 8));
        if (decode(n, &got, &body, &field) != FB_REASON_NONE) {
            refused++;
            continue;
        }
        taken++;
        static unsigned char second[1 << 18];
        struct fb_arena other;
        fb_arena_init(&other, second, sizeof second);
        n = fb_encode_publish(&got, frame, sizeof frame);
        CU_ASSERT_FATAL(n > 0);
        struct fb_span payload = {(const char *)frame + 2, (uint32_t)n - 2};
        CU_ASSERT_EQUAL_FATAL(fb_decode_publish(payload, &other, &again, &body, &field), FB_REASON_NONE);
        memcpy(again.digest, got.digest, sizeof again.digest);
        CU_ASSERT_TRUE_FATAL(fb_test_same_record(&got, &again));
        fb_arena_reset(&other);
    }
    CU_ASSERT(taken > 100 && refused > 100);
}

/* A full arena refuses at every size, and never goes past its end. */
static void test_small_arena(void)
{
    fresh();
    fb_test_typical_booking(&sent);
    size_t n = fb_encode_publish(&sent, frame, sizeof frame);
    struct fb_span body, payload = {(const char *)frame + 2, (uint32_t)n - 2};
    const char *field;
    size_t size = 0;
    enum fb_reason reason = FB_REASON_TOO_LONG;
    for (; size < sizeof memory && reason == FB_REASON_TOO_LONG; size += 16) {
        struct fb_arena small;
        fb_arena_init(&small, memory, size);
        reason = fb_decode_publish(payload, &small, &got, &body, &field);
    }
    CU_ASSERT_EQUAL(reason, FB_REASON_NONE);
    CU_ASSERT(size < 16384);
}

CU_TestInfo suite_wire_publish[] = {
    {"a record of any kind comes back as it was sent", test_there_and_back},
    {"a stored body gives the same record again", test_stored_body},
    {"what was kept of a message goes out again as the same message", test_kept_body},
    {"the digest covers what was said and not how it came", test_digest},
    {"the digest of a known booking is what it always was", test_digest_is_pinned},
    {"a shift known only by its instants is sent exact", test_instants_only},
    {"rates come back in order of category, whatever order they were sent in", test_rates_in_any_order},
    {"a message that is cut anywhere is refused", test_truncation},
    {"a message with flipped bits is refused, or a record that can be sent again", test_flips},
    {"an arena that is too small is a refusal at every size", test_small_arena},
    CU_TEST_INFO_NULL,
};
