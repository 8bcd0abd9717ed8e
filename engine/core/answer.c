#include "engine/base/hash.h"
#include "engine/core/approval.h"
#include "engine/core/judge.h"

/* Break-glass: an approval never deletes a finding, it answers it. What a shift takes of a limit hangs on its
 * own findings and its own figure only, never on whether the limit is reached: so no order of judging makes a
 * difference. */

/* An approval that covers the shift, as it stands at this instant. */
struct weighed {
    const struct fb_approval *a;
    uint32_t number;
    enum fb_approval_end end;
    enum fb_not_entitled cause;
    int64_t next_ms;
    enum fb_answered answered; /* as what it would answer a finding; NONE: it answers none */
    bool within;               /* its limit, this shift included, is kept */
    bool limited;              /* takes of a class's limit */
};
struct weighing {
    struct fb_judging *j;
    unsigned n;
    struct weighed by[FB_APPROVALS_MAX];
    bool priced;
    int64_t pence; /* of the shift: the latest figure */
};

/* ---- one approval ---- */

static bool counts(enum fb_approval_end end)
{
    return end == FB_APPROVAL_END_GRANTED || end == FB_APPROVAL_END_PROVISIONAL ||
           end == FB_APPROVAL_END_EXPIRED;
}

/* Where a second pair of eyes is asked for, it was not granted before that one had looked. */
static int64_t granted_ms(const struct fb_approval *a, const struct fb_answer_policy *p)
{
    bool later = p->second_roles != 0 && a->second_ms != FB_ABSENT && a->second_ms > a->granted_ms;
    return later ? a->second_ms : a->granted_ms;
}

/* A grant after the start that nobody may give by then is as good as none. */
static void set_answered(const struct fb_judging *j, struct weighed *w)
{
    struct fb_answer_policy policy;
    w->answered = FB_ANSWERED_NONE;
    if (!counts(w->end) || fb_judge__approval_policy(j->book, w->a, &policy) != NULL)
        return;
    w->answered = fb_judge__approval_when(granted_ms(w->a, &policy), j->booking);
    if (w->answered == FB_ANSWERED_RETROSPECTIVE && !policy.retrospective) {
        w->answered = FB_ANSWERED_NONE;
        w->end = FB_APPROVAL_END_NOT_ENTITLED;
        w->cause = FB_NOT_SO_LATE;
    } else if (w->end == FB_APPROVAL_END_PROVISIONAL) {
        w->answered = FB_ANSWERED_PROVISIONAL;
    }
}

/* The limit of a shift whose cost nobody can say cannot be kept. */
static bool keeps_limit(const struct weighing *all, const struct weighed *w, int64_t before_pence)
{
    if (w->a->limit_pence == FB_ABSENT)
        return true;
    return all->priced && before_pence <= w->a->limit_pence &&
           all->pence <= w->a->limit_pence - before_pence; /* raw: figures already rounded */
}

static void weigh(struct weighing *all, const struct fb_approval_in_view *in)
{
    struct fb_judging *j = all->j;
    struct fb_approval_state_at at;
    const struct fb_approval *a = &in->record->as.approval;
    bool shadow = in->source != NULL && in->source->mode == FB_SOURCE_MODE_SHADOW;
    if ((shadow && !j->out->shadow) || !fb_approval_covers(a, j->view, j->booking, j->day))
        return;
    struct weighed *w = &all->by[all->n++];
    fb_approval_at(j->book, a, j->view->now_ms, &at);
    *w = (struct weighed){.a = a, .number = in->number, .end = at.end, .cause = at.cause, .next_ms = at.next_ms};
    set_answered(j, w);
    w->limited = w->answered != FB_ANSWERED_NONE && a->booking_ref.n == 0 && a->limit_pence != FB_ABSENT;
    w->within = keeps_limit(all, w, w->limited ? in->before_pence : 0);
}

/* Granted before provisional, then the earliest, then the order that the view has. */
static bool is_better(const struct weighed *a, const struct weighed *b)
{
    bool firm = a->answered != FB_ANSWERED_PROVISIONAL, other = b->answered != FB_ANSWERED_PROVISIONAL;
    return firm != other ? firm : a->a->granted_ms < b->a->granted_ms;
}

static void sort(struct weighing *all)
{
    for (unsigned i = 1; i < all->n; i++) {
        struct weighed w = all->by[i];
        unsigned at = i;
        for (; at > 0 && is_better(&w, &all->by[at - 1]); at--)
            all->by[at] = all->by[at - 1];
        all->by[at] = w;
    }
}

/* ---- what is answered ---- */

static bool can_be_answered(const struct fb_finding *f)
{
    return f->severity >= FB_SEVERITY_WARN;
}

static bool is_meant(const struct weighing *all, const struct weighed *w, const struct fb_finding *f)
{
    return can_be_answered(f) && fb_approval_names(all->j->book, w->a, f->rule);
}

static bool is_meant_for_any(const struct weighing *all, const struct weighed *w)
{
    for (unsigned i = 0; i < all->j->out->n_findings; i++)
        if (is_meant(all, w, &all->j->out->finding[i]))
            return true;
    return false;
}

