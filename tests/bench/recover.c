/* A store of a year of shifts, as many a day as it takes: how long the engine needs from its start to the first message that
 * it accepts there, in what memory, and how long `fairbank verify` takes. The programs themselves are timed, each in a
 * process of its own. RECOVER=N (tools/bench) sizes it; the promise is of ten million. */
#include "adapters/lib/client.h"
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "engine/turn/receipts/receipts.h"
#include "tests/bench/feed.h"
#include "tests/bench/packs.h"
#include "tests/lib/ports.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 1024, YEAR_DAYS = 364, SHIFTS_A_YEAR = 25, AHEAD_DAYS = 13, STARTS = 3 };

struct recovery {
    const char *bin;
    struct bench_store on;
    uint64_t bookings;
    int64_t entries;
};

/* ---- the store ---- */

/* Each worker has a shift a fortnight, none of which overlap. */
static void pour(struct recovery *r, struct fb_turn *turn, struct bench_feed *f)
{
    fb_day first = fb_day_of(2025, 4, 1);
    uint32_t source = bench_feed_source(turn, (int64_t)first * 86400000);
    fb_turn_listen(turn); /* each day is stated when it is over, as the engine does */
    f->workers = r->bookings / SHIFTS_A_YEAR;
    f->stride = 1;
    f->ahead = AHEAD_DAYS;
    for (uint64_t n = 0; n < r->bookings; n += BATCH) {
        fb_day day = first + (fb_day)(n * YEAR_DAYS / r->bookings);
        int64_t now = ((int64_t)day * 24 + 9) * 3600000;
        bench_feed_fill(f, n, BATCH, source, day);
        fb_assert(fb_turn_run(turn, f->input, BATCH, now, f->answer) == FB_OK);
        fb_assert(f->answer[0].outcome == FB_OUTCOME_ACCEPTED);
        for (bool more = true; more;)
            fb_assert(fb_turn_step(turn, now, &more) == FB_OK);
    }
}

