#include "tests/lib/people.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <string.h>

enum { RULES = 4, RULES_MAX = 64, REST = 660, WEEK = 1440, AVERAGE = 900, WEEKS = 4, HOUR = 60, DAY = 1440 };

static const struct fb_predicate rest[] = {{.fact = FB_FACT_REST_BEFORE_MINUTES, .op = FB_OP_LT, .a = REST}};
static const struct fb_predicate week[] = {{.fact = FB_FACT_WEEK_MINUTES, .op = FB_OP_GT, .a = WEEK}};
static const struct fb_predicate average[] = {{.fact = FB_FACT_AVERAGE_WEEK_MINUTES, .op = FB_OP_GT, .a = AVERAGE}};
static const struct fb_predicate papers[] = {{.fact = FB_FACT_RIGHT_TO_WORK_DAYS, .op = FB_OP_LT, .a = 0}};
static const struct {
    const char *name;
    const struct fb_predicate *when;
} rows[RULES] = {
    {"worker.average", average}, {"worker.rest", rest}, {"worker.right_to_work", papers}, {"worker.week", week}};

static void fill_rule(struct fb_rule *r, const struct fb_rule *like, unsigned i)
{
    *r = *like;
    r->id = (uint32_t)fb_hash64(rows[i].name, strlen(rows[i].name));
    r->name = fb_span_of(rows[i].name);
    r->scope = (struct fb_scope){.staff_groups = UINT32_MAX,
                                 .routes = 1u << FB_ROUTE_BANK | 1u << FB_ROUTE_AGENCY,
                                 .from = fb_day_of(2025, 7, 1),
                                 .until = INT32_MAX};
    r->date_fact = FB_FACT_SHIFT_DAY;
    r->severity = FB_SEVERITY_BREACH;
    r->n_when = 1;
    r->n_unless = 0;
    r->when = rows[i].when;
    memset(&r->reads, 0, sizeof r->reads);
    fb_fact_add(&r->reads, rows[i].when->fact);
}

void fb_test_turn_clock(struct fb_book *book)
{
    static struct fb_rule rule[RULES_MAX];
    unsigned n = book->n_rules;
    fb_assert(n + RULES <= RULES_MAX);
    memcpy(rule, book->rule, n * sizeof rule[0]);
    for (unsigned i = 0; i < RULES; i++) {
        fill_rule(&rule[n], &book->rule[FB_TEST_RULE_LATE], i);
        fb_fact_join(&book->reads, &rule[n++].reads);
    }
    book->rule = rule;
    book->n_rules = n;
    book->clocks = (struct fb_clocks){.reference_weeks = WEEKS,
                                      .assignment_reset_weeks = 6,
                                      .absences_left_out = 1u << FB_ABSENCE_KIND_ANNUAL_LEAVE,
                                      .fed_from = INT32_MAX,
                                      .origin = FB_NO_ROW};
}

struct fb_record *fb_test_turn_shift(const char *token, const char *ref, int days, int hour, int hours)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    struct fb_booking *b = &r->as.booking;
    struct fb_shift_time *time = &b->shift.time;
    b->route = FB_ROUTE_BANK;
    b->agency = (struct fb_span){NULL, 0};
    b->rates = (struct fb_rates){.unit = FB_UNIT_NONE};
    b->token = fb_span_of(token);
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    b->shift.break_min = 0;
    time->start_min = (int64_t)(fb_day_of(2026, 3, 16) + days) * DAY + hour * HOUR;
    time->end_min = time->start_min + hours * HOUR;
    return r;
}

struct fb_record *fb_test_turn_sheet(const struct fb_record *booking, const char *ref, int later)
{
    const struct fb_shift_time *time = &booking->as.booking.shift.time;
    struct fb_record *r = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, ref);
    r->as.timesheet.booking_ref = booking->env.record_ref;
    r->as.timesheet.interval[0] = (struct fb_interval_row){FB_INTERVAL_WORKED, time->start_min, time->end_min + later, 0};
    return r;
}

struct fb_record *fb_test_of(enum fb_kind kind, const char *token, const char *ref)
{
    struct fb_record *r = fb_test_record(kind, FB_TEST_ROSTER, ref);
    struct fb_span who = fb_span_of(token);
    if (kind == FB_KIND_WORKER)
        r->as.worker.token = who;
    if (kind == FB_KIND_WORKER_FACT)
        r->as.worker_fact.token = who;
    if (kind == FB_KIND_SUBSTANTIVE_HOURS)
        r->as.hours.token = who;
    if (kind == FB_KIND_ABSENCE)
        r->as.absence.token = who;
    return r;
}

struct fb_record *fb_test_key_change(const char *token, const char *was, const char *ref)
{
    struct fb_record *r = fb_test_of(FB_KIND_WORKER, token, ref);
    r->as.worker.token_was = fb_span_of(was);
    return r;
}
