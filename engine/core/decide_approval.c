#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/core/approval.h"
#include "engine/core/judge.h"

/* An approval judged by itself: what has become of it, and one event each time that becomes another thing. */

static const struct fb_approval *approval_of(const struct fb_view *view)
{
    return &view->approval[0].record->as.approval;
}

/* Nothing is left of its limit; that its days are over as well says less. What was taken beyond it shows in the shifts: they stay unanswered. */
static bool is_exhausted(const struct fb_view *view, enum fb_approval_end end)
{
    const struct fb_approval *a = approval_of(view);
    bool stands = end == FB_APPROVAL_END_GRANTED || end == FB_APPROVAL_END_PROVISIONAL || end == FB_APPROVAL_END_EXPIRED;
    return stands && a->booking_ref.n == 0 && a->limit_pence != FB_ABSENT &&
           view->approval[0].before_pence >= a->limit_pence;
}

static const struct fb_booking *booking_of(const struct fb_book *book, const struct fb_view *view,
                                           struct fb_arena *arena)
{
    return view->n_members == 0 ? NULL : fb_merge(book, view, arena);
}

static enum fb_answered when_of(const struct fb_approval *a, enum fb_approval_end end,
                                const struct fb_booking *b)
{
    bool granted =
        end == FB_APPROVAL_END_GRANTED || end == FB_APPROVAL_END_EXPIRED || end == FB_APPROVAL_END_EXHAUSTED;
    if (b == NULL || (!granted && end != FB_APPROVAL_END_PROVISIONAL))
        return FB_ANSWERED_NONE;
    return end == FB_APPROVAL_END_PROVISIONAL ? FB_ANSWERED_PROVISIONAL : fb_approval_when(a, b);
}

static void begin(const struct fb_book *book, const struct fb_view *view, struct fb_decision *out)
{
    const struct fb_approval_in_view *in = &view->approval[0];
    out->subject = view->subject;
    out->kind = FB_KIND_APPROVAL;
    out->journal = view->journal;
    out->at_ms = view->now_ms;
    out->issue = book->issue;
    out->version = FB_DECIDE_VERSION;
    out->shadow = in->source != NULL && in->source->mode == FB_SOURCE_MODE_SHADOW;
    out->historic = in->record->env.historic;
    out->joined = view->withdrawn;
    out->vacancy_end = FB_VACANCY_END_NONE;
    out->state = FB_BOOKING_STATE_NONE;
    out->basis = FB_BASIS_NONE;
    out->drift = FB_COMPARED_NOTHING;
    out->grade = approval_of(view)->grade;
    out->n_lines = out->n_findings = out->n_counts = out->n_spent = out->n_matches = out->n_shares = 0;
    out->stint.worker = 0;
    out->due_ms = INT64_MAX;
    out->trace = (struct fb_span){NULL, 0};
}

/* How each end is told. Who waits for a second pair of eyes is asked again. */
static const struct {
    enum fb_event_kind kind;
    enum fb_severity severity;
} told[FB_APPROVAL_END_END] = {
    [FB_APPROVAL_END_ASKED] = {FB_EVENT_APPROVAL_ASKED, FB_SEVERITY_OK_},
    [FB_APPROVAL_END_GRANTED] = {FB_EVENT_APPROVAL_GRANTED, FB_SEVERITY_OK_},
    [FB_APPROVAL_END_PROVISIONAL] = {FB_EVENT_APPROVAL_GRANTED, FB_SEVERITY_NOTE},
    [FB_APPROVAL_END_REFUSED] = {FB_EVENT_APPROVAL_REFUSED, FB_SEVERITY_OK_},
    [FB_APPROVAL_END_WITHDRAWN] = {FB_EVENT_APPROVAL_WITHDRAWN, FB_SEVERITY_OK_},
    [FB_APPROVAL_END_LAPSED] = {FB_EVENT_APPROVAL_LAPSED, FB_SEVERITY_BREACH},
    [FB_APPROVAL_END_EXPIRED] = {FB_EVENT_APPROVAL_EXPIRED, FB_SEVERITY_NOTE},
    [FB_APPROVAL_END_EXHAUSTED] = {FB_EVENT_APPROVAL_EXHAUSTED, FB_SEVERITY_WARN},
    [FB_APPROVAL_END_NOT_ENTITLED] = {FB_EVENT_APPROVAL_INVALID, FB_SEVERITY_WARN},
    [FB_APPROVAL_END_NEEDS_SECOND] = {FB_EVENT_APPROVAL_ASKED, FB_SEVERITY_NOTE},
};

