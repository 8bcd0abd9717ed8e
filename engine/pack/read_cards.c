#include "engine/pack/read.h"

static const struct fb_span nothing = {NULL, 0};

static enum fb_pay_at pay_at_of(struct fb_reading *r, struct fb_node *map)
{
    static const struct {
        const char *word;
        enum fb_pay_at at;
    } words[] = {{"entry", FB_PAY_AT_ENTRY},
                 {"mid", FB_PAY_AT_MID},
                 {"top", FB_PAY_AT_TOP},
                 {"own_point", FB_PAY_AT_OWN_POINT},
                 {"table", FB_PAY_AT_TABLE}};
    struct fb_node *node = fb_read_scalar(r, map, "at");
    for (unsigned i = 0; node != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (fb_span_is(node->text, words[i].word))
            return words[i].at;
    }
    if (node != NULL)
        fb_read_error(r, node->line, "at", node->text, ": use one of entry, mid, top, own_point, table");
    return FB_PAY_AT_TOP;
}

/* The shift's own band at one of the three points that every band of Agenda for Change has. */
static enum fb_pay_at not_above_of(struct fb_reading *r, struct fb_node *map)
{
    static const enum fb_pay_at at[FB_POINT_END] = {
        [FB_POINT_ENTRY] = FB_PAY_AT_ENTRY, [FB_POINT_MID] = FB_PAY_AT_MID, [FB_POINT_TOP] = FB_PAY_AT_TOP};
    struct fb_node *node = fb_node_get(map, "not_above") == NULL ? NULL : fb_read_scalar(r, map, "not_above");
    if (node == NULL)
        return 0;
    enum fb_pay_at found = at[fb_point_find(node->text)];
    if (found == 0)
        fb_read_error(r, node->line, "not_above", node->text, ": use one of entry, mid, top");
    return found;
}

static void read_limits(struct fb_reading *r, struct fb_node *map, struct fb_card_rule *rule)
{
    rule->not_above = not_above_of(r, map);
    struct fb_node *band =
        fb_node_get(map, "not_above_band") == NULL ? NULL : fb_read_scalar(r, map, "not_above_band");
    if (band != NULL)
        rule->not_above_grade = (uint8_t)(fb_read_grade_at(r, band->line, band->text) + 1);
}

/* Which bookings and which kinds of time the rule pays. */
static void read_reach(struct fb_reading *r, struct fb_node *map, struct fb_card_rule *rule)
{
    uint32_t hour = 1u << FB_UNIT_HOUR, worked = 1u << FB_INTERVAL_WORKED | 1u << FB_INTERVAL_CALLED_OUT;
    rule->units = fb_read_optional_bits(r, map, "units", &fb_unit_words, hour);
    rule->intervals = fb_read_optional_bits(r, map, "intervals", &fb_interval_words, worked);
    if ((rule->intervals >> FB_INTERVAL_BREAK & 1) != 0)
        fb_read_error(r, map->line, "intervals: a break is never paid, so no rule can pay it", nothing, "");
    if (rule->pay_at != FB_PAY_AT_TABLE && (rule->units & ~hour) != 0)
        fb_read_error(r, map->line, "a scale pays by the hour: units other than hour need at: table", nothing,
                      "");
}

static void read_table_name(struct fb_reading *r, struct fb_node *map, struct fb_draft_pay *pay)
{
    bool by_table = pay->rule.pay_at == FB_PAY_AT_TABLE;
    if (by_table)
        pay->table = fb_read_text(r, map, "table");
    else if (fb_node_get(map, "table") != NULL)
        fb_read_error(r, map->line, "a table that the rule does not use: write at: table", nothing, "");
}

static void refuse_own(struct fb_reading *r, unsigned line, const struct fb_card_rule *rule)
{
    bool own = rule->lower_band_only || rule->pay_at == FB_PAY_AT_OWN_POINT;
    if (own && rule->worker_kind != FB_WORKER_KIND_SUBSTANTIVE)
        fb_read_error(r, line, "only a substantive worker has a band of their own: add worker: substantive",
                      nothing, "");
}

static void read_pay(struct fb_reading *r, struct fb_node *map, struct fb_list *pays)
{
    struct fb_draft_pay *pay = fb_list_add(r->draft->pool, pays, sizeof *pay);
    if (pay == NULL)
        return;
    if (!fb_read_is_map(r, map, "write a mapping such as {bands: [\"5\"], worker: bank_only, at: mid}"))
        return;
    pay->line = map->line;
    pay->rule.grades = fb_read_grade_bits(r, map, "bands");
    if (fb_node_get(map, "worker") != NULL)
        pay->rule.worker_kind = (enum fb_worker_kind)fb_read_word(r, map, "worker", &fb_worker_kind_words);
    pay->rule.lower_band_only = fb_read_optional_yes(r, map, "lower_band_only");
    pay->rule.pay_at = pay_at_of(r, map);
    pay->rule.table = FB_NO_ROW;
    read_limits(r, map, &pay->rule);
    read_reach(r, map, &pay->rule);
    read_table_name(r, map, pay);
    refuse_own(r, map->line, &pay->rule);
}

/* A trust may leave its system's card for a while, and only with a reason that somebody agreed to. */
static void read_departure(struct fb_reading *r, struct fb_node *map, struct fb_draft_card *card)
{
    bool until = fb_node_get(map, "agreed_until") != NULL, reason = fb_node_get(map, "reason") != NULL;
    card->agreed_until = INT32_MAX;
    if (!until && !reason)
        return;
    card->agreed_until = fb_read_day(r, map, "agreed_until");
    card->reason = fb_read_text(r, map, "reason");
    if (fb_draft_pack_at(r->draft, r->pack)->layer < FB_LAYER_TRUST)
        fb_read_error(r, map->line, "agreed_until", nothing,
                      ": only the card of a trust or a site departs from another one");
    if (until && card->agreed_until <= card->terms.standing.from)
        fb_read_error(r, map->line, "agreed_until is not after from: the card would never hold", nothing, "");
    if (until && card->agreed_until < card->terms.standing.until)
        card->terms.standing.until = card->agreed_until;
}

static void add_card(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_card card = {.terms = fb_read_terms(r, map)};
    card.tolerance_e4 = fb_read_decimal(r, map, "off_card_tolerance_gbp_hour", 4);
    if (card.tolerance_e4 < 0)
        fb_read_error(r, map->line, "a tolerance below nought", nothing, "");
    card.hcas = fb_read_optional_yes(r, map, "hcas");
    card.includes_holiday = fb_read_optional_yes(r, map, "includes_holiday");
    read_departure(r, map, &card);
    struct fb_node *pays = fb_read_list(r, map, "pay");
    for (struct fb_node *pay = pays == NULL ? NULL : pays->first; pay != NULL; pay = pay->next)
        read_pay(r, pay, &card.pays);
    if (!fb_read_is_known(r, &card.terms.standing))
        return;
    FB_EACH(r->draft->cards, struct fb_draft_card, other)
    {
        fb_read_refuse_twin(r, &card.terms, &other->terms);
    }
    struct fb_draft_card *place = fb_list_add(r->draft->pool, &r->draft->cards, sizeof *place);
    if (place != NULL)
        *place = card;
}

void fb_read_cards(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (fb_read_is_map(r, item, "a card is a mapping that begins with its name"))
            add_card(r, item);
    }
}
