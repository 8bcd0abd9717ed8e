/* Rules that can never be raised, that ask for nothing, or that say what another one says: whoever wrote such
 * a rule believes otherwise. Proved from the conditions and the scope alone; what a rule would have found in
 * a year of shifts is another question, which needs a store. */
#include "engine/base/hash.h"
#include "engine/pack/check_steps.h"
#include "engine/pack/condition.h"

static const struct fb_span nothing = {NULL, 0};
enum { KEY_NEVER = 700, KEY_EMPTY, KEY_TWIN, KEY_ROUTE, KEY_WEAK, KEY_BEARING, KEY_BOUND };

/* "the rule 'NAME' before FACT after" */
static void tell(struct fb_checking *c, const struct fb_draft_rule *d, uint64_t key, const char *before,
                 struct fb_span word, const char *after)
{
    struct fb_check_text text;
    if (!fb_check_begin(c, fb_check_place(c, d->place), true, key, &text))
        return;
    fb_text_add(&text.t, "the rule '");
    fb_text_add_span(&text.t, d->rule.name);
    fb_text_add(&text.t, "' ");
    fb_text_add(&text.t, before);
    fb_text_add_span(&text.t, word);
    fb_text_add(&text.t, after);
    fb_check_end(c, &text);
}

/* As it is written: the facts of counters and categories have numbers only inside. */
static struct fb_span word_of(const struct fb_checking *c, unsigned fact)
{
    static const struct {
        enum fb_fact first;
        const char *begin;
    } families[] = {{FB_FACT_MINUTES_IN_1, "minutes_in_"},
                    {FB_FACT_CHARGE_HOUR_IN_1, "charge_hour_in_"},
                    {FB_FACT_PAY_HOUR_IN_1, "pay_hour_in_"}};
    enum { WORD = 64, EACH = FB_FACT_MINUTES_IN_4 - FB_FACT_MINUTES_IN_1 + 1 };
    if (fact - FB_FACT_COUNTER_1 < c->book->n_counters && fact <= FB_FACT_COUNTER_8)
        return c->book->counter[fact - FB_FACT_COUNTER_1].name;
    for (unsigned i = 0; i < sizeof families / sizeof families[0]; i++) {
        unsigned category = fact - (unsigned)families[i].first;
        char *word = category < EACH && category < c->book->n_categories ? fb_pool_get(c->draft->pool, WORD) : NULL;
        if (word == NULL)
            continue;
        struct fb_text t;
        fb_text_init(&t, word, WORD);
        fb_text_add(&t, families[i].begin);
        fb_text_add_code(&t, c->book->category[category]);
        return (struct fb_span){word, (uint32_t)t.n};
    }
    return fb_span_of(fb_fact_table[fact].word);
}

/* ---- conditions against one another and against the scope ---- */

/* All of `when` must hold: what they ask of one fact must meet. */
static bool contradicts(const struct fb_rule *rule)
{
    for (unsigned i = 0; i < rule->n_when; i++) {
        if (!fb_conditions_can_meet(rule->when, rule->n_when, rule->when[i].fact))
            return true;
    }
    return false;
}

static bool in_words(uint32_t words, int64_t number)
{
    return number >= 0 && number < 32 && (words >> number & 1) != 0;
}

/* A rule for agency shifts that asks whether the route is bank. */
static bool outside_scope(const struct fb_rule *rule)
{
    for (unsigned i = 0; i < rule->n_when; i++) {
        const struct fb_predicate *p = &rule->when[i];
        uint32_t words = p->fact == FB_FACT_ROUTE         ? rule->scope.routes
                         : p->fact == FB_FACT_STAFF_GROUP ? rule->scope.staff_groups
                                                          : 0;
        bool any = words == 0 || (p->op != FB_OP_EQ && p->op != FB_OP_IN);
        any = any || (p->op == FB_OP_EQ && in_words(words, p->a));
        for (unsigned k = 0; p->op == FB_OP_IN && !any && k < p->n_set; k++)
            any = in_words(words, p->set[k]);
        if (!any)
            return true;
    }
    return false;
}

/* Raised by the very thing that answers it: whatever `when` lets a fact be, one of `unless` holds for. */
static bool answered_always(const struct fb_rule *rule)
{
    for (unsigned k = 0; k < rule->n_unless; k++) {
        if (fb_condition_follows(rule->when, rule->n_when, &rule->unless[k]))
            return true;
    }
    return false;
}

/* The pack's trusts are its trusts on some days only. */
static bool no_day(const struct fb_checking *c, const struct fb_draft_rule *d)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, d->place.pack);
    FB_EACH(pack->members, struct fb_draft_member, m)
    {
        if (m->from < d->standing.until && d->standing.from < m->until)
            return false;
    }
    return pack->members.n > 0;
}

/* ---- what a fact can be ---- */

static void check_range(struct fb_checking *c, const struct fb_draft_rule *d, const struct fb_predicate *p)
{
    int64_t least, most;
    if (!fb_fact_range(p->fact, &least, &most))
        return;
    struct fb_predicate can = {.fact = p->fact, .op = FB_OP_BETWEEN, .a = least, .b = most + 1};
    struct fb_predicate both[2] = {can, *p};
    if (!fb_conditions_can_meet(both, 2, p->fact))
        tell(c, d, KEY_NEVER, "asks for what never is: ", word_of(c, p->fact), " lies outside of that on every shift");
    else if (fb_condition_follows(&can, 1, p))
        tell(c, d, KEY_EMPTY, "asks for what always is: ", word_of(c, p->fact),
             " is so on every shift of which it is known: take the condition out, or mend it");
}

