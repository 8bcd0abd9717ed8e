#include "tools/demo-data/layouts.h"

void fb_demo_put_cancellation(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, const char *moment, const char *const parties[3], bool printed)
{
    const struct fb_demo_booking *b = &v->booking;
    if (v->ends != FB_DEMO_FILLED || b->state != FB_DEMO_CANCELLED) {
        fb_demo_cells_empty(s, 3);
        return;
    }
    fb_demo_cell_when(s, moment, b->cancelled);
    fb_demo_cell(s, parties[b->cancelled_by]);
    fb_demo_cell_pounds(s, b->cancel_charge > 0 ? b->cancel_charge : 0, printed);
}

void fb_demo_put_worked(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, const char *pattern)
{
    fb_demo_cell_when(s, pattern, v->worked_from);
    fb_demo_cell_when(s, pattern, v->worked_to);
    fb_demo_cell_when(s, pattern, v->adjusted_from);
    fb_demo_cell_when(s, pattern, v->adjusted_to);
}
