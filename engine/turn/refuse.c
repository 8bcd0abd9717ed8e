#include "engine/turn/refuse.h"
#include "engine/store/key.h"
#include "engine/turn/gather.h"
#include <string.h>

enum { BY_CONTENTS_FROM = 8 }; /* the version of the decisions whose rows of REFUSED have a tag of the contents */

static struct fb_span cut(struct fb_span s, uint32_t max)
{
    s.n = s.n < max ? s.n : max;
    return s;
}

static void give(struct fb_answer *answer, enum fb_outcome outcome, enum fb_reason reason,
                 struct fb_span field)
{
    *answer = (struct fb_answer){.outcome = outcome, .reason = reason};
    field = cut(field, sizeof answer->field - 1);
    if (field.n > 0)
        memcpy(answer->field, field.p, field.n);
}

enum fb_err fb_refuse_note(struct fb_turn *t, uint64_t journal, const struct fb_refused_row *row)
{
    return row->has_id ? fb_seen_add(&t->seen, row->by_contents ? row->contents : row->seen, (uint32_t)journal) : FB_OK;
}

/* A source that has used up its day's quota: of what is refused beyond it the digest and length stay. */
static void spare(struct fb_turn *t, const struct fb_input *in, struct fb_entry *e)
{
    if (in->kept == NULL && fb_batches_kept_bytes(&t->batches, in->source, t->known) + e->body.n > t->refused_most) {
        fb_batches_over(&t->batches, in->source, t->known);
        e->body = (struct fb_span){NULL, 0};
    }
    if (e->body.n > 0)
        fb_batches_keep(&t->batches, in->source, t->known, e->body.n);
}

void fb_turn_refused_most(struct fb_turn *t, uint64_t bytes)
{
    t->refused_most = bytes;
}

unsigned fb_turn_over_quota(const struct fb_turn *t, struct fb_span *name, unsigned most)
{
    const struct fb_kept *k = &t->batches.kept_whole;
    unsigned n = 0;
    if (k->day != t->known)
        return 0;
    for (uint32_t i = 1; i <= t->sources.n && n < most; i++)
        if (k->over[i])
            name[n++] = fb_sources_get(&t->sources, i)->name;
    return k->n_over;
}

/* The journal has it whole, within the quota, and REFUSED says what was wrong. */
static void write(struct fb_turn *t, const struct fb_input *in, struct fb_entry *e)
{
    e->kind = FB_ENTRY_REFUSAL;
    e->source = in->source;
    spare(t, in, e);
    fb_turn_write(t, e);
    struct fb_refused_row row = {.source = in->source,
                                 .reason = e->reason,
                                 .field = e->field,
                                 .earlier = e->earlier,
                                 .has_id = e->env.message_id.n > 0,
                                 .seen = fb_seen_tag(in->source, e->env.message_id),
                                 .by_contents = in->kept == NULL || in->kept->decide_version >= BY_CONTENTS_FROM};
    row.contents = row.by_contents ? fb_seen_contents(row.seen, e->digest) : 0;
    struct fb_key key = fb_key_u64(t->journal);
    unsigned char bytes[512];
    size_t n = fb_refused_row_pack(&row, bytes, sizeof bytes);
    fb_put(t->txn, FB_TABLE_REFUSED, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)n});
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_refuse_note(t, t->journal, &row));
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_batches_note(&t->batches, in->source, e->env.batch_id,
                                        e->reason == FB_REASON_CONFLICT ? FB_BATCH_CONFLICT : FB_BATCH_REFUSED,
                                        (uint32_t)t->journal, t->now_ms));
}

/* ---- refusals ---- */

void fb_refuse_again(struct fb_turn *t, const struct fb_entry *e, uint64_t journal, struct fb_answer *answer)
{
    bool conflict = e->reason == FB_REASON_CONFLICT;
    uint64_t earlier = e->earlier;
    t->receipts.repeats[e->source]++;
    give(answer, conflict ? FB_OUTCOME_CONFLICT : FB_OUTCOME_REFUSED, e->reason, e->field);
    answer->journal = journal;
    if (conflict && (e = fb_gather_entry(t, earlier)) != NULL)
        answer->record = e->record;
}

/* All that can be known of what was sent round the body: one whose kind was garbled on the way is not the one that was meant. */
static bool same_envelope(const struct fb_envelope *held, const struct fb_envelope *env)
{
    return held->kind == env->kind && held->revision == env->revision && held->occurred_ms == env->occurred_ms &&
           fb_span_eq(held->message_id, env->message_id) && fb_span_eq(held->record_ref, env->record_ref);
}

static bool same_refusal(const struct fb_entry *held, const struct fb_entry *e)
{
    return held->kind == FB_ENTRY_REFUSAL && held->source == e->source && held->reason == e->reason &&
           fb_span_eq(held->field, e->field) && same_envelope(&held->env, &e->env) && held->sent == e->sent &&
           memcmp(held->digest, e->digest, sizeof e->digest) == 0;
}

static bool is_held(struct fb_turn *t, const struct fb_entry *e, uint32_t tag, struct fb_answer *answer)
{
    uint32_t at = 0, journal;
    while ((journal = fb_seen_next(&t->seen, tag, &at)) != 0) {
        fb_scratch_reset(&t->scratch); /* nothing is held yet, and one id may have been refused many times */
        const struct fb_entry *held = fb_gather_entry(t, journal);
        if (held == NULL)
            return true;
        if (!same_refusal(held, e))
            continue;
        fb_refuse_again(t, held, journal, answer);
        return true;
    }
    return false;
}

