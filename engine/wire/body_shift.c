#include "engine/wire/body.h"
#include "fairbank/v1/record.pb-c.h"

/* Vacancies and bookings: a shift that is asked for, and a shift that is booked. */

/* Fields 1-13 of both messages. */
#define SHIFT_ROWS                                                                                           \
    CODE(hirer, shift.hirer, true), TEXT(site, shift.site, false, FB_ID_BYTES_MAX),                          \
        TEXT(unit, shift.unit, false, FB_TEXT_BYTES_MAX),                                                    \
        TEXT(cost_centre, shift.cost_centre, false, FB_ID_BYTES_MAX),                                        \
        TEXT(subjective, shift.subjective, false, FB_ID_BYTES_MAX),                                          \
        WORD(staff_group, shift.staff_group, false, fb_staff_group_known),                                   \
        TEXT(role, shift.role, false, FB_ID_BYTES_MAX),                                                      \
        TEXT(specialty, shift.specialty, false, FB_ID_BYTES_MAX), CODE(grade, shift.grade, false),           \
        TEXT(start, shift.start_local, true, FB_WIRE_TIME_BYTES_MAX),                                        \
        TEXT(end, shift.end_local, true, FB_WIRE_TIME_BYTES_MAX),                                            \
        UNKEPT(NUMBER, stated_minutes, false, 1, FB_SHIFT_MINUTES_MAX),                                      \
        NUMBER(break_minutes, shift.break_min, false, 0, FB_SHIFT_MINUTES_MAX)

/* A text that was missing or refused is absent here: it has its own reason. A break may fill its shift, as a
 * sleep-in's does; a longer one would leave less than nothing to pay. */
static void read_shift(struct fb_wire_reading *r, struct fb_shift *shift, protobuf_c_boolean stated,
                       int64_t minutes)
{
    if (shift->start_local.n == 0 || shift->end_local.n == 0 ||
        !fb_wire__resolve(r, shift->start_local, shift->end_local, stated ? minutes : -1, &shift->time))
        return;
    if (shift->break_min > shift->time.end_min - shift->time.start_min)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "break_minutes");
}

/* The text is sent as the source wrote it; a publisher that has only instants sends them exact. The duration
 * is stated where the text alone would leave two ends to choose from. Needs `message` of the types whose
 * fields 10-12 these are. */
#define WRITE_SHIFT(s, shift, message)                                                                       \
    do {                                                                                                     \
        bool timed = (shift)->time.end_min > (shift)->time.start_min;                                        \
        if (timed && !(message)->has_start) {                                                                \
            (message)->has_start = 1;                                                                        \
            (message)->start = fb_wire__time(s, (shift)->time.start_min);                                    \
        }                                                                                                    \
        if (timed && !(message)->has_end) {                                                                  \
            (message)->has_end = 1;                                                                          \
            (message)->end = fb_wire__time(s, (shift)->time.end_min);                                        \
        }                                                                                                    \
        (message)->has_stated_minutes = timed && ((shift)->time.notes & FB_WHEN_AMBIGUOUS_END) != 0;         \
        (message)->stated_minutes = (shift)->time.end_min - (shift)->time.start_min;                         \
    } while (0)

#define PB   Fairbank__V1__Vacancy
#define OURS struct fb_vacancy
static const struct fb_wire_row vacancy_rows[] = {
    SHIFT_ROWS,
    WORD(state, state, true, fb_vacancy_state_known),
    TEXT(reason, reason, false, FB_TEXT_BYTES_MAX),
    TEXT(block_id, block_id, false, FB_ID_BYTES_MAX),
    TEXT(purchase_order, purchase_order, false, FB_ID_BYTES_MAX),
    TEXT(bank_provider, bank_provider, false, FB_TEXT_BYTES_MAX),
    INSTANT(requested_at_ms, requested_ms, false),
};
#undef PB
#undef OURS

