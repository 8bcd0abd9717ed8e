#include "engine/core/decide.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

static unsigned char memory[1 << 16];
static struct fb_arena arena;
static struct fb_decision before, after;
static struct fb_effects effects;

static void decide(struct fb_test_view *v, const struct fb_decision *prior)
{
    fb_arena_init(&arena, memory, sizeof memory);
    memset(&after, 0xa5, sizeof after); /* nothing may rest on what was there */
    memset(&effects, 0xa5, sizeof effects);
    CU_ASSERT_EQUAL_FATAL(fb_decide_booking(fb_test_rule_book(), &v->view, prior, &arena, &after, &effects),
                          FB_OK);
}

/* Decides once, then keeps that as the decision before. */
static void decide_first(struct fb_test_view *v)
{
    decide(v, NULL);
    before = after;
}

static uint32_t built_in(enum fb_built_in_rule rule)
{
    return fb_test_rule_book()->built_in[rule].id;
}

static const struct fb_finding *found(uint32_t rule)
{
    for (unsigned i = 0; i < after.n_findings; i++)
        if (after.finding[i].rule == rule)
            return &after.finding[i];
    return NULL;
}

static bool found_with(uint32_t rule, enum fb_severity severity, unsigned detail)
{
    for (unsigned i = 0; i < after.n_findings; i++)
        if (after.finding[i].rule == rule && after.finding[i].severity == severity &&
            after.finding[i].detail == detail)
            return true;
    return false;
}

static unsigned count(enum fb_event_kind kind)
{
    unsigned n = 0;
    for (unsigned i = 0; i < effects.n_events; i++)
        n += effects.event[i].kind == kind;
    return n;
}

static const struct fb_event *event(enum fb_event_kind kind)
{
    for (unsigned i = 0; i < effects.n_events; i++)
        if (effects.event[i].kind == kind)
            return &effects.event[i];
    CU_FAIL_FATAL("no such event");
    return NULL;
}

static void agency_day(struct fb_test_view *v, const char *pay)
{
    fb_test_view(v, FB_ROUTE_AGENCY, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    fb_test_charge(&v->booking[0].as.booking, pay, "3.10");
    fb_test_framework(v, "NHSE-1", "2025-01-01", "2027-01-01");
    fb_test_vacancy(v);
    fb_test_cascade(v, FB_TIER_BANK, "2026-03-02T09:00");
}

static void bank_day(struct fb_test_view *v, const char *pay)
{
    fb_test_view(v, FB_ROUTE_BANK, "5", "2026-03-19T07:30", "2026-03-19T20:00", 30);
    if (pay != NULL)
        fb_test_charge(&v->booking[0].as.booking, pay, "0.00");
}

static void test_quiet(void)
{
    struct fb_test_view v;
    agency_day(&v, "20.00");
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.n_findings, 0);
    CU_ASSERT_EQUAL(count(FB_EVENT_BOOKING_ASSESSED), 1);
    CU_ASSERT_EQUAL(count(FB_EVENT_SPEND_POSTED), 1);
    CU_ASSERT_EQUAL(effects.n_events, 2);
}

static void test_over_ceiling(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    decide(&v, NULL);
    const struct fb_finding *f = found(built_in(FB_RULE_RATECAP_BREACHED));
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT(f->severity == FB_SEVERITY_BREACH && f->detail == FB_TEST_PLAIN);
    CU_ASSERT_EQUAL(f->pence, (4310 - 2994) * 12);
    const struct fb_event *e = event(FB_EVENT_RATECAP_BREACHED);
    CU_ASSERT(e->pence == f->pence && e->delta_pence == f->pence && e->rule == f->rule &&
              e->detail == f->detail);
    CU_ASSERT(e->subject == 7 && e->trust == fb_code_of("RTH") && e->journal == 100 && e->issue == 4);
    CU_ASSERT(e->shift_day == fb_day_of(2026, 3, 19) && fb_span_is(e->record_ref, "B1"));
    CU_ASSERT_FALSE(e->shadow || e->historic);
}

static void test_each_category(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "5", "2026-03-21T19:30", "2026-03-22T08:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "60.00", "0.00");
    decide(&v, NULL);
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_RATECAP_BREACHED), FB_SEVERITY_BREACH, FB_TEST_UNSOCIAL));
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_RATECAP_BREACHED), FB_SEVERITY_BREACH, FB_TEST_PREMIUM));
    CU_ASSERT_EQUAL(count(FB_EVENT_RATECAP_BREACHED), 2);
}

