/* Bytes that no library of ours would send, straight onto the engine's TCP socket. */
#include "engine/base/prng.h"
#include "tests/flow/abuse.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { GREETING = 64, COMMAND = 202, TAPE_MAX = 8192, CONVERSATIONS = 400, HANG_UP_MS = 15000 };

int abuse_dial(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int must_dial(unsigned port)
{
    int fd = abuse_dial(port);
    abuse_must(fd >= 0, "nobody listens at port %u: %s", port, strerror(errno));
    return fd;
}

static void say(int fd, const void *bytes, size_t n)
{
    ssize_t put = send(fd, bytes, n, MSG_NOSIGNAL);
    (void)put; /* it may have hung up already, and may */
}

/* Until the engine hangs up. false: it is still there after that time. */
static bool hangs_up(int fd, int ms)
{
    unsigned char bytes[4096];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t until = fb_dealer_now_ms() + ms;
    for (int64_t left; (left = until - fb_dealer_now_ms()) > 0;) {
        if (poll(&p, 1, (int)left) <= 0)
            continue;
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n == 0 || (n < 0 && errno != EINTR))
            return true;
    }
    return false;
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* As the library begins: signature, version 3.1, mechanism. */
static void greet(unsigned char out[GREETING], const char *mechanism)
{
    memset(out, 0, GREETING);
    out[0] = 0xff;
    out[8] = 1;
    out[9] = 0x7f;
    out[10] = 3;
    out[11] = 1;
    memcpy(out + 12, mechanism, strlen(mechanism));
}

/* ---- between a client and the engine ---- */

struct tape {
    unsigned char bytes[TAPE_MAX];
    size_t n;
};

/* Hands on whatever came from one to the other; what the client says is kept. */
static void pass(int from, int to, struct tape *tape)
{
    unsigned char bytes[4096];
    ssize_t n = recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n <= 0)
        return;
    say(to, bytes, (size_t)n);
    if (tape != NULL && tape->n + (size_t)n <= sizeof tape->bytes) {
        memcpy(tape->bytes + tape->n, bytes, (size_t)n);
        tape->n += (size_t)n;
    }
}

static void count_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    (void)tag;
    *(unsigned *)ctx += answer->reason == FB_REASON_NONE;
}

static int listen_at(unsigned *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t n = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    abuse_must(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 8) == 0 &&
                   getsockname(fd, (struct sockaddr *)&at, &n) == 0,
               "no port to listen at");
    *port = ntohs(at.sin_port);
    return fd;
}

