#ifndef FB_ODS_REGISTER_H
#define FB_ODS_REGISTER_H
/* The register of organisations from the Organisation Data Service: one file a date, no header, the columns
 * of its "etr" report (NHS trusts): code, name, national grouping, high-level health geography, five lines of
 * address, postcode, open date, close date, and more that is not read.
 *
 * What the geography says is where the head office sits. It is the best public word on which integrated care
 * system a trust belongs to, and wrong where a trust works elsewhere; a file of changes can say otherwise,
 * with its source. A file tells what holds on its date only: that a trust's system was another one in the
 * file before says that it changed in between, not when, unless the file of changes names the day.
 *
 * Lifetimes: a register owns its texts. Errors: a row that cannot be used is told with file and line,
 * counted, and costs only itself. */
#include "engine/base/err.h"
#include "engine/base/limits.h"
#include "engine/base/when.h"
#include <stdio.h>
enum { FB_ODS_FILES_MAX = 32, FB_ODS_MEMBERSHIPS_MAX = 16, FB_ODS_CHANGES_MAX = 512 };

/* Half-open; INT32_MIN / INT32_MAX: not stated. */
struct fb_ods_membership {
    fb_code ics; /* 0: in none that the file names */
    fb_day from, until;
    bool from_exact; /* the day was told; else it is that of the first file that shows it */
};
struct fb_ods_organisation {
    fb_code ods;
    char name[FB_TEXT_BYTES_MAX + 1];
    fb_day opened, closed;    /* closed: its last day; INT32_MAX: open */
    fb_day first_at, last_at; /* dates of the first and the last file that hold it */
    unsigned n;
    struct fb_ods_membership membership[FB_ODS_MEMBERSHIPS_MAX];
};
struct fb_ods_register {
    struct fb_ods_organisation *org; /* ascending by code once settled */
    unsigned n, room, faults, n_files;
    uint32_t *slot; /* 2 * room: an organisation's place from 1, by its code; 0: none */
    fb_day at[FB_ODS_FILES_MAX]; /* dates of the files, ascending */
    struct fb_ods_change {
        fb_code ods, was, is; /* ods 0: every organisation that was in `was` */
        fb_day day;
    } change[FB_ODS_CHANGES_MAX];
    unsigned n_changes;
    FILE *complaints; /* where faults are told; NULL: nowhere */
};
/* "20241101" or "" (otherwise). FB_REFUSED: neither. */
FB_MUST_CHECK enum fb_err fb_ods_day(fb_day *out, struct fb_span text, fb_day otherwise);
/* Adds one file. Files come in the order of their dates: FB_REFUSED when this one is not later than the last,
 * or when it holds no usable row at all; FB_IO: it cannot be read (errno); FB_FULL. */
FB_MUST_CHECK enum fb_err fb_ods_read(struct fb_ods_register *reg, const char *path, fb_day at);
/* Days of change, before the files are read: a CSV with the header ods,was,is,date,source (ods empty: all).
 */
FB_MUST_CHECK enum fb_err fb_ods_read_changes(struct fb_ods_register *reg, const char *path);
/* Sorts, and applies changes that lie after the last file. */
void fb_ods_settle(struct fb_ods_register *reg);
void fb_ods_release(struct fb_ods_register *reg);
#endif
