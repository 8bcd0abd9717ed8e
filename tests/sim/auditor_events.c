#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/row.h"
#include "tests/sim/auditor_bills.h"
#include "tests/sim/auditor_ceilings.h"
#include "tests/sim/auditor_feed.h"
#include "tests/sim/auditor_sent.h"
#include <stdlib.h>
#include <string.h>

/* What a reader who has nothing but the feed would believe, kept event by event, against what stands in the
 * store. */
enum { SUMS_MAX = 8192, ARENA = 1 << 20 };
struct sum {
    struct fb_cell cell; /* without the ICS, which events do not carry */
    fb_day posted;
    uint8_t measure;
    int64_t told, told_minutes, held, held_minutes;
};
struct believing {
    struct auditor *a;
    uint64_t n;
    int64_t at_ms;
    uint64_t journal;
    unsigned n_sums, conflicts, issues, scheduled, withdrawn, forgotten;
    struct aud_closed closed;
    struct fb_posting_place place; /* of the totals at hand, and its last row so far */
    struct fb_figures known;
    struct sum sum[SUMS_MAX];
    struct aud_outside outside;
    struct aud_told *told;
    struct aud_spending *spending;
    struct aud_lives *lives;
    struct {
        struct fb_decision d;
        uint64_t journal;
    } before; /* of the subject at hand */
    struct fb_decision last; /* the last of it */
    struct {
        bool assessed;
        int64_t pence, minutes;
        enum fb_event_kind vacancy;
        uint8_t approval_end;
        struct aud_line_told line;
    } of[AUD_RECORDS_MAX + 1];
};

static void wrong(struct believing *b, const char *what, int64_t expected, int64_t found)
{
    (void)auditor_differs(b->a, what, expected, found);
}

/* ---- spend ---- */

static struct sum *sum_of(struct believing *b, const struct fb_cell *cell, fb_day posted, uint8_t measure)
{
    for (unsigned i = 0; i < b->n_sums; i++) {
        struct sum *s = &b->sum[i];
        if (s->measure == measure && s->posted == posted && s->cell.week == cell->week &&
            s->cell.hirer == cell->hirer && s->cell.stage == cell->stage &&
            s->cell.staff_group == cell->staff_group && s->cell.route == cell->route &&
            s->cell.shadow == cell->shadow)
            return s;
    }
    fb_assert(b->n_sums < SUMS_MAX);
    b->sum[b->n_sums] = (struct sum){.cell = *cell, .posted = posted, .measure = measure};
    return &b->sum[b->n_sums++];
}

static void hear_spend(struct believing *b, const struct fb_event *e)
{
    aud_check_posted(b->a, &b->closed, e);
    aud_hear_of_rules(b->told, e);
    struct fb_cell cell = {.week = e->shift_day - (e->shift_day + 3) % 7,
                           .hirer = e->trust,
                           .staff_group = e->staff_group,
                           .route = e->route,
                           .stage = e->stage,
                           .shadow = e->shadow};
    struct sum *s = sum_of(b, &cell, e->posted, e->detail);
    s->told += e->delta_pence;
    s->told_minutes += e->minutes;
}

/* Of each place the last row stands. */
static void hold_place(struct believing *b)
{
    const struct fb_cell *cell = &b->place.cell;
    const struct fb_figures *f = &b->known;
    fb_day posted = b->place.posted;
    if (cell->stage < FB_STAGE_COMMITTED || cell->stage > FB_STAGE_PAID)
        return; /* demand; and the latest repeats one of the others */
    struct sum *s = sum_of(b, cell, posted, FB_MEASURE_PENCE);
    s->held += f->v[FB_MEASURE_PENCE];
    s->held_minutes += f->v[FB_MEASURE_MINUTES];
    sum_of(b, cell, posted, FB_MEASURE_CANCEL_CHARGE)->held += f->v[FB_MEASURE_CANCEL_CHARGE];
    sum_of(b, cell, posted, FB_MEASURE_BONUS)->held += f->v[FB_MEASURE_BONUS];
}

