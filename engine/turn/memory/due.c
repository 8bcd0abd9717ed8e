#include "engine/turn/memory/due.h"
#include <stdlib.h>

enum { ROOM_MIN = 256 };

static bool is_before(const struct fb_due_entry *a, const struct fb_due_entry *b)
{
    return a->start_min != b->start_min ? a->start_min < b->start_min : a->number < b->number;
}

static void swap(struct fb_due_entry *a, struct fb_due_entry *b)
{
    struct fb_due_entry held = *a;
    *a = *b;
    *b = held;
}

void fb_due_release(struct fb_due *d)
{
    free(d->entry);
    *d = (struct fb_due){.entry = NULL};
}

enum fb_err fb_due_add(struct fb_due *d, uint32_t start_min, uint32_t number)
{
    if (d->n == d->room) {
        uint32_t room = d->room == 0 ? ROOM_MIN : d->room * 2;
        struct fb_due_entry *entry = realloc(d->entry, (size_t)room * sizeof *entry);
        if (entry == NULL)
            return FB_FULL;
        d->entry = entry;
        d->room = room;
    }
    uint32_t at = d->n++;
    d->entry[at] = (struct fb_due_entry){start_min, number};
    while (at > 0 && is_before(&d->entry[at], &d->entry[(at - 1) / 2])) {
        swap(&d->entry[at], &d->entry[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    return FB_OK;
}

void fb_due_drop(struct fb_due *d)
{
    if (d->n == 0)
        return;
    d->entry[0] = d->entry[--d->n];
    for (uint32_t at = 0;;) {
        uint32_t least = at, child = 2 * at + 1;
        for (uint32_t i = child; i < child + 2 && i < d->n; i++)
            least = is_before(&d->entry[i], &d->entry[least]) ? i : least;
        if (least == at)
            return;
        swap(&d->entry[at], &d->entry[least]);
        at = least;
    }
}

const struct fb_due_entry *fb_due_first(struct fb_due *d, const struct fb_index *ix)
{
    while (d->n > 0) {
        const struct fb_held *held = fb_index_held(ix, d->entry[0].number);
        if (held != NULL && held->due_min == d->entry[0].start_min)
            return &d->entry[0];
        fb_due_drop(d);
    }
    return NULL;
}
