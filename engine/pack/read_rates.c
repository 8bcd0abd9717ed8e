#include "engine/pack/read.h"

/* A year's pay: above it somebody has typed pence or a digit too many. */
#define ANNUAL_PENCE_MAX 100000000
#define PERCENT_E6_MAX   1000000000

static void add_grade(struct fb_reading *r, const struct fb_node *item, uint8_t family)
{
    struct fb_draft *d = r->draft;
    fb_code code = fb_read_code_at(r, item->line, "band", item->text);
    if (fb_draft_grade(d, item->text) >= 0) {
        fb_read_error(r, item->line, "the band", item->text, " is listed twice");
        return;
    }
    if (d->grades.n == FB_GRADES_MAX) {
        fb_read_error(r, item->line, "more than 64 bands and grades in all packs together",
                      (struct fb_span){NULL, 0}, "");
        return;
    }
    struct fb_draft_grade *g = fb_list_add(d->pool, &d->grades, sizeof *g);
    if (g != NULL)
        *g = (struct fb_draft_grade){{code, (uint16_t)(d->grades.n - 1), family},
                                     fb_read_place(r, item->line)};
}

/* Families are numbered in the order in which the book's header names them. */
static uint8_t family_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_read_scalar(r, map, "family");
    if (node == NULL || fb_span_is(node->text, "agenda_for_change"))
        return 1;
    if (fb_span_is(node->text, "medical_dental"))
        return 2;
    fb_read_error(r, node->line, "unknown family", node->text,
                  ": use one of agenda_for_change, medical_dental");
    return 1;
}

void fb_read_grades(struct fb_reading *r, struct fb_node *node)
{
    uint8_t family = family_of(r, node);
    struct fb_node *list = fb_read_list(r, node, "ascending");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next)
        add_grade(r, item, family);
}

static void read_percent(struct fb_reading *r, struct fb_node *map, struct fb_draft_percent *out)
{
    struct fb_draft *d = r->draft;
    out->line = map->line;
    out->grades = fb_read_grade_bits(r, map, "bands");
    for (unsigned c = 0; c < d->n_categories; c++) {
        char word[9];
        fb_code_format(word, d->category[c]);
        int64_t percent = fb_read_decimal(r, map, word, FB_RATIO_DECIMALS);
        if (percent < 0 || percent > PERCENT_E6_MAX) {
            fb_read_error(r, map->line, "a percentage below 0 or above 1000 for", fb_span_of(word), "");
            percent = 0;
        }
        out->factor[c] = fb_ratio_add(fb_ratio_of(1, 1), fb_ratio_of(percent, 100000000));
    }
}

static void read_percents(struct fb_reading *r, struct fb_node *map, struct fb_draft_enhancement *e)
{
    uint64_t seen = 0;
    struct fb_node *list = fb_read_list(r, map, "percent");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        struct fb_draft_percent *p = fb_list_add(r->draft->pool, &e->percents, sizeof *p);
        if (p == NULL)
            return;
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "write a mapping: bands, and a percentage for each category",
                          (struct fb_span){NULL, 0}, "");
            continue;
        }
        read_percent(r, item, p);
        if ((seen & p->grades) != 0)
            fb_read_error(r, item->line, "a band that stands in a row above as well",
                          (struct fb_span){NULL, 0}, "");
        seen |= p->grades;
    }
}

static bool overlap(const struct fb_standing *a, const struct fb_standing *b)
{
    return a->from < b->until && b->from < a->until;
}

void fb_read_enhancements(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        struct fb_draft_enhancement e = {.place = fb_read_place(r, item->line)};
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "an enhancement is a mapping that begins with its name",
                          (struct fb_span){NULL, 0}, "");
            continue;
        }
        e.name = fb_read_text(r, item, "name");
        fb_read_standing(r, item, &e.standing);
        read_percents(r, item, &e);
        FB_EACH(r->draft->enhancements, struct fb_draft_enhancement, other)
        {
            if (fb_span_eq(other->name, e.name) && overlap(&other->standing, &e.standing))
                fb_read_error(r, item->line, "the enhancement", e.name,
                              " is stated twice for the same days: end the earlier one with until");
        }
        struct fb_draft_enhancement *place =
            fb_list_add(r->draft->pool, &r->draft->enhancements, sizeof *place);
        if (place != NULL)
            *place = e;
    }
}

