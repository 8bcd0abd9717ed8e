#include "engine/base/check.h"
#include "tests/sim/auditor_feed.h"
#include <stdlib.h>
#include <string.h>

/* What the feed told of other rules and of what was earned, against the decisions that stand in the store. */
enum { REPRICED_MAX = 16384, EARNED_MAX = 4096 };
struct repriced {
    uint32_t subject, prior_issue;
    uint64_t journal, prior_journal;
    int64_t pence, delta;
    bool told, posted, found; /* rate.repriced; spend.posted because of it; the two decisions */
};
struct earned {
    uint32_t subject, rule;
    int64_t pence;
    bool silent, held;
};
struct aud_told {
    struct auditor *a;
    unsigned n, n_earned;
    struct repriced repriced[REPRICED_MAX];
    struct earned earned[EARNED_MAX];
};

struct aud_told *aud_told_open(struct auditor *a)
{
    struct aud_told *t = calloc(1, sizeof *t);
    fb_assert(t != NULL);
    t->a = a;
    return t;
}

void aud_told_close(struct aud_told *t)
{
    free(t);
}

/* ---- of other rules ---- */

static struct repriced *repriced_at(struct aud_told *t, uint32_t subject, uint64_t journal)
{
    for (unsigned i = t->n; i > 0 && t->repriced[i - 1].journal >= journal; i--)
        if (t->repriced[i - 1].subject == subject && t->repriced[i - 1].journal == journal)
            return &t->repriced[i - 1];
    fb_assert(t->n < REPRICED_MAX);
    t->repriced[t->n] = (struct repriced){.subject = subject, .journal = journal};
    return &t->repriced[t->n++];
}

/* Events come in the order of their entries. A posting says why; what follows from a record is none of these.
 */
void aud_hear_of_rules(struct aud_told *t, const struct fb_event *e)
{
    if (e->cause != FB_CAUSE_REPRICED) {
        if (e->kind == FB_EVENT_RATE_REPRICED)
            (void)auditor_differs(t->a, "cause of rate.repriced", FB_CAUSE_REPRICED, e->cause);
        return;
    }
    struct repriced *r = repriced_at(t, e->subject, e->journal);
    if (e->kind == FB_EVENT_SPEND_POSTED) {
        r->posted = true;
        return;
    }
    if (r->told)
        (void)auditor_differs(t->a, "rate.repriced twice for one decision, of subject", 0, e->subject);
    r->told = true;
    r->prior_journal = e->prior_journal;
    r->prior_issue = e->prior_issue;
    r->pence = e->pence;
    r->delta = e->delta_pence;
    t->a->met->repriced++;
}

static int64_t latest(const struct fb_decision *d, enum fb_measure m)
{
    for (unsigned i = 0; i < d->n_lines; i++)
        if (d->line[i].cell.stage == FB_STAGE_LATEST)
            return d->line[i].figures.v[m];
    return 0;
}

/* A line that says something, and that the other decision has not just so. */
static bool lacks_a_line(const struct fb_decision *d, const struct fb_decision *other)
{
    static const struct fb_figures nothing;
    for (unsigned i = 0; i < d->n_lines; i++) {
        const struct fb_line *line = &d->line[i];
        bool held = memcmp(&line->figures, &nothing, sizeof nothing) == 0;
        for (unsigned k = 0; k < other->n_lines && !held; k++) {
            const struct fb_cell *a = &line->cell, *b = &other->line[k].cell;
            held = a->stage == b->stage && a->route == b->route && a->ics == b->ics && a->week == b->week &&
                   memcmp(&line->figures, &other->line[k].figures, sizeof nothing) == 0;
        }
        if (!held)
            return true;
    }
    return false;
}

