#include "tests/lib/wire_records.h"
#include <string.h>

#define IS(field)   (a->field == b->field)
#define TEXT(field) fb_span_eq(a->field, b->field)

static bool same_shift(const struct fb_shift *a, const struct fb_shift *b)
{
    return IS(hirer) && TEXT(site) && TEXT(unit) && TEXT(cost_centre) && TEXT(subjective) &&
           IS(staff_group) && TEXT(role) && TEXT(specialty) && IS(grade) && IS(time.start_min) &&
           IS(time.end_min) && IS(time.notes) && TEXT(start_local) && TEXT(end_local) && IS(break_min);
}

static bool same_vacancy(const struct fb_vacancy *a, const struct fb_vacancy *b)
{
    return same_shift(&a->shift, &b->shift) && IS(state) && TEXT(reason) && TEXT(block_id) &&
           TEXT(purchase_order) && TEXT(bank_provider) && IS(requested_ms);
}

static bool same_rates(const struct fb_rates *a, const struct fb_rates *b)
{
    bool same = IS(unit) && IS(n) && IS(pay_includes_holiday) && IS(complete);
    for (unsigned i = 0; same && i < a->n; i++) {
        same = IS(cell[i].category);
        for (unsigned p = 1; same && p < FB_PART_END; p++)
            same = IS(cell[i].part[p]);
    }
    return same;
}

static bool same_lists(const struct fb_booking *a, const struct fb_booking *b)
{
    bool same = IS(n_references) && IS(n_sign_offs);
    for (unsigned i = 0; same && i < a->n_references; i++)
        same = TEXT(reference[i].system) && TEXT(reference[i].kind) && TEXT(reference[i].id);
    for (unsigned i = 0; same && i < a->n_sign_offs; i++)
        same = IS(sign_off[i].role) && IS(sign_off[i].granted_ms) && TEXT(sign_off[i].reference);
    return same;
}

static bool same_booking(const struct fb_booking *a, const struct fb_booking *b)
{
    return same_shift(&a->shift, &b->shift) && IS(state) && TEXT(vacancy_ref) && IS(employer) && IS(payer) &&
           IS(route) && TEXT(token) && IS(worker_kind) && IS(worker_grade) && IS(worker_point) &&
           TEXT(agency) && TEXT(framework) && TEXT(lot) && IS(engagement) && TEXT(reason) && IS(booked_ms) &&
           same_lists(a, b) && same_rates(&a->rates, &b->rates) && IS(cancelled_by) && IS(cancelled_ms) &&
           TEXT(cancel_reason) && IS(cancel_charge_pence);
}

static bool same_timesheet(const struct fb_timesheet *a, const struct fb_timesheet *b)
{
    bool same = IS(hirer) && TEXT(booking_ref) && IS(state) && TEXT(adjusts) && IS(n);
    for (unsigned i = 0; same && i < a->n; i++)
        same = IS(interval[i].kind) && IS(interval[i].start_min) && IS(interval[i].end_min) &&
               IS(interval[i].host);
    return same;
}

static bool same_register(const struct fb_record *a, const struct fb_record *b)
{
    if (a->env.kind == FB_KIND_ORGANISATION)
        return IS(as.organisation.ods) && TEXT(as.organisation.name) && IS(as.organisation.kind) &&
               IS(as.organisation.ics) && IS(as.organisation.member_from) &&
               IS(as.organisation.member_until) && IS(as.organisation.closed);
    if (a->env.kind == FB_KIND_FRAMEWORK)
        return TEXT(as.framework.agency) && TEXT(as.framework.framework) && TEXT(as.framework.lot) &&
               IS(as.framework.from) && IS(as.framework.until);
    if (a->env.kind == FB_KIND_AGENCY)
        return TEXT(as.agency.code) && TEXT(as.agency.name);
    if (a->env.kind == FB_KIND_BUDGET)
        return IS(as.budget.hirer) && IS(as.budget.month) && IS(as.budget.staff_group) &&
               IS(as.budget.route) && IS(as.budget.amount_pence);
    return a->env.kind == FB_KIND_CASCADE && IS(as.cascade.hirer) && TEXT(as.cascade.vacancy_ref) &&
           IS(as.cascade.tier) && IS(as.cascade.tier_no) && IS(as.cascade.at_ms);
}

