#include "tests/lib/assured_pack.h"
#include "tests/lib/packs.h"
#include "tests/lib/rate_pack.h"

static const char assurance[] =
    "rules:\n"
    "  - name: gate.answered\n    title: t\n    routes: [bank]\n    staff_groups: all\n    from: "
    "2026-04-01\n    date_fact: shift_day\n"
    "    when: {rest_before_minutes: {below: 11 hours}, minutes_in_plain: {above: 0}, pay_hour_in_dear: "
    "{at_least: 10.50},\n"
    "           reason: [SPEC, \"one to one\"], cascaded_to: [bank, agency], framework_place: ended, "
    "registration_status: [lapsed]}\n"
    "    then: {severity: warn, audience: controls}\n"
    "    answer: {roles: [chief_executive], second: [executive_director], own: yes, retrospective: no, "
    "confirm_within: 1 day}\n"
    "    correction: 2 weeks\n    cross_trust: yes\n    because: b\n    status: made_up\n    source: s\n"
    "  - name: working_time.plain\n    title: t\n    routes: [bank]\n    staff_groups: all\n    from: "
    "2026-04-01\n    date_fact: shift_day\n"
    "    when: {consecutive_nights: {above: 4}}\n    then: {severity: warn, audience: controls}\n    "
    "because: b\n    status: made_up\n    source: s\n"
    "clocks:\n"
    "  reference: {weeks: 17, leave_out: [annual_leave, sickness], by_grade: [{grades: [FY1], weeks: 26}]}\n"
    "  night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours}\n"
    "  assignment: {reset_after: 6 weeks, absences: {sickness: {pauses: 28 weeks}, annual_leave: pauses, "
    "maternity: runs}}\n"
    "  fed_from: 2026-04-01\n  status: second_hand\n  source: s\n"
    "answers:\n  - {rule: booking.overlap, roles: [executive_director], confirm_within: 90 minutes, " FB_ASSURED_PACK_STATED
    "}\n"
    "delegations:\n"
    "  - {trust: RXQ, role: executive_director, identity: RXQ-ONCALL, from: \"2026-03-16T17:00\", until: "
    "\"2026-06-23T09:00\", " FB_ASSURED_PACK_STATED "}\n"
    "  - {trust: RTH, role: chief_executive, identity: RTH-CE, from: 2025-04-01, " FB_ASSURED_PACK_STATED "}\n"
    "approval_budgets:\n  - {from: 2026-04-01, until: 2027-04-01, number: 40, " FB_ASSURED_PACK_STATED "}\n"
    "  - {trust: RXQ, from: 2026-05-01, number: 3, " FB_ASSURED_PACK_STATED "}\n"
    "agency_ceilings:\n  - {from: 2026-04-01, until: 2027-04-01, pounds: 250000, stage: worked, " FB_ASSURED_PACK_STATED "}\n"
    "  - {trust: RXQ, from: 2026-05-01, pounds: \"99.50\", stage: committed, " FB_ASSURED_PACK_STATED "}\n"
    "privacy: {small_number: 5, " FB_ASSURED_PACK_STATED "}\n";

struct fb_pack_files fb_test_assured_pack(void)
{
    struct fb_pack_files files = fb_test_rate_pack();
    fb_test_pack_put(&files, FB_ASSURED_PACK, FB_ASSURED_PACK_HEAD);
    fb_test_pack_put(&files, FB_ASSURED_PACK_AT, assurance);
    return files;
}
