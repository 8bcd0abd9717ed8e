#ifndef FB_TURN_AUDIT_H
#define FB_TURN_AUDIT_H
/* Who read what about a worker (domain model, section 7): rows of AUDIT, outside the journal like cursors are, because a
 * question changes nothing that is decided. They hold numbers of workers, never pseudonyms. Rows are appended and never
 * change; forgetting a worker leaves them, for they say what others did. */
#include "engine/core/report.h"
#include "engine/store/store.h"
enum { FB_AUDIT_SCAN_MAX = 1000 }; /* rows looked at by one call */
/* Appends n rows in one transaction of their own, durable when FB_OK is returned: an answer may leave only then. row->seq is not
 * read. FB_LIMIT: an asker's name is longer than FB_ID_BYTES_MAX, and none was appended. */
FB_MUST_CHECK enum fb_err fb_audit_append(struct fb_store *store, const struct fb_audit_row *row, unsigned n);
/* Newest first, those before `before` (0: from the newest on), about the worker (0: about anybody): at most `max` rows, spans
 * in the arena. *next: go on with before = *next; 0: there are no more. Fewer than max, and even none, may come with more to
 * follow: one call looks at FB_AUDIT_SCAN_MAX rows. FB_LIMIT: the arena is too small. */
FB_MUST_CHECK enum fb_err fb_audit_read(struct fb_store *store, uint32_t worker, uint64_t before, struct fb_arena *arena,
                                        struct fb_audit_row *row, unsigned max, unsigned *n, uint64_t *next);
#endif
