#include "tests/sim/auditor.h"
#include "engine/base/check.h"
#include "engine/core/approval.h"

/* Exceptions: what has become of each, which findings they answer, and what is taken of those with a limit. An approval is
 * asked for by going through all that are held. */

static bool same(struct fb_span a, struct fb_span b)
{
    return a.n > 0 && fb_span_eq(a, b);
}

static const struct fb_rule *rule_named(const struct fb_book *book, struct fb_span name)
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

struct asked {
    bool any, own, retrospective;
    uint32_t roles, second, confirm;
};

static struct asked ask(const struct fb_book *book, const struct fb_approval *a)
{
    struct asked q = {.own = true, .retrospective = true, .roles = UINT32_MAX, .confirm = UINT32_MAX};
    for (unsigned i = 0; i < a->n_rules; i++) {
        const struct fb_rule *rule = rule_named(book, a->rule[i]);
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
    return a->confirmed_ms <= now_ms && same(a->confirmed_by, a->granted_by) && !(stood && same(a->confirmed_by, a->recorded_by)) && a->confirmed_ms != FB_ABSENT &&
           a->confirmed_ms >= a->granted_ms && a->confirmed_ms <= deadline_ms;
}

/* A version that takes a grant back says what was granted, and no later than it is written. */
static bool tells_grant(const struct fb_approval *a)
{
    bool back = a->state == FB_APPROVAL_STATE_WITHDRAWN || a->state == FB_APPROVAL_STATE_REFUSED;
    return back && a->granted_by.n > 0 && a->role != 0 && a->channel != 0 && a->granted_ms != FB_ABSENT && a->granted_ms <= a->ended_ms;
}

enum fb_approval_end aud_approval_end(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms)
{
    static const enum fb_approval_end of_state[FB_APPROVAL_STATE_END] = {[FB_APPROVAL_STATE_ASKED] = FB_APPROVAL_END_ASKED,
                                                                         [FB_APPROVAL_STATE_REFUSED] = FB_APPROVAL_END_REFUSED,
                                                                         [FB_APPROVAL_STATE_WITHDRAWN] = FB_APPROVAL_END_WITHDRAWN};
    struct asked q = ask(book, a);
    bool phone = a->channel == FB_CHANNEL_TELEPHONE, stood = a->state == FB_APPROVAL_STATE_GRANTED;
    if (!stood && !tells_grant(a))
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
        (same(a->granted_by, a->asked_by) && !q.own))
        return FB_APPROVAL_END_NOT_ENTITLED;
    if (q.second != 0 && ((q.second >> a->second_role & 1) == 0 || same(a->second_by, a->granted_by) || same(a->second_by, a->asked_by) ||
                          (stood && same(a->second_by, a->recorded_by)) || a->second_ms == FB_ABSENT || a->second_ms > now_ms ||
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
static bool confirms(const struct auditor *a, const struct fb_record *r, uint32_t number)
{
    const struct aud_held *h = &a->held[number];
    const struct fb_reply *c = &r->as.reply;
    char terms[FB_APPROVAL_TERMS_BYTES];
    if (r->env.kind != FB_KIND_REPLY || !fb_span_is(r->env.source, FB_SOURCE_OWN) || !fb_span_eq(c->booking_ref, h->ref) ||
        !fb_span_eq(c->booking_source, aud_source(a, h)->name))
        return false;
    for (unsigned i = 0; i < a->n_versions; i++) {
        const struct aud_version *v = &a->version[i];
        if (v->number != number || !same_grant(&v->message->record.as.approval, &h->winner->record.as.approval))
            continue;
        fb_approval_terms(terms, &v->message->record.as.approval);
        if (fb_span_is(c->text, terms))
            return true;
    }
    return false;
}

/* As it stands: with what the grantor confirmed. */
static struct fb_approval held_now(const struct auditor *a, uint32_t number)
{
    struct fb_approval p = a->held[number].winner->record.as.approval;
    p.ended_ms = a->held[number].winner->record.env.occurred_ms;
    for (uint32_t i = 1; i <= a->n_held && p.channel == FB_CHANNEL_TELEPHONE; i++) {
        const struct fb_record *r = &a->held[i].winner->record;
        if (r->env.kind == FB_KIND_REPLY && fb_span_eq(r->as.reply.by, p.granted_by) && confirms(a, r, number)) {
            p.confirmed_by = r->as.reply.by;
            p.confirmed_ms = r->env.occurred_ms;
        }
    }
    return p;
}

/* ---- whom it is about ---- */

static bool covers(const struct auditor *a, const struct fb_approval *p, const struct aud_shift *s)
{
    const struct fb_shift *b = &s->b.shift;
    if (p->hirer != b->hirer || s->day < p->from || s->day >= p->until)
        return false;
    if (p->booking_ref.n > 0) {
        for (unsigned i = 0; i < s->n; i++)
            if (fb_span_eq(aud_source(a, s->member[i])->name, p->booking_source) && fb_span_eq(s->member[i]->ref, p->booking_ref))
                return true;
        return false;
    }
    return (p->grade == 0 || p->grade == b->grade) && (p->staff_group == 0 || p->staff_group == b->staff_group) &&
           (p->route == 0 || p->route == s->b.route) && (p->unit.n == 0 || fb_span_eq(p->unit, b->unit)) &&
           (p->agency.n == 0 || fb_span_eq(p->agency, s->b.agency));
}

static enum fb_answered when(const struct fb_approval *p, const struct fb_booking *b)
{
    if (b->booked_ms != FB_ABSENT && p->granted_ms <= b->booked_ms)
        return FB_ANSWERED_BEFORE_BOOKING;
    return p->granted_ms < b->shift.time.start_min * 60000 ? FB_ANSWERED_BEFORE_START : FB_ANSWERED_RETROSPECTIVE;
}

static bool names(const struct fb_book *book, const struct fb_approval *p, uint32_t rule)
{
    for (unsigned i = 0; i < p->n_rules; i++) {
        const struct fb_rule *r = rule_named(book, p->rule[i]);
        if (r != NULL && r->id == rule)
            return r->answer.roles != 0;
    }
    return false;
}

/* ---- what it does to a shift's findings ---- */

static bool is_for(const struct auditor *a, const struct aud_shift *s, uint32_t number, bool shadow)
{
    const struct aud_held *h = &a->held[number];
    const struct fb_approval *p = &h->winner->record.as.approval;
    bool of_shadow = aud_source(a, h)->mode == FB_SOURCE_MODE_SHADOW;
    struct fb_approval then = *p;
    then.ended_ms = h->winner->record.env.occurred_ms;
    bool over = p->booking_ref.n == 0 && aud_local_day(then.ended_ms / 60000) >= p->until;
    bool kept = tells_grant(&then) && (p->channel == FB_CHANNEL_TELEPHONE || over || then.ended_ms > a->now_ms);
    return h->kind == FB_KIND_APPROVAL && (p->state == FB_APPROVAL_STATE_GRANTED || kept) && (!of_shadow || shadow) && covers(a, p, s);
}

/* Those that name the booking, then by names. */
static bool comes_before(const struct auditor *a, uint32_t x, uint32_t y)
{
    const struct aud_held *one = &a->held[x], *other = &a->held[y];
    bool named = one->winner->record.as.approval.booking_ref.n > 0;
    if (named != (other->winner->record.as.approval.booking_ref.n > 0))
        return named;
    int by_source = fb_span_cmp(aud_source(a, one)->name, aud_source(a, other)->name);
    return by_source != 0 ? by_source < 0 : fb_span_cmp(one->ref, other->ref) < 0;
}

/* The granted ones that are about the shift: of those that are too many the last are not read. */
struct about {
    unsigned n;
    uint32_t number[FB_APPROVALS_MAX];
    bool too_many;
};

static void find_about(const struct auditor *a, const struct aud_shift *s, bool shadow, struct about *out)
{
    out->n = 0;
    out->too_many = false;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        unsigned at = out->n;
        if (!is_for(a, s, i, shadow))
            continue;
        while (at > 0 && comes_before(a, i, out->number[at - 1]))
            at--;
        out->too_many |= out->n == FB_APPROVALS_MAX;
        out->n += out->n < FB_APPROVALS_MAX;
        for (unsigned k = out->n - 1; k > at; k--)
            out->number[k] = out->number[k - 1];
        if (at < out->n)
            out->number[at] = i;
    }
}

static void not_valid(const struct fb_book *book, unsigned end, struct aud_verdict *v)
{
    uint32_t id = book->built_in[FB_RULE_APPROVAL_NOT_VALID].id;
    for (unsigned i = 0; i < v->n_findings; i++)
        if (v->finding[i].rule == id && v->finding[i].detail == end)
            return;
    v->finding[v->n_findings++] = (struct fb_finding){
        .rule = id, .severity = FB_SEVERITY_WARN, .detail = (uint8_t)end};
}

/* ---- limits ---- */

/* The shift's latest figure; false: nobody can say what it costs. */
static bool figure(const struct aud_verdict *v, int64_t *pence)
{
    const struct fb_line *last = NULL;
    for (unsigned i = 0; i < v->n_lines; i++)
        if (v->line[i].cell.stage == FB_STAGE_LATEST || (last == NULL && v->line[i].cell.stage == FB_STAGE_COMMITTED))
            last = &v->line[i];
    *pence = last == NULL ? 0 : last->figures.v[FB_MEASURE_PENCE];
    return last != NULL && last->figures.v[FB_MEASURE_UNPRICED] == 0;
}

/* What the shifts before this one take, as their decisions say: each decision is held against this auditor's own sums. */
static int64_t taken_before(const struct auditor *a, uint32_t approval, const struct fb_spent *own, uint32_t subject)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < a->n_taken; i++) {
        const struct aud_taken *x = &a->taken[i];
        bool before = x->spent.start_min != own->start_min ? x->spent.start_min < own->start_min
                      : x->spent.tie != own->tie           ? x->spent.tie < own->tie
                                                           : x->subject < subject;
        if (x->spent.approval == approval && x->subject != subject && before)
            sum += x->spent.pence;
    }
    return sum;
}

