#ifndef FB_TESTS_MONTHS_H
#define FB_TESTS_MONTHS_H
/* Shifts of October 2026 as the engine's month rows, by hand and by chance: what the commands that close a month fold. */
#include "engine/base/prng.h"
#include "engine/core/report.h"
enum { FB_TEST_MONTH_ROWS = 64 };
struct fb_test_month {
    unsigned n;
    struct fb_month_row row[FB_TEST_MONTH_ROWS]; /* ascending by subject */
    char ref[FB_TEST_MONTH_ROWS][12];
    struct fb_month_finding finding[FB_TEST_MONTH_ROWS];
    struct fb_host_part host[FB_TEST_MONTH_ROWS][3];
};
/* One more: booked by RTH at agency NS on the 5th, 600 paid minutes, £400.00 as sent, VAT of a fifth by "standard", no timesheet yet. */
struct fb_month_row *fb_test_month_add(struct fb_test_month *m);
/* Its timesheet is approved with so many minutes, and it costs so much. */
void fb_test_month_approve(struct fb_month_row *row, int64_t minutes, int64_t pence);
/* Of what is approved a part was worked for each of these (ascending; at most three), with so many minutes and pence. The last row added. */
void fb_test_month_host(struct fb_test_month *m, const char *host, int64_t minutes, int64_t pence);
/* A figure of a stage; the stage is made where there is none. */
int64_t *fb_test_month_figure(struct fb_month_row *row, enum fb_stage stage, enum fb_measure m);
/* Everything by chance: who, by which route, how far, of what money. */
void fb_test_month_random(struct fb_test_month *m, struct fb_prng *r);
/* Time passes: each shift may be approved, corrected, cancelled, invoiced, found in breach, or paid by another; some come, none goes. */
void fb_test_month_pass(struct fb_test_month *m, struct fb_prng *r);
#endif
