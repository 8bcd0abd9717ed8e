#include "engine/turn/report.h"
#include "engine/turn/row.h"
#include "engine/turn/walk.h"
#include <stdlib.h>

enum { ROW_ROOM = 16384 };

static void count(struct fb_reader_books *books, const struct fb_findings_row *held, uint64_t shifts[FB_LACK_END])
{
    const struct fb_book *book = fb_reader_book(books, held->issue);
    for (unsigned i = 0; book != NULL && i < held->n; i++)
        if (fb_finding_of_feed(book, &held->finding[i]) && held->finding[i].detail < FB_LACK_END)
            shifts[held->finding[i].detail]++;
}

enum fb_err fb_report_lacks(struct fb_store *store, struct fb_reader_books *books, fb_code trust, uint64_t shifts[FB_LACK_END])
{
    struct fb_findings_row *held = malloc(sizeof *held);
    unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_walk w;
    enum fb_err err = held == NULL ? FB_FULL : FB_OK;
    fb_arena_init(&arena, memory, sizeof memory);
    for (unsigned i = 0; i < FB_LACK_END; i++)
        shifts[i] = 0;
    fb_walk_begin(&w, store, FB_TABLE_FINDINGS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &arena)) {
        err = fb_findings_row_unpack(held, w.value);
        if (err == FB_OK && !held->shadow && (trust == 0 || held->trust == trust))
            count(books, held, shifts);
    }
    enum fb_err end = fb_walk_end(&w);
    fb_arena_release(&arena);
    free(held);
    return err == FB_OK ? end : err;
}
