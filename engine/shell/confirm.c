#include "engine/shell/confirm.h"
#include "engine/core/approval.h"
#include "engine/shell/link.h"
#include "engine/turn/report/report_record.h"
#include <stdlib.h>
#include <string.h>

enum { READ_ROOM = 96 << 10 };

/* One confirmation in hand, and its memory. */
struct confirming {
    struct fb_people *people;
    struct fb_item *item;
    struct fb_link_claim claim;
    struct fb_record_now now;
    struct fb_arena arena;
    unsigned char memory[READ_ROOM], decoded[FB_SCRATCH_BYTES], frame[FB_MESSAGE_BYTES_MAX];
};

/* ---- may it be? NULL, or why not ---- */

static const char *not_read(const struct confirming *c, enum fb_err e)
{
    if (e == FB_NOT_FOUND || c->now.record->env.kind != FB_KIND_APPROVAL)
        return "the approval of that link is not held here";
    return NULL;
}

static const char *not_now(const struct confirming *c)
{
    const struct fb_approval *a = &c->now.record->as.approval;
    if (a->confirmed_ms != FB_ABSENT)
        return "that link was used already: the approval is confirmed";
    if (c->people->now_ms >= c->claim.deadline_ms)
        return "that link has expired: the approval was not confirmed in time, and has lapsed";
    if (c->claim.version != c->now.journal)
        return "the approval was changed after that link was made, so it would confirm something else: ask for a new link";
    return NULL;
}

static const char *not_by(const struct confirming *c)
{
    const struct fb_approval *a = &c->now.record->as.approval;
    struct fb_span who = c->item->query.asker.identity;
    unsigned char grantor[16];
    fb_link_grantor(grantor, who);
    if (memcmp(grantor, c->claim.grantor, sizeof grantor) != 0 || !fb_span_eq(who, a->granted_by))
        return "only who granted it may confirm it";
    if (fb_span_eq(who, a->recorded_by))
        return "who recorded a grant does not confirm it: nobody confirms their own";
    return NULL;
}

static const char *not_provisional(const struct confirming *c)
{
    struct fb_approval_state_at at;
    const struct fb_book *book = fb_turn_book(c->people->turn, 0);
    if (book == NULL)
        return "there are no rules to judge it by";
    fb_approval_at(book, &c->now.record->as.approval, c->people->now_ms, &at);
    if (at.end == FB_APPROVAL_END_PROVISIONAL)
        return NULL;
    return at.end == FB_APPROVAL_END_LAPSED ? "the approval was not confirmed in time, and has lapsed"
                                            : "the approval is not provisional, so there is nothing to confirm: see fairbank approve list";
}

static const char *refusal(struct confirming *c, enum fb_err *e)
{
    const char *why = fb_link_read(&c->claim, c->item->query.link, c->people->keys);
    if (why == NULL && c->claim.epoch != fb_store_epoch(c->people->store))
        why = "that link was made for another store: this one was made anew since";
    if (why != NULL)
        return why;
    *e = fb_report_record(c->people->store, c->people->books, c->claim.record, &c->arena, &c->now);
    if (*e != FB_OK && *e != FB_NOT_FOUND)
        return "the approval could not be read";
    why = not_read(c, *e);
    *e = FB_OK;
    if (why == NULL)
        why = not_now(c);
    if (why == NULL)
        why = not_by(c);
    return why != NULL ? why : not_provisional(c);
}

/* ---- the record ---- */

/* The texts of a confirmation. */
struct texts {
    char ref[FB_ID_BYTES_MAX + 1], terms[FB_APPROVAL_TERMS_BYTES];
};

/* It goes by itself, so that no version of the approval, whenever it comes, undoes it. Its name says what was granted:
 * confirming the same again is a repeat. */
static void make(const struct confirming *c, struct fb_record *r, struct texts *x)
{
    const struct fb_record *held = c->now.record;
    struct fb_text ref;
    fb_approval_terms(x->terms, &held->as.approval);
    fb_text_init(&ref, x->ref, sizeof x->ref);
    fb_text_add(&ref, "confirm-");
    fb_text_add_int(&ref, c->claim.record);
    fb_text_add(&ref, "-");
    fb_text_add(&ref, x->terms);
    *r = (struct fb_record){.env = {.kind = FB_KIND_REPLY,
                                    .source = fb_span_of(FB_SOURCE_OWN),
                                    .message_id = {ref.p, (uint32_t)ref.n},
                                    .record_ref = {ref.p, (uint32_t)ref.n},
                                    .revision = FB_ABSENT,
                                    .source_seq = FB_ABSENT,
                                    .occurred_ms = c->people->now_ms}};
    r->as.reply = (struct fb_reply){.hirer = held->as.approval.hirer,
                                    .booking_source = held->env.source,
                                    .booking_ref = held->env.record_ref,
                                    .step = FB_STEP_ACKNOWLEDGE,
                                    .by = held->as.approval.granted_by,
                                    .until_ms = FB_ABSENT,
                                    .text = fb_span_of(x->terms)};
}

