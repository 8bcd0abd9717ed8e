#include "engine/base/hash.h"
#include "engine/core/judge.h"
#include <string.h>

/* The life of a finding, kept in it. What people did is counted anew from their replies each time, so that
 * the order in which those came makes no difference; what only the decision before can know (when it was
 * opened, changed or cleared) is taken over from there. */

static bool is_cut(const struct fb_judging *j)
{
    return fb_view_cut(j->view, FB_KIND_REPLY);
}

/* ---- what people did ---- */

static bool is_about(const struct fb_reply *r, const struct fb_finding *f)
{
    return r->rule.n == 0 || (uint32_t)fb_hash64(r->rule.p, r->rule.n) == f->rule;
}

/* Nobody closes what was not there to be seen: not what it became since, nor, by closing all, what was opened
 * since. */
static bool closes(const struct fb_record *r, const struct fb_finding *f)
{
    int64_t seen_ms = r->as.reply.rule.n == 0 && f->opened_ms > f->changed_ms ? f->opened_ms : f->changed_ms;
    return seen_ms == 0 || r->env.occurred_ms >= seen_ms;
}

/* Nobody did yet what they say that they will do: it counts from then on. */
static bool is_done(struct fb_judging *j, const struct fb_record *r)
{
    fb_judge__due(j->out, r->env.occurred_ms);
    return r->env.occurred_ms <= j->view->now_ms;
}

/* The last snooze stands alone: a later one may end sooner. */
static void snooze(struct fb_judging *j, struct fb_finding *f, const struct fb_record *r, int64_t *until_ms)
{
    *until_ms = r->as.reply.until_ms;
    f->life = (uint8_t)(f->life & ~FB_LIFE_SNOOZED);
    if (*until_ms != FB_ABSENT && *until_ms > j->view->now_ms)
        f->life |= FB_LIFE_SNOOZED;
}

int64_t fb_judge__snoozed_until(const struct fb_judging *j, const struct fb_finding *f)
{
    int64_t until_ms = FB_ABSENT;
    for (unsigned i = 0; i < j->view->n_replies; i++) {
        const struct fb_record *r = j->view->reply[i];
        if (r->as.reply.step == FB_STEP_SNOOZE && is_about(&r->as.reply, f) && r->env.occurred_ms <= j->view->now_ms)
            until_ms = r->as.reply.until_ms;
    }
    return until_ms;
}

static void step(struct fb_judging *j, struct fb_finding *f, const struct fb_record *r, int64_t *until_ms)
{
    static const uint8_t bits[FB_STEP_END] = {[FB_STEP_ACKNOWLEDGE] = FB_LIFE_ACKNOWLEDGED,
                                              [FB_STEP_ASSIGN] = FB_LIFE_ASSIGNED,
                                              [FB_STEP_REPLY] = FB_LIFE_REPLIED,
                                              [FB_STEP_CHALLENGE] = FB_LIFE_CHALLENGED};
    const struct fb_reply *reply = &r->as.reply;
    f->life |= bits[reply->step];
    f->steps[reply->step] = (uint8_t)(f->steps[reply->step] + (f->steps[reply->step] < UINT8_MAX));
    if (reply->step == FB_STEP_SNOOZE)
        snooze(j, f, r, until_ms);
    if (reply->step == FB_STEP_CLOSE && closes(r, f)) {
        f->life |= FB_LIFE_CLOSED;
        f->verdict = (uint8_t)reply->verdict;
    }
}

/* Of more steps than can be read, the first are known from the decision before. */
static void take_over_steps(struct fb_finding *f, const struct fb_finding *was)
{
    f->life |= was->life & (FB_LIFE_ACKNOWLEDGED | FB_LIFE_ASSIGNED | FB_LIFE_REPLIED | FB_LIFE_CHALLENGED);
    for (unsigned s = 0; s < FB_STEP_END; s++)
        if (was->steps[s] > f->steps[s])
            f->steps[s] = was->steps[s];
    if ((was->life & FB_LIFE_CLOSED) != 0 && f->changed_ms == was->changed_ms &&
        (f->life & FB_LIFE_CLOSED) == 0) {
        f->life |= FB_LIFE_CLOSED;
        f->verdict = was->verdict;
    }
}

/* When a snooze ends; FB_ABSENT: there is none. */
static int64_t steps(struct fb_judging *j, struct fb_finding *f, const struct fb_finding *was)
{
    int64_t until_ms = FB_ABSENT;
    if (was == NULL && j->view->n_replies == 0)
        return FB_ABSENT; /* nearly always */
    for (unsigned i = 0; i < j->view->n_replies; i++)
        if (is_about(&j->view->reply[i]->as.reply, f) && is_done(j, j->view->reply[i]))
            step(j, f, j->view->reply[i], &until_ms);
    if (was != NULL && is_cut(j))
        take_over_steps(f, was);
    return (f->life & FB_LIFE_SNOOZED) != 0 ? until_ms : FB_ABSENT;
}

/* ---- what is taken over ---- */

/* was: the same finding in the decision before, if that was told to the same people. */
static void carry(struct fb_judging *j, struct fb_finding *f, const struct fb_finding *was)
{
    bool told = fb_judge__told(j->book, f), was_told = fb_judge__told(j->book, was);
    f->opened_ms = j->view->now_ms;
    if (was == NULL)
        return;
    bool cleared = (was->life & FB_LIFE_CLEARED) != 0;
    bool changed = told != was_told
                       ? was_told || cleared
                       : told && (f->severity != was->severity || f->pence != was->pence); /* raw: compared */
    /* A note that nobody was told of is opened by the first that they hear. */
    f->opened_ms = told && !was_told && !cleared ? j->view->now_ms : was->opened_ms;
    f->changed_ms = changed ? j->view->now_ms : was->changed_ms;
    f->life |= was->life & FB_LIFE_REOPENED;
    if (!told && (was_told || cleared))
        f->life |= FB_LIFE_CLEARED;
    if (told && cleared)
        f->life |= FB_LIFE_REOPENED;
}

