/* On-costs, VAT, fees and floors: each row for every member of its pack. */
#include "engine/pack/compile.h"
#include "engine/pack/known.h"

static const char what[] = "this fee";

/* The scope of a row in the days that it is left with. */
static struct fb_scope scope_in(const struct fb_compiling *c, const struct fb_draft_terms *terms,
                                const struct fb_stretch *s, unsigned member)
{
    struct fb_draft_terms cut = *terms;
    cut.standing.from = s->from;
    cut.standing.until = s->until;
    return fb_compile_scope(c, &cut, member);
}

static void add_on_costs(struct fb_compiling *c)
{
    struct fb_list list = {0};
    const struct fb_draft_on_cost *rows = c->draft->on_costs.item;
    FB_EACH(c->draft->on_cost_claims.stretch, struct fb_stretch, s)
    {
        const struct fb_draft_on_cost *row = &rows[s->row];
        uint16_t origin = fb_compile_origin(c, row->terms.place, &row->terms.standing);
        for (unsigned i = 0; i < fb_compile_scopes(c, &row->terms); i++) {
            struct fb_on_cost *place = fb_list_add(c->draft->pool, &list, sizeof *place);
            if (place == NULL)
                return;
            *place = row->on_cost;
            place->scope = scope_in(c, &row->terms, s, i);
            place->origin = origin;
        }
    }
    c->book->on_cost = list.item;
    c->book->n_on_costs = list.n;
}

static void add_vats(struct fb_compiling *c)
{
    struct fb_list list = {0};
    FB_EACH(c->draft->vats, struct fb_draft_vat, row)
    {
        uint16_t origin = fb_compile_origin(c, row->terms.place, &row->terms.standing);
        for (unsigned i = 0; i < fb_compile_scopes(c, &row->terms); i++) {
            struct fb_vat *place = fb_list_add(c->draft->pool, &list, sizeof *place);
            if (place == NULL)
                return;
            *place = row->vat;
            place->scope = fb_compile_scope(c, &row->terms, i);
            place->origin = origin;
        }
    }
    c->book->vat = list.item;
    c->book->n_vats = list.n;
}

static void add_floors(struct fb_compiling *c)
{
    struct fb_list list = {0};
    const struct fb_draft_floor *rows = c->draft->floors.item;
    FB_EACH(c->draft->floor_claims.stretch, struct fb_stretch, s)
    {
        const struct fb_draft_floor *row = &rows[s->row];
        struct fb_floor *place = fb_list_add(c->draft->pool, &list, sizeof *place);
        if (place == NULL)
            return;
        *place = row->floor;
        place->from = s->from;
        place->until = s->until;
        place->origin = fb_compile_origin(c, row->place, &row->standing);
    }
    c->book->floor = list.item;
    c->book->n_floors = list.n;
}

void fb_compile_costs(struct fb_compiling *c)
{
    add_on_costs(c);
    add_vats(c);
    add_floors(c);
}

static void widen_fees(struct fb_compiling *c)
{
    FB_EACH(c->draft->fees, struct fb_draft_fee, fee)
    {
        if (!fb_compile_widen(c, fee->terms.place, fb_compile_minute(fee->gbp_e4), what))
            return;
    }
}

/* All fees that fit add up: that they fit together is proved for all of them at once. */
static void number_fees(struct fb_compiling *c)
{
    struct fb_list list = {0};
    const struct fb_draft_fee *rows = c->draft->fees.item;
    int64_t sum = 0;
    FB_EACH(c->draft->fee_claims.stretch, struct fb_stretch, s)
    {
        const struct fb_draft_fee *row = &rows[s->row];
        int64_t num = fb_compile_num(c, row->terms.place, fb_compile_minute(row->gbp_e4), what);
        uint16_t origin = fb_compile_origin(c, row->terms.place, &row->terms.standing);
        if (num > FB_NUM_MAX - sum) {
            fb_compile_complain(c->draft, row->terms.place, false, "all fees together, up to",
                                row->terms.name, ", are more than can be held exactly");
            return;
        }
        sum += num;
        for (unsigned i = 0; i < fb_compile_scopes(c, &row->terms); i++) {
            struct fb_fee *place = fb_list_add(c->draft->pool, &list, sizeof *place);
            if (place == NULL)
                return;
            *place = (struct fb_fee){.name = row->terms.name,
                                     .scope = scope_in(c, &row->terms, s, i),
                                     .framework = row->framework,
                                     .num = num,
                                     .ppm = row->ppm,
                                     .origin = origin};
        }
    }
    c->book->fee = list.item;
    c->book->n_fees = list.n;
}

const struct fb_rate_part fb_fee_part = {widen_fees, number_fees};
