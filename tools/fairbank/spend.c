/* fairbank spend and fairbank fill: totals of one stage (or of demand), grouped as asked. Reads the data folder (in short transactions), so it works
 * beside a running engine and without one. */
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 200000 };
enum by { BY_TRUST = 1, BY_ICS = 2, BY_STAFF_GROUP = 4, BY_ROUTE = 8, BY_WEEK = 16 };
static const struct {
    const char *word;
    unsigned bit;
} by_words[] = {{"trust", BY_TRUST}, {"ics", BY_ICS}, {"staff_group", BY_STAFF_GROUP}, {"route", BY_ROUTE}, {"week", BY_WEEK}};
enum { N_BY = sizeof(by_words) / sizeof(by_words[0]) };

struct gathered {
    const struct options *o;
    enum fb_stage stage; /* NONE: demand, for `fill` */
    unsigned by;
    struct fb_line *row, total;
    unsigned n, size;
    struct fb_line coverage[64]; /* by trust: .cell.week first, .figures.v[0] last, [1] weeks seen, [2] last week counted */
    unsigned n_coverage;
    bool full;
};

static const char *command_of(enum fb_stage stage) { return stage == FB_STAGE_NONE ? "fill" : "spend"; }

static bool by_parse(unsigned *by, const char *text, const char *command)
{
    *by = 0;
    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, ",");
        unsigned bit = 0;
        for (unsigned i = 0; i < N_BY; i++)
            if (strlen(by_words[i].word) == n && memcmp(by_words[i].word, p, n) == 0)
                bit = by_words[i].bit;
        if (bit == 0) {
            fprintf(stderr, "fairbank %s: --by %.80s: use any of trust,ics,staff_group,route,week\n", command, text);
            return false;
        }
        *by |= bit;
        p += n + (p[n] == ',');
    }
    if (*by == 0)
        fprintf(stderr, "fairbank %s: --by needs a column: any of trust,ics,staff_group,route,week\n", command);
    return *by != 0;
}

/* What is not grouped by is blanked, so that cells of one group compare equal. */
static struct fb_cell masked(const struct fb_cell *c, unsigned by)
{
    return (struct fb_cell){.week = by & BY_WEEK ? c->week : 0, .hirer = by & BY_TRUST ? c->hirer : 0, .ics = by & BY_ICS ? c->ics : 0,
                            .staff_group = by & BY_STAFF_GROUP ? c->staff_group : 0, .route = by & BY_ROUTE ? c->route : 0};
}

static int cell_cmp(const struct fb_cell *a, const struct fb_cell *b)
{
    const int64_t d[] = {(int64_t)(a->hirer > b->hirer) - (a->hirer < b->hirer), (int64_t)(a->ics > b->ics) - (a->ics < b->ics),
                         a->staff_group - b->staff_group, a->route - b->route, a->week - b->week};
    for (unsigned i = 0; i < sizeof(d) / sizeof(d[0]); i++)
        if (d[i] != 0)
            return d[i] < 0 ? -1 : 1;
    return 0;
}

static int line_cmp(const void *a, const void *b) { return cell_cmp(&((const struct fb_line *)a)->cell, &((const struct fb_line *)b)->cell); }

static void figures_add(struct fb_figures *to, const struct fb_figures *f)
{
    for (unsigned m = 0; m < FB_MEASURES; m++)
        to->v[m] += f->v[m];
}

static void cover(struct gathered *g, const struct fb_total *line)
{
    unsigned i = 0;
    while (i < g->n_coverage && g->coverage[i].cell.hirer != line->place.cell.hirer)
        i++;
    if (i == sizeof(g->coverage) / sizeof(g->coverage[0]))
        return;
    struct fb_line *c = &g->coverage[i];
    if (i == g->n_coverage) {
        g->n_coverage++;
        *c = (struct fb_line){.cell = {.hirer = line->place.cell.hirer, .week = line->place.cell.week}};
        c->figures.v[2] = INT64_MIN;
    }
    if (c->figures.v[2] != line->place.cell.week) { /* cells come week first */
        c->figures.v[1]++;
        c->figures.v[2] = c->figures.v[0] = line->place.cell.week;
    }
}

static struct fb_line *row_of(struct gathered *g, const struct fb_cell *cell)
{
    for (unsigned i = g->n; i > 0 && g->n < 4096; i--) /* few groups: the last ones are the likely ones */
        if (cell_cmp(&g->row[i - 1].cell, cell) == 0)
            return &g->row[i - 1];
    if (g->n == g->size) {
        unsigned size = g->size > 0 ? g->size * 2 : 1024;
        struct fb_line *row = size <= ROWS_MAX ? realloc(g->row, size * sizeof(*row)) : NULL;
        if (row == NULL)
            return NULL;
        g->row = row;
        g->size = size;
    }
    g->row[g->n] = (struct fb_line){.cell = *cell};
    return &g->row[g->n++];
}

