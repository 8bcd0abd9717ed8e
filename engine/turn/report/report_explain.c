#include "engine/core/explain_invoice.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/report/report_record.h"
#include "engine/turn/report/report_tell.h"
#include <stdlib.h>

/* ASIDE_ROOM: an approval, or the bookings of a shift and the one merged from them. */
enum { ROW_ROOM = 16384, ASIDE_ROOM = 256 << 10, HOPS_MAX = 8 };

/* ---- what is read aside: it is told, and not kept ---- */

static bool aside_begin(struct fb_arena *aside)
{
    void *memory = malloc(ASIDE_ROOM);
    if (memory != NULL)
        fb_arena_init(aside, memory, ASIDE_ROOM);
    return memory != NULL;
}

static void aside_end(struct fb_arena *aside)
{
    void *memory = aside->base;
    fb_arena_release(aside);
    free(memory);
}

/* Who answered a finding, by an approval as it stood then; what cannot be read is left out. */
static void say_answer(struct fb_telling *x, const struct fb_book *book, const struct fb_decision *d,
                       const struct fb_finding *f)
{
    struct fb_arena aside;
    struct fb_record_now now;
    if (f->answered == FB_ANSWERED_NONE || !aside_begin(&aside))
        return;
    bool held = fb_report_record_then(x->store, x->books, f->approval, x->as_of, &aside, &now) == FB_OK &&
                now.record->env.kind == FB_KIND_APPROVAL;
    fb_text_add(&x->text, " ");
    fb_explain_answer(&x->text, book, f, held ? &now.record->as.approval : NULL, d->at_ms);
    aside_end(&aside);
}

static void say_finding(struct fb_telling *x, const struct fb_book *book, const struct fb_trace *trace,
                        const struct fb_decision *d, const struct fb_finding *f)
{
    fb_tell__begin(x);
    if (f->severity != FB_SEVERITY_OK_ && !fb_explain_invoiced(&x->text, book, d, f))
        fb_explain_finding(&x->text, book, trace, f);
    say_answer(x, book, d, f);
    size_t said = x->text.n;
    fb_text_add(&x->text, said > 0 && f->severity > FB_SEVERITY_NOTE ? " " : "");
    size_t parted = x->text.n;
    fb_explain_life(&x->text, book, f);
    x->text.n = x->text.n == parted ? said : x->text.n; /* no blank where nothing follows */
    fb_tell__end(x);
}

/* The rule stands there still, of something else: that is what is told, and not that it is gone. */
static bool stands(const struct fb_decision *d, const struct fb_finding *gone)
{
    for (unsigned i = 0; gone->severity == FB_SEVERITY_OK_ && i < d->n_findings; i++)
        if (d->finding[i].rule == gone->rule && d->finding[i].severity > FB_SEVERITY_NOTE)
            return true;
    return false;
}

static void say_one(struct fb_telling *x, const struct fb_book *book, const struct fb_trace *trace, const struct fb_decision *d, unsigned at)
{
    const struct fb_finding *f = &d->finding[at];
    unsigned together = fb_explain_together(book, d->finding, d->n_findings, at);
    if (together == 1 && !fb_explain_passed_by(f) && !stands(d, f))
        say_finding(x, book, trace, d, f);
    if (together < 2)
        return;
    fb_tell__begin(x);
    fb_explain_unsaid(&x->text, book, d->finding, d->n_findings, at);
    fb_tell__end(x);
}

/* What is worst comes first, then what may be; what cleared comes last. */
static void say_findings(struct fb_telling *x, const struct fb_book *book, const struct fb_trace *trace,
                         const struct fb_decision *d)
{
    static const uint8_t order[] = {FB_SEVERITY_BREACH, FB_SEVERITY_WARN, FB_SEVERITY_NOTE, FB_SEVERITY_CANNOT_SAY, FB_SEVERITY_OK_};
    for (unsigned s = 0; s < sizeof order; s++)
        for (unsigned i = 0; i < d->n_findings; i++)
            if (d->finding[i].severity == order[s])
                say_one(x, book, trace, d, i);
}

/* The shift as merged, from the versions that the decision rests on. */
static const struct fb_booking *merged(struct fb_telling *x, const struct fb_book *book, const struct fb_decision_row *row,
                                       struct fb_arena *aside)
{
    struct fb_view *view = fb_arena_zero(aside, sizeof *view);
    struct fb_source *source = fb_arena_zero(aside, FB_MEMBERS_MAX * sizeof *source);
    if (view == NULL || source == NULL || row->n == 0)
        return NULL;
    for (unsigned i = 0; i < row->n; i++) {
        const struct fb_record *r;
        uint32_t number;
        if (fb_read_member(x->books, row->version[i].journal, aside, &r, &number, &source[i]) != FB_OK)
            return NULL;
        view->member[view->n_members++] = (struct fb_member){row->version[i].number, r, &source[i]};
    }
    return fb_merge(book, view, aside);
}

