/* Who is let in, part by part of the question; and what becomes of keys when the file changes. */
#include "engine/shell/zap.h"
#include "engine/shell/log.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define RTH   "  - name: rth\n    key: '" KEY_A "'\n    roles: [publish:RTH]\n"
#define CTL   "  - name: ctl\n    key: '" KEY_B "'\n    roles: [controls]\n"

static struct fb_gate *G;
static unsigned char key_a[FB_Z85_KEY_BYTES], key_b[FB_Z85_KEY_BYTES];
static unsigned lost;

static void load(const char *text, fb_day today)
{
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    CU_ASSERT_EQUAL_FATAL(fb_identities_parse(&ids, "t", fb_span_of(text), &report), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_gate_take(G, &ids, today, &lost), FB_OK);
    fb_pack_report_free(&report);
}

static void begin(const char *text)
{
    fb_log_set(FB_LOG_NONE);
    CU_ASSERT_EQUAL_FATAL(fb_gate_open(&G), FB_OK);
    CU_ASSERT_EQUAL(fb_z85_decode(key_a, fb_span_of(KEY_A)), FB_OK);
    CU_ASSERT_EQUAL(fb_z85_decode(key_b, fb_span_of(KEY_B)), FB_OK);
    load(text, 20000);
}

static void end(void)
{
    fb_gate_close(&G);
    fb_log_set(FB_LOG_INFO);
}

static void question(struct fb_span part[FB_ZAP_PARTS], const char *domain, const char *mechanism, const unsigned char *key)
{
    const char *const words[] = {"1.0", "1", domain, "127.0.0.1", "", mechanism};
    for (unsigned i = 0; i + 1 < FB_ZAP_PARTS; i++)
        part[i] = fb_span_of(words[i]);
    part[FB_ZAP_PARTS - 1] = (struct fb_span){(const char *)key, FB_Z85_KEY_BYTES};
}

static bool let_in(const char *domain, const unsigned char *key)
{
    struct fb_span part[FB_ZAP_PARTS];
    struct fb_zap_reply r;
    question(part, domain, "CURVE", key);
    fb_zap_judge(G, part, FB_ZAP_PARTS, &r);
    CU_ASSERT_TRUE(r.answered && (strcmp(r.status, "200") == 0 || (strcmp(r.status, "400") == 0 && r.n_meta == 0 && r.user[0] == '\0')));
    return strcmp(r.status, "200") == 0;
}

static void test_let_in(void)
{
    struct fb_span part[FB_ZAP_PARTS];
    struct fb_zap_reply r;
    begin("identities:\n" RTH CTL);
    question(part, FB_ZAP_DOOR, "CURVE", key_b);
    fb_zap_judge(G, part, FB_ZAP_PARTS, &r);
    CU_ASSERT_STRING_EQUAL(r.status, "200");
    CU_ASSERT_STRING_EQUAL(r.user, "ctl");
    static const unsigned char meta[] = "\x0c" FB_ZAP_NUMBER "\0\0\0\x01" "2";
    CU_ASSERT_EQUAL_FATAL(r.n_meta, sizeof meta - 1);
    CU_ASSERT_EQUAL(memcmp(r.meta, meta, sizeof meta - 1), 0);
    end();
}

/* Each part of the question broken in turn: turned away, and counted under its cause. */
static void test_each_part(void)
{
    static const unsigned char stranger[FB_Z85_KEY_BYTES] = {7};
    static const struct {
        unsigned at;
        const char *text;
        enum fb_turned cause;
    } row[] = {{0, "2.0", FB_TURNED_ZAP},       {0, "", FB_TURNED_ZAP},         {2, "", FB_TURNED_ZAP},      {2, "doors", FB_TURNED_ZAP},
               {5, "NULL", FB_TURNED_NO_KEY},   {5, "PLAIN", FB_TURNED_NO_KEY}, {5, "curve", FB_TURNED_NO_KEY}, {6, "short", FB_TURNED_ZAP},
               {6, "", FB_TURNED_ZAP},          {2, "ticker", FB_TURNED_SOCKET}, {2, "feed", FB_TURNED_SOCKET}};
    struct fb_span part[FB_ZAP_PARTS];
    struct fb_zap_reply r;
    begin("identities:\n" RTH CTL);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        uint64_t before = fb_gate_refusals(G)->count[row[i].cause];
        question(part, FB_ZAP_DOOR, "CURVE", key_a);
        part[row[i].at] = fb_span_of(row[i].text);
        fb_zap_judge(G, part, FB_ZAP_PARTS, &r);
        CU_ASSERT_STRING_EQUAL(r.status, "400");
        CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[row[i].cause], before + 1);
    }
    for (unsigned n = 0; n < FB_ZAP_PARTS + 3; n++) {
        struct fb_span many[FB_ZAP_PARTS + 3];
        question(many, FB_ZAP_DOOR, "CURVE", key_a);
        fb_zap_judge(G, many, n, &r);
        CU_ASSERT_EQUAL(strcmp(r.status, "200") == 0, n == FB_ZAP_PARTS);
        CU_ASSERT_EQUAL(r.answered, n > 1);
    }
    CU_ASSERT_FALSE(let_in(FB_ZAP_DOOR, stranger));
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_KEY_UNKNOWN], 1);
    end();
}

static void test_sockets(void)
{
    begin("identities:\n" RTH CTL);
    CU_ASSERT_TRUE(let_in(FB_ZAP_DOOR, key_a) && !let_in(FB_ZAP_FEED, key_a) && !let_in(FB_ZAP_TICKER, key_a));
    CU_ASSERT_TRUE(let_in(FB_ZAP_DOOR, key_b) && !let_in(FB_ZAP_FEED, key_b) && let_in(FB_ZAP_TICKER, key_b));
    end();
}

