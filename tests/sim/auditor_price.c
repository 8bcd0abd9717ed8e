#include "tests/sim/auditor_steps.h"
#include <string.h>

bool aud_by_card(enum fb_route r)
{
    return r == FB_ROUTE_BANK || r == FB_ROUTE_COLLABORATIVE || r == FB_ROUTE_SUBSTANTIVE;
}

bool aud_is_bank(enum fb_route r)
{
    return r == FB_ROUTE_BANK || r == FB_ROUTE_COLLABORATIVE;
}

bool aud_covers(const struct fb_scope *s, const struct fb_booking *b, fb_day day)
{
    return (s->trust == 0 || s->trust == b->shift.hirer) &&
           (s->site.n == 0 || fb_span_eq(s->site, b->shift.site)) &&
           b->shift.staff_group != FB_STAFF_GROUP_NONE &&
           (s->staff_groups & (uint32_t)1 << b->shift.staff_group) != 0 && s->from <= day && day < s->until;
}

bool aud_covers_route(const struct fb_scope *s, const struct fb_booking *b, fb_day day)
{
    return aud_covers(s, b, day) && (s->routes & (uint32_t)1 << b->route) != 0;
}

/* A site's own row says more than its trust's; of two alike the later one holds. */
static int zone_of(const struct aud_pricing *x)
{
    int of_trust = -1, of_site = -1;
    for (unsigned i = 0; i < x->book->n_zone_rows; i++) {
        const struct fb_zone_row *row = &x->book->zone_row[i];
        if (row->trust != x->b->shift.hirer || x->day < row->from || x->day >= row->until)
            continue;
        if (row->site.n == 0)
            of_trust = row->zone;
        else if (fb_span_eq(row->site, x->b->shift.site))
            of_site = row->zone;
    }
    return of_site >= 0 ? of_site : of_trust;
}

static void look_up(struct aud_pricing *x)
{
    const struct fb_book *book = x->book;
    for (unsigned i = 0; i < book->n_cards; i++)
        if (aud_covers(&book->card[i].scope, x->b, x->day))
            x->card = &book->card[i];
    for (unsigned i = 0; i < book->n_caps; i++)
        if (aud_covers(&book->cap[i].scope, x->b, x->day))
            x->cap = &book->cap[i];
    for (unsigned i = 0; i < book->n_periods; i++)
        if (book->period[i].from <= x->day && x->day < book->period[i].until)
            x->period = &book->period[i];
    x->zone = zone_of(x);
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
        x->card_counts = aud_minutes(book, &how, x->work, x->by_card, x->called);
    }
    if (x->cap != NULL) {
        struct aud_rule_of_time how = {&book->calendar[x->cap->calendar], x->cap->whole_shift,
                                       x->cap->break_from};
        x->cap_counts = aud_minutes(book, &how, x->work, x->by_cap, NULL);
    }
}

/* Bank, collaborative and substantive shifts count as the card does, the others as the cap; where that one is
 * missing, as the other. */
static void choose_minutes(const struct aud_pricing *x, struct aud_price *out)
{
    bool card_first = aud_by_card(x->b->route);
    bool use_card = card_first ? x->card_counts : !x->cap_counts && x->card_counts;
    out->minutes_known = x->card_counts || x->cap_counts;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX && out->minutes_known; c++)
        out->total += out->minutes[c] = use_card ? x->by_card[c] : x->by_cap[c];
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

static enum fb_lack charge_lack(const struct aud_pricing *x, struct aud_price *out)
{
    bool missing = false;
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
    return aud_by_card(x->b->route) ? FB_LACK_CARD : FB_LACK_CAP;
}

static void price_charge(struct aud_pricing *x, struct aud_price *out)
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

static void price_excess(const struct aud_pricing *x, struct aud_price *out)
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

