#ifndef FB_PACK_IMPORT_STEPS_H
#define FB_PACK_IMPORT_STEPS_H
/* What import.c (the amounts) and import_terms.c (the terms beside them) share; nobody else includes this. */
#include "engine/pack/import.h"
#include "engine/pack/node.h"
#include "engine/pack/table.h"
enum { FB__VALUES_MAX = 64 };
/* Where a grade or a zone is read: a column, and what its words mean here. */
struct fb__naming {
    int column; /* -1: not given */
    struct fb_node *words, *leave_out;
};
struct fb__value {
    int column;
    struct fb_span category, zone;
};
struct fb__importing {
    struct fb_pool pool;
    const struct fb_pack_file *map_file, *sheet_file;
    struct fb_pack_report *report;
    struct fb_node *map;
    struct fb_table *sheet;
    struct fb__naming grade, zone;
    struct fb__value value[FB__VALUES_MAX];
    unsigned n_values;
    bool round;
    struct fb_import *out;
    struct fb_list cells; /* struct cell: what was written, to see what is given twice */
};
void fb__import_complain(struct fb__importing *x, const struct fb_pack_file *file, unsigned line,
                         const char *before, struct fb_span word, const char *after);
/* A child of that kind; NULL when there is none. */
struct fb_node *fb__import_child(struct fb_node *map, const char *key, enum fb_node_kind kind);
/* The scalar under a key; absent when there is none. */
struct fb_span fb__import_text(struct fb_node *map, const char *key);
void fb__import_terms(struct fb__importing *x);
#endif
