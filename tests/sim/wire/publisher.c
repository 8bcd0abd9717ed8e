#include "engine/base/check.h"
#include "tests/sim/wire/wire.h"
#include <stdlib.h>

/* A publishing system with its spool: what it has to say lies on its disk in order, and stays there until it was answered. The rest
 * is the adapters' client library. */

enum { RESEND_MS = 2000, FORGETS = 8 /* answers that it may not have noted when it dies */ };

static bool is_true(const struct sim_publisher *p, const struct sim_message *m, const struct fb_wire_answer *a)
{
    const struct auditor *aud = p->wire->r->auditor;
    bool taken = a->outcome <= FB_OUTCOME_DUPLICATE;
    const struct sim_message *told = NULL;
    for (unsigned i = 0; taken && i < aud->n_versions; i++)
        if (aud->version[i].journal == a->journal)
            told = aud->version[i].message;
    for (unsigned i = 0; !taken && i < aud->n_refusals; i++)
        if (aud->refusal[i].journal == a->journal)
            told = aud->refusal[i].message;
    return told != NULL && told->source == m->source && fb_span_eq(told->record.env.message_id, m->record.env.message_id);
}

/* An answer that says what the auditor heard turn say, of the message that it is for. What was garbled on its way is told to be no
 * message, or none of ours: whoever knows better sends it again. */
static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    struct sim_publisher *p = ctx;
    struct sim_run *r = p->wire->r;
    const struct sim_message *m = sim_wire_message(p->wire, (int)p->message[tag]);
    bool mine = fb_span_eq(m->record.env.source, r->w->source[p->number].name);
    if (p->state[tag] != SIM_GIVEN || !is_true(p, m, a))
        (void)sim_stop(r, "answer that a publisher was given: journal number", 0, (int64_t)a->journal);
    else if (p->wire->alone[p->message[tag]] && a->outcome == FB_OUTCOME_CONFLICT)
        (void)sim_stop(r, "conflict of a message with an id of its own", 0, (int64_t)a->journal);
    bool garbled = a->outcome == FB_OUTCOME_REFUSED && m->refused == FB_REASON_NONE && mine && p->wire->alone[p->message[tag]];
    p->state[tag] = garbled ? SIM_WAITS : SIM_ANSWERED;
    if (garbled && tag < p->next)
        p->next = (unsigned)tag;
}

/* ---- coming and going ---- */

void sim_publisher_open(struct sim_publisher *p, struct sim_wire *w, unsigned number)
{
    const struct sim_workload *l = w->r->l;
    *p = (struct sim_publisher){.wire = w, .number = number, .message = malloc(SIM_MESSAGES_MAX * sizeof *p->message), .state = calloc(SIM_MESSAGES_MAX, 1)};
    fb_assert(p->message != NULL && p->state != NULL);
    for (unsigned i = 0; i < l->n; i++)
        if (l->message[l->order[i]].source == number)
            p->message[p->n++] = l->order[i];
}

void sim_publisher_close(struct sim_publisher *p)
{
    fb_client_close(&p->client);
    free(p->message);
    free(p->state);
}

static void start(struct sim_publisher *p)
{
    const char endpoint[2] = {(char)('0' + p->number), '\0'};
    const struct fb_client_options options = {.endpoint = endpoint, .answered = answered, .ctx = p, .resend_ms = RESEND_MS,
                                              .hello = {.source = p->wire->r->w->source[p->number], .adapter = fb_span_of("simulated")}};
    fb_assert(fb_client_open(&p->client, &options) == FB_OK);
}

/* What it had given to the library was not answered as far as its disk knows, and some of the last answers were not noted. */
static void die(struct sim_publisher *p)
{
    struct fb_prng *rng = &p->wire->r->p;
    fb_client_close(&p->client);
    p->up_ms = p->wire->ticks_ms + (int64_t)fb_prng_below(rng, 10000);
    unsigned from = p->next > FORGETS ? p->next - FORGETS : 0;
    for (unsigned i = 0; i < p->n; i++)
        if (p->state[i] == SIM_GIVEN || (i >= from && i < p->next && p->state[i] == SIM_ANSWERED && sim_once_in(rng, 2)))
            p->state[i] = SIM_WAITS;
    p->next = 0;
}

/* ---- publishing ---- */

/* What was cut short goes out once, beside the library. */
static enum fb_err send_raw(struct sim_publisher *p, const struct sim_message *m, int number)
{
    struct sim_link *l = &p->wire->net.link[p->number];
    if (fb_client_state(p->client) != FB_CLIENT_WELCOME || l->connection == 0)
        return FB_BUSY;
    sim_net_send(&p->wire->net, l, SIM_TO_ENGINE, m->frame.p, m->frame.n, number);
    return FB_OK;
}

static enum fb_err publish(struct sim_publisher *p, unsigned at)
{
    int number = (int)p->message[at];
    const struct sim_message *m = sim_wire_message(p->wire, number);
    bool as_record, fits = sim_post_fits(m, &as_record);
    p->state[at] = SIM_GIVEN;
    enum fb_err e = !fits       ? send_raw(p, m, number)
                    : as_record ? fb_client_publish(p->client, &m->record, at)
                                : fb_client_publish_kept(p->client, &m->record.env, m->body, at);
    if (e != FB_OK)
        p->state[at] = SIM_WAITS;
    else if (!fits)
        p->state[at] = SIM_ANSWERED;
    return e;
}

void sim_publisher_tick(struct sim_publisher *p)
{
    if (p->client != NULL && sim_strikes(p->wire->r, SIM_PUBLISHER_DIES))
        die(p);
    if (p->client == NULL && (p->wire->calm || p->wire->ticks_ms >= p->up_ms))
        start(p);
    if (p->client == NULL)
        return;
    enum fb_err e = fb_client_poll(p->client, 0);
    while (e == FB_OK && p->next < p->n) {
        if (p->state[p->next] == SIM_WAITS)
            e = publish(p, p->next);
        p->next += e == FB_OK;
    }
    if (e != FB_OK && e != FB_BUSY)
        (void)sim_stop(p->wire->r, "publisher's library", FB_OK, e);
}

unsigned sim_publisher_answered(const struct sim_publisher *p)
{
    unsigned n = 0;
    for (unsigned i = 0; i < p->n; i++)
        n += p->state[i] == SIM_ANSWERED;
    return n;
}
