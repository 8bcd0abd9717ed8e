/* The files of self-bills: written whole, and read again with distrust, because they lay in somebody's hands between. */
#include "engine/pack/table.h"
#include "tools/fairbank/months/month_file.h"
#include "tools/fairbank/months/self_bill.h"
#include "tools/fairbank/options.h"
#include <stdlib.h>
#include <string.h>

enum column {
    RUN, SUPPLIER, MONTH, SCOPE, CHANGE, SHIFT, PAYER, DAY, COST_CENTRE, SUBJECTIVE, PURCHASE_ORDER, MINUTES, NET, VAT, TREATMENT, GROSS,
    STANDS_MINUTES, STANDS_NET, STANDS_VAT, TIMESHEET, CONFIRMATION, POSTED, COLUMNS, BARE_COLUMNS = TIMESHEET
};
static const char *const head[COLUMNS] = {"run", "supplier", "month", "scope", "change", "shift", "payer", "day", "cost_centre", "subjective",
                                          "purchase_order", "paid_minutes", "net", "vat", "vat_treatment", "gross", "stands_minutes", "stands_net",
                                          "stands_vat", "timesheet", "confirmation", "posted"};
static const char total_word[] = "total";

/* ---- writing ---- */

static void scope_cells(struct month_file *f, const struct self_bill_scope *scope, unsigned run)
{
    char month[11];
    fb_day_format(month, scope->month);
    month_cell_int(f, run);
    month_cell(f, scope->supplier);
    month_cell(f, (struct fb_span){month, 7});
    if (scope->trust == 0)
        month_cell_word(f, "all");
    else
        month_cell_code(f, scope->trust);
}

static void sum_cells(struct month_file *f, const struct self_bill_sum *bill, struct fb_span treatment, const struct self_bill_sum *stands)
{
    month_cell_int(f, bill->minutes);
    month_cell_pounds(f, bill->pence);
    month_cell_pounds(f, bill->vat);
    month_cell(f, treatment);
    month_cell_pounds(f, bill->pence + bill->vat);
    month_cell_int(f, stands->minutes);
    month_cell_pounds(f, stands->pence);
    month_cell_pounds(f, stands->vat);
}

bool self_bill_write(const struct options *o, const struct self_bill_scope *scope, const struct self_bill *b)
{
    struct month_file f;
    month_file_begin(&f);
    for (unsigned c = 0; c < COLUMNS; c++)
        month_cell_word(&f, head[c]);
    month_row_end(&f);
    for (unsigned i = 0; i < b->n; i++) {
        const struct self_bill_line *l = &b->line[i];
        scope_cells(&f, scope, b->run);
        month_cell_word(&f, self_bill_change_word(l->change));
        month_cell(&f, l->shift);
        month_cell_code(&f, l->payer);
        month_cell_day(&f, l->day);
        month_cell(&f, l->cost_centre);
        month_cell(&f, l->subjective);
        month_cell(&f, l->purchase_order);
        sum_cells(&f, &l->bill, l->treatment, &l->stands);
        month_cell(&f, l->timesheet);
        month_cell(&f, l->confirmation);
        month_cell_word(&f, l->posted != 0 ? month_text(l->posted) : "");
        month_row_end(&f);
    }
    scope_cells(&f, scope, b->run);
    month_cell_word(&f, total_word);
    for (unsigned c = SHIFT; c < MINUTES; c++)
        month_cell_word(&f, "");
    sum_cells(&f, &b->total, (struct fb_span){NULL, 0}, &b->now);
    for (unsigned c = BARE_COLUMNS; c < COLUMNS; c++)
        month_cell_word(&f, "");
    month_row_end(&f);
    return month_file_end(&f, o->command, o->out, true);
}

/* ---- reading ---- */

struct run {
    const struct fb_pack_file *file;
    struct fb_pack_report *report;
    const struct self_bill_scope *scope;
    const struct self_bill_before *before;
    struct self_bill_line *line; /* of this run */
    unsigned n, columns;
    struct self_bill_sum total, said, said_stands;
    bool ended, bad;
};

static void refuse(struct run *r, unsigned line, const char *what, struct fb_span value)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, line);
    fb_text_add(&c.text, what);
    if (value.n > 0) {
        fb_text_add(&c.text, ": ");
        fb_text_add_span(&c.text, value);
    }
    fb_complaint_file(&c, r->report);
    r->bad = true;
}

