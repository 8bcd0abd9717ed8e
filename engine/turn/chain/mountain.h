#ifndef FB_TURN_MOUNTAIN_H
#define FB_TURN_MOUNTAIN_H
/* A Merkle mountain range: a list of leaves that only grows, its peaks, its root, and the short proofs that a leaf is in
 * it and that one range is the beginning of another. Nothing here knows what a leaf says (chain.h), or where nodes are
 * kept.
 *
 *   H      BLAKE2b with 32 bytes of output, no key (RFC 7693)
 *   node   H(0x01, left, right)
 *   top    of n leaves: the leaf where n is 1; else node(top of the first k, top of the others), k the largest power of
 *          two below n. This is the same as bagging the peaks from right to left, and as the tree of RFC 9162, so the
 *          proofs are those of its sections 2.1.3 and 2.1.4
 *   root   H(0x02, n as 8 bytes big-endian, top); the top of no leaf is 32 noughts
 *
 * deploy/PROOF.md says it for whoever writes a checker. Numbers of leaves begin with 0 here. No errors but those of the
 * caller's own nodes. */
#include "engine/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FB_NODE_BYTES = 32,
    FB_HEIGHTS = 33,                    /* of trees that stand in a range of at most 2^32 leaves */
    FB_PATH_MAX = 2 * FB_HEIGHTS        /* nodes of one proof */
};
struct fb_node {
    unsigned char b[FB_NODE_BYTES];
};
struct fb_mountain {
    uint64_t size;                  /* leaves */
    struct fb_node peak[FB_HEIGHTS]; /* [h]: of the tree of 2^h leaves, where bit h of size is set */
    struct fb_node made[FB_HEIGHTS]; /* [h]: the node of height h that the last leaf completed */
};
bool fb_node_same(const struct fb_node *a, const struct fb_node *b);
void fb_node_join(const struct fb_node *left, const struct fb_node *right, struct fb_node *out);
/* How many nodes above it the leaf completed: made[1] to made[that many] are theirs. */
unsigned fb_mountain_add(struct fb_mountain *m, const struct fb_node *leaf);
void fb_mountain_root(const struct fb_mountain *m, struct fb_node *root);
void fb_root_of(uint64_t size, const struct fb_node *top, struct fb_node *root);

/* Whole nodes of a range that is kept somewhere: that of 2^height leaves from index * 2^height on. */
struct fb_nodes {
    enum fb_err (*node)(void *ctx, unsigned height, uint64_t index, struct fb_node *out);
    void *ctx;
};
/* The range of the first `size` leaves, from its nodes: the peaks. */
FB_MUST_CHECK enum fb_err fb_mountain_of(const struct fb_nodes *nodes, uint64_t size, struct fb_mountain *out);
struct fb_path {
    unsigned n;
    struct fb_node node[FB_PATH_MAX];
};
/* That the leaf is the one at `index` of `size`: from the leaf upwards. index < size. */
FB_MUST_CHECK enum fb_err fb_path_in(const struct fb_nodes *nodes, uint64_t index, uint64_t size, struct fb_path *out);
bool fb_path_holds(const struct fb_node *leaf, uint64_t index, uint64_t size, const struct fb_path *path,
                   const struct fb_node *root);
/* That the range of `size` begins with that of `from`: 0 < from <= size. The first node is one that both have. */
FB_MUST_CHECK enum fb_err fb_path_between(const struct fb_nodes *nodes, uint64_t from, uint64_t size,
                                          struct fb_path *out);
bool fb_path_grows(uint64_t from, const struct fb_node *from_root, uint64_t size, const struct fb_node *root,
                   const struct fb_path *path);
#endif
