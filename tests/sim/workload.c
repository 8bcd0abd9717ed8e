#include "tests/sim/workload_making.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/ports.h"
#include <stdlib.h>
#include <string.h>

enum { BODY_TAG = 0x5A /* field 11 of the envelope, as bytes */ };

/* How the versions of a record are told apart: by the source's own revision, by time, by its sequence, or
 * only by what they hold. */
enum scheme { BY_REVISION, BY_TIME, BY_SEQUENCE, BY_CONTENT, SCHEMES };

/* ---- one message ---- */

static struct sim_message *add(struct sim_making *k, const struct fb_record *r, unsigned source, size_t n)
{
    fb_assert(k->l->n < SIM_MESSAGES_MAX && n > 0);
    struct sim_message *m = &k->l->message[k->l->n++];
    *m = (struct sim_message){.record = *r, .source = source, .after = -1};
    m->frame = fb_arena_copy(&k->w->arena, (struct fb_span){(const char *)k->frame, (uint32_t)n});
    fb_assert(m->frame.p != NULL);
    return m;
}

/* Decodes it once, to see that the wire says what it must, and to learn the digest. */
static void look(struct sim_making *k, struct sim_message *m)
{
    static unsigned char memory[FB_SCRATCH_BYTES];
    struct fb_arena arena;
    struct fb_record r;
    struct fb_span payload, body;
    enum fb_frame_kind kind;
    const char *field = NULL;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_assert(fb_frame_open(m->frame, &kind, &payload) == FB_REASON_NONE);
    m->refused = fb_decode_publish(payload, &arena, &r, &body, &field);
    m->id_read = r.env.message_id.n > 0;
    memcpy(m->digest, r.digest, sizeof m->digest);
    if (m->refused == FB_REASON_NONE) { /* as turn knows it: with a pseudonym under the engine's own key */
        struct fb_blinded blinded;
        const struct fb_turn_ports *ports = fb_test_ports();
        memset(&blinded, 0, sizeof blinded);
        memcpy(blinded.digest, r.digest, sizeof blinded.digest);
        fb_assert(ports->blind(ports->ctx, r.env.kind, body, &arena, &blinded) == FB_OK);
        memcpy(m->digest, blinded.digest, sizeof m->digest);
    }
    m->body = fb_arena_copy(&k->w->arena, body);
    fb_arena_release(&arena);
}

/* A timesheet that is agreed on and has no hours. */
static bool is_hollow(const struct fb_record *r)
{
    const struct fb_timesheet *t = &r->as.timesheet;
    bool agreed = t->state == FB_TIMESHEET_STATE_APPROVED || t->state == FB_TIMESHEET_STATE_ADJUSTED;
    return r->env.kind == FB_KIND_TIMESHEET && agreed && t->n == 0;
}

static struct sim_message *send(struct sim_making *k, const struct fb_record *r, unsigned source)
{
    struct sim_message *m = add(k, r, source, fb_encode_publish(r, k->frame, sizeof k->frame));
    look(k, m);
    fb_assert(m->refused == (is_hollow(r) ? FB_REASON_FIELD_MISSING : FB_REASON_NONE));
    return m;
}

/* The same frame with another body behind it: of a field that comes twice the last holds. */
static struct sim_message *send_with_body(struct sim_making *k, const struct sim_message *m, struct fb_span body)
{
    struct fb_writer w;
    fb_writer_init(&w, k->frame, sizeof k->frame);
    fb_put_bytes(&w, m->frame.p, m->frame.n);
    fb_put_u8(&w, BODY_TAG);
    fb_put_varint(&w, body.n);
    fb_put_bytes(&w, body.p, body.n);
    fb_assert(!w.bad);
    struct sim_message *other = add(k, &m->record, m->source, w.n);
    look(k, other);
    return other;
}

