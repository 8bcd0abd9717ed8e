#ifndef FB_TESTS_PORTS_H
#define FB_TESTS_PORTS_H
/* The daemon's ports with a key that is the same in every run: what the simulator and the benches hand turn.
 */
#include "engine/turn/turn.h"
const struct fb_turn_ports *fb_test_ports(void);
#endif
