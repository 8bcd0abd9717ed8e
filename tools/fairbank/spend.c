/* fairbank spend and fairbank fill: totals of one stage (or of demand), grouped as asked. Reads the data folder (in short transactions), so it works
 * beside a running engine and without one. */
#include "tools/fairbank/spend.h"
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 200000 };
const struct by_word by_words[BY_WORDS] = {{"trust", BY_TRUST}, {"ics", BY_ICS}, {"staff_group", BY_STAFF_GROUP}, {"route", BY_ROUTE},
                                           {"week", BY_WEEK}, {"month", BY_MONTH}, {"posted", BY_POSTED}, {"cause", BY_CAUSE}};

static const char *command_of(enum fb_stage stage) { return stage == FB_STAGE_NONE ? "fill" : "spend"; }

static bool by_parse(unsigned *by, const char *text, const char *command)
{
    *by = 0;
    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, ",");
        unsigned bit = 0;
        for (unsigned i = 0; i < BY_WORDS; i++)
            if (strlen(by_words[i].word) == n && memcmp(by_words[i].word, p, n) == 0)
                bit = by_words[i].bit;
        if (bit == 0) {
            fprintf(stderr, "fairbank %s: --by %.80s: use any of trust,ics,staff_group,route,week,month,posted,cause\n", command, text);
            return false;
        }
        *by |= bit;
        p += n + (p[n] == ',');
    }
    if (*by == 0)
        fprintf(stderr, "fairbank %s: --by needs a column: any of trust,ics,staff_group,route,week,month,posted,cause\n", command);
    return *by != 0;
}

/* What is not grouped by is blanked, so that places of one group compare equal. */
static struct fb_posting_place masked(const struct fb_posting_place *p, unsigned by)
{
    const struct fb_cell *c = &p->cell;
    return (struct fb_posting_place){
        .cell = {.week = by & BY_WEEK ? c->week : 0, .month = by & BY_MONTH ? c->month : 0, .hirer = by & BY_TRUST ? c->hirer : 0,
                 .ics = by & BY_ICS ? c->ics : 0, .staff_group = by & BY_STAFF_GROUP ? c->staff_group : 0,
                 .route = by & BY_ROUTE ? c->route : 0},
        .posted = by & BY_POSTED ? p->posted : 0,
        .cause = by & BY_CAUSE ? p->cause : 0};
}

static int place_cmp(const struct fb_posting_place *x, const struct fb_posting_place *y)
{
    const struct fb_cell *a = &x->cell, *b = &y->cell;
    const int64_t d[] = {(int64_t)(a->hirer > b->hirer) - (a->hirer < b->hirer), (int64_t)(a->ics > b->ics) - (a->ics < b->ics),
                         a->staff_group - b->staff_group, a->route - b->route, a->month - b->month, x->posted - y->posted,
                         x->cause - y->cause, a->week - b->week};
    for (unsigned i = 0; i < sizeof(d) / sizeof(d[0]); i++)
        if (d[i] != 0)
            return d[i] < 0 ? -1 : 1;
    return 0;
}

static int total_cmp(const void *a, const void *b) { return place_cmp(&((const struct fb_total *)a)->place, &((const struct fb_total *)b)->place); }

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

static struct fb_total *row_of(struct gathered *g, const struct fb_posting_place *place)
{
    for (unsigned i = g->n; i > 0 && g->n < 4096; i--) /* few groups: the last ones are the likely ones */
        if (place_cmp(&g->row[i - 1].place, place) == 0)
            return &g->row[i - 1];
    if (g->n == g->size) {
        unsigned size = g->size > 0 ? g->size * 2 : 1024;
        struct fb_total *row = size <= ROWS_MAX ? realloc(g->row, size * sizeof(*row)) : NULL;
        if (row == NULL)
            return NULL;
        g->row = row;
        g->size = size;
    }
    g->row[g->n] = (struct fb_total){.place = *place};
    return &g->row[g->n++];
}

/* What was posted and taken back: a shift that moved to another system leaves nothing behind that a person should read. */
static bool is_nought(const struct fb_figures *f)
{
    for (unsigned m = 0; m < FB_MEASURES; m++)
        if (f->v[m] != 0)
            return false;
    return true;
}

static bool each(void *ctx, const struct fb_total *line)
{
    struct gathered *g = ctx;
    if (line->place.cell.stage != g->stage || is_nought(&line->figures))
        return true;
    struct fb_posting_place place = masked(&line->place, g->by);
    struct fb_total *row = row_of(g, &place);
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
        qsort(g->row, g->n, sizeof(*g->row), total_cmp);
    for (unsigned i = 0; i < g->n; i++) {
        if (n > 0 && place_cmp(&g->row[n - 1].place, &g->row[i].place) == 0)
            figures_add(&g->row[n - 1].figures, &g->row[i].figures);
        else
            g->row[n++] = g->row[i];
    }
    g->n = 0;
    for (unsigned i = 0; i < n; i++)
        if (!is_nought(&g->row[i].figures))
            g->row[g->n++] = g->row[i];
}

