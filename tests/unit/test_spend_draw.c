#include "tests/lib/suite.h"
#include "tools/fairbank/spend.h"
#include <string.h>
#include <unistd.h>

enum { ROWS = 4 };
static struct fb_total row[ROWS];
static struct options options;
static struct gathered g;
static char drawn[4000];

/* Rows of four trusts: T00, T01 ... */
static void begin(enum fb_stage stage, bool loaded)
{
    static const char *const trust[ROWS] = {"T00", "T01", "T02", "T03"};
    memset(row, 0, sizeof row);
    for (unsigned i = 0; i < ROWS; i++)
        row[i].place.cell.hirer = fb_code_of(trust[i]);
    options = (struct options){.loaded = loaded, .posted = INT32_MIN};
    g = (struct gathered){.o = &options, .stage = stage, .by = BY_TRUST, .row = row, .n = ROWS};
}

/* What goes to standard output meanwhile. */
static void draw(void)
{
    FILE *file = tmpfile();
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    CU_ASSERT_FATAL(file != NULL && kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
    spend_draw_table(&g);
    fflush(stdout);
    int back = dup2(kept, STDOUT_FILENO);
    close(kept);
    rewind(file);
    drawn[fread(drawn, 1, sizeof drawn - 1, file)] = '\0';
    fclose(file);
    CU_ASSERT_FATAL(back >= 0);
}

static bool has(const char *word)
{
    return strstr(drawn, word) != NULL;
}

static void counts_of_few_leave_with_their_money(void)
{
    begin(FB_STAGE_COMMITTED, false);
    for (unsigned i = 0; i < ROWS; i++) {
        row[i].figures.v[FB_MEASURE_SHIFTS] = 40;
        row[i].figures.v[FB_MEASURE_OVER_CAP] = 2 + 3 * i; /* 2, 5, 8, 11 */
        row[i].figures.v[FB_MEASURE_EXCESS] = 7777 + 1111 * i;
    }
    g.small = 5;
    draw();
    CU_ASSERT_TRUE(has("<5") && !has("77.77") && has("88.88") && has("99.99"));
    CU_ASSERT_TRUE(has("For export: 1 figure of fewer than 5 shifts was left out"));
    CU_ASSERT_EQUAL(spend_hidden(&g, &row[0].figures), UINT64_C(1) << FB_MEASURE_OVER_CAP | UINT64_C(1) << FB_MEASURE_EXCESS);
    CU_ASSERT_EQUAL(spend_hidden(&g, &row[1].figures), 0);
    row[0].figures.v[FB_MEASURE_OVER_CAP] = 0; /* a correction of what few paid: the sum would tell it */
    CU_ASSERT_NOT_EQUAL(spend_hidden(&g, &row[0].figures), 0);
    row[0].figures.v[FB_MEASURE_EXCESS] = 0;
    CU_ASSERT_EQUAL(spend_hidden(&g, &row[0].figures), 0);
    g.small = 0;
    CU_ASSERT_EQUAL(spend_hidden(&g, &row[1].figures), 0);
}

static void rows_of_noughts_are_left_out(void)
{
    begin(FB_STAGE_COMMITTED, false);
    row[0].figures.v[FB_MEASURE_EXCESS] = -1;
    row[1].figures.v[FB_MEASURE_LOADED] = 500; /* no column of this table */
    row[2].figures.v[FB_MEASURE_MINUTES] = 59; /* no hour */
    row[3].figures.v[FB_MEASURE_MINUTES] = -60;
    draw();
    CU_ASSERT_TRUE(has("T00") && !has("T01") && !has("T02") && has("T03"));
    begin(FB_STAGE_COMMITTED, true);
    row[1].figures.v[FB_MEASURE_LOADED] = 500;
    row[2].figures.v[FB_MEASURE_LOADED_SHORT] = 1;
    draw();
    CU_ASSERT_TRUE(!has("T00") && has("T01") && has("T02") && !has("T03"));
}

static void so_they_are_of_demand(void)
{
    begin(FB_STAGE_NONE, false);
    row[0].figures.v[FB_MEASURE_COVERED] = 1;
    row[1].figures.v[FB_MEASURE_VACANCY_MINUTES] = 30;
    row[2].figures.v[FB_MEASURE_FILLED_MINUTES] = 60;
    draw();
    CU_ASSERT_TRUE(has("T00") && !has("T01") && has("T02") && !has("T03"));
}

static void the_total_stays(void)
{
    begin(FB_STAGE_WORKED, false);
    draw();
    CU_ASSERT_TRUE(has("total") && !has("T00"));
}

static void no_price_is_no_nought(void)
{
    begin(FB_STAGE_COMMITTED, false);
    row[0].figures.v[FB_MEASURE_SHIFTS] = row[1].figures.v[FB_MEASURE_SHIFTS] = 17;
    row[0].figures.v[FB_MEASURE_UNPRICED] = 16;
    draw();
    CU_ASSERT_FALSE(has("cannot say"));
    row[0].figures.v[FB_MEASURE_UNPRICED] = 17;
    draw();
    CU_ASSERT_TRUE(has("cannot say"));
    row[0].figures.v[FB_MEASURE_PENCE] = 1;
    draw();
    CU_ASSERT_FALSE(has("cannot say"));
}

CU_TestInfo suite_spend_draw[] = {
    {"where no shift has a price nobody can say the sum", no_price_is_no_nought},
    {"of an export counts of few are left out with their money", counts_of_few_leave_with_their_money},
    {"a row in which every shown figure is nought is left out of spend", rows_of_noughts_are_left_out},
    {"so it is of demand", so_they_are_of_demand},
    {"the total stays when it is nought", the_total_stays},
    CU_TEST_INFO_NULL,
};
