#include "engine/store/groups.h"
#include "engine/turn/report.h"
#include "engine/turn/walk.h"
#include <stdlib.h>
#include <string.h>

/* A row of totals; and after so many moves in the table a transaction ends, so that a long list beside a
 * writing engine does not hold its pages. */
enum { ROW_ROOM = 8192, MOVES_MAX = 4 * FB_WALK_ROWS, DAY_BYTES = sizeof(fb_day) };

struct reading {
    struct fb_store *store;
    const struct fb_total_filter *filter;
    bool (*each)(void *ctx, const struct fb_total *total);
    void *ctx;
    struct fb_arena arena;
    struct fb_key from; /* of the next transaction */
    bool ended;
};

static bool passes(const struct fb_total_filter *f, const struct fb_posting_place *p)
{
    return (f->trust == 0 || f->trust == p->cell.hirer) && (p->cell.shadow != 0) == f->shadow &&
           (f->posted == INT32_MIN || f->posted == p->posted);
}

/* What was known of a place at the end of the day asked for: it stands in one row, whose place is read first.
 */
static enum fb_err give(struct reading *r, struct fb_groups *g)
{
    struct fb_total total;
    struct fb_span row;
    fb_day known;
    enum fb_err err = fb_key_parse_total(g->key, &total.place, &known);
    if (err != FB_OK)
        return err;
    r->ended = total.place.cell.week >= r->filter->until_week;
    if (r->ended || !passes(r->filter, &total.place))
        return FB_OK;
    fb_arena_reset(&r->arena);
    if (!fb_groups_value(g, &r->arena, &row))
        return FB_OK; /* the transaction says why */
    if (fb_figures_unpack(&total.figures, row) != FB_OK)
        return FB_DAMAGED;
    r->ended = !r->each(r->ctx, &total);
    return FB_OK;
}

static enum fb_err read_part(struct reading *r, struct fb_txn *txn)
{
    struct fb_posting_place any = {.posted = 0};
    struct fb_key last = fb_key_total(&any, r->filter->known);
    struct fb_span day = {(const char *)last.b + FB_KEY_PLACE_BYTES, DAY_BYTES};
    struct fb_groups g;
    enum fb_err err = FB_OK;
    bool more = true;
    fb_groups_begin(&g, txn, FB_TABLE_TOTALS, fb_key_span(&r->from), FB_KEY_PLACE_BYTES, day);
    while (err == FB_OK && !r->ended && g.moves < MOVES_MAX && (more = fb_groups_next(&g)))
        err = give(r, &g);
    fb_groups_end(&g);
    r->ended = r->ended || !more;
    /* The next part begins after every row of this place. */
    memset(r->from.b, 0xff, sizeof r->from.b);
    r->from.n = sizeof r->from.b;
    if (more && g.key.n >= FB_KEY_PLACE_BYTES)
        memcpy(r->from.b, g.key.p, FB_KEY_PLACE_BYTES);
    return err == FB_OK ? fb_txn_err(txn) : err;
}

static struct fb_key first_key(fb_day week)
{
    struct fb_posting_place least = {.cell = {.week = week, .month = INT32_MIN}, .posted = INT32_MIN};
    return fb_key_total(&least, INT32_MIN);
}

enum fb_err fb_report_totals(struct fb_store *store, const struct fb_total_filter *filter,
                             bool (*each)(void *ctx, const struct fb_total *total), void *ctx)
{
    struct reading r = {
        .store = store, .filter = filter, .each = each, .ctx = ctx, .from = first_key(filter->from_week)};
    struct fb_txn *txn;
    enum fb_err err = FB_OK;
    void *memory = malloc(ROW_ROOM);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&r.arena, memory, ROW_ROOM);
    while (err == FB_OK && !r.ended) {
        err = fb_store_read(store, &txn);
        if (err == FB_OK) {
            err = read_part(&r, txn);
            fb_txn_abort(&txn);
        }
    }
    free(memory);
    return err;
}