/* A row that tells of few shifts, or of a correction of few, is left out of what leaves the system; and of the total, which would
 * give it away. */
static void leave_out_small(struct gathered *g)
{
    g->total.figures = (struct fb_figures){{0}};
    for (unsigned i = 0; i < g->n; i++)
        if (!spend_is_small(g, &g->row[i].figures)) {
            struct fb_figures shown = g->row[i].figures;
            uint64_t hidden = spend_hidden(g, &shown);
            for (unsigned m = 0; m < FB_MEASURES; m++)
                shown.v[m] = hidden >> m & 1 ? 0 : shown.v[m];
            figures_add(&g->total.figures, &shown);
        }
}

uint64_t spend_hidden(const struct gathered *g, const struct fb_figures *f)
{
    static const struct {
        enum fb_measure count, money; /* the same twice: no money is told of them apart */
    } of[] = {{FB_MEASURE_OVER_CAP, FB_MEASURE_EXCESS},
              {FB_MEASURE_OVER_ESTIMATE, FB_MEASURE_OVER_ESTIMATE},
              {FB_MEASURE_UNPRICED, FB_MEASURE_UNPRICED},
              {FB_MEASURE_LOADED_SHORT, FB_MEASURE_LOADED_SHORT}};
    uint64_t hidden = 0;
    for (unsigned i = 0; i < sizeof(of) / sizeof(of[0]) && g->small > 0; i++) {
        int64_t n = f->v[of[i].count];
        bool few = n < (int64_t)g->small && n > -(int64_t)g->small, nothing = n == 0 && f->v[of[i].money] == 0;
        if (few && !nothing)
            hidden |= UINT64_C(1) << of[i].count | UINT64_C(1) << of[i].money;
    }
    return hidden;
}

bool spend_is_small(const struct gathered *g, const struct fb_figures *f)
{
    int64_t shifts = f->v[FB_MEASURE_SHIFTS];
    return g->small > 0 && shifts < (int64_t)g->small && shifts > -(int64_t)g->small;
}

/* Totals are kept by the week: a month written as weeks would lack its first days and have some of the next one's. */
static void warn_split_week(const struct options *o, const char *command)
{
    char from[11], until[11];
    if (o->from_week == INT32_MIN || (fb_day_weekday(o->from_week) == 0 && fb_day_weekday(o->until_week) == 0))
        return;
    fb_day_format(from, o->from_week);
    fb_day_format(until, o->until_week);
    fprintf(stderr, "fairbank %s: whole weeks are counted, those whose Monday lies from %s to before %s; --by month tells months apart\n", command, from, until);
}

/* Of a day in the past only what was known then; of now, how far the current issue of the rules has been applied. */
static enum fb_err settle_moment(struct gathered *g, struct folder *f, const char *command)
{
    uint64_t journal;
    if (g->o->as_known == 0)
        return fb_report_reprice(f->store, &g->reprice);
    return folder_known(f, g->o, command, &journal, &g->nothing_known) ? FB_OK : FB_IO;
}

static int totals(const struct options *o, enum fb_stage stage, const char *usual_by)
{
    struct folder f;
    struct gathered g = {.o = o, .stage = stage};
    if (!by_parse(&g.by, o->by != NULL ? o->by : usual_by, command_of(stage)))
        return EXIT_USAGE;
    warn_unknown_trust(o, command_of(stage));
    warn_split_week(o, command_of(stage));
    if (!folder_open(&f, o, command_of(stage)))
        return EXIT_FAILED;
    const struct fb_total_filter filter = {.trust = o->trust, .from_week = o->from_week, .until_week = o->until_week,
                                           .known = o->as_known != 0 ? o->as_known : INT32_MAX, .shadow = o->shadow, .posted = o->posted};
    enum fb_err e = settle_moment(&g, &f, command_of(stage));
    if (e == FB_OK && !g.nothing_known)
        e = fb_report_totals(f.store, &filter, each, &g);
    if (e != FB_OK || g.full)
        fprintf(stderr, "fairbank %s: %s\n", command_of(stage), g.full ? "too many rows: group by fewer columns" : fb_err_text(e));
    else {
        merge_equal(&g);
        g.small = small_number(o, &f);
        if (g.small > 0)
            leave_out_small(&g);
        (o->json ? spend_draw_json : spend_draw_table)(&g);
    }
    free(g.row);
    folder_close(&f);
    return e == FB_OK && !g.full ? EXIT_DONE : EXIT_FAILED;
}

int command_spend(const struct options *o) { return totals(o, o->stage, "trust,staff_group,route,week"); }

int command_fill(const struct options *o) { return totals(o, FB_STAGE_NONE, "trust,staff_group,week"); }
