#include "tools/demo-data/layouts.h"
#include "tools/demo-data/names.h"

static const char header[] =
    "Ref No,HR Request Id,Ward,Staff Group,Band,Shift Reason,Work Date,Week Ending,Start,End,Break "
    "Mins,Requested,"
    "Status,Supply,Supplier,Staff ID,Worker Type,Own Band,Point,Home Trust,Booked,Basic Rate,Night/Sat Rate,"
    "Sun/BH Rate,NI per Hour,Fee per Hour,Pay Minutes,Pay Amount,TS Status,Act Start,Act End,Adj Start,Adj "
    "End,"
    "Cancelled On,Cancelled By,Cancellation Charge,Authorised,Remarks";
static const char day_text[] = "dd-mmm-yyyy", moment[] = "dd-mmm-yyyy HH:MM", clock_time[] = "HH:MM";
static const char *const parties[3] = {"HIRER", "WORKER", "SUPPLIER"};

void fb_demo_provider_start(struct fb_demo_sheet *s)
{
    fb_demo_sheet_start(s, ',', header);
    s->crlf = s->windows_1252 = true;
}

bool fb_demo_provider_has(const struct fb_demo_vacancy *v)
{
    const struct fb_demo_trust_row *t = &fb_demo_trusts[v->trust];
    return t->layout == FB_DEMO_PROVIDER ||
           (t->provider && v->ends == FB_DEMO_FILLED && v->booking.by_provider);
}

static const char *status_of(const struct fb_demo_vacancy *v)
{
    static const char *const ends[] = {"Filled", "Unfilled", "Withdrawn", "In House"};
    static const char *const states[] = {"Filled", "Cancelled", "DNA"};
    return v->ends == FB_DEMO_FILLED ? states[v->booking.state] : ends[v->ends];
}

static void put_shift(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    fb_demo_cell(s, fb_demo_trusts[v->trust].ward[v->unit]);
    fb_demo_cell(s, fb_demo_groups[v->post.group].theirs[FB_DEMO_PROVIDER]);
    fb_demo_cell(s, fb_demo_grades[v->post.grade].theirs[FB_DEMO_PROVIDER]);
    fb_demo_cell(s, fb_demo_reasons[v->reason]);
    fb_demo_cell_when(s, day_text, v->start);
    fb_demo_cell_when(s, day_text, (int64_t)(fb_day_week(v->post.day) + 6) * 1440);
    fb_demo_cell_when(s, clock_time, v->start);
    fb_demo_cell_when(s, clock_time, v->end);
    fb_demo_cell_count(s, "", (unsigned)v->post.break_min);
    fb_demo_cell_when(s, moment, v->requested);
    fb_demo_cell(s, fault == FB_DEMO_NOT_A_WORD ? "Fillled" : status_of(v));
}

static void put_supply(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    static const char *const routes[] = {"Bank", "Agency", "Collaborative"};
    static const char *const kinds[] = {"", "BANK ONLY", "MULTI POST"};
    const struct fb_demo_booking *b = &v->booking;
    const struct fb_demo_worker *w = b->worker;
    if (v->ends != FB_DEMO_FILLED) {
        fb_demo_cells_empty(s, 8);
        return;
    }
    bool own = w != NULL && w->kind == FB_DEMO_SUBSTANTIVE;
    fb_demo_cell(s, routes[b->route]);
    fb_demo_cell(s, w == NULL ? fb_demo_agencies[b->agency].name : "");
    fb_demo_cell_count(s, w == NULL ? "A" : "", w == NULL ? b->candidate : w->number);
    fb_demo_cell(s, w == NULL ? "AGENCY" : kinds[w->kind]);
    fb_demo_cell(s, own ? fb_demo_grades[w->own].theirs[FB_DEMO_PROVIDER] : "");
    fb_demo_cell(s, own && w->own != FB_DEMO_B2 ? fb_demo_points[w->point] : "");
    fb_demo_cell(s, b->route == FB_DEMO_COLLABORATIVE ? fb_demo_trusts[w->trust].ods : "");
    fb_demo_cell_when(s, moment, b->booked);
}

/* NI and the fee are one figure for all hours of the shift, so that the rates make up the rest of the charge.
 * Where a portal sends the agencies' charges, the provider does not know them. */
static void put_rates(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    const struct fb_demo_booking *b = &v->booking;
    const struct fb_demo_rate *r = b->rate;
    bool agency = b->route == FB_DEMO_AGENCY;
    if (v->ends != FB_DEMO_FILLED || (agency && fb_demo_trusts[v->trust].portal)) {
        fb_demo_cells_empty(s, 7);
        return;
    }
    int64_t minutes = v->end - v->start - v->post.break_min;
    for (unsigned c = 0; c < FB_DEMO_CATEGORIES; c++) {
        int64_t whole = r[c].worker_pay + r[c].employer_ni + r[c].commission;
        if (fault == FB_DEMO_NOT_A_RATE && c == 0)
            fb_demo_cell(s, "\xC2\xA3"
                            "17.6O");
        else
            fb_demo_cell_pounds(s, whole - r[0].employer_ni - r[0].commission, true);
    }
    fb_demo_cell_pounds(s, r[0].employer_ni, true);
    fb_demo_cell_pounds(s, agency ? r[0].commission : 95, true);
    fb_demo_cell_count(s, "", (unsigned)minutes);
    fb_demo_cell_pounds(s, r[0].worker_pay * minutes / 60, true);
}

static void put_worked(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v)
{
    static const char *const sheets[] = {"", "Awaiting", "Authorised", "Authorised", "Not Worked"};
    bool told = fb_demo_trusts[v->trust].layout == FB_DEMO_PROVIDER;
    if (!told) {
        fb_demo_cells_empty(s, 5);
        return;
    }
    fb_demo_cell(s, sheets[v->sheet]);
    fb_demo_put_worked(s, v, clock_time);
}

void fb_demo_provider_row(struct fb_demo_sheet *s, const struct fb_demo_vacancy *v, enum fb_demo_fault fault)
{
    bool own = fb_demo_trusts[v->trust].layout == FB_DEMO_PROVIDER;
    fb_demo_cell_count(s, "BP", v->number);
    if (fault == FB_DEMO_CUT_OFF) { /* the export stopped in the middle of a row, and went on */
        fb_demo_cell(s, "");
        fb_demo_row_end(s);
        return;
    }
    if (own)
        fb_demo_cell(s, "");
    else
        fb_demo_cell_count(s, "", v->number);
    put_shift(s, v, fault);
    put_supply(s, v);
    put_rates(s, v, fault);
    put_worked(s, v);
    fb_demo_put_cancellation(s, v, moment, parties, true);
    fb_demo_cell_when(s, moment, v->changed);
    fb_demo_cell(s, v->number % 41 == 0 ? "Rate \xC2\xA3 agreed \xE2\x80\x93 ward manager\xE2\x80\x99s e-mail"
                                        : "");
    fb_demo_row_end(s);
}

void fb_demo_provider_end(struct fb_demo_sheet *s, unsigned shifts)
{
    fb_demo_cell(s, "Grand Total");
    fb_demo_cell_count(s, "", shifts);
    fb_demo_cells_empty(s, 36);
    fb_demo_row_end(s);
}
