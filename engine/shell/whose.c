#include "engine/shell/whose.h"

/* Whose record it is; 0: nobody's own (the registers). One row a kind: a new kind has no writer until it has
 * a row. */
static fb_code of_organisation(const struct fb_record *r)
{
    return r->as.organisation.ods;
}
static fb_code of_vacancy(const struct fb_record *r)
{
    return r->as.vacancy.shift.hirer;
}
static fb_code of_cascade(const struct fb_record *r)
{
    return r->as.cascade.hirer;
}
static fb_code of_booking(const struct fb_record *r)
{
    return r->as.booking.shift.hirer;
}
static fb_code of_timesheet(const struct fb_record *r)
{
    return r->as.timesheet.hirer;
}
static fb_code of_budget(const struct fb_record *r)
{
    return r->as.budget.hirer;
}
static fb_code of_hours(const struct fb_record *r)
{
    return r->as.hours.employer;
}
static fb_code of_approval(const struct fb_record *r)
{
    return r->as.approval.hirer;
}
static fb_code of_invoice_line(const struct fb_record *r)
{
    return r->as.invoice_line.hirer;
}
static fb_code of_reply(const struct fb_record *r)
{
    return r->as.reply.hirer;
}
static fb_code (*const trust_of[FB_KIND_END])(const struct fb_record *r) = {
    [FB_KIND_ORGANISATION] = of_organisation, [FB_KIND_VACANCY] = of_vacancy,
    [FB_KIND_CASCADE] = of_cascade,           [FB_KIND_BOOKING] = of_booking,
    [FB_KIND_TIMESHEET] = of_timesheet,       [FB_KIND_BUDGET] = of_budget,
    [FB_KIND_SUBSTANTIVE_HOURS] = of_hours,   [FB_KIND_APPROVAL] = of_approval,
    [FB_KIND_REPLY] = of_reply,               [FB_KIND_INVOICE_LINE] = of_invoice_line,
};

/* A worker is nobody's own: whoever has looked at a registration, or knows of leave, may say so. */
static bool is_of_people(enum fb_kind kind)
{
    return kind == FB_KIND_WORKER || kind == FB_KIND_WORKER_FACT || kind == FB_KIND_ABSENCE;
}

bool fb_whose_register(enum fb_kind kind)
{
    return kind > FB_KIND_NONE && kind < FB_KIND_END && trust_of[kind] == NULL && !is_of_people(kind);
}

/* What the controls team says is not said by a trust's system. */
static bool is_of_controls(const struct fb_record *r)
{
    const struct fb_reply *reply = &r->as.reply;
    return r->env.kind == FB_KIND_REPLY &&
           (reply->for_trust == FB_SAID_NO || reply->step == FB_STEP_CLOSE || reply->step == FB_STEP_CHALLENGE);
}

bool fb_whose_may(fb_code trust, const struct fb_record *r)
{
    return trust == 0 || is_of_people(r->env.kind) || (trust_of[r->env.kind](r) == trust && !is_of_controls(r));
}

fb_code fb_whose(const struct fb_record *r)
{
    return r->env.kind > FB_KIND_NONE && r->env.kind < FB_KIND_END && trust_of[r->env.kind] != NULL ? trust_of[r->env.kind](r) : 0;
}
