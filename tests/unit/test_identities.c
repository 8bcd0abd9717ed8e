#include "engine/shell/identities.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <string.h>
#include <sys/stat.h>

/* Public keys of nobody: their secret halves do not exist. */
#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"

static struct fb_identities *ids;
static struct fb_pack_report report;

static enum fb_err parse(const char *text)
{
    return fb_identities_parse(&ids, "ids.yaml", fb_span_of(text), &report);
}

static void end(void)
{
    fb_identities_free(&ids);
    fb_pack_report_free(&report);
    report = (struct fb_pack_report){0};
}

static void test_whole(void)
{
    CU_ASSERT_EQUAL_FATAL(parse("identities:\n"
                                "  - name: rth-roster\n    key: '" KEY_A "'\n    roles: [publish:RTH, feed]\n    sources: [a, b]\n"
                                "  - name: controls-1\n    key: '" KEY_B "'\n    roles: [controls, finance]\n    revoked: 2026-11-22\n"),
                          FB_OK);
    CU_ASSERT_EQUAL_FATAL(ids->n, 2);
    const struct fb_identity *rth = &ids->of[0], *controls = &ids->of[1];
    CU_ASSERT_TRUE(strcmp(rth->name, "rth-roster") == 0 && rth->line == 2 && rth->n_keys == 1);
    CU_ASSERT_EQUAL(rth->roles, (unsigned)(FB_MAY_PUBLISH | FB_MAY_FEED));
    CU_ASSERT_EQUAL(rth->publish, fb_code_of("RTH"));
    CU_ASSERT_TRUE(fb_identity_sends(rth, fb_span_of("b")) && !fb_identity_sends(rth, fb_span_of("rth-roster")));
    CU_ASSERT_EQUAL(fb_identity_scope(rth), fb_code_of("RTH"));
    CU_ASSERT_EQUAL(fb_identity_scope(controls), 0);
    fb_day day;
    CU_ASSERT_EQUAL(fb_day_parse(&day, fb_span_of("2026-11-22")), FB_OK);
    CU_ASSERT_TRUE(fb_identity_holds(controls, day - 1) && !fb_identity_holds(controls, day) && fb_identity_holds(rth, day));
    CU_ASSERT_EQUAL(ids->local.roles, FB_MAY_ANYTHING);
    end();
}

static void test_name_is_source(void)
{
    CU_ASSERT_EQUAL_FATAL(parse("identities:\n  - name: rth\n    key: '" KEY_A "'\n    roles: [publish:all]\n"), FB_OK);
    CU_ASSERT_TRUE(fb_identity_sends(&ids->of[0], fb_span_of("rth")) && !fb_identity_sends(&ids->of[0], fb_span_of("ruh")));
    CU_ASSERT_EQUAL(ids->of[0].publish, 0);
    end();
}

static void test_local(void)
{
    CU_ASSERT_EQUAL_FATAL(parse("local:\n  roles: [publish:all, trust:RTH]\n"), FB_OK);
    CU_ASSERT_TRUE(ids->n == 0 && ids->local.asserted && ids->local.trust == fb_code_of("RTH"));
    CU_ASSERT_EQUAL(ids->local.roles, (unsigned)(FB_MAY_PUBLISH | FB_MAY_TRUST));
    end();
}

static void test_both_keys(void)
{
    CU_ASSERT_EQUAL_FATAL(parse("identities:\n  - name: rth\n    key: '" KEY_A "'\n    old_key: '" KEY_B "'\n    roles: [admin]\n"), FB_OK);
    CU_ASSERT_EQUAL(ids->of[0].n_keys, 2);
    end();
}

/* Each is refused with the line that is wrong, and words that say what. */
static void test_errors(void)
{
#define ONE "identities:\n  - name: rth\n    key: '" KEY_A "'\n"
    static const struct {
        const char *text;
        unsigned line;
        const char *says;
    } row[] = {
        {"identities: 3\n", 1, "must be a list"},
        {"people: []\n", 1, "unknown key"},
        {"- a\n", 1, "key: value"},
        {ONE "    roles: [publish]\n", 4, "is no role"},
        {ONE "    roles: ['publish:']\n", 4, "is no role"},
        {ONE "    roles: [publish:R T]\n", 4, "is no role"},
        {ONE "    roles: [trust:all]\n", 4, "is no role"},
        {ONE "    roles: [controls:RTH]\n", 4, "is no role"},
        {ONE "    roles: [publish:RTH, publish:RUH]\n", 4, "given twice"},
        {ONE "    roles: [feed]\n", 4, "whose events"},
        {ONE "    roles: [feed, publish:all]\n", 4, "whose events"},
        {ONE "    roles: [publish:RTH, trust:RUH]\n", 4, "two identities"},
        {ONE "    roles: controls\n", 4, "must be a list"},
        {ONE, 2, "is missing"},
        {ONE "    roles: [admin]\n    revoked: tomorrow\n", 5, "must be true, false"},
        {ONE "    roles: [admin]\n    colour: red\n", 5, "unknown key"},
        {ONE "    roles: [admin]\n    sources: [a]\n", 2, "no role that publishes"},
        {ONE "    roles: [admin]\n    sign_key: 00\n", 5, "64 digits"},
        {ONE "    roles: [admin]\n    old_key: '" KEY_A "'\n", 2, "same key twice"},
        {"identities:\n  - name: a/b\n    key: '" KEY_A "'\n    roles: [admin]\n", 2, "without '/'"},
        {"identities:\n  - name: a\n    key: '0000000000000000000000000000000000000000'\n    roles: [admin]\n", 3, "no key at all"},
        {"identities:\n  - name: a\n    key: short\n    roles: [admin]\n", 3, "is no public key"},
        {ONE "    roles: [admin]\n  - name: rth\n    key: '" KEY_B "'\n    roles: [admin]\n", 5, "stands twice"},
        {ONE "    roles: [admin]\n  - name: b\n    key: '" KEY_A "'\n    roles: [admin]\n", 5, "key of another entry"},
        {ONE "    roles: [publish:RTH]\n  - name: b\n    key: '" KEY_B "'\n    roles: [publish:RUH]\n    sources: [rth]\n", 5, "writes for others"},
        {"local:\n  colour: red\n", 2, "roles"},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        enum fb_err e = parse(row[i].text);
        if (e == FB_OK)
            printf("\n%s\nwas taken\n", row[i].text);
        CU_ASSERT_EQUAL(e, FB_REFUSED);
        CU_ASSERT_PTR_NULL(ids);
        CU_ASSERT_TRUE_FATAL(report.n > 0);
        bool found = false;
        for (unsigned k = 0; k < report.n; k++)
            found = found || (report.e[k].line == row[i].line && strstr(report.e[k].text, row[i].says) != NULL);
        if (!found)
            printf("\n%s\ngave %u: %s\n", row[i].text, report.e[0].line, report.e[0].text);
        CU_ASSERT_TRUE(found);
        end();
    }
#undef ONE
}

