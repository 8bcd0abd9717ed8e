#ifndef FB_TESTS_OLD_TRACES_H
#define FB_TESTS_OLD_TRACES_H
/* Writers of what stores hold and nobody writes any more, made for the tests from what the readers say of it (engine/core/trace_read_old.c). */
#include "engine/core/trace.h"
/* A trace as versions 1 to 3 wrote it; what a version could not say is left out. 0: it does not fit. */
size_t fb_test_trace_old(const struct fb_trace *t, unsigned version, void *memory, size_t size);
/* *t as that version could say it. */
void fb_test_trace_said(struct fb_trace *t, unsigned version);
#endif
