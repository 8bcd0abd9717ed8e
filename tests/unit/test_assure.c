#include "engine/core/assure.h"
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include "tests/lib/views.h"
#include <string.h>

enum { A = FB_FACT_LEAD_MINUTES, B = FB_FACT_PAID_MINUTES, C = FB_FACT_EXCESS_PENCE };

static enum fb_truth ask(enum fb_op op, int64_t a, int64_t b, int64_t value)
{
    struct fb_predicate p = {.fact = A, .op = (uint8_t)op, .a = a, .b = b};
    struct fb_facts f = {0};
    fb_fact_set(&f, (enum fb_fact)A, value);
    return fb_predicate_eval(&p, &f);
}

static void test_operators(void)
{
    static const struct {
        enum fb_op op;
        bool below, at, above; /* for the values 9, 10, 11 against 10 */
    } rows[] = {{FB_OP_EQ, false, true, false}, {FB_OP_NE, true, false, true},
                {FB_OP_LT, true, false, false}, {FB_OP_LE, true, true, false},
                {FB_OP_GT, false, false, true}, {FB_OP_GE, false, true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CU_ASSERT_EQUAL(ask(rows[i].op, 10, 0, 9), rows[i].below ? FB_TRUE : FB_FALSE);
        CU_ASSERT_EQUAL(ask(rows[i].op, 10, 0, 10), rows[i].at ? FB_TRUE : FB_FALSE);
        CU_ASSERT_EQUAL(ask(rows[i].op, 10, 0, 11), rows[i].above ? FB_TRUE : FB_FALSE);
    }
    CU_ASSERT_EQUAL(ask(FB_OP_BETWEEN, 10, 12, 9), FB_FALSE);
    CU_ASSERT_EQUAL(ask(FB_OP_BETWEEN, 10, 12, 10), FB_TRUE);
    CU_ASSERT_EQUAL(ask(FB_OP_BETWEEN, 10, 12, 11), FB_TRUE);
    CU_ASSERT_EQUAL(ask(FB_OP_BETWEEN, 10, 12, 12), FB_FALSE);
}

/* ---- bounds ---- */

enum bound { EXACTLY, AT_LEAST, AT_MOST, NOT_AT_ALL };

static enum fb_truth ask_bound(enum fb_op op, enum bound bound, int64_t value)
{
    static const int64_t set[] = {10, 12};
    struct fb_predicate p = {.fact = A, .op = (uint8_t)op, .a = 10, .b = 13};
    struct fb_facts f = {0};
    if (op == FB_OP_IN)
        p.set = set, p.n_set = 2;
    if (bound == EXACTLY)
        fb_fact_set(&f, (enum fb_fact)A, value);
    else if (bound == AT_LEAST)
        fb_fact_set_at_least(&f, (enum fb_fact)A, value);
    else if (bound == AT_MOST)
        fb_fact_set_at_most(&f, (enum fb_fact)A, value);
    else
        f.value[A] = value; /* a value that nobody says is known */
    return fb_predicate_eval(&p, &f);
}

/* T true, F false, ? unknown, for the values 8 to 14. What a bound says must hold of every value that it leaves open. */
static void test_bounds(void)
{
    static const struct {
        enum fb_op op;
        const char *exactly, *at_least, *at_most;
    } rows[] = {{FB_OP_EQ, "FFTFFFF", "???FFFF", "FF?????"},      /* is 10 */
                {FB_OP_NE, "TTFTTTT", "???TTTT", "TT?????"},
                {FB_OP_LT, "TTFFFFF", "??FFFFF", "TT?????"},
                {FB_OP_LE, "TTTFFFF", "???FFFF", "TTT????"},
                {FB_OP_GT, "FFFTTTT", "???TTTT", "FFF????"},
                {FB_OP_GE, "FFTTTTT", "??TTTTT", "FF?????"},
                {FB_OP_IN, "FFTFTFF", "?????FF", "FF?????"},      /* 10 or 12 */
                {FB_OP_BETWEEN, "FFTTTFF", "?????FF", "FF?????"}, /* 10 to before 13 */
                {FB_OP_MEMBER, NULL, "???????", "???????"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int v = 8; v <= 14; v++) {
            static const char letters[] = {[FB_FALSE] = 'F', [FB_TRUE] = 'T', [FB_UNKNOWN] = '?'};
            CU_ASSERT(rows[i].exactly == NULL || letters[ask_bound(rows[i].op, EXACTLY, v)] == rows[i].exactly[v - 8]);
            CU_ASSERT_EQUAL(letters[ask_bound(rows[i].op, AT_LEAST, v)], rows[i].at_least[v - 8]);
            CU_ASSERT_EQUAL(letters[ask_bound(rows[i].op, AT_MOST, v)], rows[i].at_most[v - 8]);
            CU_ASSERT_EQUAL(ask_bound(rows[i].op, NOT_AT_ALL, v), FB_UNKNOWN);
        }
}

/* The same, from what a bound means: all values that it leaves open agree, or it says nothing. */
static void test_bounds_by_all_values(void)
{
    for (int op = FB_OP_EQ; op <= FB_OP_BETWEEN; op++)
        for (int v = 5; v <= 16; v++) {
            bool yes[2] = {false, false}, no[2] = {false, false};
            for (int w = 0; w <= 25; w++) {
                bool holds = ask_bound((enum fb_op)op, EXACTLY, w) == FB_TRUE;
                yes[0] |= w >= v && holds, no[0] |= w >= v && !holds;
                yes[1] |= w <= v && holds, no[1] |= w <= v && !holds;
            }
            for (int i = 0; i < 2; i++) {
                enum fb_truth must = yes[i] && no[i] ? FB_UNKNOWN : yes[i] ? FB_TRUE : FB_FALSE;
                CU_ASSERT_EQUAL(ask_bound((enum fb_op)op, i == 0 ? AT_LEAST : AT_MOST, v), must);
            }
        }
}

/* A trust belongs to the pack from a day to before another; its bounds are those of the day. */
static void test_member(void)
{
    const int64_t threes[] = {(int64_t)fb_code_of("RTH"), 100, 200, (int64_t)fb_code_of("RXQ"), 0, 1000};
    struct fb_predicate p = {.fact = FB_FACT_HIRER, .op = FB_OP_MEMBER, .n_set = 2, .set = threes};
    static const struct {
        const char *trust;
        int64_t day;
        enum fb_truth truth;
    } rows[] = {{"RTH", 99, FB_FALSE}, {"RTH", 100, FB_TRUE}, {"RTH", 199, FB_TRUE}, {"RTH", 200, FB_FALSE},
                {"RXQ", 200, FB_TRUE}, {"RYR", 150, FB_FALSE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fb_facts f = {0};
        fb_fact_set(&f, FB_FACT_HIRER, (int64_t)fb_code_of(rows[i].trust));
        fb_fact_set(&f, FB_FACT_SHIFT_DAY, rows[i].day);
        CU_ASSERT_EQUAL(fb_predicate_eval(&p, &f), rows[i].truth);
    }
}

static void test_set(void)
{
    const int64_t set[] = {3, 5};
    struct fb_predicate p = {.fact = A, .op = FB_OP_IN, .n_set = 2, .set = set};
    struct fb_facts f = {0};
    CU_ASSERT_EQUAL(fb_predicate_eval(&p, &f), FB_UNKNOWN);
    fb_fact_set(&f, (enum fb_fact)A, 5);
    CU_ASSERT_EQUAL(fb_predicate_eval(&p, &f), FB_TRUE);
    fb_fact_set(&f, (enum fb_fact)A, 4);
    CU_ASSERT_EQUAL(fb_predicate_eval(&p, &f), FB_FALSE);
}

/* One fact's state: 0 false, 1 true, 2 unknown, for "is 1". */
static void set_state(struct fb_facts *f, int fact, int state)
{
    if (state != 2)
        fb_fact_set(f, (enum fb_fact)fact, state);
}

/* Every combination of two conditions and one answer, against the table of the header. */
static void test_verdicts(void)
{
    const struct fb_predicate when[] = {{.fact = A, .op = FB_OP_EQ, .a = 1},
                                        {.fact = B, .op = FB_OP_EQ, .a = 1}};
    const struct fb_predicate unless[] = {{.fact = C, .op = FB_OP_EQ, .a = 1}};
    const struct fb_rule rule = {
        .severity = FB_SEVERITY_BREACH, .n_when = 2, .n_unless = 1, .when = when, .unless = unless};
    for (int i = 0; i < 27; i++) {
        int a = i % 3, b = i / 3 % 3, c = i / 9;
        struct fb_facts f = {0};
        set_state(&f, A, a);
        set_state(&f, B, b);
        set_state(&f, C, c);
        enum fb_fact because = FB_FACT_COUNT, expected_because = FB_FACT_COUNT;
        enum fb_severity expected = FB_SEVERITY_BREACH;
        if (a == 0 || b == 0)
            expected = FB_SEVERITY_OK_;
        else if (a == 2 || b == 2)
            expected = FB_SEVERITY_CANNOT_SAY, expected_because = (enum fb_fact)(a == 2 ? A : B);
        else if (c == 1)
            expected = FB_SEVERITY_OK_;
        else if (c == 2)
            expected = FB_SEVERITY_CANNOT_SAY, expected_because = (enum fb_fact)C;
        CU_ASSERT_EQUAL(fb_rule_eval(&rule, &f, &because), expected);
        CU_ASSERT_EQUAL(because, expected_because);
    }
}

static void test_one_answer_is_enough(void)
{
    const struct fb_predicate unless[] = {{.fact = A, .op = FB_OP_EQ, .a = 1},
                                          {.fact = B, .op = FB_OP_EQ, .a = 1}};
    const struct fb_rule rule = {.severity = FB_SEVERITY_WARN, .n_unless = 2, .unless = unless};
    enum fb_fact because;
    struct fb_facts f = {0};
    fb_fact_set(&f, (enum fb_fact)B, 1); /* the first is unknown, the second answers */
    CU_ASSERT_EQUAL(fb_rule_eval(&rule, &f, &because), FB_SEVERITY_OK_);
    CU_ASSERT_EQUAL(because, FB_FACT_COUNT);
    fb_fact_set(&f, (enum fb_fact)B, 0);
    CU_ASSERT_EQUAL(fb_rule_eval(&rule, &f, &because), FB_SEVERITY_CANNOT_SAY);
    CU_ASSERT_EQUAL(because, A);
    fb_fact_set(&f, (enum fb_fact)A, 0);
    CU_ASSERT_EQUAL(fb_rule_eval(&rule, &f, &because), FB_SEVERITY_WARN);
}

static struct fb_rule scoped(void)
{
    return (struct fb_rule){.scope = {.trust = fb_code_of("RTH"),
                                      .staff_groups = 1u << FB_STAFF_GROUP_NURSING_MIDWIFERY,
                                      .routes = 1u << FB_ROUTE_AGENCY,
                                      .from = 100,
                                      .until = 200},
                            .date_fact = FB_FACT_BOOKING_DAY};
}

static struct fb_facts scoped_facts(void)
{
    struct fb_facts f = {0};
    fb_fact_set(&f, FB_FACT_HIRER, (int64_t)fb_code_of("RTH"));
    fb_fact_set(&f, FB_FACT_STAFF_GROUP, FB_STAFF_GROUP_NURSING_MIDWIFERY);
    fb_fact_set(&f, FB_FACT_ROUTE, FB_ROUTE_AGENCY);
    fb_fact_set(&f, FB_FACT_SHIFT_DAY, 210);
    fb_fact_set(&f, FB_FACT_BOOKING_DAY, 100);
    return f;
}

static void test_scope(void)
{
    struct fb_rule rule = scoped();
    struct fb_facts f = scoped_facts();
    CU_ASSERT_TRUE(fb_rule_in_force(&rule, &f));
    fb_fact_set(&f, FB_FACT_BOOKING_DAY, 200);
    CU_ASSERT_FALSE(fb_rule_in_force(&rule, &f)); /* until is not part of it */
    fb_fact_set(&f, FB_FACT_BOOKING_DAY, 99);
    CU_ASSERT_FALSE(fb_rule_in_force(&rule, &f));
    f = scoped_facts();
    fb_fact_set(&f, FB_FACT_ROUTE, FB_ROUTE_BANK);
    CU_ASSERT_FALSE(fb_rule_in_force(&rule, &f));
    f = scoped_facts();
    fb_fact_set(&f, FB_FACT_HIRER, (int64_t)fb_code_of("RXQ"));
    CU_ASSERT_FALSE(fb_rule_in_force(&rule, &f));
    rule.scope.trust = 0;
    CU_ASSERT_TRUE(fb_rule_in_force(&rule, &f));
    fb_fact_set(&f, FB_FACT_STAFF_GROUP, FB_STAFF_GROUP_STUDENTS);
    CU_ASSERT_FALSE(fb_rule_in_force(&rule, &f));
}

static void fb_test_forget(struct fb_facts *f, unsigned id)
{
    f->known.w[id / 64] &= ~((uint64_t)1 << id % 64);
}

static void test_scope_of_unknown(void)
{
    struct fb_rule rule = scoped();
    struct fb_facts f = scoped_facts();
    fb_test_forget(&f, FB_FACT_STAFF_GROUP);
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_UNKNOWN);
    fb_fact_set(&f, FB_FACT_ROUTE, FB_ROUTE_BANK);
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_FALSE); /* of whichever group: not by this route */
    f = scoped_facts();
    fb_test_forget(&f, FB_FACT_STAFF_GROUP);
    rule.scope.staff_groups = UINT32_MAX;
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_TRUE); /* whichever it is, the rule is for it */
    fb_test_forget(&f, FB_FACT_BOOKING_DAY);
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_FALSE); /* the shift's day, 210, stands in */
    fb_fact_set(&f, FB_FACT_SHIFT_DAY, 199);
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_TRUE);
}

