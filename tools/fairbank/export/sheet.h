#ifndef FB_TOOLS_FAIRBANK_EXPORT_SHEET_H
#define FB_TOOLS_FAIRBANK_EXPORT_SHEET_H
/* What an export writes, whatever the file: what it is (About), the table, and the same table with the name of each figure in its
 * place (From), which `fairbank explain` takes. Figures stay whole numbers (minutes, pence, a share as two counts) until they
 * are written.
 *
 * Texts come from others, and a spreadsheet reads a text that begins with = + - @, a tab or a line break as a formula, whoever
 * wrote it: such a text gets an apostrophe in front, in both files; so does one that begins with #, which marks lines of ours in the CSV.
 * Figures are ours, and stay as they are.
 * The same book gives the same bytes: no clock is read, and a workbook says it was made on the last day that it tells of. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
enum { SHEET_COLUMNS_MAX = 32, SHEET_ABOUT_MAX = 128, SHEET_ROWS_MAX = 1048000 }; /* a worksheet has 1,048,576 rows */
enum sheet_kind { SHEET_TEXT, SHEET_COUNT, SHEET_MINUTES, SHEET_PENCE, SHEET_PERCENT };
enum sheet_state { SHEET_SHOWN, SHEET_LEFT_OUT, SHEET_NOT_SAID, SHEET_NOTHING };
#define SHEET_LEFT_OUT_TEXT "*"
#define SHEET_NOT_SAID_TEXT "cannot say"
struct sheet_cell {
    uint8_t kind, state;
    const char *text;   /* of TEXT */
    int64_t value, of;  /* PERCENT: so many of so many */
};
struct sheet {
    const char *name;
    unsigned n_columns, n_cells, room; /* cells, row after row */
    const char *head[SHEET_COLUMNS_MAX];
    unsigned texts;     /* so many columns at the left stay when one scrolls */
    struct sheet_cell *cell;
};
struct sheet_text;
struct sheet_book {
    struct sheet table, from; /* from: no rows where the table names its records itself */
    unsigned n_about;
    struct {
        const char *key, *value;
    } about[SHEET_ABOUT_MAX];
    int32_t day;          /* since 1970-01-01: the date that a workbook is given */
    unsigned left_out;
    uint32_t small;       /* figures of fewer shifts were left out; 0: none was to be */
    struct sheet_text *texts;
    bool full;            /* memory ran out, or there are too many rows */
};
/* Lives as long as the book. */
const char *sheet_copy(struct sheet_book *b, const char *text);
void sheet_say(struct sheet_book *b, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
void sheet_add(struct sheet_book *b, struct sheet *s, struct sheet_cell cell);
void sheet_add_text(struct sheet_book *b, struct sheet *s, const char *text); /* copied */
/* As it is read: "*", "1234", "7.50", "12.34", "96.4"; of a TEXT made harmless. size: at least 40 for figures. */
void sheet_cell_format(char *out, size_t size, const struct sheet_cell *c);
/* The apostrophe, where one is called for. */
bool sheet_is_unsafe(const char *text);
/* The table, then lines whose first cell begins with '#': of where figures are from, and of what it is, with what was left out as
 * the last. Ends of lines are \n, and the text is UTF-8. */
void sheet_write_csv(FILE *out, const struct sheet_book *b);
/* The names of the columns as a line, and the rows alone. */
void sheet_write_heads(FILE *out, const struct sheet *s);
void sheet_write_rows(FILE *out, const struct sheet *s);
/* A workbook of two or three sheets: About, the table, From. NULL: written, and read back whole; else what went wrong. */
const char *sheet_write_xlsx(const char *path, const struct sheet_book *b);
/* For machines: {"export", "columns": [title], "rows": [[cell]], "left_out": {"figures", "fewer_than", "why"}, "about": [{"key", "text"}]}. A
 * cell is a text, or {"unit": shifts, minutes, pence or share, "state": shown, left_out, cannot_say or nothing, "value" where it is shown, "of"
 * (a share is value of so many), "from": its name}. Texts are as they are: nobody reads a formula here. false: it could not be written. */
bool sheet_write_json(FILE *out, const struct sheet_book *b);
void sheet_release(struct sheet_book *b);
#endif
