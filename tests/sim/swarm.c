#include "tests/sim/swarm.h"

static const struct {
    unsigned one_in;
    const char *text;
} mishap[SIM_MISHAPS] = {
#define X(name, one_in, text) [SIM_##name] = {one_in, text},
    SIM_MISHAP_MAP(X)
#undef X
};

/* Off in every second run; else seldom, as usual, or often. */
void sim_swarm_draw(struct sim_swarm *s, struct fb_prng *p)
{
    for (unsigned i = 0; i < SIM_MISHAPS; i++) {
        bool on = fb_prng_below(p, 2) == 0;
        unsigned one_in = mishap[i].one_in;
        uint64_t weight = fb_prng_below(p, 3);
        s->one_in[i] = !on ? 0 : weight == 0 ? one_in * 4 : weight == 1 ? one_in : (one_in + 3) / 4;
    }
}

void sim_swarm_print(const struct sim_swarm *s, FILE *out)
{
    const char *before = "";
    for (unsigned i = 0; i < SIM_MISHAPS; i++) {
        if (s->one_in[i] == 0)
            continue;
        fprintf(out, "%s%s 1:%u", before, mishap[i].text, s->one_in[i]);
        before = ", ";
    }
    fprintf(out, "\n");
}

const char *sim_mishap_text(enum sim_mishap m)
{
    return mishap[m].text;
}