static void take(const struct auditor *a, const struct aud_shift *s, uint32_t approval, int64_t pence, struct aud_verdict *v)
{
    v->spent[v->n_spent++] =
        (struct fb_spent){.approval = approval, .start_min = (uint32_t)s->b.shift.time.start_min, .tie = aud_tie(a, s), .pence = pence};
}

/* Why somebody might not: only where all that the rule asks for is there can it be the scheme of delegation. */
static unsigned cause_of(const struct fb_approval *p, const struct asked *q)
{
    bool fits = q->any && (q->roles >> p->role & 1) != 0 && (p->channel != FB_CHANNEL_TELEPHONE || q->confirm != 0) &&
                (q->own || !same(p->granted_by, p->asked_by));
    return fits ? FB_NOT_BY_SCHEME : FB_NOT_BY_RULE;
}

/* What an approval does to a shift: how it answers, 0 not at all; *end: what has become of it, for this shift, as it is told. */
static uint8_t weigh(const struct fb_book *book, const struct fb_approval *p, const struct aud_shift *s, int64_t now_ms, unsigned *end)
{
    struct asked q = ask(book, p);
    struct fb_approval at = *p;
    *end = aud_approval_end(book, p, now_ms);
    if (*end == FB_APPROVAL_END_NOT_ENTITLED)
        *end |= cause_of(p, &q);
    if (*end != FB_APPROVAL_END_GRANTED && *end != FB_APPROVAL_END_PROVISIONAL && *end != FB_APPROVAL_END_EXPIRED)
        return 0;
    if (q.second != 0 && at.second_ms > at.granted_ms)
        at.granted_ms = at.second_ms; /* it was not granted before the second had looked */
    enum fb_answered how = when(&at, &s->b);
    if (how == FB_ANSWERED_RETROSPECTIVE && !q.retrospective) {
        *end = (unsigned)FB_APPROVAL_END_NOT_ENTITLED | FB_NOT_SO_LATE;
        return 0;
    }
    return (uint8_t)(*end == FB_APPROVAL_END_PROVISIONAL ? FB_ANSWERED_PROVISIONAL : how);
}

