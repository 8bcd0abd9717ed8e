#include "tests/lib/wire_records.h"
#include <string.h>

struct draw {
    struct fb_prng *r;
    struct fb_arena *arena;
};

static uint64_t below(struct draw *d, uint64_t n)
{
    return fb_prng_below(d->r, n);
}

static bool coin(struct draw *d)
{
    return below(d, 2) == 0;
}

/* 1 to most bytes, now and then of two bytes a character. */
static struct fb_span text(struct draw *d, uint32_t most)
{
    uint32_t n = 1 + (uint32_t)below(d, below(d, 8) == 0 ? most : 12);
    char *p = fb_arena_get(d->arena, n);
    for (uint32_t i = 0; i < n; i++)
        p[i] = (char)(0x20 + below(d, 0x5F));
    if (n > 2 && coin(d))
        memcpy(p + below(d, n - 1), "\xC3\xA9", 2);
    return (struct fb_span){p, n};
}

static struct fb_span maybe(struct draw *d, uint32_t most)
{
    return coin(d) ? text(d, most) : (struct fb_span){NULL, 0};
}

static fb_code code(struct draw *d)
{
    char p[FB_CODE_BYTES_MAX];
    uint32_t n = 1 + (uint32_t)below(d, FB_CODE_BYTES_MAX);
    fb_code out;
    for (uint32_t i = 0; i < n; i++)
        p[i] = (char)(0x21 + below(d, 0x5E));
    return fb_code_parse(&out, (struct fb_span){p, n}) == FB_OK ? out : 0;
}

static fb_code maybe_code(struct draw *d)
{
    return coin(d) ? code(d) : 0;
}

static unsigned word(struct draw *d, unsigned end)
{
    return 1 + (unsigned)below(d, end - 1);
}

static unsigned maybe_word(struct draw *d, unsigned end)
{
    return (unsigned)below(d, end);
}

static int64_t maybe_number(struct draw *d, int64_t low, int64_t high)
{
    return coin(d) ? FB_ABSENT : low + (int64_t)below(d, (uint64_t)(high - low) + 1);
}

static int64_t instant(struct draw *d)
{
    return 946684800000 + (int64_t)below(d, 3155760000000 - 1);
}

static int64_t maybe_instant(struct draw *d)
{
    return coin(d) ? instant(d) : FB_ABSENT;
}

static fb_day day(struct draw *d)
{
    return 10957 + (fb_day)below(d, 36000);
}

/* Half of them in the night in which the clocks go back, where one text names two instants. */
static void draw_time(struct draw *d, struct fb_shift *s)
{
    int64_t autumn = fb_day_of(2026, 10, 25) * (int64_t)1440 - 600;
    const char *bad, *why;
    do {
        int64_t start = coin(d) ? autumn + (int64_t)below(d, 720) : instant(d) / 60000;
        int64_t minutes = 1 + (int64_t)below(d, 1440);
        char *p = fb_arena_get(d->arena, 17), *q = fb_arena_get(d->arena, 17);
        fb_local_format(p, start);
        fb_local_format(q, start + minutes);
        s->start_local = fb_span_of(p);
        s->end_local = fb_span_of(q);
        if (fb_shift_resolve(&s->time, s->start_local, s->end_local, minutes, &bad, &why) == FB_OK)
            return;
    } while (true);
}

static void draw_shift(struct draw *d, struct fb_shift *s)
{
    s->hirer = code(d);
    s->site = maybe(d, FB_ID_BYTES_MAX);
    s->unit = maybe(d, FB_TEXT_BYTES_MAX);
    s->cost_centre = maybe(d, FB_ID_BYTES_MAX);
    s->subjective = maybe(d, FB_ID_BYTES_MAX);
    s->staff_group = maybe_word(d, FB_STAFF_GROUP_END);
    s->role = maybe(d, FB_ID_BYTES_MAX);
    s->specialty = maybe(d, FB_ID_BYTES_MAX);
    s->grade = maybe_code(d);
    draw_time(d, s);
    s->break_min = maybe_number(d, 0, s->time.end_min - s->time.start_min);
}

