#include "engine/turn/recount.h"
#include "engine/turn/reprice.h"
#include "engine/turn/todo.h"
#include <string.h>

static fb_day day_of(uint32_t utc_min)
{
    return (fb_day)(fb_london_local_min(utc_min) / FB_DAY_MINUTES); /* a start that counts lies after 1970 */
}

/* ---- what the others added ---- */

static unsigned place_of(const struct fb_counted_rows *rows, uint32_t subject)
{
    unsigned at = 0;
    while (at < rows->n && rows->row[at].subject != subject)
        at++;
    return at;
}

/* The rows without the shift's own, which are those of its decision before: as they lie in memory where the own one does
 * not part them, else in a copy. */
static struct fb_counted_rows without(struct fb_turn *t, unsigned counter, struct fb_counted_rows rows, uint32_t subject)
{
    struct fb_counted_row *copy = t->counted[counter];
    unsigned own = rows.n <= FB_COUNTED_MAX + 1 ? place_of(&rows, subject) : rows.n;
    unsigned others = own < rows.n ? rows.n - 1 : rows.n;
    if (others > FB_COUNTED_MAX)
        return (struct fb_counted_rows){NULL, 0, true};
    if (own == rows.n)
        return rows;
    memcpy(copy, rows.row, own * sizeof *copy);
    memcpy(copy + own, rows.row + own + 1, (others - own) * sizeof *copy);
    return (struct fb_counted_rows){copy, others, false};
}

void fb_recount_gather(struct fb_turn *t, const struct fb_book *book, const struct fb_booking *merged)
{
    struct fb_view *v = &t->view;
    int64_t start = merged->shift.time.start_min;
    bool shadow = v->member[0].source->mode == FB_SOURCE_MODE_SHADOW; /* as all the others are */
    if (start < 0 || start >= UINT32_MAX)
        return;
    for (unsigned i = 0; i < book->n_counters; i++) {
        const struct fb_counter *c = &book->counter[i];
        uint64_t key = fb_counter_key_for(c, merged, shadow);
        uint32_t from, until;
        if (key == 0)
            continue;
        fb_counter_minutes(c, day_of((uint32_t)start), &from, &until);
        v->counted[i] = without(t, i, fb_counters_rows(&t->counters, c->id, key, from, until), v->subject);
    }
}

/* ---- whom a change concerns ---- */

void fb_recount_note(struct fb_turn *t, uint32_t subject)
{
    if (subject == t->decision.subject)
        return; /* what it adds itself it knew */
    if (fb_reprice_reaches(t, subject))
        return;
    for (unsigned i = 0; i < t->n_stale; i++)
        if (t->stale[i] == subject)
            return;
    if (t->n_recounted < FB_TOUCH_AT_ONCE_MAX) {
        t->stale[t->n_stale++] = subject;
        t->n_recounted++;
    } else {
        fb_todo_put(t, subject);
    }
}

static bool is_read(const struct fb_book *book, unsigned counter)
{
    for (unsigned i = 0; i < book->n_bonuses; i++)
        if (book->bonus[i].counter == counter)
            return true;
    for (unsigned i = 0; i < book->n_rules; i++)
        if (fb_fact_in(&book->rule[i].reads, FB_FACT_COUNTER_1 + counter))
            return true;
    return false;
}

/* ---- windows that are too full ---- */

/* The rows that a shift of that day reads of the counter, its own among them. */
static unsigned n_read(const struct fb_turn *t, const struct fb_counter *c, uint64_t key, fb_day day)
{
    uint32_t from, until;
    fb_counter_minutes(c, day, &from, &until);
    return fb_counters_rows(&t->counters, c->id, key, from, until).n;
}

/* Where more shifts stand in a window than one decision can read, none of its readers could say anything before, and none
 * can now. One more or less is this change itself, and one is the reader's own. */
static bool stays_cut(unsigned n)
{
    return n > FB_COUNTED_MAX + 2;
}

/* So near the bound one shift may have made a window too full to be read, or not too full any more: for every reader, of
 * whom one that is voided by the counter need not stand in it himself. */
static bool may_flip(unsigned n)
{
    return n >= FB_COUNTED_MAX && !stays_cut(n);
}

/* How many of the rows start before that instant. */
static unsigned n_before(const struct fb_counted_rows *rows, int64_t end_min)
{
    unsigned from = 0, until = rows->n;
    while (from < until) {
        unsigned mid = from + (until - from) / 2;
        if (rows->row[mid].start_min < end_min)
            from = mid + 1;
        else
            until = mid;
    }
    return from;
}

/* What a counter's window is depends on the day alone, so that its readers are looked at by days, however many there are.
 * The rows of the first day of *rest, which begins after it then. */
static struct fb_counted_rows take_day(struct fb_counted_rows *rest, fb_day *day)
{
    int64_t midnight[2];
    *day = day_of(rest->row[0].start_min);
    (void)fb_london_instants(((int64_t)*day + 1) * FB_DAY_MINUTES, midnight); /* clocks never change at midnight */
    struct fb_counted_rows rows = {rest->row, n_before(rest, midnight[0]), false};
    *rest = (struct fb_counted_rows){rest->row + rows.n, rest->n - rows.n, false};
    return rows;
}

/* ---- who read the counter that changed ---- */

