#ifndef FB_CORE_MATCH_FORM_H
#define FB_CORE_MATCH_FORM_H
/* Inside the core: how what lines of invoices came to, and the parts of one, stand in a stored decision: how many, then each,
 * ascending by number. The readers return how many there are, and leave r->bad where the bytes are none. */
#include "engine/base/bytes.h"
#include "engine/core/match.h"
void fb_matches_put(struct fb_writer *w, const struct fb_match *m, unsigned n);
unsigned fb_matches_get(struct fb_reader *r, struct fb_match *m); /* FB_INVOICES_MAX places */
void fb_shares_put(struct fb_writer *w, const struct fb_share *s, unsigned n);
unsigned fb_shares_get(struct fb_reader *r, struct fb_share *s);  /* FB_GATHER_MAX places */
#endif
