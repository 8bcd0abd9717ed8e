#include "engine/base/check.h"
#include "tests/sim/workload.h"
#include <stdlib.h>

/* Orders in which the same messages come. */

static unsigned place_of(const struct sim_workload *l, unsigned message)
{
    unsigned at = 0;
    while (l->order[at] != message)
        at++;
    return at;
}

/* What contradicts a message comes after it: otherwise the other one would be the first. */
static bool mend(struct sim_workload *l)
{
    bool changed = false;
    for (unsigned i = 0; i < l->n; i++) {
        if (l->message[i].after < 0)
            continue;
        unsigned late = place_of(l, i), early = place_of(l, (unsigned)l->message[i].after);
        if (early < late)
            continue;
        l->order[early] = i;
        l->order[late] = (unsigned)l->message[i].after;
        changed = true;
    }
    return changed;
}

void sim_workload_shuffle(struct sim_workload *l, struct fb_prng *p, unsigned spread)
{
    uint64_t *key = calloc(l->n + 1, sizeof *key);
    fb_assert(key != NULL);
    for (unsigned i = 0; i < l->n; i++) {
        uint64_t k = i + fb_prng_below(p, (uint64_t)spread + 1);
        unsigned at = i;
        for (; at > 0 && key[at - 1] > k; at--) {
            key[at] = key[at - 1];
            l->order[at] = l->order[at - 1];
        }
        key[at] = k;
        l->order[at] = i;
    }
    while (mend(l))
        continue;
    free(key);
}
