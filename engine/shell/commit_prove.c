#include "engine/shell/commit_chain_steps.h"
#include "engine/shell/whose.h"
#include "engine/store/key.h"
#include "engine/turn/audit.h"
#include "engine/turn/chain/prove.h"
#include "engine/turn/entry.h"
#include "engine/turn/report/report_worker.h"
#include "engine/wire/wire.h"
#include <stdlib.h>

_Static_assert((int)FB_PROOF_BYTES_MAX <= (int)FB_TOLD_BYTES, "a proof fits an item");

/* An entry that there is not yet is under no checkpoint, and no later one helps. */
static uint64_t entry_named(struct fb_seals *s, struct fb_item *item, uint64_t journal)
{
    char words[60];
    struct fb_turn_stats now;
    struct fb_text t;
    fb_turn_stats(s->turn, &now);
    if (journal <= now.journal)
        return journal;
    fb_text_init(&t, words, sizeof words);
    fb_text_add(&t, "the journal ends at entry ");
    fb_text_add_int(&t, (int64_t)now.journal);
    fb_seals__refuse(item, words);
    return 0;
}

/* The entry of the version that holds now; 0: it was refused. */
static uint64_t entry_of(struct fb_seals *s, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    if (q->as_of != 0)
        return entry_named(s, item, q->as_of);
    uint32_t number = q->subject;
    for (unsigned k = 1; number == 0 && k < FB_KIND_END; k++)
        number = fb_turn_find(s->turn, (enum fb_kind)k, q->asker.trust, q->record_ref);
    uint64_t journal = fb_turn_entry_of(s->turn, number);
    if (journal == 0)
        fb_seals__refuse(item, "no record of that reference or number is held");
    return journal;
}

/* The body of an entry holds the worker's number, of a check its dates, and what one trust's shift cost: its own trust and the controls
 * team may have it. */
static bool may_have_body(struct fb_seals *s, const struct fb_asker *asker, uint32_t sender)
{
    const struct fb_source *source = fb_turn_source_get(s->turn, sender);
    if (asker->as == FB_AS_CONTROLS || asker->as == FB_AS_ADMIN)
        return true;
    return asker->as == FB_AS_TRUST && source != NULL && source->trust != 0 && source->trust == asker->trust;
}

/* Whose an entry is: of a message the trust of its record, of what is nobody's own and of a refusal that of who sent it. 0: nobody's. */
static fb_code whose(struct fb_seals *s, const struct fb_entry *entry, struct fb_arena *arena)
{
    const char *field = NULL;
    const struct fb_source *source = fb_turn_source_get(s->turn, entry->source);
    struct fb_record *r = fb_arena_zero(arena, sizeof *r);
    bool is_message = entry->kind == FB_ENTRY_MESSAGE && r != NULL;
    fb_code trust = is_message && fb_decode_body(&entry->env, entry->body, arena, r, &field) == FB_REASON_NONE ? fb_whose(r) : 0;
    return trust == 0 && source != NULL ? source->trust : trust;
}

static enum fb_err read_entry(struct fb_seals *s, uint64_t journal, struct fb_arena *arena, struct fb_entry *out)
{
    struct fb_txn *txn = NULL;
    struct fb_span value;
    struct fb_key key = fb_key_u64(journal);
    enum fb_err e = fb_store_read(s->store, &txn);
    if (e != FB_OK)
        return e;
    e = fb_find(txn, FB_TABLE_JOURNAL, fb_key_span(&key), arena, &value);
    fb_txn_abort(&txn);
    return e == FB_OK ? fb_entry_unpack(out, value) : e;
}

/* A trust is told of its own, and of what the engine did by itself: not of what another's record says, whoever sent it, nor of when. */
static enum fb_err refuse_others(struct fb_seals *s, struct fb_item *item, uint64_t journal)
{
    enum { MEMORY = FB_MESSAGE_BYTES_MAX + FB_SCRATCH_BYTES + 8192 };
    const struct fb_asker *asker = &item->query.asker;
    struct fb_arena arena;
    struct fb_entry entry;
    if (asker->as != FB_AS_TRUST)
        return FB_OK;
    void *memory = malloc(MEMORY);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&arena, memory, MEMORY);
    enum fb_err e = fb_seals__settle(item, read_entry(s, journal, &arena, &entry), "the journal has no entry of that number");
    if (e == FB_OK && item->err == FB_OK && entry.source != 0 && whose(s, &entry, &arena) != asker->trust) {
        fb_seals__refuse(item, "that entry is of another trust, or was sent by another trust's system: the controls team may ask for its proof");
        item->reason = FB_REASON_NOT_YOURS;
    }
    fb_arena_release(&arena);
    free(memory);
    return e;
}

