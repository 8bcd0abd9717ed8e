#include "engine/turn/report/report_invoices.h"
#include "engine/core/explain_invoice.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/report/report_record.h"
#include "engine/turn/walk.h"
#include <stdlib.h>

/* The last row of a subject and the one at hand; what is read beside it; one row's texts. */
enum { ROW_ROOM = 16384, READ_ROOM = 256 << 10, TEXT_ROOM = 4096 };

struct listing {
    struct fb_store *store;
    struct fb_reader_books *books;
    const struct fb_invoice_filter *filter;
    struct fb_arena *texts, at_hand, held, read;
    struct fb_span packed; /* the last row of the subject at hand, in `held` */
    uint32_t subject;      /* 0: none yet */
    struct fb_invoice_row *row;
    unsigned n, limit;
    bool full;
    struct fb_decision_row basis;
    struct fb_decision decision;
};

static struct fb_span keep(struct listing *l, const struct fb_text *t)
{
    return t->n == 0 ? (struct fb_span){NULL, 0} : fb_arena_copy(l->texts, (struct fb_span){t->p, (uint32_t)t->n});
}

static struct fb_span copy(struct listing *l, struct fb_span s)
{
    return s.n == 0 ? s : fb_arena_copy(l->texts, s);
}

static struct fb_span words(struct listing *l, uint16_t bits)
{
    char memory[TEXT_ROOM];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    for (unsigned d = FB_DIFFERS_NONE + 1; d < FB_DIFFERS_END; d++) {
        if (!fb_match_has(bits, (enum fb_differs)d))
            continue;
        fb_text_add(&t, t.n > 0 ? ", " : "");
        fb_text_add(&t, fb_differs_word((enum fb_differs)d));
    }
    return keep(l, &t);
}

/* SOURCE/REFERENCE of the booking under whose number the shift is kept. */
static struct fb_span shift(struct listing *l, uint32_t number)
{
    struct fb_record_now now;
    char memory[TEXT_ROOM];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    if (number == 0 || fb_report_record(l->store, l->books, number, &l->read, &now) != FB_OK)
        return (struct fb_span){NULL, 0};
    fb_text_add_span(&t, now.record->env.source);
    fb_text_add(&t, "/");
    fb_text_add_span(&t, now.record->env.record_ref);
    return keep(l, &t);
}

static struct fb_span why(struct listing *l, const struct fb_invoice_line *line, const struct fb_match *m)
{
    char memory[TEXT_ROOM];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_explain_match(&t, line, m);
    return keep(l, &t);
}

static bool passes(const struct listing *l, const struct fb_invoice_line *line, const struct fb_match *m)
{
    const struct fb_invoice_filter *f = l->filter;
    return (f->trust == 0 || f->trust == line->hirer) && (f->month == 0 || f->month == fb_day_month(line->from)) &&
           (f->supplier.n == 0 || fb_span_eq(f->supplier, line->supplier)) && (f->end == FB_INVOICE_END_NONE || f->end == m->end);
}

static void add(struct listing *l, const struct fb_record *r)
{
    const struct fb_invoice_line *line = &r->as.invoice_line;
    const struct fb_match *m = &l->decision.match[0];
    l->row[l->n++] = (struct fb_invoice_row){
        .record = l->subject,
        .trust = line->hirer,
        .supplier = copy(l, line->supplier),
        .invoice = copy(l, line->invoice),
        .line = (uint64_t)line->line,
        .billing = line->billing,
        .invoice_day = line->invoice_day,
        .from = line->from,
        .until = line->until,
        .shift = shift(l, m->number),
        .charged_pence = m->charged_pence, /* raw: shown as it is */
        .expected_pence = m->expected_pence,
        .vat_pence = m->vat_pence,
        .vat_expected_pence = m->vat_expected_pence,
        .end = fb_span_of(fb_invoice_end_word((enum fb_invoice_end)m->end)),
        .state = line->state,
        .differs = words(l, m->differs),
        .unsaid = words(l, m->unsaid),
        .why = why(l, line, m),
        .source = copy(l, r->env.source),
        .record_ref = copy(l, r->env.record_ref),
        .shadow = l->decision.shadow,
    };
}

