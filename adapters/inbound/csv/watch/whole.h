#ifndef FB_CSV_WATCH_WHOLE_H
#define FB_CSV_WATCH_WHOLE_H
/* Which file of a drop folder is whole and comes next. Three ways to know (plan.h), and in each of them a file that any process has
 * open for writing is left alone.
 *
 * Open for writing: asked of the kernel by a read lease, which it does not give while somebody can write. Where it gives none at all
 * (another user's file without CAP_LEASE, a network file system), /proc is searched for a descriptor that may write; what this
 * program may not see there, it cannot know, and `quiet` or a marker is all there is. */
#include "adapters/inbound/csv/watch/plan.h"
#include <sys/types.h>
enum { FB_WATCH_SEEN_MAX = 4096, FB_WATCH_NAME_BYTES = 256 };
struct fb_watch_identity {
    dev_t dev;
    ino_t ino;
    off_t size;
    int64_t mtime_ns;
};
struct fb_watch_seen {
    char name[FB_WATCH_NAME_BYTES];
    struct fb_watch_identity is;
    int64_t since_ms; /* it has been just so since then, as far as was looked */
    bool still_there;
};
struct fb_watch_look {
    unsigned n;
    struct fb_watch_seen *seen; /* FB_WATCH_SEEN_MAX */
    unsigned waiting;           /* files that fit, whole or not, at the last look */
    char passed_over[FB_WATCH_NAME_BYTES]; /* a name that fits, of what is no file to send; '' none. Why: a sentence */
    const char *why;
    int64_t due_ms;             /* when one may be whole that was not; INT64_MAX: only when something happens */
};
FB_MUST_CHECK enum fb_err fb_watch_look_open(struct fb_watch_look *l);
void fb_watch_look_close(struct fb_watch_look *l);
/* A full look. FB_OK: `name` is whole, the oldest of those that are; FB_NOT_FOUND: none is; FB_IO: the folder cannot be read
 * (errno). now_ms: of a clock that only goes forward. */
FB_MUST_CHECK enum fb_err fb_watch_look_next(struct fb_watch_look *l, const struct fb_watch_place *place, int64_t now_ms,
                                             char name[FB_WATCH_NAME_BYTES]);
/* False: it is no regular file, or not there. */
bool fb_watch_identify(const char *path, struct fb_watch_identity *out);
bool fb_watch_same(const struct fb_watch_identity *a, const struct fb_watch_identity *b);
/* Whether any process has it open for writing, as far as can be known. */
bool fb_watch_is_written(const char *path);
/* The companions that said it was whole: not needed any more. */
void fb_watch_drop_markers(const struct fb_watch_place *place, const char *name);
#endif
