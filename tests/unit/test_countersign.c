/* What the commit thread keeps of a text that others have countersigned. */
#include "engine/shell/commit_chain.h"
#include "tests/lib/notes.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static struct fb_seals seals;
static struct fb_item item;
static struct fb_note note;
static char told[FB_TOLD_BYTES];
static uint64_t number, reads;

static void begin(void)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES];
    unsigned char secret[64];
    struct fb_text claim;
    memset(&note, 0, sizeof note);
    seals = (struct fb_seals){.store = NULL};
    static struct fb_faults counted;
    counted = (struct fb_faults){.reads = &reads};
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&seals.store, &counted), FB_OK);
    note.checkpoint = (struct fb_checkpoint){.epoch = 1, .size = 7, .last_ms = 1795329963123, .made_ms = 1795330800000};
    fb_test_signer(200, note.checkpoint.key, secret);
    fb_text_init(&claim, memory, sizeof memory);
    fb_checkpoint_claim(&claim, &note.checkpoint);
    (void)crypto_sign_detached(note.checkpoint.signature, NULL, (const unsigned char *)claim.p, claim.n, secret);
    CU_ASSERT_EQUAL_FATAL(fb_checkpoint_append(seals.store, &note.checkpoint, &number), FB_OK);
}

static void sign_as(const char *name, unsigned signer)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES + FB_WITNESS_TEXT_BYTES];
    unsigned char secret[64];
    struct fb_text claim;
    struct fb_witness *w = &note.witness[note.n_witnesses++];
    memset(w, 0, sizeof *w);
    snprintf(w->name, sizeof w->name, "%s", name);
    fb_test_signer(signer, w->key, secret);
    fb_text_init(&claim, memory, sizeof memory);
    fb_witness_claim(&claim, &note.checkpoint, w);
    (void)crypto_sign_detached(w->signature, NULL, (const unsigned char *)claim.p, claim.n, secret);
}

/* The same key over the same lines, with a signature of other bytes: its half that the signer chooses is another one. */
static void sign_otherwise(struct fb_witness *w, unsigned signer, unsigned nonce)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES + FB_WITNESS_TEXT_BYTES];
    unsigned char secret[64], az[64], r[64] = {0}, k[64];
    unsigned char *s = w->signature;
    struct fb_text claim;
    crypto_hash_sha512_state h;
    r[0] = (unsigned char)nonce;
    fb_test_signer(signer, w->key, secret);
    fb_text_init(&claim, memory, sizeof memory);
    fb_witness_claim(&claim, &note.checkpoint, w);
    (void)crypto_hash_sha512(az, secret, 32);
    az[0] &= 248;
    az[31] = (unsigned char)((az[31] & 63) | 64);
    crypto_core_ed25519_scalar_reduce(r, r);
    (void)crypto_scalarmult_ed25519_base_noclamp(s, r);
    (void)crypto_hash_sha512_init(&h);
    (void)crypto_hash_sha512_update(&h, s, 32);
    (void)crypto_hash_sha512_update(&h, w->key, 32);
    (void)crypto_hash_sha512_update(&h, (const unsigned char *)claim.p, claim.n);
    (void)crypto_hash_sha512_final(&h, k);
    crypto_core_ed25519_scalar_reduce(k, k);
    crypto_core_ed25519_scalar_mul(k, k, az);
    crypto_core_ed25519_scalar_add(s + 32, k, r);
}

static void end(void)
{
    fb_seals_close(&seals);
    fb_store_close(&seals.store);
}

/* The text comes as it does over the door. */
static enum fb_err send(void)
{
    memset(&item, 0, sizeof item);
    item.kind = FB_ITEM_COUNTERSIGN;
    item.query.note = fb_test_note_sent(&note);
    fb_text_init(&item.why, told, sizeof told);
    CU_ASSERT_EQUAL_FATAL(fb_seals_take(&seals, &item), FB_OK);
    return item.err;
}

static unsigned held(void)
{
    struct fb_note n;
    uint64_t found;
    CU_ASSERT_EQUAL_FATAL(fb_checkpoint_note(seals.store, number, &n, &found), FB_OK);
    return n.n_witnesses;
}

