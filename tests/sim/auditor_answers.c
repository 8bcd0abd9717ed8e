#include "tests/sim/auditor.h"
#include <string.h>

void auditor_init(struct auditor *a, const struct sim_world *w, struct sim_met *met)
{
    memset(a, 0, sizeof *a);
    a->w = w;
    a->met = met;
    a->listening_ms = INT64_MAX;
}

bool auditor_differs(struct auditor *a, const char *what, int64_t expected, int64_t found)
{
    struct fb_text t;
    if (a->why[0] != 0)
        return false;
    fb_text_init(&t, a->why, sizeof a->why);
    fb_text_add(&t, what);
    fb_text_add(&t, ": must be ");
    fb_text_add_int(&t, expected);
    fb_text_add(&t, ", is ");
    fb_text_add_int(&t, found);
    return false;
}

bool auditor_differs_at(struct auditor *a, const struct aud_held *h, const char *what, int64_t expected,
                        int64_t found)
{
    char text[AUD_WHY_BYTES];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add_span(&t, a->w->source[h->source].name);
    fb_text_add(&t, " ");
    fb_text_add(&t, fb_kind_word(h->kind));
    fb_text_add(&t, " ");
    fb_text_add_span(&t, h->ref);
    fb_text_add(&t, " (");
    for (uint32_t i = 1; i <= a->n_held; i++)
        if (h == &a->held[i])
            fb_text_add_int(&t, i);
    fb_text_add(&t, "): ");
    fb_text_add(&t, what);
    return auditor_differs(a, text, expected, found);
}

bool auditor_issue(struct auditor *a, unsigned plan)
{
    if (a->current > 0 && a->issue_plan[a->current] == plan)
        return false;
    auditor_schedule(a, plan, 0);
    a->current = a->n_issues;
    return true;
}

void auditor_schedule(struct auditor *a, unsigned plan, int64_t due_ms)
{
    unsigned number = ++a->n_issues;
    a->issue[number] = a->w->rules->issue[plan].book;
    a->issue_plan[number] = plan;
    a->issue_due_ms[number] = due_ms;
    a->n_scheduled += due_ms != 0;
    a->journal++;
}

unsigned auditor_waiting(const struct auditor *a)
{
    unsigned n = 0;
    for (unsigned i = 1; i <= a->n_issues; i++)
        n += a->issue_due_ms[i] != 0;
    return n;
}

bool auditor_refuses(const struct auditor *a, unsigned plan, int64_t due_ms)
{
    if (due_ms == 0)
        return auditor_waiting(a) > 0 && a->current > 0 && a->issue_plan[a->current] != plan;
    bool later = false;
    for (unsigned i = 1; i <= a->n_issues; i++)
        later = later || a->issue_due_ms[i] >= due_ms;
    return later;
}

unsigned auditor_first_waiting(const struct auditor *a)
{
    unsigned i = 1;
    while (i <= a->n_issues && a->issue_due_ms[i] == 0)
        i++;
    return i <= a->n_issues ? i : 0;
}

void auditor_withdraw(struct auditor *a, unsigned number)
{
    a->issue_due_ms[number] = 0;
    a->n_withdrawn++;
    a->journal++;
}

/* One at a time: the one whose moment came first, of several the lowest number. */
bool auditor_stepped(struct auditor *a, int64_t at_ms, unsigned current)
{
    unsigned first = 0;
    for (unsigned i = 1; i <= a->n_issues; i++)
        if (a->issue_due_ms[i] != 0 && a->issue_due_ms[i] <= at_ms &&
            (first == 0 || a->issue_due_ms[i] < a->issue_due_ms[first]))
            first = i;
    if (first != 0) {
        a->current = first;
        a->issue_due_ms[first] = 0;
    }
    return current == a->current || auditor_differs(a, "issue that holds after a step", a->current, current);
}

/* The source's revision, then when it did it, then its sequence, then the bytes; what is absent is lowest. */
int aud_version_cmp(const struct sim_message *a, const struct sim_message *b)
{
    const struct fb_envelope *x = &a->record.env, *y = &b->record.env;
    if (x->revision != y->revision)
        return x->revision < y->revision ? -1 : 1;
    if (x->occurred_ms != y->occurred_ms)
        return x->occurred_ms < y->occurred_ms ? -1 : 1;
    if (x->source_seq != y->source_seq)
        return x->source_seq < y->source_seq ? -1 : 1;
    return memcmp(a->digest, b->digest, sizeof a->digest);
}

const struct fb_source *aud_source(const struct auditor *a, const struct aud_held *h)
{
    return &a->w->source[h->source];
}

static bool same_contents(const struct sim_message *a, const struct sim_message *b)
{
    const struct fb_envelope *x = &a->record.env, *y = &b->record.env;
    return x->kind == y->kind && x->occurred_ms == y->occurred_ms && x->revision == y->revision &&
           fb_span_eq(x->record_ref, y->record_ref) && fb_span_eq(a->body, b->body);
}

static const struct aud_version *heard_before(const struct auditor *a, const struct sim_message *m)
{
    for (unsigned i = 0; i < a->n_versions; i++) {
        const struct sim_message *other = a->version[i].message;
        if (other->source == m->source && fb_span_eq(other->record.env.message_id, m->record.env.message_id))
            return &a->version[i];
    }
    return NULL;
}

