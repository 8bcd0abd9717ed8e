/* Whose key countersigned a checkpoint. */
#include "engine/shell/witness.h"
#include "engine/wire/wire.h"
#include "tests/lib/notes.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
static struct fb_gate *G;
static struct fb_note note;
static char words[240];

/* Signers A and B have sign_keys of their own; the second is revoked from day 20001. */
enum { TODAY = 20000, SIGNER_A = 1, SIGNER_B = 2, SIGNER_C = 3 };

static void begin(void)
{
    unsigned char key[2][32], secret[64];
    char hex[2][65], text[1000];
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    unsigned lost;
    for (unsigned i = 0; i < 2; i++) {
        fb_test_signer(i + 1, key[i], secret);
        (void)sodium_bin2hex(hex[i], sizeof hex[i], key[i], 32);
    }
    snprintf(text, sizeof text,
             "identities:\n  - name: rth-audit\n    key: '%s'\n    roles: [trust:RTH]\n    sign_key: '%s'\n"
             "  - name: controls\n    key: '%s'\n    roles: [controls]\n    sign_key: '%s'\n    revoked: 2024-10-05\n",
             KEY_A, hex[0], KEY_B, hex[1]);
    CU_ASSERT_EQUAL_FATAL(fb_gate_open(&G), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_identities_parse(&ids, "t", fb_span_of(text), &report), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_gate_take(G, &ids, TODAY, &lost), FB_OK);
    fb_pack_report_free(&report);
    memset(&note, 0, sizeof note);
}

static void sign_as(const char *name, unsigned signer)
{
    unsigned char secret[64];
    struct fb_witness *w = &note.witness[note.n_witnesses++];
    snprintf(w->name, sizeof w->name, "%s", name);
    fb_test_signer(signer, w->key, secret);
}

static bool admits(uint32_t key)
{
    const struct fb_peer peer = {.n = 1, .id = {1}, .key = key};
    struct fb_text why;
    fb_text_init(&why, words, sizeof words);
    return fb_witness_admit(G, &peer, fb_test_note_sent(&note), &why);
}

static void test_own_key(void)
{
    begin();
    sign_as("rth-audit", SIGNER_A);
    sign_as("RTH", SIGNER_A); /* the trust's code is as good as the name */
    CU_ASSERT_TRUE(admits(1) && admits(0));
    sign_as("controls", SIGNER_B);
    CU_ASSERT_TRUE(admits(1));
    fb_gate_close(&G);
}

static void test_another_key(void)
{
    begin();
    sign_as("RTH", SIGNER_B); /* somebody else's, though that is known too */
    CU_ASSERT_FALSE(admits(1));
    CU_ASSERT_PTR_NOT_NULL(strstr(words, "RTH countersigned with another key than the sign_key"));
    CU_ASSERT_FALSE(admits(0)); /* over this machine's own sockets as well */
    note.n_witnesses = 0;
    sign_as("rth-audit", SIGNER_A);
    sign_as("controls", SIGNER_C); /* one that is wrong refuses all */
    CU_ASSERT_FALSE(admits(1));
    CU_ASSERT_PTR_NOT_NULL(strstr(words, "controls countersigned"));
    fb_gate_close(&G);
}

static void test_revoked(void)
{
    begin();
    sign_as("controls", SIGNER_B);
    (void)fb_gate_day(G, TODAY + 1);
    CU_ASSERT_FALSE(admits(1));
    CU_ASSERT_PTR_NOT_NULL(strstr(words, "revoked"));
    fb_gate_close(&G);
}

static void test_nobody(void)
{
    begin();
    sign_as("auditor", SIGNER_C);
    CU_ASSERT_FALSE(admits(1));
    CU_ASSERT_PTR_NOT_NULL(strstr(words, "auditor has no sign_key"));
    CU_ASSERT_TRUE(admits(0));
    fb_gate_close(&G);
    CU_ASSERT_TRUE(admits(0)); /* no identities at all */
}

static void test_no_text(void)
{
    unsigned line = 7;
    CU_ASSERT_EQUAL(fb_witness_read(fb_span_of("fairbank checkpoint 1" FB_WIRE_LINE "no"), &note, &line), FB_REFUSED);
    CU_ASSERT_EQUAL(line, 2);
    const struct fb_peer peer = {.n = 1, .id = {1}, .key = 1};
    struct fb_text why;
    fb_text_init(&why, words, sizeof words);
    CU_ASSERT_TRUE(fb_witness_admit(NULL, &peer, fb_span_of("nonsense"), &why)); /* whoever keeps it says what is wrong */
}

CU_TestInfo suite_witness[] = {
    {"a countersignature by the identity's own key is taken, by its name and by its trust's code", test_own_key},
    {"by another key the whole text is refused, with whose it is", test_another_key},
    {"a revoked identity signs nothing more", test_revoked},
    {"a name that no identity goes by is taken over this machine's sockets only", test_nobody},
    {"what is no checkpoint is named by its line", test_no_text},
    CU_TEST_INFO_NULL,
};
