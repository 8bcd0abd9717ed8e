#ifndef FB_TESTS_FLOW_OVERLOAD_H
#define FB_TESTS_FLOW_OVERLOAD_H
/* What the overload test keeps of the engine that it loads. */
#include "engine/base/limits.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
enum {
    OVERLOAD_HELD = 64,           /* frames that the library may hold for one connection: ANSWERS_HELD of port_zmq.c */
    OVERLOAD_SLACK_KIB = 24 << 10 /* the queue's pages that were not used before, what honest records take, and the allocator's */
};
struct overload {
    const char *pid;
    char door[160], feed[160], ticker[160];
    int64_t before_kib, most_kib; /* the engine's own memory */
};
int64_t overload_memory_kib(const char *pid);
void overload_curious(struct overload *o); /* overload_curious.c */
void overload_sources(struct overload *o); /* overload_sources.c */
#define overload_must(good, ...)                                 \
    do {                                                         \
        if (!(good)) {                                           \
            fprintf(stderr, "FAILED: " __VA_ARGS__);             \
            fprintf(stderr, " (%s:%d)\n", __FILE__, __LINE__);   \
            exit(1);                                             \
        }                                                        \
    } while (0)
#endif
