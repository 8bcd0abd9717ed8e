#ifndef FB_TESTS_BENCH_RECEIVER_H
#define FB_TESTS_BENCH_RECEIVER_H
/* A receiver of web hooks on loopback, as fast as one can be: a process of its own on libmicrohttpd that takes the body, counts, and
 * answers 204. It checks no signature: what is measured is the sender. */
#include "tests/bench/child.h"
#include <stdint.h>
struct bench_receiver_counts;
struct bench_receiver {
    struct bench_child child;
    struct bench_receiver_counts *counts; /* shared with the process */
};
void bench_receiver_open(struct bench_receiver *r);
void bench_receiver_close(struct bench_receiver *r);
/* Since it was opened. */
uint64_t bench_receiver_posts(const struct bench_receiver *r);
uint64_t bench_receiver_bytes(const struct bench_receiver *r);
uint64_t bench_receiver_connections(const struct bench_receiver *r);
#endif
