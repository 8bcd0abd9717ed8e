#include "engine/pack/compile.h"

static void refuse_no_rules(struct fb_compiling *c, const struct fb_draft_card *card)
{
    if (card->pays.n == 0 || card->pays.n > UINT16_MAX)
        fb_compile_complain(c->draft, card->terms.place, false,
                            "a card without rules under pay, or with too many:", card->terms.name, "");
}

/* The table's index in the draft is that in the book. */
static uint16_t table_of(struct fb_compiling *c, const struct fb_draft_pay *pay, struct fb_place place)
{
    if (pay->rule.pay_at != FB_PAY_AT_TABLE)
        return FB_NO_ROW;
    int i = fb_draft_rate_table(c->draft, place.pack, pay->table);
    if (i < 0)
        fb_compile_complain(c->draft, place, false, "this pack has no table of rates", pay->table,
                            ": name a .csv file under rates, without .csv");
    return i < 0 ? FB_NO_ROW : (uint16_t)i;
}

static struct fb_card_rule *rules_of(struct fb_compiling *c, const struct fb_draft_card *card)
{
    struct fb_card_rule *rule = fb_pool_get(c->draft->pool, (card->pays.n + 1) * sizeof *rule);
    unsigned n = 0;
    if (rule == NULL)
        return NULL;
    FB_EACH(card->pays, struct fb_draft_pay, pay)
    {
        struct fb_place place = card->terms.place;
        place.line = pay->line;
        rule[n] = pay->rule;
        rule[n].table = table_of(c, pay, place);
        rule[n++].origin = fb_compile_origin(c, place, &card->terms.standing);
    }
    return rule;
}

static struct fb_card card_of(struct fb_compiling *c, const struct fb_draft_card *d)
{
    const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, d->terms.place.pack);
    return (struct fb_card){.name = d->terms.name,
                            .calendar = d->terms.calendar,
                            .whole_shift = d->terms.whole_shift,
                            .break_from = d->terms.break_from,
                            .off_card_tolerance_e4 = d->tolerance_e4,
                            .hcas = d->hcas,
                            .includes_holiday = d->includes_holiday,
                            .departs = d->agreed_until != INT32_MAX,
                            .agreed_until = d->agreed_until,
                            .reason = d->reason,
                            .n_adoptions = pack->n_adopted,
                            .adoption = pack->adopted,
                            .n_rules = (uint16_t)d->pays.n,
                            .rule = rules_of(c, d),
                            .origin = fb_compile_origin(c, d->terms.place, &d->terms.standing)};
}

static bool overlap(const struct fb_scope *a, const struct fb_scope *b)
{
    fb_day from = a->from > b->from ? a->from : b->from, until = a->until < b->until ? a->until : b->until;
    return (a->trust == 0 || b->trust == 0 || a->trust == b->trust) &&
           (a->staff_groups & b->staff_groups) != 0 && from < until;
}

static bool covers(const struct fb_compiling *c, const struct fb_draft_card *general,
                   const struct fb_scope *scope)
{
    for (unsigned i = 0; i < fb_compile_scopes(c, &general->terms); i++) {
        struct fb_scope other = fb_compile_scope(c, &general->terms, i);
        if (overlap(scope, &other))
            return true;
    }
    return false;
}

/* A trust that stands in for its system's card without an end and a reason has left the system in silence.
 * Routes are not asked, as in fb_scope_fits. */
static void refuse_silent_departure(struct fb_compiling *c, const struct fb_draft_card *d)
{
    if (d->agreed_until != INT32_MAX ||
        fb_draft_pack_at(c->draft, d->terms.place.pack)->layer < FB_LAYER_TRUST)
        return;
    FB_EACH(c->draft->cards, struct fb_draft_card, general)
    {
        bool departs = false;
        if (fb_draft_pack_at(c->draft, general->terms.place.pack)->layer != FB_LAYER_ICS)
            continue;
        for (unsigned i = 0; i < fb_compile_scopes(c, &d->terms); i++) {
            struct fb_scope scope = fb_compile_scope(c, &d->terms, i);
            departs = departs || covers(c, general, &scope);
        }
        if (departs)
            fb_compile_complain(c->draft, d->terms.place, false, "this card departs from the system's card",
                                general->terms.name, ": say agreed_until and reason");
    }
}

/* The bands of a family that the card pays by the family's own scale. */
static uint64_t by_scale(const struct fb_compiling *c, const struct fb_draft_card *d, uint8_t family)
{
    uint64_t grades = 0, own = 0;
    FB_EACH(d->pays, struct fb_draft_pay, pay)
    {
        grades |= pay->rule.pay_at == FB_PAY_AT_TABLE ? 0 : pay->rule.grades;
    }
    for (unsigned g = 0; g < c->book->n_grades; g++)
        own |= (uint64_t)(c->book->grade[g].family == family) << g;
    return grades & own;
}

static void refuse_missing(struct fb_compiling *c, const struct fb_draft_card *d)
{
    unsigned before = c->draft->report->errors;
    FB_EACH(c->draft->hourlies, struct fb_draft_hourly, h)
    {
        if (c->draft->report->errors == before)
            fb_compile_refuse_missing(c, &d->terms, h->enhancement, by_scale(c, d, h->family));
    }
}

/* Packs come most general first and files by name, so that the list is ascending by specificity as it stands.
 */
void fb_compile_cards(struct fb_compiling *c)
{
    struct fb_list cards = {0};
    FB_EACH(c->draft->cards, struct fb_draft_card, d)
    {
        struct fb_card card = card_of(c, d);
        refuse_no_rules(c, d);
        refuse_silent_departure(c, d);
        refuse_missing(c, d);
        for (unsigned i = 0; i < fb_compile_scopes(c, &d->terms); i++) {
            struct fb_card *place = fb_list_add(c->draft->pool, &cards, sizeof *place);
            if (place == NULL)
                return;
            *place = card;
            place->scope = fb_compile_scope(c, &d->terms, i);
            if (place->scope.until <= place->scope.from)
                cards.n--; /* the member had left before the card began */
        }
    }
    c->book->card = cards.item;
    c->book->n_cards = cards.n;
    if (cards.n >= FB_NO_ROW)
        c->draft->pool->bad = true;
}
