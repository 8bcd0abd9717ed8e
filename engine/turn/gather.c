#include "engine/turn/gather.h"
#include "engine/core/approval.h"
#include "engine/store/key.h"
#include "engine/turn/billed.h"
#include "engine/turn/withdraw.h"
#include <string.h>

/* Room for the bytes of one entry as a store copies it. */
enum { ENTRY_ROOM = FB_ENTRY_BYTES_MAX + 64 };

static const struct fb_record *remembered(const struct fb_turn *t, uint32_t journal)
{
    if (t->arrived.journal == journal)
        return t->arrived.record;
    for (unsigned i = t->n_versions; i > 0; i--)
        if (t->version[i - 1].journal == journal)
            return t->version[i - 1].record;
    return NULL;
}

static void remember(struct fb_turn *t, uint32_t journal, const struct fb_record *r)
{
    if (t->n_versions < FB_VERSIONS_MAX)
        t->version[t->n_versions++] = (struct fb_version){journal, r};
}

static void *get(struct fb_turn *t, size_t n)
{
    enum fb_err err = fb_scratch_room(&t->scratch, n);
    if (err != FB_OK) {
        fb_turn_fail(t, err);
        return NULL;
    }
    return fb_arena_get(fb_scratch_arena(&t->scratch), n);
}

/* The bytes of an entry, in the scratch. */
static bool read_entry(struct fb_turn *t, uint64_t journal, struct fb_span *bytes)
{
    struct fb_key key = fb_key_u64(journal);
    enum fb_err err = fb_scratch_room(&t->scratch, ENTRY_ROOM);
    if (err == FB_OK)
        err = fb_find(t->txn, FB_TABLE_JOURNAL, fb_key_span(&key), fb_scratch_arena(&t->scratch), bytes);
    /* Memory says that it is there. */
    fb_turn_fail(t, err == FB_NOT_FOUND ? FB_DAMAGED : err);
    return err == FB_OK;
}

static bool open_entry(struct fb_turn *t, struct fb_span bytes, struct fb_entry *e)
{
    enum fb_err err = fb_entry_unpack(e, bytes);
    const struct fb_source *source = fb_sources_get(&t->sources, e->source);
    if (err != FB_OK || source == NULL) {
        fb_turn_fail(t, err == FB_NEWER ? FB_NEWER : FB_DAMAGED);
        return false;
    }
    /* The name is not repeated in every entry. */
    if (e->kind == FB_ENTRY_MESSAGE)
        e->env.source = source->name;
    return true;
}

bool fb_gather_any(struct fb_turn *t, uint64_t journal, struct fb_entry *out)
{
    struct fb_span bytes;
    if (!read_entry(t, journal, &bytes))
        return false;
    enum fb_err err = fb_entry_unpack(out, bytes);
    fb_turn_fail(t, err == FB_REFUSED ? FB_DAMAGED : err);
    return err == FB_OK;
}

const struct fb_entry *fb_gather_entry(struct fb_turn *t, uint64_t journal)
{
    struct fb_span bytes;
    struct fb_entry *e = get(t, sizeof *e);
    return e != NULL && read_entry(t, journal, &bytes) && open_entry(t, bytes, e) ? e : NULL;
}

static enum fb_err decode(struct fb_turn *t, struct fb_span bytes, struct fb_arena *arena,
                          struct fb_record **out)
{
    struct fb_entry e;
    struct fb_record *r = fb_arena_get(arena, sizeof *r);
    if (r == NULL)
        return FB_LIMIT;
    if (!open_entry(t, bytes, &e) || e.kind != FB_ENTRY_MESSAGE)
        return FB_DAMAGED;
    enum fb_err err = t->ports.decode(t->ports.ctx, &e.env, e.body, arena, r);
    memcpy(r->digest, e.digest, sizeof r->digest);
    fb_turn_own(t, &e, r);
    *out = r;
    return err;
}

/* A register record goes to its place in the cache, with a copy of the bytes that its texts point into. */
static const struct fb_record *decode_to_cache(struct fb_turn *t, uint64_t journal, struct fb_span bytes)
{
    struct fb_arena place;
    struct fb_record *r;
    if (!fb_cache_place(&t->cache, journal, &place))
        return NULL;
    struct fb_span copy = fb_arena_copy(&place, bytes);
    if (copy.p == NULL || decode(t, copy, &place, &r) != FB_OK)
        return NULL;
    fb_cache_keep(&t->cache, journal, r);
    return r;
}

/* A body that was accepted decodes within one arena; when the current one is nearly used up, the next is
 * taken. */
