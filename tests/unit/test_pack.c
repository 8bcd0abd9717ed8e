/* The real packs as a book: exact rates, caps worked out by hand, scopes, holidays, digest. */
#include "engine/pack/pack.h"
#include "engine/pack/ratio.h"
#include "tests/lib/packs.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

static struct fb_book *open_real(void)
{
    static const char *const dirs[] = {"rules/england", "rules/thames-valley"};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load(&book, dirs, 2, &report);
    fb_pack_report_print(stdout, &report);
    CU_ASSERT_EQUAL(err, FB_OK);
    CU_ASSERT_EQUAL(report.n, 0);
    fb_pack_report_free(&report);
    CU_ASSERT_PTR_NOT_NULL_FATAL(book);
    return book;
}

static const struct fb_pay_point *point_on(const struct fb_book *book, fb_day day, const char *band,
                                           enum fb_point step)
{
    const struct fb_pay_period *period = fb_book_period(book, day);
    int grade = fb_book_grade(book, fb_code_of(band));
    CU_ASSERT_PTR_NOT_NULL_FATAL(period);
    CU_ASSERT_FATAL(grade >= 0);
    return &period->point[grade * FB_POINT_END + (int)step];
}

static unsigned bands_of(const struct fb_book *book, uint8_t family)
{
    unsigned n = 0;
    for (unsigned g = 0; g < book->n_grades; g++)
        n += book->grade[g].family == family;
    return n;
}

static void test_what_the_book_holds(void)
{
    struct fb_book *book = open_real();
    CU_ASSERT_EQUAL(book->n_categories, 3);
    CU_ASSERT_EQUAL(book->category[0], fb_code_of("plain"));
    CU_ASSERT_EQUAL(book->category[2], fb_code_of("premium"));
    CU_ASSERT_EQUAL(bands_of(book, 1), 12);
    CU_ASSERT(bands_of(book, 2) > 0);
    for (int year = 2021; year <= 2026; year++)
        CU_ASSERT(point_on(book, fb_day_of(year, 6, 1), "5", FB_POINT_TOP)->held);
    CU_ASSERT(fb_span_is(book->name, "england 2026.11 + thames-valley 2026.11"));
    CU_ASSERT_EQUAL(book->review_by, fb_day_of(2027, 3, 31));
    CU_ASSERT_EQUAL(book->authority[FB_FIELDS_HOURS][0], FB_SYSTEM_ROSTER);
    CU_ASSERT_EQUAL(book->authority[FB_FIELDS_CHARGE][0], FB_SYSTEM_PORTAL);
    CU_ASSERT_EQUAL(book->authority[FB_FIELDS_CHARGE][3], FB_SYSTEM_NONE);
    fb_pack_free(&book);
    CU_ASSERT_PTR_NULL(book);
}

/* annual / 1955.3625 an hour: 34,592 pounds is 3,459,200 pence, and 1955.3625 is 19553625 / 10000. */
static void test_band_5_mid_is_34592_over_1955_3625(void)
{
    struct fb_book *book = open_real();
    const struct fb_pay_point *p = point_on(book, fb_day_of(2026, 10, 24), "5", FB_POINT_MID);
    fb_i128 left = (fb_i128)p->num[0] * 60 * 19553625, right = (fb_i128)3459200 * 10000 * book->den;
    CU_ASSERT(p->held);
    CU_ASSERT(left == right);
    CU_ASSERT((fb_i128)p->num[1] * 10 == (fb_i128)p->num[0] * 13);
    CU_ASSERT((fb_i128)p->num[2] * 10 == (fb_i128)p->num[0] * 16);
    fb_pack_free(&book);
}

/* Section 2, written here a second time: a wrong digit in the pack must disagree with something. */
static int percent_of(fb_code band, unsigned category)
{
    static const struct {
        const char *band;
        int percent[3];
    } rows[] = {{"1", {0, 47, 94}}, {"2", {0, 41, 83}}, {"3", {0, 35, 69}}};
    for (unsigned i = 0; i < 3; i++) {
        if (fb_code_of(rows[i].band) == band)
            return rows[i].percent[category];
    }
    return (int[]){0, 30, 60}[category];
}