/* What it would have cost otherwise. */
static void say_instead(struct fb_telling *x, const struct fb_decision_row *row, const struct fb_decision *d)
{
    struct fb_arena aside;
    struct fb_trace trace;
    const struct fb_book *book = fb_reader_book(x->books, d->issue);
    if (book == NULL || d->trace.n == 0 || fb_trace_unpack(&trace, d->trace) != FB_OK || !aside_begin(&aside))
        return;
    const struct fb_booking *b = merged(x, book, row, &aside);
    fb_tell__begin(x);
    if (b != NULL)
        fb_explain_instead(&x->text, book, b, &trace.facts);
    fb_tell__end(x);
    aside_end(&aside);
}

static enum fb_err say_approval(struct fb_telling *x, const struct fb_record *r, const struct fb_decision *d)
{
    const struct fb_book *book = fb_reader_book(x->books, d->issue);
    bool exhausted = false;
    enum fb_err err = fb_report_was_exhausted(x->store, d->subject, d, x->arena, &exhausted);
    fb_tell__begin(x);
    fb_text_add(&x->text, "Approval ");
    fb_text_add_span(&x->text, r->env.record_ref);
    fb_tell__say(x, " of ", r->env.source);
    fb_text_add(&x->text, ", number ");
    fb_text_add_int(&x->text, d->subject);
    fb_text_add(&x->text, ".");
    fb_tell__end(x);
    fb_tell__begin(x);
    if (book != NULL)
        fb_explain_approval(&x->text, book, &r->as.approval, (enum fb_approval_end)d->approval_end,
                            (enum fb_answered)d->approval_when, d->at_ms);
    if (exhausted)
        fb_text_add(&x->text, " Its money limit had been used up before.");
    fb_tell__end(x);
    return err;
}

static void say_why(struct fb_telling *x, const struct fb_decision *d)
{
    struct fb_trace trace;
    const struct fb_book *book = fb_reader_book(x->books, d->issue);
    if (book == NULL || d->trace.n == 0 || fb_trace_unpack(&trace, d->trace) != FB_OK)
        return;
    fb_tell__begin(x);
    fb_explain_price(&x->text, book, &trace);
    fb_tell__end(x);
    say_findings(x, book, &trace, d);
}