static struct fb_span text_in(const struct fb_row *row, enum column c)
{
    return month_text_back(row->cell[c]);
}

static bool is_scope(const struct run *r, const struct fb_row *row)
{
    char month[11], trust[9] = "all", run[12];
    fb_day_format(month, r->scope->month);
    month[7] = '\0';
    if (r->scope->trust != 0)
        (void)fb_code_format(trust, r->scope->trust);
    snprintf(run, sizeof(run), "%u", r->before->runs + 1);
    return fb_span_eq(text_in(row, SUPPLIER), r->scope->supplier) && fb_span_is(row->cell[MONTH], month) && fb_span_is(row->cell[SCOPE], trust) &&
           fb_span_is(row->cell[RUN], run);
}

static bool read_sums(const struct fb_row *row, struct self_bill_sum *bill, struct self_bill_sum *stands)
{
    int64_t gross, all;
    return fb_parse_int(&bill->minutes, row->cell[MINUTES]) == FB_OK && fb_parse_decimal(&bill->pence, row->cell[NET], 2) == FB_OK &&
           fb_parse_decimal(&bill->vat, row->cell[VAT], 2) == FB_OK && fb_parse_decimal(&gross, row->cell[GROSS], 2) == FB_OK &&
           fb_parse_int(&stands->minutes, row->cell[STANDS_MINUTES]) == FB_OK && fb_parse_decimal(&stands->pence, row->cell[STANDS_NET], 2) == FB_OK &&
           fb_parse_decimal(&stands->vat, row->cell[STANDS_VAT], 2) == FB_OK && !__builtin_add_overflow(bill->pence, bill->vat, &all) && all == gross;
}

static bool read_change(const struct fb_row *row, enum self_bill_change *out)
{
    for (unsigned c = 0; c < SELF_BILL_CHANGES; c++)
        if (fb_span_is(row->cell[CHANGE], self_bill_change_word((enum self_bill_change)c))) {
            *out = (enum self_bill_change)c;
            return true;
        }
    return false;
}

static bool plus(struct self_bill_sum *to, const struct self_bill_sum *s)
{
    return !__builtin_add_overflow(to->pence, s->pence, &to->pence) && !__builtin_add_overflow(to->vat, s->vat, &to->vat) &&
           !__builtin_add_overflow(to->minutes, s->minutes, &to->minutes);
}

static bool same(const struct self_bill_sum *a, const struct self_bill_sum *b)
{
    return a->pence == b->pence && a->vat == b->vat && a->minutes == b->minutes;
}

/* Of files that have them. What is no month is none: nothing is counted by it. */
static void read_documents(const struct run *r, const struct fb_row *row, struct self_bill_line *l)
{
    char month[8] = "";
    if (r->columns == BARE_COLUMNS)
        return;
    l->timesheet = text_in(row, TIMESHEET);
    l->confirmation = text_in(row, CONFIRMATION);
    if (row->cell[POSTED].n == sizeof(month) - 1)
        memcpy(month, row->cell[POSTED].p, sizeof(month) - 1);
    if (!month_parse(&l->posted, month))
        l->posted = 0;
}

static void read_row(struct run *r, const struct fb_row *row)
{
    struct self_bill_line *l = &r->line[r->n];
    *l = (struct self_bill_line){.shift = text_in(row, SHIFT),
                                 .cost_centre = text_in(row, COST_CENTRE),
                                 .subjective = text_in(row, SUBJECTIVE),
                                 .purchase_order = text_in(row, PURCHASE_ORDER),
                                 .treatment = text_in(row, TREATMENT),
                                 .at = row->line};
    bool sums = read_sums(row, &l->bill, &l->stands);
    read_documents(r, row, l);
    if (r->ended)
        refuse(r, row->line, "there are rows below the total: the file was put together from several", row->cell[SHIFT]);
    else if (!is_scope(r, row))
        refuse(r, row->line, "this row is of another run, supplier, month or --trust than was asked for, or the runs are not in their order", row->cell[RUN]);
    else if (!sums)
        refuse(r, row->line, "minutes, pounds and pence cannot be read, or net and VAT are not the gross", row->cell[SHIFT]);
    else if (fb_span_is(row->cell[CHANGE], total_word)) {
        r->ended = true;
        r->said = l->bill;
        r->said_stands = l->stands;
    } else if (!read_change(row, &l->change) || l->shift.n == 0 || fb_code_parse(&l->payer, row->cell[PAYER]) != FB_OK ||
               fb_day_parse(&l->day, row->cell[DAY]) != FB_OK)
        refuse(r, row->line, "change, shift, payer or day (2026-10-31) cannot be read: a spreadsheet may have rewritten it", row->cell[SHIFT]);
    else if (!plus(&r->total, &l->bill))
        refuse(r, row->line, "the sum is larger than any money", row->cell[NET]);
    else
        r->n++;
}

