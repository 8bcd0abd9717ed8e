#include "engine/pack/read.h"

/* What the clocks over people go by: reference periods, what a night is, when an assignment begins anew. */

static const struct fb_span nothing = {NULL, 0};
enum { REFERENCE_WEEKS_MAX = 52, RESET_WEEKS_MAX = 52, PAUSE_WEEKS_MAX = 104 };

static void add_grades(struct fb_reading *r, struct fb_node *map, struct fb_clocks *c)
{
    if (map->kind != FB_NODE_MAP || c->n_by_grade == FB_REFERENCES_BY_GRADE_MAX) {
        fb_read_error(r, map->line, "by_grade: at most 4 rows such as {grades: [FY1, FY2], weeks: 26}",
                      nothing, "");
        return;
    }
    uint64_t grades = fb_read_list(r, map, "grades") == NULL ? 0 : fb_read_grade_bits(r, map, "grades");
    for (unsigned i = 0; i < c->n_by_grade; i++) {
        if ((c->by_grade[i].grades & grades) != 0)
            fb_read_error(r, map->line, "by_grade: a grade of this row stands in a row above as well",
                          nothing, "");
    }
    unsigned at = c->n_by_grade++;
    c->by_grade[at].grades = grades;
    c->by_grade[at].weeks = (uint16_t)fb_read_whole(r, map, "weeks", 1, REFERENCE_WEEKS_MAX);
}

static void read_reference(struct fb_reading *r, struct fb_node *map, struct fb_clocks *c)
{
    c->reference_weeks = (uint16_t)fb_read_whole(r, map, "weeks", 1, REFERENCE_WEEKS_MAX);
    c->absences_left_out = fb_read_optional_bits(r, map, "leave_out", &fb_absence_kind_words, 0);
    struct fb_node *list = fb_node_get(map, "by_grade") == NULL ? NULL : fb_read_list(r, map, "by_grade");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next)
        add_grades(r, item, c);
}

static void read_night(struct fb_reading *r, struct fb_node *map, struct fb_clocks *c)
{
    unsigned from = fb_read_clock(r, map, "from"), until = fb_read_clock(r, map, "until");
    unsigned length = (until + FB_DAY_MINUTES - from) % FB_DAY_MINUTES;
    c->night_from_min = (uint16_t)from;
    c->night_until_min = (uint16_t)until;
    c->night_least_min = (uint16_t)fb_read_length(r, map, "at_least", FB_LENGTH_MINUTES, 1, FB_DAY_MINUTES);
    if (length == 0)
        fb_read_error(r, map->line, "night: it ends when it begins", nothing, "");
    else if (c->night_least_min > length)
        fb_read_error(r, map->line, "night: at_least is longer than the night, so that nothing is ever one",
                      nothing, "");
}

/* `sickness: {pauses: 28 weeks}`, `annual_leave: pauses`, `maternity: runs`. */
static void read_absence(struct fb_reading *r, struct fb_node *node, struct fb_clocks *c)
{
    int kind = fb_read_word_at(r, node->line, &fb_absence_kind_words, node->key);
    node->used = true;
    if (kind == 0)
        return;
    if (node->kind == FB_NODE_SCALAR) {
        c->absence[kind].effect = (uint8_t)fb_read_word_at(r, node->line, &fb_clock_effect_words, node->text);
        return;
    }
    if (node->kind != FB_NODE_MAP || node->n != 1 || fb_node_get(node, "pauses") == NULL) {
        fb_read_error(r, node->line, "write pauses, runs, or {pauses: 28 weeks} for the absence", node->key,
                      "");
        return;
    }
    c->absence[kind].effect = FB_CLOCK_EFFECT_PAUSES;
    c->absence[kind].weeks_max =
        (uint16_t)fb_read_length(r, node, "pauses", FB_LENGTH_WEEKS, 1, PAUSE_WEEKS_MAX);
}

static void read_assignment(struct fb_reading *r, struct fb_node *map, struct fb_clocks *c)
{
    c->assignment_reset_weeks =
        (uint16_t)fb_read_length(r, map, "reset_after", FB_LENGTH_WEEKS, 1, RESET_WEEKS_MAX);
    struct fb_node *absences = fb_node_get(map, "absences") == NULL ? NULL : fb_read_map(r, map, "absences");
    for (struct fb_node *n = absences == NULL ? NULL : absences->first; n != NULL; n = n->next)
        read_absence(r, n, c);
}

static void read_part(struct fb_reading *r, struct fb_node *map, const char *key, enum fb_clock_key bit,
                      void (*read)(struct fb_reading *, struct fb_node *, struct fb_clocks *),
                      struct fb_draft_clocks *d)
{
    struct fb_node *part = fb_node_get(map, key) == NULL ? NULL : fb_read_map(r, map, key);
    if (part == NULL)
        return;
    d->said |= bit;
    read(r, part, &d->clocks);
}

/* That every trust of a system sends everything is that system's own statement. */
static void read_fed_from(struct fb_reading *r, struct fb_node *map, struct fb_draft_clocks *d)
{
    if (fb_node_get(map, "fed_from") == NULL)
        return;
    d->said |= FB_CLOCK_FED;
    d->clocks.fed_from = fb_read_day(r, map, "fed_from");
    if (fb_draft_pack_at(r->draft, r->pack)->layer != FB_LAYER_ICS)
        fb_read_error(r, map->line, "fed_from", nothing,
                      ": only an ics pack can say that all of its trusts send all bookings");
}

static void refuse_twin(struct fb_reading *r, const struct fb_draft_clocks *d)
{
    unsigned layer = fb_draft_pack_at(r->draft, r->pack)->layer;
    if (layer > FB_LAYER_ICS)
        fb_read_error(r, d->place.line, "clocks", nothing,
                      ": only a national or an ics pack has them, for a worker's time at all trusts is one");
    FB_EACH(r->draft->clocks, struct fb_draft_clocks, other)
    {
        const struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, other->place.pack);
        if (pack->layer == layer)
            fb_read_error(r, d->place.line, "the clocks of this layer are stated already, in the pack",
                          pack->name, ": put them together");
    }
}

void fb_read_clocks(struct fb_reading *r, struct fb_node *node)
{
    struct fb_draft_clocks d = {.place = fb_read_place(r, node->line)};
    read_part(r, node, "reference", FB_CLOCK_REFERENCE, read_reference, &d);
    read_part(r, node, "night", FB_CLOCK_NIGHT, read_night, &d);
    read_part(r, node, "assignment", FB_CLOCK_ASSIGNMENT, read_assignment, &d);
    read_fed_from(r, node, &d);
    fb_read_undated_standing(r, node, &d.standing);
    if (d.said == 0)
        fb_read_error(r, node->line, "clocks: state reference, night, assignment or fed_from", nothing, "");
    refuse_twin(r, &d);
    struct fb_draft_clocks *place = fb_read_is_known(r, &d.standing)
                                        ? fb_list_add(r->draft->pool, &r->draft->clocks, sizeof *place)
                                        : NULL;
    if (place != NULL)
        *place = d;
}
