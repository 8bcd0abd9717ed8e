/* A small national pack with every kind of table of rates: figures worked out by hand, and what became known
 * later. */
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/rate_pack.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_book *open_known(struct fb_pack_files *files, fb_day known)
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load_known(&book, files->file, files->n, known, &report);
    fb_pack_report_print(stdout, &report);
    CU_ASSERT_EQUAL(err, FB_OK);
    fb_pack_report_free(&report);
    CU_ASSERT_PTR_NOT_NULL_FATAL(book);
    return book;
}

static struct fb_book *open_whole(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    struct fb_book *book = open_known(&files, INT32_MAX);
    fb_pack_files_free(&files);
    return book;
}

static unsigned grade_of(const struct fb_book *book, const char *band)
{
    int grade = fb_book_grade(book, fb_code_of(band));
    CU_ASSERT_FATAL(grade >= 0);
    return (unsigned)grade;
}

static const struct fb_pay_period *period_on(const struct fb_book *book, fb_day day)
{
    const struct fb_pay_period *period = fb_book_period(book, day);
    CU_ASSERT_PTR_NOT_NULL_FATAL(period);
    return period;
}

static const struct fb_pay_point *point_of(const struct fb_book *book, fb_day day, const char *band,
                                           enum fb_point step)
{
    return &period_on(book, day)->point[grade_of(book, band) * FB_POINT_END + step];
}

static const struct fb_origin *origin_of(const struct fb_book *book, uint16_t i)
{
    CU_ASSERT_FATAL(i < book->n_origins);
    return &book->origin[i];
}

static void test_families(void)
{
    struct fb_book *book = open_whole();
    CU_ASSERT_EQUAL(book->grade[grade_of(book, "9")].family, 1);
    CU_ASSERT_EQUAL(book->grade[grade_of(book, "FY1")].family, 2);
    CU_ASSERT_EQUAL(book->grade[grade_of(book, "CONS")].family, 2);
    fb_pack_free(&book);
}

/* "resident.yaml" is read before "scales.yaml": Agenda for Change is the first family all the same. 120,000
 * pounds over 52.143 weeks of 40 hours, and no percentage on top. */
static void test_steps_and_plain_hours(void)
{
    struct fb_book *book = open_whole();
    fb_day day = fb_day_of(2026, 6, 1);
    const struct fb_pay_point *p = point_of(book, day, "CONS", FB_POINT_STEP_2);
    CU_ASSERT(p->held);
    CU_ASSERT((fb_i128)p->num[0] * 60 * 208572 == (fb_i128)12000000 * 100 * book->den);
    CU_ASSERT_EQUAL(p->num[0], p->num[1]);
    CU_ASSERT_FALSE(point_of(book, day, "CONS", FB_POINT_STEP_3)->held);
    CU_ASSERT_FALSE(point_of(book, day, "CONS", FB_POINT_MID)->held);
    CU_ASSERT(point_of(book, day, "FY1", FB_POINT_MID)->held);
    CU_ASSERT_FALSE(point_of(book, day, "FY1", FB_POINT_STEP_2)->held);
    fb_pack_free(&book);
}

static int64_t fy1_known_on(struct fb_pack_files *files, fb_day known, fb_day day)
{
    struct fb_book *book = open_known(files, known);
    const struct fb_pay_point *p = point_of(book, day, "FY1", FB_POINT_ENTRY);
    int64_t annual = p->held ? p->annual_pence : -1;
    fb_pack_free(&book);
    return annual;
}

/* The circular of June, and the one of July that raised the same year's pay from April on. */
static void test_what_was_known(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    fb_day day = fb_day_of(2026, 5, 1);
    CU_ASSERT_EQUAL(fy1_known_on(&files, fb_day_of(2026, 6, 1), day), -1);
    CU_ASSERT_EQUAL(fy1_known_on(&files, fb_day_of(2026, 6, 30), day), 4019000);
    CU_ASSERT_EQUAL(fy1_known_on(&files, fb_day_of(2026, 7, 1), day), 4019000);
    CU_ASSERT_EQUAL(fy1_known_on(&files, fb_day_of(2026, 7, 24), day), 4122600);
    CU_ASSERT_EQUAL(fy1_known_on(&files, fb_day_of(2026, 8, 1), day), 4122600);
    CU_ASSERT_EQUAL(fy1_known_on(&files, INT32_MAX, day), 4122600);
    fb_pack_files_free(&files);
}

