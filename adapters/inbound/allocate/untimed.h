#ifndef FB_ALLOCATE_UNTIMED_H
#define FB_ALLOCATE_UNTIMED_H
/* Events without a timeStamp: the vacancy and duty interfaces describe none. One that was posted happened when it arrived; one that stands
 * in a file had happened when the file was last written, and the number of its line (FB_ALLOCATE_LINE, put in by whoever reads the file) is
 * a part of what it says, so that the same file again says the same.
 *
 * DutyAssigned, DutyAssignmentCleared, DutyAssigned of one duty: the third says, word for word, what the first did, and is another thing.
 * So a post is a repeat only as long as nothing else was heard of its subject, in its family of events, since. */
#include "adapters/inbound/allocate/memory.h"
#define FB_ALLOCATE_LINE "line"
enum { FB_ALLOCATE_SUBJECT_BYTES = 300 };
bool fb_allocate_is_untimed(const json_t *event);
/* hash: fb_allocate_hash of the event. False for an event of a file. */
bool fb_allocate_untimed_is_repeat(struct fb_allocate_memory *m, const json_t *event, const char *hash);
/* When it happened; the first arrival counts as long as it is a repeat. now_ms: the arrival, or the file's own time. */
FB_MUST_CHECK enum fb_err fb_allocate_untimed_at(struct fb_allocate_memory *m, const json_t *event, const char *hash, int64_t now_ms, int64_t *out_ms);
#endif
