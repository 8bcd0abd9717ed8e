/* fairbank harmony: what each trust pays for a band and a time of day against the system's card, on loaded cost; and
 * (--contagion) whether one trust's rise is followed by its neighbours'. Reads the data folder, beside a running engine
 * or without one. */
#include "engine/turn/report/report_shifts.h"
#include "tools/fairbank/contagion.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/small.h"
#include "tools/fairbank/table.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEED = 20261122, TURNS = 2000, RISE_PERCENT = 3, FOLLOW_DAYS = 28 };

struct gathering {
    const struct options *o;
    const struct fb_book *book; /* of the newest issue: names categories and orders bands */
    struct fb_reader_books *books;
    struct paid_list list;
    uint64_t shifts, compared, unpriced, lower_bounds; /* unpriced: also those whose issue cannot be read any more */
    uint32_t small; /* --export: rows of fewer shifts are left out; 0: none */
    bool full;
};

static void progress(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%llu of %llu decisions read ", (unsigned long long)done, (unsigned long long)of);
}

static bool wanted(const struct options *o, const struct fb_booking *b)
{
    bool bank = b->route == FB_ROUTE_BANK || b->route == FB_ROUTE_COLLABORATIVE;
    return b->state == FB_BOOKING_STATE_BOOKED && (o->agency ? b->route == FB_ROUTE_AGENCY : bank);
}

/* A shift's loaded cost is shared out over its categories in proportion to what was paid (or charged) in them; so is
 * what it would have cost on the card. */
static int64_t loaded_hour_e4(int64_t loaded_pence, int64_t hour_e4, fb_i128 whole)
{
    return whole <= 0 ? -1 : (int64_t)((fb_i128)loaded_pence * hour_e4 * 6000 / whole);
}

static fb_i128 sum_of(const struct fb_minutes *m, const int64_t *hour_e4)
{
    fb_i128 sum = 0;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        if (m->in[c] > 0 && hour_e4[c] != FB_ABSENT)
            sum += (fb_i128)m->in[c] * hour_e4[c];
    return sum;
}

/* Each decision has its own issue's numbers for bands and categories; the tables have those of the newest. */
static bool add_categories(struct gathering *g, const struct fb_book *book, const struct fb_shift_row *s, const struct fb_price *p, int grade)
{
    fb_i128 paid = sum_of(&p->minutes, p->charge.hour_e4);
    fb_i128 card = p->card_loaded.known ? sum_of(&p->minutes, p->card.hour_e4) : 0;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++) {
        int category = c < book->n_categories ? fb_book_category(g->book, book->category[c]) : -1;
        if (p->minutes.in[c] <= 0 || p->charge.hour_e4[c] == FB_ABSENT || category < 0)
            continue;
        struct paid row = {.trust = s->booking->shift.hirer,
                           .grade = s->booking->shift.grade,
                           .category = (uint8_t)category,
                           .grade_at = (uint8_t)grade,
                           .day = s->day,
                           .minutes = p->minutes.in[c],
                           .card_e4 = -1};
        row.paid_e4 = loaded_hour_e4(p->loaded.pence, p->charge.hour_e4[c], paid); /* raw: a rate, for comparison */
        if (card > 0 && p->card.hour_e4[c] != FB_ABSENT)
            row.card_e4 = loaded_hour_e4(p->card_loaded.pence, p->card.hour_e4[c], card); /* raw: as above */
        if (row.card_e4 >= 0)
            row.difference_e4 = (row.paid_e4 - row.card_e4) * row.minutes / 60;
        if (!paid_add(&g->list, &row))
            return false;
    }
    return true;
}

/* What an agency's shift would have cost as a bank shift on the card, worked by somebody who is bank only. */
static void as_bank(const struct fb_book *book, const struct fb_booking *agency, struct fb_price *p)
{
    struct fb_booking bank = *agency;
    struct fb_price on_card;
    bank.route = FB_ROUTE_BANK;
    bank.worker_kind = FB_WORKER_KIND_BANK_ONLY;
    bank.engagement = FB_ENGAGEMENT_NONE;
    bank.rates.n = 0;
    fb_price_booking(book, &bank, NULL, &on_card);
    p->card_loaded = on_card.card_loaded;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        p->card.hour_e4[c] = on_card.card.hour_e4[c];
}

