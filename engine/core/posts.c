#include "engine/core/judge.h"

const struct fb_line *fb_judge__line_in(const struct fb_decision *d, const struct fb_cell *cell)
{
    if (d == NULL)
        return NULL;
    for (unsigned i = 0; i < d->n_lines; i++)
        if (fb_cell_same(&d->line[i].cell, cell))
            return &d->line[i];
    return NULL;
}

/* Posts after - before (either may be missing), unless that is nought in every measure. */
static void post(struct fb_effects *effects, const struct fb_cell *cell, const struct fb_line *before,
                 const struct fb_line *after)
{
    struct fb_line *delta = &effects->post[effects->n_posts];
    int64_t any = 0;
    for (unsigned m = 0; m < FB_MEASURES; m++) {
        int64_t v = (after != NULL ? after->figures.v[m] : 0) - (before != NULL ? before->figures.v[m] : 0);
        delta->figures.v[m] = v;
        any |= v;
    }
    if (any == 0)
        return;
    delta->cell = *cell;
    effects->n_posts++;
}

void fb_judge__posts(const struct fb_decision *prior, const struct fb_decision *out,
                     struct fb_effects *effects)
{
    for (unsigned i = 0; prior != NULL && i < prior->n_lines; i++)
        if (fb_judge__line_in(out, &prior->line[i].cell) == NULL)
            post(effects, &prior->line[i].cell, &prior->line[i], NULL);
    for (unsigned i = 0; i < out->n_lines; i++)
        post(effects, &out->line[i].cell, fb_judge__line_in(prior, &out->line[i].cell), &out->line[i]);
}
