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

/* ---- by key ---- */

enum { TRUST = FB_MAY_TRUST, CONTROLS = FB_MAY_CONTROLS, FINANCE = FB_MAY_FINANCE, ADMIN = FB_MAY_ADMIN, PUBLISH = FB_MAY_PUBLISH, FEED = FB_MAY_FEED };

static struct fb_identity key_of(unsigned roles)
{
    return (struct fb_identity){.name = "somebody", .n_keys = 1, .roles = roles, .trust = fb_code_of("RTH"), .publish = fb_code_of("RTH")};
}

/* Every kind of question by every role, one at a time; a kind that stands in no row here is for nobody. */
static void test_by_key(void)
{
    static const unsigned one[] = {TRUST, CONTROLS, FINANCE, ADMIN, PUBLISH, FEED};
    static const unsigned may[FB_QUERY_END] = {
        [FB_QUERY_STATUS] = TRUST | CONTROLS | FINANCE | ADMIN | PUBLISH | FEED,
        [FB_QUERY_FINDINGS] = TRUST | CONTROLS | FINANCE | ADMIN,
        [FB_QUERY_EXPLAIN] = TRUST | CONTROLS | FINANCE | ADMIN,
        [FB_QUERY_SOURCES] = TRUST | CONTROLS | FINANCE | ADMIN | PUBLISH | FEED,
        [FB_QUERY_ISSUE] = CONTROLS | ADMIN,
        [FB_QUERY_CLOSE_PERIOD] = FINANCE | ADMIN,
        [FB_QUERY_WITHDRAW] = CONTROLS | ADMIN,
        [FB_QUERY_APPROVALS] = TRUST | CONTROLS,
        [FB_QUERY_WORKER] = TRUST | CONTROLS | ADMIN,
        [FB_QUERY_FORGET] = ADMIN,
        [FB_QUERY_AUDIT] = CONTROLS | ADMIN,
        [FB_QUERY_LINK] = TRUST | CONTROLS,
        [FB_QUERY_CONFIRM] = TRUST | CONTROLS | FINANCE | ADMIN,
        [FB_QUERY_CHECKPOINT] = TRUST | CONTROLS | FINANCE | ADMIN | PUBLISH | FEED,
        [FB_QUERY_PROVE] = TRUST | CONTROLS | FINANCE | ADMIN,
        [FB_QUERY_RECEIPT] = TRUST | CONTROLS | FINANCE | ADMIN | PUBLISH,
        [FB_QUERY_COUNTERSIGN] = TRUST | CONTROLS | FINANCE | ADMIN,
        [FB_QUERY_WITHDRAW_BATCH] = TRUST | CONTROLS | ADMIN,
        [FB_QUERY_BATCHES] = TRUST | CONTROLS | FINANCE | ADMIN | PUBLISH,
        [FB_QUERY_MONTH] = TRUST | CONTROLS | FINANCE | ADMIN,
        [FB_QUERY_INVOICES] = TRUST | CONTROLS | FINANCE | ADMIN,
    };
    for (unsigned kind = 1; kind < FB_QUERY_END; kind++)
        for (unsigned i = 0; i < sizeof one / sizeof one[0]; i++) {
            const struct fb_identity who = key_of(one[i]);
            struct fb_query q = {.kind = (enum fb_query_kind)kind};
            CU_ASSERT_EQUAL(fb_right_take(&who, &q) == NULL, (may[kind] & one[i]) != 0);
            CU_ASSERT_PTR_NOT_NULL(fb_right_take(NULL, &q)); /* revoked since */
        }
}

/* What is said of oneself is not taken from who comes with a key. */
static void test_key_wins(void)
{
    const struct fb_identity trust = key_of(TRUST), both = key_of(TRUST | CONTROLS), nobody = key_of(PUBLISH);
    struct fb_query q = {.kind = FB_QUERY_FINDINGS, .asker = {fb_span_of("the chief executive"), FB_AS_NONE, 0}};
    CU_ASSERT_PTR_NULL(fb_right_take(&trust, &q));
    CU_ASSERT_TRUE(fb_span_is(q.asker.identity, "somebody") && q.asker.as == FB_AS_TRUST && q.asker.trust == fb_code_of("RTH"));
    CU_ASSERT_EQUAL(q.findings.trust, fb_code_of("RTH")); /* its own, without being asked to say so */
    q = (struct fb_query){.kind = FB_QUERY_FINDINGS, .asker = {.as = FB_AS_CONTROLS}};
    CU_ASSERT_PTR_NOT_NULL(fb_right_take(&trust, &q));
    q = (struct fb_query){.kind = FB_QUERY_FINDINGS, .asker = {.as = FB_AS_TRUST, .trust = fb_code_of("RXQ")}};
    CU_ASSERT_PTR_NOT_NULL(fb_right_take(&trust, &q));
    q = (struct fb_query){.kind = FB_QUERY_FINDINGS, .findings = {.trust = fb_code_of("RXQ")}};
    CU_ASSERT_PTR_NOT_NULL(fb_right_take(&trust, &q));
    q = (struct fb_query){.kind = FB_QUERY_FINDINGS, .findings = {.trust = fb_code_of("RXQ")}};
    CU_ASSERT_PTR_NULL(fb_right_take(&both, &q)); /* as controls, unless it says otherwise */
    CU_ASSERT_TRUE(q.asker.as == FB_AS_CONTROLS && q.asker.trust == 0);
    q = (struct fb_query){.kind = FB_QUERY_FINDINGS, .asker = {.as = FB_AS_TRUST}};
    CU_ASSERT_PTR_NULL(fb_right_take(&both, &q));
    CU_ASSERT_EQUAL(q.findings.trust, fb_code_of("RTH"));
    q = (struct fb_query){.kind = FB_QUERY_SOURCES};
    CU_ASSERT_PTR_NULL(fb_right_take(&nobody, &q));
    CU_ASSERT_EQUAL(q.asker.trust, fb_code_of("RTH")); /* its own sources */
}

