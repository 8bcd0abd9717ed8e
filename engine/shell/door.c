#include "engine/shell/door.h"
#include "engine/shell/clock.h"
#include "engine/shell/door_batches.h"
#include "engine/shell/door_people.h"
#include "engine/shell/log.h"
#include "engine/shell/rights.h"
#include "engine/shell/whose.h"
#include <stdlib.h>

enum fb_err fb_door_open(struct fb_door *d)
{
    d->scratch = malloc(FB_SCRATCH_BYTES);
    d->frame = malloc(FB_MESSAGE_BYTES_MAX);
    d->answer = calloc(FB_ANSWERS_A_FRAME, sizeof *d->answer);
    if (d->scratch != NULL && d->frame != NULL && d->answer != NULL)
        return FB_OK;
    fb_door_close(d);
    return FB_FULL;
}

void fb_door_close(struct fb_door *d)
{
    free(d->scratch);
    free(d->frame);
    free(d->answer);
    d->scratch = NULL;
    d->frame = NULL;
    d->answer = NULL;
}

static void answer_now(struct fb_door *d, const struct fb_peer *peer, const struct fb_wire_answer *a,
                       uint32_t window)
{
    size_t n = fb_encode_answers(a, 1, window, d->frame, FB_MESSAGE_BYTES_MAX);
    if (n > 0)
        (void)d->outlet.send(d->outlet.ctx, peer, d->frame, n);
}

static void refuse_now(struct fb_door *d, const struct fb_peer *peer, struct fb_span message_id,
                       enum fb_reason reason)
{
    struct fb_wire_answer a = {.message_id = message_id, .outcome = FB_OUTCOME_REFUSED, .reason = reason};
    d->stats->refused++;
    answer_now(d, peer, &a, 0);
}

static void welcome(struct fb_door *d, const struct fb_peer *peer, const struct fb_welcome *w)
{
    size_t n = fb_encode_welcome(w, d->frame, FB_MESSAGE_BYTES_MAX);
    if (n > 0)
        (void)d->outlet.send(d->outlet.ctx, peer, d->frame, n);
}

static void unwelcome(struct fb_door *d, const struct fb_peer *peer, enum fb_reason reason, const char *text)
{
    d->stats->hellos_refused++;
    welcome(
        d, peer,
        &(struct fb_welcome){
            .reason = reason, .text = fb_span_of(text), .epoch = d->epoch, .engine = fb_span_of(FB_VERSION)});
}

/* ---- Hello ---- */

/* NULL: publishes, and under that name; else why not. */
static const char *may_send(const struct fb_identity *who, struct fb_span source)
{
    if (who == NULL)
        return "this key was revoked, or is no longer in the engine's identities";
    if ((who->roles & FB_MAY_PUBLISH) == 0)
        return "no role of this key publishes: it needs publish:CODE in the engine's identities";
    if (!fb_identity_sends(who, source))
        return "that source is not one of this key's: see `sources` of its entry in the engine's identities";
    return NULL;
}

/* What a key may publish is narrower than what was said, or the same: a Hello that says nothing of a trust gets the key's. NULL:
 * may be; else why not. */
static const char *narrow(const struct fb_identity *who, struct fb_source *told)
{
    const char *why = may_send(who, told->name);
    if (why != NULL)
        return why;
    if (who->publish != 0 && told->trust == 0)
        told->trust = who->publish;
    if (who->publish != 0 && told->trust != who->publish)
        return "this key publishes for another trust";
    return NULL;
}

static struct fb_session *not_welcome(struct fb_door *d, const struct fb_peer *peer, enum fb_reason reason, const char *why)
{
    fb_gate_turn(d->gate, peer, fb_gate_who(d->gate, peer) == NULL ? FB_TURNED_KEY_REVOKED : FB_TURNED_HELLO);
    unwelcome(d, peer, reason, why);
    return NULL;
}