/* What is put off is put off until later than that was said: else the message would be refused. */
static void put_off(struct fb_record *r)
{
    struct fb_reply *reply = &r->as.reply;
    bool far = reply->until_ms - FB_SNOOZE_DAYS_MAX * SIM_DAY_MS > r->env.occurred_ms; /* or for too long */
    if (r->env.kind == FB_KIND_REPLY && reply->step == FB_STEP_SNOOZE && (reply->until_ms <= r->env.occurred_ms || far))
        reply->until_ms = r->env.occurred_ms + SIM_HOUR_MS;
}

/* ---- what adapters do wrong ---- */

static void repeat(struct sim_making *k, unsigned at, enum scheme scheme)
{
    const struct sim_message *m = &k->l->message[at];
    struct fb_record r = m->record;
    if (scheme < BY_SEQUENCE && sim_once_in(&k->p, 3)) {
        r.env.source_seq = sim_between(&k->p, 0, 1000); /* neither takes part in the digest */
        r.env.batch_id = sim_another_page(k->w, m->source, r.env.batch_id);
    }
    (void)send(k, &r, m->source);
}

static void contradict(struct sim_making *k, unsigned at)
{
    struct fb_record r = k->l->message[at].record;
    unsigned source = k->l->message[at].source;
    if (sim_once_in(&k->p, 3))
        r.env.occurred_ms += 1;
    else
        sim_change(k->w, &k->p, k->shift, &r);
    put_off(&r);
    send(k, &r, source)->after = (int)at;
}

/* The same record with bytes that mean nothing to us: another digest, so a conflict. */
static void add_unknown_field(struct sim_making *k, unsigned at)
{
    unsigned char bytes[SIM_FRAME_BYTES];
    struct fb_writer w;
    const struct sim_message *m = &k->l->message[at];
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_bytes(&w, m->body.p, m->body.n);
    fb_put_varint(&w, 900 << 3);
    fb_put_varint(&w, 7);
    struct sim_message *other = send_with_body(k, m, (struct fb_span){(const char *)bytes, (uint32_t)w.n});
    fb_assert(other->refused == FB_REASON_NONE);
    other->after = (int)at;
}

static void send_garbage(struct sim_making *k, unsigned at)
{
    struct sim_message *m = send_with_body(k, &k->l->message[at], fb_span_of("\xff\xff\xff not a record"));
    fb_assert(m->refused == FB_REASON_NOT_A_MESSAGE);
}

static void send_cut(struct sim_making *k, unsigned at)
{
    const struct sim_message *m = &k->l->message[at];
    uint32_t n = m->frame.n - 1 - m->body.n / 2;
    memcpy(k->frame, m->frame.p, n);
    struct sim_message *other = add(k, &m->record, m->source, n);
    look(k, other);
    fb_assert(other->refused == FB_REASON_NOT_A_MESSAGE);
}

/* 01:30 on the night when the clocks go forward is no time at all. */
static void send_impossible(struct sim_making *k, unsigned at)
{
    struct fb_record r = k->l->message[at].record;
    unsigned source = k->l->message[at].source;
    struct fb_shift *s = r.env.kind == FB_KIND_BOOKING ? &r.as.booking.shift : &r.as.vacancy.shift;
    if (r.env.kind != FB_KIND_BOOKING && r.env.kind != FB_KIND_VACANCY)
        return;
    s->start_local = fb_span_of("2026-03-29T01:30");
    s->end_local = fb_span_of("2026-03-29T09:30");
    struct sim_message *m = add(k, &r, source, fb_encode_publish(&r, k->frame, sizeof k->frame));
    look(k, m);
    fb_assert(m->refused == FB_REASON_FIELD_TIME);
}

/* One system signs with another's name: the wire cannot know, turn must. */
static void pretend(struct sim_making *k, unsigned at)
{
    (void)send(k, &k->l->message[at].record, (k->l->message[at].source + 1) % SIM_SOURCES);
}

