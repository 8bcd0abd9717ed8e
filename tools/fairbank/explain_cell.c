#include "tools/fairbank/explain_cell.h"
#include "tools/fairbank/export/lay.h"
#include "tools/fairbank/export/make.h"
#include "tools/fairbank/export/rates.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>

/* What is listed, summed apart from the export's own fold: both must come to the same. */
struct behind {
    enum fb_return_figure figure;
    const struct options *o;
    struct table table;
    json_t *rows;
    uint64_t counted, others;
    int64_t sum;
};

bool is_cell(const char *word) { return strncmp(word, CELL_BEGINS, sizeof CELL_BEGINS - 1) == 0; }

static void amount_format(char *out, size_t size, const struct behind *b, const struct cut_share *s)
{
    static const uint8_t kinds[FB_RETURN_FIGURE_END] = {
        [FB_RETURN_FIGURE_HOURS] = SHEET_MINUTES, [FB_RETURN_FIGURE_SPEND] = SHEET_PENCE, [FB_RETURN_FIGURE_COMMISSION] = SHEET_PENCE,
        [FB_RETURN_FIGURE_HIGHEST_HOUR] = SHEET_PENCE, [FB_RETURN_FIGURE_VAT] = SHEET_PENCE, [FB_RETURN_FIGURE_EXCESS] = SHEET_PENCE};
    uint8_t kind = kinds[b->figure] == SHEET_TEXT ? SHEET_COUNT : kinds[b->figure];
    sheet_cell_format(out, size, &(struct sheet_cell){.kind = kind, .value = s->amount});
}

static bool each(void *ctx, const struct cut_share *s)
{
    struct behind *b = ctx;
    char day[11] = "", amount[64];
    if (s->day != 0)
        fb_day_format(day, s->day);
    amount_format(amount, sizeof amount, b, s);
    b->counted += s->counts;
    b->others += !s->counts;
    b->sum += s->counts ? s->amount : 0;
    if (b->rows != NULL) {
        json_array_append_new(b->rows, json_pack("{s:s, s:s, s:b, s:I, s:s}", "shift", s->shift, "day", day, "counts", s->counts, "amount",
                                                 (json_int_t)s->amount, "written", amount));
        return true;
    }
    table_add(&b->table, s->shift);
    table_add(&b->table, day);
    table_add(&b->table, s->counts ? amount : "0");
    return true;
}

/* The number of shifts must be that of the export, and so must their sum. */
static bool adds_up(const struct behind *b, const struct cut_cell *c)
{
    bool percent = b->figure == FB_RETURN_FIGURE_PERCENT;
    return b->counted == c->yes && (!percent || b->others == c->no) && b->sum == (percent ? (int64_t)c->yes : c->sum);
}

static void print_words(const struct behind *b, const struct cell_id *id, const struct making *m, unsigned column, const char *figure, const char *sum)
{
    const struct fb_return_column *c = &m->plan.column[column];
    printf("%s\n%s: %s, %s\n", m->o.words[0], m->plan.title, word_of(c->title), id->period);
    printf("is %s\n\n", figure);
    table_print((struct table *)&b->table, stdout);
    if (b->figure == FB_RETURN_FIGURE_PERCENT)
        printf("\n%llu of these %llu shifts: %s %%\n", (unsigned long long)b->counted, (unsigned long long)b->counted + b->others, figure);
    else if (b->figure == FB_RETURN_FIGURE_HIGHEST_HOUR)
        printf("\n%llu shifts, which cost £%s; the highest for an hour, each shift's own average: £%s\n", (unsigned long long)b->counted, sum, figure);
    else
        printf("\n%llu shift%s, which add up to %s\n", (unsigned long long)b->counted, b->counted == 1 ? "" : "s", sum);
    printf("Each is explained by its name: fairbank explain SHIFT\n");
}

static void print_json(struct behind *b, const struct making *m, const char *figure, const struct cut_cell *c)
{
    json_t *j = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:O}", "figure", m->o.words[0], "is", figure, "shifts", (json_int_t)b->counted, "others",
                          (json_int_t)b->others, "sum", (json_int_t)b->sum, "cannot_say", (json_int_t)c->unknown, "rows", b->rows);
    json_print(j, JSON_INDENT(1));
}

static int tell(struct behind *b, struct making *m, const struct cell_id *id, unsigned column)
{
    char figure[64], sum[64];
    const struct cut_row *row = cut_row_of(&m->cut, id->row);
    if (row == NULL) {
        fprintf(stderr, "fairbank explain: %s has no row '%s' in that time: no shift is behind it now\n", id->name, id->row);
        return EXIT_FAILED;
    }
    struct sheet_cell cell = lay_figure(&m->cut, row, column);
    sheet_cell_format(figure, sizeof figure, &cell);
    amount_format(sum, sizeof sum, b, &(struct cut_share){.amount = b->sum});
    if (!adds_up(b, &row->cell[column])) {
        fprintf(stderr, "fairbank explain: the shifts listed do not add up to the figure (%s): this is a fault of the program, please report it\n", figure);
        return EXIT_FAILED;
    }
    if (b->rows != NULL)
        print_json(b, m, figure, &row->cell[column]);
    else
        print_words(b, id, m, column, figure, sum);
    return EXIT_DONE;
}

static int explain(struct making *m, const struct options *o, const struct cell_id *id)
{
    char heads[] = "shift|day|>amount";
    if (!make_plan(m, o, id))
        return EXIT_FAILED;
    int column = cut_column_of(&m->plan, id->column);
    if (column < 0) {
        fprintf(stderr, "fairbank explain: %s has no column '%s'\n", id->name, id->column);
        return EXIT_FAILED;
    }
    struct behind b = {.figure = (enum fb_return_figure)m->plan.column[column].figure, .o = o, .rows = o->json ? json_array() : NULL};
    struct cut_watch watch = {id->row, (unsigned)column, each, &b};
    table_init(&b.table, heads);
    int status = make_read(m, &watch) ? tell(&b, m, id, (unsigned)column) : EXIT_FAILED;
    if (status != EXIT_DONE || o->json)
        table_release(&b.table);
    json_decref(b.rows);
    return status;
}

int explain_cell(const struct options *o)
{
    static struct making m;
    struct cell_id id;
    const char *what;
    if (!cell_id_parse(&id, o->words[0], &what)) {
        fprintf(stderr, "fairbank explain: %.80s: %s\n", o->words[0], what);
        return EXIT_USAGE;
    }
    if (o->as_of != 0) {
        fprintf(stderr, "fairbank explain: a figure of an export is asked for by day: --as-known DATE, not --as-of\n");
        return EXIT_USAGE;
    }
    fb_code asked = id.trust;
    if (!make_may_see(o, &id.trust))
        return EXIT_FAILED;
    if (asked != id.trust) {
        fprintf(stderr, "fairbank explain: that figure is of all trusts: ask as controls or finance\n");
        return EXIT_FAILED;
    }
    bool rate = strcmp(id.name, RATES_NAME) == 0;
    int status = rate ? make_open(&m, o) && rates_explain(m.plan.book, &id, o->json) ? EXIT_DONE : EXIT_FAILED : explain(&m, o, &id);
    make_end(&m);
    return status;
}
