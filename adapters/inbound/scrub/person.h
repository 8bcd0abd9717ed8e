#ifndef FB_SCRUB_PERSON_H
#define FB_SCRUB_PERSON_H
/* What of a person shows by its form, wherever in a cell it stands: for the shapes that let people write. A name shows by nothing.
 * The same patterns stand in fairbank_scrub_rules.py, as regular expressions. */
#include "engine/base/span.h"
/* A date before 2010: a date of birth? With a month's name or in figures, day or year first. Years of two figures are those of 1946 to 2009
 * unless they are 10 to 45. Figures are a date when both marks between them are the same: 07.30-08.00 is none. */
bool fb_scrub_has_old_date(struct fb_span cell);
/* A National Insurance number however it is spaced, an @ by another sign, figures that are not 0 to 9, ten figures in groups. */
bool fb_scrub_has_number_of_person(struct fb_span cell);
#endif
