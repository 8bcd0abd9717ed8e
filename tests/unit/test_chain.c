#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/chain/checkpoint.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 300 };
static struct fb_node leaf[MOST];
static struct fb_test_turn T;

/* ---- a range against its definition ---- */

static void make_leaves(void)
{
    for (unsigned i = 0; i < MOST; i++)
        crypto_generichash(leaf[i].b, FB_NODE_BYTES, (const unsigned char *)&i, sizeof i, NULL, 0);
}

static void naive_top(uint64_t from, uint64_t n, struct fb_node *out)
{
    struct fb_node left, right;
    uint64_t half = 1;
    if (n == 1) {
        *out = leaf[from];
        return;
    }
    while (half * 2 < n)
        half *= 2;
    naive_top(from, half, &left);
    naive_top(from + half, n - half, &right);
    fb_node_join(&left, &right, out);
}

static void naive_root(uint64_t n, struct fb_node *out)
{
    struct fb_node top = {{0}};
    if (n > 0)
        naive_top(0, n, &top);
    fb_root_of(n, &top, out);
}

static enum fb_err naive_node(void *ctx, unsigned height, uint64_t index, struct fb_node *out)
{
    uint64_t size = *(uint64_t *)ctx;
    CU_ASSERT_FATAL((index + 1) << height <= size); /* only whole nodes are asked for */
    naive_top(index << height, (uint64_t)1 << height, out);
    return FB_OK;
}

static void test_roots(void)
{
    struct fb_mountain m = {.size = 0};
    struct fb_node is, must;
    make_leaves();
    for (uint64_t n = 0; n <= MOST; n++) {
        fb_mountain_root(&m, &is);
        naive_root(n, &must);
        CU_ASSERT_TRUE(fb_node_same(&is, &must));
        if (n < MOST)
            (void)fb_mountain_add(&m, &leaf[n]);
    }
}

/* RFC 7693's function, and the words of deploy/PROOF.md, by bytes that were worked out elsewhere (Python's hashlib). */
static void test_known_bytes(void)
{
    static const char must[] = "b6c1e473e2dc01f9d76b61acf701500728c3114f3eb64446d65b910f159f446a";
    struct fb_mountain m = {.size = 0};
    struct fb_node root, one = {{1}}, two = {{2}}, three = {{3}};
    char hex[65];
    (void)fb_mountain_add(&m, &one);
    (void)fb_mountain_add(&m, &two);
    (void)fb_mountain_add(&m, &three);
    fb_mountain_root(&m, &root);
    sodium_bin2hex(hex, sizeof hex, root.b, FB_NODE_BYTES);
    CU_ASSERT_STRING_EQUAL(hex, must);
}

static bool any_bit_matters(const struct fb_node *l, uint64_t at, uint64_t n, const struct fb_path *path, const struct fb_node *root)
{
    struct fb_path bad = *path;
    struct fb_node other = *l;
    bool holds = fb_path_holds(l, at, n + 1, path, root) || fb_path_holds(l, at + 1, n, path, root);
    other.b[at % FB_NODE_BYTES] ^= 1;
    holds = holds || fb_path_holds(&other, at, n, path, root);
    for (unsigned i = 0; i < path->n; i++) {
        bad.node[i].b[i % FB_NODE_BYTES] ^= 0x80;
        holds = holds || fb_path_holds(l, at, n, &bad, root);
        bad.node[i] = path->node[i];
    }
    bad.n = path->n + 1;
    bad.node[path->n] = *l;
    holds = holds || fb_path_holds(l, at, n, &bad, root);
    bad.n = path->n - 1;
    return !holds && (path->n == 0 || !fb_path_holds(l, at, n, &bad, root));
}

static void test_paths(void)
{
    make_leaves();
    for (uint64_t n = 1; n <= MOST; n += n < 40 ? 1 : 37) {
        struct fb_nodes nodes = {naive_node, &n};
        struct fb_node root;
        naive_root(n, &root);
        for (uint64_t at = 0; at < n; at += n < 40 ? 1 : 7) {
            struct fb_path path;
            CU_ASSERT_EQUAL_FATAL(fb_path_in(&nodes, at, n, &path), FB_OK);
            CU_ASSERT_TRUE(fb_path_holds(&leaf[at], at, n, &path, &root));
            CU_ASSERT_TRUE(any_bit_matters(&leaf[at], at, n, &path, &root));
        }
    }
}

