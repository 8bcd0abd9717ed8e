#include "adapters/outbound/outlet/plan.h"
#include <stdio.h>
#include <stdlib.h>

enum { BATCH_BYTES = FB_ALERT_KEY_BYTES + 3 * (FB_ALERT_NAME_MAX + 4) };

/* An event on its way through the routes. */
struct passing {
    struct fb_plan *plan;
    const struct fb_event_row *row;
    char id[FB_EVENT_ID_BYTES], finding[FB_FINDING_ID_BYTES];
    char *body; /* JSON, made when first needed */
    uint64_t epoch;
    int64_t now_ms;
};

static bool is_mine(const struct fb_plan *p, struct fb_span receiver, const char **name)
{
    for (unsigned i = 0; i < p->mine.n; i++) {
        *name = p->mine.name[i];
        if (fb_span_is(receiver, *name))
            return true;
    }
    return false;
}

static bool any_mine(const struct fb_plan *p, const struct fb_span *to, unsigned n)
{
    const char *name;
    for (unsigned i = 0; i < n; i++)
        if (is_mine(p, to[i], &name))
            return true;
    return false;
}

static bool make_body(struct passing *s)
{
    if (s->body != NULL)
        return true;
    json_t *j = fb_event_cloud(s->row, s->epoch);
    s->body = j == NULL ? NULL : json_dumps(j, JSON_COMPACT);
    json_decref(j);
    return s->body != NULL;
}

static void name_of(char out[FB_ALERT_NAME_MAX + 1], struct fb_span s)
{
    snprintf(out, FB_ALERT_NAME_MAX + 1, "%.*s", (int)s.n, s.p);
}

/* ---- silences ---- */

static enum fb_err hush(const struct passing *s)
{
    const struct fb_alert_routes *routes = s->plan->routes;
    enum fb_err e = FB_OK;
    if (s->row->event.shadow || s->row->event.historic)
        return FB_OK;
    for (unsigned i = 0; e == FB_OK && i < routes->n_silences; i++) {
        const struct fb_alert_silence *silence = &routes->silence[i];
        char name[FB_ALERT_NAME_MAX + 1], key[FB_ALERT_KEY_BYTES];
        if (fb_when_fits(&silence->because, s->row) != FB_MISFIT_NONE)
            continue;
        name_of(name, silence->name);
        fb_alert_key(key, silence->same, s->row);
        e = fb_ledger_hush(s->plan->ledger, name, key, s->row->event.at_ms + silence->for_ms);
    }
    return e;
}

/* The name of the silence that holds for it; "" when none does. What causes a silence is not silenced by it. */
static enum fb_err hushed_by(const struct passing *s, char name[FB_ALERT_NAME_MAX + 1])
{
    const struct fb_alert_routes *routes = s->plan->routes;
    enum fb_err e = FB_OK;
    bool is = false;
    for (unsigned i = 0; e == FB_OK && i < routes->n_silences; i++) {
        const struct fb_alert_silence *silence = &routes->silence[i];
        char key[FB_ALERT_KEY_BYTES];
        if (fb_when_fits(&silence->silences, s->row) != FB_MISFIT_NONE || fb_when_fits(&silence->because, s->row) == FB_MISFIT_NONE)
            continue;
        name_of(name, silence->name);
        fb_alert_key(key, silence->same, s->row);
        e = fb_ledger_is_hushed(s->plan->ledger, name, key, s->row->event.at_ms, &is);
        if (is)
            return e;
    }
    name[0] = '\0';
    return e;
}

/* ---- deliveries ---- */

static enum fb_err plan_one(struct passing *s, const struct fb_alert_route *route, const char *receiver, const char *silence)
{
    char name[FB_ALERT_NAME_MAX + 1], key[FB_ALERT_KEY_BYTES], batch[BATCH_BYTES] = "";
    bool silenced = silence[0] != '\0';
    name_of(name, route->name);
    fb_alert_key(key, route->group_by, s->row);
    if (route->group_ms > 0)
        snprintf(batch, sizeof batch, "%s > %s: %s", name, receiver, key);
    struct fb_delivery d = {.receiver = receiver, .event = s->id, .purpose = FB_PURPOSE_ALERT, .route = name, .batch = batch,
                            .due_ms = fb_alert_due(route, s->row->event.severity, s->now_ms), .since_ms = s->now_ms, .body = s->body,
                            .state = silenced ? FB_DELIVERY_SILENCED : FB_DELIVERY_WAITING};
    s->plan->planned += !silenced;
    s->plan->silenced += silenced;
    return fb_ledger_plan(s->plan->ledger, &d);
}

