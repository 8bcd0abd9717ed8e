#ifndef FB_SHELL_WHOSE_H
#define FB_SHELL_WHOSE_H
/* Whose a record is, and so who may write it. Whether a record is well formed is not asked here. */
#include "engine/core/record.h"
/* The trust that it is of; 0: nobody's own (registers, and what is said of people). */
fb_code fb_whose(const struct fb_record *r);
/* Of every trust: only a system that writes for all of them sends it. */
bool fb_whose_register(enum fb_kind kind);
/* A system of that trust (0: of all) may write it. The record is well formed, and no register. */
bool fb_whose_may(fb_code trust, const struct fb_record *r);
#endif
