#include "engine/store/groups.h"
#include "engine/base/check.h"
#include "engine/store/seam.h"
#include <string.h>

/* So many rows of a group are stepped over before one is sought: a seek is dearer than a few steps. */
enum { STEPS = 8 };

static const struct fb_store_ops *ops_of(const struct fb_groups *g)
{
    return g->txn->store->ops;
}

/* The cursor has moved: its row lies ahead, or there is none. */
static void moved(struct fb_groups *g, enum fb_err err, const struct fb_row *row)
{
    g->moves++;
    if (err == FB_OK && row->key.n < g->prefix)
        err = FB_DAMAGED;
    g->any_ahead = fb_store__stick(g->txn, err) == FB_OK;
    if (g->any_ahead) {
        g->ahead[0] = row->key;
        g->ahead[1] = row->bytes;
    }
    g->same = g->any_ahead && memcmp(g->ahead[0].p, g->key_bytes, g->prefix) == 0;
}

static void step(struct fb_groups *g)
{
    struct fb_row row;
    enum fb_err err = ops_of(g)->cursor_next(g->cursor, &row);
    moved(g, err, &row);
}

static void seek(struct fb_groups *g, struct fb_span key)
{
    struct fb_row row;
    enum fb_err err = ops_of(g)->cursor_seek(g->cursor, key, false, &row);
    moved(g, err, &row);
}

void fb_groups_begin(struct fb_groups *g, struct fb_txn *t, enum fb_table table, struct fb_span from,
                     uint32_t prefix, struct fb_span until)
{
    struct fb_cursor *c = NULL;
    fb_assert((unsigned)table < FB_TABLES && !t->writes && prefix > 0 &&
              prefix + until.n <= FB_KEY_BYTES_MAX);
    *g = (struct fb_groups){.txn = t, .table = table, .prefix = prefix, .n_until = until.n, .ended = true};
    if (until.n > 0)
        memcpy(g->until, until.p, until.n);
    if (t->err != FB_OK || fb_store__stick(t, t->store->ops->cursor_open(t, table, &c)) != FB_OK)
        return;
    g->cursor = c;
    g->ended = false;
    t->scans++;
    seek(g, from);
}

static bool is_beyond(const struct fb_groups *g)
{
    uint32_t n = g->ahead[0].n - g->prefix;
    int order = memcmp(g->ahead[0].p + g->prefix, g->until, n < g->n_until ? n : g->n_until);
    return order > 0 || (order == 0 && n > g->n_until);
}

/* The group's first row is known and not beyond, so there is a last one. */
static void seek_found(struct fb_groups *g)
{
    struct fb_row row;
    memcpy(g->key_bytes + g->prefix, g->until, g->n_until);
    struct fb_span key = {(const char *)g->key_bytes, g->prefix + g->n_until};
    g->moves++;
    if (fb_store__stick(g->txn, ops_of(g)->last_to(g->txn, g->table, key, &row)) == FB_OK) {
        g->found[0] = row.key;
        g->found[1] = row.bytes;
    }
}

static bool find_in_group(struct fb_groups *g)
{
    bool any = false;
    for (unsigned steps = 0; g->same && !is_beyond(g); steps++) {
        if (steps == STEPS) {
            seek_found(g);
            return true;
        }
        any = true;
        g->found[0] = g->ahead[0];
        g->found[1] = g->ahead[1];
        step(g);
    }
    return any;
}

/* No key of the group is after its prefix and nothing but ones. */
static void pass_over_rest(struct fb_groups *g)
{
    for (unsigned steps = 0; g->same; steps++) {
        if (steps < STEPS) {
            step(g);
            continue;
        }
        memset(g->key_bytes + g->prefix, 0xff, sizeof g->key_bytes - g->prefix);
        seek(g, (struct fb_span){(const char *)g->key_bytes, sizeof g->key_bytes});
        return;
    }
}

bool fb_groups_next(struct fb_groups *g)
{
    while (!g->ended && g->any_ahead && g->txn->err == FB_OK) {
        memcpy(g->key_bytes, g->ahead[0].p, g->prefix);
        g->same = true;
        bool any = find_in_group(g);
        pass_over_rest(g);
        if (!any || g->txn->err != FB_OK)
            continue;
        if (g->found[0].n > FB_KEY_BYTES_MAX) {
            fb_store__stick(g->txn, FB_DAMAGED);
            break;
        }
        memcpy(g->key_bytes, g->found[0].p, g->found[0].n);
        g->key = (struct fb_span){(const char *)g->key_bytes, g->found[0].n};
        return true;
    }
    fb_groups_end(g);
    return false;
}

bool fb_groups_value(struct fb_groups *g, struct fb_arena *arena, struct fb_span *value)
{
    struct fb_row row = {g->found[0], g->found[1]};
    if (g->txn->err != FB_OK)
        return false;
    return fb_store__stick(g->txn, fb_store__take(g->txn, g->table, &row, arena, value)) == FB_OK;
}

void fb_groups_end(struct fb_groups *g)
{
    if (g->ended)
        return;
    ops_of(g)->cursor_close(g->cursor);
    g->cursor = NULL;
    g->ended = true;
    g->txn->scans--;
}
