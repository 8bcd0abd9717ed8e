/* What a record of each kind says unless a test says otherwise (turns.h). */
#include "engine/base/check.h"
#include "tests/lib/turns.h"

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    enum fb_err err = fb_instant_parse(&ms, fb_span_of(text));
    fb_assert(err == FB_OK);
    return ms;
}

static void fill_vacancy(struct fb_record *r)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    r->as.vacancy = (struct fb_vacancy){
        .shift = b.shift, .state = FB_VACANCY_STATE_OPEN, .requested_ms = ms_of("2026-03-01T12:00")};
}

static void fill_cascade(struct fb_record *r)
{
    r->as.cascade = (struct fb_cascade){.hirer = fb_code_of("RTH"),
                                        .tier = FB_TIER_BANK,
                                        .tier_no = FB_ABSENT,
                                        .at_ms = ms_of("2026-03-02T09:00")};
}

static void fill_booking(struct fb_record *r)
{
    struct fb_booking *b = &r->as.booking;
    fb_test_booking(b, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    b->booked_ms = ms_of("2026-03-09T12:00");
    b->agency = fb_span_of("NS");
    fb_test_charge(b, "40.00", "5.00");
}

static void fill_timesheet(struct fb_record *r)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    r->as.timesheet =
        (struct fb_timesheet){.hirer = fb_code_of("RTH"), .state = FB_TIMESHEET_STATE_APPROVED, .n = 1};
    r->as.timesheet.interval[0] =
        (struct fb_interval_row){FB_INTERVAL_WORKED, b.shift.time.start_min, b.shift.time.end_min - 120, 0};
}

static void fill_agency(struct fb_record *r)
{
    r->as.agency = (struct fb_agency){fb_span_of("NS"), fb_span_of("Nightingale Staffing")};
}

static void fill_framework(struct fb_record *r)
{
    r->as.framework = (struct fb_framework){fb_span_of("NS"), fb_span_of("RM6281"), fb_span_of("lot 1"),
                                            fb_day_of(2025, 1, 1), fb_day_of(2099, 1, 1)};
}

static void fill_organisation(struct fb_record *r)
{
    r->as.organisation = (struct fb_organisation){.ods = fb_code_of("RTH"),
                                                  .name = fb_span_of("Oxford University Hospitals"),
                                                  .kind = FB_ORG_KIND_TRUST,
                                                  .ics = fb_code_of("QU9"),
                                                  .member_from = INT32_MIN,
                                                  .member_until = INT32_MAX};
}

static void fill_budget(struct fb_record *r)
{
    r->as.budget =
        (struct fb_budget){.hirer = fb_code_of("RTH"), .month = fb_day_of(2026, 3, 1), .amount_pence = 100};
}

static void fill_approval(struct fb_record *r)
{
    r->as.approval = (struct fb_approval){.hirer = fb_code_of("RTH"),
                                          .n_rules = 1,
                                          .rule = {fb_span_of("ratecap.breached")},
                                          .state = FB_APPROVAL_STATE_GRANTED,
                                          .asked_by = fb_span_of("RTH-SITE"),
                                          .role = FB_ROLE_CHIEF_EXECUTIVE,
                                          .granted_by = fb_span_of("RTH-CE"),
                                          .recorded_by = fb_span_of("RTH-DESK"),
                                          .granted_ms = ms_of("2026-03-08T10:00"),
                                          .channel = FB_CHANNEL_WRITTEN,
                                          .confirmed_ms = FB_ABSENT,
                                          .second_ms = FB_ABSENT,
                                          .limit_pence = FB_ABSENT,
                                          .from = fb_day_of(2026, 3, 1),
                                          .until = fb_day_of(2026, 4, 1),
                                          .reason = fb_span_of("no bank nurse was to be had")};
}

