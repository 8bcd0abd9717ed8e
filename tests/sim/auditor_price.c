#include "tests/sim/auditor.h"
#include <string.h>

/* What a shift is priced with. */
struct pricing {
    const struct fb_book *book;
    const struct fb_booking *b;
    const struct fb_card *card;
    const struct fb_cap *cap;
    const struct fb_rate_cell *sent[FB_CATEGORIES_MAX];
    bool card_counts, cap_counts; /* its calendar covers every minute */
    int64_t by_card[FB_CATEGORIES_MAX], by_cap[FB_CATEGORIES_MAX];
    int grade;
    const struct fb_pay_point *point;
};

static bool covers(const struct fb_scope *s, const struct fb_booking *b, fb_day day)
{
    return (s->trust == 0 || s->trust == b->shift.hirer) && b->shift.staff_group != FB_STAFF_GROUP_NONE &&
           (s->staff_groups & (uint32_t)1 << b->shift.staff_group) != 0 && s->from <= day && day < s->until;
}

static void look_up(struct pricing *x, const struct aud_work *work, struct aud_price *out)
{
    const struct fb_book *book = x->book;
    for (unsigned i = 0; i < book->n_cards; i++)
        if (covers(&book->card[i].scope, x->b, out->day))
            x->card = &book->card[i];
    for (unsigned i = 0; i < book->n_caps; i++)
        if (covers(&book->cap[i].scope, x->b, out->day))
            x->cap = &book->cap[i];
    x->grade = -1;
    for (unsigned i = 0; i < book->n_grades; i++)
        if (x->b->shift.grade != 0 && book->grade[i].code == x->b->shift.grade)
            x->grade = (int)i;
    for (unsigned i = 0; i < x->b->rates.n; i++)
        for (unsigned c = 0; c < book->n_categories; c++)
            if (book->category[c] == x->b->rates.cell[i].category)
                x->sent[c] = &x->b->rates.cell[i];
    if (x->card != NULL) {
        struct aud_rule_of_time how = {&book->calendar[x->card->calendar], x->card->whole_shift,
                                       x->card->break_from};
        x->card_counts = aud_minutes(book, &how, work, x->by_card);
    }
    if (x->cap != NULL) {
        struct aud_rule_of_time how = {&book->calendar[x->cap->calendar], x->cap->whole_shift,
                                       x->cap->break_from};
        x->cap_counts = aud_minutes(book, &how, work, x->by_cap);
    }
}

/* Bank, collaborative and substantive shifts count as the card does, the others as the cap; where that one is
 * missing, as the other. */
static void choose_minutes(const struct pricing *x, struct aud_price *out)
{
    enum fb_route r = x->b->route;
    bool card_first = r == FB_ROUTE_BANK || r == FB_ROUTE_COLLABORATIVE || r == FB_ROUTE_SUBSTANTIVE;
    bool use_card = card_first ? x->card_counts : !x->cap_counts && x->card_counts;
    out->minutes_known = x->card_counts || x->cap_counts;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX && out->minutes_known; c++)
        out->total += out->minutes[c] = use_card ? x->by_card[c] : x->by_cap[c];
}

/* ---- the card ---- */

static const struct fb_pay_point *point_at(const struct fb_pay_period *period, int grade, enum fb_point at)
{
    return &period->point[(unsigned)grade * FB_POINT_END + (unsigned)at];
}

/* The worker's own point; a band of one point needs nobody to say which. */
static const struct fb_pay_point *own_point(const struct pricing *x, const struct fb_pay_period *period,
                                            int own)
{
    enum fb_point at = x->b->worker_point;
    if (own < 0)
        return NULL;
    const struct fb_pay_point *entry = point_at(period, own, FB_POINT_ENTRY),
                              *mid = point_at(period, own, FB_POINT_MID),
                              *top = point_at(period, own, FB_POINT_TOP);
    bool single = entry->held && mid->held && top->held && entry->annual_pence == top->annual_pence &&
                  mid->annual_pence == top->annual_pence;
    if (at == FB_POINT_NONE)
        return single ? entry : NULL;
    return point_at(period, own, at);
}

static enum fb_lack choose_point(struct pricing *x, const struct fb_pay_period *period)
{
    bool substantive = x->b->worker_kind == FB_WORKER_KIND_SUBSTANTIVE;
    int own = -1;
    for (unsigned i = 0; i < x->book->n_grades; i++)
        if (x->b->worker_grade != 0 && x->book->grade[i].code == x->b->worker_grade)
            own = (int)i;
    for (unsigned i = 0; i < x->card->n_rules; i++) {
        const struct fb_card_rule *rule = &x->card->rule[i];
        bool of_kind = rule->worker_kind == FB_WORKER_KIND_NONE ||
                       (rule->worker_kind == FB_WORKER_KIND_SUBSTANTIVE) == substantive;
        if ((rule->grades & (uint64_t)1 << x->grade) == 0 || !of_kind)
            continue;
        if (rule->lower_band_only && own < 0 && substantive)
            return FB_LACK_WORKER_POINT; /* it may hold, and nobody can say */
        if (rule->lower_band_only &&
            (own < 0 || x->book->grade[own].family != x->book->grade[x->grade].family ||
             x->book->grade[x->grade].rank >= x->book->grade[own].rank))
            continue;
        if (rule->pay_at == FB_PAY_AT_OWN_POINT)
            x->point = own_point(x, period, own);
        else
            x->point = point_at(period, x->grade,
                                rule->pay_at == FB_PAY_AT_ENTRY ? FB_POINT_ENTRY
                                : rule->pay_at == FB_PAY_AT_MID ? FB_POINT_MID
                                                                : FB_POINT_TOP);
        if (x->point == NULL)
            return FB_LACK_WORKER_POINT;
        return x->point->held ? FB_LACK_NOTHING : FB_LACK_PAY_POINT;
    }
    return FB_LACK_CARD;
}

