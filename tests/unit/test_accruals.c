/* Accruals, and what became of them: by hand, and by chance with the sums held against an independent count. */
#include "tests/lib/months.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/months/accruals.h"

static struct fb_test_month m;

static void read_into(struct month_list *list, const struct fb_test_month *of)
{
    *list = (struct month_list){.n = 0};
    for (unsigned i = 0; i < of->n; i++)
        CU_ASSERT_FATAL(month_list_add(list, &of->row[i]));
}

static fb_day november(void) { return fb_day_of(2026, 11, 1); }

static void each_kind_stands_in_its_group(void)
{
    struct month_list list;
    struct accruals a;
    m.n = 0;
    fb_test_month_approve(fb_test_month_add(&m), 540, 36000);
    fb_test_month_add(&m);
    struct fb_month_row *cancelled = fb_test_month_add(&m), *elsewhere = fb_test_month_add(&m), *invoiced = fb_test_month_add(&m);
    cancelled->state = FB_BOOKING_STATE_CANCELLED;
    *fb_test_month_figure(cancelled, FB_STAGE_COMMITTED, FB_MEASURE_CANCEL_CHARGE) = 4500;
    elsewhere->cost_centre = fb_span_of("A900");
    elsewhere->payer = fb_code_of("RXQ");
    *fb_test_month_figure(invoiced, FB_STAGE_INVOICED, FB_MEASURE_PENCE) = 41000;
    fb_test_month_add(&m)->day = fb_day_of(2026, 10, 31); /* not worked yet, as of the 30th */
    read_into(&list, &m);
    CU_ASSERT_EQUAL_FATAL(accruals_fold(&list, 0, fb_day_of(2026, 10, 31), &a), FB_OK);
    CU_ASSERT(a.n_lines == 4 && a.n_groups == 2 && a.invoiced == 1 && a.to_come == 1 && a.nothing == 0);
    CU_ASSERT(a.group[0].of->payer == fb_code_of("RTH") && a.group[0].total.pence == 36000 + 40000 + 4500);
    CU_ASSERT(a.group[0].kind[MONTH_APPROVED].pence == 36000 && a.group[0].kind[MONTH_UNAPPROVED].pence == 40000 &&
              a.group[0].kind[MONTH_CANCELLATION].pence == 4500);
    CU_ASSERT(a.group[1].of->payer == fb_code_of("RXQ") && a.group[1].total.pence == 40000 && a.group[1].total.vat == 8000);
    CU_ASSERT(a.total.pence == 120500 && a.total.vat == 7200 + 8000 + 8000 && a.total.shifts == 4);
    CU_ASSERT(a.n_cover == 2 && a.cover[0].shifts == 5 && a.cover[0].approved == 1 && a.cover[0].invoiced == 1);
    accruals_release(&a);
    CU_ASSERT_EQUAL_FATAL(accruals_fold(&list, fb_code_of("RXQ"), november(), &a), FB_OK);
    CU_ASSERT(a.n_lines == 1 && a.total.pence == 40000 && a.n_cover == 1);
    accruals_release(&a);
    month_list_release(&list);
}

/* Seven shifts, each with a fate of its own; the last came since. */
static void every_fate_is_told_and_reversed(void)
{
    struct month_list then, now;
    struct accrual_reversal r;
    m.n = 0;
    for (unsigned i = 0; i < 6; i++)
        fb_test_month_add(&m);
    read_into(&then, &m);
    fb_test_month_approve(&m.row[1], 540, 36000);
    *fb_test_month_figure(&m.row[2], FB_STAGE_COMMITTED, FB_MEASURE_PENCE) = 40100;
    *fb_test_month_figure(&m.row[3], FB_STAGE_INVOICED, FB_MEASURE_PENCE) = 39000;
    m.row[4].state = FB_BOOKING_STATE_CANCELLED;
    fb_test_month_add(&m);
    m.row[5] = m.row[6]; /* 15 is no shift of the month any more, 16 came since */
    m.n = 6;
    read_into(&now, &m);
    CU_ASSERT_EQUAL_FATAL(accruals_reverse(&then, &now, 0, november(), &r), FB_OK);
    static const struct {
        uint32_t subject;
        enum accrual_fate fate;
        int64_t accrued, reversal, open, come, became;
    } want[] = {{10, ACCRUAL_OPEN, 40000, 0, 40000, 0, 0},         {11, ACCRUAL_APPROVED, 40000, 4000, 36000, 0, 0},
                {12, ACCRUAL_CHANGED, 40000, -100, 40100, 0, 0},   {13, ACCRUAL_INVOICED, 40000, 40000, 0, 0, 39000},
                {14, ACCRUAL_FELL, 40000, 40000, 0, 0, 0},         {15, ACCRUAL_FELL, 40000, 40000, 0, 0, 0},
                {16, ACCRUAL_NEW, 0, 0, 0, 40000, 0}};
    CU_ASSERT_EQUAL_FATAL(r.n, 7);
    for (unsigned i = 0; i < 7; i++) {
        const struct accrual_line *l = &r.line[i];
        CU_ASSERT_EQUAL((l->then != NULL ? l->then : l->now)->subject, want[i].subject);
        CU_ASSERT_EQUAL(l->fate, want[i].fate);
        CU_ASSERT(l->accrued.pence == want[i].accrued && l->reversal.pence == want[i].reversal && l->open.pence == want[i].open &&
                  l->come.pence == want[i].come && l->became.pence == want[i].became);
    }
    CU_ASSERT(r.total.accrued.pence == 240000 && r.total.reversal.pence + r.total.open.pence == 240000);
    accruals_reversal_release(&r);
    month_list_release(&then);
    month_list_release(&now);
}