static bool each(void *ctx, const struct fb_shift_row *s)
{
    struct gathering *g = ctx;
    struct fb_price p;
    const struct fb_book *book = fb_reader_book(g->books, s->decision->issue);
    int grade = fb_book_grade(g->book, s->booking->shift.grade);
    if (!wanted(g->o, s->booking))
        return true;
    g->shifts++;
    if (book != NULL)
        fb_price_booking(book, s->booking, NULL, &p);
    if (book == NULL || grade < 0 || !p.charge.known || !p.loaded.known || p.grade < 0) {
        g->unpriced++;
        return true;
    }
    if (g->o->agency)
        as_bank(book, s->booking, &p);
    g->compared++;
    g->lower_bounds += p.loaded.lower_bound;
    g->full = !add_categories(g, book, s, &p, grade);
    return !g->full;
}

/* ---- drawing ---- */

static void rate_format(char *out, size_t size, int64_t e4)
{
    if (e4 < 0)
        snprintf(out, size, "-");
    else
        pounds_format(out, size, (e4 + 50) / 100);
}

static void add_rate(struct table *t, int64_t e4)
{
    char text[40];
    rate_format(text, sizeof text, e4);
    table_add(t, text);
}

static void add_percent(struct table *t, const struct spread *s)
{
    char text[40] = "-";
    if (s->card_e4 > 0) {
        int64_t e1 = s->against_e1;
        snprintf(text, sizeof text, "%s%lld.%lld %%", e1 < 0 ? "-" : "+", (long long)(llabs(e1) / 10), (long long)(llabs(e1) % 10));
    }
    table_add(t, text);
}

static void draw_row(struct table *t, const struct gathering *g, const struct spread *s, bool all)
{
    char range[64], lower[24], upper[24];
    table_add(t, code_word(s->grade));
    table_add(t, code_word(g->book->category[s->category]));
    table_add(t, all ? "all" : code_word(s->trust));
    table_add_int(t, s->shifts);
    table_add_int(t, s->minutes / 60);
    add_rate(t, s->card_e4);
    add_rate(t, s->median_e4);
    rate_format(lower, sizeof lower, s->lower_e4);
    rate_format(upper, sizeof upper, s->upper_e4);
    snprintf(range, sizeof range, "%s-%s", lower, upper);
    table_add(t, range);
    add_percent(t, s);
    table_add_pounds(t, s->difference_pence);
}

/* What leaves the system tells of no few people: the row stands there, without figures. */
static void draw_small(struct table *t, const struct gathering *g, const struct spread *s)
{
    table_add(t, code_word(s->grade));
    table_add(t, code_word(g->book->category[s->category]));
    table_add(t, code_word(s->trust));
    table_add(t, small_word(g->small));
    for (unsigned i = 4; i < t->n_columns; i++)
        table_add(t, "");
}

static json_t *row_left_out(const struct gathering *g, const struct spread *s)
{
    small_left_out(1);
    return json_pack("{s:s, s:s, s:s, s:n, s:b}", "band", code_word(s->grade), "category", code_word(g->book->category[s->category]), "trust",
                     code_word(s->trust), "shifts", "suppressed", 1);
}

static json_t *row_json(const struct gathering *g, const struct spread *s, bool all)
{
    json_t *j = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "band", code_word(s->grade), "category",
                          code_word(g->book->category[s->category]), "shifts", (json_int_t)s->shifts, "minutes",
                          (json_int_t)s->minutes, "median_e4", (json_int_t)s->median_e4, "quarter_e4",
                          (json_int_t)s->lower_e4, "three_quarters_e4", (json_int_t)s->upper_e4, "difference_pence",
                          (json_int_t)s->difference_pence);
    json_object_set_new(j, "trust", all ? json_null() : json_string(code_word(s->trust)));
    json_object_set_new(j, "card_e4", s->card_e4 < 0 ? json_null() : json_integer(s->card_e4));
    return j;
}

struct drawing {
    struct gathering *g;
    struct table *table; /* or */
    json_t *rows;
};

static void draw(struct drawing *d, const struct spread *s, bool all)
{
    bool small = !all && is_small(d->g->small, (uint64_t)s->shifts);
    if (small && d->table != NULL)
        draw_small(d->table, d->g, s);
    else if (small)
        json_array_append_new(d->rows, row_left_out(d->g, s));
    else if (d->table != NULL)
        draw_row(d->table, d->g, s, all);
    else
        json_array_append_new(d->rows, row_json(d->g, s, all));
}

static int by_rate(const void *a, const void *b)
{
    int64_t x = ((const struct paid *)a)->paid_e4, y = ((const struct paid *)b)->paid_e4;
    return (x > y) - (x < y);
}

