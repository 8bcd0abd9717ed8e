/*~ 3 (turn) One batch: every message is taken in order inside one transaction, and answers count only when it
 * is durable. Read message.c next (one message), then judge.c (one subject). */
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/gather.h"
#include "engine/turn/memory/counts.h"
#include "engine/turn/state.h"
#include <string.h>

void fb_turn_at(struct fb_turn *t, int64_t now_ms)
{
    t->now_ms = now_ms > t->last_ms ? now_ms : t->last_ms;
    t->known = fb_london_day_of_ms(t->now_ms);
}

enum fb_err fb_turn_begin(struct fb_turn *t)
{
    if (t->err != FB_OK)
        return t->err;
    t->dirty = false;
    enum fb_err err = fb_store_write(t->store, &t->txn);
    fb_turn_fail(t, err);
    return err;
}

static void finish(struct fb_turn *t)
{
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    fb_ceilings_tell(t);
    fb_turn_fail(t, fb_totals_write(&t->totals, t->txn, arena));
    fb_drift_write(&t->drift, t->txn, arena);
    struct fb_counts c = {t->index.n_held, t->index.of_kind[FB_KIND_BOOKING],
                          t->index.of_kind[FB_KIND_VACANCY]};
    fb_counts_put(t->txn, &c);
    t->todo = fb_table_rows(t->txn, FB_TABLE_TODO);
    if (t->standing_moved)
        fb_standing_put(t->txn, &t->standing);
    t->standing_moved = false;
    fb_batches_put(&t->batches, t->txn);
    fb_turn_fail(t, fb_chain_put(&t->chain, t->txn));
    if (t->beside != NULL && t->err == FB_OK)
        fb_turn_fail(t, t->beside(t->beside_ctx, t->txn));
    fb_turn_fail(t, fb_txn_err(t->txn));
}

void fb_turn_beside(struct fb_turn *t, enum fb_err (*write)(void *ctx, struct fb_txn *txn), void *ctx)
{
    t->beside = write;
    t->beside_ctx = ctx;
}

enum fb_err fb_turn_end(struct fb_turn *t)
{
    fb_scratch_reset(&t->scratch);
    t->n_versions = 0;
    fb_cache_let_go(&t->cache);
    if (t->err == FB_OK && t->dirty)
        finish(t);
    if (t->err != FB_OK || !t->dirty) {
        fb_totals_forget(&t->totals);
        fb_drift_forget(&t->drift);
        fb_txn_abort(&t->txn);
        return t->err;
    }
    fb_turn_fail(t, fb_txn_commit(&t->txn));
    return t->err;
}

void fb_turn_write(struct fb_turn *t, struct fb_entry *e)
{
    if (t->err == FB_OK)
        fb_ceilings_tell(t);
    if (t->err != FB_OK)
        return;
    if (t->journal >= FB_JOURNAL_MAX) {
        fb_turn_fail(t, FB_FULL);
        return;
    }
    e->at_ms = t->now_ms;
    e->decide_version = FB_DECIDE_VERSION;
    if (e->kind != FB_ENTRY_ISSUE)
        e->issue = fb_turn_current(t) == NULL ? 0 : t->standing.current;
    size_t n = fb_entry_pack(e, t->bytes, sizeof t->bytes);
    if (n == 0) {
        fb_turn_fail(t, FB_LIMIT);
        return;
    }
    struct fb_key key = fb_key_u64(++t->journal);
    fb_put(t->txn, FB_TABLE_JOURNAL, fb_key_span(&key),
           (struct fb_span){(const char *)t->bytes, (uint32_t)n});
    fb_chain_entry(&t->chain, t->journal, e, (struct fb_span){(const char *)t->bytes, (uint32_t)n});
    t->last_ms = t->now_ms;
    t->ceilings.at_ms = t->now_ms;
    t->ceilings.journal = t->journal;
    t->dirty = true;
    bool sent = e->kind == FB_ENTRY_MESSAGE || e->kind == FB_ENTRY_REFUSAL;
    if (sent && t->receipts.habit[e->source].silent_ms != FB_ABSENT)
        fb_silence_end(t, e->source);
}

void fb_turn_write_event(struct fb_turn *t, const struct fb_event *event)
{
    size_t n = fb_event_pack(event, t->bytes, FB_ROW_BYTES_MAX);
    if (n == 0)
        fb_turn_fail(t, FB_LIMIT);
    struct fb_key key = fb_key_u64(++t->events);
    fb_put(t->txn, FB_TABLE_EVENTS, fb_key_span(&key), (struct fb_span){(const char *)t->bytes, (uint32_t)n});
    t->dirty = true;
}

/* What a message changes besides itself has no small bound, so neither has what a batch of them changes. Nothing that is kept says
 * where a transaction ended. */
static void begin_another(struct fb_turn *t)
{
    fb_turn_fail(t, fb_turn_end(t));
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_turn_begin(t));
}

enum fb_err fb_turn_run(struct fb_turn *t, const struct fb_input *input, unsigned n, int64_t now_ms,
                        struct fb_answer *answer)
{
    fb_assert(n <= FB_BATCH_MAX);
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    for (unsigned i = 0; i < n && t->err == FB_OK; i++) {
        if (t->dirty && fb_txn_scattered(t->txn) >= t->rows_most)
            begin_another(t);
        if (t->err == FB_OK)
            fb_turn_message(t, &input[i], &answer[i]);
    }
    return fb_turn_end(t);
}

