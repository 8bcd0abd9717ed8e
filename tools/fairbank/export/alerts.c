/* Open findings as a file: what people work through, a row a finding. Each is about one shift and says which, so that no number in it
 * is a count of people; leaving some out would only hide work. It is not for publication, and says so. */
#include "tools/fairbank/export/alerts.h"
#include "adapters/lib/event_json.h"
#include "tools/fairbank/export/make.h"
#include "tools/fairbank/findings.h"
#include <inttypes.h>

struct alerts {
    struct sheet_book *book;
    const struct options *o;
    unsigned n, of[FB_SEVERITY_END];
    fb_day last;
};

void alerts_add(struct sheet_book *b, const struct fb_finding_row *r, const char *state, const char *why)
{
    struct sheet *to = &b->table;
    char day[11], opened[25] = "", name[FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 2];
    fb_day_format(day, r->shift_day);
    if (r->opened_ms > 0)
        fb_instant_format(opened, r->opened_ms);
    (void)snprintf(name, sizeof name, "%s/%s", word_of(r->source), word_of(r->record_ref));
    const char *words[] = {fb_severity_word(r->severity), code_word(r->trust), day, name, fb_staff_group_known(r->staff_group) ? fb_staff_group_word(r->staff_group) : "",
                           fb_route_known(r->route) ? fb_route_word(r->route) : "", word_of(r->rule)};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        sheet_add_text(b, to, words[i]);
    sheet_add(b, to, (struct sheet_cell){.kind = SHEET_PENCE, .state = r->pence == 0 ? SHEET_NOTHING : SHEET_SHOWN, .value = r->pence});
    sheet_add_text(b, to, state);
    sheet_add_text(b, to, opened);
    sheet_add_text(b, to, why);
}

void alerts_head(struct sheet *to)
{
    static const char *const heads[] = {"Severity", "Trust", "Day", "Booking", "Staff group", "Route", "Rule", "£", "State", "Opened", "Why"};
    to->name = "alerts";
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        to->head[to->n_columns++] = heads[i];
    to->texts = 4;
}

void alerts_head_event(struct sheet *to)
{
    alerts_head(to);
    to->head[to->n_columns++] = "Finding";
    to->head[to->n_columns++] = "Event";
}

void alerts_add_event(struct sheet_book *b, const struct fb_event_row *r, const char *id)
{
    const struct fb_event *e = &r->event;
    struct fb_finding_row row = {.trust = e->trust, .staff_group = e->staff_group, .route = e->route, .shift_day = e->shift_day, .severity = e->severity,
                                 .pence = e->pence, .rule = r->rule, .source = e->source, .record_ref = e->record_ref, .opened_ms = e->at_ms};
    char finding[FB_FINDING_ID_BYTES], state[FB_EVENT_TYPE_MAX + 1], why[FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 64];
    struct fb_span type = fb_event_type(r);
    fb_finding_id(finding, e);
    (void)snprintf(state, sizeof state, "%.*s", (int)type.n, type.p);
    (void)snprintf(why, sizeof why, "fairbank explain %s/%s --as-of %" PRIu64, word_of(e->source), word_of(e->record_ref), e->journal);
    alerts_add(b, &row, state, why);
    sheet_add_text(b, &b->table, finding);
    sheet_add_text(b, &b->table, id);
}

static bool each(void *ctx, const struct fb_finding_row *r)
{
    struct alerts *a = ctx;
    if (r->shadow != a->o->shadow)
        return true;
    alerts_add(a->book, r, finding_state(r), finding_why(r));
    a->n++;
    a->of[r->severity]++;
    a->last = r->shift_day > a->last ? r->shift_day : a->last;
    return !a->book->full;
}

static void say(struct alerts *a, const char *rules)
{
    struct sheet_book *b = a->book;
    sheet_say(b, "What", "Open findings, without those that were closed or are snoozed: a row each, in the order of the engine's numbers");
    sheet_say(b, "Export", "alerts");
    sheet_say(b, "Whose", "%s%s", a->o->trust != 0 ? code_word(a->o->trust) : "all trusts", a->o->shadow ? "; shadow sources, which are on trial" : "");
    if (a->o->rule != NULL)
        sheet_say(b, "Rule", "only %s", a->o->rule);
    sheet_say(b, "Coverage", "%u findings: %u breach, %u warn, %u cannot_say, %u note", a->n, a->of[FB_SEVERITY_BREACH], a->of[FB_SEVERITY_WARN],
              a->of[FB_SEVERITY_CANNOT_SAY], a->of[FB_SEVERITY_NOTE]);
    sheet_say(b, "Rules", "%s; each finding was judged by those that held for its shift", rules);
    sheet_say(b, "As known", "%s", a->o->as_known != 0 ? known_words(a->o->as_known) : "now");
    sheet_say(b, "How well", "each why says the row that it rests on and how well that is known; what a finding about a worker rests on is told to those who ask with --as");
    sheet_say(b, "Where from", "Booking is the name that `fairbank explain` takes");
    sheet_say(b, "Left out", "0 figures: every row is one shift, for those who work through them; not to be published");
}

bool make_alerts(struct sheet_book *b, const struct options *o, const char *rules)
{
    struct alerts a = {.book = b, .o = o};
    alerts_head(&b->table);
    bool ok = findings_visit(o, each, &a);
    say(&a, rules);
    b->day = a.last;
    return ok;
}
