/* The whole road: publishers -> sockets -> fairbankd -> disk -> answers, with the engine as a process of its own. */
#include "adapters/lib/client.h"
#include "engine/base/check.h"
#include "engine/turn/report.h"
#include "tests/bench/bench.h"
#include "tests/bench/packs.h"
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 8, LATENCY_A_SECOND = 2000, LATENCY_SECONDS = 5 };

struct engine {
    const char *bin;
    char folder[64], door[128], log[96];
    pid_t pid;
};
struct publisher {
    struct fb_client *client;
    char name[16];
    uint64_t next, last, answered;
    unsigned stride; /* from one of its bookings to the next one */
    int64_t *sent_ns, *latency_ns; /* by tag - first, when latency is taken */
    uint64_t first;
};

static void engine_start(struct engine *e)
{
    e->pid = fork();
    fb_assert(e->pid >= 0);
    if (e->pid == 0) {
        char program[256], packs[256];
        snprintf(program, sizeof(program), "%s/fairbankd", e->bin);
        snprintf(packs, sizeof(packs), "packs=[%s/rules/england, %s/rules/thames-valley]", e->folder, e->folder);
        fb_assert(freopen(e->log, "a", stderr) != NULL);
        execl(program, program, "--data", e->folder, "--set", packs, (char *)NULL);
        _exit(127);
    }
}

static void engine_end(struct engine *e, int how)
{
    kill(e->pid, how);
    (void)waitpid(e->pid, NULL, 0);
}

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    struct publisher *p = ctx;
    (void)answer;
    p->answered++;
    if (p->latency_ns != NULL)
        p->latency_ns[tag - p->first] = bench_now_ns() - p->sent_ns[tag - p->first];
}