/* What became known in September holds from October to December: before and after it, the award of July. */
static void test_a_later_row_splits_an_earlier_one(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    fb_test_pack_put(&files, "n/rates/more.csv",
                     "pay_year,from,until,known_since,band,step,annual_gbp,status,source\n"
                     "2026/27,2026-10-01,2027-01-01,2026-09-01,FY1,entry,42000" FB_ROW_STATED);
    struct fb_book *book = open_known(&files, INT32_MAX);
    CU_ASSERT_EQUAL(point_of(book, fb_day_of(2026, 9, 30), "FY1", FB_POINT_ENTRY)->annual_pence, 4122600);
    CU_ASSERT_EQUAL(point_of(book, fb_day_of(2026, 10, 1), "FY1", FB_POINT_ENTRY)->annual_pence, 4200000);
    CU_ASSERT_EQUAL(point_of(book, fb_day_of(2026, 12, 31), "FY1", FB_POINT_ENTRY)->annual_pence, 4200000);
    CU_ASSERT_EQUAL(point_of(book, fb_day_of(2027, 1, 1), "FY1", FB_POINT_ENTRY)->annual_pence, 4122600);
    CU_ASSERT_EQUAL(point_of(book, fb_day_of(2026, 10, 1), "FY1", FB_POINT_TOP)->annual_pence, 4122600);
    CU_ASSERT_EQUAL(
        origin_of(book, point_of(book, fb_day_of(2026, 10, 1), "FY1", FB_POINT_ENTRY)->origin)->line, 2);
    CU_ASSERT_EQUAL(
        origin_of(book, point_of(book, fb_day_of(2027, 1, 1), "FY1", FB_POINT_ENTRY)->origin)->line, 7);
    CU_ASSERT_EQUAL(book->n_periods, 3);
    fb_pack_free(&book);
    CU_ASSERT_EQUAL(fy1_known_on(&files, fb_day_of(2026, 8, 31), fb_day_of(2026, 11, 1)), 4122600);
    fb_pack_files_free(&files);
}

static const struct fb_supplement *supplement_of(const struct fb_book *book, const char *band,
                                                 enum fb_point step, const char *zone)
{
    unsigned z = 0;
    while (z < book->n_zones && book->zone[z] != fb_code_of(zone))
        z++;
    CU_ASSERT_FATAL(z < book->n_zones);
    const struct fb_pay_period *period = period_on(book, fb_day_of(2026, 6, 1));
    return &period->supplement[(grade_of(book, band) * FB_POINT_END + step) * book->n_zones + z];
}

/* A year's supplement over 52.143 x 37.5 = 1955.3625 hours. */
static bool is_annual(const struct fb_book *book, const struct fb_supplement *s, int64_t annual_pence)
{
    return s->held && (fb_i128)s->num * 60 * 19553625 == (fb_i128)annual_pence * 10000 * book->den;
}

/* Inner: 20 %, at least 5,794 and at most 8,746. Band 2: 20 % of 25,272 is 5,054.40, so 5,794. Band 5 at the
 * top: 20 % of 39,043 is 7,808.60. Band 9: 20 % of 129,783 is 25,956.60, so 8,746. */
static void test_high_cost_areas(void)
{
    struct fb_book *book = open_whole();
    CU_ASSERT(is_annual(book, supplement_of(book, "2", FB_POINT_ENTRY, "inner"), 579400));
    CU_ASSERT(is_annual(book, supplement_of(book, "5", FB_POINT_TOP, "inner"), 780860));
    CU_ASSERT(is_annual(book, supplement_of(book, "9", FB_POINT_TOP, "inner"), 874600));
    CU_ASSERT(is_annual(book, supplement_of(book, "5", FB_POINT_TOP, "outer"), 585645));
    CU_ASSERT(is_annual(book, supplement_of(book, "5", FB_POINT_TOP, "none"), 0));
    CU_ASSERT_FALSE(supplement_of(book, "5", FB_POINT_MID, "inner")->held);
    CU_ASSERT_FALSE(supplement_of(book, "FY1", FB_POINT_ENTRY, "inner")->held);
    CU_ASSERT(supplement_of(book, "FY1", FB_POINT_ENTRY, "none")->held);
    const struct fb_origin *o = origin_of(book, supplement_of(book, "2", FB_POINT_ENTRY, "inner")->origin);
    CU_ASSERT(fb_span_is(o->file, "rates/areas.csv"));
    CU_ASSERT_EQUAL(o->line, 2);
    CU_ASSERT_EQUAL(o->status, FB_STATUS_PUBLISHED);
    fb_pack_free(&book);
}

static void test_zones_of_sites(void)
{
    struct fb_book *book = open_whole();
    uint16_t origin;
    struct fb_where where = {fb_code_of("RJ1"), fb_span_of("RJ122"), FB_STAFF_GROUP_STUDENTS,
                             fb_day_of(2026, 6, 1)};
    CU_ASSERT_EQUAL(fb_book_zone(book, &where, &origin), 1);
    CU_ASSERT_EQUAL(origin_of(book, origin)->line, 3);
    where.site = fb_span_of("RJ121");
    CU_ASSERT_EQUAL(fb_book_zone(book, &where, &origin), 2);
    where.trust = fb_code_of("RTH");
    CU_ASSERT_EQUAL(fb_book_zone(book, &where, &origin), -1);
    fb_pack_free(&book);
}

