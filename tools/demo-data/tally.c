/* What the plan holds, counted from the plan and not from the draws, so that the summary says what is there.
 */
#include "tools/demo-data/names.h"
#include "tools/demo-data/rates.h"

static void count(struct fb_demo_tally *t, enum fb_demo_count what, bool holds)
{
    t->of[what] += holds;
}

static int64_t charge_of(const struct fb_demo_rate *r)
{
    return r->worker_pay + r->commission + r->employer_ni;
}

static void count_bank(struct fb_demo_tally *t, const struct fb_demo_vacancy *v)
{
    const struct fb_demo_booking *b = &v->booking;
    bool afc = fb_demo_is_afc(v->post.grade);
    int64_t pay = b->rate[0].worker_pay;
    count(t, FB_DEMO_COUNT_BANK, b->route == FB_DEMO_BANK);
    count(t, FB_DEMO_COUNT_COLLABORATIVE, b->route == FB_DEMO_COLLABORATIVE);
    count(t, FB_DEMO_COUNT_NOT_SAID, b->worker->kind == FB_DEMO_NOT_SAID);
    count(t, FB_DEMO_COUNT_SUBSTANTIVE, b->worker->kind == FB_DEMO_SUBSTANTIVE);
    count(t, FB_DEMO_COUNT_OFF_CARD,
          afc && pay != fb_demo_card_pence(v->post.grade, b->worker, 0, v->post.day));
    count(t, FB_DEMO_COUNT_HUNDRED, pay >= 10000);
    count(t, FB_DEMO_COUNT_TWICE, b->by_provider);
}

static void count_charge(struct fb_demo_tally *t, const struct fb_demo_vacancy *v, bool office)
{
    const struct fb_demo_booking *b = &v->booking;
    if (!fb_demo_is_afc(v->post.grade))
        return;
    int64_t cap = fb_demo_cap_pence(v->post.grade, 0, v->post.day), charge = charge_of(&b->rate[0]);
    bool half = charge * 2 >= cap * 3, unsigned_half = half && b->executive == 0 && b->chief == 0;
    count(t, FB_DEMO_COUNT_OVER_CAP, !office && charge > cap);
    count(t, FB_DEMO_COUNT_HALF_OVER, !office && half);
    count(t, FB_DEMO_COUNT_OVER_ESTIMATE, office && charge > cap);
    count(t, FB_DEMO_COUNT_HALF_ESTIMATE, office && unsigned_half && fb_demo_trusts[v->trust].portal);
    count(t, FB_DEMO_COUNT_HUNDRED, charge >= 10000);
}

static void count_agency(struct fb_demo_tally *t, const struct fb_demo_vacancy *v)
{
    const struct fb_demo_booking *b = &v->booking;
    bool office = v->post.group == FB_DEMO_ADMIN || v->post.group == FB_DEMO_ESTATES;
    bool low = v->post.grade <= FB_DEMO_B3;
    count(t, FB_DEMO_COUNT_AGENCY, true);
    count(t, FB_DEMO_COUNT_ADMIN_AGENCY, office);
    count(t, FB_DEMO_COUNT_LOW_BAND, low);
    count(t, FB_DEMO_COUNT_LOW_SIGNED, low && b->chief != 0);
    count(t, FB_DEMO_COUNT_OFF_FRAMEWORK, !fb_demo_on_framework(b->agency, (fb_day)(b->booked / 1440)));
    count(t, FB_DEMO_COUNT_NO_CASCADE, v->to_bank == 0);
    count(t, FB_DEMO_COUNT_SHORT_LEAD, v->to_bank != 0 && v->to_agency - v->to_bank < 1440);
    count(t, FB_DEMO_COUNT_TWICE,
          fb_demo_trusts[v->trust].portal && fb_demo_trusts[v->trust].layout != FB_DEMO_PORTAL);
    count_charge(t, v, office);
}

static void count_sheet(struct fb_demo_tally *t, const struct fb_demo_vacancy *v)
{
    bool other = v->worked_from != 0 && (v->worked_from != v->start || v->worked_to != v->end);
    count(t, FB_DEMO_COUNT_SHEETS, v->sheet != FB_DEMO_NO_SHEET);
    count(t, FB_DEMO_COUNT_OTHER_HOURS, other);
    count(t, FB_DEMO_COUNT_ADJUSTED, v->sheet == FB_DEMO_ADJUSTED);
}

static void count_booking(struct fb_demo_tally *t, const struct fb_demo_vacancy *v)
{
    const struct fb_demo_booking *b = &v->booking;
    count(t, FB_DEMO_COUNT_BOOKINGS, true);
    count(t, FB_DEMO_COUNT_STANDING, b->state == FB_DEMO_BOOKED);
    count(t, FB_DEMO_COUNT_CANCELLED, b->state == FB_DEMO_CANCELLED);
    count(t, FB_DEMO_COUNT_CHARGED, b->state == FB_DEMO_CANCELLED && b->cancel_charge >= 0);
    count(t, FB_DEMO_COUNT_NOT_THERE, b->state == FB_DEMO_ABSENT);
    count(t, FB_DEMO_COUNT_RETROSPECTIVE, b->booked >= v->start);
    count(t, FB_DEMO_COUNT_MEDICAL, v->post.group == FB_DEMO_MEDICAL);
    if (b->route == FB_DEMO_AGENCY)
        count_agency(t, v);
    else
        count_bank(t, v);
}

void fb_demo_tally_week(struct fb_demo_tally *t, const struct fb_demo_week *week)
{
    int64_t change = (int64_t)fb_day_of(2026, 3, 29) * 1440 + 60;
    t->of[FB_DEMO_COUNT_VACANCIES] += week->n;
    t->of[FB_DEMO_COUNT_REAL] += week->real;
    for (unsigned i = 0; i < week->n; i++) {
        const struct fb_demo_vacancy *v = &week->of[i];
        count(t, FB_DEMO_COUNT_UNFILLED, v->ends == FB_DEMO_UNFILLED);
        count(t, FB_DEMO_COUNT_WITHDRAWN, v->ends == FB_DEMO_WITHDRAWN);
        count(t, FB_DEMO_COUNT_COVERED, v->ends == FB_DEMO_COVERED);
        count(t, FB_DEMO_COUNT_ACROSS_CHANGE, v->start < change && v->end > change);
        count_sheet(t, v);
        if (v->ends == FB_DEMO_FILLED)
            count_booking(t, v);
    }
}
