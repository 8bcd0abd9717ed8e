/* Any bytes as one of the tables of a pack: pay points, high cost areas, zones, rates in pounds, on-costs,
 * fees, floors, caps, holidays. The first byte says which, beside a small pack that is whole. Properties: no
 * crash and no leak; a book is made exactly when there is no error; what the core trusts in a book holds
 * (orders, bounds, indexes); a book of what was known by a day is never refused for more than that of all
 * days; and nothing hangs on who asks twice. */
#include "engine/base/check.h"
#include "engine/pack/compile.h"
#include "engine/pack/pack.h"
#include "tests/lib/fuzz.h"
#include <string.h>

#define FILE_OF(path, text)                                                                                  \
    {                                                                                                        \
        {"p", 1}, {path, sizeof path - 1},                                                                   \
        {                                                                                                    \
            text, sizeof text - 1                                                                            \
        }                                                                                                    \
    }
#define STATED ",made_up,s\n"
#define YEAR   "2026/27,2026-04-01,2027-04-01,"
#define DATES  "2026-04-01,2027-04-01"
static const struct fb_pack_file whole[] = {
    FILE_OF("rates/points.csv", "pay_year,from,until,known_since,band,step,annual_gbp,status,source\n" YEAR
                                ",1,single,25000" STATED YEAR "2026-06-30,2,entry,30000" STATED YEAR
                                "2026-07-24,2,entry,31000" STATED YEAR ",R,step_2,50000" STATED),
    FILE_OF("rates/areas.csv", "pay_year,from,until,zone,percent,min_gbp,max_gbp,status,source\n" YEAR
                               "inner,20,5794,8746" STATED),
    FILE_OF("rates/zones.csv", "trust,site,zone,from,until,status,source\nRJ1,,inner," DATES STATED
                               "RJ1,RJ122,none," DATES STATED),
    FILE_OF("rates/extra.csv",
            "grade,category,unit,unit_minutes,gbp,from,until,status,source\nR,plain,hour,,45.5," DATES STATED
            "R,dear,hour,,60,2026-10-01," STATED "R,,pa,240,312," DATES STATED "R,,visit,,150," DATES STATED),
    FILE_OF(
        "rates/costs.csv",
        "part,from,until,percent,free_gbp_week,free_hours_week,routes,base,status,source\nemployer_ni," DATES
        ",15,96,37.5,bank,pay_and_holiday" STATED),
    FILE_OF("rates/fees.csv",
            "name,framework,routes,from,until,gbp_hour,percent,status,source\nfee,,bank," DATES
            ",0.85,1.5" STATED),
    FILE_OF("rates/floors.csv",
            "name,area,from,until,gbp_hour,status,source\nliving_wage,," DATES ",12.71" STATED),
    FILE_OF("caps/card.csv", "grade,category,zone,pence_hour\n1,plain,none,3093\n1,plain,inner,3700\n"),
    FILE_OF("calendar/days.csv", "date,name,status,source\n2026-05-04,Early May" STATED),
    FILE_OF(
        "pack.yaml",
        "pack: p\ntitle: t\nlayer: national\nissue: i\nreview_by: 2027-01-01\ncategories: [plain, dear]\n"),
    FILE_OF("calendar/c.yaml",
            "calendars:\n  - name: c\n    status: made_up\n    source: s\n    days:\n      weekday: [{until: "
            "\"24:00\", category: plain}]\n"
            "      saturday: [{until: \"24:00\", category: dear}]\n      sunday: [{until: \"24:00\", "
            "category: dear}]\n"
            "      public_holiday: [{until: \"24:00\", category: dear}]\n    night: {from: \"20:00\", until: "
            "\"06:00\"}\n"
            "    whole_shift: {turns: plain, into: dear}\n"
            "public_holidays: {from: 2026-01-02, until: 2026-12-31, status: made_up, source: s}\n"),
    FILE_OF("caps/d.yaml", "caps:\n  - {name: d, from: 2026-01-01, status: derived, source: s, routes: "
                           "[agency], staff_groups: [students], calendar: c,\n"
                           "     whole_shift: none, break_from: cheapest_first, formula: {scale_point: top, "
                           "weeks: 52, hours: 37.5, uplift: 1.5,\n"
                           "     enhancement: e, zones: yes, rounding: half_up_penny_hour}}\n"
                           "  - {name: f, from: 2026-01-01, status: published, source: s, routes: "
                           "[agency], staff_groups: [admin_clerical], calendar: c,\n"
                           "     whole_shift: none, break_from: cheapest_first, table: card.csv}\n"),
    FILE_OF("rates/r.yaml",
            "grades: {family: agenda_for_change, ascending: [\"1\", \"2\"]}\nzones: [none, inner]\n"
            "enhancements:\n  - {name: e, from: 2026-01-01, status: made_up, source: s, "
            "percent: [{bands: [\"1\", \"2\"], plain: 0, dear: 30}]}\n"
            "hourly:\n  - {family: agenda_for_change, weeks: 52.143, hours: 37.5, "
            "enhancement: e, from: 2020-01-01, status: made_up, source: s}\n"
            "  - {family: resident, weeks: 52.143, hours: 40, enhancement: none, from: 2020-01-01, status: "
            "made_up, "
            "source: s}\n"),
    FILE_OF("rates/s.yaml", "grades: {family: resident, ascending: [R]}\n"),
};
enum { FILES = sizeof whole / sizeof whole[0], TABLES = 9 };

