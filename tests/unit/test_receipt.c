/* A receipt as text and as a row. */
#include "adapters/lib/receipt.h"
#include "engine/core/reason.h"
#include "engine/turn/entry.h"
#include "engine/turn/receipts/receipt.h"
#include "tests/lib/golden.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <string.h>

static unsigned char public_key[32], secret[64];

static struct fb_receipt sample(void)
{
    static const unsigned char seed[32] = {7};
    struct fb_receipt r = {.epoch = 0x8f3a90c14d5e6f70, .n_source = 10, .source = "rth-roster", .trust = fb_code_of("RTH"),
                           .entries = 4711, .seq_first = 0, .seq_last = 9, .seq_next = 10000, .seq_missing = 9, .seq_again = 2, .repeats = 3,
                           .gaps = {2, {{3, 5}, {1107, 1107}}}};
    r.day = fb_day_of(2026, 11, 21);
    CU_ASSERT_EQUAL(fb_instant_parse(&r.made_ms, fb_span_of("2026-11-22T00:00:00.412Z")), FB_OK);
    r.line[FB_KIND_BOOKING] = (struct fb_receipt_line){100, 20, {57600, 1250, 12345678}, {1, 2, 0xff}};
    r.line[FB_KIND_BUDGET] = (struct fb_receipt_line){0, 1, {0, -5, 0}, {9}};
    r.refused = (struct fb_receipt_count){2, {3}};
    (void)crypto_sign_seed_keypair(public_key, secret, seed);
    memcpy(r.key, public_key, sizeof r.key);
    return r;
}

static void sign(struct fb_receipt *r)
{
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_receipt_claim(&t, r);
    (void)crypto_sign_detached(r->signature, NULL, (const unsigned char *)t.p, t.n, secret);
}

static struct fb_span text_of(const struct fb_receipt *r)
{
    static char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_receipt_format(&t, r);
    CU_ASSERT_FALSE(t.cut);
    return (struct fb_span){t.p, (uint32_t)t.n};
}

static bool same(const struct fb_receipt *a, const struct fb_receipt *b)
{
    char first[FB_RECEIPT_TEXT_BYTES];
    struct fb_span s = text_of(a);
    memcpy(first, s.p, s.n);
    struct fb_span again = text_of(b);
    return again.n == s.n && memcmp(first, again.p, s.n) == 0;
}

static void test_text(void)
{
    struct fb_receipt r = sample(), out;
    unsigned line;
    CU_ASSERT_EQUAL(fb_receipt_parse(&out, text_of(&r), &line), FB_OK);
    CU_ASSERT_TRUE(same(&r, &out));
    CU_ASSERT_PTR_NOT_NULL(strstr(text_of(&r).p, "\nbooking first 100 amended 20 minutes 57600 pence 1250 rates 12345678 hash 0102ff00"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text_of(&r).p, "\nsequence first 0 last 9 next 10000 missing 9 again 2\ngaps 3-5 1107 and 5 more\nkey "));
    r.trust = 0;
    r.open = true;
    r.seq_first = r.seq_last = FB_ABSENT;
    CU_ASSERT_EQUAL(fb_receipt_parse(&out, text_of(&r), &line), FB_OK);
    CU_ASSERT_TRUE(same(&r, &out) && out.open && out.trust == 0 && out.seq_first == FB_ABSENT);
}

static void test_golden(void)
{
    struct fb_receipt r = sample();
    sign(&r);
    struct fb_span s = text_of(&r);
    CU_ASSERT_TRUE(fb_golden("receipt.txt", s.p, s.n));
}

/* Whatever byte is another, the text is refused, or says something else and the signature does not hold. */
static void test_signature(void)
{
    struct fb_receipt r = sample(), out;
    char text[FB_RECEIPT_TEXT_BYTES];
    unsigned line;
    sign(&r);
    CU_ASSERT_TRUE(fb_receipt_is_signed(&r));
    struct fb_span s = text_of(&r);
    memcpy(text, s.p, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        text[i] ^= 1;
        bool read = fb_receipt_parse(&out, (struct fb_span){text, s.n}, &line) == FB_OK;
        CU_ASSERT_FALSE(read && fb_receipt_is_signed(&out));
        text[i] ^= 1;
    }
    CU_ASSERT_TRUE(fb_receipt_parse(&out, (struct fb_span){text, s.n}, &line) == FB_OK && fb_receipt_is_signed(&out));
}

