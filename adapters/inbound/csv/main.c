/* fairbank-csv: flat files of trust systems into the engine. START HERE: the mapping (mapping.h) says what a
 * row means, build.h makes records of it, send.c publishes them, tally.h keeps account of what became of each
 * row. */
#include "adapters/inbound/csv/run.h"
#include "adapters/inbound/csv/worker_key.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t stop;

static void on_signal(int signal_number)
{
    (void)signal_number;
    stop = 1;
}

static void watch_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

static bool any_set_aside(const struct fb_csv_result *results, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (results[i].counts.row[FB_ROW_REFUSED] + results[i].counts.row[FB_ROW_CONFLICT] > 0)
            return true;
    return false;
}

/* File after file until one fails: after a lost engine or a signal the others would fare no better. A file
 * that cannot be read at all does not stop the next. */
static int send_files(struct fb_csv_run *run, const struct fb_csv_options *o, struct fb_csv_result *results)
{
    unsigned n = 0;
    bool failed = false;
    for (int i = 0; i < o->n_files; i++) {
        enum fb_err e = fb_csv_run_file(run, o->file[i], &results[n++]);
        failed |= e != FB_OK;
        if (e != FB_OK && e != FB_REFUSED)
            break;
    }
    if (o->json)
        fb_csv_summary_json(stdout, results, n);
    else if (!o->quiet)
        fb_csv_summary_print(stdout, results, n, o->check);
    if (failed)
        return FB_CSV_EXIT_FAILED;
    return any_set_aside(results, n) ? FB_CSV_EXIT_SET_ASIDE : FB_CSV_EXIT_TAKEN;
}

static bool take_key(const char *path, unsigned char key[32], bool *has)
{
    *has = path != NULL;
    if (path == NULL || fb_csv_worker_key_read(path, key) == FB_OK)
        return true;
    fprintf(stderr, "fairbank-csv: %s is not a key: a readable file of at least 32 bytes is wanted\n", path);
    return false;
}

static int run_with(const struct fb_csv_options *o, const struct fb_mapping *mapping)
{
    struct fb_csv_keys keys = {.has = false};
    struct fb_csv_run *run = NULL;
    if (mapping->needs_worker_key && o->worker_key == NULL && !o->check) {
        fprintf(stderr, "fairbank-csv: this mapping makes pseudonyms of workers: give the system's key with "
                        "--worker-key FILE\n");
        return FB_CSV_EXIT_USAGE;
    }
    if (!take_key(o->worker_key, keys.key, &keys.has) ||
        !take_key(o->old_worker_key, keys.old, &keys.has_old))
        return FB_CSV_EXIT_USAGE;
    struct fb_csv_result *results = calloc((size_t)o->n_files, sizeof *results);
    if (results == NULL || fb_csv_run_open(&run, o, mapping, &keys, &stop) != FB_OK) {
        free(results);
        return FB_CSV_EXIT_FAILED;
    }
    int status = send_files(run, o, results);
    fb_csv_run_close(&run);
    free(results);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "fairbank-csv: the summary could not be written: %s\n", strerror(errno));
    return FB_CSV_EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct fb_csv_options options;
    struct fb_mapping *mapping = NULL;
    char fault[FB_CSV_FAULT_BYTES];
    enum fb_csv_parsed parsed = fb_csv_options_parse(&options, argc, argv);
    if (parsed != FB_CSV_RUN)
        return parsed == FB_CSV_HELPED ? FB_CSV_EXIT_TAKEN : FB_CSV_EXIT_USAGE;
    if (sodium_init() < 0)
        return FB_CSV_EXIT_FAILED;
    if (fb_mapping_open(&mapping, options.mapping, fault) != FB_OK) {
        fprintf(stderr, "fairbank-csv: %s\n", fault);
        return FB_CSV_EXIT_USAGE;
    }
    watch_signals();
    int status = run_with(&options, mapping);
    fb_mapping_close(&mapping);
    return status;
}
