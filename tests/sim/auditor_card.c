#include "tests/sim/auditor_steps.h"
#include <string.h>

/* What the card pays for one kind of time, category by category. */
struct rate {
    const struct fb_card_rule *rule;
    bool each, held[FB_CATEGORIES_MAX], cut[FB_CATEGORIES_MAX];
    int64_t num[FB_CATEGORIES_MAX], supplement[FB_CATEGORIES_MAX];
};

/* ---- which rule ---- */

static enum fb_unit unit_of(const struct aud_pricing *x)
{
    enum fb_unit u = x->b->rates.unit;
    return u > FB_UNIT_NONE && u < FB_UNIT_END ? u : FB_UNIT_HOUR;
}

/* What happens inside a booked period of standby is paid by the hour. */
static enum fb_unit unit_for(const struct aud_pricing *x, enum fb_interval kind)
{
    bool inside = unit_of(x) == FB_UNIT_STANDBY_PERIOD && kind != FB_INTERVAL_STANDBY;
    return inside ? FB_UNIT_HOUR : unit_of(x);
}

static int own_grade(const struct aud_pricing *x)
{
    int own = -1;
    for (unsigned i = 0; i < x->book->n_grades; i++)
        if (x->b->worker_grade != 0 && x->book->grade[i].code == x->b->worker_grade)
            own = (int)i;
    return own;
}

static bool has_bit(uint32_t bits, unsigned otherwise, unsigned bit)
{
    return bits == 0 ? otherwise == bit : (bits >> bit & 1) != 0;
}

static bool pays(const struct fb_card_rule *r, enum fb_unit unit, enum fb_interval kind)
{
    bool work = kind == FB_INTERVAL_WORKED || kind == FB_INTERVAL_CALLED_OUT;
    bool of_kind = r->intervals == 0 ? work : (r->intervals >> kind & 1) != 0;
    return of_kind && has_bit(r->units, FB_UNIT_HOUR, unit);
}

static enum fb_lack first_rule(const struct aud_pricing *x, enum fb_unit unit, enum fb_interval kind,
                               const struct fb_card_rule **found)
{
    bool substantive = x->b->worker_kind == FB_WORKER_KIND_SUBSTANTIVE;
    const struct fb_grade *grades = x->book->grade;
    int own = own_grade(x);
    for (unsigned i = 0; i < x->card->n_rules; i++) {
        const struct fb_card_rule *r = &x->card->rule[i];
        bool of_kind = r->worker_kind == FB_WORKER_KIND_NONE ||
                       (r->worker_kind == FB_WORKER_KIND_SUBSTANTIVE) == substantive;
        if (!pays(r, unit, kind) || (r->grades & (uint64_t)1 << x->grade) == 0 || !of_kind)
            continue;
        if (r->lower_band_only && own < 0 && substantive)
            return FB_LACK_WORKER_POINT; /* it may hold, and nobody can say */
        if (r->lower_band_only && (own < 0 || grades[own].family != grades[x->grade].family ||
                                   grades[x->grade].rank >= grades[own].rank))
            continue;
        *found = r;
        return FB_LACK_NOTHING;
    }
    return unit == FB_UNIT_HOUR ? FB_LACK_CARD : FB_LACK_UNIT;
}

static enum fb_lack find_rule(const struct aud_pricing *x, enum fb_interval kind,
                              const struct fb_card_rule **found)
{
    enum fb_unit unit = unit_for(x, kind);
    enum fb_lack lack = first_rule(x, unit, kind, found);
    if (lack == FB_LACK_UNIT &&
        unit == FB_UNIT_STANDBY_PERIOD) /* a rule for the unit may leave the kind out */
        lack = first_rule(x, unit, FB_INTERVAL_WORKED, found);
    return lack;
}

/* ---- at which rate ---- */

static const struct fb_pay_point *point_at(const struct aud_pricing *x, int grade, enum fb_point at)
{
    return &x->period->point[(unsigned)grade * FB_POINT_END + (unsigned)at];
}

