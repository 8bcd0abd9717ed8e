#include "adapters/lib/event_json.h"
#include <stdio.h>
#include <string.h>

static void set_text(json_t *j, const char *name, const char *text, size_t n)
{
    if (n > 0)
        json_object_set_new(j, name, json_stringn(text, n));
}

static void set_span(json_t *j, const char *name, struct fb_span s)
{
    set_text(j, name, s.p, s.n);
}

static void set_code(json_t *j, const char *name, fb_code code)
{
    char text[9];
    if (code != 0)
        set_text(j, name, text, fb_code_format(text, code));
}

/* A number without a word, nought among them, is written "?" by the lists of words: it is not said. */
static void set_word(json_t *j, const char *name, const char *word)
{
    if (strcmp(word, "?") != 0)
        set_text(j, name, word, strlen(word));
}

static void set_int(json_t *j, const char *name, int64_t v)
{
    json_object_set_new(j, name, json_integer(v));
}

/* n of the ten characters of the day. */
static void set_day(json_t *j, const char *name, fb_day day, size_t n)
{
    char text[11];
    if (day == 0)
        return;
    fb_day_format(text, day);
    set_text(j, name, text, n);
}

void fb_finding_id(char out[FB_FINDING_ID_BYTES], const struct fb_event *e)
{
    bool any = e->kind == FB_EVENT_FINDING_ANSWERED || e->kind == FB_EVENT_FINDING_UNANSWERED;
    out[0] = '\0';
    if (e->subject == 0 || e->rule == 0)
        return;
    if (any)
        snprintf(out, FB_FINDING_ID_BYTES, "%u.%u.*", e->subject, e->rule);
    else
        snprintf(out, FB_FINDING_ID_BYTES, "%u.%u.%u", e->subject, e->rule, e->detail);
}

const char *fb_event_invoice_end(const struct fb_event *e)
{
    bool ends = e->kind == FB_EVENT_INVOICE_MATCHED || e->kind == FB_EVENT_INVOICE_DISPUTED;
    return ends ? fb_invoice_end_word((enum fb_invoice_end)e->detail) : "?";
}

static void set_shift(json_t *j, const struct fb_event *e)
{
    set_day(j, "day", e->shift_day, 10);
    if (e->shift_day == 0)
        return; /* of no shift: nought would be a sum */
    set_int(j, "pence", e->pence); /* raw: already rounded, as it was sent */
    set_int(j, "delta_pence", e->delta_pence);
    set_int(j, "minutes", e->minutes);
}

static void set_prior(json_t *j, const struct fb_event *e)
{
    if (e->kind != FB_EVENT_RATE_REPRICED)
        return;
    set_int(j, "prior_journal", (json_int_t)e->prior_journal);
    set_int(j, "prior_issue", e->prior_issue);
}

/* What was taken back as one batch; and that a source is silent, or there again. */
static void set_of_source(json_t *j, const struct fb_event_row *r)
{
    const struct fb_event *e = &r->event;
    if (e->kind == FB_EVENT_BATCH_WITHDRAWN) {
        set_int(j, "delta_pence", e->delta_pence);
        set_int(j, "withdrawn", e->withdrawn);
        set_int(j, "restored", e->restored);
        set_int(j, "left", e->left);
    }
    if (e->kind == FB_EVENT_SOURCE_SILENT)
        json_object_set_new(j, "back", json_boolean(r->back));
    set_span(j, "statement", r->statement);
}

static void set_record(json_t *j, const struct fb_event_row *r)
{
    const struct fb_event *e = &r->event;
    char finding[FB_FINDING_ID_BYTES];
    set_code(j, "trust", e->trust);
    if (e->subject != 0)
        set_int(j, "number", e->subject);
    set_span(j, "source", e->source);
    set_span(j, "booking", e->record_ref);
    set_span(j, "rule", r->rule);
    fb_finding_id(finding, e);
    set_text(j, "finding", finding, strlen(finding));
    set_word(j, "severity", fb_severity_word(e->severity));
    set_word(j, "staff_group", fb_staff_group_word(e->staff_group));
    set_word(j, "route", fb_route_word(e->route));
}

json_t *fb_event_json(const struct fb_event_row *r)
{
    const struct fb_event *e = &r->event;
    char at[25];
    json_t *j = json_object();
    if (j == NULL)
        return NULL;
    fb_instant_format(at, e->at_ms);
    set_int(j, "seq", (json_int_t)r->seq);
    set_span(j, "type", fb_event_type(r));
    if (!fb_event_known(e->kind))
        set_int(j, "kind", e->kind); /* what is left to tell a kind by whose word means nothing here */
    set_text(j, "time", at, strlen(at));
    set_record(j, r);
    set_shift(j, e);
    json_object_set_new(j, "shadow", json_boolean(e->shadow));
    json_object_set_new(j, "historic", json_boolean(e->historic));
    set_int(j, "journal", (json_int_t)e->journal);
    set_word(j, "stage", fb_stage_word(e->stage));
    if (e->kind == FB_EVENT_SPEND_POSTED && e->detail < FB_MEASURES) /* pence, or a charge for a cancellation: never added together */
        set_word(j, "measure", fb_measure_word(e->detail));
    set_word(j, "end", fb_event_invoice_end(e));
    set_word(j, "cause", fb_cause_word(e->cause));
    set_day(j, "posted", e->posted, 7);
    set_prior(j, e);
    set_of_source(j, r);
    if (e->issue != 0)
        set_int(j, "issue", e->issue);
    return j;
}

json_t *fb_event_cloud(const struct fb_event_row *r, uint64_t page_epoch)
{
    char id[FB_EVENT_ID_BYTES], at[25];
    struct fb_span type = fb_event_type(r);
    fb_event_id(id, r, page_epoch);
    fb_instant_format(at, r->event.at_ms);
    json_t *j = json_pack("{s:s, s:s, s:s, s:s%, s:s, s:s, s:o*}", "specversion", "1.0", "id", id, "source", "/fairbank", "type",
                          type.p, (size_t)type.n, "time", at, "datacontenttype", "application/json", "data", fb_event_json(r));
    if (j != NULL && r->event.subject != 0)
        json_object_set_new(j, "subject", json_sprintf("record/%u", r->event.subject));
    return j;
}
