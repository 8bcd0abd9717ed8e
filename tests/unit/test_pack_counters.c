/* Counters and bonuses as packs state them, rules that read a counter by its name, and every mistake with its
 * line. */
#include "engine/base/hash.h"
#include "engine/core/assure.h"
#include "engine/core/counter.h"
#include "tests/lib/small_packs.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

#define COUNTER(name, more)                                                                                  \
    "  - name: " name "\n    key: worker\n    adds: shifts\n    of: worked\n    routes: [bank]\n"            \
    "    staff_groups: all\n    span: dates\n    from: 2026-02-01\n    until: 2026-03-01\n" more             \
    "    status: made_up\n    source: a test\n"
#define BONUS(name, more, rows)                                                                              \
    "  - name: " name "\n    title: t\n    counter: winter.shifts\n" more                                    \
    "    routes: [bank]\n    staff_groups: all\n    from: 2026-02-01\n    until: 2026-03-01\n"               \
    "    rows:\n" rows "    because: b\n    status: made_up\n    source: a test\n"

static const char base_counters[] =
    "counters:\n" COUNTER("nation.shifts", "") "rules:\n  - {name: nation.many, title: t, because: b, "
                                               "routes: all, staff_groups: all, from: 2026-01-05, "
                                               "date_fact: shift_day, when: {nation.shifts: {at_least: 5}}, "
                                               "then: {severity: note, audience: controls}, "
                                               "status: made_up, source: s}\n";
static const char north_counters[] = "bonuses:\n" BONUS(
    "bonus.sixth", "    void_counter: winter.cancelled\n    times_at_most: 3\n",
    "      - {bands: [\"5\"], worker: bank_only, every: 5, gbp: \"170.50\"}\n"
    "      - {every: 4, average_shift: yes, not_above_band: \"6\"}\n") "rules:\n  - {name: north.many, "
                                                                       "title: t, because: b, routes: all, "
                                                                       "staff_groups: all, from: 2026-01-05, "
                                                                       "date_fact: shift_day, when: "
                                                                       "{winter.shifts: {above: 9}}, unless: "
                                                                       "{nation.shifts: 1}, "
                                                                       "then: {severity: warn, audience: "
                                                                       "controls}, status: made_up, source: "
                                                                       "s}\n"
                                                                       "counters:\n" COUNTER(
                                                                           "winter.shifts",
                                                                           "    apart_hours: 24\n"
                                                                           "    when: {worked_minutes: "
                                                                           "{at_least: 300}, grade: [\"5\", "
                                                                           "\"6\"]}\n")
                                                                           COUNTER("winter.cancelled", "");

static struct fb_pack_files with_counters(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_put(&files, "base/assurance/counters.yaml", base_counters);
    fb_test_pack_put(&files, "north/assurance/counters.yaml", north_counters);
    fb_test_pack_change(&files, "north/assurance/counters.yaml",
                        "winter.cancelled\n    key: worker\n    adds: shifts\n    of: worked",
                        "winter.cancelled\n    key: worker\n    adds: shifts\n    of: cancelled");
    return files;
}

static struct fb_book *open_counters(void)
{
    struct fb_pack_files files = with_counters();
    return fb_test_pack_book(&files);
}

static void test_what_a_counter_says(void)
{
    struct fb_book *book = open_counters();
    CU_ASSERT_EQUAL_FATAL(book->n_counters, 3);
    const struct fb_counter *c = &book->counter[1];
    CU_ASSERT(fb_span_is(book->counter[0].name, "nation.shifts"));
    CU_ASSERT(fb_span_is(c->name, "winter.shifts"));
    CU_ASSERT_EQUAL(c->id, (uint32_t)fb_hash64("winter.shifts", 13));
    CU_ASSERT_EQUAL(c->key, FB_COUNTER_KEY_WORKER);
    CU_ASSERT_EQUAL(c->adds, FB_ADDS_SHIFTS);
    CU_ASSERT(c->worked && !c->cancelled);
    CU_ASSERT_EQUAL(c->span, FB_SPAN_OF_DATES);
    CU_ASSERT_EQUAL(c->apart_min, 1440);
    CU_ASSERT_EQUAL(c->scope.from, fb_day_of(2026, 2, 1));
    CU_ASSERT_EQUAL(c->scope.until, fb_day_of(2026, 3, 1));
    CU_ASSERT_EQUAL(c->scope.layer, 1);
    CU_ASSERT_EQUAL(c->scope.routes, 1u << FB_ROUTE_BANK);
    CU_ASSERT_EQUAL_FATAL(c->n_when, 3); /* its two, and the members */
    CU_ASSERT_EQUAL(c->when[0].fact, FB_FACT_WORKED_MINUTES);
    CU_ASSERT_EQUAL(c->when[0].a, 300);
    CU_ASSERT_EQUAL(c->when[2].op, FB_OP_MEMBER);
    CU_ASSERT_EQUAL(book->counter[0].n_when, 0);
    CU_ASSERT(!book->counter[2].worked && book->counter[2].cancelled);
    CU_ASSERT(fb_span_is(book->origin[c->origin].file, "assurance/counters.yaml"));
    fb_pack_free(&book);
}

