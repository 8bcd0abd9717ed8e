/* What opening reads of the tables. */
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/memory/diary_turn.h"
#include "engine/turn/open_steps.h"
#include "engine/turn/refuse.h"
#include "engine/turn/respend.h"
#include "engine/turn/walk.h"
#include "engine/turn/withdraw.h"

enum { PROGRESS_ROWS = 65536 };

static bool is_beyond(const struct fb_opening *o, uint64_t journal)
{
    return o->beside && journal > o->turn->journal;
}

static void tick(struct fb_opening *o)
{
    if (++o->done % PROGRESS_ROWS == 0 && o->progress != NULL)
        o->progress(o->turn->ports.ctx, o->done, o->of);
}

enum fb_err fb_open_sources(struct fb_opening *o)
{
    struct fb_walk w;
    struct fb_source s;
    uint32_t number;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_SOURCES, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u32(w.key, &number);
        if (err == FB_OK)
            err = fb_source_unpack(&s, w.value);
        if (err == FB_OK)
            err = fb_sources_put(&o->turn->sources, number, &s);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "sources: a row cannot be read; restore the store from a copy";
    return err == FB_OK || err == FB_NEWER ? (err == FB_OK ? end : err) : FB_DAMAGED;
}

enum fb_err fb_open_periods(struct fb_opening *o)
{
    struct fb_walk w;
    struct fb_period_row row;
    struct fb_period p;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_PERIODS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_period(w.key, &p.trust, &p.month);
        if (err == FB_OK)
            err = fb_period_row_unpack(&row, w.value);
        if (err == FB_OK)
            err = fb_periods_put(&o->turn->periods, p.trust, p.month);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "periods: a row cannot be read; restore the store from a copy";
    return err == FB_REFUSED ? FB_DAMAGED : err == FB_OK ? end : err;
}

static enum fb_err note_ids(struct fb_opening *o, struct fb_ids_ahead *ahead, struct fb_withdrawn_walk *gone)
{
    uint64_t journal = 0;
    const struct fb_ids_row *row = fb_ids_ahead_get(ahead, &journal);
    enum fb_err err = fb_withdrawn_until(gone, journal);
    return err == FB_OK ? fb_turn_note(o->turn, (uint32_t)journal, row) : err;
}

enum fb_err fb_open_ids(struct fb_opening *o)
{
    struct fb_walk w;
    struct fb_ids_ahead ahead;
    uint64_t journal;
    enum fb_err err = FB_OK;
    struct fb_withdrawn_walk gone;
    ahead.n = ahead.noted = 0;
    err = fb_withdrawn_begin(&gone, o->turn, o->beside);
    fb_walk_begin(&w, o->turn->store, FB_TABLE_IDS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u64(w.key, &journal);
        if (err == FB_OK && is_beyond(o, journal))
            break;
        if (err == FB_OK && fb_ids_ahead_full(&ahead))
            err = note_ids(o, &ahead, &gone);
        if (err == FB_OK)
            err = journal == 0 || journal > FB_JOURNAL_MAX ? FB_DAMAGED : fb_ids_unpack(fb_ids_ahead_room(&ahead, journal), w.value);
        if (err == FB_OK)
            fb_ids_ahead_put(&ahead, o->turn);
        tick(o);
    }
    while (err == FB_OK && ahead.noted != ahead.n)
        err = note_ids(o, &ahead, &gone);
    enum fb_err end = fb_walk_end(&w), last = fb_withdrawn_end(&gone);
    end = end == FB_OK ? last : end;
    o->why = "ids: a row cannot be read, or does not follow from those before it; run verify on a copy";
    return err == FB_OK ? end : err;
}

