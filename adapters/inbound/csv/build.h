#ifndef FB_CSV_BUILD_H
#define FB_CSV_BUILD_H
/* One row -> the records that the mapping makes of it. A row is taken whole or not at all: when one of its
 * records cannot be made, none is, and the fault says which column and why.
 *
 * Lifetimes: records and their spans live in the row's arena and cells, until the next row. */
#include "adapters/inbound/csv/mapping.h"
#include "adapters/inbound/csv/rows.h"

/* Which cell of this file's rows holds which of the mapping's columns. */
struct fb_csv_layout {
    unsigned cells;             /* in the header */
    int at[FB_CSV_COLUMNS_MAX]; /* -1: an optional column that is not there */
};
struct fb_csv_fault {
    int column; /* of the mapping, -1: the row as a whole */
    char reason[224];
};
/* What is the same for every row of a run. */
struct fb_csv_task {
    const struct fb_mapping *mapping;
    struct fb_csv_layout layout;
    struct fb_span batch_id; /* the file's name and the beginning of its digest, at most FB_ID_BYTES_MAX */
    struct fb_span again;    /* goes into the message ids; absent: as always */
    int64_t occurred_ms;     /* from the file's name, or FB_ABSENT */
    bool historic;
    bool sheet;              /* the rows are those of a workbook: its own dates beside the mapping's patterns */
    unsigned char worker_key[32], old_worker_key[32]; /* now, and before the system's key was changed */
    bool has_worker_key, has_old_worker_key;
};
struct fb_csv_cells {
    struct fb_span v[FB_CSV_COLUMNS_MAX]; /* by the mapping's columns: UTF-8, trimmed; n 0: empty */
};
enum fb_csv_made { FB_CSV_MADE, FB_CSV_SKIPPED, FB_CSV_NONE, FB_CSV_FAULTY };

/* Finds the mapping's columns in a header row. FB_REFUSED: *missing is the column that is not there (or is
 * there twice, *twice). */
FB_MUST_CHECK enum fb_err fb_csv_layout_find(struct fb_csv_layout *out, const struct fb_mapping *m,
                                             const struct fb_csv_row *header, struct fb_arena *arena,
                                             unsigned *missing, bool *twice);
/* Whether any of its cells names a column of the mapping: a row that does not may be one of persons. */
bool fb_csv_layout_is_header(const struct fb_mapping *m, const struct fb_csv_row *row, struct fb_arena *arena);
/* body: NULL, or where each record's packed body goes, in the arena. SKIPPED: one of the mapping's skip rules holds. NONE: no record's `when` holds. FAULTY: see fault. */
enum fb_csv_made fb_csv_build(const struct fb_csv_task *task, const struct fb_csv_row *row,
                              struct fb_arena *arena, struct fb_record out[FB_CSV_RECORDS_MAX],
                              struct fb_span body[FB_CSV_RECORDS_MAX], unsigned *n, struct fb_csv_fault *fault);

/* ---- the parts of it, for tests ---- */
/* The bytes of one cell as text: decoded, line ends and tabs made spaces, trimmed. FB_REFUSED: not text. */
FB_MUST_CHECK enum fb_err fb_csv_cell_text(struct fb_span *out, struct fb_span raw, bool windows_1252,
                                           struct fb_arena *arena);
/* All of the mapping's columns. FB_REFUSED with a fault when one is not text; it is absent then. */
FB_MUST_CHECK enum fb_err fb_csv_read_cells(const struct fb_csv_task *task, const struct fb_csv_row *row, struct fb_arena *arena,
                                            struct fb_csv_cells *out, struct fb_csv_fault *fault);
bool fb_csv_holds(const struct fb_csv_conditions *when, const struct fb_csv_cells *cells);
/* What a value says: absent (n 0) or a text. FB_REFUSED with a fault. Not for FB_CSV_MOMENT. */
FB_MUST_CHECK enum fb_err fb_csv_value_text(const struct fb_csv_task *task, const struct fb_csv_value *value,
                                            const struct fb_csv_cells *cells, struct fb_arena *arena,
                                            struct fb_span *out, struct fb_csv_fault *fault);
enum fb_err fb_csv_fault_say(struct fb_csv_fault *fault, int column, const char *what, struct fb_span value);
/* The column that a value reads first, -1 when none. */
int fb_csv_value_column(const struct fb_csv_value *value);
/* Times of a record: see build_time.c. */
struct fb_csv_times {
    struct fb_moment shift_start, worked_start, start[FB_INTERVAL_END]; /* has_date: known */
    struct fb_span start_local, end_local;
    int start_column, end_column;
};
FB_MUST_CHECK enum fb_err fb_csv_put_time(const struct fb_csv_task *task, const struct fb_csv_field *f,
                                          const struct fb_csv_cells *cells, struct fb_arena *arena,
                                          struct fb_csv_times *times, struct fb_record *r,
                                          struct fb_csv_fault *fault);
FB_MUST_CHECK enum fb_err fb_csv_settle_times(struct fb_csv_times *times, struct fb_record *r,
                                              struct fb_csv_fault *fault);
/* An instant on its own (occurred_at): a date alone is its first minute. FB_ABSENT when absent. */
FB_MUST_CHECK enum fb_err fb_csv_instant(const struct fb_csv_task *task, const struct fb_csv_value *value,
                                         const struct fb_csv_cells *cells, struct fb_arena *arena,
                                         int64_t *ms, struct fb_csv_fault *fault);
/* The message id: of the reference alone in a ledger, else of all that the digest covers, so that a changed
 * row is a new message. Written into the arena; so is the packed body. */
FB_MUST_CHECK enum fb_err fb_csv_identify(const struct fb_csv_task *task, struct fb_arena *arena, struct fb_record *r,
                                          struct fb_span *body);
#endif