static void test_over_estimate(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    v.booking[0].as.booking.shift.staff_group =
        FB_STAFF_GROUP_ADMIN_CLERICAL; /* only the derived cap holds */
    decide(&v, NULL);
    CU_ASSERT_PTR_NULL(found(built_in(FB_RULE_RATECAP_BREACHED)));
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_RATECAP_OVER_ESTIMATE), FB_SEVERITY_WARN, FB_TEST_PLAIN));
    CU_ASSERT_EQUAL(count(FB_EVENT_RATECAP_OVER_ESTIMATE), 1);
    CU_ASSERT_TRUE(found_with(fb_test_rule_id(FB_TEST_RULE_OFFICE), FB_SEVERITY_BREACH, 0));
}

static void test_caps_do_not_bind_bank(void)
{
    struct fb_test_view v;
    bank_day(&v, "90.00");
    decide(&v, NULL);
    CU_ASSERT_PTR_NULL(found(built_in(FB_RULE_RATECAP_BREACHED)));
    CU_ASSERT_EQUAL(after.line[0].figures.v[FB_MEASURE_OVER_CAP], 0);
    CU_ASSERT_EQUAL(after.line[0].figures.v[FB_MEASURE_EXCESS], 0);
}

static void test_off_card(void)
{
    struct fb_test_view v;
    bank_day(&v, "18.13");
    decide(&v, NULL);
    const struct fb_finding *f = found(built_in(FB_RULE_RATE_OFF_CARD));
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT(f->severity == FB_SEVERITY_WARN && f->detail == FB_TEST_PLAIN);
    CU_ASSERT_EQUAL(f->pence, (1813 - 1713) * 12); /* against the card's 17.13 an hour */
    CU_ASSERT_EQUAL(count(FB_EVENT_RATE_OFF_CARD), 1);
    bank_day(&v, "17.13");
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.n_findings, 0);
}

static void test_kind_not_known(void)
{
    struct fb_test_view v;
    bank_day(&v, "18.13");
    v.booking[0].as.booking.worker_kind = FB_WORKER_KIND_NONE;
    decide(&v, NULL);
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_ASSUMED_BANK_ONLY), FB_SEVERITY_NOTE, 0));
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_RATE_OFF_CARD), FB_SEVERITY_NOTE, FB_TEST_PLAIN));
    CU_ASSERT_EQUAL(count(FB_EVENT_RATE_OFF_CARD), 0); /* notes call nobody */
    CU_ASSERT_EQUAL(count(FB_EVENT_ASSURANCE_FINDING), 0);
}

static void test_cannot_say(void)
{
    struct fb_test_view v;
    bank_day(&v, NULL);
    v.booking[0].as.booking.shift.grade = fb_code_of("9");
    decide(&v, NULL);
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_CANNOT_SAY), FB_SEVERITY_CANNOT_SAY, FB_LACK_GRADE));
    CU_ASSERT_EQUAL(count(FB_EVENT_ASSURANCE_FINDING), 1);
    agency_day(&v, "20.00");
    v.booking[0].as.booking.rates.n = 0;
    v.booking[0].as.booking.shift.staff_group = FB_STAFF_GROUP_MEDICAL_DENTAL;
    decide(&v, NULL);
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_CANNOT_SAY), FB_SEVERITY_CANNOT_SAY, FB_LACK_CAP));
    CU_ASSERT_TRUE(found_with(built_in(FB_RULE_CANNOT_SAY), FB_SEVERITY_CANNOT_SAY, FB_LACK_RATES));
}

static void test_pack_rules(void)
{
    struct fb_test_view v;
    agency_day(&v, "20.00");
    v.booking[0].as.booking.shift.grade = fb_code_of("3");
    decide(&v, NULL);
    CU_ASSERT_TRUE(found_with(fb_test_rule_id(FB_TEST_RULE_BAND_2_3), FB_SEVERITY_BREACH, 0));
    CU_ASSERT_EQUAL(count(FB_EVENT_ASSURANCE_FINDING), 1);
    v.source[0].sends = FB_SENDS_CASCADES;
    decide(&v, NULL);
    CU_ASSERT_TRUE(found_with(fb_test_rule_id(FB_TEST_RULE_BAND_2_3), FB_SEVERITY_CANNOT_SAY,
                              FB_FACT_SIGN_OFF_CHIEF_EXECUTIVE));
    v.booking[0].as.booking.n_sign_offs = 1;
    v.booking[0].as.booking.sign_off[0].role = FB_ROLE_CHIEF_EXECUTIVE;
    decide(&v, NULL);
    CU_ASSERT_PTR_NULL(found(fb_test_rule_id(FB_TEST_RULE_BAND_2_3)));
}

