#include "tools/fairbank/export/cut.h"
#include "engine/base/hash.h"
#include "tools/fairbank/months/month_rows.h"
#include "tools/fairbank/source.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64, MINUTES_PER_HOUR = 60 };

/* ---- rows by their words ---- */

static unsigned *slot_of(const struct cut *x, const char *key)
{
    unsigned at = (unsigned)fb_hash64(key, strlen(key)) & (x->slots - 1);
    while (x->slot[at] != 0 && strcmp(x->row[x->slot[at] - 1].key, key) != 0)
        at = (at + 1) & (x->slots - 1);
    return &x->slot[at];
}

/* Twice as many rows, and four places for each, so that a free one is near. */
static bool grow(struct cut *x)
{
    unsigned room = x->room == 0 ? FIRST_ROOM : x->room * 2;
    struct cut_row *row = realloc(x->row, room * sizeof *row);
    if (row == NULL)
        return false;
    x->row = row;
    x->room = room;
    free(x->slot);
    x->slots = room * 4;
    x->slot = calloc(x->slots, sizeof *x->slot);
    for (unsigned i = 0; x->slot != NULL && i < x->n; i++)
        *slot_of(x, x->row[i].key) = i + 1;
    return x->slot != NULL;
}

static struct cut_row *row_at(struct cut *x, const char *key, unsigned block)
{
    if (x->full || ((x->n == x->room || x->slot == NULL) && !grow(x))) {
        x->full = true;
        return NULL;
    }
    unsigned *slot = slot_of(x, key);
    if (*slot != 0)
        return &x->row[*slot - 1];
    struct cut_row *row = &x->row[x->n];
    *row = (struct cut_row){.key = strdup(key), .block = (uint16_t)block, .cell = calloc(x->plan->n_columns, sizeof *row->cell)};
    x->full = row->key == NULL || row->cell == NULL;
    if (x->full) {
        free(row->key);
        free(row->cell);
        return NULL;
    }
    *slot = ++x->n;
    return row;
}

const struct cut_row *cut_row_of(const struct cut *x, const char *key)
{
    for (unsigned i = 0; i < x->n; i++)
        if (strcmp(x->row[i].key, key) == 0)
            return &x->row[i];
    return NULL;
}

int cut_column_of(const struct cut_plan *plan, const char *name)
{
    for (unsigned i = 0; i < plan->n_columns; i++)
        if (fb_span_is(plan->column[i].name, name))
            return (int)i;
    return -1;
}

/* ---- the words of a row ---- */

static void add_day(struct fb_text *t, fb_day day)
{
    char text[11];
    fb_day_format(text, day);
    fb_text_add(t, text);
}

static void spend_key(struct fb_text *t, const struct fb_month_row *row, enum fb_stage stage)
{
    fb_text_add_code(t, row->hirer);
    fb_text_add(t, "/");
    fb_text_add(t, fb_route_known(row->route) ? fb_route_word(row->route) : CELL_NOT_SAID);
    fb_text_add(t, "/");
    fb_text_add(t, fb_staff_group_known(row->staff_group) ? fb_staff_group_word(row->staff_group) : CELL_NOT_SAID);
    fb_text_add(t, "/");
    add_day(t, fb_day_week(row->day));
    fb_text_add(t, "/");
    fb_text_add(t, fb_stage_word(stage));
}

static void group_key(struct fb_text *t, const struct fb_book *book, enum fb_staff_group group, fb_day day)
{
    int g = fb_book_return_group(book, group, day);
    if (g < 0)
        fb_text_add(t, CELL_NOT_SAID);
    else
        fb_text_add_span(t, book->return_group[g].name);
}

static void total_key(char out[CELL_ROW_BYTES_MAX], const struct cut *x, unsigned block)
{
    struct fb_text t;
    fb_text_init(&t, out, CELL_ROW_BYTES_MAX);
    fb_text_add(&t, CELL_TOTAL);
    if (x->plan->sheet == NULL) {
        fb_text_add(&t, "/+/+/+/");
        fb_text_add(&t, fb_stage_word((enum fb_stage)block));
    }
}

/* ---- adding ---- */

static int64_t amount_of(const struct fb_return_column *c, const struct fb_figures *f)
{
    static const enum fb_measure measure[FB_RETURN_FIGURE_END] = {
        [FB_RETURN_FIGURE_SHIFTS] = FB_MEASURE_SHIFTS, [FB_RETURN_FIGURE_HOURS] = FB_MEASURE_MINUTES, [FB_RETURN_FIGURE_SPEND] = FB_MEASURE_PENCE,
        [FB_RETURN_FIGURE_COMMISSION] = FB_MEASURE_COMMISSION, [FB_RETURN_FIGURE_HIGHEST_HOUR] = FB_MEASURE_PENCE,
        [FB_RETURN_FIGURE_PERCENT] = FB_MEASURE_SHIFTS, [FB_RETURN_FIGURE_VAT] = FB_MEASURE_VAT, [FB_RETURN_FIGURE_EXCESS] = FB_MEASURE_EXCESS};
    return f->v[measure[c->figure]];
}

