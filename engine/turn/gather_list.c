#include "engine/turn/gather_list.h"

static int compare(const struct fb_linked *a, const struct fb_linked *b)
{
    int order = fb_span_cmp(a->record->env.source, b->record->env.source);
    if (order == 0)
        order = fb_span_cmp(a->record->env.record_ref, b->record->env.record_ref);
    return order == 0 ? fb_version_cmp(a->record, b->record) : order;
}

void fb_linked_sort(struct fb_linked_list *l)
{
    for (unsigned i = 1; i < l->n; i++) {
        struct fb_linked f = l->at[i];
        unsigned at = i;
        for (; at > 0 && compare(&f, &l->at[at - 1]) < 0; at--)
            l->at[at] = l->at[at - 1];
        l->at[at] = f;
    }
}

/* Its places are many, and are written before they are read. */
void fb_linked_begin(struct fb_linked_list *l, unsigned n, unsigned max)
{
    l->n = n;
    l->max = max;
    l->cut = false;
}

static bool holds(const struct fb_linked_list *l, uint32_t number)
{
    for (unsigned i = 0; i < l->n; i++)
        if (l->at[i].number == number)
            return true;
    return false;
}

/* ---- which of them are kept ---- */

/* The one that holds the same place, or, where a list has no places, the last that is to be kept. */
static struct fb_linked *rival_of(const struct fb_wanted *w, struct fb_linked_list *l, const struct fb_record *r)
{
    struct fb_linked *last = NULL;
    for (unsigned i = 0; i < l->n; i++) {
        struct fb_linked *f = &l->at[i];
        if (w->places > 0 && fb_need_place(w->asking, f->record) == fb_need_place(w->asking, r))
            return f;
        if (w->places == 0 && (last == NULL || fb_need_cmp(f->record, last->record) > 0))
            last = f;
    }
    return l->n == l->max ? last : NULL;
}

static void take(const struct fb_wanted *w, struct fb_linked_list *l, uint32_t number, const struct fb_record *r)
{
    struct fb_linked *rival = NULL;
    if (w->asking != NULL && !fb_need_takes(w->asking, r))
        return;
    if (w->places > 0 || l->n == l->max) {
        rival = rival_of(w, l, r);
        l->cut = l->cut || (w->places == 0 && rival != NULL);
    }
    if (rival == NULL)
        l->at[l->n++] = (struct fb_linked){number, r};
    else if (w->asking != NULL && fb_need_cmp(r, rival->record) < 0)
        *rival = (struct fb_linked){number, r};
}

bool fb_gather_is_shadow(const struct fb_turn *t, uint32_t number)
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
    return (kind != FB_KIND_REPLY && kind != FB_KIND_APPROVAL && kind != FB_KIND_INVOICE_LINE) || !fb_gather_is_shadow(t, number) ||
           (t->view.n_members > 0 && fb_gather_is_shadow(t, t->view.member[0].number));
}

bool fb_gather_has_a_say(const struct fb_turn *t, uint32_t number, fb_code hirer)
{
    const struct fb_source *source = fb_sources_get(&t->sources, fb_index_held(&t->index, number)->source);
    return source == NULL || source->trust == 0 || source->trust == hirer;
}

struct speaking {
    const struct fb_turn *t;
    fb_code hirer;
};

static bool has_a_say(const void *ctx, uint32_t number)
{
    const struct speaking *s = ctx;
    return fb_gather_has_a_say(s->t, number, s->hirer);
}

/* What others send takes no place among what is looked at. */
static unsigned read_list(const struct fb_turn *t, uint64_t hash, const struct fb_wanted *w, uint32_t number[FB_LOOK_MAX + 1])
{
    uint32_t tag = fb_index_tag(w->link, hash, w->kind);
    bool asked = w->asking != NULL && w->asking->hirer != 0 &&
                 (w->kind == FB_KIND_REPLY || w->kind == FB_KIND_APPROVAL || w->kind == FB_KIND_INVOICE_LINE);
    const struct speaking s = {t, asked ? w->asking->hirer : 0};
    return fb_index_read_of(&t->index, tag, asked ? has_a_say : NULL, &s, number, FB_LOOK_MAX + 1);
}

/* Adds the records of a kind that really share this link with r. */
static void follow(struct fb_turn *t, const struct fb_record *r, uint64_t hash, const struct fb_wanted *w,
                   struct fb_linked_list *l)
{
    uint32_t number[FB_LOOK_MAX + 1];
    unsigned n = read_list(t, hash, w, number);
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

/* Those of the record that came are known already. */
void fb_own_links_of(const struct fb_turn *t, const struct fb_record *r, struct fb_own_links *out)
{
    bool arrived = r == t->arrived.record;
    out->link = arrived ? t->arrived_link : out->room;
    out->n = arrived ? t->n_arrived_links : fb_record_links(r, out->room);
}

void fb_linked_follow(struct fb_turn *t, const struct fb_record *r, const struct fb_own_links *links, const struct fb_wanted *w,
                         struct fb_linked_list *l)
{
    for (unsigned i = 0; i < links->n && t->err == FB_OK; i++)
        if (links->link[i].kind == w->link)
            follow(t, r, links->link[i].hash, w, l);
}

unsigned fb_gather_group(struct fb_turn *t, uint32_t number, uint32_t group[FB_GATHER_MAX])
{
    const struct fb_wanted w = {FB_LINK_REFERENCE, FB_KIND_BOOKING, 0, NULL, NULL};
    struct fb_linked_list l;
    t->n_read = 0;
    fb_linked_begin(&l, 1, FB_GATHER_MAX);
    l.at[0] = (struct fb_linked){number, fb_gather_version(t, number)};
    /* What one member leads to is looked at in turn, so that sharing carries on from booking to booking. */
    for (unsigned i = 0; i < l.n && t->err == FB_OK; i++) {
        struct fb_own_links links;
        fb_own_links_of(t, l.at[i].record, &links);
        fb_linked_follow(t, l.at[i].record, &links, &w, &l);
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