/* A rule for some staff groups, on a shift of which none was sent: what it would say nobody can say; where it would say nothing, it
 * says nothing. */
static void test_said_of_unknown_group(void)
{
    struct fb_predicate p = {.fact = FB_FACT_PAID_MINUTES, .op = FB_OP_GE, .a = 100};
    struct fb_rule rule = scoped();
    struct fb_book book = {.rule = &rule, .n_rules = 1};
    struct fb_rule_said out[FB_RULES_MAX];
    struct fb_fact_bits reads = {{0}};
    struct fb_facts f = scoped_facts();
    rule.when = &p;
    rule.n_when = 1;
    rule.severity = FB_SEVERITY_BREACH;
    fb_fact_set(&f, FB_FACT_PAID_MINUTES, 100);
    CU_ASSERT_EQUAL_FATAL(fb_rules_ask(&book, &f, &reads, out), 1);
    CU_ASSERT_EQUAL(out[0].severity, FB_SEVERITY_BREACH);
    fb_test_forget(&f, FB_FACT_STAFF_GROUP);
    CU_ASSERT_EQUAL_FATAL(fb_rules_ask(&book, &f, &reads, out), 1);
    CU_ASSERT_EQUAL(out[0].severity, FB_SEVERITY_CANNOT_SAY);
    CU_ASSERT_EQUAL(out[0].because, FB_FACT_STAFF_GROUP);
    fb_test_forget(&f, FB_FACT_PAID_MINUTES);
    CU_ASSERT_EQUAL_FATAL(fb_rules_ask(&book, &f, &reads, out), 1);
    CU_ASSERT_EQUAL(out[0].because, FB_FACT_PAID_MINUTES); /* by itself it cannot say */
    fb_fact_set(&f, FB_FACT_PAID_MINUTES, 99);
    CU_ASSERT_EQUAL(fb_rules_ask(&book, &f, &reads, out), 0);
}

