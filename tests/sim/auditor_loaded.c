#include "engine/base/check.h"
#include "tests/sim/auditor_bills.h"
#include "tests/sim/auditor_steps.h"

/* Loaded cost by fractions that stay exact to the last step, each part by itself: pay, what the employer
 * bears of it, what was charged, the VAT on it, and fees. */
enum { MILLION = 1000000 };
struct loading {
    const struct aud_pricing *x;
    struct aud_amount part[FB_PART_END];
    bool sent[FB_PART_END];
    bool holiday_in_pay, lower_bound, unsettled;
    int64_t minutes;
};

static fb_i128 times(fb_i128 a, fb_i128 b)
{
    fb_i128 product;
    fb_assert(!__builtin_mul_overflow(a, b, &product));
    return product;
}

static fb_i128 gcd(fb_i128 a, fb_i128 b)
{
    return b == 0 ? (a < 0 ? -a : a) : gcd(b, a % b);
}

static struct aud_amount shorten(fb_i128 num, fb_i128 den)
{
    fb_i128 g = gcd(num, den);
    return (struct aud_amount){num / g, den / g};
}

static struct aud_amount plus(struct aud_amount a, struct aud_amount b)
{
    fb_i128 g = gcd(a.den, b.den);
    return shorten(times(a.num, b.den / g) + times(b.num, a.den / g), times(a.den, b.den / g));
}

static struct aud_amount less(struct aud_amount a, struct aud_amount b)
{
    return plus(a, (struct aud_amount){-b.num, b.den});
}

static struct aud_amount percent(struct aud_amount of, int64_t ppm)
{
    struct aud_amount share = shorten(ppm, MILLION);
    fb_i128 g = gcd(of.num, share.den), h = gcd(share.num, of.den);
    return shorten(times(of.num / g, share.num / h), times(of.den / h, share.den / g));
}

int64_t aud_share(const struct aud_amount *exact, unsigned n, int64_t *shares)
{
    fb_i128 den = 1, rest[FB_CATEGORIES_MAX], sum = 0;
    bool served[FB_CATEGORIES_MAX] = {false};
    fb_assert(n <= FB_CATEGORIES_MAX);
    for (unsigned i = 0; i < n; i++)
        den = times(den, exact[i].den / gcd(den, exact[i].den));
    for (unsigned i = 0; i < n; i++) {
        fb_i128 num = times(exact[i].num, den / exact[i].den);
        shares[i] = (int64_t)(num / den);
        rest[i] = num % den;
        sum += num;
    }
    int64_t total = aud_round(sum, den), left = total;
    for (unsigned i = 0; i < n; i++)
        left -= shares[i];
    while (left-- > 0) {
        int best = -1;
        for (unsigned i = 0; i < n; i++)
            if (!served[i] && (best < 0 || rest[i] > rest[best]))
                best = (int)i;
        served[best] = true;
        shares[best]++;
    }
    return total;
}

/* ---- what the employer bears ---- */

static const struct fb_on_cost *row_of(const struct loading *l, enum fb_part part)
{
    const struct fb_on_cost *found = NULL;
    for (unsigned i = 0; i < l->x->book->n_on_costs; i++)
        if (l->x->book->on_cost[i].part == part &&
            aud_covers_route(&l->x->book->on_cost[i].scope, l->x->b, l->x->day))
            found = &l->x->book->on_cost[i];
    return found;
}

/* What is above the threshold, if anything. */
static struct aud_amount above(const struct loading *l, const struct fb_on_cost *row, struct aud_amount base)
{
    if (row->free_minutes == 0)
        return base;
    base = less(base, shorten(times(row->free_pence, l->minutes), row->free_minutes));
    return base.num > 0 ? base : (struct aud_amount){0, 1};
}

