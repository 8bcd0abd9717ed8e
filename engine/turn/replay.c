#include "engine/turn/replay.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/files.h"
#include "engine/turn/reprice.h"
#include "engine/turn/walk.h"
#include "engine/turn/withdraw.h"
#include <string.h>

/* Entries in one transaction of the copy, and how often somebody is told how far it is. */
enum { ENTRIES_AT_ONCE = 1024, PROGRESS_ENTRIES = 16384 };

static enum fb_err differs(struct fb_replay *r, uint64_t journal, const char *what)
{
    struct fb_text t;
    fb_text_init(&t, r->out->first_difference, sizeof r->out->first_difference);
    fb_text_add(&t, "journal: entry ");
    fb_text_add_int(&t, (int64_t)journal);
    fb_text_add(&t, ": ");
    fb_text_add(&t, what);
    return FB_DAMAGED;
}

/* A message as it came in, made again from its entry. */
static enum fb_err input_of(struct fb_replay *r, struct fb_entry *e, uint64_t journal,
                            struct fb_record *record, struct fb_input *in)
{
    const struct fb_source *source = fb_sources_get(&r->to->sources, e->source);
    *in = (struct fb_input){
        .body = e->body, .source = e->source, .refused = e->reason, .field = e->field, .env = e->env,
        .kept = e->kind == FB_ENTRY_REFUSAL ? e : NULL};
    if (source == NULL)
        return differs(r, journal, "its source was never told of");
    if (e->kind == FB_ENTRY_REFUSAL && e->reason != FB_REASON_CONFLICT)
        return FB_OK;
    e->env.source = source->name;
    bool unkept = e->kind == FB_ENTRY_REFUSAL && e->body.n == 0 && e->sent > 0; /* beyond its source's quota: what it said is not there */
    enum fb_err err = FB_OK;
    bool ready = record == r->ready;
    if (!ready)
        memset(record, 0, sizeof *record);
    record->env = e->env;
    if (!unkept && !ready)
        err = r->to->ports.decode(r->to->ports.ctx, &e->env, e->body, &r->record, record);
    if (err != FB_OK)
        return differs(r, journal, "the record in it cannot be decoded");
    memcpy(record->digest, e->digest, sizeof record->digest);
    fb_record_set_worker(record, e->worker, e->worker_was);
    in->record = record;
    return FB_OK;
}

static enum fb_err replay_message(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_input in;
    struct fb_answer answer;
    fb_arena_reset(&r->record);
    struct fb_record *record = r->ready != NULL ? r->ready : fb_arena_get(&r->record, sizeof *record);
    if (record == NULL)
        return FB_LIMIT;
    enum fb_err err = input_of(r, e, journal, record, &in);
    if (err == FB_OK)
        fb_turn_message(r->to, &in, &answer);
    return err;
}

static enum fb_err replay_source(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_source s;
    uint32_t number = 0;
    if (fb_source_unpack(&s, e->body) != FB_OK)
        return differs(r, journal, "the source in it cannot be read");
    fb_turn_take_source(r->to, &s, e->decide_version, &number);
    return FB_OK;
}

static enum fb_err replay_issue(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_book *book;
    const struct fb_standing *s = &r->to->standing;
    bool waited = s->n_waiting > 0 && s->waiting[0].issue == e->issue && s->waiting[0].due_ms <= e->at_ms;
    if (e->issue != s->issues + 1 && !waited)
        return differs(r, journal, "issues do not follow one another");
    enum fb_err err = fb_issue_compile(r->from, e->issue, &r->to->ports, &book);
    if (err == FB_DAMAGED || err == FB_NOT_FOUND)
        return differs(r, journal, "the packs of this issue are missing, or no longer compile");
    if (err == FB_OK)
        fb_turn_take_issue(r->to, book, e->issue);
    return err;
}

static enum fb_err replay_subjects(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    uint32_t number[FB_STEP_MAX];
    unsigned n = 0;
    struct fb_reader in;
    fb_reader_init(&in, e->body.p, e->body.n);
    while (in.n < in.size && n < FB_STEP_MAX) {
        uint64_t v = fb_get_varint(&in);
        if (in.bad || v > UINT32_MAX || fb_index_held(&r->to->index, (uint32_t)v) == NULL)
            return differs(r, journal, "it names a record that is not held");
        number[n++] = (uint32_t)v;
    }
    if (in.n < in.size)
        return differs(r, journal, "it names more subjects than one step may");
    fb_turn_take_subjects(r->to, e->kind, number, n);
    return FB_OK;
}

static enum fb_err replay_schedule(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_reader in;
    fb_reader_init(&in, e->body.p, e->body.n);
    uint64_t issue = fb_get_varint(&in);
    int64_t due_ms = fb_get_zigzag(&in);
    const struct fb_standing *s = &r->to->standing;
    if (in.bad || in.n < in.size || issue != (uint64_t)s->issues + 1)
        return differs(r, journal, "issues do not follow one another");
    if (due_ms <= e->at_ms || s->n_waiting == FB_WAITING_MAX)
        return differs(r, journal, "an issue was scheduled that could not be");
    fb_turn_take_schedule(r->to, NULL, (uint32_t)issue, due_ms);
    return FB_OK;
}