static void test_a_counter_counts_for_members_on_their_days(void)
{
    struct fb_book *book = open_counters();
    const struct fb_predicate *members = &book->counter[1].when[2];
    struct fb_facts f = {0};
    fb_fact_set(&f, FB_FACT_HIRER, (int64_t)fb_code_of("RXQ"));
    fb_fact_set(&f, FB_FACT_SHIFT_DAY, fb_day_of(2026, 6, 30));
    CU_ASSERT_EQUAL(fb_predicate_eval(members, &f), FB_TRUE);
    fb_fact_set(&f, FB_FACT_SHIFT_DAY, fb_day_of(2026, 7, 1));
    CU_ASSERT_EQUAL(fb_predicate_eval(members, &f), FB_FALSE);
    fb_fact_set(&f, FB_FACT_HIRER, (int64_t)fb_code_of("RTH"));
    CU_ASSERT_EQUAL(fb_predicate_eval(members, &f), FB_TRUE);
    fb_pack_free(&book);
}

static void test_rules_read_counters_by_name_across_packs(void)
{
    struct fb_book *book = open_counters();
    CU_ASSERT_EQUAL_FATAL(book->n_rules, 2);
    const struct fb_rule *nation = &book->rule[0], *north = &book->rule[1];
    CU_ASSERT_EQUAL(nation->when[0].fact, FB_FACT_COUNTER_1);
    CU_ASSERT_EQUAL(nation->when[0].a, 5);
    CU_ASSERT_EQUAL(nation->when[0].op, FB_OP_GE);
    CU_ASSERT_EQUAL(north->when[0].fact, FB_FACT_COUNTER_2);
    CU_ASSERT_EQUAL(north->unless[0].fact, FB_FACT_COUNTER_1);
    CU_ASSERT(fb_fact_in(&north->reads, FB_FACT_COUNTER_1) && fb_fact_in(&north->reads, FB_FACT_COUNTER_2));
    fb_pack_free(&book);
}

static void test_what_a_bonus_says(void)
{
    struct fb_book *book = open_counters();
    CU_ASSERT_EQUAL_FATAL(book->n_bonuses, 1);
    const struct fb_bonus *b = &book->bonus[0];
    CU_ASSERT_EQUAL(b->counter, 1);
    CU_ASSERT_EQUAL(b->void_counter, 3);
    CU_ASSERT_EQUAL(b->times_max, 3);
    CU_ASSERT_EQUAL(b->rule.severity, FB_SEVERITY_NOTE);
    CU_ASSERT_EQUAL(b->rule.status, FB_STATUS_MADE_UP);
    CU_ASSERT(fb_span_is(b->rule.title, "t"));
    CU_ASSERT_EQUAL(b->rule.scope.from, fb_day_of(2026, 2, 1));
    CU_ASSERT_PTR_EQUAL(fb_book_rule(book, b->rule.id), &b->rule);
    CU_ASSERT_EQUAL_FATAL(b->n_rows, 2);
    CU_ASSERT_EQUAL(b->row[0].grades, 1);
    CU_ASSERT_EQUAL(b->row[0].worker_kind, FB_WORKER_KIND_BANK_ONLY);
    CU_ASSERT_EQUAL(b->row[0].every, 5);
    CU_ASSERT_EQUAL(b->row[0].pence, 17050);
    CU_ASSERT_FALSE(b->row[0].average);
    CU_ASSERT_EQUAL(b->row[1].every, 4);
    CU_ASSERT(b->row[1].average && b->row[1].pence == 0);
    CU_ASSERT_EQUAL(b->row[1].not_above_grade, 2);
    CU_ASSERT_EQUAL(book->origin[b->row[0].origin].line, 12);
    fb_pack_free(&book);
}

