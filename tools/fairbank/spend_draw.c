/* fairbank spend and fairbank fill: the heading, the table and the JSON of what was gathered. */
#include "tools/fairbank/json.h"
#include "tools/fairbank/spend.h"
#include "tools/fairbank/table.h"

static const char *month_word(fb_day month)
{
    char day[11];
    fb_day_format(day, month);
    return word_of((struct fb_span){day, 7});
}

static void coverage_line(const struct gathered *g)
{
    char from[11], until[11];
    printf("Coverage: %u trust%s", g->n_coverage, g->n_coverage == 1 ? "" : "s");
    for (unsigned i = 0; i < g->n_coverage; i++) {
        const struct fb_line *c = &g->coverage[i];
        fb_day_format(from, c->cell.week);
        fb_day_format(until, (fb_day)c->figures.v[0]);
        printf("%s%s %lld week%s %s..%s", i % 2 == 0 ? "\n  " : "; ", code_word(c->cell.hirer), (long long)c->figures.v[1],
               c->figures.v[1] == 1 ? "" : "s", from, until);
    }
    putchar('\n');
}

/* Which moment, which books, and what is not finished. */
static void moment_lines(const struct gathered *g)
{
    if (g->o->as_known != 0)
        printf("%s: %s\n", g->nothing_known ? "Nothing was known by then" : "What was reported", known_words(g->o->as_known));
    if (g->o->posted != INT32_MIN)
        printf("Only what stands in the books of %s\n", month_word(g->o->posted));
    if (g->reprice.done < g->reprice.of)
        printf("issue %u applied to %u %%: shifts not yet reached stand as the issue before priced them\n", g->reprice.issue,
               (unsigned)(g->reprice.done * 100 / g->reprice.of));
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
    printf("Spend, stage %s%s: £%s\n", fb_stage_word(g->stage), g->stage == FB_STAGE_LATEST ? " (invoiced where known, else worked, else committed)" : "", pounds);
    pounds_format(pounds, sizeof(pounds), v[FB_MEASURE_EXPECTED]);
    printf("Basis: as sent by the trusts, of it £%s expected from the card; %lld shift%s without any price\n", pounds,
           (long long)v[FB_MEASURE_UNPRICED], v[FB_MEASURE_UNPRICED] == 1 ? "" : "s");
    moment_lines(g);
    coverage_line(g);
    if (g->o->loaded)
        printf("Loaded: pay, holiday, on-costs, fees and VAT that cannot be recovered; card loaded: what those\n"
               "  shifts would have cost on the card; short: shifts whose loaded cost is not known, or only a lower bound\n");
    if (v[FB_MEASURE_BONUS] != 0) {
        pounds_format(pounds, sizeof(pounds), v[FB_MEASURE_BONUS]);
        printf("Bonuses earned: £%s, no part of the spend above\n", pounds);
    }
    printf("VAT is apart, and only what was sent of it (--loaded reckons it by the rules). %s sources.\n\n", g->o->shadow ? "Shadow" : "Live");
}

/* A column of the place, in words; NULL: not known. */
static const char *place_word(const struct fb_posting_place *p, unsigned bit)
{
    char day[11];
    fb_day_format(day, p->cell.week);
    switch ((enum by)bit) {
    case BY_TRUST: return code_word(p->cell.hirer);
    case BY_ICS: return p->cell.ics != 0 ? code_word(p->cell.ics) : NULL;
    case BY_STAFF_GROUP: return fb_staff_group_word(p->cell.staff_group);
    case BY_ROUTE: return fb_route_word(p->cell.route);
    case BY_WEEK: return word_of((struct fb_span){day, 10});
    case BY_MONTH: return month_word(p->cell.month);
    case BY_POSTED: return month_word(p->posted);
    case BY_CAUSE: return fb_cause_word(p->cause);
    }
    return NULL;
}

