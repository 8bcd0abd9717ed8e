#include "tests/lib/answered.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <string.h>

void fb_test_answer(struct fb_book *book, unsigned confirm_minutes)
{
    static struct fb_delegation may[1];
    static struct fb_approval_budget budget[1];
    may[0] = (struct fb_delegation){.trust = fb_code_of("RTH"),
                                    .role = FB_ROLE_CHIEF_EXECUTIVE,
                                    .identity = fb_span_of("RTH-CE"),
                                    .from_ms = INT64_C(86400000) * fb_day_of(2026, 1, 1),
                                    .until_ms = INT64_MAX,
                                    .origin = FB_NO_ROW};
    budget[0] = (struct fb_approval_budget){fb_code_of("RTH"), fb_day_of(2026, 1, 1), fb_day_of(2027, 1, 1),
                                            FB_TEST_APPROVALS_A_MONTH, FB_NO_ROW};
    book->n_delegations = 1;
    book->delegation = may;
    book->n_approval_budgets = 1;
    book->approval_budget = budget;
    book->built_in[FB_RULE_RATECAP_BREACHED].answer =
        (struct fb_answer_policy){.roles = (uint32_t)1 << FB_ROLE_CHIEF_EXECUTIVE,
                                  .retrospective = true,
                                  .confirm_minutes = confirm_minutes,
                                  .origin = FB_NO_ROW};
}

void fb_test_ask_rivals(struct fb_book *book)
{
    enum { ROOM = 16 };
    static const struct fb_predicate first[] = {
        {.fact = FB_FACT_BANK_CANCELLED_FIRST, .op = FB_OP_EQ, .a = 1}};
    static const char name[] = "vacancy.taken_from_bank";
    static struct fb_rule rule[ROOM];
    fb_assert(book->n_rules > 0 && book->n_rules < ROOM);
    memcpy(rule, book->rule, book->n_rules * sizeof rule[0]);
    struct fb_rule *added = &rule[book->n_rules];
    *added = rule[0];
    added->id = (uint32_t)fb_hash64(name, sizeof name - 1);
    added->name = fb_span_of(name);
    added->n_when = 1;
    added->when = first;
    added->n_unless = 0;
    added->reads = (struct fb_fact_bits){{0}};
    fb_fact_add(&added->reads, FB_FACT_BANK_CANCELLED_FIRST);
    fb_fact_add(&book->reads, FB_FACT_BANK_CANCELLED_FIRST);
    book->rule = rule;
    book->n_rules++;
}
