/* A shift that was worked for several trusts, shared out to them. */
#include "engine/base/prng.h"
#include "engine/core/price.h"
#include "tests/lib/books.h"
#include "tests/lib/suite.h"
#include <stdlib.h>

enum { START = 29673750 }; /* 2026-06-02T19:30 in London, minutes UTC */
static struct fb_booking booked;
static struct fb_host_part part[FB_INTERVALS_MAX];

/* Tuesday night of band 5 at RTH: £10, £20 and £30 an hour. */
static void begin(int64_t break_min)
{
    fb_test_booking(&booked, FB_ROUTE_BANK, "5", "2026-06-02T19:30", "2026-06-03T08:00", break_min);
    CU_ASSERT_EQUAL_FATAL(booked.shift.time.start_min, START);
    fb_test_rate_all(&booked, FB_PART_WORKER_PAY, 100000, 200000, 300000);
}

static void add(struct fb_timesheet *t, enum fb_interval kind, int64_t from, int64_t until, const char *host)
{
    t->interval[t->n++] = (struct fb_interval_row){kind, START + from, START + until, host == NULL ? 0 : fb_code_of(host)};
}

static unsigned share(const struct fb_timesheet *t, int64_t *minutes, int64_t *pence)
{
    struct fb_price p;
    fb_price_worked(fb_test_book(), &booked, t, &p);
    *minutes = p.minutes.total;
    *pence = p.charge.known ? p.charge.pence : p.card.pence;
    return fb_price_hosts(fb_test_book(), &booked, t, *minutes, *pence, part);
}

static void two_hosts_have_what_each_part_costs(void)
{
    struct fb_timesheet t = {.n = 0};
    int64_t minutes, pence;
    begin(FB_ABSENT);
    add(&t, FB_INTERVAL_WORKED, 0, 240, NULL);
    add(&t, FB_INTERVAL_WORKED, 240, 750, "RXQ");
    add(&t, FB_INTERVAL_BREAK, 300, 330, NULL); /* it lies in RXQ's work, whoever's it is called */
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 2);
    /* Mostly night, so that all of it is unsocial on the card by which bank work is counted: RTH's half hour before eight too. */
    CU_ASSERT(part[0].host == fb_code_of("RTH") && part[0].minutes == 240 && part[0].pence == 8000);
    CU_ASSERT(part[1].host == fb_code_of("RXQ") && part[1].minutes == 480 && part[1].pence == 16000);
    CU_ASSERT(minutes == 720 && pence == 24000);
}

/* Two hours of the evening alone are not mostly night, and the whole is: the part follows the whole. And the other way round. */
static void what_becomes_of_the_whole_shift_is_asked_of_the_whole(void)
{
    struct fb_timesheet t = {.n = 0};
    int64_t minutes, pence;
    begin(FB_ABSENT);
    add(&t, FB_INTERVAL_WORKED, -120, 30, "RXQ"); /* 17:30 to 20:00 */
    add(&t, FB_INTERVAL_WORKED, 30, 630, NULL);   /* 20:00 to 06:00 */
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 2);
    CU_ASSERT(part[1].host == fb_code_of("RXQ") && part[1].minutes == 150 && part[1].pence == 5000);
    t.n = 0;
    add(&t, FB_INTERVAL_WORKED, -570, 30, NULL);  /* 10:00 to 20:00 */
    add(&t, FB_INTERVAL_WORKED, 30, 150, "RXQ");  /* 20:00 to 22:00: all night by itself, an evening of the whole */
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 2);
    CU_ASSERT(part[0].minutes == 600 && part[0].pence == 10000 && part[1].minutes == 120 && part[1].pence == 4000);
}

static void a_shift_of_one_host_has_no_parts(void)
{
    struct fb_timesheet t = {.n = 0};
    int64_t minutes, pence;
    begin(30);
    CU_ASSERT_EQUAL(share(&t, &minutes, &pence), 0);
    add(&t, FB_INTERVAL_WORKED, 0, 300, NULL);
    add(&t, FB_INTERVAL_WORKED, 300, 750, "RTH");
    CU_ASSERT_EQUAL(share(&t, &minutes, &pence), 0);
    t.interval[0].host = t.interval[1].host = fb_code_of("RXQ"); /* sent away for the whole of it */
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 1);
    CU_ASSERT(part[0].host == fb_code_of("RXQ") && part[0].minutes == minutes && part[0].pence == pence);
}