static void test_reads(void)
{
    const struct fb_asker rth = {.as = FB_AS_TRUST, .trust = fb_code_of("RTH")}, controls = {.as = FB_AS_CONTROLS}, local = {.as = FB_AS_NONE};
    CU_ASSERT_TRUE(fb_right_reads(&rth, fb_code_of("RTH")) && !fb_right_reads(&rth, fb_code_of("RXQ")) && !fb_right_reads(&rth, 0));
    CU_ASSERT_TRUE(fb_right_reads(&controls, fb_code_of("RXQ")) && fb_right_reads(&local, fb_code_of("RXQ")));
}

/* This machine's sockets: what is said is taken, as far as `local` goes. */
static void test_local(void)
{
    struct fb_identity local = *fb_identity_anybody();
    struct fb_query q = {.kind = FB_QUERY_FORGET, .asker = {fb_span_of("me"), FB_AS_ADMIN, 0}};
    CU_ASSERT_PTR_NULL(fb_right_take(&local, &q));
    CU_ASSERT_TRUE(fb_span_is(q.asker.identity, "me"));
    local.roles = FB_MAY_TRUST | FB_MAY_PUBLISH;
    local.trust = fb_code_of("RTH");
    CU_ASSERT_PTR_NOT_NULL(fb_right_take(&local, &q));
    q = (struct fb_query){.kind = FB_QUERY_FINDINGS, .asker = {.as = FB_AS_TRUST, .trust = fb_code_of("RXQ")}};
    CU_ASSERT_PTR_NOT_NULL(fb_right_take(&local, &q));
    q.asker.trust = fb_code_of("RTH");
    CU_ASSERT_PTR_NULL(fb_right_take(&local, &q));
    q = (struct fb_query){.kind = FB_QUERY_ISSUE};
    CU_ASSERT_PTR_NOT_NULL(fb_right_take(&local, &q));
}

/* Who says no role is not more than who says one. */
static void test_local_says_nothing(void)
{
    struct fb_identity local = *fb_identity_anybody();
    struct fb_query q = {.kind = FB_QUERY_FINDINGS};
    CU_ASSERT_PTR_NULL(fb_right_take(&local, &q));
    CU_ASSERT_TRUE(q.asker.as == FB_AS_NONE && q.findings.trust == 0); /* this machine may do anything */
    local.roles = FB_MAY_TRUST | FB_MAY_PUBLISH;
    local.trust = local.publish = fb_code_of("RTH");
    CU_ASSERT_PTR_NULL(fb_right_take(&local, &q));
    CU_ASSERT_TRUE(q.asker.as == FB_AS_TRUST && q.asker.trust == fb_code_of("RTH") && q.findings.trust == fb_code_of("RTH"));
    q = (struct fb_query){.kind = FB_QUERY_FINDINGS, .findings = {.trust = fb_code_of("RXQ")}};
    CU_ASSERT_PTR_NOT_NULL(fb_right_take(&local, &q));
    q = (struct fb_query){.kind = FB_QUERY_EXPLAIN, .asker = {.trust = fb_code_of("RXQ")}};
    CU_ASSERT_PTR_NULL(fb_right_take(&local, &q));
    CU_ASSERT_FALSE(fb_right_reads(&q.asker, fb_code_of("RXQ")));
    local.roles = FB_MAY_PUBLISH;
    q = (struct fb_query){.kind = FB_QUERY_SOURCES};
    CU_ASSERT_PTR_NULL(fb_right_take(&local, &q));
    CU_ASSERT_EQUAL(q.asker.trust, fb_code_of("RTH")); /* its own sources */
}

CU_TestInfo suite_rights[] = {{"each question is for its roles", test_table},
                              {"what is kept with who asked is refused to nobody in particular", test_identity},
                              {"a trust asks about itself, and says which it is", test_trust},
                              {"what another trust sent is named to those concerned and to controls", test_sees},
                              {"a refusal says which role to give", test_words},
                              {"with a key: every kind of question by every role", test_by_key},
                              {"with a key: who asks, and of which trust, is the key's", test_key_wins},
                              {"with a key: a trust is told of its own shifts", test_reads},
                              {"without: what is said, as far as this machine's sockets go", test_local},
                              {"without: who says no role is shown what their roles are", test_local_says_nothing},
                              CU_TEST_INFO_NULL};
