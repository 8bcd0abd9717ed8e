/* fairbank-allocate between a system that posts, or is polled, and an engine: each post is answered when its records are durable in the
 * engine, each polled duty is fetched by itself. The systems stand on this machine and answer at once. */
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/outlet.h"
#include "tests/bench/portal.h"
#include <curl/curl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 48, BODY_BYTES = 600, POLL_MS = 20, READY_TRIES = 500 };

static void configure(const struct bench_engine *e, const char *name, const char *more, char *config, size_t size)
{
    char text[1400], file[40];
    snprintf(text, sizeof(text), "%s/%s", e->folder, name);
    fb_assert(mkdir(text, 0700) == 0);
    snprintf(text, sizeof(text),
             "source: {name: %s, trust: RTH, system: roster, sends: [cascades]}\nhirer: RTH\nengine: \"%s\"\nstate: %s/%s\nworker_key: %s/worker\n"
             "words: {grade: {Band 5: \"5\"}, staff_group: {Nursing: nursing_midwifery}}\nrates: {basic: plain}\n%s",
             name, e->door, e->folder, name, e->folder, more);
    snprintf(file, sizeof(file), "%s.yaml", name);
    bench_outlet_file(e, file, text);
    snprintf(config, size, "%s/%s", e->folder, file);
}

/* ---- posts ---- */

static pid_t listen_start(const struct bench_engine *e, const char *bin, const char *config, char *url, size_t size)
{
    char program[256], out[96], line[200] = "";
    snprintf(program, sizeof(program), "%s/fairbank-allocate", bin);
    snprintf(out, sizeof(out), "%s/listen.out", e->folder);
    pid_t pid = fork();
    fb_assert(pid >= 0);
    if (pid == 0) {
        fb_assert(freopen(out, "w", stdout) != NULL && freopen(e->log, "a", stderr) != NULL);
        execl(program, program, "listen", "--quiet", "--config", config, (char *)NULL);
        _exit(127);
    }
    for (unsigned i = 0; strncmp(line, "listening at ", 13) != 0 || strchr(line, '\n') == NULL; i++) {
        fb_assert(i < READY_TRIES);
        nanosleep(&(struct timespec){0, 20000000}, NULL);
        FILE *f = fopen(out, "r");
        if (f != NULL && fgets(line, sizeof(line), f) == NULL)
            line[0] = '\0';
        if (f != NULL)
            fclose(f);
    }
    line[strcspn(line, "\n")] = '\0';
    snprintf(url, size, "%sevents", line + 13);
    return pid;
}

struct post {
    uint64_t n;
    char body[BODY_BYTES];
};
struct posts {
    uint64_t done, again; /* again: not taken yet, so said again */
};

static void event(struct post *p, uint64_t n)
{
    snprintf(p->body, sizeof(p->body),
             "{\"eventType\":\"DutySend\",\"destination\":\"bank\",\"timeStamp\":\"2026-03-%02uT08:%02u:%02uZ\",\"duty\":{\"id\":\"D%llu\",\"when\":{\"planned\":{\"from\":"
             "\"2026-04-%02uT07:30:00Z\",\"to\":\"2026-04-%02uT20:00:00Z\",\"restTime\":60}},\"where\":{\"unitCode\":\"Ward 7A\"},\"requirements\":{\"gradeRequirement\":"
             "{\"grade\":\"Band 5\",\"gradeTypeCategory\":\"Nursing\"}}}}",
             (unsigned)(1 + n % 28), (unsigned)(n / 28 % 60), (unsigned)(n / 1680 % 60), (unsigned long long)n, (unsigned)(1 + n % 28), (unsigned)(1 + n % 28));
}

static size_t drop(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * n;
}

static void post_next(CURLM *multi, CURL *easy, struct post *p, uint64_t n)
{
    p->n = n;
    event(p, n);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(p->body));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, p->body);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, p);
    fb_assert(curl_multi_add_handle(multi, easy) == CURLM_OK);
}

