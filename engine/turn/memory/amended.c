#include "engine/turn/memory/amended.h"
#include "engine/base/hash.h"
#include <stdlib.h>

enum { ROOM_MIN = 1024 };

void fb_amended_release(struct fb_amended *a)
{
    free(a->slot);
    free(a->node);
    *a = (struct fb_amended){.slot = NULL};
}

static uint32_t slot_of(const uint64_t *slot, uint32_t n_slots, uint32_t record)
{
    uint32_t at = (uint32_t)(fb_hash64_mix(0, record) % n_slots);
    while (slot[at] != 0 && slot[at] >> 32 != record)
        at = at + 1 == n_slots ? 0 : at + 1;
    return at;
}

static enum fb_err grow_slots(struct fb_amended *a)
{
    uint64_t n = a->n_slots == 0 ? ROOM_MIN : (uint64_t)a->n_slots * 2;
    if ((uint64_t)(a->n + 1) * 3 <= (uint64_t)a->n_slots * 2)
        return FB_OK;
    uint64_t *slot = n > UINT32_MAX ? NULL : calloc((size_t)n, sizeof *slot);
    if (slot == NULL)
        return FB_FULL;
    for (uint32_t i = 0; i < a->n_slots; i++)
        if (a->slot[i] != 0)
            slot[slot_of(slot, (uint32_t)n, (uint32_t)(a->slot[i] >> 32))] = a->slot[i];
    free(a->slot);
    a->slot = slot;
    a->n_slots = (uint32_t)n;
    return FB_OK;
}

static enum fb_err grow_nodes(struct fb_amended *a)
{
    uint64_t room = a->nodes_room == 0 ? ROOM_MIN : (uint64_t)a->nodes_room * 2;
    if ((uint64_t)a->n_nodes + 3 <= a->nodes_room)
        return FB_OK;
    struct fb_amended_node *node = room > UINT32_MAX ? NULL : realloc(a->node, (size_t)room * sizeof *node);
    if (node == NULL)
        return FB_FULL;
    a->node = node;
    a->nodes_room = (uint32_t)room;
    a->n_nodes = a->n_nodes == 0 ? 1 : a->n_nodes;
    return FB_OK;
}

enum fb_err fb_amended_add(struct fb_amended *a, uint32_t record, uint32_t only, uint32_t journal)
{
    enum fb_err err = grow_slots(a);
    if (err == FB_OK)
        err = grow_nodes(a);
    if (err != FB_OK)
        return err;
    uint64_t *slot = &a->slot[slot_of(a->slot, a->n_slots, record)];
    uint32_t before = (uint32_t)*slot;
    if (before == 0) {
        a->n++;
        before = a->n_nodes++;
        a->node[before] = (struct fb_amended_node){only, 0};
    }
    a->node[a->n_nodes] = (struct fb_amended_node){journal, before};
    *slot = (uint64_t)record << 32 | a->n_nodes++;
    return FB_OK;
}

uint32_t fb_amended_next(const struct fb_amended *a, uint32_t record, uint32_t *at)
{
    if (a->n_slots == 0)
        return 0;
    uint32_t node = *at == 0 ? (uint32_t)a->slot[slot_of(a->slot, a->n_slots, record)] : a->node[*at].next;
    *at = node;
    return node == 0 ? 0 : a->node[node].journal;
}

uint64_t fb_amended_bytes(const struct fb_amended *a)
{
    return (uint64_t)a->n_slots * sizeof *a->slot + (uint64_t)a->nodes_room * sizeof *a->node;
}
