#ifndef FB_CSV_OPTIONS_H
#define FB_CSV_OPTIONS_H
/* The command line of fairbank-csv. */
#include <stdbool.h>
#include <stdio.h>
#define FB_CSV_ENGINE_DEFAULT                                                                                \
    "ipc://fairbank-data/door.sock" /* where fairbankd's door is when nothing is configured */
enum { FB_CSV_EXIT_TAKEN = 0, FB_CSV_EXIT_FAILED = 1, FB_CSV_EXIT_USAGE = 2, FB_CSV_EXIT_SET_ASIDE = 3 };
enum fb_csv_command { FB_CSV_SEND, FB_CSV_CHECK, FB_CSV_GUESS, FB_CSV_WATCH };
struct fb_csv_options {
    enum fb_csv_command command;
    const char *mapping, *engine, *state, *worker_key, *old_worker_key, *server_key, *key, *again, *sheet;
    const char *watch; /* the plan of a watch */
    bool history, quiet, json, check;
    int timeout_s, header; /* header: of a guess; 0: find it */
    int under;             /* the process without which this one is not wanted; 0: none */
    char **file;
    int n_files;
};
enum fb_csv_parsed { FB_CSV_RUN, FB_CSV_HELPED, FB_CSV_MISUSED };
/* MISUSED: what is wrong was written to stderr. HELPED: help or version was written to stdout. */
enum fb_csv_parsed fb_csv_options_parse(struct fb_csv_options *out, int argc, char **argv);
/* What --help says of a command (help.c). */
const char *fb_csv_help(enum fb_csv_command command);
#endif
