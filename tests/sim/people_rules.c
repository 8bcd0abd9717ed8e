#include "engine/base/check.h"
#include "tests/sim/world.h"

/* What the packs as they stand have otherwise or not at all: clocks that are short enough for a simulated month, schemes of
 * delegation, budgets of approvals, rules that can be answered in every way, and a rule for every fact of people. */

#define MADE_UP "status: made_up, source: \"the simulator\""
#define EACH_TRUST(X) X("RTH") X("RXQ") X("RHW") X("RNU") X("RWX") X("RYE")
static const char clocks[] =
    "clocks:\n"
    "  reference: {weeks: 3, leave_out: [annual_leave, sickness, maternity], by_grade: [{grades: [\"6\"], weeks: 5}]}\n"
    "  night: {from: \"23:00\", until: \"06:00\", at_least: 3 hours}\n"
    "  assignment: {reset_after: 2 weeks, absences: {sickness: {pauses: 3 weeks}, annual_leave: pauses, jury_service: {pauses: "
    "1 weeks}, maternity: runs, pregnancy: runs}}\n"
    "  fed_from: 2026-03-09\n"
    "  status: made_up\n"
    "  source: \"the simulator\"\n";

#define MAY(trust, role, identity, days) "  - {trust: " trust ", role: " role ", identity: " identity ", " days ", " MADE_UP "}\n"
#define SCHEME(trust)                                                                                       \
    MAY(trust, "chief_executive", "SIM-CE", "from: 2025-01-01, until: 2026-04-01")                          \
    MAY(trust, "chief_executive", "SIM-CE-2", "from: 2026-03-28")                                           \
    MAY(trust, "executive_director", "SIM-ED", "from: 2025-01-01")                                          \
    MAY(trust, "executive_director", "SIM-NIGHT", "from: \"2026-03-16T17:00\", until: \"2026-04-03T09:00\"")
static const char delegations[] = "delegations:\n" EACH_TRUST(SCHEME);
static const char budgets[] = "approval_budgets:\n"
                              "  - {from: 2026-01-01, until: 2027-01-01, number: 3, " MADE_UP "}\n"
                              "  - {trust: RTH, from: 2026-03-01, until: 2026-04-01, number: 1, " MADE_UP "}\n"
                              "privacy: {small_number: 5, " MADE_UP "}\n";

/* Small enough for a month of the simulator; what holds in one issue is not what holds in the next. */
static const char *const ceilings[2] = {
    "agency_ceilings:\n"
    "  - {from: 2026-01-01, until: 2027-01-01, pounds: 900, stage: worked, " MADE_UP "}\n"
    "  - {trust: RTH, from: 2026-03-01, until: 2026-04-01, pounds: 650.50, stage: committed, " MADE_UP "}\n",
    "agency_ceilings:\n"
    "  - {from: 2026-01-01, until: 2027-01-01, pounds: 1400, stage: committed, " MADE_UP "}\n"
    "  - {trust: RXQ, from: 2026-01-01, until: 2026-04-01, pounds: 300, stage: worked, " MADE_UP "}\n",
};