/* Both pass: publishers try again. */
static struct fb_session *take_place(struct fb_door *d, const struct fb_peer *peer, const struct fb_source *told)
{
    uint64_t ticks_ms = fb_clock_ticks_ms();
    if (!fb_sessions_may_change(d->sessions, told, ticks_ms)) {
        unwelcome(d, peer, FB_REASON_NO_PLACE, "what this source says of itself (trust, system, mode, sends) has changed as often as it may: try again in a minute");
        return NULL;
    }
    struct fb_session *session = fb_session_begin(d->sessions, peer, told, ticks_ms);
    if (session == NULL || !fb_session_greet(session)) {
        unwelcome(d, peer, FB_REASON_NO_PLACE, "every place for connections or sources is taken: try again in a minute");
        return NULL;
    }
    return session;
}

static struct fb_session *begin(struct fb_door *d, const struct fb_peer *peer, struct fb_item *item,
                                const struct fb_hello *said)
{
    struct fb_source told;
    const struct fb_identity *who = fb_gate_who(d->gate, peer);
    const char *why = may_send(who, said->source.name);
    if (why != NULL)
        return not_welcome(d, peer, FB_REASON_NOT_YOURS, why);
    if (fb_sessions_settle(d->sessions, &said->source, &told) != FB_OK)
        return not_welcome(d, peer, FB_REASON_UNKNOWN_SOURCE, "this engine takes only the sources that its configuration lists");
    if ((why = narrow(who, &told)) != NULL)
        return not_welcome(d, peer, FB_REASON_NOT_YOURS, why);
    struct fb_session *session = take_place(d, peer, &told);
    item->hello = (struct fb_hello){told, said->adapter};
    return session;
}

static void on_hello(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload)
{
    struct fb_hello said;
    const char *field = NULL;
    struct fb_item *item = fb_queue_new(d->queue);
    d->stats->hellos++;
    if (item == NULL) {
        unwelcome(d, peer, FB_REASON_NO_PLACE, "the engine's queue is full: try again in a second");
        return;
    }
    struct fb_span kept = fb_arena_copy(&item->arena, payload);
    enum fb_reason reason = fb_decode_hello(kept, &item->arena, &said, &field);
    if (reason != FB_REASON_NONE)
        unwelcome(d, peer, reason, fb_reason_text(reason));
    struct fb_session *session = reason == FB_REASON_NONE ? begin(d, peer, item, &said) : NULL;
    if (session == NULL) {
        fb_queue_drop(d->queue, item);
        return;
    }
    item->kind = FB_ITEM_HELLO;
    item->peer = *peer;
    item->session = session;
    item->greeted = &session->known->greeted;
    /* The item's memory goes with its answer; what was said must last until the first record. */
    item->hello.source.name = fb_span_of(session->known->name);
    fb_queue_push(d->queue, item);
}

/* ---- publishing ---- */

/* What the wire said, and what the door has to add, in order of precedence. */
static enum fb_reason judge(const struct fb_session *session, const struct fb_record *r,
                            enum fb_reason decoded)
{
    if (decoded != FB_REASON_NONE && decoded < FB_REASON_UNKNOWN_SOURCE)
        return decoded;
    if (r->env.source.n > 0 && !fb_span_is(r->env.source, session->known->name))
        return FB_REASON_UNKNOWN_SOURCE;
    fb_code trust = session->trust;
    if (trust != 0 && fb_whose_register(r->env.kind)) /* whatever is wrong in its fields */
        return FB_REASON_NOT_YOURS;
    if (decoded != FB_REASON_NONE)
        return decoded;
    return fb_whose_may(trust, r) ? FB_REASON_NONE : FB_REASON_NOT_YOURS;
}

/* Decoded only to learn which message it is that is not taken. */
static void turn_away(struct fb_door *d, struct fb_session *session, const struct fb_peer *peer,
                      struct fb_span payload)
{
    struct fb_arena arena;
    const char *field = NULL;
    struct fb_span body;
    fb_arena_init(&arena, d->scratch, FB_SCRATCH_BYTES);
    struct fb_record *r = fb_arena_zero(&arena, sizeof *r);
    enum fb_reason reason = fb_decode_publish(payload, &arena, r, &body, &field);
    if (session == NULL) {
        d->stats->no_hello++;
        refuse_now(d, peer, r->env.message_id,
                   reason == FB_REASON_NOT_A_MESSAGE ? reason : FB_REASON_NO_HELLO);
        return;
    }
    struct fb_wire_answer busy = {.message_id = r->env.message_id, .busy = true};
    d->stats->busy++;
    session->known->busy++;
    answer_now(d, peer, &busy, session->known->window);
}

