#include "engine/shell/session.h"
#include "engine/base/when.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_config C;
static struct fb_sessions *S;

static void begin(void)
{
    fb_config_default(&C);
    C.connections_max = 16;
    CU_ASSERT_EQUAL_FATAL(fb_sessions_open(&S, &C), FB_OK);
}

static struct fb_peer peer(unsigned n)
{
    struct fb_peer p = {.n = 5};
    memcpy(p.id + 1, &n, 4);
    return p;
}

static struct fb_source source(const char *name, uint32_t window)
{
    return (struct fb_source){.name = fb_span_of(name),
                              .trust = fb_code_of("RTH"),
                              .system = FB_SYSTEM_ROSTER,
                              .mode = FB_SOURCE_MODE_LIVE,
                              .window = window};
}

static struct fb_session *hello(unsigned n, const char *name, uint32_t window, uint64_t at)
{
    struct fb_peer p = peer(n);
    struct fb_source s = source(name, window);
    return fb_session_begin(S, &p, &s, at);
}

static struct fb_session *find(unsigned n)
{
    struct fb_peer p = peer(n);
    return fb_session_find(S, &p);
}

static void test_settle(void)
{
    struct fb_source said = source("rth", 0), told;
    begin();
    CU_ASSERT_EQUAL(fb_sessions_settle(S, &said, &told), FB_OK);
    CU_ASSERT_TRUE(told.trust == said.trust && told.mode == FB_SOURCE_MODE_LIVE &&
                   told.window == FB_WINDOW_DEFAULT);
    said = source(FB_SOURCE_OWN, 0);
    CU_ASSERT_EQUAL(fb_sessions_settle(S, &said, &told), FB_REFUSED); /* under its own name nobody speaks but the engine */
    said = source("rth", 0);
    C.accept_unknown_sources = false;
    CU_ASSERT_EQUAL(fb_sessions_settle(S, &said, &told), FB_REFUSED);
    C.n_sources = 1;
    C.source[0] = (struct fb_config_source){
        .name = "rth", .trust_said = true, .mode = FB_SOURCE_MODE_SHADOW, .window = 5};
    CU_ASSERT_EQUAL(fb_sessions_settle(S, &said, &told), FB_OK);
    CU_ASSERT_TRUE(told.trust == 0 && told.mode == FB_SOURCE_MODE_SHADOW && told.window == 5 &&
                   told.system == FB_SYSTEM_ROSTER);
    fb_sessions_close(&S);
}

static void test_window_is_the_source_s(void)
{
    begin();
    struct fb_session *a = hello(1, "rth", 3, 0), *b = hello(2, "rth", 3, 0), *c = hello(3, "rxq", 3, 0);
    CU_ASSERT_PTR_EQUAL(a->known, b->known);
    CU_ASSERT_TRUE(fb_session_take(a) && fb_session_take(b) && fb_session_take(a));
    CU_ASSERT_FALSE(fb_session_take(a));
    CU_ASSERT_FALSE(fb_session_take(b));
    CU_ASSERT_TRUE(fb_session_take(c)); /* a greedy source delays nobody else */
    fb_session_settled(S, a, 2);
    CU_ASSERT_TRUE(fb_session_take(b));
    CU_ASSERT_EQUAL(a->known->in_flight, 2);
    fb_sessions_close(&S);
}

static void test_gone(void)
{
    begin();
    struct fb_session *a = hello(1, "rth", 3, 0);
    CU_ASSERT_TRUE(fb_session_take(a) && fb_session_take(a));
    fb_session_gone(S, a);
    CU_ASSERT_PTR_EQUAL(find(1), a); /* its items still point at it */
    fb_session_settled(S, a, 1);
    CU_ASSERT_PTR_EQUAL(find(1), a);
    fb_session_settled(S, a, 1);
    CU_ASSERT_PTR_NULL(find(1));
    CU_ASSERT_EQUAL(fb_sessions_count(S), 0);
    fb_sessions_close(&S);
}

static void test_oldest_makes_room(void)
{
    begin();
    for (unsigned i = 0; i < 16; i++)
        CU_ASSERT_PTR_NOT_NULL(hello(i, "rth", 100, i == 5 ? 1 : 10 + i));
    CU_ASSERT_TRUE(fb_session_take(find(0)));
    CU_ASSERT_PTR_NOT_NULL(hello(100, "rth", 100, 50));
    CU_ASSERT_PTR_NULL(find(5));
    CU_ASSERT_PTR_NOT_NULL(hello(101, "rth", 100, 51));
    CU_ASSERT_PTR_NULL(find(1));
    CU_ASSERT_PTR_NOT_NULL(find(0)); /* older, but in flight */
    CU_ASSERT_EQUAL(fb_sessions_count(S), 16);
    fb_sessions_close(&S);
}

static void test_all_in_flight(void)
{
    begin();
    for (unsigned i = 0; i < 16; i++)
        CU_ASSERT_TRUE(fb_session_take(hello(i, "rth", 100, i)));
    CU_ASSERT_PTR_NULL(hello(100, "rth", 100, 50));
    CU_ASSERT_PTR_NULL(hello(3, "rxq", 100, 50)); /* may not change over while in flight */
    CU_ASSERT_PTR_NOT_NULL(hello(3, "rth", 100, 50));
    fb_sessions_close(&S);
}

