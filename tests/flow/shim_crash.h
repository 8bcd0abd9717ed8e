#ifndef FB_TESTS_SHIM_CRASH_H
#define FB_TESTS_SHIM_CRASH_H
/* The page that the crash driver and the crash shim share: orders from the one, findings from the other. It
 * is a file mapped by both, so what the shim found outlives the process that it killed. */
#include <stdint.h>
/* Calls by which a file or a folder is changed. */
#define FB_CRASH_CALL_MAP(X)                                                                                 \
    X(WRITE, "write")                                                                                        \
    X(PWRITE, "pwrite") X(WRITEV, "writev") X(PWRITEV, "pwritev") X(FSYNC, "fsync")                          \
        X(FDATASYNC, "fdatasync") X(MSYNC, "msync") X(FTRUNCATE, "ftruncate") X(TRUNCATE, "truncate")        \
            X(RENAME, "rename") X(UNLINK, "unlink") X(MKDIR, "mkdir")
enum fb_crash_call {
    FB_CRASH_CALL_NONE,
#define X(id, word) FB_CRASH_##id,
    FB_CRASH_CALL_MAP(X)
#undef X
        FB_CRASH_CALLS
};
/* When, within the call, the process dies. HALF: a part of the bytes is written first; of other calls it is
 * BEFORE. */
enum fb_crash_how { FB_CRASH_BEFORE, FB_CRASH_HALF, FB_CRASH_AFTER, FB_CRASH_HOWS };
struct fb_crash_page {
    /* Orders; 0: none. Calls, writes and flushes are numbered from 1, from the start of the process. */
    uint32_t kill_at, kill_how;
    uint32_t full_at; /* this write and every later one finds the disk full, some after a part was written */
    uint32_t
        flush_fails_at; /* this flush fails once; of what was not flushed before, half the blocks are lost */
    uint32_t slow_from_ms, slow_to_ms; /* every flush sleeps so long first */
    uint64_t map_bytes;                /* the store's map is made this large, whatever it asks for */
    uint64_t seed;
    /* Findings. */
    uint32_t calls, writes, flushes, faults;
    uint32_t killed_in;     /* enum fb_crash_call */
    uint32_t flushes_after; /* flushes of that file after the one that failed: there must be none */
    uint32_t blocks_lost;
};
/* Environment of the shim: the page's file. */
#define FB_CRASH_PAGE "FB_CRASH_PAGE"
#endif
