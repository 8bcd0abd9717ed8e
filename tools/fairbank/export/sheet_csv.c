#include "tools/fairbank/export/sheet.h"
#include <stdlib.h>
#include <string.h>

/* RFC 4180: quoted where the text holds a comma, a quote or a line break. */
static void put(FILE *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"')
            fputc('"', out);
        fputc(*p, out);
    }
    fputc('"', out);
}

static void put_cell(FILE *out, const struct sheet_cell *c)
{
    char figure[64], *text = figure;
    size_t size = c->kind == SHEET_TEXT && c->text != NULL ? strlen(c->text) + 2 : sizeof figure;
    if (size > sizeof figure)
        text = malloc(size);
    if (text == NULL) { /* whoever reads it sees that the file is no whole one */
        fputs("(not enough memory)", out);
        return;
    }
    sheet_cell_format(text, size > sizeof figure ? size : sizeof figure, c);
    put(out, text);
    if (text != figure)
        free(text);
}

static void put_rows(FILE *out, const struct sheet *s, const char *before)
{
    for (unsigned i = 0; i < s->n_cells; i++) {
        if (i % s->n_columns == 0)
            fputs(before, out);
        put_cell(out, &s->cell[i]);
        fputc((i + 1) % s->n_columns == 0 ? '\n' : ',', out);
    }
}

void sheet_write_rows(FILE *out, const struct sheet *s) { put_rows(out, s, ""); }

void sheet_write_heads(FILE *out, const struct sheet *s)
{
    for (unsigned i = 0; i < s->n_columns; i++) {
        put_cell(out, &(struct sheet_cell){.kind = SHEET_TEXT, .text = s->head[i]});
        fputc(i + 1 == s->n_columns ? '\n' : ',', out);
    }
}

void sheet_write_csv(FILE *out, const struct sheet_book *b)
{
    sheet_write_heads(out, &b->table);
    sheet_write_rows(out, &b->table);
    put_rows(out, &b->from, "# from,");
    for (unsigned i = 0; i < b->n_about; i++) {
        fputs("# ", out);
        put(out, b->about[i].key);
        fputc(',', out);
        put_cell(out, &(struct sheet_cell){.kind = SHEET_TEXT, .text = b->about[i].value});
        fputc('\n', out);
    }
}
