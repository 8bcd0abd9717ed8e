#include "engine/shell/commit_items.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include "engine/shell/commit.h"
#include "engine/shell/commit_batches.h"
#include <stdlib.h>

static enum fb_err run_records(struct fb_items *x)
{
    unsigned n = x->n_records;
    x->n_records = 0;
    x->cursors.records_ms = n > 0 ? fb_clock_ticks_ms() : x->cursors.records_ms;
    enum fb_err e = n > 0 ? fb_turn_run(x->turn, x->input, n, x->now_ms, x->answer) : FB_OK;
    if (e != FB_OK)
        return e;
    for (unsigned i = 0; i < n; i++)
        x->record[i]->answer = x->answer[i];
    return FB_OK;
}

static enum fb_err take_ack(struct fb_items *x, struct fb_item *item)
{
    return fb_cursors_hold(&x->cursors, x->store, item, fb_clock_ticks_ms());
}

/* A source that is in the journal is told of at once, after the records that came before its Hello: they are
 * judged by what it said when it sent them. A new one waits for its first record. */
static enum fb_err take_hello(struct fb_items *x, struct fb_item *item)
{
    struct fb_greeted *g = item->greeted;
    enum fb_err e = FB_OK;
    *g = (struct fb_greeted){.said = true, .told = item->hello.source};
    const uint32_t held = fb_turn_source_find(x->turn, g->told.name);
    if (held == 0)
        return FB_OK;
    e = run_records(x);
    if (e != FB_OK)
        return e;
    const struct fb_source was = *fb_turn_source_get(x->turn, held);
    item->trust_was = was.trust;
    item->err = fb_turn_source(x->turn, &g->told, x->now_ms, &g->number);
    g->said = item->err == FB_OK;
    item->moved = g->said && g->told.trust != was.trust;
    item->hushed = g->said && was.mode != FB_SOURCE_MODE_SHADOW && g->told.mode == FB_SOURCE_MODE_SHADOW;
    return fb_items_fatal(item->err);
}

/* A record without a Hello that was taken, or of one source too many, may not reach the journal. */
static void turn_down(struct fb_item *item)
{
    enum fb_reason reason = item->greeted->said ? FB_REASON_UNKNOWN_SOURCE : FB_REASON_NO_HELLO;
    item->answer = (struct fb_answer){.outcome = FB_OUTCOME_REFUSED, .reason = reason};
}

static enum fb_err take_record(struct fb_items *x, struct fb_item *item)
{
    struct fb_greeted *g = item->greeted;
    enum fb_err e = FB_OK;
    if (g->number == 0 && g->said)
        e = fb_turn_source(x->turn, &g->told, x->now_ms, &g->number);
    if (e != FB_OK || g->number == 0) {
        turn_down(item);
        return fb_items_fatal(e);
    }
    x->input[x->n_records] = item->input;
    x->input[x->n_records].source = g->number;
    x->record[x->n_records++] = item;
    return FB_OK;
}

/* A month is closed after the records that came before. Whose reason it is lies in the item's memory. */
static enum fb_err take_close(struct fb_items *x, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    const struct fb_period_close close = {q->findings.trust, q->month, q->role, q->reason};
    const char *why = NULL;
    enum fb_err e = run_records(x);
    if (e != FB_OK)
        return e;
    item->err = fb_turn_close_period(x->turn, &close, x->now_ms, &why);
    if (item->err == FB_OK)
        fb_text_add(&item->why, why);
    else
        fb_text_add(&item->why, why != NULL && *why != '\0' ? why : fb_err_text(item->err));
    return fb_items_fatal(item->err);
}

static enum fb_err take_withdraw(struct fb_items *x, struct fb_item *item)
{
    const char *why = NULL;
    enum fb_err e = run_records(x);
    if (e != FB_OK)
        return e;
    item->err = fb_turn_withdraw(x->turn, item->query.issue, x->now_ms, &why);
    if (item->err != FB_OK)
        fb_text_add(&item->why, *why != '\0' ? why : fb_err_text(item->err));
    return fb_items_fatal(item->err);
}

static enum fb_err look_at_people(struct fb_items *x, struct fb_item *item)
{
    x->people.now_ms = x->now_ms;
    return fb_items_fatal(fb_people_take(&x->people, item));
}

/* What is changed about people comes after the records that came before. */
static enum fb_err take_people(struct fb_items *x, struct fb_item *item)
{
    enum fb_err e = run_records(x);
    return e == FB_OK ? look_at_people(x, item) : e;
}

