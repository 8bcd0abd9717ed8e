#ifndef FB_TESTS_DISK_IMAGE_H
#define FB_TESTS_DISK_IMAGE_H
/* The file as a disk could hold it when the power goes: what was flushed, and of the rest any blocks. */
#include "engine/base/prng.h"
#include "tests/flow/shim_disk.h"
#include <stdbool.h>
#include <stddef.h>
enum { FB_DISK_BLOCK = 4096, FB_DISK_SECTOR = 512 };
/* What is never torn in two, and how a block is torn. A sector is the least that a disk promises to write
 * whole. */
enum fb_disk_tear {
    FB_DISK_WHOLE,   /* blocks: each is there or is not */
    FB_DISK_TORN,    /* blocks: each is there, is not, or is there up to some sector */
    FB_DISK_SECTORS, /* each sector is there or is not */
    FB_DISK_TEARS
};
struct fb_disk_log {
    unsigned char *bytes;
    size_t n; /* records */
    struct fb_disk_head *head;
    size_t *body; /* where each record's bytes are */
};
struct fb_disk_image {
    unsigned char *bytes;
    size_t size, room;
};
/* Reads a log; aborts when it is cut or holds what no shim writes. */
void fb_disk_log_open(struct fb_disk_log *log, const char *path);
void fb_disk_log_close(struct fb_disk_log *log);
/* Counts records of a kind. */
size_t fb_disk_log_count(const struct fb_disk_log *log, enum fb_disk_kind kind);
/* Moves `flushed`, which holds what was safe before record *done, on to what is safe before record `cut`. */
void fb_disk_advance(struct fb_disk_image *flushed, const struct fb_disk_log *log, size_t *done, size_t cut);
/* The image when the power goes during record `cut`: `flushed` (safe up to `done`) and, of what came after,
 * each block with a chance of one half, torn as `tear` says. `forgetful`: writes through O_DSYNC count as
 * unflushed too, as on a disk that says "written" too early; the test uses it to see that it would see. */
void fb_disk_cut(struct fb_disk_image *out, const struct fb_disk_image *flushed,
                 const struct fb_disk_log *log, size_t done, size_t cut, enum fb_disk_tear tear,
                 bool forgetful, struct fb_prng *r);
#endif
