/* A page of the feed into files of days: pure but for the files. */
#include "tools/fairbank/export/follow.h"
#include "adapters/lib/event_json.h"
#include "tools/fairbank/export/alerts.h"
#include <stdlib.h>
#include <string.h>

bool follow_wants(const struct fb_event_row *row)
{
    char finding[FB_FINDING_ID_BYTES];
    fb_finding_id(finding, &row->event);
    return finding[0] != '\0' && !row->event.shadow && !row->event.historic;
}

/* What `write` writes of a sheet, as text. */
static bool text_of(char **out, size_t *n, void (*write)(FILE *out, const struct sheet *s), const struct sheet *s)
{
    FILE *memory = open_memstream(out, n);
    if (memory == NULL)
        return false;
    write(memory, s);
    bool bad = ferror(memory) != 0;
    return fclose(memory) == 0 && !bad;
}

bool follow_head(char **out)
{
    size_t n = 0;
    struct sheet s = {.name = NULL};
    alerts_head_event(&s);
    return text_of(out, &n, sheet_write_heads, &s);
}

static enum fb_err flush(struct follow *f)
{
    char *text = NULL;
    size_t n = 0;
    if (f->book.table.n_cells == 0)
        return FB_OK;
    bool ok = !f->book.full && text_of(&text, &n, sheet_write_rows, &f->book.table);
    enum fb_err e = ok ? day_files_append(&f->files, text, n) : FB_FULL;
    if (e == FB_OK)
        f->written += f->book.table.n_cells / f->book.table.n_columns;
    free(text);
    sheet_release(&f->book);
    return e;
}

static enum fb_err take_row(struct follow *f, const struct fb_event_row *row, const char *id)
{
    struct day_id number;
    bool again = false;
    fb_day day = fb_london_day_of_ms(row->event.at_ms);
    enum fb_err e = day == f->files.day ? FB_OK : flush(f); /* a day's rows are safe before the next one's begin */
    if (e == FB_OK)
        e = day_files_turn(&f->files, day);
    if (e == FB_OK)
        e = day_id_parse(&number, id, strlen(id)) ? day_files_take(&f->files, number, &again) : FB_DAMAGED;
    f->again += e == FB_OK && again;
    if (e != FB_OK || again)
        return e;
    if (f->book.table.n_columns == 0)
        alerts_head_event(&f->book.table);
    alerts_add_event(&f->book, row, id);
    return f->book.full ? FB_FULL : FB_OK;
}

enum fb_err follow_take(struct follow *f, const struct fb_feed_page *page)
{
    char id[FB_EVENT_ID_BYTES];
    enum fb_err e = FB_OK;
    day_files_look(&f->files);
    for (unsigned i = 0; e == FB_OK && i < page->n; i++)
        if (follow_wants(&page->row[i]))
            e = take_row(f, &page->row[i], fb_consumer_id(id, page, i));
    return e == FB_OK ? flush(f) : e;
}
