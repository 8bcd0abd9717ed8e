#include "engine/core/price.h"
#include "engine/core/price_steps.h"

/* Whole pennies for exact amounts numerator / FB_E4_MINUTES, so that they sum to `total`, which is their
 * exact sum rounded once: each gets its whole part, and the pennies left over go to the largest remainders
 * (ties: the lower index). fb_pence_share knows only proportions of a total; here the exact amounts are at
 * hand. */
static void share(int64_t total, unsigned n, const int64_t *numerator, int64_t *shares)
{
    int64_t rest[FB_CATEGORIES_MAX];
    for (unsigned i = 0; i < n; i++) {
        shares[i] = numerator[i] / FB_E4_MINUTES - (numerator[i] % FB_E4_MINUTES < 0);
        rest[i] = numerator[i] - shares[i] * FB_E4_MINUTES;
        total -= shares[i];
    }
    /* What is left is at most the number of remainders: their sum, rounded to whole pennies. */
    for (; total > 0; total--) {
        unsigned largest = 0;
        for (unsigned i = 1; i < n; i++) {
            if (rest[i] > rest[largest])
                largest = i;
        }
        shares[largest]++;
        rest[largest] = -1;
    }
}
_Static_assert((int)FB_PART_END <= (int)FB_CATEGORIES_MAX, "parts and categories are shared by one function");

/* Charge an hour: the parts given, but VAT, which a cap does not count. */
static int64_t hour_of(const struct fb_rate_cell *cell)
{
    int64_t sum = FB_ABSENT;
    for (unsigned p = FB_PART_NONE + 1; p < FB_PART_VAT; p++) {
        if (cell->part[p] != FB_ABSENT)
            sum = cell->part[p] + (sum == FB_ABSENT ? 0 : sum);
    }
    return sum;
}
_Static_assert((int)FB_PART_VAT + 1 == (int)FB_PART_END, "VAT is the last part");

static enum fb_lack lack_of_minutes(const struct fb_booking *b, const struct fb_found *found)
{
    if (found->card != NULL || found->cap != NULL)
        return FB_LACK_CALENDAR;
    if (b->shift.staff_group == FB_STAFF_GROUP_NONE)
        return FB_LACK_STAFF_GROUP;
    return fb_price__by_card(b->route) ? FB_LACK_CARD : FB_LACK_CAP;
}

/* The rates an hour, and what is missing to charge the paid minutes. */
static enum fb_lack charge_hours(const struct fb_book *book, const struct fb_booking *b,
                                 const struct fb_found *found, struct fb_price *out)
{
    if (b->rates.n == 0)
        return FB_LACK_RATES;
    if (b->rates.unit != FB_UNIT_HOUR)
        return FB_LACK_UNIT;
    enum fb_lack lack = FB_LACK_NOTHING;
    for (unsigned c = 0; c < book->n_categories; c++) {
        if (found->cell[c] != NULL)
            out->charge.hour_e4[c] = hour_of(found->cell[c]);
        if (out->minutes.in[c] != 0 && out->charge.hour_e4[c] == FB_ABSENT)
            lack = FB_LACK_CATEGORY_RATE;
    }
    return found->minutes ? lack : lack_of_minutes(b, found);
}

void fb_price__weigh(const struct fb_book *book, const struct fb_found *found, const struct fb_minutes *m,
                     int64_t part[FB_PART_END])
{
    for (unsigned c = 0; c < book->n_categories; c++) {
        const struct fb_rate_cell *cell = found->cell[c];
        if (m->in[c] == 0 || cell == NULL)
            continue;
        for (unsigned p = FB_PART_NONE + 1; p < FB_PART_END; p++) {
            if (cell->part[p] != FB_ABSENT)
                part[p] += cell->part[p] * m->in[c];
        }
    }
}

void fb_price__charge(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                      struct fb_price *out)
{
    out->charge.lower_bound = b->rates.complete == FB_SAID_NO;
    out->charge.lack = charge_hours(book, b, found, out);
    if (out->charge.lack != FB_LACK_NOTHING)
        return;
    out->charge.known = true;
    int64_t part[FB_PART_END] = {0}, sum = 0;
    fb_price__weigh(book, found, &out->minutes, part);
    for (unsigned p = 0; p < FB_PART_VAT; p++)
        sum += part[p];
    int64_t total = fb_price__round(sum, FB_E4_MINUTES);
    share(total, FB_PART_VAT, part, out->charge.part_pence);
    out->charge.part_pence[FB_PART_VAT] = fb_price__round(part[FB_PART_VAT], FB_E4_MINUTES);
    out->charge.pence = total; /* raw: settled by the line above */
}

