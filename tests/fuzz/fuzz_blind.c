/* A byte for the kind, then any bytes as its body. Without pseudonyms it decodes to the same record but for
 * them, or is refused as before; doing it again changes nothing; what is left has no more of it as a field of
 * its own. */
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/fuzz.h"
#include <string.h>

static unsigned char memory[3][1 << 20], frame[2][FB_MESSAGE_BYTES_MAX];
static const unsigned char key[FB_WORKER_KEY_BYTES] = {7};
static struct fb_record first, second;

static void forget(struct fb_record *r)
{
    const struct fb_span none = {NULL, 0};
    if (r->env.kind == FB_KIND_BOOKING)
        r->as.booking.token = none;
    else if (r->env.kind == FB_KIND_WORKER)
        r->as.worker.token = r->as.worker.token_was = none;
    else if (r->env.kind == FB_KIND_WORKER_FACT)
        r->as.worker_fact.token = none;
    else if (r->env.kind == FB_KIND_SUBSTANTIVE_HOURS)
        r->as.hours.token = none;
    else if (r->env.kind == FB_KIND_ABSENCE)
        r->as.absence.token = none;
}

static bool read_varint(struct fb_span *rest, uint64_t *v)
{
    *v = 0;
    for (unsigned shift = 0; rest->n > 0 && shift < 70; shift += 7) {
        unsigned char byte = (unsigned char)*rest->p++;
        rest->n--;
        *v |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool skip(struct fb_span *rest, uint64_t n)
{
    if (n > rest->n)
        return false;
    rest->p += n;
    rest->n -= (uint32_t)n;
    return true;
}

/* How many fields of the body are that text, and nothing else. Bytes that stand beside each other only because a field between them went
 * are none. */
static unsigned times(struct fb_span rest, struct fb_span token)
{
    enum { VARINT = 0, FIXED_64 = 1, BYTES = 2, FIXED_32 = 5 };
    uint64_t tag, value;
    unsigned n = 0;
    while (read_varint(&rest, &tag)) {
        unsigned type = (unsigned)(tag & 7);
        bool good = type == FIXED_64 ? skip(&rest, 8) : type == FIXED_32 ? skip(&rest, 4) : read_varint(&rest, &value);
        if (!good || (type != VARINT && type != BYTES && type != FIXED_64 && type != FIXED_32))
            return n;
        struct fb_span field = {rest.p, (uint32_t)(type == BYTES && value <= rest.n ? value : 0)};
        n += type == BYTES && fb_span_eq(field, token);
        if (type == BYTES && !skip(&rest, value))
            return n;
    }
    return n;
}

static void check_same(const struct fb_envelope *env, struct fb_span body, const struct fb_wire_blinded *out,
                       struct fb_arena *a, struct fb_arena *b)
{
    const char *field;
    enum fb_reason before = fb_decode_body(env, body, a, &first, &field);
    enum fb_reason after = fb_decode_body(env, out->body, b, &second, &field);
    if (before != FB_REASON_NONE) /* the pseudonym's own faults went with it */
        return;
    struct fb_span token = fb_record_token(&first);
    fb_assert(after == FB_REASON_NONE && out->who.held == (token.n > 0));
    if (out->who.held) /* the one field that counted is gone; others may hold the same text */
        fb_assert(times(out->body, token) < times(body, token));
    forget(&first);
    size_t n = fb_encode_publish(&first, frame[0], sizeof frame[0]);
    fb_assert(n > 2 && fb_encode_publish(&second, frame[1], sizeof frame[1]) == n &&
              memcmp(frame[0], frame[1], n) == 0);
}

/* Of what is refused nothing is left that any kind would take for a pseudonym. */
static void check_refused(enum fb_kind kind, struct fb_span body, struct fb_arena *a)
{
    unsigned char digest[2][FB_WORKER_HASH_BYTES];
    struct fb_span out, again;
    fb_assert(fb_blind_refused(key, kind, body, a, digest[0], &out) == FB_OK && out.n <= body.n);
    for (int any = 0; any < FB_KIND_END; any++)
        fb_assert(!fb_blind_holds((enum fb_kind)any, out));
    fb_assert(out.n == 0 || fb_kind_known((int64_t)kind));
    fb_assert(fb_blind_refused(key, kind, out, a, digest[1], &again) == FB_OK && again.n == out.n);
    fb_arena_reset(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_arena arena[3];
    struct fb_wire_blinded out, again;
    if (size == 0 || size > FB_BODY_BYTES_MAX)
        return 0;
    for (int i = 0; i < 3; i++)
        fb_arena_init(&arena[i], memory[i], sizeof memory[i]);
    struct fb_envelope env = {.kind = (enum fb_kind)data[0],
                              .revision = FB_ABSENT,
                              .source_seq = FB_ABSENT,
                              .occurred_ms = 1773650000000,
                              .source = {"s", 1},
                              .message_id = {"m", 1},
                              .record_ref = {"r", 1}};
    struct fb_span body = {(const char *)data + 1, (uint32_t)size - 1};
    fb_assert(fb_blind_body(key, env.kind, body, &arena[0], &out) == FB_OK);
    fb_assert(out.body.n <= body.n && (!fb_blind_holds(env.kind, body) || out.body.n < body.n));
    fb_assert(out.body.n == body.n || out.taken || out.body.n == 0);
    check_refused(env.kind, body, &arena[1]);
    fb_assert(fb_blind_body(key, env.kind, out.body, &arena[0], &again) == FB_OK);
    fb_assert(again.body.p == out.body.p && again.body.n == out.body.n && !again.who.held &&
              !again.who_was.held);
    check_same(&env, body, &out, &arena[1], &arena[2]);
    return 0;
}