/* Under the checkpoint that is asked for, or else the last one, which is made anew when the entry came after it. */
static enum fb_err under(struct fb_seals *s, struct fb_item *item, uint64_t journal, struct fb_note *note)
{
    uint64_t found;
    enum fb_err e = fb_seals__know(s);
    bool after = item->query.checkpoint == 0 && (s->number == 0 || s->size < journal);
    if (e == FB_OK && after && !fb_seals__may_make(s, item)) {
        fb_seals__refuse(item, "that came after the last checkpoint, and over the network one is made every half minute at most: ask again in half a minute");
        item->reason = FB_REASON_NO_PLACE;
        return FB_OK;
    }
    if (e == FB_OK && after)
        e = fb_seals_make(s, s->now_ms, true);
    return e == FB_OK ? fb_seals__settle(item, fb_checkpoint_index_note(&s->index, s->store, item->query.checkpoint, note, &found), FB_SEALS__NONE) : e;
}

/* Who read the body of an entry that names a worker is written down before it is told, under the name that the worker has now. */
static enum fb_err keep_reading(struct fb_seals *s, const struct fb_item *item, const struct fb_proof_about *about)
{
    uint32_t now = fb_turn_worker_of(s->turn, about->worker);
    const struct fb_audit_row row = {.at_ms = s->now_ms,
                                     .asker = item->query.asker,
                                     .query = (uint8_t)item->query.kind,
                                     .worker = now != 0 ? now : about->worker,
                                     .record = about->record};
    return about->worker != 0 ? fb_audit_append(s->store, &row, 1) : FB_OK;
}

static enum fb_err prove_entry(struct fb_seals *s, struct fb_item *item, struct fb_note *note)
{
    const char *why = NULL;
    struct fb_proof_about about = {.source = 0};
    uint64_t journal = entry_of(s, item);
    if (item->err != FB_OK)
        return FB_OK;
    enum fb_err e = refuse_others(s, item, journal); /* before anything is signed for it */
    if (e == FB_OK && item->err == FB_OK)
        e = under(s, item, journal, note);
    if (e != FB_OK || item->err != FB_OK)
        return e;
    const struct fb_proof_ask ask = {.journal = journal, .at = &note->checkpoint, .body = item->query.body, .about = &about};
    e = fb_prove_entry(s->store, &ask, &item->why, &why);
    if (e == FB_OK && item->query.body && !may_have_body(s, &item->query.asker, about.source))
        fb_seals__refuse(item, "the body of an entry is shown to the trust that sent it, and to the controls team: ask with --as trust:CODE "
                     "or --as controls, or without --body");
    else if (e == FB_OK && item->query.body)
        e = keep_reading(s, item, &about);
    return fb_seals__settle(item, e, why);
}

static enum fb_err prove_growth(struct fb_seals *s, struct fb_item *item, struct fb_note *note)
{
    const char *why = NULL;
    struct fb_checkpoint from;
    if (!fb_seals__read_note(item, note))
        return FB_OK;
    from = note->checkpoint;
    enum fb_err e = under(s, item, from.size, note);
    if (e != FB_OK || item->err != FB_OK)
        return e;
    fb_text_init(&item->why, item->why.p, item->why.size);
    const struct fb_proof_ask ask = {.at = &note->checkpoint, .from = &from};
    e = fb_prove_growth(s->store, &ask, &item->why, &why);
    return fb_seals__settle(item, e, why);
}

enum fb_err fb_seals__prove(struct fb_seals *s, struct fb_item *item)
{
    struct fb_note *note = malloc(sizeof *note);
    if (note == NULL)
        return FB_FULL;
    enum fb_err e = item->query.note.n > 0 ? prove_growth(s, item, note) : prove_entry(s, item, note);
    free(note);
    return e;
}
