/* Whom a pack is for, since when and until when: layers, members, agreements that lapse, adoption, categories
 * added. */
#include "engine/core/assure.h"
#include "tests/lib/small_packs.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_book *open_small(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    return fb_test_pack_book(&files);
}

static struct fb_where place(const char *trust, const char *site, unsigned month, unsigned day)
{
    return (struct fb_where){fb_code_of(trust), fb_span_of(site), FB_STAFF_GROUP_NURSING_MIDWIFERY,
                             fb_day_of(2026, month, day)};
}

static bool holds(const struct fb_book *book, struct fb_where where, const char *card)
{
    const struct fb_card *found = fb_book_card(book, &where);
    return found != NULL && fb_span_is(found->name, card);
}

static void test_the_most_specific_layer_wins(void)
{
    struct fb_book *book = open_small();
    CU_ASSERT(holds(book, place("RTH", "RTH02", 4, 1), "rth02-card"));
    CU_ASSERT(holds(book, place("RTH", "RTH01", 4, 1), "rth-card"));
    CU_ASSERT(holds(book, place("RTH", "", 4, 1), "rth-card"));
    CU_ASSERT(holds(book, place("RXQ", "RTH02", 4, 1), "north-card"));
    CU_ASSERT(holds(book, place("RDU", "RTH02", 4, 1), "base-card"));
    struct fb_where where = place("RTH", "RTH02", 4, 1);
    const struct fb_card *card = fb_book_card(book, &where);
    CU_ASSERT_EQUAL(card->scope.layer, 3);
    CU_ASSERT(fb_span_is(book->origin[card->origin].layer, "site"));
    fb_pack_free(&book);
}

static void test_a_trust_that_moves_between_systems(void)
{
    struct fb_book *book = open_small();
    CU_ASSERT(holds(book, place("RXQ", "", 6, 30), "north-card"));
    CU_ASSERT(holds(book, place("RXQ", "", 7, 1), "south-card"));
    CU_ASSERT(holds(book, place("RHW", "", 2, 1), "south-card"));
    fb_pack_free(&book);
}

static void test_a_member_that_left_before_the_card_began(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_change(&files, "north/pack.yaml", "until: 2026-07-01", "until: 2026-01-05");
    fb_test_pack_change(&files, "south/pack.yaml", "from: 2026-07-01", "from: 2026-01-05");
    struct fb_book *book = fb_test_pack_book(&files);
    CU_ASSERT(holds(book, place("RXQ", "", 1, 5), "south-card"));
    for (unsigned i = 0; i < book->n_cards; i++)
        CU_ASSERT(book->card[i].scope.from < book->card[i].scope.until);
    fb_pack_free(&book);
}

#define RULE(name, more)                                                                                     \
    "rules:\n  - {name: " name ", title: t, because: b, routes: all, staff_groups: all, from: 2026-01-05, "  \
    "date_fact: shift_day, when: {route: bank}, then: {severity: note, audience: controls}, status: "        \
    "made_up, "                                                                                              \
    "source: s" more "}\n"

static void test_rules_hold_for_members_on_their_days(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_put(&files, "north/assurance/rules.yaml", RULE("north.rule", ""));
    fb_test_pack_put(&files, "rth/assurance/rules.yaml", RULE("rth.rule", ""));
    struct fb_book *book = fb_test_pack_book(&files);
    static const struct {
        const char *trust;
        unsigned month, day;
        enum fb_severity north, rth;
    } rows[] = {{"RXQ", 6, 30, FB_SEVERITY_NOTE, FB_SEVERITY_OK_},
                {"RXQ", 7, 1, FB_SEVERITY_OK_, FB_SEVERITY_OK_},
                {"RTH", 7, 1, FB_SEVERITY_NOTE, FB_SEVERITY_NOTE},
                {"RHW", 6, 30, FB_SEVERITY_OK_, FB_SEVERITY_OK_}};
    CU_ASSERT_EQUAL_FATAL(book->n_rules, 2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_facts f = {0};
        enum fb_fact because;
        fb_fact_set(&f, FB_FACT_ROUTE, FB_ROUTE_BANK);
        fb_fact_set(&f, FB_FACT_HIRER, (int64_t)fb_code_of(rows[i].trust));
        fb_fact_set(&f, FB_FACT_SHIFT_DAY, fb_day_of(2026, rows[i].month, rows[i].day));
        CU_ASSERT_EQUAL(fb_rule_eval(&book->rule[0], &f, &because), rows[i].north);
        CU_ASSERT_EQUAL(fb_rule_eval(&book->rule[1], &f, &because), rows[i].rth);
    }
    CU_ASSERT(fb_fact_in(&book->rule[0].reads, FB_FACT_HIRER) && fb_fact_in(&book->rule[0].reads, FB_FACT_SHIFT_DAY));
    fb_pack_free(&book);
}

