#ifndef FB_DEMO_DATA_RATES_H
#define FB_DEMO_DATA_RATES_H
/* What the demo's trusts pay and are charged, in whole numbers of pence an hour. */
#include "tools/demo-data/plan.h"
/* Annual pay in pounds of an Agenda for Change band at a point in the pay year that the day lies in. */
int64_t fb_demo_annual(enum fb_demo_grade grade, enum fb_demo_point point, fb_day day);
/* Pay by the card for a worker of the demo's bank. Category 0 plain, 1 night and Saturday, 2 Sunday and
 * holiday. */
int64_t fb_demo_card_pence(enum fb_demo_grade shift, const struct fb_demo_worker *w, unsigned category,
                           fb_day day);
/* The ceiling for an agency's charge. */
int64_t fb_demo_cap_pence(enum fb_demo_grade grade, unsigned category, fb_day day);
bool fb_demo_is_afc(enum fb_demo_grade grade);
#endif
