#include "engine/turn/receipts/receipts.h"
#include "engine/store/key.h"
#include "engine/turn/state.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { HASHES = FB_KIND_END + 2, REFUSED = FB_KIND_END, CONFLICT = FB_KIND_END + 1, MINUTES_PER_HOUR = 60 };
struct fb_receipt_tally {
    crypto_generichash_state hash[HASHES]; /* by kind, then of what was refused and in conflict */
    bool begun[HASHES];
    struct fb_receipt_line line[FB_KIND_END];
    uint64_t refused, conflicts, seq_again;
    int64_t seq_first, seq_last;
};

void fb_receipts_init(struct fb_receipts *r)
{
    r->day = r->stated = FB_RECEIPTS_NEVER;
    r->listening_ms = r->due_ms = INT64_MAX;
    r->lists = true;
    for (unsigned s = 0; s <= FB_SOURCES_MAX; s++)
        r->habit[s] = (struct fb_habit){.last_ms = FB_ABSENT, .silent_ms = FB_ABSENT};
}

void fb_receipts_release(struct fb_receipts *r)
{
    for (unsigned s = 0; s <= FB_SOURCES_MAX; s++) {
        free(r->tally[s]);
        r->tally[s] = NULL;
    }
    free(r->kept);
    r->kept = NULL;
}

uint64_t fb_receipts_bytes(const struct fb_receipts *r)
{
    uint64_t bytes = fb_receipts_kept_bytes(r);
    for (unsigned s = 0; s <= FB_SOURCES_MAX; s++)
        bytes += r->tally[s] == NULL ? 0 : sizeof *r->tally[s];
    return bytes;
}

void fb_turn_listen(struct fb_turn *t)
{
    t->receipts.on = true;
}

bool fb_turn_listens(const struct fb_turn *t)
{
    return t->receipts.on;
}

/* ---- one entry ---- */

static void empty(struct fb_receipt_tally *tally)
{
    memset(tally, 0, sizeof *tally);
    tally->seq_first = tally->seq_last = FB_ABSENT;
}

void fb_receipts_empty(struct fb_receipts *r)
{
    for (unsigned s = 0; s <= FB_SOURCES_MAX; s++)
        if (r->tally[s] != NULL)
            empty(r->tally[s]);
}

static struct fb_receipt_tally *tally_of(struct fb_turn *t, uint32_t source)
{
    struct fb_receipt_tally **at = &t->receipts.tally[source];
    if (*at == NULL) {
        *at = aligned_alloc(_Alignof(struct fb_receipt_tally), sizeof **at);
        if (*at == NULL)
            fb_turn_fail(t, FB_FULL);
        else
            empty(*at);
    }
    return *at;
}

static void hash(struct fb_receipt_tally *tally, unsigned which, uint64_t journal, const struct fb_entry *e)
{
    unsigned char head[FB_RECEIPT_HEAD_MAX];
    size_t n = fb_receipt_head(journal, e, head);
    if (!tally->begun[which])
        (void)crypto_generichash_init(&tally->hash[which], NULL, 0, FB_RECEIPT_HASH_BYTES);
    tally->begun[which] = true;
    (void)crypto_generichash_update(&tally->hash[which], head, n);
    if (e->kind == FB_ENTRY_MESSAGE)
        (void)crypto_generichash_update(&tally->hash[which], (const unsigned char *)e->body.p, e->body.n);
}

/* A body that cannot be read adds no sums; verify says so where it can be mended. */
static void add_sums(struct fb_turn *t, uint64_t journal, struct fb_entry *e, struct fb_arena *arena, struct fb_receipt_line *line)
{
    if (!fb_receipt_adds(e->env.kind) || fb_receipts_kept(&t->receipts, journal, line->sum))
        return;
    struct fb_record *r = fb_arena_get(arena, sizeof *r);
    if (r == NULL)
        return;
    e->env.source = fb_sources_get(&t->sources, e->source)->name;
    if (t->ports.decode(t->ports.ctx, &e->env, e->body, arena, r) == FB_OK)
        fb_receipt_add(r, line->sum);
}