static void test_revoked(void)
{
    const struct fb_peer a = {.n = 1, .key = 1}, b = {.n = 1, .key = 2}, local = {.n = 1}, odd = {.n = 1, .key = 9};
    begin("identities:\n" RTH CTL);
    CU_ASSERT_PTR_NOT_NULL(fb_gate_who(G, &a));
    CU_ASSERT_TRUE(fb_gate_who(G, &local)->asserted && fb_gate_who(G, &odd) == NULL);
    load("identities:\n  - name: rth\n    key: '" KEY_A "'\n    roles: [publish:RTH]\n    revoked: true\n" CTL, 20000);
    CU_ASSERT_TRUE(fb_gate_who(G, &a) == NULL && fb_gate_who(G, &b) != NULL && lost == (unsigned)FB_MAY_PUBLISH);
    CU_ASSERT_FALSE(let_in(FB_ZAP_DOOR, key_a));
    load("identities:\n" CTL, 20000); /* taken out altogether */
    CU_ASSERT_TRUE(fb_gate_who(G, &a) == NULL && !let_in(FB_ZAP_DOOR, key_a) && lost == 0);
    load("identities:\n" RTH, 20000); /* and back: under the number that it had */
    CU_ASSERT_TRUE(fb_gate_who(G, &a) != NULL && fb_gate_who(G, &b) == NULL && lost == (unsigned)FB_MAY_CONTROLS);
    CU_ASSERT_EQUAL(fb_gate_refusals(G)->count[FB_TURNED_KEY_REVOKED], 2);
    end();
}

/* An entry that keeps its name and gets another key: connections of the old one are nobody's. */
static void test_changed_key(void)
{
    const struct fb_peer a = {.n = 1, .key = 1}, b = {.n = 1, .key = 2};
    begin("identities:\n" RTH);
    load("identities:\n  - name: rth\n    key: '" KEY_B "'\n    old_key: '" KEY_A "'\n    roles: [publish:RTH]\n", 20000);
    CU_ASSERT_TRUE(fb_gate_who(G, &a) != NULL && fb_gate_who(G, &a) == fb_gate_who(G, &b));
    load("identities:\n  - name: rth\n    key: '" KEY_B "'\n    roles: [publish:RTH]\n", 20000);
    CU_ASSERT_TRUE(fb_gate_who(G, &a) == NULL && fb_gate_who(G, &b) != NULL);
    end();
}

static void test_day(void)
{
    const struct fb_peer a = {.n = 1, .key = 1};
    fb_day day;
    CU_ASSERT_EQUAL(fb_day_parse(&day, fb_span_of("2026-12-01")), FB_OK);
    begin("identities:\n" CTL);
    load("identities:\n  - name: rth\n    key: '" KEY_A "'\n    roles: [publish:RTH]\n    revoked: 2026-12-01\n", day - 1);
    const struct fb_peer rth = {.n = 1, .key = 2};
    CU_ASSERT_TRUE(fb_gate_who(G, &a) == NULL && fb_gate_who(G, &rth) != NULL);
    CU_ASSERT_FALSE(fb_gate_day(G, day - 1));
    CU_ASSERT_TRUE(fb_gate_day(G, day));
    CU_ASSERT_PTR_NULL(fb_gate_who(G, &rth));
    CU_ASSERT_FALSE(fb_gate_day(G, day + 1)); /* told once */
    CU_ASSERT_FALSE(fb_gate_day(G, day - 9) || fb_gate_who(G, &rth) != NULL); /* a clock that steps back brings no key back */
    end();
}

/* However many names a stranger thinks of, and however often: a bounded number of lines, and none of them lost from the count. */
static void test_lines(void)
{
    static struct fb_refusals r;
    char name[16];
    r = (struct fb_refusals){.n = 0};
    fb_log_set(FB_LOG_NONE);
    for (unsigned i = 0; i < 10000; i++) {
        snprintf(name, sizeof name, "10.0.%u.%u", i / 250, i % 250);
        fb_turned_away(&r, FB_TURNED_KEY_UNKNOWN, fb_span_of(name), 1000 + i);
        fb_turned_away(&r, FB_TURNED_HELLO, fb_span_of("rth"), 1000 + i);
    }
    CU_ASSERT_EQUAL(r.count[FB_TURNED_KEY_UNKNOWN], 10000);
    CU_ASSERT_EQUAL(r.lines, FB_TURNED_LINES_A_MINUTE + 1);
    fb_turned_away(&r, FB_TURNED_HELLO, fb_span_of("rth"), 62000); /* the next minute */
    CU_ASSERT_EQUAL(r.lines, FB_TURNED_LINES_A_MINUTE + 2);
    fb_turned_away(&r, FB_TURNED_HELLO, fb_span_of("a name that is much longer than there is room for, and then some more of it"), 62000);
    char memory[100];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_refusals_add(&t, &r);
    CU_ASSERT_STRING_EQUAL(t.p, "key_unknown 10000, hello 10002");
    fb_log_set(FB_LOG_INFO);
}

CU_TestInfo suite_zap[] = {{"a key that is listed is let in under its number and its name", test_let_in},
                           {"every part of the question is looked at, and every refusal is counted under its cause", test_each_part},
                           {"a key is let in where its roles are of use", test_sockets},
                           {"a key that was revoked, or taken out, is nobody's from the next message", test_revoked},
                           {"a changed key leaves the old one's connections nobody's", test_changed_key},
                           {"a day from which a key is revoked comes by itself, once", test_day},
                           {"refusals are logged once a minute for each cause and whoever it was, within bounds", test_lines},
                           CU_TEST_INFO_NULL};
