/* fairbank-webhook from a feed to a receiver on this machine: every event of the feed is one signed post. Beside it, in the same run, bare
 * posts of as many bytes by libcurl over as many kept connections: what nobody could be quicker than, with nothing read, planned,
 * signed or made safe. */
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/outlet.h"
#include "tests/bench/receiver.h"
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS = 2, AT_ONCE_MAX = 64, POLL_MS = 50 };

static void configure(const struct bench_engine *e, unsigned port, unsigned at_once, char *config, size_t size)
{
    char text[1024];
    snprintf(text, sizeof(text),
             "feed: %s\nroutes: %s/routes.yaml\nledger: %s/ledger-%u\nreceivers:\n  - {name: bench, url: \"http://127.0.0.1:%u/\", secret: %s/secret, at_once: %u}\n",
             e->feed, e->folder, e->folder, at_once, port, e->folder, at_once);
    snprintf(config, size, "%s/webhook.yaml", e->folder);
    bench_outlet_file(e, "webhook.yaml", text);
}

/* ---- the program ---- */

static int64_t deliver(const struct bench_engine *e, const char *bin, const struct bench_receiver *r, unsigned at_once)
{
    char program[256], config[96], name[80];
    const char *const argv[] = {program, "run", "--once", "--quiet", "--config", config, NULL};
    configure(e, r->child.port, at_once, config, sizeof(config));
    snprintf(program, sizeof(program), "%s/fairbank-webhook", bin);
    uint64_t before = bench_receiver_posts(r);
    struct bench_ran ran = bench_outlet_run(e, argv);
    int64_t n = (int64_t)(bench_receiver_posts(r) - before);
    fb_assert(ran.status == 0 && n > 0);
    snprintf(name, sizeof(name), "deliveries, %u at once (the aim is 2,000)", at_once);
    bench_figure("webhook", name, n * 1000000000 / ran.wall_ns, "a second");
    snprintf(name, sizeof(name), "processor time of the outlet, %u at once", at_once);
    bench_figure_decimal("webhook", name, ran.cpu_ns / n, 3, "us a delivery");
    return ran.wall_ns / n;
}

/* ---- bare posts ---- */

struct bare {
    CURLM *multi;
    CURL *easy[AT_ONCE_MAX];
    struct curl_slist *headers;
};

static size_t drop(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * n;
}

static void bare_open(struct bare *b, unsigned port, unsigned at_once, const char *body)
{
    char url[64];
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    fb_assert((b->multi = curl_multi_init()) != NULL);
    b->headers = curl_slist_append(curl_slist_append(NULL, "content-type: application/json"), "expect:");
    for (unsigned i = 0; i < at_once; i++) {
        fb_assert((b->easy[i] = curl_easy_init()) != NULL);
        curl_easy_setopt(b->easy[i], CURLOPT_URL, url);
        curl_easy_setopt(b->easy[i], CURLOPT_PROXY, "");
        curl_easy_setopt(b->easy[i], CURLOPT_HTTPHEADER, b->headers);
        curl_easy_setopt(b->easy[i], CURLOPT_POSTFIELDSIZE, (long)strlen(body));
        curl_easy_setopt(b->easy[i], CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(b->easy[i], CURLOPT_WRITEFUNCTION, drop);
        fb_assert(curl_multi_add_handle(b->multi, b->easy[i]) == CURLM_OK);
    }
}

static void bare_close(struct bare *b, unsigned at_once)
{
    for (unsigned i = 0; i < at_once; i++) {
        curl_multi_remove_handle(b->multi, b->easy[i]);
        curl_easy_cleanup(b->easy[i]);
    }
    curl_multi_cleanup(b->multi);
    curl_slist_free_all(b->headers);
}

static int64_t post_bare(unsigned port, unsigned at_once, const char *body, int64_t posts)
{
    struct bare b = {.multi = NULL};
    int64_t done = 0, from = bench_now_ns();
    bare_open(&b, port, at_once, body);
    while (done < posts) {
        int running, left;
        const CURLMsg *m;
        fb_assert(curl_multi_perform(b.multi, &running) == CURLM_OK);
        while ((m = curl_multi_info_read(b.multi, &left)) != NULL) {
            CURL *easy = m->easy_handle;
            fb_assert(m->data.result == CURLE_OK);
            done++;
            curl_multi_remove_handle(b.multi, easy);
            fb_assert(curl_multi_add_handle(b.multi, easy) == CURLM_OK);
        }
        fb_assert(curl_multi_poll(b.multi, NULL, 0, POLL_MS, NULL) == CURLM_OK);
    }
    int64_t took = bench_now_ns() - from;
    bare_close(&b, at_once);
    return took / posts;
}

/* ---- both ---- */

void bench_webhook(const char *bin, uint64_t bookings)
{
    static const unsigned at_once[RUNS] = {8, 32};
    struct bench_engine e;
    struct bench_receiver r;
    bench_receiver_open(&r);
    fb_assert(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    bench_outlet_engine(&e, bin, bookings);
    bench_outlet_file(&e, "routes.yaml", "routes:\n  - {name: all, to: [bench]}\n");
    bench_outlet_file(&e, "secret", "whsec_ZmFpcmJhbmstYmVuY2gtc2VjcmV0LW9mLW5vYm9keQ==\n");
    bench_figure("webhook", "events in the feed", (int64_t)bench_outlet_events(&e), "");
    for (unsigned i = 0; i < RUNS; i++) {
        char name[80];
        uint64_t posts = bench_receiver_posts(&r), bytes = bench_receiver_bytes(&r);
        int64_t each_ns = deliver(&e, bin, &r, at_once[i]);
        posts = bench_receiver_posts(&r) - posts;
        bytes = (bench_receiver_bytes(&r) - bytes) / posts;
        char *body = malloc(bytes + 1);
        fb_assert(body != NULL);
        memset(body, 'x', bytes);
        body[bytes] = '\0';
        int64_t bare_ns = post_bare(r.child.port, at_once[i], body, (int64_t)posts);
        free(body);
        snprintf(name, sizeof(name), "bare posts of %u bytes, %u at once", (unsigned)bytes, at_once[i]);
        bench_figure("webhook", name, 1000000000 / bare_ns, "a second");
        snprintf(name, sizeof(name), "of the rate of bare posts, %u at once", at_once[i]);
        bench_figure_decimal("webhook", name, bench_ratio_e3(bare_ns * 100, each_ns), 3, "%");
    }
    bench_figure("webhook", "connections to the receiver, all runs", (int64_t)bench_receiver_connections(&r), "");
    bench_engine_stop(&e);
    bench_receiver_close(&r);
}