static void test_order_of_findings(void)
{
    struct fb_test_view v;
    fb_test_view(&v, FB_ROUTE_AGENCY, "3", "2026-03-21T19:30", "2026-03-22T08:00", 30);
    fb_test_charge(&v.booking[0].as.booking, "120.00", "0.00");
    decide(&v, NULL);
    CU_ASSERT(after.n_findings >= 5);
    for (unsigned i = 1; i < after.n_findings; i++)
        CU_ASSERT(after.finding[i - 1].rule < after.finding[i].rule ||
                  (after.finding[i - 1].rule == after.finding[i].rule &&
                   after.finding[i - 1].detail < after.finding[i].detail));
}

static void test_no_findings_when_it_does_not_stand(void)
{
    struct fb_test_view v;
    agency_day(&v, "90.00");
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.n_findings, 0);
    v.booking[0].as.booking.state = FB_BOOKING_STATE_DID_NOT_ATTEND;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(after.n_findings, 0);
}

static void test_same_again(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    decide_first(&v);
    v.view.journal++;
    decide(&v, &before);
    CU_ASSERT_EQUAL(effects.n_events, 0);
    CU_ASSERT_EQUAL(effects.n_posts, 0);
}

static void test_corrected_charge(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    decide_first(&v);
    fb_test_charge(&v.booking[0].as.booking, "41.00", "3.10");
    decide(&v, &before);
    CU_ASSERT_EQUAL(event(FB_EVENT_BOOKING_ASSESSED)->delta_pence, 1200);
    CU_ASSERT_EQUAL(event(FB_EVENT_BOOKING_ASSESSED)->pence, 4410 * 12);
    CU_ASSERT_EQUAL(event(FB_EVENT_SPEND_POSTED)->delta_pence, 1200);
    CU_ASSERT_EQUAL(event(FB_EVENT_SPEND_POSTED)->minutes, 0);
    CU_ASSERT_EQUAL(event(FB_EVENT_FINDING_CHANGED)->delta_pence, 1200);
    CU_ASSERT_EQUAL(event(FB_EVENT_FINDING_CHANGED)->pence, (4410 - 2994) * 12);
    CU_ASSERT_EQUAL(count(FB_EVENT_RATECAP_BREACHED), 0); /* it was open before */
    fb_test_charge(&v.booking[0].as.booking, "20.00", "3.10");
    decide(&v, &before);
    CU_ASSERT_EQUAL(event(FB_EVENT_FINDING_CLEARED)->rule, built_in(FB_RULE_RATECAP_BREACHED));
    CU_ASSERT_EQUAL(event(FB_EVENT_FINDING_CLEARED)->pence, 0);
    CU_ASSERT_EQUAL(event(FB_EVENT_FINDING_CLEARED)->delta_pence, -(4310 - 2994) * 12);
}

static void test_note_becomes_warning(void)
{
    struct fb_test_view v;
    bank_day(&v, "18.13");
    v.booking[0].as.booking.worker_kind = FB_WORKER_KIND_NONE;
    decide_first(&v);
    v.booking[0].as.booking.worker_kind = FB_WORKER_KIND_BANK_ONLY;
    decide(&v, &before);
    CU_ASSERT_EQUAL(count(FB_EVENT_RATE_OFF_CARD), 1); /* nobody was told of the note */
    CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_CHANGED), 0);
    before = after;
    v.booking[0].as.booking.worker_kind = FB_WORKER_KIND_NONE;
    decide(&v, &before);
    CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_CLEARED), 1);
}

static void test_joined(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    decide_first(&v);
    v.view.joined = true;
    decide(&v, &before);
    CU_ASSERT(after.joined && after.n_lines == 0 && after.n_findings == 0);
    CU_ASSERT_EQUAL(count(FB_EVENT_FINDING_CLEARED), 1);
    CU_ASSERT_EQUAL(event(FB_EVENT_SPEND_POSTED)->delta_pence, -4310 * 12);
    CU_ASSERT_EQUAL(event(FB_EVENT_SPEND_POSTED)->pence, 0);
    CU_ASSERT_EQUAL(effects.n_posts, 2);
    before = after;
    decide(&v, &before);
    CU_ASSERT(effects.n_events == 0 && effects.n_posts == 0);
    v.view.joined = false;
    decide(&v, &before);
    CU_ASSERT_EQUAL(count(FB_EVENT_BOOKING_ASSESSED), 1);
    CU_ASSERT_EQUAL(count(FB_EVENT_RATECAP_BREACHED), 1);
    v.view.joined = true;
    decide(&v, NULL);
    CU_ASSERT_EQUAL(effects.n_events, 0); /* never counted here: nothing to take back */
    before = after;
    v.view.joined = false;
    v.booking[0].as.booking.state = FB_BOOKING_STATE_CANCELLED;
    before.state = FB_BOOKING_STATE_CANCELLED;
    decide(&v, &before);
    CU_ASSERT_EQUAL(count(FB_EVENT_BOOKING_ASSESSED), 1); /* first on its own, though it counts nothing */
}