/* 45.50 an hour is 4550 / 60 pence a minute; 312 for four hours is 130 pence a minute; a standby period is
 * 150.01 each. */
static void test_table_rates(void)
{
    struct fb_book *book = open_whole();
    CU_ASSERT_EQUAL_FATAL(book->n_tables, 1);
    const struct fb_rate_table *t = &book->table[0];
    unsigned fy1 = grade_of(book, "FY1"), cons = grade_of(book, "CONS");
    fb_day june = fb_day_of(2026, 6, 1), october = fb_day_of(2026, 10, 1);
    CU_ASSERT(fb_span_is(t->name, "extra"));
    CU_ASSERT_EQUAL(t->n, 5);
    const struct fb_table_rate *hour = fb_book_table_rate(t, fy1, FB_UNIT_HOUR, june);
    CU_ASSERT_PTR_NOT_NULL_FATAL(hour);
    CU_ASSERT_EQUAL(hour->held, 1);
    CU_ASSERT_EQUAL(hour->num[0] * 60, 4550 * book->den);
    CU_ASSERT_EQUAL(hour->until, october);
    CU_ASSERT_EQUAL(origin_of(book, hour->origin)->line, 3);
    hour = fb_book_table_rate(t, fy1, FB_UNIT_HOUR, october);
    CU_ASSERT_PTR_NOT_NULL_FATAL(hour);
    CU_ASSERT_EQUAL(hour->held, 3);
    CU_ASSERT_EQUAL(hour->num[1] * 60, 6000 * book->den);
    hour = fb_book_table_rate(t, fy1, FB_UNIT_HOUR, fb_day_of(2027, 4, 1));
    CU_ASSERT_PTR_NOT_NULL_FATAL(hour);
    CU_ASSERT_EQUAL(hour->held, 2);
    const struct fb_table_rate *pa = fb_book_table_rate(t, cons, FB_UNIT_PA, june);
    CU_ASSERT_PTR_NOT_NULL_FATAL(pa);
    CU_ASSERT_EQUAL(pa->unit_minutes, 240);
    CU_ASSERT_EQUAL(pa->held, 3);
    CU_ASSERT_EQUAL(pa->num[0], 130 * book->den);
    CU_ASSERT_EQUAL(pa->num[1], 130 * book->den);
    const struct fb_table_rate *standby = fb_book_table_rate(t, cons, FB_UNIT_STANDBY_PERIOD, june);
    CU_ASSERT_PTR_NOT_NULL_FATAL(standby);
    CU_ASSERT_EQUAL(standby->unit_minutes, 0);
    CU_ASSERT_EQUAL(standby->num[0], 15001 * book->den);
    CU_ASSERT_PTR_NULL(fb_book_table_rate(t, fy1, FB_UNIT_PA, june));
    fb_pack_free(&book);
}

static uint32_t bit(int n)
{
    return (uint32_t)1 << n;
}

/* 15 % above 96 pounds a week of 37.5 hours = 2,250 minutes. */
static void test_on_costs_and_vat(void)
{
    struct fb_book *book = open_whole();
    CU_ASSERT_EQUAL_FATAL(book->n_on_costs, 2);
    const struct fb_on_cost *ni = &book->on_cost[0], *pension = &book->on_cost[1];
    CU_ASSERT_EQUAL(ni->part, FB_PART_EMPLOYER_NI);
    CU_ASSERT_EQUAL(ni->ppm, 150000);
    CU_ASSERT_EQUAL(ni->free_pence, 9600);
    CU_ASSERT_EQUAL(ni->free_minutes, 2250);
    CU_ASSERT(ni->on_holiday_pay);
    CU_ASSERT_EQUAL(ni->scope.routes, bit(FB_ROUTE_BANK) | bit(FB_ROUTE_COLLABORATIVE));
    CU_ASSERT_EQUAL(ni->scope.from, fb_day_of(2026, 4, 1));
    CU_ASSERT_EQUAL(pension->ppm, 143800);
    CU_ASSERT_EQUAL(pension->free_minutes, 0);
    CU_ASSERT_EQUAL(origin_of(book, pension->origin)->line, 3);
    CU_ASSERT_EQUAL_FATAL(book->n_vats, 2);
    CU_ASSERT_EQUAL(book->vat[0].ppm, 200000);
    CU_ASSERT_EQUAL(book->vat[0].base, FB_VAT_BASE_WHOLE_CHARGE);
    CU_ASSERT(book->vat[0].settled);
    CU_ASSERT_EQUAL(book->vat[0].engagements & 1u, 1);
    CU_ASSERT_EQUAL(book->vat[1].engagements, 1u | bit(FB_ENGAGEMENT_PAYE));
    CU_ASSERT_EQUAL(book->vat[1].scope.staff_groups, bit(FB_STAFF_GROUP_MEDICAL_DENTAL));
    CU_ASSERT_FALSE(book->vat[1].settled);
    CU_ASSERT_EQUAL(book->vat[1].ppm, 0);
    fb_pack_free(&book);
}

