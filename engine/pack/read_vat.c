/* How a charge is treated for value added tax. The last that fits wins: layer first, then order. */
#include "engine/pack/read.h"

static const struct fb_span nothing = {NULL, 0};

/* Bit 0: the source does not say how the worker is engaged. */
static uint32_t engagements_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_node_get(map, "engagements");
    uint32_t bits = 0;
    if (node != NULL && node->kind == FB_NODE_SCALAR && fb_span_is(node->text, "all"))
        return fb_read_word_bits(r, map, "engagements", &fb_engagement_words) | 1u;
    struct fb_node *list = fb_read_list(r, map, "engagements");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        bool unsaid = fb_span_is(item->text, "not_stated");
        int number = unsaid ? 0 : fb_read_word_at(r, item->line, &fb_engagement_words, item->text);
        if ((unsaid || number > 0) && (bits >> number & 1) != 0)
            fb_read_error(r, item->line, "the list names", item->text, " twice");
        bits |= unsaid || number > 0 ? (uint32_t)1 << number : 0;
    }
    if (list != NULL && list->n == 0)
        fb_read_error(r, list->line, "engagements", nothing, ": name them, or write all");
    return bits;
}

static int32_t percent_of(struct fb_reading *r, struct fb_node *map, enum fb_vat_base base)
{
    if (base == FB_VAT_BASE_NOTHING && fb_node_get(map, "percent") == NULL)
        return 0;
    struct fb_node *node = fb_read_scalar(r, map, "percent");
    return node == NULL ? 0 : fb_read_ppm_at(r, node->line, node->text);
}

static struct fb_draft_vat vat_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_vat v = {.terms = {.place = fb_read_place(r, map->line)}};
    v.terms.name = v.vat.name = fb_read_text(r, map, "name");
    v.terms.routes = fb_read_word_bits(r, map, "routes", &fb_route_words);
    v.terms.staff_groups = fb_read_word_bits(r, map, "staff_groups", &fb_staff_group_words);
    fb_read_standing(r, map, &v.terms.standing);
    v.vat.engagements = engagements_of(r, map);
    v.vat.base = (enum fb_vat_base)fb_read_word(r, map, "base", &fb_vat_base_words);
    v.vat.ppm = percent_of(r, map, v.vat.base);
    struct fb_node *settled = fb_read_scalar(r, map, "settled");
    v.vat.settled = settled != NULL && fb_read_yes_no_at(r, settled->line, "settled", settled->text);
    return v;
}

/* One name, one treatment at a time: a decision cites it. */
static void refuse_twin(struct fb_reading *r, const struct fb_draft_vat *v)
{
    FB_EACH(r->draft->vats, struct fb_draft_vat, other)
    {
        const struct fb_standing *a = &v->terms.standing, *b = &other->terms.standing;
        if (fb_span_eq(v->terms.name, other->terms.name) && a->from < b->until && b->from < a->until)
            fb_read_error(r, v->terms.place.line, "the name", v->terms.name,
                          " is taken by another VAT treatment for the same days");
    }
}

void fb_read_vats(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (!fb_read_is_map(r, item, "a VAT treatment is a mapping that begins with its name"))
            continue;
        struct fb_draft_vat v = vat_of(r, item);
        if (!fb_read_is_known(r, &v.terms.standing))
            continue;
        refuse_twin(r, &v);
        struct fb_draft_vat *place = fb_list_add(r->draft->pool, &r->draft->vats, sizeof *place);
        if (place != NULL)
            *place = v;
    }
}
