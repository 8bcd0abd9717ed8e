/*~ 4 (turn) One message: seen before? refused at the door? else it gets a record number, is written, and the
 * subjects that it makes stale are judged. */
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/gather.h"
#include "engine/turn/memory/diary_turn.h"
#include "engine/turn/refuse.h"
#include "engine/turn/stale.h"
#include <string.h>

/* A message on its way through. */
struct taken {
    const struct fb_input *in;
    const struct fb_record *record;
    const struct fb_source *source;
    uint32_t seen_tag, number;
    struct fb_blinded blind; /* its body and digest as they are kept */
    struct fb_whose whose;
    const struct fb_record *held; /* the version that it replaces, or loses against; NULL: none */
    struct fb_people_before before;
    bool first, won, cancelled, of_worker; /* of_worker: it is found by its worker, and was not before */
    bool returned; /* nothing was left of the record: its versions were withdrawn */
    unsigned n_links, n_old, n_group;
    struct fb_link link[FB_LINKS_MAX],
        old[FB_LINKS_MAX];         /* of this version, and of the one that it replaces */
    uint32_t group[FB_GATHER_MAX]; /* who was one shift with it before */
};

/* Before anything is compared or written: what is kept of it names nobody. */
static void blind(struct fb_turn *t, struct taken *m)
{
    m->blind = (struct fb_blinded){.refused = false};
    memcpy(m->blind.digest, m->record->digest, sizeof m->blind.digest);
    fb_seen_near(&t->seen, m->seen_tag);
    fb_turn_blind(t, m->record->env.kind, m->in->body, &m->blind);
    if (m->blind.who.held)
        fb_workers_near(&t->workers, m->blind.who.hash);
    if (memcmp(m->blind.digest, m->record->digest, sizeof m->blind.digest) == 0)
        return;
    t->whose = *m->record;
    memcpy(t->whose.digest, m->blind.digest, sizeof t->whose.digest);
    m->record = &t->whose;
}

struct met {
    uint32_t journal, record;
};

/* An entry under that tag is this very message, or a conflict with the same contents. *taken: what was taken under its id. */
static bool is_again(struct fb_turn *t, const struct taken *m, uint32_t tag, struct met *taken, struct fb_answer *answer)
{
    uint32_t at = 0, journal;
    while ((journal = fb_seen_next(&t->seen, tag, &at)) != 0) {
        fb_scratch_reset(&t->scratch); /* nothing is held yet, and one id may have been refused many times */
        const struct fb_entry *e = fb_gather_entry(t, journal);
        if (e == NULL)
            return true;
        if (e->source != m->in->source || !fb_span_eq(e->env.message_id, m->record->env.message_id))
            continue;
        bool same = memcmp(e->digest, m->record->digest, sizeof e->digest) == 0;
        if (e->kind == FB_ENTRY_MESSAGE && same) {
            *answer = (struct fb_answer){FB_OUTCOME_DUPLICATE, .journal = journal, .record = e->record};
            t->receipts.repeats[e->source]++;
            return true;
        }
        if (e->kind == FB_ENTRY_REFUSAL && e->reason == FB_REASON_CONFLICT && same) {
            fb_refuse_again(t, e, journal, answer);
            return true;
        }
        if (e->kind == FB_ENTRY_MESSAGE)
            *taken = (struct met){journal, e->record};
    }
    return false;
}

/* A message id was used before. The same contents get the answer of the first time, and leave no trace. Other
 * contents under an id that was taken are a conflict; under one that was only refused they are judged afresh,
 * because the source has mended them. Answers do not depend on the order in which entries of one tag are met.
 */
static bool was_seen(struct fb_turn *t, const struct taken *m, struct fb_answer *answer)
{
    struct met taken = {0};
    if (is_again(t, m, m->seen_tag, &taken, answer))
        return true;
    if (taken.journal == 0)
        return false;
    struct met other = {0};
    if (is_again(t, m, fb_seen_contents(m->seen_tag, m->record->digest), &other, answer))
        return true;
    struct fb_input kept = *m->in;
    kept.record = m->record;
    kept.body = m->blind.body;
    fb_refuse_conflict(t, &kept, m->in->body.n, taken.journal, taken.record, answer);
    return true;
}

/* ---- taken ---- */

/* What was decoded from an entry names nobody, and has its number already. */
static bool is_owned(const struct fb_record *r, uint32_t worker, uint32_t was)
{
    bool same_was = r->env.kind != FB_KIND_WORKER || (r->as.worker.token_was.p == NULL && r->as.worker.worker_was == was);
    return same_was && fb_record_token(r).p == NULL && fb_record_worker(r) == worker;
}

