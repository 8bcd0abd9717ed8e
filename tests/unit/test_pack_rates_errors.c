/* Broken copies of the small pack of rates: what is said, with file and line, and that no book comes of them.
 */
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/rate_pack.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

#define POINTS FB_RATE_PACK_POINTS
#define AREAS  FB_RATE_PACK_AREAS
#define ZONES  FB_RATE_PACK_ZONES
#define TABLE  FB_RATE_PACK_TABLE
#define COSTS  FB_RATE_PACK_COSTS
#define FEES   FB_RATE_PACK_FEES
#define FLOORS FB_RATE_PACK_FLOORS
#define RATES  FB_RATE_PACK_RATES
#define CARD   FB_RATE_PACK_CARD
#define CAPS   FB_RATE_PACK_CAPS

struct broken {
    const char *file, *from, *to;
    int below;         /* lines below the place of `from` at which the error stands; NO_PLACE: line 1 */
    const char *words; /* in the text of the error */
};
static const struct broken broken_scales[] = {
    {RATES, "{family: resident, weeks", "{family: dentist, weeks", 0, "unknown family 'dentist'"},
    {RATES, "enhancement: none", "enhancement: nothing", 0, "no enhancement has the name 'nothing'"},
    {RATES, "{name: e,", "{name: none,", 0, "means that there are no percentages"},
    {RATES, "[none, outer, inner]", "[outer, inner]", 0, "the first one is none"},
    {RATES, "[none, outer, inner]", "[none, outer, outer, inner]", 0, "names 'outer' twice"},
    {RATES, "[paye, not_stated]", "[paye, paye]", 0, "names 'paye' twice"},
    {RATES, "[paye, not_stated]", "[payroll]", 0, "unknown engagement 'payroll'"},
    {RATES, "percent: 20, settled", "percent: 120, settled", 0, "it lies between 0 and 100"},
    {RATES, "base: whole_charge", "base: charge", 0, "unknown base of VAT 'charge'"},
    {RATES, "name: locums", "name: standard", 0, "taken by another VAT treatment"},
    {RATES, "settled: no", "settled: nearly", 0, "write yes or no"},
    {POINTS, "CONS,step_2", "CONS,step_9", 0, "unknown pay point 'step_9'"},
    {POINTS, "2026-07-24", "2026-06-30", 0, "'FY1' is stated twice for the same days"},
    {POINTS, "CONS,step_2", "CONS,entry", 0, "'CONS' is stated twice for the same days"},
    {AREAS, ",outer,", ",inner,", 0, "the supplement of zone 'inner' is stated twice"},
    {AREAS, ",outer,", ",west,", 0, "unknown zone 'west'"},
    {AREAS, ",outer,", ",none,", 0, "is the one without a supplement"},
    {AREAS, "20,5794,8746", "20,8794,8746", 0, "is above max_gbp"},
    {AREAS, "20,5794", "200,5794", 0, "it lies between 0 and 100"},
    {AREAS, "20,5794", "20,-5794", 0, "between 0 and a million pounds"},
    {AREAS, "max_gbp", "most_gbp", 0, "the column 'max_gbp' is missing"},
    {AREAS, "2026/27,2026-04-01,2027-04-01,outer", ",2026-04-01,2027-04-01,outer", 0, "pay_year is empty"},
    {ZONES, "RJ1,RJ122,outer", "RJ1,RJ122,fringe", 0, "unknown zone 'fringe'"},
    {ZONES, "RJ1,RJ122", "RJ1,", 0, "the zone of 'RJ1' is stated twice"},
    {ZONES, "RJ1,RJ122", "a trust,RJ122", 0, "is not a code"},
};
static const struct broken broken_tables[] = {
    {TABLE, "FY1,plain,hour", "FY9,plain,hour", 0, "unknown band 'FY9'"},
    {TABLE, "FY1,plain,hour", "FY1,plain,fortnight", 0, "unknown unit 'fortnight'"},
    {TABLE, "FY1,plain,hour", "FY1,cheap,hour", 0, "unknown category 'cheap'"},
    {TABLE, "FY1,plain,hour", "FY1,dear,hour", 0, "the rate of 'FY1' is stated twice"},
    {TABLE, "FY1,plain,hour,", "FY1,plain,hour,60", 0, "leave it empty for an hour"},
    {TABLE, "CONS,,pa", "CONS,plain,pa", 0, "only an hour has one"},
    {TABLE, "pa,240", "pa,-240", 0, "between 1 minute and a week"},
    {TABLE, "240,312", "240,-312", 0, "it lies above 0"},
    {TABLE, "240,312", "240,0", 0, "it lies above 0"},
    {TABLE, "unit_minutes", "minutes", 0, "the column 'unit_minutes' is missing"},
    {COSTS, "employer_pension", "worker_pay", 0, "unknown part 'worker_pay'"},
    {COSTS, ",15,96", ",115,96", 0, "it lies between 0 and 100"},
    {COSTS, ",15,96", ",-15,96", 0, "it lies between 0 and 100"},
    {COSTS, "96,37.5", "96,", 0, "belong together"},
    {COSTS, "96,37.5", "-96,37.5", 0, "it lies between 0 and 100,000"},
    {COSTS, "96,37.5", "96,37.501", 0, "in whole minutes"},
    {COSTS, "bank collaborative", "bank bank", 0, "names 'bank' twice"},
    {COSTS, "bank collaborative", "bank;collaborative", 0, "unknown route"},
    {COSTS, "bank collaborative", "", 0, "name them, or write all"},
    {COSTS, ",all,pay", ",all,charge", 0, "write pay or pay_and_holiday"},
    {COSTS, "published,s", "published,", 0, "a figure without a source"},
    {FEES, ",0.85,", ",,", 0, "a fee of nothing"},
    {FEES, ",0.85,", ",-0.85,", 0, "it lies between 0 and 100,000"},
    {FEES, "bank fee,", ",", 0, "a fee without a name"},
    {FEES, "framework fee,RM6281,agency", "bank fee,,bank", 0, "the fee 'bank fee' is stated twice"},
    {FEES, "gbp_hour", "gbp_day", 0, "unknown column 'gbp_day'"},
    {FLOORS, "12.71", "-12.71", 0, "it lies above 0"},
    {FLOORS, "living_wage,london", "national_living_wage,", 0, "'national_living_wage' is stated twice"},
    {FLOORS, "name,area", "title,where", 0, "no column tells what kind of table this is"},
    {CARD, "5,plain,inner", "5,plain,west", 0, "unknown zone 'west'"},
    {CARD, "5,plain,inner", "5,plain,none", 0, "the cap of '5' is stated twice"},
    {CAPS, "zones: yes", "zones: some", 0, "write yes or no"},
};