/* Leave first: the others may be of pay and leave together. false: a row is not held for the day. */
static bool add_on_costs(struct loading *l)
{
    static const enum fb_part parts[] = {FB_PART_WTD_HOLIDAY, FB_PART_EMPLOYER_NI, FB_PART_EMPLOYER_PENSION,
                                         FB_PART_LEVY};
    for (unsigned i = 0; i < 4; i++) {
        if (l->sent[parts[i]] || (parts[i] == FB_PART_WTD_HOLIDAY && l->holiday_in_pay))
            continue;
        const struct fb_on_cost *row = row_of(l, parts[i]);
        if (row == NULL)
            return false;
        struct aud_amount base = l->part[FB_PART_WORKER_PAY];
        if (row->on_holiday_pay && parts[i] != FB_PART_WTD_HOLIDAY)
            base = plus(base, l->part[FB_PART_WTD_HOLIDAY]);
        base = above(l, row, base);
        l->part[parts[i]] = base.num > 0 ? percent(base, row->ppm) : (struct aud_amount){0, 1};
    }
    return true;
}

/* ---- what others take ---- */

static struct aud_amount charged(const struct loading *l)
{
    struct aud_amount sum = {0, 1};
    for (unsigned p = FB_PART_WORKER_PAY; p < FB_PART_VAT; p++)
        sum = plus(sum, l->part[p]);
    return sum;
}

const struct fb_vat *aud_vat(const struct fb_book *book, const struct fb_booking *b, fb_day day)
{
    const struct fb_vat *vat = NULL;
    for (unsigned i = 0; i < book->n_vats; i++)
        if (aud_covers_route(&book->vat[i].scope, b, day) && (book->vat[i].engagements >> b->engagement & 1) != 0)
            vat = &book->vat[i];
    return vat;
}

static bool add_vat(struct loading *l, struct aud_amount charge)
{
    const struct fb_vat *vat;
    if (aud_by_card(l->x->b->route) || l->sent[FB_PART_VAT])
        return true;
    vat = aud_vat(l->x->book, l->x->b, l->x->day);
    if (vat == NULL)
        return false;
    l->unsettled = !vat->settled;
    l->lower_bound |= vat->base == FB_VAT_BASE_COMMISSION && !l->sent[FB_PART_COMMISSION];
    if (vat->base == FB_VAT_BASE_WHOLE_CHARGE)
        l->part[FB_PART_VAT] = percent(charge, vat->ppm);
    else if (vat->base == FB_VAT_BASE_COMMISSION)
        l->part[FB_PART_VAT] = percent(l->part[FB_PART_COMMISSION], vat->ppm);
    return true;
}

static void add_fees(struct loading *l, struct aud_amount of)
{
    bool any = false;
    if (l->sent[FB_PART_COMMISSION] || l->sent[FB_PART_OTHER_FEE])
        return; /* what was sent stands for itself */
    for (unsigned i = 0; i < l->x->book->n_fees; i++) {
        const struct fb_fee *fee = &l->x->book->fee[i];
        if (!aud_covers_route(&fee->scope, l->x->b, l->x->day) ||
            (fee->framework.n > 0 && !fb_span_eq(fee->framework, l->x->b->framework)))
            continue;
        any = true;
        l->part[FB_PART_OTHER_FEE] = plus(l->part[FB_PART_OTHER_FEE], percent(of, fee->ppm));
        l->part[FB_PART_OTHER_FEE] =
            plus(l->part[FB_PART_OTHER_FEE], shorten(times(fee->num, l->minutes), l->x->book->den));
    }
    l->lower_bound |= !any && l->x->b->route != FB_ROUTE_SUBSTANTIVE;
}

/* An agency's charge is a charge; of anybody else, and of a worker whom the trust engages itself, it is pay.
 */
