#include "engine/base/check.h"
#include "tests/sim/seed.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MAX = 64 };
_Static_assert(sizeof(struct sim_report) <= _POSIX_PIPE_BUF * 4, "a report goes through a pipe in one piece (Linux: 4096 bytes)");

uint64_t sim_seeds_at(const struct sim_seeds *s, uint64_t i)
{
    return i < s->n_kept ? s->kept[i] : s->first + (i - s->n_kept);
}

/* What a process leaves for the others to find: which seed it is at, and in the end what it met. */
struct left {
    uint64_t seed;
    bool done;
    struct sim_met met;
};
struct jobs {
    const struct sim_rules *rules;
    const struct sim_seeds *seeds;
    unsigned n;
    FILE *left; /* of each process, one after another */
    int to, from;
    pid_t pid[JOBS_MAX];
};

static void leave(const struct jobs *j, unsigned job, const struct left *l)
{
    fb_assert(pwrite(fileno(j->left), l, sizeof *l, (off_t)(job * sizeof *l)) == (ssize_t)sizeof *l);
}

/* One process: every n-th seed. */
static void work(const struct jobs *j, unsigned job, const struct sim_met *met)
{
    static struct left left;
    static struct sim_report report;
    left.met = *met;
    for (uint64_t i = job; i < j->seeds->n_kept + j->seeds->count; i += j->n) {
        left.seed = sim_seeds_at(j->seeds, i);
        leave(j, job, &left);
        sim_seed_run(j->rules, left.seed, j->seeds->wire, &left.met, &report);
        if (write(j->to, &report, sizeof report) != (ssize_t)sizeof report)
            return; /* nobody wants to know any more */
    }
    left.done = true;
    leave(j, job, &left);
}

static void start(struct jobs *j, const struct sim_met *met)
{
    int ends[2];
    j->left = tmpfile();
    fb_assert(j->left != NULL && pipe(ends) == 0);
    j->from = ends[0];
    j->to = ends[1];
    fflush(NULL);
    for (unsigned i = 0; i < j->n; i++) {
        j->pid[i] = fork();
        fb_assert(j->pid[i] >= 0);
        if (j->pid[i] > 0)
            continue;
        close(j->from);
        work(j, i, met);
        _exit(0);
    }
    close(j->to);
}

static void end(struct jobs *j, struct sim_met *met, bool (*each)(void *ctx, const struct sim_report *report), void *ctx, bool wanted)
{
    static struct left left;
    static struct sim_report crashed;
    close(j->from); /* whoever still writes ends */
    for (unsigned i = 0; i < j->n; i++) {
        int status = 0;
        fb_assert(waitpid(j->pid[i], &status, 0) == j->pid[i]);
        fb_assert(pread(fileno(j->left), &left, sizeof left, (off_t)(i * sizeof left)) == (ssize_t)sizeof left);
        sim_met_add(met, &left.met);
        if (left.done || !wanted)
            continue;
        crashed = (struct sim_report){.seed = left.seed};
        snprintf(crashed.why, sizeof crashed.why, "the process ended (status %d): run it by itself to see why", status);
        (void)each(ctx, &crashed);
    }
    fclose(j->left);
}

void sim_seeds_run(const struct sim_rules *rules, const struct sim_seeds *s, unsigned n, struct sim_met *met,
                   bool (*each)(void *ctx, const struct sim_report *report), void *ctx)
{
    static struct sim_report report;
    struct jobs j = {.rules = rules, .seeds = s, .n = n > JOBS_MAX ? JOBS_MAX : n};
    struct sim_met none = *met;
    bool wanted = true;
    if (j.n <= 1) {
        for (uint64_t i = 0; i < s->n_kept + s->count && wanted; i++) {
            sim_seed_run(rules, sim_seeds_at(s, i), s->wire, met, &report);
            wanted = each(ctx, &report);
        }
        return;
    }
    start(&j, &none);
    while (wanted && read(j.from, &report, sizeof report) == (ssize_t)sizeof report)
        wanted = each(ctx, &report);
    end(&j, met, each, ctx, wanted);
}
