#include "engine/base/check.h"
#include "tests/sim/workload.h"
#include <string.h>

const char *const sim_trusts[SIM_TRUSTS] = {"RTH", "RXQ", "RHW", "RNU", "RWX", "RYE", "RDU"};
const char *const sim_agencies[SIM_AGENCIES] = {"ACME", "NORTH", "CITY", "LOST"};
const char *const sim_frameworks[SIM_FRAMEWORKS] = {"RM6281", "RM6277"};
static const char *const grades[] = {"2", "3", "4", "5", "5", "5", "6", "7", "8a", "XR"};
enum { GRADES = sizeof grades / sizeof grades[0] };

struct fb_span sim_pick(struct fb_prng *p, const char *const *words, unsigned n)
{
    return fb_span_of(words[fb_prng_below(p, n)]);
}

static enum fb_staff_group draw_group(struct fb_prng *p)
{
    static const enum fb_staff_group groups[] = {FB_STAFF_GROUP_NURSING_MIDWIFERY,
                                                 FB_STAFF_GROUP_NURSING_MIDWIFERY,
                                                 FB_STAFF_GROUP_ADD_CLINICAL_SERVICES,
                                                 FB_STAFF_GROUP_ALLIED_HEALTH,
                                                 FB_STAFF_GROUP_ADMIN_CLERICAL,
                                                 FB_STAFF_GROUP_ESTATES_ANCILLARY,
                                                 FB_STAFF_GROUP_MEDICAL_DENTAL,
                                                 FB_STAFF_GROUP_MEDICAL_DENTAL,
                                                 FB_STAFF_GROUP_NONE};
    return groups[fb_prng_below(p, sizeof groups / sizeof groups[0])];
}

/* The four weeks around the turn of the pay year; now and then a day that some table does not reach. */
static fb_day draw_day(const struct sim_world *w, struct fb_prng *p)
{
    static const int far[][3] = {{2025, 3, 20},  {2027, 5, 3},   {2028, 1, 3},
                                 {2027, 12, 31}, {2026, 10, 24}, {2011, 12, 31}};
    if (sim_once_in(p, 9)) {
        const int *d = far[fb_prng_below(p, sizeof far / sizeof far[0])];
        return fb_day_of(d[0], (unsigned)d[1], (unsigned)d[2]);
    }
    static const int near[][2] = {{3, 28}, {3, 29}, {3, 31}, {4, 1}, {4, 3}, {4, 5}};
    if (sim_once_in(p, 4)) {
        const int *d = near[fb_prng_below(p, sizeof near / sizeof near[0])];
        return fb_day_of(2026, (unsigned)d[0], (unsigned)d[1]) + w->moved;
    }
    return fb_day_of(2026, 3, 14) + w->moved + (fb_day)fb_prng_below(p, 28);
}

static void draw_time(const struct sim_world *w, struct fb_prng *p, struct sim_shift *s)
{
    static const int starts[] = {420, 450, 540, 810, 1170, 1200, 1320, 0};
    static const int lengths[] = {480, 750, 600, 720, 360, 61, 1440, 481};
    int64_t start = (int64_t)draw_day(w, p) * 1440;
    start += sim_once_in(p, 8) ? (int64_t)fb_prng_below(p, 1440) : starts[fb_prng_below(p, 8)];
    s->start_min = start;
    s->end_min = start + lengths[fb_prng_below(p, 8)];
    static const int64_t breaks[] = {0, 30, 60, 20, 30, FB_ABSENT, 45, 500};
    s->break_min = breaks[fb_prng_below(p, 8)];
    if (s->break_min > s->end_min - s->start_min) /* the wire takes none that is longer */
        s->break_min = s->end_min - s->start_min;
}

