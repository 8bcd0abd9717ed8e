/* Bookings and timesheets. A booking's own words stand apart from its shift's, so that either may come first or change. */
#include "adapters/inbound/allocate/map_private.h"
#include <string.h>

static void put_reference(struct fb_allocate__making *m, struct fb_booking *b, const char *kind, const char *id)
{
    if (id == NULL || strlen(id) > FB_ID_BYTES_MAX || b->n_references == FB_REFERENCES_MAX)
        return;
    b->reference[b->n_references++] = (struct fb_reference){m->task->settings->system, fb_span_of(kind), fb_span_of(id)};
}

static void put_references(struct fb_allocate__making *m, const json_t *duty, const char *id, struct fb_booking *b)
{
    put_reference(m, b, "duty_id", id);
    put_reference(m, b, "booking_reference", fb_allocate__text(m, duty, "uniqueNumber"));
    put_reference(m, b, "purchase_order", fb_allocate__text(m, duty, "poNumber"));
}

static enum fb_err put_route(struct fb_allocate__making *m, const json_t *booking, const char *ref, struct fb_booking *b)
{
    const struct fb_allocate_settings *s = m->task->settings;
    if (json_is_true(json_object_get(booking, "direct"))) { /* told by the direct engagement API: that is what it is for */
        b->route = s->route;
        b->engagement = s->engagement;
        return FB_OK;
    }
    const char *theirs = fb_allocate__text(m, booking, "route"), *ours = fb_allocate_word(s, "route", theirs == NULL ? "" : theirs);
    if (ours == NULL && theirs != NULL) /* the documented words but one are ours */
        ours = fb_route_find(fb_span_of(theirs)) != FB_ROUTE_NONE ? theirs : NULL;
    b->route = ours == NULL ? FB_ROUTE_NONE : fb_route_find(fb_span_of(ours));
    return b->route != FB_ROUTE_NONE ? FB_OK : fb_allocate__refuse(m, "by which route it was booked is not said (engagementRoute), or has no word in words.route (\"\" stands for not said)", ref);
}

static void put_supply(struct fb_allocate__making *m, const json_t *duty, const json_t *booking, const char *ref, struct fb_booking *b)
{
    const char *agency = fb_allocate__text(m, booking, "agency");
    if (agency == NULL)
        agency = fb_allocate__text(m, duty, "agency");
    if (agency != NULL && fb_allocate_has_table(m->task->settings, "agency")) {
        const char *ours = fb_allocate_word(m->task->settings, "agency", agency);
        agency = ours != NULL ? ours : fb_allocate__word(m, "agency", fb_allocate__described(m, "agency", agency), ref);
    }
    b->agency = b->route == FB_ROUTE_AGENCY ? fb_allocate__span(agency) : (struct fb_span){NULL, 0};
    const char *worker = fb_allocate__text(m, booking, "worker");
    if (worker == NULL)
        worker = fb_allocate__text(m, json_object_get(duty, "person"), "worker");
    b->token = fb_allocate__span(worker);
}

enum fb_err fb_allocate__booking(struct fb_allocate__making *m, const json_t *duty, const json_t *booking, const char *ref)
{
    const char *why = NULL, *vacancy = fb_allocate__text(m, booking, "vacancy"), *state = fb_allocate__text(m, booking, "state");
    struct fb_record *r = fb_allocate__begin(m, FB_KIND_BOOKING, ref);
    if (r == NULL)
        return fb_allocate__refuse(m, "too many records of one event", ref);
    struct fb_booking *b = &r->as.booking;
    const json_t *booked = json_object_get(booking, "bookedAt"), *cancelled = json_object_get(booking, "cancelledAt");
    b->state = state != NULL && strcmp(state, "cancelled") == 0 ? FB_BOOKING_STATE_CANCELLED : FB_BOOKING_STATE_BOOKED;
    b->booked_ms = json_is_integer(booked) ? json_integer_value(booked) : FB_ABSENT;
    b->cancelled_ms = b->state == FB_BOOKING_STATE_CANCELLED && json_is_integer(cancelled) ? json_integer_value(cancelled) : FB_ABSENT;
    b->cancel_charge_pence = FB_ABSENT;
    b->vacancy_ref = fb_allocate__span(vacancy);
    const char *reason = fb_allocate__text(m, duty, "reason");
    if (reason == NULL)
        reason = fb_allocate__described(m, "reasonForVacancy", fb_allocate__text(m, duty, "vacancyReason"));
    b->reason = fb_allocate__span(fb_allocate_word(m->task->settings, "reason", reason != NULL ? reason : ""));
    enum fb_err e = fb_allocate__shift(m, duty, ref, &b->shift);
    if (e == FB_OK)
        e = put_route(m, booking, ref, b);
    if (e != FB_OK)
        return e;
    put_supply(m, duty, booking, ref, b);
    put_references(m, duty, vacancy, b);
    const json_t *rest = json_object_get(booking, "break");
    if (json_is_integer(rest)) /* what the timesheet says of the break stands over what was planned */
        b->shift.break_min = json_integer_value(rest);
    const json_t *priced = json_object_get(booking, "rates") != NULL ? booking : duty;
    return fb_allocate_rates(m->task->settings, priced, &b->rates, &why) == FB_OK ? FB_OK : fb_allocate__refuse(m, why, ref);
}

