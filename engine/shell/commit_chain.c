#include "engine/shell/commit_chain_steps.h"
#include "engine/base/check.h"
#include "engine/shell/commit_items.h"
#include "engine/shell/commit_receipt.h"
#include "engine/shell/log.h"
#include "engine/shell/witness.h"
#include "engine/turn/chain/chain.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void fb_seals_open(struct fb_seals *s)
{
    enum fb_err e = fb_checkpoint_index_read(&s->index, s->store);
    (void)e; /* is there again with the first question */
}

void fb_seals_close(struct fb_seals *s)
{
    fb_checkpoint_index_free(&s->index);
}

/* ---- making ---- */

enum fb_err fb_seals__know(struct fb_seals *s)
{
    struct fb_checkpoint_row last;
    if (s->known)
        return FB_OK;
    enum fb_err e = fb_checkpoint_last(s->store, &last);
    if (e == FB_OK) {
        s->number = last.number;
        s->size = last.checkpoint.size;
        s->made_ms = last.checkpoint.made_ms;
    }
    s->known = e == FB_OK || e == FB_NOT_FOUND;
    return e == FB_NOT_FOUND ? FB_OK : e;
}

static enum fb_err sign(struct fb_seals *s, const struct fb_turn_stats *now, struct fb_checkpoint *c)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES];
    struct fb_text claim;
    struct fb_mountain range;
    enum fb_err e = fb_chain_open_at(&range, s->store, now->journal);
    if (e != FB_OK)
        return e;
    *c = (struct fb_checkpoint){.epoch = fb_store_epoch(s->store), .size = now->journal, .last_ms = now->last_ms, .made_ms = s->now_ms};
    fb_mountain_root(&range, &c->root);
    memcpy(c->key, s->keys->checkpoint_public, sizeof c->key);
    fb_text_init(&claim, memory, sizeof memory);
    fb_checkpoint_claim(&claim, c);
    fb_assert(!claim.cut);
    (void)crypto_sign_detached(c->signature, NULL, (const unsigned char *)claim.p, claim.n, s->keys->checkpoint_secret);
    return FB_OK;
}

static enum fb_err make(struct fb_seals *s, int64_t now_ms, bool anyway)
{
    struct fb_turn_stats now;
    struct fb_checkpoint c;
    if (s->keys == NULL)
        return FB_OK;
    enum fb_err e = fb_seals__know(s);
    fb_turn_stats(s->turn, &now);
    bool due = anyway || s->number == 0 || now_ms - s->made_ms >= s->every_ms || now_ms < s->made_ms;
    if (e != FB_OK || now.journal == 0 || now.journal == s->size || !due)
        return e;
    s->now_ms = now_ms;
    e = sign(s, &now, &c);
    if (e == FB_OK)
        e = fb_checkpoint_append(s->store, &c, &s->number);
    if (e != FB_OK)
        return e;
    s->size = c.size;
    s->made_ms = c.made_ms;
    fb_log(FB_LOG_INFO, "checkpoint %" PRIu64 " is signed: %" PRIu64 " journal entries", s->number, s->size);
    return FB_OK;
}

/* A shift is not stopped because a row of checkpoints cannot be read: it is said, and nothing is signed until the next start. */
enum fb_err fb_seals_make(struct fb_seals *s, int64_t now_ms, bool anyway)
{
    enum fb_err e = make(s, now_ms, anyway);
    if (e != FB_DAMAGED && e != FB_NEWER)
        return e;
    fb_log(FB_LOG_ERROR, "no checkpoint can be signed, because a row of the chain cannot be read: run fairbank verify --chain");
    s->keys = NULL;
    return FB_OK;
}

/* ---- answering ---- */

void fb_seals__refuse(struct fb_item *item, const char *why)
{
    item->err = FB_REFUSED;
    fb_text_init(&item->why, item->why.p, item->why.size); /* what was begun is not told */
    fb_text_add(&item->why, why);
}

enum fb_err fb_seals__settle(struct fb_item *item, enum fb_err e, const char *why)
{
    if (e == FB_OK)
        return FB_OK;
    if (e == FB_REFUSED || e == FB_NOT_FOUND || e == FB_LIMIT)
        fb_seals__refuse(item, why != NULL && *why != '\0' ? why : fb_err_text(e));
    else if (e == FB_DAMAGED || e == FB_NEWER)
        fb_seals__refuse(item, "a row of the chain cannot be read: run fairbank verify --chain");
    else
        return e;
    return FB_OK;
}

bool fb_seals__may_make(const struct fb_seals *s, const struct fb_item *item)
{
    bool young = s->number != 0 && s->now_ms >= s->made_ms && s->now_ms - s->made_ms < FB_SEALS_REST_MS;
    return item->peer.key == 0 || !young;
}

