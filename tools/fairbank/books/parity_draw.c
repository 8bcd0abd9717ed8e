/* fairbank parity: the table of figures, a verdict for each line that differs, and how to go live. */
#include "tools/fairbank/books/parity.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/options.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 20, VERDICT_BYTES = 1200, DAYS_OF_WEEK = 7 };

/* "2026-04", "week of 2026-04-06", "2026-04-06" */
static const char *period_of(const struct parity_cell *c)
{
    char day[11], text[40];
    fb_day_format(day, c->from);
    if (c->until - c->from > DAYS_OF_WEEK)
        day[7] = '\0';
    snprintf(text, sizeof text, "%s%s", c->until - c->from == DAYS_OF_WEEK ? "week of " : "", day);
    return word_of(fb_span_of(text));
}

static const char *percent(unsigned e2)
{
    static char text[24];
    snprintf(text, sizeof text, "%u.%02u %%", e2 / 100, e2 % 100);
    return text;
}

static void figure_format(char *out, size_t size, enum parity_measure m, int64_t v)
{
    if (m == PARITY_MINUTES)
        hours_format(out, size, v);
    else
        (m == PARITY_PENCE ? pounds_format : count_format)(out, size, v);
}

static void add_figure(struct table *t, enum parity_measure m, int64_t v)
{
    char text[40];
    figure_format(text, sizeof text, m, v);
    table_add(t, text);
}

/* ---- verdicts ---- */

static void add_figure_text(struct fb_text *t, enum parity_measure m, int64_t v)
{
    char text[40];
    figure_format(text, sizeof text, m, v);
    fb_text_add(t, text);
}

static void add_low_days(struct fb_text *t, const struct parity_cell *c)
{
    static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    char day[11];
    if (c->n_low == 0) {
        fb_text_add(t, c->until - c->from == 1 ? "" : "; no day stands out against the same weekday in other weeks");
        return;
    }
    for (unsigned i = 0; i < c->n_low; i++) {
        fb_day_format(day, c->low[i].day);
        fb_text_add(t, i == 0 ? "; look at " : ", ");
        fb_text_add(t, day);
        fb_text_add(t, " (");
        fb_text_add_int(t, c->low[i].has);
        fb_text_add(t, ", other ");
        fb_text_add(t, days[fb_day_weekday(c->low[i].day)]);
        fb_text_add(t, "s ");
        fb_text_add_int(t, c->low[i].usual);
        fb_text_add(t, ")");
    }
}

static void add_twins(struct fb_text *t, const struct parity *p, const struct parity_cell *c)
{
    for (unsigned i = 0; i < c->n_twins && i < PARITY_TWINS; i++) {
        const uint32_t *twin = c->twin[i];
        fb_text_add(t, i == 0 ? "; look at " : ", ");
        fb_text_add_span(t, p->shift[twin[0]].reference);
        if (twin[0] != twin[1]) {
            fb_text_add(t, " and ");
            fb_text_add_span(t, p->shift[twin[1]].reference);
        }
        fb_text_add(t, twin[0] == twin[1] ? " (suspected twice)" : p->shift[twin[1]].suspect ? " (suspected to be one)" : " (alike)");
    }
    if (c->n_twins > PARITY_TWINS)
        fb_text_add(t, " and others");
}

/* Nobody says why hours differ, but the same for each shift is mostly the break. */
static void add_hours(struct fb_text *t, const struct parity_cell *c)
{
    int64_t apart = c->theirs[PARITY_MINUTES] - c->ours[PARITY_MINUTES], n = c->ours[PARITY_SHIFTS];
    if (n == 0 || apart % n != 0 || apart / n == 0)
        return;
    fb_text_add(t, "; ");
    fb_text_add_int(t, llabs(apart / n));
    fb_text_add(t, " minutes a shift: does one side count the unpaid break?");
}

