#include "engine/turn/billed.h"
#include "engine/turn/apply.h"
#include "engine/turn/gather.h"
#include "engine/turn/recount.h"
#include <string.h>

/* ---- which shifts a line names ---- */

/* Something is owed for it: it stands, or its cancellation is charged for. */
static bool is_owed(const struct fb_booking *b)
{
    return b->state == FB_BOOKING_STATE_BOOKED ||
           (b->state == FB_BOOKING_STATE_CANCELLED && b->cancel_charge_pence != FB_ABSENT && b->cancel_charge_pence > 0); /* raw: asked for */
}

/* Bookings that a line really names, one after another; 0: no more. cut: more than one decision can look at. */
struct naming {
    struct fb_turn *t;
    const struct fb_record *line;
    struct fb_link link[FB_LINKS_MAX];
    unsigned n_links, at;
    struct fb_postings p;
    bool open, cut;
    const struct fb_record *booking;
};

static void begin_naming(struct naming *x, struct fb_turn *t, const struct fb_record *line)
{
    x->t = t;
    x->line = line;
    x->n_links = fb_record_links(line, x->link);
    x->at = 0;
    x->open = x->cut = false;
    x->booking = NULL;
}

static bool next_link(struct naming *x)
{
    for (; x->at < x->n_links; x->at++) {
        const struct fb_link *link = &x->link[x->at];
        if (link->kind != FB_LINK_BOOKING && link->kind != FB_LINK_REFERENCE)
            continue;
        fb_postings_begin(&x->p, &x->t->index, fb_index_tag(link->kind, link->hash, FB_KIND_BOOKING));
        return true;
    }
    return false;
}

static bool is_named(struct naming *x, uint32_t number)
{
    struct fb_turn *t = x->t;
    if (fb_index_held(&t->index, number)->kind != FB_KIND_BOOKING || fb_index_withdrawn(&t->index, number))
        return false;
    x->booking = fb_gather_version(t, number);
    return x->booking != NULL && x->booking->as.booking.shift.hirer == x->line->as.invoice_line.hirer &&
           fb_link_true(x->link[x->at].kind, x->line, x->booking);
}

static uint32_t next_named(struct naming *x)
{
    uint32_t number;
    while (x->t->err == FB_OK && !x->cut) {
        if (!x->open && !next_link(x))
            return 0;
        x->open = true;
        while ((number = fb_postings_next(&x->p)) != 0) {
            if (x->t->n_read >= FB_LOOK_MAX || x->t->scratch.at >= FB_SCRATCH_ARENAS / 2) {
                x->cut = true;
                return 0;
            }
            if (is_named(x, number))
                return number;
        }
        x->open = false;
        x->at++;
    }
    return 0;
}

/* ---- of a shift: which of its lines name others ---- */

static bool is_in(const uint32_t *group, unsigned n, uint32_t number)
{
    for (unsigned i = 0; i < n; i++)
        if (group[i] == number)
            return true;
    return false;
}

/* What is owed for shares with what is owed for; where nothing is owed for any, with any. */
static bool names_other(struct fb_turn *t, const struct fb_record *line, bool owed, const uint32_t *group, unsigned n)
{
    struct naming x;
    uint32_t number;
    begin_naming(&x, t, line);
    while ((number = next_named(&x)) != 0)
        if (!is_in(group, n, number) && (!owed || is_owed(&x.booking->as.booking)))
            return true;
    if (x.cut)
        t->view.cut |= (uint32_t)1 << FB_KIND_INVOICE_LINE;
    return false;
}

/* ---- the same line under several names ---- */

static bool is_of_trial(const struct fb_turn *t, uint32_t number)
{
    const struct fb_source *s = fb_sources_get(&t->sources, fb_index_held(&t->index, number)->source);
    return s != NULL && s->mode == FB_SOURCE_MODE_SHADOW;
}

static bool is_lower(const struct fb_record *a, const struct fb_record *b)
{
    int order = fb_span_cmp(a->env.source, b->env.source);
    return (order == 0 ? fb_span_cmp(a->env.record_ref, b->env.record_ref) : order) < 0;
}

