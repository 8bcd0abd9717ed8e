#include "engine/turn/respend.h"
#include "engine/turn/gather.h"
#include "engine/turn/recount.h"

static bool is_limited(const struct fb_approval *a)
{
    return a->limit_pence != FB_ABSENT && a->booking_ref.n == 0;
}

void fb_respend_gather(struct fb_turn *t, const struct fb_book *book, const struct fb_booking *merged)
{
    struct fb_view *v = &t->view;
    int64_t start = merged->shift.time.start_min;
    if (v->n_approvals == 0 || start < 0 || start >= UINT32_MAX)
        return;
    struct fb_spent_row place = {(uint32_t)start, fb_view_tie(book, v), v->subject, 0};
    for (unsigned i = 0; i < v->n_approvals; i++)
        if (is_limited(&v->approval[i].record->as.approval))
            v->approval[i].before_pence = fb_spents_before(&t->spents, v->approval[i].number, &place);
}

/* ---- what a decision takes ---- */

/* A trial takes nothing away from anybody. */
static unsigned n_spent(const struct fb_decision *d)
{
    return d == NULL || d->shadow || d->joined ? 0 : d->n_spent;
}

static const struct fb_spent *spent_of(const struct fb_decision *d, uint32_t approval)
{
    for (unsigned i = 0; i < n_spent(d); i++)
        if (d->spent[i].approval == approval)
            return &d->spent[i];
    return NULL;
}

enum fb_err fb_respend_load(struct fb_turn *t, uint32_t subject, const struct fb_decision *d)
{
    enum fb_err err = FB_OK;
    for (unsigned i = 0; i < n_spent(d) && err == FB_OK; i++)
        err = fb_spents_load(&t->spents, subject, &d->spent[i]);
    return err;
}

/* One approval of which the shift takes otherwise than before; NULL: nothing. */
struct changed {
    uint32_t approval, subject;
    const struct fb_spent *gone, *come;
    int64_t limit_pence;
};

static bool is_same(const struct fb_spent *a, const struct fb_spent *b)
{
    return a != NULL && b != NULL && a->start_min == b->start_min && a->tie == b->tie &&
           a->pence == b->pence; /* raw: as stored */
}

/* ---- whom that concerns ---- */

/* It stands above the limit in one case and not in the other, or just at it in one of them. */
static bool may_turn(int64_t limit, int64_t before, int64_t now)
{
    int64_t least = before < now ? before : now, most = before < now ? now : before;
    return least != most && least <= limit && most >= limit;
}

static int64_t amount_before(const struct changed *c, const struct fb_spent *spent,
                             const struct fb_spent_row *row)
{
    if (spent == NULL)
        return 0;
    struct fb_spent_row place = {spent->start_min, spent->tie, c->subject, 0};
    return fb_spent_row_cmp(&place, row) < 0 ? spent->pence : 0; /* raw: as stored */
}

static void note_later(struct fb_turn *t, const struct changed *c, const struct fb_spent_list *l)
{
    int64_t now = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        const struct fb_spent_row *row = &l->row[i];
        int64_t own = row->pence; /* raw: what was taken */
        int64_t was = now - amount_before(c, c->come, row) + amount_before(c, c->gone, row);
        if (may_turn(c->limit_pence, was, now) || may_turn(c->limit_pence, was + own, now + own))
            fb_recount_note(t, row->subject);
        now += own;
    }
}

static void note_readers(struct fb_turn *t, struct changed *c)
{
    const struct fb_held *held = fb_index_held(&t->index, c->approval);
    const struct fb_record *r =
        held != NULL && held->kind == FB_KIND_APPROVAL ? fb_gather_version(t, c->approval) : NULL;
    const struct fb_spent_list *l = fb_spents_of(&t->spents, c->approval);
    if (r == NULL || l == NULL || !is_limited(&r->as.approval))
        return; /* who was covered by what it said before is judged because of that */
    int64_t gone = c->gone == NULL ? 0 : c->gone->pence; /* raw: as stored */
    int64_t come = c->come == NULL ? 0 : c->come->pence; /* raw: as stored */
    c->limit_pence = r->as.approval.limit_pence;
    note_later(t, c, l);
    if (may_turn(c->limit_pence, l->total - come + gone, l->total))
        fb_recount_note(t, c->approval);
}

static void change(struct fb_turn *t, struct changed *c)
{
    if (c->gone != NULL)
        fb_turn_fail(t, fb_spents_take(&t->spents, c->subject, c->gone));
    if (c->come != NULL && t->err == FB_OK)
        fb_turn_fail(t, fb_spents_add(&t->spents, c->subject, c->come));
    if (t->err == FB_OK)
        note_readers(t, c);
}

void fb_respend_apply(struct fb_turn *t, bool held)
{
    const struct fb_decision *prior = held ? &t->prior : NULL, *d = &t->decision;
    for (unsigned i = 0; i < n_spent(prior) && t->err == FB_OK; i++) {
        struct changed c = {prior->spent[i].approval, d->subject, &prior->spent[i],
                            spent_of(d, prior->spent[i].approval), 0};
        if (!is_same(c.gone, c.come))
            change(t, &c);
    }
    for (unsigned i = 0; i < n_spent(d) && t->err == FB_OK; i++) {
        struct changed c = {d->spent[i].approval, d->subject, NULL, &d->spent[i], 0};
        if (spent_of(prior, c.approval) == NULL)
            change(t, &c);
    }
}
