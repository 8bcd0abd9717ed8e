#ifndef FB_PACK_NODE_H
#define FB_PACK_NODE_H
/* A YAML file as a small tree in which every node knows its line. Only the plain part of YAML is taken: one
 * document of mappings, sequences and scalars. Anchors, aliases, tags, tabs, and a key given twice are
 * refused with their line, because each can make a rule mean something else than what a reader sees; depth,
 * number of nodes and length are bounded, because a file may come from anybody. */
#include "engine/pack/pool.h"
#include "engine/pack/report.h"
#include <stdbool.h>
enum { FB_NODE_DEPTH_MAX = 10, FB_NODES_MAX = 50000, FB_NODE_TEXT_MAX = 1000 };
enum fb_node_kind { FB_NODE_SCALAR, FB_NODE_LIST, FB_NODE_MAP };
struct fb_node {
    enum fb_node_kind kind;
    bool used; /* somebody read it: what nobody read is an unknown key */
    unsigned line;
    struct fb_span key;  /* inside a mapping */
    struct fb_span text; /* of a scalar */
    unsigned n;          /* children */
    struct fb_node *first, *last, *next;
};
/* The tree of one file, in the pool; NULL after an error (which is in the report). An empty file is an error.
 */
struct fb_node *fb_node_read(struct fb_pool *pool, const struct fb_pack_file *file,
                             struct fb_pack_report *report);
/* The value of a key, marked as used; NULL when the mapping has none. */
struct fb_node *fb_node_get(struct fb_node *map, const char *key);
#endif