/* Counted from the rows alone, without a word of the folds. */
static int64_t owed_by(const struct fb_test_month *of, fb_code trust, fb_day until)
{
    int64_t pence = 0;
    for (unsigned i = 0; i < of->n; i++) {
        const struct fb_month_row *row = &of->row[i];
        int64_t worked = INT64_MIN, booked = INT64_MIN, charge = 0;
        const int64_t *invoiced = NULL, *paid = NULL;
        for (unsigned s = 0; s < row->n_stages; s++) {
            const int64_t *v = row->stage[s].figures.v;
            worked = row->stage[s].stage == FB_STAGE_WORKED ? v[FB_MEASURE_PENCE] : worked;
            booked = row->stage[s].stage == FB_STAGE_COMMITTED ? v[FB_MEASURE_PENCE] : booked;
            charge += v[FB_MEASURE_CANCEL_CHARGE];
            invoiced = row->stage[s].stage == FB_STAGE_INVOICED ? v : invoiced;
            paid = row->stage[s].stage == FB_STAGE_PAID ? v : paid;
        }
        const int64_t *bill = invoiced != NULL ? invoiced : paid;
        bool billed = bill != NULL && (bill[FB_MEASURE_PENCE] != 0 || bill[FB_MEASURE_CANCEL_CHARGE] != 0);
        if (billed || row->day >= until || (trust != 0 && trust != (row->payer != 0 ? row->payer : row->hirer)))
            continue;
        if (row->state == FB_BOOKING_STATE_CANCELLED)
            pence += charge;
        else if (row->state == FB_BOOKING_STATE_BOOKED && row->timesheet != FB_TIMESHEET_STATE_DID_NOT_WORK)
            pence += worked != INT64_MIN ? worked : booked != INT64_MIN ? booked : 0;
    }
    return pence;
}

static void whatever_happens_the_sums_agree(void)
{
    struct fb_prng prng;
    static struct fb_test_month before;
    unsigned fates[ACCRUAL_FATES] = {0};
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct month_list then, now;
        struct accruals a;
        struct accrual_reversal r;
        fb_prng_init(&prng, seed);
        fb_test_month_random(&m, &prng);
        fb_code trust = seed % 3 == 0 ? fb_code_of("RXQ") : 0;
        fb_day until = seed % 5 == 0 ? fb_day_of(2026, 10, 20) : november();
        before = m;
        read_into(&then, &m);
        CU_ASSERT_EQUAL(accruals_fold(&then, trust, until, &a), FB_OK);
        CU_ASSERT_EQUAL(a.total.pence, owed_by(&m, trust, until));
        CU_ASSERT((trust != 0 || a.n_lines + a.invoiced + a.to_come + a.nothing == m.n) && a.total.shifts == a.n_lines);
        fb_test_month_pass(&m, &prng);
        read_into(&now, &m);
        CU_ASSERT_EQUAL(accruals_reverse(&then, &now, trust, until, &r), FB_OK);
        CU_ASSERT_EQUAL(r.total.accrued.pence, owed_by(&before, trust, until));
        CU_ASSERT_EQUAL(r.total.accrued.pence - r.total.reversal.pence - r.total.open.pence, 0);
        CU_ASSERT_EQUAL(r.total.open.pence + r.total.come.pence, owed_by(&m, trust, until));
        for (unsigned i = 0; i < r.n; i++)
            fates[r.line[i].fate]++;
        accruals_release(&a);
        accruals_reversal_release(&r);
        month_list_release(&then);
        month_list_release(&now);
    }
    for (unsigned f = 0; f < ACCRUAL_FATES; f++)
        CU_ASSERT(fates[f] > 50); /* each was met often enough to mean something */
}

static void money_that_does_not_fit_is_no_sum(void)
{
    struct month_list list;
    struct accruals a;
    m.n = 0;
    *fb_test_month_figure(fb_test_month_add(&m), FB_STAGE_COMMITTED, FB_MEASURE_PENCE) = INT64_MAX;
    *fb_test_month_figure(fb_test_month_add(&m), FB_STAGE_COMMITTED, FB_MEASURE_PENCE) = 1;
    read_into(&list, &m);
    CU_ASSERT_EQUAL(accruals_fold(&list, 0, november(), &a), FB_OVERFLOW);
    accruals_release(&a);
    month_list_release(&list);
}

CU_TestInfo suite_accruals[] = {
    {"each kind stands in its group", each_kind_stands_in_its_group},
    {"every fate is told and reversed", every_fate_is_told_and_reversed},
    {"whatever happens, the sums agree", whatever_happens_the_sums_agree},
    {"money that does not fit is no sum", money_that_does_not_fit_is_no_sum},
    CU_TEST_INFO_NULL,
};
