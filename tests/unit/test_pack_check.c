/* What a check tells of packs that load: each finding at its line, with an hour or a day as its example. The small pack of these
 * tests has suspicious places of its own; each test looks for one that its change brought. */
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/rate_pack.h"
#include "tests/lib/suite.h"
#include <string.h>
#include <time.h>

#define CARD "n/rates/zz-card.yaml"
#define BONUS "n/assurance/a.yaml"
#define TERMS                                                                                                \
    "    status: made_up\n    source: s\n    routes: [bank]\n    staff_groups: [nursing_midwifery]\n    calendar: c\n"  \
    "    whole_shift: none\n    break_from: cheapest_first\n    off_card_tolerance_gbp_hour: 0\n"
static const char card[] = "cards:\n  - name: bank\n    from: 2026-04-01\n" TERMS "    pay:\n"
                           "      - {bands: [\"2\"], at: entry}\n"
                           "      - {bands: [\"5\"], at: entry}\n"
                           "      - {bands: [\"9\"], at: top}\n"
                           "      - {bands: [FY1, CONS], at: table, table: extra}\n";
static const char assurance[] =
    "rules:\n  - name: bank.dear\n    title: t\n    routes: [bank]\n    staff_groups: all\n    from: 2026-04-01\n    date_fact: shift_day\n"
    "    when: {paid_minutes: {at_least: 600}}\n    unless: {paid_minutes: {below: 60}}\n"
    "    then: {severity: warn, audience: controls}\n    because: b\n    status: made_up\n    source: s\n"
    "counters:\n  - {name: winter.shifts, key: worker, adds: shifts, of: worked, routes: [bank], staff_groups: all, span: month,\n"
    "     from: 2026-04-01, until: 2026-10-01, status: made_up, source: s}\n"
    "bonuses:\n  - name: bonus.winter\n    title: t\n    counter: winter.shifts\n    routes: [bank]\n    staff_groups: all\n"
    "    from: 2026-04-01\n    until: 2026-10-01\n    rows:\n      - {bands: [\"2\"], every: 5, gbp: \"170\"}\n"
    "      - {bands: [\"5\"], every: 5, gbp: \"190\"}\n    because: b\n    status: made_up\n    source: s\n";

static struct fb_pack_files small(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    fb_test_pack_put(&files, CARD, card);
    fb_test_pack_put(&files, BONUS, assurance);
    return files;
}

struct change {
    const char *file, *from, *to;
};
struct finding {
    struct change first, second; /* second.file NULL: one change is enough */
    const char *file;            /* NULL: the first change's */
    int below;                   /* lines below the first change's place; of another file: its line */
    bool error;
    const char *words;
};

/* Said at its place, and not before the change. */
static bool is_told(const struct finding *f)
{
    struct fb_pack_files files = small();
    struct fb_pack_report before = {0}, after = {0};
    enum fb_err sound = fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &before);
    unsigned line = fb_test_pack_change(&files, f->first.file, f->first.from, f->first.to);
    if (f->second.file != NULL)
        (void)fb_test_pack_change(&files, f->second.file, f->second.from, f->second.to);
    enum fb_err err = fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &after);
    const char *file = f->file != NULL ? f->file : f->first.file;
    line = f->file != NULL ? (unsigned)f->below : (unsigned)((int)line + f->below);
    const struct fb_pack_error *e = fb_test_pack_said(&after, file, line, f->words);
    bool told = sound == FB_OK && e != NULL && e->warning == !f->error && err == (f->error ? FB_REFUSED : FB_OK) &&
                fb_test_pack_said(&before, file, line, f->words) == NULL;
    if (!told) {
        printf("\nnot told at %s:%u: %s; what is told:\n", file, line, f->words);
        if (sound != FB_OK)
            fb_pack_report_print(stdout, &before);
        fb_pack_report_print(stdout, &after);
    }
    fb_pack_report_free(&before);
    fb_pack_report_free(&after);
    fb_pack_files_free(&files);
    return told;
}

#define EXPECT(list)                                                                                         \
    for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)                                            \
    CU_ASSERT(is_told(&(list)[i]))

/* ---- days that nothing covers ---- */

