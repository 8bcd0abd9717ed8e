#ifndef FB_TOOLS_FAIRBANK_SNAPSHOT_H
#define FB_TOOLS_FAIRBANK_SNAPSHOT_H
/* A backup: a folder with data.mdb, the store of one moment, and manifest.json, which says of which. Never a key. */
#include "tools/fairbank/command.h"
#include <signal.h>
enum { SNAPSHOT_PATH = 1024, SNAPSHOT_DIGEST = 65 };
#define SNAPSHOT_FORMAT 1
struct snapshot {
    uint64_t epoch, journal, events; /* the last numbers in it */
    uint64_t bytes;                  /* of data.mdb */
    uint32_t schema, decide;         /* of the store; of the engine's judging code */
    int64_t at_ms;                   /* when it was begun: whatever was accepted before is in it */
    char digest[SNAPSHOT_DIGEST];    /* BLAKE2b-256 of data.mdb, in hex */
    char made_by[32];                /* version */
};
/* Durable when it returns. */
FB_MUST_CHECK enum fb_err snapshot_write(const struct snapshot *s, const char *folder);
/* FB_NOT_FOUND: no manifest; FB_DAMAGED: it cannot be read; FB_NEWER: of a form that this version does not know. */
FB_MUST_CHECK enum fb_err snapshot_read(struct snapshot *s, const char *folder);
/* Bytes from one descriptor into another with their digest. *stop (may be NULL), set by a signal, ends it: FB_BUSY. to: -1 only
 * the digest. What is left at the end is not synced. Tells a terminal how far it is when it takes longer than two seconds. */
struct snapshot_pour {
    const char *words;  /* "copied" */
    uint64_t of;        /* bytes expected; 0: not known */
    uint64_t bytes;     /* out */
    char digest[SNAPSHOT_DIGEST]; /* out */
    const volatile sig_atomic_t *stop;
};
FB_MUST_CHECK enum fb_err snapshot_pour(int from, int to, struct snapshot_pour *p);
/* The note in the data folder of when the last backup was made: read by doctor. FB_NOT_FOUND: none was; FB_IO: it may not be read. */
FB_MUST_CHECK enum fb_err snapshot_note(const char *data, const struct snapshot *s, const char *to);
FB_MUST_CHECK enum fb_err snapshot_noted(const char *data, int64_t *at_ms, uint64_t *journal);

/* ---- files ---- */

bool path_of(char out[SNAPSHOT_PATH], const char *folder, const char *name);
/* The folder that this one lies in. */
void parent_of(char out[SNAPSHOT_PATH], const char *folder);
FB_MUST_CHECK enum fb_err folder_sync(const char *folder);
FB_MUST_CHECK enum fb_err file_sync(const char *path);
/* Removes the files in it. Only for folders that we made; a link to one is left alone. */
void folder_clear(const char *folder);
void folder_remove(const char *folder); /* and it */
/* Nothing but some of these names, of which the last is NULL; or it is not there. */
bool folder_holds_only(const char *folder, const char *const *names);
/* Whole, durable, then under its name. */
FB_MUST_CHECK enum fb_err file_put(const char *folder, const char *name, const char *text);
/* "1.2 GiB" */
const char *size_word(uint64_t bytes);
#endif
