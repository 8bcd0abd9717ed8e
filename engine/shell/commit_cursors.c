#include "engine/shell/commit_cursors.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include <inttypes.h>
#include <string.h>

/* Records are taken to come while the last ones came so long ago at most; so long is waited for the commit of more. */
enum { CURSOR_ARENA_BYTES = 4096, FLOWS_MS = 20, WAITS_MS = 100 };

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

static struct fb_span name_of(const struct fb_acked *ack)
{
    return (struct fb_span){ack->name, ack->n};
}

/* A position only goes forward: a late acknowledgement must not bring back what was taken. */
static enum fb_err is_behind(struct fb_txn *t, const struct fb_acked *ack, uint64_t head, bool *behind)
{
    unsigned char memory[CURSOR_ARENA_BYTES];
    struct fb_arena arena;
    struct fb_span held;
    uint64_t epoch = 0, seq = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err e = fb_find(t, FB_TABLE_CURSORS, name_of(ack), &arena, &held);
    /* A position beyond the head says nothing: no consumer was ever given that event. */
    *behind = e == FB_OK && fb_cursor_unpack(held, &epoch, &seq) && epoch == ack->epoch && seq >= ack->seq &&
              seq <= head;
    fb_arena_release(&arena);
    return e;
}

/* There are so many places for positions, and so many of them for one identity, whose name stands before the '/'. */
static bool has_room(struct fb_txn *t, const struct fb_acked *ack)
{
    unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_scan scan;
    struct fb_span own = {ack->name, 0};
    unsigned n = 0;
    while (own.n < ack->n && own.p[own.n] != '/')
        own.n++;
    own.n += own.n < ack->n;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, t, FB_TABLE_CURSORS, own);
    while (ack->key != 0 && n < FB_CURSORS_BY_KEY_MAX && fb_scan_next(&scan, &arena)) {
        if (scan.key.n < own.n || memcmp(scan.key.p, own.p, own.n) != 0)
            break;
        n++;
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    return n < FB_CURSORS_BY_KEY_MAX && fb_table_rows(t, FB_TABLE_CURSORS) < FB_CURSORS_MAX;
}

static enum fb_err keep_cursor(struct fb_cursors *c, struct fb_txn *t, const struct fb_acked *ack)
{
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    bool behind = false;
    uint64_t head = fb_table_rows(t, FB_TABLE_EVENTS); /* numbered from 1 without gaps */
    if (ack->seq > head) {
        fb_pace_log(&c->beyond, ack->key, FB_LOG_WARN, "a consumer acknowledged event %" PRIu64 ", and there are %" PRIu64 ": not kept", ack->seq, head);
        return FB_OK;
    }
    enum fb_err e = is_behind(t, ack, head, &behind);
    bool is_new = e == FB_NOT_FOUND;
    if ((e != FB_OK && !is_new) || behind)
        return is_new ? FB_OK : e;
    if (is_new && !has_room(t, ack)) {
        fb_pace_log(&c->no_room, ack->key, FB_LOG_WARN, "a consumer's position was not kept: there are %u already, or %u of that consumer's",
                    FB_CURSORS_MAX, FB_CURSORS_BY_KEY_MAX);
        return FB_OK;
    }
    fb_cursor_pack(value, ack->epoch, ack->seq);
    fb_put(t, FB_TABLE_CURSORS, name_of(ack), (struct fb_span){(const char *)value, sizeof value});
    return FB_OK;
}

enum fb_err fb_cursors_hold(struct fb_cursors *c, struct fb_store *store, const struct fb_item *item, uint64_t ticks_ms)
{
    const struct fb_feed_ack *ack = &item->ack;
    enum fb_err e = c->n == FB_CURSORS_HELD ? fb_cursors_keep(c, store) : FB_OK;
    if (e != FB_OK)
        return e;
    fb_assert(ack->cursor.n <= FB_ID_BYTES_MAX);
    if (c->n == 0)
        c->since_ms = ticks_ms;
    struct fb_acked *to = &c->held[c->n++];
    *to = (struct fb_acked){.n = ack->cursor.n, .key = item->peer.key, .epoch = ack->epoch, .seq = ack->seq};
    memcpy(to->name, ack->cursor.p, ack->cursor.n);
    return FB_OK;
}

/* Outside the journal: replay does not need them. */
enum fb_err fb_cursors_write(void *cursors, struct fb_txn *txn)
{
    struct fb_cursors *c = cursors;
    enum fb_err e = FB_OK;
    for (unsigned i = 0; i < c->n && e == FB_OK; i++)
        e = keep_cursor(c, txn, &c->held[i]);
    c->n = 0;
    return e;
}

enum fb_err fb_cursors_keep(struct fb_cursors *c, struct fb_store *store)
{
    struct fb_txn *t = NULL;
    enum fb_err e = c->n > 0 ? fb_store_write(store, &t) : FB_OK;
    if (t == NULL)
        return e;
    e = fb_cursors_write(c, t);
    if (e != FB_OK)
        fb_txn_abort(&t);
    return t != NULL ? fb_txn_commit(&t) : e;
}

enum fb_err fb_cursors_keep_due(struct fb_cursors *c, struct fb_store *store, uint64_t ticks_ms)
{
    bool flows = c->records_ms != 0 && ticks_ms - c->records_ms < FLOWS_MS;
    return flows && ticks_ms - c->since_ms < WAITS_MS ? FB_OK : fb_cursors_keep(c, store);
}
