#include "engine/shell/config.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

static struct fb_config C;
static struct fb_pack_report R;

static void begin(void)
{
    R = (struct fb_pack_report){0};
    fb_config_default(&C);
}

static void end(void)
{
    fb_pack_report_free(&R);
}

static enum fb_err parse(const char *text)
{
    return fb_config_parse(&C, "t.yaml", fb_span_of(text), &R);
}

/* The first complaint is at this line and holds these words. */
static bool says(unsigned line, const char *words)
{
    return R.n > 0 && R.e[0].line == line && strcmp(R.e[0].file, "t.yaml") == 0 &&
           strstr(R.e[0].text, words) != NULL;
}

static void test_defaults(void)
{
    begin();
    CU_ASSERT_STRING_EQUAL(C.data, "fairbank-data");
    CU_ASSERT_STRING_EQUAL(C.door, "ipc://door.sock");
    CU_ASSERT_EQUAL(C.n_packs, 2);
    CU_ASSERT_STRING_EQUAL(C.pack[1], "rules/thames-valley");
    CU_ASSERT_TRUE(C.accept_unknown_sources);
    CU_ASSERT_EQUAL(C.window, FB_WINDOW_DEFAULT);
    CU_ASSERT_EQUAL(C.batch_max, FB_BATCH_MAX);
    CU_ASSERT_EQUAL(C.log_level, FB_LOG_INFO);
    CU_ASSERT_EQUAL(C.n_sources, 0);
    end();
}

static void test_documented_file(void)
{
    char memory[FB_CONFIG_TEXT_BYTES];
    struct fb_text text;
    size_t n = 0;
    fb_text_init(&text, memory, sizeof memory);
    fb_config_format(&text);
    unsigned char *file = fb_test_file_read("deploy/fairbank.yaml", &n);
    CU_ASSERT_FALSE(text.cut);
    CU_ASSERT_EQUAL(n, text.n);
    CU_ASSERT_EQUAL(memcmp(file, text.p, n < text.n ? n : text.n), 0);
    free(file);
}

static void test_every_key(void)
{
    begin();
    CU_ASSERT_EQUAL(
        parse(
            "data: /srv/f\ndoor: tcp://127.0.0.1:7001\nfeed: ipc:///run/f.sock\nticker: tcp://[::1]:7003\n"
            "packs: [a, b, c]\naccept_unknown_sources: false\nwindow: 7\nbatch_max: 1\nconnections_max: 16\n"
            "queue_mib: 4\nmap_gib: 1\nfeed_wait_seconds: 300\nlog_level: debug\n"),
        FB_OK);
    CU_ASSERT_STRING_EQUAL(C.data, "/srv/f");
    CU_ASSERT_STRING_EQUAL(C.ticker, "tcp://[::1]:7003");
    CU_ASSERT_EQUAL(C.n_packs, 3);
    CU_ASSERT_STRING_EQUAL(C.pack[2], "c");
    CU_ASSERT_FALSE(C.accept_unknown_sources);
    CU_ASSERT_EQUAL(C.window + C.batch_max, 8);
    CU_ASSERT_EQUAL(C.connections_max, 16);
    CU_ASSERT_EQUAL(C.queue_mib + C.map_gib, 5);
    CU_ASSERT_EQUAL(C.feed_wait_seconds, 300);
    CU_ASSERT_EQUAL(C.log_level, FB_LOG_DEBUG);
    end();
}