/* A file that everybody may write is nobody's word. */
static void test_mode(void)
{
    static const char text[] = "identities:\n  - name: rth\n    key: '" KEY_A "'\n    roles: [admin]\n";
    static const struct {
        mode_t mode;
        enum fb_err err;
    } row[] = {{0600, FB_OK}, {0664, FB_OK}, {0666, FB_REFUSED}, {0602, FB_REFUSED}};
    struct fb_test_folder folder;
    char path[FB_TEST_PATH];
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "ids.yaml", path);
    fb_test_file_write(path, text, sizeof text - 1);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        report = (struct fb_pack_report){0};
        CU_ASSERT_TRUE(chmod(path, row[i].mode) == 0 && fb_identities_read(&ids, path, &report) == row[i].err);
        CU_ASSERT_TRUE((ids != NULL) == (row[i].err == FB_OK) && (report.n == 0 || strstr(report.e[0].text, "chmod o-w") != NULL));
        end();
    }
    fb_test_folder_remove(&folder);
}

static void test_shared_source(void)
{
    CU_ASSERT_EQUAL(parse("identities:\n  - name: rth\n    key: '" KEY_A "'\n    roles: [publish:RTH]\n"
                          "  - name: rth-2\n    key: '" KEY_B "'\n    roles: [publish:RTH]\n    sources: [rth]\n"),
                    FB_OK);
    end();
}

static void test_roles_text(void)
{
    char memory[120];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(parse("identities:\n  - name: rth\n    key: '" KEY_A "'\n    roles: [feed, trust:RTH, publish:RTH]\n"), FB_OK);
    fb_identity_add_roles(&t, &ids->of[0]);
    CU_ASSERT_STRING_EQUAL(t.p, "publish:RTH, trust:RTH, feed");
    end();
}

static void test_z85(void)
{
    unsigned char key[FB_Z85_KEY_BYTES], again[FB_Z85_KEY_BYTES];
    char text[FB_Z85_TEXT_BYTES + 1];
    CU_ASSERT_EQUAL(fb_z85_decode(key, fb_span_of(KEY_A)), FB_OK);
    CU_ASSERT_TRUE(key[0] == 0x54 && key[1] == 0xfc && key[31] == 0x52); /* the test vector of the ZeroMQ project's RFC 32 */
    fb_z85_encode(text, key);
    CU_ASSERT_STRING_EQUAL(text, KEY_A);
    CU_ASSERT_EQUAL(fb_z85_decode(again, fb_span_of("#####" "00000000000000000000000000000000000")), FB_REFUSED); /* beyond 32 bits */
    CU_ASSERT_EQUAL(fb_z85_decode(again, fb_span_of("%nSc0" "00000000000000000000000000000000000")), FB_OK);      /* the largest */
    CU_ASSERT_EQUAL(fb_z85_decode(again, fb_span_of("%nSc1" "00000000000000000000000000000000000")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_z85_decode(again, fb_span_of("~rrrr" "00000000000000000000000000000000000")), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_z85_find(again, fb_span_of("# x\r\npublic: " KEY_A "\r\nsecret: " KEY_B "\n"), "public"), FB_OK);
    CU_ASSERT_EQUAL(memcmp(again, key, sizeof key), 0);
    CU_ASSERT_EQUAL(fb_z85_find(again, fb_span_of("public: " KEY_A "\npublic: " KEY_A "\n"), "public"), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_z85_find(again, fb_span_of("# public: " KEY_A "\n"), "public"), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_z85_find(again, fb_span_of("public: " KEY_A "x\n"), "public"), FB_REFUSED);
}

CU_TestInfo suite_identities[] = {{"a file says names, keys, roles, sources and from when a key is not taken", test_whole},
                                  {"a publisher's name is its source, unless its sources are listed", test_name_is_source},
                                  {"what this machine's sockets are for can be said", test_local},
                                  {"while a key is changed, both are taken", test_both_keys},
                                  {"every error names its line and what to do", test_errors},
                                  {"a file that everybody may write is not taken", test_mode},
                                  {"identities that write for one trust may share a source", test_shared_source},
                                  {"roles are told as they are written", test_roles_text},
                                  {"keys are read and written as ZeroMQ does", test_z85},
                                  CU_TEST_INFO_NULL};
