#include "adapters/inbound/csv/run_private.h"
#include "adapters/lib/dealer.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef FB_VERSION
#define FB_VERSION "unreleased"
#endif
enum { STOP_WAIT_MS = 2000, LOOK_EVERY_ROWS = 64, COMPLAINTS_SHOWN = 20 };

static const struct fb_span nothing = {NULL, 0};

static void complain(struct fb_csv_run *run, const struct fb_csv_tally_row *row)
{
    if (run->complaints < COMPLAINTS_SHOWN && !run->options->quiet)
        fprintf(stderr, "%s:%llu: %s%s%s\n", run->path, (unsigned long long)row->line, row->column,
                row->column[0] == '\0' ? "" : ": ", row->reason);
    if (++run->complaints == COMPLAINTS_SHOWN + 1 && !run->options->quiet)
        fprintf(stderr, "%s: and more\n", run->path);
}

static void reject(void *ctx, const struct fb_csv_tally_row *row)
{
    struct fb_csv_run *run = ctx;
    if (run->survey != NULL)
        fb_csv_survey_refused(run->survey, row);
    if (run->client == NULL)
        complain(run, row);
    else
        fb_csv_rejects_write(&run->rejects, row);
}

static enum fb_err connect_engine(struct fb_csv_run *run)
{
    char memory[1400];
    struct fb_text why;
    struct fb_curve curve;
    fb_text_init(&why, memory, sizeof memory);
    if (fb_curve_open(&curve, run->options->engine, run->options->server_key, run->options->key, &why) != FB_OK) {
        fprintf(stderr, "fairbank-csv: %s\n", why.p);
        return FB_REFUSED;
    }
    struct fb_client_options o = {.endpoint = run->options->engine, .answered = fb__answered, .ctx = run, .curve = &curve};
    o.hello.source = run->mapping->source;
    o.hello.adapter = fb_span_of("fairbank-csv " FB_VERSION);
    run->heard_ms = fb_dealer_now_ms();
    enum fb_err e = fb_client_open(&run->client, &o);
    fb_curve_close(&curve);
    if (e == FB_REFUSED)
        fprintf(stderr, "fairbank-csv: '%s' is no endpoint: write tcp://HOST:PORT or ipc://PATH\n",
                run->options->engine);
    else if (e != FB_OK)
        fprintf(stderr, "fairbank-csv: no socket: %s\n", fb_err_text(e));
    return e;
}

enum fb_err fb_csv_run_open(struct fb_csv_run **out, const struct fb_csv_options *options,
                            const struct fb_mapping *mapping, const struct fb_csv_keys *keys,
                            const volatile sig_atomic_t *stop)
{
    struct fb_csv_run *run = calloc(1, sizeof *run);
    void *memory = malloc(FB__ROW_ARENA_BYTES);
    if (run == NULL || memory == NULL) {
        free(run);
        free(memory);
        return FB_FULL;
    }
    fb_arena_init(&run->arena, memory, FB__ROW_ARENA_BYTES);
    run->options = options;
    run->mapping = mapping;
    run->stop = stop;
    run->task = (struct fb_csv_task){.mapping = mapping, .historic = options->history};
    if (options->again != NULL)
        run->task.again = fb_span_of(options->again);
    if (keys != NULL) {
        memcpy(run->task.worker_key, keys->key, sizeof run->task.worker_key);
        memcpy(run->task.old_worker_key, keys->old, sizeof run->task.old_worker_key);
        run->task.has_worker_key = keys->has;
        run->task.has_old_worker_key = keys->has_old;
    }
    enum fb_err e = fb_csv_tally_open(&run->tally);
    run->tally.reject = reject;
    run->tally.ctx = run;
    if (e == FB_OK && !options->check)
        e = connect_engine(run);
    if (e != FB_OK)
        fb_csv_run_close(&run);
    else
        *out = run;
    return e;
}

void fb_csv_run_close(struct fb_csv_run **run)
{
    struct fb_csv_run *r = *run;
    *run = NULL;
    if (r == NULL)
        return;
    fb_client_close(&r->client);
    fb_csv_tally_close(&r->tally);
    free(r->arena.base);
    free(r);
}

void fb__end_with(struct fb_csv_run *run, enum fb_csv_ending ending, const struct fb_text *why)
{
    struct fb_text t;
    run->ending = ending;
    fb_text_init(&t, run->why, sizeof run->why);
    fb_text_add(&t, why->p);
    fprintf(stderr, "%sfairbank-csv: %s\n", run->progress_shown ? "\n" : "", why->p);
}

/* Each run sends the whole file: what an earlier one got answered is a duplicate now, or is not known any more and is sent again. */
static void begin_behind_header(struct fb_csv_run *run)
{
    if (run->client != NULL)
        fb_csv_rejects_start(&run->rejects, fb_csv_rows_fd(run->rows), run->mapping->windows_1252);
    fb_csv_tally_start(&run->tally, fb_csv_rows_offset(run->rows), fb_csv_rows_line(run->rows));
}

static struct fb_span column_name(const struct fb_csv_run *run, int column)
{
    return column < 0 ? nothing : run->mapping->column[column].header[0];
}

static enum fb_err take_row(struct fb_csv_run *run, const struct fb_csv_row *row)
{
    unsigned n = 0;
    enum fb_err e = FB_OK;
    struct fb_csv_fault fault = {.column = -1};
    uint64_t number = fb_csv_tally_add(&run->tally, row);
    if (run->survey != NULL && row->fault == NULL)
        fb_csv_survey_words(run->survey, &run->task, row, &run->arena);
    enum fb_csv_made made = fb_csv_build(&run->task, row, &run->arena, run->record, run->body, &n, &fault);
    if (made == FB_CSV_MADE && run->survey != NULL)
        fb_csv_survey_made(run->survey, run->record, n);
    if (made == FB_CSV_FAULTY)
        fb_csv_tally_unreadable(&run->tally, number, column_name(run, fault.column), fault.reason);
    else if (made == FB_CSV_MADE)
        e = fb__send_row(run, number, n);
    else
        fb_csv_tally_skip(&run->tally, number);
    if (e == FB_OK)
        fb_csv_tally_row_end(&run->tally, number);
    return e;
}

