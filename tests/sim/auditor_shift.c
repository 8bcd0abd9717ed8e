#include "tests/sim/auditor.h"
#include <string.h>

fb_day aud_local_day(int64_t utc_min)
{
    int64_t local = fb_london_local_min(utc_min);
    return (fb_day)(local >= 0 ? local / 1440 : -((1439 - local) / 1440));
}

static const struct fb_booking *booking_of(const struct aud_held *h)
{
    return &h->winner->record.as.booking;
}

/* ---- which bookings are one shift ---- */

static bool share_reference(const struct fb_booking *a, const struct fb_booking *b)
{
    if (a->shift.hirer != b->shift.hirer || a->shift.time.end_min <= b->shift.time.start_min ||
        b->shift.time.end_min <= a->shift.time.start_min)
        return false;
    for (unsigned i = 0; i < a->n_references; i++)
        for (unsigned j = 0; j < b->n_references; j++)
            if (fb_span_eq(a->reference[i].system, b->reference[j].system) &&
                fb_span_eq(a->reference[i].kind, b->reference[j].kind) &&
                fb_span_eq(a->reference[i].id, b->reference[j].id))
                return true;
    return false;
}

unsigned aud_group(const struct auditor *a, uint32_t number, uint32_t group[AUD_RECORDS_MAX])
{
    uint32_t found[AUD_RECORDS_MAX];
    bool in[AUD_RECORDS_MAX + 1] = {false};
    unsigned n_found = 1, n = 0;
    found[0] = number;
    in[number] = true;
    for (unsigned k = 0; k < n_found; k++)
        for (uint32_t i = 1; i <= a->n_held; i++) {
            if (in[i] || a->held[i].kind != FB_KIND_BOOKING ||
                !share_reference(booking_of(&a->held[found[k]]), booking_of(&a->held[i])))
                continue;
            in[i] = true;
            found[n_found++] = i;
        }
    for (uint32_t i = 1; i <= a->n_held; i++)
        if (in[i])
            group[n++] = i;
    return n;
}

/* ---- who is believed ---- */

static int compare_names(const struct auditor *a, const struct aud_held *x, const struct aud_held *y)
{
    int by_source = fb_span_cmp(aud_source(a, x)->name, aud_source(a, y)->name);
    return by_source != 0 ? by_source : fb_span_cmp(x->ref, y->ref);
}

static unsigned standing(const struct fb_book *book, enum fb_field_group group, enum fb_system system)
{
    for (unsigned i = 0; i < FB_SYSTEM_END; i++) {
        if (book->authority[group][i] == FB_SYSTEM_NONE)
            break;
        if (book->authority[group][i] == system)
            return i;
    }
    return 99;
}

static bool is_before(const struct auditor *a, const struct fb_book *book, enum fb_field_group group,
                      const struct aud_held *x, const struct aud_held *y)
{
    unsigned of_x = standing(book, group, aud_source(a, x)->system),
             of_y = standing(book, group, aud_source(a, y)->system);
    if (of_x != of_y)
        return of_x < of_y;
    bool stands_x = booking_of(x)->state == FB_BOOKING_STATE_BOOKED,
         stands_y = booking_of(y)->state == FB_BOOKING_STATE_BOOKED;
    if (stands_x != stands_y)
        return stands_x;
    return compare_names(a, x, y) < 0;
}

static void order_by(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
                     enum fb_field_group group, const struct aud_held *out[AUD_MEMBERS])
{
    /* Each member's place is the number of members that come before it. */
    for (unsigned i = 0; i < s->n; i++) {
        unsigned before = 0;
        for (unsigned j = 0; j < s->n; j++)
            before += j != i && is_before(a, book, group, s->member[j], s->member[i]);
        out[before] = s->member[i];
    }
}

/* ---- the merged booking: of each field, what the first who states it says ---- */

#define FIRST(field, is_there)                                                                               \
    do {                                                                                                     \
        for (unsigned i_ = 0; i_ < s->n; i_++) {                                                             \
            const struct fb_booking *m = booking_of(s->by_hours[i_]);                                        \
            if (is_there) {                                                                                  \
                s->b.field = m->field;                                                                       \
                break;                                                                                       \
            }                                                                                                \
        }                                                                                                    \
    } while (0)

