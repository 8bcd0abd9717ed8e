#include "engine/base/check.h"
#include "engine/wire/result.h"
#include "fairbank/v1/query.pb-c.h"

/* A person's question and its answer. The sentences of an answer may be as long as a body. */
enum { LINES_MAX = sizeof((struct fb_explanation){0}.line) / sizeof(struct fb_span) };

bool fb_wire__query_known(int64_t n)
{
    return n >= FB_QUERY_STATUS && n < FB_QUERY_END;
}

bool fb_wire__as_known(int64_t n)
{
    return n > FB_AS_NONE && n < FB_AS_END;
}

#define PB   Fairbank__V1__Query
#define OURS struct fb_query
static const struct fb_wire_row query_rows[] = {
    WORD(kind, kind, true, fb_wire__query_known),
    CODE(trust, findings.trust, false),
    TEXT(rule, findings.rule, false, FB_TEXT_BYTES_MAX),
    WORD(at_least, findings.at_least, false, fb_severity_known),
    U32(after, findings.after),
    U32(limit, findings.limit),
    TEXT(record_ref, record_ref, false, FB_QUERY_NAME_BYTES_MAX),
    U32(record, subject),
    U64(as_of, as_of, false),
    DAY(as_known, as_known, false, 0),
    INSTANT(due_ms, due_ms, false),
    DAY(month, month, false, 0),
    TEXT(role, role, false, FB_TEXT_BYTES_MAX),
    TEXT(reason, reason, false, FB_TEXT_BYTES_MAX),
    U32(issue, issue),
    TEXT(asker, asker.identity, false, FB_ID_BYTES_MAX),
    WORD(as, asker.as, false, fb_wire__as_known),
    CODE(as_trust, asker.trust, false),
    TEXT(worker, worker, false, FB_ID_BYTES_MAX),
    U32(worker_number, worker_number),
    TEXT(link, link, false, FB_WIRE_LINK_BYTES_MAX),
    U64(checkpoint, checkpoint, false),
    FLAG(make, make),
    FLAG(body, body),
    TEXT(note, note, false, FB_WIRE_NOTE_BYTES_MAX),
    TEXT(source, source, false, FB_SOURCE_BYTES_MAX),
    TEXT(batch, batch, false, FB_TEXT_BYTES_MAX),
    TEXT(batch_source, batch_source, false, FB_SOURCE_BYTES_MAX),
    U32(batch_number, batch_number),
    FLAG(dry, dry),
    DAY(from, from, false, 0),
    DAY(until, until, false, 0),
    TEXT(supplier, supplier, false, FB_ID_BYTES_MAX),
    TEXT(end, end, false, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

size_t fb_encode_query(const struct fb_query *q, void *frame, size_t size)
{
    Fairbank__V1__Query m = FAIRBANK__V1__QUERY__INIT;
    struct fb_query sent = *q;
    if (sent.due_ms == 0) /* 1970, which nobody means: a query that was begun with {0} */
        sent.due_ms = FB_ABSENT;
    return fb_wire__encode(FB_FRAME_QUERY, FB_WIRE_SPAN_ROWS(query_rows), &sent, &m.base, frame, size);
}

/* What a query of one kind cannot do without. Asked of what was sent: a field with a fault of its own is
 * there. */
static void need(struct fb_wire_reading *r, bool there, const char *name)
{
    if (!there)
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, name);
}

static void check_explain(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    (void)m;
    need(r, q->record_ref.n > 0 || q->subject != 0, "record");
}

static void check_close(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    need(r, m->has_month && m->month.len > 0, "month");
    need(r, m->has_role && m->role.len > 0, "role");
    need(r, m->has_reason && m->reason.len > 0, "reason");
    (void)q;
}

static void check_invoices(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    (void)m;
    if (q->end.n > 0 && fb_invoice_end_find(q->end) == FB_INVOICE_END_NONE)
        fb_wire__blame(r, FB_REASON_FIELD_WORD, "end");
}

static void check_withdraw(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    (void)m;
    need(r, q->issue != 0, "issue");
}

static void check_worker(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    need(r, (m->has_worker && m->worker.len > 0) || q->worker_number != 0, "worker");
}

static void check_forget(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    check_worker(r, m, q);
    need(r, m->has_reason && m->reason.len > 0, "reason");
}

static void check_confirm(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    (void)q;
    need(r, m->has_link && m->link.len > 0, "link");
}

static void check_prove(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    need(r, q->record_ref.n > 0 || q->subject != 0 || q->as_of != 0 || (m->has_note && m->note.len > 0), "record");
}

static void check_receipt(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    (void)q;
    need(r, m->has_source && m->source.len > 0, "source");
}

static void check_countersign(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    (void)q;
    need(r, m->has_note && m->note.len > 0, "note");
}

static void check_withdraw_batch(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    need(r, (m->has_batch && m->batch.len > 0) || q->batch_number != 0, "batch");
    need(r, q->dry || (m->has_reason && m->reason.len > 0), "reason");
}

static void check_month(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    need(r, m->has_from && m->from.len > 0, "from");
    need(r, m->has_until && m->until.len > 0, "until");
    if (q->until <= q->from)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "until");
}

