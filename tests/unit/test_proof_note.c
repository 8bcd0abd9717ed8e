/* Texts of checkpoints whose signatures hold, read by the engine and by the checker: what the one refuses, the other does. */
#include "engine/turn/chain/checkpoint.h"
#include "tests/lib/suite.h"
#include "tools/check-proof/check.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 4000 };
static char text[TEXT_BYTES], told[TEXT_BYTES];
static const char STORE[] = "store 8f3a90c14d5e6f70", LAST[] = "last 2026-11-22T06:52:43.123Z", MADE[] = "made 2026-11-22T07:00:00.000Z",
                  NAME[] = "countersigned-by RTH";

static void add_hex(const char *word, const unsigned char *bytes, size_t n)
{
    char hex[129];
    (void)sodium_bin2hex(hex, sizeof hex, bytes, n);
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s %s\n", word, hex);
}

static void add_signature(const unsigned char secret[64])
{
    unsigned char signature[64];
    (void)crypto_sign_detached(signature, NULL, (const unsigned char *)text, strlen(text), secret);
    add_hex("signature", signature, sizeof signature);
}

/* With one line that is another than it was, and signed as it then is, by the engine and by a witness. */
static void write_with(const char *was, const char *is)
{
    static const unsigned char seed[32] = {9};
    const char *line[] = {"fairbank checkpoint 1", STORE, "entries 1234567", "root 3f0a9c1d3f0a9c1d3f0a9c1d3f0a9c1d3f0a9c1d3f0a9c1d3f0a9c1d3f0a9c1d", LAST, MADE, NAME};
    unsigned char key[32], secret[64];
    (void)crypto_sign_seed_keypair(key, secret, seed);
    text[0] = '\0';
    for (unsigned i = 0; i < sizeof line / sizeof line[0]; i++) {
        if (line[i] == NAME) {
            add_hex("key", key, sizeof key);
            add_signature(secret);
        }
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", line[i] == was ? is : line[i]);
    }
    add_hex("key", key, sizeof key);
    add_signature(secret);
}

static bool engine_takes(void)
{
    struct fb_note note;
    unsigned line;
    return fb_note_parse(&note, fb_span_of(text), &line) == FB_OK && fb_checkpoint_is_signed(&note.checkpoint) &&
           note.n_witnesses == 1 && fb_witness_is_signed(&note.checkpoint, &note.witness[0]);
}

static bool checker_takes(const char *held, size_t n_held)
{
    FILE *out = fmemopen(told, sizeof told - 1, "w");
    const struct proof_ask ask = {.text = text, .n = strlen(text), .held = held, .n_held = n_held};
    bool good = out != NULL && proof_check(&ask, out);
    CU_ASSERT_EQUAL_FATAL(fclose(out), 0);
    return good;
}

static void test_forms(void)
{
    static const struct {
        const char *was, *is;
        bool good;
    } line[] = {{STORE, STORE, true},
                {STORE, "store 8f3a90c14d5e6f7", false},
                {STORE, "store 8f3a90c14d5e6f7G", false},
                {STORE, "store 8F3A90C14D5E6F70", false},
                {STORE, "store ", false},
                {STORE, "store \x1b[31m8f3a90c1", false},
                {LAST, "last 0000-02-29T00:00:00.000Z", true},
                {LAST, "last 2024-02-29T23:59:59.999Z", true},
                {LAST, "last 2026-02-29T00:00:00.000Z", false},
                {LAST, "last 1900-02-29T00:00:00.000Z", false},
                {LAST, "last 2026-04-31T00:00:00.000Z", false},
                {LAST, "last 2026-13-01T00:00:00.000Z", false},
                {LAST, "last 2026-00-01T00:00:00.000Z", false},
                {LAST, "last 2026-11-00T00:00:00.000Z", false},
                {LAST, "last 2026-11-22T24:00:00.000Z", false},
                {LAST, "last 2026-11-22T06:60:00.000Z", false},
                {LAST, "last 2026-11-22T06:00:60.000Z", false},
                {LAST, "last 2026-11-22T06:52:43.123", false},
                {LAST, "last 2026-11-22T06:52:43.12Z", false},
                {LAST, "last \x1b[31mnever", false},
                {MADE, "made 2026-11-22 07:00:00.000Z", false},
                {MADE, "made 2026-11-22T07:00+00:00.0Z", false},
                {MADE, "made ", false},
                {NAME, "countersigned-by !~", true},
                {NAME, "countersigned-by 1234567890123456789012345678901234567890", true},
                {NAME, "countersigned-by 12345678901234567890123456789012345678901", false},
                {NAME, "countersigned-by ", false},
                {NAME, "countersigned-by R TH", false},
                {NAME, "countersigned-by R\tTH", false},
                {NAME, "countersigned-by R\x1b[2JTH", false},
                {NAME, "countersigned-by R\x7fTH", false},
                {NAME, "countersigned-by R\xc3\xa9TH", false}};
    for (unsigned i = 0; i < sizeof line / sizeof line[0]; i++) {
        write_with(line[i].was, line[i].is);
        if (engine_takes() != line[i].good || checker_takes(NULL, 0) != line[i].good)
            CU_FAIL(line[i].is);
        CU_ASSERT_PTR_NULL(strchr(told, '\x1b')); /* nobody's terminal is told what to do */
    }
}

/* A text that somebody kept is what stands in its file, to the last byte. */
static void test_kept_whole(void)
{
    char kept[TEXT_BYTES + 16] = "";
    write_with(NULL, NULL);
    size_t n = strlen(text);
    memcpy(kept, text, n);
    CU_ASSERT_TRUE(checker_takes(kept, n));
    memcpy(kept + n, "\0garbage", 8);
    CU_ASSERT_FALSE(checker_takes(kept, n + 8));
    CU_ASSERT_PTR_NOT_NULL(strstr(told, "the checkpoint that you kept does not hold"));
}

CU_TestInfo suite_proof_note[] = {
    {"the checker takes the lines that the engine writes, and no others, though they are signed", test_forms},
    {"a checkpoint that was kept is read to the end of its file", test_kept_whole},
    CU_TEST_INFO_NULL};
