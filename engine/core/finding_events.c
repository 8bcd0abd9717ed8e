#include "engine/core/judge.h"
#include <string.h>

/* What became of the findings, step by step: what changed against the decision before is what is sent, and
 * each step is sent once. */

static enum fb_cause cause_of(const struct fb_judging *j)
{
    return j->view->repricing ? FB_CAUSE_REPRICED : FB_CAUSE_RECORD;
}

static enum fb_event_kind family_kind(const struct fb_book *book, uint32_t rule)
{
    static const enum fb_event_kind kinds[] = {
        [FB_FAMILY_ASSURANCE] = FB_EVENT_ASSURANCE_FINDING,
        [FB_FAMILY_WORKING_TIME] = FB_EVENT_WORKINGTIME_BREACHED,
        [FB_FAMILY_OVERLAP] = FB_EVENT_BOOKING_OVERLAP,
        [FB_FAMILY_DUPLICATE] = FB_EVENT_BOOKING_DUPLICATE_SUSPECT,
    };
    const struct fb_rule *held = fb_book_rule(book, rule);
    return held == NULL ? FB_EVENT_ASSURANCE_FINDING : kinds[held->family];
}

/* What cannot be said is nobody's breach: it opens as any other rule of which nobody can say whether it was
 * kept. */
static enum fb_event_kind opening_kind(const struct fb_book *book, const struct fb_finding *f)
{
    static const struct {
        enum fb_built_in_rule rule;
        enum fb_event_kind kind;
    } own[] = {{FB_RULE_RATECAP_BREACHED, FB_EVENT_RATECAP_BREACHED},
               {FB_RULE_RATECAP_OVER_ESTIMATE, FB_EVENT_RATECAP_OVER_ESTIMATE},
               {FB_RULE_RATE_OFF_CARD, FB_EVENT_RATE_OFF_CARD},
               {FB_RULE_INVOICE_OVERCHARGED, FB_EVENT_INVOICE_OVERCHARGED},
               {FB_RULE_INVOICE_DUPLICATE, FB_EVENT_INVOICE_DUPLICATE},
               {FB_RULE_INVOICE_UNMATCHED, FB_EVENT_INVOICE_UNMATCHED},
               {FB_RULE_BOOKING_OVERLAP, FB_EVENT_BOOKING_OVERLAP},
               {FB_RULE_BOOKING_DUPLICATE_SUSPECT, FB_EVENT_BOOKING_DUPLICATE_SUSPECT}};
    if (f->severity == FB_SEVERITY_CANNOT_SAY)
        return FB_EVENT_ASSURANCE_FINDING;
    for (unsigned i = 0; i < sizeof own / sizeof own[0]; i++)
        if (book->built_in[own[i].rule].id == f->rule)
            return own[i].kind;
    return family_kind(book, f->rule);
}

/* ---- one finding ---- */

/* The same finding in both decisions. */
struct change {
    struct fb_judging *j;
    const struct fb_event *shared;
    const struct fb_finding *before, *after; /* NULL: not there */
    bool was_told, told;                     /* was_told: to those who hear of this decision */
    bool told_to_others;                     /* the decision before was told to others */
    const struct fb_finding *heard;          /* `before`, where those who hear of this decision know it */
    unsigned room;                           /* events beyond what each finding is sure of */
};

/* It goes to whom the opening went: with the marks of the decision that told it. */
static void cleared(const struct change *c)
{
    struct fb_event *e = fb_judge__event(c->j->effects, c->shared, FB_EVENT_FINDING_CLEARED);
    e->shadow = c->j->prior->shadow;
    e->historic = c->j->prior->historic;
    e->rule = c->before->rule;
    e->severity = FB_SEVERITY_OK_;
    e->detail = c->before->detail;
    e->delta_pence = -c->before->pence; /* raw: a figure already rounded */
}

static struct fb_event *tell(const struct change *c, enum fb_event_kind kind)
{
    struct fb_event *e = fb_judge__event(c->j->effects, c->shared, kind);
    e->rule = c->after->rule;
    e->severity = c->after->severity;
    e->detail = c->after->detail;
    e->pence = c->after->pence; /* raw: a figure already rounded */
    return e;
}

static bool has(const struct fb_finding *f, unsigned life)
{
    return f != NULL && (f->life & life) != 0;
}

