#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/row.h"
#include "tests/sim/auditor_bills.h"
#include "tests/sim/auditor_feed.h"
#include <stdlib.h>
#include <string.h>

enum { ROWS_BYTES = 32 << 20 };
struct reading {
    struct auditor *a;
    struct fb_store *store;
    struct fb_arena arena;
    struct fb_span last[AUD_RECORDS_MAX + 1]; /* each subject's last decision */
    struct aud_cells *must;
    struct aud_paid paid;
    struct aud_said said;
    bool all_current;
};

/* Every row of a table; the values stay in the arena. */
static void each_row(struct reading *r, enum fb_table table,
                     void (*row)(struct reading *, struct fb_span key, struct fb_span value))
{
    struct fb_txn *t = NULL;
    struct fb_scan scan;
    fb_assert(fb_store_read(r->store, &t) == FB_OK);
    fb_scan_begin(&scan, t, table, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, &r->arena))
        row(r, scan.key, scan.value);
    fb_scan_end(&scan);
    fb_assert(fb_txn_err(t) == FB_OK);
    fb_txn_abort(&t);
}

static uint64_t count(struct reading *r, enum fb_table table)
{
    struct fb_txn *t = NULL;
    fb_assert(fb_store_read(r->store, &t) == FB_OK);
    uint64_t n = fb_table_rows(t, table);
    fb_txn_abort(&t);
    return n;
}

/* ---- one decision ---- */

static bool same_lines(struct reading *r, const struct aud_held *h, const struct aud_verdict *v,
                       const struct fb_decision *d)
{
    if (v->n_lines != d->n_lines)
        return auditor_differs_at(r->a, h, "lines", v->n_lines, d->n_lines);
    for (unsigned i = 0; i < v->n_lines; i++) {
        const struct fb_line *must = &v->line[i], *found = &d->line[i];
        if (!aud_same_cell(&must->cell, &found->cell))
            return auditor_differs_at(r->a, h, "cell of a line (its place)", i, -1);
        for (unsigned m = 0; m < FB_MEASURES; m++)
            if (must->figures.v[m] != found->figures.v[m])
                return auditor_differs_at(r->a, h, fb_measure_word((enum fb_measure)m), must->figures.v[m],
                                          found->figures.v[m]);
    }
    return true;
}

static const struct fb_finding *find(const struct fb_finding *in, unsigned n, const struct fb_finding *f)
{
    for (unsigned i = 0; i < n; i++)
        if (in[i].rule == f->rule && in[i].detail == f->detail && in[i].severity > FB_SEVERITY_OK_)
            return &in[i];
    return NULL;
}

/* One that cleared is kept with severity ok: its life is held against the feed (auditor_life.c). */
static bool same_findings(struct reading *r, const struct aud_held *h, const struct aud_verdict *v,
                          const struct fb_finding *found, unsigned n)
{
    for (unsigned i = 0; i < v->n_findings; i++)
        if (find(found, n, &v->finding[i]) == NULL)
            return aud_finding_differs(r->a, h, &v->finding[i], "finding", v->finding[i].severity, 0);
    for (unsigned i = 0; i < n; i++) {
        if (found[i].severity <= FB_SEVERITY_OK_)
            continue;
        const struct fb_finding *must = find(v->finding, v->n_findings, &found[i]);
        if (must == NULL)
            return aud_finding_differs(r->a, h, &found[i], "finding", 0, found[i].severity);
        if (must->severity != found[i].severity)
            return aud_finding_differs(r->a, h, &found[i], "severity of finding", must->severity, found[i].severity);
        if (must->pence != found[i].pence)
            return aud_finding_differs(r->a, h, &found[i], "pence of finding", must->pence, found[i].pence);
        if (!aud_answered_same(r->a, h, v, &found[i]))
            return false;
    }
    return true;
}

static bool same_marks(struct reading *r, const struct aud_held *h, const struct aud_verdict *v,
                       const struct fb_decision *d)
{
    if (v->shadow != d->shadow || v->historic != d->historic)
        return auditor_differs_at(r->a, h, "shadow and historic, as bits", v->shadow * 2 + v->historic,
                                  d->shadow * 2 + d->historic);
    if (v->state != d->state)
        return auditor_differs_at(r->a, h, "state", v->state, d->state);
    if (v->basis != d->basis)
        return auditor_differs_at(r->a, h, "basis", v->basis, d->basis);
    if (v->vacancy_end != d->vacancy_end)
        return auditor_differs_at(r->a, h, "end of the vacancy", v->vacancy_end, d->vacancy_end);
    return true;
}

