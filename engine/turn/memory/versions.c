#include "engine/turn/memory/versions.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 64 };

void fb_versions_release(struct fb_versions *v)
{
    free(v->row);
    *v = (struct fb_versions){.row = NULL};
}

/* The first row of a number that is not below this one. */
static uint32_t row_at(const struct fb_versions *v, uint64_t number)
{
    uint32_t from = 0, until = v->n;
    while (from < until) {
        uint32_t mid = from + (until - from) / 2;
        if (v->row[mid].number < number)
            from = mid + 1;
        else
            until = mid;
    }
    return from;
}

enum fb_err fb_versions_add(struct fb_versions *v, uint32_t number, uint32_t journal)
{
    if (v->n == v->room) {
        uint32_t room = v->room == 0 ? ROOM_MIN : v->room * 2;
        struct fb_versions_row *row = realloc(v->row, room * sizeof *row);
        if (row == NULL)
            return FB_FULL;
        v->row = row;
        v->room = room;
    }
    /* New records come last, and theirs are the most. */
    uint32_t at = row_at(v, (uint64_t)number + 1);
    memmove(&v->row[at + 1], &v->row[at], (v->n++ - at) * sizeof *v->row);
    v->row[at] = (struct fb_versions_row){number, journal};
    return FB_OK;
}

unsigned fb_versions_of(const struct fb_versions *v, uint32_t number, uint32_t *journal, unsigned max)
{
    unsigned n = 0;
    for (uint32_t at = row_at(v, number); at < v->n && v->row[at].number == number && n < max; at++)
        journal[n++] = v->row[at].journal;
    return n;
}

uint64_t fb_versions_bytes(const struct fb_versions *v)
{
    return (uint64_t)v->room * sizeof *v->row;
}
