#include "engine/shell/door_batches.h"
#include "engine/shell/log.h"
#include "engine/shell/query_people.h"
#include <inttypes.h>

enum { LINES_MAX = 256 };

void fb_door_batches_room(struct fb_item *item)
{
    enum { TEXT = FB_ITEM_BATCHES * (FB_TEXT_BYTES_MAX + FB_SOURCE_BYTES_MAX) };
    item->batch = fb_arena_get(&item->arena, FB_ITEM_BATCHES * sizeof *item->batch);
    fb_arena_init(&item->batch_text, fb_arena_get(&item->arena, TEXT), TEXT);
}

void fb_door_batches(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_BATCHES_OF);
}

void fb_door_withdraw_batch(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    if (!query->dry)
        fb_door_log_command(d, "taking back a batch", peer);
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_WITHDRAW_BATCH);
}

static void log_it(struct fb_door *d, const struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    if (item->kind != FB_ITEM_WITHDRAW_BATCH || q->dry)
        return;
    if (item->err != FB_OK)
        fb_pace_log(&d->refused, item->peer.key, FB_LOG_INFO, "batches: not taken back: %.*s", (int)item->why.n, item->why.p);
    else
        fb_log(FB_LOG_INFO, "batches: %.*s of %.*s is being taken back: %.*s", (int)item->batch->id.n, item->batch->id.p,
               (int)item->batch->source.n, item->batch->source.p, (int)q->reason.n, q->reason.p);
}

void fb_door_tell_batches(struct fb_door *d, struct fb_item *item)
{
    struct fb_span line[LINES_MAX], said = {item->why.p, (uint32_t)item->why.n};
    struct fb_result r = {.kind = item->query.kind, .batch = item->batch, .n_batches = item->n_batches, .line = line};
    log_it(d, item);
    if (item->err != FB_OK) {
        fb_door_refuse(d, item);
    } else {
        r.n_lines = fb_desk_sentences(said, line, LINES_MAX);
        r.after = item->record;
        r.more = item->record != 0;
        fb_desk_tell(d->desk, &d->outlet, &item->peer, &r);
    }
    fb_queue_free(d->queue, item);
}