static bool says(const char *words) { return strstr(told, words) != NULL; }

static void test_once(void)
{
    begin();
    for (unsigned i = 0; i < 3; i++) {
        sign_as("RTH", 1);
        sign_otherwise(&note.witness[i], 1, i + 1);
        CU_ASSERT_TRUE(fb_witness_is_signed(&note.checkpoint, &note.witness[i]));
    }
    CU_ASSERT_NOT_EQUAL(memcmp(note.witness[0].signature, note.witness[1].signature, FB_SIGNATURE_BYTES), 0);
    CU_ASSERT_TRUE(send() == FB_OK && says("1 countersignature was kept with checkpoint 1; the others were held already"));
    sign_otherwise(&note.witness[0], 1, 9); /* and in a text of its own */
    CU_ASSERT_TRUE(send() == FB_OK && says("0 countersignatures were kept") && held() == 1);
    note.n_witnesses = 0;
    sign_as("RTH", 2); /* another key, or another name, is another signer */
    sign_as("RTH-audit", 1);
    CU_ASSERT_TRUE(send() == FB_OK && says("2 countersignatures were kept with checkpoint 1\n") && held() == 3);
    end();
}

static void test_as_many_as_fit(void)
{
    begin();
    for (unsigned i = 0; i < FB_WITNESSES_MAX - 1; i++)
        sign_as("RTH", i + 1);
    CU_ASSERT_TRUE(send() == FB_OK && says("63 countersignatures were kept"));
    note.n_witnesses = 0;
    sign_as("RTH", 101);
    sign_as("RTH", 102); /* the one has a place, the other has none */
    CU_ASSERT_TRUE(send() == FB_REFUSED && says("as many have signed as a checkpoint can hold, so nothing was kept") && held() == 63);
    note.n_witnesses = 1;
    CU_ASSERT_TRUE(send() == FB_OK && says("1 countersignature was kept") && held() == 64);
    sign_as("RTH", 1); /* who is held already needs no place */
    CU_ASSERT_TRUE(send() == FB_OK && says("0 countersignatures were kept"));
    note.n_witnesses = 0;
    sign_as("RTH", 103);
    CU_ASSERT_TRUE(send() == FB_REFUSED && says("as many have signed") && held() == 64);
    end();
}

static void test_all_or_none(void)
{
    begin();
    sign_as("RTH", 1);
    sign_as("RXQ", 2);
    note.witness[1].signature[0] ^= 1;
    CU_ASSERT_TRUE(send() == FB_REFUSED && says("does not hold over that checkpoint, so nothing was kept") && held() == 0);
    note.n_witnesses = 0;
    CU_ASSERT_TRUE(send() == FB_REFUSED && says("nobody countersigned that text"));
    sign_as("RTH", 1);
    note.checkpoint.size++;
    CU_ASSERT_TRUE(send() == FB_REFUSED && says("is not one of this engine's"));
    end();
}

/* The commit thread stands between everybody's records: whoever signs old checkpoints does not have all that came since read. */
static void test_old(void)
{
    struct fb_checkpoint later;
    uint64_t last = 0;
    begin();
    later = note.checkpoint;
    for (unsigned i = 0; i < 200; i++) {
        later.size++;
        CU_ASSERT_EQUAL_FATAL(fb_checkpoint_append(seals.store, &later, &last), FB_OK);
    }
    fb_seals_open(&seals);
    reads = 0;
    sign_as("RTH", 1);
    CU_ASSERT_TRUE(send() == FB_OK && says("1 countersignature was kept with checkpoint 1\n") && reads < 10);
    note.n_witnesses = 0;
    note.checkpoint = later;
    CU_ASSERT_TRUE(send() == FB_REFUSED && says("nobody countersigned") && reads < 20);
    end();
}

CU_TestInfo suite_countersign[] = {
    {"who signed once takes one place, however often they sign", test_once},
    {"a checkpoint holds sixty-four signers, and the next is told that it is full", test_as_many_as_fit},
    {"one countersignature that does not hold refuses the text", test_all_or_none},
    {"an old checkpoint is countersigned without reading those that came since", test_old},
    CU_TEST_INFO_NULL,
};
