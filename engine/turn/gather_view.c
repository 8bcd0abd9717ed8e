#include "engine/base/check.h"
#include "engine/turn/gather.h"
#include <string.h>

/* Postings looked at for one link: old links and colliding tags may stand before the true ones. */
enum { POSTINGS_MAX = 256, MERGE_ROOM = 2 * sizeof(struct fb_booking) };

/* One record that a need brought. */
struct found {
    uint32_t number;
    const struct fb_record *record;
};
struct found_list {
    unsigned n, max;
    struct found at[FB_GATHER_MAX];
};

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

static bool holds(const struct found_list *l, uint32_t number)
{
    for (unsigned i = 0; i < l->n; i++)
        if (l->at[i].number == number)
            return true;
    return false;
}

/* Adds the records of a kind that really share this link with r: the lowest numbers first. */
static void follow(struct fb_turn *t, const struct fb_record *r, const struct fb_link *link,
                   enum fb_kind wanted, struct found_list *l)
{
    uint32_t number[POSTINGS_MAX];
    unsigned n = fb_index_read(&t->index, fb_index_tag(link->kind, link->hash, wanted), number, POSTINGS_MAX);
    for (unsigned i = 0; i < n && l->n < l->max; i++) {
        if (fb_index_held(&t->index, number[i])->kind != wanted || holds(l, number[i]))
            continue;
        const struct fb_record *found = fb_gather_version(t, number[i]);
        if (found == NULL)
            return;
        if (found == r || fb_link_true(link->kind, r, found))
            l->at[l->n++] = (struct found){number[i], found};
    }
}

static void follow_links(struct fb_turn *t, const struct fb_record *r, const struct fb_link *link,
                         unsigned n_links, enum fb_link_kind kind, enum fb_kind wanted, struct found_list *l)
{
    for (unsigned i = 0; i < n_links && t->err == FB_OK; i++)
        if (link[i].kind == kind)
            follow(t, r, &link[i], wanted, l);
}

