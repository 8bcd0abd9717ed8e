#include "adapters/inbound/allocate/map_private.h"
#include "adapters/inbound/allocate/page.h"
#include "adapters/inbound/allocate/untimed.h"
#include "engine/wire/wire.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fb_err fb_allocate__refuse(struct fb_allocate__making *m, const char *what, const char *id)
{
    struct fb_text t;
    fb_text_init(&t, m->out->reason, sizeof m->out->reason);
    if (id != NULL && id[0] != '\0') {
        fb_text_add_span(&t, (struct fb_span){id, (uint32_t)strnlen(id, FB_ID_BYTES_MAX)});
        fb_text_add(&t, ": ");
    }
    fb_text_add(&t, what);
    return FB_REFUSED;
}

struct fb_span fb_allocate__span(const char *text)
{
    return text == NULL || text[0] == '\0' ? (struct fb_span){NULL, 0} : fb_span_of(text);
}

const char *fb_allocate__text(struct fb_allocate__making *m, const json_t *from, const char *key)
{
    const json_t *v = json_object_get(from, key);
    if (json_is_string(v) && json_string_length(v) > 0)
        return json_string_value(v);
    char *p = json_is_integer(v) ? fb_arena_get(m->task->arena, 24) : NULL;
    if (p != NULL)
        snprintf(p, 24, "%lld", (long long)json_integer_value(v));
    return p;
}

const char *fb_allocate__word(struct fb_allocate__making *m, const char *table, const char *theirs, const char *of)
{
    const char *ours = fb_allocate_word(m->task->settings, table, theirs == NULL ? "" : theirs);
    if (ours == NULL && theirs != NULL && m->task->told != NULL)
        m->task->told(m->task->ctx, table, of);
    return ours;
}

static json_t *hold(struct fb_allocate__making *m, json_t *v)
{
    if (v != NULL && m->out->n_held == FB_ALLOCATE_HELD_MAX) {
        json_decref(v);
        return NULL;
    }
    if (v != NULL)
        m->out->held[m->out->n_held++] = v;
    return v;
}

json_t *fb_allocate__known(struct fb_allocate__making *m, const char *kind, const char *id, int64_t *at_ms)
{
    return id == NULL ? NULL : hold(m, fb_allocate_memory_get(m->task->memory, kind, id, at_ms));
}

void fb_allocate__know(struct fb_allocate__making *m, const char *kind, const char *id, const json_t *value)
{
    int64_t at = INT64_MIN;
    json_t *was = fb_allocate_memory_get(m->task->memory, kind, id, &at);
    json_decref(was);
    if (m->failed == FB_OK && at <= m->at_ms)
        m->failed = fb_allocate_memory_put(m->task->memory, kind, id, m->at_ms, value);
}

const char *fb_allocate__described(struct fb_allocate__making *m, const char *kind, const char *id)
{
    const json_t *row = fb_allocate__known(m, kind, id, NULL);
    return json_is_string(row) ? json_string_value(row) : id;
}

struct fb_record *fb_allocate__begin(struct fb_allocate__making *m, enum fb_kind kind, const char *ref)
{
    if (m->out->n == FB_ALLOCATE_RECORDS_MAX)
        return NULL;
    struct fb_record *r = &m->out->record[m->out->n++];
    int64_t revision = FB_ABSENT;
    const json_t *stated = json_object_get(m->event, "revision");
    if (json_is_integer(stated) && json_integer_value(stated) >= 0)
        revision = json_integer_value(stated);
    memset(r, 0, sizeof *r);
    r->env = (struct fb_envelope){.kind = kind, .source = m->task->settings->source.name, .record_ref = fb_span_of(ref), .revision = revision,
                                  .source_seq = m->seq, .occurred_ms = m->at_ms};
    return r;
}

/* The id is of what is said, without the run's own marks: the same thing again has the same. */
static enum fb_err identify(const struct fb_allocate_task *task, struct fb_record *r)
{
    static struct fb_record bare; /* one thread, and a record is large */
    static unsigned char frame[FB_MESSAGE_BYTES_MAX];
    unsigned char hash[16];
    bare = *r;
    bare.env.message_id = fb_span_of("-");
    bare.env.source_seq = FB_ABSENT;
    size_t n = fb_encode_publish(&bare, frame, sizeof frame);
    if (n == 0)
        return FB_LIMIT;
    crypto_generichash(hash, sizeof hash, frame, n, NULL, 0);
    char text[33];
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    r->env.message_id = fb_arena_copy(task->arena, fb_span_of(text));
    return r->env.message_id.p != NULL ? FB_OK : FB_LIMIT;
}

void fb_allocate_hash(const struct fb_allocate_settings *s, const json_t *event, char out[33])
{
    unsigned char hash[16];
    crypto_generichash_state state;
    char *text = json_dumps(event, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    crypto_generichash_init(&state, s->digest, sizeof s->digest, sizeof hash);
    if (text != NULL)
        crypto_generichash_update(&state, (const unsigned char *)text, strlen(text));
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, 33, hash, sizeof hash);
    free(text);
}

