#include "adapters/inbound/allocate/duty_ids.h"
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 40 };

/* "TrustA.33532", or 33532 of a duty "TrustA.11667": the same, written whole. */
static bool whole_id(const json_t *v, const char *duty_id, char out[FB_ID_BYTES_MAX + 1])
{
    char text[FB_ID_BYTES_MAX + 1];
    const char *dot = strrchr(duty_id, '.');
    int n = -1;
    if (json_is_integer(v))
        n = snprintf(text, sizeof text, "%lld", (long long)json_integer_value(v));
    else if (json_is_string(v))
        n = snprintf(text, sizeof text, "%s", json_string_value(v));
    if (n <= 0 || (size_t)n >= sizeof text)
        return false;
    bool bare = dot != NULL && strspn(text, "0123456789") == (size_t)n;
    n = snprintf(out, FB_ID_BYTES_MAX + 1, "%.*s%s", bare ? (int)(dot - duty_id + 1) : 0, duty_id, text);
    return n > 0 && n <= (int)FB_ID_BYTES_MAX;
}

/* The thing's own numbers are kept apart from numbers that only belong to it: the two may be counted by themselves. */
static const char *kind_of(char kind[NAME_BYTES], const char *entity, bool own)
{
    snprintf(kind, NAME_BYTES, own ? "duty of %s" : "duty of %s's number", entity);
    return kind;
}

/* own: this is the number of the thing itself, so that such things have numbers of their own. */
static enum fb_err learn(struct fb_allocate_memory *m, const char *entity, const json_t *v, const char *duty_id, int64_t at_ms, bool own)
{
    char id[FB_ID_BYTES_MAX + 1], kind[NAME_BYTES];
    int64_t was_ms = INT64_MIN;
    if (!whole_id(v, duty_id, id))
        return FB_OK;
    json_t *was = fb_allocate_memory_get(m, kind_of(kind, entity, own), id, &was_ms);
    bool stands = was != NULL && (was_ms > at_ms || (json_is_string(was) && strcmp(json_string_value(was), duty_id) == 0));
    json_decref(was);
    if (stands)
        return FB_OK;
    json_t *to = json_string(duty_id);
    enum fb_err e = fb_allocate_memory_put(m, kind, id, at_ms, to);
    json_decref(to);
    snprintf(kind, sizeof kind, "numbers of %s", entity);
    if (e == FB_OK && own && !fb_allocate_memory_has(m, "place", kind))
        e = fb_allocate_memory_put(m, "place", kind, 0, json_true());
    return e;
}

enum fb_err fb_allocate_duty_ids_learn(struct fb_allocate_memory *m, const json_t *duty, const char *duty_id, int64_t at_ms)
{
    static const struct {
        const char *entity, *within, *key; /* within "": of the duty itself */
        bool own;
    } said[] = {
        {"booking", "", "uniqueNumber", false}, {"booking", "", "bookingId", true},     {"booking", "booking", "bookingId", true},
        {"booking", "booking", "id", true},     {"timesheet", "", "timesheetId", true}, {"timesheet", "timesheet", "timesheetId", true},
        {"timesheet", "timesheet", "id", true},
    };
    enum fb_err e = FB_OK;
    for (size_t i = 0; i < sizeof said / sizeof said[0] && e == FB_OK; i++) {
        const json_t *from = said[i].within[0] == '\0' ? duty : json_object_get(duty, said[i].within);
        e = learn(m, said[i].entity, json_object_get(from, said[i].key), duty_id, at_ms, said[i].own);
    }
    return e;
}

static void add(struct fb_allocate_duties *out, const char *id)
{
    if (id != NULL && strlen(id) <= FB_ID_BYTES_MAX && (out->n == 0 || strcmp(out->id[0], id) != 0))
        snprintf(out->id[out->n++], sizeof out->id[0], "%s", id);
}

static void add_known(struct fb_allocate_memory *m, const char *entity, bool own, const char *id, struct fb_allocate_duties *out)
{
    char kind[NAME_BYTES];
    json_t *to = fb_allocate_memory_get(m, kind_of(kind, entity, own), id, NULL);
    add(out, json_string_value(to));
    json_decref(to);
    out->known = out->n > 0;
}

void fb_allocate_duty_ids_find(struct fb_allocate_memory *m, const char *entity, const char *id, struct fb_allocate_duties *out)
{
    char kind[NAME_BYTES];
    *out = (struct fb_allocate_duties){.n = 0};
    if (strcmp(entity, "duty") == 0) {
        add(out, id);
        out->known = out->sure = true;
        return;
    }
    snprintf(kind, sizeof kind, "numbers of %s", entity);
    bool own = fb_allocate_memory_has(m, "place", kind);
    add_known(m, entity, own, id, out);
    out->sure = own && out->known;
    if (!own && (!out->known || strcmp(entity, "booking") == 0))
        add(out, id);
}
