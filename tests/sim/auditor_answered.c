#include "tests/sim/auditor_granted.h"
#include "engine/base/check.h"
#include "engine/core/approval.h"

/* Exceptions at shifts: which findings they answer, and what is taken of those with a limit. An approval is asked for by going
 * through all that are held. */

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
        const struct fb_rule *r = aud_rule_named(book, p->rule[i]);
        if (r != NULL && r->id == rule)
            return r->answer.roles != 0;
    }
    return false;
}

/* ---- what it does to a shift's findings ---- */

static bool is_for(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t number, bool shadow)
{
    const struct aud_held *h = &a->held[number];
    if (h->kind != FB_KIND_APPROVAL)
        return false;
    const struct fb_record *r = aud_stands_by(a, book, number);
    const struct fb_approval *p = &r->as.approval;
    bool of_shadow = aud_source(a, h)->mode == FB_SOURCE_MODE_SHADOW;
    struct fb_approval then = *p;
    then.ended_ms = r->env.occurred_ms;
    bool over = p->booking_ref.n == 0 && aud_local_day(then.ended_ms / 60000) >= p->until;
    bool kept = aud_tells_grant(&then) && (p->channel == FB_CHANNEL_TELEPHONE || over || then.ended_ms > a->now_ms);
    return (p->state == FB_APPROVAL_STATE_GRANTED || kept) && (!of_shadow || shadow) && covers(a, p, s);
}

/* Those that name the booking, then by names. */
static bool comes_before(const struct auditor *a, uint32_t x, bool x_named, uint32_t y, bool y_named)
{
    const struct aud_held *one = &a->held[x], *other = &a->held[y];
    if (x_named != y_named)
        return x_named;
    int by_source = fb_span_cmp(aud_source(a, one)->name, aud_source(a, other)->name);
    return by_source != 0 ? by_source < 0 : fb_span_cmp(one->ref, other->ref) < 0;
}

/* The granted ones that are about the shift: of those that are too many the last are not read. */
struct about {
    unsigned n;
    uint32_t number[FB_APPROVALS_MAX];
    bool named[FB_APPROVALS_MAX];
    bool too_many;
};

static void put_about(const struct auditor *a, uint32_t number, bool named, struct about *out)
{
    unsigned at = out->n;
    while (at > 0 && comes_before(a, number, named, out->number[at - 1], out->named[at - 1]))
        at--;
    out->too_many |= out->n == FB_APPROVALS_MAX;
    out->n += out->n < FB_APPROVALS_MAX;
    for (unsigned k = out->n - 1; k > at; k--) {
        out->number[k] = out->number[k - 1];
        out->named[k] = out->named[k - 1];
    }
    if (at < out->n) {
        out->number[at] = number;
        out->named[at] = named;
    }
}

static void find_about(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, bool shadow, struct about *out)
{
    out->n = 0;
    out->too_many = false;
    for (uint32_t i = 1; i <= a->n_held; i++)
        if (is_for(a, book, s, i, shadow))
            put_about(a, i, aud_stands_by(a, book, i)->as.approval.booking_ref.n > 0, out);
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
static unsigned cause_of(const struct fb_approval *p, const struct aud_asked *q)
{
    bool fits = q->any && (q->roles >> p->role & 1) != 0 && (p->channel != FB_CHANNEL_TELEPHONE || q->confirm != 0) &&
                (q->own || !aud_same_text(p->granted_by, p->asked_by));
    return fits ? FB_NOT_BY_SCHEME : FB_NOT_BY_RULE;
}

/* What an approval does to a shift: how it answers, 0 not at all; *end: what has become of it, for this shift, as it is told. */
static uint8_t weigh(const struct fb_book *book, const struct fb_approval *p, const struct aud_shift *s, int64_t now_ms, unsigned *end)
{
    struct aud_asked q = aud_ask_rules(book, p);
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
        const struct fb_approval now = aud_approval_now(a, book, i), *p = &now;
        if (p->limit_pence == FB_ABSENT)
            continue;
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
    find_about(a, book, s, v->shadow, &about);
    for (unsigned at = 0; at < about.n; at++) {
        uint32_t i = about.number[at];
        unsigned end;
        const struct fb_approval now = aud_approval_now(a, book, i), *p = &now;
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
                v->answer[v->n_answers++] = (struct aud_answer){v->finding[k].rule, i, how, about.named[at], now.granted_ms};
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
    bool firm = x->how != FB_ANSWERED_PROVISIONAL;
    if (firm != (y->how != FB_ANSWERED_PROVISIONAL))
        return firm;
    return x->granted_ms != y->granted_ms ? x->granted_ms < y->granted_ms : comes_before(a, x->approval, x->named, y->approval, y->named);
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
