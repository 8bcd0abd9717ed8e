#include "engine/core/assure.h"
#include "engine/base/check.h"

static bool is_in(int64_t v, const int64_t *set, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (set[i] == v)
            return true;
    return false;
}

/* Trusts come and go: what counts is who belonged to the pack when the shift was worked. */
static bool is_member(const struct fb_predicate *p, const struct fb_facts *f)
{
    int64_t day = f->value[FB_FACT_SHIFT_DAY];
    for (unsigned i = 0; i < p->n_set; i++) {
        const int64_t *three = p->set + 3 * i;
        if (three[0] == f->value[FB_FACT_HIRER] && three[1] <= day && day < three[2])
            return true;
    }
    return false;
}

static bool holds(const struct fb_predicate *p, const struct fb_facts *f)
{
    int64_t v = f->value[p->fact];
    switch ((enum fb_op)p->op) {
    case FB_OP_EQ:
        return v == p->a;
    case FB_OP_NE:
        return v != p->a;
    case FB_OP_LT:
        return v < p->a;
    case FB_OP_LE:
        return v <= p->a;
    case FB_OP_GT:
        return v > p->a;
    case FB_OP_GE:
        return v >= p->a;
    case FB_OP_IN:
        return is_in(v, p->set, p->n_set);
    case FB_OP_BETWEEN:
        return p->a <= v && v < p->b;
    case FB_OP_MEMBER:
        return is_member(p, f);
    }
    abort(); /* the compiler of packs makes no other operator */
}

enum fb_truth fb_predicate_eval(const struct fb_predicate *p, const struct fb_facts *f)
{
    if (!fb_fact_known(f, (enum fb_fact)p->fact))
        return FB_UNKNOWN;
    return holds(p, f) ? FB_TRUE : FB_FALSE;
}

/* Three-valued: `decisive` settles the whole row at once, else one unknown makes it unknown. *because is set
 * to the first unknown fact only. */
static enum fb_truth eval_row(const struct fb_predicate *p, unsigned n, const struct fb_facts *f,
                              enum fb_truth decisive, enum fb_fact *because)
{
    enum fb_truth all = decisive == FB_FALSE ? FB_TRUE : FB_FALSE;
    for (unsigned i = 0; i < n; i++) {
        enum fb_truth one = fb_predicate_eval(&p[i], f);
        if (one == decisive)
            return decisive;
        if (one == FB_UNKNOWN && all != FB_UNKNOWN) {
            all = FB_UNKNOWN;
            *because = (enum fb_fact)p[i].fact;
        }
    }
    return all;
}

enum fb_severity fb_rule_eval(const struct fb_rule *rule, const struct fb_facts *f, enum fb_fact *because)
{
    enum fb_fact unknown = FB_FACT_COUNT;
    *because = FB_FACT_COUNT;
    enum fb_truth applies = eval_row(rule->when, rule->n_when, f, FB_FALSE, &unknown);
    if (applies == FB_FALSE)
        return FB_SEVERITY_OK_;
    if (applies == FB_TRUE) {
        enum fb_truth answered = eval_row(rule->unless, rule->n_unless, f, FB_TRUE, &unknown);
        if (answered == FB_TRUE)
            return FB_SEVERITY_OK_;
        if (answered == FB_FALSE)
            return rule->severity;
    }
    *because = unknown;
    return FB_SEVERITY_CANNOT_SAY;
}

/* A mask over words 1..end-1. A word that was not sent is inside only when the mask holds every word: then it
 * does not matter which it is. */
static bool mask_holds(uint32_t mask, int64_t word, unsigned end)
{
    uint32_t every = ((uint32_t)1 << end) - 2;
    return (mask & every) == every || (word > 0 && word < (int64_t)end && (mask >> word & 1) != 0);
}

static int64_t value_or_0(const struct fb_facts *f, enum fb_fact id)
{
    return fb_fact_known(f, id) ? f->value[id] : 0;
}

bool fb_rule_in_force(const struct fb_rule *rule, const struct fb_facts *f)
{
    const struct fb_scope *s = &rule->scope;
    if (s->trust != 0 && s->trust != (fb_code)f->value[FB_FACT_HIRER])
        return false;
    if (!mask_holds(s->routes, value_or_0(f, FB_FACT_ROUTE), FB_ROUTE_END))
        return false;
    if (!mask_holds(s->staff_groups, value_or_0(f, FB_FACT_STAFF_GROUP), FB_STAFF_GROUP_END))
        return false;
    /* Without a booking date the day of the shift is the nearest that is known; the predicates still say
     * unknown. */
    enum fb_fact dated = (enum fb_fact)rule->date_fact;
    int64_t day = f->value[fb_fact_known(f, dated) ? dated : FB_FACT_SHIFT_DAY];
    return s->from <= day && day < s->until;
}