static enum fb_err replay_withdraw(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_reader in;
    fb_reader_init(&in, e->body.p, e->body.n);
    uint64_t issue = fb_get_varint(&in);
    if (in.bad || in.n < in.size || issue > UINT32_MAX ||
        fb_standing_waits(&r->to->standing, (uint32_t)issue) == NULL)
        return differs(r, journal, "it withdraws an issue that does not wait");
    fb_turn_take_withdraw(r->to, (uint32_t)issue);
    return FB_OK;
}

static enum fb_err replay_reprice(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_reader in;
    fb_reader_init(&in, e->body.p, e->body.n);
    uint64_t first = fb_get_varint(&in), last = fb_get_varint(&in);
    const struct fb_standing *s = &r->to->standing;
    if (in.bad || in.n < in.size || !fb_reprice_has(r->to) || first != s->next || last < first || last > s->of)
        return differs(r, journal, "it does not go on where re-pricing stood");
    fb_turn_take_reprice(r->to, (uint32_t)last);
    return FB_OK;
}

static enum fb_err replay_week(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_reader in;
    fb_reader_init(&in, e->body.p, e->body.n);
    int64_t monday = fb_get_zigzag(&in);
    const struct fb_book *book = fb_turn_current(r->to);
    bool due = fb_drift_next(r->to, e->at_ms) == monday || e->decide_version != FB_DECIDE_VERSION;
    bool sound = !in.bad && in.n == in.size && monday == fb_day_week((fb_day)monday);
    if (!sound || !due || book == NULL || book->n_corridors == 0)
        return differs(r, journal, "no week of that day is to be looked at");
    fb_turn_take_week(r->to, (fb_day)monday);
    return FB_OK;
}

static enum fb_err replay_close(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_period_close close;
    if (fb_period_close_unpack(&close, e->body) != FB_OK)
        return differs(r, journal, "the close of a period in it cannot be read");
    if (fb_periods_closed(&r->to->periods, close.trust, close.month))
        return differs(r, journal, "it closes a period that was closed before");
    fb_turn_take_close(r->to, &close);
    return FB_OK;
}

static enum fb_err replay_forget(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_reader in;
    fb_reader_init(&in, e->body.p, e->body.n);
    uint64_t worker = fb_get_varint(&in);
    if (in.bad || in.n < in.size || worker == 0 || worker > r->to->workers.high)
        return differs(r, journal, "it forgets a worker who was never met");
    fb_turn_take_forget(r->to, (uint32_t)worker);
    return FB_OK;
}

static enum fb_err replay_batch(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_batch_asked asked;
    const struct fb_batch *b = fb_batch_asked_unpack(&asked, e->body) == FB_OK ? fb_batches_get(&r->to->batches, asked.batch) : NULL;
    if (b == NULL || b->source != e->source || r->to->batches.taking.batch != 0)
        return differs(r, journal, "it takes back a batch that it could not");
    fb_turn_take_batch(r->to, &asked);
    return FB_OK;
}

static enum fb_err replay_batch_step(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    struct fb_reader in;
    struct fb_stretch stretch;
    fb_reader_init(&in, e->body.p, e->body.n);
    uint64_t batch = fb_get_varint(&in), first = fb_get_varint(&in), last = fb_get_varint(&in);
    if (in.bad || in.n < in.size || batch == 0 || batch != r->to->batches.taking.batch)
        return differs(r, journal, "it takes back a batch that nobody asked for");
    fb_withdraw_next(r->to, &stretch);
    if (r->to->err == FB_OK && (first != stretch.first || last != stretch.last))
        return differs(r, journal, "it does not go on where the batch stood");
    if (r->to->err == FB_OK)
        fb_turn_take_batch_step(r->to, &stretch);
    return FB_OK;
}

static enum fb_err replay_receipt(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    uint64_t repeats[FB_SOURCES_MAX + 1];
    struct fb_receipts_of of;
    const struct fb_receipts *at = &r->to->receipts;
    if (!fb_receipts_read_day(e->body, &of, repeats))
        return differs(r, journal, "the day that it states cannot be read");
    if (of.day >= fb_london_day_of_ms(e->at_ms) || (at->stated != FB_RECEIPTS_NEVER && of.day - (fb_day)of.before <= at->stated))
        return differs(r, journal, "it states a day that was not over, or was stated before");
    fb_turn_take_day(r->to, &of, repeats);
    return FB_OK;
}