static bool is_meant(const struct fb_book *book, const struct fb_approval *p, const struct fb_finding *f)
{
    return f->severity >= FB_SEVERITY_WARN && names(book, p, f->rule);
}

/* An approval would answer a finding that nobody else does, if its limit had room. */
static bool is_exhausted(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct about *about,
                         unsigned n, const struct aud_verdict *v, uint32_t subject, bool priced, int64_t pence)
{
    struct fb_spent own = {.start_min = (uint32_t)s->b.shift.time.start_min, .tie = aud_tie(a, s)};
    for (unsigned at = 0; at < about->n; at++) {
        uint32_t i = about->number[at];
        unsigned end;
        const struct fb_approval *p = &a->held[i].winner->record.as.approval;
        if (p->limit_pence == FB_ABSENT)
            continue;
        const struct fb_approval now = held_now(a, i);
        if (weigh(book, &now, s, a->now_ms, &end) == 0)
            continue;
        int64_t before = p->booking_ref.n == 0 ? taken_before(a, i, &own, subject) : 0;
        if (priced && before + pence <= p->limit_pence)
            continue;
        for (unsigned k = 0; k < n; k++) {
            bool answered = false;
            for (unsigned x = 0; x < v->n_answers; x++)
                answered |= v->answer[x].rule == v->finding[k].rule;
            if (is_meant(book, p, &v->finding[k]) && !answered)
                return true;
        }
    }
    return false;
}

