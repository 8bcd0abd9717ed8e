#ifndef FB_TURN_REPORT_H
#define FB_TURN_REPORT_H
/* Reads a store for people: the engine answers queries with it, tools use it on a store at rest or (what
 * names no worker) beside a running engine. Reads in short transactions. */
#include "engine/core/report.h"
#include "engine/store/key.h"
#include "engine/turn/turn.h"
/* Books are compiled from the store's own files, once per issue, and kept by the reader. */
struct fb_reader_books;
FB_MUST_CHECK enum fb_err fb_reader_books_open(struct fb_reader_books **out, struct fb_store *store,
                                               const struct fb_turn_ports *ports);
void fb_reader_books_close(struct fb_reader_books **b);
const struct fb_book *fb_reader_book(struct fb_reader_books *b, uint32_t issue); /* 0: the newest */

/* Open findings that pass the filter, in subject order; at most filter->limit. row memory is the caller's;
 * texts in the arena. */
FB_MUST_CHECK enum fb_err fb_report_findings(struct fb_store *store, struct fb_reader_books *books,
                                             const struct fb_finding_filter *filter, struct fb_arena *arena,
                                             struct fb_finding_row *row, unsigned *n);
/* The same, but looks at no more than `most` subjects. *last: the last one that was looked at, to ask after
 * next, also when no row passed; 0 when the end was reached. */
FB_MUST_CHECK enum fb_err fb_report_findings_part(struct fb_store *store, struct fb_reader_books *books,
                                                  const struct fb_finding_filter *filter, unsigned most,
                                                  struct fb_arena *arena, struct fb_finding_row *row,
                                                  unsigned *n, uint32_t *last);
/* Shifts of live sources for which a whole feed is missing (fb_finding_of_feed), by enum fb_lack; trust 0: of all. Reads
 * FINDINGS once, and nothing beside it. */
FB_MUST_CHECK enum fb_err fb_report_lacks(struct fb_store *store, struct fb_reader_books *books, fb_code trust,
                                          uint64_t shifts[FB_LACK_END]);
/* The latest decision of a subject (or its latest at or before journal number as_of, 0: latest). */
FB_MUST_CHECK enum fb_err fb_report_explain(struct fb_store *store, struct fb_reader_books *books,
                                            uint32_t subject, uint64_t as_of, struct fb_arena *arena,
                                            struct fb_explanation *out);
/* A record under the name that people outside know it by. */
struct fb_found {
    uint32_t number; /* the record's, not its shift's: fb_report_explain leads there */
    uint8_t n_source, n_record_ref;
    char source[FB_SOURCE_BYTES_MAX], record_ref[FB_ID_BYTES_MAX];
};
/* The records called `name`, which is a reference, or "SOURCE/REFERENCE" because several sources may use the
 * same reference. Scans IDS (a million rows take about a second); at most `most` are given. */
FB_MUST_CHECK enum fb_err fb_report_find(struct fb_store *store, enum fb_kind kind, struct fb_span name,
                                         struct fb_found *found, unsigned most, unsigned *n);
FB_MUST_CHECK enum fb_err fb_report_status(struct fb_store *store, struct fb_reader_books *books,
                                           struct fb_arena *arena, struct fb_engine_status *out);
/* The last journal number at or before the end of a local day; 0: nothing was known by then, and there is nothing to ask
 * with (an as_of of 0 means now). A search by halves. */
FB_MUST_CHECK enum fb_err fb_report_known_at(struct fb_store *store, fb_day day, uint64_t *journal);
/* How far the current issue has been applied. done == of: wholly. */
struct fb_reprice_state {
    uint32_t issue;
    uint64_t done, of;
};
FB_MUST_CHECK enum fb_err fb_report_reprice(struct fb_store *store, struct fb_reprice_state *out);
/* Totals as known at the end of a day (INT32_MAX: now), a place at a time, in key order. false from the callback stops. */
struct fb_total_filter {
    fb_code trust;
    fb_day from_week, until_week; /* half-open; INT32_MIN / INT32_MAX */
    fb_day known;
    bool shadow; /* shadow sources instead of live */
    fb_day posted; /* only what stands in the books of that month; INT32_MIN: all */
};
struct fb_total {
    struct fb_posting_place place;
    struct fb_figures figures;
};
FB_MUST_CHECK enum fb_err fb_report_totals(struct fb_store *store, const struct fb_total_filter *filter,
                                           bool (*each)(void *ctx, const struct fb_total *total), void *ctx);
/* Events after a sequence number; at most `limit` scanned. *next: the position to ask from next time. */
FB_MUST_CHECK enum fb_err fb_report_events(struct fb_store *store, struct fb_reader_books *books,
                                           const struct fb_event_filter *filter, uint64_t after,
                                           struct fb_arena *arena, struct fb_event_row *row, unsigned limit,
                                           unsigned *n, uint64_t *next, uint64_t *head);
#endif
