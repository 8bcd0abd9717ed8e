/* Strangers without a key who open every connection that there is: this machine's sockets are served all the while, the engine lives,
 * and when they have gone the network is served again. The engine may have few files open, so that few connections are many. */
#include "tests/flow/abuse.h"
#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HELD = 1000, FOR_MS = 6000, ROUND_MS = 50, GROWN_KIB = 32 << 10, PORTS = 3 };

/* A place whose connection was ended is filled anew. Returns how many are held. */
static unsigned fill(const struct abuse *a, int *fd)
{
    char byte;
    unsigned held = 0;
    for (unsigned i = 0; i < HELD; i++) {
        if (fd[i] >= 0 && recv(fd[i], &byte, 1, MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            held++;
            continue;
        }
        if (fd[i] >= 0 && recv(fd[i], &byte, 1, MSG_DONTWAIT) > 0)
            continue; /* the library's greeting */
        if (fd[i] >= 0)
            close(fd[i]);
        fd[i] = abuse_dial(a->port + i % PORTS);
        held += fd[i] >= 0;
    }
    return held;
}

void abuse_full(struct abuse *a)
{
    static int fd[HELD];
    unsigned asked = 0, most = 0;
    a->memory_kib = a->most_kib = abuse_memory_kib(a->engine);
    for (unsigned i = 0; i < HELD; i++)
        fd[i] = -1;
    int64_t until = fb_dealer_now_ms() + FOR_MS;
    while (fb_dealer_now_ms() < until) {
        unsigned held = fill(a, fd);
        most = held > most ? held : most;
        (void)abuse_messages(a); /* over a new connection of this machine each time */
        asked++;
        abuse_watch_memory(a);
        nanosleep(&(struct timespec){0, ROUND_MS * 1000000L}, NULL);
    }
    for (unsigned i = 0; i < HELD; i++)
        if (fd[i] >= 0)
            close(fd[i]);
    printf("  %u connections at once, for a few files: %u questions of this machine answered meanwhile; the engine's memory grew by at most %lld KiB\n",
           most, asked, (long long)(a->most_kib - a->memory_kib));
    abuse_must(a->most_kib - a->memory_kib < GROWN_KIB, "the engine's memory grew by %lld KiB", (long long)(a->most_kib - a->memory_kib));
}