static enum fb_lack card_lack(struct pricing *x, fb_day day, bool *rule_found)
{
    const struct fb_pay_period *period = NULL;
    if (x->card == NULL)
        return x->b->shift.staff_group == FB_STAFF_GROUP_NONE ? FB_LACK_STAFF_GROUP : FB_LACK_CARD;
    if (!x->card_counts)
        return FB_LACK_CALENDAR;
    if (x->grade < 0)
        return FB_LACK_GRADE;
    for (unsigned i = 0; i < x->book->n_periods; i++)
        if (x->book->period[i].from <= day && day < x->book->period[i].until)
            period = &x->book->period[i];
    if (period == NULL)
        return FB_LACK_PERIOD;
    enum fb_lack lack = choose_point(x, period);
    *rule_found = x->point != NULL;
    return lack;
}

static void price_card(struct pricing *x, struct aud_price *out)
{
    bool rule_found = false;
    fb_i128 sum = 0;
    out->card_lack = card_lack(x, out->day, &rule_found);
    out->card_known = out->card_lack == FB_LACK_NOTHING;
    out->assumed = rule_found && x->b->worker_kind == FB_WORKER_KIND_NONE &&
                   (x->b->route == FB_ROUTE_BANK || x->b->route == FB_ROUTE_COLLABORATIVE);
    for (unsigned c = 0; c < x->book->n_categories && out->card_known; c++) {
        sum += (fb_i128)x->by_card[c] * x->point->num[c];
        out->card_hour[c] = aud_round((fb_i128)60 * x->point->num[c], x->book->den) * 100;
    }
    if (out->card_known)
        out->card = aud_round(sum, x->book->den);
}

/* ---- the charge ---- */

/* Pennies by largest remainder: whoever has the largest part of a penny left gets the next one. */
static void share_out(int64_t total, unsigned n, const int64_t *exact_e6000, int64_t *shares)
{
    bool served[FB_CATEGORIES_MAX] = {false};
    for (unsigned i = 0; i < n; i++)
        total -= shares[i] = exact_e6000[i] / 6000;
    while (total-- > 0) {
        int best = -1;
        for (unsigned i = 0; i < n; i++)
            if (!served[i] && (best < 0 || exact_e6000[i] % 6000 > exact_e6000[best] % 6000))
                best = (int)i;
        served[best] = true;
        shares[best]++;
    }
}

static int64_t hour_of(const struct fb_rate_cell *cell)
{
    int64_t sum = 0;
    bool any = false;
    for (unsigned p = FB_PART_WORKER_PAY; p <= FB_PART_OTHER_FEE; p++) {
        any |= cell->part[p] != FB_ABSENT;
        sum += cell->part[p] != FB_ABSENT ? cell->part[p] : 0;
    }
    return any ? sum : FB_ABSENT;
}

static enum fb_lack charge_lack(const struct pricing *x, struct aud_price *out)
{
    bool missing = false;
    enum fb_route r = x->b->route;
    if (x->b->rates.n == 0)
        return FB_LACK_RATES;
    if (x->b->rates.unit != FB_UNIT_HOUR)
        return FB_LACK_UNIT;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        if (x->sent[c] != NULL)
            out->charge_hour[c] = hour_of(x->sent[c]);
        missing |= out->minutes[c] > 0 && out->charge_hour[c] == FB_ABSENT;
    }
    if (out->minutes_known)
        return missing ? FB_LACK_CATEGORY_RATE : FB_LACK_NOTHING;
    if (x->card != NULL || x->cap != NULL)
        return FB_LACK_CALENDAR;
    if (x->b->shift.staff_group == FB_STAFF_GROUP_NONE)
        return FB_LACK_STAFF_GROUP;
    return r == FB_ROUTE_BANK || r == FB_ROUTE_COLLABORATIVE || r == FB_ROUTE_SUBSTANTIVE ? FB_LACK_CARD
                                                                                          : FB_LACK_CAP;
}

