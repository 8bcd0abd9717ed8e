#include "engine/core/judge.h"

/* ---- which timesheet says what was worked ---- */

bool fb_judge__settled(const struct fb_timesheet *t)
{
    return t->state == FB_TIMESHEET_STATE_DID_NOT_WORK || (fb_timesheet_needs_hours(t->state) && t->n > 0);
}

/* Another settled timesheet of the same system says that it corrects this one. */
static bool adjusted_away(const struct fb_view *view, const struct fb_record *r)
{
    for (unsigned i = 0; i < view->n_timesheets; i++) {
        const struct fb_record *other = view->timesheet[i];
        if (other != r && fb_judge__settled(&other->as.timesheet) && other->as.timesheet.adjusts.n > 0 &&
            fb_span_eq(other->as.timesheet.adjusts, r->env.record_ref) &&
            fb_span_eq(other->env.source, r->env.source))
            return true;
    }
    return false;
}

/* The place of a timesheet's system among the members, by authority for hours: lower is better. */
static unsigned standing_of(const struct fb_view *view, const uint8_t order[FB_MEMBERS_MAX],
                            const struct fb_record *r)
{
    for (unsigned i = 0; i < view->n_members; i++)
        if (fb_span_eq(view->member[order[i]].version->env.source, r->env.source))
            return i;
    return view->n_members;
}

static bool is_better(const struct fb_view *view, const uint8_t order[FB_MEMBERS_MAX],
                      const struct fb_record *a, const struct fb_record *b)
{
    unsigned by_a = standing_of(view, order, a), by_b = standing_of(view, order, b);
    if (by_a != by_b)
        return by_a < by_b;
    int by_version = fb_version_cmp(a, b);
    return by_version != 0 ? by_version > 0 : fb_span_cmp(a->env.record_ref, b->env.record_ref) < 0;
}

const struct fb_timesheet *fb_judge__sheet(const struct fb_judging *j)
{
    const struct fb_view *view = j->view;
    const struct fb_record *best = NULL;
    uint8_t order[FB_MEMBERS_MAX] = {0};
    /* Among more than could be read there may be a better one, or one that corrects this. */
    if (view->n_timesheets == 0 || fb_view_cut(view, FB_KIND_TIMESHEET))
        return NULL;
    fb_judge__order(j->book, view, FB_FIELDS_HOURS, order);
    for (unsigned i = 0; i < view->n_timesheets; i++) {
        const struct fb_record *r = view->timesheet[i];
        if (fb_judge__settled(&r->as.timesheet) && !adjusted_away(view, r) &&
            standing_of(view, order, r) < view->n_members &&
            (best == NULL || is_better(view, order, r, best)))
            best = r;
    }
    return best == NULL ? NULL : &best->as.timesheet;
}

/* ---- cells and figures ---- */

fb_code fb_judge__ics(const struct fb_view *view, fb_code hirer, fb_day day)
{
    const struct fb_record *best = NULL;
    if (fb_view_cut(view, FB_KIND_ORGANISATION))
        return 0;
    for (unsigned i = 0; i < view->n_organisations; i++) {
        const struct fb_record *r = view->organisation[i];
        const struct fb_organisation *o = &r->as.organisation;
        if (o->ods != hirer || day < o->member_from || day >= o->member_until)
            continue;
        int by_version = best == NULL ? 1 : fb_version_cmp(r, best);
        if (by_version > 0 || (by_version == 0 && fb_span_cmp(r->env.record_ref, best->env.record_ref) < 0))
            best = r;
    }
    return best == NULL ? 0 : best->as.organisation.ics;
}

struct fb_line fb_judge__new_line(const struct fb_judging *j, enum fb_stage stage)
{
    const struct fb_booking *b = j->booking;
    return (struct fb_line){.cell = {.week = fb_day_week(j->day),
                                     .month = fb_day_month(j->day),
                                     .hirer = b->shift.hirer,
                                     .ics = fb_judge__ics(j->view, b->shift.hirer, j->day),
                                     .staff_group = (uint8_t)b->shift.staff_group,
                                     .route = (uint8_t)b->route,
                                     .stage = (uint8_t)stage,
                                     .shadow = j->out->shadow}};
}

static struct fb_line *add_line(struct fb_judging *j, enum fb_stage stage)
{
    struct fb_line *line = &j->out->line[j->out->n_lines++];
    *line = fb_judge__new_line(j, stage);
    return line;
}

/* The parts are stored in the order of enum fb_part, from worker pay to other fees. */
_Static_assert((int)FB_MEASURE_OTHER_FEE - (int)FB_MEASURE_WORKER_PAY ==
                   (int)FB_PART_OTHER_FEE - (int)FB_PART_WORKER_PAY,
               "measures of parts follow the list of parts");
_Static_assert((int)FB_MEASURE_VAT == (int)FB_MEASURE_OTHER_FEE + 1, "VAT is the last part");

