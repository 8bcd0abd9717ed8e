#include "engine/base/check.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/wire/wire.h"
#include "tests/fuzz/sequence.h"
#include "tests/lib/ports.h"
#include "tests/sim/auditor_sent.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECODED_BYTES = 4 << 20, STEPS_MAX = 4000 };
static struct sim_rules rules;
static struct sim_met met;
static struct fb_turn_ports ports;
static unsigned char *decoded;

/* ---- books: read once for all inputs ---- */

static bool same_files(const struct sim_issue *issue, const struct fb_turn_file *file, unsigned n)
{
    bool same = issue->files.n == n;
    for (unsigned i = 0; i < n && same; i++)
        same = fb_span_eq(issue->list[i].pack, file[i].pack) && fb_span_eq(issue->list[i].path, file[i].path) &&
               fb_span_eq(issue->list[i].bytes, file[i].bytes);
    return same;
}

/* Reading packs takes as long as fifty inputs. Turn writes a number into its book and nothing else, so a copy of the auditor's shares
 * all the rest. */
static struct fb_book *copy_book(const struct fb_book *of)
{
    struct fb_book *book = malloc(sizeof *book);
    fb_assert(book != NULL);
    *book = *of;
    return book;
}

static struct fb_book *compile(void *ctx, const struct fb_turn_file *file, unsigned n)
{
    (void)ctx;
    for (unsigned i = 0; i < SIM_ISSUES; i++)
        if (same_files(&rules.issue[i], file, n))
            return copy_book(rules.issue[i].book);
    return NULL;
}

static void release(void *ctx, struct fb_book *book)
{
    (void)ctx;
    free(book);
}

static void read_rules(void)
{
    if (decoded != NULL)
        return;
    decoded = malloc(DECODED_BYTES);
    fb_assert(decoded != NULL);
    sim_rules_open(&rules);
    for (unsigned i = 0; i < SIM_ISSUES; i++)
        sim_met_rules(&met, rules.issue[i].book);
    ports = *fb_test_ports();
    ports.compile = compile;
    ports.release = release;
}

/* ---- what must never be ---- */

void seq_must(struct seq *q, bool good, const char *what)
{
    if (good && q->a->why[0] == '\0')
        return;
    fprintf(stderr, "after message %u: %s%s%s\n", q->heard, what, q->a->why[0] != '\0' ? ": " : "", q->a->why);
    abort();
}

static uint64_t journal_of(struct seq *q)
{
    struct fb_turn_stats s;
    fb_turn_stats(q->turn, &s);
    return s.journal;
}

void seq_same_journal(struct seq *q, const char *what)
{
    seq_must(q, journal_of(q) == q->a->journal, what);
}

static void open_turn(struct seq *q)
{
    struct fb_turn_stats s;
    const char *why = "";
    enum fb_err e = fb_turn_open(&q->turn, q->store, &ports, NULL, &why);
    seq_must(q, e == FB_OK, why != NULL ? why : "the store could not be opened");
    seq_must(q, journal_of(q) == q->a->journal, "the journal is not what was answered");
    fb_turn_stats(q->turn, &s);
    fb_turn_listen(q->turn);
    auditor_opened(q->a, s.last_ms);
}

bool seq_failed(struct seq *q, enum fb_err e)
{
    bool faulty = q->faults.fail_put_at != 0 || q->faults.fail_commit_at != 0 || q->faults.fail_alloc_at != 0;
    if (!faulty || (e != FB_IO && e != FB_FULL))
        return false;
    q->faults = (struct fb_faults){0};
    q->failures++;
    fb_turn_close(&q->turn);
    fb_store_power_cut(q->store);
    open_turn(q);
    return true;
}

void seq_reopen(struct seq *q, bool power_cut)
{
    struct fb_turn_stats before, after;
    q->faults = (struct fb_faults){0};
    fb_turn_stats(q->turn, &before);
    fb_turn_close(&q->turn);
    if (power_cut)
        fb_store_power_cut(q->store);
    open_turn(q);
    fb_turn_stats(q->turn, &after);
    seq_must(q, before.events == after.events && before.messages == after.messages && before.records == after.records &&
                before.bookings == after.bookings && before.todo == after.todo && before.issue == after.issue &&
                before.waiting == after.waiting && before.to_reprice == after.to_reprice, "figures after opening again");
}

/* ---- one input's engine ---- */

void seq_open(struct seq *q, uint64_t seed)
{
    read_rules();
    memset(q, 0, sizeof *q);
    sim_world_open(&q->w, &rules, seed);
    q->a = calloc(1, sizeof *q->a);
    fb_assert(q->a != NULL && fb_store_open_memory(&q->store, &q->faults) == FB_OK);
    q->a->w = &q->w; /* as auditor_init does, of memory that is nought already */
    q->a->met = &met;
    q->a->listening_ms = INT64_MAX;
    q->now_ms = q->w.first_ms;
    sim_known_open(&q->known, q->store);
    open_turn(q);
    for (unsigned s = 0; s < SIM_SOURCES; s++)
        seq_hello(q, s, q->w.source[s].window);
}

