#include "engine/base/check.h"
#include "engine/core/judge.h"

static bool is_filled(const struct fb_view *view)
{
    for (unsigned i = 0; i < view->n_members; i++)
        if (view->member[i].version->as.booking.state == FB_BOOKING_STATE_BOOKED)
            return true;
    return false;
}

/* What the trust says about its own vacancy comes first; a start that has passed makes an open one unfilled.
 */
static enum fb_vacancy_end end_of(const struct fb_view *view, const struct fb_vacancy *v)
{
    if (v->state == FB_VACANCY_STATE_WITHDRAWN || view->withdrawn)
        return FB_VACANCY_END_WITHDRAWN;
    if (v->state == FB_VACANCY_STATE_COVERED_INTERNALLY)
        return FB_VACANCY_END_COVERED;
    if (is_filled(view))
        return FB_VACANCY_END_FILLED;
    return v->shift.time.start_min * FB_MINUTE_MS <= view->now_ms ? FB_VACANCY_END_UNFILLED
                                                                   : FB_VACANCY_END_OPEN;
}

/* What each end counts as (NONE: nothing but the vacancy itself), and how it is told. */
static const struct {
    bool counted;
    enum fb_measure measure;
    enum fb_event_kind event;
} ends[FB_VACANCY_END_END] = {
    [FB_VACANCY_END_OPEN] = {false, FB_MEASURE_VACANCIES, FB_EVENT_VACANCY_OPENED},
    [FB_VACANCY_END_FILLED] = {true, FB_MEASURE_FILLED, FB_EVENT_VACANCY_FILLED},
    [FB_VACANCY_END_UNFILLED] = {true, FB_MEASURE_UNFILLED, FB_EVENT_VACANCY_UNFILLED},
    [FB_VACANCY_END_WITHDRAWN] = {true, FB_MEASURE_WITHDRAWN, FB_EVENT_VACANCY_WITHDRAWN},
    [FB_VACANCY_END_COVERED] = {true, FB_MEASURE_COVERED, FB_EVENT_VACANCY_COVERED},
};

static int64_t demand_minutes(const struct fb_shift *s)
{
    int64_t minutes = s->time.end_min - s->time.start_min - (s->break_min == FB_ABSENT ? 0 : s->break_min);
    return minutes > 0 ? minutes : 0;
}

static void demand_line(const struct fb_view *view, struct fb_decision *out, const struct fb_shift *s,
                        fb_day day)
{
    struct fb_line *line = &out->line[out->n_lines++];
    *line = (struct fb_line){.cell = {.week = fb_day_week(day),
                                      .month = fb_day_month(day),
                                      .hirer = s->hirer,
                                      .ics = fb_judge__ics(view, s->hirer, day),
                                      .staff_group = (uint8_t)s->staff_group,
                                      .shadow = out->shadow}};
    int64_t *v = line->figures.v;
    v[FB_MEASURE_VACANCIES] = 1;
    v[FB_MEASURE_VACANCY_MINUTES] = demand_minutes(s);
    if (ends[out->vacancy_end].counted)
        v[ends[out->vacancy_end].measure] = 1;
    if (out->vacancy_end == FB_VACANCY_END_FILLED)
        v[FB_MEASURE_FILLED_MINUTES] = v[FB_MEASURE_VACANCY_MINUTES];
}

static void vacancy_events(const struct fb_view *view, const struct fb_decision *prior,
                           const struct fb_decision *out, fb_day day, struct fb_effects *effects)
{
    const struct fb_record *version = view->vacancy.version;
    const struct fb_shift *s = &version->as.vacancy.shift;
    struct fb_event shared = {.at_ms = view->now_ms,
                              .journal = view->journal,
                              .subject = view->subject,
                              .trust = s->hirer,
                              .staff_group = (uint8_t)s->staff_group,
                              .shadow = out->shadow,
                              .historic = out->historic,
                              .issue = out->issue,
                              .shift_day = day,
                              .minutes = demand_minutes(s),
                              .source = version->env.source,
                              .record_ref = version->env.record_ref};
    if (prior == NULL)
        fb_judge__event(effects, &shared, FB_EVENT_VACANCY_OPENED);
    if (out->vacancy_end != (prior == NULL ? FB_VACANCY_END_OPEN : prior->vacancy_end))
        fb_judge__event(effects, &shared, ends[out->vacancy_end].event);
}

enum fb_err fb_decide_vacancy(const struct fb_book *book, const struct fb_view *view,
                              const struct fb_decision *prior, struct fb_arena *arena,
                              struct fb_decision *out, struct fb_effects *effects)
{
    (void)arena; /* a vacancy has no trace: its end rests on nothing but the records it names */
    fb_assert(view->vacancy.version != NULL);
    const struct fb_vacancy *v = &view->vacancy.version->as.vacancy;
    fb_day day = fb_london_day(v->shift.time.start_min);
    out->subject = view->subject;
    out->kind = FB_KIND_VACANCY;
    out->journal = view->journal;
    out->at_ms = view->now_ms;
    out->issue = book->issue;
    out->version = FB_DECIDE_VERSION;
    out->shadow = view->vacancy.source->mode == FB_SOURCE_MODE_SHADOW;
    out->historic = view->vacancy.version->env.historic;
    out->joined = view->withdrawn;
    out->vacancy_end = (uint8_t)end_of(view, v);
    out->state = FB_BOOKING_STATE_NONE;
    out->basis = FB_BASIS_NONE;
    out->drift = FB_COMPARED_NOTHING;
    out->grade = v->shift.grade;
    out->n_lines = out->n_findings = out->n_counts = out->n_spent = out->n_matches = out->n_shares = 0;
    out->stint.worker = 0;
    out->approval_end = out->approval_when = 0;
    out->due_ms = INT64_MAX; /* its start is the turn's to watch */
    out->trace = (struct fb_span){NULL, 0};
    effects->n_events = effects->n_posts = 0;
    if (!view->withdrawn)
        demand_line(view, out, &v->shift, day);
    fb_judge__posts(prior, out, effects);
    vacancy_events(view, prior, out, day, effects);
    return FB_OK;
}
