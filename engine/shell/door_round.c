/* The door's part that hands questions on: what only the commit thread can answer, a few of each asker at a time, so that one who
 * asks without end holds up nobody who publishes. */
#include "engine/shell/door.h"
#include "engine/shell/door_batches.h"
#include "engine/shell/door_people.h"
#include "engine/shell/log.h"
#include "engine/shell/rights.h"
#include "engine/turn/turn.h"

bool fb_door_may_ask(struct fb_door *d, const struct fb_peer *peer, enum fb_query_kind kind)
{
    if (fb_under_way_has_room(&d->under_way, peer))
        return true;
    fb_desk_refuse(d->desk, &d->outlet, peer, kind, FB_REASON_NO_PLACE,
                   fb_span_of("as many questions of yours as may be, or of too many askers, are on their way: wait for an answer, then ask again"));
    return false;
}

struct fb_item *fb_door_item(struct fb_door *d, const struct fb_peer *peer, enum fb_query_kind kind)
{
    if (!fb_door_may_ask(d, peer, kind))
        return NULL;
    struct fb_item *item = fb_queue_new(d->queue);
    if (item == NULL)
        fb_desk_refuse(d->desk, &d->outlet, peer, kind, FB_REASON_NO_PLACE,
                       fb_span_of("the engine's queue is full: try again in a second"));
    return item;
}

void fb_door_push(struct fb_door *d, struct fb_item *item)
{
    fb_under_way_left(&d->under_way, &item->peer);
    fb_queue_push(d->queue, item);
}

void fb_door_refuse(struct fb_door *d, const struct fb_item *item)
{
    struct fb_span text = item->why.n > 0 ? (struct fb_span){item->why.p, (uint32_t)item->why.n} : fb_span_of(fb_err_text(item->err));
    if (item->reason == FB_REASON_NOT_YOURS)
        fb_gate_turn(d->gate, &item->peer, FB_TURNED_RIGHT);
    fb_desk_refuse(d->desk, &d->outlet, &item->peer, item->query.kind, item->reason != FB_REASON_NONE ? item->reason : FB_REASON_FIELD_RANGE, text);
}

void fb_door_answer(struct fb_door *d, const struct fb_peer *peer, const struct fb_query *query)
{
    if (fb_desk_answer(d->desk, &d->outlet, peer, query) == FB_REASON_NOT_YOURS)
        fb_gate_turn(d->gate, peer, FB_TURNED_RIGHT);
}

/* What somebody says they are stands beside who their key says that they are, as far as there is room. */
static void name_closer(const struct fb_door *d, struct fb_item *item)
{
    char memory[FB_CLOSE_ROLE_BYTES_MAX + 1];
    struct fb_text t;
    const struct fb_identity *who = fb_gate_who(d->gate, &item->peer);
    if (item->kind != FB_ITEM_CLOSE || item->peer.key == 0 || who == NULL)
        return;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, who->name);
    fb_text_add(&t, " (");
    fb_text_add_span(&t, item->query.role);
    fb_text_add(&t, ")");
    item->query.role = fb_arena_copy(&item->arena, t.cut ? fb_span_of(who->name) : (struct fb_span){t.p, (uint32_t)t.n});
}

/* What only the commit thread can do goes round by it and is answered when it comes back: a booking asked for
 * by its outside name (only turn's memory knows the number), a month to close. */
struct fb_item *fb_door_round(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                              enum fb_query_kind kind, enum fb_item_kind item_kind)
{
    static const size_t words[FB_ITEM_KINDS] = {
        [FB_ITEM_CLOSE] = FB_WHY_BYTES,   [FB_ITEM_WITHDRAW] = FB_WHY_BYTES, [FB_ITEM_WORKER] = FB_TOLD_BYTES,
        [FB_ITEM_FORGET] = FB_TOLD_BYTES, [FB_ITEM_READ] = FB_TOLD_BYTES,    [FB_ITEM_CONFIRM] = 2 * FB_WHY_BYTES,
        [FB_ITEM_CHECKPOINT] = FB_TOLD_BYTES, [FB_ITEM_PROVE] = FB_TOLD_BYTES, [FB_ITEM_COUNTERSIGN] = FB_TOLD_BYTES,
        [FB_ITEM_RECEIPT] = FB_TOLD_BYTES,
        [FB_ITEM_BATCHES_OF] = FB_WHY_BYTES, [FB_ITEM_WITHDRAW_BATCH] = FB_TOLD_BYTES,
    };
    const char *field = NULL;
    struct fb_item *item = fb_door_item(d, peer, kind);
    if (item == NULL)
        return NULL;
    /* Before anything else: what the query leaves of the arena is not known. */
    if (words[item_kind] > 0)
        fb_text_init(&item->why, fb_arena_get(&item->arena, words[item_kind]), words[item_kind]);
    if (item_kind == FB_ITEM_APPROVALS)
        fb_door_make_room(item);
    if (item_kind == FB_ITEM_BATCHES_OF || item_kind == FB_ITEM_WITHDRAW_BATCH)
        fb_door_batches_room(item);
    struct fb_span kept = fb_arena_copy(&item->arena, payload);
    if (fb_decode_query(kept, &item->arena, &item->query, &field) != FB_REASON_NONE) {
        fb_queue_drop(d->queue, item);
        return NULL;
    }
    if (fb_right_take(fb_gate_who(d->gate, peer), &item->query) != NULL) { /* cannot be: it was asked before */
        fb_queue_drop(d->queue, item);
        return NULL;
    }
    item->query.asker.identity = fb_arena_copy(&item->arena, item->query.asker.identity);
    item->kind = item_kind;
    item->peer = *peer;
    name_closer(d, item);
    fb_door_push(d, item);
    return item;
}

/* Who asked, as far as it is known: over this machine's own socket it is whoever may open that. */
void fb_door_log_command(struct fb_door *d, const char *what, const struct fb_peer *peer)
{
    static const char digits[] = "0123456789abcdef";
    char id[2 * FB_PEER_BYTES_MAX + 1];
    for (unsigned i = 0; i < peer->n; i++) {
        id[2 * i] = digits[peer->id[i] >> 4];
        id[2 * i + 1] = digits[peer->id[i] & 15];
    }
    id[2 * peer->n] = '\0';
    const struct fb_identity *who = fb_gate_who(d->gate, peer);
    if (peer->key != 0 && who != NULL)
        fb_pace_log(&d->commands, peer->key, FB_LOG_INFO, "%s: asked for over the network by %s, by its key (connection %s)", what, who->name, id);
    else
        fb_pace_log(&d->commands, peer->key, FB_LOG_INFO, "%s: asked for over this machine's door, whoever may open it (connection %s)", what, id);
}
