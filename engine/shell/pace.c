#include "engine/shell/pace.h"
#include "engine/base/when.h"
#include "engine/shell/clock.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { TEXT_BYTES = 360 }; /* with the count behind it a line is not cut */

bool fb_paced_may(struct fb_paced *p, unsigned most, uint64_t ticks_ms)
{
    if (p->n == 0 || ticks_ms - p->minute_ms >= FB_MINUTE_MS) {
        p->minute_ms = ticks_ms;
        p->n = 0;
    }
    bool may = p->n < most;
    p->n += may;
    p->left_out += !may;
    return may;
}

bool fb_pace_may(struct fb_pace *p, uint64_t whose, uint64_t ticks_ms, uint64_t *unsaid)
{
    struct fb_paced *one = &p->of[whose % FB_PACE_PLACES];
    if (!fb_paced_may(one, FB_PACE_LINES_A_MINUTE, ticks_ms))
        return false;
    *unsaid = one->left_out;
    one->left_out = 0;
    return true;
}

void fb_pace_log(struct fb_pace *p, uint64_t whose, enum fb_log_level level, const char *format, ...)
{
    char text[TEXT_BYTES];
    uint64_t unsaid = 0;
    va_list list;
    if (!fb_pace_may(p, whose, fb_clock_ticks_ms(), &unsaid))
        return;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (unsaid > 0)
        fb_log(level, "%s; and %" PRIu64 " like it since the last one", text, unsaid);
    else
        fb_log(level, "%s", text);
}
