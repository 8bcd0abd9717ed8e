#ifndef FB_SHELL_PACE_H
#define FB_SHELL_PACE_H
/* Log lines that whoever is at the other end of a connection can have written as often as they like: so many a minute, and with the next
 * one how many were left out. Whose it is picks one of a few places, so that one who asks without end leaves out the lines of those few
 * only that share it. One for each cause, and of one thread. */
#include "engine/shell/log.h"
enum { FB_PACE_PLACES = 64, FB_PACE_LINES_A_MINUTE = 8 };
/* What may happen so often a minute. */
struct fb_paced {
    uint64_t minute_ms; /* ticks: since when they are counted */
    unsigned n;
    uint64_t left_out; /* since the last that might: whoever tells of them sets it back */
};
bool fb_paced_may(struct fb_paced *p, unsigned most, uint64_t ticks_ms);
struct fb_pace {
    struct fb_paced of[FB_PACE_PLACES];
};
/* whose: the number of a key, 0 for this machine; or the hash of a name. True: say it, and that *unsaid were not said since the last one. */
bool fb_pace_may(struct fb_pace *p, uint64_t whose, uint64_t ticks_ms, uint64_t *unsaid);
void fb_pace_log(struct fb_pace *p, uint64_t whose, enum fb_log_level level, const char *format, ...) __attribute__((format(printf, 4, 5)));
#endif
