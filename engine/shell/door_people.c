#include "engine/shell/door_people.h"
#include "engine/shell/log.h"
#include "engine/shell/query_people.h"
#include "engine/shell/rights.h"
#include "engine/shell/witness.h"

enum { LINES_MAX = 256 };

/* ---- on the way ---- */

void fb_door_make_room(struct fb_item *item)
{
    item->number = fb_arena_get(&item->arena, FB_ITEM_NUMBERS * sizeof *item->number);
    item->spent = fb_arena_get(&item->arena, FB_ITEM_NUMBERS * sizeof *item->spent);
}

void fb_door_approvals(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_APPROVALS);
}

void fb_door_worker(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_WORKER);
}

void fb_door_forget(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    fb_door_log_command(d, "forgetting a worker", peer);
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_FORGET);
}

void fb_door_audit(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_AUDIT);
}

void fb_door_confirm(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    fb_door_log_command(d, "confirming an approval", peer);
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_CONFIRM);
}

void fb_door_checkpoint(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_CHECKPOINT);
}

void fb_door_prove(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_PROVE);
}

void fb_door_receipt(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_RECEIPT);
}

/* Whose key signed is known here, before the text goes on to where it is kept. */
void fb_door_countersign(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    char memory[FB_WHY_BYTES];
    struct fb_text why;
    fb_door_log_command(d, "countersigning a checkpoint", peer);
    fb_text_init(&why, memory, sizeof memory);
    if (!fb_witness_admit(d->gate, peer, query->note, &why)) {
        fb_gate_turn(d->gate, peer, FB_TURNED_RIGHT);
        fb_desk_refuse(d->desk, &d->outlet, peer, query->kind, FB_REASON_NOT_YOURS, (struct fb_span){why.p, (uint32_t)why.n});
        return;
    }
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_COUNTERSIGN);
}

/* The question goes round once more, with whom and what it tells about: by number, so that nothing has to be found again. */
static void keep_reading(struct fb_door *d, const struct fb_peer *peer, const struct fb_query *query, const struct fb_tells *tells)
{
    struct fb_item *item = fb_door_item(d, peer, query->kind);
    if (item == NULL)
        return;
    fb_text_init(&item->why, fb_arena_get(&item->arena, FB_TOLD_BYTES), FB_TOLD_BYTES);
    item->kind = FB_ITEM_READ;
    item->peer = *peer;
    item->query = (struct fb_query){.kind = query->kind,
                                    .subject = query->subject,
                                    .as_of = query->as_of,
                                    .as_known = query->as_known,
                                    .asker = query->asker};
    item->query.asker.identity = fb_arena_copy(&item->arena, query->asker.identity);
    item->worker = tells->worker;
    item->record = tells->subject; /* not the number of a booking that was merged away */
    item->n_numbers = tells->replies;
    item->others = tells->others || query->asker.as == FB_AS_CONTROLS;
    item->replies = fb_arena_zero(&item->arena, sizeof *item->replies);
    item->replies->subject = tells->subject;
    fb_door_push(d, item);
}

void fb_door_link(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)payload;
    const struct fb_tells tells = {.subject = query->subject};
    keep_reading(d, peer, query, &tells);
}

void fb_door_explain(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query)
{
    (void)payload;
    struct fb_tells tells;
    fb_desk_tells_of(d->desk, query, &tells);
    if (tells.subject != 0 && !fb_right_reads(&query->asker, tells.trust)) {
        fb_gate_turn(d->gate, peer, FB_TURNED_RIGHT);
        fb_desk_refuse(d->desk, &d->outlet, peer, query->kind, FB_REASON_NOT_YOURS,
                       fb_span_of("that shift is of another trust: a trust is told of its own"));
        return;
    }
    if (tells.worker != 0 || tells.replies)
        keep_reading(d, peer, query, &tells);
    else
        fb_door_answer(d, peer, query);
}

void fb_door_explain_found(struct fb_door *d, struct fb_item *item)
{
    const struct fb_span nothing = {NULL, 0};
    fb_door_explain(d, &item->peer, nothing, &item->query);
    fb_queue_free(d->queue, item);
}