static enum fb_err send(struct confirming *c, struct fb_record *sent, struct fb_span body, struct fb_answer *answer)
{
    const struct fb_source own = {.name = fb_span_of(FB_SOURCE_OWN), .mode = FB_SOURCE_MODE_LIVE};
    struct fb_input input = {.record = sent, .body = body};
    enum fb_err e = fb_turn_source(c->people->turn, &own, c->people->now_ms, &input.source);
    return e == FB_OK ? fb_turn_run(c->people->turn, &input, 1, c->people->now_ms, answer) : e;
}

/* By the wire and back, so that it is kept and digested like what a source sends. */
static enum fb_err run(struct confirming *c, struct fb_answer *answer)
{
    struct fb_record made, sent = {.env = {.kind = FB_KIND_NONE}};
    struct texts texts;
    struct fb_arena arena;
    struct fb_span payload, body;
    const char *field = NULL;
    enum fb_frame_kind kind;
    make(c, &made, &texts);
    size_t n = fb_encode_publish(&made, c->frame, sizeof c->frame);
    fb_arena_init(&arena, c->decoded, sizeof c->decoded);
    if (n == 0 || fb_frame_open((struct fb_span){(const char *)c->frame, (uint32_t)n}, &kind, &payload) != FB_REASON_NONE ||
        fb_decode_publish(payload, &arena, &sent, &body, &field) != FB_REASON_NONE)
        return FB_REFUSED;
    enum fb_err e = send(c, &sent, body, answer);
    fb_arena_release(&arena);
    return e;
}

/* What was decided since says that it is confirmed. */
static bool took_effect(struct confirming *c)
{
    fb_arena_reset(&c->arena);
    return fb_report_record(c->people->store, c->people->books, c->claim.record, &c->arena, &c->now) == FB_OK &&
           c->now.record->as.approval.confirmed_ms != FB_ABSENT && c->now.decision->approval_end != FB_APPROVAL_END_PROVISIONAL &&
           c->now.decision->approval_end != FB_APPROVAL_END_LAPSED;
}

static void say(struct confirming *c)
{
    char at[17];
    fb_local_format(at, c->people->now_ms / FB_MINUTE_MS);
    struct fb_text *t = &c->item->why;
    fb_text_add(t, "approval ");
    fb_text_add_span(t, c->now.record->env.record_ref);
    fb_text_add(t, " is confirmed by ");
    fb_text_add_span(t, c->now.record->as.approval.granted_by);
    fb_text_add(t, " at ");
    fb_text_add(t, at);
    fb_text_add(t, " (Europe/London)");
}

static void refuse(struct confirming *c, const char *why)
{
    c->item->err = FB_REFUSED;
    fb_text_add(&c->item->why, why);
}

static enum fb_err confirm(struct confirming *c)
{
    struct fb_answer answer = {.outcome = FB_OUTCOME_REFUSED};
    enum fb_err e = FB_OK;
    const char *why = refusal(c, &e);
    if (why != NULL) {
        refuse(c, why);
        return e;
    }
    e = run(c, &answer);
    if (e != FB_OK && e != FB_REFUSED && e != FB_LIMIT) /* as many sources as there can be: the journal does not take the engine's own */
        return e;
    if (e == FB_OK && answer.outcome != FB_OUTCOME_REFUSED && took_effect(c))
        say(c);
    else
        refuse(c, "the confirmation was not taken, and the approval is as it was: see fairbank approve list");
    return FB_OK;
}

enum fb_err fb_confirm(struct fb_people *p, struct fb_item *item)
{
    struct confirming *c = calloc(1, sizeof *c);
    if (c == NULL)
        return FB_FULL;
    c->people = p;
    c->item = item;
    fb_arena_init(&c->arena, c->memory, sizeof c->memory);
    enum fb_err e = confirm(c);
    fb_arena_release(&c->arena);
    free(c);
    return e;
}