/* IDS were read before: no number is higher than theirs. */
enum fb_err fb_open_workers(struct fb_opening *o)
{
    struct fb_walk w;
    struct fb_worker_row row;
    enum fb_err err = fb_workers_expect(&o->turn->workers, o->workers);
    fb_walk_begin(&w, o->turn->store, FB_TABLE_WORKERS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_worker_row_unpack(&row, w.key, w.value);
        bool beyond = err == FB_OK && row.number > o->turn->workers.high;
        if (beyond && !o->beside)
            err = FB_DAMAGED;
        if (err == FB_OK && !beyond)
            err = fb_workers_hold(&o->turn->workers, row.hash, row.number);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "workers: a row cannot be read, or has a number that was never given; restore the store from a copy";
    return err == FB_OK ? end : err;
}

/* A refusal or conflict that is sent again gets the answer of the first time. */
enum fb_err fb_open_refused(struct fb_opening *o)
{
    struct fb_walk w;
    struct fb_refused_row row;
    uint64_t journal;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_REFUSED, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u64(w.key, &journal);
        if (err == FB_OK && is_beyond(o, journal))
            break;
        if (err == FB_OK)
            err =
                journal == 0 || journal > FB_JOURNAL_MAX ? FB_DAMAGED : fb_refused_row_unpack(&row, w.value);
        if (err == FB_OK)
            err = fb_refuse_note(o->turn, journal, &row);
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "refused: a row cannot be read; run verify on a copy";
    return err == FB_OK ? end : err;
}

/* What memory keeps of a subject that was read is what its last decision says. */
static enum fb_err load_folds(struct fb_opening *o)
{
    enum fb_err err = FB_OK;
    const struct fb_decision *d = &o->turn->prior;
    for (unsigned i = 0; o->folds && i < d->n_counts && err == FB_OK; i++)
        err = fb_counters_load(&o->turn->counters, o->subject, &d->count[i]);
    if (o->folds && err == FB_OK)
        err = fb_respend_load(o->turn, o->subject, d);
    if (o->folds && err == FB_OK && d->stint.worker != 0)
        err = fb_stints_ahead_put(&o->stints, &o->turn->diary, o->subject, &d->stint);
    o->folds = false;
    return err;
}

static enum fb_err note_folds(struct fb_opening *o, uint32_t subject, struct fb_span decision)
{
    enum fb_err err = subject == o->subject ? FB_OK : load_folds(o);
    o->subject = subject;
    o->folds = fb_decision_counts(decision) || (fb_decision_has(decision) & (FB_HAS_SPENT | FB_HAS_STINT)) != 0;
    if (err != FB_OK || !o->folds)
        return err;
    /* There is room for one: nothing is judged yet. */
    return fb_decision_unpack(&o->turn->prior, decision) == FB_OK ? FB_OK : FB_DAMAGED;
}

/* Rows come by subject and then by journal number: the last of a subject stays. */
static enum fb_err note_decision(struct fb_opening *o, const struct fb_walk *w)
{
    struct fb_turn *t = o->turn;
    struct fb_decision_row row;
    uint32_t subject;
    uint64_t journal;
    enum fb_err err = fb_key_parse_decision(w->key, &subject, &journal);
    if (err == FB_OK && is_beyond(o, journal))
        return FB_OK;
    if (err == FB_OK)
        err = fb_decision_row_unpack(&row, w->value);
    struct fb_held *held = err == FB_OK ? fb_index_held(&t->index, subject) : NULL;
    if (held == NULL || journal > FB_JOURNAL_MAX)
        return err == FB_NEWER ? err : FB_DAMAGED;
    held->decided = (uint32_t)journal;
    held->due_min = row.due_min;
    fb_held_join(held, row.into != 0);
    return note_folds(o, subject, row.decision);
}

enum fb_err fb_open_decisions(struct fb_opening *o)
{
    struct fb_walk w;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_DECISIONS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = note_decision(o, &w);
        tick(o);
    }
    enum fb_err end = fb_walk_end(&w);
    if (err == FB_OK)
        err = load_folds(o);
    if (err == FB_OK)
        err = fb_stints_ahead_end(&o->stints, &o->turn->diary);
    fb_counters_sort(&o->turn->counters);
    fb_spents_sort(&o->turn->spents);
    fb_diary_sort_all(&o->turn->diary);
    o->why = "decisions: a row cannot be read, or names a record that is not held; run verify on a copy";
    return err == FB_OK ? end : err;
}

/* Whose findings an approval may answer. */
enum fb_err fb_open_findings(struct fb_opening *o)
{
    struct fb_walk w;
    struct fb_findings_row row;
    uint32_t subject;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, o->turn->store, FB_TABLE_FINDINGS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &o->arena)) {
        err = fb_key_parse_u32(w.key, &subject);
        if (err == FB_OK)
            err = fb_findings_row_unpack(&row, w.value);
        struct fb_held *held = err == FB_OK ? fb_index_held(&o->turn->index, subject) : NULL;
        if (held != NULL)
            fb_held_find(held, fb_findings_row_asks(&row));
        else if (err == FB_OK && !o->beside)
            err = FB_DAMAGED;
    }
    enum fb_err end = fb_walk_end(&w);
    o->why = "findings: a row cannot be read, or names a record that is not held; run verify on a copy";
    return err == FB_OK ? end : err;
}
