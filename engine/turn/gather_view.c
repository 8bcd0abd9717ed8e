#include "engine/base/check.h"
#include "engine/turn/billed.h"
#include "engine/turn/gather.h"
#include "engine/turn/gather_list.h"
#include "engine/turn/memory/diary_turn.h"
#include "engine/turn/recount.h"
#include "engine/turn/respend.h"
#include <string.h>

enum { MERGE_ROOM = 2 * sizeof(struct fb_booking) };

static struct fb_member member_of(const struct fb_turn *t, const struct fb_linked *f)
{
    uint32_t source = fb_index_held(&t->index, f->number)->source;
    return (struct fb_member){f->number, f->record, fb_sources_get(&t->sources, source)};
}

void fb_gather_begin(struct fb_turn *t, uint32_t subject)
{
    struct fb_view *v = &t->view;
    v->now_ms = t->now_ms;
    v->journal = t->journal;
    v->subject = subject;
    v->n_members = v->n_cascades = v->n_timesheets = v->n_frameworks = v->n_organisations = 0;
    v->n_approvals = v->n_replies = v->n_rivals = v->n_invoices = v->n_billed = v->n_unowed = 0;
    v->vacancy = (struct fb_member){.version = NULL};
    v->agency = NULL;
    v->framework_register = fb_index_standing(&t->index, FB_KIND_FRAMEWORK) > 0;
    v->organisation_register = fb_index_standing(&t->index, FB_KIND_ORGANISATION) > 0;
    memset(v->counted, 0, sizeof v->counted);
    v->diary = (struct fb_diary_view){.cut = false};
    v->feeds = 0;
    v->joined = v->withdrawn = false;
    v->cut = 0;
}

/* ---- where what a need brought goes ---- */

static void keep_vacancy(struct fb_turn *t, const struct fb_linked *f)
{
    t->view.vacancy = member_of(t, f);
}

static void keep_member(struct fb_turn *t, const struct fb_linked *f)
{
    t->view.member[t->view.n_members++] = member_of(t, f);
}

static void keep_agency(struct fb_turn *t, const struct fb_linked *f)
{
    t->view.agency = f->record;
}

static void keep_cascade(struct fb_turn *t, const struct fb_linked *f)
{
    t->view.cascade[t->view.n_cascades++] = f->record;
}

static void keep_timesheet(struct fb_turn *t, const struct fb_linked *f)
{
    t->sheet_number[t->view.n_timesheets] = f->number;
    t->view.timesheet[t->view.n_timesheets++] = f->record;
}

static void keep_framework(struct fb_turn *t, const struct fb_linked *f)
{
    t->view.framework[t->view.n_frameworks++] = f->record;
}

static void keep_organisation(struct fb_turn *t, const struct fb_linked *f)
{
    t->view.organisation[t->view.n_organisations++] = f->record;
}

static void keep_rival(struct fb_turn *t, const struct fb_linked *f)
{
    t->view.rival[t->view.n_rivals++] = f->record;
}

/* Those that name the booking, then those of a class; of those that are too many the last go. */
static void keep_approval(struct fb_turn *t, const struct fb_linked *f)
{
    struct fb_view *v = &t->view;
    struct fb_member whose = member_of(t, f);
    uint32_t by;
    const struct fb_record *record = fb_gather_confirmed(t, f->record, &by);
    unsigned at = v->n_approvals;
    while (at > 0 && fb_need_cmp(f->record, v->approval[at - 1].record) < 0)
        at--;
    if (v->n_approvals == FB_APPROVALS_MAX)
        v->cut |= (uint32_t)1 << FB_KIND_APPROVAL;
    else
        v->n_approvals++;
    for (unsigned i = v->n_approvals; i > at + 1; i--)
        v->approval[i - 1] = v->approval[i - 2];
    if (at < v->n_approvals)
        v->approval[at] = (struct fb_approval_in_view){
            .record = record, .number = f->number, .confirmation = by, .source = whose.source};
}

