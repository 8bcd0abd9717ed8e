#include "engine/base/check.h"
#include "engine/turn/billed.h"
#include "engine/turn/gather.h"
#include "engine/turn/memory/diary_turn.h"
#include "engine/turn/recount.h"
#include "engine/turn/respend.h"
#include <string.h>

enum { MERGE_ROOM = 2 * sizeof(struct fb_booking) };

/* One record that a need brought. */
struct found {
    uint32_t number;
    const struct fb_record *record;
};
struct found_list {
    unsigned n, max;
    bool cut; /* more were found, and one that was left out may matter */
    struct found at[FB_REPLIES_MAX]; /* of other kinds FB_GATHER_MAX at most */
};
_Static_assert((int)FB_REPLIES_MAX >= (int)FB_LOOK_MAX && FB_REPLIES_MAX >= FB_GATHER_MAX,
               "of replies none is left out that is looked at");

static int compare(const struct found *a, const struct found *b)
{
    int order = fb_span_cmp(a->record->env.source, b->record->env.source);
    if (order == 0)
        order = fb_span_cmp(a->record->env.record_ref, b->record->env.record_ref);
    return order == 0 ? fb_version_cmp(a->record, b->record) : order;
}

/* Names order the list, so that it does not depend on which record came first. */
static void sort(struct found_list *l)
{
    for (unsigned i = 1; i < l->n; i++) {
        struct found f = l->at[i];
        unsigned at = i;
        for (; at > 0 && compare(&f, &l->at[at - 1]) < 0; at--)
            l->at[at] = l->at[at - 1];
        l->at[at] = f;
    }
}

/* Its places are many, and are written before they are read. */
static void begin_list(struct found_list *l, unsigned n, unsigned max)
{
    l->n = n;
    l->max = max;
    l->cut = false;
}

static bool holds(const struct found_list *l, uint32_t number)
{
    for (unsigned i = 0; i < l->n; i++)
        if (l->at[i].number == number)
            return true;
    return false;
}

/* ---- which of them are kept ---- */

/* What is looked for: everything that shares a link (asking NULL), or what a need takes of it. */
struct wanted {
    enum fb_link_kind link;
    enum fb_kind kind;
    unsigned places;
    const struct fb_asking *asking;
    const struct fb_book *book; /* by which approvals lapse; NULL: none is looked for */
};

/* The one that holds the same place, or, where a list has no places, the last that is to be kept. */
static struct found *rival_of(const struct wanted *w, struct found_list *l, const struct fb_record *r)
{
    struct found *last = NULL;
    for (unsigned i = 0; i < l->n; i++) {
        struct found *f = &l->at[i];
        if (w->places > 0 && fb_need_place(w->asking, f->record) == fb_need_place(w->asking, r))
            return f;
        if (w->places == 0 && (last == NULL || fb_need_cmp(f->record, last->record) > 0))
            last = f;
    }
    return l->n == l->max ? last : NULL;
}

static void take(const struct wanted *w, struct found_list *l, uint32_t number, const struct fb_record *r)
{
    struct found *rival = NULL;
    if (w->asking != NULL && !fb_need_takes(w->asking, r))
        return;
    if (w->places > 0 || l->n == l->max) {
        rival = rival_of(w, l, r);
        l->cut = l->cut || (w->places == 0 && rival != NULL);
    }
    if (rival == NULL)
        l->at[l->n++] = (struct found){number, r};
    else if (w->asking != NULL && fb_need_cmp(r, rival->record) < 0)
        *rival = (struct found){number, r};
}

static bool is_shadow(const struct fb_turn *t, uint32_t number)
{
    const struct fb_source *source = fb_sources_get(&t->sources, fb_index_held(&t->index, number)->source);
    return source != NULL && source->mode == FB_SOURCE_MODE_SHADOW;
}

/* What was taken back with its batch is not there. What people did in a trial does nothing to what is live, and takes no place from what does: all members are of shadow
 * sources, or none is. */
static bool is_heard(const struct fb_turn *t, enum fb_kind kind, uint32_t number)
{
    if (fb_index_withdrawn(&t->index, number))
        return false;
    return (kind != FB_KIND_REPLY && kind != FB_KIND_APPROVAL && kind != FB_KIND_INVOICE_LINE) || !is_shadow(t, number) ||
           (t->view.n_members > 0 && is_shadow(t, t->view.member[0].number));
}