/* The worker's own point; a band of one point needs nobody to say which. */
static const struct fb_pay_point *own_point(const struct aud_pricing *x)
{
    int own = own_grade(x);
    enum fb_point at = x->b->worker_point;
    if (own < 0)
        return NULL;
    const struct fb_pay_point *entry = point_at(x, own, FB_POINT_ENTRY),
                              *mid = point_at(x, own, FB_POINT_MID), *top = point_at(x, own, FB_POINT_TOP);
    bool single = entry->held && mid->held && top->held && entry->annual_pence == top->annual_pence &&
                  mid->annual_pence == top->annual_pence;
    if (at == FB_POINT_NONE)
        return single ? entry : NULL;
    return point_at(x, own, at);
}

static enum fb_point named(enum fb_pay_at at)
{
    return at == FB_PAY_AT_ENTRY ? FB_POINT_ENTRY : at == FB_PAY_AT_MID ? FB_POINT_MID : FB_POINT_TOP;
}

/* What the zone adds to that point; false: nothing is held for it. */
static bool supplement_at(const struct aud_pricing *x, const struct fb_pay_point *point, int64_t *num)
{
    *num = 0;
    if (!x->card->hcas || x->zone == 0)
        return true;
    if (x->period->supplement == NULL || (unsigned)x->zone >= x->book->n_zones)
        return false;
    size_t at = (size_t)(point - x->period->point);
    const struct fb_supplement *s = &x->period->supplement[at * x->book->n_zones + (unsigned)x->zone];
    *num = s->num;
    return s->held;
}

static enum fb_lack by_point(const struct aud_pricing *x, struct rate *r)
{
    int64_t supplement;
    if (x->card->hcas && x->zone < 0)
        return FB_LACK_ZONE;
    if (x->card->hcas && (unsigned)x->zone >= x->book->n_zones)
        return FB_LACK_ZONE_RATE;
    if (x->period == NULL)
        return FB_LACK_PERIOD;
    const struct fb_pay_point *point =
        r->rule->pay_at == FB_PAY_AT_OWN_POINT ? own_point(x) : point_at(x, x->grade, named(r->rule->pay_at));
    if (point == NULL)
        return FB_LACK_WORKER_POINT;
    if (!point->held)
        return FB_LACK_PAY_POINT;
    if (!supplement_at(x, point, &supplement))
        return FB_LACK_ZONE_RATE;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        r->held[c] = true;
        r->num[c] = point->num[c];
        r->supplement[c] = supplement;
    }
    return FB_LACK_NOTHING;
}

static const struct fb_table_rate *table_row(const struct aud_pricing *x, const struct rate *r,
                                             enum fb_unit unit)
{
    const struct fb_rate_table *t = &x->book->table[r->rule->table];
    for (unsigned i = 0; i < t->n; i++)
        if ((int)t->rate[i].grade == x->grade && t->rate[i].unit == unit && t->rate[i].from <= x->day &&
            x->day < t->rate[i].until)
            return &t->rate[i];
    return NULL;
}

static enum fb_lack by_table(const struct aud_pricing *x, enum fb_interval kind, struct rate *r)
{
    const struct fb_table_rate *row =
        kind == FB_INTERVAL_STANDBY ? table_row(x, r, FB_UNIT_STANDBY_PERIOD) : NULL;
    if (row == NULL)
        row = table_row(x, r, unit_for(x, kind));
    if (row == NULL)
        return FB_LACK_TABLE;
    r->each = row->unit != FB_UNIT_HOUR && row->unit_minutes == 0;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        r->held[c] = (row->held >> c & 1) != 0;
        r->num[c] = row->num[row->unit == FB_UNIT_HOUR ? c : 0];
    }
    return FB_LACK_NOTHING;
}