static void check_query(struct fb_wire_reading *r, const Fairbank__V1__Query *m, const struct fb_query *q)
{
    static void (*const check[FB_QUERY_END])(struct fb_wire_reading *, const Fairbank__V1__Query *,
                                             const struct fb_query *) = {
        [FB_QUERY_EXPLAIN] = check_explain,
        [FB_QUERY_CLOSE_PERIOD] = check_close,
        [FB_QUERY_WITHDRAW] = check_withdraw,
        [FB_QUERY_WORKER] = check_worker,
        [FB_QUERY_FORGET] = check_forget,
        [FB_QUERY_LINK] = check_explain,
        [FB_QUERY_CONFIRM] = check_confirm,
        [FB_QUERY_PROVE] = check_prove,
        [FB_QUERY_COUNTERSIGN] = check_countersign,
        [FB_QUERY_RECEIPT] = check_receipt,
        [FB_QUERY_WITHDRAW_BATCH] = check_withdraw_batch,
        [FB_QUERY_MONTH] = check_month,
        [FB_QUERY_INVOICES] = check_invoices,
    };
    if (check[q->kind] != NULL)
        check[q->kind](r, m, q);
    if (q->as_of != 0 && q->as_known != 0) /* nobody can tell which of the two was meant */
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "as_known");
    if (q->month != 0 && fb_day_month(q->month) != q->month)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "month");
    if (q->asker.as == FB_AS_TRUST)
        need(r, m->has_as_trust && m->as_trust.len > 0, "as_trust");
}

enum fb_reason fb_decode_query(struct fb_span payload, struct fb_arena *arena, struct fb_query *out,
                               const char **field)
{
    struct fb_wire_reading r;
    *out = (struct fb_query){0};
    fb_wire__begin(&r, arena, "query");
    const Fairbank__V1__Query *m =
        fb_wire__decode(&r, &fairbank__v1__query__descriptor, payload, FB_WIRE_SPAN_ROWS(query_rows), out);
    if (m != NULL)
        check_query(&r, m, out);
    return fb_wire__end(&r, field);
}

