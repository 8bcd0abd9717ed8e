#include "tests/lib/suite.h"
#include "tools/fairbank/books/trust_map.h"
#include <string.h>

static unsigned char memory[1 << 20];
static char fault[TRUST_FAULT_BYTES];
static struct trust_map map;

static enum fb_err parse(const char *text)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    fault[0] = '\0';
    return trust_map_parse(&map, "m.yaml", fb_span_of(text), &arena, fault);
}

static void refused(const char *text, const char *words)
{
    CU_ASSERT_EQUAL(parse(text), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, words));
}

static const char *const whole =
    "trust: RTH\nlook_back_months: 6\nledger:\n  header: 2\n  delimiter: semicolon\n  dates: [dd/mm/yyyy, mmm-yy]\n"
    "  columns: {posted: Posting Date, code: Subjective, debit: Dr, credit: Cr, kind: Type, supplier: Supplier}\n"
    "  accruals: [ACC]\n  reversals: [REV, ACCREV]\n  suppliers: {Acme Locums Ltd: ACM}\n"
    "codes:\n  - {code: \"52101\", name: Agency nurses, routes: [agency], staff_groups: [nursing_midwifery]}\n"
    "  - {code: \"52102\", routes: [bank, collaborative], arrears_days: 7}\n"
    "return:\n  columns: {week: Week Ending, staff_group: Group, route: Type, shifts: No, pounds: Cost}\n  week_is: ending\n"
    "  staff_groups: {Nursing: nursing_midwifery}\n  routes: {Bank staff: bank}\n";

static void a_whole_map_is_read(void)
{
    CU_ASSERT_EQUAL_FATAL(parse(whole), FB_OK);
    CU_ASSERT_TRUE(map.trust == fb_code_of("RTH") && map.look_back == 6 && map.look_ahead == 1 && map.ledger.header == 2);
    CU_ASSERT_TRUE(map.ledger.delimiter == ';' && map.ledger.n_dates == 2 && !map.ledger.date[0].of_month && map.ledger.date[1].of_month);
    CU_ASSERT_TRUE(fb_span_is(map.ledger.column[TRUST_DEBIT], "Dr") && map.ledger.column[TRUST_AMOUNT].n == 0 && map.ledger.named);
    CU_ASSERT_TRUE(map.week_ends && map.n_codes == 2 && map.reversals.n == 2 && map.sent.named);
    const struct trust_word *w = trust_words_find(&map.suppliers, fb_span_of("ACME LOCUMS LTD"));
    CU_ASSERT_TRUE(w != NULL && fb_span_is(w->ours, "ACM"));
    CU_ASSERT_PTR_NULL(trust_words_find(&map.suppliers, fb_span_of("Acme")));
    const struct trust_code *c = trust_map_code_for(&map, FB_ROUTE_COLLABORATIVE, FB_STAFF_GROUP_STUDENTS);
    CU_ASSERT_TRUE(c != NULL && fb_span_is(c->code, "52102") && c->arrears_days == 7);
    CU_ASSERT_PTR_NULL(trust_map_code_for(&map, FB_ROUTE_AGENCY, FB_STAFF_GROUP_STUDENTS));
    CU_ASSERT_PTR_NULL(trust_map_code(&map, fb_span_of("5210")));
}

static void no_file_has_our_names(void)
{
    trust_map_plain(&map);
    CU_ASSERT_TRUE(!map.ledger.named && fb_span_is(map.ledger.column[TRUST_COST_CENTRE], "cost_centre") && map.n_codes == 0);
    CU_ASSERT_EQUAL_FATAL(parse("trust: RTH\n"), FB_OK); /* a file that says nothing of columns leaves ours */
    CU_ASSERT_TRUE(!map.ledger.named && fb_span_is(map.ledger.column[TRUST_POSTED], "posted"));
}

static void what_is_wrong_is_told_with_its_line(void)
{
    refused("trust: [RTH]\n", "m.yaml:1: ");
    refused("trust: RTH\nlook_back_months: 99\n", "m.yaml:2: no number that can stand here: '99'");
    refused("ledgers: {}\n", "no key of such a file: 'ledgers'");
    refused("ledger:\n  header: 1\n", "`columns` is missing");
    refused("ledger:\n  columns: {posted: A, code: B}\n", "a ledger needs the columns");
    refused("ledger:\n  columns: {posted: A, code: B, amount: C, debit: D, credit: E}\n", "a ledger needs the columns");
    refused("ledger:\n  columns: {posted: A, code: B, debit: D}\n", "a ledger needs the columns");
    refused("ledger:\n  columns: {posted: A, code: B, amount: C, shifts: D}\n", "no column that is read: 'shifts'");
    refused("ledger:\n  columns: {posted: A, code: B, amount: \"\"}\n", "a column needs the name");
    refused("ledger:\n  columns: {posted: A, code: B, amount: C}\n  accruals: [X]\n", "words of the column kind");
    refused("ledger:\n  dates: [dd/mm]\n  columns: {posted: A, code: B, amount: C}\n", "m.yaml:2: no pattern of a date");
    refused("ledger:\n  dates: [HH:MM]\n  columns: {posted: A, code: B, amount: C}\n", "no pattern of a date");
    refused("ledger:\n  delimiter: colon\n  columns: {posted: A, code: B, amount: C}\n", "use comma, semicolon");
    refused("codes:\n  - {code: \"1\", routes: [taxi]}\n", "m.yaml:2: no route such as bank or agency: 'taxi'");
    refused("codes:\n  - {code: \"1\", staff_groups: [nurses]}\n", "no staff group such as");
    refused("codes:\n  - {code: \"1\"}\n  - {code: \"1\"}\n", "m.yaml:3: a code that stands twice: '1'");
    refused("codes:\n  - {name: x}\n", "`code` is missing");
    refused("return:\n  columns: {month: A, week: B, staff_group: C, route: D, shifts: E}\n", "one of month, week and day");
    refused("return:\n  columns: {month: A, staff_group: C, route: D, shifts: E}\n  routes: {Bank: banks}\n", "no route of ours, such as bank or agency: 'banks'");
    refused("return:\n  columns: {week: A, staff_group: C, route: D, shifts: E}\n  week_is: sunday\n", "write beginning or ending");
    refused("a: [\n", "m.yaml:");
    CU_ASSERT_EQUAL(trust_map_read(&map, "/nonexistent.yaml", &(struct fb_arena){0}, fault), FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "/nonexistent.yaml: No such file or directory"));
}

CU_TestInfo suite_trust_map[] = {{"a whole map is read", a_whole_map_is_read},
                                 {"without a file the columns have our names", no_file_has_our_names},
                                 {"what is wrong is told with its line", what_is_wrong_is_told_with_its_line},
                                 CU_TEST_INFO_NULL};