static void merge_worker(struct aud_shift *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        const struct fb_booking *m = booking_of(s->by_hours[i]);
        if (m->worker_kind == FB_WORKER_KIND_NONE)
            continue;
        s->b.worker_kind = m->worker_kind;
        s->b.worker_grade = m->worker_grade;
        s->b.worker_point = m->worker_point;
        return;
    }
}

static void merge_framework(struct aud_shift *s)
{
    struct fb_span lot = {NULL, 0}, framework = {NULL, 0};
    for (unsigned i = 0; i < s->n && framework.n == 0; i++) {
        const struct fb_booking *m = booking_of(s->by_hours[i]);
        framework = m->framework;
        lot = lot.n == 0 ? m->lot : lot;
    }
    s->b.framework = framework;
    s->b.lot = lot;
}

/* What rules ask of sign-offs is whether anybody stated one of a role. */
static void merge_sign_offs(struct aud_shift *s)
{
    s->b.n_sign_offs = 0;
    for (unsigned i = 0; i < s->n; i++) {
        const struct fb_booking *m = booking_of(s->by_hours[i]);
        for (unsigned j = 0; j < m->n_sign_offs; j++) {
            bool held = false;
            for (unsigned k = 0; k < s->b.n_sign_offs; k++)
                held |= s->b.sign_off[k].role == m->sign_off[j].role;
            if (!held && s->b.n_sign_offs < FB_SIGN_OFFS_MAX)
                s->b.sign_off[s->b.n_sign_offs++] = m->sign_off[j];
        }
    }
}

static void merge_rates(const struct auditor *a, const struct fb_book *book, struct aud_shift *s)
{
    const struct aud_held *order[AUD_MEMBERS];
    order_by(a, book, s, s->b.route == FB_ROUTE_AGENCY ? FB_FIELDS_CHARGE : FB_FIELDS_PAY, order);
    for (unsigned i = 0; i < s->n; i++) {
        if (booking_of(order[i])->rates.n == 0)
            continue;
        s->b.rates = booking_of(order[i])->rates;
        return;
    }
}

static void merge(const struct auditor *a, const struct fb_book *book, struct aud_shift *s)
{
    s->b = *booking_of(s->lead);
    FIRST(shift.site, m->shift.site.n > 0);
    FIRST(token, m->token.n > 0);
    s->b.worker = 0;
    for (unsigned i = 0; i < s->n && s->b.worker == 0; i++)
        s->b.worker = aud_person(a, s->by_hours[i]->who);
    FIRST(cancelled_by, m->cancelled_by != FB_PARTY_NONE);
    FIRST(cancelled_ms, m->cancelled_ms != FB_ABSENT);
    FIRST(shift.staff_group, m->shift.staff_group != FB_STAFF_GROUP_NONE);
    FIRST(shift.grade, m->shift.grade != 0);
    FIRST(shift.break_min, m->shift.break_min != FB_ABSENT);
    FIRST(vacancy_ref, m->vacancy_ref.n > 0);
    FIRST(reason, m->reason.n > 0);
    FIRST(shift.role, m->shift.role.n > 0);
    FIRST(engagement, m->engagement != FB_ENGAGEMENT_NONE);
    FIRST(agency, m->agency.n > 0);
    FIRST(booked_ms, m->booked_ms != FB_ABSENT);
    FIRST(cancel_charge_pence, m->cancel_charge_pence != FB_ABSENT);
    merge_worker(s);
    merge_framework(s);
    merge_sign_offs(s);
    merge_rates(a, book, s);
}

/* ---- what else is known of it ---- */

/* Of the vacancies that the members lead to, the first by its own name. */
static const struct aud_held *vacancy_of(const struct auditor *a, const struct aud_shift *s)
{
    const struct aud_held *first = NULL;
    for (unsigned i = 0; i < s->n; i++) {
        struct fb_span ref = booking_of(s->member[i])->vacancy_ref;
        for (uint32_t j = 1; j <= a->n_held && ref.n > 0; j++) {
            const struct aud_held *h = &a->held[j];
            if (h->kind == FB_KIND_VACANCY && h->source == s->member[i]->source && fb_span_eq(h->ref, ref) &&
                (first == NULL || compare_names(a, h, first) < 0))
                first = h;
        }
    }
    return first;
}

