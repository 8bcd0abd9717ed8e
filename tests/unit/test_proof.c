/* Proofs that the engine's code makes, held against the checker, which shares none of it. */
#include "engine/turn/chain/chain.h"
#include "engine/turn/chain/prove.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include "tools/check-proof/check.h"
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static struct fb_test_turn T;
static char proof[FB_PROOF_BYTES_MAX], told[4096], kept[FB_NOTE_BYTES_MAX];
static struct fb_checkpoint early, late;

static void sign(struct fb_checkpoint *c, unsigned char signer)
{
    const unsigned char seed[crypto_sign_SEEDBYTES] = {signer};
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    char memory[FB_CHECKPOINT_TEXT_BYTES];
    struct fb_text claim;
    crypto_sign_seed_keypair(c->key, secret, seed);
    fb_text_init(&claim, memory, sizeof memory);
    fb_checkpoint_claim(&claim, c);
    crypto_sign_detached(c->signature, NULL, (const unsigned char *)claim.p, claim.n, secret);
}

static void seal(struct fb_checkpoint *c)
{
    struct fb_mountain m;
    struct fb_turn_stats s;
    fb_turn_stats(T.turn, &s);
    CU_ASSERT_EQUAL_FATAL(fb_chain_open_at(&m, T.store, s.journal), FB_OK);
    *c = (struct fb_checkpoint){.epoch = 1, .size = s.journal, .last_ms = s.last_ms, .made_ms = s.last_ms + 5};
    fb_mountain_root(&m, &c->root);
    sign(c, 5);
}

static void send(unsigned from, unsigned n)
{
    for (unsigned i = from; i < from + n; i++) {
        char ref[8] = {'B', '"', (char)('a' + i), 0}; /* a reference may hold what JSON writes otherwise */
        struct fb_record *b = fb_test_record(FB_KIND_BOOKING, i % 2 ? FB_TEST_PORTAL : FB_TEST_ROSTER, ref);
        fb_test_refer(b, i % 3 ? "ONE" : "TWO"); /* shifts of several: entries make several decisions */
        fb_test_send_one(&T, b);
    }
}

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    send(0, 7);
    seal(&early);
    send(7, 6);
    seal(&late);
}

static enum fb_err make(bool growth, const struct fb_proof_ask *ask, const char **why)
{
    struct fb_text t;
    fb_text_init(&t, proof, sizeof proof);
    return (growth ? fb_prove_growth : fb_prove_entry)(T.store, ask, &t, why);
}

static bool checks_with(const char *text, size_t n, const char *held)
{
    FILE *out = fmemopen(told, sizeof told - 1, "w");
    const struct proof_ask ask = {.text = text, .n = n, .held = held, .n_held = held == NULL ? 0 : strlen(held)};
    bool good = out != NULL && proof_check(&ask, out);
    CU_ASSERT_EQUAL_FATAL(fclose(out), 0);
    return good;
}

static bool checks(void) { return checks_with(proof, strlen(proof), NULL); }

static void keep(const struct fb_checkpoint *c)
{
    struct fb_text t;
    fb_text_init(&t, kept, sizeof kept);
    fb_checkpoint_format(&t, c);
}

static void test_every_entry(void)
{
    const char *why;
    begin();
    for (uint64_t n = 1; n <= late.size; n++)
        for (int body = 0; body < 2; body++) {
            struct fb_proof_about about = {.source = 99, .record = 99, .worker = 99};
            const struct fb_proof_ask ask = {.journal = n, .at = n <= early.size ? &early : &late, .body = body, .about = &about};
            CU_ASSERT_EQUAL_FATAL(make(false, &ask, &why), FB_OK);
            CU_ASSERT_TRUE(about.source != 99 && about.record != 99 && about.worker != 99);
            CU_ASSERT_TRUE(checks());
            CU_ASSERT_PTR_NOT_NULL(strstr(told, "PROVED"));
        }
    fb_test_turn_close(&T);
}

