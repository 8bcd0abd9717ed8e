#include "tests/bench/engine.h"
#include "engine/base/check.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READY_TRIES = 600, UTIME_FIELD = 14, ARGUMENTS = 2 * BENCH_SETTINGS_MAX + 4 };

void bench_engine_open(struct bench_engine *e)
{
    *e = (struct bench_engine){.folder = "build/bench-XXXXXX"};
    fb_assert(mkdtemp(e->folder) != NULL);
    snprintf(e->log, sizeof(e->log), "%s.log", e->folder);
    snprintf(e->door, sizeof(e->door), "ipc://%s/door.sock", e->folder);
    snprintf(e->feed, sizeof(e->feed), "ipc://%s/feed.sock", e->folder);
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

/* The fields of the line are counted after the name, which may have anything in it. */
int64_t bench_engine_cpu_ns(const struct bench_engine *e)
{
    char path[64], line[1024];
    int64_t ticks = 0;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)e->pid);
    FILE *f = fopen(path, "r");
    char *p = f != NULL && fgets(line, sizeof(line), f) != NULL ? strrchr(line, ')') : NULL;
    if (f != NULL)
        fclose(f);
    for (int field = 3; p != NULL && field <= UTIME_FIELD + 1; field++) {
        p = strchr(p + 1, ' ');
        if (p != NULL && field >= UTIME_FIELD)
            ticks += strtoll(p + 1, NULL, 10);
    }
    return ticks * (1000000000 / sysconf(_SC_CLK_TCK));
}
