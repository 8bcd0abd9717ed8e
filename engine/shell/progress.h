#ifndef FB_SHELL_PROGRESS_H
#define FB_SHELL_PROGRESS_H
/* Says in the log how far an issue of the rules has been applied: each tenth of a long way, and the end. Loop thread. */
#include "engine/turn/turn.h"
struct fb_progress {
    uint32_t issue; /* the one that is being applied, or was last */
    bool running;
    unsigned tenths; /* said */
};
/* Fewer subjects than these are judged again in a moment: only the end is told of. */
enum { FB_PROGRESS_LONG = 20 * FB_REPRICE_MAX };
enum fb_progress_word { FB_PROGRESS_NOTHING, FB_PROGRESS_TENTH, FB_PROGRESS_DONE };
/* What there is to say now. */
enum fb_progress_word fb_progress_look(struct fb_progress *p, const struct fb_turn_stats *s);
void fb_progress_log(struct fb_progress *p, const struct fb_turn_stats *s);
#endif