/* Bits of a mask that stand for no word let nothing in. */
static void test_scope_of_no_word(void)
{
    struct fb_rule rule = scoped();
    struct fb_facts f = scoped_facts();
    CU_ASSERT_TRUE(fb_rule_in_force(&rule, &f));
    rule.scope.routes = (uint32_t)1 | (uint32_t)1 << FB_ROUTE_END;
    fb_fact_set(&f, FB_FACT_ROUTE, FB_ROUTE_BANK);
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_FALSE);
    fb_fact_set(&f, FB_FACT_ROUTE, 0); /* no word, as one that was not sent: nobody can say */
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_UNKNOWN);
    fb_fact_set(&f, FB_FACT_ROUTE, FB_ROUTE_END);
    CU_ASSERT_EQUAL(fb_rule_in_force(&rule, &f), FB_UNKNOWN);
}

/* All of a full book, in the order of the book. */
static void test_all_in_force(void)
{
    static struct fb_rule rule[FB_RULES_MAX];
    struct fb_book book = {.rule = rule, .n_rules = FB_RULES_MAX};
    struct fb_facts f = scoped_facts();
    struct fb_fact_bits reads = {{0}};
    struct fb_rule_said out[FB_RULES_MAX];
    for (unsigned i = 0; i < FB_RULES_MAX; i++) {
        rule[i] = scoped();
        rule[i].severity = FB_SEVERITY_WARN;
        rule[i].scope.trust = i % 3 == 0 ? fb_code_of("RXQ") : fb_code_of("RTH");
    }
    unsigned n = fb_rules_ask(&book, &f, &reads, out);
    CU_ASSERT_EQUAL_FATAL(n, FB_RULES_MAX - (FB_RULES_MAX + 2) / 3);
    for (unsigned i = 0; i < n; i++)
        CU_ASSERT_EQUAL(out[i].rule, i / 2 * 3 + i % 2 + 1);
    book.n_rules = 0;
    CU_ASSERT_EQUAL(fb_rules_ask(&book, &f, &reads, out), 0);
}

