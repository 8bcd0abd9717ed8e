#ifndef FB_SHELL_PORTS_H
#define FB_SHELL_PORTS_H
/* The doors that turn may not open itself: bodies are decoded and blinded by wire, pack files compiled by
 * pack. The daemon, the tools, the simulator and the benches all hand turn these. */
#include "engine/turn/turn.h"
enum { FB_PORTS_KEY_BYTES = 32 };
/* The engine's own key to workers' pseudonyms: 32 random bytes beside the store, never in it. */
struct fb_ports_key {
    unsigned char bytes[FB_PORTS_KEY_BYTES];
};
/* For whoever only reads what is stored: bodies that hold a pseudonym cannot be blinded with these
 * (FB_REFUSED), so that nothing is ever written under a key that nobody chose. */
extern const struct fb_turn_ports fb_ports;
/* For whoever takes records in. The key is borrowed, and may not change while the ports are used. */
struct fb_turn_ports fb_ports_with(struct fb_ports_key *key);
#endif
