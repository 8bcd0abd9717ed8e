#include "tools/fairbank/export/rates.h"
#include "tools/fairbank/json.h"
#include <string.h>

enum { MINUTES_PER_HOUR = 60, TRUSTS_MAX = 64, E4_PER_PENNY = 100 };

/* ---- kinds of days: those with the same windows are one ---- */

struct days {
    unsigned type;    /* a day of that kind */
    const char *name; /* "Weekday" */
    const char *word; /* "weekday" */
};

static bool same_windows(const struct fb_calendar *c, unsigned a, unsigned b)
{
    for (unsigned i = 0; i < FB_WINDOWS_MAX; i++) {
        const struct fb_window *x = &c->window[a][i], *y = &c->window[b][i];
        if (x->until_min != y->until_min || x->category != y->category)
            return false;
        if (x->until_min == 24 * MINUTES_PER_HOUR)
            break;
    }
    return true;
}

static unsigned days_of(const struct fb_calendar *c, struct days out[FB_DAY_TYPES])
{
    static const struct days each[FB_DAY_TYPES] = {{0, "Monday", "monday"}, {1, "Tuesday", "tuesday"}, {2, "Wednesday", "wednesday"}, {3, "Thursday", "thursday"},
                                                   {4, "Friday", "friday"}, {5, "Saturday", "saturday"}, {6, "Sunday", "sunday"},
                                                   {FB_HOLIDAY_DAY_TYPE, "Public holiday", "public_holiday"}};
    unsigned n = 0;
    bool weekdays = true, weekend = same_windows(c, 5, 6);
    for (unsigned d = 1; d < 5; d++)
        weekdays = weekdays && same_windows(c, 0, d);
    if (weekdays)
        out[n++] = (struct days){0, "Weekday", "weekday"};
    for (unsigned d = weekdays ? 5 : 0; d < 5; d++)
        out[n++] = each[d];
    if (weekend)
        out[n++] = (struct days){5, "Weekend", "weekend"};
    for (unsigned d = weekend ? 7 : 5; d < 7; d++)
        out[n++] = each[d];
    out[n++] = each[7];
    return n;
}

/* ---- lines ---- */

/* Grades that a doctors' card speaks of by name; a rule that names none says nothing about who is a doctor. */
static uint64_t grades_of(const struct fb_book *book, const struct fb_card *card)
{
    uint64_t all = book->n_grades >= 64 ? UINT64_MAX : ((uint64_t)1 << book->n_grades) - 1, out = 0;
    for (unsigned i = 0; i < card->n_rules; i++) {
        const struct fb_card_rule *r = &card->rule[i];
        out |= (r->grades & all) != all ? r->grades & all : 0;
        for (unsigned k = 0; r->table < book->n_tables && k < book->table[r->table].n; k++)
            if ((r->grades >> book->table[r->table].rate[k].grade & 1) != 0)
                out |= (uint64_t)1 << book->table[r->table].rate[k].grade;
    }
    return out;
}

static void name_line(struct rates_line *l, const struct days *d, unsigned from, unsigned until)
{
    char grade[9];
    (void)fb_code_format(grade, l->grade);
    l->days = d->name;
    (void)snprintf(l->window, sizeof l->window, "%02u:%02u-%02u:%02u", from / MINUTES_PER_HOUR % 100, from % MINUTES_PER_HOUR, until / MINUTES_PER_HOUR % 100,
                   until % MINUTES_PER_HOUR);
    (void)snprintf(l->row, sizeof l->row, "%s/%s/%02u%02u-%02u%02u", grade, d->word, from / MINUTES_PER_HOUR, from % MINUTES_PER_HOUR,
                   until / MINUTES_PER_HOUR, until % MINUTES_PER_HOUR);
}

