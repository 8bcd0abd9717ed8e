#include "engine/shell/stats.h"
#include "engine/base/span.h"
#include "engine/shell/log.h"

static void add(struct fb_text *t, const char *text, uint64_t count)
{
    if (count == 0)
        return;
    fb_text_add(t, t->n > 0 ? ", " : "");
    fb_text_add_int(t, count > INT64_MAX ? INT64_MAX : (int64_t)count);
    fb_text_add(t, " ");
    fb_text_add(t, text);
}

void fb_stats_log(const struct fb_stats *s)
{
    char line[480];
    struct fb_text t;
    fb_text_init(&t, line, sizeof line);
#define X(name, text) add(&t, text, s->name);
    FB_STATS_MAP(X)
#undef X
    fb_log(FB_LOG_INFO, "since the start: %s", t.n > 0 ? line : "nothing came");
}
