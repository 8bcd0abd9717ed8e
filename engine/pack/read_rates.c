#include "engine/pack/read.h"

#define PERCENT_E6_MAX 1000000000

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

/* The family's number, from 1; 0: there is none of that name. */
static uint8_t family_number(const struct fb_draft *d, struct fb_span name)
{
    uint8_t n = 0;
    FB_EACH(d->families, struct fb_span, f)
    {
        n++;
        if (fb_span_eq(*f, name))
            return n;
    }
    return 0;
}

/* Families are numbered as they appear, but Agenda for Change is the first wherever it stands: the core knows it so. */
static uint8_t add_family(struct fb_reading *r, struct fb_node *node)
{
    struct fb_list *families = &r->draft->families;
    struct fb_span word = node == NULL ? fb_span_of("agenda_for_change") : node->text;
    while (family_number(r->draft, word) == 0) {
        struct fb_span *place = families->n == FB_GRADES_MAX + 1
                                    ? NULL
                                    : fb_list_add(r->draft->pool, families, sizeof *place);
        if (place == NULL)
            return 1; /* more families than bands: each further band is refused anyway */
        *place = families->n == 1 ? fb_span_of("agenda_for_change") : word;
    }
    return family_number(r->draft, word);
}

static uint8_t family_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_read_scalar(r, map, "family");
    uint8_t n = node == NULL ? 1 : family_number(r->draft, node->text);
    if (n > 0)
        return n;
    fb_read_error(r, node->line, "unknown family", node->text,
                  ": no pack lists its bands under grades");
    return 1;
}

void fb_read_grades(struct fb_reading *r, struct fb_node *node)
{
    uint8_t family = add_family(r, fb_read_scalar(r, node, "family"));
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
        out->factor[c] = fb_ratio_of(1, 1);
        if (d->category_pack[c] > r->pack && fb_node_get(map, word) == NULL) {
            out->missing |= 1u << c;
            continue;
        }
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
        if (!fb_read_is_map(r, item, "write a mapping: bands, and a percentage for each category"))
            continue;
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
        if (!fb_read_is_map(r, item, "an enhancement is a mapping that begins with its name"))
            continue;
        e.name = fb_read_text(r, item, "name");
        if (fb_span_is(e.name, "none"))
            fb_read_error(r, item->line, "the name", e.name, " means that there are no percentages: take another");
        fb_read_standing(r, item, &e.standing);
        read_percents(r, item, &e);
        if (!fb_read_is_known(r, &e.standing))
            continue;
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
    if (fb_span_is(name, "none"))
        return true;
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
        if (!fb_read_is_map(r, item, "write a mapping: family, weeks, hours, enhancement"))
            continue;
        h.family = family_of(r, item);
        h.weeks = fb_read_ratio(r, item, "weeks");
        h.hours = fb_read_ratio(r, item, "hours");
        h.enhancement = fb_read_text(r, item, "enhancement");
        if (!enhancement_exists(r->draft, h.enhancement))
            fb_read_error(r, item->line, "no enhancement has the name", h.enhancement, "");
        fb_read_standing(r, item, &h.standing);
        if (!fb_read_is_known(r, &h.standing))
            continue;
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