static uint64_t invoice_hash(const struct fb_record *line)
{
    struct fb_link link[FB_LINKS_MAX];
    unsigned n = fb_record_links(line, link);
    for (unsigned i = 0; i < n; i++)
        if (link[i].kind == FB_LINK_INVOICE)
            return link[i].hash;
    return 0;
}

/* Of those that stand the lowest by name is the line; what a trial says is no other name of what is live. */
static bool is_repeated(struct fb_turn *t, const struct fb_record *line, uint32_t number)
{
    struct fb_postings p;
    uint32_t other;
    fb_postings_begin(&p, &t->index, fb_index_tag(FB_LINK_INVOICE, invoice_hash(line), FB_KIND_INVOICE_LINE));
    while ((other = fb_postings_next(&p)) != 0 && t->err == FB_OK) {
        if (other == number || fb_index_held(&t->index, other)->kind != FB_KIND_INVOICE_LINE || fb_index_withdrawn(&t->index, other) ||
            is_of_trial(t, other) != is_of_trial(t, number))
            continue;
        const struct fb_record *r = fb_gather_version(t, other);
        if (r != NULL && r->as.invoice_line.state != FB_INVOICE_STATE_WITHDRAWN && is_lower(r, line) &&
            fb_link_true(FB_LINK_INVOICE, r, line))
            return true;
    }
    return false;
}

void fb_gather_sharing(struct fb_turn *t, const struct fb_booking *b, const uint32_t *group, unsigned n)
{
    for (unsigned i = 0; i < t->view.n_invoices && t->err == FB_OK; i++) {
        struct fb_invoice_in_view *in = &t->view.invoice[i];
        in->shared = names_other(t, in->record, is_owed(b), group, n);
        in->repeated = is_repeated(t, in->record, in->number);
    }
}

/* ---- of a line: its shifts, and what they say ---- */

struct named_list {
    unsigned n;
    bool cut;
    uint32_t number[FB_GATHER_MAX];
};

static void add_number(struct named_list *l, uint32_t number)
{
    unsigned at = l->n;
    if (is_in(l->number, l->n, number))
        return;
    if (l->n == FB_GATHER_MAX) {
        l->cut = true;
        return;
    }
    for (; at > 0 && l->number[at - 1] > number; at--)
        l->number[at] = l->number[at - 1];
    l->number[at] = number;
    l->n++;
}

/* Those for which something is owed; where nothing is owed for any, all. fallen: the others. */
static void list_named(struct fb_turn *t, const struct fb_record *line, struct named_list *owed, struct named_list *fallen)
{
    struct naming x;
    uint32_t number;
    owed->n = fallen->n = 0;
    owed->cut = fallen->cut = false;
    begin_naming(&x, t, line);
    while ((number = next_named(&x)) != 0)
        add_number(is_owed(&x.booking->as.booking) ? owed : fallen, number);
    if (owed->n == 0) {
        *owed = *fallen;
        fallen->n = 0;
    }
    owed->cut = owed->cut || x.cut;
}

/* The number under which a booking's shift is kept. */
static uint32_t kept_under(struct fb_turn *t, uint32_t number)
{
    struct fb_decision_row row;
    return fb_apply_prior(t, number, &row) && row.into != 0 ? row.into : number;
}

static void read_match(struct fb_turn *t, uint32_t line, struct fb_billed *b)
{
    struct fb_decision_row row;
    b->judged = b->heard = false;
    if (!fb_apply_prior(t, b->number, &row))
        return;
    b->heard = t->prior.shadow || t->view.member[0].source == NULL || t->view.member[0].source->mode != FB_SOURCE_MODE_SHADOW;
    for (unsigned i = 0; i < t->prior.n_matches; i++) {
        if (t->prior.match[i].number != line)
            continue;
        b->judged = true;
        b->match = t->prior.match[i];
    }
}

