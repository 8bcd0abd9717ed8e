#include "engine/base/check.h"
#include "engine/core/price_steps.h"

/* Which rule of a card pays a kind of time, and at which rate: a pay point of the shift's band or of the worker's own,
 * perhaps cut by a limit, with the supplement of a high cost area; or a row of a table.
 *
 * Who is to be paid is what the rules ask. A worker whose kind is not known, and an agency's worker, are priced as
 * bank only: the card has no other rate for them. */
struct worker {
    enum fb_worker_kind kind;
    int grade; /* own band: index in the book, -1 not known */
    enum fb_point point;
};

static struct worker worker_of(const struct fb_book *book, const struct fb_booking *b)
{
    bool substantive = b->worker_kind == FB_WORKER_KIND_SUBSTANTIVE;
    int grade = b->worker_grade == 0 ? -1 : fb_book_grade(book, b->worker_grade);
    return (struct worker){substantive ? FB_WORKER_KIND_SUBSTANTIVE : FB_WORKER_KIND_BANK_ONLY, grade,
                           b->worker_point};
}

/* ---- which rule ---- */

enum fit { DOES_NOT_FIT, FITS, DEPENDS };

/* Whether the shift's band is below the worker's own. Bands of different families cannot be compared.
 * Somebody who works for the bank only has no own band, unless one is stated. */
static enum fit is_lower(const struct fb_book *book, const struct worker *w, int shift)
{
    if (w->grade < 0)
        return w->kind == FB_WORKER_KIND_SUBSTANTIVE ? DEPENDS : DOES_NOT_FIT;
    const struct fb_grade *own = &book->grade[w->grade], *at = &book->grade[shift];
    return own->family == at->family && at->rank < own->rank ? FITS : DOES_NOT_FIT;
}

static enum fit fit_of(const struct fb_book *book, const struct fb_card_rule *rule, const struct worker *w,
                       int shift)
{
    if ((rule->grades >> (unsigned)shift & 1u) == 0)
        return DOES_NOT_FIT;
    if (rule->worker_kind != FB_WORKER_KIND_NONE && rule->worker_kind != w->kind)
        return DOES_NOT_FIT;
    return rule->lower_band_only ? is_lower(book, w, shift) : FITS;
}

enum fb_unit fb_price__unit(const struct fb_booking *b)
{
    return fb_unit_known((int64_t)b->rates.unit) ? b->rates.unit : FB_UNIT_HOUR;
}

/* What is worked inside a period of standby is by the hour. */
static enum fb_unit unit_of(const struct fb_booking *b, enum fb_interval kind)
{
    enum fb_unit unit = fb_price__unit(b);
    return unit == FB_UNIT_STANDBY_PERIOD && kind != FB_INTERVAL_STANDBY ? FB_UNIT_HOUR : unit;
}

static bool pays(const struct fb_card_rule *rule, enum fb_unit unit, enum fb_interval kind)
{
    uint32_t units = rule->units == 0 ? 1u << FB_UNIT_HOUR : rule->units;
    uint32_t kinds =
        rule->intervals == 0 ? 1u << FB_INTERVAL_WORKED | 1u << FB_INTERVAL_CALLED_OUT : rule->intervals;
    return (units >> (unsigned)unit & 1u) != 0 && (kinds >> (unsigned)kind & 1u) != 0;
}

/* The first rule that fits. A rule that may fit stops the search: what comes after it would be a guess. */
static enum fb_lack search(const struct fb_book *book, const struct fb_card *card, const struct worker *w, int shift,
                           enum fb_unit unit, enum fb_interval kind, const struct fb_card_rule **rule)
{
    for (unsigned i = 0; i < card->n_rules; i++) {
        if (!pays(&card->rule[i], unit, kind))
            continue;
        enum fit fit = fit_of(book, &card->rule[i], w, shift);
        if (fit == DEPENDS)
            return FB_LACK_WORKER_POINT;
        if (fit == FITS) {
            *rule = &card->rule[i];
            return FB_LACK_NOTHING;
        }
    }
    return unit == FB_UNIT_HOUR ? FB_LACK_CARD : FB_LACK_UNIT;
}

/* A rule that pays the standby period as a booked unit need not say that standby is meant. */
static enum fb_lack rule_for(const struct fb_book *book, const struct fb_booking *b, const struct fb_card *card,
                             const struct worker *w, int shift, enum fb_interval kind,
                             const struct fb_card_rule **rule)
{
    enum fb_unit unit = unit_of(b, kind);
    enum fb_lack lack = search(book, card, w, shift, unit, kind, rule);
    if (lack == FB_LACK_UNIT && unit == FB_UNIT_STANDBY_PERIOD)
        lack = search(book, card, w, shift, unit, FB_INTERVAL_WORKED, rule);
    return lack;
}