/* How it came to be told as it is; NONE: it stands as it stood. */
static enum fb_event_kind opening(const struct change *c)
{
    const struct fb_finding *before = c->before, *after = c->after;
    if (!c->was_told)
        return has(before, FB_LIFE_CLEARED) && !c->told_to_others ? FB_EVENT_FINDING_REOPENED
                                                                  : opening_kind(c->j->book, after);
    if (has(before, FB_LIFE_CLOSED) && !has(after, FB_LIFE_CLOSED))
        return FB_EVENT_FINDING_REOPENED;
    bool same = before->severity == after->severity && before->pence == after->pence; /* raw: compared */
    return same ? FB_EVENT_NONE : FB_EVENT_FINDING_CHANGED;
}

static void opened(const struct change *c)
{
    enum fb_event_kind kind = opening(c);
    if (kind == FB_EVENT_NONE)
        return;
    struct fb_event *e = tell(c, kind);
    e->delta_pence = c->after->pence - (c->was_told ? c->before->pence : 0); /* raw: both already rounded */
}

static void answered(const struct change *c)
{
    unsigned was = c->was_told ? c->before->answered : FB_ANSWERED_NONE;
    if (c->after->answered == was)
        return;
    struct fb_event *e = tell(c, c->after->answered != FB_ANSWERED_NONE ? FB_EVENT_FINDING_ANSWERED
                                                                        : FB_EVENT_FINDING_UNANSWERED);
    e->detail = c->after->answered;
}

/* ---- what people did about it ---- */

/* One event for each step: two people may acknowledge at once. Where more came together than there is room for, the first of
 * each kind is told. */
static void tell_each(struct change *c, enum fb_event_kind kind, unsigned n)
{
    for (unsigned i = 0; i < n && (i == 0 || c->room > 0); i++) {
        tell(c, kind);
        c->room -= i > 0;
    }
}

static void taken(struct change *c)
{
    static const struct {
        enum fb_step step;
        enum fb_event_kind kind;
    } rows[] = {{FB_STEP_ACKNOWLEDGE, FB_EVENT_FINDING_ACKNOWLEDGED},
                {FB_STEP_ASSIGN, FB_EVENT_FINDING_ASSIGNED},
                {FB_STEP_NOTE, FB_EVENT_FINDING_NOTED},
                {FB_STEP_REPLY, FB_EVENT_FINDING_REPLIED},
                {FB_STEP_CHALLENGE, FB_EVENT_FINDING_CHALLENGED}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned was = c->heard == NULL ? 0 : c->heard->steps[rows[i].step], is = c->after->steps[rows[i].step];
        tell_each(c, rows[i].kind, is > was ? is - was : 0);
    }
}

/* Its minutes are those until the snooze ends, begun ones counted: whoever reminds people of it needs to know. */
static void put_off(const struct change *c)
{
    struct fb_event *e = tell(c, FB_EVENT_FINDING_SNOOZED);
    int64_t until_ms = fb_judge__snoozed_until(c->j, c->after);
    e->minutes = until_ms == FB_ABSENT ? 0 : (until_ms - e->at_ms + 59999) / 60000;
}

static void snoozed(const struct change *c)
{
    bool was = has(c->heard, FB_LIFE_SNOOZED), is = has(c->after, FB_LIFE_SNOOZED);
    unsigned steps = c->heard == NULL ? 0 : c->heard->steps[FB_STEP_SNOOZE];
    if (is && (!was || c->after->steps[FB_STEP_SNOOZE] > steps))
        put_off(c);
    else if (was && !is)
        tell(c, FB_EVENT_FINDING_WOKEN);
}

static void closed(const struct change *c)
{
    bool was = fb_judge__told(c->j->book, c->heard) && has(c->heard, FB_LIFE_CLOSED);
    if (has(c->after, FB_LIFE_CLOSED) && (!was || c->heard->verdict != c->after->verdict))
        tell(c, FB_EVENT_FINDING_CLOSED);
}

/* Nobody did anything about it, now or before. */
static bool is_untouched(const struct change *c)
{
    static const uint8_t none[FB_STEP_END];
    return c->heard == NULL && !has(c->after, FB_LIFE_SNOOZED | FB_LIFE_CLOSED) &&
           memcmp(c->after->steps, none, sizeof none) == 0;
}

/* What was said silently was said to nobody who is alerted, so a change between silent and live ends one
 * finding and opens another, with all that people did about it. */
