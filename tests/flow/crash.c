/* Cycles of feed, crash, restart and compare: see crash.h.
 *
 *   crash BIN [--cycles N] [--faults N] [--cuts N] [--seed N]
 *
 * BIN has fairbankd, fairbank, shim_crash.so and shim_disk.so. Four times --faults cycles of faults come
 * between the others. The choices hang on the seed alone; what the machine does with them does not. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "tests/flow/crash.h"
#include "engine/base/check.h"
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
    LIFE_CYCLES = 25,
    SHORT_LIFE = 30,
    SLOW_EVERY = 5,
    LISTEN_EVERY = 4,
    PAGE_WAIT_MS = 60,
    PROGRESS_MS = 5000
};
static const char *const kind_words[CRASH_KINDS] = {
    "killed at a moment", "killed in a call", "killed at an instruction", "disk full", "a flush fails",
    "map full",           "slow disk"};
struct options {
    const char *bin;
    int64_t cycles, faults, cuts, seed;
};

void crash_wrong(struct crash *c, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (c->probing) {
        c->probed++;
    } else if (c->f.wrong++ < 10) {
        printf("crash: WRONG in cycle %" PRIu64 ": ", c->cycle);
        vprintf(format, list);
        printf("\n");
    }
    va_end(list);
}

void crash_work(struct crash *c, unsigned in_flight)
{
    bool quiet = true;
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++) {
        crash_publisher_work(&c->publisher[k], in_flight, 0);
        quiet = quiet && fb_client_outstanding(c->publisher[k].client) == 0;
    }
    if (quiet || fb_prng_below(&c->r, LISTEN_EVERY) == 0)
        crash_consumer_work(&c->consumer, &c->r, PAGE_WAIT_MS);
}

/* ---- the life of one data folder ---- */

void crash_life_open(struct crash *c)
{
    crash_engine_open(&c->engine);
    c->folder_seed = fb_prng_next(&c->r);
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        crash_publisher_open(&c->publisher[k], c, k);
    crash_consumer_open(&c->consumer, c);
    c->f.folders++;
}

void crash_life_close(struct crash *c)
{
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        crash_publisher_close(&c->publisher[k]);
    crash_consumer_close(&c->consumer);
    crash_engine_close(&c->engine, c->f.wrong > 0);
    if (c->f.wrong > 0)
        printf("crash: what was wrong is in %s\n", c->engine.folder.path);
}

/* Publishers and consumers die as well, and begin anew when the engine is there; each then knows only what it
 * had kept. The others find it again by themselves, which takes them longer. */
void crash_others_die(struct crash *c)
{
    bool most = fb_prng_below(&c->r, 4) > 0;
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        if (fb_prng_below(&c->r, 10) < (most ? 10 : 1))
            crash_publisher_die(&c->publisher[k]);
    if (fb_prng_below(&c->r, 10) < (most ? 7 : 1))
        crash_consumer_die(&c->consumer);
}

/* The one that was compared goes the same way as the others; or it is told to stop, and must. */
static void end_checked(struct crash *c)
{
    bool told = fb_prng_below(&c->r, 4) == 0;
    crash_engine_end(&c->engine, told ? SIGTERM : SIGKILL);
    if (told && (!WIFEXITED(c->engine.status) || WEXITSTATUS(c->engine.status) != 0))
        crash_wrong(c, "told to stop, the engine ended with %#x", (unsigned)c->engine.status);
    c->f.orderly += told;
}

static void run_cycle(struct crash *c, enum crash_kind kind)
{
    struct crash_plan plan;
    crash_plan_draw(c, kind, &plan);
    crash_feed_to_the_end(c, &plan);
    if (c->f.wrong > 0)
        return;
    crash_engine_start(&c->engine, NULL);
    while (crash_engine_lives(&c->engine) && !c->engine.ready)
        crash_sleep_us(200);
    crash_others_die(c);
    crash_check(c);
    if (c->f.wrong == 0)
        end_checked(c);
}