static unsigned run(const struct paid_list *l, unsigned from, bool trust)
{
    unsigned to = from;
    while (to < l->n && l->at[to].grade_at == l->at[from].grade_at && l->at[to].category == l->at[from].category &&
           (!trust || l->at[to].trust == l->at[from].trust))
        to++;
    return to - from;
}

/* All of them together are those that are shown: a difference would give away the others. */
static unsigned copy_shown(const struct gathering *g, unsigned from, unsigned n, struct paid *copy)
{
    struct spread s;
    unsigned shown = 0;
    for (unsigned k = from, m; k < from + n; k += m) {
        m = run(&g->list, k, true);
        spread_of(&g->list.at[k], m, &s);
        if (is_small(g->small, (uint64_t)s.shifts))
            continue;
        memcpy(copy + shown, &g->list.at[k], m * sizeof *copy);
        shown += m;
    }
    return shown;
}

/* Each band and category: its trusts, then (where there are several) all of them together. */
static bool draw_rows(struct drawing *d)
{
    const struct paid_list *l = &d->g->list;
    for (unsigned i = 0, n; i < l->n; i += n) {
        struct spread s;
        unsigned trusts = 0;
        n = run(l, i, false);
        for (unsigned k = i, m; k < i + n; k += m, trusts++) {
            m = run(l, k, true);
            spread_of(&l->at[k], m, &s);
            draw(d, &s, false);
        }
        struct paid *copy = trusts < 2 ? NULL : malloc(n * sizeof *copy);
        if (trusts >= 2 && copy == NULL)
            return false;
        if (copy == NULL)
            continue;
        unsigned shown = copy_shown(d->g, i, n, copy);
        qsort(copy, shown, sizeof *copy, by_rate);
        if (shown > 0) {
            spread_of(copy, shown, &s);
            draw(d, &s, true);
        }
        free(copy);
    }
    return true;
}

static int64_t difference_of(const struct gathering *g)
{
    const struct paid_list *l = &g->list;
    int64_t sum = 0;
    for (unsigned k = 0, m; k < l->n; k += m) {
        struct spread s;
        m = run(l, k, true);
        spread_of(&l->at[k], m, &s);
        for (unsigned i = k; i < k + m && !is_small(g->small, (uint64_t)s.shifts); i++)
            sum += l->at[i].difference_e4;
    }
    return sum / 100;
}

/* How many there were in all, less what the rows show, would give away what they leave out: an export does not say. */
static void heading(const struct gathering *g)
{
    printf("Loaded cost of an hour, %s shifts as booked", g->o->agency ? "agency" : "bank");
    if (g->small > 0)
        printf(", for export.\n");
    else
        printf(": %llu of %llu compared, %llu without rates or on-costs, %llu a lower bound.\n", (unsigned long long)g->compared,
               (unsigned long long)g->shifts, (unsigned long long)g->unpriced, (unsigned long long)g->lower_bounds);
}

static bool draw_table(struct gathering *g)
{
    char heads[] = "band|category|trust|>shifts|>hours|>card £/h|>median £/h|>middle half|>against card|>difference £";
    struct table t;
    struct drawing d = {g, &t, NULL};
    char text[40];
    heading(g);
    if (g->list.n == 0) {
        printf("Nothing to compare.\n");
        return true;
    }
    table_init(&t, heads);
    bool ok = draw_rows(&d);
    table_print(&t, stdout);
    pounds_format(text, sizeof text, difference_of(g));
    printf("Paid above (below: -) the card in all: £%s\n", text);
    return ok;
}

static void contagion_print(const struct contagion *c, const struct contagion_how *how)
{
    printf("\nContagion: %u trust%s, %u week%s, %u series of a band and category; %u rise%s of %lld %% or more.\n", c->trusts,
           c->trusts == 1 ? "" : "s", c->weeks, c->weeks == 1 ? "" : "s", c->series, c->rises, c->rises == 1 ? "" : "s", (long long)how->rise_percent);
    if (!c->enough) {
        printf("Too few data to say: at least 5 rises, 3 trusts and 12 weeks are wanted.\n");
        return;
    }
    printf("After a rise a neighbour rose within %u days in %lld.%02lld %% of %u cases; by chance in %lld.%02lld %%.\n", how->days,
           (long long)c->observed_e4 / 100, (long long)c->observed_e4 % 100, c->pairs, (long long)c->chance_e4 / 100,
           (long long)c->chance_e4 % 100);
    int64_t effect = c->observed_e4 - c->chance_e4;
    printf("Effect %s%lld.%02lld points; p = %lld.%04lld (%u turns, seed %llu). %s\n", effect < 0 ? "-" : "+", (long long)(llabs(effect) / 100),
           (long long)(llabs(effect) % 100), (long long)(c->p_e4 / 10000), (long long)(c->p_e4 % 10000), how->turns,
           (unsigned long long)how->seed, c->p_e4 <= 500 ? "More than chance would have it." : "No more than chance may have it.");
}