bool fb_door_look(void *ctx, const struct fb_peer *peer, const struct fb_query *query, const uint32_t *subject, unsigned n,
                  unsigned people)
{
    struct fb_door *d = ctx;
    if (!fb_door_may_ask(d, peer, query->kind))
        return true; /* and was told so */
    struct fb_item *item = fb_queue_new(d->queue);
    if (item == NULL)
        return false; /* the findings are told all the same, without what rests on workers */
    item->replies = fb_arena_zero(&item->arena, (n > 0 ? n : 1) * sizeof *item->replies);
    item->n_numbers = n;
    for (unsigned i = 0; i < n; i++)
        item->replies[i].subject = subject[i];
    fb_text_init(&item->why, fb_arena_get(&item->arena, FB_TOLD_BYTES), FB_TOLD_BYTES);
    item->kind = FB_ITEM_REPLIES;
    item->peer = *peer;
    item->query = (struct fb_query){.kind = query->kind,
                                    .findings = query->findings,
                                    .as_of = query->as_of,
                                    .as_known = query->as_known,
                                    .asker = query->asker};
    item->query.findings.rule = fb_arena_copy(&item->arena, query->findings.rule);
    item->query.asker.identity = fb_arena_copy(&item->arena, query->asker.identity);
    item->worker = 0;
    item->record = people;
    fb_door_push(d, item);
    return true;
}

/* ---- on the way back ---- */

static struct fb_span said(const struct fb_item *item) { return (struct fb_span){item->why.p, (uint32_t)item->why.n}; }

void fb_door_tell_replies(struct fb_door *d, struct fb_item *item)
{
    if (item->err != FB_OK) {
        fb_door_refuse(d, item);
    } else {
        d->desk->replies = item->replies;
        d->desk->n_listed = item->n_numbers;
        d->desk->kept = item->record > 0;
        fb_door_answer(d, &item->peer, &item->query);
        d->desk->replies = NULL;
        d->desk->n_listed = 0;
        d->desk->kept = false;
    }
    fb_queue_free(d->queue, item);
}

void fb_door_tell_approvals(struct fb_door *d, struct fb_item *item)
{
    d->desk->number = item->number;
    d->desk->spent = item->spent;
    d->desk->n_listed = d->desk->n_numbers = item->n_numbers;
    fb_door_answer(d, &item->peer, &item->query);
    d->desk->number = NULL;
    d->desk->n_listed = d->desk->n_numbers = 0;
    fb_queue_free(d->queue, item);
}

/* What the commit thread wrote, a sentence a line. */
void fb_door_tell_people(struct fb_door *d, struct fb_item *item)
{
    struct fb_span line[LINES_MAX];
    struct fb_result r = {.kind = item->query.kind, .line = line};
    if (item->err != FB_OK) {
        fb_door_refuse(d, item);
    } else {
        r.n_lines = fb_desk_sentences(said(item), line, LINES_MAX);
        fb_desk_tell(d->desk, &d->outlet, &item->peer, &r);
    }
    fb_queue_free(d->queue, item);
}

void fb_door_tell_read(struct fb_door *d, struct fb_item *item)
{
    if (item->err != FB_OK) {
        fb_door_refuse(d, item);
    } else {
        d->desk->told = said(item);
        d->desk->replies = item->replies;
        fb_door_answer(d, &item->peer, &item->query);
        d->desk->told = (struct fb_span){NULL, 0};
        d->desk->replies = NULL;
    }
    fb_queue_free(d->queue, item);
}

void fb_door_tell_audit(struct fb_door *d, struct fb_item *item)
{
    bool asked = item->query.worker.n > 0 || item->query.worker_number != 0;
    d->desk->worker = item->worker;
    if (asked && item->worker == 0)
        fb_desk_refuse(d->desk, &d->outlet, &item->peer, item->query.kind, FB_REASON_FIELD_RANGE,
                       fb_span_of("no such worker is held: by number the log still tells of one who was forgotten"));
    else
        fb_door_answer(d, &item->peer, &item->query);
    d->desk->worker = 0;
    fb_queue_free(d->queue, item);
}

void fb_door_tell_confirmed(struct fb_door *d, struct fb_item *item)
{
    const struct fb_result r = {.kind = FB_QUERY_CONFIRM, .text = said(item)};
    if (item->err == FB_OK)
        fb_log(FB_LOG_INFO, "approvals: %.*s", (int)item->why.n, item->why.p);
    else
        fb_pace_log(&d->refused, item->peer.key, FB_LOG_INFO, "approvals: %.*s", (int)item->why.n, item->why.p);
    if (item->err != FB_OK)
        fb_door_refuse(d, item);
    else
        fb_desk_tell(d->desk, &d->outlet, &item->peer, &r);
    fb_queue_free(d->queue, item);
}