static void take_top(struct cut_cell *cell, const struct fb_figures *f)
{
    int64_t pence = f->v[FB_MEASURE_PENCE], minutes = f->v[FB_MEASURE_MINUTES];
    bool higher = cell->top_minutes == 0 || pence * cell->top_minutes > cell->top_pence * minutes;
    if (minutes > 0 && f->v[FB_MEASURE_UNPRICED] == 0 && higher) {
        cell->top_pence = pence;
        cell->top_minutes = minutes;
    }
}

int64_t cut_top_hour(const struct cut_cell *cell)
{
    return cell->top_minutes == 0 ? 0 : (cell->top_pence * MINUTES_PER_HOUR * 2 + cell->top_minutes) / (cell->top_minutes * 2);
}

static bool is_watched(const struct cut *x, const struct cut_row *row, unsigned column)
{
    char total[CELL_ROW_BYTES_MAX];
    if (x->watch == NULL || x->watch->column != column)
        return false;
    total_key(total, x, row->block);
    return strcmp(x->watch->row, row->key) == 0 || strcmp(x->watch->row, total) == 0;
}

static void tell(struct cut *x, const struct cut_row *row, unsigned column, const struct cut_share *share)
{
    if (is_watched(x, row, column) && !x->watch->each(x->watch->ctx, share))
        x->full = true;
}

/* What adds nothing because nobody said how much. Of a commission only the figure is held, so that nought that was stated counts here as well. */
static bool lacks_amount(const struct fb_return_column *c, const struct fb_figures *f)
{
    return c->figure == FB_RETURN_FIGURE_COMMISSION ? f->v[FB_MEASURE_COMMISSION] == 0 : f->v[FB_MEASURE_UNPRICED] != 0;
}

static void add_column(struct cut *x, struct cut_row *to, unsigned column, const struct fb_month_row *row, unsigned at)
{
    const struct fb_figures *f = &row->stage[at].figures;
    const struct fb_return_column *c = &x->plan->column[column];
    struct cut_cell *cell = &to->cell[column];
    enum cut_told told = cut_tells(x->plan, c, row, at);
    cell->yes += told == CUT_YES;
    cell->no += told == CUT_NO;
    cell->unknown += told == CUT_UNKNOWN;
    if (told == CUT_YES) {
        cell->sum += amount_of(c, f);
        cell->unpriced += lacks_amount(c, f);
        take_top(cell, f);
    }
    bool percent = c->figure == FB_RETURN_FIGURE_PERCENT;
    if (told == CUT_YES || (told == CUT_NO && percent))
        tell(x, to, column, &(struct cut_share){month_name(row), row->day, told == CUT_YES, percent ? 1 : amount_of(c, f)});
}

static void add_stage(struct cut *x, const struct fb_month_row *row, unsigned at)
{
    enum fb_stage stage = row->stage[at].stage;
    char key[CELL_ROW_BYTES_MAX];
    struct fb_text t;
    const struct fb_return *sheet = x->plan->sheet;
    fb_text_init(&t, key, sizeof key);
    if (sheet == NULL)
        spend_key(&t, row, stage);
    else if (sheet->by == FB_RETURN_BY_AGENCY)
        cell_add_word(&t, row->agency);
    else
        group_key(&t, x->plan->book, row->staff_group, row->day);
    struct cut_row *to = row_at(x, key, sheet == NULL ? (unsigned)stage : 0);
    for (unsigned i = 0; to != NULL && i < x->plan->n_columns; i++)
        add_column(x, to, i, row, at);
}

/* Of an agency's return only shifts that some column is about: a bank shift has no agency, and would be a row of noughts. */
static bool is_meant(const struct cut *x, const struct fb_month_row *row)
{
    uint32_t routes = 0;
    for (unsigned i = 0; i < x->plan->n_columns; i++)
        routes |= x->plan->column[i].routes;
    bool ours = x->plan->trust == 0 || row->hirer == x->plan->trust;
    return ours && row->shadow == x->plan->shadow && row->day >= x->plan->from && row->day < x->plan->until && (routes >> row->route & 1) != 0;
}

/* By code, so that what is said of them does not hang on the order of arrival. */
static void cover(struct cut *x, const struct fb_month_row *row)
{
    unsigned i = 0;
    while (i < x->n_trusts && x->trust[i].code < row->hirer)
        i++;
    if (i < x->n_trusts && x->trust[i].code == row->hirer) {
        x->trust[i].first = row->day < x->trust[i].first ? row->day : x->trust[i].first;
        x->trust[i].last = row->day > x->trust[i].last ? row->day : x->trust[i].last;
    } else if (x->n_trusts < CUT_TRUSTS_MAX) {
        memmove(&x->trust[i + 1], &x->trust[i], (x->n_trusts++ - i) * sizeof x->trust[0]);
        x->trust[i].code = row->hirer;
        x->trust[i].first = x->trust[i].last = row->day;
    }
}

