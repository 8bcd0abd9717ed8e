#ifndef FB_STORE_LMDB_FILE_H
#define FB_STORE_LMDB_FILE_H
/* LMDB trusts its file: it maps it, and a page beyond the end of a cut file is a SIGBUS. So the two pages
 * that describe the file are read here first, with pread, and the file's length is held against them. Used
 * before LMDB opens the file (one process must not open it a second time afterwards). */
#include "engine/base/err.h"
#include <stdint.h>
struct fb_lmdb_file {
    uint64_t page_bytes; /* a power of two */
    uint64_t pages;      /* that the file must be able to hold */
    uint64_t bytes;      /* that it has */
};
/* FB_NOT_FOUND: no such file; FB_DAMAGED: not LMDB's, or cut before its first two pages; FB_NEWER: of another
 * version of LMDB; FB_IO. A file shorter than its pages is FB_OK: the caller compares. */
FB_MUST_CHECK enum fb_err fb_lmdb__file_look(const char *path, struct fb_lmdb_file *out);
/* Makes the file that long. */
FB_MUST_CHECK enum fb_err fb_lmdb__file_resize(const char *path, uint64_t bytes);
/* Has the disk keep room for so many bytes of the file, which is made when it is not there: LMDB maps its file of locks, and a page for which
 * a full disk has no room when it is written to ends the process. FB_FULL: not even for its first page, which a few readers need. Not while the process has the file open. */
FB_MUST_CHECK enum fb_err fb_lmdb__file_room(const char *path, uint64_t bytes, unsigned mode);
/* Makes the folder's list of names durable. */
FB_MUST_CHECK enum fb_err fb_lmdb__folder_sync(const char *folder);
#endif
