#include "engine/turn/entry.h"
#include "engine/base/bytes.h"
#include <string.h>

/* What an envelope holds: one bit each, so that absent and empty stay apart. */
enum {
    HAS_SOURCE = 1,
    HAS_MESSAGE_ID = 2,
    HAS_RECORD_REF = 4,
    HAS_BATCH = 8,
    HAS_REVISION = 16,
    HAS_SEQ = 32,
    IS_HISTORIC = 64,
    HAS_OCCURRED = 128
};
enum { IS_AMENDED = 1, HAS_WORKER = 2, HAS_WORKER_WAS = 4, MESSAGE_FLAGS = 7 };
enum { DIGEST_BYTES = 16, SOURCE_VERSION = 1 };

static unsigned env_flags(const struct fb_envelope *env)
{
    unsigned flags = env->historic ? IS_HISTORIC : 0;
    flags |= env->source.p != NULL ? HAS_SOURCE : 0;
    flags |= env->message_id.p != NULL ? HAS_MESSAGE_ID : 0;
    flags |= env->record_ref.p != NULL ? HAS_RECORD_REF : 0;
    flags |= env->batch_id.p != NULL ? HAS_BATCH : 0;
    flags |= env->revision != FB_ABSENT ? HAS_REVISION : 0;
    flags |= env->source_seq != FB_ABSENT ? HAS_SEQ : 0;
    flags |= env->occurred_ms != FB_ABSENT ? HAS_OCCURRED : 0;
    return flags;
}

static void put_some(struct fb_writer *w, struct fb_span s)
{
    if (s.p != NULL)
        fb_put_span(w, s);
}

static void put_number(struct fb_writer *w, int64_t v)
{
    if (v != FB_ABSENT)
        fb_put_zigzag(w, v);
}

static void put_env(struct fb_writer *w, const struct fb_envelope *env)
{
    fb_put_u8(w, (uint8_t)env_flags(env));
    fb_put_u8(w, (uint8_t)env->kind);
    put_some(w, env->source);
    put_some(w, env->message_id);
    put_some(w, env->record_ref);
    put_some(w, env->batch_id);
    put_number(w, env->revision);
    put_number(w, env->source_seq);
    put_number(w, env->occurred_ms);
}

static struct fb_span get_some(struct fb_reader *r, bool there)
{
    if (!there)
        return (struct fb_span){NULL, 0};
    struct fb_span s = fb_get_span(r);
    return s.n == 0 ? (struct fb_span){"", 0} : s;
}

static int64_t get_number(struct fb_reader *r, bool there)
{
    if (!there)
        return FB_ABSENT;
    int64_t v = fb_get_zigzag(r);
    if (v == FB_ABSENT)
        r->bad = true; /* absent has one form only */
    return v;
}

static void get_env(struct fb_reader *r, struct fb_envelope *env)
{
    unsigned flags = fb_get_u8(r);
    env->kind = (enum fb_kind)fb_get_u8(r);
    env->historic = (flags & IS_HISTORIC) != 0;
    env->source = get_some(r, flags & HAS_SOURCE);
    env->message_id = get_some(r, flags & HAS_MESSAGE_ID);
    env->record_ref = get_some(r, flags & HAS_RECORD_REF);
    env->batch_id = get_some(r, flags & HAS_BATCH);
    env->revision = get_number(r, flags & HAS_REVISION);
    env->source_seq = get_number(r, flags & HAS_SEQ);
    env->occurred_ms = get_number(r, flags & HAS_OCCURRED);
}

static void put_what_was_sent(struct fb_writer *w, const struct fb_entry *e)
{
    put_env(w, &e->env);
    fb_put_bytes(w, e->digest, DIGEST_BYTES);
}

static void get_what_was_sent(struct fb_reader *r, struct fb_entry *e)
{
    get_env(r, &e->env);
    const void *digest = fb_get_bytes(r, DIGEST_BYTES);
    if (digest != NULL)
        memcpy(e->digest, digest, DIGEST_BYTES);
}

static void put_message(struct fb_writer *w, const struct fb_entry *e)
{
    fb_put_varint(w, e->record);
    fb_put_u8(w, (uint8_t)((e->amended ? IS_AMENDED : 0) | (e->worker != 0 ? HAS_WORKER : 0) | (e->worker_was != 0 ? HAS_WORKER_WAS : 0)));
    if (e->worker != 0)
        fb_put_varint(w, e->worker);
    if (e->worker_was != 0)
        fb_put_varint(w, e->worker_was);
    put_what_was_sent(w, e);
}

static uint32_t get_u32(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    if (v > UINT32_MAX)
        r->bad = true;
    return (uint32_t)v;
}

static void get_message(struct fb_reader *r, struct fb_entry *e)
{
    e->record = get_u32(r);
    unsigned flags = fb_get_u8(r);
    e->amended = (flags & IS_AMENDED) != 0;
    e->worker = flags & HAS_WORKER ? get_u32(r) : 0;
    e->worker_was = flags & HAS_WORKER_WAS ? get_u32(r) : 0;
    get_what_was_sent(r, e);
    bool nobody = (flags & HAS_WORKER && e->worker == 0) || (flags & HAS_WORKER_WAS && e->worker_was == 0);
    if (flags > MESSAGE_FLAGS || nobody || !fb_kind_known((int64_t)e->env.kind))
        r->bad = true;
}

