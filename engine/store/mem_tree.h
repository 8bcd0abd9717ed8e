#ifndef FB_STORE_MEM_TREE_H
#define FB_STORE_MEM_TREE_H
/* A persistent B+tree: whoever holds a root holds a snapshot. A change copies the nodes on its path that
 * somebody else can also see, so a transaction is a root of its own, abort lets go of it and commit swaps it
 * in; there is no undo log to get wrong. Nodes and rows are counted, not collected. One thread. */
#include "engine/base/err.h"
#include "engine/base/span.h"
/* Where the memory comes from, and what it has handed out. */
struct fb_tree_pool {
    uint64_t bytes;          /* now */
    uint64_t taken;          /* pieces asked for, ever */
    const uint64_t *fail_at; /* the piece that is refused; 0 none */
};
/* Key, then `n` bytes (head and value). */
struct fb_tree_row {
    uint32_t refs, key_n, n;
    char key[];
};
struct fb_tree_node;
struct fb_tree {
    struct fb_tree_node *root; /* NULL: empty */
    uint64_t rows;
};
/* A place in a tree; valid while that tree is neither changed nor let go. */
struct fb_tree_at {
    const struct fb_tree_node *leaf;
    unsigned i;
};
struct fb_span fb_tree__row_key(const struct fb_tree_row *row);
struct fb_span fb_tree__row_bytes(const struct fb_tree_row *row);
/* A row with room for n bytes after its key; NULL: no memory. */
struct fb_tree_row *fb_tree__row(struct fb_tree_pool *pool, struct fb_span key, uint32_t n, char **bytes);
/* A snapshot, and its end. */
struct fb_tree fb_tree__hold(const struct fb_tree *tree);
void fb_tree__let_go(struct fb_tree_pool *pool, struct fb_tree *tree);
/* Puts the row, in place of one with the same key; takes it over. FB_FULL: no memory, and the tree is as
 * before. */
FB_MUST_CHECK enum fb_err fb_tree__put(struct fb_tree_pool *pool, struct fb_tree *tree,
                                       struct fb_tree_row *row);
/* Absent: FB_OK and nothing happens. */
FB_MUST_CHECK enum fb_err fb_tree__del(struct fb_tree_pool *pool, struct fb_tree *tree, struct fb_span key);
/* NULL when there is none. */
const struct fb_tree_row *fb_tree__find(const struct fb_tree *tree, struct fb_span key);
const struct fb_tree_row *fb_tree__last(const struct fb_tree *tree);
/* The last row <= key. */
const struct fb_tree_row *fb_tree__last_to(const struct fb_tree *tree, struct fb_span key);
/* The first row >= key (> key when `after`). */
const struct fb_tree_row *fb_tree__seek(const struct fb_tree *tree, struct fb_span key, bool after,
                                        struct fb_tree_at *at);
/* The row after `at`, which a seek or next has set. */
const struct fb_tree_row *fb_tree__next(const struct fb_tree *tree, struct fb_tree_at *at);
#endif