static void draw_place(struct table *t, unsigned by, const struct fb_posting_place *p)
{
    for (unsigned i = 0; i < BY_WORDS; i++)
        if (by & by_words[i].bit) {
            const char *word = place_word(p, by_words[i].bit);
            table_add(t, word != NULL ? word : "(unknown)");
        }
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

static void draw_count(struct table *t, const struct gathered *g, const struct fb_figures *f, enum fb_measure m)
{
    if (spend_hidden(g, f) >> m & 1)
        table_add(t, small_word(g->small));
    else
        table_add_int(t, f->v[m]);
}

/* Where no shift has a price there is no sum: it is no nought. */
static void draw_pounds(struct table *t, const struct fb_figures *f)
{
    int64_t shifts = f->v[FB_MEASURE_SHIFTS];
    if (shifts > 0 && f->v[FB_MEASURE_UNPRICED] >= shifts && f->v[FB_MEASURE_PENCE] == 0)
        table_add(t, "cannot say");
    else
        table_add_pounds(t, f->v[FB_MEASURE_PENCE]);
}

static void draw_figures(struct table *t, const struct gathered *g, const struct fb_figures *f)
{
    if (g->stage == FB_STAGE_NONE) {
        draw_demand(t, f);
        return;
    }
    table_add_int(t, f->v[FB_MEASURE_SHIFTS]);
    table_add_int(t, f->v[FB_MEASURE_MINUTES] / 60);
    draw_pounds(t, f);
    table_add_pounds(t, f->v[FB_MEASURE_VAT]);
    draw_count(t, g, f, FB_MEASURE_OVER_CAP);
    if (spend_hidden(g, f) >> FB_MEASURE_EXCESS & 1)
        table_add(t, "");
    else
        table_add_pounds(t, f->v[FB_MEASURE_EXCESS]);
    if (g->o->loaded) {
        table_add_pounds(t, f->v[FB_MEASURE_LOADED]);
        table_add_pounds(t, f->v[FB_MEASURE_CARD_LOADED]);
        draw_count(t, g, f, FB_MEASURE_LOADED_SHORT);
    }
}

/* A correction may move only what this table has no column for, or less than an hour: its row would be noughts, and tell a
 * person nothing. The total has it all the same, and the JSON tells every measure. */
static bool shows_nothing(const struct gathered *g, const struct fb_figures *f)
{
    static const enum fb_measure demand[] = {FB_MEASURE_VACANCIES, FB_MEASURE_FILLED, FB_MEASURE_UNFILLED, FB_MEASURE_WITHDRAWN,
                                             FB_MEASURE_COVERED, FB_MEASURE_VACANCY_MINUTES, FB_MEASURE_FILLED_MINUTES};
    static const enum fb_measure spend[] = {FB_MEASURE_SHIFTS, FB_MEASURE_MINUTES, FB_MEASURE_PENCE, FB_MEASURE_VAT,
                                            FB_MEASURE_OVER_CAP, FB_MEASURE_EXCESS, FB_MEASURE_LOADED,
                                            FB_MEASURE_CARD_LOADED, FB_MEASURE_LOADED_SHORT};
    const enum fb_measure *shown = g->stage == FB_STAGE_NONE ? demand : spend;
    unsigned n = g->stage == FB_STAGE_NONE ? sizeof demand / sizeof demand[0]
                                           : (g->o->loaded ? sizeof spend / sizeof spend[0] : 6);
    for (unsigned i = 0; i < n; i++) {
        bool minutes = shown[i] == FB_MEASURE_MINUTES || shown[i] == FB_MEASURE_VACANCY_MINUTES || shown[i] == FB_MEASURE_FILLED_MINUTES;
        if (f->v[shown[i]] / (minutes ? 60 : 1) != 0)
            return false;
    }
    return true;
}

void spend_draw_table(const struct gathered *g)
{
    heading(g);
    char heads[300] = "";
    struct fb_text text;
    fb_text_init(&text, heads, sizeof(heads));
    for (unsigned i = 0; i < BY_WORDS; i++)
        if (g->by & by_words[i].bit) {
            fb_text_add(&text, by_words[i].word);
            fb_text_add(&text, "|");
        }
    bool demand = g->stage == FB_STAGE_NONE;
    fb_text_add(&text, demand ? ">vacancies|>filled|>unfilled|>withdrawn|>fill rate|>hours asked|>hours filled"
                              : ">shifts|>hours|>£|>VAT £|>over cap|>excess £");
    unsigned figures = demand ? 7 : 6;
    if (!demand && g->o->loaded) {
        fb_text_add(&text, "|>loaded £|>card loaded £|>short");
        figures += 3;
    }
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < g->n; i++) {
        if (shows_nothing(g, &g->row[i].figures))
            continue;
        draw_place(&t, g->by, &g->row[i].place);
        if (spend_is_small(g, &g->row[i].figures))
            for (unsigned k = 0; k < figures; k++)
                table_add(&t, k == 0 ? small_word(g->small) : "");
        else
            draw_figures(&t, g, &g->row[i].figures);
    }
    for (unsigned i = 0; i + figures < t.n_columns; i++)
        table_add(&t, i == 0 ? "total" : "");
    draw_figures(&t, g, &g->total.figures);
    table_print(&t, stdout);
    small_print(g->small);
}