static unsigned lines_of_grade(const struct fb_book *book, const struct probe *probe, const struct fb_card *card,
                               bool (*each)(void *ctx, const struct rates_line *line), void *ctx, bool *stopped)
{
    struct fb_price p;
    struct days days[FB_DAY_TYPES];
    const struct fb_calendar *cal = &book->calendar[card->calendar];
    unsigned n = 0, kinds = days_of(cal, days);
    probe_price(book, probe, &p);
    for (unsigned d = 0; p.card.known && d < kinds && !*stopped; d++)
        for (unsigned i = 0, from = 0; i < FB_WINDOWS_MAX && from < 24 * MINUTES_PER_HOUR && !*stopped; i++) {
            const struct fb_window *w = &cal->window[days[d].type][i];
            struct rates_line l = {.trust = probe->trust, .grade = book->grade[probe->grade].code, .category = book->category[w->category],
                                   .hour_e4 = p.card.hour_e4[w->category], .card = card, .rule_origin = p.card.rule_origin, .rate_origin = p.card.point_origin};
            name_line(&l, &days[d], from, w->until_min);
            from = w->until_min;
            *stopped = !each(ctx, &l);
            n++;
        }
    return n;
}

unsigned rates_each(const struct fb_book *book, fb_code trust, fb_day day, bool (*each)(void *ctx, const struct rates_line *line), void *ctx)
{
    struct fb_where where = {.trust = trust, .group = FB_STAFF_GROUP_MEDICAL_DENTAL, .day = day};
    const struct fb_card *card = fb_book_card(book, &where);
    struct probe probe = {.trust = trust, .group = FB_STAFF_GROUP_MEDICAL_DENTAL, .person = PROBE_BANK_ONLY, .day = day};
    uint64_t grades = card == NULL ? 0 : grades_of(book, card);
    unsigned n = 0;
    bool stopped = false;
    for (probe.grade = 0; probe.grade < book->n_grades && !stopped; probe.grade++)
        if ((grades >> probe.grade & 1) != 0)
            n += lines_of_grade(book, &probe, card, each, ctx, &stopped);
    return n;
}

/* ---- the export ---- */

struct laying {
    struct sheet_book *book;
    const struct fb_book *rules;
    const struct cell_id *id;
};

static bool lay_line(void *ctx, const struct rates_line *l)
{
    struct laying *x = ctx;
    char name[CELL_ID_BYTES_MAX], category[60], notes[600];
    struct cell_id id = *x->id;
    const char *status = l->rate_origin < x->rules->n_origins ? fb_status_word(x->rules->origin[l->rate_origin].status) : "";
    id.trust = l->trust;
    (void)snprintf(id.row, sizeof id.row, "%s", l->row);
    (void)snprintf(id.column, sizeof id.column, "rate");
    cell_id_format(name, &id);
    (void)snprintf(category, sizeof category, "%s %s", l->days, code_word(l->category));
    (void)snprintf(notes, sizeof notes, "%s: %s", status, probe_origin(x->rules, l->rate_origin));
    struct sheet *both[] = {&x->book->table, &x->book->from};
    for (unsigned i = 0; i < 2; i++) {
        sheet_add_text(x->book, both[i], code_word(l->trust));
        sheet_add_text(x->book, both[i], code_word(l->grade));
        sheet_add_text(x->book, both[i], category);
        sheet_add_text(x->book, both[i], l->window);
        if (i == 0)
            sheet_add(x->book, both[i], (struct sheet_cell){.kind = SHEET_PENCE, .state = l->hour_e4 == FB_ABSENT ? SHEET_NOT_SAID : SHEET_SHOWN,
                                                            .value = l->hour_e4 == FB_ABSENT ? 0 : l->hour_e4 / E4_PER_PENNY});
        else
            sheet_add_text(x->book, both[i], name);
        sheet_add_text(x->book, both[i], notes);
    }
    return !x->book->full;
}

