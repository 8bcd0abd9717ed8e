#ifndef FB_CSV_REJECTS_H
#define FB_CSV_REJECTS_H
/* NAME.rejects.csv: every row that was set aside, refused or in conflict, with its line, the column or field,
 * the reason, and its original text, byte for byte (read again from the file, so that no text is kept in
 * memory). It can hold what the file holds, names included, so only its owner may read it. Its encoding is
 * the file's. */
#include "adapters/inbound/csv/tally.h"
#include <stdio.h>
struct fb_csv_rejects {
    char path[1024];
    FILE *file; /* NULL until the first reject */
    int from;   /* the file's descriptor */
    bool ascii_only, failed;
    int error; /* errno of the first failure */
};
/* Whether files can be made beside `path` (its folder is there and takes one): 0, or the errno. */
FB_MUST_CHECK int fb_csv_rejects_probe(const char *path);
/* Where they go: DIR/NAME.rejects.csv, NAME being the file's name without its .csv; dir NULL: beside the file. FB_LIMIT: too long. */
FB_MUST_CHECK enum fb_err fb_csv_rejects_path(struct fb_csv_rejects *r, const char *file, const char *dir);
/* An old file of that name is removed: each run writes its own. */
void fb_csv_rejects_start(struct fb_csv_rejects *r, int from, bool ascii_only);
void fb_csv_rejects_write(struct fb_csv_rejects *r, const struct fb_csv_tally_row *row);
/* FB_IO: something could not be written; r->error says why. */
FB_MUST_CHECK enum fb_err fb_csv_rejects_end(struct fb_csv_rejects *r);
#endif
