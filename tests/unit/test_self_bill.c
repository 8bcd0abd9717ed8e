/* Self-bills: what is proposed, what is held back, and runs of files that together are what may be paid now. */
#include "tests/lib/folder.h"
#include "tests/lib/months.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/months/month_file.h"
#include "tools/fairbank/months/self_bill.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 16, RUNS = 5 };
static struct fb_test_month m;
static struct fb_test_folder folder;
static char path[FB_TEST_PATH];

static struct self_bill_scope scope_of(fb_code trust)
{
    return (struct self_bill_scope){fb_span_of("NS"), trust, fb_day_of(2026, 10, 1)};
}

static void read_into(struct month_list *list)
{
    *list = (struct month_list){.n = 0};
    for (unsigned i = 0; i < m.n; i++)
        CU_ASSERT_FATAL(month_list_add(list, &m.row[i]));
}

static const char *held(const struct self_bill *b, uint32_t subject)
{
    for (unsigned i = 0; i < b->n_held; i++)
        if (b->held[i].of->subject == subject)
            return b->held[i].why;
    return "";
}

static void what_may_not_be_paid_is_held_back_with_why(void)
{
    struct month_list list;
    struct self_bill b;
    struct self_bill_before none = {.n = 0};
    m.n = 0;
    for (unsigned i = 0; i < 6; i++)
        fb_test_month_approve(fb_test_month_add(&m), 600, 40000);
    fb_test_month_add(&m); /* 16: not approved */
    m.row[1].n_findings = 1;
    m.row[1].finding[0] = (struct fb_month_finding){.rule = fb_span_of("ratecap.breached"), .severity = FB_SEVERITY_BREACH};
    m.row[2].n_findings = 1;
    m.row[2].finding[0] = (struct fb_month_finding){.rule = fb_span_of("ratecap.breached"), .severity = FB_SEVERITY_BREACH, .answered = true};
    m.row[3].vat = (struct fb_span){NULL, 0};
    *fb_test_month_figure(&m.row[4], FB_STAGE_INVOICED, FB_MEASURE_PENCE) = 1;
    m.row[5].agency = fb_span_of("XA");
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(self_bill_fold(&list, fb_span_of("NS"), 0, &none, &b), FB_OK);
    CU_ASSERT(b.run == 1 && b.n == 2 && b.n_held == 4 && b.total.pence == 80000 && b.total.vat == 16000 && b.total.minutes == 1200);
    CU_ASSERT_STRING_EQUAL(held(&b, 11), "an open breach that no approval answers");
    CU_ASSERT_STRING_EQUAL(held(&b, 13), "nobody can say which VAT it bears");
    CU_ASSERT_STRING_EQUAL(held(&b, 14), "an invoice is matched to it already");
    CU_ASSERT_STRING_EQUAL(held(&b, 16), "no approved timesheet");
    self_bill_release(&b);
    month_list_release(&list);
}

/* The trust pays who is engaged directly: to the agency that would be paid twice. */
static void of_a_worker_engaged_directly_the_commission_alone(void)
{
    struct month_list list;
    struct self_bill b;
    struct self_bill_before none = {.n = 0};
    m.n = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct fb_month_row *row = fb_test_month_add(&m);
        fb_test_month_approve(row, 600, 40000);
        row->engagement = FB_ENGAGEMENT_DIRECT;
        row->vat = fb_span_of("direct-engagement");
        row->vat_base = FB_VAT_BASE_COMMISSION;
        row->vat_ppm = 200000;
        *fb_test_month_figure(row, FB_STAGE_WORKED, FB_MEASURE_COMMISSION) = i == 0 ? 5000 : 0;
    }
    m.row[2].vat = fb_span_of("as_sent");
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(self_bill_fold(&list, fb_span_of("NS"), 0, &none, &b), FB_OK);
    CU_ASSERT(b.n == 1 && b.n_held == 2 && b.total.pence == 5000 && b.total.vat == 1000 && b.total.minutes == 600);
    CU_ASSERT_STRING_EQUAL(held(&b, 11), "the trust pays the worker itself, and nobody can say the agency's commission");
    CU_ASSERT_STRING_EQUAL(held(&b, 12), held(&b, 11));
    CU_ASSERT(list.shift[1].owed.vat_unsaid == 1 && list.shift[1].owed.vat == 0 && list.shift[2].owed.vat_unsaid == 0);
    self_bill_release(&b);
    month_list_release(&list);
}