void seq_close(struct seq *q)
{
    fb_turn_close(&q->turn);
    sim_known_close(&q->known);
    fb_store_close(&q->store);
    aud_counts_forget(q->a);
    aud_diary_forget(q->a);
    free(q->a);
    sim_world_close(&q->w);
}

const struct fb_turn_ports *seq_ports(void)
{
    return &ports;
}

/* ---- messages ---- */

/* What the loop thread does with a frame. */
static void decode(struct seq *q, const struct sim_message *m, struct fb_arena *arena, struct fb_record *record, struct fb_input *in)
{
    enum fb_frame_kind kind;
    struct fb_span payload, body = {NULL, 0};
    const char *field = NULL;
    fb_assert(fb_frame_open(m->frame, &kind, &payload) == FB_REASON_NONE);
    enum fb_reason reason = fb_decode_publish(payload, arena, record, &body, &field);
    *in = (struct fb_input){.body = body, .source = q->source[m->source], .refused = reason};
    if (reason == FB_REASON_NONE) {
        in->record = record;
        return;
    }
    in->env = record->env;
    in->unopened = body.p == NULL; /* as the door says it */
    in->body = in->unopened ? payload : body;
    if (field != NULL)
        in->field = fb_span_of(field);
}

void seq_flush(struct seq *q)
{
    static struct fb_record record[SEQ_BATCH_MAX];
    struct fb_input input[SEQ_BATCH_MAX];
    struct fb_answer answer[SEQ_BATCH_MAX];
    struct fb_turn_stats s;
    struct fb_arena arena;
    while (q->heard < q->n) {
        unsigned n = q->n - q->heard < SEQ_BATCH_MAX ? q->n - q->heard : SEQ_BATCH_MAX;
        fb_arena_init(&arena, decoded, DECODED_BYTES);
        memset(record, 0, sizeof record);
        for (unsigned i = 0; i < n; i++)
            decode(q, &q->message[q->heard + i], &arena, &record[i], &input[i]);
        enum fb_err e = fb_turn_run(q->turn, input, n, q->now_ms, answer);
        fb_arena_release(&arena);
        if (seq_failed(q, e))
            continue;
        seq_must(q, e == FB_OK, "a batch was not taken");
        fb_turn_stats(q->turn, &s);
        q->a->at_ms = s.last_ms;
        for (unsigned i = 0; i < n; i++, q->heard++)
            seq_must(q, auditor_answer(q->a, &q->message[q->heard], &answer[i]), "answer");
        seq_must(q, journal_of(q) == q->a->journal, "the journal after a batch");
    }
}

/* ---- what the engine is told beside messages ---- */

static void add_entries(struct seq *q, uint64_t before, uint64_t most, const char *what)
{
    uint64_t entries = journal_of(q) - before;
    seq_must(q, entries <= most, what);
    q->a->journal += entries;
}

void seq_hello(struct seq *q, unsigned source, uint32_t window)
{
    struct fb_source told = q->w.source[source];
    uint64_t before = journal_of(q);
    enum fb_err e;
    told.window = window;
    while (seq_failed(q, e = fb_turn_source(q->turn, &told, q->now_ms, &q->source[source])))
        continue;
    seq_must(q, e == FB_OK, "a Hello was not taken");
    q->a->known_as[source] = q->source[source];
    auditor_hello(q->a, told.name);
    add_entries(q, before, 1, "more than one entry for one Hello");
}

void seq_issue(struct seq *q, unsigned plan)
{
    const struct sim_issue *files = &rules.issue[plan % SIM_ISSUES];
    const char *why = NULL;
    enum fb_err e = FB_OK;
    if (q->a->n_issues >= SEQ_ISSUES_MAX)
        return;
    bool refuses = auditor_refuses(q->a, plan % SIM_ISSUES, 0), again = true;
    while (again) {
        struct fb_book *book = copy_book(files->book);
        e = fb_turn_issue(q->turn, files->list, files->files.n, book, q->now_ms, &why);
        if (e != FB_OK)
            free(book);
        again = seq_failed(q, e);
    }
    seq_must(q, e == (refuses ? FB_REFUSED : FB_OK), "an issue, at once");
    if (e == FB_OK)
        (void)auditor_issue(q->a, plan % SIM_ISSUES);
    seq_must(q, journal_of(q) == q->a->journal, "the journal after an issue");
}

