#include "engine/core/needs.h"
#include "engine/core/approval.h"
#include "engine/core/judge.h"

/* Each bound fits its place in the view. Most kinds have places, and of each place only the best is needed: of cascades one
 * for each tier (0: not stated) and one for each number of an agency tier up to TIER_NUMBERS. */
enum { TIMESHEET_MAX = 48, TIER_NUMBERS = 8, CASCADE_PLACES = FB_TIER_END + TIER_NUMBERS, RIVALS_MAX = 16,
       FRAMEWORK_PLACES = FB_LOT_PLACE_NOWHERE - FB_LOT_PLACE_HELD,
       MEMBERS = FB_MEMBERS_MAX };
_Static_assert(TIMESHEET_MAX <= FB_GATHER_MAX && CASCADE_PLACES <= FB_GATHER_MAX && RIVALS_MAX <= FB_GATHER_MAX &&
                   FB_APPROVALS_MAX <= FB_GATHER_MAX && FB_INVOICES_MAX <= FB_GATHER_MAX,
               "what one decision reads fits its view");

const struct fb_need fb_needs[] = {
    /* subject, link, wanted, max, places */
    {FB_KIND_BOOKING, FB_LINK_REFERENCE, FB_KIND_BOOKING, MEMBERS, 0},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_VACANCY, 1, 1},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_CASCADE, CASCADE_PLACES, CASCADE_PLACES},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_TIMESHEET, TIMESHEET_MAX, 0},
    {FB_KIND_BOOKING, FB_LINK_AGENCY, FB_KIND_AGENCY, 1, 1},
    {FB_KIND_BOOKING, FB_LINK_AGENCY, FB_KIND_FRAMEWORK, FRAMEWORK_PLACES, FRAMEWORK_PLACES},
    {FB_KIND_BOOKING, FB_LINK_ORG, FB_KIND_ORGANISATION, 1, 1},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_BOOKING, RIVALS_MAX, 0},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_APPROVAL, FB_APPROVALS_MAX, 0},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_REPLY, FB_REPLIES_MAX, 0},
    /* Last: a trust may have many, and they must not take the room of what is the shift's own. */
    {FB_KIND_BOOKING, FB_LINK_CLASS, FB_KIND_APPROVAL, FB_APPROVALS_MAX, 0},
    {FB_KIND_VACANCY, FB_LINK_VACANCY, FB_KIND_BOOKING, 1, 1},
    {FB_KIND_VACANCY, FB_LINK_ORG, FB_KIND_ORGANISATION, 1, 1},
    {FB_KIND_APPROVAL, FB_LINK_BOOKING, FB_KIND_BOOKING, 1, 1},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_INVOICE_LINE, FB_INVOICES_MAX, 0},
    {FB_KIND_BOOKING, FB_LINK_REFERENCE, FB_KIND_INVOICE_LINE, FB_INVOICES_MAX, 0},
    {FB_KIND_INVOICE_LINE, FB_LINK_INVOICE, FB_KIND_INVOICE_LINE, FB_INVOICES_MAX, 0},
    {FB_KIND_INVOICE_LINE, FB_LINK_BOOKING, FB_KIND_BOOKING, FB_GATHER_MAX, 0},
    {FB_KIND_INVOICE_LINE, FB_LINK_REFERENCE, FB_KIND_BOOKING, FB_GATHER_MAX, 0},
    {FB_KIND_INVOICE_LINE, FB_LINK_LINE, FB_KIND_REPLY, FB_REPLIES_MAX, 0},
    /* The confirmation of an approval goes with it wherever it is read. */
};
const unsigned fb_needs_count = sizeof fb_needs / sizeof fb_needs[0];

