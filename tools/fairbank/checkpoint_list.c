#include "tools/fairbank/checkpoint_list.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 64 };

static enum fb_err add_checkpoint(struct checkpoint_list *list, const struct fb_checkpoint_row *row)
{
    if (list->n == list->size) {
        unsigned size = list->size == 0 ? FIRST_SIZE : 2 * list->size;
        struct listed_checkpoint *more = realloc(list->of, size * sizeof(*more));
        if (more == NULL)
            return FB_FULL;
        list->of = more;
        list->size = size;
    }
    list->of[list->n++] = (struct listed_checkpoint){.number = row->number, .checkpoint = row->checkpoint};
    return FB_OK;
}

static int compare(const void *key, const void *row)
{
    uint64_t number = *(const uint64_t *)key, held = ((const struct listed_checkpoint *)row)->number;
    return number < held ? -1 : number > held;
}

/* A countersignature comes after its checkpoint, though others may stand between. */
static enum fb_err add_name(struct checkpoint_list *list, const struct fb_checkpoint_row *row)
{
    struct listed_checkpoint *of = list->n == 0 ? NULL : bsearch(&row->of, list->of, list->n, sizeof(*of), compare);
    if (of == NULL || of->n_names == FB_WITNESSES_MAX)
        return FB_OK;
    size_t before = of->names == NULL ? 0 : strlen(of->names) + 1, n = strlen(row->witness.name);
    char *names = realloc(of->names, before + n + 1);
    if (names == NULL)
        return FB_FULL;
    if (before > 0)
        names[before - 1] = ' ';
    memcpy(names + before, row->witness.name, n + 1);
    of->names = names;
    of->n_names++;
    return FB_OK;
}

enum fb_err checkpoint_list_read(struct checkpoint_list *out, struct fb_store *store)
{
    struct fb_checkpoint_row row = {.number = 0};
    enum fb_err e;
    *out = (struct checkpoint_list){0};
    while ((e = fb_checkpoint_next(store, row.number, &row)) == FB_OK)
        if ((e = row.of == 0 ? add_checkpoint(out, &row) : add_name(out, &row)) != FB_OK)
            return e;
    return e == FB_NOT_FOUND ? FB_OK : e;
}

void checkpoint_list_release(struct checkpoint_list *list)
{
    for (unsigned i = 0; i < list->n; i++)
        free(list->of[i].names);
    free(list->of);
    *list = (struct checkpoint_list){0};
}
