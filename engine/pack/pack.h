#ifndef FB_PACK_PACK_H
#define FB_PACK_PACK_H
/* Folders of rules (YAML and CSV) -> a book. The whole door of this room; the format is told in
 * rules/README.md.
 *
 * Who may call: the shell, the tools and the tests. No clock is read here: whoever wants to know whether a
 * review date has passed hands in today's date. Lifetimes: 1. a book owns everything that it points to, and
 * nothing of the files it was made from; 2. it is freed as a whole by fb_pack_free; 3. files read by
 * fb_pack_read_dir belong to their list, freed by fb_pack_files_free;
 * 4. a report belongs to the caller, who starts it as {0} and ends it with fb_pack_report_free.
 * Errors: whatever is wrong in a file goes into the report with file and line, all of it in one run, and the
 * call answers FB_REFUSED. FB_IO: a folder or file cannot be read (the report says which). FB_FULL: no
 * memory. */
#include "engine/base/err.h"
#include "engine/base/span.h"
#include "engine/base/when.h"
#include "engine/core/book.h"
#include <stdbool.h>
#include <stdio.h>

#define FB_PACK_FILE_BYTES_MAX (4u << 20) /* one file: a national price card is about 50 KB */
#define FB_PACK_FILES_MAX      512u       /* files of all layers together */
#define FB_PACK_ERRORS_MAX     200u       /* more than a person mends in one go */
#define FB_PACK_NO_DATE        INT32_MIN  /* for fb_pack_check: nobody says which day it is */

struct fb_pack_error {
    char file[256]; /* "england/rates/afc-pay-points.csv" */
    unsigned line;  /* from 1; 0: the file or folder as a whole */
    char text[240]; /* what is wrong, and what to do */
    bool warning;   /* the book can be made all the same */
};
struct fb_pack_report {
    struct fb_pack_error *e;
    unsigned n, errors, warnings; /* errors and warnings are counted beyond FB_PACK_ERRORS_MAX as well */
    unsigned room;
};
void fb_pack_report_free(struct fb_pack_report *report);
/* "england/pack.yaml:4: error: …", one line each. */
void fb_pack_report_print(FILE *out, const struct fb_pack_report *report);

/* One file of a pack. The engine stores these by hash and compiles a book from the store again. */
struct fb_pack_file {
    struct fb_span pack; /* the folder's own name, "england" */
    struct fb_span path; /* inside the pack, "rates/bank-card.yaml" */
    struct fb_span bytes;
};
struct fb_pack_files {
    struct fb_pack_file *file;
    unsigned n, room;
};
/* Adds the files of one pack's folder to *files, ascending by path, so that every machine has the same order.
 * Left out: names that begin with a dot or end in ~ or .md. */
FB_MUST_CHECK enum fb_err fb_pack_read_dir(struct fb_pack_files *files, const char *dir,
                                           struct fb_pack_report *report);
/* The packs on which the pack in that folder stands, and then itself: those named under `on` in its pack.yaml, else
 * england where it is found (nothing, of a national pack); they lie beside it, or beside the folder that holds it. For examples, and
 * for a folder that somebody asks about alone. */
FB_MUST_CHECK enum fb_err fb_pack_read_stack(struct fb_pack_files *files, const char *dir,
                                             struct fb_pack_report *report);
void fb_pack_files_free(struct fb_pack_files *files);

/* Layers, most general first; the files of one pack stand together, in any order. *out is NULL on any error;
 * warnings alone do not stop a book. The digest is BLAKE2b-128 over (pack, path, bytes) of every file in
 * order. */
FB_MUST_CHECK enum fb_err fb_pack_load_files(struct fb_book **out, const struct fb_pack_file *files,
                                             unsigned n, struct fb_pack_report *report);
/* The same, of the values that were known by a day: rows whose known_since lies after it are left out, and of rows that
 * hold for the same thing and day the one that became known last wins. INT32_MAX: all that the files say, which is what
 * fb_pack_load_files takes. */
FB_MUST_CHECK enum fb_err fb_pack_load_known(struct fb_book **out, const struct fb_pack_file *files,
                                             unsigned n, fb_day known, struct fb_pack_report *report);
/* Reads the folders, then the same. */
FB_MUST_CHECK enum fb_err fb_pack_load(struct fb_book **out, const char *const *dirs, unsigned n,
                                       struct fb_pack_report *report);
void fb_pack_free(struct fb_book **book);
/* What a person who looks after a pack wants to know beyond "it loads", each with file, line and an hour or a day as its
 * example. Errors (FB_REFUSED): pay below a wage floor that holds by law, a higher band below a lower one under one rule, two
 * rows that win equally. Warnings: days that nothing covers, rows that never win, pay below a voluntary floor or above a cap,
 * on-costs, fees and VAT that are missing, bands left out, a review date that has passed. Load errors come too. Asks the core's
 * pricing for every band, worker and category on each day on which anything begins or ends; bounded. today: FB_PACK_NO_DATE
 * leaves the review date out. */
FB_MUST_CHECK enum fb_err fb_pack_check(const struct fb_pack_file *files, unsigned n, fb_day today,
                                        struct fb_pack_report *report);
/* Runs every file under cases/ of the list against the book: a shift in the words of the trade, and what must
 * come of it. Each expectation that is not met is an error at the case's line. *ran: how many cases there
 * were. */
FB_MUST_CHECK enum fb_err fb_pack_cases(const struct fb_book *book, const struct fb_pack_file *files,
                                        unsigned n, unsigned *ran, struct fb_pack_report *report);
#endif
