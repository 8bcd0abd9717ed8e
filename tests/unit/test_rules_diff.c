/* What two books say differently: told once for all the trusts that it concerns, on its first day. */
#include "tests/lib/small_packs.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include "tools/fairbank/rules/rules_diff.h"
#include <stdlib.h>
#include <string.h>

static struct diff d;
static struct diff_money money;

/* Two copies of the small packs, one of them changed. */
static void compare(const char *file, const char *from, const char *to)
{
    struct fb_pack_files was = fb_test_small_packs(), is = fb_test_small_packs();
    if (file != NULL)
        (void)fb_test_pack_change(&is, file, from, to);
    d = (struct diff){.was = fb_test_pack_book(&was), .is = fb_test_pack_book(&is)};
    diff_rates(&d);
    diff_adoptions(&d);
    CU_ASSERT_FALSE(d.full);
}

static void forget(void)
{
    struct fb_book *was = (struct fb_book *)(uintptr_t)d.was, *is = (struct fb_book *)(uintptr_t)d.is;
    fb_pack_free(&was);
    fb_pack_free(&is);
    free(d.rate);
    d = (struct diff){.n = 0};
}

static unsigned trusts_of(const struct diff_rate *r)
{
    unsigned n = 0;
    for (unsigned t = 0; t < d.n_trusts; t++)
        n += (r->trusts >> t & 1) != 0;
    return n;
}

static bool is_for_site(const struct diff_rate *r, const char *trust, const char *site)
{
    for (unsigned t = 0; t < d.n_trusts; t++)
        if (d.trust[t] == fb_code_of(trust) && fb_span_is(d.site[t], site))
            return r->trusts >> t & 1;
    return false;
}

static bool is_for(const struct diff_rate *r, const char *trust) { return is_for_site(r, trust, ""); }

static void the_same_packs_differ_in_nothing(void)
{
    compare(NULL, NULL, NULL);
    CU_ASSERT_EQUAL(d.n, 0);
    CU_ASSERT_EQUAL(d.n_adoptions, 0);
    CU_ASSERT_EQUAL(d.n_trusts, 4); /* RHW, RTH, RXQ and the site RTH02 */
    CU_ASSERT(d.n_days > 4);
    forget();
}

/* £20.00 an hour becomes £25.00, for everybody, in both categories and for every kind of worker. */
static void a_changed_rate_is_one_row_for_all_its_trusts(void)
{
    compare("base/rates/points.csv", "5,single,41600", "5,single,52000");
    CU_ASSERT(d.n > 0);
    bool found = false;
    for (unsigned i = 0; i < d.n; i++) {
        const struct diff_rate *r = &d.rate[i];
        CU_ASSERT_FALSE(r->cap);
        CU_ASSERT_EQUAL(r->group, FB_STAFF_GROUP_NURSING_MIDWIFERY);
        CU_ASSERT_EQUAL(r->grade, fb_code_of("5"));
        if (r->person != PROBE_BANK_ONLY || r->category != fb_code_of("plain") || r->from != fb_day_of(2026, 1, 5))
            continue;
        found = true;
        CU_ASSERT_EQUAL(r->was_e4, 200000);
        CU_ASSERT_EQUAL(r->is_e4, 250000);
        CU_ASSERT(is_for(r, "RTH") && is_for(r, "RHW"));
        CU_ASSERT_FALSE(is_for(r, "RXQ")); /* north's card asks for a zone that no pack has: unknown before and after */
    }
    CU_ASSERT(found);
    forget();
}

/* RTH's own card pays the top; when it leaves band 5 out, RTH alone is told of, and its site from the day on which the site's own
 * card lapses. */