/* The day of its booking, else the first of its days. */
static fb_day day_of(const struct fb_approval *a, const struct fb_booking *b)
{
    return b == NULL ? a->from : fb_london_day(b->shift.time.start_min);
}

/* before: what those who hear of it know; NONE: nothing. */
static enum fb_event_kind kind_of(const struct fb_approval *a, enum fb_approval_end before, enum fb_approval_end end)
{
    bool waited = before == FB_APPROVAL_END_PROVISIONAL || before == FB_APPROVAL_END_LAPSED; /* what came late lapsed meanwhile */
    bool confirmed = waited && end == FB_APPROVAL_END_GRANTED && a->confirmed_ms != FB_ABSENT;
    return confirmed ? FB_EVENT_APPROVAL_CONFIRMED : told[end].kind;
}

static void tell(const struct fb_view *view, const struct fb_booking *b, enum fb_approval_end before,
                 const struct fb_decision *out, struct fb_effects *effects)
{
    const struct fb_record *r = view->approval[0].record;
    const struct fb_approval *a = &r->as.approval;
    int64_t limit = a->limit_pence == FB_ABSENT ? 0 : a->limit_pence;
    struct fb_event shared = {.at_ms = view->now_ms,
                              .journal = view->journal,
                              .subject = view->subject,
                              .trust = a->hirer,
                              .severity = (uint8_t)told[out->approval_end].severity,
                              .detail = out->approval_end,
                              .staff_group = (uint8_t)(b == NULL ? a->staff_group : b->shift.staff_group),
                              .route = (uint8_t)(b == NULL ? a->route : b->route),
                              .shadow = out->shadow,
                              .historic = out->historic,
                              .rule = a->n_rules == 0 ? 0 : (uint32_t)fb_hash64(a->rule[0].p, a->rule[0].n),
                              .issue = out->issue,
                              .shift_day = day_of(a, b),
                              .pence = limit, /* raw: as it was sent */
                              .source = r->env.source,
                              .record_ref = r->env.record_ref};
    fb_judge__event(effects, &shared, kind_of(a, before, (enum fb_approval_end)out->approval_end));
}

enum fb_err fb_decide_approval(const struct fb_book *book, const struct fb_view *view,
                               const struct fb_decision *prior, struct fb_arena *arena,
                               struct fb_decision *out, struct fb_effects *effects)
{
    struct fb_approval_state_at at;
    fb_assert(view->n_approvals > 0 && view->approval[0].record != NULL);
    const struct fb_approval *a = approval_of(view);
    const struct fb_booking *b = booking_of(book, view, arena);
    if (view->n_members > 0 && b == NULL)
        return FB_LIMIT;
    begin(book, view, out);
    effects->n_events = effects->n_posts = 0;
    fb_approval_at(book, a, view->now_ms, &at);
    if (view->withdrawn)
        at = (struct fb_approval_state_at){.end = FB_APPROVAL_END_WITHDRAWN, .next_ms = INT64_MAX};
    out->approval_end = (uint8_t)(is_exhausted(view, at.end) ? FB_APPROVAL_END_EXHAUSTED : at.end);
    out->approval_when = (uint8_t)when_of(a, (enum fb_approval_end)out->approval_end, b);
    fb_judge__due(out, at.next_ms);
    bool heard = prior != NULL && fb_judge__silent(prior) == fb_judge__silent(out);
    enum fb_approval_end before = heard ? (enum fb_approval_end)prior->approval_end : FB_APPROVAL_END_NONE;
    if (before != (enum fb_approval_end)out->approval_end)
        tell(view, b, before, out, effects);
    return FB_OK;
}
