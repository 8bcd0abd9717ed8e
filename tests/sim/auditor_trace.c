#include "engine/core/trace.h"
#include "tests/sim/auditor.h"

/* Whose card it was is asked of bank shifts only. */
static bool same_card(struct auditor *a, const struct aud_held *h, const struct fb_book *book,
                      const struct aud_verdict *v, const struct fb_trace *t)
{
    const struct aud_price *p = &v->price;
    bool bank = v->route == FB_ROUTE_BANK || v->route == FB_ROUTE_COLLABORATIVE;
    int64_t lapsed = bank && p->lapsed != NULL ? p->lapsed - book->card : FB_NO_ROW;
    int64_t card = p->the_card != NULL ? p->the_card - book->card : FB_NO_ROW;
    if (t->card != card)
        return auditor_differs_at(a, h, "card in the trace", card, t->card);
    if (t->lapsed != lapsed)
        return auditor_differs_at(a, h, "card that lapsed, in the trace", lapsed, t->lapsed);
    if (t->limited != (p->card_known && p->limited))
        return auditor_differs_at(a, h, "limit of the card in the trace", p->limited, t->limited);
    if (t->supplement_pence != (p->card_known ? p->supplement : 0))
        return auditor_differs_at(a, h, "supplement in the trace", p->supplement, t->supplement_pence);
    if (t->each_pence != (p->card_known ? p->each : 0))
        return auditor_differs_at(a, h, "pay by the piece in the trace", p->each, t->each_pence);
    return true;
}

static bool same_loaded(struct auditor *a, const struct aud_held *h, const struct aud_verdict *v,
                        const struct fb_trace *t)
{
    const struct aud_price *p = &v->price;
    if (t->loaded_pence != (p->loaded_known ? p->loaded : FB_ABSENT))
        return auditor_differs_at(a, h, "loaded pence in the trace", p->loaded_known ? p->loaded : FB_ABSENT,
                                  t->loaded_pence);
    if (p->loaded_known && t->loaded_lower_bound != p->loaded_short)
        return auditor_differs_at(a, h, "lower bound of the loaded cost in the trace", p->loaded_short,
                                  t->loaded_lower_bound);
    if (t->vat_unsettled != p->vat_unsettled)
        return auditor_differs_at(a, h, "unsettled VAT in the trace", p->vat_unsettled, t->vat_unsettled);
    return true;
}

static bool same_prices(struct auditor *a, const struct aud_held *h, const struct aud_verdict *v,
                        const struct fb_trace *t)
{
    const struct aud_price *p = &v->price;
    bool agency = v->route == FB_ROUTE_AGENCY;
    for (unsigned c = 0; c < t->n_categories; c++)
        if (p->minutes[c] != t->minutes[c])
            return auditor_differs_at(a, h, "minutes of a category in the trace", p->minutes[c],
                                      t->minutes[c]);
    if (t->card_pence != (p->card_known ? p->card : FB_ABSENT))
        return auditor_differs_at(a, h, "card pence in the trace", p->card, t->card_pence);
    if (t->charge_pence != (p->charge_known ? p->charge : FB_ABSENT))
        return auditor_differs_at(a, h, "charge pence in the trace", p->charge, t->charge_pence);
    if (t->cap_pence != (agency && p->cap_known ? p->cap : FB_ABSENT))
        return auditor_differs_at(a, h, "cap pence in the trace", p->cap, t->cap_pence);
    if (t->excess_pence != (agency && p->cap_known && p->excess_known ? p->excess : FB_ABSENT))
        return auditor_differs_at(a, h, "excess pence in the trace", p->excess, t->excess_pence);
    return true;
}

/* 1: at least so much, -1: at most, 0: just so. */
static int bound_of(const struct fb_facts *f, unsigned fact)
{
    return (int)fb_fact_in(&f->at_least, fact) - (int)fb_fact_in(&f->at_most, fact);
}

bool aud_same_trace(struct auditor *a, const struct aud_held *h, const struct fb_book *book,
                    const struct aud_verdict *v, const struct fb_decision *d, bool kept)
{
    struct fb_trace t;
    if (fb_trace_unpack(&t, d->trace) != FB_OK)
        return auditor_differs_at(a, h, "trace that can be read", 1, 0);
    if (!same_prices(a, h, v, &t) || !same_card(a, h, book, v, &t) || !same_loaded(a, h, v, &t))
        return false;
    struct fb_fact_bits reads = {{0}};
    if (v->state == FB_BOOKING_STATE_BOOKED) {
        reads = aud_reads(book, &v->facts);
        fb_fact_join(&reads, &v->bonus_reads);
    }
    for (unsigned f = 0; f < (kept ? FB_FACT_WORKER_KNOWN : FB_FACT_COUNT); f++) {
        bool must = fb_fact_in(&reads, f) && fb_fact_in(&v->facts.known, f), found = fb_fact_in(&t.facts.known, f);
        if (must != found)
            return auditor_differs_at(a, h, fb_fact_table[f].word, must, found);
        if (must && v->facts.value[f] != t.facts.value[f])
            return auditor_differs_at(a, h, fb_fact_table[f].word, v->facts.value[f], t.facts.value[f]);
        int bound = bound_of(&v->facts, f), said = bound_of(&t.facts, f);
        if (must && bound != said)
            return auditor_differs_at(a, h, fb_fact_table[f].word, 1000 + bound, 1000 + said); /* at least, at most */
    }
    return true;
}
