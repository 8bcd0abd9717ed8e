#include "tools/fairbank/export/lay.h"
#include <stdlib.h>
#include <string.h>

enum { SPEND_WORDS = 5 };

/* ---- the words of rows, as people read them ---- */

static int digit_of(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

/* %20 back into a blank. */
static void decode(char *out, const char *word)
{
    size_t n = 0;
    for (; *word != '\0'; word++) {
        bool coded = word[0] == '%' && digit_of(word[1]) >= 0 && digit_of(word[2]) >= 0;
        out[n++] = coded ? (char)(digit_of(word[1]) * 16 + digit_of(word[2])) : *word;
        word += coded ? 2 : 0;
    }
    out[n] = '\0';
}

static const char *group_title(struct sheet_book *b, const struct fb_book *book, const char *key)
{
    char title[FB_TEXT_BYTES_MAX + 1] = "In no group";
    for (unsigned g = 0; g < book->n_return_groups; g++)
        if (fb_span_is(book->return_group[g].name, key))
            (void)snprintf(title, sizeof title, "%.*s", (int)book->return_group[g].title.n, book->return_group[g].title.p);
    return sheet_copy(b, title);
}

static const char *row_title(struct sheet_book *b, const struct cut *x, const struct cut_row *row)
{
    char word[CELL_ROW_BYTES_MAX];
    if (row->total)
        return "Total";
    if (x->plan->sheet->by == FB_RETURN_BY_GROUP)
        return group_title(b, x->plan->book, row->key);
    if (strcmp(row->key, CELL_NOT_SAID) == 0)
        return "(no agency said)";
    decode(word, row->key);
    return sheet_copy(b, word);
}

/* Of spend each word has a column. */
static void add_words(struct sheet_book *b, struct sheet *to, const struct cut *x, const struct cut_row *row)
{
    char key[CELL_ROW_BYTES_MAX];
    if (x->plan->sheet != NULL) {
        sheet_add_text(b, to, row_title(b, x, row));
        return;
    }
    (void)snprintf(key, sizeof key, "%s", row->key);
    char *at = key;
    for (unsigned i = 0; i < SPEND_WORDS; i++) {
        size_t n = strcspn(at, "/");
        bool last = at[n] == '\0';
        at[n] = '\0';
        bool plus = strcmp(at, CELL_TOTAL) == 0, none = strcmp(at, CELL_NOT_SAID) == 0;
        sheet_add_text(b, to, plus ? (i == 0 ? "Total" : "") : none ? "(unknown)" : at);
        at += last ? n : n + 1;
    }
}

/* ---- figures ---- */

static uint8_t kind_of(enum fb_return_figure figure)
{
    static const uint8_t kinds[FB_RETURN_FIGURE_END] = {
        [FB_RETURN_FIGURE_SHIFTS] = SHEET_COUNT, [FB_RETURN_FIGURE_HOURS] = SHEET_MINUTES, [FB_RETURN_FIGURE_SPEND] = SHEET_PENCE,
        [FB_RETURN_FIGURE_COMMISSION] = SHEET_PENCE, [FB_RETURN_FIGURE_HIGHEST_HOUR] = SHEET_PENCE, [FB_RETURN_FIGURE_PERCENT] = SHEET_PERCENT,
        [FB_RETURN_FIGURE_UNFILLED] = SHEET_COUNT, [FB_RETURN_FIGURE_VAT] = SHEET_PENCE, [FB_RETURN_FIGURE_EXCESS] = SHEET_PENCE};
    return kinds[figure];
}

/* Nought is said only where nobody is behind it; where it cannot be said of anybody, that is what stands there. */
static uint8_t state_of(const struct cut *x, const struct cut_cell *c, enum fb_return_figure figure)
{
    bool money = figure == FB_RETURN_FIGURE_SPEND || figure == FB_RETURN_FIGURE_HIGHEST_HOUR || figure == FB_RETURN_FIGURE_COMMISSION;
    if (c->hidden)
        return SHEET_LEFT_OUT;
    if (figure == FB_RETURN_FIGURE_UNFILLED && x->plan->no_vacancies)
        return SHEET_NOT_SAID;
    if (c->yes + c->no == 0 && c->unknown > 0)
        return SHEET_NOT_SAID;
    if (money && c->yes > 0 && c->unpriced == c->yes)
        return SHEET_NOT_SAID;
    bool nobody = figure == FB_RETURN_FIGURE_PERCENT ? c->yes + c->no == 0 : figure == FB_RETURN_FIGURE_HIGHEST_HOUR && c->yes == 0;
    return nobody ? SHEET_NOTHING : SHEET_SHOWN;
}

struct sheet_cell lay_figure(const struct cut *x, const struct cut_row *row, unsigned column)
{
    const struct cut_cell *c = &row->cell[column];
    enum fb_return_figure figure = (enum fb_return_figure)x->plan->column[column].figure;
    struct sheet_cell out = {.kind = kind_of(figure), .state = state_of(x, c, figure), .value = c->sum};
    if (figure == FB_RETURN_FIGURE_HIGHEST_HOUR)
        out.value = cut_top_hour(c);
    if (figure == FB_RETURN_FIGURE_PERCENT) {
        out.value = (int64_t)c->yes;
        out.of = (int64_t)(c->yes + c->no);
    }
    return out;
}

static void add_id(struct sheet_book *b, const struct cut *x, const struct cut_row *row, unsigned column)
{
    char text[CELL_ID_BYTES_MAX];
    const struct cut_plan *p = x->plan;
    struct cell_id id = {.from = p->from, .until = p->until, .trust = p->trust, .shadow = p->shadow};
    const struct fb_span name = p->column[column].name;
    (void)snprintf(id.name, sizeof id.name, "%s", p->name);
    (void)snprintf(id.column, sizeof id.column, "%.*s", (int)name.n, name.p);
    (void)snprintf(id.row, sizeof id.row, "%s", row->key);
    cell_id_format(text, &id);
    sheet_add_text(b, &b->from, text);
}

static void add_both(struct sheet_book *b, const struct cut *x, const struct cut_row *row, unsigned column)
{
    sheet_add(b, &b->table, lay_figure(x, row, column));
    add_id(b, x, row, column);
}

static const char *title_of(struct sheet_book *b, const struct fb_return_column *c)
{
    char title[FB_TEXT_BYTES_MAX + 1];
    (void)snprintf(title, sizeof title, "%.*s", (int)c->title.n, c->title.p);
    return sheet_copy(b, title);
}

/* ---- the table ---- */

static void heads(struct sheet_book *b, const char *const *words, unsigned n, const struct cut *x)
{
    struct sheet *t = &b->table;
    for (t->n_columns = 0; t->n_columns < n; t->n_columns++)
        t->head[t->n_columns] = words[t->n_columns];
    t->texts = n;
    for (unsigned i = 0; i < x->plan->n_columns; i++)
        t->head[t->n_columns++] = title_of(b, &x->plan->column[i]);
    b->from = *t;
}

static void lay_down(struct sheet_book *b, const struct cut *x)
{
    static const char *const spend[SPEND_WORDS] = {"Trust", "Route", "Staff group", "Week", "Stage"};
    static const char *const group[] = {"Staff group"}, *const agency[] = {"Agency"};
    const struct fb_return *sheet = x->plan->sheet;
    if (sheet == NULL)
        heads(b, spend, SPEND_WORDS, x);
    else
        heads(b, sheet->by == FB_RETURN_BY_GROUP ? group : agency, 1, x);
    for (unsigned r = 0; r < x->n; r++) {
        add_words(b, &b->table, x, &x->row[r]);
        add_words(b, &b->from, x, &x->row[r]);
        for (unsigned i = 0; i < x->plan->n_columns; i++)
            add_both(b, x, &x->row[r], i);
    }
}

/* Groups side by side, as answers under the Freedom of Information Act have them. */
static void lay_across(struct sheet_book *b, const struct cut *x)
{
    struct sheet *t = &b->table;
    t->head[0] = "Figure";
    t->n_columns = t->texts = 1;
    for (unsigned r = 0; r < x->n && t->n_columns < SHEET_COLUMNS_MAX; r++)
        t->head[t->n_columns++] = row_title(b, x, &x->row[r]);
    b->from = *t;
    for (unsigned i = 0; i < x->plan->n_columns; i++) {
        const char *title = title_of(b, &x->plan->column[i]);
        sheet_add_text(b, &b->table, title);
        sheet_add_text(b, &b->from, title);
        for (unsigned r = 0; r + 1 < t->n_columns; r++)
            add_both(b, x, &x->row[r], i);
    }
}

void lay_cut(struct sheet_book *b, const struct cut *x, const struct lay_said *said)
{
    if (x->plan->sheet != NULL && x->plan->sheet->across)
        lay_across(b, x);
    else
        lay_down(b, x);
    b->table.name = x->plan->name;
    b->from.name = "From";
    b->day = x->plan->until - 1;
    b->left_out = said->left_out;
    b->small = said->small;
    lay_about(b, x, said);
}