void cut_add(struct cut *x, const struct fb_month_row *row)
{
    bool counted = false;
    if (!is_meant(x, row))
        return;
    for (unsigned i = 0; i < row->n_stages; i++) {
        enum fb_stage stage = row->stage[i].stage;
        const struct fb_figures *f = &row->stage[i].figures;
        bool wanted = x->plan->sheet == NULL ? stage != FB_STAGE_LATEST : stage == (enum fb_stage)x->plan->sheet->stage;
        if (!wanted || f->v[FB_MEASURE_SHIFTS] == 0) /* cancelled, or nobody came: no shift */
            continue;
        add_stage(x, row, i);
        x->expected_pence += (uint64_t)f->v[FB_MEASURE_EXPECTED];
        counted = true;
    }
    x->shifts += counted;
    if (counted)
        cover(x, row);
    x->last_journal = row->journal > x->last_journal ? row->journal : x->last_journal;
}

void cut_add_unfilled(struct cut *x, const struct fb_unfilled_row *v)
{
    char key[CELL_ROW_BYTES_MAX], name[FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 2];
    struct fb_text t;
    fb_text_init(&t, key, sizeof key);
    group_key(&t, x->plan->book, (enum fb_staff_group)v->cell.staff_group, x->plan->from);
    struct cut_row *to = row_at(x, key, 0);
    (void)snprintf(name, sizeof name, "%.*s/%.*s", (int)v->source.n, v->source.p, (int)v->record_ref.n, v->record_ref.p);
    for (unsigned i = 0; to != NULL && i < x->plan->n_columns; i++)
        if (x->plan->column[i].figure == FB_RETURN_FIGURE_UNFILLED) {
            to->cell[i].yes++;
            to->cell[i].sum++;
            tell(x, to, i, &(struct cut_share){name, 0, true, 1});
        }
    x->last_journal = v->journal > x->last_journal ? v->journal : x->last_journal;
}

/* ---- begin and end ---- */

void cut_begin(struct cut *x, const struct cut_plan *plan)
{
    const struct cut_watch *watch = x->watch;
    *x = (struct cut){.plan = plan, .watch = watch};
    if (plan->sheet == NULL || plan->sheet->by != FB_RETURN_BY_GROUP)
        return;
    for (unsigned g = 0; g < plan->book->n_return_groups; g++) {
        const struct fb_return_group *group = &plan->book->return_group[g];
        if (group->from < plan->until && group->until > plan->from)
            (void)row_at(x, word_of(group->name), 0);
    }
}

static void add_cell(struct cut_cell *to, const struct cut_cell *c)
{
    to->yes += c->yes;
    to->no += c->no;
    to->unknown += c->unknown;
    to->unpriced += c->unpriced;
    to->sum += c->sum;
    if (c->top_minutes > 0 && (to->top_minutes == 0 || c->top_pence * to->top_minutes > to->top_pence * c->top_minutes)) {
        to->top_pence = c->top_pence;
        to->top_minutes = c->top_minutes;
    }
}

/* Groups stay in the order of the pack, with those of no group behind them; all else goes by its words. */
static const struct cut *sorted;
static int row_cmp(const void *a, const void *b)
{
    const struct cut_row *p = a, *q = b;
    if (p->total != q->total)
        return p->total ? 1 : -1;
    bool p_none = strcmp(p->key, CELL_NOT_SAID) == 0, q_none = strcmp(q->key, CELL_NOT_SAID) == 0;
    if (p_none != q_none)
        return p_none ? 1 : -1;
    const struct fb_book *book = sorted->plan->book;
    for (unsigned g = 0; sorted->plan->sheet != NULL && sorted->plan->sheet->by == FB_RETURN_BY_GROUP && g < book->n_return_groups; g++) {
        bool is_p = fb_span_is(book->return_group[g].name, p->key), is_q = fb_span_is(book->return_group[g].name, q->key);
        if (is_p != is_q)
            return is_p ? -1 : 1;
    }
    return strcmp(p->key, q->key);
}

void cut_end(struct cut *x)
{
    unsigned rows = x->n;
    char key[CELL_ROW_BYTES_MAX];
    for (unsigned i = 0; i < rows && !x->full; i++) {
        total_key(key, x, x->row[i].block);
        struct cut_row *total = row_at(x, key, x->row[i].block);
        for (unsigned k = 0; total != NULL && k < x->plan->n_columns; k++)
            add_cell(&total->cell[k], &x->row[i].cell[k]);
        if (total != NULL)
            total->total = true;
    }
    sorted = x;
    if (x->n > 0)
        qsort(x->row, x->n, sizeof *x->row, row_cmp);
    free(x->slot); /* rows have moved */
    x->slot = NULL;
}

void cut_release(struct cut *x)
{
    for (unsigned i = 0; i < x->n; i++) {
        free(x->row[i].key);
        free(x->row[i].cell);
    }
    free(x->row);
    free(x->slot);
    *x = (struct cut){0};
}