static void publisher_open(struct publisher *p, const struct engine *e, unsigned n, uint64_t first, uint64_t count, unsigned window)
{
    *p = (struct publisher){.next = first, .last = first + count, .first = first, .stride = 1};
    snprintf(p->name, sizeof(p->name), "bench-%u", n);
    struct fb_client_options o = {.endpoint = e->door, .answered = on_answer, .ctx = p};
    o.hello.source = (struct fb_source){.name = fb_span_of(p->name), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = window,
                                        .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    o.hello.adapter = fb_span_of("bench");
    fb_assert(fb_client_open(&p->client, &o) == FB_OK);
    while (fb_client_state(p->client) != FB_CLIENT_WELCOME)
        fb_assert(fb_client_poll(p->client, 20) == FB_OK);
}

static void publish_some(struct publisher *p, unsigned in_flight)
{
    static struct bench_texts texts;
    static struct fb_record record;
    while (p->next < p->last && fb_client_outstanding(p->client) < in_flight) {
        bench_booking(p->next, fb_span_of(p->name), &texts, &record);
        if (p->sent_ns != NULL)
            p->sent_ns[p->next - p->first] = bench_now_ns();
        if (fb_client_publish(p->client, &record, p->next) != FB_OK)
            break;
        p->next += p->stride;
    }
}

/* Sends count bookings through n publishers with so many in flight each; returns what it took. They share the days, as the
 * systems of several trusts do: each sends its part of every day, all at the same pace. */
static int64_t pour(const struct engine *e, uint64_t first, uint64_t count, unsigned n, unsigned in_flight)
{
    struct publisher p[CLIENTS_MAX];
    for (unsigned i = 0; i < n; i++) {
        publisher_open(&p[i], e, i, first + i, count / n * n - i, in_flight);
        p[i].stride = n;
    }
    int64_t from = bench_now_ns();
    for (uint64_t done = 0; done < count / n * n;) {
        done = 0;
        for (unsigned i = 0; i < n; i++) {
            publish_some(&p[i], in_flight);
            fb_assert(fb_client_poll(p[i].client, n == 1 && fb_client_outstanding(p[i].client) >= in_flight ? 1 : 0) == FB_OK);
            done += p[i].answered;
        }
    }
    int64_t took = bench_now_ns() - from;
    for (unsigned i = 0; i < n; i++)
        fb_client_close(&p[i].client);
    return took;
}

static void latency_open(struct publisher *p, uint64_t count)
{
    p->sent_ns = calloc(count, sizeof(int64_t));
    p->latency_ns = calloc(count, sizeof(int64_t));
    fb_assert(p->sent_ns != NULL && p->latency_ns != NULL);
}

static void latency_close(struct publisher *p, uint64_t count, const char *what)
{
    static const unsigned per_mille[] = {500, 990, 1000};
    static const char *const words[] = {"p50", "p99", "worst"};
    for (unsigned i = 0; i < 3; i++) {
        char name[128];
        snprintf(name, sizeof(name), "accept to answer, %s, %s", what, words[i]);
        bench_figure_decimal("sockets", name, bench_quantile(p->latency_ns, count, per_mille[i]) / 1000, 3, "ms");
    }
    free(p->sent_ns);
    free(p->latency_ns);
}

/* One publisher that always has so many in flight: what comes through, and what one message waits. */
static void depth(const struct engine *e, uint64_t first, uint64_t count, unsigned in_flight)
{
    struct publisher p;
    char name[80];
    publisher_open(&p, e, 0, first, count, in_flight);
    latency_open(&p, count);
    int64_t from = bench_now_ns();
    while (p.answered < count) {
        publish_some(&p, in_flight);
        fb_assert(fb_client_poll(p.client, fb_client_outstanding(p.client) >= in_flight ? 1 : 0) == FB_OK);
    }
    int64_t took = bench_now_ns() - from;
    snprintf(name, sizeof(name), "durable bookings, 1 publisher, %u in flight", in_flight);
    bench_figure("sockets", name, (int64_t)count * 1000000000 / took, "a second");
    snprintf(name, sizeof(name), "%u in flight", in_flight);
    latency_close(&p, count, name);
    fb_client_close(&p.client);
}

/* Paced at 2,000 a second: what one message waits from the publisher's send to its durable answer. */
static void latency(const struct engine *e, uint64_t first, const char *what)
{
    uint64_t count = (uint64_t)LATENCY_A_SECOND * LATENCY_SECONDS;
    struct publisher p;
    static struct bench_texts texts;
    static struct fb_record record;
    publisher_open(&p, e, 0, first, count, 512);
    latency_open(&p, count);
    int64_t from = bench_now_ns();
    while (p.answered < count) {
        int64_t due = (bench_now_ns() - from) * LATENCY_A_SECOND / 1000000000;
        while (p.next < p.last && (int64_t)(p.next - first) <= due) {
            bench_booking(p.next, fb_span_of(p.name), &texts, &record);
            p.sent_ns[p.next - first] = bench_now_ns();
            if (fb_client_publish(p.client, &record, p.next) != FB_OK)
                break;
            p.next++;
        }
        fb_assert(fb_client_poll(p.client, 0) == FB_OK);
        nanosleep(&(struct timespec){0, 50000}, NULL); /* the machine is shared with the engine: do not burn its core */
    }
    latency_close(&p, count, what);
    fb_client_close(&p.client);
}

/* ---- while a new issue is applied ---- */

/* How far it has been applied, read beside the running engine. */
static struct fb_reprice_state applied(const struct engine *e)
{
    struct fb_reprice_state state = {.issue = 0};
    struct fb_store *store = NULL;
    fb_assert(fb_store_open(&store, e->folder, &(struct fb_store_options){.read_only = true}, NULL) == FB_OK);
    fb_assert(fb_report_reprice(store, &state) == FB_OK);
    fb_store_close(&store);
    return state;
}

static void write_packs(const struct engine *e, unsigned pennies)
{
    struct bench_packs packs;
    char folder[80];
    snprintf(folder, sizeof(folder), "%s/rules", e->folder);
    bench_packs_read(&packs, pennies, 0);
    bench_packs_write(&packs, folder);
    bench_packs_free(&packs);
}

/* A penny an hour more, for every booking held; meanwhile the same pace as before it. */
static void latency_while_repricing(const struct engine *e, uint64_t first)
{
    write_packs(e, 1);
    uint32_t issue = applied(e).issue;
    fb_assert(kill(e->pid, SIGHUP) == 0);
    while (applied(e).issue == issue)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    int64_t from = bench_now_ns();
    latency(e, first, "while re-pricing");
    struct fb_reprice_state state = applied(e);
    int64_t took = bench_now_ns() - from;
    bench_figure("sockets", "bookings to judge again", (int64_t)state.of, "");
    bench_figure_decimal("sockets", "of them judged again meanwhile", bench_ratio_e3((int64_t)state.done * 100, (int64_t)state.of), 3, "%");
    bench_figure("sockets", "judged again beside 2,000 messages a second", (int64_t)state.done * 1000000000 / took, "a second, at least");
    while (state.done < state.of) {
        nanosleep(&(struct timespec){0, 20000000}, NULL);
        state = applied(e);
    }
    bench_figure_decimal("sockets", "issue to the last booking", (bench_now_ns() - from) / 1000000, 3, "s");
}

/* ---- while a backup is made ---- */

/* The messages are paced for five seconds from its beginning; how much of them it takes is told beside. */
static void latency_while_backing_up(const struct engine *e, uint64_t first)
{
    char to[80], program[256], path[128];
    snprintf(to, sizeof(to), "%s-backup", e->folder);
    snprintf(program, sizeof(program), "%s/fairbank", e->bin);
    int64_t from = bench_now_ns();
    pid_t backup = fork();
    fb_assert(backup >= 0);
    if (backup == 0) {
        fb_assert(freopen("/dev/null", "w", stdout) != NULL);
        execl(program, program, "backup", "--data", e->folder, "--to", to, (char *)NULL);
        _exit(127);
    }
    int status = 1;
    latency(e, first, "while a backup is made");
    bool short_of_it = waitpid(backup, &status, WNOHANG) == 0;
    if (short_of_it)
        (void)waitpid(backup, &status, 0);
    fb_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (short_of_it)
        bench_figure_decimal("sockets", "backup, copied and every row read back", (bench_now_ns() - from) / 1000000, 3, "s");
    else
        bench_figure("sockets", "backup, copied and every row read back, took at most", LATENCY_SECONDS, "s");
    static const char *const files[] = {"data.mdb", "manifest.json"};
    for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", to, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(to);
}

static int64_t proc_number(pid_t pid, const char *file, const char *label)
{
    char path[64], line[256];
    int64_t n = -1;
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, label, strlen(label)) == 0)
            n = strtoll(line + strlen(label), NULL, 10);
    if (f != NULL)
        fclose(f);
    return n;
}

