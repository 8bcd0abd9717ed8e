/* How a cycle's engine ends. By time: kill -9 after so long, while it starts or while it is fed. By call: the
 * shim ends it in the n-th call that changes a file. By step: the commit thread is stopped at a random
 * moment, goes a random number of instructions further, one at a time, and is killed there. And the faults of
 * disk and map, after which the engine must end by itself and say why. */
#define _DEFAULT_SOURCE /* ptrace */
#include "engine/base/check.h"
#include "tests/flow/crash.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    STARTING_MS = 60, /* a start takes about as long */
    FEEDING_MS = 80,  /* dozens of commits */
    CALLS_MAX = 160,  /* of a start and some thirty commits */
    WRITES_MAX = 120,
    FLUSHES_MAX = 60,
    STEPS_BITS = 14, /* up to 16,384 instructions */
    STEPS_MS = 1500, /* a thread that waits takes none */
    STEPS_AT_ONCE = 64,
    LATEST_MS = 60000,
    MORE_AT_ONCE = 24,
    SLOW_MESSAGES = 1800,
    EXIT_FAILED = 1,
    EXIT_COMMIT = 5,
    EXIT_KEYS = 6
};

/* ---- drawing ---- */

static uint32_t from_1_to(struct fb_prng *r, uint32_t most)
{
    return 1 + (uint32_t)fb_prng_below(r, most);
}

/* Room for a few commits more than the file has pages now. */
static uint64_t small_map(struct crash *c)
{
    char data[FB_TEST_PATH];
    struct stat st;
    snprintf(data, sizeof data, "%.400s/data.mdb", c->engine.data);
    uint64_t pages = stat(data, &st) == 0 ? (uint64_t)st.st_size / 4096 : 400;
    return (pages + 8 + fb_prng_below(&c->r, 200)) * 4096;
}

static void draw_orders(struct crash *c, struct crash_plan *plan)
{
    struct fb_crash_page *o = &plan->orders;
    o->seed = fb_prng_next(&c->r);
    if (plan->kind == CRASH_BY_CALL) {
        o->kill_at = from_1_to(&c->r, CALLS_MAX);
        o->kill_how = (uint32_t)fb_prng_below(&c->r, FB_CRASH_HOWS);
    } else if (plan->kind == CRASH_DISK_FULL) {
        o->full_at = from_1_to(&c->r, WRITES_MAX);
    } else if (plan->kind == CRASH_FLUSH_FAILS) {
        o->flush_fails_at = from_1_to(&c->r, FLUSHES_MAX);
    } else if (plan->kind == CRASH_MAP_FULL) {
        o->map_bytes = small_map(c);
    } else if (plan->kind == CRASH_SLOW_DISK) {
        o->slow_from_ms = 50;
        o->slow_to_ms = 200;
        plan->set = "queue_mib=4"; /* a thousand messages fill it */
    }
}

void crash_plan_draw(struct crash *c, enum crash_kind kind, struct crash_plan *plan)
{
    static const unsigned in_flight[] = {1, 4, 16, 64, 512};
    *plan = (struct crash_plan){.kind = kind, .at_most = 4000};
    plan->in_flight = kind == CRASH_SLOW_DISK ? UINT32_MAX : in_flight[fb_prng_below(&c->r, 5)];
    plan->while_starting = kind == CRASH_BY_TIME && fb_prng_below(&c->r, 3) == 0;
    plan->end_ms = (int64_t)fb_prng_below(&c->r, plan->while_starting ? STARTING_MS : FEEDING_MS);
    plan->steps = (uint32_t)fb_prng_below(&c->r, 1u << fb_prng_below(&c->r, STEPS_BITS + 1));
    draw_orders(c, plan);
}

/* ---- by instruction ---- */

static pid_t commit_thread(pid_t pid)
{
    char path[300], name[32];
    pid_t found = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    for (const struct dirent *t; d != NULL && (t = readdir(d)) != NULL && found == 0;) {
        int64_t number;
        snprintf(path, sizeof path, "/proc/%d/task/%.16s/comm", (int)pid, t->d_name);
        FILE *f = t->d_name[0] != '.' ? fopen(path, "r") : NULL;
        if (f == NULL)
            continue;
        if (fgets(name, sizeof name, f) != NULL && strncmp(name, "commit", 6) == 0 &&
            fb_parse_int(&number, fb_span_of(t->d_name)) == FB_OK)
            found = (pid_t)number;
        fclose(f);
    }
    if (d != NULL)
        closedir(d);
    return found;
}

struct stepping {
    pid_t thread;
    bool stopped;
    uint32_t done;
    int64_t until_ms;
};

static bool seize(struct crash *c, struct stepping *s)
{
    int status;
    s->thread = commit_thread(c->engine.pid);
    if (s->thread == 0)
        return false;
    if (ptrace(PTRACE_SEIZE, s->thread, NULL, NULL) != 0) {
        printf("crash: ptrace is not permitted here (%s): an end by instruction becomes one by time\n",
               strerror(errno));
        c->no_steps = true;
        s->thread = 0;
        return false;
    }
    s->stopped = ptrace(PTRACE_INTERRUPT, s->thread, NULL, NULL) == 0 &&
                 waitpid(s->thread, &status, __WALL) == s->thread && WIFSTOPPED(status);
    s->until_ms = crash_now_ms() + STEPS_MS;
    return s->stopped;
}

static bool has_stopped(struct stepping *s)
{
    int status;
    for (int tries = 0; !s->stopped && tries < 100; tries++)
        s->stopped = waitpid(s->thread, &status, __WALL | WNOHANG) == s->thread;
    return s->stopped;
}

/* Some more steps; false: it is where it shall end. Publishers go on in between, for a thread that waits for
 * them. */
