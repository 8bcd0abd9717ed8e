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

/* What an operator accepts: 1 a value below the operand, 2 the operand itself, 4 one above. */
static const uint8_t accepts[] = {
    [FB_OP_EQ] = 2, [FB_OP_NE] = 5, [FB_OP_LT] = 1, [FB_OP_LE] = 3, [FB_OP_GT] = 4, [FB_OP_GE] = 6};
_Static_assert(FB_OP_IN > FB_OP_GE && FB_OP_BETWEEN > FB_OP_GE && FB_OP_MEMBER > FB_OP_GE,
               "those of one operand come first");

/* Most predicates compare with one operand. That is answered without a jump: the processor can foresee neither
 * which operator comes next nor how a shift compares. */
static inline bool is_so(const struct fb_predicate *p, int64_t v)
{
    if (p->op <= FB_OP_GE)
        return accepts[p->op] >> (1 + (v > p->a) - (v < p->a)) & 1;
    if (p->op == FB_OP_BETWEEN)
        return p->a <= v && v < p->b;
    fb_assert(p->op == FB_OP_IN); /* membership asks for the day as well; the compiler of packs makes no other */
    return is_in(v, p->set, p->n_set);
}

bool fb_predicate_holds(const struct fb_predicate *p, int64_t v)
{
    return is_so(p, v);
}

/* Apart, so that the loop over all rules stays short. */
__attribute__((noinline)) static bool holds_of_several(const struct fb_predicate *p, const struct fb_facts *f)
{
    return p->op == FB_OP_MEMBER ? is_member(p, f) : is_so(p, f->value[p->fact]);
}

static inline bool holds(const struct fb_predicate *p, const struct fb_facts *f)
{
    int64_t v = f->value[p->fact];
    if (p->op <= FB_OP_GE)
        return accepts[p->op] >> (1 + (v > p->a) - (v < p->a)) & 1;
    return holds_of_several(p, f);
}

/* ---- bounds: a clock that does not hear from everybody ---- */

static bool above_all(int64_t v, const int64_t *set, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (v <= set[i])
            return false;
    return true;
}

static bool below_all(int64_t v, const int64_t *set, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (v >= set[i])
            return false;
    return true;
}

static enum fb_truth certain(bool is, enum fb_truth truth)
{
    return is ? truth : FB_UNKNOWN;
}

/* The value is v or more: certain is only what holds of v and of all that is above it, or of none of them. */
static enum fb_truth eval_at_least(const struct fb_predicate *p, int64_t v)
{
    switch ((enum fb_op)p->op) {
    case FB_OP_GE:
        return certain(v >= p->a, FB_TRUE);
    case FB_OP_GT:
        return certain(v > p->a, FB_TRUE);
    case FB_OP_NE:
        return certain(v > p->a, FB_TRUE);
    case FB_OP_LT:
        return certain(v >= p->a, FB_FALSE);
    case FB_OP_LE:
        return certain(v > p->a, FB_FALSE);
    case FB_OP_EQ:
        return certain(v > p->a, FB_FALSE);
    case FB_OP_BETWEEN:
        return certain(v >= p->b, FB_FALSE);
    case FB_OP_IN:
        return certain(above_all(v, p->set, p->n_set), FB_FALSE);
    case FB_OP_MEMBER:
        return FB_UNKNOWN;
    }
    abort(); /* as above */
}

/* The value is v or less. */
static enum fb_truth eval_at_most(const struct fb_predicate *p, int64_t v)
{
    switch ((enum fb_op)p->op) {
    case FB_OP_LE:
        return certain(v <= p->a, FB_TRUE);
    case FB_OP_LT:
        return certain(v < p->a, FB_TRUE);
    case FB_OP_NE:
        return certain(v < p->a, FB_TRUE);
    case FB_OP_GT:
        return certain(v <= p->a, FB_FALSE);
    case FB_OP_GE:
        return certain(v < p->a, FB_FALSE);
    case FB_OP_EQ:
        return certain(v < p->a, FB_FALSE);
    case FB_OP_BETWEEN:
        return certain(v < p->a, FB_FALSE);
    case FB_OP_IN:
        return certain(below_all(v, p->set, p->n_set), FB_FALSE);
    case FB_OP_MEMBER:
        return FB_UNKNOWN;
    }
    abort(); /* as above */
}

