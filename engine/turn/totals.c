#include "engine/turn/totals.h"
#include "engine/base/hash.h"
#include "engine/store/key.h"
#include <string.h>

enum { ROW_BYTES = FB_MEASURES * 10 + 16 };

void fb_figures_add(struct fb_figures *to, const struct fb_figures *from)
{
    for (unsigned m = 0; m < FB_MEASURES; m++)
        to->v[m] = (int64_t)((uint64_t)to->v[m] + (uint64_t)from->v[m]);
}

static bool same_cell(const struct fb_cell *a, const struct fb_cell *b)
{
    return a->week == b->week && a->month == b->month && a->hirer == b->hirer && a->ics == b->ics &&
           a->staff_group == b->staff_group && a->route == b->route && a->stage == b->stage &&
           a->shadow == b->shadow;
}

static unsigned home_of(const struct fb_cell *c, fb_day known)
{
    uint64_t small =
        (uint64_t)c->staff_group << 24 | (uint64_t)c->route << 16 | (uint64_t)c->stage << 8 | c->shadow;
    uint64_t h = fb_hash64_mix(fb_hash64_mix(c->hirer, c->ics), small << 32 | (uint32_t)c->week);
    return (unsigned)(fb_hash64_mix(h, (uint32_t)known) % FB_TOTALS_SLOTS);
}

static struct fb_totals_cell *cell_of(struct fb_totals *t, const struct fb_cell *cell, fb_day known)
{
    unsigned at = home_of(cell, known);
    for (; t->slot[at] != 0; at = (at + 1) % FB_TOTALS_SLOTS) {
        struct fb_totals_cell *held = &t->cell[t->slot[at] - 1];
        if (held->known == known && same_cell(&held->cell, cell))
            return held;
    }
    struct fb_totals_cell *fresh = &t->cell[t->n++];
    t->slot[at] = (uint16_t)t->n;
    *fresh = (struct fb_totals_cell){.cell = *cell, .known = known};
    return fresh;
}

void fb_totals_add(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena,
                   const struct fb_line *line, fb_day known)
{
    if (t->n == FB_TOTALS_CELLS)
        fb_totals_write(t, txn, arena);
    fb_figures_add(&cell_of(t, &line->cell, known)->figures, &line->figures);
}

static void write_cell(struct fb_totals_cell *c, struct fb_txn *txn, struct fb_arena *arena)
{
    struct fb_posting_place place = {c->cell, c->cell.month, FB_CAUSE_RECORD};
    struct fb_key key = fb_key_total(&place, c->known);
    struct fb_span row;
    struct fb_figures before;
    size_t used = arena->used;
    if (fb_find(txn, FB_TABLE_TOTALS, fb_key_span(&key), arena, &row) == FB_OK &&
        fb_figures_unpack(&before, row) == FB_OK)
        fb_figures_add(&c->figures, &before);
    arena->used = used;
    char bytes[ROW_BYTES];
    size_t n = fb_figures_pack(&c->figures, bytes, sizeof bytes);
    fb_put(txn, FB_TABLE_TOTALS, fb_key_span(&key), (struct fb_span){bytes, (uint32_t)n});
}

void fb_totals_write(struct fb_totals *t, struct fb_txn *txn, struct fb_arena *arena)
{
    for (unsigned i = 0; i < t->n; i++)
        write_cell(&t->cell[i], txn, arena);
    fb_totals_forget(t);
}

void fb_totals_forget(struct fb_totals *t)
{
    t->n = 0;
    memset(t->slot, 0, sizeof t->slot);
}
