#include "engine/turn/diary.h"
#include "engine/base/check.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_PERSONS = 256, FIRST_ROWS = 4 };

void fb_diary_release(struct fb_diary *d)
{
    for (uint32_t i = 0; i < d->room; i++) {
        for (unsigned k = 0; d->person[i] != NULL && k < FB_DIARY_LISTS; k++)
            free(d->person[i]->list[k].row);
        free(d->person[i]);
    }
    free(d->person);
    *d = (struct fb_diary){.person = NULL};
}

unsigned fb_diary_list_of(enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    bool trial = sort == FB_DIARY_SHIFTS && (row->stint.flags & FB_STINT_SHADOW) != 0;
    return trial ? (unsigned)FB_DIARY_TRIAL : (unsigned)sort;
}

/* ---- a person's lists ---- */

static enum fb_err grow_persons(struct fb_diary *d, uint32_t worker)
{
    uint64_t room = d->room == 0 ? FIRST_PERSONS : d->room;
    while (room <= worker)
        room *= 2;
    if (room > UINT32_MAX)
        return FB_FULL;
    struct fb_diary_person **person = realloc(d->person, (size_t)room * sizeof(struct fb_diary_person *));
    if (person == NULL)
        return FB_FULL;
    for (uint64_t i = d->room; i < room; i++)
        person[i] = NULL;
    d->bytes += (room - d->room) * sizeof(struct fb_diary_person *);
    d->person = person;
    d->room = (uint32_t)room;
    return FB_OK;
}

static enum fb_err person_of(struct fb_diary *d, uint32_t worker, struct fb_diary_person **out)
{
    enum fb_err err = worker >= d->room ? grow_persons(d, worker) : FB_OK;
    if (err != FB_OK)
        return err;
    if (d->person[worker] == NULL) {
        d->person[worker] = calloc(1, sizeof **d->person);
        d->bytes += sizeof **d->person;
    }
    *out = d->person[worker];
    return *out == NULL ? FB_FULL : FB_OK;
}

static enum fb_err room_for_one(struct fb_diary *d, struct fb_diary_list *l)
{
    if (l->n < l->room)
        return FB_OK;
    uint32_t room = l->room == 0 ? FIRST_ROWS : l->room * 2;
    struct fb_diary_row *row = realloc(l->row, room * sizeof *row);
    if (row == NULL)
        return FB_FULL;
    d->bytes += (uint64_t)(room - l->room) * sizeof *row;
    l->row = row;
    l->room = room;
    return FB_OK;
}

static enum fb_err open_list(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row,
                             struct fb_diary_list **out)
{
    struct fb_diary_person *person;
    if (row->stint.worker == 0)
        return FB_DAMAGED;
    enum fb_err err = person_of(d, row->stint.worker, &person);
    if (err != FB_OK)
        return err;
    *out = &person->list[fb_diary_list_of(sort, row)];
    return room_for_one(d, *out);
}

/* ---- rows of a list ---- */

static uint32_t place_of(const struct fb_diary_list *l, const struct fb_diary_row *row)
{
    uint32_t from = 0, until = l->n;
    while (from < until) {
        uint32_t mid = from + (until - from) / 2;
        if (fb_diary_row_cmp(&l->row[mid], row) < 0)
            from = mid + 1;
        else
            until = mid;
    }
    return from;
}

enum fb_err fb_diary_add(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    struct fb_diary_list *l;
    enum fb_err err = open_list(d, sort, row, &l);
    if (err != FB_OK)
        return err;
    fb_assert(!l->unsorted);
    uint32_t at = place_of(l, row);
    memmove(&l->row[at + 1], &l->row[at], (l->n - at) * sizeof *row);
    l->row[at] = *row;
    l->n++;
    d->n_rows++;
    return FB_OK;
}

enum fb_err fb_diary_take(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    uint32_t worker = row->stint.worker;
    if (worker >= d->room || d->person[worker] == NULL)
        return FB_DAMAGED;
    struct fb_diary_list *l = &d->person[worker]->list[fb_diary_list_of(sort, row)];
    uint32_t at = place_of(l, row);
    if (at == l->n || fb_diary_row_cmp(&l->row[at], row) != 0)
        return FB_DAMAGED;
    l->n--;
    d->n_rows--;
    memmove(&l->row[at], &l->row[at + 1], (l->n - at) * sizeof *row);
    return FB_OK;
}

enum fb_err fb_diary_load(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    struct fb_diary_list *l;
    enum fb_err err = open_list(d, sort, row, &l);
    if (err != FB_OK)
        return err;
    l->row[l->n++] = *row;
    l->unsorted = true;
    d->n_rows++;
    return FB_OK;
}

static int compare(const void *a, const void *b)
{
    return fb_diary_row_cmp(a, b);
}

void fb_diary_sort_all(struct fb_diary *d)
{
    for (uint32_t i = 0; i < d->room; i++) {
        for (unsigned k = 0; d->person[i] != NULL && k < FB_DIARY_LISTS; k++) {
            struct fb_diary_list *l = &d->person[i]->list[k];
            if (l->unsorted)
                qsort(l->row, l->n, sizeof *l->row, compare);
            l->unsorted = false;
        }
    }
}

const struct fb_diary_list *fb_diary_list(const struct fb_diary *d, uint32_t worker, unsigned list)
{
    if (worker >= d->room || d->person[worker] == NULL || d->person[worker]->list[list].n == 0)
        return NULL;
    return &d->person[worker]->list[list];
}

uint32_t fb_diary_lower(const struct fb_diary_list *l, uint32_t start_min)
{
    struct fb_diary_row first = {.stint = {.start_min = start_min}};
    return place_of(l, &first);
}

uint64_t fb_diary_bytes(const struct fb_diary *d)
{
    return d->bytes;
}