static void test_sources(void)
{
    begin();
    CU_ASSERT_EQUAL(parse("sources:\n- name: rth-roster\n  trust: RTH\n  mode: shadow\n  sends: [cascades, "
                          "timesheets]\n  window: 9\n"
                          "- name: registers\n  trust: all\n  system: portal\n"
                          "- name: staff\n  sends: [worker_facts, substantive_hours, absences]\n"),
                    FB_OK);
    const struct fb_config_source *staff = fb_config_source_find(&C, fb_span_of("staff"));
    CU_ASSERT_FATAL(staff != NULL);
    CU_ASSERT_EQUAL(staff->sends, FB_SENDS_WORKER_FACTS | FB_SENDS_HOURS | FB_SENDS_ABSENCES);
    const struct fb_config_source *a = fb_config_source_find(&C, fb_span_of("rth-roster"));
    const struct fb_config_source *b = fb_config_source_find(&C, fb_span_of("registers"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(a);
    CU_ASSERT_PTR_NOT_NULL_FATAL(b);
    CU_ASSERT_TRUE(a->trust_said && a->trust == fb_code_of("RTH") && a->mode == FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_TRUE(a->sends_said && a->sends == (FB_SENDS_CASCADES | FB_SENDS_TIMESHEETS));
    CU_ASSERT_EQUAL(a->window, 9);
    CU_ASSERT_EQUAL(a->system, FB_SYSTEM_NONE);
    CU_ASSERT_TRUE(b->trust_said && b->trust == 0 && b->system == FB_SYSTEM_PORTAL && !b->sends_said);
    CU_ASSERT_PTR_NULL(fb_config_source_find(&C, fb_span_of("rth")));
    end();
}

/* text, line and words of the first complaint */
static const struct {
    const char *text;
    unsigned line;
    const char *words;
} bad[] = {
    {"window: 5\nwindws: 5\n", 2, "unknown key 'windws': use one of data, door"},
    {"window: 0\n", 1, "from 1 to 65536"},
    {"window: 5x\n", 1, "must be a number"},
    {"batch_max: 4097\n", 1, "from 1 to 4096"},
    {"\n\ndoor: tcp://*:5555\n", 3, "takes everybody who can reach it"},
    {"door: tcp://192.0.2.1:5555\n", 1, "network_door"},
    {"door: tcp://127.0.0.1:1;192.0.2.1:5555\n", 1, "network_door"}, /* the library takes the second */
    {"feed: tcp://localhost:1;0.0.0.0:5555\n", 1, "network_feed"},
    {"feed: 'tcp://[::1]:1;0.0.0.0:5555'\n", 1, "network_feed"},
    {"ticker: tcp://127.0.0.1.example.org:5555\n", 1, "network_ticker"},
    {"door: tcp://127.0.0.1\n", 1, "network_door"},
    {"door: door.sock\n", 1, "not an endpoint"},
    {"door: ipc://\n", 1, "names no socket"},
    {"network_door: ipc://a.sock\n", 1, "must be none, or tcp://"},
    {"network_feed: tcp://\n", 1, "must be none, or tcp://"},
    {"identities: [a]\n", 1, "must be one path, or none"},
    {"data: \n", 1, "1 to 255 bytes"},
    {"data: [a]\n", 1, "must be one text"},
    {"packs: rules\n", 1, "must be a list"},
    {"packs: [a,b,c,d,e,f,g,h,i]\n", 1, "one pack too many"},
    {"accept_unknown_sources: yes\n", 1, "true or false"},
    {"log_level: loud\n", 1, "must be error, warn, info or debug"},
    {"sources:\n- trust: RTH\n", 2, "without a name"},
    {"sources:\n- name: a\n- name: a\n", 3, "stands twice"},
    {"sources:\n- name: a\n  trust: NOTATRUST9\n", 3, "ODS code"},
    {"sources:\n- name: a\n  mode: dead\n", 3, "live or shadow"},
    {"sources:\n- name: a\n  sends: [rumours]\n", 3, "must be of cascades"},
    {"sources:\n- name: a\n  colour: red\n", 3, "unknown key 'colour': use one of name, trust"},
    {"window: 1\nwindow: 2\n", 2, "twice"},
    {"- window\n", 1, "lines of 'key: value'"},
    {"window: [1\n", 2, "not YAML"},
};

static void test_complaints(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin();
        CU_ASSERT_EQUAL(parse(bad[i].text), FB_REFUSED);
        CU_ASSERT_TRUE(says(bad[i].line, bad[i].words));
        if (!says(bad[i].line, bad[i].words))
            fb_pack_report_print(stdout, &R);
        end();
    }
}

static void test_all_complaints_at_once(void)
{
    begin();
    CU_ASSERT_EQUAL(parse("window: 0\nbatch_max: 0\nlog_level: loud\nno: 1\n"), FB_REFUSED);
    CU_ASSERT_EQUAL(R.errors, 4);
    end();
}

static void test_comments_alone(void)
{
    begin();
    CU_ASSERT_EQUAL(parse("# window: 5\n\n   # nothing\n"), FB_OK);
    CU_ASSERT_EQUAL(parse(""), FB_OK);
    CU_ASSERT_EQUAL(C.window, FB_WINDOW_DEFAULT);
    end();
}

static void test_file(void)
{
    struct fb_test_folder folder;
    char path[FB_TEST_PATH];
    begin();
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "f.yaml", path);
    CU_ASSERT_EQUAL(fb_config_read(&C, path, &R), FB_IO);
    CU_ASSERT_EQUAL(R.errors, 1);
    fb_test_file_write(path, "window: 3\n", 10);
    CU_ASSERT_EQUAL(fb_config_read(&C, path, &R), FB_OK);
    CU_ASSERT_EQUAL(C.window, 3);
    char *large = malloc(FB_CONFIG_FILE_BYTES_MAX + 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(large);
    memset(large, '#', FB_CONFIG_FILE_BYTES_MAX + 2);
    fb_test_file_write(path, large, FB_CONFIG_FILE_BYTES_MAX + 1);
    CU_ASSERT_EQUAL(fb_config_read(&C, path, &R), FB_REFUSED);
    free(large);
    fb_test_folder_remove(&folder);
    end();
}

static bool bound_at(const char *endpoint, const char *expected)
{
    char memory[400];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    return fb_config_endpoint(&C, endpoint, &t) == FB_OK && strcmp(memory, expected) == 0;
}

static void test_endpoints(void)
{
    char memory[400], longest[200];
    struct fb_text t;
    begin();
    CU_ASSERT_TRUE(bound_at("ipc://door.sock", "ipc://fairbank-data/door.sock"));
    CU_ASSERT_TRUE(bound_at("ipc:///run/door.sock", "ipc:///run/door.sock"));
    CU_ASSERT_TRUE(bound_at("tcp://127.0.0.1:7", "tcp://127.0.0.1:7"));
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "ipc:///", 7);
    longest[6 + 107] = '\0'; /* 107 bytes of path: the kernel's most */
    fb_text_init(&t, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_config_endpoint(&C, longest, &t), FB_OK);
    longest[6 + 107] = 'x';
    longest[6 + 108] = '\0';
    fb_text_init(&t, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_config_endpoint(&C, longest, &t), FB_LIMIT);
    end();
}

/* A network is for those whom a file lists; nothing is open to it by itself. */
static void test_network(void)
{
    begin();
    CU_ASSERT_FALSE(fb_config_is_networked(&C));
    CU_ASSERT_PTR_NULL(fb_config_wrong(&C));
    CU_ASSERT_EQUAL(parse("network_ticker: tcp://0.0.0.0:7303\n"), FB_OK);
    CU_ASSERT_TRUE(fb_config_is_networked(&C));
    CU_ASSERT_PTR_NOT_NULL(fb_config_wrong(&C));
    CU_ASSERT_EQUAL(parse("identities: /etc/fairbank/identities.yaml\n"), FB_OK);
    CU_ASSERT_PTR_NULL(fb_config_wrong(&C));
    CU_ASSERT_EQUAL(parse("identities: none\nnetwork_ticker: none\n"), FB_OK);
    CU_ASSERT_TRUE(C.identities[0] == '\0' && !fb_config_is_networked(&C));
    end();
}

CU_TestInfo suite_config[] = {
    {"with no file every key has its documented default", test_defaults},
    {"deploy/fairbank.yaml is what --print-config prints", test_documented_file},
    {"every key can be set", test_every_key},
    {"a source's entry says only what it says", test_sources},
    {"a mistake is named with its line and what to do", test_complaints},
    {"all mistakes are named in one run", test_all_complaints_at_once},
    {"a file of comments alone changes nothing", test_comments_alone},
    {"a file that is missing or too large is refused", test_file},
    {"sockets lie in the data folder, and their paths fit the kernel's limit", test_endpoints},
    {"a network needs identities", test_network},
    CU_TEST_INFO_NULL,
};
