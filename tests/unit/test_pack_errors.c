/* Broken copies of the real packs: what is said, with file and line, and that no book comes of them. */
#include "engine/pack/pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/suite.h"
#include <string.h>

struct broken {
    const char *file, *from, *to;
    int below;         /* lines below the place of `from` at which the error stands */
    const char *words; /* in the text of the error */
};
#define PACK     "england/pack.yaml"
#define LOCAL    "thames-valley/pack.yaml"
#define CALENDAR "england/calendar/agenda-for-change.yaml"
#define HOLIDAYS "england/calendar/bank-holidays.csv"
#define BANDS    "england/rates/agenda-for-change.yaml"
#define POINTS   "england/rates/afc-pay-points.csv"
#define CARD     "thames-valley/rates/bank-card.yaml"
#define CAP      "england/caps/national-derived.yaml"
#define RULES    "england/assurance/agency-rules.yaml"

static const struct broken in_pack[] = {
    {PACK, "pack: england", "pack: scotland", 0, "is not the name of its folder"},
    {PACK, "layer: national", "layer: galactic", 0, "unknown layer 'galactic'"},
    {PACK, "review_by: 2027-04-01", "review_by: 2027-02-29", 0, "is not a date"},
    {PACK, "review_by: 2027-04-01", "revue_by: 2027-04-01", 0, "unknown key 'revue_by'"},
    {PACK, "issue: \"2026.11\"", "issue: \"\"", 0, "is empty"},
    {PACK, "[plain, unsocial, premium]", "[plain, unsocial, plain]", 0, "names 'plain' twice"},
    {PACK, "[plain, unsocial, premium]", "[plain, unsocialish, premium]", 0, "is not a code"},
    {PACK, "hours: [roster, bank_provider, portal]", "hours: [roster, spreadsheet]", 0,
     "unknown kind of system 'spreadsheet'"},
    {PACK, "hours: [roster, bank_provider, portal]", "hours: [roster, roster]", 0, "names 'roster' twice"},
    {PACK, "hours: [roster, bank_provider, portal]", "hours: roster", 0, "write a list here"},
    {PACK, "title:", "layer: national\ntitle:", 2, "stands twice in the same mapping"},
    {LOCAL, "trusts: [RTH,", "trusts: [RTH, RTH,", 0, "names 'RTH' twice"},
    {LOCAL, "trusts: [RTH, RXQ, RHW, RNU, RWX, RYE]", "trusts: []", 0, "name at least one"},
    {LOCAL, "layer: ics", "layer: trust # trusts stay", 0, NULL}, /* no error: six trusts of a trust pack */
    {LOCAL, "trusts:", "categories: [late, plain, late]\ntrusts:", 0, "names 'late' twice"},
    {PACK, "layer: national", "layer: trust", 0, NULL}, /* its error has no line: tested apart */
};
static const struct broken in_calendar[] = {
    {CALENDAR, "until: \"20:00\"", "until: \"05:00\"", 0, "ends before the one above it"},
    {CALENDAR, "until: \"20:00\"", "until: \"20:60\"", 0, "write a time of day"},
    {CALENDAR, "until: \"20:00\"", "until: \"-1:00\"", 0, "write a time of day"},
    {CALENDAR, "category: plain", "category: cheap", 0, "unknown category 'cheap'"},
    {CALENDAR, "      sunday:\n        - {until: \"24:00\"", "      sunday:\n        - {until: \"23:59\"", 0,
     "do not reach 24:00"},
    {CALENDAR, "      sunday:", "      sundae:", -7, "the key 'sunday' is missing"},
    {CALENDAR, "night: {from: \"20:00\", until: \"06:00\"}", "night: {from: \"20:00\", until: \"20:00\"}", 0,
     "ends when it begins"},
    {CALENDAR, "until: 2028-01-01", "until: 2029-01-01", -2, "fewer than six public holidays"},
    {CALENDAR, "until: 2028-01-01", "until: 2027-12-01", 0, NULL}, /* said at the holiday's row: below */
    {CALENDAR, "until: 2028-01-01", "until: 2012-01-01", -2, "until is not after from"},
    {CALENDAR, "  status: second_hand", "  #status: second_hand", -3, "the key 'status' is missing"},
    {CALENDAR, "public_holidays:", "public_holiday:", 0, "unknown key 'public_holiday'"},
    {HOLIDAYS, "2012-04-06,Good Friday,,published,gov.uk/bank-holidays.json (England and Wales)",
     "2012-04-06,Good Friday,,published,", 0, "without a name or a source"},
    {HOLIDAYS, "2012-04-06", "2012-01-02", 0, "stands twice"},
    {HOLIDAYS, "2012-04-06", "06/04/2012", 0, "is not a date"},
    {HOLIDAYS, "2012-04-06", "2011-04-06", 0, "outside the years"},
    {HOLIDAYS, "date,name", "day,name", 0, "unknown column 'day'"},
};
static const struct broken in_rates[] = {
    {BANDS, "\"3\", \"4\", \"5\"", "\"3\", \"3\", \"5\"", 0, "is listed twice"},
    {BANDS, "  - family: agenda_for_change", "  - family: afc", 0, "unknown family 'afc'"},
    {BANDS, "unsocial: 47", "unsociable: 47", 0, "the key 'unsocial' is missing"},
    {BANDS, "unsocial: 47", "unsocial: -47", 0, "a percentage below 0"},
    {BANDS, "unsocial: 47", "unsocial: 47%", 0, "write a plain number"},
    {BANDS, "bands: [\"2\"]", "bands: [\"1\"]", 0, "a row above as well"},
    {BANDS, "bands: [\"2\"]", "bands: [\"22\"]", 0, "unknown band '22'"},
    {BANDS, "bands: [\"2\"]", "bands: []", 0, "is empty"},
    {BANDS, "weeks: \"52.143\"", "weeks: \"52,143\"", 0, "write a number such as 52.143"},
    {BANDS, "hours: \"37.5\"", "hours: \"37.5/0\"", 0, "write a number such as 52.143"},
    {BANDS, "enhancement: section-2\n", "enhancement: section-3\n", -3,
     "no enhancement has the name 'section-3'"},
    {BANDS, "source: \"nhsemployers", "sauce: \"nhsemployers", 0, "unknown key 'sauce'"},
    {POINTS, "24465,unverified", "24465,guessed", 0, "unknown status 'guessed'"},
    {POINTS, "24465,unverified", "2446500000,unverified", 0, "between 0 and a million"},
    {POINTS, "24465,unverified", "\"24,465\",unverified", 0, "write a plain number"},
    {POINTS, "24937,second_hand", "24937.123,second_hand", 0, "write a plain number"},
    {POINTS, "3,entry,24937", "3,top,24937", 1, "stated twice for the same days"},
    {POINTS, "3,entry,24937", "3,middle,24937", 0, "unknown pay point 'middle'"},
    {POINTS, "3,entry,24937", "3x,entry,24937", 0, "unknown band '3x'"},
    {POINTS, "2025-04-01,2026-04-01,3,entry", "2026-04-01,2025-04-01,3,entry", 0, "until is not after from"},
    {POINTS, "2025/26,2025-04-01,2026-04-01,3,entry", ",2025-04-01,2026-04-01,3,entry", 0,
     "pay_year is empty"},
    {POINTS, "\"casomoltd/nhs-pay (pay-scales.csv), citing nhsemployers.org/articles/pay-scales-202526\"", "",
     0, "without a source"},
    {POINTS, "2025/26,2025-04-01,2026-04-01,3,entry", "2019/20,2019-04-01,2020-04-01,3,entry", 0,
     "no hourly divisor holds"},
    {POINTS, "annual_gbp,status", "annual_eur,status", 0, "the column 'annual_gbp' is missing"},
    {CARD, "whole_shift: more_than_half", "whole_shift: most", 0, "unknown whole-shift rule 'most'"},
    {CARD, "calendar: agenda-for-change", "calendar: lunar", 0, "no pack has a calendar 'lunar'"},
    {CARD, "at: mid", "at: middle", 0, "use one of entry, mid, top, own_point"},
    {CARD, "{worker: substantive, at: own_point}", "{worker: bank_only, at: own_point}", 0,
     "has a band of their own"},
    {CARD, "off_card_tolerance_gbp_hour: 0", "off_card_tolerance_gbp_hour: -1", -10,
     "a tolerance below nought"},
    {CARD, "routes: [bank, collaborative]", "routes: [bank, bank]", 0, "names 'bank' twice"},
    {CARD, "routes: [bank, collaborative]", "routes: bank", 0, "write a list here"},
    {CARD, "staff_groups: [students,", "staff_groups: [pupils,", 0, "unknown staff group 'pupils'"},
    {CARD, "lower_band_only: yes", "lower_band_only: true", 0, "write yes or no"},
};
static const struct broken in_caps_and_rules[] = {
    {CAP, "uplift: \"1.55\"", "uplift: \"155 %\"", 0, "write a number such as"},
    {CAP, "uplift: \"1.55\"", "uplift: \"99999\"", -14, "more than 100,000 pounds"},
    {CAP, "rounding: half_up_penny_hour", "rounding: down", 0, "only half_up_penny_hour"},
    {CAP, "status: derived", "status: published", -2, "a cap made by formula is not published"},
    {CAP, "status: derived", "status: unverified", -2, "the status of a cap is its basis"},
    {CAP, "enhancement: section-2", "enhancement: section-9", -15,
     "no percentages of the enhancement 'section-9'"},
    {CAP, "scale_point: top", "scale_point: peak", 0, "unknown pay point 'peak'"},
    {CAP, "    formula:", "    table: none.csv\n    #formula:", -10, NULL},
    {RULES, "on_framework: no", "on_frame: no", 0, "unknown fact 'on_frame'"},
    {RULES, "on_framework: no", "on_framework: 0", 0, "write yes or no"},
    {RULES, "on_framework: no", "on_framework: {above: no}", 0, "has no order"},
    {RULES, "{at_least: 50.00}", "{over: 50.00}", 0, "compare 'percent_over_cap_e2'"},
    {RULES, "{at_least: 50.00}", "{at_least: 50.001}", 0, "write a plain number"},
    {RULES, "{at_least: 50.00}", "{at_least: 50, below: 50}", 0, "that no value lies in"},
    {RULES, "grade: [\"2\", \"3\"]", "grade: [\"2\", \"33\"]", 0, "unknown band '33'"},
    {RULES, "grade: [\"2\", \"3\"]", "grade: []", 0, "a list of no values"},
    {RULES, "severity: breach", "severity: disaster", 0, "unknown severity 'disaster'"},
    {RULES, "severity: breach", "severity: cannot_say", 0, "a note, a warn or a breach"},
    {RULES, "audience: controls", "audience: everybody", 0, "use one of controls, finance"},
    {RULES, "date_fact: booking_day", "date_fact: pay_day", 0, "use one of shift_day, booking_day"},
    {RULES, "name: agency.off_framework", "name: agency.admin_estates", 17, "is stated twice"},
    {RULES, "name: agency.off_framework", "name: Off Framework", 0, "write two words with a dot"},
    {RULES, "name: agency.off_framework", "name: ratecap.breached", 0, "taken by the engine itself"},
    {RULES, "    because: \"agency rules: since 1 April", "    why: \"agency rules: since 1 April", 0,
     "unknown key 'why'"},
    {RULES, "    from: 2016-04-01", "    from: yesterday", 0, "is not a date"},
    {RULES, "cap_basis: derived", "cap_basis: estimated", 0, "unknown status 'estimated'"},
};
static const struct broken in_yaml[] = {
    {RULES, "rules:", "rules: &a", 0, NULL}, /* anchors: tested apart, their line is libyaml's */
    {RULES, "    when:", "\twhen:", 0, "a tab"},
    {RULES, "on_framework: no", "on_framework: *no", 0, "an alias"},
    {RULES, "on_framework: no", "on_framework: &no no", 0, "an anchor"},
    {RULES, "on_framework: no", "on_framework: !!bool no", 0, "a tag"},
    {RULES, "on_framework: no", "on_framework: [[[[[[[[[[[[no]]]]]]]]]]]]", 0, "nested too deeply"},
    {RULES, "on_framework: no", "on_framework: \"no\\x07\"", 0, "control characters"},
    {RULES, "on_framework: no", "[a, b]: no", 0, "a key that is not a word"},
    {RULES, "on_framework: no", "on_framework: [no", 1, "not YAML"},
    {RULES, "rules:", "---\na: b\n---\nrules:", 2, "a second document"},
    {POINTS, "2025/26,2025-04-01,2026-04-01,3,entry", "\"2025\"/26,2025-04-01,2026-04-01,3,entry", 0,
     "a quote inside a cell"},
    {POINTS, "2025/26,2025-04-01,2026-04-01,3,entry", "2025/26,2025-04-01,3,entry", 0, "more or fewer cells"},
    {POINTS, "annual_gbp,status", "band,status", 0, "stands twice in the header"},
    {POINTS, "2025/26,2025-04-01,2026-04-01,3,entry", "2025/26\x01,2025-04-01,2026-04-01,3,entry", 0,
     "not UTF-8 text"},
};

