#include "tests/fuzz/sequence.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/ports.h"
#include <string.h>

/* Messages as the simulator's adapters send them, chosen by the bytes of a program: few shifts, few workers, few names, so that
 * records meet. */
enum { FRAME_BYTES = 16384, BODY_TAG = 0x5A /* field 11 of the envelope, as bytes */, HOURS = 3600000 };
static unsigned char frame[FRAME_BYTES];

/* ---- one message ---- */

/* As turn knows it: with a pseudonym under the engine's own key. */
static void take_digest(struct sim_message *m, const struct fb_record *r, struct fb_span body, struct fb_arena *arena)
{
    struct fb_blinded blinded;
    const struct fb_turn_ports *ports = fb_test_ports();
    memset(&blinded, 0, sizeof blinded);
    memcpy(blinded.digest, r->digest, sizeof blinded.digest);
    fb_assert(ports->blind(ports->ctx, r->env.kind, body, arena, &blinded) == FB_OK);
    memcpy(m->digest, blinded.digest, sizeof m->digest);
}

/* Adds the frame of n bytes. What it says is what the wire reads of it: the auditor is to know no more. */
static void add(struct seq *q, size_t n, unsigned source, unsigned shift, unsigned worker)
{
    static unsigned char memory[FB_SCRATCH_BYTES];
    struct fb_arena arena;
    struct fb_span payload, body = {NULL, 0};
    enum fb_frame_kind kind;
    const char *field = NULL;
    fb_assert(n > 0);
    if (q->n == SEQ_MESSAGES_MAX)
        return;
    struct sim_message *m = &q->message[q->n];
    *m = (struct sim_message){.source = source, .after = -1};
    m->frame = fb_arena_copy(&q->w.arena, (struct fb_span){(const char *)frame, (uint32_t)n});
    fb_assert(m->frame.p != NULL && fb_frame_open(m->frame, &kind, &payload) == FB_REASON_NONE);
    m->refused = fb_decode_publish(payload, &q->w.arena, &m->record, &body, &field);
    m->id_read = m->record.env.message_id.n > 0;
    m->body = fb_arena_copy(&q->w.arena, body);
    if (m->refused == FB_REASON_NONE) {
        fb_arena_init(&arena, memory, sizeof memory);
        take_digest(m, &m->record, body, &arena);
        fb_arena_release(&arena);
    }
    q->shift_of[q->n] = shift;
    q->worker_of[q->n] = worker;
    q->own_id[q->n] = false;
    q->n++;
}

static void send(struct seq *q, const struct fb_record *r, unsigned source, unsigned shift, unsigned worker, bool own_id)
{
    size_t n = fb_encode_publish(r, frame, sizeof frame);
    unsigned at = q->n;
    if (n > 0)
        add(q, n, source, shift, worker);
    if (q->n > at)
        q->own_id[at] = own_id;
}

static void draws(struct fb_prng *p, const struct seq *q, unsigned seed, unsigned what)
{
    fb_prng_init(p, q->w.seed << 32 | (uint64_t)seed << 16 | what);
}

static void shift_of(struct seq *q, unsigned number, struct sim_shift *s)
{
    struct fb_prng p;
    draws(&p, q, number, 0xffff);
    sim_shift_draw(&q->w, &p, number, s);
}

/* What is put off is put off until later than that was said, as an adapter knows. */
static void put_off(struct fb_record *r)
{
    struct fb_reply *reply = &r->as.reply;
    if (r->env.kind == FB_KIND_REPLY && reply->step == FB_STEP_SNOOZE && reply->until_ms <= r->env.occurred_ms)
        reply->until_ms = r->env.occurred_ms + HOURS;
}

static void number_version(struct fb_envelope *env, unsigned version)
{
    env->revision = (version & 3) == 0 ? FB_ABSENT : (int64_t)(version & 3);
    env->occurred_ms += (int64_t)(version >> 2 & 3) * HOURS;
    env->source_seq = (version >> 4 & 3) == 0 ? FB_ABSENT : (int64_t)(version >> 4 & 3);
}

/* ---- a record of each kind ---- */

struct draft {
    struct seq *q;
    struct fb_prng p;
    struct sim_shift s;
    unsigned which, worker, source;
    struct fb_record r;
};
static struct fb_span name(struct draft *d, const char *prefix, unsigned a, unsigned b)
{
    return sim_name(&d->q->w, prefix, (int64_t)a, (int64_t)b);
}
static unsigned of_shift(const struct draft *d) { return d->which % d->s.n_sources; }