enum fb_truth fb_predicate_eval(const struct fb_predicate *p, const struct fb_facts *f)
{
    if (!fb_fact_known(f, (enum fb_fact)p->fact))
        return FB_UNKNOWN;
    if (fb_fact_in(&f->at_least, p->fact))
        return eval_at_least(p, f->value[p->fact]);
    if (fb_fact_in(&f->at_most, p->fact))
        return eval_at_most(p, f->value[p->fact]);
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

/* Of a rule that applies: any one of what answers it. */
static enum fb_severity unless_answered(const struct fb_rule *rule, const struct fb_facts *f, enum fb_fact *because)
{
    *because = FB_FACT_COUNT;
    if (rule->n_unless == 0)
        return rule->severity;
    enum fb_truth answered = eval_row(rule->unless, rule->n_unless, f, FB_TRUE, because);
    if (answered == FB_UNKNOWN)
        return FB_SEVERITY_CANNOT_SAY;
    *because = FB_FACT_COUNT;
    return answered == FB_TRUE ? FB_SEVERITY_OK_ : rule->severity;
}

enum fb_severity fb_rule_eval(const struct fb_rule *rule, const struct fb_facts *f, enum fb_fact *because)
{
    *because = FB_FACT_COUNT;
    enum fb_truth truth = eval_row(rule->when, rule->n_when, f, FB_FALSE, because);
    if (truth == FB_TRUE)
        return unless_answered(rule, f, because);
    if (truth == FB_UNKNOWN)
        return FB_SEVERITY_CANNOT_SAY;
    *because = FB_FACT_COUNT;
    return FB_SEVERITY_OK_;
}

/* Every word 1..end-1. */
#define EVERY(end) (((uint32_t)1 << (end)) - 2)

/* What a mask over words 1..end-1 must hold; 0 of a word that was not sent. */
static uint32_t mask_needed(int64_t word, unsigned end)
{
    return word > 0 && word < (int64_t)end ? (uint32_t)1 << word : 0;
}

static int64_t value_or_0(const struct fb_facts *f, enum fb_fact id)
{
    return fb_fact_known(f, id) ? f->value[id] : 0;
}

/* What the scopes of rules ask of a shift, worked out once for all of them. */
struct asked {
    fb_code trust;
    uint32_t routes, staff_groups; /* that a mask must hold; 0: not known */
    int64_t day[2];                /* of the shift, of the booking */
};

static struct asked asked_of(const struct fb_facts *f)
{
    int64_t shift_day = f->value[FB_FACT_SHIFT_DAY];
    return (struct asked){
        .trust = (fb_code)f->value[FB_FACT_HIRER],
        .routes = mask_needed(value_or_0(f, FB_FACT_ROUTE), FB_ROUTE_END),
        .staff_groups = mask_needed(value_or_0(f, FB_FACT_STAFF_GROUP), FB_STAFF_GROUP_END),
        /* Without a booking date the day of the shift is the nearest that is known; the predicates still say
         * unknown. */
        .day = {shift_day, fb_fact_known(f, FB_FACT_BOOKING_DAY) ? f->value[FB_FACT_BOOKING_DAY] : shift_day}};
}

/* Most rules that are not in force are so by route or staff group: both are one question. A rule for some of the words is in force
 * for one that was not sent as well, and may be for this shift. */
static inline bool is_in_force(const struct fb_rule *rule, const struct asked *a)
{
    const struct fb_scope *s = &rule->scope;
    int64_t day = a->day[rule->date_fact == FB_FACT_BOOKING_DAY];
    if (((a->routes & ~s->routes) | (a->staff_groups & ~s->staff_groups)) != 0)
        return false;
    return (s->trust == 0 || s->trust == a->trust) && s->from <= day && day < s->until;
}

/* What hides whether a rule that may be in force is: the word of the shift that was not sent, of which the rule takes only some. Else
 * FB_FACT_COUNT. */
static inline enum fb_fact hides_scope(const struct fb_rule *rule, const struct asked *a)
{
    if (a->staff_groups == 0 && (EVERY(FB_STAFF_GROUP_END) & ~rule->scope.staff_groups) != 0)
        return FB_FACT_STAFF_GROUP;
    return a->routes == 0 && (EVERY(FB_ROUTE_END) & ~rule->scope.routes) != 0 ? FB_FACT_ROUTE : FB_FACT_COUNT;
}

enum fb_truth fb_rule_in_force(const struct fb_rule *rule, const struct fb_facts *f)
{
    struct asked a = asked_of(f);
    if (!is_in_force(rule, &a))
        return FB_FALSE;
    return hides_scope(rule, &a) == FB_FACT_COUNT ? FB_TRUE : FB_UNKNOWN;
}

/* Of what must hold: FALSE, where one does not, is nearly always all there is to say. Most facts are known exactly or not at all. */
static inline enum fb_truth applies(const struct fb_rule *rule, const struct fb_facts *f, const struct fb_fact_bits *exact,
                                    enum fb_fact *because)
{
    *because = FB_FACT_COUNT;
    for (const struct fb_predicate *p = rule->when, *end = p + rule->n_when; p < end; p++) {
        if (fb_fact_in(exact, p->fact)) {
            if (!holds(p, f))
                return FB_FALSE;
            continue;
        }
        enum fb_truth one = fb_fact_in(&f->known, p->fact) ? fb_predicate_eval(p, f) : FB_UNKNOWN;
        if (one == FB_FALSE)
            return FB_FALSE;
        if (one == FB_UNKNOWN && *because == FB_FACT_COUNT)
            *because = (enum fb_fact)p->fact;
    }
    return *because == FB_FACT_COUNT ? FB_TRUE : FB_UNKNOWN;
}

unsigned fb_rules_ask(const struct fb_book *book, const struct fb_facts *f, struct fb_fact_bits *reads,
                      struct fb_rule_said out[FB_RULES_MAX])
{
    struct asked a = asked_of(f);
    struct fb_fact_bits exact, all = *reads;
    unsigned n = 0;
    fb_assert(book->n_rules <= FB_RULES_MAX);
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        exact.w[i] = f->known.w[i] & ~(f->at_least.w[i] | f->at_most.w[i]);
    for (unsigned i = 0; i < book->n_rules; i++) {
        const struct fb_rule *rule = &book->rule[i];
        if (!is_in_force(rule, &a))
            continue;
        fb_fact_join(&all, &rule->reads);
        enum fb_fact because;
        enum fb_truth truth = applies(rule, f, &exact, &because);
        if (truth == FB_FALSE)
            continue;
        enum fb_severity severity = truth == FB_TRUE ? unless_answered(rule, f, &because) : FB_SEVERITY_CANNOT_SAY;
        enum fb_fact hides = hides_scope(rule, &a);
        if (severity != FB_SEVERITY_OK_ && severity != FB_SEVERITY_CANNOT_SAY && hides != FB_FACT_COUNT) {
            severity = FB_SEVERITY_CANNOT_SAY;
            because = hides;
        }
        out[n] = (struct fb_rule_said){(uint8_t)i, (uint8_t)severity, (uint8_t)because};
        n += severity != FB_SEVERITY_OK_;
    }
    *reads = all;
    return n;
}