static void finding_event(struct change *c)
{
    if (c->was_told && (!c->told || c->told_to_others)) {
        cleared(c);
        c->was_told = false;
    }
    if (!c->told && c->heard != NULL && has(c->after, FB_LIFE_CLEARED))
        taken(c); /* what people still say about what cleared */
    if (!c->told)
        return;
    opened(c);
    answered(c);
    if (is_untouched(c))
        return;
    taken(c);
    snoozed(c);
    closed(c);
}

/* ---- bonus.earned ---- */

/* What was earned is the one note with an amount whose rule is not the engine's own: so one that an issue no
 * longer knows can still be taken back. */
static bool is_bonus(const struct fb_book *book, const struct fb_finding *f)
{
    if (f == NULL || f->severity != FB_SEVERITY_NOTE || f->pence == 0) /* raw: asked for nought */
        return false;
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++)
        if (book->built_in[i].id == f->rule)
            return false;
    return true;
}

static struct fb_event *bonus(const struct change *c, uint32_t rule, int64_t before, int64_t after)
{
    struct fb_event *e = fb_judge__event(c->j->effects, c->shared, FB_EVENT_BONUS_EARNED);
    e->rule = rule;
    e->severity = after != 0 ? FB_SEVERITY_NOTE : FB_SEVERITY_OK_;
    e->pence = after; /* raw: a figure already rounded */
    e->delta_pence = after - before;
    e->cause = (uint8_t)cause_of(c->j);
    return e;
}

/* A loss is told with the same word and a delta below nought, so that whoever adds deltas has what is owed.
 * Like a finding, it goes to whom the earning went. */
static void bonus_event(const struct change *c)
{
    int64_t was =
        is_bonus(c->j->book, c->before) ? c->before->pence : 0; /* raw: both are figures already rounded */
    int64_t is = is_bonus(c->j->book, c->after) ? c->after->pence : 0; /* raw: the same */
    uint32_t rule = c->before != NULL ? c->before->rule : c->after->rule;
    if (was != 0 && c->told_to_others) {
        struct fb_event *e = bonus(c, rule, was, 0);
        e->shadow = c->j->prior->shadow;
        e->historic = c->j->prior->historic;
        was = 0;
    }
    if (was != is)
        bonus(c, rule, was, is);
}

/* ---- all of them ---- */

static void one(struct change *c)
{
    c->was_told = fb_judge__told(c->j->book, c->before);
    c->told = fb_judge__told(c->j->book, c->after);
    c->heard = c->told_to_others ? NULL : c->before;
    finding_event(c);
    bonus_event(c);
}

/* Nobody heard of any, and nobody did anything about them: so it is with nearly all that is judged first. What is walked
 * below would say the same, more slowly. */
static void all_first(struct fb_judging *j, const struct fb_event *shared)
{
    struct change c = {.j = j, .shared = shared};
    for (unsigned i = 0; i < j->out->n_findings; i++) {
        c.after = &j->out->finding[i];
        if (fb_judge__told(j->book, c.after)) {
            struct fb_event *e = tell(&c, opening_kind(j->book, c.after));
            e->delta_pence = c.after->pence; /* raw: a figure already rounded */
            answered(&c);
        }
        if (c.after->severity == FB_SEVERITY_NOTE)
            bonus_event(&c);
    }
}

/* Both lists ascend by (rule, detail): one walk finds what opened, changed and cleared. */
void fb_judge__finding_events(struct fb_judging *j, const struct fb_event *shared)
{
    const struct fb_decision *prior = j->prior;
    unsigned n_before = prior == NULL ? 0 : prior->n_findings, n_after = j->out->n_findings;
    unsigned b = 0, a = 0;
    if (prior == NULL && j->view->n_replies == 0) {
        all_first(j, shared);
        return;
    }
    struct change c = {.j = j,
                       .shared = shared,
                       .told_to_others = prior != NULL && fb_judge__silent(prior) != fb_judge__silent(j->out)};
    while (b < n_before || a < n_after) {
        const struct fb_finding *before = b < n_before ? &prior->finding[b] : NULL;
        const struct fb_finding *after = a < n_after ? &j->out->finding[a] : NULL;
        int order = before == NULL ? 1 : after == NULL ? -1 : fb_judge__finding_cmp(before, after);
        c.before = order <= 0 ? before : NULL;
        c.after = order >= 0 ? after : NULL;
        c.room = FB_EFFECTS_MAX - j->effects->n_events - FB_EVENTS_OF_A_FINDING * (n_after - a) - (n_before - b);
        one(&c);
        b += order <= 0;
        a += order >= 0;
    }
}
