/* What each event says, in our records. The names are the vendor's (its descriptions of the vacancy, duty and direct engagement
 * interfaces); map.c has the table. */
#include "adapters/inbound/allocate/map_private.h"
#include <string.h>

static enum fb_err missing(struct fb_allocate__making *m, const char *what)
{
    return fb_allocate__refuse(m, what, NULL);
}

/* An id that can be a record's reference, or a refusal. */
static const char *id_of(struct fb_allocate__making *m, const json_t *from, const char *key)
{
    const char *id = fb_allocate__text(m, from, key);
    return id != NULL && strlen(id) <= FB_ID_BYTES_MAX ? id : NULL;
}

/* ---- the vacancy interface ---- */

enum fb_err fb_allocate__vacancy_told(struct fb_allocate__making *m)
{
    const json_t *vacancy = json_object_get(m->event, "vacancy");
    const char *id = id_of(m, vacancy, "id"), *alias = id_of(m, m->event, "id");
    if (!json_is_object(vacancy) || id == NULL)
        return missing(m, "vacancy, or its id, is missing or cannot be read");
    enum fb_err e = fb_allocate__vacancy(m, vacancy, id, FB_VACANCY_STATE_OPEN);
    if (e != FB_OK)
        return e;
    fb_allocate__know(m, "duty", id, vacancy);
    if (alias != NULL && strcmp(alias, id) != 0) { /* an event's own id may be a correlation id, which a withdrawal repeats */
        json_t *name = json_string(id);
        fb_allocate__know(m, "alias", alias, name);
        json_decref(name);
    }
    return FB_OK;
}

static const json_t *known_duty(struct fb_allocate__making *m, const char **id)
{
    const json_t *duty = fb_allocate__known(m, "duty", *id, NULL), *name;
    if (duty == NULL && (name = fb_allocate__known(m, "alias", *id, NULL)) != NULL) {
        *id = json_string_value(name);
        duty = fb_allocate__known(m, "duty", *id, NULL);
    }
    return duty;
}

static const char never_told[] = "nothing was told of this shift before, so that its times are not known";

enum fb_err fb_allocate__vacancy_withdrawn(struct fb_allocate__making *m)
{
    const char *id = id_of(m, m->event, "id");
    if (id == NULL)
        return missing(m, "id is missing or too long");
    const json_t *duty = known_duty(m, &id);
    return duty == NULL ? fb_allocate__refuse(m, never_told, id) : fb_allocate__vacancy(m, duty, id, FB_VACANCY_STATE_WITHDRAWN);
}

/* What is known of a booking, to be changed and put back: never NULL. */
static json_t *booking_of(struct fb_allocate__making *m, const char *ref, bool *late)
{
    int64_t at = INT64_MIN;
    json_t *b = fb_allocate__known(m, "booking", ref, &at);
    *late = b != NULL && at > m->at_ms;
    return b != NULL ? json_incref(b) : json_object();
}

/* A member from what is told now; an event that is late fills gaps only. */
static void learn(json_t *b, const char *key, json_t *value, bool late)
{
    if (value != NULL && !json_is_null(value) && (!late || json_object_get(b, key) == NULL))
        json_object_set(b, key, value);
}

static void learn_time(const struct fb_allocate__making *m, json_t *b, const char *key)
{
    const json_t *was = json_object_get(b, key);
    if (!m->by_file && (!json_is_integer(was) || json_integer_value(was) > m->at_ms))
        json_object_set_new(b, key, json_integer(m->at_ms)); /* the first time it was said */
}

static void learn_text(json_t *b, const char *key, const char *text, bool late)
{
    json_t *value = text == NULL ? NULL : json_string(text);
    learn(b, key, value, late);
    json_decref(value);
}

static enum fb_err put_booking(struct fb_allocate__making *m, const char *ref, json_t *b)
{
    const char *vacancy = fb_allocate__text(m, b, "vacancy");
    const json_t *duty = vacancy == NULL ? NULL : known_duty(m, &vacancy);
    m->failed = m->failed == FB_OK ? fb_allocate_memory_put(m->task->memory, "booking", ref, m->at_ms, b) : m->failed;
    if (duty == NULL)
        return fb_allocate__refuse(m, never_told, ref);
    return fb_allocate__booking(m, duty, b, ref);
}

