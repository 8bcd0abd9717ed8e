#ifndef FB_ALLOCATE_MAP_H
#define FB_ALLOCATE_MAP_H
/* One event, scrubbed -> the records that it makes. Events name shifts by id alone, so that what was told before is looked up in the
 * memory, and what is told now is put there. START HERE: map_event.c has the table of events.
 *
 * An event is taken whole or not at all. Lifetimes: the spans of records live in the arena, or in the JSON of `made`, until
 * fb_allocate_made_free. */
#include "adapters/inbound/allocate/memory.h"
#include "adapters/inbound/allocate/settings.h"
enum { FB_ALLOCATE_RECORDS_MAX = 6, FB_ALLOCATE_HELD_MAX = 24, FB_ALLOCATE_REASON_BYTES = 200 };
struct fb_allocate_made {
    unsigned n;
    struct fb_record record[FB_ALLOCATE_RECORDS_MAX];
    char reason[FB_ALLOCATE_REASON_BYTES]; /* of a refusal; names fields and ids, never their other values */
    unsigned n_held;
    json_t *held[FB_ALLOCATE_HELD_MAX];    /* what the spans point into */
};
/* What was left out for want of a word: the table, and the record it is of. Never the value: it could be anything. */
typedef void fb_allocate_told(void *ctx, const char *table, const char *of);
struct fb_allocate_task {
    const struct fb_allocate_settings *settings;
    struct fb_allocate_memory *memory;
    struct fb_arena *arena;
    fb_allocate_told *told; /* or NULL */
    void *ctx;
    int64_t now_ms;         /* when an event without a time arrived; FB_ABSENT: it then has none, and is refused */
};
/* FB_OK with n 0: an event that says nothing of ours. FB_REFUSED: see reason. FB_IO, FB_FULL, FB_BUSY: the memory. */
FB_MUST_CHECK enum fb_err fb_allocate_map(const struct fb_allocate_task *task, const json_t *event, struct fb_allocate_made *out);
void fb_allocate_made_free(struct fb_allocate_made *made);
/* Hex of what an event says: the same event again has the same. The configuration takes part. */
void fb_allocate_hash(const struct fb_allocate_settings *s, const json_t *event, char out[33]);

/* ---- the parts of it, for tests ---- */
/* An RFC 3339 instant in whole minutes. */
FB_MUST_CHECK enum fb_err fb_allocate_minute(int64_t *out, const json_t *v);
/* A day (2026-03-16, or an instant: its day in London) and two times of day: the second is the first such time after the first. */
FB_MUST_CHECK enum fb_err fb_allocate_span_of_day(struct fb_shift_time *out, struct fb_span local[2], struct fb_arena *arena, const json_t *date,
                                                  const json_t *from, const json_t *to, const char **why);
/* The grid of rates, and of rates by interval. What cannot be said in one grid is left out, and complete is then no. */
FB_MUST_CHECK enum fb_err fb_allocate_rates(const struct fb_allocate_settings *s, const json_t *duty, struct fb_rates *out, const char **why);
#endif
