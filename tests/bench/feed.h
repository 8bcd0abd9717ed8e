#ifndef FB_TESTS_BENCH_FEED_H
#define FB_TESTS_BENCH_FEED_H
/* Batches of made-up bookings for a turn, decoded as the loop thread does, and stores to put them in. */
#include "engine/turn/turn.h"
#include "tests/bench/bench.h"
enum { BENCH_BATCH_MAX = 4096, BENCH_FRAME = 2048 };
#define BENCH_NOBODY UINT64_MAX
struct bench_feed {
    struct fb_record record[BENCH_BATCH_MAX];
    unsigned char frame[BENCH_BATCH_MAX][BENCH_FRAME];
    struct fb_input input[BENCH_BATCH_MAX];
    struct fb_answer answer[BENCH_BATCH_MAX];
    struct bench_texts texts;
    struct fb_record made;
    uint64_t workers; /* how many there are; 0: as bench_booking has them; BENCH_NOBODY: nobody says who it is */
    uint64_t stride;  /* from one's worker to the next one's; 0: who works is drawn */
    unsigned ahead;   /* of those that arrive on a day: they are for the next so many days; 0: twenty-eight */
    struct fb_arena arena;
    unsigned char *memory;
};
struct bench_feed *bench_feed_open(void);
void bench_feed_close(struct bench_feed **f);
/* day: FB_ABSENT for the year of bench_booking; else those that arrive on that local day. */
void bench_feed_fill(struct bench_feed *f, uint64_t first, unsigned n, uint32_t source, int64_t day);
/* The one source of the benches, told to a turn. */
uint32_t bench_feed_source(struct fb_turn *turn, int64_t now_ms);

/* A store in a new folder under build/, and what becomes of it. */
struct bench_store {
    char folder[24];
    struct fb_store *store;
};
void bench_store_open(struct bench_store *s);
void bench_store_close(struct bench_store *s);
#endif
