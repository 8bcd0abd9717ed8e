#include "engine/core/judge.h"
#include "engine/core/price_steps.h"
#include "engine/core/trace_form.h"

/* What a trace keeps of a price. A trace is not cleared before: every field is set here or by the caller. Figures and lacks that are
 * not known are nought in a price, and are told apart here without a jump. */
static int64_t figure(bool known, int64_t pence)
{
    return known ? pence : FB_ABSENT; /* raw: already rounded once */
}

static uint8_t lack_of(bool told, enum fb_lack lack)
{
    return told ? (uint8_t)lack : FB_LACK_NOTHING;
}

static uint16_t row_of(bool told, uint16_t row)
{
    return told ? row : FB_NO_ROW;
}

static void keep_card(struct fb_trace *t, const struct fb_price *p, bool bank)
{
    bool known = p->card.known;
    t->assumed_bank_only = p->card.assumed_bank_only;
    t->card_lack = lack_of(!known && bank, p->card.lack);
    t->card = p->card.card;
    t->rule_origin = p->card.rule_origin;
    t->point_origin = p->card.point_origin;
    t->card_pence = figure(known, p->card.pence); /* raw: packed as it is */
    t->limited = known && p->card.limited;
    t->unit = known ? (uint8_t)p->card.unit : FB_UNIT_HOUR;
    t->supplement_origin = row_of(known, p->card.zone_origin);
    t->supplement_pence = p->card.supplement_pence;
    t->each_pence = p->card.each_pence;
}

/* Who took the card over is asked of bank shifts only. Its place in the card's list is shorter than its origin. */
static void keep_adoption(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p, bool bank)
{
    t->lapsed = row_of(bank, p->card.lapsed);
    t->adoption = row_of(bank && p->card.card < book->n_cards && book->card[p->card.card].n_adoptions > 0, p->card.adoption_row);
}

static void keep_charge(struct fb_trace *t, const struct fb_price *p)
{
    t->lower_bound = p->charge.lower_bound;
    t->charge_lack = lack_of(!p->charge.known, p->charge.lack);
    t->charge_pence = figure(p->charge.known, p->charge.pence); /* raw: packed as it is */
}

/* A cap binds agencies only: of other routes nothing is kept, so that nobody reads one into them. */
static void keep_cap(struct fb_trace *t, const struct fb_price *p, bool binds)
{
    t->cap_lack = lack_of(!p->cap.known && binds, p->cap.lack);
    t->cap = row_of(binds, p->cap.cap);
    t->cap_origin = row_of(binds, p->cap.row_origin);
    t->cap_pence = figure(binds && p->cap.known, p->cap.pence); /* raw: packed as it is */
    t->excess_pence = figure(binds && p->cap.known && p->cap.excess_known, p->cap.excess_pence);
}

/* The zone is kept where something hung on it; that no supplement is due hangs on it too, and is told where the row that
 * says so is weak. */
static void keep_zone(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p)
{
    bool of_cap = t->cap < book->n_caps && book->cap[t->cap].n_zones > 0;
    bool of_card = t->card < book->n_cards && book->card[t->card].hcas && fb_price__weak(book, p->zone_origin);
    bool asked = p->zone >= 0 && (t->supplement_origin != FB_NO_ROW || of_cap || of_card);
    t->zone = asked ? (uint8_t)(p->zone + 1) : 0;
    t->zone_row = row_of(asked, p->zone_origin);
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
    t->loaded_pence = figure(l->known, l->pence); /* raw: packed as it is */
    t->loaded_lack = lack_of(!l->known && !plain, l->lack);
    t->loaded_lower_bound = l->lower_bound;
    t->vat_unsettled = l->vat_unsettled;
    t->vat_origin = row_of(l->vat_unsettled, l->vat_origin);
    t->weak_origin = l->weak_origin;
    unsigned parts = 0;
    for (unsigned part = FB_PART_WTD_HOLIDAY; part < FB_PART_END; part++)
        parts |= (unsigned)(l->part_pence[part] != 0) << part;
    t->loaded_parts = (uint16_t)parts;
}

_Static_assert(FB_CATEGORIES_MAX == 16, "as many as are absent here");
static const int64_t no_cap[FB_CATEGORIES_MAX] = {FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT,
                                                  FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT, FB_ABSENT};

static inline void keep(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p, bool bank, bool agency)
{
    keep_card(t, p, bank);
    keep_adoption(t, book, p, bank);
    keep_charge(t, p);
    keep_cap(t, p, agency);
    keep_zone(t, book, p);
    keep_loaded(t, &p->loaded);
    t->n_categories = book->n_categories;
}

void fb_trace__parts_of_price(struct fb_trace_parts *s, const struct fb_book *book, const struct fb_price *p, enum fb_route route)
{
    struct fb_trace t; /* of which only the scalars are filled in, and read again */
    bool agency = route == FB_ROUTE_AGENCY;
    keep(&t, book, p, fb_route_is_bank(route), agency);
    fb_trace__scalars(s, &t);
    s->minutes = p->minutes.in;
    s->series[0] = p->charge.hour_e4;
    s->series[1] = agency ? p->cap.hour_e4 : no_cap;
    s->series[2] = p->card.hour_e4;
}

void fb_trace_price(struct fb_trace *t, const struct fb_book *book, const struct fb_price *p, enum fb_route route)
{
    keep(t, book, p, fb_route_is_bank(route), route == FB_ROUTE_AGENCY);
    keep_categories(t, p, book->n_categories, route);
}