/* As they happened, which is how they are read; they come in order of names. */
static void keep_reply(struct fb_turn *t, const struct fb_linked *f)
{
    struct fb_view *v = &t->view;
    unsigned at = v->n_replies++;
    for (; at > 0 && v->reply[at - 1]->env.occurred_ms > f->record->env.occurred_ms; at--)
        v->reply[at] = v->reply[at - 1];
    v->reply[at] = f->record;
}

/* In order of names, each once: it may name the shift in two ways. */
static void keep_invoice(struct fb_turn *t, const struct fb_linked *f)
{
    struct fb_view *v = &t->view;
    unsigned at = v->n_invoices;
    for (unsigned i = 0; i < v->n_invoices; i++)
        if (v->invoice[i].number == f->number)
            return;
    if (v->n_invoices == FB_INVOICES_MAX) {
        v->cut |= (uint32_t)1 << FB_KIND_INVOICE_LINE;
        return;
    }
    v->n_invoices++;
    for (; at > 0 && fb_need_cmp(f->record, v->invoice[at - 1].record) < 0; at--)
        v->invoice[at] = v->invoice[at - 1];
    v->invoice[at] = (struct fb_invoice_in_view){.record = f->record, .number = f->number};
}

static void (*const keep[FB_KIND_END])(struct fb_turn *, const struct fb_linked *) = {
    [FB_KIND_BOOKING] = keep_member,
    [FB_KIND_VACANCY] = keep_vacancy,
    [FB_KIND_AGENCY] = keep_agency,
    [FB_KIND_CASCADE] = keep_cascade,
    [FB_KIND_TIMESHEET] = keep_timesheet,
    [FB_KIND_FRAMEWORK] = keep_framework,
    [FB_KIND_ORGANISATION] = keep_organisation,
    [FB_KIND_APPROVAL] = keep_approval,
    [FB_KIND_REPLY] = keep_reply,
    [FB_KIND_INVOICE_LINE] = keep_invoice,
};

static void set_cut(struct fb_view *v, enum fb_kind kind, bool cut)
{
    v->cut |= (uint32_t)cut << kind;
}
_Static_assert(FB_KIND_END <= 32, "a view has a bit for each kind");

/* The subject's own records, and their links. */
struct own {
    const struct fb_linked_list *l;
    struct fb_own_links links[FB_MEMBERS_MAX];
};

/* Follows one need from each of the subject's own records. */
static void follow_need(struct fb_turn *t, const struct fb_book *book, const struct fb_need *need, const struct fb_asking *asking,
                        const struct own *own)
{
    const struct fb_wanted w = {need->link, need->wanted, need->places, asking, book};
    struct fb_linked_list l;
    fb_linked_begin(&l, 0, need->max);
    for (unsigned i = 0; i < own->l->n; i++)
        fb_linked_follow(t, own->l->at[i].record, &own->links[i], &w, &l);
    fb_linked_sort(&l);
    /* Of the rivals the best are kept, and no figure hangs on the others. */
    bool rivals = need->subject == FB_KIND_BOOKING && need->wanted == FB_KIND_BOOKING;
    if (!rivals)
        set_cut(&t->view, need->wanted, l.cut);
    for (unsigned i = 0; i < l.n && t->err == FB_OK; i++)
        (rivals ? keep_rival : keep[need->wanted])(t, &l.at[i]);
}

static void follow_needs(struct fb_turn *t, const struct fb_book *book, enum fb_kind subject, const struct fb_asking *asking,
                         const struct fb_linked_list *l)
{
    struct own own;
    own.l = l;
    for (unsigned i = 0; i < l->n; i++)
        fb_own_links_of(t, l->at[i].record, &own.links[i]);
    for (unsigned i = 0; i < fb_needs_count && t->err == FB_OK; i++) {
        const struct fb_need *need = &fb_needs[i];
        /* Who is one shift with a booking was settled before, and what a line of an invoice names (billed.c). */
        bool settled = (need->link == FB_LINK_REFERENCE && need->wanted == FB_KIND_BOOKING) ||
                       (subject == FB_KIND_INVOICE_LINE && need->wanted != FB_KIND_REPLY);
        if (need->subject == subject && !settled && t->index.of_kind[need->wanted] > 0)
            follow_need(t, book, need, asking, &own);
    }
}