static uint32_t number_of(const struct auditor *a, const struct sim_message *m)
{
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        if (h->source == m->source && h->named == m->record.env.kind &&
            fb_span_eq(h->ref, m->record.env.record_ref))
            return i;
    }
    return 0;
}

/* Sent before, refused, and sent again: bytes for bytes, or, when it could be read, with the same contents.
 * One whose id nobody could read is never known again. */
static const struct aud_refusal *refused_before(const struct auditor *a, const struct sim_message *m,
                                                enum fb_reason reason)
{
    for (unsigned i = 0; i < a->n_refusals; i++) {
        const struct aud_refusal *r = &a->refusal[i];
        bool same_id = r->source == m->source && r->reason == reason && m->id_read &&
                       fb_span_eq(r->message->record.env.message_id, m->record.env.message_id);
        bool read = reason == FB_REASON_CONFLICT || reason == FB_REASON_UNKNOWN_SOURCE; /* nothing was wrong but that */
        if (same_id && (read ? same_contents(r->message, m) : fb_span_eq(r->message->frame, m->frame)))
            return r;
    }
    return NULL;
}

static void refuse(struct auditor *a, const struct sim_message *m, enum fb_reason reason,
                   const struct aud_version *taken, struct fb_answer *out)
{
    const struct aud_refusal *before = refused_before(a, m, reason);
    out->outcome = reason == FB_REASON_CONFLICT ? FB_OUTCOME_CONFLICT : FB_OUTCOME_REFUSED;
    out->reason = reason;
    a->met->refused_again += before != NULL;
    a->repeats[m->source] += before != NULL;
    if (before == NULL) {
        a->n_conflicts += reason == FB_REASON_CONFLICT;
        before = &a->refusal[a->n_refusals];
        a->refusal[a->n_refusals++] = (struct aud_refusal){m,
                                                           taken == NULL ? 0 : taken->number,
                                                           ++a->journal,
                                                           taken == NULL ? 0 : taken->journal,
                                                           m->source,
                                                           reason,
                                                           a->at_ms};
    }
    out->journal = before->journal;
    out->record = before->number;
}

static void take(struct auditor *a, const struct sim_message *m, struct fb_answer *out)
{
    uint32_t number = number_of(a, m), who, was;
    aud_meet_worker(a, &m->record, &who, &was);
    out->outcome = number == 0 ? FB_OUTCOME_ACCEPTED : FB_OUTCOME_AMENDED;
    if (number == 0) {
        number = ++a->n_held;
        a->held[number] = (struct aud_held){m->record.env.kind, m->source, m->record.env.record_ref, m, who, m->record.env.kind, 0};
    } else if (a->held[number].kind == FB_KIND_NONE || aud_version_cmp(m, a->held[number].winner) > 0) {
        a->met->returned += a->held[number].kind == FB_KIND_NONE;
        a->held[number].kind = a->held[number].named;
        a->held[number].winner = m;
        a->held[number].who = who;
    }
    out->journal = ++a->journal;
    out->record = number;
    a->version[a->n_versions++] = (struct aud_version){m, a->journal, number, who, was, a->at_ms, false, out->outcome == FB_OUTCOME_AMENDED, a->held[number].last};
    a->held[number].last = a->n_versions;
    if (was != 0)
        aud_meet_again(a);
}

static void expect(struct auditor *a, const struct sim_message *m, struct fb_answer *out)
{
    memset(out, 0, sizeof *out);
    if (m->refused != FB_REASON_NONE) {
        refuse(a, m, m->refused, NULL, out);
        return;
    }
    if (!fb_span_eq(m->record.env.source, a->w->source[m->source].name)) {
        refuse(a, m, FB_REASON_UNKNOWN_SOURCE, NULL, out);
        return;
    }
    const struct aud_version *before = heard_before(a, m);
    if (before == NULL) {
        take(a, m, out);
    } else if (same_contents(before->message, m)) {
        out->outcome = FB_OUTCOME_DUPLICATE;
        a->repeats[m->source]++;
        out->journal = before->journal;
        out->record = before->number;
    } else {
        refuse(a, m, FB_REASON_CONFLICT, before, out);
    }
}

bool auditor_answer(struct auditor *a, const struct sim_message *m, const struct fb_answer *given)
{
    struct fb_answer must;
    expect(a, m, &must);
    a->met->outcome[must.outcome]++;
    const struct aud_held h = {m->record.env.kind, m->source, m->record.env.message_id, m, 0, m->record.env.kind, 0};
    if (must.outcome != given->outcome)
        return auditor_differs_at(a, &h, "outcome of the message", must.outcome, given->outcome);
    if (must.reason != given->reason)
        return auditor_differs_at(a, &h, "reason in the answer", must.reason, given->reason);
    if (must.journal != given->journal)
        return auditor_differs_at(a, &h, "journal number in the answer", (int64_t)must.journal,
                                  (int64_t)given->journal);
    if (must.record != given->record)
        return auditor_differs_at(a, &h, "record number in the answer", must.record, given->record);
    return true;
}
