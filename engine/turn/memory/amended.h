#ifndef FB_TURN_AMENDED_H
#define FB_TURN_AMENDED_H
/* The versions of records that have more than one, in memory: record number -> journal numbers, the latest arrival first. What is
 * withdrawn falls back to one of them. Sixteen bytes and a slot for each record that was amended, eight for each further version;
 * nothing for the others, whose only version is their winner. A fold of IDS: the same after every opening. */
#include "engine/base/err.h"
#include <stdint.h>
struct fb_amended_node {
    uint32_t journal, next; /* of the one before; 0: the first */
};
struct fb_amended {
    uint64_t *slot; /* record << 32 | node; 0 free */
    uint32_t n_slots, n;
    struct fb_amended_node *node; /* [0] is not used */
    uint32_t n_nodes, nodes_room;
};
void fb_amended_release(struct fb_amended *a);
/* A version came to a record that was held; only: the one that it had, when it had one. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_amended_add(struct fb_amended *a, uint32_t record, uint32_t only, uint32_t journal);
/* One after another; *at is 0 before the first. 0: no more, or the record was never amended. */
uint32_t fb_amended_next(const struct fb_amended *a, uint32_t record, uint32_t *at);
uint64_t fb_amended_bytes(const struct fb_amended *a);
#endif