static void price_charge(struct pricing *x, struct aud_price *out)
{
    int64_t exact[FB_PART_END] = {0}, sum = 0;
    out->lower_bound = x->b->rates.complete == FB_SAID_NO;
    out->charge_lack = charge_lack(x, out);
    out->charge_known = out->charge_lack == FB_LACK_NOTHING;
    if (!out->charge_known)
        return;
    for (unsigned c = 0; c < x->book->n_categories; c++)
        for (unsigned p = FB_PART_WORKER_PAY; p < FB_PART_END && x->sent[c] != NULL; p++)
            if (x->sent[c]->part[p] != FB_ABSENT)
                exact[p] += out->minutes[c] * x->sent[c]->part[p];
    for (unsigned p = FB_PART_WORKER_PAY; p <= FB_PART_OTHER_FEE; p++)
        sum += exact[p];
    out->charge = aud_round(sum, 6000);
    share_out(out->charge, FB_PART_VAT, exact, out->part);
    out->part[FB_PART_VAT] = aud_round(exact[FB_PART_VAT], 6000);
}

/* ---- the cap ---- */

static void price_excess(const struct pricing *x, struct aud_price *out)
{
    int64_t exact[FB_CATEGORIES_MAX] = {0}, sum = 0;
    bool any = false;
    out->excess_known = true;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        if (x->by_cap[c] == 0)
            continue;
        if (out->charge_hour[c] == FB_ABSENT || out->cap_hour[c] == FB_ABSENT) {
            out->excess_known = false;
            continue;
        }
        out->over[c] = out->charge_hour[c] > out->cap_hour[c];
        exact[c] = out->over[c] ? x->by_cap[c] * (out->charge_hour[c] - out->cap_hour[c]) : 0;
        any |= out->over[c];
        sum += exact[c];
        out->over_pence[c] = aud_round(exact[c], 6000);
    }
    if (!any || !out->excess_known)
        return;
    out->excess = aud_round(sum, 6000);
    share_out(out->excess, x->book->n_categories, exact, out->over_pence);
}

static void price_cap(const struct pricing *x, struct aud_price *out)
{
    int64_t sum = 0;
    out->cap_lack = FB_LACK_NOTHING;
    if (x->cap == NULL)
        out->cap_lack = x->b->shift.staff_group == FB_STAFF_GROUP_NONE ? FB_LACK_STAFF_GROUP : FB_LACK_CAP;
    else if (!x->cap_counts)
        out->cap_lack = FB_LACK_CALENDAR;
    else if (x->grade < 0)
        out->cap_lack = FB_LACK_GRADE;
    if (x->cap != NULL)
        out->cap_basis = x->cap->basis;
    if (out->cap_lack != FB_LACK_NOTHING)
        return;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        int64_t hour = x->cap->pence_hour[(unsigned)x->grade * FB_CATEGORIES_MAX + c];
        if (hour >= 0)
            out->cap_hour[c] = hour * 100;
        else if (x->by_cap[c] > 0)
            out->cap_lack = FB_LACK_CAP;
        sum += x->by_cap[c] * (hour >= 0 ? hour : 0);
    }
    out->cap_known = out->cap_lack == FB_LACK_NOTHING;
    out->cap = aud_round(sum, 60);
    price_excess(x, out);
}

/* ---- pay against the card ---- */

static void price_off_card(const struct pricing *x, struct aud_price *out)
{
    fb_i128 exact = 0; /* pence, over den x 6000 */
    unsigned given = 0, missing = 0, off = 0;
    bool bank = x->b->route == FB_ROUTE_BANK || x->b->route == FB_ROUTE_COLLABORATIVE;
    if (!bank || !out->card_known || x->b->rates.unit != FB_UNIT_HOUR ||
        x->b->rates.pay_includes_holiday != FB_SAID_NO)
        return;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        int64_t pay = x->sent[c] == NULL ? FB_ABSENT : x->sent[c]->part[FB_PART_WORKER_PAY];
        if (x->by_card[c] == 0)
            continue;
        if (pay == FB_ABSENT) {
            missing++;
            continue;
        }
        int64_t apart = pay > out->card_hour[c] ? pay - out->card_hour[c] : out->card_hour[c] - pay;
        given++;
        out->off[c] = apart > x->card->off_card_tolerance_e4;
        out->off_pence[c] = aud_round((fb_i128)(pay - out->card_hour[c]) * x->by_card[c], 6000);
        exact += (fb_i128)x->by_card[c] * ((fb_i128)pay * x->book->den - (fb_i128)x->point->num[c] * 6000);
        off += out->off[c];
    }
    out->off_known = off > 0 || (given > 0 && missing == 0);
    out->difference = out->off_known ? aud_round(exact, (fb_i128)x->book->den * 6000) : 0;
}

void aud_price(const struct fb_book *book, const struct fb_booking *b, const struct aud_work *work,
               struct aud_price *out)
{
    struct pricing x = {.book = book, .b = b};
    memset(out, 0, sizeof *out);
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        out->charge_hour[c] = out->cap_hour[c] = out->card_hour[c] = FB_ABSENT;
    out->day = aud_local_day(b->shift.time.start_min);
    look_up(&x, work, out);
    choose_minutes(&x, out);
    for (unsigned i = 0; i < work->n; i++)
        out->plain_length += work->what[i] == 1;
    out->plain_length = out->plain_length > work->break_min ? out->plain_length - work->break_min : 0;
    price_card(&x, out);
    price_charge(&x, out);
    price_cap(&x, out);
    price_off_card(&x, out);
}