static void trouble(struct sim_making *k, unsigned at, enum scheme scheme)
{
    static void (*const what[])(struct sim_making *, unsigned) = {contradict, add_unknown_field, send_garbage,
                                                              send_cut,   send_impossible,   pretend};
    if (k->l->message[at].refused != FB_REASON_NONE)
        return; /* its id is free for whatever comes first under it: that would hang on the order */
    if (sim_once_in(&k->p, 10))
        repeat(k, at, scheme);
    if (sim_once_in(&k->p, 9))
        what[fb_prng_below(&k->p, sizeof what / sizeof what[0])](k, at);
}

/* ---- one record and its versions ---- */

void sim_make_record(struct sim_making *k, struct fb_record *r, unsigned source, struct fb_span ref)
{
    enum scheme scheme = (enum scheme)fb_prng_below(&k->p, SCHEMES);
    unsigned versions = sim_once_in(&k->p, 3) ? 2 + (unsigned)fb_prng_below(&k->p, 2) : 1;
    struct fb_envelope *env = &r->env;
    env->source = k->w->source[source].name;
    env->record_ref = ref;
    env->historic = sim_once_in(&k->p, 15);
    if (env->occurred_ms == 0) /* a confirmation says when */
        env->occurred_ms = k->w->first_ms + sim_between(&k->p, 0, 20 * SIM_DAY_MS);
    for (unsigned i = 0; i < versions; i++) {
        unsigned at = k->l->n;
        env->message_id = sim_name(k->w, "m", (int64_t)at, -1);
        env->batch_id = sim_draw_page(k->w, &k->pages, source);
        env->revision = scheme == BY_REVISION ? (int64_t)i + 1 : scheme == BY_TIME ? FB_ABSENT : 4;
        env->occurred_ms += scheme <= BY_TIME ? sim_between(&k->p, 1, SIM_HOUR_MS) : 0;
        env->source_seq = scheme == BY_SEQUENCE ? (int64_t)i : FB_ABSENT;
        put_off(r);
        (void)send(k, r, source);
        trouble(k, at, scheme);
        sim_change(k->w, &k->p, k->shift, r);
    }
}

static void begin(struct fb_record *r)
{
    memset(r, 0, sizeof *r);
}

static void make_registers(struct sim_making *k)
{
    static const struct sim_shift none;
    struct fb_record r;
    k->shift = &none;
    for (unsigned i = 0; i < SIM_TRUSTS - 1; i++) {
        for (unsigned j = 0, n = (unsigned)fb_prng_below(&k->p, 3); j < n; j++) {
            begin(&r);
            sim_draw_organisation(k->w, &k->p, fb_code_of(sim_trusts[i]), &r);
            sim_make_record(k, &r, sim_once_in(&k->p, 3) ? i : SIM_SOURCES - 1, sim_name(k->w, "O", i, j));
        }
    }
    for (unsigned i = 0, n = (unsigned)fb_prng_below(&k->p, 9); i < n; i++) {
        begin(&r);
        sim_draw_framework(k->w, &k->p, &r);
        sim_make_record(k, &r, sim_once_in(&k->p, 4) ? 5 : SIM_SOURCES - 1, sim_name(k->w, "F", i, -1));
    }
    for (unsigned i = 0; i < 3; i++) {
        begin(&r);
        if (i < 2)
            sim_draw_agency(k->w, &k->p, &r);
        else
            sim_draw_budget(k->w, &k->p, &r);
        sim_make_record(k, &r, SIM_SOURCES - 1, sim_name(k->w, "A", i, -1));
    }
}

/* ---- people ---- */

static void make_person(struct sim_making *k, unsigned worker, unsigned *made, void (*draw)(struct sim_world *, struct fb_prng *, unsigned, struct fb_record *))
{
    struct fb_record r;
    begin(&r);
    k->w->worker_at_hand = worker;
    draw(k->w, &k->p, worker, &r);
    sim_make_record(k, &r, (unsigned)fb_prng_below(&k->p, SIM_SOURCES), sim_name(k->w, "P", worker, (int64_t)(*made)++));
}

