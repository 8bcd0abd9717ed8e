/* What keys cost: one engine with a plain door on loopback TCP and one that takes keys, the same publishers by turns on each. */
#include "adapters/lib/client.h"
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PUBLISHERS = 4, IN_FLIGHT = 1024, ROUNDS = 5, PLAIN_PORT = 27401, KEYED_PORT = 27402 };

struct curve_bench {
    char folder[64], log[96];
    unsigned char server[FB_Z85_KEY_BYTES], own[PUBLISHERS][FB_Z85_KEY_BYTES];
    pid_t pid;
    uint64_t next;
};
struct publisher {
    struct fb_client *client;
    char name[16];
    uint64_t next, last, answered;
};

static void make_key(const char *folder, const char *name, unsigned char key[FB_Z85_KEY_BYTES])
{
    char memory[512];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof(memory));
    fb_assert(fb_curve_make(folder, name, key, &why) == FB_OK);
}

static void make_identities(struct curve_bench *b)
{
    char path[96], name[16], key[FB_Z85_TEXT_BYTES + 1];
    make_key(b->folder, "engine", b->server);
    snprintf(path, sizeof(path), "%s/ids.yaml", b->folder);
    FILE *f = fopen(path, "w");
    fb_assert(f != NULL);
    fprintf(f, "identities:\n");
    for (unsigned i = 0; i < PUBLISHERS; i++) {
        snprintf(name, sizeof(name), "curve-%u", i);
        make_key(b->folder, name, b->own[i]);
        fb_z85_encode(key, b->own[i]);
        fprintf(f, "  - name: %s\n    key: '%s'\n    roles: [publish:all]\n", name, key);
    }
    fb_assert(fclose(f) == 0);
}

static void start(struct curve_bench *b, const char *bin)
{
    char ready[96];
    b->pid = fork();
    fb_assert(b->pid >= 0);
    if (b->pid == 0) {
        char program[256], ids[128], plain[64], keyed[64];
        snprintf(program, sizeof(program), "%s/fairbankd", bin);
        snprintf(ids, sizeof(ids), "identities=%s/ids.yaml", b->folder);
        snprintf(plain, sizeof(plain), "door=tcp://127.0.0.1:%d", PLAIN_PORT);
        snprintf(keyed, sizeof(keyed), "network_door=tcp://127.0.0.1:%d", KEYED_PORT);
        fb_assert(freopen(b->log, "a", stderr) != NULL);
        execl(program, program, "--data", b->folder, "--set", ids, "--set", plain, "--set", keyed, (char *)NULL);
        _exit(127);
    }
    snprintf(ready, sizeof(ready), "%s/ready", b->folder);
    for (unsigned i = 0; access(ready, R_OK) != 0; i++) {
        fb_assert(i < 600);
        nanosleep(&(struct timespec){0, 50000000}, NULL);
    }
}

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    (void)tag;
    fb_assert(answer->reason == FB_REASON_NONE);
    ((struct publisher *)ctx)->answered++;
}

static void open_publisher(struct curve_bench *b, struct publisher *p, unsigned i, uint64_t count, bool keyed)
{
    char endpoint[64], path[96], memory[512], server[FB_Z85_TEXT_BYTES + 1];
    struct fb_curve keys;
    struct fb_text why;
    *p = (struct publisher){.next = b->next, .last = b->next + count};
    b->next += count;
    snprintf(p->name, sizeof(p->name), "curve-%u", i);
    snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", keyed ? KEYED_PORT : PLAIN_PORT);
    snprintf(path, sizeof(path), "%s/%s.key", b->folder, p->name);
    fb_z85_encode(server, b->server);
    fb_text_init(&why, memory, sizeof(memory));
    fb_assert(fb_curve_open(&keys, endpoint, server, path, &why) == FB_OK);
    struct fb_client_options o = {.endpoint = endpoint, .answered = on_answer, .ctx = p, .curve = keyed ? &keys : NULL};
    o.hello.source = (struct fb_source){.name = fb_span_of(p->name), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = IN_FLIGHT};
    o.hello.adapter = fb_span_of("bench");
    fb_assert(fb_client_open(&p->client, &o) == FB_OK);
    fb_curve_close(&keys);
    while (fb_client_state(p->client) != FB_CLIENT_WELCOME)
        fb_assert(fb_client_poll(p->client, 20) == FB_OK);
}

static void publish_some(struct publisher *p)
{
    static struct bench_texts texts;
    static struct fb_record record;
    while (p->next < p->last && fb_client_outstanding(p->client) < IN_FLIGHT) {
        bench_booking(p->next, fb_span_of(p->name), &texts, &record);
        if (fb_client_publish(p->client, &record, p->next) != FB_OK)
            break;
        p->next++;
    }
}

/* Bookings a second. */
static int64_t pour(struct curve_bench *b, uint64_t count, bool keyed)
{
    struct publisher p[PUBLISHERS];
    uint64_t each = count / PUBLISHERS;
    for (unsigned i = 0; i < PUBLISHERS; i++)
        open_publisher(b, &p[i], i, each, keyed);
    int64_t from = bench_now_ns();
    for (uint64_t done = 0; done < each * PUBLISHERS;) {
        done = 0;
        for (unsigned i = 0; i < PUBLISHERS; i++) {
            publish_some(&p[i]);
            fb_assert(fb_client_poll(p[i].client, 0) == FB_OK);
            done += p[i].answered;
        }
    }
    int64_t took = bench_now_ns() - from;
    for (unsigned i = 0; i < PUBLISHERS; i++)
        fb_client_close(&p[i].client);
    return (int64_t)(each * PUBLISHERS) * 1000000000 / took;
}

void bench_curve(const char *bin, uint64_t bookings)
{
    struct curve_bench b = {.folder = "build/bench-XXXXXX"};
    int64_t rate[2][ROUNDS], best[2] = {0, 0};
    fb_assert(mkdtemp(b.folder) != NULL);
    snprintf(b.log, sizeof(b.log), "%s.log", b.folder);
    make_identities(&b);
    start(&b, bin);
    for (unsigned i = 0; i < 2 * ROUNDS; i++) {
        bool keyed = (i + i / 2) % 2 == 1; /* by turns, and each of them first as often as the other */
        rate[keyed][i / 2] = pour(&b, bookings / (2 * ROUNDS), keyed);
    }
    kill(b.pid, SIGTERM);
    (void)waitpid(b.pid, NULL, 0);
    for (unsigned k = 0; k < 2; k++)
        for (unsigned i = 0; i < ROUNDS; i++)
            best[k] = rate[k][i] > best[k] ? rate[k][i] : best[k];
    int64_t median[2] = {bench_quantile(rate[0], ROUNDS, 500), bench_quantile(rate[1], ROUNDS, 500)};
    bench_figure("curve", "durable bookings over loopback TCP, plain, median", median[0], "a second");
    bench_figure("curve", "the same with keys (CURVE)", median[1], "a second");
    bench_figure_decimal("curve", "what keys cost, of the medians", bench_ratio_e3((median[0] - median[1]) * 100, median[0]), 3, "%");
    bench_figure_decimal("curve", "what keys cost, of the best runs", bench_ratio_e3((best[0] - best[1]) * 100, best[0]), 3, "%");
}