static void test_hours_are_counted_in_minutes(void)
{
    struct fb_pack_files files = with_counters();
    fb_test_pack_change(&files, "north/assurance/counters.yaml",
                        "winter.shifts\n    key: worker\n    adds: shifts",
                        "winter.shifts\n    key: worker\n    adds: paid_minutes");
    fb_test_pack_change(&files, "north/assurance/counters.yaml", "every: 5,", "every_hours: \"57.5\",");
    fb_test_pack_change(&files, "north/assurance/counters.yaml", "every: 4,", "every_hours: 11.3,");
    struct fb_book *book = fb_test_pack_book(&files);
    CU_ASSERT_EQUAL(book->counter[1].adds, FB_ADDS_MINUTES);
    CU_ASSERT_EQUAL(book->bonus[0].row[0].every, 3450);
    CU_ASSERT_EQUAL(book->bonus[0].row[1].every, 678);
    fb_pack_free(&book);
}

/* A trust may reward by what the nation counts: its scope then says whose shifts earn it. */
static void test_a_bonus_of_one_trust_on_a_general_counter(void)
{
    struct fb_pack_files files = with_counters();
    fb_test_pack_put(&files, "rth/assurance/bonus.yaml",
                     "bonuses:\n" BONUS("bonus.own", "", "      - {every: 5, gbp: 10}\n"));
    struct fb_book *book = fb_test_pack_book(&files);
    CU_ASSERT_EQUAL_FATAL(book->n_bonuses, 2);
    CU_ASSERT_EQUAL(book->bonus[1].rule.scope.trust, fb_code_of("RTH"));
    CU_ASSERT_EQUAL(book->bonus[1].rule.scope.layer, 2);
    CU_ASSERT_EQUAL(book->bonus[0].rule.scope.trust, 0);
    fb_pack_free(&book);
}

static void test_a_counter_of_one_site(void)
{
    struct fb_pack_files files = with_counters();
    fb_test_pack_put(&files, "rth02/assurance/counters.yaml", "counters:\n" COUNTER("ward.shifts", ""));
    struct fb_book *book = fb_test_pack_book(&files);
    CU_ASSERT_EQUAL_FATAL(book->n_counters, 4);
    CU_ASSERT(fb_span_is(book->counter[3].scope.site, "RTH02"));
    CU_ASSERT_EQUAL(book->counter[3].scope.layer, 3);
    fb_pack_free(&book);
}

/* ---- errors: one change in the pack with counters ---- */

