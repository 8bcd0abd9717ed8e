#ifndef FB_TESTS_BENCH_SCRAPE_H
#define FB_TESTS_BENCH_SCRAPE_H
/* What an engine says of itself at its metrics address, on this machine: read once, asked for by name. */
#include <stdbool.h>
#include <stdint.h>
enum { BENCH_PAGE_BYTES = 1 << 20 };
struct bench_page {
    char text[BENCH_PAGE_BYTES];
};
/* False: nobody answers there. */
bool bench_scrape(struct bench_page *page, unsigned port);
/* A metric's whole part, by its name without the prefix; -1: it is not there. */
int64_t bench_metric(const struct bench_page *page, const char *name);
/* Of a histogram of seconds, the bound in microseconds below which so many of a thousand lie: the buckets' own precision. -1: no
 * sample, or above the last bound. */
int64_t bench_metric_below_us(const struct bench_page *page, const char *name, unsigned per_mille);
#endif