static void draw_rates(struct draw *d, struct fb_rates *rates)
{
    rates->n = (unsigned)below(d, FB_RATE_CELLS_MAX + 1);
    rates->unit = rates->n > 0 ? word(d, FB_UNIT_END) : maybe_word(d, FB_UNIT_END);
    for (unsigned i = 0; i < rates->n; i++) {
        const char name[] = {(char)('a' + i), (char)('a' + below(d, 26)), 0};
        rates->cell[i].category = fb_code_of(name);
        for (unsigned p = 1; p < FB_PART_END; p++)
            rates->cell[i].part[p] = maybe_number(d, 0, FB_RATE_E4_MAX);
    }
    rates->pay_includes_holiday = maybe_word(d, FB_SAID_END);
    rates->complete = maybe_word(d, FB_SAID_END);
}

static void draw_booking(struct draw *d, struct fb_booking *b)
{
    draw_shift(d, &b->shift);
    b->state = word(d, FB_BOOKING_STATE_END);
    b->vacancy_ref = maybe(d, FB_ID_BYTES_MAX);
    b->employer = maybe_code(d);
    b->payer = maybe_code(d);
    b->route = word(d, FB_ROUTE_END);
    b->token = maybe(d, FB_ID_BYTES_MAX);
    b->worker_kind = maybe_word(d, FB_WORKER_KIND_END);
    b->worker_grade = maybe_code(d);
    b->worker_point = maybe_word(d, FB_POINT_END);
    b->agency = maybe(d, FB_ID_BYTES_MAX);
    b->framework = maybe(d, FB_ID_BYTES_MAX);
    b->lot = maybe(d, FB_ID_BYTES_MAX);
    b->engagement = maybe_word(d, FB_ENGAGEMENT_END);
    b->reason = maybe(d, FB_TEXT_BYTES_MAX);
    b->booked_ms = maybe_instant(d);
    b->n_references = (unsigned)below(d, FB_REFERENCES_MAX + 1);
    for (unsigned i = 0; i < b->n_references; i++) {
        static const char *const ids[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
        b->reference[i] = (struct fb_reference){text(d, FB_SOURCE_BYTES_MAX), text(d, FB_SOURCE_BYTES_MAX),
                                                fb_span_of(ids[i])};
    }
    b->n_sign_offs = (unsigned)below(d, FB_SIGN_OFFS_MAX + 1);
    for (unsigned i = 0; i < b->n_sign_offs; i++)
        b->sign_off[i] =
            (struct fb_sign_off){word(d, FB_ROLE_END), maybe_instant(d), maybe(d, FB_ID_BYTES_MAX)};
    draw_rates(d, &b->rates);
    b->cancelled_by = maybe_word(d, FB_PARTY_END);
    b->cancelled_ms = maybe_instant(d);
    b->cancel_reason = maybe(d, FB_TEXT_BYTES_MAX);
    b->cancel_charge_pence = maybe_number(d, 0, FB_AMOUNT_PENCE_MAX);
}

static void draw_timesheet(struct draw *d, struct fb_timesheet *t)
{
    int64_t at = instant(d) / 60000;
    t->hirer = code(d);
    t->booking_ref = text(d, FB_ID_BYTES_MAX);
    t->state = word(d, FB_TIMESHEET_STATE_END);
    t->adjusts = maybe(d, FB_ID_BYTES_MAX);
    t->n = (unsigned)below(d, FB_INTERVALS_MAX + 1);
    t->n += t->n == 0 && fb_timesheet_needs_hours(t->state); /* else the wire refuses it */
    for (unsigned i = 0; i < t->n; i++) {
        int64_t minutes = 1 + (int64_t)below(d, 300);
        t->interval[i] = (struct fb_interval_row){word(d, FB_INTERVAL_END), at, at + minutes, maybe_code(d)};
        at += minutes + (int64_t)below(d, 60);
    }
}

static void draw_vacancy(struct draw *d, struct fb_vacancy *v)
{
    draw_shift(d, &v->shift);
    v->state = word(d, FB_VACANCY_STATE_END);
    v->reason = maybe(d, FB_TEXT_BYTES_MAX);
    v->block_id = maybe(d, FB_ID_BYTES_MAX);
    v->purchase_order = maybe(d, FB_ID_BYTES_MAX);
    v->bank_provider = maybe(d, FB_TEXT_BYTES_MAX);
    v->requested_ms = maybe_instant(d);
}

static void draw_register(struct draw *d, struct fb_record *r)
{
    fb_day from = coin(d) ? day(d) : INT32_MIN, until = INT32_MAX;
    if (coin(d))
        until = (from == INT32_MIN ? day(d) : from) + 1 + (fb_day)below(d, 400);
    if (r->env.kind == FB_KIND_ORGANISATION)
        r->as.organisation = (struct fb_organisation){
            code(d), maybe(d, FB_TEXT_BYTES_MAX), maybe_word(d, FB_ORG_KIND_END), maybe_code(d), from, until,
            coin(d)};
    if (r->env.kind == FB_KIND_FRAMEWORK)
        r->as.framework = (struct fb_framework){text(d, FB_ID_BYTES_MAX), text(d, FB_ID_BYTES_MAX),
                                                maybe(d, FB_ID_BYTES_MAX), from, until};
    if (r->env.kind == FB_KIND_AGENCY)
        r->as.agency = (struct fb_agency){text(d, FB_ID_BYTES_MAX), maybe(d, FB_TEXT_BYTES_MAX)};
    if (r->env.kind == FB_KIND_BUDGET)
        r->as.budget =
            (struct fb_budget){code(d), fb_day_of(2000 + (int)below(d, 100), 1 + (unsigned)below(d, 12), 1),
                               maybe_word(d, FB_STAFF_GROUP_END), maybe_word(d, FB_ROUTE_END),
                               (int64_t)below(d, FB_AMOUNT_PENCE_MAX + 1)};
    if (r->env.kind == FB_KIND_CASCADE)
        r->as.cascade = (struct fb_cascade){code(d), text(d, FB_ID_BYTES_MAX), word(d, FB_TIER_END),
                                            maybe_number(d, 1, 99), instant(d)};
}

/* A credit gives back; a disputed line says why; whoever states units states their unit. */
static void draw_money(struct draw *d, struct fb_invoice_line *l)
{
    int64_t sign = l->billing == FB_BILLING_CREDIT ? -1 : 1;
    l->credit_invoice = l->billing == FB_BILLING_CREDIT ? text(d, FB_ID_BYTES_MAX) : (struct fb_span){NULL, 0};
    l->credit_line = l->billing == FB_BILLING_CREDIT ? maybe_number(d, 1, 1000000) : FB_ABSENT;
    l->unit = word(d, FB_UNIT_END);
    l->units_e2 = maybe_number(d, 0, 100000000);
    l->minutes = maybe_number(d, 0, 60000000);
    l->rate_e4 = maybe_number(d, 0, FB_RATE_E4_MAX);
    l->net_pence = sign * (int64_t)below(d, FB_AMOUNT_PENCE_MAX + 1);
    l->vat_pence = coin(d) ? sign * (int64_t)below(d, FB_AMOUNT_PENCE_MAX + 1) : FB_ABSENT;
    l->vat_treatment = maybe_word(d, FB_VAT_TREATMENT_END);
    l->state = word(d, FB_INVOICE_STATE_END);
    l->reason = l->state == FB_INVOICE_STATE_DISPUTED ? text(d, FB_TEXT_BYTES_MAX) : maybe(d, FB_TEXT_BYTES_MAX);
}

static void draw_invoice_line(struct draw *d, struct fb_invoice_line *l)
{
    static const char *const ids[FB_REFERENCES_MAX] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    l->hirer = code(d);
    l->supplier = text(d, FB_ID_BYTES_MAX);
    l->invoice = text(d, FB_ID_BYTES_MAX);
    l->line = 1 + (int64_t)below(d, 1000000);
    l->invoice_day = day(d);
    l->billing = word(d, FB_BILLING_END);
    l->purchase_order = text(d, FB_ID_BYTES_MAX);
    l->order_system = maybe(d, FB_SOURCE_BYTES_MAX);
    l->booking_source = maybe(d, FB_SOURCE_BYTES_MAX);
    l->booking_ref = l->booking_source.n > 0 ? text(d, FB_ID_BYTES_MAX) : (struct fb_span){NULL, 0};
    l->n_references = (unsigned)below(d, FB_REFERENCES_MAX + 1);
    for (unsigned i = 0; i < l->n_references; i++)
        l->reference[i] = (struct fb_reference){text(d, FB_SOURCE_BYTES_MAX), text(d, FB_SOURCE_BYTES_MAX), fb_span_of(ids[i])};
    l->from = day(d);
    l->until = l->from + 1 + (fb_day)below(d, 366);
    l->grade = maybe_code(d);
    l->category = maybe_code(d);
    draw_money(d, l);
}

static void draw_people(struct draw *d, struct fb_record *r)
{
    fb_day from = day(d), until = from + 1 + (fb_day)below(d, 400);
    if (r->env.kind == FB_KIND_WORKER) /* the two differ: none is drawn as that */
        r->as.worker = (struct fb_worker){text(d, FB_ID_BYTES_MAX),
                                          coin(d) ? fb_span_of("\xC3\x89 before") : (struct fb_span){NULL, 0},
                                          0,
                                          0,
                                          maybe_word(d, FB_WORKER_KIND_END),
                                          maybe_code(d),
                                          maybe_word(d, FB_POINT_END),
                                          maybe_code(d)};
    if (r->env.kind == FB_KIND_WORKER_FACT)
        r->as.worker_fact = (struct fb_worker_fact){text(d, FB_ID_BYTES_MAX),
                                                    0,
                                                    word(d, FB_FACT_KIND_END),
                                                    word(d, FB_FACT_STATUS_END),
                                                    maybe(d, FB_TEXT_BYTES_MAX),
                                                    from,
                                                    coin(d) ? until : INT32_MAX,
                                                    maybe_number(d, 0, 10080),
                                                    maybe_code(d),
                                                    maybe_code(d),
                                                    maybe(d, FB_TEXT_BYTES_MAX)};
    if (r->env.kind == FB_KIND_SUBSTANTIVE_HOURS)
        r->as.hours = (struct fb_substantive_hours){
            text(d, FB_ID_BYTES_MAX),  0, code(d), fb_day_week(from + 7), (int64_t)below(d, 10081),
            word(d, FB_HOURS_KIND_END)};
    if (r->env.kind == FB_KIND_ABSENCE)
        r->as.absence = (struct fb_absence){text(d, FB_ID_BYTES_MAX),     0,    maybe_code(d),
                                            word(d, FB_ABSENCE_KIND_END), from, until};
}

static void draw_class(struct draw *d, struct fb_approval *a)
{
    a->grade = maybe_code(d);
    a->staff_group = maybe_word(d, FB_STAFF_GROUP_END);
    a->route = maybe_word(d, FB_ROUTE_END);
    a->unit = maybe(d, FB_TEXT_BYTES_MAX);
    a->agency = maybe(d, FB_ID_BYTES_MAX);
    a->until = a->from + 1 + (fb_day)below(d, 92);
}

static void draw_approval(struct draw *d, struct fb_approval *a)
{
    static const char *const rules[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    *a = (struct fb_approval){.hirer = code(d), .from = day(d), .reason = text(d, FB_TEXT_BYTES_MAX)};
    draw_class(d, a);
    if (coin(d)) {
        a->booking_source = text(d, FB_SOURCE_BYTES_MAX);
        a->booking_ref = text(d, FB_ID_BYTES_MAX);
        a->until = a->from + 1 + (fb_day)below(d, 400);
    }
    a->n_rules = 1 + (unsigned)below(d, FB_APPROVAL_RULES_MAX);
    for (unsigned i = 0; i < a->n_rules; i++)
        a->rule[i] = fb_span_of(rules[i]);
    a->state = word(d, FB_APPROVAL_STATE_END);
    a->asked_by = maybe(d, FB_ID_BYTES_MAX);
    a->recorded_by = maybe(d, FB_ID_BYTES_MAX);
    a->limit_pence = maybe_number(d, 0, FB_AMOUNT_PENCE_MAX);
    a->granted_ms = a->confirmed_ms = a->second_ms = FB_ABSENT;
    if (a->state == FB_APPROVAL_STATE_GRANTED || coin(d)) {
        a->role = word(d, FB_ROLE_END);
        a->granted_by = text(d, FB_ID_BYTES_MAX);
        a->granted_ms = instant(d);
        a->channel = word(d, FB_CHANNEL_END);
    }
    if (coin(d)) {
        a->second_role = word(d, FB_ROLE_END);
        a->second_by = text(d, FB_ID_BYTES_MAX);
        a->second_ms = instant(d);
    }
}

static void draw_reply(struct draw *d, struct fb_reply *r, int64_t said_ms)
{
    *r = (struct fb_reply){.hirer = code(d),
                           .booking_source = text(d, FB_SOURCE_BYTES_MAX),
                           .booking_ref = text(d, FB_ID_BYTES_MAX),
                           .rule = maybe(d, FB_TEXT_BYTES_MAX),
                           .step = word(d, FB_STEP_END),
                           .by = text(d, FB_ID_BYTES_MAX),
                           .for_trust = maybe_word(d, FB_SAID_END),
                           .owner = text(d, FB_ID_BYTES_MAX),
                           .until_ms = instant(d),
                           .verdict = word(d, FB_VERDICT_END),
                           .text = text(d, FB_TEXT_BYTES_MAX)};
    if (r->for_trust == FB_SAID_YES && (r->step == FB_STEP_CLOSE || r->step == FB_STEP_CHALLENGE))
        r->for_trust = FB_SAID_NO;
    if (r->step == FB_STEP_SNOOZE && r->until_ms <= said_ms)
        r->until_ms = said_ms + 1; /* until later than it was said, */
    if (r->step == FB_STEP_SNOOZE && r->until_ms - FB_SNOOZE_DAYS_MAX * INT64_C(86400000) > said_ms)
        r->until_ms = said_ms + FB_SNOOZE_DAYS_MAX * INT64_C(86400000); /* and within the year */
    if (r->step != FB_STEP_ACKNOWLEDGE || coin(d))
        return;
    r->owner = r->text = (struct fb_span){NULL, 0};
    r->until_ms = FB_ABSENT;
    r->verdict = FB_VERDICT_NONE;
}

enum fb_kind fb_test_kind(unsigned i)
{
    unsigned n = 0;
    for (int64_t kind = 1; kind < FB_KIND_END; kind++)
        n += fb_kind_known(kind);
    int64_t kind = 0;
    for (unsigned left = i % n + 1; left > 0; left -= fb_kind_known(kind))
        kind++;
    return (enum fb_kind)kind;
}

void fb_test_draw_record(struct fb_prng *r, struct fb_arena *arena, enum fb_kind kind, struct fb_record *out)
{
    struct draw d = {r, arena};
    memset(out, 0, sizeof *out);
    out->env = (struct fb_envelope){kind,
                                    text(&d, FB_SOURCE_BYTES_MAX),
                                    text(&d, FB_ID_BYTES_MAX),
                                    text(&d, FB_ID_BYTES_MAX),
                                    maybe_number(&d, 0, INT64_MAX - 1),
                                    maybe_number(&d, 0, INT64_MAX - 1),
                                    maybe(&d, FB_TEXT_BYTES_MAX),
                                    instant(&d),
                                    coin(&d)};
    if (kind == FB_KIND_BOOKING)
        draw_booking(&d, &out->as.booking);
    else if (kind == FB_KIND_TIMESHEET)
        draw_timesheet(&d, &out->as.timesheet);
    else if (kind == FB_KIND_VACANCY)
        draw_vacancy(&d, &out->as.vacancy);
    else if (kind == FB_KIND_APPROVAL)
        draw_approval(&d, &out->as.approval);
    else if (kind == FB_KIND_REPLY)
        draw_reply(&d, &out->as.reply, out->env.occurred_ms);
    else if (kind == FB_KIND_INVOICE_LINE)
        draw_invoice_line(&d, &out->as.invoice_line);
    else if (kind >= FB_KIND_WORKER)
        draw_people(&d, out);
    else
        draw_register(&d, out);
}

void fb_test_typical_booking(struct fb_record *out)
{
    static const char *const categories[] = {"plain", "premium", "unsocial"};
    memset(out, 0, sizeof *out);
    out->env = (struct fb_envelope){FB_KIND_BOOKING,
                                    fb_span_of("rth-roster"),
                                    fb_span_of("2026-03-16/000123456"),
                                    fb_span_of("B-00012345"),
                                    3,
                                    123456,
                                    fb_span_of("bookings-2026-03-16.csv"),
                                    1773650000000,
                                    false};
    struct fb_booking *b = &out->as.booking;
    b->shift = (struct fb_shift){.hirer = fb_code_of("RTH"),
                                 .unit = fb_span_of("Ward 5B"),
                                 .cost_centre = fb_span_of("CC1234"),
                                 .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY,
                                 .role = fb_span_of("RN"),
                                 .grade = fb_code_of("5"),
                                 .start_local = fb_span_of("2026-03-16T19:30"),
                                 .end_local = fb_span_of("2026-03-17T08:00"),
                                 .break_min = 30};
    b->shift.time.start_min = fb_day_of(2026, 3, 16) * (int64_t)1440 + 19 * 60 + 30;
    b->shift.time.end_min = fb_day_of(2026, 3, 17) * (int64_t)1440 + 8 * 60;
    b->state = FB_BOOKING_STATE_BOOKED;
    b->vacancy_ref = fb_span_of("V-123456");
    b->employer = b->payer = fb_code_of("RTH");
    b->route = FB_ROUTE_BANK;
    b->token = fb_span_of("0123456789abcdef");
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    b->booked_ms = 1773600000000;
    b->n_references = 1;
    b->reference[0] =
        (struct fb_reference){fb_span_of("healthroster"), fb_span_of("request_id"), fb_span_of("HR-998877")};
    b->rates.unit = FB_UNIT_HOUR;
    b->rates.n = 3;
    for (unsigned i = 0; i < b->rates.n; i++) {
        b->rates.cell[i].category = fb_code_of(categories[i]);
        for (unsigned p = 1; p < FB_PART_END; p++)
            b->rates.cell[i].part[p] = FB_ABSENT;
        b->rates.cell[i].part[FB_PART_WORKER_PAY] = 176900;
        b->rates.cell[i].part[FB_PART_EMPLOYER_NI] = 20000;
        b->rates.cell[i].part[FB_PART_COMMISSION] = 31000;
    }
    b->rates.pay_includes_holiday = FB_SAID_NO;
    b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
}
