#include "engine/turn/walk.h"
#include <string.h>

void fb_walk_begin(struct fb_walk *w, struct fb_store *store, enum fb_table table, struct fb_span from)
{
    *w = (struct fb_walk){.store = store, .err = FB_OK};
    w->scan.table = table;
    w->n_from = from.n < FB_KEY_BYTES_MAX ? from.n : FB_KEY_BYTES_MAX;
    if (w->n_from > 0)
        memcpy(w->from, from.p, w->n_from);
}

static bool open_part(struct fb_walk *w)
{
    w->err = fb_store_read(w->store, &w->txn);
    if (w->err != FB_OK)
        return false;
    struct fb_span from = {w->n_from == 0 ? NULL : (const char *)w->from, w->n_from};
    fb_scan_begin(&w->scan, w->txn, w->scan.table, from);
    w->rows = 0;
    return true;
}

static void close_part(struct fb_walk *w)
{
    if (w->txn == NULL)
        return;
    fb_scan_end(&w->scan);
    if (w->err == FB_OK)
        w->err = fb_txn_err(w->txn);
    fb_txn_abort(&w->txn);
}

bool fb_walk_next(struct fb_walk *w, struct fb_arena *arena)
{
    if (w->ended || w->err != FB_OK || (w->txn == NULL && !open_part(w)))
        return false;
    fb_arena_reset(arena);
    if (!fb_scan_next(&w->scan, arena)) {
        w->ended = true;
        close_part(w);
        return false;
    }
    w->key = w->scan.key;
    w->value = w->scan.value;
    if (++w->rows < FB_WALK_ROWS)
        return true;
    /* The next part begins with the first key after this one: the same bytes and a nought. */
    memcpy(w->from, w->key.p, w->key.n);
    w->from[w->key.n] = 0;
    w->n_from = w->key.n + 1;
    w->key.p = (const char *)w->from;
    close_part(w);
    return w->err == FB_OK;
}

enum fb_err fb_walk_end(struct fb_walk *w)
{
    close_part(w);
    return w->err;
}