#define FILE_  "north/assurance/counters.yaml"
#define WINTER "  - name: winter.shifts\n"
static const struct fb_test_broken broken[] = {
    {FILE_, WINTER "    key: worker\n", WINTER "    key: ward\n", 1, "unknown key of a counter 'ward'"},
    {FILE_, WINTER "    key: worker\n", WINTER "    key: agency\n", -18, "has another key than the counter"},
    {FILE_, WINTER, "  - name: winter\n", 0, "the counter's name 'winter': write two words with a dot"},
    {FILE_, WINTER, "  - name: winter.cancelled\n", 13, "the counter 'winter.cancelled' is stated twice"},
    {FILE_, "of: worked", "of: wished", 0, "use one of worked, booked, cancelled"},
    {FILE_, "span: dates", "span: year", 0, "unknown stretch of a counter 'year'"},
    {FILE_, "span: dates", "span: rolling_days", -6, "the key 'rolling_days' is missing"},
    {FILE_, "span: dates", "span: week\n    rolling_days: 28", -6, "rolling_days without span: rolling_days"},
    {FILE_, "apart_hours: 24", "apart_hours: 0", 0, "write a whole number from 1 to 744"},
    {FILE_, "grade: [", "nation.shifts: 1, grade: [", 0, "a counter may not read a counter: 'nation.shifts'"},
    {FILE_, "grade: [", "counter_1: 1, grade: [", 0, "unknown fact 'counter_1'"},
    {FILE_, "{winter.shifts: {above", "{summer.shifts: {above", 0, "unknown fact 'summer.shifts'"},
    {FILE_, "{winter.shifts: {above", "{counter_2: {above", 0, "unknown fact 'counter_2'"},
    {FILE_, "counter: winter.shifts", "counter: summer.shifts", 0, "no pack has a counter 'summer.shifts'"},
    {FILE_, "void_counter: winter.cancelled", "void_counter: winter.void", 0,
     "no pack has a counter 'winter.void'"},
    {FILE_, "counter: winter.shifts", "counter: nation.shifts", -2, "is another pack's"},
    {FILE_, "times_at_most: 3", "times_at_most: 0", 0, "write a whole number from 1 to 65535"},
    {FILE_, "every: 5,", "every: 0,", 0, "write a whole number from 1"},
    {FILE_, "every: 5,", "every_hours: 5,", 0, "write every for a counter of shifts"},
    {FILE_, "every: 5,", "every: 5, every_hours: 5,", 0, "write every for a counter of shifts"},
    {FILE_, "gbp: \"170.50\"", "gbp: \"170.505\"", 0, "write a plain number"},
    {FILE_, "gbp: \"170.50\"", "gbp: 0", 0, "it lies above 0"},
    {FILE_, ", gbp: \"170.50\"", "", 0, "the key 'gbp' is missing"},
    {FILE_, "average_shift: yes", "average_shift: yes, gbp: 1", 0, "the one or the other"},
    {FILE_, "gbp: \"170.50\"", "gbp: 170, not_above_band: \"6\"", 0, "only an average shift is limited"},
    {FILE_, "bonus.sixth", "bonus", 0, "the bonus's name 'bonus': write two words with a dot"},
    {FILE_, "bonus.sixth", "north.many", 0, "is taken by a rule or another bonus"},
    {FILE_, "bonus.sixth", "nation.many", 0, "is taken by a rule or another bonus"},
    {FILE_, "bonus.sixth", "rate.drift", 0, "is taken by the engine itself"},
    {FILE_, "    because: b\n    status", "    status", -12, "the key 'because' is missing"},
    {FILE_, "apart_hours: 24", "apart_hour: 24", 0, "unknown key 'apart_hour'"},
};

static bool refused(struct fb_pack_files *files, const char *name, unsigned line, const char *words)
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load_files(&book, files->file, files->n, &report);
    bool said = err == FB_REFUSED && book == NULL && fb_test_pack_said(&report, name, line, words) != NULL;
    if (!said) {
        printf("\nnot said at %s:%u: %s\n", name, line, words);
        fb_pack_report_print(stdout, &report);
    }
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(files);
    return said;
}

static void test_every_mistake_is_told_with_its_line(void)
{
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct fb_pack_files files = with_counters();
        unsigned line = fb_test_pack_change(&files, broken[i].file, broken[i].from, broken[i].to);
        CU_ASSERT(refused(&files, broken[i].file, (unsigned)((int)line + broken[i].below), broken[i].words));
    }
}

/* ---- more than one book can hold ---- */

static void fill(struct fb_text *t, const char *head, const char *before, const char *after, unsigned n)
{
    fb_text_add(t, head);
    for (unsigned i = 0; i < n; i++) {
        fb_text_add(t, before);
        fb_text_add_int(t, i);
        fb_text_add(t, after);
    }
}

static void put(struct fb_pack_files *files, const char *name, const struct fb_text *t, char *bytes)
{
    CU_ASSERT_FALSE_FATAL(t->cut);
    bytes[t->n] = '\0';
    fb_test_pack_put(files, name, bytes);
}

static const char counter_after[] =
    ", key: trust, adds: shifts, of: booked, routes: all, staff_groups: all, span: month, from: "
    "2026-01-05, status: made_up, source: s}\n";
static const char bonus_after[] = ", title: t, because: b, counter: nation.shifts, routes: all, "
                                  "staff_groups: all, from: 2026-01-05, rows: [{every: 5, "
                                  "gbp: 1}], status: made_up, source: s}\n";
static const char rule_after[] = ", title: t, because: b, routes: all, staff_groups: all, from: 2026-01-05, "
                                 "date_fact: shift_day, when: {route: bank}, "
                                 "then: {severity: note, audience: controls}, status: made_up, source: s}\n";