static void a_break_of_the_policy_falls_on_all(void)
{
    struct fb_timesheet t = {.n = 0};
    int64_t minutes, pence;
    begin(60);
    add(&t, FB_INTERVAL_WORKED, 30, 270, NULL);
    add(&t, FB_INTERVAL_WORKED, 270, 510, "RXQ");
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 2);
    CU_ASSERT(minutes == 420 && part[0].minutes == 210 && part[1].minutes == 210 && part[0].pence == pence / 2 && part[1].pence == pence / 2);
}

static void what_nobody_can_price_goes_by_minutes(void)
{
    struct fb_timesheet t = {.n = 0};
    begin(FB_ABSENT);
    booked.rates.n = 0;
    booked.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL; /* no card, no cap */
    add(&t, FB_INTERVAL_WORKED, 0, 100, "RXQ");
    add(&t, FB_INTERVAL_WORKED, 100, 300, NULL);
    CU_ASSERT_EQUAL_FATAL(fb_price_hosts(fb_test_book(), &booked, &t, 300, 100, part), 2);
    CU_ASSERT(part[0].minutes == 200 && part[0].pence == 67 && part[1].minutes == 100 && part[1].pence == 33);
}

/* A call-out to another trust inside a long interval that names nobody: those minutes are the other's, once. Of two that both name
 * somebody the first says whose a minute was, as it says what it was. */
static void a_call_out_inside_anothers_work_is_its_hosts(void)
{
    struct fb_timesheet t = {.n = 0};
    int64_t minutes, pence;
    begin(FB_ABSENT);
    add(&t, FB_INTERVAL_WORKED, 0, 750, NULL);
    add(&t, FB_INTERVAL_CALLED_OUT, 240, 360, "RXQ");
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 2);
    CU_ASSERT(part[0].host == fb_code_of("RTH") && part[0].minutes == 630 && part[1].minutes == 120 && minutes == 750);
    CU_ASSERT(part[1].pence == 4000 && part[0].pence == 21000 && pence == 25000);
    t.n = 0;
    add(&t, FB_INTERVAL_WORKED, 0, 300, NULL);
    add(&t, FB_INTERVAL_CALLED_OUT, 240, 360, "RXQ"); /* an hour inside, an hour after */
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 2);
    CU_ASSERT(part[0].minutes == 240 && part[1].minutes == 120 && minutes == 360);
    t.interval[0].host = fb_code_of("RHU");
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 2);
    CU_ASSERT(part[0].host == fb_code_of("RHU") && part[0].minutes == 300 && part[1].minutes == 60);
}

static void who_has_nothing_has_no_part(void)
{
    struct fb_timesheet t = {.n = 0};
    int64_t minutes, pence;
    begin(FB_ABSENT);
    add(&t, FB_INTERVAL_WORKED, 0, 300, "RHU");
    add(&t, FB_INTERVAL_CALLED_OUT, 60, 120, "RXQ"); /* two say whose it was: the first */
    CU_ASSERT_EQUAL_FATAL(share(&t, &minutes, &pence), 1);
    CU_ASSERT(part[0].host == fb_code_of("RHU") && part[0].minutes == 300 && part[0].pence == pence);
    t.interval[0].host = fb_code_of("RTH"); /* and all of it is the hirer's own */
    CU_ASSERT_EQUAL(share(&t, &minutes, &pence), 0);
    t.interval[0].host = 0;
    t.interval[1].end_min = t.interval[1].start_min; /* not a minute */
    CU_ASSERT_EQUAL(share(&t, &minutes, &pence), 0);
}

/* ---- any timesheet ---- */

