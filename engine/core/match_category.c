#include "engine/core/match_steps.h"

/* Invoices by category: what the hours of one come to, and what a line for several shifts is shared out by. */

enum { E4_MINUTES = 100 * 60 };

static int place_of(const struct fb_match_shift *s, fb_code category)
{
    return s->minutes_in == NULL || s->hour_e4 == NULL || category == 0 ? -1 : fb_book_category(s->book, category);
}

int64_t fb_match__category_pence(const struct fb_match_shift *s, fb_code category)
{
    struct fb_pence p;
    int c = place_of(s, category);
    if (c < 0 || s->hour_e4[c] == FB_ABSENT)
        return 0;
    return fb_pence_round(&p, (fb_i128)s->hour_e4[c] * s->minutes_in[c], E4_MINUTES) == FB_OK ? fb_pence_get(p) : 0;
}

int64_t fb_match__category_minutes(const struct fb_match_shift *s, fb_code category)
{
    int c = place_of(s, category);
    return c < 0 ? 0 : s->minutes_in[c];
}

/* ---- what is expected of each category of an invoice ---- */

static bool is_by_category(const struct fb_match_item *m)
{
    return m->open && m->l->billing == FB_BILLING_CHARGE && m->l->category != 0;
}

/* What was credited plays no part: that hangs on what falls to the shift, which is what is asked here. */
static bool leads(const struct fb_matching *x, const struct fb_match_item *m)
{
    if (!is_by_category(m) || m->row.repeated)
        return false;
    for (const struct fb_match_item *before = x->item; before < m; before++)
        if (is_by_category(before) && !before->row.repeated && before->l->category == m->l->category &&
            fb_match__same_invoice(before->l, m->l))
            return false;
    return true;
}

static int64_t less_to_nought(int64_t of, int64_t what)
{
    return of == FB_ABSENT ? of : of > what ? of - what : 0;
}

/* Of an invoice's first category what the others leave, of each other what its hours come to; of an only one the whole. */
static void weigh_by_category(const struct fb_matching *x, struct fb_match_item *m)
{
    const struct fb_match_shift *s = x->shift;
    const struct fb_match_item *first = NULL;
    int64_t pence = 0, minutes = 0;
    for (unsigned i = 0; i < x->n; i++) {
        const struct fb_match_item *other = &x->item[i];
        if (!fb_match__same_invoice(other->l, m->l) || !leads(x, other))
            continue;
        if (first == NULL) {
            first = other;
            continue;
        }
        pence += fb_match__category_pence(s, other->l->category); /* raw: rounded once each */
        minutes += fb_match__category_minutes(s, other->l->category);
    }
    if (first == NULL)
        return;
    bool rest = first->l->category == m->l->category;
    if (rest || s->owed_pence == FB_ABSENT)                            /* raw: asked for */
        m->row.by.pence = less_to_nought(s->owed_pence, pence);        /* raw: a weight */
    else
        m->row.by.pence = fb_match__category_pence(s, m->l->category); /* raw: a weight */
    if (rest || s->minutes == FB_ABSENT)
        m->row.by.minutes = less_to_nought(s->minutes, minutes);
    else
        m->row.by.minutes = fb_match__category_minutes(s, m->l->category);
}

/* A credit that names one line goes by what that one goes by. */
static void weigh_credit(const struct fb_matching *x, struct fb_match_item *credit)
{
    for (unsigned i = 0; i < x->n && credit->l->credit_line != FB_ABSENT; i++) {
        const struct fb_match_item *m = &x->item[i];
        if (!fb_match__is_credited_by(m, credit->l) || !m->row.weighed)
            continue;
        credit->row.by.pence = m->row.by.pence; /* raw: a weight */
        credit->row.by.minutes = m->row.by.minutes;
        return;
    }
}

void fb_match__weigh(struct fb_matching *x)
{
    for (unsigned i = 0; i < x->n; i++)
        if (x->item[i].row.weighed && is_by_category(&x->item[i]))
            weigh_by_category(x, &x->item[i]);
    for (unsigned i = 0; i < x->n; i++)
        if (x->item[i].row.weighed && x->item[i].open && x->item[i].l->billing == FB_BILLING_CREDIT)
            weigh_credit(x, &x->item[i]);
}
