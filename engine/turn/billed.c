#include "engine/turn/billed.h"
#include "engine/turn/apply.h"
#include "engine/turn/billed_names.h"
#include "engine/turn/gather.h"
#include "engine/turn/recount.h"
#include <string.h>

/* ---- of a shift: which of its lines name others ---- */

static bool is_in(const uint32_t *group, unsigned n, uint32_t number)
{
    for (unsigned i = 0; i < n; i++)
        if (group[i] == number)
            return true;
    return false;
}

/* What is owed for shares with what is owed for; where nothing is owed for any, with any. What nothing is owed for is not what is
 * asked for where something is owed for another. What only a trial says was booked takes nothing of what is live. */
static void set_shared(struct fb_turn *t, struct fb_invoice_in_view *in, bool owed, const uint32_t *group, unsigned n)
{
    struct fb_naming x;
    uint32_t number;
    bool other = false, other_owed = false;
    const struct fb_source *whose = t->view.member[0].source;
    bool live = whose == NULL || whose->mode != FB_SOURCE_MODE_SHADOW;
    fb_naming_begin(&x, t, in->record);
    while (!other_owed && (number = fb_naming_next(&x)) != 0) {
        if (is_in(group, n, number) || (live && fb_naming_of_trial(t, number)))
            continue;
        other = true;
        other_owed = fb_naming_owed(&x.booking->as.booking);
    }
    if (x.cut)
        t->view.cut |= (uint32_t)1 << FB_KIND_INVOICE_LINE;
    in->shared = owed ? other_owed : other;
    in->elsewhere = !owed && other_owed;
}

/* What the line's own decision gives the shift of it. Where shifts were joined since, it does not know of this one yet. */
static void read_part(struct fb_turn *t, struct fb_invoice_in_view *in, const uint32_t *group, unsigned n)
{
    struct fb_decision_row row;
    struct fb_scratch_mark mark = fb_scratch_mark(&t->scratch);
    unsigned found = 0;
    if (fb_apply_prior(t, in->number, &row))
        for (unsigned i = 0; i < t->prior.n_shares; i++)
            if (is_in(group, n, t->prior.share[i].number)) {
                in->part = t->prior.share[i];
                found++;
            }
    in->parted = found == 1;
    fb_scratch_back(&t->scratch, mark);
}

/* ---- the same line under several names ---- */

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

/* The next of those that stand under its name; what a trial says is no other name of what is live. */
static const struct fb_record *next_namesake(struct fb_turn *t, struct fb_postings *p, const struct fb_record *line, uint32_t number)
{
    uint32_t other;
    while ((other = fb_postings_next(p)) != 0 && t->err == FB_OK) {
        if (other == number || fb_index_held(&t->index, other)->kind != FB_KIND_INVOICE_LINE || fb_index_withdrawn(&t->index, other) ||
            fb_naming_of_trial(t, other) != fb_naming_of_trial(t, number))
            continue;
        const struct fb_record *r = fb_gather_version(t, other);
        if (r != NULL && r->as.invoice_line.state != FB_INVOICE_STATE_WITHDRAWN && fb_link_true(FB_LINK_INVOICE, r, line))
            return r;
    }
    return NULL;
}

/* Of those that stand the lowest by name is the line. Another entry of the same ledger is asked, and perhaps paid, again; one of
 * another system is word of the same. */
static void set_repeated(struct fb_turn *t, struct fb_invoice_in_view *in)
{
    struct fb_postings p;
    const struct fb_record *r, *line = in->record, *lowest = line;
    fb_postings_begin(&p, &t->index, fb_index_tag(FB_LINK_INVOICE, invoice_hash(line), FB_KIND_INVOICE_LINE));
    while ((r = next_namesake(t, &p, line, in->number)) != NULL)
        lowest = is_lower(r, lowest) ? r : lowest;
    in->repeated = lowest != line;
    in->retold = in->repeated && !fb_span_eq(lowest->env.source, line->env.source);
}

