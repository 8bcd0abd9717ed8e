#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/lib/views.h"
#include <string.h>

enum { ORIGINS_MAX = 256, ALL = -1, HALF_E2 = 5000, HUNDRED_POUNDS_E4 = 1000000, LEAST_LEAD_MINUTES = 240 };

/* What an agency rule may ask: the first assurance rules of a system, each over the first facts. */
static int64_t band_2_3[2], offices[2] = {FB_STAFF_GROUP_ADMIN_CLERICAL, FB_STAFF_GROUP_ESTATES_ANCILLARY};
#define WHEN(id, how, value)                                                                                 \
    {                                                                                                        \
        .fact = FB_FACT_##id, .op = FB_OP_##how, .a = (value)                                                \
    }
static const struct fb_predicate chief[] = {WHEN(SIGN_OFF_CHIEF_EXECUTIVE, EQ, 1)};
static const struct fb_predicate executive[] = {WHEN(SIGN_OFF_EXECUTIVE, EQ, 1)};
static const struct fb_predicate low_band[] = {
    {.fact = FB_FACT_GRADE, .op = FB_OP_IN, .n_set = 2, .set = band_2_3}};
static const struct fb_predicate no_bank[] = {WHEN(CASCADED_TO_BANK, EQ, 0)};
static const struct fb_predicate off_framework[] = {WHEN(ON_FRAMEWORK, EQ, 0)};
static const struct fb_predicate office[] = {
    {.fact = FB_FACT_STAFF_GROUP, .op = FB_OP_IN, .n_set = 2, .set = offices}};
static const struct fb_predicate late[] = {WHEN(LEAD_MINUTES, LT, LEAST_LEAD_MINUTES),
                                           WHEN(BOOKED_AFTER_START, EQ, 0)};
static const struct fb_predicate half_over[] = {WHEN(PERCENT_OVER_CAP_E2, GE, HALF_E2)};
static const struct fb_predicate hundred[] = {WHEN(CHARGE_HOUR_DEAREST, GE, HUNDRED_POUNDS_E4)};
#undef WHEN

static const struct row {
    const char *name, *title, *because;
    enum fb_severity severity;
    enum fb_status status;
    uint8_t n_when, n_unless;
    const struct fb_predicate *when, *unless;
} rows[FB_TEST_RULES] = {
    {"agency.band_2_3", "Band 2 and 3 shifts go to an agency only with the chief executive's sign-off.",
     "NHS England, agency rules from July 2025", FB_SEVERITY_BREACH, FB_STATUS_PUBLISHED, 1, 1, low_band,
     chief},
    {"agency.no_cascade", "A shift is offered to bank before an agency gets it.", "the system's own rule",
     FB_SEVERITY_WARN, FB_STATUS_AGREED, 1, 0, no_bank, NULL},
    {"agency.off_framework", "Agency shifts are booked through a framework that holds at the booking date.",
     "NHS England, agency rules", FB_SEVERITY_BREACH, FB_STATUS_PUBLISHED, 1, 0, off_framework, NULL},
    {"agency.office", "Admin and estates shifts do not go to agencies.", "NHS England, agency rules",
     FB_SEVERITY_BREACH, FB_STATUS_PUBLISHED, 1, 1, office, executive},
    {"agency.short_lead", "An agency is booked with at least four hours' notice.", "made up for tests",
     FB_SEVERITY_NOTE, FB_STATUS_MADE_UP, 2, 0, late, NULL},
    {"override.half_over", "Half as much again as the cap needs an executive's sign-off.",
     "NHS England, agency rules", FB_SEVERITY_BREACH, FB_STATUS_PUBLISHED, 1, 1, half_over, executive},
    {"override.hundred", "A charge of £100 an hour needs a chief executive's sign-off.",
     "NHS England, agency rules", FB_SEVERITY_BREACH, FB_STATUS_SECOND_HAND, 1, 1, hundred, chief},
};

static void add_reads(struct fb_fact_bits *reads, const struct fb_predicate *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fb_fact_add(reads, p[i].fact);
}

static void fill_rule(struct fb_rule *r, const struct row *row)
{
    *r = (struct fb_rule){.id = (uint32_t)fb_hash64(row->name, strlen(row->name)),
                          .name = fb_span_of(row->name),
                          .title = fb_span_of(row->title),
                          .because = fb_span_of(row->because),
                          .status = row->status,
                          .severity = row->severity,
                          .audience = fb_span_of("controls"),
                          .scope = {.staff_groups = (uint32_t)ALL,
                                    .routes = 1u << FB_ROUTE_AGENCY,
                                    .from = fb_day_of(2025, 7, 1),
                                    .until = INT32_MAX},
                          .date_fact = FB_FACT_BOOKING_DAY,
                          .n_when = row->n_when,
                          .n_unless = row->n_unless,
                          .when = row->when,
                          .unless = row->unless};
    add_reads(&r->reads, row->when, row->n_when);
    add_reads(&r->reads, row->unless, row->n_unless);
}

/* The test book's origins and one for each rule after them. */
static void cite_rules(struct fb_book *book, struct fb_rule *rule)
{
    static struct fb_origin origin[ORIGINS_MAX];
    fb_assert(book->n_origins + FB_TEST_RULES <= ORIGINS_MAX);
    memcpy(origin, book->origin, book->n_origins * sizeof origin[0]);
    for (unsigned i = 0; i < FB_TEST_RULES; i++) {
        rule[i].origin = (uint16_t)book->n_origins;
        origin[book->n_origins++] = (struct fb_origin){.layer = fb_span_of("national"),
                                                       .pack = fb_span_of("england"),
                                                       .file = fb_span_of("assurance/agency.yaml"),
                                                       .line = 3 + 9 * i,
                                                       .status = rows[i].status,
                                                       .source = fb_span_of(rows[i].because)};
    }
    book->origin = origin;
}

const struct fb_book *fb_test_rule_book(void)
{
    static struct fb_book book;
    static struct fb_rule rule[FB_TEST_RULES];
    if (book.n_rules > 0)
        return &book;
    book = *fb_test_book();
    band_2_3[0] = (int64_t)fb_code_of("2");
    band_2_3[1] = (int64_t)fb_code_of("3");
    for (unsigned i = 0; i < FB_TEST_RULES; i++)
        fill_rule(&rule[i], &rows[i]);
    cite_rules(&book, rule);
    book.issue = 4;
    book.rule = rule;
    book.n_rules = FB_TEST_RULES;
    for (unsigned i = 0; i < FB_TEST_RULES; i++)
        fb_fact_join(&book.reads, &rule[i].reads);
    return &book;
}

uint32_t fb_test_rule_id(enum fb_test_rule rule)
{
    return fb_test_rule_book()->rule[rule].id;
}