static void any_sheet(struct fb_timesheet *t, struct fb_prng *r, bool breaks)
{
    static const char *const hosts[] = {NULL, "RXQ", "RHU", "RTH"};
    int64_t at = -(int64_t)fb_prng_below(r, 300);
    unsigned n = 1 + (unsigned)fb_prng_below(r, 8);
    t->n = 0;
    while (t->n < n) {
        int64_t long_min = 1 + (int64_t)fb_prng_below(r, 200);
        add(t, fb_prng_below(r, 6) == 0 ? FB_INTERVAL_CALLED_OUT : FB_INTERVAL_WORKED, at, at + long_min, hosts[fb_prng_below(r, 4)]);
        if (breaks && long_min > 40 && fb_prng_below(r, 2) == 0)
            add(t, FB_INTERVAL_BREAK, at + 10, at + 10 + (int64_t)fb_prng_below(r, 30), NULL);
        at += fb_prng_below(r, 3) == 0 ? long_min / 2 : long_min + (int64_t)fb_prng_below(r, 30); /* now and then they overlap */
    }
}

/* Whatever was worked, for whomever: parts sum to the shift, none is below nought, each host stands once, in order. */
static void parts_sum_to_the_shift(void)
{
    struct fb_prng r;
    unsigned shared = 0;
    fb_prng_init(&r, 1860);
    for (unsigned i = 0; i < 3000; i++) {
        struct fb_timesheet t = {.n = 0};
        int64_t minutes, pence, sum_minutes = 0, sum_pence = 0;
        begin(fb_prng_below(&r, 2) == 0 ? FB_ABSENT : (int64_t)fb_prng_below(&r, 90));
        booked.route = fb_prng_below(&r, 2) == 0 ? FB_ROUTE_BANK : FB_ROUTE_AGENCY;
        booked.rates.n = fb_prng_below(&r, 4) == 0 ? 0 : booked.rates.n;
        any_sheet(&t, &r, fb_prng_below(&r, 2) == 0);
        unsigned n = share(&t, &minutes, &pence);
        for (unsigned k = 0; k < n; k++) {
            sum_minutes += part[k].minutes;
            sum_pence += part[k].pence;
            CU_ASSERT(part[k].minutes >= 0 && part[k].pence >= 0 && part[k].minutes + part[k].pence > 0 && (k == 0 || part[k - 1].host < part[k].host));
        }
        CU_ASSERT(n == 0 || (sum_minutes == minutes && sum_pence == pence));
        shared += n > 1;
    }
    CU_ASSERT(shared > 1500);
}

/* Whose a minute is, asked of every minute by itself: of the first interval that lies over it and names somebody, if the first of all
 * names nobody; else of that first. 0: nobody worked then. */
static fb_code whose(const struct fb_timesheet *t, int64_t minute)
{
    fb_code named = 0;
    bool worked = false;
    for (unsigned i = 0; i < t->n; i++) {
        const struct fb_interval_row *row = &t->interval[i];
        if (row->kind == FB_INTERVAL_BREAK || minute < row->start_min || minute >= row->end_min)
            continue;
        worked = true;
        named = named != 0 ? named : row->host;
    }
    return !worked ? 0 : named != 0 ? named : booked.shift.hirer;
}

static void each_minute_is_its_hosts(void)
{
    struct fb_prng r;
    unsigned shared = 0;
    fb_prng_init(&r, 1911);
    for (unsigned i = 0; i < 1500; i++) {
        static const char *const hosts[] = {NULL, NULL, "RXQ", "RHU", "RTH"};
        struct fb_timesheet t = {.n = 0};
        int64_t minutes, pence, of[4] = {0}, at = 0;
        begin(FB_ABSENT);
        for (unsigned k = 0; k < 6; k++, at += (int64_t)fb_prng_below(&r, 60)) /* one over the other, and one inside the other */
            add(&t, fb_prng_below(&r, 3) == 0 ? FB_INTERVAL_CALLED_OUT : FB_INTERVAL_WORKED, at, at + (int64_t)fb_prng_below(&r, 200),
                hosts[fb_prng_below(&r, 5)]);
        for (at = 0; at < 600; at++)
            for (unsigned h = 1; h < 4; h++)
                of[h] += whose(&t, START + at) == fb_code_of(hosts[h + 1]);
        unsigned n = share(&t, &minutes, &pence);
        CU_ASSERT(n > 0 || of[1] + of[2] == 0);
        for (unsigned h = 1; n > 0 && h < 4; h++) {
            int64_t told = 0;
            for (unsigned k = 0; k < n; k++)
                told += part[k].host == fb_code_of(hosts[h + 1]) ? part[k].minutes : 0;
            CU_ASSERT_EQUAL(told, of[h]);
        }
        shared += n > 1;
    }
    CU_ASSERT(shared > 800);
}