static void price_cap(const struct aud_pricing *x, struct aud_price *out)
{
    int64_t sum = 0;
    out->cap_lack = FB_LACK_NOTHING;
    if (x->cap == NULL)
        out->cap_lack = x->b->shift.staff_group == FB_STAFF_GROUP_NONE ? FB_LACK_STAFF_GROUP : FB_LACK_CAP;
    else if (!x->cap_counts)
        out->cap_lack = FB_LACK_CALENDAR;
    else if (x->grade < 0)
        out->cap_lack = FB_LACK_GRADE;
    else if (x->cap->n_zones > 0 && x->zone < 0)
        out->cap_lack = FB_LACK_ZONE;
    else if (x->cap->n_zones > 0 && (unsigned)x->zone >= x->cap->n_zones)
        out->cap_lack = FB_LACK_ZONE_RATE;
    if (x->cap != NULL)
        out->cap_basis = x->cap->basis;
    if (out->cap_lack != FB_LACK_NOTHING)
        return;
    unsigned row = (x->cap->n_zones > 0 ? (unsigned)x->zone * x->book->n_grades : 0) + (unsigned)x->grade;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        int64_t hour = x->cap->pence_hour[row * FB_CATEGORIES_MAX + c];
        if (hour >= 0)
            out->cap_hour[c] = hour * 100;
        else if (x->by_cap[c] > 0)
            out->cap_lack = x->cap->n_zones > 0 ? FB_LACK_ZONE_RATE : FB_LACK_CAP;
        sum += x->by_cap[c] * (hour >= 0 ? hour : 0);
    }
    out->cap_known = out->cap_lack == FB_LACK_NOTHING;
    out->cap = aud_round(sum, 60);
    price_excess(x, out);
}

/* ---- pay against the card ---- */

/* Pay and card with leave in both, or in neither; FB_ABSENT: nobody can say. */
static int64_t pay_like_the_card(const struct aud_pricing *x, const struct fb_rate_cell *cell)
{
    enum fb_said said = x->b->rates.pay_includes_holiday;
    if (cell == NULL || cell->part[FB_PART_WORKER_PAY] == FB_ABSENT || said == FB_SAID_NONE)
        return FB_ABSENT;
    if ((said == FB_SAID_YES) == x->card->includes_holiday)
        return cell->part[FB_PART_WORKER_PAY];
    if (said == FB_SAID_YES || cell->part[FB_PART_WTD_HOLIDAY] == FB_ABSENT)
        return FB_ABSENT;
    return cell->part[FB_PART_WORKER_PAY] + cell->part[FB_PART_WTD_HOLIDAY];
}

static void price_off_card(const struct aud_pricing *x, struct aud_price *out)
{
    fb_i128 exact = 0; /* pence, over den x 6000 */
    unsigned given = 0, missing = 0, off = 0;
    if (!aud_is_bank(x->b->route) || !out->card_known || !x->by_the_hour ||
        x->b->rates.unit != FB_UNIT_HOUR)
        return;
    for (unsigned c = 0; c < x->book->n_categories; c++) {
        int64_t pay = pay_like_the_card(x, x->sent[c]);
        if (x->by_card[c] == 0)
            continue;
        if (pay == FB_ABSENT) {
            missing++;
            continue;
        }
        int64_t apart = pay > out->card_hour[c] ? pay - out->card_hour[c] : out->card_hour[c] - pay;
        given++;
        out->compared_hour[c] = pay;
        out->off[c] = apart > x->card->off_card_tolerance_e4;
        out->off_pence[c] = aud_round((fb_i128)(pay - out->card_hour[c]) * x->by_card[c], 6000);
        exact += (fb_i128)x->by_card[c] * ((fb_i128)pay * x->book->den - (fb_i128)x->rate[c] * 6000);
        off += out->off[c];
    }
    out->off_known = off > 0 || (given > 0 && missing == 0);
    out->all_compared = given > 0 && missing == 0;
    out->with_leave = x->card->includes_holiday && x->b->rates.pay_includes_holiday == FB_SAID_NO;
    out->difference = out->off_known ? aud_round(exact, (fb_i128)x->book->den * 6000) : 0;
}

void aud_price(const struct fb_book *book, const struct fb_booking *b, const struct aud_work *work,
               struct aud_price *out)
{
    struct aud_pricing x = {
        .book = book, .b = b, .work = work, .day = aud_local_day(b->shift.time.start_min)};
    memset(out, 0, sizeof *out);
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        out->charge_hour[c] = out->cap_hour[c] = out->card_hour[c] = out->pay_hour[c] = out->compared_hour[c] = FB_ABSENT;
    out->day = x.day;
    look_up(&x);
    out->zone = x.zone;
    choose_minutes(&x, out);
    for (unsigned i = 0; i < work->n; i++)
        out->plain_length += work->what[i] == 1;
    out->plain_length = out->plain_length > work->break_min ? out->plain_length - work->break_min : 0;
    aud_price_card(&x, out);
    for (unsigned c = 0; c < book->n_categories && b->rates.unit == FB_UNIT_HOUR; c++)
        if (x.sent[c] != NULL)
            out->pay_hour[c] = x.sent[c]->part[FB_PART_WORKER_PAY];
    price_charge(&x, out);
    price_cap(&x, out);
    price_off_card(&x, out);
    aud_price_loaded(&x, out);
}