enum fb_lack fb_price__rule(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                            const struct fb_price *p, enum fb_interval kind, const struct fb_card_rule **rule)
{
    struct worker worker = worker_of(book, b);
    return rule_for(book, b, found->card, &worker, p->grade, kind, rule);
}

/* ---- the point that it pays ---- */

static const struct fb_pay_point *point_at(const struct fb_pay_period *period, int grade, enum fb_point point)
{
    return &period->point[(unsigned)grade * FB_POINT_END + (unsigned)point];
}

/* A band of a single point needs nobody to say which. */
static bool is_single_point(const struct fb_pay_period *period, int grade)
{
    const struct fb_pay_point *entry = point_at(period, grade, FB_POINT_ENTRY);
    const struct fb_pay_point *mid = point_at(period, grade, FB_POINT_MID);
    const struct fb_pay_point *top = point_at(period, grade, FB_POINT_TOP);
    return entry->held && mid->held && top->held && entry->annual_pence == mid->annual_pence &&
           mid->annual_pence == top->annual_pence;
}

static enum fb_lack own_point(const struct fb_pay_period *period, const struct worker *w,
                              const struct fb_pay_point **point)
{
    if (w->grade < 0)
        return FB_LACK_WORKER_POINT;
    enum fb_point own = w->point;
    if (own == FB_POINT_NONE && is_single_point(period, w->grade))
        own = FB_POINT_ENTRY;
    if (!fb_point_known((int64_t)own))
        return FB_LACK_WORKER_POINT;
    *point = point_at(period, w->grade, own);
    return FB_LACK_NOTHING;
}

static enum fb_point point_of(enum fb_pay_at at)
{
    static const enum fb_point points[] = {
        [FB_PAY_AT_ENTRY] = FB_POINT_ENTRY, [FB_PAY_AT_MID] = FB_POINT_MID, [FB_PAY_AT_TOP] = FB_POINT_TOP};
    fb_assert(at >= FB_PAY_AT_ENTRY && at <= FB_PAY_AT_TOP);
    return points[at];
}

static enum fb_lack find_point(const struct fb_pay_period *period, const struct fb_card_rule *rule,
                               const struct worker *w, int shift, const struct fb_pay_point **point)
{
    enum fb_lack lack = FB_LACK_NOTHING;
    if (rule->pay_at == FB_PAY_AT_OWN_POINT)
        lack = own_point(period, w, point);
    else
        *point = point_at(period, shift, point_of(rule->pay_at));
    if (lack == FB_LACK_NOTHING && !(*point)->held)
        lack = FB_LACK_PAY_POINT;
    return lack;
}

/* ---- its supplement ---- */

/* The zone whose supplement the card pays; 0: none is asked. */
static enum fb_lack zone_of(const struct fb_book *book, const struct fb_card *card, const struct fb_price *p,
                            unsigned *zone)
{
    *zone = 0;
    if (!card->hcas)
        return FB_LACK_NOTHING;
    if (p->zone < 0)
        return FB_LACK_ZONE;
    *zone = (unsigned)p->zone;
    return *zone < book->n_zones ? FB_LACK_NOTHING : FB_LACK_ZONE_RATE;
}

static enum fb_lack supplement_of(const struct fb_book *book, const struct fb_pay_period *period,
                                  const struct fb_pay_point *point, unsigned zone, int64_t *num, uint16_t *origin)
{
    if (zone == 0)
        return FB_LACK_NOTHING;
    const struct fb_supplement *s =
        period->supplement == NULL
            ? NULL
            : &period->supplement[(size_t)(point - period->point) * book->n_zones + zone];
    if (s == NULL || !s->held)
        return FB_LACK_ZONE_RATE;
    *num = s->num;
    *origin = s->origin;
    return FB_LACK_NOTHING;
}

/* ---- its limits ---- */

/* Where the limit is cheaper it is paid, category by category. True: it was somewhere. */
static bool cut(struct fb_pay_rate *rate, const struct fb_book *book, const struct fb_pay_point *limit)
{
    bool any = false;
    for (unsigned c = 0; c < book->n_categories; c++) {
        bool cheaper = limit->num[c] < rate->num[c];
        rate->cut[c] = cheaper ? limit->num[c] : rate->num[c];
        rate->limited |= (uint32_t)cheaper << c;
        any = any || cheaper;
    }
    rate->num = rate->cut;
    return any;
}

/* With the point that is paid goes its own supplement. */
static enum fb_lack limit_by(struct fb_pay_rate *rate, const struct fb_book *book, const struct fb_pay_period *period,
                             const struct fb_pay_point *limit, unsigned zone)
{
    int64_t supplement = 0;
    uint16_t origin = FB_NO_ROW;
    if (!limit->held)
        return FB_LACK_PAY_POINT;
    enum fb_lack lack = supplement_of(book, period, limit, zone, &supplement, &origin);
    if (lack != FB_LACK_NOTHING || !cut(rate, book, limit))
        return lack;
    rate->limit_supplement = supplement;
    rate->limit_origin = limit->origin;
    rate->limit_supplement_origin = origin;
    return FB_LACK_NOTHING;
}

