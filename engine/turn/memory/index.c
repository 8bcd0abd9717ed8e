#include "engine/turn/memory/index.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 1024 };

static uint32_t home_of(uint32_t tag, uint32_t n_slots)
{
    return (uint32_t)((uint64_t)tag * n_slots >> 32);
}

static uint32_t next_slot(uint32_t at, uint32_t n_slots)
{
    return at + 1 == n_slots ? 0 : at + 1;
}

/* The slot of a tag, or the free one where it belongs: a tag is there at most once. */
static uint64_t *slot_of(const struct fb_index *ix, uint32_t tag)
{
    uint32_t at = home_of(tag, ix->n_slots);
    while (ix->slot[at] != 0 && ix->slot[at] >> 32 != tag)
        at = next_slot(at, ix->n_slots);
    return &ix->slot[at];
}

void fb_index_near(const struct fb_index *ix, uint32_t tag)
{
    __builtin_prefetch(&ix->slot[home_of(tag, ix->n_slots)]);
}

void fb_index_nearer(const struct fb_index *ix, uint32_t tag)
{
    uint32_t held = (uint32_t)*slot_of(ix, tag);
    if ((held & FB_LISTED) != 0)
        __builtin_prefetch(&ix->posting[held & ~FB_LISTED]);
}

static enum fb_err grow_slots(struct fb_index *ix, uint64_t n_slots)
{
    uint64_t *slot = n_slots > UINT32_MAX ? NULL : calloc((size_t)n_slots, sizeof *slot);
    if (slot == NULL)
        return FB_FULL;
    for (uint32_t i = 0; i < ix->n_slots; i++) {
        if (ix->slot[i] == 0)
            continue;
        uint32_t at = home_of((uint32_t)(ix->slot[i] >> 32), (uint32_t)n_slots);
        while (slot[at] != 0)
            at = next_slot(at, (uint32_t)n_slots);
        slot[at] = ix->slot[i];
    }
    free(ix->slot);
    ix->slot = slot;
    ix->n_slots = (uint32_t)n_slots;
    return FB_OK;
}

static enum fb_err grow_held(struct fb_index *ix, uint64_t room)
{
    struct fb_held *held = room > FB_RECORDS_MAX ? NULL : realloc(ix->held, (size_t)room * sizeof *held);
    if (held == NULL)
        return FB_FULL;
    ix->held = held;
    ix->held_room = (uint32_t)room;
    return FB_OK;
}

static enum fb_err grow_postings(struct fb_index *ix, uint64_t room)
{
    struct fb_posting *posting =
        room > FB_RECORDS_MAX ? NULL : realloc(ix->posting, (size_t)room * sizeof *posting);
    if (posting == NULL)
        return FB_FULL;
    ix->posting = posting;
    ix->posting_room = (uint32_t)room;
    return FB_OK;
}

enum fb_err fb_index_init(struct fb_index *ix, uint64_t expected_records)
{
    *ix = (struct fb_index){.n_postings = 1}; /* posting 0 means none */
    enum fb_err err = grow_held(ix, ROOM_MIN + expected_records);
    if (err == FB_OK)
        err = grow_postings(ix, ROOM_MIN + expected_records);
    if (err == FB_OK)
        err = grow_slots(ix, ROOM_MIN + expected_records * 4);
    if (err != FB_OK)
        fb_index_release(ix);
    return err;
}

void fb_index_release(struct fb_index *ix)
{
    free(ix->held);
    free(ix->slot);
    free(ix->posting);
    *ix = (struct fb_index){.n_postings = 1};
}

enum fb_err fb_index_add(struct fb_index *ix, enum fb_kind kind, uint16_t source, uint32_t *number)
{
    if (ix->n_held + 1 >= ix->held_room) {
        enum fb_err err = grow_held(ix, (uint64_t)ix->held_room * 3 / 2);
        if (err != FB_OK)
            return err;
    }
    *number = ++ix->n_held;
    ix->held[*number] = (struct fb_held){.source = source, .kind = (uint8_t)kind};
    ix->of_kind[kind]++;
    return FB_OK;
}

struct fb_held *fb_index_held(const struct fb_index *ix, uint32_t number)
{
    return number == 0 || number > ix->n_held ? NULL : &ix->held[number];
}

void fb_index_withdraw(struct fb_index *ix, uint32_t number)
{
    struct fb_held *held = &ix->held[number];
    ix->gone_of_kind[held->kind] += (held->flags & FB_HELD_WITHDRAWN) == 0;
    held->flags |= FB_HELD_WITHDRAWN;
}

