/* Which bookings of a shift count. */
#include "engine/core/decide.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static unsigned char memory[1 << 16];
static struct fb_decision after;
static struct fb_effects effects;

static void decide(struct fb_test_view *v)
{
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    memset(&after, 0xa5, sizeof after);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(fb_test_rule_book(), &v->view, NULL, &arena, &after, &effects),
                          FB_OK);
}

static bool has(enum fb_built_in_rule rule, unsigned detail)
{
    for (unsigned i = 0; i < after.n_findings; i++)
        if (after.finding[i].rule == fb_test_rule_book()->built_in[rule].id &&
            after.finding[i].detail == detail)
            return true;
    return false;
}

/* A roster, the authority for hours, and a portal that sends the same shift at 45.00. */
static void pair(struct fb_test_view *v)
{
    fb_test_view(v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_charge(&v->booking[0].as.booking, "50.00", "0.00");
    fb_test_charge(fb_test_member(v, "portal", FB_SYSTEM_PORTAL, "P1"), "45.00", "0.00");
}

static void check_live(int64_t pence)
{
    CU_ASSERT(!after.shadow && after.line[0].cell.shadow == 0);
    CU_ASSERT_EQUAL(after.line[0].figures.v[FB_MEASURE_PENCE], pence);
}

static void test_shadow_left_out(void)
{
    struct fb_test_view v;
    pair(&v);
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED; /* nor may a trial cancel it */
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, -300);
    decide(&v);
    check_live(4500 * 12);
    CU_ASSERT_FALSE(after.historic);
    CU_ASSERT_EQUAL(after.state, FB_BOOKING_STATE_BOOKED);
    CU_ASSERT_EQUAL(after.n_lines, 2); /* committed and latest: the trial's timesheet says nothing */
    v.source[1].mode = FB_SOURCE_MODE_SHADOW;
    decide(&v);
    CU_ASSERT_TRUE(after.shadow);
}

static void test_historic(void)
{
    struct fb_test_view v;
    pair(&v);
    v.booking[0].env.historic = true;
    decide(&v);
    CU_ASSERT_FALSE(after.historic);
    v.booking[1].env.historic = true;
    decide(&v);
    CU_ASSERT_TRUE(after.historic);
    v.booking[1].env.historic = false;
    v.source[1].mode =
        FB_SOURCE_MODE_SHADOW; /* what is left is the backfill: counted as live, told silently */
    decide(&v);
    CU_ASSERT_TRUE(after.historic);
    CU_ASSERT_FALSE(after.shadow);
}

/* ---- too many ---- */

enum { MANY = FB_MEMBERS_MAX + 4 };
static struct fb_record record[MANY];
static struct fb_source source[MANY];
static char ref[MANY][4];

/* Bookings of sources by letter, in order of names; a capital stands, a small letter fell through. */
static unsigned choose(const char *letters, char *out, bool *cut)
{
    struct fb_member m[MANY];
    unsigned n = (unsigned)strlen(letters);
    for (unsigned i = 0; i < n; i++) {
        bool stands = letters[i] < 'a';
        memset(&record[i], 0, sizeof record[i]);
        ref[i][0] = stands ? letters[i] : (char)(letters[i] - 'a' + 'A');
        source[i] = (struct fb_source){.name = {ref[i], 1}, .mode = FB_SOURCE_MODE_LIVE};
        record[i].env.source = source[i].name;
        record[i].as.booking.state = stands ? FB_BOOKING_STATE_BOOKED : FB_BOOKING_STATE_CANCELLED;
        m[i] = (struct fb_member){i, &record[i], &source[i]};
    }
    n = fb_members_choose(m, n, cut);
    for (unsigned i = 0; i < n; i++)
        out[i] = letters[m[i].number];
    out[n] = 0;
    return n;
}

static void test_choice(void)
{
    static const struct {
        const char *given, *kept;
        bool cut;
    } rows[] = {
        {"aaaaaaaa", "aaaaaaaa", false},    {"aaaaaaaaA", "aaaaaaaA", false},
        {"aaaaaaaaa", "aaaaaaaa", true},    {"AAAAAAAAA", "AAAAAAAA", true},
        {"AAAAAAAAb", "AAAAAAAb", true},    {"ABCDEFGHi", "ABCDEFGH", true},
        {"aaaABCDEFGHA", "ABCDEFGH", true}, {"aaaaaAbbbbbB", "aaaAbbbB", false},
    };
    char kept[MANY + 1];
    bool cut;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        choose(rows[i].given, kept, &cut);
        CU_ASSERT_STRING_EQUAL(kept, rows[i].kept);
        CU_ASSERT_EQUAL(cut, rows[i].cut);
    }
}