/* What one that was not read would have answered nobody can say. */
static void say_too_many(const struct fb_book *book, struct aud_verdict *v)
{
    uint32_t id = book->built_in[FB_RULE_CANNOT_SAY].id;
    bool asked = false, said = false;
    for (unsigned i = 0; i < v->n_findings; i++) {
        asked |= v->finding[i].severity >= FB_SEVERITY_WARN;
        said |= v->finding[i].rule == id && v->finding[i].detail == FB_LACK_TOO_MANY;
    }
    if (asked && !said)
        v->finding[v->n_findings++] =
            (struct fb_finding){.rule = id, .severity = FB_SEVERITY_CANNOT_SAY, .detail = FB_LACK_TOO_MANY};
}

/* An approval that is meant for a finding that nobody answers, and does not count, is said. The verdict keeps all
 * that may answer. */
void aud_answers(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject, struct aud_verdict *v)
{
    unsigned n = v->n_findings;
    int64_t pence;
    bool priced = figure(v, &pence), failed[4 * FB_NOT_BY_RULE] = {false};
    struct fb_spent own = {.start_min = (uint32_t)s->b.shift.time.start_min, .tie = aud_tie(a, s)};
    struct about about;
    find_about(a, s, v->shadow, &about);
    for (unsigned at = 0; at < about.n; at++) {
        uint32_t i = about.number[at];
        const struct fb_approval *p = &a->held[i].winner->record.as.approval;
        unsigned end;
        const struct fb_approval now = held_now(a, i);
        uint8_t how = weigh(book, &now, s, a->now_ms, &end);
        bool limited = how != 0 && p->booking_ref.n == 0 && p->limit_pence != FB_ABSENT, meant = false;
        int64_t before = limited ? taken_before(a, i, &own, subject) : 0;
        bool within = p->limit_pence == FB_ABSENT || (priced && before + pence <= p->limit_pence);
        for (unsigned k = 0; k < n; k++) {
            if (!is_meant(book, p, &v->finding[k]))
                continue;
            meant = true;
            failed[how == 0 ? end : 0] = true;
            fb_assert(v->n_answers < AUD_ANSWERS_MAX);
            if (how != 0 && within)
                v->answer[v->n_answers++] = (struct aud_answer){v->finding[k].rule, i, how};
        }
        if (meant && limited)
            take(a, s, i, pence, v);
    }
    for (unsigned end = 0; end < sizeof failed / sizeof failed[0]; end++)
        if (failed[end] && (end > FB_NOT_VALID_END_BITS || end == FB_APPROVAL_END_NEEDS_SECOND || end == FB_APPROVAL_END_LAPSED))
            not_valid(book, end, v);
    if (is_exhausted(a, book, s, &about, n, v, subject, priced, pence))
        not_valid(book, FB_APPROVAL_END_EXHAUSTED, v);
    if (about.too_many)
        say_too_many(book, v);
}

/* What was granted firmly, then what was granted first, then what names the booking, then by names. */
static bool is_better(const struct auditor *a, const struct aud_answer *x, const struct aud_answer *y)
{
    const struct aud_held *one = &a->held[x->approval], *other = &a->held[y->approval];
    int64_t of_one = one->winner->record.as.approval.granted_ms, of_other = other->winner->record.as.approval.granted_ms;
    bool firm = x->how != FB_ANSWERED_PROVISIONAL;
    if (firm != (y->how != FB_ANSWERED_PROVISIONAL))
        return firm;
    return of_one != of_other ? of_one < of_other : comes_before(a, x->approval, y->approval);
}

/* The best of those that may answer a finding does; none: nobody does. */
bool aud_answered_same(struct auditor *a, const struct aud_held *h, const struct aud_verdict *v, const struct fb_finding *f)
{
    const struct aud_answer *best = NULL;
    for (unsigned i = 0; i < v->n_answers; i++)
        if (v->answer[i].rule == f->rule && (best == NULL || is_better(a, &v->answer[i], best)))
            best = &v->answer[i];
    bool severe = f->severity >= FB_SEVERITY_WARN && best != NULL;
    if ((severe ? best->how : 0) != f->answered)
        return auditor_differs_at(a, h, "how a finding is answered by an approval", severe ? best->how : 0, f->answered);
    return !severe || best->approval == f->approval ||
           auditor_differs_at(a, h, "approval that answers a finding, by its number", best->approval, f->approval);
}

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
    const struct fb_approval now = held_now(a, number);
    enum fb_approval_end end = aud_approval_end(book, &now, a->now_ms);
    bool stands = end == FB_APPROVAL_END_GRANTED || end == FB_APPROVAL_END_PROVISIONAL || end == FB_APPROVAL_END_EXPIRED;
    if (stands && is_used_up(a, number, &now))
        end = FB_APPROVAL_END_EXHAUSTED;
    a->met->approval[d->approval_end < FB_APPROVAL_END_END ? d->approval_end : 0]++;
    return end == (enum fb_approval_end)d->approval_end || auditor_differs_at(a, h, "what has become of it", end, d->approval_end);
}