static enum fb_err take_checkpoint(struct fb_seals *s, struct fb_item *item)
{
    struct fb_note *note = malloc(sizeof *note);
    uint64_t found;
    enum fb_err e = note == NULL ? FB_FULL : fb_seals__know(s);
    if (e == FB_OK && item->query.make && fb_seals__may_make(s, item))
        e = fb_seals_make(s, s->now_ms, true);
    if (e == FB_OK)
        e = fb_seals__settle(item, fb_checkpoint_index_note(&s->index, s->store, item->query.checkpoint, note, &found), FB_SEALS__NONE);
    if (e == FB_OK && item->err == FB_OK)
        fb_note_format(&item->why, note);
    free(note);
    return e;
}

bool fb_seals__read_note(struct fb_item *item, struct fb_note *out)
{
    char line_words[80];
    struct fb_text t;
    unsigned line;
    if (fb_witness_read(item->query.note, out, &line) == FB_OK)
        return true;
    fb_text_init(&t, line_words, sizeof line_words);
    fb_text_add(&t, "that is no checkpoint as the engine writes it: line ");
    fb_text_add_int(&t, line);
    fb_seals__refuse(item, line_words);
    return false;
}

/* ---- countersignatures ---- */

/* Who signed once has signed: another signature of the same key in the same name says nothing more. */
static bool is_held(const struct fb_note *held, const struct fb_witness *w)
{
    for (unsigned i = 0; i < held->n_witnesses; i++)
        if (strcmp(held->witness[i].name, w->name) == 0 && memcmp(held->witness[i].key, w->key, sizeof w->key) == 0)
            return true;
    return false;
}

static bool all_signed(const struct fb_note *note)
{
    for (unsigned i = 0; i < note->n_witnesses; i++)
        if (!fb_witness_is_signed(&note->checkpoint, &note->witness[i]))
            return false;
    return true;
}

/* Those that are new, behind those that are held. FB_LIMIT: they have no place there. */
static enum fb_err add_new(struct fb_note *held, const struct fb_note *note)
{
    for (unsigned i = 0; i < note->n_witnesses; i++) {
        if (is_held(held, &note->witness[i]))
            continue;
        if (held->n_witnesses == FB_WITNESSES_MAX)
            return FB_LIMIT;
        held->witness[held->n_witnesses++] = note->witness[i];
    }
    return FB_OK;
}

static void tell_kept(struct fb_item *item, unsigned kept, uint64_t number, bool all)
{
    fb_text_init(&item->why, item->why.p, item->why.size);
    fb_text_add_int(&item->why, kept);
    fb_text_add(&item->why, kept == 1 ? " countersignature was kept with checkpoint " : " countersignatures were kept with checkpoint ");
    fb_text_add_int(&item->why, (int64_t)number);
    fb_text_add(&item->why, all ? "\n" : "; the others were held already\n");
}

/* Each that is new is kept; one that does not hold, or has no place, refuses all. */
static enum fb_err keep(struct fb_seals *s, struct fb_item *item, const struct fb_note *note, struct fb_note *held, uint64_t number)
{
    uint64_t found;
    enum fb_err e = fb_checkpoint_index_note(&s->index, s->store, number, held, &found);
    if (e != FB_OK)
        return e;
    const unsigned before = held->n_witnesses;
    if (!all_signed(note))
        fb_seals__refuse(item, "a countersignature does not hold over that checkpoint, so nothing was kept");
    else if (add_new(held, note) != FB_OK)
        fb_seals__refuse(item, "as many have signed as a checkpoint can hold, so nothing was kept");
    if (item->err != FB_OK)
        return FB_OK;
    for (unsigned i = before; i < held->n_witnesses && e == FB_OK; i++)
        e = fb_witness_append(s->store, number, &held->witness[i]);
    tell_kept(item, held->n_witnesses - before, number, held->n_witnesses - before == note->n_witnesses);
    return e;
}

static enum fb_err take_countersign(struct fb_seals *s, struct fb_item *item)
{
    struct fb_note *note = calloc(2, sizeof *note);
    uint64_t number = 0;
    if (note == NULL)
        return FB_FULL;
    enum fb_err e = FB_OK;
    if (fb_seals__read_note(item, note)) {
        e = fb_checkpoint_index_find(&s->index, s->store, &note->checkpoint, &number);
        e = fb_seals__settle(item, e, "that checkpoint is not one of this engine's: see fairbank checkpoint list");
        if (e == FB_OK && item->err == FB_OK && note->n_witnesses == 0)
            fb_seals__refuse(item, "nobody countersigned that text: sign it first with fairbank checkpoint sign");
        if (e == FB_OK && item->err == FB_OK)
            e = fb_seals__settle(item, keep(s, item, note, note + 1, number), NULL);
    }
    free(note);
    return e;
}

/* ---- one item ---- */

static enum fb_err (*const take[FB_ITEM_KINDS])(struct fb_seals *, struct fb_item *) = {
    [FB_ITEM_CHECKPOINT] = take_checkpoint, [FB_ITEM_PROVE] = fb_seals__prove, [FB_ITEM_COUNTERSIGN] = take_countersign,
    [FB_ITEM_RECEIPT] = fb_seals_receipt};

enum fb_err fb_seals_take(struct fb_seals *s, struct fb_item *item)
{
    fb_assert(take[item->kind] != NULL);
    item->err = FB_OK;
    return fb_items_settle(item, take[item->kind](s, item));
}
