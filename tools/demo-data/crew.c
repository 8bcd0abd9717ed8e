/* The workers of the six banks. Nobody here exists: a worker is a staff number. */
#include "tools/demo-data/plan.h"

enum { REST_MINUTES = 660 }; /* eleven hours between shifts */
struct pool {
    enum fb_demo_group group;
    enum fb_demo_grade grade;
    unsigned big, middle, small; /* workers: RTH; RXQ, RHW and RNU; RWX and RYE */
};
static const struct pool pools[] = {
    {FB_DEMO_NURSING, FB_DEMO_B5, 60, 24, 18}, {FB_DEMO_NURSING, FB_DEMO_B6, 34, 10, 7},
    {FB_DEMO_NURSING, FB_DEMO_B8A, 4, 2, 2},   {FB_DEMO_SUPPORT, FB_DEMO_B2, 34, 22, 14},
    {FB_DEMO_SUPPORT, FB_DEMO_B3, 40, 60, 36}, {FB_DEMO_MEDICAL, FB_DEMO_FY2, 6, 4, 4},
    {FB_DEMO_MEDICAL, FB_DEMO_ST3, 4, 3, 3},   {FB_DEMO_THERAPY, FB_DEMO_B5, 4, 3, 3},
    {FB_DEMO_THERAPY, FB_DEMO_B6, 6, 4, 4},    {FB_DEMO_THERAPY, FB_DEMO_B7, 4, 3, 3},
    {FB_DEMO_SCIENCE, FB_DEMO_B6, 4, 3, 3},    {FB_DEMO_ADMIN, FB_DEMO_B4, 10, 6, 6},
    {FB_DEMO_ESTATES, FB_DEMO_B3, 8, 5, 5},
};

static unsigned size_of(const struct pool *p, enum fb_demo_trust trust)
{
    if (trust == FB_DEMO_RTH)
        return p->big;
    return trust == FB_DEMO_RWX || trust == FB_DEMO_RYE ? p->small : p->middle;
}

/* Most substantive workers take shifts of their own band; some a lower one, a few a higher one. */
static enum fb_demo_grade own_band(struct fb_prng *r, enum fb_demo_grade grade)
{
    if (grade == FB_DEMO_B5 && fb_demo_chance(r, 220))
        return FB_DEMO_B6;
    if (grade == FB_DEMO_B2 && fb_demo_chance(r, 250))
        return FB_DEMO_B3;
    if (grade == FB_DEMO_B6 && fb_demo_chance(r, 150))
        return FB_DEMO_B5;
    return grade;
}

static struct fb_demo_worker hire(struct fb_prng *r, enum fb_demo_trust trust, const struct pool *p,
                                  unsigned number)
{
    struct fb_demo_worker w = {
        .trust = trust, .group = p->group, .grade = p->grade, .own = p->grade, .number = number};
    unsigned roll = (unsigned)fb_prng_below(r, 100);
    w.kind = roll < 57 ? FB_DEMO_BANK_ONLY : roll < 92 ? FB_DEMO_SUBSTANTIVE : FB_DEMO_NOT_SAID;
    if (w.kind == FB_DEMO_SUBSTANTIVE)
        w.own = p->grade == FB_DEMO_B8A && number % 2 == 1 ? FB_DEMO_B6 : own_band(r, p->grade);
    bool has_middle = w.own >= FB_DEMO_B5;
    w.point = fb_demo_chance(r, 450)                 ? FB_DEMO_TOP
              : has_middle && fb_demo_chance(r, 500) ? FB_DEMO_MID
                                                     : FB_DEMO_ENTRY;
    return w;
}

void fb_demo_crew_fill(struct fb_demo_crew *crew, struct fb_prng *r)
{
    crew->n = 0;
    for (unsigned t = 0; t < FB_DEMO_TRUSTS; t++) {
        unsigned number = 20000000 + t * 1000000;
        for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++) {
            for (unsigned k = size_of(&pools[i], (enum fb_demo_trust)t); k > 0 && crew->n < FB_DEMO_CREW_MAX;
                 k--) {
                number += 1 + (unsigned)fb_prng_below(r, 997);
                crew->of[crew->n++] = hire(r, (enum fb_demo_trust)t, &pools[i], number);
            }
        }
    }
}

static bool fits(const struct fb_demo_worker *w, enum fb_demo_trust trust, const struct fb_demo_post *post)
{
    return w->trust == trust && w->group == post->group && w->grade == post->grade &&
           w->free_at <= (int64_t)post->day * 1440 + post->start;
}

struct fb_demo_worker *fb_demo_crew_take(struct fb_demo_crew *crew, struct fb_prng *r,
                                         enum fb_demo_trust trust, const struct fb_demo_post *post)
{
    unsigned n = 0;
    for (unsigned i = 0; i < crew->n; i++)
        n += fits(&crew->of[i], trust, post);
    if (n == 0)
        return NULL;
    unsigned wanted = (unsigned)fb_prng_below(r, n);
    for (unsigned i = 0; i < crew->n; i++) {
        struct fb_demo_worker *w = &crew->of[i];
        if (!fits(w, trust, post) || wanted-- > 0)
            continue;
        w->free_at = (int64_t)post->day * 1440 + post->start + post->length + REST_MINUTES;
        return w;
    }
    return NULL;
}
