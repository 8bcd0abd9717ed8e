#ifndef FB_SHELL_LINK_H
#define FB_SHELL_LINK_H
/* The signed link with which the grantor of a permission given by telephone confirms it. It names one version of one
 * approval in one store, whoever granted it (as a hash) and until when; Ed25519 by link.key signs all of that. It holds no
 * secret and opens nothing by itself: whoever uses it must be the grantor, and may not be who recorded the grant. It is
 * used once, because what it confirms is not provisional any more afterwards. */
#include "engine/shell/keys.h"
struct fb_link_claim {
    uint64_t epoch;    /* of the store */
    uint64_t version;  /* journal number of the version that is confirmed: what was read, and nothing else */
    uint32_t record;   /* number of the approval */
    int64_t deadline_ms;
    unsigned char grantor[16];
};
enum { FB_LINK_TEXT_BYTES = 160 }; /* base64url without padding; the NUL included */
/* How a grantor stands in a link. */
void fb_link_grantor(unsigned char out[16], struct fb_span identity);
void fb_link_write(char out[FB_LINK_TEXT_BYTES], const struct fb_link_claim *claim, const struct fb_keys *keys);
/* NULL: the claim is this engine's own, whole and unchanged; else a sentence that says why not. */
const char *fb_link_read(struct fb_link_claim *out, struct fb_span text, const struct fb_keys *keys);
#endif
