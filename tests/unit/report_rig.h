#ifndef FB_TESTS_UNIT_REPORT_RIG_H
#define FB_TESTS_UNIT_REPORT_RIG_H
/* A turn on the store in memory, and what people are told of it. Failures are fatal ones of the test, or its own. */
#include "engine/turn/report.h"
#include "tests/lib/turns.h"
enum { FB_TEST_REPORT_ROWS = 64 };
struct fb_test_report {
    struct fb_test_turn turn;
    struct fb_reader_books *books;
    struct fb_arena arena;
    unsigned char memory[1 << 22];
    struct fb_finding_row found[FB_TEST_REPORT_ROWS];
    struct fb_explanation told;
};
void fb_test_report_begin(struct fb_test_report *r);
void fb_test_report_end(struct fb_test_report *r);
/* What the filter lets through goes to `found`; how many. */
unsigned fb_test_report_findings(struct fb_test_report *r, struct fb_finding_filter filter);
/* Goes to `told`. as_of 0: as it stands. */
void fb_test_report_explain(struct fb_test_report *r, uint32_t subject, uint64_t as_of);
/* Some line of `told` has the words. */
bool fb_test_report_says(const struct fb_test_report *r, const char *words);
#endif