static void test_many(void)
{
    begin();
    fb_sessions_close(&S);
    C.connections_max = FB_SESSIONS_MAX;
    CU_ASSERT_EQUAL_FATAL(fb_sessions_open(&S, &C), FB_OK);
    for (unsigned i = 0; i < FB_SESSIONS_MAX; i++)
        CU_ASSERT_PTR_NOT_NULL(hello(i * 2654435761u, "rth", 1, i));
    for (unsigned i = 0; i < FB_SESSIONS_MAX; i += 2)
        fb_session_gone(S, find(i * 2654435761u));
    unsigned wrong = 0;
    for (unsigned i = 0; i < FB_SESSIONS_MAX; i++)
        wrong += (find(i * 2654435761u) != NULL) != (i % 2 == 1);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(fb_sessions_count(S), FB_SESSIONS_MAX / 2);
    fb_sessions_close(&S);
}

static void test_too_many_sources(void)
{
    char name[16];
    struct fb_text t;
    begin();
    for (unsigned i = 0; i < FB_SOURCES_MAX; i++) {
        fb_text_init(&t, name, sizeof name);
        fb_text_add_int(&t, i);
        struct fb_session *s = hello(1, name, 1, i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(s);
        s->known->last_ms = 1; /* it was answered: a source that sends is not forgotten */
    }
    CU_ASSERT_PTR_NULL(hello(1, "one-more", 1, 0));
    CU_ASSERT_PTR_NOT_NULL(hello(1, "7", 1, 0));
    CU_ASSERT_PTR_NULL(fb_sessions_source(S, FB_SOURCES_MAX));
    fb_sessions_close(&S);
}

/* A thousand Hellos under made-up names may not keep a new source out; nor may they push out one that sends.
 */
static void test_unused_names_make_room(void)
{
    char name[16];
    struct fb_text t;
    begin();
    for (unsigned i = 0; i < FB_SOURCES_MAX; i++) {
        fb_text_init(&t, name, sizeof name);
        fb_text_add_int(&t, i);
        struct fb_session *s = hello(i % 8, name, 1, 1000 + i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(s);
        if (i > 0)
            s->known->last_ms = 1; /* it was answered */
    }
    struct fb_session *silent = hello(9, "0", 1, 5); /* named, connected, and never sent a record */
    CU_ASSERT_PTR_NOT_NULL_FATAL(silent);
    CU_ASSERT_PTR_NOT_NULL(hello(10, "one-more", 1, 9));
    CU_ASSERT_PTR_NULL(find(9)); /* it is asked to say Hello again */
    CU_ASSERT_PTR_NULL(fb_sessions_source_find(S, fb_span_of("0")));
    CU_ASSERT_PTR_NOT_NULL(fb_sessions_source_find(S, fb_span_of("one-more")));
    CU_ASSERT_TRUE(fb_session_greet(find(10)));
    CU_ASSERT_PTR_NULL(hello(11, "too-many", 1, 9)); /* its Hello is still on its way */
    CU_ASSERT_PTR_NOT_NULL(hello(11, "7", 1, 9));
    fb_sessions_close(&S);
}

/* Each change is an entry of the journal, and has all shifts of the source judged again. */
static void test_changes(void)
{
    begin();
    struct fb_source live = source("rth", 4), trial = source("rth", 4), other = source("rxq", 4);
    trial.mode = FB_SOURCE_MODE_SHADOW;
    uint64_t at = 1000;
    unsigned taken = 0;
    for (unsigned i = 0; i < 20; i++) {
        const struct fb_source *s = i % 2 == 0 ? &live : &trial;
        struct fb_peer p = peer(1);
        if (!fb_sessions_may_change(S, s, at))
            continue;
        CU_ASSERT_PTR_NOT_NULL(fb_session_begin(S, &p, s, at));
        taken++;
    }
    CU_ASSERT_EQUAL(taken, 1 + FB_CHANGES_A_MINUTE + 7); /* the first, the changes, and those that said again what was taken last */
    CU_ASSERT_TRUE(fb_sessions_may_change(S, &live, at)); /* as taken last */
    CU_ASSERT_FALSE(fb_sessions_may_change(S, &trial, at + FB_MINUTE_MS - 1));
    CU_ASSERT_TRUE(fb_sessions_may_change(S, &other, at)); /* another source, its first */
    live.sends = FB_SENDS_HOURS;
    CU_ASSERT_FALSE(fb_sessions_may_change(S, &live, at));
    live.sends = 0;
    live.trust = fb_code_of("RXQ");
    CU_ASSERT_FALSE(fb_sessions_may_change(S, &live, at));
    CU_ASSERT_TRUE(fb_sessions_may_change(S, &trial, at + FB_MINUTE_MS));
    fb_sessions_close(&S);
}

CU_TestInfo suite_session[] = {
    {"the configuration completes and overrules what a source says of itself", test_settle},
    {"a window is the source's, whatever connection it uses", test_window_is_the_source_s},
    {"a session that is gone stays until its last message has settled", test_gone},
    {"the connection that was silent longest makes room", test_oldest_makes_room},
    {"connections with messages in flight are never forgotten", test_all_in_flight},
    {"many connections are found again, and forgotten one by one", test_many},
    {"one source too many is refused", test_too_many_sources},
    {"a name that nobody used makes room for a new source", test_unused_names_make_room},
    {"what a source says of itself changes so often a minute", test_changes},
    CU_TEST_INFO_NULL,
};
