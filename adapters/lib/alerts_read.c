#include "adapters/lib/alerts.h"
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1 << 20, ARENA_BYTES = 4 << 20, ALL_DAYS = 0x7f };
static const struct fb_span nothing = {NULL, 0};

/* ---- words and numbers ---- */

static const char *severity_word(unsigned n) { return fb_severity_word((enum fb_severity)n); }
static const char *group_word(unsigned n) { return fb_staff_group_word((enum fb_staff_group)n); }
static const char *route_word(unsigned n) { return fb_route_word((enum fb_route)n); }
static const char *day_word(unsigned n)
{
    static const char *const words[] = {"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    return words[n];
}

static uint32_t bit_of(struct fb_yaml *y, const yaml_node_t *node, const char *(*word)(unsigned), unsigned end, const char *what)
{
    struct fb_span s = fb_yaml_text(y, node);
    for (unsigned i = 1; i < end && !y->bad; i++)
        if (word(i) != NULL && fb_span_is(s, word(i)))
            return (uint32_t)1 << i;
    fb_yaml_fault(y, node, what, s);
    return 0;
}

static uint32_t bits_of(struct fb_yaml *y, const yaml_node_t *node, const char *(*word)(unsigned), unsigned end, const char *what)
{
    uint32_t bits = 0;
    for (unsigned i = 0, n = fb_yaml_list(y, node); i < n && !y->bad; i++)
        bits |= bit_of(y, fb_yaml_item(y, node, i), word, end, what);
    return bits;
}

static const char unknown_kind[] = "unknown"; /* of kinds that come with an engine newer than this program */

static struct fb_event_set kinds_of(struct fb_yaml *y, const yaml_node_t *node)
{
    struct fb_event_set kinds = {{0}};
    for (unsigned i = 0, n = fb_yaml_list(y, node); i < n && !y->bad; i++) {
        const yaml_node_t *item = fb_yaml_item(y, node, i);
        struct fb_span s = fb_yaml_text(y, item);
        unsigned kind = fb_span_is(s, unknown_kind) ? FB_EVENT_NONE : 1;
        while (kind != FB_EVENT_NONE && kind < FB_EVENT_END && !fb_span_is(s, fb_event_word((enum fb_event_kind)kind)))
            kind++;
        if (kind == FB_EVENT_END)
            fb_yaml_fault(y, item, "no kind of event that this version knows (`fairbank events --kind x` lists them; `unknown`: all others):", s);
        else
            fb_event_set_add(&kinds, (enum fb_event_kind)kind);
    }
    return kinds;
}

/* 90s, 15m, 4h, 2d */
static int64_t read_length(struct fb_yaml *y, const yaml_node_t *node)
{
    static const struct {
        char letter;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', FB_MINUTE_MS}, {'h', 60 * FB_MINUTE_MS}, {'d', (int64_t)FB_DAY_MINUTES * FB_MINUTE_MS}};
    struct fb_span s = fb_yaml_text(y, node);
    int64_t n;
    if (y->bad || node == NULL)
        return 0;
    for (unsigned i = 0; s.n > 1 && i < sizeof units / sizeof units[0]; i++)
        if (s.p[s.n - 1] == units[i].letter && fb_parse_int(&n, (struct fb_span){s.p, s.n - 1}) == FB_OK && n > 0 && n <= 10000)
            return n * units[i].ms;
    fb_yaml_fault(y, node, "a length of time such as 10m, 4h or 2d is wanted, not", s);
    return 0;
}

static struct fb_span *read_names(struct fb_yaml *y, const yaml_node_t *node, unsigned max, unsigned *n)
{
    *n = fb_yaml_list(y, node);
    if (*n > max)
        fb_yaml_fault(y, node, "too many names in one list", nothing);
    struct fb_span *out = y->bad || *n == 0 ? NULL : fb_yaml_room(y, node, *n, sizeof *out);
    for (unsigned i = 0; out != NULL && i < *n; i++) {
        const yaml_node_t *item = fb_yaml_item(y, node, i);
        out[i] = fb_yaml_text(y, item);
        if (out[i].n == 0 || out[i].n > FB_ALERT_NAME_MAX)
            fb_yaml_fault(y, item, "a name of 1 to 40 bytes is wanted, not", out[i]);
    }
    return y->bad ? NULL : out;
}

/* ---- hours: "22:00-07:00", or mon-fri 08:00-18:00 ---- */

static bool read_clock(struct fb_span s, int32_t *out)
{
    int64_t h, m;
    if (s.n != 5 || s.p[2] != ':' || fb_parse_int(&h, (struct fb_span){s.p, 2}) != FB_OK || fb_parse_int(&m, (struct fb_span){s.p + 3, 2}) != FB_OK)
        return false;
    *out = (int32_t)(h * 60 + m);
    return h >= 0 && m >= 0 && m < 60 && *out <= FB_DAY_MINUTES;
}

static unsigned read_days(struct fb_span s)
{
    unsigned first = 0, last = 0;
    for (unsigned i = 1; i <= 7; i++) {
        if (s.n >= 3 && memcmp(s.p, day_word(i), 3) == 0)
            first = i;
        if (s.n >= 3 && memcmp(s.p + s.n - 3, day_word(i), 3) == 0)
            last = i;
    }
    if (first == 0 || last == 0 || (s.n != 3 && !(s.n == 7 && s.p[3] == '-')))
        return 0;
    unsigned days = 0;
    for (unsigned d = first;; d = d % 7 + 1) {
        days |= 1u << (d - 1);
        if (d == last)
            return days;
    }
}

/* FB_REFUSED stays with the caller: what is said is the same for each mistake. */
static bool read_hours_text(struct fb_span s, struct fb_hours *h)
{
    uint32_t blank = 0;
    while (blank < s.n && s.p[blank] != ' ')
        blank++;
    bool days = blank < s.n;
    struct fb_span clock = days ? (struct fb_span){s.p + blank + 1, s.n - blank - 1} : s;
    *h = (struct fb_hours){.days = days ? read_days((struct fb_span){s.p, blank}) : ALL_DAYS};
    if (h->days == 0 || clock.n != 11 || clock.p[5] != '-')
        return false;
    return read_clock((struct fb_span){clock.p, 5}, &h->from_min) && read_clock((struct fb_span){clock.p + 6, 5}, &h->until_min) &&
           h->from_min < FB_DAY_MINUTES;
}

static struct fb_hours read_hours(struct fb_yaml *y, const yaml_node_t *node)
{
    struct fb_hours h = {.any = true};
    struct fb_span s = fb_yaml_text(y, node);
    if (node != NULL && !y->bad && !read_hours_text(s, &h))
        fb_yaml_fault(y, node, "hours such as 22:00-07:00 or mon-fri 08:00-18:00 are wanted, not", s);
    return h;
}

/* ---- when ---- */

static fb_code *read_trusts(struct fb_yaml *y, const yaml_node_t *node, unsigned *n)
{
    *n = fb_yaml_list(y, node);
    if (*n > FB_ALERT_TRUSTS_MAX)
        fb_yaml_fault(y, node, "too many trusts in one list", nothing);
    fb_code *out = y->bad || *n == 0 ? NULL : fb_yaml_room(y, node, *n, sizeof *out);
    for (unsigned i = 0; out != NULL && i < *n; i++) {
        const yaml_node_t *item = fb_yaml_item(y, node, i);
        struct fb_span s = fb_yaml_text(y, item);
        if (!y->bad && fb_code_parse(&out[i], s) != FB_OK)
            fb_yaml_fault(y, item, "no code of a trust:", s);
    }
    return out;
}

static int64_t read_pounds(struct fb_yaml *y, const yaml_node_t *node)
{
    int64_t pence = FB_ABSENT;
    struct fb_span s = fb_yaml_text(y, node);
    if (node != NULL && !y->bad && (fb_parse_decimal(&pence, s, 2) != FB_OK || pence < 0))
        fb_yaml_fault(y, node, "pounds such as 500 or 99.50 are wanted, not", s);
    return pence;
}

static void read_when(struct fb_yaml *y, const yaml_node_t *node, struct fb_when *w)
{
    static const char *const keys[] = {"kind", "trust", "staff_group", "route", "severity", "rule", "pounds_from", "hours", NULL};
    *w = (struct fb_when){.pence_from = FB_ABSENT, .hours = {.any = true}}; /* raw: none said */
    if (node == NULL || y->bad)
        return;
    fb_yaml_only(y, node, "unknown condition (kind, trust, staff_group, route, severity, rule, pounds_from, hours):", keys);
    w->kinds = kinds_of(y, fb_yaml_get(y, node, "kind"));
    w->staff_groups = bits_of(y, fb_yaml_get(y, node, "staff_group"), group_word, FB_STAFF_GROUP_END, "no staff group:");
    w->routes = bits_of(y, fb_yaml_get(y, node, "route"), route_word, FB_ROUTE_END, "no route:");
    w->severities = bits_of(y, fb_yaml_get(y, node, "severity"), severity_word, FB_SEVERITY_END,
                                      "no severity (ok, note, cannot_say, warn, breach):");
    w->trust = read_trusts(y, fb_yaml_get(y, node, "trust"), &w->n_trusts);
    w->rule = read_names(y, fb_yaml_get(y, node, "rule"), FB_ALERT_RULES_MAX, &w->n_rules);
    w->pence_from = read_pounds(y, fb_yaml_get(y, node, "pounds_from")); /* raw: as it is written */
    w->hours = read_hours(y, fb_yaml_get(y, node, "hours"));
}

static unsigned read_same(struct fb_yaml *y, const yaml_node_t *node)
{
    static const struct {
        const char *word;
        enum fb_same bit;
    } rows[] = {{"trust", FB_SAME_TRUST}, {"rule", FB_SAME_RULE}, {"kind", FB_SAME_KIND}, {"staff_group", FB_SAME_GROUP}, {"booking", FB_SAME_BOOKING}};
    unsigned same = 0;
    for (unsigned i = 0, n = fb_yaml_list(y, node); i < n && !y->bad; i++) {
        const yaml_node_t *item = fb_yaml_item(y, node, i);
        struct fb_span s = fb_yaml_text(y, item);
        unsigned bit = 0;
        for (unsigned k = 0; k < sizeof rows / sizeof rows[0]; k++)
            bit |= fb_span_is(s, rows[k].word) ? (unsigned)rows[k].bit : 0;
        if (bit == 0)
            fb_yaml_fault(y, item, "trust, rule, kind, staff_group or booking is wanted, not", s);
        same |= bit;
    }
    return same;
}

/* ---- one route, one silence ---- */

static yaml_node_t *need(struct fb_yaml *y, const yaml_node_t *node, const char *key, const char *fault)
{
    yaml_node_t *value = fb_yaml_get(y, node, key);
    if (value == NULL)
        fb_yaml_fault(y, node, fault, nothing);
    return value;
}

static struct fb_span read_name(struct fb_yaml *y, const yaml_node_t *node)
{
    unsigned n;
    const struct fb_span *names = read_names(y, need(y, node, "name", "a name is wanted here (name: …)"), 1, &n);
    return names == NULL ? nothing : names[0];
}

static void read_timed(struct fb_yaml *y, const yaml_node_t *node, const char *key, const char *fault, int64_t *ms, struct fb_span **to, unsigned *n)
{
    const char *const keys[] = {key, "to", NULL};
    if (node == NULL || y->bad)
        return;
    fb_yaml_only(y, node, fault, keys);
    *ms = read_length(y, need(y, node, key, fault));
    *to = read_names(y, need(y, node, "to", fault), FB_ALERT_TO_MAX, n);
}

static void read_quiet(struct fb_yaml *y, const yaml_node_t *node, struct fb_alert_route *r)
{
    static const char *const keys[] = {"hours", "except", NULL};
    r->quiet = (struct fb_hours){.any = true};
    if (node == NULL || y->bad)
        return;
    fb_yaml_only(y, node, "unknown key of quiet (hours, except):", keys);
    r->quiet = read_hours(y, need(y, node, "hours", "quiet needs hours (hours: 22:00-07:00)"));
    r->quiet_except = bits_of(y, fb_yaml_get(y, node, "except"), severity_word, FB_SEVERITY_END, "no severity:");
    if (r->quiet.days == ALL_DAYS && r->quiet.from_min == r->quiet.until_min)
        fb_yaml_fault(y, node, "these quiet hours never end", nothing);
}

static void read_group(struct fb_yaml *y, const yaml_node_t *node, struct fb_alert_route *r)
{
    static const char *const keys[] = {"by", "window", NULL};
    if (node == NULL || y->bad)
        return;
    fb_yaml_only(y, node, "unknown key of group (by, window):", keys);
    r->group_by = read_same(y, fb_yaml_get(y, node, "by"));
    r->group_ms = read_length(y, need(y, node, "window", "group needs a window (window: 10m)"));
}

static void read_route(struct fb_yaml *y, const yaml_node_t *node, struct fb_alert_route *r)
{
    static const char *const keys[] = {"name", "to", "when", "group", "quiet", "escalate", "remind", "stop", NULL};
    fb_yaml_only(y, node, "unknown key of a route (name, to, when, group, quiet, escalate, remind, stop):", keys);
    if (y->bad)
        return;
    r->line = fb_yaml_line(node);
    r->name = read_name(y, node);
    r->to = read_names(y, need(y, node, "to", "who gets it? (to: [receiver])"), FB_ALERT_TO_MAX, &r->n_to);
    read_when(y, fb_yaml_get(y, node, "when"), &r->when);
    read_group(y, fb_yaml_get(y, node, "group"), r);
    read_quiet(y, fb_yaml_get(y, node, "quiet"), r);
    read_timed(y, fb_yaml_get(y, node, "escalate"), "after", "escalate says after (a length of time) and to", &r->escalate_ms, &r->escalate_to, &r->n_escalate);
    read_timed(y, fb_yaml_get(y, node, "remind"), "before", "remind says before (a length of time) and to", &r->remind_ms, &r->remind_to, &r->n_remind);
    const yaml_node_t *stop = fb_yaml_get(y, node, "stop");
    r->stop = stop != NULL && fb_yaml_yes(y, stop);
}

static void read_silence(struct fb_yaml *y, const yaml_node_t *node, struct fb_alert_silence *s)
{
    static const char *const keys[] = {"name", "because", "silences", "same", "for", NULL};
    fb_yaml_only(y, node, "unknown key of a silence (name, because, silences, same, for):", keys);
    if (y->bad)
        return;
    s->line = fb_yaml_line(node);
    s->name = read_name(y, node);
    read_when(y, need(y, node, "because", "because of what? (because: {kind: …})"), &s->because);
    read_when(y, need(y, node, "silences", "what does it silence? (silences: {kind: …})"), &s->silences);
    s->same = read_same(y, fb_yaml_get(y, node, "same"));
    s->for_ms = read_length(y, need(y, node, "for", "for how long? (for: 24h)"));
}

/* ---- the file ---- */

static void no_twins(struct fb_yaml *y, const yaml_node_t *routes, const struct fb_alert_routes *out)
{
    for (unsigned i = 0; i < out->n_routes && !y->bad; i++)
        for (unsigned j = 0; j < i; j++)
            if (fb_span_eq(out->route[i].name, out->route[j].name))
                fb_yaml_fault(y, fb_yaml_item(y, routes, i), "two routes of one name:", out->route[i].name);
}

static void read_all(struct fb_yaml *y, struct fb_alert_routes *out)
{
    static const char *const keys[] = {"routes", "silences", NULL};
    const yaml_node_t *root = fb_yaml_root(y);
    fb_yaml_only(y, root, "unknown key (routes, silences):", keys);
    const yaml_node_t *routes = need(y, root, "routes", "routes are wanted (routes: [...])"), *silences = fb_yaml_get(y, root, "silences");
    out->n_routes = fb_yaml_list(y, routes);
    out->n_silences = fb_yaml_list(y, silences);
    if (out->n_routes > FB_ALERT_ROUTES_MAX || out->n_silences > FB_ALERT_ROUTES_MAX)
        fb_yaml_fault(y, root, "more than 256 routes or silences", nothing);
    if (!y->bad)
        out->route = fb_yaml_room(y, root, out->n_routes, sizeof *out->route);
    if (!y->bad)
        out->silence = fb_yaml_room(y, root, out->n_silences, sizeof *out->silence);
    for (unsigned i = 0; i < out->n_routes && !y->bad; i++)
        read_route(y, fb_yaml_item(y, routes, i), &out->route[i]);
    for (unsigned i = 0; i < out->n_silences && !y->bad; i++)
        read_silence(y, fb_yaml_item(y, silences, i), &out->silence[i]);
    no_twins(y, routes, out);
}

enum fb_err fb_alerts_parse(struct fb_alert_routes **out, const char *name, struct fb_span text, char fault[FB_YAML_FAULT_BYTES])
{
    struct fb_alert_routes *r = calloc(1, sizeof *r);
    void *memory = malloc(ARENA_BYTES);
    fault[0] = '\0';
    if (r == NULL || memory == NULL) {
        free(r);
        free(memory);
        return FB_FULL;
    }
    fb_arena_init(&r->arena, memory, ARENA_BYTES);
    struct fb_yaml y = {.name = name, .arena = &r->arena, .fault = fault};
    enum fb_err e = fb_yaml_parse(&y, text);
    if (e == FB_OK) {
        read_all(&y, r);
        fb_yaml_close(&y);
        e = y.bad ? FB_REFUSED : FB_OK;
    }
    if (e != FB_OK)
        fb_alerts_close(&r);
    *out = r;
    return e;
}

enum fb_err fb_alerts_open(struct fb_alert_routes **out, const char *path, char fault[FB_YAML_FAULT_BYTES])
{
    char *memory = NULL;
    struct fb_span text;
    *out = NULL;
    enum fb_err e = fb_yaml_read_file(path, FILE_BYTES_MAX, &memory, &text, fault);
    if (e == FB_OK)
        e = fb_alerts_parse(out, path, text, fault);
    free(memory);
    return e;
}
