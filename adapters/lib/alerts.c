#include "adapters/lib/alerts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *fb_misfit_text(enum fb_misfit m)
{
    static const char *const texts[] = {
#define X(id, text) text,
        FB_MISFIT_MAP(X)
#undef X
    };
    return texts[m];
}

/* ---- hours ---- */

static bool is_day(const struct fb_hours *h, fb_day day)
{
    return (h->days >> fb_day_weekday(day) & 1u) != 0;
}

/* The day on which the hours began that hold at this local minute; false: none do. */
static bool began_on(const struct fb_hours *h, int64_t local_min, fb_day *day)
{
    fb_day today = (fb_day)(local_min / FB_DAY_MINUTES);
    int32_t minute = (int32_t)(local_min % FB_DAY_MINUTES);
    bool over = h->from_min >= h->until_min;
    if (is_day(h, today) && minute >= h->from_min && (over || minute < h->until_min)) {
        *day = today;
        return true;
    }
    *day = today - 1;
    return over && minute < h->until_min && is_day(h, today - 1);
}

static bool hours_hold(const struct fb_hours *h, int64_t at_ms)
{
    fb_day day;
    return h->any || began_on(h, fb_london_local_min(at_ms / FB_MINUTE_MS), &day);
}

/* The instant of a local minute; one that a change of clocks leaves out is taken an hour later. */
static int64_t instant_of(int64_t local_min)
{
    int64_t at[2];
    if (fb_london_instants(local_min, at) == 0 && fb_london_instants(local_min + 60, at) == 0)
        return local_min * FB_MINUTE_MS;
    return at[0] * FB_MINUTE_MS;
}

int64_t fb_alert_after_quiet(const struct fb_alert_route *route, uint8_t severity, int64_t now_ms)
{
    const struct fb_hours *h = &route->quiet;
    fb_day day;
    if (h->any || (route->quiet_except >> severity & 1u) != 0)
        return now_ms;
    int64_t at = now_ms;
    /* Hours that touch (Saturday whole, Sunday whole) are left one after the other. */
    for (int i = 0; i < 8 && began_on(h, fb_london_local_min(at / FB_MINUTE_MS), &day); i++)
        at = instant_of((int64_t)(day + (h->from_min >= h->until_min ? 1 : 0)) * FB_DAY_MINUTES + h->until_min);
    return at > now_ms ? at : now_ms;
}

int64_t fb_alert_due(const struct fb_alert_route *route, uint8_t severity, int64_t now_ms)
{
    int64_t quiet = fb_alert_after_quiet(route, severity, now_ms), window = now_ms + route->group_ms;
    return quiet > window ? quiet : window;
}

/* ---- conditions ---- */

static bool has(uint32_t bits, unsigned n)
{
    return bits == 0 || (bits >> n & 1u) != 0;
}

static bool has_kind(const struct fb_when *w, enum fb_event_kind kind)
{
    return fb_event_set_empty(&w->kinds) || fb_event_set_has(&w->kinds, kind);
}

static bool has_trust(const struct fb_when *w, fb_code trust)
{
    for (unsigned i = 0; i < w->n_trusts; i++)
        if (w->trust[i] == trust)
            return true;
    return w->n_trusts == 0;
}

static bool has_rule(const struct fb_when *w, struct fb_span rule)
{
    for (unsigned i = 0; i < w->n_rules; i++)
        if (fb_span_eq(w->rule[i], rule))
            return true;
    return w->n_rules == 0;
}

static int64_t size_of(int64_t v)
{
    return v < 0 ? -v : v;
}

static bool is_large(const struct fb_when *w, const struct fb_event *e)
{
    return w->pence_from == FB_ABSENT || size_of(e->pence) >= w->pence_from || /* raw: rounded already, compared */
           size_of(e->delta_pence) >= w->pence_from; /* raw: compared */
}