/* ---- each event ---- */

static void hear_assessed(struct believing *b, const struct fb_event *e)
{
    b->of[e->subject].assessed = true;
    b->of[e->subject].pence = e->pence;
    b->of[e->subject].minutes = e->minutes;
}

/* One event when that changes, and none when it does not. */
static void hear_approval(struct believing *b, const struct fb_event *e)
{
    if (e->detail == 0 || e->detail >= FB_APPROVAL_END_END || e->detail == b->of[e->subject].approval_end)
        wrong(b, "end of an approval that is told, of subject", b->of[e->subject].approval_end, e->subject);
    b->of[e->subject].approval_end = e->detail;
}

static void hear(struct believing *b, const struct fb_event *e)
{
    switch (e->kind) {
    case FB_EVENT_VACANCY_OPENED:
    case FB_EVENT_VACANCY_FILLED:
    case FB_EVENT_VACANCY_UNFILLED:
    case FB_EVENT_VACANCY_WITHDRAWN:
    case FB_EVENT_VACANCY_COVERED:
        b->of[e->subject].vacancy = e->kind;
        break;
    case FB_EVENT_BOOKING_ASSESSED:
        hear_assessed(b, e);
        break;
    case FB_EVENT_SPEND_POSTED:
        hear_spend(b, e);
        break;
    case FB_EVENT_RATECAP_BREACHED:
    case FB_EVENT_RATECAP_OVER_ESTIMATE:
    case FB_EVENT_RATE_OFF_CARD:
    case FB_EVENT_ASSURANCE_FINDING:
    case FB_EVENT_WORKINGTIME_BREACHED:
    case FB_EVENT_BOOKING_OVERLAP:
    case FB_EVENT_BOOKING_DUPLICATE_SUSPECT:
    case FB_EVENT_FINDING_CHANGED:
    case FB_EVENT_FINDING_CLEARED:
    case FB_EVENT_FINDING_REOPENED:
    case FB_EVENT_INVOICE_UNMATCHED:
    case FB_EVENT_INVOICE_DUPLICATE:
    case FB_EVENT_INVOICE_OVERCHARGED:
        aud_hear_life(b->lives, e);
        aud_hear_line_finding(b->a, &b->of[e->subject].line, e);
        break;
    case FB_EVENT_FINDING_ANSWERED:
    case FB_EVENT_FINDING_UNANSWERED:
        aud_hear_answer(b->lives, e);
        break;
    case FB_EVENT_FINDING_ACKNOWLEDGED:
        aud_hear_step(b->lives, e, FB_STEP_ACKNOWLEDGE);
        break;
    case FB_EVENT_FINDING_ASSIGNED:
        aud_hear_step(b->lives, e, FB_STEP_ASSIGN);
        break;
    case FB_EVENT_FINDING_NOTED:
        aud_hear_step(b->lives, e, FB_STEP_NOTE);
        break;
    case FB_EVENT_FINDING_SNOOZED:
        aud_hear_step(b->lives, e, FB_STEP_SNOOZE);
        break;
    case FB_EVENT_FINDING_REPLIED:
        aud_hear_step(b->lives, e, FB_STEP_REPLY);
        break;
    case FB_EVENT_FINDING_CHALLENGED:
        aud_hear_step(b->lives, e, FB_STEP_CHALLENGE);
        break;
    case FB_EVENT_FINDING_CLOSED:
        aud_hear_step(b->lives, e, FB_STEP_CLOSE);
        break;
    case FB_EVENT_FINDING_WOKEN:
        break;
    case FB_EVENT_APPROVAL_ASKED:
    case FB_EVENT_APPROVAL_GRANTED:
    case FB_EVENT_APPROVAL_CONFIRMED:
    case FB_EVENT_APPROVAL_REFUSED:
    case FB_EVENT_APPROVAL_WITHDRAWN:
    case FB_EVENT_APPROVAL_LAPSED:
    case FB_EVENT_APPROVAL_EXPIRED:
    case FB_EVENT_APPROVAL_EXHAUSTED:
    case FB_EVENT_APPROVAL_INVALID:
        hear_approval(b, e);
        break;
    case FB_EVENT_APPROVAL_BUDGET:
        b->a->met->budgets++;
        break;
    case FB_EVENT_CEILING_PASSED:
    case FB_EVENT_CEILING_CLEARED:
        break; /* aud_hear_spending */
    case FB_EVENT_WORKER_FORGOTTEN:
        b->forgotten++;
        break;
    case FB_EVENT_RULES_ISSUED:
        b->issues++;
        break;
    case FB_EVENT_RECORD_CONFLICT:
        b->conflicts++;
        break;
    case FB_EVENT_PERIOD_CLOSED:
        aud_hear_closed(b->a, &b->closed, e);
        break;
    case FB_EVENT_RULES_SCHEDULED:
        b->scheduled++;
        break;
    case FB_EVENT_RULES_WITHDRAWN:
        b->withdrawn++;
        break;
    case FB_EVENT_RATE_REPRICED:
        aud_hear_of_rules(b->told, e);
        break;
    case FB_EVENT_RATE_DRIFT:
        aud_hear_drift(b->a, &b->outside, e);
        break;
    case FB_EVENT_SOURCE_SILENT:
        aud_hear_silence(b->a, e);
        break;
    case FB_EVENT_RECEIPT_ISSUED:
        aud_hear_receipt(b->a, e);
        break;
    case FB_EVENT_INVOICE_MATCHED:
    case FB_EVENT_INVOICE_DISPUTED:
        aud_hear_line(b->a, &b->of[e->subject].line, e);
        break;
    case FB_EVENT_BATCH_WITHDRAWN:
        aud_hear_batch(b->a, e);
        break;
    case FB_EVENT_BONUS_EARNED:
        aud_hear_bonus(b->told, e);
        break;
    case FB_EVENT_NONE:
    case FB_EVENT_END:
        wrong(b, "kind of an event", 1, e->kind);
        break;
    }
}

