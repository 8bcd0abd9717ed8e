#include "engine/base/hash.h"
#include "engine/pack/predicate.h"
#include "engine/pack/read.h"

static const struct fb_span nothing = {NULL, 0};
enum { ROLLING_DAYS_MAX = 366, APART_HOURS_MAX = 24 * 31, EVERY_MAX = 1000000 };

static uint32_t number_of(struct fb_span name)
{
    return (uint32_t)fb_hash64(name.n == 0 ? "" : name.p, name.n);
}

/* ---- counters ---- */

/* Which shifts add: by their settled timesheets, by their standing bookings, or because they were cancelled.
 */
static void read_of(struct fb_reading *r, struct fb_node *map, struct fb_counter *c)
{
    struct fb_node *node = fb_read_scalar(r, map, "of");
    if (node == NULL)
        return;
    c->worked = fb_span_is(node->text, "worked");
    c->cancelled = fb_span_is(node->text, "cancelled");
    if (!c->worked && !c->cancelled && !fb_span_is(node->text, "booked"))
        fb_read_error(r, node->line, "of", node->text, ": use one of worked, booked, cancelled");
}

static void read_span(struct fb_reading *r, struct fb_node *map, struct fb_counter *c)
{
    c->span = (enum fb_span_of)fb_read_word(r, map, "span", &fb_span_of_words);
    if (c->span == FB_SPAN_OF_ROLLING_DAYS)
        c->rolling_days = (uint16_t)fb_read_whole(r, map, "rolling_days", 1, ROLLING_DAYS_MAX);
    else if (fb_node_get(map, "rolling_days") != NULL)
        fb_read_error(r, map->line, "rolling_days without span: rolling_days", nothing, "");
    if (fb_node_get(map, "apart_hours") != NULL)
        c->apart_min = (uint32_t)fb_read_whole(r, map, "apart_hours", 1, APART_HOURS_MAX) * 60u;
}

/* What a shift adds may not hang on what counters say to it: that would run in circles. */
static void refuse_counters(struct fb_reading *r, const struct fb_node *when)
{
    for (const struct fb_node *node = when->first; node != NULL; node = node->next) {
        if (fb_draft_counter(r->draft, node->key) >= 0)
            fb_read_error(r, node->line, "a counter may not read a counter:", node->key, "");
    }
}

static void read_when(struct fb_reading *r, struct fb_node *map, struct fb_counter *c)
{
    struct fb_list when = {0};
    struct fb_node *node = fb_node_get(map, "when") == NULL ? NULL : fb_read_map(r, map, "when");
    if (node != NULL) {
        refuse_counters(r, node);
        fb_read_predicates(r, node, &when);
    }
    fb_read_add_members(r, &when);
    if (when.n > UINT8_MAX)
        fb_read_error(r, map->line, "more than 255 conditions", nothing, "");
    c->n_when = (uint8_t)when.n;
    c->when = when.item;
}

static void refuse_twin_counter(struct fb_reading *r, const struct fb_draft_counter *c)
{
    FB_EACH(r->draft->counters, struct fb_draft_counter, other)
    {
        if (fb_span_eq(other->counter.name, c->counter.name))
            fb_read_error(r, c->place.line, "the counter", c->counter.name,
                          " is stated twice: give this one another name");
        else if (other->counter.id == c->counter.id)
            fb_read_error(r, c->place.line, "the counter", c->counter.name,
                          " has the number of another one: change its name");
    }
    if (c->counter.id == 0)
        fb_read_error(r, c->place.line, "the counter", c->counter.name,
                      " has the number nought: change its name");
}

/* Of a pack with one site the scope names it; no fact tells the site, so that several sites cannot share a
 * counter. */
static void read_scope(struct fb_reading *r, struct fb_node *map, const struct fb_standing *s,
                       struct fb_scope *scope)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, r->pack);
    scope->routes = fb_read_word_bits(r, map, "routes", &fb_route_words);
    scope->staff_groups = fb_read_word_bits(r, map, "staff_groups", &fb_staff_group_words);
    scope->layer = (uint8_t)pack->layer;
    scope->from = s->from;
    scope->until = s->until;
    if (pack->sites.n == 1)
        scope->site = *(const struct fb_span *)pack->sites.item;
    else if (pack->sites.n > 1)
        fb_read_error(r, map->line,
                      "a counter or a bonus in a pack of several sites: give each site a pack of its own",
                      nothing, "");
}