static void add_rates(struct fb_text *t, const struct parity_cell *c)
{
    static const char *const causes[] = {
        "", "; theirs have VAT that cannot be recovered, to the penny", "; ours have on-costs inside, to the penny",
        "; theirs have on-costs and fees on top, to the penny", "; some shifts have no price here: look at the rates that the source sends"};
    fb_text_add(t, causes[c->rate]);
    if (c->rate != PARITY_RATE_OTHER || c->theirs[PARITY_MINUTES] <= 0 || c->ours[PARITY_MINUTES] <= 0)
        return;
    fb_text_add(t, "; an hour is £");
    add_figure_text(t, PARITY_PENCE, c->theirs[PARITY_PENCE] * 60 / c->theirs[PARITY_MINUTES]);
    fb_text_add(t, " there and £");
    add_figure_text(t, PARITY_PENCE, c->ours[PARITY_PENCE] * 60 / c->ours[PARITY_MINUTES]);
    fb_text_add(t, " here");
}

static void add_count(struct fb_text *t, const struct parity_cell *c)
{
    int64_t apart = c->ours[PARITY_SHIFTS] - c->theirs[PARITY_SHIFTS];
    fb_text_add(t, ": ");
    fb_text_add_int(t, llabs(apart));
    fb_text_add(t, apart < 0 ? " fewer" : " more");
}

static void verdict_text(struct fb_text *t, const struct parity *p, const struct parity_cell *c)
{
    fb_text_add(t, parity_verdict_text(c->verdict));
    switch (c->verdict) {
    case PARITY_MISSING:
        add_count(t, c);
        add_low_days(t, c);
        break;
    case PARITY_DOUBLED:
    case PARITY_MORE:
        add_count(t, c);
        break;
    case PARITY_HOURS: add_hours(t, c); break;
    case PARITY_RATES: add_rates(t, c); break;
    case PARITY_NOTHING_SENT: fb_text_add(t, "; does the mapping translate this route and staff group?"); break;
    case PARITY_AGREES:
    case PARITY_NOT_IN_RETURN:
    case PARITY_VERDICTS: break;
    }
    if (c->n_twins > 0 && c->verdict != PARITY_DOUBLED)
        fb_text_add(t, "; shifts may be told twice here, and as many others be missing");
    add_twins(t, p, c);
}

/* ---- for people ---- */

static void draw_cell(struct table *t, const struct parity *p, const struct parity_cell *c)
{
    static const char *const words[PARITY_MEASURES] = {"shifts", "hours", "£"};
    for (unsigned m = 0; m < PARITY_MEASURES; m++) {
        if (!p->has[m])
            continue;
        table_add(t, period_of(c));
        table_add(t, fb_route_word(c->route));
        table_add(t, fb_staff_group_word(c->staff_group));
        table_add(t, words[m]);
        if (c->line > 0)
            add_figure(t, (enum parity_measure)m, c->theirs[m]);
        else
            table_add(t, "-");
        add_figure(t, (enum parity_measure)m, c->ours[m]);
        add_figure(t, (enum parity_measure)m, c->ours[m] - c->theirs[m]);
        table_add(t, percent(parity_agree_e2(c->theirs[m], c->ours[m])));
    }
}

static void draw_verdicts(const struct parity *p, const struct options *o)
{
    char text[VERDICT_BYTES], first[160];
    unsigned told = 0, limit = o->limit > 0 ? o->limit : LIMIT, agree = 0;
    for (unsigned i = 0; i < p->n_cells; i++) {
        const struct parity_cell *c = &p->cell[i];
        struct fb_text t;
        agree += c->within;
        if ((c->within && c->n_twins == 0) || told++ >= limit)
            continue;
        fb_text_init(&t, text, sizeof text);
        verdict_text(&t, p, c);
        snprintf(first, sizeof first, "%s %s %s (%s): ", period_of(c), fb_route_word(c->route), fb_staff_group_word(c->staff_group),
                 percent(c->agree_e2));
        paragraph_print(stdout, first, text, (int)t.n);
    }
    if (told > limit)
        printf("and %u more (--limit N, or --json)\n", told - limit);
    printf("%u of %u lines agree within %" PRId64 ".%02" PRId64 " %%\n", agree, p->n_cells, o->tolerance / 100, o->tolerance % 100);
}