static void test_cut_members(void)
{
    struct fb_test_view v;
    pair(&v);
    decide(&v);
    CU_ASSERT_TRUE(has(FB_RULE_RATECAP_BREACHED, FB_TEST_PLAIN));
    v.view.cut = 1u << FB_KIND_BOOKING;
    decide(&v);
    CU_ASSERT_FALSE(has(FB_RULE_RATECAP_BREACHED, FB_TEST_PLAIN));
    CU_ASSERT_TRUE(has(FB_RULE_CANNOT_SAY, FB_LACK_TOO_MANY));
    for (unsigned i = 0; i < after.n_findings; i++)
        CU_ASSERT_EQUAL(after.finding[i].severity, FB_SEVERITY_CANNOT_SAY);
    CU_ASSERT_EQUAL(after.line[0].figures.v[FB_MEASURE_SHIFTS], 1);
    CU_ASSERT_EQUAL(after.line[0].figures.v[FB_MEASURE_OVER_CAP], 0);
    CU_ASSERT_EQUAL(after.line[0].figures.v[FB_MEASURE_EXCESS], 0);
}

/* More timesheets than can be read: one of them may correct the one that was read. */
static void test_cut_timesheets(void)
{
    struct fb_test_view v;
    pair(&v);
    fb_test_timesheet(&v, "rth-roster", "T1", FB_TIMESHEET_STATE_APPROVED, 0, -300);
    decide(&v);
    CU_ASSERT_EQUAL(after.n_lines, 3);
    v.view.cut = 1u << FB_KIND_TIMESHEET;
    decide(&v);
    CU_ASSERT_EQUAL(after.n_lines, 2);
    CU_ASSERT_TRUE(has(FB_RULE_CANNOT_SAY, FB_LACK_TOO_MANY));
    CU_ASSERT_TRUE(has(FB_RULE_RATECAP_BREACHED, FB_TEST_PLAIN)); /* the booking itself is known */
}

static struct fb_facts facts_of(struct fb_test_view *v, unsigned cut)
{
    struct fb_facts f;
    struct fb_price price;
    v->view.cut = (uint16_t)cut;
    fb_price_booking(fb_test_book(), &v->booking[0].as.booking, NULL, &price);
    fb_facts_of(fb_test_book(), &v->view, &v->booking[0].as.booking, &price, &f);
    return f;
}

static void test_cut_facts(void)
{
    static const struct {
        enum fb_kind kind;
        enum fb_fact fact;
    } rows[] = {
        {FB_KIND_FRAMEWORK, FB_FACT_ON_FRAMEWORK},       {FB_KIND_AGENCY, FB_FACT_AGENCY_KNOWN},
        {FB_KIND_CASCADE, FB_FACT_CASCADED_TO_BANK},     {FB_KIND_CASCADE, FB_FACT_CASCADED_TO_AGENCY},
        {FB_KIND_VACANCY, FB_FACT_REQUEST_LEAD_MINUTES}, {FB_KIND_BOOKING, FB_FACT_ROUTE}};
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_vacancy(&v);
    v.view.framework_register = true;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_facts known = facts_of(&v, 0), unknown = facts_of(&v, 1u << rows[i].kind);
        CU_ASSERT_TRUE(fb_fact_known(&known, rows[i].fact));
        CU_ASSERT_FALSE(fb_fact_known(&unknown, rows[i].fact));
    }
    fb_test_framework(&v, "NHSE-1", "2025-01-01", "2027-01-01"); /* one that holds is enough */
    struct fb_facts on = facts_of(&v, 1u << FB_KIND_FRAMEWORK | 1u << FB_KIND_AGENCY);
    CU_ASSERT(fb_fact_known(&on, FB_FACT_ON_FRAMEWORK) && fb_fact_known(&on, FB_FACT_AGENCY_KNOWN));
}

CU_TestInfo suite_members[] = {
    {"a shadow copy neither silences a live shift nor takes its money", test_shadow_left_out},
    {"a shift is historic only when all that counts of it is", test_historic},
    {"of too many bookings every source's best is kept, and what stands comes first", test_choice},
    {"when bookings were cut nobody can say that a cap is breached", test_cut_members},
    {"when timesheets were cut nobody can say what was worked", test_cut_timesheets},
    {"facts that hang on what was cut are unknown", test_cut_facts},
    CU_TEST_INFO_NULL,
};
