#ifndef FB_TURN_REPORT_READ_H
#define FB_TURN_REPORT_READ_H
/* What reports read, row by row, each in a short transaction of its own; bytes and texts lie in the arena
 * given. */
#include "engine/store/key.h"
#include "engine/turn/entry.h"
#include "engine/turn/report.h"
#include "engine/turn/row.h"
struct fb_reader_books {
    struct fb_store *store;
    struct fb_turn_ports ports;
    struct fb_book **of_issue; /* [issue - 1]; NULL: not compiled yet */
    uint32_t room;
};
/* One row. FB_NOT_FOUND. */
FB_MUST_CHECK enum fb_err fb_read_row(struct fb_store *store, enum fb_table table, struct fb_key key,
                                      struct fb_arena *arena, struct fb_span *value);
/* {NULL, 0} when it cannot be read: a report then says "?" instead of failing. */
struct fb_span fb_read_source_name(struct fb_store *store, uint32_t number, struct fb_arena *arena);
FB_MUST_CHECK enum fb_err fb_read_decision(struct fb_store *store, uint32_t subject, uint64_t journal,
                                           struct fb_arena *arena, struct fb_decision_row *row,
                                           struct fb_decision *d);
/* The version of a record that an accepted message brought. */
FB_MUST_CHECK enum fb_err fb_read_version(struct fb_reader_books *books, uint64_t journal,
                                          struct fb_arena *arena, const struct fb_record **out);
/* The same, with the system that sent it: its number, and what is held of it now. */
FB_MUST_CHECK enum fb_err fb_read_member(struct fb_reader_books *books, uint64_t journal, struct fb_arena *arena,
                                         const struct fb_record **out, uint32_t *number, struct fb_source *source);
/* What a row of FINDINGS said of a subject when entry `as_of` was the last: from its decision of then, and the versions
 * that it rests on. Of an issue that no longer compiles the first version tells place and route. out->n == 0: it had no open
 * findings, or was not known yet. */
FB_MUST_CHECK enum fb_err fb_read_findings_then(struct fb_reader_books *books, uint32_t subject, struct fb_span decision,
                                                struct fb_arena *arena, struct fb_findings_row *out);
/* An arena of n bytes within another; FB_LIMIT. */
FB_MUST_CHECK enum fb_err fb_arena_part(struct fb_arena *whole, size_t n, struct fb_arena *part);
#endif