/* VAT stands apart: it is no part of pence, of a charge against a cap, or of a comparison. */
static void set_sent(struct fb_figures *f, const struct fb_price *p)
{
    f->v[FB_MEASURE_PENCE] = p->charge.pence; /* raw: already rounded once */
    for (unsigned part = FB_PART_WORKER_PAY; part <= FB_PART_VAT; part++)
        f->v[FB_MEASURE_WORKER_PAY + (part - FB_PART_WORKER_PAY)] = p->charge.part_pence[part];
}

/* What it costs with all that comes on top; the card's beside it only where both can be said, so that the two sums are
 * of the same shifts. */
static void set_loaded(struct fb_figures *f, const struct fb_price *p)
{
    f->v[FB_MEASURE_LOADED_SHORT] = !p->loaded.known || p->loaded.lower_bound;
    if (!p->loaded.known)
        return;
    f->v[FB_MEASURE_LOADED] = p->loaded.pence; /* raw: already rounded once */
    if (p->card_loaded.known)
        f->v[FB_MEASURE_CARD_LOADED] = p->card_loaded.pence; /* raw: already rounded once */
}

static enum fb_basis set_money(struct fb_figures *f, const struct fb_price *p, enum fb_route route)
{
    set_loaded(f, p);
    if (p->card.known) {
        f->v[FB_MEASURE_CARD] = p->card.pence; /* raw: already rounded once */
        f->v[FB_MEASURE_SUPPLEMENT] = p->card.supplement_pence;
    }
    if (p->charge.known) {
        set_sent(f, p);
        return FB_BASIS_AS_SENT;
    }
    if (p->card.known && fb_route_is_bank(route)) {
        f->v[FB_MEASURE_PENCE] = f->v[FB_MEASURE_EXPECTED] = f->v[FB_MEASURE_CARD];
        return FB_BASIS_EXPECTED_FROM_CARD;
    }
    f->v[FB_MEASURE_UNPRICED] = 1;
    return FB_BASIS_NONE;
}

static void set_caps(struct fb_figures *f, const struct fb_price *p, enum fb_route route)
{
    if (route != FB_ROUTE_AGENCY || p->cap.over == 0)
        return;
    if (!fb_cap_binds(p->cap.basis)) {
        f->v[FB_MEASURE_OVER_ESTIMATE] = 1;
        return;
    }
    f->v[FB_MEASURE_OVER_CAP] = 1;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX;
         c++) /* equal to the findings, also when one rate is missing */
        f->v[FB_MEASURE_EXCESS] += p->cap.over >> c & 1 ? p->cap.category_excess_pence[c] : 0;
}

/* Nothing is over a cap where nobody can say so: the figures agree with the findings. */
static enum fb_basis set_figures(const struct fb_judging *j, struct fb_figures *f, const struct fb_price *p,
                                 int64_t minutes)
{
    f->v[FB_MEASURE_SHIFTS] = 1;
    f->v[FB_MEASURE_MINUTES] = minutes;
    if (!fb_view_cut(j->view, FB_KIND_BOOKING))
        set_caps(f, p, j->booking->route);
    return set_money(f, p, j->booking->route);
}

/* Nobody drifts from a card that does not hold there, or by a part of the pay. */
static enum fb_compared drift_of(const struct fb_price *p)
{
    return p->card.adoption == FB_ADOPTION_ADOPTED && p->compared_whole ? p->compared : FB_COMPARED_NOTHING;
}

/* ---- the lines of a shift ---- */

/* A cancelled shift costs at most its cancellation charge, which is spend of its own kind. */
static void cancelled_lines(struct fb_judging *j)
{
    int64_t charge = j->booking->cancel_charge_pence;
    if (j->booking->state != FB_BOOKING_STATE_CANCELLED || charge == FB_ABSENT || charge == 0)
        return;
    add_line(j, FB_STAGE_COMMITTED)->figures.v[FB_MEASURE_CANCEL_CHARGE] = charge;
    add_line(j, FB_STAGE_LATEST)->figures.v[FB_MEASURE_CANCEL_CHARGE] = charge;
}

static void add_latest(struct fb_judging *j, const struct fb_line *of, const struct fb_price *p)
{
    struct fb_line *latest = &j->out->line[j->out->n_lines++];
    *latest = *of;
    latest->cell.stage = FB_STAGE_LATEST;
    j->out->drift = (uint8_t)drift_of(p);
}

/* Worked replaces committed in the latest line. Nobody came: nothing was worked, and the latest is nought. */
static void worked_lines(struct fb_judging *j)
{
    if (j->worked == NULL)
        return;
    struct fb_line *line = add_line(j, FB_STAGE_WORKED);
    (void)set_figures(j, &line->figures, j->worked, j->worked_minutes);
    add_latest(j, line, j->worked);
}

void fb_judge__lines(struct fb_judging *j)
{
    if (j->booking->state != FB_BOOKING_STATE_BOOKED) {
        cancelled_lines(j);
        return;
    }
    struct fb_line *committed = add_line(j, FB_STAGE_COMMITTED);
    j->out->basis = (uint8_t)set_figures(j, &committed->figures, j->price,
                                         fb_judge__booked_minutes(j->booking, j->price));
    if (j->sheet != NULL)
        worked_lines(j);
    else
        add_latest(j, committed, j->price);
}