static void a_card_that_pays_fewer_bands_concerns_its_own_trust(void)
{
    compare("rth/rates/card.yaml", "- {at: top}", "- {bands: [\"6\"], at: top}");
    CU_ASSERT(d.n > 0);
    for (unsigned i = 0; i < d.n; i++) {
        CU_ASSERT_EQUAL(trusts_of(&d.rate[i]), 1);
        bool site = is_for_site(&d.rate[i], "RTH", "RTH02");
        CU_ASSERT(site || is_for(&d.rate[i], "RTH"));
        CU_ASSERT_EQUAL(d.rate[i].from >= fb_day_of(2026, 5, 1), site);
        CU_ASSERT_EQUAL(d.rate[i].grade, fb_code_of("5"));
        CU_ASSERT_EQUAL(d.rate[i].is_e4, FB_ABSENT);
    }
    forget();
}

/* The site's own card pays 41,600 / 52 / 40 = £20.00 an hour and half as much again on dear days, until it lapses. */
static void a_site_that_departs_is_told_of_by_itself(void)
{
    compare("rth02/rates/card.yaml", "- {at: top}", "- {bands: [\"6\"], at: top}");
    CU_ASSERT(d.n > 0);
    for (unsigned i = 0; i < d.n; i++) {
        CU_ASSERT_EQUAL(trusts_of(&d.rate[i]), 1);
        CU_ASSERT(is_for_site(&d.rate[i], "RTH", "RTH02"));
        CU_ASSERT_FALSE(is_for(&d.rate[i], "RTH"));
        CU_ASSERT_EQUAL(d.rate[i].grade, fb_code_of("5"));
        CU_ASSERT_EQUAL(d.rate[i].was_e4, d.rate[i].category == fb_code_of("plain") ? 200000 : 300000);
        CU_ASSERT_EQUAL(d.rate[i].is_e4, FB_ABSENT);
    }
    forget();
}

/* ---- adoption ---- */

/* RTH proposed north's card on 5 January and adopted it on 1 March; now it is to be adopted a month later. */
static void an_adoption_that_comes_later_is_told_from_its_day(void)
{
    compare("north/pack.yaml", "state: adopted, from: 2026-03-01", "state: adopted, from: 2026-04-01");
    CU_ASSERT_EQUAL(d.n, 0); /* no rate changes by it */
    CU_ASSERT_EQUAL_FATAL(d.n_adoptions, 1);
    const struct diff_adoption *a = &d.adoption[0];
    CU_ASSERT_EQUAL(a->trust, fb_code_of("RTH"));
    CU_ASSERT(fb_span_is(a->card, "north-card"));
    CU_ASSERT_EQUAL(a->from, fb_day_of(2026, 3, 1));
    CU_ASSERT_EQUAL((int)a->was, FB_ADOPTION_ADOPTED);
    CU_ASSERT_EQUAL((int)a->is, FB_ADOPTION_PROPOSED);
    forget();
}

static void a_state_that_is_another_is_told_until_both_agree(void)
{
    compare("north/pack.yaml", "state: proposed, from: 2026-01-05", "state: agreed, from: 2026-02-02");
    CU_ASSERT_EQUAL_FATAL(d.n_adoptions, 2);
    CU_ASSERT_EQUAL(d.adoption[0].from, fb_day_of(2026, 1, 5));
    CU_ASSERT_EQUAL((int)d.adoption[0].was, FB_ADOPTION_PROPOSED);
    CU_ASSERT_EQUAL((int)d.adoption[0].is, FB_ADOPTION_NONE);
    CU_ASSERT_EQUAL(d.adoption[1].from, fb_day_of(2026, 2, 2));
    CU_ASSERT_EQUAL((int)d.adoption[1].is, FB_ADOPTION_AGREED);
    forget();
}

/* ---- rules ---- */

#define RULE(severity, when)                                                                          \
    "rules:\n  - name: one.rule\n    title: A title.\n    routes: [agency]\n    staff_groups: all\n"    \
    "    from: 2026-01-05\n    date_fact: shift_day\n    when: {" when "}\n"                            \
    "    then: {severity: " severity ", audience: controls}\n    because: a test\n    status: made_up\n    source: a test\n"

