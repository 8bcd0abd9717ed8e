/* The simulator: sim --seeds N --first S [--jobs N] [--kept FILE [--keep]] [--hash] [--verbose]. One seed after another, or several
 * processes of them; no clock. --hash prints "SEED HASH" lines and nothing else: builds of one source must print the same. */
#include "engine/base/when.h"
#include "tests/sim/kept.h"
#include "tests/sim/seed.h"
#include "tests/sim/wire/wire.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FAILED_MAX = 10, PROGRESS = 100 };
struct options {
    uint64_t seeds, first, jobs;
    bool hash, verbose, keep;
    const char *kept;
};
struct sums {
    const struct options *o;
    uint64_t of, done, failed;
    struct sim_counts counts;
};

static bool number(const char *text, uint64_t *out)
{
    int64_t v;
    if (fb_parse_int(&v, fb_span_of(text)) != FB_OK || v < 0)
        return false;
    *out = (uint64_t)v;
    return true;
}

static bool parse(int argc, char **argv, struct options *o)
{
    const struct {
        const char *word;
        bool *flag;
        uint64_t *number;
    } words[] = {{"--hash", &o->hash, NULL},   {"--verbose", &o->verbose, NULL}, {"--keep", &o->keep, NULL},
                 {"--seeds", NULL, &o->seeds}, {"--first", NULL, &o->first},     {"--jobs", NULL, &o->jobs}};
    const unsigned n = sizeof words / sizeof words[0];
    for (int i = 1; i < argc; i++) {
        unsigned w = 0;
        while (w < n && strcmp(argv[i], words[w].word) != 0)
            w++;
        bool more = i + 1 < argc;
        if (w < n && words[w].flag != NULL)
            *words[w].flag = true;
        else if (w < n && more && number(argv[i + 1], words[w].number))
            i++;
        else if (w == n && more && strcmp(argv[i], "--kept") == 0)
            o->kept = argv[++i];
        else
            return false;
    }
    return o->jobs > 0;
}

/* ---- saying it ---- */

static void print(const struct sim_counts *c)
{
#define X(name, text) printf("%" PRIu64 " " text ", ", c->name);
    SIM_COUNTS_MAP(X)
#undef X
    for (unsigned i = 0; i < SIM_MISHAPS; i++)
        printf("%" PRIu64 " %s%s", c->mishap[i], sim_mishap_text((enum sim_mishap)i), i + 1 < SIM_MISHAPS ? ", " : "\n");
}

static void print_swarm(const struct sim_report *r)
{
    static const char *const fault[SIM_FAULTS] = {"no failing store", "failing puts", "failing commits", "no memory"};
    for (unsigned i = 0; i < SIM_VARIANTS; i++) {
        printf("  %s: %s; ", i + 1 < SIM_VARIANTS ? "straight" : "over the wire", fault[r->fault[i]]);
        sim_swarm_print(&r->swarm[i], stdout);
    }
}

static void print_failed(struct sums *s, const struct sim_report *r)
{
    fprintf(stderr, "%sseed %" PRIu64 ": %s\n  again: make sim KEPT= SEEDS=1 FIRST_SEED=%" PRIu64 "\n", isatty(STDERR_FILENO) ? "\r" : "", r->seed, r->why,
            r->seed);
    if (s->o->keep && !sim_kept_add(s->o->kept, r->seed, r->why))
        fprintf(stderr, "  it could not be kept in %s\n", s->o->kept);
}

static void print_progress(const struct sums *s)
{
    bool terminal = isatty(STDOUT_FILENO);
    if (!terminal && s->done % PROGRESS != 0)
        return;
    fputs(terminal ? "\r" : "", stdout);
    printf("%" PRIu64 " of %" PRIu64 " seeds, %" PRIu64 " failed", s->done, s->of, s->failed);
    fputs(terminal ? "" : "\n", stdout);
    fflush(stdout);
}

static bool hear(void *ctx, const struct sim_report *r)
{
    struct sums *s = ctx;
    s->done++;
    s->failed += !r->passed;
    sim_counts_add(&s->counts, &r->counts);
    if (!r->passed)
        print_failed(s, r);
    if (s->o->hash) {
        printf("%" PRIu64 " %016" PRIx64 "\n", r->seed, r->hash);
    } else if (s->o->verbose) {
        printf("seed %" PRIu64 " ", r->seed);
        print(&r->counts);
        print_swarm(r);
    } else {
        print_progress(s);
    }
    return s->failed < FAILED_MAX;
}

static int run_all(const struct options *o, const struct sim_seeds *seeds)
{
    static struct sim_rules rules;
    static struct sim_met met;
    struct sums s = {.o = o, .of = seeds->n_kept + seeds->count};
    sim_rules_open(&rules);
    for (unsigned i = 0; i < SIM_ISSUES; i++)
        sim_met_rules(&met, rules.issue[i].book);
    sim_seeds_run(&rules, seeds, (unsigned)o->jobs, &met, hear, &s);
    sim_rules_close(&rules);
    bool all_met = true;
    if (s.failed == 0 && !o->hash && (o->verbose || s.of >= SIM_MET_ENOUGH))
        all_met = sim_met_print(&met, stdout, o->verbose) || s.of < SIM_MET_ENOUGH;
    if (!o->hash) {
        printf("%sRESULT %" PRIu64 " seeds, ", isatty(STDOUT_FILENO) ? "\n" : "", s.done);
        print(&s.counts);
        printf("%" PRIu64 " passed, %" PRIu64 " failed\n", s.done - s.failed, s.failed);
    }
    return s.failed > 0 || !all_met;
}

int main(int argc, char **argv)
{
    static uint64_t kept[SIM_KEPT_MAX];
    struct options o = {.seeds = 100, .first = 1, .jobs = 1};
    struct sim_seeds seeds = {.kept = kept, .wire = sim_wire_run};
    if (!parse(argc, argv, &o) || (o.keep && o.kept == NULL) || (o.hash && o.jobs > 1)) {
        fprintf(stderr, "usage: sim [--seeds N] [--first SEED] [--jobs N] [--kept FILE [--keep]] [--hash] [--verbose]\n");
        return 2;
    }
    if (o.kept != NULL && !sim_kept_read(o.kept, kept, &seeds.n_kept)) {
        fprintf(stderr, "%s cannot be read: lines of a seed and why it failed once\n", o.kept);
        return 2;
    }
    seeds.first = o.first;
    seeds.count = o.seeds;
    return run_all(&o, &seeds);
}
