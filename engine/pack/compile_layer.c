#include "engine/pack/compile.h"
#include <stdlib.h>

/* Who took a pack's cards over, and how far the pay of whom may stand from them. */

static int by_trust_and_day(const void *a, const void *b)
{
    const struct fb_adoption_row *x = a, *y = b;
    if (x->trust != y->trust)
        return x->trust < y->trust ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

/* Book is kept even while it says nothing yet: a row that is nobody's keeps such a card from holding for all.
 */
static void compile_adoptions(struct fb_compiling *c, struct fb_draft_pack *pack)
{
    struct fb_adoption_row *row = fb_pool_get(c->draft->pool, (pack->adoptions.n + 1) * sizeof *row);
    unsigned n = 0;
    if (row == NULL)
        return;
    FB_EACH(pack->adoptions, struct fb_draft_adoption, a)
    {
        row[n] = a->row;
        row[n++].origin = fb_compile_origin(c, a->place, &a->standing);
    }
    if (n == 0)
        row[n++] =
            (struct fb_adoption_row){.state = FB_ADOPTION_PROPOSED, .from = INT32_MAX, .origin = FB_NO_ROW};
    qsort(row, n, sizeof *row, by_trust_and_day);
    pack->adopted = row;
    pack->n_adopted = n;
}

/* It holds for the trusts of its system, while they are members. */
static const struct fb_corridor_member *members_of(struct fb_compiling *c, const struct fb_draft_pack *pack)
{
    struct fb_corridor_member *member = fb_pool_get(c->draft->pool, (pack->members.n + 1) * sizeof *member);
    unsigned n = 0;
    FB_EACH(pack->members, struct fb_draft_member, m)
    {
        if (member != NULL)
            member[n++] = (struct fb_corridor_member){m->code, m->from, m->until};
    }
    return member;
}

static void compile_corridors(struct fb_compiling *c)
{
    struct fb_book *b = c->book;
    b->corridor = fb_pool_get(c->draft->pool, (c->draft->corridors.n + 1) * sizeof *b->corridor);
    if (b->corridor == NULL)
        return;
    FB_EACH(c->draft->corridors, struct fb_draft_corridor, d)
    {
        const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, d->place.pack);
        struct fb_corridor *corridor = &b->corridor[b->n_corridors++];
        *corridor = d->corridor;
        corridor->member = members_of(c, pack);
        corridor->n_members = corridor->member == NULL ? 0 : pack->members.n;
        corridor->origin = fb_compile_origin(c, d->place, &d->standing);
    }
}

/* The most specific pack that says it. */
static void compile_silence(struct fb_compiling *c)
{
    FB_EACH(c->draft->silences, struct fb_draft_silence, d)
    {
        c->book->silence = d->silence;
        c->book->silence.origin = fb_compile_origin(c, d->place, &d->standing);
    }
}

/* The same; without one an invoice is matched to the penny and the minute. */
static void compile_invoice(struct fb_compiling *c)
{
    c->book->invoice.origin = FB_NO_ROW;
    FB_EACH(c->draft->invoices, struct fb_draft_invoice, d)
    {
        c->book->invoice = d->terms;
        c->book->invoice.origin = fb_compile_origin(c, d->place, &d->standing);
    }
}

void fb_compile_layers(struct fb_compiling *c)
{
    FB_EACH(c->draft->packs, struct fb_draft_pack, pack)
    {
        if (pack->keeps_adoption)
            compile_adoptions(c, pack);
    }
    compile_corridors(c);
    compile_silence(c);
    compile_invoice(c);
}

/* ---- categories that a pack added ---- */

static uint32_t categories_of(const struct fb_calendar *calendar)
{
    uint32_t used = 0;
    for (unsigned i = 0; i < calendar->n_order; i++)
        used |= 1u << calendar->order[i];
    return used;
}

static uint32_t missing_in(const struct fb_draft *d, struct fb_span enhancement, uint64_t grades,
                           const struct fb_standing *s)
{
    uint32_t missing = 0;
    FB_EACH(d->enhancements, struct fb_draft_enhancement, e)
    {
        if (!fb_span_eq(e->name, enhancement) || e->standing.until <= s->from || s->until <= e->standing.from)
            continue;
        FB_EACH(e->percents, struct fb_draft_percent, p)
        {
            missing |= (p->grades & grades) != 0 ? p->missing : 0;
        }
    }
    return missing;
}

void fb_compile_refuse_missing(struct fb_compiling *c, const struct fb_draft_terms *t,
                               struct fb_span enhancement, uint64_t grades)
{
    const struct fb_draft *d = c->draft;
    if (t->calendar >= c->book->n_calendars)
        return;
    uint32_t missing =
        missing_in(d, enhancement, grades, &t->standing) & categories_of(&c->book->calendar[t->calendar]);
    char word[9];
    if (missing == 0)
        return;
    fb_code_format(word, d->category[__builtin_ctz(missing)]);
    fb_compile_complain(
        c->draft, t->place, false, "the calendar has the category", fb_span_of(word),
        ", for which the pay scale has no percentage: use another calendar, or pay at: table");
}