/* ---- who counts ---- */

static bool is_shadow(const struct auditor *a, uint32_t number)
{
    return aud_source(a, &a->held[number])->mode == FB_SOURCE_MODE_SHADOW;
}

static bool is_booked(const struct auditor *a, uint32_t number)
{
    return booking_of(&a->held[number])->state == FB_BOOKING_STATE_BOOKED;
}

/* Takes turns: each source puts forward its first, then its second, and so on; a source puts what stands
 * before what does not, then goes by name. Within a round what stands comes first, then names. */
static unsigned round_of(const struct auditor *a, const uint32_t *in, unsigned n, uint32_t x)
{
    unsigned round = 0;
    for (unsigned i = 0; i < n; i++) {
        if (in[i] == x || a->held[in[i]].source != a->held[x].source)
            continue;
        bool one = is_booked(a, in[i]), other = is_booked(a, x);
        round += one != other ? one : compare_names(a, &a->held[in[i]], &a->held[x]) < 0;
    }
    return round;
}

static bool goes_first(const struct auditor *a, const uint32_t *in, unsigned n, uint32_t x, uint32_t y)
{
    unsigned of_x = round_of(a, in, n, x), of_y = round_of(a, in, n, y);
    if (of_x != of_y)
        return of_x < of_y;
    if (is_booked(a, x) != is_booked(a, y))
        return is_booked(a, x);
    return compare_names(a, &a->held[x], &a->held[y]) < 0;
}

/* A source that has a standing booking among those that count has made the others again. */
static bool loses_nothing(const struct auditor *a, const uint32_t *in, const bool *counts, unsigned n,
                          uint32_t x)
{
    for (unsigned i = 0; i < n; i++)
        if (counts[i] && is_booked(a, in[i]) && a->held[in[i]].source == a->held[x].source)
            return !is_booked(a, x);
    return false;
}

/* The bookings of a group that count, in `in`; the number of them. */
static unsigned counting(const struct auditor *a, const uint32_t *group, unsigned n, uint32_t *in, bool *cut)
{
    bool live = false, counts[AUD_RECORDS_MAX];
    unsigned n_in = 0, n_counting = 0;
    for (unsigned i = 0; i < n; i++)
        live |= !is_shadow(a, group[i]);
    for (unsigned i = 0; i < n; i++)
        if (!live || !is_shadow(a, group[i]))
            in[n_in++] = group[i];
    for (unsigned i = 0; i < n_in; i++) {
        unsigned before = 0;
        for (unsigned j = 0; j < n_in; j++)
            before += j != i && goes_first(a, in, n_in, in[j], in[i]);
        counts[i] = before < AUD_MEMBERS;
    }
    *cut = false;
    for (unsigned i = 0; i < n_in; i++)
        *cut |= !counts[i] && !loses_nothing(a, in, counts, n_in, in[i]);
    for (unsigned i = 0; i < n_in; i++)
        if (counts[i])
            in[n_counting++] = in[i];
    a->met->left_out += n_in < n;
    a->met->cut += *cut;
    return n_counting;
}

void aud_shift(const struct auditor *a, const struct fb_book *book, const uint32_t *group, unsigned n,
               struct aud_shift *out)
{
    static uint32_t in[AUD_RECORDS_MAX];
    memset(out, 0, sizeof *out);
    out->n = counting(a, group, n, in, &out->cut);
    for (unsigned i = 0; i < out->n; i++) {
        unsigned before = 0;
        for (unsigned j = 0; j < out->n; j++)
            before += j != i && compare_names(a, &a->held[in[j]], &a->held[in[i]]) < 0;
        out->member[before] = &a->held[in[i]];
        out->number[before] = in[i];
    }
    order_by(a, book, out, FB_FIELDS_HOURS, out->by_hours);
    out->lead = out->by_hours[0];
    merge(a, book, out);
    out->day = aud_local_day(out->b.shift.time.start_min);
    out->vacancy = vacancy_of(a, out);
}

