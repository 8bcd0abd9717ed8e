/* Statements between trusts: both sides of each pair, and the system's spend counted once. */
#include "tests/lib/months.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/months/recharge.h"

static struct fb_test_month m;

static void read_into(struct month_list *list)
{
    *list = (struct month_list){.n = 0};
    for (unsigned i = 0; i < m.n; i++)
        CU_ASSERT_FATAL(month_list_add(list, &m.row[i]));
}

static struct fb_month_row *shared(const char *hirer, const char *payer, const char *employer)
{
    struct fb_month_row *row = fb_test_month_add(&m);
    row->route = FB_ROUTE_COLLABORATIVE;
    row->hirer = fb_code_of(hirer);
    row->payer = *payer != '\0' ? fb_code_of(payer) : 0;
    row->employer = *employer != '\0' ? fb_code_of(employer) : 0;
    return row;
}

static void who_owes_whom(void)
{
    struct month_list list;
    struct recharge r;
    m.n = 0;
    shared("RTH", "", "RXQ");                                 /* lent: the hirer pays */
    shared("RTH", "RHU", "RXQ");                              /* three: two lines, one shift */
    shared("RTH", "RTH", "RTH");                              /* its own */
    shared("RTH", "RTH", "");                                 /* nobody said whose the worker is */
    shared("RTH", "RDU", "RTH")->route = FB_ROUTE_AGENCY;     /* an agency's: only the payer's line */
    shared("RTH", "", "RXQ")->state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, 0, &r), FB_OK);
    static const struct {
        const char *creditor, *debtor;
        unsigned lines;
    } want[] = {{"RDU", "RTH", 1}, {"RHU", "RTH", 1}, {"RXQ", "RHU", 1}, {"RXQ", "RTH", 1}};
    CU_ASSERT_EQUAL_FATAL(r.n_pairs, 4);
    for (unsigned i = 0; i < 4; i++)
        CU_ASSERT(r.pair[i].creditor == fb_code_of(want[i].creditor) && r.pair[i].debtor == fb_code_of(want[i].debtor) && r.pair[i].n == want[i].lines &&
                  r.pair[i].receivable.pence == 40000 && r.pair[i].payable.pence == 40000);
    CU_ASSERT(r.n_lines == 4 && r.lines.pence == 160000 && r.shifts == 3 && r.system.pence == 120000 && r.nobody == 1);
    CU_ASSERT(r.n_trusts == 4 && r.trust[3].trust == fb_code_of("RXQ") && r.trust[3].owed.pence == 80000 && r.trust[3].owes.pence == 0);
    recharge_release(&r);
    CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, fb_code_of("RHU"), &r), FB_OK);
    CU_ASSERT(r.n_pairs == 2 && r.lines.pence == 80000 && r.shifts == 1); /* paid for another's ward, and owes the lender */
    recharge_release(&r);
    month_list_release(&list);
}

static const struct recharge_pair *pair(const struct recharge *r, const char *creditor, const char *debtor)
{
    for (unsigned i = 0; i < r->n_pairs; i++)
        if (r->pair[i].creditor == fb_code_of(creditor) && r->pair[i].debtor == fb_code_of(debtor))
            return &r->pair[i];
    return NULL;
}

/* RTH booked its own worker for 600 minutes, of which RXQ had 200: that is RXQ's to pay, with its part of the VAT; the rest stays where it was. */
static void a_shift_worked_for_two_is_shared(void)
{
    struct month_list list;
    struct recharge r;
    m.n = 0;
    struct fb_month_row *row = shared("RTH", "RTH", "RTH");
    fb_test_month_approve(row, 600, 40001);
    fb_test_month_host(&m, "RTH", 400, 26667);
    fb_test_month_host(&m, "RXQ", 200, 13334);
    *fb_test_month_figure(row, FB_STAGE_WORKED, FB_MEASURE_BONUS) = 100;
    shared("RTH", "RTH", "RTH"); /* not approved: nobody but the hirer */
    fb_test_month_host(&m, "RXQ", 1, 1);
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, 0, &r), FB_OK);
    CU_ASSERT(r.n_lines == 1 && r.shifts == 1 && r.split == 1 && r.system.pence == 40101);
    const struct recharge_pair *p = pair(&r, "RTH", "RXQ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    CU_ASSERT(p->receivable.pence == 13334 + 33 && p->payable.pence == p->receivable.pence && p->receivable.minutes == 200);
    CU_ASSERT(p->receivable.vat == 2667 && r.line[0].part); /* a third of 80.00 */
    CU_ASSERT_STRING_EQUAL(recharge_line_word(&r.line[0]), "host to payer");
    recharge_release(&r);
    for (unsigned i = 0; i < 2; i++) { /* the same figure in both statements */
        CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, fb_code_of(i == 0 ? "RTH" : "RXQ"), &r), FB_OK);
        CU_ASSERT(r.n_pairs == 1 && r.lines.pence == 13367);
        recharge_release(&r);
    }
    month_list_release(&list);
}

