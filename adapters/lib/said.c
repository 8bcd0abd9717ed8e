#include "adapters/lib/said.h"
#include "engine/base/hash.h"
#include "engine/wire/wire.h"

static uint64_t hash(struct fb_span s)
{
    return s.n > 0 ? fb_hash64(s.p, s.n) : 0;
}

/* Whatever the engine will say of it: what cannot be read is absent, as it is to the engine. */
struct fb_slot_said fb_slot_says(const struct fb_slot *slot, struct fb_arena *arena)
{
    enum fb_frame_kind kind;
    struct fb_span payload, body = {NULL, 0};
    struct fb_record *r = fb_arena_zero(arena, sizeof *r);
    const char *field = NULL;
    struct fb_slot_said said = {0, 0};
    if (r == NULL || fb_frame_open((struct fb_span){(const char *)slot->frame, slot->n}, &kind, &payload) != FB_REASON_NONE)
        return said;
    (void)fb_decode_publish(payload, arena, r, &body, &field);
    said.body = fb_hash64_mix(hash(r->env.record_ref), hash(body));
    said.contents = fb_hash64_mix(said.body, (uint64_t)r->env.kind);
    said.contents = fb_hash64_mix(said.contents, (uint64_t)r->env.occurred_ms);
    said.contents = fb_hash64_mix(said.contents, (uint64_t)r->env.revision);
    return said;
}
