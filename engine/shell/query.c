#include "engine/shell/query.h"
#include "engine/base/check.h"
#include "engine/shell/log.h"
#include "engine/shell/query_month.h"
#include "engine/shell/query_people.h"
#include "engine/shell/rights.h"
#include "engine/turn/report/report_invoices.h"
#include <stdlib.h>

enum fb_err fb_desk_open(struct fb_desk *d)
{
    d->memory = malloc(FB_DESK_MEMORY);
    d->finding = calloc(FB_DESK_ROWS_MAX, sizeof *d->finding);
    d->source = calloc(FB_DESK_ROWS_MAX, sizeof *d->source);
    d->approval = calloc(FB_DESK_ROWS_MAX, sizeof *d->approval);
    d->approval_month = calloc(FB_DESK_ROWS_MAX, sizeof *d->approval_month);
    d->audit = calloc(FB_DESK_ROWS_MAX, sizeof *d->audit);
    d->invoice = calloc(FB_DESK_ROWS_MAX, sizeof *d->invoice);
    d->frame = malloc(FB_MESSAGE_BYTES_MAX);
    if (d->memory != NULL && d->finding != NULL && d->source != NULL && d->approval != NULL &&
        d->approval_month != NULL && d->audit != NULL && d->invoice != NULL && d->frame != NULL)
        return FB_OK;
    fb_desk_close(d);
    return FB_FULL;
}

void fb_desk_close(struct fb_desk *d)
{
    free(d->memory);
    free(d->finding);
    free(d->source);
    free(d->approval);
    free(d->approval_month);
    free(d->audit);
    free(d->invoice);
    free(d->frame);
    d->memory = NULL;
    d->finding = NULL;
    d->source = NULL;
    d->approval = NULL;
    d->approval_month = NULL;
    d->audit = NULL;
    d->invoice = NULL;
    d->frame = NULL;
}

/* Who is of one trust is shown names of their own only. No query: what an issue's answer says beside the issue, to those who may ask
 * for one. */
static bool is_of_trust(const struct fb_query *query)
{
    return query != NULL && query->asker.trust != 0;
}

/* Of the sources that are over their quota, a comma between them: all, or those of the asker's trust. */
static struct fb_span own_sources(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena)
{
    char memory[FB_WHY_BYTES];
    struct fb_text t;
    struct fb_span all = fb_span_of(d->news->over_quota);
    if (!is_of_trust(query))
        return all;
    fb_text_init(&t, memory, sizeof memory);
    for (uint32_t at = 0, n; at < all.n; at += n + 2) {
        for (n = 0; at + n < all.n && all.p[at + n] != ',';)
            n++;
        const struct fb_span name = {all.p + at, n};
        const struct fb_known *known = fb_sessions_source_find(d->sessions, name);
        if (known == NULL || known->trust != query->asker.trust)
            continue;
        fb_text_add(&t, t.n > 0 ? ", " : "");
        fb_text_add_span(&t, name);
    }
    return fb_arena_copy(arena, (struct fb_span){t.p, (uint32_t)t.n});
}

/* Whose cursors: a key's stand under its name. */
static struct fb_span own_cursors(const struct fb_query *query)
{
    if (!is_of_trust(query))
        return (struct fb_span){NULL, 0};
    return query->asker.identity.n > 0 ? query->asker.identity : fb_span_of("/"); /* nobody's name */
}

static enum fb_err status(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena,
                          struct fb_result *r)
{
    char memory[FB_TURNED_END * 36], late[FB_BEHIND_MAX * (FB_ID_BYTES_MAX + 24)];
    struct fb_text t, l;
    const struct fb_turn_stats *now = &d->news->stats;
    enum fb_err e = fb_report_status(d->store, d->books, arena, &r->status);
    r->status.journal = now->journal;
    r->status.events = now->events;
    r->status.messages = now->messages;
    r->status.records = now->records;
    r->status.bookings = now->bookings;
    r->status.vacancies = now->vacancies;
    r->status.todo = now->todo;
    r->status.memory_bytes = now->memory_bytes;
    r->status.sources = now->sources;
    r->status.issue = now->issue;
    r->status.repriced = now->repriced;
    r->status.to_reprice = now->to_reprice;
    r->status.started_ms = d->started_ms;
    r->status.live = true;
    r->status.over_quota = own_sources(d, query, arena);
    r->status.holding = fb_care_holds(d->care);
    r->status.disk_free_mib = d->care != NULL ? d->care->free_bytes >> 20 : 0;
    r->status.free_floor_mib = d->care != NULL ? d->care->floor_bytes >> 20 : 0;
    fb_text_init(&t, memory, sizeof memory);
    if (d->refusals != NULL)
        fb_refusals_add(&t, d->refusals);
    r->status.turned_away = fb_arena_copy(arena, (struct fb_span){t.p, (uint32_t)t.n});
    fb_text_init(&l, late, sizeof late);
    if (d->behind != NULL)
        fb_behind_add(&l, d->behind, own_cursors(query));
    r->status.behind = fb_arena_copy(arena, (struct fb_span){l.p, (uint32_t)l.n});
    return e;
}

