#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/sim/wire/wire.h"
#include <string.h>

/* Which message a frame is, and frames that a broken adapter makes of it. */

enum { GARBLE_TRIES = 8 };
static unsigned char frame_of[FB_MESSAGE_BYTES_MAX];

static bool same_frame(const struct sim_message *m, size_t n)
{
    return n == m->frame.n && memcmp(frame_of, m->frame.p, n) == 0;
}

/* What was cut short no library sends, so nobody waits for its answer either. */
bool sim_post_fits(const struct sim_message *m, bool *as_record)
{
    *as_record = same_frame(m, fb_encode_publish(&m->record, frame_of, sizeof frame_of));
    return *as_record || m->body.n > 0;
}

static size_t encode(const struct sim_message *m)
{
    bool as_record;
    if (!sim_post_fits(m, &as_record)) {
        memcpy(frame_of, m->frame.p, m->frame.n);
        return m->frame.n;
    }
    return as_record ? m->frame.n : fb_encode_kept(&m->record.env, m->body, frame_of, sizeof frame_of);
}

static unsigned place(const struct sim_wire *w, uint64_t hash)
{
    unsigned at = (unsigned)(hash % SIM_POSTS);
    while (w->post[at].message >= 0 && w->post[at].hash != hash)
        at = (at + 1) % SIM_POSTS;
    return at;
}

/* Of two messages of one source with one frame the first is meant: they say the same. */
void sim_post_fill(struct sim_wire *w)
{
    const struct sim_workload *l = w->r->l;
    for (unsigned i = 0; i < SIM_POSTS; i++)
        w->post[i].message = -1;
    for (unsigned i = 0; i < l->n; i++) {
        size_t n = encode(&l->message[i]);
        uint64_t hash = fb_hash64_mix(l->message[i].source, fb_hash64(frame_of, n));
        unsigned at = place(w, hash);
        if (w->post[at].message < 0) {
            w->post[at].hash = hash;
            w->post[at].message = (int)i;
        }
        w->alone[i] = true;
    }
    for (unsigned i = 0; i < l->n; i++)
        for (unsigned j = 0; j < i; j++)
            if (l->message[i].source == l->message[j].source &&
                fb_span_eq(l->message[i].record.env.message_id, l->message[j].record.env.message_id))
                w->alone[i] = w->alone[j] = false;
}

int sim_post_find(const struct sim_wire *w, unsigned link, const void *frame, size_t n)
{
    return w->post[place(w, fb_hash64_mix(link, fb_hash64(frame, n)))].message;
}

/* ---- garbling ---- */

static void flip(struct fb_prng *p, unsigned char *frame, size_t n)
{
    for (uint64_t i = 1 + fb_prng_below(p, 3); i > 0; i--)
        frame[fb_prng_below(p, n)] ^= (unsigned char)(1u << fb_prng_below(p, 8));
}

/* What the door must say of a publisher's garbled record, in order of precedence. */
static enum fb_reason reason_of(const struct sim_wire *w, unsigned link, const struct fb_record *r, enum fb_reason decoded)
{
    if (decoded >= FB_REASON_UNKNOWN_SOURCE && r->env.source.n > 0 && !fb_span_eq(r->env.source, w->r->w->source[link].name))
        return FB_REASON_UNKNOWN_SOURCE;
    return decoded;
}

/* A bit of a length or a tag can put a pseudonym into another field, as an adapter does that maps a column wrongly: the engine takes
 * out what stands where pseudonyms stand, and cannot know one elsewhere. */
static bool moves_a_pseudonym(const struct fb_record *r, struct fb_span body, struct fb_arena *arena)
{
    static const unsigned char key[FB_WORKER_KEY_BYTES];
    unsigned char digest[FB_WORKER_HASH_BYTES];
    struct fb_span left;
    if (fb_blind_refused(key, r->env.kind, body, arena, digest, &left) != FB_OK)
        return true;
    for (uint32_t i = 0; i + sizeof SIM_PSEUDONYM - 1 <= left.n; i++)
        if (memcmp(left.p + i, SIM_PSEUDONYM, sizeof SIM_PSEUDONYM - 1) == 0)
            return true;
    return false;
}

/* false: the engine could not tell that it is not what was meant. */
static bool must_be_refused(struct sim_wire *w, unsigned link, struct fb_span frame, int *other)
{
    static unsigned char memory[FB_SCRATCH_BYTES];
    struct fb_arena arena, *keep = &w->r->w->arena;
    enum fb_frame_kind kind;
    struct fb_span payload, body = {NULL, 0};
    struct fb_record r;
    const char *field = NULL;
    if (fb_frame_open(frame, &kind, &payload) != FB_REASON_NONE)
        return true;
    if (kind != FB_FRAME_PUBLISH) /* what a publisher may say besides is not to be said by chance */
        return kind != FB_FRAME_HELLO && kind != FB_FRAME_QUERY;
    memset(&r, 0, sizeof r);
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_reason reason = fb_decode_publish(payload, &arena, &r, &body, &field);
    bool refused = reason != FB_REASON_NONE && w->n_bad < SIM_BAD_MAX && !moves_a_pseudonym(&r, body, &arena);
    if (refused) {
        struct sim_message *m = w->bad[w->n_bad] = fb_arena_get(keep, sizeof *m);
        fb_assert(m != NULL);
        *m = (struct sim_message){.source = link, .after = -1, .refused = reason_of(w, link, &r, reason), .id_read = r.env.message_id.n > 0};
        m->record.env = r.env;
        m->record.env.message_id = fb_arena_copy(keep, r.env.message_id);
        m->record.env.record_ref = fb_arena_copy(keep, r.env.record_ref);
        m->record.env.source = w->r->w->source[link].name;
        m->frame = fb_arena_copy(keep, frame);
        m->body = fb_arena_copy(keep, body);
        *other = SIM_MESSAGES_MAX + (int)w->n_bad++;
    }
    fb_arena_release(&arena);
    return refused;
}

bool sim_garble(struct sim_wire *w, unsigned link, const void *frame, size_t n, int message, unsigned char *garbled, int *other)
{
    if (message < 0 || !w->alone[message] || w->garbled[message] || w->r->l->message[message].refused != FB_REASON_NONE ||
        !sim_strikes(w->r, SIM_GARBLE))
        return false;
    for (unsigned i = 0; i < GARBLE_TRIES; i++) {
        memcpy(garbled, frame, n);
        flip(&w->r->p, garbled, n);
        *other = -1;
        if (must_be_refused(w, link, (struct fb_span){(const char *)garbled, (uint32_t)n}, other)) {
            w->garbled[message] = true;
            return true;
        }
    }
    return false;
}
