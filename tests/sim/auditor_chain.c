/* The chain once more, slowly and by the words of deploy/PROOF.md alone: rows as they are stored, their own reading of an
 * entry's first bytes, and the top of a list of leaves by its definition. Only the hash function itself is the same. */
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "tests/sim/auditor.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { HASH = 32, ENTRIES_MAX = 1 << 16, HEAD_MAX = 400, DECISION_BYTES_MAX = 16 << 10, ROW_ROOM = 1 << 17 };
struct slow {
    uint64_t n;
    unsigned char (*leaf)[HASH];      /* [number - 1] */
    unsigned char (*decisions)[HASH]; /* the same; noughts: none */
};

static void hash(unsigned char out[HASH], const unsigned char *bytes, size_t n)
{
    fb_assert(crypto_generichash(out, HASH, bytes, n, NULL, 0) == 0);
}

static void big_endian(unsigned char *out, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (unsigned char)(v >> 8 * (bytes - 1 - i));
}

/* ---- decisions ---- */

static void add_decision(struct slow *s, uint32_t subject, uint64_t journal, struct fb_span row)
{
    static unsigned char bytes[5 + DECISION_BYTES_MAX];
    unsigned char both[1 + 2 * HASH] = {5}, none[HASH] = {0};
    fb_assert(journal > 0 && journal <= s->n && row.n <= DECISION_BYTES_MAX);
    unsigned char *held = s->decisions[journal - 1];
    bytes[0] = 4;
    big_endian(bytes + 1, subject, 4);
    memcpy(bytes + 5, row.p, row.n);
    memcpy(both + 1, held, HASH);
    hash(both + 1 + HASH, bytes, 5 + row.n);
    if (memcmp(held, none, HASH) == 0)
        memcpy(held, both + 1 + HASH, HASH);
    else
        hash(held, both, sizeof both);
}

/* ---- entries ---- */

struct at {
    const unsigned char *p;
    size_t n;
};

static uint64_t varint(struct at *a)
{
    uint64_t v = 0;
    for (unsigned shift = 0; a->n > 0; shift += 7) {
        unsigned char byte = *a->p++;
        a->n--;
        v |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return v;
    }
    return v;
}