_Static_assert(FB_MEASURE_CANCEL_CHARGE < FB_MEASURE_VACANCIES && FB_MEASURE_VACANCIES + 7 == FB_MEASURE_LOADED,
               "the measures of demand stand together: row_json tells them by that");
static void add_measures(const struct gathered *g, json_t *j, const struct fb_figures *f)
{
    bool demand = g->stage == FB_STAGE_NONE; /* a total of demand has no spend, and the other way about */
    uint64_t hidden = spend_hidden(g, f);
    for (unsigned m = 0; m < FB_MEASURES; m++) {
        if ((m >= FB_MEASURE_VACANCIES && m < FB_MEASURE_LOADED) != demand)
            continue;
        json_object_set_new(j, fb_measure_word(m), hidden >> m & 1 ? json_null() : json_integer(f->v[m]));
        small_left_out((unsigned)(hidden >> m & 1));
    }
}

static json_t *row_json(const struct gathered *g, unsigned by, const struct fb_total *row)
{
    json_t *j = json_object();
    for (unsigned i = 0; i < BY_WORDS; i++)
        if (by & by_words[i].bit) {
            const char *word = place_word(&row->place, by_words[i].bit);
            json_object_set_new(j, by_words[i].word, word != NULL ? json_string(word) : json_null());
        }
    if (by != 0 && spend_is_small(g, &row->figures)) {
        json_object_set_new(j, fb_measure_word(FB_MEASURE_SHIFTS), json_null());
        json_object_set_new(j, "suppressed", json_true());
        small_left_out(1);
    } else
        add_measures(g, j, &row->figures);
    return j;
}

void spend_draw_json(const struct gathered *g)
{
    json_t *out = json_pack("{s:s, s:b}", "stage", g->stage == FB_STAGE_NONE ? "demand" : fb_stage_word(g->stage), "shadow", g->o->shadow);
    json_t *rows = json_array(), *coverage = json_array();
    for (unsigned i = 0; i < g->n; i++)
        json_array_append_new(rows, row_json(g, g->by, &g->row[i]));
    for (unsigned i = 0; i < g->n_coverage; i++)
        json_array_append_new(coverage, json_pack("{s:s, s:I}", "trust", code_word(g->coverage[i].cell.hirer), "weeks", (json_int_t)g->coverage[i].figures.v[1]));
    char day[11];
    if (g->o->as_known != 0) {
        fb_day_format(day, g->o->as_known);
        json_object_set_new(out, "as_known", json_string(day));
    } else if (g->reprice.issue != 0) {
        json_object_set_new(out, "issue", json_integer(g->reprice.issue));
        json_object_set_new(out, "repriced", json_integer((json_int_t)g->reprice.done));
        json_object_set_new(out, "to_reprice", json_integer((json_int_t)g->reprice.of));
    }
    if (g->o->posted != INT32_MIN)
        json_object_set_new(out, "posted", json_string(month_word(g->o->posted)));
    json_object_set_new(out, "total", row_json(g, 0, &g->total));
    json_object_set_new(out, "coverage", coverage);
    json_object_set_new(out, "rows", rows);
    small_json(out, g->small);
    json_print(out, JSON_INDENT(1));
}
