#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"

/* The rate grid has the names of a published interface: {basic, enhanced …} x {worker_pay, commission, ni}.
 */
static const char header[] =
    "dutyId;poNumber;rosterRequestId;bankRef;clientDeptId;subDiscipline;grade;vacancyReason;startTime;"
    "endTime;"
    "breakDuration;requestedAt;releasedToBank;releasedToAgency;status;route;agency;framework;lot;contract;"
    "person;"
    "workerType;ownBand;point;homeTrust;bookedAt;basic.worker_pay;basic.commission;basic.ni;"
    "enhanced_night_saturday.worker_pay;enhanced_night_saturday.commission;enhanced_night_saturday.ni;"
    "enhanced_sunday_holiday.worker_pay;enhanced_sunday_holiday.commission;enhanced_sunday_holiday.ni;"
    "chiefExecRef;chiefExecAt;execDirectorRef;execDirectorAt;timesheetStatus;workedFrom;workedTo;breakFrom;"
    "breakTo;"
    "adjustedFrom;adjustedTo;cancelledAt;cancelledBy;cancellationCharge;lastModified";
static const char moment[] = "yyyy-mm-ddTHH:MM";
static const char *const parties[3] = {"client", "candidate", "agency"};

void fb_demo_portal_start(struct fb_demo_sheet *s)
{
    fb_demo_sheet_start(s, ';', header);
}

bool fb_demo_portal_has(const struct fb_demo_vacancy *v)
{
    const struct fb_demo_trust_row *t = &fb_demo_trusts[v->trust];
    return t->layout == FB_DEMO_PORTAL ||
           (t->portal && v->ends == FB_DEMO_FILLED && v->booking.route == FB_DEMO_AGENCY);
}

static const char *status_of(const struct fb_demo_vacancy *v)
{
    static const char *const ends[] = {"booked", "open", "withdrawn", "covered"};
    static const char *const states[] = {"booked", "cancelled", "no_show"};
    return v->ends == FB_DEMO_FILLED ? states[v->booking.state] : ends[v->ends];
}

static void put_ids(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    enum fb_demo_layout own = fb_demo_trusts[v->trust].layout;
    fb_demo_cell_count(s, own == FB_DEMO_PORTAL ? "D" : "DE", v->number);
    if (v->ends == FB_DEMO_FILLED && v->booking.route == FB_DEMO_AGENCY)
        fb_demo_cell_count(s, "PO-", 7000000 + v->number % 1000000 * 7 % 1000000);
    else
        fb_demo_cell(s, "");
    if (own == FB_DEMO_ROSTER)
        fb_demo_cell_count(s, "", v->number);
    else
        fb_demo_cell(s, "");
    if (own == FB_DEMO_PROVIDER)
        fb_demo_cell_count(s, "BP", v->number);
    else
        fb_demo_cell(s, "");
}

static void put_shift(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    bool own = fb_demo_trusts[v->trust].layout == FB_DEMO_PORTAL, swapped = fault == FB_DEMO_ENDS_FIRST;
    fb_demo_cell(s, fb_demo_trusts[v->trust].ward[v->unit]);
    fb_demo_cell(s, fb_demo_groups[v->post.group].theirs[FB_DEMO_PORTAL]);
    fb_demo_cell(s, fault == FB_DEMO_NOT_A_WORD ? "AFC_5A"
                                                : fb_demo_grades[v->post.grade].theirs[FB_DEMO_PORTAL]);
    fb_demo_cell(s, fb_demo_reasons[v->reason]);
    fb_demo_cell_when(s, moment, swapped ? v->end : v->start);
    fb_demo_cell_when(s, moment, swapped ? v->start : v->end);
    fb_demo_cell_count(s, "", (unsigned)v->post.break_min);
    fb_demo_cell_when(s, moment, own ? v->requested : 0);
    fb_demo_cell_when(s, moment, own ? v->to_bank : 0);
    fb_demo_cell_when(s, moment, own ? v->to_agency : 0);
    fb_demo_cell(s, status_of(v));
}

