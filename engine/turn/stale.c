#include "engine/turn/stale.h"
#include "engine/turn/gather.h"
#include "engine/turn/todo.h"

static void touch(struct fb_turn *t, struct fb_stale *s, uint32_t number)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->number[i] == number)
            return;
    if (s->n < s->max)
        s->number[s->n++] = number;
    else
        fb_todo_put(t, number);
}

/* A booking of a shift that is kept under another number may hold findings there. */
static bool is_wanted(const struct fb_held *held, const struct fb_touch *row)
{
    return held->kind == (uint8_t)row->judged && (held->flags & FB_HELD_WITHDRAWN) == 0 &&
           (row->only != FB_TOUCH_WITH_FINDINGS || (held->flags & (FB_HELD_FINDINGS | FB_HELD_JOINED)) != 0);
}

static void touch_along(struct fb_turn *t, struct fb_stale *s, const struct fb_touch *row,
                        const struct fb_link *link, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct fb_postings p;
        uint32_t number;
        if (link[i].kind != row->link)
            continue;
        fb_postings_begin(&p, &t->index, fb_index_tag(row->link, link[i].hash, row->judged));
        while ((number = fb_postings_next(&p)) != 0)
            if (is_wanted(fb_index_held(&t->index, number), row))
                touch(t, s, number);
    }
}

/* The list of what is touched, for whoever tells one by one. */
struct touching {
    struct fb_turn *t;
    struct fb_stale *stale;
};

static void tell(void *ctx, uint32_t subject)
{
    const struct touching *to = ctx;
    touch(to->t, to->stale, subject);
}

static void touch_by_people(struct fb_turn *t, struct fb_stale *s, const struct fb_changed *c)
{
    struct touching to = {t, s};
    const struct fb_diary_told told = {tell, &to};
    fb_people_changed(t, c->before, c->number, c->was, c->now, c->whose, &told);
}

/* A confirmation works through its approval: whatever that makes stale. */
static void touch_by_confirmation(struct fb_turn *t, struct fb_stale *s, const struct fb_changed *c)
{
    struct fb_link link[FB_LINKS_MAX];
    unsigned n_touched = c->kind == FB_KIND_REPLY ? s->n : 0;
    for (unsigned i = 0; i < n_touched && t->err == FB_OK; i++) {
        bool approval = fb_index_held(&t->index, s->number[i])->kind == FB_KIND_APPROVAL;
        const struct fb_record *r = approval ? fb_gather_version(t, s->number[i]) : NULL;
        unsigned n = r == NULL ? 0 : fb_record_links(r, link);
        for (unsigned k = 0; k < fb_touches_count; k++)
            if (fb_touches[k].arriving == FB_KIND_APPROVAL && fb_touches[k].link != FB_LINK_SELF)
                touch_along(t, s, &fb_touches[k], link, n);
    }
}

/* With its first row a register begins: until then no agency was known to be on any framework or off it, and no trust to
 * be an organisation or none. With its last row it ends. */
static void touch_by_register(struct fb_turn *t, struct fb_stale *s, const struct fb_changed *c)
{
    bool frameworks = c->kind == FB_KIND_FRAMEWORK, organisations = c->kind == FB_KIND_ORGANISATION;
    if ((!frameworks && !organisations) || !c->turned)
        return;
    for (uint32_t i = 1; i <= t->index.n_held; i++) {
        const struct fb_held *held = fb_index_held(&t->index, i);
        if (held->kind == FB_KIND_BOOKING && (organisations || (held->flags & FB_HELD_BY_AGENCY) != 0))
            touch(t, s, i);
    }
}

void fb_stale_of(struct fb_turn *t, struct fb_stale *s, const struct fb_changed *c)
{
    bool last = c->kind == FB_KIND_INVOICE_LINE; /* it asks what its shifts' decisions say of it */
    if (fb_turn_is_judged(c->kind) && !last)
        touch(t, s, c->number);
    for (unsigned i = 0; i < c->n_group; i++)
        touch(t, s, c->group[i]);
    for (unsigned i = 0; i < fb_touches_count; i++) {
        const struct fb_touch *row = &fb_touches[i];
        /* Itself is in the list, and who shares a reference is judged with it as one shift. */
        bool covered = row->link == FB_LINK_SELF || (c->kind == FB_KIND_BOOKING && row->link == FB_LINK_REFERENCE &&
                                                     row->judged == FB_KIND_BOOKING);
        covered = covered || (row->only == FB_TOUCH_OF_CANCELLED && !c->cancelled);
        if (row->arriving != c->kind || covered || t->index.of_kind[row->judged] == 0)
            continue;
        touch_along(t, s, row, c->link, c->n_links);
        touch_along(t, s, row, c->old, c->n_old);
    }
    if (last)
        touch(t, s, c->number);
    touch_by_confirmation(t, s, c);
    touch_by_register(t, s, c);
    touch_by_people(t, s, c);
}

void fb_stale_judge(struct fb_turn *t, const struct fb_stale *s)
{
    for (unsigned i = 0; i < s->n && t->err == FB_OK; i++)
        fb_turn_judge(t, s->number[i]);
}