void sim_shift_draw(struct sim_world *w, struct fb_prng *p, unsigned number, struct sim_shift *out)
{
    static const enum fb_route routes[] = {FB_ROUTE_BANK,        FB_ROUTE_BANK,   FB_ROUTE_AGENCY,
                                           FB_ROUTE_AGENCY,      FB_ROUTE_AGENCY, FB_ROUTE_COLLABORATIVE,
                                           FB_ROUTE_SUBSTANTIVE, FB_ROUTE_OTHER};
    *out = (struct sim_shift){.number = number};
    out->hirer = fb_code_of(sim_trusts[fb_prng_below(
        p, w->trusts == SIM_TRUSTS && !sim_once_in(p, 6) ? SIM_TRUSTS - 1 : w->trusts)]);
    out->group = draw_group(p);
    out->grade = sim_once_in(p, 12) ? 0 : fb_code_of(grades[fb_prng_below(p, GRADES)]);
    if (w->trusts == 1 &&
        !sim_once_in(p, 4)) /* many of one band: what is paid for it is watched week by week */
        out->grade = fb_code_of("5");
    out->route = routes[fb_prng_below(p, sizeof routes / sizeof routes[0])];
    if (w->trusts == 1 && sim_once_in(p, 2))
        out->route = FB_ROUTE_BANK;
    draw_time(w, p, out);
    sim_edge_shift(w, out);
    out->n_sources = sim_once_in(p, 3) ? 2 + (unsigned)fb_prng_below(p, 2) : 1;
    for (unsigned i = 0; i < out->n_sources; i++)
        out->sources[i] = (unsigned)fb_prng_below(p, SIM_SOURCES - 1);
    out->shared = !sim_once_in(p, 5);
}

/* Local texts as a roster writes them; left out where the clocks make one text two instants. */
static void write_local(struct sim_world *w, const struct sim_shift *s, struct fb_shift *out)
{
    char text[17];
    int64_t instants[2];
    if (fb_london_instants(fb_london_local_min(s->start_min), instants) != 1 ||
        fb_london_instants(fb_london_local_min(s->end_min), instants) != 1)
        return;
    fb_local_format(text, s->start_min);
    out->start_local = fb_arena_copy(&w->arena, fb_span_of(text));
    fb_local_format(text, s->end_min);
    out->end_local = fb_arena_copy(&w->arena, fb_span_of(text));
    fb_assert(out->end_local.p != NULL);
}

static void fill_shift(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                       struct fb_shift *out)
{
    out->hirer = s->hirer;
    out->unit = sim_name(w, "Ward ", (int64_t)(s->number % 3), -1);
    out->site =
        sim_once_in(p, 3) ? (struct fb_span){NULL, 0} : fb_span_of(s->number % 2 == 0 ? "Wing A" : "Wing B");
    out->role = sim_once_in(p, 3) ? (struct fb_span){NULL, 0} : fb_span_of(s->number % 3 == 0 ? "N6A" : "N7B");
    out->staff_group = sim_once_in(p, 15) ? FB_STAFF_GROUP_NONE : s->group;
    out->grade = sim_once_in(p, 15) ? 0 : s->grade;
    out->time = (struct fb_shift_time){s->start_min, s->end_min, 0};
    out->start_local = out->end_local = (struct fb_span){NULL, 0};
    if (sim_once_in(p, 2))
        write_local(w, s, out);
    out->break_min = sim_once_in(p, 10) ? FB_ABSENT : s->break_min;
}

void sim_draw_vacancy(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                      struct fb_record *out)
{
    struct fb_vacancy *v = &out->as.vacancy;
    out->env.kind = FB_KIND_VACANCY;
    fill_shift(w, p, s, &v->shift);
    v->state = sim_once_in(p, 8) ? (enum fb_vacancy_state)sim_between(p, 1, FB_VACANCY_STATE_END)
                                 : FB_VACANCY_STATE_OPEN;
    v->requested_ms = sim_once_in(p, 4)
                          ? FB_ABSENT
                          : s->start_min * SIM_MINUTE_MS - sim_between(p, -2, 30) * SIM_DAY_MS / 3;
    if (w->bills != SIM_NO_BILLS && s->number % 2 == 0)
        v->bank_provider = fb_span_of("north-bank");
    if (w->bills != SIM_NO_BILLS && s->number % 5 == 0)
        v->purchase_order = sim_order_of(w, s->number);
}