/* It fills a place that is listed as missing, or, while others are missing of which nobody kept which, perhaps one of those. */
static bool fills_a_gap(struct fb_habit *h, uint64_t at)
{
    return fb_gaps_fill(&h->gaps, at) || h->seq_missing > fb_gaps_listed(&h->gaps);
}

/* One position above the highest is expected next; one that comes late fills a place that was counted as missing. */
static void note_sequence(struct fb_receipt_tally *tally, struct fb_habit *h, int64_t seq, bool lists)
{
    if (seq == FB_ABSENT || seq == INT64_MAX)
        return;
    tally->seq_first = tally->seq_first == FB_ABSENT || seq < tally->seq_first ? seq : tally->seq_first;
    tally->seq_last = seq > tally->seq_last ? seq : tally->seq_last;
    uint64_t at = (uint64_t)seq;
    if (h->seq_next != 0 && at < h->seq_next) {
        bool fills = fills_a_gap(h, at);
        tally->seq_again += !fills;
        h->seq_missing -= fills;
        return;
    }
    if (h->seq_next != 0 && at > h->seq_next) {
        h->seq_missing += at - h->seq_next;
        if (lists)
            fb_gaps_open(&h->gaps, h->seq_next, at - 1);
    }
    h->seq_next = at + 1;
}

static unsigned hour_of(int64_t at_ms)
{
    return (unsigned)(fb_london_local_min(at_ms / FB_MINUTE_MS) % FB_DAY_MINUTES / MINUTES_PER_HOUR);
}

static void look_at(struct fb_turn *t, uint64_t journal, struct fb_entry *e, struct fb_arena *arena)
{
    bool sent = e->kind == FB_ENTRY_MESSAGE || e->kind == FB_ENTRY_REFUSAL;
    struct fb_receipt_tally *tally = sent && fb_sources_get(&t->sources, e->source) != NULL ? tally_of(t, e->source) : NULL;
    if (tally == NULL)
        return;
    struct fb_habit *h = &t->receipts.habit[e->source];
    h->last_ms = e->at_ms;
    if (fb_london_day_of_ms(e->at_ms) == t->receipts.day)
        h->hours |= 1u << hour_of(e->at_ms);
    h->missed = 0;
    if (e->kind == FB_ENTRY_REFUSAL) {
        bool conflict = e->reason == FB_REASON_CONFLICT;
        ++*(conflict ? &tally->conflicts : &tally->refused);
        hash(tally, conflict ? CONFLICT : REFUSED, journal, e);
        return;
    }
    struct fb_receipt_line *line = &tally->line[e->env.kind];
    ++*(e->amended ? &line->amended : &line->first);
    hash(tally, e->env.kind, journal, e);
    note_sequence(tally, h, e->env.source_seq, t->receipts.lists);
    add_sums(t, journal, e, arena, line);
}

/* ---- a slice of the journal ---- */

void fb_receipts_give_up(struct fb_turn *t, enum fb_err err)
{
    if (err == FB_OK)
        return;
    if (t->receipts.on && (err == FB_DAMAGED || err == FB_NEWER))
        t->receipts.on = false;
    else
        fb_turn_fail(t, err);
}

static enum fb_err look_at_row(struct fb_turn *t, const struct fb_scan *scan, struct fb_arena *arena)
{
    struct fb_receipts *r = &t->receipts;
    struct fb_entry e;
    uint64_t journal;
    enum fb_err err = fb_key_parse_u64(scan->key, &journal);
    if (err == FB_OK && journal != r->next)
        err = FB_DAMAGED;
    if (err == FB_OK)
        err = fb_entry_unpack(&e, scan->value);
    if (err != FB_OK)
        return err == FB_NEWER ? err : FB_DAMAGED;
    r->full = fb_london_day_of_ms(e.at_ms) > r->day;
    if (!r->full) {
        look_at(t, journal, &e, arena);
        r->next++;
    }
    return FB_OK;
}

