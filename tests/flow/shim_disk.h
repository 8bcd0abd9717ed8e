#ifndef FB_TESTS_SHIM_DISK_H
#define FB_TESTS_SHIM_DISK_H
/* What the disk shim writes to its log and the power-cut tests read: every change of one file in the order in
 * which it was finished, and every acknowledgement: before it was given, when the writer says it on its output; after it
 * was received, when who received it adds it to the log. A record is a head, then `n` bytes for a WRITE, in one write. */
#include <stdint.h>
enum fb_disk_kind {
    FB_DISK_WRITE = 1,    /* `n` bytes at `at`; `synced`: through O_DSYNC, so on the disk when finished */
    FB_DISK_FLUSH = 2,    /* fsync or fdatasync: all before it is on the disk */
    FB_DISK_TRUNCATE = 3, /* the file became `at` bytes long */
    FB_DISK_ACK = 4,      /* the writer is about to say "acked <at>"; or `at` was acknowledged */
    FB_DISK_SEEN = 5      /* `at` was shown to somebody */
};
struct fb_disk_head {
    uint32_t kind, synced;
    uint64_t at, n;
};
/* Environment of the shim: the file to watch (it must exist), and the log to make. */
#define FB_SHIM_DATA  "FB_SHIM_DATA"
#define FB_SHIM_LOG   "FB_SHIM_LOG"
#define FB_SHIM_ACKED "acked "
#endif
