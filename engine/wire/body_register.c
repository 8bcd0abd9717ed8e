#include "engine/wire/body.h"
#include "fairbank/v1/record.pb-c.h"

/* The other bodies: what goes before a booking, what comes after it, and the registers. */

#define PB   Fairbank__V1__Organisation
#define OURS struct fb_organisation
static const struct fb_wire_row organisation_rows[] = {
    CODE(ods, ods, true),
    TEXT(name, name, false, FB_TEXT_BYTES_MAX),
    WORD(kind, kind, false, fb_org_kind_known),
    CODE(ics, ics, false),
    DAY(member_from, member_from, false, INT32_MIN),
    DAY(member_until, member_until, false, INT32_MAX),
    FLAG(closed, closed),
};
#undef PB
#undef OURS

void fb_wire__check_days(struct fb_wire_reading *r, fb_day from, fb_day until, const char *name)
{
    if (until <= from)
        fb_wire__blame(r, FB_REASON_FIELD_TIME, name);
}

static void read_organisation(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_organisation *o = ours;
    (void)message;
    fb_wire__check_days(r, o->member_from, o->member_until, "member_until");
}

const struct fb_wire_shape fb_wire__organisation = {
    .name = "organisation",
    .type = &fairbank__v1__organisation__descriptor,
    .size = sizeof(struct fb_organisation),
    .row = organisation_rows,
    .rows = sizeof organisation_rows / sizeof *organisation_rows,
    .read_more = read_organisation,
};

#define PB   Fairbank__V1__Cascade
#define OURS struct fb_cascade
enum { TIER_NO_MAX = 99 };
static const struct fb_wire_row cascade_rows[] = {
    CODE(hirer, hirer, true),
    TEXT(vacancy_ref, vacancy_ref, true, FB_ID_BYTES_MAX),
    WORD(tier, tier, true, fb_tier_known),
    NUMBER(tier_no, tier_no, false, 1, TIER_NO_MAX),
    INSTANT(at_ms, at_ms, true),
};
#undef PB
#undef OURS

const struct fb_wire_shape fb_wire__cascade = {
    .name = "cascade",
    .type = &fairbank__v1__cascade__descriptor,
    .size = sizeof(struct fb_cascade),
    .row = cascade_rows,
    .rows = sizeof cascade_rows / sizeof *cascade_rows,
};

#define PB   Fairbank__V1__Interval
#define OURS struct fb_interval_row
static const struct fb_wire_row interval_rows[] = {
    WORD(kind, kind, true, fb_interval_known),
    UNKEPT(TEXT, start, true, 0, FB_WIRE_TIME_BYTES_MAX),
    UNKEPT(TEXT, end, true, 0, FB_WIRE_TIME_BYTES_MAX),
    CODE(host, host, false),
};
#undef PB
#undef OURS

/* The local text of an interval is not kept: the body is. A text that will not do has its reason already
 * (each of those comes before FIELD_TIME), so it does no harm to try it here. */
static void read_interval(struct fb_wire_reading *r, const void *message, void *ours)
{
    const Fairbank__V1__Interval *m = message;
    struct fb_interval_row *row = ours;
    struct fb_shift_time time;
    if (!m->has_start || !m->has_end)
        return;
    struct fb_span start = {(const char *)m->start.data, (uint32_t)m->start.len};
    struct fb_span end = {(const char *)m->end.data, (uint32_t)m->end.len};
    if (fb_wire__resolve(r, start, end, -1, &time)) {
        row->start_min = time.start_min;
        row->end_min = time.end_min;
    }
}

static void write_interval(struct fb_wire_scratch *s, const void *ours, void *message)
{
    const struct fb_interval_row *row = ours;
    Fairbank__V1__Interval *m = message;
    m->has_start = m->has_end = 1;
    m->start = fb_wire__time(s, row->start_min);
    m->end = fb_wire__time(s, row->end_min);
}

#define PB   Fairbank__V1__Timesheet
#define OURS struct fb_timesheet
static const struct fb_wire_row timesheet_rows[] = {
    CODE(hirer, hirer, true),
    TEXT(booking_ref, booking_ref, true, FB_ID_BYTES_MAX),
    WORD(state, state, true, fb_timesheet_state_known),
    TEXT(adjusts, adjusts, false, FB_ID_BYTES_MAX),
};
static const struct fb_wire_list timesheet_lists[] = {
    {FB_WIRE_LIST(intervals, n, interval, FB_INTERVALS_MAX), &fairbank__v1__interval__descriptor,
     FB_WIRE_SPAN_ROWS(interval_rows), read_interval, write_interval},
};
#undef PB
#undef OURS