static void try_broken(const struct broken *b)
{
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned line = fb_test_pack_change(&files, b->file, b->from, b->to);
    enum fb_err err = fb_pack_load_files(&book, files.file, files.n, &report);
    bool said = b->words == NULL ||
                fb_test_pack_said(&report, b->file, (unsigned)((int)line + b->below), b->words) != NULL;
    if (!said) {
        printf("\nnot said at %s:%d: %s\n", b->file, (int)line + b->below, b->words);
        fb_pack_report_print(stdout, &report);
    }
    CU_ASSERT(said);
    CU_ASSERT(b->words == NULL || err == FB_REFUSED);
    CU_ASSERT((err == FB_OK) == (book != NULL));
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}
#define TRY(rows)                                                                                            \
    for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)                                            \
    try_broken(&(rows)[i])

static void test_pack_yaml(void)
{
    TRY(in_pack);
}
static void test_calendar(void)
{
    TRY(in_calendar);
}
static void test_rates(void)
{
    TRY(in_rates);
}
static void test_caps_and_rules(void)
{
    TRY(in_caps_and_rules);
}
static void test_yaml_and_csv(void)
{
    TRY(in_yaml);
}

/* Loads the list; true when that entry was made and no book came of it. */
static bool refused(struct fb_pack_files *files, const char *name, unsigned line, const char *words)
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load_files(&book, files->file, files->n, &report);
    bool said = err == FB_REFUSED && book == NULL && fb_test_pack_said(&report, name, line, words) != NULL;
    if (!said)
        fb_pack_report_print(stdout, &report);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(files);
    return said;
}

