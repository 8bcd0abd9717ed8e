#ifndef FB_TESTS_SIM_KNOWN_H
#define FB_TESTS_SIM_KNOWN_H
/* What was reported at the end of some days of a run, and what stood in the books of a month when it was
 * closed: asked again at the end, both must be the same. Reports are the engine's own; what must be equal is
 * then and now. */
#include "engine/turn/report.h"
#include "tests/sim/world.h"
enum { SIM_MOMENTS_MAX = 6, SIM_CLOSES_MAX = 64 };
struct sim_moment {
    fb_day day;
    uint64_t journal; /* the last entry of that day */
    uint32_t subject; /* explained; 0: none */
    uint64_t totals, findings, explained;
};
struct sim_close {
    fb_code trust; /* 0: all */
    fb_day month;
    uint64_t books; /* all that was posted to it */
};
struct sim_known {
    struct fb_store *store;
    struct fb_reader_books *books;
    unsigned n, n_closes;
    struct sim_moment moment[SIM_MOMENTS_MAX];
    struct sim_close close[SIM_CLOSES_MAX];
};
void sim_known_open(struct sim_known *k, struct fb_store *store);
void sim_known_close(struct sim_known *k);
/* The day of the last entry is over, as far as anybody can tell yet. */
void sim_known_remember(struct sim_known *k, fb_day day, uint64_t journal, uint32_t subject);
/* Another entry was made on the day of the last moment: it was not its end. */
void sim_known_forget_last(struct sim_known *k);
/* A month was closed. */
void sim_known_closed(struct sim_known *k, fb_code trust, fb_day month);
bool sim_known_is_closed(const struct sim_known *k, fb_code trust, fb_day month);
/* An earlier month of the trust (0: of any) has live figures and is open, though one before it was closed. */
bool sim_known_gap(const struct sim_known *k, fb_code trust, fb_day month);
/* NULL: all as it was; else what differs. */
const char *sim_known_differs(struct sim_known *k);
#endif