static void check_ranges(struct fb_checking *c, const struct fb_draft_rule *d)
{
    for (unsigned i = 0; i < d->rule.n_when; i++)
        check_range(c, d, &d->rule.when[i]);
    for (unsigned i = 0; i < d->rule.n_unless; i++)
        check_range(c, d, &d->rule.unless[i]);
}

/* Facts that are only known of shifts of some routes: on all others the rule could never say anything. */
static void check_routes(struct fb_checking *c, const struct fb_draft_rule *d)
{
    for (unsigned i = 0; i < d->rule.n_when; i++) {
        uint32_t routes = fb_fact_routes(d->rule.when[i].fact);
        if (routes != 0 && (routes & d->rule.scope.routes) == 0)
            tell(c, d, KEY_ROUTE, "can never be raised: ", word_of(c, d->rule.when[i].fact),
                 " is not known of any shift by the routes that the rule is for");
    }
}

/* ---- facts against one another, and bounds ---- */

static void check_bearing(struct fb_checking *c, const struct fb_draft_rule *d)
{
    unsigned of, on;
    enum fb_bearing bearing = fb_conditions_bear(d->rule.when, d->rule.n_when, &of, &on);
    struct fb_check_text text;
    if (bearing == FB_BEARING_NONE || !fb_check_begin(c, fb_check_place(c, d->place), true, KEY_BEARING, &text))
        return;
    fb_text_add(&text.t, "the rule '");
    fb_text_add_span(&text.t, d->rule.name);
    fb_text_add(&text.t, "' can never be raised: what it asks of ");
    fb_text_add_span(&text.t, word_of(c, of));
    fb_text_add(&text.t, bearing == FB_BEARING_HIDES ? " leaves unknown " : " rules out what it asks of ");
    fb_text_add_span(&text.t, word_of(c, on));
    fb_text_add(&text.t, bearing == FB_BEARING_HIDES ? ": it can only say \"cannot say\"" : "");
    fb_check_end(c, &text);
}

/* Where no trust's bookings are all sent, a clock is a bound for everybody. */
static void check_bounds(struct fb_checking *c, const struct fb_draft_rule *d)
{
    for (unsigned i = 0; c->book->clocks.fed_from == INT32_MAX && i < d->rule.n_when; i++) {
        const struct fb_predicate *p = &d->rule.when[i];
        if (fb_condition_needs_all(p))
            tell(c, d, KEY_BOUND, "can never be raised: ", word_of(c, p->fact),
                 " is a bound where not all trusts send all (fed_from): it never shows a limit kept");
    }
}

/* ---- twins ---- */

static bool holds_all(const struct fb_predicate *p, unsigned n, const struct fb_predicate *of, unsigned n_of)
{
    for (unsigned i = 0; i < n_of; i++) {
        bool found = false;
        for (unsigned k = 0; k < n && !found; k++)
            found = fb_condition_same(&p[k], &of[i]);
        if (!found)
            return false;
    }
    return true;
}

static bool same_row(const struct fb_predicate *a, unsigned n_a, const struct fb_predicate *b, unsigned n_b)
{
    return holds_all(a, n_a, b, n_b) && holds_all(b, n_b, a, n_a);
}

/* Whatever severity, first day and day that counts they give: both find the same shifts. */
static bool is_twin(const struct fb_draft_rule *x, const struct fb_draft_rule *y)
{
    const struct fb_rule *a = &x->rule, *b = &y->rule;
    return (a->scope.routes & b->scope.routes) != 0 && (a->scope.staff_groups & b->scope.staff_groups) != 0 &&
           x->standing.from < y->standing.until &&
           y->standing.from < x->standing.until && same_row(a->when, a->n_when, b->when, b->n_when) &&
           same_row(a->unless, a->n_unless, b->unless, b->n_unless);
}

static void check_twins(struct fb_checking *c, const struct fb_draft_rule *d)
{
    FB_EACH(c->draft->rules, struct fb_draft_rule, other)
    {
        if (other == d)
            return;
        if (is_twin(other, d))
            tell(c, d, KEY_TWIN,
                 "has the conditions of another one, and shifts in common with it: ", other->rule.name,
                 " is raised wherever it is");
    }
}

/* ---- all of it ---- */

/* A text that nobody has read cannot put anybody in the wrong. */
static void check_weight(struct fb_checking *c, const struct fb_draft_rule *d)
{
    if (d->rule.severity == FB_SEVERITY_BREACH && d->standing.status == FB_STATUS_UNVERIFIED)
        tell(c, d, KEY_WEAK,
             "calls a breach what rests on a text that nobody has read (unverified): warn, or find the text",
             nothing, "");
}

static void check_rule(struct fb_checking *c, const struct fb_draft_rule *d)
{
    static const char
        twice[] = "can never be raised: two conditions under when ask one fact for what cannot both be",
        scope[] = "can never be raised: when asks for a route or staff group that it is not for",
        answer[] =
            "can never be raised: what stands under when stands under unless as well, or is part of it",
        days[] = "can never be raised: on none of its days has the pack a trust";
    const char *why = contradicts(&d->rule)       ? twice
                      : outside_scope(&d->rule)   ? scope
                      : answered_always(&d->rule) ? answer
                      : no_day(c, d)              ? days
                                                  : NULL;
    if (why != NULL)
        tell(c, d, KEY_NEVER, why, nothing, "");
    check_ranges(c, d);
    check_routes(c, d);
    check_bearing(c, d);
    check_bounds(c, d);
    check_twins(c, d);
    check_weight(c, d);
}

void fb_check_rules(struct fb_checking *c)
{
    FB_EACH(c->draft->rules, struct fb_draft_rule, rule)
    {
        check_rule(c, rule);
    }
}