/* From here on it belongs to a number. */
static void own(struct fb_turn *t, struct taken *m)
{
    m->whose = fb_turn_whose(t, m->record, &m->blind.who, &m->blind.who_was);
    if (m->whose.worker == 0 && m->whose.worker_was == 0)
        return;
    uint32_t worker = fb_workers_canonical(&t->workers, m->whose.worker), was = fb_workers_canonical(&t->workers, m->whose.worker_was);
    if (!is_owned(m->record, worker, was)) {
        if (m->record != &t->whose)
            t->whose = *m->record;
        fb_record_set_worker(&t->whose, worker, was);
        m->record = &t->whose;
    }
    fb_diary_near(&t->diary, fb_record_worker(m->record));
    fb_index_near(&t->index, fb_turn_worker_tag(m->whose.worker, m->record->env.kind));
}

/* What will be looked at of this record until it is decided, while it is read and written. */
static void announce(const struct fb_turn *t, const struct taken *m)
{
    for (unsigned i = 0; i < m->n_links; i++)
        fb_index_near(&t->index, fb_index_tag(m->link[i].kind, m->link[i].hash, m->record->env.kind));
    fb_diary_nearer(&t->diary, fb_record_worker(m->record));
}

static bool is_cancelled(const struct fb_record *r)
{
    return r->env.kind == FB_KIND_BOOKING && r->as.booking.state == FB_BOOKING_STATE_CANCELLED;
}

/* Somebody of several numbers may have been found by another of them. */
static bool is_found_anew(const struct fb_turn *t, const struct taken *m, const struct fb_record *held)
{
    uint32_t worker = fb_record_worker(m->record);
    return held == NULL || fb_record_worker(held) != worker || fb_workers_next(&t->workers, worker) != worker;
}

/* Which record it is a version of, and whether it wins. The losing version's links are what it replaces. */
static void place(struct fb_turn *t, struct taken *m)
{
    const struct fb_record *held = NULL;
    m->n_links = fb_record_links(m->record, m->link);
    announce(t, m);
    for (unsigned i = 0; i < m->n_links && m->number == 0; i++)
        if (m->link[i].kind == FB_LINK_SELF)
            m->number = fb_gather_self(t, m->record, &m->link[i]);
    m->first = m->number == 0;
    m->returned = !m->first && fb_index_withdrawn(&t->index, m->number);
    if (!m->first && !m->returned && t->err == FB_OK)
        held = fb_gather_version(t, m->number);
    m->won = held == NULL || fb_version_cmp(m->record, held) > 0;
    m->of_worker = m->won && m->whose.worker != 0 && is_found_anew(t, m, held);
    m->held = held;
    m->cancelled = is_cancelled(m->record) || (held != NULL && is_cancelled(held));
    if (held == NULL || !m->won)
        return;
    m->n_old = fb_record_links(held, m->old);
    if (m->record->env.kind == FB_KIND_BOOKING)
        m->n_group = fb_gather_group(t, m->number, m->group);
}

static bool was_linked(const struct taken *m, const struct fb_link *link)
{
    for (unsigned i = 0; i < m->n_old; i++)
        if (m->old[i].kind == link->kind && m->old[i].hash == link->hash)
            return true;
    return false;
}

static void ids_of(const struct taken *m, struct fb_ids_row *row)
{
    *row = (struct fb_ids_row){.kind = m->record->env.kind,
                               .source = m->in->source,
                               .record = m->number,
                               .seen = m->seen_tag,
                               .first = m->first,
                               .won = m->won,
                               .of_worker = m->of_worker,
                               .worker = m->whose.worker,
                               .worker_was = m->whose.worker_was};
    bool counts = m->won || m->record->env.kind == FB_KIND_APPROVAL; /* an earlier grant may stand (fb_gather_standing) */
    for (unsigned i = 0; i < m->n_links && counts; i++) {
        row->by_agency = row->by_agency || m->link[i].kind == FB_LINK_AGENCY;
        if (!was_linked(m, &m->link[i]))
            row->tag[row->n_tags++] = fb_index_tag(m->link[i].kind, m->link[i].hash, row->kind);
    }
}

enum fb_err fb_turn_note(struct fb_turn *t, uint32_t journal, const struct fb_ids_row *row)
{
    uint32_t number = row->record;
    enum fb_err err = fb_seen_add(&t->seen, row->seen, journal);
    t->messages++;
    if (err == FB_OK && row->first)
        err = fb_index_add(&t->index, row->kind, (uint16_t)row->source, &number);
    struct fb_held *held = fb_index_held(&t->index, number);
    if (err == FB_OK && (held == NULL || number != row->record || held->kind != (uint8_t)row->kind))
        err = FB_DAMAGED;
    if (err == FB_OK && !row->first)
        err = fb_amended_add(&t->amended, number, held->winner, journal);
    /* The older key's number is the older one, when both are new. */
    if (err == FB_OK)
        err = fb_workers_meet(&t->workers, row->worker_was);
    if (err == FB_OK)
        err = fb_workers_meet(&t->workers, row->worker);
    /* What a version says of two keys it says whether it wins or not (workers.h). */
    if (err == FB_OK && row->kind == FB_KIND_WORKER)
        err = fb_workers_same(&t->workers, row->worker, row->worker_was);
    if (err == FB_OK && row->kind == FB_KIND_APPROVAL)
        err = fb_versions_add(&t->versions, number, journal);
    if (err != FB_OK || (!row->won && row->kind != FB_KIND_APPROVAL))
        return err;
    held->winner = row->won ? journal : held->winner;
    held->flags |= row->by_agency ? FB_HELD_BY_AGENCY : 0;
    for (unsigned i = 0; i < row->n_tags && err == FB_OK; i++)
        err = fb_index_post(&t->index, row->tag[i], number);
    if (err == FB_OK && row->of_worker)
        err = fb_index_post(&t->index, fb_turn_worker_tag(row->worker, row->kind), number);
    bool returned = (held->flags & FB_HELD_WITHDRAWN) != 0 && row->won;
    if (returned)
        fb_index_return(&t->index, number);
    if (row->first || returned)
        fb_diary_heard(t, held->source, row->kind);
    return err;
}

