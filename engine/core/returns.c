#include "engine/core/returns.h"

const struct fb_return *fb_book_return(const struct fb_book *book, struct fb_span name, fb_day day)
{
    for (unsigned i = book->n_returns; i-- > 0;) {
        const struct fb_return *r = &book->returns[i];
        if (day >= r->from && day < r->until && fb_span_eq(r->name, name))
            return r;
    }
    return NULL;
}

int fb_book_return_group(const struct fb_book *book, enum fb_staff_group group, fb_day day)
{
    for (unsigned i = 0; i < book->n_return_groups; i++) {
        const struct fb_return_group *g = &book->return_group[i];
        if (day >= g->from && day < g->until && (g->staff_groups >> group & 1) != 0)
            return (int)i;
    }
    return -1;
}
