#include "engine/base/bytes.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include "tests/lib/wire_records.h"
#include <sodium.h>
#include <string.h>

/* Pseudonyms out of bodies: what stays, what stands for them, and bytes that are no message. */
static unsigned char memory[3][1 << 18], frame[FB_MESSAGE_BYTES_MAX], bytes[4096];
static struct fb_arena texts, arena, other;
static struct fb_record sent, got, stored;
static struct fb_writer w;
static const unsigned char key[FB_WORKER_KEY_BYTES] = {1, 2, 3}, another[FB_WORKER_KEY_BYTES] = {1, 2, 4};

static void fresh(void)
{
    fb_arena_init(&texts, memory[0], sizeof memory[0]);
    fb_arena_init(&arena, memory[1], sizeof memory[1]);
    fb_arena_init(&other, memory[2], sizeof memory[2]);
}

static bool holds(struct fb_span in, struct fb_span what)
{
    for (uint32_t i = 0; what.n > 0 && i + what.n <= in.n; i++) {
        if (memcmp(in.p + i, what.p, what.n) == 0)
            return true;
    }
    return false;
}

static void put_text(unsigned field, const char *text)
{
    fb_put_varint(&w, field << 3 | 2u);
    fb_put_span(&w, fb_span_of(text));
}

static struct fb_span written(void)
{
    return (struct fb_span){(const char *)bytes, (uint32_t)w.n};
}

static struct fb_wire_blinded blind_of(enum fb_kind kind, struct fb_span body)
{
    struct fb_wire_blinded out;
    CU_ASSERT_EQUAL_FATAL(fb_blind_body(key, kind, body, &arena, &out), FB_OK);
    return out;
}