static void fill_reply(struct fb_record *r)
{
    r->as.reply = (struct fb_reply){.hirer = fb_code_of("RTH"),
                                    .booking_source = fb_span_of("rth-roster"),
                                    .step = FB_STEP_ACKNOWLEDGE,
                                    .by = fb_span_of("RTH-SITE"),
                                    .for_trust = FB_SAID_YES,
                                    .until_ms = FB_ABSENT};
}

static void fill_worker(struct fb_record *r)
{
    r->as.worker = (struct fb_worker){.kind = FB_WORKER_KIND_BANK_ONLY, .grade = fb_code_of("5")};
}

static void fill_fact(struct fb_record *r)
{
    r->as.worker_fact = (struct fb_worker_fact){.kind = FB_FACT_KIND_RIGHT_TO_WORK,
                                                .status = FB_FACT_STATUS_VALID,
                                                .from = fb_day_of(2025, 1, 1),
                                                .until = INT32_MAX,
                                                .week_minutes = FB_ABSENT};
}

static void fill_hours(struct fb_record *r)
{
    r->as.hours = (struct fb_substantive_hours){.employer = fb_code_of("RTH"),
                                                .week = fb_day_of(2026, 3, 16),
                                                .minutes = 2250,
                                                .kind = FB_HOURS_KIND_WORKED};
}

static void fill_absence(struct fb_record *r)
{
    r->as.absence = (struct fb_absence){.kind = FB_ABSENCE_KIND_ANNUAL_LEAVE,
                                        .from = fb_day_of(2026, 3, 16),
                                        .until = fb_day_of(2026, 3, 23)};
}

/* What an approved timesheet of the booking comes to by its rates: 9 hours paid at 45.00, its break taken off. */
static void fill_invoice_line(struct fb_record *r)
{
    r->as.invoice_line = (struct fb_invoice_line){.hirer = fb_code_of("RTH"),
                                                  .supplier = fb_span_of("NS"),
                                                  .invoice = fb_span_of("NS-1001"),
                                                  .line = 1,
                                                  .invoice_day = fb_day_of(2026, 3, 23),
                                                  .billing = FB_BILLING_CHARGE,
                                                  .credit_line = FB_ABSENT,
                                                  .booking_source = fb_span_of("rth-roster"),
                                                  .booking_ref = fb_span_of("B1"),
                                                  .from = fb_day_of(2026, 3, 16),
                                                  .until = fb_day_of(2026, 3, 17),
                                                  .unit = FB_UNIT_HOUR,
                                                  .units_e2 = 900,
                                                  .minutes = FB_ABSENT,
                                                  .rate_e4 = 450000,
                                                  .grade = fb_code_of("5"),
                                                  .net_pence = 40500,
                                                  .vat_pence = 0,
                                                  .vat_treatment = FB_VAT_TREATMENT_EXEMPT,
                                                  .state = FB_INVOICE_STATE_RECEIVED};
}

static void (*const fill[FB_KIND_END])(struct fb_record *) = {
    [FB_KIND_VACANCY] = fill_vacancy,
    [FB_KIND_CASCADE] = fill_cascade,
    [FB_KIND_BOOKING] = fill_booking,
    [FB_KIND_TIMESHEET] = fill_timesheet,
    [FB_KIND_AGENCY] = fill_agency,
    [FB_KIND_FRAMEWORK] = fill_framework,
    [FB_KIND_ORGANISATION] = fill_organisation,
    [FB_KIND_BUDGET] = fill_budget,
    [FB_KIND_WORKER] = fill_worker,
    [FB_KIND_WORKER_FACT] = fill_fact,
    [FB_KIND_SUBSTANTIVE_HOURS] = fill_hours,
    [FB_KIND_ABSENCE] = fill_absence,
    [FB_KIND_APPROVAL] = fill_approval,
    [FB_KIND_REPLY] = fill_reply,
    [FB_KIND_INVOICE_LINE] = fill_invoice_line,
};

void fb_test_fill(struct fb_record *r)
{
    fill[r->env.kind](r);
}