static void test_a_hole_in_the_dates_of_every_kind_of_row(void)
{
    static const struct finding list[] = {
        {.first = {FB_RATE_PACK_COSTS, "employer_pension,2026-04-01,2027-04-01,14.38,,,all,pay" FB_ROW_STATED,
                   "employer_pension,2026-04-01,2026-07-01,14.38,,,all,pay" FB_ROW_STATED
                   "employer_pension,2026-08-01,,15,,,all,pay" FB_ROW_STATED},
         .words = "the on-cost 'employer_pension' ends, and the next begins later: no row covers 2026-07-01, nor any day up to 2026-07-31"},
        {.first = {FB_RATE_PACK_FEES, "bank fee,,bank,2026-04-01,2027-04-01,0.85," FB_ROW_STATED,
                   "bank fee,,bank,2026-04-01,2026-05-01,0.85," FB_ROW_STATED "bank fee,,bank,2026-06-01,,0.85," FB_ROW_STATED},
         .words = "the fee 'bank fee' ends, and the next begins later: no row covers 2026-05-01"},
        {.first = {FB_RATE_PACK_FLOORS, "national_living_wage,,2026-04-01,2027-04-01,12.71" FB_ROW_STATED,
                   "national_living_wage,,2026-04-01,2026-05-01,12.71" FB_ROW_STATED "national_living_wage,,2026-06-01,,12.71" FB_ROW_STATED},
         .words = "the wage floor 'national_living_wage' ends, and the next begins later: no row covers 2026-05-01"},
        {.first = {FB_RATE_PACK_AREAS, FB_ROW_YEAR ",outer,15,4870,6137" FB_ROW_STATED,
                   "2026,2026-04-01,2026-05-01,outer,15,4870,6137" FB_ROW_STATED "2026,2026-06-01,,outer,15,4870,6137" FB_ROW_STATED},
         .words = "the supplement of zone 'outer' ends, and the next begins later: no row covers 2026-05-01"},
        {.first = {FB_RATE_PACK_ZONES, "RJ1,,inner,2026-04-01,2027-04-01" FB_ROW_STATED,
                   "RJ1,,inner,2026-04-01,2026-05-01" FB_ROW_STATED "RJ1,,inner,2026-06-01," FB_ROW_STATED},
         .words = "the zone of 'RJ1' ends, and the next begins later: no row covers 2026-05-01"},
        {.first = {FB_RATE_PACK_TABLE, "FY1,plain,hour,,45.5,2026-04-01,2027-04-01" FB_ROW_STATED,
                   "FY1,plain,hour,,45.5,2026-04-01,2026-05-01" FB_ROW_STATED "FY1,plain,hour,,45.5,2026-06-01," FB_ROW_STATED},
         .words = "the rate of band 'FY1' ends, and the next begins later: no row covers 2026-05-01"},
        {.first = {FB_RATE_PACK_POINTS, FB_ROW_YEAR ",,9,top,129783", "2026,2026-04-01,2027-03-01,,9,top,129783"},
         .words = "the pay points of band '9' have a gap from 2027-03-01"},
        {.first = {FB_RATE_PACK_RATES, "hours: \"37.5\", enhancement: e, from: 2020-04-01",
                   "hours: \"37.5\", enhancement: e, until: 2026-09-01, from: 2020-04-01"},
         .file = FB_RATE_PACK_POINTS,
         .below = 2,
         .error = true,
         .words = "no hourly divisor holds for this pay point on '2026-09-01'"},
        {.first = {FB_RATE_PACK_RATES, "  - {name: standard, from: 2026-04-01,", "  - {name: old, until: 2026-03-01, from: 2026-01-01, routes: [agency], "
                   "staff_groups: all, engagements: all, base: nothing, settled: yes, status: published, source: s}\n  - {name: standard, from: 2026-04-01,"},
         .second = {FB_RATE_PACK_POINTS, FB_ROW_YEAR ",,2,single,25272", "2025,2025-04-01,2027-04-01,,2,single,25272"},
         .words = "the VAT treatment 'old' ends, and the next begins later: no row covers 2026-03-01"},
        {.first = {FB_RATE_PACK_CAPS, "{name: formula, from: 2026-04-01,", "{name: formula, from: 2026-04-01, until: 2026-07-01,"},
         .second = {FB_RATE_PACK_CAPS, "caps:\n", "caps:\n  - {name: later, from: 2026-09-01, status: derived, source: s, routes: [agency], staff_groups: "
                    "[admin_clerical], calendar: c, whole_shift: none, break_from: cheapest_first, table: card.csv}\n"},
         .below = 1,
         .words = "the cap 'formula' ends, and the next begins later: no row covers 2026-07-01"},
        {.first = {CARD, "    from: 2026-04-01\n", "    from: 2026-04-01\n    until: 2026-07-01\n"},
         .second = {CARD, "at: table, table: extra}\n", "at: table, table: extra}\n  - name: later\n    from: 2026-09-01\n" TERMS
                    "    pay: [{bands: [\"5\"], at: entry}]\n"},
         .below = -1,
         .words = "the card 'bank' ends, and the next begins later: no row covers 2026-07-01, nor any day up to 2026-08-31"},
    };
    EXPECT(list);
}

