#ifndef FB_CSV_MAPPING_READ_H
#define FB_CSV_MAPPING_READ_H
/* The pieces of reading a mapping; only mapping*.c include this. All complain through y (see yaml_file.h). */
#include "adapters/inbound/csv/mapping.h"
#include "adapters/lib/yaml_file.h"
_Static_assert((int)FB_CSV_FAULT_BYTES == (int)FB_YAML_FAULT_BYTES, "a mapping's faults are its YAML's");
/* The number of the column of that name; a fault, and -1, when there is none. */
int fb__column(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node);
void fb__read_conditions(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                         struct fb_csv_conditions *out);
void fb__read_value(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node,
                    struct fb_csv_value *out);
void fb__read_columns(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node);
void fb__read_words(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node);
void fb__read_records(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *records,
                      const yaml_node_t *shift);
/* A list of texts in the arena. */
struct fb_span *fb__texts(struct fb_yaml *y, const yaml_node_t *node, unsigned *n);
#endif
