#include "engine/core/judge.h"
#include "engine/core/price_steps.h"
#include "engine/core/trace_form.h"

/* What a trace keeps of a price. A trace is not cleared before: every field is set here or by the caller. */
static void keep_card(struct fb_trace *t, const struct fb_price *p, enum fb_route route)
{
    t->assumed_bank_only = p->card.assumed_bank_only;
    t->card_lack = p->card.known || !fb_route_is_bank(route) ? FB_LACK_NOTHING : (uint8_t)p->card.lack;
    t->card = p->card.card;
    t->rule_origin = p->card.rule_origin;
    t->point_origin = p->card.point_origin;
    t->card_pence = p->card.known ? p->card.pence : FB_ABSENT; /* raw: already rounded once */
    t->limited = p->card.known && p->card.limited;
    t->unit = p->card.known ? (uint8_t)p->card.unit : FB_UNIT_HOUR;
    t->supplement_origin = p->card.known ? p->card.zone_origin : FB_NO_ROW;
    t->supplement_pence = p->card.supplement_pence;
    t->each_pence = p->card.each_pence;
}

/* Who took the card over is asked of bank shifts only. Its place in the card's list is shorter than its origin. */
static void keep_adoption(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p,
                          enum fb_route route)
{
    t->adoption = FB_NO_ROW;
    t->lapsed = fb_route_is_bank(route) ? p->card.lapsed : FB_NO_ROW;
    if (!fb_route_is_bank(route) || p->card.card >= book->n_cards || book->card[p->card.card].n_adoptions == 0)
        return;
    const struct fb_card *card = &book->card[p->card.card];
    t->adoption = 0;
    if (p->card.adoption_origin == FB_NO_ROW)
        return;
    unsigned i = card->n_adoptions < FB_NO_ROW ? card->n_adoptions : FB_NO_ROW - 1;
    while (i > 0 && card->adoption[i - 1].origin != p->card.adoption_origin)
        i--;
    t->adoption = (uint16_t)i;
}

static void keep_charge(struct fb_trace *t, const struct fb_price *p)
{
    t->lower_bound = p->charge.lower_bound;
    t->charge_lack = p->charge.known ? FB_LACK_NOTHING : (uint8_t)p->charge.lack;
    t->charge_pence = p->charge.known ? p->charge.pence : FB_ABSENT; /* raw: already rounded once */
}

/* A cap binds agencies only: of other routes nothing is kept, so that nobody reads one into them. */
static void keep_cap(struct fb_trace *t, const struct fb_price *p, enum fb_route route)
{
    bool binds = route == FB_ROUTE_AGENCY;
    t->cap_lack = p->cap.known || !binds ? FB_LACK_NOTHING : (uint8_t)p->cap.lack;
    t->cap = binds ? p->cap.cap : FB_NO_ROW;
    t->cap_origin = binds ? p->cap.row_origin : FB_NO_ROW;
    t->cap_pence = binds && p->cap.known ? p->cap.pence : FB_ABSENT; /* raw: already rounded once */
    t->excess_pence = binds && p->cap.known && p->cap.excess_known ? p->cap.excess_pence : FB_ABSENT;
}

/* The zone is kept where something hung on it; that no supplement is due hangs on it too, and is told where the row that
 * says so is weak. */
static void keep_zone(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p)
{
    bool of_cap = t->cap < book->n_caps && book->cap[t->cap].n_zones > 0;
    bool of_card = t->card < book->n_cards && book->card[t->card].hcas && fb_price__weak(book, p->zone_origin);
    bool asked = p->zone >= 0 && (t->supplement_origin != FB_NO_ROW || of_cap || of_card);
    t->zone = asked ? (uint8_t)(p->zone + 1) : 0;
    t->zone_row = asked ? p->zone_origin : FB_NO_ROW;
}

static void keep_categories(struct fb_trace *t, const struct fb_price *p, unsigned n, enum fb_route route)
{
    t->n_categories = n;
    for (unsigned c = 0; c < n; c++) {
        t->minutes[c] = p->minutes.in[c];
        t->charge_hour_e4[c] = p->charge.hour_e4[c];
        t->cap_hour_e4[c] = route == FB_ROUTE_AGENCY ? p->cap.hour_e4[c] : FB_ABSENT;
        t->card_hour_e4[c] = p->card.hour_e4[c];
    }
}

static void keep_loaded(struct fb_trace *t, const struct fb_loaded *l)
{
    bool plain = l->lack == FB_LACK_ON_COST || l->lack == t->charge_lack || l->lack == t->card_lack;
    t->loaded_parts = 0;
    t->loaded_pence = l->known ? l->pence : FB_ABSENT; /* raw: already rounded once */
    t->loaded_lack = l->known || plain ? FB_LACK_NOTHING : (uint8_t)l->lack;
    t->loaded_lower_bound = l->lower_bound;
    t->vat_unsettled = l->vat_unsettled;
    t->vat_origin = l->vat_unsettled ? l->vat_origin : FB_NO_ROW;
    t->weak_origin = l->weak_origin;
    for (unsigned part = FB_PART_WTD_HOLIDAY; part < FB_PART_END; part++)
        t->loaded_parts = (uint16_t)(t->loaded_parts | (l->part_pence[part] != 0) << part);
}

struct fb_trace_parts fb_trace__parts_of_price(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p,
                                               enum fb_route route)
{
    keep_card(t, p, route);
    keep_adoption(t, book, p, route);
    keep_charge(t, p);
    keep_cap(t, p, route);
    keep_zone(t, book, p);
    keep_loaded(t, &p->loaded);
    t->n_categories = book->n_categories;
    return (struct fb_trace_parts){.t = t,
                                   .minutes = p->minutes.in,
                                   .series = {p->charge.hour_e4, route == FB_ROUTE_AGENCY ? p->cap.hour_e4 : NULL,
                                              p->card.hour_e4}};
}

void fb_trace_price(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p, enum fb_route route)
{
    (void)fb_trace__parts_of_price(t, book, p, route);
    keep_categories(t, p, book->n_categories, route);
}
