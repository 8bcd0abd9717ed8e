/* One row of the listing: the duty that it is about, as it is now. */
#include "adapters/inbound/allocate/duty_ids.h"
#include "adapters/inbound/allocate/lines.h"
#include "adapters/inbound/allocate/page.h"
#include "adapters/inbound/allocate/poll_private.h"
#include "adapters/lib/dealer.h"
#include <stdio.h>
#include <string.h>

enum { DAY_MS = 86400000, SWEEP_DAYS = 7 };

/* ---- on their way ---- */

static enum fb_err await(struct poll *p, int item)
{
    int64_t until = fb_dealer_now_ms() + p->o.patience_ms;
    enum fb_err e = FB_OK;
    while (e == FB_OK && fb_allocate_item(p->o.sender, item)->fate == FB_ALLOCATE_WAITING)
        e = *p->o.stop || fb_dealer_now_ms() >= until ? FB_BUSY : fb_allocate_pump(p->o.sender, 5);
    if (fb_allocate_item(p->o.sender, item)->fate == FB_ALLOCATE_AWAY)
        e = FB_BUSY;
    fb_allocate_release(p->o.sender, item);
    return e;
}

enum fb_err fb_allocate__go_on(struct poll *p, const json_t *row, enum fb_err e)
{
    bool on = e == FB_OK || (e == FB_BUSY && !*p->o.stop && fb_allocate_engine_is_there(p->o.sender));
    p->left |= !on;
    if (e != FB_OK)
        fb_allocate__put_name(p->undone, row);
    return on ? FB_OK : e;
}

static enum fb_err await_oldest(struct poll *p)
{
    int item = p->ahead[0].item;
    const json_t *row = p->ahead[0].row;
    p->n_ahead--;
    memmove(p->ahead, p->ahead + 1, p->n_ahead * sizeof p->ahead[0]);
    return fb_allocate__go_on(p, row, await(p, item));
}

enum fb_err fb_allocate__await_all(struct poll *p, enum fb_err e)
{
    while (e == FB_OK && p->n_ahead > 0)
        e = await_oldest(p);
    while (p->n_ahead > 0)
        fb_allocate_release(p->o.sender, p->ahead[--p->n_ahead].item);
    return e;
}

/* ---- reading one ---- */

/* An identifier is "trustCode.number", and the path wants the number. */
static const char *number_of(const char *id)
{
    const char *dot = strrchr(id, '.');
    return dot != NULL && dot[1] != '\0' && strspn(dot + 1, "0123456789") == strlen(dot + 1) ? dot + 1 : NULL;
}

/* The duty of that id in an answer: itself, or the one of a list. */
static json_t *duty_of(const json_t *body, const char *id)
{
    if (json_is_object(body))
        return (json_t *)(uintptr_t)body;
    for (size_t i = 0; i < json_array_size(body); i++) {
        json_t *row = json_array_get(body, i);
        const char *own = json_string_value(json_object_get(row, "dutyId"));
        if (json_array_size(body) == 1 || (own != NULL && strcmp(own, id) == 0))
            return row;
    }
    return NULL;
}

/* By the number as it is described; a server that wants the whole identifier is asked so, once it was found out. */
static enum fb_err read_duty(struct poll *p, const char *id, struct fb_allocate_answer *a)
{
    const char *number = number_of(id), *first = number == NULL || p->whole_ids ? id : number, *second = first == id ? number : id;
    enum fb_err e = fb_allocate_api_get(p->api, "duty/", first, "", a);
    if (e != FB_OK || a->status == 200 || second == NULL)
        return e;
    json_decref(a->body);
    e = fb_allocate_api_get(p->api, "duty/", second, "", a);
    if (e == FB_OK && a->status == 200)
        p->whole_ids = second == id;
    return e;
}

/* ---- whose it is ---- */

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text == NULL ? "" : text;
}

static bool is(const json_t *row, const char *key, const char *wanted)
{
    return strcmp(text_of(row, key), wanted) == 0;
}

/* An event, as it is told of that duty; duty NULL: as far as it was told before. how: for whoever reads what was set aside. */
static enum fb_err tell(struct poll *p, const json_t *row, const char *id, json_t *duty, const char *how)
{
    char from[200];
    enum fb_err e = p->n_ahead == FB_ALLOCATE_AHEAD ? await_oldest(p) : FB_OK;
    if (e != FB_OK)
        return e;
    json_t *event = json_copy((json_t *)(uintptr_t)row);
    json_object_set_new(event, "entityId", json_string(id));
    if (duty != NULL)
        json_object_set(event, "duty", duty);
    snprintf(from, sizeof from, "poll, %s %.80s%s", text_of(row, "entityType"), text_of(row, "entityId"), how);
    int item = fb_allocate_send(p->o.sender, event, from, (struct fb_allocate_arrival){FB_ABSENT, 0});
    json_decref(event);
    if (item < 0)
        return FB_BUSY;
    p->ahead[p->n_ahead].row = row;
    p->ahead[p->n_ahead++].item = item;
    return FB_OK;
}