enum fb_misfit fb_when_fits(const struct fb_when *w, const struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    return !has_kind(w, e->kind)                           ? FB_MISFIT_KIND
           : !has_trust(w, e->trust)                        ? FB_MISFIT_TRUST
           : !has(w->staff_groups, e->staff_group)          ? FB_MISFIT_GROUP
           : !has(w->routes, e->route)                      ? FB_MISFIT_ROUTE
           : !has(w->severities, e->severity)               ? FB_MISFIT_SEVERITY
           : !has_rule(w, row->rule)                        ? FB_MISFIT_RULE
           : !is_large(w, e)                                ? FB_MISFIT_AMOUNT
           : !hours_hold(&w->hours, e->at_ms)               ? FB_MISFIT_HOURS
                                                            : FB_MISFIT_NONE;
}

unsigned fb_alerts_ask(const struct fb_alert_routes *routes, const struct fb_event_row *row, enum fb_misfit *verdict)
{
    bool silent = row->event.shadow || row->event.historic, stopped = false;
    unsigned fit = 0;
    for (unsigned i = 0; i < routes->n_routes; i++) {
        verdict[i] = silent ? FB_MISFIT_SILENT : stopped ? FB_MISFIT_STOPPED : fb_when_fits(&routes->route[i].when, row);
        if (verdict[i] != FB_MISFIT_NONE)
            continue;
        fit++;
        stopped = routes->route[i].stop;
    }
    return fit;
}

/* The engine's own rules open under an event of their name; those of packs by their family, which the name begins with. */
static enum fb_event_kind opening_kind(const struct fb_event_row *row)
{
    static const enum fb_event_kind own[] = {FB_EVENT_RATECAP_BREACHED, FB_EVENT_RATECAP_OVER_ESTIMATE, FB_EVENT_RATE_OFF_CARD,
                                             FB_EVENT_INVOICE_OVERCHARGED, FB_EVENT_INVOICE_DUPLICATE, FB_EVENT_INVOICE_UNMATCHED,
                                             FB_EVENT_BOOKING_OVERLAP, FB_EVENT_BOOKING_DUPLICATE_SUSPECT};
    static const char working_time[] = "working_time.";
    struct fb_span rule = row->rule;
    if (row->event.severity == FB_SEVERITY_CANNOT_SAY)
        return FB_EVENT_ASSURANCE_FINDING;
    for (unsigned i = 0; i < sizeof own / sizeof own[0]; i++)
        if (fb_span_is(rule, fb_event_word(own[i])))
            return own[i];
    rule.n = rule.n < sizeof working_time - 1 ? rule.n : (uint32_t)sizeof working_time - 1;
    return fb_span_is(rule, working_time) ? FB_EVENT_WORKINGTIME_BREACHED : FB_EVENT_ASSURANCE_FINDING;
}

unsigned fb_alerts_ask_opening(const struct fb_alert_routes *routes, const struct fb_event_row *step, enum fb_misfit *verdict)
{
    struct fb_event_row row = *step;
    row.event.kind = opening_kind(step);
    return fb_alerts_ask(routes, &row, verdict);
}

void fb_alert_key(char out[FB_ALERT_KEY_BYTES], unsigned by, const struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    struct fb_text t;
    fb_text_init(&t, out, FB_ALERT_KEY_BYTES);
    if ((by & FB_SAME_TRUST) != 0) {
        fb_text_add(&t, "trust=");
        fb_text_add_code(&t, e->trust);
        fb_text_add(&t, ";");
    }
    if ((by & FB_SAME_RULE) != 0) {
        fb_text_add(&t, "rule=");
        fb_text_add_span(&t, row->rule);
        fb_text_add(&t, ";");
    }
    if ((by & FB_SAME_KIND) != 0) {
        fb_text_add(&t, "kind=");
        fb_text_add_span(&t, fb_event_type(row));
        fb_text_add(&t, ";");
    }
    if ((by & FB_SAME_GROUP) != 0) {
        fb_text_add(&t, "staff_group=");
        fb_text_add_int(&t, e->staff_group);
        fb_text_add(&t, ";");
    }
    if ((by & FB_SAME_BOOKING) != 0) {
        fb_text_add(&t, "record=");
        fb_text_add_int(&t, e->subject);
        fb_text_add(&t, ";");
    }
}

void fb_alerts_close(struct fb_alert_routes **routes)
{
    struct fb_alert_routes *r = *routes;
    *routes = NULL;
    if (r == NULL)
        return;
    void *memory = r->arena.base;
    fb_arena_release(&r->arena);
    free(memory);
    free(r);
}
