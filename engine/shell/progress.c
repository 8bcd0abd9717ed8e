#include "engine/shell/progress.h"
#include "engine/shell/log.h"
#include <inttypes.h>

static unsigned tenths_of(const struct fb_turn_stats *s)
{
    return s->to_reprice > 0 && s->repriced < s->to_reprice ? (unsigned)(s->repriced * 10 / s->to_reprice)
                                                            : 10;
}

enum fb_progress_word fb_progress_look(struct fb_progress *p, const struct fb_turn_stats *s)
{
    unsigned tenths = tenths_of(s);
    if (s->issue != p->issue) /* also one that was applied between two looks */
        *p = (struct fb_progress){.issue = s->issue, .running = s->to_reprice > 0};
    if (tenths < 10 && !p->running)
        *p = (struct fb_progress){.issue = s->issue, .running = true, .tenths = tenths};
    if (!p->running)
        return FB_PROGRESS_NOTHING;
    if (tenths == 10) {
        p->running = false;
        return FB_PROGRESS_DONE;
    }
    if (tenths <= p->tenths || s->to_reprice < FB_PROGRESS_LONG)
        return FB_PROGRESS_NOTHING;
    p->tenths = tenths;
    return FB_PROGRESS_TENTH;
}

void fb_progress_log(struct fb_progress *p, const struct fb_turn_stats *s)
{
    enum fb_progress_word word = fb_progress_look(p, s);
    if (word == FB_PROGRESS_TENTH)
        fb_log(FB_LOG_INFO, "issue %" PRIu32 ": %u %% of %" PRIu64 " shifts and vacancies were judged again",
               s->issue, p->tenths * 10, s->bookings + s->vacancies);
    else if (word == FB_PROGRESS_DONE)
        fb_log(FB_LOG_INFO, "issue %" PRIu32 " was applied to all %" PRIu64 " shifts and vacancies", s->issue,
               s->bookings + s->vacancies);
}
