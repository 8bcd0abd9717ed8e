#include "engine/base/check.h"
#include "engine/core/judge.h"
#include <stddef.h>

struct fb_event *fb_judge__event(struct fb_effects *effects, const struct fb_event *shared,
                                 enum fb_event_kind kind)
{
    fb_assert(effects->n_events <
              FB_EFFECTS_MAX); /* each finding clears, and opens or changes, at most once */
    struct fb_event *e = &effects->event[effects->n_events++];
    *e = *shared;
    e->kind = kind;
    return e;
}
_Static_assert(4 * FB_FINDINGS_MAX + 3 * 2 * FB_LINES_MAX + 2 <= FB_EFFECTS_MAX,
               "every event of a decision fits");

static struct fb_event shared_event(const struct fb_judging *j)
{
    const struct fb_shift *s = &j->booking->shift;
    return (struct fb_event){.at_ms = j->view->now_ms,
                             .journal = j->view->journal,
                             .subject = j->view->subject,
                             .trust = s->hirer,
                             .staff_group = (uint8_t)s->staff_group,
                             .route = (uint8_t)j->booking->route,
                             .shadow = j->out->shadow,
                             .historic = j->out->historic,
                             .issue = j->out->issue,
                             .shift_day = j->day,
                             .source = j->lead->version->env.source,
                             .record_ref = j->lead->version->env.record_ref};
}

/* ---- booking.assessed ---- */

static int64_t latest(const struct fb_decision *d, enum fb_measure m)
{
    for (unsigned i = 0; d != NULL && i < d->n_lines; i++)
        if (d->line[i].cell.stage == FB_STAGE_LATEST)
            return d->line[i].figures.v[m];
    return 0;
}

static enum fb_severity worst(const struct fb_decision *d)
{
    unsigned severity = FB_SEVERITY_OK_;
    for (unsigned i = 0; i < d->n_findings; i++)
        severity = d->finding[i].severity > severity ? d->finding[i].severity : severity;
    return (enum fb_severity)severity;
}

/* Said once at first, then only when the state or a figure is another. */
static void assessed(struct fb_judging *j, const struct fb_event *shared)
{
    const struct fb_decision *before = j->prior, *after = j->out;
    bool first = before == NULL || before->joined;
    bool changed = !first && (before->state != after->state || j->effects->n_posts > 0);
    if ((first && after->joined) || (!first && !changed))
        return;
    struct fb_event *e = fb_judge__event(j->effects, shared, FB_EVENT_BOOKING_ASSESSED);
    e->stage = FB_STAGE_LATEST;
    e->severity = (uint8_t)worst(after);
    e->pence = latest(after, FB_MEASURE_PENCE); /* raw: a sum of rounded figures */
    e->delta_pence = latest(after, FB_MEASURE_PENCE) - latest(before, FB_MEASURE_PENCE);
    e->minutes = latest(after, FB_MEASURE_MINUTES);
}

static enum fb_cause cause_of(const struct fb_judging *j)
{
    return j->view->repricing ? FB_CAUSE_REPRICED : FB_CAUSE_RECORD;
}

/* ---- rate.repriced ---- */

/* Whatever another issue of the rules makes of a shift of which nothing new was heard: every measure that is posted moves a
 * total, and nothing else tells of those that are no spend. */
static void repriced(struct fb_judging *j, const struct fb_event *shared)
{
    const struct fb_decision *before = j->prior, *after = j->out;
    if (!j->view->repricing || before == NULL || j->effects->n_posts == 0)
        return;
    struct fb_event *e = fb_judge__event(j->effects, shared, FB_EVENT_RATE_REPRICED);
    e->stage = FB_STAGE_LATEST;
    e->pence = latest(after, FB_MEASURE_PENCE); /* raw: a sum of rounded figures */
    e->delta_pence = latest(after, FB_MEASURE_PENCE) - latest(before, FB_MEASURE_PENCE);
    e->minutes = latest(after, FB_MEASURE_MINUTES);
    e->prior_journal = before->journal;
    e->prior_issue = before->issue;
    e->cause = FB_CAUSE_REPRICED;
    e->posted = fb_day_month(j->day);
}

