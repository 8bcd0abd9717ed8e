/* Every booking under another book: a backtest of draft rules. The memory is that of a turn, opened beside
 * whoever writes; gathering and deciding are the turn's own; nothing is written. */
#include "engine/core/trace.h"
#include "engine/turn/apply.h"
#include "engine/turn/gather.h"

/* Subjects of one read transaction, which must be short; and how often somebody is told how far it is. */
enum { SUBJECTS_AT_ONCE = 256, PROGRESS_SUBJECTS = 16384, DECIDE_ROOM = 65536 };

struct surveying {
    struct fb_turn *turn;
    const struct fb_book *book;
    fb_day from, until;
    bool (*each)(void *ctx, const struct fb_surveyed *s);
    void *ctx;
    struct fb_trace trace;
    bool stopped;
};

static bool is_within(const struct surveying *x, const struct fb_booking *b, fb_day apart)
{
    fb_day day = fb_london_day(b->shift.time.start_min);
    return (int64_t)day >= (int64_t)x->from - apart && (int64_t)day < (int64_t)x->until + apart;
}

static bool is_subject(const struct fb_held *held)
{
    return held->kind == FB_KIND_BOOKING && held->decided != 0 && (held->flags & FB_HELD_JOINED) == 0;
}

/* A day that its own system tells of may be another by the system that is believed, but overlaps with it. */
static bool is_far(struct surveying *x, uint32_t number)
{
    const struct fb_record *r = fb_gather_version(x->turn, number);
    return r == NULL || !is_within(x, &r->as.booking, FB_SHIFT_MINUTES_MAX / 1440);
}

/* The facts are those that the trace keeps: what the rules in force for the shift read. */
static void give(struct surveying *x, const struct fb_booking *b, const struct fb_decision *held)
{
    struct fb_turn *t = x->turn;
    if (fb_trace_unpack(&x->trace, t->decision.trace) != FB_OK) {
        fb_turn_fail(t, FB_DAMAGED);
        return;
    }
    struct fb_surveyed s = {t->view.subject, b, &t->view, &x->trace.facts, held, &t->decision};
    x->stopped = !x->each(x->ctx, &s);
}

static void decide(struct surveying *x)
{
    struct fb_turn *t = x->turn;
    struct fb_decision_row row;
    bool held = fb_apply_prior(t, t->view.subject, &row);
    fb_turn_fail(t, fb_scratch_room(&t->scratch, DECIDE_ROOM));
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    const struct fb_booking *b = t->err == FB_OK ? fb_merge(x->book, &t->view, arena) : NULL;
    if (b == NULL || !is_within(x, b, 0))
        return;
    t->view.repricing = true;
    fb_turn_fail(
        t, fb_decide_booking(x->book, &t->view, held ? &t->prior : NULL, arena, &t->decision, &t->effects));
    if (t->err == FB_OK)
        give(x, b, held ? &t->prior : NULL);
}

static void look(struct surveying *x, uint32_t number)
{
    struct fb_turn *t = x->turn;
    uint32_t group[FB_GATHER_MAX];
    fb_turn_judge_begin(t);
    if (is_far(x, number))
        return;
    unsigned n = fb_gather_group(t, number, group);
    /* Under its lowest number, as it is kept: whoever joined since is not judged yet. */
    if (t->err == FB_OK && group[0] == number)
        fb_gather_shift(t, x->book, number, group, n);
    if (t->err == FB_OK && group[0] == number)
        decide(x);
}

static uint32_t look_at_some(struct surveying *x, uint32_t number)
{
    struct fb_turn *t = x->turn;
    fb_turn_fail(t, fb_store_read(t->store, &t->txn));
    for (unsigned n = 0; number <= t->index.n_held && n < SUBJECTS_AT_ONCE && t->err == FB_OK && !x->stopped;
         number++) {
        if (!is_subject(fb_index_held(&t->index, number)) || fb_index_withdrawn(&t->index, number))
            continue;
        look(x, number);
        n++;
    }
    fb_turn_judge_begin(t);
    if (t->txn != NULL)
        fb_txn_abort(&t->txn);
    return number;
}

static enum fb_err survey(struct surveying *x, void (*progress)(void *ctx, uint64_t done, uint64_t of))
{
    struct fb_turn *t = x->turn;
    uint32_t told = 0, number = 1;
    t->now_ms = t->last_ms;
    while (number <= t->index.n_held && t->err == FB_OK && !x->stopped) {
        number = look_at_some(x, number);
        if (progress != NULL && number - told >= PROGRESS_SUBJECTS) {
            progress(t->ports.ctx, number - 1, t->index.n_held);
            told = number;
        }
    }
    return t->err;
}

enum fb_err fb_turn_survey(struct fb_store *store, const struct fb_turn_ports *ports,
                           const struct fb_book *book, fb_day from, fb_day until,
                           bool (*each)(void *ctx, const struct fb_surveyed *s), void *ctx,
                           void (*progress)(void *ctx, uint64_t done, uint64_t of))
{
    struct surveying x = {.book = book, .from = from, .until = until, .each = each, .ctx = ctx};
    const char *why;
    enum fb_err err = fb_turn_open_beside(&x.turn, store, ports, progress, &why);
    if (err != FB_OK)
        return err;
    err = survey(&x, progress);
    fb_turn_close(&x.turn);
    return err;
}