static json_t *contagion_json(const struct contagion *c, const struct contagion_how *how)
{
    return json_pack("{s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:I, s:I, s:i, s:I, s:i, s:I}", "enough", c->enough, "trusts", (int)c->trusts,
                     "weeks", (int)c->weeks, "series", (int)c->series, "rises", (int)c->rises, "pairs", (int)c->pairs, "followed",
                     (int)c->followed, "observed_e4", (json_int_t)c->observed_e4, "chance_e4", (json_int_t)c->chance_e4, "p_e4",
                     (json_int_t)c->p_e4, "days", (int)how->days, "rise_percent", (json_int_t)how->rise_percent, "turns",
                     (int)how->turns, "seed", (json_int_t)how->seed);
}

static bool draw_json(struct gathering *g, const struct contagion *c, const struct contagion_how *how)
{
    struct drawing d = {g, NULL, json_array()};
    bool ok = draw_rows(&d);
    json_t *out = json_pack("{s:s, s:s, s:I}", "basis", "loaded cost, as booked", "route", g->o->agency ? "agency" : "bank",
                            "difference_pence", (json_int_t)difference_of(g));
    const struct {
        const char *key;
        uint64_t n;
    } whole[] = {{"shifts", g->shifts}, {"compared", g->compared}, {"not_compared", g->unpriced}, {"lower_bounds", g->lower_bounds}};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) /* as in the heading */
        json_object_set_new(out, whole[i].key, g->small > 0 ? json_null() : json_integer((json_int_t)whole[i].n));
    json_object_set_new(out, "rows", d.rows);
    small_json(out, g->small);
    if (g->o->contagion)
        json_object_set_new(out, "contagion", contagion_json(c, how));
    json_print(out, JSON_INDENT(1));
    return ok;
}

static bool show(struct gathering *g)
{
    struct contagion c = {0};
    struct contagion_how how = {g->o->rise_percent > 0 ? g->o->rise_percent : RISE_PERCENT, g->o->days > 0 ? g->o->days : FOLLOW_DAYS, TURNS, SEED};
    paid_sort(&g->list);
    if (g->o->contagion && !contagion_test(&g->list, &how, &c))
        return false;
    if (g->o->json)
        return draw_json(g, &c, &how);
    if (!draw_table(g))
        return false;
    if (g->o->contagion)
        contagion_print(&c, &how);
    small_print(g->small);
    return true;
}

/* What would be passed over, or could only ever answer "too few". */
static bool makes_sense(const struct options *o)
{
    bool whole = o->contagion || (o->days == 0 && o->rise_percent == 0);
    if (!whole)
        fprintf(stderr, "fairbank harmony: --days and --rise say how --contagion looks: name it too\n");
    else if (o->contagion && o->trust != 0)
        fprintf(stderr, "fairbank harmony: --contagion compares a trust with its neighbours: leave --trust out\n");
    return whole && !(o->contagion && o->trust != 0);
}

int command_harmony(const struct options *o)
{
    struct folder f;
    if (!makes_sense(o))
        return EXIT_USAGE;
    warn_unknown_trust(o, "harmony");
    if (!folder_open(&f, o, "harmony"))
        return EXIT_FAILED;
    struct gathering g = {.o = o, .books = f.books, .book = fb_reader_book(f.books, 0), .small = small_number(o, &f)};
    struct fb_shift_filter filter = {.trust = o->trust, .from = o->from_week, .until = o->until_week, .shadow = o->shadow};
    struct fb_shift_reader reader = {.each = each, .progress = progress, .ctx = &g};
    enum fb_err e = g.book == NULL ? FB_REFUSED : fb_report_shifts(f.store, f.books, &filter, &reader);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    bool ok = e == FB_OK && !g.full && show(&g);
    if (!ok)
        fprintf(stderr, "fairbank harmony: %s\n", e == FB_REFUSED ? "the engine has no rules yet, so nothing can be compared" : e != FB_OK ? fb_err_text(e) : "out of memory");
    free(g.list.at);
    folder_close(&f);
    return ok ? EXIT_DONE : EXIT_FAILED;
}
