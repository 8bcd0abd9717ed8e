/* The simulator: sim --seeds N --first S [--hash] [--verbose]. One process, one seed after another, no clock.
 * --hash prints "SEED HASH" lines and nothing else: builds of one source must print the same. */
#include "engine/base/check.h"
#include "tests/sim/run.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VARIANTS = 3 }; /* the same messages in so many orders of arrival */
struct options {
    uint64_t seeds, first;
    bool hash, verbose;
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
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--hash") == 0)
            o->hash = true;
        else if (strcmp(argv[i], "--verbose") == 0)
            o->verbose = true;
        else if (i + 1 < argc && strcmp(argv[i], "--seeds") == 0 && number(argv[i + 1], &o->seeds))
            i++;
        else if (i + 1 < argc && strcmp(argv[i], "--first") == 0 && number(argv[i + 1], &o->first))
            i++;
        else
            return false;
    }
    return o->seeds > 0;
}

static void add(struct sim_counts *to, const struct sim_counts *c)
{
    to->messages += c->messages;
    to->batches += c->batches;
    to->failures += c->failures;
    to->power_cuts += c->power_cuts;
    to->lost_answers += c->lost_answers;
    to->duplicates += c->duplicates;
    to->amended += c->amended;
    to->conflicts += c->conflicts;
    to->refused += c->refused;
    to->entries += c->entries;
    to->events += c->events;
    to->moments += c->moments;
    to->closes += c->closes;
}

static void print(const char *what, const struct sim_counts *c)
{
    printf("%s%" PRIu64 " messages, %" PRIu64 " batches, %" PRIu64 " power cuts, %" PRIu64
           " failures of the store, %" PRIu64 " lost answers, %" PRIu64 " duplicates, %" PRIu64
           " amendments, %" PRIu64 " conflicts, %" PRIu64 " refusals, %" PRIu64 " journal entries, %" PRIu64
           " events, %" PRIu64 " days remembered, %" PRIu64 " months closed\n",
           what, c->messages, c->batches, c->power_cuts, c->failures, c->lost_answers, c->duplicates,
           c->amended, c->conflicts, c->refused, c->entries, c->events, c->moments, c->closes);
}

/* The messages in several orders; each is audited by itself, and then against the first. */
static bool seed_passes(const struct sim_rules *rules, uint64_t seed, struct sim_counts *counts,
                        struct sim_met *met, uint64_t *hash, char why[AUD_WHY_BYTES])
{
    static struct sim_outcome outcome[VARIANTS];
    static struct sim_run run;
    static const unsigned spreads[] = {0, 40, 400};
    struct sim_world w;
    struct sim_workload l;
    struct fb_prng p;
    struct sim_hash h = {seed};
    bool same = true;
    sim_world_open(&w, rules, seed);
    sim_workload_open(&l, &w);
    fb_prng_init(&p, seed * 4 + 3);
    for (unsigned i = 0; i < VARIANTS && same; i++) {
        sim_workload_shuffle(&l, &p, i == 0 ? spreads[seed % 3] : 100000);
        same = sim_run_all(&run, &w, &l, i * 1000003, met);
        memcpy(why, run.why, AUD_WHY_BYTES);
        if (same)
            sim_outcome_take(&run, &outcome[i]);
        if (same && i > 0)
            same = sim_outcome_same(&run, &outcome[i], &outcome[0], why);
        add(counts, &run.counts);
        sim_hash_add(&h, run.hash.h);
        sim_run_close(&run);
    }
    *hash = h.h;
    sim_workload_close(&l);
    sim_world_close(&w);
    return same;
}

static int run_all(const struct options *o)
{
    struct sim_rules rules;
    struct sim_met met = {0};
    struct sim_counts all = {0};
    char why[AUD_WHY_BYTES] = "";
    uint64_t done = 0;
    sim_rules_open(&rules);
    for (unsigned i = 0; i < SIM_ISSUES; i++)
        sim_met_rules(&met, rules.issue[i].book);
    for (; done < o->seeds; done++) {
        struct sim_counts counts = {0};
        uint64_t seed = o->first + done, hash = 0;
        bool same = seed_passes(&rules, seed, &counts, &met, &hash, why);
        if (!same) {
            fprintf(stderr, "seed %" PRIu64 ": %s\n  again: make sim SEEDS=1 FIRST_SEED=%" PRIu64 "\n", seed,
                    why, seed);
            break;
        }
        add(&all, &counts);
        if (o->hash)
            printf("%" PRIu64 " %016" PRIx64 "\n", seed, hash);
        else if (o->verbose) {
            printf("seed %" PRIu64 " ", seed);
            print("", &counts);
        } else if (isatty(STDOUT_FILENO)) {
            printf("\r%" PRIu64 " of %" PRIu64 " seeds", done + 1, o->seeds);
            fflush(stdout);
        }
    }
    sim_rules_close(&rules);
    bool passed = done == o->seeds;
    if (passed && !o->hash && (o->verbose || o->seeds >= SIM_MET_ENOUGH))
        passed = sim_met_print(&met, stdout, o->verbose) || o->seeds < SIM_MET_ENOUGH;
    if (!o->hash) {
        printf("%sRESULT %" PRIu64 " seeds, ", isatty(STDOUT_FILENO) ? "\n" : "", done);
        print("", &all);
        printf("%" PRIu64 " passed, %d failed\n", done, !passed);
    }
    return !passed;
}

int main(int argc, char **argv)
{
    struct options o = {.seeds = 100, .first = 1};
    if (!parse(argc, argv, &o)) {
        fprintf(stderr, "usage: sim [--seeds N] [--first SEED] [--hash] [--verbose]\n");
        return 2;
    }
    return run_all(&o);
}