static void test_growth(void)
{
    make_leaves();
    for (uint64_t n = 1; n <= MOST; n += n < 40 ? 1 : 37)
        for (uint64_t from = 1; from <= n; from += n < 40 ? 1 : 7) {
            struct fb_nodes nodes = {naive_node, &n};
            struct fb_node was, is, other;
            struct fb_path path, bad;
            naive_root(from, &was);
            naive_root(n, &is);
            CU_ASSERT_EQUAL_FATAL(fb_path_between(&nodes, from, n, &path), FB_OK);
            CU_ASSERT_TRUE(fb_path_grows(from, &was, n, &is, &path));
            other = was;
            other.b[0] ^= 1;
            CU_ASSERT_FALSE(fb_path_grows(from, &other, n, &is, &path));
            CU_ASSERT_FALSE(fb_path_grows(from + 1, &was, n, &is, &path));
            CU_ASSERT_FALSE(fb_path_grows(from, &was, n + 1, &is, &path));
            for (unsigned i = 0; i < path.n; i++) {
                bad = path;
                bad.node[i].b[i % FB_NODE_BYTES] ^= 4;
                CU_ASSERT_FALSE(fb_path_grows(from, &was, n, &is, &bad));
            }
        }
}

/* ---- in a store ---- */

static struct fb_node numbered(uint32_t n)
{
    struct fb_node out;
    crypto_generichash(out.b, FB_NODE_BYTES, (const unsigned char *)&n, sizeof n, NULL, 0);
    return out;
}

/* So many leaves, in transactions of `batch`; the range that they make. */
static struct fb_mountain fill(struct fb_store *store, unsigned leaves, unsigned batch)
{
    struct fb_chain c = {.off = false};
    uint32_t subject[3] = {7, 8, 90000};
    for (unsigned i = 0; i < leaves;) {
        struct fb_txn *txn;
        CU_ASSERT_EQUAL_FATAL(fb_store_write(store, &txn), FB_OK);
        for (unsigned k = 0; k < batch && i < leaves; k++, i++) {
            struct fb_node l = numbered(i);
            fb_chain_leaf(&c, &l, 7, subject, i % 5 == 4 ? FB_NOT_NOTED : i % 4);
        }
        CU_ASSERT_EQUAL_FATAL(fb_chain_put(&c, txn), FB_OK);
        CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
    }
    struct fb_mountain out = c.range;
    fb_chain_release(&c);
    return out;
}

static void test_batches(void)
{
    static const unsigned batches[] = {1, 7, 60, 61, 1024, 5000};
    enum { LEAVES = 3000 };
    struct fb_node first, root;
    for (unsigned b = 0; b < sizeof batches / sizeof batches[0]; b++) {
        struct fb_store *store = NULL;
        struct fb_mountain made, read;
        CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
        made = fill(store, LEAVES, batches[b]);
        CU_ASSERT_EQUAL(fb_chain_open_at(&read, store, LEAVES), FB_OK);
        fb_mountain_root(&made, b == 0 ? &first : &root);
        CU_ASSERT_TRUE(b == 0 || fb_node_same(&first, &root));
        fb_mountain_root(&read, &root);
        CU_ASSERT_TRUE(fb_node_same(&first, &root));
        CU_ASSERT_EQUAL(fb_chain_open_at(&read, store, LEAVES + 1), FB_DAMAGED);
        fb_store_close(&store);
    }
}