#define PB   Fairbank__V1__Explanation
#define OURS struct fb_explanation
static const struct fb_wire_row explanation_rows[] = {
    U32(record, subject),
    FLAG(found, found),
    U64(journal, journal, false),
    AMOUNT(decided_ms, decided_ms),
    U32(issue, issue),
    CODE(trust, trust, false),
    TEXT(source, source, false, FB_SOURCE_BYTES_MAX),
    TEXT(record_ref, record_ref, false, FB_ID_BYTES_MAX),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__FindingRow
#define OURS struct fb_finding_row
static const struct fb_wire_row finding_rows[] = {
    U32(record, subject),
    CODE(trust, trust, false),
    WORD(staff_group, staff_group, false, fb_staff_group_known),
    WORD(route, route, false, fb_route_known),
    DAY(shift_day, shift_day, false, 0),
    WORD(severity, severity, false, fb_severity_known),
    AMOUNT(pence, pence),
    TEXT(rule, rule, false, FB_TEXT_BYTES_MAX),
    TEXT(source, source, false, FB_SOURCE_BYTES_MAX),
    TEXT(record_ref, record_ref, false, FB_ID_BYTES_MAX),
    TEXT(why, why, false, FB_BODY_BYTES_MAX),
    FLAG(shadow, shadow),
    TEXT(answered, answered, false, FB_TEXT_BYTES_MAX),
    U32(approval, approval),
    TEXT(life, life, false, FB_TEXT_BYTES_MAX),
    TEXT(verdict, verdict, false, FB_TEXT_BYTES_MAX),
    AMOUNT(opened_ms, opened_ms),
    DAY(reportable, reportable, false, 0),
    TEXT(owner, owner, false, FB_ID_BYTES_MAX),
    AMOUNT(snoozed_until_ms, snoozed_until_ms),
    TEXT(reply, reply, false, FB_BODY_BYTES_MAX),
    TEXT(challenge, challenge, false, FB_BODY_BYTES_MAX),
    TEXT(snoozed_because, snoozed_because, false, FB_BODY_BYTES_MAX),
};
#undef PB
#undef OURS

static bool habit_known(int64_t n)
{
    return n > FB_SOURCE_HABIT_NONE && n < FB_SOURCE_HABIT_END;
}

#define PB   Fairbank__V1__SourceRow
#define OURS struct fb_source_row
static const struct fb_wire_row source_rows[] = {
    TEXT(name, source.name, false, FB_SOURCE_BYTES_MAX),
    SOURCE_ROWS,
    U64(accepted, accepted, false),
    U64(amended, amended, false),
    U64(refused, refused, false),
    U64(conflicts, conflicts, false),
    U64(duplicates, duplicates, false),
    U64(busy, busy, false),
    AMOUNT(last_ms, last_ms),
    U64(bookings, bookings, false),
    U64(with_worker, with_worker, false),
    WORD(habit, habit, false, habit_known),
    AMOUNT(silent_ms, silent_ms),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__Result
#define OURS struct fb_result
static const struct fb_wire_row result_rows[] = {
    WORD(kind, kind, true, fb_wire__query_known),
    WORD(reason, reason, false, fb_wire__reason_known),
    FLAG(more, more),
    U32(after, after),
    TEXT(text, text, false, FB_MESSAGE_BYTES_MAX),
    U32(issue, issue),
    U64(as_of, as_of, false),
};
#undef PB
#undef OURS
enum { EXPLANATION_FIELD = 4, FINDINGS_FIELD = 5, SOURCES_FIELD = 6 };

static void append_explanation(struct fb_writer *w, const struct fb_explanation *e)
{
    Fairbank__V1__Explanation m = FAIRBANK__V1__EXPLANATION__INIT;
    ProtobufCBinaryData line[LINES_MAX];
    struct fb_wire_scratch s;
    s.used = 0;
    fb_assert(e->n_lines <= LINES_MAX);
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(explanation_rows), e, &m);
    for (unsigned i = 0; i < e->n_lines; i++)
        line[i] = fb_wire__bytes(e->line[i]);
    m.n_lines = e->n_lines;
    m.lines = line;
    fb_wire__append(w, EXPLANATION_FIELD, &m.base);
}

static void append_rows(struct fb_writer *w, const struct fb_result *r)
{
    struct fb_wire_scratch s;
    for (unsigned i = 0; i < r->n_findings && !w->bad; i++) {
        Fairbank__V1__FindingRow m = FAIRBANK__V1__FINDING_ROW__INIT;
        s.used = 0;
        fb_wire__write(&s, FB_WIRE_SPAN_ROWS(finding_rows), &r->finding[i], &m);
        fb_wire__append(w, FINDINGS_FIELD, &m.base);
    }
    for (unsigned i = 0; i < r->n_sources && !w->bad; i++) {
        Fairbank__V1__SourceRow m = FAIRBANK__V1__SOURCE_ROW__INIT;
        s.used = 0;
        fb_wire__write(&s, FB_WIRE_SPAN_ROWS(source_rows), &r->source[i], &m);
        fb_wire__append(w, SOURCES_FIELD, &m.base);
    }
}

size_t fb_encode_result(const struct fb_result *r, void *frame, size_t size)
{
    Fairbank__V1__Result m = FAIRBANK__V1__RESULT__INIT;
    struct fb_wire_scratch s;
    struct fb_writer w;
    s.used = 0;
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(result_rows), r, &m);
    fb_wire__frame(&w, frame, size, FB_FRAME_RESULT);
    fb_wire__pack(&w, &m.base);
    if (r->kind == FB_QUERY_STATUS || r->kind == FB_QUERY_ISSUE)
        fb_wire__append_status(&w, &r->status);
    if (r->kind == FB_QUERY_EXPLAIN)
        append_explanation(&w, &r->explanation);
    append_rows(&w, r);
    fb_wire__append_people(&w, r);
    fb_wire__append_batches(&w, r);
    fb_wire__append_month(&w, r);
    fb_wire__append_invoices(&w, r);
    return fb_wire__length(&w);
}