/* A subject's findings are never cut in two, because the next page begins after the last subject. */
static unsigned whole_subjects(const struct fb_finding_row *row, unsigned n)
{
    unsigned keep = n;
    while (keep > 0 && row[keep - 1].subject == row[n - 1].subject)
        keep--;
    return keep > 0 ? keep : n;
}

/* The entry that was the last one at the end of a day, when a day was named. False: nothing was known by
 * then. */
static bool known_by(struct fb_desk *d, const struct fb_query *query, uint64_t *journal, enum fb_err *e)
{
    *journal = query->as_of;
    *e = query->as_known != 0 ? fb_report_known_at(d->store, query->as_known, journal) : FB_OK;
    return *e == FB_OK && (query->as_known == 0 || *journal != 0);
}

static enum fb_err nothing_known(struct fb_result *r, enum fb_err e)
{
    r->text = fb_span_of("nothing was known by then");
    return e;
}

/* As many whole subjects as fit into what was asked for, and one at least: the next page begins after the last. */
static void keep_asked(struct fb_result *r, unsigned limit)
{
    unsigned n = limit;
    if (limit == 0 || r->n_findings <= limit)
        return;
    if (r->finding[n].subject == r->finding[n - 1].subject)
        n = whole_subjects(r->finding, n);
    while (n < r->n_findings && r->finding[n].subject == r->finding[n - 1].subject)
        n++;
    r->after = n < r->n_findings ? r->finding[n - 1].subject : r->after;
    r->n_findings = n;
}

static enum fb_err findings(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena,
                            struct fb_result *r)
{
    struct fb_finding_filter filter = query->findings;
    filter.limit = FB_DESK_ROWS_MAX;
    r->finding = d->finding;
    enum fb_err e;
    if (!known_by(d, query, &filter.as_of, &e))
        return nothing_known(r, e);
    e = fb_report_findings_part(d->store, d->books, &filter, FB_DESK_SCAN_MAX, arena, d->finding,
                                &r->n_findings, &r->after);
    if (e == FB_OK)
        keep_asked(r, query->findings.limit);
    r->more = e == FB_OK && r->after != 0;
    return e;
}

static enum fb_err explain(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena,
                           struct fb_result *r)
{
    uint64_t as_of;
    enum fb_err e;
    if (query->subject == 0)
        return FB_OK; /* not held: found stays false */
    if (!known_by(d, query, &as_of, &e))
        return nothing_known(r, e);
    e = fb_report_explain(d->store, d->books, query->subject, as_of, arena, &r->explanation);
    if (e == FB_OK && r->explanation.found && !fb_right_reads(&query->asker, r->explanation.trust)) {
        *r = (struct fb_result){.kind = query->kind, .reason = FB_REASON_NOT_YOURS, .text = fb_span_of("that shift is of another trust: a trust is told of its own")};
        return FB_OK;
    }
    if (e == FB_OK && r->explanation.found)
        fb_desk_add_told(d, arena, &r->explanation);
    return e == FB_NOT_FOUND ? FB_OK : e;
}

static enum fb_err sources(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena,
                           struct fb_result *r)
{
    r->source = d->source; /* a trust is shown its own */
    enum fb_err e = fb_tally_rows(d->tally, d->sessions, d->store, query->findings.after, query->asker.trust, arena, d->source,
                                  FB_DESK_ROWS_MAX, &r->n_sources, &r->more);
    r->after = r->more ? d->source[r->n_sources - 1].number : 0;
    return e == FB_OK ? fb_tally_habits(d->store, fb_reader_book(d->books, 0), arena, d->source, r->n_sources) : e;
}

static enum fb_err invoices(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r)
{
    const struct fb_invoice_filter filter = {.trust = query->findings.trust,
                                             .month = query->month,
                                             .supplier = query->supplier,
                                             .end = fb_invoice_end_find(query->end),
                                             .after = query->findings.after};
    r->invoice = d->invoice;
    enum fb_err e = fb_report_invoices(d->store, d->books, &filter, FB_DESK_SCAN_MAX, arena, d->invoice, FB_DESK_ROWS_MAX,
                                       &r->n_invoices, &r->after);
    r->more = e == FB_OK && r->after != 0;
    return e;
}