/* Any hex digit of a proof that is another one, and any digit of a number: it proves nothing then. */
static void test_any_digit_matters(void)
{
    const char *why;
    unsigned tried = 0;
    begin();
    const struct fb_proof_ask ask = {.journal = late.size, .at = &late, .body = true};
    CU_ASSERT_EQUAL_FATAL(make(false, &ask, &why), FB_OK);
    size_t n = strlen(proof), from = (size_t)(strstr(proof, "\"journal\"") - proof);
    for (size_t i = from; i < n; i++) {
        char was = proof[i];
        if (was < '0' || was > '9' || proof[i - 1] == '"') /* not the first of a text: it may be a name's */
            continue;
        proof[i] = was == '9' ? '8' : (char)(was + 1);
        tried++;
        if (checks())
            CU_FAIL("a changed digit proves the same");
        proof[i] = was;
    }
    CU_ASSERT_TRUE(tried > 500 && checks());
    fb_test_turn_close(&T);
}

static void test_growth(void)
{
    const char *why;
    begin();
    const struct fb_proof_ask ask = {.at = &late, .from = &early}, same = {.at = &late, .from = &late}, wrong = {.at = &early, .from = &late};
    CU_ASSERT_EQUAL_FATAL(make(true, &ask, &why), FB_OK);
    keep(&early);
    CU_ASSERT_TRUE(checks_with(proof, strlen(proof), kept));
    CU_ASSERT_PTR_NOT_NULL(strstr(told, "begins with every entry of the earlier one"));
    CU_ASSERT_EQUAL_FATAL(make(true, &same, &why), FB_OK);
    CU_ASSERT_TRUE(checks());
    CU_ASSERT_FALSE(checks_with(proof, strlen(proof), kept)); /* of one that the reader never had */
    CU_ASSERT_EQUAL(make(true, &wrong, &why), FB_REFUSED);
    fb_test_turn_close(&T);
}

/* The root of one checkpoint under another's name: whoever saw it can sign it. */
static void test_another_of_the_same_root(void)
{
    const char *why;
    begin();
    struct fb_checkpoint other[4] = {late, late, late, late};
    other[0].epoch++;
    other[1].last_ms++;
    other[2].made_ms++;
    keep(&late);
    for (unsigned i = 0; i < 4; i++) {
        sign(&other[i], i < 3 ? 5 : 6);
        const struct fb_proof_ask entry = {.journal = 2, .at = &other[i]}, growth = {.at = &other[i], .from = &early};
        CU_ASSERT_EQUAL_FATAL(make(false, &entry, &why), FB_OK);
        CU_ASSERT_TRUE(checks());
        CU_ASSERT_FALSE(checks_with(proof, strlen(proof), kept));
        CU_ASSERT_PTR_NOT_NULL(strstr(told, "has the root of the one that you kept, but"));
        CU_ASSERT_EQUAL_FATAL(make(true, &growth, &why), FB_OK);
        CU_ASSERT_FALSE(checks_with(proof, strlen(proof), kept));
    }
    keep(&early); /* a later one that grew from it is told of, with what is another */
    const struct fb_proof_ask restored = {.at = &other[0], .from = &early}, rekeyed = {.at = &other[3], .from = &early};
    CU_ASSERT_EQUAL_FATAL(make(true, &restored, &why), FB_OK);
    CU_ASSERT_TRUE(checks_with(proof, strlen(proof), kept) && strstr(told, "NOTE: they name two stores") != NULL);
    CU_ASSERT_EQUAL_FATAL(make(true, &rekeyed, &why), FB_OK);
    CU_ASSERT_TRUE(checks_with(proof, strlen(proof), kept) && strstr(told, "NOTE: they are signed with two keys") != NULL);
    fb_test_turn_close(&T);
}

