#ifndef FB_BASE_WHEN_H
#define FB_BASE_WHEN_H
/* Time without a clock. Instants are UTC; local times are Europe/London by the statutory rule (summer
 * time from the last Sunday of March to the last Sunday of October, changing at 01:00 UTC: Summer Time
 * Act 1972 as amended by SI 2002/262). Nothing here reads a clock; intervals are half-open.
 *   fb_day      days since 1970-01-01 (a civil date)
 *   *_min       minutes since 1970-01-01T00:00Z     *_ms  milliseconds since the same */
#include <stdbool.h>
#include <stdint.h>
#include "engine/base/err.h"
#include "engine/base/span.h"
typedef int32_t fb_day;
enum { FB_MINUTE_MS = 60000, FB_DAY_MINUTES = 24 * 60 };
fb_day fb_day_of(int year, unsigned month, unsigned day);
void fb_day_civil(fb_day d, int *year, unsigned *month, unsigned *day);
/* 0 Monday … 6 Sunday. */
unsigned fb_day_weekday(fb_day d);
/* The Monday of the ISO week that d lies in: weeks are keyed by it. */
fb_day fb_day_week(fb_day d);
/* First day of its calendar month. */
fb_day fb_day_month(fb_day d);
/* "2026-03-16"; also "16/03/2026" is NOT accepted here: adapters translate. FB_REFUSED: no such date. */
FB_MUST_CHECK enum fb_err fb_day_parse(fb_day *out, struct fb_span s);
void fb_day_format(char out[11], fb_day d);

/* 0 or 60: what to add to UTC minutes to get London minutes at that instant. */
int fb_london_offset_min(int64_t utc_min);
/* Local civil minutes at an instant (utc_min + offset). */
int64_t fb_london_local_min(int64_t utc_min);
/* The local date of an instant, in minutes or milliseconds UTC. */
fb_day fb_london_day(int64_t utc_min);
fb_day fb_london_day_of_ms(int64_t utc_ms);
/* The instants at which local civil minute `local_min` occurs: 0 (spring gap), 1 or 2 (autumn), ascending. */
unsigned fb_london_instants(int64_t local_min, int64_t out[2]);
/* The next change of offset strictly after utc_min, as an instant. */
int64_t fb_london_next_change(int64_t utc_min);

/* An instant as text: "2026-03-28T19:30Z" (minutes) or with seconds "…:05Z", "…:05.250Z"; offsets "+01:00".
 * No suffix means London local. */
enum fb_when_note { FB_WHEN_AMBIGUOUS_START = 1, FB_WHEN_AMBIGUOUS_END = 2 };
struct fb_shift_time {
    int64_t start_min, end_min; /* UTC */
    unsigned notes;             /* fb_when_note bits */
};
/* Start and end of a shift from text. stated_min: the duration the source states, or -1. An ambiguous
 * start takes the earlier instant; an ambiguous end the one that fits the stated duration, else the later.
 * FB_REFUSED: *bad names the field ("start" or "end") and *why is a sentence that says what to do. */
FB_MUST_CHECK enum fb_err fb_shift_resolve(struct fb_shift_time *out, struct fb_span start, struct fb_span end,
                                           int64_t stated_min, const char **bad, const char **why);
/* One instant in milliseconds; a local ambiguous time takes the earlier. FB_REFUSED: no such time. */
FB_MUST_CHECK enum fb_err fb_instant_parse(int64_t *out_ms, struct fb_span s);
/* "2026-03-16T07:30:00.000Z" */
void fb_instant_format(char out[25], int64_t ms);
/* London local "2026-03-16T07:30" of an instant in minutes. */
void fb_local_format(char out[17], int64_t utc_min);
#endif
