#ifndef FB_ADAPTERS_PUBLISHER_H
#define FB_ADAPTERS_PUBLISHER_H
/* A publisher that may be told and forgotten: spool.h in front of client.h. What it took is on the disk, goes out when the engine is
 * there, again until it is answered, and after a restart of this process too.
 *
 * One thread. The callback may not call the publisher. */
#include "adapters/lib/client.h"
#include "adapters/lib/spool.h"
struct fb_publisher;
/* What became of a message of this run or an earlier one; answer->message_id says of which. */
typedef void fb_publisher_answered(void *ctx, const struct fb_wire_answer *answer);
struct fb_publisher_options {
    struct fb_spool_options spool;
    struct fb_client_options client; /* without answered and ctx */
    fb_publisher_answered *answered;
    void *ctx;
};
/* As fb_spool_open and fb_client_open say; *found: what an earlier run left, which goes out first. */
FB_MUST_CHECK enum fb_err fb_publisher_open(struct fb_publisher **out, const struct fb_publisher_options *options, struct fb_spool_found *found,
                                            struct fb_text *why);
/* What is not answered yet stays in the folder. */
void fb_publisher_close(struct fb_publisher **publisher);
/* On the disk when it returns FB_OK. FB_REFUSED: the engine would not take it, *field says what is wrong with it; nothing is kept.
 * FB_FULL: poll until there is room. FB_LIMIT: longer than a frame may be. FB_IO: the disk. */
FB_MUST_CHECK enum fb_err fb_publisher_publish(struct fb_publisher *publisher, const struct fb_record *record, const char **field);
/* As fb_client_poll. FB_DAMAGED: a message changed on the disk. */
FB_MUST_CHECK enum fb_err fb_publisher_poll(struct fb_publisher *publisher, int timeout_ms);
/* Until everything is answered. FB_BUSY: not within timeout_ms. */
FB_MUST_CHECK enum fb_err fb_publisher_wait(struct fb_publisher *publisher, int64_t timeout_ms);
uint32_t fb_publisher_waiting(const struct fb_publisher *publisher);
/* Why the engine does not take this source; "" when it did not say so. */
const char *fb_publisher_refusal(const struct fb_publisher *publisher);
#endif