/* late: a newer thing was heard of this booking, so that its time stays. */
static enum fb_err keep_booking(struct fb_allocate__making *m, const char *ref, json_t *b, bool late)
{
    int64_t now = m->at_ms, at = now;
    if (late) {
        json_t *was = fb_allocate__known(m, "booking", ref, &at);
        m->at_ms = was != NULL ? at : now;
    }
    enum fb_err e = put_booking(m, ref, b);
    m->at_ms = now;
    if (m->out->n_held == FB_ALLOCATE_HELD_MAX) {
        json_decref(b);
        return FB_FULL;
    }
    m->out->held[m->out->n_held++] = b; /* its texts are in the records */
    return e;
}

enum fb_err fb_allocate__proposal(struct fb_allocate__making *m)
{
    const char *ref = id_of(m, m->event, "proposalId"), *vacancy = id_of(m, m->event, "vacancyId");
    bool late;
    if (ref == NULL)
        ref = id_of(m, m->event, "id");
    if (ref == NULL && vacancy != NULL)
        return fb_allocate__offered(m, vacancy);
    if (ref == NULL)
        return missing(m, "proposalId and vacancyId are missing or too long");
    json_t *b = booking_of(m, ref, &late);
    learn_text(b, "vacancy", vacancy, late);
    learn_text(b, "route", fb_allocate__text(m, m->event, "engagementRoute"), late);
    learn_text(b, "agency", fb_allocate__text(m, m->event, "agencyId"), late);
    learn_text(b, "worker", fb_allocate__text(m, m->event, "personId"), late);
    if (json_object_get(b, "state") != NULL) /* booked already: now more is known of it */
        return keep_booking(m, ref, b, late);
    fb_allocate__know(m, "booking", ref, b);
    json_decref(b);
    return FB_OK; /* a proposal is no booking yet */
}

static enum fb_err book(struct fb_allocate__making *m, bool on)
{
    const char *ref = id_of(m, m->event, "proposalId"), *vacancy = id_of(m, m->event, "vacancyId");
    const json_t *proposal = json_object_get(m->event, "proposal");
    bool late;
    if (ref == NULL || vacancy == NULL)
        return missing(m, "proposalId or vacancyId is missing or too long");
    json_t *b = booking_of(m, ref, &late);
    learn_text(b, "vacancy", vacancy, late);
    learn_text(b, "route", fb_allocate__text(m, proposal, "engagementRoute"), late);
    learn_text(b, "agency", fb_allocate__text(m, proposal, "agencyId"), late);
    learn_text(b, "worker", fb_allocate__text(m, proposal, "personId"), late);
    if (on && json_object_get(b, "route") == NULL)
        fb_allocate__accept(m, vacancy, b);
    learn_text(b, "state", on ? "booked" : "cancelled", late);
    learn_time(m, b, on ? "bookedAt" : "cancelledAt");
    return keep_booking(m, ref, b, late);
}

enum fb_err fb_allocate__booked(struct fb_allocate__making *m)
{
    return book(m, true);
}
enum fb_err fb_allocate__unbooked(struct fb_allocate__making *m)
{
    return book(m, false);
}

/* The break of a timesheet has no time of day, so that it cannot be one of its intervals: it goes to the booking. */
static enum fb_err put_break(struct fb_allocate__making *m, const char *ref, json_t *b, const json_t *rest, bool late)
{
    if (!json_is_integer(rest) || json_integer_value(rest) < 0 || json_integer_value(rest) > 1440 || late)
        return FB_OK;
    json_object_set_new(b, "break", json_integer(json_integer_value(rest)));
    return keep_booking(m, ref, json_incref(b), late);
}

