#ifndef FB_TESTS_SIM_WORKLOAD_MAKING_H
#define FB_TESTS_SIM_WORKLOAD_MAKING_H
/* Inside the workload: messages while they are made (workload.c), shift by shift (workload_shifts.c), what is asked for them
 * (workload_bills.c), and somebody who comes back (workload_assignment.c). */
#include "tests/sim/workload.h"

enum { SIM_FRAME_BYTES = 16384 };
struct sim_making {
    struct sim_workload *l;
    struct sim_world *w;
    struct fb_prng p, pages, of_bills, pages_of_bills;
    const struct sim_shift *shift;
    unsigned char frame[SIM_FRAME_BYTES];
};
/* A record in all its versions, with what adapters do wrong to them. */
void sim_make_record(struct sim_making *k, struct fb_record *r, unsigned source, struct fb_span ref);
/* Of a shift everything that its systems say. */
void sim_make_shift(struct sim_making *k, unsigned number);
/* Then what suppliers ask for it; its messages are those from `first` on. */
void sim_make_bills(struct sim_making *k, const struct sim_shift *s, unsigned first);
/* Now and then, when all shifts are made. The caller's shift is gone then. */
void sim_make_assignment(struct sim_making *k);
#endif