static void test_notes_and_paths_from_rows(void)
{
    enum { LEAVES = 2500 };
    struct fb_store *store = NULL;
    struct fb_txn *txn;
    struct fb_chain_reader *r = malloc(sizeof *r);
    struct fb_node root;
    CU_ASSERT_PTR_NOT_NULL_FATAL(r);
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
    struct fb_mountain made = fill(store, LEAVES, 100);
    fb_mountain_root(&made, &root);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(store, &txn), FB_OK);
    fb_chain_reader_init(r, txn);
    struct fb_nodes nodes = fb_chain_nodes(r);
    for (unsigned at = 0; at < LEAVES; at += 83) {
        uint32_t subject[FB_NOTED_MAX] = {0};
        unsigned n = 99;
        struct fb_path path;
        struct fb_node l = numbered(at);
        CU_ASSERT_EQUAL(fb_path_in(&nodes, at, LEAVES, &path), FB_OK);
        CU_ASSERT_TRUE(fb_path_holds(&l, at, LEAVES, &path, &root));
        CU_ASSERT_EQUAL(fb_chain_noted(txn, at + 1, 7, subject, &n), FB_OK);
        CU_ASSERT_EQUAL(n, at % 5 == 4 ? FB_NOT_NOTED : at % 4);
        CU_ASSERT_TRUE(n == FB_NOT_NOTED || n < 3 || (subject[0] == 7 && subject[2] == 90000));
    }
    fb_txn_abort(&txn);
    free(r);
    fb_store_close(&store);
}

/* ---- of a turn ---- */

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    for (unsigned i = 0; i < 6; i++) {
        char ref[8] = {'B', (char)('1' + i), 0};
        struct fb_record *b = fb_test_record(FB_KIND_BOOKING, i % 2 ? FB_TEST_PORTAL : FB_TEST_ROSTER, ref);
        fb_test_refer(b, "SHIFT"); /* one shift: an entry makes several decisions */
        fb_test_send_one(&T, b);
    }
}

static void root_of(struct fb_node *out)
{
    struct fb_mountain m;
    struct fb_turn_stats s;
    fb_turn_stats(T.turn, &s);
    CU_ASSERT_EQUAL_FATAL(fb_chain_open_at(&m, T.store, s.journal), FB_OK);
    fb_mountain_root(&m, out);
}

static bool chain_is(struct fb_chain_check *c)
{
    const struct fb_chain_ask ask = {.held = NULL};
    return fb_chain_verify(T.store, &ask, c) == FB_OK && c->equal;
}

static void test_verified(void)
{
    struct fb_chain_check c;
    struct fb_node was, is;
    begin();
    CU_ASSERT_TRUE(chain_is(&c));
    CU_ASSERT_EQUAL(c.entries, fb_test_rows(&T, FB_TABLE_JOURNAL));
    root_of(&was);
    CU_ASSERT_TRUE(fb_node_same(&was, &c.root));
    fb_test_turn_reopen(&T);
    root_of(&is);
    CU_ASSERT_TRUE(fb_node_same(&was, &is));
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static void drop(enum fb_table table)
{
    struct fb_txn *in, *out;
    struct fb_scan scan;
    unsigned char memory[1 << 14];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &in), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &out), FB_OK);
    fb_scan_begin(&scan, in, table, (struct fb_span){NULL, 0});
    for (; fb_scan_next(&scan, &arena); fb_arena_reset(&arena))
        fb_del(out, table, scan.key);
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    fb_txn_abort(&in);
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&out), FB_OK);
}

static void test_folded_anew(void)
{
    struct fb_chain_check c;
    struct fb_node was, is;
    begin();
    root_of(&was);
    drop(FB_TABLE_LEAVES);
    drop(FB_TABLE_CHAIN);
    CU_ASSERT_FALSE(chain_is(&c));
    CU_ASSERT_STRING_EQUAL(c.first_difference, "leaves: they end before entry 1, and the journal goes on");
    fb_test_turn_reopen(&T);
    root_of(&is);
    CU_ASSERT_TRUE(fb_node_same(&was, &is));
    CU_ASSERT_TRUE(chain_is(&c));
    fb_test_turn_close(&T);
}

/* The last decision of the last subject is changed, or goes: rows of DECISIONS can be overwritten, and their checksum is made good. */
static void spoil_decision(bool gone)
{
    struct fb_txn *t;
    unsigned char memory[1 << 14];
    struct fb_arena arena;
    struct fb_span key, value;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &t), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_find_last(t, FB_TABLE_DECISIONS, &arena, &key, &value), FB_OK);
    if (gone) {
        fb_del(t, FB_TABLE_DECISIONS, key);
    } else {
        ((char *)(uintptr_t)value.p)[value.n - 1] ^= 1;
        fb_put(t, FB_TABLE_DECISIONS, key, value);
    }
    fb_arena_release(&arena);
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&t), FB_OK);
}

