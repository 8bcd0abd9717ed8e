#include "adapters/lib/event_json.h"
#include <string.h>

/* One member of an event on its way in: what it is called, and how it is taken. */
struct reading {
    struct fb_event_row *out;
    struct fb_arena *arena;
};
typedef bool take(struct reading *r, const json_t *v);

static struct fb_span text_of(const json_t *v)
{
    return (struct fb_span){json_string_value(v), (uint32_t)json_string_length(v)};
}

static bool take_span(struct reading *r, const json_t *v, struct fb_span *out, size_t max)
{
    if (!json_is_string(v) || json_string_length(v) > max)
        return false;
    *out = fb_arena_copy(r->arena, text_of(v));
    return out->p != NULL && fb_span_is_text(*out);
}

static bool take_number(const json_t *v, int64_t max, int64_t *out)
{
    *out = json_integer_value(v);
    return json_is_integer(v) && *out >= -max && *out <= max;
}

static bool take_unsigned(const json_t *v, int64_t max, int64_t *out)
{
    return take_number(v, max, out) && *out >= 0;
}

/* The number of a word, by asking for the word of each number. */
static bool take_word(const json_t *v, const char *(*word)(unsigned), unsigned end, uint8_t *out)
{
    for (unsigned i = 1; json_is_string(v) && i < end; i++) {
        if (word(i) == NULL || strcmp(word(i), json_string_value(v)) != 0)
            continue;
        *out = (uint8_t)i;
        return true;
    }
    return false;
}
static const char *word_of_severity(unsigned n) { return fb_severity_word((enum fb_severity)n); }
static const char *word_of_group(unsigned n) { return fb_staff_group_word((enum fb_staff_group)n); }
static const char *word_of_route(unsigned n) { return fb_route_word((enum fb_route)n); }
static const char *word_of_event(unsigned n) { return fb_event_word((enum fb_event_kind)n); }

