/* The stored forms of the core: traces, events, decisions and figures. The first byte chooses the form, the
 * rest is the stored value. Whatever is accepted must pack again, and what that gives must unpack to the same
 * bytes once more. */
#include "engine/base/check.h"
#include "engine/core/trace.h"
#include "tests/lib/fuzz.h"
#include <string.h>

enum { PACKED_MAX = 1 << 17 };
static unsigned char first[PACKED_MAX], second[PACKED_MAX];

static struct fb_span span_of(const void *p, size_t n)
{
    return (struct fb_span){p, (uint32_t)n};
}

/* Unpacks and packs again; 0 when the bytes were refused. */
static size_t again_trace(struct fb_span bytes, unsigned char *out)
{
    struct fb_trace t;
    if (fb_trace_unpack(&t, bytes) != FB_OK)
        return 0;
    size_t n = fb_trace_pack(&t, out, PACKED_MAX);
    fb_assert(n > 0);
    return n;
}

static size_t again_event(struct fb_span bytes, unsigned char *out)
{
    struct fb_event e;
    if (fb_event_unpack(&e, bytes) != FB_OK)
        return 0;
    size_t n = fb_event_pack(&e, out, PACKED_MAX);
    fb_assert(n > 0);
    return n;
}

static size_t again_decision(struct fb_span bytes, unsigned char *out)
{
    static struct fb_decision d;
    if (fb_decision_unpack(&d, bytes) != FB_OK)
        return 0;
    size_t n = fb_decision_pack(&d, out, PACKED_MAX);
    fb_assert(n > 0);
    return n;
}

static size_t again_figures(struct fb_span bytes, unsigned char *out)
{
    struct fb_figures f;
    if (fb_figures_unpack(&f, bytes) != FB_OK)
        return 0;
    size_t n = fb_figures_pack(&f, out, PACKED_MAX);
    fb_assert(n > 0);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static size_t (*const again[])(struct fb_span, unsigned char *) = {again_trace, again_event,
                                                                       again_decision, again_figures};
    if (size == 0 || size > FB_MESSAGE_BYTES_MAX)
        return 0;
    size_t (*one)(struct fb_span, unsigned char *) = again[data[0] % 4];
    size_t n = one(span_of(data + 1, size - 1), first);
    if (n == 0)
        return 0;
    fb_assert(one(span_of(first, n), second) == n);
    fb_assert(memcmp(first, second, n) == 0);
    return 0;
}
