#include "engine/turn/chain/checkpoint_index.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64 };

/* ---- places ---- */

/* The first place that does not stand before (of, number). */
static size_t place_of(const struct fb_checkpoint_places *p, uint64_t of, uint64_t number)
{
    size_t low = 0, high = p->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        bool before = p->at[mid].of < of || (p->at[mid].of == of && p->at[mid].number < number);
        low = before ? mid + 1 : low;
        high = before ? high : mid;
    }
    return low;
}

static bool make_room(struct fb_checkpoint_places *p)
{
    if (p->n < p->room)
        return true;
    size_t room = p->room == 0 ? ROOM_FIRST : 2 * p->room;
    struct fb_checkpoint_place *at = realloc(p->at, room * sizeof *at);
    if (at == NULL)
        return false;
    p->at = at;
    p->room = room;
    return true;
}

static enum fb_err add(struct fb_checkpoint_places *p, uint64_t of, uint64_t number)
{
    size_t i = place_of(p, of, number);
    if (!make_room(p))
        return FB_FULL;
    memmove(p->at + i + 1, p->at + i, (p->n - i) * sizeof *p->at);
    p->at[i] = (struct fb_checkpoint_place){of, number};
    p->n++;
    return FB_OK;
}

enum fb_err fb_checkpoint_index_read(struct fb_checkpoint_index *x, struct fb_store *store)
{
    struct fb_checkpoint_row row;
    enum fb_err e;
    while ((e = fb_checkpoint_next(store, x->read, &row)) == FB_OK) {
        e = row.of == 0 ? add(&x->checkpoint, row.checkpoint.size, row.number) : add(&x->witness, row.of, row.number);
        if (e != FB_OK)
            return e;
        x->read = row.number;
        x->last = row.of == 0 ? row.number : x->last;
    }
    return e == FB_NOT_FOUND ? FB_OK : e;
}

void fb_checkpoint_index_free(struct fb_checkpoint_index *x)
{
    free(x->checkpoint.at);
    free(x->witness.at);
    *x = (struct fb_checkpoint_index){.read = 0};
}

/* ---- asking ---- */

static enum fb_err read_row(struct fb_store *store, uint64_t number, struct fb_checkpoint_row *row)
{
    enum fb_err e = fb_checkpoint_next(store, number - 1, row);
    return e == FB_OK && row->number != number ? FB_NOT_FOUND : e;
}

enum fb_err fb_checkpoint_index_note(struct fb_checkpoint_index *x, struct fb_store *store, uint64_t number, struct fb_note *out, uint64_t *found)
{
    struct fb_checkpoint_row row;
    enum fb_err e = fb_checkpoint_index_read(x, store);
    if (e != FB_OK)
        return e;
    *found = number != 0 ? number : x->last;
    e = *found != 0 ? read_row(store, *found, &row) : FB_NOT_FOUND;
    if (e != FB_OK || row.of != 0)
        return e != FB_OK ? e : FB_NOT_FOUND;
    out->checkpoint = row.checkpoint;
    out->n_witnesses = 0;
    for (size_t i = place_of(&x->witness, *found, 0); i < x->witness.n && x->witness.at[i].of == *found && out->n_witnesses < FB_WITNESSES_MAX; i++) {
        e = read_row(store, x->witness.at[i].number, &row);
        if (e != FB_OK)
            return e;
        out->witness[out->n_witnesses++] = row.witness;
    }
    return FB_OK;
}

static bool same_checkpoint(const struct fb_checkpoint *a, const struct fb_checkpoint *b)
{
    return a->epoch == b->epoch && a->size == b->size && fb_node_same(&a->root, &b->root) && a->last_ms == b->last_ms &&
           a->made_ms == b->made_ms && memcmp(a->key, b->key, sizeof a->key) == 0 &&
           memcmp(a->signature, b->signature, sizeof a->signature) == 0;
}

/* The engine makes one of so many entries once; whatever else a store holds is looked at as well. */
enum fb_err fb_checkpoint_index_find(struct fb_checkpoint_index *x, struct fb_store *store, const struct fb_checkpoint *c, uint64_t *number)
{
    struct fb_checkpoint_row row;
    enum fb_err e = fb_checkpoint_index_read(x, store);
    for (size_t i = place_of(&x->checkpoint, c->size, 0); e == FB_OK && i < x->checkpoint.n && x->checkpoint.at[i].of == c->size; i++) {
        *number = x->checkpoint.at[i].number;
        e = read_row(store, *number, &row);
        if (e == FB_OK && same_checkpoint(&row.checkpoint, c))
            return FB_OK;
    }
    return e == FB_OK ? FB_NOT_FOUND : e;
}