static char heard[200];

static void hear(void *ctx, const char *what, const struct fb_rule *rule, const struct fb_book *book)
{
    struct fb_text *t = ctx;
    fb_text_add(t, what);
    fb_text_add(t, " ");
    fb_text_add_span(t, rule->name);
    fb_text_add(t, book == d.was ? " (was);" : ";");
}

static const char *rules_between(const char *was_rules, const char *is_rules)
{
    struct fb_pack_files was = fb_test_small_packs(), is = fb_test_small_packs();
    struct fb_text t;
    fb_text_init(&t, heard, sizeof heard);
    if (was_rules != NULL)
        fb_test_pack_put(&was, "base/assurance/rules.yaml", was_rules);
    if (is_rules != NULL)
        fb_test_pack_put(&is, "base/assurance/rules.yaml", is_rules);
    d = (struct diff){.was = fb_test_pack_book(&was), .is = fb_test_pack_book(&is)};
    diff_rules(&d, hear, &t);
    forget();
    return heard;
}

#define WARN RULE("warn", "booked_after_start: yes")

static void rules_are_new_changed_or_gone(void)
{
    CU_ASSERT_STRING_EQUAL(rules_between(WARN, WARN), "");
    CU_ASSERT_STRING_EQUAL(rules_between(NULL, WARN), "new one.rule;");
    CU_ASSERT_STRING_EQUAL(rules_between(WARN, NULL), "gone one.rule (was);");
    CU_ASSERT_STRING_EQUAL(rules_between(WARN, RULE("breach", "booked_after_start: yes")), "changed one.rule;");
    CU_ASSERT_STRING_EQUAL(rules_between(WARN, RULE("warn", "booked_after_start: no")), "changed one.rule;");
}

#define CAP                                                                                                  \
    "    - {name: ceiling, from: 2026-03-01, status: agreed, source: a test, routes: [agency], staff_groups: [nursing_midwifery],\n" \
    "       calendar: usual, whole_shift: none, break_from: cheapest_first, table: ceiling.csv}\n"

static void a_new_cap_is_told_from_its_first_day(void)
{
    struct fb_pack_files was = fb_test_small_packs(), is = fb_test_small_packs();
    fb_test_pack_put(&is, "base/caps/ceiling.csv", "grade,category,pence_hour\n5,plain,3000\n5,dear,4500\n");
    fb_test_pack_put(&is, "base/caps/ceiling.yaml", "caps:\n" CAP);
    d = (struct diff){.was = fb_test_pack_book(&was), .is = fb_test_pack_book(&is)};
    diff_rates(&d);
    CU_ASSERT_EQUAL_FATAL(d.n, 2);
    CU_ASSERT(d.rate[0].cap && d.rate[1].cap);
    CU_ASSERT_EQUAL(d.rate[0].from, fb_day_of(2026, 3, 1));
    CU_ASSERT_EQUAL(d.rate[0].was_e4, FB_ABSENT);
    CU_ASSERT_EQUAL(d.rate[0].is_e4 + d.rate[1].is_e4, 300000 + 450000);
    CU_ASSERT_EQUAL(trusts_of(&d.rate[0]), d.n_trusts);
    forget();
}

/* ---- the money, on shifts that a store holds ---- */

static void send(struct fb_test_turn *t, enum fb_route route, const char *ref)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    if (route == FB_ROUTE_BANK) {
        fb_test_booking(&r->as.booking, FB_ROUTE_BANK, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
        r->as.booking.worker_kind = FB_WORKER_KIND_BANK_ONLY;
    }
    fb_test_send_one(t, r);
}

static const struct diff_money_row *row_of(enum fb_route route)
{
    for (unsigned i = 0; i < money.n; i++)
        if (money.row[i].route == route)
            return &money.row[i];
    return NULL;
}