static void check_refused(const char *from, const char *to, unsigned at)
{
    struct fb_receipt r = sample(), out;
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text t;
    unsigned line = 0;
    struct fb_span s = text_of(&r);
    const char *found = strstr(s.p, from);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add_span(&t, (struct fb_span){s.p, (uint32_t)(found - s.p)});
    fb_text_add(&t, to);
    fb_text_add(&t, found + strlen(from));
    CU_ASSERT_EQUAL(fb_receipt_parse(&out, (struct fb_span){t.p, (uint32_t)t.n}, &line), FB_REFUSED);
    CU_ASSERT_EQUAL(line, at);
}

static void test_one_form(void)
{
    check_refused("receipt 1", "receipt 2", 1);
    check_refused("receipt 1", "receipt 1 ", 1);
    check_refused("store 8f", "store 8F", 2);
    check_refused("trust RTH", "trust ", 4);
    check_refused("day 2026-11-21", "day 2026-11-31", 5);
    check_refused("state closed", "state shut", 6);
    check_refused("state closed", "since 2026-11-21\nstate closed", 6); /* of one day no line says so */
    check_refused("state closed", "since 2026-11-22\nstate closed", 6);
    check_refused("state closed", "since 2026-1-22\nstate closed", 6);
    check_refused("entries 4711", "entries 04711", 7);
    check_refused("entries 4711", "entries -4711", 7);
    check_refused("412Z", "4120Z", 8);
    check_refused("first 100", "first +100", 9);
    check_refused("first 0 amended 1", "first 0 amended 0", 10); /* a kind of which nothing came has no line */
    check_refused("budget ", "vacancy ", 9);                    /* kinds rise */
    check_refused("refused 2", "refuse 2", 11);
    check_refused("conflict 0", "conflict  0", 12);
    check_refused("repeats 3", "repeats 3 ", 13);
    check_refused(" last 9", "", 14);
    check_refused("gaps 3-5", "gaps", 15);         /* then four are listed, and eight are more */
    check_refused("gaps 3-5", "gaps 3-3", 15);     /* one alone has no end */
    check_refused("gaps 3-5 1107", "gaps 1107 3-5", 15);
    check_refused("3-5 1107", "3-5 6", 15);        /* that is one range */
    check_refused("3-5 1107", "3-5 10000", 15);    /* nobody expects that one yet */
    check_refused("1107 and 5 more", "1107-1200", 15);
    check_refused("and 5 more", "and 4 more", 15);
    check_refused("\ngaps 3-5 1107 and 5 more", "\ngaps", 15);
    check_refused("\nkey ", "\nkey  ", 16);
}

static void test_mailed(void)
{
    struct fb_receipt r = sample(), out;
    char memory[2 * FB_RECEIPT_TEXT_BYTES];
    struct fb_text t;
    unsigned line;
    sign(&r);
    struct fb_span s = text_of(&r);
    fb_text_init(&t, memory, sizeof memory);
    for (uint32_t i = 0; i < s.n; i++)
        fb_text_add_span(&t, s.p[i] == '\n' ? fb_span_of("\r\n") : (struct fb_span){s.p + i, 1});
    CU_ASSERT_EQUAL(fb_receipt_parse(&out, (struct fb_span){t.p, (uint32_t)t.n}, &line), FB_OK);
    CU_ASSERT_TRUE(fb_receipt_is_signed(&out));
    CU_ASSERT_EQUAL(fb_receipt_parse(&out, (struct fb_span){s.p, s.n - 1}, &line), FB_REFUSED); /* its last line is not ended */
}

