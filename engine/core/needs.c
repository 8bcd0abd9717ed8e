#include "engine/core/needs.h"
#include "engine/core/judge.h"

/* The bounds of one decision's reads add up to what a view can hold. All kinds but timesheets have places,
 * and of each place only the best is needed. */
enum { TIMESHEET_MAX = 48, CASCADE_PLACES = 3, MEMBERS = FB_MEMBERS_MAX };
_Static_assert(MEMBERS + TIMESHEET_MAX + CASCADE_PLACES + 4 <= FB_GATHER_MAX,
               "what one decision reads fits its view");

const struct fb_need fb_needs[] = {
    /* subject, link, wanted, max, places */
    {FB_KIND_BOOKING, FB_LINK_REFERENCE, FB_KIND_BOOKING, MEMBERS, 0},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_VACANCY, 1, 1},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_CASCADE, CASCADE_PLACES, CASCADE_PLACES},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_TIMESHEET, TIMESHEET_MAX, 0},
    {FB_KIND_BOOKING, FB_LINK_AGENCY, FB_KIND_AGENCY, 1, 1},
    {FB_KIND_BOOKING, FB_LINK_AGENCY, FB_KIND_FRAMEWORK, 1, 1},
    {FB_KIND_BOOKING, FB_LINK_ORG, FB_KIND_ORGANISATION, 1, 1},
    {FB_KIND_VACANCY, FB_LINK_VACANCY, FB_KIND_BOOKING, 1, 1},
    {FB_KIND_VACANCY, FB_LINK_ORG, FB_KIND_ORGANISATION, 1, 1},
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

/* ---- which of them ---- */

void fb_ask_of_booking(struct fb_asking *a, const struct fb_booking *b)
{
    *a = (struct fb_asking){b, b->shift.hirer, fb_london_day(b->shift.time.start_min), FB_NO_DAY};
    if (b->booked_ms != FB_ABSENT)
        a->booking_day = fb_london_day_of_ms(b->booked_ms);
}

void fb_ask_of_vacancy(struct fb_asking *a, const struct fb_vacancy *v)
{
    *a = (struct fb_asking){NULL, v->shift.hirer, fb_london_day(v->shift.time.start_min), FB_NO_DAY};
}

static bool takes_organisation(const struct fb_asking *a, const struct fb_organisation *o)
{
    return o->ods == a->hirer && a->day >= o->member_from && a->day < o->member_until;
}

static bool takes_framework(const struct fb_asking *a, const struct fb_framework *f)
{
    return a->booking != NULL && a->booking_day != FB_NO_DAY &&
           fb_judge__place_holds(f, a->booking, a->booking_day);
}

bool fb_need_takes(const struct fb_asking *a, const struct fb_record *r)
{
    switch (r->env.kind) {
    case FB_KIND_BOOKING:
        return r->as.booking.state == FB_BOOKING_STATE_BOOKED;
    case FB_KIND_TIMESHEET:
        return fb_judge__settled(&r->as.timesheet);
    case FB_KIND_AGENCY:
        return a->booking != NULL && fb_span_eq(r->as.agency.code, a->booking->agency);
    case FB_KIND_FRAMEWORK:
        return takes_framework(a, &r->as.framework);
    case FB_KIND_ORGANISATION:
        return takes_organisation(a, &r->as.organisation);
    case FB_KIND_NONE:
    case FB_KIND_VACANCY:
    case FB_KIND_CASCADE:
    case FB_KIND_BUDGET:
    case FB_KIND_WORKER:
    case FB_KIND_WORKER_FACT:
    case FB_KIND_SUBSTANTIVE_HOURS:
    case FB_KIND_ABSENCE:
    case FB_KIND_APPROVAL:
    case FB_KIND_REPLY:
    case FB_KIND_END:
        break;
    }
    return true;
}

unsigned fb_need_place(const struct fb_record *r)
{
    if (r->env.kind != FB_KIND_CASCADE)
        return 0;
    enum fb_tier tier = r->as.cascade.tier;
    return fb_judge__is_bank_tier(tier) ? 0 : fb_judge__is_agency_tier(tier) ? 1 : 2;
}

int fb_need_cmp(const struct fb_record *a, const struct fb_record *b)
{
    int order = 0;
    if (a->env.kind == FB_KIND_CASCADE)
        order = (a->as.cascade.at_ms > b->as.cascade.at_ms) - (a->as.cascade.at_ms < b->as.cascade.at_ms);
    if (a->env.kind == FB_KIND_ORGANISATION)
        order = fb_version_cmp(b, a);
    if (order == 0)
        order = fb_span_cmp(a->env.source, b->env.source);
    return order == 0 ? fb_span_cmp(a->env.record_ref, b->env.record_ref) : order;
}
