#include "engine/turn/report/report_month.h"
#include "engine/core/price.h"
#include "engine/turn/report/report_shifts.h"

struct page {
    struct fb_reader_books *books;
    const struct fb_month_filter *filter;
    struct fb_arena *arena;
    struct fb_month_row *row;
    unsigned n, looked;
    uint32_t last;
    bool full;       /* there is more behind this page */
    enum fb_err err;
};

static bool concerns(fb_code trust, const struct fb_booking *b)
{
    return trust == 0 || trust == b->shift.hirer || trust == b->payer || trust == b->employer;
}

static bool look(void *ctx, uint32_t subject)
{
    struct page *p = ctx;
    p->full = p->n == p->filter->limit || p->looked == p->filter->most;
    if (p->full)
        return false;
    p->looked++;
    p->last = subject;
    return true;
}

/* ---- one row ---- */

static void copy_texts(struct page *p, struct fb_month_row *row, const struct fb_shift_row *s)
{
    const struct fb_booking *b = s->booking;
    const struct {
        struct fb_span *to, from;
    } text[] = {{&row->source, s->first->env.source}, {&row->record_ref, s->first->env.record_ref},
                {&row->site, b->shift.site}, {&row->unit, b->shift.unit},
                {&row->cost_centre, b->shift.cost_centre}, {&row->subjective, b->shift.subjective},
                {&row->role, b->shift.role}, {&row->agency, b->agency},
                {&row->framework, b->framework}, {&row->reason, b->reason}};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        *text[i].to = text[i].from.n == 0 ? (struct fb_span){NULL, 0} : fb_arena_copy(p->arena, text[i].from);
        if (text[i].to->n != text[i].from.n)
            p->err = FB_LIMIT;
    }
}

static void copy_purchase_order(struct page *p, struct fb_month_row *row, const struct fb_booking *b)
{
    for (unsigned i = 0; i < b->n_references && row->purchase_order.n == 0; i++)
        if (fb_span_is(b->reference[i].kind, "purchase_order") && b->reference[i].id.n > 0) {
            row->purchase_order = fb_arena_copy(p->arena, b->reference[i].id);
            if (row->purchase_order.n == 0)
                p->err = FB_LIMIT;
        }
}

static void copy_stages(struct fb_month_row *row, const struct fb_decision *d)
{
    unsigned seen = 0;
    for (unsigned i = 0; i < d->n_lines; i++) {
        const struct fb_line *line = &d->line[i];
        if (line->cell.stage == FB_STAGE_NONE || line->cell.stage >= FB_STAGE_END || row->n_stages == FB_STAGE_END - 1)
            continue; /* demand is no stage of a shift's money */
        row->stage[row->n_stages].stage = (enum fb_stage)line->cell.stage;
        row->stage[row->n_stages++].figures = line->figures;
        seen |= 1u << line->cell.stage;
    }
    /* What was booked, and is no longer the latest although nothing took its place: its timesheet says that nobody worked. */
    if ((seen & 1u << FB_STAGE_WORKED) != 0)
        row->timesheet = FB_TIMESHEET_STATE_APPROVED;
    else if ((seen & 1u << FB_STAGE_COMMITTED) != 0 && (seen & 1u << FB_STAGE_LATEST) == 0)
        row->timesheet = FB_TIMESHEET_STATE_DID_NOT_WORK;
}

static void copy_findings(struct page *p, struct fb_month_row *row, const struct fb_decision *d)
{
    const struct fb_book *book = fb_reader_book(p->books, d->issue);
    row->finding = d->n_findings == 0 ? NULL : fb_arena_zero(p->arena, d->n_findings * sizeof *row->finding);
    if (row->finding == NULL) {
        p->err = d->n_findings == 0 ? p->err : FB_LIMIT;
        return;
    }
    for (unsigned i = 0; i < d->n_findings; i++) {
        const struct fb_finding *f = &d->finding[i];
        const struct fb_rule *rule = book == NULL ? NULL : fb_book_rule(book, f->rule);
        if (f->severity <= FB_SEVERITY_OK_ || (book != NULL && fb_finding_of_feed(book, f)))
            continue;
        struct fb_month_finding *to = &row->finding[row->n_findings++];
        *to = (struct fb_month_finding){.rule = fb_arena_copy(p->arena, rule == NULL ? fb_span_of("?") : rule->name),
                                        .severity = (enum fb_severity)f->severity,
                                        .pence = f->pence, /* raw: copied */
                                        .answered = f->answered != FB_ANSWERED_NONE};
        if (to->rule.n == 0)
            p->err = FB_LIMIT;
    }
}