unsigned fb_gather_group(struct fb_turn *t, uint32_t number, uint32_t group[FB_GATHER_MAX])
{
    struct found_list l = {.n = 1, .max = FB_GATHER_MAX};
    l.at[0] = (struct found){number, fb_gather_version(t, number)};
    /* What one member leads to is looked at in turn, so that sharing carries on from booking to booking. */
    for (unsigned i = 0; i < l.n && t->err == FB_OK; i++) {
        struct fb_link link[FB_LINKS_MAX];
        unsigned n = fb_record_links(l.at[i].record, link);
        follow_links(t, l.at[i].record, link, n, FB_LINK_REFERENCE, FB_KIND_BOOKING, &l);
    }
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

static void begin(struct fb_turn *t, uint32_t subject)
{
    struct fb_view *v = &t->view;
    v->now_ms = t->now_ms;
    v->journal = t->journal;
    v->subject = subject;
    v->n_members = v->n_cascades = v->n_timesheets = v->n_frameworks = v->n_organisations = 0;
    v->vacancy = (struct fb_member){.version = NULL};
    v->agency = NULL;
    v->framework_register = t->index.of_kind[FB_KIND_FRAMEWORK] > 0;
    v->joined = false;
}

/* ---- where what a need brought goes ---- */

static void keep_members(struct fb_turn *t, const struct fb_book *book, const struct found_list *l)
{
    (void)book;
    for (unsigned i = 0; i < l->n && t->view.n_members < FB_MEMBERS_MAX; i++)
        t->view.member[t->view.n_members++] = member_of(t, &l->at[i]);
}

static void keep_vacancy(struct fb_turn *t, const struct fb_book *book, const struct found_list *l)
{
    (void)book;
    if (l->n > 0)
        t->view.vacancy = member_of(t, &l->at[0]);
}

/* Two systems may name two agencies; the register row wanted is that of the booking as merged. */
static void keep_agency(struct fb_turn *t, const struct fb_book *book, const struct found_list *l)
{
    if (l->n == 0)
        return;
    t->view.agency = l->at[0].record;
    if (l->n == 1)
        return;
    fb_turn_fail(t, fb_scratch_room(&t->scratch, MERGE_ROOM));
    const struct fb_booking *b = fb_merge(book, &t->view, fb_scratch_arena(&t->scratch));
    for (unsigned i = 0; i < l->n && b != NULL; i++) {
        if (fb_span_eq(l->at[i].record->as.agency.code, b->agency)) {
            t->view.agency = l->at[i].record;
            return;
        }
    }
}

static void keep_list(const struct found_list *l, const struct fb_record **list, unsigned *n)
{
    for (unsigned i = 0; i < l->n && *n < FB_GATHER_MAX; i++)
        list[(*n)++] = l->at[i].record;
}

static void keep_cascades(struct fb_turn *t, const struct fb_book *book, const struct found_list *l)
{
    (void)book;
    keep_list(l, t->view.cascade, &t->view.n_cascades);
}

static void keep_timesheets(struct fb_turn *t, const struct fb_book *book, const struct found_list *l)
{
    (void)book;
    keep_list(l, t->view.timesheet, &t->view.n_timesheets);
}

static void keep_frameworks(struct fb_turn *t, const struct fb_book *book, const struct found_list *l)
{
    (void)book;
    keep_list(l, t->view.framework, &t->view.n_frameworks);
}

static void keep_organisations(struct fb_turn *t, const struct fb_book *book, const struct found_list *l)
{
    (void)book;
    keep_list(l, t->view.organisation, &t->view.n_organisations);
}

static void (*const keep[FB_KIND_END])(struct fb_turn *, const struct fb_book *,
                                       const struct found_list *) = {
    [FB_KIND_BOOKING] = keep_members,
    [FB_KIND_VACANCY] = keep_vacancy,
    [FB_KIND_AGENCY] = keep_agency,
    [FB_KIND_CASCADE] = keep_cascades,
    [FB_KIND_TIMESHEET] = keep_timesheets,
    [FB_KIND_FRAMEWORK] = keep_frameworks,
    [FB_KIND_ORGANISATION] = keep_organisations,
};

/* Follows one need from each of the subject's own records. Where one is wanted, each member may lead to
 * another: which of them it is must not hang on whose number is lower. */
static void follow_need(struct fb_turn *t, const struct fb_book *book, const struct fb_need *need,
                        const struct found_list *own, struct fb_link (*link)[FB_LINKS_MAX],
                        const unsigned *n_links)
{
    struct found_list l = {.n = 0, .max = need->max == 1 ? FB_MEMBERS_MAX : need->max};
    if (l.max > FB_GATHER_MAX)
        l.max = FB_GATHER_MAX;
    for (unsigned i = 0; i < own->n; i++)
        follow_links(t, own->at[i].record, link[i], n_links[i], need->link, need->wanted, &l);
    sort(&l);
    if (t->err == FB_OK && l.n > 0 && keep[need->wanted] != NULL)
        keep[need->wanted](t, book, &l);
}

static void follow_needs(struct fb_turn *t, const struct fb_book *book, enum fb_kind subject,
                         const struct found_list *own)
{
    struct fb_link link[FB_MEMBERS_MAX][FB_LINKS_MAX];
    unsigned n_links[FB_MEMBERS_MAX];
    for (unsigned i = 0; i < own->n; i++)
        n_links[i] = fb_record_links(own->at[i].record, link[i]);
    for (unsigned i = 0; i < fb_needs_count && t->err == FB_OK; i++) {
        const struct fb_need *need = &fb_needs[i];
        /* Who is one shift with a booking was settled before. */
        bool settled = subject == FB_KIND_BOOKING && need->wanted == FB_KIND_BOOKING;
        if (need->subject == subject && !settled)
            follow_need(t, book, need, own, link, n_links);
    }
}

void fb_gather_shift(struct fb_turn *t, const struct fb_book *book, uint32_t subject, const uint32_t *group,
                     unsigned n)
{
    struct found_list own = {.n = 0, .max = FB_GATHER_MAX};
    begin(t, subject);
    for (unsigned i = 0; i < n && t->err == FB_OK; i++)
        own.at[own.n++] = (struct found){group[i], fb_gather_version(t, group[i])};
    if (t->err != FB_OK)
        return;
    sort(&own);
    if (own.n > FB_MEMBERS_MAX)
        own.n = FB_MEMBERS_MAX;
    keep_members(t, book, &own);
    follow_needs(t, book, FB_KIND_BOOKING, &own);
}

void fb_gather_joined(struct fb_turn *t, uint32_t number)
{
    struct found self = {number, fb_gather_version(t, number)};
    begin(t, number);
    t->view.joined = true;
    if (self.record != NULL)
        t->view.member[t->view.n_members++] = member_of(t, &self);
}

void fb_gather_vacancy(struct fb_turn *t, const struct fb_book *book, uint32_t number)
{
    struct found_list own = {.n = 1, .max = 1};
    begin(t, number);
    own.at[0] = (struct found){number, fb_gather_version(t, number)};
    if (own.at[0].record == NULL)
        return;
    t->view.vacancy = member_of(t, &own.at[0]);
    follow_needs(t, book, FB_KIND_VACANCY, &own);
}