static bool step_on(struct stepping *s, uint32_t steps)
{
    for (unsigned i = 0; i < STEPS_AT_ONCE && s->done < steps; i++) {
        if (!has_stopped(s))
            return crash_now_ms() < s->until_ms;
        s->stopped = false;
        if (ptrace(PTRACE_SINGLESTEP, s->thread, NULL, NULL) != 0)
            return false;
        s->done++;
    }
    return s->done < steps && crash_now_ms() < s->until_ms;
}

/* A process whose thread is traced is gone only when its tracer has seen the thread go. */
static void kill_traced(struct crash *c, struct stepping *s)
{
    int status = 0;
    (void)kill(c->engine.pid, SIGKILL);
    while (waitpid(s->thread, &status, __WALL) == s->thread && WIFSTOPPED(status))
        continue;
    crash_engine_end(&c->engine, SIGKILL);
    c->f.steps += s->done;
}

/* ---- feeding until it has ended ---- */

static void publish_more(struct crash *c, const struct crash_plan *plan)
{
    size_t open = 0;
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        open += c->publisher[k].n - c->publisher[k].answered;
    if (open > (plan->kind == CRASH_SLOW_DISK ? (unsigned)SLOW_MESSAGES : 200u))
        return;
    for (unsigned i = 0; i < (plan->kind == CRASH_SLOW_DISK ? SLOW_MESSAGES : MORE_AT_ONCE); i++)
        crash_publisher_add(&c->publisher[fb_prng_below(&c->r, CRASH_PUBLISHERS)], &c->r);
}

/* answered_ms: when the first message was, 0: none was yet. */
static bool is_time(const struct crash *c, const struct crash_plan *plan, int64_t answered_ms)
{
    int64_t from = plan->while_starting ? c->engine.started_ms : answered_ms;
    return (plan->while_starting || answered_ms > 0) && crash_now_ms() >= from + plan->end_ms;
}

static void work_or_wait(struct crash *c, const struct crash_plan *plan)
{
    if (!c->engine.ready) {
        crash_sleep_us(200);
        return;
    }
    publish_more(c, plan);
    crash_work(c, plan->in_flight);
}

/* Goes on until the engine is gone, or the moment for the driver to end it has come. */
static void feed(struct crash *c, const struct crash_plan *plan, bool by_us, struct stepping *s)
{
    int64_t answered_ms = 0, latest = crash_now_ms() + LATEST_MS;
    uint64_t before = c->f.acknowledged, wanted = plan->kind == CRASH_SLOW_DISK ? SLOW_MESSAGES : 0;
    bool was_ready = false;
    while (c->f.wrong == 0 && crash_engine_lives(&c->engine) && crash_now_ms() < latest) {
        if (c->engine.ready && !was_ready)
            crash_others_die(c);
        was_ready = c->engine.ready;
        if (answered_ms == 0 && c->f.acknowledged > before)
            answered_ms = crash_now_ms();
        bool now = by_us && is_time(c, plan, answered_ms) && c->f.acknowledged >= before + wanted;
        if (now && plan->kind == CRASH_BY_STEP && s->thread == 0 && !c->no_steps)
            now = !seize(c, s);
        else if (now && s->thread != 0)
            now = !step_on(s, plan->steps);
        if (now)
            return;
        work_or_wait(c, plan);
    }
}

/* An engine that met a fault ends by itself, with a status that says which kind, and a line that says why. */
static void look_at_end(struct crash *c, const struct crash_plan *plan)
{
    const struct crash_engine *e = &c->engine;
    int status = WIFEXITED(e->status) ? WEXITSTATUS(e->status) : -1;
    bool known = status == EXIT_COMMIT || (!e->ready && (status == EXIT_FAILED || status == EXIT_KEYS));
    if (!known)
        crash_wrong(c, "after a fault the engine ended with %#x", (unsigned)e->status);
    else if (!crash_engine_said_why(e))
        crash_wrong(c, "after a fault the engine ended with %d and did not say why", status);
    if (plan->kind == CRASH_FLUSH_FAILS && e->page->flushes_after > 0)
        crash_wrong(c, "after a flush failed, the same file was flushed again %u times",
                    e->page->flushes_after);
    c->f.blocks_lost += e->page->blocks_lost;
}

static void count_end(struct crash *c, const struct crash_plan *plan, bool met)
{
    c->f.ends[plan->kind] += met;
    c->f.not_met += !met;
    c->f.starting += !c->engine.ready;
    if (plan->kind == CRASH_BY_CALL && met)
        c->f.calls[c->engine.page->killed_in]++;
}

void crash_feed_to_the_end(struct crash *c, struct crash_plan *plan)
{
    bool by_shim = plan->kind == CRASH_BY_CALL, slow = plan->kind == CRASH_SLOW_DISK;
    bool by_us = plan->kind == CRASH_BY_TIME || plan->kind == CRASH_BY_STEP || slow;
    struct stepping s = {.thread = 0};
    c->engine.set = plan->set;
    crash_engine_start(&c->engine, by_us && !slow ? NULL : &plan->orders);
    feed(c, plan, by_us, &s);
    bool alone = c->engine.pid == 0;
    if (s.thread != 0)
        kill_traced(c, &s);
    else
        crash_engine_end(&c->engine, SIGKILL);
    bool killed = WIFSIGNALED(c->engine.status) && WTERMSIG(c->engine.status) == SIGKILL;
    if (alone && !by_us && !by_shim)
        look_at_end(c, plan);
    else if (!killed)
        crash_wrong(c, "the engine ended with %#x, and nobody had told it to", (unsigned)c->engine.status);
    count_end(c, plan, by_us || alone);
    c->engine.set = NULL;
}