static void test_an_agreement_that_lapses(void)
{
    struct fb_book *book = open_small();
    struct fb_where before = place("RTH", "RTH02", 4, 30), after = place("RTH", "RTH02", 5, 1),
                    later = place("RTH", "RTH02", 6, 1), never = place("RXQ", "", 6, 1);
    CU_ASSERT(holds(book, before, "rth02-card"));
    CU_ASSERT_PTR_NULL(fb_book_lapsed(book, &before));
    CU_ASSERT(holds(book, after, "rth-card"));
    const struct fb_card *lapsed = fb_book_lapsed(book, &after);
    CU_ASSERT_PTR_NOT_NULL_FATAL(lapsed);
    CU_ASSERT(lapsed->departs);
    CU_ASSERT(fb_span_is(lapsed->name, "rth02-card"));
    CU_ASSERT(fb_span_is(lapsed->reason, "a new ward"));
    CU_ASSERT_EQUAL(lapsed->agreed_until, fb_day_of(2026, 5, 1));
    CU_ASSERT_EQUAL(lapsed->scope.until, lapsed->agreed_until);
    CU_ASSERT(holds(book, later, "north-card"));
    CU_ASSERT_PTR_NOT_NULL(fb_book_lapsed(book, &later));
    CU_ASSERT_PTR_NULL(fb_book_lapsed(book, &never));
    fb_pack_free(&book);
}

static enum fb_adoption adopted(const struct fb_book *book, const char *trust, unsigned month, unsigned day)
{
    uint16_t origin;
    struct fb_where where = place(trust, "", month, day);
    return fb_book_adoption(fb_book_card(book, &where), where.trust, where.day, &origin);
}

static void test_states_of_adoption_by_date(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_remove(&files, "rth/rates/card.yaml");
    fb_test_pack_remove(&files, "rth02/rates/card.yaml");
    struct fb_book *book = fb_test_pack_book(&files);
    uint16_t origin = FB_NO_ROW;
    struct fb_where where = place("RTH", "", 3, 1);
    CU_ASSERT_EQUAL(adopted(book, "RTH", 1, 5), FB_ADOPTION_PROPOSED);
    CU_ASSERT_EQUAL(adopted(book, "RTH", 2, 28), FB_ADOPTION_PROPOSED);
    CU_ASSERT_EQUAL(adopted(book, "RTH", 3, 1), FB_ADOPTION_ADOPTED);
    CU_ASSERT_EQUAL(adopted(book, "RXQ", 3, 1), FB_ADOPTION_NONE);
    CU_ASSERT_EQUAL(adopted(book, "RHW", 3, 1), FB_ADOPTION_ADOPTED);
    CU_ASSERT_EQUAL(adopted(book, "RDU", 3, 1), FB_ADOPTION_ADOPTED);
    CU_ASSERT_EQUAL(fb_book_adoption(fb_book_card(book, &where), where.trust, where.day, &origin),
                    FB_ADOPTION_ADOPTED);
    CU_ASSERT_FATAL(origin < book->n_origins);
    CU_ASSERT(fb_span_is(book->origin[origin].file, "pack.yaml"));
    CU_ASSERT_EQUAL(book->origin[origin].line, 10);
    fb_pack_free(&book);
}

