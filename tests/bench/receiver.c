#include "tests/bench/receiver.h"
#include <string.h>

enum { CONNECTIONS = 256 };
struct bench_receiver_counts {
    struct bench_child_port port;
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

static struct MHD_Daemon *start(void *shared, const struct sockaddr *here)
{
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, shared, MHD_OPTION_SOCK_ADDR, here, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_NOTIFY_CONNECTION, on_connection, shared, MHD_OPTION_END);
}

void bench_receiver_open(struct bench_receiver *r)
{
    r->counts = bench_child_share(&r->child, sizeof(*r->counts));
    bench_child_start(&r->child, start);
}

void bench_receiver_close(struct bench_receiver *r)
{
    bench_child_close(&r->child);
}

uint64_t bench_receiver_posts(const struct bench_receiver *r) { return atomic_load(&r->counts->posts); }
uint64_t bench_receiver_bytes(const struct bench_receiver *r) { return atomic_load(&r->counts->bytes); }
uint64_t bench_receiver_connections(const struct bench_receiver *r) { return atomic_load(&r->counts->connections); }
