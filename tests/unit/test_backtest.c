/* What a backtest counts of one shift, and when it tells how far it is. */
#include "tests/lib/suite.h"
#include "tools/fairbank/rules/backtest.h"
#include <stdlib.h>
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

/* ---- for export ---- */

enum { SMALL = 5 };
static struct backtest b;
static uint32_t subject;

static void begin(unsigned rules, unsigned cells)
{
    b = (struct backtest){.n_rules = rules, .n_cells = cells, .small = SMALL};
    subject = 0;
}

/* So many shifts of a cell on each of which these rules (a bit each) say that. */
static void shifts_of(unsigned n, unsigned cell, unsigned rules, uint8_t said)
{
    for (unsigned k = 0; k < n; k++) {
        subject++;
        for (unsigned i = 0; i < b.n_rules; i++) {
            if ((rules >> i & 1) == 0)
                continue;
            CU_ASSERT_FATAL(backtest_keep(&b, (struct backtest_entry){subject, (uint16_t)cell, (uint16_t)i, said}));
            b.rule[i].draft += (said & BACKTEST_RAISED) != 0;
            b.rule[i].held += (said & BACKTEST_STANDS) != 0;
            b.cell[cell].draft += (said & BACKTEST_RAISED) != 0;
            b.cell[cell].held += (said & BACKTEST_STANDS) != 0;
        }
        b.cell[cell].shifts += (said & BACKTEST_RAISED) != 0;
        b.raised += (said & BACKTEST_RAISED) != 0;
    }
}

static void export(void)
{
    uint64_t rules = 0, cells = 0, raised = 0, rules_held = 0, cells_held = 0;
    backtest_export(&b);
    for (unsigned i = 0; i < b.n_rules; i++) {
        rules += b.rule[i].draft;
        rules_held += b.rule[i].held;
    }
    for (unsigned i = 0; i < b.n_cells; i++) {
        cells += b.cell[i].draft;
        cells_held += b.cell[i].held;
        raised += b.cell[i].shifts;
    }
    CU_ASSERT_EQUAL(rules, cells); /* neither holds what the other one left out */
    CU_ASSERT_EQUAL(rules_held, cells_held);
    CU_ASSERT_EQUAL(raised, b.raised);
    free(b.entry);
}

static void a_small_cell_leaves_every_total(void)
{
    begin(1, 2);
    shifts_of(20, 0, 1, BACKTEST_RAISED);
    shifts_of(3, 1, 1, BACKTEST_RAISED);
    export();
    CU_ASSERT_EQUAL(b.cell[1].out & BACKTEST_OUT_ROW, BACKTEST_OUT_ROW);
    CU_ASSERT_EQUAL(b.cell[1].draft, 0);
    CU_ASSERT_EQUAL(b.cell[1].all_shifts, 3);
    CU_ASSERT_EQUAL(b.cell[0].out, 0);
    CU_ASSERT_EQUAL(b.rule[0].draft, 20);
    CU_ASSERT_EQUAL(b.raised, 20);
}

/* The third cell is small; without it the second rule is, and no cell may then count what that rule has in it. */
static void a_small_rule_leaves_the_cells(void)
{
    begin(2, 3);
    shifts_of(9, 0, 1, BACKTEST_RAISED);
    shifts_of(2, 0, 2, BACKTEST_RAISED);
    shifts_of(2, 1, 3, BACKTEST_RAISED);
    shifts_of(7, 1, 1, BACKTEST_RAISED);
    shifts_of(3, 2, 1, BACKTEST_RAISED);
    shifts_of(1, 2, 2, BACKTEST_RAISED);
    export();
    CU_ASSERT_EQUAL(b.rule[1].out & BACKTEST_OUT_ROW, BACKTEST_OUT_ROW); /* one of five fell with the third cell */
    CU_ASSERT_EQUAL(b.rule[1].draft, 0);
    CU_ASSERT_EQUAL(b.cell[0].draft, 9);
    CU_ASSERT_EQUAL(b.cell[1].draft, 9);
    CU_ASSERT_EQUAL(b.cell[1].shifts, 9);
    CU_ASSERT_EQUAL(b.cell[2].out & BACKTEST_OUT_ROW, BACKTEST_OUT_ROW);
    CU_ASSERT_EQUAL(b.rule[0].draft, 18);
}

/* A draft that asks for more raises all that stands: what is new is the difference. */
static void what_is_new_is_no_difference(void)
{
    begin(1, 1);
    shifts_of(10, 0, 1, BACKTEST_RAISED | BACKTEST_STANDS);
    shifts_of(2, 0, 1, BACKTEST_RAISED);
    export();
    CU_ASSERT_EQUAL(b.rule[0].out, BACKTEST_OUT_HELD);
    CU_ASSERT_EQUAL(b.rule[0].draft, 12);
    CU_ASSERT_EQUAL(b.rule[0].held, 0);
    CU_ASSERT_EQUAL(b.cell[0].out & BACKTEST_OUT_HELD, BACKTEST_OUT_HELD);
    begin(1, 1);
    shifts_of(10, 0, 1, BACKTEST_RAISED | BACKTEST_STANDS);
    shifts_of(6, 0, 1, BACKTEST_RAISED);
    export();
    CU_ASSERT_EQUAL(b.rule[0].out, 0);
    CU_ASSERT_EQUAL(b.rule[0].fresh, 6);
    CU_ASSERT_EQUAL(b.rule[0].held, 10);
}

static void verdicts_go_together(void)
{
    begin(2, 1);
    shifts_of(8, 0, 1, BACKTEST_RAISED | BACKTEST_STANDS | BACKTEST_UPHELD);
    shifts_of(2, 0, 1, BACKTEST_RAISED | BACKTEST_STANDS | BACKTEST_NO_CASE);
    shifts_of(6, 0, 2, BACKTEST_RAISED | BACKTEST_STANDS | BACKTEST_UPHELD);
    export();
    CU_ASSERT_EQUAL(b.rule[0].out, BACKTEST_OUT_VERDICTS);
    CU_ASSERT_EQUAL(b.rule[1].out, 0);
    CU_ASSERT_EQUAL(b.upheld, 6); /* of the rule whose verdicts are shown */
    CU_ASSERT_EQUAL(b.no_case, 0);
}

CU_TestInfo suite_backtest[] = {
    {"an export: a small cell is in no total of a rule", a_small_cell_leaves_every_total},
    {"an export: a small rule is in no cell, and what becomes small by that goes too", a_small_rule_leaves_the_cells},
    {"an export: what is new goes with what stands, for one is the other's difference", what_is_new_is_no_difference},
    {"an export: a verdict of few shifts takes the other one with it", verdicts_go_together},
    {"only verdicts on findings of a rule's own name say how often it is right", only_verdicts_of_the_own_name_count},
    {"who waits longer than two seconds is told how far it is", who_waits_is_told_how_far_it_is},
    CU_TEST_INFO_NULL};
