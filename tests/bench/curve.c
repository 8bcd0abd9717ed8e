/* What keys cost: one engine with a plain door on loopback TCP and one that takes keys, the same publishers by turns on each. */
#include "adapters/lib/client.h"
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/engine.h"
#include <string.h>

enum { PUBLISHERS = 4, IN_FLIGHT = 1024, PAIRS = 24, PLAIN_PORT = 27401, KEYED_PORT = 27402 };

struct publisher {
    struct fb_client *client;
    char name[16];
    uint64_t next, last, answered;
};
struct curve_bench {
    struct bench_engine engine;
    unsigned char server[FB_Z85_KEY_BYTES], own[PUBLISHERS][FB_Z85_KEY_BYTES];
    struct publisher publisher[2][PUBLISHERS]; /* without keys, and with them */
    uint64_t next;
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
    make_key(b->engine.folder, "engine", b->server);
    snprintf(path, sizeof(path), "%s/ids.yaml", b->engine.folder);
    FILE *f = fopen(path, "w");
    fb_assert(f != NULL);
    fprintf(f, "identities:\n");
    for (unsigned i = 0; i < PUBLISHERS; i++) {
        snprintf(name, sizeof(name), "curve-%u", i);
        make_key(b->engine.folder, name, b->own[i]);
        fb_z85_encode(key, b->own[i]);
        fprintf(f, "  - name: %s\n    key: '%s'\n    roles: [publish:all]\n", name, key);
    }
    fb_assert(fclose(f) == 0);
}

static void start(struct curve_bench *b, const char *bin)
{
    char ids[128], plain[64], keyed[64];
    const char *const setting[] = {ids, plain, keyed, NULL};
    snprintf(ids, sizeof(ids), "identities=%s/ids.yaml", b->engine.folder);
    snprintf(plain, sizeof(plain), "door=tcp://127.0.0.1:%d", PLAIN_PORT);
    snprintf(keyed, sizeof(keyed), "network_door=tcp://127.0.0.1:%d", KEYED_PORT);
    bench_engine_start(&b->engine, bin, setting);
}

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    (void)tag;
    fb_assert(answer->reason == FB_REASON_NONE);
    ((struct publisher *)ctx)->answered++;
}

static void open_publisher(struct curve_bench *b, struct publisher *p, unsigned i, bool keyed)
{
    char endpoint[64], path[96], memory[512], server[FB_Z85_TEXT_BYTES + 1];
    struct fb_curve keys;
    struct fb_text why;
    *p = (struct publisher){.next = 0};
    snprintf(p->name, sizeof(p->name), "curve-%u", i);
    snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", keyed ? KEYED_PORT : PLAIN_PORT);
    snprintf(path, sizeof(path), "%s/%s.key", b->engine.folder, p->name);
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

/* What one round came to: both of a pair are taken one after the other, so that what the machine does beside falls on both. */
struct round {
    int64_t wall_ns, cpu_ns; /* a booking: by the clock, and of the engine's processor time */
};
static struct round pour(struct curve_bench *b, uint64_t count, bool keyed)
{
    struct publisher *p = b->publisher[keyed];
    uint64_t each = count / PUBLISHERS;
    for (unsigned i = 0; i < PUBLISHERS; i++) {
        p[i].next = b->next + i * each;
        p[i].last = p[i].next + each;
        p[i].answered = 0;
    }
    b->next += each * PUBLISHERS;
    int64_t from = bench_now_ns(), cpu = bench_engine_cpu_ns(&b->engine);
    for (uint64_t done = 0; done < each * PUBLISHERS;) {
        done = 0;
        for (unsigned i = 0; i < PUBLISHERS; i++) {
            publish_some(&p[i]);
            fb_assert(fb_client_poll(p[i].client, 0) == FB_OK);
            done += p[i].answered;
        }
    }
    int64_t n = (int64_t)(each * PUBLISHERS);
    return (struct round){(bench_now_ns() - from) / n, (bench_engine_cpu_ns(&b->engine) - cpu) / n};
}

static void quartiles(const char *what, int64_t v[PAIRS])
{
    static const unsigned per_mille[] = {500, 250, 750};
    static const char *const words[] = {"median of pairs", "lower quartile", "upper quartile"};
    for (unsigned i = 0; i < 3; i++) {
        char name[96];
        snprintf(name, sizeof(name), "%s, %s", what, words[i]);
        bench_figure_decimal("curve", name, bench_quantile(v, PAIRS, per_mille[i]), 1, "%");
    }
}

/* The same publishers, connected all the time, by turns without keys and with them; each is first as often as the other. A pair is
 * short, so that what else the machine does, and what the store grows by, is the same for both. */
void bench_curve(const char *bin, uint64_t bookings)
{
    static struct curve_bench b;
    int64_t rate[2][PAIRS], costs[PAIRS], cpu_ns[2] = {0, 0};
    bench_engine_open(&b.engine);
    make_identities(&b);
    start(&b, bin);
    for (unsigned i = 0; i < 2 * PUBLISHERS; i++)
        open_publisher(&b, &b.publisher[i / PUBLISHERS][i % PUBLISHERS], i % PUBLISHERS, i >= PUBLISHERS);
    (void)pour(&b, bookings / (2 * PAIRS), false);
    (void)pour(&b, bookings / (2 * PAIRS), true);
    for (unsigned i = 0; i < PAIRS; i++) {
        struct round r[2];
        for (unsigned k = 0; k < 2; k++) {
            bool keyed = (i + k) % 2 == 1;
            r[keyed] = pour(&b, bookings / (2 * PAIRS), keyed);
            rate[keyed][i] = 1000000000 / r[keyed].wall_ns;
            cpu_ns[keyed] += r[keyed].cpu_ns;
        }
        costs[i] = 1000 - r[0].wall_ns * 1000 / r[1].wall_ns;
    }
    for (unsigned i = 0; i < 2 * PUBLISHERS; i++)
        fb_client_close(&b.publisher[i / PUBLISHERS][i % PUBLISHERS].client);
    bench_engine_stop(&b.engine);
    bench_figure("curve", "durable bookings over loopback TCP, plain, median", bench_quantile(rate[0], PAIRS, 500), "a second");
    bench_figure("curve", "the same with keys (CURVE)", bench_quantile(rate[1], PAIRS, 500), "a second");
    quartiles("what keys cost of throughput", costs);
    bench_figure("curve", "the engine's processor time a booking, plain", cpu_ns[0] / PAIRS, "ns");
    bench_figure("curve", "the same with keys", cpu_ns[1] / PAIRS, "ns");
}
