/* Who took a shift, through which route, at what rate. Every share here is made up. */
#include "tools/demo-data/names.h"
#include "tools/demo-data/rates.h"

bool fb_demo_chance(struct fb_prng *r, unsigned permille)
{
    return fb_prng_below(r, 1000) < permille;
}

int64_t fb_demo_between(struct fb_prng *r, int64_t low, int64_t high)
{
    return high <= low ? low : low + (int64_t)fb_prng_below(r, (uint64_t)(high - low) + 1);
}

/* ---- bank ---- */

/* Doctors are paid by no national scale: flat rates, made up. */
static int64_t medical_pence(enum fb_demo_grade grade, unsigned category)
{
    static const int64_t pence[2][FB_DEMO_CATEGORIES] = {{4000, 4500, 4500}, {5000, 5700, 5700}};
    return pence[grade == FB_DEMO_ST3][category];
}

/* By the card; now and then with something on top, and for a few senior shifts with far too much. */
static void rate_bank(struct fb_demo_vacancy *v, struct fb_prng *r)
{
    const struct fb_demo_post *p = &v->post;
    int64_t extra = fb_demo_chance(r, 32) ? fb_demo_between(r, 3, 16) * 50 : 0;
    bool hundred = p->grade == FB_DEMO_B8A && fb_demo_chance(r, 300);
    int64_t dear = fb_demo_between(r, 10050, 11800);
    for (unsigned c = 0; c < FB_DEMO_CATEGORIES; c++) {
        int64_t *pay = &v->booking.rate[c].worker_pay;
        if (!fb_demo_is_afc(p->grade))
            *pay = medical_pence(p->grade, c) + extra;
        else if (hundred)
            *pay = dear;
        else
            *pay = fb_demo_card_pence(p->grade, v->booking.worker, c, p->day) + extra;
    }
}

static bool book_bank(struct fb_demo_vacancy *v, struct fb_demo_crew *crew, struct fb_prng *r)
{
    struct fb_demo_booking *b = &v->booking;
    enum fb_demo_trust from = v->trust;
    if (b->route == FB_DEMO_COLLABORATIVE)
        from = (enum fb_demo_trust)((v->trust + 1 + fb_prng_below(r, FB_DEMO_TRUSTS - 1)) % FB_DEMO_TRUSTS);
    b->worker = fb_demo_crew_take(crew, r, from, &v->post);
    if (b->worker == NULL)
        return false;
    b->by_provider = fb_demo_trusts[v->trust].provider && v->unit % 2 == 0 && b->route == FB_DEMO_BANK;
    rate_bank(v, r);
    return true;
}

/* ---- agency ---- */

static unsigned draw_agency(struct fb_prng *r)
{
    unsigned roll = (unsigned)fb_prng_below(r, 100);
    unsigned i = 0;
    while (i < FB_DEMO_AGENCIES - 1 && roll >= fb_demo_agencies[i].weight)
        roll -= fb_demo_agencies[i++].weight;
    return i;
}

/* The whole charge in hundredths of the ceiling: most below it, some above, a few far above. */
static int64_t draw_charge(const struct fb_demo_vacancy *v, struct fb_prng *r)
{
    bool office = v->post.group == FB_DEMO_ADMIN || v->post.group == FB_DEMO_ESTATES;
    unsigned roll = (unsigned)fb_prng_below(r, 1000);
    if (roll < (office ? 450u : 915u)) {
        int64_t below = fb_demo_between(r, 80, 100);
        return v->booking.agency == FB_DEMO_AT_CEILING ? 100 : below;
    }
    if (roll < (office ? 700u : 975u))
        return fb_demo_between(r, 102, 141);
    return fb_demo_between(r, 151, 214);
}

static void split_charge(struct fb_demo_rate *rate, int64_t charge)
{
    rate->employer_ni = charge * 8 / 100;
    rate->commission = charge * 11 / 100;
    rate->worker_pay = charge - rate->employer_ni - rate->commission;
}