static void test_a_card_that_holds_while_nobody_can_say_what_it_pays(void)
{
    static const struct finding list[] = {
        {.first = {CARD, "      - {bands: [\"9\"], at: top}", "      - {bands: [\"9\"], at: top}"},
         .second = {"n/pack.yaml", "review_by: 2027-04-01", "review_by: 2028-01-01"},
         .words = "a gap: the card holds and nobody can say what it pays: band 9, bank only, from 2027-04-01"},
        {.first = {CARD, "    from: 2026-04-01\n", "    from: 2026-03-01\n"},
         .below = 11,
         .words = "nobody can say what it pays: band 5, bank only, from 2026-03-01"},
        {.first = {FB_RATE_PACK_TABLE, "FY1,dear,hour,,60,2026-10-01,", "CONS,plain,hour,,60,2026-10-01,"},
         .file = CARD,
         .below = 16,
         .words = "a gap: some categories have a rate and this one none: band FY1, bank only, dear (Saturday 2026-10-03 00:00): no rate"},
        {.first = {CARD, "bands: [FY1, CONS], at: table", "bands: [FY1, CONS], units: [pa], at: table"},
         .second = {CARD, "      - {bands: [\"2\"], at: entry}\n      - {bands: [\"5\"], at: entry}\n      - {bands: [\"9\"], at: top}\n",
                    "      - {bands: [CONS], at: mid}\n"},
         .file = CARD,
         .below = 2,
         .words = "on none of its days can anybody say what the card 'bank' pays"},
        {.first = {CARD, "    pay:\n", "    hcas: yes\n    pay:\n"},
         .second = {"n/pack.yaml", "layer: national", "layer: ics\ntrusts: [RXX, RJ1]"},
         .file = CARD,
         .below = 2,
         .words = "no table of zones says where RXX lies on"},
    };
    EXPECT(list);
}

/* ---- rows that win equally, and rows that never win ---- */

#define CAP_TERMS ", status: agreed, source: s, routes: [agency], calendar: c, whole_shift: none, break_from: cheapest_first, table: card.csv}\n"

static void test_two_that_win_equally(void)
{
    static const struct finding list[] = {
        {.first = {CARD, "cards:\n", "cards:\n  - name: twin\n    from: 2026-10-01\n" TERMS "    pay: [{bands: [\"5\"], at: top}]\n"},
         .below = 12,
         .error = true,
         .words = "wins equally with 'twin', which is for the same staff groups and days (routes are not asked): nursing_midwifery on 2026-10-01"},
        {.first = {FB_RATE_PACK_CAPS, "caps:\n", "caps:\n  - {name: twin, from: 2026-05-01, until: 2026-06-01, staff_groups: [nursing_midwifery]" CAP_TERMS},
         .below = 2,
         .error = true,
         .words = "wins equally with 'twin', which is for the same staff groups and days (routes are not asked): nursing_midwifery on 2026-05-01"},
        {.first = {FB_RATE_PACK_CAPS, "caps:\n",
                   "caps:\n  - {name: twin, from: 2026-05-01, until: 2026-06-01, staff_groups: [nursing_midwifery, students]" CAP_TERMS},
         .below = 2,
         .words = "this one hides, for some staff groups and days, 'twin', which stands above it: nursing_midwifery on 2026-05-01"},
        {.first = {FB_RATE_PACK_RATES, "vat:\n", "vat:\n  - {name: twin, from: 2026-12-01, routes: [agency], staff_groups: all, engagements: all, base: nothing, "
                   "settled: yes, status: published, source: s}\n"},
         .below = 2,
         .error = true,
         .words = "wins equally with 'twin', which is for the same routes, staff groups, engagements and days"},
        {.first = {FB_RATE_PACK_TABLE, "CONS,,pa,240,312,", "FY1,plain,hour,,46,2026-07-01,2026-08-01" FB_ROW_STATED "CONS,,pa,240,312,"},
         .error = true,
         .words = "is stated twice for the same days"},
        {.first = {FB_RATE_PACK_ZONES, "RJ1,RJ122,outer,", "RJ1,,outer,2026-07-01,2026-08-01" FB_ROW_STATED "RJ1,RJ122,outer,"},
         .error = true,
         .words = "is stated twice for the same days"},
    };
    EXPECT(list);
}

