/* High cost area zones, and which trust and site lies in which. */
#include "engine/pack/known.h"
#include "engine/pack/read.h"

static const struct fb_span nothing = {NULL, 0};

/* The most general pack that has zones lists them, the one without a supplement first: other packs name them.
 */
void fb_read_zones(struct fb_reading *r, struct fb_node *node)
{
    struct fb_draft *d = r->draft;
    if (d->n_zones > 0) {
        fb_read_error(r, node->line, "zones", nothing, ": another file has listed them already");
        return;
    }
    if (node->n == 0 || !fb_span_is(node->first->text, "none"))
        fb_read_error(r, node->line, "zones", nothing, ": the first one is none, which has no supplement");
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        fb_code code = fb_read_code_at(r, item->line, "zone", item->text);
        if (fb_draft_zone(d, item->text) >= 0)
            fb_read_error(r, item->line, "the list names", item->text, " twice");
        else if (d->n_zones == FB_ZONES_MAX)
            fb_read_error(r, item->line, "more than 8 zones", nothing, "");
        else
            d->zone[d->n_zones++] = code;
    }
}

static void read_zone_row(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    unsigned before = r->draft->report->errors;
    struct fb_draft_zone_row z = {.place = fb_read_place(r, row->line)};
    struct fb_span trust = fb_read_cell(t, row, "trust");
    z.trust = fb_read_code_at(r, row->line, "trust", trust);
    z.site = fb_read_cell(t, row, "site");
    z.zone = (uint8_t)fb_read_zone_at(r, row->line, fb_read_cell(t, row, "zone"));
    fb_read_row_standing(r, t, row, &z.standing);
    if (!fb_read_is_wanted(r, before, &z.standing))
        return;
    struct fb_draft_zone_row *place = fb_list_add(r->draft->pool, &r->draft->zone_rows, sizeof *place);
    if (place == NULL)
        return;
    *place = z;
    /* A more specific pack may say otherwise of the same site: only rows of one pack contradict each other.
     */
    struct fb_claim claim = {.row = r->draft->zone_rows.n - 1,
                             .thing = z.trust,
                             .name = z.site,
                             .other = r->file->pack,
                             .word = z.site.n > 0 ? z.site : trust};
    fb_claim_add(r->draft, &r->draft->zone_claims, &claim, &z.standing, z.place);
}

void fb_read_zone_rows(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"trust", "site",   "zone",   "from",
                                           "until", "status", "source", NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++)
        read_zone_row(r, t, &t->row[i]);
}
