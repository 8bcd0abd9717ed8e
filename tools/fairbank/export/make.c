#include "tools/fairbank/export/make.h"
#include "tools/fairbank/ask_people.h"
#include "tools/fairbank/months/month_rows.h"
#include "tools/fairbank/spoken.h"
#include <string.h>

enum { DAYS_OF_WEEK = 7, LONGEST_MONTH = 31 };

static const struct fb_book *book_of(void *ctx, uint32_t issue)
{
    struct making *m = ctx;
    return fb_reader_book(m->folder.books, issue);
}

bool make_open(struct making *m, const struct options *o)
{
    m->o = *o;
    if (!folder_open(&m->folder, o, o->command))
        return false;
    m->plan.book = fb_reader_book(m->folder.books, 0);
    if (m->plan.book == NULL)
        fprintf(stderr, "%s: the engine has no rules yet: fairbank rules issue brings them\n", spoken(o->command));
    return m->plan.book != NULL;
}

void make_list(FILE *out, const struct fb_book *book)
{
    fputs("  alerts           open findings, each with its why\n  spend            shifts, hours and money by trust, route, staff group, week and stage\n"
          "  foi-rates        what doctors of the bank are paid for an hour, by grade and time: of the first day of --month\n", out);
    for (unsigned i = 0; i < book->n_returns; i++) {
        const struct fb_return *r = &book->returns[i];
        bool again = false;
        for (unsigned k = 0; k < i; k++)
            again = again || fb_span_eq(book->returns[k].name, r->name);
        if (!again)
            fprintf(out, "  %-16s %s, by the %s\n", word_of(r->name), word_of(r->title), fb_return_period_word((enum fb_return_period)r->period));
    }
}

const struct fb_return *make_return(const struct fb_book *book, const char *name)
{
    for (unsigned i = 0; i < book->n_returns; i++)
        if (fb_span_is(book->returns[i].name, name))
            return &book->returns[i];
    return NULL;
}

/* A return by the month is made of a month, one by the week of a week. */
static bool is_period(const struct fb_return *r, fb_day from, fb_day until)
{
    if (r->period == FB_RETURN_PERIOD_WEEK)
        return fb_day_week(from) == from && until == from + DAYS_OF_WEEK;
    return fb_day_month(from) == from && until == fb_day_month(from + LONGEST_MONTH);
}

static bool plan_return(struct making *m, const struct cell_id *id)
{
    struct cut_plan *p = &m->plan;
    p->sheet = fb_book_return(p->book, fb_span_of(id->name), id->from);
    if (p->sheet == NULL) {
        fprintf(stderr, "%s: the rules have no export '%s' for that time; there are:\n", spoken(m->o.command), id->name);
        make_list(stderr, p->book);
        return false;
    }
    if (!is_period(p->sheet, id->from, id->until)) {
        fprintf(stderr, "%s: %s is made by the %s: say %s\n", spoken(m->o.command), id->name, fb_return_period_word((enum fb_return_period)p->sheet->period),
                p->sheet->period == FB_RETURN_PERIOD_WEEK ? "--weeks with a Monday and the next one, such as 2026-03-16..2026-03-23" : "--month 2026-03");
        return false;
    }
    (void)snprintf(m->title, sizeof m->title, "%s", word_of(p->sheet->title));
    p->column = p->sheet->column;
    p->n_columns = p->sheet->n_columns;
    return true;
}

/* Of others a trust sees the shifts that concern it, which are no whole figures. */
bool make_may_see(const struct options *o, fb_code *trust)
{
    struct fb_asker asker;
    fill_asker(&asker, o);
    if (asker.as != FB_AS_TRUST)
        return true;
    bool own = *trust == 0 || *trust == asker.trust;
    *trust = own ? asker.trust : *trust;
    if (!own)
        fprintf(stderr, "%s: a trust is told whole figures of its own only: leave --trust out, or ask as controls or finance\n", spoken(o->command));
    return own;
}

bool make_plan(struct making *m, const struct options *o, const struct cell_id *id)
{
    struct cut_plan *p = &m->plan;
    if (!make_open(m, o))
        return false;
    m->o.trust = id->trust;
    m->o.shadow = id->shadow;
    p->book_of = book_of;
    p->ctx = m;
    p->from = id->from;
    p->until = id->until;
    p->trust = id->trust;
    p->shadow = id->shadow;
    p->title = m->title;
    (void)snprintf(m->name, sizeof m->name, "%s", id->name);
    p->name = m->name;
    if (strcmp(id->name, "spend") != 0)
        return plan_return(m, id);
    (void)snprintf(m->title, sizeof m->title, "Spend by trust, route, staff group, week and stage");
    p->column = cut_spend_column;
    p->n_columns = CUT_SPEND_COLUMNS;
    return true;
}

static bool each(void *ctx, const struct fb_month_row *row)
{
    struct making *m = ctx;
    cut_add(&m->cut, row);
    return !m->cut.full;
}

static bool each_unfilled(void *ctx, const struct fb_unfilled_row *row)
{
    struct making *m = ctx;
    cut_add_unfilled(&m->cut, row);
    return !m->cut.full;
}

static bool asks_unfilled(const struct cut_plan *p)
{
    for (unsigned i = 0; i < p->n_columns; i++)
        if (p->column[i].figure == FB_RETURN_FIGURE_UNFILLED)
            return true;
    return false;
}

/* Vacancies are read from the folder, as `fairbank fill` does; of an engine that was named the folder may be another's, and nobody
 * can say. */
static bool read_unfilled(struct making *m)
{
    struct fb_unfilled_filter f = {.trust = m->plan.trust, .shadow = m->plan.shadow, .week = INT32_MIN, .month = INT32_MIN};
    bool nothing = false;
    if (m->plan.no_vacancies || !asks_unfilled(&m->plan))
        return true;
    *(m->plan.sheet->period == FB_RETURN_PERIOD_WEEK ? &f.week : &f.month) = m->plan.from;
    if (!folder_known(&m->folder, &m->o, m->o.command, &f.as_of, &nothing))
        return false;
    enum fb_err e = nothing ? FB_OK : fb_report_unfilled(m->folder.store, &f, each_unfilled, m);
    if (e != FB_OK)
        fprintf(stderr, "%s: %s: %s\n", spoken(m->o.command), m->o.data, fb_err_text(e));
    return e == FB_OK;
}

bool make_read(struct making *m, const struct cut_watch *watch)
{
    m->plan.no_vacancies = m->o.engine != NULL;
    m->cut.watch = watch;
    cut_begin(&m->cut, &m->plan);
    bool ok = fb_month_rows_beside(&m->o, &m->folder, m->plan.from, m->plan.until, each, m) && read_unfilled(m);
    cut_end(&m->cut);
    if (ok && m->cut.full)
        fprintf(stderr, "%s: not enough memory\n", spoken(m->o.command));
    return ok && !m->cut.full;
}

void make_end(struct making *m)
{
    cut_release(&m->cut);
    if (m->folder.store != NULL)
        folder_close(&m->folder);
}
