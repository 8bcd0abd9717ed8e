#include "engine/base/check.h"
#include "engine/core/price.h"
#include "engine/core/price_steps.h"

/* Who is to be paid: what the card's rules ask. A worker whose kind is not known, and an agency's worker, are
 * priced as bank only: the card has no other rate for them. */
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

/* The first rule that fits. A rule that may fit stops the search: what comes after it would be a guess. */
static enum fb_lack find_rule(const struct fb_book *book, const struct fb_card *card, const struct worker *w,
                              int shift, const struct fb_card_rule **rule)
{
    for (unsigned i = 0; i < card->n_rules; i++) {
        enum fit fit = fit_of(book, &card->rule[i], w, shift);
        if (fit == DEPENDS)
            return FB_LACK_WORKER_POINT;
        if (fit == FITS) {
            *rule = &card->rule[i];
            return FB_LACK_NOTHING;
        }
    }
    return FB_LACK_CARD;
}

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

static enum fb_lack find_point(const struct fb_pay_period *period, const struct fb_card_rule *rule,
                               const struct worker *w, int shift, const struct fb_pay_point **point)
{
    static const enum fb_point of_shift[] = {
        [FB_PAY_AT_ENTRY] = FB_POINT_ENTRY, [FB_PAY_AT_MID] = FB_POINT_MID, [FB_PAY_AT_TOP] = FB_POINT_TOP};
    enum fb_lack lack = FB_LACK_NOTHING;
    if (rule->pay_at == FB_PAY_AT_OWN_POINT) {
        lack = own_point(period, w, point);
    } else {
        fb_assert(rule->pay_at >= FB_PAY_AT_ENTRY && rule->pay_at <= FB_PAY_AT_TOP);
        *point = point_at(period, shift, of_shift[rule->pay_at]);
    }
    if (lack == FB_LACK_NOTHING && !(*point)->held)
        lack = FB_LACK_PAY_POINT;
    return lack;
}

static enum fb_lack choose(const struct fb_book *book, const struct fb_booking *b,
                           const struct fb_found *found, struct fb_price *out,
                           const struct fb_pay_point **point)
{
    if (found->card == NULL)
        return b->shift.staff_group == FB_STAFF_GROUP_NONE ? FB_LACK_STAFF_GROUP : FB_LACK_CARD;
    out->card.card = (uint16_t)(found->card - book->card);
    if (!found->card_minutes)
        return FB_LACK_CALENDAR;
    if (out->grade < 0)
        return FB_LACK_GRADE;
    const struct fb_pay_period *period = fb_book_period(book, out->day);
    if (period == NULL)
        return FB_LACK_PERIOD;
    const struct fb_card_rule *rule = NULL;
    struct worker worker = worker_of(book, b);
    enum fb_lack lack = find_rule(book, found->card, &worker, out->grade, &rule);
    if (lack != FB_LACK_NOTHING)
        return lack;
    out->card.rule_origin = rule->origin;
    out->card.assumed_bank_only = b->worker_kind == FB_WORKER_KIND_NONE &&
                                  (b->route == FB_ROUTE_BANK || b->route == FB_ROUTE_COLLABORATIVE);
    return find_point(period, rule, &worker, out->grade, point);
}

void fb_price__card(const struct fb_book *book, const struct fb_booking *b, struct fb_found *found,
                    struct fb_price *out)
{
    const struct fb_pay_point *point = NULL;
    out->card.lack = choose(book, b, found, out, &point);
    if (out->card.lack != FB_LACK_NOTHING)
        return;
    found->point = point;
    out->card.known = true;
    out->card.point_origin = point->origin;
    fb_i128 sum = 0;
    for (unsigned c = 0; c < book->n_categories; c++) {
        sum += (fb_i128)point->num[c] * out->card_minutes.in[c];
        out->card.hour_e4[c] = fb_price__round((fb_i128)point->num[c] * 60, book->den) * 100;
    }
    out->card.pence = fb_price__round(sum, book->den); /* raw: settled by the line itself */
}

/* Pay sent against the card, category by category. */
struct against {
    unsigned given, missing; /* categories with minutes that have worker pay, and that have none */
    uint32_t off;            /* bit per category */
    fb_i128 paid;            /* minutes x pay, over FB_E4_MINUTES */
    fb_i128 by_card;         /* minutes x rate of the same categories, over the book's den */
};

static void compare(const struct fb_book *book, const struct fb_found *found, const struct fb_price *out,
                    struct against *a)
{
    for (unsigned c = 0; c < book->n_categories; c++) {
        int32_t minutes = out->card_minutes.in[c];
        const struct fb_rate_cell *cell = found->cell[c];
        if (minutes == 0)
            continue;
        if (cell == NULL || cell->part[FB_PART_WORKER_PAY] == FB_ABSENT) {
            a->missing++;
            continue;
        }
        int64_t pay = cell->part[FB_PART_WORKER_PAY], over = pay - out->card.hour_e4[c];
        int64_t tolerance = found->card->off_card_tolerance_e4;
        a->given++;
        a->paid += (fb_i128)pay * minutes;
        a->by_card += (fb_i128)found->point->num[c] * minutes;
        if (over > tolerance || over < -tolerance)
            a->off |= (uint32_t)1 << c;
    }
}

void fb_price__off_card(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                        struct fb_price *out)
{
    bool bank = b->route == FB_ROUTE_BANK || b->route == FB_ROUTE_COLLABORATIVE;
    if (!bank || !out->card.known || b->rates.unit != FB_UNIT_HOUR ||
        b->rates.pay_includes_holiday != FB_SAID_NO)
        return;
    struct against a = {0, 0, 0, 0, 0};
    compare(book, found, out, &a);
    /* Off in one category is off; on card only when nothing is left to ask. */
    out->off_card = a.off != 0;
    out->off_card_in = a.off;
    out->off_card_known = a.off != 0 || (a.given > 0 && a.missing == 0);
    if (out->off_card_known)
        out->card_difference_pence =
            fb_price__round(a.paid * book->den - a.by_card * FB_E4_MINUTES, book->den * FB_E4_MINUTES);
}