static struct fb_draft_counter counter_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_counter d = {.place = fb_read_place(r, map->line)};
    struct fb_counter *c = &d.counter;
    c->name = fb_read_text(r, map, "name");
    fb_read_dotted_name(r, map->line, "the counter's name", c->name);
    c->id = number_of(c->name);
    fb_read_standing(r, map, &d.standing);
    read_scope(r, map, &d.standing, &c->scope);
    c->key = (enum fb_counter_key)fb_read_word(r, map, "key", &fb_counter_key_words);
    c->adds = (enum fb_adds)fb_read_word(r, map, "adds", &fb_adds_words);
    read_of(r, map, c);
    read_span(r, map, c);
    read_when(r, map, c);
    return d;
}

/* A counter stays when it was not known yet: whatever reads it says from when on it holds. */
void fb_read_counters(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (!fb_read_is_map(r, item, "a counter is a mapping that begins with its name"))
            continue;
        struct fb_draft_counter counter = counter_of(r, item);
        refuse_twin_counter(r, &counter);
        if (r->draft->counters.n == FB_COUNTERS_MAX) {
            fb_read_error(r, item->line, "more than 8 counters in all packs together", nothing, "");
            return;
        }
        struct fb_draft_counter *place = fb_list_add(r->draft->pool, &r->draft->counters, sizeof *place);
        if (place != NULL)
            *place = counter;
    }
}

/* ---- bonuses ---- */

static const struct fb_draft_counter *counter_at(const struct fb_reading *r, unsigned i)
{
    return (const struct fb_draft_counter *)r->draft->counters.item + i;
}

/* Index of the counter that a key names, or -1. */
static int named_counter(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_read_scalar(r, map, key);
    int i = node == NULL ? -1 : fb_draft_counter(r->draft, node->text);
    if (node != NULL && i < 0)
        fb_read_error(r, node->line, "no pack has a counter", node->text, "");
    return i;
}

/* 57.5 hours are 3450 minutes. */
static int64_t hours_as_minutes(struct fb_reading *r, struct fb_node *map)
{
    int64_t e2 = fb_read_decimal(r, map, "every_hours", 2), minutes = e2 * 60 / 100;
    if (e2 <= 0 || e2 > (int64_t)EVERY_MAX * 100 || minutes * 100 != e2 * 60)
        fb_read_error(r, map->line, "every_hours: a number of hours above nought that is whole in minutes",
                      nothing, "");
    return e2 <= 0 || e2 > (int64_t)EVERY_MAX * 100 ? 1 : minutes;
}

static int64_t every_of(struct fb_reading *r, struct fb_node *map, enum fb_adds adds)
{
    bool hours = fb_node_get(map, "every_hours") != NULL, shifts = fb_node_get(map, "every") != NULL;
    if (hours == shifts || hours != (adds == FB_ADDS_MINUTES)) {
        fb_read_error(r, map->line,
                      "write every for a counter of shifts, or every_hours for one of paid_minutes", nothing,
                      "");
        return 1;
    }
    return hours ? hours_as_minutes(r, map) : fb_read_whole(r, map, "every", 1, EVERY_MAX);
}

static int64_t pounds_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_read_scalar(r, map, "gbp");
    return node == NULL ? 1 : fb_read_pounds_at(r, node->line, "gbp", node->text, 2, false);
}

static void read_amount(struct fb_reading *r, struct fb_node *map, struct fb_bonus_row *row)
{
    struct fb_node *band = fb_node_get(map, "not_above_band");
    row->average = fb_read_optional_yes(r, map, "average_shift");
    if (!row->average)
        row->pence = pounds_of(r, map); /* raw: pence as stated */
    else if (fb_node_get(map, "gbp") != NULL)
        fb_read_error(r, map->line, "gbp and average_shift: a row pays the one or the other", nothing, "");
    if (band != NULL && !row->average)
        fb_read_error(r, map->line, "not_above_band: only an average shift is limited by a band", nothing,
                      "");
    else if (band != NULL)
        row->not_above_grade = (uint8_t)(fb_read_grade_at(r, band->line, band->text) + 1);
}

static void read_row(struct fb_reading *r, struct fb_node *map, struct fb_draft_bonus *b, enum fb_adds adds)
{
    struct fb_draft_bonus_row d = {.line = map->line};
    if (!fb_read_is_map(r, map, "write a mapping such as {bands: [\"2\"], every: 5, gbp: \"170\"}"))
        return;
    d.row.grades = fb_read_grade_bits(r, map, "bands");
    if (fb_node_get(map, "worker") != NULL)
        d.row.worker_kind = (enum fb_worker_kind)fb_read_word(r, map, "worker", &fb_worker_kind_words);
    d.row.every = every_of(r, map, adds);
    read_amount(r, map, &d.row);
    struct fb_draft_bonus_row *place = fb_list_add(r->draft->pool, &b->rows, sizeof *place);
    if (place != NULL)
        *place = d;
}

