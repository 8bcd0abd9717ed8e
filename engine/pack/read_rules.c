#include "engine/base/hash.h"
#include "engine/pack/predicate.h"
#include "engine/pack/read.h"

static const struct fb_span nothing = {NULL, 0};

static uint8_t date_fact_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_read_scalar(r, map, "date_fact");
    if (node == NULL || fb_span_is(node->text, "shift_day"))
        return FB_FACT_SHIFT_DAY;
    if (!fb_span_is(node->text, "booking_day"))
        fb_read_error(r, node->line, "date_fact", node->text, ": use one of shift_day, booking_day");
    return FB_FACT_BOOKING_DAY;
}

static void read_then(struct fb_reading *r, struct fb_node *map, struct fb_rule *rule)
{
    struct fb_node *then = fb_read_map(r, map, "then");
    if (then == NULL)
        return;
    rule->severity = (enum fb_severity)fb_read_word(r, then, "severity", &fb_severity_words);
    if (rule->severity != FB_SEVERITY_NOTE && rule->severity != FB_SEVERITY_WARN &&
        rule->severity != FB_SEVERITY_BREACH)
        fb_read_error(r, then->line, "severity: a rule may raise a note, a warn or a breach", nothing, "");
    rule->audience = fb_read_text(r, then, "audience");
    if (!fb_span_is(rule->audience, "controls") && !fb_span_is(rule->audience, "finance"))
        fb_read_error(r, then->line, "audience", rule->audience, ": use one of controls, finance");
}

static void read_conditions(struct fb_reading *r, struct fb_node *map, struct fb_rule *rule)
{
    struct fb_list when = {0}, unless = {0};
    struct fb_node *w = fb_read_map(r, map, "when");
    struct fb_node *u = fb_node_get(map, "unless") == NULL ? NULL : fb_read_map(r, map, "unless");
    if (w != NULL)
        fb_read_predicates(r, w, &when);
    if (w != NULL && w->n == 0)
        fb_read_error(r, w->line, "a rule without a condition", nothing, "");
    if (u != NULL)
        fb_read_predicates(r, u, &unless);
    fb_read_add_members(r, &when);
    if (when.n > UINT8_MAX || unless.n > UINT8_MAX) {
        fb_read_error(r, map->line, "more than 255 conditions", nothing, "");
        return;
    }
    rule->n_when = (uint8_t)when.n;
    rule->n_unless = (uint8_t)unless.n;
    rule->when = when.item;
    rule->unless = unless.item;
}

/* Every fact that decides whether the rule holds and what it says: the trace keeps these. */
static struct fb_fact_bits facts_read(const struct fb_rule *rule)
{
    struct fb_fact_bits reads = {{0}};
    fb_fact_add(&reads, rule->date_fact);
    fb_fact_add(&reads, FB_FACT_ROUTE);
    fb_fact_add(&reads, FB_FACT_STAFF_GROUP);
    for (unsigned i = 0; i < rule->n_when; i++) {
        if (rule->when[i].op == FB_OP_MEMBER) /* members have dates */
            fb_fact_add(&reads, FB_FACT_SHIFT_DAY);
        fb_fact_add(&reads, rule->when[i].fact);
    }
    for (unsigned i = 0; i < rule->n_unless; i++)
        fb_fact_add(&reads, rule->unless[i].fact);
    return reads;
}

static void refuse_twin(struct fb_reading *r, const struct fb_draft_rule *rule)
{
    FB_EACH(r->draft->rules, struct fb_draft_rule, other)
    {
        if (fb_span_eq(other->rule.name, rule->rule.name))
            fb_read_error(r, rule->place.line, "the rule", rule->rule.name,
                          " is stated twice: give this one another name");
        else if (other->rule.id == rule->rule.id)
            fb_read_error(r, rule->place.line, "the rule", rule->rule.name,
                          " has the number of another one: change its name");
    }
}

static struct fb_draft_rule rule_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_rule d = {.place = fb_read_place(r, map->line)};
    struct fb_rule *rule = &d.rule;
    rule->name = fb_read_text(r, map, "name");
    fb_read_dotted_name(r, map->line, "the rule's name", rule->name);
    rule->id = (uint32_t)fb_hash64(rule->name.n == 0 ? "" : rule->name.p, rule->name.n);
    rule->title = fb_read_text(r, map, "title");
    rule->because = fb_read_text(r, map, "because");
    rule->date_fact = date_fact_of(r, map);
    rule->scope.routes = fb_read_word_bits(r, map, "routes", &fb_route_words);
    rule->scope.staff_groups = fb_read_word_bits(r, map, "staff_groups", &fb_staff_group_words);
    read_then(r, map, rule);
    read_conditions(r, map, rule);
    rule->reads = facts_read(rule);
    fb_read_standing(r, map, &d.standing);
    rule->status = d.standing.status;
    rule->scope.from = d.standing.from;
    rule->scope.until = d.standing.until;
    fb_read_rule_terms(r, map, &d);
    return d;
}

void fb_read_rules(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (!fb_read_is_map(r, item, "a rule is a mapping that begins with its name"))
            continue;
        struct fb_draft_rule rule = rule_of(r, item);
        if (fb_draft_pack_at(r->draft, r->pack)->layer == FB_LAYER_SITE)
            fb_read_error(r, item->line, "a site pack has no rules: no fact tells the site; put", rule.rule.name,
                          " into its trust's pack");
        if (!fb_read_is_known(r, &rule.standing))
            continue;
        refuse_twin(r, &rule);
        struct fb_draft_rule *place = fb_list_add(r->draft->pool, &r->draft->rules, sizeof *place);
        if (place != NULL)
            *place = rule;
    }
}