static void expect(const struct broken *b)
{
    struct fb_pack_files files = fb_test_rate_pack();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned line = fb_test_pack_change(&files, b->file, b->from, b->to) + (unsigned)b->below;
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NULL(book);
    if (fb_test_pack_said(&report, b->file, line, b->words) == NULL) {
        printf("\n%s: '%s' -> '%s', wanted at line %u: %s\n", b->file, b->from, b->to, line, b->words);
        fb_pack_report_print(stdout, &report);
        CU_FAIL("the error was not said at its place");
    }
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_what_is_said_of_scales(void)
{
    for (unsigned i = 0; i < sizeof broken_scales / sizeof broken_scales[0]; i++)
        expect(&broken_scales[i]);
}

static void test_what_is_said_of_tables(void)
{
    for (unsigned i = 0; i < sizeof broken_tables / sizeof broken_tables[0]; i++)
        expect(&broken_tables[i]);
}

/* Two rows that became known on one day contradict each other even where a third, known later, hides them
 * both. */
static void test_hidden_twins_are_errors(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_put(&files, "n/rates/more.csv",
                     "pay_year,from,until,known_since,band,step,annual_gbp,status,source\n" FB_ROW_YEAR
                     ",2026-06-30,FY1,single,39000" FB_ROW_STATED);
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_EQUAL(report.errors, 1);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, POINTS, 6, "stated twice"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

/* All fees of a shift add up, so it is their sum that must fit: 16,000 fees of 100,000 pounds an hour do not.
 */
static void test_fees_fit_together(void)
{
    enum { FEES_MANY = 16000, ROW_BYTES = 80 };
    struct fb_pack_files files = fb_test_rate_pack();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    char *text = malloc(FEES_MANY * ROW_BYTES);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    struct fb_text t;
    fb_text_init(&t, text, FEES_MANY * ROW_BYTES);
    fb_text_add(&t, "name,framework,routes,from,until,gbp_hour,percent,status,source\n");
    for (unsigned i = 0; i < FEES_MANY; i++) {
        fb_text_add(&t, "fee ");
        fb_text_add_int(&t, i);
        fb_text_add(&t, ",,bank,2026-04-01,,100000," FB_ROW_STATED);
    }
    fb_test_pack_put(&files, FEES, text);
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_EQUAL_FATAL(report.n, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.e[0].text, "all fees together"));
    free(text);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

/* A rate that cannot be held over any denominator next to the others is refused, not cut. */
static void test_what_does_not_fit(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_change(&files, RATES, "weeks: \"52.143\", hours: 40",
                        "weeks: \"52.142857\", hours: \"39.999983\"");
    fb_test_pack_change(&files, RATES, "weeks: \"52.143\", hours: \"37.5\"",
                        "weeks: \"52.142859\", hours: \"37.499999\"");
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT(report.errors > 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.e[0].text, "cannot be held exactly: use fewer decimals"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

CU_TestInfo suite_pack_rates_errors[] = {
    {"fees that do not fit together are refused", test_fees_fit_together},
    {"what is wrong in scales, zones and VAT is said at its line", test_what_is_said_of_scales},
    {"what is wrong in tables of rates, costs and caps is said at its line", test_what_is_said_of_tables},
    {"two rows known on one day contradict each other, hidden or not", test_hidden_twins_are_errors},
    {"a rate that no denominator holds is refused", test_what_does_not_fit},
    CU_TEST_INFO_NULL,
};