static bool was_refused(struct fb_turn *t, const struct fb_entry *e, struct fb_answer *answer)
{
    uint32_t tag = fb_seen_tag(e->source, e->env.message_id);
    return e->env.message_id.n > 0 && (is_held(t, e, fb_seen_contents(tag, e->digest), answer) || is_held(t, e, tag, answer));
}

/* What is kept of what came: nothing that might be a pseudonym. It is known again by its digest and length. Of a well formed
 * record it is known where its pseudonyms are, as it is of one that is taken; of another anything may be meant. */
static void keep_body(struct fb_turn *t, const struct fb_input *in, struct fb_entry *e)
{
    if (in->kept != NULL) {
        e->body = in->kept->body;
        e->sent = in->kept->sent;
        memcpy(e->digest, in->kept->digest, sizeof e->digest);
        return;
    }
    struct fb_blinded out = {.refused = true};
    bool unread = in->unopened || e->reason == FB_REASON_NOT_A_MESSAGE; /* where its pseudonyms are nobody can say */
    fb_turn_blind(t, unread ? FB_KIND_NONE : e->env.kind, cut(in->body, FB_MESSAGE_BYTES_MAX), &out);
    e->sent = in->body.n;
    memcpy(e->digest, out.digest, sizeof e->digest);
    out.refused = !in->formed;
    if (in->formed && t->err == FB_OK)
        fb_turn_blind(t, e->env.kind, cut(in->body, FB_MESSAGE_BYTES_MAX), &out);
    e->body = out.body;
}

void fb_refuse(struct fb_turn *t, const struct fb_input *in, enum fb_reason reason, struct fb_answer *answer)
{
    give(answer, FB_OUTCOME_REFUSED, reason, in->field);
    /* Strangers are counted by the shell, not kept. */
    if (fb_sources_get(&t->sources, in->source) == NULL)
        return;
    struct fb_entry e = {.source = in->source,
                         .reason = reason,
                         .field = cut(in->field, FB_ID_BYTES_MAX)};
    e.env = in->record != NULL ? in->record->env : in->env;
    e.env.source = cut(e.env.source, FB_SOURCE_BYTES_MAX);
    e.env.message_id = cut(e.env.message_id, FB_ID_BYTES_MAX);
    e.env.record_ref = cut(e.env.record_ref, FB_ID_BYTES_MAX);
    e.env.batch_id = cut(e.env.batch_id, FB_TEXT_BYTES_MAX);
    keep_body(t, in, &e);
    if (was_refused(t, &e, answer) || t->err != FB_OK)
        return;
    write(t, in, &e);
    answer->journal = t->journal;
}

/* ---- conflicts ---- */

/* Whose record it is: for the event of a conflict. */
static fb_code trust_of(const struct fb_record *r, const struct fb_source *s)
{
    switch (r->env.kind) {
    case FB_KIND_VACANCY:
        return r->as.vacancy.shift.hirer;
    case FB_KIND_CASCADE:
        return r->as.cascade.hirer;
    case FB_KIND_BOOKING:
        return r->as.booking.shift.hirer;
    case FB_KIND_TIMESHEET:
        return r->as.timesheet.hirer;
    case FB_KIND_BUDGET:
        return r->as.budget.hirer;
    case FB_KIND_APPROVAL:
        return r->as.approval.hirer;
    case FB_KIND_INVOICE_LINE:
        return r->as.invoice_line.hirer;
    case FB_KIND_REPLY:
        return r->as.reply.hirer;
    case FB_KIND_WORKER:
    case FB_KIND_WORKER_FACT:
    case FB_KIND_SUBSTANTIVE_HOURS:
    case FB_KIND_ABSENCE:
    case FB_KIND_NONE:
    case FB_KIND_ORGANISATION:
    case FB_KIND_AGENCY:
    case FB_KIND_FRAMEWORK:
    case FB_KIND_END:
        break;
    }
    return s->trust;
}

static void tell_conflict(struct fb_turn *t, const struct fb_input *in, uint32_t record, bool whole)
{
    const struct fb_book *book = fb_turn_current(t);
    const struct fb_source *source = fb_sources_get(&t->sources, in->source);
    struct fb_event event = {.kind = FB_EVENT_RECORD_CONFLICT,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .subject = record,
                             .trust = whole ? trust_of(in->record, source) : source->trust, /* of one that is not kept replay knows no more */
                             .severity = FB_SEVERITY_WARN,
                             .shadow = source->mode == FB_SOURCE_MODE_SHADOW,
                             .historic = in->record->env.historic,
                             .issue = book == NULL ? 0 : book->issue,
                             .source = source->name,
                             .record_ref = in->record->env.record_ref};
    fb_turn_write_event(t, &event);
}

void fb_refuse_conflict(struct fb_turn *t, const struct fb_input *in, uint32_t sent, uint64_t earlier,
                        uint32_t record, struct fb_answer *answer)
{
    struct fb_entry e = {.reason = FB_REASON_CONFLICT, .field = fb_span_of("message_id"), .earlier = earlier};
    e.sent = in->kept != NULL ? in->kept->sent : sent;
    e.body = cut(in->body, FB_MESSAGE_BYTES_MAX);
    give(answer, FB_OUTCOME_CONFLICT, e.reason, e.field);
    answer->record = record;
    e.env = in->record->env;
    e.env.source = (struct fb_span){NULL, 0};
    memcpy(e.digest, in->record->digest, sizeof e.digest);
    write(t, in, &e);
    answer->journal = t->journal;
    if (t->err == FB_OK)
        tell_conflict(t, in, record, e.body.n > 0 || e.sent == 0);
}
