#ifndef FB_ADAPTERS_DEALER_H
#define FB_ADAPTERS_DEALER_H
/* A DEALER socket with the options every adapter and outlet needs, in one place: explicit high-water marks,
 * nothing queued into a connection that is not there (what is queued there dies with it), heartbeats, a
 * bounded linger. */
#include "adapters/lib/curve.h"
#include "engine/base/err.h"
#include <stdint.h>
/* *out is connected (or connecting) to the endpoint. max_bytes: the longest frame taken. monitor: NULL, or
 * the inproc name under which the socket tells of its connections. FB_REFUSED: not an endpoint; FB_IO: no
 * socket to be had. curve NULL: without keys. */
FB_MUST_CHECK enum fb_err fb_dealer_open_with(void **out, void *context, const char *endpoint, int64_t max_bytes, const char *monitor,
                                              const struct fb_curve *curve);
/* Milliseconds on a clock that only goes forward: for waiting and resending, never for records. */
int64_t fb_dealer_now_ms(void);
#endif