static void read_vacancy(struct fb_wire_reading *r, const void *message, void *ours)
{
    const Fairbank__V1__Vacancy *m = message;
    struct fb_vacancy *v = ours;
    read_shift(r, &v->shift, m->has_stated_minutes, m->stated_minutes);
}

static void write_vacancy(struct fb_wire_scratch *s, const void *ours, void *message)
{
    const struct fb_vacancy *v = ours;
    Fairbank__V1__Vacancy *m = message;
    WRITE_SHIFT(s, &v->shift, m);
}

const struct fb_wire_shape fb_wire__vacancy = {
    .name = "vacancy",
    .type = &fairbank__v1__vacancy__descriptor,
    .size = sizeof(struct fb_vacancy),
    .row = vacancy_rows,
    .rows = sizeof vacancy_rows / sizeof *vacancy_rows,
    .read_more = read_vacancy,
    .write_more = write_vacancy,
};

#define PB   Fairbank__V1__Reference
#define OURS struct fb_reference
const struct fb_wire_row fb_wire__reference_rows[FB_WIRE_REFERENCE_ROWS] = {
    TEXT(system, system, true, FB_SOURCE_BYTES_MAX),
    TEXT(kind, kind, true, FB_SOURCE_BYTES_MAX),
    TEXT(id, id, true, FB_ID_BYTES_MAX),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__SignOff
#define OURS struct fb_sign_off
static const struct fb_wire_row sign_off_rows[] = {
    WORD(role, role, true, fb_role_known),
    INSTANT(granted_at_ms, granted_ms, false),
    TEXT(reference, reference, false, FB_ID_BYTES_MAX),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__RateCell
#define OURS struct fb_rate_cell
/* A refusal names the part by its word, without the unit. */
#define PART(word, id)                                                                                       \
    {                                                                                                        \
#word, offsetof(PB, has_##word##_e4), offsetof(PB, word##_e4), offsetof(OURS, part[FB_PART_##id]),   \
            FB_WIRE_NUMBER, false, 0, FB_RATE_E4_MAX, NULL                                                   \
    }
static const struct fb_wire_row rate_rows[] = {
    CODE(category, category, true),
    PART(worker_pay, WORKER_PAY),
    PART(wtd_holiday, WTD_HOLIDAY),
    PART(employer_ni, EMPLOYER_NI),
    PART(employer_pension, EMPLOYER_PENSION),
    PART(levy, LEVY),
    PART(commission, COMMISSION),
    PART(other_fee, OTHER_FEE),
    PART(vat, VAT),
};
_Static_assert(sizeof rate_rows / sizeof *rate_rows == FB_PART_END,
               "every part has its field, after the category");
#undef PB
#undef OURS

#define PB   Fairbank__V1__Booking
#define OURS struct fb_booking
static const struct fb_wire_row booking_rows[] = {
    SHIFT_ROWS,
    WORD(state, state, true, fb_booking_state_known),
    TEXT(vacancy_ref, vacancy_ref, false, FB_ID_BYTES_MAX),
    CODE(employer, employer, false),
    CODE(payer, payer, false),
    WORD(route, route, true, fb_route_known),
    TEXT(worker, token, false, FB_ID_BYTES_MAX),
    WORD(worker_kind, worker_kind, false, fb_worker_kind_known),
    CODE(worker_grade, worker_grade, false),
    WORD(worker_point, worker_point, false, fb_point_known),
    TEXT(agency, agency, false, FB_ID_BYTES_MAX),
    TEXT(framework, framework, false, FB_ID_BYTES_MAX),
    TEXT(lot, lot, false, FB_ID_BYTES_MAX),
    WORD(engagement, engagement, false, fb_engagement_known),
    TEXT(reason, reason, false, FB_TEXT_BYTES_MAX),
    INSTANT(booked_at_ms, booked_ms, false),
    WORD(rate_unit, rates.unit, false, fb_unit_known),
    WORD(pay_includes_holiday, rates.pay_includes_holiday, false, fb_said_known),
    WORD(rates_complete, rates.complete, false, fb_said_known),
    WORD(cancelled_by, cancelled_by, false, fb_party_known),
    INSTANT(cancelled_at_ms, cancelled_ms, false),
    TEXT(cancel_reason, cancel_reason, false, FB_TEXT_BYTES_MAX),
    NUMBER(cancel_charge_pence, cancel_charge_pence, false, 0, FB_AMOUNT_PENCE_MAX),
};
static const struct fb_wire_list booking_lists[] = {
    {FB_WIRE_LIST(references, n_references, reference, FB_REFERENCES_MAX),
     &fairbank__v1__reference__descriptor, FB_WIRE_SPAN_ROWS(fb_wire__reference_rows), NULL, NULL},
    {FB_WIRE_LIST(sign_offs, n_sign_offs, sign_off, FB_SIGN_OFFS_MAX), &fairbank__v1__sign_off__descriptor,
     FB_WIRE_SPAN_ROWS(sign_off_rows), NULL, NULL},
    {FB_WIRE_LIST(rates, rates.n, rates.cell, FB_RATE_CELLS_MAX), &fairbank__v1__rate_cell__descriptor,
     FB_WIRE_SPAN_ROWS(rate_rows), NULL, NULL},
};
#undef PB
#undef OURS

static void blame_repeat(struct fb_wire_reading *r, const char *list, unsigned index, const char *name)
{
    r->at.list = list;
    r->at.index = index;
    fb_wire__blame(r, FB_REASON_FIELD_REPEATED, name);
    r->at.list = NULL;
}

void fb_wire__check_references(struct fb_wire_reading *r, const struct fb_reference *reference, unsigned n)
{
    for (unsigned i = 1; i < n; i++) {
        const struct fb_reference *x = &reference[i];
        for (const struct fb_reference *y = reference; y < x; y++) {
            if (fb_span_eq(x->id, y->id) && fb_span_eq(x->kind, y->kind) && fb_span_eq(x->system, y->system))
                blame_repeat(r, "references", i, "id");
        }
    }
}

/* Puts the cells in order by category, and blames the place that the publisher knows: the one it was sent at.
 */
static void sort_rates(struct fb_wire_reading *r, struct fb_rates *rates)
{
    for (unsigned i = 1; i < rates->n; i++) {
        unsigned at = i;
        while (at > 0 && rates->cell[at - 1].category > rates->cell[i].category)
            at--;
        if (at > 0 && rates->cell[at - 1].category == rates->cell[i].category)
            blame_repeat(r, "rates", i, "category");
        if (at == i)
            continue;
        struct fb_rate_cell cell = rates->cell[i];
        for (unsigned k = i; k > at; k--)
            rates->cell[k] = rates->cell[k - 1];
        rates->cell[at] = cell;
    }
}

static void read_booking(struct fb_wire_reading *r, const void *message, void *ours)
{
    const Fairbank__V1__Booking *m = message;
    struct fb_booking *b = ours;
    read_shift(r, &b->shift, m->has_stated_minutes, m->stated_minutes);
    fb_wire__check_references(r, b->reference, b->n_references);
    sort_rates(r, &b->rates);
    if (b->rates.n > 0 && (!m->has_rate_unit || m->rate_unit == 0))
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, "rate_unit");
}

static void write_booking(struct fb_wire_scratch *s, const void *ours, void *message)
{
    const struct fb_booking *b = ours;
    Fairbank__V1__Booking *m = message;
    WRITE_SHIFT(s, &b->shift, m);
}

const struct fb_wire_shape fb_wire__booking = {
    .name = "booking",
    .type = &fairbank__v1__booking__descriptor,
    .size = sizeof(struct fb_booking),
    .row = booking_rows,
    .rows = sizeof booking_rows / sizeof *booking_rows,
    .list = booking_lists,
    .lists = sizeof booking_lists / sizeof *booking_lists,
    .read_more = read_booking,
    .write_more = write_booking,
};
