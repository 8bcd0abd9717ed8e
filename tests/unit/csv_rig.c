#include "tests/unit/csv_rig.h"
#include "tests/lib/suite.h"
#include <sodium.h>
#include <string.h>

#define MAPPING(kind)                                                                                        \
    "source: {name: reg, system: roster}\n"                                                                  \
    "file: {kind: " kind                                                                                     \
    ", occurred_at: {column: at}, date_time: dd/mm/yyyy HH:MM, skip: {column: code, is: Total}}\n"           \
    "columns: {code: Code, name: Name, at: At}\n"                                                            \
    "records: [{kind: agency, ref: code, fields: {code: code, name: name}}]\n"

void fb_test_csv_map(struct fb_test_csv *c, const char *yaml)
{
    char fault[FB_CSV_FAULT_BYTES];
    fb_mapping_close(&c->mapping);
    CU_ASSERT_EQUAL_FATAL(fb_mapping_parse(&c->mapping, "m", fb_span_of(yaml), fault), FB_OK);
}

void fb_test_csv_begin(struct fb_test_csv *c, const char *kind, const char *text)
{
    *c = (struct fb_test_csv){.mapping = NULL};
    CU_ASSERT_FATAL(sodium_init() >= 0);
    fb_test_csv_map(c, strcmp(kind, "ledger") == 0 ? MAPPING("ledger") : MAPPING("snapshot"));
    fb_test_folder_make(&c->folder);
    fb_test_folder_file(&c->folder, "a.csv", c->path);
    fb_test_folder_file(&c->folder, "a.rejects.csv", c->rejects);
    fb_test_folder_file(&c->folder, "a.progress", c->progress);
    fb_test_file_write(c->path, text, strlen(text));
}

void fb_test_csv_end(struct fb_test_csv *c)
{
    fb_mapping_close(&c->mapping);
    fb_test_folder_remove(&c->folder);
}

enum fb_err fb_test_csv_run(struct fb_test_csv *c, struct fb_stub_engine *stub, int timeout_s, struct fb_csv_result *result)
{
    struct fb_csv_options o = {.mapping = "m.yaml",
                               .quiet = true,
                               .timeout_s = timeout_s,
                               .again = c->again,
                               .check = stub == NULL,
                               .engine = stub == NULL ? "" : fb_stub_endpoint(stub)};
    struct fb_csv_run *r = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_csv_run_open(&r, &o, c->mapping, NULL, &c->stop), FB_OK);
    enum fb_err e = fb_csv_run_file(r, c->path, result);
    fb_csv_run_close(&r);
    return e;
}