void sim_draw_cascade(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                      struct fb_record *out)
{
    struct fb_cascade *c = &out->as.cascade;
    (void)w;
    out->env.kind = FB_KIND_CASCADE;
    c->hirer = s->hirer;
    c->tier = (enum fb_tier)sim_between(p, 1, FB_TIER_END);
    c->tier_no = c->tier == FB_TIER_AGENCY && sim_once_in(p, 2) ? 1 : FB_ABSENT;
    c->at_ms = s->start_min * SIM_MINUTE_MS - sim_between(p, 0, 12) * SIM_HOUR_MS * 6 +
               (sim_once_in(p, 2) ? sim_between(p, 0, 90000) : 0);
}

/* ---- rates ---- */

/* The printed rate of a band's point: half of all bank pay is sent exactly at it, so that both sides are met.
 */
static int64_t printed(const struct fb_book *book, const struct sim_shift *s, unsigned category,
                       enum fb_point point)
{
    int grade = s->grade == 0 ? -1 : fb_book_grade(book, s->grade);
    if (grade < 0 || book->n_periods == 0)
        return 171700 + 40000 * (int64_t)category;
    const struct fb_pay_period *period =
        &book->period[s->start_min / 1440 < fb_day_of(2026, 4, 1) ? 0 : book->n_periods - 1];
    const struct fb_pay_point *at = &period->point[(unsigned)grade * FB_POINT_END + (unsigned)point];
    struct fb_pence hour;
    fb_assert(fb_pence_round(&hour, (fb_i128)at->num[category] * 60, book->den) == FB_OK);
    return fb_pence_get(hour) * 100;
}

static void draw_cell(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, unsigned category,
                      int64_t lift, struct fb_rate_cell *cell)
{
    for (unsigned i = 0; i < FB_PART_END; i++)
        cell->part[i] = FB_ABSENT;
    const struct fb_book *book = w->rules->issue[0].book;
    enum fb_point point = sim_once_in(p, 3) ? FB_POINT_TOP : FB_POINT_MID;
    int64_t pay = printed(book, s, category < 3 ? category : 0, point);
    if (pay == 0)
        pay = 150000;
    if (!sim_once_in(p, 20))
        cell->part[FB_PART_WORKER_PAY] = pay * lift / 100;
    if (sim_once_in(p, 2))
        cell->part[FB_PART_COMMISSION] = sim_once_in(p, 60) ? FB_RATE_E4_MAX : sim_between(p, 0, 60000);
    for (unsigned i = FB_PART_WTD_HOLIDAY; i < FB_PART_END; i++)
        if (sim_once_in(p, 5))
            cell->part[i] = sim_between(p, 0, 30000);
}

static void draw_rates(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_rates *r)
{
    static const char *const categories[] = {"plain", "unsocial", "premium", "social"};
    static const unsigned by_code[] = {0, 2, 3,
                                       1}; /* plain, premium, social, unsocial: as wire gives them back */
    static const int64_t lifts[] = {100, 100, 100, 104, 130, 180, 250, 420};
    r->n = 0;
    r->unit = FB_UNIT_NONE;
    r->pay_includes_holiday = sim_once_in(p, 2) ? FB_SAID_NO : (enum fb_said)fb_prng_below(p, 3);
    r->complete = (enum fb_said)fb_prng_below(p, 3);
    if (sim_once_in(p, 5))
        return;
    int64_t lift = lifts[fb_prng_below(p, 8)];
    r->unit = sim_once_in(p, 15) ? FB_UNIT_SHIFT : FB_UNIT_HOUR;
    if (s->group == FB_STAFF_GROUP_MEDICAL_DENTAL && sim_once_in(p, 2))
        r->unit = (enum fb_unit)sim_between(p, 1, FB_UNIT_END);
    for (unsigned i = 0; i < 4; i++) {
        unsigned c = by_code[i];
        if (sim_once_in(p, c == 3 ? 2 : 12))
            continue;
        struct fb_rate_cell *cell = &r->cell[r->n++];
        cell->category = fb_code_of(categories[c]);
        draw_cell(w, p, s, c, lift, cell);
    }
}

/* ---- bookings ---- */

