#ifndef FB_ADAPTERS_CURVE_H
#define FB_ADAPTERS_CURVE_H
/* Keys of connections (CURVE), in one place for every adapter, outlet and tool: reading, making, and setting them on a socket.
 *
 * The words are the same everywhere: --server-key KEY|FILE is the engine's public key, the 40 characters or a file that holds them;
 * --key FILE is one's own pair, as `fairbank keys make` writes it. When neither is said, an endpoint at tcp:// takes both from
 * FAIRBANK_SERVER_KEY and FAIRBANK_KEY. Neither there: a connection without keys, for the engine's own machine. */
#include "engine/base/z85.h"
struct fb_curve {
    bool on;
    unsigned char server[FB_Z85_KEY_BYTES], own_public[FB_Z85_KEY_BYTES], own_secret[FB_Z85_KEY_BYTES];
};
/* NULL: not said. FB_REFUSED: one without the other, or a file that is no key or may be read by others; *why says which and what
 * to do. */
FB_MUST_CHECK enum fb_err fb_curve_open(struct fb_curve *out, const char *endpoint, const char *server_key, const char *key, struct fb_text *why);
void fb_curve_close(struct fb_curve *c);
/* Before connecting. c NULL, or not on: nothing is set. FB_IO: the library cannot. */
FB_MUST_CHECK enum fb_err fb_curve_set(void *socket, const struct fb_curve *c);
/* The public key of a file with a pair, or with a public key alone. FB_REFUSED: see *why. */
FB_MUST_CHECK enum fb_err fb_curve_public(unsigned char key[FB_Z85_KEY_BYTES], const char *path, struct fb_text *why);
/* Makes a pair: folder/NAME.key with both, for its owner only, and folder/NAME.pub with the public one. What is there already is
 * never written over: FB_REFUSED. A pair without its NAME.pub, as a run that was cut short leaves it, gets it, and is the pair that
 * was made. FB_IO: the disk, or the library. *why then says what. */
FB_MUST_CHECK enum fb_err fb_curve_make(const char *folder, const char *name, unsigned char public_key[FB_Z85_KEY_BYTES], struct fb_text *why);
#endif
