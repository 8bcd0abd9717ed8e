#include "tests/bench/receiver.h"
#include "engine/base/check.h"
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 256, READY_TRIES = 500 };
struct bench_receiver_counts {
    atomic_uint port;
    atomic_ullong posts, bytes, connections;
};

/* Once with the head, then with each part of the body, then without one. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *path, const char *method, const char *version, const char *upload,
                                  size_t *upload_n, void **state)
{
    struct bench_receiver_counts *counts = ctx;
    static int begun;
    (void)path;
    (void)version;
    (void)upload;
    if (*state == NULL) {
        *state = &begun;
        return strcmp(method, MHD_HTTP_METHOD_POST) == 0 ? MHD_YES : MHD_NO;
    }
    if (*upload_n > 0) {
        atomic_fetch_add(&counts->bytes, *upload_n);
        *upload_n = 0;
        return MHD_YES;
    }
    struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (r == NULL)
        return MHD_NO;
    enum MHD_Result done = MHD_queue_response(c, MHD_HTTP_NO_CONTENT, r);
    MHD_destroy_response(r);
    atomic_fetch_add(&counts->posts, 1);
    return done;
}

static void on_connection(void *ctx, struct MHD_Connection *c, void **state, enum MHD_ConnectionNotificationCode code)
{
    struct bench_receiver_counts *counts = ctx;
    (void)c;
    (void)state;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        atomic_fetch_add(&counts->connections, 1);
}

static void serve(struct bench_receiver_counts *counts)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, counts, MHD_OPTION_SOCK_ADDR, &here,
                                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_NOTIFY_CONNECTION, on_connection, counts,
                                            MHD_OPTION_END);
    const union MHD_DaemonInfo *info = d != NULL ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (info == NULL)
        _exit(1);
    atomic_store(&counts->port, info->port);
    for (;;)
        pause();
}

void bench_receiver_open(struct bench_receiver *r)
{
    FILE *f = tmpfile();
    fb_assert(f != NULL && ftruncate(fileno(f), sizeof(*r->counts)) == 0);
    r->counts = mmap(NULL, sizeof(*r->counts), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(f), 0);
    fb_assert(r->counts != MAP_FAILED);
    fclose(f);
    r->pid = fork();
    fb_assert(r->pid >= 0);
    if (r->pid == 0)
        serve(r->counts);
    for (unsigned i = 0; (r->port = atomic_load(&r->counts->port)) == 0; i++) {
        fb_assert(i < READY_TRIES);
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
}

void bench_receiver_close(struct bench_receiver *r)
{
    kill(r->pid, SIGKILL);
    (void)waitpid(r->pid, NULL, 0);
    (void)munmap(r->counts, sizeof(*r->counts));
}

uint64_t bench_receiver_posts(const struct bench_receiver *r) { return atomic_load(&r->counts->posts); }
uint64_t bench_receiver_bytes(const struct bench_receiver *r) { return atomic_load(&r->counts->bytes); }
uint64_t bench_receiver_connections(const struct bench_receiver *r) { return atomic_load(&r->counts->connections); }
