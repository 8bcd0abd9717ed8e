#ifndef FB_CSV_OPTIONS_H
#define FB_CSV_OPTIONS_H
/* The command line of fairbank-csv. */
#include <stdbool.h>
#include <stdio.h>
#define FB_CSV_ENGINE_DEFAULT                                                                                \
    "ipc://fairbank-data/door.sock" /* where fairbankd's door is when nothing is configured */
enum { FB_CSV_EXIT_TAKEN = 0, FB_CSV_EXIT_FAILED = 1, FB_CSV_EXIT_USAGE = 2, FB_CSV_EXIT_SET_ASIDE = 3 };
struct fb_csv_options {
    const char *mapping, *engine, *state, *worker_key, *old_worker_key, *server_key, *key, *again;
    bool history, quiet, json, check;
    int timeout_s;
    char **file;
    int n_files;
};
enum fb_csv_parsed { FB_CSV_RUN, FB_CSV_HELPED, FB_CSV_MISUSED };
/* MISUSED: what is wrong was written to stderr. HELPED: help or version was written to stdout. */
enum fb_csv_parsed fb_csv_options_parse(struct fb_csv_options *out, int argc, char **argv);
#endif