/* The sequence has no gaps, and neither instants nor journal numbers go back. */
static void take(struct believing *b, struct fb_span key, struct fb_span value)
{
    struct fb_event e;
    uint64_t seq = 0;
    if (fb_key_parse_u64(key, &seq) != FB_OK || seq != b->n + 1 || fb_event_unpack(&e, value) != FB_OK) {
        wrong(b, "sequence number of an event", (int64_t)b->n + 1, (int64_t)seq);
        return;
    }
    b->n = seq;
    if (e.at_ms < b->at_ms || e.journal < b->journal || e.journal > b->a->journal || e.subject > b->a->n_held)
        wrong(b, "an event's order, at", (int64_t)b->journal, (int64_t)e.journal);
    b->at_ms = e.at_ms;
    b->journal = e.journal;
    aud_hear_spending(b->a, b->spending, &e);
    if (e.subject <= b->a->n_held)
        hear(b, &e);
}

/* ---- what stands ---- */

static void hold_findings(struct believing *b, struct fb_span key, struct fb_span value)
{
    struct fb_findings_row row;
    uint32_t subject = 0;
    if (fb_key_parse_u32(key, &subject) != FB_OK || fb_findings_row_unpack(&row, value) != FB_OK)
        return; /* auditor_store says so */
    for (unsigned i = 0; i < row.n; i++)
        aud_hold_bonus(b->told, subject, &row.finding[i], row.shadow || row.historic);
}

static void hold_totals(struct believing *b, struct fb_span key, struct fb_span value)
{
    struct fb_posting_place place;
    struct fb_figures f;
    fb_day known;
    if (fb_key_parse_total(key, &place, &known) != FB_OK || fb_figures_unpack(&f, value) != FB_OK)
        return;
    if (!aud_same_cell(&place.cell, &b->place.cell) || place.posted != b->place.posted ||
        place.cause != b->place.cause)
        hold_place(b);
    b->place = place;
    b->known = f;
}

