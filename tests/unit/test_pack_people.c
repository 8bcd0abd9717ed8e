/* What a case may say of its worker and of exceptions: facts, hours, absences, approvals, the instant; and
 * that each of them matters, for a case that would hold without it proves nothing. */
#include "tests/lib/small_packs.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

#define STATED "status: made_up, source: s"
#define HEAD(name)                                                                                           \
    "  - {name: " name                                                                                       \
    ", title: t, because: b, routes: [bank], staff_groups: all, from: 2026-01-05, date_fact: shift_day,\n"
#define WARN "     then: {severity: warn, audience: controls}, " STATED
static const char rules[] =
    "rules:\n" HEAD("check.identity") "     when: {identity_days: {below: 0}},\n" WARN "}\n" HEAD(
        "working_time.week") "     when: {average_week_minutes: {above: 48 hours}}, unless: {opted_out: "
                             "yes},\n" WARN
                             "}\n" HEAD(
                                 "working_time.rest") "     when: {rest_before_minutes: {below: 11 "
                                                      "hours}},\n" WARN ",\n"
                                                      "     answer: {roles: [executive_director], second: "
                                                      "[chief_executive], confirm_within: 2 hours}}\n" HEAD(
                                                          "gaming.displaced") "     when: "
                                                                              "{bank_cancelled_first: "
                                                                              "yes},\n" WARN
                                                                              "}\n" HEAD(
                                                                                  "gaming.tier") "     when: "
                                                                                                 "{agency_"
                                                                                                 "tier: 2, "
                                                                                                 "reason: "
                                                                                                 "SPEC},"
                                                                                                 "\n" WARN
                                                                                                 "}\n"
                                                                                                 "clocks: "
                                                                                                 "{reference:"
                                                                                                 " {weeks: "
                                                                                                 "4, "
                                                                                                 "leave_out: "
                                                                                                 "[sickness]}"
                                                                                                 ", " STATED
                                                                                                 "}\n"
                                                                                                 "delegations"
                                                                                                 ":\n"
                                                                                                 "  - "
                                                                                                 "{trust: "
                                                                                                 "RHW, role: "
                                                                                                 "executive_"
                                                                                                 "director, "
                                                                                                 "identity: "
                                                                                                 "RHW-COO, "
                                                                                                 "from: "
                                                                                                 "2026-01-05,"
                                                                                                 " " STATED
                                                                                                 "}\n"
                                                                                                 "  - "
                                                                                                 "{trust: "
                                                                                                 "RHW, role: "
                                                                                                 "chief_"
                                                                                                 "executive, "
                                                                                                 "identity: "
                                                                                                 "RHW-CE, "
                                                                                                 "from: "
                                                                                                 "2026-01-05,"
                                                                                                 " " STATED
                                                                                                 "}\n";

/* Four weeks to the one of Monday 2 March: 3 x 52 hours, and the 36 of a week of sickness left out. */
static const char one_case[] =
    "cases:\n"
    "  - name: \"a long week\"\n"
    "    booking: {trust: RHW, staff_group: nursing_midwifery, band: \"5\", route: bank, worker: {token: W1, "
    "kind: bank_only},\n"
    "              reason: SPEC, booked_at: \"2026-03-01T12:00\",\n"
    "              start: \"2026-03-03T09:00\", end: \"2026-03-03T17:00\", break_minutes: 0}\n"
    "    vacancy: {requested_at: \"2026-02-20T09:00\", cascades: [{tier: agency, tier_no: 2, at: "
    "\"2026-02-25T09:00\"}]}\n"
    "    rivals: [{start: \"2026-03-03T09:00\", end: \"2026-03-03T17:00\", state: cancelled, cancelled_by: "
    "hirer, cancelled_at: \"2026-02-28T09:00\"}]\n"
    "    others: [{start: \"2026-03-02T14:00\", end: \"2026-03-02T22:01\"}]\n"
    "    worker_facts:\n"
    "      - {kind: identity, from: 2025-01-01, until: 2026-03-03}\n"
    "      - {kind: opt_out, status: none, from: 2025-01-01}\n"
    "    hours:\n"
    "      - {week: 2026-02-02, minutes: 60 hours, repeat: 3, employer: RXQ}\n"
    "      - {week: 2026-02-23, minutes: 0, employer: RXQ}\n"
    "    absences: [{kind: sickness, from: 2026-02-23, until: 2026-03-02}]\n"
    "    approvals:\n"
    "      - {rules: [working_time.rest], role: executive_director, granted_by: RHW-COO, granted: "
    "\"2026-03-02T22:00\", channel: telephone,\n"
    "         confirmed_by: RHW-COO, confirmed: \"2026-03-02T23:00\", second_role: chief_executive, "
    "second_by: RHW-CE, second: \"2026-03-02T23:00\"}\n"
    "    now: \"2026-03-04T09:00\"\n"
    "    expect: {lacks: [], findings: {check.identity: warn, working_time.week: warn, gaming.displaced: "
    "warn, gaming.tier: warn,\n"
    "                        working_time.rest: {severity: warn, answered: before_start}}}\n";