static void check_report(const struct fb_pack_report *report)
{
    for (unsigned i = 0; i < report->n; i++) {
        fb_assert(report->e[i].text[0] != '\0');
        fb_assert(report->e[i].file[0] != '\0');
    }
}

static void check_num(int64_t num)
{
    fb_assert(num >= 0 && num <= FB_NUM_MAX);
}

static void check_periods(const struct fb_book *b)
{
    for (unsigned i = 0; i < b->n_periods; i++) {
        const struct fb_pay_period *period = &b->period[i];
        fb_assert(period->from < period->until && (i == 0 || period[-1].until <= period->from));
        for (unsigned p = 0; p < b->n_grades * FB_POINT_END; p++) {
            for (unsigned k = 0; period->point[p].held && k < b->n_categories; k++)
                check_num(period->point[p].num[k]);
            fb_assert(!period->point[p].held || period->point[p].origin < b->n_origins);
            for (unsigned z = 0; z < b->n_zones; z++) {
                const struct fb_supplement *s = &period->supplement[p * b->n_zones + z];
                check_num(s->num);
                fb_assert(!s->held || period->point[p].held);
                fb_assert(!s->held || z == 0 || (s->num > 0 && s->origin < b->n_origins));
            }
        }
    }
}

static bool stands_before(const struct fb_table_rate *a, const struct fb_table_rate *b)
{
    if (a->grade != b->grade)
        return a->grade < b->grade;
    return a->unit != b->unit ? a->unit < b->unit : a->until <= b->from;
}

static void check_tables(const struct fb_book *b)
{
    for (unsigned t = 0; t < b->n_tables; t++) {
        const struct fb_rate_table *table = &b->table[t];
        for (unsigned i = 0; i < table->n; i++) {
            const struct fb_table_rate *r = &table->rate[i];
            fb_assert(i == 0 || stands_before(r - 1, r));
            fb_assert(r->from < r->until && r->held != 0 && r->grade < b->n_grades &&
                      r->origin < b->n_origins);
            fb_assert(r->held >> b->n_categories == 0);
            for (unsigned k = 0; k < b->n_categories; k++) {
                check_num(r->num[k]);
                fb_assert((r->held >> k & 1) != 0 || r->num[k] == 0);
            }
        }
    }
}

static void check_costs(const struct fb_book *b)
{
    int64_t fees = 0;
    for (unsigned i = 0; i < b->n_zone_rows; i++)
        fb_assert(b->zone_row[i].zone < b->n_zones && b->zone_row[i].from < b->zone_row[i].until);
    for (unsigned i = 0; i < b->n_on_costs; i++) {
        fb_assert(b->on_cost[i].ppm >= 0 && b->on_cost[i].ppm <= 1000000 && b->on_cost[i].scope.routes != 0);
        fb_assert(b->on_cost[i].free_pence >= 0 && b->on_cost[i].free_minutes >= 0);
    }
    for (unsigned i = 0; i < b->n_fees; i++) {
        check_num(b->fee[i].num);
        fees += b->fee[i].num;
        fb_assert(fees <= FB_NUM_MAX);
    }
    for (unsigned i = 0; i < b->n_floors; i++)
        fb_assert(b->floor[i].pence_hour > 0 && b->floor[i].from < b->floor[i].until);
}

static bool load(const struct fb_pack_file *files, fb_day known, unsigned char digest[16])
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load_known(&book, files, FILES, known, &report);
    fb_assert((err == FB_OK) == (book != NULL));
    fb_assert((err == FB_OK) == (report.errors == 0));
    check_report(&report);
    if (book != NULL) {
        memcpy(digest, book->digest, 16);
        fb_assert(book->den > 0 && book->den % 6000 == 0);
        check_periods(book);
        check_tables(book);
        check_costs(book);
    }
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    return err == FB_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_pack_file files[FILES];
    unsigned char first[16] = {0}, again[16] = {0};
    struct fb_pack_report checked = {0};
    if (size == 0 || size > 65536)
        return 0;
    memcpy(files, whole, sizeof files);
    files[data[0] % TABLES].bytes = (struct fb_span){(const char *)data + 1, (uint32_t)size - 1};
    bool loaded = load(files, INT32_MAX, first);
    fb_assert(load(files, INT32_MAX, again) == loaded && memcmp(first, again, 16) == 0);
    /* Fewer rows contradict each other in fewer ways; and no row of the whole pack needs one that became
     * known later. */
    fb_assert(load(files, fb_day_of(2026, 7, 1), again) || !loaded);
    fb_assert((fb_pack_check(files, FILES, 20000, &checked) == FB_OK) == loaded);
    fb_pack_report_free(&checked);
    return 0;
}
