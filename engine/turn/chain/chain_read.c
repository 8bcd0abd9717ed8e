#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/state.h"
#include <stdlib.h>
#include <string.h>

enum { LEAVES_ROW_ROOM = FB_LEAVES_BYTES_MAX + 256 };

/* How many leaves a row of LEAVES has; 0: it is not one. */
static unsigned leaves_in(struct fb_span row)
{
    unsigned n = row.n == 0 ? 0 : (unsigned char)row.p[0];
    return n <= FB_LEAVES_A_ROW && row.n >= 1 + n * (uint32_t)FB_NODE_BYTES ? n : 0;
}


void fb_chain_reader_init(struct fb_chain_reader *r, struct fb_txn *txn)
{
    r->txn = txn;
    r->block = UINT64_MAX;
    r->n = 0;
}

/* A row's leaves follow those that stand here already. */
static enum fb_err take_row(struct fb_chain_reader *r, struct fb_span key, struct fb_span value)
{
    uint64_t first;
    enum fb_err err = fb_key_parse_u64(key, &first);
    unsigned n = leaves_in(value);
    if (err != FB_OK || n == 0 || n > FB_BLOCK_LEAVES - r->n || first != r->block * FB_BLOCK_LEAVES + r->n + 1)
        return FB_DAMAGED;
    memcpy(r->leaf[r->n].b, value.p + 1, n * (size_t)FB_NODE_BYTES);
    r->n += n;
    return FB_OK;
}

/* Whatever leaves there are of a block, from its first. */
static enum fb_err read_block(struct fb_chain_reader *r, uint64_t block)
{
    unsigned char memory[LEAVES_ROW_ROOM];
    struct fb_arena arena;
    struct fb_scan scan;
    struct fb_key key = fb_key_u64(block * FB_BLOCK_LEAVES + 1), end = fb_key_u64((block + 1) * FB_BLOCK_LEAVES + 1);
    enum fb_err err = FB_OK;
    if (r->block == block)
        return FB_OK;
    r->block = block;
    r->n = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, r->txn, FB_TABLE_LEAVES, fb_key_span(&key));
    while (err == FB_OK && fb_scan_next(&scan, &arena) && fb_span_cmp(scan.key, fb_key_span(&end)) < 0) {
        err = take_row(r, scan.key, scan.value);
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    err = err == FB_OK ? fb_txn_err(r->txn) : err;
    r->block = err == FB_OK ? block : UINT64_MAX;
    return err;
}

static enum fb_err low_node(struct fb_chain_reader *r, unsigned height, uint64_t index, struct fb_node *out)
{
    uint64_t first = index << height;
    unsigned at = (unsigned)(first % FB_BLOCK_LEAVES), n = 1u << height;
    struct fb_mountain m = {.size = 0};
    enum fb_err err = read_block(r, first / FB_BLOCK_LEAVES);
    if (err == FB_OK && at + n > r->n)
        err = FB_DAMAGED;
    for (unsigned i = 0; err == FB_OK && i < n; i++)
        (void)fb_mountain_add(&m, &r->leaf[at + i]);
    *out = m.peak[height];
    return err;
}

static enum fb_err node_of(void *ctx, unsigned height, uint64_t index, struct fb_node *out)
{
    struct fb_chain_reader *r = ctx;
    unsigned char memory[256];
    struct fb_arena arena;
    struct fb_span value;
    if (height < FB_KEPT_HEIGHT)
        return low_node(r, height, index, out);
    struct fb_key key = fb_key_chain((index + 1) << height, height);
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find(r->txn, FB_TABLE_CHAIN, fb_key_span(&key), &arena, &value);
    if (err == FB_OK && value.n == FB_NODE_BYTES)
        memcpy(out->b, value.p, FB_NODE_BYTES);
    else if (err == FB_OK || err == FB_NOT_FOUND)
        err = FB_DAMAGED;
    fb_arena_release(&arena);
    return err;
}

struct fb_nodes fb_chain_nodes(struct fb_chain_reader *r)
{
    return (struct fb_nodes){node_of, r};
}

/* The notes of the leaf at `at` in its row, behind those of the leaves before it. */
static bool read_notes(struct fb_span row, unsigned at, uint32_t record, uint32_t subject[FB_NOTED_MAX], unsigned *n)
{
    struct fb_reader r;
    fb_reader_init(&r, row.p, row.n);
    (void)fb_get_bytes(&r, 1 + leaves_in(row) * (size_t)FB_NODE_BYTES);
    for (unsigned i = 0; i <= at && !r.bad; i++) {
        uint64_t said = fb_get_varint(&r);
        *n = said == 0 ? 1 : said == 1 ? 0 : said == 2 ? FB_NOT_NOTED : (unsigned)(said - 2);
        r.bad = r.bad || said > FB_NOTED_MAX + 2;
        subject[0] = record;
        for (unsigned k = 0; k + 2 < said && !r.bad; k++)
            subject[k] = (uint32_t)fb_get_varint(&r);
    }
    return !r.bad;
}

enum fb_err fb_chain_noted(struct fb_txn *txn, uint64_t number, uint32_t record, uint32_t subject[FB_NOTED_MAX],
                           unsigned *n)
{
    unsigned char memory[LEAVES_ROW_ROOM];
    struct fb_arena arena;
    struct fb_span found, row;
    struct fb_key key = fb_key_u64(number);
    uint64_t first = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find_last_to(txn, FB_TABLE_LEAVES, fb_key_span(&key), 0, &arena, &found, &row);
    if (err == FB_OK)
        err = fb_key_parse_u64(found, &first);
    if (err == FB_OK && number - first >= leaves_in(row))
        err = FB_NOT_FOUND;
    if (err == FB_OK && !read_notes(row, (unsigned)(number - first), record, subject, n))
        *n = FB_NOT_NOTED;
    fb_arena_release(&arena);
    return err;
}

enum fb_err fb_chain_size(struct fb_txn *txn, uint64_t *size)
{
    unsigned char memory[LEAVES_ROW_ROOM];
    struct fb_arena arena;
    struct fb_span key, value;
    uint64_t first = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find_last(txn, FB_TABLE_LEAVES, &arena, &key, &value);
    *size = 0;
    if (err == FB_OK)
        err = fb_key_parse_u64(key, &first);
    if (err == FB_OK && (first == 0 || leaves_in(value) == 0))
        err = FB_DAMAGED;
    if (err == FB_OK)
        *size = first - 1 + leaves_in(value);
    fb_arena_release(&arena);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

static enum fb_err journal_head(struct fb_txn *txn, uint64_t *journal)
{
    enum { ROOM = FB_ENTRY_BYTES_MAX + 4096 };
    struct fb_arena arena;
    struct fb_span key, value;
    void *memory = malloc(ROOM);
    *journal = 0;
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&arena, memory, ROOM);
    enum fb_err err = fb_find_last(txn, FB_TABLE_JOURNAL, &arena, &key, &value);
    if (err == FB_OK)
        err = fb_key_parse_u64(key, journal);
    fb_arena_release(&arena);
    free(memory);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

enum fb_err fb_chain_heads(struct fb_store *store, uint64_t *journal, uint64_t *size)
{
    struct fb_txn *txn;
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = journal_head(txn, journal);
    if (err == FB_OK)
        err = fb_chain_size(txn, size);
    fb_txn_abort(&txn);
    return err;
}