/* Of fb_test_ports, with which the pseudonyms in the store were made numbers. */
static void write_key(const char *folder)
{
    static const unsigned char key[FB_PORTS_KEY_BYTES] = {'f', 'i', 'x', 'e', 'd'};
    char path[48];
    snprintf(path, sizeof(path), "%s/worker.key", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    fb_assert(fd >= 0 && write(fd, key, sizeof(key)) == (ssize_t)sizeof(key) && close(fd) == 0);
}

static void make_store(struct recovery *r)
{
    struct fb_turn *turn = NULL;
    struct bench_packs packs;
    struct fb_turn_stats stats;
    const char *why = NULL;
    char rules[48];
    struct bench_feed *f = bench_feed_open();
    bench_store_open(&r->on);
    write_key(r->on.folder);
    fb_assert(fb_turn_open(&turn, r->on.store, fb_test_ports(), NULL, &why) == FB_OK);
    bench_packs_read(&packs, 0, 0);
    snprintf(rules, sizeof(rules), "%s/rules", r->on.folder);
    bench_packs_write(&packs, rules);
    bench_packs_issue(&packs, turn, (int64_t)fb_day_of(2025, 4, 1) * 86400000);
    bench_packs_free(&packs);
    int64_t from = bench_now_ns();
    pour(r, turn, f);
    fb_turn_stats(turn, &stats);
    r->entries = (int64_t)stats.journal;
    bench_figure("recover", "bookings held", (int64_t)r->bookings, "");
    bench_figure_decimal("recover", "the store was made in", (bench_now_ns() - from) / 1000000, 3, "s");
    bench_figure("recover", "on disk", (int64_t)fb_store_bytes(r->on.store) / (int64_t)r->bookings, "bytes a booking");
    bench_figure("recover", "of the turn's memory", (int64_t)(stats.memory_bytes / r->bookings), "bytes a booking");
    fb_turn_close(&turn);
    fb_store_close(&r->on.store); /* the programs open it now */
    bench_feed_close(&f);
}

/* Of all children that have ended: the clock on the wall says little on a machine that does other work. */
static int64_t children_cpu_ms(void)
{
    struct rusage u;
    fb_assert(getrusage(RUSAGE_CHILDREN, &u) == 0);
    return ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/* ---- verify ---- */

void bench_time_verify(const char *room, const char *bin, const char *folder, int64_t entries, const char *only)
{
    char program[256], name[64];
    const char *what = only == NULL ? "fairbank verify" : "fairbank verify --chain";
    snprintf(program, sizeof(program), "%s/fairbank", bin);
    int status = 1;
    int64_t from = bench_now_ns(), cpu = children_cpu_ms();
    pid_t child = fork();
    fb_assert(child >= 0);
    if (child == 0) {
        fb_assert(freopen("/dev/null", "w", stdout) != NULL);
        execl(program, program, "verify", "--data", folder, only, (char *)NULL);
        _exit(127);
    }
    fb_assert(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    int64_t took = bench_now_ns() - from;
    snprintf(name, sizeof(name), "%s, a million entries", what);
    bench_figure_decimal(room, name, took / entries, 3, "s");
    snprintf(name, sizeof(name), "%s, the processor", what);
    bench_figure_decimal(room, name, (children_cpu_ms() - cpu) * 1000000 / entries, 3, "s");
}

/* ---- start to the first message accepted ---- */

static pid_t engine_start(const struct recovery *r)
{
    char program[256], packs[256], log[48];
    pid_t child = fork();
    fb_assert(child >= 0);
    if (child > 0)
        return child;
    snprintf(program, sizeof(program), "%s/fairbankd", r->bin);
    snprintf(packs, sizeof(packs), "packs=[%s/rules/england, %s/rules/thames-valley]", r->on.folder, r->on.folder);
    snprintf(log, sizeof(log), "%s.log", r->on.folder);
    fb_assert(freopen(log, "a", stderr) != NULL);
    execl(program, program, "--data", r->on.folder, "--set", packs, (char *)NULL);
    _exit(127);
}

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    bool *accepted = ctx;
    (void)tag;
    *accepted = answer->outcome == FB_OUTCOME_ACCEPTED;
}

/* A publisher that has waited at the door all the time. */
static void publish_one(const struct recovery *r, uint64_t n)
{
    static struct bench_texts texts;
    static struct fb_record record;
    struct fb_client *client = NULL;
    bool accepted = false;
    char door[64];
    snprintf(door, sizeof(door), "ipc://%s/door.sock", r->on.folder);
    struct fb_client_options o = {.endpoint = door, .answered = on_answer, .ctx = &accepted};
    o.hello.source = (struct fb_source){.name = fb_span_of("bench"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = 1024,
                                        .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    o.hello.adapter = fb_span_of("bench");
    fb_assert(fb_client_open(&client, &o) == FB_OK);
    while (fb_client_state(client) != FB_CLIENT_WELCOME)
        fb_assert(fb_client_poll(client, 20) == FB_OK);
    bench_booking_ahead(n, fb_span_of("bench"), fb_day_of(2026, 4, 1), AHEAD_DAYS, &texts, &record);
    fb_assert(fb_client_publish(client, &record, n) == FB_OK);
    while (!accepted)
        fb_assert(fb_client_poll(client, 20) == FB_OK);
    fb_client_close(&client);
}

static int64_t kibibytes(pid_t pid, const char *label)
{
    char path[64], line[256];
    int64_t n = -1;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, label, strlen(label)) == 0)
            n = strtoll(line + strlen(label), NULL, 10);
    if (f != NULL)
        fclose(f);
    return n;
}

static void time_starts(const struct recovery *r)
{
    int64_t took[STARTS], memory = 0, cpu = children_cpu_ms();
    for (unsigned i = 0; i < STARTS; i++) {
        int64_t from = bench_now_ns();
        pid_t engine = engine_start(r);
        publish_one(r, r->bookings + i);
        took[i] = (bench_now_ns() - from) / 1000000;
        memory = kibibytes(engine, "RssAnon:");
        (void)kill(engine, SIGKILL); /* the next one recovers */
        (void)waitpid(engine, NULL, 0);
    }
    bench_figure_runs("recover", "kill -9, start, first message accepted", took, STARTS, 3, "s");
    bench_figure_decimal("recover", "of that, the processor", (children_cpu_ms() - cpu) / STARTS, 3, "s");
    bench_figure("recover", "anonymous memory", memory * 1024 / (int64_t)r->bookings, "bytes a booking");
}

void bench_recover(const char *bin, uint64_t bookings)
{
    struct recovery r = {.bin = bin, .bookings = bookings / BATCH * BATCH};
    make_store(&r);
    bench_time_verify("recover", bin, r.on.folder, r.entries, "--chain");
    bench_time_verify("recover", bin, r.on.folder, r.entries, NULL);
    time_starts(&r);
    fprintf(stderr, "  (the folder is %s)\n", r.on.folder);
}
