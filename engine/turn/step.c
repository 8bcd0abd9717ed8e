/*~ 6 (turn) What the engine does by itself: one journalled step, one transaction, always the first kind of work that there
 * is. Read reprice.c next (a new issue over what was decided before it). */
#include "engine/turn/step.h"
#include "engine/turn/reprice.h"
#include "engine/turn/todo.h"
#include "engine/turn/withdraw.h"

/* ---- due vacancies ---- */

static bool has_tick(struct fb_turn *t, int64_t now_ms)
{
    const struct fb_due_entry *first = fb_due_first(&t->due, &t->index);
    return first != NULL && (int64_t)first->start_min * FB_MINUTE_MS <= now_ms;
}

static void take_tick(struct fb_turn *t)
{
    uint32_t number[FB_STEP_MAX];
    unsigned n = 0;
    while (n < FB_STEP_MAX && has_tick(t, t->now_ms)) {
        const struct fb_due_entry *first = fb_due_first(&t->due, &t->index);
        number[n++] = first->number;
        fb_index_held(&t->index, first->number)->due_min = 0;
        fb_due_drop(&t->due);
    }
    fb_turn_take_subjects(t, FB_ENTRY_TICK, number, n);
}

/* ---- the todo, re-pricing, weeks, issues ---- */

static bool has_todo(struct fb_turn *t, int64_t now_ms)
{
    (void)now_ms;
    return t->todo > 0 && fb_turn_current(t) != NULL;
}

static void take_todo(struct fb_turn *t)
{
    uint32_t number[FB_STEP_MAX];
    unsigned n = fb_todo_first(t, number, FB_STEP_MAX);
    if (n > 0)
        fb_turn_take_subjects(t, FB_ENTRY_TODO, number, n);
}

static bool has_batch(struct fb_turn *t, int64_t now_ms)
{
    (void)now_ms;
    return t->batches.taking.batch != 0 && fb_turn_current(t) != NULL;
}

static void take_batch(struct fb_turn *t)
{
    struct fb_stretch stretch;
    fb_withdraw_next(t, &stretch);
    if (t->err == FB_OK)
        fb_turn_take_batch_step(t, &stretch);
}

static bool has_reprice(struct fb_turn *t, int64_t now_ms)
{
    (void)now_ms;
    return fb_reprice_has(t);
}

static void take_reprice(struct fb_turn *t)
{
    fb_turn_take_reprice(t, fb_reprice_last(t));
}

static bool has_week(struct fb_turn *t, int64_t now_ms)
{
    return fb_drift_next(t, now_ms) != FB_DRIFT_NEVER;
}

static void take_week(struct fb_turn *t)
{
    fb_turn_take_week(t, fb_drift_next(t, t->now_ms));
}

/* ---- what sources sent (receipts.h) ---- */

static void take_look(struct fb_turn *t)
{
    fb_receipts_look(t);
}

static void take_day(struct fb_turn *t)
{
    const struct fb_receipts_of of = {.day = t->receipts.day, .before = t->receipts.before, .lists = true};
    fb_turn_take_day(t, &of, t->receipts.repeats);
}

static bool has_silence(struct fb_turn *t, int64_t now_ms)
{
    return fb_silence_due(t, now_ms) != 0;
}

static void take_silence(struct fb_turn *t)
{
    fb_turn_take_silent(t, fb_silence_due(t, t->now_ms), t->receipts.listening_ms, true);
}

static bool has_issue(struct fb_turn *t, int64_t now_ms)
{
    return fb_schedule_is_due(t, now_ms);
}

static void take_issue(struct fb_turn *t)
{
    uint32_t issue = t->standing.waiting[0].issue;
    fb_turn_take_issue(t, t->books.of_issue[issue - 1], issue);
}

/* In the order in which they come first. A week is held against the card when all that is known of it was priced. */
static const struct {
    bool (*has)(struct fb_turn *t, int64_t now_ms);
    void (*take)(struct fb_turn *t);
} work[] = {
    {has_issue, take_issue},     {has_tick, take_tick}, {fb_receipts_behind, take_look},
    {fb_receipts_over, take_day}, {has_silence, take_silence}, {has_todo, take_todo},
    {has_batch, take_batch},     {has_reprice, take_reprice}, {has_week, take_week},
};
enum { WORK = sizeof work / sizeof work[0] };

static unsigned first_work(struct fb_turn *t, int64_t now_ms)
{
    unsigned i = 0;
    while (i < WORK && !work[i].has(t, now_ms))
        i++;
    return i;
}

static enum fb_err step(struct fb_turn *t, int64_t now_ms, unsigned kind)
{
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    work[kind].take(t);
    return fb_turn_end(t);
}

enum fb_err fb_turn_step(struct fb_turn *t, int64_t now_ms, bool *more)
{
    int64_t at = now_ms > t->last_ms ? now_ms : t->last_ms;
    *more = false;
    if (t->err == FB_OK && has_issue(t, at))
        fb_turn_fail(t, fb_schedule_prepare(t));
    if (t->err != FB_OK)
        return t->err;
    unsigned kind = first_work(t, at);
    enum fb_err err = kind == WORK ? FB_OK : step(t, at, kind);
    if (err == FB_OK)
        *more = first_work(t, at) < WORK;
    return err;
}

int64_t fb_turn_next_due_ms(const struct fb_turn *t)
{
    /* Stale entries at the top would only wake the engine early; step drops them. */
    int64_t due = t->due.n == 0 ? INT64_MAX : (int64_t)t->due.entry[0].start_min * FB_MINUTE_MS;
    int64_t week = fb_drift_due_ms(t), receipts = fb_receipts_due_ms(t);
    due = week < due ? week : due;
    due = receipts < due ? receipts : due;
    if (t->standing.n_waiting > 0 && !t->held_back && t->standing.waiting[0].due_ms < due)
        due = t->standing.waiting[0].due_ms;
    bool now = fb_reprice_has(t) || (t->batches.taking.batch != 0 && fb_turn_current(t) != NULL);
    return now || due <= t->last_ms ? INT64_MIN : due; /* the instant of the last entry may lie ahead of a clock that was set back */
}
