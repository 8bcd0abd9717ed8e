#ifndef FB_CSV_SUMMARY_H
#define FB_CSV_SUMMARY_H
/* What the person who runs the adapter reads at the end. */
#include "adapters/inbound/csv/survey.h"
#include <stdio.h>
struct fb_csv_survey;
/* How it ended: what the next step is, for a program that started this one. */
enum fb_csv_ending {
    FB_CSV_WHOLE,     /* every row was counted */
    FB_CSV_STOPPED,   /* by a signal */
    FB_CSV_BAD_FILE,  /* this file cannot be read, however often one tries */
    FB_CSV_NO_PLACE,  /* nowhere to write what is set aside, or the disk failed */
    FB_CSV_NO_ENGINE, /* none answers, or it does not take this source */
    FB_CSV_ENDINGS
};
struct fb_csv_result {
    const char *file;
    struct fb_csv_tally_counts counts;
    bool complete;      /* every row was counted */
    uint64_t line;      /* incomplete: where it stopped; 0: nothing was read */
    uint64_t outdated;  /* rows that repeat what this run has changed since */
    uint64_t tied;      /* rows that change what this run has said, with the same occurred_at */
    char rejects[1024]; /* "": nothing was set aside, or it could not be written */
    int64_t ms;
    enum fb_csv_ending ending;
    char reason[320]; /* of any ending but WHOLE and STOPPED */
    const struct fb_csv_survey *survey; /* of a check; else NULL */
};
void fb_csv_summary_print(FILE *out, const struct fb_csv_result *results, unsigned n, bool checked);
/* A JSON string. Bytes that are no UTF-8 (a file's name can hold any) become question marks. */
void fb_csv_json_text(FILE *out, const char *text);
void fb_csv_summary_json(FILE *out, const struct fb_csv_result *results, unsigned n);
#endif