static bool same_who(const struct fb_wire_who *a, const struct fb_wire_who *b)
{
    return a->held == b->held && memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

static void forget_token(struct fb_record *r)
{
    if (r->env.kind == FB_KIND_BOOKING)
        r->as.booking.token = (struct fb_span){NULL, 0};
    if (r->env.kind == FB_KIND_WORKER)
        r->as.worker.token = r->as.worker.token_was = (struct fb_span){NULL, 0};
    if (r->env.kind == FB_KIND_WORKER_FACT)
        r->as.worker_fact.token = (struct fb_span){NULL, 0};
    if (r->env.kind == FB_KIND_SUBSTANTIVE_HOURS)
        r->as.hours.token = (struct fb_span){NULL, 0};
    if (r->env.kind == FB_KIND_ABSENCE)
        r->as.absence.token = (struct fb_span){NULL, 0};
}

static void test_the_rest_stays(void)
{
    struct fb_prng p;
    fb_prng_init(&p, 4);
    for (unsigned i = 0; i < 2000; i++) {
        struct fb_span body;
        const char *field;
        fresh();
        fb_test_draw_record(&p, &texts, fb_test_kind(i), &sent);
        size_t n = fb_encode_publish(&sent, frame, sizeof frame);
        struct fb_span payload = {(const char *)frame + 2, (uint32_t)n - 2};
        CU_ASSERT_EQUAL_FATAL(fb_decode_publish(payload, &arena, &got, &body, &field), FB_REASON_NONE);
        struct fb_span token = fb_record_token(&got);
        struct fb_wire_blinded out = blind_of(sent.env.kind, body);
        CU_ASSERT_EQUAL(out.who.held, token.n > 0);
        CU_ASSERT(token.n < 8 || !holds(out.body, token));
        CU_ASSERT_EQUAL(fb_blind_holds(sent.env.kind, body), out.who.held);
        CU_ASSERT_FALSE(fb_blind_holds(sent.env.kind, out.body));
        if (token.n == 0)
            CU_ASSERT_PTR_EQUAL(out.body.p, body.p);
        CU_ASSERT_EQUAL_FATAL(fb_decode_body(&got.env, out.body, &other, &stored, &field), FB_REASON_NONE);
        memcpy(stored.digest, got.digest, sizeof stored.digest);
        forget_token(&got);
        CU_ASSERT_TRUE_FATAL(fb_test_same_record(&got, &stored));
    }
}

/* The same pseudonym is the same worker in every kind, and another one under another key. */
static void test_hashes(void)
{
    static const unsigned field[FB_KIND_END] = {[FB_KIND_BOOKING] = 19,
                                                [FB_KIND_WORKER] = 1,
                                                [FB_KIND_WORKER_FACT] = 1,
                                                [FB_KIND_SUBSTANTIVE_HOURS] = 1,
                                                [FB_KIND_ABSENCE] = 1};
    struct fb_wire_who first = {.held = false};
    struct fb_wire_blinded out;
    unsigned seen = 0;
    fresh();
    for (int kind = 1; kind < FB_KIND_END; kind++) {
        fb_writer_init(&w, bytes, sizeof bytes);
        put_text(19, "0123456789abcdef");
        put_text(1, "0123456789abcdef");
        out = blind_of((enum fb_kind)kind, written());
        if (field[kind] == 0) {
            CU_ASSERT(!out.who.held && !out.who_was.held && fb_span_eq(out.body, written()));
            continue;
        }
        CU_ASSERT_TRUE_FATAL(out.who.held);
        CU_ASSERT(seen++ == 0 || same_who(&out.who, &first));
        first = out.who;
    }
    CU_ASSERT_EQUAL(seen, 5);
    CU_ASSERT_EQUAL(fb_blind_body(another, FB_KIND_WORKER, written(), &arena, &out), FB_OK);
    CU_ASSERT(out.who.held && !same_who(&out.who, &first));
    /* Hashes are stored for ever: this one is also what another library gives. */
    static const unsigned char known[16] = {0x2B, 0xD5, 0x76, 0x85, 0xFD, 0xA6, 0xD8, 0x92,
                                            0x1E, 0x9C, 0x14, 0x57, 0x48, 0x9B, 0xEA, 0x40};
    CU_ASSERT_EQUAL(memcmp(first.hash, known, sizeof known), 0);
}

static void test_a_changed_key(void)
{
    fresh();
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(2, "the old one");
    put_text(1, "the new one");
    struct fb_wire_blinded both = blind_of(FB_KIND_WORKER, written());
    CU_ASSERT(both.who.held && both.who_was.held && !same_who(&both.who, &both.who_was));
    CU_ASSERT_EQUAL(both.body.n, 0);
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(1, "the old one");
    struct fb_wire_blinded old = blind_of(FB_KIND_WORKER, written());
    CU_ASSERT_TRUE(same_who(&old.who, &both.who_was));
    CU_ASSERT_FALSE(old.who_was.held);
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(2, "a name of training"); /* of a fact, field 2 is not a pseudonym */
    CU_ASSERT_EQUAL(blind_of(FB_KIND_WORKER_FACT, written()).body.n, w.n);
}

/* All of them go, the last one counts; an empty one is none; another wire type is none either. */
static void test_strange_fields(void)
{
    struct fb_wire_blinded out;
    fresh();
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(1, "first");
    fb_put_varint(&w, 7u << 3 | 0u);
    fb_put_varint(&w, UINT64_MAX);
    fb_put_varint(&w, 8u << 3 | 1u);
    fb_put_bytes(&w, "\x0A\x01xxxxxx", 8); /* looks like a pseudonym, and is a number */
    put_text(1, "last");
    fb_put_bytes(&w, "\x8A\x80\x00\x04more", 8); /* field 1, its tag in more bytes than it needs */
    fb_put_varint(&w, 300u << 3 | 5u);
    fb_put_bytes(&w, "\x0A\x02yy", 4);
    out = blind_of(FB_KIND_ABSENCE, written());
    CU_ASSERT_FALSE(holds(out.body, fb_span_of("first")) || holds(out.body, fb_span_of("last")) ||
                    holds(out.body, fb_span_of("more")));
    CU_ASSERT(holds(out.body, fb_span_of("\x0A\x01xxxxxx")) && holds(out.body, fb_span_of("\x0A\x02yy")));
    CU_ASSERT_EQUAL(out.body.n, 11 + 9 + 6);
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(1, "more");
    struct fb_wire_blinded more = blind_of(FB_KIND_ABSENCE, written());
    CU_ASSERT_TRUE(same_who(&out.who, &more.who));
    put_text(1, "");
    out = blind_of(FB_KIND_ABSENCE, written());
    CU_ASSERT(!out.who.held && out.body.n == 0);
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_varint(&w, 1u << 3 | 0u);
    fb_put_varint(&w, 5);
    out = blind_of(FB_KIND_ABSENCE, written());
    CU_ASSERT(!out.who.held && out.body.n == w.n);
}

/* Cut anywhere: of what cannot be walked to its end nothing is left, and nobody is told of. */
static void test_not_a_message(void)
{
    for (uint32_t cut = 0; cut < 30; cut++) {
        fresh();
        fb_writer_init(&w, bytes, sizeof bytes);
        put_text(1, "0123456789abcdef");
        put_text(4, "2026-03-16");
        CU_ASSERT_EQUAL_FATAL(w.n, 30);
        struct fb_span body = {(const char *)bytes, cut};
        struct fb_wire_blinded out = blind_of(FB_KIND_ABSENCE, body);
        CU_ASSERT(out.who.held == (cut == 18) && out.taken == out.who.held);
        CU_ASSERT_EQUAL(out.body.n, 0);
    }
    struct fb_wire_blinded out = blind_of(FB_KIND_ABSENCE, (struct fb_span){NULL, 0});
    CU_ASSERT(out.body.n == 0 && !out.who.held);
    struct fb_span group = fb_span_of("\x0A\x02gg\x0B");
    out = blind_of(FB_KIND_ABSENCE, group);
    CU_ASSERT(out.body.n == 0 && !out.who.held);
}

static struct fb_span refused(enum fb_kind kind, struct fb_span body, unsigned char digest[FB_WORKER_HASH_BYTES])
{
    struct fb_span out;
    CU_ASSERT_EQUAL_FATAL(fb_blind_refused(key, kind, body, &arena, digest, &out), FB_OK);
    return out;
}

/* Whoever names the wrong kind may have meant any: of a known one what is a pseudonym in any kind goes, of others all. */
static void test_refused(void)
{
    unsigned char digest[2][FB_WORKER_HASH_BYTES], plain[FB_WORKER_HASH_BYTES];
    fresh();
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(1, "0123456789abcdef");
    put_text(2, "fedcba9876543210");
    put_text(4, "2026-03-16");
    put_text(19, "another0123456789");
    for (int kind = 0; kind < FB_KIND_END + 3; kind++) {
        struct fb_span out = refused((enum fb_kind)kind, written(), digest[0]);
        bool known = fb_kind_known(kind);
        CU_ASSERT_EQUAL(out.n, known ? 12 : 0);
        CU_ASSERT(!known || holds(out, fb_span_of("2026-03-16")));
    }
    bytes[w.n] = 0x07; /* a byte too many */
    struct fb_span longer = {(const char *)bytes, (uint32_t)w.n + 1};
    CU_ASSERT_EQUAL(refused(FB_KIND_VACANCY, longer, digest[1]).n, 0);
    CU_ASSERT_NOT_EQUAL(memcmp(digest[0], digest[1], sizeof plain), 0);
    (void)crypto_generichash(plain, sizeof plain, bytes, w.n, NULL, 0);
    CU_ASSERT_NOT_EQUAL(memcmp(digest[0], plain, sizeof plain), 0); /* nobody without the key can try */
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(4, "2026-03-16");
    CU_ASSERT_PTR_EQUAL(refused(FB_KIND_VACANCY, written(), digest[0]).p, written().p);
}

static void test_small_arena(void)
{
    struct fb_wire_blinded out;
    struct fb_arena small;
    fresh();
    fb_writer_init(&w, bytes, sizeof bytes);
    put_text(1, "0123456789abcdef");
    fb_arena_init(&small, memory[0], 16);
    CU_ASSERT_EQUAL(fb_blind_body(key, FB_KIND_ABSENCE, written(), &small, &out), FB_LIMIT);
}

CU_TestInfo suite_blind[] = {
    {"without its pseudonym a body is the same record", test_the_rest_stays},
    {"one pseudonym is one worker in all kinds of record, under one key", test_hashes},
    {"a worker whose key was changed has two", test_a_changed_key},
    {"every occurrence goes and the last one counts, however it is written", test_strange_fields},
    {"of bytes that are no message nothing is left", test_not_a_message},
    {"of what was refused nothing is left that any kind takes for a pseudonym", test_refused},
    {"an arena that is too small is said so", test_small_arena},
    CU_TEST_INFO_NULL,
};
