#ifndef FB_OUTLET_RECEIVERS_H
#define FB_OUTLET_RECEIVERS_H
/* The list of receivers in an outlet's configuration: how many there are, and that no two have one name. */
#include "adapters/lib/yaml_file.h"
enum { FB_RECEIVERS_MAX = 64 };
/* Reads the i-th into the outlet's own memory, and gives its name, which stays there. Mistakes go through y. */
typedef const char *fb_receiver_take(void *ctx, struct fb_yaml *y, const yaml_node_t *node, unsigned i);
/* Each of `receivers:`, in order; how many. Names of those that were read go to `name`. Mistakes go through y. */
unsigned fb_receivers_read(struct fb_yaml *y, const yaml_node_t *root, const char *name[FB_RECEIVERS_MAX], fb_receiver_take *take, void *ctx);
#endif
