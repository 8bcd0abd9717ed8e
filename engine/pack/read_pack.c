#include "engine/pack/read.h"

static const char *const layers[FB_LAYERS] = {"national", "ics", "trust", "site"};

static unsigned layer_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_read_scalar(r, map, "layer");
    if (node == NULL)
        return 0;
    for (unsigned i = 0; i < FB_LAYERS; i++) {
        if (fb_span_is(node->text, layers[i]))
            return i;
    }
    fb_read_error(r, node->line, "unknown layer", node->text, ": use one of national, ics, trust, site");
    return 0;
}

static void add_category(struct fb_reading *r, const struct fb_node *item, unsigned before)
{
    struct fb_draft *d = r->draft;
    fb_code code = fb_read_code_at(r, item->line, "category", item->text);
    int known = fb_draft_category(d, item->text);
    if (known >= (int)before)
        fb_read_error(r, item->line, "the list names", item->text, " twice");
    else if (known < 0 && d->n_categories == FB_CATEGORIES_MAX)
        fb_read_error(r, item->line, "more than 16 categories in all packs together", (struct fb_span){NULL, 0}, "");
    else if (known < 0) {
        d->category_pack[d->n_categories] = r->pack;
        d->category[d->n_categories++] = code;
    }
}

/* Each pack may add its own behind those of the packs before it: an index, once given, stays. */
static void read_categories(struct fb_reading *r, struct fb_node *map)
{
    unsigned before = r->draft->n_categories;
    struct fb_node *list = fb_node_get(map, "categories") == NULL ? NULL : fb_read_list(r, map, "categories");
    if (list == NULL)
        return;
    if (before == 0)
        r->draft->categories_at = fb_read_place(r, list->line);
    for (struct fb_node *item = list->first; item != NULL; item = item->next)
        add_category(r, item, before);
}

/* For examples: the packs beside it that it stands on (fb_pack_read_stack). They come before it in the list. */
static void read_on(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *list = fb_node_get(map, "on") == NULL ? NULL : fb_read_list(r, map, "on");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        bool held = false;
        for (unsigned i = 0; i < r->pack; i++)
            held = held || fb_span_eq(fb_draft_pack_at(r->draft, i)->name, item->text);
        if (!held)
            fb_read_error(r, item->line, "this pack stands on", item->text, ": give that one before it");
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
    fb_read_members(r, node, pack);
    fb_read_adoptions(r, node, pack);
    fb_read_corridor(r, node, pack);
    fb_read_silence(r, node, pack);
    fb_read_invoice(r, node, pack);
    read_categories(r, node);
    read_on(r, node);
    read_authority(r, node);
}