static void test_every_rate_is_exact_over_the_one_denominator(void)
{
    struct fb_book *book = open_real();
    unsigned held = 0, years = 0;
    for (unsigned y = 0; y < book->n_periods; y++) {
        bool late = book->period[y].from >= fb_day_of(2025, 4, 1);
        years += late;
        for (unsigned i = 0; i < book->n_grades * FB_POINT_END; i++) {
            const struct fb_pay_point *p = &book->period[y].point[i];
            if (book->grade[i / FB_POINT_END].family != 1)
                continue;
            held += p->held && late;
            for (unsigned c = 0; p->held && c < 3; c++) {
                int factor = 100 + percent_of(book->grade[i / FB_POINT_END].code, c);
                fb_i128 left = (fb_i128)p->num[c] * 60 * 19553625 * 100;
                CU_ASSERT(left == (fb_i128)p->annual_pence * 10000 * book->den * factor);
            }
        }
    }
    /* Bands 1 and 2 fill three points with one, 3 and 4 have two, the other eight three; in each year since 2025. */
    CU_ASSERT(years >= 2);
    CU_ASSERT_EQUAL(held, years * (3 + 3 + 2 + 2 + 8 * 3));
    CU_ASSERT_EQUAL(book->den % 6000, 0);
    fb_pack_free(&book);
}

static void test_bands_3_and_4_have_no_mid_point(void)
{
    struct fb_book *book = open_real();
    fb_day day = fb_day_of(2026, 6, 2);
    CU_ASSERT_FALSE(point_on(book, day, "3", FB_POINT_MID)->held);
    CU_ASSERT_FALSE(point_on(book, day, "4", FB_POINT_MID)->held);
    CU_ASSERT_EQUAL(point_on(book, day, "2", FB_POINT_MID)->annual_pence, 2527200);
    CU_ASSERT_EQUAL(point_on(book, day, "2", FB_POINT_TOP)->annual_pence, 2527200);
    CU_ASSERT_EQUAL(point_on(book, fb_day_of(2026, 3, 31), "9", FB_POINT_TOP)->annual_pence, 12563700);
    fb_pack_free(&book);
}

static const struct fb_cap *cap_on(const struct fb_book *book, const char *trust, enum fb_staff_group group,
                                   fb_day day)
{
    const struct fb_cap *cap = fb_book_cap(book, &(struct fb_where){fb_code_of(trust), {NULL, 0}, group, day});
    CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
    return cap;
}

/* Top of band / (365.25/7 x 37.5 = 1956.696...) x 1.55 x (1 + percentage), half up. By hand for band 5,
 * 2026/27: 39,043 / 1956.69643 = 19.95353; x 1.55 = 30.92797 -> 30.93; x 1.3 = 40.20636 -> 40.21; x 1.6
 * = 49.48475 -> 49.48. */
static void test_derived_caps_by_hand(void)
{
    static const struct {
        int year;
        const char *band;
        int pence[3];
    } rows[] = {{2026, "5", {3093, 4021, 4948}}, {2025, "5", {2994, 3892, 4790}},
                {2026, "2", {2002, 2823, 3664}}, {2026, "3", {2177, 2938, 3678}},
                {2026, "4", {2468, 3209, 3949}}, {2026, "9", {10281, 13365, 16449}},
                {2025, "1", {1938, 2849, 3760}}};
    struct fb_book *book = open_real();
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct fb_cap *cap =
            cap_on(book, "RTH", FB_STAFF_GROUP_ADMIN_CLERICAL, fb_day_of(rows[i].year, 6, 1));
        unsigned grade = (unsigned)fb_book_grade(book, fb_code_of(rows[i].band));
        for (unsigned c = 0; c < 3; c++)
            CU_ASSERT_EQUAL(cap->pence_hour[grade * FB_CATEGORIES_MAX + c], rows[i].pence[c]);
        CU_ASSERT_EQUAL(cap->pence_hour[grade * FB_CATEGORIES_MAX + 3], -1);
    }
    fb_pack_free(&book);
}

