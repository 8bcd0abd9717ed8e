#ifndef FB_CSV_MAPPING_H
#define FB_CSV_MAPPING_H
/* A mapping, read: which column is what, which of their words mean which of ours, which records a row makes.
 * The format is described in README.md beside this file. Everything in it lives in one arena until
 * fb_mapping_close, and nothing in it changes after fb_mapping_open: names were resolved to numbers,
 * constants and words were tried. */
#include "adapters/inbound/csv/field.h"
#include "adapters/inbound/csv/moment.h"
enum {
    FB_CSV_COLUMNS_MAX = 128, /* columns a mapping names; the widest real export has about 60 */
    FB_CSV_RECORDS_MAX = 16,  /* records that one row can make */
    FB_CSV_KEY_NAME_MAX = 400,
    FB_CSV_FAULT_BYTES = 320
};

struct fb_csv_words_row {
    struct fb_span theirs, ours; /* ours empty: the field is absent */
};
struct fb_csv_words {
    struct fb_span name;
    unsigned line, n;
    struct fb_csv_words_row *row; /* ascending by `theirs`, letter case apart */
    struct fb_span empty, other;  /* for an empty cell, for any other word; p NULL when not given */
};

struct fb_csv_condition {
    unsigned column;
    enum fb_csv_how { FB_CSV_IS, FB_CSV_IS_NOT, FB_CSV_STARTS } how;
    unsigned n;
    struct fb_span *word;
};
struct fb_csv_conditions { /* all must hold */
    unsigned n;
    struct fb_csv_condition *of;
};

struct fb_csv_piece {
    int column; /* -1: the literal */
    struct fb_span literal;
};
enum fb_csv_value_kind {
    FB_CSV_ABSENT,
    FB_CSV_TEXT,   /* pieces one after the other: a column, a constant, or a text with cells in it */
    FB_CSV_FIRST,  /* the first piece that is not empty */
    FB_CSV_MOMENT, /* date and time columns, -1 where not given */
    FB_CSV_PSEUDONYM,
    FB_CSV_OLD_PSEUDONYM, /* under the key before; absent when no such key was given */
    FB_CSV_READY_PSEUDONYM, /* this cell holds one, made before the file came here (fairbank-scrub) */
    FB_CSV_KEYED          /* another keyed hash of these cells: for references, which an engine keeps */
};
struct fb_csv_value {
    enum fb_csv_value_kind kind;
    unsigned line, n;
    struct fb_csv_piece *piece;
    int date, time;
    const struct fb_csv_words *words;
    struct fb_csv_conditions when;
    unsigned n_absent;
    struct fb_span *absent;
};

struct fb_csv_field {
    const struct fb_field *field;
    struct fb_field_member member;
    struct fb_csv_value value;
};
struct fb_csv_record {
    enum fb_kind kind;
    unsigned line;
    struct fb_csv_conditions when;
    struct fb_csv_value ref, revision, occurred_at;
    unsigned n;
    struct fb_csv_field *field;
    struct fb_record blank; /* with the rate cells' categories in order, all else absent */
};

struct fb_csv_column {
    struct fb_span name;
    unsigned line, n;
    struct fb_span *header; /* what the file may call it */
    bool optional;
};
struct fb_csv_patterns {
    unsigned n;
    struct fb_span *of;
};

struct fb_mapping {
    struct fb_source source;
    bool ledger;
    bool windows_1252;
    char delimiter;
    unsigned header; /* row of the column names, from 1 */
    struct fb_csv_patterns date, time, date_time;
    struct fb_csv_value occurred_at;  /* kind ABSENT: from the file's name */
    struct fb_csv_patterns occurred_in_name; /* its templates, tried in order; n 0: the name does not say */
    unsigned n_skip, n_columns, n_words, n_records;
    struct fb_csv_conditions *skip; /* any of them skips the row */
    struct fb_csv_column *column;
    struct fb_csv_words *words;
    struct fb_csv_record *record;
    bool needs_worker_key;
    bool batch_is_digest;                      /* the file's name stays here: it may name somebody */
    struct fb_span sheet;                      /* of a workbook: a name or a number; absent: the first */
    struct fb_span worker_key, old_worker_key; /* files, as written; absent: not said */
    struct fb_arena arena;
};

/* Reads the file. FB_IO: it cannot be read; FB_REFUSED: something in it is wrong. Either way `fault` is a
 * sentence that begins with FILE:LINE. */
FB_MUST_CHECK enum fb_err fb_mapping_open(struct fb_mapping **out, const char *path,
                                          char fault[FB_CSV_FAULT_BYTES]);
/* The same from memory; `name` stands in messages. */
FB_MUST_CHECK enum fb_err fb_mapping_parse(struct fb_mapping **out, const char *name, struct fb_span text,
                                           char fault[FB_CSV_FAULT_BYTES]);
void fb_mapping_close(struct fb_mapping **mapping);
/* Byte order with letter case apart (ASCII). */
int fb_csv_word_cmp(struct fb_span a, struct fb_span b);
/* NULL: not in the table. */
const struct fb_span *fb_csv_words_find(const struct fb_csv_words *words, struct fb_span theirs);
#endif
