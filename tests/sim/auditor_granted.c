#include "tests/sim/auditor_granted.h"
#include "engine/base/check.h"
#include "engine/core/approval.h"

/* Exceptions, each by itself: what its rules ask, and what has become of it. */

bool aud_same_text(struct fb_span a, struct fb_span b)
{
    return a.n > 0 && fb_span_eq(a, b);
}

const struct fb_rule *aud_rule_named(const struct fb_book *book, struct fb_span name)
{
    for (unsigned i = 0; i < book->n_rules; i++)
        if (fb_span_eq(book->rule[i].name, name))
            return &book->rule[i];
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++)
        if (fb_span_eq(book->built_in[i].name, name))
            return &book->built_in[i];
    return NULL;
}

/* ---- what its rules ask together ---- */

struct aud_asked aud_ask_rules(const struct fb_book *book, const struct fb_approval *a)
{
    struct aud_asked q = {.own = true, .retrospective = true, .roles = UINT32_MAX, .confirm = UINT32_MAX};
    for (unsigned i = 0; i < a->n_rules; i++) {
        const struct fb_rule *rule = aud_rule_named(book, a->rule[i]);
        if (rule == NULL)
            continue;
        const struct fb_answer_policy *p = &rule->answer;
        q.any = true;
        q.roles &= p->roles;
        if (p->second_roles != 0)
            q.second = q.second == 0 ? p->second_roles : q.second & p->second_roles;
        q.own &= p->own;
        q.retrospective &= p->retrospective;
        q.confirm = p->confirm_minutes < q.confirm ? p->confirm_minutes : q.confirm;
    }
    return q;
}

static bool may_act(const struct fb_book *book, fb_code trust, enum fb_role role, struct fb_span identity, int64_t at_ms)
{
    for (unsigned i = 0; i < book->n_delegations; i++) {
        const struct fb_delegation *d = &book->delegation[i];
        if (d->trust == trust && d->role == role && fb_span_eq(d->identity, identity) && d->from_ms <= at_ms && at_ms < d->until_ms)
            return true;
    }
    return false;
}

/* Nobody has done yet what they say that they will do. */
static bool is_confirmed(const struct fb_approval *a, int64_t deadline_ms, int64_t now_ms)
{
    bool stood = a->state == FB_APPROVAL_STATE_GRANTED; /* else who recorded it is who ended it */
    return a->confirmed_ms <= now_ms && aud_same_text(a->confirmed_by, a->granted_by) && !(stood && aud_same_text(a->confirmed_by, a->recorded_by)) && a->confirmed_ms != FB_ABSENT &&
           a->confirmed_ms >= a->granted_ms && a->confirmed_ms <= deadline_ms;
}

/* A version that takes a grant back says what was granted, and no later than it is written. */
bool aud_tells_grant(const struct fb_approval *a)
{
    bool back = a->state == FB_APPROVAL_STATE_WITHDRAWN || a->state == FB_APPROVAL_STATE_REFUSED;
    return back && a->granted_by.n > 0 && a->role != 0 && a->channel != 0 && a->granted_ms != FB_ABSENT && a->granted_ms <= a->ended_ms;
}

