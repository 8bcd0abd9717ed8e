#include "tests/lib/counted.h"
#include "engine/base/hash.h"
#include <string.h>

static struct fb_counter counter[FB_TEST_COUNTERS];
static struct fb_bonus bonus[FB_TEST_BONUSES];
static const struct fb_predicate by_worker[] = {{.fact = FB_FACT_CANCELLED_BY, .op = FB_OP_EQ, .a = FB_PARTY_WORKER}};
static const char *const counter_name[FB_TEST_COUNTERS] = {"winter.shifts", "winter.cancelled", "month.hours",
                                                           "apart.shifts"};
static const char *const bonus_name[FB_TEST_BONUSES] = {"bonus.third_shift", "bonus.twenty_hours"};

static uint32_t id_of(const char *name)
{
    return (uint32_t)fb_hash64(name, strlen(name));
}

uint32_t fb_test_bonus_id(enum fb_test_bonus b)
{
    return id_of(bonus_name[b]);
}

static struct fb_scope bank_nurses(void)
{
    return (struct fb_scope){.staff_groups = 1u << FB_STAFF_GROUP_NURSING_MIDWIFERY,
                             .routes = 1u << FB_ROUTE_BANK,
                             .from = fb_day_of(2026, 1, 1),
                             .until = fb_day_of(2026, 7, 1)};
}

static void fill_counters(void)
{
    for (unsigned i = 0; i < FB_TEST_COUNTERS; i++)
        counter[i] = (struct fb_counter){.id = id_of(counter_name[i]),
                                         .name = fb_span_of(counter_name[i]),
                                         .scope = bank_nurses(),
                                         .key = FB_COUNTER_KEY_WORKER,
                                         .adds = FB_ADDS_SHIFTS,
                                         .span = FB_SPAN_OF_DATES,
                                         .origin = FB_NO_ROW};
    counter[FB_TEST_WORKED_SHIFTS].worked = true;
    counter[FB_TEST_CANCELLED].cancelled = true;
    counter[FB_TEST_CANCELLED].n_when = 1;
    counter[FB_TEST_CANCELLED].when = by_worker;
    counter[FB_TEST_BOOKED_HOURS].adds = FB_ADDS_MINUTES;
    counter[FB_TEST_BOOKED_HOURS].key = FB_COUNTER_KEY_WORKER_AT_TRUST;
    counter[FB_TEST_BOOKED_HOURS].span = FB_SPAN_OF_MONTH;
    counter[FB_TEST_APART].span = FB_SPAN_OF_ROLLING_DAYS;
    counter[FB_TEST_APART].rolling_days = 28;
    counter[FB_TEST_APART].apart_min = 24 * 60;
}

static void fill_rule(struct fb_rule *r, enum fb_test_bonus b, const char *title)
{
    *r = (struct fb_rule){.id = fb_test_bonus_id(b),
                          .name = fb_span_of(bonus_name[b]),
                          .title = fb_span_of(title),
                          .because = fb_span_of("Winter incentive scheme, 2025/26"),
                          .status = FB_STATUS_AGREED,
                          .severity = FB_SEVERITY_NOTE,
                          .scope = bank_nurses(),
                          .date_fact = FB_FACT_SHIFT_DAY,
                          .origin = FB_NO_ROW};
}

static void fill_bonuses(void)
{
    static struct fb_bonus_row third[2], twenty[1];
    third[0] = (struct fb_bonus_row){
        (uint64_t)1 << FB_TEST_BAND_5, FB_WORKER_KIND_BANK_ONLY, 3, 5000, false, 0, FB_NO_ROW};
    third[1] = (struct fb_bonus_row){
        (uint64_t)1 << FB_TEST_BAND_6, FB_WORKER_KIND_NONE, 3, 0, true, FB_TEST_BAND_5 + 1, FB_NO_ROW};
    twenty[0] = (struct fb_bonus_row){UINT64_MAX, FB_WORKER_KIND_NONE, 20 * 60, 1000, false, 0, FB_NO_ROW};
    bonus[FB_TEST_THIRD_SHIFT] = (struct fb_bonus){.counter = FB_TEST_WORKED_SHIFTS,
                                                   .void_counter = FB_TEST_CANCELLED + 1,
                                                   .times_max = 2,
                                                   .n_rows = 2,
                                                   .row = third,
                                                   .origin = FB_NO_ROW};
    bonus[FB_TEST_TWENTY_HOURS] =
        (struct fb_bonus){.counter = FB_TEST_BOOKED_HOURS, .n_rows = 1, .row = twenty, .origin = FB_NO_ROW};
    fill_rule(&bonus[FB_TEST_THIRD_SHIFT].rule, FB_TEST_THIRD_SHIFT, "Every third bank shift of the winter earns a bonus");
    fill_rule(&bonus[FB_TEST_TWENTY_HOURS].rule, FB_TEST_TWENTY_HOURS, "Twenty bank hours in a month earn a bonus");
}

void fb_test_count(struct fb_book *book)
{
    fill_counters();
    fill_bonuses();
    book->n_counters = FB_TEST_COUNTERS;
    book->counter = counter;
    book->n_bonuses = FB_TEST_BONUSES;
    book->bonus = bonus;
}

struct fb_book *fb_test_count_book(void)
{
    static struct fb_book book;
    book = *fb_test_rule_book();
    fb_test_count(&book);
    return &book;
}