static void test_marks(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    v.booking[0].env.historic = true;
    decide(&v, NULL);
    CU_ASSERT(after.shadow && after.historic && after.line[0].cell.shadow == 1);
    for (unsigned i = 0; i < effects.n_events; i++)
        CU_ASSERT(effects.event[i].shadow && effects.event[i].historic);
}

static const struct fb_event *marked(enum fb_event_kind kind, bool silent)
{
    for (unsigned i = 0; i < effects.n_events; i++)
        if (effects.event[i].kind == kind && (effects.event[i].shadow || effects.event[i].historic) == silent)
            return &effects.event[i];
    return NULL;
}

/* A backfilled booking over its cap, then the same booking in the day's business. */
static void test_silent_becomes_live(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    v.booking[0].env.historic = true;
    decide_first(&v);
    CU_ASSERT_PTR_NULL(marked(FB_EVENT_RATECAP_BREACHED, false));
    v.booking[0].env.historic = false;
    decide(&v, &before);
    const struct fb_event *e = marked(FB_EVENT_RATECAP_BREACHED, false);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT_EQUAL(e->delta_pence, (4310 - 2994) * 12);
    CU_ASSERT_PTR_NOT_NULL(marked(FB_EVENT_FINDING_CLEARED, true));
    CU_ASSERT_PTR_NULL(marked(FB_EVENT_FINDING_CLEARED, false));
    before = after;
    decide(&v, &before);
    CU_ASSERT_EQUAL(effects.n_events, 0);
}

static void test_live_becomes_silent(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    decide_first(&v);
    v.source[0].mode = FB_SOURCE_MODE_SHADOW;
    decide(&v, &before);
    const struct fb_event *e = marked(FB_EVENT_FINDING_CLEARED, false);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT(e->pence == 0 && e->delta_pence == -(4310 - 2994) * 12 && e->rule == after.finding[0].rule);
    CU_ASSERT_PTR_NOT_NULL(marked(FB_EVENT_RATECAP_BREACHED, true));
    CU_ASSERT_PTR_NULL(marked(FB_EVENT_RATECAP_BREACHED, false));
    fb_test_charge(&v.booking[0].as.booking, "20.00", "3.10"); /* mended when it had fallen silent */
    decide(&v, &before);
    CU_ASSERT_PTR_NOT_NULL(marked(FB_EVENT_FINDING_CLEARED, false));
}

static void test_arena_full(void)
{
    struct fb_test_view v;
    agency_day(&v, "40.00");
    fb_arena_init(&arena, memory, 16);
    CU_ASSERT_EQUAL(fb_decide_booking(fb_test_rule_book(), &v.view, NULL, &arena, &after, &effects),
                    FB_LIMIT);
}

CU_TestInfo suite_decide[] = {
    {"a shift within every rule is assessed and posted, no more", test_quiet},
    {"a charge above the agreed ceiling is a breach with its excess", test_over_ceiling},
    {"each category above its cap is its own breach", test_each_category},
    {"above a derived cap is a warning, not a breach", test_over_estimate},
    {"caps say nothing about bank pay", test_caps_do_not_bind_bank},
    {"pay off the card is a warning with the difference", test_off_card},
    {"without the worker's kind, off card is a note", test_kind_not_known},
    {"a missing figure is cannot_say with what is missing", test_cannot_say},
    {"the rules of the pack are asked, and answered by sign-offs", test_pack_rules},
    {"findings ascend by rule and detail", test_order_of_findings},
    {"a shift that does not stand has no findings", test_no_findings_when_it_does_not_stand},
    {"judged again without a change, nothing is said", test_same_again},
    {"a corrected charge changes figures and findings by the difference", test_corrected_charge},
    {"a note that becomes a warning is told as new", test_note_becomes_warning},
    {"a shift counted under another number takes back what it had", test_joined},
    {"shadow and historic are marked on every event", test_marks},
    {"a finding told silently is told anew when the shift becomes live", test_silent_becomes_live},
    {"a finding of a shift that falls silent is cleared for those who were alerted",
     test_live_becomes_silent},
    {"a full arena is said", test_arena_full},
    CU_TEST_INFO_NULL};