/* So does what is proved. */
static enum fb_err take_seals(struct fb_items *x, struct fb_item *item)
{
    enum fb_err e = run_records(x);
    x->seals.now_ms = x->now_ms;
    return e == FB_OK ? fb_items_fatal(fb_seals_take(&x->seals, item)) : e;
}

/* And what is told of batches; taking one back begins after what came before. */
static enum fb_err take_batches(struct fb_items *x, struct fb_item *item)
{
    enum fb_err e = run_records(x);
    if (e == FB_OK)
        e = fb_batches_take(x->turn, item, x->now_ms);
    x->more = true; /* there may be something to take back */
    return e;
}

static enum fb_err find(struct fb_items *x, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    item->answer.record = fb_turn_find(x->turn, FB_KIND_BOOKING, q->asker.trust, q->record_ref);
    if (item->answer.record == 0)
        item->answer.record = fb_turn_find(x->turn, FB_KIND_VACANCY, q->asker.trust, q->record_ref);
    return FB_OK;
}

/* In the order of the queue. */
static enum fb_err (*const take[FB_ITEM_KINDS])(struct fb_items *x, struct fb_item *item) = {
    [FB_ITEM_RECORD] = take_record,
    [FB_ITEM_HELLO] = take_hello,
    [FB_ITEM_ACK] = take_ack,
    [FB_ITEM_CLOSE] = take_close,
    [FB_ITEM_WITHDRAW] = take_withdraw,
    [FB_ITEM_FORGET] = take_people,
    [FB_ITEM_CONFIRM] = take_people,
    [FB_ITEM_CHECKPOINT] = take_seals,
    [FB_ITEM_PROVE] = take_seals,
    [FB_ITEM_COUNTERSIGN] = take_seals,
    [FB_ITEM_RECEIPT] = take_seals,
    [FB_ITEM_BATCHES_OF] = take_batches,
    [FB_ITEM_WITHDRAW_BATCH] = take_batches,
};

/* What only looks, when all of the batch is there: questions do not divide what publishers send into commits of their own. */
static enum fb_err (*const look[FB_ITEM_KINDS])(struct fb_items *x, struct fb_item *item) = {
    [FB_ITEM_FIND] = find,           [FB_ITEM_APPROVALS] = look_at_people, [FB_ITEM_WORKER] = look_at_people,
    [FB_ITEM_READ] = look_at_people, [FB_ITEM_AUDIT] = look_at_people,     [FB_ITEM_REPLIES] = look_at_people,
};

/* The journal in the order of the queue, then what only reads; and who read, before anybody is told. */
enum fb_err fb_items_run(struct fb_items *x, unsigned n)
{
    enum fb_err e = FB_OK;
    x->now_ms = fb_clock_now_ms();
    for (unsigned i = 0; i < n && e == FB_OK; i++)
        if (take[x->item[i]->kind] != NULL)
            e = take[x->item[i]->kind](x, x->item[i]);
    if (e == FB_OK)
        e = run_records(x);
    for (unsigned i = 0; i < n && e == FB_OK; i++)
        if (look[x->item[i]->kind] != NULL)
            e = look[x->item[i]->kind](x, x->item[i]);
    if (e == FB_OK)
        e = fb_items_fatal(fb_people_keep(&x->people));
    return e == FB_OK ? fb_cursors_keep_due(&x->cursors, x->store, fb_clock_ticks_ms()) : e;
}

enum fb_err fb_items_open(struct fb_items *x, const struct fb_commit_with *with)
{
    fb_assert(with->batch_max > 0 && with->batch_max <= FB_BATCH_MAX);
    *x = (struct fb_items){.turn = with->turn, .store = with->store};
    x->people = (struct fb_people){.turn = with->turn, .store = with->store, .ports = with->ports, .keys = with->keys};
    x->seals = (struct fb_seals){.turn = with->turn, .store = with->store, .keys = with->keys, .every_ms = with->checkpoint_ms};
    x->item = calloc(with->batch_max, sizeof(struct fb_item *));
    x->record = calloc(with->batch_max, sizeof(struct fb_item *));
    x->input = calloc(with->batch_max, sizeof *x->input);
    x->answer = calloc(with->batch_max, sizeof *x->answer);
    if (x->item != NULL && x->record != NULL && x->input != NULL && x->answer != NULL) {
        fb_seals_open(&x->seals);
        return FB_OK;
    }
    fb_items_close(x);
    return FB_FULL;
}

void fb_items_close(struct fb_items *x)
{
    fb_people_close(&x->people);
    fb_seals_close(&x->seals);
    free(x->item);
    free(x->record);
    free(x->input);
    free(x->answer);
}
