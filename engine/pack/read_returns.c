#include "engine/base/hash.h"
#include "engine/pack/read.h"

/* What is told to others of shifts: the crosswalk from staff groups to the groups of returns, and returns with their columns. */

static const struct fb_span nothing = {NULL, 0};
enum { NAME_BYTES_MAX = 24 };
/* Exports that need no pack: a return of such a name could never be asked for. */
static const char *const taken[] = {"alerts", "spend", "foi-rates"};

/* Names stand in provenance ids, between colons and slashes. */
static struct fb_span name_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_span name = fb_read_text(r, map, "name");
    bool good = name.n <= NAME_BYTES_MAX;
    for (uint32_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-');
    }
    if (!good)
        fb_read_error(r, map->line, "name", name, ": write at most 24 small letters, digits, _ and -");
    return name;
}

static void refuse_layer(struct fb_reading *r, const struct fb_node *node)
{
    if (fb_draft_pack_at(r->draft, r->pack)->layer > FB_LAYER_ICS)
        fb_read_error(r, node->line, "only a national or an ics pack has", node->key, ", for a return is of all trusts");
}

static bool same_days(const struct fb_standing *a, const struct fb_standing *b) { return a->from < b->until && b->from < a->until; }

/* ---- groups ---- */

/* A shift belongs to one group of a return: else it would be counted twice. */
static void refuse_shared(struct fb_reading *r, const struct fb_draft_return_group *d)
{
    FB_EACH(r->draft->return_groups, struct fb_draft_return_group, o)
    {
        if (o->place.pack != r->pack || !same_days(&o->standing, &d->standing))
            continue;
        if (fb_span_eq(o->group.name, d->group.name))
            fb_read_error(r, d->place.line, "a group above has the same name on the same days:", d->group.name, "");
        for (int g = 1; g < FB_STAFF_GROUP_END; g++)
            if ((o->group.staff_groups & d->group.staff_groups) >> g & 1)
                fb_read_error(r, d->place.line, "a group above has on the same days the staff group",
                              fb_span_of(fb_staff_group_word((enum fb_staff_group)g)), "");
    }
}

void fb_read_return_groups(struct fb_reading *r, struct fb_node *node)
{
    refuse_layer(r, node);
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        unsigned before = r->draft->report->errors;
        if (!fb_read_is_map(r, item, "a group of returns is a mapping that begins with its name"))
            continue;
        struct fb_draft_return_group d = {.place = fb_read_place(r, item->line)};
        d.group.name = name_of(r, item);
        d.group.title = fb_read_text(r, item, "title");
        d.group.staff_groups = fb_read_word_bits(r, item, "staff_groups", &fb_staff_group_words);
        fb_read_standing(r, item, &d.standing);
        if (!fb_read_is_wanted(r, before, &d.standing))
            continue;
        refuse_shared(r, &d);
        struct fb_draft_return_group *place = fb_list_add(r->draft->pool, &r->draft->return_groups, sizeof *place);
        if (place != NULL)
            *place = d;
    }
}

/* ---- columns ---- */

/* Whether there is such a rule is for linking to say: one that could not be read would be told a second time here. */
static uint32_t rule_of(struct fb_reading *r, const struct fb_node *node, struct fb_list *named)
{
    struct fb_draft_named *place = fb_list_add(r->draft->pool, named, sizeof *place);
    if (place != NULL)
        *place = (struct fb_draft_named){node->text, node->line};
    return (uint32_t)fb_hash64(node->text.n == 0 ? "" : node->text.p, node->text.n);
}

static void read_found(struct fb_reading *r, struct fb_node *map, struct fb_return_column *c, struct fb_list *named)
{
    bool with = fb_node_get(map, "finding") != NULL, without = fb_node_get(map, "no_finding") != NULL;
    if (!with && !without)
        return;
    struct fb_node *node = fb_read_scalar(r, map, with ? "finding" : "no_finding");
    c->found = with ? FB_SAID_YES : FB_SAID_NO;
    c->rule = node == NULL ? 0 : rule_of(r, node, named);
    if (with && without)
        fb_read_error(r, map->line, "finding and no_finding of one column: say one of them", nothing, "");
}

/* {above: 100.00} or {at_least: 100.00}: whether the limit itself counts is part of what is asked. Pounds, or per cent: hundredths of it.
 * FB_ABSENT: the column has none. */
static int64_t limit_of(struct fb_reading *r, struct fb_node *map, const char *key, bool *inclusive)
{
    struct fb_node *node = fb_node_get(map, key) == NULL ? NULL : fb_read_map(r, map, key);
    if (node == NULL)
        return FB_ABSENT;
    *inclusive = fb_node_get(node, "at_least") != NULL;
    struct fb_node *limit = fb_read_scalar(r, node, *inclusive ? "at_least" : "above");
    if (node->n > 1)
        fb_read_error(r, node->line, key, nothing, " takes one limit: above or at_least");
    return limit == NULL ? FB_ABSENT : fb_read_pounds_at(r, limit->line, key, limit->text, 2, false);
}

static void read_limits(struct fb_reading *r, struct fb_node *map, struct fb_return_column *c)
{
    static const char *const over[] = {"percent_over_cap", "percent_over_cap_average"};
    c->hour_pence = limit_of(r, map, "charge_hour_average", &c->hour_inclusive);
    c->over_cap_average = fb_node_get(map, over[0]) == NULL && fb_node_get(map, over[1]) != NULL;
    c->over_cap_e2 = limit_of(r, map, over[c->over_cap_average], &c->over_cap_inclusive);
    if (fb_node_get(map, over[0]) != NULL && fb_node_get(map, over[1]) != NULL)
        fb_read_error(r, map->line, "percent_over_cap and percent_over_cap_average of one column: say one of them", nothing, "");
}