enum fb_approval_end aud_approval_end(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms)
{
    static const enum fb_approval_end of_state[FB_APPROVAL_STATE_END] = {[FB_APPROVAL_STATE_ASKED] = FB_APPROVAL_END_ASKED,
                                                                         [FB_APPROVAL_STATE_REFUSED] = FB_APPROVAL_END_REFUSED,
                                                                         [FB_APPROVAL_STATE_WITHDRAWN] = FB_APPROVAL_END_WITHDRAWN};
    struct aud_asked q = aud_ask_rules(book, a);
    bool phone = a->channel == FB_CHANNEL_TELEPHONE, stood = a->state == FB_APPROVAL_STATE_GRANTED;
    if (!stood && !aud_tells_grant(a))
        return of_state[a->state];
    if (!stood && a->ended_ms <= now_ms) { /* what it was when it was ended, if it was over by then */
        struct fb_approval before = *a;
        before.ended_ms = INT64_MAX;
        enum fb_approval_end then = aud_approval_end(book, &before, a->ended_ms);
        bool over = then == FB_APPROVAL_END_LAPSED || then == FB_APPROVAL_END_EXPIRED || then == FB_APPROVAL_END_NOT_ENTITLED;
        return over ? then : of_state[a->state];
    }
    if (a->granted_ms > now_ms)
        return FB_APPROVAL_END_ASKED;
    if (!q.any)
        return FB_APPROVAL_END_NOT_ENTITLED; /* nobody asks for it */
    if ((q.roles >> a->role & 1) == 0 || !may_act(book, a->hirer, a->role, a->granted_by, a->granted_ms) || (phone && q.confirm == 0) ||
        (aud_same_text(a->granted_by, a->asked_by) && !q.own))
        return FB_APPROVAL_END_NOT_ENTITLED;
    if (q.second != 0 && ((q.second >> a->second_role & 1) == 0 || aud_same_text(a->second_by, a->granted_by) || aud_same_text(a->second_by, a->asked_by) ||
                          (stood && aud_same_text(a->second_by, a->recorded_by)) || a->second_ms == FB_ABSENT || a->second_ms > now_ms ||
                          !may_act(book, a->hirer, a->second_role, a->second_by, a->second_ms)))
        return FB_APPROVAL_END_NEEDS_SECOND;
    if (phone && q.confirm != UINT32_MAX) {
        int64_t deadline_ms = a->granted_ms + (int64_t)q.confirm * 60000;
        if (!is_confirmed(a, deadline_ms, now_ms))
            return now_ms < deadline_ms ? FB_APPROVAL_END_PROVISIONAL : FB_APPROVAL_END_LAPSED;
    }
    if (a->booking_ref.n == 0 && aud_local_day(now_ms / 60000) >= a->until)
        return FB_APPROVAL_END_EXPIRED;
    return FB_APPROVAL_END_GRANTED;
}

/* The same was granted, whatever else one version says and another does not. */
static bool same_grant(const struct fb_approval *x, const struct fb_approval *y)
{
    bool rules = x->n_rules == y->n_rules;
    for (unsigned i = 0; rules && i < x->n_rules; i++) {
        bool both = false;
        for (unsigned k = 0; k < y->n_rules; k++)
            both |= fb_span_eq(x->rule[i], y->rule[k]);
        rules = both;
    }
    return rules && x->hirer == y->hirer && fb_span_eq(x->booking_source, y->booking_source) &&
           fb_span_eq(x->booking_ref, y->booking_ref) && x->grade == y->grade && x->staff_group == y->staff_group &&
           x->route == y->route && fb_span_eq(x->unit, y->unit) && fb_span_eq(x->agency, y->agency) && x->role == y->role &&
           fb_span_eq(x->granted_by, y->granted_by) && x->granted_ms == y->granted_ms && x->channel == y->channel &&
           x->limit_pence == y->limit_pence && x->from == y->from && x->until == y->until;
}

/* Some version of the approval that granted just this is the one that the record confirms. */
static bool confirms(const struct auditor *a, const struct fb_record *r, uint32_t number, const struct fb_approval *p)
{
    const struct aud_held *h = &a->held[number];
    const struct fb_reply *c = &r->as.reply;
    char terms[FB_APPROVAL_TERMS_BYTES];
    if (r->env.kind != FB_KIND_REPLY || !fb_span_is(r->env.source, FB_SOURCE_OWN) || !fb_span_eq(c->booking_ref, h->ref) ||
        !fb_span_eq(c->booking_source, aud_source(a, h)->name))
        return false;
    for (uint32_t i = h->last; i != 0; i = a->version[i - 1].before) {
        const struct aud_version *v = &a->version[i - 1];
        if (v->gone || !same_grant(&v->message->record.as.approval, p))
            continue;
        fb_approval_terms(terms, &v->message->record.as.approval);
        if (fb_span_is(c->text, terms))
            return true;
    }
    return false;
}

