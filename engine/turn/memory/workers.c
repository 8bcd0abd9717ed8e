#include "engine/turn/memory/workers.h"
#include "engine/base/bytes.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256, FIRST_ROOM = 256 };

void fb_workers_release(struct fb_workers *w)
{
    free(w->slot);
    free(w->of);
    *w = (struct fb_workers){.slot = NULL};
}

/* ---- hash to number ---- */

static uint32_t home_of(const unsigned char *hash, uint32_t n_slots)
{
    uint32_t v = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
    return (uint32_t)((uint64_t)v * n_slots >> 32);
}

/* The place of a hash, or the free one where it would stand. */
static uint32_t place_of(const struct fb_worker_slot *slot, uint32_t n_slots, const unsigned char *hash)
{
    uint32_t at = home_of(hash, n_slots);
    while (slot[at].number != 0 && memcmp(slot[at].hash, hash, FB_WHO_BYTES) != 0)
        at = at + 1 == n_slots ? 0 : at + 1;
    return at;
}

uint32_t fb_workers_find(const struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES])
{
    return w->n_slots == 0 ? 0 : w->slot[place_of(w->slot, w->n_slots, hash)].number;
}

void fb_workers_near(const struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES])
{
    if (w->n_slots > 0)
        __builtin_prefetch(&w->slot[home_of(hash, w->n_slots)]);
}

static enum fb_err grow_slots(struct fb_workers *w)
{
    if (w->n_slots > UINT32_MAX / 2)
        return FB_FULL;
    uint32_t n = w->n_slots == 0 ? FIRST_SLOTS : w->n_slots * 2;
    struct fb_worker_slot *slot = calloc(n, sizeof *slot);
    if (slot == NULL)
        return FB_FULL;
    for (uint32_t i = 0; i < w->n_slots; i++)
        if (w->slot[i].number != 0)
            slot[place_of(slot, n, w->slot[i].hash)] = w->slot[i];
    free(w->slot);
    w->slot = slot;
    w->n_slots = n;
    return FB_OK;
}

enum fb_err fb_workers_expect(struct fb_workers *w, uint64_t n)
{
    enum fb_err err = FB_OK;
    while (err == FB_OK && (n + 1) * 4 > (uint64_t)w->n_slots * 3)
        err = grow_slots(w);
    return err;
}

enum fb_err fb_workers_hold(struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES], uint32_t number)
{
    /* Beyond three slots in four, misses walk far. */
    enum fb_err err = (uint64_t)(w->n_held + 1) * 4 > (uint64_t)w->n_slots * 3 ? grow_slots(w) : FB_OK;
    if (err != FB_OK)
        return err;
    struct fb_worker_slot *slot = &w->slot[place_of(w->slot, w->n_slots, hash)];
    if (slot->number != 0 || number == 0)
        return FB_DAMAGED;
    memcpy(slot->hash, hash, FB_WHO_BYTES);
    slot->number = number;
    w->n_held++;
    return FB_OK;
}

/* What stands behind the freed place moves up, so that no walk ends before what it looks for. */
void fb_workers_drop(struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES])
{
    if (fb_workers_find(w, hash) == 0)
        return;
    uint32_t gap = place_of(w->slot, w->n_slots, hash), at = gap;
    w->n_held--;
    for (;;) {
        memset(&w->slot[gap], 0, sizeof w->slot[gap]);
        uint32_t home;
        do {
            at = at + 1 == w->n_slots ? 0 : at + 1;
            if (w->slot[at].number == 0)
                return;
            home = home_of(w->slot[at].hash, w->n_slots);
        } while (gap <= at ? gap < home && home <= at : gap < home || home <= at);
        w->slot[gap] = w->slot[at];
        gap = at;
    }
}

const struct fb_worker_slot *fb_workers_links(const struct fb_workers *w, uint32_t canonical, uint32_t *at)
{
    while (*at < w->n_slots) {
        const struct fb_worker_slot *slot = &w->slot[(*at)++];
        if (slot->number != 0 && fb_workers_canonical(w, slot->number) == canonical)
            return slot;
    }
    return NULL;
}