static struct fb_span vacancy(struct draft *d)
{
    sim_draw_vacancy(&d->q->w, &d->p, &d->s, &d->r);
    d->source = d->s.sources[of_shift(d)];
    return sim_name(&d->q->w, "V", (int64_t)d->s.number, -1);
}
static struct fb_span cascade(struct draft *d)
{
    sim_draw_cascade(&d->q->w, &d->p, &d->s, &d->r);
    d->r.as.cascade.vacancy_ref = sim_name(&d->q->w, "V", (int64_t)d->s.number, -1);
    d->source = d->s.sources[of_shift(d)];
    return name(d, "K", d->s.number, d->which / 4);
}
/* Some shifts are booked again and again, more often than one decision can read. */
static struct fb_span booking(struct draft *d)
{
    sim_draw_booking(&d->q->w, &d->p, &d->s, &d->r);
    d->source = d->s.sources[of_shift(d)];
    return name(d, "B", d->s.number, d->which < 12 ? of_shift(d) : d->which);
}
static struct fb_span timesheet(struct draft *d)
{
    unsigned i = of_shift(d);
    sim_draw_timesheet(&d->q->w, &d->p, &d->s, &d->r);
    d->r.as.timesheet.booking_ref = name(d, "B", d->s.number, i);
    d->source = d->s.sources[i];
    if (d->which / 4 % 4 == 3)
        d->r.as.timesheet.adjusts = name(d, "T", d->s.number * 4 + i, 0);
    return name(d, "T", d->s.number * 4 + i, d->which / 4 % 4);
}
static struct fb_span organisation(struct draft *d)
{
    unsigned i = d->which % (SIM_TRUSTS - 1);
    sim_draw_organisation(&d->q->w, &d->p, fb_code_of(sim_trusts[i]), &d->r);
    d->source = d->which < 8 ? SIM_SOURCES - 1 : i;
    return name(d, "O", i, d->which / 8);
}
static struct fb_span framework(struct draft *d)
{
    sim_draw_framework(&d->q->w, &d->p, &d->r);
    d->source = d->which < 4 ? 5 : SIM_SOURCES - 1;
    return name(d, "F", d->which, 0);
}
static struct fb_span agency(struct draft *d)
{
    sim_draw_agency(&d->q->w, &d->p, &d->r);
    d->source = SIM_SOURCES - 1;
    return name(d, "A", d->which % 2, 0);
}
static struct fb_span budget(struct draft *d)
{
    sim_draw_budget(&d->q->w, &d->p, &d->r);
    d->source = SIM_SOURCES - 1;
    return name(d, "A", 2, 0);
}
static struct fb_span approval(struct draft *d)
{
    sim_draw_approval(&d->q->w, &d->p, &d->s, &d->r);
    return name(d, "X", d->s.number, d->which / 8);
}
static struct fb_span reply(struct draft *d)
{
    sim_draw_reply(&d->q->w, &d->p, &d->s, &d->r);
    return name(d, "Y", d->s.number, d->which / 8);
}
static struct fb_span worker(struct draft *d)
{
    sim_draw_worker(&d->q->w, &d->p, d->worker, &d->r);
    return name(d, "P", d->worker, d->which);
}
static struct fb_span worker_fact(struct draft *d)
{
    sim_draw_worker_fact(&d->q->w, &d->p, d->worker, &d->r);
    return name(d, "P", d->worker, d->which);
}
static struct fb_span hours(struct draft *d)
{
    sim_draw_hours(&d->q->w, &d->p, d->worker, fb_day_of(2026, 2, 9) + 7 * (fb_day)(d->which % 10), &d->r);
    return name(d, "P", d->worker, d->which);
}
static struct fb_span absence(struct draft *d)
{
    sim_draw_absence(&d->q->w, &d->p, d->worker, &d->r);
    return name(d, "P", d->worker, d->which);
}

/* Of the last grant by telephone that was made; only the engine itself says so. */
static struct fb_span confirmation(struct draft *d)
{
    for (unsigned i = d->q->n; i > 0; i--) {
        const struct sim_message *m = &d->q->message[i - 1];
        const struct fb_approval *a = &m->record.as.approval;
        if (m->refused != FB_REASON_NONE || m->record.env.kind != FB_KIND_APPROVAL || a->state != FB_APPROVAL_STATE_GRANTED ||
            a->channel != FB_CHANNEL_TELEPHONE)
            continue;
        sim_draw_confirmation(&d->q->w, &d->p, &m->record, &d->r);
        d->source = SIM_SOURCES - 1;
        return name(d, "Z", d->q->shift_of[i - 1], d->which / 8);
    }
    return (struct fb_span){NULL, 0};
}

