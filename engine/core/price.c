#include "engine/core/price.h"
#include "engine/base/check.h"
#include "engine/core/price_steps.h"
#include <string.h>

__extension__ typedef unsigned __int128 fb_u128; /* divides faster than its signed twin */

/* Pricing: minutes by category (segment.c), then the card's pay, then the charge that was sent, then the
 * charge against the cap, then the pay against the card, then what it costs with all that comes on top. Every
 * amount is one sum of minutes x rate and one rounding. */
static const char *const lack_texts[FB_LACK_END] = {
    [FB_LACK_NOTHING] = "nothing is missing",
    [FB_LACK_CARD] = "no rate card covers this shift",
    [FB_LACK_PAY_POINT] = "the pay point that the card asks for is not held",
    [FB_LACK_GRADE] = "the band or grade is not given, or not one that the rules know",
    [FB_LACK_WORKER_POINT] = "the worker's own band or pay point is not known",
    [FB_LACK_RATES] = "no rates were sent",
    [FB_LACK_CATEGORY_RATE] = "no rate was sent for a category that has minutes",
    [FB_LACK_CAP] = "no cap covers this shift",
    [FB_LACK_CALENDAR] = "the shift lies outside the years whose public holidays are known",
    [FB_LACK_PERIOD] = "no pay scale is held for the date on which the shift starts",
    [FB_LACK_UNIT] = "the rates are not by the hour",
    [FB_LACK_STAFF_GROUP] = "the staff group is not given",
    [FB_LACK_ZONE] = "the rules do not say in which high cost area zone the site lies, and the cap depends on it",
    [FB_LACK_ZONE_RATE] = "nothing is held for the high cost area zone of the site",
    [FB_LACK_TABLE] = "the card's table has no rate for this grade and unit on that day",
    [FB_LACK_ON_COST] = "an on-cost, a fee or the VAT treatment is not held for the date",
    [FB_LACK_WORKER] = "the source does not say who the worker is",
    [FB_LACK_WORKER_FACTS] = "no live source sends the checks of workers",
    [FB_LACK_HOURS] = "no live source sends the hours in workers' own posts, so that a clock knows only part of them",
    [FB_LACK_ALL_TRUSTS] = "it is not stated that all trusts send all bookings by that day, so that a clock knows only part of them",
    [FB_LACK_CHARGE_PART] = "a part of the charge may be missing, and what was sent does not pass the cap by itself",
    [FB_LACK_TOO_MANY] = "more records were sent for it than one decision can read",
};

const char *fb_lack_text(enum fb_lack lack)
{
    size_t i = (size_t)lack;
    return i < FB_LACK_END ? lack_texts[i] : "?";
}

int64_t fb_price__round(fb_i128 num, int64_t den)
{
    struct fb_pence settled;
    /* Nearly every amount fits 64 bits, where a division takes a fraction of the time. The same rule: half up. */
    if (num >= 0 && num <= INT64_MAX && den > 0) {
        uint64_t n = (uint64_t)num, d = (uint64_t)den, whole = n / d, rest = n - whole * d;
        return (int64_t)(whole + (rest >= d - rest));
    }
    enum fb_err e = fb_pence_round(&settled, num, den);
    fb_assert(e == FB_OK);
    return fb_pence_get(settled);
}

/* The largest remainder gets a penny more; the first where two are equal. */
static unsigned take_largest(fb_i128 *rest, unsigned n)
{
    unsigned largest = 0;
    for (unsigned i = 1; i < n; i++)
        largest = rest[i] > rest[largest] ? i : largest;
    rest[largest] = -1;
    return largest;
}

/* Most parts of most shifts are nought: only the others are divided and ranked. */
int64_t fb_price__settle(const fb_i128 *num, unsigned n, fb_i128 den, int64_t *parts)
{
    fb_i128 rest[FB_CATEGORIES_MAX], left = 0;
    unsigned at[FB_CATEGORIES_MAX], some = 0;
    int64_t total = 0, whole = 0;
    fb_assert(n > 0 && n <= FB_CATEGORIES_MAX && den > 0);
    for (unsigned i = 0; i < n; i++) {
        fb_assert(num[i] >= 0);
        parts[i] = 0;
        if (num[i] == 0)
            continue;
        parts[i] = (int64_t)((fb_u128)num[i] / (fb_u128)den);
        rest[some] = num[i] - (fb_i128)parts[i] * den;
        left += rest[some];
        whole += parts[i];
        at[some++] = i;
    }
    /* The remainders together are less than as many pennies. */
    for (total = whole; left >= den; total++)
        left -= den;
    total += left >= den - left;
    for (int64_t more = total - whole; more > 0; more--)
        parts[at[take_largest(rest, some)]]++;
    return total;
}