/* Of the whole group those that count, into the view; the list then holds the same. */
static void choose_members(struct fb_turn *t, struct fb_linked_list *own)
{
    struct fb_member member[FB_GATHER_MAX];
    bool cut;
    for (unsigned i = 0; i < own->n; i++)
        member[i] = member_of(t, &own->at[i]);
    own->n = t->view.n_members = fb_members_choose(member, own->n, &cut);
    set_cut(&t->view, FB_KIND_BOOKING, cut || t->group_cut);
    for (unsigned i = 0; i < own->n; i++) {
        t->view.member[i] = member[i];
        own->at[i] = (struct fb_linked){member[i].number, member[i].version};
    }
}

void fb_gather_shift(struct fb_turn *t, const struct fb_book *book, uint32_t subject, const uint32_t *group,
                     unsigned n)
{
    struct fb_linked_list own;
    struct fb_asking asking;
    fb_linked_begin(&own, 0, n);
    fb_gather_begin(t, subject);
    for (unsigned i = 0; i < n && t->err == FB_OK; i++)
        own.at[own.n++] = (struct fb_linked){group[i], fb_gather_version(t, group[i])};
    if (t->err != FB_OK)
        return;
    fb_linked_sort(&own);
    choose_members(t, &own);
    /* Two systems may name two agencies, or two times: what is asked for is asked for the shift as merged. */
    fb_turn_fail(t, fb_scratch_room(&t->scratch, MERGE_ROOM));
    const struct fb_booking *b =
        t->err == FB_OK ? fb_merge(book, &t->view, fb_scratch_arena(&t->scratch)) : NULL;
    if (b == NULL)
        return;
    fb_ask_of_booking(&asking, &t->view, b);
    fb_recount_gather(t, book, b);
    fb_diary_gather(t, book, b);
    follow_needs(t, book, FB_KIND_BOOKING, &asking, &own);
    fb_gather_sharing(t, b, group, n);
    fb_respend_gather(t, book, b);
}

void fb_gather_joined(struct fb_turn *t, uint32_t number)
{
    struct fb_linked self = {number, fb_gather_version(t, number)};
    fb_gather_begin(t, number);
    t->view.joined = true;
    if (self.record != NULL)
        keep_member(t, &self);
}

void fb_gather_vacancy(struct fb_turn *t, uint32_t number)
{
    struct fb_linked_list own;
    struct fb_asking asking;
    t->n_read = 0;
    fb_linked_begin(&own, 1, 1);
    fb_gather_begin(t, number);
    own.at[0] = (struct fb_linked){number, fb_gather_version(t, number)};
    if (own.at[0].record == NULL)
        return;
    t->view.vacancy = member_of(t, &own.at[0]);
    fb_ask_of_vacancy(&asking, &own.at[0].record->as.vacancy);
    follow_needs(t, NULL, FB_KIND_VACANCY, &asking, &own);
}

void fb_gather_approval(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    struct fb_linked_list own;
    struct fb_asking asking;
    t->n_read = 0;
    fb_linked_begin(&own, 1, 1);
    fb_gather_begin(t, number);
    own.at[0] = (struct fb_linked){number, fb_gather_standing(t, book, number, &t->standing_version)};
    if (own.at[0].record == NULL)
        return;
    keep_approval(t, &own.at[0]);
    t->view.approval[0].before_pence = fb_spents_total(&t->spents, number);
    fb_ask_of_approval(&asking, &own.at[0].record->as.approval);
    follow_needs(t, book, FB_KIND_APPROVAL, &asking, &own);
}

void fb_gather_said(struct fb_turn *t, const struct fb_record *line, uint32_t number)
{
    struct fb_linked_list own;
    struct fb_asking asking;
    fb_linked_begin(&own, 1, 1);
    own.at[0] = (struct fb_linked){number, line};
    fb_ask_of_invoice(&asking, &line->as.invoice_line);
    follow_needs(t, NULL, FB_KIND_INVOICE_LINE, &asking, &own);
}