static enum fb_lack load(struct loading *l, int64_t *pence)
{
    bool of_pay = aud_by_card(l->x->b->route) || l->x->b->engagement == FB_ENGAGEMENT_DIRECT;
    struct aud_amount charge = charged(l);
    int64_t shares[FB_PART_END];
    if (of_pay && l->minutes > 0 && !l->sent[FB_PART_WORKER_PAY])
        return FB_LACK_CATEGORY_RATE;
    if ((of_pay && !add_on_costs(l)) || !add_vat(l, charge))
        return FB_LACK_ON_COST;
    add_fees(l, of_pay ? l->part[FB_PART_WORKER_PAY] : charge);
    *pence = aud_share(l->part, FB_PART_END, shares);
    return FB_LACK_NOTHING;
}

/* ---- what was sent, and the card ---- */

static void begin(struct loading *l, const struct aud_pricing *x, const int64_t *minutes)
{
    *l = (struct loading){.x = x};
    for (unsigned p = 0; p < FB_PART_END; p++)
        l->part[p] = (struct aud_amount){0, 1};
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        l->minutes += minutes[c];
}

/* A part that was sent for some of the hours and not for others is there, and too small. */
static void take_part(struct loading *l, const int64_t *minutes, enum fb_part p)
{
    bool missing = false;
    for (unsigned c = 0; c < l->x->book->n_categories; c++) {
        const struct fb_rate_cell *cell = l->x->sent[c];
        if (minutes[c] == 0)
            continue;
        if (cell == NULL || cell->part[p] == FB_ABSENT) {
            missing = true;
            continue;
        }
        l->sent[p] = true;
        l->part[p] = plus(l->part[p], shorten(times(minutes[c], cell->part[p]), 6000));
    }
    l->lower_bound |= l->sent[p] && missing;
}

static void load_card(const struct aud_pricing *x, struct aud_price *out, bool *short_of_it)
{
    struct loading l;
    begin(&l, x, x->by_card);
    if (x->b->rates.unit == FB_UNIT_HOUR) { /* what a provider takes was sent, and stays what it is */
        take_part(&l, x->by_card, FB_PART_COMMISSION);
        take_part(&l, x->by_card, FB_PART_OTHER_FEE);
    }
    l.sent[FB_PART_WORKER_PAY] = true;
    l.part[FB_PART_WORKER_PAY] = shorten(x->timed + x->supplement + x->each, x->book->den);
    l.holiday_in_pay = x->card->includes_holiday;
    out->card_loaded_known = load(&l, &out->card_loaded) == FB_LACK_NOTHING;
    *short_of_it = l.lower_bound;
}

static void load_sent(const struct aud_pricing *x, struct aud_price *out)
{
    struct loading l;
    enum fb_said said = x->b->rates.pay_includes_holiday;
    begin(&l, x, out->minutes);
    for (unsigned p = FB_PART_WORKER_PAY; p < FB_PART_END; p++)
        take_part(&l, out->minutes, (enum fb_part)p);
    l.holiday_in_pay = said == FB_SAID_YES || (said == FB_SAID_NONE && aud_by_card(x->b->route) &&
                                               x->card != NULL && x->card->includes_holiday);
    l.lower_bound |= out->lower_bound && !aud_by_card(x->b->route);
    out->loaded_lack = load(&l, &out->loaded);
    out->loaded_known = out->loaded_lack == FB_LACK_NOTHING;
    out->loaded_short = l.lower_bound;
    out->vat_unsettled = l.unsettled && out->loaded_known;
}

void aud_price_loaded(const struct aud_pricing *x, struct aud_price *out)
{
    bool by_card = out->card_known && aud_is_bank(x->b->route), short_of_it = false;
    out->loaded_lack = FB_LACK_ON_COST;
    if (x->book->n_on_costs == 0)
        return;
    if (by_card)
        load_card(x, out, &short_of_it);
    if (out->charge_known) {
        load_sent(x, out);
    } else if (by_card) {
        out->loaded_known = out->card_loaded_known;
        out->loaded = out->card_loaded;
        out->loaded_short = short_of_it;
    } else {
        out->loaded_lack = out->charge_lack;
    }
    out->loaded_lack = out->loaded_known ? FB_LACK_NOTHING : out->loaded_lack;
}
