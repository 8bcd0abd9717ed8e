/* What outlets' configurations have alike: the list of receivers, and numbers in it. */
#include "adapters/outbound/outlet/receivers.h"
#include "tests/lib/suite.h"
#include <string.h>

static char fault[FB_YAML_FAULT_BYTES], named[FB_RECEIVERS_MAX][16];
static const char *name[FB_RECEIVERS_MAX];
static int64_t number[FB_RECEIVERS_MAX];

static const char *take(void *ctx, struct fb_yaml *y, const yaml_node_t *node, unsigned i)
{
    CU_ASSERT_PTR_EQUAL(ctx, number);
    fb_yaml_take_text(y, node, "name", true, named[i], sizeof named[i]);
    number[i] = fb_yaml_take_number(y, node, "at_once", 1, 64, 8);
    return named[i];
}

static unsigned read_all(const char *text, bool good)
{
    static unsigned char memory[1 << 18];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    struct fb_yaml y = {.name = "o.yaml", .arena = &arena, .fault = fault};
    fault[0] = '\0';
    memset(named, 0, sizeof named);
    CU_ASSERT_EQUAL_FATAL(fb_yaml_parse(&y, fb_span_of(text)), FB_OK);
    unsigned n = fb_receivers_read(&y, fb_yaml_root(&y), name, take, number);
    CU_ASSERT_EQUAL(!y.bad, good);
    fb_yaml_close(&y);
    fb_arena_release(&arena);
    return n;
}

static void test_each(void)
{
    CU_ASSERT_EQUAL_FATAL(read_all("receivers:\n- {name: desk}\n- {name: hook, at_once: 64}\n- {name: Desk, at_once: 1}\n", true), 3);
    CU_ASSERT_STRING_EQUAL(name[0], "desk");
    CU_ASSERT_STRING_EQUAL(name[1], "hook");
    CU_ASSERT_STRING_EQUAL(name[2], "Desk");
    CU_ASSERT(number[0] == 8 && number[1] == 64 && number[2] == 1);
}

static void test_twins(void)
{
    (void)read_all("receivers:\n- {name: desk}\n- {name: hook}\n- {name: desk}\n", false);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "o.yaml:4: two receivers of one name: 'desk'"));
}

static void test_how_many(void)
{
    char text[32 * (FB_RECEIVERS_MAX + 1)];
    struct fb_text t;
    for (unsigned n = FB_RECEIVERS_MAX; n <= FB_RECEIVERS_MAX + 1; n++) {
        fb_text_init(&t, text, sizeof text);
        fb_text_add(&t, "receivers:\n");
        for (unsigned i = 0; i < n; i++) {
            fb_text_add(&t, "- {name: desk-");
            fb_text_add_int(&t, i);
            fb_text_add(&t, "}\n");
        }
        CU_ASSERT_EQUAL(read_all(text, n == FB_RECEIVERS_MAX), n);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "1 to 64 receivers are wanted"));
    CU_ASSERT_STRING_EQUAL(named[0], ""); /* none of too many is read */
    (void)read_all("receivers: []\n", false);
    (void)read_all("routes: r.yaml\n", false);
    CU_ASSERT_PTR_NOT_NULL(strstr(fault, "1 to 64 receivers are wanted"));
}

static void test_numbers(void)
{
    static const char *const bad[] = {"0", "65", "-1", "eight", "\"\"", "8.0", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[80];
        struct fb_text t;
        fb_text_init(&t, text, sizeof text);
        fb_text_add(&t, "receivers:\n- name: desk\n  at_once: ");
        fb_text_add(&t, bad[i]);
        fb_text_add(&t, "\n");
        (void)read_all(text, false);
        CU_ASSERT_PTR_NOT_NULL(strstr(fault, "o.yaml:3: out of its range: 'at_once'"));
        CU_ASSERT_EQUAL(number[0], 8);
    }
}

CU_TestInfo suite_receivers[] = {
    {"each is read, in order, with its name", test_each},
    {"two of one name are told with the line of the second", test_twins},
    {"none, and more than there is room for, are told, and nothing of them is read", test_how_many},
    {"a number is whole and within its bounds, or told with its line and left as it was", test_numbers},
    CU_TEST_INFO_NULL,
};