bool fb_price__by_card(enum fb_route route)
{
    return route == FB_ROUTE_BANK || route == FB_ROUTE_COLLABORATIVE || route == FB_ROUTE_SUBSTANTIVE;
}

bool fb_price__is_bank(enum fb_route route)
{
    return route == FB_ROUTE_BANK || route == FB_ROUTE_COLLABORATIVE;
}

/* How a card or a cap counts time. */
struct counting {
    const struct fb_calendar *calendar;
    enum fb_whole_shift whole_shift;
    enum fb_break_from break_from;
};

static bool count_work(struct fb_minutes *m, const struct fb_book *book, const struct fb_calendar *calendar,
                       const struct fb_hours *hours)
{
    for (unsigned i = 0; i < hours->n_work; i++) {
        if (!fb_minutes_add(m, book, calendar, hours->work[i].start_min, hours->work[i].end_min))
            return false;
    }
    return true;
}

/* Of a part of a shift it is the whole that is mostly night, or is not. */
static bool is_converted(const struct fb_minutes *m, const struct fb_book *book, const struct counting *how,
                         const struct fb_hours *hours)
{
    struct fb_minutes all = {.total = 0};
    if (hours->part_of == NULL)
        return fb_minutes_whole_shift_holds(m, how->whole_shift);
    return count_work(&all, book, how->calendar, hours->part_of) && fb_minutes_whole_shift_holds(&all, how->whole_shift);
}

/* From minutes of work to paid minutes. Stated breaks are taken where they lay, before the conversion, as a plain minute of a converted
 * shift is an unsocial one; a break by policy after it. What share of the shift was night is asked of the whole of it, breaks included. */
static bool finish_minutes(struct fb_minutes *m, const struct fb_book *book, const struct counting *how,
                           const struct fb_hours *hours, bool *turned)
{
    *turned = is_converted(m, book, how, hours);
    for (unsigned i = 0; i < hours->n_breaks; i++) {
        if (!fb_minutes_take(m, book, how->calendar, hours->rest[i].start_min, hours->rest[i].end_min))
            return false;
    }
    if (*turned)
        fb_minutes_turn(m, how->calendar);
    if (hours->n_breaks == 0)
        fb_minutes_break(m, book->n_categories, how->calendar, how->break_from, hours->break_min);
    return true;
}

static struct counting counting_of_card(const struct fb_book *book, const struct fb_card *card,
                                        const struct fb_price_options *options)
{
    struct counting how = {&book->calendar[card->calendar], card->whole_shift, card->break_from};
    if (options != NULL && options->whole_shift != FB_WHOLE_SHIFT_NONE)
        how.whole_shift = options->whole_shift;
    if (options != NULL && options->break_from != FB_BREAK_FROM_NONE)
        how.break_from = options->break_from;
    return how;
}

static struct counting counting_of_cap(const struct fb_book *book, const struct fb_cap *cap,
                                       const struct fb_price_options *options)
{
    struct counting how = {&book->calendar[cap->calendar], cap->whole_shift, cap->break_from};
    if (options != NULL && options->break_from != FB_BREAK_FROM_NONE)
        how.break_from = options->break_from;
    return how;
}

/* Card and cap nearly always share a calendar: the work is then walked once. */
static void count_both(const struct fb_book *book, const struct fb_hours *hours,
                       const struct fb_price_options *options, struct fb_found *found, struct fb_price *out)
{
    struct counting card = {NULL, FB_WHOLE_SHIFT_NONE, FB_BREAK_FROM_NONE}, cap = card;
    bool counted = false, of_cap;
    found->turned = false;
    if (found->card != NULL) {
        card = counting_of_card(book, found->card, options);
        counted = count_work(&out->card_minutes, book, card.calendar, hours);
    }
    if (found->cap != NULL) {
        cap = counting_of_cap(book, found->cap, options);
        if (counted && cap.calendar == card.calendar) {
            out->cap_minutes = out->card_minutes;
            found->cap_minutes = true;
        } else {
            found->cap_minutes = count_work(&out->cap_minutes, book, cap.calendar, hours);
        }
        found->cap_minutes = found->cap_minutes && finish_minutes(&out->cap_minutes, book, &cap, hours, &of_cap);
    }
    found->card_minutes = counted && finish_minutes(&out->card_minutes, book, &card, hours, &found->turned);
}

