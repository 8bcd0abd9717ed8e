#include "engine/base/check.h"
#include "tests/sim/world.h"
#include <stdlib.h>

/* The packs as they stand read about half of the facts. These rules, which mean nothing, read the others, so
 * that a fact that is not computed or not kept up to date is seen; and they use each operator. A decision
 * holds only so many findings, so that one copy of the packs gets every second of them and another copy the
 * rest. */
struct text {
    const char *name, *scope, *when, *unless;
};
static const struct text rules[] = {
    {"sim.agency_known", "routes: [agency], staff_groups: all", "agency_known: no", NULL},
    {"sim.agency_listed", "routes: [agency], staff_groups: all", "agency_known: yes",
     "sign_off_executive: yes"},
    {"sim.request_lead", "routes: all, staff_groups: all", "request_lead_minutes: {below: 2880}", NULL},
    {"sim.lead",
     "routes: [bank, collaborative], staff_groups: [nursing_midwifery, allied_health, add_clinical_services, "
     "admin_clerical, estates_ancillary]",
     "lead_minutes: {at_most: 1440}", NULL},
    {"sim.cascaded", "routes: all, staff_groups: all", "cascaded_to_agency: yes", NULL},
    {"sim.average", "routes: all, staff_groups: all", "charge_hour_average: {above: 25.00}", NULL},
    {"sim.card_difference", "routes: [bank, collaborative], staff_groups: all",
     "card_difference_pence: {above: 50}", NULL},
    {"sim.excess", "routes: all, staff_groups: all", "excess_pence: {at_least: 1000}",
     "charge_hour_dearest: {below: 40.00}"},
    {"sim.minutes", "routes: all, staff_groups: all", "paid_minutes: {at_least: 360, below: 690}", NULL},
    {"sim.vacancy", "routes: all, staff_groups: all", "vacancy_held: no", NULL},
    {"sim.worker", "routes: all, staff_groups: all", "worker_kind: [substantive, agency]", NULL},
    {"sim.worker_grade", "routes: all, staff_groups: all", "worker_grade: {not: \"4\"}", NULL},
    {"sim.engagement", "routes: all, staff_groups: all", "engagement: umbrella", NULL},
    {"sim.booking_day", "routes: all, staff_groups: all", "booking_day: {at_least: 2026-03-20}", NULL},
    {"sim.one_trust", "routes: all, staff_groups: all", "hirer: RTH", NULL},
};

/* What came with zones, units, timesheets, loaded cost and adoption; in a copy of its own. */
static const struct text money[] = {
    {"sim.zone", "routes: all, staff_groups: all", "zone: [inner, outer]", NULL},
    {"sim.unit", "routes: all, staff_groups: all", "unit: {not: hour}", NULL},
    {"sim.worked", "routes: all, staff_groups: all", "worked_minutes: {above: 480}", NULL},
    {"sim.settled", "routes: all, staff_groups: all", "settled_day: {at_most: 2026-03-12}", NULL},
    {"sim.loaded", "routes: all, staff_groups: all", "loaded_hour_average: {above: 45.00}", NULL},
    {"sim.adopted", "routes: [bank, collaborative], staff_groups: all", "card_adopted: no", NULL},
    {"sim.hirer_known", "routes: all, staff_groups: all", "hirer_known: yes", NULL},
};

static void write_rule(struct fb_text *t, const struct text *rule, unsigned i)
{
    const char *at = rule->scope;
    fb_text_add(t, "  - {name: ");
    fb_text_add(t, rule->name);
    fb_text_add(t, ", title: \"A rule of the simulator.\", because: \"it reads a fact\", status: made_up, "
                   "source: \"the simulator\",\n     ");
    fb_text_add(t, at);
    fb_text_add(t, ", from: 2026-03-18, date_fact: ");
    fb_text_add(t, i % 3 == 0 ? "booking_day" : "shift_day");
    fb_text_add(t, ", when: {");
    fb_text_add(t, rule->when);
    fb_text_add(t, "}, ");
    if (rule->unless != NULL) {
        fb_text_add(t, "unless: {");
        fb_text_add(t, rule->unless);
        fb_text_add(t, "}, ");
    }
    fb_text_add(t, i % 4 < 2 ? "then: {severity: warn, audience: controls}}\n"
                             : "then: {severity: note, audience: controls}}\n");
}

void sim_add_every_fact(struct fb_pack_files *files, unsigned half)
{
    static char bytes[16384];
    struct fb_text t;
    fb_text_init(&t, bytes, sizeof bytes);
    fb_text_add(&t, "rules:\n");
    for (unsigned i = half; i < sizeof rules / sizeof rules[0]; i += 2)
        write_rule(&t, &rules[i], i);
    fb_assert(!t.cut);
    fb_test_pack_put(files, "thames-valley/assurance/every-fact.yaml", bytes);
}

void sim_add_money_facts(struct fb_pack_files *files)
{
    static char bytes[16384];
    struct fb_text t;
    fb_text_init(&t, bytes, sizeof bytes);
    fb_text_add(&t, "rules:\n");
    for (unsigned i = 0; i < sizeof money / sizeof money[0]; i++)
        write_rule(&t, &money[i], i);
    fb_assert(!t.cut);
    fb_test_pack_put(files, "thames-valley/assurance/money-facts.yaml", bytes);
}