static void test_row(void)
{
    struct fb_receipt_row row = {.receipt = sample(), .last_ms = -7, .hours = 0x8001, .lists = true}, out;
    unsigned char bytes[FB_RECEIPT_ROW_BYTES];
    uint32_t hours = 0;
    size_t n = fb_receipt_row_pack(&row, bytes, sizeof bytes);
    CU_ASSERT_TRUE(n > 0);
    CU_ASSERT_EQUAL(fb_receipt_row_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_TRUE(out.last_ms == -7 && out.hours == 0x8001 && out.lists);
    out.receipt.epoch = row.receipt.epoch;
    out.receipt.trust = row.receipt.trust;
    out.receipt.day = row.receipt.day;
    memcpy(out.receipt.source, row.receipt.source, out.receipt.n_source = row.receipt.n_source);
    memcpy(out.receipt.key, row.receipt.key, sizeof out.receipt.key);
    CU_ASSERT_TRUE(same(&row.receipt, &out.receipt));
    CU_ASSERT_EQUAL(fb_receipt_row_hours((struct fb_span){(char *)bytes, (uint32_t)n}, &hours), FB_OK);
    CU_ASSERT_EQUAL(hours, 0x8001);
    unsigned good = 0; /* between two lines of kinds a row may end: three places, with its own end */
    for (uint32_t cut = 0; cut <= n; cut++)
        good += fb_receipt_row_unpack(&out, (struct fb_span){(char *)bytes, cut}) == FB_OK;
    CU_ASSERT_EQUAL(good, 3);
    bytes[0] = 4;
    CU_ASSERT_EQUAL(fb_receipt_row_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_NEWER);
}

/* Of several days: which they are is written, signed and kept. */
static void test_span(void)
{
    struct fb_receipt_row row = {.receipt = sample(), .last_ms = 5, .hours = 1, .lists = true}, out;
    unsigned char bytes[FB_RECEIPT_ROW_BYTES];
    struct fb_receipt read;
    unsigned line;
    row.receipt.before = 300;
    sign(&row.receipt);
    CU_ASSERT_PTR_NOT_NULL(strstr(text_of(&row.receipt).p, "\nday 2026-11-21\nsince 2026-01-25\nstate closed\n"));
    CU_ASSERT_EQUAL(fb_receipt_parse(&read, text_of(&row.receipt), &line), FB_OK);
    CU_ASSERT_TRUE(same(&row.receipt, &read) && fb_receipt_is_signed(&read) && read.before == 300);
    size_t n = fb_receipt_row_pack(&row, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(bytes[0], 3);
    CU_ASSERT_EQUAL(fb_receipt_row_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_TRUE(out.lists && out.receipt.before == 300 && out.receipt.gaps.n == 2 && out.receipt.refused.n == 2);
    row.receipt.before = 0;
    CU_ASSERT_FALSE(fb_receipt_is_signed(&row.receipt));
}

/* One of a version that kept how many are missing, and not which: it is read, and written again, as it was. */
static void test_row_of_before(void)
{
    struct fb_receipt_row row = {.receipt = sample(), .last_ms = 5, .hours = 1}, out;
    unsigned char bytes[FB_RECEIPT_ROW_BYTES], again[FB_RECEIPT_ROW_BYTES];
    row.receipt.gaps.n = 0;
    size_t n = fb_receipt_row_pack(&row, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(bytes[0], 1);
    CU_ASSERT_EQUAL(fb_receipt_row_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_TRUE(!out.lists && out.receipt.seq_missing == 9 && out.receipt.gaps.n == 0);
    CU_ASSERT_EQUAL(fb_receipt_row_pack(&out, again, sizeof again), n);
    CU_ASSERT_EQUAL(memcmp(bytes, again, n), 0);
    CU_ASSERT_PTR_NULL(strstr(text_of(&row.receipt).p, "gaps"));
}

/* The widest row fits, and so does its text. */
static void test_widest(void)
{
    struct fb_receipt_row row = {.receipt = sample(), .last_ms = INT64_MIN, .hours = (1 << 24) - 1};
    struct fb_receipt *r = &row.receipt, out;
    unsigned char bytes[FB_RECEIPT_ROW_BYTES];
    unsigned line;
    memset(r->source, 'x', r->n_source = sizeof r->source);
    for (unsigned k = 1; k < FB_KIND_END; k++)
        if (fb_kind_known(k))
            r->line[k] = (struct fb_receipt_line){INT64_MAX / 2, INT64_MAX / 2, {INT64_MIN + 1, INT64_MAX, INT64_MIN + 1}, {k & 0xff}};
    r->refused.n = r->conflict.n = r->repeats = r->entries = r->seq_next = r->seq_missing = r->seq_again = INT64_MAX;
    r->seq_first = r->seq_last = INT64_MAX - 1;
    row.lists = true;
    r->gaps.n = FB_GAPS_MAX;
    for (unsigned i = 0; i < FB_GAPS_MAX; i++)
        r->gaps.gap[i] = (struct fb_gap){(uint64_t)INT64_MAX - 3 * (FB_GAPS_MAX - i), (uint64_t)INT64_MAX - 3 * (FB_GAPS_MAX - i) + 1};
    CU_ASSERT_TRUE(fb_receipt_row_pack(&row, bytes, sizeof bytes) > 0);
    CU_ASSERT_EQUAL(fb_receipt_parse(&out, text_of(r), &line), FB_OK);
    CU_ASSERT_TRUE(same(r, &out));
}

static void test_sums(void)
{
    static struct fb_record r;
    int64_t sum[FB_SUMS] = {1, 2, 3};
    r.env.kind = FB_KIND_BOOKING;
    r.as.booking.shift.time = (struct fb_shift_time){100, 820, 0};
    r.as.booking.cancel_charge_pence = FB_ABSENT;
    r.as.booking.rates.n = 2;
    for (unsigned i = 0; i < 2; i++)
        for (unsigned p = 0; p < FB_PART_END; p++)
            r.as.booking.rates.cell[i].part[p] = p == FB_PART_WORKER_PAY ? 200000 + i : FB_ABSENT;
    fb_receipt_add(&r, sum);
    CU_ASSERT_TRUE(sum[FB_SUM_MINUTES] == 721 && sum[FB_SUM_PENCE] == 2 && sum[FB_SUM_RATES] == 400004);
    r.as.booking.cancel_charge_pence = 98;
    fb_receipt_add(&r, sum);
    CU_ASSERT_TRUE(sum[FB_SUM_MINUTES] == 1441 && sum[FB_SUM_PENCE] == 100);
    memset(&r, 0, sizeof r);
    r.env.kind = FB_KIND_BUDGET;
    r.as.budget.amount_pence = INT64_MAX; /* more than any total can hold: it goes round, and is the same for everybody */
    sum[FB_SUM_PENCE] = 1;
    fb_receipt_add(&r, sum);
    CU_ASSERT_EQUAL(sum[FB_SUM_PENCE], INT64_MIN);
    CU_ASSERT_FALSE(fb_receipt_adds(FB_KIND_WORKER_FACT));
}

/* The bytes, written out by hand. */
static void test_head(void)
{
    static const unsigned char taken[] = {2, 0, 0, 0, 0, 0, 0, 1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0x80, 0, 0, 0, 0, 0, 0, 0,
                                          1, 'B', 2, 'm', '1', 0, 0, 0, 3};
    static const unsigned char refused[] = {5, 0, 0, 0, 0, 0, 0, 0, 9, 0, FB_REASON_FIELD_MISSING, 2, 'm', '1'};
    unsigned char out[FB_RECEIPT_HEAD_MAX];
    struct fb_entry e = {.kind = FB_ENTRY_MESSAGE, .amended = true, .body = fb_span_of("abc")};
    e.env = (struct fb_envelope){.kind = FB_KIND_BOOKING, .message_id = fb_span_of("m1"), .record_ref = fb_span_of("B"),
                                 .revision = FB_ABSENT, .occurred_ms = 5};
    CU_ASSERT_EQUAL(fb_receipt_head(258, &e, out), sizeof taken);
    CU_ASSERT_EQUAL(memcmp(out, taken, sizeof taken), 0);
    e.kind = FB_ENTRY_REFUSAL;
    e.reason = FB_REASON_FIELD_MISSING;
    CU_ASSERT_EQUAL(fb_receipt_head(9, &e, out), sizeof refused);
    CU_ASSERT_EQUAL(memcmp(out, refused, sizeof refused), 0);
    e.reason = FB_REASON_CONFLICT;
    (void)fb_receipt_head(9, &e, out);
    CU_ASSERT_EQUAL(out[0], 4);
}

CU_TestInfo suite_receipt[] = {
    {"what is read is what was written, of a closed day and of an open one", test_text},
    {"the whole text, as published", test_golden},
    {"one bit of the text that is another is refused, or not signed", test_signature},
    {"a text has one form, and what is wrong is found in its line", test_one_form},
    {"carriage returns of mail do no harm, and a cut text is none", test_mailed},
    {"a row gives back what was packed, and is refused when cut or newer", test_row},
    {"one of several days says which", test_span},
    {"one of several days says which, and is signed for them", test_span},
    {"a row that does not say which are missing is read and kept as it is", test_row_of_before},
    {"the widest row and the longest text fit", test_widest},
    {"what messages add up to: minutes, pence and rates", test_sums},
    {"what is hashed of a message, byte by byte", test_head},
    CU_TEST_INFO_NULL,
};