/* An auditor that shares no code: where work does not overlap and no break is left to the policy, each part is its minutes one by one at
 * the rate of their category, within a penny. Agency work is counted by the cap, which knows no whole-shift rule. */
static void each_part_is_its_own_price(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 1948);
    for (unsigned i = 0; i < 500; i++) {
        static const char *const hosts[] = {"RTH", "RXQ", "RHU"};
        struct fb_timesheet t = {.n = 0};
        int64_t minutes, pence, e4[3] = {0}, at = -(int64_t)fb_prng_below(&r, 200);
        begin(FB_ABSENT);
        booked.route = FB_ROUTE_AGENCY;
        fb_test_rate_all(&booked, FB_PART_COMMISSION, 12345, 6789, 0);
        for (unsigned k = 0; k < 5; k++) {
            unsigned whose = (unsigned)fb_prng_below(&r, 3);
            int64_t until = at + 1 + (int64_t)fb_prng_below(&r, 180);
            add(&t, FB_INTERVAL_WORKED, at, until, hosts[whose]);
            for (; at < until; at++) { /* Tuesday from 20:00 to 06:00 is unsocial */
                int64_t of_day = (19 * 60 + 30 + at) % 1440;
                e4[whose] += of_day >= 20 * 60 || of_day < 6 * 60 ? 200000 + 6789 : 100000 + 12345;
            }
        }
        unsigned n = share(&t, &minutes, &pence);
        for (unsigned k = 0; k < n; k++)
            for (unsigned h = 0; h < 3; h++)
                if (part[k].host == fb_code_of(hosts[h]))
                    CU_ASSERT(llabs(part[k].pence * 6000 - e4[h]) < 6000);
    }
}

static void how_far_above_its_cap_the_worst_category_is(void)
{
    struct fb_booking b = fb_test_day_shift(FB_ROUTE_AGENCY, "5");
    struct fb_price p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(fb_price_over_cap_e2(fb_test_book(), &p), FB_ABSENT); /* nothing was sent */
    int64_t cap = p.cap.hour_e4[FB_TEST_PLAIN];
    fb_test_rate_all(&b, FB_PART_WORKER_PAY, cap * 3 / 2, 100, 100); /* the others have no minutes */
    p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(fb_price_over_cap_e2(fb_test_book(), &p), 5000);
    fb_test_rate_all(&b, FB_PART_COMMISSION, -1, 0, 0);
    p = fb_test_priced(&b);
    CU_ASSERT_EQUAL(fb_price_over_cap_e2(fb_test_book(), &p), 4999);
}

CU_TestInfo suite_price_hosts[] = {
    {"two hosts have what each part costs", two_hosts_have_what_each_part_costs},
    {"what becomes of the whole shift is asked of the whole of it", what_becomes_of_the_whole_shift_is_asked_of_the_whole},
    {"a shift of one host has no parts", a_shift_of_one_host_has_no_parts},
    {"a break of the policy falls on all", a_break_of_the_policy_falls_on_all},
    {"what nobody can price goes by minutes", what_nobody_can_price_goes_by_minutes},
    {"a call-out inside another's work is its host's", a_call_out_inside_anothers_work_is_its_hosts},
    {"who has nothing has no part", who_has_nothing_has_no_part},
    {"each minute is its host's, asked one by one", each_minute_is_its_hosts},
    {"parts sum to the shift, whatever was worked for whomever", parts_sum_to_the_shift},
    {"each part is its own price within a penny", each_part_is_its_own_price},
    {"how far above its cap the worst category is", how_far_above_its_cap_the_worst_category_is},
    CU_TEST_INFO_NULL,
};
