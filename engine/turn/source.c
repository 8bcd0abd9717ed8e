#include "engine/store/key.h"
#include "engine/turn/state.h"

void fb_turn_take_source(struct fb_turn *t, const struct fb_source *s, uint32_t *number)
{
    char bytes[128];
    uint32_t held = fb_sources_find(&t->sources, s->name);
    *number = held != 0 ? held : t->sources.n + 1;
    size_t n = fb_source_pack(s, bytes, sizeof bytes);
    if (n == 0) {
        fb_turn_fail(t, FB_LIMIT);
        return;
    }
    struct fb_entry e = {.kind = FB_ENTRY_SOURCE, .source = *number, .body = {bytes, (uint32_t)n}};
    fb_turn_write(t, &e);
    struct fb_key key = fb_key_u32(*number);
    fb_put(t->txn, FB_TABLE_SOURCES, fb_key_span(&key), e.body);
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_sources_put(&t->sources, *number, s));
}

enum fb_err fb_turn_source(struct fb_turn *t, const struct fb_source *s, int64_t now_ms, uint32_t *number)
{
    if (t->err != FB_OK)
        return t->err;
    uint32_t held = fb_sources_find(&t->sources, s->name);
    if (held != 0 && fb_sources_same(fb_sources_get(&t->sources, held), s)) {
        *number = held;
        return FB_OK;
    }
    if (s->name.n == 0 || s->name.n > FB_SOURCE_BYTES_MAX)
        return FB_REFUSED;
    if (held == 0 && t->sources.n == FB_SOURCES_MAX)
        return FB_LIMIT;
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    fb_turn_take_source(t, s, number);
    return fb_turn_end(t);
}

const struct fb_source *fb_turn_source_get(const struct fb_turn *t, uint32_t number)
{
    return fb_sources_get(&t->sources, number);
}