/* Adds the records of a kind that really share this link with r. */
static void follow(struct fb_turn *t, const struct fb_record *r, uint64_t hash, const struct wanted *w,
                   struct found_list *l)
{
    uint32_t number[FB_LOOK_MAX + 1];
    unsigned n = fb_index_read(&t->index, fb_index_tag(w->link, hash, w->kind), number, FB_LOOK_MAX + 1);
    for (unsigned i = 0; i < n && t->err == FB_OK; i++) {
        if (fb_index_held(&t->index, number[i])->kind != w->kind || holds(l, number[i]) || !is_heard(t, w->kind, number[i]))
            continue;
        if (i == FB_LOOK_MAX || t->n_read >= FB_LOOK_MAX || t->scratch.at >= FB_SCRATCH_ARENAS / 2) {
            l->cut = true;
            return;
        }
        uint32_t journal;
        const struct fb_record *found =
            w->kind == FB_KIND_APPROVAL ? fb_gather_standing(t, w->book, number[i], &journal) : fb_gather_version(t, number[i]);
        if (found != NULL && (found == r || fb_link_true(w->link, r, found)))
            take(w, l, number[i], found);
    }
}

struct links {
    const struct fb_link *link; /* here, or where the message holds its own */
    unsigned n;
    struct fb_link room[FB_LINKS_MAX];
};

/* Those of the record that came are known already. */
static void links_of(const struct fb_turn *t, const struct fb_record *r, struct links *out)
{
    bool arrived = r == t->arrived.record;
    out->link = arrived ? t->arrived_link : out->room;
    out->n = arrived ? t->n_arrived_links : fb_record_links(r, out->room);
}

static void follow_links(struct fb_turn *t, const struct fb_record *r, const struct links *links, const struct wanted *w,
                         struct found_list *l)
{
    for (unsigned i = 0; i < links->n && t->err == FB_OK; i++)
        if (links->link[i].kind == w->link)
            follow(t, r, links->link[i].hash, w, l);
}

unsigned fb_gather_group(struct fb_turn *t, uint32_t number, uint32_t group[FB_GATHER_MAX])
{
    const struct wanted w = {FB_LINK_REFERENCE, FB_KIND_BOOKING, 0, NULL, NULL};
    struct found_list l;
    t->n_read = 0;
    begin_list(&l, 1, FB_GATHER_MAX);
    l.at[0] = (struct found){number, fb_gather_version(t, number)};
    /* What one member leads to is looked at in turn, so that sharing carries on from booking to booking. */
    for (unsigned i = 0; i < l.n && t->err == FB_OK; i++) {
        struct links links;
        links_of(t, l.at[i].record, &links);
        follow_links(t, l.at[i].record, &links, &w, &l);
    }
    t->group_cut = l.cut;
    for (unsigned i = 0; i < l.n; i++) {
        unsigned at = i;
        for (; at > 0 && group[at - 1] > l.at[i].number; at--)
            group[at] = group[at - 1];
        group[at] = l.at[i].number;
    }
    return l.n;
}

static struct fb_member member_of(const struct fb_turn *t, const struct found *f)
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

static void keep_vacancy(struct fb_turn *t, const struct found *f)
{
    t->view.vacancy = member_of(t, f);
}

static void keep_member(struct fb_turn *t, const struct found *f)
{
    t->view.member[t->view.n_members++] = member_of(t, f);
}

static void keep_agency(struct fb_turn *t, const struct found *f)
{
    t->view.agency = f->record;
}

static void keep_cascade(struct fb_turn *t, const struct found *f)
{
    t->view.cascade[t->view.n_cascades++] = f->record;
}

static void keep_timesheet(struct fb_turn *t, const struct found *f)
{
    t->sheet_number[t->view.n_timesheets] = f->number;
    t->view.timesheet[t->view.n_timesheets++] = f->record;
}

static void keep_framework(struct fb_turn *t, const struct found *f)
{
    t->view.framework[t->view.n_frameworks++] = f->record;
}

static void keep_organisation(struct fb_turn *t, const struct found *f)
{
    t->view.organisation[t->view.n_organisations++] = f->record;
}

static void keep_rival(struct fb_turn *t, const struct found *f)
{
    t->view.rival[t->view.n_rivals++] = f->record;
}

/* Those that name the booking, then those of a class; of those that are too many the last go. */
static void keep_approval(struct fb_turn *t, const struct found *f)
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
static void keep_reply(struct fb_turn *t, const struct found *f)
{
    struct fb_view *v = &t->view;
    unsigned at = v->n_replies++;
    for (; at > 0 && v->reply[at - 1]->env.occurred_ms > f->record->env.occurred_ms; at--)
        v->reply[at] = v->reply[at - 1];
    v->reply[at] = f->record;
}

