#include "engine/base/check.h"
#include "tests/sim/world.h"

/* What the packs as they stand do not have, in copies of them: high cost areas with a card that pays for
 * them, rates from tables in other units, a departing card that lapses, an adoption in the middle of the
 * shifts, limits, fees, counters and what is earned by them. All of it is made up, and lies where simulated
 * shifts do. */

#define MADE_UP "status: made_up, source: \"the simulator\""
static const char departure[] = "pack: sim-departure\n"
                                "title: \"A trust of the simulator that departs for a while\"\n"
                                "layer: trust\nissue: \"1\"\nreview_by: 2028-01-01\n"
                                "trusts: [RTH, RXQ, RWX]\non: [england, thames-valley]\n";
static const char departing_card[] =
    "cards:\n"
    "  - {name: sim-departure, from: 2026-03-01, agreed_until: 2026-03-29, reason: \"nobody came\", " MADE_UP
    ",\n"
    "     routes: [bank, collaborative], staff_groups: [nursing_midwifery], calendar: agenda-for-change,\n"
    "     whole_shift: at_least_half, break_from: dearest_first, off_card_tolerance_gbp_hour: 0.25,\n"
    "     includes_holiday: yes, hcas: yes,\n"
    "     pay: [{intervals: [standby, sleep_in], at: entry},\n"
    "           {intervals: [called_out], worker: substantive, at: top},\n"
    "           {worker: substantive, at: own_point, not_above: mid},\n"
    "           {bands: [\"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8a\"], at: top, not_above_band: "
    "\"4\"}]}\n";
static const char medical_card[] =
    "cards:\n"
    "  - {name: sim-medical, from: 2025-03-01, " MADE_UP ",\n"
    "     routes: [bank, collaborative], staff_groups: [medical_dental], calendar: agenda-for-change,\n"
    "     whole_shift: more_than_half, break_from: cheapest_first, off_card_tolerance_gbp_hour: 0,\n"
    "     pay: [{units: [pa], at: table, table: sim-pa}, {units: [session], at: table, table: sim-session},\n"
    "           {intervals: [standby], units: [hour, standby_period], at: table, table: sim-standby},\n"
    "           {intervals: [called_out], units: [hour, standby_period], at: table, table: sim-called},\n"
    "           {intervals: [travel], at: table, table: sim-standby},\n"
    "           {units: [hour, standby_period], at: table, table: sim-hours, not_above_band: \"8a\"}]}\n";

#define TABLE "grade,category,unit,unit_minutes,gbp,from,until,status,source\n"
#define ROW(grade, category, unit, minutes, gbp)                                                             \
    grade "," category "," unit "," minutes "," gbp ",2025-03-01,,made_up,the simulator\n"
#define HOURS(grade, plain, unsocial, premium)                                                               \
    ROW(grade, "plain", "hour", "", plain)                                                                   \
    ROW(grade, "unsocial", "hour", "", unsocial) ROW(grade, "premium", "hour", "", premium)
static const struct {
    const char *name, *bytes;
} tables[] = {
    {"thames-valley/rates/sim-pa.csv",
     TABLE ROW("5", "", "pa", "240", "100.01") ROW("6", "", "pa", "240", "133.33")},
    {"thames-valley/rates/sim-session.csv",
     TABLE ROW("5", "", "session", "", "310.50") ROW("7", "", "session", "", "99.99")},
    {"thames-valley/rates/sim-standby.csv",
     TABLE ROW("5", "", "standby_period", "", "30.00") HOURS("5", "3.33", "4.44", "5.55")
         HOURS("6", "2.50", "2.50", "2.50") HOURS("3", "2.10", "2.20", "2.30")},
    {"thames-valley/rates/sim-called.csv",
     TABLE HOURS("5", "31.07", "41.11", "51.13") HOURS("6", "33.00", "44.00", "55.00")
         HOURS("3", "21.00", "22.00", "23.00")},
    {"thames-valley/rates/sim-hours.csv",
     TABLE HOURS("5", "20.01", "30.03", "40.07") HOURS("6", "28.00", "29.00", "90.00")
         HOURS("3", "15.00", "16.00", "17.00") HOURS("7", "61.00", "62.00", "63.00")},
};

static const char zones[] = "trust,site,zone,from,until,status,source\n"
                            "RTH,,inner,2025-01-01,,made_up,the simulator\n"
                            "RTH,Wing B,none,2025-01-01,,made_up,the simulator\n"
                            "RXQ,Wing A,outer,2025-01-01,,made_up,the simulator\n"
                            "RXQ,Wing B,fringe,2025-01-01,,made_up,the simulator\n"
                            "RHW,,fringe,2025-01-01,,made_up,the simulator\n"
                            "RNU,,none,2025-01-01,,made_up,the simulator\n"
                            "RWX,,fringe,2025-01-01,2026-04-03,made_up,the simulator\n"
                            "RWX,,outer,2026-04-03,,made_up,the simulator\n";

#define COUNTER(name, key, adds, of, span, more)                                                             \
    "  - {name: " name ", key: " key ", adds: " adds ", of: " of ", span: " span                             \
    ", routes: all, staff_groups: all,\n"                                                                    \
    "     from: 2026-03-01, until: 2026-05-01, " MADE_UP more "}\n"