/* An approved shift of no minute and no pound, and a host that an engine of before told of with nought: no line, on neither side. */
static void nought_is_no_line(void)
{
    struct month_list list;
    struct recharge r;
    m.n = 0;
    fb_test_month_approve(shared("RTH", "RXQ", "RXQ"), 0, 0);
    fb_test_month_approve(shared("RTH", "RTH", "RTH"), 600, 40000);
    fb_test_month_host(&m, "RTH", 600, 40000);
    fb_test_month_host(&m, "RXQ", 0, 0);
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, 0, &r), FB_OK);
    CU_ASSERT(r.n_lines == 0 && r.n_pairs == 0 && r.shifts == 0);
    recharge_release(&r);
    month_list_release(&list);
}

/* Paid by a third: each host owes the payer its own part, and together they owe the shift. */
static void all_parts_come_to_the_shift(void)
{
    struct month_list list;
    struct recharge r;
    m.n = 0;
    struct fb_month_row *row = shared("RTH", "RDU", "RDU");
    fb_test_month_approve(row, 601, 10000);
    fb_test_month_host(&m, "RHU", 200, 3333);
    fb_test_month_host(&m, "RTH", 200, 3333);
    fb_test_month_host(&m, "RXQ", 201, 3334);
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, 0, &r), FB_OK);
    CU_ASSERT(r.n_pairs == 3 && r.lines.pence == 10000 && r.lines.minutes == 601 && r.lines.vat == 2000 && r.lines.shifts == 1 && r.shifts == 1);
    recharge_release(&r);
    month_list_release(&list);
}

/* Half of them worked for two, wherever they were booked. */
static void split_some(struct fb_prng *prng)
{
    static const char *const hosts[] = {"RDU", "RHU", "RTH", "RXQ"}; /* ascending */
    for (unsigned i = 0; i < m.n; i++) {
        struct fb_month_row *row = &m.row[i];
        if (row->state != FB_BOOKING_STATE_BOOKED || fb_prng_below(prng, 2) == 0)
            continue;
        int64_t first = (int64_t)fb_prng_below(prng, 500), second = (int64_t)fb_prng_below(prng, 500);
        unsigned at = (unsigned)fb_prng_below(prng, 3);
        fb_test_month_approve(row, first + second, first * 7 + second * 11);
        row->host = m.host[i];
        row->n_hosts = 2;
        row->host[0] = (struct fb_host_part){fb_code_of(hosts[at]), first, first * 7};
        row->host[1] = (struct fb_host_part){fb_code_of(hosts[at + 1]), second, second * 11};
    }
}

/* Each trust's own statement, asked for by itself, is what the statement of all says of it. */
static void one_trusts_statement_is_its_part_of_all(void)
{
    static const char *const trusts[] = {"RTH", "RXQ", "RHU", "RDU"};
    struct fb_prng prng;
    int64_t met = 0, split = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct month_list list;
        struct recharge all;
        int64_t lines = 0, once = 0;
        fb_prng_init(&prng, seed);
        fb_test_month_random(&m, &prng);
        split_some(&prng);
        read_into(&list);
        CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, 0, &all), FB_OK);
        for (unsigned t = 0; t < 4; t++) {
            struct recharge own;
            CU_ASSERT_EQUAL_FATAL(recharge_fold(&list, fb_code_of(trusts[t]), &own), FB_OK);
            lines += own.lines.pence;
            for (unsigned i = 0; i < all.n_trusts; i++)
                for (unsigned k = 0; k < own.n_trusts && all.trust[i].trust == fb_code_of(trusts[t]); k++)
                    if (own.trust[k].trust == all.trust[i].trust)
                        CU_ASSERT(month_money_eq(&own.trust[k].owed, &all.trust[i].owed) && month_money_eq(&own.trust[k].owes, &all.trust[i].owes));
            recharge_release(&own);
        }
        for (unsigned i = 0; i < list.n; i++) { /* without a word of the folds: its lines, and itself once */
            const struct month_shift *s = &list.shift[i];
            if (s->n_hosts > 0) { /* each host is one, and together they are the shift */
                int64_t parts = 0;
                bool any = s->route != FB_ROUTE_AGENCY && s->employer != 0 && s->employer != s->payer;
                for (unsigned k = 0; k < s->n_hosts; k++) {
                    parts += s->host[k].owed.pence;
                    any = any || s->host[k].host != s->payer;
                }
                CU_ASSERT_EQUAL(parts, s->owed.pence);
                once += any ? s->owed.pence : 0;
                split++;
                continue;
            }
            int legs = (s->route != FB_ROUTE_AGENCY && s->employer != 0 && s->employer != s->payer) + (s->payer != s->hirer);
            once += legs > 0 && s->kind != MONTH_NOTHING ? s->owed.pence : 0;
            met += legs == 2;
        }
        CU_ASSERT_EQUAL(lines, 2 * all.lines.pence); /* each line in two statements */
        CU_ASSERT_EQUAL(all.system.pence, once);
        recharge_release(&all);
        month_list_release(&list);
    }
    CU_ASSERT(met > 100 && split > 100);
}

CU_TestInfo suite_recharge[] = {
    {"who owes whom", who_owes_whom},
    {"a shift worked for two is shared", a_shift_worked_for_two_is_shared},
    {"all parts come to the shift", all_parts_come_to_the_shift},
    {"one trust's statement is its part of all", one_trusts_statement_is_its_part_of_all},
    {"nought minutes and nought pounds are no line", nought_is_no_line},
    CU_TEST_INFO_NULL,
};
