#include "engine/shell/commit_cursors.h"
#include "engine/base/bytes.h"
#include "engine/shell/log.h"
#include <inttypes.h>
#include <string.h>

enum { CURSOR_ARENA_BYTES = 4096 };

void fb_cursor_pack(unsigned char value[FB_CURSOR_VALUE_BYTES], uint64_t epoch, uint64_t seq)
{
    struct fb_writer w;
    fb_writer_init(&w, value, FB_CURSOR_VALUE_BYTES);
    fb_put_u64(&w, epoch);
    fb_put_u64(&w, seq);
}

bool fb_cursor_unpack(struct fb_span value, uint64_t *epoch, uint64_t *seq)
{
    struct fb_reader r;
    fb_reader_init(&r, value.p, value.n);
    *epoch = fb_get_u64(&r);
    *seq = fb_get_u64(&r);
    return !r.bad && r.n == value.n;
}

/* A position only goes forward: a late acknowledgement must not bring back what was taken. */
static enum fb_err is_behind(struct fb_txn *t, const struct fb_feed_ack *ack, uint64_t head, bool *behind)
{
    unsigned char memory[CURSOR_ARENA_BYTES];
    struct fb_arena arena;
    struct fb_span held;
    uint64_t epoch = 0, seq = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err e = fb_find(t, FB_TABLE_CURSORS, ack->cursor, &arena, &held);
    /* A position beyond the head says nothing: no consumer was ever given that event. */
    *behind = e == FB_OK && fb_cursor_unpack(held, &epoch, &seq) && epoch == ack->epoch && seq >= ack->seq &&
              seq <= head;
    fb_arena_release(&arena);
    return e;
}

/* There are so many places for positions, and so many of them for one identity, whose name stands before the '/'. */
static bool has_room(struct fb_txn *t, const struct fb_item *item)
{
    unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_scan scan;
    struct fb_span own = {item->ack.cursor.p, 0};
    unsigned n = 0;
    while (own.n < item->ack.cursor.n && own.p[own.n] != '/')
        own.n++;
    own.n += own.n < item->ack.cursor.n;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, t, FB_TABLE_CURSORS, own);
    while (item->peer.key != 0 && n < FB_CURSORS_BY_KEY_MAX && fb_scan_next(&scan, &arena)) {
        if (scan.key.n < own.n || memcmp(scan.key.p, own.p, own.n) != 0)
            break;
        n++;
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    return n < FB_CURSORS_BY_KEY_MAX && fb_table_rows(t, FB_TABLE_CURSORS) < FB_CURSORS_MAX;
}

static enum fb_err keep_cursor(struct fb_txn *t, const struct fb_item *item)
{
    const struct fb_feed_ack *ack = &item->ack;
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    bool behind = false;
    uint64_t head = fb_table_rows(t, FB_TABLE_EVENTS); /* numbered from 1 without gaps */
    if (ack->seq > head) {
        fb_log(FB_LOG_WARN, "a consumer acknowledged event %" PRIu64 ", and there are %" PRIu64 ": not kept",
               ack->seq, head);
        return FB_OK;
    }
    enum fb_err e = is_behind(t, ack, head, &behind);
    bool is_new = e == FB_NOT_FOUND;
    if ((e != FB_OK && !is_new) || behind)
        return is_new ? FB_OK : e;
    if (is_new && !has_room(t, item)) {
        fb_log(FB_LOG_WARN, "a consumer's position was not kept: there are %u already, or %u of that consumer's", FB_CURSORS_MAX,
               FB_CURSORS_BY_KEY_MAX);
        return FB_OK;
    }
    fb_cursor_pack(value, ack->epoch, ack->seq);
    fb_put(t, FB_TABLE_CURSORS, ack->cursor, (struct fb_span){(const char *)value, sizeof value});
    return FB_OK;
}

/* Outside the journal: replay does not need them. */
enum fb_err fb_cursors_keep(struct fb_store *store, struct fb_item *const *item, unsigned n)
{
    struct fb_txn *t = NULL;
    enum fb_err e = fb_store_write(store, &t);
    for (unsigned i = 0; i < n && e == FB_OK; i++)
        if (item[i]->kind == FB_ITEM_ACK)
            e = keep_cursor(t, item[i]);
    if (t != NULL && e != FB_OK)
        fb_txn_abort(&t);
    return t != NULL ? fb_txn_commit(&t) : e;
}