static int64_t zigzag(struct at *a)
{
    uint64_t v = varint(a);
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static struct at take(struct at *a, size_t n)
{
    fb_assert(n <= a->n);
    struct at out = {a->p, n};
    a->p += n;
    a->n -= n;
    return out;
}

static uint64_t byte(struct at *a)
{
    return take(a, 1).p[0];
}

struct sent {
    uint64_t record, kind;
    struct at message_id, reference, digest;
};

/* What was sent: flags say which texts and numbers there are. */
static void read_sent(struct at *a, struct sent *s)
{
    uint64_t flags = byte(a);
    s->kind = byte(a);
    for (unsigned bit = 0; bit < 4; bit++) {
        struct at text = {NULL, 0};
        if (flags >> bit & 1)
            text = take(a, varint(a));
        s->message_id = bit == 1 ? text : s->message_id;
        s->reference = bit == 2 ? text : s->reference;
    }
    for (unsigned bit = 4; bit < 8; bit++)
        if (bit != 6 && (flags >> bit & 1))
            (void)zigzag(a);
    s->digest = take(a, 16);
}

static void read_middle(struct at *a, uint64_t kind, struct sent *s)
{
    if (kind == 1) {
        s->record = varint(a);
        for (uint64_t worker = byte(a) >> 1; worker > 0; worker >>= 1)
            if (worker & 1)
                (void)varint(a);
        read_sent(a, s);
    } else if (kind == 2) {
        (void)take(a, 2);
        (void)take(a, varint(a));
        (void)varint(a);
        (void)varint(a);
        read_sent(a, s);
    }
}

static void put(unsigned char *head, size_t *n, const void *p, size_t bytes)
{
    fb_assert(*n + bytes <= HEAD_MAX);
    if (bytes > 0)
        memcpy(head + *n, p, bytes);
    *n += bytes;
}

static void put_number(unsigned char *head, size_t *n, uint64_t v, unsigned bytes)
{
    unsigned char b[8];
    big_endian(b, v, bytes);
    put(head, n, b, bytes);
}

static void add_entry(struct slow *s, uint64_t number, struct fb_span row)
{
    static unsigned char stored[1 + ROW_ROOM];
    static const unsigned char no_digest[16];
    unsigned char head[HEAD_MAX], h[HASH];
    size_t n = 0;
    struct at a = {(const unsigned char *)row.p, row.n};
    struct sent sent = {0};
    fb_assert(byte(&a) == 2);
    uint64_t kind = byte(&a), at_ms = (uint64_t)zigzag(&a), version = varint(&a), issue = varint(&a), source = varint(&a);
    read_middle(&a, kind, &sent);
    stored[0] = 3;
    memcpy(stored + 1, row.p, row.n);
    hash(h, stored, 1 + row.n);
    put_number(head, &n, 0, 1);
    put_number(head, &n, number, 8);
    put_number(head, &n, kind, 1);
    put_number(head, &n, sent.kind, 1);
    put_number(head, &n, at_ms, 8);
    put_number(head, &n, version, 4);
    put_number(head, &n, issue, 4);
    put_number(head, &n, source, 4);
    put_number(head, &n, sent.record, 4);
    put(head, &n, sent.digest.p != NULL ? sent.digest.p : no_digest, 16);
    put(head, &n, h, HASH);
    put(head, &n, s->decisions[number - 1], HASH);
    put_number(head, &n, sent.message_id.n, 2);
    put(head, &n, sent.message_id.p, sent.message_id.n);
    put_number(head, &n, sent.reference.n, 2);
    put(head, &n, sent.reference.p, sent.reference.n);
    hash(s->leaf[number - 1], head, n);
}

/* ---- the top and the root ---- */

static void top(const struct slow *s, uint64_t from, uint64_t n, unsigned char out[HASH])
{
    unsigned char both[1 + 2 * HASH] = {1};
    uint64_t half = 1;
    if (n == 1) {
        memcpy(out, s->leaf[from], HASH);
        return;
    }
    while (half * 2 < n)
        half *= 2;
    top(s, from, half, both + 1);
    top(s, from + half, n - half, both + 1 + HASH);
    hash(out, both, sizeof both);
}

static void root(const struct slow *s, unsigned char out[HASH])
{
    unsigned char all[1 + 8 + HASH] = {2};
    big_endian(all + 1, s->n, 8);
    if (s->n > 0)
        top(s, 0, s->n, all + 9);
    hash(out, all, sizeof all);
}

/* ---- the store ---- */

static void read_all(struct slow *s, struct fb_store *store, enum fb_table table)
{
    struct fb_txn *t = NULL;
    struct fb_scan scan;
    struct fb_arena arena;
    void *memory = malloc(ROW_ROOM);
    uint32_t subject = 0;
    uint64_t journal;
    fb_assert(memory != NULL && fb_store_read(store, &t) == FB_OK);
    fb_arena_init(&arena, memory, ROW_ROOM);
    fb_scan_begin(&scan, t, table, (struct fb_span){NULL, 0});
    for (uint64_t number = 1; fb_scan_next(&scan, &arena); number++, fb_arena_reset(&arena)) {
        if (table == FB_TABLE_JOURNAL)
            add_entry(s, number, scan.value);
        else if (fb_key_parse_decision(scan.key, &subject, &journal) == FB_OK)
            add_decision(s, subject, journal, scan.value);
    }
    fb_scan_end(&scan);
    fb_assert(fb_txn_err(t) == FB_OK);
    fb_txn_abort(&t);
    fb_arena_release(&arena);
    free(memory);
}

bool auditor_chain(struct auditor *a, struct fb_store *store)
{
    struct slow s = {.n = a->journal};
    struct fb_mountain kept;
    struct fb_node is;
    unsigned char must[HASH];
    fb_assert(s.n <= ENTRIES_MAX);
    s.leaf = calloc(s.n + 1, sizeof *s.leaf);
    s.decisions = calloc(s.n + 1, sizeof *s.decisions);
    fb_assert(s.leaf != NULL && s.decisions != NULL);
    read_all(&s, store, FB_TABLE_DECISIONS);
    read_all(&s, store, FB_TABLE_JOURNAL);
    root(&s, must);
    enum fb_err err = fb_chain_open_at(&kept, store, s.n);
    if (err == FB_OK)
        fb_mountain_root(&kept, &is);
    bool same = err == FB_OK && memcmp(is.b, must, HASH) == 0;
    free(s.leaf);
    free(s.decisions);
    return same || auditor_differs(a, "root of the journal's chain (its error)", FB_OK, err);
}
