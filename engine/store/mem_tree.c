#include "engine/store/mem_tree.h"
#include "engine/base/check.h"
#include <stdlib.h>
#include <string.h>

enum { FANOUT = 64 };
/* A leaf has rows and no children. A branch has children; row[i] is the low key of child[i], and row[0] is
 * NULL, for everything below row[1] is there. A low key may outlive the row that it was taken from. */
struct fb_tree_node {
    uint32_t refs;
    uint16_t n;
    bool leaf;
    struct fb_tree_row *row[FANOUT];
    struct fb_tree_node *child[]; /* FANOUT of them in a branch */
};

/* ---- memory ---- */
static void *get(struct fb_tree_pool *pool, size_t n)
{
    pool->taken++;
    if (pool->fail_at != NULL && *pool->fail_at != 0 && pool->taken == *pool->fail_at)
        return NULL;
    void *p = malloc(n);
    if (p != NULL)
        pool->bytes += n;
    return p;
}

static size_t node_bytes(bool leaf)
{
    return sizeof(struct fb_tree_node) + (leaf ? 0 : FANOUT * sizeof(struct fb_tree_node *));
}

static size_t row_bytes(const struct fb_tree_row *row)
{
    return sizeof *row + row->key_n + row->n;
}

static struct fb_tree_row *row_hold(struct fb_tree_row *row)
{
    if (row != NULL)
        row->refs++;
    return row;
}

static void row_let_go(struct fb_tree_pool *pool, struct fb_tree_row *row)
{
    if (row == NULL || --row->refs > 0)
        return;
    pool->bytes -= row_bytes(row);
    free(row);
}

static void node_let_go(struct fb_tree_pool *pool, struct fb_tree_node *node)
{
    if (node == NULL || --node->refs > 0)
        return;
    for (unsigned i = 0; i < node->n; i++) {
        row_let_go(pool, node->row[i]);
        if (!node->leaf)
            node_let_go(pool, node->child[i]); /* as deep as the tree, which is a handful */
    }
    pool->bytes -= node_bytes(node->leaf);
    free(node);
}

static struct fb_tree_node *node_make(struct fb_tree_pool *pool, bool leaf)
{
    struct fb_tree_node *node = get(pool, node_bytes(leaf));
    if (node == NULL)
        return NULL;
    node->refs = 1;
    node->n = 0;
    node->leaf = leaf;
    return node;
}

/* Makes *place a node that only this tree can see. */
static enum fb_err own(struct fb_tree_pool *pool, struct fb_tree_node **place)
{
    struct fb_tree_node *shared = *place;
    if (shared->refs == 1)
        return FB_OK;
    struct fb_tree_node *node = node_make(pool, shared->leaf);
    if (node == NULL)
        return FB_FULL;
    node->n = shared->n;
    for (unsigned i = 0; i < shared->n; i++) {
        node->row[i] = row_hold(shared->row[i]);
        if (!shared->leaf) {
            node->child[i] = shared->child[i];
            node->child[i]->refs++;
        }
    }
    shared->refs--;
    *place = node;
    return FB_OK;
}

/* ---- rows ---- */
struct fb_span fb_tree__row_key(const struct fb_tree_row *row)
{
    return (struct fb_span){row->key, row->key_n};
}

struct fb_span fb_tree__row_bytes(const struct fb_tree_row *row)
{
    return (struct fb_span){row->key + row->key_n, row->n};
}

struct fb_tree_row *fb_tree__row(struct fb_tree_pool *pool, struct fb_span key, uint32_t n, char **bytes)
{
    struct fb_tree_row *row = get(pool, sizeof *row + key.n + n);
    if (row == NULL)
        return NULL;
    row->refs = 1;
    row->key_n = key.n;
    row->n = n;
    memcpy(row->key, key.p, key.n);
    *bytes = row->key + key.n;
    return row;
}

/* ---- looking ---- */
static int compare(const struct fb_tree_row *row, struct fb_span key)
{
    return fb_span_cmp(fb_tree__row_key(row), key);
}

/* The first of row[from..n) that is >= key (> key when `after`). The last is tried first: most rows are
 * appended. */