struct text {
    const char *name, *when, *unless, *more;
};
/* How each can be answered stands in its `answer`. */
static const struct text answers[] = {
    {"sim.answer_plain", "paid_minutes: {at_least: 300}", NULL, "answer: {roles: [chief_executive, executive_director]}, correction: 5 days"},
    {"sim.answer_phone", "lead_minutes: {below: 2880}", NULL,
     "answer: {roles: [chief_executive], own: yes, confirm_within: 24 hours}"},
    {"sim.answer_second", "paid_minutes: {above: 400}", "sign_off_executive: yes",
     "answer: {roles: [chief_executive], second: [executive_director], confirm_within: 48 hours}"},
    {"sim.answer_before", "route: [bank, agency]", NULL, "answer: {roles: [chief_executive, executive_director], retrospective: no}"},
    {"sim.answer_own", "booked_after_start: yes", NULL, "answer: {roles: [executive_director, other], own: yes}"},
    {"sim.no_answer", "paid_minutes: {above: 420}", NULL, NULL},
};
static const struct text facts[] = {
    {"sim.reason", "reason: [sickness]", NULL, NULL},
    {"sim.percent_off_card", "percent_off_card_e2: {above: 100}", NULL, NULL},
    {"sim.pay_dearest", "pay_hour_dearest: {above: 30.00}", NULL, NULL},
    {"sim.pay_average", "pay_hour_average: {above: 20.00}", NULL, NULL},
    {"sim.minutes_in", "minutes_in_plain: {above: 200}, minutes_in_premium: {at_most: 60}", NULL, NULL},
    {"sim.minutes_in_2", "minutes_in_unsocial: {above: 200}", NULL, NULL},
    {"sim.charge_in", "charge_hour_in_plain: {above: 30.00}", NULL, NULL},
    {"sim.charge_in_2", "charge_hour_in_unsocial: {above: 35.00}", "charge_hour_in_premium: {above: 60.00}", NULL},
    {"sim.pay_in", "pay_hour_in_plain: {above: 17.00}", NULL, NULL},
    {"sim.pay_in_2", "pay_hour_in_unsocial: {above: 25.00}", "pay_hour_in_premium: {below: 45.00}", NULL},
    {"sim.place", "framework_place: [not_yet, ended, other_lot, none]", NULL, NULL},
    {"sim.agency_tier", "agency_tier: {at_least: 1}", NULL, NULL},
    {"sim.cascaded_to", "cascaded_to: [agency, off_framework]", NULL, NULL},
    {"sim.collaborative", "collaborative_minutes: {below: 1440}", NULL, NULL},
    {"sim.tier_minutes", "tier_minutes: {below: 720}", NULL, NULL},
    {"sim.displaced", "bank_cancelled_first: yes", NULL, NULL},
    {"sim.nobody", "worker_known: no", NULL, NULL},
    {"sim.identity", "identity_days: {at_most: 0}", NULL, NULL},
    {"sim.right_to_work", "right_to_work_days: {at_most: 10}", NULL, NULL},
    {"sim.registration", "registration_days: {below: 30}", "registration_status: [conditions]", NULL},
    {"sim.references", "references_days: {below: 0}", NULL, NULL},
    {"sim.criminal_record", "criminal_record_days: {below: 20}", NULL, NULL},
    {"sim.health", "health_clearance_days: {below: 20}", NULL, NULL},
    {"sim.status", "registration_status: {not: valid}", NULL, NULL},
    {"sim.training", "training_days: {below: 20}", NULL, NULL},
    {"sim.visa", "visa_days: {below: 40}", NULL, NULL},
    {"sim.visa_minutes", "visa_week_minutes: {below: 1000}", NULL, NULL},
    {"sim.over_visa", "over_visa_minutes: {above: 0}", NULL, "cross_trust: yes"},
    {"sim.opted_out", "opted_out: no", NULL, NULL},
    {"sim.post", "substantive_post: yes, substantive_here: no", NULL, NULL},
    {"sim.band", "band_above_worker: {above: 0}", NULL, NULL},
    {"working_time.sim_rest", "rest_before_minutes: {below: 11 hours}", NULL, "cross_trust: yes"},
    {"working_time.sim_rest_after", "rest_after_minutes: {below: 11 hours}", NULL, NULL},
    {"working_time.sim_week", "week_minutes: {above: 24 hours}", NULL, NULL},
    {"working_time.sim_average", "average_week_minutes: {above: 2000}", NULL, NULL},
    {"working_time.sim_low", "average_week_minutes: {below: 1500}", NULL, NULL},
    {"working_time.sim_days", "consecutive_days: {above: 2}", NULL, NULL},
    {"working_time.sim_nights", "consecutive_nights: {at_least: 2}", NULL, NULL},
    {"sim.trusts", "clock_trusts: {at_least: 2}", NULL, NULL},
    {"sim.fed", "clock_fed: yes", NULL, NULL},
    {"sim.not_fed", "clock_fed: no", NULL, NULL},
    {"awr.sim_weeks", "assignment_weeks: {at_least: 1}", NULL, NULL},
    {"sim.same_agency", "same_agency_weeks: {at_least: 2}", NULL, NULL},
    {"sim.overlap", "overlap_minutes: {above: 30}", NULL, NULL},
    {"sim.elsewhere", "overlap_elsewhere: yes", NULL, "cross_trust: yes"},
    {"sim.twin", "twin_suspected: yes", NULL, NULL},
    {"gaming.sim_gap", "gap_here_minutes: {at_most: 1200}", NULL, NULL},
    {"awr.sim_two", "assignment_weeks: {at_least: 2}", NULL, NULL},
    {"awr.sim_three", "assignment_weeks: {at_least: 3}", NULL, NULL},
};

static void write_rule(struct fb_text *t, const struct text *rule, unsigned i)
{
    fb_text_add(t, "  - {name: ");
    fb_text_add(t, rule->name);
    fb_text_add(t, ", title: \"A rule of the simulator.\", because: \"it reads a fact\", " MADE_UP
                   ",\n     routes: all, staff_groups: all, from: 2026-03-01, date_fact: shift_day, when: {");
    fb_text_add(t, rule->when);
    fb_text_add(t, "}, ");
    if (rule->unless != NULL) {
        fb_text_add(t, "unless: {");
        fb_text_add(t, rule->unless);
        fb_text_add(t, "}, ");
    }
    if (rule->more != NULL) {
        fb_text_add(t, rule->more);
        fb_text_add(t, ", ");
    }
    fb_text_add(t, i % 5 == 4 ? "then: {severity: note, audience: controls}}\n"
                   : i % 5 > 1 ? "then: {severity: warn, audience: controls}}\n"
                               : "then: {severity: breach, audience: controls}}\n");
}

void sim_add_people(struct fb_pack_files *files, unsigned half)
{
    static char bytes[32768];
    struct fb_text t;
    fb_text_init(&t, bytes, sizeof bytes);
    fb_text_add(&t, clocks);
    fb_text_add(&t, delegations);
    fb_text_add(&t, budgets);
    fb_text_add(&t, ceilings[half & 1]);
    fb_text_add(&t, "rules:\n");
    for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++)
        write_rule(&t, &answers[i], i);
    for (unsigned i = half; i < sizeof facts / sizeof facts[0]; i += 2)
        write_rule(&t, &facts[i], i);
    fb_assert(!t.cut);
    fb_test_pack_put(files, "thames-valley/assurance/sim-people.yaml", bytes);
}
