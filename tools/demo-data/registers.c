/* What belongs to no trust alone: who the trusts are, the agencies, their places on frameworks, budgets. */
#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"

/* Each trust is a member of one board until 1 April 2026 and of the new one from then on. */
static bool write_organisations(struct fb_demo_sheet *s, const char *folder)
{
    fb_demo_sheet_start(s, ',', "ODS Code,Name,Kind,ICB,Member From,Member Until,Closed");
    for (unsigned t = 0; t < FB_DEMO_TRUSTS; t++) {
        for (unsigned turn = 0; turn < 2; turn++) {
            fb_demo_cell(s, fb_demo_trusts[t].ods);
            fb_demo_cell(s, fb_demo_trusts[t].name);
            fb_demo_cell(s, "NHS Trust");
            fb_demo_cell(s, turn == 0 ? fb_demo_trusts[t].ics_before : "S0E4D");
            fb_demo_cell(s, turn == 0 ? "2022-07-01" : "2026-04-01");
            fb_demo_cell(s, turn == 0 ? "2026-04-01" : "");
            fb_demo_cell(s, "no");
            fb_demo_row_end(s);
        }
    }
    return fb_demo_sheet_write(s, folder, "/organisations-2026-03-01.csv");
}

static bool write_agencies(struct fb_demo_sheet *s, const char *folder)
{
    fb_demo_sheet_start(s, ',', "Agency Code,Agency Name");
    for (unsigned i = 0; i < FB_DEMO_AGENCIES; i++) {
        fb_demo_cell(s, fb_demo_agencies[i].code);
        fb_demo_cell(s, fb_demo_agencies[i].name);
        fb_demo_row_end(s);
    }
    return fb_demo_sheet_write(s, folder, "/agencies-2026-03-01.csv");
}

static bool write_frameworks(struct fb_demo_sheet *s, const char *folder)
{
    fb_demo_sheet_start(s, ',', "Agency Code,Framework,Lot,From,Until");
    for (unsigned i = 0; i < FB_DEMO_PLACES; i++) {
        const struct fb_demo_place_row *p = &fb_demo_places[i];
        fb_demo_cell(s, fb_demo_agencies[p->agency].code);
        fb_demo_cell(s, p->framework);
        fb_demo_cell(s, p->lot);
        fb_demo_cell(s, p->from);
        fb_demo_cell(s, p->until);
        fb_demo_row_end(s);
    }
    return fb_demo_sheet_write(s, folder, "/frameworks-2026-04-20.csv");
}

/* Two months, bank and agency, in round thousands: made up. */
static bool write_budgets(struct fb_demo_sheet *s, const char *folder)
{
    static const int64_t thousands[FB_DEMO_TRUSTS][2] = {{150, 70}, {110, 50}, {110, 50},
                                                         {90, 40},  {55, 25},  {55, 25}};
    fb_demo_sheet_start(s, ',', "Trust,Month,Route,Amount");
    for (unsigned t = 0; t < FB_DEMO_TRUSTS; t++) {
        for (unsigned k = 0; k < 4; k++) {
            fb_demo_cell(s, fb_demo_trusts[t].ods);
            fb_demo_cell(s, k < 2 ? "2026-03-01" : "2026-04-01");
            fb_demo_cell(s, k % 2 == 0 ? "bank" : "agency");
            fb_demo_cell_pounds(s, thousands[t][k % 2] * 100000, true);
            fb_demo_row_end(s);
        }
    }
    return fb_demo_sheet_write(s, folder, "/budgets-2026-03-01.csv");
}

bool fb_demo_registers_write(struct fb_demo_sheet *s, const char *folder)
{
    return write_organisations(s, folder) && write_agencies(s, folder) && write_frameworks(s, folder) &&
           write_budgets(s, folder);
}
