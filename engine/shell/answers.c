/* The second half of the door: what is said when the commit is durable. Answers of one connection share
 * frames. */
#include "engine/base/hash.h"
#include "engine/shell/clock.h"
#include "engine/shell/door.h"
#include "engine/shell/door_batches.h"
#include "engine/shell/door_people.h"
#include "engine/shell/log.h"
#include <string.h>

static void trust_word(char out[24], fb_code trust)
{
    struct fb_text t;
    fb_text_init(&t, out, 24);
    fb_text_add(&t, trust == 0 ? "every trust" : "");
    fb_text_add_code(&t, trust);
}

/* On this machine a source is of whichever trust it says: who reads the log should see that it said another, because from then on it
 * writes that trust's records, and is heard about its shifts. */
static void tell_moved(struct fb_door *d, const struct fb_item *item, uint64_t whose)
{
    char was[24], now[24];
    trust_word(was, item->trust_was);
    trust_word(now, item->hello.source.trust);
    fb_pace_log(&d->moves, whose, FB_LOG_WARN, "source %s is of %s from now on, by its Hello; it was of %s. What hangs on that is judged again: is that meant?",
                item->session->known->name, now, was);
}

/* Whoever sends a trust's bookings can have its alerts end so. */
static void tell_hushed(struct fb_door *d, const struct fb_item *item, uint64_t whose)
{
    fb_pace_log(&d->moves, whose, FB_LOG_WARN,
                "source %s is a shadow from now on and was live: nothing of it raises an alert. Is that meant? `mode` of `sources` in the configuration wins over what it says",
                item->session->known->name);
}

static void answer_hello(struct fb_door *d, struct fb_item *item)
{
    struct fb_session *session = item->session;
    struct fb_welcome w = {
        .window = session->known->window, .epoch = d->epoch, .engine = fb_span_of(FB_VERSION)};
    if (item->err != FB_OK) {
        /* Not NO_PLACE, which passes: publishers try again after that. */
        w.reason = FB_REASON_UNKNOWN_SOURCE;
        w.window = 0;
        w.text = fb_span_of("the journal cannot take another source, or not with that name: see limits.h");
        d->stats->hellos_refused++;
    }
    size_t n = fb_encode_welcome(&w, d->frame, FB_MESSAGE_BYTES_MAX);
    bool gone = n == 0 || d->outlet.send(d->outlet.ctx, &item->peer, d->frame, n) == FB_NOT_FOUND;
    uint64_t whose = fb_hash64(session->known->name, strlen(session->known->name));
    fb_pace_log(&d->hellos, whose, FB_LOG_INFO, "hello from %s (%.*s)%s", session->known->name, (int)item->hello.adapter.n, item->hello.adapter.p, item->err != FB_OK ? ": not taken" : "");
    if (item->moved)
        tell_moved(d, item, whose);
    if (item->hushed)
        tell_hushed(d, item, whose);
    if (gone || item->err != FB_OK)
        fb_session_gone(d->sessions, session);
    fb_session_greeted(d->sessions, session);
    fb_queue_free(d->queue, item);
}

static void answer_find(struct fb_door *d, struct fb_item *item)
{
    item->query.subject = item->answer.record;
    fb_door_explain_found(d, item);
}

static void answer_close(struct fb_door *d, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    char month[11], memory[640];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_day_format(month, q->month);
    fb_text_add_span(&t, (struct fb_span){month, 7});
    fb_text_add(&t, " of ");
    if (q->findings.trust != 0)
        fb_text_add_code(&t, q->findings.trust);
    else
        fb_text_add(&t, "every trust");
    fb_text_add(&t, item->err == FB_OK ? " is closed by " : " was not closed: ");
    fb_text_add_span(&t, item->err == FB_OK ? q->role : (struct fb_span){item->why.p, (uint32_t)item->why.n});
    if (item->err == FB_OK && item->why.n > 0) {
        fb_text_add(&t, "; ");
        fb_text_add_span(&t, (struct fb_span){item->why.p, (uint32_t)item->why.n});
    }
    fb_log(FB_LOG_INFO, "%s", t.p);
    const struct fb_result r = {.kind = FB_QUERY_CLOSE_PERIOD,
                                .reason = item->err == FB_OK ? FB_REASON_NONE : FB_REASON_FIELD_RANGE,
                                .text = {t.p, (uint32_t)t.n}};
    fb_desk_tell(d->desk, &d->outlet, &item->peer, &r);
    fb_queue_free(d->queue, item);
}

static void answer_withdraw(struct fb_door *d, struct fb_item *item)
{
    char memory[FB_WHY_BYTES + 80];
    struct fb_text t;
    bool done = item->err == FB_OK;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, "issue ");
    fb_text_add_int(&t, item->query.issue);
    fb_text_add(&t, done ? " is withdrawn: it will not become current" : " was not withdrawn: ");
    if (!done)
        fb_text_add_span(&t, (struct fb_span){item->why.p, (uint32_t)item->why.n});
    fb_log(FB_LOG_INFO, "packs: %s", t.p);
    const struct fb_result r = {.kind = FB_QUERY_WITHDRAW,
                                .reason = done ? FB_REASON_NONE : FB_REASON_FIELD_RANGE,
                                .issue = item->query.issue,
                                .text = {t.p, (uint32_t)t.n}};
    fb_desk_tell(d->desk, &d->outlet, &item->peer, &r);
    fb_queue_free(d->queue, item);
}

static void forget_ack(struct fb_door *d, struct fb_item *item)
{
    if (d->acks != NULL)
        fb_under_way_back(d->acks, &item->peer);
    fb_queue_free(d->queue, item);
}

