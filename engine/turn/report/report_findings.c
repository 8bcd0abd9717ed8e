#include "engine/core/explain_invoice.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/walk.h"
#include <limits.h>
#include <stdlib.h>

/* One row of FINDINGS, or of DECISIONS, with what is read beside it; and one sentence. */
enum { ROW_ROOM = 16384, WHY_BYTES = 1024 };
/* A decision, the versions that it rests on, and the booking merged from them. */
enum { THEN_ROOM = 2 << 20 };

struct list {
    struct fb_store *store;
    struct fb_reader_books *books;
    const struct fb_finding_filter *filter;
    struct fb_arena *texts, scratch;
    struct fb_finding_row *row;
    unsigned n;
};

static struct fb_span rule_name(const struct fb_book *book, uint32_t id)
{
    const struct fb_rule *rule = book == NULL ? NULL : fb_book_rule(book, id);
    return rule == NULL ? fb_span_of("?") : rule->name;
}

/* That a whole feed is missing is the same at every shift: a list shows it to those who ask for that rule. */
static bool passes(const struct list *l, const struct fb_finding *f, const struct fb_book *book)
{
    bool all = l->filter->rule.n == 0;
    bool wanted = all ? book == NULL || !fb_finding_of_feed(book, f) : fb_span_eq(l->filter->rule, rule_name(book, f->rule));
    return wanted && f->severity > FB_SEVERITY_OK_ && f->severity >= l->filter->at_least;
}

static unsigned matches(const struct list *l, const struct fb_findings_row *held, const struct fb_book *book)
{
    unsigned n = 0;
    if (l->filter->trust != 0 && held->trust != l->filter->trust)
        return 0;
    for (unsigned i = 0; i < held->n; i++)
        n += passes(l, &held->finding[i], book);
    return n;
}

/* The sentence comes from the decision's trace; without it only the rule's title is left to say. */
static struct fb_span why_of(struct list *l, const struct fb_book *book, const struct fb_trace *trace,
                             const struct fb_decision *d, const struct fb_finding *f)
{
    char memory[WHY_BYTES];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    const struct fb_rule *rule = book == NULL ? NULL : fb_book_rule(book, f->rule);
    if (d != NULL && book != NULL && fb_explain_invoiced(&t, book, d, f))
        return fb_arena_copy(l->texts, (struct fb_span){memory, (uint32_t)t.n});
    if (trace != NULL && book != NULL)
        fb_explain_finding(&t, book, trace, f);
    else if (rule != NULL)
        fb_text_add_span(&t, rule->title);
    return fb_arena_copy(l->texts, (struct fb_span){memory, (uint32_t)t.n});
}

/* "acknowledged, replied"; absent where nobody did anything. */
static struct fb_span life_of(struct list *l, const struct fb_finding *f)
{
    char memory[WHY_BYTES];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_explain_life_words(&t, f->life);
    return t.n == 0 ? (struct fb_span){NULL, 0} : fb_arena_copy(l->texts, (struct fb_span){memory, (uint32_t)t.n});
}

/* What became of it since it was opened. Whose it is, and what was said, stands in the replies. */
static void add_life(struct list *l, struct fb_finding_row *row, const struct fb_finding *f, const struct fb_book *book)
{
    if (f->answered != FB_ANSWERED_NONE)
        row->answered = fb_span_of(fb_answered_word((enum fb_answered)f->answered));
    if (f->verdict != FB_VERDICT_NONE && (f->life & FB_LIFE_CLOSED) != 0)
        row->verdict = fb_span_of(fb_verdict_word((enum fb_verdict)f->verdict));
    row->life = life_of(l, f);
    row->approval = f->approval;
    row->opened_ms = f->opened_ms;
    row->reportable = fb_finding_reportable(book, f);
}

