#include "engine/turn/billed_names.h"
#include "engine/turn/gather.h"

bool fb_naming_owed(const struct fb_booking *b)
{
    return b->state == FB_BOOKING_STATE_BOOKED ||
           (b->state == FB_BOOKING_STATE_CANCELLED && b->cancel_charge_pence != FB_ABSENT && b->cancel_charge_pence > 0); /* raw: asked for */
}

void fb_naming_begin(struct fb_naming *x, struct fb_turn *t, const struct fb_record *line)
{
    x->t = t;
    x->line = line;
    x->n_links = fb_record_links(line, x->link);
    x->at = 0;
    x->open = x->cut = false;
    x->booking = NULL;
}

static bool next_link(struct fb_naming *x)
{
    for (; x->at < x->n_links; x->at++) {
        const struct fb_link *link = &x->link[x->at];
        if (link->kind != FB_LINK_BOOKING && link->kind != FB_LINK_REFERENCE)
            continue;
        fb_postings_begin(&x->p, &x->t->index, fb_index_tag(link->kind, link->hash, FB_KIND_BOOKING));
        return true;
    }
    return false;
}

static bool is_named(struct fb_naming *x, uint32_t number)
{
    struct fb_turn *t = x->t;
    if (fb_index_held(&t->index, number)->kind != FB_KIND_BOOKING || fb_index_withdrawn(&t->index, number))
        return false;
    x->booking = fb_gather_version(t, number);
    return x->booking != NULL && x->booking->as.booking.shift.hirer == x->line->as.invoice_line.hirer &&
           fb_link_true(x->link[x->at].kind, x->line, x->booking);
}

uint32_t fb_naming_next(struct fb_naming *x)
{
    uint32_t number;
    while (x->t->err == FB_OK && !x->cut) {
        if (!x->open && !next_link(x))
            return 0;
        x->open = true;
        while ((number = fb_postings_next(&x->p)) != 0) {
            if (x->t->n_read >= FB_LOOK_MAX || x->t->scratch.at >= FB_SCRATCH_ARENAS / 2) {
                x->cut = true;
                return 0;
            }
            if (is_named(x, number))
                return number;
        }
        x->open = false;
        x->at++;
    }
    return 0;
}

bool fb_naming_of_trial(const struct fb_turn *t, uint32_t number)
{
    const struct fb_source *s = fb_sources_get(&t->sources, fb_index_held(&t->index, number)->source);
    return s != NULL && s->mode == FB_SOURCE_MODE_SHADOW;
}