static void fill_input(struct fb_item *item, const struct fb_session *session, struct fb_span payload)
{
    const char *field = NULL;
    struct fb_span body = {NULL, 0};
    struct fb_record *r = fb_arena_get(&item->arena, sizeof *r); /* the decoder fills it in */
    /* The socket's memory goes with the next message, so the few hundred bytes are copied next to what is
     * made of them. */
    struct fb_span kept = fb_arena_copy(&item->arena, payload);
    enum fb_reason decoded = fb_decode_publish(kept, &item->arena, r, &body, &field), reason = judge(session, r, decoded);
    item->message_id = r->env.message_id;
    item->input = (struct fb_input){.record = r, .body = body};
    if (reason == FB_REASON_NONE)
        return;
    item->input = (struct fb_input){.refused = reason, .env = r->env, .body = body.p != NULL ? body : kept,
                                    .unopened = body.p == NULL, .formed = decoded == FB_REASON_NONE};
    if (field != NULL && reason > FB_REASON_NOT_YOURS)
        item->input.field = fb_span_of(field);
}

/* The session, while what it began with still holds: rights are looked at for each message. */
static struct fb_session *session_of(struct fb_door *d, const struct fb_peer *peer)
{
    struct fb_session *session = fb_session_find(d->sessions, peer);
    const struct fb_identity *who = fb_gate_who(d->gate, peer);
    if (who == NULL)
        fb_gate_turn(d->gate, peer, FB_TURNED_KEY_REVOKED);
    if (session == NULL || who == NULL)
        return NULL;
    struct fb_source told = {.name = fb_span_of(session->known->name), .trust = session->trust};
    return narrow(who, &told) == NULL && told.trust == session->trust ? session : NULL;
}

void fb_door_recheck(struct fb_door *d)
{
    struct fb_session *session;
    for (unsigned i = 0; (session = fb_sessions_at(d->sessions, i)) != NULL; i++)
        if (session->known != NULL && session_of(d, &session->peer) == NULL)
            fb_session_gone(d->sessions, session);
}

static void on_publish(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload)
{
    struct fb_session *session = session_of(d, peer);
    struct fb_item *item = NULL;
    if (session != NULL && !fb_care_holds(d->care) && fb_session_take(session)) {
        item = fb_queue_new(d->queue);
        if (item == NULL)
            fb_session_settled(d->sessions, session, 1);
    }
    if (item == NULL) {
        turn_away(d, session, peer, payload);
        return;
    }
    session->last_ms = fb_clock_ticks_ms();
    item->kind = FB_ITEM_RECORD;
    item->peer = *peer;
    item->session = session;
    item->greeted = &session->known->greeted;
    fill_input(item, session, payload);
    d->stats->published++;
    d->stats->refused += item->input.record == NULL;
    fb_queue_push(d->queue, item);
}

/* ---- asking ---- */

static void on_explain(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                       const struct fb_query *query)
{
    if (query->subject == 0 && query->record_ref.n > 0)
        (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_FIND);
    else
        fb_door_explain(d, peer, payload, query);
}

static void on_issue(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                     const struct fb_query *query)
{
    (void)payload;
    fb_door_log_command(d, "an issue of the rules", peer);
    if (!fb_reload_ask(d->reload, peer, query->due_ms))
        fb_desk_refuse(
            d->desk, &d->outlet, peer, query->kind, FB_REASON_NO_PLACE,
            fb_span_of("too many have asked for an issue already, or the engine is stopping: try again "
                       "in a minute"));
}

static void on_close(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                     const struct fb_query *query)
{
    fb_door_log_command(d, "closing a month", peer);
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_CLOSE);
}