static const struct {
    const char *name;
    fb_allocate__take *take; /* NULL: says nothing of ours */
} events[] = {
    {"VacancyPublishedEvent", fb_allocate__vacancy_told},
    {"VacancyUpdatedEvent", fb_allocate__vacancy_told},
    {"VacancyWithdrawnEvent", fb_allocate__vacancy_withdrawn},
    {"VacancyTimesheet", fb_allocate__vacancy_sheet}, /* POST /vacancies/{vacancyId}/timesheet */
    {"ProposalDetails", fb_allocate__proposal},       /* POST /vacancies/{vacancyId}/proposals */
    {"BookingEvent", fb_allocate__booked},
    {"BookingCancelledEvent", fb_allocate__unbooked},
    {"DutySend", fb_allocate__duty_sent},
    {"DutyUpdated", fb_allocate__duty_told},
    {"DutyCancelled", fb_allocate__duty_ended},
    {"DutyDeleted", fb_allocate__duty_ended},
    {"DutyApproved", NULL},
    {"DutyAssigned", fb_allocate__assigned},
    {"DutyAssignmentUpdated", fb_allocate__assigned},
    {"DutyAssignmentCleared", fb_allocate__unassigned},
    {"DutyAssignmentSubmitted", fb_allocate__sheet_stated},
    {"DutyAssignmentFinalised", fb_allocate__sheet_stated},
    {"DutyAssignmentUnFinalised", fb_allocate__sheet_stated},
    {"DutyAssignmentTimesheetConfirmed", fb_allocate__sheet_stated},
    {"DutyAssignmentTimesheetUnconfirmed", fb_allocate__sheet_stated},
    {"DutyAssignmentTimesheetRejected", fb_allocate__sheet_stated},
    {"DutyAssignmentRedeployment", fb_allocate__redeployed},
    {"DutyCascade", fb_allocate__duty_cascaded},
    {"DutyTempStaffingExpressionOfInterest", NULL},
    {"DutyTempStaffingNoteCreated", NULL}, /* a note is free text: it stays where it is */
    {"DutyTempStaffingNoteDeleted", NULL},
    {"CREATE", fb_allocate__portal},
    {"UPDATE", fb_allocate__portal},
    {"DELETE", fb_allocate__portal},
};

/* The duty interface's events are told apart by a discriminator, whose value is the name with or without "Event" at its end. */
bool fb_allocate__is_named(const char *type, const char *name)
{
    size_t n = strlen(name);
    return strncmp(type, name, n) == 0 && (type[n] == '\0' || (strncmp(name, "Duty", 4) == 0 && strcmp(type + n, "Event") == 0));
}

static enum fb_err take_time(struct fb_allocate__making *m)
{
    const json_t *v = json_object_get(m->event, "timeStamp");
    if (v != NULL)
        return fb_allocate_instant(&m->at_ms, v) == FB_OK
                   ? FB_OK
                   : fb_allocate__refuse(m, "timeStamp is not a date and time", NULL);
    char hash[33];
    if (m->task->now_ms == FB_ABSENT)
        return fb_allocate__refuse(m, "the event has no timeStamp, so that nobody knows when it happened (arrival_is_time: yes takes its arrival, or its file's time)", NULL);
    fb_allocate_hash(m->task->settings, m->event, hash);
    m->by_file = json_object_get(m->event, FB_ALLOCATE_LINE) != NULL;
    return fb_allocate_untimed_at(m->task->memory, m->event, hash, m->task->now_ms, &m->at_ms);
}

static enum fb_err dispatch(struct fb_allocate__making *m)
{
    const char *type = fb_allocate__text(m, m->event, "eventType");
    if (type == NULL)
        return fb_allocate__refuse(m, "eventType is missing", NULL);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (!fb_allocate__is_named(type, events[i].name))
            continue;
        enum fb_err e = take_time(m);
        return e != FB_OK || events[i].take == NULL ? e : events[i].take(m);
    }
    return fb_allocate__refuse(m, "an eventType that is not documented", NULL);
}

enum fb_err fb_allocate_map(const struct fb_allocate_task *task, const json_t *event, struct fb_allocate_made *out)
{
    struct fb_allocate__making m = {.task = task, .out = out, .event = event};
    out->n = out->n_held = 0;
    out->reason[0] = '\0';
    fb_arena_reset(task->arena);
    enum fb_err e = fb_allocate_memory_next(task->memory, &m.seq);
    if (e == FB_OK)
        e = fb_allocate_memory_mark(task->memory);
    if (e != FB_OK)
        return e;
    e = dispatch(&m);
    if (e == FB_OK)
        e = m.failed;
    for (unsigned i = 0; i < out->n && e == FB_OK; i++)
        if (identify(task, &out->record[i]) != FB_OK)
            e = fb_allocate__refuse(&m, "longer than a message may be", NULL);
    enum fb_err kept = fb_allocate_memory_unmark(task->memory, e == FB_OK);
    if (e != FB_OK || kept != FB_OK)
        out->n = 0;
    return kept != FB_OK ? kept : e;
}

void fb_allocate_made_free(struct fb_allocate_made *made)
{
    for (unsigned i = 0; i < made->n_held; i++)
        json_decref(made->held[i]);
    made->n = made->n_held = 0;
}