static int order_keys(const void *left, const void *right)
{
    const struct self_bill_line *a = left, *b = right;
    int by = fb_span_cmp(a->shift, b->shift);
    return by != 0 ? by : a->payer < b->payer ? -1 : a->payer > b->payer;
}

/* What all runs come to with this one. Each row says that itself: a file that was changed, or one that is missing, shows. */
static struct self_bill_line *merge(struct run *r, struct self_bill_before *to, unsigned *n)
{
    struct self_bill_line *all = calloc((size_t)to->n + r->n + 1, sizeof(*all));
    for (unsigned i = 0, k = 0; all != NULL && (i < to->n || k < r->n);) {
        int by = i == to->n ? 1 : k == r->n ? -1 : order_keys(&to->line[i], &r->line[k]);
        struct self_bill_line *l = &all[(*n)++];
        struct self_bill_sum was = by <= 0 ? to->line[i].stands : (struct self_bill_sum){0};
        *l = by >= 0 ? r->line[k] : to->line[i];
        if (by >= 0 && (!plus(&was, &l->bill) || !same(&was, &l->stands)))
            refuse(r, l->at, "what the runs come to is not what this run says of the shift: a run is missing, or one was changed", l->shift);
        if (by >= 0 && k > 0 && order_keys(&r->line[k - 1], &r->line[k]) == 0)
            refuse(r, l->at, "a shift stands twice", l->shift);
        i += by <= 0;
        k += by >= 0;
    }
    return all;
}

static void take_over(struct run *r, struct self_bill_before *to)
{
    unsigned n = 0;
    qsort(r->line, r->n, sizeof(*r->line), order_keys);
    struct self_bill_line *all = merge(r, to, &n);
    if (all == NULL) {
        refuse(r, 0, "there is not enough memory", (struct fb_span){NULL, 0});
        return;
    }
    free(to->line);
    to->line = all;
    to->n = n;
    to->runs++;
    if (!plus(&to->total, &r->total) || !same(&to->total, &r->said_stands))
        refuse(r, 0, "what the runs come to is not what the total says: a run is missing, or one was changed", (struct fb_span){NULL, 0});
}

static bool has_our_heads(const struct fb_table *t)
{
    bool good = t->n_columns == COLUMNS || t->n_columns == BARE_COLUMNS; /* a run that was made before documents were named counts on */
    for (unsigned c = 0; c < t->n_columns && good; c++)
        good = fb_span_is(t->column[c], head[c]);
    return good;
}

bool self_bill_read(struct fb_pool *pool, const struct fb_pack_file *file, const struct self_bill_scope *scope, struct self_bill_before *out,
                    struct fb_pack_report *report)
{
    struct run r = {.file = file, .report = report, .scope = scope, .before = out};
    const struct fb_table *t = fb_table_read(pool, file, report);
    if (t == NULL)
        return false;
    r.line = calloc(t->n_rows + 1u, sizeof(*r.line));
    r.columns = t->n_columns;
    if (r.line == NULL || !has_our_heads(t))
        refuse(&r, 1, "this is no file of a self-bill run: its columns are others", (struct fb_span){NULL, 0});
    for (unsigned i = 0; i < t->n_rows && !r.bad; i++)
        read_row(&r, &t->row[i]);
    if (!r.bad && !r.ended)
        refuse(&r, t->n_rows + 1, "there is no total at its end: the file was cut", (struct fb_span){NULL, 0});
    else if (!r.bad && !same(&r.total, &r.said))
        refuse(&r, t->n_rows + 1, "its rows do not come to its total: the file was changed", (struct fb_span){NULL, 0});
    if (!r.bad)
        take_over(&r, out);
    free(r.line);
    return !r.bad;
}

void self_bill_before_release(struct self_bill_before *b)
{
    free(b->line);
    *b = (struct self_bill_before){.n = 0};
}