/* ---- runs ---- */

static char text[RUNS + 1][TEXT_MAX];

static void file_name(unsigned run)
{
    char name[20];
    snprintf(name, sizeof name, "run-%u.csv", run);
    fb_test_folder_file(&folder, name, path);
}

static bool write_run(const struct self_bill_scope *scope, const struct self_bill *b)
{
    file_name(b->run);
    const struct options o = {.command = "self-bill", .out = path};
    return self_bill_write(&o, scope, b);
}

static void take_text(unsigned run)
{
    file_name(run);
    size_t n = 0;
    unsigned char *bytes = fb_test_file_read(path, &n);
    CU_ASSERT_FATAL(n < TEXT_MAX);
    memcpy(text[run], bytes, n);
    text[run][n] = '\0';
    free(bytes);
    CU_ASSERT(remove(path) == 0);
}

static char said[1000];

static bool read_text(struct fb_pool *pool, const struct self_bill_scope *scope, const char *csv, struct self_bill_before *before)
{
    struct fb_pack_report report = {0};
    struct fb_pack_file file = {.path = fb_span_of("run.csv"), .bytes = fb_span_of(csv)};
    bool good = self_bill_read(pool, &file, scope, before, &report);
    FILE *out = fmemopen(said, sizeof said, "w");
    fb_pack_report_print(out, &report);
    fclose(out);
    fb_pack_report_free(&report);
    return good;
}

static struct self_bill_before runs_before(struct fb_pool *pool, const struct self_bill_scope *scope, unsigned runs)
{
    struct self_bill_before before = {.n = 0};
    for (unsigned i = 1; i <= runs; i++)
        CU_ASSERT_TRUE(read_text(pool, scope, text[i], &before));
    return before;
}

static const char bare[] =
    "run,supplier,month,scope,change,shift,payer,day,cost_centre,subjective,purchase_order,paid_minutes,net,vat,vat_treatment,gross,stands_minutes,stands_net,stands_vat\n"
    "1,NS,2026-10,all,added,rth-roster/B-00,RTH,2026-10-05,C100,8100,,600,400.00,80.00,standard,480.00,600,400.00,80.00\n"
    "1,NS,2026-10,all,total,,,,,,,600,400.00,80.00,,480.00,600,400.00,80.00\n";

/* A run names what each shift rests on, and a run after it says the same of what it takes back; a file made before documents were named
 * still counts. */
static void runs_name_the_documents_of_each_shift(void)
{
    struct fb_pool pool = {0};
    struct month_list list;
    struct self_bill b;
    const struct self_bill_scope scope = scope_of(0);
    fb_test_folder_make(&folder);
    m.n = 0;
    struct fb_month_row *row = fb_test_month_add(&m);
    fb_test_month_approve(row, 600, 40000);
    row->sheet = (struct fb_month_ref){fb_span_of("rth-roster"), fb_span_of("T-1")};
    row->confirmation = (struct fb_month_ref){fb_span_of("portal"), fb_span_of("D-7")};
    row->posted = fb_day_of(2026, 11, 1);
    struct self_bill_before none = {.n = 0};
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(self_bill_fold(&list, scope.supplier, 0, &none, &b), FB_OK);
    CU_ASSERT_TRUE_FATAL(write_run(&scope, &b));
    take_text(1);
    self_bill_release(&b);
    month_list_release(&list);
    CU_ASSERT_PTR_NOT_NULL(strstr(text[1], ",rth-roster/T-1,portal/D-7,2026-11\n"));
    row->state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    struct self_bill_before before = runs_before(&pool, &scope, 1);
    read_into(&list);
    CU_ASSERT_EQUAL_FATAL(self_bill_fold(&list, scope.supplier, 0, &before, &b), FB_OK);
    CU_ASSERT_FATAL(b.n == 1 && b.line[0].change == SELF_BILL_TAKEN_BACK);
    CU_ASSERT(fb_span_is(b.line[0].timesheet, "rth-roster/T-1") && fb_span_is(b.line[0].confirmation, "portal/D-7") && b.line[0].posted == row->posted);
    self_bill_release(&b);
    self_bill_before_release(&before);
    before = (struct self_bill_before){.n = 0};
    CU_ASSERT_TRUE_FATAL(read_text(&pool, &scope, bare, &before));
    CU_ASSERT(before.n == 1 && before.total.pence == 40000 && before.line[0].timesheet.n == 0 && before.line[0].posted == 0);
    self_bill_before_release(&before);
    month_list_release(&list);
    fb_pool_free(&pool);
    fb_test_folder_remove(&folder);
}

