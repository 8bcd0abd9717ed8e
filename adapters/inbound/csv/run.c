#include "adapters/inbound/csv/run_private.h"
#include "adapters/lib/dealer.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef FB_VERSION
#define FB_VERSION "unreleased"
#endif
enum { STOP_WAIT_MS = 2000, LOOK_EVERY_ROWS = 64, COMPLAINTS_SHOWN = 20, DIGEST_BYTES = 4 };

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

static enum fb_err file_fault(const struct fb_csv_run *run, const char *what, struct fb_span detail)
{
    fprintf(stderr, "fairbank-csv: %s: %s", run->path, what);
    if (detail.n > 0)
        fprintf(stderr, " '%.*s'", (int)detail.n, detail.p);
    fputc('\n', stderr);
    return FB_REFUSED;
}

static enum fb_err open_rows(struct fb_csv_run *run)
{
    enum fb_err e = fb_csv_rows_open(&run->rows, run->path, run->mapping->delimiter);
    if (e == FB_REFUSED)
        return file_fault(run, "is UTF-16: save it as \"CSV UTF-8\"", (struct fb_span){NULL, 0});
    if (e != FB_OK)
        return file_fault(run, strerror(errno), (struct fb_span){NULL, 0});
    return FB_OK;
}

/* The first bytes of the file's digest: tomorrow's file of the same name is another batch. False: it cannot be read twice. */
static bool digest_of(const struct fb_csv_run *run, char hex[2 * DIGEST_BYTES + 1])
{
    unsigned char bytes[65536], hash[16];
    crypto_generichash_state state;
    off_t at = 0;
    ssize_t n;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    while ((n = pread(fb_csv_rows_fd(run->rows), bytes, sizeof bytes, at)) > 0) {
        crypto_generichash_update(&state, bytes, (size_t)n);
        at += n;
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, 2 * DIGEST_BYTES + 1, hash, DIGEST_BYTES);
    return n == 0;
}

static void name_batch(struct fb_csv_run *run, struct fb_span name)
{
    char hex[2 * DIGEST_BYTES + 1];
    struct fb_text batch;
    uint32_t most = (uint32_t)(sizeof run->batch - sizeof hex - 1);
    bool whole = name.n <= most;
    name.n = whole ? name.n : most;
    while (!whole && name.n > 0 && (unsigned char)name.p[name.n - 1] > 127) /* never within a letter */
        name.n--;
    fb_text_init(&batch, run->batch, sizeof run->batch);
    if (fb_span_is_text(name))
        fb_text_add_span(&batch, name);
    if (digest_of(run, hex)) {
        fb_text_add(&batch, "#");
        fb_text_add(&batch, hex);
    }
    run->task.batch_id = (struct fb_span){run->batch, (uint32_t)batch.n};
}

/* The batch is the file, and its name may say when the source wrote it. */
static enum fb_err read_name(struct fb_csv_run *run)
{
    const char *slash = strrchr(run->path, '/');
    struct fb_span name = fb_span_of(slash == NULL ? run->path : slash + 1);
    struct fb_moment m;
    char text[20];
    name_batch(run, name);
    run->task.occurred_ms = FB_ABSENT;
    if (run->mapping->occurred_template.p == NULL)
        return FB_OK;
    if (fb_moment_in_name(&m, run->mapping->occurred_template, name) != FB_OK || !m.has_date)
        return file_fault(run,
                          "the file's name does not say when it was made, as the mapping's template asks",
                          run->mapping->occurred_template);
    fb_moment_format(text, &m);
    if (fb_instant_parse(&run->task.occurred_ms, fb_span_of(text)) != FB_OK)
        return file_fault(run, "the time in the file's name does not exist", fb_span_of(text));
    return FB_OK;
}

static enum fb_err read_header(struct fb_csv_run *run)
{
    struct fb_csv_row row = {.n = 0};
    unsigned missing = 0;
    bool twice = false;
    for (unsigned i = 0; i < run->mapping->header; i++) {
        enum fb_err e = fb_csv_rows_next(run->rows, &row);
        if (e != FB_OK)
            return file_fault(run, e == FB_IO ? "cannot be read" : "is empty: there is no header",
                              (struct fb_span){NULL, 0});
    }
    if (row.fault != NULL)
        return file_fault(run, row.fault, fb_span_of("the header"));
    if (fb_csv_layout_find(&run->task.layout, run->mapping, &row, &run->arena, &missing, &twice) == FB_OK)
        return FB_OK;
    const struct fb_csv_column *c = &run->mapping->column[missing];
    (void)file_fault(run, twice ? "two columns of the header could be" : "the header has no column",
                     c->header[0]);
    fprintf(stderr, "fairbank-csv: %s:%u says what it may be called; the header has:", run->options->mapping,
            c->line);
    for (unsigned i = 0; i < row.n; i++)
        fprintf(stderr, "%s '%.*s'", i == 0 ? "" : ",", (int)row.cell[i].n, row.cell[i].p);
    fputc('\n', stderr);
    return FB_REFUSED;
}