const struct fb_touch fb_touches[] = {
    /* arriving, link, judged, only */
    {FB_KIND_VACANCY, FB_LINK_SELF, FB_KIND_VACANCY, FB_TOUCH_ALL},
    {FB_KIND_VACANCY, FB_LINK_VACANCY, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_CASCADE, FB_LINK_VACANCY, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_BOOKING, FB_LINK_SELF, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_VACANCY, FB_TOUCH_ALL},
    {FB_KIND_BOOKING, FB_LINK_VACANCY, FB_KIND_BOOKING, FB_TOUCH_OF_CANCELLED},
    {FB_KIND_BOOKING, FB_LINK_REFERENCE, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_APPROVAL, FB_TOUCH_ALL},
    {FB_KIND_TIMESHEET, FB_LINK_BOOKING, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_AGENCY, FB_LINK_AGENCY, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_FRAMEWORK, FB_LINK_AGENCY, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_ORGANISATION, FB_LINK_ORG, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_ORGANISATION, FB_LINK_ORG, FB_KIND_VACANCY, FB_TOUCH_ALL},
    /* What an approval answers and takes hangs on findings: a shift without any has nothing to ask of it. */
    {FB_KIND_APPROVAL, FB_LINK_SELF, FB_KIND_APPROVAL, FB_TOUCH_ALL},
    {FB_KIND_APPROVAL, FB_LINK_BOOKING, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_APPROVAL, FB_LINK_CLASS, FB_KIND_BOOKING, FB_TOUCH_WITH_FINDINGS},
    {FB_KIND_REPLY, FB_LINK_BOOKING, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_REPLY, FB_LINK_LINE, FB_KIND_INVOICE_LINE, FB_TOUCH_ALL},
    /* A line rests on what its shifts' decisions say of it: they come first (turn/stale.c). */
    {FB_KIND_INVOICE_LINE, FB_LINK_BOOKING, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_INVOICE_LINE, FB_LINK_REFERENCE, FB_KIND_BOOKING, FB_TOUCH_ALL},
    {FB_KIND_INVOICE_LINE, FB_LINK_SELF, FB_KIND_INVOICE_LINE, FB_TOUCH_ALL},
    {FB_KIND_INVOICE_LINE, FB_LINK_INVOICE, FB_KIND_INVOICE_LINE, FB_TOUCH_ALL},
    {FB_KIND_BOOKING, FB_LINK_BOOKING, FB_KIND_INVOICE_LINE, FB_TOUCH_ALL},
    {FB_KIND_BOOKING, FB_LINK_REFERENCE, FB_KIND_INVOICE_LINE, FB_TOUCH_ALL},
    {FB_KIND_REPLY, FB_LINK_APPROVAL, FB_KIND_APPROVAL, FB_TOUCH_ALL}, /* and whatever that approval touches */
};
const unsigned fb_touches_count = sizeof fb_touches / sizeof fb_touches[0];

/* ---- which of them ---- */

void fb_ask_of_booking(struct fb_asking *a, const struct fb_view *view, const struct fb_booking *b)
{
    *a = (struct fb_asking){FB_KIND_BOOKING, view, b, b->shift.hirer, fb_london_day(b->shift.time.start_min), FB_NO_DAY};
    if (b->booked_ms != FB_ABSENT)
        a->booking_day = fb_london_day_of_ms(b->booked_ms);
}

void fb_ask_of_vacancy(struct fb_asking *a, const struct fb_vacancy *v)
{
    *a = (struct fb_asking){FB_KIND_VACANCY, NULL, NULL, v->shift.hirer, fb_london_day(v->shift.time.start_min), FB_NO_DAY};
}

void fb_ask_of_approval(struct fb_asking *a, const struct fb_approval *approval)
{
    *a = (struct fb_asking){FB_KIND_APPROVAL, NULL, NULL, approval->hirer, approval->from, FB_NO_DAY};
}

void fb_ask_of_invoice(struct fb_asking *a, const struct fb_invoice_line *l)
{
    *a = (struct fb_asking){FB_KIND_INVOICE_LINE, NULL, NULL, l->hirer, l->from, FB_NO_DAY};
}

static bool takes_organisation(const struct fb_asking *a, const struct fb_organisation *o)
{
    return o->ods == a->hirer && a->day >= o->member_from && a->day < o->member_until;
}

static bool takes_framework(const struct fb_asking *a, const struct fb_framework *f)
{
    return a->booking != NULL && a->booking_day != FB_NO_DAY &&
           fb_judge__lot_place(f, a->booking, a->booking_day) != FB_LOT_PLACE_NOWHERE;
}

/* Of a vacancy those that stand, of a shift its rivals that fell through, of an approval the one that it names, of a line of an
 * invoice those that it names, both of its own trust: of another's nobody is told by naming it. */
static bool takes_booking(const struct fb_asking *a, const struct fb_booking *b)
{
    if (a->subject == FB_KIND_APPROVAL || a->subject == FB_KIND_INVOICE_LINE)
        return b->shift.hirer == a->hirer;
    return b->state == (a->subject == FB_KIND_VACANCY ? FB_BOOKING_STATE_BOOKED : FB_BOOKING_STATE_CANCELLED);
}