/* ---- numbers and classes ---- */

static enum fb_err room_for(struct fb_workers *w, uint32_t number)
{
    if (number < w->room)
        return FB_OK;
    if (w->room > UINT32_MAX / 2)
        return FB_FULL;
    uint32_t room = w->room == 0 ? FIRST_ROOM : w->room * 2;
    struct fb_worker_class *of = realloc(w->of, room * sizeof *of);
    if (of == NULL)
        return FB_FULL;
    w->of = of;
    w->room = room;
    return FB_OK;
}

enum fb_err fb_workers_meet(struct fb_workers *w, uint32_t number)
{
    if (number <= w->high)
        return FB_OK;
    if (number != w->high + 1)
        return FB_DAMAGED;
    enum fb_err err = room_for(w, number);
    if (err != FB_OK)
        return err;
    w->high = number;
    w->of[number] = (struct fb_worker_class){number, number};
    return FB_OK;
}

uint32_t fb_workers_canonical(const struct fb_workers *w, uint32_t number)
{
    return number == 0 || number > w->high ? number : w->of[number].canonical;
}

uint32_t fb_workers_next(const struct fb_workers *w, uint32_t number)
{
    return number == 0 || number > w->high ? number : w->of[number].next;
}

static void join(struct fb_workers *w, uint32_t a, uint32_t b)
{
    uint32_t low = w->of[a].canonical, high = w->of[b].canonical;
    if (low == high)
        return;
    if (low > high) {
        uint32_t name = low;
        low = high;
        high = name;
    }
    uint32_t member = high;
    do {
        w->of[member].canonical = low;
        member = w->of[member].next;
    } while (member != high);
    /* Two rings become one when one link of each is exchanged. */
    member = w->of[low].next;
    w->of[low].next = w->of[high].next;
    w->of[high].next = member;
}

enum fb_err fb_workers_same(struct fb_workers *w, uint32_t a, uint32_t b)
{
    if (a > w->high || b > w->high)
        return FB_DAMAGED;
    if (a == 0 || b == 0 || w->of[a].canonical == w->of[b].canonical)
        return FB_OK;
    join(w, a, b);
    w->moves++;
    return FB_OK;
}

uint64_t fb_workers_bytes(const struct fb_workers *w)
{
    return (uint64_t)w->n_slots * sizeof *w->slot + (uint64_t)w->room * sizeof *w->of;
}

/* ---- rows ---- */

static struct fb_span key_of(const unsigned char *hash)
{
    return (struct fb_span){(const char *)hash, FB_WHO_BYTES};
}

void fb_workers_put(struct fb_txn *txn, const unsigned char hash[FB_WHO_BYTES], uint32_t number, uint64_t journal)
{
    unsigned char bytes[16];
    struct fb_writer w;
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_varint(&w, number);
    fb_put_varint(&w, journal);
    fb_put(txn, FB_TABLE_WORKERS, key_of(hash), (struct fb_span){(const char *)bytes, (uint32_t)w.n});
}

void fb_workers_del(struct fb_txn *txn, const unsigned char hash[FB_WHO_BYTES])
{
    fb_del(txn, FB_TABLE_WORKERS, key_of(hash));
}

enum fb_err fb_worker_row_unpack(struct fb_worker_row *out, struct fb_span key, struct fb_span value)
{
    struct fb_reader r;
    fb_reader_init(&r, value.p, value.n);
    uint64_t number = fb_get_varint(&r);
    out->journal = fb_get_varint(&r);
    out->number = (uint32_t)number;
    out->hash = (const unsigned char *)key.p;
    bool sound = !r.bad && r.n == r.size && number != 0 && number <= UINT32_MAX;
    return sound && key.n == FB_WHO_BYTES ? FB_OK : FB_DAMAGED;
}
