#include "engine/core/decide.h"
#include "engine/core/sentence.h"

/* Which month, at which stage, how much, against how much, and by which row: an auditor can check each of them. */
static void say_figures(struct fb_text *t, const struct fb_event *e)
{
    char month[11];
    fb_day_format(month, e->posted);
    fb_text_add(t, "Agency spend of ");
    fb_text_add_code(t, e->trust);
    fb_text_add(t, " on shifts of ");
    fb_text_add_span(t, (struct fb_span){month, 7});
    fb_text_add(t, e->stage == FB_STAGE_COMMITTED ? ", as committed, comes to " : ", as worked, comes to ");
    fb_sentence__pounds(t, e->pence); /* raw: shown */
}

void fb_explain_ceiling(struct fb_text *t, const struct fb_book *book, const struct fb_event *e)
{
    const struct fb_agency_ceiling *c = fb_book_ceiling(book, e->trust, e->posted);
    int64_t over = e->delta_pence; /* raw: a difference of sums of rounded figures */
    say_figures(t, e);
    if (c == NULL) {
        fb_text_add(t, ", and the rules have no ceiling for it any more.");
        return;
    }
    fb_text_add(t, over > 0 ? ": " : over < 0 ? ", which is " : ", which is exactly the ceiling of ");
    if (over != 0) {
        fb_sentence__pounds(t, over > 0 ? over : -over);
        fb_text_add(t, over > 0 ? " over the ceiling of " : " below the ceiling of ");
    }
    fb_sentence__pounds(t, c->pence); /* raw: shown */
    fb_text_add(t, " (");
    fb_sentence__place(t, book, c->origin);
    fb_text_add(t, ").");
    fb_sentence__source(t, book, c->origin);
}
