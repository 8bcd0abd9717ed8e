#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "tests/sim/run.h"

/* Issues of the rules: made current, made known for a moment to come, and withdrawn before it. */

static bool withdraw(struct sim_run *r, unsigned number)
{
    for (;;) {
        struct fb_turn_stats before;
        const char *why;
        fb_turn_stats(r->turn, &before);
        enum fb_err err = fb_turn_withdraw(r->turn, number, r->now_ms, &why);
        if (err == FB_OK) {
            auditor_withdraw(r->auditor, number);
            r->in_a_row = 0;
            return sim_same_stats(r, NULL);
        }
        if (!sim_came_back(r, err, &before))
            return false;
    }
}

/* What waits would undo it: somebody withdraws what waits, or it is left for now (*left). */
static bool make_way(struct sim_run *r, bool *left)
{
    *left = sim_once_in(&r->p, 2);
    return *left ? sim_same_stats(r, NULL) : withdraw(r, auditor_first_waiting(r->auditor));
}

bool sim_issue(struct sim_run *r, unsigned plan)
{
    const struct sim_issue *files = &r->w->rules->issue[plan];
    bool left = false;
    while (!left) {
        struct fb_turn_stats before;
        struct fb_book *book = fb_ports.compile(NULL, files->list, files->files.n);
        fb_assert(book != NULL);
        const char *why;
        bool refuses = auditor_refuses(r->auditor, plan, 0);
        fb_turn_stats(r->turn, &before);
        enum fb_err err = fb_turn_issue(r->turn, files->list, files->files.n, book, r->now_ms, &why);
        if (err == FB_OK) {
            (void)auditor_issue(r->auditor, plan);
            r->in_a_row = 0;
            return sim_same_stats(r, NULL) &&
                   (!refuses || sim_stop(r, "issue that one that waits would undo", FB_REFUSED, err));
        }
        fb_ports.release(NULL, book);
        if (err == FB_REFUSED && refuses ? !make_way(r, &left) : !sim_came_back(r, err, &before))
            return false;
    }
    return true;
}

/* For a moment before the run is over; false: there is none left. */
static bool draw_moment(struct sim_run *r, int64_t *due_ms)
{
    struct fb_turn_stats s;
    fb_turn_stats(r->turn, &s);
    int64_t from = r->now_ms > s.last_ms ? r->now_ms : s.last_ms;
    if (from >= r->w->last_ms)
        return false;
    int64_t far = (r->w->last_ms - from) / (sim_once_in(&r->p, 2) ? 1 : 16) + 1;
    *due_ms = sim_between(&r->p, from + 1, from + 1 + far);
    *due_ms = *due_ms > r->w->last_ms ? r->w->last_ms : *due_ms;
    return true;
}

static bool schedule(struct sim_run *r, unsigned plan)
{
    const struct sim_issue *files = &r->w->rules->issue[plan];
    int64_t due_ms;
    bool left = false;
    if (!draw_moment(r, &due_ms))
        return sim_issue(r, plan);
    while (!left) {
        struct fb_turn_stats before;
        uint32_t number = 0;
        const char *why;
        bool refuses = auditor_refuses(r->auditor, plan, due_ms);
        struct fb_book *book = fb_ports.compile(NULL, files->list, files->files.n);
        fb_assert(book != NULL);
        fb_turn_stats(r->turn, &before);
        enum fb_err err =
            fb_turn_schedule(r->turn, files->list, files->files.n, book, due_ms, r->now_ms, &number, &why);
        if (err == FB_OK && refuses)
            return sim_stop(r, "schedule that one that waits would undo", FB_REFUSED, err);
        if (err == FB_OK) {
            auditor_schedule(r->auditor, plan, due_ms);
            r->in_a_row = 0;
            return (number == r->auditor->n_issues &&
                    (r->fault == SIM_FAIL_ALLOC || fb_turn_holds(r->turn, files->list, files->files.n)) &&
                    sim_same_stats(r, NULL)) ||
                   sim_stop(r, "number of an issue that waits", r->auditor->n_issues, number);
        }
        fb_ports.release(NULL, book);
        if (err == FB_REFUSED && refuses ? !make_way(r, &left) : !sim_came_back(r, err, &before))
            return false;
    }
    return true;
}

/* How many messages were taken so far, about. */
static unsigned progress(const struct sim_run *r)
{
    return r->wire != NULL ? r->auditor->n_versions + r->auditor->n_refusals : r->head;
}

bool sim_due_issues(struct sim_run *r, bool all)
{
    while (r->next_issue < r->w->n_planned && (all || progress(r) >= r->issue_at[r->next_issue])) {
        unsigned i = r->next_issue++;
        if (!(r->issue_later[i] && !all ? schedule(r, r->w->planned[i]) : sim_issue(r, r->w->planned[i])))
            return false;
    }
    return true;
}