static void put_refusal(struct fb_writer *w, const struct fb_entry *e)
{
    fb_put_u16(w, (uint16_t)e->reason);
    fb_put_span(w, e->field);
    fb_put_varint(w, e->earlier);
    fb_put_varint(w, e->sent);
    put_what_was_sent(w, e);
}

static void get_refusal(struct fb_reader *r, struct fb_entry *e)
{
    e->reason = (enum fb_reason)fb_get_u16(r);
    e->field = fb_get_span(r);
    e->earlier = fb_get_varint(r);
    e->sent = get_u32(r);
    get_what_was_sent(r, e);
}

static void put_nothing(struct fb_writer *w, const struct fb_entry *e)
{
    (void)w;
    (void)e;
}

static void get_nothing(struct fb_reader *r, struct fb_entry *e)
{
    (void)r;
    (void)e;
}

/* What stands between an entry's head and its body. */
static const struct {
    void (*put)(struct fb_writer *, const struct fb_entry *);
    void (*get)(struct fb_reader *, struct fb_entry *);
} middle[] = {
    [FB_ENTRY_MESSAGE] = {put_message, get_message}, [FB_ENTRY_REFUSAL] = {put_refusal, get_refusal},
    [FB_ENTRY_SOURCE] = {put_nothing, get_nothing},  [FB_ENTRY_ISSUE] = {put_nothing, get_nothing},
    [FB_ENTRY_TICK] = {put_nothing, get_nothing},    [FB_ENTRY_TODO] = {put_nothing, get_nothing},
    [FB_ENTRY_SCHEDULE] = {put_nothing, get_nothing}, [FB_ENTRY_REPRICE] = {put_nothing, get_nothing},
    [FB_ENTRY_CLOSE] = {put_nothing, get_nothing},    [FB_ENTRY_WEEK] = {put_nothing, get_nothing},
    [FB_ENTRY_WITHDRAW] = {put_nothing, get_nothing}, [FB_ENTRY_FORGET] = {put_nothing, get_nothing},
    [FB_ENTRY_BATCH] = {put_nothing, get_nothing},    [FB_ENTRY_BATCH_STEP] = {put_nothing, get_nothing},
    [FB_ENTRY_RECEIPT] = {put_nothing, get_nothing},  [FB_ENTRY_SILENT] = {put_nothing, get_nothing},
};
enum { ENTRY_KINDS = sizeof middle / sizeof middle[0] };

size_t fb_entry_pack(const struct fb_entry *e, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, FB_ENTRY_VERSION);
    fb_put_u8(&w, (uint8_t)e->kind);
    fb_put_zigzag(&w, e->at_ms);
    fb_put_varint(&w, e->decide_version);
    fb_put_varint(&w, e->issue);
    fb_put_varint(&w, e->source);
    middle[e->kind].put(&w, e);
    fb_put_bytes(&w, e->body.p, e->body.n);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_entry_unpack(struct fb_entry *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    *out = (struct fb_entry){.at_ms = 0};
    if (fb_get_u8(&r) != FB_ENTRY_VERSION)
        return r.bad ? FB_REFUSED : FB_NEWER;
    unsigned kind = fb_get_u8(&r);
    if (kind == 0 || kind >= ENTRY_KINDS)
        return FB_REFUSED;
    out->kind = (enum fb_entry_kind)kind;
    out->at_ms = fb_get_zigzag(&r);
    out->decide_version = get_u32(&r);
    out->issue = get_u32(&r);
    out->source = get_u32(&r);
    middle[kind].get(&r, out);
    if (r.bad)
        return FB_REFUSED;
    out->body = (struct fb_span){(const char *)r.p + r.n, (uint32_t)(r.size - r.n)};
    return FB_OK;
}

size_t fb_source_pack(const struct fb_source *s, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, SOURCE_VERSION);
    fb_put_span(&w, s->name);
    fb_put_u64(&w, s->trust);
    fb_put_u8(&w, (uint8_t)s->system);
    fb_put_u8(&w, (uint8_t)s->mode);
    fb_put_varint(&w, s->sends);
    fb_put_varint(&w, s->window);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_source_unpack(struct fb_source *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    if (fb_get_u8(&r) != SOURCE_VERSION)
        return r.bad ? FB_REFUSED : FB_NEWER;
    out->name = fb_get_span(&r);
    out->trust = fb_get_u64(&r);
    unsigned system = fb_get_u8(&r), mode = fb_get_u8(&r);
    out->system = (enum fb_system)system;
    out->mode = (enum fb_source_mode)mode;
    out->sends = get_u32(&r);
    out->window = get_u32(&r);
    bool known = system < FB_SYSTEM_END && mode < FB_SOURCE_MODE_END && out->name.n <= FB_SOURCE_BYTES_MAX;
    return r.bad || r.n != r.size || !known ? FB_REFUSED : FB_OK;
}
