#include "engine/shell/door.h"
#include "engine/shell/clock.h"
#include "engine/shell/door_people.h"
#include "engine/shell/log.h"
#include "engine/shell/rights.h"
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

static struct fb_session *begin(struct fb_door *d, const struct fb_peer *peer, struct fb_item *item,
                                const struct fb_hello *said)
{
    struct fb_source told;
    if (fb_sessions_settle(d->sessions, &said->source, &told) != FB_OK) {
        fb_log(FB_LOG_WARN, "hello refused: source %.*s is not listed in the configuration, or is the engine's own name",
               (int)said->source.name.n, said->source.name.p);
        unwelcome(d, peer, FB_REASON_UNKNOWN_SOURCE,
                  "this engine takes only the sources that its configuration lists");
        return NULL;
    }
    struct fb_session *session = fb_session_begin(d->sessions, peer, &told, fb_clock_ticks_ms());
    if (session == NULL || !fb_session_greet(session)) {
        unwelcome(d, peer, FB_REASON_NO_PLACE,
                  "every place for connections or sources is taken: try again in a minute");
        return NULL;
    }
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

/* Whose record it is; 0: nobody's own (the registers). One row a kind: a new kind has no writer until it has
 * a row. */
static fb_code of_organisation(const struct fb_record *r)
{
    return r->as.organisation.ods;
}
static fb_code of_vacancy(const struct fb_record *r)
{
    return r->as.vacancy.shift.hirer;
}
static fb_code of_cascade(const struct fb_record *r)
{
    return r->as.cascade.hirer;
}
static fb_code of_booking(const struct fb_record *r)
{
    return r->as.booking.shift.hirer;
}
static fb_code of_timesheet(const struct fb_record *r)
{
    return r->as.timesheet.hirer;
}
static fb_code of_budget(const struct fb_record *r)
{
    return r->as.budget.hirer;
}
static fb_code of_hours(const struct fb_record *r)
{
    return r->as.hours.employer;
}
static fb_code of_approval(const struct fb_record *r)
{
    return r->as.approval.hirer;
}
static fb_code of_reply(const struct fb_record *r)
{
    return r->as.reply.hirer;
}
static fb_code (*const trust_of[FB_KIND_END])(const struct fb_record *r) = {
    [FB_KIND_ORGANISATION] = of_organisation, [FB_KIND_VACANCY] = of_vacancy,
    [FB_KIND_CASCADE] = of_cascade,           [FB_KIND_BOOKING] = of_booking,
    [FB_KIND_TIMESHEET] = of_timesheet,       [FB_KIND_BUDGET] = of_budget,
    [FB_KIND_SUBSTANTIVE_HOURS] = of_hours,   [FB_KIND_APPROVAL] = of_approval,
    [FB_KIND_REPLY] = of_reply,
};

/* A worker is nobody's own: whoever has looked at a registration, or knows of leave, may say so. */
static bool is_of_people(enum fb_kind kind)
{
    return kind == FB_KIND_WORKER || kind == FB_KIND_WORKER_FACT || kind == FB_KIND_ABSENCE;
}

static bool is_register(enum fb_kind kind)
{
    return kind > FB_KIND_NONE && kind < FB_KIND_END && trust_of[kind] == NULL && !is_of_people(kind);
}

/* What the controls team says is not said by a trust's system. */
static bool is_of_controls(const struct fb_record *r)
{
    const struct fb_reply *reply = &r->as.reply;
    return r->env.kind == FB_KIND_REPLY &&
           (reply->for_trust == FB_SAID_NO || reply->step == FB_STEP_CLOSE || reply->step == FB_STEP_CHALLENGE);
}

/* What the wire said, and what the door has to add, in order of precedence. */
static enum fb_reason judge(const struct fb_session *session, const struct fb_record *r,
                            enum fb_reason decoded)
{
    if (decoded != FB_REASON_NONE && decoded < FB_REASON_UNKNOWN_SOURCE)
        return decoded;
    if (r->env.source.n > 0 && !fb_span_is(r->env.source, session->known->name))
        return FB_REASON_UNKNOWN_SOURCE;
    fb_code trust = session->known->trust;
    if (trust != 0 && is_register(r->env.kind)) /* whatever is wrong in its fields */
        return FB_REASON_NOT_YOURS;
    if (decoded != FB_REASON_NONE)
        return decoded;
    bool yours = trust == 0 || is_of_people(r->env.kind) || (trust_of[r->env.kind](r) == trust && !is_of_controls(r));
    return yours ? FB_REASON_NONE : FB_REASON_NOT_YOURS;
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
    enum fb_reason reason = judge(session, r, fb_decode_publish(kept, &item->arena, r, &body, &field));
    item->message_id = r->env.message_id;
    item->input = (struct fb_input){.record = r, .body = body};
    if (reason == FB_REASON_NONE)
        return;
    item->input = (struct fb_input){.refused = reason, .env = r->env, .body = body.p != NULL ? body : kept,
                                    .unopened = body.p == NULL};
    if (field != NULL && reason > FB_REASON_NOT_YOURS)
        item->input.field = fb_span_of(field);
}

static void on_publish(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload)
{
    struct fb_session *session = fb_session_find(d->sessions, peer);
    struct fb_item *item = NULL;
    if (session != NULL && fb_session_take(session)) {
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

/* What only the commit thread can do goes round by it and is answered when it comes back: a booking asked for
 * by its outside name (only turn's memory knows the number), a month to close. */
struct fb_item *fb_door_round(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                              enum fb_query_kind kind, enum fb_item_kind item_kind)
{
    static const size_t words[FB_ITEM_KINDS] = {
        [FB_ITEM_CLOSE] = FB_WHY_BYTES,   [FB_ITEM_WITHDRAW] = FB_WHY_BYTES, [FB_ITEM_WORKER] = FB_TOLD_BYTES,
        [FB_ITEM_FORGET] = FB_TOLD_BYTES, [FB_ITEM_READ] = FB_TOLD_BYTES,    [FB_ITEM_CONFIRM] = 2 * FB_WHY_BYTES,
    };
    const char *field = NULL;
    struct fb_item *item = fb_queue_new(d->queue);
    if (item == NULL) {
        fb_desk_refuse(d->desk, &d->outlet, peer, kind, FB_REASON_NO_PLACE,
                       fb_span_of("the engine's queue is full: try again in a second"));
        return NULL;
    }
    /* Before anything else: what the query leaves of the arena is not known. */
    if (words[item_kind] > 0)
        fb_text_init(&item->why, fb_arena_get(&item->arena, words[item_kind]), words[item_kind]);
    if (item_kind == FB_ITEM_APPROVALS)
        fb_door_make_room(item);
    struct fb_span kept = fb_arena_copy(&item->arena, payload);
    if (fb_decode_query(kept, &item->arena, &item->query, &field) != FB_REASON_NONE) {
        fb_queue_drop(d->queue, item);
        return NULL;
    }
    item->kind = item_kind;
    item->peer = *peer;
    fb_queue_push(d->queue, item);
    return item;
}

static void on_explain(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                       const struct fb_query *query)
{
    if (query->subject == 0 && query->record_ref.n > 0)
        (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_FIND);
    else
        fb_door_explain(d, peer, payload, query);
}

/* Who asked, as far as it is known: connections do not carry keys yet, and this socket is this machine's. */
void fb_door_log_command(const char *what, const struct fb_peer *peer)
{
    static const char digits[] = "0123456789abcdef";
    char id[2 * FB_PEER_BYTES_MAX + 1];
    for (unsigned i = 0; i < peer->n; i++) {
        id[2 * i] = digits[peer->id[i] >> 4];
        id[2 * i + 1] = digits[peer->id[i] & 15];
    }
    id[2 * peer->n] = '\0';
    fb_log(FB_LOG_INFO, "%s: asked for over the door by connection %s", what, id);
}

static void on_issue(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                     const struct fb_query *query)
{
    (void)payload;
    fb_door_log_command("an issue of the rules", peer);
    if (!fb_reload_ask(d->reload, peer, query->due_ms))
        fb_desk_refuse(
            d->desk, &d->outlet, peer, query->kind, FB_REASON_NO_PLACE,
            fb_span_of("too many have asked for an issue already, or the engine is stopping: try again "
                       "in a minute"));
}

static void on_close(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                     const struct fb_query *query)
{
    fb_door_log_command("closing a month", peer);
    (void)fb_door_round(d, peer, payload, query->kind, FB_ITEM_CLOSE);
}

static void on_withdraw(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                        const struct fb_query *query)
{
    fb_door_log_command("withdrawing an issue that waits", peer);
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
    };
    struct fb_arena arena;
    struct fb_query query = {0};
    const char *field = NULL;
    d->stats->queries++;
    fb_arena_init(&arena, d->scratch, FB_SCRATCH_BYTES);
    enum fb_reason reason = fb_decode_query(payload, &arena, &query, &field);
    if (reason != FB_REASON_NONE)
        refuse_query(d, peer, query.kind, reason, field);
    else if (fb_right_refusal(&query) != NULL)
        fb_desk_refuse(d->desk, &d->outlet, peer, query.kind, FB_REASON_NOT_YOURS, fb_span_of(fb_right_refusal(&query)));
    else if (other[query.kind] != NULL)
        other[query.kind](d, peer, payload, &query);
    else
        fb_desk_answer(d->desk, &d->outlet, peer, &query);
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
