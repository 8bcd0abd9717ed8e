/* Demand of the staff groups that the published rosters do not have. All of it is made up. */
#include "tools/demo-data/plan.h"

enum { DAY_SHIFT = 540, LONG_DAY = 480, LATE_SHIFT = 780, NIGHT_SHIFT = 1200 }; /* minutes from midnight */
struct other {
    enum fb_demo_group group;
    enum fb_demo_grade grade;
    unsigned a_week; /* posts each week, on days drawn */
    unsigned days;   /* of the week, from Monday */
    int start, length, break_min;
};
static const struct other others[] = {
    {FB_DEMO_MEDICAL, FB_DEMO_FY2, 2, 7, LONG_DAY, 750, 60},
    {FB_DEMO_MEDICAL, FB_DEMO_ST3, 1, 7, NIGHT_SHIFT, 750, 60},
    {FB_DEMO_THERAPY, FB_DEMO_B5, 1, 5, DAY_SHIFT, 480, 30},
    {FB_DEMO_THERAPY, FB_DEMO_B6, 2, 6, DAY_SHIFT, 480, 30},
    {FB_DEMO_THERAPY, FB_DEMO_B7, 1, 5, DAY_SHIFT, 480, 30},
    {FB_DEMO_SCIENCE, FB_DEMO_B6, 1, 6, DAY_SHIFT, 480, 30},
    {FB_DEMO_ADMIN, FB_DEMO_B4, 3, 5, DAY_SHIFT, 480, 30},
    {FB_DEMO_ESTATES, FB_DEMO_B3, 2, 7, LATE_SHIFT, 480, 30},
    {FB_DEMO_NURSING, FB_DEMO_B8A, 1, 7, LONG_DAY, 600, 45},
};

void fb_demo_posts_add_others(struct fb_demo_posts *posts, struct fb_prng *r, enum fb_demo_trust trust,
                              fb_day monday)
{
    /* The big trust asks for twice as much of everything. */
    unsigned times = trust == FB_DEMO_RTH ? 2 : 1;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct other *o = &others[i];
        for (unsigned k = 0; k < o->a_week * times && posts->n < FB_DEMO_POSTS_MAX; k++) {
            fb_day day = monday + (fb_day)fb_prng_below(r, o->days);
            posts->of[posts->n++] =
                (struct fb_demo_post){day, o->start, o->length, o->break_min, o->group, o->grade};
        }
    }
}
