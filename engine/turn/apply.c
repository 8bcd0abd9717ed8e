#include "engine/turn/apply.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/billed.h"
#include "engine/turn/memory/diary_turn.h"
#include "engine/turn/recount.h"
#include "engine/turn/respend.h"
#include <string.h>

bool fb_apply_prior(struct fb_turn *t, uint32_t subject, struct fb_decision_row *row)
{
    const struct fb_held *held = fb_index_held(&t->index, subject);
    if (held->decided == 0 || t->err != FB_OK)
        return false;
    struct fb_key key = fb_key_decision(subject, held->decided);
    struct fb_span bytes;
    enum fb_err err = fb_scratch_room(&t->scratch, FB_ROW_BYTES_MAX);
    if (err == FB_OK)
        err = fb_find(t->txn, FB_TABLE_DECISIONS, fb_key_span(&key), fb_scratch_arena(&t->scratch), &bytes);
    if (err == FB_OK)
        err = fb_decision_row_unpack(row, bytes);
    if (err == FB_OK && fb_decision_unpack(&t->prior, row->decision) != FB_OK)
        err = FB_DAMAGED;
    fb_turn_fail(t, err == FB_NOT_FOUND ? FB_DAMAGED : err);
    return err == FB_OK;
}

static uint32_t ahead(const struct fb_turn *t, int64_t min)
{
    return min * FB_MINUTE_MS > t->now_ms && min > 0 && min < UINT32_MAX ? (uint32_t)min : 0;
}

/* An instant within a minute is past at the end of it, and not before. */
static uint32_t due_min(const struct fb_turn *t)
{
    const struct fb_decision *d = &t->decision;
    if (d->kind != FB_KIND_VACANCY) /* INT64_MAX: never */
        return d->due_ms <= t->now_ms || d->due_ms > INT64_MAX - FB_MINUTE_MS
                   ? 0
                   : ahead(t, (d->due_ms + FB_MINUTE_MS - 1) / FB_MINUTE_MS);
    if (d->vacancy_end != FB_VACANCY_END_OPEN)
        return 0;
    return ahead(t, t->view.vacancy.version->as.vacancy.shift.time.start_min);
}

static void basis_of(const struct fb_turn *t, struct fb_decision_row *row)
{
    const struct fb_view *v = &t->view;
    uint32_t by = t->decision.kind == FB_KIND_APPROVAL ? v->approval[0].confirmation : 0;
    if (t->decision.kind == FB_KIND_APPROVAL)
        row->version[row->n++] = (struct fb_basis_version){v->subject, t->standing_version};
    else if (t->decision.kind != FB_KIND_BOOKING)
        row->version[row->n++] =
            (struct fb_basis_version){v->subject, fb_index_held(&t->index, v->subject)->winner};
    if (by != 0)
        row->version[row->n++] = (struct fb_basis_version){by, fb_index_held(&t->index, by)->winner};
    if (t->decision.kind != FB_KIND_BOOKING)
        return;
    for (unsigned i = 0; i < v->n_members; i++) {
        uint32_t number = v->member[i].number;
        row->version[row->n++] = (struct fb_basis_version){number, fb_index_held(&t->index, number)->winner};
    }
    if (t->decision.sheet == 0)
        return;
    uint32_t sheet = t->sheet_number[t->decision.sheet - 1];
    row->sheet = (struct fb_basis_version){sheet, fb_index_held(&t->index, sheet)->winner};
}

static bool same_basis(const struct fb_decision_row *a, const struct fb_decision_row *b)
{
    if (a->into != b->into || a->due_min != b->due_min || a->n != b->n || a->sheet.number != b->sheet.number ||
        a->sheet.journal != b->sheet.journal)
        return false;
    for (unsigned i = 0; i < a->n; i++)
        if (a->version[i].number != b->version[i].number || a->version[i].journal != b->version[i].journal)
            return false;
    return true;
}

/* All of a trace but its version and the number of its issue, with which it begins. */
static struct fb_span without_issue(struct fb_span trace)
{
    struct fb_reader r;
    if (trace.n == 0)
        return trace;
    fb_reader_init(&r, trace.p, trace.n);
    (void)fb_get_u8(&r);
    (void)fb_get_varint(&r);
    return (struct fb_span){(const char *)r.p + r.n, (uint32_t)(r.size - r.n)};
}

/* Where shifts are counted, a trace says how far the counters stood, which other shifts can change without a figure
 * changing: it is kept only when it would say the same again. */
static bool counted_alike(const struct fb_book *book, const struct fb_decision *prior, const struct fb_decision *now)
{
    return book->n_counters == 0 || fb_span_eq(without_issue(prior->trace), without_issue(now->trace));
}