/* What was not known then is not read, and still nobody says that the card holds for all. */
static void test_adoption_that_became_known_later(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_change(&files, "north/pack.yaml", "role: board,", "role: board, known_since: 2026-09-01,");
    fb_test_pack_change(&files, "north/pack.yaml", "chief_people_officer,", "cpo, known_since: 2026-09-01,");
    fb_test_pack_remove(&files, "rth/rates/card.yaml");
    fb_test_pack_remove(&files, "rth02/rates/card.yaml");
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_known(&book, files.file, files.n, fb_day_of(2026, 8, 31), &report),
                          FB_OK);
    CU_ASSERT_EQUAL(adopted(book, "RTH", 8, 1), FB_ADOPTION_NONE);
    fb_pack_free(&book);
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_known(&book, files.file, files.n, fb_day_of(2026, 9, 1), &report),
                          FB_OK);
    CU_ASSERT_EQUAL(adopted(book, "RTH", 8, 1), FB_ADOPTION_ADOPTED);
    fb_pack_free(&book);
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_a_card_of_which_nobody_keeps_book(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    struct fb_pack_report report = {0};
    CU_ASSERT_EQUAL(fb_pack_check(files.file, files.n, FB_PACK_NO_DATE, &report), FB_OK);
    const struct fb_pack_error *e =
        fb_test_pack_said(&report, "south/rates/card.yaml", 2, "adopted the card");
    CU_ASSERT(e != NULL && e->warning);
    CU_ASSERT_PTR_NULL(fb_test_pack_said(&report, "north/rates/card.yaml", 2, "adopted the card"));
    CU_ASSERT_PTR_NULL(fb_test_pack_said(&report, "rth/rates/card.yaml", 2, "adopted the card"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_the_corridor(void)
{
    struct fb_book *book = open_small();
    CU_ASSERT_EQUAL_FATAL(book->n_corridors, 1);
    const struct fb_corridor *c = &book->corridor[0];
    CU_ASSERT_EQUAL(c->above_ppm, 50000);
    CU_ASSERT_EQUAL(c->below_ppm, 25000);
    CU_ASSERT_EQUAL(c->weeks, 4);
    CU_ASSERT_EQUAL(c->minutes_least, 3000);
    CU_ASSERT_EQUAL(c->settle_days, 7);
    CU_ASSERT_EQUAL(book->origin[c->origin].line, 11);
    fb_pack_free(&book);
}

static int above_in(const struct fb_book *book, const char *trust, unsigned month, unsigned day)
{
    const struct fb_corridor *c = fb_book_corridor(book, fb_code_of(trust), fb_day_of(2026, month, day));
    return c == NULL ? -1 : c->above_ppm;
}

/* Each system's holds for its own trusts, also for the one that moves between them; one of a pack without members for
 * whoever has no other. */
static void test_corridors_of_two_systems(void)
{
    static const char wide[] = "layer: ics\ncorridor: {above_percent: 10, below_percent: 10, weeks: 1, hours_least: 1, "
                               "settle_days: 9, status: made_up, source: s}\n";
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_change(&files, "south/pack.yaml", "layer: ics\n", wide);
    struct fb_book *book = fb_test_pack_book(&files);
    CU_ASSERT_EQUAL(book->n_corridors, 2);
    CU_ASSERT_EQUAL(above_in(book, "RTH", 1, 5), 50000);
    CU_ASSERT_EQUAL(above_in(book, "RHW", 1, 5), 100000);
    CU_ASSERT_EQUAL(above_in(book, "RXQ", 6, 29), 50000);
    CU_ASSERT_EQUAL(above_in(book, "RXQ", 7, 6), 100000);
    CU_ASSERT_EQUAL(above_in(book, "RYE", 7, 6), -1);
    fb_pack_free(&book);
    files = fb_test_small_packs();
    fb_test_pack_change(&files, "south/pack.yaml", "layer: ics\nics: QS1\n"
                                                   "trusts: [RHW, {code: RXQ, from: 2026-07-01}]\n", wide);
    book = fb_test_pack_book(&files);
    CU_ASSERT_EQUAL(above_in(book, "RYE", 7, 6), 100000);
    CU_ASSERT_EQUAL(above_in(book, "RTH", 7, 6), 100000); /* the last that fits */
    fb_pack_free(&book);
}

/* ---- categories ---- */

static const char social[] =
    "calendars:\n  - name: social\n    status: made_up\n    source: s\n    categories: [social, plain, "
    "dear]\n"
    "    also_holidays: [2026-12-31, 2026-12-24]\n    days:\n"
    "      weekday: [{until: \"19:00\", category: social}, {until: \"24:00\", category: plain}]\n"
    "      saturday: [{until: \"24:00\", category: dear}]\n      sunday: [{until: \"24:00\", category: "
    "dear}]\n"
    "      public_holiday: [{until: \"24:00\", category: dear}]\n"
    "    night: {from: \"20:00\", until: \"06:00\"}\n    whole_shift: {turns: social, into: plain}\n";
static const char table[] =
    "grade,category,unit,unit_minutes,gbp,from,until,status,source\n"
    "5,social,hour,,20.00,2026-01-01,,made_up,s\n5,plain,hour,,22.00,2026-01-01,,made_up,s\n"
    "5,dear,hour,,30.00,2026-01-01,,made_up,s\n5,,pa,240,100.00,2026-01-01,,made_up,s\n";

static struct fb_pack_files with_social(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    fb_test_pack_change(&files, "south/pack.yaml", "layer: ics\n",
                        "layer: ics\ncategories: [dear, social]\n");
    fb_test_pack_put(&files, "south/calendar/social.yaml", social);
    fb_test_pack_put(&files, "south/rates/doctors.csv", table);
    fb_test_pack_change(&files, "south/rates/card.yaml", "calendar: usual", "calendar: social");
    return files;
}

static void test_categories_that_a_pack_adds(void)
{
    struct fb_pack_files files = with_social();
    fb_test_pack_change(&files, "south/rates/card.yaml", "{at: top}", "{at: table, table: doctors}");
    struct fb_book *book = fb_test_pack_book(&files);
    static const uint8_t own[] = {2, 0, 1}, usual[] = {0, 1};
    CU_ASSERT_EQUAL(book->n_categories, 3);
    CU_ASSERT_EQUAL(book->category[2], fb_code_of("social"));
    CU_ASSERT_EQUAL_FATAL(book->n_calendars, 2);
    CU_ASSERT_EQUAL(book->calendar[0].n_order, 2);
    CU_ASSERT_EQUAL(memcmp(book->calendar[0].order, usual, sizeof usual), 0);
    CU_ASSERT_EQUAL(book->calendar[1].n_order, 3);
    CU_ASSERT_EQUAL(memcmp(book->calendar[1].order, own, sizeof own), 0);
    fb_pack_free(&book);
}

static void test_holidays_of_one_calendar(void)
{
    struct fb_pack_files files = with_social();
    fb_test_pack_change(&files, "south/rates/card.yaml", "{at: top}", "{at: table, table: doctors}");
    struct fb_book *book = fb_test_pack_book(&files);
    CU_ASSERT_EQUAL(book->calendar[0].n_also, 0);
    CU_ASSERT_EQUAL_FATAL(book->calendar[1].n_also, 2);
    CU_ASSERT_EQUAL(book->calendar[1].also_holiday[0], fb_day_of(2026, 12, 24));
    CU_ASSERT_EQUAL(book->calendar[1].also_holiday[1], fb_day_of(2026, 12, 31));
    fb_pack_free(&book);
}

/* The scale's percentages were written before the category was there: nobody may be paid by them at a guess.
 */
static void test_a_scale_that_does_not_know_the_category(void)
{
    struct fb_pack_files files = with_social();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NULL(book);
    CU_ASSERT_PTR_NOT_NULL(fb_test_pack_said(&report, "south/rates/card.yaml", 2,
                                             "the category 'social', for which the pay scale"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

static void test_what_a_pay_rule_may_say(void)
{
    struct fb_pack_files files = with_social();
    fb_test_pack_change(
        &files, "south/rates/card.yaml", "{at: top}",
        "{bands: [\"5\"], at: table, table: doctors, units: [pa, session], intervals: [worked, standby]}\n"
        "      - {at: table, table: doctors, not_above: mid, not_above_band: \"6\"}");
    struct fb_book *book = fb_test_pack_book(&files);
    struct fb_where where = place("RHW", "", 4, 1);
    const struct fb_card *card = fb_book_card(book, &where);
    CU_ASSERT_EQUAL_FATAL(card->n_rules, 2);
    const struct fb_card_rule *first = &card->rule[0], *second = &card->rule[1];
    CU_ASSERT_EQUAL(first->pay_at, FB_PAY_AT_TABLE);
    CU_ASSERT_FATAL(first->table < book->n_tables);
    CU_ASSERT(fb_span_is(book->table[first->table].name, "doctors"));
    CU_ASSERT_EQUAL(first->units, 1u << FB_UNIT_PA | 1u << FB_UNIT_SESSION);
    CU_ASSERT_EQUAL(first->intervals, 1u << FB_INTERVAL_WORKED | 1u << FB_INTERVAL_STANDBY);
    CU_ASSERT_EQUAL(second->units, 1u << FB_UNIT_HOUR);
    CU_ASSERT_EQUAL(second->intervals, 1u << FB_INTERVAL_WORKED | 1u << FB_INTERVAL_CALLED_OUT);
    CU_ASSERT_EQUAL(second->not_above, FB_PAY_AT_MID);
    CU_ASSERT_EQUAL(second->not_above_grade, 2);
    CU_ASSERT_FALSE(card->hcas);
    where = place("RXQ", "", 4, 1);
    CU_ASSERT(fb_book_card(book, &where)->hcas);
    fb_pack_free(&book);
}

/* ---- errors ---- */

#define NORTH "north/pack.yaml"
#define SOUTH "south/pack.yaml"
#define RTH   "rth/pack.yaml"
#define SITE  "rth02/pack.yaml"
#define CARD  "rth/rates/card.yaml"
static const struct fb_test_broken broken[] = {
    {NORTH, "trusts: [RTH,", "trusts: [RT,", 0, "'RT' is not a code of 3 to 5 characters"},
    {NORTH, "trusts: [RTH,", "trusts: [RTH, AB123, ", 0, NULL},
    {NORTH, "trusts: [RTH,", "trusts: [RTH, ABC123, ", 0, "'ABC123' is not a code of 3 to 5 characters"},
    {NORTH, "trusts: [RTH,", "trusts: [RTH, RXQ,", 0, "names 'RXQ' twice for the same days"},
    {NORTH, "trusts: [RTH,", "trusts: [RTH, {code: RTX, from: 2026-05-01, until: 2026-05-01},", 0,
     "leaves before it comes"},
    {NORTH, "trusts: [RTH,", "trusts: [RTH, {code: RYE, until: 2026-02-01}, {code: RYE, from: 2026-03-01},",
     0, NULL}, /* it comes back */
    {NORTH, "trusts: [RTH,", "trusts: [RTH, [RXQ],", 0, "a trust is a code, or"},
    {NORTH, "ics: QN1", "ics: Q", 0, "'Q' is not a code"},
    {RTH, "layer: trust", "layer: trust\nics: QN1", 1, "only a pack of the ics layer"},
    {SOUTH, "from: 2026-07-01", "from: 2026-06-30", 0, "a pack of another system has the member 'RXQ' too"},
    {SITE, "sites: [RTH02]", "", -6, "a site pack names its sites"},
    {SITE, "sites: [RTH02]", "sites: []", 0, "name at least one"},
    {SITE, "sites: [RTH02]", "sites: [RTH02, RTH02]", 0, "names 'RTH02' twice"},
    {SITE, "trusts: [RTH]\n", "", -5, "a trust or site pack names its trusts"},
    {RTH, "trusts: [RTH]", "trusts: [RTH]\nsites: [RTH02]", 1, "only in a site pack"},
    {RTH, "layer: trust",
     "layer: trust\nadoption:\n  - {trust: RTH, state: adopted, from: 2026-01-05, role: r, status: "
     "made_up, source: s}",
     1, "only in an ics pack"},
    {NORTH, "{trust: RTH, state: proposed", "{trust: RYE, state: proposed", 0,
     "is not among the pack's trusts"},
    {NORTH, "state: proposed", "state: refused", 0, "unknown state of adoption 'refused'"},
    {NORTH, "from: 2026-03-01", "from: 2026-01-05", 0, "two states of adoption from the same day for 'RTH'"},
    {NORTH, "role: board,", "", 0, "the key 'role' is missing"},
    {RTH, "layer: trust",
     "layer: trust\ncorridor: {above_percent: 5, below_percent: 5, weeks: 4, hours_least: 1, "
     "settle_days: 1, status: made_up, source: s}",
     1, "only an ics pack has one"},
    {NORTH, "weeks: 4", "weeks: 0", 0, "weeks '0': write a whole number from 1 to 53"},
    {NORTH, "above_percent: 5", "above_percent: -5", 0, "lies between 0 and 100"},
    {SOUTH, "layer: ics", "layer: ics\ncategories: [social, dear, social]", 1, "names 'social' twice"},
    {SOUTH, "layer: ics",
     "layer: ics\ncategories: [c1, c2, c3, c4, c5, c6, c7, c8, c9, d1, d2, d3, d4, d5, d6]", 1,
     "more than 16 categories"},
    {SOUTH, "layer: ics", "layer: ics\non: [base, north]", 0, NULL},
    {SOUTH, "layer: ics", "layer: ics\non: [base, west]", 1, "stands on 'west'"},
    {"base/calendar/usual.yaml", "    days:", "    categories: [dear]\n    days:", 0, "name each category"},
    {"base/calendar/usual.yaml", "    days:", "    categories: [dear, plain, dear]\n    days:", 0,
     "names 'dear' twice"},
    {"base/calendar/usual.yaml", "    days:", "    also_holidays: [2026-12-24, 2026-12-24]\n    days:", 0,
     "names '2026-12-24' twice"},
    {"base/calendar/usual.yaml", "    days:", "    also_holidays: [Christmas]\n    days:", 0,
     "is not a date"},
    {CARD, "    agreed_until: 2026-06-01\n    reason: a shortage\n", "", -10,
     "departs from the system's card 'north-card': say agreed_until and reason"},
    {CARD, "    reason: a shortage\n", "", -11, "the key 'reason' is missing"},
    {CARD, "    agreed_until: 2026-06-01\n", "", -10, "the key 'agreed_until' is missing"},
    {CARD, "agreed_until: 2026-06-01", "agreed_until: 2026-01-05", -10, "agreed_until is not after from"},
    {"north/rates/card.yaml", "    hcas: yes", "    agreed_until: 2026-06-01\n    reason: r", -10,
     "only the card of a trust or a site"},
    {CARD, "[nursing_midwifery]", "[medical_dental]", 0, NULL},
    {CARD, "{at: top}", "{at: table}", 0, "the key 'table' is missing"},
    {CARD, "{at: top}", "{at: table, table: none}", 0, "has no table of rates 'none'"},
    {CARD, "{at: top}", "{at: top, table: none}", 0, "write at: table"},
    {CARD, "{at: top}", "{at: top, units: [pa]}", 0, "units other than hour need at: table"},
    {CARD, "{at: top}", "{at: top, units: [furlong]}", 0, "unknown unit 'furlong'"},
    {CARD, "{at: top}", "{at: top, intervals: [break]}", 0, "a break is never paid"},
    {CARD, "{at: top}", "{at: top, not_above: step_2}", 0, "use one of entry, mid, top"},
    {CARD, "{at: top}", "{at: top, not_above_band: \"9\"}", 0, "unknown band '9'"},
    {CARD, "    pay:", "    hcas: maybe\n    pay:", 0, "write yes or no"},
};

static void test_every_mistake_is_told_with_its_line(void)
{
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        CU_ASSERT(fb_test_small_pack_refused(&broken[i]));
}

static void test_a_site_pack_has_no_rules(void)
{
    struct fb_pack_files files = fb_test_small_packs();
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_test_pack_put(&files, "rth02/assurance/rules.yaml", RULE("rth02.rule", ""));
    CU_ASSERT_EQUAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(
        fb_test_pack_said(&report, "rth02/assurance/rules.yaml", 2, "a site pack has no rules"));
    fb_pack_report_free(&report);
    fb_pack_files_free(&files);
}

CU_TestInfo suite_pack_layers[] = {
    {"site beats trust beats system beats nation", test_the_most_specific_layer_wins},
    {"a trust that moves from one system to another on a date", test_a_trust_that_moves_between_systems},
    {"a member that left before the card began", test_a_member_that_left_before_the_card_began},
    {"rules hold for members, on the days of their membership", test_rules_hold_for_members_on_their_days},
    {"an agreement to depart lapses on its day", test_an_agreement_that_lapses},
    {"states of adoption by date", test_states_of_adoption_by_date},
    {"adoption that became known later", test_adoption_that_became_known_later},
    {"a card of whose adoption nobody keeps book is warned of", test_a_card_of_which_nobody_keeps_book},
    {"the corridor", test_the_corridor},
    {"a corridor holds for the trusts of its system while they are members", test_corridors_of_two_systems},
    {"categories that a pack adds, in its calendar's own order", test_categories_that_a_pack_adds},
    {"public holidays of one calendar alone", test_holidays_of_one_calendar},
    {"a scale that does not know a category pays nobody by it", test_a_scale_that_does_not_know_the_category},
    {"what a pay rule may say", test_what_a_pay_rule_may_say},
    {"layers and cards: every mistake is told with its line", test_every_mistake_is_told_with_its_line},
    {"a site pack has no rules", test_a_site_pack_has_no_rules},
    CU_TEST_INFO_NULL,
};