/* Week by week, so that nobody can say that one is missing; or only some weeks. */
static void make_hours(struct sim_making *k, unsigned worker, unsigned *made)
{
    struct fb_record r;
    bool fed = (k->w->fed >> worker & 1) != 0;
    k->w->worker_at_hand = worker;
    for (fb_day monday = fb_day_of(2026, 2, 9) + k->w->moved; monday < fb_day_of(2026, 4, 20) + k->w->moved; monday += 7) {
        if (!fed && !sim_once_in(&k->p, 6))
            continue;
        begin(&r);
        sim_draw_hours(k->w, &k->p, worker, monday, &r);
        sim_make_record(k, &r, (unsigned)fb_prng_below(&k->p, SIM_SOURCES), sim_name(k->w, "P", worker, (int64_t)(*made)++));
    }
}

static void make_people(struct sim_making *k)
{
    static const struct sim_shift none;
    bool any = !sim_once_in(&k->p, 5); /* in some worlds nobody tells of people */
    k->shift = &none;
    for (unsigned worker = 0; worker < SIM_WORKERS && any; worker++) {
        unsigned made = 0;
        if (sim_once_in(&k->p, 5))
            continue; /* of whom nothing is known */
        for (unsigned i = (unsigned)fb_prng_below(&k->p, 12); i > 0; i--)
            make_person(k, worker, &made, sim_draw_worker_fact);
        for (unsigned i = (unsigned)fb_prng_below(&k->p, 3); i > 0; i--)
            make_person(k, worker, &made, sim_draw_absence);
        if ((k->w->new_keys >> worker & 1) != 0 || sim_once_in(&k->p, 4))
            make_person(k, worker, &made, sim_draw_worker);
        make_hours(k, worker, &made);
    }
}

/* A membership that ended long ago changes nothing, and touches every record of the trust. */
static void make_closing(struct sim_making *k)
{
    struct fb_record r;
    unsigned n = k->l->n;
    for (unsigned i = 0; i < SIM_TRUSTS; i++) {
        begin(&r);
        sim_draw_organisation(k->w, &k->p, fb_code_of(sim_trusts[i]), &r);
        r.as.organisation.member_from = fb_day_of(2001, 1, 1);
        r.as.organisation.member_until = fb_day_of(2001, 1, 2);
        r.env = (struct fb_envelope){.kind = FB_KIND_ORGANISATION,
                                     .source = k->w->source[SIM_SOURCES - 1].name,
                                     .message_id = sim_name(k->w, "closing", i, -1),
                                     .record_ref = sim_name(k->w, "old", i, -1),
                                     .revision = FB_ABSENT,
                                     .source_seq = FB_ABSENT,
                                     .occurred_ms = k->w->first_ms};
        (void)send(k, &r, SIM_SOURCES - 1);
    }
    k->l->n = n;
    k->l->n_closing = SIM_TRUSTS;
}

void sim_workload_open(struct sim_workload *l, struct sim_world *w)
{
    struct sim_making *k = calloc(1, sizeof *k);
    *l = (struct sim_workload){.message = calloc(SIM_MESSAGES_MAX, sizeof *l->message),
                               .order = calloc(SIM_MESSAGES_MAX, sizeof *l->order)};
    fb_assert(k != NULL && l->message != NULL && l->order != NULL);
    k->l = l;
    k->w = w;
    fb_prng_init(&k->p, w->seed * 4 + 1);
    fb_prng_init(&k->pages, ~w->seed - 1);
    fb_prng_init(&k->of_bills, ~w->seed - 2);
    fb_prng_init(&k->pages_of_bills, ~w->seed - 3);
    make_registers(k);
    make_people(k);
    for (unsigned i = 1; i <= w->shifts; i++)
        sim_make_shift(k, i);
    sim_make_assignment(k);
    make_closing(k);
    free(k);
}

void sim_workload_close(struct sim_workload *l)
{
    free(l->message);
    free(l->order);
    *l = (struct sim_workload){0};
}