enum { ASKED_RULES = 40, ASKED_FACTS = 6, ASKED_ROUNDS = 500 };

static struct fb_predicate any_predicate(struct fb_prng *r)
{
    static const int64_t set[] = {1, 3};
    return (struct fb_predicate){.fact = (uint8_t)(FB_FACT_PAID_MINUTES + fb_prng_below(r, ASKED_FACTS)),
                                 .op = (uint8_t)(FB_OP_EQ + fb_prng_below(r, FB_OP_BETWEEN)),
                                 .n_set = 2,
                                 .a = (int64_t)fb_prng_below(r, 4),
                                 .b = 3,
                                 .set = set};
}

static struct fb_facts any_facts(struct fb_prng *r)
{
    struct fb_facts f = scoped_facts();
    for (unsigned i = 0; i < ASKED_FACTS; i++) {
        enum fb_fact fact = (enum fb_fact)(FB_FACT_PAID_MINUTES + i);
        int64_t v = (int64_t)fb_prng_below(r, 4);
        uint64_t how = fb_prng_below(r, 4);
        if (how == 1)
            fb_fact_set(&f, fact, v);
        else if (how == 2)
            fb_fact_set_at_least(&f, fact, v);
        else if (how == 3)
            fb_fact_set_at_most(&f, fact, v);
    }
    return f;
}

