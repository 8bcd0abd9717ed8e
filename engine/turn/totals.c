#include "engine/turn/totals.h"
#include "engine/base/hash.h"
#include <string.h>

enum { ROW_BYTES = FB_MEASURES * 10 + 16 };

/* to += from. Two's complement: taking back exactly what was added gives back exactly what was. */
static void add(struct fb_figures *to, const struct fb_figures *from)
{
    for (unsigned m = 0; m < FB_MEASURES; m++)
        to->v[m] = (int64_t)((uint64_t)to->v[m] + (uint64_t)from->v[m]);
}

bool fb_posting_place_same(const struct fb_posting_place *x, const struct fb_posting_place *y)
{
    return fb_cell_same(&x->cell, &y->cell) && x->posted == y->posted && x->cause == y->cause;
}

static uint64_t two_days(fb_day a, fb_day b)
{
    return (uint64_t)(uint32_t)a << 32 | (uint32_t)b;
}

static unsigned home_of(const struct fb_posting_place *p, fb_day known)
{
    const struct fb_cell *c = &p->cell;
    uint64_t small = (uint64_t)p->cause << 32 | (uint64_t)c->staff_group << 24 | (uint64_t)c->route << 16 |
                     (uint64_t)c->stage << 8 | c->shadow;
    uint64_t h = fb_hash64_mix(fb_hash64_mix(c->hirer, c->ics), small);
    h = fb_hash64_mix(h, two_days(c->week, c->month));
    return (unsigned)(fb_hash64_mix(h, two_days(p->posted, known)) % FB_TOTALS_SLOTS);
}

static struct fb_totals_cell *cell_of(struct fb_totals *t, const struct fb_posting_place *place, fb_day known)
{
    unsigned at = home_of(place, known);
    for (; t->slot[at] != 0; at = (at + 1) % FB_TOTALS_SLOTS) {
        struct fb_totals_cell *held = &t->cell[t->slot[at] - 1];
        if (held->known == known && fb_posting_place_same(&held->place, place))
            return held;
    }
    struct fb_totals_cell *fresh = &t->cell[t->n++];
    t->slot[at] = (uint16_t)t->n;
    *fresh = (struct fb_totals_cell){.place = *place, .known = known};
    return fresh;
}

enum fb_err fb_totals_add(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena,
                          const struct fb_posting_place *place, const struct fb_figures *figures,
                          fb_day known)
{
    enum fb_err err = t->n == FB_TOTALS_CELLS ? fb_totals_write(t, txn, arena) : FB_OK;
    if (err == FB_OK)
        add(&cell_of(t, place, known)->figures, figures);
    return err;
}

/* On top of the last row of the place: of the same day, or of one before it. */
static enum fb_err write_cell(struct fb_totals_cell *c, struct fb_txn *txn, struct fb_arena *arena)
{
    struct fb_key key = fb_key_total(&c->place, c->known);
    struct fb_span last, row;
    struct fb_figures before;
    size_t used = arena->used;
    enum fb_err err =
        fb_find_last_to(txn, FB_TABLE_TOTALS, fb_key_span(&key), FB_KEY_PLACE_BYTES, arena, &last, &row);
    if (err == FB_OK) {
        err = fb_figures_unpack(&before, row) == FB_OK ? FB_OK : FB_DAMAGED;
        if (err == FB_OK)
            add(&c->figures, &before);
    }
    arena->used = used;
    if (err != FB_OK && err != FB_NOT_FOUND)
        return err;
    char bytes[ROW_BYTES];
    size_t n = fb_figures_pack(&c->figures, bytes, sizeof bytes);
    fb_put(txn, FB_TABLE_TOTALS, fb_key_span(&key), (struct fb_span){bytes, (uint32_t)n});
    return fb_txn_err(txn);
}

enum fb_err fb_totals_write(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena)
{
    enum fb_err err = FB_OK;
    for (unsigned i = 0; i < t->n && err == FB_OK; i++)
        err = write_cell(&t->cell[i], txn, arena);
    fb_totals_forget(t);
    return err;
}

void fb_totals_forget(struct fb_totals *t)
{
    t->n = 0;
    memset(t->slot, 0, sizeof t->slot);
}
