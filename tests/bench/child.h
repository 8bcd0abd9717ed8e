#ifndef FB_TESTS_BENCH_CHILD_H
#define FB_TESTS_BENCH_CHILD_H
/* A server on loopback that a bench measures against, as a process of its own on libmicrohttpd: what it takes of the processor is told
 * apart from what is measured, and what it counts is shared memory. */
#include <microhttpd.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>
struct bench_child {
    pid_t pid;
    unsigned port;
    void *shared; /* begins with the port; the rest is its server's */
    size_t size;
};
/* The first member of whatever is shared. */
struct bench_child_port {
    atomic_uint port; /* 0: it does not listen yet */
};
/* Zeroed memory of that size, which a process shares that is made later. It aborts when there is none. */
void *bench_child_share(struct bench_child *c, size_t size);
/* Makes the process: `start` is called in it with the shared memory, and gives a daemon that listens on a port of the kernel's choice
 * (here: loopback). Returns when it listens. */
void bench_child_start(struct bench_child *c, struct MHD_Daemon *(*start)(void *shared, const struct sockaddr *here));
void bench_child_close(struct bench_child *c);
#endif
