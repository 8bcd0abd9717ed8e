#include "tests/lib/suite.h"
#include "tools/fairbank/books/parity.h"
#include <stdio.h>
#include <string.h>

enum { MOST = 200, HOURS_8 = 480 };
static struct parity_shift shift[MOST];
static char names[MOST][8];
static unsigned n_shifts;
static struct return_line line[8];
static struct trust_return sent;
static struct parity p;
static fb_day april;

static void begin(void)
{
    april = fb_day_of(2026, 4, 1);
    n_shifts = 0;
    sent = (struct trust_return){.line = line, .has_shifts = true, .has_hours = true, .has_pounds = true};
}

static struct parity_shift *hold(int day)
{
    struct parity_shift *s = &shift[n_shifts];
    snprintf(names[n_shifts], sizeof names[0], "S%03u", n_shifts);
    int64_t start = (int64_t)(april + day - 1) * 1440 + 540;
    *s = (struct parity_shift){.reference = fb_span_of(names[n_shifts++]), .unit = fb_span_of("W1"), .grade = fb_code_of("5"),
                               .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY, .route = FB_ROUTE_BANK, .day = april + day - 1, .start_min = start,
                               .end_min = start + HOURS_8, .figure = {1, HOURS_8, 16000}};
    return s;
}

static struct return_line *theirs(fb_day from, fb_day until, int64_t shifts, int64_t minutes, int64_t pence)
{
    struct return_line *l = &line[sent.n++];
    *l = (struct return_line){.line = sent.n + 1, .from = from, .until = until, .staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY,
                              .route = FB_ROUTE_BANK, .shifts = shifts, .minutes = minutes, .pence = pence};
    return l;
}

static const struct parity_cell *judge(int64_t tolerance_e2)
{
    CU_ASSERT_EQUAL_FATAL(parity_judge(&p, shift, n_shifts, &sent, tolerance_e2), FB_OK);
    CU_ASSERT_TRUE_FATAL(p.n_cells > 0);
    return &p.cell[0];
}

/* Two shifts of each of four weeks' seven days. */
static void four_weeks(void)
{
    begin();
    for (int day = 1; day <= 28; day++) {
        hold(day)->unit = fb_span_of("W1");
        hold(day)->unit = fb_span_of("W2");
    }
}

static void what_agrees(void)
{
    four_weeks();
    theirs(april, april + 28, 56, 56 * HOURS_8, 56 * 16000);
    const struct parity_cell *c = judge(0);
    CU_ASSERT_TRUE(c->verdict == PARITY_AGREES && c->within && c->agree_e2 == 10000 && p.all_within && p.outside == 0 && c->n_twins == 0);
    parity_free(&p);
}

static void a_missing_shift_and_its_day(void)
{
    four_weeks();
    shift[2 * 15].figure[PARITY_SHIFTS] = 0; /* cancelled: the 16th has one */
    shift[2 * 15].figure[PARITY_MINUTES] = shift[2 * 15].figure[PARITY_PENCE] = 0;
    shift[2 * 20].day = shift[2 * 20 + 1].day = april - 1; /* and the 21st none */
    theirs(april, april + 28, 56, 56 * HOURS_8, 56 * 16000);
    const struct parity_cell *c = judge(0);
    CU_ASSERT_TRUE(c->verdict == PARITY_MISSING && !c->within && !p.all_within && c->ours[PARITY_SHIFTS] == 53 && c->agree_e2 == 9464);
    CU_ASSERT_EQUAL_FATAL(c->n_low, 2);
    CU_ASSERT_TRUE(c->low[0].day == april + 20 && c->low[0].has == 0 && c->low[0].usual == 2 && c->low[1].day == april + 15 && c->low[1].has == 1);
    CU_ASSERT_EQUAL(p.outside, 2);
    parity_free(&p);
    line[0].shifts = 54; /* one is missing: the day that lacks one comes first */
    c = judge(0);
    CU_ASSERT_TRUE(c->n_low == 2 && c->low[0].day == april + 15);
    parity_free(&p);
}

/* Two of three Thursdays lack theirs: each is held against the others. */
static void a_day_is_not_its_own_measure(void)
{
    begin();
    hold(2);
    hold(2);
    theirs(april, april + 21, 6, 6 * HOURS_8, 6 * 16000);
    const struct parity_cell *c = judge(0);
    CU_ASSERT_TRUE(c->n_low == 2 && c->low[0].day == april + 8 && c->low[1].day == april + 15 && c->low[0].usual == 2);
    parity_free(&p);
}

static void a_doubled_shift(void)
{
    four_weeks();
    hold(9); /* W1's again */
    theirs(april, april + 28, 56, 56 * HOURS_8, 56 * 16000);
    const struct parity_cell *c = judge(0);
    CU_ASSERT_TRUE(c->verdict == PARITY_DOUBLED && c->n_twins == 1);
    CU_ASSERT_TRUE(fb_span_is(p.shift[c->twin[0][0]].reference, "S016") && fb_span_is(p.shift[c->twin[0][1]].reference, "S056"));
    parity_free(&p);
    for (unsigned i = 0; i < n_shifts; i++)
        shift[i].unit = fb_span_of(names[i]); /* none is like another */
    c = judge(0);
    CU_ASSERT_TRUE(c->verdict == PARITY_MORE && c->n_twins == 0);
    parity_free(&p);
}