static bool find_decision(struct reading *r, uint32_t number, struct fb_decision_row *row, struct fb_decision *d)
{
    const struct aud_held *h = &r->a->held[number];
    if (r->last[number].p == NULL)
        return auditor_differs_at(r->a, h, "decision", 1, 0);
    if (fb_decision_row_unpack(row, r->last[number]) != FB_OK ||
        fb_decision_unpack(d, row->decision) != FB_OK)
        return auditor_differs_at(r->a, h, "decision that can be read", 1, 0);
    if (d->issue == 0 || d->issue > r->a->n_issues ||
        (r->all_current && !d->joined && h->named != FB_KIND_APPROVAL && h->named != FB_KIND_INVOICE_LINE && d->issue != r->a->current))
        return auditor_differs_at(r->a, h, "issue of the decision", r->a->current, d->issue);
    return true;
}

static bool audit(struct reading *r, uint32_t number, struct aud_verdict *v, const struct fb_decision *d)
{
    const struct aud_held *h = &r->a->held[number];
    bool same = same_marks(r, h, v, d) && same_findings(r, h, v, d->finding, d->n_findings) && same_lines(r, h, v, d);
    for (unsigned i = 0; i < v->n_lines; i++)
        aud_cells_add(r->must, &v->line[i]);
    aud_meet(r->a->met, h, v);
    return same;
}

static struct fb_span findings_row(struct reading *r, uint32_t number)
{
    struct fb_txn *t = NULL;
    struct fb_span value = {NULL, 0};
    struct fb_key key = fb_key_u32(number);
    fb_assert(fb_store_read(r->store, &t) == FB_OK);
    if (fb_find(t, FB_TABLE_FINDINGS, fb_key_span(&key), &r->arena, &value) != FB_OK)
        value = (struct fb_span){NULL, 0};
    fb_txn_abort(&t);
    return value;
}

/* The list of open findings holds the same, and nothing for a shift without any. */
static bool same_open(struct reading *r, uint32_t number, const struct aud_verdict *v,
                      const struct aud_shift *s)
{
    struct fb_findings_row row;
    struct fb_span bytes = findings_row(r, number);
    const struct aud_held *h = &r->a->held[number];
    if (v->n_findings == 0 || bytes.p == NULL)
        return (v->n_findings == 0) == (bytes.p == NULL) ||
               auditor_differs_at(r->a, h, "row of open findings", v->n_findings, bytes.p != NULL);
    if (fb_findings_row_unpack(&row, bytes) != FB_OK)
        return auditor_differs_at(r->a, h, "row of findings that can be read", 1, 0);
    if (!fb_span_eq(row.record_ref, s->member[0]->ref) || row.source != r->a->known_as[s->member[0]->source])
        return auditor_differs_at(r->a, h, "outside name in the list of findings, by source",
                                  r->a->known_as[s->member[0]->source], row.source);
    if (row.trust != s->b.shift.hirer || row.staff_group != s->b.shift.staff_group ||
        row.route != s->b.route || row.shift_day != s->day || row.shadow != v->shadow ||
        row.historic != v->historic)
        return auditor_differs_at(r->a, h, "what the list of findings says of the shift, day", s->day,
                                  row.shift_day);
    return same_findings(r, h, v, row.finding, row.n);
}

static bool same_spent(struct reading *r, uint32_t number, const struct aud_verdict *v, const struct fb_decision *d)
{
    const struct aud_held *h = &r->a->held[number];
    if (d->n_spent != v->n_spent)
        return auditor_differs_at(r->a, h, "approvals with a limit that it takes from", v->n_spent, d->n_spent);
    for (unsigned i = 0; i < d->n_spent; i++) {
        bool found = false;
        for (unsigned k = 0; k < v->n_spent; k++) /* in another order */
            found |= v->spent[k].approval == d->spent[i].approval && v->spent[k].pence == d->spent[i].pence &&
                     v->spent[k].start_min == d->spent[i].start_min && v->spent[k].tie == d->spent[i].tie;
        if (!found)
            return auditor_differs_at(r->a, h, "pence that it takes from an approval, by its number", d->spent[i].approval, d->spent[i].pence);
    }
    r->a->met->spent += d->n_spent;
    return true;
}

