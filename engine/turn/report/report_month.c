#include "engine/turn/report/report_month.h"
#include "engine/core/price.h"
#include "engine/turn/report/report_posted.h"
#include "engine/turn/report/report_shifts.h"
#include <string.h>

struct page {
    struct fb_reader_books *books;
    const struct fb_month_filter *filter;
    struct fb_arena *arena;
    struct fb_month_row *row;
    struct fb_posted posted;
    unsigned n, looked;
    uint32_t last;
    bool full;       /* there is more behind this page */
    enum fb_err err;
};

/* Whoever books, pays, employs, or had the worker for a part of it. */
static bool concerns(fb_code trust, const struct fb_shift_row *s)
{
    const struct fb_booking *b = s->booking;
    bool does = trust == 0 || trust == b->shift.hirer || trust == b->payer || trust == b->employer;
    for (unsigned i = 0; s->sheet != NULL && !does && i < s->sheet->as.timesheet.n; i++)
        does = s->sheet->as.timesheet.interval[i].host == trust;
    return does;
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

static void copy_text(struct page *p, struct fb_span *to, struct fb_span from)
{
    *to = from.n == 0 ? (struct fb_span){NULL, 0} : fb_arena_copy(p->arena, from);
    if (to->n != from.n)
        p->err = FB_LIMIT;
}

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
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        copy_text(p, text[i].to, text[i].from);
}

static void copy_references(struct page *p, struct fb_month_row *row, const struct fb_booking *b)
{
    row->reference = b->n_references == 0 ? NULL : fb_arena_zero(p->arena, b->n_references * sizeof *row->reference);
    if (row->reference == NULL) {
        p->err = b->n_references == 0 ? p->err : FB_LIMIT;
        return;
    }
    for (unsigned i = 0; i < b->n_references; i++) {
        struct fb_reference *to = &row->reference[row->n_references++];
        copy_text(p, &to->system, b->reference[i].system);
        copy_text(p, &to->kind, b->reference[i].kind);
        copy_text(p, &to->id, b->reference[i].id);
        if (row->purchase_order.n == 0 && fb_span_is(to->kind, FB_REFERENCE_ORDER))
            row->purchase_order = to->id;
    }
}

static void copy_ref(struct page *p, struct fb_month_ref *to, const struct fb_record *of, struct fb_span ref)
{
    copy_text(p, &to->source, of->env.source);
    copy_text(p, &to->ref, ref);
}

/* The other documents of the shift: what it answers, what another system says of it, and what says that it was worked. */
static void copy_documents(struct page *p, struct fb_month_row *row, const struct fb_shift_row *s)
{
    for (unsigned i = 0; i < s->view->n_members; i++) {
        const struct fb_record *r = s->view->member[i].version;
        if (row->vacancy.ref.n == 0 && r->as.booking.vacancy_ref.n > 0)
            copy_ref(p, &row->vacancy, r, r->as.booking.vacancy_ref);
        if (row->confirmation.ref.n == 0 && !fb_span_eq(r->env.source, s->first->env.source))
            copy_ref(p, &row->confirmation, r, r->env.record_ref);
    }
    if (s->sheet != NULL)
        copy_ref(p, &row->sheet, s->sheet, s->sheet->env.record_ref);
}

/* Of no price: nothing can be said. */
static const struct fb_month_cap no_cap = {.pence = FB_ABSENT, .charge_pence = FB_ABSENT, .over_e2 = FB_ABSENT}; /* raw: figures of reports */

static struct fb_month_cap cap_of(const struct fb_book *book, const struct fb_price *price)
{
    struct fb_month_cap cap = no_cap;
    if (price == NULL || price->cap.cap == FB_NO_ROW)
        return cap;
    cap.basis = price->cap.basis;
    cap.lower_bound = price->charge.lower_bound;
    cap.over_e2 = fb_price_over_cap_e2(book, price);
    if (price->cap.known)
        cap.pence = price->cap.pence; /* raw: copied */
    if (price->charge.known)
        cap.charge_pence = price->charge.pence; /* raw: copied */
    return cap;
}

