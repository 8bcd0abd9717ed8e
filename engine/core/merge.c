#include "engine/base/check.h"
#include "engine/core/judge.h"

/* How well a system is believed for a group of fields: 0 is best; systems that the book does not name come
 * last. */
static unsigned rank_of(const struct fb_book *book, enum fb_field_group group, enum fb_system system)
{
    const enum fb_system *named = book->authority[group];
    for (unsigned i = 0; i < FB_SYSTEM_END && named[i] != FB_SYSTEM_NONE; i++)
        if (named[i] == system)
            return i;
    return FB_SYSTEM_END;
}

static bool stands(const struct fb_member *m)
{
    return m->version->as.booking.state == FB_BOOKING_STATE_BOOKED;
}

/* Arrival plays no part here: neither numbers nor positions are compared. */
static bool comes_before(const struct fb_book *book, enum fb_field_group group, const struct fb_member *a,
                         const struct fb_member *b)
{
    unsigned rank_a = rank_of(book, group, a->source->system),
             rank_b = rank_of(book, group, b->source->system);
    if (rank_a != rank_b)
        return rank_a < rank_b;
    if (stands(a) != stands(b))
        return stands(a);
    int by_source = fb_span_cmp(a->version->env.source, b->version->env.source);
    if (by_source != 0)
        return by_source < 0;
    return fb_span_cmp(a->version->env.record_ref, b->version->env.record_ref) < 0;
}

void fb_judge__order(const struct fb_book *book, const struct fb_view *view, enum fb_field_group group,
                     uint8_t order[FB_MEMBERS_MAX])
{
    for (unsigned i = 0; i < view->n_members; i++) {
        unsigned at = i;
        while (at > 0 && comes_before(book, group, &view->member[i], &view->member[order[at - 1]])) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = (uint8_t)i;
    }
}

static void fill_span(struct fb_span *to, struct fb_span from)
{
    if (to->n == 0)
        *to = from;
}

static void fill_number(int64_t *to, int64_t from)
{
    if (*to == FB_ABSENT)
        *to = from;
}

static void fill_code(fb_code *to, fb_code from)
{
    if (*to == 0)
        *to = from;
}

static void fill_shift(struct fb_shift *to, const struct fb_shift *from)
{
    fill_span(&to->site, from->site);
    fill_span(&to->unit, from->unit);
    fill_span(&to->cost_centre, from->cost_centre);
    fill_span(&to->subjective, from->subjective);
    if (to->staff_group == FB_STAFF_GROUP_NONE)
        to->staff_group = from->staff_group;
    fill_span(&to->role, from->role);
    fill_span(&to->specialty, from->specialty);
    fill_code(&to->grade, from->grade);
    fill_number(&to->break_min, from->break_min);
}

/* Fields that only make sense together come from one record together. */
static void fill_worker(struct fb_booking *to, const struct fb_booking *from)
{
    if (to->worker == 0)
        to->worker = from->worker;
    if (to->worker_kind != FB_WORKER_KIND_NONE)
        return;
    to->worker_kind = from->worker_kind;
    to->worker_grade = from->worker_grade;
    to->worker_point = from->worker_point;
}

static void fill_supply(struct fb_booking *to, const struct fb_booking *from)
{
    if (to->route == FB_ROUTE_NONE)
        to->route = from->route;
    if (to->engagement == FB_ENGAGEMENT_NONE)
        to->engagement = from->engagement;
    fill_code(&to->employer, from->employer);
    fill_code(&to->payer, from->payer);
    fill_span(&to->agency, from->agency);
    if (to->framework.n > 0)
        return;
    to->framework = from->framework;
    fill_span(&to->lot, from->lot);
}

static void fill_cancellation(struct fb_booking *to, const struct fb_booking *from)
{
    if (to->cancelled_by == FB_PARTY_NONE)
        to->cancelled_by = from->cancelled_by;
    fill_number(&to->cancelled_ms, from->cancelled_ms);
    fill_span(&to->cancel_reason, from->cancel_reason);
    fill_number(&to->cancel_charge_pence, from->cancel_charge_pence);
}

static void add_reference(struct fb_booking *to, const struct fb_reference *r)
{
    for (unsigned i = 0; i < to->n_references; i++) {
        const struct fb_reference *held = &to->reference[i];
        if (fb_span_eq(held->system, r->system) && fb_span_eq(held->kind, r->kind) &&
            fb_span_eq(held->id, r->id))
            return;
    }
    if (to->n_references < FB_REFERENCES_MAX)
        to->reference[to->n_references++] = *r;
}

static void add_references(struct fb_booking *to, const struct fb_booking *from)
{
    for (unsigned i = 0; i < from->n_references; i++)
        add_reference(to, &from->reference[i]);
}

/* The rate grid is taken whole from the best system that sent one: parts of two systems never mix. */
static void take_rates(struct fb_booking *to, const struct fb_book *book, const struct fb_view *view)
{
    uint8_t order[FB_MEMBERS_MAX];
    fb_judge__order(book, view, to->route == FB_ROUTE_AGENCY ? FB_FIELDS_CHARGE : FB_FIELDS_PAY, order);
    for (unsigned i = 0; i < view->n_members; i++) {
        const struct fb_rates *rates = &view->member[order[i]].version->as.booking.rates;
        if (rates->n > 0) {
            to->rates = *rates;
            return;
        }
    }
}

const struct fb_booking *fb_merge(const struct fb_book *book, const struct fb_view *view,
                                  struct fb_arena *arena)
{
    fb_assert(view->n_members > 0 && view->n_members <= FB_MEMBERS_MAX);
    if (view->n_members == 1)
        return &view->member[0].version->as.booking;
    struct fb_booking *b = fb_arena_get(arena, sizeof *b);
    if (b == NULL)
        return NULL;
    uint8_t order[FB_MEMBERS_MAX];
    fb_judge__order(book, view, FB_FIELDS_HOURS, order);
    *b = view->member[order[0]].version->as.booking;
    for (unsigned i = 1; i < view->n_members; i++) {
        const struct fb_booking *from = &view->member[order[i]].version->as.booking;
        fill_shift(&b->shift, &from->shift);
        fill_span(&b->vacancy_ref, from->vacancy_ref);
        fill_worker(b, from);
        fill_supply(b, from);
        fill_cancellation(b, from);
        fill_span(&b->reason, from->reason);
        fill_number(&b->booked_ms, from->booked_ms);
        add_references(b, from);
    }
    take_rates(b, book, view);
    return b;
}
