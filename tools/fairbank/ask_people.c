#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/publish.h"
#include <string.h>

void fill_asker(struct fb_asker *out, const struct options *o)
{
    static const struct {
        const char *word;
        enum fb_as as;
    } roles[] = {{"controls", FB_AS_CONTROLS}, {"finance", FB_AS_FINANCE}, {"admin", FB_AS_ADMIN}};
    *out = (struct fb_asker){.identity = fb_span_of(o->asker != NULL ? o->asker : login_name())};
    for (size_t i = 0; o->as != NULL && i < sizeof(roles) / sizeof(roles[0]); i++)
        if (strcmp(o->as, roles[i].word) == 0)
            out->as = roles[i].as;
    if (o->as != NULL && strncmp(o->as, "trust:", 6) == 0) {
        out->as = FB_AS_TRUST;
        if (fb_code_parse(&out->trust, fb_span_of(o->as + 6)) != FB_OK)
            out->trust = 0; /* was looked at when the option was read */
    }
}

enum fb_err ask_running(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *out, const char *without)
{
    *out = (struct fb_result){0};
    fill_asker(&q->asker, o);
    enum fb_err e = engine_ask(o, o->command, q, arena, out);
    if (e == FB_BUSY)
        say_no_engine(o, o->command, without);
    return e;
}

enum fb_err ask_sources(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *out, const char *without)
{
    fill_asker(&q->asker, o);
    enum fb_err e = engine_sources(o, o->command, q, arena, out);
    if (e == FB_BUSY)
        say_no_engine(o, o->command, without);
    return e;
}

enum fb_err ask_pages(const struct options *o, struct fb_query *q, struct fb_arena *arena,
                      bool (*take)(void *ctx, struct fb_query *q, const struct fb_result *page), void *ctx)
{
    bool more = true;
    while (more) {
        struct fb_result page = {0};
        fb_arena_reset(arena);
        enum fb_err e = engine_ask(o, o->command, q, arena, &page);
        if (e != FB_OK)
            return e;
        more = take(ctx, q, &page) && page.more && page.after > q->findings.after;
        q->findings.after = page.after;
    }
    return FB_OK;
}