void fb_index_return(struct fb_index *ix, uint32_t number)
{
    struct fb_held *held = &ix->held[number];
    ix->gone_of_kind[held->kind] -= (held->flags & FB_HELD_WITHDRAWN) != 0;
    held->flags = (uint8_t)(held->flags & ~FB_HELD_WITHDRAWN);
}

bool fb_index_withdrawn(const struct fb_index *ix, uint32_t number)
{
    const struct fb_held *held = fb_index_held(ix, number);
    return held != NULL && (held->flags & FB_HELD_WITHDRAWN) != 0;
}

uint32_t fb_index_tag(enum fb_link_kind link, uint64_t hash, enum fb_kind kind)
{
    return (uint32_t)(fb_hash64_mix(hash, (uint64_t)link << 8 | (uint64_t)kind) >> 32);
}

static enum fb_err new_posting(struct fb_index *ix, uint32_t number, uint32_t *at)
{
    if (ix->n_postings + 2 >= ix->posting_room) {
        enum fb_err err = grow_postings(ix, (uint64_t)ix->posting_room * 3 / 2);
        if (err != FB_OK)
            return err;
    }
    *at = ix->n_postings++;
    ix->posting[*at] = (struct fb_posting){number, *at};
    return FB_OK;
}

/* A list is a ring, and the slot points to its last posting: adding at the end and reading from the start are
 * both one step. */
static enum fb_err append(struct fb_index *ix, uint64_t *slot, uint32_t tag, uint32_t number)
{
    uint32_t held = (uint32_t)*slot, first, last;
    if (held == number)
        return FB_OK;
    enum fb_err err = FB_OK;
    if ((held & FB_LISTED) == 0) {
        err = new_posting(ix, held, &first);
        held = first;
    }
    if (err == FB_OK)
        err = new_posting(ix, number, &last);
    if (err != FB_OK)
        return err;
    uint32_t before = held & ~FB_LISTED;
    ix->posting[last].next = ix->posting[before].next;
    ix->posting[before].next = last;
    *slot = (uint64_t)tag << 32 | FB_LISTED | last;
    return FB_OK;
}

enum fb_err fb_index_post(struct fb_index *ix, uint32_t tag, uint32_t number)
{
    if ((uint64_t)(ix->n_keys + 1) * 5 >= (uint64_t)ix->n_slots * 4) {
        enum fb_err err = grow_slots(ix, (uint64_t)ix->n_slots * 3 / 2);
        if (err != FB_OK)
            return err;
    }
    uint64_t *slot = slot_of(ix, tag);
    if (*slot != 0)
        return append(ix, slot, tag, number);
    *slot = (uint64_t)tag << 32 | number;
    ix->n_keys++;
    return FB_OK;
}

void fb_postings_begin(struct fb_postings *p, const struct fb_index *ix, uint32_t tag)
{
    uint32_t held = (uint32_t)*slot_of(ix, tag);
    *p = (struct fb_postings){.ix = ix};
    if ((held & FB_LISTED) == 0) {
        p->single = held;
        return;
    }
    p->last = held & ~FB_LISTED;
    p->next = ix->posting[p->last].next;
}

uint32_t fb_postings_next(struct fb_postings *p)
{
    uint32_t number = p->single;
    p->single = 0;
    if (p->next == 0)
        return number;
    const struct fb_posting *at = &p->ix->posting[p->next];
    p->next = p->next == p->last ? 0 : at->next;
    return at->number;
}

static bool insert_ascending(uint32_t *number, unsigned n, uint32_t v)
{
    unsigned at = n;
    while (at > 0 && number[at - 1] > v)
        at--;
    if (at > 0 && number[at - 1] == v)
        return false;
    memmove(&number[at + 1], &number[at], (n - at) * sizeof *number);
    number[at] = v;
    return true;
}

unsigned fb_index_read_of(const struct fb_index *ix, uint32_t tag, bool (*wants)(const void *ctx, uint32_t number), const void *ctx,
                          uint32_t *number, unsigned max)
{
    struct fb_postings p;
    unsigned n = 0;
    uint32_t v;
    for (fb_postings_begin(&p, ix, tag); n < max && (v = fb_postings_next(&p)) != 0;)
        if (wants == NULL || wants(ctx, v))
            n += insert_ascending(number, n, v);
    return n;
}

unsigned fb_index_read(const struct fb_index *ix, uint32_t tag, uint32_t *number, unsigned max)
{
    return fb_index_read_of(ix, tag, NULL, NULL, number, max);
}

uint64_t fb_index_bytes(const struct fb_index *ix)
{
    return (uint64_t)ix->n_slots * sizeof *ix->slot + (uint64_t)ix->held_room * sizeof *ix->held +
           (uint64_t)ix->posting_room * sizeof *ix->posting;
}
