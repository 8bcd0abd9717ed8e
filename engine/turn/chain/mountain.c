#include "engine/turn/chain/mountain.h"
#include "engine/base/check.h"
#include <sodium.h>
#include <string.h>

enum { NODE_TAG = 1, ROOT_TAG = 2, SIZE_BYTES = 8 };

bool fb_node_same(const struct fb_node *a, const struct fb_node *b)
{
    return memcmp(a->b, b->b, FB_NODE_BYTES) == 0;
}

void fb_node_join(const struct fb_node *left, const struct fb_node *right, struct fb_node *out)
{
    unsigned char both[1 + 2 * FB_NODE_BYTES];
    both[0] = NODE_TAG;
    memcpy(both + 1, left->b, FB_NODE_BYTES);
    memcpy(both + 1 + FB_NODE_BYTES, right->b, FB_NODE_BYTES);
    (void)crypto_generichash(out->b, FB_NODE_BYTES, both, sizeof both, NULL, 0);
}

void fb_root_of(uint64_t size, const struct fb_node *top, struct fb_node *root)
{
    unsigned char all[1 + SIZE_BYTES + FB_NODE_BYTES];
    all[0] = ROOT_TAG;
    for (unsigned i = 0; i < SIZE_BYTES; i++)
        all[1 + i] = (unsigned char)(size >> (8 * (SIZE_BYTES - 1 - i)));
    memcpy(all + 1 + SIZE_BYTES, top->b, FB_NODE_BYTES);
    (void)crypto_generichash(root->b, FB_NODE_BYTES, all, sizeof all, NULL, 0);
}

unsigned fb_mountain_add(struct fb_mountain *m, const struct fb_node *leaf)
{
    unsigned h = 0;
    m->made[0] = *leaf;
    while ((m->size >> h & 1) != 0) {
        fb_node_join(&m->peak[h], &m->made[h], &m->made[h + 1]);
        h++;
    }
    m->peak[h] = m->made[h];
    m->size++;
    return h;
}

void fb_mountain_root(const struct fb_mountain *m, struct fb_node *root)
{
    struct fb_node top = {{0}};
    bool any = false;
    for (unsigned h = 0; h < FB_HEIGHTS; h++) {
        if ((m->size >> h & 1) == 0)
            continue;
        if (any)
            fb_node_join(&m->peak[h], &top, &top);
        else
            top = m->peak[h];
        any = true;
    }
    fb_root_of(m->size, &top, root);
}

/* ---- making proofs ---- */

/* The largest power of two below n, as its height; n > 1. */
static unsigned height_below(uint64_t n)
{
    unsigned h = 0;
    while ((uint64_t)2 << h < n)
        h++;
    return h;
}

/* The top of n leaves from `from` on, which is where a tree of a larger range begins. */
static enum fb_err top_of(const struct fb_nodes *nodes, uint64_t from, uint64_t n, struct fb_node *out)
{
    struct fb_node left[FB_HEIGHTS];
    unsigned lefts = 0;
    enum fb_err err = FB_OK;
    while (err == FB_OK && (n & (n - 1)) != 0) {
        unsigned h = height_below(n);
        err = nodes->node(nodes->ctx, h, from >> h, &left[lefts++]);
        from += (uint64_t)1 << h;
        n -= (uint64_t)1 << h;
    }
    unsigned h = n > 1 ? height_below(n) + 1 : 0;
    if (err == FB_OK)
        err = nodes->node(nodes->ctx, h, from >> h, out);
    while (err == FB_OK && lefts > 0)
        fb_node_join(&left[--lefts], out, out);
    return err;
}

enum fb_err fb_mountain_of(const struct fb_nodes *nodes, uint64_t size, struct fb_mountain *out)
{
    uint64_t from = 0;
    enum fb_err err = FB_OK;
    out->size = size;
    for (unsigned h = FB_HEIGHTS; h-- > 0 && err == FB_OK;) {
        if ((size >> h & 1) == 0)
            continue;
        err = nodes->node(nodes->ctx, h, from >> h, &out->peak[h]);
        from += (uint64_t)1 << h;
    }
    return err;
}

