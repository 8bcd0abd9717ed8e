/* What a pound of pay costs besides: every route that a card pays for needs its on-costs and a fee, every one
 * that a cap is for a VAT treatment. Without them a loaded cost cannot be said, or is only a lower bound. */
#include "engine/base/hash.h"
#include "engine/pack/check_steps.h"

enum { KEY_PART = 1, KEY_FEE, KEY_VAT };

/* One shift as costs ask it. */
struct costing {
    struct fb_checking *c;
    struct fb_where where;
    enum fb_route route;
    uint16_t origin;       /* of the card or cap */
    bool includes_holiday; /* its rates do */
};

static bool fits(const struct costing *x, const struct fb_scope *s)
{
    return fb_scope_fits(s, &x->where) && (s->routes >> (unsigned)x->route & 1u) != 0;
}

static bool has_part(const struct costing *x, enum fb_part part)
{
    const struct fb_book *b = x->c->book;
    for (unsigned i = 0; i < b->n_on_costs; i++) {
        if (b->on_cost[i].part == part && fits(x, &b->on_cost[i].scope))
            return true;
    }
    return false;
}

static bool has_fee(const struct costing *x)
{
    for (unsigned i = 0; i < x->c->book->n_fees; i++) {
        if (fits(x, &x->c->book->fee[i].scope))
            return true;
    }
    return false;
}

static bool has_vat(const struct costing *x, unsigned engagement)
{
    for (unsigned i = 0; i < x->c->book->n_vats; i++) {
        const struct fb_vat *v = &x->c->book->vat[i];
        if ((v->engagements >> engagement & 1u) != 0 && fits(x, &v->scope))
            return true;
    }
    return false;
}

static void add_shift(const struct costing *x, struct fb_text *t, const char *after)
{
    fb_text_add(t, " is held for ");
    fb_text_add(t, fb_route_word(x->route));
    fb_text_add(t, " shifts, such as ");
    fb_text_add(t, fb_staff_group_word(x->where.group));
    fb_text_add(t, " on ");
    fb_check_add_day(t, x->where.day);
    fb_text_add(t, after);
}

static const char unsaid[] = ": their loaded cost cannot be said";

/* One finding for all that is missing: who mends one mends the others. */
static void check_parts(const struct costing *x)
{
    static const enum fb_part parts[] = {FB_PART_WTD_HOLIDAY, FB_PART_EMPLOYER_NI, FB_PART_EMPLOYER_PENSION,
                                         FB_PART_LEVY};
    struct fb_check_text text;
    uint32_t missing = 0, told = 0;
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        bool needed = parts[i] != FB_PART_WTD_HOLIDAY || !x->includes_holiday;
        missing |= needed && !has_part(x, parts[i]) ? (uint32_t)1 << parts[i] : 0;
    }
    if (missing == 0 ||
        fb_check_told(x->c, fb_check_origin(x->c, x->origin), fb_hash64_mix(KEY_PART, missing)) ||
        !fb_check_begin(x->c, fb_check_origin(x->c, x->origin), true, fb_hash64_mix(KEY_PART, missing),
                        &text))
        return;
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if ((missing >> parts[i] & 1u) == 0)
            continue;
        fb_text_add(&text.t, told++ == 0 ? "no " : ", no ");
        fb_text_add(&text.t, fb_part_word(parts[i]));
    }
    add_shift(x, &text.t, unsaid);
    fb_check_end(x->c, &text);
}

static void check_fee(const struct costing *x)
{
    struct fb_check_text text;
    struct fb_check_at at = fb_check_origin(x->c, x->origin);
    if (has_fee(x) || x->route == FB_ROUTE_SUBSTANTIVE || fb_check_told(x->c, at, KEY_FEE) ||
        !fb_check_begin(x->c, at, true, KEY_FEE, &text))
        return;
    fb_text_add(&text.t, "no fee");
    add_shift(
        x, &text.t,
        ": their loaded cost is a lower bound where the source sends none (write 0 where there is none)");
    fb_check_end(x->c, &text);
}

static void check_vat(const struct costing *x)
{
    struct fb_check_at at = fb_check_origin(x->c, x->origin);
    for (unsigned e = 0; e < FB_ENGAGEMENT_END; e++) {
        struct fb_check_text text;
        if (has_vat(x, e) || fb_check_told(x->c, at, KEY_VAT) ||
            !fb_check_begin(x->c, at, true, KEY_VAT, &text))
            continue;
        fb_text_add(&text.t, "no VAT treatment, engagement ");
        fb_text_add(&text.t, e == 0 ? "not_stated" : fb_engagement_word((enum fb_engagement)e));
        add_shift(x, &text.t, unsaid);
        fb_check_end(x->c, &text);
    }
}

static bool is_priced_by_card(enum fb_route route)
{
    return route == FB_ROUTE_BANK || route == FB_ROUTE_COLLABORATIVE || route == FB_ROUTE_SUBSTANTIVE;
}

/* The first group of the scope for which it is the one that holds. */
static void each_route(struct costing *x, const struct fb_scope *s, const void *own, bool card)
{
    const struct fb_book *b = x->c->book;
    for (unsigned g = FB_STAFF_GROUP_NONE + 1; g < FB_STAFF_GROUP_END; g++) {
        x->where.group = (enum fb_staff_group)g;
        const void *held =
            card ? (const void *)fb_book_card(b, &x->where) : (const void *)fb_book_cap(b, &x->where);
        for (unsigned r = FB_ROUTE_NONE + 1; held == own && r < FB_ROUTE_END; r++) {
            x->route = (enum fb_route)r;
            if ((s->routes >> r & 1u) == 0 || (card && !is_priced_by_card(x->route)))
                continue;
            if (card) {
                check_parts(x);
                check_fee(x);
            } else if (x->route == FB_ROUTE_AGENCY) {
                check_vat(x);
            }
        }
    }
}

static void check_scope(struct fb_checking *c, const struct fb_scope *s, uint16_t origin,
                        const struct fb_card *card, const struct fb_cap *cap, fb_day day)
{
    struct costing x = {.c = c, .origin = origin, .includes_holiday = card != NULL && card->includes_holiday};
    x.where = (struct fb_where){.trust = s->trust, .site = s->site, .day = day};
    if (day >= s->from && day < s->until)
        each_route(&x, s, card != NULL ? (const void *)card : (const void *)cap, card != NULL);
}

void fb_check_costs(struct fb_checking *c)
{
    const struct fb_book *b = c->book;
    unsigned n = 0;
    const fb_day *day = fb_check_turning_days(c, &n);
    for (unsigned d = 0; d < n && day[d] < fb_check_horizon(c); d++) {
        for (unsigned i = 0; i < b->n_cards; i++)
            check_scope(c, &b->card[i].scope, b->card[i].origin, &b->card[i], NULL, day[d]);
        for (unsigned i = 0; i < b->n_caps; i++)
            check_scope(c, &b->cap[i].scope, b->cap[i].origin, NULL, &b->cap[i], day[d]);
    }
}