static const struct fb_record *decode_to_scratch(struct fb_turn *t, struct fb_span bytes)
{
    for (unsigned tries = 0; tries < 2; tries++) {
        struct fb_record *r;
        struct fb_arena *arena = fb_scratch_arena(&t->scratch);
        size_t used = arena->used;
        enum fb_err err = decode(t, bytes, arena, &r);
        if (err == FB_OK)
            return r;
        arena->used = used;
        /* A decoder that ran out of room cannot always tell that from bytes that make no sense. */
        if (tries == 0)
            err = fb_scratch_more(&t->scratch);
        if (err != FB_OK) {
            fb_turn_fail(t, err == FB_FULL ? FB_FULL : FB_DAMAGED);
            break;
        }
    }
    return NULL;
}

/* Every shift of a trust reads its approvals of classes: what is said of registers holds for them. */
static bool is_register(unsigned kind)
{
    return kind == FB_KIND_ORGANISATION || kind == FB_KIND_AGENCY || kind == FB_KIND_FRAMEWORK ||
           kind == FB_KIND_APPROVAL;
}

const struct fb_record *fb_gather_version_at(struct fb_turn *t, uint32_t number, uint32_t journal)
{
    const struct fb_held *held = fb_index_held(&t->index, number);
    const struct fb_record *r = remembered(t, journal);
    t->n_read++; /* also of what is at hand: how far a decision looks must not hang on what was read before */
    if (r == NULL && is_register(held->kind))
        r = fb_cache_get(&t->cache, journal);
    if (r != NULL)
        return r;
    struct fb_span bytes;
    struct fb_scratch_mark mark = fb_scratch_mark(&t->scratch);
    if (!read_entry(t, journal, &bytes))
        return NULL;
    if (is_register(held->kind))
        r = decode_to_cache(t, journal, bytes);
    if (r != NULL) /* as if it had been there */
        fb_scratch_back(&t->scratch, mark);
    if (r == NULL && t->err == FB_OK)
        r = decode_to_scratch(t, bytes);
    if (r != NULL)
        remember(t, journal, r);
    return r;
}

const struct fb_record *fb_gather_version(struct fb_turn *t, uint32_t number)
{
    return fb_gather_version_at(t, number, fb_index_held(&t->index, number)->winner);
}

uint32_t fb_gather_self(struct fb_turn *t, const struct fb_record *r, const struct fb_link *self)
{
    struct fb_postings p;
    uint32_t number;
    fb_postings_begin(&p, &t->index, fb_index_tag(FB_LINK_SELF, self->hash, r->env.kind));
    while ((number = fb_postings_next(&p)) != 0) {
        const struct fb_entry *e = fb_gather_entry(t, fb_index_held(&t->index, number)->winner);
        if (e == NULL)
            return 0;
        if (e->env.kind == r->env.kind && fb_span_eq(e->env.source, r->env.source) &&
            fb_span_eq(e->env.record_ref, r->env.record_ref))
            return number;
    }
    return 0;
}

/* ---- confirmations ---- */

enum { CONFIRMATIONS_MAX = 16 }; /* one of each grant that it was: few are ever amended into another */

/* Of several the earliest that is not before the grant: in which order they came plays no part. */
static bool is_better(int64_t at_ms, int64_t best_ms, int64_t granted_ms)
{
    bool counts = at_ms >= granted_ms, counted = best_ms >= granted_ms;
    return counts == counted ? at_ms < best_ms : counts;
}

static uint32_t confirmation_of(struct fb_turn *t, struct fb_record *r, uint64_t hash)
{
    uint32_t number[CONFIRMATIONS_MAX], best = 0;
    int64_t best_ms = FB_ABSENT;
    unsigned n = fb_index_read(&t->index, fb_index_tag(FB_LINK_APPROVAL, hash, FB_KIND_REPLY), number, CONFIRMATIONS_MAX);
    for (unsigned i = 0; i < n && t->err == FB_OK; i++) {
        if (fb_index_withdrawn(&t->index, number[i]))
            continue;
        const struct fb_record *reply = fb_gather_version(t, number[i]);
        if (reply == NULL || reply->env.kind != FB_KIND_REPLY || !fb_approval_confirm(r, reply))
            continue;
        if (best == 0 || is_better(reply->env.occurred_ms, best_ms, r->as.approval.granted_ms)) {
            best = number[i];
            best_ms = reply->env.occurred_ms;
        }
    }
    if (best != 0)
        r->as.approval.confirmed_ms = best_ms;
    return best;
}

