#ifndef FB_SHELL_TALLY_H
#define FB_SHELL_TALLY_H
/* What became of each source's messages before this start, counted from the store. Done once, on a thread of
 * its own in short reads, while the engine already works; what comes after the start is counted by the door.
 */
#include "engine/shell/session.h"
#include <stdatomic.h>
#include <uv.h>
struct fb_tally_row {
    uint64_t accepted, amended, refused, conflicts;
    uint64_t last_journal;
    uint64_t bookings, with_worker; /* first versions; of these, those that say who the worker is */
};
struct fb_tally {
    uv_work_t work;
    struct fb_store *store;
    uint64_t until;      /* journal number of the last entry before this start */
    bool running, ready; /* the loop's */
    atomic_bool stop;    /* asks the thread to leave early */
    enum fb_err err;
    struct fb_tally_row row[FB_SOURCES_MAX + 1]; /* by source number */
};
/* Begins counting. `until`: what turn's memory says right after opening. */
FB_MUST_CHECK enum fb_err fb_tally_start(struct fb_tally *t, uv_loop_t *loop, struct fb_store *store,
                                         uint64_t until);
/* Asks it to end; it has ended when `running` is false, which the loop sees. */
void fb_tally_stop(struct fb_tally *t);
/* Rows of the sources of a trust (0: of all) held in the store, in order of their numbers from `after` + 1 on: both counts added.
 * *more: there are more of them than `most`. */
FB_MUST_CHECK enum fb_err fb_tally_rows(const struct fb_tally *t, struct fb_sessions *sessions,
                                        struct fb_store *store, uint32_t after, fb_code trust, struct fb_arena *arena,
                                        struct fb_source_row *row, unsigned most, unsigned *n, bool *more);
/* What the book (NULL: none) lets be said of their habits. */
FB_MUST_CHECK enum fb_err fb_tally_habits(struct fb_store *store, const struct fb_book *book, struct fb_arena *arena,
                                          struct fb_source_row *row, unsigned n);
#endif