static struct fb_rule any_rule(struct fb_prng *r, struct fb_predicate p[4], unsigned reads)
{
    struct fb_rule rule = scoped();
    for (unsigned i = 0; i < 4; i++)
        p[i] = any_predicate(r);
    rule.severity = FB_SEVERITY_WARN;
    rule.scope.trust = fb_prng_below(r, 4) == 0 ? fb_code_of("RXQ") : 0;
    rule.when = p;
    rule.unless = p + 3;
    rule.n_when = (uint8_t)fb_prng_below(r, 4);
    rule.n_unless = (uint8_t)fb_prng_below(r, 2);
    fb_fact_add(&rule.reads, reads);
    return rule;
}

/* Whatever the short ways of asking a whole book, each rule says what it says alone; and all that are in force are read. */
static void test_asked_together_as_alone(void)
{
    struct fb_predicate p[ASKED_RULES][4];
    struct fb_rule rule[ASKED_RULES];
    struct fb_book book = {.rule = rule, .n_rules = ASKED_RULES};
    struct fb_rule_said out[FB_RULES_MAX];
    struct fb_prng r;
    unsigned said = 0;
    fb_prng_init(&r, 11);
    for (unsigned round = 0; round < ASKED_ROUNDS; round++) {
        struct fb_facts f = any_facts(&r);
        struct fb_fact_bits reads = {{0}}, expected = {{0}};
        for (unsigned i = 0; i < ASKED_RULES; i++)
            rule[i] = any_rule(&r, p[i], i);
        unsigned n = fb_rules_ask(&book, &f, &reads, out), at = 0;
        for (unsigned i = 0; i < ASKED_RULES; i++) {
            enum fb_fact because;
            if (fb_rule_in_force(&rule[i], &f) != FB_TRUE)
                continue;
            fb_fact_add(&expected, i);
            enum fb_severity severity = fb_rule_eval(&rule[i], &f, &because);
            if (severity == FB_SEVERITY_OK_)
                continue;
            CU_ASSERT_FATAL(at < n);
            CU_ASSERT(out[at].rule == i && out[at].severity == severity && out[at].because == because);
            at++;
        }
        CU_ASSERT_EQUAL(at, n);
        CU_ASSERT_EQUAL(memcmp(&reads, &expected, sizeof reads), 0);
        said += n;
    }
    CU_ASSERT(said > ASKED_ROUNDS);
}

CU_TestInfo suite_assure[] = {
    {"each operator, below, at and above", test_operators},
    {"a bound says only what is certain, for each operator", test_bounds},
    {"a bound speaks for every value that it leaves open", test_bounds_by_all_values},
    {"a member is one on the day of the shift", test_member},
    {"a set holds its members; an unknown fact is unknown", test_set},
    {"every combination of known and unknown gives the verdict of the header", test_verdicts},
    {"one true answer is enough, a false one is none", test_one_answer_is_enough},
    {"a rule holds for its trust, group, route and dates only", test_scope},
    {"what is not known is inside only when it cannot matter", test_scope_of_unknown},
    {"what a rule for some staff groups would say of a shift without one", test_said_of_unknown_group},
    {"a word that is none is inside nothing", test_scope_of_no_word},
    {"of a full book those in force are given in its order", test_all_in_force},
    {"rules asked together say what each says alone", test_asked_together_as_alone},
    CU_TEST_INFO_NULL};