static enum fb_err plan_route(struct passing *s, const struct fb_alert_route *route, const char *silence)
{
    enum fb_err e = FB_OK;
    const char *receiver;
    for (unsigned i = 0; e == FB_OK && i < route->n_to; i++)
        if (is_mine(s->plan, route->to[i], &receiver))
            e = plan_one(s, route, receiver, silence);
    return e;
}

/* ---- what is watched ---- */

struct kinds {
    unsigned n;
    enum fb_event_kind kind[20];
};
/* Somebody has seen it, or nothing is left to be seen. */
static const struct kinds seen = {7, {FB_EVENT_FINDING_ACKNOWLEDGED, FB_EVENT_FINDING_ASSIGNED, FB_EVENT_FINDING_ANSWERED, FB_EVENT_FINDING_CLEARED,
                                      FB_EVENT_FINDING_CLOSED, FB_EVENT_FINDING_REPLIED, FB_EVENT_FINDING_SNOOZED}};
static const struct kinds ends_snooze = {4, {FB_EVENT_FINDING_WOKEN, FB_EVENT_FINDING_CLEARED, FB_EVENT_FINDING_CLOSED, FB_EVENT_FINDING_SNOOZED}};
/* These say something of a shift or a finding and ask nobody to see it. Any other event that has a finding opens one, so also one of a
 * kind that comes later. */
static const struct kinds quiet = {18, {FB_EVENT_BOOKING_ASSESSED, FB_EVENT_SPEND_POSTED, FB_EVENT_RATE_REPRICED, FB_EVENT_BONUS_EARNED,
                                        FB_EVENT_FINDING_CHANGED, FB_EVENT_FINDING_NOTED, FB_EVENT_FINDING_WOKEN, FB_EVENT_FINDING_CHALLENGED,
                                        FB_EVENT_APPROVAL_ASKED, FB_EVENT_APPROVAL_GRANTED, FB_EVENT_APPROVAL_REFUSED, FB_EVENT_APPROVAL_LAPSED,
                                        FB_EVENT_APPROVAL_EXPIRED, FB_EVENT_APPROVAL_EXHAUSTED, FB_EVENT_APPROVAL_INVALID, FB_EVENT_APPROVAL_BUDGET,
                                        FB_EVENT_APPROVAL_CONFIRMED, FB_EVENT_APPROVAL_WITHDRAWN}};

static bool is_one(const struct kinds *of, enum fb_event_kind kind)
{
    for (unsigned i = 0; i < of->n; i++)
        if (of->kind[i] == kind)
            return true;
    return false;
}

static enum fb_err lift(const struct passing *s)
{
    enum fb_event_kind kind = s->row->event.kind;
    enum fb_err e = FB_OK;
    if (s->finding[0] == '\0')
        return FB_OK;
    if (is_one(&seen, kind))
        e = fb_ledger_lift(s->plan->ledger, s->finding, FB_PURPOSE_ESCALATION);
    if (e == FB_OK && is_one(&ends_snooze, kind))
        e = fb_ledger_lift(s->plan->ledger, s->finding, FB_PURPOSE_REMINDER);
    return e;
}

static enum fb_err watch(const struct passing *s, const struct fb_alert_route *route, enum fb_purpose purpose, int64_t due_ms)
{
    char name[FB_ALERT_NAME_MAX + 1];
    name_of(name, route->name);
    struct fb_watch w = {.due_ms = due_ms, .purpose = purpose, .finding = s->finding, .route = name, .event = s->id, .body = s->body};
    return fb_ledger_watch(s->plan->ledger, &w);
}

/* The minutes of a snooze are those until it ends. */
static enum fb_err watch_snooze(const struct passing *s, const struct fb_alert_route *route)
{
    const struct fb_event *e = &s->row->event;
    if (e->kind != FB_EVENT_FINDING_SNOOZED || !any_mine(s->plan, route->remind_to, route->n_remind))
        return FB_OK;
    return watch(s, route, FB_PURPOSE_REMINDER, e->at_ms + e->minutes * FB_MINUTE_MS - route->remind_ms);
}