enum fb_err fb_allocate__vacancy_sheet(struct fb_allocate__making *m)
{
    const char *ref = id_of(m, m->event, "proposalId"), *vacancy = id_of(m, m->event, "vacancyId");
    const json_t *times = json_object_get(m->event, "times"), *duty = vacancy == NULL ? NULL : known_duty(m, &vacancy);
    bool late;
    if (ref == NULL || vacancy == NULL)
        return missing(m, "proposalId or vacancyId is missing or too long");
    if (duty == NULL)
        return fb_allocate__refuse(m, never_told, vacancy);
    if (json_object_get(times, "from") == NULL)
        return fb_allocate__refuse(m, "times.from is missing", ref);
    enum fb_err e = fb_allocate__timesheet(m, duty, ref, json_object_get(times, "from"), json_object_get(times, "to"), FB_TIMESHEET_STATE_SUBMITTED);
    json_t *b = booking_of(m, ref, &late);
    if (e == FB_OK && json_object_get(b, "state") != NULL)
        e = put_break(m, ref, b, json_object_get(m->event, "break"), late);
    json_decref(b);
    return e;
}

/* ---- the duty interface ---- */

/* The duty that the event carries, or the one that it names. Carried ones are remembered. */
static const json_t *duty_of(struct fb_allocate__making *m, const char *key, const char **id)
{
    const json_t *duty = json_object_get(m->event, key);
    if (json_is_object(duty)) {
        *id = id_of(m, duty, "id");
        if (*id != NULL && json_object_get(duty, "when") != NULL) {
            fb_allocate__know(m, "duty", *id, duty);
            return duty;
        }
    } else
        *id = id_of(m, m->event, json_is_string(duty) ? key : "dutyId");
    return *id == NULL ? NULL : known_duty(m, id);
}

static enum fb_err no_duty(struct fb_allocate__making *m, const char *id)
{
    return id == NULL ? missing(m, "duty or dutyId is missing, or its id too long") : fb_allocate__refuse(m, never_told, id);
}

enum fb_err fb_allocate__duty_sent(struct fb_allocate__making *m)
{
    const char *id, *to = fb_allocate__text(m, m->event, "destination");
    const json_t *duty = duty_of(m, "duty", &id);
    if (duty == NULL)
        return no_duty(m, id);
    enum fb_err e = fb_allocate__vacancy(m, duty, id, FB_VACANCY_STATE_OPEN);
    return e == FB_OK && to != NULL ? fb_allocate__cascade(m, duty, id, to) : e;
}

static bool is_booked(struct fb_allocate__making *m, const char *ref)
{
    const char *state = fb_allocate__text(m, fb_allocate__known(m, "booking", ref, NULL), "state");
    return state != NULL && strcmp(state, "booked") == 0;
}

enum fb_err fb_allocate__duty_told(struct fb_allocate__making *m)
{
    const char *id;
    bool late;
    const json_t *duty = duty_of(m, "duty", &id);
    if (duty == NULL)
        return no_duty(m, id);
    enum fb_err e = fb_allocate__vacancy(m, duty, id, FB_VACANCY_STATE_OPEN);
    if (e != FB_OK || !is_booked(m, id))
        return e;
    json_t *b = booking_of(m, id, &late);
    e = fb_allocate__booking(m, duty, b, id);
    json_decref(b);
    return e;
}

static enum fb_err unbook(struct fb_allocate__making *m, const char *id)
{
    bool late;
    json_t *b = booking_of(m, id, &late);
    learn_text(b, "vacancy", id, late);
    learn_text(b, "state", "cancelled", late);
    learn_time(m, b, "cancelledAt");
    return keep_booking(m, id, b, late);
}

enum fb_err fb_allocate__duty_ended(struct fb_allocate__making *m)
{
    const char *id;
    const json_t *duty = duty_of(m, "duty", &id);
    if (duty == NULL)
        return no_duty(m, id);
    enum fb_err e = fb_allocate__vacancy(m, duty, id, FB_VACANCY_STATE_WITHDRAWN);
    return e == FB_OK && is_booked(m, id) ? unbook(m, id) : e;
}

