/* The direct engagement interface: an event names a duty, and the duty is fetched; both are put together before they come here:
 * {eventType, entityType, entityId, timeStamp, duty}. */
#include "adapters/inbound/allocate/duty_ids.h"
#include "adapters/inbound/allocate/map_private.h"
#include <string.h>

struct portal {
    const char *id, *entity;
    bool gone;       /* DELETE */
    const json_t *duty;
};

static bool is(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

/* The duty's own memory of its booking: when it was first told. */
static json_t *booking_row(struct fb_allocate__making *m, const struct portal *p, bool cancelled)
{
    const json_t *was = fb_allocate__known(m, "booking", p->id, NULL), *first = json_object_get(was, "bookedAt");
    int64_t at = json_is_integer(first) && json_integer_value(first) < m->at_ms ? json_integer_value(first) : m->at_ms;
    json_t *b = json_object();
    json_object_set_new(b, "direct", json_true());
    json_object_set_new(b, "vacancy", json_string(p->id));
    json_object_set_new(b, "state", json_string(cancelled ? "cancelled" : "booked"));
    if (first != NULL || !cancelled)
        json_object_set_new(b, "bookedAt", json_integer(at));
    if (cancelled)
        json_object_set_new(b, "cancelledAt", json_integer(m->at_ms));
    return b;
}

static enum fb_err put_booking(struct fb_allocate__making *m, const struct portal *p, bool cancelled)
{
    json_t *b = booking_row(m, p, cancelled);
    fb_allocate__know(m, "booking", p->id, b);
    enum fb_err e = fb_allocate__booking(m, p->duty, b, p->id);
    if (m->out->n_held < FB_ALLOCATE_HELD_MAX)
        m->out->held[m->out->n_held++] = b;
    else {
        json_decref(b);
        return FB_FULL;
    }
    return e;
}

/* A duty with somebody on it is booked. */
static bool has_person(const json_t *duty)
{
    return json_is_object(json_object_get(duty, "person"));
}

static enum fb_err take_duty(struct fb_allocate__making *m, const struct portal *p)
{
    bool over = p->gone || is(fb_allocate__text(m, p->duty, "status"), "cancelled");
    enum fb_err e = fb_allocate__vacancy(m, p->duty, p->id, over && !is(p->entity, "booking") ? FB_VACANCY_STATE_WITHDRAWN : FB_VACANCY_STATE_OPEN);
    bool booked = has_person(p->duty) || fb_allocate__known(m, "booking", p->id, NULL) != NULL;
    /* Told of a booking before, and now nobody is on it: it is cancelled. */
    return e == FB_OK && booked ? put_booking(m, p, over || !has_person(p->duty)) : e;
}

static bool has_begun(struct fb_allocate__making *m, const struct portal *p)
{
    struct fb_shift shift = {.hirer = 0};
    return fb_allocate__shift(m, p->duty, p->id, &shift) == FB_OK && shift.time.start_min * FB_MINUTE_MS <= m->at_ms;
}

static enum fb_err take_sheet(struct fb_allocate__making *m, const struct portal *p)
{
    const json_t *sheet = json_object_get(m->event, "timesheet"), *from = json_is_object(sheet) ? sheet : p->duty;
    const char *status = fb_allocate__text(m, sheet, "status");
    const char *ours = fb_allocate_word(m->task->settings, "timesheet", status != NULL ? status : fb_allocate__text(m, m->event, "eventType"));
    enum fb_timesheet_state state = p->gone ? FB_TIMESHEET_STATE_UNAPPROVED : FB_TIMESHEET_STATE_SUBMITTED;
    if (ours != NULL)
        state = fb_timesheet_state_find(fb_span_of(ours));
    /* Nothing in the interface says whose a timesheet's identifier is; where it is no duty's own, a shift could be paid for which nobody worked. */
    if (p->gone && !fb_allocate_memory_has(m->task->memory, "sheet", p->id))
        return fb_allocate__refuse(m, "no timesheet of this duty was told before: the identifier is another's, or it is told too late", p->id);
    if (!p->gone && !has_person(p->duty))
        return fb_allocate__refuse(m, "a timesheet, but nobody is on the duty of this identifier: it may be another's", p->id);
    if (!p->gone && !has_begun(m, p))
        return fb_allocate__refuse(m, "a timesheet, but the duty of this identifier had not begun: it may be another's", p->id);
    fb_allocate__know(m, "sheet", p->id, json_true());
    bool timed = state != FB_TIMESHEET_STATE_UNAPPROVED && state != FB_TIMESHEET_STATE_REJECTED && state != FB_TIMESHEET_STATE_DID_NOT_WORK;
    enum fb_err e = p->gone ? FB_OK : take_duty(m, p);
    return e != FB_OK ? e : fb_allocate__timesheet(m, p->duty, p->id, timed ? json_object_get(from, "startTime") : NULL, json_object_get(from, "endTime"), state);
}

static bool is_reference(const char *entity)
{
    static const char *const words[] = {"grade", "agency", "reason_for_vacancy", "contract_status", "staff_group", "unit"};
    for (unsigned i = 0; i < 6; i++)
        if (is(entity, words[i]))
            return true;
    return false;
}

enum fb_err fb_allocate__portal(struct fb_allocate__making *m)
{
    struct portal p = {.entity = fb_allocate__text(m, m->event, "entityType"), .id = fb_allocate__text(m, m->event, "entityId")};
    bool sheet = is(p.entity, "timesheet");
    p.gone = is(fb_allocate__text(m, m->event, "eventType"), "DELETE");
    if (is_reference(p.entity))
        return FB_OK; /* the reader of the interface reads them again */
    if (p.id == NULL || strlen(p.id) > FB_ID_BYTES_MAX || (!sheet && !is(p.entity, "duty") && !is(p.entity, "booking")))
        return fb_allocate__refuse(m, "entityType or entityId is not one that is documented", p.id);
    p.duty = json_object_get(m->event, "duty");
    if (json_is_object(p.duty)) {
        fb_allocate__know(m, "duty", p.id, p.duty);
        if (m->failed == FB_OK)
            m->failed = fb_allocate_duty_ids_learn(m->task->memory, p.duty, p.id, m->at_ms);
    } else
        p.duty = fb_allocate__known(m, "duty", p.id, NULL);
    /* That a booking went is seen on the duty as it is now: nobody is on it any more. */
    p.gone = p.gone && !(is(p.entity, "booking") && json_is_object(json_object_get(m->event, "duty")));
    if (p.duty == NULL)
        return fb_allocate__refuse(m, "the duty is not there any more, and nothing was told of it before", p.id);
    return sheet ? take_sheet(m, &p) : take_duty(m, &p);
}
