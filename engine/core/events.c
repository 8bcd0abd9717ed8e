#include "engine/base/check.h"
#include "engine/core/judge.h"
#include <stddef.h>

struct fb_event *fb_judge__event(struct fb_effects *effects, const struct fb_event *shared,
                                 enum fb_event_kind kind)
{
    fb_assert(effects->n_events <
              FB_EFFECTS_MAX); /* as many as are asserted below */
    struct fb_event *e = &effects->event[effects->n_events++];
    *e = *shared;
    e->kind = kind;
    return e;
}
/* One of the decision before that is gone is told once. Then three measures of each posted line, the assessment and the
 * re-pricing. */
_Static_assert(FB_EVENTS_OF_A_FINDING * FB_FINDINGS_MAX + FB_FINDINGS_MAX + 3 * 2 * FB_LINES_MAX + 2 <= FB_EFFECTS_MAX,
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
        if (post->cell.stage < FB_STAGE_COMMITTED || post->cell.stage > FB_STAGE_PAID)
            continue; /* demand is no spend, and the latest repeats one of the others */
        if (v[FB_MEASURE_PENCE] != 0 || v[FB_MEASURE_MINUTES] != 0)
            posted(j, shared, post, FB_MEASURE_PENCE);
        if (v[FB_MEASURE_CANCEL_CHARGE] != 0)
            posted(j, shared, post, FB_MEASURE_CANCEL_CHARGE);
        if (v[FB_MEASURE_BONUS] != 0)
            posted(j, shared, post, FB_MEASURE_BONUS);
    }
}

void fb_judge__booking_events(struct fb_judging *j)
{
    struct fb_event shared = shared_event(j);
    assessed(j, &shared);
    spend(j, &shared);
    repriced(j, &shared);
    fb_judge__finding_events(j, &shared);
}