/* Where an earlier run stopped, or behind the header. */
static enum fb_err find_start(struct fb_csv_run *run)
{
    struct fb_csv_progress p = {.offset = fb_csv_rows_offset(run->rows), .line = fb_csv_rows_line(run->rows)};
    const struct fb_csv_tally_counts none = {.unreadable = 0};
    int fd = fb_csv_rows_fd(run->rows);
    bool goes_on =
        run->client != NULL && fb_csv_progress_load(&p, run->progress_path, fd, run->mapping->digest,
                                                    run->options->history) == FB_OK;
    if (!goes_on)
        p = (struct fb_csv_progress){fb_csv_rows_offset(run->rows), fb_csv_rows_line(run->rows), none};
    if (run->client != NULL)
        fb_csv_rejects_start(&run->rejects, fd, goes_on, run->mapping->windows_1252);
    fb_csv_tally_start(&run->tally, p.offset, p.line, &p.counts);
    return goes_on ? fb_csv_rows_seek(run->rows, p.offset, p.line) : FB_OK;
}

static struct fb_span column_name(const struct fb_csv_run *run, int column)
{
    return column < 0 ? (struct fb_span){NULL, 0} : run->mapping->column[column].header[0];
}

static enum fb_err take_row(struct fb_csv_run *run, const struct fb_csv_row *row)
{
    unsigned n = 0;
    enum fb_err e = FB_OK;
    struct fb_csv_fault fault = {.column = -1};
    uint64_t number = fb_csv_tally_add(&run->tally, row);
    enum fb_csv_made made = fb_csv_build(&run->task, row, &run->arena, run->record, &n, &fault);
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
                                     : file_fault(run, "cannot be read further", (struct fb_span){NULL, 0});
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

static enum fb_err end_file(struct fb_csv_run *run, enum fb_err e, bool *resumes)
{
    struct fb_csv_progress p = {run->tally.offset, run->tally.line, run->tally.counts};
    if (run->client == NULL)
        return e;
    if (fb_csv_rejects_end(&run->rejects) != FB_OK) {
        fprintf(stderr, "fairbank-csv: %s cannot be written: %s\n", run->rejects.path,
                strerror(run->rejects.error));
        e = FB_IO;
    } else if (e == FB_OK) {
        remove(run->progress_path);
    } else if (fb_csv_progress_save(&p, run->progress_path, fb_csv_rows_fd(run->rows), run->mapping->digest,
                                    run->options->history) == FB_OK) {
        *resumes = true;
    } else {
        fprintf(stderr,
                "fairbank-csv: %s cannot be written; the next run begins at the start, which is safe\n",
                run->progress_path);
    }
    return e;
}

/* Before anything is sent: rows that cannot be told of afterwards would be lost to whoever should mend them.
 */
static enum fb_err check_state(const struct fb_csv_run *run)
{
    int error = run->client == NULL ? 0 : fb_csv_rejects_probe(run->rejects.path);
    if (error == 0)
        return FB_OK;
    fprintf(
        stderr,
        "fairbank-csv: %s cannot be written: %s. Name a folder for it with --state DIR; nothing was sent\n",
        run->rejects.path, strerror(error));
    return FB_REFUSED;
}

static enum fb_err prepare(struct fb_csv_run *run)
{
    const char *dir = run->options->state;
    if (fb_csv_progress_path(run->progress_path, sizeof run->progress_path, run->path, dir, ".progress") !=
            FB_OK ||
        fb_csv_progress_path(run->rejects.path, sizeof run->rejects.path, run->path, dir, ".rejects.csv") !=
            FB_OK)
        return file_fault(run, "the path is too long", (struct fb_span){NULL, 0});
    enum fb_err e = open_rows(run);
    if (e == FB_OK)
        e = read_name(run);
    if (e == FB_OK)
        e = read_header(run);
    if (e == FB_OK)
        e = check_state(run);
    return e == FB_OK ? find_start(run) : e;
}

enum fb_err fb_csv_run_file(struct fb_csv_run *run, const char *path, struct fb_csv_result *result)
{
    *result = (struct fb_csv_result){.file = path};
    run->path = path;
    run->started_ms = fb_dealer_now_ms();
    run->shown_ms = 0;
    run->complaints = 0;
    enum fb_err e = prepare(run);
    if (e == FB_OK) {
        e = send_file(run);
        fb__show_progress(run, true);
        e = end_file(run, e, &result->resumes);
        result->counts = run->tally.counts;
        result->line = run->tally.line;
        result->outdated = run->tally.outdated;
        const uint64_t *rows = result->counts.row;
        if (run->client != NULL && !run->rejects.failed && rows[FB_ROW_REFUSED] + rows[FB_ROW_CONFLICT] > 0)
            memcpy(result->rejects, run->rejects.path, sizeof result->rejects);
    }
    fb_csv_rows_close(&run->rows);
    result->complete = e == FB_OK;
    result->ms = fb_dealer_now_ms() - run->started_ms;
    return e;
}
