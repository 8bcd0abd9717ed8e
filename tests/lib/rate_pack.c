#include "tests/lib/rate_pack.h"
#include "tests/lib/packs.h"

static const struct {
    const char *name, *bytes;
} parts[] = {
    {"n/pack.yaml", "pack: n\ntitle: t\nlayer: national\nissue: i\nreview_by: 2027-04-01\n"
                    "categories: [plain, dear]\n"},
    {"n/calendar/c.yaml",
     "calendars:\n  - name: c\n    status: made_up\n    source: s\n    days:\n"
     "      weekday: [{until: \"24:00\", category: plain}]\n      saturday: [{until: \"24:00\", category: "
     "dear}]\n"
     "      sunday: [{until: \"24:00\", category: dear}]\n      public_holiday: [{until: \"24:00\", "
     "category: dear}]\n"
     "    night: {from: \"20:00\", until: \"06:00\"}\n    whole_shift: {turns: plain, into: dear}\n"
     "public_holidays: {from: 2026-01-02, until: 2026-12-31, status: made_up, source: s}\n"},
    {FB_RATE_PACK_RATES,
     "grades: {family: agenda_for_change, ascending: [\"2\", \"5\", \"9\"]}\n"
     "zones: [none, outer, inner]\n"
     "enhancements:\n"
     "  - {name: e, from: 2020-04-01, status: made_up, source: s, percent: [{bands: [\"2\", \"5\", \"9\"], "
     "plain: 0, dear: 30}]}\n"
     "hourly:\n"
     "  - {family: agenda_for_change, weeks: \"52.143\", hours: \"37.5\", enhancement: e, from: 2020-04-01, "
     "status: made_up, source: s}\n"
     "  - {family: resident, weeks: \"52.143\", hours: 40, enhancement: none, from: 2020-04-01, status: "
     "made_up, source: s}\n"
     "vat:\n"
     "  - {name: standard, from: 2026-04-01, routes: [agency], staff_groups: all, engagements: all, base: "
     "whole_charge, percent: 20, settled: yes, status: published, source: s}\n"
     "  - {name: locums, from: 2026-04-01, routes: [agency], staff_groups: [medical_dental], engagements: "
     "[paye, not_stated], base: nothing, settled: no, status: second_hand, source: s}\n"},
    {"n/rates/resident.yaml", "grades: {family: resident, ascending: [FY1, CONS]}\n"},
    {FB_RATE_PACK_POINTS,
     "pay_year,from,until,known_since,band,step,annual_gbp,status,source\n" FB_ROW_YEAR
     ",,2,single,25272" FB_ROW_STATED FB_ROW_YEAR ",,5,entry,32073" FB_ROW_STATED FB_ROW_YEAR
     ",,5,top,39043" FB_ROW_STATED FB_ROW_YEAR ",,9,top,129783" FB_ROW_STATED FB_ROW_YEAR
     ",2026-06-30,FY1,single,40190" FB_ROW_STATED FB_ROW_YEAR
     ",2026-07-24,FY1,single,41226" FB_ROW_STATED FB_ROW_YEAR ",,CONS,entry,112569" FB_ROW_STATED FB_ROW_YEAR
     ",,CONS,step_2,120000" FB_ROW_STATED FB_ROW_YEAR ",,CONS,top,151921" FB_ROW_STATED},
    {FB_RATE_PACK_AREAS, "pay_year,from,until,zone,percent,min_gbp,max_gbp,status,source\n" FB_ROW_YEAR
                         ",inner,20,5794,8746" FB_ROW_STATED FB_ROW_YEAR ",outer,15,4870,6137" FB_ROW_STATED},
    {FB_RATE_PACK_ZONES, "trust,site,zone,from,until,status,source\nRJ1,,inner," FB_ROW_IN_2026 FB_ROW_STATED
                         "RJ1,RJ122,outer," FB_ROW_IN_2026 FB_ROW_STATED},
    {FB_RATE_PACK_TABLE, "grade,category,unit,unit_minutes,gbp,from,until,status,source\nFY1,dear,hour,,60,"
                         "2026-10-01," FB_ROW_STATED "FY1,plain,hour,,45.5," FB_ROW_IN_2026 FB_ROW_STATED
                         "CONS,,pa,240,312," FB_ROW_IN_2026 FB_ROW_STATED
                         "CONS,,standby_period,,150.01," FB_ROW_IN_2026 FB_ROW_STATED},
    {FB_RATE_PACK_COSTS,
     "part,from,until,percent,free_gbp_week,free_hours_week,routes,base,status,source\n"
     "employer_ni," FB_ROW_IN_2026 ",15,96,37.5,bank collaborative,pay_and_holiday" FB_ROW_STATED
     "employer_pension," FB_ROW_IN_2026 ",14.38,,,all,pay" FB_ROW_STATED},
    {FB_RATE_PACK_FEES,
     "name,framework,routes,from,until,gbp_hour,percent,status,source\nbank fee,,bank," FB_ROW_IN_2026
     ",0.85," FB_ROW_STATED "framework fee,RM6281,agency," FB_ROW_IN_2026 ",,1.25" FB_ROW_STATED},
    {FB_RATE_PACK_FLOORS, "name,area,from,until,gbp_hour,status,source\nnational_living_wage,," FB_ROW_IN_2026
                          ",12.71" FB_ROW_STATED "living_wage,london," FB_ROW_IN_2026 ",14.80" FB_ROW_STATED},
    {FB_RATE_PACK_CARD,
     "grade,category,zone,pence_hour\n5,plain,none,3093\n5,dear,none,4021\n5,plain,inner,3700\n"},
    {FB_RATE_PACK_CAPS,
     "caps:\n"
     "  - {name: card, from: 2026-04-01, status: published, source: s, routes: [agency], staff_groups: "
     "[nursing_midwifery], calendar: c,\n"
     "     whole_shift: none, break_from: cheapest_first, table: card.csv}\n"
     "  - {name: formula, from: 2026-04-01, status: derived, source: s, routes: [agency], staff_groups: "
     "[admin_clerical], calendar: c,\n"
     "     whole_shift: none, break_from: cheapest_first, formula: {scale_point: top, weeks: \"365.25/7\", "
     "hours: "
     "37.5, uplift: 1.55, enhancement: e,\n"
     "     zones: yes, rounding: half_up_penny_hour}}\n"},
};
enum { PARTS = sizeof parts / sizeof parts[0] };

struct fb_pack_files fb_test_rate_pack(void)
{
    struct fb_pack_files files = {0};
    for (unsigned i = 0; i < PARTS; i++)
        fb_test_pack_put(&files, parts[i].name, parts[i].bytes);
    return files;
}
