#include "tools/fairbank/books/trust_return.h"
#include <stdlib.h>
#include <string.h>

enum { DAYS_OF_WEEK = 7, DAYS_OF_ANY_MONTH = 31 };
static const struct fb_span nothing = {NULL, 0};
struct reading {
    struct trust_return *out;
    const struct trust_map *map;
    struct trust_sheet sheet;
};

static bool begins_total(struct fb_span s)
{
    static const char *const words[] = {"total", "grand total"};
    for (unsigned i = 0; i < 2; i++) {
        uint32_t n = (uint32_t)strlen(words[i]);
        if (s.n >= n && trust_word_same((struct fb_span){s.p, n}, fb_span_of(words[i])))
            return true;
    }
    return s.n == 0;
}

/* Their word by the map, or ours. */
static struct fb_span ours(const struct trust_words *words, struct fb_span theirs)
{
    const struct trust_word *w = trust_words_find(words, theirs);
    return w == NULL ? theirs : w->ours;
}

static bool read_place(struct reading *r, struct return_line *out)
{
    struct fb_span group = trust_sheet_text(&r->sheet, TRUST_STAFF_GROUP), route = trust_sheet_text(&r->sheet, TRUST_ROUTE);
    out->staff_group = fb_staff_group_find(ours(&r->map->staff_groups, group));
    out->route = fb_route_find(ours(&r->map->routes, route));
    if (out->staff_group == FB_STAFF_GROUP_NONE)
        trust_sheet_fault(&r->sheet, TRUST_STAFF_GROUP, "no staff group of ours, and none that the map translates:", group);
    if (out->route == FB_ROUTE_NONE)
        trust_sheet_fault(&r->sheet, TRUST_ROUTE, "no route of ours, and none that the map translates:", route);
    return out->staff_group != FB_STAFF_GROUP_NONE && out->route != FB_ROUTE_NONE;
}

static bool read_period(struct reading *r, struct return_line *out)
{
    struct trust_sheet *s = &r->sheet;
    enum trust_column c = s->at[TRUST_MONTH] >= 0 ? TRUST_MONTH : s->at[TRUST_WEEK] >= 0 ? TRUST_WEEK : TRUST_DAY;
    fb_day day;
    bool of_month;
    if (!trust_sheet_day(s, c, &day, &of_month))
        return false;
    if (c != TRUST_MONTH && of_month) {
        trust_sheet_fault(s, c, "a day is wanted here, not a month", nothing);
        return false;
    }
    if (c == TRUST_MONTH) {
        out->from = fb_day_month(day);
        out->until = fb_day_month(out->from + DAYS_OF_ANY_MONTH);
    } else {
        out->from = c == TRUST_WEEK && r->map->week_ends ? day - DAYS_OF_WEEK + 1 : day;
        out->until = out->from + (c == TRUST_WEEK ? DAYS_OF_WEEK : 1);
    }
    return true;
}

static bool read_figures(struct reading *r, struct return_line *out)
{
    struct trust_sheet *s = &r->sheet;
    bool good = trust_sheet_count(s, TRUST_SHIFTS, &out->shifts);
    good = trust_sheet_minutes(s, TRUST_HOURS, &out->minutes) && good;
    return trust_sheet_pence(s, TRUST_POUNDS, &out->pence) && good;
}

static enum fb_err keep(struct reading *r, const struct return_line *line)
{
    struct trust_return *t = r->out;
    if (t->n == RETURN_LINES_MAX) {
        trust_sheet_fault(&r->sheet, TRUST_STAFF_GROUP, "more than 20,000 rows: give fewer months", nothing);
        return FB_LIMIT;
    }
    if (t->n == t->room) {
        unsigned room = t->room == 0 ? 256 : t->room * 2;
        struct return_line *more = realloc(t->line, room * sizeof *more);
        if (more == NULL)
            return FB_FULL;
        t->line = more;
        t->room = room;
    }
    t->line[t->n++] = *line;
    return FB_OK;
}

static enum fb_err take_row(struct reading *r)
{
    struct return_line line = {.line = (unsigned)r->sheet.row.line};
    unsigned faults = r->sheet.faults->n;
    if (begins_total(trust_sheet_text(&r->sheet, TRUST_STAFF_GROUP)) || begins_total(trust_sheet_text(&r->sheet, TRUST_ROUTE))) {
        r->out->passed++;
        return FB_OK;
    }
    bool good = read_period(r, &line);
    good = read_place(r, &line) && good;
    good = read_figures(r, &line) && good;
    return good && r->sheet.faults->n == faults ? keep(r, &line) : FB_OK;
}

static int place_cmp(const struct return_line *x, const struct return_line *y)
{
    const int64_t d[] = {x->from - y->from, x->until - y->until, (int64_t)x->route - y->route, (int64_t)x->staff_group - y->staff_group};
    for (unsigned i = 0; i < sizeof d / sizeof d[0]; i++)
        if (d[i] != 0)
            return d[i] < 0 ? -1 : 1;
    return 0;
}

static int line_cmp(const void *a, const void *b)
{
    const struct return_line *x = a, *y = b;
    int by_place = place_cmp(x, y);
    return by_place != 0 ? by_place : (x->line > y->line) - (x->line < y->line);
}

/* Two rows of one place would be counted as two, or as one: nobody but the trust can say. */
static void refuse_twins(struct reading *r)
{
    struct trust_return *t = r->out;
    for (unsigned i = 1; i < t->n; i++)
        if (place_cmp(&t->line[i - 1], &t->line[i]) == 0) {
            r->sheet.row.line = t->line[i].line;
            trust_sheet_fault(&r->sheet, TRUST_STAFF_GROUP, "the same period, staff group and route as a row before it: add the two up", nothing);
        }
}

enum fb_err return_read(struct trust_return *out, const struct trust_map *map, const char *path, const char *name,
                        struct trust_faults *faults)
{
    struct reading r = {.out = out, .map = map};
    *out = (struct trust_return){0};
    enum fb_err e = trust_sheet_open(&r.sheet, path, name, &map->sent, TRUST_IN_RETURN, faults);
    if (e != FB_OK)
        return e;
    out->has_shifts = r.sheet.at[TRUST_SHIFTS] >= 0;
    out->has_hours = r.sheet.at[TRUST_HOURS] >= 0;
    out->has_pounds = r.sheet.at[TRUST_POUNDS] >= 0;
    while (e == FB_OK && trust_sheet_next(&r.sheet, &e))
        e = take_row(&r);
    if (out->n > 0)
        qsort(out->line, out->n, sizeof *out->line, line_cmp);
    refuse_twins(&r);
    trust_sheet_close(&r.sheet);
    return e == FB_OK && faults->n > 0 ? FB_REFUSED : e;
}

void return_free(struct trust_return *r)
{
    free(r->line);
    *r = (struct trust_return){0};
}
