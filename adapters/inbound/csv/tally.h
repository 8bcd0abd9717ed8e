#ifndef FB_CSV_TALLY_H
#define FB_CSV_TALLY_H
/* What became of each row, in the order of the file, while the answers come in any order. A row's outcome is
 * the worst of its records': refused, then conflict, amended, accepted, duplicate. Rows are counted, and
 * written to the rejects, only when all rows before them are: so the counts and the rejects always belong to
 * one place in the file, which is where a run that ends early says that it stopped. Memory: FB_CSV_TALLY_ROWS
 * rows, whatever the file. */
#include "adapters/inbound/csv/build.h"
#include "engine/wire/wire.h"
enum { FB_CSV_TALLY_ROWS = 16384 };
enum fb_csv_outcome { /* in rising order: the worst wins */
                      FB_ROW_DUPLICATE,
                      FB_ROW_ACCEPTED,
                      FB_ROW_AMENDED,
                      FB_ROW_CONFLICT,
                      FB_ROW_REFUSED,
                      FB_ROW_SKIPPED, /* no row of records: a total, or no record's `when` held */
                      FB_ROW_OUTCOMES
};
struct fb_csv_tally_counts {
    uint64_t row[FB_ROW_OUTCOMES];
    uint64_t unreadable; /* of the refused rows: set aside here, before the engine saw them */
    uint64_t record[FB_ROW_OUTCOMES];
};
struct fb_csv_tally_row {
    uint64_t line, lines, offset, bytes;
    unsigned waiting; /* records without an answer */
    bool closed;      /* all its records are published */
    bool unreadable, outdated, tied;
    enum fb_csv_outcome outcome;
    unsigned n_sent;
    struct {
        uint32_t when; /* revision and occurred_at, in short */
        uint8_t kind;
    } sent[FB_CSV_RECORDS_MAX];
    uint16_t records[FB_ROW_OUTCOMES];
    char column[48];
    char reason[240];
};
/* The newest statement of a record that this run has made, as far as it is remembered: one place a record,
 * the latest comer keeps it. */
struct fb_csv_newest {
    uint32_t record, when;
    uint64_t journal;
};
struct fb_csv_tally {
    struct fb_csv_tally_row *row; /* a ring */
    struct fb_csv_newest *newest; /* FB_CSV_TALLY_ROWS, by record number */
    uint64_t first, next;         /* numbers of the oldest kept row and of the next */
    struct fb_csv_tally_counts counts;
    uint64_t offset, line; /* behind the last counted row */
    uint64_t outdated;     /* rows of this file whose record said again what this run has changed since */
    uint64_t tied;         /* rows of this file that changed what this run had said, with the same revision and occurred_at */
    void (*reject)(void *ctx,
                   const struct fb_csv_tally_row *row); /* for conflicts and refusals, in file order */
    void *ctx;
};
FB_MUST_CHECK enum fb_err fb_csv_tally_open(struct fb_csv_tally *t);
void fb_csv_tally_close(struct fb_csv_tally *t);
/* Empties it for a new file; counting begins behind this place. */
void fb_csv_tally_start(struct fb_csv_tally *t, uint64_t offset, uint64_t line);
bool fb_csv_tally_full(const struct fb_csv_tally *t);
/* A new row; its number is what its messages are tagged with. */
uint64_t fb_csv_tally_add(struct fb_csv_tally *t, const struct fb_csv_row *row);
/* One of the row's records waits for an answer; later, the nth (from 0) of those that were sent has one. */
void fb_csv_tally_sent(struct fb_csv_tally *t, uint64_t number, const struct fb_envelope *env);
void fb_csv_tally_answer(struct fb_csv_tally *t, uint64_t number, unsigned nth, const struct fb_wire_answer *answer);
/* Set aside here: column may be absent. */
void fb_csv_tally_unreadable(struct fb_csv_tally *t, uint64_t number, struct fb_span column,
                             const char *reason);
void fb_csv_tally_skip(struct fb_csv_tally *t, uint64_t number);
/* No more records of this row will be sent. */
void fb_csv_tally_row_end(struct fb_csv_tally *t, uint64_t number);
uint64_t fb_csv_tally_rows(const struct fb_csv_tally_counts *c); /* without the skipped */
uint64_t fb_csv_tally_records(const struct fb_csv_tally_counts *c);
void fb_csv_tally_sum(struct fb_csv_tally_counts *into, const struct fb_csv_tally_counts *more);
uint64_t fb_csv_tally_waiting(const struct fb_csv_tally *t); /* rows not counted yet */
#endif
