#include "tests/bench/child.h"
#include "engine/base/check.h"
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READY_TRIES = 500 };

void *bench_child_share(struct bench_child *c, size_t size)
{
    FILE *f = tmpfile();
    fb_assert(f != NULL && ftruncate(fileno(f), (off_t)size) == 0);
    c->shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(f), 0);
    fb_assert(c->shared != MAP_FAILED);
    fclose(f);
    c->size = size;
    return c->shared;
}

static void serve(struct bench_child_port *shared, struct MHD_Daemon *(*start)(void *shared, const struct sockaddr *here))
{
    const struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct MHD_Daemon *d = start(shared, (const struct sockaddr *)&here);
    const union MHD_DaemonInfo *info = d != NULL ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (info == NULL)
        _exit(1);
    atomic_store(&shared->port, info->port);
    for (;;)
        pause();
}

void bench_child_start(struct bench_child *c, struct MHD_Daemon *(*start)(void *shared, const struct sockaddr *here))
{
    struct bench_child_port *shared = c->shared;
    c->pid = fork();
    fb_assert(c->pid >= 0);
    if (c->pid == 0)
        serve(shared, start);
    for (unsigned i = 0; (c->port = atomic_load(&shared->port)) == 0; i++) {
        fb_assert(i < READY_TRIES);
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
}

void bench_child_close(struct bench_child *c)
{
    kill(c->pid, SIGKILL);
    (void)waitpid(c->pid, NULL, 0);
    (void)munmap(c->shared, c->size);
}
