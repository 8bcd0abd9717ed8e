#ifndef FB_CSV_GUESS_LOOK_H
#define FB_CSV_GUESS_LOOK_H
/* A file, looked at: how it is written, where its header is, what its columns hold. Memory is bounded, whatever the file; so are the
 * rows that are read. */
#include "adapters/inbound/csv/guess/shape.h"
#include "adapters/inbound/csv/rows.h"
enum {
    FB_GUESS_COLUMNS_MAX = 128,
    FB_GUESS_ROWS_MAX = 20000,
    FB_GUESS_WORDS_MAX = 40,
    FB_GUESS_WORD_BYTES = 64,
    FB_GUESS_HEADER_BYTES = 160
};
struct fb_guess_word {
    char text[FB_GUESS_WORD_BYTES];
    uint32_t rows;
};
struct fb_guess_column {
    char header[FB_GUESS_HEADER_BYTES]; /* "": none, or no text */
    bool twice;                         /* another has the same */
    uint32_t filled, empty;
    uint32_t date[FB_GUESS_DATES], time[FB_GUESS_TIMES], both[FB_GUESS_BOTHS]; /* values that fit */
    uint32_t tried, numbers, persons, identifiers, longest;
    uint32_t sheet_dates, sheet_boths; /* cells of a workbook that are dates as such */
    unsigned n_words;
    bool many; /* more words than are kept, or longer ones */
    struct fb_guess_word word[FB_GUESS_WORDS_MAX];
    uint64_t marks[64]; /* a bit per hash of a value: how many are different, nearly */
};
struct fb_guess {
    bool windows_1252, sheet, more_rows, totals;
    char delimiter;
    unsigned header; /* row of the names, from 1, blank lines not counted */
    uint32_t rows;
    unsigned n;
    struct fb_guess_column *column; /* FB_GUESS_COLUMNS_MAX */
};
FB_MUST_CHECK enum fb_err fb_guess_open(struct fb_guess *g);
void fb_guess_close(struct fb_guess *g);
/* Reads it. sheet: what fd holds was a workbook. header: 0, or the row of the names. The descriptor stays the caller's.
 * FB_REFUSED: *why says why there is nothing to guess from. */
FB_MUST_CHECK enum fb_err fb_guess_read(struct fb_guess *g, int fd, bool sheet, unsigned header, const char **why);
/* How many different values, nearly. */
unsigned fb_guess_distinct(const struct fb_guess_column *c);
#endif
