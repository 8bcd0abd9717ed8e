/* Any bytes as a file of cases, against a small book with a counter and a bonus. Properties: no crash and no
 * leak; cases hold exactly when there is no error; every complaint has a text and names the file; the same
 * bytes run as many cases and give as many complaints again. */
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include "tests/lib/small_packs.h"

static const char bonus[] =
    "counters:\n"
    "  - {name: feb.shifts, key: worker, adds: shifts, of: worked, routes: all, staff_groups: all, span: "
    "week,\n"
    "     from: 2026-02-01, status: made_up, source: s}\n"
    "bonuses:\n"
    "  - {name: bonus.second, title: t, because: b, counter: feb.shifts, routes: all, staff_groups: all,\n"
    "     from: 2026-02-01, rows: [{every: 2, average_shift: yes}], status: made_up, source: s}\n";
/* Rules that read what a case may say of its worker and of exceptions. */
static const char people[] =
    "rules:\n"
    "  - {name: check.identity, title: t, because: b, routes: [bank], staff_groups: all, from: 2026-01-05, date_fact: shift_day,\n"
    "     when: {identity_days: {below: 0}}, then: {severity: warn, audience: controls}, status: made_up, source: s}\n"
    "  - {name: working_time.rest, title: t, because: b, routes: all, staff_groups: all, from: 2026-01-05, date_fact: shift_day,\n"
    "     when: {rest_before_minutes: {below: 11 hours}, average_week_minutes: {above: 0}, consecutive_nights: {at_least: 0}},\n"
    "     then: {severity: warn, audience: controls}, status: made_up, source: s,\n"
    "     answer: {roles: [executive_director], second: [chief_executive], confirm_within: 2 hours}}\n"
    "  - {name: awr.weeks, title: t, because: b, routes: [agency], staff_groups: all, from: 2026-01-05, date_fact: shift_day,\n"
    "     when: {assignment_weeks: {at_least: 2}, same_agency_weeks: {at_least: 1}}, then: {severity: note, audience: controls},\n"
    "     status: made_up, source: s}\n"
    "clocks: {reference: {weeks: 4, leave_out: [sickness]}, night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours},\n"
    "         assignment: {reset_after: 6 weeks, absences: {sickness: {pauses: 2 weeks}, annual_leave: pauses, maternity: runs}},\n"
    "         status: made_up, source: s}\n"
    "delegations:\n"
    "  - {trust: RHW, role: executive_director, identity: RHW-COO, from: 2026-01-05, status: made_up, source: s}\n"
    "  - {trust: RHW, role: chief_executive, identity: RHW-CE, from: 2026-01-05, status: made_up, source: s}\n";

static const struct fb_book *small_book(void)
{
    static struct fb_book *book;
    if (book != NULL)
        return book;
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_put(&files, "south/assurance/bonus.yaml", bonus);
    fb_test_pack_put(&files, "south/assurance/people.yaml", people);
    book = fb_test_pack_book(&files);
    return book;
}

static unsigned run(const struct fb_pack_file *file, unsigned *ran)
{
    struct fb_pack_report report = {0};
    enum fb_err err = fb_pack_cases(small_book(), file, 1, ran, &report);
    unsigned n = report.n;
    fb_assert(err != FB_OK || report.errors == 0);
    fb_assert(err != FB_REFUSED || report.errors > 0);
    for (unsigned i = 0; i < n; i++)
        fb_assert(report.e[i].text[0] != '\0' && report.e[i].file[0] != '\0');
    fb_pack_report_free(&report);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned first = 0, again = 0;
    if (size > 16384)
        return 0;
    struct fb_pack_file file = {{"south", 5}, {"cases/c.yaml", 12}, {(const char *)data, (uint32_t)size}};
    unsigned said = run(&file, &first);
    fb_assert(run(&file, &again) == said && first == again);
    return 0;
}