/* Minutes that were half counted when a day was found to be unknown are no minutes. */
static void choose_minutes(enum fb_route route, struct fb_found *found, struct fb_price *out)
{
    if (!found->card_minutes)
        memset(&out->card_minutes, 0, sizeof out->card_minutes);
    if (!found->cap_minutes)
        memset(&out->cap_minutes, 0, sizeof out->cap_minutes);
    bool card = fb_price__by_card(route) ? found->card_minutes : !found->cap_minutes;
    out->minutes = card ? out->card_minutes : out->cap_minutes;
    found->minutes = found->card_minutes || found->cap_minutes;
}

static void absent(int64_t *rates)
{
    for (unsigned i = 0; i < FB_CATEGORIES_MAX; i++)
        rates[i] = FB_ABSENT;
}

/* Rates by the book's categories. One that the book does not know has no minutes, so that nothing is lost. */
static void place_rates(const struct fb_book *book, const struct fb_rates *rates, struct fb_found *found)
{
    for (unsigned i = 0; i < rates->n && i < FB_RATE_CELLS_MAX; i++) {
        int c = fb_book_category(book, rates->cell[i].category);
        if (c >= 0)
            found->cell[c] = &rates->cell[i];
    }
}

static void begin(const struct fb_book *book, const struct fb_booking *b, struct fb_found *found,
                  struct fb_price *out)
{
    size_t long_one = sizeof *out;
    __asm__("" : "+r"(long_one)); /* unknown to the compiler, which would put in place of the library's loop a slower one */
    memset(out, 0, long_one);
    memset(found->cell, 0, sizeof found->cell); /* the rest is set before it is read */
    found->card_minutes = found->cap_minutes = found->minutes = found->one_rate = false;
    absent(out->card.hour_e4);
    out->card.plain_num = FB_ABSENT;
    absent(out->charge.hour_e4);
    absent(out->cap.hour_e4);
    out->card.card = out->card.rule_origin = out->card.point_origin = out->card.zone_origin = FB_NO_ROW;
    out->card.adoption_origin = out->card.lapsed = FB_NO_ROW;
    out->cap.cap = out->cap.row_origin = FB_NO_ROW;
    out->loaded.vat_origin = out->loaded.weak_origin = FB_NO_ROW;
    out->card_loaded.vat_origin = out->card_loaded.weak_origin = FB_NO_ROW;
    out->day = fb_london_day(b->shift.time.start_min);
    out->grade = b->shift.grade == 0 ? -1 : fb_book_grade(book, b->shift.grade);
    found->where = (struct fb_where){b->shift.hirer, b->shift.site, b->shift.staff_group, out->day};
    found->card = fb_book_card(book, &found->where);
    found->cap = fb_book_cap(book, &found->where);
    out->zone = fb_book_zone(book, &found->where, &out->zone_origin);
    place_rates(book, &b->rates, found);
}

void fb_price__hours(const struct fb_book *book, const struct fb_booking *b, const struct fb_hours *hours,
                     const struct fb_price_options *options, struct fb_price *out)
{
    struct fb_found found;
    begin(book, b, &found, out);
    count_both(book, hours, options, &found, out);
    choose_minutes(b->route, &found, out);
    fb_price__card(book, b, hours, &found, out);
    fb_price__charge(book, b, &found, out);
    fb_price__cap(book, b, &found, out);
    fb_price__off_card(book, b, &found, out);
    fb_price__loaded(book, b, &found, out);
}

void fb_price_booking(const struct fb_book *book, const struct fb_booking *b,
                      const struct fb_price_options *options, struct fb_price *out)
{
    struct fb_piece whole = {b->shift.time.start_min, b->shift.time.end_min, FB_INTERVAL_WORKED};
    int64_t break_min = b->shift.break_min == FB_ABSENT ? 0 : b->shift.break_min;
    struct fb_hours hours = {1, 0, &whole, NULL, break_min, NULL, NULL};
    fb_price__hours(book, b, &hours, options, out);
}
