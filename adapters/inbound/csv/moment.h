#ifndef FB_CSV_MOMENT_H
#define FB_CSV_MOMENT_H
/* Dates and times as files write them, by a pattern: `yyyy yy mmm mm m dd d` year, month and day, `HH H MM
 * SS` hour, minute, second; anything else stands for itself (letters in any case). Local civil time, no zone,
 * no clock: which instant it is, is the engine's rule (engine/base/when.h). */
#include "engine/base/when.h"
struct fb_moment {
    bool has_date, has_time;
    fb_day day;
    unsigned minute; /* of the day, 0-1440: 24:00 is the end of the day */
    unsigned second;
};
/* Can the text be a pattern? FB_REFUSED: it names no part of a date or time, or one twice. */
FB_MUST_CHECK enum fb_err fb_pattern_check(struct fb_span pattern, bool *has_date, bool *has_time);
/* FB_REFUSED: the text does not look like the pattern, or there is no such date or time. */
FB_MUST_CHECK enum fb_err fb_moment_match(struct fb_moment *out, struct fb_span pattern, struct fb_span text);
/* "2026-03-16T19:30", with ":05" when there are seconds; 24:00 becomes the next day's 00:00. */
void fb_moment_format(char out[20], const struct fb_moment *m);
/* A file's name against "rth_{yyyymmdd}*.csv": pieces in braces are patterns, `*` is any run of characters.
 */
FB_MUST_CHECK enum fb_err fb_moment_in_name(struct fb_moment *out, struct fb_span template,
                                            struct fb_span name);
FB_MUST_CHECK enum fb_err fb_name_template_check(struct fb_span template);
#endif
