#ifndef FB_TESTS_UNIT_CSV_RIG_H
#define FB_TESTS_UNIT_CSV_RIG_H
/* A file in a folder of its own, a mapping of it (an agency register: small records, so that the tests are about the run), and runs of
 * both. Failures are fatal ones of the test. */
#include "adapters/inbound/csv/run.h"
#include "tests/lib/folder.h"
#include "tests/lib/stub_engine.h"
struct fb_test_csv {
    struct fb_test_folder folder;
    char path[FB_TEST_PATH], rejects[FB_TEST_PATH], progress[FB_TEST_PATH]; /* the file, and what may come to lie beside it */
    struct fb_mapping *mapping;
    volatile sig_atomic_t stop;
    const char *again; /* as --again */
};
/* kind: snapshot or ledger. The columns are Code, Name and At. */
void fb_test_csv_begin(struct fb_test_csv *c, const char *kind, const char *text);
void fb_test_csv_end(struct fb_test_csv *c);
/* Another mapping in place of that one. */
void fb_test_csv_map(struct fb_test_csv *c, const char *yaml);
/* stub NULL: a check. */
enum fb_err fb_test_csv_run(struct fb_test_csv *c, struct fb_stub_engine *stub, int timeout_s, struct fb_csv_result *result);
#endif
