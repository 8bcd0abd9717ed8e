#ifndef FB_ALLOCATE_API_H
#define FB_ALLOCATE_API_H
/* One GET of the direct engagement interface at a time, tried again with patience: 5xx, time-outs and answers that are no JSON after a
 * growing wait, 429 when Retry-After says, 401 with the secret's file read anew. */
#include "adapters/inbound/allocate/send.h"
struct fb_allocate_api;
struct fb_allocate_answer {
    long status;        /* 200, 400, 404 or 410 */
    json_t *body;       /* of 200: the caller's to json_decref */
    size_t bytes;       /* so many it was */
    char pagination[1024]; /* X-Pagination; "" none */
};
FB_MUST_CHECK enum fb_err fb_allocate_api_open(struct fb_allocate_api **out, const struct fb_allocate_settings *settings, struct fb_allocate_sender *sender,
                                               const volatile sig_atomic_t *stop);
void fb_allocate_api_close(struct fb_allocate_api **api);
/* path: after …/trustcode/{trustCode}/; id: a further part, escaped here, or NULL; query: "" or "?…". FB_BUSY: not now (told on stderr), or stopped. */
FB_MUST_CHECK enum fb_err fb_allocate_api_get(struct fb_allocate_api *a, const char *path, const char *id, const char *query, struct fb_allocate_answer *out);
/* How long to wait after the n-th failure (from 1). */
int64_t fb_allocate_backoff_ms(unsigned n, int64_t retry_after_s);
#endif