static bool each(void *ctx, const struct fb_total *line)
{
    struct gathered *g = ctx;
    if (line->place.cell.stage != g->stage)
        return true;
    struct fb_cell cell = masked(&line->place.cell, g->by);
    struct fb_line *row = row_of(g, &cell);
    if (row == NULL) {
        g->full = true;
        return false;
    }
    figures_add(&row->figures, &line->figures);
    figures_add(&g->total.figures, &line->figures);
    cover(g, line);
    return true;
}

static void merge_equal(struct gathered *g)
{
    unsigned n = 0;
    if (g->n > 0)
        qsort(g->row, g->n, sizeof(*g->row), line_cmp);
    for (unsigned i = 0; i < g->n; i++) {
        if (n > 0 && cell_cmp(&g->row[n - 1].cell, &g->row[i].cell) == 0)
            figures_add(&g->row[n - 1].figures, &g->row[i].figures);
        else
            g->row[n++] = g->row[i];
    }
    g->n = n;
}

static void coverage_line(const struct gathered *g)
{
    char from[11], until[11];
    printf("Coverage: %u trust%s", g->n_coverage, g->n_coverage == 1 ? "" : "s");
    for (unsigned i = 0; i < g->n_coverage; i++) {
        const struct fb_line *c = &g->coverage[i];
        fb_day_format(from, c->cell.week);
        fb_day_format(until, (fb_day)c->figures.v[0]);
        printf("%s%s %lld week%s %s..%s", i % 3 == 0 ? "\n  " : "; ", code_word(c->cell.hirer), (long long)c->figures.v[1],
               c->figures.v[1] == 1 ? "" : "s", from, until);
    }
    putchar('\n');
}

static void heading(const struct gathered *g)
{
    if (g->stage == FB_STAGE_NONE) {
        printf("Demand: vacancies and how they ended. %s sources.\n", g->o->shadow ? "Shadow" : "Live");
        coverage_line(g);
        putchar('\n');
        return;
    }
    const int64_t *v = g->total.figures.v;
    char pounds[40];
    pounds_format(pounds, sizeof(pounds), v[FB_MEASURE_PENCE]);
    printf("Spend, stage %s%s: £%s\n", fb_stage_word(g->stage), g->stage == FB_STAGE_LATEST ? " (worked where known, else committed)" : "", pounds);
    pounds_format(pounds, sizeof(pounds), v[FB_MEASURE_EXPECTED]);
    printf("Basis: as sent by the trusts, of it £%s expected from the rate card; %lld shift%s without any price\n", pounds,
           (long long)v[FB_MEASURE_UNPRICED], v[FB_MEASURE_UNPRICED] == 1 ? "" : "s");
    coverage_line(g);
    printf("VAT is apart. %s sources.\n\n", g->o->shadow ? "Shadow" : "Live");
}

static void draw_cell(struct table *t, unsigned by, const struct fb_cell *c)
{
    char day[11];
    fb_day_format(day, c->week);
    if (by & BY_TRUST)
        table_add(t, code_word(c->hirer));
    if (by & BY_ICS)
        table_add(t, c->ics != 0 ? code_word(c->ics) : "(unknown)");
    if (by & BY_STAFF_GROUP)
        table_add(t, fb_staff_group_word(c->staff_group));
    if (by & BY_ROUTE)
        table_add(t, fb_route_word(c->route));
    if (by & BY_WEEK)
        table_add(t, day);
}

/* Per cent with one decimal, for the eye only: rounded down. */
static void draw_share(struct table *t, int64_t part, int64_t whole)
{
    char s[24] = "-";
    if (whole > 0)
        snprintf(s, sizeof(s), "%lld.%lld %%", (long long)(part * 100 / whole), (long long)(part * 1000 / whole % 10));
    table_add(t, s);
}

static void draw_demand(struct table *t, const struct fb_figures *f)
{
    table_add_int(t, f->v[FB_MEASURE_VACANCIES]);
    table_add_int(t, f->v[FB_MEASURE_FILLED]);
    table_add_int(t, f->v[FB_MEASURE_UNFILLED]);
    table_add_int(t, f->v[FB_MEASURE_WITHDRAWN] + f->v[FB_MEASURE_COVERED]);
    draw_share(t, f->v[FB_MEASURE_FILLED], f->v[FB_MEASURE_FILLED] + f->v[FB_MEASURE_UNFILLED]);
    table_add_int(t, f->v[FB_MEASURE_VACANCY_MINUTES] / 60);
    table_add_int(t, f->v[FB_MEASURE_FILLED_MINUTES] / 60);
}

static void draw_figures(struct table *t, const struct gathered *g, const struct fb_figures *f)
{
    if (g->stage == FB_STAGE_NONE) {
        draw_demand(t, f);
        return;
    }
    table_add_int(t, f->v[FB_MEASURE_SHIFTS]);
    table_add_int(t, f->v[FB_MEASURE_MINUTES] / 60);
    table_add_pounds(t, f->v[FB_MEASURE_PENCE]);
    table_add_pounds(t, f->v[FB_MEASURE_VAT]);
    table_add_int(t, f->v[FB_MEASURE_OVER_CAP]);
    table_add_pounds(t, f->v[FB_MEASURE_EXCESS]);
}

