#include "tests/lib/suite.h"
#include "tools/fairbank/books/trust_ledger.h"
#include "tools/fairbank/books/trust_return.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct trust_map map;
static struct trust_code codes[2];
static struct trust_faults faults;
static fb_day april;

static void plain(void)
{
    trust_map_plain(&map);
    codes[0] = (struct trust_code){.code = fb_span_of("A1")};
    codes[1] = (struct trust_code){.code = fb_span_of("B1")};
    map.code = codes, map.n_codes = 2;
    april = fb_day_of(2026, 4, 1);
    faults.n = 0;
}

static const char *in_file(const char *text, size_t n)
{
    static char path[40];
    snprintf(path, sizeof path, "/tmp/fairbank-trust-XXXXXX");
    int fd = mkstemp(path);
    CU_ASSERT_FATAL(fd >= 0 && write(fd, text, n) == (ssize_t)n);
    close(fd);
    return path;
}

static enum fb_err ledger_of(struct ledger *l, const char *text)
{
    const char *path = in_file(text, strlen(text));
    enum fb_err e = ledger_read(l, &map, path, "l.csv", april, &faults);
    unlink(path);
    return e;
}

static enum fb_err return_of(struct trust_return *r, const char *text)
{
    const char *path = in_file(text, strlen(text));
    enum fb_err e = return_read(r, &map, path, "r.csv", &faults);
    unlink(path);
    return e;
}

static void amounts_as_people_write_them(void)
{
    static const struct {
        const char *text;
        int64_t pence;
    } good[] = {{"12", 1200}, {"1,234.50", 123450}, {"\xC2\xA3" "1,234,567.8", 123456780}, {"\xA3" "5", 500}, {"(12.00)", -1200}, {"12.00-", -1200},
                {"-0.01", -1}, {"-\xC2\xA3" "3", -300}, {"\xC2\xA3-3", -300}, {"12.00 CR", -1200}, {"12.00dr", 1200}, {" 7 ", 700}, {"0.00", 0}};
    static const char *const bad[] = {"", "x", "1,23", "12,34.50", "1,2345", ",123", "1.005", "1e3", "--1", "(-1)", "-1-", "1 2", "\xC2\xA3", ".5", "1.2.3", "12.3,456",
                                      "10000000000000.01"};
    int64_t v;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_TRUE(trust_pence_of(fb_span_of(good[i].text), &v) && v == good[i].pence);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(trust_pence_of(fb_span_of(bad[i]), &v));
    CU_ASSERT_TRUE(trust_minutes_of(fb_span_of("1,234.5"), &v) && v == 74070);
    CU_ASSERT_TRUE(trust_minutes_of(fb_span_of("7:30"), &v) && v == 450);
    CU_ASSERT_TRUE(trust_minutes_of(fb_span_of("0.33"), &v) && v == 20); /* 19.8 minutes */
    CU_ASSERT_FALSE(trust_minutes_of(fb_span_of("7:60"), &v) || trust_minutes_of(fb_span_of("7:3"), &v) || trust_minutes_of(fb_span_of("-1"), &v));
    CU_ASSERT_TRUE(trust_count_of(fb_span_of("1,234"), &v) && v == 1234);
    CU_ASSERT_FALSE(trust_count_of(fb_span_of("1.5"), &v) || trust_count_of(fb_span_of("-1"), &v));
}