/* The subject at hand is complete. */
static enum fb_err give(struct listing *l)
{
    const struct fb_record *r;
    fb_arena_reset(&l->read);
    if (fb_decision_row_unpack(&l->basis, l->packed) != FB_OK || fb_decision_unpack(&l->decision, l->basis.decision) != FB_OK)
        return FB_DAMAGED;
    if (l->decision.kind != FB_KIND_INVOICE_LINE || l->decision.n_matches != 1 || l->basis.n == 0)
        return FB_OK;
    enum fb_err err = fb_read_version(l->books, l->basis.version[0].journal, &l->read, &r);
    if (err != FB_OK || !passes(l, &r->as.invoice_line, &l->decision.match[0]))
        return err;
    if (l->n == l->limit || l->texts->size - l->texts->used < TEXT_ROOM + FB_BODY_BYTES_MAX) {
        l->full = true;
        return l->n == 0 ? FB_LIMIT : FB_OK;
    }
    add(l, r);
    return FB_OK;
}

/* Rows come by subject and then by journal number: a subject's last one is the one that holds. *after stays before a subject
 * that was not given. */
static enum fb_err walk(struct listing *l, unsigned scan, uint32_t *after)
{
    struct fb_walk w;
    struct fb_key from = fb_key_decision(l->filter->after + 1, 0);
    enum fb_err err = FB_OK;
    unsigned looked = 0;
    bool stopped = false;
    uint32_t last = l->filter->after;
    fb_walk_begin(&w, l->store, FB_TABLE_DECISIONS, fb_key_span(&from));
    while (err == FB_OK && !l->full && !stopped && fb_walk_next(&w, &l->at_hand)) {
        uint32_t subject;
        uint64_t journal;
        err = fb_key_parse_decision(w.key, &subject, &journal);
        if (err == FB_OK && l->subject != 0 && l->subject != subject) {
            err = give(l);
            last = l->full ? last : l->subject;
            stopped = looked >= scan;
        }
        looked++;
        fb_arena_reset(&l->held);
        l->subject = l->full || stopped ? 0 : subject;
        l->packed = fb_arena_copy(&l->held, w.value);
        if (err == FB_OK && l->packed.p == NULL)
            err = FB_LIMIT;
    }
    enum fb_err end = fb_walk_end(&w);
    if (err == FB_OK && end == FB_OK && l->subject != 0 && !l->full && !stopped)
        err = give(l);
    *after = l->full || stopped ? last : 0;
    return err == FB_OK ? end : err;
}

enum fb_err fb_report_invoices(struct fb_store *store, struct fb_reader_books *books, const struct fb_invoice_filter *filter,
                               unsigned scan, struct fb_arena *arena, struct fb_invoice_row *row, unsigned limit, unsigned *n,
                               uint32_t *after)
{
    struct listing *l = malloc(sizeof *l + 2 * ROW_ROOM + READ_ROOM);
    *n = 0;
    *after = 0;
    if (l == NULL)
        return FB_FULL;
    if (filter->after == UINT32_MAX) {
        free(l);
        return FB_OK;
    }
    unsigned char *memory = (unsigned char *)(l + 1);
    *l = (struct listing){.store = store, .books = books, .filter = filter, .texts = arena, .row = row, .limit = limit};
    fb_arena_init(&l->at_hand, memory, ROW_ROOM);
    fb_arena_init(&l->held, memory + ROW_ROOM, ROW_ROOM);
    fb_arena_init(&l->read, memory + 2 * ROW_ROOM, READ_ROOM);
    enum fb_err err = walk(l, scan, after);
    *n = l->n;
    fb_arena_release(&l->at_hand);
    fb_arena_release(&l->held);
    fb_arena_release(&l->read);
    free(l);
    return err;
}