#define CASES "south/cases/people.yaml"

struct change {
    const char *from, *to,
        *words; /* words NULL: the case still holds; else part of an error at the case or at the change */
};

static bool said(const struct fb_pack_report *report, const char *words)
{
    for (unsigned i = 0; i < report->n; i++) {
        if (report->e[i].line > 0 && strstr(report->e[i].text, words) != NULL)
            return true;
    }
    return false;
}

static bool comes_out(const struct change *c)
{
    struct fb_pack_files files = fb_test_small_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned ran = 0;
    fb_test_pack_put(&files, "south/assurance/rules.yaml", rules);
    fb_test_pack_put(&files, CASES, one_case);
    if (c->from != NULL)
        (void)fb_test_pack_change(&files, CASES, c->from, c->to);
    enum fb_err loaded = fb_pack_load_files(&book, files.file, files.n, &report);
    if (loaded != FB_OK)
        fb_pack_report_print(stdout, &report);
    CU_ASSERT_EQUAL_FATAL(loaded, FB_OK);
    enum fb_err err = fb_pack_cases(book, files.file, files.n, &ran, &report);
    bool good = ran == 1 && (c->words == NULL ? err == FB_OK : err == FB_REFUSED && said(&report, c->words));
    if (!good) {
        printf("\nnot said: %s; what is said:\n", c->words == NULL ? "(nothing)" : c->words);
        fb_pack_report_print(stdout, &report);
    }
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
    return good;
}
#define TRY(list)                                                                                            \
    for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)                                            \
    CU_ASSERT(comes_out(&(list)[i]))

static void test_what_is_known_of_the_worker(void)
{
    static const struct change list[] = {
        {NULL, NULL, NULL},
        {"until: 2026-03-03}", "until: 2026-03-04}", "missing check.identity: warn"},
        {"{kind: identity, from: 2025-01-01, until: 2026-03-03}", "{kind: references, from: 2025-01-01}",
         "unexpected check.identity: cannot_say"},
        {"{kind: identity, from", "{kind: identity, status: pending, from", NULL},
        {"kind: opt_out, status: none", "kind: opt_out, status: valid", "missing working_time.week: warn"},
        {"minutes: 60 hours", "minutes: 48 hours", "missing working_time.week: warn"},
        {"repeat: 3", "repeat: 1", "missing working_time.week: warn"},
        {"{kind: sickness, from", "{kind: jury_service, from", "missing working_time.week: warn"},
        {"end: \"2026-03-02T22:01\"", "end: \"2026-03-02T22:00\"", "missing working_time.rest: warn"},
        {"token: W1, ", "known: no, ", "missing check.identity: warn"},
        {"cancelled_by: hirer", "cancelled_by: worker", "missing gaming.displaced: warn"},
        {"reason: SPEC", "reason: SICK", "missing gaming.tier: warn"},
        {"tier_no: 2", "tier_no: 1", "missing gaming.tier: warn"},
    };
    TRY(list);
}

