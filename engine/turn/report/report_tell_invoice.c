#include "engine/core/explain_invoice.h"
#include "engine/turn/report/report_record.h"
#include "engine/turn/report/report_tell.h"
#include <stdlib.h>

/* Lines of invoices in an explanation. What is read aside is told, and not kept. */
enum { ASIDE_ROOM = 256 << 10 };

static void say_line(struct fb_telling *x, const struct fb_invoice_line *l)
{
    char day[11];
    fb_text_add(&x->text, l->billing == FB_BILLING_CREDIT ? "Credit note " : "Invoice ");
    fb_text_add_span(&x->text, l->invoice);
    fb_text_add(&x->text, " of ");
    fb_text_add_span(&x->text, l->supplier);
    fb_text_add(&x->text, ", line ");
    fb_text_add_int(&x->text, l->line);
    fb_day_format(day, l->invoice_day);
    fb_text_add(&x->text, ", of ");
    fb_text_add(&x->text, day);
}

static void say_end(struct fb_telling *x, const struct fb_match *m)
{
    fb_text_add(&x->text, ": ");
    fb_text_add(&x->text, fb_invoice_end_word((enum fb_invoice_end)m->end));
    fb_text_add(&x->text, ". ");
}

static void say_findings(struct fb_telling *x, const struct fb_decision *d)
{
    const struct fb_book *book = fb_reader_book(x->books, d->issue);
    for (unsigned i = 0; book != NULL && i < d->n_findings; i++) {
        if (d->finding[i].severity <= FB_SEVERITY_OK_)
            continue;
        fb_tell__begin(x);
        (void)fb_explain_invoiced(&x->text, book, d, &d->finding[i]);
        fb_text_add(&x->text, " ");
        fb_explain_life(&x->text, book, &d->finding[i]);
        fb_tell__end(x);
    }
}

/* "£495.00 of it falls to rth-roster/B1." */
static void say_share(struct fb_telling *x, const struct fb_share *s, struct fb_arena *aside)
{
    struct fb_record_now now;
    if (s->net_pence == FB_ABSENT || /* raw: asked for */
        fb_report_record_then(x->store, x->books, s->number, x->as_of, aside, &now) != FB_OK)
        return;
    fb_tell__begin(x);
    fb_explain_share(&x->text, s);
    fb_tell__say(x, " ", now.record->env.source);
    fb_tell__say(x, "/", now.record->env.record_ref);
    fb_text_add(&x->text, ".");
    fb_tell__end(x);
}

static void say_shares(struct fb_telling *x, const struct fb_decision *d)
{
    struct fb_arena aside;
    void *memory = d->n_shares == 0 ? NULL : malloc(ASIDE_ROOM);
    if (memory == NULL)
        return;
    fb_arena_init(&aside, memory, ASIDE_ROOM);
    for (unsigned i = 0; i < d->n_shares; i++) {
        fb_arena_reset(&aside);
        say_share(x, &d->share[i], &aside);
    }
    fb_arena_release(&aside);
    free(memory);
}

void fb_tell__invoice(struct fb_telling *x, const struct fb_record *r, const struct fb_decision *d)
{
    const struct fb_invoice_line *l = &r->as.invoice_line;
    if (d->n_matches != 1)
        return;
    fb_tell__begin(x);
    say_line(x, l);
    fb_tell__say(x, ", sent as ", r->env.record_ref);
    fb_tell__say(x, " by ", r->env.source);
    say_end(x, &d->match[0]);
    fb_explain_match(&x->text, l, &d->match[0]);
    fb_tell__end(x);
    if (d->match[0].number != 0) {
        fb_tell__begin(x);
        fb_text_add(&x->text, "It asks for the shift that is kept under number ");
        fb_text_add_int(&x->text, d->match[0].number);
        fb_text_add(&x->text, ".");
        fb_tell__end(x);
    }
    say_shares(x, d);
    say_findings(x, d);
}

/* The line's own text is as it stands now: its figures are those that the decision rests on. */
static void say_one(struct fb_telling *x, const struct fb_match *m, struct fb_arena *aside)
{
    struct fb_record_now now;
    bool held = fb_report_record_then(x->store, x->books, m->number, x->as_of, aside, &now) == FB_OK &&
                now.record->env.kind == FB_KIND_INVOICE_LINE;
    if (!held)
        return;
    fb_tell__begin(x);
    say_line(x, &now.record->as.invoice_line);
    say_end(x, m);
    fb_explain_match(&x->text, &now.record->as.invoice_line, m);
    fb_tell__end(x);
}

void fb_tell__invoices(struct fb_telling *x, const struct fb_decision *d)
{
    struct fb_arena aside;
    void *memory = d->n_matches == 0 ? NULL : malloc(ASIDE_ROOM);
    if (memory == NULL)
        return;
    fb_arena_init(&aside, memory, ASIDE_ROOM);
    for (unsigned i = 0; i < d->n_matches; i++) {
        fb_arena_reset(&aside);
        say_one(x, &d->match[i], &aside);
    }
    fb_arena_release(&aside);
    free(memory);
}