static void test_changed_decision(void)
{
    struct fb_chain_check c;
    for (int gone = 0; gone < 2; gone++) {
        begin();
        spoil_decision(gone);
        CU_ASSERT_FALSE(chain_is(&c));
        CU_ASSERT_PTR_NOT_NULL(strstr(c.first_difference, "journal: entry "));
        CU_ASSERT_PTR_NOT_NULL(strstr(c.first_difference, "decided with it"));
        fb_test_turn_close(&T);
    }
}

/* Nothing takes entries out of a journal, so leaves that have none are no proof of them. */
static void test_first_entries_gone(void)
{
    struct fb_chain_check c;
    struct fb_txn *t;
    for (unsigned n = 1; n < 5; n++) {
        begin();
        CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &t), FB_OK);
        for (uint64_t number = 1; number <= n; number++) {
            struct fb_key key = fb_key_u64(number);
            fb_del(t, FB_TABLE_JOURNAL, fb_key_span(&key));
        }
        CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&t), FB_OK);
        CU_ASSERT_FALSE(chain_is(&c));
        CU_ASSERT_STRING_EQUAL(c.first_difference, "journal: entry 1: it is missing, or cannot be read");
        fb_test_turn_close(&T);
    }
}

/* No leaf covers it, and people are shown the latest. */
static void test_decision_of_no_entry(void)
{
    struct fb_chain_check c;
    struct fb_turn_stats s;
    struct fb_txn *t;
    unsigned char memory[1 << 14];
    struct fb_arena arena;
    struct fb_span was, value;
    begin();
    fb_turn_stats(T.turn, &s);
    struct fb_key key = fb_key_decision(1, s.journal + 1);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &t), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_find_last(t, FB_TABLE_DECISIONS, &arena, &was, &value), FB_OK);
    fb_put(t, FB_TABLE_DECISIONS, fb_key_span(&key), value);
    fb_arena_release(&arena);
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&t), FB_OK);
    CU_ASSERT_FALSE(chain_is(&c));
    CU_ASSERT_PTR_NOT_NULL(strstr(c.first_difference, "the journal does not have it"));
    fb_test_turn_close(&T);
}

/* A journal that was cut and made anew has leaves of its own, but not the root that somebody keeps. */
static void test_held_elsewhere(void)
{
    struct fb_chain_check c;
    struct fb_checkpoint held = {.size = 0};
    struct fb_turn_stats s;
    begin();
    fb_turn_stats(T.turn, &s);
    held.size = s.journal;
    root_of(&held.root);
    const struct fb_chain_ask ask = {.held = &held};
    CU_ASSERT_TRUE(fb_chain_verify(T.store, &ask, &c) == FB_OK && c.equal);
    held.root.b[5] ^= 1;
    CU_ASSERT_TRUE(fb_chain_verify(T.store, &ask, &c) == FB_OK && !c.equal);
    CU_ASSERT_PTR_NOT_NULL(strstr(c.first_difference, "other entries"));
    held.size = s.journal + 1;
    CU_ASSERT_TRUE(fb_chain_verify(T.store, &ask, &c) == FB_OK && !c.equal);
    CU_ASSERT_PTR_NOT_NULL(strstr(c.first_difference, "taken away"));
    fb_test_turn_close(&T);
}

CU_TestInfo suite_chain[] = {
    {"roots of 0 to 300 leaves are those of the definition", test_roots},
    {"a root is the bytes that another program makes", test_known_bytes},
    {"every leaf's path holds, and no changed bit, size or length of it", test_paths},
    {"every range is shown to begin with every one before it, and with no other", test_growth},
    {"the root does not hang on batches, and is read back from its rows", test_batches},
    {"paths and the notes about decisions come from the rows", test_notes_and_paths_from_rows},
    {"a turn's chain is verified, and goes on when it is opened again", test_verified},
    {"a chain that was dropped is folded anew to the same root", test_folded_anew},
    {"a decision that was changed or taken away is named by its entry", test_changed_decision},
    {"a journal whose first entries are gone is not as it was", test_first_entries_gone},
    {"a decision of an entry that the journal does not have is named", test_decision_of_no_entry},
    {"a root that is kept elsewhere finds what was made anew", test_held_elsewhere},
    CU_TEST_INFO_NULL};
