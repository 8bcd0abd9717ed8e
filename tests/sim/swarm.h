#ifndef FB_TESTS_SIM_SWARM_H
#define FB_TESTS_SIM_SWARM_H
/* What may go wrong in a run. Each seed draws anew which kinds are on at all, and how often they strike: a run in which everything
 * fails now and then never meets what needs one kind to fail a lot and the others not at all. */
#include "engine/base/prng.h"
#include <stdbool.h>
#include <stdio.h>

/* name, once in so many chances when it is as often as usual, what is counted */
#define SIM_MISHAP_MAP(X)                                                                                                        \
    X(POWER_CUT, 40, "power cuts")                                                                                               \
    X(RESTART, 60, "orderly restarts")                                                                                           \
    X(LOST_ANSWER, 20, "answers lost")                                                                                           \
    X(CLOCK_BACK, 6, "clock set back")                                                                                           \
    X(CLOCK_LEAP, 100, "clock leaps of days")                                                                                    \
    X(DROP, 40, "frames dropped")                                                                                                \
    X(REPEAT, 25, "frames repeated")                                                                                             \
    X(OVERTAKE, 20, "frames overtaken")                                                                                          \
    X(DELAY, 25, "frames delayed")                                                                                               \
    X(GARBLE, 40, "frames garbled")                                                                                              \
    X(CUT_SHORT, 60, "answers cut short")                                                                                        \
    X(PARTITION, 20000, "links cut")                                                                                               \
    X(HOLD, 20000, "links held up")                                                                                                \
    X(KILL_QUEUED, 40, "kills with messages in the queue")                                                                      \
    X(KILL_COMMITTED, 40, "kills after a commit, nobody answered")                                                              \
    X(KILL_ANSWERING, 20, "kills with part of a batch answered")                                                                \
    X(PUBLISHER_DIES, 6000, "publishers died")                                                                                   \
    X(CONSUMER_DIES_TAKING, 12, "consumers died before they kept a page")                                                        \
    X(CONSUMER_DIES_KEPT, 12, "consumers died before they said so")

enum sim_mishap {
#define X(name, one_in, text) SIM_##name,
    SIM_MISHAP_MAP(X)
#undef X
        SIM_MISHAPS
};
struct sim_swarm {
    unsigned one_in[SIM_MISHAPS]; /* 0: never in this run */
};
void sim_swarm_draw(struct sim_swarm *s, struct fb_prng *p);
void sim_swarm_print(const struct sim_swarm *s, FILE *out);
const char *sim_mishap_text(enum sim_mishap m);
#endif