static enum fb_event_kind event_of(unsigned end)
{
    static const enum fb_event_kind kinds[FB_VACANCY_END_END] = {
        [FB_VACANCY_END_OPEN] = FB_EVENT_VACANCY_OPENED,
        [FB_VACANCY_END_FILLED] = FB_EVENT_VACANCY_FILLED,
        [FB_VACANCY_END_UNFILLED] = FB_EVENT_VACANCY_UNFILLED,
        [FB_VACANCY_END_WITHDRAWN] = FB_EVENT_VACANCY_WITHDRAWN,
        [FB_VACANCY_END_COVERED] = FB_EVENT_VACANCY_COVERED};
    return end < FB_VACANCY_END_END ? kinds[end] : FB_EVENT_NONE;
}

/* Rows come in the order of journal numbers: the last one of a subject stands, and overwrites what was said
 * before. */
static void hold_decision(struct believing *b, struct fb_span key, struct fb_span value, int64_t pence[2],
                          uint32_t *subject, bool *joined)
{
    struct fb_decision_row row;
    struct fb_decision d;
    uint64_t journal;
    uint32_t of = *subject;
    if (fb_key_parse_decision(key, subject, &journal) != FB_OK ||
        fb_decision_row_unpack(&row, value) != FB_OK || fb_decision_unpack(&d, row.decision) != FB_OK)
        return;
    if (of == *subject)
        aud_hold_pair(b->told, of, &b->before.d, b->before.journal, &d, journal);
    b->before.d = d;
    b->before.journal = journal;
    pence[0] = pence[1] = 0;
    *joined = d.joined;
    b->last = d;
    for (unsigned i = 0; i < d.n_lines; i++)
        if (d.line[i].cell.stage == FB_STAGE_LATEST) {
            pence[0] = d.line[i].figures.v[FB_MEASURE_PENCE];
            pence[1] = d.line[i].figures.v[FB_MEASURE_MINUTES];
        }
    *joined |= d.kind == FB_KIND_INVOICE_LINE;
    if (d.kind == FB_KIND_APPROVAL) {
        *joined = true;
        if (b->of[*subject].approval_end != d.approval_end)
            pence[0] = -2; /* the same */
    }
    if (d.kind == FB_KIND_VACANCY) {
        *joined = true;
        if (b->of[*subject].vacancy != event_of(d.vacancy_end))
            pence[0] = -1; /* wrong, unless a later row says otherwise */
    }
}

static void check_subject(struct believing *b, uint32_t subject, bool joined, const int64_t pence[2])
{
    for (unsigned i = 0; subject != 0 && i < b->last.n_findings; i++)
        aud_hold_life(b->lives, subject, &b->last.finding[i], b->last.shadow || b->last.historic);
    if (subject != 0 && b->last.kind == FB_KIND_INVOICE_LINE && b->last.n_matches == 1)
        aud_hold_line(b->a, &b->of[subject].line, subject, &b->last);
    bool vacancy = subject != 0 && b->a->held[subject].named == FB_KIND_VACANCY;
    if (vacancy && pence[0] < 0)
        wrong(b, "end of a vacancy as the feed told it, of subject", -1, subject);
    if (subject != 0 && b->a->held[subject].named == FB_KIND_APPROVAL && pence[0] < 0)
        wrong(b, "what has become of an approval as the feed told it, of subject", b->of[subject].approval_end, subject);
    if (subject == 0 || vacancy || joined)
        return;
    if (!b->of[subject].assessed || b->of[subject].pence != pence[0] || b->of[subject].minutes != pence[1])
        wrong(b, "latest pence as booking.assessed told them", pence[0], b->of[subject].pence);
}

static void check_decisions(struct believing *b, struct fb_txn *t, struct fb_arena *arena)
{
    struct fb_scan scan;
    uint32_t subject = 0, next = 0;
    bool joined = false;
    int64_t pence[2] = {0, 0};
    fb_scan_begin(&scan, t, FB_TABLE_DECISIONS, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, arena)) {
        uint64_t journal;
        fb_assert(fb_key_parse_decision(scan.key, &next, &journal) == FB_OK);
        if (next != subject)
            check_subject(b, subject, joined, pence);
        hold_decision(b, scan.key, scan.value, pence, &subject, &joined);
        fb_arena_reset(arena);
    }
    check_subject(b, subject, joined, pence);
    fb_scan_end(&scan);
}

