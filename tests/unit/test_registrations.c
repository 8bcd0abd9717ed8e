#include "tests/lib/diaries.h"
#include "tests/lib/suite.h"

/* Registrations of several registers, on 16 June 2026. */
static struct fb_test_diary d;
enum { NOBODY_SAID, NMC, HCPC };
enum { NO_END = 36525, BARRED = -36525, UNKNOWN = -99999 };

static void row(uint32_t name, enum fb_fact_status status, const char *from, const char *until)
{
    fb_test_fact(&d, FB_FACT_KIND_REGISTRATION, status, from, until)->stint.unit = name;
}

static int64_t asked(enum fb_fact fact)
{
    bool exact = fb_fact_known(&d.facts, fact) && !fb_fact_in(&d.facts.at_least, fact) && !fb_fact_in(&d.facts.at_most, fact);
    return exact ? d.facts.value[fact] : UNKNOWN;
}

static bool says(int64_t days, int64_t status)
{
    fb_test_ask(&d);
    return asked(FB_FACT_REGISTRATION_DAYS) == days && asked(FB_FACT_REGISTRATION_STATUS) == status;
}

static void test_a_bar_in_any_register(void)
{
    static const enum fb_fact_status bars[] = {FB_FACT_STATUS_SUSPENDED, FB_FACT_STATUS_REFUSED};
    for (unsigned i = 0; i < 2; i++) {
        fb_test_diary(&d);
        row(NMC, bars[i], "2025-03-01", NULL);
        CU_ASSERT(says(BARRED, bars[i]));
        row(HCPC, FB_FACT_STATUS_VALID, "2025-06-01", NULL);
        CU_ASSERT(says(BARRED, bars[i]));
        row(NOBODY_SAID, FB_FACT_STATUS_VALID, "2025-06-01", NULL); /* it may be of any register */
        CU_ASSERT(says(BARRED, bars[i]));
        row(NMC, FB_FACT_STATUS_VALID, "2025-03-01", "2026-06-27"); /* not younger than the bar */
        CU_ASSERT(says(BARRED, bars[i]));
        row(NMC, FB_FACT_STATUS_VALID, "2025-03-02", "2026-06-27"); /* let in again */
        CU_ASSERT(says(NO_END, FB_FACT_STATUS_VALID));
    }
}

static void test_a_bar_that_ended(void)
{
    fb_test_diary(&d);
    row(NMC, FB_FACT_STATUS_SUSPENDED, "2026-03-01", "2026-06-17");
    row(HCPC, FB_FACT_STATUS_VALID, "2025-06-01", "2026-06-27");
    CU_ASSERT(says(BARRED, FB_FACT_STATUS_SUSPENDED));
    d.own.start_min += 1440, d.own.end_min += 1440, d.day++;
    CU_ASSERT(says(9, FB_FACT_STATUS_VALID));
}

