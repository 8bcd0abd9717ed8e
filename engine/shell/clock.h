#ifndef FB_SHELL_CLOCK_H
#define FB_SHELL_CLOCK_H
/* The only reader of clocks in the engine. Everyone else is handed an instant. */
#include <stdint.h>
/* Milliseconds UTC since 1970: what journal entries are stamped with. May step when the machine's clock is
 * set. */
int64_t fb_clock_now_ms(void);
/* Milliseconds that only go forward, from an arbitrary start: for durations and deadlines. */
uint64_t fb_clock_ticks_ms(void);
/* The same in microseconds: how long a commit took. */
uint64_t fb_clock_ticks_us(void);
#endif