static void copy_stages(struct fb_month_row *row, const struct fb_decision *d)
{
    unsigned seen = 0;
    for (unsigned i = 0; i < d->n_lines; i++) {
        const struct fb_line *line = &d->line[i];
        if (line->cell.stage == FB_STAGE_NONE || line->cell.stage >= FB_STAGE_END || row->n_stages == FB_STAGE_END - 1)
            continue; /* demand is no stage of a shift's money */
        row->stage[row->n_stages].stage = (enum fb_stage)line->cell.stage;
        row->stage[row->n_stages].cap = no_cap;
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

/* What the rules under which it was decided say of its VAT. */
static void copy_vat(struct page *p, struct fb_month_row *row, const struct fb_book *book, const struct fb_price *price)
{
    if (!price->loaded.known)
        return;
    row->vat = fb_span_of("as_sent");
    for (unsigned i = 0; price->loaded.vat_origin != FB_NO_ROW && i < book->n_vats; i++) {
        const struct fb_vat *vat = &book->vat[i];
        if (vat->origin != price->loaded.vat_origin)
            continue;
        copy_text(p, &row->vat, vat->name);
        row->vat_base = vat->base;
        row->vat_ppm = vat->ppm;
        row->vat_unsettled = !vat->settled;
        return;
    }
}

static bool has_rate(const struct fb_month_row *row, const struct fb_vat *vat)
{
    const struct fb_scope *s = &vat->scope;
    return vat->base != FB_VAT_BASE_NOTHING && vat->ppm > 0 && (s->routes >> (unsigned)row->route & 1u) != 0 && row->day >= s->from &&
           row->day < s->until && (s->trust == 0 || s->trust == row->hirer) && (s->site.n == 0 || fb_span_eq(s->site, row->site));
}

/* Whoever treats its VAT otherwise than the rules do, does it at one of these; of what staff and on what terms is not asked. */
static void copy_vat_rates(struct fb_month_row *row, const struct fb_book *book)
{
    for (unsigned i = 0; i < book->n_vats; i++) {
        int64_t ppm = book->vat[i].ppm;
        unsigned at = 0;
        if (!has_rate(row, &book->vat[i]))
            continue;
        while (at < row->n_vat_rates && row->vat_rate_ppm[at] > ppm)
            at++;
        if (at == FB_VAT_RATES_MAX || (at < row->n_vat_rates && row->vat_rate_ppm[at] == ppm))
            continue;
        row->n_vat_rates += row->n_vat_rates < FB_VAT_RATES_MAX;
        for (unsigned k = row->n_vat_rates - 1; k > at; k--)
            row->vat_rate_ppm[k] = row->vat_rate_ppm[k - 1];
        row->vat_rate_ppm[at] = ppm;
    }
}

static void copy_hosts(struct page *p, struct fb_month_row *row, const struct fb_book *book, const struct fb_shift_row *s)
{
    struct fb_host_part part[FB_INTERVALS_MAX];
    const struct fb_figures *f = NULL;
    for (unsigned i = 0; i < row->n_stages; i++)
        f = row->stage[i].stage == FB_STAGE_WORKED ? &row->stage[i].figures : f;
    unsigned n = f == NULL ? 0
                           : fb_price_hosts(book, s->booking, &s->sheet->as.timesheet, f->v[FB_MEASURE_MINUTES], f->v[FB_MEASURE_PENCE], part);
    row->host = n == 0 ? NULL : fb_arena_get(p->arena, n * sizeof *row->host);
    if (row->host == NULL) {
        p->err = n == 0 ? p->err : FB_LIMIT;
        return;
    }
    memcpy(row->host, part, n * sizeof *row->host);
    row->n_hosts = n;
}

/* What no decision keeps: priced again under the rules under which it was decided, as booked and as worked. */
static void price_again(struct page *p, struct fb_month_row *row, const struct fb_shift_row *s)
{
    struct fb_price booked, worked;
    const struct fb_price *of[FB_STAGE_END] = {NULL};
    const struct fb_book *book = fb_reader_book(p->books, s->decision->issue);
    bool stands = s->booking->state == FB_BOOKING_STATE_BOOKED;
    bool sheet = stands && s->sheet != NULL && s->sheet->as.timesheet.state != FB_TIMESHEET_STATE_DID_NOT_WORK;
    if (book == NULL)
        return;
    fb_price_booking(book, s->booking, NULL, &booked);
    copy_vat(p, row, book, &booked);
    copy_vat_rates(row, book);
    if (stands)
        of[FB_STAGE_COMMITTED] = of[FB_STAGE_LATEST] = &booked;
    if (sheet) {
        fb_price_worked(book, s->booking, &s->sheet->as.timesheet, &worked);
        of[FB_STAGE_WORKED] = of[FB_STAGE_LATEST] = &worked;
        copy_hosts(p, row, book, s);
    } else if (row->timesheet == FB_TIMESHEET_STATE_APPROVED) {
        of[FB_STAGE_LATEST] = NULL; /* worked by a timesheet that was not noted */
    }
    for (unsigned i = 0; i < row->n_stages; i++)
        row->stage[i].cap = cap_of(book, of[row->stage[i].stage]);
}

static void describe(const struct page *p, struct fb_month_row *row, const struct fb_shift_row *s)
{
    const struct fb_booking *b = s->booking;
    const struct fb_decision *d = s->decision;
    fb_day month = fb_day_month(s->day);
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
                                 .basis = d->basis,
                                 .posted = fb_posted_month(&p->posted, b->shift.hirer, month, d->journal),
                                 .closed = fb_posted_closed(&p->posted, b->shift.hirer, month, p->filter->as_of)};
}

static bool each(void *ctx, const struct fb_shift_row *s)
{
    struct page *p = ctx;
    if (!concerns(p->filter->trust, s) || !concerns(p->filter->seen_by, s))
        return true;
    struct fb_month_row *row = &p->row[p->n++];
    describe(p, row, s);
    copy_texts(p, row, s);
    copy_references(p, row, s->booking);
    copy_documents(p, row, s);
    copy_stages(row, s->decision);
    copy_findings(p, row, s->decision);
    price_again(p, row, s);
    return p->err == FB_OK;
}

enum fb_err fb_report_month(struct fb_store *store, struct fb_reader_books *books, const struct fb_month_filter *filter,
                            struct fb_arena *arena, struct fb_month_row *row, unsigned *n, uint32_t *last)
{
    struct page p = {.books = books, .filter = filter, .arena = arena, .row = row};
    const struct fb_shift_filter shifts = {.from = filter->from, .until = filter->until, .as_of = filter->as_of, .both = true, .after = filter->after, .sheets = true};
    const struct fb_shift_reader reader = {.each = each, .look = look, .ctx = &p};
    *n = 0;
    *last = 0;
    if (filter->limit == 0 || filter->most == 0)
        return FB_OK;
    enum fb_err err = fb_posted_read(&p.posted, store);
    if (err == FB_OK)
        err = fb_report_shifts(store, books, &shifts, &reader);
    fb_posted_release(&p.posted);
    err = err == FB_OK ? p.err : err;
    *n = err == FB_OK ? p.n : 0;
    *last = err == FB_OK && p.full ? p.last : 0;
    return err;
}
