#include "adapters/inbound/allocate/untimed.h"
#include <stdio.h>
#include <string.h>

bool fb_allocate_is_untimed(const json_t *event)
{
    return json_object_get(event, "timeStamp") == NULL;
}

static bool is_of_file(const json_t *event)
{
    return json_object_get(event, FB_ALLOCATE_LINE) != NULL;
}

/* What can follow on one another: to be heard of a timesheet does not make the duty's last event old. */
static char family_of(const char *type)
{
    static const struct {
        const char *piece;
        char family;
    } pieces[] = {{"Timesheet", 't'}, {"Submitted", 't'}, {"inalised", 't'}, {"Assign", 'a'}, {"Proposal", 'p'}, {"Booking", 'b'}, {"Vacancy", 'v'}};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        if (strstr(type, pieces[i].piece) != NULL)
            return pieces[i].family;
    return 'd';
}

static const char *text_of(const json_t *from, const char *key)
{
    return json_string_value(json_object_get(from, key));
}

/* Family and id; an event without an id is its own subject. */
static void subject_of(const json_t *event, const char *hash, char out[FB_ALLOCATE_SUBJECT_BYTES])
{
    static const char *const inside[] = {"duty", "originalDuty", "vacancy"}, *const own[] = {"proposalId", "dutyId", "vacancyId", "id"};
    const char *type = text_of(event, "eventType"), *id = NULL;
    for (size_t i = 0; i < sizeof own / sizeof own[0] && id == NULL; i++) {
        id = text_of(event, own[i]);
        if (id == NULL && i < sizeof inside / sizeof inside[0])
            id = text_of(json_object_get(event, inside[i]), "id");
    }
    snprintf(out, FB_ALLOCATE_SUBJECT_BYTES, "%c/%s", family_of(type == NULL ? "" : type), id == NULL ? hash : id);
}

static bool is_last(struct fb_allocate_memory *m, const char *subject, const char *hash)
{
    json_t *last = fb_allocate_memory_get(m, "last", subject, NULL);
    bool is = json_is_string(last) && strcmp(json_string_value(last), hash) == 0;
    json_decref(last);
    return is;
}

bool fb_allocate_untimed_is_repeat(struct fb_allocate_memory *m, const json_t *event, const char *hash)
{
    char subject[FB_ALLOCATE_SUBJECT_BYTES];
    subject_of(event, hash, subject);
    if (!is_of_file(event) && !is_last(m, subject, hash))
        return false;
    json_t *said = fb_allocate_memory_get(m, "said", hash, NULL);
    bool answered = json_is_true(said);
    json_decref(said);
    return answered;
}

/* Two things of one subject never happen in one moment: booked, cancelled and booked again must not be booked twice and then cancelled. */
static int64_t after_the_last(struct fb_allocate_memory *m, const char *id, int64_t now_ms)
{
    int64_t at = 0;
    json_t *was = fb_allocate_memory_get(m, "moment", id, &at);
    bool before = was == NULL || at < now_ms;
    json_decref(was);
    return before ? now_ms : at + 1;
}

enum fb_err fb_allocate_untimed_at(struct fb_allocate_memory *m, const json_t *event, const char *hash, int64_t now_ms, int64_t *out_ms)
{
    char subject[FB_ALLOCATE_SUBJECT_BYTES];
    subject_of(event, hash, subject);
    bool last = is_of_file(event) || is_last(m, subject, hash);
    json_t *was = last ? fb_allocate_memory_get(m, "arrived", hash, out_ms) : NULL;
    bool known = was != NULL;
    json_decref(was);
    if (known)
        return FB_OK;
    *out_ms = after_the_last(m, subject + 2, now_ms);
    json_t *name = json_string(hash);
    enum fb_err e = fb_allocate_memory_put(m, "arrived", hash, *out_ms, json_true());
    if (e == FB_OK && fb_allocate_memory_has(m, "said", hash)) /* of the time before; this one is not answered yet */
        e = fb_allocate_memory_put(m, "said", hash, *out_ms, json_false());
    if (e == FB_OK)
        e = fb_allocate_memory_put(m, "last", subject, *out_ms, name);
    if (e == FB_OK)
        e = fb_allocate_memory_put(m, "moment", subject + 2, *out_ms, json_true());
    json_decref(name);
    return e;
}
