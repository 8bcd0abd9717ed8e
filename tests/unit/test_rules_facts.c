/* Facts as whoever writes a rule meets them. */
#include "tests/lib/suite.h"
#include "tools/fairbank/rules/rules_facts.h"
#include <string.h>

/* A word that a rule may write as it stands, unless it says in capitals what to put there. */
static void no_word_is_one_that_cannot_be_written(void)
{
    unsigned families = 0;
    for (unsigned i = 0; i < FB_FACT_COUNT; i++) {
        struct written_fact f;
        if (!fact_as_written((enum fb_fact)i, &f))
            continue;
        CU_ASSERT_PTR_NULL(strstr(f.unit, "1/100"));
        CU_ASSERT_PTR_NULL(strstr(f.word, "_1"));
        bool family = strstr(f.word, "CATEGORY") != NULL || strcmp(f.word, "COUNTER") == 0;
        families += family;
        CU_ASSERT(family || fb_fact_find(fb_span_of(f.word)) == (enum fb_fact)i);
    }
    CU_ASSERT_EQUAL(families, 4);
}

static void units_are_those_of_the_files(void)
{
    struct written_fact f;
    CU_ASSERT(fact_as_written(FB_FACT_CHARGE_HOUR_IN_1, &f));
    CU_ASSERT_STRING_EQUAL(f.word, "charge_hour_in_CATEGORY");
    CU_ASSERT_STRING_EQUAL(f.unit, "pounds an hour");
    CU_ASSERT_FALSE(fact_as_written(FB_FACT_CHARGE_HOUR_IN_2, &f));
    CU_ASSERT(fact_as_written(FB_FACT_PERCENT_OVER_CAP_E2, &f));
    CU_ASSERT_STRING_EQUAL(f.unit, "percent");
    CU_ASSERT(fact_as_written(FB_FACT_WEEK_MINUTES, &f));
    CU_ASSERT_STRING_EQUAL(f.unit, "minutes");
}

CU_TestInfo suite_rules_facts[] = {
    {"no word is listed that cannot be written, and a family has one row", no_word_is_one_that_cannot_be_written},
    {"units are those that rules are written in", units_are_those_of_the_files},
    CU_TEST_INFO_NULL};
