#include "engine/turn/memory/sources.h"
#include <string.h>

uint32_t fb_sources_find(const struct fb_sources *s, struct fb_span name)
{
    for (uint32_t i = 1; i <= s->n; i++)
        if (fb_span_eq(s->row[i].name, name))
            return i;
    return 0;
}

const struct fb_source *fb_sources_get(const struct fb_sources *s, uint32_t number)
{
    return number == 0 || number > s->n ? NULL : &s->row[number];
}

bool fb_sources_same(const struct fb_source *a, const struct fb_source *b)
{
    return fb_span_eq(a->name, b->name) && a->trust == b->trust && a->system == b->system &&
           a->mode == b->mode && a->sends == b->sends && a->window == b->window;
}

enum fb_err fb_sources_put(struct fb_sources *s, uint32_t number, const struct fb_source *row)
{
    if (row->name.n == 0 || row->name.n > FB_SOURCE_BYTES_MAX)
        return FB_REFUSED;
    if (number == 0 || number > FB_SOURCES_MAX || number > s->n + 1)
        return FB_LIMIT;
    memcpy(s->name[number], row->name.p, row->name.n);
    s->row[number] = *row;
    s->row[number].name.p = s->name[number];
    s->n = number > s->n ? number : s->n;
    return FB_OK;
}