/* One missing and one doubled: the counts agree, and a finding tells. Alike alone is no sign: two nurses of one night are. */
static void a_doubled_one_hides_a_missing_one(void)
{
    begin();
    hold(9);
    hold(9);
    theirs(april, april + 28, 2, 2 * HOURS_8, 32000);
    CU_ASSERT_TRUE(judge(0)->verdict == PARITY_AGREES && p.cell[0].n_twins == 0);
    parity_free(&p);
    shift[0].suspect = shift[1].suspect = true;
    CU_ASSERT_TRUE(judge(0)->verdict == PARITY_AGREES && p.cell[0].n_twins == 1 && p.all_within);
    parity_free(&p);
    shift[1].figure[PARITY_PENCE] = 15999; /* not alike any more: each is told by itself */
    CU_ASSERT_EQUAL(judge(1)->n_twins, 2);
    parity_free(&p);
}

static void hours_and_rates(void)
{
    static const struct {
        int64_t minutes, pence;
        enum parity_verdict verdict;
        enum parity_rate rate;
    } row[] = {{510, 16000, PARITY_HOURS, PARITY_RATE_OTHER}, {480, 19200, PARITY_RATES, PARITY_RATE_VAT}, {480, 15000, PARITY_RATES, PARITY_RATE_INSIDE},
               {480, 18000, PARITY_RATES, PARITY_RATE_ON_TOP}, {480, 16001, PARITY_RATES, PARITY_RATE_OTHER}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        begin();
        struct parity_shift *s = hold(9);
        s->vat = 3200, s->inside = 1000, s->on_top = 2000;
        theirs(april, april + 28, 1, row[i].minutes, row[i].pence);
        CU_ASSERT_TRUE(judge(0)->verdict == row[i].verdict && p.cell[0].rate == row[i].rate);
        parity_free(&p);
    }
}

static void tolerance_is_of_their_figure(void)
{
    begin();
    hold(9);
    theirs(april, april + 28, 1, HOURS_8, 16081); /* 81 of 16,081 are 0.5037 per cent */
    CU_ASSERT_FALSE(judge(50)->within);
    parity_free(&p);
    CU_ASSERT_TRUE(judge(51)->within);
    parity_free(&p);
    CU_ASSERT_TRUE(parity_agree_e2(3, 2) == 6666 && parity_agree_e2(0, 0) == 10000 && parity_agree_e2(0, 5) == 0 && parity_agree_e2(1000000, 999999) == 9999);
    CU_ASSERT_TRUE(parity_agree_e2(-5, 5) == 0 && parity_agree_e2(4, 2) == 5000);
}

static void lines_that_only_one_side_has(void)
{
    begin();
    hold(9)->route = FB_ROUTE_AGENCY;
    theirs(april, april + 28, 3, 3 * HOURS_8, 48000);
    CU_ASSERT_TRUE(judge(0)->verdict == PARITY_NOTHING_SENT && p.n_cells == 2);
    CU_ASSERT_TRUE(p.cell[1].verdict == PARITY_NOT_IN_RETURN && p.cell[1].route == FB_ROUTE_AGENCY && p.cell[1].line == 0 && !p.all_within);
    parity_free(&p);
    begin();
    hold(40); /* May: the return does not speak of it */
    theirs(april, april + 28, 0, 0, 0);
    CU_ASSERT_TRUE(judge(0)->verdict == PARITY_AGREES && p.n_cells == 1 && p.outside == 1 && p.all_within);
    parity_free(&p);
}

static void weeks_are_lines_of_their_own(void)
{
    begin();
    hold(1);
    hold(8);
    hold(9);
    theirs(april, april + 7, 1, HOURS_8, 16000);
    theirs(april + 7, april + 14, 2, 2 * HOURS_8, 32000);
    CU_ASSERT_TRUE(judge(0)->within && p.n_cells == 2 && p.cell[1].ours[PARITY_SHIFTS] == 2 && p.all_within);
    parity_free(&p);
    sent.has_hours = sent.has_pounds = false; /* figures that it has not are not compared */
    line[1].minutes = line[1].pence = 0;
    CU_ASSERT_TRUE(judge(0)->within && p.all_within && !p.has[PARITY_PENCE]);
    parity_free(&p);
}

CU_TestInfo suite_parity[] = {{"figures that are the same agree", what_agrees},
                              {"missing shifts are told with the days that lack them", a_missing_shift_and_its_day},
                              {"a day's own lack is no part of what is usual", a_day_is_not_its_own_measure},
                              {"a doubled shift is told with the one it is like", a_doubled_shift},
                              {"counts that agree hide no shift that is suspected twice", a_doubled_one_hides_a_missing_one},
                              {"other hours, other rates, and what makes them", hours_and_rates},
                              {"the tolerance is of their figure", tolerance_is_of_their_figure},
                              {"lines that only one side has", lines_that_only_one_side_has},
                              {"each week is a line of its own", weeks_are_lines_of_their_own},
                              CU_TEST_INFO_NULL};