/* false: the caller's arena is full. */
static bool add(struct list *l, uint32_t subject, const struct fb_findings_row *held,
                const struct fb_finding *f, const struct fb_book *book, const struct fb_trace *trace,
                const struct fb_decision *d)
{
    struct fb_finding_row *row = &l->row[l->n];
    *row = (struct fb_finding_row){.subject = subject,
                                   .trust = held->trust,
                                   .staff_group = (enum fb_staff_group)held->staff_group,
                                   .route = (enum fb_route)held->route,
                                   .shift_day = held->shift_day,
                                   .severity = (enum fb_severity)f->severity,
                                   .pence = f->pence, /* raw: shown as it was settled */
                                   .rule = rule_name(book, f->rule),
                                   .shadow = held->shadow};
    row->record_ref = fb_arena_copy(l->texts, held->record_ref);
    row->source = fb_read_source_name(l->store, held->source, l->texts);
    row->why = why_of(l, book, trace, d, f);
    const struct fb_rule *rule = book == NULL ? NULL : fb_book_rule(book, f->rule);
    row->of_people = rule != NULL && fb_explain_of_people(rule);
    add_life(l, row, f, book);
    bool fits = row->why.p != NULL && row->source.p != NULL;
    l->n += fits;
    return fits;
}

/* A subject's rows stand in one page together, unless they alone are more than a page. false: the page is
 * full. */
static bool add_subject(struct list *l, uint32_t subject, const struct fb_findings_row *held)
{
    struct fb_arena part = l->scratch;
    struct fb_decision_row row;
    struct fb_decision d;
    struct fb_trace trace;
    const struct fb_book *book = fb_reader_book(l->books, held->issue);
    unsigned n = matches(l, held, book), before = l->n;
    if (n == 0)
        return true;
    if (before + n > l->filter->limit && before > 0)
        return false;
    bool read = fb_read_decision(l->store, subject, held->journal, &part, &row, &d) == FB_OK;
    bool traced = read && d.trace.n > 0 && fb_trace_unpack(&trace, d.trace) == FB_OK;
    for (unsigned i = 0; i < held->n && l->n < l->filter->limit; i++) {
        const struct fb_finding *f = &held->finding[i];
        if (!passes(l, f, book))
            continue;
        if (add(l, subject, held, f, book, traced ? &trace : NULL, read ? &d : NULL))
            continue;
        l->n = before > 0 ? before : l->n;
        return false;
    }
    return true;
}

/* Looks at one row of FINDINGS. false: the page is full, and this subject may have to come again. */
static enum fb_err look(struct list *l, const struct fb_walk *w, uint32_t *last, bool *more)
{
    struct fb_findings_row held;
    uint32_t subject;
    unsigned before = l->n;
    enum fb_err err = fb_key_parse_u32(w->key, &subject);
    if (err == FB_OK)
        err = fb_findings_row_unpack(&held, w->value);
    if (err != FB_OK)
        return err;
    *more = add_subject(l, subject, &held);
    /* What did not fit even an empty page is passed over, or nobody would ever get beyond it. */
    if (*more || before == 0)
        *last = subject;
    return FB_OK;
}

static enum fb_err walk_open(struct list *l, struct fb_arena *arena, unsigned most, uint32_t *last)
{
    struct fb_arena walked;
    struct fb_walk w;
    bool more = true, ended = false;
    enum fb_err err = fb_arena_part(arena, ROW_ROOM, &walked);
    if (err != FB_OK)
        return err;
    struct fb_key from = fb_key_u32(l->filter->after + 1);
    fb_walk_begin(&w, l->store, FB_TABLE_FINDINGS, fb_key_span(&from));
    for (unsigned looked = 0; err == FB_OK && more && !ended && l->n < l->filter->limit && looked < most;
         looked++) {
        ended = !fb_walk_next(&w, &walked);
        if (!ended)
            err = look(l, &w, last, &more);
    }
    enum fb_err end = fb_walk_end(&w);
    *last = ended ? 0 : *last;
    return err == FB_OK ? end : err;
}

/* ---- as known then ---- */

/* The first subject from this one on that was ever decided, and its last decision up to the entry asked for: none when it
 * was not known yet. FB_NOT_FOUND: there is no such subject. */
