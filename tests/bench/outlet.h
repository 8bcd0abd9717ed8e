#ifndef FB_TESTS_BENCH_OUTLET_H
#define FB_TESTS_BENCH_OUTLET_H
/* What the benches of outlets share: an engine that holds judged bookings and whose feed is read by nobody yet, and a program run to
 * its end with what it took. */
#include "tests/bench/engine.h"
struct bench_ran {
    int64_t wall_ns, cpu_ns; /* of the program alone */
    int status;              /* as of exit; -1 when it did not end by itself */
};
/* A new engine with the demo's packs, and so many bookings judged. */
void bench_outlet_engine(struct bench_engine *e, const char *bin, uint64_t bookings);
/* How many events its feed holds. */
uint64_t bench_outlet_events(const struct bench_engine *e);
/* argv[0] is the program, ended by NULL; what it prints goes to the engine's log. */
struct bench_ran bench_outlet_run(const struct bench_engine *e, const char *const *argv);
/* Writes FOLDER/name. */
void bench_outlet_file(const struct bench_engine *e, const char *name, const char *text);
#endif