/* A type that is not known here is taken with its number only, so that a slip of the pen is no kind of event. */
static bool take_type(struct reading *r, const json_t *v)
{
    uint8_t kind = 0;
    if (take_word(v, word_of_event, FB_EVENT_END, &kind))
        r->out->event.kind = (enum fb_event_kind)kind;
    else if (!take_span(r, v, &r->out->type, FB_EVENT_TYPE_MAX) || !fb_event_type_is_foreign(r->out->type))
        return false;
    return true;
}
/* Told by an older program than this one, the number may be known by now. */
static bool take_kind(struct reading *r, const json_t *v)
{
    int64_t n;
    bool ok = take_unsigned(v, INT32_MAX, &n) && n > 0;
    if (ok && r->out->type.n > 0) {
        r->out->event.kind = (enum fb_event_kind)n;
        if (fb_event_known(n))
            r->out->type = (struct fb_span){NULL, 0};
    }
    return ok;
}
static bool take_time(struct reading *r, const json_t *v)
{
    return json_is_string(v) && fb_instant_parse(&r->out->event.at_ms, text_of(v)) == FB_OK;
}
static bool take_trust(struct reading *r, const json_t *v)
{
    return json_is_string(v) && fb_code_parse(&r->out->event.trust, text_of(v)) == FB_OK;
}
static bool take_day(struct reading *r, const json_t *v)
{
    return json_is_string(v) && fb_day_parse(&r->out->event.shift_day, text_of(v)) == FB_OK;
}
static bool take_seq(struct reading *r, const json_t *v)
{
    int64_t n;
    bool ok = take_unsigned(v, INT64_MAX, &n);
    r->out->seq = ok ? (uint64_t)n : 0;
    return ok;
}
static bool take_subject(struct reading *r, const json_t *v)
{
    int64_t n;
    bool ok = take_unsigned(v, UINT32_MAX, &n);
    r->out->event.subject = ok ? (uint32_t)n : 0;
    return ok;
}
/* RECORD.RULE.DETAIL: the rule's number and the detail are nowhere else. */
static bool take_finding(struct reading *r, const json_t *v)
{
    struct fb_span s = text_of(v), part[3];
    int64_t n[3] = {0};
    unsigned parts = 0;
    for (uint32_t from = 0, i = 0; json_is_string(v) && i <= s.n && parts < 3; i++) {
        if (i < s.n && s.p[i] != '.')
            continue;
        part[parts++] = (struct fb_span){s.p + from, i - from};
        from = i + 1;
    }
    bool any = parts == 3 && fb_span_is(part[2], "*");
    for (unsigned i = 0; i < parts; i++)
        if (!(i == 2 && any) && (fb_parse_int(&n[i], part[i]) != FB_OK || n[i] < 0 || n[i] > (i == 2 ? UINT8_MAX : UINT32_MAX)))
            return false;
    r->out->event.rule = (uint32_t)n[1];
    r->out->event.detail = (uint8_t)n[2];
    return parts == 3;
}
static bool take_booking(struct reading *r, const json_t *v) { return take_span(r, v, &r->out->event.record_ref, FB_ID_BYTES_MAX); }
static bool take_source(struct reading *r, const json_t *v) { return take_span(r, v, &r->out->event.source, FB_SOURCE_BYTES_MAX); }
static bool take_rule(struct reading *r, const json_t *v) { return take_span(r, v, &r->out->rule, FB_TEXT_BYTES_MAX); }
static bool take_statement(struct reading *r, const json_t *v) { return take_span(r, v, &r->out->statement, FB_BODY_BYTES_MAX); }
static bool take_severity(struct reading *r, const json_t *v)
{
    return take_word(v, word_of_severity, FB_SEVERITY_END, &r->out->event.severity);
}
static bool take_group(struct reading *r, const json_t *v)
{
    return take_word(v, word_of_group, FB_STAFF_GROUP_END, &r->out->event.staff_group);
}
static bool take_route(struct reading *r, const json_t *v) { return take_word(v, word_of_route, FB_ROUTE_END, &r->out->event.route); }
static bool take_pence(struct reading *r, const json_t *v) { return take_number(v, INT64_MAX, &r->out->event.pence); } /* raw: read as it was told */
static bool take_delta(struct reading *r, const json_t *v) { return take_number(v, INT64_MAX, &r->out->event.delta_pence); }
static bool take_minutes(struct reading *r, const json_t *v) { return take_number(v, INT64_MAX, &r->out->event.minutes); }
static bool take_shadow(struct reading *r, const json_t *v)
{
    r->out->event.shadow = json_is_true(v);
    return json_is_boolean(v);
}
static bool take_historic(struct reading *r, const json_t *v)
{
    r->out->event.historic = json_is_true(v);
    return json_is_boolean(v);
}

static const struct {
    const char *name;
    take *take;
} members[] = {
    {"type", take_type},         {"kind", take_kind},       {"statement", take_statement}, {"time", take_time},       {"trust", take_trust},       {"day", take_day},
    {"seq", take_seq},           {"number", take_subject},  {"finding", take_finding},   {"booking", take_booking},
    {"source", take_source},     {"rule", take_rule},       {"severity", take_severity}, {"staff_group", take_group},
    {"route", take_route},       {"pence", take_pence},     {"delta_pence", take_delta}, {"minutes", take_minutes},
    {"shadow", take_shadow},     {"historic", take_historic},
};

enum fb_err fb_event_from_json(struct fb_event_row *out, const json_t *json, struct fb_arena *arena, const char **bad)
{
    struct reading r = {out, arena};
    const json_t *data = json_object_get(json, "data"), *flat = json_is_object(data) ? data : json;
    *out = (struct fb_event_row){0};
    for (unsigned i = 0; i < sizeof members / sizeof members[0]; i++) {
        const json_t *v = json_object_get(flat, members[i].name);
        *bad = members[i].name;
        if (v != NULL && !members[i].take(&r, v))
            return FB_REFUSED;
    }
    *bad = "type";
    return out->event.kind != FB_EVENT_NONE ? FB_OK : FB_REFUSED;
}