/* Those that add to the counter themselves, and come after what changed: they had it in `before`. */
static void note_later(struct fb_turn *t, const struct fb_counter *c, uint32_t subject, const struct fb_count *changed)
{
    struct fb_counted_row place = {changed->start_min, changed->tie, subject, 0, 0};
    uint32_t from, until;
    fb_day day;
    fb_counter_readers(c, day_of(changed->start_min), &from, &until);
    struct fb_counted_rows rest = fb_counters_rows(&t->counters, c->id, changed->key, from, until);
    while (rest.n > 0) {
        struct fb_counted_rows rows = take_day(&rest, &day);
        unsigned n = n_read(t, c, changed->key, day);
        if (stays_cut(n) && c->span != FB_SPAN_OF_ROLLING_DAYS)
            return; /* they all read the same window */
        for (unsigned i = 0; i < rows.n && !stays_cut(n); i++)
            if (may_flip(n) || fb_counted_row_cmp(&rows.row[i], &place) > 0)
                fb_recount_note(t, rows.row[i].subject);
    }
}

/* Another shift stands in the window, so that the counter is not nought, whatever became of this one. */
static bool is_void_anyway(const struct fb_turn *t, const struct fb_counter *c, uint64_t key, fb_day day, uint32_t subject)
{
    uint32_t from, until;
    fb_counter_minutes(c, day, &from, &until);
    struct fb_counted_rows rows = fb_counters_rows(&t->counters, c->id, key, from, until);
    return c->adds == FB_ADDS_SHIFTS && (rows.n > 1 || (rows.n == 1 && rows.row[0].subject != subject));
}

/* What changed in the counter c makes no difference to a bonus of that day by `earns`. */
static bool is_indifferent(const struct fb_turn *t, const struct fb_counter *earns, const struct fb_counter *c,
                           uint64_t key, fb_day day, uint32_t subject)
{
    unsigned n = n_read(t, c, key, day);
    return stays_cut(n) || stays_cut(n_read(t, earns, key, day)) ||
           (!may_flip(n) && is_void_anyway(t, c, key, day, subject));
}

/* Those whose bonus hangs on there being nothing in this counter, before them or after. A counter between dates is read
 * from every day, also from those that it does not count itself. */
static void note_voided(struct fb_turn *t, const struct fb_counter *earns, const struct fb_counter *c, uint32_t subject,
                        const struct fb_count *changed)
{
    uint32_t from = 0, until = UINT32_MAX;
    fb_day day;
    if (c->span != FB_SPAN_OF_DATES)
        fb_counter_readers(c, day_of(changed->start_min), &from, &until);
    struct fb_counted_rows rest = fb_counters_rows(&t->counters, earns->id, changed->key, from, until);
    while (rest.n > 0) {
        struct fb_counted_rows rows = take_day(&rest, &day);
        bool passed_over = is_indifferent(t, earns, c, changed->key, day, subject);
        for (unsigned i = 0; i < rows.n && !passed_over; i++)
            fb_recount_note(t, rows.row[i].subject);
    }
}

static void note_readers(struct fb_turn *t, const struct fb_book *book, uint32_t subject, const struct fb_count *changed)
{
    for (unsigned i = 0; i < book->n_counters; i++) {
        const struct fb_counter *c = &book->counter[i];
        if (c->id != changed->counter)
            continue;
        if (!c->cancelled && is_read(book, i))
            note_later(t, c, subject, changed);
        for (unsigned k = 0; k < book->n_bonuses; k++)
            if (book->bonus[k].void_counter == i + 1)
                note_voided(t, &book->counter[book->bonus[k].counter], c, subject, changed);
    }
}

/* ---- what a decision changed ---- */

static bool is_same(const struct fb_count *a, const struct fb_count *b)
{
    return a->counter == b->counter && a->key == b->key && a->start_min == b->start_min && a->tie == b->tie &&
           a->amount == b->amount && a->minutes == b->minutes;
}

static bool holds(const struct fb_decision *d, const struct fb_count *count)
{
    for (unsigned i = 0; d != NULL && i < d->n_counts; i++)
        if (is_same(&d->count[i], count))
            return true;
    return false;
}

/* The counts of `d` that the other decision has not. */
static unsigned differing(const struct fb_decision *d, const struct fb_decision *other,
                          const struct fb_count *out[FB_COUNTERS_MAX])
{
    unsigned n = 0;
    for (unsigned i = 0; d != NULL && i < d->n_counts; i++)
        if (!holds(other, &d->count[i]))
            out[n++] = &d->count[i];
    return n;
}

void fb_recount_apply(struct fb_turn *t, const struct fb_book *book, bool held)
{
    const struct fb_count *gone[FB_COUNTERS_MAX], *come[FB_COUNTERS_MAX];
    const struct fb_decision *prior = held ? &t->prior : NULL;
    uint32_t subject = t->decision.subject;
    unsigned n_gone = differing(prior, &t->decision, gone), n_come = differing(&t->decision, prior, come);
    for (unsigned i = 0; i < n_gone; i++)
        fb_turn_fail(t, fb_counters_take(&t->counters, subject, gone[i]));
    for (unsigned i = 0; i < n_come; i++)
        fb_turn_fail(t, fb_counters_add(&t->counters, subject, come[i]));
    for (unsigned i = 0; i < n_gone && t->err == FB_OK; i++)
        note_readers(t, book, subject, gone[i]);
    for (unsigned i = 0; i < n_come && t->err == FB_OK; i++)
        note_readers(t, book, subject, come[i]);
}

/* One that was decided under this entry already waits for the next: a decision is kept by subject and entry. */
uint32_t fb_recount_next(struct fb_turn *t)
{
    while (t->n_stale > 0 && t->err == FB_OK) {
        uint32_t subject = t->stale[--t->n_stale];
        if (fb_index_held(&t->index, subject)->decided != t->journal)
            return subject;
        fb_todo_put(t, subject);
    }
    return 0;
}
