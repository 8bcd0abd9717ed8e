#include "engine/turn/memory/seen.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 1024 };

/* A table is grown before four slots in five are taken: beyond that, misses walk far. */
static bool is_full(uint64_t n, uint64_t n_slots)
{
    return n * 5 >= n_slots * 4;
}

static uint32_t home_of(uint32_t tag, uint32_t n_slots)
{
    return (uint32_t)((uint64_t)tag * n_slots >> 32);
}

static void place(uint64_t *slot, uint32_t n_slots, uint64_t value)
{
    uint32_t at = home_of((uint32_t)(value >> 32), n_slots);
    while (slot[at] != 0)
        at = at + 1 == n_slots ? 0 : at + 1;
    slot[at] = value;
}

static enum fb_err grow(struct fb_seen *s, uint64_t n_slots)
{
    if (n_slots > UINT32_MAX)
        return FB_FULL;
    uint64_t *slot = calloc((size_t)n_slots, sizeof *slot);
    if (slot == NULL)
        return FB_FULL;
    for (uint32_t i = 0; i < s->n_slots; i++)
        if (s->slot[i] != 0)
            place(slot, (uint32_t)n_slots, s->slot[i]);
    free(s->slot);
    s->slot = slot;
    s->n_slots = (uint32_t)n_slots;
    return FB_OK;
}

enum fb_err fb_seen_init(struct fb_seen *s, uint64_t expected)
{
    *s = (struct fb_seen){.slot = NULL};
    return grow(s, SLOTS_MIN + expected * 3 / 2);
}

void fb_seen_release(struct fb_seen *s)
{
    free(s->slot);
    *s = (struct fb_seen){.slot = NULL};
}

uint32_t fb_seen_tag(uint32_t source, struct fb_span message_id)
{
    return (uint32_t)(fb_hash64_mix(fb_hash64(message_id.p, message_id.n), source) >> 32);
}

uint32_t fb_seen_contents(uint32_t tag, const unsigned char digest[16])
{
    uint64_t half;
    memcpy(&half, digest, sizeof half);
    return (uint32_t)(fb_hash64_mix(half, tag) >> 32);
}

void fb_seen_near(const struct fb_seen *s, uint32_t tag)
{
    __builtin_prefetch(&s->slot[home_of(tag, s->n_slots)]);
}

enum fb_err fb_seen_add(struct fb_seen *s, uint32_t tag, uint32_t journal)
{
    if (is_full((uint64_t)s->n + 1, s->n_slots)) {
        enum fb_err err = grow(s, (uint64_t)s->n_slots * 3 / 2);
        if (err != FB_OK)
            return err;
    }
    place(s->slot, s->n_slots, (uint64_t)tag << 32 | journal);
    s->n++;
    return FB_OK;
}

uint32_t fb_seen_next(const struct fb_seen *s, uint32_t tag, uint32_t *at)
{
    uint32_t home = home_of(tag, s->n_slots);
    for (;;) {
        uint64_t i = (uint64_t)home + *at;
        uint64_t value = s->slot[i < s->n_slots ? i : i - s->n_slots];
        if (value == 0)
            return 0;
        ++*at;
        if (value >> 32 == tag)
            return (uint32_t)value;
    }
}

uint64_t fb_seen_bytes(const struct fb_seen *s)
{
    return (uint64_t)s->n_slots * sizeof *s->slot;
}
