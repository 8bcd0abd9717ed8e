#ifndef FB_CSV_GUESS_H
#define FB_CSV_GUESS_H
/* A first mapping from a file's headers and values. START HERE for the folder: look.h reads the file, shape.h says what a value looks
 * like, meaning.h what a column is, write.h writes it. */
#include "adapters/inbound/csv/options.h"
#include "engine/base/err.h"
#include "engine/base/span.h"
/* An exit status of fairbank-csv. */
int fb_csv_guess(const struct fb_csv_options *options);
/* The mapping's text into *out. file: its name, for a day in it (may be NULL). FB_REFUSED: *why. What is written can be read as a
 * mapping; FB_DAMAGED where it cannot, which is a fault of this program. */
FB_MUST_CHECK enum fb_err fb_csv_guess_text(int fd, bool sheet, const char *file, const char *sheet_name, unsigned header, struct fb_text *out,
                                            const char **why);
#endif