/* Three per cent more for the bank; the agency's cap stays. */
static void the_money_is_of_the_shifts_that_are_held(void)
{
    struct fb_test_turn t;
    struct fb_reader_books *books;
    fb_test_records_forget();
    fb_test_turn_open(&t);
    fb_test_turn_issue(&t, "card+3");
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, t.store, &t.ports), FB_OK);
    d = (struct diff){.was = fb_reader_book(books, 1), .is = fb_reader_book(books, 2)};
    CU_ASSERT_EQUAL(diff_money_of(&money, &d, t.store, books), FB_OK);
    CU_ASSERT_FALSE(money.held);
    send(&t, FB_ROUTE_BANK, "B1");
    send(&t, FB_ROUTE_BANK, "B2");
    send(&t, FB_ROUTE_AGENCY, "B3");
    CU_ASSERT_EQUAL_FATAL(diff_money_of(&money, &d, t.store, books), FB_OK);
    CU_ASSERT(money.held);
    const struct diff_money_row *bank = row_of(FB_ROUTE_BANK), *agency = row_of(FB_ROUTE_AGENCY);
    CU_ASSERT_FATAL(bank != NULL && agency != NULL);
    CU_ASSERT_EQUAL(bank->shifts, 2);
    CU_ASSERT_EQUAL(bank->changed, 2);
    CU_ASSERT(bank->card_was > 0);
    int64_t wanted = bank->card_was * 103 / 100, off = bank->card_is - wanted;
    CU_ASSERT(off >= -2 && off <= 2); /* each shift is rounded by itself */
    CU_ASSERT_EQUAL(agency->shifts, 1);
    CU_ASSERT_EQUAL(agency->over_was, agency->over_is);
    CU_ASSERT(agency->excess_was > 0);
    CU_ASSERT_EQUAL(agency->excess_was, agency->excess_is);
    CU_ASSERT(money.from < fb_day_of(2026, 3, 16) && money.until > fb_day_of(2026, 3, 16));
    d = (struct diff){.n = 0};
    fb_reader_books_close(&books);
    fb_test_turn_close(&t);
}

static void a_cancelled_shift_costs_nothing(void)
{
    struct fb_test_turn t;
    struct fb_reader_books *books;
    fb_test_records_forget();
    fb_test_turn_open(&t);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, t.store, &t.ports), FB_OK);
    d = (struct diff){.was = fb_reader_book(books, 1), .is = fb_reader_book(books, 1)};
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    struct fb_record *other = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2");
    r->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    fb_test_send_one(&t, r);
    fb_test_send_one(&t, other);
    CU_ASSERT_EQUAL(diff_money_of(&money, &d, t.store, books), FB_OK);
    CU_ASSERT_EQUAL_FATAL(money.n, 1);
    CU_ASSERT_EQUAL(money.row[0].shifts, 1);
    CU_ASSERT_EQUAL(money.row[0].changed, 0);
    d = (struct diff){.n = 0};
    fb_reader_books_close(&books);
    fb_test_turn_close(&t);
}

CU_TestInfo suite_rules_diff[] = {
    {"the same packs differ in nothing", the_same_packs_differ_in_nothing},
    {"a changed rate is one row for all its trusts", a_changed_rate_is_one_row_for_all_its_trusts},
    {"a card that pays fewer bands concerns its own trust", a_card_that_pays_fewer_bands_concerns_its_own_trust},
    {"a site that departs is told of by itself", a_site_that_departs_is_told_of_by_itself},
    {"an adoption that comes later is told from its day", an_adoption_that_comes_later_is_told_from_its_day},
    {"a state that is another is told until both agree", a_state_that_is_another_is_told_until_both_agree},
    {"rules are new, changed or gone", rules_are_new_changed_or_gone},
    {"a new cap is told from its first day", a_new_cap_is_told_from_its_first_day},
    {"the money is of the shifts that are held", the_money_is_of_the_shifts_that_are_held},
    {"a cancelled shift costs nothing", a_cancelled_shift_costs_nothing},
    CU_TEST_INFO_NULL,
};
