#include "tests/unit/report_rig.h"
#include "tests/lib/suite.h"
#include <string.h>

void fb_test_report_begin(struct fb_test_report *r)
{
    fb_test_records_forget();
    fb_test_turn_open(&r->turn);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&r->books, r->turn.store, &r->turn.ports), FB_OK);
    fb_arena_init(&r->arena, r->memory, sizeof r->memory);
}

void fb_test_report_end(struct fb_test_report *r)
{
    fb_reader_books_close(&r->books);
    CU_ASSERT_PTR_NULL(r->books);
    fb_test_turn_close(&r->turn);
}

unsigned fb_test_report_findings(struct fb_test_report *r, struct fb_finding_filter filter)
{
    unsigned n = 0;
    CU_ASSERT_EQUAL(fb_report_findings(r->turn.store, r->books, &filter, &r->arena, r->found, &n), FB_OK);
    return n;
}

void fb_test_report_explain(struct fb_test_report *r, uint32_t subject, uint64_t as_of)
{
    CU_ASSERT_EQUAL(fb_report_explain(r->turn.store, r->books, subject, as_of, &r->arena, &r->told), FB_OK);
}

bool fb_test_report_says(const struct fb_test_report *r, const char *words)
{
    size_t n = strlen(words);
    for (unsigned i = 0; i < r->told.n_lines; i++)
        for (uint32_t at = 0; at + n <= r->told.line[i].n; at++)
            if (memcmp(r->told.line[i].p + at, words, n) == 0)
                return true;
    return false;
}