/* The number of the latest decision row at or before as_of; 0: none. */
static enum fb_err latest(struct fb_telling *x, uint32_t subject, uint64_t as_of, uint64_t *journal)
{
    struct fb_arena part;
    struct fb_txn *txn;
    struct fb_span found, row;
    *journal = 0;
    enum fb_err err = fb_arena_part(x->arena, ROW_ROOM, &part);
    if (err == FB_OK)
        err = fb_store_read(x->store, &txn);
    if (err != FB_OK)
        return err;
    struct fb_key key = fb_key_decision(subject, as_of == 0 ? UINT64_MAX : as_of);
    err = fb_find_last_to(txn, FB_TABLE_DECISIONS, fb_key_span(&key), sizeof subject, &part, &found, &row);
    if (err == FB_OK)
        err = fb_key_parse_decision(found, &subject, journal);
    fb_txn_abort(&txn);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

/* A booking that belongs to a shift kept under another number leads there. */
static enum fb_err follow(struct fb_telling *x, uint32_t *subject, uint64_t as_of, struct fb_decision_row *row,
                          struct fb_decision *d)
{
    for (unsigned hop = 0; hop < HOPS_MAX; hop++) {
        uint64_t journal;
        enum fb_err err = latest(x, *subject, as_of, &journal);
        if (err != FB_OK || journal == 0)
            return err == FB_OK ? FB_NOT_FOUND : err;
        err = fb_read_decision(x->store, *subject, journal, x->arena, row, d);
        if (err != FB_OK || row->into == 0)
            return err;
        fb_tell__begin(x);
        fb_text_add(&x->text, "Booking number ");
        fb_text_add_int(&x->text, *subject);
        fb_text_add(&x->text, " is one shift with others and is kept under number ");
        fb_text_add_int(&x->text, row->into);
        fb_text_add(&x->text, ".");
        fb_tell__end(x);
        *subject = row->into;
    }
    return FB_DAMAGED;
}

/* ---- the figures as they were posted ---- */

static const struct fb_line *latest_line(const struct fb_decision *d)
{
    for (unsigned i = 0; i < d->n_lines; i++)
        if (d->line[i].cell.stage == FB_STAGE_LATEST)
            return &d->line[i];
    return NULL;
}

static void say_pounds(struct fb_telling *x, const char *before, int64_t pence)
{
    fb_text_add(&x->text, before);
    fb_text_add(&x->text, pence < 0 ? " -£" : " £");
    fb_text_add_decimal(&x->text, pence < 0 ? -pence : pence, 2);
}

/* What was charged, part by part; VAT is no part of it, and stands apart. */
static void say_parts(struct fb_telling *x, const struct fb_decision *d)
{
    static const struct {
        enum fb_measure measure;
        const char *word;
    } parts[] = {{FB_MEASURE_WORKER_PAY, "worker pay"},
                 {FB_MEASURE_WTD_HOLIDAY, "pay for leave"},
                 {FB_MEASURE_EMPLOYER_NI, "employer's NI"},
                 {FB_MEASURE_EMPLOYER_PENSION, "employer's pension"},
                 {FB_MEASURE_LEVY, "levy"},
                 {FB_MEASURE_COMMISSION, "commission"},
                 {FB_MEASURE_OTHER_FEE, "other fees"}};
    const struct fb_line *line = latest_line(d);
    unsigned n = 0;
    fb_tell__begin(x);
    fb_text_add(&x->text, "Of what was charged:");
    for (unsigned i = 0; line != NULL && i < sizeof parts / sizeof parts[0]; i++) {
        if (line->figures.v[parts[i].measure] == 0)
            continue;
        fb_text_add(&x->text, n++ == 0 ? " " : ", ");
        say_pounds(x, parts[i].word, line->figures.v[parts[i].measure]);
    }
    int64_t vat = line == NULL ? 0 : line->figures.v[FB_MEASURE_VAT];
    if (vat != 0)
        say_pounds(x, "; VAT apart", vat);
    fb_text_add(&x->text, ".");
    if (n > 1 || (n > 0 && vat != 0))
        fb_tell__end(x);
}

/* The decision before, when another issue of the rules made it: what a re-pricing changed. */
static enum fb_err say_before(struct fb_telling *x, const struct fb_decision *d)
{
    struct fb_decision_row row;
    struct fb_decision before;
    uint64_t journal = 0;
    char day[11];
    enum fb_err err = d->journal <= 1 ? FB_OK : latest(x, d->subject, d->journal - 1, &journal);
    if (err != FB_OK || journal == 0)
        return err;
    err = fb_read_decision(x->store, d->subject, journal, x->arena, &row, &before);
    const struct fb_line *was = err == FB_OK ? latest_line(&before) : NULL;
    if (was == NULL || before.issue == d->issue)
        return err;
    fb_tell__begin(x);
    fb_text_add(&x->text, "Until ");
    fb_day_format(day, fb_london_day_of_ms(d->at_ms));
    fb_text_add(&x->text, day);
    fb_text_add(&x->text, ", under issue ");
    fb_text_add_int(&x->text, before.issue);
    fb_text_add(&x->text, " of the rules, it stood at");
    say_pounds(x, "", was->figures.v[FB_MEASURE_PENCE]);
    say_pounds(x, "; the card gave", was->figures.v[FB_MEASURE_CARD]);
    fb_text_add(&x->text, ".");
    fb_tell__end(x);
    return FB_OK;
}

static enum fb_err tell(struct fb_telling *x, const struct fb_decision_row *row, const struct fb_decision *d)
{
    const struct fb_record *r;
    struct fb_explanation *out = x->out;
    enum fb_err err =
        row->n == 0 ? FB_DAMAGED : fb_read_version(x->books, row->version[0].journal, x->arena, &r);
    if (err != FB_OK)
        return err;
    bool vacancy = d->kind == FB_KIND_VACANCY;
    bool approval = d->kind == FB_KIND_APPROVAL, invoice = d->kind == FB_KIND_INVOICE_LINE;
    const struct fb_shift *s = vacancy ? &r->as.vacancy.shift : &r->as.booking.shift;
    out->found = true;
    out->journal = d->journal;
    out->decided_ms = d->at_ms;
    out->issue = d->issue;
    out->trust = approval ? r->as.approval.hirer : invoice ? r->as.invoice_line.hirer : s->hirer;
    out->source = r->env.source;
    out->record_ref = r->env.record_ref;
    if (d->joined && row->into == 0) { /* core/decide.h: withdrawn */
        if (!approval && !invoice)
            fb_tell__shift(x, r, s, vacancy ? FB_ROUTE_NONE : r->as.booking.route);
        fb_tell__begin(x);
        fb_text_add(&x->text, "The file or page that it came with was taken back: nothing of it counts.");
        fb_tell__end(x);
        return FB_OK;
    }
    if (invoice) {
        fb_tell__invoice(x, r, d);
        return FB_OK;
    }
    if (approval) {
        err = fb_report_confirmed(x->books, row, x->arena, &r);
        if (err != FB_OK)
            return err;
        return say_approval(x, r, d);
    }
    fb_tell__shift(x, r, s, vacancy ? FB_ROUTE_NONE : r->as.booking.route);
    fb_tell__systems(x, row);
    fb_tell__state(x, d);
    say_why(x, d);
    if (vacancy)
        return FB_OK;
    fb_tell__invoices(x, d);
    say_parts(x, d);
    say_instead(x, row, d);
    return say_before(x, d);
}

enum fb_err fb_report_explain(struct fb_store *store, struct fb_reader_books *books, uint32_t subject,
                              uint64_t as_of, struct fb_arena *arena, struct fb_explanation *out)
{
    struct fb_telling x = {.store = store, .books = books, .arena = arena, .out = out, .as_of = as_of};
    struct fb_decision_row row;
    struct fb_decision d;
    *out = (struct fb_explanation){.subject = subject};
    enum fb_err err = follow(&x, &out->subject, as_of, &row, &d);
    if (err == FB_OK)
        err = tell(&x, &row, &d);
    return err == FB_NOT_FOUND ? FB_OK : err;
}