static void test_files_that_are_missing_or_too_many(void)
{
    struct fb_pack_files files = fb_test_packs();
    fb_test_pack_remove(&files, PACK);
    CU_ASSERT(refused(&files, PACK, 0, "has no pack.yaml"));
    files = fb_test_packs();
    fb_test_pack_put(&files, "england/notes.txt", "hello");
    CU_ASSERT(refused(&files, "england/notes.txt", 0, "not a file of a pack"));
    files = fb_test_packs();
    fb_test_pack_put(&files, "england/rates/extra.yaml", "");
    CU_ASSERT(refused(&files, "england/rates/extra.yaml", 1, "an empty file"));
    files = fb_test_packs();
    fb_test_pack_put(&files, "england/rates/extra.csv", "");
    CU_ASSERT(refused(&files, "england/rates/extra.csv", 1, "an empty file"));
    files = fb_test_packs();
    fb_test_pack_put(&files, "england/rates/extra.yaml", "- a list");
    CU_ASSERT(refused(&files, "england/rates/extra.yaml", 1, "is a mapping"));
    files = (struct fb_pack_files){0};
    CU_ASSERT(refused(&files, "packs", 0, "no pack was given"));
}

/* One thing is wrong, so one thing is said, with the whole path that was tried. */
static void test_no_such_folder(void)
{
    static const char *const dirs[] = {"rules/atlantis/", "rules/england/pack.yaml"};
    for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++) {
        struct fb_pack_files files = {0};
        struct fb_pack_report report = {0};
        CU_ASSERT_EQUAL(fb_pack_read_dir(&files, dirs[i], &report), FB_IO);
        CU_ASSERT_EQUAL(report.errors, 1);
        CU_ASSERT_PTR_NOT_NULL(strstr(report.e[0].text, dirs[i]));
        fb_pack_report_free(&report);
        fb_pack_files_free(&files);
    }
}