static void draw_table(const struct gathered *g)
{
    char heads[200] = "";
    struct fb_text text;
    fb_text_init(&text, heads, sizeof(heads));
    for (unsigned i = 0; i < N_BY; i++)
        if (g->by & by_words[i].bit) {
            fb_text_add(&text, by_words[i].word);
            fb_text_add(&text, "|");
        }
    bool demand = g->stage == FB_STAGE_NONE;
    fb_text_add(&text, demand ? ">vacancies|>filled|>unfilled|>withdrawn|>fill rate|>hours asked|>hours filled"
                              : ">shifts|>hours|>£|>VAT £|>over cap|>excess £");
    unsigned figures = demand ? 7 : 6;
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < g->n; i++) {
        draw_cell(&t, g->by, &g->row[i].cell);
        draw_figures(&t, g, &g->row[i].figures);
    }
    for (unsigned i = 0; i + figures < t.n_columns; i++)
        table_add(&t, i == 0 ? "total" : "");
    draw_figures(&t, g, &g->total.figures);
    table_print(&t, stdout);
}

_Static_assert(FB_MEASURE_CANCEL_CHARGE < FB_MEASURE_VACANCIES && FB_MEASURE_VACANCIES + 7 == FB_MEASURE_LOADED,
               "the measures of demand stand together: row_json tells them by that");
static json_t *row_json(const struct gathered *g, const struct fb_line *row)
{
    char day[11];
    json_t *j = json_object();
    fb_day_format(day, row->cell.week);
    if (g->by & BY_TRUST)
        json_object_set_new(j, "trust", json_string(code_word(row->cell.hirer)));
    if (g->by & BY_ICS)
        json_object_set_new(j, "ics", row->cell.ics != 0 ? json_string(code_word(row->cell.ics)) : json_null());
    if (g->by & BY_STAFF_GROUP)
        json_object_set_new(j, "staff_group", json_string(fb_staff_group_word(row->cell.staff_group)));
    if (g->by & BY_ROUTE)
        json_object_set_new(j, "route", json_string(fb_route_word(row->cell.route)));
    if (g->by & BY_WEEK)
        json_object_set_new(j, "week", json_string(day));
    bool demand = g->stage == FB_STAGE_NONE; /* a total of demand has no spend, and the other way about */
    for (unsigned m = 0; m < FB_MEASURES; m++)
        if ((m >= FB_MEASURE_VACANCIES && m < FB_MEASURE_LOADED) == demand)
            json_object_set_new(j, fb_measure_word(m), json_integer(row->figures.v[m]));
    return j;
}

static void draw_json(const struct gathered *g)
{
    json_t *out = json_pack("{s:s, s:b}", "stage", g->stage == FB_STAGE_NONE ? "demand" : fb_stage_word(g->stage), "shadow", g->o->shadow);
    json_t *rows = json_array(), *coverage = json_array();
    for (unsigned i = 0; i < g->n; i++)
        json_array_append_new(rows, row_json(g, &g->row[i]));
    for (unsigned i = 0; i < g->n_coverage; i++)
        json_array_append_new(coverage, json_pack("{s:s, s:I}", "trust", code_word(g->coverage[i].cell.hirer), "weeks", (json_int_t)g->coverage[i].figures.v[1]));
    struct gathered whole = *g;
    whole.by = 0;
    json_object_set_new(out, "total", row_json(&whole, &g->total));
    json_object_set_new(out, "coverage", coverage);
    json_object_set_new(out, "rows", rows);
    json_dumpf(out, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(out);
}

static int totals(const struct options *o, enum fb_stage stage, const char *usual_by)
{
    struct folder f;
    struct gathered g = {.o = o, .stage = stage};
    if (!by_parse(&g.by, o->by != NULL ? o->by : usual_by, command_of(stage)))
        return EXIT_USAGE;
    warn_unknown_trust(o, command_of(stage));
    if (!folder_open(&f, o, command_of(stage)))
        return EXIT_FAILED;
    struct fb_total_filter filter = {.trust = o->trust, .from_week = o->from_week, .until_week = o->until_week, .known = INT32_MAX, .shadow = o->shadow, .posted = INT32_MIN};
    enum fb_err e = fb_report_totals(f.store, &filter, each, &g);
    if (e != FB_OK || g.full)
        fprintf(stderr, "fairbank %s: %s\n", command_of(stage), g.full ? "too many rows: group by fewer columns" : fb_err_text(e));
    else {
        merge_equal(&g);
        if (o->json)
            draw_json(&g);
        else {
            heading(&g);
            draw_table(&g);
        }
    }
    free(g.row);
    folder_close(&f);
    return e == FB_OK && !g.full ? EXIT_DONE : EXIT_FAILED;
}

int command_spend(const struct options *o) { return totals(o, o->stage, "trust,staff_group,route,week"); }

int command_fill(const struct options *o) { return totals(o, FB_STAGE_NONE, "trust,staff_group,week"); }
