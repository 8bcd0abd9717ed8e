#ifndef FB_TESTS_BENCH_PORTAL_H
#define FB_TESTS_BENCH_PORTAL_H
/* A direct engagement interface on loopback that has so many duties, each told by one event, and answers at once: a process of its own on
 * libmicrohttpd. It knows pages with X-Pagination, duties and empty lists of reference data, and asks nobody who they are. */
#include "tests/bench/child.h"
#include <stdint.h>
struct bench_portal_counts;
struct bench_portal {
    struct bench_child child;
    struct bench_portal_counts *counts; /* shared with the process */
};
void bench_portal_open(struct bench_portal *p, unsigned duties);
void bench_portal_close(struct bench_portal *p);
uint64_t bench_portal_pages(const struct bench_portal *p);
uint64_t bench_portal_duties(const struct bench_portal *p);
#endif
