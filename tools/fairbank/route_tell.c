#include "tools/fairbank/json.h"
#include "tools/fairbank/route.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <stdio.h>

/* ---- for people ---- */

static void names_print(const struct fb_span *name, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        printf("%s%.*s", i > 0 ? ", " : "", (int)name[i].n, name[i].p);
}

static void length_print(int64_t ms)
{
    static const struct {
        int64_t ms;
        char letter;
    } units[] = {{86400000, 'd'}, {3600000, 'h'}, {60000, 'm'}, {1000, 's'}};
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++)
        if (ms % units[i].ms == 0) {
            printf("%lld%c", (long long)(ms / units[i].ms), units[i].letter);
            return;
        }
}

static void when_print(int64_t due_ms, int64_t now_ms)
{
    char at[17];
    if (due_ms <= now_ms) {
        printf("at once");
        return;
    }
    fb_local_format(at, due_ms / FB_MINUTE_MS);
    at[10] = ' ';
    printf("at %s", at);
}

static void group_print(const struct fb_alert_route *r, const struct fb_event_row *row)
{
    char key[FB_ALERT_KEY_BYTES];
    if (r->group_ms == 0)
        return;
    fb_alert_key(key, r->group_by, row);
    printf("\n      with what else comes within ");
    length_print(r->group_ms);
    printf(" of the first%s%s", key[0] != '\0' ? " of " : "", key);
}

static void later_print(const char *what, int64_t ms, const struct fb_span *to, unsigned n)
{
    if (ms == 0)
        return;
    printf("\n      %s ", what);
    length_print(ms);
    printf(": ");
    names_print(to, n);
}

static bool reminds(const struct fb_alert_route *r, const struct fb_event_row *row, enum fb_misfit opened)
{
    return row->event.kind == FB_EVENT_FINDING_SNOOZED && r->remind_ms > 0 && (opened == FB_MISFIT_NONE || opened == FB_MISFIT_HOURS);
}

static void route_print(const struct fb_alert_route *r, const struct fb_event_row *row, enum fb_misfit verdict, enum fb_misfit opened, int64_t now_ms)
{
    if (verdict != FB_MISFIT_NONE) {
        printf("  -   %.*s (line %u): it %s", (int)r->name.n, r->name.p, r->line, fb_misfit_text(verdict));
        if (reminds(r, row, opened))
            later_print("it tells of the finding's opening, and so before the snooze ends by", r->remind_ms, r->remind_to, r->n_remind);
        printf("\n");
        return;
    }
    printf("  yes %.*s (line %u): ", (int)r->name.n, r->name.p, r->line);
    names_print(r->to, r->n_to);
    printf(", ");
    when_print(fb_alert_due(r, row->event.severity, now_ms), now_ms);
    group_print(r, row);
    later_print("if nobody has seen it after", r->escalate_ms, r->escalate_to, r->n_escalate);
    later_print("when it is snoozed, before that ends by", r->remind_ms, r->remind_to, r->n_remind);
    printf("%s\n", r->stop ? "\n      and no later route" : "");
}

static void silences_print(const struct fb_alert_routes *routes, const struct fb_event_row *row)
{
    for (unsigned i = 0; i < routes->n_silences; i++) {
        const struct fb_alert_silence *s = &routes->silence[i];
        bool begins = fb_when_fits(&s->because, row) == FB_MISFIT_NONE, held = fb_when_fits(&s->silences, row) == FB_MISFIT_NONE;
        if (begins)
            printf("It begins the silence %.*s (line %u), for ", (int)s->name.n, s->name.p, s->line);
        else if (held)
            printf("It goes to nobody while the silence %.*s (line %u) holds: what begins it must be no older than ", (int)s->name.n, s->name.p, s->line);
        if (!begins && !held)
            continue;
        length_print(s->for_ms);
        printf(".\n");
    }
}

static void event_print(const struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    char at[17], pounds[40];
    fb_local_format(at, e->at_ms / FB_MINUTE_MS);
    at[10] = ' ';
    struct fb_span type = fb_event_type(row);
    printf("%.*s", (int)type.n, type.p);
    if (row->rule.n > 0 && !fb_span_eq(row->rule, type))
        printf(" %.*s", (int)row->rule.n, row->rule.p);
    if (e->trust != 0)
        printf(" at %s", code_word(e->trust));
    if (e->record_ref.n > 0)
        printf(", %.*s", (int)e->record_ref.n, e->record_ref.p);
    if (e->pence != 0) { /* raw: asked for nought */
        pounds_format(pounds, sizeof pounds, e->pence); /* raw: shown */
        printf(", £%s", pounds);
    }
    printf(", of %s%s\n", at, e->shadow ? ", of a shadow source" : e->historic ? ", of a backfill" : "");
}

