#include "engine/wire/result.h"

/* What a result tells of exceptions, of who asked about workers, and of one worker. */
#define PB   Fairbank__V1__ApprovalRow
#define OURS struct fb_approval_row
static const struct fb_wire_row approval_rows[] = {
    U32(record, record),
    CODE(trust, trust, false),
    TEXT(end, end, false, FB_TEXT_BYTES_MAX),
    TEXT(rules, rules, false, FB_BODY_BYTES_MAX),
    TEXT(about, about, false, FB_BODY_BYTES_MAX),
    TEXT(asked_by, asked_by, false, FB_ID_BYTES_MAX),
    TEXT(granted_by, granted_by, false, FB_ID_BYTES_MAX),
    TEXT(recorded_by, recorded_by, false, FB_ID_BYTES_MAX),
    TEXT(when, when, false, FB_TEXT_BYTES_MAX),
    INSTANT(granted_ms, granted_ms, false),
    NUMBER(limit_pence, limit_pence, false, 0, FB_AMOUNT_PENCE_MAX),
    AMOUNT(spent_pence, spent_pence),
    DAY(from, from, false, 0),
    DAY(until, until, false, 0),
    TEXT(reason, reason, false, FB_TEXT_BYTES_MAX),
    TEXT(why, why, false, FB_BODY_BYTES_MAX),
    INSTANT(deadline_ms, deadline_ms, false),
    TEXT(reference, reference, false, FB_ID_BYTES_MAX),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__ApprovalMonth
#define OURS struct fb_approval_month
static const struct fb_wire_row month_rows[] = {
    CODE(trust, trust, false),
    DAY(month, month, false, 0),
    U64(before_booking, before_booking, false),
    U64(before_start, before_start, false),
    U64(retrospective, retrospective, false),
    U64(of_classes, of_classes, false),
    U64(provisional, provisional, false),
    U64(lapsed, lapsed, false),
    NUMBER(budget, budget, false, 0, INT64_MAX),
    DAY(dry_on, dry_on, false, 0),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__AuditRow
#define OURS struct fb_audit_row
static const struct fb_wire_row audit_rows[] = {
    U64(seq, seq, false),
    AMOUNT(at_ms, at_ms),
    TEXT(asker, asker.identity, false, FB_ID_BYTES_MAX),
    WORD(as, asker.as, false, fb_wire__as_known),
    CODE(as_trust, asker.trust, false),
    WORD_U8(query, query, fb_wire__query_known),
    U32(worker, worker),
    U32(record, record),
};
#undef PB
#undef OURS
enum { APPROVALS_FIELD = 11, MONTHS_FIELD = 12, AUDIT_FIELD = 13, LINES_FIELD = 14 };

/* Rows that were begun with {0}: 1970 is no moment that anybody means, nor is a limit of nought one. */
static int64_t none_if_nought(int64_t v)
{
    return v == 0 ? FB_ABSENT : v;
}

static void append_approval(struct fb_writer *w, const struct fb_approval_row *row)
{
    Fairbank__V1__ApprovalRow m = FAIRBANK__V1__APPROVAL_ROW__INIT;
    struct fb_approval_row sent = *row;
    struct fb_wire_scratch s;
    s.used = 0;
    sent.granted_ms = none_if_nought(sent.granted_ms);
    sent.limit_pence = none_if_nought(sent.limit_pence);
    sent.deadline_ms = none_if_nought(sent.deadline_ms);
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(approval_rows), &sent, &m);
    fb_wire__append(w, APPROVALS_FIELD, &m.base);
}

static void append_month(struct fb_writer *w, const struct fb_approval_month *row)
{
    Fairbank__V1__ApprovalMonth m = FAIRBANK__V1__APPROVAL_MONTH__INIT;
    struct fb_wire_scratch s;
    s.used = 0;
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(month_rows), row, &m);
    fb_wire__append(w, MONTHS_FIELD, &m.base);
}

static void append_audit(struct fb_writer *w, const struct fb_audit_row *row)
{
    Fairbank__V1__AuditRow m = FAIRBANK__V1__AUDIT_ROW__INIT;
    struct fb_wire_scratch s;
    s.used = 0;
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(audit_rows), row, &m);
    fb_wire__append(w, AUDIT_FIELD, &m.base);
}

void fb_wire__append_people(struct fb_writer *w, const struct fb_result *r)
{
    enum { LENGTH_DELIMITED = 2 };
    for (unsigned i = 0; i < r->n_approvals && !w->bad; i++)
        append_approval(w, &r->approval[i]);
    for (unsigned i = 0; i < r->n_approval_months && !w->bad; i++)
        append_month(w, &r->approval_month[i]);
    for (unsigned i = 0; i < r->n_audit && !w->bad; i++)
        append_audit(w, &r->audit[i]);
    for (unsigned i = 0; i < r->n_lines && !w->bad; i++) {
        fb_put_varint(w, LINES_FIELD << 3 | LENGTH_DELIMITED);
        fb_put_span(w, r->line[i]);
    }
}

static void read_lines(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out)
{
    out->line = fb_wire__room(r, m->n_lines, sizeof *out->line);
    out->n_lines = out->line == NULL ? 0 : (unsigned)m->n_lines;
    for (unsigned i = 0; i < out->n_lines; i++) {
        out->line[i] = (struct fb_span){(const char *)m->lines[i].data, (uint32_t)m->lines[i].len};
        if (!fb_span_is_text(out->line[i]))
            fb_wire__blame(r, FB_REASON_FIELD_TEXT, "lines");
    }
}

void fb_wire__read_people(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out)
{
    out->approval = fb_wire__room(r, m->n_approvals, sizeof *out->approval);
    out->n_approvals = out->approval == NULL ? 0 : (unsigned)m->n_approvals;
    for (unsigned i = 0; i < out->n_approvals; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(approval_rows), m->approvals[i], &out->approval[i]);
    out->approval_month = fb_wire__room(r, m->n_approval_months, sizeof *out->approval_month);
    out->n_approval_months = out->approval_month == NULL ? 0 : (unsigned)m->n_approval_months;
    for (unsigned i = 0; i < out->n_approval_months; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(month_rows), m->approval_months[i], &out->approval_month[i]);
    out->audit = fb_wire__room(r, m->n_audit, sizeof *out->audit);
    out->n_audit = out->audit == NULL ? 0 : (unsigned)m->n_audit;
    for (unsigned i = 0; i < out->n_audit; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(audit_rows), m->audit[i], &out->audit[i]);
    read_lines(r, m, out);
}