static void write_message(struct fb_turn *t, struct taken *m)
{
    struct fb_entry e = {.kind = FB_ENTRY_MESSAGE,
                         .source = m->in->source,
                         .record = m->first ? t->index.n_held + 1 : m->number,
                         .amended = !m->first,
                         .worker = m->whose.worker,
                         .worker_was = m->whose.worker_was,
                         .env = m->record->env,
                         .body = m->blind.body};
    e.env.source = (struct fb_span){NULL, 0};
    memcpy(e.digest, m->record->digest, sizeof e.digest);
    m->number = e.record;
    fb_turn_write(t, &e);
    if (t->err == FB_OK)
        fb_receipts_keep(&t->receipts, t->journal, m->record);
    struct fb_ids_row row;
    unsigned char bytes[256];
    ids_of(m, &row);
    struct fb_key key = fb_key_u64(t->journal);
    size_t n = fb_ids_pack(&row, bytes, sizeof bytes);
    fb_put(t->txn, FB_TABLE_IDS, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)n});
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_turn_note(t, (uint32_t)t->journal, &row));
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_batches_note(&t->batches, e.source, e.env.batch_id, m->first ? FB_BATCH_ACCEPTED : FB_BATCH_AMENDED,
                                        (uint32_t)t->journal, t->now_ms));
}

/* ---- what it makes stale ---- */

static void judge(struct fb_turn *t, struct taken *m)
{
    struct fb_stale stale = {.n = 0, .max = FB_TOUCH_AT_ONCE_MAX};
    enum fb_kind kind = m->record->env.kind;
    const struct fb_changed changed = {.number = m->number,
                                       .kind = kind,
                                       .cancelled = m->cancelled,
                                       .turned = (m->first || m->returned) && fb_index_standing(&t->index, kind) == 1,
                                       .was = m->held,
                                       .now = m->record,
                                       .n_links = m->n_links,
                                       .n_old = m->n_old,
                                       .n_group = m->n_group,
                                       .link = m->link,
                                       .old = m->old,
                                       .group = m->group,
                                       .before = &m->before,
                                       .whose = &m->whose};
    fb_stale_of(t, &stale, &changed);
    fb_stale_judge(t, &stale);
}

static void accept(struct fb_turn *t, struct taken *m, struct fb_answer *answer)
{
    own(t, m);
    if (t->err == FB_OK)
        place(t, m);
    if (t->err != FB_OK)
        return;
    fb_people_before(t, &m->before);
    write_message(t, m);
    *answer = (struct fb_answer){m->first ? FB_OUTCOME_ACCEPTED : FB_OUTCOME_AMENDED, .journal = t->journal,
                                 .record = m->number};
    bool joined = t->workers.moves != m->before.moves;
    bool counts = m->won || joined || m->record->env.kind == FB_KIND_APPROVAL; /* of approvals earlier versions may stand */
    if (!counts || t->err != FB_OK)
        return;
    t->arrived = (struct fb_version){(uint32_t)t->journal, m->record};
    t->arrived_link = m->link;
    t->n_arrived_links = m->n_links;
    judge(t, m);
}

void fb_turn_message(struct fb_turn *t, const struct fb_input *in, struct fb_answer *answer)
{
    struct taken m;
    m.in = in;
    m.record = in->record;
    m.source = fb_sources_get(&t->sources, in->source);
    m.number = 0;
    m.n_old = m.n_group = 0;
    m.of_worker = m.returned = false;
    fb_turn_judge_begin(t);
    if (m.record == NULL) {
        fb_refuse(t, in, in->refused, answer);
        return;
    }
    /* The stored entry names the source by its number, so the two must agree. */
    if (m.source == NULL || !fb_span_eq(m.source->name, m.record->env.source)) {
        fb_refuse(t, in, FB_REASON_UNKNOWN_SOURCE, answer);
        return;
    }
    if (!fb_kind_known((int64_t)m.record->env.kind)) {
        fb_refuse(t, in, FB_REASON_KIND, answer);
        return;
    }
    m.seen_tag = fb_seen_tag(in->source, m.record->env.message_id);
    blind(t, &m);
    if (t->err == FB_OK && !was_seen(t, &m, answer))
        accept(t, &m, answer);
}