static void sign(struct fb_demo_vacancy *v, struct fb_prng *r, int64_t hundredths, bool hundred)
{
    struct fb_demo_booking *b = &v->booking;
    bool low = v->post.grade <= FB_DEMO_B3;
    if ((low && fb_demo_chance(r, 700)) || (hundred && fb_demo_chance(r, 450)))
        b->chief = v->number % 100000;
    if (hundredths >= 150 && fb_demo_chance(r, 500))
        b->executive = v->number % 100000;
}

static void rate_agency(struct fb_demo_vacancy *v, struct fb_prng *r)
{
    const struct fb_demo_post *p = &v->post;
    int64_t hundredths = draw_charge(v, r);
    bool hundred = p->grade >= FB_DEMO_B6 && p->grade <= FB_DEMO_B8A && fb_demo_chance(r, 25);
    int64_t dear = fb_demo_between(r, 10000, 12500);
    for (unsigned c = 0; c < FB_DEMO_CATEGORIES; c++) {
        int64_t charge = hundred ? dear : 0;
        if (charge == 0 && fb_demo_is_afc(p->grade))
            charge = fb_demo_cap_pence(p->grade, c, p->day) * hundredths / 100;
        if (charge == 0)
            charge = medical_pence(p->grade, c) * 14 / 10;
        split_charge(&v->booking.rate[c], charge);
    }
    sign(v, r, hundred ? 150 : hundredths, hundred);
}

unsigned fb_demo_candidate(unsigned agency, unsigned i)
{
    return 400000 + agency * 10000 + i * 37;
}

static void book_agency(struct fb_demo_vacancy *v, struct fb_prng *r)
{
    struct fb_demo_booking *b = &v->booking;
    b->agency = draw_agency(r);
    b->candidate = fb_demo_candidate(b->agency, (unsigned)fb_prng_below(r, FB_DEMO_CANDIDATES));
    b->contract = (unsigned)fb_prng_below(r, FB_DEMO_CONTRACTS);
    rate_agency(v, r);
}

/* ---- what became of the booking ---- */

static void call_off(struct fb_demo_vacancy *v, struct fb_prng *r)
{
    struct fb_demo_booking *b = &v->booking;
    b->cancelled = fb_demo_civil(fb_demo_between(r, b->booked, v->start - 45));
    b->cancelled_by = (unsigned)fb_prng_below(r, 3);
    if (b->route == FB_DEMO_AGENCY && fb_demo_chance(r, 500))
        b->cancel_charge = fb_demo_between(r, 60, 2600) * 50;
}

void fb_demo_book(struct fb_demo_vacancy *v, struct fb_demo_crew *crew, struct fb_prng *r)
{
    struct fb_demo_booking *b = &v->booking;
    b->cancel_charge = -1;
    if (b->route == FB_DEMO_AGENCY)
        book_agency(v, r);
    else if (!book_bank(v, crew, r)) {
        v->ends = FB_DEMO_UNFILLED;
        return;
    }
    int64_t offered = b->route == FB_DEMO_AGENCY ? v->to_agency : v->to_bank;
    b->booked = fb_demo_civil(fb_demo_between(r, offered + 5, v->start - 90));
    unsigned roll = (unsigned)fb_prng_below(r, 1000);
    b->state = roll < 965 ? FB_DEMO_BOOKED : roll < 992 ? FB_DEMO_CANCELLED : FB_DEMO_ABSENT;
    unsigned late = b->route == FB_DEMO_AGENCY && b->agency == FB_DEMO_BOOKS_LATE ? 120 : 14;
    if (b->state == FB_DEMO_BOOKED && fb_demo_chance(r, late))
        b->booked = fb_demo_civil(fb_demo_between(r, v->start + 10, v->start + 240));
    if (b->state == FB_DEMO_CANCELLED)
        call_off(v, r);
}