static void test_layers_out_of_order(void)
{
    struct fb_pack_files files = fb_test_packs();
    fb_test_pack_change(&files, LOCAL, "layer: ics", "layer: national");
    fb_test_pack_change(&files, LOCAL, "trusts:", "#trusts:");
    fb_test_pack_change(&files, PACK, "layer: national", "layer: ics");
    CU_ASSERT(refused(&files, LOCAL, 0, "a more general layer after a more specific one"));
    files = fb_test_packs();
    struct fb_pack_file first = files.file[0];
    memmove(files.file, files.file + 1, (files.n - 1) * sizeof first);
    files.file[files.n - 1] = first;
    CU_ASSERT(refused(&files, "england/assurance/agency-rules.yaml", 0, "must stand together"));
}

static void test_a_cap_table_that_no_file_has(void)
{
    struct fb_pack_files files = fb_test_packs();
    fb_test_pack_put(&files, CAP,
                     "caps:\n  - {name: a, table: price-card.csv, from: 2026-04-01, status: published, "
                     "source: b, routes: [agency],\n"
                     "     staff_groups: all, calendar: agenda-for-change, whole_shift: none, break_from: "
                     "cheapest_first}\n");
    CU_ASSERT(refused(&files, CAP, 2, "has no caps table 'price-card.csv'"));
}

