#include "engine/base/hash.h"
#include "engine/core/diary.h"
#include "tests/lib/diaries.h"
#include "tests/lib/suite.h"
#include <string.h>

/* Whose absence bears on the 12-week clock. */
static struct fb_test_diary d;
enum { ACME = 1, BETA, GAMMA };

static int64_t weeks(void)
{
    fb_test_ask(&d);
    return fb_fact_known(&d.facts, FB_FACT_ASSIGNMENT_WEEKS) ? d.facts.value[FB_FACT_ASSIGNMENT_WEEKS] : -1;
}

static struct fb_stint *agency_day(fb_day day, uint32_t agency)
{
    char text[24];
    fb_day_format(text, day);
    memcpy(text + 10, "T07:00", 7);
    struct fb_stint *s = fb_test_shift(&d, text, text, 60);
    s->end_min = s->start_min + 60;
    s->route = FB_ROUTE_AGENCY;
    s->agency = agency;
    return s;
}

/* Thirty weeks ago a shift by that agency, and away ever since. */
static struct fb_stint *away(uint32_t worked_by, enum fb_absence_kind kind, const char *employer, uint32_t name)
{
    fb_test_diary(&d);
    d.own.route = FB_ROUTE_AGENCY;
    d.own.agency = ACME;
    agency_day(d.day - 210, worked_by);
    fb_test_absence(&d, kind, "2026-01-01", "2026-01-02");
    struct fb_stint *s = &d.row[FB_DIARY_ABSENCES][0].stint;
    s->start_min = (uint32_t)(d.day - 209) * 1440;
    s->end_min = (uint32_t)d.day * 1440;
    s->hirer = employer == NULL ? 0 : fb_code_of(employer);
    s->agency = name;
    return s;
}

static void test_absences_that_run(void)
{
    away(ACME, FB_ABSENCE_KIND_MATERNITY, NULL, 0);
    CU_ASSERT_EQUAL(weeks(), 31);
    away(ACME, FB_ABSENCE_KIND_MATERNITY, "RTH", 9);
    CU_ASSERT_EQUAL(weeks(), 31);
    away(ACME, FB_ABSENCE_KIND_MATERNITY, "ACME", ACME);
    CU_ASSERT_EQUAL(weeks(), 31);
    away(ACME, FB_ABSENCE_KIND_MATERNITY, "RXQ", 9);
    CU_ASSERT_EQUAL(weeks(), 1);
    away(BETA, FB_ABSENCE_KIND_MATERNITY, "BETA", BETA);
    CU_ASSERT_EQUAL(weeks(), 31); /* the clock asks not which agency it was */
    away(BETA, FB_ABSENCE_KIND_MATERNITY, "GAMMA", GAMMA);
    CU_ASSERT_EQUAL(weeks(), 1);
}

static void test_absences_that_pause(void)
{
    away(ACME, FB_ABSENCE_KIND_ANNUAL_LEAVE, NULL, 0);
    CU_ASSERT_EQUAL(weeks(), 2);
    away(ACME, FB_ABSENCE_KIND_ANNUAL_LEAVE, "RXQ", 9);
    CU_ASSERT_EQUAL(weeks(), 1);
    away(ACME, FB_ABSENCE_KIND_ANNUAL_LEAVE, "ACME", ACME);
    CU_ASSERT_EQUAL(weeks(), 2);
}

/* A gap that sets nothing back pauses, whoever the worker was away from. */
static void test_a_short_gap(void)
{
    struct fb_stint *s = away(ACME, FB_ABSENCE_KIND_MATERNITY, "RXQ", 9);
    agency_day(d.day - 30, ACME);
    s->start_min = (uint32_t)(d.day - 29) * 1440;
    CU_ASSERT_EQUAL(weeks(), 2);
    s->hirer = fb_code_of("RTH");
    CU_ASSERT_EQUAL(weeks(), 5);
}

/* An agency that sent the worker elsewhere, to another role or after this shift is no party to this work. */
static void test_other_work_of_an_agency(void)
{
    away(ACME, FB_ABSENCE_KIND_MATERNITY, "BETA", BETA);
    agency_day(d.day - 220, BETA)->hirer = fb_code_of("RXQ");
    agency_day(d.day - 220, BETA)->role = 6;
    agency_day(d.day - 220, BETA)->route = FB_ROUTE_BANK;
    agency_day(d.day + 1, BETA);
    CU_ASSERT_EQUAL(weeks(), 1);
    agency_day(d.day - 220, BETA);
    CU_ASSERT_EQUAL(weeks(), 32);
}

/* An agency's name in a booking and its code as an employer are one. */
static void test_names_of_an_employer(void)
{
    struct fb_record r = {.env = {.kind = FB_KIND_ABSENCE, .source = fb_span_of("staff")}};
    struct fb_diary_row row;
    enum fb_diary_sort sort;
    r.as.absence = (struct fb_absence){.worker = 9, .employer = fb_code_of("ACME"), .kind = FB_ABSENCE_KIND_SICKNESS, .from = 20000, .until = 20001};
    CU_ASSERT_FATAL(fb_diary_row_of(&r, 5, &sort, &row));
    CU_ASSERT_EQUAL(sort, FB_DIARY_ABSENCES);
    CU_ASSERT_EQUAL(row.stint.hirer, fb_code_of("ACME"));
    CU_ASSERT_EQUAL(row.stint.agency, (uint32_t)fb_hash64("ACME", 4));
    r.as.absence.employer = 0;
    CU_ASSERT_FATAL(fb_diary_row_of(&r, 5, &sort, &row));
    CU_ASSERT_EQUAL(row.stint.agency, 0);
}

/* Which register a record names reaches the diary. */
static void test_names_of_a_register(void)
{
    struct fb_record r = {.env = {.kind = FB_KIND_WORKER_FACT, .source = fb_span_of("staff")}};
    struct fb_diary_row row;
    enum fb_diary_sort sort;
    r.as.worker_fact = (struct fb_worker_fact){.worker = 9, .kind = FB_FACT_KIND_REGISTRATION, .status = FB_FACT_STATUS_VALID,
                                               .name = fb_span_of("nmc"), .from = 20000, .until = 20001, .week_minutes = FB_ABSENT};
    CU_ASSERT_FATAL(fb_diary_row_of(&r, 5, &sort, &row));
    CU_ASSERT_EQUAL(row.stint.unit, (uint32_t)fb_hash64("nmc", 3));
}

CU_TestInfo suite_clock_away[] = {
    {"an absence that runs is one from all work, the hirer's or an agency's", test_absences_that_run},
    {"so is one that pauses", test_absences_that_pause},
    {"a gap that sets nothing back pauses in any case", test_a_short_gap},
    {"an agency's other work makes it no party", test_other_work_of_an_agency},
    {"an employer's code is an agency's name", test_names_of_an_employer},
    {"a register's name stands in the diary", test_names_of_a_register},
    CU_TEST_INFO_NULL};
