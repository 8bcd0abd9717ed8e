#include "tests/lib/small_packs.h"
#include "engine/base/check.h"
#include <stdio.h>
#include <string.h>

#define STANDING   "    status: made_up\n    source: a test\n"
#define PACK(name) "pack: " name "\ntitle: a small pack\nissue: \"1\"\nreview_by: 2030-01-01\n"
#define CARD(name, more)                                                                                     \
    "cards:\n  - name: " name "\n    from: 2026-01-05\n" STANDING "    routes: [bank]\n"                     \
    "    staff_groups: [nursing_midwifery]\n    calendar: usual\n    whole_shift: none\n"                    \
    "    break_from: cheapest_first\n    off_card_tolerance_gbp_hour: 0\n" more                              \
    "    pay:\n      - {at: top}\n"

static const struct {
    const char *name, *bytes;
} small[] = {
    {"base/pack.yaml", PACK("base") "layer: national\ncategories: [plain, dear]\n"},
    {"base/calendar/usual.yaml",
     "calendars:\n  - name: usual\n" STANDING "    days:\n"
     "      weekday: [{until: \"24:00\", category: plain}]\n"
     "      saturday: [{until: \"24:00\", category: dear}]\n"
     "      sunday: [{until: \"24:00\", category: dear}]\n"
     "      public_holiday: [{until: \"24:00\", category: dear}]\n"
     "    night: {from: \"20:00\", until: \"06:00\"}\n    whole_shift: {turns: plain, into: plain}\n"
     "public_holidays: {from: 2026-01-02, until: 2027-01-01, status: made_up, source: a test}\n"},
    {"base/calendar/holidays.csv", "date,name,status,source\n2026-12-25,Christmas Day,made_up,a test\n"},
    {"base/rates/scale.yaml",
     "grades: {family: agenda_for_change, ascending: [\"5\", \"6\"]}\n"
     "enhancements:\n  - name: section-2\n    from: 2026-01-01\n" STANDING
     "    percent:\n      - {plain: 0, dear: 50}\n"
     "hourly:\n  - family: agenda_for_change\n    weeks: 52\n    hours: 40\n    enhancement: section-2\n"
     "    from: 2026-01-01\n" STANDING},
    {"base/rates/points.csv", "pay_year,from,until,band,step,annual_gbp,status,source\n"
                              "2026,2026-01-01,2027-01-01,5,single,41600,made_up,a test\n"
                              "2026,2026-01-01,2027-01-01,6,single,62400,made_up,a test\n"},
    {"base/rates/card.yaml", CARD("base-card", "")},
    {"north/pack.yaml", PACK("north") "layer: ics\nics: QN1\n"
                                      "trusts: [RTH, {code: RXQ, until: 2026-07-01}]\n"
                                      "adoption:\n"
                                      "  - {trust: RTH, state: proposed, from: 2026-01-05, role: board, "
                                      "status: made_up, source: a test}\n"
                                      "  - {trust: RTH, state: adopted, from: 2026-03-01, role: "
                                      "chief_people_officer, status: made_up, source: a test}\n"
                                      "corridor: {above_percent: 5, below_percent: \"2.5\", weeks: 4, "
                                      "hours_least: 50, settle_days: 7, status: made_up, source: a test}\n"},
    {"north/rates/card.yaml", CARD("north-card", "    hcas: yes\n")},
    {"south/pack.yaml", PACK("south") "layer: ics\nics: QS1\n"
                                      "trusts: [RHW, {code: RXQ, from: 2026-07-01}]\n"},
    {"south/rates/card.yaml", CARD("south-card", "")},
    {"rth/pack.yaml", PACK("rth") "layer: trust\ntrusts: [RTH]\n"},
    {"rth/rates/card.yaml", CARD("rth-card", "    agreed_until: 2026-06-01\n    reason: a shortage\n")},
    {"rth02/pack.yaml", PACK("rth02") "layer: site\ntrusts: [RTH]\nsites: [RTH02]\n"},
    {"rth02/rates/card.yaml", CARD("rth02-card", "    agreed_until: 2026-05-01\n    reason: a new ward\n")},
};

struct fb_pack_files fb_test_small_packs(void)
{
    struct fb_pack_files files = {0};
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
        fb_test_pack_put(&files, small[i].name, small[i].bytes);
    return files;
}

bool fb_test_small_pack_refused(const struct fb_test_broken *b)
{
    struct fb_pack_files files = fb_test_small_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    unsigned line = (unsigned)((int)fb_test_pack_change(&files, b->file, b->from, b->to) + b->below);
    enum fb_err err = fb_pack_load_files(&book, files.file, files.n, &report);
    bool said = b->words == NULL
                    ? err == FB_OK && report.n == 0
                    : err == FB_REFUSED && fb_test_pack_said(&report, b->file, line, b->words) != NULL;
    if (!said) {
        printf("\nnot said at %s:%u: %s\n", b->file, line, b->words == NULL ? "nothing" : b->words);
        fb_pack_report_print(stdout, &report);
    }
    said = said && (err == FB_OK) == (book != NULL);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
    return said;
}

struct fb_book *fb_test_pack_book(struct fb_pack_files *files)
{
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    enum fb_err err = fb_pack_load_files(&book, files->file, files->n, &report);
    fb_pack_report_print(stdout, &report);
    fb_assert(err == FB_OK);
    fb_pack_report_free(&report);
    fb_pack_files_free(files);
    return book;
}