static void record_conversation(struct abuse *a, struct tape *tape)
{
    unsigned port, taken = 0;
    char endpoint[64];
    struct fb_client *client = NULL;
    struct fb_curve keys;
    struct fb_record r;
    int near = -1, far = -1, door = listen_at(&port);
    bool sent = false;
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", port);
    abuse_keys(a, "rth-taped", &keys);
    struct fb_client_options o = {.endpoint = endpoint, .answered = count_answer, .ctx = &taken, .curve = &keys};
    o.hello.source = (struct fb_source){.name = fb_span_of("rth-taped"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
    abuse_must(fb_client_open(&client, &o) == FB_OK, "no socket");
    abuse_record(&r, "rth-taped", "RTH", "taped-1");
    int64_t until = fb_dealer_now_ms() + HANG_UP_MS;
    while (taken == 0) { /* counted by the callback */
        abuse_must(fb_dealer_now_ms() < until, "a publisher through a relay was not answered");
        if (near < 0 && (near = accept(door, NULL, NULL)) >= 0)
            far = must_dial(a->port);
        if (near >= 0) {
            pass(near, far, tape);
            pass(far, near, NULL);
        }
        abuse_must(fb_client_poll(client, 1) == FB_OK, "a publisher through a relay was refused");
        if (!sent && fb_client_state(client) == FB_CLIENT_WELCOME)
            sent = fb_client_publish(client, &r, 1) == FB_OK;
    }
    a->accepted++;
    close(near);
    close(far);
    close(door);
    fb_client_close(&client);
}

static bool holds(const struct tape *tape, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= tape->n; i++)
        if (memcmp(tape->bytes + i, text, n) == 0)
            return true;
    return false;
}

void abuse_replay_bytes(struct abuse *a)
{
    static struct tape tape;
    record_conversation(a, &tape);
    abuse_must(tape.n > GREETING + COMMAND && !holds(&tape, "taped-1"), "what was taped is not a secret conversation");
    int fd = must_dial(a->port);
    say(fd, tape.bytes, tape.n);
    abuse_must(hangs_up(fd, HANG_UP_MS), "a conversation that was said before is listened to");
    close(fd);
    for (size_t i = 0; i < tape.n && i < TAPE_MAX; i += i < GREETING + COMMAND ? 1 : 7) {
        tape.bytes[i] ^= 0x55;
        fd = must_dial(a->port);
        say(fd, tape.bytes, tape.n);
        close(fd);
        tape.bytes[i] ^= 0x55;
        if (i % 64 == 0)
            pause_ms(2); /* the queue of the listening socket is finite */
    }
    abuse_watch_memory(a);
}

/* ---- slowly, and many ---- */

static void hold(unsigned port, int *fd, unsigned n, unsigned how)
{
    unsigned char greeting[GREETING];
    greet(greeting, "CURVE");
    for (unsigned i = 0; i < n; i++) {
        fd[i] = abuse_dial(port);
        if (fd[i] >= 0)
            say(fd[i], greeting, how == 0 ? 0 : i % GREETING);
        if (i % 256 == 255)
            pause_ms(5);
    }
}

static unsigned wait_for_hang_up(const int *fd, unsigned n)
{
    unsigned gone = 0;
    int64_t until = fb_dealer_now_ms() + HANG_UP_MS;
    for (unsigned i = 0; i < n; i++) {
        int64_t left = until - fb_dealer_now_ms();
        gone += fd[i] < 0 || hangs_up(fd[i], left > 1 ? (int)left : 1);
        if (fd[i] >= 0)
            close(fd[i]);
    }
    return gone;
}

static void hold_and_wait(struct abuse *a, unsigned n, unsigned how, const char *what)
{
    int *fd = calloc(n, sizeof *fd);
    unsigned refused = 0;
    abuse_must(fd != NULL, "no memory");
    hold(a->port, fd, n, how);
    for (unsigned i = 0; i < n; i++)
        refused += fd[i] < 0;
    abuse_watch_memory(a);
    unsigned gone = wait_for_hang_up(fd, n);
    abuse_must(gone == n, "%u of %u connections (%s) are still there after %d s", n - gone, n, what, HANG_UP_MS / 1000);
    printf("  %u connections at once (%s): the engine hung up on each; %u did not get as far\n", n, what, refused);
    free(fd);
}

void abuse_slow(struct abuse *a) { hold_and_wait(a, a->connections / 4 < 256 ? a->connections / 4 : 256, 1, "handshakes begun and left"); }

void abuse_crowd(struct abuse *a) { hold_and_wait(a, a->connections, 0, "silent"); }

/* ---- noise ---- */

/* A greeting with one byte wrong, a good one and a command with one byte wrong, then noise of any length. */
void abuse_garbage(struct abuse *a)
{
    struct fb_prng r;
    unsigned char bytes[GREETING + COMMAND + 1024], good[GREETING + COMMAND];
    static const char *const mechanisms[] = {"CURVE", "NULL", "PLAIN", "GSSAPI", "\xff"};
    fb_prng_init(&r, 2026);
    for (unsigned m = 0; m < sizeof mechanisms / sizeof mechanisms[0]; m++) {
        greet(good, mechanisms[m]);
        memset(good + GREETING, 0, COMMAND);
        memcpy(good + GREETING, "\x04\xc8\x05HELLO\x01\x00", 10);
        for (unsigned at = 0; at < GREETING + COMMAND; at += m == 0 ? 1 : 3) {
            size_t n = sizeof good + fb_prng_below(&r, 1024);
            memcpy(bytes, good, sizeof good);
            bytes[at] = (unsigned char)fb_prng_below(&r, 256);
            for (size_t i = sizeof good; i < n; i++)
                bytes[i] = (unsigned char)fb_prng_below(&r, 256);
            int fd = must_dial(a->port + at % 3);
            say(fd, bytes, n);
            close(fd);
            if (at % 64 == 0)
                pause_ms(2);
        }
    }
    for (unsigned i = 0; i < CONVERSATIONS; i++) {
        size_t n = 1 + fb_prng_below(&r, sizeof bytes - 1);
        for (size_t k = 0; k < n; k++)
            bytes[k] = (unsigned char)fb_prng_below(&r, 256);
        int fd = must_dial(a->port + i % 3);
        say(fd, bytes, n);
        close(fd);
    }
    abuse_watch_memory(a);
}