static void a_ledger_is_read(void)
{
    struct ledger l;
    plain();
    CU_ASSERT_EQUAL(ledger_of(&l, "posted,code,amount,reference,cost_centre\n"
                                  "2026-04-03,A1,12.50,B-1,C1\n"
                                  "2026-04-03,9999,not read,,\n"   /* another code: nobody's concern */
                                  "2026-04,B1,\"1,000.00\",,\n"
                                  "2026-05-03,A1,3.00,B-2,\n"      /* tells when B-2 was posted */
                                  "2026-05-03,A1,4.00,,\n"
                                  "Total,,1019.50,,\n"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(l.n, 3);
    CU_ASSERT_TRUE(l.other_codes == 1 && l.other_months == 1 && l.no_code == 1);
    CU_ASSERT_TRUE(l.line[0].line == 2 && l.line[0].pence == 1250 && l.line[0].posted == april && fb_span_is(l.line[0].cost_centre, "C1"));
    CU_ASSERT_TRUE(l.line[1].pence == 100000 && l.line[1].posted == april && l.line[1].reference.n == 0);
    CU_ASSERT_TRUE(l.line[2].posted == fb_day_of(2026, 5, 1) && fb_span_is(l.line[2].reference, "B-2"));
    ledger_free(&l);
}

static void words_of_the_map_are_used(void)
{
    struct trust_word acc = {.theirs = fb_span_of("ACC")}, rev = {.theirs = fb_span_of("REV")}, acme = {fb_span_of("Acme Ltd"), fb_span_of("ACM")};
    struct ledger l;
    plain();
    map.accruals = (struct trust_words){1, &acc}, map.reversals = (struct trust_words){1, &rev}, map.suppliers = (struct trust_words){1, &acme};
    CU_ASSERT_EQUAL(ledger_of(&l, "posted,code,debit,credit,kind,supplier,worked\n"
                                  "2026-04-30,A1,10.00,,acc,ACME LTD,2026-04\n"
                                  "2026-04-01,A1,,10.00,REV,Other Ltd,2026-03-31\n"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(l.n, 2);
    CU_ASSERT_TRUE(l.line[0].kind == LEDGER_ACCRUAL && l.line[0].pence == 1000 && fb_span_is(l.line[0].supplier, "ACM") && l.line[0].worked == april);
    CU_ASSERT_TRUE(l.line[1].kind == LEDGER_REVERSAL && l.line[1].pence == -1000 && l.line[1].worked == fb_day_of(2026, 3, 1));
    ledger_free(&l);
}

static void ledger_fault(const char *text, const char *words)
{
    struct ledger l;
    plain();
    CU_ASSERT_EQUAL(ledger_of(&l, text), FB_REFUSED);
    CU_ASSERT_TRUE(faults.n >= 1 && strncmp(faults.text[0], words, strlen(words)) == 0);
    ledger_free(&l);
}

static void faults_name_line_and_column(void)
{
    ledger_fault("posted,code,amount\n2026-04-01,A1,12.345\n", "l.csv:2:3: amount: no amount in pounds and whole pence such as 1,234.50: '12.345'");
    ledger_fault("posted,code,amount\n2026-04-01,A1,1\n01/04/2026,A1,1\n", "l.csv:3:1: posted: no date by the map's patterns: '01/04/2026'");
    ledger_fault("posted,code,amount\n,A1,1\n", "l.csv:2:1: posted: a date is missing");
    ledger_fault("posted,code,amount,amount\n", "l.csv:1:4: amount: stands twice in the header");
    ledger_fault("posted,code\n", "l.csv:1:1: a ledger needs the columns posted, code and amount");
    ledger_fault("", "l.csv:1:1: there is no row of column names");
    ledger_fault("posted,code,amount\n2026-04-01,A1,1 2 \"x\n", "l.csv:2:");
    ledger_fault("posted,code,amount,reference\n2026-04-01,A1,1,\xFF\xFE\n", "l.csv:2:4: reference: not UTF-8 text");
    plain();
    struct ledger l;
    CU_ASSERT_EQUAL(ledger_read(&l, &map, "/nonexistent.csv", "n.csv", april, &faults), FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(faults.text[0], "n.csv: No such file or directory"));
    ledger_free(&l);
    plain();
    map.ledger.named = true, map.ledger.column[TRUST_CODE] = fb_span_of("Subjective");
    CU_ASSERT_EQUAL(ledger_of(&l, "posted,code,amount\n"), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(faults.text[0], "l.csv:1:1: the header has no column 'Subjective'"));
    ledger_free(&l);
}

static void a_return_is_read(void)
{
    struct trust_return r;
    plain();
    CU_ASSERT_EQUAL(return_of(&r, "month,staff_group,route,shifts,hours,pounds\n"
                                  "2026-04,nursing_midwifery,bank,\"1,234\",\"9,255.5\",\"200,000.10\"\n"
                                  "2026-02-14,nursing_midwifery,agency,3,22:30,900\n"
                                  "2026-04,Total,,1237,,\n"), FB_OK);
    CU_ASSERT_EQUAL_FATAL(r.n, 2);
    CU_ASSERT_TRUE(r.has_shifts && r.has_hours && r.has_pounds && r.passed == 1);
    CU_ASSERT_TRUE(r.line[0].from == fb_day_of(2026, 2, 1) && r.line[0].until == fb_day_of(2026, 3, 1) && r.line[0].minutes == 1350);
    CU_ASSERT_TRUE(r.line[1].shifts == 1234 && r.line[1].minutes == 555330 && r.line[1].pence == 20000010 && r.line[1].line == 2);
    return_free(&r);
    plain();
    map.week_ends = true;
    CU_ASSERT_EQUAL(return_of(&r, "week,staff_group,route,shifts\n2026-04-05,nursing_midwifery,bank,1\n"), FB_OK);
    CU_ASSERT_TRUE(r.n == 1 && r.line[0].from == fb_day_of(2026, 3, 30) && r.line[0].until == fb_day_of(2026, 4, 6) && !r.has_pounds);
    return_free(&r);
}

static void return_fault(const char *text, const char *words)
{
    struct trust_return r;
    plain();
    CU_ASSERT_EQUAL(return_of(&r, text), FB_REFUSED);
    CU_ASSERT_TRUE(faults.n >= 1 && strncmp(faults.text[0], words, strlen(words)) == 0);
    return_free(&r);
}

static void a_return_that_nobody_can_read(void)
{
    return_fault("month,staff_group,route,shifts\n2026-04,Nurses,bank,1\n", "r.csv:2:2: staff_group: no staff group of ours, and none that the map translates: 'Nurses'");
    return_fault("month,staff_group,route,shifts\n2026-04,students,taxi,1\n", "r.csv:2:3: route: no route of ours");
    return_fault("month,staff_group,route,shifts\n2026-04,students,bank,1\n2026-04,students,bank,2\n", "r.csv:3:2: staff_group: the same period");
    return_fault("day,staff_group,route,shifts\n2026-04,students,bank,1\n", "r.csv:2:1: day: a day is wanted here");
    return_fault("month,staff_group,route,hours\n2026-04,students,bank,1:99\n", "r.csv:2:4: hours: no hours");
    return_fault("month,staff_group,route\n", "r.csv:1:1: a return needs");
}

CU_TestInfo suite_trust_files[] = {{"amounts, counts and hours as people write them", amounts_as_people_write_them},
                                   {"a ledger is read, and rows of other codes are not", a_ledger_is_read},
                                   {"debit and credit, kinds and suppliers by the map's words", words_of_the_map_are_used},
                                   {"a fault names its line and column", faults_name_line_and_column},
                                   {"a return is read", a_return_is_read},
                                   {"a return that nobody can read is refused", a_return_that_nobody_can_read},
                                   CU_TEST_INFO_NULL};
