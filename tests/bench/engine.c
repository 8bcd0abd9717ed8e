#include "tests/bench/engine.h"
#include "engine/base/check.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READY_TRIES = 600, ARGUMENTS = 2 * BENCH_SETTINGS_MAX + 4 };

static void name_all(struct bench_engine *e)
{
    snprintf(e->log, sizeof(e->log), "%s.log", e->folder);
    snprintf(e->door, sizeof(e->door), "ipc://%s/door.sock", e->folder);
    snprintf(e->feed, sizeof(e->feed), "ipc://%s/feed.sock", e->folder);
}

void bench_engine_open(struct bench_engine *e)
{
    *e = (struct bench_engine){.folder = "build/bench-XXXXXX"};
    fb_assert(mkdtemp(e->folder) != NULL);
    name_all(e);
}

bool bench_engine_open_unsynced(struct bench_engine *e)
{
    *e = (struct bench_engine){.folder = "/dev/shm/fairbank-bench-XXXXXX"};
    if (mkdtemp(e->folder) == NULL)
        return false;
    name_all(e);
    return true;
}

void bench_engine_forget(const struct bench_engine *e)
{
    pid_t child = fork();
    fb_assert(child >= 0);
    if (child == 0) {
        execlp("rm", "rm", "-rf", e->folder, e->log, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(child, NULL, 0);
}

/* execv takes arguments that it does not change, and says otherwise. */
static void become(const struct bench_engine *e, const char *bin, const char *const *setting)
{
    char program[256], text[ARGUMENTS][256], *argv[ARGUMENTS];
    unsigned n = 0;
    snprintf(program, sizeof(program), "%s/fairbankd", bin);
    snprintf(text[n++], sizeof(text[0]), "%s", program);
    snprintf(text[n++], sizeof(text[0]), "--data");
    snprintf(text[n++], sizeof(text[0]), "%s", e->folder);
    for (unsigned i = 0; setting[i] != NULL; i++) {
        fb_assert(i < BENCH_SETTINGS_MAX);
        snprintf(text[n++], sizeof(text[0]), "--set");
        snprintf(text[n++], sizeof(text[0]), "%s", setting[i]);
    }
    for (unsigned i = 0; i < n; i++)
        argv[i] = text[i];
    argv[n] = NULL;
    fb_assert(freopen(e->log, "a", stderr) != NULL);
    execv(program, argv);
    _exit(127);
}

void bench_engine_start(struct bench_engine *e, const char *bin, const char *const *setting)
{
    char ready[96];
    snprintf(ready, sizeof(ready), "%s/ready", e->folder);
    e->pid = fork();
    fb_assert(e->pid >= 0);
    if (e->pid == 0)
        become(e, bin, setting);
    for (unsigned i = 0; access(ready, R_OK) != 0; i++) {
        fb_assert(i < READY_TRIES);
        nanosleep(&(struct timespec){0, 50000000}, NULL);
    }
}

void bench_engine_stop(struct bench_engine *e)
{
    kill(e->pid, SIGTERM);
    (void)waitpid(e->pid, NULL, 0);
}

int64_t bench_engine_cpu_ns(const struct bench_engine *e)
{
    clockid_t clock;
    struct timespec t;
    fb_assert(clock_getcpuclockid(e->pid, &clock) == 0 && clock_gettime(clock, &t) == 0);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