static void test_feeds_that_are_lacking(void)
{
    static const struct change list[] = {
        {"token: W1, ", "known: no, ", "unexpected lack of worker"},
        {"lacks: []", "lacks: [worker_facts]", "missing lack of worker_facts"},
        {"    worker_facts:\n      - {kind: identity, from: 2025-01-01, until: 2026-03-03}\n      - {kind: "
         "opt_out, status: none, from: 2025-01-01}\n",
         "", "unexpected lack of worker_facts"},
    };
    TRY(list);
}

static void test_exceptions_that_were_granted(void)
{
    static const struct change list[] = {
        {"{severity: warn, answered: before_start}", "warn",
         "unexpected working_time.rest: warn, answered before_start"},
        {"{severity: warn, answered: before_start}", "{severity: warn, answered: retrospective}",
         "missing working_time.rest: warn, answered retrospective"},
        {"granted: \"2026-03-02T22:00\"", "granted: \"2026-03-03T09:30\"",
         "missing working_time.rest: warn, answered before_start"},
        {"granted_by: RHW-COO", "granted_by: RHW-CNO", "unexpected approval.not_valid"},
        {"granted_by: RHW-COO", "asked_by: RHW-COO, granted_by: RHW-COO", "unexpected approval.not_valid"},
        {"second_by: RHW-CE", "second_by: RHW-COO", "unexpected approval.not_valid"},
        {", confirmed: \"2026-03-02T23:00\"", ", confirmed: \"2026-03-03T00:01\"",
         "unexpected approval.not_valid"},
        {"rules: [working_time.rest]", "rules: [working_time.rest], class: {band: \"5\"}", NULL},
        {"rules: [working_time.rest]", "rules: [working_time.rest], class: {band: \"6\"}",
         "unexpected working_time.rest: warn"},
        {"rules: [working_time.rest]", "rules: [working_time.rest], from: 2026-03-04, until: 2026-03-05",
         "unexpected working_time.rest: warn"},
        {"now: \"2026-03-04T09:00\"", "now: \"2026-03-02T23:00\"", NULL},
        {"now: \"2026-03-04T09:00\"", "now: \"2026-03-02T22:59\"", /* nobody confirmed it yet */
         "missing working_time.rest: warn, answered before_start"},
    };
    TRY(list);
}

static void test_what_cannot_be_read(void)
{
    static const struct change list[] = {
        {"{kind: identity, from", "{kind: fingerprint, from",
         "unknown kind of fact about a worker 'fingerprint'"},
        {"until: 2026-03-03}", "until: 2025-01-01}", "until is not after from"},
        {"{week: 2026-02-02", "{week: 2026-02-03", "week: a Monday"},
        {"minutes: 60 hours", "minutes: 169 hours", "write a length from 0 to 10080 minutes"},
        {"kind: sickness", "kind: idleness", "unknown kind of absence 'idleness'"},
        {"absences: [{kind: sickness, from: 2026-02-23, until: 2026-03-02}]", "absences: [sickness]",
         "each of these is a mapping"},
        {"rules: [working_time.rest]", "rules: []", "an approval names 1 to 8"},
        {"channel: telephone", "channel: pigeon", "unknown channel of a grant 'pigeon'"},
        {"answered: before_start", "answered: never", "unknown way of being answered 'never'"},
        {"role: executive_director", "rule: x, role: executive_director", "unknown key 'rule'"},
        {"now: \"2026-03-04T09:00\"", "now: later", "write 2026-03-16T07:30"},
    };
    TRY(list);
}

CU_TestInfo suite_pack_people[] = {
    {"what is known of the worker", test_what_is_known_of_the_worker},
    {"feeds that are lacking", test_feeds_that_are_lacking},
    {"exceptions that were granted", test_exceptions_that_were_granted},
    {"what cannot be read", test_what_cannot_be_read},
    CU_TEST_INFO_NULL,
};
