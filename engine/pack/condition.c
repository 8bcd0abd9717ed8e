#include "engine/pack/condition.h"
#include "engine/core/assure.h"

/* ---- one condition and one value ---- */

/* A list of members holds threes; without a day, being one at all is what can be asked. */
static unsigned step_of(const struct fb_predicate *p)
{
    return p->op == FB_OP_MEMBER ? 3 : 1;
}

static bool is_listed(const struct fb_predicate *p, int64_t v)
{
    for (unsigned i = 0; i < p->n_set; i++) {
        if (p->set[i * step_of(p)] == v)
            return true;
    }
    return false;
}

static bool holds(const struct fb_predicate *p, int64_t v)
{
    return p->op == FB_OP_MEMBER ? is_listed(p, v) : fb_predicate_holds(p, v);
}

static bool all_hold(const struct fb_predicate *p, unsigned n, unsigned fact, int64_t v)
{
    for (unsigned i = 0; i < n; i++) {
        if (p[i].fact == fact && !holds(&p[i], v))
            return false;
    }
    return true;
}

/* ---- the values that conditions leave ---- */

static int64_t before(int64_t v)
{
    return v == INT64_MIN ? v : v - 1;
}

static int64_t after(int64_t v)
{
    return v == INT64_MAX ? v : v + 1;
}

/* The least and the most that one condition lets its fact be. */
static void narrow(const struct fb_predicate *p, int64_t *least, int64_t *most)
{
    int64_t low = INT64_MIN, high = INT64_MAX;
    if (p->op == FB_OP_EQ || p->op == FB_OP_GE || p->op == FB_OP_BETWEEN)
        low = p->a;
    if (p->op == FB_OP_GT)
        low = after(p->a);
    if (p->op == FB_OP_EQ || p->op == FB_OP_LE)
        high = p->a;
    if (p->op == FB_OP_LT)
        high = before(p->a);
    if (p->op == FB_OP_BETWEEN)
        high = before(p->b);
    *least = low > *least ? low : *least;
    *most = high < *most ? high : *most;
}

/* A condition that lists its values: every one can be tried. NULL: none does. */
static const struct fb_predicate *listing(const struct fb_predicate *p, unsigned n, unsigned fact)
{
    for (unsigned i = 0; i < n; i++) {
        if (p[i].fact == fact && (p[i].op == FB_OP_IN || p[i].op == FB_OP_MEMBER))
            return &p[i];
    }
    return NULL;
}

static void narrow_all(const struct fb_predicate *p, unsigned n, unsigned fact, int64_t *least, int64_t *most)
{
    *least = INT64_MIN;
    *most = INT64_MAX;
    for (unsigned i = 0; i < n; i++) {
        if (p[i].fact == fact)
            narrow(&p[i], least, most);
    }
}

bool fb_conditions_can_meet(const struct fb_predicate *p, unsigned n, unsigned fact)
{
    const struct fb_predicate *list = listing(p, n, fact);
    int64_t least, most;
    for (unsigned i = 0; list != NULL && i < list->n_set; i++) {
        if (all_hold(p, n, fact, list->set[i * step_of(list)]))
            return true;
    }
    if (list != NULL)
        return false;
    narrow_all(p, n, fact, &least, &most);
    return least < most || (least == most && all_hold(p, n, fact, least));
}

/* The values from least to most all satisfy it: of an order its ends, of a list each. */
static bool holds_between(const struct fb_predicate *then, int64_t least, int64_t most)
{
    if (least == most)
        return holds(then, least);
    if (then->op == FB_OP_NE)
        return then->a < least || then->a > most;
    if (then->op == FB_OP_EQ || then->op == FB_OP_IN || then->op == FB_OP_MEMBER)
        return false;
    return holds(then, least) && holds(then, most);
}

bool fb_condition_follows(const struct fb_predicate *p, unsigned n, const struct fb_predicate *then)
{
    const struct fb_predicate *list = listing(p, n, then->fact);
    int64_t least, most;
    if (list != NULL && list->op == FB_OP_MEMBER)
        return false;
    for (unsigned i = 0; list != NULL && i < list->n_set; i++) {
        if (all_hold(p, n, then->fact, list->set[i]) && !holds(then, list->set[i]))
            return false;
    }
    if (list != NULL)
        return true;
    for (unsigned i = 0; i < n; i++) {
        if (fb_condition_same(&p[i], then))
            return true;
    }
    narrow_all(p, n, then->fact, &least, &most);
    return least <= most && holds_between(then, least, most);
}

/* ---- sameness ---- */

static bool same_days(const struct fb_predicate *a, unsigned i, const struct fb_predicate *b)
{
    for (unsigned k = 0; k < b->n_set; k++) {
        bool same = true;
        for (unsigned s = 0; s < step_of(a); s++)
            same = same && a->set[i * step_of(a) + s] == b->set[k * step_of(b) + s];
        if (same)
            return true;
    }
    return false;
}

bool fb_condition_same(const struct fb_predicate *a, const struct fb_predicate *b)
{
    if (a->fact != b->fact || a->op != b->op || a->n_set != b->n_set || a->a != b->a || a->b != b->b)
        return false;
    for (unsigned i = 0; i < a->n_set; i++) {
        if (!same_days(a, i, b) || !same_days(b, i, a))
            return false;
    }
    return true;
}

