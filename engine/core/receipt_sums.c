/* What a message adds to the control totals of a receipt. */
#include "engine/core/receipt.h"

/* A total that a publisher can work out too: it need not mean anything when it overflows, but it must be the same. */
static void add(int64_t *to, int64_t v)
{
    *to = (int64_t)((uint64_t)*to + (v == FB_ABSENT ? 0 : (uint64_t)v));
}

static void add_minutes(int64_t sum[FB_SUMS], int64_t start_min, int64_t end_min)
{
    add(&sum[FB_SUM_MINUTES], end_min - start_min);
}

static void add_vacancy(const struct fb_record *r, int64_t sum[FB_SUMS])
{
    add_minutes(sum, r->as.vacancy.shift.time.start_min, r->as.vacancy.shift.time.end_min);
}

static void add_booking(const struct fb_record *r, int64_t sum[FB_SUMS])
{
    const struct fb_booking *b = &r->as.booking;
    add_minutes(sum, b->shift.time.start_min, b->shift.time.end_min);
    add(&sum[FB_SUM_PENCE], b->cancel_charge_pence);
    for (unsigned i = 0; i < b->rates.n; i++)
        for (unsigned p = 1; p < FB_PART_END; p++)
            add(&sum[FB_SUM_RATES], b->rates.cell[i].part[p]);
}

static void add_timesheet(const struct fb_record *r, int64_t sum[FB_SUMS])
{
    const struct fb_timesheet *t = &r->as.timesheet;
    for (unsigned i = 0; i < t->n; i++)
        add_minutes(sum, t->interval[i].start_min, t->interval[i].end_min);
}

static void add_hours(const struct fb_record *r, int64_t sum[FB_SUMS])
{
    add(&sum[FB_SUM_MINUTES], r->as.hours.minutes);
}

static void add_budget(const struct fb_record *r, int64_t sum[FB_SUMS])
{
    add(&sum[FB_SUM_PENCE], r->as.budget.amount_pence);
}

static void add_approval(const struct fb_record *r, int64_t sum[FB_SUMS])
{
    add(&sum[FB_SUM_PENCE], r->as.approval.limit_pence);
}

static void (*const add_kind[FB_KIND_END])(const struct fb_record *, int64_t sum[FB_SUMS]) = {
    [FB_KIND_VACANCY] = add_vacancy,         [FB_KIND_BOOKING] = add_booking, [FB_KIND_TIMESHEET] = add_timesheet,
    [FB_KIND_SUBSTANTIVE_HOURS] = add_hours, [FB_KIND_BUDGET] = add_budget,   [FB_KIND_APPROVAL] = add_approval,
};

bool fb_receipt_adds(enum fb_kind kind)
{
    return kind < FB_KIND_END && add_kind[kind] != NULL;
}

void fb_receipt_add(const struct fb_record *r, int64_t sum[FB_SUMS])
{
    if (fb_receipt_adds(r->env.kind))
        add_kind[r->env.kind](r, sum);
}
