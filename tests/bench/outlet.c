#include "tests/bench/outlet.h"
#include "adapters/lib/client.h"
#include "adapters/lib/feed.h"
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/packs.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WINDOW = 1024, ASK_MS = 5000 };

/* ---- the events ---- */

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    (void)tag;
    fb_assert(answer->reason == FB_REASON_NONE);
    ++*(uint64_t *)ctx;
}

static void pour(const struct bench_engine *e, uint64_t bookings)
{
    static struct bench_texts texts;
    static struct fb_record record;
    struct fb_client *client = NULL;
    uint64_t answered = 0, next = 0;
    struct fb_client_options o = {.endpoint = e->door, .answered = on_answer, .ctx = &answered};
    o.hello.source = (struct fb_source){.name = fb_span_of("bench-outlet"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = WINDOW,
                                        .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    o.hello.adapter = fb_span_of("bench");
    fb_assert(fb_client_open(&client, &o) == FB_OK);
    while (answered < bookings) {
        while (fb_client_state(client) == FB_CLIENT_WELCOME && next < bookings && fb_client_outstanding(client) < WINDOW) {
            bench_booking(next, fb_span_of("bench-outlet"), &texts, &record);
            if (fb_client_publish(client, &record, next) != FB_OK)
                break;
            next++;
        }
        fb_assert(fb_client_poll(client, 1) == FB_OK);
    }
    fb_client_close(&client);
}

void bench_outlet_engine(struct bench_engine *e, const char *bin, uint64_t bookings)
{
    struct bench_packs packs;
    char folder[80], setting_packs[256];
    const char *const setting[] = {setting_packs, NULL};
    bench_engine_open(e);
    snprintf(folder, sizeof(folder), "%s/rules", e->folder);
    snprintf(setting_packs, sizeof(setting_packs), "packs=[%s/england, %s/thames-valley]", folder, folder);
    bench_packs_read(&packs, 0, 0);
    bench_packs_write(&packs, folder);
    bench_packs_free(&packs);
    bench_engine_start(e, bin, setting);
    pour(e, bookings);
}

uint64_t bench_outlet_events(const struct bench_engine *e)
{
    struct fb_feed_client *feed = NULL;
    struct fb_feed_page page;
    struct fb_feed_ask ask = {.cursor = fb_span_of("bench-head"), .limit = 1};
    fb_assert(fb_feed_open(&feed, e->feed) == FB_OK && fb_feed_next(feed, &ask, ASK_MS, &page) == FB_OK);
    uint64_t head = page.head;
    fb_feed_close(&feed);
    return head;
}

/* ---- the programs ---- */

void bench_outlet_file(const struct bench_engine *e, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof(path), "%s/%s", e->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t n = strlen(text);
    fb_assert(fd >= 0 && write(fd, text, n) == (ssize_t)n && close(fd) == 0);
}

static int64_t cpu_of_children(void)
{
    struct rusage r;
    fb_assert(getrusage(RUSAGE_CHILDREN, &r) == 0);
    return ((int64_t)r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000000 + ((int64_t)r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1000;
}

struct bench_ran bench_outlet_run(const struct bench_engine *e, const char *const *argv)
{
    int status = 0;
    int64_t from = bench_now_ns(), cpu = cpu_of_children();
    pid_t pid = fork();
    fb_assert(pid >= 0);
    if (pid == 0) {
        fb_assert(freopen(e->log, "a", stdout) != NULL && freopen(e->log, "a", stderr) != NULL);
        execv(argv[0], (char *const *)(uintptr_t)argv); /* it does not change them, and says otherwise */
        _exit(127);
    }
    fb_assert(waitpid(pid, &status, 0) == pid);
    return (struct bench_ran){bench_now_ns() - from, cpu_of_children() - cpu, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}
