#include "tests/sim/auditor_bills.h"

/* What the feed tells of lines of invoices: what has become of each, once when it changes. That nobody is held for it is told by its
 * finding. */

static void wrong(struct auditor *a, const char *what, const struct fb_event *e, int64_t must, int64_t is)
{
    (void)auditor_differs_at(a, &a->held[e->subject], what, must, is);
}

static void set(struct aud_line_told *t, const struct fb_event *e, unsigned end)
{
    *t = (struct aud_line_told){.end = (uint8_t)end, .silent = e->shadow || e->historic, .event = *e};
}

static enum fb_severity severity_of(unsigned end)
{
    if (end == FB_INVOICE_END_DISPUTED || end == FB_INVOICE_END_DUPLICATE)
        return FB_SEVERITY_WARN;
    return end == FB_INVOICE_END_PART_MATCHED ? FB_SEVERITY_NOTE : FB_SEVERITY_OK_;
}

void aud_hear_line(struct auditor *a, struct aud_line_told *t, const struct fb_event *e)
{
    bool silent = e->shadow || e->historic, disputed = e->kind == FB_EVENT_INVOICE_DISPUTED;
    if (a->held[e->subject].named != FB_KIND_INVOICE_LINE || e->detail == 0 || e->detail >= FB_INVOICE_END_END ||
        e->detail == FB_INVOICE_END_UNMATCHED || disputed != (e->detail == FB_INVOICE_END_DISPUTED))
        wrong(a, "what a line has become, as it is told", e, disputed, e->detail);
    if (e->severity != severity_of(e->detail))
        wrong(a, "severity with which it is told what a line has become", e, severity_of(e->detail), e->severity);
    if (t->end == e->detail && t->silent == silent)
        wrong(a, "what a line has become, told twice", e, 0, e->detail);
    set(t, e, e->detail);
    a->met->line_told[e->detail]++;
}

/* An opening has the kind of its rule; what cannot be said has none of its own. */
static void hold_kind(struct auditor *a, const struct fb_event *e)
{
    static const struct {
        enum fb_event_kind kind;
        enum fb_built_in_rule rule;
    } own[] = {{FB_EVENT_INVOICE_UNMATCHED, FB_RULE_INVOICE_UNMATCHED},
               {FB_EVENT_INVOICE_DUPLICATE, FB_RULE_INVOICE_DUPLICATE},
               {FB_EVENT_INVOICE_OVERCHARGED, FB_RULE_INVOICE_OVERCHARGED}};
    if (e->kind == FB_EVENT_FINDING_CHANGED || e->kind == FB_EVENT_FINDING_CLEARED || e->kind == FB_EVENT_FINDING_REOPENED)
        return;
    for (unsigned i = 0; i < sizeof own / sizeof own[0] && a->current != 0; i++) {
        bool rule = a->issue[a->current]->built_in[own[i].rule].id == e->rule && e->severity != FB_SEVERITY_CANNOT_SAY;
        if (rule != (e->kind == own[i].kind))
            wrong(a, "kind of event with which a finding about invoices opens", e, own[i].kind, e->kind);
        a->met->line_found[i] += rule;
    }
}

void aud_hear_line_finding(struct auditor *a, struct aud_line_told *t, const struct fb_event *e)
{
    hold_kind(a, e);
    if (a->held[e->subject].named != FB_KIND_INVOICE_LINE || a->current == 0 || e->kind == FB_EVENT_FINDING_CLEARED)
        return;
    if (e->rule == a->issue[a->current]->built_in[FB_RULE_INVOICE_UNMATCHED].id)
        set(t, e, FB_INVOICE_END_UNMATCHED);
}

void aud_hold_line(struct auditor *a, const struct aud_line_told *t, uint32_t subject, const struct fb_decision *d)
{
    const struct aud_held *h = &a->held[subject];
    const struct fb_match *m = &d->match[0];
    if (t->end != m->end || t->silent != (d->shadow || d->historic)) {
        (void)auditor_differs_at(a, h, "what a line has become, as the feed told it", m->end, t->end);
        return;
    }
    if (t->event.journal != d->journal || m->end == FB_INVOICE_END_UNMATCHED)
        return; /* its figures may have changed since, and that is not told */
    int64_t apart = m->expected_pence == FB_ABSENT ? 0 : m->charged_pence - m->expected_pence;
    if (t->event.pence != m->charged_pence || t->event.delta_pence != apart)
        (void)auditor_differs_at(a, h, "pence of a line, as the feed told them", m->charged_pence, t->event.pence);
    if (t->event.minutes != (m->minutes == FB_ABSENT ? 0 : m->minutes))
        (void)auditor_differs_at(a, h, "minutes of a line, as the feed told them", m->minutes, t->event.minutes);
}