static void each_row(struct believing *b, struct fb_txn *t, enum fb_table table, struct fb_arena *arena,
                     void (*row)(struct believing *, struct fb_span, struct fb_span))
{
    struct fb_scan scan;
    fb_scan_begin(&scan, t, table, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, arena)) {
        row(b, scan.key, scan.value);
        fb_arena_reset(arena);
    }
    fb_scan_end(&scan);
}

static void compare(struct believing *b)
{
    aud_told_compare(b->told);
    aud_spending_compare(b->a, b->spending);
    aud_lives_compare(b->lives);
    if (b->forgotten != b->a->n_forgotten)
        wrong(b, "worker.forgotten events", b->a->n_forgotten, b->forgotten);
    for (unsigned i = 0; i < b->n_sums; i++) {
        if (b->sum[i].told != b->sum[i].held)
            wrong(b, "sum of spend.posted against the totals, in pence", b->sum[i].held, b->sum[i].told);
        if (b->sum[i].told_minutes != b->sum[i].held_minutes)
            wrong(b, "sum of spend.posted against the totals, in minutes", b->sum[i].held_minutes,
                  b->sum[i].told_minutes);
    }
    unsigned statements = 0;
    for (unsigned i = 0; i < b->a->n_days; i++)
        for (unsigned s = 0; s < SIM_SOURCES - 1; s++)
            statements += b->a->day[i].step->known >> s & 1;
    if (b->a->n_stated != statements)
        wrong(b, "receipt.issued events", statements, b->a->n_stated);
    if (b->a->n_told != b->a->n_asked)
        wrong(b, "batch.withdrawn events", b->a->n_asked, b->a->n_told);
    if (b->conflicts != b->a->n_conflicts)
        wrong(b, "record.conflict events", b->a->n_conflicts, b->conflicts);
    if (b->closed.n != b->a->n_closes)
        wrong(b, "period.closed events", b->a->n_closes, b->closed.n);
    unsigned issued = b->a->n_issues - auditor_waiting(b->a) - b->a->n_withdrawn;
    if (b->issues != issued)
        wrong(b, "rules.issued events", issued, b->issues);
    if (b->withdrawn != b->a->n_withdrawn)
        wrong(b, "rules.withdrawn events", b->a->n_withdrawn, b->withdrawn);
    if (b->scheduled != b->a->n_scheduled)
        wrong(b, "rules.scheduled events", b->a->n_scheduled, b->scheduled);
}

bool auditor_events(struct auditor *a, struct fb_store *store)
{
    struct believing *b = calloc(1, sizeof *b);
    void *memory = malloc(ARENA);
    struct fb_arena arena;
    struct fb_txn *t = NULL;
    fb_assert(b != NULL && memory != NULL);
    b->a = a;
    b->told = aud_told_open(a);
    b->spending = aud_spending_open();
    b->at_ms = INT64_MIN;
    a->n_told = a->n_stated = a->n_days = 0;
    for (unsigned s = 0; s < SIM_SOURCES; s++)
        a->silent_ms[s] = FB_ABSENT;
    fb_arena_init(&arena, memory, ARENA);
    fb_assert(fb_store_read(store, &t) == FB_OK);
    b->lives = aud_lives_open(a, t, &arena);
    each_row(b, t, FB_TABLE_EVENTS, &arena, take);
    each_row(b, t, FB_TABLE_FINDINGS, &arena, hold_findings);
    each_row(b, t, FB_TABLE_TOTALS, &arena, hold_totals);
    hold_place(b);
    check_decisions(b, t, &arena);
    fb_txn_abort(&t);
    compare(b);
    fb_arena_release(&arena);
    free(memory);
    aud_told_close(b->told);
    aud_spending_close(b->spending);
    aud_lives_close(b->lives);
    free(b);
    return a->why[0] == 0;
}