static bool enhancement_exists(const struct fb_draft *d, struct fb_span name)
{
    FB_EACH(d->enhancements, struct fb_draft_enhancement, e)
    {
        if (fb_span_eq(e->name, name))
            return true;
    }
    return false;
}

void fb_read_hourlies(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        struct fb_draft_hourly h = {.place = fb_read_place(r, item->line)};
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "write a mapping: family, weeks, hours, enhancement",
                          (struct fb_span){NULL, 0}, "");
            continue;
        }
        h.family = family_of(r, item);
        h.weeks = fb_read_ratio(r, item, "weeks");
        h.hours = fb_read_ratio(r, item, "hours");
        h.enhancement = fb_read_text(r, item, "enhancement");
        if (!enhancement_exists(r->draft, h.enhancement))
            fb_read_error(r, item->line, "no enhancement has the name", h.enhancement, "");
        fb_read_standing(r, item, &h.standing);
        FB_EACH(r->draft->hourlies, struct fb_draft_hourly, other)
        {
            if (other->family == h.family && overlap(&other->standing, &h.standing))
                fb_read_error(r, item->line, "two divisors for the same days: end the earlier one with until",
                              (struct fb_span){NULL, 0}, "");
        }
        struct fb_draft_hourly *place = fb_list_add(r->draft->pool, &r->draft->hourlies, sizeof *place);
        if (place != NULL)
            *place = h;
    }
}

static enum fb_point step_of(struct fb_reading *r, unsigned line, struct fb_span text)
{
    if (fb_span_is(text, "single"))
        return FB_POINT_NONE;
    return (enum fb_point)fb_read_word_at(r, line, &fb_point_words, text);
}

static void refuse_twin_point(struct fb_reading *r, const struct fb_draft_point *p, struct fb_span band)
{
    FB_EACH(r->draft->points, struct fb_draft_point, other)
    {
        bool same_step = other->step == p->step || other->step == FB_POINT_NONE || p->step == FB_POINT_NONE;
        if (other->grade != p->grade || !same_step || !overlap(&other->standing, &p->standing))
            continue;
        fb_read_error(r, p->place.line, "the same pay point of band", band,
                      " is stated twice for the same days");
        return;
    }
}

static void read_point(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    struct fb_span band = fb_read_cell(t, row, "band");
    struct fb_draft_point p = {.place = fb_read_place(r, row->line)};
    p.grade = fb_read_grade_at(r, row->line, band);
    p.step = step_of(r, row->line, fb_read_cell(t, row, "step"));
    p.annual_pence = fb_read_decimal_at(r, row->line, "annual_gbp", fb_read_cell(t, row, "annual_gbp"), 2);
    if (p.annual_pence <= 0 || p.annual_pence > ANNUAL_PENCE_MAX)
        fb_read_error(r, row->line, "annual_gbp", fb_read_cell(t, row, "annual_gbp"),
                      ": a year's pay lies between 0 and a million pounds");
    if (fb_read_cell(t, row, "pay_year").n == 0)
        fb_read_error(r, row->line, "pay_year is empty: write 2026/27", (struct fb_span){NULL, 0}, "");
    fb_read_row_standing(r, t, row, &p.standing);
    refuse_twin_point(r, &p, band);
    struct fb_draft_point *place = fb_list_add(r->draft->pool, &r->draft->points, sizeof *place);
    if (place != NULL)
        *place = p;
}

void fb_read_points(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"pay_year",   "from",   "until",  "band", "step",
                                           "annual_gbp", "status", "source", NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++)
        read_point(r, t, &t->row[i]);
}