static bool audit_booking(struct reading *r, uint32_t number)
{
    static uint32_t group[AUD_RECORDS_MAX];
    struct fb_decision_row row;
    struct fb_decision d;
    struct aud_verdict v = {0};
    struct aud_shift s;
    unsigned n = aud_group(r->a, number, group);
    if (!find_decision(r, number, &row, &d))
        return false;
    uint32_t into = group[0] == number ? 0 : group[0];
    if (row.into != into || d.joined != (into != 0))
        return auditor_differs_at(r->a, &r->a->held[number], "number that the shift is kept under", into,
                                  row.into);
    if (into != 0) {
        unsigned left = d.n_lines + d.n_findings + d.n_counts + d.n_matches;
        if (left > 0)
            return auditor_differs_at(r->a, &r->a->held[number], "lines, findings, counts and bills of a joined booking", 0, left);
        return same_open(r, number, &v, NULL);
    }
    const struct fb_book *now = r->a->issue[r->a->current], *then = r->a->issue[d.issue];
    r->a->met->pairs += n == 2;
    r->a->met->larger += n > 2;
    aud_shift(r->a, now, group, n, &s);
    aud_judge_shift(r->a, now, &s, number, &v);
    fb_code grade = s.cut ? 0 : s.b.shift.grade;
    aud_paid_add(&r->paid, &v, grade);
    if (!audit(r, number, &v, &d) || !aud_counts_same(r->a, &r->a->held[number], number, &d) ||
        !aud_stint_same(r->a, now, &r->a->held[number], number, &d) || !same_spent(r, number, &v, &d) ||
        !aud_bills_same(r->a, number, &v, &d, &r->said) ||
        !aud_sheet_same(r->a, &r->a->held[number], &s, row.sheet.number, row.sheet.journal))
        return false;
    if (d.grade != grade)
        return auditor_differs_at(r->a, &r->a->held[number], "grade of the decision", (int64_t)grade,
                                  (int64_t)d.grade);
    aud_meet_price(r->a->met, &v);
    /* What says the same under the issue that holds now was kept as it was decided: its trace is of that
     * time. Only counters that stand as they did let it be kept. */
    struct aud_verdict as_decided = v;
    r->a->met->kept += d.issue != r->a->current;
    if (d.issue != r->a->current) {
        aud_shift(r->a, then, group, n, &s);
        aud_judge_shift(r->a, then, &s, 0, &as_decided);
        as_decided.bonus_reads = v.bonus_reads;
        for (unsigned i = FB_FACT_COUNTER_1; i <= FB_FACT_COUNTER_8; i++) {
            if (fb_fact_known(&v.facts, (enum fb_fact)i))
                fb_fact_set(&as_decided.facts, (enum fb_fact)i, v.facts.value[i]);
        }
    }
    return aud_same_trace(r->a, &r->a->held[number], then, &as_decided, &d, d.issue != r->a->current) && same_open(r, number, &v, &s);
}

static bool audit_vacancy(struct reading *r, uint32_t number)
{
    struct fb_decision_row row;
    struct fb_decision d;
    struct aud_verdict v;
    if (!find_decision(r, number, &row, &d))
        return false;
    aud_judge_vacancy(r->a, number, &v);
    return audit(r, number, &v, &d) && same_open(r, number, &v, NULL);
}

static bool audit_approval(struct reading *r, uint32_t number)
{
    struct fb_decision_row row;
    struct fb_decision d;
    return find_decision(r, number, &row, &d) && aud_approval_same(r->a, r->a->issue[r->a->current], number, &d);
}

static bool same_open_line(struct reading *r, uint32_t number, const struct aud_verdict *v)
{
    const struct aud_held *h = &r->a->held[number];
    struct aud_shift s = {.n = 1, .member = {h}, .day = h->winner->record.as.invoice_line.from};
    s.b.shift.hirer = h->winner->record.as.invoice_line.hirer;
    return same_open(r, number, v, &s);
}

/* After all shifts: it says what they do. */
static bool audit_line(struct reading *r, uint32_t number)
{
    struct fb_decision_row row;
    struct fb_decision d;
    struct aud_verdict v;
    return find_decision(r, number, &row, &d) && aud_line_same(r->a, r->a->issue[r->a->current], number, &r->said, &d, &v) &&
           audit(r, number, &v, &d) && same_open_line(r, number, &v);
}

static bool audit_lines(struct reading *r)
{
    bool same = true;
    for (uint32_t i = 1; i <= r->a->n_held && same; i++)
        same = r->a->held[i].kind != FB_KIND_INVOICE_LINE || audit_line(r, i);
    return same;
}

/* It went with its batch. */
static bool audit_gone(struct reading *r, uint32_t number)
{
    struct fb_decision_row row;
    struct fb_decision d;
    const struct aud_verdict v = {0};
    const struct aud_held *h = &r->a->held[number];
    r->a->met->gone++;
    if (r->last[number].p == NULL || !find_decision(r, number, &row, &d))
        return r->a->why[0] == 0; /* it was never judged */
    unsigned left = d.n_lines + d.n_counts + d.n_spent + (d.stint.worker != 0) + row.into + row.due_min +
                    (d.kind == FB_KIND_INVOICE_LINE ? d.match[0].end != FB_INVOICE_END_WITHDRAWN : d.n_matches);
    return (left == 0 || auditor_differs_at(r->a, h, "what is left of a record that went with its batch", 0, left)) && same_findings(r, h, &v, d.finding, d.n_findings) && same_open(r, number, &v, NULL);
}