static enum fb_err find_decided(struct fb_txn *txn, uint64_t as_of, struct fb_arena *arena, uint32_t *subject,
                                struct fb_span *decision)
{
    struct fb_scan scan;
    struct fb_key key = fb_key_decision(*subject, 0);
    uint64_t journal = 0;
    *decision = (struct fb_span){NULL, 0};
    fb_scan_begin(&scan, txn, FB_TABLE_DECISIONS, fb_key_span(&key));
    bool any = fb_scan_next(&scan, arena);
    enum fb_err err = any ? fb_key_parse_decision(scan.key, subject, &journal) : fb_txn_err(txn);
    fb_scan_end(&scan);
    if (err != FB_OK || !any)
        return err == FB_OK ? FB_NOT_FOUND : err;
    if (journal > as_of)
        return FB_OK;
    struct fb_span found;
    key = fb_key_decision(*subject, as_of);
    err = fb_find_last_to(txn, FB_TABLE_DECISIONS, fb_key_span(&key), sizeof *subject, arena, &found, decision);
    return err == FB_NOT_FOUND ? FB_DAMAGED : err; /* its first row is not after that entry */
}

static enum fb_err look_then(struct list *l, uint32_t from, struct fb_arena *then, uint32_t *last, bool *more)
{
    struct fb_findings_row held;
    struct fb_span decision;
    struct fb_txn *txn;
    uint32_t subject = from;
    unsigned before = l->n;
    fb_arena_reset(then);
    enum fb_err err = fb_store_read(l->store, &txn);
    if (err != FB_OK)
        return err;
    err = find_decided(txn, l->filter->as_of, then, &subject, &decision);
    fb_txn_abort(&txn);
    if (err == FB_OK && decision.p != NULL)
        err = fb_read_findings_then(l->books, subject, decision, then, &held);
    if (err != FB_OK)
        return err;
    *more = decision.p == NULL || held.n == 0 || add_subject(l, subject, &held);
    if (*more || before == 0)
        *last = subject;
    return FB_OK;
}

static enum fb_err walk_then(struct list *l, unsigned most, uint32_t *last)
{
    struct fb_arena then;
    bool more = true;
    enum fb_err err = FB_OK;
    uint32_t at = l->filter->after;
    void *memory = malloc(THEN_ROOM);
    if (memory == NULL)
        return FB_FULL;
    fb_arena_init(&then, memory, THEN_ROOM);
    for (unsigned looked = 0; err == FB_OK && more && l->n < l->filter->limit && looked < most && at < UINT32_MAX;
         looked++) {
        err = look_then(l, at + 1, &then, last, &more);
        at = *last;
    }
    free(memory);
    *last = err == FB_NOT_FOUND || at == UINT32_MAX ? 0 : *last;
    return err == FB_NOT_FOUND ? FB_OK : err;
}

enum fb_err fb_report_findings_part(struct fb_store *store, struct fb_reader_books *books,
                                    const struct fb_finding_filter *filter, unsigned most,
                                    struct fb_arena *arena, struct fb_finding_row *row, unsigned *n,
                                    uint32_t *last)
{
    struct list l = {.store = store, .books = books, .filter = filter, .texts = arena, .row = row};
    *n = 0;
    *last = 0;
    if (filter->limit == 0 || filter->after == UINT32_MAX)
        return FB_OK;
    enum fb_err err = fb_arena_part(arena, ROW_ROOM, &l.scratch);
    if (err == FB_OK)
        err = filter->as_of == 0 ? walk_open(&l, arena, most, last) : walk_then(&l, most, last);
    *n = l.n;
    return err;
}

enum fb_err fb_report_findings(struct fb_store *store, struct fb_reader_books *books,
                               const struct fb_finding_filter *filter, struct fb_arena *arena,
                               struct fb_finding_row *row, unsigned *n)
{
    uint32_t last;
    return fb_report_findings_part(store, books, filter, UINT_MAX, arena, row, n, &last);
}