static unsigned bound(const struct fb_tree_node *node, unsigned from, struct fb_span key, bool after)
{
    unsigned low = from, high = node->n;
    int least = after ? 1 : 0;
    if (high > low && compare(node->row[high - 1], key) < least)
        return high;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (compare(node->row[middle], key) < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static unsigned child_of(const struct fb_tree_node *branch, struct fb_span key)
{
    return bound(branch, 1, key, true) - 1;
}

const struct fb_tree_row *fb_tree__find(const struct fb_tree *tree, struct fb_span key)
{
    const struct fb_tree_node *node = tree->root;
    if (node == NULL)
        return NULL;
    while (!node->leaf)
        node = node->child[child_of(node, key)];
    unsigned i = bound(node, 0, key, false);
    return i < node->n && compare(node->row[i], key) == 0 ? node->row[i] : NULL;
}

static const struct fb_tree_row *last_under(const struct fb_tree_node *node)
{
    while (!node->leaf)
        node = node->child[node->n - 1];
    return node->row[node->n - 1];
}

const struct fb_tree_row *fb_tree__last(const struct fb_tree *tree)
{
    return tree->root == NULL ? NULL : last_under(tree->root);
}

const struct fb_tree_row *fb_tree__last_to(const struct fb_tree *tree, struct fb_span key)
{
    const struct fb_tree_node *node = tree->root, *left = NULL; /* left: holds what comes before the leaf */
    if (node == NULL)
        return NULL;
    while (!node->leaf) {
        unsigned i = child_of(node, key);
        if (i > 0)
            left = node->child[i - 1u];
        node = node->child[i];
    }
    unsigned i = bound(node, 0, key, true);
    if (i > 0)
        return node->row[i - 1u];
    return left == NULL ? NULL : last_under(left);
}

const struct fb_tree_row *fb_tree__seek(const struct fb_tree *tree, struct fb_span key, bool after,
                                        struct fb_tree_at *at)
{
    const struct fb_tree_node *node = tree->root, *right = NULL; /* right: holds what comes after the leaf */
    if (node == NULL)
        return NULL;
    while (!node->leaf) {
        unsigned i = child_of(node, key);
        if (i + 1u < node->n)
            right = node->child[i + 1u];
        node = node->child[i];
    }
    unsigned i = bound(node, 0, key, after);
    if (i == node->n) {
        if (right == NULL)
            return NULL;
        for (node = right; !node->leaf;)
            node = node->child[0];
        i = 0;
    }
    *at = (struct fb_tree_at){node, i};
    return node->row[i];
}

const struct fb_tree_row *fb_tree__next(const struct fb_tree *tree, struct fb_tree_at *at)
{
    if (at->i + 1u < at->leaf->n)
        return at->leaf->row[++at->i];
    return fb_tree__seek(tree, fb_tree__row_key(at->leaf->row[at->i]), true, at);
}

/* ---- changing ---- */
static void open_gap(struct fb_tree_node *node, unsigned i)
{
    size_t after = node->n - i;
    memmove(&node->row[i + 1], &node->row[i], after * sizeof node->row[0]);
    if (!node->leaf)
        memmove(&node->child[i + 1], &node->child[i], after * sizeof node->child[0]);
    node->n++;
}

static void close_gap(struct fb_tree_node *node, unsigned i)
{
    size_t after = node->n - i - 1u;
    memmove(&node->row[i], &node->row[i + 1], after * sizeof node->row[0]);
    if (!node->leaf)
        memmove(&node->child[i], &node->child[i + 1], after * sizeof node->child[0]);
    node->n--;
}

/* Splits child i of a branch that has room; both are owned. A key that goes to the end leaves the left one
 * full, so that appended rows fill their leaves. */
static enum fb_err split(struct fb_tree_pool *pool, struct fb_tree_node *branch, unsigned i,
                         struct fb_span key)
{
    struct fb_tree_node *left = branch->child[i];
    bool at_end = compare(left->row[left->n - 1], key) < 0;
    uint16_t keep = (uint16_t)(at_end ? left->n - 1u : left->n / 2u);
    struct fb_tree_node *right = node_make(pool, left->leaf);
    if (right == NULL)
        return FB_FULL;
    right->n = (uint16_t)(left->n - keep);
    memcpy(right->row, &left->row[keep], right->n * sizeof right->row[0]);
    if (!left->leaf)
        memcpy(right->child, &left->child[keep], right->n * sizeof right->child[0]);
    left->n = keep;
    open_gap(branch, i + 1);
    branch->child[i + 1] = right;
    branch->row[i + 1] = right->row[0];
    if (right->leaf)
        row_hold(right->row[0]);
    else
        right->row[0] = NULL; /* the low key has moved up */
    return FB_OK;
}

static enum fb_err grow(struct fb_tree_pool *pool, struct fb_tree *tree)
{
    struct fb_tree_node *root = node_make(pool, tree->root == NULL);
    if (root == NULL)
        return FB_FULL;
    if (tree->root != NULL) {
        root->n = 1;
        root->row[0] = NULL;
        root->child[0] = tree->root;
    }
    tree->root = root;
    return FB_OK;
}

/* Owns the path to the key's leaf, splitting what is full on the way down, so that the leaf has room. */
static enum fb_err path_for(struct fb_tree_pool *pool, struct fb_tree *tree, struct fb_span key,
                            struct fb_tree_node **leaf)
{
    enum fb_err err = FB_OK;
    if (tree->root == NULL || tree->root->n == FANOUT)
        err = grow(pool, tree);
    if (err == FB_OK)
        err = own(pool, &tree->root);
    struct fb_tree_node *node = tree->root;
    while (err == FB_OK && !node->leaf) {
        unsigned i = child_of(node, key);
        err = own(pool, &node->child[i]);
        if (err == FB_OK && node->child[i]->n == FANOUT) {
            err = split(pool, node, i, key);
            i = child_of(node, key);
        }
        node = node->child[i];
    }
    *leaf = node;
    return err;
}

enum fb_err fb_tree__put(struct fb_tree_pool *pool, struct fb_tree *tree, struct fb_tree_row *row)
{
    struct fb_tree_node *leaf;
    struct fb_span key = fb_tree__row_key(row);
    enum fb_err err = path_for(pool, tree, key, &leaf);
    if (err != FB_OK) {
        row_let_go(pool, row);
        return err;
    }
    unsigned i = bound(leaf, 0, key, false);
    if (i < leaf->n && compare(leaf->row[i], key) == 0) {
        row_let_go(pool, leaf->row[i]);
    } else {
        open_gap(leaf, i);
        tree->rows++;
    }
    leaf->row[i] = row;
    return FB_OK;
}

/* Takes a row that is there out of the subtree. A node left empty is removed by the one above it; nodes are
 * not merged, for what is deleted here (todo, findings) goes whole ranges at a time. */
static enum fb_err take_out(struct fb_tree_pool *pool, struct fb_tree_node **place, struct fb_span key)
{
    enum fb_err err = own(pool, place);
    if (err != FB_OK)
        return err;
    struct fb_tree_node *node = *place;
    unsigned i = node->leaf ? bound(node, 0, key, false) : child_of(node, key);
    if (!node->leaf) {
        err = take_out(pool, &node->child[i], key);
        if (err != FB_OK || node->child[i]->n > 0)
            return err;
        node_let_go(pool, node->child[i]);
    }
    row_let_go(pool, node->row[i]);
    close_gap(node, i);
    if (!node->leaf && i == 0 && node->n > 0) {
        row_let_go(pool, node->row[0]);
        node->row[0] = NULL;
    }
    return FB_OK;
}

/* Drops branches with one child from the top, and a root with nothing. */
static void shrink(struct fb_tree_pool *pool, struct fb_tree *tree)
{
    while (tree->root != NULL && (tree->root->n == 0 || (!tree->root->leaf && tree->root->n == 1))) {
        struct fb_tree_node *old = tree->root;
        tree->root = old->n == 0 ? NULL : old->child[0];
        if (tree->root != NULL)
            tree->root->refs++;
        node_let_go(pool, old);
    }
}

enum fb_err fb_tree__del(struct fb_tree_pool *pool, struct fb_tree *tree, struct fb_span key)
{
    if (fb_tree__find(tree, key) == NULL)
        return FB_OK;
    enum fb_err err = take_out(pool, &tree->root, key);
    if (err != FB_OK)
        return err;
    tree->rows--;
    shrink(pool, tree);
    return FB_OK;
}

struct fb_tree fb_tree__hold(const struct fb_tree *tree)
{
    if (tree->root != NULL)
        tree->root->refs++;
    return *tree;
}

void fb_tree__let_go(struct fb_tree_pool *pool, struct fb_tree *tree)
{
    node_let_go(pool, tree->root);
    *tree = (struct fb_tree){NULL, 0};
}
