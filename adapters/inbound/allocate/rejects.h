#ifndef FB_ALLOCATE_REJECTS_H
#define FB_ALLOCATE_REJECTS_H
/* STATE/rejects.jsonl: every event that was set aside, a line each: when, where it came from (file and line, or the request), why, and the
 * event as it was but for persons. Of what is not JSON nobody can say where the persons are: its length and digest are kept, no byte. */
#include "engine/base/span.h"
#include <jansson.h>
struct fb_allocate_rejects {
    char path[1024];
    int fd;
};
/* FB_IO: the file cannot be written. */
FB_MUST_CHECK enum fb_err fb_allocate_rejects_open(struct fb_allocate_rejects *r, const char *folder);
void fb_allocate_rejects_close(struct fb_allocate_rejects *r);
/* On the disk when it returns FB_OK. event: scrubbed, or NULL: then raw's length and digest. */
FB_MUST_CHECK enum fb_err fb_allocate_reject(struct fb_allocate_rejects *r, const char *from, const char *reason, const json_t *event, struct fb_span raw,
                                             int64_t now_ms);
#endif
