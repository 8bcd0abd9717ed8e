/* From posts to vacancies with a fate: when each was asked for and offered, whether it was filled, what was
 * worked. Every share here is made up. */
#include "engine/base/check.h"
#include "tools/demo-data/names.h"

enum { DAY = 1440, LAST_SHEETS = 3, CORRECTED_WEEK = 1 };

int64_t fb_demo_civil(int64_t t)
{
    int64_t gap = (int64_t)fb_day_of(2026, 3, 29) * DAY + 60;
    return t >= gap && t < gap + 60 ? t + 60 : t;
}

/* Out of 1,000: bank, agency, collaborative, unfilled, withdrawn; the rest is covered internally. */
enum { FATES = 5 };
static const unsigned fates[FB_DEMO_GROUPS][FATES] = {
    [FB_DEMO_NURSING] = {530, 280, 40, 120, 15}, [FB_DEMO_SUPPORT] = {722, 98, 35, 115, 15},
    [FB_DEMO_MEDICAL] = {480, 340, 0, 130, 25},  [FB_DEMO_THERAPY] = {500, 320, 25, 125, 15},
    [FB_DEMO_SCIENCE] = {560, 285, 0, 125, 15},  [FB_DEMO_ADMIN] = {740, 110, 0, 120, 15},
    [FB_DEMO_ESTATES] = {710, 140, 0, 120, 15},
};

static void draw_fate(struct fb_demo_vacancy *v, struct fb_prng *r)
{
    static const struct {
        enum fb_demo_end ends;
        enum fb_demo_route route;
    } fate[FATES + 1] = {{FB_DEMO_FILLED, FB_DEMO_BANK},          {FB_DEMO_FILLED, FB_DEMO_AGENCY},
                         {FB_DEMO_FILLED, FB_DEMO_COLLABORATIVE}, {FB_DEMO_UNFILLED, FB_DEMO_BANK},
                         {FB_DEMO_WITHDRAWN, FB_DEMO_BANK},       {FB_DEMO_COVERED, FB_DEMO_BANK}};
    unsigned roll = (unsigned)fb_prng_below(r, 1000), i = 0;
    while (i < FATES && roll >= fates[v->post.group][i])
        roll -= fates[v->post.group][i++];
    v->ends = fate[i].ends;
    v->booking.route = fate[i].route;
}

/* Bank first, with a day's lead: most of the time. Some go out sooner, some never see the bank. */
static void draw_cascade(struct fb_demo_vacancy *v, struct fb_prng *r)
{
    bool filled = v->ends == FB_DEMO_FILLED;
    v->to_bank = fb_demo_civil(v->requested + fb_demo_between(r, 5, 240));
    bool to_agency =
        filled ? v->booking.route == FB_DEMO_AGENCY : v->ends == FB_DEMO_UNFILLED && fb_demo_chance(r, 450);
    if (!to_agency)
        return;
    int64_t lead = fb_demo_chance(r, 100) ? fb_demo_between(r, 15, 1380)
                                          : fb_demo_between(r, 1500, v->start - 300 - v->to_bank);
    v->to_agency = fb_demo_civil(v->to_bank + lead);
    if (fb_demo_chance(r, 40))
        v->to_bank = 0;
}

static int64_t step(struct fb_prng *r, int64_t low, int64_t high)
{
    return fb_demo_between(r, low, high) * 5;
}

/* Three shifts in ten were not worked to the minute. */
static void draw_hours(struct fb_demo_vacancy *v, struct fb_prng *r)
{
    v->worked_from = v->start;
    v->worked_to = v->end;
    if (fb_demo_chance(r, 300)) {
        v->worked_from = fb_demo_civil(v->start + step(r, -3, 4));
        v->worked_to = fb_demo_civil(v->end + step(r, -12, 15));
    }
    v->adjusted_from = v->adjusted_to = 0;
    if (v->sheet == FB_DEMO_ADJUSTED) {
        v->adjusted_from = v->worked_from;
        v->adjusted_to = fb_demo_civil(v->worked_to + (fb_demo_chance(r, 500) ? 30 : -30));
    }
}

