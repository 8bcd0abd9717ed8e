#include "engine/turn/report/report_posted.h"
#include "engine/turn/memory/period.h"
#include "engine/turn/walk.h"
#include <stdlib.h>

enum { ROW_ROOM = 2048 }; /* who closed it, and why */

static enum fb_err take(struct fb_posted *p, const struct fb_walk *w)
{
    struct fb_posted_close close;
    struct fb_period_row row;
    enum fb_err err = fb_key_parse_period(w->key, &close.trust, &close.month);
    if (err == FB_OK)
        err = fb_period_row_unpack(&row, w->value);
    if (err != FB_OK)
        return err;
    if (p->n == p->room) {
        unsigned room = p->room * 2 + 16;
        struct fb_posted_close *larger = realloc(p->row, room * sizeof *larger);
        if (larger == NULL)
            return FB_FULL;
        p->row = larger;
        p->room = room;
    }
    close.journal = row.journal;
    p->row[p->n++] = close;
    return FB_OK;
}

enum fb_err fb_posted_read(struct fb_posted *p, struct fb_store *store)
{
    unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_walk w;
    enum fb_err err = FB_OK;
    *p = (struct fb_posted){.n = 0};
    fb_arena_init(&arena, memory, sizeof memory);
    fb_walk_begin(&w, store, FB_TABLE_PERIODS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &arena))
        err = take(p, &w);
    enum fb_err end = fb_walk_end(&w);
    fb_arena_release(&arena);
    return err == FB_OK ? end : err;
}

void fb_posted_release(struct fb_posted *p)
{
    free(p->row);
    *p = (struct fb_posted){.n = 0};
}

/* Few months are ever closed: they are looked through. */
bool fb_posted_closed(const struct fb_posted *p, fb_code trust, fb_day month, uint64_t as_of)
{
    for (unsigned i = 0; i < p->n; i++)
        if (p->row[i].month == month && (p->row[i].trust == 0 || p->row[i].trust == trust) && (as_of == 0 || p->row[i].journal <= as_of))
            return true;
    return false;
}

fb_day fb_posted_month(const struct fb_posted *p, fb_code trust, fb_day month, uint64_t journal)
{
    while (fb_posted_closed(p, trust, month, journal))
        month = fb_month_next(month);
    return month;
}