/* CPU time of each thread of the engine, in clock ticks, by name: of a core's time, and of each booking's. What else the
 * machine does meanwhile changes the rate above all, and these much less. */
static void cpu_split(pid_t pid, int64_t wall_ns, uint64_t bookings)
{
    char path[64], line[512], name[64], figure[80];
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    for (struct dirent *t; d != NULL && (t = readdir(d)) != NULL;) {
        snprintf(path, sizeof(path), "/proc/%d/task/%.16s/stat", (int)pid, t->d_name);
        FILE *f = t->d_name[0] != '.' ? fopen(path, "r") : NULL;
        if (f == NULL)
            continue;
        char *p = fgets(line, sizeof(line), f) != NULL ? strrchr(line, ')') : NULL;
        fclose(f);
        if (p == NULL)
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)(p - strchr(line, '(') - 1), strchr(line, '(') + 1);
        int64_t ticks = 0;
        for (int field = 3; p != NULL && field <= 15; field++) { /* 14 user, 15 system */
            p = strchr(p + 1, ' ');
            if (p != NULL && field >= 14)
                ticks += strtoll(p + 1, NULL, 10);
        }
        int64_t ms = ticks * 1000 / sysconf(_SC_CLK_TCK);
        if (ms <= 50)
            continue;
        snprintf(figure, sizeof(figure), "CPU of thread %.20s, share of a core", name);
        bench_figure_decimal("sockets", figure, ms * 1000000 * 1000 / wall_ns, 1, "%");
        snprintf(figure, sizeof(figure), "CPU of thread %.20s, a booking", name);
        bench_figure_decimal("sockets", figure, ms * 1000000 / (int64_t)bookings, 3, "us");
    }
    if (d != NULL)
        closedir(d);
}