/* Where the limit is cheaper it is paid, and its own supplement with it. */
static enum fb_lack limit(const struct aud_pricing *x, int grade, enum fb_point at, struct rate *r)
{
    int64_t supplement = 0;
    if (x->period == NULL)
        return FB_LACK_PERIOD;
    const struct fb_pay_point *point = point_at(x, grade, at);
    if (!point->held)
        return FB_LACK_PAY_POINT;
    if (r->rule->pay_at != FB_PAY_AT_TABLE && !supplement_at(x, point, &supplement))
        return FB_LACK_ZONE_RATE;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        if (point->num[c] >= r->num[c])
            continue;
        r->num[c] = point->num[c];
        r->supplement[c] = supplement;
        r->cut[c] = true;
    }
    return FB_LACK_NOTHING;
}

static enum fb_lack find_rate(const struct aud_pricing *x, enum fb_interval kind, struct rate *r)
{
    memset(r, 0, sizeof *r);
    enum fb_lack lack = find_rule(x, kind, &r->rule);
    if (lack == FB_LACK_NOTHING)
        lack = r->rule->pay_at == FB_PAY_AT_TABLE ? by_table(x, kind, r) : by_point(x, r);
    if (lack == FB_LACK_NOTHING && !r->each && r->rule->not_above != 0)
        lack = limit(x, x->grade, named(r->rule->not_above), r);
    if (lack == FB_LACK_NOTHING && !r->each && r->rule->not_above_grade != 0)
        lack = limit(x, r->rule->not_above_grade - 1, FB_POINT_TOP, r);
    return lack;
}

/* ---- how much ---- */

/* So many minutes, or so many pieces, of one kind of time. */
static enum fb_lack pay(struct aud_pricing *x, struct aud_price *out, enum fb_interval kind,
                        const int64_t *minutes, unsigned pieces)
{
    struct rate r;
    bool any = false, missing = false;
    enum fb_lack lack = find_rate(x, kind, &r);
    if (lack != FB_LACK_NOTHING)
        return lack;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        any |= r.held[c];
        missing |= !r.each && minutes[c] > 0 && !r.held[c];
    }
    if (missing || (r.each && !any))
        return FB_LACK_TABLE;
    x->rates++;
    x->by_the_hour = x->rates == 1 && !r.each;
    x->each += r.each ? (fb_i128)r.num[0] * pieces : 0;
    out->by_table |= r.rule->pay_at == FB_PAY_AT_TABLE;
    unsigned plain =
        x->book->calendar[x->card->calendar].n_order > 0 ? x->book->calendar[x->card->calendar].order[0] : 0;
    out->plain_num = r.each || !r.held[plain] ? FB_ABSENT : r.num[plain];
    out->plain_supplement = r.supplement[plain];
    for (unsigned c = 0; c < x->book->n_categories && !r.each; c++) {
        x->timed += (fb_i128)r.num[c] * minutes[c];
        x->supplement += (fb_i128)r.supplement[c] * minutes[c];
        x->rate[c] = r.num[c] + r.supplement[c];
        out->limited |= r.cut[c] && minutes[c] > 0;
        if (r.held[c])
            out->card_hour[c] = aud_round((fb_i128)60 * x->rate[c], x->book->den) * 100;
    }
    return FB_LACK_NOTHING;
}

static bool any_minutes(const int64_t *minutes)
{
    int64_t sum = 0;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        sum += minutes[c];
    return sum > 0;
}

/* Work and call-outs by one rule are one piece; by two rules each is paid by its own. */
static enum fb_lack pay_work(struct aud_pricing *x, struct aud_price *out)
{
    const struct fb_card_rule *by_call = NULL, *by_work = NULL;
    bool calls = aud_work_has(x->work, true), works = aud_work_has(x->work, false);
    if (!calls)
        return pay(x, out, FB_INTERVAL_WORKED, x->by_card, any_minutes(x->by_card));
    enum fb_lack lack = find_rule(x, FB_INTERVAL_CALLED_OUT, &by_call);
    if (works && find_rule(x, FB_INTERVAL_WORKED, &by_work) != FB_LACK_NOTHING)
        by_work = NULL;
    if (!works || (lack == FB_LACK_NOTHING && by_call == by_work))
        return pay(x, out, FB_INTERVAL_CALLED_OUT, x->by_card, any_minutes(x->by_card));
    int64_t rest[FB_CATEGORIES_MAX];
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        rest[c] = x->by_card[c] - x->called[c];
    lack = pay(x, out, FB_INTERVAL_CALLED_OUT, x->called, any_minutes(x->called));
    return lack == FB_LACK_NOTHING ? pay(x, out, FB_INTERVAL_WORKED, rest, any_minutes(rest)) : lack;
}