/* In order of names, each once: it may name the shift in two ways. */
static void keep_invoice(struct fb_turn *t, const struct found *f)
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

static void (*const keep[FB_KIND_END])(struct fb_turn *, const struct found *) = {
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
    const struct found_list *l;
    struct links links[FB_MEMBERS_MAX];
};

/* Follows one need from each of the subject's own records. */
static void follow_need(struct fb_turn *t, const struct fb_book *book, const struct fb_need *need, const struct fb_asking *asking,
                        const struct own *own)
{
    const struct wanted w = {need->link, need->wanted, need->places, asking, book};
    struct found_list l;
    begin_list(&l, 0, need->max);
    for (unsigned i = 0; i < own->l->n; i++)
        follow_links(t, own->l->at[i].record, &own->links[i], &w, &l);
    sort(&l);
    /* Of the rivals the best are kept, and no figure hangs on the others. */
    bool rivals = need->subject == FB_KIND_BOOKING && need->wanted == FB_KIND_BOOKING;
    if (!rivals)
        set_cut(&t->view, need->wanted, l.cut);
    for (unsigned i = 0; i < l.n && t->err == FB_OK; i++)
        (rivals ? keep_rival : keep[need->wanted])(t, &l.at[i]);
}

static void follow_needs(struct fb_turn *t, const struct fb_book *book, enum fb_kind subject, const struct fb_asking *asking,
                         const struct found_list *l)
{
    struct own own;
    own.l = l;
    for (unsigned i = 0; i < l->n; i++)
        links_of(t, l->at[i].record, &own.links[i]);
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
static void choose_members(struct fb_turn *t, struct found_list *own)
{
    struct fb_member member[FB_GATHER_MAX];
    bool cut;
    for (unsigned i = 0; i < own->n; i++)
        member[i] = member_of(t, &own->at[i]);
    own->n = t->view.n_members = fb_members_choose(member, own->n, &cut);
    set_cut(&t->view, FB_KIND_BOOKING, cut || t->group_cut);
    for (unsigned i = 0; i < own->n; i++) {
        t->view.member[i] = member[i];
        own->at[i] = (struct found){member[i].number, member[i].version};
    }
}

void fb_gather_shift(struct fb_turn *t, const struct fb_book *book, uint32_t subject, const uint32_t *group,
                     unsigned n)
{
    struct found_list own;
    struct fb_asking asking;
    begin_list(&own, 0, n);
    fb_gather_begin(t, subject);
    for (unsigned i = 0; i < n && t->err == FB_OK; i++)
        own.at[own.n++] = (struct found){group[i], fb_gather_version(t, group[i])};
    if (t->err != FB_OK)
        return;
    sort(&own);
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
    struct found self = {number, fb_gather_version(t, number)};
    fb_gather_begin(t, number);
    t->view.joined = true;
    if (self.record != NULL)
        keep_member(t, &self);
}

void fb_gather_vacancy(struct fb_turn *t, uint32_t number)
{
    struct found_list own;
    struct fb_asking asking;
    t->n_read = 0;
    begin_list(&own, 1, 1);
    fb_gather_begin(t, number);
    own.at[0] = (struct found){number, fb_gather_version(t, number)};
    if (own.at[0].record == NULL)
        return;
    t->view.vacancy = member_of(t, &own.at[0]);
    fb_ask_of_vacancy(&asking, &own.at[0].record->as.vacancy);
    follow_needs(t, NULL, FB_KIND_VACANCY, &asking, &own);
}

void fb_gather_approval(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    struct found_list own;
    struct fb_asking asking;
    t->n_read = 0;
    begin_list(&own, 1, 1);
    fb_gather_begin(t, number);
    own.at[0] = (struct found){number, fb_gather_standing(t, book, number, &t->standing_version)};
    if (own.at[0].record == NULL)
        return;
    keep_approval(t, &own.at[0]);
    t->view.approval[0].before_pence = fb_spents_total(&t->spents, number);
    fb_ask_of_approval(&asking, &own.at[0].record->as.approval);
    follow_needs(t, book, FB_KIND_APPROVAL, &asking, &own);
}

void fb_gather_said(struct fb_turn *t, const struct fb_record *line, uint32_t number)
{
    struct found_list own;
    struct fb_asking asking;
    begin_list(&own, 1, 1);
    own.at[0] = (struct found){number, line};
    fb_ask_of_invoice(&asking, &line->as.invoice_line);
    follow_needs(t, NULL, FB_KIND_INVOICE_LINE, &asking, &own);
}
