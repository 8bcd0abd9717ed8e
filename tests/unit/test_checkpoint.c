#include "engine/turn/chain/checkpoint_index.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <string.h>

static const unsigned char SEED[crypto_sign_SEEDBYTES] = {1, 2, 3}, OTHER[crypto_sign_SEEDBYTES] = {9};
static char text[FB_NOTE_BYTES_MAX];

static struct fb_checkpoint signed_checkpoint(uint64_t size)
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    char memory[FB_CHECKPOINT_TEXT_BYTES];
    struct fb_text claim;
    struct fb_checkpoint c = {.epoch = 0x8f3a90c14d5e6f70, .size = size, .root = {{4, 5, 6}}, .last_ms = 1795329963123, .made_ms = 1795330800000};
    crypto_sign_seed_keypair(c.key, secret, SEED);
    fb_text_init(&claim, memory, sizeof memory);
    fb_checkpoint_claim(&claim, &c);
    crypto_sign_detached(c.signature, NULL, (const unsigned char *)claim.p, claim.n, secret);
    return c;
}

static struct fb_witness witness(const struct fb_checkpoint *c, const char *name)
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    char memory[FB_CHECKPOINT_TEXT_BYTES + FB_WITNESS_TEXT_BYTES];
    struct fb_text claim;
    struct fb_witness w = {.name = ""};
    strncpy(w.name, name, FB_WITNESS_BYTES_MAX);
    crypto_sign_seed_keypair(w.key, secret, OTHER);
    fb_text_init(&claim, memory, sizeof memory);
    fb_witness_claim(&claim, c, &w);
    crypto_sign_detached(w.signature, NULL, (const unsigned char *)claim.p, claim.n, secret);
    return w;
}

static struct fb_span format(const struct fb_note *n)
{
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_note_format(&t, n);
    CU_ASSERT_FALSE(t.cut);
    return (struct fb_span){t.p, (uint32_t)t.n};
}

static void test_text(void)
{
    struct fb_note n = {.checkpoint = signed_checkpoint(1234567)}, again;
    unsigned line;
    struct fb_span s = format(&n);
    CU_ASSERT_PTR_EQUAL(strstr(text, "fairbank checkpoint 1\nstore 8f3a90c14d5e6f70\nentries 1234567\nroot 040506"), text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nlast 2026-11-22T06:46:03.123Z\nmade 2026-11-22T07:00:00.000Z\nkey "));
    CU_ASSERT_EQUAL_FATAL(fb_note_parse(&again, s, &line), FB_OK);
    CU_ASSERT_EQUAL(memcmp(&again.checkpoint, &n.checkpoint, sizeof n.checkpoint), 0);
    CU_ASSERT_TRUE(fb_checkpoint_is_signed(&again.checkpoint));
    CU_ASSERT_EQUAL(again.n_witnesses, 0);
}

/* Mail adds carriage returns, and nothing else is forgiven. */
static void test_exact(void)
{
    static char mailed[2 * FB_NOTE_BYTES_MAX];
    struct fb_note n = {.checkpoint = signed_checkpoint(7)}, again;
    unsigned line;
    uint32_t m = 0;
    struct fb_span s = format(&n);
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n')
            mailed[m++] = '\r';
        mailed[m++] = s.p[i];
    }
    CU_ASSERT_EQUAL(fb_note_parse(&again, (struct fb_span){mailed, m}, &line), FB_OK);
    CU_ASSERT_TRUE(fb_checkpoint_is_signed(&again.checkpoint));
    CU_ASSERT_EQUAL(fb_note_parse(&again, (struct fb_span){s.p, s.n - 1}, &line), FB_REFUSED);
    CU_ASSERT_EQUAL(line, 8);
    static const struct {
        const char *was, *is;
        unsigned line;
    } wrong[] = {{"checkpoint 1", "checkpoint 2", 1}, {"entries 7", "entries 07", 3},          {"entries 7", "entries -7", 3},
                 {"root 04", "root 0G", 4},           {"root 0405", "root 04", 4},            {"root 040506", "root 04050A", 4},
                 {"last 2026", "last 9926-11", 5},    {"made 2026-11-22T", "made 2026-11-22 ", 6}, {"key ", "yek ", 7}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)format(&n);
        char *at = strstr(text, wrong[i].was);
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        size_t was = strlen(wrong[i].was), is = strlen(wrong[i].is);
        memmove(at + is, at + was, strlen(at + was) + 1);
        memcpy(at, wrong[i].is, is);
        CU_ASSERT_EQUAL(fb_note_parse(&again, fb_span_of(text), &line), FB_REFUSED);
        CU_ASSERT_EQUAL(line, wrong[i].line);
    }
}

static void test_every_field_is_signed(void)
{
    struct fb_checkpoint c = signed_checkpoint(7), bad[6];
    for (unsigned i = 0; i < 6; i++)
        bad[i] = c;
    bad[0].epoch++;
    bad[1].size++;
    bad[2].root.b[31] ^= 1;
    bad[3].last_ms++;
    bad[4].made_ms++;
    bad[5].signature[0] ^= 1;
    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT_FALSE(fb_checkpoint_is_signed(&bad[i]));
}

