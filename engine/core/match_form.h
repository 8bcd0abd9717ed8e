#ifndef FB_CORE_MATCH_FORM_H
#define FB_CORE_MATCH_FORM_H
/* Inside the core: how what a line of an invoice came to stands in a stored decision. */
#include "engine/base/bytes.h"
#include "engine/core/match.h"
void fb_match_put(struct fb_writer *w, const struct fb_match *m);
/* Leaves r->bad where the bytes are none. */
void fb_match_get(struct fb_reader *r, struct fb_match *m);
#endif