static bool same_people(const struct fb_record *a, const struct fb_record *b)
{
    if (a->env.kind == FB_KIND_WORKER)
        return TEXT(as.worker.token) && TEXT(as.worker.token_was) && IS(as.worker.worker) &&
               IS(as.worker.worker_was) && IS(as.worker.kind) && IS(as.worker.grade) && IS(as.worker.point) &&
               IS(as.worker.employer);
    if (a->env.kind == FB_KIND_WORKER_FACT)
        return TEXT(as.worker_fact.token) && IS(as.worker_fact.worker) && IS(as.worker_fact.kind) &&
               IS(as.worker_fact.status) && TEXT(as.worker_fact.name) && IS(as.worker_fact.from) &&
               IS(as.worker_fact.until) && IS(as.worker_fact.week_minutes) && IS(as.worker_fact.employer) &&
               IS(as.worker_fact.grade) && TEXT(as.worker_fact.checked_by);
    if (a->env.kind == FB_KIND_SUBSTANTIVE_HOURS)
        return TEXT(as.hours.token) && IS(as.hours.worker) && IS(as.hours.employer) && IS(as.hours.week) &&
               IS(as.hours.minutes) && IS(as.hours.kind);
    return a->env.kind == FB_KIND_ABSENCE && TEXT(as.absence.token) && IS(as.absence.worker) &&
           IS(as.absence.employer) && IS(as.absence.kind) && IS(as.absence.from) && IS(as.absence.until);
}

static bool same_approval(const struct fb_approval *a, const struct fb_approval *b)
{
    bool same = IS(n_rules);
    for (unsigned i = 0; same && i < a->n_rules; i++)
        same = TEXT(rule[i]);
    return same && IS(hirer) && TEXT(booking_source) && TEXT(booking_ref) && IS(grade) && IS(staff_group) &&
           IS(route) && TEXT(unit) && TEXT(agency) && IS(state) && TEXT(asked_by) && IS(role) &&
           TEXT(granted_by) && TEXT(recorded_by) && IS(granted_ms) && IS(channel) && TEXT(confirmed_by) &&
           IS(confirmed_ms) && IS(second_role) && TEXT(second_by) && IS(second_ms) && IS(limit_pence) &&
           IS(from) && IS(until) && TEXT(reason);
}

static bool same_reply(const struct fb_reply *a, const struct fb_reply *b)
{
    return IS(hirer) && TEXT(booking_source) && TEXT(booking_ref) && TEXT(rule) && IS(step) && TEXT(by) &&
           IS(for_trust) && TEXT(owner) && IS(until_ms) && IS(verdict) && TEXT(text);
}

static bool same_invoice_line(const struct fb_invoice_line *a, const struct fb_invoice_line *b)
{
    bool same = IS(n_references);
    for (unsigned i = 0; same && i < a->n_references; i++)
        same = TEXT(reference[i].system) && TEXT(reference[i].kind) && TEXT(reference[i].id);
    return same && IS(hirer) && TEXT(supplier) && TEXT(invoice) && IS(line) && IS(invoice_day) && IS(billing) &&
           TEXT(credit_invoice) && IS(credit_line) && TEXT(purchase_order) && TEXT(order_system) && TEXT(booking_source) &&
           TEXT(booking_ref) && IS(from) && IS(until) && IS(unit) && IS(units_e2) && IS(minutes) && IS(rate_e4) && IS(grade) &&
           IS(category) && IS(net_pence) && IS(vat_pence) && IS(vat_treatment) && IS(state) && TEXT(reason);
}

bool fb_test_same_record(const struct fb_record *a, const struct fb_record *b)
{
    if (!IS(env.kind) || !TEXT(env.source) || !TEXT(env.message_id) || !TEXT(env.record_ref) ||
        !IS(env.revision) || !IS(env.source_seq) || !TEXT(env.batch_id) || !IS(env.occurred_ms) ||
        !IS(env.historic) || memcmp(a->digest, b->digest, sizeof a->digest) != 0)
        return false;
    if (a->env.kind == FB_KIND_BOOKING)
        return same_booking(&a->as.booking, &b->as.booking);
    if (a->env.kind == FB_KIND_VACANCY)
        return same_vacancy(&a->as.vacancy, &b->as.vacancy);
    if (a->env.kind == FB_KIND_TIMESHEET)
        return same_timesheet(&a->as.timesheet, &b->as.timesheet);
    if (a->env.kind == FB_KIND_APPROVAL)
        return same_approval(&a->as.approval, &b->as.approval);
    if (a->env.kind == FB_KIND_REPLY)
        return same_reply(&a->as.reply, &b->as.reply);
    if (a->env.kind == FB_KIND_INVOICE_LINE)
        return same_invoice_line(&a->as.invoice_line, &b->as.invoice_line);
    if (a->env.kind >= FB_KIND_WORKER)
        return same_people(a, b);
    return same_register(a, b);
}