static enum fb_lack pay_beside(struct aud_pricing *x, struct aud_price *out)
{
    static const enum fb_interval kinds[] = {FB_INTERVAL_STANDBY, FB_INTERVAL_SLEEP_IN, FB_INTERVAL_TRAVEL};
    for (unsigned i = 0; i < 3; i++) {
        int64_t minutes[FB_CATEGORIES_MAX];
        unsigned n;
        const struct fb_card_rule *rule = NULL;
        if (!aud_beside(x->book, &x->book->calendar[x->card->calendar], x->work, kinds[i], minutes, &n))
            return FB_LACK_CALENDAR;
        if (n == 0)
            continue;
        enum fb_lack lack = find_rule(x, kinds[i], &rule);
        if (lack == FB_LACK_CARD || lack == FB_LACK_UNIT)
            continue; /* the card pays none of it */
        lack = pay(x, out, kinds[i], minutes, n);
        if (lack != FB_LACK_NOTHING)
            return lack;
        out->beside = true;
    }
    return FB_LACK_NOTHING;
}

static enum fb_lack pay_all(struct aud_pricing *x, struct aud_price *out)
{
    if (x->card == NULL)
        return x->b->shift.staff_group == FB_STAFF_GROUP_NONE ? FB_LACK_STAFF_GROUP : FB_LACK_CARD;
    if (!x->card_counts)
        return FB_LACK_CALENDAR;
    if (x->grade < 0)
        return FB_LACK_GRADE;
    if (x->work->sheet == NULL) {
        bool standby = unit_of(x) == FB_UNIT_STANDBY_PERIOD;
        return pay(x, out, standby ? FB_INTERVAL_STANDBY : FB_INTERVAL_WORKED, x->by_card, 1);
    }
    enum fb_lack lack = pay_beside(x, out);
    bool worked = aud_work_has(x->work, true) || aud_work_has(x->work, false);
    return lack == FB_LACK_NOTHING && (worked || x->rates == 0) ? pay_work(x, out) : lack;
}

/* ---- whose card it is ---- */

static void whose(const struct aud_pricing *x, struct aud_price *out)
{
    out->the_card = x->card;
    for (unsigned i = 0; i < x->book->n_cards; i++) {
        const struct fb_card *c = &x->book->card[i];
        if (c->departs && x->day >= c->agreed_until && aud_covers(&c->scope, x->b, c->agreed_until - 1) &&
            (x->card == NULL || c > x->card))
            out->lapsed = c;
    }
    enum fb_adoption state = FB_ADOPTION_NONE;
    fb_day since = INT32_MIN;
    for (unsigned i = 0; x->card != NULL && i < x->card->n_adoptions; i++) {
        const struct fb_adoption_row *row = &x->card->adoption[i];
        if (row->trust != x->b->shift.hirer || row->from > x->day || row->from < since)
            continue;
        since = row->from;
        state = row->state;
    }
    out->adopted = x->card != NULL && (x->card->n_adoptions == 0 || state == FB_ADOPTION_ADOPTED);
}

void aud_price_card(struct aud_pricing *x, struct aud_price *out)
{
    whose(x, out);
    out->plain_num = FB_ABSENT;
    out->card_lack = pay_all(x, out);
    out->card_known = out->card_lack == FB_LACK_NOTHING;
    if (!out->card_known)
        return;
    out->assumed = x->b->worker_kind == FB_WORKER_KIND_NONE && aud_is_bank(x->b->route);
    const struct aud_amount exact[] = {
        {x->timed, x->book->den}, {x->supplement, x->book->den}, {x->each, x->book->den}};
    int64_t shares[3];
    out->card = aud_share(exact, 3, shares);
    out->supplement = shares[1];
    out->each = shares[2];
}