void seq_schedule(struct seq *q, unsigned plan, int64_t after_ms)
{
    const struct sim_issue *files = &rules.issue[plan % SIM_ISSUES];
    struct fb_turn_stats s;
    uint32_t number = 0;
    const char *why = NULL;
    enum fb_err e = FB_OK;
    fb_turn_stats(q->turn, &s);
    int64_t due_ms = (q->now_ms > s.last_ms ? q->now_ms : s.last_ms) + after_ms;
    if (q->a->n_issues >= SEQ_ISSUES_MAX || due_ms > q->w.last_ms)
        return;
    bool refuses = auditor_refuses(q->a, plan % SIM_ISSUES, due_ms), again = true;
    while (again) {
        struct fb_book *book = copy_book(files->book);
        e = fb_turn_schedule(q->turn, files->list, files->files.n, book, due_ms, q->now_ms, &number, &why);
        if (e != FB_OK)
            free(book);
        again = seq_failed(q, e);
    }
    seq_must(q, e == (refuses ? FB_REFUSED : FB_OK), "an issue for later");
    if (e == FB_OK)
        auditor_schedule(q->a, plan % SIM_ISSUES, due_ms);
    seq_must(q, e != FB_OK || number == q->a->n_issues, "the number of an issue that waits");
    seq_must(q, journal_of(q) == q->a->journal, "the journal after an issue that waits");
}

void seq_withdraw(struct seq *q)
{
    unsigned number = auditor_first_waiting(q->a);
    const char *why = NULL;
    enum fb_err e;
    while (seq_failed(q, e = fb_turn_withdraw(q->turn, number, q->now_ms, &why)))
        continue;
    seq_must(q, e == (number != 0 ? FB_OK : FB_REFUSED), "an issue withdrawn");
    if (e == FB_OK)
        auditor_withdraw(q->a, number);
    seq_must(q, journal_of(q) == q->a->journal, "the journal after an issue was withdrawn");
}

static bool step(struct seq *q)
{
    struct fb_turn_stats before, after;
    bool more = false;
    enum fb_err e;
    fb_turn_stats(q->turn, &before);
    while (seq_failed(q, e = fb_turn_step(q->turn, q->now_ms, &more)))
        continue;
    seq_must(q, e == FB_OK, "a step");
    int64_t at_ms = q->now_ms > before.last_ms ? q->now_ms : before.last_ms;
    if (journal_of(q) > before.journal)
        auditor_wrote(q->a, at_ms);
    if (!more && q->a->listening_ms == INT64_MAX)
        q->a->listening_ms = at_ms;
    add_entries(q, before.journal, 1, "more than one entry of one step");
    fb_turn_stats(q->turn, &after);
    seq_must(q, auditor_stepped(q->a, at_ms, after.issue), "the issue after a step");
    return more;
}

void seq_step(struct seq *q)
{
    (void)step(q);
}

void seq_close_month(struct seq *q, fb_code trust, fb_day month)
{
    const struct fb_period_close close = {trust, month, fb_span_of("finance_director"), fb_span_of("month end")};
    struct fb_turn_stats s;
    const char *why = NULL;
    enum fb_err e;
    fb_turn_stats(q->turn, &s);
    if (q->known.n_closes == SIM_CLOSES_MAX)
        return;
    int64_t at_ms = q->now_ms > s.last_ms ? q->now_ms : s.last_ms;
    bool may = aud_local_day(at_ms / SIM_MINUTE_MS) >= aud_month(month + 31) && !sim_known_is_closed(&q->known, trust, month) &&
               !sim_known_gap(&q->known, trust, month);
    while (seq_failed(q, e = fb_turn_close_period(q->turn, &close, q->now_ms, &why)))
        continue;
    seq_must(q, e == (may ? FB_OK : FB_REFUSED) && (may || (why != NULL && why[0] != '\0')), "a month to close");
    if (e != FB_OK)
        return;
    sim_known_closed(&q->known, trust, month);
    q->a->journal++;
    q->a->n_closes++;
}

/* ---- everything, against everything ---- */

static void verify(struct seq *q)
{
    struct fb_verify v;
    seq_must(q, fb_turn_verify(q->store, &ports, NULL, &v) == FB_OK, "verify");
    seq_must(q, v.equal, v.first_difference);
    seq_must(q, v.not_compared[0] == '\0' && v.skipped == 0, v.not_compared);
    seq_must(q, v.entries == q->a->journal && v.chained == q->a->journal, "entries that verify replayed");
}

void seq_check(struct seq *q)
{
    struct fb_turn_stats s;
    seq_flush(q);
    for (unsigned i = 0; step(q); i++)
        seq_must(q, i < STEPS_MAX, "there is always more to do");
    q->faults = (struct fb_faults){0};
    fb_turn_stats(q->turn, &s);
    q->a->now_ms = q->now_ms > s.last_ms ? q->now_ms : s.last_ms;
    const char *differs = sim_known_differs(&q->known);
    seq_must(q, differs == NULL, differs != NULL ? differs : "");
    seq_must(q, q->a->current == 0 || auditor_store(q->a, q->store, false), "the store");
    seq_must(q, aud_no_pseudonym(q->a, q->store), "pseudonyms");
    seq_must(q, q->a->current == 0 || auditor_events(q->a, q->store), "the feed");
    seq_must(q, q->a->current == 0 || seq_receipts(q), "the statements of days");
    seq_must(q, auditor_chain(q->a, q->store), "the chain");
    seq_reopen(q, false);
    verify(q);
}
