#include "tests/lib/views.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <string.h>

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    enum fb_err e = fb_instant_parse(&ms, fb_span_of(text));
    fb_assert(e == FB_OK);
    return ms;
}

static fb_day day_of(const char *text)
{
    fb_day day = 0;
    enum fb_err e = fb_day_parse(&day, fb_span_of(text));
    fb_assert(e == FB_OK);
    return day;
}

/* Digests only break ties between versions: here they follow the reference. */
static void fill_envelope(struct fb_record *r, enum fb_kind kind, const char *source, const char *ref)
{
    r->env = (struct fb_envelope){.kind = kind,
                                  .source = fb_span_of(source),
                                  .message_id = fb_span_of(ref),
                                  .record_ref = fb_span_of(ref),
                                  .revision = FB_ABSENT,
                                  .source_seq = FB_ABSENT,
                                  .occurred_ms = ms_of("2026-03-09T12:00")};
    uint64_t digest = fb_hash64(ref, strlen(ref));
    memcpy(r->digest, &digest, sizeof digest);
}

static void add_organisation(struct fb_test_view *v, const char *ref, const char *ics, const char *from,
                             const char *until)
{
    struct fb_record *r = &v->organisation[v->view.n_organisations];
    fill_envelope(r, FB_KIND_ORGANISATION, "registers", ref);
    r->as.organisation = (struct fb_organisation){.ods = fb_code_of("RTH"),
                                                  .name = fb_span_of("Oxford University Hospitals"),
                                                  .kind = FB_ORG_KIND_TRUST,
                                                  .ics = fb_code_of(ics),
                                                  .member_from = day_of(from),
                                                  .member_until = day_of(until)};
    v->view.organisation[v->view.n_organisations++] = r;
}

static void add_member(struct fb_test_view *v, const char *source, enum fb_system system, const char *ref)
{
    unsigned i = v->view.n_members++;
    fb_assert(i < FB_MEMBERS_MAX);
    fill_envelope(&v->booking[i], FB_KIND_BOOKING, source, ref);
    v->source[i] = (struct fb_source){.name = fb_span_of(source),
                                      .trust = fb_code_of("RTH"),
                                      .system = system,
                                      .mode = FB_SOURCE_MODE_LIVE,
                                      .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_TIMESHEETS};
    v->view.member[i] = (struct fb_member){7 + i, &v->booking[i], &v->source[i]};
}

void fb_test_view(struct fb_test_view *v, enum fb_route route, const char *band, const char *start,
                  const char *end, int64_t break_min)
{
    memset(v, 0, sizeof *v);
    v->view.now_ms = ms_of("2026-03-10T12:00");
    v->view.journal = 100;
    v->view.subject = 7;
    add_member(v, "rth-roster", FB_SYSTEM_ROSTER, "B1");
    fb_test_booking(&v->booking[0].as.booking, route, band, start, end, break_min);
    v->booking[0].as.booking.booked_ms = ms_of("2026-03-09T12:00");
    if (route == FB_ROUTE_AGENCY)
        v->booking[0].as.booking.agency = fb_span_of("NS");
    add_organisation(v, "RTH-1", "QU9", "2022-07-01", "2026-04-01");
    add_organisation(v, "RTH-2", "QTH", "2026-04-01", "2099-01-01");
}

struct fb_booking *fb_test_member(struct fb_test_view *v, const char *source, enum fb_system system,
                                  const char *ref)
{
    unsigned i = v->view.n_members;
    add_member(v, source, system, ref);
    v->booking[i].as.booking = v->booking[0].as.booking;
    return &v->booking[i].as.booking;
}

void fb_test_vacancy(struct fb_test_view *v)
{
    struct fb_booking *b = &v->booking[0].as.booking;
    fill_envelope(&v->vacancy, FB_KIND_VACANCY, "rth-roster", "V1");
    v->vacancy.as.vacancy = (struct fb_vacancy){
        .shift = b->shift, .state = FB_VACANCY_STATE_OPEN, .requested_ms = ms_of("2026-03-01T12:00")};
    b->vacancy_ref = fb_span_of("V1");
    v->view.vacancy = (struct fb_member){3, &v->vacancy, &v->source[0]};
}

void fb_test_cascade(struct fb_test_view *v, enum fb_tier tier, const char *at)
{
    fb_assert(v->view.n_cascades < FB_TEST_VIEW_ROWS);
    struct fb_record *r = &v->cascade[v->view.n_cascades];
    fill_envelope(r, FB_KIND_CASCADE, "rth-roster", "C");
    r->as.cascade = (struct fb_cascade){.hirer = fb_code_of("RTH"),
                                        .vacancy_ref = fb_span_of("V1"),
                                        .tier = tier,
                                        .tier_no = FB_ABSENT,
                                        .at_ms = ms_of(at)};
    v->view.cascade[v->view.n_cascades++] = r;
}

struct fb_record *fb_test_timesheet(struct fb_test_view *v, const char *source, const char *ref,
                                    enum fb_timesheet_state state, int64_t start_by, int64_t end_by)
{
    fb_assert(v->view.n_timesheets < FB_TEST_VIEW_ROWS);
    const struct fb_shift_time *time = &v->booking[0].as.booking.shift.time;
    struct fb_record *r = &v->timesheet[v->view.n_timesheets];
    fill_envelope(r, FB_KIND_TIMESHEET, source, ref);
    r->as.timesheet = (struct fb_timesheet){
        .hirer = fb_code_of("RTH"), .booking_ref = fb_span_of("B1"), .state = state, .n = 1};
    r->as.timesheet.interval[0] = (struct fb_interval_row){.kind = FB_INTERVAL_WORKED,
                                                           .start_min = time->start_min + start_by,
                                                           .end_min = time->end_min + end_by};
    v->view.timesheet[v->view.n_timesheets++] = r;
    return r;
}

void fb_test_framework(struct fb_test_view *v, const char *framework, const char *from, const char *until)
{
    fb_assert(v->view.n_frameworks < FB_TEST_VIEW_ROWS);
    struct fb_record *r = &v->framework[v->view.n_frameworks];
    fill_envelope(&v->agency, FB_KIND_AGENCY, "registers", "NS");
    v->agency.as.agency = (struct fb_agency){fb_span_of("NS"), fb_span_of("Nightingale Staffing")};
    v->view.agency = &v->agency;
    fill_envelope(r, FB_KIND_FRAMEWORK, "registers", framework);
    r->as.framework.agency = fb_span_of("NS");
    r->as.framework.framework = fb_span_of(framework);
    r->as.framework.from = day_of(from);
    r->as.framework.until = day_of(until);
    v->view.framework[v->view.n_frameworks++] = r;
    v->view.framework_register = true;
}

void fb_test_charge(struct fb_booking *b, const char *pay, const char *commission)
{
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++) {
        int64_t e4 = 0;
        enum fb_err e = fb_parse_decimal(&e4, fb_span_of(pay), 4);
        fb_assert(e == FB_OK);
        fb_test_rate(b, (enum fb_test_category)c, FB_PART_WORKER_PAY, e4);
        e = fb_parse_decimal(&e4, fb_span_of(commission), 4);
        fb_assert(e == FB_OK);
        fb_test_rate(b, (enum fb_test_category)c, FB_PART_COMMISSION, e4);
    }
}