static bool checks_json(json_t *j)
{
    char *text = json_dumps(j, 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    bool good = checks_with(text, strlen(text), NULL);
    free(text);
    json_decref(j);
    return good;
}

static json_t *json_of_proof(void)
{
    json_t *j = json_loads(proof, 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(j);
    return j;
}

/* A body's subjects are whole, and its decisions are there. */
static void test_body(void)
{
    const int64_t shown[] = {0, INT64_C(1) << 32, -(INT64_C(1) << 32)}; /* the same four bytes each */
    const char *why;
    begin();
    const struct fb_proof_ask ask = {.journal = late.size, .at = &late, .body = true};
    CU_ASSERT_EQUAL_FATAL(make(false, &ask, &why), FB_OK);
    for (unsigned i = 0; i < 3; i++) {
        json_t *j = json_of_proof(), *row = json_array_get(json_object_get(j, "decisions"), 0);
        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        json_object_set_new(row, "subject", json_integer(json_integer_value(json_object_get(row, "subject")) + shown[i]));
        CU_ASSERT_EQUAL(checks_json(j), i == 0);
    }
    static const char *const left_out[] = {"stored", "decisions"};
    for (unsigned i = 0; i < 2; i++) {
        json_t *j = json_of_proof();
        json_object_del(j, left_out[i]);
        CU_ASSERT_FALSE(checks_json(j));
    }
    fb_test_turn_close(&T);
}

/* A reference may be any bytes, those with which some terminals are told what to do among them. */
static void test_shown_in_print(void)
{
    const char *why;
    begin();
    const uint64_t entry = late.size + 1;
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "B\xc2\x9b" "2J\x1b[2J"));
    seal(&late);
    const struct fb_proof_ask ask = {.journal = entry, .at = &late};
    CU_ASSERT_EQUAL_FATAL(make(false, &ask, &why), FB_OK);
    CU_ASSERT_TRUE(checks());
    CU_ASSERT_PTR_NOT_NULL(strstr(told, "reference B??2J?[2J\n"));
    fb_test_turn_close(&T);
}

static void test_refused(void)
{
    const char *why;
    begin();
    struct fb_checkpoint other = late;
    other.root.b[0] ^= 1;
    const struct fb_proof_ask none = {.journal = 0, .at = &late}, later = {.journal = late.size, .at = &early}, ours = {.journal = 1, .at = &other};
    CU_ASSERT_EQUAL(make(false, &none, &why), FB_REFUSED);
    CU_ASSERT_EQUAL(make(false, &later, &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "before the entry was taken"));
    CU_ASSERT_EQUAL(make(false, &ours, &why), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "another store"));
    fb_test_turn_close(&T);
}

static void test_checker_refuses(void)
{
    static const char *const bad[] = {"", "{", "{}", "[]", "{\"fairbank_proof\": 2}", "{\"fairbank_proof\": 1, \"proves\": \"entry\", \"path\": []}",
                                      "{\"fairbank_proof\": 1, \"proves\": \"growth\", \"path\": [1]}", "fairbank checkpoint 1\n"};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CU_ASSERT_FALSE(checks_with(bad[i], strlen(bad[i]), NULL));
        CU_ASSERT_PTR_NOT_NULL(strstr(told, "NOT PROVED"));
    }
}

CU_TestInfo suite_proof[] = {
    {"the checker finds every entry proved, with its body and without", test_every_entry},
    {"a proof with any one digit changed proves nothing", test_any_digit_matters},
    {"the checker finds that one checkpoint follows another, and whose", test_growth},
    {"a checkpoint of the same root in another name is not the one that was kept", test_another_of_the_same_root},
    {"a body is whole: subjects of four bytes, and the decisions with the entry", test_body},
    {"what is shown of an entry is printable", test_shown_in_print},
    {"nothing is proved under a checkpoint that is older or another's", test_refused},
    {"the checker says no to what is no proof", test_checker_refuses},
    CU_TEST_INFO_NULL};
