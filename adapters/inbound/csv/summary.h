#ifndef FB_CSV_SUMMARY_H
#define FB_CSV_SUMMARY_H
/* What the person who runs the adapter reads at the end. */
#include "adapters/inbound/csv/tally.h"
#include <stdio.h>
struct fb_csv_result {
    const char *file;
    struct fb_csv_tally_counts counts;
    bool complete;      /* every row was counted */
    bool resumes;       /* incomplete: the next run goes on there, else it begins at the start */
    uint64_t line;      /* incomplete: where it stopped; 0: nothing was read */
    uint64_t outdated;  /* rows that repeat what this run has changed since */
    char rejects[1024]; /* "": nothing was set aside, or it could not be written */
    int64_t ms;
};
void fb_csv_summary_print(FILE *out, const struct fb_csv_result *results, unsigned n, bool checked);
void fb_csv_summary_json(FILE *out, const struct fb_csv_result *results, unsigned n);
#endif
