/* Scales: points that leave a hole, bands that nothing pays, and rules that pay at a point which a band has
 * not. */
#include "engine/pack/check_steps.h"

static const struct fb_span nothing = {NULL, 0};

/* True when another entry goes on where this one ends. */
static bool goes_on(fb_day until, const struct fb_standing *other)
{
    return other->from <= until && until < other->until;
}

static bool point_goes_on(const struct fb_draft *d, const struct fb_draft_point *p)
{
    FB_EACH(d->points, struct fb_draft_point, other)
    {
        bool same = other->step == p->step || other->step == FB_POINT_NONE || p->step == FB_POINT_NONE;
        if (other->grade == p->grade && same && goes_on(p->standing.until, &other->standing))
            return true;
    }
    return false;
}

static fb_day last_day(const struct fb_draft *d)
{
    fb_day last = INT32_MIN;
    FB_EACH(d->points, struct fb_draft_point, p)
    {
        last = p->standing.until > last ? p->standing.until : last;
    }
    return last;
}

static void tell_gap(struct fb_checking *c, struct fb_place place, const char *what, struct fb_span band,
                     fb_day from)
{
    struct fb_check_text text;
    if (!fb_check_begin(c, fb_check_place(c, place), true, 0, &text))
        return;
    fb_text_add(&text.t, what);
    if (band.n > 0) {
        fb_text_add(&text.t, " '");
        fb_text_add_span(&text.t, band);
        fb_text_add(&text.t, "'");
    }
    fb_text_add(&text.t, band.n > 0 ? " have a gap from " : " has a gap from ");
    fb_check_add_day(&text.t, from);
    fb_text_add(&text.t, ": while others go on, nobody can say what is paid from that day");
    fb_check_end(c, &text);
}

/* A point that ends while others go on leaves a hole that is priced as "cannot say". */
static void check_point_gaps(struct fb_checking *c)
{
    fb_day last = last_day(c->draft);
    FB_EACH(c->draft->points, struct fb_draft_point, p)
    {
        char band[9];
        fb_code_format(band, fb_draft_grade_code(c->draft, p->grade));
        if (p->standing.until < last && !point_goes_on(c->draft, p))
            tell_gap(c, p->place, "the pay points of band", fb_span_of(band), p->standing.until);
    }
}

static void check_hourly_gaps(struct fb_checking *c)
{
    fb_day last = last_day(c->draft);
    FB_EACH(c->draft->hourlies, struct fb_draft_hourly, h)
    {
        bool on = h->standing.until >= last;
        FB_EACH(c->draft->hourlies, struct fb_draft_hourly, other)
        {
            on = on || (other->family == h->family && goes_on(h->standing.until, &other->standing));
        }
        if (!on)
            tell_gap(c, h->place, "the hourly divisor", nothing, h->standing.until);
    }
}

static bool in_a_table(const struct fb_draft *d, unsigned grade)
{
    FB_EACH(d->tables, struct fb_draft_rate_table, t)
    {
        FB_EACH(t->rows, struct fb_draft_table_rate, row)
        {
            if (row->grade == grade)
                return true;
        }
    }
    return false;
}

/* A band that a table of rates pays needs no scale. */
static void check_bands_without_points(struct fb_draft *d)
{
    for (unsigned g = 0; g < d->grades.n; g++) {
        const struct fb_draft_grade *grade = (const struct fb_draft_grade *)d->grades.item + g;
        char band[9];
        bool held = in_a_table(d, g);
        FB_EACH(d->points, struct fb_draft_point, p)
        {
            held = held || p->grade == g;
        }
        fb_code_format(band, grade->grade.code);
        if (!held)
            fb_compile_complain(d, grade->place, true, "the band", fb_span_of(band),
                                " has no pay point in any year, and no table of rates pays it");
    }
}

static bool held_in_any(const struct fb_book *b, unsigned grade, enum fb_point step)
{
    for (unsigned i = 0; i < b->n_periods; i++) {
        if (b->period[i].point[grade * FB_POINT_END + step].held)
            return true;
    }
    return false;
}

/* A rule that pays at a point which the band does not have can only say "cannot say". */
static void check_card_points(struct fb_draft *d, const struct fb_book *b, const struct fb_draft_card *card)
{
    static const enum fb_point step_of[] = {
        [FB_PAY_AT_ENTRY] = FB_POINT_ENTRY, [FB_PAY_AT_MID] = FB_POINT_MID, [FB_PAY_AT_TOP] = FB_POINT_TOP};
    FB_EACH(card->pays, struct fb_draft_pay, pay)
    {
        bool at_point = pay->rule.pay_at != FB_PAY_AT_OWN_POINT && pay->rule.pay_at != FB_PAY_AT_TABLE;
        for (unsigned g = 0; g < b->n_grades && at_point; g++) {
            char band[9];
            struct fb_place place = card->terms.place;
            place.line = pay->line;
            fb_code_format(band, b->grade[g].code);
            bool meant = fb_check_names_bands(b, &pay->rule) || !in_a_table(d, g);
            if (meant && (pay->rule.grades >> g & 1) != 0 && !held_in_any(b, g, step_of[pay->rule.pay_at]))
                fb_compile_complain(d, place, true, "this rule pays at a point that does not exist in band",
                                    fb_span_of(band), "");
        }
    }
}

void fb_check_points(struct fb_checking *c)
{
    check_point_gaps(c);
    check_hourly_gaps(c);
    check_bands_without_points(c->draft);
    FB_EACH(c->draft->cards, struct fb_draft_card, card)
    {
        check_card_points(c->draft, c->book, card);
    }
}