static void read_lines(struct fb_wire_reading *r, const Fairbank__V1__Explanation *m,
                       struct fb_explanation *out)
{
    if (m->n_lines > LINES_MAX) {
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "lines");
        return;
    }
    out->n_lines = (unsigned)m->n_lines;
    for (unsigned i = 0; i < out->n_lines; i++) {
        out->line[i] = (struct fb_span){(const char *)m->lines[i].data, (uint32_t)m->lines[i].len};
        if (!fb_span_is_text(out->line[i]))
            fb_wire__blame(r, FB_REASON_FIELD_TEXT, "lines");
    }
}

static void read_rows(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out)
{
    out->finding = fb_wire__room(r, m->n_findings, sizeof *out->finding);
    out->n_findings = out->finding == NULL ? 0 : (unsigned)m->n_findings;
    for (unsigned i = 0; i < out->n_findings; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(finding_rows), m->findings[i], &out->finding[i]);
    out->source = fb_wire__room(r, m->n_sources, sizeof *out->source);
    out->n_sources = out->source == NULL ? 0 : (unsigned)m->n_sources;
    for (unsigned i = 0; i < out->n_sources; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(source_rows), m->sources[i], &out->source[i]);
}

enum fb_reason fb_decode_result(struct fb_span payload, struct fb_arena *arena, struct fb_result *out)
{
    struct fb_wire_reading r;
    *out = (struct fb_result){0};
    fb_wire__begin(&r, arena, "result");
    const Fairbank__V1__Result *m =
        fb_wire__decode(&r, &fairbank__v1__result__descriptor, payload, FB_WIRE_SPAN_ROWS(result_rows), out);
    if (m == NULL)
        return r.reason;
    if (m->status != NULL)
        fb_wire__read_status(&r, m->status, &out->status);
    if (m->explanation != NULL) {
        fb_wire__read(&r, FB_WIRE_SPAN_ROWS(explanation_rows), m->explanation, &out->explanation);
        read_lines(&r, m->explanation, &out->explanation);
    }
    read_rows(&r, m, out);
    fb_wire__read_people(&r, m, out);
    fb_wire__read_batches(&r, m, out);
    fb_wire__read_month(&r, m, out);
    fb_wire__read_invoices(&r, m, out);
    return r.reason;
}