static void test_rows_that_never_win(void)
{
    static const struct finding list[] = {
        {.first = {CARD, "      - {bands: [\"9\"], at: top}\n", "      - {bands: [\"9\"], at: top}\n      - {bands: [\"2\", \"5\"], worker: bank_only, at: top}\n"},
         .below = 1,
         .words = "this rule of the card is never reached"},
        {.first = {CARD, "      - {bands: [\"5\"], at: entry}\n", "      - {bands: [\"5\"], worker: substantive, at: entry}\n"
                   "      - {bands: [\"5\"], worker: bank_only, at: entry}\n      - {bands: [\"5\"], at: top}\n"},
         .below = 2,
         .words = "this rule of the card is never reached"},
        {.first = {CARD, "cards:\n  - name: bank\n    from: 2026-04-01\n    status: made_up\n    source: s\n    routes: [bank]\n    staff_groups: [nursing_midwifery]\n",
                   "cards:\n  - name: hidden\n    from: 2026-04-01\n    until: 2026-07-01\n" TERMS "    pay: [{bands: [\"5\"], at: entry}]\n"
                   "  - name: bank\n    from: 2026-04-01\n    status: made_up\n    source: s\n    routes: [bank]\n    staff_groups: [nursing_midwifery, students]\n"},
         .below = 1,
         .words = "the card 'hidden' never wins: others stand after it for all that it speaks of, such as nursing_midwifery on 2026-04-01"},
        {.first = {FB_RATE_PACK_RATES, "vat:\n", "vat:\n  - {name: lost, from: 2026-12-01, routes: [agency], staff_groups: [students], engagements: [paye], base: nothing, "
                   "settled: yes, status: published, source: s}\n"},
         .below = 1,
         .words = "the VAT treatment 'lost' never wins"},
        {.first = {FB_RATE_PACK_COSTS, "employer_pension,", "employer_pension,2026-05-01,2026-06-01,12,,,bank,pay" FB_ROW_STATED "employer_pension,"},
         .words = "the on-cost 'employer_pension' never wins"},
        {.first = {BONUS, "{bands: [\"5\"], every: 5", "{bands: [\"2\"], worker: bank_only, every: 5"},
         .words = "this row of the bonus never wins"},
        {.first = {BONUS, "routes: [bank]\n    staff_groups: all\n    from: 2026-04-01\n    until", "routes: [agency]\n    staff_groups: all\n    from: 2026-04-01\n    until"},
         .below = -3,
         .words = "the bonus 'bonus.winter' can never be earned"},
        {.first = {BONUS, "when: {paid_minutes: {at_least: 600}}", "when: {paid_minutes: {at_least: 600}, route: agency}"},
         .below = -6,
         .words = "the rule 'bank.dear' can never be raised: when asks for a route or staff group that it is not for"},
        {.first = {BONUS, "unless: {paid_minutes: {below: 60}}", "unless: {paid_minutes: {at_least: 600}}"},
         .below = -7,
         .words = "the rule 'bank.dear' can never be raised: what stands under when stands under unless as well"},
        {.first = {CARD, "      - {bands: [FY1, CONS], at: table, table: extra}\n", ""},
         .file = FB_RATE_PACK_TABLE,
         .below = 2,
         .words = "no card of this pack names the table 'extra'"},
        {.first = {FB_RATE_PACK_CAPS, "table: card.csv}", "formula: {scale_point: top, weeks: 52, hours: 37.5, uplift: 1.5, enhancement: e, rounding: half_up_penny_hour}}"},
         .second = {FB_RATE_PACK_CAPS, "status: published", "status: derived"},
         .file = FB_RATE_PACK_CARD,
         .below = 1,
         .words = "no cap of this pack names the table 'card.csv'"},
    };
    EXPECT(list);
}

/* ---- rates ---- */

