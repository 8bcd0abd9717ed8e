/* The statement of a day that a publisher asks for: whose it must be, and that nothing else is believed. */
#include "adapters/lib/publisher.h"
#include "tests/lib/folder.h"
#include "tests/lib/stub_engine.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <string.h>

enum { WAIT_MS = 30000 };
static char said[400];
static unsigned char public_key[FB_RECEIPT_KEY_BYTES], secret[64];

static void statement(char text[FB_RECEIPT_TEXT_BYTES], const char *source)
{
    static const unsigned char seed[32] = {3};
    struct fb_receipt r = {.epoch = 7, .trust = fb_code_of("RTH"), .entries = 20, .made_ms = 1773650000000, .seq_first = FB_ABSENT, .seq_last = FB_ABSENT};
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text t;
    r.n_source = (unsigned)strlen(source);
    memcpy(r.source, source, r.n_source);
    r.day = fb_day_of(2026, 11, 21);
    r.line[FB_KIND_AGENCY].first = 11;
    (void)crypto_sign_seed_keypair(public_key, secret, seed);
    memcpy(r.key, public_key, sizeof r.key);
    fb_text_init(&t, memory, sizeof memory);
    fb_receipt_claim(&t, &r);
    (void)crypto_sign_detached(r.signature, NULL, (const unsigned char *)t.p, t.n, secret);
    fb_text_init(&t, text, FB_RECEIPT_TEXT_BYTES);
    fb_receipt_format(&t, &r);
}

static enum fb_err fetch(const char *receipt, fb_day day, const unsigned char *signer, struct fb_receipt *out, char text[FB_RECEIPT_TEXT_BYTES])
{
    struct fb_test_folder f;
    struct fb_text why;
    struct fb_publisher *p = NULL;
    struct fb_spool_found found;
    fb_test_folder_make(&f);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.receipt = receipt});
    struct fb_publisher_options o = {.client = {.endpoint = fb_stub_endpoint(stub), .resend_ms = 60, .rest_ms = 10}, .spool = {.folder = f.path}};
    o.client.hello = (struct fb_hello){.adapter = fb_span_of("test"),
                                       .source = {.name = fb_span_of("rth-roster"), .trust = fb_code_of("RTH"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE}};
    fb_text_init(&why, said, sizeof said);
    CU_ASSERT_EQUAL_FATAL(fb_publisher_open(&p, &o, &found, &why), FB_OK);
    enum fb_err e = fb_publisher_receipt(p, day, signer, WAIT_MS, out, text, &why);
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
    return e;
}

static void test_receipt(void)
{
    static char receipt[FB_RECEIPT_TEXT_BYTES], text[FB_RECEIPT_TEXT_BYTES];
    struct fb_receipt r;
    unsigned char other[FB_RECEIPT_KEY_BYTES] = {1};
    fb_day day = fb_day_of(2026, 11, 21);
    statement(receipt, "rth-roster");
    CU_ASSERT_EQUAL(fetch(receipt, day, public_key, &r, text), FB_OK);
    CU_ASSERT_EQUAL(r.line[FB_KIND_AGENCY].first, 11);
    CU_ASSERT_STRING_EQUAL(text, receipt);
    CU_ASSERT_EQUAL(fetch(receipt, day, NULL, &r, text), FB_OK);
    CU_ASSERT_EQUAL(fetch(receipt, day, other, &r, text), FB_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "another key"));
    CU_ASSERT_EQUAL(fetch(receipt, day - 1, NULL, &r, text), FB_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "another source or day"));
    *strstr(receipt, "first 11") = 'F';
    CU_ASSERT_EQUAL(fetch(receipt, day, NULL, &r, text), FB_DAMAGED);
    statement(receipt, "rth-roster");
    memcpy(strstr(receipt, "first 11"), "first 12", 8);
    CU_ASSERT_EQUAL(fetch(receipt, day, NULL, &r, text), FB_DAMAGED);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "signature does not hold"));
    statement(receipt, "rxq-roster");
    CU_ASSERT_EQUAL(fetch(receipt, day, NULL, &r, text), FB_DAMAGED);
    CU_ASSERT_EQUAL(fetch(NULL, day, NULL, &r, text), FB_REFUSED);
    CU_ASSERT_STRING_EQUAL(said, "that day has not come yet");
}

static void test_receipt_of_nobody(void)
{
    static char text[FB_RECEIPT_TEXT_BYTES], wide[FB_SOURCE_BYTES_MAX + 1];
    struct fb_receipt r;
    struct fb_text why;
    struct fb_receipt_ask ask = {.endpoint = "ipc:///tmp/fairbank-nobody-there.sock", .source = fb_span_of("rth-roster"), .timeout_ms = 20};
    fb_text_init(&why, said, sizeof said);
    CU_ASSERT_EQUAL(fb_receipt_fetch(&r, text, &ask, &why), FB_BUSY);
    memset(wide, 'x', sizeof wide);
    ask.source = (struct fb_span){wide, sizeof wide};
    CU_ASSERT_EQUAL(fb_receipt_fetch(&r, text, &ask, &why), FB_LIMIT);
    ask.source = fb_span_of("rth-roster");
    ask.endpoint = "nonsense";
    CU_ASSERT_EQUAL(fb_receipt_fetch(&r, text, &ask, &why), FB_IO);
}

CU_TestInfo suite_publisher_receipt[] = {
    {"a receipt is of the source and day, and its signature holds", test_receipt},
    {"a receipt that cannot be had says why", test_receipt_of_nobody},
    CU_TEST_INFO_NULL,
};
