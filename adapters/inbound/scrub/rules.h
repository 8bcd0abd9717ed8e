#ifndef FB_SCRUB_RULES_H
#define FB_SCRUB_RULES_H
/* The rules of one extract, read from a small file of lines that Python's standard library can read as well (README.md beside
 * this file). Whatever they do not name is dropped. Nothing changes after fb_scrub_rules_parse: names were resolved to numbers. */
#include "adapters/inbound/csv/mapping.h"
#include "adapters/inbound/scrub/shape.h"
enum { FB_SCRUB_COLUMNS_MAX = FB_CSV_COLUMNS_MAX, FB_SCRUB_SKIPS_MAX = 32, FB_SCRUB_PIECES_MAX = 8, FB_SCRUB_NAME_BYTES_MAX = 200 };

/* One column of what is written. */
struct fb_scrub_column {
    struct fb_span name;
    enum fb_csv_value_kind kind; /* TEXT: kept as it is; PSEUDONYM, OLD_PSEUDONYM, KEYED: made of its pieces */
    enum fb_scrub_shape shape;   /* of what is kept */
    unsigned line, n;
    struct fb_csv_piece piece[FB_SCRUB_PIECES_MAX];
};
struct fb_scrub_skip {
    unsigned source;
    struct fb_span is;
};
struct fb_scrub_rules {
    unsigned n_sources, n_columns, n_skips, header;
    struct fb_span source[FB_SCRUB_COLUMNS_MAX]; /* columns of the extract that are read: what its header calls them */
    struct fb_scrub_column column[FB_SCRUB_COLUMNS_MAX];
    struct fb_scrub_skip skip[FB_SCRUB_SKIPS_MAX];
    char delimiter;
    bool windows_1252, needs_key;
};
/* The text must outlive the rules: names are spans over it. FB_REFUSED: the fault says FILE:LINE and why. */
FB_MUST_CHECK enum fb_err fb_scrub_rules_parse(struct fb_scrub_rules *out, const char *name, struct fb_span text,
                                               char fault[FB_CSV_FAULT_BYTES]);
#endif