void route_tell(const struct fb_alert_routes *routes, const struct fb_event_row *row, const enum fb_misfit *verdict, int64_t now_ms)
{
    enum fb_misfit opened[FB_ALERT_ROUTES_MAX];
    unsigned fit = 0;
    event_print(row);
    (void)fb_alerts_ask_opening(routes, row, opened);
    for (unsigned i = 0; i < routes->n_routes; i++) {
        route_print(&routes->route[i], row, verdict[i], opened[i], now_ms);
        fit += verdict[i] == FB_MISFIT_NONE;
    }
    silences_print(routes, row);
    if (fit == 0)
        printf("It goes to nobody.\n");
}

/* ---- for machines ---- */

static json_t *names_json(const struct fb_span *name, unsigned n)
{
    json_t *out = json_array();
    for (unsigned i = 0; i < n; i++)
        json_array_append_new(out, json_stringn(name[i].p, name[i].n));
    return out;
}

static void set_instant(json_t *j, const char *name, int64_t ms)
{
    char at[25];
    fb_instant_format(at, ms);
    json_object_set_new(j, name, json_string(at));
}

static void set_reminder(json_t *j, const struct fb_alert_route *r)
{
    json_object_set_new(j, "reminds_minutes_before", json_integer((json_int_t)(r->remind_ms / FB_MINUTE_MS)));
    json_object_set_new(j, "reminds", names_json(r->remind_to, r->n_remind));
}

static json_t *route_json(const struct fb_alert_route *r, const struct fb_event_row *row, enum fb_misfit verdict, enum fb_misfit opened, int64_t now_ms)
{
    char key[FB_ALERT_KEY_BYTES];
    json_t *j = json_pack("{s:s%, s:I, s:b}", "route", r->name.p, (size_t)r->name.n, "line", (json_int_t)r->line, "fits", verdict == FB_MISFIT_NONE);
    if (verdict != FB_MISFIT_NONE) {
        json_object_set_new(j, "because", json_string(fb_misfit_text(verdict)));
        if (reminds(r, row, opened))
            set_reminder(j, r);
        return j;
    }
    json_object_set_new(j, "to", names_json(r->to, r->n_to));
    set_instant(j, "due", fb_alert_due(r, row->event.severity, now_ms));
    fb_alert_key(key, r->group_by, row);
    if (r->group_ms > 0)
        json_object_set_new(j, "group", json_string(key));
    if (r->escalate_ms > 0) {
        set_instant(j, "escalates", row->event.at_ms + r->escalate_ms);
        json_object_set_new(j, "escalates_to", names_json(r->escalate_to, r->n_escalate));
    }
    if (r->remind_ms > 0)
        set_reminder(j, r);
    return j;
}

void route_tell_json(const struct fb_alert_routes *routes, const struct fb_event_row *row, const enum fb_misfit *verdict, int64_t now_ms)
{
    json_t *list = json_array(), *silences = json_array();
    enum fb_misfit opened[FB_ALERT_ROUTES_MAX];
    (void)fb_alerts_ask_opening(routes, row, opened);
    for (unsigned i = 0; i < routes->n_routes; i++)
        json_array_append_new(list, route_json(&routes->route[i], row, verdict[i], opened[i], now_ms));
    for (unsigned i = 0; i < routes->n_silences; i++) {
        const struct fb_alert_silence *s = &routes->silence[i];
        bool begins = fb_when_fits(&s->because, row) == FB_MISFIT_NONE, held = fb_when_fits(&s->silences, row) == FB_MISFIT_NONE;
        if (begins || held)
            json_array_append_new(silences, json_pack("{s:s%, s:I, s:s}", "silence", s->name.p, (size_t)s->name.n, "line", (json_int_t)s->line, "is",
                                                      begins ? "begun by it" : "one that would hold it back"));
    }
    json_t *j = json_pack("{s:o, s:o, s:o}", "event", fb_event_json(row), "routes", list, "silences", silences);
    json_print(j, JSON_COMPACT);
}
