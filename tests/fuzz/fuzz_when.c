/* Any bytes as a day, as an instant, and (cut at the first line end) as a shift. What is accepted must be
 * written in one form that is read back as the same value; what is refused must say which field and why. */
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/when.h"
#include "tests/lib/fuzz.h"
#include <stdlib.h>
#include <string.h>

static void check_day(struct fb_span s)
{
    fb_day day, again;
    char text[11];
    if (fb_day_parse(&day, s) != FB_OK)
        return;
    fb_day_format(text, day);
    fb_assert(fb_span_is(s, text));
    fb_assert(fb_day_parse(&again, fb_span_of(text)) == FB_OK && again == day);
    fb_assert(fb_day_week(day) <= day && day - fb_day_week(day) < 7 && fb_day_weekday(fb_day_week(day)) == 0);
}

/* The local text of an instant names that instant, among at most two. */
static void check_local(int64_t utc_min)
{
    int64_t out[2] = {0, 0};
    unsigned n = fb_london_instants(fb_london_local_min(utc_min), out);
    fb_assert(n >= 1 && n <= 2 && (out[0] == utc_min || (n == 2 && out[1] == utc_min)));
    fb_assert(n == 1 || out[1] - out[0] == 60);
    int64_t change = fb_london_next_change(utc_min);
    fb_assert(change > utc_min && fb_london_offset_min(change) != fb_london_offset_min(change - 1));
    fb_assert(fb_london_offset_min(change - 1) == fb_london_offset_min(utc_min));
    char text[17];
    int64_t ms;
    fb_local_format(text, utc_min);
    fb_assert(fb_instant_parse(&ms, fb_span_of(text)) == FB_OK && ms == out[0] * 60000);
}

static void check_instant(struct fb_span s)
{
    int64_t ms, again;
    char text[25];
    if (fb_instant_parse(&ms, s) != FB_OK)
        return;
    fb_instant_format(text, ms);
    fb_assert(fb_instant_parse(&again, fb_span_of(text)) == FB_OK && again == ms);
    check_local((ms - ((ms % 60000) + 60000) % 60000) / 60000);
}

static void check_shift(struct fb_span start, struct fb_span end, int64_t stated_min)
{
    struct fb_shift_time s, again;
    const char *bad = NULL, *why = NULL;
    char from[25], to[25];
    if (fb_shift_resolve(&s, start, end, stated_min, &bad, &why) != FB_OK) {
        fb_assert(bad != NULL && (strcmp(bad, "start") == 0 || strcmp(bad, "end") == 0));
        fb_assert(why != NULL && strstr(why, ": ") != NULL);
        return;
    }
    fb_assert(s.end_min > s.start_min && s.end_min - s.start_min <= FB_SHIFT_MINUTES_MAX);
    fb_instant_format(from, s.start_min * 60000);
    fb_instant_format(to, s.end_min * 60000);
    fb_assert(fb_shift_resolve(&again, fb_span_of(from), fb_span_of(to), stated_min, &bad, &why) == FB_OK);
    fb_assert(again.start_min == s.start_min && again.end_min == s.end_min && again.notes == 0);
    check_local(s.start_min);
    check_local(s.end_min);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FB_MESSAGE_BYTES_MAX)
        return 0;
    struct fb_span all = {(const char *)data, (uint32_t)size};
    check_day(all);
    check_instant(all);
    const uint8_t *cut = size == 0 ? NULL : memchr(data, '\n', size);
    if (cut == NULL)
        return 0;
    struct fb_span start = {(const char *)data, (uint32_t)(cut - data)};
    struct fb_span end = {(const char *)cut + 1, (uint32_t)(size - (size_t)(cut - data) - 1)};
    check_day(start);
    check_instant(end);
    check_shift(start, end, -1);
    check_shift(start, end, 330);
    return 0;
}