/* Some lots are left empty, as people do. */
static void put_agency(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    const struct fb_demo_booking *b = &v->booking;
    const char *framework = fb_demo_agencies[b->agency].framework;
    fb_demo_cell(s, fb_demo_agencies[b->agency].code);
    fb_demo_cell(s, framework == NULL ? "" : framework);
    fb_demo_cell(s, "");
    fb_demo_cell(s, fb_demo_contracts[b->contract]);
    fb_demo_cell_count(s, "A", b->candidate);
    fb_demo_cell(s, "agency");
    fb_demo_cells_empty(s, 3);
}

static void put_worker(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    static const char *const kinds[] = {"", "bank_only", "substantive"};
    const struct fb_demo_worker *w = v->booking.worker;
    bool own = w->kind == FB_DEMO_SUBSTANTIVE;
    fb_demo_cells_empty(s, 4);
    fb_demo_cell_count(s, "", w->number);
    fb_demo_cell(s, kinds[w->kind]);
    fb_demo_cell(s, own ? fb_demo_grades[w->own].theirs[FB_DEMO_PORTAL] : "");
    fb_demo_cell(s, own && w->own != FB_DEMO_B2 ? fb_demo_points[w->point] : "");
    fb_demo_cell(s, v->booking.route == FB_DEMO_COLLABORATIVE ? fb_demo_trusts[w->trust].ods : "");
}

static void put_rates(struct fb_demo_sheet *s, const struct fb_demo_booking *b)
{
    for (unsigned c = 0; c < FB_DEMO_CATEGORIES; c++) {
        fb_demo_cell_pounds(s, b->rate[c].worker_pay, false);
        fb_demo_cell_pounds(s, b->rate[c].commission, false);
        fb_demo_cell_pounds(s, b->rate[c].employer_ni, false);
    }
}

static void put_sign_off(struct fb_demo_sheet *s, const char *prefix, unsigned number, int64_t booked)
{
    if (number == 0) {
        fb_demo_cells_empty(s, 2);
        return;
    }
    fb_demo_cell_count(s, prefix, number);
    fb_demo_cell_when(s, moment, fb_demo_civil(booked - 45));
}

static void put_booking(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    static const char *const routes[] = {"bank", "agency", "collaborative"};
    const struct fb_demo_booking *b = &v->booking;
    if (v->ends != FB_DEMO_FILLED) {
        fb_demo_cells_empty(s, 24);
        return;
    }
    fb_demo_cell(s, routes[b->route]);
    if (b->route == FB_DEMO_AGENCY)
        put_agency(s, v);
    else
        put_worker(s, v);
    fb_demo_cell_when(s, moment, b->booked);
    put_rates(s, b);
    put_sign_off(s, "CE-", b->chief, b->booked);
    put_sign_off(s, "ED-", b->executive, b->booked);
}

/* This system knows when the break was; one in three says so. */
static void put_worked(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    static const char *const sheets[] = {"", "submitted", "approved", "approved", "did_not_work"};
    if (fb_demo_trusts[v->trust].layout != FB_DEMO_PORTAL) {
        fb_demo_cells_empty(s, 7);
        return;
    }
    bool rest = v->worked_from != 0 && v->number % 3 == 0;
    int64_t rest_from = fb_demo_civil(v->worked_from + 240);
    fb_demo_cell(s, sheets[v->sheet]);
    fb_demo_cell_when(s, moment, v->worked_from);
    fb_demo_cell_when(s, moment, v->worked_to);
    fb_demo_cell_when(s, moment, rest ? rest_from : 0);
    fb_demo_cell_when(s, moment, rest ? fb_demo_civil(rest_from + v->post.break_min) : 0);
    fb_demo_cell_when(s, moment, v->adjusted_from);
    fb_demo_cell_when(s, moment, v->adjusted_to);
}

void fb_demo_portal_row(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    put_ids(s, v);
    put_shift(s, v, fault);
    put_booking(s, v);
    put_worked(s, v);
    fb_demo_put_cancellation(s, v, moment, parties, false);
    fb_demo_cell_when(s, moment, v->changed);
    fb_demo_row_end(s);
}