void aud_hold_pair(struct aud_told *t, uint32_t subject, const struct fb_decision *before,
                   uint64_t before_journal, const struct fb_decision *after, uint64_t after_journal)
{
    struct repriced *r = NULL;
    for (unsigned i = 0; i < t->n; i++)
        if (t->repriced[i].subject == subject && t->repriced[i].journal == after_journal)
            r = &t->repriced[i];
    if (r == NULL)
        return;
    bool another = lacks_a_line(before, after) || lacks_a_line(after, before);
    r->found = true;
    if (r->told != another)
        (void)auditor_differs(t->a, "rate.repriced for another figure, of subject", another, subject);
    if (!r->told)
        return;
    if (r->prior_journal != before_journal)
        (void)auditor_differs(t->a, "decision before, in rate.repriced", (int64_t)before_journal,
                              (int64_t)r->prior_journal);
    if (r->prior_issue != before->issue)
        (void)auditor_differs(t->a, "issue before, in rate.repriced", before->issue, r->prior_issue);
    if (r->pence != latest(after, FB_MEASURE_PENCE) ||
        r->pence - r->delta != latest(before, FB_MEASURE_PENCE))
        (void)auditor_differs(t->a, "pence of rate.repriced", latest(after, FB_MEASURE_PENCE), r->pence);
}

/* ---- of what was earned ---- */

static bool is_bonus(const struct auditor *a, uint32_t rule)
{
    for (unsigned i = 1; i <= a->n_issues; i++)
        for (unsigned b = 0; b < a->issue[i]->n_bonuses; b++)
            if (a->issue[i]->bonus[b].rule.id == rule)
                return true;
    return false;
}

static struct earned *earned_of(struct aud_told *t, uint32_t subject, uint32_t rule)
{
    for (unsigned i = 0; i < t->n_earned; i++)
        if (t->earned[i].subject == subject && t->earned[i].rule == rule)
            return &t->earned[i];
    fb_assert(t->n_earned < EARNED_MAX);
    t->earned[t->n_earned] = (struct earned){.subject = subject, .rule = rule};
    return &t->earned[t->n_earned++];
}

void aud_hear_bonus(struct aud_told *t, const struct fb_event *e)
{
    struct earned *x = earned_of(t, e->subject, e->rule);
    bool silent = e->shadow || e->historic;
    if (!is_bonus(t->a, e->rule) || e->delta_pence == 0 || e->pence < 0)
        (void)auditor_differs(t->a, "bonus.earned that makes sense, of subject", 1, e->subject);
    if (e->pence - e->delta_pence != x->pence || (x->pence != 0 && x->silent != silent))
        (void)auditor_differs(t->a, "bonus before, by bonus.earned", x->pence, e->pence - e->delta_pence);
    if (e->severity != (e->pence != 0 ? FB_SEVERITY_NOTE : FB_SEVERITY_OK_))
        (void)auditor_differs(t->a, "severity of bonus.earned", e->pence != 0, e->severity);
    x->pence = e->pence;
    x->silent = silent;
    t->a->met->bonus_told += e->delta_pence > 0;
    t->a->met->bonus_lost += e->delta_pence < 0;
}

void aud_hold_bonus(struct aud_told *t, uint32_t subject, const struct fb_finding *f, bool silent)
{
    if (f->severity != FB_SEVERITY_NOTE || f->pence == 0 || !is_bonus(t->a, f->rule))
        return;
    struct earned *x = earned_of(t, subject, f->rule);
    if (x->pence != f->pence || x->silent != silent)
        (void)auditor_differs(t->a, "bonus as the feed told it", f->pence, x->pence);
    x->held = true;
}

void aud_told_compare(struct aud_told *t)
{
    for (unsigned i = 0; i < t->n_earned; i++)
        if (t->earned[i].pence != 0 && !t->earned[i].held)
            (void)auditor_differs(t->a, "bonus that the feed told and nobody has, of subject", 0,
                                  t->earned[i].subject);
    for (unsigned i = 0; i < t->n; i++)
        if (t->repriced[i].told && !t->repriced[i].found)
            (void)auditor_differs(t->a, "decisions before and after rate.repriced, of subject", 1,
                                  t->repriced[i].subject);
}
