/* Any bytes as the YAML of a pack. The first byte says which file they stand for, beside a small pack that is
 * whole. Properties: no crash and no leak; a book is made exactly when there is no error; every complaint has
 * a text and names a file; the same bytes give the same digest and the same complaints again. */
#include "engine/base/check.h"
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
static const struct fb_pack_file whole[] = {
    FILE_OF(
        "pack.yaml",
        "pack: p\ntitle: t\nlayer: national\nissue: i\nreview_by: 2027-01-01\ncategories: [plain, dear]\n"),
    FILE_OF("assurance/a.yaml", "rules:\n  - {name: a.b, title: t, because: b, routes: all, staff_groups: "
                                "all, from: 2026-01-01, date_fact: shift_day,\n"
                                "     when: {route: bank}, then: {severity: note, audience: controls}, "
                                "status: made_up, source: s}\n"),
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
                           "[agency], staff_groups: all, calendar: c,\n"
                           "     whole_shift: none, break_from: cheapest_first, formula: {scale_point: top, "
                           "weeks: 52, hours: 37.5, uplift: 1.5,\n"
                           "     enhancement: e, rounding: half_up_penny_hour}}\n"),
    FILE_OF("rates/r.yaml", "grades: {family: agenda_for_change, ascending: [\"1\", \"2\"]}\n"
                            "enhancements:\n  - {name: e, from: 2026-01-01, status: made_up, source: s, "
                            "percent: [{plain: 0, dear: 30}]}\n"
                            "hourly:\n  - {family: agenda_for_change, weeks: 52.143, hours: 37.5, "
                            "enhancement: e, from: 2026-01-01, status: made_up, source: s}\n"
                            "cards:\n  - {name: k, from: 2026-01-01, status: made_up, source: s, routes: "
                            "[bank], staff_groups: all, calendar: c,\n"
                            "     whole_shift: none, break_from: cheapest_first, "
                            "off_card_tolerance_gbp_hour: 0, pay: [{at: top}]}\n"),
    FILE_OF("returns/t.yaml", "groups:\n  - {name: g, title: G, staff_groups: all, from: 2026-01-01, status: made_up, source: s}\n"
                              "returns:\n  - {name: r, title: R, period: week, by: group, stage: latest, groups_across: yes, from: 2026-01-01,\n"
                              "     status: made_up, source: s, columns: [{name: n, title: N, figure: percent, routes: all, finding: a.b},\n"
                              "     {name: h, title: H, figure: shifts, routes: [agency], over_cap: yes, charge_hour_average: {above: 9.99}, percent_over_cap: {at_least: 50}}]}\n"),
    FILE_OF("rates/s.csv", "pay_year,from,until,band,step,annual_gbp,status,source\n2026/"
                           "27,2026-01-01,2027-01-01,1,single,25000,made_up,s\n"),
};
enum { FILES = sizeof whole / sizeof whole[0], YAML_FILES = 6 };

static void check_report(const struct fb_pack_report *report)
{
    for (unsigned i = 0; i < report->n; i++) {
        fb_assert(report->e[i].text[0] != '\0');
        fb_assert(report->e[i].file[0] != '\0');
    }
}

static bool load(const struct fb_pack_file *files, unsigned char digest[16], struct fb_pack_report *report)
{
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load_files(&book, files, FILES, report);
    fb_assert((err == FB_OK) == (book != NULL));
    fb_assert((err == FB_OK) == (report->errors == 0));
    if (book != NULL)
        memcpy(digest, book->digest, 16);
    check_report(report);
    fb_pack_free(&book);
    return err == FB_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_pack_file files[FILES];
    unsigned char first[16] = {0}, again[16] = {0};
    struct fb_pack_report one = {0}, two = {0}, checked = {0};
    if (size == 0 || size > 65536)
        return 0;
    memcpy(files, whole, sizeof files);
    files[data[0] % YAML_FILES].bytes = (struct fb_span){(const char *)data + 1, (uint32_t)size - 1};
    bool loaded = load(files, first, &one);
    fb_assert(load(files, again, &two) == loaded);
    fb_assert(memcmp(first, again, 16) == 0 && one.n == two.n);
    fb_assert((fb_pack_check(files, FILES, 20000, &checked) == FB_OK) == loaded);
    fb_pack_report_free(&one);
    fb_pack_report_free(&two);
    fb_pack_report_free(&checked);
    return 0;
}
