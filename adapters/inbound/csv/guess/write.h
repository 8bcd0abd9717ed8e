#ifndef FB_CSV_GUESS_WRITE_H
#define FB_CSV_GUESS_WRITE_H
/* The guess as a mapping, with `# ?` where it is not sure. No value of a column that says who somebody is stands in it, and of other
 * columns only words that look like nobody's name. */
#include "adapters/inbound/csv/guess/meaning.h"
enum { FB_GUESS_TEXT_BYTES = 256 << 10 };
struct fb_guess_writer {
    const struct fb_guess *guess;
    struct fb_guess_meanings meanings;
    const char *file, *sheet; /* the file's name, for a day in it; NULL: not said */
    struct fb_text *out;
    bool day_first; /* of two ways that fit */
    const char *dates[FB_GUESS_DATES], *times[FB_GUESS_TIMES];
    char boths[FB_GUESS_DATES][FB_GUESS_PATTERN_BYTES];
    unsigned n_dates, n_times, n_boths;
    unsigned undecided; /* columns in which the day might be the month */
};
void fb_guess_write(struct fb_guess_writer *w);
/* Its second half (write_records.c): words, shift, records. */
void fb_guess__write_words(struct fb_guess_writer *w);
void fb_guess__write_records(struct fb_guess_writer *w);
/* ---- shared by both halves ---- */
bool fb_guess__has(const struct fb_guess_writer *w, enum fb_guess_meaning m);
const struct fb_guess_column *fb_guess__column(const struct fb_guess_writer *w, enum fb_guess_meaning m);
void fb_guess__line(struct fb_guess_writer *w, const char *text);
/* "text", quoted for YAML. */
void fb_guess__quoted(struct fb_guess_writer *w, const char *text);
/* Whether a column is written with a table of words. */
bool fb_guess__has_words(const struct fb_guess_writer *w, enum fb_guess_meaning m);
/* Whether a column of moments holds dates with times, not days alone. */
bool fb_guess__is_instant(const struct fb_guess_writer *w, enum fb_guess_meaning m);
/* The column that every row has a value of its own in, as far as is seen, and that is nobody: for references. */
enum fb_guess_meaning fb_guess__reference(const struct fb_guess_writer *w);
#endif
