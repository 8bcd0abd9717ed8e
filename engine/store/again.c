#include "engine/store/again.h"
#include "engine/store/seam.h"
#include <string.h>

enum { ROWS_OF_A_TXN = 8192 };

void fb_again_held_begin(struct fb_again_held *h, struct fb_store *from)
{
    memset(h, 0, sizeof *h);
    h->from = from;
}

void fb_again_held_end(struct fb_again_held *h)
{
    for (unsigned i = 0; i < FB_TABLES; i++) {
        if (h->cursor[i] == NULL)
            continue;
        h->from->ops->cursor_close(h->cursor[i]);
        h->cursor[i] = NULL;
    }
    fb_txn_abort(&h->txn);
}

static enum fb_err open_txn(struct fb_again_held *h)
{
    fb_again_held_end(h);
    h->in_txn = 0;
    return fb_store_read(h->from, &h->txn);
}

/* Rows mostly come as they stand: a step is tried before a seek. */
static enum fb_err row_of(struct fb_again_held *h, enum fb_table table, struct fb_span key, struct fb_row *row)
{
    const struct fb_store_ops *ops = h->from->ops;
    bool stands = h->cursor[table] != NULL;
    enum fb_err err = stands ? ops->cursor_next(h->cursor[table], row) : ops->cursor_open(h->txn, table, &h->cursor[table]);
    if (err == FB_OK && stands && fb_span_eq(row->key, key))
        return FB_OK;
    if (err == FB_OK || err == FB_NOT_FOUND)
        err = ops->cursor_seek(h->cursor[table], key, false, row);
    return err == FB_OK && !fb_span_eq(row->key, key) ? FB_NOT_FOUND : err;
}

static bool is_same(const struct fb_row *row, struct fb_span value)
{
    return row->bytes.n == FB_ROW_HEAD_BYTES + (uint64_t)value.n &&
           (value.n == 0 || memcmp(row->bytes.p + FB_ROW_HEAD_BYTES, value.p, value.n) == 0);
}

/* Beside a writer the row may be younger than the transaction. */
enum fb_err fb_again_held_row(struct fb_again_held *h, const struct fb_again_row *row, bool *same)
{
    struct fb_row held;
    enum fb_err err = h->txn == NULL || h->in_txn++ == ROWS_OF_A_TXN ? open_txn(h) : FB_OK;
    if (err == FB_OK)
        err = row_of(h, row->table, row->key, &held);
    if (err == FB_NOT_FOUND && (err = open_txn(h)) == FB_OK)
        err = row_of(h, row->table, row->key, &held);
    *same = err == FB_OK && is_same(&held, row->value);
    h->rows[row->table] += *same;
    return err == FB_NOT_FOUND || err == FB_DAMAGED ? FB_OK : err;
}
