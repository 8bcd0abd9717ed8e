#include "engine/pack/read.h"

/* What an hour may cost at most, in pence: the same bound as for any rate. */
#define PENCE_HOUR_MAX (FB_RATE_E4_MAX / 100)

static const struct fb_span nothing = {NULL, 0};

static uint8_t calendar_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_span name = fb_read_text(r, map, "calendar");
    unsigned i = 0;
    FB_EACH(r->draft->calendars, struct fb_draft_calendar, c)
    {
        if (fb_span_eq(c->name, name) && i <= UINT8_MAX)
            return (uint8_t)i;
        i++;
    }
    if (name.n > 0)
        fb_read_error(r, fb_node_get(map, "calendar")->line, "no pack has a calendar", name, "");
    return 0;
}

struct fb_draft_terms fb_read_terms(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_terms t = {.place = fb_read_place(r, map->line)};
    t.name = fb_read_text(r, map, "name");
    t.staff_groups = fb_read_word_bits(r, map, "staff_groups", &fb_staff_group_words);
    t.routes = fb_read_word_bits(r, map, "routes", &fb_route_words);
    t.calendar = calendar_of(r, map);
    t.whole_shift = (enum fb_whole_shift)fb_read_word(r, map, "whole_shift", &fb_whole_shift_words);
    t.break_from = (enum fb_break_from)fb_read_word(r, map, "break_from", &fb_break_from_words);
    fb_read_standing(r, map, &t.standing);
    return t;
}

/* One name, one thing: a decision cites it. The same name may go on under later dates, and be stated anew by what became
 * known later. */
void fb_read_refuse_twin(struct fb_reading *r, const struct fb_draft_terms *t, const struct fb_draft_terms *other)
{
    bool same_days = t->standing.from < other->standing.until && other->standing.from < t->standing.until;
    bool anew = t->place.pack == other->place.pack && t->standing.known_since > other->standing.known_since;
    if (fb_span_eq(t->name, other->name) && same_days && !anew)
        fb_read_error(r, t->place.line, "the name", t->name, " is taken by another one for the same days");
}

static void read_formula(struct fb_reading *r, struct fb_node *map, struct fb_draft_cap *cap)
{
    struct fb_node *f = fb_read_map(r, map, "formula");
    if (f == NULL)
        return;
    cap->step = (enum fb_point)fb_read_word(r, f, "scale_point", &fb_point_words);
    cap->weeks = fb_read_ratio(r, f, "weeks");
    cap->hours = fb_read_ratio(r, f, "hours");
    cap->uplift = fb_read_ratio(r, f, "uplift");
    cap->enhancement = fb_read_text(r, f, "enhancement");
    struct fb_node *zones = fb_node_get(f, "zones");
    cap->by_zone = zones != NULL && fb_read_yes_no_at(r, zones->line, "zones", zones->text);
    if (cap->by_zone && r->draft->n_zones == 0)
        fb_read_error(r, zones->line, "no pack lists its zones", nothing, ": write zones: no, or list them under rates");
    struct fb_node *rounding = fb_read_scalar(r, f, "rounding");
    if (rounding != NULL && !fb_span_is(rounding->text, "half_up_penny_hour"))
        fb_read_error(r, rounding->line, "rounding", rounding->text,
                      ": only half_up_penny_hour is known, as published price cards are");
}

static void read_basis(struct fb_reading *r, unsigned line, const struct fb_draft_cap *cap)
{
    enum fb_status s = cap->terms.standing.status;
    if (s != FB_STATUS_PUBLISHED && s != FB_STATUS_AGREED && s != FB_STATUS_DERIVED)
        fb_read_error(r, line, "the status of a cap is its basis: published, agreed or derived", nothing, "");
    if (cap->table.n == 0 && s == FB_STATUS_PUBLISHED)
        fb_read_error(r, line, "a cap made by formula is not published: write derived, or agreed", nothing,
                      "");
}

void fb_read_caps(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (!fb_read_is_map(r, item, "a cap is a mapping that begins with its name"))
            continue;
        struct fb_draft_cap cap = {.terms = fb_read_terms(r, item)};
        if (fb_node_get(item, "table") != NULL)
            cap.table = fb_read_text(r, item, "table");
        else
            read_formula(r, item, &cap);
        read_basis(r, item->line, &cap);
        if (!fb_read_is_known(r, &cap.terms.standing))
            continue;
        FB_EACH(r->draft->caps, struct fb_draft_cap, other)
        {
            fb_read_refuse_twin(r, &cap.terms, &other->terms);
        }
        struct fb_draft_cap *place = fb_list_add(r->draft->pool, &r->draft->caps, sizeof *place);
        if (place != NULL)
            *place = cap;
    }
}