/* The same bytes, but for the instant and journal number? A new issue of the rules that changes nothing but its own name,
 * and how the figures came about, leaves what was decided as it stands. */
static bool says_the_same(struct fb_turn *t, const struct fb_book *book, const struct fb_decision_row *row,
                          const struct fb_decision_row *prior)
{
    if (!same_basis(row, prior) || t->effects.n_events > 0 || t->effects.n_posts > 0)
        return false;
    struct fb_decision *d = &t->decision;
    const struct fb_decision *p = &t->prior;
    uint64_t journal = d->journal;
    int64_t at_ms = d->at_ms;
    uint32_t issue = d->issue;
    struct fb_span trace = d->trace;
    d->journal = p->journal;
    d->at_ms = p->at_ms;
    bool keep = t->repricing && counted_alike(book, p, d);
    d->issue = keep ? p->issue : issue;
    d->trace = keep ? p->trace : trace;
    size_t n = fb_decision_pack(d, t->bytes, FB_ROW_BYTES_MAX);
    d->journal = journal;
    d->at_ms = at_ms;
    d->issue = issue;
    d->trace = trace;
    return n == prior->decision.n && memcmp(t->bytes, prior->decision.p, n) == 0;
}

static void put_decision(struct fb_turn *t, const struct fb_decision_row *row)
{
    struct fb_key key = fb_key_decision(t->decision.subject, t->journal);
    size_t n = fb_decision_row_pack(row, &t->decision, t->bytes, FB_ROW_BYTES_MAX);
    if (n == 0)
        fb_turn_fail(t, FB_LIMIT);
    const struct fb_span bytes = {(const char *)t->bytes, (uint32_t)n};
    fb_put(t->txn, FB_TABLE_DECISIONS, fb_key_span(&key), bytes);
    fb_chain_decision(&t->chain, t->decision.subject, bytes);
    struct fb_held *held = fb_index_held(&t->index, t->decision.subject);
    held->decided = (uint32_t)t->journal;
    fb_held_join(held, row->into != 0);
}

/* ---- open findings ---- */

static unsigned open_findings(const struct fb_decision *d, struct fb_finding *out)
{
    unsigned n = 0;
    for (unsigned i = 0; i < d->n_findings; i++) {
        if (d->finding[i].severity <= FB_SEVERITY_OK_)
            continue;
        if (out != NULL)
            out[n] = d->finding[i];
        n++;
    }
    return n;
}

static void describe_approval(struct fb_turn *t, struct fb_findings_row *row)
{
    const struct fb_approval_in_view *in = &t->view.approval[0];
    const struct fb_approval *a = &in->record->as.approval;
    row->source = fb_index_held(&t->index, in->number)->source;
    row->record_ref = in->record->env.record_ref;
    row->trust = a->hirer;
    row->staff_group = (uint8_t)a->staff_group;
    row->route = (uint8_t)a->route;
    row->shift_day = a->from;
}

static void describe_invoice(struct fb_turn *t, struct fb_findings_row *row)
{
    const struct fb_invoice_in_view *in = &t->view.invoice[0];
    row->source = fb_index_held(&t->index, in->number)->source;
    row->record_ref = in->record->env.record_ref;
    row->trust = in->record->as.invoice_line.hirer;
    row->staff_group = FB_STAFF_GROUP_NONE;
    row->route = FB_ROUTE_NONE;
    row->shift_day = in->record->as.invoice_line.from;
}

/* Names come from the first member in order of names. */
static void describe_shift(struct fb_turn *t, const struct fb_book *book, struct fb_findings_row *row)
{
    bool vacancy = t->decision.kind == FB_KIND_VACANCY;
    const struct fb_member *m = vacancy ? &t->view.vacancy : &t->view.member[0];
    const struct fb_booking *b = vacancy ? NULL : fb_merge(book, &t->view, fb_scratch_arena(&t->scratch));
    const struct fb_shift *s = b == NULL ? &m->version->as.vacancy.shift : &b->shift;
    row->source = fb_index_held(&t->index, m->number)->source;
    row->record_ref = m->version->env.record_ref;
    row->trust = s->hirer;
    row->staff_group = (uint8_t)s->staff_group;
    row->route = b == NULL ? FB_ROUTE_NONE : (uint8_t)b->route;
    row->shift_day = fb_london_day(s->time.start_min);
}

/* What is the same for all findings of the subject. */
static void describe(struct fb_turn *t, const struct fb_book *book, struct fb_findings_row *row)
{
    const struct fb_decision *d = &t->decision;
    row->journal = d->journal;
    row->issue = d->issue;
    row->shadow = d->shadow;
    row->historic = d->historic;
    if (d->kind == FB_KIND_APPROVAL)
        describe_approval(t, row);
    else if (d->kind == FB_KIND_INVOICE_LINE)
        describe_invoice(t, row);
    else
        describe_shift(t, book, row);
}

