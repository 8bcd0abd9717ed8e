#include "engine/core/needs.h"

/* The bounds of one decision's reads add up to what a view can hold. Frameworks get the largest share: an
 * agency may hold places on many lots, with a new row for each stretch of dates. */
enum {
    VACANCY_MAX = 1,
    CASCADE_MAX = 12,
    TIMESHEET_MAX = 10,
    AGENCY_MAX = 1,
    FRAMEWORK_MAX = 24,
    ORG_MAX = 8
};
_Static_assert(FB_MEMBERS_MAX + VACANCY_MAX + CASCADE_MAX + TIMESHEET_MAX + AGENCY_MAX + FRAMEWORK_MAX +
                       ORG_MAX <=
                   FB_GATHER_MAX,
               "what one decision reads fits its view");

const struct fb_need fb_needs[] = {
    /* subject, link, wanted, max */
    {FB_KIND_BOOKING, FB_LINK_REFERENCE, FB_KIND_BOOKING, FB_MEMBERS_MAX},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_VACANCY, VACANCY_MAX},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_CASCADE, CASCADE_MAX},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_TIMESHEET, TIMESHEET_MAX},
    {FB_KIND_BOOKING, FB_LINK_AGENCY, FB_KIND_AGENCY, AGENCY_MAX},
    {FB_KIND_BOOKING, FB_LINK_AGENCY, FB_KIND_FRAMEWORK, FRAMEWORK_MAX},
    {FB_KIND_BOOKING, FB_LINK_ORG, FB_KIND_ORGANISATION, ORG_MAX},
    {FB_KIND_VACANCY, FB_LINK_VACANCY, FB_KIND_BOOKING, FB_MEMBERS_MAX},
    {FB_KIND_VACANCY, FB_LINK_ORG, FB_KIND_ORGANISATION, ORG_MAX},
};
const unsigned fb_needs_count = sizeof fb_needs / sizeof fb_needs[0];

const struct fb_touch fb_touches[] = {
    /* arriving, link, judged */
    {FB_KIND_VACANCY, FB_LINK_SELF, FB_KIND_VACANCY},
    {FB_KIND_VACANCY, FB_LINK_VACANCY, FB_KIND_BOOKING},
    {FB_KIND_CASCADE, FB_LINK_VACANCY, FB_KIND_BOOKING},
    {FB_KIND_BOOKING, FB_LINK_SELF, FB_KIND_BOOKING},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_VACANCY},
    {FB_KIND_BOOKING, FB_LINK_REFERENCE, FB_KIND_BOOKING},
    {FB_KIND_TIMESHEET, FB_LINK_BOOKING, FB_KIND_BOOKING},
    {FB_KIND_AGENCY, FB_LINK_AGENCY, FB_KIND_BOOKING},
    {FB_KIND_FRAMEWORK, FB_LINK_AGENCY, FB_KIND_BOOKING},
    {FB_KIND_ORGANISATION, FB_LINK_ORG, FB_KIND_BOOKING},
    {FB_KIND_ORGANISATION, FB_LINK_ORG, FB_KIND_VACANCY},
};
const unsigned fb_touches_count = sizeof fb_touches / sizeof fb_touches[0];