static enum fb_err (*const clerk[FB_QUERY_END])(struct fb_desk *d, const struct fb_query *query,
                                                struct fb_arena *arena, struct fb_result *r) = {
    [FB_QUERY_STATUS] = status,
    [FB_QUERY_FINDINGS] = findings,
    [FB_QUERY_EXPLAIN] = explain,
    [FB_QUERY_SOURCES] = sources,
    [FB_QUERY_APPROVALS] = fb_desk_approvals,
    [FB_QUERY_AUDIT] = fb_desk_audit,
    [FB_QUERY_LINK] = fb_desk_link,
    [FB_QUERY_MONTH] = fb_desk_month,
    [FB_QUERY_INVOICES] = invoices,
};

/* The second half of the rows, of whichever kind, is left for the next question. false: there are no two. */
static bool leave_half(struct fb_result *r)
{
    if (r->n_findings > 1)
        r->after = r->finding[(r->n_findings = whole_subjects(r->finding, r->n_findings / 2)) - 1].subject;
    else if (r->n_month > 1)
        r->after = r->month[(r->n_month /= 2) - 1].subject;
    else if (r->n_invoices > 1)
        r->after = r->invoice[(r->n_invoices /= 2) - 1].record;
    else
        return false;
    r->more = true;
    return true;
}

/* What does not fit a frame is left for the next question. */
static size_t encode(struct fb_desk *d, struct fb_result *r)
{
    size_t n;
    while ((n = fb_encode_result(r, d->frame, FB_MESSAGE_BYTES_MAX)) == 0 && leave_half(r))
        ;
    return n;
}

enum fb_reason fb_desk_answer(struct fb_desk *d, const struct fb_outlet *out, const struct fb_peer *peer,
                              const struct fb_query *query)
{
    struct fb_arena arena;
    struct fb_result r = {.kind = query->kind};
    fb_arena_init(&arena, d->memory, FB_DESK_MEMORY);
    fb_assert(clerk[query->kind] != NULL); /* commands do not come here */
    enum fb_err e = clerk[query->kind](d, query, &arena, &r);
    if (e == FB_OK && query->kind == FB_QUERY_FINDINGS && fb_desk_replies(d, peer, query, &arena, &r)) {
        fb_arena_release(&arena);
        return FB_REASON_NONE; /* it is answered when the replies were found */
    }
    if (e != FB_OK) {
        fb_log(FB_LOG_WARN, "a query of kind %d could not be answered: %s", (int)query->kind, fb_err_text(e));
        fb_desk_refuse(d, out, peer, query->kind, FB_REASON_FIELD_RANGE, fb_span_of(fb_err_text(e)));
    }
    size_t n = e == FB_OK ? encode(d, &r) : 0;
    while (e == FB_OK && n == 0 && query->kind == FB_QUERY_APPROVALS && d->n_numbers > 1) {
        d->n_numbers /= 2; /* its months count the rows of the page, so the page is made anew */
        fb_arena_reset(&arena);
        r = (struct fb_result){.kind = query->kind};
        e = fb_desk_approvals(d, query, &arena, &r);
        n = e == FB_OK ? encode(d, &r) : 0;
    }
    if (n > 0)
        (void)out->send(out->ctx, peer, d->frame, n);
    fb_arena_release(&arena);
    return e == FB_OK ? r.reason : FB_REASON_FIELD_RANGE;
}

void fb_desk_tell(struct fb_desk *d, const struct fb_outlet *out, const struct fb_peer *peer,
                  const struct fb_result *result)
{
    struct fb_arena arena;
    struct fb_result r = *result;
    fb_arena_init(&arena, d->memory, FB_DESK_MEMORY);
    if (r.kind == FB_QUERY_ISSUE && status(d, NULL, &arena, &r) != FB_OK)
        r.status = (struct fb_engine_status){0}; /* what was done is said all the same */
    size_t n = fb_encode_result(&r, d->frame, FB_MESSAGE_BYTES_MAX);
    if (n > 0)
        (void)out->send(out->ctx, peer, d->frame, n);
    fb_arena_release(&arena);
}

void fb_desk_refuse(struct fb_desk *d, const struct fb_outlet *out, const struct fb_peer *peer,
                    enum fb_query_kind kind, enum fb_reason reason, struct fb_span text)
{
    bool known = kind >= FB_QUERY_STATUS && kind < FB_QUERY_END;
    const struct fb_result r = {.kind = known ? kind : FB_QUERY_STATUS, .reason = reason, .text = text};
    size_t n = fb_encode_result(&r, d->frame, FB_MESSAGE_BYTES_MAX);
    if (n > 0)
        (void)out->send(out->ctx, peer, d->frame, n);
}
