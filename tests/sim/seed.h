#ifndef FB_TESTS_SIM_SEED_H
#define FB_TESTS_SIM_SEED_H
/* One seed from beginning to end, and many of them in several processes. */
#include "tests/sim/run.h"

enum { SIM_VARIANTS = 3 }; /* the same messages in so many orders of arrival, the last over the wire */
struct sim_report {
    uint64_t seed, hash;
    bool passed;
    struct sim_counts counts;
    struct sim_swarm swarm[SIM_VARIANTS];
    enum sim_fault fault[SIM_VARIANTS];
    char why[AUD_WHY_BYTES]; /* of one that did not pass */
};
/* How the last order gets to turn: sim_wire_run. */
typedef bool sim_over_the_wire(struct sim_run *r);
/* Each order is audited by itself, and then against the first. */
void sim_seed_run(const struct sim_rules *rules, uint64_t seed, sim_over_the_wire *wire, struct sim_met *met, struct sim_report *out);

/* Which seeds: the kept ones, then count of them from first on. */
struct sim_seeds {
    unsigned n_kept;
    const uint64_t *kept;
    uint64_t first, count;
    sim_over_the_wire *wire;
};
uint64_t sim_seeds_at(const struct sim_seeds *s, uint64_t i);
/* Runs all in `jobs` processes and calls each with what came of them, in no order when there are several; false: no more are begun.
 * What was met is added up in *met. A process that crashed is a seed that did not pass. */
void sim_seeds_run(const struct sim_rules *rules, const struct sim_seeds *s, unsigned jobs, struct sim_met *met,
                   bool (*each)(void *ctx, const struct sim_report *report), void *ctx);
void sim_counts_add(struct sim_counts *to, const struct sim_counts *c);
#endif
