#ifndef FB_ADAPTERS_ALERTS_H
#define FB_ADAPTERS_ALERTS_H
/* Who gets which alert, and when: a YAML file (deploy/routes.yaml is one, with every key explained) read into a plan, and the
 * plan asked about an event. Nothing here sends or keeps anything: what waits, what is silenced and who has not acknowledged is
 * kept by the outlet (adapters/outbound/outlet).
 *
 * Lifetimes: a plan holds all its texts until fb_alerts_close, and does not change. One thread at a time. */
#include "adapters/lib/event_json.h"
#include "adapters/lib/yaml_file.h"
enum {
    FB_ALERT_ROUTES_MAX = 256,
    FB_ALERT_TRUSTS_MAX = 64,
    FB_ALERT_RULES_MAX = 64,
    FB_ALERT_TO_MAX = 16,
    FB_ALERT_NAME_MAX = 40, /* bytes of a route's, a silence's or a receiver's name */
    FB_ALERT_KEY_BYTES = 400 /* of the key under which events are grouped or silenced */
};
/* Local hours of some weekdays; from > until goes over midnight, and belongs to the day on which it begins. */
struct fb_hours {
    bool any;               /* not said: every hour */
    unsigned days;          /* bit 0 Monday */
    int32_t from_min, until_min; /* of the local day, half-open */
};
/* Everything said must hold; a list holds when one of it does. */
struct fb_when {
    struct fb_event_set kinds;               /* none: any */
    uint32_t staff_groups, routes, severities; /* bits; 0: any */
    unsigned n_trusts, n_rules;
    fb_code *trust;
    struct fb_span *rule;
    int64_t pence_from;                      /* the event's amount, or what it changed by, without its sign; FB_ABSENT: any */
    struct fb_hours hours;                   /* of the instant of the event */
};
enum fb_same { FB_SAME_TRUST = 1, FB_SAME_RULE = 2, FB_SAME_KIND = 4, FB_SAME_GROUP = 8, FB_SAME_BOOKING = 16 };
struct fb_alert_route {
    struct fb_span name;
    unsigned line, n_to, n_escalate, n_remind;
    struct fb_span *to, *escalate_to, *remind_to; /* receivers' names */
    struct fb_when when;
    unsigned group_by;           /* enum fb_same bits */
    int64_t group_ms;            /* 0: each by itself */
    struct fb_hours quiet;       /* any: none */
    uint32_t quiet_except;       /* severities that do not wait */
    int64_t escalate_ms, remind_ms; /* 0: not */
    bool stop;                   /* later routes do not see what this one takes */
};
/* While an event that fits `because` is fresher than `for_ms`, events that fit `silences` and agree with it in `same` go nowhere. */
struct fb_alert_silence {
    struct fb_span name;
    unsigned line, same;
    struct fb_when because, silences;
    int64_t for_ms;
};
struct fb_alert_routes {
    unsigned n_routes, n_silences;
    struct fb_alert_route *route;
    struct fb_alert_silence *silence;
    struct fb_arena arena;
};
/* FB_REFUSED, FB_IO: the fault says FILE:LINE and what to do. */
FB_MUST_CHECK enum fb_err fb_alerts_open(struct fb_alert_routes **out, const char *path, char fault[FB_YAML_FAULT_BYTES]);
FB_MUST_CHECK enum fb_err fb_alerts_parse(struct fb_alert_routes **out, const char *name, struct fb_span text, char fault[FB_YAML_FAULT_BYTES]);
void fb_alerts_close(struct fb_alert_routes **routes);

/* The first thing that does not fit. */
#define FB_MISFIT_MAP(X)                                                                                   \
    X(NONE, "fits") X(SILENT, "is of a shadow source or a backfill, which alert nobody") X(KIND, "is of another kind") \
    X(TRUST, "is of another trust") X(GROUP, "is of another staff group") X(ROUTE, "is of another route")   \
    X(SEVERITY, "is of another severity") X(RULE, "is of another rule") X(AMOUNT, "is of a smaller amount") \
    X(HOURS, "is at another hour") X(STOPPED, "was taken by a route that says stop")
enum fb_misfit {
#define X(id, text) FB_MISFIT_##id,
    FB_MISFIT_MAP(X)
#undef X
    FB_MISFIT_END
};
const char *fb_misfit_text(enum fb_misfit m);
enum fb_misfit fb_when_fits(const struct fb_when *when, const struct fb_event_row *row);
/* Of every route, in their order, what does not fit; verdict has n_routes places. How many fit. */
unsigned fb_alerts_ask(const struct fb_alert_routes *routes, const struct fb_event_row *row, enum fb_misfit *verdict);
/* The same of a later step of a finding, such as that it was put off, as if it opened now: a route takes care of the findings whose opening it
 * takes, and need not name their steps. A finding that opened at other hours is of another hour, and nothing else. */
unsigned fb_alerts_ask_opening(const struct fb_alert_routes *routes, const struct fb_event_row *step, enum fb_misfit *verdict);
/* What an event is grouped by, or what two events have in common; equal texts are the same. `by` 0: the empty text. */
void fb_alert_key(char out[FB_ALERT_KEY_BYTES], unsigned by, const struct fb_event_row *row);
/* The instant from which the route may be spoken on: now, or the end of its quiet hours. */
int64_t fb_alert_after_quiet(const struct fb_alert_route *route, uint8_t severity, int64_t now_ms);
/* When an alert that comes now goes out by the route: when its window ends, or its quiet hours, whichever is later. */
int64_t fb_alert_due(const struct fb_alert_route *route, uint8_t severity, int64_t now_ms);
#endif