/* ---- spend.posted ---- */

static void posted(struct fb_judging *j, const struct fb_event *shared, const struct fb_line *post,
                   enum fb_measure m)
{
    struct fb_event *e = fb_judge__event(j->effects, shared, FB_EVENT_SPEND_POSTED);
    e->trust = post->cell.hirer;
    e->staff_group = post->cell.staff_group;
    e->route = post->cell.route;
    e->stage = post->cell.stage;
    e->shadow = post->cell.shadow;
    e->detail = (uint8_t)m;
    /* A delta for another week takes back what was posted there: only its Monday is still known. */
    e->shift_day = post->cell.week == fb_day_week(j->day) ? j->day : post->cell.week;
    e->delta_pence = post->figures.v[m];
    const struct fb_line *now = fb_judge__line_in(j->out, &post->cell);
    e->pence = now == NULL ? 0 : now->figures.v[m]; /* raw: a sum of rounded figures */
    e->minutes = m == FB_MEASURE_PENCE ? post->figures.v[FB_MEASURE_MINUTES] : 0;
    e->cause = (uint8_t)cause_of(j);
    e->posted = post->cell.month;
}

/* One event a cell, so that a reader who adds deltas by trust and week gets the totals. A cancellation charge and
 * a bonus are spend of their own kind: `detail` names the measure. */
static void spend(struct fb_judging *j, const struct fb_event *shared)
{
    for (unsigned i = 0; i < j->effects->n_posts; i++) {
        const struct fb_line *post = &j->effects->post[i];
        const int64_t *v = post->figures.v;
        if (post->cell.stage != FB_STAGE_COMMITTED && post->cell.stage != FB_STAGE_WORKED)
            continue;
        if (v[FB_MEASURE_PENCE] != 0 || v[FB_MEASURE_MINUTES] != 0)
            posted(j, shared, post, FB_MEASURE_PENCE);
        if (v[FB_MEASURE_CANCEL_CHARGE] != 0)
            posted(j, shared, post, FB_MEASURE_CANCEL_CHARGE);
        if (v[FB_MEASURE_BONUS] != 0)
            posted(j, shared, post, FB_MEASURE_BONUS);
    }
}

/* ---- findings ---- */

/* Notes are kept and shown, but nobody is called for one. */
static bool is_told(const struct fb_finding *f)
{
    return f != NULL && f->severity >= FB_SEVERITY_CANNOT_SAY;
}

static enum fb_event_kind opening_kind(const struct fb_book *book, uint32_t rule)
{
    if (rule == book->built_in[FB_RULE_RATECAP_BREACHED].id)
        return FB_EVENT_RATECAP_BREACHED;
    if (rule == book->built_in[FB_RULE_RATECAP_OVER_ESTIMATE].id)
        return FB_EVENT_RATECAP_OVER_ESTIMATE;
    if (rule == book->built_in[FB_RULE_RATE_OFF_CARD].id)
        return FB_EVENT_RATE_OFF_CARD;
    return FB_EVENT_ASSURANCE_FINDING;
}

static bool is_silent(const struct fb_decision *d)
{
    return d->shadow || d->historic;
}

/* It goes to whom the opening went: with the marks of the decision that told it. */
static void cleared(struct fb_judging *j, const struct fb_event *shared, const struct fb_finding *before)
{
    struct fb_event *e = fb_judge__event(j->effects, shared, FB_EVENT_FINDING_CLEARED);
    e->shadow = j->prior->shadow;
    e->historic = j->prior->historic;
    e->rule = before->rule;
    e->severity = FB_SEVERITY_OK_;
    e->detail = before->detail;
    e->delta_pence = -before->pence; /* raw: a figure already rounded */
}

/* ---- bonus.earned ---- */

/* What was earned is the one note with an amount whose rule is not the engine's own: so one that an issue no longer knows
 * can still be taken back. */