static void test_fees_and_floors(void)
{
    struct fb_book *book = open_whole();
    CU_ASSERT_EQUAL_FATAL(book->n_fees, 2);
    CU_ASSERT_EQUAL(book->fee[0].num * 60, 85 * book->den);
    CU_ASSERT_EQUAL(book->fee[0].framework.n, 0);
    CU_ASSERT_EQUAL(book->fee[1].num, 0);
    CU_ASSERT_EQUAL(book->fee[1].ppm, 12500);
    CU_ASSERT(fb_span_is(book->fee[1].framework, "RM6281"));
    CU_ASSERT_EQUAL_FATAL(book->n_floors, 2);
    CU_ASSERT_EQUAL(book->floor[0].pence_hour, 1271);
    CU_ASSERT_EQUAL(book->floor[0].area.n, 0);
    CU_ASSERT(fb_span_is(book->floor[1].area, "london"));
    fb_pack_free(&book);
}

static const struct fb_cap *cap_of(const struct fb_book *book, enum fb_staff_group group)
{
    struct fb_where where = {fb_code_of("RJ1"), {NULL, 0}, group, fb_day_of(2026, 6, 1)};
    const struct fb_cap *cap = fb_book_cap(book, &where);
    CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
    return cap;
}

static int32_t cap_cell(const struct fb_book *book, const struct fb_cap *cap, unsigned zone, const char *band,
                        unsigned category)
{
    return cap->pence_hour[(zone * book->n_grades + grade_of(book, band)) * FB_CATEGORIES_MAX + category];
}

static void test_caps_of_a_table_by_zone(void)
{
    struct fb_book *book = open_whole();
    const struct fb_cap *cap = cap_of(book, FB_STAFF_GROUP_NURSING_MIDWIFERY);
    CU_ASSERT_EQUAL(cap->n_zones, 3);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 0, "5", 0), 3093);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 0, "5", 1), 4021);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 1, "5", 0), -1);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 2, "5", 0), 3700);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 2, "5", 1), -1);
    unsigned row = 2 * book->n_grades + grade_of(book, "5");
    CU_ASSERT_EQUAL(origin_of(book, cap->row_origin[row])->line, 4);
    fb_pack_free(&book);
}

/* (39,043 + 7,808.60) / (365.25/7 x 37.5 = 1956.696...) = 23.94423...; x 1.55 = 37.11356 -> 37.11; x 1.3
 * = 48.24763 -> 48.25. Outside: 30.92797 -> 30.93. Residents are of a family that the enhancement does not
 * speak of. */
static void test_caps_of_a_formula_by_zone(void)
{
    struct fb_book *book = open_whole();
    const struct fb_cap *cap = cap_of(book, FB_STAFF_GROUP_ADMIN_CLERICAL);
    CU_ASSERT_EQUAL(cap->n_zones, 3);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 0, "5", 0), 3093);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 2, "5", 0), 3711);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 2, "5", 1), 4825);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 2, "2", 0), 2461);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 0, "CONS", 0), -1);
    CU_ASSERT_EQUAL(cap_cell(book, cap, 2, "CONS", 0), -1);
    fb_pack_free(&book);
}

CU_TestInfo suite_pack_rates[] = {
    {"families are numbered as they appear, and Agenda for Change is the first", test_families},
    {"steps between entry and top, and hours without percentages", test_steps_and_plain_hours},
    {"of two rows for the same days the one known last wins, and only once it is known", test_what_was_known},
    {"a row known later takes its days from an earlier one, which keeps the others",
     test_a_later_row_splits_an_earlier_one},
    {"a high cost area adds a percentage between its floor and its ceiling", test_high_cost_areas},
    {"a site's own zone beats its trust's", test_zones_of_sites},
    {"tables give rates by the hour, by part of a unit, and each", test_table_rates},
    {"on-costs have a free part, and VAT says for whom it is settled", test_on_costs_and_vat},
    {"fees and floors are held with their framework and area", test_fees_and_floors},
    {"a table of caps may hold one for each zone", test_caps_of_a_table_by_zone},
    {"a formula may add each zone's supplement before its uplift", test_caps_of_a_formula_by_zone},
    CU_TEST_INFO_NULL,
};