static enum fb_err put_hours(struct fb_allocate__making *m, const json_t *duty, const char *ref, const json_t *from, const json_t *to,
                             struct fb_interval_row *row)
{
    const char *why = NULL;
    struct fb_span local[2];
    struct fb_shift_time time;
    struct fb_shift planned;
    const json_t *date = json_object_get(duty, "date");
    row->kind = FB_INTERVAL_WORKED;
    if (fb_allocate_minute(&row->start_min, from) == FB_OK && json_string_length(from) > 8)
        return fb_allocate_minute(&row->end_min, to) == FB_OK && row->end_min > row->start_min
                   ? FB_OK
                   : fb_allocate__refuse(m, "what was worked has no end, or ends before it starts", ref);
    json_t *day = NULL;
    if (date == NULL) { /* the day of a vacancy of the other kind is that on which it starts here */
        char text[17];
        memset(&planned, 0, sizeof planned);
        enum fb_err e = fb_allocate__shift(m, duty, ref, &planned);
        if (e != FB_OK)
            return e;
        fb_local_format(text, planned.time.start_min);
        day = json_stringn(text, 10);
        date = day;
    }
    enum fb_err e = fb_allocate_span_of_day(&time, local, m->task->arena, date, from, to, &why);
    json_decref(day);
    row->start_min = time.start_min;
    row->end_min = time.end_min;
    return e == FB_OK ? FB_OK : fb_allocate__refuse(m, why, ref);
}

enum fb_err fb_allocate__timesheet(struct fb_allocate__making *m, const json_t *duty, const char *ref, const json_t *from, const json_t *to,
                                   enum fb_timesheet_state state)
{
    struct fb_shift shift = {.hirer = 0};
    struct fb_record *r = fb_allocate__begin(m, FB_KIND_TIMESHEET, ref);
    if (r == NULL)
        return fb_allocate__refuse(m, "too many records of one event", ref);
    enum fb_err e = fb_allocate__shift(m, duty, ref, &shift);
    if (e != FB_OK)
        return e;
    struct fb_timesheet *t = &r->as.timesheet;
    t->hirer = shift.hirer;
    t->booking_ref = fb_span_of(ref);
    t->state = state;
    t->n = from != NULL ? 1 : 0;
    return t->n == 0 ? FB_OK : put_hours(m, duty, ref, from, to, &t->interval[0]);
}

enum fb_timesheet_state fb_allocate__sheet_state(const char *type)
{
    static const struct {
        const char *name;
        enum fb_timesheet_state state;
    } rows[] = {
        {"DutyAssignmentSubmitted", FB_TIMESHEET_STATE_SUBMITTED},
        {"DutyAssignmentFinalised", FB_TIMESHEET_STATE_APPROVED},
        {"DutyAssignmentUnFinalised", FB_TIMESHEET_STATE_UNAPPROVED},
        {"DutyAssignmentTimesheetConfirmed", FB_TIMESHEET_STATE_APPROVED},
        {"DutyAssignmentTimesheetUnconfirmed", FB_TIMESHEET_STATE_UNAPPROVED},
        {"DutyAssignmentTimesheetRejected", FB_TIMESHEET_STATE_REJECTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (fb_allocate__is_named(type, rows[i].name))
            return rows[i].state;
    return FB_TIMESHEET_STATE_NONE;
}
