#ifndef FB_SHELL_METRICS_ADDRESS_H
#define FB_SHELL_METRICS_ADDRESS_H
/* Where metrics are served: an address of this machine's own and a port, such as 127.0.0.1:9464 or [::1]:9464. */
#include "engine/base/span.h"
#include <netinet/in.h>
#include <stdbool.h>
union fb_metrics_address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};
bool fb_metrics_address_parse(union fb_metrics_address *out, struct fb_span text);
/* NULL: it may be bound; else why not, as the second half of a sentence. */
const char *fb_metrics_address_refused(struct fb_span text);
#endif
