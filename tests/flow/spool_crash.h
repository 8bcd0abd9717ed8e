#ifndef FB_TESTS_SPOOL_CRASH_H
#define FB_TESTS_SPOOL_CRASH_H
/* A publisher's promise put to the test: what publish took goes out, after a crash and after a power cut too, and nothing else does.
 *
 *   spool_crash.c   which test runs, how often      spool_disk.c  the disk under the spool, kept as a log of what was done to it
 *   spool_cut.c     the power cut                   spool_kill.c  kill -9 and a failing disk, with a whole publisher and an engine's stub */
#include "engine/base/prng.h"
#include "engine/base/span.h"
#include "tests/flow/disk_image.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Message k: its number, then bytes that follow from it. The length is returned; memory of FB_SPOOL_BYTES_MAX. */
size_t spool_message(uint64_t k, unsigned char *memory);
/* 0: not a message that anybody made. */
uint64_t spool_message_number(struct fb_span bytes);

/* ---- the disk: calls of the spool are passed on; LOGGED: and kept, with no flush of the real disk; UNFLUSHED: only that ---- */
enum spool_disk { SPOOL_DISK_REAL, SPOOL_DISK_LOGGED, SPOOL_DISK_UNFLUSHED };
extern enum spool_disk spool_disk;
/* How many calls were logged: an instant, for what is known before it. */
size_t spool_disk_now(void);
void spool_disk_forget(void);
struct spool_disk_count {
    size_t files, writes, flushes, removed;
};
struct spool_disk_count spool_disk_count(void);
/* The folder as a disk could hold it when the power goes during call `cut`, written there. forgetful: flushes count for nothing. */
void spool_disk_rebuild(const char *folder, size_t cut, bool forgetful, struct fb_prng *r);

/* ---- the tests: true when nothing was wrong ---- */
bool spool_cut_power(size_t cuts, uint64_t seed);
bool spool_kill(const char *self, const char *shim, unsigned cycles, uint64_t seed);
/* What the second starts again and again: publishes from message `from` on until it is killed; from 0: sends what is left. */
int spool_publish(const char *folder, const char *endpoint, uint64_t from);
#endif