/* What stands beside the way from the top down is noted on the way, and given from below upwards. */
struct way {
    uint64_t from, n;
    struct {
        uint64_t from, n;
    } beside[FB_HEIGHTS + 1];
    unsigned depth;
};

static void go_left(struct way *w, uint64_t half)
{
    w->beside[w->depth].from = w->from + half;
    w->beside[w->depth++].n = w->n - half;
    w->n = half;
}

static void go_right(struct way *w, uint64_t half)
{
    w->beside[w->depth].from = w->from;
    w->beside[w->depth++].n = half;
    w->from += half;
    w->n -= half;
}

static enum fb_err add_beside(const struct fb_nodes *nodes, struct way *w, struct fb_path *out)
{
    enum fb_err err = FB_OK;
    while (err == FB_OK && w->depth > 0) {
        w->depth--;
        err = top_of(nodes, w->beside[w->depth].from, w->beside[w->depth].n, &out->node[out->n++]);
    }
    return err;
}

enum fb_err fb_path_in(const struct fb_nodes *nodes, uint64_t index, uint64_t size, struct fb_path *out)
{
    struct way w = {.from = 0, .n = size, .depth = 0};
    fb_assert(index < size);
    out->n = 0;
    while (w.n > 1) {
        uint64_t half = (uint64_t)1 << height_below(w.n);
        if (index - w.from < half)
            go_left(&w, half);
        else
            go_right(&w, half);
    }
    return add_beside(nodes, &w, out);
}

enum fb_err fb_path_between(const struct fb_nodes *nodes, uint64_t from, uint64_t size, struct fb_path *out)
{
    struct way w = {.from = 0, .n = size, .depth = 0};
    fb_assert(from > 0 && from <= size);
    out->n = 0;
    while (from - w.from != w.n) {
        uint64_t half = (uint64_t)1 << height_below(w.n);
        if (from - w.from <= half)
            go_left(&w, half);
        else
            go_right(&w, half);
    }
    enum fb_err err = top_of(nodes, w.from, w.n, &out->node[out->n++]);
    return err == FB_OK ? add_beside(nodes, &w, out) : err;
}

/* ---- holding proofs against roots ---- */

static bool is_root(uint64_t size, const struct fb_node *top, const struct fb_node *root)
{
    struct fb_node again;
    fb_root_of(size, top, &again);
    return fb_node_same(&again, root);
}

bool fb_path_holds(const struct fb_node *leaf, uint64_t index, uint64_t size, const struct fb_path *path,
                   const struct fb_node *root)
{
    struct fb_node top = *leaf;
    if (index >= size)
        return false;
    uint64_t at = index, last = size - 1;
    for (unsigned i = 0; i < path->n; i++, at >>= 1, last >>= 1) {
        if (last == 0)
            return false;
        bool right = (at & 1) != 0 || at == last;
        if (right)
            fb_node_join(&path->node[i], &top, &top);
        else
            fb_node_join(&top, &path->node[i], &top);
        for (; right && (at & 1) == 0 && at != 0; at >>= 1)
            last >>= 1;
    }
    return last == 0 && is_root(size, &top, root);
}

bool fb_path_grows(uint64_t from, const struct fb_node *from_root, uint64_t size, const struct fb_node *root,
                   const struct fb_path *path)
{
    if (from == 0 || from > size || path->n == 0)
        return false;
    struct fb_node was = path->node[0], is = path->node[0];
    if (from == size)
        return path->n == 1 && is_root(from, &was, from_root) && fb_node_same(from_root, root);
    uint64_t at = from - 1, last = size - 1;
    for (; (at & 1) != 0; at >>= 1)
        last >>= 1;
    for (unsigned i = 1; i < path->n; i++, at >>= 1, last >>= 1) {
        if (last == 0)
            return false;
        bool right = (at & 1) != 0 || at == last;
        if (right) {
            fb_node_join(&path->node[i], &was, &was);
            fb_node_join(&path->node[i], &is, &is);
        } else {
            fb_node_join(&is, &path->node[i], &is);
        }
        for (; right && (at & 1) == 0 && at != 0; at >>= 1)
            last >>= 1;
    }
    return last == 0 && is_root(from, &was, from_root) && is_root(size, &is, root);
}