static void draw_worker(struct fb_prng *p, struct fb_booking *b)
{
    b->worker_kind =
        sim_once_in(p, 3) ? FB_WORKER_KIND_SUBSTANTIVE : (enum fb_worker_kind)fb_prng_below(p, 4);
    b->worker_grade = b->worker_kind == FB_WORKER_KIND_SUBSTANTIVE && !sim_once_in(p, 6)
                          ? fb_code_of(grades[fb_prng_below(p, GRADES)])
                          : 0;
    b->worker_point = sim_once_in(p, 3) ? FB_POINT_NONE : (enum fb_point)sim_between(p, 1, FB_POINT_END);
    if (b->worker_kind == FB_WORKER_KIND_SUBSTANTIVE && sim_once_in(p, 8)) {
        b->worker_grade = fb_code_of("4"); /* a band that has no mid-point */
        b->worker_point = FB_POINT_MID;
    }
}

static void draw_supply(struct fb_prng *p, struct fb_booking *b)
{
    b->engagement = (enum fb_engagement)fb_prng_below(p, FB_ENGAGEMENT_END);
    if (b->route != FB_ROUTE_AGENCY && !sim_once_in(p, 10))
        return;
    if (!sim_once_in(p, 8))
        b->agency = sim_pick(p, sim_agencies, SIM_AGENCIES);
    if (sim_once_in(p, 2))
        b->framework = sim_pick(p, sim_frameworks, SIM_FRAMEWORKS);
    if (sim_once_in(p, 4))
        b->lot = fb_span_of(sim_once_in(p, 2) ? "1" : "2");
    b->n_sign_offs = (unsigned)fb_prng_below(p, 3);
    for (unsigned i = 0; i < b->n_sign_offs; i++)
        b->sign_off[i] = (struct fb_sign_off){(enum fb_role)sim_between(p, 1, FB_ROLE_END), FB_ABSENT,
                                              fb_span_of(i == 0 ? "S1" : "S2")};
}

static void draw_cancellation(struct fb_prng *p, struct fb_booking *b)
{
    b->state = sim_once_in(p, 8) ? (enum fb_booking_state)sim_between(p, 1, FB_BOOKING_STATE_END)
                                 : FB_BOOKING_STATE_BOOKED;
    b->cancelled_by = FB_PARTY_NONE;
    b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
    if (b->state != FB_BOOKING_STATE_CANCELLED && !sim_once_in(p, 20))
        return;
    b->cancelled_by = sim_once_in(p, 2) ? FB_PARTY_WORKER : (enum fb_party)fb_prng_below(p, FB_PARTY_END);
    if (!sim_once_in(p, 4))
        b->cancelled_ms = b->shift.time.start_min * SIM_MINUTE_MS - sim_between(p, -2, 60) * SIM_HOUR_MS;
    b->cancel_charge_pence =
        sim_once_in(p, 2) ? FB_ABSENT : sim_between(p, 0, sim_once_in(p, 20) ? FB_AMOUNT_PENCE_MAX : 5000);
}

static void draw_references(struct sim_world *w, const struct sim_shift *s, struct fb_booking *b)
{
    b->n_references = 0;
    if (s->shared)
        b->reference[b->n_references++] = (struct fb_reference){
            fb_span_of("healthroster"), fb_span_of("request_id"), sim_name(w, "HR", (int64_t)s->number, -1)};
    if (w->bills != SIM_NO_BILLS && s->number % 3 != 1) /* not drawn: worlds without are what they were */
        b->reference[b->n_references++] = (struct fb_reference){
            fb_span_of("oracle"), fb_span_of(FB_REFERENCE_ORDER), sim_order_of(w, s->number)};
}

struct fb_span sim_order_of(struct sim_world *w, unsigned number)
{
    return sim_name(w, "PO", (int64_t)(w->bills == SIM_BILLS_OF_SEVERAL ? number / 4 : number), -1);
}