/* A shift for which nothing is owed, and that took the line for its own until something was owed for another. */
static void list_unaware(struct fb_turn *t, uint32_t line, const struct named_list *fallen, const struct named_list *asked)
{
    t->n_unaware = 0;
    for (unsigned i = 0; i < fallen->n && t->err == FB_OK; i++) {
        struct fb_billed b = {.number = kept_under(t, fallen->number[i])};
        read_match(t, line, &b);
        if (b.judged && !b.match.shared && !is_in(asked->number, asked->n, b.number) && !is_in(t->unaware, t->n_unaware, b.number))
            t->unaware[t->n_unaware++] = b.number;
    }
}

void fb_gather_invoice(struct fb_turn *t, uint32_t number)
{
    struct fb_view *v = &t->view;
    struct named_list named = {.n = 0}, fallen = {.n = 0}, shifts = {.n = 0};
    t->n_read = t->n_unaware = 0;
    fb_gather_begin(t, number);
    const struct fb_record *line = fb_gather_version(t, number);
    if (line == NULL)
        return;
    v->n_members = v->n_invoices = 1;
    v->member[0] = (struct fb_member){number, line, fb_sources_get(&t->sources, fb_index_held(&t->index, number)->source)};
    v->invoice[0] = (struct fb_invoice_in_view){.record = line, .number = number, .repeated = is_repeated(t, line, number)};
    list_named(t, line, &named, &fallen);
    for (unsigned i = 0; i < named.n && t->err == FB_OK; i++)
        add_number(&shifts, kept_under(t, named.number[i]));
    if (named.cut)
        v->cut |= (uint32_t)1 << FB_KIND_BOOKING;
    for (unsigned i = 0; i < shifts.n && t->err == FB_OK; i++) {
        v->billed[i].number = shifts.number[i];
        read_match(t, number, &v->billed[i]);
        v->n_billed = i + 1;
    }
    list_unaware(t, number, &fallen, &shifts);
}

/* ---- what a decision changed ---- */

static const struct fb_match *match_of(const struct fb_decision *d, uint32_t line)
{
    for (unsigned i = 0; d != NULL && i < d->n_matches; i++)
        if (d->match[i].number == line)
            return &d->match[i];
    return NULL;
}

static bool same_match(const struct fb_match *a, const struct fb_match *b)
{
    return a->number == b->number && a->end == b->end && a->shared == b->shared && a->repeated == b->repeated && a->differs == b->differs &&
           a->unsaid == b->unsaid && a->charged_pence == b->charged_pence && a->expected_pence == b->expected_pence &&
           a->vat_pence == b->vat_pence && a->vat_expected_pence == b->vat_expected_pence && a->minutes == b->minutes &&
           a->expected_minutes == b->expected_minutes && a->rate_e4 == b->rate_e4 && a->expected_rate_e4 == b->expected_rate_e4;
}

/* Of `d` those that the other decision has not so. */
static void note_lines(struct fb_turn *t, const struct fb_decision *d, const struct fb_decision *other)
{
    for (unsigned i = 0; d != NULL && i < d->n_matches; i++) {
        const struct fb_match *is = match_of(other, d->match[i].number);
        if (is == NULL || !same_match(is, &d->match[i]))
            fb_recount_note(t, d->match[i].number);
    }
}

/* A shift came to a line, or left it, and the others do not know yet; or its source became a trial, or ended one. */
void fb_billed_ask(struct fb_turn *t)
{
    const struct fb_view *v = &t->view;
    bool line = t->decision.kind == FB_KIND_INVOICE_LINE && !v->withdrawn;
    for (unsigned i = 0; line && i < v->n_billed; i++) {
        const struct fb_billed *b = &v->billed[i];
        bool otherwise = b->judged && (b->match.shared != (v->n_billed > 1) || b->match.repeated != v->invoice[0].repeated);
        if (b->judged != b->heard || otherwise)
            fb_recount_note(t, b->number);
    }
    for (unsigned i = 0; line && i < t->n_unaware; i++)
        fb_recount_note(t, t->unaware[i]);
}

void fb_billed_apply(struct fb_turn *t, bool held)
{
    if (t->decision.kind != FB_KIND_BOOKING)
        return;
    note_lines(t, &t->decision, held ? &t->prior : NULL);
    note_lines(t, held ? &t->prior : NULL, &t->decision);
}
