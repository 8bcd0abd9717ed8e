#ifndef FB_CSV_SURVEY_H
#define FB_CSV_SURVEY_H
/* What a check saw in a file: how many records of each kind, the words that no table translates, the first rows that would be set
 * aside. Bounded, whatever the file. */
#include "adapters/inbound/csv/build.h"
#include "adapters/inbound/csv/tally.h"
#include <stdio.h>
enum { FB_CSV_LACKS_MAX = 200, FB_CSV_REFUSALS_KEPT = 20 };
struct fb_csv_lack { /* a word without a translation */
    unsigned column;
    uint64_t rows, line; /* how many rows have it; the first of them */
    char word[64];       /* its beginning, where it is longer */
};
struct fb_csv_refusal {
    uint64_t line;
    char column[48], reason[240];
};
struct fb_csv_survey {
    const struct fb_mapping *mapping;
    uint64_t kind[FB_KIND_END];
    unsigned n_lacks, n_refusals;
    uint64_t more_lacks, more_refusals; /* rows with words, and refused rows, that are not kept */
    struct fb_csv_lack lack[FB_CSV_LACKS_MAX];
    struct fb_csv_refusal refusal[FB_CSV_REFUSALS_KEPT];
};
void fb_csv_survey_made(struct fb_csv_survey *s, const struct fb_record *made, unsigned n);
void fb_csv_survey_refused(struct fb_csv_survey *s, const struct fb_csv_tally_row *row);
/* Every word of the row that its table lacks, also those behind the first fault of the row. */
void fb_csv_survey_words(struct fb_csv_survey *s, const struct fb_csv_task *task, const struct fb_csv_row *row, struct fb_arena *arena);
void fb_csv_survey_print(FILE *out, const struct fb_csv_survey *s);
/* Members of an object, each with a comma before it. */
void fb_csv_survey_json(FILE *out, const struct fb_csv_survey *s);
#endif