/* ---- the whole store ---- */

static void decision_row(struct reading *r, struct fb_span key, struct fb_span value)
{
    uint32_t subject;
    uint64_t journal;
    fb_assert(fb_key_parse_decision(key, &subject, &journal) == FB_OK && subject <= AUD_RECORDS_MAX);
    r->last[subject] = value;
}

/* What the last decisions take of approvals: of trials nothing. */
static void hear_taken(struct reading *r)
{
    struct fb_decision_row row;
    struct fb_decision d;
    r->a->n_taken = 0;
    for (uint32_t i = 1; i <= r->a->n_held; i++) {
        if (r->last[i].p == NULL || fb_decision_row_unpack(&row, r->last[i]) != FB_OK || fb_decision_unpack(&d, row.decision) != FB_OK)
            continue;
        for (unsigned k = 0; k < d.n_spent && !d.shadow && !d.joined; k++)
            r->a->taken[r->a->n_taken++] = (struct aud_taken){i, d.spent[k]};
    }
}

static void refused_row(struct reading *r, struct fb_span key, struct fb_span value)
{
    struct fb_refused_row row;
    uint64_t journal;
    fb_assert(fb_key_parse_u64(key, &journal) == FB_OK && fb_refused_row_unpack(&row, value) == FB_OK);
    for (unsigned i = 0; i < r->a->n_refusals; i++) {
        const struct aud_refusal *must = &r->a->refusal[i];
        if (must->journal == journal && must->reason == row.reason && must->earlier == row.earlier)
            return;
    }
    (void)auditor_differs(r->a, "a refusal that was kept and is none, at journal", 0, (int64_t)journal);
}

static bool same_counts(struct reading *r)
{
    struct auditor *a = r->a;
    each_row(r, FB_TABLE_REFUSED, refused_row);
    if (a->why[0] != 0)
        return false;
    if (count(r, FB_TABLE_REFUSED) != a->n_refusals)
        return auditor_differs(a, "refusals kept", a->n_refusals, (int64_t)count(r, FB_TABLE_REFUSED));
    if (count(r, FB_TABLE_JOURNAL) != a->journal)
        return auditor_differs(a, "journal entries", (int64_t)a->journal,
                               (int64_t)count(r, FB_TABLE_JOURNAL));
    if (count(r, FB_TABLE_IDS) != a->n_versions)
        return auditor_differs(a, "accepted messages", a->n_versions, (int64_t)count(r, FB_TABLE_IDS));
    if (count(r, FB_TABLE_PERIODS) != a->n_closes)
        return auditor_differs(a, "months closed", a->n_closes, (int64_t)count(r, FB_TABLE_PERIODS));
    if (count(r, FB_TABLE_TODO) != 0)
        return auditor_differs(a, "left to do", 0, (int64_t)count(r, FB_TABLE_TODO));
    return true;
}

bool auditor_store(struct auditor *a, struct fb_store *store, bool all_current)
{
    struct reading *r = calloc(1, sizeof *r);
    void *memory = malloc(ROWS_BYTES);
    fb_assert(r != NULL && memory != NULL);
    r->a = a;
    r->must = aud_cells_open();
    r->store = store;
    r->all_current = all_current;
    fb_arena_init(&r->arena, memory, ROWS_BYTES);
    aud_counts_forget(a);
    aud_diary_forget(a);
    bool same = same_counts(r);
    each_row(r, FB_TABLE_DECISIONS, decision_row);
    hear_taken(r);
    for (uint32_t i = 1; i <= a->n_held && same; i++) {
        if (a->held[i].kind == FB_KIND_NONE)
            same = audit_gone(r, i);
        else if (a->held[i].kind == FB_KIND_BOOKING)
            same = audit_booking(r, i);
        else if (a->held[i].kind == FB_KIND_VACANCY)
            same = audit_vacancy(r, i);
        else if (a->held[i].kind == FB_KIND_APPROVAL)
            same = audit_approval(r, i);
        else if (r->last[i].p != NULL && a->held[i].kind != FB_KIND_INVOICE_LINE)
            same = auditor_differs_at(a, &a->held[i], "decision", 0, 1);
    }
    same = same && audit_lines(r) && aud_totals_same(a, store, r->must) && aud_paid_same(a, store, &r->paid);
    fb_arena_release(&r->arena);
    free(memory);
    aud_cells_close(r->must);
    free(r);
    return same;
}