static void put_findings(struct fb_turn *t, const struct fb_book *book, bool had_any)
{
    struct fb_findings_row row;
    struct fb_key key = fb_key_u32(t->decision.subject);
    row.n = open_findings(&t->decision, row.finding);
    fb_held_find(fb_index_held(&t->index, t->decision.subject), fb_findings_row_asks(&row));
    if (row.n == 0) {
        if (had_any)
            fb_del(t->txn, FB_TABLE_FINDINGS, fb_key_span(&key));
        return;
    }
    describe(t, book, &row);
    size_t n = fb_findings_row_pack(&row, t->bytes, FB_ROW_BYTES_MAX);
    if (n == 0)
        fb_turn_fail(t, FB_LIMIT);
    fb_put(t->txn, FB_TABLE_FINDINGS, fb_key_span(&key),
           (struct fb_span){(const char *)t->bytes, (uint32_t)n});
}

static void put_due(struct fb_turn *t, uint32_t at_min)
{
    struct fb_held *held = fb_index_held(&t->index, t->decision.subject);
    if (held->due_min == at_min)
        return;
    held->due_min = at_min;
    if (at_min != 0)
        fb_turn_fail(t, fb_due_add(&t->due, at_min, t->decision.subject));
}

/* ---- the books of a month ---- */

/* A figure of a month that was closed goes to the first open one. Only there does it say that the rules caused it: in its
 * own month it is simply what the shift costs. */
static void post(struct fb_turn *t, const struct fb_line *line)
{
    const struct fb_cell *cell = &line->cell;
    struct fb_posting_place place = {*cell, fb_periods_posted(&t->periods, cell->hirer, cell->month),
                                     FB_CAUSE_RECORD};
    if (t->view.repricing && place.posted != cell->month)
        place.cause = FB_CAUSE_REPRICED;
    struct fb_batch *b = t->taking_back ? fb_batches_get(&t->batches, t->batches.taking.batch) : NULL;
    if (b != NULL && cell->stage == FB_STAGE_LATEST)
        b->pence += line->figures.v[FB_MEASURE_PENCE]; /* raw: a sum of rounded figures */
    fb_turn_fail(t, fb_totals_add(&t->totals, t->txn, fb_scratch_arena(&t->scratch), &place, &line->figures, t->known));
    fb_turn_fail(t, fb_ceilings_post(&t->ceilings, line, t->decision.historic));
}

/* The core names the shift's own month; which one is open, only the turn knows, and that a batch is taken back. */
static void tell(struct fb_turn *t, struct fb_event *e)
{
    if (t->taking_back && (e->cause != FB_CAUSE_NONE || e->kind == FB_EVENT_FINDING_CLEARED))
        e->cause = FB_CAUSE_WITHDRAWN;
    if (e->kind == FB_EVENT_SPEND_POSTED || e->kind == FB_EVENT_RATE_REPRICED)
        e->posted = fb_periods_posted(&t->periods, e->trust, e->posted);
    fb_turn_write_event(t, e);
}

void fb_apply(struct fb_turn *t, const struct fb_book *book, const struct fb_decision_row *prior,
              uint32_t into)
{
    struct fb_decision_row row = {.into = into, .due_min = due_min(t)};
    basis_of(t, &row);
    put_due(t, row.due_min);
    fb_billed_ask(t);
    if (prior != NULL && says_the_same(t, book, &row, prior))
        return;
    put_decision(t, &row);
    fb_recount_apply(t, book, prior != NULL);
    fb_diary_apply(t, book, prior != NULL);
    fb_respend_apply(t, prior != NULL);
    fb_billed_apply(t, prior != NULL);
    if ((prior == NULL ? 0 : prior->into) != into)
        fb_billed_moved(t);
    for (unsigned i = 0; i < t->effects.n_events; i++)
        tell(t, &t->effects.event[i]);
    for (unsigned i = 0; i < t->effects.n_posts; i++)
        post(t, &t->effects.post[i]);
    if (t->decision.kind == FB_KIND_APPROVAL && t->err == FB_OK)
        fb_granted_apply(t, book);
    fb_drift_change(&t->drift, t->txn, fb_scratch_arena(&t->scratch), prior == NULL ? NULL : &t->prior,
                    &t->decision);
    put_findings(t, book, prior != NULL && open_findings(&t->prior, NULL) > 0);
    fb_turn_fail(t, fb_txn_err(t->txn));
}
