/* What fairbank-csv is called with. */
#include "adapters/inbound/csv/options.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

static enum fb_csv_parsed parse(struct fb_csv_options *o, int argc, const char *const *words)
{
    static char memory[8][32];
    static char *argv[8];
    for (int i = 0; i < argc; i++) {
        snprintf(memory[i], sizeof memory[i], "%s", words[i]);
        argv[i] = memory[i];
    }
    return fb_csv_options_parse(o, argc, argv);
}
#define PARSE(o, ...) parse(o, (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)), (const char *const[]){__VA_ARGS__})

static void test_commands(void)
{
    struct fb_csv_options o;
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "--mapping", "m.yaml", "--check", "a.csv"), FB_CSV_RUN);
    CU_ASSERT(o.command == FB_CSV_SEND && o.check && o.n_files == 1 && strcmp(o.mapping, "m.yaml") == 0);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "check", "m.yaml", "a.csv", "b.csv"), FB_CSV_RUN);
    CU_ASSERT(o.check && o.n_files == 2 && strcmp(o.mapping, "m.yaml") == 0 && strcmp(o.file[1], "b.csv") == 0);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "send", "--mapping", "m.yaml", "a.csv"), FB_CSV_RUN);
    CU_ASSERT(!o.check && o.n_files == 1);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "guess", "--header", "3", "a.csv"), FB_CSV_RUN);
    CU_ASSERT(o.command == FB_CSV_GUESS && o.header == 3 && strcmp(o.file[0], "a.csv") == 0);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "watch", "p.yaml", "--json"), FB_CSV_RUN);
    CU_ASSERT(o.command == FB_CSV_WATCH && o.json && strcmp(o.watch, "p.yaml") == 0);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "--watch", "p.yaml"), FB_CSV_RUN);
    CU_ASSERT(o.command == FB_CSV_WATCH);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "check", "m.yaml"), FB_CSV_MISUSED);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "watch"), FB_CSV_MISUSED);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "guess", "a.csv", "b.csv"), FB_CSV_MISUSED);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "guess", "--header", "0", "a.csv"), FB_CSV_MISUSED);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "a.csv"), FB_CSV_MISUSED);
}

/* What stands in the plan is not said beside it: a check that sends, or a backfill that goes live, is worse than none. */
static void test_watch_takes_its_plan_alone(void)
{
    static const char *const flags[] = {"--check", "--history"};
    static const char *const pairs[][2] = {
        {"--again", "w"},       {"--engine", "ipc://e"},   {"--server-key", "k"}, {"--key", "k"},   {"--timeout", "60"}, {"--mapping", "m.yaml"}, {"--sheet", "1"},
        {"--worker-key", "k"}, {"--old-worker-key", "k"}, {"--state", "s"},      {"--header", "2"}, {"--under", "1"},
    };
    struct fb_csv_options o;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "watch", "p.yaml", flags[i]), FB_CSV_MISUSED);
        CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", flags[i], "--watch", "p.yaml"), FB_CSV_MISUSED);
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "watch", "p.yaml", pairs[i][0], pairs[i][1]), FB_CSV_MISUSED);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "check", "--watch", "p.yaml"), FB_CSV_MISUSED);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "guess", "--watch", "p.yaml"), FB_CSV_MISUSED);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "watch", "--quiet", "p.yaml"), FB_CSV_RUN);
    CU_ASSERT_EQUAL(PARSE(&o, "fairbank-csv", "send", "m.yaml", "a.csv"), FB_CSV_RUN);
    CU_ASSERT(o.timeout_s == 60 && strcmp(o.engine, FB_CSV_ENGINE_DEFAULT) == 0);
}

CU_TestInfo suite_csv_options[] = {
    {"commands and the older spellings", test_commands},
    {"a watch takes its plan and nothing beside it", test_watch_takes_its_plan_alone},
    CU_TEST_INFO_NULL,
};