/* A rule has at most one of the two limits; where a pack gives both, the stricter holds by cutting twice. */
static enum fb_lack limit(struct fb_pay_rate *rate, const struct fb_book *book, const struct fb_pay_period *period,
                          int shift, unsigned zone)
{
    const struct fb_card_rule *rule = rate->rule;
    enum fb_lack lack = FB_LACK_NOTHING;
    if ((rule->not_above != 0 || rule->not_above_grade != 0) && period == NULL)
        return FB_LACK_PERIOD;
    if (rule->not_above != 0)
        lack = limit_by(rate, book, period, point_at(period, shift, point_of(rule->not_above)), zone);
    if (lack == FB_LACK_NOTHING && rule->not_above_grade != 0)
        lack = limit_by(rate, book, period, point_at(period, rule->not_above_grade - 1, FB_POINT_TOP), zone);
    return lack;
}

/* ---- the rate ---- */

/* Standby is paid by the period where the table has one; else, as other time, by the unit of the booking. */
static const struct fb_table_rate *row_of(const struct fb_rate_table *table, const struct fb_booking *b,
                                          const struct fb_price *p, enum fb_interval kind)
{
    const struct fb_table_rate *row = NULL;
    if (kind == FB_INTERVAL_STANDBY)
        row = fb_book_table_rate(table, (unsigned)p->grade, FB_UNIT_STANDBY_PERIOD, p->day);
    if (row == NULL)
        row = fb_book_table_rate(table, (unsigned)p->grade, unit_of(b, kind), p->day);
    return row;
}

/* A table pays what it says: a supplement is part of it, or not meant. */
static enum fb_lack by_table(struct fb_pay_rate *rate, const struct fb_book *book, const struct fb_booking *b,
                             const struct fb_price *p, enum fb_interval kind)
{
    fb_assert(rate->rule->table < book->n_tables);
    const struct fb_table_rate *row = row_of(&book->table[rate->rule->table], b, p, kind);
    if (row == NULL)
        return FB_LACK_TABLE;
    rate->origin = row->origin;
    rate->unit = (enum fb_unit)row->unit;
    rate->held = row->held;
    rate->num = row->num;
    if (row->unit == FB_UNIT_HOUR)
        return FB_LACK_NOTHING;
    rate->each = row->unit_minutes == 0;
    for (unsigned c = 0; c < book->n_categories; c++)
        rate->cut[c] = row->num[0];
    rate->num = rate->cut;
    return FB_LACK_NOTHING;
}

static enum fb_lack by_point(struct fb_pay_rate *rate, const struct fb_book *book, const struct fb_pay_period *period,
                             const struct worker *w, int shift, unsigned zone)
{
    const struct fb_pay_point *point = NULL;
    if (period == NULL)
        return FB_LACK_PERIOD;
    enum fb_lack lack = find_point(period, rate->rule, w, shift, &point);
    if (lack != FB_LACK_NOTHING)
        return lack;
    rate->origin = point->origin;
    rate->num = point->num;
    return supplement_of(book, period, point, zone, &rate->supplement, &rate->supplement_origin);
}

static enum fb_lack rate_by(struct fb_pay_rate *rate, const struct fb_book *book, const struct fb_booking *b,
                            const struct fb_found *found, const struct fb_price *p, const struct worker *w,
                            enum fb_interval kind)
{
    const struct fb_pay_period *period = fb_book_period(book, p->day);
    unsigned zone = 0;
    bool table = rate->rule->pay_at == FB_PAY_AT_TABLE;
    enum fb_lack lack = table ? FB_LACK_NOTHING : zone_of(book, found->card, p, &zone);
    if (lack == FB_LACK_NOTHING)
        lack = table ? by_table(rate, book, b, p, kind) : by_point(rate, book, period, w, p->grade, zone);
    return lack == FB_LACK_NOTHING && !rate->each ? limit(rate, book, period, p->grade, zone) : lack;
}

enum fb_lack fb_price__rate(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                            const struct fb_price *p, enum fb_interval kind, struct fb_pay_rate *rate)
{
    struct worker worker = worker_of(book, b);
    rate->each = false;
    rate->unit = FB_UNIT_HOUR;
    rate->supplement_origin = rate->limit_supplement_origin = rate->limit_origin = FB_NO_ROW;
    rate->held = UINT32_MAX;
    rate->limited = 0;
    rate->supplement = rate->limit_supplement = 0;
    rate->rule = NULL;
    enum fb_lack lack = rule_for(book, b, found->card, &worker, p->grade, kind, &rate->rule);
    return lack == FB_LACK_NOTHING ? rate_by(rate, book, b, found, p, &worker, kind) : lack;
}
