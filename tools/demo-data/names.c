#include "tools/demo-data/names.h"
#include "engine/base/check.h"

/* Codes, names and integrated care boards: NHS England's Organisation Data Service, reports of July 2025 and
 * of mid-2026 (Open Government Licence v3.0). Who uses which system, and the wards, are made up. */
const struct fb_demo_trust_row fb_demo_trusts[FB_DEMO_TRUSTS] = {
    [FB_DEMO_RTH] = {"RTH",
                     "Oxford University Hospitals NHS Foundation Trust",
                     "QU9",
                     FB_DEMO_ROSTER,
                     true,
                     true,
                     {"Ward 5A", "Ward 5B", "Ward 6C", "Emergency Assessment Unit", "Trauma Ward 2",
                      "Renal Ward", "Stroke Unit", "Theatres Recovery"}},
    [FB_DEMO_RXQ] = {"RXQ",
                     "Buckinghamshire Healthcare NHS Trust",
                     "QU9",
                     FB_DEMO_ROSTER,
                     true,
                     true,
                     {"Ward 1", "Ward 2 (Short Stay)", "Ward 4", "Ward 8", "Ward 10", "Medical Assessment",
                      "Spinal Ward St. Zoë", "Community Team North"}},
    [FB_DEMO_RHW] = {"RHW",
                     "Royal Berkshire NHS Foundation Trust",
                     "QU9",
                     FB_DEMO_PROVIDER,
                     false,
                     true,
                     {"Ward A – Acute Medicine", "Ward B – Elderly Care", "Ward C – Surgery", "Critical Care",
                      "Emergency Department", "Children’s Ward", "Maternity", "Day Surgery"}},
    [FB_DEMO_RNU] = {"RNU",
                     "Oxford Health NHS Foundation Trust",
                     "QU9",
                     FB_DEMO_ROSTER,
                     false,
                     true,
                     {"Ashdown", "Birchwood", "Cedar House", "Dovecote", "Elm Lodge", "Community Hospital A",
                      "Community Hospital B", "District Nursing South"}},
    [FB_DEMO_RWX] = {"RWX",
                     "Berkshire Healthcare NHS Foundation Trust",
                     "QNQ",
                     FB_DEMO_PROVIDER,
                     false,
                     false,
                     {"Ward 12 – Recovery", "Ward 14", "Café Court Unit", "Older Adults’ Ward",
                      "Rehabilitation", "Urgent Care", "Community Nursing East", "Community Nursing West"}},
    [FB_DEMO_RYE] = {"RYE",
                     "South Central Ambulance Service NHS Foundation Trust",
                     "QU9",
                     FB_DEMO_PORTAL,
                     false,
                     true,
                     {"Urgent Care Desk", "Clinical Hub North", "Clinical Hub South", "Event Cover",
                      "Patient Transport", "Station 3", "Station 7", "Station 9"}},
};
const struct fb_demo_word_row fb_demo_groups[FB_DEMO_GROUPS] = {
    [FB_DEMO_NURSING] = {"nursing_midwifery", {"Nursing & Midwifery", "NURSING", "Qualified Nursing"}},
    [FB_DEMO_SUPPORT] = {"add_clinical_services", {"Healthcare Support", "HCA", "Unqualified Nursing"}},
    [FB_DEMO_MEDICAL] = {"medical_dental", {"Medical & Dental", "MEDICAL", "Medical"}},
    [FB_DEMO_THERAPY] = {"allied_health", {"Therapies", "AHP", "Allied Health"}},
    [FB_DEMO_SCIENCE] = {"add_prof_scientific", {"Pharmacy & Science", "SCIENTIFIC", "Prof Scientific Tech"}},
    [FB_DEMO_ADMIN] = {"admin_clerical", {"Admin & Clerical", "A&C", "Administration"}},
    [FB_DEMO_ESTATES] = {"estates_ancillary", {"Estates & Facilities", "ESTATES", "Estates"}},
};
const struct fb_demo_word_row fb_demo_grades[FB_DEMO_GRADES] = {
    [FB_DEMO_B2] = {"2", {"Band 2", "B2", "AFC_2"}},      [FB_DEMO_B3] = {"3", {"Band 3", "B3", "AFC_3"}},
    [FB_DEMO_B4] = {"4", {"Band 4", "B4", "AFC_4"}},      [FB_DEMO_B5] = {"5", {"Band 5", "B5", "AFC_5"}},
    [FB_DEMO_B6] = {"6", {"Band 6", "B6", "AFC_6"}},      [FB_DEMO_B7] = {"7", {"Band 7", "B7", "AFC_7"}},
    [FB_DEMO_B8A] = {"8a", {"Band 8a", "B8A", "AFC_8A"}}, [FB_DEMO_FY2] = {"FY2", {"FY2", "FY2", "MED_FY2"}},
    [FB_DEMO_ST3] = {"ST3", {"ST3", "ST3", "MED_ST3"}},
};
const char *const fb_demo_reasons[FB_DEMO_REASONS] = {
    "Vacancy",         "Vacancy",     "Sickness, short term", "Sickness, long term", "Annual leave cover",
    "Maternity leave", "Study leave", "Specialling 1:1",      "Escalation beds",     "Increased acuity"};
