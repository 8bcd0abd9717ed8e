#ifndef FB_CSV_GUESS_SHAPE_H
#define FB_CSV_GUESS_SHAPE_H
/* What a single value looks like, without knowing what it is. */
#include "adapters/inbound/csv/moment.h"
enum { FB_GUESS_DATES = 18, FB_GUESS_TIMES = 6, FB_GUESS_BOTHS = 5 * FB_GUESS_DATES + 1, FB_GUESS_PATTERN_BYTES = 24 };
/* Ways to write a date, a time and both, the likelier of two that fit the same values first: the day before the month. The last of
 * the third is `iso`, an instant with its zone. */
const char *fb_guess_date_pattern(unsigned i);
const char *fb_guess_time_pattern(unsigned i);
void fb_guess_both_pattern(unsigned i, char out[FB_GUESS_PATTERN_BYTES]);
/* The same with day and month exchanged; its own number where there is no such. */
unsigned fb_guess_date_twin(unsigned i);
unsigned fb_guess_both_twin(unsigned i);
bool fb_guess_fits_date(unsigned i, struct fb_span value);
bool fb_guess_fits_time(unsigned i, struct fb_span value);
bool fb_guess_fits_both(unsigned i, struct fb_span value);
/* Digits, with a sign, a point, thousands commas, a pound sign. */
bool fb_guess_is_number(struct fb_span value);
/* Looks as if it said who somebody is: an e-mail address, six digits or more that are no date, a title, a surname with a comma, two
 * or three capitalised words none of which is a word of the trade. Takes too many rather than too few. */
bool fb_guess_is_person(struct fb_span value);
/* Ten digits of which the last is the check digit of an NHS number; or a National Insurance number; or an e-mail address. */
bool fb_guess_is_identifier(struct fb_span value);
#endif