/* What was taken back takes no room, unless it may have lapsed or expired before, or stands until then. */
static bool may_matter(const struct fb_approval *a, int64_t now_ms)
{
    bool expired = a->booking_ref.n == 0 && fb_london_day_of_ms(a->ended_ms) >= a->until;
    bool over = a->channel == FB_CHANNEL_TELEPHONE || expired || a->ended_ms > now_ms;
    return a->state == FB_APPROVAL_STATE_GRANTED || (fb_approval_was_granted(a) && over);
}

bool fb_need_takes(const struct fb_asking *a, const struct fb_record *r)
{
    switch (r->env.kind) {
    case FB_KIND_BOOKING:
        return takes_booking(a, &r->as.booking);
    case FB_KIND_APPROVAL:
        return a->booking != NULL && may_matter(&r->as.approval, a->view->now_ms) &&
               fb_approval_covers(&r->as.approval, a->view, a->booking, a->day);
    case FB_KIND_TIMESHEET:
        return fb_judge__settled(&r->as.timesheet);
    case FB_KIND_AGENCY:
        return a->booking != NULL && fb_span_eq(r->as.agency.code, a->booking->agency);
    case FB_KIND_FRAMEWORK:
        return takes_framework(a, &r->as.framework);
    case FB_KIND_ORGANISATION:
        return takes_organisation(a, &r->as.organisation);
    case FB_KIND_INVOICE_LINE: /* nobody charges another trust for it */
        return r->as.invoice_line.hirer == a->hirer;
    case FB_KIND_REPLY: /* nobody closes what was found at another trust */
        return r->as.reply.hirer == a->hirer;
    case FB_KIND_NONE:
    case FB_KIND_VACANCY:
    case FB_KIND_CASCADE:
    case FB_KIND_BUDGET:
    case FB_KIND_WORKER:
    case FB_KIND_WORKER_FACT:
    case FB_KIND_SUBSTANTIVE_HOURS:
    case FB_KIND_ABSENCE:
    case FB_KIND_END:
        break;
    }
    return true;
}

unsigned fb_need_place(const struct fb_asking *a, const struct fb_record *r)
{
    if (r->env.kind == FB_KIND_FRAMEWORK)
        return (unsigned)fb_judge__lot_place(&r->as.framework, a->booking, a->booking_day);
    if (r->env.kind != FB_KIND_CASCADE)
        return 0;
    const struct fb_cascade *c = &r->as.cascade;
    if (c->tier != FB_TIER_AGENCY || c->tier_no == FB_ABSENT || c->tier_no < 1)
        return (unsigned)c->tier;
    return FB_TIER_END + (unsigned)(c->tier_no > TIER_NUMBERS ? TIER_NUMBERS : c->tier_no) - 1;
}

static int earlier(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Rivals: a bank's come first, for it is they that are asked after. */
static int cmp_cancelled(const struct fb_booking *a, const struct fb_booking *b)
{
    if (a->state != FB_BOOKING_STATE_CANCELLED || b->state != FB_BOOKING_STATE_CANCELLED)
        return 0;
    int order = fb_route_is_bank(b->route) - fb_route_is_bank(a->route);
    return order == 0 ? earlier(a->cancelled_ms, b->cancelled_ms) : order;
}

int fb_need_cmp(const struct fb_record *a, const struct fb_record *b)
{
    int order = 0;
    if (a->env.kind == FB_KIND_CASCADE)
        order = earlier(a->as.cascade.at_ms, b->as.cascade.at_ms);
    if (a->env.kind == FB_KIND_APPROVAL) /* those that name the booking first */
        order = (a->as.approval.booking_ref.n == 0) - (b->as.approval.booking_ref.n == 0);
    if (a->env.kind == FB_KIND_REPLY)
        order = earlier(b->env.occurred_ms, a->env.occurred_ms);
    if (a->env.kind == FB_KIND_BOOKING)
        order = cmp_cancelled(&a->as.booking, &b->as.booking);
    if (a->env.kind == FB_KIND_ORGANISATION)
        order = fb_version_cmp(b, a);
    if (order == 0)
        order = fb_span_cmp(a->env.source, b->env.source);
    return order == 0 ? fb_span_cmp(a->env.record_ref, b->env.record_ref) : order;
}