static void test_the_most_specific_layer_wins(void)
{
    struct fb_book *book = open_real();
    fb_day day = fb_day_of(2026, 3, 16);
    const struct fb_cap *clinical = cap_on(book, "RTH", FB_STAFF_GROUP_NURSING_MIDWIFERY, day);
    const struct fb_cap *office = cap_on(book, "RTH", FB_STAFF_GROUP_ADMIN_CLERICAL, day);
    const struct fb_cap *outside = cap_on(book, "RDU", FB_STAFF_GROUP_NURSING_MIDWIFERY, day);
    CU_ASSERT_EQUAL(clinical->basis, FB_STATUS_AGREED);
    CU_ASSERT_EQUAL(clinical->scope.layer, 1);
    CU_ASSERT(fb_span_is(book->origin[clinical->origin].layer, "ics"));
    CU_ASSERT(fb_span_is(book->origin[clinical->origin].file, "caps/ceiling.yaml"));
    CU_ASSERT_EQUAL(office->basis, FB_STATUS_DERIVED);
    CU_ASSERT_EQUAL(outside->basis, FB_STATUS_DERIVED);
    CU_ASSERT_PTR_NULL(fb_book_cap(book, &(struct fb_where){fb_code_of("RTH"), {NULL, 0}, FB_STAFF_GROUP_MEDICAL_DENTAL, day}));
    CU_ASSERT_PTR_NULL(fb_book_card(book, &(struct fb_where){fb_code_of("RDU"), {NULL, 0}, FB_STAFF_GROUP_NURSING_MIDWIFERY, day}));
    CU_ASSERT_PTR_NULL(
        fb_book_card(book, &(struct fb_where){fb_code_of("RTH"), {NULL, 0}, FB_STAFF_GROUP_NURSING_MIDWIFERY, fb_day_of(2025, 3, 31)}));
    CU_ASSERT_PTR_NOT_NULL(fb_book_card(book, &(struct fb_where){fb_code_of("RYE"), {NULL, 0}, FB_STAFF_GROUP_ESTATES_ANCILLARY, day}));
    fb_pack_free(&book);
}

static void test_origins_name_file_line_and_status(void)
{
    struct fb_book *book = open_real();
    const struct fb_pay_point *one = point_on(book, fb_day_of(2025, 6, 1), "1", FB_POINT_TOP);
    const struct fb_origin *o = &book->origin[one->origin];
    CU_ASSERT(fb_span_is(o->pack, "england"));
    CU_ASSERT(fb_span_is(o->file, "rates/afc-pay-points.csv"));
    CU_ASSERT_EQUAL(o->line, 2);
    CU_ASSERT_EQUAL(o->status, FB_STATUS_UNVERIFIED);
    o = &book->origin[point_on(book, fb_day_of(2026, 6, 1), "5", FB_POINT_MID)->origin];
    CU_ASSERT_EQUAL(o->status, FB_STATUS_SECOND_HAND);
    CU_ASSERT(o->source.n > 0);
    fb_pack_free(&book);
}

static void test_public_holidays_from_2012_to_2027(void)
{
    struct fb_book *book = open_real();
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2011, 12, 31)), -1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2012, 6, 5)), 1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2026, 4, 3)), 1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2026, 4, 4)), 0);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2026, 12, 26)), 0);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2026, 12, 28)), 1);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2027, 12, 31)), 0);
    CU_ASSERT_EQUAL(fb_book_holiday(book, fb_day_of(2028, 1, 1)), -1);
    fb_pack_free(&book);
}