/* What may be paid, counted from the rows alone. An invoice holds back only what no run has. */
static int64_t payable(fb_code trust, const struct self_bill_before *before)
{
    int64_t pence = 0;
    struct month_list list;
    read_into(&list);
    for (unsigned i = 0; i < list.n; i++) {
        const struct month_shift *s = &list.shift[i];
        bool run = false;
        for (unsigned k = 0; k < before->n; k++)
            run = run || (fb_span_eq(before->line[k].shift, s->name) && before->line[k].payer == s->payer &&
                          (before->line[k].stands.pence | before->line[k].stands.vat | before->line[k].stands.minutes) != 0);
        if (fb_span_is(s->agency, "NS") && (trust == 0 || trust == s->payer) && (s->kind == MONTH_APPROVED || s->kind == MONTH_CANCELLATION) &&
            s->breaches.n == 0 && s->owed.unpriced == 0 && s->owed.vat_unsaid == 0 && (!s->invoiced || run))
            pence += s->owed.pence;
    }
    month_list_release(&list);
    return pence;
}

static void all_runs_together_are_what_may_be_paid_now(void)
{
    struct fb_prng prng;
    unsigned changes[SELF_BILL_CHANGES] = {0};
    fb_test_folder_make(&folder);
    for (uint64_t seed = 1; seed <= 80; seed++) {
        const struct self_bill_scope scope = scope_of(seed % 4 == 0 ? fb_code_of("RXQ") : 0);
        unsigned runs = 0;
        fb_prng_init(&prng, seed);
        fb_test_month_random(&m, &prng);
        for (unsigned step = 0; step < RUNS; step++, fb_test_month_pass(&m, &prng)) {
            struct month_list list;
            struct self_bill b, again;
            struct fb_pool pool = {0};
            struct self_bill_before before = runs_before(&pool, &scope, runs), after = {.n = 0};
            read_into(&list);
            CU_ASSERT_EQUAL_FATAL(self_bill_fold(&list, scope.supplier, scope.trust, &before, &b), FB_OK);
            CU_ASSERT_EQUAL_FATAL(self_bill_fold(&list, scope.supplier, scope.trust, &before, &again), FB_OK);
            CU_ASSERT(b.run == runs + 1 && b.now.pence == payable(scope.trust, &before) && b.before.pence == before.total.pence);
            CU_ASSERT_EQUAL(b.before.pence + b.total.pence, b.now.pence);
            for (unsigned i = 0; i < b.n; i++)
                changes[b.line[i].change]++;
            CU_ASSERT_TRUE(write_run(&scope, &b));
            CU_ASSERT_TRUE(write_run(&scope, &again)); /* the same bytes: nothing is written over */
            take_text(++runs);
            after = runs_before(&pool, &scope, runs);
            CU_ASSERT(after.total.pence == b.now.pence && after.total.vat == b.now.vat && after.total.minutes == b.now.minutes);
            struct self_bill nothing;
            CU_ASSERT_EQUAL_FATAL(self_bill_fold(&list, scope.supplier, scope.trust, &after, &nothing), FB_OK);
            CU_ASSERT(nothing.n == 0 && nothing.total.pence == 0); /* at once again: there is nothing to correct */
            self_bill_release(&nothing);
            self_bill_release(&b);
            self_bill_release(&again);
            self_bill_before_release(&before);
            self_bill_before_release(&after);
            fb_pool_free(&pool);
            month_list_release(&list);
        }
    }
    fb_test_folder_remove(&folder);
    CU_ASSERT(changes[SELF_BILL_ADDED] > 100 && changes[SELF_BILL_CHANGED] > 50 && changes[SELF_BILL_TAKEN_BACK] > 50);
}