static void test_rates_against_one_another_and_against_floors_and_caps(void)
{
    static const struct finding list[] = {
        {.first = {FB_RATE_PACK_POINTS, "5,entry,32073", "5,entry,25000"},
         .words = "a higher band is paid less than a lower one: band 5, bank only, plain (Thursday 2026-10-01 00:00): £12.79, band 2 £12.92"},
        {.first = {FB_RATE_PACK_POINTS, "5,entry,32073", "5,entry,25000"},
         .second = {CARD, "      - {bands: [\"2\"], at: entry}\n      - {bands: [\"5\"], at: entry}\n", "      - {bands: [\"2\", \"5\"], at: entry}\n"},
         .error = true,
         .words = "a higher band is paid less than a lower one: band 5, bank only, plain"},
        {.first = {FB_RATE_PACK_TABLE, "CONS,,pa,240,312,", "CONS,plain,hour,,40,2026-04-01,2027-04-01" FB_ROW_STATED "CONS,,pa,240,312,"},
         .error = true,
         .words = "a higher band is paid less than a lower one: band CONS, bank only, plain (Thursday 2026-10-01 00:00): £40.00, band FY1 £45.50"},
        {.first = {FB_RATE_PACK_POINTS, "2,single,25272", "2,single,24000"},
         .error = true,
         .words = "below the floor national_living_wage of £12.71 an hour: band 2, bank only, plain (Thursday 2026-10-01 00:00): £12.27"},
        {.first = {FB_RATE_PACK_POINTS, "2,single,25272", "2,single,24000"},
         .second = {FB_RATE_PACK_FLOORS, "12.71,published,s", "12.71,unverified,s"},
         .words = "below the floor national_living_wage of £12.71 an hour: band 2, bank only, plain"},
        {.first = {FB_RATE_PACK_FLOORS, "living_wage,london", "living_wage,outer inner"},
         .file = FB_RATE_PACK_POINTS,
         .below = 2,
         .words = "below the floor living_wage of £14.80 an hour: band 2, bank only, plain (Thursday 2026-10-01 00:00): £12.92"},
        {.first = {FB_RATE_PACK_FLOORS, "living_wage,london", "living_wage,paris"},
         .words = "the floor never holds anywhere: its area 'paris' names none of the zones"},
        {.first = {FB_RATE_PACK_CARD, "5,plain,inner,3700", "5,plain,inner,1500"},
         .file = FB_RATE_PACK_POINTS,
         .below = 3,
         .words = "the bank is paid more than the cap lets an agency charge: band 5, bank only, plain (Thursday 2026-10-01 00:00): £16.40, cap £15.00"},
    };
    EXPECT(list);
}

static void test_what_a_pound_of_pay_costs_besides(void)
{
    static const struct finding list[] = {
        {.first = {FB_RATE_PACK_FEES, "bank fee,,bank,", "bank fee,,collaborative,"},
         .file = CARD,
         .below = 2,
         .words = "no fee is held for bank shifts, such as nursing_midwifery on 2026-04-01"},
        {.first = {FB_RATE_PACK_COSTS, "employer_ni,", "levy,"},
         .file = CARD,
         .below = 2,
         .words = "no wtd_holiday, no employer_ni is held for bank shifts, such as nursing_midwifery on 2026-04-01"},
        {.first = {FB_RATE_PACK_RATES, "engagements: all, base: whole_charge", "engagements: [paye], base: whole_charge"},
         .file = FB_RATE_PACK_CAPS,
         .below = 2,
         .words = "no VAT treatment, engagement not_stated is held for agency shifts, such as nursing_midwifery on 2026-04-01"},
    };
    EXPECT(list);
}

/* ---- bands, categories, sources, dates ---- */