static enum fb_err replay_silent(struct fb_replay *r, struct fb_entry *e, uint64_t journal)
{
    int64_t listening_ms;
    bool lists, known = fb_sources_get(&r->to->sources, e->source) != NULL && fb_silence_read(e->body, &listening_ms, &lists);
    if (!known || r->to->receipts.habit[e->source].silent_ms != FB_ABSENT)
        return differs(r, journal, "it tells of a source that cannot have fallen silent");
    fb_turn_take_silent(r->to, e->source, listening_ms, lists);
    return FB_OK;
}

static enum fb_err (*const replay_kind[])(struct fb_replay *, struct fb_entry *, uint64_t) = {
    [FB_ENTRY_MESSAGE] = replay_message, [FB_ENTRY_REFUSAL] = replay_message,
    [FB_ENTRY_SOURCE] = replay_source,   [FB_ENTRY_ISSUE] = replay_issue,
    [FB_ENTRY_TICK] = replay_subjects,   [FB_ENTRY_TODO] = replay_subjects,
    [FB_ENTRY_SCHEDULE] = replay_schedule, [FB_ENTRY_REPRICE] = replay_reprice,
    [FB_ENTRY_CLOSE] = replay_close,       [FB_ENTRY_WEEK] = replay_week,
    [FB_ENTRY_WITHDRAW] = replay_withdraw, [FB_ENTRY_FORGET] = replay_forget,
    [FB_ENTRY_BATCH] = replay_batch,       [FB_ENTRY_BATCH_STEP] = replay_batch_step,
    [FB_ENTRY_RECEIPT] = replay_receipt,   [FB_ENTRY_SILENT] = replay_silent,
};

/* The entry that the copy wrote must be the same bytes, or what was replayed is not what happened. */
static enum fb_err check_entry(struct fb_replay *r, const struct fb_entry *e, uint64_t journal,
                               struct fb_span bytes)
{
    struct fb_turn *t = r->to;
    struct fb_span again;
    struct fb_key key = fb_key_u64(journal);
    if (t->err != FB_OK)
        return t->err;
    if (t->journal != journal)
        return differs(r, journal, "taken again, it makes no entry: its message id was used before");
    r->out->entries++;
    if (e->decide_version != FB_DECIDE_VERSION) {
        r->out->skipped++;
        return FB_OK;
    }
    if (r->listed)
        return FB_OK;
    fb_scratch_reset(&t->scratch);
    enum fb_err err = fb_scratch_room(&t->scratch, FB_ENTRY_BYTES_MAX);
    if (err == FB_OK)
        err = fb_find(t->txn, FB_TABLE_JOURNAL, fb_key_span(&key), fb_scratch_arena(&t->scratch), &again);
    if (err == FB_OK && !fb_span_eq(again, bytes))
        return differs(r, journal, "taken again, it is written otherwise");
    return err;
}

enum fb_err fb_replay_entry(struct fb_replay *r, uint64_t journal, const struct fb_entry *e, struct fb_span bytes)
{
    struct fb_entry given = *e;
    fb_turn_at(r->to, e->at_ms);
    enum fb_err err = replay_kind[e->kind](r, &given, journal);
    return err == FB_OK ? check_entry(r, e, journal, bytes) : err;
}

static enum fb_err replay_row(struct fb_replay *r, const struct fb_walk *w)
{
    struct fb_entry e;
    uint64_t journal;
    enum fb_err err = fb_key_parse_u64(w->key, &journal);
    if (err != FB_OK || journal != r->to->journal + 1)
        return differs(r, r->to->journal + 1, "it is missing");
    err = fb_entry_unpack(&e, w->value);
    if (err != FB_OK)
        return err == FB_NEWER ? err : differs(r, journal, "it cannot be read");
    err = fb_replay_entry(r, journal, &e, w->value);
    if (r->progress != NULL && journal % PROGRESS_ENTRIES == 0)
        r->progress(r->to->ports.ctx, journal, r->until);
    return err;
}

/* One transaction's worth of entries. */
static enum fb_err replay_part(struct fb_replay *r, struct fb_walk *w, uint64_t until)
{
    enum fb_err err = fb_turn_begin(r->to);
    if (err != FB_OK)
        return err;
    unsigned n = 0;
    while (err == FB_OK && n < ENTRIES_AT_ONCE && r->to->journal < until) {
        if (!fb_walk_next(w, &r->row)) {
            err = w->err == FB_OK ? differs(r, r->to->journal + 1, "it is missing") : w->err;
            break;
        }
        err = replay_row(r, w);
        n++;
    }
    enum fb_err end = fb_turn_end(r->to);
    return err == FB_OK ? end : err;
}

enum fb_err fb_replay(struct fb_replay *r, uint64_t until)
{
    struct fb_walk w;
    struct fb_key key = fb_key_u64(r->to->journal + 1);
    enum fb_err err = FB_OK;
    r->until = until;
    fb_walk_begin(&w, r->from, FB_TABLE_JOURNAL, fb_key_span(&key));
    while (err == FB_OK && r->to->journal < until)
        err = replay_part(r, &w, until);
    enum fb_err end = fb_walk_end(&w);
    return err == FB_OK ? end : err;
}
