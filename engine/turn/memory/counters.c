#include "engine/turn/memory/counters.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64, FIRST_ROWS = 4 };

void fb_counters_release(struct fb_counters *c)
{
    for (uint32_t i = 0; i < c->n_slots; i++)
        free(c->slot[i].row);
    free(c->slot);
    *c = (struct fb_counters){.slot = NULL};
}

/* ---- lists by counter and key ---- */

/* The place of a list, or the free one where it would stand. */
static struct fb_counted_list *place_of(const struct fb_counters *c, uint32_t counter, uint64_t key)
{
    uint32_t mask = c->n_slots - 1, at = (uint32_t)fb_hash64_mix(key, counter) & mask;
    while (c->slot[at].counter != 0 && (c->slot[at].counter != counter || c->slot[at].key != key))
        at = (at + 1) & mask;
    return &c->slot[at];
}

static enum fb_err grow_slots(struct fb_counters *c)
{
    struct fb_counters more = {.n_slots = c->n_slots == 0 ? FIRST_SLOTS : c->n_slots * 2};
    more.slot = calloc(more.n_slots, sizeof *more.slot);
    if (more.slot == NULL)
        return FB_FULL;
    for (uint32_t i = 0; i < c->n_slots; i++)
        if (c->slot[i].counter != 0)
            *place_of(&more, c->slot[i].counter, c->slot[i].key) = c->slot[i];
    free(c->slot);
    c->slot = more.slot;
    c->n_slots = more.n_slots;
    return FB_OK;
}

static enum fb_err list_of(struct fb_counters *c, uint32_t counter, uint64_t key, struct fb_counted_list **out)
{
    enum fb_err err = (c->n_lists + 1) * 2 > c->n_slots ? grow_slots(c) : FB_OK;
    if (err != FB_OK)
        return err;
    *out = place_of(c, counter, key);
    if ((*out)->counter != 0)
        return FB_OK;
    (*out)->counter = counter;
    (*out)->key = key;
    c->n_lists++;
    return FB_OK;
}

static const struct fb_counted_list *find(const struct fb_counters *c, uint32_t counter, uint64_t key)
{
    if (c->n_slots == 0)
        return NULL;
    const struct fb_counted_list *l = place_of(c, counter, key);
    return l->counter == 0 ? NULL : l;
}

/* ---- rows of a list ---- */

static enum fb_err room_for_one(struct fb_counters *c, struct fb_counted_list *l)
{
    if (l->n < l->room)
        return FB_OK;
    uint32_t room = l->room == 0 ? FIRST_ROWS : l->room * 2;
    struct fb_counted_row *row = realloc(l->row, room * sizeof *row);
    if (row == NULL)
        return FB_FULL;
    c->row_bytes += (room - l->room) * sizeof *row;
    l->row = row;
    l->room = room;
    return FB_OK;
}

/* The first row that does not stand before this one. */
static uint32_t lower(const struct fb_counted_list *l, const struct fb_counted_row *row)
{
    uint32_t from = 0, until = l->n;
    while (from < until) {
        uint32_t mid = from + (until - from) / 2;
        if (fb_counted_row_cmp(&l->row[mid], row) < 0)
            from = mid + 1;
        else
            until = mid;
    }
    return from;
}

static struct fb_counted_row row_of(uint32_t subject, const struct fb_count *count)
{
    return (struct fb_counted_row){count->start_min, count->tie, subject, count->amount, count->minutes};
}

static enum fb_err open_list(struct fb_counters *c, const struct fb_count *count, struct fb_counted_list **l)
{
    enum fb_err err = list_of(c, count->counter, count->key, l);
    return err == FB_OK ? room_for_one(c, *l) : err;
}

enum fb_err fb_counters_add(struct fb_counters *c, uint32_t subject, const struct fb_count *count)
{
    struct fb_counted_list *l;
    struct fb_counted_row row = row_of(subject, count);
    enum fb_err err = open_list(c, count, &l);
    if (err != FB_OK)
        return err;
    fb_assert(!l->unsorted);
    uint32_t at = lower(l, &row);
    memmove(&l->row[at + 1], &l->row[at], (l->n - at) * sizeof row);
    l->row[at] = row;
    l->n++;
    return FB_OK;
}

enum fb_err fb_counters_take(struct fb_counters *c, uint32_t subject, const struct fb_count *count)
{
    struct fb_counted_row row = row_of(subject, count);
    if (find(c, count->counter, count->key) == NULL)
        return FB_DAMAGED;
    struct fb_counted_list *l = place_of(c, count->counter, count->key);
    uint32_t at = lower(l, &row);
    if (at == l->n || fb_counted_row_cmp(&l->row[at], &row) != 0)
        return FB_DAMAGED;
    l->n--;
    memmove(&l->row[at], &l->row[at + 1], (l->n - at) * sizeof row);
    return FB_OK;
}

enum fb_err fb_counters_load(struct fb_counters *c, uint32_t subject, const struct fb_count *count)
{
    struct fb_counted_list *l;
    enum fb_err err = open_list(c, count, &l);
    if (err != FB_OK)
        return err;
    l->row[l->n++] = row_of(subject, count);
    l->unsorted = true;
    return FB_OK;
}

static int compare(const void *a, const void *b)
{
    return fb_counted_row_cmp(a, b);
}

void fb_counters_sort(struct fb_counters *c)
{
    for (uint32_t i = 0; i < c->n_slots; i++) {
        struct fb_counted_list *l = &c->slot[i];
        if (l->unsorted)
            qsort(l->row, l->n, sizeof *l->row, compare);
        l->unsorted = false;
    }
}

struct fb_counted_rows fb_counters_rows(const struct fb_counters *c, uint32_t counter, uint64_t key, uint32_t from_min,
                                        uint32_t until_min)
{
    const struct fb_counted_list *l = find(c, counter, key);
    if (l == NULL || from_min >= until_min)
        return (struct fb_counted_rows){NULL, 0, false};
    struct fb_counted_row first = {from_min, 0, 0, 0, 0}, end = {until_min, 0, 0, 0, 0};
    uint32_t from = lower(l, &first), until = lower(l, &end);
    return (struct fb_counted_rows){&l->row[from], until - from, false};
}

uint64_t fb_counters_bytes(const struct fb_counters *c)
{
    return (uint64_t)c->n_slots * sizeof *c->slot + c->row_bytes;
}
