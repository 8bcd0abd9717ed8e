/* What a backtest counts of one shift, and when it tells how far it is. */
#include "tests/lib/suite.h"
#include "tools/fairbank/backtest.h"
#include <string.h>

enum { OURS = 7, ANOTHER = 8 };

static struct fb_finding closed(uint32_t rule, enum fb_verdict verdict)
{
    return (struct fb_finding){.rule = rule, .severity = FB_SEVERITY_BREACH, .life = FB_LIFE_CLOSED, .verdict = (uint8_t)verdict};
}

static void only_verdicts_of_the_own_name_count(void)
{
    static struct fb_decision d;
    d = (struct fb_decision){.n_findings = 1, .finding = {closed(ANOTHER, FB_VERDICT_UPHELD)}};
    CU_ASSERT_EQUAL(backtest_verdict(&d, OURS), FB_VERDICT_NONE);
    CU_ASSERT_EQUAL(backtest_verdict(&d, ANOTHER), FB_VERDICT_UPHELD);
    d.finding[d.n_findings++] = closed(OURS, FB_VERDICT_NO_CASE);
    CU_ASSERT_EQUAL(backtest_verdict(&d, OURS), FB_VERDICT_NO_CASE);
    d.finding[d.n_findings++] = closed(OURS, FB_VERDICT_CORRECTED);
    CU_ASSERT_EQUAL(backtest_verdict(&d, OURS), FB_VERDICT_UPHELD);
    d.finding[2].life = 0; /* open again: nobody's verdict */
    CU_ASSERT_EQUAL(backtest_verdict(&d, OURS), FB_VERDICT_NO_CASE);
    CU_ASSERT_EQUAL(backtest_verdict(NULL, OURS), FB_VERDICT_NONE);
}

static void who_waits_is_told_how_far_it_is(void)
{
    char told[80] = "";
    FILE *out = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    struct backtest_progress p = {.out = out, .begun_ms = 1000, .after_ms = 2000};
    backtest_tell(&p, 2999, 1024, 50000);
    CU_ASSERT_EQUAL(ftell(out), 0);
    backtest_tell(&p, 3000, 2048, 50000);
    rewind(out);
    told[fread(told, 1, sizeof told - 1, out)] = '\0';
    CU_ASSERT_PTR_NOT_NULL(strstr(told, "2048 of 50000"));
    fclose(out);
    p.out = NULL; /* to nobody */
    backtest_tell(&p, 9000, 1, 2);
}

CU_TestInfo suite_backtest[] = {
    {"only verdicts on findings of a rule's own name say how often it is right", only_verdicts_of_the_own_name_count},
    {"who waits longer than two seconds is told how far it is", who_waits_is_told_how_far_it_is},
    CU_TEST_INFO_NULL};