static void on_withdraw(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                        const struct fb_query *query)
{
    fb_door_log_command(d, "withdrawing an issue that waits", peer);
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_WITHDRAW);
}

static void refuse_query(struct fb_door *d, const struct fb_peer *peer, enum fb_query_kind kind,
                         enum fb_reason reason, const char *field)
{
    char memory[240];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    if (field != NULL) {
        fb_text_add(&t, field);
        fb_text_add(&t, ": ");
    }
    fb_text_add(&t, fb_reason_text(reason));
    fb_desk_refuse(d->desk, &d->outlet, peer, kind, reason, (struct fb_span){t.p, (uint32_t)t.n});
}

static void not_theirs(struct fb_door *d, const struct fb_peer *peer, enum fb_query_kind kind, const char *why)
{
    fb_gate_turn(d->gate, peer, fb_gate_who(d->gate, peer) == NULL ? FB_TURNED_KEY_REVOKED : FB_TURNED_RIGHT);
    fb_desk_refuse(d->desk, &d->outlet, peer, kind, FB_REASON_NOT_YOURS, fb_span_of(why));
}

static void on_query(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload)
{
    static void (*const other[FB_QUERY_END])(struct fb_door *, const struct fb_peer *, struct fb_span,
                                             const struct fb_query *) = {
        [FB_QUERY_EXPLAIN] = on_explain,
        [FB_QUERY_ISSUE] = on_issue,
        [FB_QUERY_CLOSE_PERIOD] = on_close,
        [FB_QUERY_WITHDRAW] = on_withdraw,
        [FB_QUERY_APPROVALS] = fb_door_approvals,
        [FB_QUERY_WORKER] = fb_door_worker,
        [FB_QUERY_FORGET] = fb_door_forget,
        [FB_QUERY_AUDIT] = fb_door_audit,
        [FB_QUERY_LINK] = fb_door_link,
        [FB_QUERY_CONFIRM] = fb_door_confirm,
        [FB_QUERY_CHECKPOINT] = fb_door_checkpoint,
        [FB_QUERY_PROVE] = fb_door_prove,
        [FB_QUERY_COUNTERSIGN] = fb_door_countersign,
        [FB_QUERY_RECEIPT] = fb_door_receipt,
        [FB_QUERY_WITHDRAW_BATCH] = fb_door_withdraw_batch,
        [FB_QUERY_BATCHES] = fb_door_batches,
    };
    struct fb_arena arena;
    struct fb_query query = {0};
    const char *field = NULL, *why;
    d->stats->queries++;
    fb_arena_init(&arena, d->scratch, FB_SCRATCH_BYTES);
    enum fb_reason reason = fb_decode_query(payload, &arena, &query, &field);
    if (reason != FB_REASON_NONE)
        refuse_query(d, peer, query.kind, reason, field);
    else if ((why = fb_right_take(fb_gate_who(d->gate, peer), &query)) != NULL)
        not_theirs(d, peer, query.kind, why);
    else if (other[query.kind] != NULL)
        other[query.kind](d, peer, payload, &query);
    else
        fb_door_answer(d, peer, &query);
}

static void (*const handler[])(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload) = {
    [FB_FRAME_HELLO] = on_hello,
    [FB_FRAME_PUBLISH] = on_publish,
    [FB_FRAME_QUERY] = on_query,
};

void fb_door_take(void *door, const struct fb_peer *peer, struct fb_span frame)
{
    struct fb_door *d = door;
    enum fb_frame_kind kind = FB_FRAME_HELLO;
    struct fb_span payload = {NULL, 0}, no_id = {NULL, 0};
    enum fb_reason reason = fb_frame_open(frame, &kind, &payload);
    if (reason == FB_REASON_NONE && (size_t)kind < sizeof handler / sizeof handler[0] &&
        handler[kind] != NULL) {
        handler[kind](d, peer, payload);
        return;
    }
    d->stats->not_ours++;
    refuse_now(d, peer, no_id, reason == FB_REASON_NONE ? FB_REASON_NOT_A_FRAME : reason);
}