static bool is_bonus(const struct fb_book *book, const struct fb_finding *f)
{
    if (f == NULL || f->severity != FB_SEVERITY_NOTE || f->pence == 0) /* raw: asked for nought */
        return false;
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++)
        if (book->built_in[i].id == f->rule)
            return false;
    return true;
}

static struct fb_event *bonus(struct fb_judging *j, const struct fb_event *shared, uint32_t rule, int64_t before,
                              int64_t after)
{
    struct fb_event *e = fb_judge__event(j->effects, shared, FB_EVENT_BONUS_EARNED);
    e->rule = rule;
    e->severity = after != 0 ? FB_SEVERITY_NOTE : FB_SEVERITY_OK_;
    e->pence = after; /* raw: a figure already rounded */
    e->delta_pence = after - before;
    e->cause = (uint8_t)cause_of(j);
    return e;
}

/* A loss is told with the same word and a delta below nought, so that whoever adds deltas has what is owed. Like a finding,
 * it goes to whom the earning went. */
static void bonus_event(struct fb_judging *j, const struct fb_event *shared, const struct fb_finding *before,
                        const struct fb_finding *after)
{
    int64_t was = is_bonus(j->book, before) ? before->pence : 0; /* raw: both are figures already rounded */
    int64_t is = is_bonus(j->book, after) ? after->pence : 0;    /* raw: the same */
    uint32_t rule = before != NULL ? before->rule : after->rule;
    if (was != 0 && is_silent(j->prior) != is_silent(j->out)) {
        struct fb_event *e = bonus(j, shared, rule, was, 0);
        e->shadow = j->prior->shadow;
        e->historic = j->prior->historic;
        was = 0;
    }
    if (was != is)
        bonus(j, shared, rule, was, is);
}

/* before, after: the same finding in both decisions, NULL where it is not. What was said silently was said to
 * nobody who is alerted, so a change between silent and live ends one finding and opens another. */
static void finding_event(struct fb_judging *j, const struct fb_event *shared,
                          const struct fb_finding *before, const struct fb_finding *after)
{
    bool was_told = is_told(before), told = is_told(after);
    if (was_told && (!told || is_silent(j->prior) != is_silent(j->out))) {
        cleared(j, shared, before);
        was_told = false;
    }
    if (!told || (was_told && before->severity == after->severity &&
                  before->pence == after->pence)) /* raw: compared */
        return;
    struct fb_event *e = fb_judge__event(
        j->effects, shared, was_told ? FB_EVENT_FINDING_CHANGED : opening_kind(j->book, after->rule));
    e->rule = after->rule;
    e->severity = after->severity;
    e->detail = after->detail;
    e->pence = after->pence; /* raw: a figure already rounded */
    e->delta_pence = after->pence - (was_told ? before->pence : 0); /* raw: both already rounded */
}

static int compare(const struct fb_finding *a, const struct fb_finding *b)
{
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return (int)a->detail - (int)b->detail;
}

/* Both lists ascend by (rule, detail): one walk finds what opened, changed and cleared. */
static void findings(struct fb_judging *j, const struct fb_event *shared)
{
    unsigned n_before = j->prior == NULL ? 0 : j->prior->n_findings, n_after = j->out->n_findings;
    unsigned b = 0, a = 0;
    while (b < n_before || a < n_after) {
        const struct fb_finding *before = b < n_before ? &j->prior->finding[b] : NULL;
        const struct fb_finding *after = a < n_after ? &j->out->finding[a] : NULL;
        int order = before == NULL ? 1 : after == NULL ? -1 : compare(before, after);
        finding_event(j, shared, order <= 0 ? before : NULL, order >= 0 ? after : NULL);
        bonus_event(j, shared, order <= 0 ? before : NULL, order >= 0 ? after : NULL);
        b += order <= 0;
        a += order >= 0;
    }
}

void fb_judge__booking_events(struct fb_judging *j)
{
    struct fb_event shared = shared_event(j);
    assessed(j, &shared);
    spend(j, &shared);
    repriced(j, &shared);
    findings(j, &shared);
}