static void fill_answer(struct fb_wire_answer *out, const struct fb_item *item)
{
    *out = (struct fb_wire_answer){
        .message_id = item->message_id,
        .outcome = (uint8_t)item->answer.outcome,
        .reason = item->answer.reason,
        .field = {item->answer.field, (uint32_t)strnlen(item->answer.field, sizeof item->answer.field)},
        .journal = item->answer.journal,
        .record = item->answer.record,
    };
    if (out->field.n == 0)
        out->field.p = NULL;
}

static void flush(struct fb_door *d, struct fb_session *session, unsigned n, bool *gone)
{
    if (n == 0 || *gone)
        return;
    size_t length = fb_encode_answers(d->answer, n, session->known->window, d->frame, FB_MESSAGE_BYTES_MAX);
    *gone = length == 0 || d->outlet.send(d->outlet.ctx, &session->peer, d->frame, length) == FB_NOT_FOUND;
}

/* Outcomes are numbered without gaps from 1. */
static void count(struct fb_known *known, const struct fb_item *item)
{
    enum fb_outcome outcome = item->answer.outcome;
    const struct fb_record *r = item->input.record;
    uint64_t *const counter[] = {
        NULL, &known->accepted, &known->amended, &known->duplicates, &known->conflicts, &known->refused};
    _Static_assert(FB_OUTCOME_ACCEPTED == 1 && FB_OUTCOME_AMENDED == 2 && FB_OUTCOME_DUPLICATE == 3 &&
                       FB_OUTCOME_CONFLICT == 4 && FB_OUTCOME_REFUSED == 5,
                   "the counters stand in the order of the outcomes");
    if (outcome >= FB_OUTCOME_ACCEPTED && outcome <= FB_OUTCOME_REFUSED)
        ++*counter[outcome];
    bool booking = outcome == FB_OUTCOME_ACCEPTED && r != NULL && r->env.kind == FB_KIND_BOOKING;
    known->bookings += booking;
    known->with_worker += booking && fb_record_token(r).n > 0;
}

/* Frees after the frame is made: the answers' texts point into the items. */
static void answer_session(struct fb_door *d, struct fb_session *session)
{
    bool gone = false;
    unsigned total = 0;
    for (struct fb_item *item = session->answered, *next; item != NULL; item = next) {
        struct fb_item *first = item;
        unsigned n = 0;
        for (; item != NULL && n < FB_ANSWERS_A_FRAME; item = item->next)
            fill_answer(&d->answer[n++], item);
        flush(d, session, n, &gone);
        next = item;
        for (struct fb_item *one = first, *after; one != next; one = after) {
            after = one->next;
            count(session->known, one);
            fb_queue_free(d->queue, one);
        }
        total += n;
    }
    session->answered = NULL;
    session->known->last_ms = fb_clock_now_ms();
    if (gone)
        fb_session_gone(d->sessions, session);
    fb_session_settled(d->sessions, session, total);
}

static void collect(struct fb_session **sessions, struct fb_item *item)
{
    struct fb_session *session = item->session;
    item->next = NULL;
    if (session->answered == NULL) {
        session->answered_last = &session->answered;
        session->next_answered = *sessions;
        *sessions = session;
    }
    *session->answered_last = item;
    session->answered_last = &item->next;
}

/* Before it is answered: an explanation that was looked for by name goes round once more. */
static void came_back(struct fb_door *d, const struct fb_item *item)
{
    if (item->kind != FB_ITEM_HELLO && item->kind != FB_ITEM_ACK)
        fb_under_way_back(&d->under_way, &item->peer);
}

void fb_door_done(struct fb_door *d, struct fb_item *const *item, unsigned n)
{
    static void (*const other[FB_ITEM_KINDS])(struct fb_door * d, struct fb_item * item) = {
        [FB_ITEM_HELLO] = answer_hello,
        [FB_ITEM_FIND] = answer_find,
        [FB_ITEM_ACK] = forget_ack,
        [FB_ITEM_CLOSE] = answer_close,
        [FB_ITEM_WITHDRAW] = answer_withdraw,
        [FB_ITEM_APPROVALS] = fb_door_tell_approvals,
        [FB_ITEM_WORKER] = fb_door_tell_people,
        [FB_ITEM_FORGET] = fb_door_tell_people,
        [FB_ITEM_READ] = fb_door_tell_read,
        [FB_ITEM_AUDIT] = fb_door_tell_audit,
        [FB_ITEM_CONFIRM] = fb_door_tell_confirmed,
        [FB_ITEM_REPLIES] = fb_door_tell_replies,
        [FB_ITEM_CHECKPOINT] = fb_door_tell_people,
        [FB_ITEM_PROVE] = fb_door_tell_people,
        [FB_ITEM_COUNTERSIGN] = fb_door_tell_people,
        [FB_ITEM_RECEIPT] = fb_door_tell_people,
        [FB_ITEM_BATCHES_OF] = fb_door_tell_batches,
        [FB_ITEM_WITHDRAW_BATCH] = fb_door_tell_batches,
    };
    struct fb_session *sessions = NULL;
    for (unsigned i = 0; i < n; i++)
        if (item[i]->kind == FB_ITEM_RECORD)
            collect(&sessions, item[i]);
        else {
            came_back(d, item[i]);
            other[item[i]->kind](d, item[i]);
        }
    while (sessions != NULL) {
        struct fb_session *session = sessions;
        sessions = session->next_answered;
        answer_session(d, session);
    }
}