fb_code aud_ics(const struct auditor *a, fb_code hirer, fb_day day)
{
    const struct aud_held *best = NULL;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        const struct fb_organisation *o = &h->winner->record.as.organisation;
        if (h->kind != FB_KIND_ORGANISATION || o->ods != hirer || day < o->member_from ||
            day >= o->member_until)
            continue;
        if (best == NULL || aud_version_cmp(h->winner, best->winner) > 0)
            best = h;
    }
    return best == NULL ? 0 : best->winner->record.as.organisation.ics;
}

/* ---- what was worked ---- */

/* Agreed hours, of which there are some, or the word that nobody came. */
static bool is_settled(const struct fb_timesheet *t)
{
    switch (t->state) {
    case FB_TIMESHEET_STATE_DID_NOT_WORK:
        return true;
    case FB_TIMESHEET_STATE_APPROVED:
    case FB_TIMESHEET_STATE_ADJUSTED:
        return t->n != 0;
    case FB_TIMESHEET_STATE_NONE:
    case FB_TIMESHEET_STATE_SUBMITTED:
    case FB_TIMESHEET_STATE_REJECTED:
    case FB_TIMESHEET_STATE_UNAPPROVED:
    case FB_TIMESHEET_STATE_END:
        break;
    }
    return false;
}

/* The place of the best-believed booking of the shift whose system sent this timesheet for it; -1: not of
 * this shift. */
static int place_of(const struct aud_shift *s, const struct aud_held *sheet)
{
    const struct fb_timesheet *t = &sheet->winner->record.as.timesheet;
    bool ours = false;
    for (unsigned i = 0; i < s->n; i++)
        ours |= s->member[i]->source == sheet->source && fb_span_eq(s->member[i]->ref, t->booking_ref);
    for (unsigned i = 0; i < s->n && ours; i++)
        if (s->by_hours[i]->source == sheet->source)
            return (int)i;
    return -1;
}

static bool is_corrected(const struct auditor *a, const struct aud_shift *s, const struct aud_held *sheet)
{
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        const struct fb_timesheet *t = &h->winner->record.as.timesheet;
        if (h != sheet && h->kind == FB_KIND_TIMESHEET && h->source == sheet->source &&
            is_settled(t) && fb_span_eq(t->adjusts, sheet->ref) && t->adjusts.n > 0 &&
            place_of(s, h) >= 0)
            return true;
    }
    return false;
}

const struct aud_held *aud_sheet(const struct auditor *a, const struct aud_shift *s)
{
    const struct aud_held *best = NULL;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        if (h->kind != FB_KIND_TIMESHEET || !is_settled(&h->winner->record.as.timesheet) ||
            place_of(s, h) < 0 || is_corrected(a, s, h))
            continue;
        if (best == NULL || place_of(s, h) < place_of(s, best) ||
            (place_of(s, h) == place_of(s, best) && aud_version_cmp(h->winner, best->winner) > 0))
            best = h;
    }
    return best;
}

static bool brought(const struct auditor *a, uint32_t number, const struct sim_message *winner, uint64_t journal)
{
    for (unsigned i = 0; i < a->n_versions; i++)
        if (a->version[i].number == number && a->version[i].message == winner && a->version[i].journal == journal)
            return true;
    return false;
}

bool aud_sheet_same(struct auditor *a, const struct aud_held *h, const struct aud_shift *s, uint32_t number, uint64_t journal)
{
    const struct aud_held *sheet = s->b.state == FB_BOOKING_STATE_BOOKED ? aud_sheet(a, s) : NULL;
    uint32_t must = sheet == NULL ? 0 : (uint32_t)(sheet - a->held);
    if (number != must)
        return auditor_differs_at(a, h, "timesheet that settles it", must, number);
    return must == 0 || brought(a, must, sheet->winner, journal) || auditor_differs_at(a, h, "version of its timesheet", 0, (int64_t)journal);
}