/* ---- what facts can be ---- */

bool fb_fact_range(unsigned fact, int64_t *least, int64_t *most)
{
    /* A run is walked back over as many days as a month has, rest over two weeks, an assignment over two years
     * (engine/core/clock_runs.c, clocks.c); no date is later than the year 9999. */
    enum { WEEK = 7 * 24 * 60, REST = 2 * WEEK, RUN = 31, ASSIGNMENT = 105 };
    enum { DATES = 2932897, ALL = 10000, MANY = 1000000000 };
    static const struct {
        enum fb_fact fact;
        int64_t least, most;
    } rows[] = {
        {FB_FACT_PAID_MINUTES, 0, FB_SHIFT_MINUTES_MAX},
        {FB_FACT_WORKED_MINUTES, 0, FB_SHIFT_MINUTES_MAX},
        {FB_FACT_CHARGE_HOUR_DEAREST, 0, INT64_MAX - 1},
        {FB_FACT_CHARGE_HOUR_AVERAGE, 0, INT64_MAX - 1},
        {FB_FACT_PAY_HOUR_DEAREST, 0, INT64_MAX - 1},
        {FB_FACT_PAY_HOUR_AVERAGE, 0, INT64_MAX - 1},
        {FB_FACT_EXCESS_PENCE, 0, INT64_MAX - 1},
        {FB_FACT_MINUTES_IN_1, 0, FB_SHIFT_MINUTES_MAX},
        {FB_FACT_MINUTES_IN_2, 0, FB_SHIFT_MINUTES_MAX},
        {FB_FACT_MINUTES_IN_3, 0, FB_SHIFT_MINUTES_MAX},
        {FB_FACT_MINUTES_IN_4, 0, FB_SHIFT_MINUTES_MAX},
        {FB_FACT_AGENCY_TIER, 1, MANY},
        {FB_FACT_COLLABORATIVE_MINUTES, 0, MANY},
        {FB_FACT_TIER_MINUTES, 0, MANY},
        {FB_FACT_RELEASED_MINUTES, 0, MANY},
        {FB_FACT_VISA_WEEK_MINUTES, 0, WEEK},
        {FB_FACT_BAND_ABOVE_WORKER, -(int64_t)FB_GRADES_MAX, FB_GRADES_MAX},
        {FB_FACT_CONSECUTIVE_DAYS, 1, RUN},
        {FB_FACT_CONSECUTIVE_NIGHTS, 0, RUN},
        {FB_FACT_CLOCK_TRUSTS, 1, MANY},
        {FB_FACT_ASSIGNMENT_WEEKS, 1, ASSIGNMENT},
        {FB_FACT_SAME_AGENCY_WEEKS, 0, 26},
        {FB_FACT_OVERLAP_MINUTES, 0, FB_SHIFT_MINUTES_MAX},
        {FB_FACT_GAP_HERE_MINUTES, 0, 24 * 60},
        {FB_FACT_REST_BEFORE_MINUTES, 0, REST},
        {FB_FACT_REST_AFTER_MINUTES, 0, REST},
        {FB_FACT_WEEK_MINUTES, 0, MANY},
        {FB_FACT_AVERAGE_WEEK_MINUTES, 0, MANY},
        {FB_FACT_IDENTITY_DAYS, -DATES, DATES},
        {FB_FACT_RIGHT_TO_WORK_DAYS, -DATES, DATES},
        {FB_FACT_REGISTRATION_DAYS, -DATES, DATES},
        {FB_FACT_REFERENCES_DAYS, -DATES, DATES},
        {FB_FACT_CRIMINAL_RECORD_DAYS, -DATES, DATES},
        {FB_FACT_HEALTH_CLEARANCE_DAYS, -DATES, DATES},
        {FB_FACT_TRAINING_DAYS, -DATES, DATES},
        {FB_FACT_VISA_DAYS, -DATES, DATES},
        {FB_FACT_PERCENT_OVER_CAP_E2, -ALL, INT64_MAX - 1},
        {FB_FACT_PERCENT_OFF_CARD_E2, -ALL, INT64_MAX - 1},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((unsigned)rows[i].fact != fact)
            continue;
        *least = rows[i].least;
        *most = rows[i].most;
        return true;
    }
    return false;
}

uint32_t fb_fact_routes(unsigned fact)
{
    const uint32_t agency = 1u << FB_ROUTE_AGENCY, bank = 1u << FB_ROUTE_BANK | 1u << FB_ROUTE_COLLABORATIVE;
    const struct {
        enum fb_fact fact;
        uint32_t routes;
    } rows[] = {{FB_FACT_ON_FRAMEWORK, agency},        {FB_FACT_FRAMEWORK_PLACE, agency},
                {FB_FACT_ASSIGNMENT_WEEKS, agency},    {FB_FACT_SAME_AGENCY_WEEKS, agency},
                {FB_FACT_CARD_DIFFERENCE_PENCE, bank}, {FB_FACT_PERCENT_OFF_CARD_E2, bank}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((unsigned)rows[i].fact == fact)
            return rows[i].routes;
    }
    return 0;
}