static bool has_condition(const struct fb_return_column *c)
{
    return c->engagements != 0 || c->over_cap != FB_SAID_NONE || c->found != FB_SAID_NONE || c->hour_pence != FB_ABSENT ||
           c->over_cap_e2 != FB_ABSENT;
}

static struct fb_return_column column_of(struct fb_reading *r, struct fb_node *map, struct fb_list *named)
{
    struct fb_return_column c = {.name = name_of(r, map), .title = fb_read_text(r, map, "title")};
    c.figure = (uint8_t)fb_read_word(r, map, "figure", &fb_return_figure_words);
    if (c.figure != FB_RETURN_FIGURE_UNFILLED)
        c.routes = fb_read_word_bits(r, map, "routes", &fb_route_words);
    c.engagements = fb_read_optional_bits(r, map, "engagements", &fb_engagement_words, 0);
    if (fb_node_get(map, "over_cap") != NULL)
        c.over_cap = fb_read_optional_yes(r, map, "over_cap") ? FB_SAID_YES : FB_SAID_NO;
    read_found(r, map, &c, named);
    read_limits(r, map, &c);
    if (c.figure == FB_RETURN_FIGURE_PERCENT && !has_condition(&c))
        fb_read_error(r, map->line, "a percentage of what? Give the column", c.name, " a condition");
    if (c.figure == FB_RETURN_FIGURE_UNFILLED && has_condition(&c))
        fb_read_error(r, map->line, "nobody worked an unfilled shift: a condition makes no sense in the column", c.name, "");
    return c;
}

static void add_column(struct fb_reading *r, struct fb_node *item, struct fb_draft_return *d)
{
    if (!fb_read_is_map(r, item, "a column of a return is a mapping that begins with its name"))
        return;
    struct fb_return_column c = column_of(r, item, &d->named);
    FB_EACH(d->columns, struct fb_return_column, o)
    {
        if (fb_span_eq(o->name, c.name))
            fb_read_error(r, item->line, "a column above has the name", c.name, " already");
    }
    struct fb_return_column *place = fb_list_add(r->draft->pool, &d->columns, sizeof *place);
    if (place != NULL)
        *place = c;
}

static void read_columns(struct fb_reading *r, struct fb_node *map, struct fb_draft_return *d)
{
    struct fb_node *list = fb_read_list(r, map, "columns");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next)
        add_column(r, item, d);
    if (list != NULL && (list->n == 0 || list->n > FB_RETURN_COLUMNS_MAX))
        fb_read_error(r, list->line, "a return has 1 to 24 columns", nothing, "");
}

/* ---- returns ---- */

static void refuse_name(struct fb_reading *r, const struct fb_draft_return *d)
{
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (fb_span_is(d->row.name, taken[i]))
            fb_read_error(r, d->place.line, "there is an export already called", d->row.name, ": give this return another name");
    FB_EACH(r->draft->returns, struct fb_draft_return, o)
    {
        if (o->place.pack == r->pack && fb_span_eq(o->row.name, d->row.name) && same_days(&o->standing, &d->standing))
            fb_read_error(r, d->place.line, "a return above has the same name on the same days:", d->row.name, "");
    }
}

static struct fb_draft_return return_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_return d = {.place = fb_read_place(r, map->line)};
    d.row.name = name_of(r, map);
    d.row.title = fb_read_text(r, map, "title");
    d.row.period = (uint8_t)fb_read_word(r, map, "period", &fb_return_period_words);
    d.row.by = (uint8_t)fb_read_word(r, map, "by", &fb_return_by_words);
    d.row.stage = (uint8_t)fb_read_word(r, map, "stage", &fb_stage_words);
    d.row.across = fb_read_optional_yes(r, map, "groups_across");
    fb_read_standing(r, map, &d.standing);
    read_columns(r, map, &d);
    if (d.row.stage == FB_STAGE_INVOICED || d.row.stage == FB_STAGE_PAID)
        fb_read_error(r, map->line, "stage: use committed, worked or latest", nothing, "");
    FB_EACH(d.columns, struct fb_return_column, c)
    {
        if (c->figure == FB_RETURN_FIGURE_UNFILLED && d.row.by == FB_RETURN_BY_AGENCY)
            fb_read_error(r, map->line, "no agency is behind an unfilled shift: take out the column", c->name, "");
    }
    if (d.row.across && d.row.by != FB_RETURN_BY_GROUP)
        fb_read_error(r, map->line, "groups_across is for a return by group", nothing, "");
    return d;
}

void fb_read_returns(struct fb_reading *r, struct fb_node *node)
{
    refuse_layer(r, node);
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        unsigned before = r->draft->report->errors;
        if (!fb_read_is_map(r, item, "a return is a mapping that begins with its name"))
            continue;
        struct fb_draft_return d = return_of(r, item);
        if (!fb_read_is_wanted(r, before, &d.standing))
            continue;
        refuse_name(r, &d);
        struct fb_draft_return *place = fb_list_add(r->draft->pool, &r->draft->returns, sizeof *place);
        if (place != NULL)
            *place = d;
    }
}
