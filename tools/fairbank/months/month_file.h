#ifndef FB_TOOLS_FAIRBANK_MONTH_FILE_H
#define FB_TOOLS_FAIRBANK_MONTH_FILE_H
/* CSV files that a person keeps (RFC 4180, UTF-8, LF): written whole or not at all. */
#include "engine/base/span.h"
#include "tools/fairbank/command.h"
struct month_file {
    FILE *out; /* NULL: no memory */
    char *text;
    size_t n;
    bool begun; /* the row has a cell */
};
void month_file_begin(struct month_file *f);
void month_cell(struct month_file *f, struct fb_span text); /* quoted where it must be; with an apostrophe in front where a spreadsheet would read a formula */
struct fb_span month_text_back(struct fb_span cell);        /* a text that month_cell wrote, without that apostrophe */
void month_cell_word(struct month_file *f, const char *text);
void month_cell_code(struct month_file *f, fb_code code);
void month_cell_day(struct month_file *f, fb_day day);
void month_cell_int(struct month_file *f, int64_t v);
void month_cell_pounds(struct month_file *f, int64_t pence); /* -1234.05: exact, no commas */
void month_row_end(struct month_file *f);
/* Puts what was begun where it belongs, by a file beside it and a rename; - is standard output. keep: a file that is there already is
 * never written over, unless it says the same. false: not done, and why was said. Releases either way. */
bool month_file_end(struct month_file *f, const char *command, const char *path, bool keep);
#endif
