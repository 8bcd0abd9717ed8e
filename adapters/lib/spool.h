#ifndef FB_ADAPTERS_SPOOL_H
#define FB_ADAPTERS_SPOOL_H
/* Messages on disk while the engine is away: added and synced before anybody is told that they are taken, read again in order, let go
 * when they are answered. Bounded in messages and bytes.
 *
 * A folder of segments, 0000000001.spool and on, each appended to only: the eight bytes "FBSPOOL1", then rows of length (4 bytes,
 * big-endian), CRC-32C of what follows (4), a letter (m: message, a: answered), its number (8), and of a message its bytes. Numbers are
 * dense and ascend. After a sync comes an answer's mark of the number 2^64-1, which no message has: all before it was on the disk, so that
 * bytes which are wrong there are damage, and not the end of a run that crashed. A segment goes when it and all before it hold only what is answered. Marks of answers are not synced: one that a
 * crash takes makes a message go out once more, which its id makes harmless.
 *
 * One thread, one owner (the folder is locked; a child that was forked and does not exec keeps it locked). Lifetimes: spans given are copied before a call returns. */
#include "engine/base/err.h"
#include "engine/base/limits.h"
#include "engine/base/span.h"
#define FB_SPOOL_MESSAGES_MAX 65536u /* from the oldest that is not answered to the newest */
#define FB_SPOOL_BYTES        (256u << 20) /* of all segments, unless options say otherwise */
#define FB_SPOOL_BYTES_MAX    FB_MESSAGE_BYTES_MAX /* of one message: a frame */
struct fb_spool;
struct fb_spool_options {
    const char *folder;     /* made, for its owner only, when it is not there */
    uint64_t bytes_max;     /* of all segments; 0: FB_SPOOL_BYTES. What is answered goes a segment at a time */
    uint32_t messages_max;  /* from the oldest that is not answered to the newest; 0, and at most: FB_SPOOL_MESSAGES_MAX */
    uint32_t segment_bytes; /* a segment is followed by the next after so many; 0: 4 MiB. Never over a quarter of bytes_max, or what was
                             * answered would hold the room of what comes */
};
/* What an earlier run left. */
struct fb_spool_found {
    uint32_t messages;  /* not answered */
    uint64_t cut_bytes; /* of the last segment's end: half written when a crash came, so nobody was told of it, and cut off */
};
/* How full it is: FB_FULL comes when either reaches its most. */
struct fb_spool_level {
    uint32_t messages, messages_max; /* from the oldest that is not answered to the newest */
    uint64_t bytes, bytes_max;
};
/* FB_BUSY: another process has it, or another publisher of this one. FB_DAMAGED: bytes are wrong where no crash leaves them so; nothing was changed. *why says which file
 * and what to do. */
FB_MUST_CHECK enum fb_err fb_spool_open(struct fb_spool **out, const struct fb_spool_options *options, struct fb_spool_found *found, struct fb_text *why);
void fb_spool_close(struct fb_spool **spool);
/* On the disk when it returns FB_OK. FB_FULL: the spool's bounds; what is in it stays, and there is room again when some of it is
 * answered. FB_LIMIT: empty, or longer than a message may be or the spool
 * is. FB_IO: the disk; nothing was taken. After a sync that failed nobody knows what the disk has:
 * every later call says FB_IO too, and the folder must be opened anew. */
FB_MUST_CHECK enum fb_err fb_spool_add(struct fb_spool *spool, struct fb_span bytes, uint64_t *number);
/* The same without the sync, for several at once: none of them is taken for certain before fb_spool_sync says FB_OK. */
FB_MUST_CHECK enum fb_err fb_spool_put(struct fb_spool *spool, struct fb_span bytes, uint64_t *number);
FB_MUST_CHECK enum fb_err fb_spool_sync(struct fb_spool *spool);
/* The number that the next one gets. After a sync that failed: of the first that was not safe; one segment's end may have synced some of those that
 * were put, and these are taken and go out. */
uint64_t fb_spool_next(const struct fb_spool *spool);
/* The first that is not answered of those after this number; 0: none. */
uint64_t fb_spool_after(const struct fb_spool *spool, uint64_t number);
/* The message's bytes, into memory of FB_SPOOL_BYTES_MAX. FB_NOT_FOUND: answered, or never there. FB_DAMAGED: it changed on the disk. */
FB_MUST_CHECK enum fb_err fb_spool_get(struct fb_spool *spool, uint64_t number, unsigned char *memory, uint32_t *n);
/* It may go. One that is not there is passed over. FB_IO: the disk; the message may go out again after a restart. */
FB_MUST_CHECK enum fb_err fb_spool_answered(struct fb_spool *spool, uint64_t number);
uint32_t fb_spool_waiting(const struct fb_spool *spool);
struct fb_spool_level fb_spool_level(const struct fb_spool *spool);

/* ---- the format, for the reader above and whoever proves it ---- */
struct fb_spool_row {
    bool message; /* else a mark of an answer */
    uint64_t number;
    struct fb_span bytes;    /* of a message, within what was given */
    uint32_t at;             /* where the row begins */
};
typedef bool fb_spool_take(void *ctx, const struct fb_spool_row *row); /* false: what it says cannot follow what was said */
/* Each whole row of a segment in turn; how many bytes were whole and taken, the head included. 0: not even the head. */
size_t fb_spool_scan(struct fb_span segment, fb_spool_take *take, void *ctx);
/* Where the last mark of a sync ends: before it every byte was on the disk. 0: none. */
size_t fb_spool_synced(struct fb_span segment);
/* A row as it is stored, into memory of at least FB_SPOOL_BYTES_MAX + FB_SPOOL_ROW_BYTES; its length. */
enum { FB_SPOOL_HEAD_BYTES = 8, FB_SPOOL_ROW_BYTES = 17 };
#define FB_SPOOL_SYNCED UINT64_MAX /* the number of a mark of a sync */
size_t fb_spool_row(unsigned char *memory, bool message, uint64_t number, struct fb_span bytes);
#endif