/* ---- all cycles ---- */

/* Faults are spread over the run: one of each kind in turn; the slow disk, which takes as long as twenty
 * others, now and then. */
static enum crash_kind draw_kind(struct crash *c, const struct options *o)
{
    static const enum crash_kind kills[] = {CRASH_BY_TIME, CRASH_BY_TIME, CRASH_BY_TIME, CRASH_BY_CALL,
                                            CRASH_BY_CALL, CRASH_BY_CALL, CRASH_BY_CALL, CRASH_BY_STEP,
                                            CRASH_BY_STEP, CRASH_BY_STEP};
    uint64_t faults = 4 * (uint64_t)o->faults, all = (uint64_t)o->cycles + faults;
    uint64_t before = c->cycle * faults / all, after = (c->cycle + 1) * faults / all;
    enum crash_kind kill = kills[fb_prng_below(&c->r, 10)];
    if (after == before)
        return kill;
    bool slow = before % 4 == 3 && before / 4 % SLOW_EVERY == 0;
    return slow ? CRASH_SLOW_DISK : (enum crash_kind)(CRASH_DISK_FULL + before % 3);
}

static void say_progress(const struct crash *c, const struct options *o, int64_t from_ms)
{
    printf("crash: %" PRIu64 " of %" PRId64 " cycles, %" PRIu64 " messages acknowledged, %" PRIu64
           " events received, %" PRIu64 " wrong (%" PRId64 " s)\n",
           c->cycle, o->cycles + 4 * o->faults, c->f.acknowledged, c->f.events, c->f.wrong,
           (crash_now_ms() - from_ms) / 1000);
    fflush(stdout);
}

static void run_cycles(struct crash *c, const struct options *o)
{
    int64_t from_ms = crash_now_ms(), said_ms = from_ms;
    uint64_t lived = 0;
    crash_life_open(c);
    for (c->cycle = 0; c->cycle < (uint64_t)(o->cycles + 4 * o->faults) && c->f.wrong == 0; c->cycle++) {
        fb_prng_init(&c->r, c->seed * 1000003 + c->cycle);
        enum crash_kind kind = draw_kind(c, o);
        if (lived == LIFE_CYCLES || (lived > 0 && fb_prng_below(&c->r, SHORT_LIFE) == 0)) {
            crash_life_close(c);
            crash_life_open(c);
            lived = 0;
        }
        run_cycle(c, kind);
        lived = kind == CRASH_SLOW_DISK ? LIFE_CYCLES
                                        : lived + 1; /* it leaves so much that all the rest would be slow */
        if (crash_now_ms() - said_ms >= PROGRESS_MS) {
            said_ms = crash_now_ms();
            say_progress(c, o, from_ms);
        }
    }
    say_progress(c, o, from_ms);
    crash_life_close(c);
}

/* ---- what came of it ---- */

static void line(const char *what, uint64_t n)
{
    printf("  %-58s %10" PRIu64 "\n", what, n);
}

static void print_calls(const struct crash_figures *f)
{
    static const char *const words[FB_CRASH_CALLS] = {[FB_CRASH_CALL_NONE] = "none",
#define X(id, word) [FB_CRASH_##id] = word,
                                                      FB_CRASH_CALL_MAP(X)
#undef X
    };
    for (unsigned i = 0; i < FB_CRASH_CALLS; i++)
        if (f->calls[i] > 0)
            printf("    %-56s %10" PRIu64 "\n", words[i], f->calls[i]);
}

