#include "adapters/outbound/webhook/send.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

/* The example of the specification (standardwebhooks.com, "verifying webhooks"). */
static const char secret_text[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

static void test_signature(void)
{
    struct fb_webhook_secret secret, none = {.n = 0}, other;
    char out[FB_WEBHOOK_SIGNATURE_BYTES];
    CU_ASSERT_TRUE_FATAL(sodium_init() >= 0 && fb_webhook_secret_parse(&secret, fb_span_of(secret_text)));
    fb_webhook_sign(out, &secret, &none, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, fb_span_of("{\"test\": 2432232314}"));
    CU_ASSERT_STRING_EQUAL(out, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    CU_ASSERT_TRUE_FATAL(fb_webhook_secret_parse(&other, fb_span_of("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
    fb_webhook_sign(out, &other, &secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, fb_span_of("{\"test\": 2432232314}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out, " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    CU_ASSERT_EQUAL(strlen(out), 95); /* two of 47 bytes and a blank */
}

static void test_secrets(void)
{
    static const char *const bad[] = {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8I",
                                      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw!", "whsec_MfKQ9r8GKYqrTwj\xfc\xfc\xfc\xfcILPZIo2LaLaSw"};
    struct fb_webhook_secret s;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(fb_webhook_secret_parse(&s, fb_span_of(bad[i])));
}

static void test_addresses(void)
{
    static const char *const good[] = {"https://example.nhs.uk/x", "http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:99/a@b"},
                             *const bad[] = {"http://example.nhs.uk/", "http://127.0.0.1.example.nhs.uk/", "http://localhost.example.uk/", "https://",
                                             "https:///x", "ftp://127.0.0.1/", "https://user:word@example.nhs.uk/", "http://127.0.0.1:80@example.uk/", ""};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_TRUE(fb_webhook_url_is_good(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(fb_webhook_url_is_good(bad[i]));
}

static void test_answers(void)
{
    static const struct {
        long status;
        int64_t age_ms;
        enum fb_delivery_state state;
    } table[] = {{200, 0, FB_DELIVERY_DELIVERED}, {204, 0, FB_DELIVERY_DELIVERED}, {299, 999999999, FB_DELIVERY_DELIVERED},
                 {199, 0, FB_DELIVERY_WAITING},   {300, 0, FB_DELIVERY_WAITING},   {404, 0, FB_DELIVERY_WAITING},
                 {410, 0, FB_DELIVERY_DEAD},      {500, 3599999, FB_DELIVERY_WAITING}, {500, 3600000, FB_DELIVERY_DEAD},
                 {0, 0, FB_DELIVERY_WAITING},     {0, 3600000, FB_DELIVERY_DEAD}};
    struct fb_webhook_receiver r = {.give_up_ms = 3600000};
    char error[120];
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fb_webhook_answer a = {.id = 7, .since_ms = 1000, .now_ms = 1000 + table[i].age_ms, .status = table[i].status, .trouble = "refused"};
        struct fb_settled s = fb_webhook_settle(&r, &a, error);
        CU_ASSERT(s.id == 7 && s.state == table[i].state);
        CU_ASSERT((s.error == NULL) == (table[i].state == FB_DELIVERY_DELIVERED));
        CU_ASSERT(s.state != FB_DELIVERY_WAITING || (s.due_ms >= a.now_ms + 2500 && s.due_ms <= a.now_ms + 5000));
    }
    struct fb_webhook_answer busy = {.id = 7, .status = 503, .retry_after_s = 120};
    CU_ASSERT_EQUAL(fb_webhook_settle(&r, &busy, error).due_ms, 120000);
    CU_ASSERT_STRING_EQUAL(error, "answered 503");
    busy.retry_after_s = 999999;
    CU_ASSERT_EQUAL(fb_webhook_settle(&r, &busy, error).due_ms, 6 * 3600000);
}

static bool reads(const char *text, char fault[FB_YAML_FAULT_BYTES], struct fb_webhook_receivers *out)
{
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    struct fb_yaml y = {.name = "w.yaml", .arena = &arena, .fault = fault};
    CU_ASSERT_EQUAL_FATAL(fb_yaml_parse(&y, fb_span_of(text)), FB_OK);
    memset(out, 0, sizeof *out);
    fb_webhook_receivers_read(out, &y, fb_yaml_root(&y));
    fb_yaml_close(&y);
    fb_arena_release(&arena);
    return !y.bad;
}

static void test_configuration(void)
{
    static struct fb_webhook_receivers r;
    struct fb_test_folder folder;
    char path[FB_TEST_PATH], text[2 * FB_TEST_PATH], fault[FB_YAML_FAULT_BYTES];
    struct fb_text t;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "secret", path);
    fb_test_file_write(path, secret_text, sizeof secret_text - 1);
    CU_ASSERT_EQUAL(chmod(path, 0600), 0);
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, "receivers:\n- {name: hook, url: 'http://127.0.0.1:1/', at_once: 3, give_up_after: 1, secret: ");
    fb_text_add(&t, path);
    fb_text_add(&t, "}\n");
    CU_ASSERT_TRUE(reads(text, fault, &r));
    CU_ASSERT(r.n == 1 && r.one[0].at_once == 3 && r.one[0].give_up_ms == 3600000 && r.one[0].timeout_ms == 15000 && r.one[0].secret.n == 24);
    CU_ASSERT_STRING_EQUAL(r.name[0], "hook");
    CU_ASSERT_EQUAL(chmod(path, 0640), 0);
    CU_ASSERT_FALSE(reads(text, fault, &r));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "w.yaml:2: a secret's file that others may read"));
    CU_ASSERT_FALSE(reads("receivers: []", fault, &r));
    CU_ASSERT_FALSE(reads("receivers:\n- {name: a, url: 'http://x/', secret: /no}", fault, &r));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "an https address"));
    CU_ASSERT_FALSE(reads("receivers:\n- {name: a, url: 'https://me:PLANTED@x/', secret: /no}", fault, &r));
    CU_ASSERT_TRUE(strstr(fault, "w.yaml:2: ") != NULL && strstr(fault, "PLANTED") == NULL); /* a log is read by more people than the file */
    CU_ASSERT_FALSE(reads("receivers:\n- {name: a, url: 'https://x/', secret: /no/such}", fault, &r));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "cannot be read"));
    CU_ASSERT_FALSE(reads("receivers:\n- {name: a, url: 'https://x/', secrt: /no}", fault, &r));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "unknown key of a receiver: 'secrt'"));
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_webhook[] = {
    {"a hook is signed as the specification's example is, and by both secrets while one is changed", test_signature},
    {"what is no secret is not taken for one", test_secrets},
    {"a hook goes over https, or nowhere but to this machine", test_addresses},
    {"each answer is taken for what it says", test_answers},
    {"the configuration is read, or refused with its line", test_configuration},
    CU_TEST_INFO_NULL,
};