/* Bookings and timesheets are what the rest is about. */
enum { OF_A_SHIFT = 7 };
static struct fb_span (*const draw[16])(struct draft *) = {
    booking, booking, timesheet, vacancy, cascade, approval, reply, organisation, framework, agency, budget, confirmation, worker, worker_fact, hours, absence,
};

void seq_make(struct seq *q, const struct seq_choice *c)
{
    static struct draft d;
    unsigned kind = c->kind % (sizeof draw / sizeof draw[0]), shift = 1 + c->subject % SEQ_SHIFTS;
    memset(&d, 0, sizeof d);
    d.q = q;
    d.which = c->which % 16;
    d.worker = q->w.worker_at_hand = c->subject % SIM_WORKERS;
    d.source = c->which % SIM_SOURCES;
    draws(&d.p, q, c->seed, kind);
    shift_of(q, shift, &d.s);
    struct fb_span ref = draw[kind](&d);
    if (ref.n == 0)
        return;
    struct fb_envelope *env = &d.r.env;
    env->source = q->w.source[d.source].name;
    env->record_ref = ref;
    env->batch_id = fb_span_of(SEQ_PAGE);
    env->message_id = sim_name(&q->w, "m", (int64_t)q->n, -1);
    if (env->occurred_ms == 0) /* a confirmation says when */
        env->occurred_ms = q->w.first_ms + (int64_t)(c->seed % 20) * SIM_DAY_MS;
    env->historic = shift == SEQ_SHIFTS && kind < OF_A_SHIFT; /* one way for all versions of a record */
    number_version(env, c->version);
    put_off(&d.r);
    send(q, &d.r, d.source, shift, d.worker, true);
}

/* ---- what was said before ---- */

void seq_change(struct seq *q, unsigned of, const struct seq_choice *c, bool same_id)
{
    struct sim_shift s;
    struct fb_prng p;
    const struct sim_message *m = &q->message[of];
    static struct fb_record r;
    if (m->refused != FB_REASON_NONE || (same_id && !q->own_id[of]))
        return;
    r = m->record;
    draws(&p, q, c->seed, 0x100);
    shift_of(q, q->shift_of[of], &s);
    q->w.worker_at_hand = q->worker_of[of];
    if ((c->which & 1) == 0)
        sim_change(&q->w, &p, &s, &r);
    /* A version is told apart by its contents, of which its sequence is none: under one id it stays. */
    int64_t sequence = r.env.source_seq;
    number_version(&r.env, c->version);
    if (same_id)
        r.env.source_seq = sequence;
    else
        r.env.message_id = sim_name(&q->w, "m", (int64_t)q->n, -1);
    put_off(&r);
    send(q, &r, m->source, q->shift_of[of], q->worker_of[of], !same_id && q->own_id[of]);
}

void seq_again(struct seq *q, unsigned of, bool by_another)
{
    const struct sim_message *m = &q->message[of];
    if (by_another && !q->own_id[of])
        return;
    memcpy(frame, m->frame.p, m->frame.n);
    add(q, m->frame.n, (m->source + by_another) % SIM_SOURCES, q->shift_of[of], q->worker_of[of]);
}

static bool names_somebody(struct fb_span body)
{
    const size_t n = sizeof SIM_PSEUDONYM - 1;
    for (uint32_t i = 0; i + n <= body.n; i++)
        if (memcmp(body.p + i, SIM_PSEUDONYM, n) == 0)
            return true;
    return false;
}

/* Of a field that comes twice the last holds. Where a pseudonym became part of some other field of what can be read, its publisher
 * said so in its own words: that is not looked for. */
void seq_damage(struct seq *q, unsigned of, unsigned at, unsigned bits)
{
    const struct sim_message *m = &q->message[of];
    struct fb_writer w;
    unsigned before = q->n;
    if (m->body.n == 0 || !q->own_id[of])
        return;
    at %= m->body.n;
    fb_writer_init(&w, frame, sizeof frame);
    fb_put_bytes(&w, m->frame.p, m->frame.n);
    fb_put_u8(&w, BODY_TAG);
    fb_put_varint(&w, bits == 0 ? at : m->body.n);
    size_t from = w.n;
    fb_put_bytes(&w, m->body.p, bits == 0 ? at : m->body.n);
    if (w.bad)
        return;
    if (bits != 0)
        frame[from + at] ^= (unsigned char)bits;
    add(q, w.n, m->source, q->shift_of[of], q->worker_of[of]);
    if (q->n > before && q->message[before].refused != FB_REASON_NOT_A_MESSAGE && names_somebody(m->body))
        q->n = before;
}