const char *const fb_demo_contracts[FB_DEMO_CONTRACTS] = {"PAYE", "PAYE", "Umbrella", "DE"};
const char *const fb_demo_points[3] = {"Entry", "Mid", "Top"};

/* Eight agencies, all of them made up. The frameworks are real ones; that these agencies have places on them
 * is not. */
const struct fb_demo_agency_row fb_demo_agencies[FB_DEMO_AGENCIES] = {
    {"AG01", "Lambourn Vale Staffing (made up)", 28, "RM6281"},
    {"AG02", "Kennet Clinical Cover (made up)", 24, "HTE TWS III"},
    {"AG03", "Windrush Care People (made up)", 18, "RM6281"},
    {"AG04", "Otmoor Healthcare Hands (made up)", 14, "HTE TWS III"},
    {"AG05", "Pangbourne Locum House (made up)", 3, "RM6161"},
    {"AG06", "Evenlode Rapid Response (made up)", 2, NULL},
    {"AG07", "Thame Valley Nurses (made up)", 8, "RM6281"},
    {"AG08", "Hambleden Shift Partners (made up)", 3, "HTE TWS III"},
};
/* RM6161 ended on 11 October 2024 and RM6281 took its place (crowncommercial.gov.uk). The last days are made
 * up. */
const struct fb_demo_place_row fb_demo_places[FB_DEMO_PLACES] = {
    {0, "RM6281", "1", "2024-10-12", "2028-10-12"},
    {0, "RM6281", "3", "2024-10-12", "2028-10-12"},
    {1, "HTE TWS III", "3b", "2023-04-01", "2027-04-01"},
    {1, "HTE TWS III", "4", "2023-04-01", "2027-04-01"},
    {2, "RM6281", "1", "2024-10-12", "2028-10-12"},
    {2, "RM6161", "1", "2020-10-12", "2024-10-12"},
    {3, "HTE TWS III", "3b", "2023-04-01", "2027-04-01"},
    {3, "HTE TWS III", "3a", "2023-04-01", "2027-04-01"},
    {4, "RM6161", "1", "2020-10-12", "2024-10-12"},
    {6, "RM6281", "1", "2024-10-12", "2026-04-01"},
    {7, "HTE TWS III", "3b", "2026-04-01", "2027-04-01"},
};

static unsigned find(const struct fb_demo_word_row *rows, unsigned n, struct fb_span ours)
{
    unsigned i = 0;
    while (i < n && !fb_span_is(ours, rows[i].ours))
        i++;
    return i;
}

enum fb_demo_group fb_demo_group_find(struct fb_span ours)
{
    return (enum fb_demo_group)find(fb_demo_groups, FB_DEMO_GROUPS, ours);
}

enum fb_demo_grade fb_demo_grade_find(struct fb_span ours)
{
    return (enum fb_demo_grade)find(fb_demo_grades, FB_DEMO_GRADES, ours);
}

static fb_day day_of(const char *text)
{
    fb_day day = 0;
    enum fb_err e = fb_day_parse(&day, fb_span_of(text));
    fb_assert(e == FB_OK);
    return day;
}

bool fb_demo_on_framework(unsigned agency, fb_day day)
{
    const char *named = fb_demo_agencies[agency].framework;
    for (unsigned i = 0; i < FB_DEMO_PLACES; i++) {
        const struct fb_demo_place_row *p = &fb_demo_places[i];
        bool same = named == NULL || fb_span_is(fb_span_of(p->framework), named);
        if (p->agency == agency && same && day >= day_of(p->from) && day < day_of(p->until))
            return true;
    }
    return false;
}
