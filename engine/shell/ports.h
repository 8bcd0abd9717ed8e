#ifndef FB_SHELL_PORTS_H
#define FB_SHELL_PORTS_H
/* The two doors that turn may not open itself: bodies are decoded by wire, pack files compiled by pack. The
 * daemon, the tools, the simulator and the benches all hand turn these. */
#include "engine/turn/turn.h"
extern const struct fb_turn_ports fb_ports;
#endif