void fb_turn_rows_most(struct fb_turn *t, uint64_t most)
{
    fb_assert(most > 0);
    t->rows_most = most;
}

void fb_turn_stats(const struct fb_turn *t, struct fb_turn_stats *out)
{
    *out = (struct fb_turn_stats){
        .journal = t->journal,
        .events = t->events,
        .messages = t->messages,
        .records = t->index.n_held,
        .bookings = t->index.of_kind[FB_KIND_BOOKING],
        .vacancies = t->index.of_kind[FB_KIND_VACANCY],
        .todo = t->todo,
        .memory_bytes = sizeof *t + fb_seen_bytes(&t->seen) + fb_index_bytes(&t->index) +
                        fb_scratch_bytes(&t->scratch) + fb_counters_bytes(&t->counters) +
                        fb_workers_bytes(&t->workers) + fb_diary_bytes(&t->diary) +
                        fb_spents_bytes(&t->spents) + fb_granted_bytes(&t->granted) + fb_ceilings_bytes(&t->ceilings) + fb_receipts_bytes(&t->receipts) + fb_versions_bytes(&t->versions) + fb_batches_bytes(&t->batches) + fb_amended_bytes(&t->amended) + (uint64_t)t->due.room * sizeof *t->due.entry,
        .sources = t->sources.n,
        .issue = fb_turn_current(t) == NULL ? 0 : t->standing.current,
        .waiting = t->standing.n_waiting,
        .approvals = t->index.of_kind[FB_KIND_APPROVAL],
        .repriced = t->standing.next == 0 ? 0 : t->standing.next - 1,
        .to_reprice = t->standing.of,
        .over_quota = t->batches.kept_whole.day == t->known ? t->batches.kept_whole.n_over : 0,
        .workers = t->workers.n_held,
        .diary_rows = t->diary.n_rows,
        .last_ms = t->last_ms,
    };
}

static uint32_t find_of(struct fb_turn *t, enum fb_kind kind, struct fb_span source, struct fb_span record_ref)
{
    struct fb_link link[FB_LINKS_MAX];
    struct fb_record name;
    memset(&name, 0, sizeof name);
    name.env.kind = kind;
    name.env.source = source;
    name.env.record_ref = record_ref;
    unsigned n = fb_record_links(&name, link);
    for (unsigned i = 0; i < n; i++)
        if (link[i].kind == FB_LINK_SELF)
            return fb_gather_self(t, &name, &link[i]);
    return 0;
}

/* "SOURCE/REFERENCE" of that source: the reference; else nothing. */
static struct fb_span reference_of(struct fb_span source, struct fb_span name)
{
    bool is = name.n > source.n && memcmp(name.p, source.p, source.n) == 0 && name.p[source.n] == '/';
    return is ? (struct fb_span){name.p + source.n + 1, name.n - source.n - 1} : (struct fb_span){NULL, 0};
}

/* In the order in which sources became known; one whose name is said first of all, then those of the asker's own trust. */
static uint32_t find_record(struct fb_turn *t, enum fb_kind kind, fb_code own, struct fb_span name)
{
    uint32_t of_own = 0, first = 0;
    for (uint32_t s = 1; s <= t->sources.n && t->err == FB_OK; s++) {
        const struct fb_source *source = fb_sources_get(&t->sources, s);
        struct fb_span said = reference_of(source->name, name);
        uint32_t number = said.n > 0 ? find_of(t, kind, source->name, said) : 0;
        if (number != 0)
            return number;
        number = first == 0 || (of_own == 0 && own != 0 && source->trust == own) ? find_of(t, kind, source->name, name) : 0;
        first = first == 0 ? number : first;
        of_own = number != 0 && own != 0 && source->trust == own ? number : of_own;
    }
    return of_own != 0 ? of_own : first;
}

uint32_t fb_turn_find(struct fb_turn *t, enum fb_kind kind, fb_code own, struct fb_span name)
{
    fb_assert(t->txn == NULL);
    if (t->err != FB_OK || fb_store_read(t->store, &t->txn) != FB_OK)
        return 0;
    fb_turn_judge_begin(t);
    uint32_t number = find_record(t, kind, own, name);
    fb_turn_judge_begin(t);
    fb_txn_abort(&t->txn);
    if (t->err == FB_OK)
        return number;
    /* A question changes nothing: a row that cannot be read is the asker's bad luck, not the turn's end. */
    t->err = FB_OK;
    return 0;
}

uint64_t fb_turn_entry_of(const struct fb_turn *t, uint32_t record)
{
    const struct fb_held *held = record == 0 ? NULL : fb_index_held(&t->index, record);
    return held == NULL ? 0 : held->winner;
}

unsigned fb_turn_approvals(const struct fb_turn *t, uint32_t after, uint32_t *number, unsigned most)
{
    unsigned n = 0;
    if (t->index.of_kind[FB_KIND_APPROVAL] == 0)
        return 0;
    for (uint32_t i = after + 1; i != 0 && i <= t->index.n_held && n < most; i++)
        if (fb_index_held(&t->index, i)->kind == FB_KIND_APPROVAL)
            number[n++] = i;
    return n;
}

int64_t fb_turn_approval_spent(const struct fb_turn *t, uint32_t number)
{
    return fb_spents_total(&t->spents, number);
}
