#include "engine/pack/compile.h"

static void refuse_no_rules(struct fb_compiling *c, const struct fb_draft_card *card)
{
    if (card->pays.n == 0 || card->pays.n > UINT16_MAX)
        fb_compile_complain(c->draft, card->terms.place, false,
                            "a card without rules under pay, or with too many:", card->terms.name, "");
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
        rule[n++].origin = fb_compile_origin(c, place, &card->terms.standing);
    }
    return rule;
}

static struct fb_card card_of(struct fb_compiling *c, const struct fb_draft_card *d)
{
    return (struct fb_card){.name = d->terms.name,
                            .calendar = d->terms.calendar,
                            .whole_shift = d->terms.whole_shift,
                            .break_from = d->terms.break_from,
                            .off_card_tolerance_e4 = d->tolerance_e4,
                            .n_rules = (uint16_t)d->pays.n,
                            .rule = rules_of(c, d),
                            .origin = fb_compile_origin(c, d->terms.place, &d->terms.standing)};
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
        for (unsigned i = 0; i < fb_compile_scopes(c, &d->terms); i++) {
            struct fb_card *place = fb_list_add(c->draft->pool, &cards, sizeof *place);
            if (place == NULL)
                return;
            *place = card;
            place->scope = fb_compile_scope(c, &d->terms, i);
        }
    }
    c->book->card = cards.item;
    c->book->n_cards = cards.n;
    if (cards.n >= FB_NO_ROW)
        c->draft->pool->bad = true;
}