/* Ascending, and no minute is counted twice under one kind (a break lies within what was worked: another
 * kind). One that is approved without any hour would cost nothing and ask for no check, although nobody said that the worker
 * stayed away; what is stored may be such a one, and settles nothing. */
static void read_timesheet(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_timesheet *t = ours;
    int64_t end[FB_INTERVAL_END] = {0}, start = 0;
    (void)message;
    if (t->n == 0 && fb_timesheet_needs_hours(t->state) && !r->stored)
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, "intervals");
    r->at.list = "intervals";
    for (unsigned i = 0; i < t->n; i++) {
        const struct fb_interval_row *row = &t->interval[i];
        r->at.index = i;
        if (row->start_min < start || row->start_min < end[row->kind])
            fb_wire__blame(r, FB_REASON_FIELD_TIME, "start");
        start = row->start_min;
        end[row->kind] = row->end_min;
    }
    r->at.list = NULL;
}

const struct fb_wire_shape fb_wire__timesheet = {
    .name = "timesheet",
    .type = &fairbank__v1__timesheet__descriptor,
    .size = sizeof(struct fb_timesheet),
    .row = timesheet_rows,
    .rows = sizeof timesheet_rows / sizeof *timesheet_rows,
    .list = timesheet_lists,
    .lists = sizeof timesheet_lists / sizeof *timesheet_lists,
    .read_more = read_timesheet,
};

#define PB   Fairbank__V1__Agency
#define OURS struct fb_agency
static const struct fb_wire_row agency_rows[] = {
    TEXT(code, code, true, FB_ID_BYTES_MAX),
    TEXT(name, name, false, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

const struct fb_wire_shape fb_wire__agency = {
    .name = "agency",
    .type = &fairbank__v1__agency__descriptor,
    .size = sizeof(struct fb_agency),
    .row = agency_rows,
    .rows = sizeof agency_rows / sizeof *agency_rows,
};

#define PB   Fairbank__V1__Framework
#define OURS struct fb_framework
static const struct fb_wire_row framework_rows[] = {
    TEXT(agency, agency, true, FB_ID_BYTES_MAX), TEXT(framework, framework, true, FB_ID_BYTES_MAX),
    TEXT(lot, lot, false, FB_ID_BYTES_MAX),      DAY(from, from, false, INT32_MIN),
    DAY(until, until, false, INT32_MAX),
};
#undef PB
#undef OURS

static void read_framework(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_framework *f = ours;
    (void)message;
    fb_wire__check_days(r, f->from, f->until, "until");
}

const struct fb_wire_shape fb_wire__framework = {
    .name = "framework",
    .type = &fairbank__v1__framework__descriptor,
    .size = sizeof(struct fb_framework),
    .row = framework_rows,
    .rows = sizeof framework_rows / sizeof *framework_rows,
    .read_more = read_framework,
};

#define PB   Fairbank__V1__Budget
#define OURS struct fb_budget
static const struct fb_wire_row budget_rows[] = {
    CODE(hirer, hirer, true),
    DAY(month, month, true, 0),
    WORD(staff_group, staff_group, false, fb_staff_group_known),
    WORD(route, route, false, fb_route_known),
    NUMBER(amount_pence, amount_pence, true, 0, FB_AMOUNT_PENCE_MAX),
};
#undef PB
#undef OURS

static void read_budget(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_budget *b = ours;
    int year;
    unsigned month, day;
    (void)message;
    fb_day_civil(b->month, &year, &month, &day);
    if (day != 1)
        fb_wire__blame(r, FB_REASON_FIELD_TIME, "month");
}

const struct fb_wire_shape fb_wire__budget = {
    .name = "budget",
    .type = &fairbank__v1__budget__descriptor,
    .size = sizeof(struct fb_budget),
    .row = budget_rows,
    .rows = sizeof budget_rows / sizeof *budget_rows,
    .read_more = read_budget,
};