static void test_bands_categories_and_sources(void)
{
    static const struct finding list[] = {
        {.first = {"n/rates/resident.yaml", "[FY1, CONS]", "[FY1, CONS, ST8]"}, .words = "'ST8' has no pay point in any year, and no table of rates pays it"},
        {.first = {CARD, "      - {bands: [\"9\"], at: top}\n", "      - {bands: [\"9\"], at: mid}\n"},
         .words = "this rule pays at a point that does not exist in band '9'"},
        {.first = {CARD, "      - {bands: [\"9\"], at: top}\n", "      - {bands: [\"9\"], worker: substantive, at: top}\n"},
         .file = CARD,
         .below = 2,
         .words = "no rule for a bank-only worker in band '9'"},
        {.first = {FB_RATE_PACK_CARD, "5,plain,inner,3700\n", "5,plain,inner,3700\n9,dear,none,9900\n"},
         .below = 1,
         .words = "some categories have no cap in band '9'"},
        {.first = {FB_RATE_PACK_FEES, "0.85,,published,s", "0.85,,published,"}, .error = true, .words = "a figure without a source"},
        {.first = {CARD, "source: s", "source: \"\""}, .error = true, .words = "source"},
        {.first = {"n/pack.yaml", "layer: national", "layer: ics\ntrusts: [RJ1]"},
         .file = CARD,
         .below = 2,
         .words = "does not say which trusts adopted the card (adoption)"},
        {.first = {"n/pack.yaml", "layer: national", "layer: trust\ntrusts: [RJ1]"},
         .second = {CARD, "    pay:\n", "    agreed_until: 2026-03-01\n    reason: r\n    pay:\n"},
         .file = CARD,
         .below = 2,
         .error = true,
         .words = "agreed_until is not after from"},
    };
    EXPECT(list);
}

/* A table needs no scale: its bands have pay enough. */
static void test_a_band_paid_by_a_table_needs_no_scale(void)
{
    struct fb_pack_files files = small();
    struct fb_pack_report report = {0};
    (void)fb_test_pack_change(&files, FB_RATE_PACK_POINTS, FB_ROW_YEAR ",2026-06-30,FY1,single,40190" FB_ROW_STATED, "");
    (void)fb_test_pack_change(&files, FB_RATE_PACK_POINTS, FB_ROW_YEAR ",2026-07-24,FY1,single,41226" FB_ROW_STATED, "");
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &report), FB_OK);
    for (unsigned i = 0; i < report.n; i++)
        CU_ASSERT_PTR_NULL(strstr(report.e[i].text, "no pay point"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_a_review_date_that_has_passed(void)
{
    struct fb_pack_files files = small();
    const fb_day days[] = {fb_day_of(2027, 4, 2), fb_day_of(2027, 4, 1), FB_PACK_NO_DATE};
    for (unsigned i = 0; i < 3; i++) {
        struct fb_pack_report report = {0};
        CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, days[i], &report), FB_OK);
        bool said = fb_test_pack_said(&report, "n/pack.yaml", 5, "the review date of the pack 'n' has passed") != NULL;
        CU_ASSERT_EQUAL(said, i == 0);
        fb_pack_report_free(&report);
    }
    fb_pack_files_free(&files);
}

/* Every warning of theirs is true; what is new here is looked at before it is added. And a check is not to be waited for. */
static void test_the_real_packs_have_known_warnings_only(void)
{
    static const char *const known[] = {"the supplement of zone 'inner' ends", "a higher band is paid less than a lower one: band 2",
                                        "a higher band is paid less than a lower one: band 3"};
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    clock_t start = clock();
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, fb_day_of(2026, 11, 21), &report), FB_OK);
    CU_ASSERT((clock() - start) / CLOCKS_PER_SEC < 2);
    for (unsigned i = 0; i < report.n; i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            is_known = is_known || strstr(report.e[i].text, known[k]) != NULL;
        if (!is_known)
            printf("\n%s:%u: %s\n", report.e[i].file, report.e[i].line, report.e[i].text);
        CU_ASSERT(is_known);
    }
    CU_ASSERT_EQUAL(report.errors, 0);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

CU_TestInfo suite_pack_check[] = {
    {"a hole in the dates of every kind of row", test_a_hole_in_the_dates_of_every_kind_of_row},
    {"a card that holds while nobody can say what it pays", test_a_card_that_holds_while_nobody_can_say_what_it_pays},
    {"two that win equally", test_two_that_win_equally},
    {"rows that never win", test_rows_that_never_win},
    {"rates against one another, floors and caps", test_rates_against_one_another_and_against_floors_and_caps},
    {"what a pound of pay costs besides", test_what_a_pound_of_pay_costs_besides},
    {"bands, categories and sources", test_bands_categories_and_sources},
    {"a band paid by a table needs no scale", test_a_band_paid_by_a_table_needs_no_scale},
    {"a review date that has passed", test_a_review_date_that_has_passed},
    {"the real packs have known warnings only", test_the_real_packs_have_known_warnings_only},
    CU_TEST_INFO_NULL,
};