static void test_more_rules_than_a_decision_can_hold(void)
{
    static char bytes[65536];
    struct fb_text t;
    fb_text_init(&t, bytes, sizeof bytes);
    fb_text_add(&t, "rules:\n");
    for (int i = 0; i < (int)FB_FINDINGS_MAX; i++) {
        fb_text_add(&t, "  - {name: extra.rule_");
        fb_text_add_int(&t, i);
        fb_text_add(
            &t,
            ", title: t, because: b, routes: all, staff_groups: all, from: 2026-01-01, date_fact: shift_day, "
            "when: {route: bank}, then: {severity: note, audience: controls}, status: made_up, source: s}\n");
    }
    CU_ASSERT_FALSE(t.cut);
    struct fb_pack_files files = fb_test_packs();
    fb_test_pack_put(&files, "thames-valley/assurance/more.yaml", bytes);
    CU_ASSERT(refused(&files, "thames-valley/assurance/more.yaml", FB_FINDINGS_MAX + 1, "more rules than one decision"));
}

static void test_all_errors_come_in_one_run(void)
{
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_change(&files, PACK, "layer: national", "layer: galactic");
    fb_test_pack_change(&files, RULES, "severity: breach", "severity: disaster");
    fb_test_pack_change(&files, POINTS, "24465,unverified", "24465,guessed");
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NULL(book);
    CU_ASSERT(report.errors >= 3);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, POINTS, 2, "guessed"));
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, PACK, 4, "galactic"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

/* A table of 20,000 rows that are all wrong: the list stops, the count goes on. */
static void test_the_report_is_capped_and_still_counts(void)
{
    char bytes[8192];
    struct fb_text t;
    fb_text_init(&t, bytes, sizeof bytes);
    fb_text_add(&t, "date,name,status,source\n");
    for (int i = 0; i < 300; i++)
        fb_text_add(&t, "never,a,published,b\n");
    struct fb_pack_files files = fb_test_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_put(&files, "england/calendar/more.csv", bytes);
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_EQUAL(report.n, FB_PACK_ERRORS_MAX);
    CU_ASSERT(report.errors >= 300);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

CU_TestInfo suite_pack_errors[] = {
    {"pack.yaml: every mistake is told with its line", test_pack_yaml},
    {"calendars and public holidays: every mistake is told with its line", test_calendar},
    {"rates and cards: every mistake is told with its line", test_rates},
    {"caps and rules: every mistake is told with its line", test_caps_and_rules},
    {"YAML and CSV that are not plain are refused with their line", test_yaml_and_csv},
    {"files that are missing, empty, or not of a pack", test_files_that_are_missing_or_too_many},
    {"a folder that is not there is one error, and names the path", test_no_such_folder},
    {"layers out of order, and a pack's files apart", test_layers_out_of_order},
    {"a cap's table that no file has", test_a_cap_table_that_no_file_has},
    {"more rules than one decision can hold findings for", test_more_rules_than_a_decision_can_hold},
    {"all errors come in one run", test_all_errors_come_in_one_run},
    {"a report is capped and still counts", test_the_report_is_capped_and_still_counts},
    CU_TEST_INFO_NULL,
};
