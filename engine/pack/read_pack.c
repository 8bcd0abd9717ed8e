#include "engine/pack/read.h"

static const char *const layers[] = {"national", "ics", "trust"};
enum { LAYERS = sizeof layers / sizeof layers[0] };

static unsigned layer_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_read_scalar(r, map, "layer");
    if (node == NULL)
        return 0;
    for (unsigned i = 0; i < LAYERS; i++) {
        if (fb_span_is(node->text, layers[i]))
            return i;
    }
    fb_read_error(r, node->line, "unknown layer", node->text, ": use one of national, ics, trust");
    return 0;
}

static void read_trusts(struct fb_reading *r, struct fb_node *map, struct fb_draft_pack *pack)
{
    if (fb_node_get(map, "trusts") == NULL) {
        if (pack->layer == 2)
            fb_read_error(r, map->line, "a trust pack names its trusts: trusts: [RTH]",
                          (struct fb_span){NULL, 0}, "");
        return;
    }
    struct fb_node *list = fb_read_list(r, map, "trusts");
    if (list != NULL && (pack->layer == 0 || list->n == 0))
        fb_read_error(r, list->line, "trusts", (struct fb_span){NULL, 0},
                      ": name at least one, and only in an ics or a trust pack");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        fb_code code = fb_read_code_at(r, item->line, "trust", item->text);
        FB_EACH(pack->trusts, fb_code, other)
        {
            if (*other == code)
                fb_read_error(r, item->line, "the list names", item->text, " twice");
        }
        fb_code *place = fb_list_add(r->draft->pool, &pack->trusts, sizeof *place);
        if (place != NULL)
            *place = code;
    }
}

static void read_categories(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft *d = r->draft;
    struct fb_node *list = fb_node_get(map, "categories") == NULL ? NULL : fb_read_list(r, map, "categories");
    if (list == NULL)
        return;
    if (d->n_categories > 0) {
        fb_read_error(r, list->line, "categories", (struct fb_span){NULL, 0},
                      ": a more general pack has listed them already");
        return;
    }
    d->categories_at = fb_read_place(r, list->line);
    for (struct fb_node *item = list->first; item != NULL; item = item->next) {
        fb_code code = fb_read_code_at(r, item->line, "category", item->text);
        if (fb_draft_category(d, item->text) >= 0)
            fb_read_error(r, item->line, "the list names", item->text, " twice");
        else if (d->n_categories == FB_CATEGORIES_MAX)
            fb_read_error(r, item->line, "more than 16 categories", (struct fb_span){NULL, 0}, "");
        else
            d->category[d->n_categories++] = code;
    }
}

static void read_authority_of(struct fb_reading *r, struct fb_node *map, const char *key,
                              enum fb_system out[FB_SYSTEM_END])
{
    struct fb_node *list = fb_read_list(r, map, key);
    unsigned n = 0;
    uint32_t seen = 0;
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        int system = fb_read_word_at(r, item->line, &fb_system_words, item->text);
        if (system > 0 && (seen >> system & 1) != 0)
            fb_read_error(r, item->line, "the list names", item->text, " twice");
        else if (system > 0)
            out[n++] = (enum fb_system)system;
        seen |= system > 0 ? (uint32_t)1 << system : 0;
    }
    while (n < FB_SYSTEM_END)
        out[n++] = FB_SYSTEM_NONE;
}

/* The most specific pack that says it, says it for all three. */
static void read_authority(struct fb_reading *r, struct fb_node *map)
{
    if (fb_node_get(map, "authority") == NULL)
        return;
    struct fb_node *node = fb_read_map(r, map, "authority");
    if (node == NULL)
        return;
    read_authority_of(r, node, "hours", r->draft->authority[FB_FIELDS_HOURS]);
    read_authority_of(r, node, "pay", r->draft->authority[FB_FIELDS_PAY]);
    read_authority_of(r, node, "charge", r->draft->authority[FB_FIELDS_CHARGE]);
}

void fb_read_pack(struct fb_reading *r, struct fb_node *node)
{
    struct fb_draft_pack *pack = fb_draft_pack_at(r->draft, r->pack);
    struct fb_node *name = fb_read_scalar(r, node, "pack");
    if (name != NULL && !fb_span_eq(name->text, r->file->pack))
        fb_read_error(r, name->line, "pack", name->text, " is not the name of its folder");
    pack->title = fb_read_text(r, node, "title");
    pack->issue = fb_read_text(r, node, "issue");
    pack->layer = layer_of(r, node);
    pack->review_by = fb_read_day(r, node, "review_by");
    struct fb_node *review = fb_node_get(node, "review_by");
    pack->review_line = review == NULL ? node->line : review->line;
    read_trusts(r, node, pack);
    read_categories(r, node);
    read_authority(r, node);
}
