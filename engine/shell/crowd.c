#define _DEFAULT_SOURCE /* syscall, SO_DOMAIN */
#include "engine/shell/crowd.h"
#include "engine/shell/log.h"
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RESERVE_LEAST = 64, RESERVE_MOST = 1024, SHARE = 4, OWN = 64 };
static atomic_uint most = UINT_MAX; /* written before there is another thread that reads it */

unsigned fb_crowd_most(unsigned limit)
{
    unsigned reserve = limit / SHARE;
    reserve = reserve < RESERVE_LEAST ? RESERVE_LEAST : reserve > RESERVE_MOST ? RESERVE_MOST : reserve;
    return limit > reserve ? limit - reserve : 0;
}

void fb_crowd_open(unsigned connections)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT_MAX)
        return; /* as many as there can be */
    unsigned n = (unsigned)limit.rlim_cur, may = fb_crowd_most(n);
    atomic_store(&most, may);
    if (may < connections + OWN)
        fb_log(FB_LOG_WARN,
               "this process may have %u files open, of which %u are kept for itself and this machine's sockets: too few for as many connections over "
               "the network as connections_max says (%u). When they are in use, the next is hung up on; allow more (LimitNOFILE, or ulimit -n)",
               n, n - may, connections);
}

static bool is_of_this_machine(int fd)
{
    int family = AF_UNSPEC;
    socklen_t n = sizeof family;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &n) == 0 && family == AF_UNIX;
}

static int take(int listener, struct sockaddr *from, socklen_t *n, int flags)
{
    int fd = (int)syscall(SYS_accept4, listener, from, n, flags);
    if (fd < 0 || (unsigned)fd < atomic_load_explicit(&most, memory_order_relaxed) || is_of_this_machine(fd))
        return fd;
    (void)close(fd);
    errno = ECONNABORTED;
    return -1;
}

/* In the place of the system's, which the libraries call. */
int accept4(int listener, struct sockaddr *from, socklen_t *n, int flags);
int accept4(int listener, struct sockaddr *from, socklen_t *n, int flags)
{
    return take(listener, from, n, flags);
}

int accept(int listener, struct sockaddr *from, socklen_t *n)
{
    return take(listener, from, n, 0);
}