#define BONUS(name, counter, more, rows)                                                                     \
    "  - {name: " name ", title: \"Earned.\", counter: " counter                                             \
    ", routes: all, staff_groups: all, from: 2026-03-01,\n"                                                  \
    "     until: 2026-05-01, because: \"it was earned\", " MADE_UP more ",\n     rows: [" rows "]}\n"
static const char counters[] =
    "counters:\n" COUNTER("sim.shifts", "worker", "shifts", "booked", "month", "") //
    COUNTER("sim.worked", "worker_at_trust", "paid_minutes", "worked", "dates",
            ", when: {worked_minutes: {at_least: 300}}")
        COUNTER("sim.apart", "trust", "shifts", "worked", "rolling_days",
                ", rolling_days: 9, apart_hours: 13")
            COUNTER("sim.cancelled", "worker", "shifts", "cancelled", "month",
                    ", when: {cancelled_by: worker, cancel_notice_minutes: {at_most: 1440}}")
                COUNTER("sim.agency", "agency", "paid_minutes", "booked", "week", "") "bonuses:\n" BONUS(
                    "bonus.sim_shifts", "sim.shifts", ", void_counter: sim.cancelled",
                    "{bands: [\"5\", \"6\"], worker: bank_only, every: 2, gbp: \"75.50\"}, {every: 3, gbp: "
                    "\"40\"}") //
    BONUS("bonus.sim_hours", "sim.worked", ", times_at_most: 2", "{every_hours: \"12.5\", gbp: \"111.11\"}")
        BONUS("bonus.sim_mean", "sim.apart", "",
              "{every: 3, average_shift: yes, not_above_band: \"6\"}") "rules:\n"
                                                                       "  - {name: sim.many_shifts, title: "
                                                                       "\"Many.\", because: \"it reads a "
                                                                       "counter\", " MADE_UP
                                                                       ", routes: all,\n"
                                                                       "     staff_groups: all, from: "
                                                                       "2026-03-01, date_fact: shift_day, "
                                                                       "when: {sim.shifts: {above: 2}},\n"
                                                                       "     then: {severity: warn, "
                                                                       "audience: controls}}\n"
                                                                       "  - {name: sim.agency_week, title: "
                                                                       "\"Many.\", because: \"it reads a "
                                                                       "counter\", " MADE_UP
                                                                       ", routes: [agency],\n"
                                                                       "     staff_groups: all, from: "
                                                                       "2026-03-01, date_fact: shift_day, "
                                                                       "when: {sim.agency: {above: 2000}},\n"
                                                                       "     unless: {sim.apart: {above: "
                                                                       "3}}, then: {severity: warn, "
                                                                       "audience: finance}}\n";

static void put_tables(struct fb_pack_files *files)
{
    for (unsigned i = 0; i < sizeof tables / sizeof tables[0]; i++)
        fb_test_pack_put(files, tables[i].name, tables[i].bytes);
    fb_test_pack_put(files, "thames-valley/rates/sim-medical.yaml", medical_card);
}

void sim_add_places(struct fb_pack_files *files)
{
    fb_test_pack_put(files, "thames-valley/rates/zones.csv", zones);
    (void)fb_test_pack_change(files, "thames-valley/rates/bank-card.yaml",
                              "    calendar:", "    hcas: yes\n    calendar:");
    (void)fb_test_pack_change(files, "thames-valley/caps/ceiling.yaml",
                              "      rounding:", "      zones: yes\n      rounding:");
    /* Of one zone nothing is held for a while. */
    (void)fb_test_pack_change(files, "england/rates/high-cost-areas.csv",
                              "2025/26,2025-04-01,2026-04-01,fringe", "2025/26,2026-03-21,2026-04-01,fringe");
    (void)fb_test_pack_change(files, "england/rates/high-cost-areas.csv",
                              "2026/27,2026-04-01,2027-04-01,fringe", "2026/27,2026-04-03,2027-04-01,fringe");
    (void)fb_test_pack_change(files, "thames-valley/pack.yaml",
                              "{trust: RTH, state: adopted, from: 2025-04-01",
                              "{trust: RTH, state: adopted, from: 2026-03-31");
    (void)fb_test_pack_change(files, "thames-valley/pack.yaml",
                              "{trust: RNU, state: adopted, from: 2025-04-01",
                              "{trust: RNU, state: adopted, from: 2026-03-28");
    (void)fb_test_pack_change(
        files, "thames-valley/rates/fees.csv", "bank-provider,,",
        "framework,RM6281,agency,2026-03-25,,0.333,2.5,made_up,the simulator,\nbank-provider,,");
}

void sim_add_cards(struct fb_pack_files *files)
{
    put_tables(files);
    fb_test_pack_put(files, "sim-departure/pack.yaml", departure);
    fb_test_pack_put(files, "sim-departure/rates/card.yaml", departing_card);
}

void sim_add_counters(struct fb_pack_files *files)
{
    fb_test_pack_put(files, "thames-valley/assurance/sim-counters.yaml", counters);
}
