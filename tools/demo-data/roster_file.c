#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"

static const char header[] =
    "Request Id,Last Changed,Date,Start,End,Break (mins),Unit,Staff Group,Grade,Reason,Status,Filled "
    "By,Agency,"
    "Staff No,Worker Type,Own Band,Point,Home Trust,Requested At,To Bank At,To Agency At,Booked At,Basic "
    "Rate,"
    "Night/Sat Rate,Sun/BH Rate,Timesheet,Actual Start,Actual End,Adjusted Start,Adjusted End,Cancelled At,"
    "Cancelled By,Cancel Charge,Bank Ref,Notes";
static const char moment[] = "dd/mm/yyyy HH:MM", clock_time[] = "HH:MM";
static const char *const parties[3] = {"Trust", "Worker", "Agency"};
static const char *const sheets[] = {"", "Submitted", "Finalised", "Finalised", "Did Not Work"};

void fb_demo_roster_start(struct fb_demo_sheet *s)
{
    fb_demo_sheet_start(s, ',', header);
    s->crlf = s->mark = true;
}

static const char *status_of(const struct fb_demo_vacancy *v)
{
    static const char *const ends[] = {"Filled", "Unfilled", "Withdrawn", "Covered"};
    static const char *const states[] = {"Filled", "Booking Cancelled", "DNA"};
    return v->ends == FB_DEMO_FILLED ? states[v->booking.state] : ends[v->ends];
}

static void put_shift(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    if (fault == FB_DEMO_NO_SUCH_DAY)
        fb_demo_cell(s, "31/02/2026");
    else
        fb_demo_cell_when(s, "dd/mm/yyyy", v->start);
    fb_demo_cell_when(s, clock_time, v->start);
    fb_demo_cell_when(s, clock_time, v->end);
    fb_demo_cell_count(s, "", (unsigned)v->post.break_min);
    fb_demo_cell(s, fb_demo_trusts[v->trust].ward[v->unit]);
    fb_demo_cell(s, fb_demo_groups[v->post.group].theirs[FB_DEMO_ROSTER]);
    fb_demo_cell(s, fault == FB_DEMO_NOT_A_WORD ? "Band 5/6"
                                                : fb_demo_grades[v->post.grade].theirs[FB_DEMO_ROSTER]);
    fb_demo_cell(s, fb_demo_reasons[v->reason]);
    fb_demo_cell(s, status_of(v));
}

static void put_bank_worker(struct fb_demo_sheet *s, const struct fb_demo_worker *w, bool collaborative)
{
    bool own = w->kind == FB_DEMO_SUBSTANTIVE;
    static const char *const kinds[] = {"", "Bank Only", "Substantive"};
    fb_demo_cell(s, "");
    fb_demo_cell_count(s, "", w->number);
    fb_demo_cell(s, kinds[w->kind]);
    fb_demo_cell(s, own ? fb_demo_grades[w->own].theirs[FB_DEMO_ROSTER] : "");
    fb_demo_cell(s, own && w->own != FB_DEMO_B2 ? fb_demo_points[w->point] : "");
    fb_demo_cell(s, collaborative ? fb_demo_trusts[w->trust].ods : "");
}

static void put_worker(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    static const char *const routes[] = {"Bank", "Agency", "Collaborative Bank"};
    const struct fb_demo_booking *b = &v->booking;
    if (v->ends != FB_DEMO_FILLED) {
        fb_demo_cells_empty(s, 7);
        return;
    }
    fb_demo_cell(s, routes[b->route]);
    if (b->route != FB_DEMO_AGENCY) {
        put_bank_worker(s, b->worker, b->route == FB_DEMO_COLLABORATIVE);
        return;
    }
    fb_demo_cell(s, fb_demo_agencies[b->agency].name);
    fb_demo_cell_count(s, "A", b->candidate);
    fb_demo_cell(s, "Agency");
    fb_demo_cells_empty(s, 3);
}

/* Agencies' charges come from the portal and some bank pay from the provider; one of RNU's teams never fills
 * pay in, so that its spend can only be expected from the card. */
static bool tells_pay(const struct fb_demo_vacancy *v)
{
    bool silent = v->trust == FB_DEMO_RNU && v->unit == FB_DEMO_WARDS - 1;
    return v->booking.route != FB_DEMO_AGENCY && !v->booking.by_provider && !silent;
}

static void put_times(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    fb_demo_cell_when(s, moment, v->requested);
    fb_demo_cell_when(s, moment, v->to_bank);
    fb_demo_cell_when(s, moment, v->to_agency);
    fb_demo_cell_when(s, moment, v->ends == FB_DEMO_FILLED ? v->booking.booked : 0);
    bool told = v->ends == FB_DEMO_FILLED && tells_pay(v);
    for (unsigned c = 0; c < FB_DEMO_CATEGORIES; c++)
        fb_demo_cell_pounds(s, told ? v->booking.rate[c].worker_pay : 0, false);
}

static void put_worked(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    fb_demo_cell(s, sheets[v->sheet]);
    fb_demo_put_worked(s, v, clock_time);
}

/* Notes are free text, with line ends and quotes in them; no mapping reads them. */
static const char *note_of(const struct fb_demo_vacancy *v)
{
    if (v->number % 53 == 0)
        return "Asked for \"regular\" staff.\r\nPlease ring the ward, see e-mail";
    return v->number % 19 == 0 ? "Escalation, see plan" : "";
}

void fb_demo_roster_row(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    fb_demo_cell_count(s, "", v->number);
    fb_demo_cell_when(s, moment, v->changed);
    put_shift(s, v, fault);
    put_worker(s, v);
    put_times(s, v);
    put_worked(s, v);
    fb_demo_put_cancellation(s, v, moment, parties, false);
    if (v->ends == FB_DEMO_FILLED && v->booking.by_provider)
        fb_demo_cell_count(s, "BP", v->number);
    else
        fb_demo_cell(s, "");
    fb_demo_cell(s, note_of(v));
    fb_demo_row_end(s);
}

/* The total that a report writer puts under its rows. */
void fb_demo_roster_end(struct fb_demo_sheet *s, unsigned shifts)
{
    fb_demo_cell(s, "Total");
    fb_demo_cells_empty(s, 5);
    fb_demo_cell_count(s, "", shifts);
    fb_demo_cells_empty(s, 28);
    fb_demo_row_end(s);
}