const struct fb_record *fb_gather_confirmed(struct fb_turn *t, const struct fb_record *r, uint32_t *confirmation)
{
    struct fb_link link[FB_LINKS_MAX];
    bool awaited = fb_approval_was_granted(&r->as.approval) && r->as.approval.channel == FB_CHANNEL_TELEPHONE;
    struct fb_record *copy = awaited ? get(t, sizeof *copy) : NULL;
    *confirmation = 0;
    if (copy == NULL)
        return r;
    *copy = *r;
    unsigned n = fb_record_links(r, link);
    for (unsigned i = 0; i < n && *confirmation == 0; i++)
        if (link[i].kind == FB_LINK_APPROVAL)
            *confirmation = confirmation_of(t, copy, link[i].hash);
    return copy;
}

/* ---- the version that an approval stands by ---- */

struct version_list {
    unsigned n;
    struct fb_version at[FB_VERSIONS_LOOK + 1]; /* ascending */
};

static void put_version(struct version_list *l, uint32_t journal, const struct fb_record *r)
{
    unsigned at = l->n++;
    for (; at > 0 && fb_version_cmp(r, l->at[at - 1].record) < 0; at--)
        l->at[at] = l->at[at - 1];
    l->at[at] = (struct fb_version){journal, r};
}

static void read_versions(struct fb_turn *t, uint32_t number, uint32_t winner, struct version_list *l)
{
    uint32_t journal[FB_VERSIONS_LOOK];
    unsigned n = fb_versions_of(&t->versions, number, journal, FB_VERSIONS_LOOK);
    bool there = false;
    for (unsigned i = 0; i < n && t->err == FB_OK; i++) {
        const struct fb_entry *e = fb_gather_entry(t, journal[i]);
        if (e == NULL || fb_batch_took(t, journal[i], e)) /* what went with its batch was never said */
            continue;
        const struct fb_record *r = fb_gather_version_at(t, number, journal[i]);
        there = there || journal[i] == winner;
        if (r != NULL)
            put_version(l, journal[i], r);
    }
    const struct fb_record *r = there || t->err != FB_OK ? NULL : fb_gather_version_at(t, number, winner);
    if (r != NULL)
        put_version(l, winner, r);
}

/* It had lapsed when the next version was written, and that one keeps silent about it. */
static bool is_let_go(struct fb_turn *t, const struct fb_book *book, const struct fb_record *r, const struct fb_record *next)
{
    char was[FB_APPROVAL_TERMS_BYTES], is[FB_APPROVAL_TERMS_BYTES];
    struct fb_approval_state_at at;
    uint32_t by;
    if (r->as.approval.channel != FB_CHANNEL_TELEPHONE)
        return false;
    fb_approval_terms(was, &r->as.approval);
    fb_approval_terms(is, &next->as.approval);
    if (fb_approval_was_granted(&next->as.approval) && memcmp(was, is, sizeof was) == 0)
        return false;
    fb_approval_at(book, &fb_gather_confirmed(t, r, &by)->as.approval, next->env.occurred_ms, &at);
    return at.end == FB_APPROVAL_END_LAPSED;
}

const struct fb_record *fb_gather_standing(struct fb_turn *t, const struct fb_book *book, uint32_t number, uint32_t *journal)
{
    struct version_list l = {.n = 0};
    uint32_t two[2];
    *journal = fb_index_held(&t->index, number)->winner;
    if (book == NULL || fb_versions_of(&t->versions, number, two, 2) < 2)
        return fb_gather_version_at(t, number, *journal);
    read_versions(t, number, *journal, &l);
    for (unsigned i = 0; i + 1 < l.n && t->err == FB_OK; i++)
        if (is_let_go(t, book, l.at[i].record, l.at[i + 1].record)) {
            *journal = l.at[i].journal;
            return l.at[i].record;
        }
    return t->err == FB_OK ? l.at[l.n - 1].record : NULL;
}

/* ---- what was taken back ---- */

void fb_gather_withdrawn(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    enum fb_kind kind = (enum fb_kind)fb_index_held(&t->index, number)->kind;
    if (kind == FB_KIND_BOOKING)
        fb_gather_joined(t, number);
    else if (kind == FB_KIND_VACANCY)
        fb_gather_vacancy(t, number);
    else if (kind == FB_KIND_INVOICE_LINE)
        fb_gather_invoice(t, number);
    else
        fb_gather_approval(t, book, number);
    t->view.joined = false;
    t->view.withdrawn = true;
}