/* A counter says whose shifts it counts; one of another pack counts other trusts' shifts as well. */
static void refuse_foreign(struct fb_reading *r, unsigned line, const struct fb_draft_counter *c)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, r->pack);
    if (c->place.pack != r->pack && pack->members.n > 1)
        fb_read_error(r, line, "the counter", c->counter.name,
                      " is another pack's, which may count shifts of other trusts: state one in this pack");
}

/* A pack with one member binds it by the scope, so that it may read a more general pack's counter. */
static void bind_member(struct fb_reading *r, struct fb_scope *scope)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, r->pack);
    const struct fb_draft_member *m = pack->members.item;
    if (pack->members.n != 1)
        return;
    scope->trust = m->code;
    scope->from = m->from > scope->from ? m->from : scope->from;
    scope->until = m->until < scope->until ? m->until : scope->until;
}

static void read_counters_of(struct fb_reading *r, struct fb_node *map, struct fb_draft_bonus *d)
{
    bool voids = fb_node_get(map, "void_counter") != NULL;
    int counter = named_counter(r, map, "counter"),
        other = voids ? named_counter(r, map, "void_counter") : -1;
    d->bonus.counter = counter < 0 ? 0 : (uint8_t)counter;
    d->bonus.void_counter = other < 0 ? 0 : (uint8_t)(other + 1);
    if (counter < 0)
        return;
    const struct fb_draft_counter *c = counter_at(r, (unsigned)counter);
    refuse_foreign(r, map->line, c);
    if (other >= 0 && counter_at(r, (unsigned)other)->counter.key != c->counter.key)
        fb_read_error(r, map->line, "void_counter", counter_at(r, (unsigned)other)->counter.name,
                      " has another key than the counter, so that it knows nothing of the same worker");
}

static void read_rows(struct fb_reading *r, struct fb_node *map, struct fb_draft_bonus *d)
{
    struct fb_node *rows = fb_read_list(r, map, "rows");
    enum fb_adds adds =
        r->draft->counters.n == 0 ? FB_ADDS_SHIFTS : counter_at(r, d->bonus.counter)->counter.adds;
    if (rows != NULL && rows->n == 0)
        fb_read_error(r, rows->line, "a bonus without rows", nothing, "");
    for (struct fb_node *row = rows == NULL ? NULL : rows->first; row != NULL; row = row->next)
        read_row(r, row, d, adds);
}

static struct fb_draft_bonus bonus_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_bonus d = {.place = fb_read_place(r, map->line)};
    struct fb_rule *rule = &d.bonus.rule;
    rule->name = fb_read_text(r, map, "name");
    fb_read_dotted_name(r, map->line, "the bonus's name", rule->name);
    rule->id = number_of(rule->name);
    rule->title = fb_read_text(r, map, "title");
    rule->because = fb_read_text(r, map, "because");
    rule->severity = FB_SEVERITY_NOTE;
    rule->audience = fb_span_of("finance");
    rule->date_fact = FB_FACT_SHIFT_DAY;
    fb_read_standing(r, map, &d.standing);
    rule->status = d.standing.status;
    read_scope(r, map, &d.standing, &rule->scope);
    bind_member(r, &rule->scope);
    read_counters_of(r, map, &d);
    if (fb_node_get(map, "times_at_most") != NULL)
        d.bonus.times_max = (uint16_t)fb_read_whole(r, map, "times_at_most", 1, UINT16_MAX);
    read_rows(r, map, &d);
    return d;
}

static void refuse_taken_name(struct fb_reading *r, const struct fb_draft_bonus *b)
{
    const struct fb_rule *rule = &b->bonus.rule;
    bool taken = false;
    FB_EACH(r->draft->rules, struct fb_draft_rule, other)
    {
        taken = taken || other->rule.id == rule->id;
    }
    FB_EACH(r->draft->bonuses, struct fb_draft_bonus, twin)
    {
        taken = taken || twin->bonus.rule.id == rule->id;
    }
    if (taken)
        fb_read_error(r, b->place.line, "the bonus's name", rule->name,
                      " is taken by a rule or another bonus: give this one another name");
}

void fb_read_bonuses(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (!fb_read_is_map(r, item, "a bonus is a mapping that begins with its name"))
            continue;
        struct fb_draft_bonus bonus = bonus_of(r, item);
        if (!fb_read_is_known(r, &bonus.standing))
            continue;
        refuse_taken_name(r, &bonus);
        struct fb_draft_bonus *place = fb_list_add(r->draft->pool, &r->draft->bonuses, sizeof *place);
        if (place != NULL)
            *place = bonus;
    }
}