static void a_run_is_never_written_over(void)
{
    const struct self_bill_scope scope = scope_of(0);
    struct self_bill_line line = {.shift = fb_span_of("a, \"b\""), .payer = fb_code_of("RTH"), .day = scope.month, .treatment = fb_span_of("standard"),
                                  .bill = {100, 20, 60}, .stands = {100, 20, 60}};
    struct self_bill b = {.run = 1, .line = &line, .n = 1, .total = {100, 20, 60}, .now = {100, 20, 60}};
    fb_test_folder_make(&folder);
    CU_ASSERT_TRUE(write_run(&scope, &b));
    CU_ASSERT_TRUE(write_run(&scope, &b));
    line.bill.pence = line.stands.pence = b.total.pence = b.now.pence = 101;
    CU_ASSERT_FALSE(write_run(&scope, &b));
    take_text(1);
    fb_test_folder_remove(&folder);
    struct fb_pool pool = {0};
    struct self_bill_before before = runs_before(&pool, &scope, 1);
    CU_ASSERT(before.n == 1 && fb_span_is(before.line[0].shift, "a, \"b\"") && before.total.pence == 100);
    self_bill_before_release(&before);
    fb_pool_free(&pool);
}

/* What begins like a formula is a text in a spreadsheet, figures stay figures, and each text is read again as it was. */
static void texts_are_no_formulas_and_come_back(void)
{
    const struct self_bill_scope scope = scope_of(0);
    struct self_bill_line line = {.shift = fb_span_of("=1+1"), .payer = fb_code_of("RTH"), .day = scope.month, .treatment = fb_span_of("standard"),
                                  .cost_centre = fb_span_of("-C1"), .subjective = fb_span_of("'=9"), .purchase_order = fb_span_of("@SUM(A1,A2)"),
                                  .timesheet = fb_span_of("+2"), .confirmation = fb_span_of("'P"), .bill = {-1250, 0, -60}, .stands = {-1250, 0, -60}};
    struct self_bill b = {.run = 1, .line = &line, .n = 1, .total = {-1250, 0, -60}, .now = {-1250, 0, -60}};
    fb_test_folder_make(&folder);
    CU_ASSERT_TRUE(write_run(&scope, &b));
    take_text(1);
    fb_test_folder_remove(&folder);
    CU_ASSERT_PTR_NOT_NULL(strstr(text[1], "1,NS,2026-10,all,added,'=1+1,RTH,2026-10-01,'-C1,''=9,\"'@SUM(A1,A2)\",-60,-12.50,0.00,standard,-12.50,-60,-12.50,0.00,'+2,''P,\n"));
    struct fb_pool pool = {0};
    struct self_bill_before before = runs_before(&pool, &scope, 1);
    CU_ASSERT_EQUAL_FATAL(before.n, 1);
    const struct self_bill_line *l = &before.line[0];
    CU_ASSERT(fb_span_eq(l->shift, line.shift) && fb_span_eq(l->cost_centre, line.cost_centre) && fb_span_eq(l->subjective, line.subjective) &&
              fb_span_eq(l->purchase_order, line.purchase_order) && fb_span_eq(l->timesheet, line.timesheet) && fb_span_eq(l->confirmation, line.confirmation));
    self_bill_before_release(&before);
    fb_pool_free(&pool);
    CU_ASSERT(fb_span_is(month_text_back(fb_span_of("'")), "'") && fb_span_is(month_text_back(fb_span_of("'x")), "'x")); /* of a run made before */
}

/* ---- files that were not left alone ---- */

#define HEAD                                                                                                                          \
    "run,supplier,month,scope,change,shift,payer,day,cost_centre,subjective,purchase_order,paid_minutes,net,vat,vat_treatment,gross," \
    "stands_minutes,stands_net,stands_vat\n"
#define ROW1  "1,NS,2026-10,all,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,400.00,80.00,standard,480.00,600,400.00,80.00\n"
#define TOTAL "1,NS,2026-10,all,total,,,,,,,600,400.00,80.00,,480.00,600,400.00,80.00\n"

