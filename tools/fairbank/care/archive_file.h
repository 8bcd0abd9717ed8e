#ifndef FB_TOOLS_FAIRBANK_ARCHIVE_FILE_H
#define FB_TOOLS_FAIRBANK_ARCHIVE_FILE_H
/* An archive of the journal: a gzip file (zlib), so that any machine can open it for as long as it must be kept. Inside, integers
 * big-endian:
 *   "fairbank journal 1\n"  8 epoch  8 first number  8 last number
 *   each entry: 8 number  4 length  the entry as it is stored  32 the digest of its decisions (turn/chain.h)
 *   8 noughts  8 how many  32 BLAKE2b-256 over all that stands before it
 * Entry and digest make the entry's leaf in the journal's chain, so the archives of a journal give its root, which every signed
 * checkpoint of it names. */
#include "engine/turn/chain/mountain.h"
#include "tools/fairbank/command.h"
struct archive;
struct archive_head {
    uint64_t epoch, first, last;
};
struct archive_entry {
    uint64_t number;
    struct fb_span bytes; /* until the next */
    struct fb_node decisions;
};
/* Under its name with ".part", with a lock on it (FB_BUSY: another archive to this name is being made, or has just ended); archive_finish
 * gives it its own, durable, unless a file has it by now (FB_REFUSED). */
FB_MUST_CHECK enum fb_err archive_make(struct archive **out, const char *path, const struct archive_head *head);
FB_MUST_CHECK enum fb_err archive_put(struct archive *a, const struct archive_entry *e);
FB_MUST_CHECK enum fb_err archive_finish(struct archive *a, char digest[65]);
/* FB_NOT_FOUND: no file; FB_IO: it cannot be read; FB_DAMAGED: not an archive. */
FB_MUST_CHECK enum fb_err archive_open(struct archive **out, const char *path, struct archive_head *head);
/* FB_NOT_FOUND: the end, count and digest are right, and the file has nothing behind it; FB_DAMAGED; FB_IO. */
FB_MUST_CHECK enum fb_err archive_next(struct archive *a, struct archive_entry *out);
/* After the end: the digest as it was told when the archive was made, in hex. */
const char *archive_digest(const struct archive *a);
/* NULL is allowed. One that was made and not finished is removed. */
void archive_close(struct archive **a);
#endif
