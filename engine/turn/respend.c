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
    struct fb_spent_row place = {(uint32_t)start, fb_view_tie(book, v), v->subject, false, 0};
    for (unsigned i = 0; i < v->n_approvals; i++)
        if (is_limited(&v->approval[i].record->as.approval))
            v->approval[i].before_pence = fb_spents_before(&t->spents, v->approval[i].number, &place);
}

/* ---- what a decision takes ---- */

static unsigned n_spent(const struct fb_decision *d)
{
    return d == NULL || d->joined ? 0 : d->n_spent;
}

/* A trial takes nothing away from anybody, and hangs on what others take as they all do. */
static struct fb_spender spender(uint32_t subject, const struct fb_decision *d)
{
    return (struct fb_spender){subject, d != NULL && d->shadow};
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
        err = fb_spents_load(&t->spents, spender(subject, d), &d->spent[i]);
    return err;
}

/* What the shift takes of an approval by one of its decisions. */
struct taken {
    const struct fb_spent *spent; /* NULL: nothing */
    struct fb_spender by;
};
/* One approval of which the shift takes otherwise than before. */
struct changed {
    uint32_t approval;
    struct taken gone, come;
    int64_t limit_pence;
};

static struct taken taken_of(uint32_t subject, const struct fb_decision *d, uint32_t approval)
{
    return (struct taken){spent_of(d, approval), spender(subject, d)};
}

static bool is_same(const struct taken *x, const struct taken *y)
{
    const struct fb_spent *a = x->spent, *b = y->spent;
    return a != NULL && b != NULL && x->by.trial == y->by.trial && a->start_min == b->start_min && a->tie == b->tie &&
           a->pence == b->pence; /* raw: as stored */
}

static int64_t counts(const struct taken *x)
{
    return x->spent == NULL || x->by.trial ? 0 : x->spent->pence; /* raw: as stored */
}

/* ---- whom that concerns ---- */

/* It stands above the limit in one case and not in the other, or just at it in one of them. */
static bool may_turn(int64_t limit, int64_t before, int64_t now)
{
    int64_t least = before < now ? before : now, most = before < now ? now : before;
    return least != most && least <= limit && most >= limit;
}

static int64_t amount_before(const struct taken *x, const struct fb_spent_row *row)
{
    if (counts(x) == 0)
        return 0;
    struct fb_spent_row place = {x->spent->start_min, x->spent->tie, x->by.subject, false, 0};
    return fb_spent_row_cmp(&place, row) < 0 ? counts(x) : 0;
}

static void note_later(struct fb_turn *t, const struct changed *c, const struct fb_spent_list *l)
{
    int64_t now = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        const struct fb_spent_row *row = &l->row[i];
        int64_t own = row->pence; /* raw: what was taken */
        int64_t was = now - amount_before(&c->come, row) + amount_before(&c->gone, row);
        if (may_turn(c->limit_pence, was, now) || may_turn(c->limit_pence, was + own, now + own))
            fb_recount_note(t, row->subject);
        now += fb_spent_row_counts(row);
    }
}

static void note_readers(struct fb_turn *t, struct changed *c)
{
    if (counts(&c->gone) == 0 && counts(&c->come) == 0)
        return;
    const struct fb_held *held = fb_index_held(&t->index, c->approval);
    const struct fb_record *r =
        held != NULL && held->kind == FB_KIND_APPROVAL ? fb_gather_version(t, c->approval) : NULL;
    const struct fb_spent_list *l = fb_spents_of(&t->spents, c->approval);
    if (r == NULL || l == NULL || !is_limited(&r->as.approval))
        return; /* who was covered by what it said before is judged because of that */
    c->limit_pence = r->as.approval.limit_pence;
    note_later(t, c, l);
    if (may_turn(c->limit_pence, l->total - counts(&c->come) + counts(&c->gone), l->total))
        fb_recount_note(t, c->approval);
}

static void change(struct fb_turn *t, struct changed *c)
{
    if (c->gone.spent != NULL)
        fb_turn_fail(t, fb_spents_take(&t->spents, c->gone.by, c->gone.spent));
    if (c->come.spent != NULL && t->err == FB_OK)
        fb_turn_fail(t, fb_spents_add(&t->spents, c->come.by, c->come.spent));
    if (t->err == FB_OK)
        note_readers(t, c);
}

static void compare(struct fb_turn *t, const struct fb_decision *prior, uint32_t approval)
{
    const struct fb_decision *d = &t->decision;
    struct changed c = {approval, taken_of(d->subject, prior, approval), taken_of(d->subject, d, approval), 0};
    if (!is_same(&c.gone, &c.come))
        change(t, &c);
}

void fb_respend_apply(struct fb_turn *t, bool held)
{
    const struct fb_decision *prior = held ? &t->prior : NULL, *d = &t->decision;
    for (unsigned i = 0; i < n_spent(prior) && t->err == FB_OK; i++)
        compare(t, prior, prior->spent[i].approval);
    for (unsigned i = 0; i < n_spent(d) && t->err == FB_OK; i++)
        if (spent_of(prior, d->spent[i].approval) == NULL)
            compare(t, prior, d->spent[i].approval);
}