static void a_changed_file_is_refused_with_its_line(void)
{
    static const struct {
        const char *csv, *where;
    } bad[] = {
        {"a,b\n1,2\n", "run.csv:1: "},
        {HEAD ROW1, "no total at its end"},
        {HEAD ROW1 TOTAL ROW1, "run.csv:4: error: there are rows below the total"},
        {HEAD ROW1 ROW1 "1,NS,2026-10,all,total,,,,,,,1200,800.00,160.00,,960.00,1200,800.00,160.00\n", "run.csv:3: error: a shift stands twice"},
        {HEAD "2,NS,2026-10,all,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,400.00,80.00,standard,480.00,600,400.00,80.00\n" TOTAL, "run.csv:2: error: this row is of another run"},
        {HEAD "1,XA,2026-10,all,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,400.00,80.00,standard,480.00,600,400.00,80.00\n" TOTAL, "run.csv:2: error: this row is of another run"},
        {HEAD "1,NS,2026-10,RTH,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,400.00,80.00,standard,480.00,600,400.00,80.00\n" TOTAL, "run.csv:2: error: this row is of another run"},
        {HEAD "1,NS,2026-10,all,added,s/B1,RTH,05/10/2026,C1,8100,PO,600,400.00,80.00,standard,480.00,600,400.00,80.00\n" TOTAL, "run.csv:2: error: change, shift, payer or day"},
        {HEAD "1,NS,2026-10,all,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,400.00,80.00,standard,480.01,600,400.00,80.00\n" TOTAL, "run.csv:2: error: minutes, pounds and pence"},
        {HEAD "1,NS,2026-10,all,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,4e2,80.00,standard,480.00,600,400.00,80.00\n" TOTAL, "run.csv:2: error: minutes, pounds and pence"},
        {HEAD "1,NS,2026-10,all,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,500.00,80.00,standard,580.00,600,500.00,80.00\n" TOTAL, "do not come to its total"},
        {HEAD "1,NS,2026-10,all,added,s/B1,RTH,2026-10-05,C1,8100,PO,600,400.00,80.00,standard,480.00,600,500.00,80.00\n" TOTAL, "run.csv:2: error: what the runs come to is not"},
        {HEAD ROW1 "1,NS,2026-10,all,total,,,,,,,600,400.00,80.00,,480.00,600,500.00,80.00\n", "a run is missing"},
    };
    const struct self_bill_scope scope = scope_of(0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fb_pool pool = {0};
        struct self_bill_before before = {.n = 0};
        CU_ASSERT_FALSE(read_text(&pool, &scope, bad[i].csv, &before));
        CU_ASSERT_PTR_NOT_NULL(strstr(said, bad[i].where));
        if (strstr(said, bad[i].where) == NULL)
            printf("\nwanted %s, said %s", bad[i].where, said);
        self_bill_before_release(&before);
        fb_pool_free(&pool);
    }
    struct fb_pool pool = {0};
    struct self_bill_before before = {.n = 0};
    CU_ASSERT(read_text(&pool, &scope, HEAD ROW1 TOTAL, &before) && before.runs == 1 && before.total.vat == 8000);
    CU_ASSERT_FALSE(read_text(&pool, &scope, HEAD ROW1 TOTAL, &before)); /* the same run twice */
    self_bill_before_release(&before);
    fb_pool_free(&pool);
}

CU_TestInfo suite_self_bill[] = {
    {"runs name the documents of each shift", runs_name_the_documents_of_each_shift},
    {"what may not be paid is held back, with why", what_may_not_be_paid_is_held_back_with_why},
    {"of a worker who is engaged directly the agency's commission alone", of_a_worker_engaged_directly_the_commission_alone},
    {"all runs together are what may be paid now", all_runs_together_are_what_may_be_paid_now},
    {"a run is never written over", a_run_is_never_written_over},
    {"texts are no formulas, and come back as they were", texts_are_no_formulas_and_come_back},
    {"a changed file is refused with its line", a_changed_file_is_refused_with_its_line},
    CU_TEST_INFO_NULL,
};