static enum fb_err take_rows(struct fb_csv_run *run)
{
    struct fb_csv_row row;
    for (uint64_t n = 0;; n++) {
        enum fb_err e = FB_OK;
        if (*run->stop)
            return FB_BUSY;
        if (n % LOOK_EVERY_ROWS == 0 && run->client != NULL)
            e = fb__wait(run, 0);
        while (e == FB_OK && fb_csv_tally_full(&run->tally))
            e = fb__wait(run, 100);
        if (e != FB_OK)
            return e;
        e = fb_csv_rows_next(run->rows, &row);
        if (e != FB_OK)
            return e == FB_NOT_FOUND ? FB_OK
                                     : fb__file_fault(run, "cannot be read further", nothing);
        e = take_row(run, &row);
        if (e != FB_OK)
            return e;
    }
}

/* Reads to the end, or as far as it goes; then the answers that are still to come. */
static enum fb_err send_file(struct fb_csv_run *run)
{
    enum fb_err e = take_rows(run);
    if (e == FB_OK)
        e = fb__drain(run, 0);
    if (e == FB_BUSY) {
        enum fb_err drained = fb__drain(run, STOP_WAIT_MS);
        return drained == FB_OK ? FB_BUSY : drained;
    }
    return e;
}

static void say_no_place(struct fb_csv_run *run, int error, const char *advice)
{
    char memory[1400];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, run->rejects.path);
    fb_text_add(&t, " cannot be written: ");
    fb_text_add(&t, strerror(error));
    fb_text_add(&t, advice);
    fb__end_with(run, FB_CSV_NO_PLACE, &t);
}

static enum fb_err end_file(struct fb_csv_run *run, enum fb_err e)
{
    if (run->client == NULL || fb_csv_rejects_end(&run->rejects) == FB_OK)
        return e;
    say_no_place(run, run->rejects.error, "");
    return FB_IO;
}

/* Before anything is sent: rows that cannot be told of afterwards would be lost to whoever should mend them.
 */
static enum fb_err check_state(struct fb_csv_run *run)
{
    int error = run->client == NULL ? 0 : fb_csv_rejects_probe(run->rejects.path);
    if (error == 0)
        return FB_OK;
    say_no_place(run, error, ". Name a folder for it with --state DIR; nothing was sent");
    return FB_REFUSED;
}

static enum fb_err prepare(struct fb_csv_run *run)
{
    if (fb_csv_rejects_path(&run->rejects, run->path, run->options->state) != FB_OK)
        return fb__file_fault(run, "the path is too long", nothing);
    enum fb_err e = fb__open_file(run);
    if (e == FB_OK)
        e = check_state(run);
    if (e == FB_OK)
        begin_behind_header(run);
    return e;
}

static void fill_result(struct fb_csv_run *run, struct fb_csv_result *result)
{
    result->counts = run->tally.counts;
    result->line = run->tally.line;
    result->outdated = run->tally.outdated;
    result->tied = run->tally.tied;
    const uint64_t *rows = result->counts.row;
    if (run->client != NULL && !run->rejects.failed && rows[FB_ROW_REFUSED] + rows[FB_ROW_CONFLICT] > 0)
        memcpy(result->rejects, run->rejects.path, sizeof result->rejects);
}

/* What nobody gave a reason for was a signal, or memory that there was none of. */
static void settle_ending(struct fb_csv_run *run, enum fb_err e, struct fb_csv_result *result)
{
    result->complete = e == FB_OK;
    result->ending = e == FB_OK ? FB_CSV_WHOLE : e == FB_BUSY ? FB_CSV_STOPPED : run->ending;
    if (e != FB_OK && e != FB_BUSY && result->ending == FB_CSV_WHOLE)
        result->ending = FB_CSV_NO_PLACE;
    if (!result->complete)
        memcpy(result->reason, run->why, sizeof result->reason);
    result->survey = run->survey;
    run->survey = NULL;
}

static enum fb_err begin_survey(struct fb_csv_run *run)
{
    if (!run->options->check)
        return FB_OK;
    run->survey = calloc(1, sizeof *run->survey);
    if (run->survey == NULL)
        return FB_FULL;
    run->survey->mapping = run->mapping;
    return FB_OK;
}

enum fb_err fb_csv_run_file(struct fb_csv_run *run, const char *path, struct fb_csv_result *result)
{
    *result = (struct fb_csv_result){.file = path};
    run->path = path;
    run->started_ms = fb_dealer_now_ms();
    run->shown_ms = 0;
    run->complaints = 0;
    run->ending = FB_CSV_WHOLE;
    run->why[0] = '\0';
    enum fb_err e = begin_survey(run);
    if (e == FB_OK)
        e = prepare(run);
    if (e == FB_OK) {
        e = send_file(run);
        fb__show_progress(run, true);
        e = end_file(run, e);
        fill_result(run, result);
    }
    fb_csv_rows_close(&run->rows);
    settle_ending(run, e, result);
    result->ms = fb_dealer_now_ms() - run->started_ms;
    return e;
}

void fb_csv_result_free(struct fb_csv_result *result)
{
    union {
        const struct fb_csv_survey *kept;
        void *ours;
    } survey = {result->survey};
    free(survey.ours);
    result->survey = NULL;
}
