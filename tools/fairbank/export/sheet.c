#include "tools/fairbank/export/sheet.h"
#include "engine/base/span.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 << 10, FIRST_CELLS = 1024, SAID_MAX = 4096, MINUTES_PER_HOUR = 60 };
struct sheet_text {
    struct sheet_text *before;
    size_t n, size;
    char at[];
};

const char *sheet_copy(struct sheet_book *b, const char *text)
{
    size_t n = strlen(text) + 1;
    if (b->texts == NULL || b->texts->size - b->texts->n < n) {
        size_t size = n > CHUNK ? n : CHUNK;
        struct sheet_text *more = malloc(sizeof *more + size);
        b->full = b->full || more == NULL;
        if (more == NULL)
            return "";
        *more = (struct sheet_text){b->texts, 0, size};
        b->texts = more;
    }
    char *at = b->texts->at + b->texts->n;
    memcpy(at, text, n);
    b->texts->n += n;
    return at;
}

void sheet_say(struct sheet_book *b, const char *key, const char *format, ...)
{
    char text[SAID_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    b->full = b->full || b->n_about == SHEET_ABOUT_MAX;
    if (b->full)
        return;
    b->about[b->n_about].key = key;
    b->about[b->n_about++].value = sheet_copy(b, text);
}

void sheet_add(struct sheet_book *b, struct sheet *s, struct sheet_cell cell)
{
    unsigned n = s->n_cells;
    b->full = b->full || n / s->n_columns >= SHEET_ROWS_MAX;
    if (n == s->room) {
        unsigned room = s->room == 0 ? FIRST_CELLS : s->room * 2;
        struct sheet_cell *more = b->full ? NULL : realloc(s->cell, room * sizeof *more);
        b->full = b->full || more == NULL;
        if (more == NULL)
            return;
        s->cell = more;
        s->room = room;
    }
    if (!b->full)
        s->cell[s->n_cells++] = cell;
}

void sheet_add_text(struct sheet_book *b, struct sheet *s, const char *text)
{
    sheet_add(b, s, (struct sheet_cell){.kind = SHEET_TEXT, .text = sheet_copy(b, text)});
}

bool sheet_is_unsafe(const char *text) { return text[0] != '\0' && strchr("=+-@#\t\r\n", text[0]) != NULL; }

static void add_decimal(struct fb_text *t, int64_t v, unsigned decimals)
{
    fb_text_add_decimal(t, v, decimals);
}

/* Half up by magnitude, as amounts are. */
static int64_t rounded(int64_t num, int64_t den) { return num < 0 ? -((-num * 2 + den) / (den * 2)) : (num * 2 + den) / (den * 2); }

void sheet_cell_format(char *out, size_t size, const struct sheet_cell *c)
{
    struct fb_text t;
    fb_text_init(&t, out, size);
    if (c->state == SHEET_LEFT_OUT)
        fb_text_add(&t, SHEET_LEFT_OUT_TEXT);
    else if (c->state == SHEET_NOT_SAID)
        fb_text_add(&t, SHEET_NOT_SAID_TEXT);
    else if (c->state == SHEET_SHOWN)
        switch ((enum sheet_kind)c->kind) {
        case SHEET_TEXT:
            fb_text_add(&t, sheet_is_unsafe(c->text) ? "'" : "");
            fb_text_add(&t, c->text);
            break;
        case SHEET_COUNT: fb_text_add_int(&t, c->value); break;
        case SHEET_MINUTES: add_decimal(&t, rounded(c->value * 100, MINUTES_PER_HOUR), 2); break;
        case SHEET_PENCE: add_decimal(&t, c->value, 2); break;
        case SHEET_PERCENT: add_decimal(&t, c->of == 0 ? 0 : rounded(c->value * 1000, c->of), 1); break;
        }
}

void sheet_release(struct sheet_book *b)
{
    for (struct sheet_text *t = b->texts, *before; t != NULL; t = before) {
        before = t->before;
        free(t);
    }
    free(b->table.cell);
    free(b->from.cell);
    *b = (struct sheet_book){0};
}
