#include "tools/demo-data/rates.h"
#include "engine/base/check.h"

enum { FROM_2025, FROM_2026, YEARS };
/* NHS Employers, pay scales 2025/26 and 2026/27 (the same figures and sources as
 * rules/england/rates/afc-pay-points.csv): entry, middle and top of each band in pounds a year. Bands 3 and 4
 * have no middle, and nobody here is put there. */
static const int64_t annual[YEARS][FB_DEMO_B8A + 1][3] = {
    [FROM_2025] = {[FB_DEMO_B2] = {24465, 24465, 24465},
                   [FB_DEMO_B3] = {24937, 0, 26598},
                   [FB_DEMO_B4] = {27485, 0, 30162},
                   [FB_DEMO_B5] = {31049, 33487, 37796},
                   [FB_DEMO_B6] = {38682, 40823, 46580},
                   [FB_DEMO_B7] = {47810, 50273, 54710},
                   [FB_DEMO_B8A] = {55690, 58487, 62682}},
    [FROM_2026] = {[FB_DEMO_B2] = {25272, 25272, 25272},
                   [FB_DEMO_B3] = {25760, 0, 27476},
                   [FB_DEMO_B4] = {28392, 0, 31157},
                   [FB_DEMO_B5] = {32073, 34592, 39043},
                   [FB_DEMO_B6] = {39959, 42170, 48117},
                   [FB_DEMO_B7] = {49387, 51932, 56515},
                   [FB_DEMO_B8A] = {57528, 60417, 64750}},
};
/* Section 2 of the handbook: percent on top, by category. */
static const int64_t percent[FB_DEMO_B8A + 1][FB_DEMO_CATEGORIES] = {
    [FB_DEMO_B2] = {0, 41, 83},  [FB_DEMO_B3] = {0, 35, 69}, [FB_DEMO_B4] = {0, 30, 60},
    [FB_DEMO_B5] = {0, 30, 60},  [FB_DEMO_B6] = {0, 30, 60}, [FB_DEMO_B7] = {0, 30, 60},
    [FB_DEMO_B8A] = {0, 30, 60},
};

bool fb_demo_is_afc(enum fb_demo_grade grade)
{
    return grade <= FB_DEMO_B8A;
}

int64_t fb_demo_annual(enum fb_demo_grade grade, enum fb_demo_point point, fb_day day)
{
    fb_assert(fb_demo_is_afc(grade));
    return annual[day >= fb_day_of(2026, 4, 1) ? FROM_2026 : FROM_2025][grade][point];
}

static int64_t round_half_up(int64_t num, int64_t den)
{
    return (2 * num + den) / (2 * den);
}

/* Somebody who works for the bank only: the middle from band 5, the top of bands 3 and 4, the one point of
 * band 2. Substantive workers: their own point, and the top of the shift's band when it is below their own.
 */
static int64_t annual_of(enum fb_demo_grade shift, const struct fb_demo_worker *w, fb_day day)
{
    if (w->kind == FB_DEMO_SUBSTANTIVE && w->own > shift)
        return fb_demo_annual(shift, FB_DEMO_TOP, day);
    if (w->kind == FB_DEMO_SUBSTANTIVE)
        return fb_demo_annual(w->own, w->point, day);
    return fb_demo_annual(shift, shift >= FB_DEMO_B5 ? FB_DEMO_MID : FB_DEMO_TOP, day);
}

/* The percentage is that of the band whose point is paid. */
int64_t fb_demo_card_pence(enum fb_demo_grade shift, const struct fb_demo_worker *w, unsigned category,
                           fb_day day)
{
    bool own = w->kind == FB_DEMO_SUBSTANTIVE && w->own <= shift;
    int64_t pct = percent[own ? w->own : shift][category];
    /* annual pounds x 100 pence x (100 + pct)/100 over 52.143 x 37.5 = 1955.3625 hours */
    return round_half_up(annual_of(shift, w, day) * (100 + pct) * 10000, 19553625);
}

/* top / (365.25/7 x 37.5) x 1.55 x (1 + pct): pounds x 100 x 7 x 155 x (100 + pct) over 365.25 x 37.5 x 100 x
 * 100, with the hours a year as 13696.875 = 109575/8. */
int64_t fb_demo_cap_pence(enum fb_demo_grade grade, unsigned category, fb_day day)
{
    int64_t top = fb_demo_annual(grade, FB_DEMO_TOP, day);
    return round_half_up(top * 7 * 155 * (100 + percent[grade][category]) * 8, (int64_t)109575 * 100);
}