static struct posts post_all(const char *url, struct curl_slist *headers, uint64_t events)
{
    static struct post post[AT_ONCE];
    CURLM *multi = curl_multi_init();
    CURL *easy[AT_ONCE];
    struct posts posts = {0, 0};
    uint64_t next = 0;
    for (unsigned i = 0; i < AT_ONCE; i++) {
        fb_assert((easy[i] = curl_easy_init()) != NULL);
        curl_easy_setopt(easy[i], CURLOPT_URL, url);
        curl_easy_setopt(easy[i], CURLOPT_PROXY, "");
        curl_easy_setopt(easy[i], CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy[i], CURLOPT_WRITEFUNCTION, drop);
        post_next(multi, easy[i], &post[i], next++);
    }
    while (posts.done < events) {
        int running, left;
        const CURLMsg *m;
        fb_assert(curl_multi_perform(multi, &running) == CURLM_OK);
        while ((m = curl_multi_info_read(multi, &left)) != NULL) {
            CURL *of = m->easy_handle;
            struct post *p = NULL;
            long status = 0;
            curl_easy_getinfo(of, CURLINFO_RESPONSE_CODE, &status);
            curl_easy_getinfo(of, CURLINFO_PRIVATE, (char **)&p);
            fb_assert(status == 200 || status == 503);
            posts.done += status == 200;
            posts.again += status == 503;
            curl_multi_remove_handle(multi, of);
            if (status == 503)
                post_next(multi, of, p, p->n);
            else if (next < events)
                post_next(multi, of, p, next++);
        }
        fb_assert(curl_multi_poll(multi, NULL, 0, POLL_MS, NULL) == CURLM_OK);
    }
    for (unsigned i = 0; i < AT_ONCE; i++)
        curl_easy_cleanup(easy[i]);
    curl_multi_cleanup(multi);
    return posts;
}

static void posted(const struct bench_engine *e, const char *bin, uint64_t events)
{
    char more[160], config[128], url[256], name[80];
    snprintf(more, sizeof(more), "listen: {port: 0, secret: %s/secret}\n", e->folder);
    configure(e, "posted", more, config, sizeof(config));
    pid_t pid = listen_start(e, bin, config, url, sizeof(url));
    struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "X-Fairbank-Secret: 0123456789abcdef-bench"), "expect:");
    (void)post_all(url, headers, AT_ONCE); /* the engine may not have been met yet */
    int64_t from = bench_now_ns();
    struct posts posts = post_all(url, headers, events);
    int64_t took = bench_now_ns() - from;
    snprintf(name, sizeof(name), "events by HTTP, durable when answered, %d at once", AT_ONCE);
    bench_figure("allocate", name, (int64_t)events * 1000000000 / took, "a second");
    bench_figure("allocate", "of them answered 503 first, and said again", (int64_t)posts.again, "");
    curl_slist_free_all(headers);
    kill(pid, SIGTERM);
    (void)waitpid(pid, NULL, 0);
}

/* ---- polled ---- */

static void polled(const struct bench_engine *e, const char *bin, unsigned duties)
{
    char more[256], config[128], program[256];
    const char *const argv[] = {program, "poll", "--once", "--quiet", "--config", config, NULL};
    struct bench_portal p;
    bench_portal_open(&p, duties);
    snprintf(more, sizeof(more), "poll: {url: \"http://127.0.0.1:%u\", version: v1, trust_code: RTH, token: %s/secret, page_size: 100, from: \"2026-02-01T00:00Z\"}\n", p.child.port,
             e->folder);
    configure(e, "polled", more, config, sizeof(config));
    snprintf(program, sizeof(program), "%s/fairbank-allocate", bin);
    struct bench_ran ran = bench_outlet_run(e, argv);
    fb_assert(ran.status == 0 && bench_portal_duties(&p) >= duties);
    bench_figure("allocate", "duties polled, each fetched by itself, durable", (int64_t)duties * 1000000000 / ran.wall_ns, "a second");
    bench_figure("allocate", "pages of 100 events read for them, all passes", (int64_t)bench_portal_pages(&p), "");
    bench_figure_decimal("allocate", "processor time of the adapter", ran.cpu_ns / duties, 3, "us a duty");
    uint64_t pages = bench_portal_pages(&p);
    ran = bench_outlet_run(e, argv); /* nothing is new: only pages are read, those within the overlap */
    pages = bench_portal_pages(&p) - pages;
    fb_assert(ran.status == 0 && pages > 0);
    bench_figure("allocate", "pages read by a round with nothing new", (int64_t)pages, "");
    bench_figure_decimal("allocate", "such a round, from its start to its end", ran.wall_ns / 1000000, 3, "s");
    bench_portal_close(&p);
}

void bench_allocate(const char *bin, uint64_t events)
{
    static const char *const setting[] = {NULL};
    struct bench_engine e;
    fb_assert(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    bench_engine_open(&e);
    bench_engine_start(&e, bin, setting);
    bench_outlet_file(&e, "secret", "0123456789abcdef-bench\n");
    bench_outlet_file(&e, "worker", "a key of a bench, which protects nobody at all\n");
    posted(&e, bin, events);
    polled(&e, bin, (unsigned)events / 4);
    bench_engine_stop(&e);
}
