#include "tools/fairbank/books/trust_ledger.h"
#include <stdlib.h>
#include <string.h>

struct reading {
    struct ledger *out;
    const struct trust_map *map;
    struct trust_sheet sheet;
    fb_day month;
};

static struct ledger_line *add_line(struct ledger *l)
{
    if (l->n == l->room) {
        unsigned room = l->room == 0 ? 1024 : l->room * 2;
        struct ledger_line *more = realloc(l->line, room * sizeof *more);
        if (more == NULL)
            return NULL;
        l->line = more;
        l->room = room;
    }
    return &l->line[l->n++];
}

static bool read_amount(struct trust_sheet *s, int64_t *pence)
{
    int64_t debit, credit;
    if (s->at[TRUST_AMOUNT] >= 0)
        return trust_sheet_pence(s, TRUST_AMOUNT, pence);
    bool good = trust_sheet_pence(s, TRUST_DEBIT, &debit);
    if (!trust_sheet_pence(s, TRUST_CREDIT, &credit) || !good)
        return false;
    *pence = debit - credit;
    return true;
}

static bool read_worked(struct trust_sheet *s, fb_day *worked)
{
    bool of_month;
    *worked = 0;
    if (trust_sheet_text(s, TRUST_WORKED).n == 0)
        return true;
    if (!trust_sheet_day(s, TRUST_WORKED, worked, &of_month))
        return false;
    *worked = fb_day_month(*worked);
    return true;
}

static enum ledger_kind kind_of(const struct trust_map *m, struct fb_span word)
{
    if (word.n > 0 && trust_words_find(&m->accruals, word) != NULL)
        return LEDGER_ACCRUAL;
    return word.n > 0 && trust_words_find(&m->reversals, word) != NULL ? LEDGER_REVERSAL : LEDGER_PLAIN;
}

static struct fb_span supplier_of(const struct trust_map *m, struct fb_span name)
{
    const struct trust_word *known = name.n == 0 ? NULL : trust_words_find(&m->suppliers, name);
    return known == NULL ? name : known->ours;
}

/* The row's own columns, when its code is one of temporary staffing. false: a fault was said. */
static bool read_values(struct reading *r, struct ledger_line *out)
{
    struct trust_sheet *s = &r->sheet;
    bool of_month, good = trust_sheet_day(s, TRUST_POSTED, &out->posted, &of_month);
    good = read_amount(s, &out->pence) && good;
    good = read_worked(s, &out->worked) && good;
    unsigned faults = s->faults->n;
    out->line = (unsigned)s->row.line;
    out->kind = kind_of(r->map, trust_sheet_text(s, TRUST_KIND));
    out->cost_centre = trust_sheet_text(s, TRUST_COST_CENTRE);
    out->supplier = supplier_of(r->map, trust_sheet_text(s, TRUST_SUPPLIER));
    out->reference = trust_sheet_text(s, TRUST_REFERENCE);
    if (good)
        out->posted = fb_day_month(out->posted);
    return good && s->faults->n == faults;
}

static enum fb_err keep(struct reading *r, const struct ledger_line *line)
{
    struct ledger *l = r->out;
    if (l->n == LEDGER_LINES_MAX) {
        trust_sheet_fault(&r->sheet, TRUST_CODE, "more than 1,000,000 rows of temporary staffing: give one trust's file", (struct fb_span){NULL, 0});
        return FB_LIMIT;
    }
    struct ledger_line *kept = add_line(l);
    if (kept == NULL)
        return FB_FULL;
    *kept = *line;
    kept->cost_centre = fb_pool_copy(&l->pool, line->cost_centre);
    kept->supplier = fb_pool_copy(&l->pool, line->supplier);
    kept->reference = fb_pool_copy(&l->pool, line->reference);
    return l->pool.bad ? FB_FULL : FB_OK;
}

/* The code comes first: most rows of a ledger are something else. */
static enum fb_err take_row(struct reading *r)
{
    struct ledger_line line = {0};
    struct fb_span code = trust_sheet_text(&r->sheet, TRUST_CODE);
    const struct trust_code *known = trust_map_code(r->map, code);
    if (code.n == 0)
        r->out->no_code++;
    else if (known == NULL)
        r->out->other_codes++;
    if (known == NULL || !read_values(r, &line) || line.pence == 0)
        return FB_OK;
    line.code = known->code;
    if (line.posted == r->month || line.reference.n > 0)
        return keep(r, &line);
    r->out->other_months++;
    return FB_OK;
}

enum fb_err ledger_read(struct ledger *out, const struct trust_map *map, const char *path, const char *name, fb_day month,
                        struct trust_faults *faults)
{
    struct reading r = {.out = out, .map = map, .month = month};
    *out = (struct ledger){0};
    enum fb_err e = trust_sheet_open(&r.sheet, path, name, &map->ledger, TRUST_IN_LEDGER, faults);
    if (e != FB_OK)
        return e;
    while (e == FB_OK && trust_sheet_next(&r.sheet, &e))
        e = take_row(&r);
    trust_sheet_close(&r.sheet);
    return e == FB_OK && faults->n > 0 ? FB_REFUSED : e;
}

void ledger_free(struct ledger *l)
{
    free(l->line);
    fb_pool_free(&l->pool);
    *l = (struct ledger){0};
}