/* Who lets a registration lapse while suspended is suspended; who was let in again, and then lapsed, lapsed. */
static void test_a_lapse_lifts_no_bar(void)
{
    fb_test_diary(&d);
    row(NMC, FB_FACT_STATUS_SUSPENDED, "2025-03-01", NULL);
    row(NMC, FB_FACT_STATUS_LAPSED, "2026-03-01", NULL);
    CU_ASSERT(says(BARRED, FB_FACT_STATUS_SUSPENDED));
    row(NMC, FB_FACT_STATUS_VALID, "2025-09-01", NULL);
    CU_ASSERT(says(-1, FB_FACT_STATUS_LAPSED));
    row(HCPC, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-27");
    CU_ASSERT(says(10, FB_FACT_STATUS_VALID));
}

static void test_a_second_register_may_run_out(void)
{
    fb_test_diary(&d);
    row(NMC, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-27");
    row(HCPC, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-01");
    CU_ASSERT(says(10, FB_FACT_STATUS_VALID));
    row(HCPC, FB_FACT_STATUS_LAPSED, "2026-06-01", NULL);
    CU_ASSERT(says(10, FB_FACT_STATUS_VALID));
    row(NMC, FB_FACT_STATUS_LAPSED, "2026-06-02", NULL);
    CU_ASSERT(says(-1, FB_FACT_STATUS_LAPSED));
    row(NOBODY_SAID, FB_FACT_STATUS_PENDING, "2026-06-03", NULL); /* denials first */
    CU_ASSERT(says(-1, FB_FACT_STATUS_LAPSED));
    row(NOBODY_SAID, FB_FACT_STATUS_VALID, "2026-06-03", "2026-06-20");
    CU_ASSERT(says(3, FB_FACT_STATUS_VALID));
}

static void test_none_holds(void)
{
    fb_test_diary(&d);
    row(NMC, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-01");
    row(HCPC, FB_FACT_STATUS_VALID, "2025-01-01", "2026-06-10");
    CU_ASSERT(says(-7, FB_FACT_STATUS_LAPSED)); /* what is left of the last that held */
    row(NMC, FB_FACT_STATUS_PENDING, "2026-06-01", NULL);
    CU_ASSERT(says(BARRED, FB_FACT_STATUS_PENDING));
    row(HCPC, FB_FACT_STATUS_VALID, "2026-06-10", "2026-06-27"); /* another is waited for, this one holds */
    CU_ASSERT(says(10, FB_FACT_STATUS_VALID));
}

static void test_conditions_behind_a_longer_row(void)
{
    fb_test_diary(&d);
    row(NMC, FB_FACT_STATUS_VALID, "2025-01-01", "2027-01-01");
    row(NMC, FB_FACT_STATUS_CONDITIONS, "2026-05-01", "2026-11-01");
    CU_ASSERT(says(198, FB_FACT_STATUS_CONDITIONS));
    row(HCPC, FB_FACT_STATUS_VALID, "2026-06-01", NULL); /* another register takes none away */
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_CONDITIONS));
    row(NMC, FB_FACT_STATUS_PENDING, "2026-06-01", NULL);
    row(NMC, FB_FACT_STATUS_VALID, "2026-05-01", "2027-01-01"); /* of the same day */
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_CONDITIONS));
    row(NMC, FB_FACT_STATUS_VALID, "2026-06-16", "2026-06-17"); /* they were lifted, as long as that row is in force */
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_VALID));
    d.own.start_min += 1440, d.own.end_min += 1440, d.day++;
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_CONDITIONS));
    row(NMC, FB_FACT_STATUS_LAPSED, "2026-06-01", NULL); /* with what lapsed its conditions went */
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_VALID));
}

/* What began later in the same register has the last word, however soon it ends. */
static void test_conditions_that_were_lifted(void)
{
    fb_test_diary(&d);
    row(NMC, FB_FACT_STATUS_CONDITIONS, "2026-01-01", NULL);
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_CONDITIONS));
    row(NMC, FB_FACT_STATUS_VALID, "2026-05-01", "2026-06-27");
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_VALID));
}

static void test_conditions_in_a_second_register(void)
{
    fb_test_diary(&d);
    row(NMC, FB_FACT_STATUS_VALID, "2026-02-01", NULL);
    row(HCPC, FB_FACT_STATUS_CONDITIONS, "2026-01-01", "2026-06-17");
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_CONDITIONS));
    d.own.start_min += 1440, d.own.end_min += 1440, d.day++;
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_VALID));
}

static void test_too_many_registers(void)
{
    fb_test_diary(&d);
    for (uint32_t name = 1; name <= 32; name++)
        row(name, FB_FACT_STATUS_VALID, "2026-01-01", NULL);
    CU_ASSERT(says(NO_END, FB_FACT_STATUS_VALID));
    row(33, FB_FACT_STATUS_SUSPENDED, "2026-01-01", NULL);
    CU_ASSERT(says(UNKNOWN, UNKNOWN)); /* never that it holds */
    row(32, FB_FACT_STATUS_REFUSED, "2026-01-02", NULL);
    CU_ASSERT(says(BARRED, FB_FACT_STATUS_REFUSED));
}

CU_TestInfo suite_registrations[] = {
    {"a refusal or suspension in one register is one, whatever another says", test_a_bar_in_any_register},
    {"a suspension that ended bars no more", test_a_bar_that_ended},
    {"a lapse lifts no suspension", test_a_lapse_lifts_no_bar},
    {"a second registration may run out while another holds", test_a_second_register_may_run_out},
    {"where none holds it is as with one register", test_none_holds},
    {"conditions count though another row stands longer", test_conditions_behind_a_longer_row},
    {"conditions that a later row lifted are none", test_conditions_that_were_lifted},
    {"conditions of any register are conditions", test_conditions_in_a_second_register},
    {"of more registers than are told apart none is said to hold", test_too_many_registers},
    CU_TEST_INFO_NULL};
