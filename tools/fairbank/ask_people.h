#ifndef FB_TOOLS_FAIRBANK_ASK_PEOPLE_H
#define FB_TOOLS_FAIRBANK_ASK_PEOPLE_H
/* Who asks, as --as and --asker say; without --asker, the login name. */
#include "tools/fairbank/source.h"
void fill_asker(struct fb_asker *out, const struct options *o);
/* What nobody but a running engine can say, to whoever asks. The answer's texts lie in the arena. Where none answers, that is said,
 * with `without` behind it. */
enum fb_err ask_sources(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *out, const char *without);
enum fb_err ask_running(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *out, const char *without);
/* Page after page, in ascending order, each in the arena emptied before, until there are no more or `take` has enough: false. It may
 * change what is asked for on the next. FB_BUSY: no engine answers, or none any more, and nothing was said. */
enum fb_err ask_pages(const struct options *o, struct fb_query *q, struct fb_arena *arena,
                      bool (*take)(void *ctx, struct fb_query *q, const struct fb_result *page), void *ctx);
#endif