static void print_table(const struct crash *c)
{
    const struct crash_figures *f = &c->f;
    line("cycles", c->cycle);
    for (unsigned k = 0; k < CRASH_KINDS; k++) {
        line(kind_words[k], f->ends[k]);
        if (k == CRASH_BY_CALL)
            print_calls(f);
    }
    line("the fault or call did not come: killed while fed", f->not_met);
    line("of all these, before the engine was ready", f->starting);
    line("instructions stepped before the kill", f->steps);
    line("restarted engines told to stop, that did", f->orderly);
    line("unflushed blocks lost with a failed flush", f->blocks_lost);
    line("data folders", f->folders);
    line("publishers that died too / consumers", f->publishers_died);
    line("", f->consumers_died);
    line("messages acknowledged", f->acknowledged);
    line("messages sent", f->published);
    line("  of these sent again without an answer", f->resent);
    line("  asked for once more, answered as the first time", f->asked_again);
    line("answered busy", f->busy);
    line("events received", f->events);
    line("events received more than once, the same", f->events_again);
    line("times verified", f->verified);
    line("lost, doubled, changed or wrong", f->wrong);
}

/* A fault that was never met proves nothing. */
static bool verdict(struct crash *c, const struct options *o)
{
    for (unsigned k = CRASH_DISK_FULL; k < CRASH_KINDS && o->faults > 0 && c->f.wrong == 0; k++)
        if (c->f.ends[k] == 0)
            crash_wrong(c, "no cycle met: %s", kind_words[k]);
    if (o->faults > 0 && c->f.wrong == 0 && c->f.busy == 0)
        crash_wrong(c, "on a slow disk nobody was answered busy");
    print_table(c);
    return c->f.wrong == 0;
}

/* ---- arguments ---- */

static bool read_options(struct options *o, int argc, char **argv)
{
    const struct {
        const char *name;
        int64_t *value;
    } known[] = {
        {"--cycles", &o->cycles}, {"--faults", &o->faults}, {"--cuts", &o->cuts}, {"--seed", &o->seed}};
    if (argc < 2 || argc % 2 != 0)
        return false;
    o->bin = argv[1];
    for (int i = 2; i < argc; i += 2) {
        unsigned k = 0;
        while (k < 4 && strcmp(argv[i], known[k].name) != 0)
            k++;
        if (k == 4 || fb_parse_int(known[k].value, fb_span_of(argv[i + 1])) != FB_OK || *known[k].value < 0 ||
            *known[k].value > 1000000)
            return false;
    }
    return true;
}

/* A sanitizer's runtime minds that a shim comes before it. */
static void excuse_shims(void)
{
    const char *asan = getenv("ASAN_OPTIONS");
    char options[1024];
    snprintf(options, sizeof options, "%.900s:verify_asan_link_order=0", asan == NULL ? "" : asan);
    fb_assert(setenv("ASAN_OPTIONS", options, 1) == 0);
}

int main(int argc, char **argv)
{
    static struct crash c;
    static char shim[FB_TEST_PATH], shim_disk[FB_TEST_PATH];
    struct options o = {.cycles = 30, .faults = 2, .cuts = 100, .seed = 1};
    char *bin = read_options(&o, argc, argv) ? realpath(o.bin, NULL) : NULL; /* lives as long as we do */
    if (bin == NULL) {
        fprintf(stderr, "usage: %s BIN [--cycles N] [--faults N] [--cuts N] [--seed N]\n", argv[0]);
        return 2;
    }
    snprintf(shim, sizeof shim, "%.480s/shim_crash.so", bin);
    snprintf(shim_disk, sizeof shim_disk, "%.480s/shim_disk.so", bin);
    excuse_shims();
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    c.engine.bin = bin;
    c.engine.shim = shim;
    c.seed = (uint64_t)o.seed;
    fb_prng_init(&c.r, c.seed);
    bool good = true;
    if (o.cycles + o.faults > 0) {
        run_cycles(&c, &o);
        good = verdict(&c, &o);
    }
    if (good && o.cuts > 0)
        good = crash_cut_power(&c, shim_disk, (size_t)o.cuts);
    printf("crash: seed %" PRId64 ": %s\n", o.seed, good ? "nothing lost, nothing doubled" : "FAILED");
    return good ? 0 : 1;
}