void sim_draw_booking(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                      struct fb_record *out)
{
    struct fb_booking *b = &out->as.booking;
    out->env.kind = FB_KIND_BOOKING;
    fill_shift(w, p, s, &b->shift);
    b->route = sim_once_in(p, 20) ? FB_ROUTE_AGENCY : s->route;
    /* A few of them work often: whoever counts shifts has something to count. */
    b->token = sim_once_in(p, 12) ? (struct fb_span){NULL, 0}
                                  : sim_token(w, p, (unsigned)sim_between(p, 0, sim_once_in(p, 3) ? 50 : SIM_WORKERS));
    draw_worker(p, b);
    draw_supply(p, b);
    draw_cancellation(p, b);
    draw_references(w, s, b);
    draw_rates(w, p, s, &b->rates);
    int64_t lead =
        sim_between(p, -1, 12) * SIM_HOUR_MS * 6 - (sim_once_in(p, 2) ? sim_between(p, 0, 90000) : 0);
    b->booked_ms = sim_once_in(p, 4) ? FB_ABSENT : s->start_min * SIM_MINUTE_MS - lead;
    if (sim_once_in(p, 2))
        b->vacancy_ref = sim_name(w, "V", (int64_t)s->number, -1);
    if (sim_once_in(p, 2))
        b->reason = fb_span_of(sim_once_in(p, 2) ? "sickness" : "vacancy");
    sim_edge_booking(w, s, b);
}

/* ---- amendments ---- */

static void change_booking(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s,
                           struct fb_booking *b)
{
    switch (fb_prng_below(p, 8)) {
    case 0: /* the reference is dropped, and with it the other system's record */
        b->n_references = 0;
        break;
    case 1: /* or another shift's is taken on */
        b->reference[0] = (struct fb_reference){fb_span_of("healthroster"), fb_span_of("request_id"),
                                                sim_name(w, "HR", sim_between(p, 1, s->number + 2), -1)};
        b->n_references = 1;
        break;
    case 2:
        draw_rates(w, p, s, &b->rates);
        break;
    case 3:
        b->state = FB_BOOKING_STATE_CANCELLED;
        b->cancel_charge_pence = sim_between(p, 0, 9000);
        break;
    case 4:
        b->shift.time.start_min += 60 * sim_between(p, -30, 1);
        if (b->shift.time.end_min - b->shift.time.start_min > FB_SHIFT_MINUTES_MAX)
            b->shift.time.start_min = b->shift.time.end_min - FB_SHIFT_MINUTES_MAX;
        b->shift.start_local = b->shift.end_local = (struct fb_span){NULL, 0};
        break;
    case 5:
        draw_worker(p, b);
        break;
    case 6:
        b->shift.hirer = fb_code_of(sim_trusts[fb_prng_below(p, SIM_TRUSTS)]);
        break;
    default:
        b->agency = sim_pick(p, sim_agencies, SIM_AGENCIES);
        b->vacancy_ref = sim_name(w, "V", sim_between(p, 1, s->number + 2), -1);
        break;
    }
}

void sim_change(struct sim_world *w, struct fb_prng *p, const struct sim_shift *s, struct fb_record *r)
{
    if (r->env.kind == FB_KIND_BOOKING)
        change_booking(w, p, s, &r->as.booking);
    else if (r->env.kind == FB_KIND_TIMESHEET)
        sim_draw_timesheet(w, p, s, r);
    else if (r->env.kind == FB_KIND_VACANCY)
        sim_draw_vacancy(w, p, s, r);
    else if (r->env.kind == FB_KIND_FRAMEWORK)
        sim_draw_framework(w, p, r);
    else if (r->env.kind == FB_KIND_ORGANISATION)
        sim_draw_organisation(w, p, r->as.organisation.ods, r);
    else if (r->env.kind >= FB_KIND_WORKER && r->env.kind <= FB_KIND_ABSENCE)
        sim_change_person(w, p, r);
    else if (r->env.kind == FB_KIND_APPROVAL || r->env.kind == FB_KIND_REPLY)
        sim_change_answer(w, p, s, r);
    else if (r->env.kind == FB_KIND_INVOICE_LINE)
        sim_change_bill(w, p, s, r);
    else if (r->env.kind == FB_KIND_CASCADE) {
        struct fb_span vacancy = r->as.cascade.vacancy_ref;
        sim_draw_cascade(w, p, s, r);
        r->as.cascade.vacancy_ref = vacancy;
    }
}