/* What the rules under which it was decided say of its VAT: priced again as booked, because no decision keeps it. */
static void copy_vat(struct page *p, struct fb_month_row *row, const struct fb_shift_row *s)
{
    struct fb_price price;
    const struct fb_book *book = fb_reader_book(p->books, s->decision->issue);
    if (book == NULL)
        return;
    fb_price_booking(book, s->booking, NULL, &price);
    if (!price.loaded.known)
        return;
    row->vat = fb_span_of("as_sent");
    for (unsigned i = 0; price.loaded.vat_origin != FB_NO_ROW && i < book->n_vats; i++) {
        const struct fb_vat *vat = &book->vat[i];
        if (vat->origin != price.loaded.vat_origin)
            continue;
        row->vat = fb_arena_copy(p->arena, vat->name);
        row->vat_base = vat->base;
        row->vat_ppm = vat->ppm;
        row->vat_unsettled = !vat->settled;
        p->err = row->vat.n == vat->name.n ? p->err : FB_LIMIT;
        return;
    }
}

static void describe(struct fb_month_row *row, const struct fb_shift_row *s)
{
    const struct fb_booking *b = s->booking;
    const struct fb_decision *d = s->decision;
    *row = (struct fb_month_row){.subject = s->subject,
                                 .hirer = b->shift.hirer,
                                 .payer = b->payer,
                                 .employer = b->employer,
                                 .staff_group = b->shift.staff_group,
                                 .route = b->route,
                                 .grade = b->shift.grade,
                                 .engagement = b->engagement,
                                 .state = b->state,
                                 .day = s->day,
                                 .start_min = b->shift.time.start_min,
                                 .end_min = b->shift.time.end_min,
                                 .booked_ms = b->booked_ms,
                                 .journal = d->journal,
                                 .issue = d->issue,
                                 .shadow = d->shadow,
                                 .historic = d->historic,
                                 .basis = d->basis};
}

static bool each(void *ctx, const struct fb_shift_row *s)
{
    struct page *p = ctx;
    if (!concerns(p->filter->trust, s->booking) || !concerns(p->filter->seen_by, s->booking))
        return true;
    struct fb_month_row *row = &p->row[p->n++];
    describe(row, s);
    copy_texts(p, row, s);
    copy_purchase_order(p, row, s->booking);
    copy_stages(row, s->decision);
    copy_findings(p, row, s->decision);
    copy_vat(p, row, s);
    return p->err == FB_OK;
}

enum fb_err fb_report_month(struct fb_store *store, struct fb_reader_books *books, const struct fb_month_filter *filter,
                            struct fb_arena *arena, struct fb_month_row *row, unsigned *n, uint32_t *last)
{
    struct page p = {.books = books, .filter = filter, .arena = arena, .row = row};
    const struct fb_shift_filter shifts = {.from = filter->from, .until = filter->until, .as_of = filter->as_of, .both = true, .after = filter->after};
    const struct fb_shift_reader reader = {.each = each, .look = look, .ctx = &p};
    *n = 0;
    *last = 0;
    if (filter->limit == 0 || filter->most == 0)
        return FB_OK;
    enum fb_err err = fb_report_shifts(store, books, &shifts, &reader);
    err = err == FB_OK ? p.err : err;
    *n = err == FB_OK ? p.n : 0;
    *last = err == FB_OK && p.full ? p.last : 0;
    return err;
}