enum fb_err fb_allocate__duty_cascaded(struct fb_allocate__making *m)
{
    const char *id;
    const json_t *duty = duty_of(m, "duty", &id);
    if (id == NULL)
        return no_duty(m, id);
    return fb_allocate__cascade(m, duty, id, fb_allocate__text(m, m->event, "cascadeTo"));
}

static enum fb_err assign(struct fb_allocate__making *m, const char *id)
{
    bool late;
    json_t *b = booking_of(m, id, &late);
    learn_text(b, "vacancy", id, late);
    learn_text(b, "route", fb_allocate__text(m, m->event, "engagementRoute"), late);
    learn_text(b, "agency", fb_allocate__text(m, m->event, "agencyId"), late);
    learn_text(b, "worker", fb_allocate__text(m, m->event, "workerId"), late);
    learn_text(b, "worker", fb_allocate__text(m, m->event, "personId"), late);
    learn_text(b, "state", "booked", late);
    learn_time(m, b, "bookedAt");
    return keep_booking(m, id, b, late);
}

enum fb_err fb_allocate__assigned(struct fb_allocate__making *m)
{
    const char *id;
    const json_t *duty = duty_of(m, "duty", &id);
    return duty == NULL ? no_duty(m, id) : assign(m, id);
}

enum fb_err fb_allocate__unassigned(struct fb_allocate__making *m)
{
    const char *id;
    const json_t *duty = duty_of(m, "duty", &id);
    if (duty == NULL)
        return no_duty(m, id);
    return fb_allocate__known(m, "booking", id, NULL) == NULL ? fb_allocate__refuse(m, "no assignment was told of this duty before", id) : unbook(m, id);
}

/* Somebody works another shift than the one that they were booked for. */
enum fb_err fb_allocate__redeployed(struct fb_allocate__making *m)
{
    const char *from, *to;
    bool late;
    const json_t *original = duty_of(m, "originalDuty", &from), *other = duty_of(m, "newDuty", &to);
    if (original == NULL || other == NULL)
        return no_duty(m, original == NULL ? from : to);
    json_t *was = booking_of(m, from, &late), *b = booking_of(m, to, &late);
    static const char *const goes_along[] = {"worker", "route", "agency"};
    for (unsigned i = 0; i < 3; i++)
        learn(b, goes_along[i], json_object_get(was, goes_along[i]), late);
    json_decref(was);
    learn_text(b, "vacancy", to, late);
    learn_text(b, "state", "booked", late);
    learn_time(m, b, "bookedAt");
    enum fb_err e = fb_allocate__vacancy(m, other, to, FB_VACANCY_STATE_OPEN);
    if (e != FB_OK) {
        json_decref(b);
        return e;
    }
    e = keep_booking(m, to, b, late);
    return e == FB_OK && is_booked(m, from) ? unbook(m, from) : e;
}

enum fb_err fb_allocate__sheet_stated(struct fb_allocate__making *m)
{
    const char *id;
    bool late;
    const json_t *duty = duty_of(m, "duty", &id);
    if (duty == NULL)
        return no_duty(m, id);
    enum fb_timesheet_state state = fb_allocate__sheet_state(fb_allocate__text(m, m->event, "eventType"));
    const json_t *when = json_object_get(duty, "when"), *actual = json_object_get(when, "actual"), *from = fb_allocate__edge(when, "actual", false);
    if (from == NULL && (state == FB_TIMESHEET_STATE_SUBMITTED || state == FB_TIMESHEET_STATE_APPROVED))
        return fb_allocate__refuse(m, "what was worked is not known: no duty with when.actual.period was told", id);
    enum fb_err e = fb_allocate__timesheet(m, duty, id, from, fb_allocate__edge(when, "actual", true), state);
    json_t *b = booking_of(m, id, &late);
    if (e == FB_OK && json_object_get(b, "state") != NULL)
        e = put_break(m, id, b, json_object_get(actual, "restTime"), late);
    json_decref(b);
    return e;
}
