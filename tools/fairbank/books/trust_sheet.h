#ifndef FB_TOOLS_FAIRBANK_TRUST_SHEET_H
#define FB_TOOLS_FAIRBANK_TRUST_SHEET_H
/* A trust's own CSV file, row by row, as its map lays it out: values by what they are, and each fault with FILE:LINE:COLUMN, the
 * column by its place in the file and by its name. Memory does not grow with the file. */
#include "adapters/inbound/csv/rows.h"
#include "tools/fairbank/books/trust_map.h"
#include <stdio.h>
enum { TRUST_FAULTS_MAX = 20 };
struct trust_faults {
    unsigned n; /* counted beyond those that are kept */
    char text[TRUST_FAULTS_MAX][TRUST_FAULT_BYTES];
};
void trust_faults_print(FILE *out, const struct trust_faults *f);
struct trust_sheet {
    const char *name; /* as it stands in messages */
    const struct trust_layout *layout;
    struct trust_faults *faults;
    struct fb_csv_rows *rows;
    struct fb_csv_row row;
    int at[TRUST_COLUMNS]; /* -1: the file has no such column */
    unsigned n_columns;
};
/* Reads up to the row of names. FB_REFUSED, FB_IO, FB_FULL: there is a fault that says what. which: TRUST_IN_LEDGER or …_RETURN. */
FB_MUST_CHECK enum fb_err trust_sheet_open(struct trust_sheet *s, const char *path, const char *name, const struct trust_layout *layout,
                                           unsigned which, struct trust_faults *faults);
void trust_sheet_close(struct trust_sheet *s);
/* The next row; one that cannot be split is a fault, and passed over. false: the end (FB_OK in *e), or the disk failed. */
bool trust_sheet_next(struct trust_sheet *s, enum fb_err *e);
void trust_sheet_fault(struct trust_sheet *s, enum trust_column c, const char *what, struct fb_span detail);
/* {NULL, 0}: no such column, or an empty cell. Text that is no UTF-8 is a fault. Lives until the next row. */
struct fb_span trust_sheet_text(struct trust_sheet *s, enum trust_column c);
/* false: a fault, or empty, which is one too. of_month: the cell named a month only, and *day is its first. */
bool trust_sheet_day(struct trust_sheet *s, enum trust_column c, fb_day *day, bool *of_month);
/* "£1,234.50", "(12.00)", "12.00-", "12.00 CR". false: a fault. An empty cell is nought. */
bool trust_sheet_pence(struct trust_sheet *s, enum trust_column c, int64_t *pence);
bool trust_sheet_count(struct trust_sheet *s, enum trust_column c, int64_t *n);
/* "7.5", or "7:30". */
bool trust_sheet_minutes(struct trust_sheet *s, enum trust_column c, int64_t *minutes);

/* The values alone: false when they are none. */
bool trust_pence_of(struct fb_span text, int64_t *pence);
bool trust_count_of(struct fb_span text, int64_t *n);
bool trust_minutes_of(struct fb_span text, int64_t *minutes);
#endif
