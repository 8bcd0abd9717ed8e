#ifndef FB_ALLOCATE_LINES_H
#define FB_ALLOCATE_LINES_H
/* Events as JSON lines of files. What cannot be read, or is longer than an event may be, is set aside with its line's number, and the rest goes
 * through. */
#include "adapters/inbound/allocate/send.h"
#include <stdio.h>
/* timed: an event without a time has the file's. digits_alone: its batch is not called by its name. FB_OK: every line had its end, some perhaps set aside. FB_BUSY: stopped, or the engine stayed away: say it again. */
FB_MUST_CHECK enum fb_err fb_allocate_lines(struct fb_allocate_sender *s, FILE *f, const char *name, bool timed, bool digits_alone, int64_t patience_ms, const volatile sig_atomic_t *stop);
/* Until the engine answers at all; what `file` and `poll` begin with. */
FB_MUST_CHECK enum fb_err fb_allocate_await_engine(struct fb_allocate_sender *s, int64_t patience_ms, const volatile sig_atomic_t *stop);
#endif
