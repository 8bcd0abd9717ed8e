/* What facts of one shift have to do with one another, and which of them are seldom known exactly. Sources of the rows:
 * the meanings in engine/core/facts.h and the notes on clocks in engine/core/diary.h. */
#include "engine/pack/condition.h"
#include "engine/core/assure.h"

/* Where `of` lies from least to most, `then` lies from then_least to then_most; or is unknown, where that is a range of nothing. */
struct bearing {
    enum fb_fact of, first, last; /* then: any from first to last */
    int64_t least, most, then_least, then_most;
};
#define NEVER 1, 0

static const struct bearing bearings[] = {
    {FB_FACT_BOOKED_AFTER_START, FB_FACT_LEAD_MINUTES, FB_FACT_LEAD_MINUTES, 1, 1, INT64_MIN, 0},
    {FB_FACT_BOOKED_AFTER_START, FB_FACT_LEAD_MINUTES, FB_FACT_LEAD_MINUTES, 0, 0, 0, INT64_MAX - 1},
    {FB_FACT_WORKER_KNOWN, FB_FACT_IDENTITY_DAYS, FB_FACT_OPTED_OUT, 0, 0, NEVER},
    {FB_FACT_WORKER_KNOWN, FB_FACT_REST_BEFORE_MINUTES, FB_FACT_GAP_HERE_MINUTES, 0, 0, NEVER},
    {FB_FACT_SUBSTANTIVE_POST, FB_FACT_SUBSTANTIVE_HERE, FB_FACT_SUBSTANTIVE_HERE, 0, 0, 0, 0},
    {FB_FACT_OVERLAP_MINUTES, FB_FACT_OVERLAP_ELSEWHERE, FB_FACT_OVERLAP_ELSEWHERE, INT64_MIN, 0, NEVER},
    {FB_FACT_CASCADED_TO_AGENCY, FB_FACT_BANK_MINUTES, FB_FACT_BANK_MINUTES, 0, 0, NEVER},
    {FB_FACT_CASCADED_TO_AGENCY, FB_FACT_AGENCY_TIER, FB_FACT_AGENCY_TIER, 0, 0, NEVER},
    {FB_FACT_CASCADED_TO_AGENCY, FB_FACT_RELEASED_MINUTES, FB_FACT_AGENCY_LEAD_MINUTES, 0, 0, NEVER},
    {FB_FACT_VACANCY_HELD, FB_FACT_REQUEST_LEAD_MINUTES, FB_FACT_REQUEST_LEAD_MINUTES, 0, 0, NEVER},
};

/* `of` lies so, whatever the conditions let it be. */
static bool lies_so(const struct fb_predicate *p, unsigned n, const struct bearing *b)
{
    struct fb_predicate so = {.fact = (uint8_t)b->of, .op = FB_OP_BETWEEN, .a = b->least, .b = b->most + 1};
    return fb_condition_follows(p, n, &so);
}

static bool bears_on(const struct bearing *b, const struct fb_predicate *p)
{
    return p->fact >= (unsigned)b->first && p->fact <= (unsigned)b->last;
}

static bool excludes(const struct bearing *b, const struct fb_predicate *p)
{
    struct fb_predicate both[2] = {
        {.fact = p->fact, .op = FB_OP_BETWEEN, .a = b->then_least, .b = b->then_most + 1}, *p};
    return !fb_conditions_can_meet(both, 2, p->fact);
}

enum fb_bearing fb_conditions_bear(const struct fb_predicate *p, unsigned n, unsigned *of, unsigned *on)
{
    for (unsigned i = 0; i < sizeof bearings / sizeof bearings[0]; i++) {
        const struct bearing *b = &bearings[i];
        bool known = b->then_least <= b->then_most;
        for (unsigned k = 0; k < n; k++) {
            if (!bears_on(b, &p[k]) || !lies_so(p, n, b) || (known && !excludes(b, &p[k])))
                continue;
            *of = b->of;
            *on = p[k].fact;
            return known ? FB_BEARING_EXCLUDES : FB_BEARING_HIDES;
        }
    }
    return FB_BEARING_NONE;
}

/* ---- bounds ---- */

/* 1: of a worker whom not every employer tells of it is "at least", -1: "at most"; 0: exact. */
static int bound_of(unsigned fact)
{
    static const struct {
        enum fb_fact fact;
        int bound;
    } rows[] = {
        {FB_FACT_OVER_VISA_MINUTES, 1},    {FB_FACT_WEEK_MINUTES, 1},         {FB_FACT_AVERAGE_WEEK_MINUTES, 1},
        {FB_FACT_CONSECUTIVE_DAYS, 1},     {FB_FACT_CONSECUTIVE_NIGHTS, 1},   {FB_FACT_OVERLAP_MINUTES, 1},
        {FB_FACT_REST_BEFORE_MINUTES, -1}, {FB_FACT_REST_AFTER_MINUTES, -1},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((unsigned)rows[i].fact == fact)
            return rows[i].bound;
    }
    return 0;
}

/* No nights in a row is known of any shift that is none, whoever tells. */
static bool is_exact(const struct fb_predicate *p)
{
    return p->fact == FB_FACT_CONSECUTIVE_NIGHTS && fb_predicate_holds(p, 0);
}

bool fb_condition_needs_all(const struct fb_predicate *p)
{
    int bound = bound_of(p->fact);
    bool ends = p->op == FB_OP_EQ || p->op == FB_OP_IN || p->op == FB_OP_BETWEEN;
    ends = ends || (bound > 0 && (p->op == FB_OP_LT || p->op == FB_OP_LE));
    ends = ends || (bound < 0 && (p->op == FB_OP_GT || p->op == FB_OP_GE));
    return bound != 0 && ends && !is_exact(p);
}
