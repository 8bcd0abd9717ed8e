#ifndef FB_TURN_FILES_H
#define FB_TURN_FILES_H
/* The files of an issue, as kept in the store: FILES by their digest, ISSUES as the list of them. Nothing is
 * ever overwritten, so any issue can be compiled again from the store alone. */
#include "engine/turn/turn.h"
enum { FB_ISSUE_FILES_MAX = 4096, FB_FILE_DIGEST_BYTES = 16 };
struct fb_issue_file {
    struct fb_span pack, path;
    unsigned char digest[FB_FILE_DIGEST_BYTES]; /* BLAKE2b-128 of the bytes */
    uint32_t bytes;
};
void fb_file_digest(struct fb_span bytes, unsigned char out[FB_FILE_DIGEST_BYTES]);
/* The row of ISSUES for these files; *row is malloc'ed and the caller frees row->p. FB_LIMIT, FB_FULL. */
FB_MUST_CHECK enum fb_err fb_issue_row(const struct fb_turn_file *file, unsigned n, struct fb_span *row);
/* Keeps the files, and the row under the issue's number. */
void fb_issue_put(struct fb_txn *txn, const struct fb_turn_file *file, unsigned n, uint32_t issue,
                  struct fb_span row);
/* Walks a row: fb_issue_next gives file after file; false at the end or on damage (then *bad). */
struct fb_issue_walk {
    struct fb_span row;
    size_t at;
    bool bad;
};
bool fb_issue_next(struct fb_issue_walk *w, struct fb_issue_file *out);
/* Compiles issue number `issue` from a store's own files, in a read transaction of its own. FB_NOT_FOUND: no
 * such issue; FB_DAMAGED: a file is missing or differs from its digest, or the packs no longer compile. */
FB_MUST_CHECK enum fb_err fb_issue_compile(struct fb_store *store, uint32_t issue,
                                           const struct fb_turn_ports *ports, struct fb_book **out);
#endif
