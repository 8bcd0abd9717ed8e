/* What keys cost: one engine with a plain door on loopback TCP and one that takes keys, the same publishers by turns on each. */
#include "adapters/lib/client.h"
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/engine.h"
#include <string.h>
#include <time.h>

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
    int64_t wall_ns, engine_ns, publishers_ns; /* a booking: by the clock, and of the processor time of each end */
};

static int64_t own_cpu_ns(void)
{
    struct timespec t;
    fb_assert(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Until all is answered. Where nobody can send any more they wait: a publisher that only asks again and again would take the
 * processor from the engine, and what it took would say nothing. */
static void pour_all(struct publisher *p, uint64_t count)
{
    for (uint64_t done = 0, before = 0; done < count; before = done) {
        int wait_ms = done == before && done > 0 ? 1 : 0;
        done = 0;
        for (unsigned i = 0; i < PUBLISHERS; i++) {
            publish_some(&p[i]);
            fb_assert(fb_client_poll(p[i].client, i == 0 ? wait_ms : 0) == FB_OK);
            done += p[i].answered;
        }
    }
}

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
    int64_t from = bench_now_ns(), engine = bench_engine_cpu_ns(&b->engine), own = own_cpu_ns(), n = (int64_t)(each * PUBLISHERS);
    pour_all(p, each * PUBLISHERS);
    return (struct round){(bench_now_ns() - from) / n, (bench_engine_cpu_ns(&b->engine) - engine) / n, (own_cpu_ns() - own) / n};
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

struct measured {
    int64_t rate[2][PAIRS], costs[PAIRS], adds[PAIRS]; /* per mille, of throughput and of the processor time of both ends */
    int64_t engine_ns[2][PAIRS], publishers_ns[2][PAIRS];
};

/* Each is first as often as the other. A pair is short, so that what else the machine does, and what the store grows by, is the same
 * for both. */
static void measure(struct curve_bench *b, struct measured *m, uint64_t each)
{
    for (unsigned i = 0; i < PAIRS; i++) {
        struct round r[2];
        for (unsigned k = 0; k < 2; k++) {
            bool keyed = (i + k) % 2 == 1;
            r[keyed] = pour(b, each, keyed);
            m->rate[keyed][i] = 1000000000 / r[keyed].wall_ns;
            m->engine_ns[keyed][i] = r[keyed].engine_ns;
            m->publishers_ns[keyed][i] = r[keyed].publishers_ns;
        }
        int64_t plain = r[0].engine_ns + r[0].publishers_ns, keyed = r[1].engine_ns + r[1].publishers_ns;
        m->costs[i] = 1000 - r[0].wall_ns * 1000 / r[1].wall_ns;
        m->adds[i] = (keyed - plain) * 1000 / plain;
    }
}

static void tell(struct measured *m, bool synced)
{
    static const char *const words[2] = {"plain", "with keys (CURVE)"};
    bench_figure("curve", "commits wait for the disk (0: store in memory, both)", synced, "");
    for (unsigned k = 0; k < 2; k++) {
        char name[96];
        snprintf(name, sizeof(name), "bookings over loopback TCP, %s, median", words[k]);
        bench_figure("curve", name, bench_quantile(m->rate[k], PAIRS, 500), "a second");
        snprintf(name, sizeof(name), "the engine's processor time, %s", words[k]);
        bench_figure("curve", name, bench_quantile(m->engine_ns[k], PAIRS, 500), "ns");
        snprintf(name, sizeof(name), "the publishers', %s", words[k]);
        bench_figure("curve", name, bench_quantile(m->publishers_ns[k], PAIRS, 500), "ns");
    }
    quartiles("what keys cost of throughput", m->costs);
    quartiles("processor time that keys add, both ends", m->adds);
}

/* With a disk in between both wait for it, and what keys cost is lost in how long that takes: the store is in memory, so that the
 * processor is all there is to wait for. The same publishers, connected all the time, by turns without keys and with them. */
void bench_curve(const char *bin, uint64_t bookings)
{
    static struct curve_bench b;
    static struct measured m;
    bool unsynced = bench_engine_open_unsynced(&b.engine);
    if (!unsynced)
        bench_engine_open(&b.engine);
    make_identities(&b);
    start(&b, bin);
    for (unsigned i = 0; i < 2 * PUBLISHERS; i++)
        open_publisher(&b, &b.publisher[i / PUBLISHERS][i % PUBLISHERS], i % PUBLISHERS, i >= PUBLISHERS);
    (void)pour(&b, bookings / (2 * PAIRS), false);
    (void)pour(&b, bookings / (2 * PAIRS), true);
    measure(&b, &m, bookings / (2 * PAIRS));
    for (unsigned i = 0; i < 2 * PUBLISHERS; i++)
        fb_client_close(&b.publisher[i / PUBLISHERS][i % PUBLISHERS].client);
    bench_engine_stop(&b.engine);
    if (unsynced)
        bench_engine_forget(&b.engine);
    tell(&m, !unsynced);
}
