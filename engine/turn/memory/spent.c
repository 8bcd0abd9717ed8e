#include "engine/turn/memory/spent.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64, FIRST_ROWS = 4 };

void fb_spents_release(struct fb_spents *s)
{
    for (uint32_t i = 0; i < s->n_slots; i++)
        free(s->slot[i].row);
    free(s->slot);
    *s = (struct fb_spents){.slot = NULL};
}

int fb_spent_row_cmp(const struct fb_spent_row *a, const struct fb_spent_row *b)
{
    if (a->start_min != b->start_min)
        return a->start_min < b->start_min ? -1 : 1;
    if (a->tie != b->tie)
        return a->tie < b->tie ? -1 : 1;
    return (a->subject > b->subject) - (a->subject < b->subject);
}

/* ---- lists by approval ---- */

/* The place of a list, or the free one where it would stand. */
static struct fb_spent_list *place_of(const struct fb_spents *s, uint32_t approval)
{
    uint32_t mask = s->n_slots - 1, at = (uint32_t)fb_hash64_mix(approval, 0) & mask;
    while (s->slot[at].approval != 0 && s->slot[at].approval != approval)
        at = (at + 1) & mask;
    return &s->slot[at];
}

static enum fb_err grow_slots(struct fb_spents *s)
{
    struct fb_spents more = {.n_slots = s->n_slots == 0 ? FIRST_SLOTS : s->n_slots * 2};
    more.slot = calloc(more.n_slots, sizeof *more.slot);
    if (more.slot == NULL)
        return FB_FULL;
    for (uint32_t i = 0; i < s->n_slots; i++)
        if (s->slot[i].approval != 0)
            *place_of(&more, s->slot[i].approval) = s->slot[i];
    free(s->slot);
    s->slot = more.slot;
    s->n_slots = more.n_slots;
    return FB_OK;
}

static enum fb_err list_of(struct fb_spents *s, uint32_t approval, struct fb_spent_list **out)
{
    enum fb_err err = (s->n_lists + 1) * 2 > s->n_slots ? grow_slots(s) : FB_OK;
    if (err != FB_OK)
        return err;
    *out = place_of(s, approval);
    if ((*out)->approval == 0) {
        (*out)->approval = approval;
        s->n_lists++;
    }
    return FB_OK;
}

const struct fb_spent_list *fb_spents_of(const struct fb_spents *s, uint32_t approval)
{
    if (s->n_slots == 0)
        return NULL;
    const struct fb_spent_list *l = place_of(s, approval);
    return l->approval == 0 ? NULL : l;
}

/* ---- rows of a list ---- */

static enum fb_err room_for_one(struct fb_spents *s, struct fb_spent_list *l)
{
    if (l->n < l->room)
        return FB_OK;
    uint32_t room = l->room == 0 ? FIRST_ROWS : l->room * 2;
    struct fb_spent_row *row = realloc(l->row, room * sizeof *row);
    if (row == NULL)
        return FB_FULL;
    s->row_bytes += (room - l->room) * sizeof *row;
    l->row = row;
    l->room = room;
    return FB_OK;
}

/* The first row that does not stand before this one. */
static uint32_t lower(const struct fb_spent_list *l, const struct fb_spent_row *row)
{
    uint32_t from = 0, until = l->n;
    while (from < until) {
        uint32_t mid = from + (until - from) / 2;
        if (fb_spent_row_cmp(&l->row[mid], row) < 0)
            from = mid + 1;
        else
            until = mid;
    }
    return from;
}

static struct fb_spent_row row_of(struct fb_spender by, const struct fb_spent *spent)
{
    return (struct fb_spent_row){spent->start_min, spent->tie, by.subject, by.trial, spent->pence}; /* raw: as stored */
}

static enum fb_err open_list(struct fb_spents *s, const struct fb_spent *spent, struct fb_spent_list **l)
{
    enum fb_err err = list_of(s, spent->approval, l);
    return err == FB_OK ? room_for_one(s, *l) : err;
}

enum fb_err fb_spents_add(struct fb_spents *s, struct fb_spender by, const struct fb_spent *spent)
{
    struct fb_spent_list *l;
    struct fb_spent_row row = row_of(by, spent);
    enum fb_err err = open_list(s, spent, &l);
    if (err != FB_OK)
        return err;
    uint32_t at = lower(l, &row);
    memmove(&l->row[at + 1], &l->row[at], (l->n - at) * sizeof row);
    l->row[at] = row;
    l->n++;
    l->total += fb_spent_row_counts(&row);
    return FB_OK;
}

enum fb_err fb_spents_take(struct fb_spents *s, struct fb_spender by, const struct fb_spent *spent)
{
    struct fb_spent_row row = row_of(by, spent);
    struct fb_spent_list *l = s->n_slots == 0 ? NULL : place_of(s, spent->approval);
    uint32_t at = l == NULL || l->approval == 0 ? 0 : lower(l, &row);
    bool held = l != NULL && at < l->n && fb_spent_row_cmp(&l->row[at], &row) == 0;
    if (!held || l->row[at].pence != row.pence || l->row[at].trial != row.trial) /* raw: as stored */
        return FB_DAMAGED;
    l->total -= fb_spent_row_counts(&row);
    l->n--;
    memmove(&l->row[at], &l->row[at + 1], (l->n - at) * sizeof row);
    return FB_OK;
}

enum fb_err fb_spents_load(struct fb_spents *s, struct fb_spender by, const struct fb_spent *spent)
{
    struct fb_spent_list *l;
    enum fb_err err = open_list(s, spent, &l);
    if (err != FB_OK)
        return err;
    l->unsorted = true;
    l->row[l->n] = row_of(by, spent);
    l->total += fb_spent_row_counts(&l->row[l->n++]);
    return FB_OK;
}

static int compare(const void *a, const void *b)
{
    return fb_spent_row_cmp(a, b);
}

void fb_spents_sort(struct fb_spents *s)
{
    for (uint32_t i = 0; i < s->n_slots; i++) {
        struct fb_spent_list *l = &s->slot[i];
        if (l->unsorted)
            qsort(l->row, l->n, sizeof *l->row, compare);
        l->unsorted = false;
    }
}

/* ---- what they come to ---- */

int64_t fb_spents_before(const struct fb_spents *s, uint32_t approval, const struct fb_spent_row *place)
{
    const struct fb_spent_list *l = fb_spents_of(s, approval);
    int64_t sum = 0;
    for (uint32_t i = 0; l != NULL && i < l->n && fb_spent_row_cmp(&l->row[i], place) < 0; i++)
        if (l->row[i].subject != place->subject)
            sum += fb_spent_row_counts(&l->row[i]);
    return sum;
}

int64_t fb_spents_total(const struct fb_spents *s, uint32_t approval)
{
    const struct fb_spent_list *l = fb_spents_of(s, approval);
    return l == NULL ? 0 : l->total;
}

uint64_t fb_spents_bytes(const struct fb_spents *s)
{
    return (uint64_t)s->n_slots * sizeof *s->slot + s->row_bytes;
}
