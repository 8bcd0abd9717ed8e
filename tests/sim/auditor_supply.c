#include "tests/sim/auditor.h"

/* Facts of how a shift was filled, and of pay and charge category by category. */

static void know_if(struct fb_facts *f, enum fb_fact id, bool known, int64_t v)
{
    if (known)
        fb_fact_set(f, id, v);
}

static int64_t floored(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* ---- releases ---- */

static const struct fb_cascade *cascade_of(const struct auditor *a, const struct aud_shift *s, uint32_t i)
{
    const struct aud_held *h = &a->held[i];
    const struct fb_cascade *c = &h->winner->record.as.cascade;
    for (unsigned j = 0; j < s->n && h->kind == FB_KIND_CASCADE; j++)
        if (s->member[j]->source == h->source && c->vacancy_ref.n > 0 &&
            fb_span_eq(s->member[j]->winner->record.as.booking.vacancy_ref, c->vacancy_ref))
            return c;
    return NULL;
}

static int64_t first_to(const struct auditor *a, const struct aud_shift *s, enum fb_tier one, enum fb_tier other)
{
    int64_t first = FB_ABSENT;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct fb_cascade *c = cascade_of(a, s, i);
        if (c != NULL && (c->tier == one || c->tier == other) && (first == FB_ABSENT || c->at_ms < first))
            first = c->at_ms;
    }
    return first;
}

/* A tier that is released to again keeps its first moment; agency tiers are told apart by their numbers. */
static bool is_first(const struct auditor *a, const struct aud_shift *s, const struct fb_cascade *c)
{
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct fb_cascade *other = cascade_of(a, s, i);
        if (other != NULL && other->tier == c->tier && (c->tier != FB_TIER_AGENCY || other->tier_no == c->tier_no) && other->at_ms < c->at_ms)
            return false;
    }
    return true;
}

static void releases(const struct auditor *a, const struct aud_shift *s, struct fb_facts *f)
{
    int64_t last = FB_ABSENT, tier_no = FB_ABSENT, collaborative = first_to(a, s, FB_TIER_COLLABORATIVE, FB_TIER_COLLABORATIVE),
            agency = first_to(a, s, FB_TIER_AGENCY, FB_TIER_OFF_FRAMEWORK);
    enum fb_tier furthest = FB_TIER_NONE;
    bool any = false;
    if (s->vacancy == NULL)
        return;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct fb_cascade *c = cascade_of(a, s, i);
        any |= c != NULL;
        if (c == NULL || !is_first(a, s, c) || s->b.booked_ms == FB_ABSENT || c->at_ms > s->b.booked_ms)
            continue;
        furthest = c->tier > furthest ? c->tier : furthest;
        last = c->at_ms > last ? c->at_ms : last;
        if (c->tier == FB_TIER_AGENCY && c->tier_no != FB_ABSENT && c->tier_no > tier_no)
            tier_no = c->tier_no;
    }
    if (!any && (aud_source(a, s->vacancy)->sends & FB_SENDS_CASCADES) == 0)
        return;
    know_if(f, FB_FACT_COLLABORATIVE_MINUTES, collaborative != FB_ABSENT && agency != FB_ABSENT,
            collaborative == FB_ABSENT || agency == FB_ABSENT ? 0 : floored(agency - collaborative, 60000));
    know_if(f, FB_FACT_CASCADED_TO, s->b.booked_ms != FB_ABSENT, furthest);
    know_if(f, FB_FACT_AGENCY_TIER, tier_no != FB_ABSENT, tier_no);
    know_if(f, FB_FACT_TIER_MINUTES, last != FB_ABSENT, last == FB_ABSENT ? 0 : floored(s->b.booked_ms - last, 60000));
}

/* ---- a bank worker who was sent home: also one whose booking is of the same shift, made again for another ---- */

static void displaced(const struct auditor *a, const struct aud_shift *s, struct fb_facts *f)
{
    bool is = false, perhaps = false;
    if (s->vacancy == NULL || s->b.booked_ms == FB_ABSENT)
        return;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        const struct fb_booking *b = &h->winner->record.as.booking;
        bool same = false;
        for (unsigned j = 0; j < s->n && h->kind == FB_KIND_BOOKING; j++)
            same |= s->member[j]->source == h->source && b->vacancy_ref.n > 0 &&
                    fb_span_eq(s->member[j]->winner->record.as.booking.vacancy_ref, b->vacancy_ref);
        same &= b->state == FB_BOOKING_STATE_CANCELLED && (b->route == FB_ROUTE_BANK || b->route == FB_ROUTE_COLLABORATIVE);
        bool by_hirer = b->cancelled_by == FB_PARTY_HIRER, before = b->cancelled_ms != FB_ABSENT && b->cancelled_ms < s->b.booked_ms;
        is |= same && by_hirer && before;
        perhaps |= same && (by_hirer || b->cancelled_by == FB_PARTY_NONE) && (before || b->cancelled_ms == FB_ABSENT);
    }
    know_if(f, FB_FACT_BANK_CANCELLED_FIRST, is || !perhaps, is); /* who cancelled, or when, may not be said */
}

/* ---- the agency's best place ---- */