static void test_rules_are_ascending_and_found_by_number(void)
{
    struct fb_book *book = open_real();
    bool found = false;
    CU_ASSERT_EQUAL(book->n_rules, 58);
    for (unsigned i = 0; i < book->n_rules; i++) {
        CU_ASSERT(i == 0 || fb_span_cmp(book->rule[i - 1].name, book->rule[i].name) < 0);
        CU_ASSERT_PTR_EQUAL(fb_book_rule(book, book->rule[i].id), &book->rule[i]);
        found = found || fb_span_is(book->rule[i].name, "rate.hundred_pounds_without_sign_off");
        if (!fb_span_is(book->rule[i].name, "rate.hundred_pounds_without_sign_off"))
            continue;
        CU_ASSERT_EQUAL(book->rule[i].when[0].a, 1000000);
        CU_ASSERT_EQUAL(book->rule[i].when[0].op, FB_OP_GE);
        CU_ASSERT_EQUAL(book->rule[i].n_unless, 1);
    }
    CU_ASSERT(found);
    CU_ASSERT(fb_span_is(book->built_in[FB_RULE_RATECAP_BREACHED].name, "ratecap.breached"));
    CU_ASSERT_EQUAL(book->built_in[FB_RULE_RATECAP_OVER_ESTIMATE].severity, FB_SEVERITY_WARN);
    fb_pack_free(&book);
}

static void digest_of(const struct fb_pack_files *files, unsigned char out[16])
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_files(&book, files->file, files->n, &report), FB_OK);
    memcpy(out, book->digest, 16);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
}

static void test_the_digest_follows_the_files_and_not_their_order(void)
{
    struct fb_pack_files files = fb_test_packs();
    unsigned char first[16], again[16], changed[16];
    digest_of(&files, first);
    struct fb_pack_file swap = files.file[0];
    files.file[0] = files.file[1];
    files.file[1] = swap;
    digest_of(&files, again);
    CU_ASSERT_EQUAL(memcmp(first, again, 16), 0);
    fb_test_pack_change(&files, "thames-valley/pack.yaml", "# The demo system", "# the demo system");
    digest_of(&files, changed);
    CU_ASSERT_NOT_EQUAL(memcmp(first, changed, 16), 0);
    fb_pack_files_free(&files);
}

static void test_the_store_can_compile_the_same_book_again(void)
{
    struct fb_pack_files files = fb_test_packs();
    unsigned char from_store[16];
    struct fb_book *book = open_real();
    digest_of(&files, from_store);
    CU_ASSERT_EQUAL(memcmp(from_store, book->digest, 16), 0);
    for (unsigned i = 1; i < files.n; i++)
        CU_ASSERT(!fb_span_eq(files.file[i - 1].pack, files.file[i].pack) ||
                  fb_span_cmp(files.file[i - 1].path, files.file[i].path) < 0);
    fb_pack_free(&book);
    fb_pack_files_free(&files);
}

static void test_a_published_table_of_caps_can_be_loaded(void)
{
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_put(&files, "thames-valley/caps/price-card.csv",
                     "grade,category,pence_hour\n5,plain,3000\n5,unsocial,3900\n5,premium,4800\n");
    fb_test_pack_put(
        &files, "thames-valley/caps/published.yaml",
        "caps:\n  - name: price-card\n    table: price-card.csv\n    from: 2026-04-01\n    status: "
        "published\n"
        "    source: \"a price card, for this test\"\n    routes: [agency]\n    staff_groups: all\n"
        "    calendar: agenda-for-change\n    whole_shift: none\n    break_from: plain_then_dearest\n");
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(book);
    const struct fb_cap *cap = cap_on(book, "RTH", FB_STAFF_GROUP_NURSING_MIDWIFERY, fb_day_of(2026, 4, 1));
    unsigned five = (unsigned)fb_book_grade(book, fb_code_of("5"));
    CU_ASSERT_EQUAL(cap->basis, FB_STATUS_PUBLISHED);
    CU_ASSERT_EQUAL(cap->pence_hour[five * FB_CATEGORIES_MAX + 1], 3900);
    CU_ASSERT_EQUAL(cap->pence_hour[0], -1);
    CU_ASSERT_EQUAL(book->origin[cap->row_origin[five]].line, 2);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_a_folder_that_is_not_there(void)
{
    static const char *const dirs[] = {"rules/atlantis"};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    CU_ASSERT_EQUAL(fb_pack_load(&book, dirs, 1, &report), FB_IO);
    CU_ASSERT_PTR_NULL(book);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, "atlantis", 0, "cannot be read"));
    fb_pack_report_free(&report);
}