static void draw_next(const struct parity *p, const char *source)
{
    printf("\n%s\n", p->all_within ? "It may go live:" : "Not yet: mend what differs, send it again, and ask again. When it may go live:");
    printf("  write `mode: live` under `source` in the mapping that sends %s, or for it under `sources` in the engine's\n"
           "  configuration (which wins; restart the engine). Its next connection tells the engine; what it has sent is then judged\n"
           "  again, counted with the live sources, and raises alerts.\n", source);
}

void parity_draw(const struct parity *p, const struct options *o, const char *source)
{
    char heads[] = "period|route|staff group|of|>theirs|>ours|>difference|>agrees";
    struct table t;
    printf("Shadow source %s against %s: £ without VAT, each shift at its latest stage\n\n", source, o->sent);
    table_init(&t, heads);
    for (unsigned i = 0; i < p->n_cells; i++)
        draw_cell(&t, p, &p->cell[i]);
    table_print(&t, stdout);
    putchar('\n');
    draw_verdicts(p, o);
    if (p->outside > 0)
        printf("Not compared: %u shifts of days that the return does not cover\n", p->outside);
    draw_next(p, source);
}

/* ---- for machines ---- */

static json_t *figures_json(const struct parity *p, const int64_t *v)
{
    static const char *const keys[PARITY_MEASURES] = {"shifts", "minutes", "pence"};
    json_t *j = json_object();
    for (unsigned m = 0; m < PARITY_MEASURES; m++)
        if (p->has[m])
            json_object_set_new(j, keys[m], json_integer((json_int_t)v[m]));
    return j;
}

static json_t *cell_json(const struct parity *p, const struct parity_cell *c)
{
    static const char *const words[PARITY_VERDICTS] = {"agrees", "nothing_sent", "not_in_return", "missing", "doubled", "more", "hours", "rates"};
    char text[VERDICT_BYTES];
    struct fb_text t;
    json_t *low = json_array(), *twins = json_array();
    fb_text_init(&t, text, sizeof text);
    verdict_text(&t, p, c);
    for (unsigned i = 0; i < c->n_low; i++) {
        json_t *day = json_pack("{s:I, s:I}", "shifts", (json_int_t)c->low[i].has, "usual", (json_int_t)c->low[i].usual);
        json_add_day(day, "day", c->low[i].day);
        json_array_append_new(low, day);
    }
    for (unsigned i = 0; i < c->n_twins && i < PARITY_TWINS; i++)
        json_array_append_new(twins, json_pack("[s, s]", word_of(p->shift[c->twin[i][0]].reference), word_of(p->shift[c->twin[i][1]].reference)));
    json_t *j = json_pack("{s:s, s:s, s:o, s:o, s:i, s:b, s:s, s:s, s:o, s:o}", "route", fb_route_word(c->route), "staff_group",
                          fb_staff_group_word(c->staff_group), "theirs", figures_json(p, c->theirs), "ours", figures_json(p, c->ours),
                          "agree_e2", (int)c->agree_e2, "within", c->within, "verdict", words[c->verdict], "text", text, "low_days", low,
                          "alike", twins);
    json_add_day(j, "from", c->from);
    json_add_day(j, "until", c->until);
    if (c->line > 0)
        json_object_set_new(j, "line", json_integer(c->line));
    return j;
}

void parity_draw_json(const struct parity *p, const struct options *o, const char *source)
{
    json_t *cells = json_array();
    for (unsigned i = 0; i < p->n_cells; i++)
        json_array_append_new(cells, cell_json(p, &p->cell[i]));
    json_t *out = json_pack("{s:s, s:s, s:I, s:b, s:I, s:o}", "source", source, "return", o->sent, "tolerance_percent_e2",
                            (json_int_t)o->tolerance, "within", p->all_within, "shifts_of_other_days", (json_int_t)p->outside, "lines", cells);
    json_print(out, JSON_INDENT(1));
}
