#include "tests/lib/months.h"
#include "engine/base/check.h"
#include <stdio.h>
#include <string.h>

static const char *const trusts[] = {"RTH", "RXQ", "RHU", "RDU"};

struct fb_month_row *fb_test_month_add(struct fb_test_month *m)
{
    fb_assert(m->n < FB_TEST_MONTH_ROWS);
    struct fb_month_row *row = &m->row[m->n];
    int n = snprintf(m->ref[m->n], sizeof m->ref[0], "B-%02u", m->n);
    *row = (struct fb_month_row){.subject = 10 + m->n,
                                 .source = fb_span_of("rth-roster"),
                                 .record_ref = {m->ref[m->n], (uint32_t)n},
                                 .hirer = fb_code_of("RTH"),
                                 .payer = fb_code_of("RTH"),
                                 .cost_centre = fb_span_of("C100"),
                                 .subjective = fb_span_of("8100"),
                                 .agency = fb_span_of("NS"),
                                 .route = FB_ROUTE_AGENCY,
                                 .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY,
                                 .state = FB_BOOKING_STATE_BOOKED,
                                 .day = fb_day_of(2026, 10, 5),
                                 .basis = FB_BASIS_AS_SENT,
                                 .vat = fb_span_of("standard"),
                                 .vat_base = FB_VAT_BASE_WHOLE_CHARGE,
                                 .vat_ppm = 200000,
                                 .finding = &m->finding[m->n]};
    *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_SHIFTS) = 1;
    *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_MINUTES) = 600;
    *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_PENCE) = 40000;
    m->n++;
    return row;
}

int64_t *fb_test_month_figure(struct fb_month_row *row, enum fb_stage stage, enum fb_measure measure)
{
    unsigned i = 0;
    while (i < row->n_stages && row->stage[i].stage != stage)
        i++;
    if (i == row->n_stages) {
        memset(&row->stage[i], 0, sizeof row->stage[i]);
        row->stage[i].stage = stage;
        row->n_stages++;
    }
    return &row->stage[i].figures.v[measure];
}

void fb_test_month_approve(struct fb_month_row *row, int64_t minutes, int64_t pence)
{
    row->timesheet = FB_TIMESHEET_STATE_APPROVED;
    *fb_test_month_figure(row, FB_STAGE_WORKED, FB_MEASURE_SHIFTS) = 1;
    *fb_test_month_figure(row, FB_STAGE_WORKED, FB_MEASURE_MINUTES) = minutes;
    *fb_test_month_figure(row, FB_STAGE_WORKED, FB_MEASURE_PENCE) = pence; /* raw: made up */
}

void fb_test_month_host(struct fb_test_month *m, const char *host, int64_t minutes, int64_t pence)
{
    struct fb_month_row *row = &m->row[m->n - 1];
    row->host = m->host[m->n - 1];
    fb_assert(row->n_hosts < sizeof m->host[0] / sizeof m->host[0][0]);
    row->host[row->n_hosts++] = (struct fb_host_part){fb_code_of(host), minutes, pence};
}

static fb_code any_trust(struct fb_prng *r)
{
    return fb_code_of(trusts[fb_prng_below(r, sizeof trusts / sizeof trusts[0])]);
}

static int64_t any_pence(struct fb_prng *r) { return (int64_t)fb_prng_below(r, 90000); }

static void cancel(struct fb_month_row *row, struct fb_prng *r)
{
    row->state = FB_BOOKING_STATE_CANCELLED;
    row->timesheet = FB_TIMESHEET_STATE_NONE;
    row->n_stages = 0;
    if (fb_prng_below(r, 2) == 0)
        *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_CANCEL_CHARGE) = 1 + any_pence(r);
}

static void find(struct fb_month_row *row, struct fb_prng *r)
{
    row->n_findings = (unsigned)fb_prng_below(r, 2);
    row->finding[0] = (struct fb_month_finding){.rule = fb_span_of("ratecap.breached"),
                                                .severity = fb_prng_below(r, 2) == 0 ? FB_SEVERITY_BREACH : FB_SEVERITY_WARN,
                                                .answered = fb_prng_below(r, 2) == 0};
}

static void invoice(struct fb_month_row *row, struct fb_prng *r)
{
    enum fb_stage stage = fb_prng_below(r, 2) == 0 ? FB_STAGE_INVOICED : FB_STAGE_PAID;
    *fb_test_month_figure(row, stage, FB_MEASURE_PENCE) = any_pence(r);
    *fb_test_month_figure(row, stage, FB_MEASURE_VAT) = any_pence(r) / 5;
}

static void happen(struct fb_month_row *row, struct fb_prng *r)
{
    bool booked = row->state == FB_BOOKING_STATE_BOOKED;
    switch (fb_prng_below(r, 9)) {
    case 0: cancel(row, r); break;
    case 1: find(row, r); break;
    case 2: row->payer = any_trust(r); break;
    case 3:
        if (row->n_stages > 0)
            invoice(row, r);
        break;
    case 4: row->state = FB_BOOKING_STATE_DID_NOT_ATTEND; break;
    case 5:
        if (booked)
            row->timesheet = FB_TIMESHEET_STATE_DID_NOT_WORK;
        break;
    default:
        if (booked)
            fb_test_month_approve(row, (int64_t)fb_prng_below(r, 800), any_pence(r));
        break;
    }
}

static void add_any(struct fb_test_month *m, struct fb_prng *r)
{
    static const char *const centres[] = {"C100", "C200", ""}, *const agencies[] = {"NS", "XA"};
    struct fb_month_row *row = fb_test_month_add(m);
    row->hirer = any_trust(r);
    row->payer = fb_prng_below(r, 3) == 0 ? 0 : fb_prng_below(r, 2) == 0 ? row->hirer : any_trust(r);
    row->employer = fb_prng_below(r, 3) == 0 ? 0 : any_trust(r);
    row->route = (enum fb_route)(FB_ROUTE_SUBSTANTIVE + fb_prng_below(r, FB_ROUTE_END - FB_ROUTE_SUBSTANTIVE));
    row->cost_centre = fb_span_of(centres[fb_prng_below(r, 3)]);
    row->agency = fb_span_of(agencies[fb_prng_below(r, 2)]);
    row->day += (fb_day)fb_prng_below(r, 26);
    row->vat_ppm = (int64_t)fb_prng_below(r, 3) * 100000;
    if (fb_prng_below(r, 8) == 0)
        row->vat = (struct fb_span){NULL, 0};
    *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_PENCE) = any_pence(r);
    *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_EXPECTED) = any_pence(r) / 3;
    *fb_test_month_figure(row, FB_STAGE_COMMITTED, FB_MEASURE_UNPRICED) = fb_prng_below(r, 9) == 0;
}

void fb_test_month_random(struct fb_test_month *m, struct fb_prng *r)
{
    unsigned n = (unsigned)fb_prng_below(r, FB_TEST_MONTH_ROWS / 2);
    m->n = 0;
    while (m->n < n)
        add_any(m, r);
    for (unsigned i = 0; i < 2 * n; i++)
        happen(&m->row[fb_prng_below(r, n)], r);
}

void fb_test_month_pass(struct fb_test_month *m, struct fb_prng *r)
{
    for (unsigned i = 0; i < m->n; i++)
        if (fb_prng_below(r, 3) == 0)
            happen(&m->row[i], r);
    for (unsigned more = (unsigned)fb_prng_below(r, 5); more > 0 && m->n < FB_TEST_MONTH_ROWS; more--)
        add_any(m, r);
}