static void place(const struct auditor *a, const struct aud_shift *s, struct fb_facts *f)
{
    enum fb_lot_place best = FB_LOT_PLACE_NOWHERE;
    bool any = false;
    fb_day day = (fb_day)f->value[FB_FACT_BOOKING_DAY];
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct fb_framework *p = &a->held[i].winner->record.as.framework;
        if (a->held[i].kind != FB_KIND_FRAMEWORK)
            continue;
        any = true;
        if (!fb_span_eq(p->agency, s->b.agency))
            continue;
        bool framework = s->b.framework.n == 0 || fb_span_eq(s->b.framework, p->framework);
        bool lot = s->b.lot.n == 0 || p->lot.n == 0 || fb_span_eq(s->b.lot, p->lot);
        if ((!framework || !lot) && (day < p->from || day >= p->until))
            continue; /* another one that it does not hold is no place at all */
        enum fb_lot_place is = !framework       ? FB_LOT_PLACE_OTHER_FRAMEWORK
                               : !lot           ? FB_LOT_PLACE_OTHER_LOT
                               : day < p->from  ? FB_LOT_PLACE_NOT_YET
                               : day >= p->until ? FB_LOT_PLACE_ENDED
                                                : FB_LOT_PLACE_HELD;
        best = is < best ? is : best;
    }
    know_if(f, FB_FACT_FRAMEWORK_PLACE,
            any && s->b.route == FB_ROUTE_AGENCY && s->b.agency.n > 0 && fb_fact_known(f, FB_FACT_BOOKING_DAY), best);
}

/* ---- category by category ---- */

static void pay(const struct fb_book *book, const struct aud_price *p, struct fb_facts *f)
{
    int64_t dearest = -1, sum = 0, worst = INT64_MIN;
    bool all = p->minutes_known && p->total > 0;
    for (unsigned c = 0; c < book->n_categories; c++) {
        if (p->minutes[c] == 0)
            continue;
        all &= p->pay_hour[c] != FB_ABSENT;
        dearest = p->pay_hour[c] > dearest ? p->pay_hour[c] : dearest;
        sum += p->pay_hour[c] != FB_ABSENT ? p->pay_hour[c] * p->minutes[c] : 0;
        if (p->compared_hour[c] == FB_ABSENT || p->card_hour[c] <= 0)
            continue;
        int64_t above = floored((p->compared_hour[c] - p->card_hour[c]) * 10000, p->card_hour[c]);
        worst = above > worst ? above : worst;
    }
    know_if(f, FB_FACT_PAY_HOUR_DEAREST, all, dearest);
    know_if(f, FB_FACT_PAY_HOUR_AVERAGE, all, all ? sum / p->total : 0);
    know_if(f, FB_FACT_PERCENT_OFF_CARD_E2, p->off_known && worst != INT64_MIN, worst);
}

/* ---- bands ---- */

static const struct fb_grade *grade_of(const struct fb_book *book, fb_code code)
{
    for (unsigned i = 0; i < book->n_grades && code != 0; i++)
        if (book->grade[i].code == code)
            return &book->grade[i];
    return NULL;
}

/* How many bands one goes up, or down, from the worker's to the shift's. */
static void bands(const struct fb_book *book, const struct aud_shift *s, struct fb_facts *f)
{
    const struct fb_grade *to = grade_of(book, s->b.shift.grade), *from = grade_of(book, s->b.worker_grade);
    int64_t n = 0;
    if (to == NULL || from == NULL || to->family != from->family)
        return;
    const struct fb_grade *low = from->rank < to->rank ? from : to, *high = low == from ? to : from;
    for (unsigned i = 0; i < book->n_grades; i++)
        n += book->grade[i].family == to->family && book->grade[i].rank > low->rank && book->grade[i].rank <= high->rank;
    fb_fact_set(f, FB_FACT_BAND_ABOVE_WORKER, low == from ? n : -n);
}

void aud_supply_facts(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_price *p,
                      struct fb_facts *f)
{
    releases(a, s, f);
    displaced(a, s, f);
    place(a, s, f);
    pay(book, p, f);
    bands(book, s, f);
    know_if(f, FB_FACT_REASON, s->b.reason.n > 0, fb_fact_name(s->b.reason));
    know_if(f, FB_FACT_CANCEL_REASON, s->b.state == FB_BOOKING_STATE_CANCELLED && s->b.cancel_reason.n > 0, fb_fact_name(s->b.cancel_reason));
    for (unsigned c = 0; c < 4 && c < book->n_categories; c++) {
        bool there = p->minutes_known && p->minutes[c] > 0;
        know_if(f, (enum fb_fact)(FB_FACT_MINUTES_IN_1 + c), p->minutes_known && p->total > 0, p->minutes[c]);
        know_if(f, (enum fb_fact)(FB_FACT_CHARGE_HOUR_IN_1 + c), there && p->charge_hour[c] != FB_ABSENT, p->charge_hour[c]);
        know_if(f, (enum fb_fact)(FB_FACT_PAY_HOUR_IN_1 + c), there && p->pay_hour[c] != FB_ABSENT, p->pay_hour[c]);
    }
}
