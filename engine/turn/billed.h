#ifndef FB_TURN_BILLED_H
#define FB_TURN_BILLED_H
/* Lines of invoices and the shifts that they name. What a line comes to is decided with its shift; the line's own decision reads
 * that there, and shares one for several shifts out among them, which they read in turn. Which shifts a line names hangs on records
 * alone, and what it is shared out by on each shift alone, so that all come to rest whichever was there first. */
#include "engine/turn/state.h"
/* t->view for a line: it, and the shifts that it names with what their latest decisions say of it. */
void fb_gather_invoice(struct fb_turn *t, uint32_t number);
/* Of the lines in t->view, gathered for the shift b of that group, which name other shifts as well, and its part of those. */
void fb_gather_sharing(struct fb_turn *t, const struct fb_booking *b, const uint32_t *group, unsigned n);
/* t->decision is that of a line: shifts that should say another thing of it are judged again, also where what the line came to is
 * the same until then. */
void fb_billed_ask(struct fb_turn *t);
/* t->decision is the latest of its subject now, in place of t->prior (held) or of nothing: lines of which it says another thing
 * are judged again, and shifts that it gives another part. */
void fb_billed_apply(struct fb_turn *t, bool held);
/* The booking of t->decision is kept under another number than it was: lines that hear nothing of it from its decision are judged
 * again. */
void fb_billed_moved(struct fb_turn *t);
#endif