/* Each that counts is taken from, also where another answers the same finding: of all that are read. */
_Static_assert((int)FB_SPENT_MAX >= (int)FB_APPROVALS_MAX, "a decision holds what it takes of each that it reads");
static void take(struct weighing *all)
{
    struct fb_decision *out = all->j->out;
    for (unsigned i = 0; i < all->n; i++) {
        const struct weighed *w = &all->by[i];
        if (!w->limited || !is_meant_for_any(all, w))
            continue;
        unsigned at = out->n_spent++;
        for (; at > 0 && out->spent[at - 1].approval > w->number; at--)
            out->spent[at] = out->spent[at - 1];
        const struct fb_envelope *env = &all->j->lead->version->env;
        uint64_t name = fb_hash64_mix(fb_hash64(env->source.p, env->source.n),
                                      fb_hash64(env->record_ref.p, env->record_ref.n));
        int64_t start = all->j->booking->shift.time.start_min;
        out->spent[at] = (struct fb_spent){w->number, start < 0 || start > UINT32_MAX ? 0 : (uint32_t)start,
                                           (uint32_t)name, all->pence}; /* raw: a figure already rounded */
    }
}

/* What is to be told by approval.not_valid, each once, in the order of its detail. */
static const uint8_t told[] = {FB_APPROVAL_END_LAPSED, FB_APPROVAL_END_EXHAUSTED, FB_APPROVAL_END_NEEDS_SECOND,
                               FB_APPROVAL_END_NOT_ENTITLED | FB_NOT_BY_RULE, FB_APPROVAL_END_NOT_ENTITLED | FB_NOT_BY_SCHEME,
                               FB_APPROVAL_END_NOT_ENTITLED | FB_NOT_SO_LATE};
enum { TOLD = sizeof told / sizeof told[0] };

static unsigned bit(enum fb_approval_end end, enum fb_not_entitled cause)
{
    unsigned detail = (unsigned)end | (end == FB_APPROVAL_END_NOT_ENTITLED ? (unsigned)cause : 0);
    for (unsigned i = 0; i < TOLD; i++)
        if (told[i] == detail)
            return 1u << i;
    return 0;
}

/* The ends of those that were meant for it and do not count. That a limit has no more room is nothing to tell
 * where another approval answers. */
static unsigned answer(struct weighing *all, struct fb_finding *f)
{
    unsigned failed = 0;
    bool exhausted = false;
    for (unsigned i = 0; i < all->n; i++) {
        const struct weighed *w = &all->by[i];
        if (!is_meant(all, w, f))
            continue;
        if (w->end == FB_APPROVAL_END_PROVISIONAL || w->end == FB_APPROVAL_END_ASKED || /* to be granted later, */
            w->end == FB_APPROVAL_END_NEEDS_SECOND ||                                   /* or to be looked at, */
            w->a->state != FB_APPROVAL_STATE_GRANTED)                                   /* or taken back by then */
            fb_judge__due(all->j->out, w->next_ms);
        if (w->answered == FB_ANSWERED_NONE) {
            failed |= bit(w->end, w->cause);
        } else if (!w->within) {
            exhausted = true;
        } else if (f->answered == FB_ANSWERED_NONE) { /* the best comes first */
            f->answered = (uint8_t)w->answered;
            f->approval = w->number;
        }
    }
    return failed | (exhausted && f->answered == FB_ANSWERED_NONE ? bit(FB_APPROVAL_END_EXHAUSTED, 0) : 0);
}

static void not_valid(struct fb_judging *j, unsigned failed)
{
    for (unsigned i = 0; i < TOLD; i++)
        if ((failed >> i & 1u) != 0)
            fb_judge__add(j->out, j->book->built_in[FB_RULE_APPROVAL_NOT_VALID].id, FB_SEVERITY_WARN, told[i], 0);
}

static void set_pence(struct weighing *all)
{
    const struct fb_decision *d = all->j->out;
    for (unsigned i = 0; i < d->n_lines; i++) {
        const struct fb_line *line = &d->line[i];
        bool latest = line->cell.stage == FB_STAGE_LATEST;
        if (!latest && (line->cell.stage != FB_STAGE_COMMITTED || all->priced))
            continue;
        all->priced = line->figures.v[FB_MEASURE_UNPRICED] == 0;
        all->pence = line->figures.v[FB_MEASURE_PENCE]; /* raw: a figure already rounded */
        if (latest)
            return;
    }
}

/* What one that was not read would have answered nobody can say. */
static void say_too_many(struct fb_judging *j)
{
    const uint32_t rule = j->book->built_in[FB_RULE_CANNOT_SAY].id;
    bool asked = false, said = false;
    if (!fb_view_cut(j->view, FB_KIND_APPROVAL))
        return;
    for (unsigned i = 0; i < j->out->n_findings; i++) {
        const struct fb_finding *f = &j->out->finding[i];
        asked = asked || can_be_answered(f);
        said = said || (f->rule == rule && f->detail == FB_LACK_TOO_MANY);
    }
    if (asked && !said)
        fb_judge__add(j->out, rule, FB_SEVERITY_CANNOT_SAY, FB_LACK_TOO_MANY, 0);
}

void fb_judge__answers(struct fb_judging *j)
{
    struct weighing all; /* of which `by` is filled as far as it is counted */
    unsigned failed = 0;
    say_too_many(j);
    if (j->view->n_approvals == 0 || j->out->n_findings == 0)
        return;
    all.j = j;
    all.n = 0;
    all.priced = false;
    all.pence = 0; /* raw: of no figure yet */
    set_pence(&all);
    for (unsigned i = 0; i < j->view->n_approvals; i++)
        weigh(&all, &j->view->approval[i]);
    sort(&all);
    take(&all);
    for (unsigned i = 0; i < j->out->n_findings; i++)
        failed |= answer(&all, &j->out->finding[i]);
    not_valid(j, failed);
}
