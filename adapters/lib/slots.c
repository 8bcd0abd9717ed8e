#include "adapters/lib/slots.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>
enum { BUCKETS = 16384 };
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0 && BUCKETS >= 2 * FB_SLOTS_MAX,
               "a sparse table, a mask for it");

enum fb_err fb_slots_open(struct fb_slots *s)
{
    *s = (struct fb_slots){.slot = calloc(FB_SLOTS_MAX, sizeof *s->slot),
                           .bucket = calloc(BUCKETS, sizeof *s->bucket)};
    if (s->slot == NULL || s->bucket == NULL) {
        fb_slots_close(s);
        return FB_FULL;
    }
    for (uint32_t i = 0; i < BUCKETS; i++)
        s->bucket[i] = FB_SLOT_NONE;
    for (unsigned l = 0; l < FB_SLOT_LISTS; l++)
        s->head[l] = s->tail[l] = FB_SLOT_NONE;
    for (uint32_t i = 0; i < FB_SLOTS_MAX; i++) {
        s->slot[i].list = FB_SLOT_BEHIND;
        s->slot[i].bucket = FB_SLOT_NONE;
        fb_slots_move(s, i, FB_SLOT_FREE, 0);
    }
    return FB_OK;
}

void fb_slots_close(struct fb_slots *s)
{
    for (uint32_t i = 0; s->slot != NULL && i < FB_SLOTS_MAX; i++)
        free(s->slot[i].frame);
    free(s->slot);
    free(s->bucket);
    *s = (struct fb_slots){0};
}

static void leave_list(struct fb_slots *s, struct fb_slot *slot)
{
    if (slot->list == FB_SLOT_BEHIND)
        return;
    if (slot->prev != FB_SLOT_NONE)
        s->slot[slot->prev].next = slot->next;
    else
        s->head[slot->list] = slot->next;
    if (slot->next != FB_SLOT_NONE)
        s->slot[slot->next].prev = slot->prev;
    else
        s->tail[slot->list] = slot->prev;
    slot->list = FB_SLOT_BEHIND;
}

void fb_slots_move(struct fb_slots *s, uint32_t i, enum fb_slot_list list, int64_t at_ms)
{
    struct fb_slot *slot = &s->slot[i];
    fb_assert(list < FB_SLOT_LISTS);
    leave_list(s, slot);
    slot->list = list;
    slot->at_ms = at_ms;
    slot->next = FB_SLOT_NONE;
    slot->prev = s->tail[list];
    if (slot->prev != FB_SLOT_NONE)
        s->slot[slot->prev].next = i;
    else
        s->head[list] = i;
    s->tail[list] = i;
}

static bool make_room(struct fb_slot *slot, uint32_t size)
{
    if (slot->size >= size)
        return true;
    unsigned char *more = realloc(slot->frame, size);
    if (more == NULL)
        return false;
    slot->frame = more;
    slot->size = size;
    return true;
}

uint32_t fb_slots_take(struct fb_slots *s, uint32_t size)
{
    uint32_t i = s->head[FB_SLOT_FREE];
    if (i == FB_SLOT_NONE || !make_room(&s->slot[i], size))
        return FB_SLOT_NONE;
    leave_list(s, &s->slot[i]);
    s->slot[i].chain = s->slot[i].behind = s->slot[i].last = s->slot[i].bucket = FB_SLOT_NONE;
    s->slot[i].id_n = 0;
    s->slot[i].sends = 0;
    s->used++;
    return i;
}

static uint32_t bucket_of(struct fb_span id)
{
    return (uint32_t)(fb_hash64(id.p, id.n) & (BUCKETS - 1));
}

static uint32_t find_in(const struct fb_slots *s, uint32_t bucket, struct fb_span id)
{
    uint32_t i = s->bucket[bucket];
    while (i != FB_SLOT_NONE && (s->slot[i].id_n != id.n || memcmp(s->slot[i].id, id.p, id.n) != 0))
        i = s->slot[i].chain;
    return i;
}

uint32_t fb_slots_find(const struct fb_slots *s, struct fb_span id)
{
    if (id.n == 0 || id.n > FB_ID_BYTES_MAX)
        return FB_SLOT_NONE;
    return find_in(s, bucket_of(id), id);
}

static void put_in_table(struct fb_slots *s, uint32_t i, uint32_t bucket)
{
    s->slot[i].bucket = bucket;
    s->slot[i].chain = s->bucket[bucket];
    s->bucket[bucket] = i;
}

bool fb_slots_name(struct fb_slots *s, uint32_t i, struct fb_span id)
{
    struct fb_slot *slot = &s->slot[i];
    fb_assert(id.n > 0 && id.n <= FB_ID_BYTES_MAX);
    memcpy(slot->id, id.p, id.n);
    slot->id_n = (uint8_t)id.n;
    uint32_t bucket = bucket_of(id), first = find_in(s, bucket, id);
    if (first == FB_SLOT_NONE) {
        put_in_table(s, i, bucket);
        return true;
    }
    /* At the end of the queue: repeats are answered in the order in which they were given. */
    uint32_t last = s->slot[first].last != FB_SLOT_NONE ? s->slot[first].last : first;
    s->slot[last].behind = i;
    s->slot[first].last = i;
    return false;
}

static void leave_table(struct fb_slots *s, uint32_t i)
{
    struct fb_slot *slot = &s->slot[i];
    if (slot->bucket == FB_SLOT_NONE)
        return;
    uint32_t *at = &s->bucket[slot->bucket];
    while (*at != i)
        at = &s->slot[*at].chain;
    *at = slot->chain;
}

void fb_slots_drop(struct fb_slots *s, uint32_t i, int64_t at_ms)
{
    struct fb_slot *slot = &s->slot[i];
    uint32_t next = slot->behind, last = slot->last, bucket = slot->bucket;
    leave_table(s, i);
    fb_slots_move(s, i, FB_SLOT_FREE, at_ms);
    slot->bucket = FB_SLOT_NONE;
    s->used--;
    if (next == FB_SLOT_NONE)
        return;
    s->slot[next].last = last == next ? FB_SLOT_NONE : last;
    put_in_table(s, next, bucket);
    fb_slots_move(s, next, FB_SLOT_READY, at_ms);
}

/* ---- one id, several messages ---- */

void fb_slots_remember(struct fb_slots *s, uint32_t i, uint64_t journal, struct fb_slot_said said)
{
    const struct fb_slot *slot = &s->slot[i];
    s->gone[s->n_gone++ % FB_SLOT_GONE_MAX] = (struct fb_slot_gone){fb_hash64(slot->id, slot->id_n), journal, said};
}

const struct fb_slot_gone *fb_slots_gone(const struct fb_slots *s, struct fb_span id, uint64_t journal)
{
    uint32_t n = s->n_gone < FB_SLOT_GONE_MAX ? s->n_gone : FB_SLOT_GONE_MAX;
    uint64_t hash = n > 0 && id.n > 0 ? fb_hash64(id.p, id.n) : 0;
    for (uint32_t i = 0; i < n; i++)
        if (s->gone[i].journal == journal && s->gone[i].id == hash)
            return &s->gone[i];
    return NULL;
}
