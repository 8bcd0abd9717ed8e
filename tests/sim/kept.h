#ifndef FB_TESTS_SIM_KEPT_H
#define FB_TESTS_SIM_KEPT_H
/* Seeds that failed once: a committed file of lines "SEED why", '#' begins a comment. They are run first, for ever. What a seed
 * means changes with the simulator's draws; that it stays costs half a second. */
#include <stdbool.h>
#include <stdint.h>
enum { SIM_KEPT_MAX = 256 };
/* false: there is no such file, or a line of it is none. */
bool sim_kept_read(const char *path, uint64_t seed[SIM_KEPT_MAX], unsigned *n);
bool sim_kept_add(const char *path, uint64_t seed, const char *why);
#endif
