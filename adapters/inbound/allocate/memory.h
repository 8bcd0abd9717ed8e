#ifndef FB_ALLOCATE_MEMORY_H
#define FB_ALLOCATE_MEMORY_H
/* What the adapter must know across events and restarts, in one SQLite file of its own: the shifts and bookings told so far (scrubbed),
 * which later events name by id alone; reference data; how far the API was read; what was said to the engine already. One writer.
 *
 * Puts are in one transaction until fb_allocate_memory_commit, which is due before anybody is told that something was taken. */
#include "engine/base/span.h"
#include <jansson.h>
struct fb_allocate_memory;
/* path NULL: in memory, for tests. FB_BUSY: another process has it. FB_IO. */
FB_MUST_CHECK enum fb_err fb_allocate_memory_open(struct fb_allocate_memory **out, const char *path);
/* What is not committed is forgotten. */
void fb_allocate_memory_close(struct fb_allocate_memory **memory);
/* kind/id -> a new object or value (json_decref), or NULL; at: when its source said it. */
json_t *fb_allocate_memory_get(struct fb_allocate_memory *m, const char *kind, const char *id, int64_t *at_ms);
FB_MUST_CHECK enum fb_err fb_allocate_memory_put(struct fb_allocate_memory *m, const char *kind, const char *id, int64_t at_ms, const json_t *value);
/* The ids of one kind, as a new list. */
json_t *fb_allocate_memory_ids(struct fb_allocate_memory *m, const char *kind);
bool fb_allocate_memory_has(struct fb_allocate_memory *m, const char *kind, const char *id);
/* Forgets what of this kind is older. */
FB_MUST_CHECK enum fb_err fb_allocate_memory_prune(struct fb_allocate_memory *m, const char *kind, int64_t before_ms);
/* What is put between the two is kept, or (keep false) undone: an event that is refused changes nothing. */
FB_MUST_CHECK enum fb_err fb_allocate_memory_mark(struct fb_allocate_memory *m);
FB_MUST_CHECK enum fb_err fb_allocate_memory_unmark(struct fb_allocate_memory *m, bool keep);
/* A number that only grows, across restarts: the order in which things were heard. */
FB_MUST_CHECK enum fb_err fb_allocate_memory_next(struct fb_allocate_memory *m, int64_t *out);
FB_MUST_CHECK enum fb_err fb_allocate_memory_commit(struct fb_allocate_memory *m);
#endif
