#ifndef FB_CSV_RUN_PRIVATE_H
#define FB_CSV_RUN_PRIVATE_H
/* What run.c (a file) and send.c (the engine's side of it) share; nobody else includes this. */
#include "adapters/inbound/csv/rejects.h"
#include "adapters/inbound/csv/run.h"
enum { FB__ROW_ARENA_BYTES = 1 << 20 };
struct fb_csv_run {
    const struct fb_csv_options *options;
    const struct fb_mapping *mapping;
    const volatile sig_atomic_t *stop;
    struct fb_client *client; /* NULL with --check */
    struct fb_csv_task task;
    struct fb_csv_tally tally;
    struct fb_csv_rejects rejects;
    struct fb_csv_rows *rows;
    struct fb_arena arena;
    const char *path;
    char batch[FB_ID_BYTES_MAX + 1];
    unsigned complaints; /* rows shown so far with --check */
    struct fb_csv_survey *survey; /* with --check */
    enum fb_csv_ending ending;
    char why[320]; /* that ending */
    uint64_t heard;      /* what the engine had said when it last said something new, `busy` apart: */
    uint64_t busy_heard; /* how often it had put messages off by then */
    int64_t heard_ms, started_ms, shown_ms;
    bool silence_told, progress_shown;
    struct fb_record record[FB_CSV_RECORDS_MAX];
    struct fb_span body[FB_CSV_RECORDS_MAX]; /* packed, of each */
    unsigned char frame[FB_MESSAGE_BYTES_MAX];
};
/* To stderr, and into the result: why the run ends before the end. */
void fb__end_with(struct fb_csv_run *run, enum fb_csv_ending ending, const struct fb_text *why);
/* The file's own fault: another may fare better. Always FB_REFUSED. */
enum fb_err fb__file_fault(struct fb_csv_run *run, const char *what, struct fb_span detail);
/* The file's rows, behind the header; what its name says goes into the task. */
enum fb_err fb__open_file(struct fb_csv_run *run);
/* Waits a little for the engine. FB_BUSY: stopped by a signal. FB_NOT_FOUND: it was silent for too long, or
 * does not take the source. */
enum fb_err fb__wait(struct fb_csv_run *run, int ms);
/* The row's records to the engine (or, with --check, past the decoder that the engine would use). */
enum fb_err fb__send_row(struct fb_csv_run *run, uint64_t number, unsigned n);
/* Until every row is counted; with `at_most_ms`, no longer than that. */
enum fb_err fb__drain(struct fb_csv_run *run, int64_t at_most_ms);
void fb__answered(void *ctx, uint64_t tag, const struct fb_wire_answer *answer);
void fb__show_progress(struct fb_csv_run *run, bool last);
#endif
