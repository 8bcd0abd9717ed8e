#include "engine/shell/positions.h"
#include "engine/shell/commit_cursors.h"
#include <inttypes.h>

/* No event stands at a position beyond the head; taken as it is, the consumer would never be given one again. */
static uint64_t within(struct fb_positions *p, const struct fb_peer *peer, uint64_t seq, uint64_t head)
{
    if (seq > head)
        fb_pace_log(&p->beyond, peer->key, FB_LOG_WARN,
                    "a consumer's stored position is %" PRIu64 ", and there are %" PRIu64 " events: it goes on after the last one", seq, head);
    return seq > head ? head : seq;
}

/* A position of an epoch before a restore stands where both stores are the same; what the consumer was given beyond that is lost
 * to this one, and comes again under other numbers when publishers send it again. FB_REFUSED: nothing is known of that epoch. */
static enum fb_err carry_over(struct fb_positions *p, const struct fb_peer *peer, uint64_t epoch, uint64_t *seq)
{
    uint64_t last = fb_store_shares(p->store, epoch);
    if (last == 0)
        return FB_REFUSED;
    if (*seq > last)
        fb_pace_log(&p->restored, peer->key, FB_LOG_WARN,
                    "a consumer stands at event %" PRIu64 " of the store before it was restored, which is the same up to %" PRIu64
                    ": it goes on after that, and is given again what is told again", *seq, last);
    *seq = *seq > last ? last : *seq;
    return FB_OK;
}

static enum fb_err stored(struct fb_positions *p, const struct fb_peer *peer, struct fb_txn *txn, struct fb_feed_ask *ask)
{
    unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_span value;
    uint64_t epoch = 0, seq = 0;
    ask->after = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err e = fb_find(txn, FB_TABLE_CURSORS, ask->cursor, &arena, &value);
    if (e == FB_OK)
        e = fb_cursor_unpack(value, &epoch, &seq) ? FB_OK : FB_REFUSED;
    if (e == FB_OK && epoch != p->epoch)
        e = carry_over(p, peer, epoch, &seq);
    if (e == FB_OK)
        ask->after = within(p, peer, seq, fb_table_rows(txn, FB_TABLE_EVENTS));
    fb_arena_release(&arena);
    return e == FB_NOT_FOUND ? FB_OK : e;
}

enum fb_err fb_positions_begin(struct fb_positions *p, const struct fb_peer *peer, struct fb_feed_ask *ask)
{
    struct fb_txn *txn = NULL;
    if (ask->epoch != 0 && ask->epoch != p->epoch && carry_over(p, peer, ask->epoch, &ask->after) != FB_OK)
        return FB_REFUSED;
    if (!ask->from_cursor || ask->cursor.n == 0)
        return FB_OK;
    enum fb_err e = fb_store_read(p->store, &txn);
    if (e != FB_OK)
        return e;
    e = stored(p, peer, txn, ask);
    enum fb_err ended = fb_txn_commit(&txn);
    return e == FB_OK ? ended : e;
}