/* An escalation counts from when the finding was opened, not from when its alert went out. */
static enum fb_err watch_route(const struct passing *s, const struct fb_alert_route *route)
{
    const struct fb_event *e = &s->row->event;
    enum fb_err err = FB_OK;
    if (s->finding[0] == '\0')
        return FB_OK;
    if (!is_one(&seen, e->kind) && !is_one(&quiet, e->kind) && any_mine(s->plan, route->escalate_to, route->n_escalate))
        err = watch(s, route, FB_PURPOSE_ESCALATION, e->at_ms + route->escalate_ms);
    return err == FB_OK ? watch_snooze(s, route) : err;
}

/* That a finding was put off is for whoever was told that it opened, whether their route names that step or not. */
static enum fb_err plan_snooze(struct passing *s, const enum fb_misfit *verdict)
{
    enum fb_misfit opened[FB_ALERT_ROUTES_MAX];
    enum fb_err e = FB_OK;
    if (s->row->event.kind != FB_EVENT_FINDING_SNOOZED || s->finding[0] == '\0')
        return FB_OK;
    (void)fb_alerts_ask_opening(s->plan->routes, s->row, opened);
    for (unsigned i = 0; e == FB_OK && i < s->plan->routes->n_routes; i++) {
        if (verdict[i] == FB_MISFIT_NONE || (opened[i] != FB_MISFIT_NONE && opened[i] != FB_MISFIT_HOURS))
            continue;
        e = make_body(s) ? watch_snooze(s, &s->plan->routes->route[i]) : FB_FULL;
    }
    return e;
}

static enum fb_err plan_routes(struct passing *s, const enum fb_misfit *verdict)
{
    char silence[FB_ALERT_NAME_MAX + 1];
    if (!make_body(s))
        return FB_FULL;
    enum fb_err e = hushed_by(s, silence);
    for (unsigned i = 0; e == FB_OK && i < s->plan->routes->n_routes; i++) {
        const struct fb_alert_route *route = &s->plan->routes->route[i];
        if (verdict[i] != FB_MISFIT_NONE)
            continue;
        e = plan_route(s, route, silence);
        if (e == FB_OK && silence[0] == '\0')
            e = watch_route(s, route);
    }
    return e;
}

enum fb_err fb_plan_event(struct fb_plan *p, const struct fb_event_row *row, uint64_t page_epoch, int64_t now_ms)
{
    enum fb_misfit verdict[FB_ALERT_ROUTES_MAX];
    struct passing s = {.plan = p, .row = row, .epoch = page_epoch, .now_ms = now_ms};
    fb_event_id(s.id, row, page_epoch);
    fb_finding_id(s.finding, &row->event);
    enum fb_err e = hush(&s);
    if (e == FB_OK)
        e = lift(&s);
    if (e == FB_OK && fb_alerts_ask(p->routes, row, verdict) > 0) {
        p->fit++;
        e = plan_routes(&s, verdict);
    }
    if (e == FB_OK)
        e = plan_snooze(&s, verdict);
    free(s.body);
    return e;
}

/* ---- watches that are due ---- */

static const struct fb_alert_route *route_named(const struct fb_alert_routes *routes, const char *name)
{
    for (unsigned i = 0; i < routes->n_routes; i++)
        if (fb_span_is(routes->route[i].name, name))
            return &routes->route[i];
    return NULL; /* it was in the file once, and is not any more */
}

static enum fb_err plan_watch(struct fb_plan *p, const struct fb_watch *w, int64_t now_ms)
{
    const struct fb_alert_route *route = route_named(p->routes, w->route);
    bool reminder = w->purpose == FB_PURPOSE_REMINDER;
    unsigned n = route == NULL ? 0 : reminder ? route->n_remind : route->n_escalate;
    enum fb_err e = FB_OK;
    const char *receiver;
    for (unsigned i = 0; e == FB_OK && i < n; i++) {
        if (!is_mine(p, (reminder ? route->remind_to : route->escalate_to)[i], &receiver))
            continue;
        struct fb_delivery d = {.receiver = receiver, .event = w->event, .purpose = w->purpose, .route = w->route, .batch = "", .due_ms = now_ms,
                                .since_ms = now_ms, .body = w->body, .state = FB_DELIVERY_WAITING};
        p->planned++;
        e = fb_ledger_plan(p->ledger, &d);
    }
    return e;
}

enum fb_err fb_plan_watches(struct fb_plan *p, int64_t now_ms, unsigned *n)
{
    struct fb_watch w;
    enum fb_err e;
    for (*n = 0; (e = fb_ledger_watch_due(p->ledger, now_ms, &w)) == FB_OK; ++*n)
        if ((e = plan_watch(p, &w, now_ms)) != FB_OK)
            return e;
    return e == FB_NOT_FOUND ? FB_OK : e;
}
