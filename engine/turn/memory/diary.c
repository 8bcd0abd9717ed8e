#include "engine/turn/memory/diary.h"
#include "engine/base/check.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_PERSONS = 256, FIRST_ROWS = 4, OTHERS = FB_DIARY_LISTS - 1, LINE = 64, NEAR_ROWS = 12 };
_Static_assert(FB_DIARY_SHIFTS == 0, "the others come after it");

static struct fb_diary_list *list_at(struct fb_diary_person *p, unsigned list)
{
    if (list == FB_DIARY_SHIFTS)
        return &p->shifts;
    return p->other == NULL ? NULL : &p->other[list - 1];
}

void fb_diary_release(struct fb_diary *d)
{
    for (uint32_t i = 0; i < d->room; i++) {
        struct fb_diary_person *p = &d->person[i];
        free(p->shifts.row);
        for (unsigned k = 0; p->other != NULL && k < OTHERS; k++)
            free(p->other[k].row);
        free(p->other);
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

/* From a line's start, so that nobody lies across two. */
static enum fb_err grow_persons(struct fb_diary *d, uint32_t worker)
{
    uint64_t room = d->room == 0 ? FIRST_PERSONS : d->room;
    while (room <= worker)
        room *= 2;
    if (room > UINT32_MAX)
        return FB_FULL;
    size_t held = d->room * sizeof *d->person, size = (size_t)room * sizeof *d->person;
    struct fb_diary_person *person = aligned_alloc(LINE, size);
    if (person == NULL)
        return FB_FULL;
    if (held > 0)
        memcpy(person, d->person, held);
    memset((unsigned char *)person + held, 0, size - held);
    free(d->person);
    d->bytes += size - held;
    d->person = person;
    d->room = (uint32_t)room;
    return FB_OK;
}
_Static_assert(LINE % sizeof(struct fb_diary_person) == 0, "whole people stand in a line");

static enum fb_err others_of(struct fb_diary *d, struct fb_diary_person *p)
{
    p->other = calloc(OTHERS, sizeof *p->other);
    if (p->other == NULL)
        return FB_FULL;
    d->bytes += OTHERS * sizeof *p->other;
    return FB_OK;
}

static enum fb_err room_for_one(struct fb_diary *d, struct fb_diary_list *l)
{
    if (l->n < l->room)
        return FB_OK;
    uint32_t room = l->room == 0 ? FIRST_ROWS : l->room + l->room / 2;
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
    uint32_t worker = row->stint.worker;
    unsigned list = fb_diary_list_of(sort, row);
    if (worker == 0)
        return FB_DAMAGED;
    enum fb_err err = worker >= d->room ? grow_persons(d, worker) : FB_OK;
    if (err == FB_OK && list != FB_DIARY_SHIFTS && d->person[worker].other == NULL)
        err = others_of(d, &d->person[worker]);
    if (err != FB_OK)
        return err;
    *out = list_at(&d->person[worker], list);
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

static void set_ends(struct fb_diary_list *l)
{
    l->first_min = l->n == 0 ? 0 : l->row[0].stint.start_min;
    l->last_min = l->n == 0 ? 0 : l->row[l->n - 1].stint.start_min;
}

enum fb_err fb_diary_add(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    struct fb_diary_list *l;
    enum fb_err err = open_list(d, sort, row, &l);
    if (err != FB_OK)
        return err;
    fb_assert(!d->unsorted);
    uint32_t at = l->n > 0 && row->stint.start_min > l->last_min ? l->n : place_of(l, row); /* nearly always the last */
    memmove(&l->row[at + 1], &l->row[at], (l->n - at) * sizeof *row);
    l->row[at] = *row;
    l->n++;
    d->n_rows++;
    set_ends(l);
    return FB_OK;
}

enum fb_err fb_diary_take(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    uint32_t worker = row->stint.worker;
    struct fb_diary_list *l =
        worker >= d->room ? NULL : list_at(&d->person[worker], fb_diary_list_of(sort, row));
    uint32_t at = l == NULL ? 0 : place_of(l, row);
    if (l == NULL || at == l->n || fb_diary_row_cmp(&l->row[at], row) != 0)
        return FB_DAMAGED;
    l->n--;
    d->n_rows--;
    memmove(&l->row[at], &l->row[at + 1], (l->n - at) * sizeof *row);
    set_ends(l);
    return FB_OK;
}

enum fb_err fb_diary_load(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    struct fb_diary_list *l;
    enum fb_err err = open_list(d, sort, row, &l);
    if (err != FB_OK)
        return err;
    l->row[l->n++] = *row;
    d->unsorted = true;
    d->n_rows++;
    return FB_OK;
}

static int compare(const void *a, const void *b)
{
    return fb_diary_row_cmp(a, b);
}

static bool is_sorted(const struct fb_diary_list *l)
{
    for (uint32_t i = 1; i < l->n; i++)
        if (fb_diary_row_cmp(&l->row[i - 1], &l->row[i]) > 0)
            return false;
    return true;
}

void fb_diary_sort_all(struct fb_diary *d)
{
    for (uint32_t i = 0; i < d->room; i++) {
        for (unsigned k = 0; k < FB_DIARY_LISTS; k++) {
            struct fb_diary_list *l = list_at(&d->person[i], k);
            if (l != NULL && !is_sorted(l))
                qsort(l->row, l->n, sizeof *l->row, compare);
            if (l != NULL)
                set_ends(l);
        }
    }
    d->unsorted = false;
}

/* ---- look-ups ---- */

const struct fb_diary_list *fb_diary_list(const struct fb_diary *d, uint32_t worker, unsigned list)
{
    const struct fb_diary_list *l = worker >= d->room ? NULL : list_at(&d->person[worker], list);
    return l == NULL || l->n == 0 ? NULL : l;
}

uint32_t fb_diary_lower(const struct fb_diary_list *l, uint32_t start_min)
{
    struct fb_diary_row first = {.stint = {.start_min = start_min}};
    if (start_min <= l->first_min)
        return 0;
    return start_min > l->last_min ? l->n : place_of(l, &first);
}

void fb_diary_near(const struct fb_diary *d, uint32_t worker)
{
    if (worker < d->room)
        __builtin_prefetch(&d->person[worker]);
}

/* The latest ones: most that are asked for reach to the last row. */
void fb_diary_nearer(const struct fb_diary *d, uint32_t worker)
{
    const struct fb_diary_person *p = worker >= d->room ? NULL : &d->person[worker];
    if (p == NULL || p->shifts.n == 0)
        return;
    uint32_t n = p->shifts.n < NEAR_ROWS ? p->shifts.n : NEAR_ROWS;
    const char *end = (const char *)(p->shifts.row + p->shifts.n);
    if (p->other != NULL)
        __builtin_prefetch(p->other);
    for (size_t left = n * sizeof *p->shifts.row, step; left > 0; left -= step) {
        step = left < LINE ? left : LINE;
        __builtin_prefetch(end - left);
    }
}

uint64_t fb_diary_bytes(const struct fb_diary *d)
{
    return d->bytes;
}