void fb_gather_sharing(struct fb_turn *t, const struct fb_booking *b, const uint32_t *group, unsigned n)
{
    for (unsigned i = 0; i < t->view.n_invoices && t->err == FB_OK; i++) {
        struct fb_invoice_in_view *in = &t->view.invoice[i];
        set_shared(t, in, fb_naming_owed(b), group, n);
        set_repeated(t, in);
        if (in->shared && t->err == FB_OK)
            read_part(t, in, group, n);
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

/* The bookings that a line names: those for which something is owed, the others, and of one that is live those of trials, of which
 * something is owed for those of trial_owed. */
struct named {
    struct named_list owed, fallen, trial, trial_owed;
    bool live_owed; /* of live ones */
    unsigned n;     /* all together */
};

static void sort_named(struct fb_turn *t, const struct fb_record *line, bool live, struct named *out)
{
    struct fb_naming x;
    uint32_t number;
    fb_naming_begin(&x, t, line);
    while ((number = fb_naming_next(&x)) != 0) {
        bool owed = fb_naming_owed(&x.booking->as.booking), trial = live && fb_naming_of_trial(t, number);
        add_number(trial ? &out->trial : owed ? &out->owed : &out->fallen, number);
        if (trial && owed)
            add_number(&out->trial_owed, number);
    }
    out->owed.cut = out->owed.cut || x.cut;
    out->live_owed = live && out->owed.n > 0;
    out->n = out->owed.n + out->fallen.n + out->trial.n;
}

/* Where nothing is owed for any, all; and where only trials tell of any, what those tell. */
static void list_named(struct fb_turn *t, const struct fb_record *line, uint32_t number, struct named *out)
{
    *out = (struct named){.owed = {.n = 0}};
    sort_named(t, line, !fb_naming_of_trial(t, number), out);
    if (out->owed.n + out->fallen.n == 0 && out->trial.n > 0) {
        out->trial.n = out->trial_owed.n = 0;
        sort_named(t, line, false, out);
    }
    if (out->owed.n > 0)
        return;
    out->fallen.cut = out->fallen.cut || out->owed.cut;
    out->owed = out->fallen;
    out->fallen.n = 0;
}

/* The number under which a booking's shift is kept. */
static uint32_t kept_under(struct fb_turn *t, uint32_t number)
{
    struct fb_decision_row row;
    return fb_apply_prior(t, number, &row) && row.into != 0 ? row.into : number;
}

static const struct fb_match *match_of(const struct fb_decision *d, uint32_t line)
{
    for (unsigned i = 0; d != NULL && i < d->n_matches; i++)
        if (d->match[i].number == line)
            return &d->match[i];
    return NULL;
}

static void read_match(struct fb_turn *t, uint32_t line, struct fb_billed *b)
{
    struct fb_decision_row row;
    b->judged = b->heard = false;
    if (!fb_apply_prior(t, b->number, &row))
        return;
    const struct fb_match *m = match_of(&t->prior, line);
    b->heard = t->prior.shadow || t->view.member[0].source == NULL || t->view.member[0].source->mode != FB_SOURCE_MODE_SHADOW;
    b->judged = m != NULL;
    if (b->judged)
        b->match = *m;
}

/* What the shift that is kept under that number says of the line; NULL: nothing, or the line is for it. */
static const struct fb_match *heard_besides(struct fb_turn *t, uint32_t line, const struct named_list *shifts, uint32_t number)
{
    struct fb_decision_row row;
    return !is_in(shifts->number, shifts->n, number) && fb_apply_prior(t, number, &row) ? match_of(&t->prior, line) : NULL;
}

static void add_unowed(struct fb_view *v, uint32_t number)
{
    if (v->n_unowed < FB_GATHER_MAX)
        v->unowed[v->n_unowed++] = number;
}

/* Whether the line is repeated is a matter of lines alone, the same for every shift that says something of it. */
static bool is_retold_otherwise(const struct fb_turn *t, const struct fb_match *m)
{
    const struct fb_invoice_in_view *line = &t->view.invoice[0];
    return m->repeated != line->repeated || m->retold != line->retold;
}

/* Shifts for which it is not, and which do not say so yet. */
static void read_fallen(struct fb_turn *t, uint32_t line, const struct named_list *shifts, const struct named *named)
{
    for (unsigned i = 0; i < named->fallen.n && t->err == FB_OK; i++) {
        uint32_t number = kept_under(t, named->fallen.number[i]);
        const struct fb_match *m = heard_besides(t, line, shifts, number);
        if (m != NULL && (!m->elsewhere || is_retold_otherwise(t, m)))
            add_unowed(&t->view, number);
    }
}

/* What a trial's shift must say of a live line is as set_shared has it, live bookings and other trials' taken for others alike. What is
 * owed for several bookings that are one shift they say together: such a shift is asked anew each time. */
static bool is_trial_stale(struct fb_turn *t, const struct named *named, uint32_t number, bool shared, bool elsewhere)
{
    uint32_t group[FB_GATHER_MAX];
    if (fb_gather_group(t, number, group) != 1 || t->group_cut)
        return true;
    bool owed = is_in(named->trial_owed.number, named->trial_owed.n, number);
    bool other_owed = named->live_owed || named->trial_owed.n > (owed ? 1U : 0U);
    return shared != (owed ? other_owed : named->n > 1) || elsewhere != (!owed && other_owed);
}

static void read_trials(struct fb_turn *t, uint32_t line, const struct named_list *shifts, const struct named *named)
{
    for (unsigned i = 0; i < named->trial.n && t->err == FB_OK; i++) {
        uint32_t number = kept_under(t, named->trial.number[i]);
        const struct fb_match *m = heard_besides(t, line, shifts, number);
        if (m != NULL && (is_retold_otherwise(t, m) || is_trial_stale(t, named, named->trial.number[i], m->shared, m->elsewhere)))
            add_unowed(&t->view, number);
    }
}

void fb_gather_invoice(struct fb_turn *t, uint32_t number)
{
    struct fb_view *v = &t->view;
    struct named named;
    struct named_list shifts = {.n = 0};
    t->n_read = 0;
    fb_gather_begin(t, number);
    const struct fb_record *line = fb_gather_version(t, number);
    if (line == NULL)
        return;
    v->n_members = v->n_invoices = 1;
    v->member[0] = (struct fb_member){number, line, fb_sources_get(&t->sources, fb_index_held(&t->index, number)->source)};
    v->invoice[0] = (struct fb_invoice_in_view){.record = line, .number = number};
    set_repeated(t, &v->invoice[0]);
    list_named(t, line, number, &named);
    for (unsigned i = 0; i < named.owed.n && t->err == FB_OK; i++)
        add_number(&shifts, kept_under(t, named.owed.number[i]));
    if (named.owed.cut)
        v->cut |= (uint32_t)1 << FB_KIND_BOOKING;
    for (unsigned i = 0; i < shifts.n && t->err == FB_OK; i++) {
        v->billed[i].number = shifts.number[i];
        read_match(t, number, &v->billed[i]);
        v->n_billed = i + 1;
    }
    read_fallen(t, number, &shifts, &named);
    read_trials(t, number, &shifts, &named);
    if (t->err == FB_OK)
        fb_gather_said(t, line, number);
}

/* ---- what a decision changed ---- */

static bool same_weight(const struct fb_match *a, const struct fb_match *b)
{
    return a->weighed == b->weighed && (!a->weighed || (a->by.start_min == b->by.start_min && a->by.tie == b->by.tie &&
                                                        a->by.pence == b->by.pence && a->by.minutes == b->by.minutes)); /* raw: compared */
}

static bool same_match(const struct fb_match *a, const struct fb_match *b)
{
    return same_weight(a, b) && a->parted == b->parted && a->elsewhere == b->elsewhere && a->retold == b->retold && a->number == b->number && a->end == b->end && a->shared == b->shared && a->repeated == b->repeated && a->differs == b->differs &&
           a->unsaid == b->unsaid && a->charged_pence == b->charged_pence && a->expected_pence == b->expected_pence &&
           a->vat_pence == b->vat_pence && a->vat_expected_pence == b->vat_expected_pence && a->minutes == b->minutes &&
           a->expected_minutes == b->expected_minutes && a->rate_e4 == b->rate_e4 && a->expected_rate_e4 == b->expected_rate_e4;
}

/* Of `d` those that the other decision has not so. */
static void note_lines(struct fb_turn *t, const struct fb_decision *d, const struct fb_decision *other)
{
    for (unsigned i = 0; d != NULL && d->kind == FB_KIND_BOOKING && i < d->n_matches; i++) {
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
        bool otherwise = b->judged && (b->match.shared != (v->n_billed > 1) || b->match.elsewhere ||
                                         (b->match.shared && !b->match.weighed) || is_retold_otherwise(t, &b->match));
        if (b->judged != b->heard || otherwise)
            fb_recount_note(t, b->number);
    }
    for (unsigned i = 0; line && i < v->n_unowed; i++)
        fb_recount_note(t, v->unowed[i]);
}

static bool has_share(const struct fb_decision *d, const struct fb_share *s)
{
    for (unsigned i = 0; d != NULL && i < d->n_shares; i++)
        if (d->share[i].number == s->number)
            return d->share[i].net_pence == s->net_pence && d->share[i].vat_pence == s->vat_pence && /* raw: compared */
                   d->share[i].minutes == s->minutes;
    return false;
}

/* The shifts to which the one gives another part than the other. */
static void note_shifts(struct fb_turn *t, const struct fb_decision *d, const struct fb_decision *other)
{
    for (unsigned i = 0; d != NULL && i < d->n_shares; i++)
        if (!has_share(other, &d->share[i]))
            fb_recount_note(t, d->share[i].number);
}

/* A live shift hears no line of a trial, so that what it says of one never changes; yet which shifts such a line is for does when a
 * booking leaves its shift, or joins another. */
static void note_of_trials(struct fb_turn *t, const struct fb_link *link)
{
    struct fb_postings p;
    uint32_t line;
    if (link->kind != FB_LINK_BOOKING && link->kind != FB_LINK_REFERENCE)
        return;
    fb_postings_begin(&p, &t->index, fb_index_tag(link->kind, link->hash, FB_KIND_INVOICE_LINE));
    while ((line = fb_postings_next(&p)) != 0)
        if (fb_index_held(&t->index, line)->kind == FB_KIND_INVOICE_LINE && fb_naming_of_trial(t, line))
            fb_recount_note(t, line);
}

void fb_billed_moved(struct fb_turn *t)
{
    struct fb_link link[FB_LINKS_MAX];
    if (t->decision.kind != FB_KIND_BOOKING || t->index.of_kind[FB_KIND_INVOICE_LINE] == 0)
        return;
    const struct fb_record *booking = fb_gather_version(t, t->decision.subject);
    unsigned n = booking == NULL ? 0 : fb_record_links(booking, link);
    for (unsigned i = 0; i < n; i++)
        note_of_trials(t, &link[i]);
}

/* What a shift says of a line hangs on its part, and its part on what all shifts of the line are expected to come to, which hangs on
 * no line: so that both come to rest. */
void fb_billed_apply(struct fb_turn *t, bool held)
{
    const struct fb_decision *prior = held ? &t->prior : NULL;
    note_lines(t, &t->decision, prior);
    note_lines(t, prior, &t->decision);
    note_shifts(t, &t->decision, prior);
    note_shifts(t, prior, &t->decision);
}