static void say(struct sheet_book *b, const struct cell_id *id, const char *rules, const char *missing)
{
    char day[11];
    fb_day_format(day, id->from);
    sheet_say(b, "What", "Doctors' rates of the bank: what an hour is paid, by grade and time");
    sheet_say(b, "Export", RATES_NAME);
    sheet_say(b, "Period", "as the rules hold on %s", day);
    sheet_say(b, "Whose", "%s", id->trust != 0 ? code_word(id->trust) : "every trust that the rules name");
    sheet_say(b, "Rules", "%s", rules);
    sheet_say(b, "Asked by", "published: salisbury.nhs.uk FOI 9386, a template sent to many trusts, May 2026; it leaves grades and windows to the trust");
    sheet_say(b, "Reading", "pounds an hour for a worker of the bank alone, before on-costs; how well each rate is known stands in Notes, with its row");
    if (*missing != '\0')
        sheet_say(b, "Not said", "no card covers doctors there on that day:%s", missing);
    sheet_say(b, "Left out", "0 figures: rates are the rules', and tell of nobody");
}

void rates_lay(struct sheet_book *b, const struct fb_book *book, const struct cell_id *id, const char *rules)
{
    static const char *const heads[] = {"Trust", "Grade", "Shift category", "Time window", "Hourly rate £", "Notes"};
    char missing[TRUSTS_MAX * 10] = "";
    struct fb_text t;
    struct laying x = {b, book, id};
    fb_code trusts[TRUSTS_MAX] = {id->trust};
    unsigned n = id->trust != 0 ? 1 : probe_trusts(book, trusts, 0, TRUSTS_MAX);
    fb_text_init(&t, missing, sizeof missing);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        b->table.head[b->table.n_columns++] = heads[i];
    b->table.texts = 4;
    b->from = b->table;
    b->table.name = RATES_NAME;
    b->from.name = "From";
    b->day = id->from;
    for (unsigned i = 0; i < n; i++)
        if (rates_each(book, trusts[i], id->from, lay_line, &x) == 0) {
            fb_text_add(&t, " ");
            fb_text_add_code(&t, trusts[i]);
        }
    say(b, id, rules, missing);
}

/* ---- explain ---- */

struct looking {
    const char *row;
    struct rates_line found;
    bool any;
};

static bool look(void *ctx, const struct rates_line *l)
{
    struct looking *x = ctx;
    x->any = strcmp(x->row, l->row) == 0;
    if (x->any)
        x->found = *l;
    return !x->any;
}

bool rates_explain(const struct fb_book *book, const struct cell_id *id, bool json)
{
    char rate[40] = SHEET_NOT_SAID_TEXT, day[11];
    struct looking x = {.row = id->row};
    (void)rates_each(book, id->trust, id->from, look, &x);
    if (!x.any || strcmp(id->column, "rate") != 0) {
        fprintf(stderr, "fairbank explain: the rules have no such rate on that day: fairbank export " RATES_NAME " lists them\n");
        return false;
    }
    const struct rates_line *l = &x.found;
    const struct fb_origin *o = l->rate_origin < book->n_origins ? &book->origin[l->rate_origin] : NULL;
    const char *status = o == NULL ? "?" : fb_status_word(o->status), *source = o == NULL ? "" : word_of(o->source);
    fb_day_format(day, id->from);
    if (l->hour_e4 != FB_ABSENT)
        sheet_cell_format(rate, sizeof rate, &(struct sheet_cell){.kind = SHEET_PENCE, .value = l->hour_e4 / E4_PER_PENNY});
    if (json) {
        json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "is", rate, "card", probe_origin(book, l->card->origin), "rule", probe_origin(book, l->rule_origin),
                              "rate", probe_origin(book, l->rate_origin), "status", status, "source", source);
        json_print(j, JSON_INDENT(1));
        return true;
    }
    printf("%s, %s %s, %s on %s: £%s an hour\n- card %s (%s), rule %s\n- the rate stands in %s; %s: %s\n", code_word(l->trust), code_word(l->grade), l->days, l->window,
           day, rate, word_of(l->card->name), probe_origin(book, l->card->origin), probe_origin(book, l->rule_origin), probe_origin(book, l->rate_origin), status, source);
    return true;
}