static void test_a_report_prints_file_line_and_kind(void)
{
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    char got[512] = "";
    fb_test_pack_change(&files, "england/pack.yaml", "layer: national", "layer: galactic");
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NULL(book);
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fb_pack_report_print(f, &report);
    rewind(f);
    size_t n = fread(got, 1, sizeof got - 1, f);
    fclose(f);
    got[n] = '\0';
    CU_ASSERT_STRING_EQUAL(
        got, "england/pack.yaml:4: error: unknown layer 'galactic': use one of national, ics, trust, site\n");
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_fractions_are_exact_and_broken_ones_stay_broken(void)
{
    struct fb_ratio weeks, one, big = fb_ratio_of(INT64_MAX, 1);
    CU_ASSERT_EQUAL(fb_ratio_parse(&weeks, fb_span_of("365.25/7")), FB_OK);
    CU_ASSERT(weeks.num == 1461 && weeks.den == 28);
    one = fb_ratio_div(weeks, weeks);
    CU_ASSERT(one.num == 1 && one.den == 1);
    one = fb_ratio_add(fb_ratio_of(1, 3), fb_ratio_of(2, 3));
    CU_ASSERT(one.num == 1 && one.den == 1);
    CU_ASSERT_EQUAL(fb_ratio_common(6000, fb_ratio_of(1, 7), INT64_MAX), 42000);
    CU_ASSERT_EQUAL(fb_ratio_common(6000, fb_ratio_of(1, 7), 41999), 0);
    CU_ASSERT_EQUAL(fb_ratio_over(fb_ratio_of(2, 7), 42000), 12000);
    CU_ASSERT_EQUAL(fb_ratio_over(fb_ratio_of(2, 7), 6000), -1);
    struct fb_ratio huge = fb_ratio_mul(fb_ratio_mul(big, big), big);
    CU_ASSERT_FALSE(fb_ratio_ok(huge));
    CU_ASSERT_FALSE(fb_ratio_ok(fb_ratio_mul(huge, fb_ratio_of(0, 1))));
    CU_ASSERT_FALSE(fb_ratio_ok(fb_ratio_div(one, fb_ratio_of(0, 1))));
    static const char *const bad[] = {"", "/", "1/", "/1", "1/0", "-1", "1/-1", "1e3", "1/2/3", "1.1234567"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_EQUAL(fb_ratio_parse(&weeks, fb_span_of(bad[i])), FB_REFUSED);
}

CU_TestInfo suite_pack[] = {
    {"fractions are exact, and one that does not fit stays broken",
     test_fractions_are_exact_and_broken_ones_stay_broken},
    {"the real packs make a book with the categories, bands and years that they state",
     test_what_the_book_holds},
    {"band 5 mid 2026/27 is 34,592 / 1955.3625 an hour, exactly", test_band_5_mid_is_34592_over_1955_3625},
    {"every rate is exact over the one denominator", test_every_rate_is_exact_over_the_one_denominator},
    {"bands 3 and 4 have no mid-point; a single point is all three", test_bands_3_and_4_have_no_mid_point},
    {"derived caps are what they are by hand", test_derived_caps_by_hand},
    {"the most specific layer wins, for the trusts and groups it names", test_the_most_specific_layer_wins},
    {"an origin names pack, file, line and status", test_origins_name_file_line_and_status},
    {"public holidays are known from 2012 to 2027 and nowhere else", test_public_holidays_from_2012_to_2027},
    {"rules are ascending by name and found by number", test_rules_are_ascending_and_found_by_number},
    {"the digest follows the files and not their order",
     test_the_digest_follows_the_files_and_not_their_order},
    {"files from a store compile to the same book", test_the_store_can_compile_the_same_book_again},
    {"a published table of caps can be loaded beside a formula",
     test_a_published_table_of_caps_can_be_loaded},
    {"a folder that is not there is an error with its name", test_a_folder_that_is_not_there},
    {"a report prints file, line, kind and what to do", test_a_report_prints_file_line_and_kind},
    CU_TEST_INFO_NULL,
};