static void look(struct fb_turn *t, struct fb_txn *txn, uint64_t most)
{
    struct fb_receipts *r = &t->receipts;
    struct fb_scan scan;
    struct fb_key key = fb_key_u64(r->next);
    enum fb_err err = FB_OK;
    if (r->full || r->next > t->journal)
        return;
    fb_turn_judge_begin(t); /* nobody holds scratch between entries */
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    fb_scan_begin(&scan, txn, FB_TABLE_JOURNAL, fb_key_span(&key));
    for (uint64_t n = 0; n < most && !r->full && err == FB_OK && t->err == FB_OK && fb_scan_next(&scan, arena); n++) {
        err = look_at_row(t, &scan, arena);
        fb_arena_reset(arena);
    }
    fb_scan_end(&scan);
    fb_turn_judge_begin(t);
    fb_receipts_give_up(t, err == FB_OK ? fb_txn_err(txn) : err);
}

void fb_receipts_look_at_all(struct fb_turn *t, struct fb_txn *txn)
{
    look(t, txn, UINT64_MAX);
}

void fb_receipts_keep_up(struct fb_turn *t)
{
    if (t->err == FB_OK && t->receipts.day == FB_RECEIPTS_NEVER && t->sources.n > 0)
        fb_receipts_begin_anew(t);
    if (t->err == FB_OK && t->receipts.day != FB_RECEIPTS_NEVER)
        look(t, t->txn, UINT64_MAX);
}

/* ---- what was looked at ---- */

static void end_hash(const struct fb_receipt_tally *tally, unsigned which, unsigned char out[FB_RECEIPT_HASH_BYTES])
{
    crypto_generichash_state copy;
    if (tally != NULL && tally->begun[which])
        copy = tally->hash[which];
    else
        (void)crypto_generichash_init(&copy, NULL, 0, FB_RECEIPT_HASH_BYTES);
    (void)crypto_generichash_final(&copy, out, FB_RECEIPT_HASH_BYTES);
}

/* What was looked at of a source's day. */
void fb_receipts_fill(const struct fb_turn *t, uint32_t source, struct fb_receipt *out)
{
    const struct fb_receipts *r = &t->receipts;
    const struct fb_receipt_tally *tally = r->tally[source];
    *out = (struct fb_receipt){.day = r->day, .before = r->before, .entries = r->next - 1, .seq_first = FB_ABSENT, .seq_last = FB_ABSENT};
    for (unsigned k = 1; k < FB_KIND_END && tally != NULL; k++)
        if (tally->begun[k]) {
            out->line[k] = tally->line[k];
            end_hash(tally, k, out->line[k].hash);
        }
    end_hash(tally, REFUSED, out->refused.hash);
    end_hash(tally, CONFLICT, out->conflict.hash);
    out->seq_next = r->habit[source].seq_next;
    out->seq_missing = r->habit[source].seq_missing;
    out->gaps = r->habit[source].gaps;
    if (tally == NULL)
        return;
    out->refused.n = tally->refused;
    out->conflict.n = tally->conflicts;
    out->seq_first = tally->seq_first;
    out->seq_last = tally->seq_last;
    out->seq_again = tally->seq_again;
}

/* ---- when there is time ---- */

void fb_receipts_look(struct fb_turn *t)
{
    struct fb_receipts *r = &t->receipts;
    if (r->day == FB_RECEIPTS_NEVER)
        fb_receipts_begin_anew(t);
    if (r->on)
        fb_receipts_shorten(t, t->known);
    if (!r->on || t->err != FB_OK)
        return;
    look(t, t->txn, FB_RECEIPTS_SLICE);
    if (!r->settled || r->of_issue != t->standing.current)
        fb_silence_settle(t, t->txn);
    else
        fb_silence_refresh(t);
}

enum fb_err fb_turn_look_on(struct fb_turn *t, unsigned most, bool *more)
{
    struct fb_receipts *r = &t->receipts;
    struct fb_txn *txn = NULL;
    *more = false;
    if (t->err != FB_OK || !r->on || r->day == FB_RECEIPTS_NEVER || r->full || r->next > t->journal)
        return t->err;
    enum fb_err err = fb_store_read(t->store, &txn);
    if (err != FB_OK)
        return err;
    look(t, txn, most);
    fb_txn_abort(&txn);
    if (r->settled)
        fb_silence_refresh(t);
    *more = r->on && !r->full && r->next <= t->journal;
    return t->err;
}