static void test_more_counters_than_there_are_facts(void)
{
    char bytes[8192];
    struct fb_text t;
    struct fb_pack_files files = with_counters();
    fb_text_init(&t, bytes, sizeof bytes - 1);
    fill(&t, "counters:\n", "  - {name: more.n", counter_after, FB_COUNTERS_MAX - 3);
    put(&files, "rth/assurance/more.yaml", &t, bytes);
    struct fb_book *book = fb_test_pack_book(&files);
    CU_ASSERT_EQUAL(book->n_counters, FB_COUNTERS_MAX);
    fb_pack_free(&book);
    files = with_counters();
    fb_text_init(&t, bytes, sizeof bytes - 1);
    fill(&t, "counters:\n", "  - {name: more.n", counter_after, FB_COUNTERS_MAX - 2);
    put(&files, "rth/assurance/more.yaml", &t, bytes);
    CU_ASSERT(refused(&files, "rth/assurance/more.yaml", FB_COUNTERS_MAX - 1, "more than 8 counters"));
}

static void test_more_bonuses_than_a_book_holds(void)
{
    char bytes[16384];
    struct fb_text t;
    struct fb_pack_files files = with_counters();
    fb_text_init(&t, bytes, sizeof bytes - 1);
    fill(&t, "bonuses:\n", "  - {name: more.n", bonus_after, FB_BONUSES_MAX);
    put(&files, "base/assurance/more.yaml", &t, bytes);
    CU_ASSERT(refused(&files, FILE_, 2, "more than 16 bonuses"));
}

/* Two categories, sixteen others: what is left is for rules and bonuses together; three stand there already. */
static void test_more_findings_than_a_decision_holds(void)
{
    static char bytes[65536];
    const unsigned most = FB_FINDINGS_MAX - 2 - 35 - 3;
    struct fb_text t;
    for (unsigned n = most - 1; n <= most + 1; n++) {
        struct fb_pack_files files = with_counters();
        fb_text_init(&t, bytes, sizeof bytes - 1);
        fill(&t, "rules:\n", "  - {name: more.n", rule_after, n);
        put(&files, "base/assurance/more.yaml", &t, bytes);
        if (n == most + 1) {
            CU_ASSERT(refused(&files, FILE_, 2, "more rules and bonuses than one decision"));
            continue;
        }
        struct fb_book *book = fb_test_pack_book(&files);
        CU_ASSERT_EQUAL(book->n_rules + book->n_bonuses, n + 3);
        fb_pack_free(&book);
    }
}

static void test_a_bonus_that_was_not_known_then(void)
{
    struct fb_pack_files files = with_counters();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_change(&files, FILE_, "    times_at_most: 3\n", "    known_since: 2026-02-10\n");
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_known(&book, files.file, files.n, fb_day_of(2026, 2, 9), &report),
                          FB_OK);
    CU_ASSERT_EQUAL(book->n_bonuses, 0);
    CU_ASSERT_EQUAL(book->n_counters, 3);
    fb_pack_free(&book);
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_known(&book, files.file, files.n, fb_day_of(2026, 2, 10), &report),
                          FB_OK);
    CU_ASSERT_EQUAL(book->n_bonuses, 1);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

CU_TestInfo suite_pack_counters[] = {
    {"what a counter says", test_what_a_counter_says},
    {"a counter counts for members, on the days of their membership",
     test_a_counter_counts_for_members_on_their_days},
    {"rules read counters by name, across packs", test_rules_read_counters_by_name_across_packs},
    {"what a bonus says", test_what_a_bonus_says},
    {"hours are counted in minutes", test_hours_are_counted_in_minutes},
    {"a bonus of one trust on a more general counter", test_a_bonus_of_one_trust_on_a_general_counter},
    {"a counter of one site", test_a_counter_of_one_site},
    {"counters and bonuses: every mistake is told with its line", test_every_mistake_is_told_with_its_line},
    {"more counters than there are facts for", test_more_counters_than_there_are_facts},
    {"more bonuses than a book holds", test_more_bonuses_than_a_book_holds},
    {"more findings than a decision holds", test_more_findings_than_a_decision_holds},
    {"a bonus that was not known then is left out", test_a_bonus_that_was_not_known_then},
    CU_TEST_INFO_NULL,
};
