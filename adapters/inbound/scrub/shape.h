#ifndef FB_SCRUB_SHAPE_H
#define FB_SCRUB_SHAPE_H
/* What a cell that is kept may look like, and what a column that is kept may be called. A column that was taken for another, an
 * export whose columns moved, a name typed where a ward belongs: the shape is what stops it, row by row. The same tables stand
 * in fairbank_scrub.py. */
#include "engine/base/span.h"
enum fb_scrub_shape {
    FB_SCRUB_CODE,      /* a reference: letters, digits and . _ / - ; 40 bytes, no ten digits together, no date */
    FB_SCRUB_LONG_CODE, /* the same with any digits: for references of ten digits and more */
    FB_SCRUB_DATE,      /* a day, a time or both; no year before 2010, so that a date of birth shows */
    FB_SCRUB_OLD_DATE,  /* the same with any year: since when somebody is employed */
    FB_SCRUB_NUMBER,    /* money, minutes, hours: nine digits at most */
    FB_SCRUB_LABEL,     /* a word or two out of a list of the source's: 80 bytes, five digits at most */
    FB_SCRUB_TEXT,      /* named free text: 200 bytes, no address of mail, no ten digits */
    FB_SCRUB_SHAPES
};
/* The names by which rules ask for a shape; FB_SCRUB_SHAPES: none. Free text has a section of its own and no name here. */
enum fb_scrub_shape fb_scrub_shape_find(struct fb_span name);
/* NULL: the cell fits (an empty one always does). Else why not, without saying the cell. */
const char *fb_scrub_shape_fault(enum fb_scrub_shape shape, struct fb_span cell);
/* Does a column of this name say who somebody is (it may not be kept at all), or is it written by people (it must be named as
 * free text)? */
bool fb_scrub_names_person(struct fb_span header);
bool fb_scrub_names_free_text(struct fb_span header);
#endif