/* Booked, as far as was told; and now nobody is on it. */
static bool lost_booking(struct poll *p, const char *id, const json_t *duty)
{
    json_t *booking = fb_allocate_memory_get(p->memory, "booking", id, NULL);
    bool lost = is(booking, "state", "booked") && !json_is_object(json_object_get(duty, "person"));
    json_decref(booking);
    return lost;
}

/* What became of a row so far. */
struct outcome {
    bool told;  /* of some duty */
    bool shown; /* a booking went, and a duty was found that has lost one */
};

static enum fb_err take_of(struct poll *p, const json_t *row, const char *id, bool known, struct outcome *out)
{
    struct fb_allocate_answer a = {.status = 0};
    bool told_before = known && fb_allocate_memory_has(p->memory, "duty", id);
    /* A duty that is gone need not be asked for. One that was never told before may still be there: created and deleted between two rounds. */
    bool gone = told_before && is(row, "eventType", "DELETE") && is(row, "entityType", "duty");
    enum fb_err e = gone ? FB_OK : read_duty(p, id, &a);
    json_t *duty = e == FB_OK ? duty_of(a.body, id) : NULL;
    if (e == FB_OK && (duty != NULL || told_before)) {
        out->told = true;
        out->shown |= duty == NULL || lost_booking(p, id, duty);
        e = tell(p, row, id, duty, "");
    }
    json_decref(a.body);
    return e;
}

/* Of a shift that is not over for long: later nobody takes a booking back. */
static bool is_recent(struct poll *p, const char *id, int64_t at_ms)
{
    fb_day day;
    json_t *duty = fb_allocate_memory_get(p->memory, "duty", id, NULL);
    const char *date = text_of(duty, "date");
    bool recent = fb_day_parse(&day, (struct fb_span){date, (uint32_t)strnlen(date, 10)}) != FB_OK || day >= fb_london_day_of_ms(at_ms) - SWEEP_DAYS;
    json_decref(duty);
    return recent;
}

static enum fb_err look_again(struct poll *p, const json_t *row, const char *id)
{
    struct fb_allocate_answer a = {.status = 0};
    if (!lost_booking(p, id, NULL) || !is_recent(p, id, fb_allocate_row_ms(row)))
        return FB_OK; /* nobody is booked there, as far as was told */
    enum fb_err e = read_duty(p, id, &a);
    json_t *duty = e == FB_OK ? duty_of(a.body, id) : NULL;
    if (duty != NULL && lost_booking(p, id, duty)) {
        p->sweep_found = true;
        e = tell(p, row, id, duty, ", by looking at all that are booked");
    }
    json_decref(a.body);
    return e;
}

/* A booking went, and no duty says that it was its. All that are booked as far as was told are looked at again, once a round. */
static enum fb_err sweep(struct poll *p, const json_t *row)
{
    json_t *ids = fb_allocate_memory_ids(p->memory, "booking");
    enum fb_err e = FB_OK;
    p->swept = true;
    for (size_t i = 0; i < json_array_size(ids) && e == FB_OK && !*p->o.stop; i++)
        e = look_again(p, row, json_string_value(json_array_get(ids, i)));
    json_decref(ids);
    return e;
}

enum fb_err fb_allocate__take_row(struct poll *p, const json_t *row)
{
    struct fb_allocate_duties of;
    struct outcome out = {.told = false};
    const char *id = text_of(row, "entityId"), *entity = text_of(row, "entityType");
    bool unbooked = strcmp(entity, "booking") == 0 && is(row, "eventType", "DELETE");
    enum fb_err e = FB_OK;
    if (fb_allocate__is_reference(entity))
        return FB_OK;
    fb_allocate_duty_ids_find(p->memory, entity, id, &of);
    for (unsigned i = 0; i < of.n && e == FB_OK; i++)
        e = take_of(p, row, of.id[i], of.known && i == 0, &out);
    if (e == FB_OK && unbooked && !out.shown && !of.sure && !p->swept)
        e = sweep(p, row);
    if (e == FB_OK && !out.told && !(unbooked && p->sweep_found)) /* it is set aside with its reason */
        e = tell(p, row, id, NULL, "");
    return e;
}