/* Somebody is told of it, or was. */
static bool is_remembered(const struct fb_judging *j, const struct fb_finding *f)
{
    return fb_judge__told(j->book, f) || (f->life & FB_LIFE_CLEARED) != 0;
}

/* Steps about what nobody was ever told of wait until somebody is. */
static void unheard(struct fb_finding *f, const struct fb_finding *was)
{
    static const uint8_t none[FB_STEP_END];
    memcpy(f->steps, was == NULL ? none : was->steps, sizeof f->steps);
}

static void live(struct fb_judging *j, struct fb_finding *f, const struct fb_finding *prior, bool same_people)
{
    const struct fb_finding *was = same_people ? prior : NULL;
    carry(j, f, was);
    fb_judge__due(j->out, steps(j, f, prior));
    if (!is_remembered(j, f))
        unheard(f, was);
    bool was_closed = fb_judge__told(j->book, was) && (was->life & FB_LIFE_CLOSED) != 0;
    if (was_closed && fb_judge__told(j->book, f) && (f->life & FB_LIFE_CLOSED) == 0)
        f->life |= FB_LIFE_REOPENED;
}

/* ---- those that cleared ---- */

static const struct fb_finding *find(const struct fb_decision *d, const struct fb_finding *like)
{
    for (unsigned i = 0; d != NULL && i < d->n_findings; i++)
        if (fb_judge__finding_cmp(&d->finding[i], like) == 0)
            return &d->finding[i];
    return NULL;
}

static int64_t cleared_ms(const struct fb_judging *j, const struct fb_finding *was)
{
    return fb_judge__told(j->book, was) ? j->view->now_ms : was->changed_ms;
}

static void bury(struct fb_judging *j, const struct fb_finding *was)
{
    struct fb_decision *out = j->out;
    unsigned at = out->n_findings++;
    for (; at > 0 && fb_judge__finding_cmp(&out->finding[at - 1], was) > 0; at--)
        out->finding[at] = out->finding[at - 1];
    struct fb_finding *f = &out->finding[at];
    *f = (struct fb_finding){
        .rule = was->rule,
        .severity = FB_SEVERITY_OK_,
        .detail = was->detail,
        .life = (uint8_t)(FB_LIFE_CLEARED | (was->life & (FB_LIFE_REOPENED | FB_LIFE_CLOSED))),
        .verdict = was->verdict,
        .opened_ms = was->opened_ms,
        .changed_ms = cleared_ms(j, was)};
    (void)steps(j, f, was); /* nobody waits for the end of a snooze of what is gone */
    f->life = (uint8_t)(f->life & ~FB_LIFE_SNOOZED);
}

static unsigned oldest(const struct fb_judging *j, const struct fb_finding *const *was, unsigned n)
{
    unsigned first = 0;
    for (unsigned i = 1; i < n; i++)
        if (cleared_ms(j, was[i]) < cleared_ms(j, was[first]))
            first = i;
    return first;
}

/* Those of the decision before that are gone, without the ones that cleared first where there is no room. */
static void remember(struct fb_judging *j)
{
    const struct fb_finding *was[FB_FINDINGS_MAX];
    unsigned n = 0;
    for (unsigned i = 0; i < j->prior->n_findings; i++) {
        const struct fb_finding *f = &j->prior->finding[i];
        if (is_remembered(j, f) && find(j->out, f) == NULL)
            was[n++] = f;
    }
    for (; n > FB_FINDINGS_MAX - j->out->n_findings; n--)
        was[oldest(j, was, n)] = was[n - 1];
    for (unsigned i = 0; i < n; i++)
        bury(j, was[i]);
}

/* What people say of a rule is about what stands, or else about what cleared last: not about each thing that it once found. */
static bool is_spoken_for(const struct fb_judging *j, const struct fb_finding *f)
{
    for (unsigned i = 0; i < j->out->n_findings; i++) {
        const struct fb_finding *other = &j->out->finding[i];
        bool later = other->changed_ms > f->changed_ms || (other->changed_ms == f->changed_ms && other > f);
        if (other != f && other->rule == f->rule &&
            (fb_judge__told(j->book, other) || ((other->life & FB_LIFE_CLEARED) != 0 && later)))
            return true;
    }
    return false;
}

static void hush(struct fb_judging *j)
{
    for (unsigned i = 0; i < j->out->n_findings; i++) {
        struct fb_finding *f = &j->out->finding[i];
        bool cleared = (f->life & FB_LIFE_CLEARED) != 0 && !fb_judge__told(j->book, f);
        if (cleared && is_spoken_for(j, f))
            unheard(f, find(j->prior, f));
    }
}

/* Nothing was found before, and nobody said anything: so it is with nearly all that is judged first. */
static void open_all(struct fb_judging *j)
{
    for (unsigned i = 0; i < j->out->n_findings; i++)
        j->out->finding[i].opened_ms = j->view->now_ms;
}

void fb_judge__life(struct fb_judging *j)
{
    const struct fb_decision *prior = j->prior;
    if (prior == NULL && j->view->n_replies == 0) {
        open_all(j);
        return;
    }
    bool same_people = prior != NULL && fb_judge__silent(prior) == fb_judge__silent(j->out);
    for (unsigned i = 0; i < j->out->n_findings; i++)
        live(j, &j->out->finding[i], find(prior, &j->out->finding[i]), same_people);
    if (same_people)
        remember(j);
    hush(j);
}