static void test_witnesses(void)
{
    struct fb_note n = {.checkpoint = signed_checkpoint(7), .n_witnesses = 2}, again;
    unsigned line;
    n.witness[0] = witness(&n.checkpoint, "RTH");
    n.witness[1] = witness(&n.checkpoint, "BOB-ICB");
    CU_ASSERT_EQUAL_FATAL(fb_note_parse(&again, format(&n), &line), FB_OK);
    CU_ASSERT_EQUAL(again.n_witnesses, 2);
    CU_ASSERT_TRUE(fb_witness_is_signed(&again.checkpoint, &again.witness[0]) && fb_witness_is_signed(&again.checkpoint, &again.witness[1]));
    struct fb_checkpoint other = signed_checkpoint(8);
    CU_ASSERT_FALSE(fb_witness_is_signed(&other, &again.witness[0]));
    memcpy(again.witness[0].name, "RXQ", 4); /* nobody signs in another's name */
    CU_ASSERT_FALSE(fb_witness_is_signed(&again.checkpoint, &again.witness[0]));
    CU_ASSERT_TRUE(fb_witness_name_is(fb_span_of("RTH")) && !fb_witness_name_is(fb_span_of("R TH")) && !fb_witness_name_is(fb_span_of("")));
}

static void test_rows(void)
{
    struct fb_store *store = NULL;
    struct fb_checkpoint a = signed_checkpoint(7), b = signed_checkpoint(9);
    struct fb_witness w = witness(&a, "RTH");
    struct fb_checkpoint_row row;
    struct fb_note note;
    uint64_t first = 0, second = 0, found = 0;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_checkpoint_last(store, &row), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_checkpoint_append(store, &a, &first), FB_OK);
    CU_ASSERT_EQUAL(fb_checkpoint_append(store, &b, &second), FB_OK);
    CU_ASSERT_EQUAL(fb_witness_append(store, first, &w), FB_OK);
    CU_ASSERT_TRUE(fb_checkpoint_last(store, &row) == FB_OK && row.number == second && row.checkpoint.size == 9);
    CU_ASSERT_TRUE(fb_checkpoint_note(store, first, &note, &found) == FB_OK && note.n_witnesses == 1 && found == first);
    CU_ASSERT_EQUAL(memcmp(&note.witness[0], &w, sizeof w), 0);
    CU_ASSERT_TRUE(fb_checkpoint_note(store, 0, &note, &found) == FB_OK && note.n_witnesses == 0 && found == second);
    CU_ASSERT_EQUAL(fb_checkpoint_note(store, 3, &note, &found), FB_NOT_FOUND); /* a countersignature's row is no checkpoint */
    fb_store_close(&store);
}

static bool same_note(const struct fb_note *a, const struct fb_note *b)
{
    bool same = memcmp(&a->checkpoint, &b->checkpoint, sizeof a->checkpoint) == 0 && a->n_witnesses == b->n_witnesses;
    for (unsigned i = 0; same && i < a->n_witnesses; i++)
        same = memcmp(&a->witness[i], &b->witness[i], sizeof a->witness[i]) == 0;
    return same;
}

/* Each row's answer is the one of reading them all. */
static void same_as_read(struct fb_checkpoint_index *x, struct fb_store *store, uint64_t rows)
{
    struct fb_note a, b;
    uint64_t at_a = 0, at_b = 0, found = 0;
    for (uint64_t i = 0; i <= rows + 1; i++) {
        enum fb_err e = fb_checkpoint_note(store, i, &a, &at_a);
        CU_ASSERT_EQUAL_FATAL(fb_checkpoint_index_note(x, store, i, &b, &at_b), e);
        CU_ASSERT_TRUE(e != FB_OK || (at_a == at_b && same_note(&a, &b)));
        CU_ASSERT_TRUE(e != FB_OK || (fb_checkpoint_index_find(x, store, &a.checkpoint, &found) == FB_OK && found == at_a));
    }
}

/* Whoever asks for an old one, or countersigns it, has its rows read, however many came since. */
static void test_index(void)
{
    enum { MANY = 120 };
    struct fb_store *store = NULL;
    struct fb_checkpoint_index x = {.read = 0};
    struct fb_checkpoint c[MANY];
    uint64_t number[MANY], reads = 0, rows = 0, found = 0;
    struct fb_faults counted = {.reads = &reads};
    struct fb_note note;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, &counted), FB_OK);
    CU_ASSERT_EQUAL(fb_checkpoint_index_note(&x, store, 0, &note, &found), FB_NOT_FOUND);
    for (unsigned i = 0; i < MANY; i++) {
        c[i] = signed_checkpoint(7 + 3 * i);
        CU_ASSERT_EQUAL_FATAL(fb_checkpoint_append(store, &c[i], &number[i]), FB_OK);
        struct fb_witness w = witness(&c[i / 3], i % 2 == 0 ? "RTH" : "RXQ");
        CU_ASSERT_EQUAL_FATAL(fb_witness_append(store, number[i / 3], &w), FB_OK);
        rows += 2;
        if (i % 40 == 3)
            same_as_read(&x, store, rows);
    }
    same_as_read(&x, store, rows);
    reads = 0;
    CU_ASSERT_TRUE(fb_checkpoint_index_note(&x, store, 1, &note, &found) == FB_OK && note.n_witnesses == 3);
    CU_ASSERT_TRUE(fb_checkpoint_index_find(&x, store, &c[MANY / 2], &found) == FB_OK && found == number[MANY / 2]);
    CU_ASSERT_TRUE(reads <= 8);
    c[5].signature[0] ^= 1;
    CU_ASSERT_EQUAL(fb_checkpoint_index_find(&x, store, &c[5], &found), FB_NOT_FOUND);
    fb_checkpoint_index_free(&x);
    fb_store_close(&store);
}

CU_TestInfo suite_checkpoint[] = {
    {"a checkpoint is written as its header says, and read back the same", test_text},
    {"only the exact lines are read, and the line at fault is said", test_exact},
    {"every field stands under the signature", test_every_field_is_signed},
    {"witnesses sign the checkpoint and their own name", test_witnesses},
    {"rows keep checkpoints and who countersigned which", test_rows},
    {"an old checkpoint is found without reading what came since", test_index},
    CU_TEST_INFO_NULL};
