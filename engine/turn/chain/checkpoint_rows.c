#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/chain/checkpoint.h"
#include <string.h>

/* A row: its version, the number of the checkpoint that is countersigned or 0, and the very lines. */
enum { ROW_VERSION = 1, ROW_BYTES = FB_CHECKPOINT_TEXT_BYTES + FB_WITNESS_TEXT_BYTES + 16, ROW_ROOM = 2 * ROW_BYTES };

static enum fb_err last_number(struct fb_txn *txn, uint64_t *number)
{
    unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_span key, value;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find_last(txn, FB_TABLE_CHECKPOINTS, &arena, &key, &value);
    *number = 0;
    if (err == FB_OK)
        err = fb_key_parse_u64(key, number);
    fb_arena_release(&arena);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

static enum fb_err append(struct fb_store *store, uint64_t of, const struct fb_text *text, uint64_t *number)
{
    unsigned char bytes[ROW_BYTES];
    struct fb_writer w;
    struct fb_txn *txn;
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_u64(&w, of);
    fb_put_bytes(&w, text->p, text->n);
    enum fb_err err = w.bad || text->cut ? FB_LIMIT : fb_store_write(store, &txn);
    if (err != FB_OK)
        return err;
    err = last_number(txn, number);
    if (err != FB_OK) {
        fb_txn_abort(&txn);
        return err;
    }
    struct fb_key key = fb_key_u64(++*number);
    fb_put(txn, FB_TABLE_CHECKPOINTS, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)w.n});
    return fb_txn_commit(&txn);
}

enum fb_err fb_checkpoint_append(struct fb_store *store, const struct fb_checkpoint *c, uint64_t *number)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_checkpoint_format(&t, c);
    return append(store, 0, &t, number);
}

enum fb_err fb_witness_append(struct fb_store *store, uint64_t of, const struct fb_witness *w)
{
    char memory[FB_WITNESS_TEXT_BYTES];
    struct fb_text t;
    uint64_t number;
    fb_text_init(&t, memory, sizeof memory);
    fb_witness_format(&t, w);
    return append(store, of, &t, &number);
}

/* ---- reading ---- */

/* A countersignature's lines are read behind any checkpoint's: the same reader, and the same refusals. */
static enum fb_err parse_witness(struct fb_span text, struct fb_witness *out)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES + FB_WITNESS_TEXT_BYTES];
    static const struct fb_checkpoint any;
    struct fb_note note;
    struct fb_text t;
    unsigned line;
    fb_text_init(&t, memory, sizeof memory);
    fb_checkpoint_format(&t, &any);
    fb_text_add_span(&t, text);
    enum fb_err err = t.cut ? FB_REFUSED : fb_note_parse(&note, (struct fb_span){t.p, (uint32_t)t.n}, &line);
    if (err != FB_OK || note.n_witnesses != 1)
        return FB_DAMAGED;
    *out = note.witness[0];
    return FB_OK;
}

static enum fb_err parse(struct fb_span value, struct fb_checkpoint_row *out)
{
    struct fb_reader r;
    struct fb_note note;
    unsigned line;
    fb_reader_init(&r, value.p, value.n);
    unsigned version = fb_get_u8(&r);
    out->of = fb_get_u64(&r);
    if (r.bad || version != ROW_VERSION)
        return r.bad ? FB_DAMAGED : FB_NEWER;
    struct fb_span text = {value.p + r.n, value.n - (uint32_t)r.n};
    if (out->of != 0)
        return parse_witness(text, &out->witness);
    if (fb_note_parse(&note, text, &line) != FB_OK || note.n_witnesses != 0)
        return FB_DAMAGED;
    out->checkpoint = note.checkpoint;
    return FB_OK;
}

enum fb_err fb_checkpoint_next(struct fb_store *store, uint64_t after, struct fb_checkpoint_row *out)
{
    unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_txn *txn;
    struct fb_scan scan;
    struct fb_key key = fb_key_u64(after + 1);
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, txn, FB_TABLE_CHECKPOINTS, fb_key_span(&key));
    if (fb_scan_next(&scan, &arena)) {
        err = fb_key_parse_u64(scan.key, &out->number);
        err = err == FB_OK ? parse(scan.value, out) : err;
    } else {
        err = fb_txn_err(txn) == FB_OK ? FB_NOT_FOUND : fb_txn_err(txn);
    }
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    fb_txn_abort(&txn);
    return err;
}

/* Backwards over the countersignatures that came since. */
enum fb_err fb_checkpoint_last(struct fb_store *store, struct fb_checkpoint_row *out)
{
    struct fb_txn *txn;
    uint64_t number;
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = last_number(txn, &number);
    fb_txn_abort(&txn);
    for (; err == FB_OK && number > 0; number--) {
        err = fb_checkpoint_next(store, number - 1, out);
        if (err == FB_OK && out->of == 0)
            return FB_OK;
    }
    return err == FB_OK ? FB_NOT_FOUND : err;
}

enum fb_err fb_checkpoint_note(struct fb_store *store, uint64_t number, struct fb_note *out, uint64_t *found)
{
    struct fb_checkpoint_row row;
    enum fb_err err = number == 0 ? fb_checkpoint_last(store, &row) : fb_checkpoint_next(store, number - 1, &row);
    if (err == FB_OK && (row.of != 0 || (number != 0 && row.number != number)))
        err = FB_NOT_FOUND;
    if (err != FB_OK)
        return err;
    *found = row.number;
    out->checkpoint = row.checkpoint;
    out->n_witnesses = 0;
    for (uint64_t at = row.number; err == FB_OK && out->n_witnesses < FB_WITNESSES_MAX; at = row.number) {
        err = fb_checkpoint_next(store, at, &row);
        if (err == FB_OK && row.of == *found)
            out->witness[out->n_witnesses++] = row.witness;
    }
    return err == FB_NOT_FOUND ? FB_OK : err;
}