/* One of its versions, with what the grantor confirmed: the first time that they did since they granted it, whatever came first. */
static struct fb_approval as_confirmed(const struct auditor *a, uint32_t number, const struct fb_record *version)
{
    struct fb_approval p = version->as.approval;
    int64_t since = FB_ABSENT;
    p.ended_ms = version->env.occurred_ms;
    for (uint32_t i = 1; i <= a->n_held && p.channel == FB_CHANNEL_TELEPHONE; i++) {
        const struct fb_record *r = &a->held[i].winner->record;
        if (a->held[i].kind != FB_KIND_REPLY || !fb_span_eq(r->as.reply.by, p.granted_by) || !confirms(a, r, number, &p))
            continue;
        p.confirmed_by = r->as.reply.by;
        if (r->env.occurred_ms >= p.granted_ms && (since == FB_ABSENT || r->env.occurred_ms < since))
            since = r->env.occurred_ms;
        p.confirmed_ms = since != FB_ABSENT ? since : r->env.occurred_ms;
    }
    return p;
}

/* ---- the version that it stands by ---- */

/* By the order that versions have of their own. */
static const struct sim_message *next_of(const struct auditor *a, uint32_t number, const struct sim_message *m)
{
    const struct sim_message *next = NULL;
    for (uint32_t i = a->held[number].last; i != 0; i = a->version[i - 1].before) {
        const struct aud_version *v = &a->version[i - 1];
        if (!v->gone && aud_version_cmp(v->message, m) > 0 && (next == NULL || aud_version_cmp(v->message, next) < 0))
            next = v->message;
    }
    return next;
}

static bool is_let_go(const struct auditor *a, const struct fb_book *book, uint32_t number, const struct sim_message *m)
{
    const struct sim_message *next = m->record.as.approval.channel == FB_CHANNEL_TELEPHONE ? next_of(a, number, m) : NULL;
    if (next == NULL)
        return false;
    struct fb_approval now = as_confirmed(a, number, &m->record), later = next->record.as.approval;
    later.ended_ms = next->record.env.occurred_ms;
    bool says_it = later.state == FB_APPROVAL_STATE_GRANTED || aud_tells_grant(&later);
    return !(says_it && same_grant(&now, &later)) && aud_approval_end(book, &now, later.ended_ms) == FB_APPROVAL_END_LAPSED;
}

const struct fb_record *aud_stands_by(const struct auditor *a, const struct fb_book *book, uint32_t number)
{
    const struct sim_message *stands = NULL;
    for (uint32_t i = a->held[number].last; i != 0; i = a->version[i - 1].before) {
        const struct aud_version *v = &a->version[i - 1];
        bool earlier = !v->gone && (stands == NULL || aud_version_cmp(v->message, stands) < 0);
        if (earlier && is_let_go(a, book, number, v->message))
            stands = v->message;
    }
    return stands == NULL ? &a->held[number].winner->record : &stands->record;
}

struct fb_approval aud_approval_now(const struct auditor *a, const struct fb_book *book, uint32_t number)
{
    return as_confirmed(a, number, aud_stands_by(a, book, number));
}

/* ---- what is decided about it ---- */

/* What all shifts together take of a class's limit leaves nothing of it. */
static bool is_used_up(const struct auditor *a, uint32_t number, const struct fb_approval *p)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < a->n_taken; i++)
        sum += a->taken[i].spent.approval == number ? a->taken[i].spent.pence : 0;
    return p->booking_ref.n == 0 && p->limit_pence != FB_ABSENT && sum >= p->limit_pence;
}

/* An approval by itself. */
bool aud_approval_same(struct auditor *a, const struct fb_book *book, uint32_t number, const struct fb_decision *d)
{
    const struct aud_held *h = &a->held[number];
    const struct fb_approval now = aud_approval_now(a, book, number);
    enum fb_approval_end end = aud_approval_end(book, &now, a->now_ms);
    bool stands = end == FB_APPROVAL_END_GRANTED || end == FB_APPROVAL_END_PROVISIONAL || end == FB_APPROVAL_END_EXPIRED;
    if (stands && is_used_up(a, number, &now))
        end = FB_APPROVAL_END_EXHAUSTED;
    a->met->approval[d->approval_end < FB_APPROVAL_END_END ? d->approval_end : 0]++;
    return end == (enum fb_approval_end)d->approval_end || auditor_differs_at(a, h, "what has become of it", end, d->approval_end);
}
