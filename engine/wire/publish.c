#include "engine/wire/body.h"
#include "fairbank/v1/envelope.pb-c.h"
#include <sodium.h>
#include <string.h>

/* The record's envelope: fb_envelope <-> Envelope, and the digest that tells a repeat from a conflict. */
enum { RECORDS_VERSION = 1, BODY_FIELD = 11, ATTEMPTS_MAX = 1000000 };
static const int64_t MS_PER_DAY = 86400000;

#define PB   Fairbank__V1__Envelope
#define OURS struct fb_envelope
static const struct fb_wire_row rows[] = {
    TEXT(source, source, true, FB_SOURCE_BYTES_MAX),
    TEXT(message_id, message_id, true, FB_ID_BYTES_MAX),
    TEXT(record_ref, record_ref, true, FB_ID_BYTES_MAX),
    NUMBER(revision, revision, false, 0, INT64_MAX),
    NUMBER(source_seq, source_seq, false, 0, INT64_MAX),
    TEXT(batch_id, batch_id, false, FB_TEXT_BYTES_MAX),
    INSTANT(occurred_at_ms, occurred_ms, true),
    FLAG(historic, historic),
    UNKEPT(NUMBER, sent_at_ms, false, FB_WIRE_MS_MIN, FB_WIRE_MS_MAX),
    UNKEPT(NUMBER, attempt, false, 0, ATTEMPTS_MAX),
    UNKEPT(TEXT, adapter_version, false, 0, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

static void envelope(struct fb_writer *w, const struct fb_envelope *env, void *frame, size_t size)
{
    struct fb_wire_scratch s;
    s.used = 0;
    Fairbank__V1__Envelope m = FAIRBANK__V1__ENVELOPE__INIT;
    fb_wire__write(&s, rows, sizeof rows / sizeof *rows, env, &m);
    m.has_version = m.has_kind = 1;
    m.version = RECORDS_VERSION;
    m.kind = (Fairbank__V1__Kind)env->kind;
    fb_wire__frame(w, frame, size, FB_FRAME_PUBLISH);
    fb_wire__pack(w, &m.base);
}

size_t fb_encode_publish(const struct fb_record *r, void *frame, size_t size)
{
    const struct fb_wire_shape *shape = fb_wire__shape(r->env.kind);
    struct fb_writer w;
    if (shape == NULL)
        return 0;
    envelope(&w, &r->env, frame, size);
    fb_wire__append_body(&w, BODY_FIELD, shape, r);
    return fb_wire__length(&w);
}

size_t fb_encode_kept(const struct fb_envelope *env, struct fb_span body, void *frame, size_t size)
{
    struct fb_writer w;
    envelope(&w, env, frame, size);
    fb_put_varint(&w, (uint64_t)BODY_FIELD << 3 | 2u); /* protobuf's "length-delimited" */
    fb_put_span(&w, body);
    return fb_wire__length(&w);
}

/* One piece of memory and one call: a hash in steps costs half as much again for a message of this size.
 * Every part has a fixed width or its length before it, so no two envelopes give the same bytes. `historic`
 * is no part: it says how to take what is said, and a backfill that runs over what is held already must find
 * duplicates, not conflicts. */
static void digest_of(struct fb_wire_reading *r, const struct fb_envelope *env, struct fb_span body,
                      unsigned char digest[16])
{
    enum { HEAD_MAX = 2 + 8 + 8 + 1 + FB_ID_BYTES_MAX };
    size_t used = r->arena->used;
    unsigned char *memory = fb_arena_get(r->arena, HEAD_MAX + body.n);
    if (memory == NULL) {
        fb_wire__blame(r, FB_REASON_TOO_LONG, NULL);
        return;
    }
    struct fb_writer w;
    fb_writer_init(&w, memory, HEAD_MAX + body.n);
    fb_put_u16(&w, (uint16_t)env->kind);
    fb_put_u64(&w, (uint64_t)env->occurred_ms);
    fb_put_u64(&w, (uint64_t)env->revision);
    fb_put_u8(&w, (uint8_t)env->record_ref.n);
    fb_put_bytes(&w, env->record_ref.p, env->record_ref.n);
    fb_put_bytes(&w, body.p, body.n);
    (void)crypto_generichash(digest, 16, memory, w.n, NULL, 0);
    r->arena->used = used;
}

/* The kind decides what the body is, so without a kind that we take the body is not looked at. */
static const struct fb_wire_shape *read_kind(struct fb_wire_reading *r, const Fairbank__V1__Envelope *m,
                                             struct fb_envelope *env)
{
    if (!m->has_kind || m->kind == FAIRBANK__V1__KIND__KIND_ABSENT) {
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, "kind");
        return NULL;
    }
    const struct fb_wire_shape *shape = fb_wire__shape((enum fb_kind)m->kind);
    if (shape == NULL)
        fb_wire__blame(r, FB_REASON_KIND, "kind");
    else
        env->kind = (enum fb_kind)m->kind;
    return shape;
}

static void read_version(struct fb_wire_reading *r, const Fairbank__V1__Envelope *m)
{
    if (!m->has_version)
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, "version");
    else if (m->version != RECORDS_VERSION)
        fb_wire__blame(r, FB_REASON_VERSION, "version");
}

/* Nothing is put off until a moment that was over when that was said, or for longer than a year: what nobody will look at for so long
 * is closed with a verdict. */
static void check_snooze(struct fb_wire_reading *r, const struct fb_record *out)
{
    const struct fb_reply *reply = &out->as.reply;
    bool asked = out->env.kind == FB_KIND_REPLY && reply->step == FB_STEP_SNOOZE && reply->until_ms != FB_ABSENT &&
                 out->env.occurred_ms != FB_ABSENT;
    bool over = asked && reply->until_ms <= out->env.occurred_ms;
    bool too_long = asked && reply->until_ms - FB_SNOOZE_DAYS_MAX * MS_PER_DAY > out->env.occurred_ms;
    const char *outer = r->at.message;
    r->at.message = "reply";
    if (over || too_long)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "until_ms");
    r->at.message = outer;
}

static void read_envelope(struct fb_wire_reading *r, const Fairbank__V1__Envelope *m, struct fb_record *out,
                          struct fb_span *body)
{
    read_version(r, m);
    const struct fb_wire_shape *shape = read_kind(r, m, &out->env);
    fb_wire__read(r, rows, sizeof rows / sizeof *rows, m, &out->env);
    if (!m->has_body) {
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, "body");
        return;
    }
    *body = (struct fb_span){(const char *)m->body.data, (uint32_t)m->body.len};
    if (shape == NULL && body->n > FB_BODY_BYTES_MAX)
        fb_wire__blame(r, FB_REASON_TOO_LONG, "body");
    if (shape == NULL)
        return;
    fb_wire__read_body(r, shape, *body, out);
    check_snooze(r, out);
}

enum fb_reason fb_decode_publish(struct fb_span payload, struct fb_arena *arena, struct fb_record *out,
                                 struct fb_span *body, const char **field)
{
    struct fb_wire_reading r;
    fb_wire__begin(&r, arena, NULL);
    out->env = (struct fb_envelope){.revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = FB_ABSENT};
    memset(out->digest, 0, sizeof out->digest);
    *body = (struct fb_span){NULL, 0};
    const Fairbank__V1__Envelope *m = fb_wire__unpack(&r, &fairbank__v1__envelope__descriptor, payload);
    if (m != NULL)
        read_envelope(&r, m, out, body);
    if (r.reason == FB_REASON_NONE)
        digest_of(&r, &out->env, *body, out->digest);
    return fb_wire__end(&r, field);
}