/* Which of the cap's zones holds: 0 for a cap that knows none. */
static enum fb_lack cap_zone(const struct fb_cap *cap, const struct fb_price *out, size_t *zone)
{
    *zone = 0;
    if (cap->n_zones == 0)
        return FB_LACK_NOTHING;
    if (out->zone < 0)
        return FB_LACK_ZONE;
    *zone = (size_t)out->zone;
    return *zone < cap->n_zones ? FB_LACK_NOTHING : FB_LACK_ZONE_RATE;
}

/* The row of the cap for the shift's grade and zone, or what is missing. */
static enum fb_lack cap_row(const struct fb_booking *b, const struct fb_found *found,
                            const struct fb_book *book, struct fb_price *out, const int32_t **row)
{
    size_t zone;
    if (found->cap == NULL)
        return b->shift.staff_group == FB_STAFF_GROUP_NONE ? FB_LACK_STAFF_GROUP : FB_LACK_CAP;
    out->cap.cap = (uint16_t)(found->cap - book->cap);
    out->cap.basis = found->cap->basis;
    if (!found->cap_minutes)
        return FB_LACK_CALENDAR;
    if (out->grade < 0)
        return FB_LACK_GRADE;
    enum fb_lack lack = cap_zone(found->cap, out, &zone);
    if (lack != FB_LACK_NOTHING)
        return lack;
    size_t at = zone * book->n_grades + (size_t)out->grade;
    out->cap.row_origin = found->cap->row_origin[at];
    *row = &found->cap->pence_hour[at * FB_CATEGORIES_MAX]; /* raw: pence an hour, as published */
    return FB_LACK_NOTHING;
}

/* What is charged above the cap, by category: minutes x difference, over FB_E4_MINUTES. True when nothing was
 * missing. */
static bool weigh_excess(const struct fb_book *book, struct fb_price *out, int64_t above[FB_CATEGORIES_MAX])
{
    bool whole = true;
    for (unsigned c = 0; c < book->n_categories; c++) {
        int64_t charge = out->charge.hour_e4[c], cap = out->cap.hour_e4[c];
        if (out->cap_minutes.in[c] == 0)
            continue;
        if (charge == FB_ABSENT || cap == FB_ABSENT) {
            whole = false;
        } else if (charge > cap) {
            out->cap.over |= (uint32_t)1 << c;
            above[c] = (charge - cap) * out->cap_minutes.in[c];
        }
    }
    return whole;
}

static void set_excess(const struct fb_book *book, struct fb_price *out)
{
    int64_t above[FB_CATEGORIES_MAX] = {0}, sum = 0;
    out->cap.excess_known = weigh_excess(book, out, above);
    if (out->cap.over == 0)
        return;
    if (out->cap.excess_known) {
        for (unsigned c = 0; c < book->n_categories; c++)
            sum += above[c];
        out->cap.excess_pence = fb_price__round(sum, FB_E4_MINUTES);
        share(out->cap.excess_pence, book->n_categories, above, out->cap.category_excess_pence);
        return;
    }
    /* No sum to share, and still each of these is over by so much. */
    for (unsigned c = 0; c < book->n_categories; c++)
        out->cap.category_excess_pence[c] = fb_price__round(above[c], FB_E4_MINUTES);
}

void fb_price__cap(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                   struct fb_price *out)
{
    const int32_t *row = NULL;
    out->cap.lack = cap_row(b, found, book, out, &row);
    if (out->cap.lack != FB_LACK_NOTHING)
        return;
    int64_t sum = 0;
    for (unsigned c = 0; c < book->n_categories; c++) {
        if (row[c] >= 0)
            out->cap.hour_e4[c] = (int64_t)row[c] * 100;
        if (out->cap_minutes.in[c] == 0)
            continue;
        if (row[c] < 0)
            out->cap.lack = found->cap->n_zones > 0 ? FB_LACK_ZONE_RATE : FB_LACK_CAP;
        sum += (int64_t)row[c] * out->cap_minutes.in[c];
    }
    out->cap.known = out->cap.lack == FB_LACK_NOTHING;
    if (out->cap.known)
        out->cap.pence = fb_price__round(sum, 60); /* raw: settled by the line itself */
    set_excess(book, out);
}

int64_t fb_price_over_cap_e2(const struct fb_book *book, const struct fb_price *p)
{
    enum { WHOLE_E2 = 10000 };
    int64_t worst = FB_ABSENT;
    for (unsigned c = 0; c < book->n_categories && p->cap.known && p->charge.known && p->cap.excess_known; c++) {
        int64_t cap = p->cap.hour_e4[c], charge = p->charge.hour_e4[c];
        if (p->minutes.in[c] <= 0 || charge == FB_ABSENT || cap <= 0)
            continue;
        int64_t above = (charge - cap) * WHOLE_E2, over = above / cap - (above % cap < 0);
        worst = over > worst ? over : worst;
    }
    return worst;
}