static void draw_sheet(struct fb_demo_vacancy *v, struct fb_prng *r, unsigned week)
{
    unsigned roll = (unsigned)fb_prng_below(r, 1000);
    if (week >= LAST_SHEETS || v->ends != FB_DEMO_FILLED || v->booking.state == FB_DEMO_CANCELLED)
        return;
    if (v->booking.state == FB_DEMO_ABSENT)
        v->sheet = roll < 600 ? FB_DEMO_DID_NOT_WORK : FB_DEMO_NO_SHEET;
    else if (roll < 860)
        v->sheet = FB_DEMO_APPROVED;
    else if (roll < 930)
        v->sheet = FB_DEMO_SUBMITTED;
    else if (roll < 965)
        v->sheet = FB_DEMO_ADJUSTED;
    else if (roll < 970)
        v->sheet = FB_DEMO_DID_NOT_WORK;
    if (v->sheet == FB_DEMO_SUBMITTED || v->sheet == FB_DEMO_APPROVED || v->sheet == FB_DEMO_ADJUSTED)
        draw_hours(v, r);
}

static int64_t latest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the row last changed in its own system: after all that it tells, and before the file was written. */
static void settle_changed(struct fb_demo_vacancy *v, struct fb_prng *r, int64_t extracted)
{
    int64_t t = latest(v->requested, latest(v->to_bank, v->to_agency));
    if (v->ends == FB_DEMO_FILLED)
        t = latest(t, latest(v->booking.booked, v->booking.cancelled));
    if (v->sheet != FB_DEMO_NO_SHEET)
        t = latest(t, latest(v->worked_to, v->end)) + 60;
    t += fb_demo_between(r, 1, 300);
    v->changed = fb_demo_civil(t < extracted ? t : extracted);
}

static void fill_one(struct fb_demo_week *week, struct fb_demo_vacancy *v, struct fb_demo_crew *crew,
                     struct fb_prng *r)
{
    int64_t midnight = (int64_t)v->post.day * DAY;
    v->start = midnight + v->post.start;
    v->end = v->start + v->post.length;
    fb_assert(v->start == fb_demo_civil(v->start) && v->end == fb_demo_civil(v->end));
    v->unit = (unsigned)fb_prng_below(r, FB_DEMO_WARDS);
    v->reason = (unsigned)fb_prng_below(r, FB_DEMO_REASONS);
    v->requested = fb_demo_civil(v->start - fb_demo_between(r, 4 * DAY, 27 * DAY));
    draw_fate(v, r);
    draw_cascade(v, r);
    if (v->ends == FB_DEMO_FILLED)
        fb_demo_book(v, crew, r);
    draw_sheet(v, r, week->week);
    settle_changed(v, r, week->extracted);
    v->late_cascade = week->trust == FB_DEMO_RTH && week->week == CORRECTED_WEEK && v->to_bank != 0 &&
                      v->to_agency != 0 && fb_demo_chance(r, 200);
}

static bool starts_before(const struct fb_demo_post *a, const struct fb_demo_post *b)
{
    return a->day != b->day ? a->day < b->day : a->start < b->start;
}

/* In the order of their starts; equals keep the roster's order, so that no library's sort decides. */
static void place(struct fb_demo_week *week, const struct fb_demo_post *post)
{
    unsigned at = week->n++;
    for (; at > 0 && starts_before(post, &week->of[at - 1].post); at--)
        week->of[at].post = week->of[at - 1].post;
    week->of[at].post = *post;
}

void fb_demo_week_fill(struct fb_demo_week *week, const struct fb_demo_posts *posts,
                       struct fb_demo_crew *crew, struct fb_prng *r, unsigned *next_number)
{
    week->n = 0;
    week->real = posts->real;
    week->extracted = (int64_t)(week->monday + 8) * DAY + 360;
    for (unsigned i = 0; i < posts->n; i++) {
        week->of[i] = (struct fb_demo_vacancy){.trust = week->trust};
        place(week, &posts->of[i]);
    }
    for (unsigned i = 0; i < week->n; i++) {
        *next_number += 1 + (unsigned)fb_prng_below(r, 3);
        week->of[i].number = *next_number;
        fill_one(week, &week->of[i], crew, r);
    }
}