static void recover(struct engine *e, uint64_t next)
{
    engine_end(e, SIGKILL);
    int64_t from = bench_now_ns();
    engine_start(e);
    (void)pour(e, next, 1, 1, 1);
    bench_figure_decimal("sockets", "kill -9, restart, first message accepted", (bench_now_ns() - from) / 1000000, 3, "s");
}

static void engine_new(struct engine *e, const char *bin)
{
    *e = (struct engine){.bin = bin, .folder = "build/bench-XXXXXX"};
    fb_assert(mkdtemp(e->folder) != NULL);
    snprintf(e->door, sizeof(e->door), "ipc://%s/door.sock", e->folder);
    snprintf(e->log, sizeof(e->log), "%s.log", e->folder);
    write_packs(e, 0);
    engine_start(e);
}

/* Four publishers that never wait for each other: the most that comes through. */
static void flood(const struct engine *e, uint64_t first, uint64_t bookings)
{
    int64_t cpu = bench_cpu_ns(), took = pour(e, first, bookings, 4, 1024);
    cpu = bench_cpu_ns() - cpu;
    bench_figure("sockets", "durable, a year of 40,000 workers, 4 publishers of 1,024",
                 (int64_t)bookings * 1000000000 / took, "a second");
    bench_figure_decimal("sockets", "CPU of the publishers, a booking", cpu / (int64_t)bookings, 3, "us");
    cpu_split(e->pid, took, bookings);
}

void bench_flood(const char *bin, uint64_t bookings)
{
    struct engine e;
    engine_new(&e, bin);
    flood(&e, 0, bookings - bookings % 4);
    engine_end(&e, SIGTERM);
}

void bench_sockets(const char *bin, uint64_t bookings)
{
    static const unsigned in_flight[] = {1, 64, 256, 1024};
    struct engine e;
    uint64_t next = 0;
    engine_new(&e, bin);
    for (unsigned i = 0; i < sizeof(in_flight) / sizeof(in_flight[0]); i++) {
        uint64_t n = in_flight[i] == 1 ? 2000 : in_flight[i] < 256 ? bookings / 20 : bookings / 8;
        depth(&e, next, n, in_flight[i]);
        next += n;
    }
    latency(&e, next, "at 2,000 a second");
    next += (uint64_t)LATENCY_A_SECOND * LATENCY_SECONDS;
    engine_end(&e, SIGTERM);
    engine_start(&e);
    uint64_t rest = bookings > next ? bookings - next : bookings / 2;
    rest -= rest % 4;
    flood(&e, next, rest);
    next += rest;
    bench_figure("sockets", "bookings held", (int64_t)next, "");
    bench_figure("sockets", "anonymous memory of the engine", proc_number(e.pid, "status", "RssAnon:") / 1024, "MiB");
    bench_figure("sockets", "anonymous memory", proc_number(e.pid, "status", "RssAnon:") * 1024 / (int64_t)next, "bytes a booking");
    latency(&e, next, "all held, nothing else to do");
    next += (uint64_t)LATENCY_A_SECOND * LATENCY_SECONDS;
    latency_while_backing_up(&e, next);
    next += (uint64_t)LATENCY_A_SECOND * LATENCY_SECONDS;
    latency_while_repricing(&e, next);
    next += (uint64_t)LATENCY_A_SECOND * LATENCY_SECONDS;
    recover(&e, next);
    engine_end(&e, SIGTERM);
    fprintf(stderr, "  (the engine's folder is %s; its log %s)\n", e.folder, e.log);
}
