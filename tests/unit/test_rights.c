#include "engine/shell/rights.h"
#include "tests/lib/suite.h"
#include <string.h>

static bool may(enum fb_query_kind kind, enum fb_as as, const char *trust, const char *identity)
{
    struct fb_query q = {.kind = kind, .asker = {.as = as, .trust = trust != NULL ? fb_code_of(trust) : 0}};
    if (identity != NULL)
        q.asker.identity = fb_span_of(identity);
    return fb_right_refusal(&q) == NULL;
}

/* Of each kind of question: nobody in particular, a trust, controls, finance, admin. */
static void test_table(void)
{
    static const struct {
        enum fb_query_kind kind;
        bool may[FB_AS_END];
    } row[] = {{FB_QUERY_STATUS, {true, true, true, true, true}},      {FB_QUERY_FINDINGS, {true, true, true, true, true}},
               {FB_QUERY_EXPLAIN, {true, true, true, true, true}},     {FB_QUERY_APPROVALS, {false, true, true, false, false}},
               {FB_QUERY_WORKER, {false, true, true, false, true}},    {FB_QUERY_FORGET, {false, false, false, false, true}},
               {FB_QUERY_AUDIT, {false, false, true, false, true}},    {FB_QUERY_LINK, {false, true, true, false, false}},
               {FB_QUERY_CONFIRM, {true, true, true, true, true}}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        for (unsigned as = 0; as < FB_AS_END; as++)
            CU_ASSERT_EQUAL(may(row[i].kind, (enum fb_as)as, "RTH", "somebody"), row[i].may[as]);
}

static void test_identity(void)
{
    const enum fb_query_kind kept[] = {FB_QUERY_WORKER, FB_QUERY_FORGET, FB_QUERY_AUDIT, FB_QUERY_LINK, FB_QUERY_CONFIRM};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        CU_ASSERT_FALSE(may(kept[i], FB_AS_ADMIN, NULL, NULL));
    CU_ASSERT_TRUE(may(FB_QUERY_STATUS, FB_AS_NONE, NULL, NULL));
}

static void test_trust(void)
{
    struct fb_query q = {.kind = FB_QUERY_APPROVALS, .asker = {.as = FB_AS_TRUST, .trust = fb_code_of("RTH")}};
    CU_ASSERT_PTR_NULL(fb_right_refusal(&q));
    q.findings.trust = fb_code_of("RTH");
    CU_ASSERT_PTR_NULL(fb_right_refusal(&q));
    q.findings.trust = fb_code_of("RXQ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fb_right_refusal(&q));
    CU_ASSERT_PTR_NOT_NULL(strstr(fb_right_refusal(&q), "--as controls"));
    CU_ASSERT_FALSE(may(FB_QUERY_WORKER, FB_AS_TRUST, NULL, "somebody")); /* of which? */
}

static void test_sees(void)
{
    const fb_code rth = fb_code_of("RTH"), rxq = fb_code_of("RXQ"), rnu = fb_code_of("RNU");
    const struct {
        struct fb_asker asker;
        bool sees;
    } row[] = {{{.as = FB_AS_NONE}, false},
               {{.as = FB_AS_CONTROLS}, true},
               {{.as = FB_AS_TRUST, .trust = rth}, true},
               {{.as = FB_AS_TRUST, .trust = rxq}, true},
               {{.as = FB_AS_TRUST, .trust = rnu}, false},
               {{.as = FB_AS_TRUST}, false},
               {{.as = FB_AS_FINANCE}, false},
               {{.as = FB_AS_ADMIN}, false}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        CU_ASSERT_EQUAL(fb_right_sees(&row[i].asker, rth, rxq), row[i].sees);
}

static void test_words(void)
{
    for (unsigned kind = FB_QUERY_STATUS; kind < FB_QUERY_END; kind++) {
        struct fb_query q = {.kind = (enum fb_query_kind)kind, .asker = {.as = FB_AS_FINANCE, .identity = fb_span_of("x")}};
        const char *why = fb_right_refusal(&q);
        if (why != NULL) /* a refusal says what to give */
            CU_ASSERT_PTR_NOT_NULL(strstr(why, "--as "));
    }
}

CU_TestInfo suite_rights[] = {{"each question is for its roles", test_table},
                              {"what is kept with who asked is refused to nobody in particular", test_identity},
                              {"a trust asks about itself, and says which it is", test_trust},
                              {"what another trust sent is named to those concerned and to controls", test_sees},
                              {"a refusal says which role to give", test_words},
                              CU_TEST_INFO_NULL};
