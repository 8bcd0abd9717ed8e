#include "engine/pack/check.h"
#include "engine/pack/compile.h"

static const struct fb_span nothing = {NULL, 0};

/* "the pay points of band '5' have a gap from 2027-04-01" */
static void warn_dates(struct fb_draft *d, struct fb_place place, const char *before, struct fb_span word,
                       const char *middle, fb_day day)
{
    char text[200];
    struct fb_text t;
    char date[11];
    fb_day_format(date, day);
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, middle);
    fb_text_add(&t, date);
    fb_compile_complain(d, place, true, before, word, text);
}

static void check_review_dates(struct fb_draft *d, fb_day today)
{
    unsigned i = 0;
    FB_EACH(d->packs, struct fb_draft_pack, pack)
    {
        struct fb_place place = {i++, fb_span_of("pack.yaml"), pack->review_line};
        if (today != FB_PACK_NO_DATE && pack->review_by < today)
            warn_dates(d, place, "the review date of the pack", pack->name,
                       " has passed: look every figure up again, then move review_by past ", today);
    }
}

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

/* A point that ends while others go on leaves a hole that is priced as "cannot say". */
static void check_point_gaps(struct fb_draft *d)
{
    fb_day last = last_day(d);
    FB_EACH(d->points, struct fb_draft_point, p)
    {
        char band[9];
        fb_code_format(band, fb_draft_grade_code(d, p->grade));
        if (p->standing.until < last && !point_goes_on(d, p))
            warn_dates(d, p->place, "the pay points of band", fb_span_of(band), " have a gap from ",
                       p->standing.until);
    }
}

static void check_hourly_gaps(struct fb_draft *d)
{
    FB_EACH(d->hourlies, struct fb_draft_hourly, h)
    {
        bool on = h->standing.until >= last_day(d);
        FB_EACH(d->hourlies, struct fb_draft_hourly, other)
        {
            on = on || (other->family == h->family && goes_on(h->standing.until, &other->standing));
        }
        if (!on)
            warn_dates(d, h->place, "the hourly divisor", nothing, " has a gap from ", h->standing.until);
    }
}

static void check_bands_without_points(struct fb_draft *d)
{
    for (unsigned g = 0; g < d->grades.n; g++) {
        const struct fb_draft_grade *grade = (const struct fb_draft_grade *)d->grades.item + g;
        char band[9];
        bool held = false;
        FB_EACH(d->points, struct fb_draft_point, p)
        {
            held = held || p->grade == g;
        }
        fb_code_format(band, grade->grade.code);
        if (!held)
            fb_compile_complain(d, grade->place, true, "the band", fb_span_of(band),
                                " has no pay point in any year");
    }
}

/* An earlier rule that takes everything the later one would. */
static bool shadows(const struct fb_card_rule *early, const struct fb_card_rule *late)
{
    bool kinds = early->worker_kind == FB_WORKER_KIND_NONE || early->worker_kind == late->worker_kind;
    return kinds && (late->grades & ~early->grades) == 0 &&
           (!early->lower_band_only || late->lower_band_only);
}

static void check_card(struct fb_draft *d, const struct fb_draft_card *card)
{
    const struct fb_draft_pay *pay = card->pays.item;
    for (unsigned late = 1; late < card->pays.n; late++) {
        for (unsigned early = 0; early < late; early++) {
            struct fb_place place = card->terms.place;
            place.line = pay[late].line;
            if (!shadows(&pay[early].rule, &pay[late].rule))
                continue;
            fb_compile_complain(d, place, true,
                                "this rule of the card is never reached: one above it takes the same shifts",
                                nothing, "");
            break;
        }
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
        for (unsigned g = 0; g < b->n_grades && pay->rule.pay_at != FB_PAY_AT_OWN_POINT; g++) {
            char band[9];
            struct fb_place place = card->terms.place;
            place.line = pay->line;
            fb_code_format(band, b->grade[g].code);
            if ((pay->rule.grades >> g & 1) != 0 && !held_in_any(b, g, step_of[pay->rule.pay_at]))
                fb_compile_complain(d, place, true, "this rule pays at a point that does not exist in band",
                                    fb_span_of(band), "");
        }
    }
}

static bool covers_band(const struct fb_draft_card *card, unsigned grade)
{
    FB_EACH(card->pays, struct fb_draft_pay, pay)
    {
        if ((pay->rule.grades >> grade & 1) != 0 && pay->rule.worker_kind != FB_WORKER_KIND_SUBSTANTIVE)
            return true;
    }
    return false;
}

static void check_cards(struct fb_draft *d, const struct fb_book *b)
{
    FB_EACH(d->cards, struct fb_draft_card, card)
    {
        check_card(d, card);
        check_card_points(d, b, card);
        for (unsigned g = 0; g < b->n_grades; g++) {
            char band[9];
            fb_code_format(band, b->grade[g].code);
            if (!covers_band(card, g))
                fb_compile_complain(d, card->terms.place, true,
                                    "the card has no rule for a bank-only worker in band", fb_span_of(band),
                                    "");
        }
    }
}

static void check_caps(struct fb_draft *d, const struct fb_book *b)
{
    FB_EACH(d->cap_tables, struct fb_draft_cap_table, t)
    {
        for (unsigned g = 0; g < b->n_grades; g++) {
            unsigned n = 0, line = 1;
            FB_EACH(t->rows, struct fb_draft_cap_row, row)
            {
                n += row->grade == g;
                line = row->grade == g ? row->line : line;
            }
            char band[9];
            fb_code_format(band, b->grade[g].code);
            if (n > 0 && n < b->n_categories)
                fb_compile_complain(d, (struct fb_place){t->pack, t->path, line}, true,
                                    "some categories have no cap in band", fb_span_of(band), "");
        }
    }
}

static bool same_scope(const struct fb_draft_terms *a, const struct fb_draft_terms *b)
{
    return a->place.pack == b->place.pack && (a->staff_groups & b->staff_groups) != 0 &&
           (a->routes & b->routes) != 0 && a->standing.from < b->standing.until &&
           b->standing.from < a->standing.until;
}

static void check_overlap(struct fb_draft *d, const struct fb_draft_terms *late,
                          const struct fb_draft_terms *early)
{
    if (late != early && same_scope(late, early))
        fb_compile_complain(d, late->place, true, "this one hides, for some staff groups and days,",
                            early->name, ", which stands above it in the same pack");
}

static void check_overlaps(struct fb_draft *d)
{
    const struct fb_draft_card *card = d->cards.item;
    const struct fb_draft_cap *cap = d->caps.item;
    for (unsigned late = 1; late < d->cards.n; late++) {
        for (unsigned early = 0; early < late; early++)
            check_overlap(d, &card[late].terms, &card[early].terms);
    }
    for (unsigned late = 1; late < d->caps.n; late++) {
        for (unsigned early = 0; early < late; early++)
            check_overlap(d, &cap[late].terms, &cap[early].terms);
    }
}

void fb_check(struct fb_draft *draft, const struct fb_book *book, fb_day today)
{
    check_review_dates(draft, today);
    check_point_gaps(draft);
    check_hourly_gaps(draft);
    check_bands_without_points(draft);
    check_cards(draft, book);
    check_caps(draft, book);
    check_overlaps(draft);
}
