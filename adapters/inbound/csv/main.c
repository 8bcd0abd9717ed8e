/* fairbank-csv: flat files of trust systems into the engine. START HERE: the mapping (mapping.h) says what a
 * row means, build.h makes records of it, send.c publishes them, tally.h keeps account of what became of each
 * row. */
#include "adapters/inbound/csv/guess/guess.h"
#include "adapters/inbound/csv/run.h"
#include "adapters/inbound/csv/watch/watch.h"
#include "adapters/inbound/csv/worker_key.h"
#include "adapters/lib/output.h"
#include "adapters/lib/secret_file.h"
#include "adapters/lib/stop.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* One that a watch started has nobody to report to without it, and the next watch would start another for the same file. */
static bool stays_under(int parent)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == (pid_t)parent;
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

/* What the command line says goes before what the mapping says; a name without a folder is beside the mapping. */
static const char *key_file(const char *said, const char *mapping, struct fb_span named, char *out, size_t size)
{
    const char *slash = strrchr(mapping, '/');
    struct fb_text t;
    if (said != NULL || named.n == 0)
        return said;
    fb_text_init(&t, out, size);
    if (named.p[0] != '/' && slash != NULL)
        fb_text_add_span(&t, (struct fb_span){mapping, (uint32_t)(slash + 1 - mapping)});
    fb_text_add_span(&t, named);
    return out;
}

/* False: said what is wrong. A check needs no key and makes do without. */
static bool take_keys(const struct fb_csv_options *o, const struct fb_mapping *mapping, struct fb_csv_keys *keys)
{
    char now[1500], before[1500];
    const char *key = key_file(o->worker_key, o->mapping, mapping->worker_key, now, sizeof now);
    const char *old = key_file(o->old_worker_key, o->mapping, mapping->old_worker_key, before, sizeof before);
    if (o->check && o->worker_key == NULL)
        key = old = NULL;
    if (mapping->needs_worker_key && key == NULL && !o->check) {
        fprintf(stderr, "fairbank-csv: this mapping makes pseudonyms of workers: name the system's key with --worker-key FILE, or "
                        "with worker_key: under source: in the mapping\n");
        return false;
    }
    if (!o->quiet) {
        fb_secret_warn("fairbank-csv", key);
        fb_secret_warn("fairbank-csv", old);
    }
    return take_key(key, keys->key, &keys->has) && take_key(old, keys->old, &keys->has_old);
}

static int run_with(const struct fb_csv_options *o, const struct fb_mapping *mapping)
{
    struct fb_csv_keys keys = {.has = false};
    struct fb_csv_run *run = NULL;
    if (!take_keys(o, mapping, &keys))
        return FB_CSV_EXIT_USAGE;
    struct fb_csv_result *results = calloc((size_t)o->n_files, sizeof *results);
    if (results == NULL || fb_csv_run_open(&run, o, mapping, &keys, &fb_stop) != FB_OK) {
        free(results);
        return FB_CSV_EXIT_FAILED;
    }
    int status = send_files(run, o, results);
    fb_csv_run_close(&run);
    for (int i = 0; i < o->n_files; i++)
        fb_csv_result_free(&results[i]);
    free(results);
    return status;
}

static int send_or_check(const struct fb_csv_options *options)
{
    struct fb_mapping *mapping = NULL;
    char fault[FB_CSV_FAULT_BYTES];
    if (fb_mapping_open(&mapping, options->mapping, fault) != FB_OK) {
        fprintf(stderr, "fairbank-csv: %s\n", fault);
        return FB_CSV_EXIT_USAGE;
    }
    if (options->command != FB_CSV_CHECK) /* which has nothing to finish: a file without an end is left at once */
        fb_stop_on_signals();
    int status = run_with(options, mapping);
    fb_mapping_close(&mapping);
    return status;
}

static int act(int argc, char **argv)
{
    struct fb_csv_options options;
    enum fb_csv_parsed parsed = fb_csv_options_parse(&options, argc, argv);
    if (parsed != FB_CSV_RUN)
        return parsed == FB_CSV_HELPED ? FB_CSV_EXIT_TAKEN : FB_CSV_EXIT_USAGE;
    if (sodium_init() < 0)
        return FB_CSV_EXIT_FAILED;
    if (options.under != 0 && !stays_under(options.under))
        return FB_CSV_EXIT_FAILED;
    if (options.command == FB_CSV_GUESS)
        return fb_csv_guess(&options);
    if (options.command == FB_CSV_WATCH)
        return fb_csv_watch(&options);
    return send_or_check(&options);
}

int main(int argc, char **argv)
{
    int status = act(argc, argv);
    return fb_output_whole("fairbank-csv") ? status : FB_CSV_EXIT_FAILED;
}
