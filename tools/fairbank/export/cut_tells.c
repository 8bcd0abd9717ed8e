/* Which shifts a column is about. */
#include "engine/core/judge.h"
#include "tools/fairbank/export/cut.h"
#include "tools/fairbank/months/month_rows.h"
#include <string.h>

enum { MINUTES_PER_HOUR = 60, WHOLE_E2 = 10000 };

static enum cut_told yes_no(bool yes) { return yes ? CUT_YES : CUT_NO; }

/* With a finding of the rule, answered or not: an exception that was granted is one all the same. */
static enum cut_told found_of(const struct fb_month_row *row, struct fb_span rule)
{
    for (unsigned i = 0; i < row->n_findings; i++)
        if (fb_span_eq(row->finding[i].rule, rule))
            return row->finding[i].severity == FB_SEVERITY_CANNOT_SAY ? CUT_UNKNOWN : CUT_YES;
    return CUT_NO;
}

/* Nobody is within a cap that is estimated, or unknown. */
static bool cap_is_known(const struct cut_plan *plan, const struct fb_month_row *row, const struct fb_figures *f)
{
    const struct fb_book *book = plan->book_of(plan->ctx, row->issue);
    const struct fb_where where = {row->hirer, row->site, row->staff_group, row->day};
    const struct fb_cap *cap = book == NULL ? NULL : fb_book_cap(book, &where);
    return cap != NULL && fb_cap_binds(cap->basis) && f->v[FB_MEASURE_UNPRICED] == 0 && found_of(row, fb_span_of("cannot_say")) == CUT_NO;
}

static enum cut_told over_cap(const struct cut_plan *plan, const struct fb_month_row *row, const struct fb_figures *f)
{
    if (f->v[FB_MEASURE_OVER_CAP] != 0)
        return CUT_YES;
    return cap_is_known(plan, row, f) ? CUT_NO : CUT_UNKNOWN;
}

static enum cut_told hour_above(const struct fb_return_column *c, const struct fb_figures *f)
{
    int64_t minutes = f->v[FB_MEASURE_MINUTES], paid = f->v[FB_MEASURE_PENCE] * MINUTES_PER_HOUR;
    if (minutes <= 0 || f->v[FB_MEASURE_UNPRICED] != 0)
        return CUT_UNKNOWN;
    return yes_no(c->hour_inclusive ? paid >= c->hour_pence * minutes : paid > c->hour_pence * minutes);
}

/* By how much a cap that binds is passed. Nobody is below the limit where nobody can say, the cap is estimated, or a part of the charge may be
 * missing; above it one is also by a part of the charge. */
static enum cut_told far_over_cap(const struct fb_return_column *c, const struct fb_month_cap *cap)
{
    fb_i128 over = cap->over_e2, of = 1;
    bool known = cap->over_e2 != FB_ABSENT && fb_cap_binds(cap->basis);
    if (c->over_cap_average) {
        known = known && cap->pence > 0 && cap->charge_pence != FB_ABSENT;
        over = ((fb_i128)cap->charge_pence - cap->pence) * WHOLE_E2;
        of = cap->pence;
    }
    if (!known)
        return CUT_UNKNOWN;
    bool above = c->over_cap_inclusive ? over >= c->over_cap_e2 * of : over > c->over_cap_e2 * of;
    return above ? CUT_YES : cap->lower_bound ? CUT_UNKNOWN : CUT_NO;
}

static enum cut_told turned(enum cut_told t, bool wanted)
{
    if (t == CUT_UNKNOWN || wanted)
        return t;
    return t == CUT_YES ? CUT_NO : CUT_YES;
}

/* All must hold: one that does not settles it, whatever cannot be said of the others. */
static enum cut_told both(enum cut_told a, enum cut_told b)
{
    if (a == CUT_NO || b == CUT_NO)
        return CUT_NO;
    return a == CUT_UNKNOWN || b == CUT_UNKNOWN ? CUT_UNKNOWN : CUT_YES;
}

enum cut_told cut_tells(const struct cut_plan *plan, const struct fb_return_column *c, const struct fb_month_row *row, unsigned at)
{
    const struct fb_figures *f = &row->stage[at].figures;
    enum cut_told t = CUT_YES;
    if (c->figure == FB_RETURN_FIGURE_UNFILLED || (c->routes >> row->route & 1) == 0)
        return CUT_APART;
    if (c->engagements != 0)
        t = row->engagement == FB_ENGAGEMENT_NONE ? CUT_UNKNOWN : yes_no((c->engagements >> row->engagement & 1) != 0);
    if (c->over_cap != FB_SAID_NONE)
        t = both(t, turned(over_cap(plan, row, f), c->over_cap == FB_SAID_YES));
    if (c->found != FB_SAID_NONE) {
        const struct fb_rule *rule = fb_book_rule(plan->book, c->rule);
        t = both(t, rule == NULL ? CUT_UNKNOWN : turned(found_of(row, rule->name), c->found == FB_SAID_YES));
    }
    if (c->hour_pence != FB_ABSENT)
        t = both(t, hour_above(c, f));
    if (c->over_cap_e2 != FB_ABSENT)
        t = both(t, far_over_cap(c, &row->stage[at].cap));
    return t;
}

#define ALL_ROUTES (UINT32_MAX & ~1u)
#define SPAN(text) {text, sizeof(text) - 1}
const struct fb_return_column cut_spend_column[CUT_SPEND_COLUMNS] = {
    {.name = SPAN("shifts"), .title = SPAN("Shifts"), .figure = FB_RETURN_FIGURE_SHIFTS, .routes = ALL_ROUTES, .hour_pence = FB_ABSENT, .over_cap_e2 = FB_ABSENT},
    {.name = SPAN("hours"), .title = SPAN("Hours"), .figure = FB_RETURN_FIGURE_HOURS, .routes = ALL_ROUTES, .hour_pence = FB_ABSENT, .over_cap_e2 = FB_ABSENT},
    {.name = SPAN("spend"), .title = SPAN("Spend £"), .figure = FB_RETURN_FIGURE_SPEND, .routes = ALL_ROUTES, .hour_pence = FB_ABSENT, .over_cap_e2 = FB_ABSENT},
    {.name = SPAN("vat"), .title = SPAN("VAT £"), .figure = FB_RETURN_FIGURE_VAT, .routes = ALL_ROUTES, .hour_pence = FB_ABSENT, .over_cap_e2 = FB_ABSENT},
    {.name = SPAN("over_cap"), .title = SPAN("Over cap"), .figure = FB_RETURN_FIGURE_SHIFTS, .routes = ALL_ROUTES, .over_cap = FB_SAID_YES,
     .hour_pence = FB_ABSENT, .over_cap_e2 = FB_ABSENT},
    {.name = SPAN("excess"), .title = SPAN("Excess £"), .figure = FB_RETURN_FIGURE_EXCESS, .routes = ALL_ROUTES, .over_cap = FB_SAID_YES,
     .hour_pence = FB_ABSENT, .over_cap_e2 = FB_ABSENT},
};
