#include "tests/sim/seed.h"
#include <string.h>

void sim_counts_add(struct sim_counts *to, const struct sim_counts *c)
{
#define X(name, text) to->name += c->name;
    SIM_COUNTS_MAP(X)
#undef X
    for (unsigned i = 0; i < SIM_MISHAPS; i++)
        to->mishap[i] += c->mishap[i];
}

static void note(struct sim_report *out, unsigned variant, const struct sim_run *run)
{
    sim_counts_add(&out->counts, &run->counts);
    out->swarm[variant] = run->swarm;
    out->fault[variant] = run->fault;
}

void sim_seed_run(const struct sim_rules *rules, uint64_t seed, sim_over_the_wire *wire, struct sim_met *met, struct sim_report *out)
{
    static struct sim_outcome outcome[SIM_VARIANTS];
    static struct sim_run run;
    static const unsigned spreads[] = {0, 40, 400};
    struct sim_world w;
    struct sim_workload l;
    struct fb_prng p;
    struct sim_hash h = {seed};
    bool same = true;
    memset(out, 0, sizeof *out);
    sim_world_open(&w, rules, seed);
    sim_workload_open(&l, &w);
    fb_prng_init(&p, seed * 4 + 3);
    for (unsigned i = 0; i < SIM_VARIANTS && same; i++) {
        sim_workload_shuffle(&l, &p, i == 0 ? spreads[seed % 3] : 100000);
        same = sim_run_all(&run, &w, &l, i * 1000003, i == SIM_VARIANTS - 1 ? wire : NULL, met);
        memcpy(out->why, run.why, AUD_WHY_BYTES);
        if (same)
            sim_outcome_take(&run, &outcome[i]);
        if (same && i > 0)
            same = sim_outcome_same(&run, &outcome[i], &outcome[0], out->why);
        note(out, i, &run);
        sim_hash_add(&h, run.hash.h);
        sim_run_close(&run);
    }
    out->seed = seed;
    out->hash = h.h;
    out->passed = same;
    sim_workload_close(&l);
    sim_world_close(&w);
}
