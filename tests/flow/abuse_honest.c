/* The honest publisher: what it sends while the engine is attacked is taken, every record once, and how long each waited is told. */
#include "tests/flow/abuse.h"
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { A_SECOND = 200, RECORDS_MAX = 200000, US_PER_SECOND = 1000000, PATIENCE_S = 900, LAST_ANSWERS_S = 30 };

struct honest {
    struct fb_client *client;
    uint64_t next, answered, accepted;
    int64_t sent_us[RECORDS_MAX], took_us[RECORDS_MAX];
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    struct honest *h = ctx;
    h->took_us[h->answered++] = now_us() - h->sent_us[tag];
    h->accepted += answer->reason == FB_REASON_NONE;
}

static void send_one(struct honest *h, const char *key, const char *prefix)
{
    struct fb_record r;
    char id[48];
    snprintf(id, sizeof id, "%s-%llu", prefix, (unsigned long long)h->next);
    abuse_record(&r, key, "RTH", id);
    h->sent_us[h->next] = now_us();
    if (fb_client_publish(h->client, &r, h->next) == FB_OK)
        h->next++;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool told_to_stop(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0; /* the other end was closed */
}

static void run(const struct abuse *a, const char *key, const char *prefix, int stop, int tell)
{
    struct honest *h = calloc(1, sizeof *h);
    struct fb_curve keys;
    abuse_must(h != NULL, "no memory");
    abuse_keys(a, key, &keys);
    struct fb_client_options o = {.endpoint = a->door, .answered = on_answer, .ctx = h, .curve = &keys};
    o.hello.source = (struct fb_source){.name = fb_span_of(key), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
    o.hello.adapter = fb_span_of("honest");
    abuse_must(fb_client_open(&h->client, &o) == FB_OK, "the honest publisher has no socket");
    int64_t from = now_us();
    int64_t until = from + (int64_t)PATIENCE_S * US_PER_SECOND;
    bool ending = false;
    while (!ending || h->answered < h->next) {
        if (!ending && told_to_stop(stop)) {
            ending = true;
            until = now_us() + (int64_t)LAST_ANSWERS_S * US_PER_SECOND;
        }
        int64_t due = (now_us() - from) * A_SECOND / US_PER_SECOND;
        if (!ending && (int64_t)h->next < due && h->next < RECORDS_MAX && fb_client_state(h->client) == FB_CLIENT_WELCOME)
            send_one(h, key, prefix);
        enum fb_err e = fb_client_poll(h->client, 1);
        abuse_must(e == FB_OK, "the honest publisher was not served: %s", fb_client_refusal(h->client));
        abuse_must(now_us() < until, "the honest publisher waits for answers for ever");
    }
    qsort(h->took_us, h->answered, sizeof h->took_us[0], by_size);
    struct abuse_served s = {.accepted = h->accepted};
    abuse_must(h->accepted == h->answered && h->answered > 0, "of %llu honest records %llu were taken", (unsigned long long)h->answered,
               (unsigned long long)h->accepted);
    s.p50_us = h->took_us[h->answered / 2];
    s.p99_us = h->took_us[h->answered * 99 / 100];
    s.worst_us = h->took_us[h->answered - 1];
    abuse_must(write(tell, &s, sizeof s) == (ssize_t)sizeof s, "nobody is there to be told");
    fb_client_close(&h->client);
    free(h);
}

void abuse_honest_start(struct abuse_honest *h, const struct abuse *a, const char *key, const char *prefix)
{
    int stop[2], told[2];
    abuse_must(pipe(stop) == 0 && pipe(told) == 0, "no pipe");
    h->pid = fork();
    abuse_must(h->pid >= 0, "no process");
    if (h->pid == 0) {
        close(stop[1]);
        close(told[0]);
        run(a, key, prefix, stop[0], told[1]);
        exit(0);
    }
    close(stop[0]);
    close(told[1]);
    h->stop = stop[1];
    h->told = told[0];
}

struct abuse_served abuse_honest_end(struct abuse_honest *h)
{
    struct abuse_served s = {.accepted = 0};
    int status = 1;
    close(h->stop);
    ssize_t n = read(h->told, &s, sizeof s);
    (void)waitpid(h->pid, &status, 0);
    close(h->told);
    abuse_must(n == (ssize_t)sizeof s && status == 0, "the honest publisher did not come to its end");
    return s;
}
