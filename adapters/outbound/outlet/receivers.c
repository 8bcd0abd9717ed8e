#include "adapters/outbound/outlet/receivers.h"
#include <string.h>

unsigned fb_receivers_read(struct fb_yaml *y, const yaml_node_t *root, const char *name[FB_RECEIVERS_MAX], fb_receiver_take *take, void *ctx)
{
    yaml_node_t *list = fb_yaml_get(y, root, "receivers");
    unsigned n = fb_yaml_list(y, list);
    if (n == 0 || n > FB_RECEIVERS_MAX)
        fb_yaml_fault(y, list != NULL ? list : root, "1 to 64 receivers are wanted (receivers: [...])", (struct fb_span){NULL, 0});
    for (unsigned i = 0; i < n && !y->bad; i++) {
        yaml_node_t *node = fb_yaml_item(y, list, i);
        name[i] = take(ctx, y, node, i);
        for (unsigned k = 0; k < i; k++)
            if (strcmp(name[k], name[i]) == 0)
                fb_yaml_fault(y, node, "two receivers of one name:", fb_span_of(name[i]));
    }
    return n;
}
