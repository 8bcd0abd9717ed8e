#ifndef FB_ADAPTERS_YAML_FILE_H
#define FB_ADAPTERS_YAML_FILE_H
/* A YAML document while something is made of it (a mapping of columns, a plan of routes): typed access to its nodes with the line in every complaint.
 * The first complaint stays (`bad` is sticky) and later calls give empty values, so that a reader asks once
 * at the end. */
#include "engine/base/arena.h"
#include <yaml.h>
struct fb_yaml {
    const char *name;
    yaml_document_t document;
    struct fb_arena *arena;
    char *fault; /* FB_YAML_FAULT_BYTES */
    bool bad;
};
enum { FB_YAML_NODES_MAX = 20000, FB_YAML_FAULT_BYTES = 320 };
/* A whole file of at most max bytes; *memory is the caller's to free, also after a failure. FB_IO: it cannot be read or is larger;
 * the fault says so, by its name and no line. */
FB_MUST_CHECK enum fb_err fb_yaml_read_file(const char *path, size_t max, char **memory, struct fb_span *text, char fault[FB_YAML_FAULT_BYTES]);
/* FB_REFUSED with a fault: not YAML, empty, or too large. On FB_OK fb_yaml_close is due. */
FB_MUST_CHECK enum fb_err fb_yaml_parse(struct fb_yaml *y, struct fb_span text);
void fb_yaml_close(struct fb_yaml *y);
unsigned fb_yaml_line(const yaml_node_t *node);
/* "FILE:LINE: what 'detail'"; detail may be absent. */
void fb_yaml_fault(struct fb_yaml *y, const yaml_node_t *node, const char *what, struct fb_span detail);
yaml_node_t *fb_yaml_root(struct fb_yaml *y);
/* A scalar's text, copied into the arena. A fault when the node is a list or a mapping. */
struct fb_span fb_yaml_text(struct fb_yaml *y, const yaml_node_t *node);
/* How many members; the i-th. A scalar counts as a list of one. A fault for a mapping. */
unsigned fb_yaml_list(struct fb_yaml *y, const yaml_node_t *node);
yaml_node_t *fb_yaml_item(struct fb_yaml *y, const yaml_node_t *node, unsigned i);
/* A mapping's pairs: how many (a fault when it is none), and the i-th. */
unsigned fb_yaml_pairs(struct fb_yaml *y, const yaml_node_t *node);
struct fb_span fb_yaml_key(struct fb_yaml *y, const yaml_node_t *node, unsigned i, yaml_node_t **value);
/* The value under a key, or NULL. */
yaml_node_t *fb_yaml_get(struct fb_yaml *y, const yaml_node_t *node, const char *key);
/* A fault when the mapping has a key that is not in `keys` (ended by NULL), or one twice; `what` names the
 * mapping. */
void fb_yaml_only(struct fb_yaml *y, const yaml_node_t *node, const char *what, const char *const *keys);
/* The text under a key into memory of its own, NUL-terminated; absent: left as it is, and a fault where it is wanted. A fault when it is
 * empty or does not fit. */
void fb_yaml_take_text(struct fb_yaml *y, const yaml_node_t *node, const char *key, bool wanted, char *out, size_t size);
/* The whole number under a key; absent, or after a fault: otherwise. A fault when it is none from least to most. */
int64_t fb_yaml_take_number(struct fb_yaml *y, const yaml_node_t *node, const char *key, int64_t least, int64_t most, int64_t otherwise);
bool fb_yaml_is_map(const yaml_node_t *node);
/* n zeroed things of a size; a fault, and NULL, when the mapping is larger than its arena. */
void *fb_yaml_room(struct fb_yaml *y, const yaml_node_t *node, unsigned n, size_t size);
/* Yes or no; a fault for anything else. */
bool fb_yaml_yes(struct fb_yaml *y, const yaml_node_t *node);
#endif
