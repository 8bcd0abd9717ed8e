/* What the engine says to a publisher: its welcome or its refusal, and its answers. */
#include "adapters/lib/client_private.h"
#include "adapters/lib/dealer.h"
#include "adapters/lib/said.h"
#include "engine/wire/wire.h"

void fb_client__greet_again(struct fb_client *c)
{
    if (c->state == FB_CLIENT_REFUSED)
        return;
    c->state = FB_CLIENT_GREETING;
    c->hello_due = true;
}

/* Everything that an older connection or an older run of the engine may have lost. */
static void send_all_again(struct fb_client *c, int64_t now)
{
    uint32_t i;
    while ((i = c->slots.head[FB_SLOT_SENT]) != FB_SLOT_NONE) {
        fb_slots_move(&c->slots, i, FB_SLOT_READY, now);
        c->figures.resent++;
    }
}

static void take_window(struct fb_client *c, uint32_t window)
{
    if (window > 0)
        c->window = window < FB_SLOTS_MAX ? window : FB_SLOTS_MAX;
}

static void be_refused(struct fb_client *c, const struct fb_welcome *w)
{
    struct fb_text t;
    fb_text_init(&t, c->refusal, sizeof c->refusal);
    fb_text_add(&t, fb_reason_text(w->reason));
    if (w->text.n > 0) {
        fb_text_add(&t, ": ");
        fb_text_add_span(&t, w->text);
    }
    c->refusal_reason = w->reason;
    c->state = FB_CLIENT_REFUSED;
}

/* The library was told no before anybody could say Hello; it would go on asking for ever. */
void fb_client__be_unknown(struct fb_client *c)
{
    struct fb_text t;
    fb_text_init(&t, c->refusal, sizeof c->refusal);
    fb_text_add(&t, "the engine does not let this key in: its identities must list the public key, and not as revoked");
    c->refusal_reason = FB_REASON_NOT_YOURS;
    c->state = FB_CLIENT_REFUSED;
}

/* The engine knows nothing against us and has no place just now: Hello goes out again when patience is over. */
static void wait_for_a_place(struct fb_client *c, const struct fb_welcome *w)
{
    struct fb_text t;
    fb_text_init(&t, c->put_off, sizeof c->put_off);
    if (w->text.n > 0)
        fb_text_add_span(&t, w->text); /* it says better than its reason when to come again */
    else
        fb_text_add(&t, fb_reason_text(w->reason));
    c->state = FB_CLIENT_GREETING;
    c->hello_due = false;
    c->hello_ms = fb_dealer_now_ms();
    c->figures.no_place++;
}

/* No engine welcomes without a window: such a one lost its end on the way, and Hello goes out again when patience is over. A refusal is
 * final, whatever an earlier Hello is answered with. */
static void take_welcome(struct fb_client *c, struct fb_span payload)
{
    struct fb_welcome w;
    if (c->state == FB_CLIENT_REFUSED || fb_decode_welcome(payload, &c->arena, &w) != FB_REASON_NONE || (w.reason == FB_REASON_NONE && w.window == 0)) {
        c->figures.strays++;
        return;
    }
    if (w.reason == FB_REASON_NO_PLACE) {
        wait_for_a_place(c, &w);
        return;
    }
    if (w.reason != FB_REASON_NONE) {
        be_refused(c, &w);
        return;
    }
    take_window(c, w.window);
    if (c->state == FB_CLIENT_GREETING)
        send_all_again(c, fb_dealer_now_ms());
    c->state = FB_CLIENT_WELCOME;
    c->put_off[0] = '\0';
    c->hello_due = false;
}

/* The id is that of a message which was sent twice and answered, and so is the journal number. No message that says something else
 * is ever answered with that number: this is the other one's second answer. */
static bool is_late(struct fb_client *c, uint32_t i, const struct fb_wire_answer *a)
{
    const struct fb_slot_gone *gone = a->busy || a->journal == 0 ? NULL : fb_slots_gone(&c->slots, a->message_id, a->journal);
    if (gone == NULL)
        return false;
    struct fb_slot_said said = fb_slot_says(&c->slots.slot[i], &c->arena);
    return a->outcome == FB_OUTCOME_REFUSED ? gone->said.body != said.body : gone->said.contents != said.contents;
}

static void take_answer(struct fb_client *c, const struct fb_wire_answer *a, int64_t now)
{
    uint32_t i = fb_slots_find(&c->slots, a->message_id);
    /* An answer to what never went out, or to a message that was sent twice, and answered before. */
    if (i == FB_SLOT_NONE || c->slots.slot[i].sends == 0 || is_late(c, i, a)) {
        c->figures.strays++;
        return;
    }
    if (a->busy) {
        fb_slots_move(&c->slots, i, FB_SLOT_RESTING, now);
        c->figures.busy++;
        return;
    }
    if (a->reason == FB_REASON_NO_HELLO) { /* an engine that was started anew does not know us yet */
        fb_slots_move(&c->slots, i, FB_SLOT_READY, now);
        if (c->state == FB_CLIENT_WELCOME)
            fb_client__greet_again(c);
        return;
    }
    c->figures.answered++;
    uint64_t tag = c->slots.slot[i].tag;
    if (c->slots.slot[i].sends > 1)
        fb_slots_remember(&c->slots, i, a->journal, fb_slot_says(&c->slots.slot[i], &c->arena));
    fb_slots_drop(&c->slots, i, now);
    c->options.answered(c->options.ctx, tag, a);
}

static void take_answers(struct fb_client *c, struct fb_span payload)
{
    struct fb_wire_answer *a = NULL;
    unsigned n = 0;
    uint32_t window = 0;
    if (fb_decode_answers(payload, &c->arena, &a, &n, &window) != FB_REASON_NONE) {
        c->figures.strays++;
        return;
    }
    int64_t now = fb_dealer_now_ms();
    for (unsigned i = 0; i < n; i++)
        take_answer(c, &a[i], now);
    take_window(c, window);
}

void fb_client__hear(struct fb_client *c, struct fb_span frame)
{
    enum fb_frame_kind kind;
    struct fb_span payload;
    fb_arena_reset(&c->arena);
    if (fb_frame_open(frame, &kind, &payload) != FB_REASON_NONE)
        c->figures.strays++;
    else if (kind == FB_FRAME_WELCOME)
        take_welcome(c, payload);
    else if (kind == FB_FRAME_ANSWERS)
        take_answers(c, payload);
    else
        c->figures.strays++;
}
