#include "engine/core/judge.h"

/* Facts that few rules read: pay and charge by category, how far the cascade had gone, reasons. A group of
 * them is worked out only where the book reads one of it. */
enum { CATEGORY_FACTS = 4 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The bits of one word of a set that lie from one fact to another. */
static inline uint64_t bits_of(unsigned word, unsigned from, unsigned to)
{
    unsigned first = from > 64 * word ? from - 64 * word : 0, end = to + 1 > 64 * word ? to + 1 - 64 * word : 0;
    uint64_t below_end = end >= 64 ? UINT64_MAX : ((uint64_t)1 << end) - 1;
    return first >= 64 ? 0 : below_end & (UINT64_MAX << first);
}

static inline bool wants(const struct fb_book *book, enum fb_fact from, enum fb_fact to)
{
    uint64_t wanted = 0;
    for (unsigned w = 0; w < FB_FACT_WORDS; w++)
        wanted |= book->reads.w[w] & bits_of(w, from, to);
    return wanted != 0;
}

/* ---- pay and charge by category ---- */

/* The pay sent for an hour of a category; FB_ABSENT: none, or not by the hour. */
static int64_t pay_hour(const struct fb_book *book, const struct fb_booking *b, unsigned category)
{
    if (b->rates.unit != FB_UNIT_HOUR)
        return FB_ABSENT;
    for (unsigned i = 0; i < b->rates.n; i++)
        if (b->rates.cell[i].category == book->category[category])
            return b->rates.cell[i].part[FB_PART_WORKER_PAY];
    return FB_ABSENT;
}

static void set_pay(struct fb_facts *f, const struct fb_book *book, const struct fb_booking *b,
                    const struct fb_price *p)
{
    int64_t dearest = INT64_MIN, sum = 0; /* at most 10,080 minutes x 1e9 */
    for (unsigned c = 0; c < book->n_categories; c++) {
        int64_t e4 = pay_hour(book, b, c);
        if (p->minutes.in[c] <= 0)
            continue;
        if (e4 == FB_ABSENT)
            return;
        dearest = e4 > dearest ? e4 : dearest;
        sum += p->minutes.in[c] * e4;
    }
    if (dearest == INT64_MIN) /* no minutes in any */
        return;
    fb_fact_set(f, FB_FACT_PAY_HOUR_DEAREST, dearest);
    fb_fact_set(f, FB_FACT_PAY_HOUR_AVERAGE, floor_div(sum, p->minutes.total));
}

static void set_in_category(struct fb_facts *f, const struct fb_book *book, const struct fb_booking *b,
                            const struct fb_price *p, unsigned c)
{
    fb_fact_set(f, (enum fb_fact)(FB_FACT_MINUTES_IN_1 + c), p->minutes.in[c]);
    if (p->minutes.in[c] <= 0)
        return;
    if (p->charge.hour_e4[c] != FB_ABSENT)
        fb_fact_set_or_least(f, (enum fb_fact)(FB_FACT_CHARGE_HOUR_IN_1 + c), fb_charge_is_least(b, p), p->charge.hour_e4[c]);
    int64_t e4 = pay_hour(book, b, c);
    if (e4 != FB_ABSENT)
        fb_fact_set(f, (enum fb_fact)(FB_FACT_PAY_HOUR_IN_1 + c), e4);
}

/* What was compared with the card, in the category in which it is furthest above. */
static void set_off_card(struct fb_facts *f, const struct fb_book *book, const struct fb_booking *b,
                         const struct fb_price *p)
{
    int64_t worst = INT64_MIN;
    for (unsigned i = 0; p->off_card_known && i < b->rates.n; i++) {
        int c = fb_book_category(book, b->rates.cell[i].category);
        int64_t sent = fb_price_compared(p->compared, &b->rates.cell[i]);
        if (c < 0 || sent == FB_ABSENT || p->minutes.in[c] <= 0 || p->card.hour_e4[c] <= 0)
            continue;
        int64_t above = floor_div((sent - p->card.hour_e4[c]) * 10000, p->card.hour_e4[c]);
        worst = above > worst ? above : worst;
    }
    if (worst != INT64_MIN)
        fb_fact_set(f, FB_FACT_PERCENT_OFF_CARD_E2, worst);
}

/* ---- frameworks ---- */

enum fb_lot_place fb_judge__lot_place(const struct fb_framework *p, const struct fb_booking *b, fb_day day)
{
    bool in_force = day >= p->from && day < p->until;
    if (!fb_span_eq(p->agency, b->agency))
        return FB_LOT_PLACE_NOWHERE;
    if (b->framework.n > 0 && !fb_span_eq(p->framework, b->framework))
        return in_force ? FB_LOT_PLACE_OTHER_FRAMEWORK : FB_LOT_PLACE_NOWHERE;
    if (b->lot.n > 0 && p->lot.n > 0 && !fb_span_eq(p->lot, b->lot))
        return in_force ? FB_LOT_PLACE_OTHER_LOT : FB_LOT_PLACE_NOWHERE;
    if (in_force)
        return FB_LOT_PLACE_HELD;
    return day < p->from ? FB_LOT_PLACE_NOT_YET : FB_LOT_PLACE_ENDED;
}

static void set_place(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *b)
{
    enum fb_lot_place best = FB_LOT_PLACE_NOWHERE; /* the words come best first */
    if (b->agency.n == 0 || b->route != FB_ROUTE_AGENCY || !view->framework_register ||
        !fb_fact_known(f, FB_FACT_BOOKING_DAY))
        return;
    for (unsigned i = 0; i < view->n_frameworks; i++) {
        enum fb_lot_place one =
            fb_judge__lot_place(&view->framework[i]->as.framework, b, (fb_day)f->value[FB_FACT_BOOKING_DAY]);
        best = one < best ? one : best;
    }
    if (best == FB_LOT_PLACE_HELD || !fb_view_cut(view, FB_KIND_FRAMEWORK))
        fb_fact_set(f, FB_FACT_FRAMEWORK_PLACE, best);
}

/* ---- cascades, as they stood when the shift was booked ---- */

static bool cascades_told(const struct fb_view *view)
{
    return view->vacancy.version != NULL && !fb_view_cut(view, FB_KIND_VACANCY) &&
           !fb_view_cut(view, FB_KIND_CASCADE) &&
           (view->n_cascades > 0 || (view->vacancy.source->sends & FB_SENDS_CASCADES) != 0);
}

/* The first release of all, the first to a collaborative bank, and the first to agencies. */
static void set_releases(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *b)
{
    int64_t first_ms = INT64_MAX, bank_ms = INT64_MAX, agency_ms = INT64_MAX;
    for (unsigned i = 0; i < view->n_cascades; i++) {
        const struct fb_cascade *c = &view->cascade[i]->as.cascade;
        first_ms = c->at_ms < first_ms ? c->at_ms : first_ms;
        if (c->tier == FB_TIER_COLLABORATIVE && c->at_ms < bank_ms)
            bank_ms = c->at_ms;
        if (fb_judge__is_agency_tier(c->tier) && c->at_ms < agency_ms)
            agency_ms = c->at_ms;
    }
    if (bank_ms != INT64_MAX && agency_ms != INT64_MAX)
        fb_fact_set(f, FB_FACT_COLLABORATIVE_MINUTES, floor_div(agency_ms - bank_ms, FB_MINUTE_MS));
    if (agency_ms == INT64_MAX)
        return;
    fb_fact_set(f, FB_FACT_RELEASED_MINUTES, floor_div(agency_ms - first_ms, FB_MINUTE_MS));
    fb_fact_set(f, FB_FACT_AGENCY_LEAD_MINUTES, b->shift.time.start_min - floor_div(agency_ms + FB_MINUTE_MS - 1, FB_MINUTE_MS));
}

static void set_cascaded(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *b)
{
    int64_t furthest = FB_TIER_NONE, tier_no = FB_ABSENT, last_ms = FB_ABSENT;
    if (!cascades_told(view))
        return;
    set_releases(f, view, b);
    if (b->booked_ms == FB_ABSENT)
        return;
    for (unsigned i = 0; i < view->n_cascades; i++) {
        const struct fb_cascade *c = &view->cascade[i]->as.cascade;
        if (c->at_ms > b->booked_ms)
            continue;
        furthest = (int64_t)c->tier > furthest ? (int64_t)c->tier : furthest;
        last_ms = c->at_ms > last_ms ? c->at_ms : last_ms;
        if (c->tier == FB_TIER_AGENCY && c->tier_no > tier_no)
            tier_no = c->tier_no;
    }
    fb_fact_set(f, FB_FACT_CASCADED_TO, furthest);
    if (tier_no != FB_ABSENT)
        fb_fact_set(f, FB_FACT_AGENCY_TIER, tier_no);
    if (last_ms != FB_ABSENT)
        fb_fact_set(f, FB_FACT_TIER_MINUTES, floor_div(b->booked_ms - last_ms, FB_MINUTE_MS));
}

/* Whether another's booking on the bank was given up for this one. Where it is not said who cancelled it or
 * when, nobody can tell, unless another one is clear. */
static void set_displaced(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *b)
{
    bool first = false, unclear = false;
    if (view->vacancy.version == NULL || fb_view_cut(view, FB_KIND_VACANCY) || b->booked_ms == FB_ABSENT)
        return;
    for (unsigned i = 0; i < view->n_rivals; i++) {
        const struct fb_booking *rival = &view->rival[i]->as.booking;
        if (!fb_route_is_bank(rival->route) || rival->state != FB_BOOKING_STATE_CANCELLED)
            continue;
        bool may = rival->cancelled_by == FB_PARTY_HIRER || rival->cancelled_by == FB_PARTY_NONE;
        bool before = rival->cancelled_ms == FB_ABSENT || rival->cancelled_ms < b->booked_ms;
        bool clear = rival->cancelled_by == FB_PARTY_HIRER && rival->cancelled_ms != FB_ABSENT;
        first |= may && before && clear;
        unclear |= may && before && !clear;
    }
    if (first || !unclear)
        fb_fact_set(f, FB_FACT_BANK_CANCELLED_FIRST, first);
}

/* ---- reasons, and the worker's band ---- */

static void set_names(struct fb_facts *f, const struct fb_booking *b)
{
    if (b->reason.n > 0)
        fb_fact_set(f, FB_FACT_REASON, fb_fact_name(b->reason));
    if (b->state == FB_BOOKING_STATE_CANCELLED && b->cancel_reason.n > 0)
        fb_fact_set(f, FB_FACT_CANCEL_REASON, fb_fact_name(b->cancel_reason));
}

/* Ranks only order the grades of a family: bands are counted, whatever the distance of their ranks. */
static void set_band(struct fb_facts *f, const struct fb_book *book, const struct fb_booking *b)
{
    int shift = fb_book_grade(book, b->shift.grade), worker = fb_book_grade(book, b->worker_grade), above = 0;
    if (b->shift.grade == 0 || b->worker_grade == 0 || shift < 0 || worker < 0 ||
        book->grade[shift].family != book->grade[worker].family)
        return;
    unsigned from = book->grade[worker].rank, to = book->grade[shift].rank;
    for (unsigned i = 0; i < book->n_grades; i++) {
        unsigned rank = book->grade[i].rank;
        if (book->grade[i].family != book->grade[shift].family)
            continue;
        above += rank > from && rank <= to;
        above -= rank > to && rank <= from;
    }
    fb_fact_set(f, FB_FACT_BAND_ABOVE_WORKER, above);
}

void fb_judge__facts_more(const struct fb_book *book, const struct fb_view *view, const struct fb_booking *b,
                          const struct fb_price *price, struct fb_facts *out)
{
    fb_fact_set(out, FB_FACT_WORKER_KNOWN, b->worker != 0);
    if (wants(book, FB_FACT_REASON, FB_FACT_CANCEL_REASON))
        set_names(out, b);
    if (wants(book, FB_FACT_PERCENT_OFF_CARD_E2, FB_FACT_PERCENT_OFF_CARD_E2))
        set_off_card(out, book, b, price);
    if (wants(book, FB_FACT_PAY_HOUR_DEAREST, FB_FACT_PAY_HOUR_AVERAGE))
        set_pay(out, book, b, price);
    if (wants(book, FB_FACT_MINUTES_IN_1, FB_FACT_PAY_HOUR_IN_4) && price->minutes.total > 0)
        for (unsigned c = 0; c < book->n_categories && c < CATEGORY_FACTS; c++)
            set_in_category(out, book, b, price, c);
    if (wants(book, FB_FACT_FRAMEWORK_PLACE, FB_FACT_FRAMEWORK_PLACE))
        set_place(out, view, b);
    if (wants(book, FB_FACT_AGENCY_TIER, FB_FACT_TIER_MINUTES) || wants(book, FB_FACT_RELEASED_MINUTES, FB_FACT_AGENCY_LEAD_MINUTES))
        set_cascaded(out, view, b);
    if (wants(book, FB_FACT_BANK_CANCELLED_FIRST, FB_FACT_BANK_CANCELLED_FIRST))
        set_displaced(out, view, b);
    if (wants(book, FB_FACT_BAND_ABOVE_WORKER, FB_FACT_BAND_ABOVE_WORKER))
        set_band(out, book, b);
}
