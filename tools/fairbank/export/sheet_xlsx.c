#include "tools/fairbank/export/sheet.h"
#include "tools/fairbank/export/sheet_whole.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

/* A cell of a workbook is a binary fraction, whatever one writes: figures become one here, at the very end, from whole pence and
 * minutes, and nothing is computed with them. Two decimals of less than ten thousand million pounds come back exactly. */
enum { NARROWEST = 9, WIDEST = 60, MINUTES_PER_HOUR = 60, FORMATS = SHEET_PERCENT + 1 };

struct writing {
    lxw_workbook *book;
    lxw_format *head, *text, *key, *of[FORMATS], *right;
    lxw_error worst;
};

static void keep(struct writing *w, lxw_error e) { w->worst = w->worst == LXW_NO_ERROR ? e : w->worst; }

static lxw_format *format(struct writing *w, const char *numbers, bool bold, bool wrap)
{
    lxw_format *f = workbook_add_format(w->book);
    if (f == NULL) {
        keep(w, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    if (numbers != NULL)
        format_set_num_format(f, numbers);
    if (bold)
        format_set_bold(f);
    if (wrap)
        format_set_text_wrap(f);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static void make_formats(struct writing *w)
{
    w->head = format(w, NULL, true, true);
    w->key = format(w, NULL, true, false);
    w->text = format(w, NULL, false, true);
    w->right = format(w, NULL, false, false);
    if (w->right != NULL)
        format_set_align(w->right, LXW_ALIGN_RIGHT);
    w->of[SHEET_TEXT] = w->text;
    w->of[SHEET_COUNT] = format(w, "#,##0", false, false);
    w->of[SHEET_MINUTES] = w->of[SHEET_PENCE] = format(w, "#,##0.00", false, false);
    w->of[SHEET_PERCENT] = format(w, "0.0", false, false);
}

static void put_text(struct writing *w, lxw_worksheet *to, lxw_row_t row, lxw_col_t column, const char *text, lxw_format *f)
{
    enum { LONGEST = 32767 }; /* bytes, which is safe: the limit is of characters */
    char *safe = malloc(strlen(text) + 2);
    if (safe == NULL) {
        keep(w, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    sheet_cell_format(safe, strlen(text) + 2, &(struct sheet_cell){.kind = SHEET_TEXT, .text = text});
    if (strlen(safe) > LONGEST)
        safe[LONGEST] = '\0';
    keep(w, worksheet_write_string(to, row, column, safe, f));
    free(safe);
}

/* Money in a cell is a number, because people add it up; the exact text stands in the CSV. */
static double number_of(const struct sheet_cell *c) /* allowed: a cell of a workbook is nothing else */
{
    switch ((enum sheet_kind)c->kind) {
    case SHEET_TEXT: return 0;
    case SHEET_COUNT: return (double)c->value; /* allowed: as above */
    case SHEET_MINUTES: return (double)c->value / MINUTES_PER_HOUR; /* allowed: as above */
    case SHEET_PENCE: return (double)c->value / 100; /* allowed: as above */
    case SHEET_PERCENT: return c->of == 0 ? 0 : (double)c->value * 100 / (double)c->of; /* allowed: as above */
    }
    return 0;
}

static void put_cell(struct writing *w, lxw_worksheet *to, lxw_row_t row, lxw_col_t column, const struct sheet_cell *c)
{
    char said[64];
    if (c->state == SHEET_NOTHING)
        return;
    if (c->state != SHEET_SHOWN) {
        sheet_cell_format(said, sizeof said, c);
        put_text(w, to, row, column, said, w->right);
    } else if (c->kind == SHEET_TEXT) {
        put_text(w, to, row, column, c->text, w->text);
    } else {
        keep(w, worksheet_write_number(to, row, column, number_of(c), w->of[c->kind]));
    }
}

/* Characters of UTF-8. */
static unsigned length(const char *text)
{
    unsigned n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Wide enough for its figures, and for its heading in a few lines. */
static unsigned width_of(const struct sheet *s, unsigned column)
{
    char said[64];
    unsigned width = length(s->head[column]) / 2 + 2;
    for (unsigned i = column; i < s->n_cells; i += s->n_columns) {
        const struct sheet_cell *c = &s->cell[i];
        unsigned n = c->kind == SHEET_TEXT ? length(c->text) : 0;
        if (c->kind != SHEET_TEXT) {
            sheet_cell_format(said, sizeof said, c);
            n = length(said) + length(said) / 3;
        }
        width = n + 1 > width ? n + 1 : width;
    }
    return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

static void put_sheet(struct writing *w, const struct sheet *s)
{
    lxw_worksheet *to = workbook_add_worksheet(w->book, s->name);
    if (to == NULL) {
        keep(w, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    for (unsigned i = 0; i < s->n_columns; i++) {
        keep(w, worksheet_set_column(to, (lxw_col_t)i, (lxw_col_t)i, width_of(s, i), NULL));
        put_text(w, to, 0, (lxw_col_t)i, s->head[i], w->head);
    }
    worksheet_freeze_panes(to, 1, (lxw_col_t)s->texts);
    if (s->n_cells > 0)
        keep(w, worksheet_autofilter(to, 0, 0, s->n_cells / s->n_columns, (lxw_col_t)(s->n_columns - 1)));
    worksheet_repeat_rows(to, 0, 0);
    worksheet_set_landscape(to);
    worksheet_fit_to_pages(to, 1, 0);
    for (unsigned i = 0; i < s->n_cells; i++)
        put_cell(w, to, 1 + i / s->n_columns, (lxw_col_t)(i % s->n_columns), &s->cell[i]);
}

static void put_about(struct writing *w, const struct sheet_book *b)
{
    enum { KEYS = 18, VALUES = 100 };
    lxw_worksheet *to = workbook_add_worksheet(w->book, "About");
    if (to == NULL) {
        keep(w, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    keep(w, worksheet_set_column(to, 0, 0, KEYS, NULL));
    keep(w, worksheet_set_column(to, 1, 1, VALUES, NULL));
    for (unsigned i = 0; i < b->n_about; i++) {
        put_text(w, to, i, 0, b->about[i].key, w->key);
        put_text(w, to, i, 1, b->about[i].value, w->text);
    }
}

const char *sheet_write_xlsx(const char *path, const struct sheet_book *b)
{
    FILE *there = fopen(path, "wb"); /* the library would say so too, and on standard error */
    if (there == NULL)
        return strerror(errno);
    (void)fclose(there);
    struct writing w = {.book = workbook_new(path)};
    enum { NOON_S = 43200, DAY_S = 86400 }; /* noon, so that it is the same date in every zone near ours */
    char title[32], author[] = "fairbank";
    if (w.book == NULL)
        return "not enough memory";
    (void)snprintf(title, sizeof title, "%s", b->table.name);
    lxw_doc_properties properties = {.title = title, .author = author, .created = (time_t)b->day * DAY_S + NOON_S};
    keep(&w, workbook_set_properties(w.book, &properties));
    make_formats(&w);
    if (w.worst == LXW_NO_ERROR) {
        put_about(&w, b);
        put_sheet(&w, &b->table);
        if (b->from.n_cells > 0)
            put_sheet(&w, &b->from);
    }
    keep(&w, workbook_close(w.book));
    return w.worst == LXW_NO_ERROR ? sheet_whole_fault(path) : lxw_strerror(w.worst);
}
